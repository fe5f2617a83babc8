package record

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"harness/internal/ca"
	"harness/protocols/dialect"
)

// Recorder is a running recorder. Its methods are safe for concurrent use.
type Recorder struct {
	opts   Options
	up     upstream
	secure bool // the clients' connections begin with TLS
	ln     net.Listener
	ctx    context.Context
	cancel context.CancelFunc
	unhook func() bool
	wg     sync.WaitGroup

	mu      sync.Mutex
	closed  bool
	begun   int
	live    map[*session]struct{}
	files   []string
	names   map[string]bool // in use
	ended   int
	changed chan struct{}
	errs    []error

	caOnce sync.Once
	caErr  error
	logMu  sync.Mutex
}

// Start starts a recorder, which runs until Close or until ctx is done.
func Start(ctx context.Context, opts Options) (*Recorder, error) {
	opts.Timeouts = opts.Timeouts.withDefaults()
	if opts.Listen == "" {
		opts.Listen = "127.0.0.1:0"
	}
	if opts.Name == "" {
		opts.Name = "{protocol}-{date}-{time}-{n}"
	}
	up, err := parseUpstream(opts.Upstream)
	if err != nil {
		return nil, err
	}
	if opts.Dir == "" {
		return nil, errors.New("record: no directory was given for the sessions")
	}
	if strings.ContainsAny(opts.Name, "/\\\x00") {
		return nil, fmt.Errorf("record: the name pattern %q holds a path: give the directory by itself", opts.Name)
	}
	r := &Recorder{opts: opts, up: up, live: map[*session]struct{}{}, names: map[string]bool{}, changed: make(chan struct{})}
	switch opts.Mode {
	case LikeUpstream:
		r.secure = up.implicit
	case Implicit:
		r.secure = true
	case Clear:
	default:
		return nil, fmt.Errorf("record: unknown TLS mode %q", opts.Mode)
	}
	if err := os.MkdirAll(opts.Dir, 0o755); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if r.secure {
		if _, err := r.Authority(); err != nil {
			return nil, err
		}
	}
	r.ln, err = net.Listen("tcp", opts.Listen)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("record: %s is taken: another server listens there; stop it, or choose another address (port 0 for a free one): %w", opts.Listen, err)
	}
	if err != nil {
		return nil, fmt.Errorf("record: listen on %s: %w", opts.Listen, err)
	}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	r.wg.Add(1)
	go r.accept()
	unhook := context.AfterFunc(ctx, func() { r.Close() })
	r.mu.Lock()
	r.unhook = unhook
	r.mu.Unlock()
	return r, nil
}

// Record records until ctx is done, then lets running sessions end within Timeouts.Grace, and returns.
func Record(ctx context.Context, opts Options) error {
	r, err := Start(ctx, opts)
	if err != nil {
		return err
	}
	<-ctx.Done()
	return r.Close()
}

// Addr is the address in use, such as "127.0.0.1:40123".
func (r *Recorder) Addr() string { return r.ln.Addr().String() }

// URL is where clients connect to, such as "pop3://127.0.0.1:40123".
func (r *Recorder) URL() string {
	scheme := r.up.d.Name()
	for _, s := range r.up.d.Schemes() {
		if s.ImplicitTLS == r.secure {
			scheme = s.Name
			break
		}
	}
	return scheme + "://" + r.Addr()
}

// Dialect is the protocol that is recorded.
func (r *Recorder) Dialect() dialect.Dialect { return r.up.d }

// Authority returns the authority that signs what the clients see.
func (r *Recorder) Authority() (*ca.CA, error) {
	r.caOnce.Do(func() {
		if r.opts.CA == nil {
			r.opts.CA, r.caErr = ca.New()
		}
	})
	return r.opts.CA, r.caErr
}

// Files returns the paths of the sessions that were written, in the order in which they ended.
func (r *Recorder) Files() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.files)
}

// Wait waits until n sessions have ended since the start, and returns the files as Files does. If ctx is done before, the error says how many
// there were.
func (r *Recorder) Wait(ctx context.Context, n int) ([]string, error) {
	for {
		r.mu.Lock()
		ended, live, changed := r.ended, len(r.live), r.changed
		files := slices.Clone(r.files)
		r.mu.Unlock()
		if ended >= n {
			return files, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("record: waited for %d sessions to end: %d ended, %d go on: %w", n, ended, live, ctx.Err())
		}
	}
}

// Err returns what the recorder could not do, joined: reaching the server, writing a session; nil if there is nothing.
func (r *Recorder) Err() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(r.errs...)
}

