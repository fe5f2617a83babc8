package nntpspec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"harness/protocols/nntp"
)

// rfc3977Rows are the server cases of RFC 3977.
func rfc3977Rows() []serverCase {
	return slices.Concat(rfc3977Lines(), rfc3977Blocks(), rfc3977Responses(), rfc3977Capabilities(), rfc3977Modes(), rfc3977Sessions(), rfc3977Groups(), rfc3977Articles(), rfc3977Posting(),
		rfc3977Lists(), rfc3977Overviews(), rfc3977Headers(), rfc3977Content())
}

// generic are the codes that any command may get (RFC 3977 section 3.2.1).
const generic = "400 401 403 480 483 500 501 502 503 504"

// survey sends commands of all kinds in a session that may read, in the case's group, and hands each response to f with its block.
func (d *driver) survey(f func(r *response, b *block)) {
	s, _ := d.inGroup()
	for _, line := range []string{
		"CAPABILITIES", "DATE", "HELP", "GROUP " + s.home(), "STAT", "NEXT", "LAST", "HEAD", "LISTGROUP", "LIST", "LIST NEWSGROUPS", "LIST OVERVIEW.FMT",
		"STAT <nobody.has.this@harness.invalid>", "GROUP harness.invalid.no.such.group", "XYZZY", "DATE 1", "OVER 1-1",
	} {
		if d.Settled() {
			return
		}
		r := s.cmd("%s", line)
		b := s.drain(r)
		if !d.Settled() {
			f(r, b)
		}
	}
}

const unknownID = "<nobody.has.this@harness.invalid>"

func rfc3977Lines() []serverCase {
	logout := []string{"AUTOLOGOUT=500ms"}
	return []serverCase{
		{name: "argument-grammar-server", needs: []string{"READER"}, deviations: []string{"bad-wildmat-411"}, run: func(d *driver) {
			s := d.reader()
			for _, line := range []string{"LIST ACTIVE a[b", `LIST ACTIVE a\b`, "LIST ACTIVE a,,b"} {
				r := s.cmd("%s", line)
				s.drain(r)
				d.Check(d.Settled() || r.is("501 215"), "501 to "+line+", or an interpretation of the server's own", "%s", r.shown())
			}
		}},
		{name: "argument-interpretation", needs: []string{"READER"}, run: func(d *driver) {
			s := d.reader()
			r := s.cmd("LIST ACTIVE a[b")
			s.drain(r)
			if !d.Settled() {
				d.Saw("LIST ACTIVE a[b gets %s", r.shown())
			}
		}},
		{name: "greeting-sent", deviations: []string{"greeting-missing"}, run: func(d *driver) {
			s := d.connect()
			s.Patience(d.Wait())
			s.reply("greeting", "the connection (a greeting)")
		}},
		{name: "command-separators", deviations: []string{"tab-refused", "spaces-refused"}, run: func(d *driver) {
			s := d.open()
			for _, line := range []string{"STAT\t" + unknownID, "STAT    " + unknownID, "STAT \t \t" + unknownID} {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || r.Code == nntp.CodeNoSuchArticle, "430, as to STAT with one space before the message-id", "%s to %q", r.shown(), line)
			}
		}},
		{name: "command-limit-relaxed", run: func(d *driver) {
			s := d.open()
			r := s.cmd("STAT%s%s", strings.Repeat(" ", 600), unknownID)
			if !d.Settled() {
				d.Saw("a line of 637 octets gets %s", r.shown())
			}
		}},
		{name: "utf8-no-bom", deviations: []string{"byte-order-mark"}, run: func(d *driver) {
			s := d.connect()
			look := func(r *response) {
				d.Check(d.Settled() || !strings.Contains(string(r.line.Text), "\ufeff"), "no byte order mark in the initial line of a response", "%s", r.shown())
			}
			look(s.reply("greeting", "the connection (a greeting)"))
			d.survey(func(r *response, _ *block) { look(r) })
		}},
		{name: "keyword-case", deviations: []string{"keyword-case-sensitive"}, run: func(d *driver) {
			s := d.open()
			for _, line := range []string{"stat " + unknownID, "StAt " + unknownID} {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || r.Code == nntp.CodeNoSuchArticle, "430, as to STAT", "%s to %s", r.shown(), line)
			}
			s.list("help")
		}},
		{name: "response-code-first", deviations: []string{"date-word-first"}, run: func(d *driver) {
			d.survey(func(r *response, _ *block) {
				t := string(r.line.Text)
				d.Check(len(t) >= 3 && strings.Trim(t[:3], "0123456789") == "" && (len(t) == 3 || t[3] == ' '), "three digits and a space first", "%s to %s", r.shown(), r.to)
			})
		}},
		{name: "response-512", deviations: []string{"stat-long"}, run: func(d *driver) {
			d.survey(func(r *response, _ *block) {
				d.Check(len(r.line.Text)+2 <= nntp.MaxResponse, "an initial line of at most 512 octets", "%d octets to %s", len(r.line.Text)+2, r.to)
			})
		}},
		{name: "response-512-extension", run: func(d *driver) {
			longest := 0
			d.survey(func(r *response, _ *block) { longest = max(longest, len(r.line.Text)+2) })
			if !d.Settled() {
				d.Saw("the longest initial line of the commands that were tried has %d octets", longest)
			}
		}},
		{name: "autologout-permitted", features: logout, run: func(d *driver) {
			d.open().Closed("some time without a command")
			d.Saw("ends sessions that are silent for some time")
		}},
		{name: "autologout-three-minutes", deviations: []string{"autologout-early"}, run: func(d *driver) {
			s := d.open()
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
			wait := 3 * d.T.Quiet()
			d.Check(s.idle(wait) || d.Settled(), "a session that is open for at least three minutes without a command", "ended, or octets arrived, within %v", wait)
			d.Saw("a session is open after %v without a command; the three minutes were not waited for", wait)
		}},
		{name: "autologout-first-command", features: logout, run: func(d *driver) {
			s := d.connect()
			s.given().greet()
			s.Closed("some time without a first command")
			d.Saw("ends sessions without a first command")
		}},
		{name: "autologout-reset", features: []string{"AUTOLOGOUT=1s"}, deviations: []string{"autologout-not-reset"}, run: func(d *driver) {
			s := d.open()
			for range 5 {
				s.idle(250 * time.Millisecond)
				s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
			}
		}},
		{name: "autologout-reset-data", features: []string{"AUTOLOGOUT=1s"}, needs: []string{"POST"}, mutates: true, deviations: []string{"autologout-not-reset-by-data"}, run: func(d *driver) {
			s := d.reader()
			article := s.draft(newID(), "", "")
			s.given().code(nntp.CodeSendPost, "POST")
			s.Send(article)
			for range 5 {
				s.idle(250 * time.Millisecond)
				s.Send("one more line\r\n")
			}
			s.Send(".\r\n")
			r := s.reply("POST", "an article that took longer than the timer")
			d.Check(d.Settled() || r.Code == nntp.CodePosted, "240", "%s", r.shown())
		}},
		{name: "autologout-silent", features: logout, deviations: []string{"autologout-says-400"}, run: func(d *driver) {
			d.open().Closed("the time without a command")
		}},
	}
}

