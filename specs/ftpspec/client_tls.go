package ftpspec

import (
	"context"
	"crypto/tls"
	"regexp"
	"strings"

	"harness/internal/ca"
	"harness/protocols/ftp"
	"harness/specs/trial"
)

// upgrade has the client upgrade by AUTH TLS before anything else, implicit begin with TLS; both keep passwords out of the clear.
func upgrade(o *ClientOptions)  { o.Security, o.RequireTLS = Upgrade, true }
func implicit(o *ClientOptions) { o.Security, o.RequireTLS = Implicit, true }

// demanding keeps passwords out of the clear.
func demanding(o *ClientOptions) { o.RequireTLS = true }

// activeTLS is upgrade with active data connections.
func activeTLS(o *ClientOptions) {
	upgrade(o)
	active(o)
}

// authenticated is the beginning of a session that is upgraded.
const authenticated = "S: 220 ready\nC: AUTH TLS\nS: 234 go on\n-- tls\n"

// suspect has the client connect with TLS to a server whose certificate it has to refuse.
func suspect(d *try) {
	s, err := d.dial()
	if err == nil {
		s.Quietly(login, quit)
		d.Fail("an error, as the server's certificate is not to be accepted", "the client goes on")
	}
	d.Never("to a server whose certificate is not to be accepted", "USER", "PASS", "ACCT")
}

// inClear fails if a password, or the name that goes with it, went over the wire in the clear.
func inClear(d *try) {
	for _, l := range d.Lines() {
		switch l.Verb() {
		case "USER", "PASS", "ACCT":
			d.Check(l.TLS, "no USER, PASS or ACCT in the clear", "%s", l.Shown())
		}
	}
}

// hello is a transfer over TLS.
func hello(d *try) {
	s := d.login()
	d.Same("the file", s.retr("a"), "hello")
	s.stor("b", "hello")
	s.quit()
}

// transfers serves it.
func transfers(s *script) {
	for _, command := range []string{"RETR a", "STOR b"} {
		s.expect(command)
		if !s.private {
			s.Wrong("PROT P before "+command, "none")
		}
		s.Say("150 here it goes")
		if command == "STOR b" {
			s.d.Same("the file", s.received(), "hello")
		} else {
			s.data("hello")
			s.eof()
		}
		s.Say("226 done")
	}
	s.Rest()
}

