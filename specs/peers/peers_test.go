package peers

import (
	"bufio"
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
	"go.uber.org/goleak"

	"harness/fixtures"
)

func testContext(t *testing.T) context.Context {
	t.Helper()
	// The first test of an image may have to build it.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// session is a bare POP3 client, so that this package depends on nothing that it is there to check.
type session struct {
	t    *testing.T
	conn net.Conn
	r    *bufio.Reader
}

func open(t *testing.T, conn net.Conn, err error) *session {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return &session{t, conn, bufio.NewReader(conn)}
}

func (s *session) line() string {
	s.t.Helper()
	line, err := s.r.ReadString('\n')
	if err != nil {
		s.t.Fatalf("reading a reply: %v; got %q", err, line)
	}
	return line
}

// say sends a command and returns the reply to it.
func (s *session) say(format string, args ...any) string {
	s.t.Helper()
	if _, err := fmt.Fprintf(s.conn, format+"\r\n", args...); err != nil {
		s.t.Fatal(err)
	}
	return s.line()
}

func (s *session) ok(format string, args ...any) string {
	s.t.Helper()
	reply := s.say(format, args...)
	if !strings.HasPrefix(reply, "+OK") {
		s.t.Fatalf("%s: %q", fmt.Sprintf(format, args...), reply)
	}
	return reply
}

// block reads a multi-line reply to its end and undoes the dot-stuffing (RFC 1939 section 3).
func (s *session) block() string {
	s.t.Helper()
	var b strings.Builder
	for {
		line := s.line()
		if line == ".\r\n" {
			return b.String()
		}
		b.WriteString(strings.TrimPrefix(line, "."))
	}
}

// startTLS upgrades the connection after STLS.
func (s *session) startTLS(config *tls.Config) *session {
	s.t.Helper()
	s.ok("STLS")
	conn := tls.Client(s.conn, config)
	if err := conn.Handshake(); err != nil {
		s.t.Fatalf("handshake after STLS: %v", err)
	}
	return open(s.t, conn, nil)
}

var messages = [][]byte{
	[]byte("From: a@example.org\r\nSubject: dots\r\n\r\nbody\r\n.\r\n..\r\n.x\r\n"),
	[]byte("Subject: octets\r\n\r\n\xc3\xa9\x80\xff\ttab and \r alone\r\nFrom here\r\n>From there\r\n\r\n"),
	[]byte("Subject: long\r\n\r\n" + strings.Repeat("x", 5000) + "\r\n"),
	[]byte("Subject: empty body\r\n\r\n"),
	[]byte("Subject: no last line end\r\n\r\nno CRLF"),
}

func init() {
	// Enough for an order by name to differ from the order by number.
	for i := len(messages) + 1; i <= 12; i++ {
		messages = append(messages, fmt.Appendf(nil, "Subject: message %d\r\n\r\n%[1]d\r\n", i))
	}
}

func TestPOP3Servers(t *testing.T) {
	Require(t)
	for _, name := range POP3Servers() {
		t.Run(name, func(t *testing.T) {
			ctx := testContext(t)
			begun := time.Now()
			s, err := StartPOP3(ctx, name, POP3Options{Mail: map[string][][]byte{"alice": messages}})
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
				_, err := s.box.provider.Client().ContainerInspect(ctx, s.box.ctr.GetContainerID(), client.ContainerInspectOptions{})
				if !errdefs.IsNotFound(err) {
					t.Errorf("the container is still there: %v", err)
				}
			}()
			if !strings.Contains(s.Software, " ") || !version.MatchString(s.Software) {
				t.Errorf("software is %q, want a name and a version", s.Software)
			}

			t.Run("plain", func(t *testing.T) {
				conn, err := net.Dial("tcp", s.Addr(PortPOP3))
				c := open(t, conn, err)
				t.Logf("greeting: %q", c.line())
				c.ok("CAPA")
				t.Logf("capabilities: %q", c.block())
				c.ok("USER alice")
				c.ok("PASS wonderland")
				c.ok("CAPA")
				t.Logf("capabilities after login: %q", c.block())
				checkMaildrop(t, c)
				c.ok("QUIT")
			})
			t.Run("STLS", func(t *testing.T) {
				conn, err := net.Dial("tcp", s.Addr(PortPOP3))
				c := open(t, conn, err)
				c.line()
				c = c.startTLS(s.TLSConfig())
				c.ok("CAPA")
				t.Logf("capabilities: %q", c.block())
				c.ok("USER bob")
				c.ok("PASS builder")
				if got := c.ok("STAT"); !strings.HasPrefix(got, "+OK 0 0") {
					t.Errorf("STAT of an empty maildrop: %q", got)
				}
				c.ok("QUIT")
			})
			t.Run("TLS", func(t *testing.T) {
				conn, err := tls.Dial("tcp", s.Addr(PortPOP3S), s.TLSConfig())
				c := open(t, conn, err)
				c.line()
				c.ok("USER alice")
				if got := c.say("PASS wrong"); !strings.HasPrefix(got, "-ERR") {
					t.Errorf("a wrong password: %q", got)
				}
			})
			t.Run("mechanisms", func(t *testing.T) { checkMechanisms(t, s) })
			t.Run("exec", func(t *testing.T) {
				result, err := s.Exec(ctx, "sh", "-c", "cat /harness/software; echo no >&2; exit 3")
				if err != nil {
					t.Fatal(err)
				}
				if strings.TrimSpace(string(result.Stdout)) != s.Software || string(result.Stderr) != "no\n" || result.ExitCode != 3 {
					t.Errorf("got %q, %q, %d", result.Stdout, result.Stderr, result.ExitCode)
				}
			})
		})
	}
}

