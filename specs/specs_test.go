package specs

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/internal/report"
	"harness/protocols/dialect"
	"harness/specs/register"
)

func TestMain(m *testing.M) {
	// Ginkgo never stops its signal handler.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/onsi/ginkgo/v2/internal/interrupt_handler.(*InterruptHandler).registerForInterrupts.func2"))
}

// fakeDialect is POP3 as far as these tests need it: PASS has a secret, and RETR is answered by a block.
type fakeDialect struct{}

func (fakeDialect) Name() string                { return "pop3" }
func (fakeDialect) Schemes() []dialect.Scheme   { return nil }
func (fakeDialect) NewTracker() dialect.Tracker { return &fakeTracker{} }

type fakeTracker struct{ retr, block bool }

func (t *fakeTracker) Next(p dialect.Party) dialect.Shape {
	if p == dialect.Server && t.block {
		return dialect.Shape{Kind: dialect.BlockLine}
	}
	return dialect.Shape{}
}

func (t *fakeTracker) Marks(p dialect.Party, u dialect.Unit) []dialect.Mark {
	if verb, _ := dialect.Verb(u.Text); p == dialect.Client && verb == "PASS" && len(u.Text) > 5 {
		return []dialect.Mark{{Start: 5, End: len(u.Text), Kind: "password", Secret: true}}
	}
	return nil
}

func (t *fakeTracker) Compare(dialect.Party, dialect.Unit, dialect.Unit) dialect.Likeness {
	return dialect.Same
}

func (t *fakeTracker) Saw(p dialect.Party, u dialect.Unit) []dialect.Event {
	switch verb, _ := dialect.Verb(u.Text); {
	case p == dialect.Client:
		t.retr = verb == "RETR"
	case t.block:
		t.block = string(u.Text) != "."
	default:
		t.block = t.retr && verb == "+OK"
	}
	return nil
}

type fakeServer struct {
	disposable bool
	deviation  string
}

func (s *fakeServer) Name() string     { return "fake server" }
func (s *fakeServer) Disposable() bool { return s.disposable }
func (s *fakeServer) Start(ctx context.Context, t *T, setup Setup) (*Target, error) {
	if len(setup.Features) > 0 {
		return nil, fmt.Errorf("%w: no features", ErrCannotSetUp)
	}
	return &Target{Name: "fake server", URL: &url.URL{Scheme: "pop3", Host: "127.0.0.1:1"}, User: "u", Password: "s3cret-word"}, nil
}

type fakeClient struct{}

func (fakeClient) Name() string { return "fake client" }

func newEnv(disposable bool, cases ...Case) *Env {
	e := &Env{Server: &fakeServer{disposable: disposable}, Client: fakeClient{}}
	e.UseDialect(fakeDialect{})
	e.Add(cases...)
	return e
}

// aCase is a valid server case that gives the judgement.
func aCase(name string, j Judgement) Case {
	return Case{
		ID: "pop3/server/" + name, Catalogue: ServerCases, Requirement: "pop3/greeting-sent", Deviations: []string{"no-greeting"},
		Run: func(context.Context, *T) Judgement { return j },
	}
}

func entryOf(t *testing.T, level register.Level, party register.Party) register.Entry {
	t.Helper()
	for _, e := range register.ForProtocol("pop3") {
		if e.Level == level && e.Party == party {
			return e
		}
	}
	t.Fatalf("the register has no %s of the %s", level, party)
	return register.Entry{}
}

func TestJudge(t *testing.T) {
	for _, c := range []struct {
		kind   JudgementKind
		level  register.Level
		strict bool
		want   Verdict
	}{
		{Satisfied, register.Must, false, Conformant},
		{Violated, register.Must, false, NonConformant},
		{Violated, register.MustNot, false, NonConformant},
		{Violated, register.Should, false, Latitude},
		{Violated, register.Should, true, NonConformant},
		{Violated, register.ShouldNot, true, NonConformant},
		{Violated, register.May, true, Latitude},
		{Observed, register.May, true, Latitude},
		{Observed, register.Must, false, Conformant},
		{NotOffered, register.Must, true, Unoffered},
		{Inconclusive, register.Must, true, Undecided},
	} {
		if got := Judge(c.kind, c.level, c.strict); got != c.want {
			t.Errorf("Judge(%s, %s, strict %v) = %s, want %s", c.kind, c.level, c.strict, got, c.want)
		}
	}
}

