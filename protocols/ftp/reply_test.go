package ftp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"harness/protocols/wire"
)

// cuts are ways in which a text arrives.
var cuts = map[string]func(io.Reader) io.Reader{
	"whole":        func(r io.Reader) io.Reader { return r },
	"octets":       iotest.OneByteReader,
	"halves":       iotest.HalfReader,
	"data and err": iotest.DataErrReader,
}

func TestReadReply(t *testing.T) {
	for _, c := range []struct {
		text             string
		code             int
		lines            []string
		departs, forgive bool
	}{
		{"200 ok\r\n", 200, []string{"ok"}, false, false},
		{"200 \r\n", 200, []string{""}, false, false},
		{"200  two\r\n", 200, []string{" two"}, false, false},
		{"220-a\r\n220 b\r\n", 220, []string{"a", "b"}, false, false},
		{"220-a\r\n\r\n220 \r\n", 220, []string{"a", "", ""}, false, false},
		// The example of RFC 959 section 4.2.
		{"123-First line\r\nSecond line\r\n  234 A line beginning with numbers\r\n123 The last line\r\n", 123,
			[]string{"First line", "Second line", "  234 A line beginning with numbers", "The last line"}, false, false},
		// Lines that look like an end: another code, the same code elsewhere, the same code and a hyphen, four digits.
		{"211-a\r\n212 not the end\r\n 211 nor this\r\n211-nor this\r\n2110 nor this\r\n211x\r\n211\tx\r\n211 end\r\n", 211,
			[]string{"a", "212 not the end", " 211 nor this", "211-nor this", "2110 nor this", "211x", "211\tx", "end"}, false, false},
		{"211-a\r\n211-b\r\n212-c\r\n212 d\r\n211 e\r\n", 211, []string{"a", "211-b", "212-c", "212 d", "e"}, false, false},
		{"631-YQ==\r\n631 Yg==\r\n", 631, []string{"YQ==", "Yg=="}, false, false},
		{"200 a\rb\r\n", 200, []string{"a\rb"}, false, false},
		{"200 \xff\x00\r\n", 200, []string{"\xff\x00"}, false, false},
		{"200 ok\n", 200, []string{"ok"}, true, true},
		{"200-a\nb\n200 c\n", 200, []string{"a", "b", "c"}, true, true},
		{"200\r\n", 200, []string{""}, true, true},
		{"220-a\r\n220\r\n", 220, []string{"a", ""}, true, true},
		{"200Text\r\n", 200, []string{"Text"}, true, true},
		{"200:Text\r\n", 200, []string{":Text"}, true, true},
		{"200\tText\r\n", 200, []string{"\tText"}, true, true},
		{"2000 x\r\n", 0, nil, true, false},
		{"20 ok\r\n", 0, nil, true, false},
		{"ok\r\n", 0, nil, true, false},
		{"\r\n", 0, nil, true, false},
		{" 200 ok\r\n", 0, nil, true, false},
		{"099 ok\r\n", 0, nil, true, false},
		{"700 ok\r\n", 0, nil, true, false},
		{"2x0 ok\r\n", 0, nil, true, false},
	} {
		for name, cut := range cuts {
			check(t, name+" "+wire.Quote([]byte(c.text)), c.code, c.departs, c.forgive, func(r Rules) (int, error) {
				src := wire.NewReader(cut(strings.NewReader(c.text + "REST")))
				got, err := r.ReadReply(src)
				if err != nil {
					return 0, err
				}
				if !slices.Equal(got.Lines, c.lines) || string(got.Raw) != c.text || got.Text() != strings.Join(c.lines, "\n") || got.Dropped != 0 {
					t.Errorf("%s %q: %+v", name, c.text, got)
				}
				if rest, err := io.ReadAll(src); string(rest) != "REST" || err != nil {
					t.Errorf("%s %q: behind it %q, %v", name, c.text, rest, err)
				}
				return got.Code, nil
			})
		}
	}
}