// checkMaildrop checks that every message arrives as it was given.
func checkMaildrop(t *testing.T, c *session) {
	t.Helper()
	if got := c.ok("STAT"); !strings.HasPrefix(got, fmt.Sprintf("+OK %d ", len(messages))) {
		t.Fatalf("STAT of %d messages: %q", len(messages), got)
	}
	for i, want := range messages {
		if !bytes.HasSuffix(want, []byte("\r\n")) {
			want = append(slices.Clone(want), "\r\n"...)
		}
		c.ok("RETR %d", i+1)
		got := c.block()
		if got != string(want) {
			t.Errorf("message %d:\n got %.200q\nwant %.200q", i+1, got, want)
		}
	}
}

// checkMechanisms logs in by what each server is there for beside USER and PASS.
func checkMechanisms(t *testing.T, s *Server) {
	dial := func() (*session, string) {
		conn, err := net.Dial("tcp", s.Addr(PortPOP3))
		c := open(t, conn, err)
		return c, c.line()
	}
	if s.Name != "courier" { // the only one without APOP
		c, greeting := dial()
		_, rest, _ := strings.Cut(greeting, "<")
		stamp, _, found := strings.Cut(rest, ">")
		if !found {
			t.Errorf("no timestamp in greeting %q", greeting)
		}
		digest := md5.Sum([]byte("<" + stamp + ">wonderland"))
		c.ok("APOP alice %x", digest)
		c.ok("QUIT")
	}
	if s.Name != "mailutils" { // the only one without AUTH
		c, _ := dial()
		c.ok("AUTH PLAIN %s", base64.StdEncoding.EncodeToString([]byte("\x00alice\x00wonderland")))
		c.ok("QUIT")

		c, _ = dial()
		challenge, err := base64.StdEncoding.DecodeString(strings.TrimSpace(strings.TrimPrefix(c.say("AUTH CRAM-MD5"), "+ ")))
		if err != nil {
			t.Error(err)
		}
		mac := hmac.New(md5.New, []byte("wonderland"))
		mac.Write(challenge)
		c.ok("%s", base64.StdEncoding.EncodeToString([]byte("alice "+hex.EncodeToString(mac.Sum(nil)))))
		c.ok("QUIT")
	}
	token, err := s.Token("alice")
	if s.Name != "dovecot" {
		if err == nil {
			t.Error("a token for a server that takes none")
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	c, _ := dial()
	c.ok("AUTH OAUTHBEARER %s", base64.StdEncoding.EncodeToString([]byte("n,a=alice,\x01auth=Bearer "+token+"\x01\x01")))
	c.ok("QUIT")

	cert, err := s.ClientCertificate("bob")
	if err != nil {
		t.Fatal(err)
	}
	config := s.TLSConfig()
	config.Certificates = []tls.Certificate{cert}
	c, _ = dial()
	c = c.startTLS(config)
	c.ok("AUTH EXTERNAL =")
	c.ok("QUIT")
}

func TestAccounts(t *testing.T) {
	Require(t)
	for _, name := range POP3Servers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := testContext(t)
			const password = `a b:c\"'$%{}#|;é`
			s, err := StartPOP3(ctx, name, POP3Options{Accounts: map[string]string{"x-1_y": password}, Mail: map[string][][]byte{"x-1_y": messages[:1]}})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close(ctx)
			conn, err := net.Dial("tcp", s.Addr(PortPOP3))
			c := open(t, conn, err)
			c.line()
			c.ok("USER x-1_y")
			c.ok("PASS %s", password)
			if got := c.ok("STAT"); !strings.HasPrefix(got, "+OK 1 ") {
				t.Errorf("STAT: %q", got)
			}
			c.ok("QUIT")
		})
	}
}

