package mockservers

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/internal/conn"
	"harness/protocols/dialect"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// testDialect is a protocol of one line commands and one line replies.
type testDialect struct{}

func (testDialect) Name() string { return "test" }
func (testDialect) Schemes() []dialect.Scheme {
	return []dialect.Scheme{{Name: "test", Port: 1}, {Name: "tests", Port: 2, ImplicitTLS: true}}
}
func (testDialect) NewTracker() dialect.Tracker { return nil }

// serve greets, echoes, and knows TLS, FAIL, BIG and QUIT.
func serve(c *Conn) error {
	if err := c.BeginReply("greeting"); err != nil {
		return err
	}
	c.W.Linef("hello")
	if err := c.EndReply("hello"); err != nil {
		return err
	}
	for {
		line, err := c.ReadLine()
		if err != nil {
			return err
		}
		verb, _ := dialect.Verb(line.Text)
		text := "echo " + line.String()
		if err := c.Command(verb, line.String()); err != nil {
			return err
		}
		switch verb {
		case "FAIL":
			c.Fail(errors.New("told to"))
		case "NOTE":
			c.Note("noted %d", 1)
		case "BIG":
			text = strings.Repeat("big ", 50_000)
		}
		if err := c.Write(func() error { return c.W.Linef("%s", text) }); err != nil {
			return err
		}
		if err := c.EndReply(text); err != nil {
			return err
		}
		switch verb {
		case "QUIT":
			return nil
		case "TLS":
			if err := c.StartTLS(); err != nil {
				return err
			}
		}
	}
}

func start(t testing.TB, o Options) *Server {
	t.Helper()
	s, err := NewServer(testDialect{}, o, serve)
	if err != nil {
		t.Fatal(err)
	}
	s.StartTB(t)
	return s
}

func faulty(t testing.TB, specs ...string) *Server {
	t.Helper()
	var o Options
	for _, spec := range specs {
		f, err := ParseFault(spec)
		if err != nil {
			t.Fatal(err)
		}
		o.Faults = append(o.Faults, f)
	}
	return start(t, o)
}

type client struct {
	net.Conn
	*bufio.Reader
	t testing.TB
}

func (c *client) Read(p []byte) (int, error) { return c.Reader.Read(p) }

func connect(t testing.TB, s *Server) *client {
	t.Helper()
	nc, err := net.DialTimeout("tcp", s.Addr(), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(10 * time.Second))
	return &client{nc, bufio.NewReader(nc), t}
}

func (c *client) expect(want string) {
	c.t.Helper()
	got, err := c.ReadString('\n')
	if err != nil || got != want+"\r\n" {
		c.t.Fatalf("read %q, %v, want %q", got, err, want)
	}
}

func (c *client) say(lines ...string) {
	c.t.Helper()
	if _, err := io.WriteString(c.Conn, strings.Join(lines, "\r\n")+"\r\n"); err != nil {
		c.t.Fatal(err)
	}
}

// end reads to the end, which must be a proper one or a reset.
func (c *client) end(reset bool) string {
	c.t.Helper()
	b, err := io.ReadAll(c.Reader)
	if reset != isReset(err) || !reset && err != nil {
		c.t.Fatalf("read %q, %v, want reset: %v", b, err, reset)
	}
	return string(b)
}

func isReset(err error) bool { return err != nil && strings.Contains(err.Error(), "reset") }

// quiet reports whether nothing comes for a while.
func (c *client) quiet() bool {
	c.t.Helper()
	c.SetReadDeadline(time.Now().Add(60 * time.Millisecond))
	defer c.SetReadDeadline(time.Now().Add(10 * time.Second))
	_, err := c.Peek(1)
	return errors.Is(err, os.ErrDeadlineExceeded)
}

func ctx(t testing.TB) context.Context {
	c, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	t.Cleanup(cancel)
	return c
}

