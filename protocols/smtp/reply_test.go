package smtp

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"harness/protocols/wire"
)

func read(r Rules, text string) (*Reply, error) {
	return r.ReadReply(wire.NewReader(strings.NewReader(text)))
}

func TestReadReply(t *testing.T) {
	for text, want := range map[string]string{
		"250 ok\r\n":                     `250 "" ["ok"]`,
		"250\r\n":                        `250 "" [""]`,
		"250 \r\n":                       `250 "" [""]`,
		"250-a\r\n250-\r\n250 b\r\n":     `250 "" ["a" "" "b"]`,
		"250-a\r\n250\r\n":               `250 "" ["a" ""]`,
		"250 2.1.5 ok\r\n":               `250 "2.1.5" ["ok"]`,
		"250 2.1.5\r\n":                  `250 "2.1.5" [""]`,
		"550-5.1.1 a\r\n550 5.1.1 b\r\n": `550 "5.1.1" ["a" "b"]`,
		"550-5.1.1 a\r\n550 5.1.2 b\r\n": `550 "5.1.1" ["a" "5.1.2 b"]`,
		"550-5.1.1 a\r\n550 b\r\n":       `550 "5.1.1" ["a" "b"]`,
		"550 4.1.1 a\r\n":                `550 "" ["4.1.1 a"]`,
		"250 2.01.5 a\r\n":               `250 "" ["2.01.5 a"]`,
		"250 2.1.5.3 a\r\n":              `250 "" ["2.1.5.3 a"]`,
		"354 go\r\n":                     `354 "" ["go"]`,
		"334 \r\n":                       `334 "" [""]`,
		"250-a\r\n251 b\r\n":             anErr + "0", // another code
		"250-a\r\nb\r\n":                 anErr + "0",
		"150 a\r\n":                      anErr + "0",
		"650 a\r\n":                      anErr + "0",
		"260 a\r\n":                      anErr + "1",
		"25 a\r\n":                       anErr + "0",
		"2500 a\r\n":                     anErr + "0",
		"250a\r\n":                       anErr + "0",
		"250 a\n":                        anErr + "5",
		"250 a\x00b\r\n":                 anErr + "5",
		"250 a\rb\r\n":                   anErr + "5",
		"250 ü\r\n":                      anErr + "4",
		"250 \x07\r\n":                   anErr + "4",
		"250 " + rep("x", 506) + "\r\n":  `250 "" ["` + rep("x", 506) + `"]`,
		"250 " + rep("x", 507) + "\r\n":  anErr + "510",
	} {
		reply, err := read(Rules{}, text)
		got := ""
		if at := offset(t, err); at >= 0 {
			got = fmt.Sprintf("%s%d", anErr, at)
		} else {
			got = fmt.Sprintf("%d %q %q", reply.Code, reply.Enhanced, reply.Lines)
			if string(reply.Raw) != text {
				t.Errorf("%q: raw %q", text, reply.Raw)
			}
		}
		if got != want {
			t.Errorf("%q: got %s, want %s (%v)", text, got, want, err)
		}
	}
	if _, err := read(Rules{}, ""); err != io.EOF {
		t.Error(err)
	}
	if _, err := read(Rules{}, "250-a\r\n"); err != io.ErrUnexpectedEOF {
		t.Error(err)
	}
	for _, endless := range []string{rep("250-a\r\n", 1100), rep("250-"+rep("x", 5000)+"\r\n", 300)} {
		var limit *wire.LimitError
		if _, err := read(Rules{Lenient: true}, endless); !errors.As(err, &limit) {
			t.Error(err)
		}
	}
}

