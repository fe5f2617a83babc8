package pop3mock

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/ca"
	"harness/internal/servertest"
	"harness/mockservers"
	"harness/mockservers/mailstore"
	"harness/protocols/pop3"
)

// A raw client: no code of ours but the sockets.
type raw struct {
	net.Conn
	r *bufio.Reader
}

func dial(t testing.TB, addr string, cfg *tls.Config) *raw {
	t.Helper()
	nc, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	nc.SetDeadline(time.Now().Add(20 * time.Second))
	if cfg != nil {
		nc = tls.Client(nc, cfg)
	}
	return &raw{nc, bufio.NewReader(nc)}
}

func (r *raw) send(t testing.TB, text string) {
	t.Helper()
	if _, err := io.WriteString(r, text); err != nil {
		t.Fatalf("send %q: %v", text, err)
	}
}

func (r *raw) line(t testing.TB) string {
	t.Helper()
	l, err := r.r.ReadString('\n')
	if err != nil {
		t.Fatalf("read a line: %q, %v", l, err)
	}
	return l
}

// ask sends a line and returns the first line of the reply.
func (r *raw) ask(t testing.TB, line string) string {
	t.Helper()
	r.send(t, line+"\r\n")
	return r.line(t)
}

func (r *raw) rest(t testing.TB) string {
	t.Helper()
	b, err := io.ReadAll(r.r)
	if err != nil {
		return string(b) + fmt.Sprintf("(%v)", err)
	}
	return string(b)
}

// batch says all at once, and returns all that comes until the server closes.
func batch(lines ...string) func(t testing.TB, r *raw) string {
	return func(t testing.TB, r *raw) string {
		r.send(t, strings.Join(lines, "\r\n")+"\r\n")
		if h, ok := r.Conn.(interface{ CloseWrite() error }); ok {
			h.CloseWrite()
		}
		return r.rest(t)
	}
}

var stamps = regexp.MustCompile(`<\d+\.\d+\.\d+@localhost>`)

// A scenario is a few connections, one after the other, to one server, and what came back of them.
type scenario struct {
	name     string
	begins   []string // the beginnings of the deviations that most likely show here
	features []string
	mail     []fixtures.Mail
	tls      bool
	conns    []func(t testing.TB, r *raw) string
}

func msg(name, data string) fixtures.Mail {
	return fixtures.Mail{Name: name, Data: []byte(strings.ReplaceAll(data, "\n", "\r\n"))}
}

var sampleMail = []fixtures.Mail{
	msg("plain", "Subject: one\nFrom: a@example.org\n\nfirst line\nsecond line\nthird line\n"),
	msg("dots", "Subject: dots\n\n.\n..\n.x\nno.dot\n"),
	msg("utf8", "Subject: grüße\nFrom: Jürgen <a@example.org>\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nöffnen\n"),
	{Name: "bare-lf", Data: []byte("Subject: lf\n\none\ntwo\n")},
	msg("long", "Subject: long\n\n"+strings.Repeat("x", 300)+"\nend\n"),
}

func user(lines ...string) []string {
	return append([]string{"USER alice", "PASS wonderland"}, lines...)
}

func aliceSays(lines ...string) func(t testing.TB, r *raw) string { return batch(user(lines...)...) }

func b64(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }

