package smtpspec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"harness/protocols/smtp"
	"harness/specs"
)

// contentRows are the server cases of RFC 1870 (sizes), RFC 6152 (8-bit content), and of RFC 2034 and RFC 3463 (status codes).
func contentRows() []serverCase { return slices.Concat(sizes(), eightBitMIME(), statusCodes()) }

// longMail sends MAIL with a path of 256 octets and parameters, which is not to be refused for its length.
func (d *driver) longMail(params string) {
	s := d.open()
	domain := "." + d.someDomain()
	path := strings.Repeat("l", 64) + "@" + longDomain[len(longDomain)-(256-67-len(domain)):] + domain
	s.received("MAIL FROM:<" + path + "> " + params)
}

// largest is the size limit that the server tells. Without one, and with one that is too large to be passed by a case that sends so much, there is nothing to
// judge.
func (s *session) largest(most int64) int64 {
	n, _ := s.state.ext.Size()
	if !s.d.Settled() && (n == 0 || n > most) {
		s.d.Unclear("%v: the case needs a limit of at most %d octets, and SIZE tells %d", specs.ErrCannotSetUp, most, n)
	}
	return n
}

// lines are so many octets of text.
func lines(octets int64) string {
	return strings.Repeat(strings.Repeat("x", 62)+"\r\n", int(octets/64)+1)
}

func sizes() []serverCase {
	needs := []string{smtp.ExtSize}
	small := []string{"?MAX-SIZE=70000"}
	const sendable = 16 << 20
	tooLarge := func(codes string) func(d *driver) {
		return func(d *driver) {
			s := d.open()
			s.expect(codes, "MAIL FROM:<%s> SIZE=%d", d.sender(), s.largest(1<<60)+1)
		}
	}
	return []serverCase{
		{name: "size-keyword", needs: needs, deviations: []string{"size-word"}, run: func(d *driver) {
			e, _ := d.open().state.ext.Get(smtp.ExtSize)
			d.Check(d.Settled() || len(e.Params) == 0 || len(e.Params) == 1 && strings.Trim(e.Params[0], "0123456789") == "", "SIZE with a decimal number, or without a parameter", "%s", e)
		}},
		{name: "size-parameter", needs: needs, deviations: []string{"size-refused"}, run: func(d *driver) {
			s := d.open()
			s.expect("250", "MAIL FROM:<%s> SIZE=1000", d.sender())
			s.given().expect("250", "RSET")
			s.expect("250", "MAIL FROM:<%s> SIZE=00000000000000001000", d.sender())
		}},
		{name: "size-mail-26", needs: needs, deviations: []string{"command-limit-255"}, run: func(d *driver) { d.longMail("SIZE=00000000000000001000") }},
		{name: "size-limit-552", needs: needs, features: small, mutates: true, deviations: []string{"limit-ignored", "limit-552-as-250", "message-552-as-554"}, run: func(d *driver) {
			s := d.open()
			n := s.largest(sendable)
			s.given().envelope()
			s.want("552", s.post(d.draft(newMark(), "", lines(n))))
		}},
		{name: "size-not-end", needs: needs, mutates: true, deviations: []string{"content-cut-at-size"}, run: func(d *driver) {
			s := d.open()
			s.given().mail("SIZE=100")
			s.given().rcpt(d.mailbox())
			s.post(d.draft(newMark(), "", lines(1000)+"RSET\r\n"))
			s.Quiet("the reply to the message")
			s.expect("250", "NOOP")
		}},
		{name: "size-declared-checked", needs: needs, deviations: []string{"size-declared-ignored"}, run: tooLarge("4yz 5yz")},
		{name: "size-declared-552", needs: needs, deviations: []string{"size-declared-ignored", "mail-552-as-554"}, run: tooLarge("552")},
		{name: "size-larger-than-declared", needs: needs, mutates: true, run: func(d *driver) { d.sawLarger() }},
		{name: "size-kept-promise", needs: needs, mutates: true, deviations: []string{"message-limit-32k"}, run: func(d *driver) {
			s := d.open()
			message := d.draft(newMark(), "", lines(40000))
			r := s.cmd("MAIL FROM:<%s> SIZE=%d", d.sender(), len(message))
			if d.Settled() {
				return
			}
			if !r.is("250") {
				d.Saw("a message of %d octets is refused when it is declared: %s", len(message), r.shown())
				return
			}
			s.given().rcpt(d.mailbox())
			r = s.post(message)
			d.Check(d.Settled() || !r.is("552"), "no 552 to a message whose size was declared, and accepted", "%s", r.shown())
		}},
		{name: "size-rejected-later", needs: needs, mutates: true, run: func(d *driver) { d.sawLarger() }},
		{name: "size-rcpt", needs: needs, run: func(d *driver) {
			s := d.open()
			s.given().mail("SIZE=50000")
			r := s.tryRcpt(d.mailbox())
			if !d.Settled() {
				d.Saw("RCPT behind SIZE=50000 gets %s", r.shown())
			}
		}},
		{name: "size-minimal-server", needs: needs, deviations: []string{"size-declared-ignored", "size-refused"}, run: func(d *driver) {
			s := d.open()
			s.expect("250", "MAIL FROM:<%s> SIZE=1000", d.sender())
			s.given().expect("250", "RSET")
			if n, _ := s.state.ext.Size(); n > 0 {
				s.expect("552", "MAIL FROM:<%s> SIZE=%d", d.sender(), n+1)
			}
		}},
	}
}

