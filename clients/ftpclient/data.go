package ftpclient

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"time"

	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/ftp"
)

// past is a deadline that has gone by: setting it unblocks whoever waits.
var past = time.Unix(1, 0)

// Data is a data connection, or what will become one. It is part of the raw level: [Client.OpenData] prepares it, then a transfer command is sent,
// and Open has it ready for data. Whoever has one closes it.
type Data struct {
	c        *Client
	passive  bool
	addr     string // of the listener
	mu       sync.Mutex
	listener *net.TCPListener
	conn     *conn.Conn
	stopped  bool // cut, or closed
	hurry    bool // what is to be accepted has come, if it comes at all
	tcp      *net.TCPConn
	secure   bool
}

// OpenData prepares a data connection as Options say: EPSV or PASV, and connects to where the server listens; or listens, and tells the server
// where by PORT or EPRT. Before the first one PROT P is sent, if the client is to do so.
func (c *Client) OpenData(ctx context.Context) (*Data, error) {
	if err := c.ready("data connection"); err != nil {
		return nil, err
	}
	if err := c.protect(ctx); err != nil {
		return nil, err
	}
	if c.active {
		if c.epsvAll {
			return nil, c.b.Wrap("PORT", ErrEPSVAll)
		}
		return c.listen(ctx)
	}
	addr, err := c.passive(ctx)
	if err != nil {
		return nil, err
	}
	return c.connect(ctx, addr)
}

// peer returns the address of the control connection's other end.
func (c *Client) peer() (netip.Addr, bool) { return hostOf(c.c.RemoteAddr()) }

func hostOf(a net.Addr) (netip.Addr, bool) {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}, false
	}
	ip := t.AddrPort().Addr().Unmap()
	return ip, ip.IsValid()
}

// permitted reports whether Options.DataHosts name ip. A wide prefix does not reach special addresses, which lead to this very machine or network.
func (c *Client) permitted(ip netip.Addr) bool {
	if !ip.IsValid() || ip.IsUnspecified() || ip.IsMulticast() {
		return false
	}
	for _, p := range c.opts.DataHosts {
		if p.Contains(ip) && ip.IsLoopback() == p.Addr().IsLoopback() && ip.IsLinkLocalUnicast() == p.Addr().IsLinkLocalUnicast() {
			return true
		}
	}
	return false
}

// dataHost returns the host that a passive data connection goes to: the control connection's, unless the announced one is permitted.
func (c *Client) dataHost(announced netip.Addr) (string, error) {
	if c.permitted(announced) {
		return announced.String(), nil
	}
	if c.opts.Dial != nil && c.host != "" {
		return c.host, nil
	}
	if ip, ok := c.peer(); ok {
		return ip.String(), nil
	}
	if c.host == "" {
		return "", errors.New("no passive data connection: the control connection's peer has no IP address; Options.Host names one")
	}
	return c.host, nil
}

func (c *Client) onIPv6() bool {
	ip, ok := c.peer()
	return ok && ip.Is6()
}

// useEPSV tells which of EPSV and PASV is next.
func (c *Client) useEPSV() bool { return c.epsvAll || !c.noEPSV || c.onIPv6() }

// passive asks the server to listen and returns where.
func (c *Client) passive(ctx context.Context) (string, error) {
	if c.useEPSV() {
		port, err := c.Epsv(ctx)
		if err == nil {
			return c.passiveAddr(netip.AddrPortFrom(netip.Addr{}, port))
		}
		if !c.noEPSVAfter(err) {
			return "", err
		}
	}
	a, err := c.Pasv(ctx)
	if err != nil {
		return "", err
	}
	return c.passiveAddr(a)
}

// noEPSVAfter reports whether the refusal of an EPSV leaves PASV to be tried, which is remembered.
func (c *Client) noEPSVAfter(err error) bool {
	var reply *ftp.Reply
	if errors.As(err, &reply) && reply.Permanent() && reply.Code != ftp.CodeNotLoggedIn && !c.epsvAll && !c.onIPv6() {
		c.noEPSV = true
	}
	return c.noEPSV && !c.epsvAll && !c.onIPv6()
}

