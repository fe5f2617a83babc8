package pop3client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"strconv"

	"harness/protocols/pop3"
)

// Pipeline sends several commands without waiting for each answer (RFC 2449 section 6.6):
//
//	p := c.Pipeline()
//	stat := p.Stat()
//	first := p.Retr(1, w)
//	if err := p.Run(ctx); err != nil {
//		return err // the connection failed
//	}
//	size, err := first.Get() // err is what the server said to RETR 1
//
// Answers come in the order of the commands. What a server refuses is the error of that command alone. A server that does not announce
// PIPELINING gets the commands one at a time, unless Options.ForcePipelining is set. No more than Limits.Ahead octets of commands are
// ever under way, so that the server never has to stop reading while the client writes.
type Pipeline struct {
	c     *Client
	items []item
	ran   bool
}

// item is a queued command.
type item struct {
	cmd pop3.Command
	// answer takes the reply and reads what follows a positive one. Its error is the connection's.
	answer func(ctx context.Context, reply *pop3.Reply) error
	// fail sets the answer's error.
	fail func(err error)
}

// Answer is the result of a pipelined command, there after Run.
type Answer[T any] struct {
	value T
	reply *pop3.Reply
	err   error
}

// Get returns the result, or the error of this command. Before Run it is [ErrNotAnswered].
func (a *Answer[T]) Get() (T, error) { return a.value, a.err }

// Reply returns the status line of the answer; nil if there is none.
func (a *Answer[T]) Reply() *pop3.Reply { return a.reply }

// Pipeline returns an empty pipeline. It can be run once.
func (c *Client) Pipeline() *Pipeline { return &Pipeline{c: c} }

// queue adds a command. Take reads what follows a positive reply; its first error is the connection's, its second the command's.
func queue[T any](p *Pipeline, cmd pop3.Command, take func(ctx context.Context, reply *pop3.Reply) (v T, broken, failed error)) *Answer[T] {
	a := &Answer[T]{err: p.c.b.Wrap(cmd.String(), ErrNotAnswered)}
	p.items = append(p.items, item{
		cmd: cmd,
		answer: func(ctx context.Context, reply *pop3.Reply) error {
			a.reply = reply
			if reply.Status == pop3.Err {
				a.err = p.c.b.Wrap(cmd.String(), reply)
				return nil
			}
			v, broken, failed := take(ctx, reply)
			a.value, a.err = v, errors.Join(broken, failed)
			if broken == nil {
				a.err = failed
			}
			return broken
		},
		fail: func(err error) { a.err = err },
	})
	return a
}

func plain(p *Pipeline, cmd pop3.Command) *Answer[*pop3.Reply] {
	return queue(p, cmd, func(_ context.Context, reply *pop3.Reply) (*pop3.Reply, error, error) { return reply, nil, nil })
}

func single[T any](p *Pipeline, cmd pop3.Command, parse func(pop3.Rules, *pop3.Reply) (T, error)) *Answer[T] {
	return queue(p, cmd, func(_ context.Context, reply *pop3.Reply) (T, error, error) {
		v, err := parse(p.c.rules(), reply)
		if err != nil {
			err = p.c.b.Fail(cmd.String(), err)
		}
		return v, err, nil
	})
}

func multi[T any](p *Pipeline, cmd pop3.Command, parse func(pop3.Rules, []byte) (T, error)) *Answer[[]T] {
	return queue(p, cmd, func(ctx context.Context, _ *pop3.Reply) ([]T, error, error) {
		list, err := collect(p.c, ctx, cmd.String(), parse)
		return list, err, nil
	})
}

// User queues USER; Pass has to follow.
func (p *Pipeline) User(name string) *Answer[*pop3.Reply] {
	return plain(p, pop3.NewCommand("USER", name))
}

// Pass queues PASS. What is queued behind it is sent as if it succeeded.
func (p *Pipeline) Pass(password string) *Answer[*pop3.Reply] {
	return plain(p, pop3.NewCommand("PASS", password))
}

