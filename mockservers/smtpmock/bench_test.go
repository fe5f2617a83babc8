package smtpmock

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"harness/internal/servertest"
)

// messageTalk is what smtp-source says without pipelining, and the code of each reply.
var messageTalk = [][2]string{
	{"MAIL FROM:<a@example.com>\r\n", "250"}, {"RCPT TO:<b@example.net>\r\n", "250"}, {"DATA\r\n", "354"},
	{"From: <a@example.com>\r\nTo: <b@example.net>\r\nDate: Wed, 25 Nov 2026 13:58:02 +0000\r\nMessage-Id: <1@example.com>\r\n\r\nthis text is in the message, as is the next line\r\n.\r\n", "250"},
}

// talk says pieces on a connection and checks the code of each one-line reply.
func talk(b *testing.B, nc net.Conn, buf []byte, pieces ...[2]string) {
	for _, p := range pieces {
		if p[0] != "" {
			if _, err := io.WriteString(nc, p[0]); err != nil {
				b.Fatal(err)
			}
		}
		if n, err := nc.Read(buf); err != nil || string(buf[:3]) != p[1] {
			b.Fatalf("%q: %q, %v", p[0], buf[:n], err)
		}
	}
}

// BenchmarkMessages sends messages over one connection, and over a new one for each.
func BenchmarkMessages(b *testing.B) {
	hello := [][2]string{{"", "220"}, {"HELO client.example.org\r\n", "250"}}
	dial := func(b *testing.B, s *Server, buf []byte) net.Conn {
		nc, err := net.Dial("tcp", s.Addr())
		if err != nil {
			b.Fatal(err)
		}
		nc.SetDeadline(time.Now().Add(5 * time.Minute))
		talk(b, nc, buf, hello...)
		return nc
	}
	buf := make([]byte, 4<<10)
	b.Run("one connection", func(b *testing.B) {
		nc := dial(b, New(b), buf)
		defer nc.Close()
		b.ReportAllocs()
		for b.Loop() {
			talk(b, nc, buf, messageTalk...)
		}
	})
	b.Run("a connection for each", func(b *testing.B) {
		s := New(b)
		b.ReportAllocs()
		for b.Loop() {
			nc := dial(b, s, buf)
			talk(b, nc, buf, messageTalk...)
			talk(b, nc, buf, [2]string{"QUIT\r\n", "221"})
			nc.Close()
		}
	})
}

// BenchmarkContent sends 100 MB by DATA and by BDAT, kept in a file and thrown away.
func BenchmarkContent(b *testing.B) {
	line := strings.Repeat("0123456789abcdefghi", 4) + "\r\n"
	block := []byte(strings.Repeat(line, 64<<10/len(line)))
	const size = 100_000_000
	pieces := size / len(block)
	for name, keep := range map[string]int64{"kept": 1, "discarded": -1} {
		for _, verb := range []string{"DATA", "BDAT"} {
			b.Run(verb+"/"+name, func(b *testing.B) {
				s := New(b, WithFeatures("-MAX-SIZE"), func(o *Options) { o.Keep = keep })
				p := servertest.Dial(b, "tcp", s.Addr())
				p.Talk("S: 220\nC: EHLO c.example\nR: 250-.*")
				b.SetBytes(int64(pieces * len(block)))
				b.ReportAllocs()
				for b.Loop() {
					p.Talk("c: MAIL FROM:<a@example.com>\\r\\nRCPT TO:<b@example.net>\\r\\n\nS: 250\nS: 250")
					end := ""
					if verb == "DATA" {
						p.Talk("C: DATA\nS: 354")
						end = ".\r\n"
					} else {
						p.Say(fmt.Sprintf("BDAT %d LAST\r\n", pieces*len(block)))
					}
					for range pieces {
						if _, err := p.C.Raw().Write(block); err != nil {
							b.Fatal(err)
						}
					}
					p.Say(end)
					p.Talk("S: 250")
				}
			})
		}
	}
}

// TestIdleSessionsAreSmall measures the memory of sessions that do nothing behind a transaction.
func TestIdleSessionsAreSmall(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector has its own memory")
	}
	const n = 500
	s := New(t, func(o *Options) { o.Capture, o.Keep = 1<<20, -1 })
	used := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	conns := make([]net.Conn, n)
	buf := make([]byte, 4<<10)
	for i := range conns {
		c, err := net.Dial("tcp", s.Addr())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		conns[i] = c
		for _, l := range []string{"", "EHLO c.example", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.net>", "DATA", "Subject: x\r\n\r\n.", "NOOP"} {
			if l != "" {
				io.WriteString(c, l+"\r\n")
			}
			if k, err := c.Read(buf); err != nil || buf[0] != '2' && buf[0] != '3' {
				t.Fatalf("%s: %q, %v", l, buf[:k], err)
			}
		}
	}
	with := used()
	for _, c := range conns {
		c.Close()
	}
	if _, err := s.WaitSessions(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	per := (int64(with) - int64(used())) / n
	t.Logf("%d octets for a session", per)
	if per > 30<<10 {
		t.Errorf("%d octets for an idle session", per)
	}
}