func (c *Client) passiveAddr(a netip.AddrPort) (string, error) {
	host, err := c.dataHost(a.Addr())
	if err != nil {
		return "", c.b.Wrap("data connection", err)
	}
	c.passiveOK = true
	return net.JoinHostPort(host, strconv.Itoa(int(a.Port()))), nil
}

// Pasv asks the server to listen for the next transfer's data connection and returns the address that it announces (RFC 959 section 4.1.2). It
// makes no connection: see [Client.OpenData].
func (c *Client) Pasv(ctx context.Context) (netip.AddrPort, error) {
	if c.epsvAll {
		return netip.AddrPort{}, c.b.Wrap("PASV", ErrEPSVAll)
	}
	reply, err := c.bare(ctx, "PASV")
	if err != nil {
		return netip.AddrPort{}, err
	}
	a, err := c.rules().ParsePASV(c.as(reply, ftp.CodePassive))
	return a, c.b.Wrap("PASV", err)
}

// Epsv asks the server to listen for the next transfer's data connection and returns the port (RFC 2428 section 3). It makes no connection.
func (c *Client) Epsv(ctx context.Context) (uint16, error) {
	reply, err := c.bare(ctx, "EPSV")
	if err != nil {
		return 0, err
	}
	port, err := c.rules().ParseEPSV(c.as(reply, ftp.CodeExtendedPassive))
	return port, c.b.Wrap("EPSV", err)
}

// EpsvAll promises that only EPSV will set up data connections from now on (RFC 2428 section 4); the client keeps to it.
func (c *Client) EpsvAll(ctx context.Context) error {
	_, err := c.complete(ctx, ftp.NewCommand("EPSV", "ALL"))
	if err == nil {
		c.epsvAll, c.active = true, false
	}
	return err
}

// Port tells the server where to connect to for the next transfer, an IPv4 address (RFC 959 section 4.1.2).
func (c *Client) Port(ctx context.Context, a netip.AddrPort) error {
	if c.epsvAll {
		return c.b.Wrap("PORT", ErrEPSVAll)
	}
	arg, err := ftp.FormatPORT(a)
	if err != nil {
		return c.b.Wrap("PORT", err)
	}
	_, err = c.complete(ctx, ftp.NewCommand("PORT", arg))
	return err
}

// Eprt tells the server where to connect to for the next transfer, an IPv4 or IPv6 address (RFC 2428 section 2).
func (c *Client) Eprt(ctx context.Context, a netip.AddrPort) error {
	if c.epsvAll {
		return c.b.Wrap("EPRT", ErrEPSVAll)
	}
	_, err := c.complete(ctx, ftp.NewCommand("EPRT", ftp.FormatEPRT(a)))
	return err
}

// connect makes a passive data connection.
func (c *Client) connect(ctx context.Context, addr string) (*Data, error) {
	keepAlive := time.Duration(0)
	if c.opts.Timeouts.Idle > 0 {
		keepAlive = -1 // the timeout finds a dead peer
	}
	nc, err := c.opts.dial(ctx, addr, keepAlive)
	if err != nil {
		return nil, c.b.Wrap("data connection", err)
	}
	d := &Data{c: c, passive: true, addr: addr}
	d.made(nc)
	return d, nil
}

