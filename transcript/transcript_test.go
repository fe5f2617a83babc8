package transcript_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"harness/protocols"
	"harness/protocols/dialect"
	"harness/protocols/wire"
	. "harness/transcript"
)

const head = "session: 1\nprotocol: pop3\n\n"

func mustParse(tb testing.TB, text string) *Session {
	tb.Helper()
	s, err := Parse("x.session", []byte(text))
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

func dialectOf(tb testing.TB, name string) dialect.Dialect {
	tb.Helper()
	d, err := protocols.Lookup(name)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ text, at, want string }{
		{"", "1:1", "an empty file"},
		{"\n", "1:1", `"session: 1"`},
		{"\ufeffsession: 1\n", "1:1", "byte order mark"},
		{"protocol: pop3\n", "1:1", "on the first line"},
		{"session: 2\nprotocol: pop3\n", "1:10", "version 1"},
		{"session: 1\nprotocl: pop3\n\n", "3:1", `is "protocl" on line 2 meant?`},
		{"session: 1\nprotocol: POP3\n", "2:11", "lower-case"},
		{"session: 1\nprotocol: pop3\nprotocol: imap\n", "3:1", "line 2 already"},
		{"session: 1\nprotocol: pop3\ndate: 23.11.2026\n", "3:7", "2006-01-02"},
		{"session: 1\nprotocol: pop3\n# c\n", "3:1", "after the empty line"},
		{"session: 1\nprotocol: pop3\nC: QUIT\n", "3:1", "an empty line ends the header"},
		{"session: 1\nprotocol: pop3\n-- tls\n", "3:1", "an empty line ends the header"},
		{head + "c: QUIT\n", "4:1", `did you mean "C:"?`},
		{head + "Server: +OK\n", "4:1", `did you mean "S:"?`},
		{head + "S1: +OK\n", "4:1", `did you mean "S:"?`},
		{head + "CD1: x\n", "4:1", `did you mean "Cd1:"?`},
		{head + " C: QUIT\n", "4:1", "without space"},
		{head + "-tls\n", "4:1", `begins with "-- "`},
		{head + "C:QUIT\n", "4:3", "one space"},
		{head + "C:  QUIT\n", "4:4", "{{sp}}"},
		{head + "C: QUIT \n", "4:8", "{{sp}}"},
		{head + "C: \n", "4:3", "an empty line"},
		{head + "C: a\tb\n", "4:5", "write {{tab}}"},
		{head + "C: a\xffb\n", "4:5", "write {{x ff}}"},
		{head + "C: a\u00a0b\n", "4:5", "write {{x c2a0}}"},
		{head + "C: a\rb\n", "4:5", "write {{cr}}"},
		{head + "# a\x00b\n", "4:4", "plain text"},
		{head + "C: a{{b\n", "4:8", "{{x 7b7b}}"},
		{head + "C: {{}}\n", "4:6", "{{x 7b7b}}"},
		{head + "C: {{{x 00}}\n", "4:6", "{{x 7b7b}}"},
		{head + "C: {{clrf}}\n", "4:10", "did you mean {{crlf}}?"},
		{head + "C: {{00ff}}\n", "4:10", "{{x 00ff}}"},
		{head + "C: {{x 0}}\n", "4:8", "pairs"},
		{head + "C: {{x}}\n", "4:7", "hexadecimal"},
		{head + "C: {{x word}}\n", "4:8", `"x", in quotes`},
		{head + "C: {{none}}a\n", "4:12", "not ended"},
		{head + "C: {{none}}\n", "4:1", "nothing"},
		{head + "C: {{lf lf}}\n", "4:9", "in quotes"},
		{head + "C: {{alice usr}}\n", "4:12", `did you mean "user"?`},
		{head + "C: {{alice xyzzy}}\n", "4:12", "the kinds are any, apop"},
		{head + "C: {{number}}\n", "4:12", "{{42 number}}"},
		{head + "C: {{alice user as}}\n", "4:19", "a name"},
		{head + "C: {{alice user as b!d}}\n", "4:20", "the name of a captured value"},
		{head + "C: {{alice user  as x}}\n", "4:17", "one space"},
		{head + "C: {{alice user extra}}\n", "4:17", `"quoted"`},
		{head + "C: {{42 number extra}}\n", "4:16", `"}}"`},
		{head + "C: {{*** sasl plain}}\n", "4:15", "upper case"},
		{head + `C: {{"abc user}}` + "\n", "4:6", "quote is missing"},
		{head + `C: {{a"c user}}` + "\n", "4:7", "double quotes"},
		{head + "C: {{=a b}}\n", "4:6", "reference"},
		{head + "C: {{=}}\n", "4:7", "the name of a captured value"},
		{head + "S: {{blob a/b 1 00}}{{none}}\n", "4:11", "beside the session"},
		{head + "S: {{blob .. 1 00}}{{none}}\n", "4:11", "beside the session"},
		{head + "S: {{blob a 0 00}}{{none}}\n", "4:13", "from 1"},
		{head + "S: {{blob a 1 00}}{{none}}\n", "4:15", "sha256sum a"},
		{head + "S: {{blob a 1 " + strings.Repeat("0", 64) + "}}\n", "4:81", "{{none}}"},
		{head + "S: x{{blob a 1 " + strings.Repeat("0", 64) + "}}{{none}}\n", "4:4", "alone"},
		{head + "--\n", "4:3", "the events are"},
		{head + "-- tsl\n", "4:4", `did you mean "tls"?`},
		{head + "-- starttls\n", "4:4", "the events are"},
		{head + "-- tls C\n", "4:8", "no letter"},
		{head + "-- tls C2\n", "4:8", `did you mean "2"?`},
		{head + "-- compress\n", "4:12", "deflate"},
		{head + "-- open C\n", "4:9", "open from the start"},
		{head + "-- wait S\n", "4:10", "a duration"},
		{head + "-- wait S 0s\n", "4:11", "more than 0"},
		{head + "-- wait 1s\n", "4:9", "a party"},
		{head + "-- close S now\n", "4:12", "the end of the line"},
		{head + "-- end\n", "4:1", "no group is open"},
		{head + "-- optional\n", "4:12", "line 4"},
		{head + "-- optional\n-- end\n", "5:1", "has none"},
		{head + "-- optional\n-- close S\n-- end\n", "5:1", "begins with a line"},
		{head + "-- unordered\nS: a\nC: b\n-- end\n", "6:1", "all of one party"},
		{head + "-- unordered\nS: a\n-- tls\n-- end\n", "6:1", "lines only"},
		{head + "-- unordered\nS: a\n-- optional\n-- end\n", "6:4", "do not nest"},
	} {
		_, err := Parse("x.session", []byte(c.text))
		var pe *ParseError
		if !errors.As(err, &pe) {
			t.Errorf("%q: %v", c.text, err)
			continue
		}
		at := strings.TrimPrefix(pe.Pos.String(), "x.session:")
		if at != c.at || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got  %v\n want %s %s", c.text, err, c.at, c.want)
		}
	}
}

