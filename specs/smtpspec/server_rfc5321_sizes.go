package smtpspec

import (
	"fmt"
	"strings"
)

func rfc5321Implementation() []serverCase {
	return []serverCase{
		{name: "minimum-implemented", deviations: []string{"ehlo-500", "helo-unimplemented", "vrfy-unimplemented"}, run: func(d *driver) { d.required() }},
		{name: "postmaster-supported", needs: []string{needSMTP}, deviations: []string{"postmaster-refused", "postmaster-case-sensitive"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			for _, name := range []string{"postmaster", "PostMaster"} {
				s.rcpt(name + "@" + d.someDomain())
			}
		}},
		{name: "postmaster-everywhere", needs: []string{needSMTP}, deviations: []string{"postmaster-refused"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			s.rcpt("postmaster")
			for _, m := range d.mailboxes() {
				if _, domain := splitMailbox(m); domain != "" {
					s.rcpt("postmaster@" + domain)
				}
			}
		}},
		{name: "dot-ends", needs: []string{needDelivery}, mutates: true, deviations: []string{"final-dot-kept"}, run: func(d *driver) { d.body("The only line.\r\n") }},
		{name: "dot-unstuffed", needs: []string{needDelivery}, mutates: true, deviations: []string{"stuffing-kept"}, run: func(d *driver) {
			d.body("..two\r\n.profile\r\n...\r\n.\r\nno dot. at the beginning\r\n")
		}},
		{name: "data-all-characters", needs: []string{needDelivery}, mutates: true, deviations: []string{"controls-stripped"}, run: func(d *driver) {
			var all strings.Builder
			for c := byte(1); c < 0x80; c++ {
				if c != '\r' && c != '\n' {
					all.WriteByte(c)
				}
			}
			d.body("Characters: " + all.String() + "\r\n")
		}},
		{name: "listens-always", run: func(d *driver) {
			d.open()
			s := d.connect()
			s.Patience(d.T.Scale(d.Wait()))
			s.greet()
			s.hello()
		}},
		{name: "connections-limited", run: func(d *driver) {
			const sessions = 5
			for range sessions {
				s := d.connect()
				if r := s.reply("the connection (a greeting)"); d.Settled() || !r.is("220") {
					d.Saw("of %d sessions one is refused: %s", sessions, r.shown())
					return
				}
			}
			d.Saw("%d sessions are served at the same time", sessions)
		}},
		{name: "server-timeout", deviations: []string{"idle-early"}, run: func(d *driver) {
			s := d.open()
			wait := 3 * d.T.Quiet()
			if d.Settled() {
				return
			}
			d.Check(s.C.Quiet(d.Ctx, wait) == nil, "a session that is open for at least five minutes without a command", "ended, or octets arrived, within %v", wait)
			d.Saw("a session is open after %v without a command; the five minutes were not waited for", wait)
		}},
	}
}

// body wants the body of a message to be delivered as it was sent.
func (d *driver) body(text string) {
	got := d.arrive("", text)
	_, got, _ = strings.Cut(got, "\r\n\r\n")
	d.Check(d.Settled() || got == text, fmt.Sprintf("the body as it was sent: %q", text), "%q", got)
}

// longLocal and longDomain are as long as they may be.
var (
	longLocal  = strings.Repeat("l", 64)
	longDomain = strings.Repeat(strings.Repeat("d", 63)+".", 3) + strings.Repeat("d", 55) + ".example"
)

// received wants a command with something long in it not to be refused for its syntax or its length.
func (s *session) received(line string) {
	r := s.cmd("%s", line)
	s.d.Check(s.d.Settled() || !r.is("500 501"), "no 500 or 501 to "+shownCommand(line), "%s", r.shown())
}

