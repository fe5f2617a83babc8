package peers

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// dialSMTP opens a session with a server and greets it.
func dialSMTP(t *testing.T, s *Server, port int) *session {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr(port))
	if port == PortSubmissions && err == nil {
		conn = tls.Client(conn, s.TLSConfig())
	}
	c := open(t, conn, err)
	c.last("220", c.line())
	t.Logf("%s: %q", s.Software, c.hello(port))
	return c
}

func (s *session) hello(port int) string {
	s.t.Helper()
	if port == PortLMTP {
		return s.reply("250", "LHLO [127.0.0.1]")
	}
	return s.reply("250", "EHLO [127.0.0.1]")
}

// last reads a reply of several lines to its end and returns it.
func (s *session) last(code, line string) string {
	s.t.Helper()
	all := line
	for strings.HasPrefix(line, code+"-") {
		line = s.line()
		all += line
	}
	if !strings.HasPrefix(line, code) {
		s.t.Fatalf("%q, want %s", all, code)
	}
	return all
}

// reply sends a command, which has to be answered by a code.
func (s *session) reply(code, format string, args ...any) string {
	s.t.Helper()
	return s.last(code, s.say(format, args...))
}

// send sends a message to recipients; the replies to its content are one, or one for each recipient.
func (s *session) send(message string, replies int, to ...string) {
	s.t.Helper()
	s.reply("250", "MAIL FROM:<carol@example.net>")
	for _, r := range to {
		s.reply("250", "RCPT TO:<%s>", r)
	}
	s.reply("354", "DATA")
	line := s.say("%s\r\n.", strings.ReplaceAll(message, "\r\n.", "\r\n.."))
	for i := range replies {
		if i > 0 {
			line = s.line()
		}
		s.last("250", line)
	}
}

func (s *session) authenticate(user, password string) {
	s.t.Helper()
	s.reply("235", "AUTH PLAIN %s", base64.StdEncoding.EncodeToString([]byte("\x00"+user+"\x00"+password)))
}

// awaitMail waits until a user has n messages.
func awaitMail(ctx context.Context, t *testing.T, s *Server, user string, n int) [][]byte {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); ; {
		got, err := s.Delivered(ctx, user)
		if err != nil {
			t.Fatal(err)
		}
		if len(got) >= n {
			return got
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d messages for %s, want %d", len(got), user, n)
		}
		<-tick.C
	}
}

// nextServer takes one message by SMTP or LMTP, for a relay, and sends it to the channel.
func nextServer(t *testing.T, hello string) (netip.AddrPort, <-chan string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	got := make(chan string, 1)
	serve := func(nc net.Conn) {
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(time.Minute))
		r := bufio.NewReader(nc)
		fmt.Fprint(nc, "220 next.example.net\r\n")
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			verb, _, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(line)), " ")
			switch verb {
			case "EHLO", "LHLO":
				if verb != hello {
					fmt.Fprint(nc, "500 not here\r\n")
					return
				}
				fmt.Fprint(nc, "250 next.example.net\r\n")
			case "DATA":
				fmt.Fprint(nc, "354 go on\r\n")
				var b strings.Builder
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					if line == ".\r\n" {
						break
					}
					b.WriteString(line)
				}
				fmt.Fprint(nc, "250 taken\r\n")
				select {
				case got <- b.String():
				default:
				}
			case "QUIT":
				fmt.Fprint(nc, "221 bye\r\n")
				return
			default:
				fmt.Fprint(nc, "250 ok\r\n")
			}
		}
	}
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			go serve(nc)
		}
	}()
	return netip.MustParseAddrPort(l.Addr().String()), got
}

const letter = "Subject: dots\r\n\r\nbody\r\n.\r\n..\r\n.x"

