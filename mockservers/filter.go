package mockservers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"time"

	"harness/internal/ca"
	"harness/internal/conn"
	"harness/protocols/wire"
)

// ErrFault is wrapped by the error of a session that a fault ended.
var ErrFault = errors.New("ended by a fault")

// faults are those of one session at work. It stands between the writer that the mock uses and the connection's own.
type faults struct {
	c    *Conn
	out  *wire.Writer // the connection's own
	list []*active

	verb    string
	counts  map[string]int64
	final   bool  // the reply in hand is one behind a preliminary one
	replies int64 // begun so far
	began   bool  // the reply has begun to be sent
	sent    int64 // octets of replies

	// What holds for the reply in hand.
	slow    *active // one octet at a time
	cut     *active // truncated
	left    int64   // octets until it is cut
	instead bool    // garbage took its place
	over    error   // nothing goes out any more

	// Coalescing, from when it began to the end of the session.
	hold  *active
	held  int64
	gauge []byte
}

// active is a fault in a session.
type active struct {
	Fault
	rand *rand.Rand
	done bool // a fault at an octet has acted
}

// newFaults returns the faults of c's session and puts them in place; nil if there are none.
func newFaults(c *Conn) *faults {
	var list []*active
	for i, f := range c.server.opts.Faults {
		if f.Session == 0 || f.Session == c.Session.id {
			list = append(list, &active{Fault: f, rand: rand.New(rand.NewPCG(f.Seed, uint64(c.Session.id)<<16|uint64(i)))})
		}
	}
	if len(list) == 0 {
		return nil
	}
	f := &faults{c: c, out: c.W, list: list, counts: make(map[string]int64)}
	c.W = wire.NewWriter(f)
	return f
}

// acts decides whether a fault whose position is reached acts, and says so.
func (f *faults) acts(a *active) bool {
	if a.Percent > 0 && a.rand.Float64()*100 >= a.Percent {
		return false
	}
	f.c.event(FaultActed, a.Fault.String())
	return true
}

// connected is called when the connection was accepted.
func (f *faults) connected() error {
	return f.early(func(a *active) bool {
		return a.Channel == ControlChannel && (a.Place == AtConnect || a.Place == Anywhere && (a.Kind == Reset || a.Kind == Close || a.Kind == Silence))
	})
}

// handshake is called before a TLS handshake, and returns what is to be wrong with the certificate.
func (f *faults) handshake() (bad ca.Fault, err error) {
	if err := f.early(func(a *active) bool { return a.Channel == ControlChannel && a.Place == AtTLS }); err != nil {
		return "", err
	}
	for _, a := range f.list {
		if a.Channel == ControlChannel && a.Kind == Cert && f.acts(a) {
			bad = a.Cert
		}
	}
	return bad, nil
}

