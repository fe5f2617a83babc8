package pop3client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"

	"harness/internal/client"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

// Message is the stream of a message, or of the part that TOP gives: its octets as they are, dots unstuffed, lines with their CRLF. The
// context of the command that opened it governs its reads.
type Message struct {
	// Number is the message-number.
	Number int
	// Reply is the positive reply before it.
	Reply *pop3.Reply

	c     *Client
	block *client.Block
}

// Retr retrieves message n.
func (c *Client) Retr(ctx context.Context, n int) (*Message, error) {
	return c.open(ctx, n, pop3.NewCommand("RETR", strconv.Itoa(n)))
}

// Top retrieves the header of message n and the first lines of its body, lines of 0 or more (RFC 1939 section 7).
func (c *Client) Top(ctx context.Context, n, lines int) (*Message, error) {
	return c.open(ctx, n, pop3.NewCommand("TOP", strconv.Itoa(n), strconv.Itoa(lines)))
}

// RetrTo retrieves message n into w and returns how many octets it has. If w fails, the rest is read away as by Close.
func (c *Client) RetrTo(ctx context.Context, n int, w io.Writer) (int64, error) {
	m, err := c.Retr(ctx, n)
	if err != nil {
		return 0, err
	}
	size, err := m.WriteTo(w)
	return size, errors.Join(err, m.Close())
}

// RetrBytes retrieves message n into memory. Limits.Message bounds it.
func (c *Client) RetrBytes(ctx context.Context, n int) ([]byte, error) {
	var b bytes.Buffer
	_, err := c.RetrTo(ctx, n, &b)
	if err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (c *Client) open(ctx context.Context, n int, cmd pop3.Command) (*Message, error) {
	reply, err := c.send(ctx, cmd)
	if err != nil {
		return nil, err
	}
	m := c.message(ctx, n, reply)
	c.stream = m
	return m, nil
}

// message returns the stream that stands behind reply.
func (c *Client) message(ctx context.Context, n int, reply *pop3.Reply) *Message {
	m := &Message{Number: n, Reply: reply, c: c, block: c.b.Block(ctx, c.opts.Timeouts.Idle)}
	m.block.End = m.end
	m.block.Reader.Limit = c.opts.Limits.Message
	if !c.opts.Strict && bytes.HasSuffix(reply.Raw, []byte("\n")) && !bytes.HasSuffix(reply.Raw, []byte("\r\n")) {
		// Only a server that ends its replies with a bare LF may end a message so: else a message that holds LF "." LF could cut itself short and
		// have its rest taken for replies.
		m.block.Reader.Mode = wire.Lenient
	}
	return m
}

// Read implements io.Reader.
func (m *Message) Read(p []byte) (int, error) { return m.block.Read(p) }

// WriteTo implements io.WriterTo, without a copy in between. An error of w leaves the stream open.
func (m *Message) WriteTo(w io.Writer) (int64, error) { return m.block.WriteTo(w) }

// end takes note of the stream's end: io.EOF, or an error, which breaks the client.
func (m *Message) end(err error) error {
	if m.c.stream == m {
		m.c.stream = nil
	}
	places, all := m.block.Reader.Forgiven()
	m.c.b.Begin(m.Reply.Command)
	for _, f := range places {
		m.c.b.Forgave(&wire.SyntaxError{Offset: int(f.Offset), Got: "\n", Want: "CRLF: " + f.What, Cite: "RFC 1939 section 3"})
	}
	m.c.b.ForgaveMore(all - len(places))
	if err != io.EOF {
		err = m.c.b.Fail(m.Reply.Command, err)
	}
	return err
}

// Close ends the stream. What was not read is read away if it is no more than Limits.Drain; if it is more, the connection is broken and
// Close says so. A second call does nothing.
func (m *Message) Close() error {
	if m.c.b.Closed() {
		return nil
	}
	return m.block.Close(m.c.opts.Limits.Drain)
}
