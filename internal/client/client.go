// Package client is what the clients of all protocols have in common below their verbs: the connection with its deadlines, what breaks a client,
// errors that say address and command, what was forgiven, the raw level, and streams of dot-terminated blocks.
package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"harness/internal/conn"
	"harness/protocols/wire"
)

// ErrClosed says that the client was closed.
var ErrClosed = errors.New("the client is closed")

// Error is an error of a client: where and at which command it happened.
type Error struct {
	// Protocol is the protocol's name, such as "pop3".
	Protocol string
	// Addr is the server's address.
	Addr string
	// Command is the command, its secrets left out; or "connect", "greeting", "TLS".
	Command string
	// Err is what happened.
	Err error
}

// Error tells protocol, address, command and what happened. A reply names its command itself.
func (e *Error) Error() string {
	what := fmt.Sprint(e.Err)
	if e.Command != "" && !strings.HasPrefix(what, e.Command+": ") {
		what = e.Command + ": " + what
	}
	return e.Protocol + " " + e.Addr + ": " + what
}

// Unwrap returns what happened.
func (e *Error) Unwrap() error { return e.Err }

// Forgiven is a departure from the grammar, or from the order of things, that a lenient client let pass.
type Forgiven struct {
	// Command is the command whose answer it was, secrets left out; or "greeting".
	Command string
	// Problem says what was wrong and which rule it breaks.
	Problem *wire.SyntaxError
}

// String returns it as one line.
func (f Forgiven) String() string { return f.Command + ": " + f.Problem.Error() }

// maxForgiven is how many departures are kept.
const maxForgiven = 100

// Base is a client without its verbs. One goroutine at a time uses it; Forgave and Close may be called from others.
type Base struct {
	// Conn is the connection.
	Conn *conn.Conn
	// Protocol and Addr are for errors.
	Protocol, Addr string
	// Timeout bounds each Do; 0 means that the context alone does.
	Timeout time.Duration
	// Strict has Forgive return what it is given.
	Strict bool
	// Reason is why the server is about to close the connection, if it said so: the error of an end then wraps it.
	Reason error

	broken error
	closed atomic.Bool

	mu       sync.Mutex
	command  string
	forgiven []Forgiven
	unnoted  int
}

// Wrap returns err as an [*Error], unless it is nil or holds one.
func (b *Base) Wrap(command string, err error) error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return err
	}
	return &Error{Protocol: b.Protocol, Addr: b.Addr, Command: command, Err: err}
}

// Fail breaks the client: the two ends no longer agree on what comes next.
func (b *Base) Fail(command string, err error) error {
	err = b.Wrap(command, err)
	if b.broken == nil {
		b.broken = err
	}
	return err
}

// Broken returns what broke the client; nil if it is whole.
func (b *Base) Broken() error { return b.broken }

// Ready tells whether a command may be sent at all.
func (b *Base) Ready(command string) error {
	switch {
	case b.closed.Load():
		return b.Wrap(command, ErrClosed)
	case b.broken != nil:
		err := fmt.Errorf("not sent, the connection is broken by an earlier error: %w", b.broken)
		return &Error{Protocol: b.Protocol, Addr: b.Addr, Command: command, Err: err}
	}
	return nil
}

// Close closes the connection; first is false if it was closed before.
func (b *Base) Close() (first bool, err error) {
	if b.closed.Swap(true) {
		return false, nil
	}
	return true, b.Conn.Close()
}

// Quit is the error of the end of a session: that of the command that ended it, such as "QUIT", or that of the closing.
func (b *Base) Quit(command string, err, closing error) error {
	if err != nil || closing == nil || errors.Is(closing, net.ErrClosed) {
		return err
	}
	// The server may have closed first; then there is nobody to send TLS's close_notify to.
	if _, ok := b.Conn.TLS(); ok {
		return nil
	}
	return b.Wrap(command, closing)
}

// Closed reports whether the client was closed.
func (b *Base) Closed() bool { return b.closed.Load() }

// Do runs f, which reads or writes, under the deadline of a command.
func (b *Base) Do(ctx context.Context, f func() error) error {
	return b.Ended(b.Conn.Do(ctx, b.Timeout, f))
}

// DoBuffered is Do for f that reads one line and, if only is set, does nothing else: a line that is there already is not waited for.
func (b *Base) DoBuffered(ctx context.Context, only bool, f func() error) error {
	return b.DoBufferedFor(ctx, b.Timeout, only, f)
}

