package play

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/internal/auth"
	"harness/internal/ca"
	"harness/protocols/dialect"
	"harness/protocols/pop3"
	"harness/transcript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var authority = sync.OnceValue(func() *ca.CA {
	a, err := ca.New()
	if err != nil {
		panic(err)
	}
	return a
})

func parse(t testing.TB, text string) *transcript.Session {
	t.Helper()
	s, err := transcript.Parse("test.session", []byte("session: 1\nprotocol: pop3\n\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func serverOptions() Options {
	return Options{Side: dialect.Server, Dialect: pop3.Dialect(), TLS: authority().ServerConfig(), Timeouts: Timeouts{Read: 5 * time.Second, Settle: 50 * time.Millisecond, Linger: 200 * time.Millisecond}}
}

func clientOptions() Options {
	o := serverOptions()
	o.Side, o.TLS = dialect.Client, authority().ClientConfig("127.0.0.1")
	return o
}

func listen(t testing.TB) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

type result struct {
	rep *Report
	err error
}

// both plays a server's session before a client's.
func both(t testing.TB, server, client *transcript.Session, so, co Options) (s, c result) {
	t.Helper()
	so.Dialect, co.Dialect = dialectOf(t, server), dialectOf(t, client)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	l := listen(t)
	done := make(chan result, 1)
	go func() {
		rep, err := Play(ctx, server, so, Acceptor(l))
		done <- result{rep, err}
	}()
	c.rep, c.err = Play(ctx, client, co, Dialer(l.Addr().String()))
	if c.rep == nil {
		cancel() // nobody comes
	}
	s = <-done
	return s, c
}

func dialectOf(t testing.TB, s *transcript.Session) dialect.Dialect { return nil }

const login = `S: +OK POP3 ready {{<1896.697170952@example.org> timestamp}}
C: USER {{alice user}}
S: +OK name is a valid mailbox
C: PASS {{*** password}}
S: +OK maildrop locked and ready
C: STAT
S: +OK 2 320
C: LIST
S: +OK scan listing follows
S: 1 120
S: 2 200
S: .
C: RETR 1
S: +OK 13 octets
S: A: b
S:
S: ..dot
S: .
C: QUIT
S: +OK bye
-- close S
-- close C
`

var alice = &auth.Credentials{User: "alice", Password: "secret"}

func TestBothSides(t *testing.T) {
	blob := append(bytes.Repeat([]byte("0123456789abcdef\r\n"), 50000), "..end\r\n"...)
	sum := sha256.Sum256(blob)
	for name, text := range map[string]string{
		"login":  login,
		"no end": strings.Split(login, "-- close")[0],
		"stls": `S: +OK ready
C: STLS
S: +OK begin
-- tls
C: CAPA
S: +OK
S: UIDL
S: .
C: QUIT
S: +OK
-- close S
-- close C
`,
		"implicit": `-- tls
S: +OK ready
C: QUIT
S: +OK
-- close S
-- close C
`,
		"client closes first": `S: +OK ready
C: QUIT
S: +OK
-- close C
-- close S
`,
		"half close": `S: +OK ready
C: NOOP
C: QUIT
-- half-close C
S: +OK
S: +OK bye
-- close S
`,
		"reset": `S: +OK ready
C: NOOP
-- reset S
`,
		"client resets": `S: +OK ready
C: NOOP
S: +OK
-- reset C
`,
		"unread": `S: +OK ready
C: NOOP
-- close S
`,
		"waits": `S: +OK ready
C: NOOP
-- wait S 20ms
S: +OK
-- quiet S 20ms
C: NOOP
-- wait C 5ms
C: QUIT
S: +OK
`,
		"octets": "S: +OK a{{x 00ff}}b\nC: N{{cr}}OOP\nS: +OK{{lf}}\nC: QUIT\nS: half a {{none}}\n-- wait S 5ms\nS: line\n-- close S\n",
		"pipelined": `S: +OK ready
C: NOOP
C: NOOP
C: QUIT
S: +OK 1
S: +OK 2
S: +OK bye
-- close S
`,
		"two connections": `S: +OK one
C: NOOP
S: +OK
-- open C2
S2: +OK two
C2: NOOP
C: NOOP
S: +OK
S2: +OK
C2: QUIT
S2: +OK
-- close S2
-- close C2
C: QUIT
S: +OK
-- close S
`,
		"groups": `S: +OK ready
-- optional
C: CAPA
S: +OK
S: UIDL
S: .
-- end
C: LIST
S: +OK
-- unordered
S: 1 120
S: 2 200
-- end
S: .
-- optional
C: QUIT
S: +OK
-- end
`,
		"captured": `S: +OK ready
C: RETR {{1 number as n}}
S: +OK message {{=n}}
S: .
C: QUIT
S: +OK
`,
		"cram-md5": `S: +OK ready
C: AUTH CRAM-MD5
S: + {{PDE4OTYuNjk3MTcwOTUyQGV4YW1wbGUub3JnPg== sasl CRAM-MD5}}
C: {{*** sasl CRAM-MD5}}
S: +OK
C: QUIT
S: +OK
`,
		"plain": `S: +OK ready
C: AUTH PLAIN {{*** sasl PLAIN}}
S: +OK
C: QUIT
S: +OK
`,
		"plain without initial": `S: +OK ready
C: AUTH PLAIN
S: +{{20}}
C: {{*** sasl PLAIN}}
S: +OK
C: QUIT
S: +OK
`,
		"scram": `S: +OK ready
C: AUTH SCRAM-SHA-256
S: +{{20}}
C: {{*** sasl SCRAM-SHA-256}}
S: + {{*** sasl SCRAM-SHA-256}}
C: {{*** sasl SCRAM-SHA-256}}
S: + {{*** sasl SCRAM-SHA-256}}
C:
S: +OK
C: AUTH LOGIN
S: + {{VXNlcm5hbWU6 sasl LOGIN}}
C: {{*** sasl LOGIN}}
S: + {{UGFzc3dvcmQ6 sasl LOGIN}}
C: {{*** sasl LOGIN}}
S: -ERR already
C: QUIT
S: +OK
`,
		"bearer": `S: +OK ready
C: AUTH OAUTHBEARER {{*** sasl OAUTHBEARER}}
S: +OK
C: AUTH EXTERNAL =
S: +OK
C: QUIT
S: +OK
`,
		"apop": `S: +OK ready {{<1896.697170952@example.org> timestamp}}
C: APOP {{alice user}} {{*** apop}}
S: +OK
C: QUIT
S: +OK
`,
		"blob": fmt.Sprintf("S: +OK\nC: RETR 1\nS: +OK follows\nS: {{blob big.bin %d %s}}{{none}}\nS: .\nC: QUIT\nS: +OK\n", len(blob), hex.EncodeToString(sum[:])),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text = strings.ReplaceAll(text, "+{{20}}\n", "+{{sp}}\n")
			session := parse(t, text)
			session.SetBlobs(transcript.MemBlobs{"big.bin": blob})
			so, co := serverOptions(), clientOptions()
			so.Credentials, co.Credentials = alice, alice
			s, c := both(t, session, session, so, co)
			for _, r := range []result{s, c} {
				if r.err != nil {
					t.Fatal(r.err)
				}
				if r.rep.Played+r.rep.Skipped != r.rep.Items || r.rep.Skipped > 0 && name != "groups" {
					t.Errorf("%v: played %d and skipped %d of %d", r.rep.Side, r.rep.Played, r.rep.Skipped, r.rep.Items)
				}
			}
			if s.rep.Sent != c.rep.Received || c.rep.Sent != s.rep.Received {
				t.Errorf("octets: the server sent %d and got %d, the client sent %d and got %d", s.rep.Sent, s.rep.Received, c.rep.Sent, c.rep.Received)
			}
		})
	}
}