func TestStartPOP3Errors(t *testing.T) {
	cases := map[string]struct {
		server string
		opts   POP3Options
		want   string
	}{
		"unknown server":    {"nosuch", POP3Options{}, "courier, cyrus, dovecot, mailutils"},
		"no account":        {"dovecot", POP3Options{Accounts: map[string]string{}}, "needs an account"},
		"bad user":          {"dovecot", POP3Options{Accounts: map[string]string{"a/b": "x"}}, `"a/b"`},
		"line in password":  {"dovecot", POP3Options{Accounts: map[string]string{"a": "x\ny"}}, "control character"},
		"mail for a nobody": {"dovecot", POP3Options{Mail: map[string][][]byte{"carol": nil}}, `"carol"`},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			s, err := StartPOP3(testContext(t), tc.server, tc.opts)
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

// TestStartFails cancels a start half-way and looks for what is left.
func TestStartFails(t *testing.T) {
	Require(t)
	ctx := testContext(t)
	provider, err := connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ensureImage(ctx, provider, "dovecot"); err != nil {
		t.Fatal(err)
	}
	for _, limit := range []time.Duration{50, 150, 250, 350} {
		short, cancel := context.WithTimeout(ctx, limit*time.Millisecond)
		s, err := StartPOP3(short, "dovecot", POP3Options{})
		cancel()
		if err == nil {
			t.Logf("started within %d ms", limit)
			s.Close(ctx)
		} else if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("limit %d ms: %v", limit, err)
		}
	}
	if left := listOwn(t, ctx, provider.Client()); len(left) > 0 {
		t.Errorf("left over: %v", left)
	}
}

// listOwn lists the containers of this process.
func listOwn(t *testing.T, ctx context.Context, api client.APIClient) []string {
	t.Helper()
	list, err := api.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: client.Filters{}.
		Add("label", processLabel+"="+strconv.Itoa(os.Getpid()))})
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range list.Items {
		names = append(names, c.Image+" "+c.Status)
	}
	return names
}

