package play

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

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

// ftpOptions are those of the server's side and of the client's.
func ftpOptions() (so, co Options) {
	so, co = serverOptions(), clientOptions()
	so.Dialect, co.Dialect = ftp.Dialect(), ftp.Dialect()
	so.Timeouts.Connect, co.Timeouts.Connect = 5*time.Second, 5*time.Second
	return so, co
}

const (
	ftpHi   = "S: 220 ready\n"
	ftpTLS  = ftpHi + "C: AUTH TLS\nS: 234 go\n-- tls\nC: PBSZ 0\nS: 200 ok\nC: PROT P\nS: 200 ok\n"
	ftpPasv = "C: PASV\nS: 227 ({{127,0,0,1,195,80 pasv d1}})\n"
	ftpEpsv = "C: EPSV\nS: 229 ({{|||50000| epsv d1}})\n"
	ftpPort = "C: PORT {{127,0,0,1,195,80 port d1}}\nS: 200 ok\n"
	ftpEprt = "C: EPRT {{|1|127.0.0.1|50000| eprt d1}}\nS: 200 ok\n"
	ftpBye  = "C: QUIT\nS: 221 bye\n-- close S\n"
)

var ftpSessions = map[string]string{
	"passive": ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\nSd1: b{{none}}\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"extended passive, client after the command": ftpHi + ftpEpsv + "C: RETR a\n-- open Cd1\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"active":          ftpHi + ftpPort + "C: LIST\n-- open Sd1\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"extended active": ftpHi + ftpEprt + "C: LIST\nS: 150 x\n-- open Sd1\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"upload":          ftpHi + ftpPasv + "-- open Cd1\nC: STOR x\nS: 150 x\nCd1: a\nCd1: b\n-- close Cd1\nS: 226 x\n" + ftpBye,
	"active upload":   ftpHi + ftpPort + "C: APPE x\nS: 150 x\n-- open Sd1\nCd1: a\n-- close Cd1\nS: 226 x\n" + ftpBye,
	"empty":           ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"protected":       ftpTLS + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\n-- tls d1\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"protected upload, then a download": ftpTLS + ftpEpsv + "-- open Cd1\nC: STOR x\nS: 150 x\n-- tls d1\nCd1: a\n-- close Cd1\nS: 226 x\n" +
		"C: EPSV\nS: 229 ({{|||50000| epsv d2}})\n-- open Cd2\nC: RETR x\nS: 150 x\n-- tls d2\nSd2: a\n-- close Sd2\nS: 226 x\n" + ftpBye,
	"protected active":     ftpTLS + ftpPort + "C: LIST\nS: 150 x\n-- open Sd1\n-- tls d1\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"the handshake before": ftpTLS + ftpPasv + "-- open Cd1\nC: LIST\n-- tls d1\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"protected, empty":     ftpTLS + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\n-- tls d1\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"TLS ends": ftpTLS + "C: CCC\nS: 200 x\n-- clear\nC: NOOP\nS: 200 x\n" + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\n-- tls d1\nSd1: a\n-- close Sd1\nS: 226 x\n" +
		"C: AUTH TLS\nS: 234 x\n-- tls\nC: NOOP\nS: 200 x\n" + ftpBye,
	"implicit, TLS ends":   "-- tls\n" + ftpHi + "C: CCC\nS: 200 x\n-- clear\n" + ftpBye,
	"reset":                ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\n-- reset Sd1\nS: 426 x\n" + ftpBye,
	"the client resets":    ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\n-- reset Cd1\nS: 426 x\n" + ftpBye,
	"the client closes":    ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\n-- close Cd1\nS: 426 x\n" + ftpBye,
	"aborted":              ftpHi + ftpPasv + "-- open Cd1\nC: RETR x\nS: 150 x\nSd1: a\nC: ABOR\n-- close Sd1\nS: 426 x\nS: 226 x\n" + ftpBye,
	"upload aborted":       ftpHi + ftpPasv + "-- open Cd1\nC: STOR x\nS: 150 x\nCd1: a\nC: ABOR\n-- reset Sd1\nS: 426 x\nS: 226 x\n" + ftpBye,
	"refused":              ftpHi + ftpPasv + "C: RETR x\nS: 425 x\n" + ftpBye,
	"not there":            ftpHi + ftpPasv + "-- open Cd1\nC: RETR x\nS: 550 x\n-- close Sd1\n" + ftpBye,
	"several announced":    ftpHi + "C: PASV\nS: 227 {{127,0,0,1,1,1 pasv d1}}\nC: PASV\nS: 227 {{127,0,0,1,1,2 pasv d2}}\n-- open Cd2\nC: LIST\nS: 150 x\nSd2: a\n-- close Sd2\nS: 226 x\n" + ftpBye,
	"226 before the data":  ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nS: 226 x\nSd1: a\n-- close Sd1\n" + ftpBye,
	"half-close":           ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\n-- half-close Cd1\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
	"kept open":            ftpHi + "C: MODE B\nS: 200 x\n" + ftpPasv + "-- open Cd1\nC: RETR a\nS: 150 x\nSd1: {{x 400001}}a{{none}}\nS: 226 x\nC: STOR b\nS: 125 x\nCd1: {{x 400001}}b{{none}}\nS: 226 x\n" + "C: QUIT\nS: 221 x\n-- close Sd1\n-- close S\n",
	"closed while it runs": ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\nC: QUIT\nSd1: b\n-- close Sd1\nS: 226 x\nS: 221 x\n-- close S\n",
}

