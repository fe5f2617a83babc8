package smtpspec

import (
	"cmp"
	"context"
	"crypto/tls"
	"slices"
	"strings"

	"harness/internal/ca"
	"harness/protocols/smtp"
	"harness/specs/trial"
)

// upgrade has the client upgrade by STARTTLS before anything else, implicit begin with TLS; both keep passwords and mail out of the clear.
func upgrade(o *ClientOptions)  { o.Security, o.RequireTLS = Upgrade, true }
func implicit(o *ClientOptions) { o.Security, o.RequireTLS = Implicit, true }

// opportunistic upgrades where STARTTLS is listed.
func opportunistic(o *ClientOptions) { o.Security = Opportunistic }

// demanding keeps passwords and mail out of the clear.
func demanding(o *ClientOptions) { o.RequireTLS = true }

// certified has the client show a certificate, and upgrade first.
func certified(o *ClientOptions) {
	upgrade(o)
	if a, err := trial.Authority(); err == nil && o.TLS != nil {
		if crt, err := a.Client(alice().User); err == nil {
			o.TLS.Certificates = []tls.Certificate{crt}
		}
	}
}

// Extensions of servers with TLS.
const (
	clearExts   = "STARTTLS\n8BITMIME"
	securedExts = "8BITMIME\nAUTH PLAIN"
)

// tlsBegins is the upgrade.
const tlsBegins = "C: STARTTLS\nS: 220 begin\n-- tls\n"

// turnedAway has the client connect with what it must not go on with, in the clear.
func turnedAway(expected string) func(d *try) {
	return func(d *try) {
		if s, err := d.dial(); err == nil {
			s.Quietly(authBy("PLAIN"), send(letter()), quit)
			d.Fail(expected, "the client goes on")
		}
		d.Never("in the clear, as TLS is required", "AUTH", "MAIL")
	}
}

// garbled begins a handshake that comes to nothing.
func garbled(s *script) {
	s.greet()
	s.Play("C: STARTTLS\nS: 220 begin\n")
	s.Flush()
	if err := s.C.Do(s.d.Ctx, s.d.Wait(), s.C.R.Wait); err != nil {
		s.Stop(err)
		return
	}
	s.C.R.Discard(s.C.R.Buffered())
	s.Octets("421 this is no TLS\r\n")
	s.Linger()
}

// injectedOctets are said in the clear behind 220.
const injectedOctets = "220 begin\r\n250 evil.example\r\n250 <eve@evil.example>\r\n"

// inject says them, and begins the handshake all the same.
func inject(s *script) {
	s.greet()
	s.Play("C: STARTTLS\n")
	s.Octets(injectedOctets)
	s.Flush()
	s.StartTLS()
	s.respond()
}

// protected makes a row of what the client does after STARTTLS, where the extensions are others than before.
func protected(name, clear, secured string, then func(s *subject), judge func(d *try), deviations ...string) clientCase {
	return clientCase{name: name, exts: clear, secured: secured, deviations: deviations, run: func(d *try) {
		s := d.open()
		s.Quietly(ehlo)
		s.given().starttls()
		then(s)
		s.Quietly(quit)
		if !d.Settled() {
			judge(d)
		}
	}}
}

// securedVerbs are those that the client has sent over TLS.
func (d *try) securedVerbs() []string {
	var out []string
	for _, l := range d.Lines() {
		if l.TLS && !l.Prompted {
			out = append(out, l.Verb())
		}
	}
	return out
}

