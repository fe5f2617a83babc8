package nntpspec

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"harness/protocols/nntp"
	"harness/protocols/wire"
	"harness/specs/trial"
)

// latin1 is an article with octets of ISO 8859-1 in its header and its body.
const latin1 = "From: J\xfcrgen <harness@harness.invalid>\r\nNewsgroups: " + homeGroup + "\r\nSubject: \xe9t\xe9\r\nMessage-ID: " + sampleID + "\r\n\r\n\xc4\xd6\xdc\r\n"

// folded is an article that uses what section 3.6 of RFC 3977 leaves to it.
const folded = "From: harness@harness.invalid\r\nNewsgroups: " + homeGroup + "\r\nSubject: a\r\n folded\r\n\ttest\r\nX-Empty: \r\nX-Twice: one\r\nx-twice: two\r\nMessage-ID: " + sampleID + "\r\n\r\n\r\n\r\nbody\r\n"

// offered has the client send an article by a command, and says what the server does with it.
type offered struct {
	command, wanted, taken string
	send                   func(article string) step
}

var (
	byPost = offered{"POST", "340 send it", "240 posted", func(article string) step {
		return func(ctx context.Context, c ClientSession) error { return c.Post(ctx, []byte(article)) }
	}}
	byIHave = offered{"IHAVE " + sampleID, "335 send it", "235 taken", func(article string) step {
		return func(ctx context.Context, c ClientSession) error { return c.IHave(ctx, sampleID, []byte(article)) }
	}}
	byTakeThis = offered{"TAKETHIS " + sampleID, "", "239 " + sampleID, func(article string) step {
		return func(ctx context.Context, c ClientSession) error { return c.TakeThis(ctx, sampleID, []byte(article)) }
	}}
)

// begin plays the command up to where the data block begins.
func (o offered) begin(s *script) {
	s.Play("C: " + o.command + "\n")
	if o.wanted != "" {
		s.Say(o.wanted)
	}
}

// passes makes a row in which the client sends an article, unchanged.
func passes(name string, o offered, article string, deviations ...string) clientCase {
	return clientCase{
		name: name, deviations: deviations,
		serve: func(s *script) {
			s.greet()
			o.begin(s)
			s.posted(stuffed(article))
			s.Say(o.taken)
			s.Play(afterwards)
			s.Rest()
		},
		run: func(d *try) {
			s := d.open()
			s.Do(o.command, o.send(article))
			s.date()
			s.quit()
		},
	}
}

// lost makes a row in which no response to an article comes, and the client must not take it for sent.
func lost(name string, o offered, deviations ...string) clientCase {
	return clientCase{
		name: name, deviations: deviations,
		serve: func(s *script) {
			s.greet()
			o.begin(s)
			s.takeBlock()
			s.Stop(nil)
		},
		run: func(d *try) {
			s := d.open()
			err := s.Refuses("an article to which no response comes", o.send(sampleArticle))
			if code := responseOf(err).Code; err != nil && code != 0 && code != nntp.CodeTransferFailed {
				d.Fail("an error that says that it can be tried again", "%v", err)
			}
		},
	}
}

// whetherSent makes a row that shows whether the client sends an article of some kind. Where it does, it has to be sent unchanged.
func whetherSent(name string, o offered, what, article string) clientCase {
	c := passes(name, o, article)
	c.run = func(d *try) {
		s := d.open()
		err := s.Try(o.send(article))
		if err != nil {
			d.Saw("the client does not send %s: %v", what, err)
		}
		s.date()
		s.quit()
		d.Saw("the client sends %s", what)
	}
	return c
}

// whetherTaken makes a row in which the client has to take an article unchanged, though it might be another way.
func whetherTaken(name, what, article string) clientCase {
	c := takes(name, stuffed(article)[:len(stuffed(article))-len(".\r\n")], article)
	run := c.run
	c.run = func(d *try) {
		run(d)
		d.Saw("the client takes %s as it is", what)
	}
	return c
}

