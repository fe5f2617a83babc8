package smtpspec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"harness/protocols/smtp"
)

// listedCodes are those of RFC 5321 section 4.2.3, and of the extensions for authentication, TLS and hosts without mail.
const listedCodes = "211 214 220 221 250 251 252 354 421 450 451 452 455 500 501 502 503 504 550 551 552 553 554 555 235 334 432 454 521 530 534 535 538 556"

// usual are the codes that any command may get (RFC 5321 section 4.3.2).
const usual = " 421 500 501"

func rfc5321Replies() []serverCase {
	everyLine := func(f func(d *driver, r *reply, text string)) func(d *driver) {
		return func(d *driver) {
			d.survey(func(r *reply) {
				for _, l := range r.lines {
					f(d, r, string(l.Text))
				}
			})
		}
	}
	return []serverCase{
		{name: "one-reply", deviations: []string{"reply-twice", "one-error-silent"}, run: func(d *driver) {
			s := d.open()
			s.Patience(d.T.Scale(2 * time.Second))
			for _, line := range []string{"NOOP", "HARNESS", "VRFY " + d.mailbox(), "RSET"} {
				s.cmd("%s", line)
			}
			s.Quiet("a reply to each command")
		}},
		{name: "reply-form", deviations: []string{"reply-bare-lf", "noop-utf8", "noop-270"}, run: func(d *driver) {
			d.survey(func(r *reply) {
				p := smtp.Rules{}.NewReplyParser()
				for _, l := range r.lines {
					if _, err := p.Add(l); err != nil {
						d.Fail("a code from 200 to 559, a hyphen or a space, text of ASCII and TABs, and CRLF", "%s: %v", r.shown(), err)
						return
					}
				}
			})
		}},
		{name: "greeting-form", deviations: []string{"greeting-no-domain"}, run: func(d *driver) { d.greetingName() }},
		{name: "codes-listed-only", deviations: []string{"noop-270"}, run: func(d *driver) {
			d.survey(func(r *reply) {
				d.Check(r.is(listedCodes), "a code that is listed", "%s to %s", r.shown(), r.to)
			})
		}},
		{name: "code-not-bare", deviations: []string{"noop-bare"}, run: everyLine(func(d *driver, r *reply, text string) {
			d.Check(len(strings.TrimSpace(text)) > 3, "a text behind the code", "%q to %s", text, r.to)
		})},
		{name: "code-first-digit", deviations: []string{"noop-611"}, run: everyLine(func(d *driver, r *reply, text string) {
			d.Check(strings.ContainsAny(text[:1], "2345"), "2, 3, 4 or 5 first", "%q to %s", text, r.to)
		})},
		{name: "code-then-space", deviations: []string{"noop-bare"}, run: everyLine(func(d *driver, r *reply, text string) {
			d.Check(len(text) > 3, "a space behind the code also without text", "%q to %s", text, r.to)
		})},
		{name: "multiline-form", deviations: []string{"multiline-no-hyphen", "multiline-ends-in-hyphen"}, run: func(d *driver) {
			s := d.greeted()
			r := s.hello()
			for i, l := range r.lines {
				last := i == len(r.lines)-1
				d.Check(d.Settled() || !last || len(l.Text) == 3 || l.Text[3] == ' ', "a space behind the code of the last line", "%q", l.Text)
			}
			s.Quiet("the reply to EHLO")
		}},
		{name: "multiline-one-code", deviations: []string{"multiline-codes-differ"}, run: everyLine(func(d *driver, r *reply, text string) {
			d.Check(text[:3] == fmt.Sprint(r.code), "the same code on each line of a reply", "%s", r.shown())
		})},
		{name: "unimplemented-502", run: func(d *driver) {
			r := d.open().cmd("TURN")
			if !d.Settled() {
				d.Saw("TURN, which is obsolete, gets %s", r.shown())
			}
		}},
		{name: "unknown-500", deviations: []string{"unknown-501"}, run: func(d *driver) { d.open().expect("500", "HARNESS") }},
		{name: "ehlo-lists-implemented", deviations: []string{"help-502", "expn-unimplemented", "vrfy-unimplemented"}, run: func(d *driver) {
			s := d.open()
			for keyword, line := range map[string]string{"HELP": "HELP", "EXPN": "EXPN " + d.local(), "VRFY": "VRFY " + d.local(), "AUTH": "AUTH", "STARTTLS": "STARTTLS now", "ETRN": "ETRN harness.invalid"} {
				if d.Settled() || !s.state.ext.Has(keyword) {
					continue
				}
				r := s.cmd("%s", line)
				d.Check(d.Settled() || !r.is("500 502"), keyword+" implemented, since it is listed", "%s to %s", r.shown(), line)
			}
		}},
		{name: "data-4yz-not-delivered", features: []string{rule + "defer 1 times at end 451"}, needs: []string{needDelivery}, mutates: true, deviations: []string{"refused-delivered"}, run: func(d *driver) { d.refusedMessage("4yz") }},
		{name: "data-5yz-not-delivered", features: []string{rule + "reject 1 times at end 554"}, needs: []string{needDelivery}, mutates: true, deviations: []string{"refused-delivered"}, run: func(d *driver) { d.refusedMessage("5yz") }},
	}
}

