package imapclient

import (
	"context"
	"errors"
	"fmt"
	"io"

	"harness/protocols/imap"
)

// Pipeline sends several commands without waiting for the answer to each (RFC 9051 section 5.5):
//
//	p := c.Pipeline()
//	box := p.Select("INBOX")
//	found := p.UIDSearch(imap.Key("UNSEEN"))
//	if err := p.Run(ctx); err != nil {
//		return err // the connection failed
//	}
//	uids, err := found.Get() // err is what the server said to UID SEARCH
//
// What a server refuses is the error of that command alone. A command with message numbers waits for all those before it in which messages may be expunged, and one with a literal
// that the server has to ask for is sent to its end before the next. No more than Limits.Ahead octets of commands are under way, so that the server never has to stop reading while
// the client writes. Commands that change the connection (STARTTLS, LOGIN, AUTHENTICATE, ENABLE, IDLE, LOGOUT) cannot be queued.
type Pipeline struct {
	c     *Client
	items []item
	ran   bool
}

// item is a queued command.
type item struct {
	k *call
	// size is about how many octets it has.
	size int64
	// done sets the answer.
	done func(err error)
}

// Answer is the result of a pipelined command, there after Run.
type Answer[T any] struct {
	value T
	err   error
}

// Get returns the result, or the error of this command. Before Run it is [ErrNotAnswered].
func (a *Answer[T]) Get() (T, error) { return a.value, a.err }

// Pipeline returns an empty pipeline. It can be run once.
func (c *Client) Pipeline() *Pipeline { return &Pipeline{c: c} }

func queue[T any](p *Pipeline, o op[T]) *Answer[T] {
	k, v := o.call()
	k.name = k.cmd.String()
	a := &Answer[T]{err: p.c.b.Wrap(k.name, ErrNotAnswered)}
	it := item{k: k, size: int64(len(k.name)), done: func(err error) {
		if a.err = err; err == nil {
			a.value = *v
		}
	}}
	if args, ok := k.cmd.Args.(*imap.AppendArgs); ok {
		for _, m := range args.Messages {
			it.size += m.Size
		}
	}
	p.items = append(p.items, it)
	return a
}

// Command queues any command that does not change the connection; see [Client.Command].
func (p *Pipeline) Command(cmd *imap.Command) *Answer[Result] { return queue(p, p.c.anything(cmd)) }

// Noop queues NOOP.
func (p *Pipeline) Noop() *Answer[struct{}] { return queue(p, plain("NOOP", nil)) }

// Select queues SELECT.
func (p *Pipeline) Select(mailbox string, params ...imap.Option) *Answer[*Mailbox] {
	return queue(p, p.c.opening("SELECT", mailbox, params))
}

// Examine queues EXAMINE.
func (p *Pipeline) Examine(mailbox string, params ...imap.Option) *Answer[*Mailbox] {
	return queue(p, p.c.opening("EXAMINE", mailbox, params))
}

// List queues LIST with its options.
func (p *Pipeline) List(args *imap.ListArgs) *Answer[Listing] {
	return queue(p, p.c.listing("LIST", args))
}

// Status queues STATUS.
func (p *Pipeline) Status(mailbox string, items ...string) *Answer[*imap.StatusData] {
	return queue(p, status(mailbox, items))
}

// Append queues APPEND of a message whose size m tells.
func (p *Pipeline) Append(mailbox string, m imap.AppendMessage, r io.Reader) *Answer[Appended] {
	return queue(p, appending(mailbox, m, r))
}

// Search queues SEARCH.
func (p *Pipeline) Search(keys ...imap.SearchKey) *Answer[Found] {
	return queue(p, p.c.searching(false, &imap.SearchArgs{Keys: keys}))
}

// UIDSearch queues UID SEARCH.
func (p *Pipeline) UIDSearch(keys ...imap.SearchKey) *Answer[Found] {
	return queue(p, p.c.searching(true, &imap.SearchArgs{Keys: keys}))
}

// Fetch queues FETCH. F is called, and body, if it is not nil, while Run reads; see [Client.FetchStream].
func (p *Pipeline) Fetch(set imap.NumSet, items []imap.FetchItem, f func(*imap.Fetch) error, body BodyFunc) *Answer[struct{}] {
	return queue(p, p.c.fetching(false, set, items, f, body))
}

