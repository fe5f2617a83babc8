// Package conn is a connection as clients, mock servers, the recorder and the player use it: lines and blocks over a net.Conn, a deadline
// on every wait, TLS from the start or in mid-session, compression, and a tap that shows every octet.
//
// The deadline of an operation is the sooner of its context's and its timeout's, and cancelling the context unblocks it. Whoever reads
// or writes does it inside [Conn.Do], which arms the deadline:
//
//	err := c.Do(ctx, timeout, func() error {
//		line, err = c.R.ReadLine()
//		return err
//	})
package conn

import (
	"compress/flate"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"sync"
	"time"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// Tap is shown what passes over a connection. It is called in the goroutine that reads or writes, and must not keep data after it
// returns.
type Tap interface {
	// Octets is called with application octets, after TLS and compression were taken off: from is who sent them.
	Octets(at time.Time, channel string, from dialect.Party, data []byte)
	// Event is called when something happens between the octets: "tls", "clear", "compress deflate", "close", "reset", and, on connections whose
	// channel has a name, "eof" when the end of what the peer says was read.
	Event(at time.Time, channel string, what string)
}

// Options of a connection. The zero value is usable.
type Options struct {
	// Local is the party that this end plays: dialect.Client unless set.
	Local dialect.Party
	// Channel is the name of the connection in what the tap is told; "" for the control connection.
	Channel string
	// Tap sees every octet; nil for none.
	Tap Tap
	// LineLimit is the longest line that is read, in octets without its terminator; 0 for wire.DefaultLineLimit.
	LineLimit int
	// TLSMayEnd prepares the TLS of StartTLS for EndTLS: it then reads one record at a time and no further.
	TLSMayEnd bool
	// LaxTLSEnd has EndTLS forgive a peer that goes on in the clear without close_notify, as curl does. The tap is told "no close_notify".
	LaxTLSEnd bool
}

// Conn is a connection. Reads and writes may go on at the same time in two goroutines, but not two reads or two writes.
type Conn struct {
	// R reads from the connection and W writes to it; W is buffered until W.Flush. Both are used inside Do.
	R *wire.Reader
	W *wire.Writer

	opts Options
	raw  net.Conn // as dialled or accepted
	mu   sync.Mutex
	net  net.Conn // raw, or the TLS connection on it
	tls  *tls.Conn
	in   io.Reader // net, or what decompresses it
	out  io.Writer // net, or what compresses for it

	eof   bool        // the tap knows of the end
	under *endConn    // below TLS that StartTLS made
	recs  *recordConn // below under, if TLS may end

	closeOnce sync.Once
	closeErr  error
}

// New returns a Conn on nc, which it owns from then on.
func New(nc net.Conn, opts Options) *Conn {
	if opts.Local == 0 {
		opts.Local = dialect.Client
	}
	c := &Conn{opts: opts, raw: nc, net: nc, in: nc, out: nc}
	if t, ok := nc.(*tls.Conn); ok {
		c.tls = t
	}
	c.R = wire.NewReader((*tapReader)(c))
	c.R.LineLimit = opts.LineLimit
	c.W = wire.NewWriter((*tapWriter)(c))
	return c
}

// Dial connects to address on network ("tcp", "unix", ...). Timeout bounds the connection's making; 0 means the context alone does.
func Dial(ctx context.Context, network, address string, timeout time.Duration, opts Options) (*Conn, error) {
	d := net.Dialer{Timeout: timeout}
	nc, err := d.DialContext(ctx, network, address)
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", address, err)
	}
	return New(nc, opts), nil
}

type tapReader Conn

func (t *tapReader) Read(p []byte) (int, error) {
	n, err := t.in.Read(p)
	if n > 0 && t.opts.Tap != nil {
		t.opts.Tap.Octets(time.Now(), t.opts.Channel, t.opts.Local.Other(), p[:n])
	}
	if err == io.EOF && t.opts.Tap != nil && t.opts.Channel != "" && !t.eof {
		t.eof = true
		t.opts.Tap.Event(time.Now(), t.opts.Channel, "eof")
	}
	return n, err
}

type tapWriter Conn

func (t *tapWriter) Write(p []byte) (int, error) {
	n, err := t.out.Write(p)
	(*Conn)(t).sent(p[:max(n, 0)])
	return n, err
}

// sent tells the tap what was written.
func (c *Conn) sent(p []byte) {
	if len(p) > 0 && c.opts.Tap != nil {
		c.opts.Tap.Octets(time.Now(), c.opts.Channel, c.opts.Local, p)
	}
}

// past is a deadline that has gone by: setting it unblocks whoever waits.
var past = time.Unix(1, 0)

