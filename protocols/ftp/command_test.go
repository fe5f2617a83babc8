package ftp

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"harness/protocols/wire"
)

func crlf1(s string) wire.Line { return wire.Line{Text: []byte(s), End: wire.CRLF} }

// syntax returns err as a *wire.SyntaxError that cites a rule.
func syntax(t testing.TB, err error) *wire.SyntaxError {
	t.Helper()
	var e *wire.SyntaxError
	if !errors.As(err, &e) {
		t.Fatalf("%v is no *wire.SyntaxError", err)
	}
	if e.Cite == "" || e.Want == "" {
		t.Errorf("%v cites no rule, or wants nothing", err)
	}
	return e
}

func lenient(notes *[]*wire.SyntaxError) Rules {
	return Rules{Lenient: true, Forgave: func(e *wire.SyntaxError) { *notes = append(*notes, e) }}
}

// check parses by strict rules, and by lenient ones: departures say whether strict rules refuse, and forgive whether lenient ones let pass.
func check[T any](t *testing.T, name string, want T, departs, forgive bool, parse func(Rules) (T, error)) {
	t.Helper()
	got, err := parse(Rules{})
	switch {
	case departs && err == nil:
		t.Errorf("%s: strict rules let pass %+v", name, got)
	case departs:
		syntax(t, err)
	case err != nil || !reflect.DeepEqual(got, want):
		t.Errorf("%s: %+v, %v, want %+v", name, got, err, want)
	}
	var notes []*wire.SyntaxError
	got, err = parse(lenient(&notes))
	switch {
	case departs && !forgive:
		if err == nil {
			t.Errorf("%s: lenient rules let pass %+v", name, got)
		}
	case err != nil || !reflect.DeepEqual(got, want):
		t.Errorf("%s: lenient: %+v, %v, want %+v", name, got, err, want)
	}
	if departs && forgive != (len(notes) > 0) && forgive {
		t.Errorf("%s: forgiven without a note", name)
	}
	if !departs && len(notes) > 0 {
		t.Errorf("%s: %v forgiven, which strict rules let pass", name, notes[0])
	}
	for _, n := range notes {
		syntax(t, n)
	}
}

func TestParseCommand(t *testing.T) {
	for _, c := range []struct {
		line             string
		want             Command
		departs, forgive bool
	}{
		{"NOOP", Command{"NOOP", ""}, false, false},
		{"noop", Command{"NOOP", ""}, false, false},
		{"ReTr a b", Command{"RETR", "a b"}, false, false},
		{"STOR   foo.bar", Command{"STOR", "  foo.bar"}, false, false}, // RFC 2640 section 3.1
		{"RETR a ", Command{"RETR", "a "}, false, false},
		{"RETR  ", Command{"RETR", " "}, false, false},
		{"PASS  two words ", Command{"PASS", " two words "}, false, false},
		{"TYPE   I", Command{"TYPE", "I"}, false, false}, // RFC 959 section 5.3
		{"CWD /\xc3\xa4\xff", Command{"CWD", "/\xc3\xa4\xff"}, false, false},
		{"FROBNICATE x", Command{"FROBNICATE", "x"}, false, false},
		{"X", Command{"X", ""}, false, false},
		{"NOOP ", Command{"NOOP", ""}, true, true},
		{"TYPE  ", Command{"TYPE", ""}, true, true},
		{"  NOOP", Command{"NOOP", ""}, true, true},
		{"LPRT6 x", Command{"LPRT6", "x"}, true, true},
		{"", Command{}, true, false},
		{" ", Command{}, true, false},
		{"6LPRT x", Command{}, true, false},
		{"NO\tOP", Command{}, true, false},
		{"\xff\xf4ABOR", Command{}, true, false},
		{"RETR a\rb", Command{}, true, false},
		{"RETR a\x00b", Command{}, true, false},
		{"RETR a\r\x00b", Command{}, true, false},
		{"RE\x00TR a", Command{}, true, false},
	} {
		check(t, wire.Quote([]byte(c.line)), c.want, c.departs, c.forgive, func(r Rules) (Command, error) { return r.ParseCommand(crlf1(c.line)) })
	}
	for end, want := range map[wire.Terminator]bool{wire.LF: true, wire.None: false} {
		line := wire.Line{Text: []byte("NOOP"), End: end}
		check(t, end.String(), Command{"NOOP", ""}, true, want, func(r Rules) (Command, error) { return r.ParseCommand(line) })
	}
}