func clientTLSRows() []clientCase {
	sends := func(d *try) {
		s := d.connect()
		s.send(letter())
		s.quit()
	}
	attempts := func(m Message) func(s *subject) { return func(s *subject) { s.Attempt("the message", send(m)) } }
	rows := []clientCase{
		{
			name: "starttls-no-parameters", exts: clearExts, options: upgrade, deviations: []string{"starttls-parameter"},
			run: func(d *try) {
				sends(d)
				for _, l := range d.Sent("STARTTLS") {
					d.Check(len(l.Text) == len("STARTTLS"), "STARTTLS without parameters", "%s", l.Shown())
				}
			},
		},
		{
			name: "starttls-454-decision", exts: clearExts, options: upgrade, deviations: []string{"tls-not-required"}, answer: answers(map[string]string{"STARTTLS": "454 not now"}),
			run: turnedAway("the end of it, as TLS is required and not to be had now"),
		},
		{name: "starttls-220-client", exts: clearExts, options: upgrade, deviations: []string{"handshake-skipped"}, run: sends},
		{
			name: "starttls-cannot", exts: clearExts, deviations: []string{"handshake-failure-kept"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: STARTTLS\n")
				s.Octets(injectedOctets)
				s.Flush()
				if err := s.C.Do(s.d.Ctx, s.d.Wait(), s.C.R.Wait); err == nil {
					s.d.Saw("the client can begin the handshake though octets in the clear came behind 220")
				}
				s.AwaitEnd()
			},
			run: func(d *try) {
				s := d.open()
				s.Attempt("STARTTLS", starttls)
				d.Leaves("when it cannot begin the handshake, as octets in the clear came behind 220")
			},
		},
		{
			name: "starttls-injected", requirement: "tls-discards", exts: clearExts, deviations: []string{"injected-accepted"}, serve: inject,
			run: func(d *try) {
				s := d.open()
				refused := true
				s.Attempt("STARTTLS", func(ctx context.Context, c ClientSession) error {
					err := c.STARTTLS(ctx)
					refused = err != nil
					return err
				})
				if !refused {
					s.done()
				}
			},
		},
		{
			name: "tls-client-quits", exts: clearExts, options: upgrade, tls: trial.Identities(serverName)["other"].TLS, deviations: []string{"no-verification"},
			serve: func(s *script) {
				s.greet()
				s.Play(tlsBegins)
				if l, err := s.Read(); err == nil && !s.Leaves(l) {
					s.Wrong("QUIT at once, if anything, as the certificate is another server's", "%s", l.Shown())
				}
				s.Stop(nil)
			},
			run: func(d *try) {
				if s, err := d.dial(); err == nil {
					s.Quietly(quit)
				}
			},
		},
		protected("tls-client-forgets", clearExts+"\nDSN", "8BITMIME", attempts(mailed(smtp.MailOptions{Return: smtp.ReturnFull})), func(d *try) {
			d.each(unlike("as DSN is no longer listed", " RET="))
		}, "extensions-kept"),
		protected("tls-ehlo-again", clearExts, securedExts, func(s *subject) { s.send(letter()) }, func(d *try) {
			if verbs := d.securedVerbs(); len(verbs) > 0 {
				d.Same("the first command over TLS", verbs[0], "EHLO")
			}
		}, "ehlo-not-repeated"),
		{
			name: "tls-known-active", exts: clearExts + "\nAUTH PLAIN", options: demanding, deviations: []string{"starttls-assumed"}, answer: answers(map[string]string{"STARTTLS": "454 not now"}),
			run: func(d *try) {
				s := d.open()
				s.refusedWith(454, "STARTTLS", starttls)
				s.Attempt("AUTH PLAIN", authBy("PLAIN"))
				s.Attempt("a message", send(letter()))
				s.quit()
				d.Never("as TLS is not active", "AUTH", "MAIL")
			},
		},
		protected("starttls-not-in-tls", clearExts, clearExts, func(s *subject) { s.Attempt("STARTTLS within TLS", starttls) }, func(d *try) {
			d.Same("the number of STARTTLS", len(d.Sent("STARTTLS")), 1)
		}, "starttls-any-time"),
		{
			name: "tls-result-checked", exts: clearExts, deviations: []string{"handshake-result-ignored"}, serve: garbled,
			run: func(d *try) {
				d.open().Refuses("a TLS negotiation that fails", starttls)
			},
		},
		{
			name: "tls-can-be-required", exts: "8BITMIME\nAUTH PLAIN", options: upgrade, deviations: []string{"tls-not-required"},
			run: turnedAway("the end of it, as TLS is required and STARTTLS is not listed"),
		},
		{
			name: "starttls-stripped", requirement: "tls-can-be-required", exts: "8BITMIME\nAUTH PLAIN", deviations: []string{"tls-not-required"},
			options: func(o *ClientOptions) { o.Security, o.RequireTLS = Opportunistic, true },
			run: func(d *try) {
				if s, err := d.dial(); err == nil {
					s.Quietly(authBy("PLAIN"), send(letter()), quit)
				}
				d.Never("in the clear, as TLS is required", "AUTH", "MAIL")
			},
		},
		{
			name: "tls-when-possible", exts: clearExts, options: opportunistic, deviations: []string{"opportunistic-never"},
			run: func(d *try) {
				sends(d)
				if r := d.message(); r.whole {
					d.Check(r.tls, "a message over TLS, as STARTTLS is listed", "it is sent in the clear")
				}
			},
		},
		protected("tls-discards", clearExts+"\nAUTH CRAM-MD5", securedExts, func(s *subject) { s.Do("a login", login("CRAM-MD5", "PLAIN")) }, func(d *try) {
			d.each(unlike("as it is no longer listed", "AUTH CRAM-MD5"))
		}, "extensions-kept"),
		protected("auth-only-in-clear", clearExts+"\nAUTH PLAIN CRAM-MD5", "8BITMIME", func(s *subject) { s.Attempt("a login", login()) }, func(d *try) {
			d.Never("as it is not listed over TLS", "AUTH")
		}, "extensions-kept").of("tls-discards"),
		{
			name: "tls-external", exts: clearExts, secured: "AUTH EXTERNAL", options: certified, answer: answers(map[string]string{"AUTH": "235 welcome"}),
			run: func(d *try) {
				s := d.open()
				s.Do("AUTH EXTERNAL", func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "EXTERNAL", Credentials{}) })
				s.quit()
				d.Saw("the client authenticates with EXTERNAL")
			},
		},
		{
			name: "submissions-both", exts: clearExts, secured: securedExts, deviations: []string{"no-starttls"},
			serve: func(s *script) {
				if s.Conn == 1 {
					s.StartTLS()
				}
				s.greet()
				s.respond()
			},
			run: func(d *try) {
				for _, options := range []func(o *ClientOptions){implicit, upgrade} {
					s, err := d.dial(options)
					if err != nil && err != trial.ErrSettled {
						d.Fail("a session with implicit TLS, and one with STARTTLS", "the client says: %v", err)
					}
					s.Quietly(vrfy, quit)
				}
			},
		},
		{
			name: "tls-close-alerts", options: implicit, deviations: []string{"tls-cut"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: QUIT\nS: 221 bye\n")
				s.Flush()
				if l, err := s.Read(); err == nil {
					s.Wrong("the end of the connection", "%s", l.Shown())
				} else if s.C.Truncated() {
					s.Wrong("a TLS close alert before the connection is closed", "none")
				}
				s.Stop(nil)
			},
			run: func(d *try) { d.open().quit() },
		},
		{
			name: "tls-close-unanswered", options: implicit,
			run: func(d *try) {
				d.open().quit()
				d.Saw("the client closes its connection when it has its reply to QUIT")
			},
		},
	}
	return labelled(slices.Concat(rows, requireTLSRows(), identityRows()), "tls", "security")
}

