package smtpspec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"harness/protocols/smtp"
)

// rfc2920Rows are the server cases of RFC 2920 (pipelining) and RFC 3030 (chunks and binary content).
func rfc2920Rows() []serverCase {
	return slices.Concat(pipelining(), chunking(), binaryMIME())
}

// bare wants an extension to be listed without parameters.
func (d *driver) bare(keyword string) {
	e, _ := d.open().state.ext.Get(keyword)
	d.Check(d.Settled() || len(e.Params) == 0, keyword+" without parameters in the reply to EHLO", "%s", e)
}

// group sends commands at once, and reads their replies.
func (s *session) group(lines ...string) []*reply {
	s.Send(strings.Join(lines, "\r\n") + "\r\n")
	out := make([]*reply, len(lines))
	for i, line := range lines {
		out[i] = s.reply(shownCommand(line) + ", sent with others at once")
		if out[i].is("2yz") && strings.HasPrefix(line, "RCPT ") {
			s.state.rcpts++
		}
	}
	return out
}

// strangerRefused begins a transaction whose only recipient is refused.
func (s *session) strangerRefused() {
	s.given().mail()
	if r := s.tryRcpt(s.d.stranger()); !s.d.Settled() && r.is("2yz") {
		s.d.Unclear("the server takes mail for any mailbox: the case needs one that is refused")
	}
}

func pipelining() []serverCase {
	needs := []string{smtp.ExtPipelining}
	held := []string{"replies-held"}
	// last sends a group that ends with a command whose reply is not to be held back.
	last := func(lines ...string) func(d *driver) {
		return func(d *driver) {
			for _, line := range lines {
				s := d.open()
				s.Patience(d.T.Scale(3 * time.Second))
				s.group("RSET", line)
			}
		}
	}
	return []serverCase{
		{name: "pipelining-no-parameter", needs: needs, deviations: []string{"pipelining-parameter-listed"}, run: func(d *driver) { d.bare(smtp.ExtPipelining) }},
		{name: "pipelining-order", needs: needs, deviations: []string{"pipeline-reversed"}, run: func(d *driver) {
			s := d.open()
			lines := []string{"RCPT TO:<" + d.mailbox() + ">", "MAIL FROM:<" + d.sender() + ">", "RCPT TO:<" + d.mailbox() + ">", "RSET"}
			for i, r := range s.group(lines...) {
				codes := []string{"5yz", "250", "250 251", "250"}[i]
				d.Check(d.Settled() || r.is(codes), oneOf(codes)+" to "+r.to, "%s", r.shown())
			}
		}},
		{name: "pipelining-data-if-recipients", needs: needs, deviations: []string{"data-without-recipients-354"}, run: func(d *driver) {
			s := d.open()
			s.strangerRefused()
			s.expect("4yz 5yz", "DATA")
			s = d.open()
			s.given().envelope()
			s.expect("354", "DATA")
		}},
		{name: "pipelining-nothing-sent", needs: []string{smtp.ExtPipelining, needDelivery}, mutates: true, deviations: []string{"sent-to-nobody"}, run: func(d *driver) {
			d.counted(func() {
				s := d.open()
				s.strangerRefused()
				if r := s.cmd("DATA"); !d.Settled() && r.is("354") {
					s.content(".\r\n")
				}
			})
		}},
		{name: "pipelining-replies-not-held", needs: needs, deviations: held, run: func(d *driver) { last("NOOP", d.helloCommand(), "VRFY "+d.mailbox(), "EXPN "+d.local(), "QUIT")(d) }},
		{name: "pipelining-unknown-not-held", needs: needs, deviations: held, run: last("HARNESS")},
		{name: "pipelining-input-emptied", needs: needs, deviations: held, run: func(d *driver) {
			last("RSET", "MAIL FROM:<"+d.sender()+">", "RCPT TO:<"+d.mailbox()+">")(d)
		}},
		{name: "pipelining-input-kept", needs: needs, deviations: []string{"pipeline-dropped"}, run: func(d *driver) {
			s := d.open()
			s.Patience(d.T.Scale(3 * time.Second))
			s.group("MAIL FROM:<"+d.sender()+">", "RCPT TO:<"+d.mailbox()+">", "RCPT TO:<"+d.second()+">", "RSET", "NOOP")
		}},
	}
}

// bdat sends a chunk and reads the reply; with LMTP the last one has as many as there are recipients.
func (s *session) bdat(octets string, last bool) *reply {
	line := fmt.Sprintf("BDAT %d", len(octets))
	if last {
		line += " LAST"
	}
	s.Send(line + "\r\n" + octets)
	if last && s.d.lmtp() {
		return s.results()[0]
	}
	return s.reply(line)
}

// half cuts a message into two chunks, within the last line.
func half(message string) (a, b string) { at := len(message) - 6; return message[:at], message[at:] }

// chunked has a message of two chunks accepted.
func (s *session) chunked(message string) {
	s.given().envelope()
	a, b := half(message)
	s.want("250", s.bdat(a, false))
	s.want("250", s.bdat(b, true))
}

