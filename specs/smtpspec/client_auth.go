package smtpspec

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"harness/internal/auth"
	"harness/mockservers/smtpmock"
	"harness/protocols/smtp"
	"harness/specs/trial"
)

// longToken is a bearer token with which no response stays within a command line.
var longToken = strings.Repeat("token", 1000)

// authenticate runs the exchange that an AUTH began, as the server. It returns what ended it: nil if the client has proved who it is.
func (s *script) authenticate(l trial.Said, opts *auth.ServerOptions) error {
	words := strings.Fields(string(l.Text))
	if len(words) < 2 || l.Verb() != "AUTH" {
		s.Wrong("AUTH and a mechanism", "%s", l.Shown())
		return trial.ErrEnded
	}
	var response []byte
	if len(words) > 2 {
		var err error
		if response, err = auth.DecodeInitial(words[2]); err != nil {
			s.Wrong(`an initial response in Base64, or "="`, "%s: %v", l.Shown(), err)
			return err
		}
	}
	return s.Exchange(trial.SASL{
		Accounts: auth.Accounts{smtpmock.DefaultUser: {Password: smtpmock.DefaultPassword, Token: longToken}}, Options: opts,
		Challenge: func(text string) string { return "334 " + text },
		Accepted:  func(string) string { return "235 welcome" },
		Refused:   func(err error) string { return "535 " + err.Error() },
	}, words[1], response)
}

// authenticates makes a row in which the client authenticates with a mechanism, over TLS. The exchange has to prove who the user is.
func authenticates(name, mechanism string, creds Credentials, opts *auth.ServerOptions, deviations ...string) clientCase {
	return clientCase{
		name: name, exts: clearExts, secured: "AUTH " + mechanism, options: upgrade, deviations: deviations,
		serve: func(s *script) {
			s.greet()
			s.Play(tlsBegins)
			if l, ok := s.Next("AUTH " + mechanism); ok {
				if err := s.authenticate(l, opts); err != nil && !s.Over {
					s.d.Fail("an exchange that proves who the user is", "%v", err)
				}
			}
			s.respond()
		},
		run: func(d *try) {
			s := d.open()
			s.Do("AUTH "+mechanism, func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, mechanism, creds) })
			s.done()
		},
	}
}

// badChallenge makes a row in which the challenge of CRAM-MD5 is one that the client has to cancel. What it does then is its own affair.
func badChallenge(name, challenge, deviation string) clientCase {
	return clientCase{
		name: name, exts: "AUTH CRAM-MD5", deviations: []string{deviation},
		serve: func(s *script) {
			s.greet()
			s.Play("C: AUTH CRAM-MD5\nS: 334 " + challenge + "\nC: *\nS: 501 cancelled\n")
			s.respond()
		},
		run: func(d *try) {
			s := d.open()
			s.Refuses("a challenge that is no Base64", authBy("CRAM-MD5"))
			s.Quietly(vrfy, quit)
		},
	}
}

// hidden makes a row in which the client tries to log in where its password could be read, and must not send it.
func hidden(name, exts string, options func(o *ClientOptions), logins ...step) clientCase {
	return clientCase{
		name: name, exts: exts, options: options, labels: []string{"security"}, deviations: []string{"tls-not-required"},
		run: func(d *try) {
			for _, f := range logins {
				if s, err := d.dial(); err == nil {
					s.Attempt("a login", f)
					s.Quietly(quit)
				}
			}
			for _, l := range d.Lines() {
				words := strings.Fields(strings.ToUpper(string(l.Text)) + " - -")
				exposes := words[0] == "AUTH" && (words[1] == "PLAIN" || words[1] == "LOGIN")
				d.Check(l.TLS || l.Prompted || !exposes, "no AUTH PLAIN and no AUTH LOGIN in the clear", "%s", l.Shown())
			}
		},
	}
}

// tooLate makes a row in which the client does something, and then tries to authenticate, which may not follow.
func tooLate(name, why string, first ...step) clientCase {
	return clientCase{
		name: name, exts: clearExts, secured: "AUTH PLAIN CRAM-MD5", options: upgrade, deviations: []string{"auth-any-time"},
		run: func(d *try) {
			s := d.open()
			for _, f := range first {
				s.given().Do("what AUTH may not follow", f)
			}
			before := len(d.Sent("AUTH"))
			s.Attempt("AUTH", authBy("PLAIN"))
			s.Attempt("a login", login())
			if l := d.Sent("AUTH"); len(l) > before {
				d.Fail("no AUTH "+why, "%s", l[before].Shown())
			}
			s.done()
		},
	}
}

// again makes a row in which an authentication fails, and the client does something else on the connection.
func again(name, what string, then step) clientCase {
	return clientCase{
		name: name, exts: clearExts, secured: "AUTH CRAM-MD5 PLAIN", options: upgrade,
		run: func(d *try) {
			wrong := alice()
			wrong.Password = "wrong"
			s := d.open()
			s.refusedWith(smtp.CodeAuthFailed, "the authentication", func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "PLAIN", wrong) })
			s.Do(what, then)
			s.quit()
			d.Saw("after a failure the client can go on with %s", what)
		},
	}
}

