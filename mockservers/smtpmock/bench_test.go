package smtpmock

import (
	"bufio"
	"io"
	"net"
	"testing"
	"time"
)

// BenchmarkMessages sends messages over one connection, as smtp-source does, without pipelining.
func BenchmarkMessages(b *testing.B) {
	s := New(b)
	nc, err := net.Dial("tcp", s.Addr())
	if err != nil {
		b.Fatal(err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(5 * time.Minute))
	r := bufio.NewReader(nc)
	say := func(text, code string) {
		if text != "" {
			if _, err := io.WriteString(nc, text); err != nil {
				b.Fatal(err)
			}
		}
		l, err := r.ReadSlice('\n')
		if err != nil || string(l[:3]) != code {
			b.Fatalf("%q: %q, %v", text, l, err)
		}
	}
	say("", "220")
	say("HELO client.example.org\r\n", "250")
	message := "From: <a@example.com>\r\nTo: <b@example.net>\r\nDate: Wed, 25 Nov 2026 13:58:02 +0000\r\nMessage-Id: <1@example.com>\r\n\r\n" +
		"this text is in the message, as is the next line\r\n.\r\n"
	b.ReportAllocs()
	for b.Loop() {
		say("MAIL FROM:<a@example.com>\r\n", "250")
		say("RCPT TO:<b@example.net>\r\n", "250")
		say("DATA\r\n", "354")
		say(message, "250")
	}
}
