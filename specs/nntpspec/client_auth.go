package nntpspec

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"harness/internal/auth"
	"harness/mockservers/nntpmock"
	"harness/protocols/nntp"
	"harness/specs/trial"
)

// loginCaps are the capabilities of a server that takes one mechanism.
func loginCaps(mechanism string) string {
	return "VERSION 2\nREADER\nAUTHINFO SASL\nSASL " + mechanism + "\nLIST ACTIVE"
}

// scriptedAuth reads AUTHINFO SASL and runs the exchange as the server. It returns what ended it: nil if the client has proved who it is.
func (s *script) scriptedAuth(opts *auth.ServerOptions, change func(step int, challenge []byte, line string) string) error {
	l, ok := s.Next("AUTHINFO SASL")
	if !ok {
		return trial.ErrEnded
	}
	words := strings.Fields(string(l.Text))
	if len(words) < 3 || !strings.EqualFold(words[0]+words[1], "AUTHINFOSASL") {
		s.Wrong("AUTHINFO SASL and a mechanism", "%s", l.Shown())
		return trial.ErrEnded
	}
	var response []byte
	if len(words) > 3 {
		var err error
		if response, err = auth.DecodeInitial(words[3]); err != nil {
			s.Wrong(`an initial response in Base64, or "="`, "%s: %v", l.Shown(), err)
			return err
		}
	}
	return s.Exchange(trial.SASL{
		Accounts: auth.Accounts{nntpmock.DefaultUser: {Password: nntpmock.DefaultPassword, Token: longToken}}, Options: opts,
		Challenge: func(text string) string { return "383 " + text },
		Accepted: func(text string) string {
			if text != "" {
				return "283 " + text
			}
			return "281 welcome"
		},
		Refused: func(err error) string { return "481 " + err.Error() },
		Encode:  reply,
		Decode: func(text string) ([]byte, error) {
			if text == "" {
				return nil, errors.New(`an empty response is "="`)
			}
			return auth.DecodeInitial(text)
		},
		Change: change,
	}, words[2], response)
}

// longToken is a bearer token with which no response stays within a command line.
var longToken = strings.Repeat("token", 4000)

// serving is a server that takes one AUTHINFO SASL. What it finds wrong with the exchange settles.
func serving(opts *auth.ServerOptions, change func(step int, challenge []byte, line string) string) func(s *script) {
	return func(s *script) {
		s.greet()
		if s.d.security == Upgrade {
			s.Play(tlsBegins)
		}
		if err := s.scriptedAuth(opts, change); err != nil && !s.Over {
			s.d.Fail("an exchange that proves who the user is", "%v", err)
		}
		s.Play(afterwards)
		s.Rest()
	}
}

// authenticates makes a row in which the client authenticates with a mechanism.
func authenticates(name, mechanism string, creds Credentials, opts *auth.ServerOptions, change func(step int, challenge []byte, line string) string, deviations ...string) clientCase {
	return clientCase{
		name: name, caps: loginCaps(mechanism), deviations: deviations, serve: serving(opts, change),
		run: func(d *try) {
			s := d.open()
			s.Do("AUTHINFO SASL "+mechanism, func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, mechanism, creds) })
			s.date()
			s.quit()
		},
	}
}

// badChallenge makes a row in which the challenge of CRAM-MD5 is one that the client has to cancel.
func badChallenge(name, challenge, deviation string) clientCase {
	return clientCase{
		name: name, caps: loginCaps("CRAM-MD5"), deviations: []string{deviation},
		script: "C: AUTHINFO SASL CRAM-MD5\nS: 383 " + challenge + "\nC: *\nS: 481 cancelled\n" + afterwards,
		run: func(d *try) {
			s := d.open()
			s.Refuses("a challenge that is no Base64", authBy("CRAM-MD5"))
			s.date()
			s.quit()
		},
	}
}