func TestNeedsCredentials(t *testing.T) {
	for _, c := range []struct {
		text string
		opts Options
		want string
	}{
		{login, clientOptions(), "test.session:7:1: the secret (password) was redacted"},
		{"S: +OK\nC: AUTH SCRAM-SHA-1 {{*** sasl SCRAM-SHA-1}}\n", serverOptions(), "test.session:5:1: SCRAM-SHA-1 answers the peer's nonce"},
	} {
		_, err := Compile(parse(t, c.text), c.opts)
		var setup *SetupError
		if !errors.As(err, &setup) || !strings.HasPrefix(err.Error(), c.want) || !strings.Contains(err.Error(), "--password") {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	for _, text := range []string{login, "S: +OK\nC: AUTH PLAIN {{*** sasl PLAIN}}\nS: +OK\n"} {
		if _, err := Compile(parse(t, text), serverOptions()); err != nil {
			t.Error(err)
		}
	}
}

// TestMutations plays a session against one in which one thing was changed: the mismatch is told on the side that sees it, at its line.
func TestMutations(t *testing.T) {
	base := `S: +OK ready
C: STAT
S: +OK 2 320
C: LIST
S: +OK listing
S: 1 120
S: 2 200
S: .
C: UIDL 1
S: +OK 1 {{00000001 uid}}
C: RETR 1
S: +OK 30 octets
S: Subject: test
S:
S: some text
S: .
C: QUIT
S: +OK bye
-- close S
-- close C
`
	for name, c := range map[string]struct {
		old, new string
		// at is the line of the mismatch in the session of the side that sees it.
		server  bool
		at      int
		outcome Outcome
		want    string // in the error's text
	}{
		"verb":           {"C: STAT", "C: NOOP", true, 5, GotOther, "received: C: NOOP"},
		"argument":       {"C: UIDL 1", "C: UIDL 2", true, 12, GotOther, "C: UIDL 2\\r\\n\n                      ^ octet 6"},
		"bare lf":        {"C: STAT", "C: STAT{{lf}}", true, 5, GotOther, "octet 5"},
		"lower case":     {"C: STAT", "C: stat", true, 0, "", ""},
		"other words":    {"S: +OK ready", "S: +OK steady", false, 0, "", ""},
		"numbers":        {"S: +OK 2 320", "S: +OK 2 321", false, 6, GotOther, "octet 9"},
		"status":         {"S: +OK bye", "S: -ERR bye", false, 21, GotOther, "-ERR bye"},
		"listing":        {"S: 2 200", "S: 2 201", false, 10, GotOther, "2 201"},
		"shorter":        {"S: 2 200\n", "", false, 10, GotOther, "received: S: ."},
		"longer":         {"S: 2 200\n", "S: 2 200\nS: 3 300\n", false, 11, GotOther, "received: S: 3 300"},
		"text":           {"S: some text", "S: some test", false, 18, GotOther, "some test"},
		"uid's kind":     {"+OK 1 {{00000001 uid}}", "+OK 1", false, 13, GotOther, ""},
		"another uid":    {"{{00000001 uid}}", "{{00000002 uid}}", false, 0, "", ""},
		"no such":        {"S: +OK 30 octets\nS: Subject: test\nS:\nS: some text\nS: .\n", "S: -ERR no\n", false, 15, GotOther, "-ERR no"},
		"early close":    {"C: RETR 1", "-- close S\nC: RETR 1", false, 15, GotClose, "the end of the connection"},
		"early reset":    {"C: RETR 1", "-- reset S\nC: RETR 1", false, 15, GotReset, "reset"},
		"client leaves":  {"C: RETR 1", "-- close C\nC: RETR 1", true, 14, GotClose, "the end of the connection"},
		"says more":      {"S: +OK bye\n", "S: +OK bye\nS: +OK again\n", false, 22, GotMore, "+OK again"},
		"silent":         {"S: +OK bye\n-- close S\n", "-- wait S 900ms\n", false, 21, GotNothing, "nothing"},
		"no close":       {"-- close S\n-- close C\n", "", false, 0, "", ""},
		"extra command":  {"C: QUIT\n", "C: NOOP\nC: QUIT\n", true, 20, GotOther, "C: NOOP"},
		"missing a line": {"C: LIST\nS: +OK listing\nS: 1 120\nS: 2 200\nS: .\n", "", true, 7, GotOther, "C: UIDL 1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if !strings.Contains(base, c.old) {
				t.Fatal("nothing to change")
			}
			server, client := parse(t, base), parse(t, base)
			mutant := parse(t, strings.Replace(base, c.old, c.new, 1))
			if c.server {
				client = mutant
			} else {
				server = mutant
			}
			so, co := serverOptions(), clientOptions()
			so.Timeouts.Read, co.Timeouts.Read = 400*time.Millisecond, 400*time.Millisecond
			s, cl := both(t, server, client, so, co)
			r := cl
			if c.server {
				r = s
			}
			if c.at == 0 {
				if r.err != nil {
					t.Fatal(r.err)
				}
				return
			}
			ms := r.rep.Mismatches()
			if len(ms) == 0 {
				t.Fatalf("no mismatch; error %v", r.err)
			}
			if m := ms[0]; m.Pos.Line != c.at || m.Outcome != c.outcome || !strings.Contains(m.Error(), c.want) {
				t.Errorf("got line %d, %s, want line %d, %s, %q\n%v", m.Pos.Line, m.Outcome, c.at, c.outcome, c.want, m)
			}
			if c.outcome == GotOther && !c.server && len(ms) != 1 {
				t.Errorf("%d mismatches; a difference in one answer is one\n%v", len(ms), r.err)
			}
			if c.outcome == GotOther && !c.server && r.rep.Items-r.rep.Played > 8 {
				t.Errorf("played %d of %d", r.rep.Played, r.rep.Items)
			}
		})
	}
}

