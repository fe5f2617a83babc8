package nntpspec

import (
	"fmt"
	"strings"

	"harness/protocols/nntp"
)

// securityRows are the server cases of what a client may try to get past a server, beside those of TLS and of authentication.
func securityRows() []serverCase {
	security := []string{"security"}
	return []serverCase{
		{name: "line-huge", requirement: "line-not-split", labels: security, deviations: []string{"long-line-split"}, run: func(d *driver) {
			s := d.open()
			r := s.cmd("STAT %s%s DATE", unknownID, strings.Repeat(" ", 200<<10))
			d.Check(d.Settled() || r.is("400 430 500 501"), "501 to a line of more than 200,000 octets", "%s", r.shown())
			if r.Code == nntp.CodeUnavailable || s.IsClosed() {
				return // it is too much for the session
			}
			s.Quiet("one response to one line")
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
		}},
		{name: "command-nul", requirement: "syntax-501", labels: security, deviations: []string{"nul-ends-line"}, run: func(d *driver) {
			s := d.open()
			for _, line := range []string{"STAT " + unknownID + "\x00 1 2 3", "HELP\x00 me"} {
				r := s.cmd("%s", line)
				s.drain(r)
				d.Check(d.Settled() || r.is("400 500 501"), "501, or 500, to a command with NUL in it, whatever stands before that", "%s to %q", r.shown(), line)
				if r.Code == nntp.CodeUnavailable {
					return
				}
			}
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
		}},
		{name: "block-end-bare-lf", requirement: "block-end", labels: security, mutates: true, needs: []string{"POST"}, deviations: []string{"bare-dot-ends"}, run: func(d *driver) {
			d.smuggled("POST", func(body string) (*session, string) {
				s := d.reader()
				article := s.draft(newID(), "", body)
				s.given().code(nntp.CodeSendPost, "POST")
				return s, article
			})
		}},
		{name: "takethis-end-bare-lf", requirement: "block-end", labels: security, mutates: true, needs: []string{"STREAMING"}, deviations: []string{"bare-dot-ends"}, run: func(d *driver) {
			d.smuggled("TAKETHIS", func(body string) (*session, string) {
				s, id := d.open(), newID()
				article := s.relayed(id, body)
				s.Send("TAKETHIS " + id + "\r\n")
				return s, article
			})
		}},
	}
}

// smuggled has articles sent that have what is no end of a data block, and wants one response to each. What stands behind such an end would otherwise be carried
// out as commands of whoever relays the article. Begin returns a session in which an article with the body comes next, and the article.
func (d *driver) smuggled(verb string, begin func(body string) (*session, string)) {
	for _, end := range []string{"\n.\n", "\n.\r\n", "\r.\r"} {
		s, article := begin("one line" + end + "XYZZY" + end + "XYZZY\r\n")
		s.Send(article + ".\r\n")
		r := s.reply(verb, fmt.Sprintf("an article with %q in it", end))
		d.Check(d.Settled() || r.is("239 240 439 441 400"), "one response to "+r.to, "%s", r.shown())
		if !d.Settled() && r.Code != nntp.CodeUnavailable {
			s.Quiet("the one response to " + r.to)
		}
		s.Release("QUIT")
	}
}
