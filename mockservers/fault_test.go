package mockservers

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"harness/internal/ca"
	"harness/protocols/dialect"
)

func TestParseFault(t *testing.T) {
	good := map[string]string{
		"latency 200ms at 3rd RETR":                  "",
		"latency 200ms at the third retr":            "latency 200ms at 3rd RETR",
		"latency 1s":                                 "",
		"octets":                                     "",
		"octets 1ms at greeting":                     "",
		"octets at octet 10":                         "",
		"coalesce":                                   "",
		"coalesce 3 200ms at reply 2":                "",
		"coalesce 20ms":                              "",
		"truncate 100 at RETR":                       "",
		"truncate 0":                                 "",
		"reset after third RCPT":                     "reset after 3rd RCPT",
		"reset at tls":                               "",
		"close at octet 4096 session 1":              "",
		"close before 2 QUIT":                        "close before 2nd QUIT",
		"garbage 64 before LIST seed 7":              "",
		"garbage 5 at connect chance 12.5%":          "",
		"silence at 11th NOOP":                       "",
		"silence":                                    "",
		"cert expired":                               "",
		"  cert   self-signed session 2 chance 100%": "cert self-signed session 2",
	}
	for spec, want := range good {
		if want == "" {
			want = strings.TrimSpace(spec)
		}
		f, err := ParseFault(spec)
		if err != nil || f.String() != want {
			t.Errorf("%q: %q, %v", spec, f, err)
			continue
		}
		if again, err := ParseFault(f.String()); err != nil || again.String() != want {
			t.Errorf("%q again: %q, %v", spec, again, err)
		}
	}
	bad := map[string]string{
		"":                            "expected latency",
		"slow 3s":                     `got "slow"`,
		"latency":                     "how long to wait",
		"latency -1s":                 "how long to wait",
		"latency 1s at":               "verb",
		"latency 1s at 3":             "behind the number",
		"latency 1s at 0th RETR":      "count from 1",
		"latency 1s at RETR after X":  "second position",
		"latency 1s before greeting":  `"at" only`,
		"truncate":                    "number of octets",
		"truncate 5 after RETR":       "acts on a reply",
		"truncate 5 at octet 3":       "acts on a reply",
		"garbage 0":                   "expected 1 to",
		"coalesce 0":                  "from 1 on",
		"coalesce 2 at tls":           "begins with a reply",
		"octets at connect":           "acts on a reply",
		"cert rotten":                 "expired",
		"cert expired at RETR":        "no position",
		"close at reply 0":            "count from 1",
		"close chance 0%":             "more than 0",
		"close session 0":             "at least 1",
		"close at RETR frequently":    `got "frequently"`,
		"garbage 5 seed x":            "expected a seed",
		"latency 1s at octet minus 1": "expected a number",
	}
	for spec, want := range bad {
		if _, err := ParseFault(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", spec, err, want)
		}
	}
	if _, err := NewServer(testDialect{}, Options{Faults: []Fault{{Kind: "odd"}}}, serve); err == nil {
		t.Error("a fault made by hand is not checked")
	}
}

func FuzzParseFault(f *testing.F) {
	for _, s := range []string{"latency 200ms at 3rd RETR", "coalesce 3 20ms at reply 2 session 4", "garbage 64 before LIST seed 7 chance 3%", "cert expired", "close at octet 9"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		a, err := ParseFault(spec)
		if err != nil {
			return
		}
		b, err := ParseFault(a.String())
		if err != nil || a.String() != b.String() {
			t.Errorf("%q: %q: %q, %v", spec, a, b, err)
		}
	})
}

func TestLatency(t *testing.T) {
	const wait = 80 * time.Millisecond
	for _, spec := range []string{"latency 80ms at 2nd NOOP", "latency 80ms before 2nd NOOP", "latency 80ms at reply 3", "latency 80ms at octet 18"} {
		s := faulty(t, spec)
		c := connect(t, s)
		c.expect("hello")
		for i := 1; i <= 3; i++ {
			begun := time.Now()
			c.say("NOOP")
			c.expect("echo NOOP")
			if took := time.Since(begun); (took >= wait) != (i == 2) {
				t.Errorf("%s: NOOP %d took %v", spec, i, took)
			}
		}
	}
	// Behind a reply: the next one is late.
	c := connect(t, faulty(t, "latency 80ms after NOOP"))
	c.expect("hello")
	begun := time.Now()
	c.say("NOOP")
	c.expect("echo NOOP")
	if took := time.Since(begun); took >= wait {
		t.Errorf("the reply took %v", took)
	}
	c.say("X")
	c.expect("echo X")
	if took := time.Since(begun); took < wait {
		t.Errorf("both took %v", took)
	}
	begun = time.Now()
	connect(t, faulty(t, "latency 80ms")).expect("hello")
	if took := time.Since(begun); took < wait {
		t.Errorf("the greeting took %v", took)
	}
}

