package mockservers

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"harness/internal/ca"
	"harness/internal/conn"
	"harness/protocols/dialect"
)

// ErrNotResumed is returned by [Data.StartTLS] when the data connection did not resume the TLS session of its control connection.
var ErrNotResumed = errors.New("the TLS session of the control connection was not resumed")

// ErrRefused is returned when a fault refuses a data connection.
var ErrRefused = fmt.Errorf("%w: the data connection is refused", ErrFault)

// DataInfo is what a session remembers of a data connection.
type DataInfo struct {
	// Channel is "d1" for the session's first data connection, and so on: the channel of its octets in the capture.
	Channel string
	// Verb is the command that the connection served.
	Verb string
	// Passive tells that the client connected to the server.
	Passive bool
	// Local is the server's end, Remote the client's.
	Local, Remote net.Addr
	Begun, Ended  time.Time
	// Sent and Received count application octets, from the server and from the client.
	Sent, Received int64
	// TLS tells that it was protected, and Resumed that it resumed the TLS session of the control connection.
	TLS, Resumed bool
	// End is "close" (the server closed it in order), "eof" (the client did), "reset" (the server broke it off), "abort" (a transfer was aborted),
	// "lost" (it broke off); "" while it
	// goes on.
	End string
}

// Data returns the session's data connections, in the order in which they were made.
func (s *Session) Data() []DataInfo {
	s.mu.Lock()
	live := slices.Clone(s.data)
	s.mu.Unlock()
	out := make([]DataInfo, len(live))
	for i, d := range live {
		out[i] = d.Info()
	}
	return out
}

// DataListener waits for a data connection of one session. It is closed with the session.
type DataListener struct {
	c     *Conn
	ln    *net.TCPListener
	addr  netip.AddrPort
	close sync.Once
}

// ListenData listens for a data connection on the IP address host and the first free one of the ports; none means any that is free. The
// fault "refuse on data" leaves the port with nobody who listens.
func (c *Conn) ListenData(host netip.Addr, ports ...uint16) (*DataListener, error) {
	if len(ports) == 0 {
		ports = anyPorts()
	}
	var ln *net.TCPListener
	var err error
	for _, p := range ports {
		if ln, err = net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(host, p))); !errors.Is(err, syscall.EADDRINUSE) {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%s mock: listen for a data connection on %s: %w", c.server.dialect.Name(), host, err)
	}
	l := &DataListener{c: c, ln: ln, addr: unmap(ln.Addr())}
	c.dataMu.Lock()
	c.listeners = append(c.listeners, l)
	c.dataMu.Unlock()
	if c.faults != nil && c.faults.refuses(c.faults.verb) {
		l.Close()
	}
	return l, nil
}

// Of the dynamic ports (RFC 6335 section 6).
const (
	firstDynamic = 49152
	lastDynamic  = 65535
)

// anyPorts returns dynamic ports to try, and 0 in case that none of them is free. To leave the choice to the system at once would be slow after
// thousands of transfers: the port of each is in TIME_WAIT for a minute, and the system goes through them in search of one that is not.
func anyPorts() []uint16 {
	ports := make([]uint16, 8)
	for i := range ports[:len(ports)-1] {
		ports[i] = firstDynamic + uint16(rand.IntN(lastDynamic-firstDynamic+1))
	}
	return ports
}

func unmap(a net.Addr) netip.AddrPort {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	p := t.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap(), p.Port())
}

// Addr is where it listens.
func (l *DataListener) Addr() netip.AddrPort { return l.addr }

// Close stops listening; connections that were not accepted are reset. A second call does nothing.
func (l *DataListener) Close() {
	l.close.Do(func() {
		l.ln.Close()
		l.c.dataMu.Lock()
		l.c.listeners = slices.DeleteFunc(l.c.listeners, func(o *DataListener) bool { return o == l })
		l.c.dataMu.Unlock()
	})
}

// Transfer is the use of a data connection by one command: what faults hold for it.
type Transfer struct {
	c      *Conn
	verb   string
	faults []*active
}