// cutter unblocks whoever waits for a connection. It is used again and again: Do is called for each line.
type cutter struct {
	conn net.Conn
	done chan struct{}
	f    func()
}

var cutters = sync.Pool{New: func() any {
	k := &cutter{done: make(chan struct{}, 1)}
	k.f = func() {
		k.conn.SetDeadline(past)
		k.done <- struct{}{}
	}
	return k
}}

// sooner returns the sooner of ctx's deadline and timeout from now; zero for none.
func sooner(ctx context.Context, timeout time.Duration) (deadline time.Time) {
	if timeout > 0 {
		deadline = time.Now().Add(timeout)
	}
	if d, ok := ctx.Deadline(); ok && (deadline.IsZero() || d.Before(deadline)) {
		deadline = d
	}
	return deadline
}

// Do runs f with a deadline on the connection: the sooner of ctx's and timeout from now (0: ctx's alone). Cancelling ctx unblocks f. If
// the deadline or the context ended f, the error says which, wraps the context's error or os.ErrDeadlineExceeded, and the connection's
// state is unknown: a caller closes it.
func (c *Conn) Do(ctx context.Context, timeout time.Duration, f func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	nc := c.netConn()
	if err := nc.SetDeadline(sooner(ctx, timeout)); err != nil {
		return err
	}
	var stop func() bool
	var cut *cutter
	if ctx.Done() != nil {
		cut = cutters.Get().(*cutter)
		cut.conn = c.raw
		stop = context.AfterFunc(ctx, cut.f)
	}
	err := f()
	if stop != nil {
		stopped := stop()
		if !stopped {
			<-cut.done // so that it can't cut short a later Do
		}
		cut.conn = nil
		cutters.Put(cut)
		if cerr := ctx.Err(); !stopped && cerr != nil && err != nil {
			return fmt.Errorf("%w (%v)", cerr, err)
		}
	}
	if err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
		if cerr := ctx.Err(); cerr != nil {
			return cerr
		}
		if d, ok := ctx.Deadline(); ok && !time.Now().Before(d) { // the connection's timer was ahead of the context's
			return context.DeadlineExceeded
		}
		if timeout > 0 {
			return fmt.Errorf("nothing for %v: %w", timeout, err)
		}
	}
	return err
}

// Renew begins the timeout of the Do that runs anew: for one that goes on as long as octets come. Ctx and timeout are those that Do was given. It returns the context's error if
// that has ended, and the next wait ends at once.
func (c *Conn) Renew(ctx context.Context, timeout time.Duration) error {
	nc := c.netConn()
	if err := nc.SetDeadline(sooner(ctx, timeout)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil { // what its end did to the deadline was undone
		nc.SetDeadline(past)
		return err
	}
	return nil
}

// Interrupt ends a read that waits, as if its deadline had passed; it does not outlast the next Do.
func (c *Conn) Interrupt() { c.netConn().SetReadDeadline(past) }

func (c *Conn) netConn() net.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.net
}

// BufferedError is returned by a handshake that finds octets sent in the clear behind the line that began it. They would be taken for
// protected ones: the command injection of CVE-2011-0411.
type BufferedError struct {
	// From is who sent them.
	From dialect.Party
	// Data is what was buffered.
	Data []byte
}

// Error tells how many octets there were and how they begin.
func (e *BufferedError) Error() string {
	return fmt.Sprintf("refusing TLS: the %s sent %d octets in the clear before the handshake, beginning %s", e.From, len(e.Data), wire.Quote(e.Data))
}

// StartTLS makes the TLS handshake, as client or as server according to Options.Local, and goes on over TLS. Octets buffered before it are
// refused with a [*BufferedError]. The caller flushes W before; timeout bounds the handshake.
func (c *Conn) StartTLS(ctx context.Context, timeout time.Duration, cfg *tls.Config) error {
	if n := c.R.Buffered(); n > 0 {
		return &BufferedError{From: c.opts.Local.Other(), Data: append([]byte(nil), c.R.Peek()...)}
	}
	if c.W.Buffered() > 0 {
		return errors.New("TLS handshake with unsent octets: flush first")
	}
	under := c.netConn()
	if c.opts.TLSMayEnd {
		if c.recs == nil {
			c.recs = newRecordConn(c.raw)
		} else if data := c.recs.ahead(); len(data) > 0 {
			return &BufferedError{From: c.opts.Local.Other(), Data: data}
		}
		c.recs.framed = true
		under = c.recs
	}
	below := &endConn{Conn: under}
	var t *tls.Conn
	if c.opts.Local == dialect.Client {
		t = tls.Client(below, cfg)
	} else {
		t = tls.Server(below, cfg)
	}
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	if err := c.raw.SetDeadline(time.Time{}); err != nil {
		return err
	}
	if err := t.HandshakeContext(ctx); err != nil {
		return fmt.Errorf("TLS handshake: %w", err)
	}
	c.mu.Lock()
	c.net, c.tls, c.under = t, t, below
	c.mu.Unlock()
	c.in, c.out = t, t
	c.R.Reset((*tapReader)(c))
	c.Event("tls")
	return nil
}

