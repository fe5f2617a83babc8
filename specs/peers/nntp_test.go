package peers

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"harness/fixtures"
)

// dialNNTP opens a session with a server, and reads the greeting.
func dialNNTP(t *testing.T, s *Server, port int) *session {
	t.Helper()
	conn, err := net.Dial("tcp", s.Addr(port))
	if port == PortNNTPS && err == nil {
		conn = tls.Client(conn, s.TLSConfig())
	}
	c := open(t, conn, err)
	if greeting := c.line(); !strings.HasPrefix(greeting, "20") {
		t.Fatalf("greeting: %q", greeting)
	}
	return c
}

// code sends a command, which has to be answered by a code.
func (s *session) code(code, format string, args ...any) string {
	s.t.Helper()
	reply := s.say(format, args...)
	if !strings.HasPrefix(reply, code+" ") {
		s.t.Fatalf("%s: %q, want %s", fmt.Sprintf(format, args...), reply, code)
	}
	return reply
}

func (s *session) login(user, password string) {
	s.t.Helper()
	s.code("381", "AUTHINFO USER %s", user)
	s.code("281", "AUTHINFO PASS %s", password)
}

func TestNNTPServers(t *testing.T) {
	Require(t)
	for _, name := range NNTPServers() {
		t.Run(name, func(t *testing.T) {
			ctx := testContext(t)
			begun := time.Now()
			s, err := StartNNTP(ctx, name, NNTPOptions{})
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
			if !strings.Contains(s.Software, " ") || !version.MatchString(s.Software) {
				t.Errorf("software is %q, want a name and a version", s.Software)
			}

			t.Run("plain", func(t *testing.T) {
				c := dialNNTP(t, s, PortNNTP)
				c.code("101", "CAPABILITIES")
				t.Logf("capabilities: %q", c.block())
				if nntpServers[name].fed {
					c.login("alice", "wonderland")
					checkFed(t, c)
				} else {
					checkNews(t, c)
				}
				c.code("205", "QUIT")
			})
			t.Run("STARTTLS", func(t *testing.T) {
				c := dialNNTP(t, s, PortNNTP)
				c.code("382", "STARTTLS")
				conn := tls.Client(c.conn, s.TLSConfig())
				if err := conn.Handshake(); err != nil {
					t.Fatal(err)
				}
				c = open(t, conn, nil)
				c.login("alice", "wonderland")
				c.code("101", "CAPABILITIES")
				t.Logf("capabilities: %q", c.block())
				c.code("205", "QUIT")
			})
			t.Run("TLS", func(t *testing.T) {
				c := dialNNTP(t, s, PortNNTPS)
				c.code("381", "AUTHINFO USER alice")
				c.code("481", "AUTHINFO PASS wrong")
			})
			t.Run("posting", func(t *testing.T) {
				c := dialNNTP(t, s, PortNNTP)
				c.login("bob", "builder")
				c.code("340", "POST")
				c.code("240", "From: a@example.org\r\nNewsgroups: example.empty\r\nSubject: posted\r\nMessage-ID: <posted@example.org>\r\n\r\nHere.\r\n.")
				c.appears("<posted@example.org>")
			})
			if s.Addr(PortNNSP) == "" {
				return
			}
			t.Run("feed", func(t *testing.T) {
				c := dialNNTP(t, s, PortNNSP)
				c.code("438", "CHECK %s", fixtures.News()[0].ID)
				c.code("238", "CHECK <fed@example.org>")
				c.code("239", "TAKETHIS <fed@example.org>\r\nFrom: a@example.org\r\nNewsgroups: example.empty\r\nSubject: fed\r\nMessage-ID: <fed@example.org>\r\n"+
					"Date: 1 Jan 2020 00:00:00 GMT\r\nPath: far.example.net\r\n\r\nHere.\r\n.")
				if greeting := c.say("MODE READER"); !strings.HasPrefix(greeting, "200 ") {
					t.Fatal(greeting)
				}
				c.appears("<fed@example.org>")
			})
		})
	}
}

// appears waits until an article can be had, which the servers give no time for.
func (s *session) appears(id string) {
	s.t.Helper()
	for begun := time.Now(); ; {
		reply := s.say("STAT %s", id)
		if strings.HasPrefix(reply, "223 ") {
			return
		}
		if time.Since(begun) > 10*time.Second {
			s.t.Fatalf("%s does not appear: %q", id, reply)
		}
	}
}