func scenarios(cfg func() *tls.Config) []scenario {
	return []scenario{
		{name: "everything", mail: sampleMail, conns: []func(testing.TB, *raw) string{
			batch("STAT", "LIST", "LIST 1", "RETR 1", "DELE 1", "NOOP", "RSET", "TOP 1 1", "UIDL", "FROB", "AUTH KERBEROS_V4", "STAT"),
			batch("RPOP alice", "USER", "PASS", "APOP", "USER alice", "CAPA", "PASS wonderland", "USER a b", "user alice", "PASS wonderland", "STAT", "QUIT", "NOOP"),
			aliceSays("CAPA", "STAT", "LIST", "UIDL", "LIST 2", "UIDL 2", "RETR 1", "RETR 2", "RETR 4", "RETR 5", "TOP 1 0", "TOP 1 2", "TOP 2 3", "TOP 2 99", "STAT", "NOOP",
				"LIST 9", "UIDL 9", "RETR 9", "TOP 9 1", "DELE 9", "LIST x", "RETR", "DELE", "TOP", "TOP 1", "NOOP 1", "USER alice", "APOP a 0123456789abcdef0123456789abcdef",
				"AUTH PLAIN", "STLS", "UTF8", "LANG", "FROB", "RSET", "NOOP", "QUIT"),
			aliceSays("DELE 1", "DELE 1", "STAT", "LIST", "UIDL", "LIST 1", "RETR 1", "TOP 1 1", "UIDL 1", "NOOP", "STAT", "DELE 4", "RSET", "STAT", "LIST", "DELE 1", "DELE 3", "QUIT", "STAT"),
			aliceSays("STAT", "LIST", "UIDL", "QUIT"),
			batch("USER alice", "PASS wrong", "USER alice", "PASS", "NOOP", "PASS wonderland", "QUIT"),
			batch("USER alice", "PASS wonderlandia", "USER alice", "PASS wonderland", "STAT", "QUIT"),
			batch("USER alice", "PASS hatter", "QUIT"),
			batch("USER alice", "QUIT"),
			aliceSays("STAT", "QUIT"),
			batch("USER nobody", "PASS nothing", "QUIT"),
			batch("USER "+strings.Repeat("n", 40), "PASS "+strings.Repeat("p", 240), "QUIT"),
		}},
		{name: "abort", begins: []string{"abort-", "marks-", "download-", "uidl-changes"}, mail: sampleMail, conns: []func(testing.TB, *raw) string{
			aliceSays("DELE 1", "RETR 2"), aliceSays("STAT", "UIDL", "RETR 1", "QUIT"), aliceSays("STAT", "UIDL", "QUIT"),
		}},
		{name: "empty", mail: []fixtures.Mail{}, conns: []func(testing.TB, *raw) string{aliceSays("STAT", "LIST", "UIDL", "RSET", "QUIT")}},
		{name: "failing update", features: []string{"UPDATE-FAILS"}, mail: sampleMail, conns: []func(testing.TB, *raw) string{aliceSays("DELE 1", "DELE 2", "QUIT")}},
		{name: "delay", begins: []string{"login-delay-", "expire-"}, features: []string{"LOGIN-DELAY=3600,USER=60", "EXPIRE=10,USER=30"}, mail: sampleMail, conns: []func(testing.TB, *raw) string{
			batch("CAPA", "QUIT"), aliceSays("CAPA", "QUIT"), batch("USER alice", "PASS wonderland", "QUIT"),
		}},
		{name: "delay over", features: []string{"LOGIN-DELAY=0"}, mail: sampleMail, conns: []func(testing.TB, *raw) string{aliceSays("QUIT"), aliceSays("QUIT")}},
		{name: "apop", begins: []string{"apop-"}, mail: sampleMail, features: []string{"ONE-METHOD"}, conns: []func(testing.TB, *raw) string{apop("alice", "wonderland"), apop("alice", "wrong"), apop("mad", "hatter"), aliceSays("STAT"), apop("\u00e9ve", "cle\u0301")}},
		{name: "apop and what is unassigned", begins: []string{"utf8-apop-un"}, mail: sampleMail, conns: []func(testing.TB, *raw) string{apop("alice", "wonderland\u0221")}},
		{name: "large", begins: []string{"pipelining-drops"}, mail: []fixtures.Mail{msg("large", "Subject: large\n\n"+strings.Repeat("x\n", chunk/2))}, conns: []func(testing.TB, *raw) string{aliceSays("RETR 1", "STAT", "QUIT")}},
		{name: "old TLS", begins: []string{"tls-"}, mail: sampleMail, conns: []func(testing.TB, *raw) string{oldTLS}},
		{name: "stamps", conns: []func(testing.TB, *raw) string{stampsDiffer()}},
		{name: "utf8 and lang", begins: []string{"utf8-", "lang-"}, mail: sampleMail, conns: []func(testing.TB, *raw) string{
			aliceSays("RETR 3", "LIST 3", "TOP 3 0", "QUIT"),
			batch(append([]string{"UTF8 on", "UTF8"}, user("RETR 3", "LIST", "RETR 1", "QUIT")...)...),
			batch("LANG", "LANG de", "NOOP", "LANG xx", "LANG *", "NOOP", "LANG es", "USER alice", "PASS wonderland", "LANG de", "NOOP", "LANG *", "QUIT"),
			batch("USER mad", "NOOP", "USER alice", "NOOP", "QUIT"),
			batch("USER éve", "PASS clé", "QUIT"), batch("USER éve", "PASS cle\u0301", "QUIT"), batch("UTF8", "USER éve", "PASS clé", "QUIT"),
			batch("USER ali\u00adce", "PASS wonderland", "QUIT"), batch("USER alice\u200e", "PASS wonderland", "QUIT"), batch("USER alice\xff", "PASS wonderland", "QUIT"),
			batch("USER nobody\u0221", "QUIT"),
		}},
		{name: "lock", mail: sampleMail, conns: []func(testing.TB, *raw) string{locked}},
		{name: "sasl in TLS", begins: []string{"auth-", "plain-", "sasl-"}, mail: sampleMail, tls: true, conns: []func(testing.TB, *raw) string{
			batch("CAPA", "STLS", "AUTH PLAIN "+b64("\x00alice\x00wonderland"), "CAPA", "STAT", "AUTH PLAIN "+b64("\x00alice\x00wonderland"), "QUIT"),
			batch("AUTH PLAIN", b64("\x00alice\x00wonderland"), "QUIT"), batch("auth plain", b64("\x00alice\x00wonderland"), "QUIT"),
			batch("AUTH PLAIN =", "AUTH PLAIN", "*", "*", "STAT", "USER alice", "PASS wonderland", "QUIT"),
			batch("AUTH PLAIN", b64("\x00alice\x00wrong"), "USER alice", "PASS wonderland", "QUIT"),
			batch("AUTH PLAIN", "!"+b64("\x00alice\x00wonderland"), "QUIT"),
			batch("AUTH LOGIN", b64("alice"), b64("wonderland"), "QUIT"), batch("AUTH LOGIN "+b64("alice"), b64("wonderland"), "*", "QUIT"),
			batch("AUTH PLAIN", b64("mad\x00alice\x00wonderland"), "QUIT"),
			batch("AUTH PLAIN", b64("\x00ali\u00adce\x00wonderland"), "QUIT"), batch("AUTH PLAIN", b64("\x00alice\u200e\x00wonderland"), "QUIT"),
			batch("AUTH PLAIN", b64("\x00"+longName+"\x00"+longName), "QUIT"),
			scram,
		}},
		{name: "sasl in the clear", mail: sampleMail, features: []string{"CLEARTEXT=none"}, conns: []func(testing.TB, *raw) string{
			batch("CAPA", "USER alice", "PASS wonderland", "AUTH PLAIN "+b64("\x00alice\x00wonderland"), "AUTH CRAM-MD5", "*", "QUIT"),
		}},
		{name: "stls", begins: []string{"stls-"}, mail: sampleMail, conns: []func(testing.TB, *raw) string{
			batch("STLS", "NOOP", "QUIT"),
			func(t testing.TB, r *raw) string {
				r.line(t)
				out := r.ask(t, "USER alice") + r.ask(t, "STLS")
				if r.r.Buffered() > 0 {
					return out + r.line(t)
				}
				if !strings.HasPrefix(out[strings.Index(out, "\n")+1:], "+OK") {
					return out
				}
				s := &raw{tls.Client(r.Conn, cfg()), nil}
				s.r = bufio.NewReader(s)
				if err := s.Conn.(*tls.Conn).Handshake(); err != nil {
					return out + err.Error()
				}
				return out + batch("PASS wonderland", "STAT", "CAPA", "STLS", "QUIT")(t, s)
			},
			func(t testing.TB, r *raw) string {
				r.line(t)
				r.send(t, "STLS\r\nUSER alice\r\n")
				return r.line(t)
			},
		}},
		{name: "quit without closing", begins: []string{"quit-stays"}, mail: sampleMail, conns: []func(testing.TB, *raw) string{
			func(t testing.TB, r *raw) string {
				r.line(t)
				r.send(t, "QUIT\r\n")
				r.SetReadDeadline(time.Now().Add(100 * time.Millisecond))
				b, err := io.ReadAll(r.r)
				return fmt.Sprint(string(b), errors.Is(err, os.ErrDeadlineExceeded))
			},
		}},
		{name: "silence", begins: []string{"autologout-"}, mail: sampleMail, features: []string{"AUTOLOGOUT=400ms"}, conns: []func(testing.TB, *raw) string{
			func(t testing.TB, r *raw) string {
				begun := time.Now()
				out := r.line(t) + r.ask(t, "USER alice") + r.ask(t, "PASS wonderland") + r.ask(t, "DELE 1") + r.rest(t)
				return fmt.Sprint(out, time.Since(begun) > 300*time.Millisecond)
			},
			aliceSays("STAT"),
			func(t testing.TB, r *raw) string {
				out := r.line(t)
				for range 3 {
					time.Sleep(200 * time.Millisecond)
					if _, err := io.WriteString(r, "CAPA\r\n"); err != nil {
						break
					}
				}
				r.Conn.(*net.TCPConn).CloseWrite()
				return out + r.rest(t)
			},
		}},
		{name: "first dot", begins: []string{"retr-first-dot"}, mail: []fixtures.Mail{msg("first", ".Dotted: yes\n\nbody\n")}, conns: []func(testing.TB, *raw) string{aliceSays("RETR 1", "QUIT")}},
		{name: "new mail", begins: []string{"uidl-reused"}, mail: sampleMail},
	}
}

