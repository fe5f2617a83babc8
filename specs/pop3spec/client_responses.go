package pop3spec

import (
	"context"
	"fmt"
	"strings"
	"time"

	"harness/protocols/pop3"
	"harness/protocols/wire"
)

// dottedMessage is a message with everything that looks like an end and is none, and dottedOnWire is it on the wire.
const (
	dottedMessage = ".\r\n..\r\n...\r\n. \r\n.a\r\n\r\na.\r\na..b\r\n+OK\r\n-ERR\r\n.\rx\r\n"
	dottedOnWire  = "..\r\n...\r\n....\r\n.. \r\n..a\r\n\r\na.\r\na..b\r\n+OK\r\n-ERR\r\n..\rx\r\n.\r\n"
)

// answer waits for a command, and answers with octets as they are.
func (s *script) answer(verb string, octets func(s *script)) {
	l, ok := s.Next(verb)
	if !ok {
		return
	}
	if l.Verb() != verb {
		s.Wrong(verb, "%s", l.Shown())
		return
	}
	octets(s)
}

// retrieved serves a login and one RETR, whose answer octets writes.
func retrieved(octets func(s *script)) func(s *script) {
	return func(s *script) {
		s.login()
		s.answer("RETR", octets)
		s.Rest()
	}
}

// message has the client retrieve message 1 and compares it.
func message(want string) func(d *try) {
	return func(d *try) {
		s := d.login()
		d.Same("the message", s.retr(1), want)
		s.quit()
	}
}

// noMessage has the client retrieve a message that does not come whole.
func noMessage(d *try) {
	s := d.login()
	s.Refuses("a message that does not come whole", func(ctx context.Context, c ClientSession) error { _, err := c.Retr(ctx, 1); return err })
}

const endlessSize = 4 << 20