func TestEnhancedUse(t *testing.T) {
	for text, want := range map[string]int{
		"250 2.1.5 ok\r\n": -1, "250 ok\r\n": 4, "550-5.1.1 a\r\n550 b\r\n": 4, "550-5.1.1 a\r\n550 5.1.2 b\r\n": 4, "550 4.1.1 a\r\n": 4, "354 go\r\n": -1, "250\r\n": 4,
	} {
		if _, err := read(Rules{Enhanced: EnhancedAlways}, text); offset(t, err) != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	if r, err := read(Rules{Enhanced: EnhancedNever}, "250 2.1.5 ok\r\n"); err != nil || r.Lines[0] != "2.1.5 ok" || !r.Enhanced.IsZero() {
		t.Error(r, err)
	}
	e, ok := ParseEnhancedCode("5.1.1")
	if !ok || e.Meaning() != "Bad destination mailbox address" || e != (EnhancedCode{5, 1, 1}) {
		t.Error(e, ok)
	}
	for _, bad := range []string{"", "3.1.1", "5.1", "5.1.", "5..1", "5.1.1000", "5.1.1 x", "5.01.1", "x5.1.1"} {
		if e, ok := ParseEnhancedCode(bad); ok {
			t.Error(bad, e)
		}
	}
}

func TestLenientReply(t *testing.T) {
	for text, notes := range map[string]int{
		"250 a\n": 1, "250a\r\n": 1, "260 a\r\n": 1, "250 ü\x07\r\n": 1, "250 " + rep("x", 600) + "\r\n": 1, "250-2.1.5 a\r\n250 b\r\n": 1,
	} {
		got := 0
		rules := Rules{Lenient: true, Enhanced: EnhancedAlways, Forgave: func(e *wire.SyntaxError) {
			if !strings.HasPrefix(e.Cite, "RFC 2034") || strings.Contains(text, "2.1.5") {
				got++
			}
		}}
		if _, err := read(rules, text); err != nil || got != notes {
			t.Errorf("%q: %d notes, %v", text, got, err)
		}
	}
	for _, text := range []string{"150 a\r\n", "250-a\r\n550 b\r\n", "250 a\x00\r\n", "x\r\n"} {
		if r, err := read(Rules{Lenient: true}, text); offset(t, err) < 0 {
			t.Errorf("%q: %v", text, r)
		}
	}
	if r, err := read(Rules{UTF8: true}, "251 <ü@x>\r\n"); err != nil || r.Lines[0] != "<ü@x>" {
		t.Error(r, err)
	}
	if _, err := read(Rules{UTF8: true}, "251 <\xff@x>\r\n"); offset(t, err) != 4 {
		t.Error(err)
	}
}

func TestAppendReply(t *testing.T) {
	for want, r := range map[string]*Reply{
		"250 ok\r\n":                     NewReply(250, EnhancedCode{}, "ok"),
		"250 \r\n":                       NewReply(250, EnhancedCode{}),
		"550-5.1.1 a\r\n550 5.1.1 b\r\n": NewReply(550, EnhancedCode{5, 1, 1}, "a", "b"),
		"250 2.0.0 \r\n":                 NewReply(250, EnhancedCode{2, 0, 0}),
	} {
		b, err := Rules{}.AppendReply([]byte("x"), r)
		if string(b) != "x"+want || err != nil {
			t.Errorf("%q, %v; want %q", b, err, want)
		}
		again, err := read(Rules{}, string(b[1:]))
		if err != nil || again.Enhanced != r.Enhanced || again.Text() != r.Text() {
			t.Error(again, err)
		}
	}
	for _, r := range []*Reply{
		NewReply(150, EnhancedCode{}), NewReply(260, EnhancedCode{}), NewReply(25, EnhancedCode{}), NewReply(250, EnhancedCode{5, 1, 1}), NewReply(250, EnhancedCode{2, 1000, 1}),
		NewReply(250, EnhancedCode{}, "a\r\n250 b"), NewReply(250, EnhancedCode{}, "ü"), NewReply(250, EnhancedCode{}, rep("x", 507)), NewReply(354, EnhancedCode{2, 0, 0}),
	} {
		if b, err := (Rules{}).AppendReply([]byte("x"), r); err == nil || string(b) != "x" {
			t.Errorf("%v: %q", r, b)
		}
	}
	if b, err := (Rules{Lenient: true}).AppendReply(nil, NewReply(650, EnhancedCode{}, "ü")); err != nil || string(b) != "650 ü\r\n" {
		t.Error(string(b), err)
	}
}

func TestReplyError(t *testing.T) {
	r, _ := read(Rules{}, "550-5.1.1 a\r\n550-5.1.1 \r\n550-5.1.1 b\x1b\r\n550-5.1.1 c\r\n550-5.1.1 d\r\n550 5.1.1 e\r\n")
	if r == nil {
		r, _ = read(Rules{Lenient: true}, "550-5.1.1 a\r\n550-5.1.1 \r\n550-5.1.1 b\x1b\r\n550-5.1.1 c\r\n550-5.1.1 d\r\n550 5.1.1 e\r\n")
	}
	r.Command = "RCPT TO:<a@b>"
	if got := r.Error(); !strings.HasPrefix(got, "RCPT TO:<a@b>: 550 5.1.1 a; ") || strings.Contains(got, "\x1b") {
		t.Error(got)
	}
	full := NewReply(552, EnhancedCode{}, "many")
	full.Command = "RCPT TO:<a@b>"
	if !full.Transient() || NewReply(552, EnhancedCode{}).Transient() || !NewReply(452, EnhancedCode{}).Transient() {
		t.Error("too many recipients is not for ever (RFC 5321 section 4.5.3.1.10)")
	}
	p, ok := NewReply(551, EnhancedCode{}, "User not local; please try <b@c>").ForwardPath()
	if !ok || p.String() != "<b@c>" {
		t.Error(p, ok)
	}
	if _, ok := NewReply(251, EnhancedCode{}, "somewhere <else").ForwardPath(); ok {
		t.Error("no path")
	}
}

func TestGreeting(t *testing.T) {
	for text, want := range map[string]string{
		"220 mail.example.com ESMTP ready\r\n": `"mail.example.com" "ESMTP ready"`,
		"220-[192.0.2.1]\r\n220 ready\r\n":     `"[192.0.2.1]" ""`,
		"220 \r\n":                             anErr + "4",
		"220 *** hi\r\n":                       anErr + "4",
		"250 mail.example.com\r\n":             anErr + "0",
		"554 no SMTP service here\r\n":         `"" ""`,
		"521 host does not accept mail\r\n":    `"" ""`,
	} {
		r, err := read(Rules{Enhanced: EnhancedNever}, text)
		if err != nil {
			t.Fatal(err)
		}
		g, err := Rules{}.ParseGreeting(r)
		got := fmt.Sprintf("%q %q", g.Domain, g.Text)
		if at := offset(t, err); at >= 0 {
			got = fmt.Sprintf("%s%d", anErr, at)
		}
		if got != want {
			t.Errorf("%q: got %s, want %s (%v)", text, got, want, err)
		}
	}
}

func TestChallenge(t *testing.T) {
	for text, want := range map[string]string{"334 YQ==\r\n": "a", "334 \r\n": "", "334 a b\r\n": anErr + "5", "235 YQ==\r\n": anErr + "0", "334-YQ==\r\n334 YQ==\r\n": anErr + "3"} {
		r, err := read(Rules{}, text)
		if err != nil {
			t.Fatal(err)
		}
		data, err := ParseChallenge(r)
		got := string(data)
		if at := offset(t, err); at >= 0 {
			got = fmt.Sprintf("%s%d", anErr, at)
		}
		if got != want {
			t.Errorf("%q: %s (%v)", text, got, err)
		}
	}
}

func TestExtensions(t *testing.T) {
	reply := func(lines ...string) *Reply { return &Reply{Code: 250, Lines: lines} }
	x, err := Rules{}.ParseExtensions(reply("mail.example.com greets you", "SIZE 1000", "auth PLAIN login", "DELIVERBY 240,x", "FUTURERELEASE 86400 2026-12-24T18:00:00Z",
		"MT-PRIORITY MIXER", "LIMITS RCPTMAX=20 MAILMAX=5 FOO", "8BITMIME", "X-PRIVATE a=b"))
	if err != nil {
		t.Fatal(err)
	}
	size, ok := x.Size()
	by, ok2 := x.DeliverBy()
	longest, latest, ok3 := x.FutureRelease()
	limits, ok4 := x.Limits()
	if !ok || !ok2 || !ok3 || !ok4 || size != 1000 || by != 4*time.Minute || longest != 24*time.Hour || latest.Hour() != 18 || limits != (Limits{5, 20, 0}) {
		t.Error(size, by, longest, latest, limits)
	}
	if fmt.Sprint(x.Auth()) != "[PLAIN LOGIN]" || !x.Has("8bitmime") || x.Has("DSN") || x.Domain != "mail.example.com" || x.Greeting != "greets you" {
		t.Errorf("%+v", x)
	}
	if again, err := (Rules{}).ParseExtensions(x.Reply()); err != nil || fmt.Sprint(again) != fmt.Sprint(x) {
		t.Error(again, err)
	}
	auth, _ := Lookup("AUTH", false)
	chunks, _ := Lookup("BDAT", false)
	if !x.Offers(auth) || x.Offers(chunks) {
		t.Error("offers")
	}
	for text, want := range map[string]int{
		"SIZE": -1, "SIZE 0": -1, "SIZE x": 8, "SIZE 1 2": 8, "SIZE ": 8, " SIZE": 4, "": 4, "SIZE  1": 9, "AUTH": 8, "AUTH=LOGIN": 8, "AUTH PL!AIN": 8, "8BITMIME x": 12, "8BIT_MIME": 8,
		"-X": 4, "X\ty": 5, "DELIVERBY": -1, "DELIVERBY x": 13, "DELIVERBY ,a": -1, "FUTURERELEASE": 17, "FUTURERELEASE 0 2026-12-24T18:00:00Z": 17, "MT-PRIORITY": -1, "MT-PRIORITY a b": 15,
		"LIMITS": 10, "LIMITS RCPTMAX=0": 10, "LIMITS RCPTMAX=1234567": 10, "STARTTLS now": 12, "XÜ": 5, "HELP me": -1, "SMTPUTF8 x": -1,
	} {
		if e, err := (Rules{}).ParseExtension(text); offset(t, err) != want {
			t.Errorf("%q: %v, %v; want %d", text, e, err, want)
		}
	}
	notes := 0
	lenient := Rules{Lenient: true, Forgave: func(*wire.SyntaxError) { notes++ }}
	x, err = lenient.ParseExtensions(reply("*** hi", "AUTH=LOGIN PLAIN", "AUTH PLAIN", "", "SIZE x", "SIZE 3"))
	if err != nil || notes != 6 || fmt.Sprint(x.Auth()) != "[LOGIN PLAIN]" {
		t.Error(x, notes, err)
	}
	var none *Extensions
	if none.Has("SIZE") || none.Auth() != nil {
		t.Error("nil")
	}
	for want, e := range map[string]Extension{
		"SIZE 100": SizeExtension(100), "LIMITS MAILMAX=1 RCPTMAX=2": LimitsExtension(Limits{Mails: 1, Recipients: 2}),
		"FUTURERELEASE 60 2026-12-24T18:00:00Z": FutureReleaseExtension(time.Minute, time.Date(2026, 12, 24, 18, 0, 0, 0, time.UTC)),
	} {
		if _, err := (Rules{}).ParseExtension(e.String()); err != nil || e.String() != want {
			t.Error(e, err)
		}
	}
}

func TestContent(t *testing.T) {
	for _, c := range []struct {
		text string
		want Content
		size [3]int64 // by line ends, -1 for refused
		body Body
	}{
		{"", Content{}, [3]int64{0, 0, 0}, ""},
		{"a: b\r\n\r\nc\r\n", Content{Octets: 11, Longest: 6}, [3]int64{11, 11, 11}, ""},
		{"a: b\r\n\r\nü\r\n", Content{Octets: 12, Longest: 6, EightBit: true, Body8Bit: true}, [3]int64{12, 12, 12}, Body8BitMIME},
		{"a: ü\r\n\r\nc", Content{Octets: 10, Longest: 7, EightBit: true, Header8Bit: true}, [3]int64{12, 12, 12}, Body8BitMIME},
		{"a: b\n\nü\n", Content{Octets: 9, Longest: 5, EightBit: true, Body8Bit: true, BareLF: 3}, [3]int64{-1, 12, 12}, Body8BitMIME},
		{"Mime-version: 1.0\r\n\r\nü\r\n", Content{Octets: 25, Longest: 19, EightBit: true, Body8Bit: true, MIME: true}, [3]int64{25, 25, 25}, Body8BitMIME},
		{"X-MIME-Version: 1.0\r\n\r\nMIME-Version: 1.0\r\n", Content{Octets: 42, Longest: 21}, [3]int64{42, 42, 42}, ""},
		{"a\rb\r\r\n", Content{Octets: 6, Longest: 6, BareCR: 2}, [3]int64{-1, -1, 8}, ""},
		{"a\r", Content{Octets: 2, Longest: 2, BareCR: 1}, [3]int64{-1, -1, 3}, ""},
		{"\x00", Content{Octets: 1, Longest: 1, NUL: true}, [3]int64{3, 3, 3}, BodyBinaryMIME},
		{rep("x", 3000) + "\r\n", Content{Octets: 3002, Longest: 3002}, [3]int64{3002, 3002, 3002}, ""},
	} {
		for size := 1; size <= max(min(len(c.text), 40), 1); size++ {
			var got Content
			for rest := c.text; rest != ""; {
				n := min(size, len(rest))
				got.Write([]byte(rest[:n]))
				rest = rest[n:]
			}
			got.End()
			for i, ends := range []wire.LineEnds{wire.OnlyCRLF, wire.LFToCRLF, wire.AnyToCRLF} {
				n, ok := got.Size(ends)
				if !ok {
					n = -1
				} else {
					var out bytes.Buffer
					w := wire.NewLineWriter(&out)
					w.Ends = ends
					io.WriteString(w, c.text)
					if err := w.Close(); err != nil || int64(out.Len()) != n {
						t.Errorf("%q, %v: written %d octets, %v; promised %d", c.text, ends, out.Len(), err, n)
					}
				}
				if n != c.size[i] {
					t.Errorf("%q, %v: size %d, want %d", c.text, ends, n, c.size[i])
				}
			}
			if got.Body() != c.body {
				t.Error(c.text, got.Body())
			}
			got.line, got.cr, got.bareEnd, got.body, got.name, got.named = 0, false, false, false, Content{}.name, 0
			if got != c.want {
				t.Errorf("%q in pieces of %d: %+v, want %+v", c.text, size, got, c.want)
			}
		}
	}
}

func FuzzReply(f *testing.F) {
	for _, text := range []string{"250-2.1.5 a\r\n250 2.1.5 b\r\n", "220 x ESMTP\r\n", "250-x\r\n250-SIZE 1\r\n250 AUTH PLAIN\r\n", "334 YQ==\r\n", "551 5.1.6 try <a@b>\r\n", "250 \xff\n"} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, rules := range []Rules{{}, {Lenient: true, UTF8: true}} {
			r, err := rules.ReadReply(wire.NewReader(bytes.NewReader(text)))
			if err != nil {
				var limit *wire.LimitError
				if err != io.EOF && err != io.ErrUnexpectedEOF && !errors.As(err, &limit) {
					offset(t, err)
				}
				continue
			}
			_ = r.Error()
			r.ForwardPath()
			if x, err := rules.ParseExtensions(r); err == nil {
				x.Auth()
				x.FutureRelease()
				x.Limits()
				if again, err := rules.ParseExtensions(x.Reply()); err == nil && !rules.Lenient && fmt.Sprint(again) != fmt.Sprint(x) {
					t.Fatalf("%q: %v, again %v", text, x, again)
				}
			}
			rules.ParseGreeting(r)
			ParseChallenge(r)
			b, err := rules.AppendReply(nil, r)
			if err != nil {
				if !rules.Lenient && len(text) < 300 {
					t.Fatalf("%q: not written: %v", text, err)
				}
				continue
			}
			again, err := rules.ReadReply(wire.NewReader(bytes.NewReader(b)))
			if err != nil || again.Code != r.Code || !rules.Lenient && len(r.Lines) != len(again.Lines) {
				t.Fatalf("%q: written %q: %v", text, b, err)
			}
		}
	})
}

