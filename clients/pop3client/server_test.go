package pop3client_test

import (
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
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/clients/pop3client"
	"harness/internal/conn"
	"harness/protocols/dialect"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wait bounds each wait of the servers here.
const wait = 5 * time.Second

// configs returns the configurations of a server named 127.0.0.1 and of a client that trusts it.
var configs = sync.OnceValues(func() (server, client *tls.Config) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotAfter: time.Now().Add(time.Hour)}
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
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, &tls.Config{RootCAs: roots}
})

// listen starts a server for one connection, which serve speaks for. What serve returns is checked at the test's end.
func listen(t testing.TB, serve func(ctx context.Context, s *conn.Conn) error) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		nc, err := l.Accept()
		if err != nil {
			done <- nil // nobody came
			return
		}
		s := conn.New(nc, conn.Options{Local: dialect.Server})
		defer s.Close()
		done <- serve(context.Background(), s)
	}()
	t.Cleanup(func() {
		l.Close()
		if err := <-done; err != nil {
			t.Errorf("server: %v", err)
		}
	})
	return l.Addr().String()
}

func write(ctx context.Context, s *conn.Conn, text string) error {
	return s.Do(ctx, wait, func() error {
		if _, err := s.W.WriteString(text); err != nil {
			return err
		}
		return s.W.Flush()
	})
}

func readLine(ctx context.Context, s *conn.Conn) (text string, err error) {
	err = s.Do(ctx, wait, func() error {
		l, err := s.R.ReadLine()
		text = string(l.Text)
		return err
	})
	return text, err
}

// script returns a server that plays lines: "S: " is sent with CRLF, "S! " is sent as it is (\r\n and the like are written so), "C: " is awaited. "TLS"
// begins TLS, "close" and "reset" end. At its end the server waits for the client to close.
func script(text string) func(ctx context.Context, s *conn.Conn) error {
	return func(ctx context.Context, s *conn.Conn) error {
		unescape := strings.NewReplacer(`\r`, "\r", `\n`, "\n", `\0`, "\x00")
		for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
			line = strings.TrimLeft(line, "\t")
			switch {
			case line == "":
			case line == "TLS":
				server, _ := configs()
				if err := s.StartTLS(ctx, wait, server); err != nil {
					return err
				}
			case line == "close":
				return s.Close()
			case line == "reset":
				return s.Reset()
			case strings.HasPrefix(line, "S: "), line == "S:":
				if err := write(ctx, s, strings.TrimPrefix(line[2:], " ")+"\r\n"); left(err) {
					return nil
				} else if err != nil {
					return fmt.Errorf("%s: %w", line, err)
				}
			case strings.HasPrefix(line, "S! "):
				if err := write(ctx, s, unescape.Replace(line[3:])); err != nil {
					return fmt.Errorf("%s: %w", line, err)
				}
			case strings.HasPrefix(line, "C: "), line == "C:":
				got, err := readLine(ctx, s)
				if err != nil {
					return fmt.Errorf("%s: %w", line, err)
				}
				if want := strings.TrimPrefix(line[2:], " "); got != want {
					return fmt.Errorf("want %q, got %q", want, got)
				}
			default:
				return fmt.Errorf("script: %q", line)
			}
		}
		if got, err := readLine(ctx, s); err == nil {
			return fmt.Errorf("behind the script's end the client says %q", got)
		} else if !errors.Is(err, io.EOF) && !left(err) {
			return err
		}
		return nil
	}
}

// left reports whether err says that the client closed while the server was still speaking, as one does that gives up.
func left(err error) bool { return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) }

// dial connects to a server that plays text.
func dial(t testing.TB, opts *pop3client.Options, text string) *pop3client.Client {
	t.Helper()
	c, err := pop3client.Dial(context.Background(), listen(t, script(text)), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}