func rfc5321Sizes() []serverCase {
	localPart := func(d *driver) {
		s := d.open()
		s.received("MAIL FROM:<" + longLocal + "@" + d.someDomain() + ">")
		s = d.open()
		s.given().mail()
		s.received("RCPT TO:<" + longLocal + "@" + d.someDomain() + ">")
	}
	// A path of 256 octets leaves 252 for the domain of a mailbox of one letter.
	domain := func(d *driver) {
		s := d.open()
		s.given().mail()
		s.received("RCPT TO:<h@" + longDomain[3:] + ">")
		s = d.greeted()
		verb, _, _ := strings.Cut(d.helloCommand(), " ")
		s.received(verb + " " + longDomain)
	}
	path := func(d *driver) {
		s := d.open()
		s.given().mail()
		path := "<" + longLocal + "@" + longDomain[len(longDomain)-256+len(longLocal)+3:] + ">"
		s.received("RCPT TO:" + path)
	}
	command := func(d *driver) {
		s := d.open()
		s.expect("250", "NOOP %s", strings.Repeat("x", 512-len("NOOP \r\n")))
		s.Quiet("the reply to a command of 512 octets")
	}
	line := func(d *driver) {
		d.open().sent(d.draft(newMark(), "", strings.Repeat("x", 998)+"\r\n."+strings.Repeat("y", 997)+"\r\n"))
	}
	message := func(d *driver) {
		d.open().sent(d.draft(newMark(), "", strings.Repeat(strings.Repeat("x", 62)+"\r\n", 1016)))
	}
	recipients := func(d *driver) {
		s := d.open()
		s.given().mail()
		for i := range 100 {
			r := s.tryRcpt(d.mailboxes()[i%len(d.mailboxes())])
			if d.Settled() {
				return
			}
			d.Check(r.is("2yz"), "100 recipients accepted", "%s to the %dth one", r.shown(), i+1)
		}
	}
	limited := func(d *driver, then func(s *session, r *reply)) {
		s := d.open()
		s.given().mail()
		for i := range 101 {
			r := s.tryRcpt(d.mailboxes()[i%len(d.mailboxes())])
			if d.Settled() {
				return
			}
			if !r.is("2yz") {
				then(s, r)
				return
			}
		}
		d.Unclear("the server takes more than 101 recipients, though it was told to take 100")
	}
	limit := []string{"RCPTMAX=100"}
	return []serverCase{
		{name: "sizes-received", mutates: true, deviations: []string{"local-part-32", "domain-64", "path-128", "command-limit-255", "text-line-500", "message-limit-32k", "recipients-50"}, run: func(d *driver) {
			for _, f := range []func(*driver){localPart, domain, path, command, line, message, recipients} {
				f(d)
			}
		}},
		{name: "sizes-not-exceeded", deviations: []string{"noop-long"}, run: func(d *driver) { d.replies512() }},
		{name: "local-part-64", deviations: []string{"local-part-32"}, run: localPart},
		{name: "domain-255", deviations: []string{"domain-64"}, run: domain},
		{name: "path-256", deviations: []string{"path-128"}, run: path},
		{name: "command-512", deviations: []string{"command-limit-255"}, run: command},
		{name: "reply-512", deviations: []string{"noop-long"}, run: func(d *driver) { d.replies512() }},
		{name: "text-line-1000", mutates: true, deviations: []string{"text-line-500"}, run: line},
		{name: "message-64k", mutates: true, deviations: []string{"message-limit-32k"}, run: message},
		{name: "size-limit-told", features: []string{"?MAX-SIZE=70000"}, mutates: true, deviations: []string{"size-unlisted"}, run: func(d *driver) {
			s := d.open()
			if d.Settled() || s.state.ext.Has("SIZE") {
				return
			}
			s.given().envelope()
			r := s.post(d.draft(newMark(), "", lines(1<<20)))
			d.Check(d.Settled() || r.is("250"), "SIZE in the reply to EHLO, or messages of any size taken", "it is not listed, and a message of 1 MiB gets %s", r.shown())
			d.Saw("SIZE is not listed; a message of 1 MiB is taken")
		}},
		{name: "recipients-100", deviations: []string{"recipients-50"}, run: recipients},
		{name: "header-recipients-any", mutates: true, deviations: []string{"header-recipients-rejected"}, run: func(d *driver) {
			var to strings.Builder
			for i := range 200 {
				fmt.Fprintf(&to, ",\r\n <harness%d@example.org>", i)
			}
			d.open().sent(d.draft(newMark(), "Cc: <harness@example.org>"+to.String()+"\r\n", "The only line.\r\n"))
		}},
		{name: "recipients-orderly", needs: []string{needDelivery}, features: limit, mutates: true, deviations: []string{"recipients-lost"}, run: func(d *driver) {
			limited(d, func(s *session, r *reply) {
				mark := newMark()
				s.data()
				s.want("250", s.content(stuffed(d.draft(mark, "", "The only line.\r\n"))))
				d.delivered(d.second(), mark)
			})
		}},
		{name: "recipients-452", features: limit, deviations: []string{"rcpt-452-as-552"}, run: func(d *driver) {
			limited(d, func(s *session, r *reply) { s.want("452", r) })
		}},
		{name: "recipients-policy", features: limit, run: func(d *driver) {
			limited(d, func(s *session, r *reply) { d.Saw("the recipient beyond the limit gets %s", r.shown()) })
		}},
	}
}

// replies512 wants no reply line of more than 512 octets.
func (d *driver) replies512() {
	d.survey(func(r *reply) {
		for _, l := range r.lines {
			d.Check(len(l.Text)+2 <= 512, "reply lines of at most 512 octets, CRLF included", "%d octets to %s", len(l.Text)+2, r.to)
		}
	})
}