// TestInterrupted kills a process that holds containers: they have to go by themselves.
func TestInterrupted(t *testing.T) {
	Require(t)
	ctx := testContext(t)
	if os.Getenv("PEERS_TEST_HOLD") == "1" {
		s, err := StartPOP3(ctx, "dovecot", POP3Options{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := ContainerClient(ctx, "curl")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Printf("\nheld %s %s\n", s.box.ctr.GetContainerID(), c.shared.ctr.GetContainerID())
		<-ctx.Done() // the parent kills this process
		return
	}

	child := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestInterrupted$", "-test.timeout=6m")
	child.Env = append(os.Environ(), "PEERS_TEST_HOLD=1")
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	var held []string
	var said strings.Builder
	for lines := bufio.NewScanner(out); held == nil && lines.Scan(); {
		fmt.Fprintln(&said, lines.Text())
		if ids, ok := strings.CutPrefix(lines.Text(), "held "); ok {
			held = strings.Fields(ids)
		}
	}
	if err := child.Process.Kill(); err != nil {
		t.Error(err)
	}
	_ = child.Wait() // it was killed
	if len(held) != 2 {
		t.Fatalf("the child process started no containers:\n%s", said.String())
	}
	provider, err := connect(ctx)
	if err != nil {
		t.Fatal(err)
	}
	limit, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for _, id := range held {
		for {
			_, err := provider.Client().ContainerInspect(limit, id, client.ContainerInspectOptions{})
			if errdefs.IsNotFound(err) {
				break
			}
			select {
			case <-tick.C:
			case <-limit.Done():
				t.Fatalf("container %s outlived its process: %v", id, err)
			}
		}
	}
}

func TestContainerClients(t *testing.T) {
	Require(t)
	ctx := testContext(t)
	begun := time.Now()
	s, err := StartPOP3(ctx, "dovecot", POP3Options{Mail: map[string][][]byte{"alice": messages}})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(ctx)
	curl, err := ContainerClient(ctx, "curl")
	if err != nil {
		t.Fatal(err)
	}
	defer curl.Close(ctx)
	mpop, err := ContainerClient(ctx, "mpop")
	if err != nil {
		t.Fatal(err)
	}
	defer mpop.Close(ctx)
	python, err := ContainerClient(ctx, "python3")
	if err != nil {
		t.Fatal(err)
	}
	defer python.Close(ctx)
	t.Logf("%s, %s and %s after %v", curl.Software, mpop.Software, python.Software, time.Since(begun).Round(10*time.Millisecond))

	t.Run("versions", func(t *testing.T) {
		for _, name := range []string{"lftp", "msmtp", "slrnpull", "smtp-sink", "smtp-source", "swaks", "tin"} {
			c, err := ContainerClient(ctx, name)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close(ctx)
			t.Log(c.Software)
		}
	})
	t.Run("curl", func(t *testing.T) {
		url := "pop3://" + strings.Replace(s.Addr(PortPOP3), "127.0.0.1", "localhost", 1) + "/1"
		result := run(t, curl, Command{
			Args:  []string{"-sS", "-4", "--ssl-reqd", "--cacert", "ca.pem", "-u", "alice:wonderland", url},
			Files: map[string][]byte{"ca.pem": s.CAPEM},
		})
		if !bytes.Equal(result.Stdout, messages[0]) {
			t.Errorf("got %q", result.Stdout)
		}
		if result := runAny(t, curl, Command{Args: []string{"-sS", "-u", "alice:wrong", url}}); result.ExitCode != 67 || len(result.Stderr) == 0 {
			t.Errorf("a wrong password: status %d, %q", result.ExitCode, result.Stderr)
		}
	})
	t.Run("mpop", func(t *testing.T) {
		_, port, _ := net.SplitHostPort(s.Addr(PortPOP3S))
		conf := fmt.Sprintf("account default\nhost localhost\nport %s\nuser alice\npassword wonderland\ntls on\ntls_starttls off\ntls_trust_file ca.pem\n"+
			"keep on\nonly_new off\nreceived_header off\nuidls_file uidls\ndelivery mbox mail/in\n", port)
		result := run(t, mpop, Command{
			Args:      []string{"-C", "mpoprc"},
			Files:     map[string][]byte{"mpoprc": []byte(conf), "ca.pem": s.CAPEM, "mail/in": nil},
			KeepFiles: true,
		})
		if got := bytes.Count(result.Files["mail/in"], []byte("\nSubject: ")); got != len(messages) {
			t.Errorf("%d messages delivered of %d; files %d", got, len(messages), len(result.Files))
		}
		if _, ok := result.Files["mpoprc"]; ok {
			t.Error("a file that did not change came back")
		}
	})
	t.Run("poplib", func(t *testing.T) {
		result := run(t, python, Command{
			Args:  []string{"-", s.Addr(PortPOP3)},
			Stdin: []byte("import os, poplib, sys\nhost, port = sys.argv[1].split(':')\nc = poplib.POP3(host, int(port), timeout=10)\nc.user('alice')\nc.pass_(os.environ['SECRET'])\nprint(c.stat()[0])\nc.quit()\n"),
			Env:   []string{"SECRET=wonderland"},
		})
		if got := strings.TrimSpace(string(result.Stdout)); got != fmt.Sprint(len(messages)) {
			t.Errorf("got %q", got)
		}
	})
	t.Run("large input", func(t *testing.T) {
		input := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
		result := run(t, python, Command{Args: []string{"-c", "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"}, Stdin: input})
		if !bytes.Equal(result.Stdout, input) {
			t.Errorf("%d octets came back of %d", len(result.Stdout), len(input))
		}
		// Nobody reads this input.
		run(t, python, Command{Args: []string{"-c", "pass"}, Stdin: input})
	})
	t.Run("killed", func(t *testing.T) {
		running, cancel := context.WithCancel(ctx)
		defer cancel()
		done := make(chan error, 1)
		go func() {
			_, err := python.Run(running, Command{Args: []string{"-c", "import time; print('begun', flush=True); open('/tmp/begun', 'w'); time.sleep(300)"}})
			done <- err
		}()
		run(t, python, Command{Args: []string{"-c", "import os, sys, time\nfor _ in range(3000):\n  if os.path.exists('/tmp/begun'): sys.exit(0)\n  time.sleep(.01)\nsys.exit(1)\n"}})
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "begun") {
			t.Errorf("got %v", err)
		}
		// The sleeper is gone as soon as the signal has reached it.
		script := "import glob, sys, time\nfor _ in range(500):\n  if not any(b'time.sleep(300)' in open(f, 'rb').read() for f in glob.glob('/proc/[0-9]*/cmdline') if f != '/proc/self/cmdline'): sys.exit(0)\n  time.sleep(.01)\nsys.exit(1)\n"
		run(t, python, Command{Args: []string{"-"}, Stdin: []byte(script)})
	})
	t.Run("leftovers", func(t *testing.T) {
		for _, limit := range []time.Duration{1, 10, 30, 60} {
			short, cancel := context.WithTimeout(ctx, limit*time.Millisecond)
			if _, err := python.Run(short, Command{Args: []string{"-c", "pass"}, Files: map[string][]byte{"x": make([]byte, 1<<20)}}); err != nil && !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("limit %d ms: %v", limit, err)
			}
			cancel()
		}
		result := run(t, python, Command{Args: []string{"-c", "import os; print(len(os.listdir('/srv')))"}})
		if got := strings.TrimSpace(string(result.Stdout)); got != "1" {
			t.Errorf("%s working directories are there, want this run's alone", got)
		}
	})
	if _, err := ContainerClient(ctx, "nosuch"); err == nil {
		t.Error("an unknown program: no error")
	}
}

