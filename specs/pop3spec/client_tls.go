package pop3spec

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"strings"

	"harness/internal/ca"
	"harness/specs/trial"
)

// upgrade has the client upgrade by STLS before anything else, implicit begin with TLS; both keep passwords out of the clear.
func upgrade(o *ClientOptions)  { o.Security, o.RequireTLS = Upgrade, true }
func implicit(o *ClientOptions) { o.Security, o.RequireTLS = Implicit, true }

// demanding keeps passwords out of the clear.
func demanding(o *ClientOptions) { o.RequireTLS = true }

const (
	stls = "S: +OK ready\nC: STLS\nS: +OK begin TLS\n-- tls\n"
	// loggedIn is a login behind the handshake.
	loggedIn = "C: USER alice\nS: +OK\nC: PASS wonderland\nS: +OK\n"
)

// accepted has the client connect with TLS and log in, which it has to do.
func accepted(d *try) {
	s := d.connect()
	s.user(firstUser)
	s.pass(firstPassword)
	s.quit()
}

// suspect has the client connect with TLS to a server whose certificate it has to refuse.
func suspect(d *try) {
	s, err := d.dial()
	if err == nil {
		d.Fail("an error, as the server's certificate is not to be accepted", "the client goes on")
		s.given().quit()
	}
	d.Never("to a server whose certificate is not to be accepted", "USER", "PASS", "AUTH", "APOP")
}

// hidden has the client try to log in where its password could be read, and judges that it doesn't send it.
func hidden(logins ...func(ctx context.Context, c ClientSession) error) func(d *try) {
	return func(d *try) {
		for _, login := range logins {
			s, err := d.dial()
			if err != nil {
				continue // it doesn't go on at all
			}
			s.Attempt("a login", login)
			s.Quietly(func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) })
		}
		noPasswords(d)
	}
}

// noPasswords fails if a password went over the wire in the clear.
func noPasswords(d *try) {
	for _, l := range d.Lines() {
		words := strings.Fields(strings.ToUpper(string(l.Text)))
		if l.TLS || len(words) == 0 {
			continue
		}
		exposes := words[0] == "USER" || words[0] == "PASS" || words[0] == "AUTH" && len(words) > 1 && (words[1] == "PLAIN" || words[1] == "LOGIN")
		d.Check(!exposes, "no USER, PASS, AUTH PLAIN or AUTH LOGIN in the clear", "%s", l.Shown())
	}
}

func loginUser(ctx context.Context, c ClientSession) error {
	if err := c.User(ctx, firstUser); err != nil {
		return err
	}
	return c.Pass(ctx, firstPassword)
}

func loginAny(ctx context.Context, c ClientSession) error { return c.Login(ctx, alice()) }

func loginPlain(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "PLAIN", alice()) }