// idle waits, and says whether nothing came and the connection is open.
func (s *session) idle(wait time.Duration) bool {
	if s.d.Settled() {
		return false
	}
	return s.C.Quiet(s.d.Ctx, wait) == nil
}

// dots is a body whose lines begin with dots, and one that is a dot.
const dots = "The next line is a dot.\r\n.\r\n..\r\n.profile\r\n...three\r\nnot.first\r\n"

func rfc3977Blocks() []serverCase {
	post := []string{"POST"}
	return []serverCase{
		{name: "block-rules", deviations: []string{"block-bare-lf", "response-bare-lf"}, run: func(d *driver) {
			d.survey(func(r *response, b *block) {
				d.Check(r.line.End.Octets() == "\r\n", "CRLF at the end of the initial line", "%q ends in %q", r.line.Text, r.line.End.Octets())
				for _, l := range b.lines {
					d.Check(l.End.Octets() == "\r\n", "CRLF at the end of each line of a data block", "%q ends in %q in the response to %s", l.Text, l.End.Octets(), r.to)
				}
			})
		}},
		{name: "block-no-nul-lf-cr", deviations: []string{"block-nul", "block-bare-cr"}, run: func(d *driver) {
			d.survey(func(r *response, b *block) {
				for _, l := range b.lines {
					d.Check(!strings.ContainsAny(string(l.Text), "\x00\r\n"), "no NUL, CR or LF in a line of a data block", "%q in the response to %s", l.Text, r.to)
				}
			})
		}},
		{name: "block-stuffed", mutates: true, needs: post, deviations: []string{"no-dot-stuffing"}, run: func(d *driver) {
			s := d.reader()
			id := s.given().posted("", dots)
			_, b := s.found("BODY %s", id)
			for _, l := range b.lines {
				d.Check(d.Settled() || !strings.HasPrefix(string(l.Text), ".") || strings.HasPrefix(string(l.Text), ".."), "a line that begins with a dot to begin with two", "%q", l.Text)
			}
			d.Check(d.Settled() || strings.HasSuffix(b.content(), dots), "the body as it was posted", "%q", b.content())
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
		}},
		{name: "block-end", deviations: []string{"no-final-dot"}, run: func(d *driver) {
			s := d.open()
			s.Patience(d.T.Scale(time.Second))
			s.list("HELP")
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
		}},
		{name: "block-unstuffed", mutates: true, needs: post, deviations: []string{"stuffing-kept"}, run: func(d *driver) {
			s := d.reader()
			id := s.given().posted("", dots)
			_, b := s.found("BODY %s", id)
			d.Check(d.Settled() || b.content() == dots, "the body as it was posted, without the dots that were put before its lines", "%q", b.content())
		}},
		{name: "block-end-not-content", mutates: true, needs: post, deviations: []string{"final-dot-kept"}, run: func(d *driver) {
			s := d.reader()
			id := s.given().posted("", "The only line.\r\n")
			_, b := s.found("BODY %s", id)
			d.Check(d.Settled() || !strings.HasSuffix(b.content(), "\r\n.\r\n"), "a body that ends before the final line of its data block", "%q", b.content())
		}},
		{name: "block-end-disregarded", mutates: true, needs: post, deviations: []string{"final-dot-kept"}, run: func(d *driver) {
			s := d.reader()
			id := s.given().posted("", "The only line.\r\n")
			_, b := s.found("BODY %s", id)
			d.Check(d.Settled() || len(b.lines) == 1, "a body of one line", "%d lines", len(b.lines))
		}},
		{name: "block-any-octets", mutates: true, needs: post, run: func(d *driver) {
			s := d.reader()
			id := newID()
			body := "\x01\x1f\x7f\x80\xff\r\n"
			r := s.post(s.draft(id, "", body))
			if d.Settled() {
				return
			}
			if r.Code != nntp.CodePosted {
				d.Saw("an article with octets of all kinds is refused: %s", r.shown())
				return
			}
			s.given().arrived(id)
			_, b := s.given().found("BODY %s", id)
			d.Saw("an article with octets of all kinds is accepted, and shown unchanged: %v", b.content() == body)
		}},
	}
}

// probe is a command for the tables, with the codes that RFC 3977 lets it have as it is sent.
type probe struct{ line, codes string }