// refusedMessage has a message refused at its end, which is not to be delivered.
func (d *driver) refusedMessage(codes string) {
	d.counted(func() {
		s := d.open()
		s.given().envelope()
		s.given().want(codes, s.post(d.message()))
	})
}

// greetingName wants the name of the server in the greeting.
func (d *driver) greetingName() {
	r := d.connect().greet()
	name, _, _ := strings.Cut(r.texts()[0], " ")
	d.Check(d.Settled() || validHost(name), "a domain or an address literal behind 220", "%s", r.shown())
}

// probe is a command with the codes that the table of section 4.3.2 has for it.
type probe struct{ line, codes string }

func rfc5321Sequences() []serverCase {
	probes := func(of func(d *driver) []probe) func(d *driver) {
		return func(d *driver) {
			s := d.open()
			for _, p := range of(d) {
				s.expect(p.codes+usual, "%s", p.line)
			}
		}
	}
	const (
		mailCodes = "250 552 451 452 550 553 503 455 555"
		rcptCodes = "250 251 550 551 552 553 450 451 452 503 455 555 556"
		vrfyCodes = "250 251 252 550 551 553 502 504"
		expnCodes = "250 252 550 502 504"
	)
	return []serverCase{
		{name: "greeting-official-name", deviations: []string{"greeting-no-domain"}, run: func(d *driver) { d.greetingName() }},
		{name: "replies-adhered", deviations: []string{"rset-251", "noop-220"}, run: func(d *driver) {
			s := d.open()
			for _, p := range []probe{{"NOOP", "250"}, {"RSET", "250"}, {"VRFY " + d.mailbox(), vrfyCodes}, {"MAIL FROM:<" + d.sender() + ">", mailCodes}, {"RCPT TO:<" + d.mailbox() + ">", rcptCodes}, {"QUIT", "221"}} {
				s.expect(p.codes+usual, "%s", p.line)
			}
		}},
		{name: "text-substituted", run: func(d *driver) {
			r := d.open().cmd("NOOP")
			if !d.Settled() {
				d.Saw("NOOP gets %s", r.shown())
			}
		}},
		{name: "meanings-kept", deviations: []string{"unknown-250"}, run: func(d *driver) {
			s := d.open()
			s.expect("5yz", "HARNESS")
			s.expect("4yz 5yz", "RCPT TO:<%s>", d.mailbox())
			s.given().mail()
			s.given().rcpt(d.mailbox())
			s.expect("3yz", "DATA")
		}},
		{name: "code-three-digits", deviations: []string{"noop-611"}, run: func(d *driver) {
			d.survey(func(r *reply) {
				for _, l := range r.lines {
					d.Check(strings.ContainsAny(string(l.Text[:1]), "2345") && (len(l.Text) == 3 || l.Text[3] == ' ' || l.Text[3] == '-'), "three digits that begin with 2, 3, 4 or 5, and a space or a hyphen", "%q to %s", l.Text, r.to)
				}
			})
		}},
		{name: "long-command-known", deviations: []string{"command-limit-255"}, run: func(d *driver) { d.open().expect("250", "NOOP %s", strings.Repeat("x", 512-len("NOOP \r\n"))) }},
		{name: "required-not-500", deviations: []string{"ehlo-500"}, run: func(d *driver) { d.required() }},
		{name: "no-arguments-501", deviations: []string{"syntax-250"}, run: func(d *driver) {
			s := d.open()
			s.expect("501", "RSET now")
			s.given().envelope()
			s.expect("501", "DATA now")
			s.expect("501", "QUIT now")
		}},
		{name: "greeting-codes", deviations: []string{"greeting-221", "greeting-missing"}, run: func(d *driver) {
			s := d.connect()
			s.want("220 554 421 521", s.reply("the connection (a greeting)"))
		}},
		{name: "ehlo-codes", deviations: []string{"ehlo-251"}, run: func(d *driver) {
			s := d.greeted()
			verb, _, _ := strings.Cut(d.helloCommand(), " ")
			s.expect("250 502 504 550"+usual, "%s", verb)
			s.expect("250 502 504 550"+usual, "%s", d.helloCommand())
		}},
		{name: "mail-codes", deviations: []string{"mail-251"}, run: probes(func(d *driver) []probe {
			return []probe{{"MAIL FROM:<harness", mailCodes}, {"MAIL FROM:<" + d.sender() + ">", mailCodes}, {"MAIL FROM:<" + d.sender() + ">", mailCodes}}
		})},
		{name: "rcpt-codes", deviations: []string{"rcpt-252"}, run: probes(func(d *driver) []probe {
			return []probe{{"RCPT TO:<" + d.mailbox() + ">", rcptCodes}, {"MAIL FROM:<" + d.sender() + ">", mailCodes}, {"RCPT TO:<" + d.mailbox() + ">", rcptCodes}, {"RCPT TO:<" + d.stranger() + ">", rcptCodes},
				{"RCPT TO:<harness@relay.example.net>", rcptCodes}, {"RCPT TO:<" + d.mailbox() + "> XHARNESS", rcptCodes}}
		})},
		{name: "data-codes", mutates: true, deviations: []string{"data-355", "message-251"}, run: func(d *driver) {
			s := d.open()
			s.expect("354 503 554 450 451 452 550 552"+usual, "DATA")
			s.given().envelope()
			s.expect("354 450 451 452 550 552 554"+usual, "DATA")
			s.want("250 450 451 452 550 552 554 421", s.content(stuffed(d.message())))
		}},
		{name: "rset-codes", deviations: []string{"rset-251"}, run: probes(func(*driver) []probe { return []probe{{"RSET", "250"}, {"RSET now", "250"}} })},
		{name: "vrfy-codes", deviations: []string{"vrfy-220"}, run: probes(func(d *driver) []probe {
			return []probe{{"VRFY " + d.mailbox(), vrfyCodes}, {"VRFY " + d.stranger(), vrfyCodes}, {"VRFY harness@relay.example.net", vrfyCodes}}
		})},
		{name: "expn-codes", deviations: []string{"expn-220"}, run: probes(func(d *driver) []probe {
			return []probe{{"EXPN " + d.local(), expnCodes}, {"EXPN " + d.stranger(), expnCodes}}
		})},
		{name: "help-codes", deviations: []string{"help-250"}, run: probes(func(*driver) []probe { return []probe{{"HELP", "211 214 502 504"}, {"HELP MAIL", "211 214 502 504"}} })},
		{name: "noop-codes", deviations: []string{"noop-220"}, run: probes(func(*driver) []probe { return []probe{{"NOOP", "250"}, {"NOOP anything", "250"}} })},
		{name: "quit-codes", deviations: []string{"quit-250"}, run: probes(func(*driver) []probe { return []probe{{"QUIT", "221"}} })},
	}
}

// required wants the commands that every server has to have to be recognised.
func (d *driver) required() {
	s := d.greeted()
	lines := []string{d.helloCommand(), "VRFY " + d.mailbox(), "NOOP", "MAIL FROM:<" + d.sender() + ">", "RCPT TO:<" + d.mailbox() + ">", "DATA"}
	if !d.lmtp() {
		lines = slices.Insert(lines, 0, "HELO "+helloName)
	}
	for _, line := range lines {
		r := s.cmd("%s", line)
		d.Check(d.Settled() || !r.is("500 502"), line+" recognised and implemented", "%s", r.shown())
	}
	s = d.open()
	for _, line := range []string{"RSET", "QUIT"} {
		r := s.cmd("%s", line)
		d.Check(d.Settled() || !r.is("500 502"), line+" recognised and implemented", "%s", r.shown())
	}
}
