// Package spectest is the tests that the cases of every protocol have to pass: that our own parties conform, that each case fails by the deviations
// that it names and each deviation proves a case, that each requirement has a case, and that a real server behaves as its baseline says.
//
// A protocol's specs say once what they are made of, a [Protocol], and call its methods from their tests.
package spectest

import (
	"context"
	"errors"
	"flag"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"harness/internal/report"
	"harness/mockservers"
	"harness/specs"
	"harness/specs/register"
)

// Protocol is what the specs of a protocol are made of.
type Protocol struct {
	// Name is the protocol's, such as "pop3".
	Name string
	// Register adds the dialect and all cases.
	Register func(*specs.Env)
	// Mock returns the built-in mock, breaking the rules that the deviations name, and MockDeviations what it knows of those.
	Mock           func(deviations ...string) specs.ServerUnderTest
	MockDeviations func() []mockservers.Deviation
	// Native is our client.
	Native specs.ClientUnderTest
	// Reference returns the small second client, and ReferenceDeviations the rules that it can break.
	Reference           func(deviations ...string) (specs.ClientUnderTest, error)
	ReferenceDeviations func() []mockservers.Deviation
	// Uncovered are requirements that no case judges, with the reason.
	Uncovered map[string]string
	// Pending are requirements whose case is still to be written, by its catalogue.
	Pending map[specs.Catalogue][]string
}

// parallel is how many cases run at once unless -parallel says so. They mostly wait: for silence, for timers, for what a deviation withholds.
const parallel = "16"

// Main runs the tests of a package, and fails if they leave a goroutine behind.
func Main(m *testing.M) {
	flag.Parse()
	explicit := false
	flag.Visit(func(f *flag.Flag) { explicit = explicit || f.Name == "test.parallel" })
	if f := flag.Lookup("test.parallel"); f != nil && !explicit {
		if err := f.Value.Set(parallel); err != nil {
			panic(err)
		}
	}
	// Ginkgo never ends its watch for signals.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2"))
}

// Env is an environment with the protocol's cases and a server under test.
func (p Protocol) Env(t testing.TB, server specs.ServerUnderTest) *specs.Env {
	t.Helper()
	return p.env(t, &specs.Env{Server: server})
}

// ClientEnv is an environment with a client under test, whose quiet waits are short: what a client would say at once is there by then.
func (p Protocol) ClientEnv(t testing.TB, client specs.ClientUnderTest) *specs.Env {
	t.Helper()
	return p.env(t, &specs.Env{Client: client, QuietWait: 25 * time.Millisecond})
}

func (p Protocol) env(t testing.TB, env *specs.Env) *specs.Env {
	t.Helper()
	p.Register(env)
	if err := env.Validate(); err != nil {
		t.Fatal(err)
	}
	return env
}

// Cases returns the cases of a catalogue.
func (p Protocol) Cases(t testing.TB, catalogue specs.Catalogue) []specs.Case {
	t.Helper()
	env := p.env(t, &specs.Env{})
	return slices.DeleteFunc(env.Cases(), func(c specs.Case) bool { return c.Catalogue != catalogue })
}

// name is the last part of a case's id.
func name(c specs.Case) string { return c.ID[strings.LastIndexByte(c.ID, '/')+1:] }

// Suite runs the server cases against the mock as Ginkgo specs, one spec a case.
func (p Protocol) Suite(t *testing.T) {
	env := p.Env(t, p.Mock())
	specs.Suite(t, strings.ToUpper(p.Name), func() { specs.Describe(env) })
}

// MockErrors collects what goes wrong in mocks.
type MockErrors struct {
	mu   sync.Mutex
	list []error
}

// Add takes note of an error.
func (m *MockErrors) Add(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list = append(m.list, err)
}

// Check fails the test if there was one.
func (m *MockErrors) Check(t testing.TB) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := errors.Join(m.list...); err != nil {
		t.Errorf("the mock: %v", err)
	}
}

