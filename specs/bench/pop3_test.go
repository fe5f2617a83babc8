package bench

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"harness/clients/pop3client"
	"harness/fixtures"
	"harness/mockservers/pop3mock"
	"harness/mockservers/script"
	"harness/transcript"
)

// bound ends whatever hangs.
func bound(b *testing.B) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	b.Cleanup(cancel)
	return ctx
}

// dropped is an io.Writer without the ReadFrom of io.Discard: the octets are to pass through the reader's own buffers.
type dropped struct{ n int64 }

func (d *dropped) Write(p []byte) (int, error) { d.n += int64(len(p)); return len(p), nil }

// largeMail is a message of about n octets in lines of 76.
func largeMail(n int) fixtures.Mail {
	var data bytes.Buffer
	data.WriteString("From: Alice <alice@example.org>\r\nSubject: large\r\n\r\n")
	line := strings.Repeat("0123456789abcdefghi", 4) + "\r\n"
	for data.Len() < n {
		data.WriteString(line)
	}
	return fixtures.Mail{Name: "large", Data: data.Bytes()}
}

// serve accepts connections until the benchmark ends and has handle serve each.
func serve(b *testing.B, handle func(net.Conn)) string {
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
			go func() {
				defer nc.Close()
				handle(nc)
			}()
		}
	}()
	b.Cleanup(func() { l.Close(); <-done })
	return l.Addr().String()
}

func dial(b *testing.B, addr string) net.Conn {
	nc, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		b.Fatal(err)
	}
	nc.SetDeadline(time.Now().Add(5 * time.Minute))
	return nc
}

// BenchmarkPOP3Retr retrieves a message of 100 MB through client and mock, and copies as many octets over a bare connection. The ratio is
// the throughput of the former over that of the latter: 1 is as fast as the loopback.
func BenchmarkPOP3Retr(b *testing.B) {
	ctx := bound(b)
	mail := largeMail(100_000_000)
	raw := serve(b, func(nc net.Conn) {
		nc.SetDeadline(time.Now().Add(5 * time.Minute))
		for ask := make([]byte, 1); ; {
			if _, err := io.ReadFull(nc, ask); err != nil {
				return
			}
			if _, err := nc.Write(mail.Data); err != nil {
				return
			}
		}
	})
	nc := dial(b, raw)
	defer nc.Close()
	srv := pop3mock.New(b, pop3mock.WithMail(mail))
	c := login(ctx, b, srv.Addr())
	defer c.Quit(ctx)

	b.SetBytes(int64(len(mail.Data)))
	var bare, ours time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := nc.Write([]byte("x")); err != nil {
			b.Fatal(err)
		}
		n, err := io.Copy(&dropped{}, io.LimitReader(nc, int64(len(mail.Data))))
		if err != nil || n != int64(len(mail.Data)) {
			b.Fatal(n, err)
		}
		bare += time.Since(start)

		start = time.Now()
		if n, err = c.RetrTo(ctx, 1, &dropped{}); err != nil || n != int64(len(mail.Data)) {
			b.Fatal(n, err)
		}
		ours += time.Since(start)
	}
	octets := float64(b.N) * float64(len(mail.Data)) / 1e6
	b.ReportMetric(octets/bare.Seconds(), "raw-MB/s")
	b.ReportMetric(octets/ours.Seconds(), "retr-MB/s")
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
}

func login(ctx context.Context, b *testing.B, addr string) *pop3client.Client {
	c, err := pop3client.Dial(ctx, addr, nil)
	if err != nil {
		b.Fatal(err)
	}
	if err := c.User(ctx, "alice"); err != nil {
		b.Fatal(err)
	}
	if err := c.Pass(ctx, "wonderland"); err != nil {
		b.Fatal(err)
	}
	return c
}

const shortSession = `session: 1
protocol: pop3

S: +OK ready
C: USER alice
S: +OK
C: PASS wonderland
S: +OK
C: STAT
S: +OK 2 320
C: QUIT
S: +OK bye
-- close S
`

// BenchmarkPOP3ShortSessions makes short sessions, one after the other, against the scripted mock, and as many round trips against an echo
// server of lines; the peer is the same bare client. The ratio is that of the rates: 1 is as fast as the echo server.
func BenchmarkPOP3ShortSessions(b *testing.B) {
	ctx := bound(b)
	session, err := transcript.Parse("short.session", []byte(shortSession))
	if err != nil {
		b.Fatal(err)
	}
	srv, err := script.Start(ctx, script.Options{}, session)
	if err != nil {
		b.Fatal(err)
	}
	defer srv.Close()
	echo := serve(b, func(nc net.Conn) {
		nc.SetDeadline(time.Now().Add(time.Minute))
		r := bufio.NewReader(nc)
		if _, err := io.WriteString(nc, "+OK ready\r\n"); err != nil {
			return
		}
		for {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return
			}
			if _, err := nc.Write(line); err != nil || bytes.HasPrefix(line, []byte("QUIT")) {
				return
			}
		}
	})
	commands := [][]byte{[]byte("USER alice\r\n"), []byte("PASS wonderland\r\n"), []byte("STAT\r\n"), []byte("QUIT\r\n")}
	talk := func(addr string) time.Duration {
		start := time.Now()
		nc := dial(b, addr)
		defer nc.Close()
		r := bufio.NewReader(nc)
		if _, err := r.ReadSlice('\n'); err != nil {
			b.Fatal(err)
		}
		for _, c := range commands {
			if _, err := nc.Write(c); err != nil {
				b.Fatal(err)
			}
			if _, err := r.ReadSlice('\n'); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := r.ReadByte(); err != io.EOF {
			b.Fatalf("after QUIT: %v, want the end of the connection", err)
		}
		return time.Since(start)
	}
	var bare, ours time.Duration
	for b.Loop() {
		bare += talk(echo)
		ours += talk(srv.Addr())
	}
	b.ReportMetric(float64(b.N)/bare.Seconds(), "echo-sessions/s")
	b.ReportMetric(float64(b.N)/ours.Seconds(), "script-sessions/s")
	b.ReportMetric(bare.Seconds()/ours.Seconds(), "ratio")
}

// BenchmarkPOP3IdleSessions holds 1,000 sessions open, logged in and idle, and reports the memory that each takes at both ends together:
// heap, stacks and what the runtime keeps for them.
func BenchmarkPOP3IdleSessions(b *testing.B) {
	const sessions = 1000
	ctx := bound(b)
	accounts := make([]pop3mock.Account, sessions)
	for i := range accounts {
		accounts[i] = pop3mock.Account{Name: fmt.Sprintf("user%d", i), Password: "secret", Mail: []fixtures.Mail{}}
	}
	srv := pop3mock.New(b, pop3mock.WithOptions(pop3mock.Options{Accounts: accounts}))
	var total float64
	for b.Loop() {
		before := inUse()
		clients := make([]*pop3client.Client, 0, sessions)
		for _, a := range accounts {
			c, err := pop3client.Dial(ctx, srv.Addr(), nil)
			if err != nil {
				b.Fatal(err)
			}
			if err := c.User(ctx, a.Name); err != nil {
				b.Fatal(err)
			}
			if err := c.Pass(ctx, a.Password); err != nil {
				b.Fatal(err)
			}
			clients = append(clients, c)
		}
		total += float64(inUse()-before) / sessions / 1024
		for _, c := range clients {
			if err := c.Quit(ctx); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(total/float64(b.N), "KB/session")
}

// inUse is the memory in use: live heap objects and stacks.
func inUse() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc + m.StackInuse)
}
