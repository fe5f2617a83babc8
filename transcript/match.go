package transcript

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// Bindings holds the values that were captured in a play of a session, by their names, and the tags that the peer chose in place of the
// recorded ones. It is safe for concurrent use; the zero Bindings is ready.
type Bindings struct {
	mu     sync.Mutex
	values map[string][]byte
	tags   map[string]string // channel, space, recorded tag -> live tag
}

// Get returns the value that was captured under the name. The caller must not change it.
func (b *Bindings) Get(name string) ([]byte, bool) {
	if b == nil {
		return nil, false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	v, ok := b.values[name]
	return v, ok
}

// Set captures a copy of value under the name, in place of what it held before.
func (b *Bindings) Set(name string, value []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.values == nil {
		b.values = map[string][]byte{}
	}
	b.values[name] = bytes.Clone(append([]byte{}, value...))
}

func (b *Bindings) tag(channel, recorded string) (string, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	live, ok := b.tags[channel+" "+recorded]
	return live, ok
}

func (b *Bindings) setTag(channel, recorded, live string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.tags == nil {
		b.tags = map[string]string{}
	}
	b.tags[channel+" "+recorded] = live
}

func (b *Bindings) hasTags() bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.tags) > 0
}

// Matched tells what a value stood for.
type Matched struct {
	// Value is the part of the session's line.
	Value *Value
	// Octets are what it stood for in the live text.
	Octets []byte
	// Start and End delimit them in the text that was matched.
	Start, End int
}

// commit captures what was matched.
func (b *Bindings) commit(values []Matched) {
	if b == nil {
		return
	}
	for _, m := range values {
		if m.Value.As != "" {
			b.Set(m.Value.As, m.Octets)
		}
	}
}

// Match reports whether text, a line without its terminator, is what the line says: literal text octet for octet, values by their kind,
// references by what was captured. If it matches, captures are set in b, which may be nil. Time is linear in the text.
// A blob matches nothing here; see [Say.Blob].
func (s *Say) Match(text []byte, b *Bindings) (values []Matched, ok bool) {
	if s.Blob() != nil {
		return nil, false
	}
	values, ok = matchParts(mergeParts(s.Parts), text, b, false)
	if ok {
		b.commit(values)
	}
	return values, ok
}

// isPlain reports whether the parts are nothing but text.
func isPlain(parts []Part) bool {
	for _, p := range parts {
		if p.Value != nil || p.Blob != nil {
			return false
		}
	}
	return true
}

// matchParts matches parts, which are merged, with the whole of text.
func matchParts(parts []Part, text []byte, b *Bindings, fold bool) ([]Matched, bool) {
	if isPlain(parts) && !fold {
		var all []byte
		if len(parts) > 0 {
			all = parts[0].Text
		}
		return nil, bytes.Equal(all, text)
	}
	// Most lines that do not match differ at once.
	if len(parts) > 0 && parts[0].Text != nil && !fold && !bytes.HasPrefix(text, parts[0].Text) {
		return nil, false
	}
	values, _, ok := matchPattern(parts, text, b, fold, true)
	return values, ok
}

// matchPattern matches parts with text, or with a stretch at its start if not whole; end is where the match ends.
func matchPattern(parts []Part, text []byte, b *Bindings, fold, whole bool) (values []Matched, end int, ok bool) {
	var pat strings.Builder
	pat.WriteString("^")
	var groups []*Value
	dynamic := false
	for _, p := range parts {
		switch {
		case p.Blob != nil:
			return nil, 0, false
		case p.Value == nil:
			writeLiteral(&pat, p.Text, fold)
		case p.Value.Ref != "":
			v, ok := b.Get(p.Value.Ref)
			if !ok {
				return nil, 0, false
			}
			dynamic = true
			writeLiteral(&pat, v, false)
		default:
			info := LookupKind(p.Value.Kind)
			if info == nil {
				return nil, 0, false
			}
			pat.WriteString("(" + info.pattern + ")")
			groups = append(groups, p.Value)
		}
	}
	if whole {
		pat.WriteString(`$`)
	}
	re, err := compile(pat.String(), !dynamic && whole)
	if err != nil {
		return nil, 0, false
	}
	subject := latin1(text)
	loc := re.FindStringSubmatchIndex(subject)
	if loc == nil {
		return nil, 0, false
	}
	if len(subject) != len(text) { // offsets in runes are offsets in octets
		for i, at := range loc {
			loc[i] = utf8.RuneCountInString(subject[:at])
		}
	}
	for i, v := range groups {
		start, end := loc[2*i+2], loc[2*i+3]
		values = append(values, Matched{Value: v, Octets: text[start:end:end], Start: start, End: end})
	}
	return values, loc[1], true
}

