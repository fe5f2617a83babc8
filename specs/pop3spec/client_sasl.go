package pop3spec

import (
	"context"
	"errors"
	"strings"

	"harness/internal/auth"
	"harness/protocols/pop3"
	"harness/protocols/wire"
	"harness/specs/trial"
)

// scriptedAuth serves AUTH as the mechanism of the client asks, with harness/internal/auth as the server's side, and returns what ended it.
// Change, if not nil, changes the challenges that are sent.
func (s *script) scriptedAuth(opts *auth.ServerOptions, change func(step int, challenge []byte, line string) string) error {
	l, ok := s.Next("AUTH")
	if !ok {
		return trial.ErrEnded
	}
	words := strings.Split(string(l.Text), " ")
	if !strings.EqualFold(words[0], "AUTH") || len(words) < 2 {
		s.Wrong("AUTH and a mechanism", "%s", l.Shown())
		return trial.ErrEnded
	}
	var response []byte
	var err error
	if len(words) > 2 {
		if response, err = auth.DecodeInitial(words[2]); err != nil {
			s.Wrong("an initial response in base64", "%s: %v", l.Shown(), err)
			return err
		}
	}
	return s.Exchange(trial.SASL{
		Accounts: auth.Accounts{firstUser: {Password: firstPassword}, "ålice": {Password: "wönderland"}}, Options: opts,
		Challenge: func(text string) string { return "+ " + text },
		Accepted:  func(string) string { return "+OK logged in" },
		Refused:   func(err error) string { return "-ERR " + err.Error() },
		Change:    change,
	}, words[1], response)
}

// serving is a server that takes one AUTH behind a greeting. What it finds wrong with the exchange settles.
func serving(opts *auth.ServerOptions, change func(step int, challenge []byte, line string) string) func(s *script) {
	return func(s *script) {
		s.Say("+OK ready")
		if err := s.scriptedAuth(opts, change); err != nil && !s.Over {
			s.d.Fail("an exchange that proves who the user is", "%v", err)
		}
		s.Rest()
	}
}

// mechanism has the client authenticate with a mechanism on a connection with CAPA.
func mechanism(name string, creds Credentials) func(d *try) {
	return func(d *try) {
		s := d.open()
		s.given().capa()
		s.auth(name, creds)
		s.quit()
	}
}

// badChallenge is a row in which a challenge is none, and the client has to cancel.
func badChallenge(name, requirement, challenge, cancel string, deviations ...string) clientCase {
	return clientCase{
		name: name, requirement: requirement, caps: "SASL CRAM-MD5", labels: []string{"auth"}, deviations: deviations,
		script: "S: +OK\nC: AUTH CRAM-MD5\nS: + " + challenge + "\nC: " + cancel + "\nS: -ERR cancelled\n",
		run: func(d *try) {
			s := d.open()
			s.given().capa()
			s.Refuses("a challenge that is not base64", func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "CRAM-MD5", alice()) })
			s.quit()
		},
	}
}

// judgeAUTH judges each line of the client that belongs to AUTH, on the tour.
func judgeAUTH(f func(d *try, l trial.Said)) func(d *try) {
	return func(d *try) {
		clientTour(d)
		n := 0
		for _, l := range d.Lines() {
			if l.Prompted || l.Verb() == "AUTH" {
				n++
				f(d, l)
			}
		}
		if n == 0 {
			d.Unclear("the client sent no AUTH")
		}
	}
}