func TestSMTPServers(t *testing.T) {
	Require(t)
	for _, name := range SMTPServers() {
		t.Run(name, func(t *testing.T) {
			ctx := testContext(t)
			smtpAddr, bySMTP := nextServer(t, "EHLO")
			lmtpAddr, byLMTP := nextServer(t, "LHLO")
			s, err := StartSMTP(ctx, name, SMTPOptions{Relays: []Relay{{Domain: "next.example.net", To: smtpAddr}, {Domain: "local.example.net", LMTP: true, To: lmtpAddr}}})
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
			if !strings.Contains(s.Software, " ") || !version.MatchString(s.Software) {
				t.Errorf("software is %q, want a name and a version", s.Software)
			}

			c := dialSMTP(t, s, PortSMTP)
			c.send(letter, 1, "alice@example.org", "bob@example.org")
			c.send(letter, 1, "postmaster@example.org")
			c.reply("250", "MAIL FROM:<carol@example.net>")
			if line := c.say("RCPT TO:<nobody@example.org>"); line[0] != '5' {
				t.Errorf("somebody unknown: %q", line)
			}
			if line := c.say("RCPT TO:<alice@elsewhere.example>"); line[0] != '5' {
				t.Errorf("another domain: %q", line)
			}
			c.reply("250", "RSET")
			c.send(letter, 1, "x@next.example.net")
			c.send(letter, 1, "x@local.example.net")
			c.reply("221", "QUIT")
			for _, mail := range append(awaitMail(ctx, t, s, "alice", 2), awaitMail(ctx, t, s, "bob", 1)...) {
				_, body, _ := bytes.Cut(mail, []byte("\n\n"))
				if want := "body\n.\n..\n.x\n"; string(body) != want || !bytes.Contains(mail, []byte("Received: ")) {
					t.Errorf("delivered: %q", mail)
				}
			}
			for _, next := range []<-chan string{bySMTP, byLMTP} {
				select {
				case mail := <-next:
					if _, body, _ := strings.Cut(mail, "\r\n\r\n"); body != "body\r\n..\r\n...\r\n..x\r\n" {
						t.Errorf("handed on: %q", mail)
					}
				case <-time.After(30 * time.Second):
					t.Fatal("nothing was handed on")
				}
			}

			for _, port := range []int{PortSMTP, PortSubmission, PortSubmissions} {
				c := dialSMTP(t, s, port)
				if port != PortSubmissions {
					c.reply("220", "STARTTLS")
					conn := tls.Client(c.conn, s.TLSConfig())
					if err := conn.Handshake(); err != nil {
						t.Fatal(err)
					}
					c = open(t, conn, nil)
					c.hello(port)
				}
				if port != PortSMTP {
					if line := c.say("MAIL FROM:<alice@example.org>"); line[0] == '2' {
						if line = c.say("RCPT TO:<bob@example.org>"); line[0] == '2' {
							t.Errorf("port %d takes mail without authentication: %q", port, line)
						}
						c.reply("250", "RSET")
					}
				}
				if line := c.say("AUTH PLAIN %s", base64.StdEncoding.EncodeToString([]byte("\x00bob\x00wrong"))); !strings.HasPrefix(line, "535") {
					t.Errorf("port %d: a wrong password: %q", port, line)
				}
				c.authenticate("bob", "builder")
				c.send(letter, 1, "bob@example.org")
				c.reply("221", "QUIT")
			}
			awaitMail(ctx, t, s, "bob", 4)
		})
	}
}

func TestLMTPServers(t *testing.T) {
	Require(t)
	for _, name := range LMTPServers() {
		t.Run(name, func(t *testing.T) {
			ctx := testContext(t)
			s, err := StartLMTP(ctx, name, LMTPOptions{Accounts: map[string]string{"alice": "wonderland", "bob": "builder", "dan": "desert"}, Full: []string{"dan"}})
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
			c := dialSMTP(t, s, PortLMTP)
			c.send(letter, 2, "alice@example.org", "bob@example.org")
			c.reply("250", "MAIL FROM:<carol@example.net>")
			c.reply("550", "RCPT TO:<nobody@example.org>")
			c.reply("250", "RCPT TO:<dan@example.org>")
			c.reply("250", "RCPT TO:<bob@example.org>")
			c.reply("354", "DATA")
			c.reply("552", ".")
			c.last("250", c.line())
			c.reply("221", "QUIT")
			for _, user := range []string{"alice", "bob"} {
				if mail := awaitMail(ctx, t, s, user, 1)[0]; !bytes.HasSuffix(mail, []byte("\n\nbody\n.\n..\n.x\n")) {
					t.Errorf("delivered to %s: %q", user, mail)
				}
			}
			if _, err := s.Delivered(ctx, "nobody"); err == nil {
				t.Error("mail of nobody")
			}
		})
	}
}