func clientAuthRows() []clientCase {
	const bothWays = "8BITMIME\nAUTH PLAIN LOGIN"
	usual := []step{authBy("PLAIN"), authBy("LOGIN"), login()}
	long := Credentials{User: alice().User, Token: longToken}
	external := func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "EXTERNAL", Credentials{}) }
	withinLine := authenticates("auth-initial-too-long", "OAUTHBEARER", long, nil, "initial-long")
	run := withinLine.run
	withinLine.run = func(d *try) {
		run(d)
		for _, l := range d.Sent("AUTH") {
			d.Check(len(l.Text)+2 <= smtp.MaxCommand, fmt.Sprintf("AUTH within %d octets", smtp.MaxCommand), "%d", len(l.Text)+2)
		}
	}
	rows := []clientCase{
		authenticates("auth-initial-base64", "PLAIN", alice(), nil, "initial-raw"),
		authenticates("auth-response-base64", "LOGIN", alice(), nil, "response-raw"),
		authenticates("auth-sizes", "SCRAM-SHA-256", alice(), &auth.ServerOptions{Nonce: func() string { return strings.Repeat("n", 9000) }}, "short-challenges"),
		withinLine,
		tooLate("auth-not-twice", "after a successful one", authBy("PLAIN")),
		tooLate("auth-not-in-transaction", "in a transaction", mail),
		{
			name: "auth-initial-empty", exts: clearExts, secured: "AUTH EXTERNAL", options: certified, deviations: []string{"initial-empty-omitted"},
			script: tlsBegins + "C: AUTH EXTERNAL =\nS: 235 welcome\n" + afterwards,
			run: func(d *try) {
				s := d.open()
				s.Do("AUTH EXTERNAL", external)
				s.done()
			},
		},
		badChallenge("auth-base64-cancelled", "no Base64 at all!", "bad-challenge-answered"),
		badChallenge("auth-base64-strict", "PDE4OTYu*Njk3MTcwOTUyQG5ld3MuZXhhbXBsZS5vcmc+", "base64-lenient"),
		{
			name: "auth-identity-saslprep", exts: clearExts, secured: "AUTH PLAIN", options: upgrade, deviations: []string{"identity-raw"},
			answer: func(s *script, verb, text string) string {
				if verb != "AUTH" {
					return ""
				}
				words := strings.Fields(text)
				message, err := auth.DecodeInitial(words[len(words)-1])
				s.d.Check(err == nil, "an initial response in Base64", "%v", err)
				identity, _, _ := strings.Cut(string(message), "\x00")
				s.d.Same("the authorization identity", identity, "editor")
				return "235 welcome"
			},
			run: func(d *try) {
				creds := alice()
				creds.Identity = "e\u00additor" // with a soft hyphen, which is mapped to nothing
				s := d.open()
				s.Do("AUTH PLAIN", func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "PLAIN", creds) })
				s.done()
			},
		},
		again("auth-failed-goes-on", "a message", send(letter())),
		again("auth-failed-another", "another mechanism", authBy("CRAM-MD5")),
		{
			name: "auth-plain", exts: clearExts, secured: securedExts, options: upgrade, deviations: []string{"no-plain"},
			run: func(d *try) {
				s := d.open()
				if err := s.Try(authBy("PLAIN")); err != nil && err != trial.ErrSettled {
					d.Fail("PLAIN over TLS", "the client says: %v", err)
				}
				s.done()
			},
		},
		{
			name: "auth-cram-md5", exts: "AUTH CRAM-MD5",
			run: func(d *try) {
				s := d.open()
				s.Do("AUTH CRAM-MD5", authBy("CRAM-MD5"))
				s.quit()
				d.Saw("the client has CRAM-MD5")
			},
		},
		says("auth-parameter-xtext", "AUTH PLAIN", "AUTH", mailed(smtp.MailOptions{Auth: &smtp.Mailbox{Local: "e+mc2=", Domain: "example.com"}}), `AUTH=e\+2Bmc2\+3D@example\.com`, "xtext-raw"),
		says("auth-parameter-form", "AUTH PLAIN", "AUTH", mailed(smtp.MailOptions{Auth: &smtp.Mailbox{}}), "AUTH=<>", "values-omitted"),
		says("auth-parameter-mailbox", "AUTH PLAIN", "AUTH", mailed(smtp.MailOptions{Auth: &smtp.Mailbox{Local: "ada", Domain: "example.com"}}), "AUTH=ada@example.com", "values-omitted").of("auth-parameter-form"),
		{
			name: "auth-534-another", exts: clearExts, secured: "AUTH CRAM-MD5 PLAIN", options: upgrade, deviations: []string{"534-final"},
			answer: func(s *script, verb, _ string) string {
				if verb == "AUTH" && len(s.d.Sent("AUTH")) == 1 {
					return "534 5.7.9 too weak"
				}
				return ""
			},
			run: func(d *try) {
				s := d.open()
				s.Do("a login by another mechanism", login())
				s.done()
				var tried []string
				for _, l := range d.Sent("AUTH") {
					tried = append(tried, strings.Fields(string(l.Text))[1])
				}
				slices.Sort(tried)
				d.Same("the mechanisms that were tried", tried, []string{"CRAM-MD5", "PLAIN"})
			},
		},
		{
			name: "auth-any-case", exts: clearExts, secured: "auth cram-md5 Plain", options: upgrade, deviations: []string{"keywords-exact"},
			run: func(d *try) {
				s := d.open()
				s.Do("a login", login("PLAIN", "CRAM-MD5"))
				s.done()
			},
		},
		hidden("auth-eavesdropping", bothWays, demanding, usual...),
		hidden("auth-starttls-stripped", bothWays, func(o *ClientOptions) { o.Security, o.RequireTLS = Opportunistic, true }, usual...).of("auth-eavesdropping"),
		hidden("auth-starttls-unused", bothWays+"\nSTARTTLS", demanding, usual...).of("auth-eavesdropping"),
	}
	for i, challenge := range []string{"=AAA", "AAA=BBB=", "QUJDRA", "QUJD RA==", "QUJD\u00e9RA=="} {
		rows = append(rows, badChallenge(fmt.Sprintf("auth-base64-strict-%d", i+2), challenge, "base64-lenient").of("auth-base64-strict"))
	}
	return labelled(rows, "auth")
}
