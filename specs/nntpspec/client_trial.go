package nntpspec

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"time"

	"harness/internal/ca"
	"harness/mockservers"
	"harness/mockservers/nntpmock"
	"harness/protocols/nntp"
	"harness/specs"
	"harness/specs/trial"
)

// serverName is the name of the server that client cases connect to, as the client is told it.
const serverName = "news.example.org"

// plainCaps are the capabilities of a server of which a case wants nothing special.
const plainCaps = "VERSION 2\nREADER\nPOST\nIHAVE\nNEWNEWS\nSTREAMING\nOVER MSGID\nHDR\nLIST ACTIVE NEWSGROUPS ACTIVE.TIMES DISTRIB.PATS OVERVIEW.FMT HEADERS COUNTS DISTRIBUTIONS MODERATORS MOTD SUBSCRIPTIONS"

// noCaps has a server without CAPABILITIES.
const noCaps = "-"

// clientCase is a row of the tables of client cases: a server that follows a script, and what the client is made to do.
type clientCase struct {
	// name makes the case's id, nntp/client/NAME, and its requirement, nntp/NAME, unless requirement names another.
	name, requirement string
	// also names further requirements that the case touches, without "nntp/".
	also       []string
	labels     []string
	timeout    time.Duration
	deviations []string

	// script is what the server says and what it expects, in the form of sessions (fixtures/sessions/FORMAT.md) without their header, from behind the
	// greeting. A CAPABILITIES that it doesn't expect is answered by caps; behind its end the client may QUIT.
	script string
	// greeting is the greeting, "200 harness ready" if it is "".
	greeting string
	// caps are the capabilities, one a line: plainCaps if it is "", and none, not even the command, for noCaps.
	caps string
	// serve stands in place of greeting and script, for what a session cannot say: which octets come in one segment, what depends on what came.
	serve func(s *script)
	// options changes what the client connects with.
	options func(o *ClientOptions)
	// tls changes the server's side of TLS; it has a good certificate for any name that is asked for otherwise.
	tls func(a *ca.CA) (*tls.Config, error)
	// run drives the client. If neither it nor the script settles the judgement, that is Satisfied.
	run func(d *try)
}

// of returns the row as one for a requirement whose name is not its own.
func (c clientCase) of(requirement string) clientCase {
	c.requirement = requirement
	return c
}

// build makes the case.
func (c clientCase) build() specs.Case {
	return trial.Case(specs.Row{
		Catalogue: specs.ClientCases, Protocol: "nntp", Name: c.name, Requirement: c.requirement, Also: c.also,
		Deviations: c.deviations, Labels: c.labels, Timeout: c.timeout,
	}, func(ctx context.Context, t *specs.T, client Client) specs.Judgement {
		return newTry(ctx, t, client, c).judge()
	})
}

// try is one try of a client.
type try struct {
	trial.Try[ClientSession, ClientOptions]
	row clientCase
	// security is how the client is told to get its TLS.
	security Security
}

func newTry(ctx context.Context, t *specs.T, client Client, row clientCase) *try {
	d := &try{row: row}
	d.Trial = trial.Trial{Ctx: ctx, T: t}
	d.Client, d.Options = client, d.options
	return d
}

func (d *try) judge() specs.Judgement {
	d.security = d.options().Security
	return d.Judge(trial.Options{Dialect: nntp.Dialect(), ImplicitTLS: d.security == Implicit, TLS: d.row.tls, Serve: d.serve}, func() { d.row.run(d) })
}

// The client's side.

// step is something that the client is to do.
type step = func(ctx context.Context, c ClientSession) error

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
	s, err := d.DialContext(d.Ctx, change...)
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
	return d.TurnedAway(expected, quit)
}

// inGroup has the client connect and select the group of the cases, which is not judged; [script.group] is its other side.
func (d *try) inGroup() *subject {
	s := d.open()
	s.given().group(homeGroup)
	return s
}

// value has the client do something that has to succeed, and returns what it brings.
func value[T any](s *subject, what string, f func(c ClientSession, ctx context.Context) (T, error)) T {
	return trial.Value(&s.Subject, what, func(ctx context.Context, c ClientSession) (T, error) { return f(c, ctx) })
}

// valueOf is value for what has an argument, which is part of what it is called.
func valueOf[T any](s *subject, what string, f func(c ClientSession, ctx context.Context, arg string) (T, error), arg string) T {
	what = strings.TrimSpace(what + " " + arg)
	return trial.Value(&s.Subject, what, func(ctx context.Context, c ClientSession) (T, error) { return f(c, ctx, arg) })
}

// get makes a step of what brings a value that is not looked at, and getOf of what has an argument.
func get[T any](f func(c ClientSession, ctx context.Context) (T, error)) step {
	return func(ctx context.Context, c ClientSession) error {
		_, err := f(c, ctx)
		return err
	}
}

func getOf[T any](f func(c ClientSession, ctx context.Context, arg string) (T, error), arg string) step {
	return func(ctx context.Context, c ClientSession) error {
		_, err := f(c, ctx, arg)
		return err
	}
}

// alice are the credentials of the first account.
func alice() Credentials {
	return Credentials{User: nntpmock.DefaultUser, Password: nntpmock.DefaultPassword}
}

