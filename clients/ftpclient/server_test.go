package ftpclient_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/clients/ftpclient"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/ftp"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// wait bounds each wait of the servers here.
const wait = clienttest.Wait

// listen starts a server for one connection, which serve speaks for. What serve returns is checked at the test's end.
func listen(t testing.TB, serve func(ctx context.Context, s *conn.Conn) error) (addr string) {
	t.Helper()
	return clienttest.Listen(t, "127.0.0.1:0", serve)
}

// server is what FTP adds to scripts; see script.
type server struct {
	s    *conn.Conn
	l    net.Listener // of the data connection
	to   string       // the client's
	data *conn.Conn
}

// script returns a server that plays lines, those of [clienttest.Script] and these:
//
//	S: text     may hold {epsv} and {pasv}, which stand for a new listener's address, {closed} for {epsv} where nobody listens any more, {p1,p2} for
//	            the port in PASV
//	C: text     may hold {port}, which stands for an address to which D open connects
//	D open      accepts or makes the data connection; D TLS makes its TLS handshake, D other that of another server; D again is checked to be resumed, D late
//	            sends tickets behind it
//	D foreign   makes a connection from 127.0.0.2 and awaits its end
//	D> text     is sent on it as it is, with \r, \n and \xNN
//	D< text     is awaited on it; D<EOF awaits its end, D<end its end or reset; D= awaits a number of octets
//	D close     closes it, D reset resets it, D cut closes it without TLS's close_notify
func script(text string) func(ctx context.Context, s *conn.Conn) error {
	return clienttest.Script(text, func(s *conn.Conn) clienttest.Player {
		p := &server{s: s}
		return clienttest.Player{Fill: p.fill, Match: p.match, Step: p.step, Close: p.close}
	})
}

func (p *server) close() {
	if p.l != nil {
		p.l.Close()
	}
	if p.data != nil {
		p.data.Close()
	}
}

func (p *server) match(want, got string) error {
	if before, after, ok := strings.Cut(want, "{port}"); ok && strings.HasPrefix(got, before) && strings.HasSuffix(got, after) {
		return p.port(got[len(before) : len(got)-len(after)])
	}
	return fmt.Errorf("got %q", got)
}

func (p *server) step(ctx context.Context, line string) (known bool, err error) {
	if !strings.HasPrefix(line, "D") {
		return false, nil
	}
	configs := clienttest.TLS()
	switch line {
	case "D open":
		return true, p.open()
	case "D foreign":
		return true, p.foreign()
	case "D TLS", "D again":
		err := p.data.StartTLS(ctx, wait, configs.Server)
		if state, ok := p.data.TLS(); line == "D again" && ok && !state.DidResume {
			return true, errors.New("the session of the control connection was not resumed")
		}
		return true, err
	case "D late": // a server that asks for certificates, and does not resume, sends its tickets behind the handshake
		return true, p.data.StartTLS(ctx, wait, &tls.Config{Certificates: configs.Server.Certificates, ClientAuth: tls.RequestClientCert})
	case "D other":
		p.data.StartTLS(ctx, wait, configs.Other) // refused
		return true, nil
	case "D close":
		return true, p.data.Close()
	case "D reset":
		return true, p.data.Reset()
	case "D cut":
		return true, p.data.Raw().Close()
	case "D<end":
		return true, p.data.Do(ctx, wait, func() error {
			if n, err := p.data.R.Read(make([]byte, 100)); err == nil || !clienttest.Left(err) && err != io.EOF {
				return fmt.Errorf("%d octets, %w", n, err)
			}
			return nil
		})
	case "D<EOF":
		return true, p.data.Do(ctx, wait, func() error {
			if n, err := p.data.R.Read(make([]byte, 100)); err != io.EOF {
				return fmt.Errorf("%d octets, %w", n, err)
			}
			if p.data.Truncated() {
				return errors.New("no close_notify")
			}
			return nil
		})
	}
	text := clienttest.Unescape(strings.TrimPrefix(line[2:], " "))
	switch line[:2] {
	case "D>":
		return true, clienttest.Write(ctx, p.data, text)
	case "D=":
		n, err := strconv.ParseInt(text, 10, 64)
		if err == nil {
			err = p.data.Do(ctx, wait, func() error {
				_, err := io.CopyN(io.Discard, p.data.R, n)
				return err
			})
		}
		return true, err
	case "D<":
		got := make([]byte, len(text))
		err := p.data.Do(ctx, wait, func() error {
			_, err := io.ReadFull(p.data.R, got)
			return err
		})
		if err == nil && string(got) != text {
			err = fmt.Errorf("got %q", got)
		}
		return true, err
	}
	return false, nil
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
	epsv, two := fmt.Sprintf("|||%d|", port), fmt.Sprintf("%d,%d", port>>8, port&255)
	return strings.NewReplacer("{epsv}", epsv, "{closed}", epsv, "{pasv}", "127,0,0,1,"+two, "{p1,p2}", two).Replace(text), nil
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

func (p *server) foreign() error {
	nc, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}).Dial("tcp", p.to)
	if err != nil {
		return err
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(wait))
	if n, err := nc.Read(make([]byte, 1)); err != io.EOF && !clienttest.Left(err) {
		return fmt.Errorf("%d octets, %w", n, err)
	}
	return nil
}

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
