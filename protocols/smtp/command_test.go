package smtp

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"harness/protocols/wire"
)

func line(text string) wire.Line { return wire.Line{Text: []byte(text)} }

// offset returns the offset of a syntax error, -1 for no error, and checks that the error is whole.
func offset(t testing.TB, err error) int {
	t.Helper()
	if err == nil {
		return -1
	}
	var e *wire.SyntaxError
	if !errors.As(err, &e) {
		t.Fatalf("%T: %v", err, err)
	}
	if e.Want == "" || !strings.HasPrefix(e.Cite, "RFC ") || !strings.Contains(e.Cite, " section ") && !strings.Contains(e.Cite, " appendix ") {
		t.Errorf("incomplete: %+v", e)
	}
	return e.Offset
}

func show(c Command) string {
	s := c.Verb
	if c.Verb == "MAIL" || c.Verb == "RCPT" {
		s += fmt.Sprintf(" %q %q %q", c.Path.Route, c.Path.Local, c.Path.Domain)
		for _, p := range c.Params {
			s += fmt.Sprintf(" %s=%q", p.Name, p.Value)
		}
		return s
	}
	return fmt.Sprintf("%s %q", s, c.Args)
}

const anErr = "error at "

func TestParseCommand(t *testing.T) {
	for text, want := range map[string]string{
		"EHLO mail.example.com":            `EHLO ["mail.example.com"]`,
		"ehlo [192.0.2.1]":                 `EHLO ["[192.0.2.1]"]`,
		"EHLO [IPv6:2001:db8::1]":          `EHLO ["[IPv6:2001:db8::1]"]`,
		"EHLO":                             anErr + "4",
		"EHLO a b":                         anErr + "7",
		"EHLO a_b":                         anErr + "6",
		"EHLO -a":                          anErr + "5",
		"EHLO a..b":                        anErr + "7",
		"EHLO [192.0.2.256]":               anErr + "14",
		"HELO mail.example.com":            `HELO ["mail.example.com"]`,
		"HELO [192.0.2.1]":                 anErr + "5",
		"LHLO mail.example.com":            `LHLO ["mail.example.com"]`, // unknown in SMTP: words
		"MAIL FROM:<>":                     `MAIL [] "" ""`,
		"mail from:<a@b.example>":          `MAIL [] "a" "b.example"`,
		"MAIL FROM:<A.b+c@B.example>":      `MAIL [] "A.b+c" "B.example"`,
		`MAIL FROM:<"a b"@c>`:              `MAIL [] "a b" "c"`,
		`MAIL FROM:<"a\"b\\c\d"@c>`:        `MAIL [] "a\"b\\cd" "c"`,
		`MAIL FROM:<""@c>`:                 `MAIL [] "" "c"`,
		"MAIL FROM:<a@[192.0.2.1]>":        `MAIL [] "a" "[192.0.2.1]"`,
		"MAIL FROM:<a@[x-y:z!]>":           `MAIL [] "a" "[x-y:z!]"`,
		"MAIL FROM:<@x,@y.z:a@b>":          `MAIL ["x" "y.z"] "a" "b"`,
		"MAIL FROM:<a@b> SIZE=100":         `MAIL [] "a" "b" SIZE="100"`,
		"MAIL FROM:<a@b> x-y=<> B":         `MAIL [] "a" "b" X-Y="<>" B=""`,
		"MAIL FROM:<a@b>SIZE=1":            anErr + "15",
		"MAIL FROM:<a@b>  SIZE=1":          anErr + "16",
		"MAIL FROM:<a@b> SIZE=":            anErr + "21",
		"MAIL FROM:<a@b> SIZE=1=2":         anErr + "22",
		"MAIL FROM:<a@b> -X":               anErr + "16",
		"MAIL FROM:<a@b> X_Y":              anErr + "17",
		"MAIL FROM: <a@b>":                 anErr + "10",
		"MAIL FROM :<a@b>":                 anErr + "9",
		"MAIL  FROM:<a@b>":                 anErr + "5",
		"MAIL FROM:a@b":                    anErr + "10",
		"MAIL FROM:<a@b":                   anErr + "14",
		"MAIL FROM:<a>":                    anErr + "12",
		"MAIL FROM:<@b>":                   anErr + "13",
		"MAIL FROM:<@b:>":                  anErr + "14",
		"MAIL FROM:<a@>":                   anErr + "13",
		"MAIL FROM:<a b@c>":                anErr + "12",
		"MAIL FROM:<.a@c>":                 anErr + "11",
		"MAIL FROM:<a.@c>":                 anErr + "13",
		"MAIL FROM:<a..b@c>":               anErr + "13",
		`MAIL FROM:<"a@c>`:                 anErr + "16",
		"MAIL FROM:<a@c.>":                 anErr + "15",
		"MAIL FROM:<a@[1.2.3]>":            anErr + "19",
		"MAIL FROM:<a@[::1]>":              anErr + "14",
		"MAIL FROM:<ü@c>":                  anErr + "11",
		"MAIL FROM:<Postmaster>":           anErr + "21",
		"MAIL TO:<a@b>":                    anErr + "5",
		"MAIL":                             anErr + "4",
		"RCPT TO:<a@b>":                    `RCPT [] "a" "b"`,
		"rcpt to:<a@b> notify=NEVER":       `RCPT [] "a" "b" NOTIFY="NEVER"`,
		"RCPT TO:<postMASTER>":             `RCPT [] "postMASTER" ""`,
		"RCPT TO:<Postmaster@x>":           `RCPT [] "Postmaster" "x"`,
		"RCPT TO:<>":                       anErr + "9",
		"RCPT TO:<a>":                      anErr + "10",
		"RCPT FROM:<a@b>":                  anErr + "5",
		"DATA":                             `DATA []`,
		"DATA x":                           anErr + "5",
		"data":                             `DATA []`,
		"BDAT 86 LAST":                     `BDAT ["86" "LAST"]`,
		"BDAT 0 last":                      `BDAT ["0" "last"]`,
		"BDAT 0000000000000000000086":      `BDAT ["0000000000000000000086"]`,
		"BDAT":                             anErr + "4",
		"BDAT -1":                          anErr + "5",
		"BDAT 1 LASTS":                     anErr + "7",
		"BDAT 1 LAST x":                    anErr + "13",
		"BDAT 9999999999999999999":         anErr + "5",
		"RSET":                             `RSET []`,
		"RSET x":                           anErr + "5",
		"VRFY smith":                       `VRFY ["smith"]`,
		"VRFY smith@example.com":           `VRFY ["smith@example.com"]`,
		`VRFY "Joe Smith"`:                 `VRFY ["\"Joe Smith\""]`,
		"VRFY joe.smith SMTPUTF8":          `VRFY ["joe.smith" "SMTPUTF8"]`,
		"VRFY SMTPUTF8":                    `VRFY ["SMTPUTF8"]`,
		"VRFY Joe Smith":                   anErr + "8",
		"VRFY":                             anErr + "4",
		"EXPN list":                        `EXPN ["list"]`,
		"HELP":                             `HELP []`,
		"HELP MAIL":                        `HELP ["MAIL"]`,
		"HELP MAIL FROM":                   anErr + "9",
		"NOOP":                             `NOOP []`,
		"NOOP x":                           `NOOP ["x"]`,
		"QUIT":                             `QUIT []`,
		"QUIT now":                         anErr + "5",
		"QUIT ":                            `QUIT []`, // tolerated
		"QUIT\t":                           `QUIT []`,
		"STARTTLS":                         `STARTTLS []`,
		"STARTTLS x":                       anErr + "9",
		"AUTH PLAIN":                       `AUTH ["PLAIN"]`,
		"AUTH PLAIN =":                     `AUTH ["PLAIN" "="]`,
		"AUTH plain AGEAYg==":              `AUTH ["plain" "AGEAYg=="]`,
		"AUTH PLAIN A":                     anErr + "12",
		"AUTH PLAIN ===":                   anErr + "11",
		"AUTH PL+AIN":                      anErr + "5",
		"AUTH":                             anErr + "4",
		"":                                 anErr + "0",
		" QUIT":                            anErr + "0",
		"XYZZY a  b":                       `XYZZY ["a" "b"]`,
		"X-Y2 a":                           `X-Y2 ["a"]`,
		"QUITX":                            `QUITX []`,
		"QUIT:x":                           anErr + "4",
		"SEND FROM:<a@b>":                  `SEND ["FROM:<a@b>"]`,
		"NOOP a\rb":                        anErr + "6",
		"NOOP \x00":                        anErr + "5",
		"NOOP \x01":                        anErr + "5",
		"NOOP ü":                           anErr + "5",
		"NOOP " + rep("x", 505):            `NOOP ["` + rep("x", 505) + `"]`,
		"NOOP " + rep("x", 506):            anErr + "510",
		"RCPT TO:<" + rep("x", 65) + "@b>": anErr + "73",
		"RCPT TO:<a@" + rep("x", 238) + ".yyyyyyyyyyyyyyy>": anErr + "264",
	} {
		c, err := Rules{}.ParseCommand(line(text))
		got := show(c)
		if at := offset(t, err); at >= 0 {
			got = fmt.Sprintf("%s%d", anErr, at)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s (%v)", text, got, want, err)
		}
	}
	if _, err := (Rules{}).ParseCommand(wire.Line{Text: []byte("QUIT"), End: wire.LF}); offset(t, err) != 4 {
		t.Error(err)
	}
	if _, err := (Rules{Lenient: true}).ParseCommand(wire.Line{Text: []byte("QUIT"), End: wire.None}); offset(t, err) != 4 {
		t.Error(err)
	}
	if c, err := (Rules{LMTP: true}).ParseCommand(line("LHLO a b")); offset(t, err) != 7 {
		t.Error(c, err)
	}
}