var longName = strings.Repeat("n", 200)

func apop(name, secret string) func(t testing.TB, r *raw) string {
	return func(t testing.TB, r *raw) string {
		greeting := r.line(t)
		start, end, ok := pop3.FindTimestamp(greeting)
		if !ok {
			return greeting
		}
		prepared, err := auth.PrepareQuery(secret)
		if err != nil {
			t.Fatal(err)
		}
		return greeting + batch("APOP "+name+" "+pop3.APOPDigest(greeting[start:end], prepared), "STAT", "QUIT")(t, r)
	}
}

// oldTLS tries TLS 1.1.
func oldTLS(t testing.TB, r *raw) string {
	r.line(t)
	out := r.ask(t, "STLS")
	c := tls.Client(r.Conn, &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11})
	return fmt.Sprint(out, c.Handshake() == nil)
}

func stampsDiffer() func(t testing.TB, r *raw) string {
	return func(t testing.TB, r *raw) string {
		second := dial(t, r.RemoteAddr().String(), nil)
		return fmt.Sprint(r.line(t) == second.line(t))
	}
}

func locked(t testing.TB, r *raw) string {
	out := r.line(t) + r.ask(t, "USER alice") + r.ask(t, "PASS wonderland")
	second := dial(t, r.RemoteAddr().String(), nil)
	return out + aliceSays("QUIT")(t, second) + batch("QUIT")(t, r) + aliceSays("QUIT")(t, dial(t, r.RemoteAddr().String(), nil))
}

