package nntpspec

import (
	"context"
	"strings"
	"time"

	"harness/protocols/nntp"
	"harness/protocols/wire"
	"harness/specs/trial"
)

// tourCaps are listed to a client on its tour.
const tourCaps = plainCaps + "\nMODE-READER\nSTARTTLS\nAUTHINFO USER SASL\nSASL PLAIN CRAM-MD5\nCOMPRESS DEFLATE"

// sampleID is the message-id of the article that tours ask for, post and offer.
const (
	sampleID      = "<sample@harness.invalid>"
	sampleArticle = "From: harness@harness.invalid\r\nNewsgroups: " + homeGroup + "\r\nSubject: a test\r\nMessage-ID: " + sampleID + "\r\n\r\nsome text\r\n"
)

// sampleTime is a point in time that is asked for.
var sampleTime = time.Date(2026, 3, 4, 5, 6, 7, 0, time.FixedZone("", 2*3600))

// operation is a command that a client has, with a positive answer to it. A line of the answer that begins with ">" is said when the client has sent the
// data block that the one before has asked for.
type operation struct {
	command string
	answer  string
	run     step
}

// operations are the commands that leave the session as it is, in an order in which they are valid. Another step of a command has another
// argument.
var operations = []operation{
	{"HELP", "100 help\nsome help\n.", get(ClientSession.Help)},
	{"DATE", "111 20260304050607", get(ClientSession.Date)},
	{"LIST ACTIVE", "215 groups\n" + homeGroup + " 3 1 y\n.", getOf(ClientSession.List, "")},
	{"LIST ACTIVE", "215 groups\n" + homeGroup + " 3 1 y\n.", getOf(ClientSession.List, "example.*")},
	{"LIST ACTIVE.TIMES", "215 times\n" + homeGroup + " 930445408 <alice@example.org>\n.", getOf(ClientSession.ListTimes, "example.*")},
	{"LIST COUNTS", "215 counts\n" + homeGroup + " 3 1 3 y\n.", getOf(ClientSession.ListCounts, "example.*")},
	{"LIST NEWSGROUPS", "215 descriptions\n" + homeGroup + "\tTests\n.", getOf(ClientSession.Descriptions, "example.*")},
	{"LIST DISTRIB.PATS", "215 patterns\n10:example.*:local\n.", get(ClientSession.ListDistribPats)},
	{"LIST DISTRIBUTIONS", "215 distributions\nlocal\tHere\n.", get(ClientSession.ListDistributions)},
	{"LIST MODERATORS", "215 moderators\nexample.*:%s@example.org\n.", get(ClientSession.ListModerators)},
	{"LIST MOTD", "215 message\nGood morning.\n.", get(ClientSession.ListMotd)},
	{"LIST SUBSCRIPTIONS", "215 subscriptions\n" + homeGroup + "\n.", getOf(ClientSession.ListSubscriptions, "")},
	{"LIST HEADERS", "215 headers\n:\n.", getOf(ClientSession.ListHeaders, "RANGE")},
	{"LIST OVERVIEW.FMT", "215 format\nSubject:\nFrom:\nDate:\nMessage-ID:\nReferences:\n:bytes\n:lines\n.", get(ClientSession.ListOverviewFormat)},
	{"NEWGROUPS", "231 groups\n.", func(ctx context.Context, c ClientSession) error { _, err := c.NewGroups(ctx, sampleTime); return err }},
	{"NEWNEWS", "230 articles\n.", func(ctx context.Context, c ClientSession) error {
		_, err := c.NewNews(ctx, "example.*", sampleTime)
		return err
	}},
	{"GROUP", groupAnswer, getOf(ClientSession.Group, homeGroup)},
	{"LISTGROUP", groupAnswer + "\n1\n2\n3\n.", func(ctx context.Context, c ClientSession) error {
		_, err := c.ListGroup(ctx, homeGroup, "1-")
		return err
	}},
	{"STAT", "223 1 " + sampleID, getOf(ClientSession.Stat, "")},
	{"STAT", "223 0 " + sampleID, getOf(ClientSession.Stat, sampleID)},
	{"NEXT", "223 2 " + sampleID, get(ClientSession.Next)},
	{"LAST", "223 1 " + sampleID, get(ClientSession.Last)},
	{"ARTICLE", "220 1 " + sampleID + "\nSubject: a test\n\nsome text\n.", getOf(ClientSession.Article, "1")},
	{"HEAD", "221 1 " + sampleID + "\nSubject: a test\n.", getOf(ClientSession.Head, "1")},
	{"BODY", "222 1 " + sampleID + "\nsome text\n.", getOf(ClientSession.Body, "1")},
	{"OVER", "224 overview\n1\ta test\ta\tb\t" + sampleID + "\t\t10\t1\n.", getOf(ClientSession.Over, "1-3")},
	{"HDR", "225 headers\n1 a test\n.", func(ctx context.Context, c ClientSession) error { _, err := c.Hdr(ctx, "Subject", "1-3"); return err }},
	{"POST", "340 send it\n>240 posted", func(ctx context.Context, c ClientSession) error { return c.Post(ctx, []byte(sampleArticle)) }},
	{"IHAVE", "335 send it\n>235 taken", func(ctx context.Context, c ClientSession) error {
		return c.IHave(ctx, sampleID, []byte(sampleArticle))
	}},
	{"MODE STREAM", "203 streaming", func(ctx context.Context, c ClientSession) error { return c.ModeStream(ctx) }},
	{"CHECK", "238 " + sampleID, func(ctx context.Context, c ClientSession) error { return c.Check(ctx, sampleID) }},
	{"TAKETHIS", ">239 " + sampleID, func(ctx context.Context, c ClientSession) error {
		return c.TakeThis(ctx, sampleID, []byte(sampleArticle))
	}},
}