func rep(s string, n int) string { return strings.Repeat(s, n) }

func TestLenientCommand(t *testing.T) {
	for text, want := range map[string]struct {
		c     string
		notes int
	}{
		"MAIL FROM: <a@b>  SIZE=1 ":        {`MAIL [] "a" "b" SIZE="1"`, 3},
		"MAIL FROM:a@b SIZE=1":             {`MAIL [] "a" "b" SIZE="1"`, 1},
		"MAIL  FROM:<a..b@c_d.>":           {`MAIL [] "a..b" "c_d."`, 4},
		"RCPT TO:<alice>":                  {`RCPT [] "alice" ""`, 1},
		"EHLO a_b":                         {`EHLO ["a_b"]`, 1},
		"EHLO":                             {`EHLO []`, 1},
		"HELO [127.0.0.1]":                 {`HELO ["[127.0.0.1]"]`, 1},
		"DATA now":                         {`DATA ["now"]`, 1},
		"VRFY <a@b>":                       {`VRFY ["<a@b>"]`, 1},
		"NOOP a b":                         {`NOOP ["a b"]`, 1},
		"QUIT\tx":                          {`QUIT ["x"]`, 2},
		"RCPT TO:<" + rep("x", 70) + "@b>": {`RCPT [] "` + rep("x", 70) + `" "b"`, 1},
		"NOOP " + rep("x", 600):            {`NOOP ["` + rep("x", 600) + `"]`, 1},
	} {
		notes := 0
		c, err := Rules{Lenient: true, Forgave: func(*wire.SyntaxError) { notes++ }}.ParseCommand(line(text))
		if err != nil || show(c) != want.c || notes != want.notes {
			t.Errorf("%q: %s, %d notes, %v; want %s, %d", text, show(c), notes, err, want.c, want.notes)
		}
	}
	for _, text := range []string{"RCPT TO:", "RCPT TO:<>", "MAIL FROM:<a@b", "MAIL FROM:<a@[1.2.3]>", `MAIL FROM:<"a@b>`, "MAIL FROM:<ü@b>", "BDAT x", "BDAT 1 x", "BDAT 1 LAST x",
		"AUTH PLAIN A", "NOOP \x01", "NOOP a\rb", "QUIT:", ""} {
		if c, err := (Rules{Lenient: true}).ParseCommand(line(text)); offset(t, err) < 0 {
			t.Errorf("%q: %s", text, show(c))
		}
	}
}

