package imapclient

import (
	"context"
	"errors"
	"os"
	"time"

	"harness/protocols/imap"
)

// Idle has the server tell what is new as it comes (IDLE, RFC 9051 section 6.3.13, RFC 2177) until ctx ends: that is no error, and the client goes on. F is given each
// response; [ErrStop] ends it too, and another error becomes that of Idle. If f is nil, they go where other news go; see Options.Handler.
//
// One IDLE lasts for Timeouts.Renew and is followed by another. Ending it is bounded by Timeouts.Command.
func (c *Client) Idle(ctx context.Context, f func(r imap.Response) error) error {
	if err := c.ready("IDLE"); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return c.b.Wrap("IDLE", err)
	}
	for {
		again, err := c.idle(ctx, f)
		if err != nil || !again {
			return err
		}
	}
}

// idle is one IDLE; again says that it ended because its time was over.
func (c *Client) idle(ctx context.Context, f func(r imap.Response) error) (again bool, err error) {
	after := context.WithoutCancel(ctx) // what is begun is brought to its end
	began, stop := false, false
	k := &call{
		cmd:  &imap.Command{Name: "IDLE"},
		plus: func(*imap.Continuation) error { began = true; return nil },
	}
	k.take = func(r imap.Response) bool {
		if f == nil {
			return false
		}
		if stop {
			c.keep(r)
			return true
		}
		if err := f(r); err != nil {
			if stop = true; !errors.Is(err, ErrStop) {
				k.fail(err)
			}
		}
		return true
	}
	k.name = "IDLE"
	if err := c.allowed(k.cmd, k.name, c.state); err != nil {
		return false, err
	}
	if err := c.do(after, k.name, func() error {
		if err := c.send(k); err != nil {
			return err
		}
		if err := c.c.W.Flush(); err != nil {
			return err
		}
		return c.until(func() bool { return began || k.status != nil })
	}); err != nil {
		return false, c.broke(k.name, err)
	}
	end := time.Now().Add(c.opts.Timeouts.Renew)
	for k.status == nil && !stop && ctx.Err() == nil {
		left := time.Duration(0)
		if c.opts.Timeouts.Renew > 0 {
			if left = time.Until(end); left <= 0 {
				again = true
				break
			}
		}
		if c.c.R.Buffered() == 0 {
			// Nothing is taken from the stream until something is there: this wait can be given up.
			err := c.c.Do(ctx, left, c.c.R.Wait)
			if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
				break
			}
			if errors.Is(err, os.ErrDeadlineExceeded) {
				continue // left is over
			}
			if err != nil {
				return false, c.fail(k.name, c.b.Ended(err))
			}
		}
		if err := c.do(after, k.name, func() error { return errors.Join(c.next(), c.full) }); err != nil {
			return false, c.fail(k.name, err)
		}
	}
	if err := c.do(after, k.name, func() error {
		if k.status == nil {
			if err := c.e.Done(); err != nil {
				return err
			}
			if err := c.c.W.Flush(); err != nil {
				return err
			}
		}
		return c.until(func() bool { return k.status != nil })
	}); err != nil {
		return false, c.fail(k.name, err)
	}
	return again && ctx.Err() == nil && !stop, c.result(k)
}