func saslRows() []clientCase {
	labels := []string{"auth"}
	secure := []string{"auth", "security"}
	// after is a row in which something may not be sent behind a login by AUTH.
	after := func(name, verb string, f func(ctx context.Context, c ClientSession) error) clientCase {
		return clientCase{
			name: name, labels: labels, deviations: []string{"any-state"}, caps: "SASL CRAM-MD5 PLAIN\nSTLS\nUTF8",
			serve: serving(nil, nil),
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.auth("CRAM-MD5", alice())
				before := len(d.Sent(verb))
				s.Attempt(verb, f)
				if l := d.Sent(verb); len(l) > before {
					d.Fail("no "+verb+" behind a successful AUTH", "%s", l[len(l)-1].Shown())
				}
				s.quit()
			},
		}
	}
	plain := func(name, expected string, creds Credentials, want string, deviations ...string) clientCase {
		return clientCase{
			name: name, labels: labels, options: upgrade, deviations: deviations, caps: "SASL PLAIN\nSTLS",
			serve: func(s *script) {
				s.Play(stls)
				l, ok := s.Next("AUTH PLAIN")
				if !ok {
					return
				}
				_, initial, found := strings.Cut(string(l.Text), " PLAIN ")
				if !found {
					s.Say("+ ")
					if l, ok = s.Next("a response"); !ok {
						return
					}
					initial = string(l.Text)
				}
				data, err := auth.Decode(initial)
				if err != nil || string(data) != want {
					s.Wrong(expected+": "+wire.Quote([]byte(want)), "%s", wire.Quote(data))
				}
				s.Say("+OK")
				s.Rest()
			},
			run: mechanism("PLAIN", creds),
		}
	}
	utf8Creds := Credentials{User: "ålice", Password: "wönderland"}
	const ålice = "\x00ålice\x00wönderland"
	downgrade := func(name string) clientCase {
		return clientCase{
			name: name, labels: secure, options: demanding, deviations: []string{"tls-not-required"}, caps: "USER\nSASL PLAIN LOGIN\nSTLS",
			serve: (*script).respond, run: hidden(loginPlain, loginAny),
		}
	}
	long := Credentials{User: firstUser, Token: strings.Repeat("t", 300)}
	return []clientCase{
		downgrade("plain-not-without-encryption-client"),
		downgrade("plain-not-without-tls"),
		downgrade("plain-checklist-encryption"),
		{
			name: "auth-downgrade", requirement: "plain-not-without-encryption-client", labels: secure, deviations: []string{"falls-back"}, caps: "SASL SCRAM-SHA-256 CRAM-MD5 PLAIN",
			script: "S: +OK\nC: AUTH SCRAM-SHA-256 {{*** sasl SCRAM-SHA-256}}\nS: -ERR no\n",
			run: func(d *try) {
				s := d.open()
				s.refusedWith("a login", func(ctx context.Context, c ClientSession) error {
					return c.Login(ctx, alice(), "SCRAM-SHA-256", "CRAM-MD5", "PLAIN")
				})
				s.quit()
			},
		},
		plain("plain-message", "authorization identity, NUL, user, NUL, password", Credentials{User: firstUser, Password: firstPassword, Identity: "bob"},
			"bob\x00alice\x00wonderland", "plain-two-parts"),
		{
			name: "plain-empty-authorization-identity", labels: labels, options: upgrade, caps: "SASL PLAIN", script: stls + "C: AUTH PLAIN {{*** sasl PLAIN}}\nS: +OK\n",
			run: func(d *try) {
				mechanism("PLAIN", alice())(d)
				for _, l := range d.Sent("AUTH") {
					_, initial, _ := strings.Cut(string(l.Text), " PLAIN ")
					if data, err := auth.Decode(initial); err == nil {
						d.Saw("the authorization identity is empty where none is given: %v", strings.HasPrefix(string(data), "\x00"))
					}
				}
			},
		},
		plain("plain-utf8", "identities in UTF-8", utf8Creds, ålice, "plain-latin1"),
		plain("plain-checklist-utf8", "identities in UTF-8", utf8Creds, ålice, "plain-latin1"),
		plain("utf8-auth-by-sasl", "UTF-8, which SASL permits whatever UTF8 is", utf8Creds, ålice, "sasl-utf8-refused"),
		{
			name: "auth-not-unannounced", labels: labels, deviations: []string{"auth-always"}, script: "S: +OK\nC: USER alice\nS: +OK\nC: PASS wonderland\nS: +OK\n",
			run: func(d *try) {
				s := d.open()
				s.automatic()
				s.quit()
			},
		},
		{
			name: "auth-unannounced-no-initial", labels: labels, deviations: []string{"initial-always"}, caps: "USER",
			serve: func(s *script) {
				s.Say("+OK")
				if l, ok := s.Next("AUTH"); ok && l.Verb() == "AUTH" {
					if len(strings.Split(string(l.Text), " ")) > 2 {
						s.Wrong("AUTH without an initial response, as SASL is not announced", "%s", l.Shown())
					}
					s.Say("-ERR what?")
				} else if ok && l.Verb() == "QUIT" {
					s.Say("+OK")
					s.Stop(nil)
				}
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.Attempt("AUTH", loginPlain)
				s.quit()
			},
		},
		{
			name: "auth-initial-encoding", labels: labels, deviations: []string{"initial-raw", "base64-unpadded"}, caps: "SASL PLAIN",
			serve: serving(nil, nil), run: mechanism("PLAIN", Credentials{User: firstUser, Password: firstPassword, Identity: ""}),
		},
		after("auth-once-client", "AUTH", loginPlain),
		after("auth-stls-before", "STLS", func(ctx context.Context, c ClientSession) error { return c.STLS(ctx) }),
		{
			name: "auth-authorization-only-client", labels: labels, deviations: []string{"any-state"}, caps: "USER\nSASL CRAM-MD5", login: true, script: "C: NOOP\nS: +OK\n",
			run: func(d *try) {
				s := d.login()
				s.Attempt("AUTH", func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "CRAM-MD5", alice()) })
				d.Never("behind the login", "AUTH")
				s.noop()
				s.quit()
			},
		},
		{
			name: "auth-mechanism-argument", labels: labels, deviations: []string{"mechanism-left-out"}, caps: "SASL CRAM-MD5", serve: serving(nil, nil), run: mechanism("CRAM-MD5", alice()),
		},
		{
			name: "auth-response-form", labels: labels, deviations: []string{"base64-unpadded"}, caps: "SASL LOGIN",
			script: "S: +OK\nC: AUTH LOGIN\nS: + VXNlcm5hbWU6\nC: " + auth.Encode([]byte(firstUser)) + "\nS: + UGFzc3dvcmQ6\nC: " + auth.Encode([]byte(firstPassword)) + "\nS: +OK\n",
			run:    mechanism("LOGIN", alice()),
		},
		{
			name: "auth-empty-response", requirement: "auth-response-form", labels: labels, deviations: []string{"empty-response-equals"}, caps: "SASL SCRAM-SHA-256",
			serve: serving(nil, nil), run: mechanism("SCRAM-SHA-256", alice()),
		},
		badChallenge("auth-cancel-form", "", "!!!", "*", "cancels-with-text"),
		badChallenge("auth-base64-cancel", "", "not base64 at all", "*", "bad-challenge-answered"),
		badChallenge("auth-base64-strict-client", "", "PDE4OTYu*Njk3MTcwOTUyQG1haWwuZXhhbXBsZS5vcmc+", "*", "base64-lenient"),
		badChallenge("auth-base64-pad-inside", "auth-base64-strict-client", "PDE4=OTYuNjk3MTcwOTUyQG1haWwuZXhhbXBsZS5vcmc+", "*", "base64-lenient"),
		badChallenge("auth-base64-space", "auth-base64-strict-client", "PDE4 OTYuNjk3MTcwOTUyQG1haWwuZXhhbXBsZS5vcmc+", "*", "base64-lenient"),
		{
			name: "auth-initial-not-over-255", labels: labels, options: upgrade, deviations: []string{"initial-long"}, caps: "SASL OAUTHBEARER",
			script: stls + "C: AUTH OAUTHBEARER\nS: +{{sp}}\nC: {{*** sasl OAUTHBEARER}}\nS: +OK\n", run: mechanism("OAUTHBEARER", long),
		},
		{
			name: "auth-initial-empty-form", labels: labels, options: upgrade, deviations: []string{"initial-empty-blank"}, caps: "SASL EXTERNAL",
			script: stls + "C: AUTH EXTERNAL =\nS: +OK\n", run: mechanism("EXTERNAL", Credentials{}),
		},
		{
			name: "auth-long-lines", labels: labels, deviations: []string{"short-lines"}, caps: "SASL SCRAM-SHA-256",
			serve: serving(&auth.ServerOptions{Nonce: func() string { return strings.Repeat("n", 3000) }}, nil), run: mechanism("SCRAM-SHA-256", alice()),
		},
		{
			name: "auth-no-success-data-client", labels: secure, deviations: []string{"success-data-taken"}, caps: "SASL SCRAM-SHA-256",
			serve: serving(nil, func(_ int, challenge []byte, line string) string {
				if strings.HasPrefix(string(challenge), "v=") {
					return "+OK " + string(challenge)
				}
				return line
			}),
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.Refuses("an exchange without the server's proof, which stands in the text of +OK", func(ctx context.Context, c ClientSession) error {
					return c.Auth(ctx, "SCRAM-SHA-256", alice())
				})
			},
		},
		{
			name: "auth-final-challenge", requirement: "auth-no-success-data-client", labels: labels, deviations: []string{"empty-response-equals"}, caps: "SASL SCRAM-SHA-1",
			serve: serving(nil, nil), run: mechanism("SCRAM-SHA-1", alice()),
		},
		{
			name: "auth-server-unproven", requirement: "auth-no-success-data-client", labels: secure, deviations: []string{"server-unproven"}, caps: "SASL SCRAM-SHA-256",
			serve: serving(nil, func(_ int, challenge []byte, line string) string {
				if strings.HasPrefix(string(challenge), "v=") {
					return "+OK logged in"
				}
				return line
			}),
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.Refuses("a server that did not prove that it knows the password", func(ctx context.Context, c ClientSession) error {
					return c.Auth(ctx, "SCRAM-SHA-256", alice())
				})
			},
		},
		{
			name: "auth-server-proof-wrong", requirement: "auth-no-success-data-client", labels: secure, deviations: []string{"bad-challenge-answered"}, caps: "SASL SCRAM-SHA-256",
			serve: func(s *script) {
				s.Say("+OK ready")
				wrong := false
				err := s.scriptedAuth(nil, func(_ int, challenge []byte, line string) string {
					if strings.HasPrefix(string(challenge), "v=") {
						wrong = true
						return "+ " + auth.Encode([]byte("v="+auth.Encode(make([]byte, 32))))
					}
					return line
				})
				if wrong && !s.Over && !errors.Is(err, trial.ErrCancelled) {
					s.Wrong(`"*", as the server's proof is wrong`, "the client goes on")
				}
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.Refuses("a server whose proof is wrong", func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "SCRAM-SHA-256", alice()) })
			},
		},
		{
			name: "auth-retry", labels: labels, caps: "SASL CRAM-MD5",
			serve: func(s *script) {
				s.Say("+OK ready")
				s.scriptedAuth(nil, nil)
				s.scriptedAuth(nil, nil)
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.refusedWith("AUTH", func(ctx context.Context, c ClientSession) error {
					return c.Auth(ctx, "CRAM-MD5", Credentials{User: firstUser, Password: "wrong"})
				})
				s.auth("CRAM-MD5", alice())
				s.quit()
				d.Saw("the client can issue another AUTH on the same connection")
			},
		},
		{
			name: "auth-plain-implemented", labels: labels, options: upgrade, deviations: []string{"no-plain"}, caps: "SASL PLAIN",
			serve: func(s *script) {
				s.Play(stls)
				if err := s.scriptedAuth(nil, nil); err != nil && !s.Over {
					s.d.Fail("an exchange that proves who the user is", "%v", err)
				}
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				if err := s.Try(loginPlain); err != nil && err != trial.ErrSettled {
					d.Fail("PLAIN over TLS", "the client says: %v", err)
				}
				s.quit()
			},
		},
		{
			name: "auth-other-mechanisms", labels: labels, deviations: []string{"cram-wrong-digest"}, caps: "SASL CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256",
			serve: serving(nil, nil),
			run: func(d *try) {
				for _, name := range []string{"CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"} {
					mechanism(name, alice())(d)
				}
			},
		},
		{
			name: "auth-syntax", labels: labels, deviations: []string{"doubled-space", "base64-unpadded"}, caps: tourCaps, serve: (*script).respond,
			run: judgeAUTH(func(d *try, l trial.Said) {
				if !l.Prompted {
					judgeCommand(d, l)
				} else if _, _, err := (pop3.Rules{}).ParseResponse(l.Line); err != nil {
					d.Fail("a line of base64", "%s: %v", l.Shown(), err)
				}
			}),
		},
		{
			name: "auth-base64-syntax", labels: labels, deviations: []string{"base64-unpadded"}, caps: tourCaps, serve: (*script).respond,
			run: judgeAUTH(func(d *try, l trial.Said) {
				text := string(l.Text)
				if !l.Prompted {
					words := strings.Split(text, " ")
					if len(words) < 3 || words[2] == "=" {
						return
					}
					text = words[2]
				}
				if _, err := auth.Decode(text); err != nil && text != "*" {
					d.Fail("base64 in groups of four characters", "%s: %v", l.Shown(), err)
				}
			}),
		},
	}
}