// TestFTP plays sessions with data connections on both sides.
func TestFTP(t *testing.T) {
	for name, text := range ftpSessions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			so, co := ftpOptions()
			s, c := both(t, parseFTP(t, text), parseFTP(t, text), so, co)
			if s.err != nil || c.err != nil {
				t.Errorf("server: %v\nclient: %v", s.err, c.err)
			}
			if s.rep != nil && (s.rep.Played != s.rep.Items || c.rep.Played != c.rep.Items) {
				t.Errorf("played %d and %d of %d", s.rep.Played, c.rep.Played, s.rep.Items)
			}
		})
	}
}

// TestFTPOrder plays sessions before peers that do the same on their data connections at another time.
func TestFTPOrder(t *testing.T) {
	long := strings.Repeat("Sd1: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n", 30000)
	for name, c := range map[string][]string{
		"passive": {
			ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
			ftpHi + ftpPasv + "C: LIST\n-- open Cd1\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
			ftpHi + ftpPasv + "C: LIST\nS: 150 x\n-- open Cd1\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
		},
		"active": {
			ftpHi + ftpPort + "C: LIST\n-- open Sd1\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
			ftpHi + ftpPort + "C: LIST\nS: 150 x\n-- open Sd1\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
		},
		"upload": {
			ftpHi + ftpPasv + "-- open Cd1\nC: STOR a\nS: 150 x\nCd1: a\n-- close Cd1\nS: 226 x\n" + ftpBye,
			ftpHi + ftpPasv + "C: STOR a\nS: 150 x\n-- open Cd1\nCd1: a\n-- close Cd1\nS: 226 x\n" + ftpBye,
		},
		"handshake": {
			ftpTLS + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\n-- tls d1\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
			ftpTLS + ftpPasv + "-- open Cd1\nC: LIST\n-- tls d1\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226 x\n" + ftpBye,
		},
		"226": {
			ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\n" + long + "-- close Sd1\nS: 226 x\n" + ftpBye,
			ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nS: 226 x\n" + long + "-- close Sd1\n" + ftpBye,
		},
		"not there": {
			ftpHi + ftpPasv + "-- open Cd1\nC: RETR x\nS: 550 x\n-- close Sd1\n" + ftpBye,
			ftpHi + ftpPasv + "C: RETR x\nS: 550 x\n" + ftpBye,
		},
		"client ends": {
			ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\n-- close Cd1\nS: 426 x\n" + ftpBye,
			ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\n-- reset Cd1\nS: 426 x\n" + ftpBye,
		},
	} {
		for i, server := range c {
			for j, client := range c {
				t.Run(fmt.Sprintf("%s %d %d", name, i, j), func(t *testing.T) {
					t.Parallel()
					so, co := ftpOptions()
					s, c := both(t, parseFTP(t, server), parseFTP(t, client), so, co)
					if s.err != nil || c.err != nil {
						t.Errorf("server: %v\nclient: %v", s.err, c.err)
					}
				})
			}
		}
	}
}

