package nntp

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"harness/protocols/wire"
)

func line(text string) wire.Line { return wire.Line{Text: []byte(text)} }

// syntax returns the offset of a syntax error, and -1 for no error.
func syntax(t *testing.T, err error) int {
	t.Helper()
	if err == nil {
		return -1
	}
	var e *wire.SyntaxError
	if !errors.As(err, &e) {
		t.Fatalf("%T: %v", err, err)
	}
	if e.Cite == "" || e.Want == "" {
		t.Errorf("incomplete: %+v", e)
	}
	return e.Offset
}

func TestParseCommand(t *testing.T) {
	for text, want := range map[string]string{
		"QUIT":                              "QUIT []",
		"quit":                              "QUIT []",
		"gRoup misc.test":                   "GROUP [misc.test]",
		"GROUP\t \tmisc.test":               "GROUP [misc.test]",
		"GROUP":                             "error at 5",
		"GROUP a b":                         "error at 8",
		" QUIT":                             "error at 0",
		"QUIT ":                             "error at 4",
		"":                                  "error at 0",
		"QU":                                "error at 0",
		"1QUIT":                             "error at 0",
		"XYZZY one two":                     "XYZZY [one two]",
		"LIST":                              "LIST []",
		"list active comp.*,!comp.os.*":     "LIST ACTIVE [comp.*,!comp.os.*]",
		"LIST ACTIVE a[b]":                  "error at 12",
		"LIST FUZZ x":                       "LIST FUZZ [x]",
		"LIST OVERVIEW.FMT x":               "error at 18",
		"MODE reader":                       "MODE READER []",
		"ARTICLE":                           "ARTICLE []",
		"ARTICLE 3000":                      "ARTICLE [3000]",
		"ARTICLE 00003000":                  "ARTICLE [00003000]",
		"ARTICLE <a@b>":                     "ARTICLE [<a@b>]",
		"ARTICLE <a@b":                      "error at 8",
		"ARTICLE 12345678901234567":         "error at 8",
		"ARTICLE 1-2":                       "error at 8",
		"OVER 1-":                           "OVER [1-]",
		"OVER 9-3":                          "OVER [9-3]",
		"OVER -3":                           "error at 5",
		"HDR Subject <x@y>":                 "HDR [Subject <x@y>]",
		"HDR :bytes 1-3":                    "HDR [:bytes 1-3]",
		"HDR Sub:ject":                      "error at 4",
		"LISTGROUP misc.test 1-7":           "LISTGROUP [misc.test 1-7]",
		"NEWGROUPS 20261123 101500 GMT":     "NEWGROUPS [20261123 101500 GMT]",
		"NEWGROUPS 2026112 101500":          "error at 10",
		"NEWNEWS * 261123 101500 UTC":       "error at 24",
		"AUTHINFO USER alice":               "AUTHINFO USER [alice]",
		"AUTHINFO PASS two  words ":         "error at 24",
		"AUTHINFO pass two  words":          "AUTHINFO PASS [two  words]",
		"AUTHINFO PASS":                     "error at 13",
		"AUTHINFO SASL PLAIN AGFs":          "AUTHINFO SASL [PLAIN AGFs]",
		"AUTHINFO SASL PLAIN ===":           "error at 20",
		"XPAT Subject 1- *foo* *bar*":       "XPAT [Subject 1- *foo* *bar*]",
		"CAPABILITIES AUTOUPDATE":           "CAPABILITIES [AUTOUPDATE]",
		"compress DEFLATE":                  "COMPRESS [DEFLATE]",
		"COMPRESS Z":                        "COMPRESS [Z]",
		"COMPRESS 7-ZIP_2":                  "COMPRESS [7-ZIP_2]",
		"COMPRESS deflate":                  "error at 9",
		"COMPRESS A.B":                      "error at 9",
		"COMPRESS ABCDEFGHIJKLMNOPQRSTU":    "error at 9",
		"CAPABILITIES 99":                   "error at 13",
		"CHECK <a@b>":                       "CHECK [<a@b>]",
		"CHECK 3":                           "error at 6",
		"GROUP a\rb":                        "error at 7",
		"GROUP " + strings.Repeat("g", 500): "GROUP [" + strings.Repeat("g", 500) + "]",
		"GROUP " + strings.Repeat("g", 505): "error at 510",
		"AUTHINFO SASL X " + strings.Repeat("AAAA", 200): "AUTHINFO SASL [X " + strings.Repeat("AAAA", 200) + "]",
	} {
		c, err := Rules{}.ParseCommand(line(text))
		got := fmt.Sprintf("%s %v", c.Name, c.Args)
		if at := syntax(t, err); at >= 0 {
			got = fmt.Sprintf("error at %d", at)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s (%v)", text, got, want, err)
		}
	}
	if _, err := (Rules{}).ParseCommand(wire.Line{Text: []byte("QUIT"), End: wire.LF}); syntax(t, err) != 4 {
		t.Error(err)
	}
	var forgiven int
	lenient := Rules{Lenient: true, Forgave: func(*wire.SyntaxError) { forgiven++ }}
	if c, err := lenient.ParseCommand(wire.Line{Text: []byte(" GROUP a b "), End: wire.LF}); err != nil || c.Name != "GROUP" || forgiven != 4 {
		t.Error(c, err, forgiven)
	}
}

