package ftpclient_test

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"harness/clients/ftpclient"
	"harness/internal/clienttest"
)

// TestPasvAddress has PASV announce another host: only its port is used.
func TestPasvAddress(t *testing.T) {
	for name, c := range map[string]struct {
		text string // {port} stands for the port's two numbers
		o    ftpclient.Options
	}{
		"not trusted":         {"227 Entering Passive Mode (10,1,2,3,{port})", ftpclient.Options{}},
		"not among the hosts": {"227 Entering Passive Mode (10,1,2,3,{port})", ftpclient.Options{DataHosts: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}}},
		"loopback":            {"227 Entering Passive Mode (127,0,0,9,{port})", ftpclient.Options{DataHosts: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}}},
		"unspecified":         {"227 Entering Passive Mode (0,0,0,0,{port})", ftpclient.Options{DataHosts: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}}},
		"no parentheses":      {"227 Entering Passive Mode. 127,0,0,1,{port}", ftpclient.Options{}},
		"equals":              {"227 =127,0,0,1,{port}", ftpclient.Options{}},
		"spaces":              {"227 ok ( 127, 0, 0, 1, {port} )", ftpclient.Options{}},
		"digits before":       {"227 PASV mode 2 (127,0,0,1,{port})", ftpclient.Options{}},
	} {
		t.Run(name, func(t *testing.T) {
			o := c.o
			o.NoEPSV = true
			cl := loggedIn(t, &o, "C: PASV\nS: "+strings.Replace(c.text, "{port}", "{p1,p2}", 1)+`
	C: RETR a
	S: 150 go
	D open
	D> x
	D close
	S: 226 done`)
			data, err := cl.RetrBytes(ctx, "a", nil)
			eq(t, string(data), "x", err)
		})
	}
}

func TestDataHosts(t *testing.T) {
	// A host that is named is connected to: nobody listens on 127.0.0.2.
	c := loggedIn(t, &ftpclient.Options{NoEPSV: true, DataHosts: []netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")}}, `
	C: PASV
	S: 227 (127,0,0,2,{p1,p2})`)
	err := second(c.RetrBytes(ctx, "a", nil))
	var op *net.OpError
	if !errors.As(err, &op) || !strings.Contains(err.Error(), "127.0.0.2") {
		t.Error(err)
	}
}

func TestActivePeer(t *testing.T) {
	c := loggedIn(t, &ftpclient.Options{Active: true}, `
	C: PORT {port}
	S: 200 ok
	C: RETR a
	S: 150 go
	D foreign
	D open
	D> x
	D close
	S: 226 done`)
	data, err := c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "x", err)
	c = loggedIn(t, &ftpclient.Options{Active: true, Timeouts: ftpclient.Timeouts{Connect: 500 * time.Millisecond}}, `
	C: PORT {port}
	S: 200 ok
	C: RETR a
	S: 150 go
	D foreign
	C: \xff\xf4\xffABOR
	S: 426 no data
	S: 226 aborted`)
	is[*ftpclient.PeerError](t, second(c.RetrBytes(ctx, "a", nil)))
}

func TestIPv6(t *testing.T) {
	if l, err := net.Listen("tcp", "[::1]:0"); err != nil {
		t.Skip("no IPv6 here")
	} else {
		l.Close()
	}
	c, err := ftpclient.Dial(ctx, clienttest.Listen(t, "[::1]:0", script(`
	S: 220 ready
	C: TYPE I
	S: 200 ok`+retrieved("a", "x")+`
	C: EPSV
	S: 500 no
	C: EPRT {port}
	S: 200 ok
	C: RETR a
	S: 150 go
	D open
	D> x
	D close
	S: 226 done`)), nil)
	ok(t, err)
	defer c.Close()
	data, err := c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "x", err)
	// There is no PASV for IPv6.
	refused(t, second(c.RetrBytes(ctx, "a", nil)), 500)
	c.SetActive(true)
	data, err = c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "x", err)
}

func TestActivePorts(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).AddrPort().Port() // taken
	c := loggedIn(t, &ftpclient.Options{Active: true, ActivePorts: [2]uint16{port, port}}, "")
	if _, err := c.OpenData(ctx); err == nil {
		t.Error("the port is taken")
	}
	c = loggedIn(t, &ftpclient.Options{Active: true, ActiveAddr: netip.MustParseAddr("192.0.2.7")}, `
	C: PORT {port}
	S: 200 ok`)
	d, err := c.OpenData(ctx)
	ok(t, err)
	ok(t, d.Close())
}

func TestPipelining(t *testing.T) {
	o := &ftpclient.Options{Pipelining: true}
	c := loggedIn(t, o, retrieved("a", "x")+`
	C: EPSV
	C: RETR b
	S: 229 ok ({epsv})
	D open
	S: 150 go
	D> y
	D close
	S: 226 done
	C: EPSV
	C: REST 1
	C: RETR b
	S: 229 ok ({epsv})
	S: 350 ok
	S: 550 gone
	C: EPSV
	C: REST 0
	C: RETR b
	S: 425 busy
	S: 350 ok
	S: 425 no data connection
	C: EPSV
	C: RETR b
	S: 229 ({closed})
	S: 150 go
	C: \xff\xf4\xffABOR
	S: 425 nobody came
	S: 226 aborted
	C: NOOP
	S: 200 ok
	C: EPSV
	C: RETR c
	S: 229 ({closed})
	S: 550 none`)
	data, err := c.RetrBytes(ctx, "a", nil)
	eq(t, string(data), "x", err)
	data, err = c.RetrBytes(ctx, "b", nil)
	eq(t, string(data), "y", err)
	refused(t, second(c.RetrBytes(ctx, "b", &ftpclient.TransferOptions{Offset: 1})), 550)
	refused(t, second(c.RetrBytes(ctx, "b", nil)), 425)
	if err := second(c.RetrBytes(ctx, "b", nil)); err == nil {
		t.Error("no error")
	}
	ok(t, c.Noop(ctx))
	refused(t, second(c.RetrBytes(ctx, "c", nil)), 550)
}