// states are commands before a group is selected and in one, with the codes that their descriptions list.
func states(group string) []probe {
	return []probe{
		{"ARTICLE", "412"}, {"HEAD", "412"}, {"BODY 1", "412"}, {"STAT 1", "412"}, {"NEXT", "412"}, {"LAST", "412"}, {"LISTGROUP", "412"},
		{"GROUP harness.invalid.no.such.group", "411"}, {"LISTGROUP harness.invalid.no.such.group", "411"},
		{"HEAD " + unknownID, "430"}, {"STAT " + unknownID, "430"}, {"ARTICLE " + unknownID, "430"}, {"BODY " + unknownID, "430"},
		{"DATE", "111"}, {"HELP", "100"}, {"CAPABILITIES", "101"},
		{"GROUP " + group, "211"}, {"STAT", "223"}, {"HEAD", "221"}, {"LAST", "422 223"}, {"NEXT", "223 421"}, {"LISTGROUP", "211"}, {"LISTGROUP " + group + " 1-", "211"},
		{"LIST ACTIVE " + group, "215"}, {"LIST NEWSGROUPS " + group, "215"}, {"NEWGROUPS 20200101 000000 GMT", "231"},
	}
}

func rfc3977Responses() []serverCase {
	reader := []string{"READER"}
	required := []string{"AUTH=required"}
	switching := []string{"MODE=switching"}
	return []serverCase{
		{name: "status-indicator", deviations: []string{"date-611"}, run: func(d *driver) {
			d.survey(func(r *response, _ *block) {
				d.Check(r.Code >= 100 && r.Code <= 599, "a code from 100 to 599", "%s to %s", r.shown(), r.to)
			})
		}},
		{name: "status-principle-extension", deviations: []string{"subscriptions-315"}, run: func(d *driver) {
			s, _ := d.inGroup()
			for _, line := range []string{"LIST COUNTS", "LIST SUBSCRIPTIONS", "LIST DISTRIBUTIONS", "LIST MODERATORS", "MODE STREAM", "XOVER", "XHDR Subject", "XGTITLE " + s.home()} {
				r := s.cmd("%s", line)
				s.drain(r)
				d.Check(d.Settled() || r.is("2yz 4yz 5yz"), "2yz if "+line+" succeeds, and 4yz or 5yz if it fails: it asks for nothing more", "%s", r.shown())
			}
		}},
		{name: "response-argument-separator", needs: reader, deviations: []string{"group-two-spaces"}, run: func(d *driver) {
			s := d.reader()
			r := s.code(nntp.CodeGroup, "GROUP %s", s.home())
			d.Check(d.Settled() || !strings.Contains(string(r.line.Text), "  "), "single spaces between the arguments of 211", "%s", r.shown())
		}},
		{name: "response-number-decimal", needs: reader, deviations: []string{"group-hexadecimal"}, run: func(d *driver) {
			s := d.reader()
			r := s.code(nntp.CodeGroup, "GROUP %s", s.home())
			if d.Settled() {
				return
			}
			w := r.Words()
			d.Check(len(w) >= 3 && strings.Trim(w[0]+w[1]+w[2], "0123456789") == "", "three decimal numbers", "%s", r.shown())
		}},
		{name: "response-number-zeros", needs: reader, run: func(d *driver) {
			s := d.reader()
			zeros := strings.Contains(string(s.code(nntp.CodeGroup, "GROUP %s", s.home()).line.Text), " 0")
			for _, l := range s.list("LIST ACTIVE").texts() {
				zeros = zeros || strings.Contains(l, " 00")
			}
			if !d.Settled() {
				d.Saw("numbers with leading zeros: %v", zeros)
			}
		}},
		{name: "response-string-nonempty", needs: reader, deviations: []string{"stat-no-id"}, run: func(d *driver) {
			s, _ := d.inGroup()
			r := s.code(nntp.CodeStat, "STAT")
			d.Check(d.Settled() || len(r.Words()) >= 2, "a number and a message-id", "%s", r.shown())
		}},
		{name: "response-string-no-space", needs: reader, deviations: []string{"stat-id-with-space"}, run: func(d *driver) {
			s, _ := d.inGroup()
			r := s.code(nntp.CodeStat, "STAT")
			if d.Settled() {
				return
			}
			w := r.Words()
			d.Check(len(w) >= 2 && strings.HasPrefix(w[1], "<") && strings.HasSuffix(w[1], ">"), "a message-id without a space in it", "%s", r.shown())
		}},
		{name: "response-text", run: func(d *driver) {
			s := d.open()
			r := s.cmd("STAT %s", unknownID)
			if !d.Settled() {
				d.Saw("the text behind 430 is %q", r.Text)
			}
		}},
		{name: "response-text-separator", needs: reader, deviations: []string{"date-text-glued"}, run: func(d *driver) {
			s := d.reader()
			r := s.code(nntp.CodeDate, "DATE")
			if d.Settled() {
				return
			}
			w := r.Words()
			d.Check(len(w) > 0 && len(w[0]) == 14 && strings.Trim(w[0], "0123456789") == "", "a space, or the end of the line, behind the 14 digits of the date", "%s", r.shown())
		}},
		{name: "generic-when-it-fits", features: required, deviations: []string{"group-480-as-411"}, run: func(d *driver) {
			d.open().code(nntp.CodeAuthRequired, "GROUP %s", homeGroup)
		}},
		{name: "listed-codes", needs: reader, deviations: []string{"stat-229"}, run: func(d *driver) { d.listed() }},
		{name: "no-other-responses", needs: reader, deviations: []string{"group-411-as-419"}, run: func(d *driver) { d.listed() }},
		{name: "extensions-permitted", run: func(d *driver) {
			var labels []string
			for _, c := range d.open().capabilities() {
				labels = append(labels, c.Label)
			}
			if !d.Settled() {
				d.Saw("the capabilities are %s", strings.Join(labels, " "))
			}
		}},
		{name: "local-codes", run: func(d *driver) {
			r := d.open().cmd("XYZZY")
			if !d.Settled() {
				d.Saw("a command that nobody knows gets %s", r.shown())
			}
		}},
		{name: "generic-any-command", needs: reader, deviations: []string{"date-argument-ignored"}, run: func(d *driver) {
			s := d.reader()
			for _, line := range []string{"DATE now", "HELP me please", "GROUP"} {
				r := s.cmd("%s", line)
				s.drain(r)
				d.Check(d.Settled() || r.Code == nntp.CodeSyntax, "501 to "+line, "%s", r.shown())
			}
		}},
		{name: "unknown-500", deviations: []string{"unknown-501"}, run: func(d *driver) {
			d.open().code(nntp.CodeUnknownCommand, "XYZZY")
			d.open().code(nntp.CodeUnknownCommand, "XYZZY 1 2 3")
		}},
		{name: "syntax-501", needs: reader, deviations: []string{"syntax-500"}, run: func(d *driver) {
			s, _ := d.inGroup()
			for _, spec := range nntp.Commands() {
				if d.Settled() {
					return
				}
				if strings.Contains(spec.Name, "AUTHINFO") || spec.Name == "STARTTLS" || spec.Name == "COMPRESS" || spec.Name == "TAKETHIS" || spec.Cite[:8] != "RFC 3977" {
					continue
				}
				for _, line := range misused(spec, s.home()) {
					r := s.cmd("%s", line)
					if d.Settled() || r.Code == nntp.CodeUnknownCommand && !(d.caps != nil && d.readerCaps().Offers(&spec)) || spec.Name == "MODE READER" && r.Code == nntp.CodeNotPermitted {
						continue
					}
					s.drain(r)
					d.Check(d.Settled() || r.Code == nntp.CodeSyntax, "501 to "+line, "%s", r.shown())
				}
			}
		}},
		{name: "line-not-split", deviations: []string{"long-line-split"}, run: func(d *driver) {
			s := d.open()
			r := s.cmd("STAT %s%s DATE", unknownID, strings.Repeat(" ", 2000))
			d.Check(d.Settled() || r.is("501 500 430"), "501 to a line of more than 2000 octets, or 430 where such lines are taken", "%s", r.shown())
			s.Quiet("one response to one line")
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
		}},
		{name: "variant-501", needs: []string{"LIST"}, deviations: []string{"variant-500"}, run: func(d *driver) {
			s := d.reader()
			s.code(nntp.CodeSyntax, "LIST XYZZY")
		}},
		{name: "base64-504", needs: []string{"AUTHINFO SASL", "SASL PLAIN"}, labels: []string{"auth"}, deviations: []string{"base64-501"}, run: func(d *driver) {
			r := d.private().cmd("AUTHINFO SASL PLAIN !not-base64!")
			if r.Code == nntp.CodePrivacyRequired {
				d.Absent("AUTHINFO SASL PLAIN in the clear")
			}
			d.Check(d.Settled() || r.Code == nntp.CodeBase64, "504 to what is not Base64", "%s", r.shown())
		}},
		{name: "optional-503", needs: []string{"OVER"}, features: []string{"?-OVER-MSGID"}, deviations: []string{"over-503-as-501"}, run: func(d *driver) {
			d.refusesIDs()
		}},
		{name: "not-authorized-codes", features: required, deviations: []string{"auth-required-500"}, run: func(d *driver) {
			s := d.open()
			for _, line := range []string{"GROUP " + homeGroup, "LIST", "STAT " + unknownID, "NEXT", "DATE"} {
				s.expect("401 480 483 502", "%s", line)
			}
		}},
		{name: "no-502-for-mode-reader", features: switching, deviations: []string{"group-401-as-502"}, run: func(d *driver) {
			s := d.plain()
			s.expect("401 411 500", "GROUP %s", homeGroup)
		}},
		{name: "no-close-after-502", needs: []string{"AUTHINFO USER"}, labels: []string{"auth"}, deviations: []string{"closes-after-502"}, run: func(d *driver) {
			s := d.authenticated()
			s.given().expect("502 501", "AUTHINFO USER somebody")
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
		}},
		{name: "code-401-label", features: switching, deviations: []string{"code-401-no-label"}, run: func(d *driver) {
			s := d.plain()
			r := s.given().cmd("GROUP %s", homeGroup)
			d.Check(d.Settled() || r.Code != nntp.CodeWrongMode || len(r.Words()) > 0 && r.Words()[0] == "MODE-READER", "the capability label MODE-READER behind 401", "%s", r.shown())
		}},
		{name: "code-401-only-defined", deviations: []string{"stat-430-as-401"}, run: func(d *driver) {
			s := d.open()
			caps := s.given().capabilities()
			for _, line := range []string{"STAT " + unknownID, "HEAD " + unknownID, "GROUP harness.invalid.no.such.group", "XYZZY"} {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || r.Code != nntp.CodeWrongMode || caps.Has("MODE-READER"), "no 401 of a server that lists no capability which defines it", "%s to %s", r.shown(), line)
			}
		}},
		{name: "code-400-terminates", features: []string{"LEAVES=1"}, deviations: []string{"stays-after-400"}, run: func(d *driver) {
			s := d.plain()
			s.given().cmd("STAT %s", unknownID)
			s.code(nntp.CodeUnavailable, "STAT %s", unknownID)
			s.Closed("400")
		}},
		{name: "mandatory-not-500", deviations: []string{"help-500"}, run: func(d *driver) {
			s := d.open()
			for _, line := range []string{"CAPABILITIES", "HEAD " + unknownID, "HELP", "STAT " + unknownID, "QUIT"} {
				r := s.cmd("%s", line)
				s.drain(r)
				d.Check(d.Settled() || r.Code != nntp.CodeUnknownCommand, "another code than 500 to "+line+", which each server has", "%s", r.shown())
			}
		}},
	}
}

