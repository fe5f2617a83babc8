package record

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/ca"
	"harness/internal/play"
	"harness/protocols/dialect"
	"harness/protocols/pop3"
	"harness/transcript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var authority = sync.OnceValue(func() *ca.CA {
	a, err := ca.New()
	if err != nil {
		panic(err)
	}
	return a
})

func parse(t testing.TB, text string) *transcript.Session {
	t.Helper()
	s, err := transcript.Parse("test.session", []byte("session: 1\nprotocol: pop3\n\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// serve plays a session's server's side once and returns its address.
func serve(t testing.TB, s *transcript.Session, creds *auth.Credentials) (addr string, result func() error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	done := make(chan error, 1)
	go func() {
		_, err := play.Play(ctx, s, play.Options{Side: dialect.Server, Credentials: creds, TLS: authority().ServerConfig(), Timeouts: play.Timeouts{Settle: 50 * time.Millisecond}}, play.Acceptor(l))
		done <- err
	}()
	t.Cleanup(func() { l.Close(); cancel() })
	return l.Addr().String(), func() error { return <-done }
}

func drive(t testing.TB, s *transcript.Session, addr string, a *ca.CA, creds *auth.Credentials) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	_, err := play.Play(ctx, s, play.Options{Side: dialect.Client, Credentials: creds, TLS: a.ClientConfig("127.0.0.1"), Timeouts: play.Timeouts{Settle: 50 * time.Millisecond}}, play.Dialer(addr))
	return err
}

func start(t testing.TB, opts Options) *Recorder {
	t.Helper()
	opts.Dir = t.TempDir()
	opts.CA = authority()
	opts.TLS = authority().ClientConfig("127.0.0.1")
	r, err := Start(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func one(t testing.TB, r *Recorder) (file string, s *transcript.Session) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	files, err := r.Wait(ctx, 1)
	if err != nil || len(files) != 1 {
		t.Fatal(files, err, r.Err())
	}
	s, err = transcript.Load(files[0])
	if err != nil {
		t.Fatal(err)
	}
	return files[0], s
}

var alice = &auth.Credentials{User: "alice", Password: "geheim-77"}

var sessions = map[string]string{
	"login": `S: +OK Test POP3 ready {{<1896.697170952@example.org> timestamp}}
C: USER {{alice user}}
S: +OK name is a valid mailbox
C: PASS {{geheim-77 password}}
S: +OK maildrop locked and ready
C: UIDL
S: +OK
S: 1 {{00000001 uid}}
S: 2 {{00000002 uid}}
S: .
C: RETR 1
S: +OK 13 octets
S: A: b
S:
S: ..dot
S: .
C: QUIT
S: +OK bye
-- close S
`,
	"stls": `S: +OK ready
C: STLS
S: +OK begin
-- tls
C: AUTH PLAIN {{AGFsaWNlAGdlaGVpbS03Nw== sasl PLAIN}}
S: +OK
C: QUIT
S: +OK
-- close S
`,
	"pipelined": `S: +OK ready
C: NOOP
C: STAT
C: QUIT
S: +OK
S: +OK 2 320
S: +OK bye
-- close S
`,
	"client closes": `S: +OK ready
C: NOOP
S: +OK
-- close C
`,
	"half close": `S: +OK ready
C: QUIT
-- half-close C
S: +OK bye
-- close S
`,
	"reset": `S: +OK ready
C: NOOP
-- reset S
`,
	"client resets": `S: +OK ready
C: NOOP
S: +OK
-- reset C
`,
	"octets": "S: +OK a{{x 00ff}}b\nC: N{{cr}}OOP\nS: +OK{{lf}}\nC: QUIT\nS: half a line{{none}}\n-- close S\n",
}

// TestRoundTrip records a server that plays a session before a client that plays it, serves what was recorded, and drives the server with it.
func TestRoundTrip(t *testing.T) {
	for name, text := range sessions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			original := parse(t, text)
			addr, served := serve(t, original, nil)
			r := start(t, Options{Upstream: "pop3://" + addr})
			if err := drive(t, original, r.Addr(), authority(), nil); err != nil {
				t.Fatal(err)
			}
			if err := served(); err != nil {
				t.Fatal(err)
			}
			file, got := one(t, r)
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			printed, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, secret := range []string{"geheim", "AGFsaWNl"} {
				if strings.Contains(string(printed), secret) {
					t.Errorf("the file holds the secret\n%s", printed)
				}
			}
			redacted := parse(t, text)
			if _, err := transcript.Redact(redacted, pop3.Dialect()); err != nil {
				t.Fatal(err)
			}
			if name == "login" && got.Get("server") != "Test POP3 ready" && got.Get("server") != "Test POP3" {
				t.Errorf("server: %s", got.Get("server"))
			}
			got.Header, redacted.Header = nil, nil
			if !transcript.Equal(got, redacted) {
				t.Errorf("recorded\n%s", printed)
			}
			for _, p := range transcript.Lint(mustLoad(t, file), pop3.Dialect()) {
				t.Error(p)
			}
			// Serve the recorded one to the original, drive the original with the recorded one.
			again := mustLoad(t, file)
			addr, served = serve(t, again, alice)
			if err := drive(t, original, addr, authority(), alice); err != nil {
				t.Error(err)
			}
			if err := served(); err != nil {
				t.Error(err)
			}
			addr, served = serve(t, original, nil)
			if err := drive(t, again, addr, authority(), alice); err != nil {
				t.Error(err)
			}
			if err := served(); err != nil {
				t.Error(err)
			}
		})
	}
}