// listen makes what becomes an active data connection, and tells the server.
func (c *Client) listen(ctx context.Context) (*Data, error) {
	ip, ok := hostOf(c.c.LocalAddr())
	if !ok {
		return nil, c.b.Wrap("PORT", errors.New("no active data connection: the control connection has no IP address"))
	}
	l, err := c.listenOn(ctx, ip)
	if err != nil {
		return nil, c.b.Wrap("PORT", err)
	}
	d := &Data{c: c, listener: l, addr: l.Addr().String()}
	a := netip.AddrPortFrom(ip.WithZone(""), l.Addr().(*net.TCPAddr).AddrPort().Port())
	if c.opts.ActiveAddr.IsValid() {
		a = netip.AddrPortFrom(c.opts.ActiveAddr.Unmap(), a.Port())
	}
	if a.Addr().Is4() {
		err = c.Port(ctx, a)
	} else {
		err = c.Eprt(ctx, a)
	}
	if err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

func (c *Client) listenOn(ctx context.Context, ip netip.Addr) (*net.TCPListener, error) {
	first, last := int(c.opts.ActivePorts[0]), int(c.opts.ActivePorts[1])
	var lc net.ListenConfig
	for port := first; ; port++ {
		l, err := lc.Listen(ctx, "tcp", net.JoinHostPort(ip.String(), strconv.Itoa(port)))
		if err == nil {
			return l.(*net.TCPListener), nil
		}
		if port >= last || ctx.Err() != nil {
			return nil, err
		}
	}
}

// made takes note of the connection.
func (d *Data) made(nc net.Conn) {
	c := d.c
	c.opened++
	d.tcp, _ = nc.(*net.TCPConn)
	dc := conn.New(nc, conn.Options{
		Local: dialect.Client, Channel: "data" + strconv.Itoa(c.opened), Tap: c.opts.Tap, LineLimit: c.opts.Limits.Line,
	})
	dc.Event("open")
	d.mu.Lock()
	defer d.mu.Unlock()
	d.conn = dc
	if d.stopped {
		nc.SetDeadline(past)
	}
	c.live.Store(d)
}

// Addr returns the address of whoever listens: the server's in passive mode, the client's in active mode.
func (d *Data) Addr() string { return d.addr }

// Conn returns the connection; nil before Open in active mode.
func (d *Data) Conn() *conn.Conn { return d.conn }

// Open has the connection ready for data, after the preliminary reply to a transfer command: it awaits the server's connection in active mode, and
// makes the TLS handshake under PROT P.
func (d *Data) Open(ctx context.Context) error {
	if d.conn == nil {
		if err := d.accept(ctx); err != nil {
			return d.c.b.Wrap("data connection", err)
		}
	}
	if d.c.now.Protection == ftp.ClearProtection || d.secure {
		return nil
	}
	return d.c.b.Wrap("data connection", d.StartTLS(ctx))
}

// accept awaits the server's connection.
func (d *Data) accept(ctx context.Context) error {
	var deadline time.Time
	if d.hurry {
		deadline = time.Now().Add(cutGrace)
	} else if t := d.c.opts.Timeouts.Connect; t > 0 {
		deadline = time.Now().Add(t)
	}
	if err := d.listener.SetDeadline(deadline); err != nil {
		return err
	}
	stop := context.AfterFunc(ctx, func() { d.listener.SetDeadline(past) })
	defer stop()
	d.mu.Lock()
	if d.stopped {
		d.listener.SetDeadline(past)
	}
	d.mu.Unlock()
	var refused error
	for {
		nc, err := d.listener.AcceptTCP()
		if err != nil {
			if cerr := ctx.Err(); cerr != nil {
				err = cerr
			} else if errors.Is(err, os.ErrDeadlineExceeded) {
				err = fmt.Errorf("the server made no data connection to %s: %w", d.addr, err)
			}
			return errors.Join(err, refused)
		}
		if refused = d.check(nc); refused != nil {
			nc.Close()
			continue
		}
		d.listener.Close()
		d.made(nc)
		return nil
	}
}

// check verifies that the connection comes from the control connection's peer.
func (d *Data) check(nc net.Conn) error {
	from, _ := hostOf(nc.RemoteAddr())
	if d.c.permitted(from) {
		return nil
	}
	peer, ok := d.c.peer()
	if ok && peer.WithZone("") == from.WithZone("") {
		return nil
	}
	return &PeerError{Peer: nc.RemoteAddr().String(), Want: peer.String()}
}

// StartTLS makes the TLS handshake, as client in either mode (RFC 4217 section 7). The session of the control connection is resumed if the server
// goes along, and the certificate has to be the same.
func (d *Data) StartTLS(ctx context.Context) error {
	c := d.c
	cfg := client.TLSConfig(c.opts.TLS, c.opts.Host)
	cfg.ClientSessionCache = c.sessions.data()
	also := cfg.VerifyConnection
	cfg.VerifyConnection = func(s tls.ConnectionState) error {
		control := c.sessions.certificate()
		if len(s.PeerCertificates) == 0 || control == nil || !bytes.Equal(s.PeerCertificates[0].Raw, control) {
			return ErrCertificate
		}
		if also != nil {
			return also(s)
		}
		return nil
	}
	if err := d.conn.StartTLS(ctx, c.opts.Timeouts.Handshake, cfg); err != nil {
		return err
	}
	d.secure, d.tcp = true, nil
	if s, ok := d.conn.TLS(); ok && !s.DidResume {
		c.sessions.notResumed()
	}
	return nil
}

// cut unblocks whoever waits for this connection: soon for those that read, who may have the rest of what is on its way.
func (d *Data) cut(reading bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stopped = true
	switch {
	case d.conn == nil && d.listener != nil:
		d.listener.SetDeadline(past)
	case d.conn != nil && reading:
		d.conn.Raw().SetDeadline(time.Now().Add(cutGrace))
	case d.conn != nil:
		d.conn.Raw().SetDeadline(past)
	}
}

// cutGrace is how long data may still come in after a reply that says that the transfer failed.
const cutGrace = time.Second

func (d *Data) isCut() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stopped
}

