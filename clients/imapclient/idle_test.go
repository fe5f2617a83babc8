package imapclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"harness/clients/imapclient"
	"harness/protocols/imap"
)

// TestIdle has news waited for until a context ends, and the session go on.
func TestIdle(t *testing.T) {
	c := selected(t, nil, `
	C: a2 IDLE
	S: + idling
	S: * 4 EXISTS
	S: * 2 EXPUNGE
	C: DONE
	S: a2 OK done
	C: a3 IDLE
	S: + idling
	S: * 5 EXISTS
	C: DONE
	S: * 6 EXISTS
	S: a3 OK done
	C: a4 IDLE
	S: a4 NO not here
	C: a5 IDLE
	S: + idling
	S: * 7 EXISTS
	C: DONE
	S: a5 OK done
	C: a6 NOOP
	S: a6 OK done`)
	until, cancel := context.WithCancel(ctx)
	var got []string
	err := c.Idle(until, func(r imap.Response) error {
		got = append(got, fmt.Sprintf("%T", r))
		if len(got) == 2 {
			cancel()
		}
		return nil
	})
	if err != nil || fmt.Sprint(got) != "[*imap.Exists *imap.Expunge]" {
		t.Error(got, err)
	}
	if m, _ := c.Mailbox(); m.Exists != 3 {
		t.Error(m.Exists)
	}
	if err := c.Idle(ctx, func(imap.Response) error { return imapclient.ErrStop }); err != nil {
		t.Error(err)
	}
	if u := c.Unsolicited(); len(u) != 1 || u[0].(*imap.Exists).Count != 6 {
		t.Error(u)
	}
	if err := c.Idle(ctx, nil); refused(err) != "NO" {
		t.Error(err)
	}
	mine := errors.New("mine")
	if err := c.Idle(ctx, func(imap.Response) error { return mine }); !errors.Is(err, mine) {
		t.Error(err)
	}
	if err := c.Idle(until, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
}

// TestIdleEnds has IDLE begun anew, end by a deadline, and break with the connection.
func TestIdleEnds(t *testing.T) {
	c := selected(t, &imapclient.Options{Timeouts: imapclient.Timeouts{Renew: 20 * time.Millisecond}}, `
	C: a2 IDLE
	S: + idling
	C: DONE
	S: a2 OK done
	C: a3 IDLE
	S: + idling
	S: * 4 EXISTS
	C: DONE
	S: a3 OK done
	C: a4 NOOP
	S: a4 OK done`)
	if err := c.Idle(ctx, func(imap.Response) error { return imapclient.ErrStop }); err != nil {
		t.Error(err)
	}
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
	c = selected(t, nil, "C: a2 IDLE\nS: + idling\nC: DONE\nS: a2 OK done\nC: a3 NOOP\nS: a3 OK done")
	short, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
	defer cancel()
	if err := c.Idle(short, nil); err != nil {
		t.Error(err)
	}
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
	c = selected(t, nil, "C: a2 IDLE\nS: + idling\nS: * BYE too long\nclose")
	if err := c.Idle(ctx, nil); refused(err) != "BYE" || !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}
