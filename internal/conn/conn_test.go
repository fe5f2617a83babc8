package conn

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/protocols/dialect"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// pair returns the two ends of a TCP connection over loopback.
func pair(t *testing.T, client, server Options) (c, s *Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err = Dial(t.Context(), "tcp", l.Addr().String(), time.Second, client)
	if err != nil {
		t.Fatal(err)
	}
	nc, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	server.Local = dialect.Server
	s = New(nc, server)
	t.Cleanup(func() { c.Close(); s.Close() })
	return c, s
}

// both runs f and g at the same time and fails the test on their errors.
func both(t *testing.T, f, g func() error) {
	t.Helper()
	errs := make(chan error, 1)
	go func() { errs <- g() }()
	if err := f(); err != nil {
		t.Error(err)
	}
	if err := <-errs; err != nil {
		t.Error(err)
	}
}

func (c *Conn) say(ctx context.Context, s string) error {
	return c.Do(ctx, time.Second, func() error {
		if _, err := c.W.WriteString(s); err != nil {
			return err
		}
		return c.W.Flush()
	})
}

func (c *Conn) hear(ctx context.Context) (string, error) {
	var text string
	err := c.Do(ctx, time.Second, func() error {
		l, err := c.R.ReadLine()
		text = string(l.Text)
		return err
	})
	return text, err
}

func read(c *Conn) func() error {
	return func() error { _, err := c.R.ReadLine(); return err }
}

func TestDo(t *testing.T) {
	c, s := pair(t, Options{}, Options{})
	ctx := t.Context()

	// The timeout.
	err := c.Do(ctx, time.Millisecond, read(c))
	if !errors.Is(err, os.ErrDeadlineExceeded) || !strings.Contains(err.Error(), "1ms") {
		t.Error(err)
	}
	// The context's deadline, sooner than the timeout or without one.
	for _, timeout := range []time.Duration{time.Minute, 0} {
		short, cancel := context.WithTimeout(ctx, time.Millisecond)
		if err := c.Do(short, timeout, read(c)); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(timeout, err)
		}
		cancel()
	}
	// Cancelling.
	cancelled, cancel := context.WithCancel(ctx)
	both(t, func() error {
		if err := c.Do(cancelled, time.Minute, read(c)); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		return nil
	}, func() error { cancel(); return nil })
	if err := c.Do(cancelled, 0, func() error { t.Error("called"); return nil }); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	// None of this disturbs what comes later.
	if err := s.say(ctx, "hello\r\n"); err != nil {
		t.Fatal(err)
	}
	if text, err := c.hear(ctx); text != "hello" || err != nil {
		t.Error(text, err)
	}
	// A context that ends when f is through changes nothing.
	late, cancel := context.WithCancel(ctx)
	if err := c.Do(late, 0, func() error { cancel(); return nil }); err != nil {
		t.Error(err)
	}
	if err := c.say(ctx, "still there\r\n"); err != nil {
		t.Error(err)
	}
	if text, err := s.hear(ctx); text != "still there" || err != nil {
		t.Error(text, err)
	}
	c.Close()
	if err := c.Do(ctx, time.Second, read(c)); !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
}

