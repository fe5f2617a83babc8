package smtpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"harness/protocols/smtp"
)

// Pipeline sends several commands without waiting for each answer (RFC 2920):
//
//	p := c.Pipeline()
//	p.Rset()
//	mail := p.Mail("alice@example.com", nil)
//	rcpt := p.Rcpt("bob@example.org", nil)
//	content := p.Data(r)
//	if err := p.Run(ctx); err != nil {
//		return err // the connection failed
//	}
//	reply, err := rcpt.Get() // err is what the server said to RCPT
//
// Answers come in the order of the commands. What a server refuses, or may not be sent, is the error of that command alone. The commands that may stand anywhere in a
// group are sent together, behind one that may only end it the answers are awaited; the commands behind content go out with its end. A server that does not
// announce PIPELINING gets the commands one at a time, unless Options.ForcePipelining is set. No more than Limits.Ahead octets of commands are
// ever under way, so that the server never has to stop reading while the client writes.
type Pipeline struct {
	c     *Client
	items []item
	ran   bool
}

type item struct {
	run func(e *engine) error
	// fail sets the answer's error if there is no answer yet.
	fail func(err error)
}

// Answer is the result of a pipelined command, there after Run.
type Answer[T any] struct {
	value T
	err   error
	done  bool
}

// Get returns the result, or the error of this command. Before Run it is [ErrNotAnswered].
func (a *Answer[T]) Get() (T, error) { return a.value, a.err }

func (a *Answer[T]) set(v T, err error) { a.value, a.err, a.done = v, err, true }

func (a *Answer[T]) fail(err error) {
	if !a.done {
		a.err = err
	}
}

// Pipeline returns an empty pipeline. It can be run once.
func (c *Client) Pipeline() *Pipeline { return &Pipeline{c: c} }

func queue[T any](p *Pipeline, name string, run func(e *engine, a *Answer[T]) error) *Answer[T] {
	a := &Answer[T]{err: p.c.b.Wrap(name, ErrNotAnswered)}
	p.items = append(p.items, item{func(e *engine) error { return run(e, a) }, a.fail})
	return a
}

// command queues a command that is made when its turn comes.
func (p *Pipeline) command(name string, build func() (smtp.Command, error)) *Answer[*smtp.Reply] {
	return queue(p, name, func(e *engine, a *Answer[*smtp.Reply]) error {
		cmd, err := build()
		if err != nil {
			a.set(nil, err)
			return nil
		}
		return e.command(cmd, a.set)
	})
}

// Command queues a command that has one answer: not DATA, BDAT, AUTH and STARTTLS.
func (p *Pipeline) Command(cmd smtp.Command) *Answer[*smtp.Reply] {
	return p.command(cmd.String(), func() (smtp.Command, error) {
		switch cmd.Verb {
		case "DATA", "BDAT", "AUTH", "STARTTLS":
			return cmd, p.c.b.Wrap(cmd.String(), errors.New("not sent: it is more than a command with an answer, see the methods of Pipeline and Client"))
		}
		return cmd, nil
	})
}

// Mail queues MAIL, like [Client.Mail].
func (p *Pipeline) Mail(from string, opts *smtp.MailOptions) *Answer[*smtp.Reply] {
	return p.command("MAIL", func() (smtp.Command, error) { return p.c.mailCommand(from, opts) })
}

// Rcpt queues RCPT, like [Client.Rcpt].
func (p *Pipeline) Rcpt(to string, opts *smtp.RcptOptions) *Answer[*smtp.Reply] {
	return p.command("RCPT", func() (smtp.Command, error) { return p.c.rcptCommand(to, opts) })
}

// Rset queues RSET.
func (p *Pipeline) Rset() *Answer[*smtp.Reply] { return p.Command(smtp.NewCommand("RSET")) }

// Noop queues NOOP, behind which the answers are awaited.
func (p *Pipeline) Noop() *Answer[*smtp.Reply] { return p.Command(smtp.NewCommand("NOOP")) }

// Vrfy queues VRFY, behind which the answers are awaited.
func (p *Pipeline) Vrfy(user string) *Answer[*smtp.Reply] {
	return p.command("VRFY", func() (smtp.Command, error) { return p.c.question("VRFY", user), nil })
}

// Quit queues QUIT. Run closes the connection when it was answered; nothing may be queued behind it.
func (p *Pipeline) Quit() *Answer[*smtp.Reply] { return p.Command(smtp.NewCommand("QUIT")) }

// Data queues DATA and the content, like [Client.Data]. Where all recipients were refused and the server asks for content all the same, it gets none, and the error
// is [ErrNotSent].
func (p *Pipeline) Data(r io.Reader) *Answer[[]*smtp.Reply] {
	return queue(p, "DATA", func(e *engine, a *Answer[[]*smtp.Reply]) error {
		s, err := newSource(r)
		if err != nil {
			a.set(nil, p.c.b.Wrap("DATA", err))
			return nil
		}
		defer s.release()
		return e.data(s, func(_ *smtp.Reply, err error) {
			if err != nil {
				a.set(nil, err)
			}
		}, func(i int, r *smtp.Reply, err error) {
			switch {
			case r == nil:
				a.set(a.value, err)
			case i == 0 || r.Positive():
				a.set(append(a.value, r), err)
			default:
				a.value = append(a.value, r)
			}
		})
	})
}