// listed checks that commands get the codes that their descriptions list, and no others.
func (d *driver) listed() {
	s := d.reader()
	for _, t := range states(s.home()) {
		r := s.cmd("%s", t.line)
		s.drain(r)
		d.Check(d.Settled() || r.is(t.codes+" "+generic), strings.Join(strings.Fields(t.codes), " or ")+" to "+t.line+", or a generic code", "%s", r.shown())
	}
}

// misused are lines with too few arguments of a command, with too many, and with such that do not fit.
func misused(spec nntp.Spec, group string) []string {
	fit := map[nntp.ParamKind]string{
		nntp.ParamArticle: unknownID, nntp.ParamArticles: unknownID, nntp.ParamMessageID: unknownID, nntp.ParamRange: "1-2", nntp.ParamGroup: group, nntp.ParamWildmat: "*",
		nntp.ParamField: "Subject", nntp.ParamDate: "20200101", nntp.ParamTime: "000000", nntp.ParamGMT: "GMT", nntp.ParamKeyword: "MSGID",
	}
	var out []string
	least, _ := spec.Arguments()
	line := spec.Name
	for i, p := range spec.Params {
		if i < least {
			out = append(out, line) // one that is wanted is missing
		}
		switch p.Kind {
		case nntp.ParamDate, nntp.ParamTime, nntp.ParamGMT:
			out = append(out, line+" xyzzy")
		case nntp.ParamMessageID:
			out = append(out, line+" 17")
		case nntp.ParamArticle, nntp.ParamArticles, nntp.ParamRange:
			out = append(out, line+" x-y")
		}
		line += " " + fit[p.Kind]
	}
	if spec.Name == "LIST" || spec.Name == "NEWGROUPS" || spec.Name == "NEWNEWS" {
		return slices.DeleteFunc(out, func(l string) bool { return l == line }) // what is more would be another variant, or an argument of RFC 977
	}
	return append(out, line+" surplus")
}

