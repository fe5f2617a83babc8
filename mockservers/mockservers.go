// Package mockservers is what all mock servers share: listening, TLS, the life of a session and its capture, faults, deviations, and the
// way in which a mock reports to a test.
//
// A mock is a [Server] with a function that speaks one protocol on a [Conn]. The function never asserts anything: what goes wrong in it is
// recorded ([Server.Errors]), and the clean-up of a server that was started with [Server.StartTB] reports it to the test.
//
// A server breaks rules in two ways. A [Fault] is trouble on the connection, the same for every protocol: latency, a reset, a reply that
// stops in the middle. A [Deviation] is a rule of the protocol that the mock does not keep.
package mockservers

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"harness/internal/ca"
	"harness/internal/conn"
	"harness/protocols/dialect"
)

// Options are what all mock servers have in common. The zero value is usable: one listener in the clear on a free port of 127.0.0.1.
type Options struct {
	// Addr is where to listen: "127.0.0.1:0" (a free port) if it is empty. Network is "tcp" if it is empty; "tcp4", "tcp6" and "unix" work too.
	Network, Addr string
	// ImplicitTLS makes the connections begin with a TLS handshake (RFC 8314).
	ImplicitTLS bool
	// Listeners, if there are any, stand in place of Network, Addr and ImplicitTLS: all of them serve the same state.
	Listeners []Listener

	// Authority signs the server's certificates; nil for one that is made in memory when it is needed.
	Authority *ca.CA
	// TLS is the configuration of the TLS server; nil for one with certificates of Authority.
	TLS *tls.Config

	// Faults are the troubles on the connection; see [Fault].
	Faults []Fault
	// Deviations name the rules that the mock breaks; an unknown name is an error.
	Deviations []string

	// Timeouts bound every wait.
	Timeouts Timeouts

	// Capture is how many octets of sessions the server keeps in memory, all sessions together; 0 means 16 MiB, less than 0 nothing. When it
	// is used up, the oldest sessions that have ended are forgotten first.
	Capture int64
	// CaptureData is how many octets of each data connection are kept of those; 0 means 1 MiB, less than 0 none.
	CaptureData int64
	// Log, if set, is told what happens, one event at a time.
	Log func(Event)
	// Tap, if set, is called for each session and returns a further tap on it, or nil. It is called in the session's goroutine.
	Tap func(*Session) conn.Tap
}

// Listener is a place where a server listens.
type Listener struct {
	// Network is "tcp" if it is empty.
	Network string `json:"network,omitempty"`
	// Addr is "127.0.0.1:0" if it is empty, or the address in use once the server runs.
	Addr string `json:"addr"`
	// ImplicitTLS connections begin with a TLS handshake.
	ImplicitTLS bool `json:"implicitTLS,omitempty"`
}

// Timeouts bound the waits of a server. A zero means the default.
type Timeouts struct {
	// Idle is how long a session may be silent before the server closes it without a word. The default is the protocol's.
	Idle time.Duration
	// Write is how long the peer may take to accept octets: 30 seconds unless set.
	Write time.Duration
	// Handshake is how long a TLS handshake may take: 10 seconds unless set.
	Handshake time.Duration
	// Data is how long a data connection may take to come about, and how long it may make no progress: 60 seconds unless set.
	Data time.Duration
}

func (t Timeouts) withDefaults() Timeouts {
	if t.Idle <= 0 {
		t.Idle = 10 * time.Minute
	}
	if t.Write <= 0 {
		t.Write = 30 * time.Second
	}
	if t.Handshake <= 0 {
		t.Handshake = 10 * time.Second
	}
	if t.Data <= 0 {
		t.Data = time.Minute
	}
	return t
}

const (
	defaultCapture = 16 << 20
	// keepSessions is how many ended sessions are remembered at most.
	keepSessions = 1000
	maxErrors    = 1000
)

// Server is a mock server of any protocol. Its methods are safe for concurrent use.
type Server struct {
	dialect dialect.Dialect
	opts    Options
	serve   func(*Conn) error

	ctx    context.Context // done when the server is closed
	cancel context.CancelFunc
	unhook func() bool // from the context of Start
	wg     sync.WaitGroup

	mu       sync.Mutex
	state    serverState
	bound    []Listener
	nets     []net.Listener
	live     map[*Session]*Conn
	ended    []*Session // the last ones, oldest first
	endedN   int
	startedN int
	changed  chan struct{} // closed and replaced when a session begins or ends
	errs     []error

	captured  atomic.Int64
	ticketKey [32]byte // of TLS session tickets
	tlsMayEnd bool
	schemes   [2]string // in the clear and within TLS; "" for the dialect's
	onClose   []func()
	farewell  time.Duration
	leaving   atomic.Bool // Close waits for the sessions' last words
	caOnce    sync.Once
	caErr     error
	logMu     sync.Mutex
}

