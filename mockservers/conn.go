package mockservers

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"harness/internal/ca"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// Conn is a client's connection as a mock sees it. The mock tells what it does, so that faults know where they are:
//
//	c.BeginReply("greeting") // or Command, when a command was read
//	... write to c.W ...
//	c.EndReply(text)
//
// A method that returns an error has ended the session: the mock returns it from its serve function.
type Conn struct {
	*conn.Conn
	// Session is what is remembered of the connection.
	Session *Session

	server  *Server
	faults  *faults  // nil if there are none
	userTap conn.Tap // that of the options; nil for none

	dataMu    sync.Mutex
	listeners []*DataListener
	datas     []*Data // those that are open
}

func newConn(s *Server, ses *Session, nc net.Conn) *Conn {
	var taps taps
	var userTap conn.Tap
	if s.opts.Capture > 0 {
		taps = append(taps, (*capture)(ses))
	}
	if s.opts.Tap != nil {
		if userTap = s.opts.Tap(ses); userTap != nil {
			taps = append(taps, userTap)
		}
	}
	opts := conn.Options{Local: dialect.Server, TLSMayEnd: s.tlsMayEnd, LaxTLSEnd: s.tlsMayEnd}
	switch len(taps) {
	case 0:
	case 1:
		opts.Tap = taps[0]
	default:
		opts.Tap = taps
	}
	c := &Conn{Conn: conn.New(nc, opts), Session: ses, server: s, userTap: userTap}
	c.faults = newFaults(c)
	return c
}

type taps []conn.Tap

func (t taps) Octets(at time.Time, channel string, from dialect.Party, data []byte) {
	for _, tap := range t {
		tap.Octets(at, channel, from, data)
	}
}

func (t taps) Event(at time.Time, channel, what string) {
	for _, tap := range t {
		tap.Event(at, channel, what)
	}
}

// Context is done when the server is closed.
func (c *Conn) Context() context.Context { return c.server.ctx }

// open is what happens before the mock speaks.
func (c *Conn) open() error {
	if c.faults != nil {
		if err := c.faults.connected(); err != nil {
			return err
		}
	}
	if c.Session.implicit {
		return c.StartTLS()
	}
	return nil
}

// close ends the connection after the mock has returned with err, and returns what ended the session; nil for a proper end.
func (c *Conn) close(err error) error {
	c.closeData()
	if ferr := c.flushAll(); err == nil {
		err = ferr
	}
	if errors.Is(err, io.EOF) {
		c.Event("eof")
	}
	if err == nil {
		c.linger()
	}
	c.Conn.Close()
	switch {
	case err == nil:
		return nil
	case c.server.ctx.Err() != nil && !errors.Is(err, ErrFault):
		return errors.New("the mock server was closed")
	case errors.Is(err, io.EOF):
		return errors.New("the client closed the connection")
	}
	return err
}

// flushAll sends what is buffered and what a fault holds.
func (c *Conn) flushAll() error {
	if err := c.Flush(); err != nil {
		return err
	}
	if c.faults != nil {
		return c.faults.release()
	}
	return nil
}

// Release sends what is buffered and what a fault holds: for a mock that closes the connection, or a part of it, itself.
func (c *Conn) Release() error { return c.flushAll() }

// BeforeWait does what ReadLine does before it waits: it sends what is buffered, and lets a fault send what it holds. It is for a mock that reads
// by other means than ReadLine.
func (c *Conn) BeforeWait() error {
	if err := c.Flush(); err != nil || c.faults == nil {
		return err
	}
	return c.faults.beforeWait()
}

// ErrLeaving is returned by a wait for the client that ends because the server is being closed, and the session has time for a last word; see
// [Server.Farewell].
var ErrLeaving = errors.New("the mock server is being closed")

// Await runs f, which reads, within the timeout, or until the server is being closed.
func (c *Conn) Await(timeout time.Duration, f func() error) error {
	err := c.Do(context.Background(), timeout, func() error {
		if c.server.leaving.Load() {
			return ErrLeaving
		}
		return f()
	})
	if err != nil && c.server.leaving.Load() && errors.Is(err, os.ErrDeadlineExceeded) {
		return ErrLeaving
	}
	return err
}

// ReadLine reads a line of the client, within the idle timeout. Before it waits, it sends what is buffered; as long as the client has sent
// ahead, the replies gather.
func (c *Conn) ReadLine() (line wire.Line, err error) {
	if i := bytes.IndexByte(c.R.Peek(), '\n'); i >= 0 {
		// It is there already: nothing is waited for. Answers to many commands at once go out in large pieces.
		if c.faults == nil && bytes.IndexByte(c.R.Peek()[i+1:], '\n') >= 0 {
			c.W.Enlarge()
		}
		return c.R.ReadLine()
	}
	if err := c.BeforeWait(); err != nil {
		return line, err
	}
	err = c.Await(c.server.opts.Timeouts.Idle, func() error {
		line, err = c.R.ReadLine()
		return err
	})
	return line, err
}

// maxSkip bounds how much of a line is skipped before the session is ended, in octets.
const maxSkip = 16 << 20

// SkipLine skips the rest of a line that [Conn.ReadLine] found too long, up to its LF. The client may pause for as long as idle in it, but the
// line has to end within 16 MiB.
func (c *Conn) SkipLine(idle time.Duration) error {
	for n := 0; n < maxSkip; {
		if i := bytes.IndexByte(c.R.Peek(), '\n'); i >= 0 {
			c.R.Discard(i + 1)
			return nil
		}
		n += c.R.Buffered()
		c.R.Discard(c.R.Buffered())
		if err := c.Do(c.Context(), idle, c.R.Wait); err != nil {
			return err
		}
	}
	return errors.New("the client sent a line without an end")
}