func FuzzContent(f *testing.F) {
	f.Add([]byte("a: b\r\n\r\n.\r\n..x\rü\n"), 3)
	f.Fuzz(func(t *testing.T, text []byte, cut int) {
		var whole, parts Content
		whole.Write(text)
		whole.End()
		if cut = min(max(cut, 0), len(text)); cut >= 0 {
			parts.Write(text[:cut])
			parts.Write(text[cut:])
		}
		parts.End()
		if whole != parts {
			t.Fatalf("%q cut at %d: %+v, %+v", text, cut, whole, parts)
		}
		// What is written dot-stuffed, with its line ends settled, is read again as it was.
		var out bytes.Buffer
		block := wire.NewBlockWriter(&out)
		lines := wire.NewLineWriter(block)
		lines.Ends = wire.AnyToCRLF
		lines.Write(text)
		if err := errors.Join(lines.Close(), block.Close()); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(wire.NewReader(bytes.NewReader(out.Bytes())).Block())
		n, _ := whole.Size(wire.AnyToCRLF)
		if err != nil || int64(len(got)) != n {
			t.Fatalf("%q: %q, %v", text, got, err)
		}
	})
}

func BenchmarkReadReply(b *testing.B) {
	for name, text := range map[string]string{"one": "250 2.1.5 Ok\r\n", "ehlo": "250-mail.example.com\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-ENHANCEDSTATUSCODES\r\n250 CHUNKING\r\n"} {
		b.Run(name, func(b *testing.B) {
			src := &repeat{text: text}
			r := wire.NewReader(src)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (Rules{}).ReadReply(r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// repeat says text again and again.
type repeat struct {
	text string
	at   int
}

func (r *repeat) Read(p []byte) (int, error) {
	n := copy(p, r.text[r.at:])
	r.at = (r.at + n) % len(r.text)
	return n, nil
}

func BenchmarkContent(b *testing.B) {
	text := []byte(rep(rep("x", 76)+"\r\n", 840))
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var c Content
	for b.Loop() {
		c.Write(text)
	}
}

func TestUsers(t *testing.T) {
	reply := &Reply{Code: 250, Lines: []string{"Jon Postel <Postel@isi.edu>", "<a@b>", `"x y"@b`, "Sam Q. Smith <\"<\"@c.example>"}}
	users, err := Rules{}.ParseUsers(reply)
	if err != nil || fmt.Sprint(users) != `[Jon Postel <Postel@isi.edu> a@b "x y"@b Sam Q. Smith <"<"@c.example>]` {
		t.Error(users, err)
	}
	for text, want := range map[string]int{"Cannot tell": 10, "a@b>": 7, "Joe <a>": 10, "ü@b": 4} {
		reply := &Reply{Code: 250, Lines: []string{text}}
		if u, err := (Rules{}).ParseUsers(reply); offset(t, err) != want {
			t.Errorf("%s: %v, %v", text, u, err)
		}
		if u, err := (Rules{Lenient: true}).ParseUsers(reply); err != nil || u[0].Name != text || !u[0].Mailbox.IsZero() {
			t.Errorf("%s: %v, %v", text, u, err)
		}
	}
	for in, want := range map[string]string{"smith": "smith", "a.b@c": "a.b@c", "Joe Smith": `"Joe Smith"`, `x"y`: `"x\"y"`, "": `""`, "a@": `"a@"`} {
		if got := QuoteString(in); got != want {
			t.Error(got)
		}
	}
}