// early carries out the faults outside of replies.
func (f *faults) early(here func(*active) bool) error {
	for _, a := range f.list {
		if here(a) && f.acts(a) {
			if err := f.aside(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// aside carries out a fault that stands beside replies.
func (f *faults) aside(a *active) error {
	switch a.Kind {
	case Latency:
		return f.pause(a.Delay)
	case Garbage:
		return f.garbage(a)
	}
	return f.finish(a)
}

// finish ends the session as a says.
func (f *faults) finish(a *active) error {
	f.over = fmt.Errorf("%w: %s", ErrFault, a.Fault)
	switch a.Kind {
	case Reset:
		f.c.Reset()
	case Silence:
		f.c.drain()
	default:
		f.letGo()
		f.c.linger()
		f.c.Conn.Close()
	}
	return f.over
}

func (f *faults) pause(d time.Duration) error { return sleep(f.c.server.ctx, d) }

func (f *faults) garbage(a *active) error {
	buf := make([]byte, min(a.N, 64<<10))
	for n := a.N; n > 0; n -= int64(len(buf)) {
		buf = buf[:min(n, int64(len(buf)))]
		for i := range buf {
			buf[i] = byte(a.rand.Uint32())
		}
		if err := f.pass(buf); err != nil {
			return err
		}
	}
	return nil
}

// begin is called when a command was read, or the greeting is due.
func (f *faults) begin(verb string) error {
	if f.over != nil {
		return f.over
	}
	f.counts[verb]++
	return f.beginReply(verb, false)
}

// beginFinal is called when the reply behind a preliminary one is due.
func (f *faults) beginFinal(verb string) error {
	if f.over != nil {
		return f.over
	}
	return f.beginReply(verb, true)
}

func (f *faults) beginReply(verb string, final bool) error {
	f.verb, f.final = verb, final
	f.replies++
	f.began, f.slow, f.cut, f.instead = false, f.keepSlow(), nil, false
	return f.early(func(a *active) bool { return a.Relation == Before && f.command(a) })
}

// command reports whether a's place is the command in hand.
func (f *faults) command(a *active) bool {
	return a.Place == AtVerb && a.Verb == f.verb && a.End == f.final && (a.Nth == 0 || a.Nth == f.counts[f.verb])
}

// reply reports whether a acts at the beginning of the reply in hand.
func (f *faults) reply(a *active) bool {
	if a.Channel != ControlChannel {
		return false
	}
	switch a.Place {
	case AtVerb:
		return a.Relation == At && f.command(a)
	case AtGreeting:
		return f.verb == "greeting"
	case AtReply:
		return f.replies == a.Nth
	case Anywhere:
		switch a.Kind {
		case Latency, Octets, Garbage, Truncate:
			return true
		case Coalesce:
			return f.hold != a
		}
	}
	return false
}

// start is called when the first octet of the reply is about to be sent.
func (f *faults) start() error {
	f.began = true
	for _, a := range f.list {
		if !f.reply(a) || !f.acts(a) {
			continue
		}
		switch a.Kind {
		case Octets:
			f.slow = a
		case Coalesce:
			f.hold, f.held = a, 0
		case Truncate:
			f.cut, f.left = a, a.N
		case Garbage:
			f.instead = true
			if err := f.garbage(a); err != nil {
				return err
			}
		default:
			if err := f.aside(a); err != nil {
				return err
			}
		}
	}
	return nil
}

// Write takes what the mock sends of the reply in hand. It is called within [conn.Conn.Do].
func (f *faults) Write(p []byte) (int, error) {
	if f.over != nil {
		return 0, f.over
	}
	if !f.began {
		if err := f.start(); err != nil {
			return 0, err
		}
	}
	if f.instead {
		return len(p), nil
	}
	done := 0
	for done < len(p) {
		part := p[done:]
		at := f.nextOctet()
		if at != nil {
			part = part[:min(int64(len(part)), at.Nth-f.sent)]
		}
		if f.cut != nil {
			part = part[:min(int64(len(part)), f.left)]
		}
		if err := f.send(part); err != nil {
			return done, err
		}
		done += len(part)
		f.sent += int64(len(part))
		if f.cut != nil {
			if f.left -= int64(len(part)); f.left == 0 {
				return done, f.stop(f.cut)
			}
		}
		if at != nil && at.Nth == f.sent {
			at.done = true
			if !f.acts(at) {
				continue
			}
			if at.Kind == Octets {
				f.slow = at
				continue
			}
			if err := f.letGo(); err != nil {
				return done, err
			}
			if err := f.aside(at); err != nil {
				return done, err
			}
		}
	}
	return done, nil
}

// nextOctet returns the next fault at an octet that has not acted yet.
func (f *faults) nextOctet() (next *active) {
	for _, a := range f.list {
		if a.Channel == ControlChannel && a.Place == AtOctet && !a.done && a.Nth >= f.sent && (next == nil || a.Nth < next.Nth) {
			next = a
		}
	}
	return next
}

// send passes p on as the faults of the reply say.
func (f *faults) send(p []byte) error {
	if f.hold != nil {
		f.gauge = append(f.gauge, p...)
		return nil
	}
	if f.slow == nil {
		return f.pass(p)
	}
	for i := range p {
		if err := f.pass(p[i : i+1]); err != nil {
			return err
		}
		if f.slow.Delay > 0 {
			if err := sleep(f.c.server.ctx, f.slow.Delay); err != nil {
				return err
			}
		}
	}
	return nil
}

// stop ends the session in the middle of a reply.
func (f *faults) stop(a *active) error {
	if err := f.letGo(); err != nil {
		return err
	}
	return f.finish(a)
}

// letGo sends what coalescing holds, in one write.
func (f *faults) letGo() error {
	f.held = 0
	if len(f.gauge) == 0 {
		return nil
	}
	p := f.gauge
	f.gauge = nil
	return f.pass(p)
}

// pass sends p at once. The deadline is armed anew: a fault may have waited since the mock's own.
func (f *faults) pass(p []byte) error {
	return f.c.Conn.Do(context.Background(), f.c.server.opts.Timeouts.Write, func() error {
		if _, err := f.out.Write(p); err != nil {
			return err
		}
		return f.out.Flush()
	})
}

// end is called when the reply in hand is whole.
func (f *faults) end() error {
	if err := f.c.Flush(); err != nil {
		return err
	}
	if f.over != nil {
		return f.over
	}
	if f.cut != nil {
		return f.stop(f.cut) // the reply was shorter
	}
	f.slow = f.keepSlow()
	if f.hold != nil {
		if f.held++; f.hold.N > 0 && f.held >= f.hold.N {
			if err := f.letGo(); err != nil {
				return err
			}
		}
	}
	return f.early(func(a *active) bool { return a.Relation == After && f.command(a) })
}

// keepSlow returns the fault that writes octet by octet beyond the reply: one that began at an octet.
func (f *faults) keepSlow() *active {
	if f.slow != nil && f.slow.Place == AtOctet {
		return f.slow
	}
	return nil
}

// beforeWait is called when the mock has nothing to do but to wait for the client: held replies go out once the client is silent.
func (f *faults) beforeWait() error {
	if len(f.gauge) == 0 {
		return nil
	}
	err := f.c.Quiet(f.c.server.ctx, max(f.hold.Delay, time.Millisecond))
	switch {
	case err == nil, errors.Is(err, io.EOF): // silent, for the moment or for good
		return f.letGo()
	case errors.Is(err, conn.ErrNotQuiet):
		return nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return f.letGo()
	}
	return err
}

// release sends what is held, at the end of the session or before TLS.
func (f *faults) release() error {
	if f.over != nil {
		return f.over
	}
	return f.letGo()
}
