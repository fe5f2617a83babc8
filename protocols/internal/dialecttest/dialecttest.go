// Package dialecttest checks what every dialect must keep to.
package dialecttest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// Step is one unit of a dialogue as a tracker saw it.
type Step struct {
	Party  dialect.Party
	Unit   dialect.Unit
	Marks  []dialect.Mark
	Events []dialect.Event
}

// String returns the step with its marks in brackets and its events behind it: "C line PASS [password!:secret]".
func (s Step) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%c %s ", s.Party, s.Unit.Kind)
	at := 0
	for _, m := range s.Marks {
		b.Write(s.Unit.Text[at:m.Start])
		b.WriteString("[" + strings.Join(append([]string{m.Kind}, m.Args...), " "))
		if m.Secret {
			b.WriteString("!")
		}
		b.WriteString(":" + string(s.Unit.Text[m.Start:m.End]) + "]")
		at = m.End
	}
	b.Write(s.Unit.Text[at:])
	for _, e := range s.Events {
		switch e.Kind {
		case dialect.StartTLS:
			b.WriteString(" => tls")
		case dialect.StartCompression:
			b.WriteString(" => compress " + e.Arg)
		case dialect.Ends:
			b.WriteString(" => ends")
		case dialect.EndTLS:
			b.WriteString(" => clear")
		case dialect.TransferAsked, dialect.TransferBegins, dialect.TransferEnds:
			tr := e.Transfer
			what := map[dialect.EventKind]string{dialect.TransferAsked: "asked", dialect.TransferBegins: "begins", dialect.TransferEnds: "ends with " + tr.Code}[e.Kind]
			fmt.Fprintf(&b, " => %s %s by %s", tr.Command, what, tr.Sender)
			if tr.Data != nil {
				b.WriteString(", " + tr.Data.Form)
			}
			if tr.TLS {
				b.WriteString(", TLS")
			}
			if tr.StaysOpen {
				b.WriteString(", stays open")
			}
		case dialect.Announce:
			fmt.Fprintf(&b, " => announce %s %s at %s", e.Data.Form, s.Unit.Text[e.Data.Start:e.Data.End], e.Data.Listener)
		}
	}
	return b.String()
}

// Drive lets a new tracker follow a dialogue: lines that begin with "C:" or "S:" are what a party says, with CRLF; a counted run of octets
// takes what it needs of the same party's lines. It fails if the tracker breaks a rule of dialect.Tracker.
func Drive(tb testing.TB, d dialect.Dialect, dialogue string) []Step {
	tb.Helper()
	t := d.NewTracker()
	var out []Step
	pending := map[dialect.Party][]byte{}
	for l := range strings.SplitSeq(dialogue, "\n") {
		if len(l) < 2 || l[0] != 'C' && l[0] != 'S' || l[1] != ':' {
			continue
		}
		p := dialect.Party(l[0])
		pending[p] = append(append(pending[p], strings.TrimPrefix(l[2:], " ")...), "\r\n"...)
		for len(pending[p]) > 0 {
			shape := t.Next(p)
			u := dialect.Unit{Kind: shape.Kind, End: wire.None}
			raw := pending[p]
			switch shape.Kind {
			case dialect.Octets:
				if shape.N < 1 {
					tb.Fatalf("a run of %d octets", shape.N)
				}
				n := min(shape.N, int64(len(raw)))
				u.Text, raw = raw[:n], raw[n:]
			case dialect.Line, dialect.BlockLine:
				if shape.N != 0 {
					tb.Fatalf("a %s of %d octets", shape.Kind, shape.N)
				}
				i := bytes.IndexByte(raw, '\n')
				u.Text, u.End = raw[:i], wire.LF
				if i > 0 && raw[i-1] == '\r' {
					u.Text, u.End = raw[:i-1], wire.CRLF
				}
				raw = raw[i+1:]
			default:
				tb.Fatalf("a control connection is no %s", shape.Kind)
			}
			u.Text = bytes.Clone(u.Text)
			pending[p] = bytes.Clone(raw)
			out = append(out, See(tb, t, p, u))
		}
	}
	return out
}

