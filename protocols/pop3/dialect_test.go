package pop3

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// said is a line of a session with what the tracker has to tell of it: the kinds of its marks, a "!" before the secret ones, and its events.
type said struct{ line, marks, events string }

func unit(t dialect.Tracker, p dialect.Party, text string) dialect.Unit {
	return dialect.Unit{Kind: t.Next(p).Kind, Text: []byte(text), End: wire.CRLF}
}

func describe(u dialect.Unit, marks []dialect.Mark) string {
	var out []string
	for _, m := range marks {
		s := strings.Join(append([]string{m.Kind}, m.Args...), " ") + "=" + string(u.Text[m.Start:m.End])
		if m.Secret {
			s = "!" + s
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func play(t *testing.T, lines []said) dialect.Tracker {
	t.Helper()
	tr := Dialect().NewTracker()
	for i, l := range lines {
		p := dialect.Party(l.line[0])
		kind := dialect.Line
		if l.line[1] == '.' { // "S. text" is a line of a block
			kind = dialect.BlockLine
		}
		text := ""
		if len(l.line) > 3 {
			text = l.line[3:]
		}
		u := unit(tr, p, text)
		if u.Kind != kind {
			t.Fatalf("line %d %q: cut as %v", i, l.line, u.Kind)
		}
		if got := describe(u, tr.Marks(p, u)); got != l.marks {
			t.Errorf("line %d %q: marks %q, want %q", i, l.line, got, l.marks)
		}
		var events []string
		for _, e := range tr.Saw(p, u) {
			events = append(events, fmt.Sprint(e.Kind))
		}
		if got := strings.Join(events, ","); got != l.events {
			t.Errorf("line %d %q: events %q, want %q", i, l.line, got, l.events)
		}
	}
	return tr
}

var (
	starts = fmt.Sprint(dialect.StartTLS)
	ends   = fmt.Sprint(dialect.Ends)
)

func TestTrackerSession(t *testing.T) {
	play(t, []said{
		{"S: +OK ready <1.2@host>", "timestamp=<1.2@host>", ""},
		{"C: CAPA", "", ""},
		{"S: +OK", "", ""},
		{"S. STLS", "", ""},
		{"S. .", "", ""},
		{"C: STLS", "", ""},
		{"S: +OK", "", starts},
		{"C: USER fred", "user=fred", ""},
		{"S: +OK", "", ""},
		{"C: pass a b ", "!password=a b ", ""},
		{"S: -ERR unknown command: pass a b ", "!secret=a b ", ""},
		{"C: APOP fred c4c9334bac560ecc979e58001b3e22fb", "user=fred, !apop=c4c9334bac560ecc979e58001b3e22fb", ""},
		{"S: +OK", "", ""},
		// Pipelined.
		{"C: UIDL", "", ""},
		{"C: UIDL 1", "", ""},
		{"C: RETR 1", "", ""},
		{"C: RETR 9", "", ""},
		{"C: LIST 1", "", ""},
		{"C: QUIT", "", ""},
		{"S: +OK", "", ""},
		{"S. 1 abc", "uid=abc", ""},
		{"S. .", "", ""},
		{"S: +OK 1 abc", "uid=abc", ""},
		{"S: +OK", "", ""},
		{"S. ..", "", ""},
		{"S. -ERR", "", ""},
		{"S. .", "", ""},
		{"S: -ERR", "", ""},
		{"S: +OK 1 5", "", ""},
		{"S: +OK", "", ends},
		{"S: +OK what nobody asked for", "", ""},
	})
}

func TestTrackerSASL(t *testing.T) {
	play(t, []said{
		{"S: +OK", "", ""},
		{"C: AUTH PLAIN AGEAYg==", "!sasl PLAIN=AGEAYg==", ""},
		{"S: -ERR", "", ""},
		{"C: auth plain", "", ""},
		{"S: + ", "", ""},
		{"C: AGEAYg==", "!sasl PLAIN=AGEAYg==", ""},
		{"S: -ERR bad AGEAYg==", "", ""},
		{"C: AUTH SCRAM-SHA-256", "", ""},
		{"S: + ", "", ""},
		{"C: YQ==", "!sasl SCRAM-SHA-256=YQ==", ""},
		{"S: + cj0x", "sasl SCRAM-SHA-256=cj0x", ""},
		{"C: Yz0x", "!sasl SCRAM-SHA-256=Yz0x", ""},
		{"S: + dj0x", "!sasl SCRAM-SHA-256=dj0x", ""},
		{"C: ", "", ""},
		{"S: +OK", "", ""},
		{"C: AUTH CRAM-MD5", "", ""},
		{"S: + PGFAYj4=", "sasl CRAM-MD5=PGFAYj4=", ""},
		{"C: *", "", ""},
		{"S: -ERR", "", ""},
		{"C: AUTH EXTERNAL =", "", ""},
		{"S: -ERR", "", ""},
		{"C: AUTH EXTERNAL YQ==", "sasl EXTERNAL=YQ==", ""},
		{"S: -ERR", "", ""},
		// A response that is a verb: the challenge came first.
		{"C: AUTH LOGIN", "", ""},
		{"S: + VXNlcm5hbWU6", "sasl LOGIN=VXNlcm5hbWU6", ""},
		{"C: QUIT", "!sasl LOGIN=QUIT", ""},
		{"S: + UGFzc3dvcmQ6", "sasl LOGIN=UGFzc3dvcmQ6", ""},
		{"C: NOOP", "!sasl LOGIN=NOOP", ""},
		{"S: +OK", "", ""},
		// A client that does not wait.
		{"C: AUTH PLAIN", "", ""},
		{"C: AGEAYg==", "!sasl PLAIN=AGEAYg==", ""},
		{"S: + ", "", ""},
		{"C: STAT", "", ""},
		{"S: +OK", "", ""},
		{"S: +OK 1 2", "", ""},
		// One whose mechanism is refused: the response is taken for a command.
		{"C: AUTH XYZ", "", ""},
		{"C: c2VjcmV0", "!sasl XYZ=c2VjcmV0", ""},
		{"C: UIDL 1", "", ""},
		{"S: -ERR", "", ""},
		{"S: -ERR", "", ""},
		{"S: +OK 1 x", "uid=x", ""},
		// Courier and Dovecot list their mechanisms.
		{"C: AUTH", "", ""},
		{"S: +OK", "", ""},
		{"S. PLAIN", "", ""},
		{"S. .", "", ""},
		{"C: AUTH GSSAPI", "", ""},
		{"S: + AAAA", "!sasl GSSAPI=AAAA", ""},
	})
}

func TestTrackerOddities(t *testing.T) {
	play(t, []said{
		{"S: -ERR go away", "", ""},
		{"C: PASS", "", ""},
		{"S: -ERR", "", ""},
		{"C:   PASS secret", "!password=secret", ""},
		{"S: -ERR", "", ""},
		{"C: PASS\tsecret", "!password=secret", ""},
		{"S: -ERR", "", ""},
		{"C: PASS   ", "!password=  ", ""},
		{"S: -ERR", "", ""},
		{"C: APOP c4c9334bac560ecc979e58001b3e22fb", "!apop=c4c9334bac560ecc979e58001b3e22fb", ""},
		{"S: -ERR", "", ""},
		{"C: APOP a  b c", "user=a, !apop=b c", ""},
		{"S: -ERR", "", ""},
		{"C: ", "", ""},
		{"S: ", "", ""},
		{"C: STLS", "", ""},
		{"S: -ERR", "", ""},
		{"C: LIST ", "", ""},
		{"S: +ok", "", ""},
		{"S. 1 1", "", ""},
		{"S. .", "", ""},
	})
}

func TestTrackerBareLF(t *testing.T) {
	tr := Dialect().NewTracker()
	say := func(p dialect.Party, text string, end wire.Terminator) {
		tr.Saw(p, dialect.Unit{Kind: tr.Next(p).Kind, Text: []byte(text), End: end})
	}
	say('S', "+OK", wire.CRLF)
	say('C', "RETR 1", wire.CRLF)
	say('S', "+OK", wire.CRLF)
	say('S', ".", wire.LF)
	if tr.Next('S').Kind != dialect.BlockLine {
		t.Error("a bare LF ends a block of a server that speaks CRLF")
	}
	say('S', ".", wire.CRLF)
	say('C', "RETR 1", wire.CRLF)
	say('S', "+OK", wire.LF)
	say('S', ".", wire.LF)
	if tr.Next('S').Kind != dialect.Line {
		t.Error("a bare LF doesn't end a block of a server that speaks LF")
	}
}

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		before    string // commands, after the greeting, separated by "|"; "S. " enters the block of the last one
		party     dialect.Party
		want, got string
		like      dialect.Likeness
	}{
		{"", 'C', "RETR 1", "retr 1", dialect.Same},
		{"", 'C', "RETR 1", "RETR 01", dialect.Same},
		{"", 'C', "RETR 1", "RETR 2", dialect.Different},
		{"", 'C', "RETR 1", "RETR  1", dialect.Different},
		{"", 'C', "LIST", "LIST ", dialect.Different},
		{"", 'C', "PASS Secret", "pass Secret", dialect.Same},
		{"", 'C', "PASS Secret", "PASS secret", dialect.Different},
		{"", 'C', "USER Fred", "USER fred", dialect.Different},
		{"", 'C', "AUTH plain AA==", "AUTH PLAIN AA==", dialect.Same},
		{"", 'C', "AUTH PLAIN AA==", "AUTH PLAIN aa==", dialect.Different},
		{"", 'C', "XYZ a", "xyz a", dialect.Same},
		{"", 'C', "XYZ a", "XYZ A", dialect.Different},
		{"NOOP", 'S', "+OK done", "+OK fine", dialect.Reworded},
		{"NOOP", 'S', "+OK done", "+ok done", dialect.Same},
		{"NOOP", 'S', "+OK done", "-ERR done", dialect.Different},
		{"NOOP", 'S', "-ERR [SYS/TEMP] a", "-ERR [sys/temp] b", dialect.Reworded},
		{"NOOP", 'S', "-ERR [SYS/TEMP] a", "-ERR [sys/temp] a", dialect.Same},
		{"NOOP", 'S', "-ERR [SYS/TEMP] a", "-ERR a", dialect.Different},
		{"STAT", 'S', "+OK 2 320", "+OK 2 321", dialect.Different},
		{"STAT", 'S', "+OK 2 320", "+OK 02 320", dialect.Same},
		{"STAT", 'S', "+OK 2 320", "+OK 2 320 octets", dialect.Reworded},
		{"STAT", 'S', "-ERR 2 320", "-ERR 2 321", dialect.Reworded},
		{"LIST 1", 'S', "+OK 1 2", "+OK 1 3", dialect.Different},
		{"LIST", 'S', "+OK 1 2", "+OK 1 3", dialect.Reworded},
		{"UIDL 1", 'S', "+OK 1 a", "+OK 1 A", dialect.Different},
		{"LANG en", 'S', "+OK en a", "+OK EN b", dialect.Reworded},
		{"LANG en", 'S', "+OK en a", "+OK de a", dialect.Different},
		{"AUTH PLAIN", 'S', "+ ", "+", dialect.Same},
		{"AUTH PLAIN", 'S', "+ AA==", "+ ", dialect.Different},
		{"LIST|S. ", 'S', "1 5", "1 5 x", dialect.Reworded},
		{"LIST|S. ", 'S', "1 5", "1 6", dialect.Different},
		{"LIST|S. ", 'S', "1 5", ".", dialect.Different},
		{"UIDL|S. ", 'S', "1 a", "1 b", dialect.Different},
		{"UIDL|S. ", 'S', "1 a", "01 a", dialect.Same},
		{"CAPA|S. ", 'S', "SASL PLAIN LOGIN", "sasl login plain", dialect.Same},
		{"CAPA|S. ", 'S', "SASL PLAIN LOGIN", "SASL PLAIN", dialect.Different},
		{"CAPA|S. ", 'S', "IMPLEMENTATION a", "IMPLEMENTATION b", dialect.Reworded},
		{"CAPA|S. ", 'S', "TOP", "UIDL", dialect.Different},
		{"LANG|S. ", 'S', "en English", "en english", dialect.Reworded},
		{"RETR 1|S. ", 'S', "a", "A", dialect.Different},
		{"RETR 1|S. ", 'S', "a", "a", dialect.Same},
		{"AUTH LOGIN|+", 'C', "AAAA", "aaaa", dialect.Different},
	} {
		tr := Dialect().NewTracker()
		tr.Saw('S', unit(tr, 'S', "+OK"))
		for _, cmd := range strings.Split(c.before, "|") {
			switch {
			case cmd == "S. ":
				tr.Saw('S', unit(tr, 'S', "+OK"))
			case cmd == "+":
				tr.Saw('S', unit(tr, 'S', "+ "))
			case cmd != "":
				tr.Saw('C', unit(tr, 'C', cmd))
			}
		}
		if got := tr.Compare(c.party, unit(tr, c.party, c.want), unit(tr, c.party, c.got)); got != c.like {
			t.Errorf("%s: %q and %q: %v, want %v", c.before, c.want, c.got, got, c.like)
		}
	}
	tr := Dialect().NewTracker()
	a, b := unit(tr, 'S', "+OK Dovecot <1@a>"), unit(tr, 'S', "+OK Courier <2@b>")
	if l := tr.Compare('S', a, b); l != dialect.Reworded {
		t.Error(l)
	}
	if l := tr.Compare('S', a, unit(tr, 'S', "+OK Courier")); l != dialect.Different {
		t.Error("APOP offered or not:", l)
	}
	b.Text, b.End = a.Text, wire.LF
	if l := tr.Compare('S', a, b); l != dialect.Different {
		t.Error("a bare LF:", l)
	}
}

func TestDialect(t *testing.T) {
	d := Dialect()
	if d.Name() != "pop3" || len(d.Schemes()) != 2 || d.Schemes()[1].Port != 995 || !d.Schemes()[1].ImplicitTLS {
		t.Error(d.Schemes())
	}
}

// FuzzTracker feeds a session, in which each line begins with C or S, to a tracker: no secret that it can know of may be left unmarked.
func FuzzTracker(f *testing.F) {
	f.Add([]byte("S+OK <a@b>\nCUSER a\nS+OK\nCPASS b\nS+OK\nCUIDL\nCRETR 1\nS+OK\nS1 x\nS.\nS+OK\nS..\nS.\nCQUIT\nS+OK"))
	f.Add([]byte("S+OK\nCAUTH PLAIN\nCAA==\nS+ \nS+OK\nCAUTH\nS+OK\nSPLAIN\nS."))
	f.Add([]byte("S+OK\nCAUTH SCRAM-SHA-1 AA==\nS+ AA==\nCAA==\nS+ AA==\nC\nS+OK"))
	f.Add([]byte("S-ERR\nCSTLS\nS+OK\nC\tPASS\tx\nCAPOP\nS"))
	f.Fuzz(func(t *testing.T, session []byte) {
		tr := Dialect().NewTracker()
		for _, line := range bytes.Split(session, []byte("\n")) {
			if len(line) == 0 {
				continue
			}
			p := dialect.Client
			if line[0] == 'S' {
				p = dialect.Server
			}
			end := wire.CRLF
			if line[0] == 's' {
				p, end = dialect.Server, wire.LF
			}
			shape := tr.Next(p)
			if p == dialect.Client && shape.Kind != dialect.Line || shape.N != 0 {
				t.Fatalf("shape %+v", shape)
			}
			u := dialect.Unit{Kind: shape.Kind, Text: line[1:], End: end}
			at, secret := 0, false
			for _, m := range tr.Marks(p, u) {
				if m.Start < at || m.End <= m.Start || m.End > len(u.Text) || m.Kind == "" {
					t.Fatalf("%q: mark %+v", u.Text, m)
				}
				at = m.End
				secret = secret || m.Secret
			}
			if c, err := (Rules{}).ParseCommand(wire.Line{Text: u.Text, End: wire.CRLF}); p == dialect.Client && err == nil && c.Verb == "PASS" && !secret {
				t.Fatalf("%q: the password is not marked", u.Text)
			}
			if l := tr.Compare(p, u, u); l != dialect.Same {
				t.Fatalf("%q is not like itself: %v", u.Text, l)
			}
			v := dialect.Unit{Kind: u.Kind, Text: bytes.ToLower(u.Text), End: end}
			if tr.Compare(p, u, v) != tr.Compare(p, v, u) {
				t.Fatalf("%q and %q: not symmetrical", u.Text, v.Text)
			}
			tr.Saw(p, u)
		}
	})
}