// entries are the commands that change the session, each for a session of its own. One without a step is part of another.
var entries = []operation{
	{"MODE READER", "200 reading", get(ClientSession.ModeReader)},
	{"STARTTLS", "382 begin", starttls},
	{"AUTHINFO USER", "381 and the password", authUser},
	{"AUTHINFO PASS", "281 welcome", nil},
	{"AUTHINFO SASL", "281 welcome", authBy("PLAIN")},
	{"COMPRESS", "206 compressing", compress},
}

// answerTo returns the answer to a command line, however oddly it is written; "" if it is none that is known.
func answerTo(line string) string {
	line = strings.NewReplacer(",", " ", "\u00a0", " ", "\t", " ", "\ufeff", "", "_", "").Replace(strings.ToUpper(line))
	words := strings.Fields(line)
	for n := min(len(words), 2); n > 0; n-- {
		for _, o := range append(operations, entries...) {
			if o.command == strings.Join(words[:n], " ") {
				return o.answer
			}
		}
	}
	return ""
}

// respond answers whatever the client says, forgivingly: what it sent is judged afterwards.
func (s *script) respond() {
	s.greet()
	for !s.Over {
		l, err := s.Read()
		if err != nil {
			s.Stop(nil)
			return
		}
		s.respondTo(l)
	}
}

func (s *script) respondTo(l trial.Said) {
	switch {
	case s.Aside(l):
	case s.Leaves(l):
		s.Flush()
		s.Stop(nil)
	case l.Prompted:
		s.Say("281 welcome")
	default:
		answer := answerTo(string(l.Text))
		if answer == "" {
			s.Say("500 what?")
			return
		}
		for _, say := range strings.Split(answer, "\n") {
			if final, ok := strings.CutPrefix(say, ">"); ok {
				s.skipBlock()
				say = final
			}
			s.Say(say)
		}
		switch answer[:3] {
		case "382":
			s.Flush()
			s.StartTLS()
		case "206":
			s.Compress()
		}
	}
}

// skipBlock reads a data block, or what comes of it.
func (s *script) skipBlock() {
	for !s.Over {
		if l, err := s.Read(); err != nil {
			s.Stop(nil)
		} else if string(l.Text) == "." {
			return
		}
	}
}

// takeBlock reads the data block that the client sends.
func (s *script) takeBlock() []trial.Said { return s.Block("a data block up to its end") }

// tour has the client use every command.
func tour(d *try) {
	s := d.open()
	s.Quietly(get(ClientSession.Capabilities), get(ClientSession.ModeReader))
	for _, o := range operations {
		s.Quietly(o.run)
	}
	s.Quietly(quit)
	for _, steps := range [][]step{{starttls, get(ClientSession.Capabilities), authUser, compress}, {authBy("PLAIN")}, {login()}} {
		s := d.open()
		s.Quietly(steps...)
		s.Quietly(quit)
	}
}

// toured makes a row in which the client makes its tour, and then each of its command lines is judged.
func toured(name string, judge func(d *try, l trial.Said), deviations ...string) clientCase {
	return clientCase{name: name, caps: tourCaps, serve: (*script).respond, deviations: deviations, run: func(d *try) {
		tour(d)
		seen := 0
		for _, l := range d.Lines() {
			if !l.Prompted {
				seen++
				judge(d, l)
			}
		}
		if seen < len(operations)/2 {
			d.Unclear("the client sent %d commands only", seen)
		}
	}}
}

// judgeCommand parses a command line strictly.
func judgeCommand(d *try, l trial.Said) {
	if _, err := (nntp.Rules{}).ParseCommand(l.Line); err != nil {
		d.Fail("a command as the grammar has it", "%s: %v", l.Shown(), err)
	}
}

// keywordOf returns the keyword of a line.
func keywordOf(l trial.Said) string {
	word, _, _ := strings.Cut(strings.ReplaceAll(string(l.Text), "\t", " "), " ")
	return word
}

// injections are names that would make more than one command, or none that is sound.
var injections = []string{"a.b\r\nDATE", "a.b\nDATE", "a.b\rDATE", "a.b\x00", "a.b DATE", "a.b\tDATE", "\ufeffa.b"}