// sawLarger tells what becomes of a message that is larger than was declared.
func (d *driver) sawLarger() {
	s := d.open()
	s.given().mail("SIZE=100")
	s.given().rcpt(d.mailbox())
	r := s.post(d.draft(newMark(), "", lines(1000)))
	if !d.Settled() {
		d.Saw("a message of more than 1000 octets behind SIZE=100 gets %s", r.shown())
	}
}

const eightBitFields = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: 8bit\r\n"

// eightBit has a message with BODY=8BITMIME accepted.
func (d *driver) eightBit(mark, body string) {
	s := d.open()
	s.mail("BODY=8BITMIME")
	s.given().rcpt(d.mailbox())
	s.want("250", s.post(d.draft(mark, eightBitFields, body)))
}

// eightBitBody wants the body of such a message to be delivered as it was sent.
func (d *driver) eightBitBody(body string) {
	mark := newMark()
	d.eightBit(mark, body)
	_, got, _ := strings.Cut(d.delivered(d.mailbox(), mark), "\r\n\r\n")
	d.Check(d.Settled() || got == body, fmt.Sprintf("the body as it was sent: %q", body), "%q", got)
}

func eightBitMIME() []serverCase {
	needs := []string{smtp.Ext8BitMIME}
	delivery := []string{smtp.Ext8BitMIME, needDelivery}
	return []serverCase{
		{name: "eightbitmime-line-1000", needs: needs, mutates: true, deviations: []string{"text-line-500"}, run: func(d *driver) { d.eightBit(newMark(), strings.Repeat("\xe9", 998)+"\r\n") }},
		{name: "eightbitmime-keyword", needs: needs, deviations: []string{"eightbitmime-parameter-listed"}, run: func(d *driver) { d.bare(smtp.Ext8BitMIME) }},
		{name: "eightbitmime-parameter", needs: needs, deviations: []string{"body-refused"}, run: func(d *driver) {
			s := d.open()
			for _, body := range []string{"7BIT", "8BITMIME", "8bitmime"} {
				s.mail("BODY=" + body)
				s.given().expect("250", "RSET")
			}
		}},
		{name: "eightbitmime-preserved", needs: delivery, mutates: true, deviations: []string{"eighth-bit-cleared"}, run: func(d *driver) {
			var high strings.Builder
			for c := 0x80; c < 0x100; c++ {
				high.WriteByte(byte(c))
			}
			d.eightBitBody(high.String() + "\r\n")
		}},
		{name: "eightbitmime-stuffed", needs: delivery, mutates: true, deviations: []string{"stuffing-kept"}, run: func(d *driver) { d.eightBitBody("\xe9\r\n.\r\n.\xe9\r\n") }},
		{name: "eightbitmime-final-crlf", needs: delivery, mutates: true, deviations: []string{"final-crlf-lost"}, run: func(d *driver) { d.eightBitBody("\xe9\r\n\r\n") }},
	}
}

