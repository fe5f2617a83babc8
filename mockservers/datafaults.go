package mockservers

import (
	"context"
	"fmt"
	"io"
	"slices"

	"harness/internal/ca"
)

// dataFaults are those of one data connection at work.
type dataFaults struct {
	d    *Data
	list []*active // those that hold for it

	began   bool
	moved   int64 // octets of the transfer, in its direction
	acted   []*active
	slow    *active // one octet at a time
	cut     *active // truncated
	left    int64   // octets until it is cut
	instead bool    // garbage took the content's place
	whole   bool    // truncated: the mock takes the transfer for whole
	over    error   // nothing passes any more
}

// onData returns the faults for the data connection of the command in hand.
func (f *faults) onData(verb string) (list []*active) {
	for _, a := range f.list {
		if a.Channel == DataChannel && a.serves(verb, f.counts[verb]) {
			list = append(list, a)
		}
	}
	return list
}

func (a *active) serves(verb string, nth int64) bool {
	return a.Verb == "" || a.Verb == verb && (a.Nth == 0 || a.Nth == nth)
}

// refuses reports whether the data connection that the command in hand announces is refused.
func (f *faults) refuses(verb string) bool {
	return slices.ContainsFunc(f.list, func(a *active) bool {
		return a.Channel == DataChannel && a.Kind == Refuse && a.serves(verb, f.counts[verb]) && f.acts(a)
	})
}

// connected is called when the connection is made.
func (f *dataFaults) connected(ctx context.Context) error {
	return f.early(ctx, func(a *active) bool {
		return a.Place == AtConnect || a.Place == Anywhere && (a.Kind == Reset || a.Kind == Close || a.Kind == Silence)
	})
}

// handshake is called before a TLS handshake, and returns what is to be wrong with the certificate.
func (f *dataFaults) handshake(ctx context.Context) (bad ca.Fault, err error) {
	if err := f.early(ctx, func(a *active) bool { return a.Place == AtTLS }); err != nil {
		return "", err
	}
	for _, a := range f.list {
		if a.Kind == Cert && f.acts(a) {
			bad = a.Cert
		}
	}
	return bad, nil
}

func (f *dataFaults) acts(a *active) bool { return f.d.c.faults.acts(a) }

func (f *dataFaults) early(ctx context.Context, here func(*active) bool) error {
	for _, a := range f.list {
		if here(a) && f.acts(a) {
			if err := f.aside(ctx, a); err != nil {
				return err
			}
		}
	}
	return nil
}

// aside carries out a fault that stands beside the content.
func (f *dataFaults) aside(ctx context.Context, a *active) error {
	switch a.Kind {
	case Latency:
		if err := sleep(ctx, a.Delay); err != nil {
			return err
		}
		return nil
	case Garbage:
		buf := make([]byte, min(a.N, 64<<10))
		for n := a.N; n > 0; n -= int64(len(buf)) {
			buf = buf[:min(n, int64(len(buf)))]
			for i := range buf {
				buf[i] = byte(a.rand.Uint32())
			}
			if _, err := f.d.pass(buf); err != nil {
				return err
			}
		}
		return nil
	}
	f.over = fmt.Errorf("%w: %s", ErrFault, a.Fault)
	switch a.Kind {
	case Reset:
		f.d.Reset()
	case Silence:
		// The client closes, or the session ends the transfer. What the client sends is read: it must not be stopped by full buffers.
		buf := make([]byte, 32<<10)
		stop := context.AfterFunc(ctx, func() { f.d.Reset() })
		defer stop()
		for {
			if err := f.d.Do(f.d.ctx, 0, func() error { _, err := f.d.R.Read(buf); return err }); err != nil {
				break
			}
		}
		f.d.Reset()
	default:
		f.d.end("close", f.d.Conn.Close)
	}
	return f.over
}

// start is called when the first octet is about to pass, or the end.
func (f *dataFaults) start() error {
	f.began = true
	for _, a := range f.list {
		if a.Place != Anywhere {
			continue
		}
		switch a.Kind {
		case Latency, Octets, Truncate, Garbage:
		default:
			continue
		}
		if !f.acts(a) {
			continue
		}
		switch a.Kind {
		case Octets:
			f.slow = a
		case Truncate:
			f.cut, f.left = a, a.N
		default:
			if err := f.aside(f.d.ctx, a); err != nil {
				return err
			}
			f.instead = f.instead || a.Kind == Garbage
		}
	}
	return f.arrive()
}

// arrive carries out the faults at the octet that is reached.
func (f *dataFaults) arrive() error {
	for _, a := range f.list {
		if a.Place != AtOctet || a.Octet != f.moved || slices.Contains(f.acted, a) {
			continue
		}
		f.acted = append(f.acted, a)
		if !f.acts(a) {
			continue
		}
		if a.Kind == Octets {
			f.slow = a
			continue
		}
		if err := f.aside(f.d.ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// room returns how many of n octets may pass at once.
func (f *dataFaults) room(n int64) int64 {
	for _, a := range f.list {
		if a.Place == AtOctet && a.Octet > f.moved {
			n = min(n, a.Octet-f.moved)
		}
	}
	if f.cut != nil {
		n = min(n, f.left)
	}
	if f.slow != nil {
		n = min(n, 1)
	}
	return n
}

// passed takes note of n octets.
func (f *dataFaults) passed(n int64) error {
	f.moved += n
	if f.cut != nil {
		if f.left -= n; f.left == 0 {
			f.truncate()
			return nil
		}
	}
	if f.slow != nil && f.slow.Delay > 0 {
		if err := sleep(f.d.ctx, f.slow.Delay); err != nil {
			return err
		}
	}
	return f.arrive()
}

// truncate ends the connection as if there were no more; TLS does not say so.
func (f *dataFaults) truncate() {
	f.whole = true
	raw := f.d.Raw()
	f.d.end("close", func() error { return raw.Close() })
}

func (f *dataFaults) ready() error {
	if f.over == nil && !f.began && !f.whole {
		if err := f.start(); err != nil {
			f.over = err
		} else if f.cut != nil && f.left == 0 {
			f.truncate()
		}
	}
	return f.over
}

func (f *dataFaults) write(p []byte) (done int, err error) {
	if err := f.ready(); err != nil {
		return 0, err
	}
	for done < len(p) {
		if f.whole || f.instead {
			return len(p), nil
		}
		n := f.room(int64(len(p) - done))
		if _, err := f.d.pass(p[done : done+int(n)]); err != nil {
			return done, err
		}
		done += int(n)
		if err := f.passed(n); err != nil {
			f.over = err
			return done, err
		}
	}
	return done, nil
}

func (f *dataFaults) read(p []byte) (int, error) {
	if err := f.ready(); err != nil {
		return 0, err
	}
	if f.whole {
		return 0, io.EOF
	}
	n, err := f.d.take(p[:f.room(int64(len(p)))])
	if n > 0 {
		if perr := f.passed(int64(n)); perr != nil {
			f.over = perr
			return n, perr
		}
	}
	return n, err
}

// closing is called before the connection is closed in order.
func (f *dataFaults) closing() error {
	if err := f.ready(); err != nil {
		return err
	}
	if f.cut != nil && !f.whole {
		f.truncate() // the content was shorter
	}
	return nil
}
