package pop3client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"testing"

	"harness/clients/pop3client"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

func TestPipeline(t *testing.T) {
	c := dial(t, nil, `
	S: +OK
	C: CAPA
	S: +OK
	S: PIPELINING
	S: .
	C: USER fred
	C: PASS secret
	C: STAT
	C: LIST
	C: UIDL 2
	C: RETR 1
	C: RETR 9
	C: TOP 1 0
	C: DELE 1
	C: NOOP
	C: QUIT
	S: +OK
	S: +OK
	S: +OK 2 320
	S: +OK
	S: 1 120
	S: .
	S: +OK 2 abc
	S: +OK
	S: ..x
	S: .
	S: -ERR no such message
	S: +OK
	S: top
	S: .
	S: +OK
	S: +OK
	S: +OK`)
	p := c.Pipeline()
	var one, top bytes.Buffer
	p.User("fred")
	p.Pass("secret")
	stat, list, uid := p.Stat(), p.ListAll(), p.Uidl(2)
	retr, missing, head := p.Retr(1, &one), p.Retr(9, io.Discard), p.Top(1, 0, &top)
	dele := p.Dele(1)
	p.Noop()
	p.Quit()
	if _, err := stat.Get(); !errors.Is(err, pop3client.ErrNotAnswered) {
		t.Error(err)
	}
	ok(t, p.Run(ctx))
	s, err := stat.Get()
	eq(t, s, pop3.DropListing{Messages: 2, Octets: 320}, err)
	l, err := list.Get()
	eq(t, l, []pop3.ScanListing{{Number: 1, Octets: 120}}, err)
	u, err := uid.Get()
	eq(t, u, pop3.UniqueID{Number: 2, ID: "abc"}, err)
	n, err := retr.Get()
	eq(t, n, 4, err)
	if one.String() != ".x\r\n" || top.String() != "top\r\n" {
		t.Errorf("%q %q", one.String(), top.String())
	}
	if _, err := missing.Get(); is[*pop3.Reply](t, err).Command != "RETR 9" || missing.Reply() == nil {
		t.Error(err)
	}
	_, err = head.Get()
	ok(t, err)
	_, err = dele.Get()
	ok(t, err)
	if c.State() != pop3.Update {
		t.Error(c.State())
	}
	if err := p.Run(ctx); err == nil {
		t.Error("run twice")
	}
}

func TestPipelineNotOffered(t *testing.T) {
	// One at a time.
	c := loggedIn(t, nil, `
	C: CAPA
	S: -ERR
	C: DELE 1
	S: +OK
	C: DELE 2
	S: -ERR
	C: DELE 3
	S: +OK`)
	if e := is[*pop3.Reply](t, c.DeleAll(ctx, []int{1, 2, 3})); e.Command != "DELE 2" {
		t.Error(e)
	}
	// At once, since the caller knows better.
	c = loggedIn(t, &pop3client.Options{ForcePipelining: true}, `
	C: DELE 1
	C: DELE 2
	S: +OK
	S: +OK`)
	ok(t, c.DeleAll(ctx, []int{1, 2}))
}

func TestPipelineRefused(t *testing.T) {
	c := dial(t, &pop3client.Options{ForcePipelining: true}, "S: +OK")
	p := c.Pipeline()
	p.User("a")
	stat := p.Stat()
	is[*pop3client.StateError](t, p.Run(ctx))
	_, err := stat.Get()
	is[*pop3client.StateError](t, err)
	p = c.Pipeline()
	p.User("a\r\nQUIT")
	if p.Run(ctx) == nil {
		t.Error("sent")
	}
}

func TestPipelineBroken(t *testing.T) {
	for answer, kind := range map[string]any{"S: +OK\nS: gibberish\nS: +OK": new(*wire.SyntaxError), "S: +OK\nclose": nil, "S: +OK\nS: + AAAA": nil} {
		c, err := pop3client.Dial(ctx, listen(t, clienttest.Tolerant(script("S: +OK\nC: DELE 1\nC: DELE 2\nC: DELE 3\n"+answer))), &pop3client.Options{ForcePipelining: true, AnyState: true})
		ok(t, err)
		p := c.Pipeline()
		one, two, three := p.Dele(1), p.Dele(2), p.Dele(3)
		err = p.Run(ctx)
		if err == nil || kind != nil && !errors.As(err, kind) {
			t.Errorf("%q: %v", answer, err)
		}
		if _, err := one.Get(); err != nil {
			t.Error(err)
		}
		if _, err := two.Get(); err == nil || errors.Is(err, pop3client.ErrNotAnswered) {
			t.Error(err)
		}
		if _, err := three.Get(); !errors.Is(err, pop3client.ErrNotAnswered) {
			t.Error(err)
		}
		if err := c.Noop(ctx); err == nil {
			t.Error("not broken")
		}
		c.Close()
	}
}

