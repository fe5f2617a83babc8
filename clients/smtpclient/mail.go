package smtpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"harness/protocols/smtp"
)

// lastWords bounds the wait for a reply of a server that takes no more content.
const lastWords = time.Second

// Mail begins a transaction (RFC 5321 section 4.1.1.2). From is the sender's mailbox, "" for the null reverse-path. Opts may be nil. Parameters whose extension the server
// does not offer are refused. SMTPUTF8 is added for a mailbox that is not ASCII.
func (c *Client) Mail(ctx context.Context, from string, opts *smtp.MailOptions) (*smtp.Reply, error) {
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	cmd, err := c.mailCommand(from, opts)
	if err != nil {
		return nil, err
	}
	return c.send(ctx, cmd)
}

// mailCommand returns MAIL, if the server's terms permit it.
func (c *Client) mailCommand(from string, opts *smtp.MailOptions) (cmd smtp.Command, err error) {
	path, err := smtp.NewPath(from)
	if err != nil {
		return cmd, c.b.Wrap("MAIL", fmt.Errorf("not sent: the sender: %w", err))
	}
	var o smtp.MailOptions
	if opts != nil {
		o = *opts
	}
	o.UTF8 = o.UTF8 || !path.IsASCII()
	ps, err := o.Params()
	if err != nil {
		return cmd, c.b.Wrap("MAIL", err)
	}
	cmd = smtp.NewMail(path, ps)
	if c.opts.AnyState {
		return cmd, nil
	}
	if err := c.terms(&o); err != nil {
		return cmd, c.b.Wrap(cmd.String(), err)
	}
	return cmd, nil
}

// terms is an error if the server has said that it would not take MAIL with these options. Whether it offers them is another matter.
func (c *Client) terms(o *smtp.MailOptions) error {
	if limit, _ := c.exts.Size(); limit > 0 && o.Size > limit {
		return &SizeError{Size: o.Size, Limit: limit}
	}
	if least, _ := c.exts.DeliverBy(); o.By != nil && !o.By.Notify && o.By.In < least {
		return fmt.Errorf("not sent: delivery by %v, and the server takes %v at least (RFC 2852 section 4)", o.By.In, least)
	}
	if o.By != nil && (o.HoldFor > 0 && o.By.In <= o.HoldFor || !o.HoldUntil.IsZero() && !time.Now().Add(o.By.In).After(o.HoldUntil)) {
		return fmt.Errorf("not sent: delivery by %v, and it is held for longer (RFC 4865 section 5.2.1)", o.By.In)
	}
	longest, latest, _ := c.exts.FutureRelease()
	if longest > 0 && o.HoldFor > longest {
		return fmt.Errorf("not sent: HOLDFOR of %v, and the server holds for %v at most (RFC 4865 section 4.1)", o.HoldFor, longest)
	}
	if !latest.IsZero() && o.HoldUntil.After(latest) {
		return fmt.Errorf("not sent: HOLDUNTIL %v, and the server holds until %v at most (RFC 4865 section 4.1)", o.HoldUntil, latest)
	}
	if l, _ := c.exts.Limits(); l.Mails > 0 && c.mails >= l.Mails {
		return fmt.Errorf("not sent: the server takes %d transactions in a session, connect again (RFC 9422 section 4)", l.Mails)
	}
	if o.RequireTLS {
		state, ok := c.c.TLS()
		if !ok || len(state.VerifiedChains) == 0 && (c.opts.TLS == nil || c.opts.TLS.VerifyConnection == nil) {
			return ErrRequireTLS
		}
	}
	return nil
}

// Rcpt names a recipient (RFC 5321 section 4.1.1.3): a mailbox or "postmaster". Opts may be nil.
func (c *Client) Rcpt(ctx context.Context, to string, opts *smtp.RcptOptions) (*smtp.Reply, error) {
	cmd, err := c.rcptCommand(to, opts)
	if err == nil {
		err = c.reaches(cmd, c.tx)
	}
	if err != nil {
		return nil, err
	}
	return c.send(ctx, cmd)
}

func (c *Client) rcptCommand(to string, opts *smtp.RcptOptions) (cmd smtp.Command, err error) {
	path, err := smtp.NewPath(to)
	if err != nil {
		return cmd, c.b.Wrap("RCPT", fmt.Errorf("not sent: the recipient: %w", err))
	}
	var ps smtp.Params
	if opts != nil {
		if ps, err = opts.Params(); err != nil {
			return cmd, c.b.Wrap("RCPT", err)
		}
	}
	return smtp.NewRcpt(path, ps), nil
}

// reaches is an error if the recipient's mailbox needs SMTPUTF8 and the transaction is without.
func (c *Client) reaches(cmd smtp.Command, t transaction) error {
	if cmd.Path.IsASCII() || t.utf8 || c.opts.AnyState {
		return nil
	}
	return c.b.Wrap(cmd.String(), errors.New("not sent: the mailbox is not ASCII, and MAIL did not say SMTPUTF8 (RFC 6531 section 3.4)"))
}

// Data sends the content of the message by DATA (RFC 5321 section 4.1.1.4), dot-stuffed; memory does not depend on its size. What is refused is said before DATA is sent as
// far as it is known then: content of 64 KiB, and content that can be read twice (an io.Seeker), is looked at first. Later, and if r fails, an
// error breaks the client: a server must not take half a message for a whole one.
//
// It returns the reply to the content, or, in LMTP, the reply for each recipient that was accepted, in order. If none of them is positive, the first one is the error.
// If the connection fails in between, those that came are returned with the error.
func (c *Client) Data(ctx context.Context, r io.Reader) ([]*smtp.Reply, error) {
	return c.content(ctx, r, c.dataContent)
}

