// Package clienttest has servers for the tests of clients: they play a script, and what goes wrong with them fails the test.
package clienttest

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

	"harness/internal/conn"
	"harness/protocols/dialect"
)

// Wait bounds each wait of a server.
const Wait = 5 * time.Second

// Configs are what servers and clients need for TLS.
type Configs struct {
	// Server and Other are two servers on 127.0.0.1 and ::1 with different certificates, which Client trusts both.
	Server, Other, Client *tls.Config
}

// TLS returns the configurations, made once.
var TLS = sync.OnceValue(func() Configs {
	one, oneParsed := certificate(1)
	two, twoParsed := certificate(2)
	roots := x509.NewCertPool()
	roots.AddCert(oneParsed)
	roots.AddCert(twoParsed)
	return Configs{
		Server: &tls.Config{Certificates: []tls.Certificate{one}},
		Other:  &tls.Config{Certificates: []tls.Certificate{two}},
		Client: &tls.Config{RootCAs: roots},
	}
})

func certificate(serial int64) (cert tls.Certificate, parsed *x509.Certificate) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	tmpl := &x509.Certificate{
		SerialNumber: big.NewInt(serial), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	if parsed, err = x509.ParseCertificate(der); err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, parsed
}

// Serve speaks for a server on one connection.
type Serve = func(ctx context.Context, s *conn.Conn) error

// Listen starts a server for one connection on an address such as "127.0.0.1:0". What serve returns is checked at the test's end.
func Listen(t testing.TB, on string, serve Serve) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", on)
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
		s := conn.New(nc, conn.Options{Local: dialect.Server, TLSMayEnd: true})
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

// Example serves one session, for an example, which has no test to clean up, and returns the address.
func Example(serve Serve) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go func() {
		defer l.Close()
		nc, err := l.Accept()
		if err != nil {
			return
		}
		s := conn.New(nc, conn.Options{Local: dialect.Server})
		defer s.Close()
		serve(context.Background(), s)
	}()
	return l.Addr().String()
}

// Tolerant ignores what goes wrong with a server whose client leaves early.
func Tolerant(serve Serve) Serve {
	return func(ctx context.Context, s *conn.Conn) error { serve(ctx, s); return nil }
}

// Left reports whether err says that the client closed while the server was still speaking, as one does that gives up.
func Left(err error) bool { return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) }

// Write sends text as it is.
func Write(ctx context.Context, s *conn.Conn, text string) error {
	return s.Do(ctx, Wait, func() error {
		if _, err := s.W.WriteString(text); err != nil {
			return err
		}
		return s.W.Flush()
	})
}

// ReadLine reads a line's text.
func ReadLine(ctx context.Context, s *conn.Conn) (text string, err error) {
	err = s.Do(ctx, Wait, func() error {
		l, err := s.R.ReadLine()
		text = string(l.Text)
		return err
	})
	return text, err
}

// Unescape reads \r, \n, \0 and \xNN.
func Unescape(s string) string { return unescape().Replace(s) }

var unescape = sync.OnceValue(func() *strings.Replacer {
	pairs := []string{`\r`, "\r", `\n`, "\n", `\0`, "\x00"}
	for b := range 256 {
		pairs = append(pairs, fmt.Sprintf(`\x%02x`, b), string([]byte{byte(b)}))
	}
	return strings.NewReplacer(pairs...)
})

// Player is what a protocol adds to scripts. A nil function adds nothing.
type Player struct {
	// Fill replaces what stands for values in what the server says.
	Fill func(text string) (string, error)
	// Match compares what the client said with the script where they are not equal.
	Match func(want, got string) error
	// Step plays a line of the protocol's own; known is false for others.
	Step func(ctx context.Context, line string) (known bool, err error)
	// Close is called at the end.
	Close func()
}

// Script returns a server that plays lines.
//
//	S: text   is sent with CRLF; S! text as it is, see Unescape
//	C: text   is awaited, see Unescape
//	TLS       makes the TLS handshake, CLEAR ends TLS
//	close     closes the connection, reset resets it; both end the script
//
// At its end the server waits for the client to close. Add returns what the protocol adds; it may be nil.
func Script(text string, add func(s *conn.Conn) Player) Serve {
	return func(ctx context.Context, s *conn.Conn) error {
		var p Player
		if add != nil {
			p = add(s)
		}
		if p.Close != nil {
			defer p.Close()
		}
		for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
			line = strings.TrimLeft(line, "\t")
			switch line {
			case "":
				continue
			case "close":
				return s.Close()
			case "reset":
				return s.Reset()
			}
			if err := step(ctx, s, p, line); err != nil {
				if Left(err) && strings.HasPrefix(line, "S") {
					return nil
				}
				return fmt.Errorf("%s: %w", line, err)
			}
		}
		if got, err := ReadLine(ctx, s); err == nil {
			return fmt.Errorf("behind the script's end the client says %q", got)
		} else if !errors.Is(err, io.EOF) && !Left(err) {
			return err
		}
		return nil
	}
}

func step(ctx context.Context, s *conn.Conn, p Player, line string) error {
	text := strings.TrimPrefix(line[min(2, len(line)):], " ")
	switch {
	case line == "TLS":
		return s.StartTLS(ctx, Wait, TLS().Server)
	case line == "CLEAR":
		return s.EndTLS(ctx, Wait)
	case strings.HasPrefix(line, "S:"), strings.HasPrefix(line, "S!"):
		if line[1] == '!' {
			text = Unescape(text)
		} else {
			text += "\r\n"
		}
		if p.Fill != nil {
			var err error
			if text, err = p.Fill(text); err != nil {
				return err
			}
		}
		return Write(ctx, s, text)
	case strings.HasPrefix(line, "C:"):
		got, err := ReadLine(ctx, s)
		if want := Unescape(text); err == nil && got != want {
			err = fmt.Errorf("got %q", got)
			if p.Match != nil {
				err = p.Match(want, got)
			}
		}
		return err
	case p.Step != nil:
		if known, err := p.Step(ctx, line); known {
			return err
		}
	}
	return errors.New("no such line in a script")
}
