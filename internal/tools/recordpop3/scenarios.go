package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"harness/clients/pop3client"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

// The account of every session, and a password that is not its own.
const (
	user          = "alice"
	password      = "wonderland"
	wrongPassword = "looking-glass"
)

// Maildrops, as package maildrop reads them.
const (
	none = "none"
	few  = "01-plain, 03-alternative, 25-dots, 26-empty-body"
	many = "01-plain, 03-alternative, 07-forwarded-twice, 14-latin1, 15-utf8, 18-utf8-headers, 22-line-998, 23-line-5000, 25-dots, " +
		"26-empty-body, 28-no-final-crlf, 33-all-octets"
	manyCount = 12
	large     = "01-plain, 31-megabyte cut to 900 lines"
)

// scenario is what a client does with a server in a session.
type scenario struct {
	name  string
	cites []string
	mail  string
	// implicit has the session begin with TLS.
	implicit bool
	// wrong sessions hold no password but wrong ones, which are written down: redacted, they would be replayed with the right one.
	wrong bool
	// alone sessions leave the server changed: mail is gone, or, as Mailutils does it for UIDL, written anew with another header field.
	alone bool
	// offered reports whether the server offers what the scenario needs; nil if every server does.
	offered func(offer) bool
	// fails tells of servers that fail at it, by their name, and why: they have no such session.
	fails map[string]string
	// steps lead from the greeting to the end.
	steps []step
}

// offer is what a server says that it can do.
type offer struct {
	greeting *pop3.Greeting
	caps     pop3.Capabilities // in the AUTHORIZATION state; nil without CAPA
}

// step is a part of what a client does. It fails if the server does not do what the scenario is about.
type step func(context.Context, *pop3client.Client) error