func TestParseCommandOffsets(t *testing.T) {
	for line, at := range map[string]int{"": 0, " NOOP": 0, "NO!P": 2, "NOOP ": 5, "RETR a\rb": 6, "RETR \x00": 5, "TYPE  ": 6, "6A": 0} {
		_, err := Rules{}.ParseCommand(crlf1(line))
		if e := syntax(t, err); e.Offset != at {
			t.Errorf("%q: %v, want offset %d", line, err, at)
		}
	}
}

func TestPaddedCR(t *testing.T) {
	r := Rules{PaddedCR: true}
	c, err := r.ParseCommand(crlf1("STOR a\r\x00b\r\x00"))
	if err != nil || c.Arg != "a\rb\r" {
		t.Errorf("%q, %v", c.Arg, err)
	}
	for _, bad := range []string{"STOR a\rb", "STOR a\r", "STOR a\x00", "STOR \r\r\x00"} {
		if c, err := r.ParseCommand(crlf1(bad)); err == nil {
			t.Errorf("%q: %q", bad, c.Arg)
		}
	}
	b, err := r.AppendCommand(nil, Command{"STOR", "a\rb"})
	if err != nil || string(b) != "STOR a\r\x00b\r\n" {
		t.Errorf("%q, %v", b, err)
	}
	if b, err := r.AppendCommand(nil, Command{"STOR", "a\nb"}); err == nil {
		t.Errorf("%q", b)
	}
}

func TestAppendCommand(t *testing.T) {
	for _, c := range []struct {
		in   Command
		want string
	}{
		{Command{"NOOP", ""}, "NOOP\r\n"},
		{Command{"noop", ""}, "NOOP\r\n"},
		{Command{"RETR", " a  b "}, "RETR  a  b \r\n"},
		{Command{"CWD", "a\xffb"}, "CWD a\xff\xffb\r\n"}, // RFC 3659 section 2.2
	} {
		if b, err := (Rules{}).AppendCommand([]byte("x"), c.in); err != nil || string(b) != "x"+c.want {
			t.Errorf("%v: %q, %v", c.in, b, err)
		}
	}
	for _, c := range []Command{{"", ""}, {"", "x"}, {"NO OP", ""}, {"NOOP\r\nDELE", "x"}, {"RETR", "a\r\nDELE b"}, {"RETR", "a\n"}, {"RETR", "\r"}, {"RETR", "\x00"}, {"N1", ""}} {
		if b, err := (Rules{}).AppendCommand([]byte("x"), c); err == nil || string(b) != "x" {
			t.Errorf("%q was written as %q", c, b)
		}
	}
	if b, err := (Rules{Lenient: true}).AppendCommand(nil, Command{"LPRT6", "x"}); err != nil || string(b) != "LPRT6 x\r\n" {
		t.Errorf("%q, %v", b, err)
	}
}

