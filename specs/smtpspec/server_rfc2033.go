package smtpspec

import (
	"time"

	"harness/protocols/smtp"
)

// rfc2033Rows are the server cases of RFC 2033, LMTP.
func rfc2033Rows() []serverCase {
	needs := []string{needLMTP}
	chunks := []string{needLMTP, smtp.ExtChunking}
	// each wants one reply for each recipient that was accepted, and no more.
	each := func(bdat bool, recipients func(d *driver) []string) func(d *driver) {
		return func(d *driver) {
			s := d.open()
			s.Patience(d.T.Scale(5 * time.Second))
			s.given().mail()
			for _, r := range recipients(d) {
				s.given().rcpt(r)
			}
			s.given().tryRcpt(d.stranger())
			if bdat {
				s.bdat(d.message(), true)
			} else {
				s.post(d.message())
			}
			s.Quiet("the replies to a message")
			s.expect("250", "NOOP")
		}
	}
	two := func(d *driver) []string { return []string{d.mailbox(), d.second()} }
	same := func(d *driver) []string { return []string{d.mailbox(), d.mailbox()} }
	return []serverCase{
		{name: "lmtp-lhlo", needs: needs, deviations: []string{"ehlo-251"}, run: func(d *driver) { d.greeted().hello() }},
		{name: "lmtp-no-helo-ehlo", needs: needs, deviations: []string{"lmtp-ehlo-250"}, run: func(d *driver) {
			s := d.greeted()
			s.expect("4yz 5yz", "EHLO %s", helloName)
			s.expect("4yz 5yz", "HELO %s", helloName)
		}},
		{name: "lmtp-helo-ehlo-500", needs: needs, deviations: []string{"lmtp-ehlo-250", "unknown-501"}, run: func(d *driver) {
			s := d.greeted()
			s.expect("500", "EHLO %s", helloName)
			s.expect("500", "HELO %s", helloName)
		}},
		{name: "lmtp-data-503", needs: needs, deviations: []string{"data-without-recipients-354", "order-503-as-501"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			s.expect("503", "DATA")
			s = d.open()
			s.strangerRefused()
			s.expect("503", "DATA")
		}},
		{name: "lmtp-reply-each", needs: needs, mutates: true, deviations: []string{"lmtp-one-reply"}, run: each(false, two)},
		{name: "lmtp-reply-order", requirement: "lmtp-reply-each", needs: needs, features: []string{rule + "reject at end to " + otherUser + "@*"}, mutates: true, deviations: []string{"lmtp-all-250", "lmtp-one-reply"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			for _, to := range []string{d.mailbox(), d.second(), d.mailbox()} {
				s.given().rcpt(to)
			}
			s.given().data()
			for i, r := range s.contents(stuffed(d.message())) {
				s.want([]string{"250", "5yz", "250"}[i], r)
			}
		}},
		{name: "lmtp-reply-same-path", needs: needs, mutates: true, deviations: []string{"lmtp-one-reply"}, run: each(false, same)},
		{name: "lmtp-responsibility", needs: []string{needLMTP, needDelivery}, mutates: true, deviations: []string{"message-dropped"}, run: func(d *driver) { d.arrive("", "The only line.\r\n") }},
		{name: "lmtp-bdat-reply-each", needs: chunks, mutates: true, deviations: []string{"lmtp-one-reply"}, run: each(true, two)},
		{name: "lmtp-bdat-reply-same-path", needs: chunks, mutates: true, deviations: []string{"lmtp-one-reply"}, run: each(true, same)},
		{name: "lmtp-bdat-none", needs: chunks, deviations: []string{"lmtp-bdat-none-503"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			s.Send("BDAT 4 LAST\r\nnone")
			s.Quiet("BDAT with LAST without a recipient")
			s.given().expect("250", "RSET")
		}},
		{name: "lmtp-bdat-one", needs: chunks, deviations: []string{"bdat-twice"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			s.given().rcpt(d.mailbox())
			s.given().rcpt(d.second())
			s.want("250", s.bdat("Subject: a chunk\r\n", false))
			s.Quiet("the reply to BDAT without LAST")
		}},
		{name: "lmtp-pipelining", needs: needs, deviations: []string{"pipelining-unlisted"}, run: func(d *driver) {
			x := d.open().state.ext
			for _, keyword := range []string{smtp.ExtPipelining, smtp.ExtEnhancedStatusCodes} {
				d.Check(x.Has(keyword) || d.Settled(), keyword+" in the reply to LHLO", "it is not listed")
			}
		}},
		{name: "lmtp-eightbitmime", needs: needs, deviations: []string{"eightbitmime-unlisted"}, run: func(d *driver) {
			d.Check(d.open().state.ext.Has(smtp.Ext8BitMIME) || d.Settled(), "8BITMIME in the reply to LHLO", "it is not listed")
		}},
		{name: "lmtp-reply-soon", needs: needs, mutates: true, run: each(false, two)},
		{name: "lmtp-reply-flushed", needs: needs, mutates: true, run: each(false, two)},
	}
}