func TestGoSMTP(t *testing.T) {
	ctx := testContext(t)
	s, err := StartGoSMTP(GoSMTPOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	dial := func(s *GoSMTP, port int) *session {
		t.Helper()
		conn, err := net.Dial("tcp", s.Addr(port))
		if port == PortSubmissions && err == nil {
			conn = tls.Client(conn, s.TLSConfig())
		}
		c := open(t, conn, err)
		c.last("220", c.line())
		c.hello(port)
		return c
	}
	c := dial(s, PortSMTP)
	c.send(letter, 1, "alice@example.org", "postmaster@example.org")
	c.reply("250", "MAIL FROM:<carol@example.net>")
	c.reply("550", "RCPT TO:<nobody@example.org>")
	c.reply("550", "RCPT TO:<x@example.net>")
	c.reply("250", "RSET")
	c.reply("535", "AUTH PLAIN %s", base64.StdEncoding.EncodeToString([]byte("\x00bob\x00wrong")))
	c.reply("334", "AUTH LOGIN")
	c.reply("334", "%s", base64.StdEncoding.EncodeToString([]byte("bob")))
	c.reply("235", "%s", base64.StdEncoding.EncodeToString([]byte("builder")))
	c.send(letter, 1, "x@example.net")
	c.reply("221", "QUIT")
	c = dial(s, PortSubmissions)
	c.authenticate("alice", "wonderland")
	c.send(letter, 1, "bob@example.org")
	for user, want := range map[string]int{"alice": 2, "bob": 1} {
		mail, err := s.Delivered(ctx, user)
		if err != nil || len(mail) != want || string(mail[0]) != letter+"\r\n" {
			t.Errorf("%s has %q, %v", user, mail, err)
		}
	}
	if _, err := s.Delivered(ctx, "nobody"); err == nil {
		t.Error("mail of nobody")
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}

	l, err := StartGoSMTP(GoSMTPOptions{LMTP: true, Full: []string{"bob"}})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c = dial(l, PortLMTP)
	c.reply("250", "MAIL FROM:<carol@example.net>")
	c.reply("250", "RCPT TO:<bob@example.org>")
	c.reply("250", "RCPT TO:<alice@example.org>")
	c.reply("354", "DATA")
	c.reply("552", "%s\r\n.", strings.ReplaceAll(letter, "\r\n.", "\r\n.."))
	c.last("250", c.line())
	if _, err := StartGoSMTP(GoSMTPOptions{Accounts: map[string]string{"A": "b"}}); err == nil {
		t.Error("an odd account is taken")
	}
}

func TestSMTPArguments(t *testing.T) {
	ctx := testContext(t)
	to := netip.MustParseAddrPort("127.0.0.1:2525")
	for what, opts := range map[string]SMTPOptions{
		"no domain":   {Relays: []Relay{{To: to}}},
		"own domain":  {Relays: []Relay{{Domain: MailDomain, To: to}}},
		"no address":  {Relays: []Relay{{Domain: "x.example"}}},
		"odd account": {Accounts: map[string]string{"A": "b"}},
	} {
		if _, err := StartSMTP(ctx, "postfix", opts); err == nil {
			t.Errorf("%s is taken", what)
		}
	}
	if _, err := StartSMTP(ctx, "sendmail", SMTPOptions{}); err == nil || !strings.Contains(err.Error(), "postfix") {
		t.Error(err)
	}
	if _, err := StartLMTP(ctx, "postfix", LMTPOptions{}); err == nil || !strings.Contains(err.Error(), "dovecot") {
		t.Error(err)
	}
}