// Transfer is called when the command in hand is going to use a data connection, in the goroutine that reads commands. The connection
// itself may be used in another one.
func (c *Conn) Transfer(verb string) *Transfer {
	t := &Transfer{c: c, verb: verb}
	if c.faults != nil {
		t.faults = c.faults.onData(verb)
	}
	return t
}

func (t *Transfer) refused() bool {
	return slices.ContainsFunc(t.faults, func(a *active) bool { return a.Kind == Refuse && t.c.faults.acts(a) })
}

// Accept waits for the client's connection, for as long as Timeouts.Data. A connection that ok refuses (nil: none) is closed, and noted, and
// the wait goes on. The listener stays open.
func (t *Transfer) Accept(ctx context.Context, l *DataListener, ok func(remote netip.AddrPort) error) (*Data, error) {
	if t.refused() {
		l.Close()
		return nil, ErrRefused
	}
	wait, cancel := context.WithTimeout(ctx, t.c.server.opts.Timeouts.Data)
	defer cancel()
	stop := context.AfterFunc(wait, func() { l.ln.SetDeadline(time.Unix(1, 0)) })
	defer func() {
		if stop() {
			l.ln.SetDeadline(time.Time{})
		}
	}()
	for {
		nc, err := l.ln.AcceptTCP()
		if err != nil {
			if wait.Err() != nil {
				err = wait.Err()
			}
			return nil, fmt.Errorf("wait for a data connection on %s: %w", l.addr, err)
		}
		if ok != nil {
			if err := ok(unmap(nc.RemoteAddr())); err != nil {
				t.c.Note("a data connection from %s: %v", nc.RemoteAddr(), err)
				nc.SetLinger(0)
				nc.Close()
				continue
			}
		}
		return t.begin(ctx, nc, true)
	}
}

// Dial connects to the client from the address local, whose port may be 0, for as long as Timeouts.Data.
func (t *Transfer) Dial(ctx context.Context, local, remote netip.AddrPort) (*Data, error) {
	if t.refused() {
		return nil, ErrRefused
	}
	d := net.Dialer{Timeout: t.c.server.opts.Timeouts.Data, LocalAddr: net.TCPAddrFromAddrPort(local), Control: reuseAddress}
	if !local.IsValid() {
		d.LocalAddr = nil
	}
	nc, err := d.DialContext(ctx, "tcp", remote.String())
	if err != nil {
		return nil, fmt.Errorf("data connection to %s: %w", remote, err)
	}
	return t.begin(ctx, nc, false)
}

// Data is a data connection. It is used by one goroutine at a time, but Reset and Abort may be called by any.
type Data struct {
	*conn.Conn
	c      *Conn
	ctx    context.Context // done when the session's server is closed, or the connection
	cancel context.CancelFunc
	faults *dataFaults // nil if there are none
	tap    *dataTap    // nil if nothing is shown

	sent, received atomic.Int64

	mu   sync.Mutex
	info DataInfo
}

func (t *Transfer) begin(ctx context.Context, nc net.Conn, passive bool) (*Data, error) {
	c := t.c
	d := &Data{c: c, info: DataInfo{Verb: t.verb, Passive: passive, Local: nc.LocalAddr(), Remote: nc.RemoteAddr(), Begun: time.Now()}}
	d.ctx, d.cancel = context.WithCancel(c.server.ctx)
	ses := c.Session
	ses.mu.Lock()
	if len(ses.data) >= keepData {
		ses.data = slices.Delete(ses.data, 0, 1)
	}
	ses.dataN++
	d.info.Channel = "d" + strconv.Itoa(ses.dataN)
	ses.data = append(ses.data, d)
	ses.mu.Unlock()
	d.tap = newDataTap(c, d.info.Channel)
	opts := conn.Options{Local: dialect.Server, Channel: d.info.Channel}
	if d.tap != nil {
		opts.Tap = d.tap
	}
	d.Conn = conn.New(nc, opts)
	c.dataMu.Lock()
	c.datas = append(c.datas, d)
	c.dataMu.Unlock()
	if err := c.server.ctx.Err(); err != nil { // what Close closes was looked through already
		d.Reset()
		return nil, err
	}
	if c.Logging() {
		how := "opened to " + nc.RemoteAddr().String()
		if passive {
			how = "opened from " + nc.RemoteAddr().String()
		}
		c.event(DataOpened, fmt.Sprintf("%s for %s %s", d.info.Channel, t.verb, how))
	}
	d.Event("open")
	if len(t.faults) > 0 {
		d.faults = &dataFaults{d: d, list: t.faults}
		if err := d.faults.connected(ctx); err != nil {
			d.end("reset", d.Conn.Reset)
			return nil, err
		}
	}
	return d, nil
}