func requireTLSRows() []clientCase {
	required := mailed(smtp.MailOptions{RequireTLS: true})
	const clear, secured = "STARTTLS\nREQUIRETLS", "REQUIRETLS"
	unsent := func(why string) func(d *try) { return func(d *try) { d.Never(why, "MAIL", "DATA") } }
	// not makes a row in which the message cannot be sent.
	not := func(name string, options func(o *ClientOptions), clear, secured, why string, deviations ...string) clientCase {
		return clientCase{name: name, exts: clear, secured: secured, options: options, deviations: deviations, run: func(d *try) {
			if s, err := d.dial(); err == nil {
				s.Attempt("the message", send(required))
				s.Quietly(quit)
			}
			unsent(why)(d)
			if lines := d.Lines(); !d.Settled() && name == "requiretls-else-quit" {
				d.Check(lines[len(lines)-1].Verb() == "QUIT", "QUIT", "%s", lines[len(lines)-1].Shown())
			}
		}}
	}
	unverified := func(o *ClientOptions) {
		upgrade(o)
		o.TLS.InsecureSkipVerify = true
	}
	over := func(name string, deviations ...string) clientCase {
		return clientCase{name: name, exts: clear, secured: secured, options: upgrade, deviations: deviations, run: func(d *try) {
			s := d.connect()
			s.send(required)
			s.quit()
			if r := d.message(); r.whole {
				d.Check(r.tls, "the message over TLS", "in the clear")
				d.Same("the parameter", r.param("REQUIRETLS"), "REQUIRETLS")
			}
			if verbs := d.securedVerbs(); len(verbs) > 1 {
				d.Same("the first commands over TLS", verbs[:2], []string{"EHLO", "MAIL"})
			}
		}}
	}
	identity := func(name, which string, deviations ...string) clientCase {
		i := trial.Identities(serverName)[which]
		row := not(name, func(o *ClientOptions) {
			upgrade(o)
			i.Client(&o.Connection)
		}, clear, secured, "to a server that has not shown who it is", deviations...)
		row.tls = i.TLS
		return row
	}
	return []clientCase{
		over("requiretls-session", "requiretls-dropped", "ehlo-not-repeated"),
		over("requiretls-submission", "requiretls-dropped"),
		not("requiretls-not-listed", upgrade, clear, "8BITMIME", "as REQUIRETLS is not listed over TLS", "extensions-kept").of("requiretls-session"),
		not("requiretls-only-in-tls", nil, clear, "", "with REQUIRETLS in the clear", "requiretls-in-clear"),
		not("requiretls-certificate", unverified, clear, secured, "with REQUIRETLS, as the certificate was not verified", "requiretls-unverified"),
		identity("requiretls-name-matches", "other", "name-unchecked"),
		identity("requiretls-tls-good", "old-version", "tls-any-version"),
		not("requiretls-else-quit", upgrade, clearExts, "8BITMIME", "as REQUIRETLS is not to be had", "requiretls-dropped", "quit-never"),
		not("requiretls-not-transmitted", nil, "8BITMIME", "", "as TLS is not to be had", "requiretls-dropped"),
	}
}