func TestReadReplyEnd(t *testing.T) {
	for text, want := range map[string]error{"": io.EOF, "2": io.ErrUnexpectedEOF, "200 ok": io.ErrUnexpectedEOF, "200 ok\r": io.ErrUnexpectedEOF, "200-ok\r\n": io.ErrUnexpectedEOF, "200-a\r\n200 b": io.ErrUnexpectedEOF} {
		for _, r := range []Rules{{}, {Lenient: true}} {
			for name, cut := range cuts {
				if _, err := r.ReadReply(wire.NewReader(cut(strings.NewReader(text)))); err != want {
					t.Errorf("%s %q: %v, want %v", name, text, err, want)
				}
			}
		}
	}
	failed := errors.New("reset")
	_, err := Rules{}.ReadReply(wire.NewReader(io.MultiReader(strings.NewReader("200-x\r\n"), iotest.ErrReader(failed))))
	if !errors.Is(err, failed) {
		t.Error(err)
	}
}

// TestExcessLines wants what RFC 1123 section 4.1.2.11 does: that the reader finds the reply's end all the same.
func TestExcessLines(t *testing.T) {
	text := "211-first\r\n" + strings.Repeat("x\r\n", 50) + "211 last\r\n200 next\r\n"
	src := wire.NewReader(strings.NewReader(text))
	r := Rules{MaxReplyLines: 10}
	got, err := r.ReadReply(src)
	if err != nil || len(got.Lines) != 11 || got.Dropped != 42-1+1 || got.Lines[10] != "last" || got.Lines[0] != "first" {
		t.Fatalf("%+v, %v", got, err)
	}
	if got, err := r.ReadReply(src); err != nil || got.Text() != "next" {
		t.Error(got, err)
	}
	// Octets are limited too.
	long := strings.Repeat("y", 60<<10)
	var b strings.Builder
	b.WriteString("211-first\r\n")
	for range 400 {
		b.WriteString(long + "\r\n")
	}
	b.WriteString("211 last\r\n")
	got, err = Rules{}.ReadReply(wire.NewReader(strings.NewReader(b.String())))
	if err != nil || len(got.Raw) > MaxReplyOctets+100 || got.Dropped == 0 || got.Lines[len(got.Lines)-1] != "last" {
		t.Errorf("%d octets, %d dropped, %v", len(got.Raw), got.Dropped, err)
	}
	// But a reply without an end is an error.
	_, err = r.ReadReply(wire.NewReader(io.MultiReader(strings.NewReader("211-first\r\n"), &endless{line: []byte("x\r\n")})))
	var limit *wire.LimitError
	if !errors.As(err, &limit) || limit.Cite == "" {
		t.Error(err)
	}
	// So is a line.
	_, err = Rules{}.ReadReply(wire.NewReader(&endless{line: []byte("2")}))
	if !errors.As(err, &limit) || limit.What != "line" {
		t.Error(err)
	}
}

// endless serves the same line for ever.
type endless struct {
	line []byte
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.line[e.at]
		e.at = (e.at + 1) % len(e.line)
	}
	return len(p), nil
}

func TestReplyParser(t *testing.T) {
	p := Rules{}.NewReplyParser()
	for i, c := range []struct {
		line string
		want string
	}{{"220-hello", ""}, {"220x", ""}, {"221 not", ""}, {"220 there", "220 hello/220x/221 not/there"}, {"200 ok", "200 ok"}, {"bad", "error"}, {"200-a", ""}, {"200 b", "200 a/b"}} {
		reply, err := p.Add(crlf1(c.line))
		got := ""
		switch {
		case err != nil:
			got = "error"
		case reply != nil:
			got = fmt.Sprintf("%d %s", reply.Code, strings.Join(reply.Lines, "/"))
		}
		if got != c.want {
			t.Errorf("line %d: %q, want %q (%v)", i, got, c.want, err)
		}
		if p.Begun() != (c.want == "") {
			t.Errorf("line %d: begun is %v", i, p.Begun())
		}
	}
}