func responseRows() []clientCase {
	return []clientCase{
		{
			name: "response-512-accepted", deviations: []string{"short-lines"},
			serve: func(s *script) {
				s.Say("+OK " + strings.Repeat("g", pop3.MaxReply-6))
				s.Pre = true
				s.Play("C: USER alice\nS: +OK\nC: PASS wonderland\nS: +OK\n")
				s.Pre = false
				s.answer("STAT", func(s *script) { s.Say("+OK 2 320 " + strings.Repeat("s", pop3.MaxReply-len("+OK 2 320 ")-2)) })
				s.answer("DELE", func(s *script) { s.Say("-ERR " + strings.Repeat("e", pop3.MaxReply-7)) })
				s.Rest()
			},
			run: func(d *try) {
				s := d.connect()
				s.user(firstUser)
				s.pass(firstPassword)
				got := s.stat()
				d.Same("the drop listing", fmt.Sprint(got.Messages, got.Octets), "2 320")
				r := s.refusedWith("DELE 1", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, 1) })
				d.Same("the length of the text of the refusal", len(r.Text), pop3.MaxReply-7)
				s.quit()
			},
		},
		{
			name: "endless-line", requirement: "response-512-accepted", labels: []string{"security"}, deviations: []string{"short-replies-accepted"},
			serve: func(s *script) {
				s.login()
				s.answer("NOOP", func(s *script) {
					s.Octets("+OK ")
					for range endlessSize >> 10 {
						s.Octets(strings.Repeat("x", 1<<10))
					}
					s.Flush()
					s.Stop(nil)
				})
			},
			run: func(d *try) {
				s := d.login()
				s.Refuses("a response line of 4 MiB that does not end", func(ctx context.Context, c ClientSession) error { return c.Noop(ctx) })
			},
		},
		{
			name: "response-cut-off", requirement: "response-512-accepted", deviations: []string{"short-replies-accepted"},
			serve: func(s *script) {
				s.login()
				s.answer("NOOP", func(s *script) {
					s.Octets("+OK")
					s.Flush()
					s.Stop(nil)
				})
			},
			run: func(d *try) {
				s := d.login()
				s.Refuses("a response line that the end of the connection cut off", func(ctx context.Context, c ClientSession) error { return c.Noop(ctx) })
			},
		},
		{
			name: "dot-unstuffing", deviations: []string{"dots-kept", "all-dots-removed"},
			serve: retrieved(func(s *script) { s.Octets("+OK\r\n" + dottedOnWire) }), run: message(dottedMessage),
		},
		{
			name: "multiline-end-recognised", deviations: []string{"ends-at-any-dot", "end-in-content"},
			serve: retrieved(func(s *script) { s.Octets("+OK\r\n" + dottedOnWire) }), run: message(dottedMessage),
		},
		{
			name: "multiline-end-octet-by-octet", requirement: "multiline-end-recognised", also: []string{"dot-unstuffing"}, deviations: []string{"segment-is-response"},
			serve: retrieved(func(s *script) { s.Pieces("+OK here it is\r\n" + dottedOnWire) }), run: message(dottedMessage),
		},
		{
			name: "multiline-end-one-segment", requirement: "multiline-end-recognised", deviations: []string{"buffer-dropped"},
			serve: retrieved(func(s *script) { s.Octets("+OK here it is\r\n" + dottedOnWire) }), run: message(dottedMessage),
		},
		{
			name: "multiline-end-bare-lf", requirement: "multiline-end-recognised", labels: []string{"security"}, deviations: []string{"ends-at-bare-lf"},
			serve: retrieved(func(s *script) { s.Octets("+OK\r\nbefore\n.\n+OK injected\r\nbehind\r\n.\r\n") }),
			run: func(d *try) {
				s := d.login()
				got := s.retr(1)
				// What a client makes of the bare LF is its own; that the message goes on behind it is not.
				d.Check(strings.Contains(got, "behind"), `a message that goes on behind LF "." LF`, "%s", wire.Quote([]byte(got)))
				s.quit()
			},
		},
		{
			name: "multiline-nul", requirement: "multiline-end-recognised", labels: []string{"security"}, deviations: []string{"ends-at-nul"},
			serve: retrieved(func(s *script) { s.Octets("+OK\r\na\x00b\r\n\x00\r\nc\r\n.\r\n") }),
			run: func(d *try) {
				s := d.login()
				var got string
				err := s.Try(func(ctx context.Context, c ClientSession) error {
					b, err := c.Retr(ctx, 1)
					got = string(b)
					return err
				})
				if err == nil {
					d.Same("the message with its NULs (or an error)", got, "a\x00b\r\n\x00\r\nc\r\n")
				}
			},
		},
		{
			name: "multiline-cut-off", requirement: "multiline-end-recognised", deviations: []string{"short-replies-accepted"},
			serve: func(s *script) {
				s.login()
				s.answer("RETR", func(s *script) {
					s.Octets("+OK 100 octets\r\nthe beginning\r\nand so")
					s.Flush()
					s.Stop(nil)
				})
			},
			run: noMessage,
		},
		{
			name: "multiline-cut-off-at-line", requirement: "multiline-end-recognised", deviations: []string{"short-replies-accepted"},
			serve: func(s *script) {
				s.login()
				s.answer("RETR", func(s *script) {
					s.Octets("+OK 100 octets\r\nthe beginning\r\n")
					s.Flush()
					s.Stop(nil)
				})
			},
			run: noMessage,
		},
		{
			name: "multiline-reset", requirement: "multiline-end-recognised", deviations: []string{"short-replies-accepted"}, login: true,
			script: "C: RETR 1\nS: +OK\nS: the beginning\n-- quiet C 1ms\n-- reset S\n", run: noMessage,
		},
		{
			name: "multiline-endless", requirement: "multiline-end-recognised", labels: []string{"security"}, deviations: []string{"limit-is-end"},
			options: func(o *ClientOptions) { o.MessageLimit = 1 << 20 },
			serve: func(s *script) {
				s.login()
				s.answer("RETR", func(s *script) {
					s.Say("+OK")
					line := strings.Repeat("x", 1022) + "\r\n"
					for range endlessSize >> 10 {
						s.Octets(line)
					}
					s.Flush()
					s.Stop(nil)
				})
			},
			run: noMessage,
		},
		{
			name: "multiline-listings", requirement: "multiline-end-recognised", deviations: []string{"ends-at-any-dot"}, login: true,
			script: `
C: LIST
S: +OK
S: .
C: LIST
S: +OK
S: 1 120
S: 2 200
S: .
C: UIDL
S: +OK
S: 1 ..
S: 2 .x
S: ..3 y
S: .
`,
			run: func(d *try) {
				s := d.login()
				d.Same("an empty listing", len(s.listAll()), 0)
				list := s.listAll()
				d.Same("the number of scan listings", len(list), 2)
				if d.Settled() {
					return
				}
				d.Same("the scan listings", fmt.Sprint(list[0].Number, list[0].Octets, list[1].Number, list[1].Octets), "1 120 2 200")
				// The third line makes no sense once its dot is taken off; it doesn't end the listing either.
				var got []pop3.UniqueID
				err := s.Try(func(ctx context.Context, c ClientSession) (err error) { got, err = c.UidlAll(ctx); return err })
				d.Check(err != nil || len(got) == 3, "three unique-id listings, or an error", "%v", got)
			},
		},
		{
			name: "err-ambiguous", deviations: []string{"err-is-fatal"}, login: true,
			script: `
C: TOP 1 0
S: -ERR what?
C: UIDL
S: -ERR what?
C: RETR 1
S: +OK
S: text
S: .
C: QUIT
S: +OK
`,
			run: func(d *try) {
				s := d.login()
				s.refusedWith("TOP", func(ctx context.Context, c ClientSession) error { _, err := c.Top(ctx, 1, 0); return err })
				s.refusedWith("UIDL", func(ctx context.Context, c ClientSession) error { _, err := c.UidlAll(ctx); return err })
				s.retr(1)
				s.quit()
			},
		},
		{
			name: "greeting-any-text", deviations: []string{"greeting-needs-text"}, script: "S: +OK\n",
			run: func(d *try) { d.connect().quit() },
		},
		{
			name: "greeting-any-text-odd", requirement: "greeting-any-text", deviations: []string{"text-believed"},
			script: "S: +OK [X-ERROR] error -ERR <not a timestamp> {{tab}}\n",
			run:    func(d *try) { d.connect().quit() },
		},
		{
			name: "greeting-err", requirement: "greeting-any-text", deviations: []string{"greeting-unchecked"}, script: "S: -ERR [SYS/TEMP] come back later\n",
			run: func(d *try) { d.turnedAway(`the end of it after a greeting that begins with "-ERR"`) },
		},
		{
			name: "greeting-garbage", requirement: "greeting-any-text", deviations: []string{"greeting-unchecked"}, script: "S: 220 mail.example.org ESMTP\n",
			run: func(d *try) { d.turnedAway(`the end of it after a greeting that does not begin with "+OK"`) },
		},
		{
			name: "greeting-silence", requirement: "greeting-any-text", deviations: []string{"no-timeout"},
			serve: func(s *script) {
				s.Linger()
			},
			run: func(d *try) {
				impatient(d, func(ctx context.Context, hurry func(o *ClientOptions)) error {
					_, err := d.dialContext(ctx, hurry)
					return err
				})
			},
		},
		{
			name: "multiline-silence", requirement: "multiline-end-recognised", deviations: []string{"no-timeout"},
			serve: func(s *script) {
				s.login()
				s.answer("RETR", func(s *script) { s.Octets("+OK\r\nthe beginning\r\n") })
				s.Linger()
			},
			run: func(d *try) {
				impatient(d, func(ctx context.Context, hurry func(o *ClientOptions)) error {
					s := d.open(hurry)
					s.given().user(firstUser)
					s.given().pass(firstPassword)
					return s.Try(func(_ context.Context, c ClientSession) error {
						_, err := c.Retr(ctx, 1)
						return err
					})
				})
			},
		},
		{
			name: "stat-extra-tolerated", deviations: []string{"extra-refused"}, login: true, script: "C: STAT\nS: +OK 2 320 and 1 deleted (40 octets)\n",
			run: func(d *try) {
				s := d.login()
				got := s.stat()
				d.Same("the drop listing", fmt.Sprint(got.Messages, got.Octets), "2 320")
				s.quit()
			},
		},
		{
			name: "list-extra-tolerated", deviations: []string{"extra-refused"}, login: true,
			script: "C: LIST 2\nS: +OK 2 200 octets\nC: LIST\nS: +OK 2 messages\nS: 1 120 new\nS: 2 200 seen by nobody\nS: .\n",
			run: func(d *try) {
				s := d.login()
				one := s.list(2)
				d.Same("the scan listing", fmt.Sprint(one.Number, one.Octets), "2 200")
				var all []string
				for _, l := range s.listAll() {
					all = append(all, fmt.Sprint(l.Number, l.Octets))
				}
				d.Same("the scan listings", strings.Join(all, ", "), "1 120, 2 200")
				s.quit()
			},
		},
		{
			name: "quit-err-handled", deviations: []string{"quit-err-ignored"}, login: true,
			script: "C: DELE 1\nS: +OK\nC: QUIT\nS: -ERR some deleted messages not removed\n-- close C\n",
			run: func(d *try) {
				s := d.login()
				s.dele(1)
				s.refusedWith("QUIT", func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) })
				s.Attempt("NOOP", func(ctx context.Context, c ClientSession) error { return c.Noop(ctx) })
			},
		},
		{
			name: "quit-more-behind", requirement: "quit-err-handled", deviations: []string{"quit-last-reply"}, login: true,
			script: "C: QUIT\nS: -ERR some deleted messages not removed\nS: +OK bye\nS: and more\n-- close S\n",
			run: func(d *try) {
				s := d.login()
				s.refusedWith("QUIT", func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) })
			},
		},
		{
			name: "uidl-length-accepted", deviations: []string{"uid-cut"}, login: true,
			script: "C: UIDL\nS: +OK\nS: 1 " + plainID(0) + "\nS: 2 " + plainID(24) + "\nS: .\nC: UIDL 2\nS: +OK 2 " + plainID(24) + "\n",
			run: func(d *try) {
				s := d.login()
				all := s.uidlAll()
				if d.Settled() {
					return
				}
				d.Same("the unique-ids", fmt.Sprint(all), fmt.Sprint([]pop3.UniqueID{{Number: 1, ID: plainID(0)}, {Number: 2, ID: plainID(24)}}))
				d.Same("the unique-id", s.uidl(2).ID, plainID(24))
				s.quit()
			},
		},
		{
			name: "uidl-duplicates-handled", deviations: []string{"uid-duplicates-refused"}, login: true,
			script: `
C: UIDL
S: +OK
S: 1 same
S: 2 same
S: .
C: RETR 1
S: +OK
S: first
S: .
C: RETR 2
S: +OK
S: second
S: .
C: DELE 1
S: +OK
C: DELE 2
S: +OK
`,
			run: func(d *try) {
				s := d.login()
				d.Same("the number of unique-id listings", len(s.uidlAll()), 2)
				d.Same("the first message", s.retr(1), "first\r\n")
				d.Same("the second message", s.retr(2), "second\r\n")
				s.dele(1)
				s.dele(2)
				s.quit()
			},
		},
		{
			name: "reply-text-ignored",
			serve: func(s *script) {
				s.login()
				odd := []string{"+ok done", "+OKdone", "+OK a\x00b"}
				for !s.Over {
					switch l, err := s.Read(); {
					case err != nil: // the client may leave at any of them
						s.Stop(nil)
					case strings.EqualFold(string(l.Text), "CAPA"):
						s.capa()
					case l.Verb() == "NOOP" && len(odd) > 0:
						s.Say(odd[0])
						odd = odd[1:]
					default:
						s.Say("+OK")
					}
				}
			},
			run: func(d *try) {
				s := d.login()
				var seen []string
				for _, form := range []string{`"+ok done"`, `"+OKdone"`, `"+OK a\x00b"`} {
					err := s.Try(func(ctx context.Context, c ClientSession) error { return c.Noop(ctx) })
					if err == nil {
						seen = append(seen, form+" is taken for success")
						continue
					}
					d.Saw("%s", strings.Join(append(seen, form+" is an error"), ", "))
					return
				}
				s.noop()
				s.quit()
				d.Saw("%s", strings.Join(seen, ", "))
			},
		},
		{
			name: "reply-text-not-significant", deviations: []string{"text-believed"}, login: true,
			script: "C: NOOP\nS: +OK error: -ERR failure\nC: DELE 1\nS: -ERR +OK success, it is deleted\nC: RETR 1\nS: +OK error, no such message\nS: text\nS: .\n",
			run: func(d *try) {
				s := d.login()
				s.noop()
				s.refusedWith("DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, 1) })
				d.Same("the message", s.retr(1), "text\r\n")
				s.quit()
			},
		},
		{
			name: "resp-code-tolerated", deviations: []string{"codes-unknown-refused"}, login: true,
			script: "C: NOOP\nS: +OK [X-HARNESS/one/two] done\nC: DELE 1\nS: -ERR [X-HARNESS] no\nC: NOOP\nS: +OK [X-HARNESS]\n",
			run: func(d *try) {
				s := d.login()
				s.noop()
				s.refusedWith("DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, 1) })
				s.noop()
				s.quit()
			},
		},
		{
			name: "resp-code-removed-permitted", caps: "USER\nRESP-CODES", script: "S: +OK\nC: USER alice\nS: +OK\nC: PASS wonderland\nS: -ERR [IN-USE] somebody is in there\n",
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.given().user(firstUser)
				r := s.refusedWith("PASS", func(ctx context.Context, c ClientSession) error { return c.Pass(ctx, firstPassword) })
				d.Saw("the text of the refusal is %s", wire.Quote([]byte(r.Text)))
			},
		},
		refusalCode("resp-code-case", "", "RESP-CODES", "[in-Use] somebody is in there", "IN-USE", true, "code-case"),
		refusalCode("resp-code-unknown-detail", "", "RESP-CODES", "[IN-USE/xyz/1] somebody is in there", "IN-USE", true, "code-detail"),
		refusalCode("sys-case", "", "RESP-CODES", "[sys/Temp] the disk is full", "SYS/TEMP", true, "code-case"),
		refusalCode("sys-temp-code", "sys-temp-client", "RESP-CODES", "[SYS/TEMP] the disk is full", "SYS/TEMP", true, "codes-dropped", "all-refusals-are-auth"),
		refusalCode("auth-code-only-credentials-client", "", "RESP-CODES\nAUTH-RESP-CODE", "the disk is full", "AUTH", false, "all-refusals-are-auth"),
		refusalCode("auth-code-credentials", "auth-code-only-credentials-client", "RESP-CODES\nAUTH-RESP-CODE", "[AUTH] wrong password", "AUTH", true, "codes-dropped"),
		{
			name: "sys-perm-client", caps: "USER\nRESP-CODES", script: "S: +OK\nC: USER alice\nS: +OK\nC: PASS wonderland\nS: -ERR [SYS/PERM] the mailbox is broken\n",
			run: func(d *try) {
				s := d.open()
				s.given().user(firstUser)
				r := s.refusedWith("PASS", func(ctx context.Context, c ClientSession) error { return c.Pass(ctx, firstPassword) })
				d.Check(!r.Code.Is(pop3.CodeAuth), "no mention of wrong credentials", "the code %s", r.Code)
				d.Saw("the user is told: %v", r)
			},
		},
		{
			name: "sys-any-command-client", deviations: []string{"codes-at-login-only"}, login: true, caps: "USER\nRESP-CODES",
			script: "C: RETR 1\nS: -ERR [SYS/TEMP] the disk is busy\nC: DELE 1\nS: -ERR [SYS/PERM] the disk is broken\nC: NOOP\nS: +OK\n",
			run: func(d *try) {
				s := d.login()
				r := s.refusedWith("RETR", func(ctx context.Context, c ClientSession) error { _, err := c.Retr(ctx, 1); return err })
				d.Check(r.Code.Is(pop3.CodeSysTemp), "the code SYS/TEMP", "%q", r.Code)
				r = s.refusedWith("DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, 1) })
				d.Check(r.Code.Is(pop3.CodeSysPerm), "the code SYS/PERM", "%q", r.Code)
				s.noop()
				s.quit()
			},
		},
		{
			name: "utf8-code-reissue", caps: "USER\nRESP-CODES\nUTF8", login: true, script: "C: RETR 1\nS: -ERR [UTF8] it needs UTF-8 mode\n",
			run: func(d *try) {
				s := d.login()
				r := s.refusedWith("RETR", func(ctx context.Context, c ClientSession) error { _, err := c.Retr(ctx, 1); return err })
				s.quit()
				if r.Code.Is(pop3.CodeUTF8) {
					d.Saw("the client hands on the code UTF8, and leaves it to its user to begin a session in UTF-8 mode")
				} else {
					d.Saw("the client does not hand on the code UTF8")
				}
			},
		},
	}
}

