// Package drive is what the server cases of all protocols share: a connection to the server under test, whose steps judge what it does.
//
// A protocol's specs embed [Driver] and [Conn] in a driver and a session of their own, which know its commands and replies. The steps do
// nothing once the judgement is settled, and return zero values: a case is written down straight, and only has to look before it takes
// an element of a list (see [specs.Finding.Settled]).
package drive

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strconv"
	"syscall"
	"time"

	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/wire"
	"harness/specs"
)

// lineLimit is what is read of a server's line at most, in octets.
const lineLimit = 1 << 20

// Driver drives a server for one case, over any number of connections.
type Driver struct {
	specs.Finding
	// Ctx is the case's: a driver lives no longer than the call that made it.
	Ctx    context.Context
	T      *specs.T
	Target *specs.Target

	// Dial, if set, makes the connections in place of a [net.Dialer] without settings.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	opened int
}

// New starts the server under test in the state that setup asks for. The judgement is not nil if there is none to be driven.
func New(ctx context.Context, t *specs.T, setup specs.Setup) (*Driver, *specs.Judgement) {
	target, err := t.Start(ctx, setup)
	if err != nil {
		j := specs.NotStarted(err)
		return nil, &j
	}
	return &Driver{Ctx: ctx, T: t, Target: target}, nil
}

// Wait is specs.ReplyWait with the environment's factor.
func (d *Driver) Wait() time.Duration { return d.T.Scale(specs.ReplyWait) }

// Until paces the looks at something that takes a server its time: each call waits, a little longer every time, and is false once [Driver.Wait] is over.
func (d *Driver) Until() func() bool {
	deadline, pause := time.Now().Add(d.Wait()), 10*time.Millisecond
	return func() bool {
		if time.Now().After(deadline) || d.Ctx.Err() != nil {
			return false
		}
		timer := time.NewTimer(pause)
		defer timer.Stop()
		pause = min(2*pause, 500*time.Millisecond)
		select {
		case <-timer.C:
		case <-d.Ctx.Done():
		}
		return true
	}
}

// TLSConfig verifies the server as the target says.
func (d *Driver) TLSConfig() *tls.Config {
	cfg := &tls.Config{}
	if d.Target.TLS != nil {
		cfg = d.Target.TLS.Clone()
	}
	if cfg.ServerName == "" {
		cfg.ServerName = d.Target.URL.Hostname()
	}
	return cfg
}

// Conn is a connection to the server under test. Methods that judge what the server does settle with a violation, or, while Pre is set, as
// inconclusive: Pre is for the steps that only lead to what is judged. A copy is the same connection.
type Conn struct {
	// C is nil if no connection could be made; the judgement is settled then.
	C *conn.Conn
	// Pre says that the steps are preconditions.
	Pre bool

	d     *Driver
	state *state
}

type state struct {
	name  string
	tap   conn.Tap
	ended bool
	wait  time.Duration
}

// Connect makes a connection, TLS included if the scheme of the target's URL begins with it, and reads nothing. The protocol's dialect knows
// schemes and ports. The connection is closed at the end of the case.
func (d *Driver) Connect(protocol dialect.Dialect) Conn {
	c, err := d.ConnectTLS(protocol, d.TLSConfig())
	if err != nil {
		d.Unclear("%v", err)
	}
	return c
}

// ConnectTLS is Connect with a TLS configuration of the case's own, which leaves it to the case what becomes of an error. Without one, no handshake is made.
func (d *Driver) ConnectTLS(protocol dialect.Dialect, cfg *tls.Config) (Conn, error) {
	d.opened++
	c := Conn{d: d, state: &state{wait: d.Wait()}}
	if d.opened > 1 {
		c.state.name = strconv.Itoa(d.opened)
	}
	if d.Settled() {
		return c, nil
	}
	u := d.Target.URL
	schemes := protocol.Schemes()
	i := slices.IndexFunc(schemes, func(s dialect.Scheme) bool { return s.Name == u.Scheme })
	if i < 0 {
		return c, fmt.Errorf("the target's URL has the scheme %q, which is not one of %s", u.Scheme, protocol.Name())
	}
	port := u.Port()
	if port == "" {
		port = strconv.Itoa(schemes[i].Port)
	}
	c.state.tap = d.T.Tap(c.state.name)
	nc, err := d.dial(net.JoinHostPort(u.Hostname(), port), conn.Options{Tap: c.state.tap, LineLimit: lineLimit, TLSMayEnd: true})
	if err != nil {
		return c, err
	}
	c.C = nc
	d.T.Cleanup(c.Close)
	if schemes[i].ImplicitTLS && cfg != nil {
		return c, c.C.StartTLS(d.Ctx, d.Wait(), cfg)
	}
	return c, nil
}