func TestPrintAfterChange(t *testing.T) {
	s := mustParse(t, "session: 1\r\nprotocol:   pop3\r\n\r\n#  odd\r\nC: {{x 41}}\r\nS: +OK")
	say := s.Items[1].(*Say)
	say.Parts = []Part{{Text: []byte("B")}}
	s.Items = append(s.Items, NewSay(Who{Party: dialect.Client}, []byte("QUIT"), wire.CRLF))
	s.Set("protocol", "imap")
	want := "session: 1\r\nprotocol: imap\n\r\n#  odd\r\nC: B\nS: +OK\nC: QUIT\n"
	if got := string(s.Print()); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestCheck(t *testing.T) {
	good := New("pop3")
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Session){
		"no header":  func(s *Session) { s.Header = nil },
		"two lines":  func(s *Session) { s.Set("note", "a\nb: c") },
		"comment":    func(s *Session) { s.Items = []Item{&Comment{Text: "# a\nC: QUIT"}} },
		"no comment": func(s *Session) { s.Items = []Item{&Comment{Text: "a"}} },
		"kind": func(s *Session) {
			s.Items = []Item{&Say{Who: Who{Party: 'C'}, Parts: []Part{{Value: &Value{Kind: "nope"}}}}}
		},
		"redacted octets": func(s *Session) { s.Items = []Item{&Group{Kind: Optional}} },
		"party":           func(s *Session) { s.Items = []Item{NewSay(Who{Party: 'X'}, []byte("a"), wire.CRLF)} },
		"event":           func(s *Session) { s.Items = []Item{&Event{Kind: Wait, Who: Who{Party: 'C'}}} },
		"channel":         func(s *Session) { s.Items = []Item{&Event{Kind: TLS, Who: Who{Party: 'C'}}} },
	} {
		s := New("pop3")
		change(s)
		if err := s.Check(); err == nil {
			t.Errorf("%s: no error for\n%s", name, s.Print())
		}
	}
}

func say(tb testing.TB, line string) *Say {
	tb.Helper()
	return mustParse(tb, head+line+"\n").Items[0].(*Say)
}