// Chunks is [Client.Data] by BDAT (RFC 3030): in chunks of Limits.Chunk octets. Content that MAIL declared as BINARYMIME is sent as it is. If r fails, or a chunk
// is refused, the transaction has to be ended by Rset.
func (c *Client) Chunks(ctx context.Context, r io.Reader) ([]*smtp.Reply, error) {
	return c.content(ctx, r, func(ctx context.Context, s *source) ([]string, error) {
		if err := c.check(smtp.NewBDAT(0, true), c.state); err != nil {
			return nil, err
		}
		names := c.contentNames("BDAT")
		last, err := c.bdat(ctx, s)
		if err == nil && !c.opts.LMTP {
			names = []string{last.String()}
		}
		return names, err
	})
}

// chunked takes note of the reply to the last chunk: behind a refusal only RSET ends the transaction (RFC 3030 section 2).
func (c *Client) chunked(refused error) {
	c.state = c.state.After(smtp.NewBDAT(0, true), refused == nil || c.opts.LMTP)
	if c.tx.spoiled = c.state != smtp.Idle; !c.tx.spoiled {
		c.tx = transaction{}
	}
}

// content looks at content and has it sent; give returns the names of the replies to come.
func (c *Client) content(ctx context.Context, r io.Reader, give func(context.Context, *source) ([]string, error)) ([]*smtp.Reply, error) {
	if err := c.ready("DATA"); err != nil {
		return nil, err
	}
	s, err := newSource(r)
	if err != nil {
		return nil, c.b.Wrap("DATA", err)
	}
	defer s.release()
	if err := c.fits(s, c.tx); err != nil {
		return nil, c.b.Wrap("DATA", err)
	}
	names, err := give(ctx, s)
	if err != nil {
		return nil, err
	}
	replies, err := c.final(ctx, names)
	if c.state != smtp.Idle {
		c.chunked(err)
	}
	return replies, err
}

func (c *Client) dataContent(ctx context.Context, s *source) ([]string, error) {
	if c.tx.body == smtp.BodyBinaryMIME && !c.opts.AnyState {
		return nil, c.b.Wrap("DATA", ErrBinary)
	}
	if _, err := c.send(ctx, smtp.NewCommand("DATA")); err != nil {
		return nil, err
	}
	names := c.contentNames("DATA")
	return names, c.transfer(ctx, s)
}

// Bdat sends a chunk (RFC 3030 section 2) and returns the replies: one, or, to the last chunk in LMTP, one for each recipient that was accepted, as Data does. Its octets are
// sent as they are.
func (c *Client) Bdat(ctx context.Context, chunk []byte, last bool) ([]*smtp.Reply, error) {
	cmd := smtp.NewBDAT(int64(len(chunk)), last)
	name := cmd.String()
	if err := c.ready(name); err != nil {
		return nil, err
	}
	if err := c.check(cmd, c.state); err != nil {
		return nil, err
	}
	names := c.contentNames("BDAT")
	if !last || !c.opts.LMTP {
		names = []string{name}
	}
	k := &chunker{c: c, ctx: ctx, buf: chunk}
	if err := k.emit(last); err != nil {
		return nil, err
	}
	if last {
		replies, err := c.final(ctx, names)
		c.chunked(err)
		return replies, err
	}
	r, err := c.answer(ctx, cmd, name)
	if err != nil {
		return nil, err
	}
	return []*smtp.Reply{r}, c.judge(cmd, r)
}

// contentNames are the names of the replies to content.
func (c *Client) contentNames(verb string) []string {
	if !c.opts.LMTP {
		return []string{verb}
	}
	names := make([]string, len(c.tx.paths))
	for i, path := range c.tx.paths {
		names[i] = verb + " for " + path
	}
	return names
}

// final reads the replies to content, which is over then. If none is positive, the first one is the error.
func (c *Client) final(ctx context.Context, names []string) ([]*smtp.Reply, error) {
	var replies []*smtp.Reply
	var first error
	taken := false
	for _, name := range names {
		r, err := c.contentReply(ctx, name)
		if r == nil {
			return replies, err
		}
		replies = append(replies, r)
		taken = taken || err == nil
		if first == nil {
			first = err
		}
	}
	if taken {
		return replies, nil
	}
	return replies, first
}

// contentReply flushes and reads a reply to content. A refusal is an error, with which the reply is returned.
func (c *Client) contentReply(ctx context.Context, name string) (r *smtp.Reply, err error) {
	c.b.Begin(name)
	cmd := smtp.Command{Verb: "."}
	only := c.c.W.Buffered() == 0 && c.single()
	err = c.b.DoBufferedFor(ctx, c.opts.Timeouts.Final, only, func() error {
		if err := c.c.W.Flush(); err != nil {
			return err
		}
		r, err = c.reply(name, c.replies(cmd))
		return err
	})
	if err != nil {
		return nil, c.b.Fail(name, err)
	}
	if err := c.judge(cmd, r); err != nil {
		if c.b.Broken() != nil {
			return nil, err
		}
		return r, err
	}
	return r, nil
}