func TestUTF8Command(t *testing.T) {
	rules := Rules{UTF8: true}
	for text, want := range map[string]string{
		"MAIL FROM:<δοκιμή@παράδειγμα.δοκιμή> SMTPUTF8": `MAIL [] "δοκιμή" "παράδειγμα.δοκιμή" SMTPUTF8=""`,
		`RCPT TO:<"δ ο"@x>`:           `RCPT [] "δ ο" "x"`,
		"RCPT TO:<a@b> ORCPT=utf-8;δ": `RCPT [] "a" "b" ORCPT="utf-8;δ"`,
		"RCPT TO:<\xff@b>":            anErr + "9",
		"RCPT TO:<a@Ü>":               anErr + "11",
		"RCPT TO:<a@u\u0308>":         anErr + "11", // not in Form C
		"RCPT TO:<a@ü->":              anErr + "13",
		"VRFY δ SMTPUTF8":             `VRFY ["δ" "SMTPUTF8"]`,
		"EHLO δ.example":              `EHLO ["δ.example"]`, // RFC 6531 section 3.7.1 is for the session to check
	} {
		c, err := rules.ParseCommand(line(text))
		got := show(c)
		if at := offset(t, err); at >= 0 {
			got = fmt.Sprintf("%s%d", anErr, at)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s (%v)", text, got, want, err)
		}
	}
	c, _ := rules.ParseCommand(line("VRFY δ SMTPUTF8"))
	if !c.UTF8() || c.String() != "VRFY δ SMTPUTF8" {
		t.Error(c)
	}
	if p, err := NewPath("δ@x"); err != nil || p.IsASCII() {
		t.Error(p, err)
	}
}

