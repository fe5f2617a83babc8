package pop3client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"time"

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
	ctx   context.Context
	block *wire.BlockReader
	err   error // sticky: io.EOF or what broke it
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
	m := &Message{Number: n, Reply: reply, c: c, ctx: ctx, block: c.c.R.Block()}
	m.block.Limit = c.opts.Limits.Message
	if !c.opts.Strict && bytes.HasSuffix(reply.Raw, []byte("\n")) && !bytes.HasSuffix(reply.Raw, []byte("\r\n")) {
		// Only a server that ends its replies with a bare LF may end a message so: else a message that holds LF "." LF could cut itself short and
		// have its rest taken for replies.
		m.block.Mode = wire.Lenient
	}
	return m
}

// Read implements io.Reader.
func (m *Message) Read(p []byte) (int, error) {
	if m.err != nil {
		return 0, m.err
	}
	var n int
	err := m.c.c.Do(m.ctx, m.c.opts.Timeouts.Idle, func() (err error) {
		n, err = m.block.Read(p)
		return err
	})
	if err != nil {
		return n, m.end(err)
	}
	return n, nil
}

// errPause has WriteTo come up for a new deadline.
var errPause = errors.New("pause")

// pacer interrupts a transfer that makes progress before its deadline passes.
type pacer struct {
	w      io.Writer
	renew  time.Time // zero: never
	failed error
}

func (p *pacer) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		p.failed = err
		return n, err
	}
	if !p.renew.IsZero() && time.Now().After(p.renew) {
		return n, errPause
	}
	return n, nil
}

// WriteTo implements io.WriterTo, without a copy in between. An error of w leaves the stream open.
func (m *Message) WriteTo(w io.Writer) (int64, error) {
	if m.err != nil {
		if m.err == io.EOF {
			return 0, nil
		}
		return 0, m.err
	}
	var total int64
	idle := m.c.opts.Timeouts.Idle
	p := &pacer{w: w}
	for {
		if idle > 0 {
			p.renew = time.Now().Add(idle / 4)
		}
		err := m.c.c.Do(m.ctx, idle, func() error {
			n, err := m.block.WriteTo(p)
			total += n
			return err
		})
		switch {
		case err == nil:
			m.end(io.EOF)
			return total, nil
		case p.failed != nil:
			return total, p.failed
		case errors.Is(err, errPause) && m.ctx.Err() == nil:
		default:
			return total, m.end(err)
		}
	}
}

// end ends the stream with io.EOF or with an error, which breaks the client.
func (m *Message) end(err error) error {
	if m.c.stream == m {
		m.c.stream = nil
	}
	places, all := m.block.Forgiven()
	m.c.command = m.Reply.Command
	for _, f := range places {
		m.c.forgave(&wire.SyntaxError{Offset: int(f.Offset), Got: "\n", Want: "CRLF: " + f.What, Cite: "RFC 1939 section 3"})
	}
	m.c.unnoted += all - len(places)
	if err != io.EOF {
		err = m.c.fail(m.Reply.Command, err)
	}
	m.err = err
	return err
}

// Close ends the stream. What was not read is read away if it is no more than Limits.Drain; if it is more, the connection is broken and
// Close says so. A second call does nothing.
func (m *Message) Close() error {
	if m.err != nil || m.c.closed.Load() {
		return nil
	}
	_, err := m.WriteTo(&drain{left: m.c.opts.Limits.Drain})
	if err == errDrain {
		return m.end(errDrain)
	}
	return err
}

var errDrain = errors.New("the message was not read to its end, and more was left than Limits.Drain allows to read away")

type drain struct{ left int64 }

func (d *drain) Write(p []byte) (int, error) {
	d.left -= int64(len(p))
	if d.left < 0 {
		return 0, errDrain
	}
	return len(p), nil
}
