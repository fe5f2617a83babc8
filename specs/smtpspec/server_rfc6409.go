package smtpspec

import (
	"strings"
	"time"

	"harness/protocols/smtp"
)

// answerTime is how long submission may take for a reply (RFC 6409 section 5.3).
const answerTime = 2 * time.Minute

// listed wants keywords in the reply to EHLO.
func (d *driver) listed(keywords ...string) {
	x := d.open().state.ext
	for _, k := range keywords {
		d.Check(d.Settled() || x.Has(k), k+" in the reply to EHLO", "it is not listed")
	}
}

// unauthenticated returns a session that is not authenticated.
func (d *driver) unauthenticated() *session {
	s := d.greeted()
	s.given().hello()
	return s
}

// altered sends a message without a Date and a Message-ID, whose From field is as given, and hands it to f as it was delivered if the server altered more than
// its trace fields. It may refuse it, or leave it as it is.
func (d *driver) altered(from string, f func(from []string)) {
	mark := newMark()
	s := d.open()
	s.given().envelope()
	sent := "From: " + from + "\r\nX-Harness: " + mark + "\r\n\r\nThe only line.\r\n"
	r := s.post(sent)
	if d.Settled() {
		return
	}
	if !r.is("250") {
		d.Saw("From: %s is refused: %s", from, r.shown())
		return
	}
	message := d.delivered(d.mailbox(), mark)
	if d.Settled() {
		return
	}
	fields := values(message, "From")
	if len(fields) == 1 && fields[0] == from && len(values(message, "Date")) == 0 && len(values(message, "Message-ID")) == 0 {
		d.Saw("the server leaves messages as they are")
		return
	}
	f(fields)
}