func writeLiteral(pat *strings.Builder, t []byte, fold bool) {
	if fold {
		pat.WriteString("(?i:" + regexp.QuoteMeta(latin1(t)) + ")")
		return
	}
	pat.WriteString(regexp.QuoteMeta(latin1(t)))
}

// patterns caches the expressions of lines with values: a served session is matched again and again.
var patterns struct {
	sync.Mutex
	m map[string]*regexp.Regexp
}

const maxPatterns = 4096

func compile(pattern string, cache bool) (*regexp.Regexp, error) {
	if !cache {
		return regexp.Compile(pattern)
	}
	patterns.Lock()
	re := patterns.m[pattern]
	patterns.Unlock()
	if re != nil {
		return re, nil
	}
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	patterns.Lock()
	defer patterns.Unlock()
	if patterns.m == nil || len(patterns.m) >= maxPatterns {
		patterns.m = map[string]*regexp.Regexp{}
	}
	patterns.m[pattern] = re
	return re, nil
}

// MatchResult is the outcome of [Say.MatchUnit].
type MatchResult struct {
	// Likeness is how far the unit is what the session says.
	Likeness dialect.Likeness
	// Values tells what the line's values stood for, as far as they were found.
	Values []Matched
	// Offset is the place of the first octet that differs, from 0 in the unit's raw octets, if Likeness is Different.
	Offset int
	// Want is what was expected there, such as `"+OK"`, "a decimal number" or "CRLF", if Likeness is Different.
	Want string
}

// MatchUnit says how far u, which s.Who.Party said on the connection that t follows, is what the line says. It asks t as to leniency,
// but does not tell it the unit: the caller calls t.Saw afterwards. t may be nil: then only equal is Same.
//
// The line is matched as by [Say.Match] first. If that fails, the values and the tags in it are replaced by the live ones that
// stand in their place in u, and t compares the two. What is Same or Reworded has its captures set in b, which may be nil; a tag that
// the client chose otherwise than the session is noted in b, and [Say.Render] puts it into the server's lines.
//
// A counted run of octets (dialect.Octets, dialect.Stream) is written in a session as lines: cut after each LF, the rest with
// {{none}}. A player cuts such a run in the same way, and gives each cut as a unit whose Text holds the line end and whose End is
// wire.None; MatchUnit compares it with the line and its terminator taken together. A line that a session says in several pieces, each but
// the last with {{none}}, is put together by [Join] first.
func (s *Say) MatchUnit(t dialect.Tracker, u dialect.Unit, b *Bindings) MatchResult {
	if bl := s.Blob(); bl != nil {
		return MatchResult{Want: fmt.Sprintf("the %d octets of the blob %s", bl.Size, bl.Name)}
	}
	parts := mergeParts(s.Parts)
	ends := s.End == u.End
	if u.Kind == dialect.Octets || u.Kind == dialect.Stream {
		parts = mergeParts(append(parts[:len(parts):len(parts)], Part{Text: []byte(s.End.Octets())}))
		u.Text, u.End, ends = u.AppendRaw(nil), wire.None, true
	}
	m := matcher{s: s, t: t, u: u, b: b, parts: parts}
	like, values, want := m.match()
	if like == dialect.Different {
		r := MatchResult{Values: values}
		r.Offset, r.Want = m.locate(values, want)
		return r
	}
	if !ends {
		what := s.End.String()
		if s.End == wire.None {
			what = "no line end"
		}
		return MatchResult{Values: values, Offset: len(u.Text), Want: what}
	}
	b.commit(values)
	if b != nil && m.liveTag != "" && s.Who.Party == dialect.Client {
		b.setTag(s.Who.Channel, m.recordedTag, m.liveTag)
	}
	return MatchResult{Likeness: like, Values: values}
}

// matcher matches one unit with one line.
type matcher struct {
	s     *Say
	t     dialect.Tracker
	u     dialect.Unit
	b     *Bindings
	parts []Part

	recordedTag, liveTag string
	marks                []dialect.Mark // of u
	marked               bool
}

