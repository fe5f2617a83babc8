package nntpspec

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"harness/protocols/nntp"
	"harness/protocols/wire"
	"harness/specs/trial"
)

// afterwards is what the server says to the DATE with which a client shows that it has not lost its place.
const afterwards = "C: DATE\nS: 111 20260304050607\n"

// takes makes a row in which the client retrieves an article that comes so over the wire, without the terminating line. Want is what it has to make of it.
func takes(name, octets, want string, deviations ...string) clientCase {
	return clientCase{
		name: name, deviations: deviations,
		serve: func(s *script) {
			s.greet()
			s.Play("C: ARTICLE " + sampleID + "\nS: 220 0 " + sampleID + "\n")
			s.Octets(octets + ".\r\n")
			s.Play(afterwards)
			s.Rest()
		},
		run: func(d *try) {
			s := d.open()
			got := s.article(sampleID)
			if expected, actual, ok := trial.Difference(string(got.Data), want); !ok {
				d.Fail("the article: "+expected, "%s", actual)
			}
			s.date()
			s.quit()
		},
	}
}

// sends makes a row in which the client posts an article. Want is the data block that it has to send.
func sends(name, article, want string, deviations ...string) clientCase {
	return clientCase{
		name: name, deviations: deviations,
		serve: func(s *script) {
			s.greet()
			s.Play("C: POST\nS: 340 send it\n")
			s.posted(want)
			s.Say("240 posted")
			s.Play(afterwards)
			s.Rest()
		},
		run: func(d *try) {
			s := d.open()
			s.post(article)
			s.date()
			s.quit()
		},
	}
}

// posted takes a data block, which has to be as it is wanted, its terminating line included.
func (s *script) posted(want string) {
	var got strings.Builder
	for _, l := range s.takeBlock() {
		got.Write(l.Text)
		got.WriteString(l.End.Octets())
	}
	got.WriteString(".\r\n")
	if expected, actual, ok := trial.Difference(got.String(), want); !ok && !s.Over {
		s.Wrong("the data block: "+expected, "%s", actual)
	}
}

// head is that of the articles of these cases.
const head = "From: harness@harness.invalid\r\nNewsgroups: " + homeGroup + "\r\nSubject: a test\r\nMessage-ID: " + sampleID + "\r\n\r\n"

// allOctets are the octets that a data block may have, in lines.
func allOctets() string {
	var out strings.Builder
	for c := 1; c < 256; c++ {
		if c != '\r' && c != '\n' {
			out.WriteByte(byte(c))
		}
		if c%64 == 0 {
			out.WriteString("\r\n")
		}
	}
	return out.String() + "\r\n"
}

