package pop3mock

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"harness/fixtures"
	"harness/mockservers"
	"harness/protocols/wire"
)

func lineOf(l string) wire.Line {
	if text, ok := strings.CutSuffix(l, "\r\n"); ok {
		return wire.Line{Text: []byte(text), End: wire.CRLF}
	}
	return wire.Line{Text: []byte(l), End: wire.None}
}

// hundred is a message of 100 MB.
func hundred() []byte {
	line := strings.Repeat("0123456789", 7) + "123456\r\n"
	return append([]byte("Subject: large\r\n\r\n"), bytes.Repeat([]byte(line), 100_000_000/len(line))...)
}

// BenchmarkRetr retrieves 100 MB with a raw client that throws them away; BenchmarkCopy copies as much over a bare connection.
func BenchmarkRetr(b *testing.B) {
	data := hundred()
	s := New(b, WithMail(fixtures.Mail{Name: "large", Data: data}))
	r := dial(b, s.Addr(), nil)
	r.SetDeadline(time.Time{})
	r.login(b)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r.want(b, "RETR 1", "+OK")
		n := int64(len(data)) + int64(len(".\r\n"))
		if m, err := io.CopyN(io.Discard, r.r, n); err != nil || m != n {
			b.Fatal(m, err)
		}
	}
}

func BenchmarkCopy(b *testing.B) {
	data := hundred()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	defer l.Close()
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		r := bufio.NewReader(c)
		for {
			if _, err := r.ReadByte(); err != nil {
				return
			}
			if _, err := io.Copy(c, bytes.NewReader(data)); err != nil {
				return
			}
		}
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, err := c.Write([]byte{'x'}); err != nil {
			b.Fatal(err)
		}
		if _, err := io.CopyN(io.Discard, c, int64(len(data))); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSession(b *testing.B) {
	s := New(b, WithMail(sampleMail...))
	for b.Loop() {
		nc, err := net.Dial("tcp", s.Addr())
		if err != nil {
			b.Fatal(err)
		}
		r := &raw{nc, bufio.NewReader(nc)}
		r.login(b)
		r.want(b, "STAT", "+OK")
		r.want(b, "QUIT", "+OK")
		nc.Close()
	}
}

// TestIdleSessionsAreSmall measures the memory of logged-in sessions that do nothing.
func TestIdleSessionsAreSmall(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector has its own memory")
	}
	const n = 500
	o := Options{Options: mockservers.Options{Capture: 1 << 20}}
	for i := range n {
		o.Accounts = append(o.Accounts, Account{Name: fmt.Sprintf("user%d", i), Password: "p", Mail: sampleMail})
	}
	s := New(t, WithOptions(o))
	conns := make([]net.Conn, n)
	used := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	for i := range conns {
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		conns[i] = c
		buf := make([]byte, 512)
		if _, err := c.Read(buf); err != nil {
			t.Fatal(err)
		}
	}
	with := used()
	for i, c := range conns {
		buf := make([]byte, 512)
		for _, l := range []string{"USER " + o.Accounts[i].Name, "PASS p", "NOOP"} {
			if _, err := io.WriteString(c, l+"\r\n"); err != nil {
				t.Fatal(err)
			}
			if k, err := c.Read(buf); err != nil || buf[0] != '+' {
				t.Fatalf("%s: %q, %v", l, buf[:k], err)
			}
		}
	}
	logged := used()
	for _, c := range conns {
		c.Close()
	}
	if _, err := s.WaitSessions(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	without := used()
	t.Logf("a session: %d octets greeted, %d logged in", (int64(with)-int64(without))/n, (int64(logged)-int64(without))/n)
	if per := (int64(logged) - int64(without)) / n; per > 30<<10 {
		t.Errorf("%d octets for an idle session", per)
	}
}