// scram logs in by SCRAM, and tells the form of what comes.
func scram(t testing.TB, r *raw) string {
	c, err := auth.NewClient(auth.SCRAMSHA256, auth.Credentials{User: "alice", Password: "wonderland"})
	if err != nil {
		t.Fatal(err)
	}
	_, first, err := c.Start()
	if err != nil {
		t.Fatal(err)
	}
	r.line(t)
	out := ""
	say := "AUTH SCRAM-SHA-256 " + auth.Encode(first)
	for {
		line := strings.TrimSuffix(r.ask(t, say), "\r\n")
		challenge, ok := strings.CutPrefix(line, "+ ")
		if !ok {
			return out + regexp.MustCompile(`[A-Za-z0-9+/=]{20,}`).ReplaceAllString(line, "BASE64")
		}
		data, err := auth.Decode(challenge)
		if err != nil {
			return out + "no base64"
		}
		answer, err := c.Next(data)
		if err != nil {
			return out + err.Error()
		}
		out += "challenge, "
		say = auth.Encode(answer)
	}
}

func run(t testing.TB, authority *ca.CA, sc scenario, deviation string) string {
	t.Helper()
	o := Options{Features: sc.features, Accounts: []Account{
		{Name: "alice", Password: "wonderland", Mail: sc.mail},
		{Name: "mad", Password: "hatter", Mail: sc.mail},
		{Name: "éve", Password: "cle\u0301", Mail: []fixtures.Mail{}},
		{Name: longName, Password: longName, Mail: []fixtures.Mail{}},
	}}
	o.Authority, o.ImplicitTLS = authority, sc.tls
	if deviation != "" {
		o.Deviations = []string{deviation}
	}
	s, err := Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	if !sc.tls {
		cfg = nil
	}
	var out strings.Builder
	if sc.name == "new mail" {
		// The message with the middle UID goes, and another one comes.
		fmt.Fprint(&out, aliceSays("UIDL", "DELE 2", "QUIT")(t, dial(t, s.Addr(), nil)))
		s.Store().(*mailstore.Store).Deliver("alice", mailstore.Delivery{Data: sampleMail[0].Data})
		fmt.Fprint(&out, aliceSays("UIDL", "QUIT")(t, dial(t, s.Addr(), nil)))
	}
	for i, c := range sc.conns {
		r := dial(t, s.Addr(), cfg)
		if dontGreet[deviation] {
			r.SetDeadline(time.Now().Add(200 * time.Millisecond))
			if _, err := r.r.ReadString('\n'); err != nil {
				return "no greeting"
			}
			return "a greeting"
		}
		fmt.Fprintf(&out, "--- %d\n%s\n", i, c(t, r))
		r.Close()
	}
	normal := challenges.ReplaceAllStringFunc(out.String(), func(c string) string {
		if data, err := base64.StdEncoding.DecodeString(c[2 : len(c)-2]); err == nil && strings.HasSuffix(string(data), "@localhost>") {
			return "+ CHALLENGE\r\n"
		}
		return c
	})
	return stamps.ReplaceAllString(normal, "<STAMP>")
}