func TestAppendCommand(t *testing.T) {
	path := func(s string) Path {
		p, err := NewPath(s)
		if err != nil {
			t.Fatal(s, err)
		}
		return p
	}
	for want, c := range map[string]Command{
		"QUIT":                            NewCommand("quit"),
		"EHLO a":                          NewCommand("EHLO", "a"),
		"MAIL FROM:<>":                    NewMail(path(""), nil),
		"MAIL FROM:<a@b> SIZE=3 SMTPUTF8": NewMail(path("a@b"), Params{{Name: "SIZE", Value: "3"}, {Name: "SMTPUTF8"}}),
		`RCPT TO:<"a b\"c"@d>`:            NewRcpt(path(`"a b\"c"@d`), nil),
		`RCPT TO:<a@d>`:                   NewRcpt(path(`"\a"@d`), nil), // the least quoting
		"RCPT TO:<@x,@y:a@b>":             NewRcpt(path("<@x,@y:a@b>"), nil),
		"RCPT TO:<postmaster>":            NewRcpt(path("postmaster"), nil),
		"BDAT 7 LAST":                     NewBDAT(7, true),
		"AUTH PLAIN =":                    NewCommand("AUTH", "PLAIN", "="),
		"XCLIENT a=b c":                   NewCommand("XCLIENT", "a=b", "c"),
	} {
		b, err := Rules{}.AppendCommand([]byte("x"), c)
		if string(b) != "x"+want+"\r\n" || err != nil {
			t.Errorf("%s: %q, %v", want, b, err)
		}
	}
	for _, c := range []Command{
		{}, NewCommand("A B"), NewCommand("QUIT", "x"), NewCommand("NOOP", "a\r\nQUIT"), NewCommand("NOOP", "a b"), NewCommand("VRFY", "a "),
		NewMail(Path{Mailbox: Mailbox{"a", "b> SIZE=3"}}, nil), NewMail(Path{Mailbox: Mailbox{"a\r\nRSET", "b"}}, nil), NewMail(Path{Mailbox: Mailbox{"a\x01", "b"}}, nil),
		NewMail(Path{}, Params{{Name: "X", Value: "a b"}}), NewMail(Path{}, Params{{Name: "X Y"}}), NewMail(Path{}, Params{{Name: "X=Y"}}), NewRcpt(Path{}, nil),
		NewMail(Path{Mailbox: Mailbox{Local: "a"}}, nil), NewMail(Path{Mailbox: Mailbox{"ü", "b"}}, nil), NewMail(Path{Route: []string{"x", "y:z@q"}, Mailbox: Mailbox{"a", "b"}}, nil),
		NewCommand("AUTH", "PLAIN", "secret!"), NewCommand("EHLO", rep("a", 510)), NewCommand("XCLIENT", "a b"), NewBDAT(-1, false),
	} {
		b, err := Rules{}.AppendCommand([]byte("x"), c)
		if err == nil || string(b) != "x" {
			t.Errorf("%v: %q", c, b)
		} else if strings.Contains(err.Error(), "secret") {
			t.Error(err)
		}
	}
	if b, err := (Rules{Lenient: true}).AppendCommand(nil, NewCommand("QUIT", "now")); string(b) != "QUIT now\r\n" || err != nil {
		t.Error(string(b), err)
	}
	for c, want := range map[string]string{"AUTH PLAIN AGEAYg==": "AUTH PLAIN ***", "AUTH PLAIN =": "AUTH PLAIN =", "MAIL FROM:<a@b> SIZE=1": "MAIL FROM:<a@b> SIZE=1", "NOOP x": "NOOP x"} {
		if cmd, err := (Rules{}).ParseCommand(line(c)); err != nil || cmd.String() != want || string(cmd.Raw) != c+"\r\n" {
			t.Errorf("%s: %s, %v", c, cmd, err)
		}
	}
}