// checkNews checks that every group and every article is there as the corpus has it.
func checkNews(t *testing.T, c *session) {
	t.Helper()
	count := map[string]int{}
	for _, a := range fixtures.News() {
		for _, p := range a.Places {
			count[p.Group]++
			c.code("211", "GROUP %s", p.Group)
			if got, want := c.code("220", "ARTICLE %d", p.Number), fmt.Sprintf("%d %s", p.Number, a.ID); !strings.HasPrefix(got[4:], want) {
				t.Errorf("%d of %s: %q, want %q", p.Number, p.Group, got, want)
			}
			if got := c.block(); got != string(a.Data) {
				t.Errorf("%s in %s:\n got %.300q\nwant %.300q", a.Name, p.Group, got, a.Data)
			}
		}
		if a.Name != "20-message-id-odd" { // which INN takes for none (RFC 5536 section 3.1.3)
			c.code("223", "STAT %s", a.ID)
		}
	}
	for _, g := range fixtures.Newsgroups() {
		if got, want := c.code("211", "GROUP %s", g.Name), fmt.Sprintf("211 %d %d ", count[g.Name], g.First); !strings.HasPrefix(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
		c.code("215", "LIST ACTIVE %s", g.Name)
		if got := c.block(); !strings.HasSuffix(got, " "+g.Status+"\r\n") {
			t.Errorf("%q, want status %s", got, g.Status)
		}
		c.code("215", "LIST NEWSGROUPS %s", g.Name)
		if got := c.block(); got != g.Name+"\t"+g.Description+"\r\n" {
			t.Errorf("description %q, want %q", got, g.Description)
		}
	}
}

// refusedByCyrus are control messages, which it takes only if there is a mailbox for them.
var refusedByCyrus = []string{"46-control-cancel", "47-control-newgroup"}

// checkFed checks that every article is there with the body that it had.
func checkFed(t *testing.T, c *session) {
	t.Helper()
	for _, a := range fixtures.News() {
		if slices.Contains(refusedByCyrus, a.Name) {
			c.code("430", "STAT %s", a.ID)
			continue
		}
		c.code("222", "BODY %s", a.ID)
		_, body, _ := bytes.Cut(a.Data, []byte("\r\n\r\n"))
		if got := c.block(); got != string(body) {
			t.Errorf("%s:\n got %.300q\nwant %.300q", a.Name, got, body)
		}
	}
	for _, g := range fixtures.Newsgroups() {
		c.code("211", "GROUP %s", g.Name)
	}
}

func TestStartNNTPErrors(t *testing.T) {
	group := []fixtures.Newsgroup{{Name: "a.b", Status: "y", First: 2}}
	article := func(places ...fixtures.NewsPlace) []fixtures.NewsArticle {
		return []fixtures.NewsArticle{{Name: "x", Places: places}}
	}
	cases := map[string]struct {
		server string
		opts   NNTPOptions
		want   string
	}{
		"unknown server":  {"nosuch", NNTPOptions{}, "cyrus, inn2"},
		"no account":      {"inn2", NNTPOptions{Accounts: map[string]string{}}, "needs an account"},
		"bad group":       {"inn2", NNTPOptions{Groups: []fixtures.Newsgroup{{Name: "a b", First: 1}}}, `"a b"`},
		"no place":        {"inn2", NNTPOptions{Groups: group, Articles: article()}, "no place"},
		"another group":   {"inn2", NNTPOptions{Groups: group, Articles: article(fixtures.NewsPlace{Group: "c", Number: 2})}, "number 2 of c"},
		"too low":         {"inn2", NNTPOptions{Groups: group, Articles: article(fixtures.NewsPlace{Group: "a.b", Number: 1})}, "number 1 of a.b"},
		"the same number": {"inn2", NNTPOptions{Groups: group, Articles: append(article(fixtures.NewsPlace{Group: "a.b", Number: 2}), article(fixtures.NewsPlace{Group: "a.b", Number: 2})...)}, "which is at 2"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s, err := StartNNTP(testContext(t), tc.server, tc.opts)
			if err == nil {
				s.Close(context.Background())
				t.Fatal("no error")
			}
			if !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %q does not say %q", err, tc.want)
			}
		})
	}
}