func TestExact(t *testing.T) {
	co := clientOptions()
	co.Exact = true
	_, c := both(t, parse(t, "S: +OK hello\nC: QUIT\nS: +OK\n"), parse(t, "S: +OK ready\nC: QUIT\nS: +OK\n"), serverOptions(), co)
	ms := c.rep.Mismatches()
	if len(ms) != 1 || ms[0].Likeness != dialect.Reworded || ms[0].Offset != 4 {
		t.Fatal(c.err)
	}
	_, c = both(t, parse(t, "S: +OK hello\nC: QUIT\nS: +OK\n"), parse(t, "S: +OK ready\nC: QUIT\nS: +OK\n"), serverOptions(), clientOptions())
	if c.err != nil || len(c.rep.Reworded) != 1 || c.rep.Reworded[0].Received != "+OK hello" {
		t.Fatal(c.err, c.rep.Reworded)
	}
}

func TestWrongCredentials(t *testing.T) {
	for _, line := range []string{"C: USER {{alice user}}\nS: +OK\nC: PASS {{*** password}}", "C: AUTH PLAIN {{*** sasl PLAIN}}", "C: APOP {{alice user}} {{*** apop}}",
		"C: AUTH CRAM-MD5\nS: + {{PDE4OTY+ sasl CRAM-MD5}}\nC: {{*** sasl CRAM-MD5}}"} {
		session := parse(t, "S: +OK {{<1.2@x> timestamp}}\n"+line+"\nS: +OK\n")
		so, co := serverOptions(), clientOptions()
		so.Credentials, co.Credentials = alice, &auth.Credentials{User: "alice", Password: "geheim"}
		s, _ := both(t, session, session, so, co)
		ms := s.rep.Mismatches()
		if len(ms) != 1 || strings.Contains(ms[0].Error(), "geheim") || strings.Contains(ms[0].Error(), "secret") {
			t.Errorf("%s: %v", line, s.err)
		}
	}
}

func TestCancel(t *testing.T) {
	l := listen(t)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		_, err := Play(ctx, parse(t, "S: +OK\nC: NOOP\nS: +OK\n"), serverOptions(), Acceptor(l))
		done <- err
	}()
	nc, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	nc.Read(make([]byte, 5))
	cancel()
	err = <-done
	var u *Unplayed
	if !errors.As(err, &u) || u.Remaining != 2 || u.Item != "C: NOOP" || !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}