func TestCheckCommand(t *testing.T) {
	for _, c := range []struct {
		in               Command
		departs, forgive bool
	}{
		{Command{"NOOP", ""}, false, false},
		{Command{"NOOP", "x"}, true, true},
		{Command{"RETR", ""}, true, false},
		{Command{"RETR", "\xff"}, false, false},
		{Command{"LIST", ""}, false, false},
		{Command{"LIST", "x"}, false, false},
		{Command{"TYPE", "\xc3\x84"}, true, true},
		{Command{"FROB", ""}, false, false},
	} {
		check(t, c.in.String(), true, c.departs, c.forgive, func(r Rules) (bool, error) { err := r.CheckCommand(c.in); return err == nil, err })
	}
}

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Commands() {
		if seen[s.Verb] || s.Verb != strings.ToUpper(s.Verb) {
			t.Errorf("%s stands twice, or in lower case", s.Verb)
		}
		seen[s.Verb] = true
		if s.Summary == "" || s.Cite == "" || (s.ArgName == "") != (s.Arg == NoArg) {
			t.Errorf("%+v", s)
		}
		if (s.Transfer != NoTransfer) != (len(s.Replies.Preliminary) > 0 && s.Verb != "REIN") || (len(s.Replies.Aborted) > 0) != (s.Transfer != NoTransfer) {
			t.Errorf("%s: %v with %+v", s.Verb, s.Transfer, s.Replies)
		}
		for i, set := range [][]int{s.Replies.Preliminary, s.Replies.Completed, s.Replies.Intermediate} {
			for _, c := range set {
				if c/100 != i+1 {
					t.Errorf("%s: %d among %dyz", s.Verb, c, i+1)
				}
			}
		}
		for _, c := range slices.Concat(s.Replies.Aborted, s.Replies.Refused) {
			if c/100 != 4 && c/100 != 5 {
				t.Errorf("%s: %d is no refusal", s.Verb, c)
			}
		}
		if !s.Replies.Has(500) && s.Verb != "" {
			t.Errorf("%s cannot be unknown", s.Verb)
		}
		if got, ok := Lookup(strings.ToLower(s.Verb)); !ok || got.Verb != s.Verb {
			t.Errorf("%s is not found", s.Verb)
		}
		if s.Standard != "" {
			std, ok := Lookup(s.Standard)
			if !ok || !reflect.DeepEqual(std.Replies, s.Replies) || std.Arg != s.Arg {
				t.Errorf("%s is unlike %s", s.Verb, s.Standard)
			}
		}
	}
	// The commands of RFC 959 section 5.3.1, of the RFCs after it, and those in use.
	for _, v := range strings.Fields(`USER PASS ACCT CWD CDUP SMNT QUIT REIN PORT PASV TYPE STRU MODE RETR STOR STOU APPE ALLO REST RNFR RNTO ABOR DELE RMD MKD PWD LIST NLST
		SITE SYST STAT HELP NOOP AUTH ADAT PBSZ PROT CCC MIC CONF ENC FEAT OPTS EPRT EPSV LANG MDTM SIZE MLST MLSD HOST MFMT XMKD XRMD XPWD XCUP XCWD`) {
		if !seen[v] {
			t.Errorf("%s is missing", v)
		}
		delete(seen, v)
	}
	for v := range seen {
		t.Errorf("%s is surplus", v)
	}
	if _, ok := Lookup("FROB"); ok {
		t.Error("FROB is found")
	}
	if s := NewCommand("list", "x").Spec(); s == nil || s.Syntax() != "LIST [pathname]" || s.Transfer.String() != "listing" || !s.Transfer.FromServer() || s.Group.String() != "service" {
		t.Errorf("%+v", s)
	}
	if s := NewCommand("stor", "x").Spec(); s.Syntax() != "STOR pathname" || s.Transfer.FromServer() {
		t.Errorf("%+v", s)
	}
	for d, want := range map[Direction]string{NoTransfer: "none", Retrieve: "retrieve", Store: "store", Direction(9): "unknown direction"} {
		if d.String() != want {
			t.Error(d)
		}
	}
	for g, want := range map[Group]string{AccessControl: "access control", TransferParameter: "transfer parameter", Group(9): "unknown group"} {
		if g.String() != want {
			t.Error(g)
		}
	}
}