// injected makes a row in which the client says something with each of the injections in it.
func injected(name, requirement string, f func(ctx context.Context, c ClientSession, text string) error) clientCase {
	return clientCase{
		name: name, requirement: requirement, labels: []string{"security"}, serve: (*script).respond, deviations: []string{"arguments-unchecked"},
		run: func(d *try) {
			for _, text := range injections {
				s := d.open()
				s.Attempt("that", func(ctx context.Context, c ClientSession) error { return f(ctx, c, text) })
				s.Quietly(quit)
			}
			for _, l := range d.Lines() {
				judgeCommand(d, l)
				d.Check(!strings.Contains(string(l.Text), "\ufeff"), "no U+FEFF in a command", "%s", l.Shown())
			}
			d.Never("that came in an argument", "DATE")
		},
	}
}

// long makes a row in which the client is given arguments of these lengths.
func long(name string, judge func(d *try, l trial.Said), lengths ...int) clientCase {
	return clientCase{name: name, serve: (*script).respond, deviations: []string{"long-commands"}, run: func(d *try) {
		for _, n := range lengths {
			s := d.open()
			s.Quietly(getOf(ClientSession.Group, strings.Repeat("a", n)), quit)
		}
		for _, l := range d.Lines() {
			judge(d, l)
		}
		if len(d.Sent("GROUP")) == 0 {
			d.Fail("a command of a length that is permitted", "no GROUP")
		}
	}}
}

func commandRows() []clientCase {
	return []clientCase{
		toured("keyword-form", func(d *try, l trial.Said) {
			w := keywordOf(l)
			d.Check(w != "" && strings.Trim(strings.ToUpper(w), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-") == "" && strings.Trim(strings.ToUpper(w[:1]), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "",
				"a keyword of letters, digits, dots and dashes that begins with a letter", "%s", l.Shown())
		}, "keyword-underscore"),
		toured("keyword-length", func(d *try, l trial.Said) {
			d.Check(len(keywordOf(l)) >= 3, "a keyword of three characters or more", "%s", l.Shown())
		}, "keyword-short"),
		toured("command-form", judgeCommand, "leading-space"),
		{
			name: "command-arguments", serve: (*script).respond,
			run: func(d *try) {
				s := d.open()
				s.group(homeGroup)
				s.quit()
				d.Saw("the client sends keywords with arguments")
			},
		},
		toured("command-crlf", func(d *try, l trial.Said) {
			d.Check(l.End == wire.CRLF && !strings.Contains(string(l.Text), "\r"), "a line that ends with CR LF", "%s", l.Shown())
		}, "bare-lf"),
		toured("command-one-a-line", judgeCommand, "commands-joined"),
		injected("group-injection", "command-one-a-line", func(ctx context.Context, c ClientSession, text string) error {
			_, err := c.Group(ctx, text)
			return err
		}),
		injected("stat-injection", "command-crlf", func(ctx context.Context, c ClientSession, text string) error {
			_, err := c.Stat(ctx, "<"+text+"@b>")
			return err
		}),
		injected("list-injection", "utf8-no-bom", func(ctx context.Context, c ClientSession, text string) error {
			_, err := c.List(ctx, text)
			return err
		}),
		toured("command-ascii", func(d *try, l trial.Said) {
			for _, c := range l.Text {
				d.Check(c >= ' ' && c <= '~', "printable ASCII", "%s", l.Shown())
			}
		}, "no-break-space"),
		toured("command-separators", func(d *try, l trial.Said) {
			d.Check(nntp.IsKeyword(keywordOf(l)), "spaces or TABs between keyword and arguments", "%s", l.Shown())
		}, "comma-separator"),
		long("command-512", func(d *try, l trial.Said) {
			d.Check(len(l.Text)+2 <= nntp.MaxCommand, "commands of 512 octets at most", "%d octets: %s", len(l.Text)+2, l.Shown())
		}, 497, 505, 1000, 5000),
		long("command-argument-497", func(d *try, l trial.Said) {
			_, args, _ := strings.Cut(string(l.Text), " ")
			d.Check(len(args) <= nntp.MaxArguments, "arguments of 497 octets at most", "%d octets: %s", len(args), l.Shown())
		}, 497, 498, 504),
		toured("utf8-no-bom", func(d *try, l trial.Said) {
			d.Check(!strings.Contains(string(l.Text), "\ufeff"), "no U+FEFF", "%s", l.Shown())
		}, "byte-order-mark"),
	}
}

// clientRows are the client cases of all RFCs. Each file of cases has its line.
func clientRows() []clientCase {
	var rows []clientCase
	for _, part := range [][]clientCase{commandRows(), blockRows(), responseRows(), modeRows(), capabilityRows(), pipelineRows(), articleRows(), listRows(), octetRows(), tlsRows(), authRows(), feedRows(), compressRows()} {
		rows = append(rows, part...)
	}
	return rows
}
