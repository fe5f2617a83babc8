package peers

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"harness/fixtures"
)

// ftpSession is a bare FTP client.
type ftpSession struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

func openFTP(t *testing.T, conn net.Conn, err error) *ftpSession {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return &ftpSession{t, conn, bufio.NewReader(conn)}
}

// reply reads a reply to its end.
func (s *ftpSession) reply() string {
	s.t.Helper()
	var all strings.Builder
	for {
		line, err := s.r.ReadString('\n')
		all.WriteString(line)
		if err != nil {
			s.t.Fatalf("reading a reply: %v; got %q", err, all.String())
		}
		if len(line) > 3 && line[3] == ' ' && line[:3] == all.String()[:3] {
			return all.String()
		}
	}
}

// say sends a command, and wants a reply that begins with a text.
func (s *ftpSession) say(want, format string, args ...any) string {
	s.t.Helper()
	if _, err := fmt.Fprintf(s.conn, format+"\r\n", args...); err != nil {
		s.t.Fatal(err)
	}
	reply := s.reply()
	if !strings.HasPrefix(reply, want) {
		s.t.Fatalf("%s: %q", fmt.Sprintf(format, args...), reply)
	}
	return reply
}

func (s *ftpSession) login(user, password string) {
	s.t.Helper()
	s.say("331", "USER %s", user)
	s.say("230", "PASS %s", password)
	s.say("200", "TYPE I")
}

// data opens a passive data connection and returns what a command sends there.
func (s *ftpSession) data(config *tls.Config, format string, args ...any) string {
	s.t.Helper()
	var port int
	reply := s.say("229", "EPSV")
	if _, err := fmt.Sscanf(reply[strings.Index(reply, "("):], "(|||%d|)", &port); err != nil {
		s.t.Fatal(reply, err)
	}
	host, _, _ := net.SplitHostPort(s.conn.RemoteAddr().String())
	conn, err := net.Dial("tcp", net.JoinHostPort(host, fmt.Sprint(port)))
	if err != nil {
		s.t.Fatal(err)
	}
	return s.take(conn, config, format, args...)
}

// active has the server open the data connection.
func (s *ftpSession) active(format string, args ...any) string {
	s.t.Helper()
	host, _, _ := net.SplitHostPort(s.conn.LocalAddr().String())
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		s.t.Fatal(err)
	}
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	s.say("200", "PORT %s,%d,%d", strings.ReplaceAll(host, ".", ","), port>>8, port&255)
	if err := l.(*net.TCPListener).SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		s.t.Fatal(err)
	}
	if _, err := fmt.Fprintf(s.conn, format+"\r\n", args...); err != nil {
		s.t.Fatal(err)
	}
	conn, err := l.Accept()
	if err != nil {
		s.t.Fatal(err)
	}
	defer conn.Close()
	return s.rest(conn, fmt.Sprintf(format, args...))
}

func (s *ftpSession) take(conn net.Conn, config *tls.Config, format string, args ...any) string {
	s.t.Helper()
	defer conn.Close()
	if _, err := fmt.Fprintf(s.conn, format+"\r\n", args...); err != nil {
		s.t.Fatal(err)
	}
	if config != nil {
		conn = tls.Client(conn, config)
	}
	return s.rest(conn, fmt.Sprintf(format, args...))
}

func (s *ftpSession) rest(conn net.Conn, command string) string {
	s.t.Helper()
	if reply := s.reply(); !strings.HasPrefix(reply, "1") {
		s.t.Fatalf("%s: %q", command, reply)
	}
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		s.t.Fatal(err)
	}
	data, err := io.ReadAll(conn)
	if err != nil {
		s.t.Fatalf("%s: %v after %q", command, err, data)
	}
	conn.Close()
	if reply := s.reply(); !strings.HasPrefix(reply, "226") {
		s.t.Fatalf("%s: %q", command, reply)
	}
	return string(data)
}