// UIDFetch queues UID FETCH, like Fetch.
func (p *Pipeline) UIDFetch(set imap.NumSet, items []imap.FetchItem, f func(*imap.Fetch) error, body BodyFunc) *Answer[struct{}] {
	return queue(p, p.c.fetching(true, set, items, f, body))
}

// Store queues STORE; see [Client.Store].
func (p *Pipeline) Store(set imap.NumSet, how string, flags ...string) *Answer[[]*imap.Fetch] {
	return queue(p, p.c.storing(false, set, how, flags))
}

// UIDStore queues UID STORE.
func (p *Pipeline) UIDStore(set imap.NumSet, how string, flags ...string) *Answer[[]*imap.Fetch] {
	return queue(p, p.c.storing(true, set, how, flags))
}

// Copy queues COPY.
func (p *Pipeline) Copy(set imap.NumSet, mailbox string) *Answer[Copied] {
	return queue(p, p.c.copying("COPY", false, set, mailbox))
}

// UIDCopy queues UID COPY.
func (p *Pipeline) UIDCopy(set imap.NumSet, mailbox string) *Answer[Copied] {
	return queue(p, p.c.copying("COPY", true, set, mailbox))
}

// Expunge queues EXPUNGE.
func (p *Pipeline) Expunge() *Answer[Expunged] { return queue(p, p.c.expunging(false, nil)) }

// Run sends the commands and reads the answers. The error is the connection's, or that a command must not be pipelined or is not valid as the session stands; then none is sent.
func (p *Pipeline) Run(ctx context.Context) error {
	const name = "pipeline"
	c := p.c
	if p.ran {
		return c.b.Wrap(name, errors.New("it was run before: make a new one"))
	}
	p.ran = true
	err := p.check()
	if err == nil {
		if err = c.do(ctx, name, p.run); err != nil {
			err = c.fail(name, err)
		}
	}
	if err != nil {
		for _, it := range p.items {
			if it.k.status == nil {
				it.done(c.b.Wrap(it.k.name, fmt.Errorf("%w: %w", ErrNotAnswered, err)))
			}
		}
	}
	return err
}

// check tells whether the commands may be sent, one after another.
func (p *Pipeline) check() error {
	c := p.c
	if err := c.ready("pipeline"); err != nil {
		return err
	}
	state := c.state
	for _, it := range p.items {
		if s := it.k.cmd.Spec(); s != nil && s.Alone {
			return c.b.Wrap(it.k.name, fmt.Errorf("not sent: it must not be pipelined (%s)", s.Cite))
		}
		if err := c.allowed(it.k.cmd, it.k.name, state); err != nil {
			return err
		}
		switch it.k.cmd.Name {
		case "SELECT", "EXAMINE":
			state = imap.Selected
		case "CLOSE", "UNSELECT":
			state = imap.Authenticated
		}
	}
	return nil
}

// run sends as many commands as may be under way, reads until one is answered, and so on.
func (p *Pipeline) run() error {
	c := p.c
	sent, answered := 0, make([]bool, len(p.items))
	under := int64(0)
	for {
		for sent < len(p.items) && p.may(p.items[sent], under) {
			it := p.items[sent]
			c.b.Begin(it.k.name)
			sent++
			under += it.size
			err := c.send(it.k)
			var unsent notSent
			if errors.As(err, &unsent) {
				it.done(c.b.Wrap(it.k.name, unsent.error))
				answered[sent-1] = true
				under -= it.size
			} else if err != nil {
				return err
			}
		}
		if err := c.c.W.Flush(); err != nil {
			return err
		}
		if n := len(c.calls); n > 0 {
			c.b.Begin(c.calls[0].name)
			if err := c.until(func() bool { return len(c.calls) < n }); err != nil {
				return err
			}
		} else if sent == len(p.items) {
			return nil
		}
		for i, it := range p.items[:sent] {
			if it.k.status != nil && !answered[i] {
				answered[i] = true
				under -= it.size
				it.done(c.result(it.k))
			}
		}
	}
}

// may tells whether a command may be sent while others are not answered.
func (p *Pipeline) may(it item, under int64) bool {
	calls := p.c.calls
	if len(calls) == 0 {
		return true
	}
	if under+it.size > int64(p.c.opts.Limits.Ahead) {
		return false
	}
	if !it.k.cmd.UsesNumbers() {
		return true
	}
	for _, k := range calls {
		if s := k.cmd.Spec(); s == nil || !s.NoExpunge {
			return false
		}
	}
	return true
}