func rfc3977Capabilities() []serverCase {
	return []serverCase{
		{name: "capability-tokens", deviations: []string{"capability-commas"}, run: func(d *driver) {
			s := d.open()
			for _, l := range s.list("CAPABILITIES").texts() {
				_, _, err := nntp.Rules{}.ParseCapability([]byte(l))
				d.Check(err == nil, "a label and arguments with spaces or TABs between them", "%q: %v", l, err)
			}
		}},
		{name: "capability-accurate", deviations: []string{"over-500"}, run: func(d *driver) {
			s := d.reader()
			caps := s.given().capabilities()
			for _, t := range []probe{
				{"READER", "DATE"}, {"OVER", "OVER"}, {"HDR", "HDR Subject"}, {"NEWNEWS", "NEWNEWS harness.invalid.* 20200101 000000 GMT"}, {"IHAVE", "IHAVE " + unknownID[:10]},
				{"STREAMING", "MODE STREAM"}, {"LIST", "LIST"},
			} {
				if !caps.Has(t.line) || d.Settled() {
					continue
				}
				r := s.cmd("%s", t.codes)
				s.drain(r)
				if r.Code == nntp.CodeSendArticle { // to a message-id that is none
					s.Send(".\r\n")
					s.reply("IHAVE", "an article of nothing")
				}
				d.Check(d.Settled() || r.Code != nntp.CodeUnknownCommand, t.codes+" known, for "+t.line+" is listed", "%s", r.shown())
			}
		}},
		{name: "capability-state", needs: []string{"AUTHINFO USER"}, labels: []string{"auth"}, deviations: []string{"authinfo-kept"}, run: func(d *driver) {
			s := d.authenticated()
			d.Check(!s.capabilities().Has("AUTHINFO") || d.Settled(), "no AUTHINFO listed after the authentication, when it is not permitted any more", "it is listed")
		}},
		{name: "capability-arguments-state", features: []string{"?CLEARTEXT=none"}, labels: []string{"auth"}, deviations: []string{"authinfo-user-always"}, run: func(d *driver) {
			s := d.connect()
			s.given().greet()
			caps := s.given().capabilities()
			r := s.cmd("AUTHINFO USER somebody")
			if d.Settled() {
				return
			}
			if r.Code != nntp.CodePrivacyRequired {
				d.Saw("AUTHINFO USER is permitted as the connection is, and listed: %v", caps.Has("AUTHINFO", "USER"))
				return
			}
			d.Check(!caps.Has("AUTHINFO", "USER"), "AUTHINFO without the argument USER while TLS is wanted for it (483)", "it is listed")
		}},
		{name: "version-first", deviations: []string{"version-last"}, run: func(d *driver) {
			lines := d.open().list("CAPABILITIES").texts()
			d.Check(d.Settled() || len(lines) > 0 && strings.HasPrefix(strings.ToUpper(lines[0]), "VERSION"), "VERSION in the first line", "%q", lines)
		}},
		{name: "version-no-leading-zero", deviations: []string{"version-02"}, run: func(d *driver) {
			for _, v := range d.open().capabilities().Args("VERSION") {
				d.Check(!strings.HasPrefix(v, "0"), "version numbers without a leading zero", "%s", v)
			}
		}},
		{name: "version-not-invented", deviations: []string{"version-9"}, run: func(d *driver) {
			for _, v := range d.open().capabilities().Args("VERSION") {
				d.Check(v == "1" || v == "2", "the version 2, which is the only one that is specified", "%s", v)
			}
		}},
		{name: "list-variants", needs: []string{"LIST"}, deviations: []string{"newsgroups-unlisted"}, run: func(d *driver) {
			s := d.reader()
			caps := s.given().capabilities()
			for _, spec := range nntp.Commands() {
				variant, ok := strings.CutPrefix(spec.Name, "LIST ")
				if !ok || d.Settled() {
					continue
				}
				r := s.cmd("LIST %s", variant)
				s.drain(r)
				d.Check(d.Settled() || r.Code != nntp.CodeList || caps.Has("LIST", variant), variant+" among the arguments of LIST, for LIST "+variant+" is supported", "%q", caps.Args("LIST"))
			}
		}},
		{name: "implementation-permitted", run: func(d *driver) {
			caps := d.open().capabilities()
			if !d.Settled() {
				d.Saw("IMPLEMENTATION is listed: %v", caps.Has("IMPLEMENTATION"))
			}
		}},
		{name: "implementation-arguments", needs: []string{"IMPLEMENTATION"}, deviations: []string{"implementation-bare"}, run: func(d *driver) {
			caps := d.open().capabilities()
			d.Check(d.Settled() || len(caps.Args("IMPLEMENTATION")) > 0, "the name of the software behind IMPLEMENTATION", "nothing")
		}},
		{name: "private-listed", run: func(d *driver) { d.sawPrivate() }},
		{name: "private-keywords", run: func(d *driver) { d.sawPrivate() }},
		{name: "partial-private", run: func(d *driver) { d.sawPrivate() }},
		{name: "private-label-x", deviations: []string{"private-label"}, run: func(d *driver) {
			known := []string{"VERSION", "IMPLEMENTATION", "READER", "MODE-READER", "IHAVE", "POST", "NEWNEWS", "HDR", "OVER", "LIST", "STARTTLS", "AUTHINFO", "SASL", "STREAMING", "COMPRESS"}
			for _, c := range d.open().capabilities() {
				d.Check(strings.HasPrefix(c.Label, "X") || slices.Contains(known, c.Label), "a label that is registered, or begins with X", "%s", c)
			}
		}},
		{name: "registered-fully", deviations: []string{"mode-stream-500"}, run: func(d *driver) { d.registered() }},
		{name: "registered-not-partly", deviations: []string{"hdr-500"}, run: func(d *driver) { d.registered() }},
		{name: "bundle-supported", needs: []string{"READER"}, deviations: []string{"newgroups-500"}, run: func(d *driver) {
			s := d.reader()
			for _, line := range readerBundle {
				r := s.cmd("%s", line)
				s.drain(r)
				d.Check(d.Settled() || r.Code != nntp.CodeUnknownCommand, line+" known, for READER is listed", "%s", r.shown())
			}
		}},
		{name: "bundle-unlisted", run: func(d *driver) {
			s := d.open()
			caps := s.given().capabilities()
			if d.Settled() {
				return
			}
			if caps.Has("READER") {
				d.Saw("READER is listed")
				return
			}
			d.Saw("without READER, %d of its %d commands are known", s.knownOf(readerBundle), len(readerBundle))
		}},
		{name: "bundle-unlisted-not-all", deviations: []string{"reader-unlisted"}, run: func(d *driver) {
			s := d.open()
			caps := s.given().capabilities()
			if d.Settled() || caps == nil || caps.Has("READER") || caps.Has("MODE-READER") {
				return
			}
			d.Check(s.knownOf(readerBundle) < len(readerBundle) || d.Settled(), "READER listed, for all of its commands are supported", "it is not listed")
		}},
		{name: "unimplemented-500", deviations: []string{"unknown-501"}, run: func(d *driver) {
			s := d.open()
			for _, line := range []string{"XYZZY", "XPATH " + unknownID, "XINDEX harness.invalid", "XTHREAD"} {
				r := s.cmd("%s", line)
				s.drain(r)
				d.Check(d.Settled() || r.is("500 2yz 4yz 502 503"), "500 to "+line+", unless it is implemented", "%s", r.shown())
			}
		}},
		{name: "fully-implemented", deviations: []string{"stat-412-as-501"}, run: func(d *driver) {
			s := d.open()
			for _, t := range []probe{{"STAT", "412"}, {"STAT 1", "412"}, {"STAT " + unknownID, "430"}} {
				s.expect(t.codes, "%s", t.line)
			}
		}},
		{name: "not-partially-implemented", deviations: []string{"head-412-as-503"}, run: func(d *driver) {
			s := d.open()
			for _, t := range []probe{{"HEAD", "412"}, {"HEAD 1", "412"}, {"HEAD " + unknownID, "430"}} {
				s.expect(t.codes, "%s", t.line)
			}
		}},
		{name: "related-code-kept", features: []string{"?MODE=transit"}, deviations: []string{"head-412-as-503", "stat-412-as-501"}, run: func(d *driver) {
			s := d.open()
			s.code(nntp.CodeNoGroup, "HEAD 1")
			s.code(nntp.CodeNoGroup, "STAT")
		}},
	}
}

