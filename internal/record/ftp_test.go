package record

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/ftp"
	"harness/transcript"
)

func parseFTP(t testing.TB, text string) *transcript.Session {
	t.Helper()
	s, err := transcript.Parse("test.session", []byte("session: 1\nprotocol: ftp\n\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	ftpHi   = "S: 220 ready\n"
	ftpTLS  = ftpHi + "C: AUTH TLS\nS: 234 go\n-- tls\nC: PBSZ 0\nS: 200 ok\nC: PROT P\nS: 200 ok\n"
	ftpPasv = "C: PASV\nS: 227 Entering ({{127,0,0,1,195,80 pasv d1}})\n"
	ftpEpsv = "C: EPSV\nS: 229 Entering ({{|||50000| epsv d1}})\n"
	ftpPort = "C: PORT {{127,0,0,1,195,80 port d1}}\nS: 200 ok\n"
	ftpEprt = "C: EPRT {{|1|127.0.0.1|50000| eprt d1}}\nS: 200 ok\n"
	ftpBye  = "C: QUIT\nS: 221 bye\n-- close S\n"
)

// ftpWays are the ways to make a data connection: what agrees on it, what the client does before the command, and the server before its reply.
var ftpWays = map[string]struct{ agree, client, server string }{
	"pasv": {ftpPasv, "-- open Cd1\n", ""}, "epsv": {ftpEpsv, "-- open Cd1\n", ""}, "port": {ftpPort, "", "-- open Sd1\n"}, "eprt": {ftpEprt, "", "-- open Sd1\n"},
}

// ftpTransfers are transfers: OPEN is what the client does before the command, MADE what the server does before its reply, and TLS the handshake.
var ftpTransfers = map[string]string{
	"down":              "OPENC: RETR a\nMADES: 150 x\nTLSSd1: one\nSd1: two{{x 00ff}}{{none}}\n-- close Sd1\nS: 226 x\n",
	"empty":             "OPENC: LIST\nMADES: 150 x\nTLS-- close Sd1\nS: 226 x\n",
	"up":                "OPENC: STOR a\nMADES: 150 x\nTLSCd1: one\nCd1: two\n-- close Cd1\nS: 226 x\n",
	"appended":          "C: REST 5\nS: 350 x\nOPENC: APPE a\nMADES: 150 x\nTLSCd1: one\n-- close Cd1\nS: 226 x\n",
	"unique":            "OPENC: STOU\nMADES: 150 FILE: a.1\nTLSCd1: one\n-- close Cd1\nS: 226 x\n",
	"aborted":           "OPENC: RETR a\nMADES: 150 x\nTLSSd1: one\nC: ABOR\n-- close Sd1\nS: 426 x\nS: 226 x\n",
	"upload refused":    "OPENC: STOR a\nMADES: 150 x\nTLSCd1: one\n-- reset Sd1\nS: 452 x\n",
	"reset":             "OPENC: RETR a\nMADES: 150 x\nTLSSd1: one\n-- reset Sd1\nS: 426 x\n",
	"the client resets": "OPENC: RETR a\nMADES: 150 x\nTLSSd1: one\n-- reset Cd1\nS: 426 x\n",
	"the client closes": "OPENC: RETR a\nMADES: 150 x\nTLSSd1: one\n-- close Cd1\nS: 426 x\n",
	"not used":          "C: RETR a\nS: 425 x\n",
}

// ftpOthers are whole sessions.
var ftpOthers = map[string]string{
	"login": ftpHi + "C: USER {{alice user}}\nS: 331 x\nC: PASS {{geheim-77 password}}\nS: 332 x\nC: ACCT {{geheim-78 secret}}\nS: 230-x\nS: {{sp}}more\nS: 230 x\n" + ftpBye,
	"two transfers": ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226 x\n" +
		"C: PORT {{127,0,0,1,195,81 port d2}}\nS: 200 x\nC: STOR b\n-- open Sd2\nS: 150 x\nCd2: b\n-- close Cd2\nS: 226 x\n" + ftpBye,
	"several announced": ftpHi + "C: PASV\nS: 227 {{127,0,0,1,195,80 pasv d1}}\nC: EPSV\nS: 229 ({{|||50001| epsv d2}})\n-- open Cd2\nC: LIST\nS: 150 x\nSd2: a\n-- close Sd2\nS: 226 x\n" + ftpBye,
	"not there":         ftpHi + ftpPasv + "-- open Cd1\nC: RETR a\n-- close Sd1\nS: 550 x\n" + ftpBye,
	"226 first":         ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nS: 226 x\n-- wait S 400ms\nSd1: a\n-- close Sd1\n" + ftpBye,
	"half-close":        ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\n-- half-close Cd1\n-- wait S 20ms\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"EPSV ALL":          ftpHi + "C: EPSV ALL\nS: 200 x\n" + ftpEpsv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"kept open": ftpHi + "C: MODE B\nS: 200 x\n" + ftpPasv + "-- open Cd1\nC: RETR a\nS: 150 x\nSd1: {{x 400001}}a{{none}}\n-- wait S 20ms\nS: 226 x\nC: STOR b\nS: 125 x\n" +
		"Cd1: {{x 400001}}b{{none}}\n-- wait S 20ms\nS: 226 x\nC: QUIT\n-- close Sd1\n-- wait S 200ms\nS: 221 x\n-- close S\n",
	"TLS ends":           ftpTLS + "C: CCC\nS: 200 x\n-- clear\nC: NOOP\nS: 200 x\n" + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\n-- tls d1\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"lines in one write": ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150-x\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226-x\nS: {{sp}}226 not yet\nS: 226 x\n" + ftpBye,
	"QUIT first":         ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nC: QUIT\n-- wait S 50ms\nSd1: a\n-- close Sd1\nS: 226 x\nS: 221 x\n-- close S\n",
	"Telnet":             ftpHi + "C: {{x fff4fff2}}ABOR\nS: 226 x\n" + ftpBye,
}

func ftpSessions() map[string]string {
	all := map[string]string{}
	for w, way := range ftpWays {
		for n, text := range ftpTransfers {
			for _, secure := range []bool{false, true} {
				hi, handshake, name := ftpHi, "", w+" "+n
				if secure {
					hi, handshake, name = ftpTLS, "-- tls d1\n", name+" protected"
				}
				all[name] = hi + way.agree + strings.NewReplacer("OPEN", way.client, "MADE", way.server, "TLS", handshake).Replace(text) + ftpBye
			}
		}
	}
	for n, text := range ftpOthers {
		all[n] = text
	}
	return all
}

// withoutWaits returns the items but for waits, which a recorder does not write down.
func withoutWaits(s *transcript.Session) *transcript.Session {
	out := &transcript.Session{}
	for _, it := range s.Items {
		if e, ok := it.(*transcript.Event); !ok || e.Kind != transcript.Wait {
			out.Items = append(out.Items, it)
		}
	}
	return out
}

// TestFTPRoundTrip records sessions with data connections, serves what was recorded, and drives the server with it.
func TestFTPRoundTrip(t *testing.T) {
	for name, text := range ftpSessions() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			original := parseFTP(t, text)
			addr, served := serve(t, original, nil)
			r := start(t, Options{Upstream: "ftp://" + addr})
			if err := drive(t, original, r.Addr(), authority(), nil); err != nil {
				t.Error(err)
			}
			if err := served(); err != nil {
				t.Error(err)
			}
			file, got := one(t, r)
			if err := r.Close(); err != nil {
				t.Fatal(err)
			}
			printed, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(string(printed), "geheim") || got.Get("note") != "" {
				t.Errorf("%s", printed)
			}
			redacted := parseFTP(t, text)
			if _, err := transcript.Redact(redacted, ftp.Dialect()); err != nil {
				t.Fatal(err)
			}
			if !transcript.Equal(&transcript.Session{Items: got.Items}, withoutWaits(redacted)) {
				t.Fatalf("recorded\n%s", printed)
			}
			for _, p := range transcript.Lint(mustLoad(t, file), ftp.Dialect()) {
				if p.Severity == transcript.Fault {
					t.Error(p)
				}
			}
			if name == "login" {
				return // ACCT can't be made from a user and a password
			}
			again := mustLoad(t, file)
			addr, served = serve(t, again, alice)
			if err := drive(t, original, addr, authority(), alice); err != nil {
				t.Error(err)
			}
			if err := served(); err != nil {
				t.Error(err)
			}
			addr, served = serve(t, original, nil)
			if err := drive(t, again, addr, authority(), alice); err != nil {
				t.Error(err)
			}
			if err := served(); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestFTPLarge streams 64 MiB each way: they go to blobs, and little of them is in memory at a time.
func TestFTPLarge(t *testing.T) {
	if testing.Short() {
		t.Skip("128 MiB")
	}
	dir := t.TempDir()
	block := bytes.Repeat([]byte("0123456789abcdef"), 4<<10)
	f, err := os.Create(dir + "/a.bin")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for range 1 << 10 {
		if _, err := io.MultiWriter(f, sum).Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	blob := fmt.Sprintf("{{blob a.bin %d %x}}{{none}}", 64<<20, sum.Sum(nil))
	s := parseFTP(t, ftpTLS+ftpPasv+"-- open Cd1\nC: RETR a\nS: 150 x\n-- tls d1\nSd1: "+blob+"\n-- close Sd1\nS: 226 x\nC: PROT C\nS: 200 x\n"+
		"C: PASV\nS: 227 ({{127,0,0,1,195,81 pasv d2}})\n-- open Cd2\nC: STOR a\nS: 150 x\nCd2: "+blob+"\n-- close Cd2\nS: 226 x\n"+ftpBye)
	s.SetBlobs(transcript.DirBlobs{FS: os.DirFS(dir)})
	addr, served := serve(t, s, nil)
	r := start(t, Options{Upstream: "ftp://" + addr})
	stop, peak := make(chan struct{}), make(chan uint64)
	go func() { // the greatest heap that is seen
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapInuse)
			select {
			case <-stop:
				peak <- most
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	err = drive(t, s, r.Addr(), authority(), nil)
	if serr := served(); err != nil || serr != nil {
		t.Fatal(err, serr)
	}
	_, got := one(t, r)
	close(stop)
	if most := <-peak; most > 48<<20 {
		t.Errorf("%d MiB of memory for 64 MiB of data", most>>20)
	}
	blobs := got.Blobs()
	if len(blobs) != 1 || blobs[0].Size != 64<<20 || blobs[0].SHA256 != hex.EncodeToString(sum.Sum(nil)) {
		t.Errorf("%s", got.Print())
	}
	for _, p := range transcript.Lint(got, ftp.Dialect()) {
		t.Error(p)
	}
}

// ftpServer serves one control connection by a function that answers each command; it may use the connection as it likes.
func ftpServer(t *testing.T, serve func(c *conn.Conn, verb, arg string) error) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { l.Close(); <-done })
	go func() {
		defer close(done)
		nc, err := l.Accept()
		if err != nil {
			return
		}
		c := conn.New(nc, conn.Options{Local: dialect.Server})
		defer c.Close()
		say(c, "220 ready\r\n")
		for {
			line, err := hear(c)
			if err != nil {
				return
			}
			verb, arg, _ := strings.Cut(line, " ")
			if err := serve(c, verb, arg); err != nil {
				return
			}
		}
	}()
	return l.Addr().String()
}

func say(c *conn.Conn, text string) error {
	return c.Do(context.Background(), 10*time.Second, func() error {
		c.W.WriteString(text)
		return c.W.Flush()
	})
}

func hear(c *conn.Conn) (line string, err error) {
	err = c.Do(context.Background(), 10*time.Second, func() error {
		l, err := c.R.ReadLine()
		line = string(l.Text)
		return err
	})
	return line, err
}

// ask says a command and returns the answer.
func ask(t *testing.T, c *conn.Conn, text string) string {
	t.Helper()
	if err := say(c, text+"\r\n"); err != nil {
		t.Fatal(err)
	}
	line, err := hear(c)
	if err != nil {
		t.Fatalf("after %q: %v", text, err)
	}
	return line
}

func dialFTP(t *testing.T, addr string) *conn.Conn {
	t.Helper()
	c, err := conn.Dial(t.Context(), "tcp", addr, 10*time.Second, conn.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := hear(c); err != nil {
		t.Fatal(err)
	}
	return c
}

func dataAddr(t *testing.T, reply string) string {
	t.Helper()
	_, text, _ := strings.Cut(strings.TrimSuffix(reply, ")"), "(")
	a, err := ftp.Dialect().(dialect.DataDialect).ParseAddress("pasv", []byte(text))
	if err != nil {
		t.Fatal(reply, err)
	}
	return a.String()
}

func pasvReply(l net.Listener) string {
	b, err := ftp.Dialect().(dialect.DataDialect).FormatAddress("pasv", nil, l.Addr().(*net.TCPAddr).AddrPort())
	if err != nil {
		return "425 " + err.Error() + "\r\n"
	}
	return fmt.Sprintf("227 Entering (%s)\r\n", b)
}

// TestFTPReuse has the data connection resume the TLS session of the control connection, on both sides of the recorder.
func TestFTPReuse(t *testing.T) {
	for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		t.Run(tls.VersionName(version), func(t *testing.T) {
			cfg := authority().ServerConfig()
			cfg.MaxVersion = version
			var data net.Listener
			resumed := make(chan bool, 3)
			addr := ftpServer(t, func(c *conn.Conn, verb, arg string) error {
				switch verb {
				case "AUTH":
					say(c, "234 x\r\n")
					return c.StartTLS(context.Background(), 10*time.Second, cfg)
				case "PASV":
					var err error
					if data, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
						return err
					}
					return say(c, pasvReply(data))
				case "LIST", "STOR":
					say(c, "150 x\r\n")
					nc, err := data.Accept()
					data.Close()
					if err != nil {
						return err
					}
					d := conn.New(nc, conn.Options{Local: dialect.Server})
					defer d.Close()
					if err := d.StartTLS(context.Background(), 10*time.Second, cfg); err != nil {
						return err
					}
					st, _ := d.TLS()
					resumed <- st.DidResume
					if verb == "LIST" {
						say(d, "a\r\n")
					} else if _, err := hear(d); err != nil {
						return err
					}
					d.Close()
					return say(c, "226 x\r\n")
				}
				return say(c, "200 x\r\n")
			})
			r := start(t, Options{Upstream: "ftp://" + addr})
			c := dialFTP(t, r.Addr())
			ccfg := authority().ClientConfig("127.0.0.1")
			ccfg.ClientSessionCache = tls.NewLRUClientSessionCache(0)
			ask(t, c, "AUTH TLS")
			if err := c.StartTLS(t.Context(), 10*time.Second, ccfg); err != nil {
				t.Fatal(err)
			}
			ask(t, c, "PBSZ 0")
			ask(t, c, "PROT P")
			for i, verb := range []string{"LIST", "STOR", "LIST"} {
				to := dataAddr(t, ask(t, c, "PASV"))
				d, err := conn.Dial(t.Context(), "tcp", to, 10*time.Second, conn.Options{})
				if err != nil {
					t.Fatal(err)
				}
				defer d.Close()
				ask(t, c, verb)
				if err := d.StartTLS(t.Context(), 10*time.Second, ccfg); err != nil {
					t.Fatal(err)
				}
				if st, _ := d.TLS(); !st.DidResume || st.Version != tls.VersionTLS13 {
					t.Errorf("%d: the client's side: %+v", i, st)
				}
				if !<-resumed {
					t.Errorf("%d: the server's side does not resume", i)
				}
				if verb == "STOR" {
					say(d, "a\r\n")
				} else if line, err := hear(d); line != "a" {
					t.Error(line, err)
				}
				d.Close()
				if line, err := hear(c); line != "226 x" {
					t.Error(line, err)
				}
			}
			c.Close()
			_, s := one(t, r)
			if s.Get("note") != "" {
				t.Errorf("%s", s.Print())
			}
		})
	}
}

// TestFTPNotTaken has a data connection that the other side does not take.
func TestFTPNotTaken(t *testing.T) {
	addr := ftpServer(t, func(c *conn.Conn, verb, arg string) error {
		if verb == "PASV" {
			return say(c, "227 Entering (127,0,0,1,0,1)\r\n") // port 1 is nobody's
		}
		return say(c, "425 x\r\n")
	})
	r := start(t, Options{Upstream: "ftp://" + addr})
	c := dialFTP(t, r.Addr())
	d, err := net.Dial("tcp", dataAddr(t, ask(t, c, "PASV")))
	if err == nil {
		defer d.Close()
		d.SetDeadline(time.Now().Add(10 * time.Second))
		_, err = d.Read(make([]byte, 1))
	}
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Error(err)
	}
	ask(t, c, "LIST")
	c.Close()
	_, s := one(t, r)
	if text := string(s.Print()); !strings.Contains(text, "-- open Cd1\n-- reset Sd1\nC: LIST\nS: 425 x\n") || !strings.Contains(s.Get("note"), "does not take the data connection d1") {
		t.Error(text)
	}
}

// TestFTPStranger lets nobody else connect, and closes what is not used.
func TestFTPStranger(t *testing.T) {
	data, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	addr := ftpServer(t, func(c *conn.Conn, verb, arg string) error {
		if verb == "PASV" {
			return say(c, pasvReply(data))
		}
		return say(c, "200 x\r\n")
	})
	r := start(t, Options{Upstream: "ftp://" + addr})
	c := dialFTP(t, r.Addr())
	first, second := dataAddr(t, ask(t, c, "PASV")), dataAddr(t, ask(t, c, "PASV"))
	if first == second {
		t.Log("the port was given again")
	} else if nc, err := net.Dial("tcp", first); err == nil {
		nc.Close()
		t.Error("the listener of the first announcement is there behind the second")
	}
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	d, err := from.Dial("tcp", second)
	if err != nil {
		t.Skip("this system has one loopback address only:", err)
	}
	defer d.Close()
	d.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := d.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	ask(t, c, "NOOP")
	c.Close()
	_, s := one(t, r)
	if text := string(s.Print()); strings.Contains(text, "-- open") || !strings.Contains(s.Get("note"), "connected for d2 and was refused") {
		t.Error(text)
	}
}

// TestFTPUrgent passes on the mark of Telnet's Synch, which comes as urgent data (RFC 959 section 4.1.3).
func TestFTPUrgent(t *testing.T) {
	got := make(chan string, 1)
	addr := ftpServer(t, func(c *conn.Conn, verb, arg string) error {
		got <- verb
		return say(c, "226 x\r\n")
	})
	r := start(t, Options{Upstream: "ftp://" + addr})
	c := dialFTP(t, r.Addr())
	if err := c.Do(t.Context(), 10*time.Second, func() error { return c.WriteUrgent([]byte("\xff\xf4\xff\xf2")) }); err != nil {
		t.Fatal(err)
	}
	ask(t, c, "ABOR")
	if verb := <-got; verb != "\xff\xf4\xff\xf2ABOR" {
		t.Errorf("%q", verb)
	}
}

// TestFTPCut breaks off a transfer that does not end.
func TestFTPCut(t *testing.T) {
	addr, served := serve(t, parseFTP(t, ftpHi+ftpPasv+"-- open Cd1\nC: RETR a\nS: 150 x\nSd1: a\n-- close Cd1\nS: 426 x\n"), nil)
	r := start(t, Options{Upstream: "ftp://" + addr, Timeouts: Timeouts{Grace: time.Millisecond}})
	c := dialFTP(t, r.Addr())
	d, err := net.Dial("tcp", dataAddr(t, ask(t, c, "PASV")))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	ask(t, c, "RETR a")
	if _, err := io.ReadFull(d, make([]byte, 3)); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	served()
	_, s := one(t, r)
	if text := string(s.Print()); !strings.HasPrefix(s.Get("note"), "cut short") || !strings.Contains(text, "Sd1: a\n") {
		t.Error(text)
	}
}
