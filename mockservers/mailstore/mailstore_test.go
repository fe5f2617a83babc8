package mailstore

import (
	"bytes"
	"errors"
	"net/mail"
	"strings"
	"testing"

	"harness/fixtures"
)

func add(t *testing.T, s *Store, a Account) *Inbox {
	t.Helper()
	in, err := s.Add(a)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestStore(t *testing.T) {
	s := New()
	in := add(t, s, Account{Name: "ali\u00adce", Password: "cle\u0301", Token: "tok", ActAs: []string{"bob"}})
	add(t, s, Account{Name: "bob", Password: "b"})
	if p, ok := s.Password("alice"); !ok || p != "cl\u00e9" {
		t.Errorf("%q, %v", p, ok)
	}
	if u, ok := s.TokenUser("tok"); !ok || u != "alice" {
		t.Errorf("%q, %v", u, ok)
	}
	if _, ok := s.TokenUser(""); ok {
		t.Error("an empty token is somebody's")
	}
	if !s.Authorize("alice", "bob") || s.Authorize("bob", "alice") || s.Authorize("alice", "carol") {
		t.Error("Authorize")
	}
	for _, bad := range []Account{{Name: "", Password: "x"}, {Name: "bob", Password: "x"}, {Name: "a\u200eb", Password: "x"}, {Name: "c", Password: "\u200e"}} {
		if _, err := s.Add(bad); err == nil {
			t.Errorf("%+v", bad)
		}
	}
	if err := s.Deliver("nobody", Delivery{}); !errors.Is(err, ErrNoAccount) {
		t.Errorf("%v", err)
	}
	for range 3 {
		if err := s.Deliver("alice", Delivery{Data: []byte("a: b\r\n\r\n")}); err != nil {
			t.Fatal(err)
		}
	}
	m, _ := s.Maildrop("alice")
	o, err := m.Open(false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Open(false); !errors.Is(err, ErrLocked) {
		t.Errorf("%v", err)
	}
	if shared, err := m.Open(true); err != nil {
		t.Error(err)
	} else {
		shared.Close()
	}
	if !in.Locked() {
		t.Error("not locked")
	}
	s.Deliver("alice", Delivery{Data: []byte("new")})
	all := o.Messages()
	if len(all) != 3 || all[0].UniqueID == all[1].UniqueID {
		t.Errorf("%v", all)
	}
	if err := o.Remove(all[1:2]); err != nil {
		t.Error(err)
	}
	in.FailRemoval(errors.New("full"))
	if err := o.Remove([]*Message{all[0], all[2]}); err == nil {
		t.Error("no failure")
	}
	o.Close()
	o.Close()
	if in.Locked() {
		t.Error("locked")
	}
	left := in.Messages()
	if len(left) != 2 || left[0] != all[2] || left[1].UID != 4 {
		t.Errorf("%v", left)
	}
}

func TestCanonical(t *testing.T) {
	for in, want := range map[string]string{
		"":             "\r\n",
		"a\r\nb\r\n":   "a\r\nb\r\n",
		"a\nb\r\n":     "a\r\nb\r\n",
		"\n\n":         "\r\n\r\n",
		"a\r\n\rb":     "a\r\n\rb\r\n",
		"no end":       "no end\r\n",
		"cr at end\r":  "cr at end\r\r\n",
		"a\r\r\nb\r\n": "a\r\r\nb\r\n",
	} {
		if got := string(Canonical([]byte(in))); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	for _, m := range fixtures.Mails() {
		got := Canonical(m.Data)
		if bytes.HasSuffix(m.Data, []byte("\r\n")) && &got[0] != &m.Data[0] {
			t.Errorf("%s: copied", m.Name)
		}
	}
}

func TestSurrogate(t *testing.T) {
	in := strings.ReplaceAll(`From: Jürgen Groß <juergen@example.org>, <ünal@beispiel.example>
To: "Müller, Eva" <eva@example.org>,
 plain@example.org
Subject: Grüße aus Köln, `+strings.Repeat("sehr lang schön ", 12)+`
Message-ID: <ü@example.org>
X-Raw: caf`+"\xe9"+`
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

preamble ä
--b
Content-Type: text/plain; charset=utf-8; name="grüße.txt"
Content-Transfer-Encoding: 8bit

Körper
--b
Content-Type: message/rfc822

Subject: innen schön

Rumpf ö
--b--
epilogue ü
`, "\n", "\r\n")
	if !NeedsUTF8([]byte(in)) {
		t.Error("it needs UTF-8")
	}
	out := Surrogate([]byte(in))
	if NeedsUTF8(out) {
		t.Errorf("it still needs UTF-8:\n%s", out)
	}
	for _, body := range []string{"preamble ä", "Körper", "Rumpf ö", "epilogue ü", "\r\n--b--\r\n", "name*=utf-8''gr%C3%BC%C3%9Fe.txt"} {
		if !bytes.Contains(out, []byte(body)) {
			t.Errorf("%q is missing in\n%s", body, out)
		}
	}
	m, err := mail.ReadMessage(bytes.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) != 2 || from[0].Name != "Jürgen Groß" || from[0].Address != "juergen@example.org" || !strings.HasSuffix(from[1].Address, ".invalid") {
		t.Errorf("From: %v, %v", from, err)
	}
	to, err := m.Header.AddressList("To")
	if err != nil || len(to) != 2 || to[0].Name != "Müller, Eva" {
		t.Errorf("To: %v, %v", to, err)
	}
	if m.Header.Get("Message-ID") != "" {
		t.Error("Message-ID")
	}
	for _, line := range bytes.Split(out, []byte("\r\n")) {
		if bytes.Contains(line, []byte("=?")) && len(line) > 76 {
			t.Errorf("a line of %d octets with an encoded word: %s", len(line), line)
		}
	}
}

func TestSurrogateOfTheCorpus(t *testing.T) {
	need := 0
	for _, f := range fixtures.Mails() {
		data := Canonical(f.Data)
		out := Surrogate(data)
		if NeedsUTF8(out) {
			t.Errorf("%s: the surrogate needs UTF-8", f.Name)
		}
		if NeedsUTF8(data) {
			need++
		} else if !bytes.Equal(out, data) {
			t.Errorf("%s: changed", f.Name)
		}
	}
	if need < 2 {
		t.Errorf("%d messages need UTF-8", need)
	}
}

func FuzzSurrogate(f *testing.F) {
	for _, m := range fixtures.Mails() {
		if len(m.Data) < 10_000 {
			f.Add(m.Data)
		}
	}
	f.Add([]byte("Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n--a\r\nContent-Type: message/rfc822\r\n\r\nTo: \"\xff\r\n--a--"))
	f.Add([]byte("Content-Type: multipart/mixed; x\xff; boundary=a\r\n\r\n--a\r\nSubject: \xff\r\n\r\n--a--\r\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		data = Canonical(data)
		need := NeedsUTF8(data)
		out := Surrogate(data)
		if !need && !bytes.Equal(out, data) {
			t.Error("changed without need")
		}
		if NeedsUTF8(out) {
			t.Errorf("%q needs UTF-8", out)
		}
	})
}
