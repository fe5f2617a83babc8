package pop3

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"harness/protocols/wire"
)

func crlf(s string) wire.Line { return wire.Line{Text: []byte(s), End: wire.CRLF} }

// syntax asserts that err is a *wire.SyntaxError with a cite, and returns it.
func syntax(t *testing.T, err error) *wire.SyntaxError {
	t.Helper()
	var e *wire.SyntaxError
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want a *wire.SyntaxError", err)
	}
	if !strings.HasPrefix(e.Cite, "RFC ") {
		t.Errorf("%v: no RFC cited", e)
	}
	return e
}

// lenient returns rules that note what they forgive.
func lenient(notes *[]*wire.SyntaxError) Rules {
	return Rules{Lenient: true, Forgave: func(e *wire.SyntaxError) { *notes = append(*notes, e) }}
}

func TestParseCommandStrict(t *testing.T) {
	digest := "c4c9334bac560ecc979e58001b3e22fb"
	for _, c := range []struct {
		line, verb string
		args       []string
	}{
		{"QUIT", "QUIT", nil},
		{"quit", "QUIT", nil},
		{"Retr 1", "RETR", []string{"1"}},
		{"LIST", "LIST", nil},
		{"LIST 007", "LIST", []string{"007"}},
		{"TOP 1 0", "TOP", []string{"1", "0"}},
		{"PASS a b  c ", "PASS", []string{"a b  c "}},
		{"PASS  ", "PASS", []string{" "}},
		{"APOP mrose " + digest, "APOP", []string{"mrose", digest}},
		{"AUTH PLAIN =", "AUTH", []string{"PLAIN", "="}},
		{"AUTH PLAIN dGVzdAB0ZXN0AHRlc3Q=", "AUTH", []string{"PLAIN", "dGVzdAB0ZXN0AHRlc3Q="}},
		{"AUTH SCRAM-SHA-256", "AUTH", []string{"SCRAM-SHA-256"}},
		{"LANG *", "LANG", []string{"*"}},
		{"LANG en-boont", "LANG", []string{"en-boont"}},
		{"LANG de-1996", "LANG", []string{"de-1996"}},
		{"XTN a b c", "XTN", []string{"a", "b", "c"}},
		{"USER " + strings.Repeat("u", 248), "USER", []string{strings.Repeat("u", 248)}},
	} {
		got, err := Rules{}.ParseCommand(crlf(c.line))
		if err != nil {
			t.Errorf("%q: %v", c.line, err)
			continue
		}
		if got.Verb != c.verb || !slices.Equal(got.Args, c.args) || string(got.Raw) != c.line+"\r\n" {
			t.Errorf("%q: got %+v", c.line, got)
		}
	}
}

func TestParseCommandRefused(t *testing.T) {
	for _, c := range []struct {
		line    string
		offset  int
		forgive bool // lenient rules let it pass
	}{
		{"", 0, false},
		{"QU", 0, true},
		{"XTEND", 0, true},
		{" QUIT", 0, true},
		{"QUIT ", 5, true},
		{"QUIT now", 5, true},
		{"RETR", 4, false},
		{"RETR ", 5, false},
		{"RETR  1", 5, true},
		{"RETR\t1", 4, true},
		{"RETR x", 5, false},
		{"RETR 0", 5, false},
		{"RETR -1", 5, false},
		{"TOP 1", 5, false},
		{"TOP 1 -1", 6, false},
		{"USER", 4, false},
		{"USER a b", 7, true},
		{"USER caf\xc3\xa9", 8, true},
		{"PASS", 4, false},
		{"PASS ", 5, false},
		{"PASS a\tb", 6, true},
		{"PASS a\rb", 6, false},
		{"PASS a\x00b", 6, false},
		{"Q\x7fIT", 1, false},
		{"Q\xe9IT", 1, false},
		{"APOP mrose", 10, false},
		{"APOP mrose C4C9334BAC560ECC979E58001B3E22FB", 11, true},
		{"AUTH", 4, true},
		{"AUTH PLAIN =AAA", 11, false},
		{"AUTH PLAIN AAA=BBB=", 14, false},
		{"AUTH PLAIN AAA", 14, false},
		{"AUTH PL.AIN", 7, true},
		{"AUTH A23456789012345678901", 25, true},
		{"LANG e_n", 6, true},
		{"LANG 1996", 5, true},
		{"LANG en-", 8, true},
		{"USER " + strings.Repeat("u", 249), 253, true},
	} {
		_, err := Rules{}.ParseCommand(crlf(c.line))
		if err == nil {
			t.Errorf("%q: accepted", c.line)
			continue
		}
		if e := syntax(t, err); e.Offset != c.offset {
			t.Errorf("%q: offset %d, want %d: %v", c.line, e.Offset, c.offset, e)
		}
		var notes []*wire.SyntaxError
		_, err = lenient(&notes).ParseCommand(crlf(c.line))
		if (err == nil) != c.forgive {
			t.Errorf("%q: lenient rules: %v, want forgiven %v", c.line, err, c.forgive)
		}
		if c.forgive && len(notes) == 0 {
			t.Errorf("%q: forgiven without a note", c.line)
		}
	}
}