// Close stops listening, lets running sessions end within Timeouts.Grace, ends those that then still run (their files say so), and writes
// everything. It returns what Err does. A second call waits too.
func (r *Recorder) Close() error {
	r.mu.Lock()
	first := !r.closed
	r.closed = true
	unhook := r.unhook
	r.mu.Unlock()
	if unhook != nil {
		unhook()
	}
	if first {
		r.ln.Close()
		done := make(chan struct{})
		go func() {
			r.wg.Wait()
			close(done)
		}()
		t := time.NewTimer(r.opts.Timeouts.Grace)
		defer t.Stop()
		select {
		case <-done:
		case <-t.C:
			r.mu.Lock()
			for s := range r.live {
				s.cut("the recorder was closed")
			}
			r.mu.Unlock()
			r.cancel()
			<-done
		}
		r.cancel()
	}
	r.wg.Wait()
	return r.Err()
}

const (
	acceptPause = 50 * time.Millisecond
	maxErrors   = 1000
)

func (r *Recorder) accept() {
	defer r.wg.Done()
	for {
		nc, err := r.ln.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			r.fail(0, fmt.Errorf("accept on %s: %w", r.Addr(), err))
			t := time.NewTimer(acceptPause) // no file descriptor is free
			select {
			case <-t.C:
			case <-r.ctx.Done():
				t.Stop()
				return
			}
			continue
		}
		r.mu.Lock()
		if r.closed {
			r.mu.Unlock()
			nc.Close()
			continue
		}
		r.begun++
		s := newSession(r, r.begun)
		r.live[s] = struct{}{}
		r.wg.Add(1)
		r.mu.Unlock()
		go r.run(s, nc)
	}
}

// run records one client's session.
func (r *Recorder) run(s *session, nc net.Conn) {
	defer r.wg.Done()
	defer func() {
		r.mu.Lock()
		delete(r.live, s)
		r.ended++
		close(r.changed)
		r.changed = make(chan struct{})
		r.mu.Unlock()
	}()
	remote := nc.RemoteAddr().String()
	r.log(Event{Session: s.id, Kind: Opened, Remote: remote})
	defer s.builder.Close()
	if err := s.pass("", nc); err != nil {
		r.fail(s.id, err)
	}
	r.log(Event{Session: s.id, Kind: Closed, Remote: remote})
	file, err := s.save()
	if err != nil {
		r.fail(s.id, err)
		return
	}
	if file == "" {
		return
	}
	r.mu.Lock()
	r.files = append(r.files, file)
	r.mu.Unlock()
	r.log(Event{Session: s.id, Kind: Saved, File: file})
}

func (r *Recorder) fail(id int, err error) {
	if id > 0 {
		err = fmt.Errorf("session %d: %w", id, err)
	}
	r.mu.Lock()
	if len(r.errs) < maxErrors {
		r.errs = append(r.errs, err)
	}
	r.mu.Unlock()
	r.log(Event{Session: id, Kind: Failed, Text: err.Error()})
}

func (r *Recorder) log(e Event) {
	if r.opts.Log == nil {
		return
	}
	e.At = time.Now()
	r.logMu.Lock()
	defer r.logMu.Unlock()
	r.opts.Log(e)
}

// upstreamTLS is the configuration towards the server.
func (r *Recorder) upstreamTLS() *tls.Config {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12}
	if r.opts.TLS != nil {
		cfg = r.opts.TLS.Clone()
	}
	if cfg.ServerName == "" {
		cfg.ServerName = r.up.host
	}
	if r.opts.Insecure {
		cfg.InsecureSkipVerify = true
	}
	return cfg
}

// take chooses a name for a session's file that nothing else has.
func (r *Recorder) take(id int, begun time.Time) string {
	name := strings.NewReplacer("{protocol}", r.up.d.Name(), "{date}", begun.Format("20060102"), "{time}", begun.Format("150405"), "{n}", strconv.Itoa(id)).Replace(r.opts.Name)
	name = strings.TrimSuffix(name, ".session")
	r.mu.Lock()
	defer r.mu.Unlock()
	for i := 1; ; i++ {
		n := name
		if i > 1 {
			n = fmt.Sprintf("%s-%d", name, i)
		}
		path := filepath.Join(r.opts.Dir, n+".session")
		if _, err := os.Lstat(path); errors.Is(err, os.ErrNotExist) && !r.names[path] {
			r.names[path] = true
			return path
		} else if err != nil && !errors.Is(err, os.ErrNotExist) {
			return path // writing will tell
		}
	}
}