func TestFTPServers(t *testing.T) {
	Require(t)
	for _, name := range FTPServers() {
		t.Run(name, func(t *testing.T) {
			ctx := testContext(t)
			begun := time.Now()
			kind := ftpServers[name]
			s, err := StartFTP(ctx, name, FTPOptions{
				Files:        map[string][]fixtures.File{"alice": fixtures.Files(), AnonymousHome: fixtures.Files()},
				Anonymous:    true,
				SessionReuse: kind.reuse,
			})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%s started in %v", s.Software, time.Since(begun).Round(10*time.Millisecond))
			defer func() {
				if t.Failed() {
					t.Log(s.Logs())
				}
				if err := s.Close(ctx); err != nil {
					t.Error(err)
				}
			}()
			dial := func(t *testing.T) *ftpSession {
				t.Helper()
				conn, err := net.Dial("tcp", s.Addr(PortFTP))
				c := openFTP(t, conn, err)
				c.reply()
				return c
			}
			numbered, err := fixtures.FileByPath("octets/numbered.bin")
			if err != nil {
				t.Fatal(err)
			}

			t.Run("plain", func(t *testing.T) {
				c := dial(t)
				c.login("alice", "wonderland")
				for _, f := range fixtures.Files() {
					if !f.Mode.IsRegular() {
						continue
					}
					if f.Mode.Perm() == 0 || name == "pureftpd" && strings.Contains(f.Path, `\`) { // which Pure-FTPd allows nobody
						c.say("229", "EPSV")
						c.say("55", "RETR /%s", f.Path)
						continue
					}
					if got := c.data(nil, "RETR /%s", f.Path); got != string(f.Data) {
						t.Errorf("%q: %d octets of %d", f.Path, len(got), len(f.Data))
					}
					if reply := c.say("213", "MDTM /%s", f.Path); !strings.HasPrefix(reply, "213 "+f.ModTime.Format("20060102150405")) {
						t.Errorf("%q is of %v, not %q", f.Path, f.ModTime, reply)
					}
				}
				c.say("250", "CWD ..")
				c.say(`257 "/"`, "PWD")
				if reply := c.say("5", "MKD locked/x"); !strings.HasPrefix(reply, "550") {
					t.Errorf("MKD in a locked directory: %q", reply)
				}
				if got := c.active("RETR octets/numbered.bin"); got != string(numbered.Data) {
					t.Errorf("%d octets of %d in active mode", len(got), len(numbered.Data))
				}
				list := c.data(nil, "LIST modes")
				for _, want := range []string{"-rwxr-xr-x", "-rw-rw-rw-", "----------"} {
					if !strings.Contains(list, want) {
						t.Errorf("no %s in the listing:\n%s", want, list)
					}
				}
				c.say("221", "QUIT")
			})
			t.Run("wrong password", func(t *testing.T) {
				begun := time.Now()
				c := dial(t)
				c.say("331", "USER alice")
				c.say("530", "PASS wrong")
				t.Logf("refused after %v", time.Since(begun).Round(time.Millisecond))
			})
			t.Run("anonymous", func(t *testing.T) {
				c := dial(t)
				c.say("", "USER anonymous")
				c.say("230", "PASS user@example.org")
				c.say("200", "TYPE I")
				if got := c.data(nil, "RETR octets/numbered.bin"); got != string(numbered.Data) {
					t.Errorf("%d octets of %d", len(got), len(numbered.Data))
				}
				c.say("55", "MKD incoming/x")
			})
			t.Run("TLS", func(t *testing.T) {
				config := s.TLSConfig()
				config.ClientSessionCache = tls.NewLRUClientSessionCache(4)
				config.MaxVersion = tls.VersionTLS12
				c := dial(t)
				c.say("234", "AUTH TLS")
				conn := tls.Client(c.conn, config)
				c = openFTP(t, conn, conn.Handshake())
				secret(t, c, config, numbered.Data)
			})
			if !kind.implicit {
				return
			}
			t.Run("implicit TLS", func(t *testing.T) {
				config := s.TLSConfig()
				config.ClientSessionCache = tls.NewLRUClientSessionCache(4)
				config.MaxVersion = tls.VersionTLS12
				conn, err := tls.Dial("tcp", s.Addr(PortFTPS), config)
				c := openFTP(t, conn, err)
				c.reply()
				secret(t, c, config, numbered.Data)
			})
			t.Run("no session reused", func(t *testing.T) {
				config := s.TLSConfig()
				conn, err := tls.Dial("tcp", s.Addr(PortFTPS), config)
				c := openFTP(t, conn, err)
				c.reply()
				c.login("alice", "wonderland")
				c.say("200", "PBSZ 0")
				c.say("200", "PROT P")
				var port int
				reply := c.say("229", "EPSV")
				if _, err := fmt.Sscanf(reply[strings.Index(reply, "("):], "(|||%d|)", &port); err != nil {
					t.Fatal(reply, err)
				}
				data, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", port))
				if err != nil {
					t.Fatal(err)
				}
				defer data.Close()
				if _, err := fmt.Fprintf(c.conn, "RETR octets/numbered.bin\r\n"); err != nil {
					t.Fatal(err)
				}
				data = tls.Client(data, config)
				if got, err := io.ReadAll(data); err == nil && bytes.Equal(got, numbered.Data) {
					t.Error("the file came")
				}
				data.Close()
				replies := ""
				for !strings.Contains(replies, "\r\n4") && !strings.Contains(replies, "\r\n5") {
					replies += "\r\n" + c.reply()
				}
				t.Logf("%q", replies)
			})
		})
	}
}

// secret retrieves a file over a protected data channel.
func secret(t *testing.T, c *ftpSession, config *tls.Config, want []byte) {
	t.Helper()
	c.login("alice", "wonderland")
	c.say("200", "PBSZ 0")
	c.say("200", "PROT P")
	if got := c.data(config, "RETR octets/numbered.bin"); got != string(want) {
		t.Errorf("%d octets of %d", len(got), len(want))
	}
	c.say("221", "QUIT")
}

func TestStartFTPErrors(t *testing.T) {
	cases := map[string]struct {
		server string
		opts   FTPOptions
		want   string
	}{
		"unknown server":     {"nosuch", FTPOptions{}, "proftpd, pureftpd, vsftpd"},
		"no account":         {"vsftpd", FTPOptions{Accounts: map[string]string{}}, "needs an account"},
		"anonymous by name":  {"vsftpd", FTPOptions{Accounts: map[string]string{"ftp": "x"}}, "FTPOptions.Anonymous"},
		"files for a nobody": {"vsftpd", FTPOptions{Files: map[string][]fixtures.File{"carol": nil}}, `"carol"`},
		"files for nobody":   {"vsftpd", FTPOptions{Files: map[string][]fixtures.File{AnonymousHome: nil}}, `"ftp"`},
		"path":               {"vsftpd", FTPOptions{Files: map[string][]fixtures.File{"alice": {{Path: "../x"}}}}, `"../x"`},
		"session reuse":      {"pureftpd", FTPOptions{SessionReuse: true}, "cannot demand"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s, err := StartFTP(testContext(t), tc.server, tc.opts)
			if err == nil {
				s.Close(t.Context())
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %q does not say %q", err, tc.want)
			}
		})
	}
}