// Message queues a whole transaction, like [Client.SendMail].
func (p *Pipeline) Message(env *Envelope, r io.Reader) *Answer[*Result] {
	return queue(p, "MAIL", func(e *engine, a *Answer[*Result]) error {
		res := newResult(env)
		a.value = res
		err := e.message(env, r, res)
		e.ends = append(e.ends, func() {
			err := res.err()
			if broken := p.c.b.Broken(); broken != nil && errors.Is(err, broken) {
				err = broken
			}
			a.set(res, err)
		})
		return err
	})
}

// Run sends what is queued and reads all answers. Its error is the connection's; answers that did not come have that error.
func (p *Pipeline) Run(ctx context.Context) error {
	c := p.c
	if p.ran {
		return c.b.Wrap("pipeline", errors.New("it was run before: make a new one"))
	}
	p.ran = true
	e, err := c.engine(ctx)
	for _, it := range p.items {
		if err != nil {
			break
		}
		err = it.run(e)
	}
	if err == nil {
		err = e.drain(0)
	}
	if e != nil {
		for _, end := range e.ends {
			end()
		}
	}
	if err != nil {
		for _, it := range p.items {
			it.fail(c.b.Wrap("pipeline", fmt.Errorf("%w: %w", ErrNotAnswered, err)))
		}
	}
	if c.state == smtp.Ended {
		c.Close()
	}
	return err
}

// pipelining reports whether commands may be sent ahead.
func (c *Client) pipelining() bool {
	return c.opts.ForcePipelining || c.exts.Has(smtp.ExtPipelining)
}

// engine sends commands ahead, as far as it may.
type engine struct {
	c       *Client
	ctx     context.Context
	ahead   int
	out     []byte // commands that are not written yet
	octets  int    // of the commands without an answer, those in out included
	waiting []pending
	state   smtp.State  // if all that waits succeeds
	tx      transaction // so, of the last MAIL
	ends    []func()
}

// pending is a reply that is to come.
type pending struct {
	cmd    smtp.Command // "." for content
	name   string
	octets int
	got    func(r *smtp.Reply, err error)
}

func (c *Client) engine(ctx context.Context) (*engine, error) {
	if err := c.ready("pipeline"); err != nil {
		return nil, err
	}
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	e := &engine{c: c, ctx: ctx, out: c.scratch[:0], state: c.state, tx: c.tx}
	if c.pipelining() {
		e.ahead = c.opts.Limits.Ahead
	}
	return e, nil
}

// command sends a command, and tells got the reply, or why there is none. The error is the connection's.
func (e *engine) command(cmd smtp.Command, got func(*smtp.Reply, error)) error {
	c := e.c
	spec, known := smtp.Lookup(cmd.Verb, c.opts.LMTP)
	err := c.check(cmd, e.state)
	if err == nil && cmd.Verb == "RCPT" {
		err = c.reaches(cmd, e.tx)
	}
	start := len(e.out)
	if err == nil {
		if e.out, err = c.outgoing(cmd.Verb).AppendCommand(e.out, cmd); err != nil {
			err = c.b.Wrap(cmd.String(), err)
		}
	}
	if err != nil {
		got(nil, err)
		return nil
	}
	n := len(e.out) - start
	if len(e.waiting) > 0 && e.octets+n > e.ahead {
		// It waits until half of what may be under way is answered.
		line := string(e.out[start:])
		e.out = e.out[:start]
		if err := e.drainOctets(e.ahead / 2); err != nil {
			return err
		}
		e.out = append(e.out, line...)
		// What was sent before may have been refused by now.
		if err := c.check(cmd, e.state); err != nil {
			e.out = e.out[:len(e.out)-n]
			got(nil, err)
			return nil
		}
	}
	e.octets += n
	e.waiting = append(e.waiting, pending{cmd, cmd.String(), n, got})
	switch e.state = e.state.After(cmd, true); cmd.Verb {
	case "MAIL":
		e.tx = newTransaction(cmd.Params)
	case "DATA":
		e.state = smtp.Recipients // until the content is sent
	}
	if e.ahead == 0 || !known || !spec.Pipelined {
		return e.drain(0)
	}
	return nil
}

// drain reads answers until no more than so many are missing.
func (e *engine) drain(most int) error {
	for len(e.waiting) > most {
		if err := e.one(); err != nil {
			return err
		}
	}
	return nil
}

// drainOctets reads answers until no more than so many octets of commands are unanswered.
func (e *engine) drainOctets(most int) error {
	for len(e.waiting) > 0 && e.octets > most {
		if err := e.one(); err != nil {
			return err
		}
	}
	return nil
}