type serverState uint8

const (
	isNew serverState = iota
	isRunning
	isClosed
)

// NewServer returns a server that does not listen yet. Serve speaks the protocol on one connection and returns when the session is over;
// it is called in a goroutine of its own for each. An error of the connection that it returns is kept in the session; an error that it
// wants reported it gives to [Conn.Fail].
func NewServer(d dialect.Dialect, opts Options, serve func(*Conn) error) (*Server, error) {
	opts.Timeouts = opts.Timeouts.withDefaults()
	if opts.Capture == 0 {
		opts.Capture = defaultCapture
	}
	if opts.CaptureData == 0 {
		opts.CaptureData = defaultCaptureData
	}
	for _, f := range opts.Faults {
		if err := f.check(); err != nil {
			return nil, err
		}
	}
	opts.Faults = slices.Clone(opts.Faults)
	if len(opts.Listeners) == 0 {
		opts.Listeners = []Listener{{Network: opts.Network, Addr: opts.Addr, ImplicitTLS: opts.ImplicitTLS}}
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{
		dialect: d,
		opts:    opts,
		serve:   serve,
		ctx:     ctx,
		cancel:  cancel,
		live:    make(map[*Session]*Conn),
		changed: make(chan struct{}),
	}
	rand.Read(s.ticketKey[:])
	return s, nil
}

// LetTLSEnd prepares the sessions' connections for [conn.Conn.EndTLS], which forgives clients that send no close_notify. A mock calls it before
// the server starts.
func (s *Server) LetTLSEnd() { s.tlsMayEnd = true }

// Start listens and returns; the sessions run until Close, or until ctx is done. A server is started once.
func (s *Server) Start(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	if s.state != isNew {
		s.mu.Unlock()
		return errors.New("mock server: started already, or closed: make a new one")
	}
	s.state = isRunning
	s.mu.Unlock()
	for _, l := range s.opts.Listeners {
		if _, err := s.Listen(l); err != nil {
			s.Close()
			return err
		}
	}
	s.mu.Lock()
	s.unhook = context.AfterFunc(ctx, func() { s.Close() })
	s.mu.Unlock()
	return nil
}

// Listen adds a listener to a running server and returns it with the address in use. A port that is taken is an error that says so.
func (s *Server) Listen(l Listener) (Listener, error) {
	if l.Network == "" {
		l.Network = "tcp"
	}
	if l.Addr == "" {
		l.Addr = "127.0.0.1:0"
	}
	if l.ImplicitTLS {
		if _, err := s.tlsConfig(""); err != nil {
			return l, err
		}
	}
	// Silent clients run into the timeouts: there is no need of keep-alive, whose setting costs each connection four system calls.
	lc := net.ListenConfig{KeepAlive: -1}
	nl, err := lc.Listen(s.ctx, l.Network, l.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return l, fmt.Errorf("%s mock: %s %s is taken: another server listens there; stop it, or choose another address (port 0 for a free one): %w", s.dialect.Name(), l.Network, l.Addr, err)
	}
	if err != nil {
		return l, fmt.Errorf("%s mock: listen on %s %s: %w", s.dialect.Name(), l.Network, l.Addr, err)
	}
	l.Addr = nl.Addr().String()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != isRunning {
		nl.Close()
		return l, errors.New("mock server: not running")
	}
	s.bound = append(s.bound, l)
	s.nets = append(s.nets, nl)
	s.wg.Add(1)
	go s.accept(nl, l)
	return l, nil
}

// acceptPause is how long an accept waits after an error that can pass: no file descriptor is free.
const acceptPause = 50 * time.Millisecond

func (s *Server) accept(nl net.Listener, l Listener) {
	defer s.wg.Done()
	for {
		nc, err := nl.Accept()
		if err != nil {
			if s.ctx.Err() != nil || errors.Is(err, net.ErrClosed) {
				return
			}
			s.fail(fmt.Errorf("%s mock: accept on %s: %w", s.dialect.Name(), l.Addr, err))
			if sleep(s.ctx, acceptPause) != nil {
				return
			}
			continue
		}
		s.begin(nc, l)
	}
}

func (s *Server) begin(nc net.Conn, l Listener) {
	s.mu.Lock()
	if s.state != isRunning {
		s.mu.Unlock()
		nc.Close()
		return
	}
	s.startedN++
	ses := &Session{server: s, id: s.startedN, begun: time.Now(), remote: nc.RemoteAddr(), local: nc.LocalAddr(), implicit: l.ImplicitTLS}
	c := newConn(s, ses, nc)
	s.live[ses] = c
	s.signal()
	s.wg.Add(1)
	s.mu.Unlock()
	go s.run(c)
}

// run is the one goroutine of a session.
func (s *Server) run(c *Conn) {
	defer s.wg.Done()
	ses := c.Session
	c.event(SessionOpened, "")
	err := c.open()
	if err == nil {
		err = s.serve(c)
	}
	err = c.close(err)
	ses.end(err)
	text := ""
	if err != nil {
		text = err.Error()
	}
	c.event(SessionClosed, text)
	s.mu.Lock()
	delete(s.live, ses)
	s.ended = append(s.ended, ses)
	s.endedN++
	if len(s.ended) > keepSessions {
		s.forget(0)
	}
	s.signal()
	s.mu.Unlock()
}

// forget drops the i-th ended session. The caller holds mu.
func (s *Server) forget(i int) {
	s.captured.Add(-s.ended[i].drop())
	s.ended = slices.Delete(s.ended, i, i+1)
}

// signal wakes who waits for sessions. The caller holds mu.
func (s *Server) signal() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// reserve asks for n octets of the capture's budget.
func (s *Server) reserve(n int64) bool {
	if s.captured.Add(n) <= s.opts.Capture {
		return true
	}
	s.mu.Lock()
	for s.captured.Load() > s.opts.Capture && len(s.ended) > 0 {
		s.forget(0)
	}
	s.mu.Unlock()
	if s.captured.Load() <= s.opts.Capture {
		return true
	}
	s.captured.Add(-n)
	return false
}

// Schemes sets the schemes of the server's URLs, in the clear and with implicit TLS, in place of the first ones of its dialect. A mock calls it before the server
// starts.
func (s *Server) Schemes(clear, implicitTLS string) { s.schemes = [2]string{clear, implicitTLS} }

// OnClose has f called once the server is closed and its sessions have ended. A mock calls it before the server starts.
func (s *Server) OnClose(f func()) { s.onClose = append(s.onClose, f) }

// Farewell has Close wait for d, so that the sessions can end by themselves: the context of their connections is done then, and [Conn.Await] and
// [Conn.ReadLine] return [ErrLeaving]. A mock calls it before the server starts.
func (s *Server) Farewell(d time.Duration) { s.farewell = d }

// leave waits until the sessions have ended, for the time of farewell.
func (s *Server) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), s.farewell)
	defer cancel()
	for {
		s.mu.Lock()
		n, changed := len(s.live), s.changed
		s.mu.Unlock()
		if n == 0 {
			return
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return
		}
	}
}