func TestReplyKinds(t *testing.T) {
	for code, want := range map[int]string{150: "p----", 226: "-c---", 331: "--i--", 421: "---tn", 550: "----P", 631: "-----"} {
		r := &Reply{Code: code, Lines: []string{""}}
		got := []byte("-----")
		for i, b := range []bool{r.Preliminary(), r.Completed(), r.Intermediate(), r.Transient(), false} {
			if b {
				got[i] = "pcit-"[i]
			}
		}
		if r.Negative() {
			got[4] = 'n'
		}
		if r.Permanent() {
			got[4] = 'P'
		}
		if string(got) != want || r.Negative() != (r.Transient() || r.Permanent()) || r.Protected() != (code == 631) {
			t.Errorf("%d: %s", code, got)
		}
	}
}

func TestReplyError(t *testing.T) {
	for _, c := range []struct {
		r    Reply
		want string
	}{
		{Reply{Code: 550, Lines: []string{"No such file"}, Command: "RETR x"}, "RETR x: 550 No such file"},
		{Reply{Code: 550, Lines: []string{"No", " such", "", "file"}}, "550 No; such; file"},
		{Reply{Code: 421, Lines: []string{""}, Command: "greeting"}, "greeting: 421"},
		{Reply{Code: 550, Lines: []string{"1", "2", "3", "4", "5", "6"}}, "550 1; 2; 3; 4 (and 2 lines more)"},
		{Reply{Code: 550, Lines: []string{"\x1b[2J"}}, `550 "\x1b[2J"`},
	} {
		var err error = &c.r
		if err.Error() != c.want {
			t.Errorf("%q, want %q", err, c.want)
		}
	}
}

func TestCheckReply(t *testing.T) {
	for _, c := range []struct {
		r                Reply
		departs, forgive bool
	}{
		{Reply{Code: 211, Lines: []string{"a"}}, false, false},
		{Reply{Code: 211, Lines: []string{"123 a", "123 b"}}, false, false},
		{Reply{Code: 211, Lines: []string{"a", " 123 b", "12", "12x", "c"}}, false, false},
		{Reply{Code: 631, Lines: []string{"a", "631-b", "c"}}, false, false},
		{Reply{Code: 211, Lines: []string{"a", "123 b", "c"}}, true, true},
		{Reply{Code: 211, Lines: []string{"a", "211-b", "c"}}, true, true},
		{Reply{Code: 261, Lines: []string{"a"}}, true, true},
	} {
		check(t, fmt.Sprint(c.r), true, c.departs, c.forgive, func(r Rules) (bool, error) { err := r.CheckReply(&c.r); return err == nil, err })
	}
}

func TestAppendReply(t *testing.T) {
	for _, c := range []struct {
		code  int
		lines []string
		want  string
	}{
		{200, nil, "200 \r\n"},
		{200, []string{"ok"}, "200 ok\r\n"},
		{123, []string{"First line", "Second line", "234 A line", "", "The last line"}, "123-First line\r\nSecond line\r\n 234 A line\r\n\r\n123 The last line\r\n"},
		{211, []string{"211 a", "211-b", "211 c"}, "211-211 a\r\n 211-b\r\n211 211 c\r\n"},
		{257, []string{"\"\xff\""}, "257 \"\xff\xff\"\r\n"},
	} {
		b, err := AppendReply([]byte("x"), c.code, c.lines...)
		if err != nil || string(b) != "x"+c.want {
			t.Errorf("%d %q: %q, %v", c.code, c.lines, b, err)
		}
	}
	for _, c := range []struct {
		code int
		line string
	}{{99, ""}, {700, ""}, {200, "a\r\n"}, {200, "a\n"}, {200, "\x00"}, {200, "a\rb"}} {
		if b, err := AppendReply([]byte("x"), c.code, "ok", c.line, "ok"); err == nil || string(b) != "x" {
			t.Errorf("%d %q was written as %q", c.code, c.line, b)
		}
	}
}

func TestReplyRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		code := rapid.IntRange(100, 699).Draw(t, "code")
		line := rapid.OneOf(rapid.StringMatching(`[ -~]{0,20}`), rapid.Map(rapid.IntRange(0, 999), func(n int) string { return fmt.Sprintf("%03d x", n) }), rapid.Just(fmt.Sprintf("%d end", code)))
		lines := rapid.SliceOfN(line, 1, 6).Draw(t, "lines")
		b, err := AppendReply(nil, code, lines...)
		if err != nil {
			t.Fatal(err)
		}
		src := wire.NewReader(iotest.HalfReader(bytes.NewReader(append(b, "200 next\r\n"...))))
		got, err := Rules{}.ReadReply(src)
		if err != nil || got.Code != code || len(got.Lines) != len(lines) {
			t.Fatalf("%q: %+v, %v", b, got, err)
		}
		for i, l := range got.Lines {
			if l != lines[i] && l != " "+lines[i] {
				t.Fatalf("%q: line %d is %q", b, i, l)
			}
		}
		if got.Code/10%10 < 6 {
			if err := (Rules{}).CheckReply(got); err != nil {
				t.Fatal(err)
			}
		}
		if next, err := (Rules{}).ReadReply(src); err != nil || next.Text() != "next" {
			t.Fatal(next, err)
		}
	})
}

// reply makes a reply of one line or more.
func reply(code int, lines ...string) *Reply { return &Reply{Code: code, Lines: lines} }

func TestPassive(t *testing.T) {
	want := netip.MustParseAddrPort("127.0.0.1:1025")
	for _, c := range []struct {
		text             string
		departs, forgive bool
	}{
		{"Entering Passive Mode (127,0,0,1,4,1)", false, false},
		{"Entering Passive Mode (127,0,0,1,4,1).", false, false},
		{"Entering Passive Mode. 127,0,0,1,4,1", false, false},
		{"127,0,0,1,4,1", false, false},
		{"=127,0,0,1,4,1", false, false},
		{"Entering Passive Mode (127,0,0,1,4,1", false, false},
		{"(127,000,00,01,004,001)", false, false},
		{"[127,0,0,1,4,1] go", false, false},
		{"Entering Passive Mode (127, 0, 0, 1, 4, 1)", true, true},
		{"(127 ,0 ,0 ,1 ,4 ,1)", true, true},
		{"Mode 2: (127,0,0,1,4,1)", true, true},
		{"1,2,3 (127,0,0,1,4,1)", true, true},
		{"", true, false}, {"no numbers", true, false}, {"(127,0,0,1,4)", true, false}, {"(127,0,0,256,4,1)", true, false}, {"(127,0,0,1,4,0001)", true, false},
		{"(127,0,0,1,0,0)", true, false}, {"(127,0,0,1,4,)", true, false}, {"(127.0.0.1,4,1)", true, false}, {"(-127,0,0,1,4,-1)", true, false}, {"(127,0,0,1,4,256)", true, false},
	} {
		check(t, c.text, want, c.departs, c.forgive, func(r Rules) (netip.AddrPort, error) { return r.ParsePASV(reply(227, c.text)) })
	}
	if a, err := (Rules{}).ParsePASV(reply(227, "Entering", "Passive Mode (127,0,0,1,4,1)")); a != want || err != nil {
		t.Error(a, err)
	}
	if _, err := (Rules{Lenient: true}).ParsePASV(reply(200, "127,0,0,1,4,1")); err == nil {
		t.Error("200 announces an address")
	}
	if s, err := FormatPASV(want); err != nil || s != "Entering Passive Mode (127,0,0,1,4,1)" {
		t.Error(s, err)
	}
	if s, err := FormatPASV(netip.MustParseAddrPort("[::1]:4")); err == nil {
		t.Error(s)
	}
}

func TestPORT(t *testing.T) {
	want := netip.MustParseAddrPort("10.20.30.40:65535")
	for _, c := range []struct {
		arg              string
		departs, forgive bool
	}{
		{"10,20,30,40,255,255", false, false},
		{"10, 20,30,40,255 ,255", true, true}, {" 10,20,30,40,255,255 ", true, true},
		{"", true, false}, {"10,20,30,40,255,255,0", true, false}, {"10,20,30,40,255", true, false}, {"10,20,30,40,255,255)", true, false}, {"10,20,30,40,0,0", true, false},
		{"10,20,30,40,255,256", true, false}, {"10,20,30,40,255,+5", true, false}, {"a,20,30,40,255,255", true, false},
	} {
		check(t, c.arg, want, c.departs, c.forgive, func(r Rules) (netip.AddrPort, error) { return r.ParsePORT(c.arg) })
	}
	for a, want := range map[string]string{"1.2.3.4:5": "1,2,3,4,0,5", "[::ffff:1.2.3.4]:256": "1,2,3,4,1,0", "[::1]:5": "", "1.2.3.4:0": ""} {
		got, err := FormatPORT(netip.MustParseAddrPort(a))
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", a, got, err)
		}
	}
}

