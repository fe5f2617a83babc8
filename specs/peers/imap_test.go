package peers

import (
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

// tagged sends a command and returns the lines of its answer, which has to be OK.
func (s *session) tagged(format string, args ...any) string {
	s.t.Helper()
	var all strings.Builder
	for line := s.say("a "+format, args...); ; line = s.line() {
		all.WriteString(line)
		if strings.HasPrefix(line, "a ") {
			if !strings.HasPrefix(line, "a OK") {
				s.t.Fatalf("%s: %q", fmt.Sprintf(format, args...), all.String())
			}
			return all.String()
		}
	}
}

// body fetches a message that the server sends as a literal.
func (s *session) body(n int) []byte {
	s.t.Helper()
	line := s.say("a FETCH %d BODY.PEEK[]", n)
	var number, size int
	if _, err := fmt.Sscanf(line[strings.LastIndexByte(line, ' '):], " {%d}", &size); err != nil {
		s.t.Fatalf("%q: %v", line, err)
	}
	if _, err := fmt.Sscanf(line, "* %d FETCH", &number); err != nil || number != n {
		s.t.Fatalf("%q: %v", line, err)
	}
	data := make([]byte, size)
	if _, err := io.ReadFull(s.r, data); err != nil {
		s.t.Fatal(err)
	}
	for line := s.line(); !strings.HasPrefix(line, "a OK"); line = s.line() {
	}
	return data
}

func TestIMAPServers(t *testing.T) {
	Require(t)
	for _, name := range IMAPServers() {
		t.Run(name, func(t *testing.T) {
			ctx := testContext(t)
			s, err := StartIMAP(ctx, name, IMAPOptions{Mail: map[string][][]byte{"alice": messages[2:]}})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if t.Failed() {
					t.Log(s.Logs())
				}
				if err := s.Close(ctx); err != nil {
					t.Error(err)
				}
			}()
			dial := func(port int) *session {
				conn, err := net.Dial("tcp", s.Addr(port))
				if port == PortIMAPS && err == nil {
					conn = tls.Client(conn, s.TLSConfig())
				}
				c := open(t, conn, err)
				if line := c.line(); !strings.HasPrefix(line, "* OK") {
					t.Fatalf("greeting: %q", line)
				}
				return c
			}
			c := dial(PortIMAP)
			t.Logf("%s: %q", s.Software, c.tagged("CAPABILITY"))
			c.tagged("LOGIN alice wonderland")
			if got := c.tagged("SELECT INBOX"); !strings.Contains(got, fmt.Sprintf("* %d EXISTS", len(messages)-2)) {
				t.Errorf("%q", got)
			}
			for i, want := range messages[2:] {
				want := bytes.TrimSuffix(want, []byte("\r\n"))
				if got := bytes.TrimSuffix(c.body(i+1), []byte("\r\n")); !bytes.Equal(got, want) {
					t.Errorf("message %d: %.200q, want %.200q", i+1, got, want)
				}
			}
			c.tagged("LOGOUT")

			c = dial(PortIMAP)
			c.tagged("STARTTLS")
			conn := tls.Client(c.conn, s.TLSConfig())
			if err := conn.Handshake(); err != nil {
				t.Fatal(err)
			}
			c = open(t, conn, nil)
			c.tagged("LOGIN bob builder")
			c.tagged("LOGOUT")

			c = dial(PortIMAPS)
			if line := c.say("a LOGIN bob wrong"); !strings.HasPrefix(line, "a NO") {
				t.Errorf("a wrong password: %q", line)
			}
			c.tagged("LOGIN bob builder")
			if got := c.tagged("STATUS INBOX (MESSAGES)"); !strings.Contains(got, "MESSAGES 0") {
				t.Errorf("%q", got)
			}
			c.tagged("LOGOUT")
		})
	}
	if _, err := StartIMAP(testContext(t), "mailutils", IMAPOptions{}); err == nil || !strings.Contains(err.Error(), "dovecot") {
		t.Error(err)
	}
}