// closeWrite ends the sent data: TLS with close_notify, and the connection's sending side.
func (d *Data) closeWrite() error {
	if d.secure {
		if err := d.conn.CloseWrite(); err != nil {
			return err
		}
	}
	if h, ok := d.conn.Raw().(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return errors.New("this kind of connection cannot be half closed")
}

// Close closes the connection, or the listener.
func (d *Data) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.stopped = true
	if d.listener != nil {
		d.listener.Close()
	}
	if d.conn != nil {
		return d.conn.Close()
	}
	return nil
}

// reset closes the connection so that the server notices that something is wrong.
func (d *Data) reset() {
	if d.listener != nil {
		d.listener.Close()
	}
	if d.conn != nil {
		d.conn.Reset()
	}
}

// dropData closes what there is of data connections.
func (c *Client) dropData() {
	if c.kept != nil {
		c.kept.Close()
		c.kept = nil
		c.live.Store(nil)
	}
}

// sessions keeps the TLS session of the control connection for the data connections.
type sessions struct {
	below tls.ClientSessionCache // the caller's; may be nil
	mu    sync.Mutex
	last  *tls.ClientSessionState
	free  bool // the server does not resume the control connection's session: data connections may resume each other's
	cert  []byte
}

func newSessions(cfg *tls.Config) *sessions {
	if cfg == nil {
		return &sessions{}
	}
	return &sessions{below: cfg.ClientSessionCache}
}

func (s *sessions) control() tls.ClientSessionCache { return sessionCache{s, true} }
func (s *sessions) data() tls.ClientSessionCache    { return sessionCache{s, false} }

func (s *sessions) notResumed() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = true
}

func (s *sessions) certificate() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cert
}

type sessionCache struct {
	s       *sessions
	control bool
}

// Get implements tls.ClientSessionCache.
func (sc sessionCache) Get(key string) (*tls.ClientSessionState, bool) {
	s := sc.s
	s.mu.Lock()
	last := s.last
	s.mu.Unlock()
	if last != nil && !sc.control {
		return last, true
	}
	if s.below != nil {
		return s.below.Get(key)
	}
	return nil, false
}

// Put implements tls.ClientSessionCache.
func (sc sessionCache) Put(key string, cs *tls.ClientSessionState) {
	s := sc.s
	s.mu.Lock()
	if sc.control || s.free || s.last == nil {
		s.last = cs
	}
	s.mu.Unlock()
	if s.below != nil {
		s.below.Put(key, cs)
	}
}

// noteCertificate keeps the certificate that data connections have to show.
func (c *Client) noteCertificate() {
	s, ok := c.c.TLS()
	if !ok || len(s.PeerCertificates) == 0 {
		return
	}
	c.sessions.mu.Lock()
	defer c.sessions.mu.Unlock()
	c.sessions.cert = s.PeerCertificates[0].Raw
}