func articleRows() []clientCase {
	large := head + strings.Repeat("0123456789abcdef 0123456789abcdef 0123456789abcdef\r\n", 8000)
	rows := []clientCase{
		takes("article-processed", folded, folded, "headers-unfolded"),
		passes("article-sent", byPost, folded, "headers-unfolded").of("article-processed"),
		{
			name: "article-octets", deviations: []string{"octets-unchecked"}, serve: (*script).respond,
			run: func(d *try) {
				for _, odd := range []string{"\x00", "a\rb", "\r"} {
					for _, o := range []offered{byPost, byIHave, byTakeThis} {
						s := d.open()
						s.Attempt(o.command, o.send(head+odd+"\r\n"))
						s.Quietly(func(_ context.Context, c ClientSession) error { return c.Close() })
					}
				}
				for _, l := range d.Lines() {
					d.Check(!strings.ContainsAny(string(l.Text), "\r\x00"), "no NUL and no bare CR in an article", "%s", l.Shown())
				}
			},
		},
		sends("article-final-crlf", head+"no end", head+"no end\r\n.\r\n", "end-joined-on"),
		{
			name: "header-content-no-crlf", deviations: []string{"article-unchecked"}, serve: (*script).respond,
			run: func(d *try) {
				malformed(d, "Subject: a\r\nb\r\n\r\nc\r\n", "Subject a\r\n\r\nb\r\n", "\r\nSubject: a\r\n\r\nb\r\n", "Subject: a\r\n")
			},
		},
		{
			name: "post-format", deviations: []string{"article-unchecked"}, serve: (*script).respond,
			run: func(d *try) { malformed(d, "", "text without a header\r\n", "Subject: a\r\n", ": a\r\n\r\nb\r\n") },
		},
		{
			name: "header-names-ascii", deviations: []string{"article-unchecked"}, serve: (*script).respond,
			run: func(d *try) {
				malformed(d, strings.Replace(head, "Subject", "Subj\u00e9t", 1)+"x\r\n", strings.Replace(head, "Subject", "Subj\xe9t", 1)+"x\r\n")
			},
		},
		{
			name: "header-fold-octet", deviations: []string{"folds-wrongly"},
			serve: func(s *script) {
				s.greet()
				byPost.begin(s)
				var got bytes.Buffer
				for _, l := range s.takeBlock() {
					got.Write(l.Text)
					got.WriteString("\r\n")
				}
				// However it is folded, it is the same article.
				unfolded := strings.NewReplacer("\r\n ", " ", "\r\n\t", "\t").Replace(got.String())
				if err := nntp.CheckArticle(got.Bytes()); err != nil && !s.Over {
					s.Wrong("an article", "%v", err)
				} else if unfolded != longHeader && !s.Over {
					s.Wrong("the article", "%s", wire.Quote([]byte(unfolded)))
				}
				s.Say("240 posted")
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.post(longHeader)
				s.date()
				s.quit()
			},
		},
		takes("header-other-accepted", latin1, latin1, "utf8-required"),
		{
			name: "header-utf8-not-assumed", deviations: []string{"utf8-repaired", "utf8-required"},
			serve: func(s *script) {
				s.group()
				s.Play("C: OVER 1\nS: 224 overview\n")
				s.Octets("1\t\xe9t\xe9\tJ\xfcrgen\tdate\t" + sampleID + "\t\t10\t1\r\n.\r\n")
				s.Play("C: HDR Subject 1\nS: 225 headers\n")
				s.Octets("1 \xe9t\xe9\r\n.\r\n")
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.inGroup()
				for _, o := range valueOf(s, "OVER", ClientSession.Over, "1") {
					d.Same("the subject", string(o.Subject), "\xe9t\xe9")
					d.Same("the author", string(o.From), "J\xfcrgen")
				}
				for _, h := range s.headers("Subject", "1") {
					d.Same("the subject", h.Content, "\xe9t\xe9")
				}
				s.date()
				s.quit()
			},
		},
		{
			name: "post-not-assumed", deviations: []string{"post-assumed"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: POST\nS: 340 send it\n")
				s.takeBlock()
				if s.Conn == 1 {
					s.Stop(nil)
					return
				}
				s.Say("441 posted, not")
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.Refuses("an article to which no response comes", byPost.send(sampleArticle))
				s = d.open()
				s.refusedWith(441, "POST", byPost.send(sampleArticle))
				s.date()
				s.quit()
			},
		},
		{
			name: "post-retry-safe", deviations: []string{"posts-anew"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: POST\nS: 340 send it\n")
				s.posted(stuffed(sampleArticle))
				if s.Conn > 1 {
					s.Say("240 posted")
					s.Rest()
				}
				s.Stop(nil)
			},
			run: func(d *try) { d.open().Quietly(byPost.send(sampleArticle)) },
		},
		{
			name: "post-message-id", deviations: []string{"message-id-own"},
			serve: func(s *script) {
				s.greet()
				for _, final := range []string{"441 not now", "240 posted"} {
					s.Play("C: POST\nS: 340 send it\n")
					ids := 0
					for _, l := range s.takeBlock() {
						if name, content, _ := strings.Cut(string(l.Text), ":"); strings.EqualFold(name, "Message-ID") {
							ids++
							s.d.Same("the message-id", strings.TrimSpace(content), sampleID)
						}
					}
					s.d.Same("the number of Message-ID headers", ids, 1)
					s.Say(final)
				}
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.refusedWith(441, "POST", byPost.send(sampleArticle))
				s.post(sampleArticle)
				s.quit()
			},
		},
		passes("ihave-sends-all", byIHave, large, "article-cut"),
		lost("ihave-not-assumed", byIHave, "post-assumed"),
		lost("ihave-lost-is-436", byIHave, "lost-is-437"),
		{
			name: "ihave-timeout-is-436", requirement: "ihave-lost-is-436", deviations: []string{"no-timeout"},
			serve: func(s *script) {
				s.greet()
				byIHave.begin(s)
				s.takeBlock()
				s.Linger()
			},
			run: func(d *try) {
				d.Impatient(func(ctx context.Context, timeout time.Duration) error {
					s, err := d.DialContext(ctx, func(o *ClientOptions) { o.Timeout = timeout })
					if err != nil {
						return err
					}
					return byIHave.send(sampleArticle)(ctx, s.C)
				})
			},
		},
		passes("ihave-id-differs", byIHave, sampleArticle, "ihave-other-id"),
		passes("encoded-article", byIHave, head+".\r\n..\r\n.text\r\n", "dots-unstuffed"),
		passes("post-encoded", byPost, head+".\r\n..\r\n.text\r\n", "dots-unstuffed").of("encoded-article"),
		passes("external-unchanged", byIHave, latin1, "eighth-bit-stripped", "utf8-repaired"),
		passes("external-not-converted", byIHave, latin1, "transcodes"),
		whetherSent("external-passed", byIHave, "an article with octets of no known encoding in its headers", latin1),
		whetherSent("article-not-posted", byPost, "an article with octets of no known encoding in its headers", latin1),
		whetherTaken("any-content-passed", "an article with octets of no known encoding", latin1),
	}
	for name, what := range map[string]string{
		"body-empty": head, "header-repeated": "X-Twice: one\r\n" + "X-Twice: two\r\n" + head, "header-content-empty": "X-Empty: \r\n" + head,
		"header-fold-kept": "X-Folded: a\r\n \r\n b\r\n" + head + "x\r\n", "header-other-passed": latin1,
	} {
		rows = append(rows, whetherTaken(name, "such an article", what))
	}
	rows = append(rows, clientCase{
		name: "bytes-not-relied-on", deviations: []string{"bytes-believed"},
		serve: func(s *script) {
			s.group()
			s.Play("C: OVER 1\nS: 224 overview\n")
			s.Octets("1\ta\tb\tc\t" + sampleID + "\t\t20\t1\r\n.\r\n")
			s.Play("C: ARTICLE 1\nS: 220 1 " + sampleID + "\n")
			s.Octets(stuffed(sampleArticle))
			s.Play(afterwards)
			s.Rest()
		},
		run: func(d *try) {
			s := d.inGroup()
			s.given().Do("OVER", getOf(ClientSession.Over, "1"))
			d.Same("the article", string(s.article("1").Data), sampleArticle)
			s.date()
			s.quit()
		},
	})
	return append(rows, numberRows()...)
}

