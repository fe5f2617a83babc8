package smtpclient_test

import (
	"bytes"
	"context"
	"io"
	"net"
	netsmtp "net/smtp"
	"strings"
	"testing"

	gosmtp "github.com/emersion/go-smtp"

	"harness/clients/smtpclient"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// sink starts a server that takes everything, as fast as it can, and returns its address.
func sink(b *testing.B, extensions string) string {
	b.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(b, err)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			s := conn.New(nc, conn.Options{Local: dialect.Server})
			drain(s, extensions)
			s.Close()
		}
	}()
	b.Cleanup(func() {
		l.Close()
		<-done
	})
	return l.Addr().String()
}

func drain(s *conn.Conn, extensions string) error {
	say := func(text string) error {
		s.W.WriteString(text)
		if s.R.Buffered() > 0 {
			return nil
		}
		return s.W.Flush()
	}
	buf := make([]byte, 64<<10)
	if err := say("220 sink\r\n"); err != nil {
		return err
	}
	for {
		l, err := s.R.ReadLine()
		if err != nil {
			return err
		}
		reply := "250 ok\r\n"
		switch string(l.Text[:min(4, len(l.Text))]) {
		case "EHLO":
			reply = "250-sink\r\n" + extensions + "250 8BITMIME\r\n"
		case "DATA":
			s.W.WriteString("354 go\r\n")
			s.W.Flush()
			if _, err := s.R.Block().WriteTo(io.Discard); err != nil {
				return err
			}
		case "BDAT":
			cmd, err := smtp.Rules{}.ParseCommand(wire.Line{Text: l.Text})
			if err != nil {
				return err
			}
			n, _, _ := cmd.Chunk()
			for n > 0 {
				m, err := s.R.Read(buf[:min(n, int64(len(buf)))])
				if err != nil {
					return err
				}
				n -= int64(m)
			}
		case "QUIT":
			reply = "221 bye\r\n"
		}
		if err := say(reply); err != nil {
			return err
		}
	}
}

// BenchmarkMessages sends messages of 1 KB to one recipient, over one connection, with the clients that there are.
func BenchmarkMessages(b *testing.B) {
	body := []byte("Subject: x\r\n\r\n" + strings.Repeat(strings.Repeat("x", 76)+"\r\n", 13))
	addr := sink(b, "250-PIPELINING\r\n250-CHUNKING\r\n")
	plain := sink(b, "") // without PIPELINING
	env := smtpclient.NewEnvelope("alice@example.com", "bob@example.org")
	native := func(addr string, o *smtpclient.Options) func(*testing.B) {
		return func(b *testing.B) {
			c, err := smtpclient.Dial(ctx, addr, o)
			ok(b, err)
			defer c.Quit(ctx)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.SendMail(ctx, env, bytes.NewReader(body)); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("smtpclient", native(addr, nil))
	b.Run("smtpclient-bdat", native(addr, &smtpclient.Options{Chunking: true}))
	b.Run("smtpclient-one-by-one", native(plain, nil))
	b.Run("smtpclient-pipeline", func(b *testing.B) {
		c, err := smtpclient.Dial(ctx, addr, nil)
		ok(b, err)
		defer c.Quit(ctx)
		b.ReportAllocs()
		const batch = 50
		for n := 0; n < b.N; n += batch {
			p := c.Pipeline()
			for range min(batch, b.N-n) {
				p.Message(env, bytes.NewReader(body))
			}
			if err := p.Run(ctx); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("net-smtp", func(b *testing.B) {
		c, err := netsmtp.Dial(addr)
		ok(b, err)
		defer c.Quit()
		b.ReportAllocs()
		for b.Loop() {
			ok(b, c.Mail("alice@example.com"))
			ok(b, c.Rcpt("bob@example.org"))
			w, err := c.Data()
			ok(b, err)
			w.Write(body)
			ok(b, w.Close())
		}
	})
	b.Run("go-smtp", func(b *testing.B) {
		c, err := gosmtp.Dial(addr)
		ok(b, err)
		defer c.Quit()
		b.ReportAllocs()
		for b.Loop() {
			ok(b, c.SendMail("alice@example.com", []string{"bob@example.org"}, bytes.NewReader(body)))
		}
	})
}

// BenchmarkContent sends 1 GB; "copy" is what the transport can do.
func BenchmarkContent(b *testing.B) {
	const size = 1 << 30
	crlf := bytes.Repeat([]byte(strings.Repeat("x", 76)+"\r\n"), 1000)
	content := func() io.Reader { return &repeated{text: crlf, left: size} }
	addr := sink(b, "250-PIPELINING\r\n250-CHUNKING\r\n")
	b.Run("copy", func(b *testing.B) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ok(b, err)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for {
				nc, err := l.Accept()
				if err != nil {
					return
				}
				io.Copy(io.Discard, struct{ io.Reader }{nc})
				nc.Close()
			}
		}()
		b.SetBytes(size)
		for b.Loop() {
			nc, err := net.Dial("tcp", l.Addr().String())
			ok(b, err)
			_, err = io.CopyBuffer(struct{ io.Writer }{nc}, content(), make([]byte, 64<<10))
			ok(b, err)
			nc.Close()
		}
		l.Close()
		<-done
	})
	for name, o := range map[string]*smtpclient.Options{"data": nil, "bdat": {Chunking: true}} {
		b.Run("smtpclient-"+name, func(b *testing.B) {
			c, err := smtpclient.Dial(context.Background(), addr, o)
			ok(b, err)
			defer c.Quit(ctx)
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				_, err := c.SendMail(ctx, smtpclient.NewEnvelope("alice@example.com", "bob@example.org"), content())
				ok(b, err)
			}
		})
	}
	b.Run("net-smtp", func(b *testing.B) {
		c, err := netsmtp.Dial(addr)
		ok(b, err)
		defer c.Quit()
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			ok(b, c.Mail("alice@example.com"))
			ok(b, c.Rcpt("bob@example.org"))
			w, err := c.Data()
			ok(b, err)
			_, err = io.CopyBuffer(struct{ io.Writer }{w}, content(), make([]byte, 64<<10))
			ok(b, err)
			ok(b, w.Close())
		}
	})
	b.Run("go-smtp", func(b *testing.B) {
		c, err := gosmtp.Dial(addr)
		ok(b, err)
		defer c.Quit()
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			ok(b, c.SendMail("alice@example.com", []string{"bob@example.org"}, content()))
		}
	})
}

// repeated says text again and again, left octets in all.
type repeated struct {
	text []byte
	at   int
	left int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), r.left)], r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	r.left -= n
	return n, nil
}