func mustLoad(t testing.TB, file string) *transcript.Session {
	t.Helper()
	s, err := transcript.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestImplicitTLS(t *testing.T) {
	text := "S: +OK ready\nC: QUIT\nS: +OK\n-- close S\n"
	for _, c := range []struct {
		upstream bool
		mode     TLSMode
		client   bool
	}{{true, LikeUpstream, true}, {true, Clear, false}, {false, Implicit, true}, {false, Clear, false}} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			scheme, server, client := "pop3", text, text
			if c.upstream {
				scheme, server = "pop3s", "-- tls\n"+text
			}
			if c.client {
				client = "-- tls\n" + text
			}
			addr, served := serve(t, parse(t, server), nil)
			r := start(t, Options{Upstream: scheme + "://" + addr, Mode: c.mode})
			if strings.HasPrefix(r.URL(), "pop3s:") != c.client {
				t.Error(r.URL())
			}
			if err := drive(t, parse(t, client), r.Addr(), authority(), nil); err != nil {
				t.Fatal(err)
			}
			if err := served(); err != nil {
				t.Fatal(err)
			}
			if _, s := one(t, r); !transcript.Equal(&transcript.Session{Items: s.Items}, &transcript.Session{Items: parse(t, client).Items}) {
				t.Errorf("%s", s.Print())
			}
		})
	}
}

// TestLarge passes a message through that goes to a blob.
func TestLarge(t *testing.T) {
	body := strings.Repeat("0123456789abcdef0123456789abcdef\r\n", 60000)
	sum := sha256.Sum256([]byte(body))
	text := fmt.Sprintf("S: +OK\nC: RETR 1\nS: +OK follows\nS: {{blob pop3-%s.bin %d %s}}{{none}}\nS: .\nC: QUIT\nS: +OK\n-- close S\n", hex.EncodeToString(sum[:6]), len(body), hex.EncodeToString(sum[:]))
	s := parse(t, text)
	for _, b := range s.Blobs() {
		s.SetBlobs(transcript.MemBlobs{b.Name: []byte(body)})
	}
	addr, served := serve(t, s, nil)
	r := start(t, Options{Upstream: "pop3://" + addr})
	if err := drive(t, s, r.Addr(), authority(), nil); err != nil {
		t.Fatal(err)
	}
	if err := served(); err != nil {
		t.Fatal(err)
	}
	_, got := one(t, r)
	got.Header, s.Header = nil, nil
	if !transcript.Equal(got, s) {
		t.Errorf("%s", got.Print())
	}
}

// TestInjection refuses octets that stand in the clear behind STLS.
func TestInjection(t *testing.T) {
	for name, c := range map[string]struct{ server, said string }{
		"client in one write": {"S: +OK\nC: STLS\nC: NOOP\nS: +OK\n-- close C\n", "STLS\r\nNOOP\r\n"},
		"half a line":         {"S: +OK\nC: STLS\nS: +OK\n-- close C\n", "STLS\r\nNOO"},
		"server":              {"S: +OK\nC: STLS\nS: +OK\nS: +OK more\n-- close C\n", "STLS\r\n"},
	} {
		t.Run(name, func(t *testing.T) {
			addr, served := serve(t, parse(t, c.server), nil)
			r := start(t, Options{Upstream: "pop3://" + addr})
			nc, err := net.Dial("tcp", r.Addr())
			if err != nil {
				t.Fatal(err)
			}
			defer nc.Close()
			if _, err := nc.Write([]byte(c.said)); err != nil {
				t.Fatal(err)
			}
			nc.SetDeadline(time.Now().Add(10 * time.Second))
			buf := make([]byte, 100)
			for err == nil {
				_, err = nc.Read(buf)
			}
			served()
			_, s := one(t, r)
			if note := s.Get("note"); !strings.Contains(note, "in the clear before the handshake") {
				t.Errorf("%s", s.Print())
			}
		})
	}
}