// writes returns what the server wrote at once.
func writes(t *testing.T, s *Server) []string {
	t.Helper()
	done, err := s.WaitSessions(ctx(t), 1)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range done[0].Entries() {
		if e.From == dialect.Server {
			out = append(out, string(e.Data))
		}
	}
	return out
}

func TestOctets(t *testing.T) {
	s := faulty(t, "octets 1ms at NOOP")
	c := connect(t, s)
	c.expect("hello")
	c.say("NOOP", "X", "QUIT")
	// The client sees the octets one by one.
	buf := make([]byte, 64)
	small := 0
	for n := 0; n < len("echo NOOP\r\n"); {
		m, err := c.Conn.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		if m == 1 {
			small++
		}
		n += m
	}
	if small < 3 {
		t.Errorf("%d reads of one octet", small)
	}
	c.end(false)
	c.Close()
	w := writes(t, s)
	if strings.Join(w, "|") != "hello\r\n|e|c|h|o| |N|O|O|P|\r|\n|echo X\r\n|echo QUIT\r\n" {
		t.Errorf("%q", w)
	}
	s = faulty(t, "octets at octet 12")
	c = connect(t, s)
	c.expect("hello")
	c.say("QUIT")
	c.expect("echo QUIT")
	c.Close()
	if w := writes(t, s); strings.Join(w, "|") != "hello\r\n|echo |Q|U|I|T|\r|\n" {
		t.Errorf("%q", w)
	}
}

func TestCoalesce(t *testing.T) {
	// By number.
	s := faulty(t, "coalesce 3 10s")
	c := connect(t, s)
	c.say("A", "B")
	c.expect("hello")
	c.expect("echo A")
	c.expect("echo B")
	c.say("QUIT")
	c.expect("echo QUIT")
	c.Close()
	if w := writes(t, s); strings.Join(w, "|") != "hello\r\necho A\r\necho B\r\n|echo QUIT\r\n" {
		t.Errorf("%q", w)
	}
	// By silence.
	s = faulty(t, "coalesce 50ms at A")
	c = connect(t, s)
	c.expect("hello")
	c.say("A")
	c.say("B")
	begun := time.Now()
	c.expect("echo A")
	if took := time.Since(begun); took < 40*time.Millisecond {
		t.Errorf("took %v", took)
	}
	c.expect("echo B")
	c.say("QUIT")
	c.expect("echo QUIT")
	c.Close()
	if w := writes(t, s); strings.Join(w, "|") != "hello\r\n|echo A\r\necho B\r\n|echo QUIT\r\n" {
		t.Errorf("%q", w)
	}
}

func TestTruncate(t *testing.T) {
	c := connect(t, faulty(t, "truncate 6 at 2nd NOOP"))
	c.expect("hello")
	c.say("NOOP")
	c.expect("echo NOOP")
	c.say("NOOP", "NOOP")
	if got := c.end(false); got != "echo N" {
		t.Errorf("%q", got)
	}
	c = connect(t, faulty(t, "truncate 6000 at BIG"))
	c.expect("hello")
	c.say("BIG")
	if got := c.end(false); len(got) != 6000 {
		t.Errorf("%d octets", len(got))
	}
	// A shorter reply is sent whole, and the connection closed.
	c = connect(t, faulty(t, "truncate 500 at NOOP"))
	c.expect("hello")
	c.say("NOOP", "X")
	if got := c.end(false); got != "echo NOOP\r\n" {
		t.Errorf("%q", got)
	}
	if got := connect(t, faulty(t, "truncate 0")).end(false); got != "" {
		t.Errorf("%q", got)
	}
}

func TestResetAndClose(t *testing.T) {
	for _, kind := range []string{"reset", "close"} {
		reset := kind == "reset"
		for spec, want := range map[string]string{
			kind + " before 2nd NOOP": "echo NOOP\r\n",
			kind + " at 2nd NOOP":     "echo NOOP\r\n",
			kind + " at reply 3":      "echo NOOP\r\n",
			kind + " at octet 22":     "echo NOOP\r\necho",
		} {
			s := faulty(t, spec)
			c := connect(t, s)
			c.expect("hello")
			c.say("NOOP")
			if reset {
				// A reset may overtake what was sent before it.
				c.expect("echo NOOP")
				want = strings.TrimPrefix(want, "echo NOOP\r\n")
			}
			c.say("NOOP")
			got, err := io.ReadAll(c.Reader)
			if isReset(err) != reset || !reset && string(got) != want || reset && !strings.HasPrefix(want, string(got)) {
				t.Errorf("%s: %q, %v, want %q", spec, got, err, want)
			}
			c.Close()
			done, err := s.WaitSessions(ctx(t), 1)
			if err != nil || !errors.Is(done[0].Err(), ErrFault) {
				t.Errorf("%s: %v, %v", spec, err, done[0].Err())
			}
		}
		c := connect(t, faulty(t, kind+" after NOOP"))
		c.expect("hello")
		c.say("NOOP")
		c.expect("echo NOOP")
		c.end(reset)
		for _, at := range []string{"", " at connect", " at greeting"} {
			nc, err := net.Dial("tcp", faulty(t, kind+at).Addr())
			if reset && isReset(err) {
				continue // it was as quick as that
			}
			if err != nil {
				t.Fatal(err)
			}
			nc.SetDeadline(time.Now().Add(10 * time.Second))
			if got, err := io.ReadAll(nc); len(got) > 0 || isReset(err) != reset {
				t.Errorf("%s%s: %q, %v", kind, at, got, err)
			}
			nc.Close()
		}
	}
}

