package imapclient

import (
	"context"
	"time"

	"harness/internal/conn"
	"harness/protocols/imap"
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

// Raw sends text, unchecked, with CRLF, and reads one response.
func (c *Client) Raw(ctx context.Context, text string) (imap.Response, error) {
	if err := c.SendLine(ctx, text, wire.CRLF); err != nil {
		return nil, err
	}
	return c.ReadResponse(ctx)
}

// ReadResponse reads one response, whatever it is: it is given to no Handler, and the client does not learn from it. A refusal is no error. If it can't be parsed, the error is
// a [*wire.SyntaxError], and the next one can be read.
func (c *Client) ReadResponse(ctx context.Context) (imap.Response, error) {
	const name = "read a response"
	c.b.Begin("response")
	var r imap.Response
	err := c.b.Do(ctx, func() (err error) {
		r, err = c.d.ReadResponse()
		return err
	})
	return r, c.b.Wrap(name, err)
}

// ReadTagged reads responses up to the one with a tag, and returns all of them; the tagged one is the last.
func (c *Client) ReadTagged(ctx context.Context, tag string) ([]imap.Response, error) {
	var all []imap.Response
	for {
		r, err := c.ReadResponse(ctx)
		if err != nil {
			return all, err
		}
		if err := gather(&all, r, c.opts.Limits.List); err != nil {
			return all, c.b.Wrap("read responses", err)
		}
		if s, ok := r.(*imap.Status); ok && s.Tag == tag {
			return all, nil
		}
	}
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