// readerBundle are commands of READER, as they can be sent without a group.
var readerBundle = []string{"ARTICLE " + unknownID, "BODY " + unknownID, "DATE", "GROUP harness.invalid", "LAST", "LISTGROUP", "NEWGROUPS 20200101 000000 GMT", "NEXT", "LIST ACTIVE", "LIST NEWSGROUPS"}

// knownOf counts the commands that are not answered with 500 or 501.
func (s *session) knownOf(lines []string) (n int) {
	for _, line := range lines {
		r := s.given().cmd("%s", line)
		s.drain(r)
		if !s.d.Settled() && !r.is("500 501") {
			n++
		}
	}
	return n
}

// sawPrivate tells of extensions that are not registered.
func (d *driver) sawPrivate() {
	var private []string
	for _, c := range d.open().capabilities() {
		if strings.HasPrefix(c.Label, "X") {
			private = append(private, c.Label)
		}
	}
	if !d.Settled() {
		d.Saw("private extensions that are listed: %q", private)
	}
}

// registered tries what the extensions that are listed have to have.
func (d *driver) registered() {
	s, _ := d.inGroup()
	caps := s.given().capabilities()
	for label, lines := range map[string][]probe{
		"STREAMING": {{"MODE STREAM", "203"}, {"CHECK " + unknownID, "238 431 438"}},
		"HDR":       {{"HDR Subject", "225"}, {"HDR :bytes", "225 503"}, {"HDR Subject " + unknownID, "430 503"}, {"LIST HEADERS", "215"}},
		"OVER":      {{"OVER", "224"}, {"LIST OVERVIEW.FMT", "215"}},
	} {
		if !caps.Has(label) {
			continue
		}
		for _, t := range lines {
			r := s.cmd("%s", t.line)
			s.drain(r)
			d.Check(d.Settled() || r.is(t.codes), fmt.Sprintf("%s to %s, for %s is listed", strings.Join(strings.Fields(t.codes), " or "), t.line, label), "%s", r.shown())
		}
	}
}

