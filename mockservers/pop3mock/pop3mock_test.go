package pop3mock

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"harness/fixtures"
	"harness/mockservers"
	"harness/mockservers/mailstore"
	"harness/protocols/dialect"
	"harness/protocols/pop3"
)

// multi reads a multi-line reply behind its first line, with Go's own reader.
func (r *raw) multi(t testing.TB) []byte {
	t.Helper()
	b, err := io.ReadAll(textproto.NewReader(r.r).DotReader())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// block reads a multi-line reply behind its first line as it stands on the wire, and unstuffs it.
func (r *raw) block(t testing.TB) []byte {
	t.Helper()
	var out []byte
	for {
		l := r.line(t)
		if l == ".\r\n" {
			return out
		}
		out = append(out, strings.TrimPrefix(l, ".")...)
		if strings.HasPrefix(l, ".") && l[1] == '\r' {
			t.Fatalf("line %q", l)
		}
	}
}

func (r *raw) login(t testing.TB) {
	t.Helper()
	r.line(t)
	for _, l := range []string{"USER alice", "PASS wonderland"} {
		r.want(t, l, "+OK")
	}
}

func (r *raw) want(t testing.TB, line, prefix string) string {
	t.Helper()
	got := r.ask(t, line)
	if !strings.HasPrefix(got, prefix) || !strings.HasSuffix(got, "\r\n") || len(got) > 512 {
		t.Errorf("%s: %q, want %q", line, got, prefix)
	}
	return got
}

func TestCorpusOctetForOctet(t *testing.T) {
	s := New(t)
	r := dial(t, s.Addr(), nil)
	r.line(t)
	r.want(t, "UTF8", "+OK")
	r.want(t, "USER alice", "+OK")
	r.want(t, "PASS wonderland", "+OK")
	mails := fixtures.Mails()
	var total int64
	for i, m := range mails {
		want := m.Data
		if !bytes.HasSuffix(want, []byte("\r\n")) {
			want = slices.Concat(want, []byte("\r\n"))
		}
		total += int64(len(want))
		r.want(t, fmt.Sprintf("LIST %d", i+1), fmt.Sprintf("+OK %d %d\r\n", i+1, len(want)))
		r.want(t, fmt.Sprintf("RETR %d", i+1), "+OK")
		if got := r.block(t); !bytes.Equal(got, want) {
			t.Errorf("%s: %d octets, want %d", m.Name, len(got), len(want))
		}
		header, body := mailstore.SplitHeader(want)
		for _, n := range []int{0, 1, 3, 1 << 30} {
			r.want(t, fmt.Sprintf("TOP %d %d", i+1, n), "+OK")
			lines := bytes.SplitAfter(body, []byte("\n"))
			top := slices.Concat(header, bytes.Join(lines[:min(n, len(lines))], nil))
			if got := r.block(t); !bytes.Equal(got, top) {
				t.Errorf("%s: TOP %d: %d octets, want %d", m.Name, n, len(got), len(top))
			}
		}
	}
	r.want(t, "STAT", fmt.Sprintf("+OK %d %d\r\n", len(mails), total))
}

func TestSurrogatesWithoutUTF8(t *testing.T) {
	s := New(t, WithMail(sampleMail...))
	r := dial(t, s.Addr(), nil)
	r.login(t)
	r.want(t, "RETR 3", "+OK")
	got := r.block(t)
	header, _ := mailstore.SplitHeader(got)
	for _, c := range header {
		if c >= 0x80 {
			t.Fatalf("%q", header)
		}
	}
	r.want(t, "LIST 3", fmt.Sprintf("+OK 3 %d\r\n", len(got)))
	r.want(t, "QUIT", "+OK")

	s = New(t, WithMail(sampleMail...), WithFeatures("UTF8=REFUSE"))
	r = dial(t, s.Addr(), nil)
	r.login(t)
	r.want(t, "RETR 3", "-ERR [UTF8] ")
	r.want(t, "TOP 3 0", "-ERR [UTF8] ")
	r.want(t, "RETR 1", "+OK")
	r.block(t)
	r.want(t, "STAT", "+OK 5")

	s = New(t, WithMail(sampleMail...), WithFeatures("-UTF8"))
	r = dial(t, s.Addr(), nil)
	r.login(t)
	r.want(t, "RETR 3", "+OK")
	if got := r.block(t); !bytes.Equal(got, sampleMail[2].Data) {
		t.Errorf("%q", got)
	}
}

func TestStates(t *testing.T) {
	s := New(t, WithMail(sampleMail...))
	r := dial(t, s.Addr(), nil)
	if g := r.line(t); !strings.HasPrefix(g, "+OK ") || strings.Count(g, "<") != 1 {
		t.Errorf("%q", g)
	}
	for _, l := range []string{"STAT", "LIST", "LIST 1", "RETR 1", "DELE 1", "NOOP", "RSET", "TOP 1 1", "UIDL", "FROB", "RPOP alice", "", "  ", "USER", "QUIT now",
		"PASS wonderland", "AUTH", "AUTH NOPE", "LANG xx", "STAT\x00", "CAPA 1", "UTF8 1", "APOP alice", "RETR 0", "U\xc3\xbcSER"} {
		r.want(t, l, "-ERR")
	}
	r.want(t, "uSeR alice", "+OK")
	r.want(t, "CAPA", "+OK")
	r.multi(t)
	r.want(t, "PASS wonderland", "-ERR")
	r.want(t, "USER alice", "+OK")
	r.want(t, "PASS wrong", "-ERR [AUTH] ")
	r.want(t, "PASS wonderland", "-ERR")
	r.want(t, "USER alice", "+OK")
	r.want(t, "PASS wonderland", "+OK")
	for _, l := range []string{"USER alice", "PASS wonderland", "APOP alice 0123456789abcdef0123456789abcdef", "AUTH PLAIN", "STLS", "UTF8"} {
		r.want(t, l, "-ERR")
	}
	for _, l := range []string{"RETR", "RETR 0", "RETR 6", "RETR -1", "RETR 99999999999999999999", "RETR 1 2", "TOP 1", "TOP 1 -1", "TOP 9 1", "DELE", "LIST x", "NOOP 1", "RETR  1", "RETR 1 "} {
		r.want(t, l, "-ERR")
	}
	r.want(t, "STAT", "+OK 5 ")
	r.want(t, "DELE 2", "+OK")
	for _, l := range []string{"DELE 2", "RETR 2", "LIST 2", "UIDL 2", "TOP 2 0"} {
		r.want(t, l, "-ERR")
	}
	r.want(t, "STAT", "+OK 4 ")
	r.want(t, "LIST", "+OK")
	if got := string(r.multi(t)); !strings.HasPrefix(got, "1 ") || !strings.Contains(got, "\n3 ") || strings.Contains(got, "\n2 ") {
		t.Errorf("%q", got)
	}
	r.want(t, "RSET", "+OK")
	r.want(t, "STAT", "+OK 5 ")
	r.want(t, "DELE 1", "+OK")
	r.want(t, "QUIT", "+OK")
	if got := r.rest(t); got != "" {
		t.Errorf("behind QUIT: %q", got)
	}
	inbox, _ := s.Store().(*mailstore.Store).Inbox("alice")
	if n := len(inbox.Messages()); n != 4 || inbox.Locked() {
		t.Errorf("%d messages, locked %v", n, inbox.Locked())
	}
}

func TestNothingIsRemovedWithoutQuit(t *testing.T) {
	for _, how := range []string{"close", "reset", "autologout"} {
		var f []string
		if how == "autologout" {
			f = append(f, "AUTOLOGOUT=50ms")
		}
		s := New(t, WithMail(sampleMail...), WithFeatures(f...))
		r := dial(t, s.Addr(), nil)
		r.login(t)
		r.want(t, "DELE 1", "+OK")
		switch how {
		case "reset":
			r.Conn.(*net.TCPConn).SetLinger(0)
			r.Close()
		case "close":
			r.send(t, "QUIT") // without CRLF: no command
			r.Close()
		case "autologout":
			if got := r.rest(t); got != "" {
				t.Errorf("said %q", got)
			}
			r.Close()
		}
		c, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		if _, err := s.WaitSessions(c, 1); err != nil {
			t.Fatal(err)
		}
		cancel()
		inbox, _ := s.Store().(*mailstore.Store).Inbox("alice")
		if n := len(inbox.Messages()); n != 5 || inbox.Locked() {
			t.Errorf("%s: %d messages, locked %v", how, n, inbox.Locked())
		}
	}
}

func TestUniqueIDsPersist(t *testing.T) {
	s := New(t, WithMail(sampleMail...))
	ids := func() map[string]string {
		r := dial(t, s.Addr(), nil)
		r.login(t)
		r.want(t, "UIDL", "+OK")
		out := make(map[string]string)
		for l := range strings.Lines(string(r.multi(t))) {
			n, id, _ := strings.Cut(strings.TrimSpace(l), " ")
			out[n] = id
			r.want(t, "UIDL "+n, "+OK "+n+" "+id+"\r\n")
		}
		r.want(t, "DELE 1", "+OK")
		r.want(t, "QUIT", "+OK")
		r.rest(t)
		return out
	}
	a := ids()
	s.Store().Deliver("alice", mailstore.Delivery{Data: []byte("new")})
	b := ids()
	if a["2"] != b["1"] || a["5"] != b["4"] || b["5"] == a["1"] || b["5"] == "" {
		t.Errorf("%v, %v", a, b)
	}
}

func TestPipelining(t *testing.T) {
	s := New(t, WithMail(sampleMail...))
	r := dial(t, s.Addr(), nil)
	got := batch("USER alice", "PASS wonderland", "DELE 1", "STAT", "NOOP", "LIST 1", "QUIT", "NOOP")(t, r)
	want := regexp.MustCompile(`(?s)^\+OK [^\n]*\r\n\+OK send PASS\r\n\+OK the maildrop has 5 messages\r\n\+OK message 1 deleted\r\n\+OK 4 \d+\r\n\+OK nothing done\r\n-ERR message 1 is deleted\r\n\+OK [^\n]*4 messages left\r\n$`)
	if !want.MatchString(got) {
		t.Errorf("%q", got)
	}
	s = New(t, WithMail(sampleMail...), WithFeatures("-PIPELINING"))
	r = dial(t, s.Addr(), nil)
	got = batch("USER alice", "PASS wonderland")(t, r)
	if !strings.HasSuffix(got, "+OK send PASS\r\n-ERR "+string(textEarly)+"\r\n") {
		t.Errorf("%q", got)
	}
	r.Close()
	done, err := s.WaitSessions(t.Context(), 1)
	if err != nil || len(done[0].Notes()) != 1 {
		t.Errorf("%v, %v", done, err)
	}
}

// TestPipeliningLargeReplies has a client send many commands while it reads.
func TestPipeliningLargeReplies(t *testing.T) {
	s := New(t)
	n := len(fixtures.Mails())
	r := dial(t, s.Addr(), nil)
	r.login(t)
	sent := make(chan error, 1)
	go func() {
		var b strings.Builder
		for range 3 {
			for i := range n {
				fmt.Fprintf(&b, "RETR %d\r\n", i+1)
			}
		}
		_, err := io.WriteString(r, b.String()+"QUIT\r\n")
		sent <- err
	}()
	for range 3 * n {
		if l := r.line(t); !strings.HasPrefix(l, "+OK") {
			t.Fatalf("%q", l)
		}
		r.block(t)
	}
	if l := r.line(t); !strings.HasPrefix(l, "+OK") {
		t.Errorf("%q", l)
	}
	if err := <-sent; err != nil {
		t.Error(err)
	}
}

func TestBadLines(t *testing.T) {
	s := New(t, WithMail())
	r := dial(t, s.Addr(), nil)
	r.line(t)
	r.send(t, "CAPA\n")
	if l := r.line(t); !strings.HasPrefix(l, "-ERR") {
		t.Errorf("%q", l)
	}
	r.want(t, "USER "+strings.Repeat("x", 248), "+OK") // 255 octets
	r.want(t, "USER "+strings.Repeat("x", 249), "-ERR")
	r.want(t, "USER "+strings.Repeat("x", 1<<20), "-ERR") // beyond the reader's limit
	r.want(t, "USER alice", "+OK")
	r.want(t, "QUIT", "+OK")

	r = dial(t, New(t, WithMail(), WithFeatures("BARE-LF")).Addr(), nil)
	r.line(t)
	r.send(t, "USER alice\n")
	if l := r.line(t); !strings.HasPrefix(l, "+OK") {
		t.Errorf("%q", l)
	}
}

func capabilities(t *testing.T, r *raw) map[string]string {
	t.Helper()
	r.want(t, "CAPA", "+OK")
	out := make(map[string]string)
	for l := range strings.Lines(string(r.multi(t))) {
		c, err := pop3.Rules{}.ParseCapability([]byte(strings.TrimRight(l, "\n")))
		if err != nil {
			t.Error(err)
		}
		out[c.Tag] = strings.Join(c.Params, " ")
	}
	return out
}

func TestSTLS(t *testing.T) {
	s := New(t, WithMail(sampleMail...))
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	authority, err := s.Authority()
	if err != nil {
		t.Fatal(err)
	}
	crt, err := authority.Client("alice")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Certificates = []tls.Certificate{crt}
	r := dial(t, s.Addr(), nil)
	r.line(t)
	before := capabilities(t, r)
	if _, ok := before["STLS"]; !ok || strings.Contains(before["SASL"], "PLAIN") || before["UTF8"] != "USER" {
		t.Errorf("%v", before)
	}
	r.want(t, "USER alice", "+OK")
	r.want(t, "STLS", "+OK")
	sec := &raw{tls.Client(r.Conn, cfg), nil}
	sec.r = r.r
	sec.r.Reset(sec.Conn)
	sec.want(t, "PASS wonderland", "-ERR")
	sec.want(t, "STLS", "-ERR")
	after := capabilities(t, sec)
	if _, ok := after["STLS"]; ok || !strings.Contains(after["SASL"], "PLAIN") || !strings.Contains(after["SASL"], "EXTERNAL") {
		t.Errorf("%v", after)
	}
	sec.want(t, "AUTH EXTERNAL =", "+OK")
	if got := capabilities(t, sec); got["SASL"] != after["SASL"] {
		t.Errorf("%v", got)
	}
	sec.want(t, "STAT", "+OK 5")
	sec.want(t, "QUIT", "+OK")

	// Octets behind STLS: nothing of them is taken for protected.
	r = dial(t, s.Addr(), nil)
	r.line(t)
	r.send(t, "STLS\r\nUSER alice\r\n")
	if a, b := r.line(t), r.line(t); !strings.HasPrefix(a, "-ERR") || !strings.HasPrefix(b, "+OK") {
		t.Errorf("%q, %q", a, b)
	}
	r.want(t, "PASS wonderland", "+OK")
	r.want(t, "STLS", "-ERR")

	r = dial(t, s.Addr(), nil)
	r.line(t)
	r.want(t, "UTF8", "+OK")
	if _, ok := capabilities(t, r)["STLS"]; ok {
		t.Error("STLS is announced where it is refused")
	}
	r.want(t, "STLS", "-ERR")
}

func TestPrivacy(t *testing.T) {
	s := New(t, WithFeatures("CLEARTEXT=none"))
	r := dial(t, s.Addr(), nil)
	r.line(t)
	if c := capabilities(t, r); strings.Contains(c["SASL"], "PLAIN") {
		t.Errorf("%v", c)
	} else if _, ok := c["USER"]; ok {
		t.Errorf("%v", c)
	}
	r.want(t, "USER alice", "-ERR")
	r.want(t, "AUTH PLAIN", "-ERR")
	r = dial(t, New(t, WithMail(), WithFeatures("CLEARTEXT=all")).Addr(), nil)
	r.line(t)
	r.want(t, "AUTH PLAIN "+b64("\x00alice\x00wonderland"), "+OK")
}

func TestAuth(t *testing.T) {
	s := New(t, WithImplicitTLS(), WithAccount(Account{Name: "alice", Password: "wonderland", Token: "tok", ActAs: []string{"bob"}}), WithAccount(Account{Name: "bob", Password: "x", Mail: []fixtures.Mail{}}))
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(s.URL(), "pop3s://") {
		t.Errorf("%s", s.URL())
	}
	fresh := func() *raw {
		r := dial(t, s.Addr(), cfg)
		r.line(t)
		return r
	}
	r := fresh()
	r.want(t, "AUTH PLAIN", "+ \r\n")
	r.want(t, "*", "-ERR")
	r.want(t, "AUTH PLAIN", "+ \r\n")
	r.want(t, b64("\x00alice\x00wrong"), "-ERR [AUTH] ")
	r.want(t, "AUTH PLAIN", "+ \r\n")
	r.want(t, "=AAA", "-ERR")
	r.want(t, "AUTH CRAM-MD5 "+b64("x"), "-ERR")
	r.want(t, "AUTH PLAIN =", "-ERR")
	r.want(t, "AUTH plain", "+ \r\n")
	r.want(t, b64(strings.Repeat("\x00a", 30_000)), "-ERR")
	r.want(t, "AUTH LOGIN", "+ "+b64("Username:"))
	r.want(t, b64("alice"), "+ "+b64("Password:"))
	r.want(t, b64("wonderland"), "+OK")
	r.want(t, "AUTH PLAIN", "-ERR")
	r.want(t, "QUIT", "+OK")

	r = fresh()
	r.want(t, "AUTH PLAIN "+b64("bob\x00alice\x00wonderland"), "+OK")
	r.want(t, "STAT", "+OK 0 0")
	r.want(t, "QUIT", "+OK")
	r = fresh()
	r.want(t, "AUTH XOAUTH2 "+b64("user=alice\x01auth=Bearer tok\x01\x01"), "+OK")
	r.want(t, "QUIT", "+OK")
	r = fresh()
	r.want(t, "AUTH OAUTHBEARER "+b64("n,,\x01auth=Bearer wrong\x01\x01"), "+ ")
	r.want(t, b64("\x01"), "-ERR [AUTH] ")
	r.want(t, "AUTH EXTERNAL", "-ERR")
	if got := scram(t, dial(t, s.Addr(), cfg)); !strings.HasPrefix(got, "challenge, challenge, +OK") {
		t.Errorf("%s", got)
	}
}

func TestAPOP(t *testing.T) {
	s := New(t, WithMail())
	if got := apop("alice", "wonderland")(t, dial(t, s.Addr(), nil)); !strings.Contains(got, "+OK 0 0") {
		t.Errorf("%q", got)
	}
	if got := apop("alice", "wrong")(t, dial(t, s.Addr(), nil)); !strings.Contains(got, "-ERR [AUTH] ") {
		t.Errorf("%q", got)
	}
	r := dial(t, New(t, WithFeatures("-APOP")).Addr(), nil)
	if g := r.line(t); strings.Contains(g, "<") {
		t.Errorf("%q", g)
	}
	r.want(t, "APOP alice 0123456789abcdef0123456789abcdef", "-ERR")
	s = New(t, WithMail(), WithFeatures("ONE-METHOD"))
	if got := apop("alice", "wonderland")(t, dial(t, s.Addr(), nil)); !strings.Contains(got, "+OK 0 0") {
		t.Errorf("%q", got)
	}
	r = dial(t, s.Addr(), nil)
	r.line(t)
	r.want(t, "USER alice", "+OK")
	r.want(t, "PASS wonderland", "-ERR")
}

func TestLockAndRefusals(t *testing.T) {
	s := New(t, WithAccount(Account{Name: "alice", Password: "wonderland", Mail: []fixtures.Mail{}}), WithAccount(Account{Name: "mad", Password: "hatter", Refuse: pop3.CodeSysPerm}))
	a, b := dial(t, s.Addr(), nil), dial(t, s.Addr(), nil)
	a.login(t)
	b.line(t)
	b.want(t, "USER alice", "+OK")
	b.want(t, "PASS wonderland", "-ERR [IN-USE] ")
	b.want(t, "USER alice", "+OK")
	b.want(t, "PASS wrong", "-ERR [AUTH] ")
	a.want(t, "QUIT", "+OK")
	b.want(t, "USER alice", "+OK")
	b.want(t, "PASS wonderland", "+OK")
	b.want(t, "QUIT", "+OK")
	c := dial(t, s.Addr(), nil)
	c.line(t)
	c.want(t, "USER mad", "+OK")
	c.want(t, "PASS hatter", "-ERR [SYS/PERM] ")
}

func TestFailingUpdate(t *testing.T) {
	s := New(t, WithMail(sampleMail...), WithFeatures("UPDATE-FAILS"))
	r := dial(t, s.Addr(), nil)
	r.login(t)
	r.want(t, "DELE 1", "+OK")
	r.want(t, "DELE 2", "+OK")
	r.want(t, "QUIT", "-ERR [SYS/TEMP] ")
	if got := r.rest(t); got != "" {
		t.Errorf("%q", got)
	}
	r = dial(t, s.Addr(), nil)
	r.login(t)
	r.want(t, "STAT", "+OK 4 ")
}

func TestLoginDelayAndExpire(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	s := New(t, WithOptions(Options{Features: []string{"LOGIN-DELAY=600,USER=60", "EXPIRE=0,USER=0"}, Now: func() time.Time { return now },
		Accounts: []Account{{Name: "alice", Password: "wonderland", Mail: sampleMail}}}))
	r := dial(t, s.Addr(), nil)
	r.line(t)
	if c := capabilities(t, r); c["LOGIN-DELAY"] != "600 USER" || c["EXPIRE"] != "0 USER" {
		t.Errorf("%v", c)
	}
	r.want(t, "USER alice", "+OK")
	r.want(t, "PASS wonderland", "+OK")
	if c := capabilities(t, r); c["LOGIN-DELAY"] != "60" || c["EXPIRE"] != "0" {
		t.Errorf("%v", c)
	}
	r.want(t, "RETR 1", "+OK")
	r.block(t)
	r.want(t, "QUIT", "+OK")
	r.rest(t)
	now = now.Add(59 * time.Second)
	r = dial(t, s.Addr(), nil)
	r.line(t)
	r.want(t, "USER alice", "+OK")
	r.want(t, "PASS wonderland", "-ERR [LOGIN-DELAY] ")
	now = now.Add(time.Second)
	r.want(t, "USER alice", "+OK")
	r.want(t, "PASS wonderland", "+OK")
	r.want(t, "STAT", "+OK 4 ")
}

func TestLanguages(t *testing.T) {
	s := New(t, WithMail(), WithFeatures("LANG=es"))
	r := dial(t, s.Addr(), nil)
	r.line(t)
	r.want(t, "LANG", "+OK")
	if got := string(r.multi(t)); got != "en English\nde Deutsch\nes Español\n" {
		t.Errorf("%q", got)
	}
	r.want(t, "LANG DE", "+OK de Sprache geändert\r\n")
	r.want(t, "LANG fr", "-ERR Sprache nicht verfügbar: FR\r\n")
	r.want(t, "FROB", "-ERR unbekannter Befehl")
	r.want(t, "LANG *", "+OK es idioma cambiado")
	r.want(t, "USER alice", "+OK envíe PASS")
	r.want(t, "PASS wonderland", "+OK el buzón")
	r.want(t, "LANG en", "+OK en language changed\r\n")
}

func TestEveryTextInEveryLanguage(t *testing.T) {
	verbs := regexp.MustCompile(`%[a-z]`)
	keys := languages[1].texts
	for _, l := range languages[1:] {
		if len(l.texts) != len(keys) {
			t.Errorf("%s: %d texts, %d in %s", l.tag, len(l.texts), len(keys), languages[1].tag)
		}
		differs := 0
		for k, s := range l.texts {
			if _, ok := keys[k]; !ok {
				t.Errorf("%s: %q", l.tag, k)
			}
			if !slices.Equal(verbs.FindAllString(string(k), -1), verbs.FindAllString(s, -1)) {
				t.Errorf("%s: %q for %q", l.tag, s, k)
			}
			if !utf8.ValidString(s) || strings.ContainsAny(s, "[]<>\r\n") || s == string(k) {
				t.Errorf("%s: %q", l.tag, s)
			}
			if ascii(s) != s {
				differs++
			}
		}
		if differs == 0 {
			t.Errorf("%s: nothing outside ASCII", l.tag)
		}
	}
}

func TestFeatures(t *testing.T) {
	for _, bad := range []string{"FROB", "-LOGIN-DELAY=3", "LOGIN-DELAY", "LOGIN-DELAY=5,USER=9", "EXPIRE=9,USER=3", "EXPIRE=soon", "SASL=KERBEROS_V4", "UTF8=maybe", "LANG=xx",
		"CLEARTEXT=some", "AUTOLOGOUT=-1s", "IMPLEMENTATION=ü", "TOP=1", "UIDLE"} {
		if _, err := NewServer(Options{Features: []string{bad}}); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	for _, f := range Features() {
		if f.Name == "" || f.Summary == "" || f.Default == "" {
			t.Errorf("%+v", f)
		}
	}
	r := dial(t, New(t, WithMail(), WithFeatures("-CAPA", "-TOP", "-UIDL", "-SASL", "-STLS", "-UTF8", "-LANG", "-RESP-CODES")).Addr(), nil)
	r.login(t)
	for _, l := range []string{"CAPA", "TOP 1 0", "UIDL", "LANG"} {
		r.want(t, l, "-ERR not implemented")
	}
	r = dial(t, New(t, WithMail(), WithFeatures("SASL=LOGIN,PLAIN", "cleartext=all", "-IMPLEMENTATION", "-EXPIRE", "-AUTH-RESP-CODE")).Addr(), nil)
	r.line(t)
	if c := capabilities(t, r); c["SASL"] != "LOGIN PLAIN" || len(c) != 9 {
		t.Errorf("%v", c)
	}
	r.want(t, "USER alice", "+OK")
	r.want(t, "PASS wrong", "-ERR user name")
}

func TestBadOptions(t *testing.T) {
	for _, o := range []Options{
		{Accounts: []Account{{Name: "x"}}},
		{Accounts: []Account{{Name: "", Password: "p"}}},
		{Accounts: []Account{{Name: "a", Password: "p"}, {Name: "a", Password: "q"}}},
		{Greeting: "two\r\nlines"},
		{Options: mockservers.Options{Deviations: []string{"frob"}}},
	} {
		if _, err := NewServer(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
}

// TestRepliesAreGrammatical holds every reply of the scenarios against the strict parser.
func TestRepliesAreGrammatical(t *testing.T) {
	s := New(t, WithMail(sampleMail...))
	for _, sc := range scenarios(nil)[:3] {
		for _, c := range sc.conns {
			r := dial(t, s.Addr(), nil)
			c(t, r)
			r.Close()
		}
	}
	n := 0
	for _, ses := range s.Sessions() {
		for l := range strings.Lines(string(ses.Said(dialect.Server))) {
			if !strings.HasPrefix(l, "+") && !strings.HasPrefix(l, "-") {
				continue
			}
			n++
			if _, err := (pop3.Rules{RespCodes: true}).ParseReply(lineOf(l)); err != nil {
				t.Errorf("%q: %v", l, err)
			}
		}
	}
	if n < 50 {
		t.Errorf("%d replies", n)
	}
}