// Write runs f, which writes to W, within the write timeout; writes of more than a few octets belong in it. f should write no more than
// about 256 KiB, so that the timeout is one for progress.
func (c *Conn) Write(f func() error) error {
	return c.Do(context.Background(), c.server.opts.Timeouts.Write, f)
}

// WriteSmall is Write for f that writes at most n octets: if they fit into the buffer, nothing is waited for.
func (c *Conn) WriteSmall(n int, f func() error) error {
	if n <= c.W.Available() {
		return f()
	}
	return c.Write(f)
}

// Logged reports whether what is told of commands and replies is shown to anybody.
func (c *Conn) Logged() bool { return c.server.opts.Log != nil }

// Flush sends what is buffered, within the write timeout. It ends no reply: a continuation that the client waits for is flushed.
func (c *Conn) Flush() error {
	if c.W.Buffered() == 0 {
		return nil
	}
	return c.Write(c.W.Flush)
}

// Command says that a command was read: its verb in upper case, and the line as the log may show it, without secrets. The reply to it
// begins now.
func (c *Conn) Command(verb, shown string) error {
	c.Heard(shown)
	return c.BeginReply(verb)
}

// Heard logs a command that was read while the reply to another one is still to come; [Conn.BeginReply] follows when its turn is there.
func (c *Conn) Heard(shown string) { c.event(CommandRead, shown) }

// BeginReply says that what follows answers to verb; "greeting" for the greeting.
func (c *Conn) BeginReply(verb string) error {
	if c.faults == nil {
		return nil
	}
	return c.faults.begin(verb)
}

// BeginFinal says that what follows is the reply to verb behind its preliminary one; the command was counted already.
func (c *Conn) BeginFinal(verb string) error {
	if c.faults == nil {
		return nil
	}
	return c.faults.beginFinal(verb)
}

// EndReply says that the reply is whole; shown is its first line, for the log.
func (c *Conn) EndReply(shown string) error {
	c.event(ReplySent, shown)
	if c.faults == nil {
		return nil
	}
	return c.faults.end()
}

// StartTLS makes the TLS handshake as the server. Octets that the client sent before it are refused with a [*conn.BufferedError].
func (c *Conn) StartTLS() error {
	if err := c.flushAll(); err != nil {
		return err
	}
	var bad ca.Fault
	if c.faults != nil {
		var err error
		if bad, err = c.faults.handshake(); err != nil {
			return err
		}
	}
	cfg, err := c.server.resumable(bad, c.Session, nil)
	if err != nil {
		c.Fail(err)
		return err
	}
	if err := c.Conn.StartTLS(c.server.ctx, c.server.opts.Timeouts.Handshake, cfg); err != nil {
		return err
	}
	if c.Logging() {
		state, _ := c.TLS()
		c.event(TLSStarted, tls.VersionName(state.Version))
	}
	return nil
}

// TakeAhead returns what the client has sent ahead of the mock's reading, and takes it out of what is to be read.
func (c *Conn) TakeAhead() []byte {
	ahead := bytes.Clone(c.R.Peek())
	c.R.Discard(len(ahead))
	return ahead
}

// EachLine calls f with each whole line of octets that [Conn.TakeAhead] took, until it fails.
func EachLine(octets []byte, f func(wire.Line) error) error {
	r := wire.NewReader(bytes.NewReader(octets))
	for {
		line, err := r.ReadLine()
		if err != nil || line.End == wire.None {
			return nil
		}
		if err := f(line); err != nil {
			return err
		}
	}
}

// Logging reports whether events are wanted: a mock may spare itself the making of texts.
func (c *Conn) Logging() bool { return c.server.opts.Log != nil }

func (c *Conn) event(kind EventKind, text string) {
	s := c.server
	if s.opts.Log == nil {
		return
	}
	e := Event{At: time.Now(), Protocol: s.dialect.Name(), Session: c.Session.id, Remote: c.Session.remote.String(), Kind: kind, Text: text}
	s.logMu.Lock()
	defer s.logMu.Unlock()
	s.opts.Log(e)
}

// Note records that the client did something that it should not; see [Session.Notes].
func (c *Conn) Note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	c.Session.note(text)
	c.event(Noted, text)
}

// Fail records an error that the mock's owner is to see: [Server.Errors] has it, and the test of a server that was started by StartTB fails.
func (c *Conn) Fail(err error) {
	c.server.fail(fmt.Errorf("session %d: %w", c.Session.id, err))
	c.event(Failed, err.Error())
}

// drain reads and forgets what the client sends until it closes, or until it was silent for the idle timeout.
func (c *Conn) drain() error {
	for {
		if err := c.Do(c.server.ctx, c.server.opts.Timeouts.Idle, c.R.Wait); err != nil {
			return err
		}
		c.R.Discard(c.R.Buffered())
	}
}

// lingerTime is how long the server waits for the client to close too.
const lingerTime = 200 * time.Millisecond

// linger ends the server's side and waits for the client's end for a moment: closing with octets unread would reset the connection, and the
// client could lose the last reply.
func (c *Conn) linger() {
	if c.CloseWrite() != nil {
		return
	}
	for begun := time.Now(); ; {
		left := lingerTime - time.Since(begun)
		if left <= 0 || c.Do(context.Background(), left, c.R.Wait) != nil {
			return
		}
		c.R.Discard(c.R.Buffered())
	}
}
