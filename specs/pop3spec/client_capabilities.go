package pop3spec

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"harness/protocols/pop3"
	"harness/specs/trial"
)

// numbersUpTo returns the numbers from 1 to n.
func numbersUpTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}

// basics has the client do what every server can.
func basics(d *try, login func(s *subject)) {
	s := d.open()
	login(s)
	s.stat()
	s.listAll()
	s.retr(1)
	s.dele(1)
	s.quit()
}

const basicScript = "C: STAT\nS: +OK 1 6\nC: LIST\nS: +OK\nS: 1 6\nS: .\nC: RETR 1\nS: +OK\nS: text\nS: .\nC: DELE 1\nS: +OK\nC: QUIT\nS: +OK\n"

func capabilityRows() []clientCase {
	const user = "S: +OK\nC: USER alice\nS: +OK\nC: PASS wonderland\nS: +OK\n"
	const cram = "C: AUTH CRAM-MD5\nS: + PDE4OTYuNjk3MTcwOTUyQG1haWwuZXhhbXBsZS5vcmc+\nC: {{*** sasl CRAM-MD5}}\nS: +OK\n"
	automatic := func(d *try) {
		s := d.open()
		s.automatic()
		s.quit()
	}
	return []clientCase{
		{name: "capa-tag-case", deviations: []string{"capa-case"}, caps: "uidl\nSasl cram-md5\nresp-codes", script: "S: +OK\n" + cram, run: automatic},
		{name: "auth-case", deviations: []string{"mechanism-case"}, caps: "UIDL\nSASL Cram-Md5", labels: []string{"auth"}, script: "S: +OK\n" + cram, run: automatic},
		{name: "capa-err-means-none", deviations: []string{"capa-required"}, script: user, run: automatic},
		{
			name: "capa-err-probing", requirement: "capa-err-means-none", deviations: []string{"capa-required"},
			script: user + "C: UIDL\nS: +OK\nS: 1 a\nS: .\nC: TOP 1 0\nS: -ERR what?\n",
			run: func(d *try) {
				s := d.open()
				s.automatic()
				s.uidlAll()
				s.refusedWith("TOP", func(ctx context.Context, c ClientSession) error { _, err := c.Top(ctx, 1, 0); return err })
				s.quit()
			},
		},
		{
			name: "capa-parameters-tolerated", deviations: []string{"capa-parameters-refused"}, caps: "USER by name\nUIDL 70\nTOP 1000 lines\nPIPELINING 4",
			script: user, run: automatic,
		},
		{
			name: "capa-unknown-tolerated", requirement: "capa-parameters-tolerated", deviations: []string{"capa-unknown-refused"}, caps: "X-HARNESS one two\nUSER\nX-A.B/C=3\nNEVERHEARDOF",
			script: user,
			run: func(d *try) {
				s := d.open()
				caps := s.capa()
				d.Same("the number of capabilities", len(caps), 4)
				s.automatic()
				s.quit()
			},
		},
		{
			name: "no-extension-required", deviations: []string{"capa-required", "uidl-required"}, script: user + basicScript,
			run: func(d *try) { basics(d, func(s *subject) { s.automatic() }) },
		},
		{
			name: "no-extension-required-empty", requirement: "no-extension-required", deviations: []string{"uidl-required"}, caps: "USER", script: user + basicScript,
			run: func(d *try) { basics(d, func(s *subject) { s.automatic() }) },
		},
		{
			name: "login-delay-client", deviations: []string{"capa-parameters-dropped"}, caps: "USER\nLOGIN-DELAY 900", login: true, script: "C: NOOP\nS: +OK\n",
			run: func(d *try) {
				s := d.login()
				delay, _, ok := s.capa().LoginDelay()
				d.Check(ok && delay == 900*time.Second, "a delay of 900 s, for the interval between mail checks", "%v", delay)
				s.noop()
				s.quit()
			},
		},
		{
			name: "login-delay-second-capa", caps: "USER\nLOGIN-DELAY 900", script: user,
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.automatic("USER")
				s.quit()
				lines := d.Lines()
				for i, l := range lines {
					if l.Verb() == "PASS" {
						for _, l := range lines[i:] {
							if l.Verb() == "CAPA" {
								d.Saw("the client issues CAPA again after the login")
								return
							}
						}
					}
				}
				d.Saw("the client issues CAPA once")
			},
		},
		{
			name: "expire-zero-client", deviations: []string{"capa-parameters-dropped"}, caps: "USER\nEXPIRE 0", login: true, script: "C: RETR 1\nS: +OK\nS: text\nS: .\n",
			run: func(d *try) {
				s := d.login()
				e, ok := s.capa().Expire()
				d.Check(ok && !e.Never && e.Days == 0, "EXPIRE 0, so that its user does not count on messages being left", "%+v", e)
				s.retr(1)
				s.quit()
			},
		},
		{
			name: "implementation-no-influence", deviations: []string{"implementation-special"},
			serve: func(s *script) {
				s.caps = "USER\nUIDL\nPIPELINING"
				switch s.Conn {
				case 2:
					s.caps += "\nIMPLEMENTATION Broken-Pop3-1.0"
				case 3:
					s.caps += "\nIMPLEMENTATION Dovecot"
				}
				s.login()
				s.respondLoggedIn()
			},
			run: func(d *try) {
				var first string
				for i := range 3 {
					before := len(d.Lines())
					s := d.login()
					s.capa()
					s.uidlAll()
					s.retrAll(1, 2)
					s.quit()
					var said strings.Builder
					for _, l := range d.Lines()[before:] {
						fmt.Fprintf(&said, "%s\n", l.Text)
					}
					if i == 0 {
						first = said.String()
					} else {
						d.Same("the commands whatever IMPLEMENTATION is", said.String(), first)
					}
				}
			},
		},
		{
			name: "pipelining-not-unannounced", deviations: []string{"pipelines-always"}, caps: "USER\nUIDL", login: true,
			script: "C: RETR 1\n-- quiet C 100ms\nS: +OK\nS: one\nS: .\nC: RETR 2\n-- quiet C 100ms\nS: +OK\nS: two\nS: .\n",
			run: func(d *try) {
				s := d.login()
				got := s.retrAll(1, 2)
				d.Same("the messages", string(got[0].Data)+string(got[1].Data), "one\r\ntwo\r\n")
				s.quit()
			},
		},
		{
			name: "pipelining-match", deviations: []string{"pipelining-mixed-up", "buffer-dropped"}, caps: "USER\nPIPELINING",
			serve: func(s *script) {
				s.login()
				replies := []string{"+OK\r\none\r\n.\r\n", "-ERR no such message\r\n", "+OK\r\n..\r\n-ERR\r\n.\r\n", "+OK\r\nfour\r\n.\r\n"}
				for len(replies) > 0 && !s.Over {
					n := s.gather("RETR", len(replies))
					s.Octets(strings.Join(replies[:n], ""))
					replies = replies[n:]
				}
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				got := s.retrAll(1, 2, 3, 4)
				d.Same("message 1", string(got[0].Data), "one\r\n")
				d.Check(replyOf(got[1].Err).Status == pop3.Err, "a refusal of message 2", "%q, error %v", got[1].Data, got[1].Err)
				d.Same("message 3", string(got[2].Data), ".\r\n-ERR\r\n")
				d.Same("message 4", string(got[3].Data), "four\r\n")
				s.quit()
			},
		},
		{
			name: "pipelining-octet-by-octet", requirement: "pipelining-match", deviations: []string{"segment-is-response"}, caps: "USER\nPIPELINING",
			serve: func(s *script) {
				s.login()
				for n := range 2 {
					s.answer("RETR", func(*script) {})
					s.Pieces(fmt.Sprintf("+OK\r\nmessage %d\r\n.\r\n", n+1))
				}
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				got := s.retrAll(1, 2)
				d.Same("the messages", string(got[0].Data)+string(got[1].Data), "message 1\r\nmessage 2\r\n")
				s.quit()
			},
		},
		{
			name: "pipelining-window", deviations: []string{"pipelining-unbounded"}, caps: "USER\nPIPELINING",
			serve: func(s *script) {
				s.login()
				ahead := s.Ahead()
				s.d.Check(ahead < trial.WindowOctets, fmt.Sprintf("less than %d octets of commands without a response", trial.WindowOctets), "%d octets", ahead)
				s.Stop(errors.New("enough"))
			},
			run: func(d *try) {
				s := d.login()
				s.Attempt("the messages", func(ctx context.Context, c ClientSession) error {
					_, err := c.RetrAll(ctx, numbersUpTo(10000))
					return err
				})
			},
		},
	}
}

// gather reads commands with that verb, at least one and most at most, as long as the client sends ahead.
func (s *script) gather(verb string, most int) int {
	n := 0
	for n < most && !s.Over {
		if n > 0 && s.C.R.Buffered() == 0 && s.C.Quiet(s.d.Ctx, s.d.T.Quiet()) == nil {
			break
		}
		s.answer(verb, func(*script) { n++ })
	}
	return n
}
