package script

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"harness/transcript"
)

const short = `S: +OK POP3 server ready
C: USER {{alice user}}
S: +OK name is a valid mailbox
C: PASS {{*** password}}
S: +OK maildrop locked and ready
C: STAT
S: +OK 2 320
C: QUIT
S: +OK bye
-- close S
`

// echo is the yardstick: a line on connecting, then every line back.
func echo(b *testing.B) (addr string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() {
				defer nc.Close()
				r, w := bufio.NewReader(nc), bufio.NewWriter(nc)
				w.WriteString("ready\r\n")
				for {
					if w.Flush() != nil {
						return
					}
					line, err := r.ReadSlice('\n')
					if err != nil {
						return
					}
					w.Write(line)
				}
			})
		}
	})
	b.Cleanup(func() { l.Close(); wg.Wait() })
	return l.Addr().String()
}

// client does one short session: five lines heard, four said.
func client(addr string, buf *bufio.Reader) error {
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		return err
	}
	defer nc.Close()
	buf.Reset(nc)
	if _, err := buf.ReadSlice('\n'); err != nil {
		return err
	}
	for _, line := range []string{"USER alice\r\n", "PASS wonderland\r\n", "STAT\r\n", "QUIT\r\n"} {
		if _, err := io.WriteString(nc, line); err != nil {
			return err
		}
		if _, err := buf.ReadSlice('\n'); err != nil {
			return err
		}
	}
	return nil
}

func sessions(b *testing.B, addr string, n int) time.Duration {
	buf := bufio.NewReader(nil)
	begun := time.Now()
	for range n {
		if err := client(addr, buf); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(begun)
}

// BenchmarkShortSessions compares short sessions with the scripted server to the same round trips with a bare echo server, in turns, so that
// the ratio does not depend on what else the machine does. The metric "of-echo" is the rate as a part of the echo server's.
func BenchmarkShortSessions(b *testing.B) {
	srv := NewSessions(b, Options{}, parse(b, "short.session", short))
	bare := echo(b)
	sessions(b, bare, 50)
	sessions(b, srv.Addr(), 50)
	var ours, theirs time.Duration
	b.ResetTimer()
	for done := 0; done < b.N; {
		n := min(20, b.N-done)
		theirs += sessions(b, bare, n)
		ours += sessions(b, srv.Addr(), n)
		done += n
	}
	b.ReportMetric(float64(ours.Nanoseconds())/float64(b.N), "ns/session")
	b.ReportMetric(float64(theirs.Nanoseconds())/float64(b.N), "ns/echo")
	b.ReportMetric(float64(theirs)/float64(ours), "of-echo")
}

// BenchmarkLargeMessage serves a message of 100 MB from a blob.
func BenchmarkLargeMessage(b *testing.B) {
	const size = 100 << 20
	line := strings.Repeat("0123456789abcde", 5) + "\r\n"
	body := []byte(strings.Repeat(line, size/len(line)))
	sum := sha256.Sum256(body)
	s := parse(b, "large.session", fmt.Sprintf("S: +OK\nC: RETR 1\nS: +OK\nS: {{blob m.bin %d %s}}{{none}}\nS: .\n-- close S\n", len(body), hex.EncodeToString(sum[:])))
	s.SetBlobs(transcript.MemBlobs{"m.bin": body})
	srv := NewSessions(b, Options{}, s)
	buf := make([]byte, 64<<10)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	b.ResetTimer()
	for range b.N {
		nc, err := net.Dial("tcp", srv.Addr())
		if err != nil {
			b.Fatal(err)
		}
		io.WriteString(nc, "RETR 1\r\n")
		n, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{nc}, buf)
		nc.Close()
		if err != nil || n < int64(len(body)) {
			b.Fatal(n, err)
		}
	}
	b.StopTimer()
	if _, err := srv.Wait(context.Background(), b.N); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkIdle tells the memory of an idle session, heap and stacks, on both ends: the client's is a bare connection.
func BenchmarkIdle(b *testing.B) {
	srv := NewSessions(b, Options{}, parse(b, "idle.session", "S: +OK ready\nC: QUIT\nS: +OK bye\n-- close S\n"))
	for b.Loop() {
		const n = 1000
		before := memory()
		conns := make([]net.Conn, n)
		line := make([]byte, 16)
		for i := range conns {
			nc, err := net.Dial("tcp", srv.Addr())
			if err != nil {
				b.Fatal(err)
			}
			conns[i] = nc
			if _, err := nc.Read(line); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(memory()-before)/n, "B/session")
		for _, nc := range conns {
			nc.Close()
		}
	}
	srv.Close()
	srv.TakeErrors() // nobody said QUIT
}

func memory() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
