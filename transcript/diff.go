package transcript

import (
	"bytes"
	"fmt"
	"strings"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// DifferenceKind says how two sessions differ at a place.
type DifferenceKind string

// The kinds of differences.
const (
	// OnlyA: the item is in the first session only.
	OnlyA DifferenceKind = "only in the first"
	// OnlyB: the item is in the second session only.
	OnlyB DifferenceKind = "only in the second"
	// Changed: the items stand in the same place and are not the same.
	Changed DifferenceKind = "changed"
)

// Difference is a place where two sessions differ.
type Difference struct {
	Kind DifferenceKind
	// A and B are the items, a [*Say] or an [*Event]; one is nil unless Kind is Changed.
	A, B Item
	// Likeness of changed lines: Different or Reworded.
	Likeness dialect.Likeness
}

// String returns the difference in lines that begin with "-" (the first) and "+" (the second), each with its position.
func (d Difference) String() string {
	var b strings.Builder
	side := func(sign string, it Item) {
		if it == nil {
			return
		}
		fmt.Fprintf(&b, "%s %s: %s\n", sign, it.Position(), it)
	}
	side("-", d.A)
	side("+", d.B)
	return strings.TrimSuffix(b.String(), "\n")
}

// entry is a unit or an event, with what it is aligned by.
type entry struct {
	item Item   // the Say (joined) or Event
	key  string // equal keys are the same but for what changes from run to run
	head string // equal heads are in the same place, maybe changed
	unit dialect.Unit
}

// Diff returns where b differs from a, in order. Parts that change from run to run are left aside. Reworded replies are listed with
// that likeness: a caller who does not care for wording skips them. Headers, comments, the lengths of waits and whether a line is optional are
// not compared.
func Diff(a, b *Session, d dialect.Dialect) []Difference {
	ea, eb := entries(a, d), entries(b, d)
	pairs := align(ea, eb)
	// The second walk over a has the trackers in the state in which each line of a was said.
	var out []Difference
	i, next := 0, 0
	onlyB := func(upTo int) {
		for ; next < upTo; next++ {
			out = append(out, Difference{Kind: OnlyB, B: eb[next].item})
		}
	}
	visit := func(t dialect.Tracker) {
		e := ea[i]
		j := pairs[i]
		i++
		if j < 0 {
			out = append(out, Difference{Kind: OnlyA, A: e.item})
			return
		}
		onlyB(j)
		next = j + 1
		if like := likeness(t, e, eb[j]); like != dialect.Same {
			out = append(out, Difference{Kind: Changed, A: e.item, B: eb[j].item, Likeness: like})
		}
	}
	w := walker{d: d, session: a, before: func(st *step) { visit(st.Tracker) }, event: func(*Event) { visit(nil) }}
	w.walk()
	onlyB(len(eb))
	return out
}

// likeness compares two aligned entries; either may hold values that stand for the other's octets.
func likeness(t dialect.Tracker, a, b entry) dialect.Likeness {
	if a.key == b.key {
		return dialect.Same
	}
	sa, ok := a.item.(*Say)
	if !ok {
		return dialect.Different
	}
	sb, ok := b.item.(*Say)
	if !ok || sa.Blob() != nil || sb.Blob() != nil {
		return dialect.Different
	}
	like := dialect.Different
	for _, try := range []struct {
		s *Say
		u dialect.Unit
	}{{sa, b.unit}, {sb, a.unit}} {
		try.u.Kind = a.unit.Kind
		s := try.s
		if s.Who != sa.Who {
			return dialect.Different
		}
		like = max(like, s.MatchUnit(t, try.u, &Bindings{}).Likeness)
	}
	return like
}

// entries returns the units and events of a session.
func entries(s *Session, d dialect.Dialect) []entry {
	var out []entry
	w := walker{d: d, session: s}
	w.before = func(st *step) {
		joined := Join(st.Says...)
		e := entry{item: joined}
		if bl := joined.Blob(); bl != nil {
			e.key = st.Who.String() + ": blob " + bl.SHA256
			e.head = st.Who.String() + ": blob"
		} else {
			// Redacted values are given an example of their kind, so that they match.
			shown, general := placeholders(joined, &w.binds)
			e.unit = dialect.Unit{Kind: st.Unit.Kind, Text: shown, End: joined.End}
			if st.Unit.Kind == dialect.Octets || st.Unit.Kind == dialect.Stream {
				e.unit.Text, e.unit.End = append(shown, joined.End.Octets()...), wire.None
			}
			if !general && st.Tracker != nil {
				shown = generalise(shown, checkedMarks(st.Tracker, st.Who.Party, st.Unit))
			} else {
				shown = templated(joined, &w.binds)
			}
			e.key = st.Who.String() + ": " + string(shown) + joined.End.String()
			e.head = st.Who.String() + ": " + headOf(shown)
		}
		out = append(out, e)
	}
	w.event = func(ev *Event) {
		key := (&Event{Kind: ev.Kind, Who: ev.Who, Arg: ev.Arg, Duration: 1}).String()
		out = append(out, entry{item: ev, key: key, head: key})
	}
	w.walk()
	return out
}

// placeholders returns the recorded octets, examples for what was redacted; values says whether there are any.
func placeholders(s *Say, b *Bindings) (text []byte, values bool) {
	for _, p := range s.Parts {
		switch {
		case p.Value == nil:
			text = append(text, p.Text...)
		case p.Value.Redacted:
			values = true
			text = append(text, kindExample(p.Value.Kind)...)
		case p.Value.Ref != "":
			values = true
			flat, _ := flatten([]Part{p}, b)
			text = append(text, flat...)
		default:
			values = true
			text = append(text, p.Value.Octets...)
		}
	}
	return text, values
}

// templated returns the line with the kinds in place of values.
func templated(s *Say, b *Bindings) []byte {
	var out []byte
	for _, p := range s.Parts {
		if p.Value == nil {
			out = append(out, p.Text...)
			continue
		}
		kind := p.Value.Kind
		if p.Value.Ref != "" {
			kind = "=" + p.Value.Ref
		}
		out = append(append(append(out, "{{"...), kind...), "}}"...)
	}
	return out
}

// generalise puts the kinds in place of what the dialect marks.
func generalise(text []byte, marks []dialect.Mark) []byte {
	var out []byte
	at := 0
	for _, m := range marks {
		if m.Start < at || m.End > len(text) {
			continue
		}
		out = append(append(append(append(out, text[at:m.Start]...), "{{"...), m.Kind...), "}}"...)
		at = m.End
	}
	return append(out, text[at:]...)
}

// headOf returns the first two words in upper case.
func headOf(text []byte) string {
	words := bytes.Fields(text)
	return strings.ToUpper(string(bytes.Join(words[:min(2, len(words))], []byte(" "))))
}

// maxCells bounds the table of the exact alignment.
const maxCells = 4 << 20

// align returns for each entry of a the number of its partner in b, -1 for none. Partners are in order.
func align(a, b []entry) []int {
	pairs := make([]int, len(a))
	for i := range pairs {
		pairs[i] = -1
	}
	alignRange(a, b, 0, 0, pairs)
	return pairs
}

func alignRange(a, b []entry, ai, bi int, pairs []int) {
	for len(a) > 0 && len(b) > 0 && a[0].key == b[0].key {
		pairs[ai] = bi
		a, b, ai, bi = a[1:], b[1:], ai+1, bi+1
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1].key == b[len(b)-1].key {
		pairs[ai+len(a)-1] = bi + len(b) - 1
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	switch {
	case len(a) == 0 || len(b) == 0:
	case len(a)*len(b) <= maxCells:
		alignExact(a, b, ai, bi, pairs)
	default:
		// Split where a key that is unique on both sides stands nearest to the middle; without one, pair in order.
		i, j, ok := anchor(a, b)
		if !ok {
			for k := range min(len(a), len(b)) {
				if a[k].head == b[k].head {
					pairs[ai+k] = bi + k
				}
			}
			return
		}
		alignRange(a[:i], b[:j], ai, bi, pairs)
		alignRange(a[i:], b[j:], ai+i, bi+j, pairs)
	}
}

// anchor returns the places of a key that both sides have once.
func anchor(a, b []entry) (int, int, bool) {
	type places struct{ na, nb, i, j int }
	m := map[string]*places{}
	for i, e := range a {
		p := m[e.key]
		if p == nil {
			p = &places{}
			m[e.key] = p
		}
		p.na++
		p.i = i
	}
	for j, e := range b {
		if p := m[e.key]; p != nil {
			p.nb++
			p.j = j
		}
	}
	best, at := len(a)+1, (*places)(nil)
	for _, p := range m {
		if off := abs(p.i - len(a)/2); p.na == 1 && p.nb == 1 && off < best {
			best, at = off, p
		}
	}
	if at == nil {
		return 0, 0, false
	}
	return at.i, at.j, true
}

func abs(n int) int { return max(n, -n) }

// alignExact finds the cheapest alignment: the same costs nothing, a change of the same head 2, one of another head by the same party 5,
// an item on one side only 3.
func alignExact(a, b []entry, ai, bi int, pairs []int) {
	const only = 3
	cost := func(x, y *entry) int32 {
		switch {
		case x.key == y.key:
			return 0
		case x.head == y.head:
			return 2
		case sameSpeaker(x.item, y.item):
			return 5
		}
		return 2*only + 1
	}
	w := len(b) + 1
	table := make([]int32, (len(a)+1)*w)
	for i := len(a); i >= 0; i-- {
		for j := len(b); j >= 0; j-- {
			switch {
			case i == len(a):
				table[i*w+j] = int32(len(b)-j) * only
			case j == len(b):
				table[i*w+j] = int32(len(a)-i) * only
			default:
				table[i*w+j] = min(table[(i+1)*w+j+1]+cost(&a[i], &b[j]), table[(i+1)*w+j]+only, table[i*w+j+1]+only)
			}
		}
	}
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch table[i*w+j] {
		case table[(i+1)*w+j+1] + cost(&a[i], &b[j]):
			pairs[ai+i] = bi + j
			i, j = i+1, j+1
		case table[(i+1)*w+j] + only:
			i++
		default:
			j++
		}
	}
}

func sameSpeaker(x, y Item) bool {
	a, ok := x.(*Say)
	if !ok {
		return false
	}
	b, ok := y.(*Say)
	return ok && a.Who == b.Who
}
