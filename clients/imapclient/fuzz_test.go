package imapclient_test

import (
	"context"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"harness/clients/imapclient"
	"harness/protocols/imap"
)

// FuzzServer has a server say anything: no call panics or hangs, a broken client stays broken, and nothing is kept beyond the limits.
func FuzzServer(f *testing.F) {
	f.Add([]byte("* PREAUTH [CAPABILITY IMAP4rev1 LITERAL-] hi\r\na1 OK x\r\n* SEARCH 1 2\r\na2 OK x\r\n* 1 FETCH (UID 1 BODY[] {3}\r\nabc)\r\na3 OK x\r\n+ go\r\na4 OK x\r\n+ idle\r\n* 4 EXISTS\r\na5 OK x\r\n"))
	f.Add([]byte("* OK hi\r\n* CAPABILITY AUTH=PLAIN\r\na1 OK x\r\n+ \r\na2 OK x\r\n"))
	f.Add([]byte("* BYE\r\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		mine, theirs := net.Pipe()
		done := make(chan struct{})
		go func() {
			defer close(done)
			go io.Copy(io.Discard, theirs)
			theirs.Write(text)
			theirs.Close()
		}()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		defer func() { mine.Close(); <-done }()
		c, err := imapclient.New(ctx, mine, &imapclient.Options{AnyState: true, Limits: imapclient.Limits{Unsolicited: 10, Literal: 1000}})
		if err != nil {
			return
		}
		defer c.Close()
		var broken error
		for _, f := range []func() error{
			func() error { _, err := c.Select(ctx, "INBOX"); return err },
			func() error { _, err := c.Search(ctx, imap.Key("ALL")); return err },
			func() error { _, err := c.BodyTo(ctx, 1, "", io.Discard); return err },
			func() error { _, err := c.AppendBytes(ctx, "x", nil, []byte("x")); return err },
			func() error { return c.Login(ctx, "a", "b") },
			func() error { return c.Idle(ctx, func(imap.Response) error { return imapclient.ErrStop }) },
			func() error {
				p := c.Pipeline()
				p.Noop()
				p.Fetch(imap.Nums(1), []imap.FetchItem{{Name: "FLAGS"}}, nil, nil)
				return p.Run(ctx)
			},
			func() error { return c.Noop(ctx) },
		} {
			err := f()
			if broken != nil && err == nil {
				t.Fatalf("a client that was broken by %v goes on", broken)
			}
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				broken = err
			}
			if errors.Is(err, context.DeadlineExceeded) {
				t.Fatal(err)
			}
		}
		if n := len(c.Unsolicited()); n > 10 {
			t.Fatalf("%d responses are kept", n)
		}
	})
}
