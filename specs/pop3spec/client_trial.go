package pop3spec

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	"harness/internal/ca"
	"harness/mockservers"
	"harness/protocols/pop3"
	"harness/specs"
	"harness/specs/trial"
)

// serverName is the name of the server that client cases connect to, as the client is told it.
const serverName = "mail.example.org"

// clientCase is a row of the tables of client cases: a server that follows a script, and what the client is made to do.
type clientCase struct {
	// name makes the case's id, pop3/client/NAME, and its requirement, pop3/NAME, unless requirement names another.
	name, requirement string
	// also names further requirements that the case touches, without "pop3/".
	also       []string
	labels     []string
	timeout    time.Duration
	deviations []string

	// script is what the server says and what it expects, in the form of sessions (fixtures/sessions/FORMAT.md) without their header. A CAPA that
	// it doesn't expect is answered by caps; behind its end the client may QUIT.
	script string
	// login has the script begin behind a login with USER and PASS, in which the client's steps are not judged. [try.login] is its other side.
	login bool
	// caps are the capabilities, one a line; "" refuses CAPA.
	caps string
	// serve stands in place of a script, for what a session cannot say: which octets come in one segment, what depends on what came.
	serve func(s *script)
	// options changes what the client connects with.
	options func(o *ClientOptions)
	// tls changes the server's side of TLS; it has a good certificate for any name that is asked for otherwise.
	tls func(a *ca.CA) (*tls.Config, error)
	// run drives the client. If neither it nor the script settles the judgement, that is Satisfied.
	run func(d *try)
}

// build makes the case.
func (c clientCase) build() specs.Case {
	return trial.Case(specs.Row{
		Catalogue: specs.ClientCases, Protocol: "pop3", Name: c.name, Requirement: c.requirement, Also: c.also,
		Deviations: c.deviations, Labels: c.labels, Timeout: c.timeout,
	}, func(ctx context.Context, t *specs.T, client Client) specs.Judgement {
		return newTry(ctx, t, client, c).judge()
	})
}

// try is one try of a client.
type try struct {
	trial.Try[ClientSession, ClientOptions]
	row clientCase
}

func newTry(ctx context.Context, t *specs.T, client Client, row clientCase) *try {
	d := &try{row: row}
	d.Trial = trial.Trial{Ctx: ctx, T: t}
	d.Client, d.Options = client, d.options
	return d
}

func (d *try) judge() specs.Judgement {
	o := d.options()
	return d.Judge(trial.Options{Dialect: pop3.Dialect(), ImplicitTLS: o.Security == Implicit, TLS: d.row.tls, Serve: d.serve}, func() { d.row.run(d) })
}

// The client's side.

// subject is a session of the client under test.
type subject struct {
	trial.Subject[ClientSession]
	d *try
}

// given returns the session for steps that the rule is not about.
func (s *subject) given() *subject {
	g := *s
	g.Pre = true
	return &g
}

func (d *try) options() ClientOptions {
	o := ClientOptions{Connection: d.Connection(serverName)}
	if d.row.options != nil {
		d.row.options(&o)
	}
	return o
}

// dial has the client connect, and settles nothing.
func (d *try) dial(change ...func(o *ClientOptions)) (*subject, error) {
	return d.dialContext(d.Ctx, change...)
}

func (d *try) dialContext(ctx context.Context, change ...func(o *ClientOptions)) (*subject, error) {
	s, err := d.DialContext(ctx, change...)
	return &subject{s, d}, err
}

// connect has the client connect, which is judged.
func (d *try) connect(change ...func(o *ClientOptions)) *subject {
	return &subject{d.Connect(false, change...), d}
}

// open has the client connect, which is not judged.
func (d *try) open(change ...func(o *ClientOptions)) *subject {
	return &subject{d.Connect(true, change...), d}
}

// turnedAway has the client connect, which has to fail.
func (d *try) turnedAway(expected string) error {
	return d.TurnedAway(expected, func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) })
}

// login has the client connect and log in with USER and PASS, which is not judged.
func (d *try) login() *subject {
	s := d.open()
	s.given().user(firstUser)
	s.given().pass(firstPassword)
	return s
}

func value[T any](s *subject, what string, f func(ctx context.Context, c ClientSession) (T, error)) T {
	return trial.Value(&s.Subject, what, f)
}

func (s *subject) user(name string) {
	s.Do("USER", func(ctx context.Context, c ClientSession) error { return c.User(ctx, name) })
}

func (s *subject) pass(password string) {
	s.Do("PASS", func(ctx context.Context, c ClientSession) error { return c.Pass(ctx, password) })
}

func (s *subject) apop(user, secret string) {
	s.Do("APOP", func(ctx context.Context, c ClientSession) error { return c.APOP(ctx, user, secret) })
}

func (s *subject) auth(mechanism string, creds Credentials) {
	s.Do("AUTH "+mechanism, func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, mechanism, creds) })
}

// alice are the credentials of the first account.
func alice() Credentials { return Credentials{User: firstUser, Password: firstPassword} }

func (s *subject) automatic(methods ...string) {
	s.Do("a login", func(ctx context.Context, c ClientSession) error { return c.Login(ctx, alice(), methods...) })
}

func (s *subject) capa() pop3.Capabilities {
	return value(s, "CAPA", func(ctx context.Context, c ClientSession) (pop3.Capabilities, error) { return c.Capa(ctx) })
}

func (s *subject) stls() {
	s.Do("STLS", func(ctx context.Context, c ClientSession) error { return c.STLS(ctx) })
}