// tlsRows are about TLS on the control connection and on data connections.
func tlsRows() []clientCase {
	row := func(c clientCase) clientCase {
		c.labels = append(c.labels, "tls")
		if c.options == nil {
			c.options = upgrade
		}
		return c
	}
	rows := []clientCase{
		{name: "auth-tls-parameter", deviations: []string{"auth-ssl"}, early: true, script: authenticated + loggedIn, run: authenticates},
		{name: "auth-tls-sent", deviations: []string{"auth-omitted"}, early: true, script: authenticated + loggedIn, run: authenticates},
		{name: "user-after-tls", deviations: []string{"user-omitted", "user-before-handshake"}, early: true, script: authenticated + loggedIn, run: authenticates},
		{name: "implicit-tls", requirement: "pass-encrypted", deviations: []string{"no-verification"}, options: implicit, tls: trial.Certificate("other.example.org"), early: true,
			script: "S: 220 ready\n" + loggedIn, run: suspect},
		{name: "implicit-good", requirement: "prot-private", deviations: []string{"data-in-clear"}, options: implicit, serve: transfers, run: hello},
		{
			name: "auth-refused-goes-on", early: true, script: "S: 220 ready\nC: AUTH TLS\nS: 502 no\n" + loggedIn, options: func(o *ClientOptions) {},
			run: func(d *try) {
				s := d.connect()
				s.refusedWith(502, "AUTH", func(ctx context.Context, c ClientSession) error { return c.AuthTLS(ctx) })
				if err := s.Try(login); err != nil {
					d.Saw("the client does not go on unprotected: %v", err)
					return
				}
				s.quit()
				d.Saw("the client goes on unprotected when it is told to")
			},
		},
		{
			name: "auth-refused", requirement: "pass-encrypted", labels: []string{"security"}, deviations: []string{"auth-refusal-ignored"}, early: true,
			options: func(o *ClientOptions) { o.Security = Upgrade },
			serve: func(s *script) {
				s.Say("220 ready")
				s.answer("AUTH TLS", "502 no")
				s.respond()
			},
			run: func(d *try) {
				s, err := d.dial()
				if err == nil {
					s.Quietly(login, quit)
				}
				inClear(d)
			},
		},
		{
			name: "pass-encrypted", labels: []string{"security"}, deviations: []string{"tls-not-required"}, early: true, options: demanding,
			serve: func(s *script) { s.Say("220 ready"); s.respond() },
			run: func(d *try) {
				s := d.open()
				s.Quietly(login, func(ctx context.Context, c ClientSession) error { _, err := c.Pass(ctx, alicePassword); return err }, quit)
				inClear(d)
			},
		},
		{
			name: "auth-injected", requirement: "tls-failed-client", labels: []string{"security"}, deviations: []string{"injected-accepted"}, early: true,
			serve: func(s *script) {
				s.Say("220 ready")
				s.expect("AUTH TLS")
				s.Octets("234 go on\r\n331 injected\r\n")
				s.Flush()
				s.C.StartTLS() // not to be judged
				s.respond()
			},
			run: func(d *try) {
				s, err := d.dial()
				if err == nil {
					s.Quietly(login, quit)
					d.Fail("an error, as there were octets in the clear before the handshake", "the client goes on")
				}
			},
		},
		{name: "certificate-name", requirement: "tls-failed-client", labels: []string{"security"}, deviations: []string{"no-verification"}, tls: trial.Certificate("other.example.org"), early: true, script: authenticated, run: suspect},
		{name: "certificate-expired", requirement: "tls-failed-client", labels: []string{"security"}, deviations: []string{"no-verification"}, tls: trial.Faulty(ca.Expired), early: true, script: authenticated, run: suspect},
		{name: "certificate-untrusted", requirement: "tls-failed-client", labels: []string{"security"}, deviations: []string{"no-verification"}, tls: trial.Faulty(ca.UnknownCA), early: true, script: authenticated, run: suspect},
		{
			name: "tls-failed-client", labels: []string{"security"}, deviations: []string{"handshake-failure-ignored"}, early: true,
			serve: func(s *script) {
				s.Say("220 ready")
				if s.Conn == 1 {
					s.answer("AUTH TLS", "234 go on")
					s.Flush()
					s.C.Do(s.d.Ctx, s.d.Wait(), s.C.R.Wait) // the client's part of the handshake
					s.Octets("this is no handshake\r\n")
					s.Flush()
					s.Stop(nil)
					return
				}
				s.respond()
			},
			run: func(d *try) {
				s, err := d.dial()
				if err == nil {
					s.Quietly(login, quit)
					d.Fail("an error, as the handshake failed", "the client goes on")
				}
				inClear(d)
			},
		},
		{name: "prot-after-pbsz", deviations: []string{"prot-without-pbsz"}, serve: transfers, run: after(hello, "PROT", "PBSZ")},
		{name: "pbsz-before-prot", deviations: []string{"prot-without-pbsz"}, serve: transfers, run: after(hello, "PROT", "PBSZ")},
		{
			name: "pbsz-zero", deviations: []string{"pbsz-large"}, serve: transfers,
			run: func(d *try) {
				hello(d)
				for _, l := range d.Sent("PBSZ") {
					d.Check(regexp.MustCompile(`^(?i)PBSZ 0$`).Match(l.Text), "PBSZ 0", "%s", l.Shown())
				}
				d.Check(len(d.Sent("PBSZ")) > 0, "PBSZ", "none")
			},
		},
		{
			name: "prot-pbsz-auth-order", deviations: []string{"pbsz-before-auth", "prot-without-pbsz"}, early: true,
			serve: func(s *script) {
				s.Say("220 ready")
				s.respond()
			},
			run: func(d *try) {
				s := d.open()
				s.Quietly(login, retr("a"), quit)
				order := ""
				for _, l := range d.Lines() {
					if v := l.Verb(); v == "AUTH" || v == "PBSZ" || v == "PROT" {
						order += v + " "
					}
				}
				d.Same("the order", strings.TrimSpace(order), "AUTH PBSZ PROT")
			},
		},
		{name: "prot-private", deviations: []string{"prot-forgotten", "data-in-clear"}, serve: transfers, run: hello},
		{
			name: "prot-explicit", requirement: "prot-private", deviations: []string{"prot-forgotten"}, options: func(o *ClientOptions) { o.Security, o.ClearData = Upgrade, true }, serve: transfers,
			run: func(d *try) {
				s := d.login()
				s.Do("PROT P", func(ctx context.Context, c ClientSession) error { return c.Prot(ctx, ftp.PrivateProtection) })
				d.Same("the file", s.retr("a"), "hello")
				s.stor("b", "hello")
				s.quit()
			},
		},
		{
			name: "prot-refused", requirement: "prot-private", labels: []string{"security"}, deviations: []string{"data-in-clear"},
			serve: func(s *script) {
				for !s.Over {
					l, err := s.Read()
					switch {
					case err != nil:
						s.Stop(nil)
					case l.Verb() == "PROT":
						s.Say("534 not here")
					case l.Verb() == "RETR":
						s.Wrong("no transfer, as its protection was refused", "%s", l.Shown())
					case s.aside(l):
					default:
						s.Say("221 bye")
					}
				}
			},
			run: func(d *try) {
				s := d.login()
				s.Refuses("RETR, as PROT P was refused", retr("a"))
				s.Quietly(quit)
			},
		},
		{
			name: "data-in-clear", requirement: "prot-private", labels: []string{"security"}, deviations: []string{"data-tls-optional", "prot-forgotten"},
			serve: func(s *script) {
				s.answer("RETR a", "150 here it comes")
				s.private = false
				s.data("hello")
				s.eof()
				s.Say("226 done")
				s.Flush()
				s.respond()
			},
			run: func(d *try) {
				s := d.login()
				s.Refuses("RETR, as the data came in the clear though PROT P is in force", retr("a"))
			},
		},
		{name: "tls-roles", deviations: []string{"tls-server-in-active"}, options: activeTLS, serve: transfers, run: hello},
		{
			name: "data-truncated", requirement: "transfer-eof", labels: []string{"security"}, deviations: []string{"truncation-accepted"},
			serve: func(s *script) {
				s.answer("RETR a", "150 here it comes")
				s.data("hel")
				s.cut()
				s.Say("226 done")
				s.Flush()
				s.respond()
			},
			run: func(d *try) {
				d.login().Refuses("a file whose TLS ended without close_notify", retr("a"))
			},
		},
		{
			name: "listing-truncated", requirement: "transfer-eof", labels: []string{"security"}, deviations: []string{"truncation-accepted"},
			serve: func(s *script) {
				s.answer("NLST", "150 here it comes")
				s.data("a\r\n")
				s.cut()
				s.Say("226 done")
				s.Flush()
				s.respond()
			},
			run: func(d *try) { d.login().Refuses("a listing whose TLS ended without close_notify", nlst) },
		},
		{
			name: "data-close-notify", requirement: "stream-file-eof-client", labels: []string{"security"}, deviations: []string{"no-close-notify"},
			serve: func(s *script) {
				s.answer("STOR b", "150 give it")
				got := s.received()
				s.d.Same("the file, with its end", got, "hello")
				s.Say("226 done")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				s.stor("b", "hello")
				s.quit()
			},
		},
		{
			name: "tls-same-certificate-checked", labels: []string{"security"}, deviations: []string{"data-certificate-unchecked"},
			serve: func(s *script) {
				s.answer("RETR a", "150 here it comes")
				a, err := trial.Authority()
				if err == nil {
					var leaf tls.Certificate
					if leaf, err = a.Leaf("other.example.org"); err == nil {
						s.dataTLS = &tls.Config{Certificates: []tls.Certificate{leaf}, SessionTicketsDisabled: true}
					}
				}
				if err != nil {
					s.d.Unclear("no certificate: %v", err)
				}
				s.data("hello")
				s.eof()
				s.Say("226 done")
				s.Flush()
				s.respond()
			},
			run: func(d *try) {
				d.login().Refuses("RETR, as the data connection shows the certificate of another server", retr("a"))
			},
		},
		{
			name: "tls-all-data", deviations: []string{"abor-in-clear"}, serve: abort, options: func(o *ClientOptions) { upgrade(o); o.ClearData, o.RequireTLS = true, false },
			run: aborts,
		},
		{
			name: "ccc-protected", deviations: []string{"ccc-in-clear"}, early: true, options: func(o *ClientOptions) {},
			serve: func(s *script) { s.Say("220 ready"); s.respond() },
			run: func(d *try) {
				s := d.open()
				s.Refuses("CCC without TLS", ccc)
				s.Quietly(quit)
				d.Never("in the clear", "CCC")
			},
		},
		{
			name: "ccc", requirement: "ccc-protected", deviations: []string{"any-reply-success"}, script: "C: CCC\nS: 334 and?\n",
			options: func(o *ClientOptions) { o.Security, o.ClearData = Upgrade, true },
			run:     func(d *try) { d.login().Refuses("CCC, whose answer is 334", ccc) },
		},
		{
			name: "ccc-done", requirement: "ccc-protected", deviations: []string{"data-in-clear"},
			serve: func(s *script) {
				s.expect("CCC")
				s.Play("S: 200 in the clear\n-- clear\n")
				s.gives("RETR a", "hello")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				s.Do("CCC", ccc)
				d.Same("the file", s.retr("a"), "hello")
				s.quit()
				// PROT is not taken any more behind CCC.
				d.Check(len(d.Sent("PROT")) > 0, "PROT P before CCC", "none")
				for _, l := range d.Lines() {
					switch l.Verb() {
					case "PROT", "PBSZ":
						d.Check(l.TLS, "PBSZ and PROT in TLS, before CCC", "%s", l.Shown())
					}
				}
			},
		},
		{
			name: "ccc-refusal-expected", deviations: []string{"ccc-assumed"}, script: "C: CCC\nS: 534 no\nC: NOOP\nS: 200 ok\n", options: func(o *ClientOptions) { o.Security, o.ClearData = Upgrade, true },
			run: func(d *try) {
				s := d.login()
				s.refusedWith(534, "CCC", ccc)
				s.noop()
				s.quit()
			},
		},
		{
			name: "prot-refusal-not-final", deviations: []string{"refusal-closes"},
			serve: func(s *script) {
				s.answer("RETR secret", "522 not at this level")
				s.gives("RETR a", "hello")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				s.refusedWith(522, "RETR", retr("secret"))
				d.Same("the file", s.retr("a"), "hello")
				s.quit()
			},
		},
		{
			name: "host-certificate-checked", labels: []string{"security"}, deviations: []string{"host-name-unchecked"}, early: true, tls: trial.Certificate(serverName), options: func(o *ClientOptions) {},
			script: "S: 220 ready\nC: HOST other.example.org\nS: 220 ok\nC: AUTH TLS\nS: 234 go on\n-- tls\n",
			run: func(d *try) {
				s := d.connect()
				s.Do("HOST", named("other.example.org"))
				s.Refuses("AUTH TLS, as the certificate is not valid for the name in HOST", func(ctx context.Context, c ClientSession) error { return c.AuthTLS(ctx) })
				d.Never("to a server whose certificate is not to be accepted", "USER", "PASS")
			},
		},
		{
			name: "host-before-auth", deviations: []string{"auth-before-host"}, early: true, options: func(o *ClientOptions) {},
			script: "S: 220 ready\nC: HOST ftp.example.org\nS: 220 ok\nC: AUTH TLS\nS: 234 go on\n-- tls\n" + loggedIn,
			run: func(d *try) {
				s := d.connect()
				s.Do("HOST", named(serverName))
				s.Do("AUTH TLS", func(ctx context.Context, c ClientSession) error { return c.AuthTLS(ctx) })
				s.login()
				s.quit()
			},
		},
	}
	for i, r := range rows {
		rows[i] = row(r)
	}
	return rows
}

func ccc(ctx context.Context, c ClientSession) error { return c.Ccc(ctx) }

// authenticates has the client connect, upgrade and log in, which it has to do.
func authenticates(d *try) {
	s := d.connect()
	s.login()
	s.quit()
	inClear(d)
}

// after runs a case, and wants a command to have come with another before it.
func after(run func(d *try), verb, before string) func(d *try) {
	return func(d *try) {
		run(d)
		seen := false
		for _, l := range d.Lines() {
			switch l.Verb() {
			case before:
				seen = true
			case verb:
				d.Check(seen, before+" before "+verb, "%s first", l.Shown())
			}
		}
		d.Check(len(d.Sent(verb)) > 0, verb, "none")
	}
}