// hidden makes a row in which the client tries to log in where its password could be read, and must not send it.
func hidden(name, caps string, options func(o *ClientOptions), logins ...step) clientCase {
	return clientCase{
		name: name, caps: caps, options: options, deviations: []string{"tls-not-required"}, serve: (*script).respond,
		run: func(d *try) {
			for _, f := range logins {
				if s, err := d.dial(); err == nil {
					s.Attempt("a login", f)
					s.Quietly(quit)
				}
			}
			for _, l := range d.Lines() {
				words := strings.Fields(strings.ToUpper(string(l.Text)) + " - - -")
				exposes := words[0] == "AUTHINFO" && (words[1] != "SASL" || words[2] == "PLAIN" || words[2] == "LOGIN")
				d.Check(l.TLS || l.Prompted || !exposes, "no AUTHINFO USER, PASS, SASL PLAIN or SASL LOGIN in the clear", "%s", l.Shown())
			}
		},
	}
}

// again makes a row in which an authentication fails, and the client does something else on the connection.
func again(name, what, script string, first, then step) clientCase {
	return clientCase{name: name, script: script, run: func(d *try) {
		s := d.open()
		s.refusedWith(nntp.CodeAuthFailed, "the authentication", first)
		s.Do(what, then)
		s.quit()
		d.Saw("after a failure the client can go on with %s", what)
	}}
}

