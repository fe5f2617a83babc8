// Package play plays one side of a session against a live peer: the server's side before a client, or the client's side against a server.
//
// A session is compiled once ([Compile]) and the [Program] is played any number of times, at the same time too. The items are played in the
// order of the file, which is a total order over all connections of the session. Lines of the own side are said, with live values where
// the session has values: credentials, the addresses of data connections, what was captured before. Lines of the other side are read and
// compared: through the transcript's matching and the dialect's notion of sameness. Own lines that follow one another leave in one write,
// and nothing is ever delayed.
//
// On the server's side a play stops at the first mismatch: the client learns it by the connection's end. On the client's side the player
// reads the peer's whole actual answer, notes where it differs, and goes on at its next own line, so that a server with other mail yields a
// report of all places.
package play

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync"
	"time"

	"harness/internal/auth"
	"harness/internal/conn"
	"harness/protocols/dialect"
)

// Options of a play. Side is required; the zero value of everything else is usable.
type Options struct {
	// Side is the party that is played.
	Side dialect.Party
	// Dialect is that of the session's protocol; nil means that it is looked up by the session's name for it.
	Dialect dialect.Dialect
	// Credentials replace the recorded ones, and on the server's side the client's are verified with them. Token "" means Password. Without
	// credentials, recorded values are played and the peer's are not verified; a session whose secrets were redacted then can't be driven,
	// and one with SCRAM can't be served.
	Credentials *auth.Credentials
	// TLS is the configuration for this side's handshakes: with certificates for the server's side, with roots and a name for the
	// client's. A session without TLS needs none.
	TLS *tls.Config
	// ImplicitTLS says whether a session begins with a TLS handshake, whatever the file says.
	ImplicitTLS Implicit
	// Timeouts bound every wait.
	Timeouts Timeouts
	// Exact makes a reworded reply a mismatch.
	Exact bool
	// ListenHost is where this side listens for data connections: an IP address, or "" for the control connection's own.
	ListenHost string
	// LineLimit is the longest line that is read, in octets without its terminator; 0 means 64 KiB, or what the session's longest line
	// needs if that is more.
	LineLimit int
	// Tap sees every octet of every connection; nil for none.
	Tap conn.Tap
}

// Implicit says whether a session's first connection begins with a TLS handshake.
type Implicit uint8

const (
	// AsRecorded: it does if the session begins with "-- tls".
	AsRecorded Implicit = iota
	// WithTLS: it does.
	WithTLS
	// WithoutTLS: it does not.
	WithoutTLS
)

// Timeouts bound the waits of a play. For each, 0 means the default.
type Timeouts struct {
	// Connect bounds the making or awaiting of a connection. Default 10 s.
	Connect time.Duration
	// Read bounds the wait for each line of the peer, and for each further stretch of a run of octets. Waits of the peer that the session
	// itself holds come on top. Default 10 s.
	Read time.Duration
	// Write bounds each write. Default 10 s.
	Write time.Duration
	// Handshake bounds each TLS handshake. Default 10 s.
	Handshake time.Duration
	// Settle bounds the waits after which the absence of something is taken for decided: for more of an answer that differs from the
	// session's, for an optional line where this side is next. Default 250 ms.
	Settle time.Duration
	// Linger is how long, after the last item of a session that does not tell how its connections end, the peer may take to close, while
	// what it still says is looked for. Default 500 ms.
	Linger time.Duration
}

func (t Timeouts) withDefaults() Timeouts {
	for _, f := range []struct {
		v *time.Duration
		d time.Duration
	}{
		{&t.Connect, 10 * time.Second}, {&t.Read, 10 * time.Second}, {&t.Write, 10 * time.Second}, {&t.Handshake, 10 * time.Second},
		{&t.Settle, 250 * time.Millisecond}, {&t.Linger, 500 * time.Millisecond},
	} {
		if *f.v <= 0 {
			*f.v = f.d
		}
	}
	return t
}

// Transport supplies the connections of a play. Its methods are called by one play at a time, except that those of a server's transport may
// serve several plays.
type Transport interface {
	// Connect returns the connection of a control channel: "" for the first one, a decimal number from 2 for a further one. On the client's
	// side it dials; on the server's it returns the next connection that a client makes.
	Connect(ctx context.Context, channel string) (net.Conn, error)
	// Expect tells the server's side that the client may make the connection of channel from now on, so that it is not taken for the
	// beginning of another session. It does not block. Connect is called for the channel afterwards, if the play gets that far.
	Expect(channel string)
	// Listen opens a listener for a data connection on a free port of host, which is an IP address.
	Listen(ctx context.Context, host string) (net.Listener, error)
	// Dial makes a data connection to address.
	Dial(ctx context.Context, address string) (net.Conn, error)
}