func TestMatch(t *testing.T) {
	var b Bindings
	b.Set("ts", []byte("<1.2@x>"))
	for _, c := range []struct {
		line, text string
		want       bool
	}{
		{"C: USER alice", "USER alice", true},
		{"C: USER alice", "user alice", false},
		{"C: USER {{alice user}}", "USER bob", true},
		{"C: USER {{alice user}}", "USER ", false},
		{"S: {{1 number}}{{2 number}}", "12", true},
		{"S: {{1 number}}{{2 number}}", "1", false},
		{"S: +OK {{=ts}}", "+OK <1.2@x>", true},
		{"S: +OK {{=ts}}", "+OK <1.2@y>", false},
		{"S: +OK {{=nope}}", "+OK {{=nope}}", false},
		{"S: a{{\"\" any}}z", "a\x00\xff\r\n\x80z", true},
		{"S: \u00e9{{\"\" any}}", "\u00e9\xff", true},
		{"S: {{x ff}}{{1 number}}{{x fe}}", "\xff12\xfe", true},
		{"S: {{x ff}}{{1 number}}", "\xc3\xbf12", false},
		{"S: {{20260101000000 date}}", "20261123103000", true},
		{"S: {{20260101000000 date}}", "Mon, 23 Nov 2026 10:30:00 +0100", true},
		{"S: {{20260101000000 date}}", "soon", false},
		{"S: {{127,0,0,1,4,1 pasv}}", "127,0,0,1,4,256", false},
	} {
		if _, ok := say(t, c.line).Match([]byte(c.text), &b); ok != c.want {
			t.Errorf("%s with %q: %v", c.line, c.text, ok)
		}
	}
	s := say(t, `S: {{x ff}} <{{a word as one}}> {{b word}}`)
	values, ok := s.Match([]byte("\xff <\xc3\xa9> xyz"), &b)
	if !ok || len(values) != 2 || string(values[0].Octets) != "\xc3\xa9" || values[0].Start != 3 || values[0].End != 5 || string(values[1].Octets) != "xyz" {
		t.Errorf("%v %v", values, ok)
	}
	if v, _ := b.Get("one"); string(v) != "\xc3\xa9" {
		t.Errorf("captured %q", v)
	}
}

func TestMatchUnit(t *testing.T) {
	for _, c := range []struct {
		protocol, before, line, got string
		like                        dialect.Likeness
		offset                      int
		want                        string
	}{
		{"pop3", "", "C: USER {{alice user}}", "user bob", dialect.Same, 0, ""},
		{"pop3", "", "C: USER {{alice user}}", "PASS bob", dialect.Different, 0, `"USER `},
		{"pop3", "", "C: LIST 2", "list 02", dialect.Same, 0, ""},
		{"pop3", "", "C: LIST 2", "list 3", dialect.Different, 5, `"2"`},
		{"pop3", "", "C: USER alice", "USER alicia", dialect.Different, 9, `"e"`},
		{"pop3", "", "C: USER alicia", "USER alic", dialect.Different, 9, `"ia"`},
		{"pop3", "", "C: USER alic", "USER alicia", dialect.Different, 9, "the end of the line"},
		{"pop3", "", "S: +OK ready {{<1.2@x> timestamp as ts}}", "+OK Hello <3.4@y>", dialect.Reworded, 0, ""},
		{"pop3", "", "S: +OK ready {{<1.2@x> timestamp as ts}}", "+OK Hello", dialect.Different, 4, ""},
		{"pop3", "", "S: +OK {{1 number}} messages", "-ERR none", dialect.Different, 0, `"+OK`},
		{"pop3", "S: +OK\nC: NOOP\n", "S: +OK 2 messages", "+OK two of them", dialect.Reworded, 0, ""},
		{"pop3", "S: +OK\nC: STAT\n", "S: +OK {{2 number}} {{300 number}}", "+OK 4 x", dialect.Different, 6, "a decimal number"},
		{"pop3", "", "S: +OK{{lf}}", "+OK", dialect.Different, 3, "LF"},
		{"imap", "S: * OK hi\n", "C: a1 SELECT INBOX", `A0001 select "inbox"`, dialect.Same, 0, ""},
		{"imap", "S: * OK hi\n", "C: a1 SELECT Work", `A0001 select work`, dialect.Different, 13, `"Work"`},
		{"smtp", "S: 220 hi\n", "C: MAIL FROM:<a@X.org> BODY=8BITMIME", "mail from:<a@x.ORG> body=8bitmime", dialect.Same, 0, ""},
		{"smtp", "S: 220 hi\n", "C: MAIL FROM:<a@X.org>", "MAIL FROM:<A@x.org>", dialect.Different, 11, `"a@X.org>"`},
		{"ftp", "S: 220 hi\nC: PASV\n", "S: 227 Entering ({{127,0,0,1,4,1 pasv d1}})", "227 ok (127,0,0,1,4,2).", dialect.Reworded, 0, ""},
	} {
		d := dialectOf(t, c.protocol)
		tr := d.NewTracker()
		for _, it := range mustParse(t, "session: 1\nprotocol: "+c.protocol+"\n\n"+c.before).Items {
			s := it.(*Say)
			tr.Saw(s.Who.Party, dialect.Unit{Kind: tr.Next(s.Who.Party).Kind, Text: s.Sample(), End: s.End})
		}
		var b Bindings
		r := say(t, c.line).MatchUnit(tr, dialect.Unit{Text: []byte(c.got), End: wire.CRLF}, &b)
		if r.Likeness != c.like || r.Likeness == dialect.Different && (r.Offset != c.offset || !strings.Contains(r.Want, c.want)) {
			t.Errorf("%s with %q: %v at %d, want %s", c.line, c.got, r.Likeness, r.Offset, r.Want)
		}
		if strings.Contains(c.line, "as ts") && r.Likeness != dialect.Different {
			if v, _ := b.Get("ts"); string(v) != "<3.4@y>" {
				t.Errorf("captured %q", v)
			}
		}
	}
}