func TestParseCommandTerminator(t *testing.T) {
	l := wire.Line{Text: []byte("NOOP"), End: wire.LF}
	_, err := Rules{}.ParseCommand(l)
	syntax(t, err)
	if _, err := (Rules{Lenient: true}).ParseCommand(l); err != nil {
		t.Error(err)
	}
	l.End = wire.None
	if _, err := (Rules{Lenient: true}).ParseCommand(l); err == nil {
		t.Error("a line that was cut off is accepted")
	}
}

func TestRulesOfCommands(t *testing.T) {
	long := crlf("USER " + strings.Repeat("u", 41))
	_, err := Rules{ShortArguments: true}.ParseCommand(long)
	if e := syntax(t, err); e.Offset != 45 {
		t.Error(e)
	}
	for _, line := range []string{"USER caf\xc3\xa9", "PASS caf\xc3\xa9", "APOP caf\xc3\xa9 c4c9334bac560ecc979e58001b3e22fb"} {
		if _, err := (Rules{UTF8: true}).ParseCommand(crlf(line)); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
	for _, line := range []string{"USER caf\xc3", "DELE \xc3\xa9", "AUTH \xc3\xa9"} {
		_, err := Rules{UTF8: true}.ParseCommand(crlf(line))
		if err == nil {
			t.Errorf("%q: accepted", line)
		}
	}
	c, err := Rules{}.ParseCommand(crlf("RETR 99999999999999999999999"))
	if n, ok := c.Number(); err != nil || !ok || n != math.MaxInt {
		t.Errorf("a huge number: %d, %v, %v", n, ok, err)
	}
	c, err = Rules{}.ParseCommand(crlf("TOP 3 12"))
	n, ok := c.Number()
	lines, ok2 := c.Lines()
	if err != nil || !ok || !ok2 || n != 3 || lines != 12 {
		t.Error(c, n, lines, err)
	}
	if _, ok := NewCommand("STAT").Number(); ok {
		t.Error("STAT has no number")
	}
}

func TestCommandString(t *testing.T) {
	for _, c := range []struct {
		cmd  Command
		want string
	}{
		{NewCommand("retr", "3"), "RETR 3"},
		{NewCommand("PASS", "secret word"), "PASS ***"},
		{NewCommand("APOP", "mrose", "c4c9334bac560ecc979e58001b3e22fb"), "APOP mrose ***"},
		{NewCommand("AUTH", "PLAIN", "AGEAYg=="), "AUTH PLAIN ***"},
		{NewCommand("AUTH", "PLAIN", "="), "AUTH PLAIN ="},
		{NewCommand("XSEC", "a", "b"), "XSEC a ***"},
	} {
		if got := c.cmd.String(); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestAppendCommand(t *testing.T) {
	for _, c := range []struct {
		cmd  Command
		want string // "" if refused
	}{
		{NewCommand("list"), "LIST\r\n"},
		{NewCommand("PASS", "a b"), "PASS a b\r\n"},
		{NewCommand("USER", "x\r\nDELE 1"), ""},
		{NewCommand("USER", "x\nDELE 1"), ""},
		{NewCommand("USER", "x\x00"), ""},
		{NewCommand("NOOP\r\nDELE"), ""},
		{NewCommand("DELE 1"), ""},
		{NewCommand(""), ""},
		{NewCommand("USER", "a b"), ""},
		{NewCommand("USER", ""), ""},
		{NewCommand("USER", "caf\xc3\xa9"), ""},
		{NewCommand("PASS", strings.Repeat("p", 249)), ""},
		{NewCommand("DELE", "-1"), ""},
		{NewCommand("AUTH", "PLAIN", "!!"), ""},
	} {
		before := []byte("keep ")
		got, err := Rules{}.AppendCommand(before, c.cmd)
		switch {
		case c.want == "" && err == nil:
			t.Errorf("%q: not refused: %q", c.cmd.Args, got)
		case c.want == "" && string(got) != "keep ":
			t.Errorf("%q: refused, but appended %q", c.cmd.Args, got)
		case c.want != "" && (err != nil || string(got) != "keep "+c.want):
			t.Errorf("%q, %v, want %q", got, err, c.want)
		}
		if err != nil && strings.Contains(err.Error(), "pppp") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
	if got, err := (Rules{Lenient: true}).AppendCommand(nil, NewCommand("USER", "a b")); err != nil || string(got) != "USER a b\r\n" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := (Rules{Lenient: true}).AppendCommand(nil, NewCommand("USER", "a\r\nb")); err == nil {
		t.Error("lenient rules print an injection")
	}
}

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Commands() {
		if seen[s.Verb] || s.Verb != strings.ToUpper(s.Verb) || s.States == 0 || s.Cite == "" || s.Summary == "" {
			t.Errorf("%+v", s)
		}
		seen[s.Verb] = true
		optional := false
		for _, p := range s.Params {
			if optional && !p.Optional {
				t.Errorf("%s: a required argument behind an optional one", s.Verb)
			}
			optional = p.Optional
		}
	}
	for _, verb := range strings.Fields("USER PASS APOP AUTH STLS UTF8 CAPA LANG STAT LIST RETR DELE NOOP RSET TOP UIDL QUIT RPOP") {
		if !seen[verb] {
			t.Errorf("%s is missing", verb)
		}
	}
	top, _ := Lookup("top")
	list, _ := Lookup("LIST")
	if top.Syntax() != "TOP msg n" || list.Syntax() != "LIST [msg]" {
		t.Error(top.Syntax(), list.Syntax())
	}
	if !NewCommand("LIST").Multiline() || NewCommand("LIST", "1").Multiline() || !NewCommand("TOP", "1", "2").Multiline() || NewCommand("X").Multiline() {
		t.Error("multi-line")
	}
}

func TestStates(t *testing.T) {
	for _, c := range []struct {
		from State
		verb string
		ok   bool
		want State
	}{
		{Authorization, "PASS", true, Transaction},
		{Authorization, "PASS", false, Authorization},
		{Authorization, "USER", true, Authorization},
		{Authorization, "APOP", true, Transaction},
		{Authorization, "AUTH", true, Transaction},
		{Authorization, "STLS", true, Authorization},
		{Authorization, "QUIT", true, Ended},
		{Transaction, "QUIT", false, Update},
		{Transaction, "DELE", true, Transaction},
	} {
		if got := c.from.After(c.verb, c.ok); got != c.want {
			t.Errorf("%v after %s %v: %v, want %v", c.from, c.verb, c.ok, got, c.want)
		}
	}
	if s := (Authorization | Transaction).String(); s != "AUTHORIZATION or TRANSACTION" {
		t.Error(s)
	}
}

func TestParseResponse(t *testing.T) {
	data, cancel, err := Rules{}.ParseResponse(crlf("AGEAYg=="))
	if err != nil || cancel || string(data) != "\x00a\x00b" {
		t.Error(data, cancel, err)
	}
	if data, cancel, err := (Rules{}).ParseResponse(crlf("")); err != nil || cancel || data == nil || len(data) != 0 {
		t.Error(data, cancel, err)
	}
	if _, cancel, err := (Rules{}).ParseResponse(crlf("*")); err != nil || !cancel {
		t.Error(cancel, err)
	}
	for _, bad := range []string{"=AAA", "AAA=BBB", "AA A", "A", "AB==CD==", "====", "AG\rEA"} {
		_, _, err := Rules{Lenient: true}.ParseResponse(crlf(bad))
		if err == nil {
			t.Errorf("%q accepted", bad)
		} else {
			syntax(t, err)
		}
	}
}

func FuzzCommand(f *testing.F) {
	for _, s := range []string{"QUIT", "retr 1", "TOP 1 2", "PASS a b", "APOP mrose c4c9334bac560ecc979e58001b3e22fb", "AUTH PLAIN AGEAYg==", "AUTH PLAIN =", "LANG *", " X\t1", "USER caf\xc3\xa9", "\x00", "UIDL 99999999999999999999"} {
		f.Add([]byte(s), false, false)
		f.Add([]byte(s), true, true)
	}
	f.Fuzz(func(t *testing.T, text []byte, lenient, utf8 bool) {
		r := Rules{Lenient: lenient, UTF8: utf8}
		c, err := r.ParseCommand(wire.Line{Text: text, End: wire.CRLF})
		if err != nil {
			var e *wire.SyntaxError
			if !errors.As(err, &e) || e.Offset < 0 || e.Offset > len(text) || e.Cite == "" {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		_ = c.String()
		c.Number()
		c.Multiline()
		if lenient {
			return
		}
		// What strict rules read they write, and read again.
		b, err := r.AppendCommand(nil, c)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		again, err := r.ParseCommand(wire.Line{Text: b[:len(b)-2], End: wire.CRLF})
		if err != nil || again.Verb != c.Verb || !slices.Equal(again.Args, c.Args) {
			t.Fatalf("%q: printed %q, read %+v, %v", text, b, again, err)
		}
	})
}
