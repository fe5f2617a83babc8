package transcript

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// octets draws text with all that is hard about it.
var octets = rapid.OneOf(
	rapid.SliceOf(rapid.Byte()),
	rapid.Custom(func(t *rapid.T) []byte {
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{
			" ", "  ", "{", "{{", "}", "}}", "{{lf}}", "\r", "\n", "\r\n", "\x00", "\t", "\x7f", "\x80", "é", "日本", "\u00a0", "\u200b", "\ufffd",
			"\xc3", "a", "+OK", "#", "-- end", "C:", `"`, `\`, "***", "as", "x", "none", "{11}", "=ts",
		}), 0, 12).Draw(t, "pieces")
		return []byte(strings.Join(pieces, ""))
	}),
)

var names = rapid.StringMatching(`[A-Za-z0-9_-]{1,8}`)

var channels = rapid.SampledFrom([]string{"", "", "", "2", "3", "17", "d1", "d2"})

func genWho() *rapid.Generator[Who] {
	return rapid.Custom(func(t *rapid.T) Who {
		return Who{rapid.SampledFrom([]dialect.Party{dialect.Client, dialect.Server}).Draw(t, "party"), channels.Draw(t, "channel")}
	})
}

func genValue() *rapid.Generator[*Value] {
	return rapid.Custom(func(t *rapid.T) *Value {
		if rapid.IntRange(0, 5).Draw(t, "ref") == 0 {
			return &Value{Ref: names.Draw(t, "name")}
		}
		info := rapid.SampledFrom(kinds).Draw(t, "kind")
		v := &Value{Kind: info.Name}
		if rapid.Bool().Draw(t, "redacted") {
			v.Redacted = true
		} else {
			v.Octets = octets.Draw(t, "octets")
		}
		if rapid.Bool().Draw(t, "captured") {
			v.As = names.Draw(t, "as")
		}
		if info.argOK != nil && rapid.Bool().Draw(t, "args") {
			for _, arg := range []string{"quoted", "d1", "PLAIN"} {
				if info.argOK(arg) {
					v.Args = []string{arg}
				}
			}
		}
		return v
	})
}

func genSay(who Who) *rapid.Generator[*Say] {
	return rapid.Custom(func(t *rapid.T) *Say {
		s := &Say{Who: who}
		if rapid.IntRange(0, 9).Draw(t, "blob") == 0 {
			s.End = wire.None
			s.Parts = []Part{{Blob: &Blob{Name: "a" + names.Draw(t, "file") + ".bin", Size: rapid.Int64Range(1, 1<<62).Draw(t, "size"),
				SHA256: rapid.StringMatching(`[0-9a-f]{64}`).Draw(t, "sum")}}}
			return s
		}
		n := 0
		for range rapid.IntRange(0, 4).Draw(t, "parts") {
			if rapid.Bool().Draw(t, "value") {
				s.Parts = append(s.Parts, Part{Value: genValue().Draw(t, "v")})
				n++
			} else {
				text := octets.Draw(t, "text")
				s.Parts = append(s.Parts, Part{Text: text})
				n += len(text)
			}
		}
		s.End = rapid.SampledFrom([]wire.Terminator{wire.CRLF, wire.LF, wire.None}).Draw(t, "end")
		if n == 0 && s.End == wire.None {
			s.End = wire.CRLF
		}
		return s
	})
}

func genEvent() *rapid.Generator[*Event] {
	return rapid.Custom(func(t *rapid.T) *Event {
		e := &Event{Kind: rapid.SampledFrom([]EventKind{Open, TLS, Clear, Compress, Wait, Quiet, HalfClose, Close, Reset}).Draw(t, "kind"), Who: genWho().Draw(t, "who")}
		switch e.Kind {
		case TLS, Clear:
			e.Who.Party = 0
		case Compress:
			e.Who.Party, e.Arg = 0, "deflate"
		case Wait, Quiet:
			e.Duration = Duration(rapid.Int64Range(1, 1<<50).Draw(t, "ns"))
		case Open:
			if e.Who.Channel == "" {
				e.Who.Channel = "2"
			}
		}
		return e
	})
}

func genItem() *rapid.Generator[Item] {
	return rapid.Custom(func(t *rapid.T) Item {
		switch rapid.IntRange(0, 9).Draw(t, "item") {
		case 0:
			return &Comment{Text: rapid.SampledFrom([]string{"", "# a comment", "#", "#  über {{lf}} "}).Draw(t, "comment")}
		case 1, 2:
			return genEvent().Draw(t, "event")
		case 3:
			who := genWho().Draw(t, "who")
			g := &Group{Kind: Unordered}
			for range rapid.IntRange(1, 3).Draw(t, "lines") {
				g.Items = append(g.Items, genSay(who).Draw(t, "say"))
			}
			return g
		case 4:
			g := &Group{Kind: Optional, Items: []Item{genSay(genWho().Draw(t, "who")).Draw(t, "say")}}
			if rapid.Bool().Draw(t, "more") {
				g.Items = append(g.Items, genEvent().Draw(t, "event"), &Comment{Text: "# in the group"})
			}
			return g
		}
		return genSay(genWho().Draw(t, "who")).Draw(t, "say")
	})
}

func genSession() *rapid.Generator[*Session] {
	return rapid.Custom(func(t *rapid.T) *Session {
		s := New("pop3")
		if rapid.Bool().Draw(t, "server") {
			s.Set("server", "Some Server 1.0 (é)")
			s.Set("note", "")
		}
		s.Items = rapid.SliceOfN(genItem(), 0, 12).Draw(t, "items")
		return s
	})
}

// mangle rewrites a canonical file as a person might have: other line ends, escapes that are not needed, no end of the last line.
func mangle(t *rapid.T, text []byte) []byte {
	var out []byte
	lines := strings.SplitAfter(string(text), "\n")
	for i, l := range lines {
		if l == "" {
			continue
		}
		switch rapid.IntRange(0, 8).Draw(t, "mangle") {
		case 0:
			l = strings.TrimSuffix(l, "\n") + "\r\n"
		case 1:
			if j := strings.Index(l, ": "); j > 0 && (l[0] == 'C' || l[0] == 'S') && !strings.Contains(l, "{{blob") {
				l = l[:j+2] + "{{x 4A}}" + l[j+2:]
			}
		case 2:
			if strings.HasPrefix(l, "-- ") {
				l = "--  " + l[3:]
			}
		case 3:
			if i == len(lines)-2 {
				l = strings.TrimSuffix(l, "\n")
			}
		}
		out = append(out, l...)
	}
	return out
}

func TestParsePrintProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := genSession().Draw(t, "session")
		text := s.Print()
		again, err := Parse("x", text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if !Equal(s, again) {
			t.Fatalf("other after parsing:\n%s\n%s", text, again.Print())
		}
		if err := s.Check(); err != nil {
			t.Fatal(err)
		}
		if p := again.Print(); string(p) != string(text) {
			t.Fatalf("print of parse differs:\n%q\n%q", text, p)
		}
		odd := mangle(t, text)
		third, err := Parse("x", odd)
		if err != nil {
			t.Fatalf("%v\n%s", err, odd)
		}
		if p := third.Print(); string(p) != string(odd) {
			t.Fatalf("print of parse differs:\n%q\n%q", odd, p)
		}
		f := third.Format()
		fourth, err := Parse("x", f)
		if err != nil {
			t.Fatalf("%v\n%s", err, f)
		}
		if !Equal(third, fourth) {
			t.Fatalf("format changed the meaning:\n%s\n%s", odd, f)
		}
		if ff := fourth.Format(); string(ff) != string(f) {
			t.Fatalf("format is not idempotent:\n%s\n%s", f, ff)
		}
	})
}

// Every line has one canonical print, and a print stands for one line.
func TestOnePrintOneLine(t *testing.T) {
	seen := map[string]string{}
	alphabet := []string{"{", "\r", "\n", " ", "a", "\x00", "\x80", "}"}
	var all []string
	var grow func(s string, n int)
	grow = func(s string, n int) {
		all = append(all, s)
		if n > 0 {
			for _, a := range alphabet {
				grow(s+a, n-1)
			}
		}
	}
	grow("", 4)
	for _, text := range all {
		for _, end := range []wire.Terminator{wire.CRLF, wire.LF, wire.None} {
			if text == "" && end == wire.None {
				continue
			}
			say := NewSay(Who{Party: dialect.Server}, []byte(text), end)
			print := say.String()
			id := fmt.Sprintf("%q %s", text, end)
			if was, ok := seen[print]; ok {
				t.Fatalf("%s and %s both print %q", was, id, print)
			}
			seen[print] = id
			s, err := Parse("x", []byte("session: 1\nprotocol: x\n\n"+print+"\n"))
			if err != nil {
				t.Fatalf("%s: %v", id, err)
			}
			if got := s.Items[0].(*Say); !equalItem(got, say) {
				t.Fatalf("%s prints %q, which parses to %q %s", id, print, got.Sample(), got.End)
			}
		}
	}
}
