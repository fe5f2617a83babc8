package ftpclient

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"harness/internal/conn"
	"harness/protocols/ftp"
	"harness/protocols/wire"
)

// Conn returns the control connection itself.
func (c *Client) Conn() *conn.Conn { return c.c }

// Send sends octets as they are.
func (c *Client) Send(ctx context.Context, octets []byte) error {
	err := c.do(ctx, func() error { return c.write(octets) })
	c.now.Type = ftp.Type{} // it may have been TYPE
	return c.wrap("send", err)
}

// SendUrgent sends octets as urgent data, the last of which is the mark (RFC 959 section 4.1.3); under TLS as any others.
func (c *Client) SendUrgent(ctx context.Context, octets []byte) error {
	return c.wrap("send", c.do(ctx, func() error { return c.c.WriteUrgent(octets) }))
}

// SendLine sends text, unchecked, and a terminator.
func (c *Client) SendLine(ctx context.Context, text string, end wire.Terminator) error {
	return c.Send(ctx, append([]byte(text), end.Octets()...))
}

// Raw sends text, unchecked, with CRLF, and reads a reply. A refusal is no error.
func (c *Client) Raw(ctx context.Context, text string) (*ftp.Reply, error) {
	if err := c.SendLine(ctx, text, wire.CRLF); err != nil {
		return nil, err
	}
	return c.ReadReply(ctx)
}

// ReadReply reads a reply, preliminary or final. A refusal is no error. If it can't be parsed, the error is a [*wire.SyntaxError].
func (c *Client) ReadReply(ctx context.Context) (*ftp.Reply, error) {
	c.command = "reply"
	reply, err := c.next(ctx, "")
	return reply, c.wrap("read a reply", err)
}

// ReadLine reads a line. At the end of the stream it returns what is left, with the terminator wire.None, and then io.EOF. The text is valid
// until the next call.
func (c *Client) ReadLine(ctx context.Context) (l wire.Line, err error) {
	err = c.do(ctx, func() error {
		l, err = c.c.R.ReadLine()
		return err
	})
	return l, c.wrap("read a line", err)
}

// ExpectQuiet waits for d and returns nil if the server says nothing. If it does, the error is [ErrNotQuiet] and what came stays
// to be read; if it closes the connection, io.EOF.
func (c *Client) ExpectQuiet(ctx context.Context, d time.Duration) error {
	return c.wrap("expect silence", c.c.Quiet(ctx, d))
}

// ExpectClose waits for the server to close the connection, at most Timeouts.Command. The error tells the other outcomes apart by errors.Is:
// [ErrNotQuiet] (something came, and stays to be read), os.ErrDeadlineExceeded (nothing happened), syscall.ECONNRESET.
func (c *Client) ExpectClose(ctx context.Context) error {
	if c.c.R.Buffered() > 0 {
		return c.wrap("expect the end", conn.ErrNotQuiet)
	}
	err := c.c.Do(ctx, c.opts.Timeouts.Command, c.c.R.Wait)
	switch {
	case err == nil:
		err = conn.ErrNotQuiet
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		err = errors.Join(err, os.ErrDeadlineExceeded)
	}
	return c.wrap("expect the end", err)
}