func TestCommandKnown(t *testing.T) {
	for text, want := range map[string]bool{"GROUP x": true, "LIST FUZZ": true, "MODE FUZZ": true, "FUZZ": false, "GROUPS x": false} {
		if c, _ := (Rules{}).ParseCommand(line(text)); c.Known() != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
}

func TestSecretsAreHidden(t *testing.T) {
	for _, c := range []Command{NewCommand("AUTHINFO PASS", "geheim"), NewCommand("AUTHINFO SASL", "PLAIN", "Z2VoZWlt"), NewCommand("AUTHINFO GENERIC", "x", "geheim"), NewCommand("AUTHINFO FUZZ", "geheim")} {
		if s := c.String(); strings.Contains(s, "geheim") || strings.Contains(s, "Z2Vo") || !strings.Contains(s, "***") {
			t.Error(s)
		}
	}
	if s := NewCommand("group", "misc.test").String(); s != "GROUP misc.test" {
		t.Error(s)
	}
}

func TestAppendCommand(t *testing.T) {
	for _, c := range []Command{
		NewCommand("GROUP", "a\r\nQUIT"), NewCommand("GROUP", "a b"), NewCommand("GROUP", "a\x00"), NewCommand("GROUP", strings.Repeat("g", 505)), NewCommand("GROUP", strings.Repeat("g", 498)),
		NewCommand("GROUP", "\xff"), NewCommand("GROUP"), NewCommand("QUIT", "now"), NewCommand("Q UIT"), {Name: "GROUP", Args: []string{""}},
		NewCommand("GROUP\r\nQUIT"), NewCommand("AUTHINFO PASS", "a\r\nQUIT"), NewCommand("ARTICLE", "<a b>"),
	} {
		if b, err := (Rules{}).AppendCommand(nil, c); err == nil || len(b) > 0 {
			t.Errorf("%+v: %q, %v", c, b, err)
		}
	}
	if b, err := (Rules{}).AppendCommand([]byte("x"), NewCommand("authinfo pass", "two words")); string(b) != "xAUTHINFO PASS two words\r\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

func TestTable(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Commands() {
		if seen[s.Name] || s.Name != strings.ToUpper(s.Name) || s.Summary == "" || !strings.HasPrefix(s.Cite, "RFC ") || len(s.Codes) == 0 {
			t.Errorf("%+v", s)
		}
		seen[s.Name] = true
		for i, p := range s.Params {
			if i > 0 && s.Params[i-1].Optional && !p.Optional || p.Repeated && i < len(s.Params)-1 {
				t.Errorf("%s: %+v", s.Name, p)
			}
		}
		for _, c := range s.Codes {
			if c < 100 || c > 599 {
				t.Errorf("%s: %d", s.Name, c)
			}
		}
		if s.Argument != "" && s.Capability == "" {
			t.Errorf("%+v", s)
		}
	}
	s, _ := Lookup("listgroup")
	if s.Syntax() != "LISTGROUP [group [range]]" {
		t.Error(s.Syntax())
	}
	if s, _ := Lookup("XPAT"); s.Syntax() != "XPAT header message-id|range pat..." {
		t.Error(s.Syntax())
	}
}

func TestParseResponse(t *testing.T) {
	for text, want := range map[string]string{
		"200 ready":                       "200 ready",
		"205":                             "205 ",
		"205 ":                            "205 ",
		"211 3 1 3 misc.test":             "211 3 1 3 misc.test",
		"211 3 1":                         "error",
		"223 0 <a@b> exists":              "223 0 <a@b> exists",
		"111 20261123101500":              "111 20261123101500",
		"111":                             "error",
		"99 no":                           "error",
		"600 no":                          "error",
		"20x":                             "error",
		"200\tready":                      "error",
		"200-more":                        "error",
		"401":                             "error",
		"401 READER go there":             "401 READER go there",
		"200 " + strings.Repeat("x", 507): "error",
		"383 " + strings.Repeat("x", 900): "383 " + strings.Repeat("x", 900),
	} {
		r, err := Rules{}.ParseResponse(line(text))
		got := fmt.Sprintf("%d %s", r.Code, r.Text)
		if syntax(t, err) >= 0 {
			got = "error"
		}
		if got != want {
			t.Errorf("%.40q: got %s, want %s (%v)", text, got, want, err)
		}
	}
	lenient := Rules{Lenient: true}
	for _, text := range []string{"211 3 1", "200\tready", "200-more"} {
		if _, err := lenient.ParseResponse(line(text)); err != nil {
			t.Error(text, err)
		}
	}
	r := &Response{Code: 411, Text: "no\x1b such", Command: "GROUP x"}
	if r.Error() != `"GROUP x: 411 no\x1b such"` || r.Class() != 4 {
		t.Error(r.Error())
	}
	for _, r := range []*Response{{Code: 200, Text: "a\r\n205 b"}, {Code: 99}, {Code: 211, Text: "1 2"}, {Code: 200, Text: strings.Repeat("x", 600)}} {
		if b, err := (Rules{}).AppendResponse(nil, r); err == nil || len(b) > 0 {
			t.Errorf("%q", b)
		}
	}
	if b, err := (Rules{}).AppendResponse(nil, &Response{Code: 205}); string(b) != "205\r\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
}

func TestMultiline(t *testing.T) {
	for _, c := range []struct {
		command string
		code    int
		want    bool
	}{
		{"GROUP", 211, false}, {"LISTGROUP", 211, true}, {"ARTICLE", 220, true}, {"HEAD", 221, true}, {"XHDR", 221, true}, {"STAT", 223, false}, {"LIST ACTIVE", 215, true},
		{"OVER", 224, true}, {"OVER", 423, false}, {"HELP", 100, true}, {"DATE", 111, false}, {"POST", 340, false}, {"XGTITLE", 282, true},
	} {
		if got := (&Response{Code: c.code}).Multiline(Command{Name: c.command}); got != c.want {
			t.Errorf("%s %d: %v", c.command, c.code, got)
		}
	}
}

func TestRange(t *testing.T) {
	for text, want := range map[string]Range{
		"1": {1, 1}, "0": {0, 0}, "7-": {7, math.MaxInt64}, "3-9": {3, 9}, "9-3": {9, 3}, "0000000000000007": {7, 7}, "9999999999999999": {9999999999999999, 9999999999999999},
	} {
		if got, err := ParseRange(text); got != want || err != nil {
			t.Errorf("%s: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "-", "-3", "a", "1-b", "1-2-3", "12345678901234567", " 1", "1 -2", "+1"} {
		if r, err := ParseRange(text); err == nil {
			t.Errorf("%q: %v", text, r)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		r := Range{Low: rapid.Int64Range(0, 1e15).Draw(t, "low"), High: rapid.OneOf(rapid.Int64Range(0, 1e15), rapid.Just(int64(math.MaxInt64))).Draw(t, "high")}
		if got, err := ParseRange(r.String()); got != r || err != nil {
			t.Fatal(r, got, err)
		}
	})
}

func TestMessageID(t *testing.T) {
	for id, ok := range map[MessageID]bool{
		"<a@b>": true, "<a>": true, "<>": false, "a@b": false, "<a b>": false, "<a>b>": false, "<é>": false, "<a\x7f>": false, "<<>": true,
		MessageID("<" + strings.Repeat("x", 248) + ">"): true, MessageID("<" + strings.Repeat("x", 249) + ">"): false, "": false, "<\t>": false,
	} {
		if (id.Check() == nil) != ok {
			t.Errorf("%q: %v", id, id.Check())
		}
	}
}

func TestPattern(t *testing.T) {
	for _, c := range []struct {
		pattern string
		yes, no []string
	}{
		{"", []string{""}, []string{"x"}},
		{"*bdc", []string{"bdc", "abdbdc"}, []string{"bdcx"}},
		{"a??d", []string{"abcd", "aüßd"}, []string{"abd", "abccd"}},
		{"a b*c", []string{"a bc", "a b  c"}, []string{"ab c"}},
		{"[0-9a-zA-Z]", []string{"5", "m", "Z"}, []string{"", "-", "55"}},
		{"[^]-]", []string{"a", "["}, []string{"]", "-"}},
		{"[]a]x", []string{"]x", "ax"}, []string{"bx"}},
		{"[a-]", []string{"a", "-"}, []string{"b"}},
		{`\*\[\\\?`, []string{`*[\?`}, []string{`x[\?`}},
		{"*[ab]*[ab]", []string{"aa", "xxbxxa"}, []string{"xa", "axbx"}},
	} {
		p, err := ParsePattern(c.pattern)
		if err != nil || p.String() != c.pattern {
			t.Error(c.pattern, p, err)
			continue
		}
		for _, s := range c.yes {
			if !p.Match(s) {
				t.Errorf("%q does not match %q", c.pattern, s)
			}
		}
		for _, s := range c.no {
			if p.Match(s) {
				t.Errorf("%q matches %q", c.pattern, s)
			}
		}
	}
	for _, bad := range []string{"[", "[]", "[^", "[^]", "x[a-", `x\`} {
		if p, err := ParsePattern(bad); err == nil {
			t.Errorf("%q is %v", bad, p)
		}
	}
}

func TestWildmat(t *testing.T) {
	for _, c := range []struct {
		wildmat, name string
		want          bool
	}{
		// The examples of RFC 3977 section 4.4 say what each form is for; the names are others.
		{"*", "", true}, {"*", "misc.test", true}, {"a*b", "ab", true}, {"a*b", "aXXb", true}, {"a*b", "aXXbc", false}, {"a?b", "aéb", true}, {"a?b", "ab", false},
		{"comp.*,!comp.os.*", "comp.lang", true}, {"comp.*,!comp.os.*", "comp.os.linux", false}, {"comp.*,!comp.os.*,comp.os.linux", "comp.os.linux", true},
		{"!*", "x", false}, {"!*,x", "x", true}, {"a", "A", false}, {"*a*a*a*b", strings.Repeat("a", 5000), false}, {"é*", "école", true}, {"?", "日", true}, {"??", "日", false},
	} {
		w, err := ParseWildmat(c.wildmat)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.Match(c.name); got != c.want || w.String() != c.wildmat {
			t.Errorf("%s against %.20s: %v", c.wildmat, c.name, got)
		}
	}
	for _, bad := range []string{"", ",", "a,", "!", "a[b]", "a\\*", "a b", "!!a", "\xff", "a!b"} {
		if w, err := ParseWildmat(bad); err == nil {
			t.Errorf("%q: %v", bad, w)
		}
	}
}

func TestCapabilities(t *testing.T) {
	var caps Capabilities
	for _, l := range []string{"VERSION 2", "reader", "LIST\tACTIVE  NEWSGROUPS", "OVER MSGID", "*odd", "", "IMPLEMENTATION INN 2.7.1"} {
		c, ok, err := Rules{}.ParseCapability([]byte(l))
		if err != nil {
			t.Error(err)
		}
		if ok {
			caps = append(caps, c)
		}
	}
	if len(caps) != 5 || !caps.Has("READER") || !caps.Has("list", "newsgroups", "ACTIVE") || caps.Has("LIST", "HEADERS") || caps.Has("POST") || caps[2].String() != "LIST ACTIVE NEWSGROUPS" {
		t.Error(caps)
	}
	if v, i := caps.Version(), caps.Implementation(); v != 2 || i != "INN 2.7.1" {
		t.Errorf("version %d of %q", v, i)
	}
	if v, i := (Capabilities{{Label: "VERSION", Args: []string{"1", "3", "x"}}}).Version(), (Capabilities)(nil).Implementation(); v != 3 || i != "" {
		t.Errorf("version %d of %q", v, i)
	}
	for name, want := range map[string]bool{"GROUP": true, "LIST ACTIVE": true, "LIST HEADERS": false, "POST": false, "QUIT": true, "AUTHINFO USER": false, "XOVER": true} {
		if s, _ := Lookup(name); caps.Offers(s) != want {
			t.Error(name)
		}
	}
	for _, bad := range []string{"READER ", "A", "RE_DER", "READER\x00"} {
		if c, _, err := (Rules{}).ParseCapability([]byte(bad)); err == nil {
			t.Errorf("%q: %v", bad, c)
		}
	}
}

func TestTimes(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 15, 7, 0, time.UTC)
	if got, err := ParseDate(FormatDate(at)); !got.Equal(at) || err != nil {
		t.Error(got, err)
	}
	for _, bad := range []string{"", "2026112310150", "202611231015070", "20261323101507", "2026112310150x"} {
		if got, err := ParseDate(bad); err == nil {
			t.Error(bad, got)
		}
	}
	if s := Since(at.In(time.FixedZone("", 3600))); !slices.Equal(s, []string{"20261123", "101507", "GMT"}) {
		t.Error(s)
	}
	for args, want := range map[string]string{
		"20261123 101507": "2026-11-23 10:15:07", "261123 101507": "2026-11-23 10:15:07", "271123 000000": "1927-11-23 00:00:00", "991231 235960": "2000-01-01 00:00:00",
		"000229 000000": "2000-02-29 00:00:00", "20260230 000000": "error", "2026112 000000": "error", "20261123 10150": "error", "20261123 250000": "error", "abcdef 000000": "error",
	} {
		date, clock, _ := strings.Cut(args, " ")
		got, err := ParseSince(date, clock, time.UTC, at)
		text := got.Format(time.DateTime)
		if err != nil {
			text = "error"
		}
		if text != want {
			t.Errorf("%s: got %s, want %s", args, text, want)
		}
	}
}

func TestGroup(t *testing.T) {
	parse := func(r Rules, text string) (Group, error) { return r.ParseGroup(&Response{Code: 211, Text: text}) }
	g, err := parse(Rules{}, "1234 3000234 3002322 misc.test selected")
	if err != nil || g != (Group{"misc.test", 1234, 3000234, 3002322}) || g.Empty() {
		t.Error(g, err)
	}
	if s := string(AppendGroup(nil, g)); s != "1234 3000234 3002322 misc.test" {
		t.Error(s)
	}
	for _, text := range []string{"0 4000 3999 e", "0 0 0 e", "0 4000 4321 e"} {
		if g, err := parse(Rules{}, text); err != nil || !g.Empty() || g.Range().Has(4000) {
			t.Error(g, err)
		}
	}
	for _, text := range []string{"", "1 2", "x 1 2 g", "1 2 -3 g", "1 2 3", "5 100 3 g"} {
		if g, err := parse(Rules{}, text); err == nil {
			t.Error(text, g)
		}
	}
	if g, err := parse(Rules{Lenient: true}, "1 2 3"); err != nil || g.High != 3 {
		t.Error(g, err)
	}
}

func TestFound(t *testing.T) {
	f, err := Rules{}.ParseFound(&Response{Code: 223, Text: "30001 <a@b> there"})
	if err != nil || f != (Found{30001, "<a@b>"}) {
		t.Error(f, err)
	}
	for _, text := range []string{"", "x <a@b>", "1", "1 a@b"} {
		if _, err := (Rules{}).ParseFound(&Response{Code: 223, Text: text}); err == nil {
			t.Error(text)
		}
	}
}

func TestLists(t *testing.T) {
	show := func(v any, err error) string {
		if err != nil {
			syntax(t, err)
			return "error"
		}
		return fmt.Sprintf("%+v", v)
	}
	strict := Rules{}
	for got, want := range map[string]string{
		show(strict.ParseActive([]byte("misc.test 3002322 3000234 y"))):    "{Name:misc.test High:3002322 Low:3000234 Status:y}",
		show(strict.ParseActive([]byte("a.b 0000000009 0000000010 =c.d"))): "{Name:a.b High:9 Low:10 Status:=c.d}",
		show(strict.ParseActive([]byte("a.b 9  10 y"))) + "1":              "error1",
		show(strict.ParseActive([]byte("a.b 9 10"))) + "2":                 "error2",
		show(strict.ParseActive([]byte("a.b x 10 y"))) + "3":               "error3",
		show(strict.ParseCount([]byte("a.b 9 1 5 m"))):                     "{Active:{Name:a.b High:9 Low:1 Status:m} Count:5}",
		show(strict.ParseCreated([]byte("a.b 930445408 <a@example.org>"))): "{Name:a.b Time:1999-06-27 01:03:28 +0000 UTC By:<a@example.org>}",
		show(strict.ParseCreated([]byte("a.b x y"))) + "4":                 "error4",
		show(strict.ParseDescription([]byte("a.b\t\tTests and trials"))):   "{Name:a.b Text:Tests and trials}",
		show(strict.ParseDescription([]byte("a.b"))):                       "{Name:a.b Text:}",
		show(strict.ParseDescription([]byte(" a"))) + "5":                  "error5",
		show(strict.ParseHeader([]byte("3 I am"))):                         "{Number:3 ID: Content:I am}",
		show(strict.ParseHeader([]byte("3"))):                              "{Number:3 ID: Content:}",
		show(strict.ParseHeader([]byte("<a@b> x"))) + "6":                  "error6",
		show(Rules{Lenient: true}.ParseHeader([]byte("<a@b> x"))):          "{Number:0 ID:<a@b> Content:x}",
		show(strict.ParseModerator([]byte("a.*:%s@example.org"))):          "{Pattern:a.* Address:%s@example.org}",
		show(ParseNumber([]byte("12"))):                                    "12",
		show(ParseNumber([]byte("1x"))) + "7":                              "error7",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	d, err := strict.ParseDistribPat([]byte("10:local.*:local:x"))
	if err != nil || d.Weight != 10 || d.Value != "local:x" || !d.Wildmat.Match("local.a") {
		t.Error(d, err)
	}
	if a := (Moderator{"*", "%s%%x@example.org"}).For("a.b"); a != "a-b%x@example.org" {
		t.Error(a)
	}
	if s := string(AppendActive(nil, Active{"a", 12, 3, "y"})); s != "a 0000000012 0000000003 y" {
		t.Error(s)
	}
}

func TestOverview(t *testing.T) {
	show := func(o *Overview) string {
		return fmt.Sprintf("%d %q %q %q %q %q %d %d %q", o.Number, o.Subject, o.From, o.Date, o.MessageID, o.References, o.Bytes, o.Lines, o.Extra)
	}
	f, err := Rules{}.ParseOverviewFormat([]string{"subject:", "From:", "Date:", "Message-ID:", "References:", "Bytes:", "lines:", "Xref:full", ":x-mine"})
	if err != nil || !slices.Equal(f.Extra, []string{"Xref:full", ":x-mine"}) || len(f.Lines()) != 9 {
		t.Error(f, err)
	}
	for _, bad := range [][]string{nil, {"From:"}, append(slices.Clone(overviewFields), "Xref"), append(slices.Clone(overviewFields), ":full")} {
		if f, err := (Rules{}).ParseOverviewFormat(bad); err == nil {
			t.Error(f)
		}
	}
	var o Overview
	row := []byte("3000234\tI am just\t\"Demo\" <a@b>\t6 Oct 1998 04:38:40 -0500\t<45@x>\t<45@y>\t1234\t17\tXref: n m:3")
	if err := (Rules{}).ParseOverview(row, &o); err != nil || o.Number != 3000234 || string(o.Subject) != "I am just" || string(o.References) != "<45@y>" || o.Bytes != 1234 || o.Lines != 17 || len(o.Extra) != 1 {
		t.Errorf("%+v, %v", o, err)
	}
	if got := AppendOverview(nil, &o); !bytes.Equal(got, row) {
		t.Errorf("%q", got)
	}
	c := o.Clone()
	clear(row)
	if string(c.MessageID) != "<45@x>" || string(c.Extra[0]) != "Xref: n m:3" {
		t.Errorf("%+v", c)
	}
	if err := (Rules{}).ParseOverview([]byte("1\ts\tf\td\ti\tr\t\t"), &o); err != nil || o.Bytes != -1 || o.Lines != -1 || len(o.Extra) != 0 {
		t.Errorf("%+v, %v", o, err)
	}
	for _, bad := range []string{"", "1", "x\t", "1\ts\tf\td\ti\tr\tb\t1", "1\ts\tf\td\ti\tr\t1"} {
		if err := (Rules{}).ParseOverview([]byte(bad), &o); syntax(t, err) < 0 {
			t.Errorf("%q: %+v", bad, o)
		}
	}
	if err := (Rules{Lenient: true}).ParseOverview([]byte("1\ts\tf"), &o); err != nil || o.Lines != -1 {
		t.Error(err)
	}
	if got := AppendOverview(nil, &Overview{Number: 1, Subject: []byte("a\r\n\tb\nc\x00d"), Bytes: -1, Lines: -1}); string(got) != "1\ta b c d\t\t\t\t\t\t" {
		t.Errorf("%q", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.Map(rapid.String(), func(s string) []byte { return appendField(nil, []byte(s)) })
		in := Overview{Number: rapid.Int64Range(0, 1e15).Draw(t, "n"), Subject: text.Draw(t, "s"), From: text.Draw(t, "f"), Date: text.Draw(t, "d"), MessageID: text.Draw(t, "i"),
			References: text.Draw(t, "r"), Bytes: rapid.Int64Range(-1, 1e12).Draw(t, "b"), Lines: rapid.Int64Range(-1, 1e9).Draw(t, "l"), Extra: rapid.SliceOf(text).Draw(t, "x")}
		var out Overview
		if err := (Rules{}).ParseOverview(AppendOverview(nil, &in), &out); err != nil || show(&in) != show(&out) {
			t.Fatalf("%s, %s, %v", show(&in), show(&out), err)
		}
	})
}

func TestOverviewAllocates(t *testing.T) {
	row := []byte("3000234\tI am just\t\"Demo\" <a@b>\t6 Oct 1998 04:38:40 -0500\t<45@x>\t<45@y>\t1234\t17\tXref: n m:3")
	var o Overview
	if n := testing.AllocsPerRun(100, func() { (Rules{}).ParseOverview(row, &o) }); n > 0 {
		t.Errorf("%v allocations a row", n)
	}
}

const sample = "From: a@example.org\r\nNewsgroups: misc.test,\r\n misc.other\r\nSubject: one\r\n\r\nbody\r\n"

func TestArticle(t *testing.T) {
	head, body := SplitArticle([]byte(sample))
	if string(body) != "body\r\n" || !bytes.HasSuffix(head, []byte("one\r\n")) {
		t.Errorf("%q, %q", head, body)
	}
	var names []string
	for f := range Fields(head) {
		names = append(names, f.Name)
	}
	f, ok := LookupField(head, "newsgroups")
	if !slices.Equal(names, []string{"From", "Newsgroups", "Subject"}) || !ok || string(f.Unfolded()) != "misc.test, misc.other" {
		t.Error(names, f)
	}
	if err := CheckProto([]byte(sample)); err != nil {
		t.Error(err)
	}
	for _, text := range []string{"A: b\r\n\r\n", "A: \r\n\r\n", "A: b\r\n c\r\n\r\n.\r\n"} {
		if err := CheckArticle([]byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
	for _, text := range []string{"", "A: b\r\n", "\r\nbody\r\n", "A: b\r\n\r\nbody", "A: b\n\nbody\n", "A: b\r\n\r\na\rb\r\n", "A: b\r\n\r\na\x00b\r\n", "A:b\r\n\r\n", "A b\r\n\r\n",
		"A: b\r\n \r\n c\r\n\r\n", " A: b\r\n\r\n", "A :b\r\n\r\n", "A: b\r\n\r\nx\r"} {
		if err := CheckArticle([]byte(text)); syntax(t, err) < 0 {
			t.Errorf("%q", text)
		}
	}
	for _, change := range [][2]string{
		{"From: a@example.org\r\n", ""}, {"Subject: one", "X: y"}, {"Subject: one", "Subject: "}, {"misc.test", "misc test"}, {"Subject: one", "Subject: one\r\nXref: a b:1"},
		{"Subject: one", "Subject: one\r\nsubject: two"}, {"Subject: one", "Subject: one\r\nMessage-ID: a@b"}, {"Subject: one", "Subject: one\r\nPath: a!.POSTED!b"}, {"misc.test", "misc..test"},
	} {
		var e *ArticleError
		if err := CheckProto([]byte(strings.Replace(sample, change[0], change[1], 1))); !errors.As(err, &e) || e.Cite == "" {
			t.Errorf("%q: %v", change, err)
		}
	}
}

func FuzzCommand(f *testing.F) {
	for _, s := range []string{"QUIT", "GROUP misc.test", "LIST ACTIVE *", "AUTHINFO PASS a b", "HDR Subject 1-", "NEWNEWS * 20261123 000000 GMT", "ARTICLE <a@b>", "XPAT s 1- a b", " \t"} {
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, text []byte, lenient bool) {
		c, err := Rules{Lenient: lenient}.ParseCommand(wire.Line{Text: text})
		_ = c.String()
		if err != nil || lenient {
			return
		}
		b, err := Rules{}.AppendCommand(nil, c)
		if err != nil {
			return // it holds what is not sent: octets that are no UTF-8
		}
		again, err := Rules{}.ParseCommand(wire.Line{Text: b[:len(b)-2]})
		if err != nil || again.Name != c.Name || !slices.Equal(again.Args, c.Args) {
			t.Errorf("%q became %q: %v", text, b, err)
		}
	})
}

func FuzzResponse(f *testing.F) {
	for _, s := range []string{"200 hi", "211 1 2 3 g", "223 0 <a@b>", "111 20261123101500", "383 =", "205"} {
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, lenient bool) {
		rules := Rules{Lenient: lenient}
		r, err := rules.ParseResponse(wire.Line{Text: text})
		_ = r.Error()
		rules.ParseGroup(r)
		rules.ParseFound(r)
		if err != nil || lenient {
			return
		}
		b, err := Rules{}.AppendResponse(nil, r)
		again, err2 := Rules{}.ParseResponse(wire.Line{Text: bytes.TrimSuffix(b, []byte("\r\n"))})
		if err != nil || err2 != nil || again.Code != r.Code || again.Text != r.Text {
			t.Errorf("%q became %q: %v, %v", text, b, err, err2)
		}
	})
}

func FuzzLists(f *testing.F) {
	for _, s := range []string{"a.b 9 1 y", "a.b 9 1 3 y", "a.b 930445408 x", "a.b\ttext", "1:*:x", "3 x", "a:%s", "VERSION 2", "1\ts\tf\td\ti\tr\t1\t2\tx", "*,!a"} {
		f.Add([]byte(s), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, lenient bool) {
		r := Rules{Lenient: lenient}
		r.ParseActive(text)
		r.ParseCount(text)
		r.ParseCreated(text)
		r.ParseDescription(text)
		r.ParseDistribPat(text)
		r.ParseHeader(text)
		r.ParseModerator(text)
		r.ParseCapability(text)
		r.ParseOverviewFormat(strings.Split(string(text), "\n"))
		ParseNumber(text)
		var o Overview
		if r.ParseOverview(text, &o) == nil && !lenient {
			var again Overview
			if err := r.ParseOverview(AppendOverview(nil, &o), &again); err != nil || again.Number != o.Number || len(again.Extra) != len(o.Extra) {
				t.Errorf("%q: %v", text, err)
			}
		}
		if w, err := ParseWildmat(string(text)); err == nil {
			w.Match(string(text))
		}
	})
}

func FuzzArticle(f *testing.F) {
	f.Add([]byte(sample))
	f.Add([]byte("A: b\r\n c\r\n\r\n"))
	f.Add([]byte("\r\n\r\n"))
	f.Fuzz(func(t *testing.T, article []byte) {
		CheckProto(article)
		if CheckArticle(article) != nil {
			return
		}
		head, body := SplitArticle(article)
		if got := slices.Concat(head, []byte("\r\n"), body); !bytes.Equal(got, article) {
			t.Errorf("%q: parted into %q and %q", article, head, body)
		}
		n := 0
		for f := range Fields(head) {
			n += len(f.Name)
		}
		if n == 0 {
			t.Errorf("%q: no header", article)
		}
	})
}

func BenchmarkOverview(b *testing.B) {
	row := []byte("3000234\tI am just a test article\t\"Demo User\" <nobody@example.com>\t6 Oct 1998 04:38:40 -0500\t<45223423@example.com>\t<45454@example.net>\t1234\t17\tXref: news.example.com misc.test:3000363")
	b.SetBytes(int64(len(row)))
	b.ReportAllocs()
	var o Overview
	for b.Loop() {
		if err := (Rules{}).ParseOverview(row, &o); err != nil {
			b.Fatal(err)
		}
	}
}

// Each octet at each place is seen by the quick look that it gets.
func TestHasControl(t *testing.T) {
	for n := range 20 {
		for at := range n {
			for c := range 256 {
				f := bytes.Repeat([]byte{'a'}, n)
				f[at] = byte(c)
				if got := hasControl(f); got != (c < 16) {
					t.Fatalf("%q: %v", f, got)
				}
			}
		}
	}
}
