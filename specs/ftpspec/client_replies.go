package ftpspec

import (
	"context"
	"fmt"
	"strings"
	"time"

	"harness/protocols/ftp"
)

const (
	// endlessLine is how long a line is that does not end, in octets, and endlessReply how much of a reply that does not end a server sends.
	endlessLine  = 4 << 20
	endlessReply = 4 << 20
)

// single are the commands to which a 2yz reply is the only success (RFC 959 section 6).
func single() map[string]step {
	return map[string]step{
		"NOOP": noop, "CWD x": func(ctx context.Context, c ClientSession) error { return c.Cwd(ctx, "x") },
		"DELE x": func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, "x") },
		"RMD x":  func(ctx context.Context, c ClientSession) error { return c.Rmd(ctx, "x") },
		"TYPE A": func(ctx context.Context, c ClientSession) error { return c.Type(ctx, ftp.ASCII) },
	}
}

// replyRows are about replies and their order.
func replyRows() []clientCase {
	return []clientCase{
		{
			name: "read-boundaries-client", deviations: []string{"segment-is-reply"},
			serve: func(s *script) {
				s.expect("STAT")
				s.Pieces("211-First\r\n 211 within\r\n211 last\r\n")
				s.expect("NOOP")
				s.Pieces("200 ok\r\n")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				r := s.stat("")
				d.Same("the lines of the reply", strings.Join(r.Lines, "|"), "First| 211 within|last")
				s.noop()
				s.quit()
			},
		},
		{
			name: "replies-in-one-segment", requirement: "read-boundaries-client", deviations: []string{"buffer-dropped"},
			serve: func(s *script) {
				s.expect("RETR a")
				s.data("hello")
				s.eof()
				s.Say("150 here it comes", "226 done")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				d.Same("the file", s.retr("a"), "hello")
				s.noop()
				s.quit()
			},
		},
		{
			name: "multiline-client", deviations: []string{"first-line-only"}, early: true,
			script: `
S: 220-Welcome.
S: This server is for trials.
S: 220 Ready.
C: USER alice
S: 331-Guests
S: {{sp}}do it otherwise.
S: 331 And the password?
C: PASS wonderland
S: 230-
S:
S: 230 In.
C: CWD a
S: 250-Read the file README
S: {{sp}} it was modified on Mon Nov 20
S: 250 ok
C: DELE b
S: 550-No.
S: Not that.
S: 550 no
C: NOOP
S: 200-a
S: 200-b
S: 200 c
`,
			run: func(d *try) {
				s := d.connect()
				s.login()
				s.cwd("a")
				s.refusedWith(550, "DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, "b") })
				s.noop()
				s.quit()
			},
		},
		{
			name: "multiline-transfer", requirement: "multiline-client", deviations: []string{"first-line-only"},
			script: `
C: RETR a
S: 150-here
S: it
S: 150 comes
Sd1: hello{{none}}
-- close Sd1
S: 226-done
S: {{sp}}226 within
S: 226 over
C: NOOP
S: 200 ok
`,
			run: func(d *try) {
				s := d.login()
				d.Same("the file", s.retr("a"), "hello")
				s.noop()
				s.quit()
			},
		},
		{
			name: "reply-multiline-read", deviations: []string{"ends-at-any-code", "ends-at-hyphen", "ends-at-indented"},
			script: `
C: STAT
S: 211-Status
S: 200 is another code
S: 211-is the own code and a hyphen
S: {{sp}}211 has a space before it
S: 2111 has four digits
S: 211{{tab}}has a TAB behind it
S: 500-
S:
S: 211 End
C: NOOP
S: 200 ok
`,
			run: func(d *try) {
				s := d.login()
				r := s.stat("")
				d.Same("the number of lines of the reply", len(r.Lines), 9)
				s.noop()
				s.quit()
			},
		},
		{
			name: "feat-multiline-tolerated", deviations: []string{"first-line-only"},
			script: "C: MKD a\nS: 257-\"a\" was made\nS: {{sp}}250 and all is well\nS: 257 \"a\"\nC: SIZE a\nS: 213-5\nS: 213 5\nC: NOOP\nS: 200 ok\n",
			run: func(d *try) {
				s := d.login()
				s.Do("MKD", func(ctx context.Context, c ClientSession) error { _, err := c.Mkd(ctx, "a"); return err })
				// What it makes of two values is its own.
				s.Quietly(func(ctx context.Context, c ClientSession) error { _, err := c.Size(ctx, "a"); return err })
				s.noop()
				s.quit()
			},
		},
		{
			name: "multiline-limit-client", timeout: time.Minute, deviations: []string{"limit-ends-reply"},
			serve: func(s *script) {
				s.answer("STAT", "211-Status")
				s.Octets(strings.Repeat("550 within\r\n", 120_000))
				s.Say("211 End")
				s.Flush()
				if l, err := s.Read(); err == nil && l.Verb() == "NOOP" {
					s.Say("200 ok")
					s.Rest()
				} else {
					s.Stop(nil)
				}
			},
			run: func(d *try) {
				s := d.login()
				if err := s.Try(func(ctx context.Context, c ClientSession) error { _, err := c.Stat(ctx, ""); return err }); err != nil {
					return // it has ended the session, or is to
				}
				s.noop()
				s.quit()
			},
		},
		{
			name: "reply-endless", requirement: "multiline-limit-client", timeout: time.Minute, labels: []string{"security"}, deviations: []string{"reply-unlimited"},
			serve: func(s *script) {
				s.answer("STAT", "211-Status")
				some := strings.Repeat("x\r\n", 2<<10)
				for sent := 0; sent < endlessReply && !s.Over; sent += len(some) {
					s.Octets(some)
				}
				s.Flush()
				s.Wrong("the end of the connection, as the reply does not end", "the client takes %d octets of it", endlessReply)
			},
			run: func(d *try) {
				d.login().Refuses("a reply that does not end", func(ctx context.Context, c ClientSession) error { _, err := c.Stat(ctx, ""); return err })
			},
		},
		{
			name: "reply-line-endless", requirement: "multiline-limit-client", labels: []string{"security"}, deviations: []string{"lines-unlimited"},
			serve: func(s *script) {
				s.expect("NOOP")
				s.Octets("200 ")
				some := strings.Repeat("x", 64<<10)
				for sent := 0; sent < endlessLine && !s.Over; sent += len(some) {
					s.Octets(some)
				}
				s.Octets("\r\n200 ok\r\n")
				s.Flush()
				s.Rest()
			},
			run: func(d *try) { d.login().Refuses("a line of 4 MiB", noop) },
		},
		{
			name: "reply-silence", requirement: "reply-wait-client", deviations: []string{"no-timeout"},
			serve: func(s *script) {
				s.expect("NOOP")
				s.Linger()
			},
			run: func(d *try) {
				d.Impatient(func(ctx context.Context, timeout time.Duration) error {
					s := d.login(func(o *ClientOptions) { o.Timeout = timeout })
					return s.Try(func(_ context.Context, c ClientSession) error { return c.Noop(ctx) })
				})
			},
		},
		{
			name: "reply-text-free", deviations: []string{"text-needed", "text-believed"},
			script: "C: NOOP\nS: 200{{sp}}\nC: CWD error\nS: 250 error: 550 failure\nC: DELE b\nS: 550 success, 250 it is deleted\nC: NOOP\nS: 200 {{tab}}[x] é\n",
			run: func(d *try) {
				s := d.login()
				s.noop()
				s.cwd("error")
				s.refusedWith(550, "DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, "b") })
				s.noop()
				s.quit()
			},
		},
		{
			name: "first-digit-only", deviations: []string{"codes-exact"}, script: "C: NOOP\nS: 299 ok\nC: CWD a\nS: 242 ok\nC: DELE b\nS: 599 no\nC: NOOP\nS: 200 ok\n",
			run: unknownCodes,
		},
		{
			name: "reply-first-digit-client", deviations: []string{"codes-exact"}, script: "C: NOOP\nS: 222 ok\nC: CWD a\nS: 255 ok\nC: DELE b\nS: 543 no\nC: NOOP\nS: 200 ok\n",
			run: unknownCodes,
		},
		{
			name: "first-digit-transfer", requirement: "reply-first-digit-client", deviations: []string{"codes-exact"},
			script: "C: RETR a\nS: 155 here it comes\nSd1: hello{{none}}\n-- close Sd1\nS: 255 done\nC: RETR b\nS: 444 no\n",
			run: func(d *try) {
				s := d.login()
				d.Same("the file", s.retr("a"), "hello")
				s.refusedWith(444, "RETR", retr("b"))
				s.quit()
			},
		},
		{
			name: "reply-421-client", deviations: []string{"421-success"}, script: "C: NOOP\nS: 421 I am going\n-- close S\n",
			run: func(d *try) { d.login().refusedWith(421, "NOOP", noop) },
		},
		{
			name: "reply-421-greeting", requirement: "reply-421-client", deviations: []string{"greeting-unchecked", "421-success"}, early: true, script: "S: 421 too many users\n-- close S\n",
			run: func(d *try) { d.turnedAway("the end of it after a greeting of 421") },
		},
		{
			name: "reply-421-user", requirement: "reply-421-client", deviations: []string{"421-success"}, early: true, script: "S: 220 ready\nC: USER alice\nS: 421 not now\n-- close S\n",
			run: func(d *try) { d.connect().refusedWith(421, "a login", login) },
		},
		{
			name: "reply-421-pass", requirement: "reply-421-client", deviations: []string{"421-success"}, early: true,
			script: "S: 220 ready\nC: USER alice\nS: 331 and?\nC: PASS wonderland\nS: 421-not now\nS: 421 not ever\n-- close S\n",
			run:    func(d *try) { d.connect().refusedWith(421, "a login", login) },
		},
		{
			name: "reply-421-passive", requirement: "reply-421-client", deviations: []string{"421-success"}, script: "C: EPSV\nS: 421 no ports\n-- close S\n",
			run: func(d *try) { d.login().refusedWith(421, "RETR", retr("a")) },
		},
		{
			name: "reply-421-transfer", requirement: "reply-421-client", deviations: []string{"421-success"}, script: "C: RETR a\nS: 421 shutting down\n-- close S\n",
			run: func(d *try) { d.login().refusedWith(421, "RETR", retr("a")) },
		},
		{
			name: "reply-421-in-transfer", requirement: "reply-421-client", deviations: []string{"421-success", "completion-not-awaited"},
			script: "C: RETR a\nS: 150 here it comes\nSd1: hel{{none}}\nS: 421 shutting down\n-- close Sd1\n-- close S\n",
			run:    func(d *try) { d.login().refusedWith(421, "RETR", retr("a")) },
		},
		{
			name: "reply-421-in-upload", requirement: "reply-421-client", deviations: []string{"421-success", "completion-not-awaited"},
			script: "C: STOR a\nS: 150 give it\nCd1: hello{{none}}\n-- close Cd1\nS: 421 shutting down\n-- close S\n",
			run:    func(d *try) { d.login().refusedWith(421, "STOR", stor("a", "hello")) },
		},
		{
			name: "reply-421-unasked", requirement: "reply-421-client", deviations: []string{"421-success"},
			serve: func(s *script) {
				s.answer("NOOP", "200 ok", "421 idle for too long")
				s.Flush()
				s.Stop(nil)
			},
			run: func(d *try) {
				s := d.login()
				s.noop()
				s.Refuses("a command behind 421", noop)
			},
		},
		{
			name: "reply-421-not-special", deviations: []string{"421-closes"}, script: "C: CWD a\nS: 421 busy\nC: NOOP\nS: 200 ok\n",
			run: func(d *try) {
				s := d.login()
				s.refusedWith(421, "CWD", func(ctx context.Context, c ClientSession) error { return c.Cwd(ctx, "a") })
				s.noop()
				s.quit()
			},
		},
		{
			name: "close-detected", deviations: []string{"end-is-success"}, script: "C: NOOP\nS: 200 ok\nC: CWD a\n-- close S\n",
			run: func(d *try) {
				s := d.login()
				s.noop()
				s.Refuses("CWD, as the server has closed the connection", func(ctx context.Context, c ClientSession) error { return c.Cwd(ctx, "a") })
			},
		},
		{
			name: "reply-cut-off", requirement: "close-detected", deviations: []string{"end-is-success"}, script: "C: NOOP\nS: 200 o{{none}}\n-- close S\n",
			run: func(d *try) { d.login().Refuses("a reply that is cut off", noop) },
		},
		{
			name: "multiline-cut-off", requirement: "close-detected", deviations: []string{"first-line-only"}, script: "C: NOOP\nS: 200-ok\nS: and\n-- close S\n",
			run: func(d *try) { d.login().Refuses("a reply that is cut off", noop) },
		},
		{
			name: "errors-displayed", deviations: []string{"error-first-line"}, script: "C: DELE b\nS: 550-No.\nS: {{sp}}It is in use,\nS: 550 by nobody\n",
			run: func(d *try) {
				s := d.login()
				r := s.refusedWith(550, "DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, "b") })
				for _, part := range []string{"No.", "It is in use,", "by nobody"} {
					d.Check(strings.Contains(r.Text(), part), "the whole text of the refusal", "%s", quoted(r.Text()))
				}
				s.quit()
			},
		},
		{
			name: "synchronization", deviations: []string{"second-reply-expected"},
			serve: func(s *script) {
				s.expect("RETR a")
				s.data("hello")
				s.eof()
				s.Say("226 done, and no 150 before")
				s.answer("PWD", `257 "/"`)
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				var got []byte
				if err := s.Try(func(ctx context.Context, c ClientSession) (err error) {
					got, err = c.Retr(ctx, "a", TransferOptions{})
					return err
				}); err == nil {
					d.Same("the file", string(got), "hello")
				}
				d.Same("the directory", s.pwd(), "/")
				s.quit()
			},
		},
		{
			name: "preliminary-missing-upload", requirement: "synchronization", deviations: []string{"second-reply-expected"},
			serve: func(s *script) {
				s.expect("STOR a")
				s.Say("226 done already")
				s.answer("PWD", `257 "/"`)
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				s.Quietly(stor("a", "hello"))
				d.Same("the directory", s.pwd(), "/")
				s.quit()
			},
		},
		{
			name: "reply-wait-client", deviations: []string{"pipelines"},
			serve: func(s *script) {
				slow := func(command string, lines ...string) {
					s.expect(command)
					s.Quiet("before the reply to " + command)
					s.Say(lines...)
				}
				slow("CWD a", "250 ok")
				slow("EPSV", fmt.Sprintf("229 ok (|||%d|)", s.listen()))
				slow("RETR a", "150 here it comes")
				s.data("hello")
				s.eof()
				s.Quiet("before the reply that ends the transfer")
				s.Say("226 done")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				s.cwd("a")
				d.Same("the file", s.retr("a"), "hello")
				s.quit()
			},
		},
		{
			name: "preliminary-wait", deviations: []string{"completion-not-awaited"}, serve: slowCompletion, run: twoTransfers,
		},
		{
			name: "completion-wait", deviations: []string{"completion-not-awaited"}, serve: slowCompletion, run: twoTransfers,
		},
		{
			name: "diagram-transfer-client", deviations: []string{"completion-not-awaited", "any-reply-success"},
			serve: func(s *script) {
				s.answer("RETR a", "150 here it comes")
				s.data("hel")
				s.eof()
				s.Say("451 the disk is broken")
				s.answer("RETR b", "350 what else?")
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				s.refusedWith(451, "RETR", retr("a"))
				s.Refuses("RETR, whose answer is 350", retr("b"))
			},
		},
		{
			name: "transfer-426", requirement: "diagram-transfer-client", deviations: []string{"final-ignored"},
			script: "C: RETR a\nS: 150 here it comes\nSd1: hel{{none}}\n-- close Sd1\nS: 426 the connection broke\nC: STOR b\nS: 150 give it\nCd1: hello{{none}}\n-- close Cd1\nS: 552 no room\n",
			run: func(d *try) {
				s := d.login()
				s.refusedWith(426, "RETR", retr("a"))
				s.refusedWith(552, "STOR", stor("b", "hello"))
				s.quit()
			},
		},
		{
			name: "diagram-single-client", deviations: []string{"any-reply-success"},
			serve: func(s *script) {
				s.expectAny()
				s.Say("350 and?")
				s.Rest()
			},
			run: func(d *try) {
				for command, f := range single() {
					d.login().Refuses(command+", whose answer is 350", f)
				}
			},
		},
		{
			name: "diagram-single-preliminary", requirement: "diagram-single-client", deviations: []string{"any-reply-success"},
			serve: func(s *script) {
				s.expectAny()
				s.Say("150 wait", "550 no")
				s.Flush()
				s.Rest()
			},
			run: func(d *try) {
				for command, f := range single() {
					d.login().Refuses(command+", whose answer is 150, and then 550", f)
				}
			},
		},
		{
			name: "diagram-rename-client", deviations: []string{"any-reply-success"},
			script: "C: RNFR a\nS: 250 done\nC: RNFR a\nS: 350 to what?\nC: RNTO b\nS: 350 and?\n",
			run: func(d *try) {
				s := d.login()
				rename := func(ctx context.Context, c ClientSession) error { return c.Rename(ctx, "a", "b") }
				s.Refuses("a renaming whose RNFR got 250", rename)
				s.Refuses("a renaming whose RNTO got 350", rename)
			},
		},
		{
			name: "diagram-restart-client", deviations: []string{"any-reply-success"}, script: "C: REST 2\nS: 200 ok\n",
			run: func(d *try) {
				d.login().Refuses("a restart whose REST got 200", func(ctx context.Context, c ClientSession) error {
					_, err := c.Retr(ctx, "a", TransferOptions{Offset: 2})
					return err
				})
				d.Never("behind a REST that got 200", "RETR")
			},
		},
		{
			name: "restart-refused", requirement: "diagram-restart-client", deviations: []string{"refusal-closes"}, script: "C: REST 2\nS: 502 no\nC: RETR a\nS: 550 no\n",
			run: func(d *try) {
				s := d.login()
				s.refusedWith(502, "a restart", func(ctx context.Context, c ClientSession) error {
					_, err := c.Retr(ctx, "a", TransferOptions{Offset: 2})
					return err
				})
				s.refusedWith(550, "RETR", retr("a"))
				s.quit()
			},
		},
		{
			name: "sequence-repeat-client", deviations: []string{"rename-shortcut"},
			script: "C: RNFR a\nS: 350 to what?\nC: RNTO b\nS: 553 not that\nC: RNFR a\nS: 350 to what?\nC: RNTO c\nS: 250 ok\n",
			run: func(d *try) {
				s := d.login()
				s.refusedWith(553, "RNTO", func(ctx context.Context, c ClientSession) error { return c.Rename(ctx, "a", "b") })
				s.Do("a renaming", func(ctx context.Context, c ClientSession) error { return c.Rename(ctx, "a", "c") })
				s.quit()
			},
		},
		{
			name: "rename-refused", requirement: "sequence-repeat-client", deviations: []string{"rnto-always"}, script: "C: RNFR a\nS: 550 what?\nC: NOOP\nS: 200 ok\n",
			run: func(d *try) {
				s := d.login()
				s.refusedWith(550, "RNFR", func(ctx context.Context, c ClientSession) error { return c.Rename(ctx, "a", "b") })
				s.noop()
				s.quit()
			},
		},
		{
			name: "reply-3yz-client", deviations: []string{"rnto-forgotten"}, script: "C: RNFR a\nS: 350 to what?\nC: RNTO b\nS: 250 ok\n",
			run: func(d *try) {
				s := d.login()
				s.Do("a renaming", func(ctx context.Context, c ClientSession) error { return c.Rename(ctx, "a", "b") })
				s.quit()
			},
		},
		{
			name: "reply-4yz-retry",
			serve: func(s *script) {
				for !s.Over {
					l, err := s.Read()
					switch {
					case err != nil:
						s.Stop(nil)
					case l.Verb() == "QUIT":
						s.Say("221 bye")
					default:
						s.Say("450 busy")
					}
				}
			},
			run: func(d *try) {
				s := d.login()
				s.refusedWith(450, "DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, "a") })
				s.Quietly(quit)
				if n := len(d.Sent("DELE")); n > 1 {
					d.Saw("the client tries a command that got 450 again by itself: %d times", n-1)
				} else {
					d.Saw("the client leaves it to its user to try a command that got 450 again")
				}
			},
		},
		{
			name: "reply-5yz-repeat", deviations: []string{"repeats-5yz"}, script: "C: DELE a\nS: 550 no\nC: NOOP\nS: 200 ok\n",
			run: func(d *try) {
				s := d.login()
				s.refusedWith(550, "DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, "a") })
				s.noop()
				s.quit()
			},
		},
		{
			name: "reply-sequences-client", deviations: []string{"codes-exact"},
			script: `
C: CWD a
S: 250 ok
C: CDUP
S: 250 ok
C: ALLO 5
S: 202 superfluous
C: HELP
S: 211 help
C: STAT a
S: 212 directory
C: STAT a
S: 213 file
C: SITE x
S: 202 no
C: DELE a
S: 450 busy
C: RMD a
S: 550 no
C: RETR a
S: 125 there is one
Sd1: hello{{none}}
-- close Sd1
S: 250 done
C: STOR a
S: 125 there is one
Cd2: hello{{none}}
-- close Cd2
S: 226 done
C: STOR b
S: 452 no room
C: STOR c
S: 532 account?
C: APPE d
S: 150 give it
Cd3: x{{none}}
-- close Cd3
S: 551 page type unknown
C: RNFR a
S: 450 busy
C: NOOP
S: 200 ok
`,
			run: func(d *try) {
				s := d.login()
				s.cwd("a")
				s.Do("CDUP", func(ctx context.Context, c ClientSession) error { return c.Cdup(ctx) })
				s.Do("ALLO", func(ctx context.Context, c ClientSession) error { return c.Allo(ctx, 5, 0) })
				s.Do("HELP", func(ctx context.Context, c ClientSession) error { _, err := c.Help(ctx, ""); return err })
				s.stat("a")
				s.stat("a")
				s.Do("SITE", func(ctx context.Context, c ClientSession) error { _, err := c.Site(ctx, "x"); return err })
				s.refusedWith(450, "DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, "a") })
				s.refusedWith(550, "RMD", func(ctx context.Context, c ClientSession) error { return c.Rmd(ctx, "a") })
				d.Same("the file", s.retr("a"), "hello")
				s.stor("a", "hello")
				s.refusedWith(452, "STOR", stor("b", "x"))
				s.refusedWith(532, "STOR", stor("c", "x"))
				s.refusedWith(551, "APPE", func(ctx context.Context, c ClientSession) error {
					return c.Appe(ctx, "d", []byte("x"), TransferOptions{})
				})
				s.refusedWith(450, "RNFR", func(ctx context.Context, c ClientSession) error { return c.Rename(ctx, "a", "b") })
				s.noop()
				s.quit()
			},
		},
		{
			name: "quote-doubling-client", deviations: []string{"quotes-simple"},
			script: `
C: PWD
S: 257 "/a ""quoted"" one" is the "current" directory
C: MKD b"c
S: 257 "/b""c" created
C: PWD
S: 257 """"
`,
			run: func(d *try) {
				s := d.login()
				d.Same("the directory", s.pwd(), `/a "quoted" one`)
				d.Same("the new directory", value(s, "MKD", func(ctx context.Context, c ClientSession) (string, error) { return c.Mkd(ctx, `b"c`) }), `/b"c`)
				d.Same("the directory", s.pwd(), `"`)
				s.quit()
			},
		},
	}
}

// expectAny reads a command of any kind, but those that are answered aside.
func (s *script) expectAny() {
	for !s.Over {
		l, err := s.Read()
		if err != nil {
			s.Stop(nil)
			return
		}
		if v := l.Verb(); v == "FEAT" || v == "OPTS" || v == "SYST" || v == "EPSV" || v == "PASV" {
			s.aside(l)
			continue
		}
		return
	}
}

// stat returns the reply to STAT.
func (s *subject) stat(path string) *ftp.Reply {
	r := value(s, "STAT", func(ctx context.Context, c ClientSession) (*ftp.Reply, error) { return c.Stat(ctx, path) })
	if r == nil {
		return &ftp.Reply{}
	}
	return r
}

func unknownCodes(d *try) {
	s := d.login()
	s.noop()
	s.cwd("a")
	s.Refuses("DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, "b") })
	s.noop()
	s.quit()
}

// slowCompletion lets the client wait for the end of a transfer.
func slowCompletion(s *script) {
	for _, command := range []string{"RETR a", "RETR b"} {
		s.answer(command, "150 here it comes")
		s.data("hello")
		s.eof()
		s.Quiet("before the reply that ends the transfer")
		s.Say("226 done")
	}
	s.Rest()
}

func twoTransfers(d *try) {
	s := d.login()
	s.retr("a")
	s.retr("b")
	s.quit()
}
