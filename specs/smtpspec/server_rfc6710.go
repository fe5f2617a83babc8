package smtpspec

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"harness/protocols/smtp"
)

// priorityRE is a priority (RFC 6710 section 3).
var priorityRE = regexp.MustCompile(`^(0|-?[1-9])$`)

// untrusted returns a session that is not authenticated. Submission has none that can send.
func (d *driver) untrusted() *session {
	if d.submission() {
		d.Absent("mail of clients that are not authenticated")
	}
	return d.unauthenticated()
}

// prioritised sends a message with a priority in s, and hands the priority that its Received field tells to f, with the replies to MAIL and to the message. If
// the message is refused, there is nothing to judge.
func (s *session) prioritised(wanted int, f func(got string, replies ...*reply)) {
	d, mark := s.d, newMark()
	mail := s.cmd("MAIL FROM:<%s> MT-PRIORITY=%d", d.sender(), wanted)
	if d.Settled() {
		return
	}
	if !mail.is("250") {
		d.Saw("MAIL with the priority %d is refused: %s", wanted, mail.shown())
		return
	}
	s.given().rcpt(d.mailbox())
	end := s.given().want("250", s.post(d.draft(mark, "", "The only line.\r\n")))
	d.ours(d.delivered(d.mailbox(), mark), func(st stamp, _ string) { f(st.first("priority"), mail, end) })
}

// rfc6710Rows are the server cases of RFC 6710, priorities.
func rfc6710Rows() []serverCase {
	needs := []string{smtp.ExtMTPriority}
	delivery := []string{smtp.ExtMTPriority, needDelivery}
	// told tells what MAIL with a parameter gets.
	told := func(param string) func(d *driver) {
		return func(d *driver) {
			s := d.untrusted()
			if r := s.cmd("MAIL FROM:<%s> %s", d.sender(), param); !d.Settled() {
				d.Saw("MAIL with %s, without authentication, gets %s", param, r.shown())
			}
		}
	}
	return []serverCase{
		{name: "priority-keyword-policy", needs: needs, run: func(d *driver) {
			if e, _ := d.open().state.ext.Get(smtp.ExtMTPriority); !d.Settled() {
				d.Saw("the reply to EHLO has %q", e)
			}
		}},
		{name: "priority-parameter", needs: needs, deviations: []string{"priority-refused"}, run: func(d *driver) {
			s := d.open()
			for n := -9; n <= 9; n++ {
				r := s.cmd("MAIL FROM:<%s> MT-PRIORITY=%d", d.sender(), n)
				if n <= 0 {
					s.want("250", r)
				}
				// A positive one may be more than the client has a right to.
				d.Check(d.Settled() || !r.is("500 501 504 555"), fmt.Sprintf("MT-PRIORITY=%d taken for valid", n), "%s", r.shown())
				s.given().expect("250", "RSET")
			}
		}},
		{name: "priority-mail-15", needs: needs, deviations: []string{"command-limit-255"}, run: func(d *driver) { d.longMail("MT-PRIORITY=-9") }},
		{name: "priority-invalid", needs: needs, deviations: []string{"mail-501-as-250"}, run: func(d *driver) {
			s := d.open()
			for _, params := range []string{"MT-PRIORITY=10", "MT-PRIORITY=-10", "MT-PRIORITY=high", "MT-PRIORITY=1.5", "MT-PRIORITY", "MT-PRIORITY=-1 MT-PRIORITY=-1"} {
				s.expect("4yz 5yz", "MAIL FROM:<%s> %s", d.sender(), params)
				s.given().expect("250", "RSET")
			}
		}},
		{name: "priority-received", needs: delivery, mutates: true, deviations: []string{"trace-no-priority"}, run: func(d *driver) {
			d.open().prioritised(-3, func(got string, _ ...*reply) {
				d.Check(priorityRE.MatchString(got), "a PRIORITY clause with a priority in the Received field", "%q", got)
			})
		}},
		{name: "priority-untrusted", needs: delivery, mutates: true, labels: []string{"security"}, deviations: []string{"priority-raised"}, run: func(d *driver) {
			d.untrusted().prioritised(5, func(got string, _ ...*reply) {
				if n, err := strconv.Atoi(got); err != nil {
					d.Unclear("the Received field does not tell the priority of the message")
				} else {
					d.Check(n <= 0, "a priority of 0 at most for a client that is not authenticated", "%d", n)
				}
			})
		}},
		{name: "priority-lowered", needs: needs, run: told("MT-PRIORITY=-5")},
		{name: "priority-altered", needs: needs, run: told("MT-PRIORITY=5")},
		{name: "priority-altered-told", needs: []string{smtp.ExtMTPriority, smtp.ExtEnhancedStatusCodes, needDelivery}, mutates: true, deviations: []string{"priority-altered-untold"}, run: func(d *driver) {
			d.untrusted().prioritised(5, func(got string, replies ...*reply) {
				if got == "5" {
					d.Saw("the priority is not altered")
				}
				for _, r := range replies {
					if strings.Contains(r.texts()[0], ".3.6 ") {
						return
					}
				}
				d.Fail("the status code X.3.6 in the reply to MAIL or to the message, whose priority is altered", "%s", replies[0].shown())
			})
		}},
		{name: "priority-size", needs: []string{smtp.ExtMTPriority, smtp.ExtSize}, run: func(d *driver) {
			n, _ := d.open().state.ext.Size()
			told(fmt.Sprintf("SIZE=%d MT-PRIORITY=-9", n))(d)
		}},
	}
}