func TestLifecycle(t *testing.T) {
	var mu sync.Mutex
	var events []string
	o := Options{Log: func(e Event) {
		mu.Lock()
		defer mu.Unlock()
		events = append(events, e.String()[len("15:04:05.000 "):])
	}}
	s := start(t, o)
	if s.URL() != "test://"+s.Addr() {
		t.Errorf("URL %q", s.URL())
	}
	c := connect(t, s)
	c.expect("hello")
	c.say("NOTE", "QUIT")
	c.expect("echo NOTE")
	c.expect("echo QUIT")
	c.end(false)
	c.Close()
	done, err := s.WaitSessions(ctx(t), 1)
	if err != nil {
		t.Fatal(err)
	}
	ses := done[0]
	if got := string(ses.Said(dialect.Client)); got != "NOTE\r\nQUIT\r\n" {
		t.Errorf("client said %q", got)
	}
	if got := string(ses.Said(dialect.Server)); got != "hello\r\necho NOTE\r\necho QUIT\r\n" {
		t.Errorf("server said %q", got)
	}
	if last := ses.Entries()[len(ses.Entries())-1]; last.Event != "close" {
		t.Errorf("last entry %+v", last)
	}
	if ses.Err() != nil || ses.Truncated() || !slices.Equal(ses.Notes(), []string{"noted 1"}) {
		t.Errorf("%v: %v, %v, %v", ses, ses.Err(), ses.Truncated(), ses.Notes())
	}
	if _, ok := ses.Ended(); !ok {
		t.Error("not ended")
	}
	mu.Lock()
	defer mu.Unlock()
	want := []string{"test #1 opened from " + ses.RemoteAddr().String(), "test #1 S: hello", "test #1 C: NOTE", "test #1 note: noted 1",
		"test #1 S: echo NOTE", "test #1 C: QUIT", "test #1 S: echo QUIT", "test #1 closed"}
	if !slices.Equal(events, want) {
		t.Errorf("events\n%s\nwant\n%s", strings.Join(events, "\n"), strings.Join(want, "\n"))
	}
}

func TestCloseEndsSessions(t *testing.T) {
	s := start(t, Options{})
	a, b := connect(t, s), connect(t, s)
	a.expect("hello")
	b.expect("hello")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Sessions()); n != 2 {
		t.Errorf("%d sessions", n)
	}
	for _, ses := range s.Sessions() {
		if ses.Err() == nil {
			t.Error("no error")
		}
	}
	if _, err := net.Dial("tcp", s.Addr()); err == nil {
		t.Error("it still listens")
	}
}

func TestContextCloses(t *testing.T) {
	s, err := NewServer(testDialect{}, Options{}, serve)
	if err != nil {
		t.Fatal(err)
	}
	c, cancel := context.WithCancel(context.Background())
	if err := s.Start(c); err != nil {
		t.Fatal(err)
	}
	k := connect(t, s)
	k.expect("hello")
	cancel()
	k.end(false)
	s.Close()
	if err := s.Start(context.Background()); err == nil {
		t.Error("started twice")
	}
}

func TestTakenPort(t *testing.T) {
	s := start(t, Options{})
	other, err := NewServer(testDialect{}, Options{Addr: s.Addr()}, serve)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(context.Background()); err == nil || !strings.Contains(err.Error(), s.Addr()+" is taken") {
		t.Errorf("%v", err)
	}
}

func TestListeners(t *testing.T) {
	sock := filepath.Join(t.TempDir(), "s")
	s := start(t, Options{Listeners: []Listener{{}, {ImplicitTLS: true}, {Network: "unix", Addr: sock}}})
	ls := s.Listeners()
	if len(ls) != 3 || s.URLOf(ls[1]) != "tests://"+ls[1].Addr || s.URLOf(ls[2]) != "test+unix://"+sock {
		t.Fatalf("%+v", ls)
	}
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	nc, err := tls.Dial("tcp", ls[1].Addr, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if l, err := bufio.NewReader(nc).ReadString('\n'); err != nil || l != "hello\r\n" {
		t.Errorf("%q, %v", l, err)
	}
	uc, err := net.Dial("unix", sock)
	if err != nil {
		t.Fatal(err)
	}
	defer uc.Close()
	if l, err := bufio.NewReader(uc).ReadString('\n'); err != nil || l != "hello\r\n" {
		t.Errorf("%q, %v", l, err)
	}
}

func TestStartTLS(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s)
	c.expect("hello")
	c.say("TLS")
	c.expect("echo TLS")
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	tc := tls.Client(c.Conn, cfg)
	fmt.Fprint(tc, "QUIT\r\n")
	if b, err := io.ReadAll(tc); err != nil || string(b) != "echo QUIT\r\n" {
		t.Errorf("%q, %v", b, err)
	}
	tc.Close()

	// Octets before the handshake are refused.
	c = connect(t, s)
	c.expect("hello")
	c.say("TLS", "INJECTED")
	c.expect("echo TLS")
	c.end(false)
	c.Close()
	done, err := s.WaitSessions(ctx(t), 2)
	if err != nil {
		t.Fatal(err)
	}
	var buffered *conn.BufferedError
	if !errors.As(done[1].Err(), &buffered) {
		t.Errorf("%v", done[1].Err())
	}
	if e := done[0].Entries(); !slices.ContainsFunc(e, func(e Entry) bool { return e.Event == "tls" }) {
		t.Error("no TLS in the capture")
	}
}