// match returns the likeness, what values stood for, and the wanted text with the live values in it (nil if it was not built).
func (m *matcher) match() (dialect.Likeness, []Matched, []byte) {
	if !m.b.hasTags() {
		if values, ok := matchParts(m.parts, m.u.Text, m.b, false); ok {
			return dialect.Same, values, nil
		}
	}
	if m.t == nil {
		return dialect.Different, nil, nil
	}
	m.retag()
	if values, ok := matchParts(m.parts, m.u.Text, m.b, false); ok {
		return dialect.Same, values, nil
	}
	for _, p := range m.parts {
		if p.Value != nil && p.Value.Ref != "" {
			if _, ok := m.b.Get(p.Value.Ref); !ok {
				return dialect.Different, nil, nil
			}
		}
	}
	values, ok := matchParts(m.parts, m.u.Text, m.b, true)
	if !ok {
		values = m.pair()
	}
	want := m.live(values)
	like := m.t.Compare(m.s.Who.Party, dialect.Unit{Kind: m.u.Kind, Text: want, End: m.u.End}, m.u)
	return like, values, want
}

func (m *matcher) gotMarks() []dialect.Mark {
	if !m.marked {
		m.marks, m.marked = checkedMarks(m.t, m.s.Who.Party, m.u), true
	}
	return m.marks
}

// retag replaces a tag in plain text by the live one.
func (m *matcher) retag() {
	flat, spans := flatten(m.parts, m.b)
	mark, ok := tagMark(m.t, m.s.Who.Party, dialect.Unit{Kind: m.u.Kind, Text: flat, End: m.u.End})
	if !ok {
		return
	}
	m.recordedTag = string(flat[mark.Start:mark.End])
	switch m.s.Who.Party {
	case dialect.Client:
		for _, g := range m.gotMarks() {
			if g.Kind == "tag" {
				m.liveTag = string(m.u.Text[g.Start:g.End])
			}
		}
	default:
		if m.b != nil {
			m.liveTag, _ = m.b.tag(m.s.Who.Channel, m.recordedTag)
		}
	}
	if m.liveTag == "" || m.liveTag == m.recordedTag {
		return
	}
	m.parts = replacePlain(m.parts, spans, mark.Start, mark.End, []byte(m.liveTag))
}

// pair finds the values of the line in u by the marks that the dialect sets there, in order.
func (m *matcher) pair() []Matched {
	var out []Matched
	marks := m.gotMarks()
	for _, p := range m.parts {
		if p.Value == nil || p.Value.Ref != "" {
			continue
		}
		for i, g := range marks {
			if g.Kind == p.Value.Kind {
				out = append(out, Matched{Value: p.Value, Octets: m.u.Text[g.Start:g.End:g.End], Start: g.Start, End: g.End})
				marks = marks[i+1:]
				break
			}
		}
	}
	return out
}

// live returns the text of the line with the values that were found in u in their places.
func (m *matcher) live(values []Matched) []byte {
	var out []byte
	for _, p := range m.parts {
		switch {
		case p.Value == nil:
			out = append(out, p.Text...)
		case p.Value.Ref != "":
			v, _ := m.b.Get(p.Value.Ref)
			out = append(out, v...)
		default:
			if len(values) > 0 && values[0].Value == p.Value {
				out = append(out, values[0].Octets...)
				values = values[1:]
			} else {
				out = append(out, p.Value.sample()...)
			}
		}
	}
	return out
}

// maxProbes bounds how often the dialect is asked where two units begin to differ.
const maxProbes = 256

// locate returns where u begins to differ from the line, and what was expected there.
func (m *matcher) locate(values []Matched, want []byte) (int, string) {
	got := m.u.Text
	if want != nil && m.t != nil && len(values) == m.valueCount() {
		// All values stand in u, so that want and got are aligned: find the first octet that the dialect minds.
		at := len(commonPrefix(want, got))
		for i, probes := at, 0; i < min(len(want), len(got)) && probes < maxProbes; i++ {
			if want[i] == got[i] {
				continue
			}
			probes++
			mixed := append(append([]byte{}, got[:i+1]...), want[i+1:]...)
			if m.t.Compare(m.s.Who.Party, dialect.Unit{Kind: m.u.Kind, Text: want, End: m.u.End}, dialect.Unit{Kind: m.u.Kind, Text: mixed, End: m.u.End}) == dialect.Different {
				return i, expected(want[i:])
			}
			at = i + 1
		}
		if at >= min(len(want), len(got)) {
			at = min(len(want), len(got))
		}
		return at, expected(want[at:])
	}
	// The values are not all there: the longest run of parts from the start that u begins with.
	fold := m.t != nil
	for k := len(m.parts) - 1; k >= 0; k-- {
		_, end, ok := matchPattern(m.parts[:k], got, m.b, fold, false)
		if !ok {
			continue
		}
		next := m.parts[k]
		switch {
		case next.Value == nil:
			n := len(commonPrefixFold(next.Text, got[end:], fold))
			if n == len(next.Text) && k+1 < len(m.parts) {
				return end + n, describe(m.parts[k+1], m.b)
			}
			return end + n, expected(next.Text[n:])
		default:
			return end, describe(next, m.b)
		}
	}
	n := 0
	if len(m.parts) > 0 {
		n = len(commonPrefixFold(m.parts[0].Text, got, fold))
		return n, expected(m.parts[0].Text[n:])
	}
	return 0, ""
}