func authRows() []clientCase {
	wrong := func(ctx context.Context, c ClientSession) error {
		return c.AuthUser(ctx, alice().User, "wrong")
	}
	const userWrong = "C: AUTHINFO USER alice\nS: 381 more\nC: AUTHINFO PASS wrong\nS: 481 no\n"
	const plainRefused = "C: AUTHINFO SASL PLAIN {{*** sasl PLAIN}}\nS: 481 no\n"
	onlyUser := "VERSION 2\nREADER\nAUTHINFO USER\nLIST ACTIVE"
	both := "VERSION 2\nREADER\nAUTHINFO USER SASL\nSASL PLAIN LOGIN\nLIST ACTIVE"
	usual := []step{authUser, authBy("PLAIN"), authBy("LOGIN"), login()}
	// unwelcome has the server answer a first step by what is no 38x.
	unwelcome := func(name, deviation string, first step, answers ...string) clientCase {
		return clientCase{
			name: name, deviations: []string{deviation},
			serve: func(s *script) {
				s.greet()
				for !s.Over {
					l, err := s.Read()
					switch {
					case err != nil:
						s.Stop(nil)
					case s.Aside(l):
					case s.Leaves(l):
						s.Flush()
						s.Stop(nil)
					case l.Verb() == "AUTHINFO" && !strings.HasPrefix(strings.ToUpper(string(l.Text)), "AUTHINFO PASS"):
						s.Say(answers[s.Conn-1])
					default:
						s.Wrong("no further step after "+answers[s.Conn-1], "%s", l.Shown())
					}
				}
			},
			run: func(d *try) {
				for range answers {
					s := d.open()
					s.Attempt("the authentication", first)
					s.Quietly(quit)
				}
			},
		}
	}
	rows := []clientCase{
		{
			name: "authinfo-no-arguments-client", caps: "VERSION 2\nREADER\nAUTHINFO\nLIST ACTIVE", deviations: []string{"authinfo-always"}, serve: (*script).respond,
			run: func(d *try) {
				s := d.open()
				s.Attempt("a login", login())
				s.Quietly(quit)
				d.Never("as AUTHINFO is listed without arguments", "AUTHINFO")
			},
		},
		{
			name: "authinfo-unknown-arguments", caps: "VERSION 2\nREADER\nAUTHINFO TOKEN USER X-KEY\nLIST ACTIVE", deviations: []string{"authinfo-exact"}, script: userAccepted,
			run: func(d *try) {
				s := d.open()
				s.Do("a login", login())
				s.quit()
			},
		},
		{
			name: "authinfo-not-cached", deviations: []string{"capabilities-shared"},
			serve: func(s *script) {
				s.greet()
				if s.caps = loginCaps("CRAM-MD5"); s.Conn > 1 {
					s.caps = onlyUser
					s.Play(userAccepted)
				}
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.given().caps()
				s.given().quit()
				s = d.open()
				s.Do("a login", login("CRAM-MD5", "USER"))
				s.quit()
			},
		},
		{
			name: "authinfo-after-480", script: "C: GROUP " + homeGroup + "\nS: 480 who are you?\n" + userAccepted + afterwards,
			run: func(d *try) {
				s := d.open()
				s.refusedWith(480, "GROUP", getOf(ClientSession.Group, homeGroup))
				s.Do("AUTHINFO USER", authUser)
				s.date()
				s.quit()
				d.Saw("the client can send AUTHINFO after 480")
			},
		},
		{
			name: "authinfo-any-time", script: "C: DATE\nS: 111 20260304050607\n" + userAccepted,
			run: func(d *try) {
				s := d.open()
				s.date()
				s.Do("AUTHINFO USER", authUser)
				s.quit()
				d.Saw("the client can send AUTHINFO after another command")
			},
		},
		{
			name: "authinfo-capabilities-first", caps: onlyUser, deviations: []string{"login-unasked"}, script: userAccepted,
			run: func(d *try) {
				s := d.open()
				s.Do("a login", login())
				s.quit()
				if l := d.Lines(); len(l) > 0 && l[0].Verb() != "CAPABILITIES" {
					d.Fail("CAPABILITIES before AUTHINFO", "%s", l[0].Shown())
				}
			},
		},
		unwelcome("authinfo-welcomed", "password-unwelcome", authUser, "481 no", "482 no", "483 no", "502 no", "500 no", "400 no"),
		unwelcome("authinfo-only-38x", "password-unwelcome", authUser, "281 welcome", "299 strange", "340 go on", "480 no"),
		unwelcome("authinfo-sasl-only-38x", "challenged-by-any", authBy("LOGIN"), "334 VXNlcm5hbWU6", "340 VXNlcm5hbWU6", "284 VXNlcm5hbWU6", "481 VXNlcm5hbWU6").of("authinfo-only-38x"),
		tooLate("authinfo-once", "AUTHINFO", "", userAccepted, authUser, authUser, "authinfo-any-time"),
		tooLate("authinfo-sasl-once", "AUTHINFO", "", userAccepted, authUser, authBy("CRAM-MD5"), "authinfo-any-time").of("authinfo-once"),
		{
			name: "authinfo-user-first", deviations: []string{"password-first"}, script: userAccepted,
			run: func(d *try) {
				s := d.open()
				s.Do("AUTHINFO USER", authUser)
				s.quit()
			},
		},
		again("authinfo-proceeds", "another command", userWrong+afterwards, wrong, get(ClientSession.Date)),
		again("authinfo-tries-again", "other credentials", userWrong+userAccepted, wrong, authUser),
		again("authinfo-sasl-proceeds", "another command", plainRefused+afterwards, authBy("PLAIN"), get(ClientSession.Date)),
		again("authinfo-sasl-tries-again", "AUTHINFO USER", plainRefused+userAccepted, authBy("PLAIN"), authUser),
		{
			name: "authinfo-user-with-tls", deviations: []string{"no-tls"},
			serve: func(s *script) {
				s.greet()
				if s.Conn == 1 {
					s.Play(userAccepted)
				} else {
					s.Play(tlsBegins)
				}
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.Do("AUTHINFO USER", authUser)
				s.quit()
				s = d.open()
				if err := s.Try(starttls); err != nil && err != trial.ErrSettled {
					d.Fail("STARTTLS, as the client has AUTHINFO USER", "the client says: %v", err)
				}
				s.quit()
			},
		},
		hidden("authinfo-user-disabled", onlyUser, demanding, authUser, login()),
		hidden("authinfo-eavesdropping", both, demanding, usual...),
		hidden("starttls-stripped", both, func(o *ClientOptions) { o.Security, o.RequireTLS = Opportunistic, true }, usual...).of("authinfo-eavesdropping"),
		hidden("starttls-not-used", both+"\nSTARTTLS", demanding, func(ctx context.Context, c ClientSession) error {
			c.Capabilities(ctx)
			return c.Login(ctx, alice())
		}).of("authinfo-eavesdropping"),
		{
			name: "authinfo-weak-forbidden", caps: both, deviations: []string{"methods-ignored"}, serve: (*script).respond,
			run: func(d *try) {
				s := d.open()
				s.Attempt("a login", login("SCRAM-SHA-256", "CRAM-MD5"))
				s.Quietly(quit)
				d.Never("as only mechanisms are listed that the client was not permitted", "AUTHINFO")
			},
		},
	}
	rows = append(rows, saslRows()...)
	for i := range rows {
		rows[i].labels = append(rows[i].labels, "auth")
	}
	return rows
}