// ServerConforms runs the server cases against a server that is to keep all rules. All says that it offers what every case needs, but for those
// named.
func (p Protocol) ServerConforms(t *testing.T, server specs.ServerUnderTest, all bool, but ...string) {
	env := p.Env(t, server)
	for _, c := range p.Cases(t, specs.ServerCases) {
		t.Run(name(c), func(t *testing.T) {
			t.Parallel()
			r := specs.RunCase(t.Context(), env, c)
			if r.Failed() || r.Judgement.Kind == specs.Violated || r.Verdict == specs.Undecided || all && r.Verdict == specs.Unoffered && !slices.Contains(but, c.ID) {
				t.Error(r.Message())
			}
		})
	}
}

// ServerDeviations proves each server case by the deviations of the mock that it names.
func (p Protocol) ServerDeviations(t *testing.T) {
	for _, c := range p.Cases(t, specs.ServerCases) {
		if len(c.Deviations) == 0 {
			continue
		}
		t.Run(name(c), func(t *testing.T) {
			t.Parallel()
			// What a deviation withholds is not waited for as long as a real server is. The quiet waits are not shortened.
			newEnv := func(factor float64) func(string) (*specs.Env, error) {
				return func(deviation string) (*specs.Env, error) {
					env := &specs.Env{Server: p.Mock()}
					if deviation != "" {
						env.Server, env.TimeFactor, env.QuietWait = p.Mock(deviation), factor, time.Duration(float64(specs.DefaultQuietWait)/factor)
					}
					p.Register(env)
					return env, nil
				}
			}
			errs := specs.CheckDeviations(t.Context(), newEnv(0.1), []specs.Case{c})
			if len(errs) > 0 {
				// The machine may have been too busy for that.
				errs = specs.CheckDeviations(t.Context(), newEnv(1), []specs.Case{c})
			}
			for _, err := range errs {
				t.Error(err)
			}
		})
	}
}

// MockDeviationsKnown keeps the claims of mock and cases together: a server case names no deviation that the mock does not have for its requirement.
func (p Protocol) MockDeviationsKnown(t *testing.T) {
	known := p.deviations(t, p.MockDeviations(), register.Server)
	for _, c := range p.Cases(t, specs.ServerCases) {
		claims(t, c, known)
	}
}

// deviations returns what each deviation violates, and checks that it says so and that it binds the party.
func (p Protocol) deviations(t *testing.T, list []mockservers.Deviation, party register.Party) map[string][]string {
	t.Helper()
	known := map[string][]string{}
	for _, d := range list {
		if _, twice := known[d.Name]; twice {
			t.Errorf("%s is there twice", d.Name)
		}
		known[d.Name] = d.Violates
		if d.Summary == "" {
			t.Errorf("%s has no summary", d.Name)
		}
		for _, id := range d.Violates {
			if e, ok := register.Lookup(id); !ok || !e.Party.Binds(party) {
				t.Errorf("%s violates %s, which is no requirement of a %s", d.Name, id, party)
			}
		}
	}
	return known
}

// claims checks the deviations that a case names.
func claims(t *testing.T, c specs.Case, known map[string][]string) {
	t.Helper()
	for _, d := range c.Deviations {
		ids, ok := known[d]
		switch {
		case !ok:
			t.Errorf("%s: there is no deviation %s", c.ID, d)
		case !slices.Contains(ids, c.Requirement):
			t.Errorf("%s: the deviation %s does not say that it violates %s, but %s", c.ID, d, c.Requirement, strings.Join(ids, ", "))
		}
	}
}