func TestValidate(t *testing.T) {
	if err := newEnv(true, aCase("good", OK())).Validate(); err != nil {
		t.Fatal(err)
	}
	clientRule := entryOf(t, register.Must, register.Client).ID
	for want, change := range map[string]func(*Case){
		"protocol/catalogue/name":           func(c *Case) { c.ID = "pop3/uidl" },
		"lower case":                        func(c *Case) { c.ID = "pop3/server/UIDL" },
		`the id says catalogue "server"`:    func(c *Case) { c.Catalogue = ClientCases; c.Requirement = clientRule },
		`catalogue "both" is unknown`:       func(c *Case) { c.ID = "pop3/both/x"; c.Catalogue = "both" },
		`"pop3/no-such" is not in the`:      func(c *Case) { c.Requirement = "pop3/no-such" },
		`"pop3/nor-this" is not in the`:     func(c *Case) { c.Also = []string{"pop3/nor-this"} },
		"binds the client":                  func(c *Case) { c.Requirement = clientRule },
		"has to name a deviation":           func(c *Case) { c.Deviations = nil },
		`label "quick" is unknown`:          func(c *Case) { c.Labels = []string{"quick"} },
		"can be no label":                   func(c *Case) { c.Needs = []string{"a&b"} },
		"no Run":                            func(c *Case) { c.Run = nil },
		"timeout is negative":               func(c *Case) { c.Timeout = -1 },
		"only a recorded case has one":      func(c *Case) { c.Rule = "x" },
		"protocol smtp has cases but no di": func(c *Case) { c.ID = "smtp/server/x" },
		"another protocol's":                func(c *Case) { c.ID = "smtp/server/x" },
		"needs a Rule":                      func(c *Case) { c.ID = "pop3/recorded/x"; c.Catalogue = RecordedCases; c.Requirement = "" },
		"has no requirement":                func(c *Case) { c.ID = "pop3/recorded/x"; c.Catalogue = RecordedCases },
		"only a server case can change": func(c *Case) {
			c.ID = "pop3/client/x"
			c.Catalogue = ClientCases
			c.Requirement = clientRule
			c.Mutates = true
		},
	} {
		c := aCase("x", OK())
		change(&c)
		if err := newEnv(true, c).Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Validate() = %v, want %q", err, want)
		}
	}
	if err := newEnv(true, aCase("x", OK()), aCase("x", OK())).Validate(); err == nil || !strings.Contains(err.Error(), "added twice") {
		t.Errorf("a case added twice: %v", err)
	}
	recorded := Case{ID: "pop3/recorded/a", Catalogue: RecordedCases, Rule: "understood", Run: func(context.Context, *T) Judgement { return OK() }}
	if err := newEnv(true, recorded).Validate(); err != nil {
		t.Error(err)
	}
}

func TestLabels(t *testing.T) {
	c := aCase("x", OK())
	c.Mutates, c.Needs, c.Labels = true, []string{"UIDL", "UIDL"}, []string{"slow"}
	want := "pop3 server RFC1939 RFC1939-3 MUST UIDL mutates slow"
	if got := strings.Join(c.AllLabels(), " "); got != want {
		t.Errorf("AllLabels() = %s, want %s", got, want)
	}
	for _, e := range register.All() {
		c := Case{ID: e.Protocol() + "/server/x", Catalogue: ServerCases, Requirement: e.ID}
		for _, l := range c.AllLabels() {
			if strings.ContainsAny(l, "&|!,()/:") {
				t.Errorf("requirement %s gives a label that Ginkgo refuses: %q", e.ID, l)
			}
		}
	}
}