func TestCommandString(t *testing.T) {
	for c, want := range map[Command]string{{"PASS", "x y"}: "PASS ***", {"ACCT", "x"}: "ACCT ***", {"ADAT", "x"}: "ADAT ***", {"RETR", "a b"}: "RETR a b", {"NOOP", ""}: "NOOP", {"RETR", "\x1b"}: `RETR "\x1b"`} {
		if got := c.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestParameters(t *testing.T) {
	for _, c := range []struct {
		arg              string
		want             Type
		departs, forgive bool
	}{
		{"A", ASCII, false, false}, {"a n", Type{Code: 'A', Format: 'N'}, false, false}, {"E C", Type{Code: 'E', Format: 'C'}, false, false}, {"i", Image, false, false},
		{"L 8", Local8, false, false}, {"L 36", Type{Code: 'L', ByteSize: 36}, false, false}, {"L 255", Type{Code: 'L', ByteSize: 255}, false, false},
		{"A  N", Type{Code: 'A', Format: 'N'}, true, true}, {"I ", Image, true, true}, {"L", Local8, true, true},
		{"", Type{}, true, false}, {" ", Type{}, true, false}, {"L 0", Type{}, true, false}, {"L 256", Type{}, true, false}, {"I N", Type{}, true, false},
		{"A X", Type{}, true, false}, {"X", Type{}, true, false}, {"A N N", Type{}, true, false}, {"L +8", Type{}, true, false},
	} {
		check(t, "TYPE "+c.arg, c.want, c.departs, c.forgive, func(r Rules) (Type, error) { return r.ParseType(c.arg) })
	}
	for s, want := range map[string]Type{"A": ASCII, "A N": {Code: 'A', Format: 'N'}, "I": Image, "L 8": Local8, "E T": {Code: 'E', Format: 'T'}} {
		if want.String() != s {
			t.Errorf("%v, want %s", want, s)
		}
	}
	for _, c := range []struct {
		arg              string
		want             byte
		departs, forgive bool
	}{
		{"F", 'F', false, false}, {"r", 'R', false, false}, {"P", 'P', false, false}, {"F ", 'F', true, true}, {"", 0, true, false}, {"X", 0, true, false}, {"FR", 0, true, false}, {" X", 0, true, false},
	} {
		check(t, "STRU "+c.arg, Structure(c.want), c.departs, c.forgive, func(r Rules) (Structure, error) { return r.ParseStructure(c.arg) })
	}
	for _, c := range []byte("SBCZ") {
		if m, err := (Rules{}).ParseMode(strings.ToLower(string(c))); err != nil || m != Mode(c) {
			t.Error(m, err)
		}
	}
	for _, c := range []byte("CSEP") {
		if p, err := (Rules{}).ParseProtection(strings.ToLower(string(c))); err != nil || p != Protection(c) {
			t.Error(p, err)
		}
	}
	if _, err := (Rules{Lenient: true}).ParseMode("X"); err == nil {
		t.Error("MODE X")
	}
	if _, err := (Rules{Lenient: true}).ParseProtection("PP"); err == nil {
		t.Error("PROT PP")
	}
	for arg, want := range map[string]int64{"0": 0, "4294967295": 1<<32 - 1, "4294967296": -1, "": -1, "-1": -1, "1 ": -1} {
		n, err := Rules{}.ParsePBSZ(arg)
		if (err != nil) != (want < 0) || err == nil && int64(n) != want {
			t.Errorf("PBSZ %q: %d, %v", arg, n, err)
		}
	}
	for arg, want := range map[string]int64{"0": 0, "9223372036854775807": 1<<63 - 1, "9223372036854775808": -1, "": -1, "-1": -1, "+1": -1, "1a": -1} {
		n, err := Rules{}.ParseRestart(arg)
		if (err != nil) != (want < 0) || err == nil && n != want {
			t.Errorf("REST %q: %d, %v", arg, n, err)
		}
	}
	for arg, want := range map[string][2]int64{"10": {10, -1}, "10 R 5": {10, 5}, "10 r 5": {10, 5}} {
		size, record, err := Rules{}.ParseALLO(arg)
		if err != nil || size != want[0] || record != want[1] {
			t.Errorf("ALLO %q: %d, %d, %v", arg, size, record, err)
		}
	}
	for _, arg := range []string{"", "x", "10 ", "10 R", "10 R x", "10 5", "10 R 5 6"} {
		_, _, err := Rules{}.ParseALLO(arg)
		syntax(t, err)
	}
	if when, path, err := (Rules{}).ParseMFMT("20200102030405  a b"); err != nil || when != "20200102030405" || path != " a b" {
		t.Error(when, path, err)
	}
	for _, arg := range []string{"", "x", "x ", " x"} {
		_, _, err := Rules{}.ParseMFMT(arg)
		syntax(t, err)
	}
}

func TestCommandRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		padded := rapid.Bool().Draw(t, "padded")
		in := NewCommand(rapid.StringMatching(`[A-Za-z]{1,6}`).Draw(t, "verb"), rapid.String().Draw(t, "arg"))
		r := Rules{PaddedCR: padded}
		b, err := r.AppendCommand(nil, in)
		if refuse := strings.ContainsAny(in.Arg, "\n\x00") || !padded && strings.Contains(in.Arg, "\r"); refuse != (err != nil) {
			t.Fatalf("%q: %v", in, err)
		}
		if err != nil {
			return
		}
		text, telnet := StripTelnet(b[:len(b)-2])
		if telnet.Interrupt || telnet.Answer != nil {
			t.Fatalf("%q holds Telnet commands", b)
		}
		got, err := r.ParseCommand(crlf1(string(text)))
		if s := in.Spec(); s != nil && s.Kind == TokenArg {
			return
		}
		if err != nil || got != in {
			t.Fatalf("%q: %q, %v", in, got, err)
		}
	})
}