// See checks what the tracker says of a unit and lets it see it.
func See(tb testing.TB, t dialect.Tracker, p dialect.Party, u dialect.Unit) Step {
	tb.Helper()
	text := bytes.Clone(u.Text)
	st := Step{Party: p, Unit: u}
	before := t.Next(p)
	st.Marks = t.Marks(p, u)
	at := 0
	for _, m := range st.Marks {
		if m.Start < at || m.End < m.Start || m.End > len(u.Text) || m.Kind == "" {
			tb.Fatalf("%q: marks %+v", u.Text, st.Marks)
		}
		at = m.End
	}
	if l := t.Compare(p, u, u); l != dialect.Same {
		tb.Fatalf("%q is %v as itself", u.Text, l)
	}
	other := dialect.Unit{Kind: u.Kind, Text: bytes.ToUpper(u.Text), End: u.End}
	if a, b := t.Compare(p, u, other), t.Compare(p, other, u); (a == dialect.Different) != (b == dialect.Different) {
		tb.Fatalf("%q and %q: %v, the other way round %v", u.Text, other.Text, a, b)
	}
	if l := t.Compare(p, u, dialect.Unit{Kind: u.Kind, Text: append(bytes.Clone(text), u.Text...), End: wire.LF}); u.End != wire.LF && l != dialect.Different {
		tb.Fatalf("%q: another line end is %v", u.Text, l)
	}
	if t.Next(p) != before {
		tb.Fatalf("%q: Marks or Compare changed the tracker", u.Text)
	}
	var answered *dialect.Transfer
	final := false
	if data, ok := t.(dialect.DataTracker); ok {
		answered, final = data.Answered(p, u)
	}
	st.Events = t.Saw(p, u)
	for _, e := range st.Events {
		if ends := e.Kind == dialect.TransferEnds; (ends || e.Kind == dialect.TransferBegins) && answered != nil && (e.Transfer != answered || ends != final) {
			tb.Fatalf("%q: %+v, and Answered said %+v, %v", u.Text, e.Transfer, answered, final)
		}
	}
	for _, e := range st.Events {
		if (e.Kind == dialect.Announce) != (e.Data != nil) || e.Kind != dialect.StartCompression && e.Arg != "" {
			tb.Fatalf("%q: event %+v", u.Text, e)
		}
		if d := e.Data; d != nil && (d.Start < 0 || d.End <= d.Start || d.End > len(u.Text) || d.Form == "") {
			tb.Fatalf("%q: data connection %+v", u.Text, d)
		}
	}
	if !bytes.Equal(text, u.Text) {
		tb.Fatalf("%q was changed to %q", text, u.Text)
	}
	return st
}

// Fuzz adds the dialogues as seeds and drives trackers with what the fuzzer makes of them.
func Fuzz(f *testing.F, d dialect.Dialect, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, dialogue string) { Drive(t, d, dialogue) })
}

// Check drives a dialogue and compares the steps with what is wanted, one a line.
func Check(tb testing.TB, d dialect.Dialect, dialogue, want string) {
	tb.Helper()
	var got []string
	for _, s := range Drive(tb, d, dialogue) {
		got = append(got, s.String())
	}
	w := strings.Split(strings.TrimSpace(want), "\n")
	for i := range max(len(got), len(w)) {
		g, x := "(nothing)", "(nothing)"
		if i < len(got) {
			g = got[i]
		}
		if i < len(w) {
			x = strings.TrimSpace(w[i])
		}
		if strings.TrimSpace(g) != x {
			tb.Errorf("step %d:\n got  %q\n want %q", i+1, strings.TrimSpace(g), x)
		}
	}
}

// Compare checks what the tracker says of two lines that a party says after a dialogue.
func Compare(tb testing.TB, d dialect.Dialect, dialogue string, p dialect.Party, want, got string, like dialect.Likeness) {
	tb.Helper()
	t := d.NewTracker()
	for l := range strings.SplitSeq(dialogue, "\n") {
		if len(l) > 2 {
			p := dialect.Party(l[0])
			See(tb, t, p, dialect.Unit{Kind: t.Next(p).Kind, Text: []byte(l[3:]), End: wire.CRLF})
		}
	}
	kind := t.Next(p).Kind
	a, b := dialect.Unit{Kind: kind, Text: []byte(want), End: wire.CRLF}, dialect.Unit{Kind: kind, Text: []byte(got), End: wire.CRLF}
	if l := t.Compare(p, a, b); l != like {
		tb.Errorf("%s %q and %q: %v, want %v", p, want, got, l, like)
	}
}