func blockRows() []clientCase {
	smuggled := "111 20200101000000\r\n"
	endless := func(what string, piece string, options func(o *ClientOptions), f step, deviation string) clientCase {
		return clientCase{
			name: what, requirement: "block-rules", labels: []string{"security"}, deviations: []string{deviation}, options: options,
			serve: func(s *script) {
				s.greet()
				l, ok := s.Next("a command")
				if !ok {
					return
				}
				answer, _, _ := strings.Cut(answerTo(string(l.Text)), "\n")
				s.Say(answer)
				for sent := 0; sent < 4<<20 && !s.Over; sent += len(piece) {
					s.Octets(piece)
					s.Flush()
				}
				s.Linger()
			},
			run: func(d *try) {
				s := d.open()
				err := s.Refuses("an answer beyond the limits", f)
				d.Check(!errors.Is(err, os.ErrDeadlineExceeded), "an error as soon as the limit is passed", "%v", err)
			},
		}
	}
	rows := []clientCase{
		takes("block-rules", head+"one\r\n\r\n..\r\n...\r\n.. \r\n..dots\r\n"+strings.Repeat("long ", 5000)+"\r\n", head+"one\r\n\r\n.\r\n..\r\n. \r\n.dots\r\n"+strings.Repeat("long ", 5000)+"\r\n",
			"ends-at-any-dot", "dots-kept", "all-dots-removed"),
		endless("article-endless", strings.Repeat("x", 1022)+"\r\n", func(o *ClientOptions) { o.ArticleLimit = 64 << 10 }, getOf(ClientSession.Article, sampleID), "limits-ignored"),
		endless("list-endless", strings.Repeat("x", 1022)+"\r\n", func(o *ClientOptions) { o.ListLimit = 64 << 10 }, get(ClientSession.ListMotd), "limits-ignored"),
		endless("line-endless", strings.Repeat("x", 1024), nil, get(ClientSession.ListMotd), "lines-unlimited"),
		{
			name: "block-no-nul-lf-cr", deviations: []string{"octets-unchecked"},
			serve: func(s *script) {
				s.greet()
				for !s.Over {
					l, err := s.Read()
					if err != nil {
						s.Stop(nil) // it sends nothing more, or not even POST
						return
					}
					if l.Verb() == "POST" {
						s.Say("340 send it")
						continue
					}
					if l.End != wire.CRLF || strings.ContainsAny(string(l.Text), "\r\x00") {
						s.Wrong("no NUL, CR and LF in a data block, but for its line ends", "%s", l.Shown())
					}
					if string(l.Text) == "." {
						s.Say("441 no")
					}
				}
			},
			run: func(d *try) {
				for _, odd := range []string{"a\x00b", "a\rb", "a\nb", "a\r"} {
					s := d.open()
					s.Attempt("POST", func(ctx context.Context, c ClientSession) error { return c.Post(ctx, []byte(head+odd+"\r\n")) })
					s.Quietly(func(_ context.Context, c ClientSession) error { return c.Close() })
				}
			},
		},
		sends("block-stuffed", head+".\r\n..\r\n.text\r\n \r\n.", head+"..\r\n...\r\n..text\r\n \r\n..\r\n.\r\n", "dots-unstuffed"),
		sends("block-end", head+"some text\r\n", head+"some text\r\n.\r\n", "block-unended", "end-joined-on"),
		takes("block-unstuffed", head+"..\r\n..x\r\n", head+".\r\n.x\r\n", "dots-kept", "all-dots-removed"),
		takes("block-end-not-content", head+"x\r\n", head+"x\r\n", "end-in-content"),
		{
			name: "block-end-bare-lf", requirement: "block-end", labels: []string{"security"}, deviations: []string{"ends-at-bare-lf"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: ARTICLE " + sampleID + "\nS: 220 0 " + sampleID + "\n")
				s.Octets(head + "x\n.\n" + smuggled + "x\r\n.\n" + smuggled + "x\n.\r\n" + smuggled + ".\r\n")
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				if s.Try(getOf(ClientSession.Article, sampleID)) != nil {
					return // it does not take such an article
				}
				d.Same("the year", s.date().Year(), 2026)
			},
		},
		{
			name: "block-end-disregarded", deviations: []string{"end-in-content"},
			script: "C: LIST MOTD\nS: 215 message\nS: one\nS: ..\nS: .\nC: HELP\nS: 100 help\nS: .\n" + afterwards,
			run: func(d *try) {
				s := d.open()
				d.Same("the lines", value(s, "LIST MOTD", ClientSession.ListMotd), []string{"one", "."})
				d.Same("the lines of an empty block", len(value(s, "HELP", ClientSession.Help)), 0)
				s.date()
				s.quit()
			},
		},
	}
	return append(rows,
		takes("block-any-octets", head+allOctets(), head+allOctets(), "eighth-bit-stripped"),
		sends("block-any-octets-sent", head+allOctets(), head+allOctets()+".\r\n", "eighth-bit-stripped").of("block-any-octets"),
	)
}