func TestTags(t *testing.T) {
	tr := dialectOf(t, "imap").NewTracker()
	var b Bindings
	c, s := say(t, "C: a1 NOOP"), say(t, "S: a1 OK done")
	u := dialect.Unit{Text: []byte("X.7 noop"), End: wire.CRLF}
	if r := c.MatchUnit(tr, u, &b); r.Likeness != dialect.Same {
		t.Fatal(r)
	}
	tr.Saw(dialect.Client, u)
	if out, err := s.Render(tr, &b, nil); err != nil || string(out) != "X.7 OK done" {
		t.Errorf("%q %v", out, err)
	}
	if r := s.MatchUnit(tr, dialect.Unit{Text: []byte("X.7 OK ready"), End: wire.CRLF}, &b); r.Likeness != dialect.Reworded {
		t.Error(r)
	}
	if r := s.MatchUnit(tr, dialect.Unit{Text: []byte("X.8 OK done"), End: wire.CRLF}, &b); r.Likeness != dialect.Different {
		t.Error(r)
	}
}

func TestRender(t *testing.T) {
	s := say(t, `C: a1 LOGIN "{{alice user quoted as u}}" {{*** password}}`)
	if _, err := s.Render(nil, nil, nil); err == nil || !strings.Contains(err.Error(), "a password was redacted") {
		t.Error(err)
	}
	var b Bindings
	fill := func(v *Value) ([]byte, bool, error) {
		switch v.Kind {
		case "user":
			return []byte(`al"ice`), true, nil
		case "password":
			return []byte("secret"), true, nil
		}
		return nil, false, nil
	}
	out, err := s.Render(nil, &b, fill)
	if err != nil || string(out) != `a1 LOGIN "al\"ice" secret` {
		t.Errorf("%s %v", out, err)
	}
	ref := say(t, "S: hello {{=u}}")
	if out, err = ref.Render(nil, &b, nil); err != nil || string(out) != `hello al\"ice` {
		t.Errorf("%s %v", out, err)
	}
	if _, err = ref.Render(nil, &Bindings{}, nil); err == nil {
		t.Error("no error for a value that was not captured")
	}
	if _, err = s.Render(nil, nil, func(*Value) ([]byte, bool, error) { return nil, false, io.ErrClosedPipe }); !errors.Is(err, io.ErrClosedPipe) {
		t.Error(err)
	}
}

// feed plays the units of a raw dialogue into a builder: each piece is said by a party, cut as the builder says.
func feed(tb testing.TB, b *Builder, who Who, raw string) (effects []Effect) {
	tb.Helper()
	r := wire.NewReader(strings.NewReader(raw))
	for {
		if r.Wait() != nil {
			return effects
		}
		shape := b.Next(who)
		u := dialect.Unit{Kind: shape.Kind, End: wire.None}
		switch shape.Kind {
		case dialect.Line, dialect.BlockLine:
			l, err := r.ReadLine()
			if err != nil {
				tb.Fatal(err)
			}
			u.Text, u.End = l.Text, l.End
		default:
			n := int64(r.Buffered())
			if shape.N > 0 {
				n = min(n, shape.N, 1000)
			}
			u.Text = bytes.Clone(r.Peek()[:n])
			r.Discard(int(n))
		}
		e, err := b.Say(who, u)
		if err != nil {
			tb.Fatal(err)
		}
		effects = append(effects, e...)
	}
}

var client, server = Who{Party: dialect.Client}, Who{Party: dialect.Server}

func TestBuilder(t *testing.T) {
	b := NewBuilder(dialectOf(t, "pop3"), BuilderOptions{TempDir: t.TempDir()})
	defer b.Close()
	b.Set("server", "some 1.0")
	b.Comment("made by a test\nwith \x00 in it")
	feed(t, b, server, "+OK ready <1.2@x>\r\n")
	feed(t, b, client, "USER alice\r\nPASS secret\r\nUIDL\r\nRETR 1\r\nQUIT\r\n")
	feed(t, b, server, "+OK\r\n+OK\r\n+OK\r\n1 abc\r\n2 def\r\n.\r\n+OK\r\nSubject: x\r\n\r\nbare\nline {{\x00}}\r\n..\r\n.\r\n")
	e := feed(t, b, server, "+OK bye\r\n")
	if len(e) != 1 || e[0].Kind != dialect.Ends {
		t.Errorf("effects %v", e)
	}
	if err := b.Event(Event{Kind: Close, Who: server}); err != nil {
		t.Error(err)
	}
	s, err := b.Session()
	if err != nil {
		t.Fatal(err)
	}
	want := `session: 1
protocol: pop3
server: some 1.0

# made by a test
# with ? in it
S: +OK ready {{<1.2@x> timestamp}}
C: USER {{alice user}}
C: PASS {{*** password}}
C: UIDL
C: RETR 1
C: QUIT
S: +OK
S: +OK
S: +OK
S: 1 {{abc uid}}
S: 2 {{def uid}}
S: .
S: +OK
S: Subject: x
S:
S: bare{{lf}}
S: line {{x 7b7b}}{{nul}}}}
S: ..
S: .
S: +OK bye
-- close S
`
	if got := string(s.Print()); got != want {
		t.Errorf("got\n%s", got)
	}
	for _, p := range Lint(s, dialectOf(t, "pop3")) {
		t.Error(p)
	}
	sum := s.Summarise()
	if sum.ClientLines != 5 || sum.ServerLines != 15 || sum.Redacted != 1 || sum.Exchanges != 1 {
		t.Errorf("%+v", sum)
	}
}

