package imapclient_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"harness/clients/imapclient"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/imap"
)

func TestPipeline(t *testing.T) {
	c := selected(t, nil, `
	C: a2 FETCH 1 FLAGS
	C: a3 STORE 1 +FLAGS (x)
	C: a4 SEARCH UNSEEN
	C: a5 UID FETCH 10 BODY[]
	C: a6 NOOP
	S: * 1 FETCH (FLAGS ())
	S: a2 OK done
	S: * 1 FETCH (FLAGS (x))
	S: a3 OK done
	S: * SEARCH 1
	S: a4 NO failed
	S! * 1 FETCH (UID 10 BODY[] {3}\r\nabc)\r\n
	S: a5 OK done
	S: * 2 EXPUNGE
	S: a6 OK done
	C: a7 FETCH 2 UID
	C: a8 COPY 1 x
	C: a9 EXPUNGE
	S: a7 OK done
	S: a9 OK done
	S: a8 OK [COPYUID 1 2 3] done
	C: a10 COPY 1 y
	S: a10 OK done
	C: a11 SELECT "b c"
	C: a12 UID SEARCH ALL
	C: a13 STATUS d (MESSAGES)
	C: a14 LIST "" *
	C: a15 APPEND x {3+}
	C: abc
	S: * 9 EXISTS
	S: a11 OK done
	S: * SEARCH 7
	S: a12 OK done
	S: * STATUS d (MESSAGES 5)
	S: a13 OK done
	S: * LIST () NIL b
	S: a14 OK done
	S: a15 OK [APPENDUID 5 6] done
	C: a16 FETCH 9 UID
	S: * 9 FETCH (UID 4)
	S: a16 OK done`)
	one, ten := set(t, "1"), set(t, "10")
	var body bytes.Buffer
	n := 0
	count := func(*imap.Fetch) error { n++; return nil }
	p := c.Pipeline()
	fetch := p.Fetch(one, items(t, "FLAGS"), count, nil)
	if _, err := fetch.Get(); !errors.Is(err, imapclient.ErrNotAnswered) {
		t.Error(err)
	}
	store := p.Store(one, "+FLAGS", "x")
	search := p.Search(imap.Key("UNSEEN"))
	uid := p.UIDFetch(ten, items(t, "BODY[]"), nil, func(_ *imap.Fetch, _ *imap.Section, r io.Reader) error {
		_, err := io.Copy(&body, r)
		return err
	})
	noop := p.Noop()
	later := p.Fetch(set(t, "2"), items(t, "UID"), count, nil)
	copied := p.Copy(one, "x")
	expunge := p.Expunge()
	again := p.Copy(one, "y")
	bad := p.Copy(one, "\xff")
	if err := p.Run(ctx); err != nil {
		t.Fatal(err)
	}
	for i, err := range []error{second(fetch.Get()), second(store.Get()), second(uid.Get()), second(noop.Get()), second(later.Get()), second(copied.Get()), second(expunge.Get()), second(again.Get())} {
		if err != nil {
			t.Error(i, err)
		}
	}
	var argument *imap.ArgumentError
	if _, err := bad.Get(); !errors.As(err, &argument) {
		t.Error(err)
	}
	if f, err := search.Get(); refused(err) != "NO" || f.Numbers != nil {
		t.Error(f, err)
	}
	if s, _ := store.Get(); len(s) != 1 || n != 1 || body.String() != "abc" {
		t.Error(s, n, body.String())
	}
	if r, _ := copied.Get(); r.UIDs.String() != "3" {
		t.Error(r)
	}
	if u := c.Unsolicited(); len(u) != 1 {
		t.Error(u)
	}
	if err := p.Run(ctx); err == nil {
		t.Error("it runs twice")
	}

	p = c.Pipeline()
	box := p.Select("b c")
	found := p.UIDSearch(imap.Key("ALL"))
	status := p.Status("d", "MESSAGES")
	list := p.List(&imap.ListArgs{Patterns: []string{"*"}})
	app := p.Append("x", imap.AppendMessage{Size: 3}, strings.NewReader("abc"))
	last := p.Fetch(set(t, "9"), items(t, "UID"), count, nil)
	if err := p.Run(ctx); err != nil {
		t.Fatal(err)
	}
	b, err := box.Get()
	f, err2 := found.Get()
	s, err3 := status.Get()
	l, err4 := list.Get()
	a, err5 := app.Get()
	_, err6 := last.Get()
	if err := errors.Join(err, err2, err3, err4, err5, err6); err != nil || b.Exists != 9 || f.Numbers[0] != 7 || s.Items["MESSAGES"] != 5 || len(l.Mailboxes) != 1 || a.UID != 6 || n != 2 {
		t.Error(b, f, s, l, a, n, err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestPipelineRefusals has what must not be pipelined not sent, nor anything with it.
func TestPipelineRefusals(t *testing.T) {
	c := selected(t, nil, "C: a2 NOOP\nS: a2 OK done")
	for _, name := range []string{"STARTTLS", "LOGOUT", "IDLE"} {
		p := c.Pipeline()
		noop := p.Noop()
		p.Command(&imap.Command{Name: name})
		if err := p.Run(ctx); err == nil || !strings.Contains(err.Error(), "must not be pipelined") {
			t.Error(name, err)
		}
		if _, err := noop.Get(); !errors.Is(err, imapclient.ErrNotAnswered) {
			t.Error(err)
		}
	}
	p := c.Pipeline()
	p.Command(&imap.Command{Name: "UNSELECT"})
	p.Expunge()
	if err := p.Run(ctx); !errors.Is(err, imapclient.ErrState) {
		t.Error(err)
	}
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
	c = selected(t, nil, "C: a2 NOOP\nC: a3 CHECK\nS: a2 OK done\nclose")
	p = c.Pipeline()
	first, next := p.Noop(), p.Command(&imap.Command{Name: "CHECK"})
	if err := p.Run(ctx); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if _, err := first.Get(); err != nil {
		t.Error(err)
	}
	if _, err := next.Get(); !errors.Is(err, imapclient.ErrNotAnswered) || !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	if err := c.Pipeline().Run(ctx); err == nil {
		t.Error("a broken client runs")
	}
}

// TestPipelineAhead has no more under way than may be, with a server that stops reading while it writes.
func TestPipelineAhead(t *testing.T) {
	const n = 300
	big := strings.Repeat("x", 100_000)
	addr := clienttest.Listen(t, "127.0.0.1:0", func(ctx context.Context, s *conn.Conn) error {
		if err := clienttest.Write(ctx, s, "* PREAUTH hi\r\n"); err != nil {
			return err
		}
		for i := 1; i <= n; i++ {
			if _, err := clienttest.ReadLine(ctx, s); err != nil {
				return err
			}
			if err := clienttest.Write(ctx, s, fmt.Sprintf("* OK %s\r\na%d OK done\r\n", big, i)); err != nil {
				return err
			}
		}
		return nil
	})
	got := 0
	c, err := imapclient.Dial(ctx, addr, &imapclient.Options{Handler: func(imap.Response) { got++ }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	p := c.Pipeline()
	for range n {
		p.Noop()
	}
	if err := p.Run(ctx); err != nil || got != n {
		t.Error(got, err)
	}
}
