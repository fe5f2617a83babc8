package pop3spec

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"harness/mockservers/pop3mock"
	"harness/specs"
	"harness/specs/register"
)

// serverCases are the cases of the rows.
func serverCases(rows []serverCase) []specs.Case {
	out := make([]specs.Case, len(rows))
	for i, row := range rows {
		out[i] = row.build()
	}
	return out
}

func newEnv(t *testing.T, server specs.ServerUnderTest) *specs.Env {
	t.Helper()
	env := &specs.Env{Server: server}
	Register(env)
	if err := env.Validate(); err != nil {
		t.Fatal(err)
	}
	return env
}

// mockErrors collects what goes wrong in mocks.
type mockErrors struct {
	mu   sync.Mutex
	list []error
}

func (m *mockErrors) add(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list = append(m.list, err)
}

func (m *mockErrors) check(t *testing.T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := errors.Join(m.list...); err != nil {
		t.Errorf("the mock: %v", err)
	}
}

// TestServerCasesConform runs the server cases against the mock that keeps all rules: in the clear, in TLS, and over STLS.
func TestServerCasesConform(t *testing.T) {
	// Passwords are only to be seen in TLS, or where STLS is not to be seen at all.
	for name, mock := range map[string]*MockServer{
		"clear": {}, "implicit TLS": {ImplicitTLS: true}, "STLS": {StartTLS: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var wrong mockErrors
			mock.OnError = wrong.add
			env := newEnv(t, mock)
			t.Cleanup(func() { wrong.check(t) })
			for _, c := range serverCases(serverRows()) {
				t.Run(c.ID, func(t *testing.T) {
					t.Parallel()
					r := specs.RunCase(t.Context(), env, c)
					if r.Failed() || r.Judgement.Kind == specs.Violated || r.Verdict == specs.Undecided {
						t.Error(r.Message())
					}
					if name == "clear" && r.Verdict == specs.Unoffered {
						t.Error(r.Message())
					}
				})
			}
		})
	}
}

// TestDeviations proves each case by the deviations that it names.
func TestDeviations(t *testing.T) {
	for _, c := range serverCases(serverRows()) {
		if len(c.Deviations) == 0 {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			// What a deviation withholds is not waited for as long as a real server is. The quiet waits are not shortened.
			newEnv := func(factor float64) func(string) (*specs.Env, error) {
				return func(deviation string) (*specs.Env, error) {
					env := &specs.Env{Server: Mock()}
					if deviation != "" {
						env.Server, env.TimeFactor, env.QuietWait = Mock(deviation), factor, time.Duration(float64(specs.DefaultQuietWait)/factor)
					}
					Register(env)
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

// TestDeviationsKnown keeps the names of deviations and features right, and the claims of both sides together: a case must not name a
// deviation that the mock does not have for its requirement.
func TestDeviationsKnown(t *testing.T) {
	violates := map[string][]string{}
	for _, d := range pop3mock.Deviations() {
		violates[d.Name] = d.Violates
	}
	for _, c := range serverCases(serverRows()) {
		for _, name := range c.Deviations {
			ids, ok := violates[name]
			switch {
			case !ok:
				t.Errorf("%s: the mock has no deviation %s", c.ID, name)
			case !slices.Contains(ids, c.Requirement):
				t.Errorf("%s: the mock's deviation %s does not say that it violates %s, but %s", c.ID, name, c.Requirement, strings.Join(ids, ", "))
			}
		}
	}
}

// TestCoverage wants a case for each requirement that binds servers.
func TestCoverage(t *testing.T) {
	env := &specs.Env{}
	Register(env)
	judged := map[string]bool{}
	for _, c := range env.Cases() {
		if c.Catalogue == specs.ServerCases {
			judged[c.Requirement] = true
		}
	}
	for _, e := range specs.UncoveredRequirements("pop3", env.Cases()) {
		if e.Party.Binds(register.Server) && notServed[e.ID] == "" {
			t.Errorf("no server case covers %s (%s, %s)", e.ID, e.Cite(), e.Level)
		}
	}
	for _, e := range register.ByRFC(1939) {
		if e.Protocol() == "pop3" && e.OffWire == "" && e.Party.Binds(register.Server) && !judged[e.ID] {
			t.Errorf("%s (%s) is no case's own requirement", e.ID, e.Cite())
		}
	}
}

// TestUserServer runs the cases against a server that is somebody's: nothing is set up, and nothing is changed.
func TestUserServer(t *testing.T) {
	t.Parallel()
	srv := pop3mock.New(t, pop3mock.WithAccount(pop3mock.Account{Name: "carol", Password: "see sharp"}))
	u, err := url.Parse(srv.URL())
	if err != nil {
		t.Fatal(err)
	}
	env := newEnv(t, &specs.UserServer{Target: specs.Target{Name: "carol's", URL: u, User: "carol", Password: "see sharp"}})
	before := maildrop(t, srv)
	for _, c := range serverCases(rfc1939Rows()) {
		r := specs.RunCase(t.Context(), env, c)
		if r.Failed() || r.Judgement.Kind == specs.Violated && r.Entry.Level == register.Must {
			t.Error(r.Message())
		}
		if strings.Contains(r.Message(), "see sharp") {
			t.Errorf("%s shows the password", c.ID)
		}
	}
	if after := maildrop(t, srv); after != before {
		t.Errorf("the maildrop had %d messages, and has %d now", before, after)
	}
}

// maildrop counts carol's messages, by a session of its own.
func maildrop(t *testing.T, srv *pop3mock.Server) int {
	t.Helper()
	m, ok := srv.Store().Maildrop("carol")
	if !ok {
		t.Fatal("carol has no maildrop")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	for {
		drop, err := m.Open(false)
		if err == nil {
			defer drop.Close()
			return len(drop.Messages())
		}
		select {
		case <-time.After(10 * time.Millisecond): // a session of the last case may still be ending
		case <-ctx.Done():
			t.Fatal(err)
		}
	}
}