func TestCut(t *testing.T) {
	addr, served := serve(t, parse(t, "S: +OK\nC: NOOP\nS: +OK\n"), nil)
	r := start(t, Options{Upstream: "pop3://" + addr, Timeouts: Timeouts{Grace: time.Millisecond}})
	nc, err := net.Dial("tcp", r.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	if _, err := nc.Read(make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	served()
	_, s := one(t, r)
	if !strings.HasPrefix(s.Get("note"), "cut short") {
		t.Errorf("%s", s.Print())
	}
}

func TestWaits(t *testing.T) {
	addr, served := serve(t, parse(t, "S: +OK\nC: QUIT\n-- wait S 120ms\nS: +OK\n-- close S\n"), nil)
	r := start(t, Options{Upstream: "pop3://" + addr, Waits: 100 * time.Millisecond})
	if err := drive(t, parse(t, "S: +OK\nC: QUIT\nS: +OK\n-- close S\n"), r.Addr(), authority(), nil); err != nil {
		t.Fatal(err)
	}
	if err := served(); err != nil {
		t.Fatal(err)
	}
	if _, s := one(t, r); !strings.Contains(string(s.Print()), "\n-- wait S 1") {
		t.Errorf("%s", s.Print())
	}
}

func TestBadOptions(t *testing.T) {
	for _, o := range []Options{
		{Upstream: "http://x", Dir: "x"}, {Upstream: "pop3://", Dir: "x"}, {Upstream: "pop3://u:p@x", Dir: "x"}, {Upstream: "pop3://x/y", Dir: "x"},
		{Upstream: "pop3://x:99999", Dir: "x"}, {Upstream: "pop3://x"}, {Upstream: "pop3://x", Dir: "x", Name: "../x"}, {Upstream: "pop3://x", Dir: "x", Mode: "some"},
	} {
		if r, err := Start(context.Background(), o); err == nil {
			r.Close()
			t.Errorf("%+v: no error", o)
		} else if strings.Contains(err.Error(), "u:p") {
			t.Error(err)
		}
	}
}

func TestUnreachable(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	r := start(t, Options{Upstream: "pop3://" + l.Addr().String()})
	nc, err := net.Dial("tcp", r.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := nc.Read(make([]byte, 1)); err == nil {
		t.Error("the client was told something")
	}
	if err := r.Close(); err == nil || len(r.Files()) > 0 {
		t.Error(err, r.Files())
	}
}

// TestOtherProtocols records sessions of SMTP and NNTP, pipelining, chunks, TLS and compression included, and replays what was recorded.
func TestOtherProtocols(t *testing.T) {
	for _, file := range []string{"sessions/smtp/pipelining-chunking.session", "sessions/nntp/compress.session"} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			original, err := transcript.LoadFS(fixtures.FS(), file)
			if err != nil {
				t.Fatal(err)
			}
			addr, served := serve(t, original, alice)
			r := start(t, Options{Upstream: original.Protocol() + "://" + addr, Server: "test", Client: "player"})
			if err := drive(t, original, r.Addr(), authority(), alice); err != nil {
				t.Fatal(err)
			}
			if err := served(); err != nil {
				t.Fatal(err)
			}
			file, got := one(t, r)
			if got.Get("server") != "test" || got.Get("client") != "player" || got.Get("date") == "" {
				t.Errorf("%v", got.Header)
			}
			for _, p := range transcript.Lint(got, r.Dialect()) {
				t.Error(p)
			}
			if text := string(got.Print()); strings.Contains(text, alice.Password) {
				t.Error(text)
			}
			for _, d := range transcript.Diff(original, got, r.Dialect()) {
				t.Error(d)
			}
			addr, served = serve(t, mustLoad(t, file), alice)
			if err := drive(t, original, addr, authority(), alice); err != nil {
				t.Error(err)
			}
			if err := served(); err != nil {
				t.Error(err)
			}
		})
	}
}
