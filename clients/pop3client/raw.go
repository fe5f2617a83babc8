package pop3client

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	"harness/internal/conn"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

// Conn returns the connection itself.
func (c *Client) Conn() *conn.Conn { return c.c }

// Send sends octets as they are.
func (c *Client) Send(ctx context.Context, octets []byte) error {
	err := c.do(ctx, func() error {
		if _, err := c.c.W.Write(octets); err != nil {
			return err
		}
		return c.c.W.Flush()
	})
	return c.wrap("send", err)
}

// SendLine sends text, unchecked, and a terminator.
func (c *Client) SendLine(ctx context.Context, text string, end wire.Terminator) error {
	return c.Send(ctx, append([]byte(text), end.Octets()...))
}

// Raw sends text, unchecked, with CRLF, and reads the status line of a reply. A refusal is no error.
func (c *Client) Raw(ctx context.Context, text string) (*pop3.Reply, error) {
	if err := c.SendLine(ctx, text, wire.CRLF); err != nil {
		return nil, err
	}
	return c.ReadReply(ctx)
}

// ReadReply reads the status line of a reply, a challenge included. A refusal is no error. If it can't be parsed, the error is a
// [*wire.SyntaxError] and the reply holds Raw.
func (c *Client) ReadReply(ctx context.Context) (*pop3.Reply, error) {
	l, err := c.readLine(ctx)
	if err != nil {
		return nil, c.wrap("read a reply", err)
	}
	c.command = "reply"
	reply, err := c.rules().ParseReply(l)
	return reply, c.wrap("read a reply", err)
}

// ReadLine reads a line. At the end of the stream it returns what is left, with the terminator wire.None, and then io.EOF. The text is valid
// until the next call.
func (c *Client) ReadLine(ctx context.Context) (wire.Line, error) {
	l, err := c.readLine(ctx)
	return l, c.wrap("read a line", err)
}

func (c *Client) readLine(ctx context.Context) (l wire.Line, err error) {
	err = c.do(ctx, func() error {
		l, err = c.c.R.ReadLine()
		return err
	})
	return l, err
}

// ReadBlock reads the rest of a multi-line answer, from behind its status line, strictly and dots unstuffed. Limits.Listing bounds it.
func (c *Client) ReadBlock(ctx context.Context) ([]byte, error) {
	b := c.c.R.Block()
	b.Limit = c.opts.Limits.Listing
	var data []byte
	err := c.c.Do(ctx, c.opts.Timeouts.Idle, func() (err error) {
		data, err = io.ReadAll(b)
		return err
	})
	return data, c.wrap("read a block", err)
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
