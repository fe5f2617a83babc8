// Package script is a mock server that plays the server's side of recorded sessions, and checks that the client plays the other.
//
//	srv := script.New(t, "testdata/login.session")
//	... have the client connect to srv.Addr() ...
//
// Each client is one play, any number of them at once. With several sessions, the clients get them in turn: the first connection plays the first
// session, and after the last one the first comes again. A session with further connections takes those that are made when it is the client's
// turn to make them.
//
// A client that does not do what the session says is told by the end of its connection; the report has the place, what was expected and what came.
// A server that was started by [New] has it reported by the test's clean-up, lines that were not played and sessions that were never
// begun included, unless the test takes the errors with TakeErrors.
package script

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/ca"
	"harness/internal/conn"
	"harness/internal/play"
	"harness/mockservers"
	"harness/protocols"
	"harness/protocols/dialect"
	"harness/transcript"
)

// Options of a scripted server. The zero value is usable.
type Options struct {
	// Options of all mock servers. ImplicitTLS is set by itself if all sessions begin with "-- tls". A Timeouts.Idle of 0 means 10 minutes. A
	// scripted server has no deviations: a session is changed instead.
	mockservers.Options
	// Credentials verify those of the clients, where a session has values of the kinds user, password, apop and sasl. Without them, any are
	// taken; a session with SCRAM needs them.
	Credentials *auth.Credentials
	// Exact makes it a mismatch if a client closes its connection in another order than the session has it; see [play.Options].
	Exact bool
	// DataHost is the IP address where the server listens for data connections; "" for the one that the client is connected to.
	DataHost string
}

// Server is a scripted server. Its methods are safe for concurrent use.
type Server struct {
	*mockservers.Server
	programs  []*play.Program
	handshake time.Duration

	mu      sync.Mutex
	begun   int
	seats   []*seat // further connections that are expected, oldest first
	reports []*play.Report
	ended   int
	failed  []error // of the reports, as many
	changed chan struct{}
}

// keepReports is how many reports are remembered.
const keepReports = 1000

// seat is a place for a further connection of a play.
type seat struct {
	play    *link
	channel string
	conn    chan *mockservers.Conn
}

// Load reads a session: from a file, or, if there is none and the path begins with "fixtures/", from the fixtures that are built in.
func Load(path string) (*transcript.Session, error) {
	name, built := strings.CutPrefix(path, "fixtures/")
	if built {
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return transcript.LoadFS(fixtures.FS(), name)
		}
	}
	return transcript.Load(path)
}

// New starts a server for a test that plays the sessions in the files; see [Load]. What can't be started ends the test.
func New(tb mockservers.TB, files ...string) *Server {
	tb.Helper()
	return NewOptions(tb, Options{}, files...)
}

// NewOptions is [New] with options.
func NewOptions(tb mockservers.TB, opts Options, files ...string) *Server {
	tb.Helper()
	sessions := make([]*transcript.Session, 0, len(files))
	for _, f := range files {
		s, err := Load(f)
		if err != nil {
			tb.Fatalf("%s: %v", tb.Name(), err)
		}
		sessions = append(sessions, s)
	}
	return NewSessions(tb, opts, sessions...)
}

// NewSessions is [NewOptions] with sessions that were read or made by the test.
func NewSessions(tb mockservers.TB, opts Options, sessions ...*transcript.Session) *Server {
	tb.Helper()
	s, err := newServer(opts, sessions)
	if err != nil {
		tb.Fatalf("%s: %v", tb.Name(), err)
	}
	tb.Cleanup(func() { // runs after StartTB's
		tb.Helper()
		for _, name := range s.Unplayed() {
			tb.Errorf("%s mock server: the session %s was never played: no client connected for it", s.Dialect().Name(), name)
		}
	})
	s.StartTB(tb)
	return s
}

// Start starts a server that plays the sessions, until Close or until ctx is done. A session that can't be played with the options is a
// [*play.SetupError].
func Start(ctx context.Context, opts Options, sessions ...*transcript.Session) (*Server, error) {
	s, err := newServer(opts, sessions)
	if err != nil {
		return nil, err
	}
	if err := s.Server.Start(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

func newServer(opts Options, sessions []*transcript.Session) (*Server, error) {
	if len(sessions) == 0 {
		return nil, &play.SetupError{What: "a scripted server needs at least one session"}
	}
	if len(opts.Deviations) > 0 {
		return nil, &play.SetupError{What: fmt.Sprintf("a scripted server has no deviations (%s): change the session instead", strings.Join(opts.Deviations, ", "))}
	}
	protocol := sessions[0].Protocol()
	d, err := protocols.Lookup(protocol)
	if err != nil {
		return nil, &play.SetupError{What: sessions[0].Name, Err: err}
	}
	s := &Server{changed: make(chan struct{})}
	secure, implicit := false, true
	po := play.Options{
		Side: dialect.Server, Dialect: d, Credentials: opts.Credentials, Exact: opts.Exact, ListenHost: opts.DataHost,
		Timeouts: play.Timeouts{Read: opts.Timeouts.Idle, Write: opts.Timeouts.Write, Handshake: opts.Timeouts.Handshake},
	}
	if po.Timeouts.Read <= 0 {
		po.Timeouts.Read = 10 * time.Minute
	}
	for _, ses := range sessions {
		for it := range ses.All() {
			if e, ok := it.(*transcript.Event); ok && e.Kind == transcript.TLS {
				secure = true
			}
		}
	}
	if secure && opts.TLS == nil {
		if opts.Authority == nil {
			a, err := ca.New()
			if err != nil {
				return nil, err
			}
			opts.Authority = a
		}
		po.TLS = opts.Authority.ServerConfig()
	} else {
		po.TLS = opts.TLS
	}
	for _, ses := range sessions {
		if p := ses.Protocol(); p != protocol {
			return nil, &play.SetupError{What: fmt.Sprintf("%s is a session of %s, and %s one of %s: a server speaks one protocol", sessions[0].Name, protocol, ses.Name, p)}
		}
		p, err := play.Compile(ses, po)
		if err != nil {
			return nil, err
		}
		s.programs = append(s.programs, p)
		implicit = implicit && p.BeginsWithTLS()
	}
	if implicit && len(opts.Listeners) == 0 {
		opts.ImplicitTLS = true
	}
	if s.handshake = opts.Timeouts.Handshake; s.handshake <= 0 {
		s.handshake = 10 * time.Second
	}
	base, err := mockservers.NewServer(d, opts.Options, s.serve)
	if err != nil {
		return nil, err
	}
	base.LetTLSEnd()
	s.Server = base
	return s, nil
}

// Reports returns the reports of the plays that have ended, in the order in which they ended: the last 1,000.
func (s *Server) Reports() []*play.Report {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.reports)
}

// Wait waits until n plays have ended since the start, and returns the reports as Reports does. If ctx is done before, the error says how many
// there were.
func (s *Server) Wait(ctx context.Context, n int) ([]*play.Report, error) {
	for {
		s.mu.Lock()
		ended, begun, changed := s.ended, s.begun, s.changed
		reports := slices.Clone(s.reports)
		s.mu.Unlock()
		if ended >= n {
			return reports, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("%s mock: waited for %d plays to end: %d ended, %d go on: %w", s.Dialect().Name(), n, ended, begun-ended, ctx.Err())
		}
	}
}

// Err returns the problems of the plays that have ended, joined; nil if there are none. Plays that a fault ended have none.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return errors.Join(s.failed...)
}