func (d *Driver) dial(address string, opts conn.Options) (*conn.Conn, error) {
	if d.Dial == nil {
		return conn.Dial(d.Ctx, "tcp", address, d.Wait(), opts)
	}
	ctx, cancel := context.WithTimeout(d.Ctx, d.Wait())
	defer cancel()
	nc, err := d.Dial(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	return conn.New(nc, opts), nil
}

// Channel makes a further connection of the session, such as one for data, of nc; name is what the report calls it, such as "d1".
func (c Conn) Channel(name string, nc net.Conn) Conn {
	out := Conn{d: c.d, Pre: c.Pre, state: &state{name: c.state.name + name, tap: c.state.tap, wait: c.state.wait}}
	out.C = conn.New(nc, conn.Options{Tap: c.state.tap, Channel: name, LineLimit: lineLimit})
	c.d.T.Cleanup(out.Close)
	return out
}

// Patience is how long the next reads wait, until it is called again.
func (c Conn) Patience(wait time.Duration) { c.state.wait = wait }

// Ended says whether this side has closed the connection.
func (c Conn) Ended() bool { return c.state.ended }

// Wrong settles: violated, or inconclusive for a precondition.
func (c Conn) Wrong(expected, format string, args ...any) {
	if c.d.Ctx.Err() != nil {
		c.d.Unclear("interrupted while waiting for %s", expected)
		return
	}
	if c.Pre {
		c.d.Unclear("the case needs %s, and got: %s", expected, fmt.Sprintf(format, args...))
		return
	}
	c.d.Fail(expected, format, args...)
}

// Close closes the connection without a word.
func (c Conn) Close() {
	if c.C != nil {
		c.C.Close()
		c.state.ended = true
	}
}

// partingTime bounds the polite end of a session that the case has left open.
const partingTime = time.Second

// Release closes a connection that the case has left open. A server that the next case uses too is told the command that ends a session.
func (c Conn) Release(last string) {
	if c.C != nil && !c.Ended() && !c.d.T.Fresh() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(c.d.Ctx), 2*partingTime)
		defer cancel()
		_ = c.Last(ctx, partingTime, last)
	}
	c.Close()
}

// Reset breaks the connection (TCP RST), where the transport can.
func (c Conn) Reset() {
	if c.C != nil {
		c.C.Reset()
		c.state.ended = true
	}
}

// Handshake makes the TLS handshake.
func (c Conn) Handshake() { c.HandshakeWith(c.d.TLSConfig()) }

// HandshakeWith makes the TLS handshake with another configuration than the target's.
func (c Conn) HandshakeWith(cfg *tls.Config) {
	if c.d.Settled() {
		return
	}
	if err := c.C.StartTLS(c.d.Ctx, c.d.Wait(), cfg); err != nil {
		c.Wrong("a TLS handshake", "%v", err)
	}
}

// Send sends octets as they are.
func (c Conn) Send(octets string) {
	if c.d.Settled() {
		return
	}
	// What a server that has closed did not take shows when its reply is missing.
	_ = c.C.Do(c.d.Ctx, c.d.Wait(), func() error {
		if _, err := c.C.W.WriteString(octets); err != nil {
			return err
		}
		return c.C.W.Flush()
	})
}

// Last sends a last line and reads one line of the answer, within wait, whatever the judgement is: it is for the clean-up.
func (c Conn) Last(ctx context.Context, wait time.Duration, command string) error {
	return c.C.Do(ctx, wait, func() error {
		if err := c.C.W.Linef("%s", command); err != nil {
			return err
		}
		if err := c.C.W.Flush(); err != nil {
			return err
		}
		_, err := c.C.R.ReadLine()
		return err
	})
}

// ReadLine reads one line; what says what it is, for the judgement if none comes.
func (c Conn) ReadLine(what string) (wire.Line, bool) {
	if c.d.Settled() {
		return wire.Line{}, false
	}
	var l wire.Line
	err := c.C.Do(c.d.Ctx, c.state.wait, func() error {
		var err error
		l, err = c.C.R.ReadLine()
		l.Text = slices.Clone(l.Text)
		return err
	})
	if err != nil {
		c.Wrong(what, "%s", c.Trouble(err))
		return wire.Line{}, false
	}
	if l.End == wire.None {
		c.Wrong(what, "the connection closed within the line %s", wire.Quote(l.Text))
		return wire.Line{}, false
	}
	return l, true
}

// Trouble describes an error of the connection as what the server did.
func (c Conn) Trouble(err error) string {
	var limit *wire.LimitError
	switch {
	case errors.As(err, &limit):
		return limit.Error()
	case errors.Is(err, os.ErrDeadlineExceeded):
		got := "nothing"
		if n := c.C.R.Buffered(); n > 0 {
			got = "no line end behind " + wire.Quote(c.C.R.Peek())
		}
		return fmt.Sprintf("%s within %v", got, c.state.wait)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the server closed the connection"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the server reset the connection"
	}
	return err.Error()
}

// Quiet expects that nothing arrives and that the connection stays open. After says what came before.
func (c Conn) Quiet(after string) {
	if c.d.Settled() {
		return
	}
	err := c.C.Quiet(c.d.Ctx, c.d.T.Quiet())
	switch {
	case err == nil:
	case errors.Is(err, conn.ErrNotQuiet):
		c.Wrong("nothing more after "+after, "%s", wire.Quote(c.C.R.Peek()))
	default:
		c.Wrong("an open connection after "+after, "%s", c.Trouble(err))
	}
}

// Closed expects that the server closes the connection, and sends nothing before. After says what came before.
func (c Conn) Closed(after string) {
	if c.d.Settled() {
		return
	}
	err := c.C.Do(c.d.Ctx, c.d.Wait(), c.C.R.Wait)
	switch {
	case err == nil:
		c.Wrong("the connection closed after "+after, "%s", wire.Quote(c.C.R.Peek()))
	case errors.Is(err, os.ErrDeadlineExceeded), c.d.Ctx.Err() != nil:
		c.Wrong("the connection closed after "+after, "still open after %v", c.d.Wait())
	}
	c.Close()
}

// IsClosed waits a short time for the server to close, and says whether it did.
func (c Conn) IsClosed() bool {
	if c.d.Settled() {
		return false
	}
	err := c.C.Quiet(c.d.Ctx, c.d.T.Quiet())
	return err != nil && !errors.Is(err, conn.ErrNotQuiet)
}