// Covered wants a case for each requirement that shows on the wire: a server case where it binds servers, a client case where it binds clients.
func (p Protocol) Covered(t *testing.T) {
	open := map[string]bool{}
	for catalogue, party := range map[specs.Catalogue]register.Party{specs.ServerCases: register.Server, specs.ClientCases: register.Client} {
		pending := slices.Clone(p.Pending[catalogue])
		for _, e := range specs.UncoveredRequirements(p.Name, p.Cases(t, catalogue)) {
			if !e.Party.Binds(party) {
				continue
			}
			open[e.ID] = true
			if i := slices.Index(pending, e.ID); i >= 0 {
				pending = slices.Delete(pending, i, i+1)
			} else if p.Uncovered[e.ID] == "" {
				t.Errorf("no %s case covers %s (%s, %s): %s", catalogue, e.ID, e.Cite(), e.Level, e.Rule)
			}
		}
		for _, id := range pending {
			t.Errorf("%s is on the list of those that wait for their %s case, and has one, needs none, or is there twice", id, catalogue)
		}
	}
	for id := range p.Uncovered {
		if !open[id] {
			t.Errorf("%s is covered, or not to be tested", id)
		}
	}
}

// ClientConforms runs the client cases and fails for each that isn't conformant.
func (p Protocol) ClientConforms(t *testing.T, client specs.ClientUnderTest) {
	env := p.ClientEnv(t, client)
	for _, c := range p.Cases(t, specs.ClientCases) {
		t.Run(name(c), func(t *testing.T) {
			t.Parallel()
			r := specs.RunCase(t.Context(), env, c)
			switch {
			case r.Err != nil, r.Judgement.Kind == specs.Violated, r.Judgement.Kind == specs.Inconclusive:
				t.Errorf("%s", r.Message())
			case r.Judgement.Kind == specs.NotOffered:
				t.Errorf("the client lacks what the case needs: %s", r.Message())
			}
		})
	}
}

// ClientDeviations proves each client case by the deviations of the reference client that it names, and that the reference client conforms without.
func (p Protocol) ClientDeviations(t *testing.T) {
	for _, c := range p.Cases(t, specs.ClientCases) {
		t.Run(name(c), func(t *testing.T) {
			t.Parallel()
			newEnv := func(factor float64) func(string) (*specs.Env, error) {
				return func(deviation string) (*specs.Env, error) {
					var names []string
					if deviation != "" {
						names = []string{deviation}
					}
					client, err := p.Reference(names...)
					if err != nil {
						return nil, err
					}
					env := p.ClientEnv(t, client)
					if deviation != "" {
						env.TimeFactor, env.QuietWait = factor, time.Duration(float64(env.QuietWait)/factor)
					}
					return env, nil
				}
			}
			if len(c.Deviations) == 0 {
				// CheckDeviations leaves it out.
				env, err := newEnv(1)("")
				if err != nil {
					t.Fatal(err)
				}
				if r := specs.RunCase(t.Context(), env, c); r.Err != nil || r.Judgement.Kind == specs.Violated || r.Judgement.Kind == specs.Inconclusive {
					t.Errorf("%s", r.Message())
				}
			}
			// What a deviation leaves out is waited for, not as long as for a real client.
			errs := specs.CheckDeviations(t.Context(), newEnv(0.2), []specs.Case{c})
			if len(errs) > 0 {
				// The machine may have been too busy for that.
				errs = specs.CheckDeviations(t.Context(), newEnv(1), []specs.Case{c})
			}
			for _, err := range errs {
				t.Error(err)
			}
		})
	}
}

// ReferenceDeviationsUsed checks that every deviation of the reference client is some case's proof, and says what it violates.
func (p Protocol) ReferenceDeviationsUsed(t *testing.T) {
	known := p.deviations(t, p.ReferenceDeviations(), register.Client)
	used := map[string]bool{}
	for _, c := range p.Cases(t, specs.ClientCases) {
		claims(t, c, known)
		for _, d := range c.Deviations {
			used[d] = true
		}
	}
	for d, ids := range known {
		if !used[d] {
			t.Errorf("%s proves no case", d)
		}
		if len(ids) == 0 {
			t.Errorf("%s violates nothing", d)
		}
	}
}