func FuzzCommand(f *testing.F) {
	for _, s := range []string{"NOOP", "RETR a b", "TYPE  L 8", "STOR \r\x00", "PORT 1,2,3,4,5,6", "EPSV ALL", "OPTS MLST type;", " x", "ALLO 1 R 2", "MFMT 20200102030405 x", "\xff\xf4\xff\xf2ABOR"} {
		f.Add([]byte(s), byte(0))
		f.Add([]byte(s), byte(1))
	}
	f.Fuzz(func(t *testing.T, text []byte, end byte) {
		l := wire.Line{Text: text, End: wire.Terminator(end % 3)}
		strict, strictErr := Rules{}.ParseCommand(l)
		loose, err := Rules{Lenient: true}.ParseCommand(l)
		if strictErr == nil && (err != nil || strict != loose) {
			t.Fatalf("%q: strict %q, lenient %q, %v", text, strict, loose, err)
		}
		if strictErr != nil {
			syntax(t, strictErr)
		}
		if err != nil {
			return
		}
		if loose.Verb == "" || strings.ContainsAny(loose.Verb+loose.Arg, "\r\n\x00") && l.End == wire.CRLF && !strings.Contains(string(text), "\n") {
			t.Fatalf("%q: %q", text, loose)
		}
		r := Rules{Lenient: true}
		r.CheckCommand(loose)
		r.ParseType(loose.Arg)
		r.ParseStructure(loose.Arg)
		r.ParseMode(loose.Arg)
		r.ParseProtection(loose.Arg)
		r.ParsePBSZ(loose.Arg)
		r.ParseALLO(loose.Arg)
		r.ParseRestart(loose.Arg)
		r.ParseMFMT(loose.Arg)
		r.ParseOPTS(loose.Arg)
		r.ParsePORT(loose.Arg)
		r.ParseEPRT(loose.Arg)
		r.ParseEPSVArg(loose.Arg)
		r.ParseFactNames(loose.Arg)
		if b, err := r.AppendCommand(nil, loose); err == nil && strings.Count(string(b), "\n") != 1 {
			t.Fatalf("%q", b)
		}
	})
}