// StartDeflate compresses both directions from here on with DEFLATE (RFC 1951), as COMPRESS does in NNTP (RFC 8054) and IMAP (RFC 4978).
// Octets read ahead are the first compressed ones. Each flush of W reaches the peer whole. The caller flushes W before.
func (c *Conn) StartDeflate() error {
	z, err := flate.NewWriter(c.out, flate.DefaultCompression)
	if err != nil {
		return err
	}
	return c.StartDeflateWith(func(io.Writer) Compressor { return z })
}

// Compressor compresses what is written to it; Flush passes on all of it.
type Compressor interface {
	io.Writer
	Flush() error
}

// StartDeflateWith is StartDeflate with another compressor, which writes to out.
func (c *Conn) StartDeflateWith(compressor func(out io.Writer) Compressor) error {
	if c.W.Buffered() > 0 {
		return errors.New("compression with unsent octets: flush first")
	}
	ahead := append([]byte(nil), c.R.Peek()...)
	c.in = inflateReader(ahead, c.in)
	c.out = flushWriter{compressor(c.out)}
	c.R.Reset((*tapReader)(c))
	c.Event("compress deflate")
	return nil
}

// flushWriter flushes after each write: bufio above it already gathers the small ones.
type flushWriter struct{ z Compressor }

func (f flushWriter) Write(p []byte) (int, error) {
	n, err := f.z.Write(p)
	if err == nil {
		err = f.z.Flush()
	}
	return n, err
}

// TLS returns the state of the TLS connection; ok is false without TLS.
func (c *Conn) TLS() (state tls.ConnectionState, ok bool) {
	c.mu.Lock()
	t := c.tls
	c.mu.Unlock()
	if t == nil {
		return state, false
	}
	return t.ConnectionState(), true
}

// Event tells the tap.
func (c *Conn) Event(what string) {
	if c.opts.Tap != nil {
		c.opts.Tap.Event(time.Now(), c.opts.Channel, what)
	}
}

// ErrNotQuiet is returned by Quiet when something arrived.
var ErrNotQuiet = errors.New("octets arrived where none may")

// Quiet waits for d and returns nil if nothing arrives in that time; [ErrNotQuiet] if something did (it stays buffered), io.EOF if the
// peer closed, or another error of the connection.
func (c *Conn) Quiet(ctx context.Context, d time.Duration) error {
	if c.R.Buffered() > 0 {
		return ErrNotQuiet
	}
	err := c.Do(ctx, d, c.R.Wait)
	switch {
	case err == nil:
		return ErrNotQuiet
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil
	}
	return err
}

// LocalAddr and RemoteAddr are the ends' addresses.
func (c *Conn) LocalAddr() net.Addr { return c.raw.LocalAddr() }

// RemoteAddr is the peer's address.
func (c *Conn) RemoteAddr() net.Addr { return c.raw.RemoteAddr() }

// closeWait bounds how long closing may wait for a peer that does not read: the TLS close_notify.
const closeWait = time.Second

// Close closes the connection, with TLS's close_notify if there is TLS. It does not flush W. A second call does nothing.
func (c *Conn) Close() error {
	c.closeOnce.Do(func() {
		nc := c.netConn()
		if t, ok := nc.(*tls.Conn); ok {
			// A deadline would not do: Close sets one of its own, of five seconds.
			under := t.NetConn()
			cut := time.AfterFunc(closeWait, func() { under.Close() })
			defer cut.Stop()
		}
		c.closeErr = nc.Close()
		if nc != c.raw {
			c.raw.Close()
		}
		c.Event("close")
	})
	return c.closeErr
}

// CloseWrite shuts down this end's sending side: the peer reads to the end of the stream, and can still answer.
func (c *Conn) CloseWrite() error {
	if h, ok := c.netConn().(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return errors.New("this kind of connection cannot be half closed")
}

// Reset closes the connection so that the peer sees it reset (TCP RST), where the transport can do that.
func (c *Conn) Reset() error {
	c.closeOnce.Do(func() {
		if l, ok := c.raw.(interface{ SetLinger(int) error }); ok {
			l.SetLinger(0)
		}
		c.closeErr = c.raw.Close()
		c.Event("reset")
	})
	return c.closeErr
}

// Raw returns the connection below TLS, for those who must break it.
func (c *Conn) Raw() net.Conn { return c.raw }
