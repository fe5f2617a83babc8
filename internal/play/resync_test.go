package play

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/transcript"
)

// lines returns the lines of the session at which the play found a mismatch.
func lines(r *Report) []int {
	var out []int
	for _, m := range r.Mismatches() {
		out = append(out, m.Pos.Line)
	}
	return out
}

// TestOtherMail drives a server that has other mail than the session: every answer that differs is reported, once.
func TestOtherMail(t *testing.T) {
	recorded := `S: +OK ready
C: STAT
S: +OK 2 320
C: LIST
S: +OK 2 messages
S: 1 120
S: 2 200
S: .
C: UIDL
S: +OK
S: 1 {{00000001 uid}}
S: 2 {{00000002 uid}}
S: .
C: NOOP
S: +OK
C: RETR 1
S: +OK 120 octets
S: Subject: one
S:
S: text
S: .
C: RETR 2
S: +OK 200 octets
S: Subject: two
S:
S: text
S: .
C: DELE 2
S: +OK gone
C: QUIT
S: +OK bye
-- close S
`
	live := `S: +OK ready
C: STAT
S: +OK 1 900
C: LIST
S: +OK 1 messages
S: 1 900
S: .
C: UIDL
S: +OK
S: 1 {{00000009 uid}}
S: .
C: NOOP
S: +OK
C: RETR 1
S: +OK 900 octets
S: Received: from elsewhere
S: Subject: other
S:
S: text
S: more text
S: .
C: RETR 2
S: -ERR no such message
C: DELE 2
S: -ERR no such message
C: QUIT
S: +OK bye
-- close S
`
	co := clientOptions()
	co.Timeouts.Settle = 500 * time.Millisecond // more than enough to be a failure of the test's time, were it waited for after each
	s, c := both(t, parse(t, live), parse(t, recorded), serverOptions(), co)
	if s.err != nil {
		t.Error("the server:", s.err)
	}
	// STAT, the first line of LIST that differs, UIDL's second, RETR 1's header, RETR 2, DELE 2.
	if got, want := lines(c.rep), []int{6, 9, 15, 21, 26, 32}; !slices.Equal(got, want) {
		t.Errorf("mismatches at lines %v, want %v\n%v", got, want, c.err)
	}
	for _, p := range c.rep.Problems {
		if _, ok := p.(*Mismatch); !ok {
			t.Error(p)
		}
	}
}

// TestMoreLines drives a server whose answers have lines that the session does not have, and lack others, in a protocol where no count tells.
func TestMoreLines(t *testing.T) {
	header := "session: 1\nprotocol: smtp\n\n"
	parse := func(text string) *transcript.Session {
		s, err := transcript.Parse("smtp.session", []byte(header+text))
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	recorded := parse(`S: 220 mx.example.org ESMTP
C: EHLO me.example.org
S: 250-mx.example.org
S: 250-PIPELINING
S: 250 SIZE 1000
C: NOOP
S: 250 fine
C: QUIT
S: 221 bye
-- close S
`)
	for name, c := range map[string]struct {
		answer string
		want   int
	}{
		"more in the middle": {"S: 250-mx.example.org\nS: 250-8BITMIME\nS: 250-PIPELINING\nS: 250 SIZE 1000\n", 7},
		"more at the end":    {"S: 250-mx.example.org\nS: 250-PIPELINING\nS: 250-SIZE 1000\nS: 250 CHUNKING\n", 8},
		"fewer":              {"S: 250-mx.example.org\nS: 250 SIZE 1000\n", 7},
		"none":               {"S: 502 no\n", 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			live := parse("S: 220 mx.example.org ESMTP\nC: EHLO me.example.org\n" + c.answer + "C: NOOP\nS: 250 fine\nC: QUIT\nS: 221 bye\n-- close S\n")
			co := clientOptions()
			co.Dialect = nil
			s, cl := both(t, live, recorded, serverOptions(), co)
			if s.err != nil {
				t.Error("the server:", s.err)
			}
			if got := lines(cl.rep); len(got) == 0 || got[0] != c.want || slices.Max(got) > 8 {
				t.Errorf("mismatches at lines %v, want %d first\n%v", got, c.want, cl.err)
			}
		})
	}
}