func saslRows() []clientCase {
	long := Credentials{User: alice().User, Token: longToken}
	// sized shows how the client sends an initial response that is too long for a command line.
	sized := func(name string) clientCase {
		return clientCase{
			name: name, caps: loginCaps("OAUTHBEARER"),
			serve: func(s *script) {
				s.greet()
				l, ok := s.Next("AUTHINFO SASL")
				if ok {
					s.d.Saw("a client with an initial response of %d octets sends a command of %d octets", len(longToken), len(l.Text)+2)
				}
				s.Stop(nil)
			},
			run: func(d *try) {
				d.open().Quietly(func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "OAUTHBEARER", long) })
			},
		}
	}
	rows := []clientCase{
		sized("authinfo-sasl-long"), sized("authinfo-argument-long"), sized("authinfo-initial-too-long"),
		authenticates("authinfo-initial-base64", "PLAIN", alice(), nil, nil, "initial-raw"),
		authenticates("authinfo-empty-response", "SCRAM-SHA-256", alice(), nil, nil, "empty-response-blank"),
		authenticates("authinfo-success-data", "SCRAM-SHA-256", alice(), &auth.ServerOptions{SuccessData: true}, nil, "success-data-dropped").of("authinfo-sizes"),
		authenticates("authinfo-sizes", "SCRAM-SHA-256", alice(), &auth.ServerOptions{Nonce: func() string { return strings.Repeat("n", 9000) }}, nil, "short-challenges"),
		authenticates("authinfo-initial-sizes-client", "OAUTHBEARER", long, nil, nil, "initial-cut"),
		{
			name: "authinfo-initial-empty", caps: loginCaps("EXTERNAL"), options: certified, deviations: []string{"initial-empty-blank"},
			script: tlsBegins + "C: AUTHINFO SASL EXTERNAL =\nS: 281 welcome\n" + afterwards,
			run: func(d *try) {
				s := d.open()
				s.Do("AUTHINFO SASL EXTERNAL", func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "EXTERNAL", Credentials{}) })
				s.date()
				s.quit()
			},
		},
		badChallenge("authinfo-base64-cancelled", "no Base64 at all!", "bad-challenge-answered"),
		badChallenge("authinfo-base64-strict", "PDE4OTYu*Njk3MTcwOTUyQG5ld3MuZXhhbXBsZS5vcmc+", "base64-lenient"),
		{
			name: "authinfo-identity-saslprep", caps: loginCaps("PLAIN"), deviations: []string{"identity-raw"},
			serve: func(s *script) {
				s.greet()
				l, ok := s.Next("AUTHINFO SASL PLAIN")
				if !ok {
					return
				}
				words := strings.Fields(string(l.Text))
				message, err := auth.DecodeInitial(words[len(words)-1])
				s.d.Check(err == nil, "an initial response in Base64", "%v", err)
				identity, _, _ := strings.Cut(string(message), "\x00")
				s.d.Same("the authorization identity", identity, "editor")
				s.Say("281 welcome")
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				creds := alice()
				creds.Identity = "e\u00additor" // with a soft hyphen, which is mapped to nothing
				s := d.open()
				s.Do("AUTHINFO SASL PLAIN", func(ctx context.Context, c ClientSession) error { return c.Auth(ctx, "PLAIN", creds) })
				s.date()
				s.quit()
			},
		},
		{
			name: "authinfo-plain", caps: loginCaps("PLAIN"), options: upgrade, deviations: []string{"no-plain"}, serve: serving(nil, nil),
			run: func(d *try) {
				s := d.open()
				if err := s.Try(authBy("PLAIN")); err != nil && err != trial.ErrSettled {
					d.Fail("PLAIN over TLS", "the client says: %v", err)
				}
				s.date()
				s.quit()
			},
		},
	}
	for i, challenge := range []string{"=AAA", "AAA=BBB=", "QUJDRA", "QUJD RA==", "QUJD\u00e9RA=="} {
		rows = append(rows, badChallenge(fmt.Sprintf("authinfo-base64-strict-%d", i+2), challenge, "base64-lenient").of("authinfo-base64-strict"))
	}
	return rows
}
