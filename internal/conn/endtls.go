package conn

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"

	"harness/protocols/wire"
)

// ErrNoCloseNotify is returned by EndTLS if the peer goes on in the clear without close_notify (RFC 5246 section 7.2.1, RFC 8446 section
// 6.1): where its protected octets end could then be forged.
var ErrNoCloseNotify = errors.New("the peer went on in the clear without TLS close_notify")

// protectedMax bounds, in octets, what a peer may still say under TLS once it was told that TLS ends.
const protectedMax = 64 << 10

// EndTLS ends TLS in mid-session, as FTP's CCC does (RFC 4217 section 12.3): it sends close_notify and waits for the peer's, and the connection
// goes on in the clear. What the peer says under TLS before its close_notify, 64 KiB at most, is read from R as it would have been, and behind it
// what the peer says in the clear. The caller flushes W before; timeout bounds the wait. It takes Options.TLSMayEnd, and a handshake by
// StartTLS. After an error the connection can only be closed.
func (c *Conn) EndTLS(ctx context.Context, timeout time.Duration) error {
	c.mu.Lock()
	t := c.tls
	c.mu.Unlock()
	switch {
	case t == nil:
		return errors.New("there is no TLS that could end")
	case c.recs == nil:
		return errors.New("TLS cannot end in mid-session here: the connection was made without TLSMayEnd")
	case c.in != io.Reader(t):
		return errors.New("TLS cannot end under compression")
	case c.W.Buffered() > 0:
		return errors.New("end of TLS with unsent octets: flush first")
	}
	var protected []byte
	err := c.Do(ctx, timeout, func() error {
		if err := t.CloseWrite(); err != nil {
			return fmt.Errorf("sending close_notify: %w", err)
		}
		c.recs.ending = true
		buf := make([]byte, 1<<10)
		for {
			n, err := t.Read(buf)
			protected = append(protected, buf[:n]...)
			switch {
			case errors.Is(err, io.EOF) && c.Truncated():
				return fmt.Errorf("the peer closed the connection without close_notify: %w", io.ErrUnexpectedEOF)
			case errors.Is(err, io.EOF):
				return nil
			case errors.Is(err, ErrNoCloseNotify) && c.opts.LaxTLSEnd:
				c.Event("no close_notify")
				return nil
			case err != nil:
				return err
			case len(protected) > protectedMax:
				return &wire.LimitError{What: "octets before close_notify", Limit: protectedMax}
			}
		}
	})
	if err != nil {
		return fmt.Errorf("end of TLS: %w", err)
	}
	if err := c.raw.SetDeadline(time.Time{}); err != nil { // close_notify leaves one for writing that has gone by
		return fmt.Errorf("end of TLS: %w", err)
	}
	c.recs.framed, c.recs.ending = false, false
	c.mu.Lock()
	c.net, c.tls, c.under = c.recs, nil, nil
	c.mu.Unlock()
	c.in, c.out = c.recs, c.recs
	if len(protected) > 0 {
		c.in = io.MultiReader(bytes.NewReader(protected), c.recs)
	}
	// What R has read ahead stays, but not the end of the stream that it may have met.
	var src io.Reader = (*tapReader)(c)
	if ahead := bytes.Clone(c.R.Peek()); len(ahead) > 0 {
		src = io.MultiReader(bytes.NewReader(ahead), src)
	}
	c.R.Reset(src)
	c.Event("clear")
	return nil
}

// Truncated reports whether the connection ended under TLS without the peer's close_notify, once R has met the end: octets may be missing (RFC
// 8446 section 6.1).
func (c *Conn) Truncated() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tls != nil && c.under != nil && c.under.ended.Load()
}

// endConn is the connection below TLS. It notes an end that crypto/tls met when it wanted more, which is one without close_notify.
type endConn struct {
	net.Conn
	ended atomic.Bool
}

// Read implements io.Reader.
func (e *endConn) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	if errors.Is(err, io.EOF) {
		e.ended.Store(true)
	}
	return n, err
}

const recordHeader = 5 // type, version, length

// recordConn is a connection that, while it is framed, hands out no more than one TLS record at a time: crypto/tls takes what it gets, and would
// swallow what stands behind close_notify.
type recordConn struct {
	net.Conn
	br     *bufio.Reader
	framed bool
	ending bool // a record must come
	left   int  // octets of the record in hand
}

func newRecordConn(nc net.Conn) *recordConn { return &recordConn{Conn: nc, br: bufio.NewReader(nc)} }

// ahead returns what was read and not handed out.
func (r *recordConn) ahead() []byte {
	b, _ := r.br.Peek(r.br.Buffered())
	return bytes.Clone(b)
}

// Read implements io.Reader.
func (r *recordConn) Read(p []byte) (int, error) {
	if !r.framed {
		if r.br.Buffered() > 0 {
			return r.br.Read(p)
		}
		return r.Conn.Read(p)
	}
	if r.left == 0 {
		h, err := r.br.Peek(recordHeader)
		if r.ending && len(h) > 0 && !isRecord(h) {
			return 0, ErrNoCloseNotify
		}
		if err != nil {
			if len(h) > 0 && errors.Is(err, io.EOF) {
				return r.br.Read(p)
			}
			return 0, err
		}
		r.left = recordHeader + int(h[3])<<8 + int(h[4])
	}
	n, err := r.br.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}

// isRecord reports whether h can begin a TLS record: its type is one from change_cipher_spec to heartbeat, and its version 3.x.
func isRecord(h []byte) bool {
	return h[0] >= 20 && h[0] <= 24 && (len(h) == 1 || h[1] == tls.VersionTLS10>>8)
}

// CloseWrite shuts down the sending side.
func (r *recordConn) CloseWrite() error {
	if h, ok := r.Conn.(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return errors.New("this kind of connection cannot be half closed")
}