func tlsRows() []clientCase {
	labels := []string{"tls", "security"}
	rows := []clientCase{
		{
			name: "tls-other-ciphers", labels: labels, options: upgrade, script: stls + loggedIn,
			run: func(d *try) {
				accepted(d)
				d.Saw("the TLS negotiation succeeds with what the server has: the suites of Go's crypto/tls")
			},
		},
		{
			name: "tls-privacy-mode", labels: labels, options: demanding, deviations: []string{"tls-not-required"}, caps: "USER\nSASL PLAIN LOGIN",
			serve: (*script).respond, run: hidden(loginUser, loginAny, loginPlain),
		},
		{
			name: "tls-opportunistic-mode", labels: labels, options: func(o *ClientOptions) { o.Security = Opportunistic }, caps: "USER\nSTLS",
			serve: (*script).respond,
			run: func(d *try) {
				s := d.open()
				s.given().user(firstUser)
				s.given().pass(firstPassword)
				s.quit()
				for _, l := range d.Sent("PASS") {
					d.Saw("a client that may use TLS does where STLS is announced: %v", l.TLS)
				}
			},
		},
		{
			name: "cleartext-refusable", labels: labels, options: demanding, deviations: []string{"tls-not-required"}, caps: "USER\nSASL PLAIN LOGIN",
			serve: (*script).respond, run: hidden(loginUser, loginAny, loginPlain, func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "LOGIN", alice()) }),
		},
		{
			name: "tls-missing-warned", labels: labels, options: upgrade, deviations: []string{"stls-refusal-ignored"}, caps: "USER",
			script: "S: +OK\nC: STLS\nS: -ERR what?\n", run: hidden(loginUser, loginAny),
		},
		{
			name: "stls-stripped", requirement: "tls-missing-warned", labels: labels, deviations: []string{"tls-not-required"}, caps: "USER\nSASL PLAIN",
			options: func(o *ClientOptions) { o.Security, o.RequireTLS = Opportunistic, true },
			script:  "S: +OK\n", run: hidden(loginUser, loginAny),
		},
		{
			name: "tls-result-checked", labels: labels, options: upgrade, deviations: []string{"stls-refusal-ignored"}, caps: "USER\nSTLS",
			script: "S: +OK\nC: STLS\nS: -ERR [SYS/TEMP] no TLS today\n", run: hidden(loginUser, loginAny),
		},
		{
			name: "tls-handshake-fails", requirement: "tls-result-checked", labels: labels, options: upgrade, deviations: []string{"handshake-failure-ignored"}, caps: "USER\nSTLS",
			serve: func(s *script) {
				s.Play("S: +OK\nC: STLS\nS: +OK begin\n")
				s.Flush()
				// What begins here is no TLS.
				for !s.Over {
					if err := s.C.Do(s.d.Ctx, s.d.Wait(), s.C.R.Wait); err != nil {
						s.Stop(err)
						return
					}
					s.C.R.Discard(s.C.R.Buffered())
					s.Octets("+OK this is no TLS\r\n")
					s.Flush()
					s.Stop(nil)
				}
			},
			run: func(d *try) { d.turnedAway("the end of it after a handshake that fails") },
		},
		{
			name: "tls-identity-wildcard", labels: labels, tls: trial.Certificate("*.example.org"), options: upgrade, script: stls,
			run: func(d *try) {
				_, err := d.dial()
				d.Saw("a certificate for *.example.org is accepted for %s: %v", serverName, err == nil)
			},
		},
		{
			name: "tls-identity-mismatch", labels: labels, deviations: []string{"name-unchecked"}, tls: trial.Certificate("other.example.org"), options: upgrade, script: stls,
			run: func(d *try) {
				s, err := d.dial()
				var name x509.HostnameError
				switch {
				case err == nil:
					d.Fail("an error that says that the server's identity is suspect", "the client goes on")
					s.given().quit()
				case !errors.As(err, &name) && !strings.Contains(err.Error(), "certificate"):
					d.Fail("an error that says that the server's identity is suspect", "%v", err)
				}
			},
		},
		{
			name: "stls-authorization-only-client", labels: labels[:1], deviations: []string{"any-state"}, login: true, caps: "USER\nSTLS", script: "C: NOOP\nS: +OK\n",
			run: func(d *try) {
				s := d.login()
				s.Attempt("STLS", func(ctx context.Context, c ClientSession) error { return c.STLS(ctx) })
				d.Never("behind the login", "STLS")
				s.noop()
				s.quit()
			},
		},
		{
			name: "stls-handshake-after-ok-client", labels: labels, deviations: []string{"injected-accepted"}, caps: "USER\nSTLS",
			serve: func(s *script) {
				s.Play("S: +OK ready\nC: STLS\n")
				s.Octets("+OK begin TLS\r\n+OK injected\r\n-ERR injected\r\n")
				s.Flush()
				s.StartTLS()
				s.Play("C: USER alice\nS: +OK\nC: PASS wonderland\nS: -ERR protected\n")
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				if err := s.Try(func(ctx context.Context, c ClientSession) error { return c.STLS(ctx) }); err != nil {
					return // it refuses them
				}
				s.user(firstUser)
				r := s.refusedWith("PASS", func(ctx context.Context, c ClientSession) error { return c.Pass(ctx, firstPassword) })
				d.Same("the protected response", r.Text, "protected")
				s.quit()
			},
		},
		{
			name: "stls-client-waits", labels: labels, deviations: []string{"stls-pipelined"}, caps: "USER\nSTLS\nPIPELINING",
			script: "S: +OK ready\nC: STLS\n-- quiet C 100ms\nS: +OK begin TLS\n-- tls\nC: CAPA\nS: +OK\nS: USER\nS: .\n",
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.stls()
				s.capa()
				s.quit()
			},
		},
		{
			name: "stls-external-permitted", labels: []string{"tls", "auth"}, caps: "STLS\nSASL EXTERNAL",
			options: func(o *ClientOptions) {
				upgrade(o)
				if a, err := trial.Authority(); err == nil {
					if crt, err := a.Client(firstUser); err == nil && o.TLS != nil {
						o.TLS.Certificates = []tls.Certificate{crt}
					}
				}
			},
			serve: func(s *script) {
				s.Play(stls)
				if state, ok := s.C.TLS(); ok && len(state.PeerCertificates) == 0 {
					s.d.Saw("the client shows no certificate")
				}
				s.Play("C: AUTH EXTERNAL {{\"=\" sasl EXTERNAL}}\nS: +OK\n")
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.auth("EXTERNAL", Credentials{})
				s.quit()
				d.Saw("the client authenticates with AUTH EXTERNAL")
			},
		},
	}
	// What was known before TLS: in the first list is what is not in the second.
	for _, second := range []struct{ name, caps string }{{"stls-client-discards", "USER\nSASL PLAIN"}, {"tls-client-discards", "USER\nUIDL"}} {
		rows = append(rows, clientCase{
			name: second.name, labels: labels, deviations: []string{"capabilities-kept"}, caps: "SASL CRAM-MD5\nSTLS",
			serve: func(s *script) {
				s.Play(stls)
				s.caps = second.caps
				if strings.Contains(second.caps, "SASL") {
					s.Play("C: AUTH PLAIN {{*** sasl PLAIN}}\nS: +OK\n")
				} else {
					s.Play(loggedIn)
				}
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.stls()
				s.automatic("CRAM-MD5", "PLAIN", "USER")
				s.quit()
			},
		})
	}
	rows = append(rows, clientCase{
		name: "tls-client-discards-pipelining", requirement: "tls-client-discards", labels: labels, deviations: []string{"capabilities-kept"}, caps: "STLS\nUSER\nPIPELINING",
		serve: func(s *script) {
			s.Play(stls)
			s.caps = "USER"
			s.Play(loggedIn + "C: RETR 1\n-- quiet C 100ms\nS: +OK\nS: one\nS: .\nC: RETR 2\nS: +OK\nS: two\nS: .\n")
			s.Rest()
		},
		run: func(d *try) {
			s := d.open()
			s.given().capa()
			s.given().stls()
			s.given().user(firstUser)
			s.given().pass(firstPassword)
			got := s.retrAll(1, 2)
			d.Same("the messages", string(got[0].Data)+string(got[1].Data), "one\r\ntwo\r\n")
			s.quit()
		},
	})
	for _, name := range []string{"stls-capa-reissued", "stls-registration-capa"} {
		rows = append(rows, clientCase{
			name: name, labels: labels[:1], deviations: []string{"capabilities-kept"}, caps: "STLS\nUSER",
			script: stls + loggedIn,
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.stls()
				s.automatic("USER")
				s.quit()
				for _, l := range d.Sent("CAPA") {
					if l.TLS {
						return
					}
				}
				d.Fail("another CAPA, protected by TLS, before the client relies on a capability", "none")
			},
		})
	}
	return append(rows, identityRows(labels)...)
}

