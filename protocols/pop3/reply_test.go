package pop3

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"harness/protocols/wire"
)

func TestParseReply(t *testing.T) {
	for _, c := range []struct {
		line   string
		status Status
		code   Code
		text   string
	}{
		{"+OK", OK, "", ""},
		{"+OK ", OK, "", ""},
		{"+OK 2 320", OK, "", "2 320"},
		{"+OK POP3 [ready]", OK, "", "POP3 [ready]"},
		{"-ERR", Err, "", ""},
		{"-ERR [IN-USE] Do you have another POP session running?", Err, "IN-USE", "Do you have another POP session running?"},
		{"-ERR [sys/temp/disk]", Err, "sys/temp/disk", ""},
		{"-ERR [not a code] x", Err, "", "[not a code] x"},
		{"-ERR [] x", Err, "", "[] x"},
		{"+ ", Continue, "", ""},
		{"+ AGEAYg==", Continue, "", "AGEAYg=="},
		{"+OK " + strings.Repeat("x", 506), OK, "", strings.Repeat("x", 506)},
	} {
		r, err := Rules{}.ParseReply(crlf(c.line))
		if err != nil {
			t.Errorf("%q: %v", c.line, err)
			continue
		}
		if r.Status != c.status || r.Code != c.code || r.Text != c.text || string(r.Raw) != c.line+"\r\n" {
			t.Errorf("%q: %+v", c.line, r)
		}
	}
}

func TestParseReplyRefused(t *testing.T) {
	for _, c := range []struct {
		line    string
		offset  int
		forgive bool
	}{
		{"", 0, false},
		{"+ok", 0, true},
		{"+OK:fine", 3, true},
		{"+FOO", 0, false},
		{"-err x", 0, true},
		{"-ERROR x", 4, true},
		{"-NO", 0, true},
		{"OK", 0, false},
		{" +OK", 0, false},
		{"+", 1, true},
		{"+ hello", 5 + 2, false},
		{"+OK a\x00b", 5, false},
		{"+OK a\rb", 5, false},
		{"+OK a\x01b", 5, true},
		{"+OK caf\xc3\xa9", 7, true},
		{"+OK " + strings.Repeat("x", 507), 510, true},
	} {
		_, err := Rules{}.ParseReply(crlf(c.line))
		if err == nil {
			t.Errorf("%q: accepted", c.line)
			continue
		}
		if e := syntax(t, err); e.Offset != c.offset {
			t.Errorf("%q: offset %d, want %d: %v", c.line, e.Offset, c.offset, e)
		}
		var notes []*wire.SyntaxError
		if _, err = lenient(&notes).ParseReply(crlf(c.line)); (err == nil) != c.forgive {
			t.Errorf("%q: lenient rules: %v, want forgiven %v", c.line, err, c.forgive)
		}
		if c.forgive && len(notes) == 0 {
			t.Errorf("%q: forgiven without a note", c.line)
		}
	}
	_, err := Rules{RespCodes: true}.ParseReply(crlf("-ERR [not a code] x"))
	if e := syntax(t, err); e.Offset != 9 {
		t.Error(e)
	}
	_, err = Rules{UTF8: true}.ParseReply(crlf("+OK caf\xc3"))
	syntax(t, err)
	if _, err := (Rules{UTF8: true}).ParseReply(crlf("+OK caf\xc3\xa9")); err != nil {
		t.Error(err)
	}
}

func TestCode(t *testing.T) {
	for _, c := range []struct {
		code, of Code
		want     bool
	}{
		{"SYS/TEMP", CodeSys, true}, {"sys/temp", CodeSysTemp, true}, {"SYS", CodeSysTemp, false}, {"SYSTEM", CodeSys, false},
		{"AUTH/X/Y", CodeAuth, true}, {"", CodeAuth, false}, {"AUTH", "", false},
	} {
		if got := c.code.Is(c.of); got != c.want {
			t.Errorf("%q is %q: %v", c.code, c.of, got)
		}
	}
	if l := Code("sys/temp").Levels(); !slices.Equal(l, []string{"SYS", "TEMP"}) {
		t.Error(l)
	}
}