func (m *matcher) valueCount() int {
	n := 0
	for _, p := range m.parts {
		if p.Value != nil && p.Value.Ref == "" {
			n++
		}
	}
	return n
}

func describe(p Part, b *Bindings) string {
	if p.Value == nil {
		return expected(p.Text)
	}
	if p.Value.Ref != "" {
		v, ok := b.Get(p.Value.Ref)
		if !ok {
			return fmt.Sprintf("the value captured as %s (none was captured)", p.Value.Ref)
		}
		return fmt.Sprintf("%s (captured as %s)", wire.Quote(v), p.Value.Ref)
	}
	if info := LookupKind(p.Value.Kind); info != nil {
		return info.Doc
	}
	return "a value of the unknown kind " + p.Value.Kind
}

func expected(b []byte) string {
	if len(b) == 0 {
		return "the end of the line"
	}
	return wire.Quote(b)
}

func commonPrefix(a, b []byte) []byte {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return a[:n]
}

func commonPrefixFold(a, b []byte, fold bool) []byte {
	lower := func(c byte) byte {
		if fold && c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	}
	n := 0
	for n < len(a) && n < len(b) && lower(a[n]) == lower(b[n]) {
		n++
	}
	return a[:n]
}

// Fill supplies a live value for a recorded one: a credential, a data connection's address. With ok false the recorded value is
// played; a redacted one is then an error.
type Fill func(v *Value) (live []byte, ok bool, err error)

// Render returns the octets of the line, without its terminator, as they are to be said now: references by what was captured, values
// as fill says or as recorded, in a server's line the tags that the client chose. Values that are captured are set in b. b, t and
// fill may be nil; t is the tracker of the connection, before it saw the line. A live value for a value with the argument "quoted" gets its
// backslashes here. A blob is an error: it is played by [Session.OpenBlob].
func (s *Say) Render(t dialect.Tracker, b *Bindings, fill Fill) ([]byte, error) {
	if bl := s.Blob(); bl != nil {
		return nil, fmt.Errorf("%s: the blob %s is not rendered as a line", s.pos, bl.Name)
	}
	if len(s.Parts) == 1 && s.Parts[0].Text != nil && !b.hasTags() {
		return s.Parts[0].Text[:len(s.Parts[0].Text):len(s.Parts[0].Text)], nil
	}
	parts := s.Parts
	if t != nil && s.Who.Party == dialect.Server && b.hasTags() {
		parts = mergeParts(parts)
		flat, spans := flatten(parts, b)
		if mark, ok := tagMark(t, s.Who.Party, dialect.Unit{Kind: dialect.Line, Text: flat, End: s.End}); ok {
			if live, ok := b.tag(s.Who.Channel, string(flat[mark.Start:mark.End])); ok {
				parts = replacePlain(parts, spans, mark.Start, mark.End, []byte(live))
			}
		}
	}
	var out []byte
	for _, p := range parts {
		v := p.Value
		switch {
		case v == nil:
			out = append(out, p.Text...)
			continue
		case v.Ref != "":
			live, ok := b.Get(v.Ref)
			if !ok {
				return nil, fmt.Errorf("%s: {{=%s}}: no value was captured under this name yet", s.pos, v.Ref)
			}
			out = append(out, live...)
			continue
		}
		live, ok := v.Octets, false
		if fill != nil {
			given, filled, err := fill(v)
			if err != nil {
				return nil, fmt.Errorf("%s: the value of kind %s: %w", s.pos, v.Kind, err)
			}
			if filled {
				live, ok = given, true
				if len(v.Args) == 1 && v.Args[0] == "quoted" {
					live = escapeQuoted(live)
				}
			}
		}
		if v.Redacted && !ok {
			return nil, fmt.Errorf("%s: a %s was redacted here, and none was given to play in its place", s.pos, v.Kind)
		}
		if v.As != "" && b != nil {
			b.Set(v.As, live)
		}
		out = append(out, live...)
	}
	return out, nil
}