func TestExtended(t *testing.T) {
	for _, c := range []struct {
		arg              string
		want             string
		departs, forgive bool
	}{
		{"|1|132.235.1.2|6275|", "132.235.1.2:6275", false, false},
		{"|2|1080::8:800:200C:417A|5282|", "[1080::8:800:200c:417a]:5282", false, false},
		{"!1!1.2.3.4!1!", "1.2.3.4:1", false, false},
		{"|2|::ffff:1.2.3.4|5|", "[::ffff:1.2.3.4]:5", false, false},
		{" |1|1.2.3.4|5| ", "1.2.3.4:5", true, true},
		{"", "", true, false}, {"1", "", true, false}, {"|1|1.2.3.4|5", "", true, false}, {"|1|1.2.3.4|0|", "", true, false}, {"|1|1.2.3.4|65536|", "", true, false},
		{"|1|::1|5|", "", true, false}, {"|2|1.2.3.4|5|", "", true, false}, {"|2|fe80::1%eth0|5|", "", true, false}, {"|1|1.2.3|5|", "", true, false}, {"||1.2.3.4|5|", "", true, false},
		{"|x|1.2.3.4|5|", "", true, false}, {"|1|1.2.3.4|5|x", "", true, false}, {"|1|1.2.3.4|5||", "", true, false}, {"|1|host|5|", "", true, false}, {"|1|1.2.3.4|+5|", "", true, false},
	} {
		var want netip.AddrPort
		if c.want != "" {
			want = netip.MustParseAddrPort(c.want)
		}
		check(t, c.arg, want, c.departs, c.forgive, func(r Rules) (netip.AddrPort, error) { return r.ParseEPRT(c.arg) })
	}
	var unknown *ProtocolError
	if _, err := (Rules{}).ParseEPRT("|3|x|5|"); !errors.As(err, &unknown) || unknown.Network != "3" || !strings.Contains(err.Error(), "3") {
		t.Error(err)
	}
	for a, want := range map[string]string{"1.2.3.4:5": "|1|1.2.3.4|5|", "[::1]:5": "|2|::1|5|", "[::ffff:1.2.3.4]:5": "|1|1.2.3.4|5|", "[fe80::1%x]:5": "|2|fe80::1|5|"} {
		if got := FormatEPRT(netip.MustParseAddrPort(a)); got != want {
			t.Errorf("%s: %s", a, got)
		}
	}
	for _, c := range []struct {
		text             string
		departs, forgive bool
	}{
		{"Entering Extended Passive Mode (|||6446|)", false, false}, {"x (!!!6446!).", false, false}, {"(1) (|||6446|)", false, false}, {"((|||6446|)", false, false},
		{"|||6446|", true, true}, {"(|||6446|", true, true}, {"(|2||6446|)", true, true}, {"(|1|1.2.3.4|6446|)", true, true},
		{"", true, false}, {"(|||0|)", true, false}, {"(|||65536|)", true, false}, {"(||6446|)", true, false}, {"(|||6446!)", true, false}, {"(|||6446)", true, false}, {"6446", true, false},
		{"(|||x|)", true, false}, {"(000644601)", true, false},
	} {
		check(t, c.text, uint16(6446), c.departs, c.forgive, func(r Rules) (uint16, error) { return r.ParseEPSV(reply(229, c.text)) })
	}
	if _, err := (Rules{Lenient: true}).ParseEPSV(reply(227, "(|||6446|)")); err == nil {
		t.Error("227 announces a port")
	}
	if p, err := (Rules{}).ParseEPSV(reply(229, FormatEPSV(65535))); p != 65535 || err != nil {
		t.Error(p, err)
	}
	for arg, want := range map[string]string{"": "0 false", "1": "1 false", "2": "2 false", "all": "0 true", "ALL": "0 true", "3": "protocol", "x": "syntax", "1 ": "syntax"} {
		network, all, err := Rules{}.ParseEPSVArg(arg)
		got := fmt.Sprint(network, all)
		var s *wire.SyntaxError
		switch {
		case errors.As(err, &unknown):
			got = "protocol"
		case errors.As(err, &s):
			got = "syntax"
		}
		if got != want {
			t.Errorf("EPSV %q: %s, want %s", arg, got, want)
		}
	}
	for _, c := range []struct {
		text             string
		departs, forgive bool
	}{
		{"Network protocol not supported, use (1,2)", false, false}, {"(1,2).", false, false}, {"(x) use (1,2)", true, true}, {"use ( 1, 2 )", true, true}, {"use (1,2) please", true, true},
		{"", true, false}, {"1,2", true, false}, {"(1,2", true, false}, {"(a)", true, false}, {"()", true, false},
	} {
		check(t, c.text, []int{1, 2}, c.departs, c.forgive, func(r Rules) ([]int, error) { return r.ParseNetworks(reply(522, c.text)) })
	}
	if FormatNetworks(1, 2) != "Network protocol not supported, use (1,2)" || NetworkOf(netip.MustParseAddr("::1")) != 2 || NetworkOf(netip.MustParseAddr("::ffff:1.1.1.1")) != 1 {
		t.Error("networks")
	}
	if _, err := (Rules{}).ParseNetworks(reply(500, "(1,2)")); err == nil {
		t.Error("500 tells networks")
	}
}

func TestAddressRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		port := rapid.Uint16Range(1, 65535).Draw(t, "port")
		v4 := netip.AddrPortFrom(netip.AddrFrom4([4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "v4"))), port)
		arg, err := FormatPORT(v4)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := (Rules{}).ParsePORT(arg); got != v4 || err != nil {
			t.Fatal(arg, got, err)
		}
		text, _ := FormatPASV(v4)
		if got, err := (Rules{}).ParsePASV(reply(227, text)); got != v4 || err != nil {
			t.Fatal(text, got, err)
		}
		v6 := netip.AddrPortFrom(netip.AddrFrom16([16]byte(rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "v6"))), port)
		for _, a := range []netip.AddrPort{v4, v6} {
			got, err := Rules{}.ParseEPRT(FormatEPRT(a))
			if got != netip.AddrPortFrom(a.Addr().Unmap(), port) || err != nil {
				t.Fatal(FormatEPRT(a), got, err)
			}
		}
		if got, err := (Rules{}).ParseEPSV(reply(229, FormatEPSV(port))); got != port || err != nil {
			t.Fatal(got, err)
		}
	})
}

func TestPath(t *testing.T) {
	for _, c := range []struct {
		text, want       string
		departs, forgive bool
	}{
		{`"/usr/dm/pathname" directory created`, "/usr/dm/pathname", false, false},
		{`"/usr/dm/foo""bar" directory created`, `/usr/dm/foo"bar`, false, false},
		{`"/"`, "/", false, false}, {`""`, "", false, false}, {`""""`, `"`, false, false}, {`" a " "b"`, " a ", false, false},
		{`Current directory is "/a"`, "/a", true, true}, {`"/a"is it`, "/a", true, true},
		{"", "", true, false}, {"/a", "", true, false}, {`"/a`, "", true, false}, {`"/a""`, "", true, false},
	} {
		check(t, c.text, c.want, c.departs, c.forgive, func(r Rules) (string, error) { return r.ParsePathReply(reply(257, c.text)) })
	}
	if _, err := (Rules{Lenient: true}).ParsePathReply(reply(250, `"/a"`)); err == nil {
		t.Error("250 tells a pathname")
	}
	if path, err := (Rules{PaddedCR: true}).ParsePathReply(reply(257, "\"a\r\x00b\"")); path != "a\rb" || err != nil {
		t.Errorf("%q, %v", path, err)
	}
	rapid.Check(t, func(t *rapid.T) {
		path := rapid.String().Draw(t, "path")
		if got, err := (Rules{}).ParsePathReply(reply(257, QuotePath(path)+" created")); got != path || err != nil {
			t.Fatalf("%q: %q, %v", path, got, err)
		}
		if got, ok := QuotedPath(QuotePath(path)); got != path || !ok {
			t.Fatalf("%q: %q, %v", path, got, ok)
		}
	})
	for _, c := range []struct {
		text, want       string
		departs, forgive bool
	}{
		{"FILE: a b", "a b", false, false}, {"file: a", "a", true, true}, {"Opening connection. FILE: a", "a", true, true}, {`Opening data connection for "a"`, "a", true, true},
		{"Transfer starting: a", "a", true, true}, {"FILE: ", "", true, false}, {"ok", "", true, false},
	} {
		check(t, c.text, c.want, c.departs, c.forgive, func(r Rules) (string, error) { return r.UniqueName(reply(150, c.text)) })
	}
}

