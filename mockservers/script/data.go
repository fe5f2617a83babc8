package script

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"

	"harness/mockservers"
)

// Serves implements play.DataTransport.
func (l *link) Serves(verb string) { l.verb = verb }

// Listen implements play.Transport: the listener is the session's, and so are its faults.
func (l *link) Listen(_ context.Context, host string) (net.Listener, error) {
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return nil, fmt.Errorf("%q is no IP address to listen on for data connections", host)
	}
	ln, err := l.first.ListenData(ip)
	if err != nil {
		return nil, err
	}
	return &dataListener{link: l, ln: ln}, nil
}

// Dial implements play.Transport.
func (l *link) Dial(ctx context.Context, address string) (net.Conn, error) {
	remote, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	d, err := l.first.Transfer(l.verb).Dial(ctx, netip.AddrPort{}, remote)
	if err != nil {
		return nil, err
	}
	return &dataConn{Data: d}, nil
}

// dataListener is a net.Listener whose connections are data connections of the mock.
type dataListener struct {
	link *link
	ln   *mockservers.DataListener

	mu       sync.Mutex
	deadline time.Time
	cancel   context.CancelFunc // of the Accept that waits
}

func (l *dataListener) Accept() (net.Conn, error) {
	l.mu.Lock()
	ctx, cancel := context.WithCancel(l.link.first.Context())
	if !l.deadline.IsZero() {
		cancel()
		ctx, cancel = context.WithDeadline(l.link.first.Context(), l.deadline)
	}
	l.cancel = cancel
	l.mu.Unlock()
	defer cancel()
	d, err := l.link.first.Transfer(l.link.verb).Accept(ctx, l.ln, l.mine)
	if err != nil {
		return nil, err
	}
	return &dataConn{Data: d}, nil
}

// mine refuses connections of others than the client.
func (l *dataListener) mine(remote netip.AddrPort) error {
	if c, ok := l.link.first.RemoteAddr().(*net.TCPAddr); ok && c.AddrPort().Addr().Unmap() != remote.Addr() {
		return fmt.Errorf("only %s may connect", c.IP)
	}
	return nil
}

func (l *dataListener) Close() error {
	l.ln.Close()
	return nil
}

func (l *dataListener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.ln.Addr()) }

// SetDeadline bounds Accept, also one that waits.
func (l *dataListener) SetDeadline(t time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.deadline = t
	if l.cancel != nil && !t.IsZero() && !t.After(time.Now()) {
		l.cancel()
	}
	return nil
}

// dataConn is a play.DataLink: its octets go through the faults that the mock has for the data connection.
type dataConn struct {
	*mockservers.Data
	reset bool

	mu       sync.Mutex
	deadline time.Time // of reading
}

// Read implements net.Conn.
func (c *dataConn) Read(p []byte) (int, error) {
	c.mu.Lock()
	t := c.deadline
	c.mu.Unlock()
	if t.IsZero() {
		return c.Data.Read(p)
	}
	left := time.Until(t)
	if left <= 0 {
		return 0, os.ErrDeadlineExceeded
	}
	stop := time.AfterFunc(left, func() { c.Raw().SetReadDeadline(past) }) // Data.Read sets a deadline of its own
	defer stop.Stop()
	return c.Data.Read(p)
}

var past = time.Unix(1, 0)

// StartTLS implements play.DataLink.
func (c *dataConn) StartTLS(context.Context) error { return c.Data.StartTLS(false) }

// Break implements play.DataLink.
func (c *dataConn) Break() { c.Data.Reset() }

// Close implements net.Conn.
func (c *dataConn) Close() error {
	if c.reset {
		return c.Data.Reset()
	}
	return c.Data.Close()
}

// SetLinger is called before a connection is closed that is to be reset.
func (c *dataConn) SetLinger(int) error {
	c.reset = true
	return nil
}

func (c *dataConn) SetDeadline(t time.Time) error { return c.SetReadDeadline(t) }

func (c *dataConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	c.deadline = t
	c.mu.Unlock()
	if !t.IsZero() && !t.After(time.Now()) {
		return c.Raw().SetReadDeadline(t)
	}
	return nil
}

// SetWriteDeadline does nothing: the mock has a timeout for writing.
func (c *dataConn) SetWriteDeadline(time.Time) error { return nil }