// Capa queues CAPA.
func (p *Pipeline) Capa() *Answer[[]pop3.Capability] {
	return multi(p, pop3.NewCommand("CAPA"), pop3.Rules.ParseCapability)
}

// Stat queues STAT.
func (p *Pipeline) Stat() *Answer[pop3.DropListing] {
	return single(p, pop3.NewCommand("STAT"), pop3.Rules.ParseStat)
}

// List queues LIST n.
func (p *Pipeline) List(n int) *Answer[pop3.ScanListing] {
	return single(p, pop3.NewCommand("LIST", strconv.Itoa(n)), pop3.Rules.ParseScanReply)
}

// ListAll queues LIST.
func (p *Pipeline) ListAll() *Answer[[]pop3.ScanListing] {
	return multi(p, pop3.NewCommand("LIST"), pop3.Rules.ParseScan)
}

// Uidl queues UIDL n.
func (p *Pipeline) Uidl(n int) *Answer[pop3.UniqueID] {
	return single(p, pop3.NewCommand("UIDL", strconv.Itoa(n)), pop3.Rules.ParseUniqueIDReply)
}

// UidlAll queues UIDL.
func (p *Pipeline) UidlAll() *Answer[[]pop3.UniqueID] {
	return multi(p, pop3.NewCommand("UIDL"), pop3.Rules.ParseUniqueID)
}

// Retr queues RETR n; the message is written to w while Run reads it. The result is its size. If w fails, that is the error of this command, and
// the rest of the message is read away.
func (p *Pipeline) Retr(n int, w io.Writer) *Answer[int64] {
	return p.message(n, pop3.NewCommand("RETR", strconv.Itoa(n)), func() (io.Writer, error) { return w, nil })
}

// Top queues TOP n lines, like Retr.
func (p *Pipeline) Top(n, lines int, w io.Writer) *Answer[int64] {
	return p.message(n, pop3.NewCommand("TOP", strconv.Itoa(n), strconv.Itoa(lines)), func() (io.Writer, error) { return w, nil })
}

func (p *Pipeline) message(n int, cmd pop3.Command, open func() (io.Writer, error)) *Answer[int64] {
	return queue(p, cmd, func(ctx context.Context, reply *pop3.Reply) (int64, error, error) {
		m := p.c.message(ctx, n, reply)
		sink := &tolerant{}
		sink.w, sink.err = open()
		if sink.w == nil {
			sink.w = io.Discard
		}
		size, err := m.WriteTo(sink)
		if sink.err != nil {
			size = sink.n
		}
		return size, err, sink.err
	})
}

// tolerant goes on taking octets after w failed.
type tolerant struct {
	w   io.Writer
	n   int64
	err error
}

func (t *tolerant) Write(p []byte) (int, error) {
	if t.err == nil {
		var n int
		n, t.err = t.w.Write(p)
		t.n += int64(n)
		if t.err == nil && n < len(p) {
			t.err = io.ErrShortWrite
		}
	}
	return len(p), nil
}

// Dele queues DELE n.
func (p *Pipeline) Dele(n int) *Answer[*pop3.Reply] {
	return plain(p, pop3.NewCommand("DELE", strconv.Itoa(n)))
}

// Noop queues NOOP.
func (p *Pipeline) Noop() *Answer[*pop3.Reply] { return plain(p, pop3.NewCommand("NOOP")) }

// Rset queues RSET.
func (p *Pipeline) Rset() *Answer[*pop3.Reply] { return plain(p, pop3.NewCommand("RSET")) }

// Quit queues QUIT. Run closes the connection when it was answered; nothing may be queued behind it.
func (p *Pipeline) Quit() *Answer[*pop3.Reply] { return plain(p, pop3.NewCommand("QUIT")) }