func TestRunCase(t *testing.T) {
	ctx := context.Background()
	var order []string
	c := aCase("x", OK())
	c.Run = func(ctx context.Context, t *T) Judgement {
		t.Cleanup(func() { order = append(order, "first") })
		t.Cleanup(func() { order = append(order, "second") })
		target, err := t.Start(ctx, Setup{})
		if err != nil {
			return NotStarted(err)
		}
		return Failf("a greeting", "nothing for %s", target.Password)
	}
	r := RunCase(ctx, newEnv(false), c)
	if r.Verdict != NonConformant || !r.Failed() || r.Err != nil {
		t.Errorf("got %s, %v", r.Verdict, r.Err)
	}
	if got := strings.Join(order, " "); got != "second first" {
		t.Errorf("clean-ups ran in the order %s", got)
	}
	if r.Judgement.Actual != "nothing for ***" {
		t.Errorf("the password of a user's server shows: %q", r.Judgement.Actual)
	}
	for _, want := range []string{"pop3/server/x: non-conformant (fake server)", "RFC 1939 section 3, MUST", "expected: a greeting"} {
		if !strings.Contains(r.Message(), want) {
			t.Errorf("the message lacks %q:\n%s", want, r.Message())
		}
	}

	c.Run = func(ctx context.Context, t *T) Judgement {
		_, err := t.Start(ctx, Setup{Features: []string{"-UIDL"}})
		return NotStarted(err)
	}
	if r := RunCase(ctx, newEnv(true), c); r.Verdict != Undecided || r.Failed() || !strings.Contains(r.Judgement.Note, "cannot be set up so: no features") {
		t.Errorf("a server that cannot be set up: %s, %q", r.Verdict, r.Judgement.Note)
	}

	c.Mutates = true
	c.Run = func(context.Context, *T) Judgement { return OK() }
	if r := RunCase(ctx, newEnv(false), c); r.Verdict != Undecided || !strings.Contains(r.Judgement.Note, "--destructive") {
		t.Errorf("a mutating case on a server that is not disposable: %s, %q", r.Verdict, r.Judgement.Note)
	}
	env := newEnv(false)
	env.Destructive = true
	if r := RunCase(ctx, env, c); r.Verdict != Conformant {
		t.Errorf("the same, allowed: %s, %q", r.Verdict, r.Judgement.Note)
	}
	if r := RunCase(ctx, &Env{}, c); r.Verdict != Undecided || !strings.Contains(r.Judgement.Note, "no party under test") {
		t.Errorf("no server: %s, %q", r.Verdict, r.Judgement.Note)
	}
}

func TestBrokenCases(t *testing.T) {
	c := aCase("x", OK())
	c.Run = func(context.Context, *T) Judgement { panic("a bug") }
	if r := RunCase(context.Background(), newEnv(true), c); r.Err == nil || !r.Failed() || r.Verdict != Undecided || !strings.Contains(r.Err.Error(), "specs_test.go") {
		t.Errorf("a panic: %s, %v", r.Verdict, r.Err)
	}
	c.Run = func(_ context.Context, t *T) Judgement {
		t.Cleanup(func() { panic("another") })
		return OK()
	}
	if r := RunCase(context.Background(), newEnv(true), c); r.Err == nil || !strings.Contains(r.Err.Error(), "clean-up") {
		t.Errorf("a panic in a clean-up: %v", r.Err)
	}
	defer func(d time.Duration) { caseGrace = d }(caseGrace)
	caseGrace = 20 * time.Millisecond
	release := make(chan struct{})
	defer close(release)
	c.Timeout = 10 * time.Millisecond
	c.Run = func(context.Context, *T) Judgement { <-release; return OK() }
	if r := RunCase(context.Background(), newEnv(true), c); r.Err == nil || !strings.Contains(r.Err.Error(), "did not end") {
		t.Errorf("a case that hangs: %v", r.Err)
	}
	c.Run = func(ctx context.Context, _ *T) Judgement { <-ctx.Done(); return Unclear("no answer") }
	if r := RunCase(context.Background(), newEnv(true), c); r.Err != nil || !strings.Contains(r.Judgement.Note, "no answer; the case took longer than its 10ms") {
		t.Errorf("a case that is cut short: %q, %v", r.Judgement.Note, r.Err)
	}
}

