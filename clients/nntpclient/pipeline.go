package nntpclient

import (
	"context"
	"errors"
	"fmt"
	"io"

	"harness/protocols/nntp"
)

// Pipeline sends several commands without waiting for each response (RFC 3977 section 3.5):
//
//	p := c.Pipeline()
//	group := p.Group("misc.test")
//	first := p.Article("", w)
//	if err := p.Run(ctx); err != nil {
//		return err // the connection failed
//	}
//	found, err := first.Get() // err is what the server said to ARTICLE
//
// Answers come in the order of the commands. What a server refuses is the error of that command alone. No more than Limits.Ahead octets of commands are
// ever under way, so that the server never has to stop reading while the client writes. Commands that end a pipeline (POST, STARTTLS, AUTHINFO and
// others) cannot be queued.
type Pipeline struct {
	c     *Client
	items []item
	ran   bool
}

// item is a queued command.
type item struct {
	cmd  nntp.Command
	want int
	// answer takes the response and reads what follows a positive one. Its error is the connection's.
	answer func(ctx context.Context, r *nntp.Response) error
	// fail sets the answer's error.
	fail func(err error)
}

// Answer is the result of a pipelined command, there after Run.
type Answer[T any] struct {
	value T
	err   error
	// waits is the pipeline before the answer is there; its command is the n-th.
	waits *Pipeline
	n     int
}

// Get returns the result, or the error of this command. Before Run it is [ErrNotAnswered].
func (a *Answer[T]) Get() (T, error) {
	if a.waits != nil {
		return a.value, a.waits.c.b.Wrap(a.waits.items[a.n].cmd.String(), ErrNotAnswered)
	}
	return a.value, a.err
}

// Pipeline returns an empty pipeline. It can be run once.
func (c *Client) Pipeline() *Pipeline { return &Pipeline{c: c} }

// queue adds a command. Take reads what follows a positive response; its first error is the connection's, its second the command's.
func queue[T any](p *Pipeline, cmd nntp.Command, code int, take func(ctx context.Context, r *nntp.Response) (v T, broken, failed error)) *Answer[T] {
	a := &Answer[T]{waits: p, n: len(p.items)}
	p.items = append(p.items, item{
		cmd: cmd, want: code,
		answer: func(ctx context.Context, r *nntp.Response) (broken error) {
			a.waits = nil
			a.value, broken, a.err = take(ctx, r)
			if broken != nil {
				a.err = broken
			}
			return broken
		},
		fail: func(err error) { a.waits, a.err = nil, err },
	})
	return a
}

// Command queues a command whose response has one line, with this code where it succeeds.
func (p *Pipeline) Command(cmd nntp.Command, code int) *Answer[*nntp.Response] {
	return queue(p, cmd, code, func(_ context.Context, r *nntp.Response) (*nntp.Response, error, error) { return r, nil, nil })
}

// Group queues GROUP.
func (p *Pipeline) Group(name string) *Answer[nntp.Group] {
	return queue(p, nntp.NewCommand("GROUP", name), nntp.CodeGroup, func(_ context.Context, r *nntp.Response) (nntp.Group, error, error) {
		g, err := p.c.rules().ParseGroup(r)
		return g, err, nil
	})
}

// Stat queues STAT.
func (p *Pipeline) Stat(which string) *Answer[nntp.Found] {
	return queue(p, nntp.NewCommand("STAT", which), nntp.CodeStat, func(_ context.Context, r *nntp.Response) (nntp.Found, error, error) {
		f, err := p.c.rules().ParseFound(r)
		return f, err, nil
	})
}

// Article queues ARTICLE; the article is written to w while Run reads it. If w fails, that is the error of this command, and the rest is read away.
func (p *Pipeline) Article(which string, w io.Writer) *Answer[nntp.Found] {
	return p.retrieve("ARTICLE", which, w, nntp.CodeArticle)
}

// Head queues HEAD, like Article.
func (p *Pipeline) Head(which string, w io.Writer) *Answer[nntp.Found] {
	return p.retrieve("HEAD", which, w, nntp.CodeHead)
}

// Body queues BODY, like Article.
func (p *Pipeline) Body(which string, w io.Writer) *Answer[nntp.Found] {
	return p.retrieve("BODY", which, w, nntp.CodeBody)
}

func (p *Pipeline) retrieve(verb, which string, w io.Writer, code int) *Answer[nntp.Found] {
	return queue(p, nntp.NewCommand(verb, which), code, func(ctx context.Context, r *nntp.Response) (nntp.Found, error, error) {
		a, err := p.c.article(ctx, r)
		if err != nil {
			return nntp.Found{}, err, nil
		}
		_, failed := a.WriteTo(w)
		if failed != nil && p.c.b.Broken() == nil {
			if err := a.block.Close(1 << 62); err != nil { // what is behind it is waited for: all of it is read away
				return a.Found, err, nil
			}
			return a.Found, nil, p.c.b.Wrap(r.Command, failed)
		}
		return a.Found, failed, nil
	})
}

// Run sends the commands and reads the answers. The error is the connection's, or that a command cannot be sent; then none is.
func (p *Pipeline) Run(ctx context.Context) error {
	c := p.c
	if p.ran {
		return c.b.Wrap("pipeline", errors.New("it was run before: make a new one"))
	}
	p.ran = true
	lines, err := p.prepare()
	if err != nil {
		for _, it := range p.items {
			it.fail(err)
		}
		return err
	}
	defer c.c.R.Bulk()()
	ahead := c.opts.Limits.Ahead
	sent, octets := 0, 0 // commands sent, and octets of those without an answer
	for i, it := range p.items {
		name := it.cmd.String()
		c.b.Begin(name)
		var r *nntp.Response
		send := octets <= ahead/2 && sent < len(lines)
		err := c.b.DoBuffered(ctx, !send, func() (err error) {
			// At least one command is under way; more are sent when half of what may be is free.
			if send {
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
			r, err = c.response(name)
			return err
		})
		if err != nil {
			err = c.fail(name, err)
		} else {
			octets -= len(lines[i])
			if jerr := c.judge(r, name, it.want); c.b.Broken() != nil {
				err = jerr
			} else if jerr != nil {
				it.fail(jerr)
			} else {
				c.selected = c.selected || r.Code == nntp.CodeGroup
				if err = it.answer(ctx, r); err != nil {
					err = c.fail(name, err)
				}
			}
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
	}
	return nil
}

// prepare checks all commands and prints them.
func (p *Pipeline) prepare() ([][]byte, error) {
	c := p.c
	if err := c.ready("pipeline"); err != nil {
		return nil, err
	}
	lines := make([][]byte, len(p.items))
	selected := c.selected
	for i, it := range p.items {
		if !selected && needsGroup(it.cmd) {
			return nil, c.b.Wrap(it.cmd.String(), ErrNoGroup)
		}
		selected = selected || it.cmd.Name == "GROUP" || it.cmd.Name == "LISTGROUP"
		if s := it.cmd.Spec(); s != nil && s.NotPipelined {
			return nil, c.b.Wrap(it.cmd.String(), fmt.Errorf("not sent: it must not be pipelined (%s)", s.Cite))
		}
		line, err := nntp.Rules{}.AppendCommand(nil, it.cmd)
		if err != nil {
			return nil, c.b.Wrap(it.cmd.String(), err)
		}
		lines[i] = line
	}
	return lines, nil
}