func TestBuilderAnnouncesAndLiterals(t *testing.T) {
	b := NewBuilder(dialectOf(t, "ftp"), BuilderOptions{TempDir: t.TempDir()})
	defer b.Close()
	feed(t, b, server, "220 hi\r\n")
	feed(t, b, client, "PASV\r\n")
	e := feed(t, b, server, "227 ok (127,0,0,1,4,1)\r\n")
	if len(e) != 1 || e[0].Channel != "d1" || e[0].Data.Listener != dialect.Server {
		t.Fatalf("%+v", e)
	}
	d1 := Who{Party: dialect.Server, Channel: "d1"}
	b.Event(Event{Kind: Open, Who: Who{Party: dialect.Client, Channel: "d1"}})
	feed(t, b, d1, "one\r\ntw")
	feed(t, b, client, "NOOP\r\n")
	feed(t, b, d1, "o\r\nlast")
	b.Event(Event{Kind: Close, Who: d1})
	s, err := b.Session()
	if err != nil {
		t.Fatal(err)
	}
	want := `S: 227 ok ({{127,0,0,1,4,1 pasv d1}})
-- open Cd1
Sd1: one
Sd1: two
Sd1: last{{none}}
C: NOOP
-- close Sd1
`
	if got := string(s.Print()); !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s", got)
	}

	b = NewBuilder(dialectOf(t, "imap"), BuilderOptions{KeepSecrets: true, TempDir: t.TempDir()})
	defer b.Close()
	feed(t, b, server, "* OK hi\r\n")
	feed(t, b, client, "a1 LOGIN {5}\r\n")
	feed(t, b, server, "+ \r\n")
	feed(t, b, client, "alice {3+}\r\nabc\r\na2 FETCH 1 BODY[]\r\n")
	feed(t, b, server, "a1 OK\r\n* 1 FETCH (BODY[] {9}\r\nab\r\nc\nde\x00)\r\na2 OK\r\n")
	s, err = b.Session()
	if err != nil {
		t.Fatal(err)
	}
	want = `C: a1 LOGIN {5}
S: +{{sp}}
C: {{alice user}}{{none}}
C: {{sp}}{3+}
C: {{abc password}}{{none}}
C:
C: a2 FETCH 1 BODY[]
S: a1 OK
S: * 1 FETCH (BODY[] {9}
S: ab
S: c{{lf}}
S: de{{nul}}{{none}}
S: )
S: a2 OK
`
	if got := string(s.Print()); !strings.HasSuffix(got, want) {
		t.Errorf("got\n%s", got)
	}
	if n, err := Redact(s, dialectOf(t, "imap")); n != 1 || err != nil || strings.Contains(string(s.Print()), "abc") {
		t.Errorf("%d %v\n%s", n, err, s.Print())
	}
}

// bigBlock is a block of n octets or a little more, stuffed, without its last dot.
func bigBlock(n int) []byte {
	var b bytes.Buffer
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, "line %d of a large message, with a %q and an é%s\r\n..\r\n", i, "{{", strings.Repeat(" and more", 80))
	}
	return b.Bytes()
}

