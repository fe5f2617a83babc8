package ftpclient_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"harness/clients/ftpclient"
	"harness/internal/conn"
)

const fileSize = 256 << 20

var chunk = []byte(strings.Repeat("0123456789abcdef", 16<<10)) // 256 KiB

func writeFile(w io.Writer, size int) error {
	for n := 0; n < size; n += len(chunk) {
		if _, err := w.Write(chunk[:min(len(chunk), size-n)]); err != nil {
			return err
		}
	}
	return nil
}

// fileServer serves RETR of files of size octets, and takes what STOR brings, as fast as it can.
func fileServer(size int) func(ctx context.Context, s *conn.Conn) error {
	return func(ctx context.Context, s *conn.Conn) error {
		nc := s.Raw()
		in := bufio.NewReader(nc)
		io.WriteString(nc, "220 ready\r\n")
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		defer l.Close()
		epsv := fmt.Sprintf("229 ok (|||%d|)\r\n", l.Addr().(*net.TCPAddr).Port)
		for {
			line, err := in.ReadString('\n')
			if err != nil {
				return nil
			}
			switch verb := line[:4]; verb {
			case "EPSV":
				io.WriteString(nc, epsv)
			case "RETR", "STOR":
				data, err := l.Accept()
				if err != nil {
					return err
				}
				io.WriteString(nc, "150 go\r\n")
				if verb == "RETR" {
					err = writeFile(data, size)
				} else {
					_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{data}, make([]byte, 256<<10))
				}
				data.Close()
				if err != nil {
					return err
				}
				io.WriteString(nc, "226 done\r\n")
			default:
				io.WriteString(nc, "200 ok\r\n")
			}
		}
	}
}

func client(b testing.TB, size int, o *ftpclient.Options) *ftpclient.Client {
	c, err := ftpclient.Dial(ctx, listen(b, fileServer(size)), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	return c
}

// raw is what "copy" compares with: a connection on which the other end sends or takes size octets.
func raw(b *testing.B, serve func(nc net.Conn) error, each func(nc net.Conn) error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			serve(nc)
			nc.Close()
		}
	}()
	b.SetBytes(fileSize)
	for b.Loop() {
		nc, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			b.Fatal(err)
		}
		if err := each(nc); err != nil {
			b.Fatal(err)
		}
		nc.Close()
	}
	l.Close()
	<-done
}