// keepData is how many data connections a session remembers.
const keepData = 10_000

// Info tells about the connection as it stands.
func (d *Data) Info() DataInfo {
	d.mu.Lock()
	defer d.mu.Unlock()
	i := d.info
	i.Sent, i.Received = d.sent.Load(), d.received.Load()
	return i
}

// StartTLS makes the TLS handshake as the server; with reuse the client must resume the TLS session of the control connection, which must
// be protected, or the error is [ErrNotResumed].
func (d *Data) StartTLS(reuse bool) error {
	var bad ca.Fault
	if d.faults != nil {
		var err error
		if bad, err = d.faults.handshake(d.ctx); err != nil {
			return err
		}
	}
	resumed := false
	cfg, err := d.c.server.resumable(bad, d.c.Session, &resumed)
	if err != nil {
		d.c.Fail(err)
		return err
	}
	if err := d.Conn.StartTLS(d.ctx, d.c.server.opts.Timeouts.Handshake, cfg); err != nil {
		return fmt.Errorf("data connection: %w", err)
	}
	state, _ := d.TLS()
	resumed = resumed && state.DidResume
	d.mu.Lock()
	d.info.TLS, d.info.Resumed = true, resumed
	d.mu.Unlock()
	if reuse && !resumed {
		return ErrNotResumed
	}
	return nil
}

// Write sends p, within Timeouts.Data for each part of a MiB.
func (d *Data) Write(p []byte) (int, error) {
	if d.faults != nil {
		return d.faults.write(p)
	}
	return d.pass(p)
}

// writePart is how much one deadline is for.
const writePart = 1 << 20

func (d *Data) pass(p []byte) (done int, err error) {
	for len(p) > 0 {
		part := p[:min(len(p), writePart)]
		err := d.Do(context.Background(), d.c.server.opts.Timeouts.Data, func() error {
			if _, err := d.W.Write(part); err != nil {
				return err
			}
			return d.W.Flush()
		})
		if err != nil {
			d.remember("lost")
			return done, err
		}
		done += len(part)
		d.sent.Add(int64(len(part)))
		p = p[len(part):]
	}
	return done, nil
}

// Read reads what the client sends, within Timeouts.Data. Its end without TLS's close_notify, under TLS, is io.ErrUnexpectedEOF.
func (d *Data) Read(p []byte) (int, error) {
	if d.faults != nil {
		return d.faults.read(p)
	}
	return d.take(p)
}

func (d *Data) take(p []byte) (n int, err error) {
	err = d.Do(context.Background(), d.c.server.opts.Timeouts.Data, func() error {
		n, err = d.R.Read(p)
		return err
	})
	d.received.Add(int64(n))
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		d.remember("eof")
		if d.Truncated() {
			err = io.ErrUnexpectedEOF
		}
	default:
		d.remember("lost")
	}
	return n, err
}

// remember keeps how the connection ended, unless it is known already.
func (d *Data) remember(how string) {
	d.mu.Lock()
	if d.info.End == "" {
		d.info.End = how
	}
	d.mu.Unlock()
}

// Close closes the connection in order: the client sees the end of the data. A second call does nothing.
func (d *Data) Close() error {
	if d.faults != nil {
		if err := d.faults.closing(); err != nil {
			d.Reset()
			return err
		}
	}
	return d.end("close", d.Conn.Close)
}

// Reset breaks the connection off: the client sees it reset.
func (d *Data) Reset() error { return d.end("reset", d.Conn.Reset) }

// Abort closes the connection at once, as the abortion of a transfer does: what was sent arrives, and TLS does not say that it was all. It may
// be called by any goroutine.
func (d *Data) Abort() error { return d.end("abort", d.Raw().Close) }

