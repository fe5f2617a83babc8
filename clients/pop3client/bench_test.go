package pop3client_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"

	"harness/clients/pop3client"
	"harness/internal/conn"
)

const messageSize = 100 << 20

// chunk is 64 KiB of lines of 78 octets, one in ten of which begins with a stuffed dot.
var chunk = func() []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < 64<<10; i++ {
		first := "x"
		if i%10 == 0 {
			first = ".."
		}
		b.WriteString(first + strings.Repeat("y", 75) + "\r\n")
	}
	return b.Bytes()
}()

func writeMessage(w io.Writer) error {
	for n := 0; n < messageSize; n += len(chunk) {
		if _, err := w.Write(chunk); err != nil {
			return err
		}
	}
	return nil
}

// BenchmarkRetr compares RETR of a message of 100 MB with io.Copy of the same octets, both over loopback.
func BenchmarkRetr(b *testing.B) {
	b.Run("copy", func(b *testing.B) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			b.Fatal(err)
		}
		defer l.Close()
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				nc, err := l.Accept()
				if err != nil {
					return
				}
				writeMessage(nc)
				nc.Close()
			}
		}()
		b.SetBytes(messageSize)
		for b.Loop() {
			nc, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(io.Discard, nc); err != nil {
				b.Fatal(err)
			}
			nc.Close()
		}
		l.Close()
		<-done
	})
	b.Run("pop3client", func(b *testing.B) {
		c, err := pop3client.Dial(ctx, listen(b, func(ctx context.Context, s *conn.Conn) error {
			if err := write(ctx, s, "+OK\r\n"); err != nil {
				return err
			}
			for {
				if _, err := readLine(ctx, s); err != nil {
					return nil
				}
				if err := write(ctx, s, "+OK\r\n"); err != nil {
					return err
				}
				if err := writeMessage(s.Raw()); err != nil {
					return err
				}
				if err := write(ctx, s, ".\r\n"); err != nil {
					return err
				}
			}
		}), &pop3client.Options{AnyState: true})
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		b.SetBytes(messageSize)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.RetrTo(ctx, 1, io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkNoop is a round trip; "echo" is one of a bare line over the same loopback.
func BenchmarkNoop(b *testing.B) {
	echo := func(ctx context.Context, s *conn.Conn) error {
		if err := write(ctx, s, "+OK\r\n"); err != nil {
			return err
		}
		buf := make([]byte, 100)
		for {
			if _, err := s.Raw().Read(buf); err != nil {
				return nil
			}
			if _, err := s.Raw().Write([]byte("+OK\r\n")); err != nil {
				return err
			}
		}
	}
	b.Run("echo", func(b *testing.B) {
		nc, err := net.Dial("tcp", listen(b, echo))
		if err != nil {
			b.Fatal(err)
		}
		defer nc.Close()
		buf := make([]byte, 100)
		if _, err := nc.Read(buf); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := nc.Write([]byte("NOOP\r\n")); err != nil {
				b.Fatal(err)
			}
			if _, err := nc.Read(buf); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("pop3client", func(b *testing.B) {
		c, err := pop3client.Dial(ctx, listen(b, echo), &pop3client.Options{AnyState: true})
		if err != nil {
			b.Fatal(err)
		}
		defer c.Close()
		b.ReportAllocs()
		for b.Loop() {
			if err := c.Noop(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestIdleMemory holds 200 clients that have just retrieved a message: none may keep a large buffer.
func TestIdleMemory(t *testing.T) {
	const n = 200
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer l.Close()
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			io.WriteString(nc, "+OK\r\n+OK\r\n"+strings.Repeat("x\r\n", 10000)+".\r\n")
			t.Cleanup(func() { nc.Close() })
		}
	}()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	clients := make([]*pop3client.Client, n)
	for i := range clients {
		clients[i], err = pop3client.Dial(ctx, l.Addr().String(), &pop3client.Options{AnyState: true})
		ok(t, err)
		_, err = clients[i].RetrTo(ctx, 1, io.Discard)
		ok(t, err)
	}
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := (int64(after.HeapAlloc) - int64(before.HeapAlloc)) / n
	t.Logf("%d octets for each client, its server's side included", each)
	if each > 30<<10 {
		t.Errorf("%d octets for each client", each)
	}
	for _, c := range clients {
		c.Close()
	}
}
