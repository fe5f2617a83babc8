package imapclient_test

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

	"harness/clients/imapclient"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/imap"
	"harness/protocols/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ctx = context.Background()

const greeting = "S: * OK [CAPABILITY IMAP4rev1] ready\n"

// dial connects to a server that plays text, behind a greeting if it has none.
func dial(t testing.TB, opts *imapclient.Options, text string) *imapclient.Client {
	t.Helper()
	if first := strings.TrimSpace(text); !strings.HasPrefix(first, "S") && !strings.HasPrefix(first, "TLS") {
		text = greeting + text
	}
	c, err := imapclient.Dial(ctx, clienttest.Listen(t, "127.0.0.1:0", clienttest.Script(text, nil)), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// inbox is a session that is authenticated, with a mailbox of 3 messages selected by a1.
const inbox = `
	S: * PREAUTH [CAPABILITY IMAP4rev1 LITERAL+] ready
	C: a1 SELECT INBOX
	S: * FLAGS (\Seen \Deleted)
	S: * 3 EXISTS
	S: * 1 RECENT
	S: * OK [UNSEEN 2] x
	S: * OK [PERMANENTFLAGS (\Seen \*)] x
	S: * OK [UIDVALIDITY 7] x
	S: * OK [UIDNEXT 12] x
	S: a1 OK [READ-WRITE] done
	`

// selected is a client in that session, which goes on with text.
func selected(t testing.TB, opts *imapclient.Options, text string) *imapclient.Client {
	t.Helper()
	c := dial(t, opts, inbox+text)
	if _, err := c.Select(ctx, "INBOX"); err != nil {
		t.Fatal(err)
	}
	return c
}

func set(t testing.TB, text string) imap.NumSet {
	t.Helper()
	s, err := imap.ParseNumSet(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func items(t testing.TB, text string) []imap.FetchItem {
	t.Helper()
	i, err := imap.ParseFetchItems(text)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// refused returns the status of a refusal; "" for another error.
func refused(err error) string {
	var s *imap.Status
	if errors.As(err, &s) {
		return s.Kind
	}
	return ""
}

func TestSession(t *testing.T) {
	c := dial(t, nil, inbox+`
	C: a2 NOOP
	S: * 4 EXISTS
	S: a2 OK done
	C: a3 CHECK
	S: a3 OK done
	C: a4 UNSELECT
	S: a4 OK done
	C: a5 EXAMINE "a b"
	S: * 0 EXISTS
	S: a5 OK [READ-ONLY] done
	C: a6 CLOSE
	S: a6 OK done
	C: a7 CREATE x (USE (\Archive))
	S: a7 OK done
	C: a8 RENAME x &AOk-
	S: a8 OK done
	C: a9 SUBSCRIBE &AOk-
	S: a9 OK done
	C: a10 UNSUBSCRIBE &AOk-
	S: a10 OK done
	C: a11 DELETE &AOk-
	S: a11 NO [NONEXISTENT] no such mailbox
	C: a12 LIST "" *
	S: * LIST (\HasNoChildren) "/" INBOX
	S: * LSUB () "/" not-this-one
	S: * LIST () "/" &AOk-
	S: a12 OK done
	C: a13 LSUB "" %
	S: * LSUB () "/" INBOX
	S: a13 OK done
	C: a14 LIST (SUBSCRIBED) "" (INBOX b*) RETURN (CHILDREN STATUS (MESSAGES))
	S: * LIST (\Subscribed) "/" INBOX
	S: * STATUS INBOX (MESSAGES 3)
	S: a14 OK done
	C: a15 NAMESPACE
	S: * NAMESPACE (("" "/")) NIL NIL
	S: a15 OK done
	C: a16 STATUS INBOX (MESSAGES UIDNEXT)
	S: * STATUS INBOX (MESSAGES 3 UIDNEXT 12)
	S: a16 OK done
	C: a17 ID ("name" "x")
	S: * ID ("name" "y" "os" NIL)
	S: a17 OK done
	C: a18 ENABLE UTF8=ACCEPT
	S: * ENABLED UTF8=ACCEPT
	S: a18 OK done
	C: a19 DELETE "é"
	S: a19 OK done
	C: a20 LOGOUT
	S: * BYE bye
	S: a20 OK done
	close`)
	if c.Greeting().Kind != "PREAUTH" || c.State() != imap.Authenticated {
		t.Error(c.Greeting(), c.State())
	}
	m, err := c.Select(ctx, "INBOX")
	want := imapclient.Mailbox{Name: "INBOX", Exists: 3, Recent: 1, Unseen: 2, UIDNext: 12, UIDValidity: 7, Flags: []string{`\Seen`, `\Deleted`}, PermanentFlags: []string{`\Seen`, `\*`}}
	if err != nil || fmt.Sprint(*m) != fmt.Sprint(want) || c.State() != imap.Selected {
		t.Errorf("%+v, %v", m, err)
	}
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
	if m, ok := c.Mailbox(); m.Exists != 4 || !ok || len(c.Unsolicited()) != 1 || c.Unsolicited() != nil {
		t.Error(m)
	}
	for _, f := range []func(context.Context) error{c.Check, c.Unselect} {
		if err := f(ctx); err != nil {
			t.Error(err)
		}
	}
	if _, ok := c.Mailbox(); ok || c.State() != imap.Authenticated {
		t.Error("a mailbox is selected")
	}
	if m, err := c.Examine(ctx, "a b"); err != nil || !m.ReadOnly || m.Exists != 0 {
		t.Error(m, err)
	}
	for i, f := range []func() error{
		func() error { return c.CloseMailbox(ctx) }, func() error { return c.Create(ctx, "x", `\Archive`) }, func() error { return c.Rename(ctx, "x", "é") },
		func() error { return c.Subscribe(ctx, "é") }, func() error { return c.Unsubscribe(ctx, "é") },
	} {
		if err := f(); err != nil {
			t.Error(i, err)
		}
	}
	if err := c.Delete(ctx, "é"); refused(err) != "NO" || !strings.HasSuffix(err.Error(), `DELETE "é": NO [NONEXISTENT] no such mailbox`) {
		t.Error(err)
	}
	if l, err := c.List(ctx, "", "*"); err != nil || len(l) != 2 || l[1].Mailbox != "é" {
		t.Error(l, err)
	}
	if u := c.Unsolicited(); len(u) != 1 || u[0].(*imap.ListData).Mailbox != "not-this-one" {
		t.Error(u)
	}
	if l, err := c.LSub(ctx, "", "%"); err != nil || len(l) != 1 {
		t.Error(l, err)
	}
	l, err := c.ListWith(ctx, &imap.ListArgs{Select: []imap.Option{{Name: "SUBSCRIBED"}}, Patterns: []string{"INBOX", "b*"}, Return: []imap.Option{{Name: "CHILDREN"}}, Status: []string{"MESSAGES"}})
	if err != nil || len(l.Mailboxes) != 1 || len(l.Statuses) != 1 || l.Statuses[0].Items["MESSAGES"] != 3 {
		t.Error(l, err)
	}
	if n, err := c.Namespace(ctx); err != nil || len(n.Personal) != 1 {
		t.Error(n, err)
	}
	if s, err := c.Status(ctx, "INBOX", "messages", "UIDNEXT"); err != nil || s.Items["UIDNEXT"] != 12 {
		t.Error(s, err)
	}
	if id, err := c.ID(ctx, []imap.IDField{{Name: "name", Value: imap.Some("x")}}); err != nil || len(id) != 2 {
		t.Error(id, err)
	}
	if e, err := c.Enable(ctx, "UTF8=ACCEPT"); err != nil || !e.Has("utf8=accept") || !c.Enabled().Has("UTF8=ACCEPT") {
		t.Error(e, err)
	}
	if err := c.Delete(ctx, "é"); err != nil {
		t.Error(err)
	}
	if err := c.Logout(ctx); err != nil {
		t.Error(err)
	}
	if err := c.Noop(ctx); !errors.Is(err, imapclient.ErrClosed) {
		t.Error(err)
	}
}

func TestGreetings(t *testing.T) {
	for text, kind := range map[string]string{"S: * BYE no room": "BYE", "S: a1 OK x": "", "S: * 3 EXISTS": "", "S: hello": "", "close": ""} {
		c, err := imapclient.Dial(ctx, clienttest.Listen(t, "127.0.0.1:0", clienttest.Tolerant(clienttest.Script(text, nil))), nil)
		if err == nil || refused(err) != kind {
			t.Errorf("%s: %v, %v", text, c, err)
		}
	}
	if _, err := imapclient.Dial(ctx, "127.0.0.1:1", nil); err == nil || !strings.Contains(err.Error(), "imap 127.0.0.1:1: connect: ") {
		t.Error(err)
	}
}

// TestMessages runs the commands on messages.
func TestMessages(t *testing.T) {
	c := selected(t, nil, `
	C: a2 FETCH 1:2 (UID FLAGS)
	S: * 1 FETCH (UID 10 FLAGS (\Seen))
	S: * 3 FETCH (FLAGS (\Deleted))
	S: * 2 FETCH (UID 11 FLAGS ())
	S: a2 OK done
	C: a3 UID FETCH 10,12:* (ENVELOPE BODY.PEEK[HEADER])
	S! * 1 FETCH (UID 10 ENVELOPE (NIL "s" NIL NIL NIL NIL NIL NIL NIL NIL) BODY[HEADER] {3}\r\na\r\n)\r\n
	S: * 2 FETCH (FLAGS (\Seen))
	S: a3 OK done
	C: a4 STORE 1 +FLAGS (\Deleted)
	S: * 1 FETCH (FLAGS (\Seen \Deleted))
	S: * 2 FETCH (FLAGS (\Answered))
	S: a4 OK done
	C: a5 UID STORE 10 -FLAGS.SILENT (\Deleted x)
	S: a5 OK done
	C: a6 COPY 1 b
	S: a6 OK [COPYUID 38 10 3] done
	C: a7 UID MOVE 10 b
	S: * OK [COPYUID 38 10 4] moved
	S: * 1 EXPUNGE
	S: a7 OK done
	C: a8 SEARCH UNSEEN FROM "a b"
	S: * SEARCH 1 2
	S: a8 OK done
	C: a9 UID SEARCH CHARSET UTF-8 SUBJECT {2+}
	C: é
	S: * ESEARCH (TAG "a9") UID ALL 11:12
	S: a9 OK done
	C: a10 SEARCH RETURN (MIN COUNT) ALL
	S: * ESEARCH (TAG "a10") MIN 1 COUNT 2
	S: * ESEARCH (TAG "other") MIN 5
	S: a10 OK done
	C: a11 EXPUNGE
	S: * 2 EXPUNGE
	S: * 1 EXPUNGE
	S: * 0 EXISTS
	S: a11 OK done
	C: a12 UID EXPUNGE 5
	S: * VANISHED 5
	S: a12 OK done
	C: a13 APPEND INBOX (\Seen) " 5-Nov-2026 04:03:02 +0000" {6+}
	C: a
	C: b
	C: 
	S: a13 OK [APPENDUID 7 13] done`)
	var got []string
	show := func(f *imap.Fetch) error {
		got = append(got, fmt.Sprint(f.Number, f.UID, f.Flags))
		return nil
	}
	if err := c.Fetch(ctx, set(t, "1:2"), items(t, "(UID FLAGS)"), show); err != nil || fmt.Sprint(got) != `[1 10 [\Seen] 2 11 []]` {
		t.Error(got, err)
	}
	news := func(want string) {
		t.Helper()
		var list []string
		for _, r := range c.Unsolicited() {
			switch r := r.(type) {
			case *imap.Fetch:
				list = append(list, fmt.Sprint(r.Number, r.Flags))
			default:
				list = append(list, fmt.Sprintf("%T", r))
			}
		}
		if s := strings.Join(list, " "); s != want {
			t.Errorf("news: %s, want %s", s, want)
		}
	}
	news(`3 [\Deleted]`)
	err := c.UIDFetch(ctx, set(t, "10,12:*"), items(t, "(ENVELOPE BODY.PEEK[HEADER])"), func(f *imap.Fetch) error {
		s, ok := f.Section("BODY[HEADER]")
		if f.UID != 10 || f.Envelope.Subject.Text != "s" || !ok || s.Data.Text != "a\r\n" {
			t.Errorf("%+v", f)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	news(`2 [\Seen]`)
	if f, err := c.Store(ctx, set(t, "1"), "+FLAGS", `\Deleted`); err != nil || len(f) != 1 || len(f[0].Flags) != 2 {
		t.Error(f, err)
	}
	news(`2 [\Answered]`)
	if f, err := c.UIDStore(ctx, set(t, "10"), "-flags.silent", `\Deleted`, "x"); err != nil || len(f) != 0 {
		t.Error(f, err)
	}
	if r, err := c.Copy(ctx, set(t, "1"), "b"); err != nil || r.UIDValidity != 38 || r.Source.String() != "10" || r.UIDs.String() != "3" {
		t.Error(r, err)
	}
	if r, err := c.UIDMove(ctx, set(t, "10"), "b"); err != nil || r.UIDs.String() != "4" || fmt.Sprint(r.Expunged.Numbers) != "[1]" {
		t.Error(r, err)
	}
	if m, _ := c.Mailbox(); m.Exists != 2 {
		t.Error(m.Exists)
	}
	if n, err := c.Search(ctx, imap.Key("UNSEEN"), imap.KeyText("FROM", "a b")); err != nil || !slices.Equal(n, []uint32{1, 2}) {
		t.Error(n, err)
	}
	if n, err := c.UIDSearch(ctx, imap.KeyText("SUBJECT", "é")); err != nil || !slices.Equal(n, []uint32{11, 12}) {
		t.Error(n, err)
	}
	f, err := c.SearchWith(ctx, &imap.SearchArgs{Return: []imap.Option{{Name: "MIN"}, {Name: "COUNT"}}, Keys: []imap.SearchKey{imap.Key("ALL")}})
	if err != nil || f.Extended.Min != 1 || f.Extended.Count != 2 {
		t.Error(f, err)
	}
	news("*imap.ESearchData")
	if e, err := c.Expunge(ctx); err != nil || fmt.Sprint(e.Numbers) != "[2 1]" {
		t.Error(e, err)
	}
	news("*imap.Exists")
	if e, err := c.UIDExpunge(ctx, set(t, "5")); err != nil || e.UIDs.String() != "5" {
		t.Error(e, err)
	}
	a, err := c.AppendBytes(ctx, "INBOX", &imap.AppendMessage{Flags: []string{`\Seen`}, Date: time.Date(2026, 11, 5, 4, 3, 2, 0, time.UTC)}, []byte("a\nb\n"))
	if err != nil || a != (imapclient.Appended{UIDValidity: 7, UID: 13}) {
		t.Error(a, err)
	}
	news("")
}

// TestHandler has news delivered as they come, and what is called back can't call.
func TestHandler(t *testing.T) {
	var c *imapclient.Client
	var got []string
	opts := &imapclient.Options{Handler: func(r imap.Response) {
		got = append(got, fmt.Sprintf("%T", r))
		if err := c.Noop(ctx); !errors.Is(err, imapclient.ErrBusy) {
			t.Error(err)
		}
	}}
	c = dial(t, opts, inbox+`
	C: a2 FETCH 1 UID
	S: * 4 EXISTS
	S: * OK [ALERT] look
	S: * XYZ (a b)
	S: * 1 FETCH (UID 10)
	S: * LIST () "/" x
	S: a2 OK done`)
	if _, err := c.Select(ctx, "INBOX"); err != nil {
		t.Fatal(err)
	}
	n := 0
	err := c.Fetch(ctx, set(t, "1"), items(t, "UID"), func(*imap.Fetch) error {
		n++
		if _, err := c.Expunge(ctx); !errors.Is(err, imapclient.ErrBusy) {
			t.Error(err)
		}
		return nil
	})
	if err != nil || n != 1 || fmt.Sprint(got) != "[*imap.Exists *imap.Status *imap.Unknown *imap.ListData]" {
		t.Error(got, n, err)
	}
	if c.Unsolicited() != nil {
		t.Error("kept, and delivered")
	}
}

// TestKeptLimit breaks a client that keeps too much, rather than to lose something.
func TestKeptLimit(t *testing.T) {
	c := dial(t, &imapclient.Options{Limits: imapclient.Limits{Unsolicited: 2}}, "C: a1 NOOP\nS: * 1 EXISTS\nS: * 2 EXISTS\nS: * 3 EXISTS\nS: a1 OK done")
	if err := c.Noop(ctx); err == nil || !strings.Contains(err.Error(), "call Unsolicited") {
		t.Error(err)
	}
	if err := c.Noop(ctx); err == nil || !strings.Contains(err.Error(), "broken by an earlier error") {
		t.Error(err)
	}
}

// TestStates has what is not valid not sent.
func TestStates(t *testing.T) {
	c := dial(t, nil, "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi\nC: a1 NOOP\nS: a1 OK done")
	for i, err := range []error{
		func() error { _, err := c.Select(ctx, "INBOX"); return err }(), func() error { _, err := c.Expunge(ctx); return err }(), c.Create(ctx, "x"), c.Idle(ctx, nil),
		func() error { _, err := c.Enable(ctx, "X"); return err }(),
	} {
		if !errors.Is(err, imapclient.ErrState) {
			t.Error(i, err)
		}
	}
	if err := c.LOGIN(ctx, "a", "b"); !errors.Is(err, imapclient.ErrLoginDisabled) {
		t.Error(err)
	}
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
	c = dial(t, &imapclient.Options{AnyState: true}, "C: a1 SELECT x\nS: a1 BAD no")
	if _, err := c.Select(ctx, "x"); refused(err) != "BAD" {
		t.Error(err)
	}
}

// TestNotSent has arguments that would not stay one command not sent, and the session go on.
func TestNotSent(t *testing.T) {
	c := selected(t, nil, "C: a2 NOOP\nS: a2 OK done")
	var argument *imap.ArgumentError
	for i, err := range []error{
		c.Create(ctx, "\xff"), c.Create(ctx, "x", "a b"), func() error { _, err := c.Store(ctx, set(t, "1"), "FLAG", "x"); return err }(),
		func() error { _, err := c.Store(ctx, set(t, "1"), "+FLAGS", "a\r\nb LOGOUT"); return err }(), c.Fetch(ctx, imap.NumSet{}, items(t, "UID"), nil), c.Fetch(ctx, set(t, "1"), nil, nil),
		func() error { _, err := c.XAtom(ctx, "NOOP\r\nx", ""); return err }(), func() error { _, err := c.XAtom(ctx, "X", "a\r\nb"); return err }(),
		func() error { _, err := c.Search(ctx); return err }(), func() error { _, err := c.Enable(ctx); return err }(), func() error { _, err := c.Status(ctx, "x"); return err }(),
		func() error { _, err := c.Sort(ctx, []string{"DATE"}, ""); return err }(), func() error { _, err := c.Append(ctx, "\xff", nil, strings.NewReader("x")); return err }(),
		func() error { _, err := c.Select(ctx, "x", imap.Option{Name: "a b"}); return err }(),
	} {
		if !errors.As(err, &argument) {
			t.Error(i, err)
		}
	}
	if _, err := c.Append(ctx, "x", nil, io.MultiReader()); !errors.Is(err, imapclient.ErrSize) {
		t.Error(err)
	}
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
}

// TestLiterals has the server asked, where that is needed, and take no for an answer.
func TestLiterals(t *testing.T) {
	c := dial(t, nil, `
	S: * PREAUTH [CAPABILITY IMAP4rev1] hi
	C: a1 X {4}
	S: * 1 EXISTS
	S: + go
	C: a
	C: b {1}
	S: + go
	C: c
	S: a1 OK done
	C: a2 X {4}
	S: a2 NO [LIMIT] too long
	C: a3 APPEND x {3}
	S: a3 NO [TRYCREATE] no such mailbox
	C: a4 APPEND x {3}
	S: + go
	C: abc
	S: a4 OK done
	C: a5 NOOP
	S: + why
	S: a5 OK done`)
	const literal = "{4}\r\na\r\nb {1}\r\nc"
	if r, err := c.XAtom(ctx, "X", literal); err != nil || len(r.Untagged) != 1 {
		t.Error(r, err)
	}
	if _, err := c.XAtom(ctx, "X", literal); refused(err) != "NO" {
		t.Error(err)
	}
	if _, err := c.Append(ctx, "x", nil, strings.NewReader("abc")); refused(err) != "NO" {
		t.Error(err)
	}
	if _, err := c.Append(ctx, "x", nil, strings.NewReader("abc")); err != nil {
		t.Error(err)
	}
	if err := c.Noop(ctx); err != nil || len(c.Unsolicited()) != 1 {
		t.Error(err)
	}

	c = dial(t, &imapclient.Options{Synchronizing: true}, "S: * PREAUTH [CAPABILITY LITERAL+] hi\nC: a1 APPEND x {3}\nS: a1 NO no")
	if _, err := c.Append(ctx, "x", nil, strings.NewReader("abc")); refused(err) != "NO" {
		t.Error(err)
	}
	// A message that is shorter than it was said to be: nobody can go on.
	c = dial(t, nil, "S: * PREAUTH [CAPABILITY LITERAL+] hi")
	if _, err := c.Append(ctx, "x", &imap.AppendMessage{Size: 9}, strings.NewReader("abc")); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if err := c.Noop(ctx); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Error(err)
	}
}

func TestBroken(t *testing.T) {
	c := dial(t, nil, "C: a1 NOOP\nS: * BYE going down\nclose")
	err := c.Noop(ctx)
	if refused(err) != "BYE" || !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if err := c.Noop(ctx); err == nil || !strings.Contains(err.Error(), "broken by an earlier error") {
		t.Error(err)
	}
	c = dial(t, &imapclient.Options{Timeouts: imapclient.Timeouts{Command: 50 * time.Millisecond}}, "C: a1 NOOP")
	if err := c.Noop(ctx); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	c = dial(t, nil, "C: a1 NOOP")
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := c.Noop(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	c = dial(t, &imapclient.Options{Handler: func(imap.Response) { go c.Close() }}, "C: a1 NOOP\nS: * 1 EXISTS")
	var n net.Error
	if err := c.Noop(ctx); err == nil || errors.As(err, &n) && n.Timeout() {
		t.Error(err)
	}
}

// TestGrammar has a response that can't be understood be the error of its command, and the session go on.
func TestGrammar(t *testing.T) {
	c := selected(t, nil, `
	C: a2 FETCH 1 ENVELOPE
	S: * 1 FETCH (ENVELOPE ("a"))
	S: a2 OK done
	C: a3 NOOP
	S: a3 WHAT
	C: a4 NOOP
	S: other OK done
	S: a4 OK done
	C: a5 SEARCH ALL
	S: * SEARCH 1  2 
	S: a5 OK done
	C: a6 NAMESPACE
	S: a6 OK done`)
	var syntax *wire.SyntaxError
	if err := c.Fetch(ctx, set(t, "1"), items(t, "ENVELOPE"), nil); !errors.As(err, &syntax) {
		t.Error(err)
	}
	if err := c.Noop(ctx); !errors.As(err, &syntax) {
		t.Error(err)
	}
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
	if n, err := c.Search(ctx, imap.Key("ALL")); err != nil || len(n) != 2 {
		t.Error(n, err)
	}
	if f, n := c.Forgiven(); n != 3 || f[0].Command != "NOOP" || f[1].Command != "SEARCH ALL" {
		t.Error(f, n)
	}
	if _, err := c.Namespace(ctx); !errors.As(err, &syntax) || !strings.Contains(err.Error(), "NAMESPACE") {
		t.Error(err)
	}
	c = selected(t, &imapclient.Options{Strict: true}, "C: a2 SEARCH ALL\nS: * SEARCH 1  2\nS: a2 OK done\nC: a3 NOOP\nS: other OK done\nS: a3 OK done")
	if n, err := c.Search(ctx, imap.Key("ALL")); !errors.As(err, &syntax) || n != nil {
		t.Error(n, err)
	}
	if err := c.Noop(ctx); !errors.As(err, &syntax) {
		t.Error(err)
	}
}

func TestSTARTTLS(t *testing.T) {
	c := dial(t, &imapclient.Options{TLS: clienttest.TLS().Client}, `
	S: * OK [CAPABILITY IMAP4rev1 STARTTLS LOGINDISABLED] ready
	C: a1 STARTTLS
	S: a1 OK go
	TLS
	C: a2 CAPABILITY
	S: * CAPABILITY IMAP4rev1
	S: a2 OK done
	C: a3 LOGIN alice "secret"
	S: a3 OK done`)
	if err := c.STARTTLS(ctx); err != nil {
		t.Fatal(err)
	}
	if caps, ok := c.Known(); ok {
		t.Error(caps)
	}
	if _, ok := c.TLS(); !ok {
		t.Error("no TLS")
	}
	if err := c.STARTTLS(ctx); !errors.Is(err, imapclient.ErrTLSActive) {
		t.Error(err)
	}
	if err := c.Login(ctx, "alice", "secret"); err != nil || c.State() != imap.Authenticated {
		t.Error(err)
	}

	// Octets in the clear behind the answer are refused.
	c = dial(t, &imapclient.Options{TLS: clienttest.TLS().Client}, "C: a1 STARTTLS\nS! a1 OK go\\r\\n* CAPABILITY X\\r\\n")
	var buffered *imapclient.BufferedError
	if err := c.STARTTLS(ctx); !errors.As(err, &buffered) || !strings.HasPrefix(string(buffered.Data), "* CAP") {
		t.Error(err)
	}
	c = dial(t, nil, "C: a1 STARTTLS\nS: a1 NO not now\nC: a2 NOOP\nS: a2 OK done")
	if err := c.STARTTLS(ctx); refused(err) != "NO" {
		t.Error(err)
	}
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
	c, err := imapclient.DialTLS(ctx, clienttest.Listen(t, "127.0.0.1:0", clienttest.Script("TLS\nS: * OK ready", nil)), &imapclient.Options{TLS: clienttest.TLS().Client})
	if err != nil {
		t.Fatal(err)
	}
	c.Close()
}

func TestRaw(t *testing.T) {
	c := dial(t, nil, `
	C: x FOO
	S: * BAR
	S: x BAD no
	C: y
	S: ???
	S: line
	C: z
	close`)
	if r, err := c.Raw(ctx, "x FOO"); err != nil || r.(*imap.Unknown).Name != "BAR" {
		t.Error(r, err)
	}
	if r, err := c.ReadTagged(ctx, "x"); err != nil || len(r) != 1 || r[0].(*imap.Status).Kind != "BAD" {
		t.Error(r, err)
	}
	if err := c.ExpectQuiet(ctx, 20*time.Millisecond); err != nil {
		t.Error(err)
	}
	if err := c.SendLine(ctx, "y", wire.CRLF); err != nil {
		t.Error(err)
	}
	var syntax *wire.SyntaxError
	if r, err := c.ReadResponse(ctx); !errors.As(err, &syntax) {
		t.Error(r, err)
	}
	if l, err := c.ReadLine(ctx); err != nil || l.String() != "line" {
		t.Error(l, err)
	}
	if err := c.Send(ctx, []byte("z\r\n")); err != nil {
		t.Error(err)
	}
	if err := c.ExpectClose(ctx); err != nil {
		t.Error(err)
	}
	if c.Conn() == nil || c.Addr() == "" {
		t.Error("no connection")
	}
}

// TestExtensions runs the commands whose arguments protocols/imap does not know.
func TestExtensions(t *testing.T) {
	c := selected(t, nil, `
	C: a2 GETACL INBOX
	S: * ACL INBOX alice lrs
	S: a2 OK done
	C: a3 SETACL INBOX bob +l
	S: a3 OK done
	C: a4 DELETEACL &AOk- "b b"
	S: a4 OK done
	C: a5 LISTRIGHTS INBOX bob
	S: * LISTRIGHTS INBOX bob "" l r
	S: a5 OK done
	C: a6 MYRIGHTS INBOX
	S: * MYRIGHTS INBOX lrs
	S: a6 OK done
	C: a7 GETQUOTA ""
	S: * QUOTA "" (STORAGE 10 512)
	S: a7 OK done
	C: a8 SETQUOTA "" (STORAGE 512 MESSAGE 5)
	S: a8 OK done
	C: a9 GETQUOTAROOT INBOX
	S: * QUOTAROOT INBOX ""
	S: * QUOTA "" (STORAGE 10 512)
	S: a9 OK done
	C: a10 GETANNOTATION INBOX "/comment" "value.priv"
	S: * ANNOTATION INBOX "/comment" ("value.priv" "mine")
	S: a10 OK done
	C: a11 SETANNOTATION INBOX "/comment" ("value.priv" NIL)
	S: a11 OK done
	C: a12 SORT (REVERSE DATE) UTF-8 UNSEEN
	S: * SORT 3 1
	S: a12 OK done
	C: a13 UID THREAD REFERENCES UTF-8 ALL
	S: * THREAD (1)(2 3)
	S: a13 OK done
	C: a14 PROXYAUTH "b b"
	S: a14 OK done
	C: a15 UID XYZ a {3+}
	C: a"b c
	S: * XYZ done
	S: a15 OK [X] done`)
	if a, err := c.GetACL(ctx, "INBOX"); err != nil || a.Entries[0].Rights != "lrs" {
		t.Error(a, err)
	}
	if err := c.SetACL(ctx, "INBOX", "bob", "+l"); err != nil {
		t.Error(err)
	}
	if err := c.DeleteACL(ctx, "é", "b b"); err != nil {
		t.Error(err)
	}
	if l, err := c.ListRights(ctx, "INBOX", "bob"); err != nil || len(l.Optional) != 2 {
		t.Error(l, err)
	}
	if m, err := c.MyRights(ctx, "INBOX"); err != nil || m.Rights != "lrs" {
		t.Error(m, err)
	}
	if q, err := c.GetQuota(ctx, ""); err != nil || q.Resources[0].Limit != 512 {
		t.Error(q, err)
	}
	if q, err := c.SetQuota(ctx, "", imap.Quota{Resource: "STORAGE", Limit: 512}, imap.Quota{Resource: "MESSAGE", Limit: 5}); err != nil || q != nil {
		t.Error(q, err)
	}
	if q, err := c.GetQuotaRoot(ctx, "INBOX"); err != nil || len(q.Roots) != 1 || len(q.Quotas) != 1 {
		t.Error(q, err)
	}
	if a, err := c.GetAnnotation(ctx, "INBOX", `"/comment"`, `"value.priv"`); err != nil || len(a) != 1 || a[0].Text != `INBOX "/comment" ("value.priv" "mine")` {
		t.Error(a, err)
	}
	if a, err := c.SetAnnotation(ctx, "INBOX", `"/comment"`, `("value.priv" NIL)`); err != nil || a != nil {
		t.Error(a, err)
	}
	if n, err := c.Sort(ctx, []string{"REVERSE", "DATE"}, "", imap.Key("UNSEEN")); err != nil || !slices.Equal(n, []uint32{3, 1}) {
		t.Error(n, err)
	}
	if th, err := c.UIDThread(ctx, "REFERENCES", "", imap.Key("ALL")); err != nil || len(th) != 2 {
		t.Error(th, err)
	}
	if err := c.ProxyAuth(ctx, "b b"); err != nil {
		t.Error(err)
	}
	r, err := c.XAtom(ctx, "uid xyz", "a {3}\r\na\"b c")
	if err != nil || r.Status.Code.Name != "X" || len(r.Untagged) != 1 {
		t.Error(r, err)
	}
}

// TestStreamed has sections and messages pass by.
func TestStreamed(t *testing.T) {
	const size = 3_000_000
	big := strings.Repeat("0123456789", size/10)
	addr := clienttest.Listen(t, "127.0.0.1:0", func(ctx context.Context, s *conn.Conn) error {
		if err := clienttest.Write(ctx, s, "* PREAUTH [CAPABILITY IMAP4rev1 LITERAL-] hi\r\n"); err != nil {
			return err
		}
		if _, err := clienttest.ReadLine(ctx, s); err != nil {
			return err
		}
		if err := clienttest.Write(ctx, s, "a1 OK selected\r\n"); err != nil {
			return err
		}
		for i, answer := range []string{
			fmt.Sprintf("* 1 FETCH (UID 5 BODY[] {%d}\r\n%s FLAGS (\\Seen))\r\n", size, big),
			"* 1 FETCH (UID 5 BODY[1.2] \"short\")\r\n", "* 1 FETCH (UID 5 BODY[] NIL)\r\n", "", fmt.Sprintf("* 1 FETCH (BODY[] {%d}\r\n%s UID 5)\r\n", size, big), "* 3 EXISTS\r\n",
		} {
			if _, err := clienttest.ReadLine(ctx, s); err != nil {
				return err
			}
			if err := clienttest.Write(ctx, s, fmt.Sprintf("%sa%d OK done\r\n", answer, i+2)); err != nil {
				return err
			}
		}
		if l, err := clienttest.ReadLine(ctx, s); err != nil || l != fmt.Sprintf("a8 APPEND x {%d}", size) {
			return fmt.Errorf("%q, %v", l, err)
		}
		if err := clienttest.Write(ctx, s, "+ go\r\n"); err != nil {
			return err
		}
		return s.Do(ctx, clienttest.Wait, func() error {
			b := make([]byte, size+2)
			if _, err := io.ReadFull(s.R, b); err != nil || string(b) != big+"\r\n" {
				return fmt.Errorf("%d octets, %v", len(b), err)
			}
			s.W.WriteString("a8 OK [APPENDUID 1 2] done\r\n")
			return s.W.Flush()
		})
	})
	c, err := imapclient.Dial(ctx, addr, &imapclient.Options{Limits: imapclient.Limits{Literal: 1000}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Select(ctx, "INBOX"); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if n, err := c.BodyTo(ctx, 5, "", &b); err != nil || n != size || b.String() != big {
		t.Error(n, err)
	}
	b.Reset()
	if n, err := c.BodyTo(ctx, 5, "1.2", &b); err != nil || n != 5 || b.String() != "short" {
		t.Error(n, err)
	}
	for range 2 {
		if n, err := c.BodyTo(ctx, 5, "", &b); err == nil || n != 0 {
			t.Error(n, err)
		}
	}
	// What a function does not read is read away, and its error is the command's.
	mine := errors.New("mine")
	err = c.UIDFetchStream(ctx, set(t, "5"), items(t, "BODY[]"), nil, func(_ *imap.Fetch, s *imap.Section, r io.Reader) error {
		b := make([]byte, 10)
		if _, err := io.ReadFull(r, b); err != nil || string(b) != "0123456789" || s.Streamed != size {
			t.Errorf("%q, %v", b, err)
		}
		return mine
	})
	if !errors.Is(err, mine) {
		t.Error(err)
	}
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
	if a, err := c.Append(ctx, "x", nil, strings.NewReader(big)); err != nil || a.UID != 2 {
		t.Error(a, err)
	}
}