func mismatches(err error) string {
	var out []string
	for l := range strings.SplitSeq(fmt.Sprint(err), "\n") {
		if l = strings.TrimSpace(l); strings.HasPrefix(l, "expected:") || strings.HasPrefix(l, "received:") || strings.HasPrefix(l, "hint:") || strings.Contains(l, "not played") {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

// TestFTPDiffers reports what a peer does otherwise.
func TestFTPDiffers(t *testing.T) {
	list := func(lines ...string) string {
		return ftpHi + ftpPasv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: " + strings.Join(lines, "\nSd1: ") + "\n-- close Sd1\nS: 226 x\n" + ftpBye
	}
	for name, c := range map[string]struct {
		server, client string
		ofServer       bool
		want           string
	}{
		"another way of data connection": {ftpHi + ftpEpsv + ftpBye, ftpHi + ftpPasv + ftpBye, true, `expected: C: EPSV
received: C: PASV\r\n
hint:     the session was recorded with an extended passive data connection (EPSV), and this client asks for a passive data connection (PASV): set the client to EPSV, or record the session with this client
test.session:5:1: 5 items were not played, from "C: EPSV" on`},
		"lines": {list("a 1", "b", "c", "new", "d"), list("a 2", "b", "c", "d", "e"), false, `expected: Sd1: a 2
received: Sd1: a 1\r\n
expected: Sd1: d
received: Sd1: new\r\n
expected: Sd1: e
received: no such line`},
		"fewer": {list("a"), list("a", "b", "c"), false, "expected: Sd1: b\nreceived: no such line\nexpected: Sd1: c\nreceived: no such line"},
		"more":  {list("a", "b"), list("a"), false, "expected: -- close Sd1\nreceived: Sd1: b\\r\\n"},
		"upload": {ftpHi + ftpPasv + "-- open Cd1\nC: STOR a\nS: 150 x\nCd1: one\n-- close Cd1\nS: 226 x\n" + ftpBye, ftpHi + ftpPasv + "-- open Cd1\nC: STOR a\nS: 150 x\nCd1: two\n-- close Cd1\nS: 226 x\n" + ftpBye, true,
			"expected: Cd1: one\nreceived: Cd1: two\\r\\n\ntest.session:10:1: 6 items were not played, from \"Cd1: one\" on"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			so, co := ftpOptions()
			s, cl := both(t, parseFTP(t, c.server), parseFTP(t, c.client), so, co)
			err := cl.err
			if c.ofServer {
				err = s.err
			}
			if got := mismatches(err); got != c.want {
				t.Errorf("got\n%s\nwant\n%s\n%v", got, c.want, err)
			}
		})
	}
}

// TestFTPLingers plays before a server that says that a transfer is over when the client has closed the data connection.
func TestFTPLingers(t *testing.T) {
	data, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer data.Close()
	l := listen(t)
	done := make(chan error, 1)
	go func() {
		nc, err := l.Accept()
		if err != nil {
			done <- err
			return
		}
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(10 * time.Second))
		at, err := ftp.Dialect().(dialect.DataDialect).FormatAddress("pasv", nil, data.Addr().(*net.TCPAddr).AddrPort())
		fmt.Fprintf(nc, "220 ready\r\n227 (%s)\r\n", at)
		d, derr := data.Accept()
		if err = errors.Join(err, derr); err != nil {
			done <- err
			return
		}
		defer d.Close()
		d.SetDeadline(time.Now().Add(10 * time.Second))
		fmt.Fprint(nc, "150 x\r\n")
		fmt.Fprint(d, "a\r\nb")
		d.(*net.TCPConn).CloseWrite()
		_, err = io.Copy(io.Discard, d)
		fmt.Fprint(nc, "226 x\r\n221 bye\r\n")
		nc.(*net.TCPConn).CloseWrite()
		io.Copy(io.Discard, nc) // closed with commands unread, it would be reset
		done <- err
	}()
	_, co := ftpOptions()
	if _, err := Play(t.Context(), parseFTP(t, ftpSessions["passive"]), co, Dialer(l.Addr().String())); err != nil {
		t.Error(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestFTPNoData times out where the client never makes the data connection.
func TestFTPNoData(t *testing.T) {
	so, co := ftpOptions()
	so.Timeouts.Connect = 100 * time.Millisecond
	s, _ := both(t, parseFTP(t, ftpSessions["passive"]), parseFTP(t, ftpHi+ftpPasv+"C: LIST\nS: 150 x\nS: 226 x\n"+ftpBye), so, co)
	if got := mismatches(s.err); !strings.HasPrefix(got, "expected: -- open Cd1\nreceived: nothing") {
		t.Error(s.err)
	}
}

// TestFTPStranger lets nobody but the peer of the control connection make the data connection.
func TestFTPStranger(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	so, _ := ftpOptions()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		_, err := Play(ctx, parseFTP(t, ftpSessions["passive"]), so, Acceptor(l))
		done <- err
	}()
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(10 * time.Second))
	buf := make([]byte, 200)
	fmt.Fprint(nc, "PASV\r\n")
	text := ""
	for !strings.Contains(text, ")\r\n") {
		n, err := nc.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		text += string(buf[:n])
	}
	_, addr, _ := strings.Cut(strings.TrimSuffix(text, ")\r\n"), "(")
	at, err := ftp.Dialect().(dialect.DataDialect).ParseAddress("pasv", []byte(addr))
	if err != nil {
		t.Fatal(text, err)
	}
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	stranger, err := from.Dial("tcp", at.String())
	if err != nil {
		t.Skip("this system has one loopback address only:", err)
	}
	defer stranger.Close()
	own, err := net.Dial("tcp", at.String())
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	fmt.Fprint(nc, "LIST\r\n")
	own.SetDeadline(time.Now().Add(10 * time.Second))
	if data, err := io.ReadAll(own); string(data) != "a\r\nb" || err != nil {
		t.Errorf("%q, %v", data, err)
	}
	own.Close()
	stranger.SetDeadline(time.Now().Add(10 * time.Second))
	if n, err := stranger.Read(buf); n > 0 || err == nil {
		t.Errorf("a stranger got %q, %v", buf[:n], err)
	}
	fmt.Fprint(nc, "QUIT\r\n")
	io.Copy(io.Discard, nc)
	nc.Close()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestFTPBlob streams a blob either way, and finds an octet that differs.
func TestFTPBlob(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789abcdef"), 1<<18) // 4 MiB
	other := bytes.Clone(data)
	other[3<<20] = 'x'
	session := func(data []byte, text string) *transcript.Session {
		sum := sha256.Sum256(data)
		s := parseFTP(t, strings.ReplaceAll(text, "BLOB", fmt.Sprintf("{{blob a.bin %d %s}}{{none}}", len(data), hex.EncodeToString(sum[:]))))
		s.SetBlobs(transcript.MemBlobs{"a.bin": data})
		return s
	}
	down := ftpTLS + ftpPasv + "-- open Cd1\nC: RETR a\nS: 150 x\n-- tls d1\nSd1: BLOB\n-- close Sd1\nS: 226 x\n" + ftpBye
	up := ftpHi + ftpPasv + "-- open Cd1\nC: STOR a\nS: 150 x\nCd1: BLOB\n-- close Cd1\nS: 226 x\n" + ftpBye
	so, co := ftpOptions()
	for _, text := range []string{down, up} {
		if s, c := both(t, session(data, text), session(data, text), so, co); s.err != nil || c.err != nil {
			t.Error(s.err, c.err)
		}
	}
	_, c := both(t, session(data, down), session(other, down), so, co)
	var m *Mismatch
	if !errors.As(c.err, &m) || m.Offset != 3<<20 || len(c.rep.Problems) != 1 {
		t.Error(c.err)
	}
	if s, _ := both(t, session(data, up), session(other, up), so, co); !errors.As(s.err, &m) || m.Offset != 3<<20 {
		t.Error(s.err)
	}
}