// TestTags serves a session of IMAP to a client that has its own tags, and its lines in another order where it may.
func TestTags(t *testing.T) {
	text, err := fixturesFile("sessions/imap/literals-idle.session")
	if err != nil {
		t.Fatal(err)
	}
	server, err := transcript.Parse("server", text)
	if err != nil {
		t.Fatal(err)
	}
	other := regexp.MustCompile(`(?m)^([CS]2?: )([ab])([0-9]) `).ReplaceAll(text, []byte("${1}TAG-${2}-0${3} "))
	other = bytes.Replace(other, []byte("TAG-a-05 OK is not the end"), []byte("a5 OK is not the end"), 1) // that one stands in a literal
	client, err := transcript.Parse("client", other)
	if err != nil {
		t.Fatal(err)
	}
	so, co := serverOptions(), clientOptions()
	so.Dialect, co.Dialect = nil, nil
	so.Credentials = &auth.Credentials{User: `al"ice`, Password: `won\der"land`}
	co.Credentials = so.Credentials
	s, c := both(t, server, client, so, co)
	if s.err != nil || c.err != nil {
		t.Error(s.err, c.err)
	}
	// Lines in another order.
	shuffled := bytes.Replace(bytes.Replace(text, []byte("S: * 1 EXISTS\n"), nil, 1), []byte("-- end\n"), []byte("S: * 1 EXISTS\n-- end\n"), 1)
	if bytes.Equal(shuffled, text) {
		t.Fatal("nothing to move")
	}
	if server, err = transcript.Parse("server", shuffled); err != nil {
		t.Fatal(err)
	}
	s, c = both(t, server, client, so, co)
	if s.err != nil || c.err != nil {
		t.Error(s.err, c.err)
	}
}

func fixturesFile(name string) ([]byte, error) {
	f, err := fixtures.FS().Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var b bytes.Buffer
	_, err = b.ReadFrom(f)
	return b.Bytes(), err
}

// TestBlobDiffers drives a server whose large message differs from the session's in one octet, or is shorter, and goes on behind it.
func TestBlobDiffers(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789abcdef\r\n"), 20000)
	session := func(body []byte) *transcript.Session {
		sum := sha256.Sum256(body)
		s := parse(t, fmt.Sprintf("S: +OK\nC: RETR 1\nS: +OK follows\nS: {{blob m.bin %d %s}}{{none}}\nS: .\nC: STAT\nS: +OK 1 2\nC: QUIT\nS: +OK\n-- close S\n", len(body), hex.EncodeToString(sum[:])))
		s.SetBlobs(transcript.MemBlobs{"m.bin": body})
		return s
	}
	changed := bytes.Clone(body)
	changed[200003] = 'x'
	for name, live := range map[string][]byte{"an octet": changed, "shorter": body[:18*15000], "longer": append(bytes.Clone(body), body...)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, c := both(t, session(live), session(body), serverOptions(), clientOptions())
			if s.err != nil {
				t.Error("the server:", s.err)
			}
			ms := c.rep.Mismatches()
			if len(ms) != 1 || len(c.rep.Problems) != 1 {
				t.Fatal(c.err)
			}
			want := map[string]int64{"an octet": 200003, "shorter": 18 * 15000, "longer": 0}[name]
			if m := ms[0]; m.Offset != want || !strings.Contains(m.Error(), "^") {
				t.Errorf("offset %d, want %d\n%v", m.Offset, want, m)
			}
		})
	}
}

// TestSecrets makes sure that no report shows a password.
func TestSecrets(t *testing.T) {
	session := parse(t, "S: +OK ready\nC: USER {{alice user}}\nS: +OK\nC: PASS {{*** password}}\nS: +OK in\nC: NOOP\nS: +OK\n")
	live := parse(t, "S: +OK ready\nC: USER {{alice user}}\nS: +OK\nC: PASS {{wrong password}}\nS: -ERR no\n")
	co := clientOptions()
	co.Credentials = &auth.Credentials{User: "alice", Password: "opensesame"}
	_, c := both(t, live, session, serverOptions(), co)
	if c.err == nil || strings.Contains(c.err.Error(), "opensesame") || !strings.Contains(c.err.Error(), "PASS {{*** password}}") {
		t.Error(c.err)
	}
	so := serverOptions()
	s, _ := both(t, parse(t, "S: +OK ready\nC: USER {{alice user}}\nS: +OK\nC: NOOP\nS: +OK\n"), session, so, co)
	if s.err == nil || strings.Contains(s.err.Error(), "opensesame") || !strings.Contains(s.err.Error(), "received: C: PASS ***") {
		t.Error(s.err)
	}
}