// BenchmarkRetr compares RETR of 256 MiB with io.Copy of the same octets, both over loopback.
func BenchmarkRetr(b *testing.B) {
	b.Run("copy", func(b *testing.B) {
		raw(b, func(nc net.Conn) error { return writeFile(nc, fileSize) }, func(nc net.Conn) error {
			_, err := io.Copy(io.Discard, nc)
			return err
		})
	})
	b.Run("ftpclient", func(b *testing.B) {
		c := client(b, fileSize, nil)
		b.SetBytes(fileSize)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.RetrTo(ctx, "a", io.Discard, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	file := func(b *testing.B) *os.File {
		f, err := os.CreateTemp(b.TempDir(), "")
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { f.Close() })
		return f
	}
	b.Run("copy/file", func(b *testing.B) {
		f := file(b)
		raw(b, func(nc net.Conn) error { return writeFile(nc, fileSize) }, func(nc net.Conn) error {
			f.Seek(0, 0)
			_, err := io.Copy(f, nc)
			return err
		})
	})
	b.Run("ftpclient/file", func(b *testing.B) {
		f := file(b)
		c := client(b, fileSize, nil)
		b.SetBytes(fileSize)
		for b.Loop() {
			f.Seek(0, 0)
			if _, err := c.RetrTo(ctx, "a", f, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ftpclient/buffered", func(b *testing.B) {
		f := file(b)
		c := client(b, fileSize, nil)
		b.SetBytes(fileSize)
		for b.Loop() {
			f.Seek(0, 0)
			if _, err := c.RetrTo(ctx, "a", struct{ io.Writer }{f}, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// endless is a file of size octets.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), e.left)], chunk)
	e.left -= n
	return n, nil
}

// BenchmarkStor compares STOR of 256 MiB with io.Copy of the same octets, both over loopback.
func BenchmarkStor(b *testing.B) {
	discard := func(nc net.Conn) error {
		_, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, struct{ io.Reader }{nc}, make([]byte, 256<<10))
		return err
	}
	source := func(b *testing.B) *os.File {
		f, err := os.CreateTemp(b.TempDir(), "")
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { f.Close() })
		if err := writeFile(f, fileSize); err != nil {
			b.Fatal(err)
		}
		return f
	}
	b.Run("copy", func(b *testing.B) {
		raw(b, discard, func(nc net.Conn) error {
			_, err := io.Copy(nc, &endless{left: fileSize})
			return err
		})
	})
	b.Run("ftpclient", func(b *testing.B) {
		c := client(b, fileSize, nil)
		b.SetBytes(fileSize)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := c.Stor(ctx, "a", &endless{left: fileSize}, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("copy/file", func(b *testing.B) {
		f := source(b)
		raw(b, discard, func(nc net.Conn) error {
			f.Seek(0, 0)
			_, err := io.Copy(nc, f)
			return err
		})
	})
	b.Run("ftpclient/file", func(b *testing.B) {
		f := source(b)
		c := client(b, fileSize, nil)
		b.SetBytes(fileSize)
		for b.Loop() {
			f.Seek(0, 0)
			if _, err := c.Stor(ctx, "a", f, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkSmall retrieves files of 1 KiB: "round trips" is what the protocol takes at least, two exchanges and a connection.
func BenchmarkSmall(b *testing.B) {
	b.Run("round trips", func(b *testing.B) {
		nc, err := net.Dial("tcp", listen(b, fileServer(1<<10)))
		if err != nil {
			b.Fatal(err)
		}
		defer nc.Close()
		in := bufio.NewReader(nc)
		in.ReadString('\n')
		buf := make([]byte, 4<<10)
		for b.Loop() {
			io.WriteString(nc, "EPSV\r\n")
			line, _ := in.ReadString('\n')
			_, after, _ := strings.Cut(line, "|||")
			port, _, _ := strings.Cut(after, "|")
			data, err := net.Dial("tcp", "127.0.0.1:"+port)
			if err != nil {
				b.Fatal(err)
			}
			io.WriteString(nc, "RETR a\r\n")
			in.ReadString('\n')
			for {
				if _, err := data.Read(buf); err != nil {
					break
				}
			}
			data.Close()
			in.ReadString('\n')
		}
	})
	for name, o := range map[string]*ftpclient.Options{"ftpclient": nil, "pipelining": {Pipelining: true}} {
		b.Run(name, func(b *testing.B) {
			c := client(b, 1<<10, o)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.RetrTo(ctx, "a", io.Discard, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestIdleMemory holds 200 clients that have just retrieved a file: none may keep a large buffer.
func TestIdleMemory(t *testing.T) {
	const n = 200
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	defer l.Close()
	serve := fileServer(1 << 20)
	var done sync.WaitGroup
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			done.Go(func() {
				s := conn.New(nc, conn.Options{})
				defer s.Close()
				serve(ctx, s)
			})
		}
	}()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	clients := make([]*ftpclient.Client, n)
	for i := range clients {
		clients[i], err = ftpclient.Dial(ctx, l.Addr().String(), nil)
		ok(t, err)
		ok(t, second(clients[i].RetrTo(ctx, "a", io.Discard, nil)))
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
	done.Wait()
}

// TestFlatMemory retrieves and stores a file many times the size of what the client may take for it.
func TestFlatMemory(t *testing.T) {
	const size, most = 128 << 20, 4 << 20
	c := client(t, size, nil)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	n, err := c.RetrTo(ctx, "a", io.Discard, nil)
	eq(t, n, size, err)
	n, err = c.Stor(ctx, "a", &endless{left: size}, nil)
	eq(t, n, size, err)
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > most {
		t.Errorf("%d octets allocated for files of %d", used, size)
	}
}