// statusRE is a status code at the beginning of a text; looseRE is one by the look of it.
var (
	statusRE = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}$`)
	looseRE  = regexp.MustCompile(`^\d+ ?\. ?\d+ ?\. ?\d+`)
	zerosRE  = regexp.MustCompile(`\.0\d`)
)

// statuses hands each line that has to have a status code to f, with what stands first in it.
func (d *driver) statuses(f func(r *reply, text, status string)) {
	d.open()
	d.survey(func(r *reply) {
		if strings.HasPrefix(r.to, "the connection") || strings.HasPrefix(r.to, d.helloCommand()) || r.is("3yz") {
			return
		}
		for _, text := range r.texts() {
			status, _, _ := strings.Cut(text, " ")
			f(r, text, status)
		}
	})
}

func statusCodes() []serverCase {
	needs := []string{smtp.ExtEnhancedStatusCodes}
	row := func(name string, deviations []string, f func(d *driver, r *reply, text, status string)) serverCase {
		return serverCase{name: name, needs: needs, deviations: deviations, run: func(d *driver) {
			d.statuses(func(r *reply, text, status string) { f(d, r, text, status) })
		}}
	}
	return []serverCase{
		{name: "enhanced-keyword", needs: needs, deviations: []string{"enhanced-parameter-listed"}, run: func(d *driver) { d.bare(smtp.ExtEnhancedStatusCodes) }},
		row("enhanced-space", []string{"noop-status-glued"}, func(d *driver, r *reply, text, status string) {
			loose := looseRE.FindString(text)
			d.Check(loose == "" || len(loose) == len(text) || text[len(loose)] == ' ', "a space behind the status code", "%q to %s", text, r.to)
		}),
		row("enhanced-present", []string{"noop-no-status", "noop-bare"}, func(d *driver, r *reply, text, status string) {
			d.Check(looseRE.MatchString(text), "a status code first in the text", "%s to %s", r.shown(), r.to)
		}),
		row("enhanced-form", []string{"noop-status-class-3", "noop-status-spaces"}, func(d *driver, r *reply, text, status string) {
			d.Check(!looseRE.MatchString(text) || statusRE.MatchString(status), "2, 4 or 5 and two numbers of 1 to 3 digits, with dots between them", "%q to %s", text, r.to)
		}),
		row("enhanced-class", []string{"noop-status-class"}, func(d *driver, r *reply, text, status string) {
			d.Check(!statusRE.MatchString(status) || int(status[0]-'0') == r.code/100, "the first digit of the code as the class of the status code", "%s to %s", r.shown(), r.to)
		}),
		row("enhanced-each-line", []string{"help-status-differs"}, func(d *driver, r *reply, text, status string) {
			first, _, _ := strings.Cut(r.texts()[0], " ")
			d.Check(status == first, "the same status code on each line", "%s to %s", r.shown(), r.to)
		}),
		{name: "enhanced-without-ehlo", needs: needs, deviations: []string{"noop-no-status"}, run: func(d *driver) {
			r := d.greeted().cmd("NOOP")
			d.Check(d.Settled() || looseRE.MatchString(r.texts()[0]), "a status code in the reply to NOOP before EHLO", "%s", r.shown())
		}},
		row("status-no-white-space", []string{"noop-status-spaces"}, func(d *driver, r *reply, text, status string) {
			d.Check(!strings.Contains(looseRE.FindString(text), " "), "no white space in the status code", "%q to %s", text, r.to)
		}),
		row("status-no-leading-zeros", []string{"noop-status-zeros"}, func(d *driver, r *reply, text, status string) {
			d.Check(!statusRE.MatchString(status) || !zerosRE.MatchString(status), "numbers without leading zeros in the status code", "%q to %s", text, r.to)
		}),
		row("status-registered", []string{"noop-status-unregistered"}, func(d *driver, r *reply, text, status string) {
			code, ok := smtp.ParseEnhancedCode(status)
			d.Check(!ok || code.Meaning() != "", "a status code that is registered", "%q to %s", text, r.to)
		}),
	}
}