// escapeQuoted puts a backslash before quotes and backslashes (RFC 3501 section 9, "quoted").
func escapeQuoted(b []byte) []byte {
	var out []byte
	for _, c := range b {
		if c == '"' || c == '\\' {
			out = append(out, '\\')
		}
		out = append(out, c)
	}
	return out
}

// sample returns the recorded octets, "***" if they are redacted.
func (v *Value) sample() []byte {
	if v.Ref != "" {
		return []byte("{{=" + v.Ref + "}}")
	}
	if v.Redacted {
		return []byte("***")
	}
	return v.Octets
}

// Sample returns the octets as they were recorded, without the terminator: "***" for what was redacted, "{{=NAME}}" for a reference,
// nothing for a blob.
func (s *Say) Sample() []byte {
	flat, _ := flatten(s.Parts, nil)
	return flat
}

// Blob returns the blob of a line that has one; it is then the line's only part, and the line has no terminator.
func (s *Say) Blob() *Blob {
	for _, p := range s.Parts {
		if p.Blob != nil {
			return p.Blob
		}
	}
	return nil
}

// Values returns the values of the line in their order.
func (s *Say) Values() []*Value {
	var out []*Value
	for _, p := range s.Parts {
		if p.Value != nil {
			out = append(out, p.Value)
		}
	}
	return out
}

// NewSay returns a line of plain text.
func NewSay(who Who, text []byte, end wire.Terminator) *Say {
	s := &Say{Who: who, End: end}
	if len(text) > 0 {
		s.Parts = []Part{{Text: bytes.Clone(text)}}
	}
	return s
}

// Join puts together lines of one party of which all but the last have no terminator: a line that is said in several pieces. It
// returns the only one as it is. The result has the position of the first. Says must not be empty, and none may have a blob.
func Join(says ...*Say) *Say {
	if len(says) == 1 {
		return says[0]
	}
	out := &Say{Who: says[0].Who, End: says[len(says)-1].End, pos: says[0].pos}
	for _, s := range says {
		out.Parts = append(out.Parts, s.Parts...)
	}
	out.Parts = mergeParts(out.Parts)
	return out
}

// span is where a part stands in a flattened text.
type span struct{ start, end int }

// flatten returns the recorded octets of parts and where each stands; references as they are bound in b, if they are.
func flatten(parts []Part, b *Bindings) ([]byte, []span) {
	var out []byte
	spans := make([]span, len(parts))
	for i, p := range parts {
		start := len(out)
		switch {
		case p.Value == nil:
			out = append(out, p.Text...)
		case p.Value.Ref != "":
			if v, ok := b.Get(p.Value.Ref); ok {
				out = append(out, v...)
			} else {
				out = append(out, p.Value.sample()...)
			}
		default:
			out = append(out, p.Value.sample()...)
		}
		spans[i] = span{start, len(out)}
	}
	return out, spans
}

// replacePlain returns parts with the octets from start to end, which lie in one text, replaced.
func replacePlain(parts []Part, spans []span, start, end int, by []byte) []Part {
	for i, sp := range spans {
		if parts[i].Value != nil || parts[i].Blob != nil || start < sp.start || end > sp.end {
			continue
		}
		out := append([]Part{}, parts...)
		t := parts[i].Text
		var with []byte
		with = append(with, t[:start-sp.start]...)
		with = append(with, by...)
		with = append(with, t[end-sp.start:]...)
		out[i] = Part{Text: with}
		return out
	}
	return parts
}

// tagMark returns the tag that stands in a unit.
func tagMark(t dialect.Tracker, p dialect.Party, u dialect.Unit) (dialect.Mark, bool) {
	if t == nil {
		return dialect.Mark{}, false
	}
	for _, m := range checkedMarks(t, p, u) {
		if m.Kind == "tag" {
			return m, true
		}
	}
	return dialect.Mark{}, false
}

// checkedMarks returns the marks of a unit that keep to the rules: in order, in the text, not overlapping.
func checkedMarks(t dialect.Tracker, p dialect.Party, u dialect.Unit) []dialect.Mark {
	marks := t.Marks(p, u)
	at := 0
	for i, m := range marks {
		if m.Start < at || m.End < m.Start || m.End > len(u.Text) {
			return marks[:i:i]
		}
		at = m.End
	}
	return marks
}