func (s *subject) utf8() {
	s.Do("UTF8", func(ctx context.Context, c ClientSession) error { return c.UTF8(ctx) })
}

func (s *subject) lang(r string) pop3.Language {
	return value(s, "LANG", func(ctx context.Context, c ClientSession) (pop3.Language, error) { return c.Lang(ctx, r) })
}

func (s *subject) stat() pop3.DropListing {
	return value(s, "STAT", func(ctx context.Context, c ClientSession) (pop3.DropListing, error) { return c.Stat(ctx) })
}

func (s *subject) list(n int) pop3.ScanListing {
	return value(s, fmt.Sprintf("LIST %d", n), func(ctx context.Context, c ClientSession) (pop3.ScanListing, error) { return c.List(ctx, n) })
}

func (s *subject) listAll() []pop3.ScanListing {
	return value(s, "LIST", func(ctx context.Context, c ClientSession) ([]pop3.ScanListing, error) { return c.ListAll(ctx) })
}

func (s *subject) uidl(n int) pop3.UniqueID {
	return value(s, fmt.Sprintf("UIDL %d", n), func(ctx context.Context, c ClientSession) (pop3.UniqueID, error) { return c.Uidl(ctx, n) })
}

func (s *subject) uidlAll() []pop3.UniqueID {
	return value(s, "UIDL", func(ctx context.Context, c ClientSession) ([]pop3.UniqueID, error) { return c.UidlAll(ctx) })
}

func (s *subject) retr(n int) string {
	return string(value(s, fmt.Sprintf("RETR %d", n), func(ctx context.Context, c ClientSession) ([]byte, error) { return c.Retr(ctx, n) }))
}

func (s *subject) top(n, lines int) string {
	return string(value(s, fmt.Sprintf("TOP %d %d", n, lines), func(ctx context.Context, c ClientSession) ([]byte, error) { return c.Top(ctx, n, lines) }))
}

func (s *subject) retrAll(numbers ...int) []Retrieved {
	got := value(s, "the messages", func(ctx context.Context, c ClientSession) ([]Retrieved, error) { return c.RetrAll(ctx, numbers) })
	if !s.d.Settled() && len(got) != len(numbers) {
		s.d.Fail(fmt.Sprintf("%d results", len(numbers)), "%d", len(got))
	}
	return append(got, make([]Retrieved, max(len(numbers)-len(got), 0))...)
}

func (s *subject) dele(n int) {
	s.Do(fmt.Sprintf("DELE %d", n), func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, n) })
}

func (s *subject) noop() {
	s.Do("NOOP", func(ctx context.Context, c ClientSession) error { return c.Noop(ctx) })
}

func (s *subject) rset() {
	s.Do("RSET", func(ctx context.Context, c ClientSession) error { return c.Rset(ctx) })
}

func (s *subject) quit() {
	s.Do("QUIT", func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) })
}

// replyOf returns the refusal in an error; an empty one if there is none.
func replyOf(err error) *pop3.Reply {
	var r *pop3.Reply
	if errors.As(err, &r) {
		return r
	}
	return &pop3.Reply{}
}

// refusedWith has the client do something that the server refuses, and fails unless it hands on the refusal.
func (s *subject) refusedWith(what string, f func(ctx context.Context, c ClientSession) error) *pop3.Reply {
	err := s.Refuses(what, f)
	r := replyOf(err)
	if err != nil && err != trial.ErrSettled && r.Status != pop3.Err {
		s.d.Fail("the refusal of "+what, "the client says: %v", err)
	}
	return r
}

// The server's side.

// script is a connection of the scripted server. A CAPA that the client sends without being expected to is answered.
type script struct {
	trial.Script
	d    *try
	caps string // of the row, unless the script changes them
}

// serve is the server's function for a connection.
func (d *try) serve(c *mockservers.Conn) error {
	s := &script{Script: d.NewScript(c), d: d, caps: d.row.caps}
	s.Aside = func(l trial.Said) bool {
		if !strings.EqualFold(string(l.Text), "CAPA") {
			return false
		}
		s.capa()
		return true
	}
	s.Prompts = func(said string) bool { return said == "+" || strings.HasPrefix(said, "+ ") }
	s.Leaves = func(l trial.Said) bool {
		if l.Verb() != "QUIT" {
			return false
		}
		s.Say("+OK bye")
		return true
	}
	switch {
	case d.row.serve != nil:
		d.row.serve(s)
	default:
		if d.row.login {
			s.login()
		}
		s.Play(d.row.script)
		s.Rest()
	}
	return s.Err()
}

// capa answers CAPA.
func (s *script) capa() { s.Say(capaAnswer(s.caps)...) }

// capaAnswer is the answer to CAPA: caps one a line, or a refusal.
func capaAnswer(caps string) []string {
	if caps == "" {
		return []string{"-ERR what?"}
	}
	return append(append([]string{"+OK"}, strings.Split(caps, "\n")...), ".")
}

// login plays the server's side of a login that is not judged.
func (s *script) login() {
	was := s.Pre
	s.Pre = true
	s.Say("+OK harness ready")
	for !s.Over {
		l, ok := s.Next("USER and PASS")
		if !ok {
			return
		}
		switch l.Verb() {
		case "USER":
			s.Say("+OK")
		case "PASS":
			s.Say("+OK logged in")
			s.Pre = was
			return
		default:
			s.Wrong("USER and PASS", "%s", l.Shown())
		}
	}
}
