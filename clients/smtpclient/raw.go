package smtpclient

import (
	"context"
	"time"

	"harness/internal/conn"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// Conn returns the connection itself.
func (c *Client) Conn() *conn.Conn { return c.c }

// Send sends octets as they are.
func (c *Client) Send(ctx context.Context, octets []byte) error { return c.b.Send(ctx, octets) }

// SendLine sends text, unchecked, and a terminator.
func (c *Client) SendLine(ctx context.Context, text string, end wire.Terminator) error {
	return c.b.SendLine(ctx, text, end)
}

// Raw sends text, unchecked, with CRLF, and reads the reply. A refusal is no error.
func (c *Client) Raw(ctx context.Context, text string) (*smtp.Reply, error) {
	if err := c.SendLine(ctx, text, wire.CRLF); err != nil {
		return nil, err
	}
	return c.ReadReply(ctx)
}

// ReadReply reads a reply. A refusal is no error. If it can't be parsed, the error is a [*wire.SyntaxError].
func (c *Client) ReadReply(ctx context.Context) (r *smtp.Reply, err error) {
	c.b.Begin("reply")
	rules := c.rules(smtp.EnhancedMaybe)
	rules.UTF8 = true
	err = c.b.Do(ctx, func() error {
		r, err = rules.ReadReply(c.c.R)
		return err
	})
	return r, c.b.Wrap("read a reply", err)
}

// ReadLine reads a line. At the end of the stream it returns what is left, with the terminator wire.None, and then io.EOF. The text is valid
// until the next call.
func (c *Client) ReadLine(ctx context.Context) (wire.Line, error) { return c.b.ReadLine(ctx) }

// ExpectQuiet waits for d and returns nil if the server says nothing. If it does, the error is [ErrNotQuiet] and what came stays
// to be read; if it closes the connection, io.EOF.
func (c *Client) ExpectQuiet(ctx context.Context, d time.Duration) error {
	return c.b.ExpectQuiet(ctx, d)
}

// ExpectClose waits for the server to close the connection, at most Timeouts.Command. The error tells the other outcomes apart by errors.Is:
// [ErrNotQuiet] (something came, and stays to be read), os.ErrDeadlineExceeded (nothing happened), syscall.ECONNRESET.
func (c *Client) ExpectClose(ctx context.Context) error { return c.b.ExpectClose(ctx) }
