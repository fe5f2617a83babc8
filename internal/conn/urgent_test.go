//go:build unix

package conn

import (
	"context"
	"io"
	"net"
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"harness/protocols/dialect"
)

// seen notes what a tap is shown.
type seen struct{ octets []byte }

func (s *seen) Octets(_ time.Time, _ string, _ dialect.Party, data []byte) {
	s.octets = append(s.octets, data...)
}
func (s *seen) Event(time.Time, string, string) {}

func TestWriteUrgent(t *testing.T) {
	ctx := context.Background()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	tap := &seen{}
	c, err := Dial(ctx, "tcp", l.Addr().String(), time.Second, Options{Tap: tap})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	peer, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	send := func() {
		t.Helper()
		if err := c.Do(ctx, time.Second, func() error {
			c.W.WriteString("a")
			if err := c.WriteUrgent([]byte("\xff\xf4\xff\xf2")); err != nil {
				return err
			}
			c.W.WriteString("b")
			return c.W.Flush()
		}); err != nil {
			t.Fatal(err)
		}
	}
	read := func(n int) []byte {
		t.Helper()
		buf := make([]byte, n)
		peer.SetDeadline(time.Now().Add(time.Second))
		if _, err := io.ReadFull(peer, buf); err != nil {
			t.Fatal(err)
		}
		return buf
	}
	send()
	// The mark is out of band for those who did not ask for it in line: that it is missing here shows that it was urgent.
	if got := read(5); string(got) != "a\xff\xf4\xffb" {
		t.Errorf("%q", got)
	}
	rc, err := peer.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	rc.Control(func(fd uintptr) { err = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_OOBINLINE, 1) })
	if err != nil {
		t.Fatal(err)
	}
	send()
	if got := read(6); string(got) != "a\xff\xf4\xff\xf2b" {
		t.Errorf("%q", got)
	}
	if !slices.Equal(tap.octets, []byte("a\xff\xf4\xff\xf2ba\xff\xf4\xff\xf2b")) {
		t.Errorf("%q", tap.octets)
	}
	// A pipe has no urgent data.
	a, b := net.Pipe()
	defer b.Close()
	p := New(a, Options{})
	defer p.Close()
	go func() { p.Do(ctx, time.Second, func() error { return p.WriteUrgent([]byte("xy")) }) }()
	buf := make([]byte, 2)
	if _, err := io.ReadFull(b, buf); err != nil || string(buf) != "xy" {
		t.Errorf("%q, %v", buf, err)
	}
}