// scenarios returns all.
func scenarios() []scenario {
	list := []scenario{
		{name: "login", mail: few, cites: []string{"RFC 1939 section 7"}, steps: []step{login, stat, noop, quit}},
		{name: "empty", mail: none, cites: []string{"RFC 1939 section 5"}, steps: []step{login, stat, listAll, uidlAll, refused(retr(1)), quit}},
		{
			name: "capa", mail: few, cites: []string{"RFC 2449 section 5"}, offered: func(o offer) bool { return o.caps != nil },
			steps: []step{capa, login, capa, quit},
		},
		{name: "retrieve", mail: many, cites: []string{"RFC 1939 section 5"}, steps: append([]step{login, stat, listAll}, append(retrAll(manyCount), quit)...)},
		{name: "retrieve-large", mail: large, cites: []string{"RFC 1939 section 5"}, steps: []step{login, list(2), retr(2), quit}},
		{
			name: "top-uidl", mail: few, alone: true, cites: []string{"RFC 1939 section 7"},
			steps: []step{login, uidlAll, uidl(2), list(2), top(1, 0), top(2, 3), top(3, 1), top(3, 1000), top(4, 10), quit},
		},
		{
			name: "delete-reset", mail: few, cites: []string{"RFC 1939 section 5"},
			steps: []step{login, stat, dele(1), dele(3), stat, listAll, say("RETR 1"), say("DELE 3"), rset, stat, listAll, retr(1), quit},
		},
		{
			name: "refusals", mail: few, cites: []string{"RFC 1939 section 3", "RFC 1939 section 5"}, steps: []step{
				say("STAT"), say("XYZZY"), login,
				refused(list(99)), refused(retr(99)), refused(uidl(99)), refused(top(99, 0)), refused(dele(99)),
				say("RETR 0"), say("RETR"), say("RETR one"), say("TOP 1"), stat, quit,
			},
		},
		{
			name: "wrong-password", mail: few, wrong: true, cites: []string{"RFC 1939 section 7", "RFC 3206 section 4"},
			steps: []step{loginWrong, quit},
		},
		{
			name: "pipelining", mail: few, alone: true, cites: []string{"RFC 2449 section 6.6"}, offered: announces(pop3.CapaPipelining),
			steps: []step{capa, login, pipelined, quit},
		},
		{
			name: "pipelining-login", mail: few, cites: []string{"RFC 2449 section 6.6"}, offered: announces(pop3.CapaPipelining),
			fails: map[string]string{"courier": "it announces PIPELINING, and loses what is sent behind PASS before the answer"},
			steps: []step{capa, pipelinedLogin, quit},
		},
		{name: "stls", mail: few, cites: []string{"RFC 2595 section 4"}, offered: announces(pop3.CapaSTLS), steps: []step{capa, stls, capa, login, listAll, retr(3), quit}},
		{name: "implicit-tls", mail: few, implicit: true, cites: []string{"RFC 8314 section 3.2"}, steps: []step{login, stat, retr(1), quit}},
		{
			name: "apop", mail: few, cites: []string{"RFC 1939 section 7"}, offered: func(o offer) bool { return o.greeting.Timestamp != "" },
			steps: []step{apop, stat, quit},
		},
		{
			name: "auth-plain", mail: few, cites: []string{"RFC 5034 section 4", "RFC 4616"}, offered: mechanism("PLAIN"),
			steps: []step{capa, auth("PLAIN"), stat, quit},
		},
		{
			// Without CAPA the client does not know that the initial response may come with the command.
			name: "auth-plain-later", mail: few, cites: []string{"RFC 5034 section 4", "RFC 4616"}, offered: mechanism("PLAIN"),
			steps: []step{auth("PLAIN"), stat, quit},
		},
		{name: "utf8", mail: many, cites: []string{"RFC 6856 section 2.1"}, offered: announces(pop3.CapaUTF8), steps: []step{capa, utf8, login, list(6), retr(5), retr(6), quit}},
	}
	for _, mech := range []string{"LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"} {
		list = append(list, scenario{
			name: "auth-" + strings.ToLower(mech), mail: few, cites: []string{"RFC 5034 section 4"}, offered: mechanism(mech), steps: []step{capa, auth(mech), stat, quit},
		})
	}
	return append(list, scenario{
		name: "delete-quit", mail: few, alone: true, cites: []string{"RFC 1939 section 6"}, steps: []step{login, dele(1), dele(3), listAll, uidlAll, quit},
	})
}

func announces(tag string) func(offer) bool {
	return func(o offer) bool { return o.caps.Has(tag) }
}

func mechanism(name string) func(offer) bool {
	return func(o offer) bool { return slices.Contains(o.caps.SASL(), name) }
}

func login(ctx context.Context, c *pop3client.Client) error {
	if err := c.User(ctx, user); err != nil {
		return err
	}
	return c.Pass(ctx, password)
}

func loginWrong(ctx context.Context, c *pop3client.Client) error {
	if err := c.User(ctx, user); err != nil {
		return err
	}
	return refused(func(ctx context.Context, c *pop3client.Client) error { return c.Pass(ctx, wrongPassword) })(ctx, c)
}

func apop(ctx context.Context, c *pop3client.Client) error { return c.APOP(ctx, user, password) }

func auth(mechanism string) step {
	return func(ctx context.Context, c *pop3client.Client) error {
		return c.AuthMechanism(ctx, mechanism, pop3client.Credentials{User: user, Password: password})
	}
}

func capa(ctx context.Context, c *pop3client.Client) error {
	_, err := c.Capa(ctx)
	return err
}

func stls(ctx context.Context, c *pop3client.Client) error { return c.STLS(ctx) }
func utf8(ctx context.Context, c *pop3client.Client) error { return c.UTF8(ctx) }
func noop(ctx context.Context, c *pop3client.Client) error { return c.Noop(ctx) }
func rset(ctx context.Context, c *pop3client.Client) error { return c.Rset(ctx) }

func stat(ctx context.Context, c *pop3client.Client) error {
	_, err := c.Stat(ctx)
	return err
}

