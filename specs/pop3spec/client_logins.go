package pop3spec

import (
	"context"
	"strings"

	"harness/protocols/pop3"
)

// apopExample is the example of RFC 1939 section 7.
const (
	apopStamp  = "<1896.697170952@dbc.mtview.ca.us>"
	apopUser   = "mrose"
	apopSecret = "tanstaaf"
	apopDigest = "c4c9334bac560ecc979e58001b3e22fb"
)

// byUser has the client log in with USER and PASS by itself.
func byUser(d *try) {
	s := d.open()
	s.automatic("USER")
	s.quit()
}

func loginRows() []clientCase {
	const userLogin = "S: +OK\nC: USER alice\nS: +OK\nC: PASS wonderland\nS: +OK\n"
	rows := []clientCase{
		{
			name: "auth-err-client-retry", script: "S: +OK\nC: USER alice\nS: +OK\nC: PASS wrong\nS: -ERR wrong password\nC: USER alice\nS: +OK\nC: PASS wonderland\nS: +OK\n",
			run: func(d *try) {
				s := d.open()
				s.user(firstUser)
				s.refusedWith("PASS", func(ctx context.Context, c ClientSession) error { return c.Pass(ctx, "wrong") })
				s.user(firstUser)
				s.pass(firstPassword)
				s.quit()
				d.Saw("the client can authenticate anew on the same connection")
			},
		},
		{
			name: "user-first", deviations: []string{"pass-first"}, script: userLogin, run: byUser,
		},
		{
			name: "user-ok-next", deviations: []string{"noop-after-user"}, script: userLogin, run: byUser,
		},
		{
			name: "pass-after-user-client", deviations: []string{"pass-first", "pass-after-err"}, script: "S: +OK\nC: USER alice\nS: -ERR no such mailbox\n",
			run: func(d *try) {
				s := d.open()
				s.refusedWith("a login", func(ctx context.Context, c ClientSession) error { return c.Login(ctx, alice(), "USER") })
				s.quit()
				d.Never("as USER was refused", "PASS")
			},
		},
		{
			name: "user-err-next", script: "S: +OK\nC: USER nobody\nS: -ERR no such mailbox\nC: USER alice\nS: +OK\n",
			run: func(d *try) {
				s := d.open()
				s.refusedWith("USER", func(ctx context.Context, c ClientSession) error { return c.User(ctx, "nobody") })
				s.user(firstUser)
				s.quit()
				d.Saw("the client can give another name")
			},
		},
		{
			name: "apop-timestamp-noted", deviations: []string{"apop-without-timestamp"}, labels: []string{"auth"}, script: "S: +OK ready <no timestamp>\n",
			run: func(d *try) {
				s := d.open()
				s.Attempt("APOP", func(ctx context.Context, c ClientSession) error { return c.APOP(ctx, firstUser, firstPassword) })
				s.quit()
				d.Never("without a timestamp in the greeting", "APOP")
			},
		},
		{
			name: "apop-timestamp-of-connection", requirement: "apop-timestamp-noted", deviations: []string{"apop-first-timestamp"}, labels: []string{"auth"},
			serve: func(s *script) {
				stamp := stampOfFirst
				if s.Conn > 1 {
					stamp = "<2.2@mail.example.org>"
				}
				s.Play("S: +OK ready " + stamp + "\nC: APOP alice " + pop3.APOPDigest(stamp, firstPassword) + "\nS: +OK\n")
				s.Rest()
			},
			run: func(d *try) {
				for range 2 {
					s := d.open()
					s.apop(firstUser, firstPassword)
					s.quit()
				}
			},
		},
		{
			name: "apop-by-greeting", deviations: []string{"apop-by-capa"}, labels: []string{"auth"}, caps: "UIDL\nTOP",
			script: "S: +OK " + apopStamp + "\nC: APOP mrose " + apopDigest + "\nS: +OK\n",
			run: func(d *try) {
				s := d.open()
				s.Do("a login with APOP, which the greeting offers", func(ctx context.Context, c ClientSession) error {
					return c.Login(ctx, Credentials{User: apopUser, Password: apopSecret})
				})
				s.quit()
			},
		},
		{
			name: "apop-not-by-capa", requirement: "apop-by-greeting", deviations: []string{"apop-without-timestamp"}, labels: []string{"auth"}, caps: "APOP\nUSER",
			script: "S: +OK ready\nC: USER alice\nS: +OK\nC: PASS wonderland\nS: +OK\n",
			run: func(d *try) {
				s := d.open()
				s.automatic()
				s.quit()
			},
		},
	}
	for _, digest := range []struct{ name, deviation string }{{"apop-digest", "apop-without-brackets"}, {"apop-digest-hex", "apop-upper-case"}} {
		rows = append(rows, clientCase{
			name: digest.name, deviations: []string{digest.deviation}, labels: []string{"auth"},
			script: "S: +OK POP3 server ready " + apopStamp + "\nC: APOP mrose " + apopDigest + "\nS: +OK maildrop has 1 message (369 octets)\n",
			run: func(d *try) {
				s := d.open()
				s.apop(apopUser, apopSecret)
				s.quit()
			},
		})
	}
	for _, name := range []struct{ id, user string }{
		{"user-name-opaque", "Alice.Liddell@Wonderland.Example"}, {"user-name-opaque-odd", `%00"Al\ice"<@>{},;=&`},
	} {
		rows = append(rows, clientCase{
			name: name.id, requirement: "user-name-opaque", deviations: []string{"user-changed"}, script: "S: +OK\nC: USER " + name.user + "\nS: +OK\nC: PASS a pass word \\\"' {{sp}}\nS: +OK\n",
			run: func(d *try) {
				s := d.open()
				s.user(name.user)
				s.pass(`a pass word \"'  `)
				s.quit()
			},
		})
	}
	return append(rows, clientCase{
		// A client that believes a server of wrong credentials where there are none tries others, or weaker ways.
		name: "sys-temp-client", deviations: []string{"falls-back"}, labels: []string{"auth"}, caps: "RESP-CODES\nUSER\nSASL CRAM-MD5 PLAIN",
		script: "S: +OK\nC: AUTH CRAM-MD5\nS: + PDE4OTYuNjk3MTcwOTUyQG1haWwuZXhhbXBsZS5vcmc+\nC: {{*** sasl CRAM-MD5}}\nS: -ERR [SYS/TEMP] the disk is full\n",
		run: func(d *try) {
			s := d.open()
			r := s.refusedWith("a login", func(ctx context.Context, c ClientSession) error {
				return c.Login(ctx, alice(), "CRAM-MD5", "PLAIN", "USER")
			})
			s.quit()
			d.Check(strings.EqualFold(string(r.Code), "SYS/TEMP"), "the code SYS/TEMP", "%q", r.Code)
		},
	})
}