// TestRenew has a Do go on for longer than its timeout, because octets come.
func TestRenew(t *testing.T) {
	c, s := pair(t, Options{}, Options{})
	const timeout = 200 * time.Millisecond
	both(t, func() error {
		start := time.Now()
		err := c.Do(t.Context(), timeout, func() error {
			for range 5 {
				if _, err := c.R.ReadLine(); err != nil {
					return err
				}
				if err := c.Renew(t.Context(), timeout); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil && time.Since(start) < timeout {
			t.Error("it took no longer than the timeout: nothing was shown")
		}
		return err
	}, func() error {
		for range 5 {
			if err := s.Quiet(t.Context(), timeout/2); err != nil {
				return err
			}
			if err := s.Do(t.Context(), timeout, func() error {
				s.W.WriteString("\r\n")
				return s.W.Flush()
			}); err != nil {
				return err
			}
		}
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	err := c.Do(ctx, time.Minute, func() error {
		cancel()
		if err := c.Renew(ctx, time.Minute); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		return c.R.Wait()
	})
	if !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestQuiet(t *testing.T) {
	c, s := pair(t, Options{}, Options{})
	ctx := t.Context()
	if err := c.Quiet(ctx, time.Millisecond); err != nil {
		t.Error(err)
	}
	if err := s.say(ctx, "x\r\ny\r\n"); err != nil {
		t.Fatal(err)
	}
	if err := c.Quiet(ctx, time.Minute); !errors.Is(err, ErrNotQuiet) {
		t.Error(err)
	}
	if text, err := c.hear(ctx); text != "x" || err != nil {
		t.Error(text, err)
	}
	if err := c.Quiet(ctx, time.Minute); !errors.Is(err, ErrNotQuiet) {
		t.Error("what is buffered counts:", err)
	}
	c.hear(ctx)
	short, cancel := context.WithTimeout(ctx, time.Millisecond)
	defer cancel()
	if err := c.Quiet(short, time.Minute); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	s.Close()
	if err := c.Quiet(ctx, time.Minute); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
}

// configs returns the configurations of a server named "localhost" and of a client that trusts it.
var configs = sync.OnceValues(func() (server, client *tls.Config) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: roots, ServerName: "localhost"}
})

// recorder is a tap.
type recorder struct {
	mu  sync.Mutex
	log []string
}

func (r *recorder) Octets(at time.Time, channel string, from dialect.Party, data []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = append(r.log, fmt.Sprintf("%s%c %q", channel, from, data))
}

func (r *recorder) Event(at time.Time, channel string, what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log = append(r.log, channel+"- "+what)
}

func (r *recorder) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.log, "\n")
}

func TestStartTLS(t *testing.T) {
	scfg, ccfg := configs()
	ctap, stap := &recorder{}, &recorder{}
	c, s := pair(t, Options{Tap: ctap}, Options{Tap: stap, Channel: "x"})
	ctx := t.Context()
	if _, ok := c.TLS(); ok {
		t.Error("TLS before the handshake")
	}
	both(t, func() error {
		if err := c.say(ctx, "STLS\r\n"); err != nil {
			return err
		}
		if _, err := c.hear(ctx); err != nil {
			return err
		}
		if err := c.StartTLS(ctx, time.Second, ccfg); err != nil {
			return err
		}
		return c.say(ctx, "in TLS\r\n")
	}, func() error {
		if _, err := s.hear(ctx); err != nil {
			return err
		}
		if err := s.say(ctx, "+OK\r\n"); err != nil {
			return err
		}
		if err := s.StartTLS(ctx, time.Second, scfg); err != nil {
			return err
		}
		if text, err := s.hear(ctx); text != "in TLS" {
			return fmt.Errorf("%q, %v", text, err)
		}
		return s.say(ctx, "bye\r\n")
	})
	if text, err := c.hear(ctx); text != "bye" || err != nil {
		t.Error(text, err)
	}
	if st, ok := c.TLS(); !ok || !st.HandshakeComplete {
		t.Error("no TLS")
	}
	// A wait within TLS that times out or is cancelled does not harm the connection for reading.
	if err := c.Quiet(ctx, time.Millisecond); err != nil {
		t.Error(err)
	}
	both(t, func() error {
		err := s.Do(ctx, time.Second, s.R.Wait)
		if !errors.Is(err, io.EOF) {
			return fmt.Errorf("no close_notify: %w", err)
		}
		return s.Close()
	}, c.Close)
	want := "C \"STLS\\r\\n\"\nS \"+OK\\r\\n\"\n- tls\nC \"in TLS\\r\\n\"\nS \"bye\\r\\n\"\n- close"
	if ctap.String() != want {
		t.Errorf("the client's tap:\n%s\nwant\n%s", ctap, want)
	}
	want = strings.Replace(want, "- close", "- eof\n- close", 1) // it has a channel's name
	if got := strings.ReplaceAll("\n"+stap.String(), "\nx", "\n")[1:]; got != want {
		t.Errorf("the server's tap:\n%s\nwant\n%s", got, want)
	}
}

func TestStartTLSRefusals(t *testing.T) {
	scfg, ccfg := configs()
	ctx := t.Context()

	// Octets behind the line that began it, either way.
	c, s := pair(t, Options{}, Options{})
	s.say(ctx, "+OK\r\n+OK injected\r\n")
	c.hear(ctx)
	var buffered *BufferedError
	err := c.StartTLS(ctx, time.Second, ccfg)
	if !errors.As(err, &buffered) || buffered.From != dialect.Server || string(buffered.Data) != "+OK injected\r\n" || !strings.Contains(err.Error(), "server sent 14 octets") {
		t.Error(err)
	}
	c.say(ctx, "STLS\r\nUSER injected\r\n")
	s.hear(ctx)
	err = s.StartTLS(ctx, time.Second, scfg)
	if !errors.As(err, &buffered) || buffered.From != dialect.Client {
		t.Error(err)
	}

	// What was not flushed.
	c, _ = pair(t, Options{}, Options{})
	c.W.WriteString("x")
	if c.StartTLS(ctx, time.Second, ccfg) == nil || c.StartDeflate() == nil {
		t.Error("unsent octets are accepted")
	}

	// A certificate for another name, or of nobody known.
	for _, cfg := range []*tls.Config{{RootCAs: ccfg.RootCAs, ServerName: "example.org"}, {ServerName: "localhost"}} {
		c, s = pair(t, Options{}, Options{})
		both(t, func() error {
			var unknown *tls.CertificateVerificationError
			if err := c.StartTLS(ctx, time.Second, cfg); !errors.As(err, &unknown) {
				return fmt.Errorf("got %v", err)
			}
			return c.Close()
		}, func() error {
			if s.StartTLS(ctx, time.Second, scfg) == nil {
				return errors.New("the server saw no failure")
			}
			return nil
		})
	}

	// A peer that says nothing.
	c, _ = pair(t, Options{}, Options{})
	if err := c.StartTLS(ctx, time.Millisecond, ccfg); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
}

func TestTLSListener(t *testing.T) {
	scfg, ccfg := configs()
	a, b := net.Pipe()
	s := New(tls.Server(b, scfg), Options{Local: dialect.Server})
	c := New(a, Options{})
	defer s.Close()
	defer c.Close()
	both(t, func() error {
		if err := c.StartTLS(t.Context(), time.Second, ccfg); err != nil {
			return err
		}
		_, err := c.hear(t.Context())
		return err
	}, func() error { return s.say(t.Context(), "+OK\r\n") })
	if _, ok := s.TLS(); !ok {
		t.Error("a TLS connection that was handed over does not count")
	}
}

func TestDeflate(t *testing.T) {
	tap := &recorder{}
	c, s := pair(t, Options{Tap: tap}, Options{})
	ctx := t.Context()
	text := strings.Repeat("a long line that compresses well ", 1000)
	// The first compressed octets arrive together with the line before them.
	both(t, func() error {
		if _, err := c.hear(ctx); err != nil {
			return err
		}
		if err := c.StartDeflate(); err != nil {
			return err
		}
		for range 2 {
			if got, err := c.hear(ctx); got != text {
				return fmt.Errorf("%d octets, %v", len(got), err)
			}
		}
		return c.say(ctx, "thanks\r\n")
	}, func() error {
		if err := s.say(ctx, "206\r\n"); err != nil {
			return err
		}
		if err := s.StartDeflate(); err != nil {
			return err
		}
		for range 2 {
			if err := s.say(ctx, text+"\r\n"); err != nil {
				return err
			}
		}
		if got, err := s.hear(ctx); got != "thanks" {
			return fmt.Errorf("%q, %v", got, err)
		}
		return nil
	})
	if log := tap.String(); !strings.Contains(log, "- compress deflate") || !strings.Contains(log, `C "thanks\r\n"`) {
		t.Error(log)
	}
}

func TestCloseAndReset(t *testing.T) {
	ctx := t.Context()
	tap := &recorder{}
	c, s := pair(t, Options{Tap: tap}, Options{})
	if err := c.CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if _, err := s.hear(ctx); err != io.EOF {
		t.Error(err)
	}
	if err := s.say(ctx, "still\r\n"); err != nil {
		t.Error(err)
	}
	if text, err := c.hear(ctx); text != "still" {
		t.Error(text, err)
	}
	first := c.Close()
	if again := c.Close(); first != nil || again != nil || c.Reset() != nil {
		t.Error("closing twice:", first, again)
	}
	if n := strings.Count(tap.String(), "- "); n != 1 {
		t.Errorf("%d events:\n%s", n, tap)
	}

	c, s = pair(t, Options{Tap: tap}, Options{})
	if err := s.Reset(); err != nil {
		t.Error(err)
	}
	if _, err := c.hear(ctx); !errors.Is(err, syscall.ECONNRESET) {
		t.Error(err)
	}

	// Closing unblocks a reader.
	c, _ = pair(t, Options{}, Options{})
	both(t, func() error {
		if _, err := c.hear(ctx); !errors.Is(err, net.ErrClosed) && !errors.Is(err, os.ErrDeadlineExceeded) {
			return fmt.Errorf("got %v", err)
		}
		return nil
	}, c.Close)

	a, b := net.Pipe()
	p := New(a, Options{})
	defer b.Close()
	if p.CloseWrite() == nil {
		t.Error("a pipe is half closed")
	}
	if err := p.Reset(); err != nil {
		t.Error(err)
	}
	if p.Raw() != a || p.LocalAddr() == nil || p.RemoteAddr() == nil {
		t.Error("addresses")
	}
}

func TestDialRefused(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	if _, err := Dial(t.Context(), "tcp", addr, time.Second, Options{}); !errors.Is(err, syscall.ECONNREFUSED) || !strings.Contains(err.Error(), addr) {
		t.Error(err)
	}
}

func TestLineLimit(t *testing.T) {
	c, s := pair(t, Options{LineLimit: 10}, Options{})
	s.say(t.Context(), strings.Repeat("x", 20)+"\r\n")
	if _, err := c.hear(t.Context()); err == nil {
		t.Error("no limit")
	}
}

// TestFullDuplex reads and writes at the same time, in TLS: run it with -race.
func TestFullDuplex(t *testing.T) {
	scfg, ccfg := configs()
	c, s := pair(t, Options{Tap: &recorder{}}, Options{})
	ctx := t.Context()
	both(t, func() error { return c.StartTLS(ctx, time.Second, ccfg) }, func() error { return s.StartTLS(ctx, time.Second, scfg) })
	blob := bytes.Repeat([]byte("0123456789abcde\n"), 10000)
	send := func(c *Conn) func() error {
		return func() error {
			return c.Do(ctx, 10*time.Second, func() error {
				if _, err := c.W.Write(blob); err != nil {
					return err
				}
				return c.W.Flush()
			})
		}
	}
	receive := func(c *Conn) func() error {
		return func() error {
			return c.Do(ctx, 10*time.Second, func() error {
				_, err := io.CopyN(io.Discard, c.R, int64(len(blob)))
				return err
			})
		}
	}
	both(t, func() error { both(t, send(c), receive(c)); return nil }, func() error { both(t, send(s), receive(s)); return nil })
}