// longHeader is an article whose header some would fold.
var longHeader = strings.Replace(head, "a test", strings.TrimSpace(strings.Repeat("a long subject ", 30)), 1) + "x\r\n"

// malformed has the client post what is no article, which it must not do.
func malformed(d *try, articles ...string) {
	for _, a := range articles {
		before := len(d.Lines())
		s := d.open()
		s.Attempt("POST", byPost.send(a))
		s.Quietly(quit)
		var got bytes.Buffer
		for _, l := range d.Lines()[before:] {
			if l.Prompted && string(l.Text) == "." {
				if err := nntp.CheckArticle(got.Bytes()); err != nil {
					d.Fail("nothing that is no article", "%s: %v", wire.Quote(got.Bytes()), err)
				}
			} else if l.Prompted {
				got.Write(l.Text)
				got.WriteString("\r\n")
			}
		}
	}
}

func (s *subject) headers(field, which string) []nntp.Header {
	return trial.Value(&s.Subject, "HDR "+field+" "+which, func(ctx context.Context, c ClientSession) ([]nntp.Header, error) { return c.Hdr(ctx, field, which) })
}

func numberRows() []clientCase {
	const big = 9007199254740993 // 2^53+1, of 16 digits
	return []clientCase{
		{
			name: "number-leading-zeros", script: fmt.Sprintf("C: GROUP %s\nS: 211 0003 0001 0000000000000003 %[1]s\nC: STAT\nS: 223 0000000000000001 %s\n", homeGroup, sampleID),
			run: func(d *try) {
				s := d.open()
				g := s.group(homeGroup)
				d.Same("the numbers", fmt.Sprint(g.Count, g.Low, g.High), "3 1 3")
				d.Same("the number", s.stat("").Number, 1)
				s.quit()
				d.Saw("the client takes numbers with leading zeros")
			},
		},
		{
			name: "number-16-digits", deviations: []string{"numbers-unchecked"}, serve: (*script).respond,
			run: func(d *try) {
				for _, n := range []string{"12345678901234567", "99999999999999999999", "-1", "1x"} {
					s := d.inGroup()
					s.Attempt("STAT", getOf(ClientSession.Stat, n))
					s.Attempt("OVER", getOf(ClientSession.Over, n+"-"))
					s.Quietly(quit)
				}
				for _, l := range d.Lines() {
					judgeCommand(d, l)
				}
			},
		},
		{
			name: "number-64-bit", requirement: "number-16-digits", deviations: []string{"numbers-32-bit", "numbers-floating"},
			script: fmt.Sprintf("C: GROUP %s\nS: 211 3 %d %d %[1]s\nC: STAT\nS: 223 %[2]d %[4]s\nC: STAT %[3]d\nS: 223 %[3]d %[4]s\nC: OVER %[2]d-%[3]d\nS: 224 overview\nS: %[3]d{{tab}}a{{tab}}b{{tab}}c{{tab}}%[4]s{{tab}}{{tab}}10{{tab}}1\nS: .\n", homeGroup, big, big+2, sampleID),
			run: func(d *try) {
				s := d.open()
				g := s.group(homeGroup)
				d.Same("the water marks", fmt.Sprint(g.Low, g.High), fmt.Sprint(big, big+2))
				d.Same("the number", s.stat("").Number, big)
				d.Same("the number", s.stat(fmt.Sprint(big+2)).Number, big+2)
				for _, o := range valueOf(s, "OVER", ClientSession.Over, fmt.Sprintf("%d-%d", big, big+2)) {
					d.Same("the number", o.Number, big+2)
				}
				s.quit()
			},
		},
		{
			name: "group-empty-accepted", deviations: []string{"empty-refused"},
			script: "C: GROUP a.b\nS: 211 0 4 3 a.b\nC: GROUP c.d\nS: 211 0 0 0 c.d\nC: GROUP e.f\nS: 211 0 3 7 e.f\n" + afterwards,
			run: func(d *try) {
				s := d.open()
				for _, name := range []string{"a.b", "c.d", "e.f"} {
					g := s.group(name)
					d.Check(g.Name == name && g.Empty(), "an empty group", "%+v", g)
				}
				s.date()
				s.quit()
			},
		},
		{
			name: "group-before-use", deviations: []string{"group-not-needed"}, script: "C: GROUP " + homeGroup + "\nS: 411 none\n" + afterwards,
			run: func(d *try) {
				s := d.open()
				s.refusedWith(411, "GROUP", getOf(ClientSession.Group, homeGroup))
				for _, f := range []step{
					get(ClientSession.Next), get(ClientSession.Last), getOf(ClientSession.Stat, ""), getOf(ClientSession.Stat, "1"), getOf(ClientSession.Article, "1"),
					getOf(ClientSession.Head, ""), getOf(ClientSession.Body, "1"), getOf(ClientSession.Over, "1-3"),
					func(ctx context.Context, c ClientSession) error { _, err := c.Hdr(ctx, "Subject", "1-3"); return err },
					func(ctx context.Context, c ClientSession) error { _, err := c.ListGroup(ctx, "", ""); return err },
				} {
					s.Attempt("that", f)
				}
				d.Never("while no group is selected", "NEXT", "LAST", "STAT", "ARTICLE", "HEAD", "BODY", "OVER", "HDR", "LISTGROUP")
				s.date()
				s.quit()
			},
		},
		{
			name: "by-id-zero-accepted", deviations: []string{"zero-refused"}, script: "C: STAT " + sampleID + "\nS: 223 0 " + sampleID + "\nC: HEAD " + sampleID + "\nS: 221 0 " + sampleID + "\nS: A: b\nS: .\n" + afterwards,
			run: func(d *try) {
				s := d.open()
				d.Same("the article", s.stat(sampleID), nntp.Found{MessageID: sampleID})
				d.Same("the article", valueOf(s, "HEAD", ClientSession.Head, sampleID).Found, nntp.Found{MessageID: sampleID})
				s.date()
				s.quit()
			},
		},
	}
}