func TestTime(t *testing.T) {
	for _, c := range []struct {
		text, want       string
		departs, forgive bool
	}{
		{"19980615100045", "1998-06-15T10:00:45Z", false, false},
		{"19980615100045.014", "1998-06-15T10:00:45.014Z", false, false},
		{"19980615100045.0000000001", "1998-06-15T10:00:45Z", false, false},
		{"20161231235960", "2017-01-01T00:00:00Z", false, false},
		{"20000229000000", "2000-02-29T00:00:00Z", false, false},
		{"10000101000000", "1000-01-01T00:00:00Z", false, false},
		{"19100615100045", "1910-06-15T10:00:45Z", false, false},
		{"191000615100045", "2000-06-15T10:00:45Z", true, true},
		{"191240615100045", "2024-06-15T10:00:45Z", true, true},
		{"19980615100045.", "1998-06-15T10:00:45Z", true, true},
		{"", "", true, false}, {"1998061510004", "", true, false}, {"199806151000450", "", true, false}, {"19980015100045", "", true, false}, {"19981315100045", "", true, false},
		{"19980600100045", "", true, false}, {"19980631100045", "", true, false}, {"19980229100045", "", true, false}, {"19980615240045", "", true, false}, {"19980615106045", "", true, false},
		{"19980615100061", "", true, false}, {"09980615100045", "", true, false}, {"1998061510004a", "", true, false}, {"19980615100045.1.2", "", true, false}, {"19980615100045 ", "", true, false},
		{"-9980615100045", "", true, false}, {"19980615100045Z", "", true, false},
	} {
		var want time.Time
		if c.want != "" {
			want, _ = time.Parse(time.RFC3339Nano, c.want)
		}
		check(t, c.text, want, c.departs, c.forgive, func(r Rules) (time.Time, error) { return r.ParseTime(c.text) })
	}
	rapid.Check(t, func(t *rapid.T) {
		in := time.Unix(rapid.Int64Range(-30610224000, 253402300799).Draw(t, "s"), rapid.Int64Range(0, 999999999).Draw(t, "ns")).In(time.FixedZone("", 3600))
		got, err := Rules{}.ParseTime(FormatTime(in))
		if err != nil || !got.Equal(in) || got.Location() != time.UTC {
			t.Fatal(in, FormatTime(in), got, err)
		}
	})
	if s := FormatTime(time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)); s != "99991231235959" {
		t.Error(s)
	}
	if s := FormatTime(time.Time{}); s != "10000101000000" {
		t.Error(s)
	}
	for _, c := range []struct {
		text             string
		departs, forgive bool
	}{{"19980615100045", false, false}, {" 19980615100045 ", true, true}, {"", true, false}, {"x", true, false}} {
		want := time.Date(1998, 6, 15, 10, 0, 45, 0, time.UTC)
		check(t, c.text, want, c.departs, c.forgive, func(r Rules) (time.Time, error) { return r.ParseMDTM(reply(213, c.text)) })
	}
	for _, c := range []struct {
		text             string
		departs, forgive bool
	}{{"123", false, false}, {"000123", false, false}, {" 123 ", true, true}, {"", true, false}, {"-123", true, false}, {"123 octets", true, false}, {"99999999999999999999", true, false}} {
		check(t, c.text, int64(123), c.departs, c.forgive, func(r Rules) (int64, error) { return r.ParseSize(reply(213, c.text)) })
	}
	if _, err := (Rules{}).ParseSize(reply(200, "1")); err == nil {
		t.Error("200 tells a size")
	}
	if _, err := (Rules{}).ParseMDTM(reply(200, "19980615100045")); err == nil {
		t.Error("200 tells a time")
	}
}

