package script

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/play"
	"harness/mockservers"
	"harness/protocols/dialect"
	"harness/transcript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func parse(t testing.TB, name, text string) *transcript.Session {
	t.Helper()
	s, err := transcript.Parse(name, []byte("session: 1\nprotocol: pop3\n\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var alice = &auth.Credentials{User: "alice", Password: "wonderland"}

func drive(t testing.TB, srv *Server, s *transcript.Session, creds *auth.Credentials) (*play.Report, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	cfg, err := srv.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	return play.Play(ctx, s, play.Options{Side: dialect.Client, Credentials: creds, TLS: cfg, Timeouts: play.Timeouts{Connect: 2 * time.Second, Settle: 50 * time.Millisecond}}, play.Dialer(srv.Addr()))
}

// recorder is a test that goes wrong.
type recorder struct {
	mu       sync.Mutex
	errors   []string
	cleanups []func()
}

func (r *recorder) Helper()                           {}
func (r *recorder) Name() string                      { return "TestOfAUser" }
func (r *recorder) Cleanup(f func())                  { r.cleanups = append(r.cleanups, f) }
func (r *recorder) Logf(string, ...any)               {}
func (r *recorder) Fatalf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }
func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func (r *recorder) end() {
	for i := len(r.cleanups) - 1; i >= 0; i-- {
		r.cleanups[i]()
	}
}

const quit = "S: +OK ready\nC: QUIT\nS: +OK bye\n-- close S\n"

// TestFixtures serves every session of the fixtures to a client that plays it.
func TestFixtures(t *testing.T) {
	for _, protocol := range []string{"ftp", "imap", "nntp", "pop3", "smtp"} {
		files, err := fixtures.Sessions(protocol)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			t.Run(f, func(t *testing.T) {
				t.Parallel()
				srv := NewOptions(t, Options{Credentials: alice}, "fixtures/"+f)
				s, err := Load("fixtures/" + f)
				if err != nil {
					t.Fatal(err)
				}
				if _, err := drive(t, srv, s, alice); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestManyClients(t *testing.T) {
	s := parse(t, "a.session", quit)
	srv := NewSessions(t, Options{}, s)
	const n = 20
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			if _, err := drive(t, srv, s, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	reports, err := srv.Wait(context.Background(), n)
	if err != nil || len(reports) != n || srv.Err() != nil {
		t.Fatal(len(reports), err, srv.Err())
	}
}

func TestTurns(t *testing.T) {
	a, b := parse(t, "a.session", quit), parse(t, "b.session", strings.ReplaceAll(quit, "ready", "steady"))
	srv := NewSessions(t, Options{}, a, b)
	for _, s := range []*transcript.Session{a, b, a} {
		rep, err := drive(t, srv, s, nil)
		if err != nil || len(rep.Reworded) > 0 {
			t.Error(err, rep)
		}
	}
}

func TestImplicitTLS(t *testing.T) {
	s := parse(t, "a.session", "-- tls\n"+quit)
	srv := NewSessions(t, Options{}, s)
	if !strings.HasPrefix(srv.URL(), "pop3s://") {
		t.Error(srv.URL())
	}
	if _, err := drive(t, srv, s, nil); err != nil {
		t.Error(err)
	}
}

// TestReports has a test's clean-up report what went wrong.
func TestReports(t *testing.T) {
	for name, c := range map[string]struct {
		client string // what it sends; it leaves then
		want   []string
	}{
		"mismatch":     {"NOOP\r\n", []string{"a.session:5:1: the client did not do what the session says", "expected: C: QUIT", "received: C: NOOP", "before:   S: +OK ready", "3 items were not played"}},
		"unplayed":     {"", []string{"a.session:5:1", "received: the end of the connection", `3 items were not played, from "C: QUIT" on`}},
		"more":         {"QUIT\r\nNOOP\r\n", []string{"a.session:7:1: the client said more than the session holds", "NOOP"}},
		"nobody comes": {"-", []string{"the session a.session was never played"}},
	} {
		t.Run(name, func(t *testing.T) {
			tb := &recorder{}
			srv := NewSessions(tb, Options{}, parse(t, "a.session", quit))
			if c.client != "-" {
				nc, err := net.Dial("tcp", srv.Addr())
				if err != nil {
					t.Fatal(err)
				}
				io.WriteString(nc, c.client)
				nc.(*net.TCPConn).CloseWrite()
				io.Copy(io.Discard, nc)
				nc.Close()
				if _, err := srv.Wait(context.Background(), 1); err != nil {
					t.Fatal(err)
				}
			}
			tb.end()
			all := strings.Join(tb.errors, "\n")
			for _, w := range c.want {
				if !strings.Contains(all, w) {
					t.Errorf("%q is not in\n%s", w, all)
				}
			}
		})
	}
}

// TestOpenAtTheEnd reports a session that a client began and had not ended when the server was closed.
func TestOpenAtTheEnd(t *testing.T) {
	tb := &recorder{}
	srv := NewSessions(tb, Options{}, parse(t, "a.session", quit))
	nc, err := net.Dial("tcp", srv.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := bufio.NewReader(nc).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	tb.end()
	if len(tb.errors) != 1 || !strings.Contains(tb.errors[0], "3 items were not played") {
		t.Errorf("%q", tb.errors)
	}
}

func TestTaken(t *testing.T) {
	srv := NewSessions(t, Options{}, parse(t, "a.session", quit))
	if _, err := drive(t, srv, parse(t, "b.session", "S: +OK ready\nC: NOOP\nS: +OK\n"), nil); err == nil {
		t.Error("no mismatch")
	}
	if _, err := srv.Wait(context.Background(), 1); err != nil {
		t.Fatal(err)
	}
	var m *play.Mismatch
	if errs := srv.TakeErrors(); len(errs) != 1 || !errors.As(errs[0], &m) || m.Pos.Line != 5 || srv.Err() == nil {
		t.Error(errs)
	}
}

func TestFaults(t *testing.T) {
	for _, spec := range []string{"octets", "latency 1ms", "coalesce 2 1ms", "coalesce 1ms", "reset after QUIT", "truncate 2 at QUIT", "cert expired"} {
		t.Run(spec, func(t *testing.T) {
			f, err := mockservers.ParseFault(spec)
			if err != nil {
				t.Fatal(err)
			}
			text := "S: +OK ready\nC: NOOP\nC: NOOP\nS: +OK\nS: +OK\nC: STLS\nS: +OK\n-- tls\nC: QUIT\nS: +OK bye\n-- close S\n"
			s := parse(t, "a.session", text)
			srv := NewSessions(t, Options{Options: mockservers.Options{Faults: []mockservers.Fault{f}}}, s)
			_, err = drive(t, srv, s, nil)
			if fatal := strings.HasPrefix(spec, "reset") || strings.HasPrefix(spec, "trunc") || strings.HasPrefix(spec, "cert"); fatal != (err != nil) {
				t.Error(err)
			}
			if _, err := srv.Wait(context.Background(), 1); err != nil {
				t.Fatal(err)
			}
			if strings.HasPrefix(spec, "cert") {
				srv.TakeErrors() // that the client refuses the certificate keeps the session from its end
			}
		})
	}
}

func TestBadOptions(t *testing.T) {
	smtp := transcript.New("smtp")
	smtp.Name = "b.session"
	for want, f := range map[string]func() (*Server, error){
		"at least one session": func() (*Server, error) { return Start(context.Background(), Options{}) },
		"speaks one protocol": func() (*Server, error) {
			return Start(context.Background(), Options{}, parse(t, "a.session", quit), smtp)
		},
		"has no deviations": func() (*Server, error) {
			return Start(context.Background(), Options{Options: mockservers.Options{Deviations: []string{"x"}}}, parse(t, "a.session", quit))
		},
		"--password": func() (*Server, error) {
			return Start(context.Background(), Options{}, parse(t, "a.session", "S: +OK\nC: AUTH SCRAM-SHA-1 {{*** sasl SCRAM-SHA-1}}\n"))
		},
	} {
		srv, err := f()
		var setup *play.SetupError
		if !errors.As(err, &setup) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if err == nil {
			srv.Close()
		}
	}
	if _, err := Load("fixtures/sessions/none.session"); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestCredentials(t *testing.T) {
	s := parse(t, "a.session", "S: +OK\nC: USER {{bob user}}\nS: +OK\nC: PASS {{*** password}}\nS: +OK\n"+quit[len("S: +OK ready\n"):])
	srv := NewSessions(t, Options{}, s) // takes any
	if _, err := drive(t, srv, s, &auth.Credentials{User: "eve", Password: "x"}); err != nil {
		t.Error(err)
	}
	srv = NewSessions(t, Options{Credentials: alice}, s)
	if _, err := drive(t, srv, s, alice); err != nil {
		t.Error(err)
	}
	if _, err := drive(t, srv, s, &auth.Credentials{User: "alice", Password: "x"}); err == nil {
		t.Error("a wrong password was taken")
	}
	if _, err := srv.Wait(context.Background(), 2); err != nil {
		t.Fatal(err)
	}
	if errs := srv.TakeErrors(); len(errs) != 1 {
		t.Error(errs)
	}
}