func TestGarbage(t *testing.T) {
	octets := func(spec string) string {
		c := connect(t, faulty(t, spec))
		c.expect("hello")
		c.say("NOOP", "QUIT")
		return c.end(false)
	}
	a, b := octets("garbage 20 at NOOP"), octets("garbage 20 at NOOP")
	if a != b || len(a) != 20+len("echo QUIT\r\n") || !strings.HasSuffix(a, "echo QUIT\r\n") {
		t.Errorf("%q, %q", a, b)
	}
	if c := octets("garbage 20 at NOOP seed 1"); c == a {
		t.Error("the seed does nothing")
	}
	if c := octets("garbage 20 before NOOP"); len(c) != 42 || !strings.HasSuffix(c, "echo NOOP\r\necho QUIT\r\n") {
		t.Errorf("%q", c)
	}
	if c := octets("garbage 20 after NOOP"); len(c) != 42 || !strings.HasPrefix(c, "echo NOOP\r\n") {
		t.Errorf("%q", c)
	}
	if c := octets("garbage 20 at octet 11"); len(c) != 42 || !strings.HasPrefix(c, "echo") || strings.HasPrefix(c, "echo NOOP") {
		t.Errorf("%q", c)
	}
}

func TestSilence(t *testing.T) {
	for _, spec := range []string{"silence at NOOP", "silence before NOOP", "silence at octet 7"} {
		s := faulty(t, spec)
		c := connect(t, s)
		c.expect("hello")
		c.say("NOOP")
		if !c.quiet() {
			t.Errorf("%s: it speaks", spec)
		}
		c.say("QUIT")
		if !c.quiet() {
			t.Errorf("%s: it speaks still", spec)
		}
		c.Close()
		if _, err := s.WaitSessions(ctx(t), 1); err != nil {
			t.Error(err)
		}
	}
	c := connect(t, faulty(t, "silence after NOOP"))
	c.expect("hello")
	c.say("NOOP")
	c.expect("echo NOOP")
	c.say("NOOP")
	if !c.quiet() {
		t.Error("it speaks")
	}
	if c := connect(t, faulty(t, "silence")); !c.quiet() {
		t.Error("it greets")
	}
	// A server that is silent can be closed.
	s := faulty(t, "silence")
	c = connect(t, s)
	if !c.quiet() {
		t.Error("it greets")
	}
	s.Close()
}

func TestFaultsTLS(t *testing.T) {
	for _, f := range ca.Faults() {
		fault, err := ParseFault("cert " + string(f))
		if err != nil {
			t.Fatal(err)
		}
		s := start(t, Options{ImplicitTLS: true, Faults: []Fault{fault}})
		if err := handshake(t, s); err == nil {
			t.Errorf("%s: the client trusts it", f)
		}
	}
	for _, spec := range []string{"reset at tls", "close at tls", "garbage 100 at tls", "garbage 100 at connect"} {
		fault, err := ParseFault(spec)
		if err != nil {
			t.Fatal(err)
		}
		s := start(t, Options{ImplicitTLS: true, Faults: []Fault{fault}})
		if err := handshake(t, s); err == nil {
			t.Errorf("%s: the handshake succeeds", spec)
		}
	}
	s := start(t, Options{ImplicitTLS: true})
	if err := handshake(t, s); err != nil {
		t.Error(err)
	}
}

func TestFaultInOneSession(t *testing.T) {
	s := faulty(t, "close at connect session 1")
	if got := connect(t, s).end(false); got != "" {
		t.Errorf("%q", got)
	}
	connect(t, s).expect("hello")
}

func TestChance(t *testing.T) {
	pattern := func() string {
		var b bytes.Buffer
		s := faulty(t, "close at connect chance 50% seed 3")
		for range 20 {
			c := connect(t, s)
			if _, err := c.ReadString('\n'); err != nil {
				b.WriteByte('x')
			} else {
				b.WriteByte('.')
			}
			c.Close()
		}
		return b.String()
	}
	a := pattern()
	if n := strings.Count(a, "x"); n < 3 || n > 17 {
		t.Errorf("%s", a)
	}
	if b := pattern(); a != b {
		t.Errorf("%s, %s", a, b)
	}
}