func responseRows() []clientCase {
	return []clientCase{
		{
			name: "status-only", deviations: []string{"text-believed"},
			script: "C: STAT " + sampleID + "\nS: 223 0 " + sampleID + " error: no such article\nC: STAT <other@harness.invalid>\nS: 430 success\n" + afterwards,
			run: func(d *try) {
				s := d.open()
				d.Same("the message-id", string(s.stat(sampleID).MessageID), sampleID)
				s.refusedWith(430, "STAT", getOf(ClientSession.Stat, "<other@harness.invalid>"))
				s.date()
				s.quit()
			},
		},
		{
			name: "greeting-refused", requirement: "status-only", deviations: []string{"greeting-unchecked"}, greeting: "502 success, posting allowed",
			serve: func(s *script) {
				s.greet()
				s.Stop(nil)
			},
			run: func(d *try) { d.turnedAway("the end of it after a greeting of 502") },
		},
		{
			name: "response-text-not-significant", deviations: []string{"text-believed"}, greeting: "200 error: 502 success",
			script: "C: GROUP " + homeGroup + "\nS: 211 3 1 3 " + homeGroup + " error\nC: GROUP example.none\nS: 411 success 211 3 1 3 example.none\nC: GROUP example.none\nS: 411\nC: QUIT\nS: 205 error\n",
			run: func(d *try) {
				s := d.connect()
				d.Same("the articles", s.group(homeGroup).Count, 3)
				s.refusedWith(411, "GROUP", getOf(ClientSession.Group, "example.none"))
				s.refusedWith(411, "GROUP", getOf(ClientSession.Group, "example.none"))
				s.quit()
			},
		},
		{
			name: "unexpected-first-digit", deviations: []string{"codes-exact"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: GROUP example.none\nS: 459 not now\nC: DATE\nS: 559 not at all\nC: POST\nS: 340 send it\n")
				s.takeBlock()
				s.Say("249 posted somehow")
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.refusedWith(459, "GROUP", getOf(ClientSession.Group, "example.none"))
				s.refusedWith(559, "DATE", get(ClientSession.Date))
				s.post(sampleArticle)
				s.date()
				s.quit()
			},
		},
		{
			name: "client-400-no-retry", deviations: []string{"reconnects"},
			serve: func(s *script) {
				if s.Conn > 1 {
					s.Wrong("no connection at once after 400", "another one")
					return
				}
				s.greet()
				s.Play("C: DATE\nS: 400 maintenance for an hour\n-- close S\n")
			},
			run: func(d *try) {
				d.open().refusedWith(400, "DATE", get(ClientSession.Date))
			},
		},
		{
			name: "client-400-backoff", deviations: []string{"text-dropped"}, script: "C: DATE\nS: 400 maintenance for an hour\n-- close S\n",
			run: func(d *try) {
				r := d.open().refusedWith(400, "DATE", get(ClientSession.Date))
				d.Check(strings.Contains(r.Text, "maintenance for an hour"), "the text of 400, for the user", "%q", r.Text)
			},
		},
		{
			name: "client-takes-generic", deviations: []string{"generic-fatal"},
			serve: func(s *script) {
				s.group()
				capabilities := s.Aside
				s.Aside = func(l trial.Said) bool {
					if l.Verb() == "XGTITLE" { // an older LIST NEWSGROUPS may be tried after a refusal
						s.Say("500 what?")
						return true
					}
					return capabilities(l)
				}
				for _, g := range genericOf(s.Conn) {
					verb, _, _ := strings.Cut(g.command, " ")
					l, ok := s.Next(g.command, verb)
					if !ok {
						return
					}
					if strings.HasPrefix(g.answer, ">") {
						s.takeBlock()
					}
					if l.Verb() != verb {
						s.Wrong(g.command, "%s", l.Shown())
					}
					s.Say(fmt.Sprintf("%d NNTP-SOMETHING is needed", g.code))
					if g.code == nntp.CodeUnavailable {
						s.Flush()
						s.Stop(nil)
					}
				}
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.inGroup()
				for _, g := range genericTrials() {
					s.refusedWith(g.code, g.command, g.run)
				}
				s.date()
				s.quit()
				for _, g := range genericEntries() {
					s := d.inGroup()
					s.refusedWith(g.code, g.command, g.run)
					if g.code != nntp.CodeUnavailable {
						s.date()
						s.quit()
					}
				}
			},
		},
	}
}

// genericTrial is a command and a generic code that answers it.
type genericTrial struct {
	operation
	code int
}

// genericTrials are those that leave the session as it is: all on one connection.
func genericTrials() []genericTrial {
	var out []genericTrial
	for _, o := range operations {
		for _, code := range nntp.GenericCodes() {
			spec, _ := nntp.Lookup(o.command)
			if code == nntp.CodeUnavailable || code == nntp.CodeUnknownCommand && spec != nil && spec.Mandatory {
				continue
			}
			out = append(out, genericTrial{o, code})
		}
	}
	return out
}

// genericEntries have a connection each.
func genericEntries() []genericTrial {
	var out []genericTrial
	for _, o := range operations {
		out = append(out, genericTrial{o, nntp.CodeUnavailable})
	}
	for _, o := range entries {
		for _, code := range nntp.GenericCodes() {
			if o.run != nil && !(o.command == "MODE READER" && code == nntp.CodeNotPermitted) { // which ends the connection
				out = append(out, genericTrial{o, code})
			}
		}
	}
	return out
}

// genericOf returns the trials of a connection: all that leave the session as it is for the first one.
func genericOf(conn int) []genericTrial {
	list := genericEntries()
	switch {
	case conn == 1:
		return genericTrials()
	case conn-2 < len(list):
		return list[conn-2 : conn-1]
	}
	return nil
}