func (d *Data) end(how string, f func() error) error {
	d.cancel()
	d.mu.Lock()
	first := d.info.Ended.IsZero()
	if first {
		d.info.Ended = time.Now()
		if d.info.End == "" {
			d.info.End = how
		}
	}
	d.mu.Unlock()
	err := f()
	if !first {
		return nil
	}
	d.c.dataMu.Lock()
	d.c.datas = slices.DeleteFunc(d.c.datas, func(o *Data) bool { return o == d })
	d.c.dataMu.Unlock()
	if d.c.Logging() {
		i := d.Info()
		octets := fmt.Sprintf("%d octets sent", i.Sent)
		if i.Received > 0 || i.Sent == 0 {
			octets = fmt.Sprintf("%d octets received", i.Received)
		}
		d.c.event(DataClosed, fmt.Sprintf("%s %s, %s", i.Channel, octets, i.End))
	}
	return err
}

// closeData closes what the session still holds.
func (c *Conn) closeData() {
	c.dataMu.Lock()
	ls, ds := slices.Clone(c.listeners), slices.Clone(c.datas)
	c.dataMu.Unlock()
	for _, l := range ls {
		l.Close()
	}
	for _, d := range ds {
		d.Reset()
	}
}

// dataTap shows a data connection's octets to the capture, as far as it wants them, and to the tap that the options have.
type dataTap struct {
	capture *capture
	left    atomic.Int64 // of the octets for the capture
	user    conn.Tap
}

// defaultCaptureData is how much of a data connection is kept.
const defaultCaptureData = 1 << 20

func newDataTap(c *Conn, channel string) *dataTap {
	t := &dataTap{user: c.userTap}
	if n := c.server.opts.CaptureData; n > 0 && c.server.opts.Capture > 0 {
		t.capture = (*capture)(c.Session)
		t.left.Store(n)
	}
	if t.capture == nil && t.user == nil {
		return nil
	}
	return t
}

func (t *dataTap) Octets(at time.Time, channel string, from dialect.Party, data []byte) {
	if left := t.left.Load(); t.capture != nil && left > 0 {
		part := data[:min(int64(len(data)), left)]
		t.left.Add(-int64(len(part)))
		t.capture.Octets(at, channel, from, part)
	}
	if t.user != nil {
		t.user.Octets(at, channel, from, data)
	}
}

func (t *dataTap) Event(at time.Time, channel, what string) {
	if t.capture != nil {
		t.capture.Event(at, channel, what)
	}
	if t.user != nil {
		t.user.Event(at, channel, what)
	}
}

// resumable returns a TLS configuration for a connection of the session: its tickets tell the session, and *resumed is set when the client
// shows one of them.
func (s *Server) resumable(bad ca.Fault, ses *Session, resumed *bool) (*tls.Config, error) {
	cfg, err := s.tlsConfig(bad)
	if err != nil {
		return nil, err
	}
	cfg = cfg.Clone()
	if bad != "" {
		cfg.SessionTicketsDisabled = true // or the certificate might not be shown
		return cfg, nil
	}
	if cfg.WrapSession != nil || cfg.UnwrapSession != nil {
		return cfg, nil // the owner of the configuration has a way of its own
	}
	cfg.SetSessionTicketKeys([][32]byte{s.ticketKey})
	mark := fmt.Sprintf("%x harness session %d", s.ticketKey[:4], ses.id)
	cfg.WrapSession = func(state tls.ConnectionState, ss *tls.SessionState) ([]byte, error) {
		ss.Extra = append(ss.Extra, []byte(mark))
		return cfg.EncryptTicket(state, ss)
	}
	cfg.UnwrapSession = func(identity []byte, state tls.ConnectionState) (*tls.SessionState, error) {
		ss, err := cfg.DecryptTicket(identity, state)
		if ss != nil && resumed != nil && slices.ContainsFunc(ss.Extra, func(e []byte) bool { return string(e) == mark }) {
			*resumed = true
		}
		return ss, err
	}
	return cfg, nil
}