func quit(ctx context.Context, c ClientSession) error     { return c.Quit(ctx) }
func starttls(ctx context.Context, c ClientSession) error { return c.STARTTLS(ctx) }
func compress(ctx context.Context, c ClientSession) error { return c.Compress(ctx) }
func reader(ctx context.Context, c ClientSession) error   { return c.Reader(ctx) }

func authUser(ctx context.Context, c ClientSession) error {
	return c.AuthUser(ctx, nntpmock.DefaultUser, nntpmock.DefaultPassword)
}

func authBy(mechanism string) step {
	return func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, mechanism, alice()) }
}

func login(methods ...string) step {
	return func(ctx context.Context, c ClientSession) error { return c.Login(ctx, alice(), methods...) }
}

func (s *subject) quit()     { s.Do("QUIT", quit) }
func (s *subject) starttls() { s.Do("STARTTLS", starttls) }
func (s *subject) compress() { s.Do("COMPRESS", compress) }

func (s *subject) caps() nntp.Capabilities {
	return value(s, "CAPABILITIES", ClientSession.Capabilities)
}

func (s *subject) group(name string) nntp.Group {
	return valueOf(s, "GROUP", ClientSession.Group, name)
}

func (s *subject) date() time.Time { return value(s, "DATE", ClientSession.Date) }

func (s *subject) stat(which string) nntp.Found {
	return valueOf(s, "STAT", ClientSession.Stat, which)
}

func (s *subject) article(which string) Article {
	return valueOf(s, "ARTICLE", ClientSession.Article, which)
}

func (s *subject) post(article string) {
	s.Do("POST", func(ctx context.Context, c ClientSession) error { return c.Post(ctx, []byte(article)) })
}

func (s *subject) retrieve(which ...string) []Retrieved {
	got := trial.Value(&s.Subject, "the articles", func(ctx context.Context, c ClientSession) ([]Retrieved, error) { return c.Retrieve(ctx, which...) })
	if !s.d.Settled() && len(got) != len(which) {
		s.d.Fail(fmt.Sprintf("%d results", len(which)), "%d", len(got))
	}
	return append(got, make([]Retrieved, max(len(which)-len(got), 0))...)
}

// responseOf returns the refusal in an error; an empty one if there is none.
func responseOf(err error) *nntp.Response {
	var r *nntp.Response
	if errors.As(err, &r) {
		return r
	}
	return &nntp.Response{}
}

// refusedWith has the client do something that the server refuses, and fails unless it hands on the refusal.
func (s *subject) refusedWith(code int, what string, f step) *nntp.Response {
	err := s.Refuses(what, f)
	r := responseOf(err)
	if err != nil && err != trial.ErrSettled && r.Code != code {
		s.d.Fail(fmt.Sprintf("the refusal of %s by %d", what, code), "the client says: %v", err)
	}
	return r
}

// The server's side.

// script is a connection of the scripted server. A CAPABILITIES that the client sends without being expected to is answered.
type script struct {
	trial.Script
	d    *try
	caps string // of the row, unless the script changes them
	// block says that the client is in a data block.
	block bool
}

// serve is the server's function for a connection.
func (d *try) serve(c *mockservers.Conn) error {
	s := &script{Script: d.NewScript(c), d: d, caps: d.row.caps}
	s.Aside = func(l trial.Said) bool {
		if l.Verb() != "CAPABILITIES" {
			return false
		}
		s.capabilities()
		return true
	}
	s.Prompts = func(said string) bool {
		s.block = strings.HasPrefix(said, "340") || strings.HasPrefix(said, "335")
		return s.block || strings.HasPrefix(said, "383")
	}
	s.Continues = func(l trial.Said) bool {
		if !l.Prompted {
			s.block = l.Verb() == "TAKETHIS"
		} else if string(l.Text) == "." {
			s.block = false
		}
		return s.block
	}
	s.Leaves = func(l trial.Said) bool {
		if l.Verb() != "QUIT" {
			return false
		}
		s.Say("205 bye")
		return true
	}
	if d.row.serve != nil {
		d.row.serve(s)
	} else {
		s.greet()
		s.Play(d.row.script)
		s.Rest()
	}
	return s.Err()
}

// greet says the greeting.
func (s *script) greet() {
	if s.d.row.greeting != "" {
		s.Say(s.d.row.greeting)
		return
	}
	s.Say("200 harness ready")
}

// capabilities answers CAPABILITIES.
func (s *script) capabilities() {
	if s.caps == noCaps {
		s.Say("500 what?")
		return
	}
	caps := s.caps
	if caps == "" {
		caps = plainCaps
	}
	s.Say("101 capabilities")
	s.Say(strings.Split(caps, "\n")...)
	s.Say(".")
}

// groupAnswer is how the group of the cases is selected.
const groupAnswer = "211 3 1 3 " + homeGroup

// group plays the server's side of [try.inGroup].
func (s *script) group() {
	was := s.Pre
	s.Pre = true
	s.greet()
	s.Play("C: GROUP " + homeGroup + "\nS: " + groupAnswer + "\n")
	s.Pre = was
}