var challenges = regexp.MustCompile(`\+ [A-Za-z0-9+/=]{40,}\r\n`)

// dontGreet would make every scenario wait.
var dontGreet = map[string]bool{"greeting-missing": true}

func TestEachDeviationShows(t *testing.T) {
	authority, err := ca.New()
	if err != nil {
		t.Fatal(err)
	}
	cfg := func() *tls.Config { return authority.ClientConfig("localhost") }
	all := scenarios(cfg)
	base := make([]string, len(all))
	for i, sc := range all {
		base[i] = run(t, authority, sc, "")
		if again := run(t, authority, sc, ""); again != base[i] {
			t.Fatalf("scenario %q is not the same each time:\n%s\n%s", sc.name, base[i], again)
		}
	}
	for _, d := range deviations {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			likely := func(i int) bool {
				return slices.ContainsFunc(all[i].begins, func(b string) bool { return strings.HasPrefix(d.Name, b) })
			}
			for _, first := range []bool{true, false} {
				for i, sc := range all {
					if likely(i) == first && run(t, authority, sc, d.Name) != base[i] {
						return
					}
				}
			}
			t.Errorf("nothing shows that the server deviates: %s", d.Summary)
		})
	}
}

func TestDeviationsAreWellFormed(t *testing.T) {
	servertest.WellFormed(t, "pop3", deviations)
	if len(deviations) < 100 {
		t.Errorf("%d deviations", len(deviations))
	}
	if _, err := NewServer(Options{Options: mockservers.Options{Deviations: []string{"list-omit-terminator"}}}); err == nil || !strings.Contains(err.Error(), "list-omits-terminator") {
		t.Errorf("a name that is nearly right: %v", err)
	}
}

// TestDeviationsAreAskedFor compares the names in the code with those in the registry.
func TestDeviationsAreAskedFor(t *testing.T) { servertest.AskedFor(t).Check(t, deviations) }