// rfc6409Rows are the server cases of RFC 6409, submission.
func rfc6409Rows() []serverCase {
	needs := []string{needSubmission}
	delivery := []string{needSubmission, needDelivery}
	altered := []string{"submission-altered"}
	// told tells what becomes of a command behind MAIL, or of MAIL itself.
	told := func(name string, run func(d *driver) *reply) serverCase {
		return serverCase{name: name, needs: needs, run: func(d *driver) {
			if r := run(d); !d.Settled() {
				d.Saw("%s gets %s", r.to, r.shown())
			}
		}}
	}
	return []serverCase{
		{name: "submission-return-path", needs: needs, mutates: true, deviations: []string{"submission-unauthenticated"}, run: func(d *driver) {
			s := d.unauthenticated()
			for _, step := range []struct{ codes, line string }{{"250", "MAIL FROM:<>"}, {"250 251", "RCPT TO:<" + d.mailbox() + ">"}, {"354", "DATA"}} {
				if r := s.cmd("%s", step.line); d.Settled() || !r.is(step.codes) {
					return
				}
			}
			s.state.rcpts = 1
			s.want("4yz 5yz", s.content(stuffed(d.message())))
		}},
		{name: "submission-null-accepted", needs: needs, deviations: []string{"submission-null-refused"}, run: func(d *driver) { d.open().expect("250", "MAIL FROM:<>") }},
		{name: "submission-domains-qualified", needs: delivery, mutates: true, deviations: []string{"submission-unqualified"}, run: func(d *driver) {
			mark := newMark()
			s := d.open()
			if r := s.cmd("MAIL FROM:<harness@sales>"); d.Settled() || !r.is("250") {
				return
			}
			s.given().rcpt(d.mailbox())
			if r := s.post(d.draft(mark, "", "The only line.\r\n")); d.Settled() || !r.is("250") {
				return
			}
			for _, path := range values(d.delivered(d.mailbox(), mark), "Return-Path") {
				_, domain := splitMailbox(strings.Trim(path, "<>"))
				d.Check(strings.Contains(domain, "."), "the domain sales rejected, or completed", "Return-Path: %s", path)
			}
		}},
		{name: "submission-header-qualified", needs: delivery, mutates: true, deviations: altered, run: func(d *driver) {
			d.altered("<harness@sales>", func(from []string) {
				for _, f := range from {
					_, domain := splitMailbox(strings.Trim(f, "<>"))
					d.Check(strings.Contains(domain, "."), "a qualified domain in the From field, since the server alters messages", "%s", f)
				}
			})
		}},
		{name: "submission-authentication", needs: needs, features: []string{"?RELAY=authenticated"}, labels: []string{"security"}, deviations: []string{"submission-unauthenticated", "mail-530-as-550"}, run: func(d *driver) {
			s := d.unauthenticated()
			r := s.cmd("MAIL FROM:<%s>", d.sender())
			if !d.Settled() && r.is("250") && s.tryRcpt("harness@relay.example.net").is("2yz") {
				d.Unclear("the server sends mail anywhere for this client: its address may be what authorises it")
			}
			s.want("530", r)
		}},
		{name: "submission-address-syntax", needs: needs, deviations: []string{"syntax-250"}, run: func(d *driver) {
			for _, path := range []string{"harness@", "@" + d.someDomain(), "har..ness@" + d.someDomain(), "harness@-." + d.someDomain()} {
				s := d.open()
				s.expect("4yz 5yz", "MAIL FROM:<%s>", path)
				s.given().mail()
				s.want("4yz 5yz", s.tryRcpt(path))
			}
		}},
		{name: "submission-header-syntax", needs: delivery, mutates: true, deviations: altered, run: func(d *driver) {
			d.altered("<harness@@"+d.someDomain()+">", func(from []string) {
				d.Fail("a message with a wrong address in the header refused, since the server alters messages", "it is delivered with the From field %q", from)
			})
		}},
		{name: "submission-two-minutes", needs: needs, mutates: true, timeout: 3 * answerTime, deviations: []string{"one-error-silent"}, run: func(d *driver) {
			s := d.open()
			s.Patience(d.T.Scale(answerTime))
			for _, line := range []string{"NOOP", "VRFY " + d.mailbox(), "HARNESS", "RSET"} {
				s.cmd("%s", line)
			}
			s.envelope()
			s.data()
			s.content(stuffed(d.message()))
		}},
		told("submission-mail-rights", func(d *driver) *reply { return d.open().cmd("MAIL FROM:<%s>", d.second()) }),
		told("submission-rcpt-rights", func(d *driver) *reply {
			s := d.open()
			s.given().mail()
			return s.tryRcpt("harness@relay.example.net")
		}),
		{name: "submission-data-rejected", needs: needs, mutates: true, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			if r := s.post("No colon in this line\r\n" + d.message()); !d.Settled() {
				d.Saw("a message that begins with a line without a colon gets %s", r.shown())
			}
		}},
		told("submission-postmaster", func(d *driver) *reply {
			s := d.unauthenticated()
			if r := s.cmd("MAIL FROM:<%s>", d.sender()); d.Settled() || !r.is("250") {
				return r
			}
			return s.tryRcpt("postmaster")
		}),
		{name: "submission-extensions-should", needs: needs, deviations: []string{"eightbitmime-unlisted", "pipelining-unlisted"}, run: func(d *driver) {
			d.listed(smtp.ExtPipelining, smtp.ExtEnhancedStatusCodes, smtp.ExtDSN, smtp.Ext8BitMIME)
		}},
		{name: "submission-extensions-not", needs: needs, deviations: []string{"etrn-listed"}, run: func(d *driver) {
			x := d.open().state.ext
			for _, k := range []string{"ETRN", "ATRN"} {
				d.Check(d.Settled() || !x.Has(k), "no "+k+" in the reply to EHLO", "it is listed")
			}
		}},
		{name: "submission-extensions-may", needs: needs, run: func(d *driver) {
			if x := d.open().state.ext; !d.Settled() {
				d.Saw("the reply to EHLO lists %v", x.List)
			}
		}},
		{name: "submission-extensions-must", needs: needs, deviations: []string{"auth-unlisted"}, run: func(d *driver) { d.listed(smtp.ExtAuth) }},
		{name: "submission-pipelining", needs: needs, deviations: []string{"pipelining-unlisted"}, run: func(d *driver) { d.listed(smtp.ExtPipelining) }},
	}
}