func TestCaptureIsBounded(t *testing.T) {
	s := start(t, Options{Capture: 64 << 10})
	for range 5 {
		c := connect(t, s)
		c.expect("hello")
		c.say("BIG", "QUIT")
		c.end(false)
		c.Close()
	}
	if _, err := s.WaitSessions(ctx(t), 5); err != nil {
		t.Fatal(err)
	}
	var n int64
	cut := 0
	for _, ses := range s.Sessions() {
		n += ses.size
		if ses.Truncated() {
			cut++
		}
	}
	if got := s.captured.Load(); got != n || n > 64<<10 || cut == 0 {
		t.Errorf("captured %d, counted %d, %d truncated", got, n, cut)
	}
	off := start(t, Options{Capture: -1})
	c := connect(t, off)
	c.expect("hello")
	c.say("QUIT")
	c.end(false)
	c.Close()
	done, err := off.WaitSessions(ctx(t), 1)
	if err != nil || len(done[0].Entries()) != 0 {
		t.Errorf("%v", err)
	}
}

// recorder is a TB that keeps what it is told.
type recorder struct {
	testing.TB
	cleanups []func()
	errors   []string
}

func (r *recorder) Helper()          {}
func (r *recorder) Name() string     { return "recorder" }
func (r *recorder) Cleanup(f func()) { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Errorf(format string, args ...any) {
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func TestErrorsAreReportedAtTheEnd(t *testing.T) {
	r := &recorder{TB: t}
	s, err := NewServer(testDialect{}, Options{}, serve)
	if err != nil {
		t.Fatal(err)
	}
	s.StartTB(r)
	c := connect(t, s)
	c.expect("hello")
	c.say("FAIL", "QUIT")
	c.end(false)
	c.Close()
	if _, err := s.WaitSessions(ctx(t), 1); err != nil {
		t.Fatal(err)
	}
	if len(r.errors) > 0 || len(s.Errors()) != 1 {
		t.Errorf("%q, %v", r.errors, s.Errors())
	}
	for _, f := range r.cleanups {
		f()
	}
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "session 1: told to") {
		t.Errorf("%q", r.errors)
	}
}

func TestWaitSessionsHasADeadline(t *testing.T) {
	s := start(t, Options{})
	c := connect(t, s)
	c.expect("hello")
	short, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, err := s.WaitSessions(short, 2); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "0 ended, 1 go on") {
		t.Errorf("%v", err)
	}
}

func TestIdleTimeout(t *testing.T) {
	s := start(t, Options{Timeouts: Timeouts{Idle: 50 * time.Millisecond}})
	c := connect(t, s)
	c.expect("hello")
	if got := c.end(false); got != "" {
		t.Errorf("said %q", got)
	}
}

func TestNear(t *testing.T) {
	names := []string{"list-omits-terminator", "retr-no-dot-stuffing", "uidl-changes"}
	for got, want := range map[string]string{"list-omit-terminator": "list-omits-terminator", "changes": "uidl-changes", "retr-dot-stuffing": "retr-no-dot-stuffing"} {
		if n := Near(got, names); len(n) == 0 || n[0] != want {
			t.Errorf("%s: %q", got, n)
		}
	}
	if n := Near("zzzzzz", names); len(n) > 0 {
		t.Errorf("%q", n)
	}
}

func TestEventIsOneLine(t *testing.T) {
	e := Event{Kind: CommandRead, Text: "NOOP\x1b[2J\n", Protocol: "test", Session: 3}
	if s := e.String(); strings.ContainsAny(s, "\x1b\n") || !strings.HasSuffix(s, `test #3 C: NOOP\x1b[2J\n`) {
		t.Errorf("%q", s)
	}
}

func handshake(t *testing.T, s *Server) error {
	t.Helper()
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	nc, err := tls.DialWithDialer(&net.Dialer{Timeout: 5 * time.Second}, "tcp", s.Addr(), cfg)
	if err == nil {
		nc.Close()
	}
	return err
}