func TestBlobOfTenMegabytes(t *testing.T) {
	d := dialectOf(t, "pop3")
	b := NewBuilder(d, BuilderOptions{TempDir: t.TempDir()})
	block := bigBlock(10 << 20)
	feed(t, b, server, "+OK\r\n")
	feed(t, b, client, "RETR 1\r\n")
	feed(t, b, server, "+OK\r\n"+string(block)+".\r\n")
	s, err := b.Session()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "big.session")
	if err := s.Save(path); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(path); err != nil {
		t.Fatalf("again: %v", err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	text, _ := os.ReadFile(path)
	if len(text) > 400 {
		t.Errorf("the session has %d octets", len(text))
	}
	back, err := Load(path)
	if err != nil {
		t.Fatal(err)
	}
	blob := back.Blobs()[0]
	allocs := testing.AllocsPerRun(1, func() {
		r, err := back.OpenBlob(blob)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		sum := sha256.New()
		if n, err := io.Copy(sum, r); err != nil || n != int64(len(block)) {
			t.Fatal(n, err)
		}
		want := sha256.Sum256(block)
		if !bytes.Equal(sum.Sum(nil), want[:]) {
			t.Error("other octets")
		}
	})
	if allocs > 100 {
		t.Errorf("%v allocations to read it", allocs)
	}
	for _, p := range Lint(back, d) {
		t.Error(p)
	}
	if diff := Diff(s, back, d); len(diff) != 0 {
		t.Error(diff)
	}

	// What is damaged is told.
	file := filepath.Join(dir, blob.Name)
	for name, damage := range map[string][]byte{"short": block[:len(block)-1], "long": append(bytes.Clone(block), 'x'), "changed": append([]byte("L"), block[1:]...)} {
		os.WriteFile(file, damage, 0o666)
		r, err := back.OpenBlob(blob)
		if err != nil {
			t.Fatal(err)
		}
		_, err = io.Copy(io.Discard, r)
		r.Close()
		var be *BlobError
		if !errors.As(err, &be) {
			t.Errorf("%s: %v", name, err)
		}
		if p := Lint(back, d); len(p) != 1 || p[0].Severity != Fault {
			t.Errorf("%s: %v", name, p)
		}
		if err := back.Save(path); !errors.As(err, &be) {
			t.Errorf("%s: saved over another file: %v", name, err)
		}
	}
	os.Remove(file)
	if p := Lint(back, d); len(p) != 1 || !strings.Contains(p[0].What, "missing") {
		t.Error(p)
	}
}

func TestLoadFS(t *testing.T) {
	sum := sha256.Sum256([]byte("hi\r\n"))
	fsys := fstest.MapFS{
		"a/x.session": {Data: []byte(head + "S: {{blob b.bin 4 " + hex.EncodeToString(sum[:]) + "}}{{none}}\n")},
		"a/b.bin":     {Data: []byte("hi\r\n")},
	}
	s, err := LoadFS(fsys, "a/x.session")
	if err != nil {
		t.Fatal(err)
	}
	r, err := s.OpenBlob(s.Blobs()[0])
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(r); err != nil || string(b) != "hi\r\n" {
		t.Errorf("%q %v", b, err)
	}
	if _, err := (DirBlobs{FS: fsys, Dir: "a"}).OpenBlob("../x"); err == nil {
		t.Error("a path was opened")
	}
}

func TestLint(t *testing.T) {
	for _, c := range []struct{ protocol, text, want string }{
		{"pop3", "S: +OK\nC: PASS secret\nS: +OK\n", "a secret in the open (password)"},
		{"pop3", "S: +OK\nC: PASS {{secret password}}\nS: +OK\n", "a secret in the open (password)"},
		{"pop3", "S: +OK\nC: PASS {{*** password}}\nS: +OK\n", ""},
		{"pop3", "S: +OK\nC: PASS se{{c word as x}}ret\nS: +OK\n", "a secret in the open (password)"},
		{"pop3", "S: +OK\nC: PASS se{{none}}\nC: cre{{none}}\nC: t\nS: +OK\n", "a secret in the open (password)"},
		{"pop3", "S: +OK\nC: STLS\nS: +OK\nC: CAPA\n", `"-- tls" is missing`},
		{"pop3", "S: +OK\nC: NOOP\nS: +OK\n-- tls\n", "no line before starts it"},
		{"pop3", "-- tls\nS: +OK\nC: NOOP\nS: +OK\n", ""},
		{"pop3", "S: +OK\nC: CAPA\nS: +OK\nS: TOP\n", "block does not end"},
		{"pop3", "S: +OK\nC: CAPA\nS: +OK\nS: TOP\n-- reset S\n", ""},
		{"pop3", "S: +OK {{abc number}}\n", "is not of its kind"},
		{"pop3", "S: +OK {{=ts}}\n", "no value is captured as ts"},
		{"pop3", "S: +OK\nC2: QUIT\n", `"-- open C2" is missing`},
		{"pop3", "S: +OK\n-- close S\nC: QUIT\n", "after its side of the connection was closed"},
		{"imap", "S: * OK\nC: a1 LOGIN {5}\nS: + ok\nC: alice{{none}}\nC: {{sp}}secret\n", "a secret in the open"},
		{"imap", "S: * OK\nC: a1 APPEND INBOX {7}\nS: + ok\nC: abc\nC: defg\n", "4 octets more"},
		{"imap", "S: * OK\nC: a1 APPEND INBOX {5}\nS: + ok\nC: ab\n", "1 octets of a run"},
		{"imap", "S: * OK\nC: a1 COMPRESS DEFLATE\nS: a1 OK\n-- compress lzma\n", "the compression is lzma"},
		{"ftp", "S: 220 hi\nC: PASV\nS: 227 ok (127,0,0,1,4,1)\n-- open Cd1\n", "give its address the channel"},
		{"nntp", "S: 200 hi\nC: AUTHINFO PASS a b\nS: 281 ok\n", "a secret in the open"},
		{"smtp", "S: 220 hi\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 334 UGFzc3dvcmQ6\nC: c2VjcmV0\n", "a secret in the open (sasl)"},
	} {
		text := "session: 1\nprotocol: " + c.protocol + "\n\n" + c.text
		s := mustParse(t, text)
		var all []string
		for _, p := range Lint(s, dialectOf(t, c.protocol)) {
			all = append(all, p.String())
		}
		got := strings.Join(all, "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s\ngot %s\nwant %s", c.text, got, c.want)
		}
		if strings.Contains(c.want, "secret in the open") {
			if n, err := Redact(s, dialectOf(t, c.protocol)); n == 0 || err != nil {
				t.Errorf("Redact: %d %v", n, err)
			}
			if text := string(s.Print()); strings.Contains(text, "cre") && !strings.Contains(text, "***") {
				t.Errorf("after Redact:\n%s", text)
			}
			for _, p := range Lint(s, dialectOf(t, c.protocol)) {
				if strings.Contains(p.What, "secret") {
					t.Errorf("after Redact: %v\n%s", p, s.Print())
				}
			}
		}
	}
}