func rfc3977Modes() []serverCase {
	switching := []string{"MODE=switching"}
	return []serverCase{
		{name: "mode-kept", needs: []string{"READER"}, deviations: []string{"reader-withdrawn"}, run: func(d *driver) {
			s, _ := d.inGroup()
			d.Check(s.capabilities().Has("READER") || d.Settled(), "READER listed as before", "it is not listed any more")
		}},
		{name: "mode-by-client", run: func(d *driver) { d.sawModes() }},
		{name: "mode-switching-permitted", run: func(d *driver) { d.sawModes() }},
		{name: "mode-switching-not", deviations: []string{"mode-reader-listed"}, run: func(d *driver) {
			d.Check(!d.open().capabilities().Has("MODE-READER") || d.Settled(), "no choice between reading and transit that the client has to make", "MODE-READER is listed")
		}},
		{name: "transit-mode-advertised", features: switching, deviations: []string{"mode-reader-unlisted"}, run: func(d *driver) {
			d.Check(d.plain().capabilities().Has("MODE-READER") || d.Settled(), "MODE-READER listed in transit mode", "it is not listed")
		}},
		{name: "transit-mode-no-reader", features: switching, deviations: []string{"reader-in-transit"}, run: func(d *driver) {
			d.Check(!d.plain().capabilities().Has("READER") || d.Settled(), "no READER listed in transit mode", "it is listed")
		}},
		{name: "transit-mode-withdrawn", features: switching, run: func(d *driver) {
			s := d.plain()
			s.given().cmd("STAT %s", unknownID)
			caps := s.given().capabilities()
			if !d.Settled() {
				d.Saw("MODE-READER is listed after another command: %v", caps.Has("MODE-READER"))
			}
		}},
		{name: "reader-mode-no-mode-reader", features: switching, deviations: []string{"mode-reader-listed"}, run: func(d *driver) {
			s := d.plain()
			s.given().expect("200 201", "MODE READER")
			d.Check(!s.capabilities().Has("MODE-READER") || d.Settled(), "no MODE-READER listed in reader mode", "it is listed")
		}},
		{name: "reader-mode-advertised", features: switching, deviations: []string{"reader-unlisted"}, run: func(d *driver) {
			s := d.plain()
			s.given().expect("200 201", "MODE READER")
			d.Check(s.capabilities().Has("READER") || d.Settled(), "READER listed in reader mode", "it is not listed")
		}},
		{name: "reader-mode-no-ihave", features: switching, run: func(d *driver) {
			s := d.plain()
			s.given().expect("200 201", "MODE READER")
			caps := s.given().capabilities()
			if !d.Settled() {
				d.Saw("IHAVE is listed in reader mode: %v", caps.Has("IHAVE"))
			}
		}},
		{name: "pipelining-allowed", deviations: []string{"pipeline-dropped"}, run: func(d *driver) { d.pipelined() }},
		{name: "pipelining-nothing-lost", deviations: []string{"pipeline-dropped"}, run: func(d *driver) { d.pipelined() }},
		{name: "pipelining-order", deviations: []string{"pipeline-reversed"}, run: func(d *driver) { d.pipelined() }},
		{name: "pipeline-ignored", run: func(d *driver) {
			s := d.open()
			s.Send("MODE READER\r\nSTAT " + unknownID + "\r\n")
			first := s.reply("MODE READER", "MODE READER")
			if d.Settled() {
				return
			}
			ignored := s.idle(d.T.Quiet())
			d.Saw("MODE READER is answered with %d, and a command right behind it ignored: %v", first.Code, ignored)
		}},
	}
}

// pipelined sends commands at once, and wants their responses in order.
func (d *driver) pipelined() {
	s := d.open()
	s.Patience(d.T.Scale(time.Second))
	lines := []string{"STAT " + unknownID, "XYZZY", "HELP", "HEAD " + unknownID, "STAT", "CAPABILITIES"}
	codes := []string{"430", "500", "100", "430", "412", "101"}
	s.Send(strings.Join(lines, "\r\n") + "\r\n")
	for i, line := range lines {
		r := s.reply(line, line+", sent with others at once")
		s.drain(r)
		d.Check(d.Settled() || r.is(codes[i]), codes[i]+" to "+line+", in the order of the commands", "%s", r.shown())
	}
}

// sawModes tells what the server is for.
func (d *driver) sawModes() {
	caps := d.open().capabilities()
	if !d.Settled() {
		d.Saw("READER %v, IHAVE %v, MODE-READER %v", caps.Has("READER"), caps.Has("IHAVE"), caps.Has("MODE-READER"))
	}
}

