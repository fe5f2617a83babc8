package nntpclient

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"harness/protocols/nntp"
	"harness/protocols/wire"
)

// Post posts an article (RFC 3977 section 6.3.1): headers, an empty line and the body, with CRLF line ends or LF; it is sent with CRLF, dot-stuffed. Nothing is
// sent if its headers are not those of an article (section 3.6). A bare CR or NUL in the body is an error, after which the client is broken, as it is when r
// fails: the server must not take half an article for a whole one. The response names the message-id with many servers.
func (c *Client) Post(ctx context.Context, r io.Reader) (*nntp.Response, error) {
	if err := c.ready("POST"); err != nil {
		return nil, err
	}
	r, err := headed(r)
	if err != nil {
		return nil, c.b.Wrap("POST", err)
	}
	if _, err := c.send(ctx, nntp.NewCommand("POST"), nntp.CodeSendPost); err != nil {
		return nil, err
	}
	return c.give(ctx, "POST", r, nntp.CodePosted)
}

// maxHead is the most that the headers of a posted article may have, in octets.
const maxHead = 1 << 20

// headed reads the headers of an article and checks them, and returns a reader of the whole article.
func headed(r io.Reader) (io.Reader, error) {
	br := bufio.NewReader(r)
	var head, sent []byte // as it was read, and with CRLF line ends
	for {
		line, err := br.ReadSlice('\n')
		head = append(head, line...)
		if len(head) > maxHead {
			return nil, &wire.LimitError{What: "header of an article", Limit: maxHead}
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if err != nil && err != io.EOF {
			return nil, fmt.Errorf("reading the article: %w", err)
		}
		before := bytes.TrimSuffix(bytes.TrimSuffix(head, []byte("\n")), []byte("\r"))
		if err == io.EOF || len(before) == 0 || before[len(before)-1] == '\n' {
			break
		}
	}
	for line := range bytes.Lines(head) {
		sent = append(append(sent, bytes.TrimSuffix(bytes.TrimSuffix(line, []byte("\n")), []byte("\r"))...), "\r\n"...)
	}
	if err := nntp.CheckArticle(sent); err != nil {
		return nil, fmt.Errorf("not sent: it is no article: %w", err)
	}
	return io.MultiReader(bytes.NewReader(head), br), nil
}

// IHave offers an article to a peer and sends it if it is wanted (RFC 3977 section 6.3.2). That it is not wanted is the error 435.
func (c *Client) IHave(ctx context.Context, id nntp.MessageID, r io.Reader) (*nntp.Response, error) {
	cmd := nntp.NewCommand("IHAVE", string(id))
	if _, err := c.send(ctx, cmd, nntp.CodeSendArticle); err != nil {
		return nil, err
	}
	return c.give(ctx, cmd.String(), r, nntp.CodeTransferred)
}

// give sends a data block and reads the response to it.
func (c *Client) give(ctx context.Context, name string, r io.Reader, code int) (*nntp.Response, error) {
	if err := c.block(ctx, name, r); err != nil {
		return nil, err
	}
	var resp *nntp.Response
	err := c.b.Do(ctx, func() (err error) {
		resp, err = c.response(name)
		return err
	})
	if err != nil {
		return nil, c.fail(name, err)
	}
	return resp, c.judge(resp, name, code)
}

// block sends a data block. An error breaks the client.
func (c *Client) block(ctx context.Context, name string, r io.Reader) error {
	w := wire.NewBlockWriter(c.c.W)
	lines := wire.NewLineWriter(w)
	lines.Ends, lines.NoNUL, lines.Cite = wire.LFToCRLF, true, "RFC 3977 section 3.6"
	buf := make([]byte, 64<<10)
	for {
		n, rerr := r.Read(buf)
		err := c.b.Ended(c.c.Do(ctx, c.opts.Timeouts.Idle, func() error { _, err := lines.Write(buf[:n]); return err }))
		if err != nil {
			return c.fail(name, err)
		}
		if rerr == io.EOF {
			break
		}
		if rerr != nil {
			return c.fail(name, fmt.Errorf("reading the article: %w", rerr))
		}
	}
	err := c.b.Ended(c.c.Do(ctx, c.opts.Timeouts.Idle, func() error {
		if err := lines.Close(); err != nil {
			return err
		}
		if err := w.Close(); err != nil {
			return err
		}
		return c.c.W.Flush()
	}))
	if err != nil {
		return c.fail(name, err)
	}
	return nil
}

// ModeStream asks a peer for streaming (RFC 4644 section 2.3): Check and TakeThis. A server that lists STREAMING needs no asking.
func (c *Client) ModeStream(ctx context.Context) error {
	_, err := c.send(ctx, nntp.NewCommand("MODE STREAM"), nntp.CodeStreamingAllowed)
	c.streams = c.streams || err == nil
	return err
}

// streaming prints a command of streaming, and is an error unless the server offers that: MODE STREAM was answered so, or the capabilities say so, which are
// asked for if they are not known.
func (c *Client) streaming(ctx context.Context, cmd nntp.Command) ([]byte, error) {
	name := cmd.String()
	if err := c.ready(name); err != nil {
		return nil, err
	}
	text, err := nntp.Rules{}.AppendCommand(nil, cmd)
	if err != nil {
		return nil, c.b.Wrap(name, err)
	}
	if c.streams {
		return text, nil
	}
	caps, err := c.capabilities(ctx)
	if err == nil && !caps.Has("STREAMING") {
		err = c.b.Wrap(name, ErrNoStreaming)
	}
	return text, err
}

// Check asks whether a peer wants an article (RFC 4644 section 2.4). That it does not is the error 438, that it may be asked later 431. Streaming has to be
// offered, as for TakeThis.
func (c *Client) Check(ctx context.Context, id nntp.MessageID) error {
	cmd := nntp.NewCommand("CHECK", string(id))
	if _, err := c.streaming(ctx, cmd); err != nil {
		return err
	}
	_, err := c.send(ctx, cmd, nntp.CodeSendIt)
	return err
}

// TakeThis sends an article to a peer without asking (RFC 4644 section 2.5). That it was rejected is the error 439. The server has to list STREAMING, for which
// the capabilities are asked for if they are not known, or to have answered ModeStream; otherwise the error is [ErrNoStreaming].
func (c *Client) TakeThis(ctx context.Context, id nntp.MessageID, r io.Reader) error {
	cmd := nntp.NewCommand("TAKETHIS", string(id))
	name := cmd.String()
	text, err := c.streaming(ctx, cmd)
	if err != nil {
		return err
	}
	c.b.Begin(name)
	if err := c.b.Do(ctx, func() error { _, err := c.c.W.Write(text); return err }); err != nil {
		return c.fail(name, err)
	}
	_, err = c.give(ctx, name, r, nntp.CodeTaken)
	return err
}

// Outcome is what became of an article of a feed.
type Outcome uint8

// The outcomes.
const (
	// Taken: the peer has the article now.
	Taken Outcome = iota + 1
	// NotWanted: it did not want it (438).
	NotWanted
	// Later: it is to be asked again (431).
	Later
	// Rejected: it was sent, and not taken (439).
	Rejected
)

// String names the outcome.
func (o Outcome) String() string {
	switch o {
	case Taken:
		return "taken"
	case NotWanted:
		return "not wanted"
	case Later:
		return "later"
	case Rejected:
		return "rejected"
	}
	return "no outcome"
}

// Feed streams articles to a peer (RFC 4644 section 2.1): it asks for all of them by CHECK, in a pipeline, and sends those that are wanted by TAKETHIS. Open
// returns an article, which is closed if it is an io.Closer; an error of it leaves the article out. Done is told what became of each, or the error.
func (c *Client) Feed(ctx context.Context, ids []nntp.MessageID, open func(nntp.MessageID) (io.Reader, error), done func(nntp.MessageID, Outcome, error)) error {
	const batch = 256
	if len(ids) > 0 {
		if _, err := c.streaming(ctx, nntp.NewCommand("CHECK", string(ids[0]))); err != nil {
			return err
		}
	}
	for len(ids) > 0 {
		some := ids[:min(batch, len(ids))]
		ids = ids[len(some):]
		p := c.Pipeline()
		answers := make([]*Answer[*nntp.Response], len(some))
		for i, id := range some {
			answers[i] = p.Command(nntp.NewCommand("CHECK", string(id)), nntp.CodeSendIt)
		}
		if err := p.Run(ctx); err != nil {
			return err
		}
		for i, id := range some {
			_, err := answers[i].Get()
			var refused *nntp.Response
			switch {
			case errors.As(err, &refused) && refused.Code == nntp.CodeHaveIt:
				done(id, NotWanted, nil)
				continue
			case errors.As(err, &refused) && refused.Code == nntp.CodeTryLater:
				done(id, Later, nil)
				continue
			case err != nil:
				done(id, 0, err)
				continue
			}
			r, err := open(id)
			if err != nil {
				done(id, 0, err)
				continue
			}
			err = c.TakeThis(ctx, id, r)
			if cl, ok := r.(io.Closer); ok {
				cl.Close()
			}
			switch {
			case c.b.Broken() != nil:
				return err
			case errors.As(err, &refused) && refused.Code == nntp.CodeTakeRejected:
				done(id, Rejected, nil)
			case err != nil:
				done(id, 0, err)
			default:
				done(id, Taken, nil)
			}
		}
	}
	return nil
}
