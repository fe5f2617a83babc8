package nntpclient_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/clients/nntpclient"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/nntp"
	"harness/protocols/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// dial connects to a server that plays text behind a greeting.
func dial(t testing.TB, opts *nntpclient.Options, text string) *nntpclient.Client {
	t.Helper()
	if !strings.HasPrefix(strings.TrimSpace(text), "S") && !strings.HasPrefix(strings.TrimSpace(text), "TLS") {
		text = "S: 200 ready\n" + text
	}
	c, err := nntpclient.Dial(context.Background(), clienttest.Listen(t, "127.0.0.1:0", clienttest.Script(text, nil)), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

var ctx = context.Background()

// refused returns the code of a refusal, 0 for another error.
func refused(err error) int {
	var r *nntp.Response
	if errors.As(err, &r) {
		return r.Code
	}
	return 0
}

func TestSession(t *testing.T) {
	c := dial(t, nil, `
		C: GROUP misc.test
		S: 211 3 10 12 misc.test
		C: STAT
		S: 223 10 <a@x> exists
		C: NEXT
		S: 223 11 <b@x>
		C: LAST
		S: 223 10 <a@x>
		C: LISTGROUP misc.test 10-11
		S: 211 3 10 12 misc.test list follows
		S: 10
		S: 11
		S: .
		C: ARTICLE 10
		S: 220 10 <a@x>
		S: A: b
		S:
		S: ..dot
		S: .
		C: HEAD <a@x>
		S: 221 0 <a@x>
		S: A: b
		S: .
		C: BODY
		S: 222 10 <a@x>
		S: ..dot
		S: .
		C: DATE
		S: 111 20261123101507
		C: NEXT
		S: 421 no next
		C: QUIT
		S: 205 bye
		close`)
	if c.Greeting().Code != 200 || !c.PostingAllowed() {
		t.Error(c.Greeting())
	}
	g, err := c.Group(ctx, "misc.test")
	if err != nil || g != (nntp.Group{Name: "misc.test", Count: 3, Low: 10, High: 12}) {
		t.Fatal(g, err)
	}
	for i, f := range []func() (nntp.Found, error){func() (nntp.Found, error) { return c.Stat(ctx, "") }, func() (nntp.Found, error) { return c.Next(ctx) }, func() (nntp.Found, error) { return c.Last(ctx) }} {
		found, err := f()
		if err != nil || found.Number != []int64{10, 11, 10}[i] {
			t.Error(found, err)
		}
	}
	var numbers []int64
	if _, err := c.ListGroup(ctx, "misc.test", "10-11", func(n int64) error { numbers = append(numbers, n); return nil }); err != nil || !slices.Equal(numbers, []int64{10, 11}) {
		t.Error(numbers, err)
	}
	if b, err := c.ArticleBytes(ctx, "10"); string(b) != "A: b\r\n\r\n.dot\r\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if b, err := c.HeadBytes(ctx, "<a@x>"); string(b) != "A: b\r\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	var b bytes.Buffer
	if f, err := c.BodyTo(ctx, "", &b); b.String() != ".dot\r\n" || f.MessageID != "<a@x>" || err != nil {
		t.Error(b.String(), f, err)
	}
	if d, err := c.Date(ctx); !d.Equal(time.Date(2026, 11, 23, 10, 15, 7, 0, time.UTC)) || err != nil {
		t.Error(d, err)
	}
	if _, err := c.Next(ctx); refused(err) != 421 || !strings.Contains(err.Error(), "NEXT: 421 no next") {
		t.Error(err)
	}
	if err := c.Quit(ctx); err != nil {
		t.Error(err)
	}
	if _, err := c.Date(ctx); !errors.Is(err, nntpclient.ErrClosed) {
		t.Error(err)
	}
}

func TestLists(t *testing.T) {
	c := dial(t, nil, `
		C: LIST ACTIVE misc.*
		S: 215 list
		S: misc.test 0000000012 0000000010 y
		S: .
		C: LIST ACTIVE.TIMES
		S: 215
		S: misc.test 930445408 <a@x>
		S: .
		C: LIST COUNTS
		S: 215
		S: misc.test 12 10 3 m
		S: .
		C: LIST NEWSGROUPS misc.test
		S: 501 no
		C: XGTITLE misc.test
		S: 282 titles
		S: misc.test	Tests
		S: .
		C: LIST DISTRIB.PATS
		S: 215
		S: 10:local.*:local
		S: .
		C: LIST DISTRIBUTIONS
		S: 215
		S: local	Near
		S: .
		C: LIST MODERATORS
		S: 215
		S: *:%s@x
		S: .
		C: LIST MOTD
		S: 215
		S: ..
		S: .
		C: LIST SUBSCRIPTIONS
		S: 215
		S: misc.test
		S: .
		C: LIST HEADERS MSGID
		S: 215
		S: :
		S: .
		C: LIST OVERVIEW.FMT
		S: 215
		S: Subject:
		S: From:
		S: Date:
		S: Message-ID:
		S: References:
		S: Bytes:
		S: Lines:
		S: Xref:full
		S: .
		C: NEWGROUPS 20261123 101500 GMT
		S: 231
		S: misc.new 0 1 y
		S: .
		C: NEWNEWS * 20261123 101500 GMT
		S: 230
		S: <a@x>
		S: .
		C: HELP
		S: 100
		S: help yourself
		S: .
		C: SLAVE
		S: 202 noted`)
	at := time.Date(2026, 11, 23, 10, 15, 0, 0, time.UTC)
	var ids []string
	for i, f := range []func() (any, error){
		func() (any, error) { return c.List(ctx, "misc.*") },
		func() (any, error) { return c.ListTimes(ctx, "") },
		func() (any, error) { return c.ListCounts(ctx, "") },
		func() (any, error) { return c.Description(ctx, "misc.test") },
		func() (any, error) { l, err := c.ListDistribPats(ctx); return l[0].Value, err },
		func() (any, error) { return c.ListDistributions(ctx) },
		func() (any, error) { return c.ListModerators(ctx) },
		func() (any, error) { return c.ListMotd(ctx) },
		func() (any, error) { return c.ListSubscriptions(ctx, "") },
		func() (any, error) { return c.ListHeaders(ctx, "MSGID") },
		func() (any, error) { return c.ListOverviewFormat(ctx) },
		func() (any, error) { return c.NewGroups(ctx, at) },
		func() (any, error) {
			err := c.NewNews(ctx, "*", at, func(id nntp.MessageID) error { ids = append(ids, string(id)); return nil })
			return ids, err
		},
		func() (any, error) { return c.Help(ctx) },
		func() (any, error) { return nil, c.Slave(ctx) },
	} {
		got, err := f()
		want := []string{
			"[{misc.test 12 10 y}]", "[{misc.test 1999-06-27 01:03:28 +0000 UTC <a@x>}]", "[{{misc.test 12 10 m} 3}]", "Tests", "local", "[{local Near}]", "[{* %s@x}]", "[.]", "[misc.test]", "[:]",
			"{[Xref:full]}", "[{misc.new 0 1 y}]", "[<a@x>]", "[help yourself]", "<nil>",
		}[i]
		if fmt.Sprint(got) != want || err != nil {
			t.Errorf("%d: %v, %v; want %s", i, got, err, want)
		}
	}
	if !slices.Equal(ids, []string{"<a@x>"}) {
		t.Error(ids)
	}
}

func TestOverviews(t *testing.T) {
	c := dial(t, nil, `
		C: GROUP g
		S: 211 3 1 3 g
		C: OVER 1-3
		S: 224 follows
		S: 1	one	a	d	<1@x>		10	1	Xref: x
		S: 2	two	a	d	<2@x>		20	2
		S: 3	three	a	d	<3@x>		30	3
		S: .
		C: HDR Subject 1-2
		S: 225 follows
		S: 1 one
		S: 2 
		S: .
		C: XHDR Subject <1@x>
		S: 221 follows
		S: <1@x> one
		S: .
		C: XPAT Subject 1- *o* *t*
		S: 221 follows
		S: .
		C: XROVER 1
		S: 224 follows
		S: 1 <0@x>
		S: .
		C: XOVER 4
		S: 420 none
		C: OVER 1
		S: 224 follows
		S: 1	broken
		S: .
		C: OVER 1
		S: 224 follows
		S: not a row
		S: .`)
	group(t, c)
	stop := errors.New("enough")
	n := 0
	err := c.Over(ctx, "1-3", func(o *nntp.Overview) error {
		if n++; n == 2 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || n != 2 {
		t.Error(err, n)
	}
	var got []string
	keep := func(h nntp.Header) error { got = append(got, fmt.Sprint(h.Number, h.ID, h.Content)); return nil }
	for _, err := range []error{c.Hdr(ctx, "Subject", "1-2", keep), c.XHdr(ctx, "Subject", "<1@x>", keep), c.XPat(ctx, "Subject", "1-", "*o* *t*", keep), c.XROver(ctx, "1", keep)} {
		if err != nil {
			t.Error(err)
		}
	}
	if fmt.Sprint(got) != "[1one 2 0<1@x>one 1<0@x>]" {
		t.Error(got)
	}
	none := func(*nntp.Overview) error { return nil }
	if err := c.XOver(ctx, "4", none); refused(err) != 420 {
		t.Error(err)
	}
	if err := c.Over(ctx, "1", none); err != nil { // forgiven
		t.Error(err)
	}
	if list, n := c.Forgiven(); n == 0 || list[0].Command != "OVER 1" && list[0].Command != "XHDR Subject <1@x>" {
		t.Error(list)
	}
	var syntax *wire.SyntaxError
	if err := c.Over(ctx, "1", none); !errors.As(err, &syntax) {
		t.Error(err)
	}
	if _, err := c.Date(ctx); err == nil || !strings.Contains(err.Error(), "broken by an earlier error") {
		t.Error(err)
	}
}

// TestRefusesToSend checks that nothing is sent that would not be one command of the protocol.
func TestRefusesToSend(t *testing.T) {
	c := dial(t, &nntpclient.Options{RequireTLS: true}, "C: QUIT\nS: 205 bye\nclose")
	for what, err := range map[string]error{
		"group":       second(c.Group(ctx, "a\r\nQUIT")),
		"two words":   second(c.Group(ctx, "a b")),
		"NUL":         second(c.Stat(ctx, "<a\x00>")),
		"no article":  second(c.Stat(ctx, "one")),
		"no range":    c.Over(ctx, "1-b", nil),
		"wildmat":     second(c.List(ctx, "a[b]")),
		"field":       c.Hdr(ctx, "a b", "1", nil),
		"lone range":  second(c.ListGroup(ctx, "", "1-2", nil)),
		"password":    c.AuthUser(ctx, "a", "b"),
		"SASL":        c.AuthMechanism(ctx, "PLAIN", nntpclient.Credentials{User: "a", Password: "b"}),
		"unknown":     c.AuthMechanism(ctx, "FUZZ", nntpclient.Credentials{}),
		"header form": second(c.ListHeaders(ctx, "a b")),
		"id":          c.Check(ctx, "a"),
		"take this":   c.TakeThis(ctx, "<a b>", strings.NewReader("")),
	} {
		if err == nil {
			t.Errorf("%s: it was sent", what)
		}
	}
	if err := c.Quit(ctx); err != nil {
		t.Error(err)
	}
}

// group selects a group, as a script's first command.
func group(t *testing.T, c *nntpclient.Client) {
	t.Helper()
	if _, err := c.Group(ctx, "g"); err != nil {
		t.Fatal(err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestPost(t *testing.T) {
	for name, c := range map[string]struct{ in, sent string }{
		"CRLF":       {"A: b\r\n\r\n.dot\r\n", "A: b||..dot|"},
		"LF":         {"A: b\n\n.\n", "A: b||..|"},
		"no end":     {"A: b\n\nx", "A: b||x|"},
		"empty body": {"A: b\n\n", "A: b||"},
	} {
		var script strings.Builder
		script.WriteString("C: POST\nS: 340 go on\n")
		for _, l := range strings.Split(strings.TrimSuffix(c.sent, "|"), "|") {
			script.WriteString("C: " + l + "\n")
		}
		if strings.HasSuffix(c.sent, "||") && name == "empty body" {
			// the last line is the empty one
			script.Reset()
			script.WriteString("C: POST\nS: 340 go on\nC: A: b\nC: \n")
		}
		script.WriteString("C: .\nS: 240 <n@x>\n")
		cl := dial(t, nil, script.String())
		for i, r := range []io.Reader{strings.NewReader(c.in)} {
			if resp, err := cl.Post(ctx, r); err != nil || resp.Code != 240 {
				t.Error(name, i, resp, err)
			}
		}
	}
	cl := dial(t, nil, "C: POST\nS: 440 no\nC: IHAVE <a@x>\nS: 435 no")
	for _, in := range []string{"", "A: b", "A: b\nno header\n\nx", "A: b\n", "\nx", "A: b\rc\n\nx", "A:b\n\nx", "A: " + strings.Repeat("x", 4095) + "\n", "\xe9: b\n\nx",
		strings.Repeat("A: b\n", 300_000) + "\nx"} {
		if _, err := cl.Post(ctx, strings.NewReader(in)); err == nil || refused(err) != 0 {
			t.Errorf("%.20q: %v", in, err)
		}
	}
	if _, err := cl.Post(ctx, failing{}); err == nil || refused(err) != 0 {
		t.Error(err)
	}
	if _, err := cl.Post(ctx, strings.NewReader("A: "+strings.Repeat("x", 4092)+"\n\n")); refused(err) != 440 {
		t.Error(err)
	}
	if _, err := cl.IHave(ctx, "<a@x>", nil); refused(err) != 435 {
		t.Error(err)
	}
	for _, in := range []string{"A: b\n\na\rb", "A: b\n\na\x00b", "A: b\n\na\r"} {
		addr := clienttest.Listen(t, "127.0.0.1:0", clienttest.Tolerant(clienttest.Script("S: 200\nC: POST\nS: 340 go on", nil)))
		cl, err := nntpclient.Dial(ctx, addr, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cl.Post(ctx, strings.NewReader(in)); err == nil {
			t.Errorf("%q was posted", in)
		}
		if _, err := cl.Date(ctx); err == nil {
			t.Error("the client goes on in the middle of an article")
		}
		cl.Close()
	}
}

func TestFeed(t *testing.T) {
	c := dial(t, nil, `
		C: CAPABILITIES
		S: 101
		S: VERSION 2
		S: STREAMING
		S: .
		C: CHECK <1@x>
		C: CHECK <2@x>
		C: CHECK <3@x>
		C: CHECK <4@x>
		S: 238 <1@x>
		S: 438 <2@x>
		S: 431 <3@x>
		S: 238 <4@x>
		C: TAKETHIS <1@x>
		C: one
		C: .
		S: 239 <1@x>
		C: TAKETHIS <4@x>
		C: four
		C: .
		S: 439 <4@x>`)
	var got []string
	err := c.Feed(ctx, []nntp.MessageID{"<1@x>", "<2@x>", "<3@x>", "<4@x>"}, func(id nntp.MessageID) (io.Reader, error) {
		return strings.NewReader(map[nntp.MessageID]string{"<1@x>": "one\n", "<4@x>": "four\n"}[id]), nil
	}, func(id nntp.MessageID, o nntpclient.Outcome, err error) { got = append(got, fmt.Sprint(id, o, err)) })
	if err != nil || fmt.Sprint(got) != "[<1@x>taken <nil> <2@x>not wanted <nil> <3@x>later <nil> <4@x>rejected <nil>]" {
		t.Error(got, err)
	}
}

func TestPipeline(t *testing.T) {
	c := dial(t, nil, `
		C: GROUP g
		C: ARTICLE 1
		C: STAT 9
		C: HEAD 2
		C: BODY 2
		S: 211 2 1 2 g
		S: 220 1 <1@x>
		S: A: b
		S:
		S: x
		S: .
		S: 423 no
		S: 221 2 <2@x>
		S: A: c
		S: .
		S: 222 2 <2@x>
		S: y
		S: .
		C: DATE
		S: 111 20260101000000`)
	p := c.Pipeline()
	var a, b bytes.Buffer
	group, one, nine, head, body := p.Group("g"), p.Article("1", &a), p.Stat("9"), p.Head("2", failing{}), p.Body("2", &b)
	if err := p.Run(ctx); err != nil {
		t.Fatal(err)
	}
	if g, err := group.Get(); g.High != 2 || err != nil {
		t.Error(g, err)
	}
	if f, err := one.Get(); f.Number != 1 || err != nil || a.String() != "A: b\r\n\r\nx\r\n" {
		t.Error(f, err, a.String())
	}
	if _, err := nine.Get(); refused(err) != 423 {
		t.Error(err)
	}
	if _, err := head.Get(); !errors.Is(err, errFailing) {
		t.Error(err)
	}
	if _, err := body.Get(); err != nil || b.String() != "y\r\n" {
		t.Error(err, b.String())
	}
	if _, err := c.Date(ctx); err != nil {
		t.Error(err)
	}
	if err := p.Run(ctx); err == nil {
		t.Error("it ran twice")
	}
	p = c.Pipeline()
	answer := p.Command(nntp.NewCommand("POST"), 340)
	if err := p.Run(ctx); err == nil {
		t.Error("POST was pipelined")
	}
	if _, err := answer.Get(); err == nil {
		t.Error("POST was answered")
	}
}

var errFailing = errors.New("the disk is full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFailing }
func (failing) Read([]byte) (int, error)  { return 0, errFailing }

// TestPipelineWindow sends no more ahead than it may.
func TestPipelineWindow(t *testing.T) {
	addr := clienttest.Listen(t, "127.0.0.1:0", func(ctx context.Context, s *conn.Conn) error {
		if err := clienttest.Write(ctx, s, "200 ready\r\n"); err != nil {
			return err
		}
		for range 100 {
			if _, err := clienttest.ReadLine(ctx, s); err != nil {
				return err
			}
			if s.R.Buffered() > 64 {
				return fmt.Errorf("%d octets are ahead", s.R.Buffered())
			}
			if err := clienttest.Write(ctx, s, "223 1 <1@x>\r\n"); err != nil {
				return err
			}
		}
		return nil
	})
	c, err := nntpclient.Dial(ctx, addr, &nntpclient.Options{Limits: nntpclient.Limits{Ahead: 64}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p := c.Pipeline()
	for range 100 {
		p.Stat("<1@x>")
	}
	if err := p.Run(ctx); err != nil {
		t.Error(err)
	}
}

func TestLogin(t *testing.T) {
	for name, test := range map[string]struct {
		script string
		want   string // part of the error; "" for success
	}{
		"PLAIN":           {"C: CAPABILITIES\nS: 101\nS: VERSION 2\nS: AUTHINFO USER SASL\nS: SASL PLAIN\nS: .\nC: AUTHINFO SASL PLAIN AGFsaWNlAHNlY3JldA==\nS: 281 in", ""},
		"USER":            {"C: CAPABILITIES\nS: 101\nS: VERSION 2\nS: AUTHINFO USER\nS: .\nC: AUTHINFO USER alice\nS: 381 more\nC: AUTHINFO PASS secret\nS: 281 in", ""},
		"no CAPABILITIES": {"C: CAPABILITIES\nS: 500 what\nC: AUTHINFO USER alice\nS: 281 in", ""},
		"wrong":           {"C: CAPABILITIES\nS: 500 what\nC: AUTHINFO USER alice\nS: 381 more\nC: AUTHINFO PASS secret\nS: 481 no", "AUTHINFO PASS ***: 481 no"},
		"not now":         {"C: CAPABILITIES\nS: 101\nS: VERSION 2\nS: AUTHINFO\nS: .", "no method"},
		"refused":         {"C: CAPABILITIES\nS: 101\nS: AUTHINFO SASL USER\nS: SASL PLAIN\nS: .\nC: AUTHINFO SASL PLAIN AGFsaWNlAHNlY3JldA==\nS: 481 no", "481 no"},
		"LOGIN":           {"C: CAPABILITIES\nS: 101\nS: AUTHINFO SASL\nS: SASL LOGIN\nS: .\nC: AUTHINFO SASL LOGIN\nS: 383 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 383 UGFzc3dvcmQ6\nC: c2VjcmV0\nS: 281 in", ""},
		"bad challenge":   {"C: CAPABILITIES\nS: 101\nS: AUTHINFO SASL\nS: SASL CRAM-MD5\nS: .\nC: AUTHINFO SASL CRAM-MD5\nS: 383 !!\nC: *\nS: 481 cancelled", "exchange cancelled"},
		"unproven":        {"C: CAPABILITIES\nS: 101\nS: AUTHINFO SASL\nS: SASL SCRAM-SHA-1\nS: .\nC: AUTHINFO SASL SCRAM-SHA-1 X", "X"},
	} {
		if name == "unproven" {
			continue // its first message is random; see TestUnproven
		}
		t.Run(name, func(t *testing.T) {
			err := dial(t, nil, test.script).Login(ctx, "alice", "secret")
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) || err != nil && strings.Contains(err.Error(), "secret") {
				t.Error(err)
			}
		})
	}
	c := dial(t, nil, "C: AUTHINFO USER a\nS: 281 in\nC: CAPABILITIES\nS: 101\nS: VERSION 2\nS: .")
	if err := c.AuthUser(ctx, "a", ""); err != nil {
		t.Fatal(err)
	}
	if err := c.AuthUser(ctx, "a", ""); !errors.Is(err, nntpclient.ErrAuthenticated) {
		t.Error(err)
	}
	if _, err := c.ModeReader(ctx); !errors.Is(err, nntpclient.ErrAuthenticated) {
		t.Error(err)
	}
	if err := c.STARTTLS(ctx); !errors.Is(err, nntpclient.ErrAuthenticated) {
		t.Error(err)
	}
	if _, known := c.Known(); known {
		t.Error("capabilities from before the login are kept")
	}
	if _, err := c.Capabilities(ctx); err != nil {
		t.Error(err)
	}
}

// TestUnproven has a server claim success without SCRAM's proof.
func TestUnproven(t *testing.T) {
	addr := clienttest.Listen(t, "127.0.0.1:0", clienttest.Tolerant(func(ctx context.Context, s *conn.Conn) error {
		clienttest.Write(ctx, s, "200 ready\r\n")
		clienttest.ReadLine(ctx, s)
		return clienttest.Write(ctx, s, "281 in\r\n")
	}))
	c, err := nntpclient.Dial(ctx, addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.AuthMechanism(ctx, "SCRAM-SHA-256", nntpclient.Credentials{User: "a", Password: "b"}); !errors.Is(err, nntpclient.ErrUnproven) {
		t.Error(err)
	}
}

func TestTLS(t *testing.T) {
	opts := &nntpclient.Options{TLS: clienttest.TLS().Client, RequireTLS: true}
	c := dial(t, opts, "C: CAPABILITIES\nS: 101\nS: STARTTLS\nS: .\nC: STARTTLS\nS: 382 go\nTLS\nC: AUTHINFO USER a\nS: 281 in\nC: QUIT\nS: 205 bye\nclose")
	if _, err := c.Capabilities(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.STARTTLS(ctx); err != nil {
		t.Fatal(err)
	}
	if _, known := c.Known(); known {
		t.Error("capabilities from before TLS are kept")
	}
	if err := c.STARTTLS(ctx); !errors.Is(err, nntpclient.ErrTLSActive) {
		t.Error(err)
	}
	if err := c.AuthUser(ctx, "a", ""); err != nil {
		t.Error(err)
	}
	if err := c.Quit(ctx); err != nil {
		t.Error(err)
	}
	c = dial(t, &nntpclient.Options{TLS: clienttest.TLS().Client, ImplicitTLS: true}, "TLS\nS: 201 read only\nC: MODE READER\nS: 201 read only")
	if posting, err := c.ModeReader(ctx); posting || err != nil || c.PostingAllowed() {
		t.Error(posting, err)
	}
	// Octets behind 382 are not taken for protected ones.
	c = dial(t, opts, `S: 200
		C: STARTTLS
		S! 382 go\r\n200 injected\r\n`)
	var buffered *nntpclient.BufferedError
	if err := c.STARTTLS(ctx); !errors.As(err, &buffered) {
		t.Error(err)
	}
	// A certificate of nobody's.
	c = dial(t, &nntpclient.Options{}, "C: STARTTLS\nS: 580 cannot")
	if err := c.STARTTLS(ctx); refused(err) != 580 {
		t.Error(err)
	}
}

func TestCompress(t *testing.T) {
	addr := clienttest.Listen(t, "127.0.0.1:0", func(ctx context.Context, s *conn.Conn) error {
		clienttest.Write(ctx, s, "200 ready\r\n")
		if l, err := clienttest.ReadLine(ctx, s); l != "COMPRESS DEFLATE" {
			return fmt.Errorf("%q, %v", l, err)
		}
		clienttest.Write(ctx, s, "206 go\r\n")
		if err := s.StartDeflate(); err != nil {
			return err
		}
		if l, err := clienttest.ReadLine(ctx, s); l != "DATE" {
			return fmt.Errorf("%q, %v", l, err)
		}
		return clienttest.Write(ctx, s, "111 20260101000000\r\n")
	})
	c, err := nntpclient.Dial(ctx, addr, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Compress(ctx); err != nil || !c.Compressed() {
		t.Fatal(err)
	}
	if _, err := c.Date(ctx); err != nil {
		t.Error(err)
	}
	for _, err := range []error{c.Compress(ctx), c.STARTTLS(ctx), c.AuthUser(ctx, "a", "b"), second(c.ModeReader(ctx))} {
		if !errors.Is(err, nntpclient.ErrCompressed) {
			t.Error(err)
		}
	}
}

// TestTrouble has servers that misbehave.
func TestTrouble(t *testing.T) {
	group := func(c *nntpclient.Client) error { return second(c.Group(ctx, "g")) }
	body := func(c *nntpclient.Client) error { return second(c.BodyBytes(ctx, "<a@x>")) }
	for name, test := range map[string]struct {
		script string
		opts   *nntpclient.Options
		do     func(*nntpclient.Client) error
		want   any
	}{
		"it goes away":         {"C: GROUP g\nclose", nil, group, io.EOF},
		"in a line":            {"C: GROUP g\nS! 211 1\nclose", nil, group, io.ErrUnexpectedEOF},
		"it says why":          {"C: GROUP g\nS: 400 maintenance\nclose", nil, group, 400},
		"in an article":        {"C: BODY <a@x>\nS: 222 0 <a@x>\nS: x\nclose", nil, body, io.ErrUnexpectedEOF},
		"no code":              {"C: GROUP g\nS: what", nil, group, "SyntaxError"},
		"another code":         {"C: GROUP g\nS: 281 in", nil, group, "SyntaxError"},
		"no numbers":           {"C: GROUP g\nS: 211 a b c g", nil, group, "SyntaxError"},
		"an article too large": {"C: BODY <a@x>\nS: 222 0 <a@x>\nS: 0123456789\nS: .", &nntpclient.Options{Limits: nntpclient.Limits{Article: 5}}, body, "LimitError"},
		"a list too large":     {"C: HELP\nS: 100\nS: 0123456789\nS: .", &nntpclient.Options{Limits: nntpclient.Limits{List: 5}}, func(c *nntpclient.Client) error { return second(c.Help(ctx)) }, "LimitError"},
		"a line too long":      {"C: HELP\nS: 100\nS: 01234567890123456789\nS: .", &nntpclient.Options{Limits: nntpclient.Limits{Line: 15}}, func(c *nntpclient.Client) error { return second(c.Help(ctx)) }, "LimitError"},
		"silence":              {"C: GROUP g", &nntpclient.Options{Timeouts: nntpclient.Timeouts{Command: 30 * time.Millisecond}}, group, os.ErrDeadlineExceeded},
		"a bare LF, strictly":  {`C: GROUP g` + "\n" + `S! 211 1 1 1 g\n`, &nntpclient.Options{Strict: true}, group, "SyntaxError"},
		"a bare LF in a list":  {"C: HELP\nS: 100\n" + `S! a\n` + "\nS: .", &nntpclient.Options{Strict: true}, func(c *nntpclient.Client) error { return second(c.Help(ctx)) }, "SyntaxError"},
		"a message-id that isn't": {"C: NEWNEWS * 20260101 000000 GMT\nS: 230\nS: oops\nS: .", nil, func(c *nntpclient.Client) error {
			return c.NewNews(ctx, "*", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), func(nntp.MessageID) error { return nil })
		}, "SyntaxError"},
	} {
		t.Run(name, func(t *testing.T) {
			addr := clienttest.Listen(t, "127.0.0.1:0", clienttest.Tolerant(clienttest.Script("S: 200 ready\n"+test.script, nil)))
			c, err := nntpclient.Dial(ctx, addr, test.opts)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			err = test.do(c)
			var syntax *wire.SyntaxError
			var limit *wire.LimitError
			ok := err != nil
			switch want := test.want.(type) {
			case error:
				ok = errors.Is(err, want)
			case int:
				ok = refused(err) == want
			case string:
				ok = want == "SyntaxError" && errors.As(err, &syntax) || want == "LimitError" && errors.As(err, &limit)
			}
			var e *nntpclient.Error
			if !ok || !errors.As(err, &e) || e.Addr != addr {
				t.Errorf("%T %v", err, err)
			}
		})
	}
	for greeting, want := range map[string]int{"502 go away": 502, "400 later": 400, "211 what": 0} {
		addr := clienttest.Listen(t, "127.0.0.1:0", clienttest.Script("S: "+greeting, nil))
		c, err := nntpclient.Dial(ctx, addr, nil)
		if err == nil || refused(err) != want {
			t.Error(greeting, err)
		}
		if c != nil {
			c.Close()
		}
	}
	if _, err := nntpclient.Dial(ctx, "127.0.0.1:1", nil); err == nil || !strings.Contains(err.Error(), "connect") {
		t.Error(err)
	}
}

func TestStreamOpen(t *testing.T) {
	c := dial(t, nil, "C: BODY <a@x>\nS: 222 0 <a@x>\nS: one\nS: two\nS: .\nC: DATE\nS: 111 20260101000000")
	a, err := c.Body(ctx, "<a@x>")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Date(ctx); !errors.Is(err, nntpclient.ErrStreamOpen) {
		t.Error(err)
	}
	if _, err := io.ReadFull(a, make([]byte, 4)); err != nil {
		t.Error(err)
	}
	if err := errors.Join(a.Close(), a.Close()); err != nil {
		t.Error(err)
	}
	if _, err := c.Date(ctx); err != nil {
		t.Error(err)
	}
}

// TestCancel ends a wait.
func TestCancel(t *testing.T) {
	c := dial(t, nil, "C: GROUP g")
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := c.Group(ctx, "g"); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestRaw(t *testing.T) {
	c := dial(t, nil, "C:  wrong  \nS: 500 what\nC: HELP\nS: 100 x\nS: ..a\nS: .\nS: more\nclose")
	if r, err := c.Raw(ctx, " wrong  "); err != nil || r.Code != 500 {
		t.Error(r, err)
	}
	if r, err := c.Raw(ctx, "HELP"); err != nil || r.Code != 100 {
		t.Error(r, err)
	}
	if b, err := c.ReadBlock(ctx); string(b) != ".a\r\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if l, err := c.ReadLine(ctx); l.String() != "more" || err != nil {
		t.Error(l, err)
	}
	if err := c.ExpectClose(ctx); err != nil {
		t.Error(err)
	}
	if c.Conn() == nil || c.Addr() == "" {
		t.Error("Conn, Addr")
	}
}

func TestNew(t *testing.T) {
	mine, theirs := net.Pipe()
	go func() {
		io.WriteString(theirs, "200 ready\r\n")
		io.Copy(io.Discard, theirs)
	}()
	defer theirs.Close()
	c, err := nntpclient.New(ctx, mine, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(c.Close(), c.Close()); err != nil {
		t.Error(err)
	}
}

func TestDecodeHeader(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "=?UTF-8?B?R3LDvMOfZQ==?= and =?iso-8859-1?q?caf=E9?=": "Grüße and café", "=?koi8-r?B?8NLJ18XU?=": "Привет", "=?fuzz?q?a?=": "=?fuzz?q?a?=", "=?utf-8?q?broken": "=?utf-8?q?broken",
	} {
		if got := nntpclient.DecodeHeader(in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}