// Close stops listening, ends all sessions, and waits until their goroutines have ended. A second call waits too.
func (s *Server) Close() error {
	s.mu.Lock()
	first := s.state != isClosed
	s.state = isClosed
	s.cancel()
	var err error
	if first {
		for _, nl := range s.nets {
			if cerr := nl.Close(); cerr != nil && !errors.Is(cerr, net.ErrClosed) {
				err = errors.Join(err, cerr)
			}
		}
		if s.farewell > 0 {
			s.leaving.Store(true)
			for _, c := range s.live {
				c.Interrupt()
			}
			s.mu.Unlock()
			s.leave()
			s.mu.Lock()
		}
		for _, c := range s.live {
			c.Raw().Close()
			c.closeData()
		}
	}
	unhook := s.unhook
	s.mu.Unlock()
	if unhook != nil {
		unhook()
	}
	s.wg.Wait()
	if first {
		for _, f := range s.onClose {
			f()
		}
	}
	return err
}

// Addr returns the address of the first listener, such as "127.0.0.1:40123"; "" before Start.
func (s *Server) Addr() string {
	if l := s.Listeners(); len(l) > 0 {
		return l[0].Addr
	}
	return ""
}

// URL returns the first listener's URL, such as "pop3://127.0.0.1:40123"; "" before Start.
func (s *Server) URL() string {
	if l := s.Listeners(); len(l) > 0 {
		return s.URLOf(l[0])
	}
	return ""
}