// Unplayed returns the names of the sessions that no client has begun yet.
func (s *Server) Unplayed() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for _, p := range s.programs[min(s.begun, len(s.programs)):] {
		names = append(names, p.Session().Name)
	}
	return names
}

// serve plays a session with a client, or gives its connection to a play that expects one.
func (s *Server) serve(c *mockservers.Conn) error {
	s.mu.Lock()
	if len(s.seats) > 0 {
		seat := s.seats[0]
		s.seats = s.seats[1:]
		s.mu.Unlock()
		seat.conn <- c
		<-seat.play.done // the play uses the connection until then
		return nil
	}
	p := s.programs[s.begun%len(s.programs)]
	s.begun++
	s.mu.Unlock()
	l := &link{server: s, first: c, done: make(chan struct{})}
	defer l.end()
	rep, err := p.Play(c.Context(), l)
	faulty := errors.Is(err, mockservers.ErrFault)
	if err != nil && !faulty {
		c.Fail(err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if rep != nil {
		s.reports = append(s.reports, rep)
		if len(s.reports) > keepReports {
			s.reports = slices.Delete(s.reports, 0, 1)
		}
	}
	if err != nil && !faulty && len(s.failed) < keepReports {
		s.failed = append(s.failed, err)
	}
	s.ended++
	close(s.changed)
	s.changed = make(chan struct{})
	return err
}

// link is the transport of one play.
type link struct {
	play.Network
	server *Server
	verb   string // of the command that uses the next data connection
	first  *mockservers.Conn
	done   chan struct{}
	seats  []*seat
}

// Link implements play.Linker.
func (l *link) Link(ctx context.Context, channel string) (*conn.Conn, play.Hooks, error) {
	c := l.first
	if channel != "" {
		i := slices.IndexFunc(l.seats, func(s *seat) bool { return s.channel == channel })
		if i < 0 {
			return nil, nil, fmt.Errorf("connection %q was not expected", channel)
		}
		select {
		case c = <-l.seats[i].conn:
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		}
	}
	return c.Conn, hooks{c, l.server.handshake}, nil
}

// Expect implements play.Transport.
func (l *link) Expect(channel string) {
	st := &seat{play: l, channel: channel, conn: make(chan *mockservers.Conn, 1)}
	l.seats = append(l.seats, st)
	l.server.mu.Lock()
	defer l.server.mu.Unlock()
	l.server.seats = append(l.server.seats, st)
}

// end gives up what was expected and did not come, and lets go of the connections.
func (l *link) end() {
	s := l.server
	s.mu.Lock()
	s.seats = slices.DeleteFunc(s.seats, func(st *seat) bool { return st.play == l })
	s.mu.Unlock()
	close(l.done)
}

// hooks let the faults and the log of the mock server have their part.
type hooks struct {
	c         *mockservers.Conn
	handshake time.Duration // bounds the end of TLS
}

func (h hooks) StartTLS(context.Context) error { return h.c.StartTLS() }

func (h hooks) EndTLS(ctx context.Context) error {
	return h.c.Conn.EndTLS(ctx, h.handshake)
}

func (h hooks) Flush() error { return h.c.Flush() }

func (h hooks) BeforeWait() error { return h.c.BeforeWait() }

func (h hooks) BeforeClose() error { return h.c.Release() }

func (h hooks) Begin(verb, shown string) error {
	if verb == "" || verb == "greeting" {
		return h.c.BeginReply(verb)
	}
	return h.c.Command(verb, shown)
}

func (h hooks) End(shown string) error { return h.c.EndReply(shown) }

func (h hooks) Logging() bool { return h.c.Logging() }

// Connect implements play.Transport.
func (l *link) Connect(ctx context.Context, channel string) (net.Conn, error) {
	c, _, err := l.Link(ctx, channel)
	if err != nil {
		return nil, err
	}
	return c.Raw(), nil
}