// DoBufferedFor is DoBuffered with a timeout of its own.
func (b *Base) DoBufferedFor(ctx context.Context, timeout time.Duration, only bool, f func() error) error {
	if only && bytes.IndexByte(b.Conn.R.Peek(), '\n') >= 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		return b.Ended(f())
	}
	return b.Ended(b.Conn.Do(ctx, timeout, f))
}

// Ended names the end of the stream.
func (b *Base) Ended(err error) error {
	switch {
	case err == nil:
		return nil
	case err == io.EOF:
		err = fmt.Errorf("the server closed the connection: %w", io.EOF)
	}
	if b.Reason != nil {
		return fmt.Errorf("%w (%w)", b.Reason, err)
	}
	return err
}

// Write sends octets; it runs inside Do.
func (b *Base) Write(text []byte) error {
	if _, err := b.Conn.W.Write(text); err != nil {
		return err
	}
	return b.Conn.W.Flush()
}

// Line reads a line; what the stream's end cut off is an error. It runs inside Do.
func (b *Base) Line() (wire.Line, error) {
	l, err := b.Conn.R.ReadLine()
	if err == nil && l.End == wire.None {
		return l, fmt.Errorf("the server closed the connection in the middle of a line: %w", io.ErrUnexpectedEOF)
	}
	return l, err
}

// Begin names the command whose answer is read next, for what is forgiven.
func (b *Base) Begin(command string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.command = command
}

// Forgave notes a departure.
func (b *Base) Forgave(e *wire.SyntaxError) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.forgiven) >= maxForgiven {
		b.unnoted++
		return
	}
	b.forgiven = append(b.forgiven, Forgiven{Command: b.command, Problem: e})
}

// ForgaveMore counts n departures that are not noted one by one.
func (b *Base) ForgaveMore(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.unnoted += n
}

// Forgive notes a departure and returns nil, or, strictly, returns it.
func (b *Base) Forgive(e *wire.SyntaxError) error {
	if b.Strict {
		return e
	}
	b.Forgave(e)
	return nil
}

// Forgiven returns what was let pass, at most the first 100 departures, and how many there were in all.
func (b *Base) Forgiven() ([]Forgiven, int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.forgiven), len(b.forgiven) + b.unnoted
}

// The raw level.

// Send sends octets as they are.
func (b *Base) Send(ctx context.Context, octets []byte) error {
	return b.Wrap("send", b.Do(ctx, func() error { return b.Write(octets) }))
}

// SendLine sends text, unchecked, and a terminator.
func (b *Base) SendLine(ctx context.Context, text string, end wire.Terminator) error {
	return b.Send(ctx, append([]byte(text), end.Octets()...))
}

// ReadLine reads a line. At the end of the stream it returns what is left, with the terminator wire.None, and then io.EOF. The text is valid
// until the next call.
func (b *Base) ReadLine(ctx context.Context) (l wire.Line, err error) {
	err = b.Do(ctx, func() error {
		l, err = b.Conn.R.ReadLine()
		return err
	})
	return l, b.Wrap("read a line", err)
}

// ExpectQuiet waits for d and returns nil if the server says nothing. If it does, the error is conn.ErrNotQuiet and what came stays to be read; if it
// closes the connection, io.EOF.
func (b *Base) ExpectQuiet(ctx context.Context, d time.Duration) error {
	return b.Wrap("expect silence", b.Conn.Quiet(ctx, d))
}

// ExpectClose waits for the server to close the connection, at most Timeout. The error tells the other outcomes apart by errors.Is:
// conn.ErrNotQuiet (something came, and stays to be read), os.ErrDeadlineExceeded (nothing happened), syscall.ECONNRESET.
func (b *Base) ExpectClose(ctx context.Context) error {
	if b.Conn.R.Buffered() > 0 {
		return b.Wrap("expect the end", conn.ErrNotQuiet)
	}
	err := b.Conn.Do(ctx, b.Timeout, b.Conn.R.Wait)
	switch {
	case err == nil:
		err = conn.ErrNotQuiet
	case errors.Is(err, io.EOF):
		return nil
	case errors.Is(err, context.DeadlineExceeded):
		err = errors.Join(err, os.ErrDeadlineExceeded)
	}
	return b.Wrap("expect the end", err)
}
