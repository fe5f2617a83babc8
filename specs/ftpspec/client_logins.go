package ftpspec

import (
	"context"
)

func named(name string) step {
	return func(ctx context.Context, c ClientSession) error { return c.Host(ctx, name) }
}

func lang(tag string) step {
	return func(ctx context.Context, c ClientSession) error { return c.Lang(ctx, tag) }
}

// loginRows are about the greeting, logins, and what comes before them.
func loginRows() []clientCase {
	return []clientCase{
		{
			name: "greeting-wait-client", deviations: []string{"greeting-not-awaited"}, early: true,
			serve: func(s *script) {
				s.Quiet("before the greeting")
				s.welcome()
				s.Rest()
			},
			run: func(d *try) { d.login().quit() },
		},
		{
			name: "greeting-120-client", deviations: []string{"120-is-final"}, early: true,
			serve: func(s *script) {
				s.Say("120 ready in one minute")
				s.Quiet("between 120 and 220")
				s.Play("S: 220 ready\n" + loggedIn)
				s.Rest()
			},
			run: func(d *try) {
				s := d.connect()
				s.login()
				s.quit()
			},
		},
		{
			name: "greeting-without-text", requirement: "reply-text-free", deviations: []string{"text-needed"}, early: true, script: "S: 220{{sp}}\n" + loggedIn,
			run: func(d *try) {
				s := d.connect()
				s.login()
				s.quit()
			},
		},
		{
			name: "greeting-refusal", requirement: "reply-421-client", deviations: []string{"greeting-unchecked"}, early: true, script: "S: 500 go away\n",
			run: func(d *try) { d.turnedAway("the end of it after a greeting of 500") },
		},
		{
			name: "user-first-client", deviations: []string{"noop-first"}, early: true,
			serve: func(s *script) { s.Say("220 ready"); s.respond() },
			run: func(d *try) {
				s := d.connect()
				s.login()
				s.quit()
				for _, l := range d.Lines() {
					switch l.Verb() {
					case "FEAT", "HOST", "AUTH", "LANG", "OPTS", "CLNT":
						continue
					}
					d.Check(l.Verb() == "USER", "USER as the first command", "%s", l.Shown())
					break
				}
			},
		},
		{
			name: "pass-after-user-client", deviations: []string{"noop-after-user"}, early: true,
			script: "S: 220 ready\nC: USER alice\nS: 331 and?\nC: PASS wonderland\nS: 230 in\n",
			run: func(d *try) {
				s := d.connect()
				s.login()
				s.quit()
				afterEach("USER", "PASS")(d)
			},
		},
		{
			name: "diagram-login-client", deviations: []string{"pass-always"}, early: true,
			script: "S: 220 ready\nC: USER alice\nS: 230 in already\nC: NOOP\nS: 200 ok\n",
			run: func(d *try) {
				s := d.connect()
				s.login()
				s.noop()
				s.quit()
				d.Never("behind 230 to USER", "PASS", "ACCT")
			},
		},
		{
			name: "login-superfluous", requirement: "diagram-login-client", deviations: []string{"text-believed"}, early: true,
			script: "S: 220 ready\nC: USER alice\nS: 331 and?\nC: PASS wonderland\nS: 202 superfluous, no error\n",
			run: func(d *try) {
				s := d.connect()
				s.login()
				s.quit()
				d.Never("behind 202 to PASS", "ACCT")
			},
		},
		{
			name: "login-preliminary", requirement: "diagram-login-client", deviations: []string{"any-reply-success"}, early: true,
			script: "S: 220 ready\nC: USER alice\nS: 150 wait\nS: 530 no\n", run: noLogin,
		},
		{
			name: "login-account-3yz", requirement: "diagram-login-client", deviations: []string{"account-ignored"}, early: true,
			script: "S: 220 ready\nC: USER alice\nS: 331 and?\nC: PASS wonderland\nS: 332 and?\nC: ACCT cellar\nS: 332 and?\n",
			run: func(d *try) {
				d.connect().Refuses("a login whose ACCT got 332", func(ctx context.Context, c ClientSession) error {
					return c.Login(ctx, Credentials{User: aliceName, Password: alicePassword, Account: "cellar"})
				})
			},
		},
		{
			name: "login-refused", requirement: "diagram-login-client", deviations: []string{"refusal-closes"}, early: true,
			script: "S: 220 ready\nC: USER alice\nS: 331 and?\nC: PASS wonderland\nS: 530 no\nC: USER alice\nS: 331 and?\nC: PASS wonderland\nS: 230 in\n",
			run: func(d *try) {
				s := d.connect()
				s.refusedWith(530, "a login", login)
				s.login()
				s.quit()
			},
		},
		{
			name: "account-client", deviations: []string{"account-ignored"}, early: true,
			serve: func(s *script) {
				s.Say("220 ready")
				s.answer("USER alice", "331 and?")
				s.answer("PASS wonderland", "332 and the account?")
				if s.Conn == 1 {
					s.answer("ACCT cellar", "230 in")
				}
				s.Rest()
			},
			run: func(d *try) {
				s := d.connect()
				s.Do("a login with an account", func(ctx context.Context, c ClientSession) error {
					return c.Login(ctx, Credentials{User: aliceName, Password: alicePassword, Account: "cellar"})
				})
				s.quit()
				d.connect().Refuses("a login without the account that the server wants", login)
			},
		},
		{
			name: "account-any-time", script: "C: ACCT cellar\nS: 230 ok\n",
			run: func(d *try) {
				s := d.login()
				err := s.Try(func(ctx context.Context, c ClientSession) error { _, err := c.Acct(ctx, "cellar"); return err })
				s.quit()
				if err != nil {
					d.Saw("the client says, when it is to send ACCT behind a login: %v", err)
				} else {
					d.Saw("the client sends ACCT behind a login when it is told to")
				}
			},
		},
		{
			name: "user-232-client", labels: []string{"tls", "auth"}, deviations: []string{"pass-always"}, early: true, options: upgrade,
			script: "S: 220 ready\nC: AUTH TLS\nS: 234 go on\n-- tls\nC: USER alice\nS: 232 in by the certificate\nC: NOOP\nS: 200 ok\n",
			run: func(d *try) {
				s := d.connect()
				s.login()
				s.noop()
				s.quit()
				d.Never("behind 232 to USER", "PASS")
			},
		},
		{
			name: "host-before-login", deviations: []string{"user-before-host"}, early: true, script: hostScript + loggedIn,
			run: func(d *try) {
				s := d.connect()
				s.Do("HOST", named(serverName))
				s.login()
				s.quit()
			},
		},
		{
			name: "host-before-user", deviations: []string{"user-before-host"}, early: true, script: hostScript + loggedIn,
			run: func(d *try) {
				s := d.connect()
				s.Do("HOST", named(serverName))
				s.login()
				s.quit()
			},
		},
		{
			name: "host-ipv6-brackets", requirement: "host-grammar", deviations: []string{"host-unbracketed"}, early: true, script: "S: 220 ready\nC: HOST [2001:db8::1]\nS: 220 ok\n",
			run: func(d *try) {
				s := d.connect()
				s.Do("HOST", named("[2001:db8::1]"))
				s.quit()
			},
		},
		{
			name: "host-refused-assumed", deviations: []string{"host-repeated"}, early: true, script: "S: 220 ready\nC: HOST ftp.example.org\nS: 502 no\nC: NOOP\nS: 200 ok\n",
			run: func(d *try) {
				s := d.connect()
				s.refusedWith(502, "HOST", named(serverName))
				s.Quietly(named(serverName))
				s.noop()
				s.quit()
				d.Check(len(d.Sent("HOST")) == 1, "no HOST behind a refusal of it by 502", "another")
			},
		},
		{
			name: "host-refused-login", early: true, script: "S: 220 ready\nC: HOST ftp.example.org\nS: 500 what?\n" + loggedIn,
			run: func(d *try) {
				s := d.connect()
				s.refusedWith(500, "HOST", named(serverName))
				if err := s.Try(login); err != nil {
					d.Saw("the client does not log in behind a refusal of HOST: %v", err)
					return
				}
				s.quit()
				d.Saw("the client logs in as if it had not sent HOST, when it is told to")
			},
		},
		{
			name: "host-error-terminates", deviations: []string{"host-error-ignored"}, early: true,
			serve: func(s *script) {
				s.Say("220 ready")
				s.answer("HOST ftp.example.org", "550 something else")
				s.Rest()
			},
			run: func(d *try) {
				s := d.connect()
				s.refusedWith(550, "HOST", named(serverName))
				s.Quietly(login)
				d.Never("behind an error of HOST that is not described", "USER", "PASS")
			},
		},
		{
			name: "lang-before-authentication", deviations: []string{"lang-late"}, early: true, feat: "LANG EN*;DE", script: "S: 220 ready\nC: LANG de\nS: 200 gut\n" + loggedIn,
			run: func(d *try) {
				s := d.connect()
				s.Do("LANG", lang("de"))
				s.login()
				s.quit()
				for _, l := range d.Lines() {
					if l.Verb() == "USER" {
						d.Fail("LANG before USER", "%s first", l.Shown())
					} else if l.Verb() == "LANG" {
						break
					}
				}
			},
		},
		{
			name: "lang-after-feat", deviations: []string{"lang-without-feat"}, early: true, feat: "LANG EN*;DE", script: "S: 220 ready\nC: LANG de\nS: 200 gut\n" + loggedIn,
			run: func(d *try) {
				s := d.connect()
				s.Do("LANG", lang("de"))
				s.login()
				s.quit()
				d.Check(len(d.Sent("FEAT")) > 0, "FEAT before LANG", "none")
			},
		},
		{
			name: "lang-or-host-first", deviations: []string{"lang-after-noop"}, early: true, feat: "LANG EN*;DE", script: "S: 220 ready\nC: LANG de\nS: 200 gut\n" + loggedIn,
			run: func(d *try) {
				s := d.connect()
				s.Do("LANG", lang("de"))
				s.login()
				s.quit()
				for _, l := range d.Lines() {
					if l.Verb() == "LANG" || l.Verb() == "HOST" {
						break
					}
					d.Check(l.Verb() == "FEAT", "no command but FEAT before LANG", "%s", l.Shown())
				}
			},
		},
		{
			name: "lang-refused-tolerated", deviations: []string{"lang-required"}, early: true, feat: "LANG EN*", script: "S: 220 ready\nC: LANG de\nS: 502 no\n" + loggedIn,
			run: func(d *try) {
				s := d.connect()
				s.refusedWith(502, "LANG", lang("de"))
				s.login()
				s.quit()
			},
		},
		{
			name: "lang-utf8-read", deviations: []string{"eighth-bit-stripped"}, early: true, feat: "LANG EN*;DE", script: "S: 220 ready\nC: LANG de\nS: 200 für Sie\nC: DELE ä\nS: 550 nicht gelöscht\n",
			run: func(d *try) {
				s := d.connect()
				s.Do("LANG", lang("de"))
				r := s.refusedWith(550, "DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, "ä") })
				d.Same("the text of the refusal", r.Text(), "nicht gelöscht")
				s.quit()
			},
		},
		{
			name: "rein", requirement: "user-first-client", deviations: []string{"surplus-argument"},
			script: "C: REIN\nS: 220 ready\nC: USER alice\nS: 331 and?\nC: PASS wonderland\nS: 230 in\n",
			run: func(d *try) {
				s := d.login()
				s.Do("REIN", func(ctx context.Context, c ClientSession) error { return c.Rein(ctx) })
				s.login()
				s.quit()
			},
		},
	}
}

const (
	hostScript = "S: 220 ready\nC: HOST ftp.example.org\nS: 220 ok\n"
	loggedIn   = "C: USER alice\nS: 331 and?\nC: PASS wonderland\nS: 230 in\n"
)

// noLogin has the client log in, which has to fail.
func noLogin(d *try) { d.connect().Refuses("a login", login) }