func rfc3977Sessions() []serverCase {
	switching, transit, leaves := []string{"MODE=switching"}, []string{"MODE=transit"}, []string{"GREETING=400"}
	return []serverCase{
		{name: "greeting-codes", deviations: []string{"greeting-203"}, run: func(d *driver) {
			r := d.connect().reply("greeting", "the connection (a greeting)")
			d.Check(d.Settled() || r.is("200 201 400 502"), "200, 201, 400 or 502", "%s", r.shown())
		}},
		{name: "greeting-refusal-closes", features: leaves, deviations: []string{"refusal-stays-open"}, run: func(d *driver) {
			s := d.connect()
			r := s.reply("greeting", "the connection (a greeting)")
			d.Check(d.Settled() || r.is("400 502"), "400 or 502", "%s", r.shown())
			s.Closed("the greeting")
		}},
		{name: "greeting-appropriate", deviations: []string{"greeting-201"}, run: func(d *driver) { d.greeted() }},
		{name: "greeting-200", deviations: []string{"greeting-201"}, run: func(d *driver) { d.greeted() }},
		{name: "greeting-201", features: []string{"?-POST"}, deviations: []string{"greeting-201-as-200"}, run: func(d *driver) { d.greeted() }},
		{name: "greeting-400-502", features: leaves, deviations: []string{"refusal-as-200", "refusal-stays-open"}, run: func(d *driver) {
			s := d.connect()
			r := s.reply("greeting", "the connection (a greeting)")
			d.Check(d.Settled() || r.is("400 502"), "400 or 502 of a server that accepts no commands", "%s", r.shown())
			s.Closed("the greeting")
		}},
		{name: "capabilities-not-required", deviations: []string{"capabilities-demanded"}, run: func(d *driver) {
			s := d.connect()
			s.given().greet()
			s.expect("430 480 483", "STAT %s", unknownID)
		}},
		{name: "capabilities-may-change", needs: []string{"READER"}, run: func(d *driver) {
			s := d.reader()
			before := s.given().capabilities()
			s.given().enter()
			after := s.given().capabilities()
			if !d.Settled() {
				d.Saw("the list is the same after GROUP: %v", fmt.Sprint(before) == fmt.Sprint(after))
			}
		}},
		{name: "capabilities-once-each", deviations: []string{"capability-twice"}, run: func(d *driver) {
			seen := map[string]bool{}
			for _, c := range d.open().capabilities() {
				d.Check(!seen[c.Label], "each capability once", "%s is listed twice", c.Label)
				seen[c.Label] = true
			}
		}},
		{name: "capabilities-version-first", deviations: []string{"version-last"}, run: func(d *driver) {
			lines := d.open().list("CAPABILITIES").texts()
			d.Check(d.Settled() || len(lines) > 0 && strings.HasPrefix(strings.ToUpper(lines[0]), "VERSION "), "VERSION in the first line", "%q", lines)
		}},
		{name: "capabilities-unknown-argument", deviations: []string{"capabilities-argument-503"}, run: func(d *driver) {
			s := d.open()
			plain := s.given().list("CAPABILITIES").content()
			with := s.list("CAPABILITIES XYZZY").content()
			d.Same("the list with an unknown keyword", with, plain)
		}},
		{name: "capabilities-known-argument", run: func(d *driver) {
			r := d.open().cmd("CAPABILITIES READER")
			if !d.Settled() {
				d.Saw("CAPABILITIES READER gets %s", r.shown())
			}
		}},
		{name: "capabilities-bad-argument", deviations: []string{"capabilities-any-argument"}, run: func(d *driver) {
			d.open().code(nntp.CodeSyntax, "CAPABILITIES !")
		}},
		{name: "capabilities-no-other-code", deviations: []string{"capabilities-argument-503"}, run: func(d *driver) {
			s := d.open()
			for _, line := range []string{"CAPABILITIES", "CAPABILITIES XYZZY", "CAPABILITIES !", "CAPABILITIES A B C"} {
				r := s.cmd("%s", line)
				s.drain(r)
				d.Check(d.Settled() || r.is("101 501 400 403 480"), "101, or 501 for what is no keyword, to "+line, "%s", r.shown())
			}
		}},
		{name: "mode-reader-502-closes", features: transit, deviations: []string{"mode-reader-502-stays"}, run: func(d *driver) { d.refusesReaders() }},
		{name: "mode-reader-switches", features: switching, deviations: []string{"mode-reader-202"}, run: func(d *driver) {
			s := d.plain()
			s.expect("200 201", "MODE READER")
			s.code(nntp.CodeGroup, "GROUP %s", homeGroup)
		}},
		{name: "mode-reader-resets", features: switching, run: func(d *driver) {
			s := d.plain()
			s.given().expect("200 201", "MODE READER")
			r := s.given().cmd("STAT")
			if !d.Settled() {
				d.Saw("STAT after MODE READER gets %s", r.shown())
			}
		}},
		{name: "mode-reader-reader", needs: []string{"READER"}, deviations: []string{"mode-reader-202"}, run: func(d *driver) {
			s := d.open()
			s.expect("200 201", "MODE READER")
		}},
		{name: "mode-reader-no-effect", needs: []string{"READER"}, deviations: []string{"mode-reader-forgets"}, run: func(d *driver) {
			s := d.open()
			if d.switches() {
				d.Absent("READER before MODE READER")
			}
			s.given().enter()
			before := s.given().code(nntp.CodeStat, "STAT")
			s.given().expect("200 201", "MODE READER")
			after := s.code(nntp.CodeStat, "STAT")
			if !d.Settled() {
				d.Same("the current article", after.Words()[:1], before.Words()[:1])
			}
		}},
		{name: "mode-reader-refused", features: transit, deviations: []string{"mode-reader-502-stays"}, run: func(d *driver) { d.refusesReaders() }},
		{name: "quit-acknowledged", deviations: []string{"quit-stays-open"}, run: func(d *driver) { d.open().quit() }},
		{name: "disconnect-graceful", deviations: []string{"end-ignored"}, run: func(d *driver) {
			s := d.open()
			if d.Settled() {
				return
			}
			if err := s.C.CloseWrite(); err != nil {
				d.Unclear("the client's side cannot be closed alone: %v", err)
				return
			}
			s.Patience(d.T.Scale(time.Second))
			s.Closed("the end of what the client sends")
		}},
		{name: "quit-codes", deviations: []string{"quit-200"}, run: func(d *driver) {
			r := d.open().cmd("QUIT now")
			d.Check(d.Settled() || r.is("501 205"), "501 to QUIT with an argument (or 205)", "%s", r.shown())
			d.open().expect("205", "QUIT")
		}},
	}
}

// greeted compares the greeting with whether POST is permitted.
func (d *driver) greeted() {
	s := d.connect()
	r := s.greet()
	s.begin()
	post := s.given().cmd("POST")
	if d.Settled() {
		return
	}
	switch {
	case post.Code == nntp.CodeSendPost:
		s.Send(".\r\n")
		s.given().reply("POST", "an empty article")
		d.Check(r.Code == nntp.CodePostingAllowed, "a greeting of 200, for POST is permitted", "%s", r.shown())
	case post.is("440 500 502"):
		d.Check(r.Code == nntp.CodePostingForbidden, "a greeting of 201, for POST is not permitted", "%s", r.shown())
	default:
		d.Saw("POST gets %s, and the greeting was %d", post.shown(), r.Code)
	}
}

// refusesReaders wants MODE READER of a transit server to be refused, and the connection to be closed.
func (d *driver) refusesReaders() {
	s := d.open()
	s.code(nntp.CodeNotPermitted, "MODE READER")
	s.Closed("502 to MODE READER")
}