// impatient has the client do something that the server never answers, with a short timeout, which has to end it.
func impatient(d *try, f func(ctx context.Context, hurry func(o *ClientOptions)) error) {
	d.Impatient(func(ctx context.Context, timeout time.Duration) error {
		return f(ctx, func(o *ClientOptions) { o.Timeout = timeout })
	})
}

// refusalCode is a row in which PASS is refused, and the client has, or has not, a code to hand on.
func refusalCode(name, requirement, caps, text, code string, there bool, deviations ...string) clientCase {
	return clientCase{
		name: name, requirement: requirement, caps: "USER\n" + caps, deviations: deviations, labels: []string{"auth"},
		script: "S: +OK\nC: USER alice\nS: +OK\nC: PASS wonderland\nS: -ERR " + text + "\n",
		run: func(d *try) {
			s := d.open()
			s.given().capa()
			s.given().user(firstUser)
			r := s.refusedWith("PASS", func(ctx context.Context, c ClientSession) error { return c.Pass(ctx, firstPassword) })
			if there {
				d.Check(r.Code.Is(pop3.Code(code)), "the code "+code, "%q", r.Code)
			} else {
				d.Check(!r.Code.Is(pop3.Code(code)), "no code "+code, "%q", r.Code)
			}
			s.quit()
		},
	}
}

// plainID is a unique-id of 70 characters, from offset in the characters that may stand in one.
func plainID(offset int) string {
	var b strings.Builder
	for i := range pop3.MaxUniqueID {
		b.WriteByte(byte('!' + offset + i))
	}
	return b.String()
}