// TestToldPassword: what the header tells is no secret, and stays as it is, so that a wrong password is replayed as wrong.
func TestToldPassword(t *testing.T) {
	text := "session: 1\nprotocol: pop3\nnote: mail: none\nnote: password: looking glass\n\n" +
		"S: +OK\nC: USER alice\nS: +OK\nC: PASS looking glass\nS: -ERR\nC: PASS looking{{none}}\nC: {{sp}}glass\nS: -ERR\nC: PASS wonder\nS: +OK\n"
	s := mustParse(t, text)
	d := dialectOf(t, "pop3")
	if problems := Lint(s, d); len(problems) != 1 || problems[0].Pos.Line != 14 || problems[0].Severity != Fault {
		t.Error(problems)
	}
	if n, err := Redact(s, d); n != 1 || err != nil {
		t.Error(n, err)
	}
	if _, err := Normalise(s, d); err != nil {
		t.Error(err)
	}
	want := strings.Replace(strings.Replace(text, "wonder", "{{*** password}}", 1), "USER alice", "USER {{alice user}}", 1)
	if got := string(s.Format()); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// TestToldPasswordSASL: so it is in PLAIN and LOGIN, whose name of the user stays a secret.
func TestToldPasswordSASL(t *testing.T) {
	text := "session: 1\nprotocol: smtp\nnote: password: looking-glass\n\nS: 220 hi\nC: AUTH PLAIN AGFsaWNlAGxvb2tpbmctZ2xhc3M=\nS: 535 no\nC: AUTH LOGIN\n" +
		"S: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 334 UGFzc3dvcmQ6\nC: bG9va2luZy1nbGFzcw==\nS: 535 no\nC: AUTH PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=\nS: 235 yes\n"
	s := mustParse(t, text)
	if n, err := Redact(s, dialectOf(t, "smtp")); n != 2 || err != nil {
		t.Error(n, err)
	}
	want := strings.Replace(strings.Replace(text, "YWxpY2U=", "{{*** sasl LOGIN}}", 1), "AGFsaWNlAHdvbmRlcmxhbmQ=", "{{*** sasl PLAIN}}", 1)
	if got := string(s.Format()); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if problems := Lint(s, dialectOf(t, "smtp")); len(problems) != 0 {
		t.Error(problems)
	}
}

func TestNormalise(t *testing.T) {
	s := mustParse(t, head+"S: +OK hi <1.2@x>\nC: UIDL\nS: +OK\nS: 1 abc\nS: .\n")
	if n, err := Normalise(s, dialectOf(t, "pop3")); n != 2 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	if got := string(s.Print()); !strings.Contains(got, "{{<1.2@x> timestamp}}") || !strings.Contains(got, "S: 1 {{abc uid}}") {
		t.Error(got)
	}
	if n, _ := Normalise(s, dialectOf(t, "pop3")); n != 0 {
		t.Errorf("%d more the second time", n)
	}
}

func TestDiff(t *testing.T) {
	d := dialectOf(t, "pop3")
	a := mustParse(t, head+"S: +OK ready {{<1.2@x> timestamp}}\nC: USER {{alice user}}\nS: +OK\nC: PASS {{*** password}}\nS: +OK\nC: STAT\nS: +OK 1 200\nC: UIDL\nS: +OK\nS: 1 {{abc uid}}\nS: .\nC: QUIT\nS: +OK\n")
	b := mustParse(t, head+"S: +OK ready <3.4@y>\nC: user bob\nS: +OK go on\nC: PASS hello\nS: +OK\nC: STAT\nS: +OK 2 300\nC: NOOP\nS: +OK\nC: UIDL\nS: +OK\nS: 1 xyz\nS: .\nC: QUIT\nS: +OK\n")
	var got []string
	for _, x := range Diff(a, b, d) {
		got = append(got, fmt.Sprintf("%s/%s: %s", x.Kind, x.Likeness, x))
	}
	want := []string{
		"changed/reworded: - x.session:6:1: S: +OK\n+ x.session:6:1: S: +OK go on",
		"changed/different: - x.session:10:1: S: +OK 1 200\n+ x.session:10:1: S: +OK 2 300",
		"only in the second/different: + x.session:11:1: C: NOOP",
		"only in the second/different: + x.session:12:1: S: +OK",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got:\n%s", strings.Join(got, "\n"))
	}
	if n := len(Diff(b, b, d)); n != 0 {
		t.Errorf("%d differences from itself", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, x := range formatExamples(f) {
		f.Add([]byte(x))
	}
	for _, path := range fixtureSessions(f) {
		text, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Add([]byte("C: a LOGIN {3}\nS: + {{sp}}\nC: abc{{none}}\nC: {{sp}}{{secret password}}\n-- optional\nC: AUTH PLAIN abc\n-- end\nC: PASS{{none}}\nC: {{sp}}secret"))
	f.Add([]byte("S: x\nC: PASS a\nC: AUTH LOGIN\nS: 334\nC: {{x ff}}\nC: AUTHINFO PASS b\nC: BDAT 7\nC: {{abc any}}\nC: d\nS: 227 (1,2,3,4,5,6)"))
	f.Add([]byte(head + "C: {{\"\\xff\" any as a}}{{=a}}{{crlf}}{{none}}"))
	try := func(t *testing.T, text []byte) {
		s, err := Parse("x", text)
		if err != nil {
			var pe *ParseError
			if !errors.As(err, &pe) || pe.Pos.Line < 1 || pe.Pos.Column < 1 {
				t.Fatalf("%#v", err)
			}
			return
		}
		if p := s.Print(); !bytes.Equal(p, text) {
			t.Fatalf("print of parse differs:\n%q\n%q", text, p)
		}
		formatted := s.Format()
		again, err := Parse("x", formatted)
		if err != nil {
			t.Fatalf("%v\n%s", err, formatted)
		}
		if !Equal(s, again) || !bytes.Equal(again.Format(), formatted) || !bytes.Equal(again.Print(), formatted) {
			t.Fatalf("format changed the meaning:\n%s\n%s", text, formatted)
		}
		if d, err := protocols.Lookup(s.Protocol()); err == nil {
			Lint(s, d)
			Diff(s, again, d)
			if _, err := Redact(s, d); err != nil {
				t.Fatal(err)
			}
			if _, err := Normalise(s, d); err != nil {
				t.Fatal(err)
			}
			for _, p := range Lint(s, d) {
				if strings.Contains(p.What, "secret in the open") {
					t.Fatalf("after Redact: %v\n%s", p, s.Print())
				}
			}
		}
		s.Summarise()
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		try(t, text)
		for _, name := range protocols.Names() {
			try(t, append([]byte("session: 1\nprotocol: "+name+"\n\n"), text...))
		}
	})
}

func FuzzMatch(f *testing.F) {
	f.Add("C: USER {{alice user}}", []byte("user bob"))
	f.Add("S: {{\"\" any}}{{1 number}}{{\"\" any}}{{a word}}x", []byte("12 \xff abcx"))
	f.Add("S: * 1 FETCH {{\"\" text}}{{a1 tag}}", []byte("a1 OK"))
	f.Fuzz(func(t *testing.T, line string, text []byte) {
		s, err := Parse("x", []byte("session: 1\nprotocol: x\n\n"+line))
		if err != nil || len(s.Items) == 0 {
			return
		}
		say, ok := s.Items[0].(*Say)
		if !ok || say.Blob() != nil {
			return
		}
		var b Bindings
		values, ok := say.Match(text, &b)
		for _, v := range values {
			if ok && !bytes.Equal(text[v.Start:v.End], v.Octets) {
				t.Fatalf("%q %+v", text, v)
			}
		}
		for _, name := range protocols.Names() {
			d, _ := protocols.Lookup(name)
			r := say.MatchUnit(d.NewTracker(), dialect.Unit{Text: text, End: say.End}, &b)
			if ok && r.Likeness != dialect.Same && len(say.Values()) == 0 {
				t.Fatalf("%s: equal is %v", name, r.Likeness)
			}
			if r.Offset < 0 || r.Offset > len(text)+2 {
				t.Fatalf("offset %d", r.Offset)
			}
		}
	})
}

// benchSession is a session of many short lines, some with values.
func benchSession() []byte {
	var b bytes.Buffer
	b.WriteString(head)
	for i := range 5000 {
		fmt.Fprintf(&b, "C: LIST %d\nS: +OK %d {{%d number}}\nC: USER {{alice user}}\nS: +OK é {{nul}}\n", i, i, i*37)
	}
	return b.Bytes()
}

func BenchmarkParse(b *testing.B) {
	text := benchSession()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := Parse("x", text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPrint(b *testing.B) {
	text := benchSession()
	s, err := Parse("x", text)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		s.Print()
	}
}

func BenchmarkMatch(b *testing.B) {
	s := say(b, "S: +OK {{2 number}} messages in {{320 number}} octets")
	text := []byte("+OK 17 messages in 123456 octets")
	for b.Loop() {
		if _, ok := s.Match(text, nil); !ok {
			b.Fatal("no match")
		}
	}
}