// identityRows are about who the server is.
func identityRows(labels []string) []clientCase {
	identities := trial.Identities(serverName)
	row := func(identity, name, requirement string, options func(o *ClientOptions)) clientCase {
		i := identities[identity]
		greeting := "S: +OK " + cmp.Or(i.Greeting, "mail") + " ready\n"
		c := clientCase{
			name: name, requirement: requirement, labels: labels, deviations: i.Deviations, tls: i.TLS, run: suspect, script: greeting,
			options: func(o *ClientOptions) {
				options(o)
				i.Client(&o.Connection)
			},
		}
		var o ClientOptions
		if options(&o); o.Security == Upgrade {
			c.script += stls[strings.Index(stls, "C:"):]
		}
		if i.Accepted {
			c.script += loggedIn
			c.run = accepted
		}
		return c
	}
	rows := []clientCase{
		row("other", "tls-identity-checked", "", upgrade),
		row("other", "tls-identity-checked-implicit", "tls-identity-checked", implicit),
		row("hostname", "tls-identity-hostname-used", "", upgrade),
		row("address", "tls-identity-address", "tls-identity-hostname-used", upgrade),
		row("greeting", "tls-identity-insecure-source", "", upgrade),
		row("common-name", "tls-identity-san", "", upgrade),
		row("case", "tls-identity-case", "", upgrade),
		row("wildcard-parent", "tls-identity-wildcard-one-label", "", upgrade),
		row("wildcard-two-labels", "tls-identity-wildcard-two-labels", "tls-identity-wildcard-one-label", upgrade),
		row("wildcard", "tls-identity-wildcard-accepted", "tls-identity-wildcard-one-label", upgrade),
		row("any-name", "tls-identity-any-name", "", upgrade),
		row("old-version", "tls-weak-refusable", "", upgrade),
	}
	for _, f := range ca.Faults() {
		rows = append(rows, row(string(f), "certificate-"+string(f), "tls-result-checked", upgrade), row(string(f), "certificate-"+string(f)+"-implicit", "auth-certificate-verified", implicit))
	}
	verified := row(string(ca.UnknownCA), "auth-certificate-verified", "", upgrade)
	verified.caps = "SASL PLAIN"
	return append(rows, verified)
}
