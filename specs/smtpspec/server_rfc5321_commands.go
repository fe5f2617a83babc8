package smtpspec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"harness/protocols/smtp"
)

// ehloLine is the grammar of a line that lists an extension.
var ehloLine = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9-]*( [!-~]+)*$`)

// labels of a domain name have letters, digits and hyphens; an address literal is in brackets.
func validHost(name string) bool { return (smtp.Rules{}).ParseDomain(name, true) == nil }

func rfc5321Hello() []serverCase {
	smtpOnly := []string{needSMTP}
	return []serverCase{
		{name: "trailing-white-space", deviations: []string{"trailing-white-space-501"}, run: func(d *driver) {
			s := d.open()
			s.expect("250", "NOOP ")
			s.expect("250", "RSET \t")
			s.expect("250", "MAIL FROM:<%s> ", d.sender())
		}},
		{name: "parameters-unoffered-rejected", deviations: []string{"mail-555-as-250"}, run: func(d *driver) {
			s := d.open()
			s.expect("5yz", "MAIL FROM:<%s> XHARNESS=1", d.sender())
			s.given().mail()
			s.expect("5yz", "RCPT TO:<%s> XHARNESS", d.mailbox())
		}},
		{name: "ehlo-identifies", deviations: []string{"ehlo-no-domain"}, run: func(d *driver) {
			x := d.greeted().hello().extensions()
			d.Check(d.Settled() || validHost(x.Domain), "the name of the server first in the reply to EHLO", "%q", x.Domain)
		}},
		{name: "helo-supported", needs: smtpOnly, deviations: []string{"helo-unimplemented", "helo-251"}, run: func(d *driver) { d.heloServes() }},
		{name: "ehlo-reply-form", deviations: []string{"ehlo-keyword-underscore"}, run: func(d *driver) {
			for i, text := range d.greeted().hello().texts() {
				d.Check(i == 0 || ehloLine.MatchString(text), "a keyword and parameters, with single spaces between them", "%q", text)
			}
		}},
		{name: "ehlo-lists-optional", deviations: []string{"help-unlisted"}, run: func(d *driver) {
			s := d.open()
			for _, line := range []string{"HELP", "EXPN " + d.local()} {
				verb, _, _ := strings.Cut(line, " ")
				r := s.cmd("%s", line)
				d.Check(d.Settled() || !r.is("2yz") || s.state.ext.Has(verb), verb+" in the reply to EHLO, since it is supported", "it is not listed, and gets %s", r.shown())
			}
			for _, line := range []string{"TURN", "STARTTLS", "AUTH PLAIN"} {
				verb, _, _ := strings.Cut(line, " ")
				s := d.open()
				if d.Settled() || s.state.ext.Has(verb) {
					continue
				}
				r := s.cmd("%s", line)
				d.Check(d.Settled() || !r.is("2yz 3yz"), verb+" in the reply to EHLO, since it is supported", "it is not listed, and gets %s", r.shown())
			}
		}},
		{name: "ehlo-lists-private", run: func(d *driver) { d.sawPrivate() }},
		{name: "private-listed", run: func(d *driver) { d.sawPrivate() }},
	}
}

// sawPrivate tells of extensions that are not registered.
func (d *driver) sawPrivate() {
	var private []string
	for _, e := range d.open().state.ext.List {
		if strings.HasPrefix(e.Keyword, "X") {
			private = append(private, e.Keyword)
		}
	}
	if !d.Settled() {
		d.Saw("private extensions that are listed: %q", private)
	}
}

// noTransaction wants that there are no recipients: DATA is refused, or the message is.
func (s *session) noTransaction(after string) {
	r := s.cmd("DATA")
	if s.d.Settled() {
		return
	}
	if r.is("354") {
		// As much is permitted (RFC 5321 section 3.3).
		r = s.content(".\r\n")
	}
	s.d.Check(s.d.Settled() || r.is("4yz 5yz"), "DATA, or the message, refused after "+after, "%s", r.shown())
}

func rfc5321Envelopes() []serverCase {
	delivery := []string{needDelivery}
	return []serverCase{
		{name: "mail-null-accepted", deviations: []string{"null-sender-501"}, run: func(d *driver) {
			d.open().expect("250", "MAIL FROM:<>")
		}},
		{name: "mail-clears", mutates: true, deviations: []string{"mail-keeps-recipients"}, run: func(d *driver) {
			s := d.open()
			s.given().sent(d.message())
			s.given().mail()
			s.noTransaction("MAIL behind a transaction that is over")
		}},
		{name: "rcpt-route-recognised", deviations: routeRefused, run: func(d *driver) { d.routeUnderstood() }},
		{name: "rcpt-route-stripped", needs: delivery, mutates: true, deviations: append([]string{"source-route-taken"}, routeUnknown...), run: func(d *driver) {
			mark := newMark()
			s := d.open()
			s.given().mail()
			s.rcpt(d.routed())
			s.want("250", s.post(d.draft(mark, "", "The only line.\r\n")))
			d.delivered(d.mailbox(), mark)
		}},
		{name: "rcpt-appends", needs: delivery, mutates: true, deviations: []string{"rcpt-replaces"}, run: func(d *driver) {
			mark := newMark()
			s := d.open()
			s.given().mail()
			s.given().rcpt(d.mailbox())
			s.given().rcpt(d.second())
			s.given().want("250", s.post(d.draft(mark, "", "The only line.\r\n")))
			d.delivered(d.mailbox(), mark)
			d.delivered(d.second(), mark)
		}},
		{name: "rcpt-route-rejected", run: func(d *driver) { d.sawRoute() }},
		{name: "postmaster-any-case", needs: []string{needSMTP}, deviations: []string{"postmaster-case-sensitive"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			for _, name := range []string{"postmaster", "Postmaster", "POSTMASTER"} {
				s.rcpt(name)
			}
		}},
	}
}

// early sends a message in which octets stand that some take for its end, and wants the server not to.
func (d *driver) early(end string) {
	s := d.open()
	s.given().envelope()
	s.given().data()
	head := d.draft(newMark(), "", "The first line.")
	s.Send(head + end)
	if !s.refusedOrSilent(fmt.Sprintf("%q in a message", end)) {
		return
	}
	s.Send("RSET\r\nThe last line.\r\n.\r\n")
	for _, r := range s.results() {
		d.Check(d.Settled() || r.is("250 4yz 5yz"), "one reply to the message, when it has ended", "%s", r.shown())
	}
	s.Quiet("the reply to the message")
}

// ends are octets that are not the end of a message.
var ends = map[string]string{
	"lf-dot-crlf": "\n.\r\n", "crlf-dot-lf": "\r\n.\n", "cr-dot-cr": "\r.\r", "cr-dot-crlf": "\r.\r\n", "crlf-dot-cr": "\r\n.\r", "lf-dot-cr": "\n.\r", "cr-dot-lf": "\r.\n",
	"crlf-nul-dot-crlf": "\r\n\x00.\r\n", "crlf-dot-nul-crlf": "\r\n.\x00\r\n",
}

func rfc5321Messages() []serverCase {
	smuggling := []string{"security"}
	rows := []serverCase{
		{name: "data-354", deviations: []string{"data-250"}, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			s.data()
		}},
		{name: "data-end", mutates: true, deviations: []string{"crlf-dot-lf-ends"}, run: func(d *driver) { d.early("\r\n.\n") }},
		{name: "bare-lf-not-taken", mutates: true, labels: smuggling, deviations: append([]string{"bare-lf-commands"}, bareLFTaken...), run: func(d *driver) {
			d.unended("NOOP\n")
			d.early("\n.\n")
		}},
		{name: "lf-dot-lf-no-end", mutates: true, labels: smuggling, deviations: bareLFTaken, run: func(d *driver) { d.early("\n.\n") }},
		{name: "data-clears", mutates: true, deviations: []string{"data-keeps-transaction"}, run: func(d *driver) {
			s := d.open()
			s.given().sent(d.message())
			s.noTransaction("a message")
		}},
		{name: "data-ok", mutates: true, deviations: []string{"message-251"}, run: func(d *driver) { d.open().sent(d.message()) }},
		{name: "data-failure", features: []string{"MAX-SIZE=70000"}, mutates: true, deviations: []string{"limit-552-as-250"}, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			r := s.post(d.draft(newMark(), "", strings.Repeat(strings.Repeat("x", 70)+"\r\n", 2000)))
			d.Check(d.Settled() || r.is("4yz 5yz"), "a negative reply to a message that the server cannot take", "%s", r.shown())
		}},
	}
	// The kin of LF.LF. Each of them is taken for the end by some server, and passed on by some other as it is: what stands behind it is a message of
	// somebody else's then.
	for name, end := range ends {
		rows = append(rows, serverCase{name: "end-" + name, requirement: "line-end-crlf-only", also: []string{"data-end"}, mutates: true, labels: smuggling, deviations: []string{name + "-ends"},
			run: func(d *driver) { d.early(end) }})
	}
	slices.SortFunc(rows, func(a, b serverCase) int { return strings.Compare(a.name, b.name) })
	return rows
}

// counted runs f, which has not to have anything delivered, and then has a message delivered: it has to be the only one.
func (d *driver) counted(f func()) {
	before := len(d.inbox(d.mailbox()))
	f()
	mark := newMark()
	d.open().given().sent(d.draft(mark, "", "The only line.\r\n"))
	d.delivered(d.mailbox(), mark)
	if n := len(d.inbox(d.mailbox())) - before; !d.Settled() {
		d.Check(n == 1, "no message delivered but the one that came afterwards", "%d", n)
	}
}

func rfc5321Others() []serverCase {
	delivery := []string{needDelivery}
	return []serverCase{
		{name: "rset-discards", deviations: []string{"rset-keeps-transaction"}, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			s.given().expect("250", "RSET")
			s.noTransaction("RSET")
			s.given().mail()
			s.noTransaction("RSET and MAIL")
		}},
		{name: "rset-250", deviations: []string{"rset-251"}, run: func(d *driver) { d.open().expect("250", "RSET") }},
		{name: "rset-any-time", deviations: []string{"rset-needs-ehlo"}, run: func(d *driver) {
			d.greeted().expect("250", "RSET")
			s := d.open()
			s.expect("250", "RSET")
			s.given().envelope()
			s.expect("250", "RSET")
		}},
		{name: "rset-open", deviations: []string{"rset-closes"}, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			s.expect("250", "RSET")
			s.Quiet("the reply to RSET")
			s.given().envelope()
		}},
		{name: "connection-lost-quit", needs: delivery, mutates: true, deviations: []string{"loss-delivers"}, run: func(d *driver) {
			d.counted(func() {
				s := d.open()
				s.given().envelope()
				s.Reset()
			})
		}},
		{name: "vrfy-no-effect", mutates: true, deviations: []string{"vrfy-resets"}, run: func(d *driver) { d.without("VRFY " + d.mailbox()) }},
		{name: "expn-no-effect", needs: []string{"EXPN"}, mutates: true, deviations: []string{"expn-resets"}, run: func(d *driver) { d.without("EXPN " + d.local()) }},
		{name: "help-no-effect", mutates: true, deviations: []string{"help-resets"}, run: func(d *driver) { d.without("HELP") }},
		{name: "help-supported", deviations: []string{"help-502"}, run: func(d *driver) { d.open().expect("211 214", "HELP") }},
		{name: "help-argument-supported", run: func(d *driver) {
			r := d.open().cmd("HELP MAIL")
			if !d.Settled() {
				d.Saw("HELP MAIL gets %s", r.shown())
			}
		}},
		{name: "noop-250", deviations: []string{"noop-220"}, run: func(d *driver) { d.open().expect("250", "NOOP") }},
		{name: "noop-no-effect", mutates: true, deviations: []string{"noop-resets"}, run: func(d *driver) { d.without("NOOP") }},
		{name: "noop-argument-ignored", deviations: []string{"noop-argument-501"}, run: func(d *driver) { d.open().expect("250", "NOOP anything") }},
		{name: "quit-221", deviations: []string{"quit-250", "quit-stays-open"}, run: func(d *driver) { d.open().quit() }},
		{name: "close-after-quit-only", deviations: []string{"unknown-closes", "errors-close"}, run: func(d *driver) {
			s := d.open()
			s.cmd("HARNESS")
			s.cmd("MAIL FROM")
			s.cmd("RCPT TO:<%s>", d.mailbox())
			s.expect("250", "NOOP")
			s.quit()
		}},
		{name: "premature-close", needs: delivery, mutates: true, deviations: []string{"partial-delivered"}, run: func(d *driver) {
			d.counted(func() {
				s := d.open()
				s.given().envelope()
				s.given().data()
				s.Send(d.message())
				s.Close()
			})
		}},
		{name: "quit-any-time", deviations: []string{"quit-needs-ehlo"}, run: func(d *driver) {
			d.greeted().quit()
			s := d.open()
			s.given().envelope()
			s.quit()
		}},
		{name: "quit-aborts", needs: delivery, mutates: true, deviations: []string{"loss-delivers"}, run: func(d *driver) {
			d.counted(func() {
				s := d.open()
				s.given().envelope()
				s.given().quit()
			})
		}},
	}
}

// without sends a command that has no effect before EHLO, and between the commands of a transaction.
func (d *driver) without(line string) {
	r := d.greeted().cmd("%s", line)
	d.Check(d.Settled() || !r.is("503"), "a reply other than 503 to "+line+" before EHLO", "%s", r.shown())
	s := d.open()
	s.cmd("%s", line)
	s.given().mail()
	s.cmd("%s", line)
	s.rcpt(d.mailbox())
	s.cmd("%s", line)
	s.data()
	s.want("250", s.content(stuffed(d.message())))
}

func rfc5321Arguments() []serverCase {
	return []serverCase{
		{name: "route-accepted", deviations: routeRefused, run: func(d *driver) { d.routeUnderstood() }},
		{name: "route-not-heeded", deviations: routeUnknown, run: func(d *driver) { d.routeIgnored() }},
		{name: "quoted-forms-equal", deviations: []string{"quoted-unknown"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			want := s.given().tryRcpt(d.address())
			for _, local := range []string{`"` + d.local() + `"`, `"\` + d.local() + `"`} {
				r := s.tryRcpt(local + "@" + d.someDomain())
				d.Check(d.Settled() || r.code == want.code, fmt.Sprintf("the reply to RCPT TO:<%s>, %d, as the quotes change nothing", d.address(), want.code), "%s to %s", r.shown(), r.to)
			}
		}},
		{name: "domain-characters", deviations: []string{"greeting-underscore"}, run: func(d *driver) {
			s := d.connect()
			name, _, _ := strings.Cut(s.greet().texts()[0], " ")
			d.Check(d.Settled() || validHost(name), "a host name of letters, digits, hyphens and dots, or an address literal, in the greeting", "%q", name)
			x := s.hello().extensions()
			d.Check(d.Settled() || validHost(x.Domain), "a host name of letters, digits, hyphens and dots, or an address literal, in the reply to EHLO", "%q", x.Domain)
		}},
		{name: "invalid-characters-501", labels: []string{"security"}, deviations: []string{"syntax-250", "mail-501-as-500"}, run: func(d *driver) {
			d.open().expect("501", "MAIL FROM:<har\x07ness@%s>", d.someDomain())
		}},
		{name: "address-literal-form", deviations: []string{"address-literal-501"}, run: func(d *driver) {
			verb, _, _ := strings.Cut(d.helloCommand(), " ")
			for _, literal := range []string{"[192.0.2.1]", "[IPv6:2001:db8::1]"} {
				d.greeted().expect("250", "%s %s", verb, literal)
			}
			s := d.open()
			s.given().mail()
			r := s.tryRcpt("harness@[192.0.2.1]")
			d.Check(d.Settled() || !r.is("500 501"), "an address literal taken for valid syntax", "%s to %s", r.shown(), r.to)
		}},
	}
}

// anyTime are commands that need no EHLO.
func (d *driver) anyTime() []string {
	return []string{"NOOP", "HELP", "RSET", "VRFY " + d.mailbox(), "EXPN " + d.local()}
}

func rfc5321Order() []serverCase {
	before := func(codes, expected string) func(d *driver) {
		return func(d *driver) {
			s := d.greeted()
			for _, line := range d.anyTime() {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || !r.is(codes), expected+" to "+line+" before EHLO", "%s", r.shown())
			}
		}
	}
	keeps := func(d *driver, f func(s *session)) {
		s := d.open()
		s.given().envelope()
		f(s)
		s.data()
		s.want("250", s.content(stuffed(d.message())))
	}
	return []serverCase{
		{name: "no-ehlo-for-others", deviations: []string{"vrfy-needs-ehlo"}, run: before("503", "a reply other than 503")},
		{name: "no-503-before-ehlo", deviations: []string{"vrfy-needs-ehlo"}, run: before("503", "a reply other than 503")},
		{name: "any-time", deviations: []string{"vrfy-needs-ehlo", "rset-needs-ehlo", "noop-needs-ehlo", "help-needs-ehlo"}, run: before("503", "a reply other than 503")},
		{name: "ehlo-resets", deviations: []string{"ehlo-keeps-transaction"}, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			r := s.cmd("%s", d.helloCommand())
			if d.Settled() {
				return
			}
			if !r.is("250") {
				d.Saw("EHLO is refused when it is sent again: %s", r.shown())
				return
			}
			s.state.rcpts = 0
			s.noTransaction("EHLO")
		}},
		{name: "ehlo-refusal-codes", deviations: []string{"ehlo-501-as-554"}, run: func(d *driver) {
			s := d.greeted()
			verb, _, _ := strings.Cut(d.helloCommand(), " ")
			for _, line := range []string{verb, verb + " har\x01ness", d.helloCommand(), d.helloCommand()} {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || r.is("250 500 501 502 504 550"), "500, 501, 502, 504 or 550, if "+shownCommand(line)+" is not acceptable", "%s", r.shown())
			}
		}},
		{name: "ehlo-refusal-keeps", mutates: true, deviations: []string{"ehlo-refusal-resets"}, run: func(d *driver) {
			keeps(d, func(s *session) {
				verb, _, _ := strings.Cut(d.helloCommand(), " ")
				if r := s.cmd("%s", verb); !d.Settled() && r.is("250") {
					d.Saw("EHLO without an argument is accepted")
				}
			})
		}},
		{name: "ehlo-name-not-refused", mutates: true, deviations: []string{"ehlo-name-refused"}, run: func(d *driver) { d.open().sent(d.message()) }},
		{name: "mail-argument-501", deviations: []string{"mail-501-as-500"}, run: func(d *driver) {
			for _, line := range pathless {
				d.open().expect("501", "%s", line)
			}
		}},
		{name: "mail-argument-keeps", deviations: []string{"bad-mail-begins"}, run: func(d *driver) {
			for _, line := range pathless {
				s := d.open()
				if r := s.cmd("%s", line); !d.Settled() && !r.is("250") {
					s.mail()
				}
			}
		}},
		{name: "order-503", deviations: []string{"nested-mail-250", "order-503-as-501"}, run: func(d *driver) {
			s := d.open()
			s.expect("503", "RCPT TO:<%s>", d.mailbox())
			s.given().mail()
			s.expect("503", "MAIL FROM:<%s>", d.sender())
		}},
		{name: "order-keeps", mutates: true, deviations: []string{"order-resets"}, run: func(d *driver) {
			keeps(d, func(s *session) { s.cmd("MAIL FROM:<%s>", d.sender()) })
		}},
		{name: "x-unknown-500", deviations: []string{"unknown-501"}, run: func(d *driver) { d.open().expect("500", "XHARNESS") }},
	}
}
