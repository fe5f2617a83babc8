package pop3spec

import (
	"fmt"
	"slices"

	"harness/protocols/pop3"
)

// rfc1939Update are the rules of section 6, and those of section 7 and 11 that are about no command of their own.
func rfc1939Update() []serverCase {
	return []serverCase{
		{name: "quit-update", deviations: []string{"quit-no-update"}, mutates: true, run: func(d *driver) {
			s := d.login()
			n := s.needs(2)
			s.given().ok("DELE 2")
			s.given().quit()
			after := d.login().given().stat()
			d.Check(d.Settled() || after.Messages == n-1, fmt.Sprintf("%d messages in the next session", n-1), "%d messages", after.Messages)
		}},
		{name: "quit-authorization-no-update", deviations: []string{"quit-authorization-removes"}, mutates: true, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			before := s.given().list()
			s.given().ok("DELE 1")
			s.Close()
			s = d.open()
			s.given().cmd("USER %s", d.Target.User)
			s.given().ok("QUIT")
			s.endOfSession()
			after := d.login().given().list()
			d.Check(d.Settled() || slices.Equal(after, before), "nothing removed by QUIT in the AUTHORIZATION state: "+listed(before), "%s", listed(after))
		}},
		{name: "abort-no-removal", deviations: []string{"abort-updates"}, mutates: true, run: func(d *driver) {
			for _, end := range []func(*session){(*session).Close, (*session).Reset} {
				checkAborted(d, func(s *session) {
					s.given().multi("RETR 1")
					s.markAll()
					end(s)
				})
			}
		}},
		{name: "quit-removes", deviations: []string{"quit-misses-last"}, mutates: true, run: func(d *driver) {
			s := d.login()
			n := s.needs(3)
			want := s.given().list()
			s.given().ok("DELE 1")
			s.given().ok("DELE %d", n)
			s.given().quit()
			got := d.login().given().list()
			if d.Settled() {
				return
			}
			want = want[1 : n-1]
			d.Check(slices.EqualFunc(got, want, sameSize), "all messages but the first and the last: "+listed(want), "%s", listed(got))
		}},
		{name: "quit-status", deviations: []string{"quit-err"}, mutates: true, run: func(d *driver) {
			s := d.login()
			n := s.needs(2)
			s.given().ok("DELE 1")
			s.given().ok("DELE 2")
			r := s.cmd("QUIT")
			s.endOfSession()
			after := d.login().given().stat()
			if d.Settled() {
				return
			}
			removed := n - after.Messages
			d.Check((r.Status == pop3.OK) == (removed == 2), `"+OK" to QUIT if all marked messages were removed, and "-ERR" otherwise`,
				"%s, and %d of 2 were removed", r.shown(), removed)
		}},
		{name: "quit-removal-failed-err", deviations: []string{"quit-failure-ok"}, mutates: true, features: []string{"UPDATE-FAILS"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			s.given().ok("DELE 1")
			s.refused("QUIT")
		}},
		{name: "quit-only-marked", deviations: []string{"quit-removes-all", "quit-removes-neighbour", "quit-removes-retrieved"}, mutates: true, run: func(d *driver) {
			s := d.login()
			n := s.needs(3)
			if e, ok := s.given().capa().Expire(); !ok || e.Never || e.Days > 0 {
				s.given().multi("RETR 1") // a message that was retrieved may go where EXPIRE is 0
			}
			want := s.given().list()
			s.given().ok("DELE 2")
			s.given().cmd("QUIT")
			s.endOfSession()
			got := d.login().given().list()
			if d.Settled() {
				return
			}
			want = slices.Delete(want, 1, 2)
			if len(got) == n { // that nothing was removed is not this rule's matter
				return
			}
			d.Check(slices.EqualFunc(got, want, sameSize), "all messages but the marked one: "+listed(want), "%s", listed(got))
		}},
		{name: "quit-releases-lock", deviations: []string{"quit-keeps-lock"}, run: func(d *driver) {
			s := d.login()
			s.given().cmd("QUIT")
			s.endOfSession()
			_, r := d.tryLogin(d.Target.User, d.Target.Password)
			d.Check(d.Settled() || r.Status == pop3.OK, "a new session after QUIT", "%s for %v", r.shown(), d.Wait())
		}},
		{name: "quit-update-closes", deviations: []string{"quit-stays-open", "quit-not-final"}, mutates: true, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			s.given().ok("DELE 1")
			s.cmd("QUIT")
			s.Closed("the response to QUIT")
		}},
		{name: "minimal-commands", deviations: []string{"stat-unimplemented", "list-unimplemented", "retr-unimplemented", "dele-unimplemented", "noop-unimplemented", "rset-unimplemented"}, run: func(d *driver) {
			s := d.login()
			s.ok("STAT")
			s.multi("LIST")
			s.needs(1)
			s.multi("RETR 1")
			s.ok("DELE 1")
			s.ok("NOOP")
			s.ok("RSET")
			d.login2(s).ok("QUIT")
		}},
		{name: "optional-commands-encouraged", deviations: []string{"capa-top-unserved", "capa-uidl-unserved"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			s.multi("TOP 1 0")
			s.multi("UIDL")
		}},
	}
}