// Linker is a [Transport] whose control connections come with more than a net.Conn.
type Linker interface {
	Transport
	// Link does what Connect does; the player then does not call Connect. Hooks may be nil.
	Link(ctx context.Context, channel string) (*conn.Conn, Hooks, error)
}

// Hooks let the owner of a control connection do its part in a play: a mock server with its faults and its log. An error of a hook ends the
// play.
type Hooks interface {
	// StartTLS makes the handshake.
	StartTLS(ctx context.Context) error
	// Flush sends what is buffered.
	Flush() error
	// BeforeWait is called before the player waits for the peer, after Flush.
	BeforeWait() error
	// BeforeClose is called before the player closes this side, or a part of it.
	BeforeClose() error
	// Begin is called before the first line of an answer: verb and shown are those of the line that it answers, with secrets masked; "greeting"
	// and "" for what nobody asked for.
	Begin(verb, shown string) error
	// End is called when the answer is whole; shown is its first line.
	End(shown string) error
	// EndTLS ends TLS, by close_notify both ways.
	EndTLS(ctx context.Context) error
	// Logging reports whether the shown lines are wanted; otherwise they are "".
	Logging() bool
}

// DataTransport is a [Transport] that has a part in data connections: a mock server with its faults. What its Dial returns, and what its listeners
// accept, may be a [DataLink].
type DataTransport interface {
	Transport
	// Serves is called before a data connection is dialled or accepted: verb is that of the command which uses it; "" for none.
	Serves(verb string)
}

// DataLink is a data connection that makes its TLS handshake by itself: what is read and written is always the application's.
type DataLink interface {
	net.Conn
	// StartTLS makes the handshake.
	StartTLS(ctx context.Context) error
	// Break breaks the connection off, from any goroutine; behind Close it does nothing.
	Break()
}

// Network has the parts of a [Transport] that are the same for all: data connections over TCP. Others embed it.
type Network struct{}

// Listen implements [Transport].
func (Network) Listen(ctx context.Context, host string) (net.Listener, error) {
	var lc net.ListenConfig
	return lc.Listen(ctx, "tcp", net.JoinHostPort(host, "0"))
}

// Dial implements [Transport].
func (Network) Dial(ctx context.Context, address string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", address)
}

// Expect implements [Transport]; it does nothing.
func (Network) Expect(string) {}

// Dialer returns the transport of a client's side: each control connection is made to address.
func Dialer(address string) Transport { return dialer{address: address} }

type dialer struct {
	Network
	address string
}

func (d dialer) Connect(ctx context.Context, _ string) (net.Conn, error) {
	nc, err := d.Dial(ctx, d.address)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", d.address, err)
	}
	return nc, nil
}

// Acceptor returns the transport of a server's side that takes its control connections from l in the order in which they are made. It fits
// one play at a time, and does not close l.
func Acceptor(l net.Listener) Transport { return &acceptor{l: l} }

type acceptor struct {
	Network
	mu sync.Mutex
	l  net.Listener
}

func (a *acceptor) Connect(ctx context.Context, _ string) (net.Conn, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return accept(ctx, a.l)
}

// errNoDeadline is what accept returns for listeners that it could not stop waiting on.
var errNoDeadline = errors.New("this kind of listener has no deadline")

// accept takes one connection from l within ctx.
func accept(ctx context.Context, l net.Listener) (net.Conn, error) {
	d, ok := l.(interface{ SetDeadline(time.Time) error })
	if !ok {
		return nil, errNoDeadline
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	if err := d.SetDeadline(deadline); err != nil {
		return nil, err
	}
	cut := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		d.SetDeadline(time.Unix(1, 0))
		close(cut)
	})
	nc, err := l.Accept()
	if !stop() {
		<-cut
		if err != nil && ctx.Err() != nil {
			err = ctx.Err()
		}
	}
	d.SetDeadline(time.Time{})
	if err != nil {
		return nil, err
	}
	return nc, nil
}
