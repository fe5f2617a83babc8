// Package trial is what the client cases of all protocols share: a scripted server and the client under test, side by side, of which the
// first to settle the judgement decides.
//
// A protocol's specs embed [Trial], [Subject] and [Script] in types of their own, which know its commands and replies.
package trial

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"harness/internal/ca"
	"harness/internal/conn"
	"harness/mockservers"
	"harness/protocols/dialect"
	"harness/protocols/wire"
	"harness/specs"
)

// Authority signs the certificates of the servers of client cases.
var Authority = sync.OnceValues(ca.New)

// Options are what a trial needs to know of its server.
type Options struct {
	Dialect dialect.Dialect
	// Addr is where it listens; "" is a free port of 127.0.0.1.
	Addr string
	// ImplicitTLS has the connections begin with TLS.
	ImplicitTLS bool
	// TLSMayEnd is for protocols that can end TLS in mid-session.
	TLSMayEnd bool
	// TLS makes the server's side of TLS; nil for a good certificate for any name that is asked for.
	TLS func(a *ca.CA) (*tls.Config, error)
	// Serve is the server's function for a connection.
	Serve func(c *mockservers.Conn) error
}

// Trial is one try of a client: the server and the client run side by side.
type Trial struct {
	specs.Finding
	// Ctx is the case's: a trial lives no longer than the call that made it.
	Ctx context.Context
	T   *specs.T
	// Addr is the server's address, "host:port".
	Addr string
	// Server is the scripted server, and TLS its side of TLS.
	Server *mockservers.Server
	TLS    *tls.Config

	mu       sync.Mutex
	said     []Said
	dialled  int
	sessions []io.Closer
	protocol string
	taps     map[int]conn.Tap
	left     chan struct{} // told by AwaitEnd
}

// Said is a line of the client.
type Said struct {
	wire.Line
	// Conn counts connections from 1.
	Conn int
	// TLS says that the line was protected.
	TLS bool
	// Prompted says that it is no command, but what the server has asked for in the middle of one.
	Prompted bool
}

// Verb is the keyword in upper case.
func (l Said) Verb() string {
	v, _ := dialect.Verb(l.Text)
	return v
}

// Shown is the line for a judgement, with its end.
func (l Said) Shown() string {
	return wire.Quote(append(append([]byte(nil), l.Text...), l.End.Octets()...))
}

// Judge starts the server, has run drive the client, closes what the client left open, and waits for the server to come to its end.
func (d *Trial) Judge(o Options, run func()) specs.Judgement {
	d.protocol = o.Dialect.Name()
	a, err := Authority()
	if err != nil {
		return specs.Unclear("no certificate: %v", err)
	}
	cfg := a.ServerConfig()
	if o.TLS != nil {
		if cfg, err = o.TLS(a); err != nil {
			return specs.Unclear("no certificate: %v", err)
		}
	}
	d.TLS = cfg
	d.taps = map[int]conn.Tap{}
	d.left = make(chan struct{}, 1)
	tap := func(s *mockservers.Session) conn.Tap {
		name := ""
		if s.ID() > 1 {
			name = strconv.Itoa(s.ID())
		}
		t := d.T.Tap(name)
		d.mu.Lock()
		d.taps[s.ID()] = t
		d.mu.Unlock()
		return t
	}
	d.Server, err = mockservers.NewServer(o.Dialect, mockservers.Options{
		Addr: o.Addr, TLS: cfg, Tap: tap, Capture: -1, ImplicitTLS: o.ImplicitTLS, Timeouts: mockservers.Timeouts{Idle: d.Wait(), Write: d.Wait(), Handshake: d.Wait()},
	}, o.Serve)
	if err == nil {
		if o.TLSMayEnd {
			d.Server.LetTLSEnd()
		}
		err = d.Server.Start(context.Background())
	}
	if err != nil {
		return specs.Unclear("the scripted server cannot start: %v", err)
	}
	d.T.Cleanup(func() { d.Server.Close() })
	d.Addr = d.Server.Addr()
	run()
	d.CloseSessions()
	ctx, cancel := context.WithTimeout(d.Ctx, d.Wait())
	defer cancel()
	d.Server.WaitSessions(ctx, d.dialled)
	// What the server still misses no longer counts.
	d.End()
	d.Server.Close()
	return d.Judgement()
}

// CloseSessions closes the client's connections that are still open.
func (d *Trial) CloseSessions() {
	for _, s := range d.sessions {
		s.Close()
	}
}

// Wait is specs.ReplyWait with the environment's factor.
func (d *Trial) Wait() time.Duration { return d.T.Scale(specs.ReplyWait) }

// Lines returns what the client has said so far.
func (d *Trial) Lines() []Said {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Said(nil), d.said...)
}

// Sent returns the commands of the client with that verb.
func (d *Trial) Sent(verb string) []Said {
	var out []Said
	for _, l := range d.Lines() {
		if !l.Prompted && l.Verb() == verb {
			out = append(out, l)
		}
	}
	return out
}