// ClientOfAnotherProtocol checks that a client that is none of the protocol is no violation.
func (p Protocol) ClientOfAnotherProtocol(t *testing.T) {
	env := &specs.Env{Client: nobody{}}
	p.Register(env)
	for _, catalogue := range []specs.Catalogue{specs.ClientCases, specs.RecordedCases} {
		if cases := p.Cases(t, catalogue); len(cases) > 0 {
			if r := specs.RunCase(context.Background(), env, cases[0]); r.Judgement.Kind != specs.Inconclusive {
				t.Errorf("%s", r.Message())
			}
		}
	}
}

type nobody struct{}

func (nobody) Name() string { return "nobody" }

// Container is a real server in a container, as party under test.
type Container interface {
	specs.ServerUnderTest
	Open(ctx context.Context) error
	Close(ctx context.Context) error
}

// containerTimeout bounds the start of a container and all cases.
const containerTimeout = 10 * time.Minute

// RealServer runs the server cases against a real server, which has to behave as the baseline says: a file with the known failures and the reason of
// each. No case may come to no conclusion, unless it needs a switch that only the mock has.
func (p Protocol) RealServer(t *testing.T, server Container, baselineFile string) {
	ctx, cancel := context.WithTimeout(t.Context(), containerTimeout)
	defer cancel()
	// Not only when the test has ended: the network's goroutines would be taken for leaks.
	defer func() {
		if err := server.Close(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	}()
	if err := server.Open(ctx); err != nil {
		t.Fatal(err)
	}
	env := p.Env(t, server)
	baseline, err := specs.LoadBaseline(baselineFile)
	if err != nil {
		t.Fatal(err)
	}
	if err := baseline.Check(env); err != nil {
		t.Fatal(err)
	}
	// Not by specs.Run, of which there is one at a time.
	summary := &specs.Summary{Started: time.Now()}
	for _, c := range env.Runnable() {
		summary.Results = append(summary.Results, specs.RunCase(ctx, env, c))
	}
	summary.Duration = time.Since(summary.Started)
	r := specs.Report("test", summary)
	baseline.Apply(r)
	var text strings.Builder
	if err := report.WriteText(&text, r, report.TextOptions{}); err != nil {
		t.Fatal(err)
	}
	t.Log(text.String())
	if r.Failed {
		t.Errorf("%s does not behave as %s says", server.Name(), baselineFile)
	}
	for _, c := range r.Cases {
		if c.Verdict == report.Inconclusive && !strings.HasPrefix(c.Note, specs.ErrCannotSetUp.Error()) {
			t.Errorf("%s came to no conclusion: %s", c.ID, c.Note)
		}
	}
}

// Recorded serves the recorded sessions that are built in to our client and to the reference client: each plays to its end, and the client makes of the
// answers what stands there.
func (p Protocol) Recorded(t *testing.T) {
	cases := p.Cases(t, specs.RecordedCases)
	if len(cases) == 0 {
		t.Fatal("there are no sessions")
	}
	for _, c := range cases {
		reference, err := p.Reference() // a new one: it remembers what it was told
		if err != nil {
			t.Fatal(err)
		}
		for _, client := range []specs.ClientUnderTest{p.Native, reference} {
			t.Run(name(c)+"/"+client.Name(), func(t *testing.T) {
				t.Parallel()
				if r := p.RunRecorded(t, client, c); r.Err != nil || r.Judgement.Kind != specs.Satisfied {
					t.Errorf("%s", r.Message())
				}
			})
		}
	}
}

// RunRecorded runs the case of a recorded session, which may be one that is not built in.
func (p Protocol) RunRecorded(t testing.TB, client specs.ClientUnderTest, c specs.Case) specs.Result {
	t.Helper()
	env := p.ClientEnv(t, client)
	if _, there := env.Case(c.ID); !there {
		env.Add(c)
	}
	if err := env.Validate(); err != nil {
		t.Fatal(err)
	}
	return specs.RunCase(t.Context(), env, c)
}

// SessionFS holds one file.
func SessionFS(name, text string) fs.FS {
	return fstest.MapFS{name: &fstest.MapFile{Data: []byte(text)}}
}