// sameSize compares scan listings of different sessions, in which the numbers differ.
func sameSize(a, b pop3.ScanListing) bool { return a.Octets == b.Octets }

// login2 ends a session, its marks taken off, and logs in again.
func (d *driver) login2(s *session) *session {
	s.release()
	return d.login()
}

// rfc1939Operation are the rules of sections 8, 11 and 13.
func rfc1939Operation() []serverCase {
	return []serverCase{
		{name: "retention-policy", run: func(d *driver) {
			first := d.login()
			before := first.given().list()
			e, announced := first.given().capa().Expire()
			first.given().quit()
			after := d.login().given().list()
			switch {
			case d.Settled():
			case !slices.Equal(before, after):
				d.Saw("messages went or came between two sessions: %s, then %s", listed(before), listed(after))
			case announced && !e.Never:
				d.Saw("announces that messages are kept for %d days", e.Days)
			}
		}},
		{name: "download-delete-permitted", mutates: true, run: func(d *driver) {
			s := d.login()
			n := s.needs(1)
			s.given().multi("RETR 1")
			s.given().quit()
			if after := d.login().given().stat(); !d.Settled() && after.Messages < n {
				d.Saw("removes what was retrieved")
			}
		}},
		{name: "download-delete-not-on-abort", deviations: []string{"download-delete-on-abort"}, mutates: true, run: func(d *driver) {
			checkAborted(d, func(s *session) {
				s.given().multi("RETR 1")
				s.Close()
			})
		}},
		{name: "download-delete-top-limited", needs: []string{"TOP"}, run: func(d *driver) {
			s := d.login()
			s.needs(1)
			r := s.cmd("TOP 1 9999")
			if !d.Settled() && r.Status != pop3.OK {
				d.Saw("limits TOP: %s", r.shown())
				return
			}
			s.block("TOP 1 9999")
		}},
		{name: "message-format", deviations: []string{"retr-no-header"}, run: func(d *driver) {
			s := d.login()
			n := min(s.needs(1), 5)
			for i := 1; i <= n && !d.Settled(); i++ {
				content := s.retr(i)
				if !d.Settled() {
					checkFormat(d, i, content)
				}
			}
		}},
		{name: "size-line-end-two", deviations: []string{"size-without-cr"}, mail: []string{"30-crlf-body", "26-empty-body", "01-plain", "49-from-lines"}, run: checkSizes},
		{name: "size-without-stuffing", deviations: []string{"size-with-stuffing"}, mail: []string{"dots", "01-plain"}, run: checkSizes},
		{name: "pass-apop-one-method", deviations: []string{"both-methods"}, labels: []string{"auth"}, needs: []string{"APOP", "USER"}, features: []string{"?ONE-METHOD"}, run: func(d *driver) {
			s := d.open()
			byAPOP := s.given().apop(d.Target.User, d.Target.Password).Status == pop3.OK
			s.given().quit()
			s = d.open()
			byPass := s.given().cmd("USER %s", d.Target.User).Status == pop3.OK && s.given().cmd("PASS %s", d.Target.Password).Status == pop3.OK
			d.Check(d.Settled() || !byAPOP || !byPass, "one way of access for a mailbox, APOP or USER and PASS", "both")
		}},
	}
}

// checkFormat fails unless content is of the format of RFC 5322: header fields, and a blank line before the body.
func checkFormat(d *driver, n int, content string) {
	lines := splitLines(content)
	for i, line := range lines {
		switch {
		case line == "" && i > 0:
			return
		case i > 0 && (line[0] == ' ' || line[0] == '\t'):
		case !fieldForm.MatchString(line):
			d.Fail(fmt.Sprintf("header fields and a blank line at the begin of message %d", n), "line %d is %q", i+1, line)
			return
		}
	}
	if len(lines) == 0 {
		d.Fail(fmt.Sprintf("message %d with a header", n), "nothing")
	}
}