// Never fails if the client has sent a command with one of the verbs.
func (d *Trial) Never(why string, verbs ...string) {
	for _, v := range verbs {
		if l := d.Sent(v); len(l) > 0 {
			d.Fail("no "+v+" "+why, "%s", wire.Quote(l[0].Text))
		}
	}
}

// ErrSettled is what a step returns that is not made because the judgement is settled.
var ErrSettled = errors.New("the case is settled")

// Subject is a session S of the client under test. Its steps do nothing once the judgement is settled, and return zero values. A step that
// fails settles: violated, or inconclusive while Pre is set.
type Subject[S io.Closer] struct {
	// C is the client's session; the zero value if it could not connect.
	C S
	// Pre says that the steps are not what the rule is about.
	Pre bool

	d         *Trial
	connected bool
}

// Dial has the client connect, and settles nothing.
func Dial[S io.Closer](ctx context.Context, d *Trial, connect func(ctx context.Context) (S, error)) (Subject[S], error) {
	s := Subject[S]{d: d}
	if d.Settled() {
		return s, ErrSettled
	}
	d.dialled++
	c, err := connect(ctx)
	if err != nil {
		return s, err
	}
	d.sessions = append(d.sessions, c)
	s.C, s.connected = c, true
	return s, nil
}

// Done settles if a step failed; what says what it was to bring.
func (s *Subject[S]) Done(what string, err error) {
	switch {
	case err == nil || err == ErrSettled:
	case errors.Is(err, errors.ErrUnsupported):
		s.d.Absent(what + ", which the client cannot do")
	case s.d.Ctx.Err() != nil:
		s.d.Unclear("interrupted while waiting for %s", what)
	case s.Pre:
		s.d.Unclear("the case needs %s, and the client says: %v", what, err)
	default:
		s.d.Fail(what, "the client says: %v", err)
	}
}

// Try has the client do something whose outcome is judged otherwise.
func (s *Subject[S]) Try(f func(ctx context.Context, c S) error) error {
	if s.d.Settled() || !s.connected {
		return ErrSettled
	}
	return f(s.d.Ctx, s.C)
}

// Do has the client do something that has to succeed.
func (s *Subject[S]) Do(what string, f func(ctx context.Context, c S) error) {
	s.Done(what, s.Try(f))
}

// Refuses has the client do something that must end in an error.
func (s *Subject[S]) Refuses(what string, f func(ctx context.Context, c S) error) error {
	err := s.Try(f)
	switch {
	case err == nil:
		s.d.Fail("an error of the client for "+what, "it takes it as done")
	case errors.Is(err, errors.ErrUnsupported):
		s.Done(what, err)
	}
	return err
}

// Attempt has the client do something that it may refuse to; the script judges what it sends.
func (s *Subject[S]) Attempt(what string, f func(ctx context.Context, c S) error) {
	if err := s.Try(f); errors.Is(err, errors.ErrUnsupported) {
		s.Done(what, err)
	}
}

// Quietly has the client do things whose outcome doesn't matter; what it cannot do is left out.
func (s *Subject[S]) Quietly(steps ...func(ctx context.Context, c S) error) {
	for _, f := range steps {
		if err := s.Try(f); err != nil && !errors.Is(err, errors.ErrUnsupported) && err != ErrSettled {
			s.d.T.Note("the client says: %v", err)
		}
	}
}

// Value has the client do something that has to succeed, and returns what it brings.
func Value[S io.Closer, V any](s *Subject[S], what string, f func(ctx context.Context, c S) (V, error)) (v V) {
	s.Do(what, func(ctx context.Context, c S) (err error) {
		v, err = f(ctx, c)
		return err
	})
	return v
}

// Impatient has the client do something that the server never answers, with the short timeout that f is given, which has to end it.
func (d *Trial) Impatient(f func(ctx context.Context, timeout time.Duration) error) {
	// A shorter time than these would be over before anything is said, on a machine that is busy.
	limit := max(d.T.Scale(3*time.Second), 3*time.Second)
	ctx, cancel := context.WithTimeout(d.Ctx, limit)
	defer cancel()
	begun := time.Now()
	err := f(ctx, max(d.T.Scale(250*time.Millisecond), 250*time.Millisecond))
	d.Check(err != nil, "an error, as the server says nothing more", "the client goes on")
	d.Check(time.Since(begun) < limit*3/4, "an error when the client's timeout has passed", "it waits on")
}

// Leaves waits for the client to close its connection by itself; the server's side calls [Script.AwaitEnd].
func (d *Trial) Leaves(why string) {
	if d.Settled() {
		return
	}
	timer := time.NewTimer(d.Wait())
	defer timer.Stop()
	select {
	case <-d.left:
	case <-timer.C:
		d.Fail("the connection closed by the client "+why, "it is open still")
	case <-d.Ctx.Done():
	}
}

// describe says what came of a wait for the client.
func (d *Trial) describe(err error) string {
	switch {
	case isTimeout(err):
		return fmt.Sprintf("nothing within %v", d.Wait())
	case errors.Is(err, io.EOF):
		return "the client closed the connection"
	}
	return err.Error()
}