// Run sends what is queued and reads all answers. Its error is the connection's, or that of a command which may not be sent, in which case
// nothing was. Answers that did not come have that error.
func (p *Pipeline) Run(ctx context.Context) error {
	c := p.c
	if p.ran {
		return c.b.Wrap("pipeline", errors.New("it was run before"))
	}
	p.ran = true
	lines, err := p.prepare(ctx)
	if err != nil {
		for _, it := range p.items {
			it.fail(err)
		}
		return err
	}
	ahead := 1
	if c.opts.ForcePipelining || c.caps.Has(pop3.CapaPipelining) {
		ahead = c.opts.Limits.Ahead
	}
	sent, octets := 0, 0 // commands sent, and octets of those without an answer
	for i, it := range p.items {
		name := it.cmd.String()
		c.b.Begin(name)
		var reply *pop3.Reply
		err := c.b.Do(ctx, func() (err error) {
			// At least one command is under way; more are sent when half of what may be is free.
			if octets <= ahead/2 {
				for sent < len(lines) && (sent <= i || octets+len(lines[sent]) <= ahead) {
					if _, err := c.c.W.Write(lines[sent]); err != nil {
						return err
					}
					octets += len(lines[sent])
					sent++
				}
				if err := c.c.W.Flush(); err != nil {
					return err
				}
			}
			reply, err = c.reply(name)
			return err
		})
		if err == nil && reply.Status == pop3.Continue {
			err = fmt.Errorf("a challenge, though no AUTH is under way: %s", reply.Line())
		}
		if err != nil {
			err = c.b.Fail(name, err)
		} else {
			octets -= len(lines[i])
			c.answered(it.cmd, reply)
			err = it.answer(ctx, reply)
		}
		if err != nil {
			for j, rest := range p.items[i:] {
				if j == 0 {
					rest.fail(err)
				} else {
					rest.fail(c.b.Wrap(rest.cmd.String(), fmt.Errorf("%w: %w", ErrNotAnswered, err)))
				}
			}
			return err
		}
		if it.cmd.Verb == "QUIT" {
			c.Close()
		}
	}
	return nil
}

// prepare checks all commands and prints them, and asks for the capabilities if they are not known.
func (p *Pipeline) prepare(ctx context.Context) ([][]byte, error) {
	c := p.c
	if err := c.ready("pipeline"); err != nil {
		return nil, err
	}
	state, marked := c.state, maps.Clone(c.marked)
	lines := make([][]byte, len(p.items))
	for i, it := range p.items {
		if err := c.check(it.cmd, state, marked); err != nil {
			return nil, err
		}
		line, err := c.outgoing().AppendCommand(nil, it.cmd)
		if err != nil {
			return nil, c.b.Wrap(it.cmd.String(), err)
		}
		lines[i] = line
		state, marked = state.After(it.cmd.Verb, true), marked.after(it.cmd)
	}
	if !c.opts.ForcePipelining {
		if _, err := c.capabilities(ctx); err != nil {
			return nil, err
		}
	}
	return lines, nil
}

// RetrAll retrieves messages in a pipeline, each into the writer that sink returns when the message begins. An error of a writer or of sink, or a
// nil writer, skips the message. The error joins those of the messages; errors.As finds a refusal.
func (c *Client) RetrAll(ctx context.Context, numbers []int, sink func(n int) (io.Writer, error)) error {
	p := c.Pipeline()
	answers := make([]*Answer[int64], len(numbers))
	for i, n := range numbers {
		answers[i] = p.message(n, pop3.NewCommand("RETR", strconv.Itoa(n)), func() (io.Writer, error) { return sink(n) })
	}
	err := p.Run(ctx)
	if err != nil {
		return err
	}
	for i, a := range answers {
		if _, aerr := a.Get(); aerr != nil {
			err = errors.Join(err, fmt.Errorf("message %d: %w", numbers[i], aerr))
		}
	}
	return err
}

// DeleAll marks messages as deleted in a pipeline. The error joins the refusals.
func (c *Client) DeleAll(ctx context.Context, numbers []int) error {
	p := c.Pipeline()
	answers := make([]*Answer[*pop3.Reply], len(numbers))
	for i, n := range numbers {
		answers[i] = p.Dele(n)
	}
	err := p.Run(ctx)
	if err != nil {
		return err
	}
	for _, a := range answers {
		_, aerr := a.Get()
		err = errors.Join(err, aerr)
	}
	return err
}