func chunking() []serverCase {
	needs := []string{smtp.ExtChunking}
	return []serverCase{
		{name: "chunking-keyword", needs: needs, deviations: []string{"chunking-parameter-listed"}, run: func(d *driver) { d.bare(smtp.ExtChunking) }},
		{name: "bdat-chunk", needs: []string{smtp.ExtChunking, needDelivery}, mutates: true, deviations: []string{"bdat-251", "bdat-octets-lost"}, run: func(d *driver) {
			mark := newMark()
			message := d.draft(mark, "", "A line.\r\n.\r\n..two dots, as they are\r\n")
			d.open().chunked(message)
			d.Check(d.Settled() || strings.HasSuffix(d.delivered(d.mailbox(), mark), message[strings.Index(message, "\r\n\r\n"):]), "the message as it was sent", "another body")
		}},
		{name: "bdat-data-still", needs: needs, mutates: true, deviations: []string{"data-250"}, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			s.data()
			s.want("250", s.content(stuffed(d.message())))
		}},
		{name: "bdat-after-last-503", needs: needs, mutates: true, deviations: []string{"order-503-as-501"}, run: func(d *driver) {
			s := d.open()
			s.given().chunked(d.message())
			s.want("503", s.bdat("more", false))
		}},
		{name: "bdat-each-250", needs: needs, mutates: true, deviations: []string{"bdat-251"}, run: func(d *driver) { d.open().chunked(d.message()) }},
		{name: "bdat-failed-discarded", needs: needs, labels: []string{"security"}, deviations: []string{"bdat-refused-not-read"}, run: func(d *driver) {
			s := d.open()
			s.want("4yz 5yz", s.bdat("NOOP\r\nNOOP\r\n", false))
			s.Quiet("the reply to a chunk that is refused")
			s.expect("250", "RSET")
		}},
		{name: "bdat-failed-pipelined", needs: []string{smtp.ExtChunking, smtp.ExtPipelining}, labels: []string{"security"}, deviations: []string{"bdat-refused-not-read"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			s.Send("BDAT 6\r\nNOOP\r\nBDAT 6\r\nNOOP\r\nRSET\r\n")
			for range 2 {
				s.want("4yz 5yz", s.reply("a chunk without a recipient"))
			}
			s.want("250", s.reply("RSET"))
			s.Quiet("the reply to RSET")
		}},
		{name: "bdat-rset", needs: needs, deviations: []string{"rset-keeps-transaction"}, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			s.given().want("250", s.bdat("Subject: gone\r\n", false))
			s.expect("250", "RSET")
			s.want("4yz 5yz", s.bdat("Subject: nobody's\r\n\r\n", false))
		}},
		{name: "bdat-then-data-503", needs: needs, deviations: []string{"order-503-as-501"}, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			s.given().want("250", s.bdat("Subject: a chunk\r\n", false))
			s.expect("503", "DATA")
		}},
		{name: "bdat-both-in-session", needs: needs, mutates: true, deviations: []string{"data-250"}, run: func(d *driver) {
			s := d.open()
			s.chunked(d.message())
			s.given().envelope()
			s.data()
			s.want("250", s.content(stuffed(d.message())))
			s.chunked(d.message())
		}},
		{name: "bdat-binary-parsed", needs: needs, labels: []string{"security"}, deviations: []string{"errors-close"}, run: func(d *driver) {
			s := d.open()
			s.Send("\x80\x81\xfe\xff\x01 what a chunk had too much\r\n")
			s.want("5yz", s.reply("a line of any octets"))
			s.expect("250", "NOOP")
		}},
	}
}

// anyOctets are those that a line of text may have, from 1 to 255.
func anyOctets() string {
	var b strings.Builder
	for c := 1; c < 256; c++ {
		if c != '\r' && c != '\n' {
			b.WriteByte(byte(c))
		}
	}
	return b.String()
}

const binaryFields = "MIME-Version: 1.0\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n"

func binaryMIME() []serverCase {
	needs := []string{smtp.ExtBinaryMIME}
	return []serverCase{
		{name: "binarymime-keyword", needs: needs, deviations: []string{"binarymime-parameter-listed"}, run: func(d *driver) { d.bare(smtp.ExtBinaryMIME) }},
		{name: "binarymime-with-chunking", needs: needs, deviations: []string{"chunking-unlisted"}, run: func(d *driver) {
			d.Check(d.open().state.ext.Has(smtp.ExtChunking) || d.Settled(), "CHUNKING in the reply to EHLO, since BINARYMIME is there", "it is not listed")
		}},
		{name: "binarymime-preserved", needs: []string{smtp.ExtBinaryMIME, needDelivery}, mutates: true, deviations: []string{"bdat-octets-lost"}, run: func(d *driver) {
			mark := newMark()
			s := d.open()
			s.given().mail("BODY=BINARYMIME")
			s.given().rcpt(d.mailbox())
			body := "Octets: " + anyOctets() + "\r\n"
			a, b := half(d.draft(mark, binaryFields, body))
			s.want("250", s.bdat(a, false))
			s.want("250", s.bdat(b, true))
			m := d.delivered(d.mailbox(), mark)
			d.Check(d.Settled() || strings.Contains(m, body), "the octets as they were sent", "%q", m[max(strings.Index(m, "\r\n\r\n"), 0):])
		}},
		{name: "binarymime-data-503", needs: needs, deviations: []string{"binarymime-data-354", "order-503-as-501"}, run: func(d *driver) { d.binaryData().expect("503", "DATA") }},
		{name: "binarymime-data-reset", needs: needs, deviations: []string{"rset-keeps-transaction"}, run: func(d *driver) {
			s := d.binaryData()
			s.given().expect("5yz", "DATA")
			s.expect("250", "RSET")
			s.envelope()
		}},
		{name: "binarymime-undeclared-accepted", needs: needs, mutates: true, deviations: []string{"binary-undeclared-554"}, run: func(d *driver) {
			d.open().sent(d.draft(newMark(), binaryFields, "Not binary at all.\r\n"))
		}},
	}
}

// binaryData returns a session in a transaction with BODY=BINARYMIME.
func (d *driver) binaryData() *session {
	s := d.open()
	s.given().mail("BODY=BINARYMIME")
	s.given().rcpt(d.mailbox())
	return s
}