func TestCommandTables(t *testing.T) {
	if _, ok := Lookup("ehlo", true); ok {
		t.Error("EHLO in LMTP")
	}
	if s, ok := Lookup("lhlo", true); !ok || s.Verb != "LHLO" {
		t.Error("LHLO")
	}
	if len(Commands(false)) != len(table)-1 || len(Commands(true)) != len(table)-6 {
		t.Error(len(Commands(false)), len(Commands(true)))
	}
	if n := CommandLimit("MAIL", func(e string) bool { return e == ExtSize || e == ExtAuth }); n != 512+26+500 {
		t.Error(n)
	}
	if n := CommandLimit("RCPT", func(string) bool { return false }); n != 512 {
		t.Error(n)
	}
	if n := CommandLimit("VRFY", nil); n != 521 {
		t.Error(n)
	}
	for _, s := range table {
		if s.Summary == "" || s.Cite == "" || !strings.HasPrefix(s.Syntax, s.Verb) || len(s.Codes) == 0 {
			t.Errorf("%+v", s)
		}
	}
}

func TestState(t *testing.T) {
	s := Connected
	for _, step := range []struct {
		c    Command
		ok   bool
		want State
	}{
		{NewCommand("NOOP"), true, Connected}, {NewCommand("RSET"), true, Connected}, {NewCommand("EHLO"), false, Connected}, {NewCommand("EHLO"), true, Idle},
		{NewMail(Path{}, nil), false, Idle}, {NewMail(Path{}, nil), true, Sender}, {Command{Verb: "RCPT"}, false, Sender}, {Command{Verb: "RCPT"}, true, Recipients},
		{NewCommand("DATA"), false, Recipients}, {NewCommand("DATA"), true, Idle}, {NewMail(Path{}, nil), true, Sender}, {Command{Verb: "RCPT"}, true, Recipients},
		{NewBDAT(3, false), true, Chunks}, {NewBDAT(3, true), false, Chunks}, {NewCommand("RSET"), true, Idle}, {NewMail(Path{}, nil), true, Sender},
		{Command{Verb: "RCPT"}, true, Recipients}, {NewBDAT(3, true), true, Idle}, {NewCommand("STARTTLS"), true, Connected}, {NewCommand("EHLO"), true, Idle},
		{NewCommand("AUTH"), true, Idle}, {NewCommand("QUIT"), false, Ended},
	} {
		if s = s.After(step.c, step.ok); s != step.want {
			t.Fatalf("behind %v (%v): %v, want %v", step.c, step.ok, s, step.want)
		}
	}
	if (Idle|Chunks).String() != "idle or chunks sent" || State(0).String() != "no state" {
		t.Error(Idle | Chunks)
	}
}