func TestReplyError(t *testing.T) {
	r, err := Rules{}.ParseReply(crlf("-ERR [AUTH] no"))
	if err != nil {
		t.Fatal(err)
	}
	r.Command = NewCommand("PASS", "secret").String()
	var as *Reply
	if !errors.As(error(r), &as) || r.Error() != "PASS ***: -ERR [AUTH] no" {
		t.Error(r)
	}
	if s := (&Reply{Status: Err, Text: "\x1b[2J"}).Error(); strings.Contains(s, "\x1b") {
		t.Errorf("%q reaches a terminal", s)
	}
}

func TestAppendReply(t *testing.T) {
	for _, c := range []struct {
		reply Reply
		want  string
	}{
		{Reply{Status: OK}, "+OK\r\n"},
		{Reply{Status: OK, Text: "2 320"}, "+OK 2 320\r\n"},
		{Reply{Status: Err, Code: CodeSysTemp, Text: "later"}, "-ERR [SYS/TEMP] later\r\n"},
		{Reply{Status: Continue}, "+ \r\n"},
		{Reply{Status: Continue, Text: "AA=="}, "+ AA==\r\n"},
		{Reply{Status: Continue, Text: "hi!"}, ""},
		{Reply{Status: OK, Text: "a\r\n+OK"}, ""},
		{Reply{Status: OK, Text: "[x] y"}, ""},
		{Reply{Status: Err, Code: "a]b"}, ""},
		{Reply{Status: Err, Code: "a b"}, ""},
		{Reply{}, ""},
		{Reply{Status: OK, Text: strings.Repeat("x", 507)}, ""},
	} {
		got, err := Rules{}.AppendReply(nil, &c.reply)
		if (c.want == "") != (err != nil) || string(got) != c.want {
			t.Errorf("%+v: %q, %v; want %q", c.reply, got, err, c.want)
		}
	}
}