// one writes what is to be written and reads the next reply.
func (e *engine) one() error {
	c, p := e.c, e.waiting[0]
	c.b.Begin(p.name)
	var timeout time.Duration
	if p.cmd.Verb == "." {
		timeout = c.opts.Timeouts.Final
	} else {
		timeout = c.timeout(p.cmd.Verb)
	}
	var r *smtp.Reply
	only := len(e.out) == 0 && c.c.W.Buffered() == 0 && c.single()
	err := c.b.DoBufferedFor(e.ctx, timeout, only, func() (err error) {
		if len(e.out) > 0 || c.c.W.Buffered() > 0 {
			err = c.b.Write(e.out)
			e.out = e.out[:0]
			if err != nil {
				return err
			}
		}
		r, err = c.reply(p.name, c.replies(p.cmd))
		return err
	})
	var refused error
	if err != nil {
		err = c.b.Fail(p.name, err)
	} else {
		if p.cmd.Verb != "." {
			c.answered(p.cmd, r)
		}
		if refused = c.judge(p.cmd, r); c.b.Broken() != nil {
			err = refused
		}
	}
	if err != nil {
		e.broke(err)
		return err
	}
	e.octets -= p.octets
	if e.waiting = e.waiting[1:]; len(e.waiting) == 0 {
		e.waiting = nil
		e.state, e.tx = c.state, c.tx
	}
	p.got(r, refused)
	return nil
}

// broke tells all that waits of the error.
func (e *engine) broke(err error) {
	for i, p := range e.waiting {
		if i > 0 {
			p.got(nil, e.c.b.Wrap(p.name, fmt.Errorf("%w: %w", ErrNotAnswered, err)))
		} else {
			p.got(nil, err)
		}
	}
	e.waiting = nil
}

// data sends DATA and the content, and tells asked the reply to DATA, and got the replies to the content.
func (e *engine) data(s *source, asked func(*smtp.Reply, error), got func(i int, r *smtp.Reply, err error)) error {
	c := e.c
	err := c.fits(s, e.tx)
	if err == nil && e.tx.body == smtp.BodyBinaryMIME && !c.opts.AnyState {
		err = ErrBinary
	}
	if err != nil {
		asked(nil, c.b.Wrap("DATA", err))
		return nil
	}
	var reply *smtp.Reply
	err = e.command(smtp.NewCommand("DATA"), func(r *smtp.Reply, err error) {
		if err == nil {
			reply = r
		}
		asked(r, err)
	})
	if err != nil || reply == nil {
		return err
	}
	names := c.contentNames("DATA")
	if c.tx.accepted == 0 && !c.opts.AnyState {
		// The server asks for content though nobody is to get it: it gets none (RFC 2920 section 3.1).
		if c.opts.LMTP {
			return c.b.Fail("DATA", errors.New("the server asks for content, though it accepted no recipient (RFC 2033 section 4.2)"))
		}
		e.out = append(e.out, ".\r\n"...)
		c.state, c.tx = smtp.Idle, transaction{}
		names = []string{"DATA"}
		tell := got
		got = func(_ int, _ *smtp.Reply, err error) {
			if c.b.Broken() == nil {
				err = c.b.Wrap("DATA", ErrNotSent)
			}
			tell(-1, nil, err)
		}
	} else if err := c.transfer(e.ctx, s); err != nil {
		got(-1, nil, err)
		return err
	}
	for i, name := range names {
		e.waiting = append(e.waiting, pending{smtp.Command{Verb: "."}, name, 0, func(r *smtp.Reply, err error) { got(i, r, err) }})
	}
	e.state, e.tx = c.state, c.tx
	if e.ahead == 0 {
		return e.drain(0)
	}
	return nil
}

// chunks sends content by BDAT, and tells got the replies to its end, or why it was not sent.
func (e *engine) chunks(s *source, got func(i int, r *smtp.Reply, err error)) error {
	c := e.c
	if err := e.drain(0); err != nil { // RFC 3030 section 2: the recipients' replies come first
		return err
	}
	err := c.check(smtp.NewBDAT(0, true), c.state)
	if err == nil {
		if err = c.fits(s, c.tx); err != nil {
			err = c.b.Wrap("BDAT", err)
		}
	}
	if err != nil {
		got(-1, nil, err)
		return nil
	}
	names := c.contentNames("BDAT")
	last, err := c.bdat(e.ctx, s)
	if err != nil {
		got(-1, nil, err)
		e.state = c.state
		return c.b.Broken()
	}
	if !c.opts.LMTP {
		names = []string{last.String()}
	}
	var refused error
	for i, name := range names {
		r, err := c.contentReply(e.ctx, name)
		got(i, r, err)
		if r == nil {
			return err
		}
		if err != nil {
			refused = err
		}
	}
	c.chunked(refused)
	e.state = c.state
	return nil
}