func TestParseResponse(t *testing.T) {
	for text, want := range map[string]string{"": "", "YQ==": "a", "*": "cancel", "Y": anErr + "1", "=AAA": anErr + "0", "YQ== ": anErr + "2"} {
		data, cancel, err := Rules{}.ParseResponse(line(text))
		got := string(data)
		if cancel {
			got = "cancel"
		}
		if at := offset(t, err); at >= 0 {
			got = fmt.Sprintf("%s%d", anErr, at)
		}
		if got != want {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
}

// anyMailbox draws mailboxes that can be written.
func anyMailbox(t *rapid.T) Mailbox {
	local := rapid.StringOfN(rapid.RuneFrom([]rune(`abc.@ "\<>,:+=~δ`)), 0, 20, 60).Draw(t, "local")
	domain := rapid.SampledFrom([]string{"a", "b.example", "x-1.y", "[192.0.2.1]", "[IPv6:2001:db8::1]", "[tag:x,y>]", "δ.example"}).Draw(t, "domain")
	return Mailbox{local, domain}
}

// TestPathRoundTrip writes paths and reads them again.
func TestPathRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Path{Mailbox: anyMailbox(t), Route: rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b.c"}), 0, 2).Draw(t, "route")}
		if len(p.Route) == 0 {
			p.Route = nil
		}
		rules := Rules{UTF8: true}
		b, err := rules.AppendCommand(nil, NewRcpt(p, nil))
		if err != nil {
			t.Fatal(err)
		}
		c, err := rules.ParseCommand(line(strings.TrimSuffix(string(b), "\r\n")))
		if err != nil || c.Path.String() != p.String() || c.Path.Mailbox != p.Mailbox {
			t.Fatalf("%q: %v, %v", b, c, err)
		}
		m, err := ParseMailbox(p.Mailbox.String())
		if err != nil || !m.Equal(p.Mailbox) {
			t.Fatal(p, m, err)
		}
	})
}

func TestMailbox(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{{"a@b", "a@B", true}, {"A@b", "a@b", false}, {`"a"@b`, "a@b", true}, {"Postmaster@b", "postMASTER@b", true}, {"a@b", "a@c", false}} {
		a, err := ParseMailbox(c.a)
		b, err2 := ParseMailbox(c.b)
		if err != nil || err2 != nil || a.Equal(b) != c.same {
			t.Error(c, err, err2)
		}
	}
	if _, err := ParseMailbox("a@b "); offset(t, err) != 3 {
		t.Error(err)
	}
	if _, err := NewPath("<a@b> x"); offset(t, err) != 5 {
		t.Error(err)
	}
	if p, err := NewPath("<>"); err != nil || !p.IsNull() {
		t.Error(p, err)
	}
}

func TestAddressLiteral(t *testing.T) {
	for text, want := range map[string]string{
		"[192.0.2.1]":                    "192.0.2.1",
		"[001.002.003.255]":              "1.2.3.255",
		"[0001.2.3.4]":                   anErr + "4",
		"[1.2.3.4.5]":                    anErr + "8",
		"[1.2.3.300]":                    anErr + "7",
		"[IPv6:2001:db8:0:0:0:0:0:1]":    "2001:db8::1",
		"[ipv6:::]":                      "::",
		"[IPv6:::1]":                     "::1",
		"[IPv6:1::]":                     "1::",
		"[IPv6:1:2:3::6:7:8]":            "1:2:3::6:7:8",
		"[IPv6:1:2:3:4::6:7:8]":          anErr + "20", // "::" for one group
		"[IPv6:1:2:3:4:5:6:7]":           anErr + "19",
		"[IPv6:1:2:3:4:5:6:7:8:9]":       anErr + "22",
		"[IPv6:1::2::3]":                 anErr + "11",
		"[IPv6:12345::]":                 anErr + "10",
		"[IPv6:::ffff:192.0.2.1]":        "::ffff:192.0.2.1",
		"[IPv6:1:2:3:4:5:6:192.0.2.1]":   "1:2:3:4:5:6:c000:201",
		"[IPv6:1:2:3:4:5:6:7:192.0.2.1]": anErr + "20",
		"[IPv6:::1:2:3:4:5:192.0.2.1]":   anErr + "27",
		"[IPv6:fe80::1%eth0]":            anErr + "13",
		"[IPv6:1:]":                      anErr + "8",
		"[IPv6::1]":                      anErr + "6",
		"[IPv6:]":                        anErr + "6",
		"[tag:content]":                  "tag content",
		"[tag:a\\b]":                     anErr + "6",
		"[tag:]":                         anErr + "5",
		"[t_g:x]":                        anErr + "2",
		"[tag-:x]":                       anErr + "4",
		"[:x]":                           anErr + "1",
		"[]":                             anErr + "1",
		"[1.2.3.4":                       anErr + "8",
		"1.2.3.4":                        anErr + "0",
		"[1.2.3.4]x":                     anErr + "9",
	} {
		l, err := Rules{}.ParseAddressLiteral(text)
		got := l.Tag + " " + l.Content
		if l.Addr.IsValid() {
			got = l.Addr.String()
		}
		if at := offset(t, err); at >= 0 {
			got = fmt.Sprintf("%s%d", anErr, at)
		} else if again, err := (Rules{}).ParseAddressLiteral(l.String()); err != nil || again != l {
			t.Errorf("%s: written %s, %v", text, l, err)
		}
		if got != want {
			t.Errorf("%s: got %s, want %s (%v)", text, got, want, err)
		}
	}
}