func TestExchange(t *testing.T) {
	x := NewT(newEnv(true), aCase("x", OK()))
	defer x.End()
	a, b := x.Tap(""), x.Tap("2")
	at := x.exchange.begin
	say := func(tap interface {
		Octets(time.Time, string, dialect.Party, []byte)
	}, p dialect.Party, s string) {
		at = at.Add(time.Millisecond)
		tap.Octets(at, "", p, []byte(s))
	}
	say(a, dialect.Server, "+OK rea")
	say(a, dialect.Server, "dy\r\n")
	say(a, dialect.Client, "PASS s3cret\r\n")
	say(b, dialect.Server, "+OK\x00 \\ \n")
	say(a, dialect.Client, "RETR 1\r\n")
	say(a, dialect.Server, "+OK\r\none\r\ntwo\r\nthree\r\nfour\r\nfive\r\nsix\r\n.\r\n+OK after\r\n")
	a.Event(at, "", "tls")
	x.Note("a remark")
	say(b, dialect.Client, "PASS half-a-sec")
	var got []string
	for _, l := range x.Exchange() {
		l.At = 0
		got = append(got, strings.TrimPrefix(l.String(), "+0.000s "))
	}
	want := []string{
		"S: +OK ready", "C: PASS ***", `S2: +OK\x00 \\  [LF without CR]`, "C: RETR 1",
		"S: +OK", "S: one", "S: two", "S: three", "S: four", "S: [2 more lines, 11 octets]", "S: .", "S: +OK after",
		"-- tls", "-- a remark", "C2: PASS *** [no line end]",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if l := x.Exchange()[0]; l.At != report.Seconds(2*time.Millisecond) {
		t.Errorf("the first line was at %v", l.At)
	}

	for i := range 1000 {
		say(a, dialect.Client, fmt.Sprintf("NOOP %d\r\n", i))
	}
	say(a, dialect.Client, strings.Repeat("x", 1<<20))
	lines := x.Exchange()
	if len(lines) > exchangeLines+5 || !strings.HasPrefix(lines[0].Text, "(") {
		t.Errorf("%d lines kept, the first %q", len(lines), lines[0].Text)
	}
	if last := lines[len(lines)-2].Text; !strings.Contains(last, "... [1048576 octets]") || len(last) > 300 {
		t.Errorf("a long line is shown as %q", last)
	}
}

func TestCheckDeviations(t *testing.T) {
	newDeviant := func(d string) (*Env, error) {
		if d == "unknown" {
			return nil, errors.New("no such deviation")
		}
		e := newEnv(true)
		e.Server.(*fakeServer).deviation = d
		return e, nil
	}
	judge := func(ok, broken Judgement) func(context.Context, *T) Judgement {
		return func(_ context.Context, t *T) Judgement {
			if t.Env.Server.(*fakeServer).deviation == "" {
				return ok
			}
			return broken
		}
	}
	good := aCase("good", OK())
	good.Run = judge(OK(), Fail("a", "b"))
	blind := aCase("blind", OK())
	zealous := aCase("zealous", Fail("a", "b"))
	unsure := aCase("unsure", OK())
	unsure.Run = judge(Unclear("perhaps"), Fail("a", "b"))
	unknown := aCase("unknown", OK())
	unknown.Deviations = []string{"unknown"}
	var got []string
	for _, err := range CheckDeviations(context.Background(), newDeviant, []Case{good, blind, zealous, unsure, unknown}) {
		got = append(got, strings.SplitN(err.Error(), "\n", 2)[0])
	}
	want := []string{
		"case pop3/server/blind with the deviation no-greeting: it should have found a violation, and found: satisfied",
		"case pop3/server/zealous without a deviation: it found a violation where there is none",
		"case pop3/server/unsure without a deviation: it came to no conclusion",
		"case pop3/server/unknown with the deviation unknown: no such deviation",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestUncoveredRequirements(t *testing.T) {
	all := UncoveredRequirements("pop3", nil)
	c := aCase("x", OK())
	c.Also = []string{"pop3/keyword-case"}
	if got := UncoveredRequirements("pop3", []Case{c}); len(got) != len(all)-2 {
		t.Errorf("a case that names two requirements leaves %d of %d", len(got), len(all))
	}
	for _, e := range all {
		if e.OffWire != "" {
			t.Errorf("%s cannot be tested on the wire", e.ID)
		}
	}
}

func TestRun(t *testing.T) {
	env := newEnv(true, aCase("a", OK()), aCase("b", Fail("x", "y")), aCase("c", Unclear("why")), aCase("d", Absent("UIDL")))
	for range 2 { // a second run in the process works too
		var seen []string
		s, err := Run(context.Background(), env, RunOptions{Progress: func(r Result) { seen = append(seen, r.Case.ID) }})
		if err != nil {
			t.Fatal(err)
		}
		if len(s.Results) != 4 || s.Failed() != 1 || s.Interrupted || strings.Join(seen, " ") != "pop3/server/a pop3/server/b pop3/server/c pop3/server/d" {
			t.Fatalf("%d results, %d failed, interrupted %v, in the order %s", len(s.Results), s.Failed(), s.Interrupted, seen)
		}
	}
	s, err := Run(context.Background(), env, RunOptions{Seed: 7})
	if err != nil || len(s.Results) != 4 {
		t.Errorf("shuffled: %v, %v", s, err)
	}
	var le *LabelError
	if _, err := Run(context.Background(), env, RunOptions{Labels: "(pop3"}); !errors.As(err, &le) || strings.Contains(err.Error(), "{{") {
		t.Errorf("a bad filter: %v", err)
	}
	if _, err := Run(context.Background(), env, RunOptions{Labels: "imap"}); !errors.Is(err, ErrNoCases) {
		t.Errorf("a filter that matches nothing: %v", err)
	}
	if _, err := Run(context.Background(), newEnv(true, Case{ID: "x"}), RunOptions{}); err == nil {
		t.Error("an invalid case was run")
	}
	rep := Report("test", s)
	if rep.Totals.NonConformant != 1 || rep.Totals.Conformant != 1 || rep.Totals.NotOffered != 1 || !rep.Failed {
		t.Errorf("the report counts %+v", rep.Totals)
	}
}

func TestRunInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b := aCase("b", OK())
	b.Run = func(ctx context.Context, _ *T) Judgement { cancel(); <-ctx.Done(); return Unclear("cut short") }
	s, err := Run(ctx, newEnv(true, aCase("a", OK()), b, aCase("c", OK())), RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if !s.Interrupted || len(s.Results) != 1 || s.Results[0].Case.ID != "pop3/server/a" {
		t.Errorf("interrupted %v, results %v", s.Interrupted, s.Results)
	}
}

func TestSuite(t *testing.T) {
	for range 2 {
		ran := 0
		c := aCase("a", OK())
		c.Run = func(context.Context, *T) Judgement { ran++; return OK() }
		Suite(t, "a suite", func() { Describe(newEnv(true, c)) })
		if ran != 1 {
			t.Errorf("the case ran %d times", ran)
		}
	}
}

func TestBaseline(t *testing.T) {
	b, err := ParseBaseline("known.txt", strings.NewReader(`
# a comment
pop3/server/a: passes now
pop3/server/b @ *FAKE*: is broken: since ever
pop3/server/c: not found out
pop3/server/e @ other*: another server's
imap/server/x: of a protocol that was not run
`))
	if err != nil {
		t.Fatal(err)
	}
	env := newEnv(true, aCase("a", OK()), aCase("b", Fail("x", "y")), aCase("c", Unclear("why")), aCase("e", Fail("x", "y")))
	if err := b.Check(env); err != nil {
		t.Error(err)
	}
	s, err := Run(context.Background(), env, RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	r := Report("test", s)
	b.Apply(r)
	if r.Cases[1].Known != "is broken: since ever" || r.Cases[3].Known != "" || r.Totals.Known != 1 || !r.Failed {
		t.Errorf("known: %q, %q; totals %+v", r.Cases[1].Known, r.Cases[3].Known, r.Totals)
	}
	want := []string{"known.txt:3: pop3/server/a is listed as a known failure of fake server, and passes now: take the line out"}
	if !slices.Equal(r.Problems, want) {
		t.Errorf("problems %q", r.Problems)
	}
	if err := b.Check(newEnv(true, aCase("a", OK()))); err == nil || !strings.HasPrefix(err.Error(), "known.txt:4: there is no case pop3/server/b") {
		t.Errorf("a case that does not exist: %v", err)
	}
	for text, want := range map[string]string{
		"pop3/server/a":                                "k:1: expected \"CASE",
		"pop3/server/a: ":                              "k:1: expected \"CASE",
		"\n#\nuidl: x":                                 "k:3: expected a case's id",
		"pop3/server/a @ : x":                          "k:1: expected a pattern",
		"pop3/server/a @ [: x":                         "k:1: pattern",
		"pop3/server/a: x\npop3/server/a: y":           "k:2: pop3/server/a is listed already, in line 1",
		"pop3/server/a @ pop3://host:110: is a reason": "",
	} {
		_, err := ParseBaseline("k", strings.NewReader(text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