func listAll(ctx context.Context, c *pop3client.Client) error {
	_, err := c.ListAll(ctx)
	return err
}

func uidlAll(ctx context.Context, c *pop3client.Client) error {
	_, err := c.UidlAll(ctx)
	return err
}

func list(n int) step {
	return func(ctx context.Context, c *pop3client.Client) error {
		_, err := c.List(ctx, n)
		return err
	}
}

func uidl(n int) step {
	return func(ctx context.Context, c *pop3client.Client) error {
		_, err := c.Uidl(ctx, n)
		return err
	}
}

func dele(n int) step {
	return func(ctx context.Context, c *pop3client.Client) error { return c.Dele(ctx, n) }
}

func retr(n int) step {
	return func(ctx context.Context, c *pop3client.Client) error {
		_, err := c.RetrTo(ctx, n, io.Discard)
		return err
	}
}

func retrAll(count int) []step {
	var out []step
	for n := range count {
		out = append(out, retr(n+1))
	}
	return out
}

func top(n, lines int) step {
	return func(ctx context.Context, c *pop3client.Client) error {
		m, err := c.Top(ctx, n, lines)
		if err != nil {
			return err
		}
		return m.Close()
	}
}

// pipelined has the client say many commands at once.
func pipelined(ctx context.Context, c *pop3client.Client) error {
	p := c.Pipeline()
	p.Stat()
	p.ListAll()
	p.UidlAll()
	for n := 1; n <= 4; n++ {
		p.Retr(n, io.Discard)
	}
	p.Dele(2)
	p.List(1)
	p.Rset()
	last := p.Noop()
	if err := p.Run(ctx); err != nil {
		return err
	}
	_, err := last.Get()
	return err
}

// pipelinedLogin has the client log in and go on at once.
func pipelinedLogin(ctx context.Context, c *pop3client.Client) error {
	p := c.Pipeline()
	p.User(user)
	in := p.Pass(password)
	p.Stat()
	last := p.Retr(1, io.Discard)
	if err := p.Run(ctx); err != nil {
		return err
	}
	if _, err := in.Get(); err != nil {
		return err
	}
	_, err := last.Get()
	return err
}

// refused is a step that the server refuses.
func refused(s step) step {
	return func(ctx context.Context, c *pop3client.Client) error {
		err := s(ctx, c)
		var reply *pop3.Reply
		switch {
		case err == nil:
			return errors.New("the server did what it was expected to refuse")
		case errors.As(err, &reply) && reply.Code != pop3.CodeInUse:
			return nil
		}
		return err
	}
}

// say says a line as it is, and takes whatever answer the server gives.
func say(line string) step {
	return func(ctx context.Context, c *pop3client.Client) error {
		reply, err := c.Raw(ctx, line)
		if err != nil {
			return err
		}
		cmd, err := pop3.Rules{Lenient: true}.ParseCommand(wire.Line{Text: []byte(line), End: wire.CRLF})
		if err == nil && reply.Status == pop3.OK && cmd.Multiline() {
			_, err = c.ReadBlock(ctx)
			return err
		}
		return nil
	}
}

// quit ends the session and lets the server close the connection: a client that closes it as well might be first.
func quit(ctx context.Context, c *pop3client.Client) error {
	reply, err := c.Raw(ctx, "QUIT")
	if err != nil {
		return err
	}
	if reply.Status != pop3.OK {
		return fmt.Errorf("QUIT: %w", reply)
	}
	if err := c.ExpectClose(ctx); err != nil {
		return fmt.Errorf("after QUIT: %w", err)
	}
	return nil
}

// offers asks a server what it can do.
func offers(ctx context.Context, c *pop3client.Client) (offer, error) {
	caps, err := c.Capa(ctx)
	var reply *pop3.Reply
	if err != nil && !errors.As(err, &reply) {
		return offer{}, err
	}
	return offer{greeting: c.Greeting(), caps: caps}, quit(ctx, c)
}