func FuzzCommand(f *testing.F) {
	for _, text := range []string{"EHLO [IPv6:::1]", "MAIL FROM:<@a,@b:\"x\\y\"@[1.2.3.4]> SIZE=1 BODY=8BITMIME AUTH=a+3D@b", "RCPT TO:<Postmaster> NOTIFY=SUCCESS,DELAY ORCPT=utf-8;\\x{FC}@x",
		"BDAT 3 LAST", "VRFY ü SMTPUTF8", "AUTH PLAIN AGEAYg==", "MAIL FROM:<> BY=-1;NT HOLDFOR=3 MT-PRIORITY=-9", "quit \t", "X-Y z"} {
		f.Add([]byte(text), true)
		f.Add([]byte(text), false)
	}
	f.Fuzz(func(t *testing.T, text []byte, utf bool) {
		rules := Rules{UTF8: utf}
		c, err := rules.ParseCommand(wire.Line{Text: text})
		if at := offset(t, err); at >= 0 {
			if at > len(text) {
				t.Fatalf("%q: an error at %d", text, at)
			}
			lenient, err := Rules{UTF8: utf, Lenient: true}.ParseCommand(wire.Line{Text: text})
			if err == nil && lenient.Verb == "" {
				t.Fatalf("%q: no verb", text)
			}
			return
		}
		if c.Verb == "MAIL" {
			if o, err := rules.MailOptions(c.Params); offset(t, err) < 0 {
				if _, err := o.Params(); err != nil && o.By == nil && o.HoldFor == 0 && o.HoldUntil.IsZero() && len(o.EnvelopeID) < 20 {
					t.Fatalf("%q: %v", text, err)
				}
			} else if offset(t, err) > len(text) {
				t.Fatalf("%q: %v", text, err)
			}
		}
		if c.Verb == "RCPT" {
			if _, err := rules.RcptOptions(c.Params); offset(t, err) > len(text) {
				t.Fatalf("%q: %v", text, err)
			}
		}
		// What was parsed is written, and parsed the same again.
		b, err := rules.AppendCommand(nil, c)
		if err != nil {
			if strings.TrimRight(string(text), " \t") != string(text) || len(text) > 400 || c.Verb != strings.ToUpper(c.Verb) || strings.Contains(string(text), "\t") {
				return
			}
			t.Fatalf("%q: not written: %v", text, err)
		}
		again, err := rules.ParseCommand(wire.Line{Text: b[:len(b)-2]})
		if err != nil || show(again) != show(c) {
			t.Fatalf("%q: %s, again %s (%v)", text, show(c), show(again), err)
		}
	})
}

func BenchmarkParseCommand(b *testing.B) {
	for _, text := range []string{"MAIL FROM:<alice@example.com> SIZE=12345 BODY=8BITMIME", "RCPT TO:<bob@example.org>", "DATA"} {
		b.Run(text[:4], func(b *testing.B) {
			l := line(text)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (Rules{}).ParseCommand(l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