func TestRetrAll(t *testing.T) {
	c := dial(t, &pop3client.Options{ForcePipelining: true, AnyState: true}, `
	S: +OK
	C: RETR 1
	C: RETR 2
	C: RETR 3
	C: RETR 4
	S: +OK
	S: one
	S: .
	S: +OK
	S: .
	S: -ERR
	S: +OK
	S: four
	S: .`)
	var got [5]bytes.Buffer
	err := c.RetrAll(ctx, []int{1, 2, 3, 4}, func(n int) (io.Writer, error) {
		if n == 4 {
			return nil, errFailing
		}
		return &got[n], nil
	})
	if is[*pop3.Reply](t, err); !errors.Is(err, errFailing) || !strings.Contains(err.Error(), "message 3") {
		t.Error(err)
	}
	if got[1].String() != "one\r\n" || got[2].Len() != 0 {
		t.Errorf("%q", &got[1])
	}
	ok(t, c.Close())
}

// TestPipelineWindow has a server that reads nothing while it answers, and answers with much: neither end may wait for the other forever.
func TestPipelineWindow(t *testing.T) {
	const messages, lines = 5000, 20
	body := strings.Repeat("0123456789012345678901234567890123456789\r\n", lines)
	worst := 0
	addr := listen(t, func(ctx context.Context, s *conn.Conn) error {
		s.Raw().(interface{ SetReadBuffer(int) error }).SetReadBuffer(4096)
		if err := write(ctx, s, "+OK\r\n"); err != nil {
			return err
		}
		for range messages {
			line, err := readLine(ctx, s)
			if err != nil {
				return err
			}
			worst = max(worst, s.R.Buffered()+len(line)+2)
			if !strings.HasPrefix(line, "RETR ") {
				return fmt.Errorf("%q", line)
			}
			if err := write(ctx, s, "+OK\r\n"+line+"\r\n"+body+".\r\n"); err != nil {
				return err
			}
		}
		return nil
	})
	c, err := pop3client.Dial(ctx, addr, &pop3client.Options{ForcePipelining: true, AnyState: true})
	ok(t, err)
	defer c.Close()
	p := c.Pipeline()
	var answers []*pop3client.Answer[int64]
	for n := range messages {
		answers = append(answers, p.Retr(n+1, io.Discard))
	}
	ok(t, p.Run(ctx))
	for i, a := range answers {
		n, err := a.Get()
		eq(t, n, int64(len(body)+len("RETR \r\n")+len(strconv.Itoa(i+1))), err)
	}
	if worst > 1024 {
		t.Errorf("%d octets were under way", worst)
	}
	if worst < 512 {
		t.Errorf("only %d octets were ever under way", worst)
	}
}

func TestPipelineListings(t *testing.T) {
	c := dial(t, &pop3client.Options{ForcePipelining: true, AnyState: true}, `
	S: +OK
	C: CAPA
	C: UIDL
	C: LIST 1
	C: RSET
	S: +OK
	S: TOP
	S: .
	S: +OK
	S: 1 a
	S: .
	S: +OK 1 2
	S: +OK`)
	p := c.Pipeline()
	caps, uids, scan, rset := p.Capa(), p.UidlAll(), p.List(1), p.Rset()
	ok(t, p.Run(ctx))
	cs, err := caps.Get()
	eq(t, cs, []pop3.Capability{{Tag: "TOP"}}, err)
	us, err := uids.Get()
	eq(t, us, []pop3.UniqueID{{Number: 1, ID: "a"}}, err)
	sc, err := scan.Get()
	eq(t, sc, pop3.ScanListing{Number: 1, Octets: 2}, err)
	if r, err := rset.Get(); err != nil || r.Status != pop3.OK {
		t.Error(r, err)
	}
}