func TestGreeting(t *testing.T) {
	g, err := Rules{}.ParseGreeting(crlf("+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>"))
	if err != nil || g.Timestamp != "<1896.697170952@dbc.mtview.ca.us>" {
		t.Error(g, err)
	}
	// RFC 1939 section 7, APOP.
	if d := APOPDigest(g.Timestamp, "tanstaaf"); d != "c4c9334bac560ecc979e58001b3e22fb" {
		t.Error(d)
	}
	if g, err := (Rules{}).ParseGreeting(crlf("-ERR busy")); err != nil || g.Status != Err {
		t.Error(g, err)
	}
	_, err = Rules{}.ParseGreeting(crlf("+ "))
	syntax(t, err)
	for text, want := range map[string]string{
		"<a@b>":                      "<a@b>",
		"x <not one> <a@b> y":        "<a@b>",
		"<<a@b>":                     "<a@b>",
		"<a@b":                       "",
		"<@b>":                       "",
		"<a@>":                       "",
		"<a@b@c>":                    "",
		"<a b@c>":                    "",
		"<a\xe9@c>":                  "",
		`<"a@x"@c>`:                  `<"a@x"@c>`,
		"no timestamp":               "",
		"<>":                         "",
		"<" + "a" + "@" + "b" + ">>": "<a@b>",
	} {
		got := ""
		if s, e, ok := FindTimestamp(text); ok {
			got = text[s:e]
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestListings(t *testing.T) {
	reply := func(s string) *Reply {
		r, err := Rules{}.ParseReply(crlf(s))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if d, err := (Rules{}).ParseStat(reply("+OK 2 320")); err != nil || d != (DropListing{2, 320, ""}) || d.String() != "2 320" {
		t.Error(d, err)
	}
	if d, err := (Rules{}).ParseStat(&Reply{Status: OK, Text: "2 320 extra words"}); err != nil || d.Extra != "extra words" {
		t.Error(d, err)
	}
	for line, at := range map[string]int{"+OK": 3, "+OK x": 4, "+OK 2": 5, "+OK 2  320": 5, "+OK 2 x": 6, "+OK 2 320)": 9, "+OK 2 99999999999999999999": 6, "+OK  2 3": 4} {
		_, err := Rules{}.ParseStat(reply(line))
		if e := syntax(t, err); e.Offset != at {
			t.Errorf("%q: %v, want offset %d", line, e, at)
		}
	}
	var notes []*wire.SyntaxError
	if d, err := lenient(&notes).ParseStat(reply("+OK  2  320)")); err != nil || d.Messages != 2 || d.Octets != 320 || len(notes) != 3 {
		t.Error(d, err, notes)
	}
	if s, err := (Rules{}).ParseScan([]byte("1 120")); err != nil || s != (ScanListing{1, 120, ""}) || s.String() != "1 120" {
		t.Error(s, err)
	}
	if s, err := (Rules{}).ParseScanReply(reply("+OK 2 200")); err != nil || s.Number != 2 {
		t.Error(s, err)
	}
	for _, line := range []string{"", "0 1", "1", "1 ", "-1 1", "1 -1", " 1 1"} {
		_, err := Rules{}.ParseScan([]byte(line))
		syntax(t, err)
	}
	if u, err := (Rules{}).ParseUniqueID([]byte("2 QhdPYR:00WBw1Ph7x7")); err != nil || u != (UniqueID{2, "QhdPYR:00WBw1Ph7x7"}) || u.String() != "2 QhdPYR:00WBw1Ph7x7" {
		t.Error(u, err)
	}
	if u, err := (Rules{}).ParseUniqueIDReply(reply("+OK 2 x")); err != nil || u.ID != "x" {
		t.Error(u, err)
	}
	for line, forgive := range map[string]bool{"1": false, "1 ": false, "1 a b": true, "1 " + strings.Repeat("x", 71): true, "1 \xe9": true, "1 a\x00": false, "x y": false} {
		_, err := Rules{}.ParseUniqueID([]byte(line))
		syntax(t, err)
		if _, err := (Rules{Lenient: true}).ParseUniqueID([]byte(line)); (err == nil) != forgive {
			t.Errorf("%q: lenient: %v", line, err)
		}
	}
	if l, err := (Rules{}).ParseLanguage([]byte("en-boont English Boontling dialect")); err != nil || l.Tag != "en-boont" || l.Description != "English Boontling dialect" {
		t.Error(l, err)
	}
	if l, err := (Rules{}).ParseLanguageReply(reply("+OK es Idioma cambiado")); err != nil || l.Tag != "es" || l.String() != "es Idioma cambiado" {
		t.Error(l, err)
	}
	for _, line := range []string{"", "*", "e_n x", " en"} {
		_, err := Rules{}.ParseLanguage([]byte(line))
		syntax(t, err)
	}
}

func TestCapabilities(t *testing.T) {
	var cs Capabilities
	for _, line := range []string{"TOP", "sasl plain CRAM-MD5", "LOGIN-DELAY 900 USER", "EXPIRE 60", "IMPLEMENTATION Shlemazle Plotz v302", "UTF8 USER", "PIPELINING"} {
		c, err := Rules{}.ParseCapability([]byte(line))
		if err != nil || c.String() != line {
			t.Fatal(c, err)
		}
		cs = append(cs, c)
	}
	delay, perUser, ok := cs.LoginDelay()
	if !cs.Has("top") || !slices.Equal(cs.SASL(), []string{"PLAIN", "CRAM-MD5"}) || delay != 15*time.Minute || !perUser || !ok || !cs.UTF8User() {
		t.Error(cs)
	}
	if e, ok := cs.Expire(); !ok || e != (Expire{Days: 60}) {
		t.Error(e)
	}
	if cs.Implementation() != "Shlemazle Plotz v302" {
		t.Error(cs.Implementation())
	}
	top, _ := Lookup("TOP")
	uidl, _ := Lookup("UIDL")
	stat, _ := Lookup("STAT")
	if !cs.Offers(top) || cs.Offers(uidl) || !cs.Offers(stat) {
		t.Error("offers")
	}
	if e, ok := (Capabilities{{Tag: "EXPIRE", Params: []string{"never", "user"}}}).Expire(); !ok || !e.Never || !e.PerUser {
		t.Error(e)
	}
	for line, forgive := range map[string]bool{
		"": false, " TOP": true, "TOP ": true, "SASL  PLAIN": true, "T.P": true, "TOP\x00": false, "TOP\t1": true, "LOGIN-DELAY": true, "LOGIN-DELAY x": true,
		"LOGIN-DELAY 1 ALL": true, "EXPIRE": true, "EXPIRE -1": true, "EXPIRE 1 USER x": true, " ": false, strings.Repeat("x", 511): true,
	} {
		_, err := Rules{}.ParseCapability([]byte(line))
		if err == nil {
			t.Errorf("%q: accepted", line)
			continue
		}
		syntax(t, err)
		if _, err := (Rules{Lenient: true}).ParseCapability([]byte(line)); (err == nil) != forgive {
			t.Errorf("%q: lenient: %v", line, err)
		}
	}
}

func checkOffset(t *testing.T, text []byte, err error) {
	t.Helper()
	var e *wire.SyntaxError
	if err != nil && (!errors.As(err, &e) || e.Offset < 0 || e.Offset > len(text) || e.Cite == "") {
		t.Fatalf("%q: %v", text, err)
	}
}

func FuzzReply(f *testing.F) {
	for _, s := range []string{"+OK", "-ERR [SYS/TEMP] x", "+ AA==", "+OK 2 320", "+OK 1 uid", "+OK en x", "+OK ready <a@b>", "+ok", "-ERRx", "+OK [", "+OK caf\xc3\xa9", "+"} {
		f.Add([]byte(s), false, false)
		f.Add([]byte(s), true, true)
	}
	f.Fuzz(func(t *testing.T, text []byte, lenient, utf8 bool) {
		r := Rules{Lenient: lenient, UTF8: utf8}
		g, err := r.ParseGreeting(wire.Line{Text: text, End: wire.CRLF})
		checkOffset(t, text, err)
		_ = g.Error()
		if err != nil {
			return
		}
		for _, parse := range []func() error{
			func() error { _, err := r.ParseStat(g.Reply); return err },
			func() error { _, err := r.ParseScanReply(g.Reply); return err },
			func() error { _, err := r.ParseUniqueIDReply(g.Reply); return err },
			func() error { _, err := r.ParseLanguageReply(g.Reply); return err },
		} {
			checkOffset(t, text, parse())
		}
		if lenient {
			return
		}
		if b, err := r.AppendReply(nil, g.Reply); err == nil {
			again, err := r.ParseReply(wire.Line{Text: b[:len(b)-2], End: wire.CRLF})
			if err != nil || again.Status != g.Status || again.Code != g.Code || again.Text != g.Text {
				t.Fatalf("%q: printed %q, read %+v, %v", text, b, again, err)
			}
		}
	})
}

func FuzzCapa(f *testing.F) {
	for _, s := range []string{"TOP", "SASL PLAIN LOGIN", "LOGIN-DELAY 900 USER", "EXPIRE NEVER", "EXPIRE 5 USER", "IMPLEMENTATION x y", " a", "a ", "a  b", ".", "1 120", "1 uid"} {
		f.Add([]byte(s), false)
		f.Add([]byte(s), true)
	}
	f.Fuzz(func(t *testing.T, line []byte, lenient bool) {
		r := Rules{Lenient: lenient}
		c, err := r.ParseCapability(line)
		checkOffset(t, line, err)
		if err == nil && !lenient && c.String() != string(line) {
			t.Fatalf("%q: printed %q", line, c)
		}
		cs := Capabilities{c}
		cs.LoginDelay()
		cs.Expire()
		cs.SASL()
		_, err = r.ParseScan(line)
		checkOffset(t, line, err)
		_, err = r.ParseUniqueID(line)
		checkOffset(t, line, err)
		_, err = r.ParseLanguage(line)
		checkOffset(t, line, err)
	})
}