// URLOf returns a listener's URL.
func (s *Server) URLOf(l Listener) string {
	scheme := s.dialect.Name()
	for _, sc := range s.dialect.Schemes() {
		if sc.ImplicitTLS == l.ImplicitTLS {
			scheme = sc.Name
			break
		}
	}
	at := 0
	if l.ImplicitTLS {
		at = 1
	}
	if s.schemes[at] != "" {
		scheme = s.schemes[at]
	}
	if l.Network == "unix" {
		return (&url.URL{Scheme: scheme + "+unix", Path: l.Addr}).String()
	}
	return (&url.URL{Scheme: scheme, Host: l.Addr}).String()
}

// Listeners returns the listeners of a server that was started, with the addresses in use, in the order in which they were added.
func (s *Server) Listeners() []Listener {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.bound)
}

// Dialect returns the protocol that the server speaks.
func (s *Server) Dialect() dialect.Dialect { return s.dialect }

// Authority returns the authority that signs the server's certificates.
func (s *Server) Authority() (*ca.CA, error) {
	s.caOnce.Do(func() {
		if s.opts.Authority == nil {
			s.opts.Authority, s.caErr = ca.New()
		}
	})
	return s.opts.Authority, s.caErr
}

// ClientTLS returns a configuration with which a client trusts the server's authority. A server that was given a TLS configuration of its
// own has its certificate from elsewhere; the pool holds those certificates then.
func (s *Server) ClientTLS() (*tls.Config, error) {
	if cfg := s.opts.TLS; cfg != nil {
		pool := x509.NewCertPool()
		for _, crt := range cfg.Certificates {
			for _, der := range crt.Certificate {
				if c, err := x509.ParseCertificate(der); err == nil {
					pool.AddCert(c)
				}
			}
		}
		return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: pool, ServerName: "localhost"}, nil
	}
	a, err := s.Authority()
	if err != nil {
		return nil, err
	}
	return a.ClientConfig("localhost"), nil
}

func (s *Server) tlsConfig(bad ca.Fault) (*tls.Config, error) {
	if s.opts.TLS != nil && bad == "" {
		return s.opts.TLS, nil
	}
	a, err := s.Authority()
	if err != nil {
		return nil, err
	}
	if bad != "" {
		return a.BadConfig(bad)
	}
	return a.ServerConfig(), nil
}

// Sessions returns the sessions that the server remembers: those that have ended, oldest first, and then those that go on.
func (s *Server) Sessions() []*Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := slices.Clone(s.ended)
	n := len(all)
	for ses := range s.live {
		all = append(all, ses)
	}
	slices.SortFunc(all[n:], func(a, b *Session) int { return a.id - b.id })
	return all
}

// WaitSessions waits until n sessions have ended since the start, and returns the ended ones that the server remembers (the last 1,000 at
// most), ordered by their beginning. If ctx is done before, the error says how many there were.
func (s *Server) WaitSessions(ctx context.Context, n int) ([]*Session, error) {
	for {
		s.mu.Lock()
		got, live, changed := s.endedN, len(s.live), s.changed
		ended := slices.Clone(s.ended)
		s.mu.Unlock()
		if got >= n {
			slices.SortFunc(ended, func(a, b *Session) int { return a.id - b.id })
			return ended, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("%s mock: waited for %d sessions to end: %d ended, %d go on: %w", s.dialect.Name(), n, got, live, ctx.Err())
		}
	}
}

func (s *Server) fail(err error) {
	s.mu.Lock()
	if len(s.errs) < maxErrors {
		s.errs = append(s.errs, err)
	}
	s.mu.Unlock()
}

// Errors returns what went wrong in the mock itself, or what it was told to watch for: the first 1,000. Trouble that the client or a fault
// made is not among them; see [Session.Err].
func (s *Server) Errors() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.errs)
}

// TakeErrors returns the errors and forgets them: a test that expects them takes them, and the clean-up does not report them.
func (s *Server) TakeErrors() []error {
	s.mu.Lock()
	defer s.mu.Unlock()
	errs := s.errs
	s.errs = nil
	return errs
}

// sleep waits for d, or until ctx is done.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