func FuzzReply(f *testing.F) {
	for _, s := range []string{"200 ok\r\n", "220-a\r\nb\r\n220 c\r\n", "227 (1,2,3,4,5,6)\r\n", "227 =1, 2,3,4,5,6\n", "229 (|||5|)\r\n", "257 \"a\"\"b\" x\r\n", "213 191000101000000\r\n", "522 (1,2)\r\n",
		"211-x\r\n MLST type*;\r\n211 End\r\n", "250-x\r\n type=dir; a\r\n250 y\r\n", "200 MLST OPTS type;\r\n", "150 FILE: x\r\n", "200text\r\n", "631-a\r\n631 b\r\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, r := range []Rules{{}, {Lenient: true, MaxReplyLines: 5}} {
			src := wire.NewReader(bytes.NewReader(text))
			got, err := r.ReadReply(src)
			whole, err2 := r.ReadReply(wire.NewReader(iotest.OneByteReader(bytes.NewReader(text))))
			if (err == nil) != (err2 == nil) || err == nil && whole.Text() != got.Text() {
				t.Fatalf("%q: %v, %v; by octets %v, %v", text, got, err, whole, err2)
			}
			if err != nil {
				continue
			}
			if got.Dropped == 0 && !bytes.HasPrefix(text, got.Raw) || len(got.Lines) == 0 || got.Code < 100 || got.Code > 699 || got.Error() == "" {
				t.Fatalf("%q: %+v", text, got)
			}
			r.CheckReply(got)
			if a, err := r.ParsePASV(got); err == nil && (!a.Addr().Is4() || a.Port() == 0) {
				t.Fatalf("%q: %v", text, a)
			}
			if p, err := r.ParseEPSV(got); err == nil && p == 0 {
				t.Fatalf("%q: port 0", text)
			}
			if n, err := r.ParseSize(got); err == nil && n < 0 {
				t.Fatalf("%q: %d", text, n)
			}
			r.ParsePathReply(got)
			r.ParseMDTM(got)
			r.ParseNetworks(got)
			r.UniqueName(got)
			r.ParseFactsSet(got)
			r.ParseMLST(got)
			if features, err := r.ParseFeatures(got); err == nil {
				features.Facts()
				features.Languages()
				features.Auth()
				if b, err := AppendReply(nil, 211, FormatFeatures(features)...); err == nil && !r.Lenient {
					again, err := r.ReadReply(wire.NewReader(bytes.NewReader(b)))
					if err != nil {
						t.Fatalf("%q: %v", b, err)
					}
					if f, err := r.ParseFeatures(again); err != nil || !slices.Equal(f, features) {
						t.Fatalf("%q: %q, %v, before %q", b, f, err, features)
					}
				}
			}
		}
	})
}

func FuzzTime(f *testing.F) {
	for _, s := range []string{"19980615100045", "19980615100045.014", "191000615100045", "20161231235960", "19980615100045."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, r := range []Rules{{}, {Lenient: true}} {
			when, err := r.ParseTime(s)
			if err != nil {
				syntax(t, err)
				continue
			}
			if when.Year() > 9999 {
				continue // a leap second at the end of 9999
			}
			if again, err := (Rules{}).ParseTime(FormatTime(when)); err != nil || !again.Equal(when) {
				t.Fatalf("%q: %v, then %v, %v", s, when, again, err)
			}
		}
	})
}

func BenchmarkReadReply(b *testing.B) {
	src := wire.NewReader(&endless{line: []byte("226 Transfer complete.\r\n")})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := (Rules{}).ReadReply(src); err != nil {
			b.Fatal(err)
		}
	}
}