func runAny(t *testing.T, c *Client, cmd Command) *Result {
	t.Helper()
	result, err := c.Run(t.Context(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func run(t *testing.T, c *Client, cmd Command) *Result {
	t.Helper()
	result := runAny(t, c, cmd)
	if result.ExitCode != 0 {
		t.Fatalf("%s: status %d, %s", c.Name, result.ExitCode, result.Stderr)
	}
	return result
}

// TestPathClient runs a program of this machine, which any machine that runs Go tests has.
func TestPathClient(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not in PATH")
	}
	t.Setenv("PEERS_TEST_SECRET", "x")
	c, err := LookClient(t.Context(), "git")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(c.Software, "git ") {
		t.Errorf("software is %q", c.Software)
	}
	result := run(t, c, Command{
		Args:      []string{"-c", "alias.try=!cat; cat in/file; echo $HOME $PEERS_TEST_SECRET $GIVEN >made", "try"},
		Stdin:     []byte("input "),
		Env:       []string{"GIVEN=given"},
		Files:     map[string][]byte{"in/file": []byte("file")},
		KeepFiles: true,
	})
	if string(result.Stdout) != "input file" {
		t.Errorf("output %q", result.Stdout)
	}
	if made := strings.Fields(string(result.Files["made"])); len(result.Files) != 1 || len(made) != 2 || made[1] != "given" {
		t.Errorf("files %q", result.Files)
	} else if _, err := os.Stat(made[0]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the working directory is still there: %v", err)
	}
	if result := runAny(t, c, Command{Args: []string{"nosuch-command"}}); result.ExitCode != 1 || len(result.Stderr) == 0 {
		t.Errorf("status %d, %q", result.ExitCode, result.Stderr)
	}
	if _, err := c.Run(t.Context(), Command{Files: map[string][]byte{"../x": nil}}); err == nil {
		t.Error("a file outside the working directory: no error")
	}
	short, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := c.Run(short, Command{Args: []string{"-c", "alias.try=!exec sleep 60", "try"}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a program that does not end: %v", err)
	}
	if err := c.Close(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := c.Run(t.Context(), Command{}); err == nil {
		t.Error("a closed client runs")
	}
}

func TestNoEngine(t *testing.T) {
	if os.Getenv("PEERS_TEST_CHILD") == "1" {
		err := Available(t.Context())
		if !errors.Is(err, ErrNoEngine) || !strings.Contains(err.Error(), "nosuch.sock") {
			t.Fatalf("got %v", err)
		}
		if _, err := StartPOP3(t.Context(), "dovecot", POP3Options{}); !errors.Is(err, ErrNoEngine) {
			t.Fatalf("got %v", err)
		}
		Require(t)
		t.Fatal("Require returned")
	}
	// The answer holds for a process; so ask in others.
	for required, want := range map[string]string{"0": "--- SKIP", "1": "HARNESS_REQUIRE_CONTAINERS=1, but"} {
		child := exec.CommandContext(testContext(t), os.Args[0], "-test.run=^TestNoEngine$", "-test.v")
		child.Env = append(os.Environ(), "PEERS_TEST_CHILD=1", "DOCKER_HOST=unix:///nosuch.sock", "HOME="+t.TempDir(), "HARNESS_REQUIRE_CONTAINERS="+required)
		out, err := child.CombinedOutput()
		if (err != nil) != (required == "1") || !strings.Contains(string(out), want) {
			t.Errorf("required=%s: %v\n%s", required, err, out)
		}
	}
}

func TestBuildContext(t *testing.T) {
	folder, err := buildContext(os.DirFS("../../fixtures"), "dovecot")
	if err != nil {
		t.Fatal(err)
	}
	embedded, err := buildContext(fixtures.FS(), "dovecot")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(folder, embedded) {
		t.Error("the archive of the folder differs from that of the embedded files")
	}
	if _, err := buildContext(fixtures.FS(), "nosuch"); err == nil {
		t.Error("an image without files: no error")
	}
}

func TestLock(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	unlock, err := lock(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := lock(short, "test"); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a lock that is held: %v", err)
	}
	unlock()
	again, err := lock(t.Context(), "test")
	if err != nil {
		t.Fatal(err)
	}
	again()
}

func TestLogs(t *testing.T) {
	var l logs
	line := []byte(strings.Repeat("x", 1023) + "\n")
	for range 3 * logLimit / len(line) {
		if n, err := l.Write(line); n != len(line) || err != nil {
			t.Fatal(n, err)
		}
	}
	if got := len(l.String()); got > logLimit || got < logLimit/2 {
		t.Errorf("%d octets are kept", got)
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	// The reaper's connections are testcontainers' own, and last as long as the process.
	if code == 0 && os.Getenv("TESTCONTAINERS_RYUK_DISABLED") == "true" {
		if provider, err := connect(context.Background()); err == nil {
			_ = provider.Close() // the idle connections of the tests themselves
		}
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