// accepted has the client connect with TLS and log in, which it has to do, and suspect not to a server whose certificate it has to refuse.
func accepted(d *try) {
	s := d.connect()
	s.Do("AUTH PLAIN", authBy("PLAIN"))
	s.quit()
}

func suspect(d *try) {
	s, err := d.dial()
	if err == nil { // the handshake may be made with the first command
		err = s.Try(authBy("PLAIN"))
		s.Quietly(quit)
	}
	d.Never("to a server whose certificate is not to be accepted", "AUTH")
	d.Check(err != nil, "an error, as the server's certificate is not to be accepted", "the client goes on")
}

// identityRows are about who the server is.
func identityRows() []clientCase {
	identities := trial.Identities(serverName)
	row := func(name, requirement, identity string, options func(o *ClientOptions), deviations ...string) clientCase {
		i := identities[identity]
		c := clientCase{
			name: name, requirement: requirement, exts: clearExts, secured: securedExts, deviations: i.Deviations, tls: i.TLS, run: suspect, greeting: "220 " + cmp.Or(i.Greeting, serverName) + " ready",
			options: func(o *ClientOptions) {
				options(o)
				i.Client(&o.Connection)
			},
		}
		if len(deviations) > 0 {
			c.deviations = deviations
		}
		if i.Accepted {
			c.run = accepted
		}
		return c
	}
	whether := row("auth-name-wildcard", "", "wildcard", upgrade)
	whether.deviations = nil
	whether.run = func(d *try) {
		s, err := d.dial()
		s.Quietly(quit)
		d.Saw("a certificate for *.example.org is accepted for a host of that domain: %v", err == nil)
	}
	rows := []clientCase{
		row("auth-plain-certificate", "", string(ca.UnknownCA), upgrade),
		row("auth-name-checked", "", "other", upgrade),
		row("auth-name-mismatch", "", "other", upgrade, "name-unchecked"),
		row("auth-name-used", "", "hostname", upgrade),
		row("auth-name-address", "auth-name-used", "address", upgrade),
		row("auth-name-insecure-source", "", "greeting", upgrade),
		row("auth-name-san", "", "common-name", upgrade),
		row("auth-name-case", "auth-name-checked", "case", upgrade),
		row("auth-name-any", "auth-name-checked", "any-name", upgrade),
		row("auth-name-wildcard-accepted", "auth-name-checked", "wildcard", upgrade),
		row("auth-name-wildcard-parent", "auth-name-checked", "wildcard-parent", upgrade),
		row("auth-name-wildcard-two-labels", "auth-name-checked", "wildcard-two-labels", upgrade),
		whether,
		row("submissions-certificate", "", string(ca.UnknownCA), implicit),
		row("submissions-name", "submissions-certificate", "other", implicit),
	}
	for _, f := range ca.Faults() {
		name := "certificate-" + strings.ToLower(string(f))
		rows = append(rows, row(name, "auth-plain-certificate", string(f), upgrade), row(name+"-implicit", "submissions-certificate", string(f), implicit))
	}
	return rows
}
