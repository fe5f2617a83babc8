package ftpclient_test

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
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/clients/ftpclient"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/ftp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wait bounds each wait of the servers here.
const wait = 5 * time.Second

// certificate makes a certificate for 127.0.0.1 and ::1.
func certificate(serial int64) (cert tls.Certificate, parsed *x509.Certificate) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(serial), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, &key.PublicKey, key)
	if err != nil {
		panic(err)
	}
	if parsed, err = x509.ParseCertificate(der); err != nil {
		panic(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, parsed
}

// setup is what the servers and clients here need for TLS.
type setup struct {
	server, other, client *tls.Config
}

// configs returns the configurations of a server named 127.0.0.1, of another one of that name, and of a client that trusts both.
var configs = sync.OnceValue(func() setup {
	one, oneParsed := certificate(1)
	two, twoParsed := certificate(2)
	roots := x509.NewCertPool()
	roots.AddCert(oneParsed)
	roots.AddCert(twoParsed)
	return setup{
		server: &tls.Config{Certificates: []tls.Certificate{one}},
		other:  &tls.Config{Certificates: []tls.Certificate{two}},
		client: &tls.Config{RootCAs: roots},
	}
})

// listen starts a server for one connection, which serve speaks for. What serve returns is checked at the test's end.
func listen(t testing.TB, serve func(ctx context.Context, s *conn.Conn) error) (addr string) {
	t.Helper()
	return listenOn(t, "127.0.0.1:0", serve)
}

func listenOn(t testing.TB, on string, serve func(ctx context.Context, s *conn.Conn) error) (addr string) {
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

// server plays a script; see script.
type server struct {
	s         *conn.Conn
	l         net.Listener // of the data connection
	to        string       // the client's
	data      *conn.Conn
	tlsServer *tls.Config
}

// unescape reads \r, \n and \xNN.
var unescape = func() *strings.Replacer {
	pairs := []string{`\r`, "\r", `\n`, "\n"}
	for b := range 256 {
		pairs = append(pairs, fmt.Sprintf(`\x%02x`, b), string([]byte{byte(b)}))
	}
	return strings.NewReplacer(pairs...)
}()

// script returns a server that plays lines.
//
//	S: text     is sent with CRLF; {epsv} and {pasv} in it stand for a new listener's address, {closed} for {epsv} where nobody listens any more, {p1,p2} for the port in PASV
//	S! text     is sent as it is; \r, \n and \xNN are written so
//	C: text     is awaited; {port} in it stands for an address to which D open connects
//	TLS         makes the TLS handshake, CLEAR ends TLS
//	close       closes the control connection, reset resets it
//	D open      accepts or makes the data connection; D TLS makes its TLS handshake, D other that of another server; D again is checked to be resumed
//	D foreign   makes a connection from 127.0.0.2 and awaits its end
//	D> text     is sent on it as it is
//	D< text     is awaited on it; D<EOF awaits its end, D<end its end or reset
//	D close     closes it, D reset resets it, D cut closes it without TLS's close_notify
//
// At its end the server waits for the client to close.
func script(text string) func(ctx context.Context, s *conn.Conn) error {
	return func(ctx context.Context, s *conn.Conn) error {
		p := &server{s: s, tlsServer: configs().server}
		defer p.close()
		for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
			line = strings.TrimLeft(line, "\t")
			if line == "close" {
				return s.Close()
			}
			if line == "reset" {
				return s.Reset()
			}
			if err := p.step(ctx, line); err != nil {
				if left(err) && strings.HasPrefix(line, "S") {
					return nil
				}
				return fmt.Errorf("%s: %w", line, err)
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

func (p *server) close() {
	if p.l != nil {
		p.l.Close()
	}
	if p.data != nil {
		p.data.Close()
	}
}

func (p *server) step(ctx context.Context, line string) error {
	s := p.s
	switch {
	case line == "":
	case line == "TLS":
		return s.StartTLS(ctx, wait, p.tlsServer)
	case line == "CLEAR":
		return s.EndTLS(ctx, wait)
	case strings.HasPrefix(line, "S: "), line == "S:":
		text, err := p.fill(strings.TrimPrefix(line[2:], " "))
		if err != nil {
			return err
		}
		return write(ctx, s, text+"\r\n")
	case strings.HasPrefix(line, "S! "):
		text, err := p.fill(unescape.Replace(line[3:]))
		if err != nil {
			return err
		}
		return write(ctx, s, text)
	case strings.HasPrefix(line, "C: "), line == "C:":
		got, err := readLine(ctx, s)
		if err != nil {
			return err
		}
		want := unescape.Replace(strings.TrimPrefix(line[2:], " "))
		if before, after, ok := strings.Cut(want, "{port}"); ok && strings.HasPrefix(got, before) && strings.HasSuffix(got, after) {
			return p.port(got[len(before) : len(got)-len(after)])
		}
		if got != want {
			return fmt.Errorf("got %q", got)
		}
	case line == "D open":
		return p.open()
	case line == "D foreign":
		nc, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}).Dial("tcp", p.to)
		if err == nil {
			nc.SetDeadline(time.Now().Add(wait))
			if n, err := nc.Read(make([]byte, 1)); err != io.EOF && !left(err) {
				return fmt.Errorf("%d octets, %w", n, err)
			}
			nc.Close()
		}
		return err
	case line == "D TLS", line == "D again":
		err := p.data.StartTLS(ctx, wait, p.tlsServer)
		if state, ok := p.data.TLS(); line == "D again" && ok && !state.DidResume {
			return errors.New("the session of the control connection was not resumed")
		}
		return err
	case line == "D other":
		p.data.StartTLS(ctx, wait, configs().other) // refused
	case line == "D close":
		return p.data.Close()
	case line == "D reset":
		return p.data.Reset()
	case line == "D cut":
		return p.data.Raw().Close()
	case strings.HasPrefix(line, "D> "):
		return write(ctx, p.data, unescape.Replace(line[3:]))
	case line == "D<end":
		return p.data.Do(ctx, wait, func() error {
			if n, err := p.data.R.Read(make([]byte, 100)); err == nil || !left(err) && err != io.EOF {
				return fmt.Errorf("%d octets, %w", n, err)
			}
			return nil
		})
	case line == "D<EOF":
		return p.data.Do(ctx, wait, func() error {
			if n, err := p.data.R.Read(make([]byte, 100)); err != io.EOF {
				return fmt.Errorf("%d octets, %w", n, err)
			}
			if p.data.Truncated() {
				return errors.New("no close_notify")
			}
			return nil
		})
	case strings.HasPrefix(line, "D< "):
		want := unescape.Replace(line[3:])
		got := make([]byte, len(want))
		err := p.data.Do(ctx, wait, func() error {
			_, err := io.ReadFull(p.data.R, got)
			return err
		})
		if err == nil && string(got) != want {
			err = fmt.Errorf("got %q", got)
		}
		return err
	default:
		return errors.New("no such line in a script")
	}
	return nil
}

// fill puts a new listener's address in.
func (p *server) fill(text string) (string, error) {
	if !strings.Contains(text, "{epsv}") && !strings.Contains(text, "{pasv}") && !strings.Contains(text, "{closed}") && !strings.Contains(text, "{p1,p2}") {
		return text, nil
	}
	if p.l != nil {
		p.l.Close()
	}
	host, _, _ := net.SplitHostPort(p.s.LocalAddr().String())
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return "", err
	}
	p.l, p.to = l, ""
	port := l.Addr().(*net.TCPAddr).Port
	if strings.Contains(text, "{closed}") {
		l.Close()
	}
	epsv := fmt.Sprintf("|||%d|", port)
	return strings.NewReplacer("{epsv}", epsv, "{closed}", epsv, "{pasv}", fmt.Sprintf("127,0,0,1,%d,%d", port>>8, port&255),
		"{p1,p2}", fmt.Sprintf("%d,%d", port>>8, port&255)).Replace(text), nil
}

// port takes note of where the client listens.
func (p *server) port(arg string) error {
	if f := strings.Split(arg, "|"); len(f) == 5 {
		p.to = net.JoinHostPort(f[2], f[3])
		return nil
	}
	f := strings.Split(arg, ",")
	if len(f) != 6 {
		return fmt.Errorf("got the address %q", arg)
	}
	hi, _ := strconv.Atoi(f[4])
	lo, _ := strconv.Atoi(f[5])
	p.to = fmt.Sprintf("%s:%d", strings.Join(f[:4], "."), hi<<8|lo)
	_, err := netip.ParseAddrPort(p.to)
	return err
}

func (p *server) open() error {
	if p.data != nil {
		p.data.Close()
	}
	var nc net.Conn
	var err error
	if p.to != "" {
		nc, err = net.DialTimeout("tcp", p.to, wait)
	} else {
		p.l.(*net.TCPListener).SetDeadline(time.Now().Add(wait))
		nc, err = p.l.Accept()
	}
	if err != nil {
		return err
	}
	p.data = conn.New(nc, conn.Options{Local: dialect.Server})
	return nil
}

// left reports whether err says that the client closed while the server was still speaking, as one does that gives up.
func left(err error) bool { return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) }

// dial connects to a server that plays text.
func dial(t testing.TB, opts *ftpclient.Options, text string) *ftpclient.Client {
	t.Helper()
	c, err := ftpclient.Dial(context.Background(), listen(t, script(text)), opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// begun is a script's begin: a client that has logged in, and the type that it wants.
const begun = `
	S: 220 ready
	C: USER anna
	S: 331 password
	C: PASS se cret
	S: 230 in
	C: TYPE I
	S: 200 ok
`

// loggedIn connects to a server that plays text, logs in and sets the type to Image.
func loggedIn(t testing.TB, opts *ftpclient.Options, text string) *ftpclient.Client {
	t.Helper()
	c := dial(t, opts, begun+text)
	if err := c.Login(context.Background(), "anna", "se cret"); err != nil {
		t.Fatal(err)
	}
	if err := c.Type(context.Background(), ftp.Image); err != nil {
		t.Fatal(err)
	}
	return c
}
