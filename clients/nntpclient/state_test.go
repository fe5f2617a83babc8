package nntpclient_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"harness/clients/nntpclient"
	"harness/internal/auth"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/nntp"
)

// TestState checks that what is not valid as the session stands is not sent.
func TestState(t *testing.T) {
	c := dial(t, nil, `
		C: STAT <1@x>
		S: 223 0 <1@x>
		C: GROUP none
		S: 411 none
		C: CAPABILITIES
		S: 101
		S: VERSION 2
		S: MODE-READER
		S: .
		C: GROUP g
		S: 211 3 1 3 g
		C: NEXT
		S: 223 2 <2@x>
		C: MODE READER
		S: 200 reading
		C: MODE STREAM
		S: 203 streaming
		C: CHECK <1@x>
		S: 238 <1@x>
		C: DATE
		S: 111 20260101000000`)
	numbered := func() []error {
		p := c.Pipeline()
		p.Stat("1")
		none := func(nntp.Header) error { return nil }
		return []error{second(c.Next(ctx)), second(c.Last(ctx)), second(c.Stat(ctx, "")), second(c.Head(ctx, "3")), second(c.ListGroup(ctx, "", "", nil)),
			c.Over(ctx, "1-", nil), c.Hdr(ctx, "Subject", "", none), c.XPat(ctx, "Subject", "1-2", "*", none), p.Run(ctx)}
	}
	if _, err := c.Stat(ctx, "<1@x>"); err != nil {
		t.Error(err)
	}
	if _, err := c.Group(ctx, "none"); refused(err) != 411 {
		t.Error(err)
	}
	for _, err := range numbered() {
		if !errors.Is(err, nntpclient.ErrNoGroup) {
			t.Error(err)
		}
	}
	if err := c.Check(ctx, "<1@x>"); !errors.Is(err, nntpclient.ErrNoStreaming) {
		t.Error(err)
	}
	group(t, c)
	if _, err := c.Next(ctx); err != nil {
		t.Error(err)
	}
	if err := c.Reader(ctx); err != nil {
		t.Error(err)
	}
	for _, err := range numbered() {
		if !errors.Is(err, nntpclient.ErrNoGroup) {
			t.Error(err)
		}
	}
	if _, err := c.ModeReader(ctx); !errors.Is(err, nntpclient.ErrModeReader) {
		t.Error(err)
	}
	if err := errors.Join(c.ModeStream(ctx), c.Check(ctx, "<1@x>"), second(c.Date(ctx))); err != nil {
		t.Error(err)
	}
}

// TestReader makes ready for reading, with servers that want MODE READER or not.
func TestReader(t *testing.T) {
	const listed = "C: CAPABILITIES\nS: 101\nS: VERSION 2\nS: "
	for name, script := range map[string]string{
		"a reader's server": listed + "READER\nS: .",
		"a switching one":   listed + "MODE-READER\nS: .\nC: MODE READER\nS: 200 ok",
		"a peers' server":   listed + "IHAVE\nS: .",
		"no CAPABILITIES":   "C: CAPABILITIES\nS: 500\nC: MODE READER\nS: 201 ok",
		"no modes either":   "C: CAPABILITIES\nS: 500\nC: MODE READER\nS: 500",
	} {
		t.Run(name, func(t *testing.T) {
			c := dial(t, nil, script+"\nC: DATE\nS: 111 20260101000000")
			if err := c.Reader(ctx); err != nil {
				t.Error(err)
			}
			if _, err := c.Date(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSense goes by the first digit where a code says no more than that (RFC 3977 section 3.2).
func TestSense(t *testing.T) {
	c := dial(t, nil, "C: POST\nS: 340 go on\nC: A: b\nC:\nC: .\nS: 249 posted somehow\nC: MODE STREAM\nS: 299 yes\nC: GROUP g\nS: 459 not now\nC: DATE\nS: 299 what")
	if r, err := c.Post(ctx, strings.NewReader("A: b\n\n")); err != nil || r.Code != 249 {
		t.Error(r, err)
	}
	if err := c.ModeStream(ctx); err != nil {
		t.Error(err)
	}
	if list, n := c.Forgiven(); n != 2 || list[0].Command != "POST" {
		t.Error(list, n)
	}
	if _, err := c.Group(ctx, "g"); refused(err) != 459 {
		t.Error(err)
	}
	if _, err := c.Date(ctx); err == nil || refused(err) != 0 { // without a date there is none
		t.Error(err)
	}
}

// TestIdentity prepares the authorization identity (RFC 4643 section 2.4.2).
func TestIdentity(t *testing.T) {
	c := dial(t, nil, "C: AUTHINFO SASL PLAIN "+auth.Encode([]byte("editor\x00alice\x00secret"))+"\nS: 281 in")
	creds := nntpclient.Credentials{User: "alice", Password: "secret", Identity: "edit\u0007or"}
	if err := c.AuthMechanism(ctx, "PLAIN", creds); err == nil {
		t.Error("a control character was sent")
	}
	creds.Identity = "e\u00additor"
	if err := c.AuthMechanism(ctx, "PLAIN", creds); err != nil {
		t.Error(err)
	}
}

// TestBrokenCloses wants the connection closed when the two ends no longer agree.
func TestBrokenCloses(t *testing.T) {
	for answer, do := range map[string]func(c *nntpclient.Client) error{
		"what":                    func(c *nntpclient.Client) error { return second(c.Date(ctx)) },
		"382 begin\r\n400 no TLS": func(c *nntpclient.Client) error { return c.STARTTLS(ctx) },
		"206 on\r\n\x07 is no block": func(c *nntpclient.Client) error {
			return errors.Join(c.Compress(ctx), second(c.Date(ctx)))
		},
	} {
		ended := make(chan error, 1)
		addr := clienttest.Listen(t, "127.0.0.1:0", func(ctx context.Context, s *conn.Conn) error {
			if err := clienttest.Write(ctx, s, "200 ready\r\n"); err != nil {
				return err
			}
			if _, err := clienttest.ReadLine(ctx, s); err != nil {
				return err
			}
			if err := clienttest.Write(ctx, s, answer+"\r\n"); err != nil {
				return err
			}
			for {
				if _, err := clienttest.ReadLine(ctx, s); err != nil {
					ended <- err
					return nil
				}
			}
		})
		c, err := nntpclient.Dial(ctx, addr, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := do(c); err == nil {
			t.Errorf("%q was accepted", answer)
		}
		if err := <-ended; !errors.Is(err, io.EOF) && !strings.Contains(err.Error(), "reset") {
			t.Errorf("%q: %v", answer, err)
		}
		c.Close()
	}
}
