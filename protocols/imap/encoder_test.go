package imap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"harness/protocols/wire"
)

// The octets of the i-th message, or section, of a size.
func octets(i int, size int64) []byte { return bytes.Repeat([]byte{'a' + byte(i)}, int(size)) }

// printCommand returns what the Encoder writes of a command, and how many literals had the server asked.
func printCommand(c *Command, rules Rules, mode LiteralMode) (text string, asked int, err error) {
	var out bytes.Buffer
	w := wire.NewWriter(&out)
	e := NewEncoder(w)
	e.Rules, e.Literals = rules, mode
	e.Continue = func() error {
		if asked++; !strings.HasSuffix(out.String(), "}\r\n") {
			return fmt.Errorf("asked behind %q", out.String())
		}
		return nil
	}
	n := 0
	e.Append = func(_ *Command, m *AppendMessage, w io.Writer) error {
		n++
		_, err := w.Write(octets(n, m.Size))
		return err
	}
	err = e.Command(c)
	w.Flush()
	return out.String(), asked, err
}

func printResponse(r Response, rules Rules) (string, error) {
	var out bytes.Buffer
	w := wire.NewWriter(&out)
	e := NewEncoder(w)
	e.Rules = rules
	e.Body = func(_ *Fetch, s *Section, w io.Writer) error {
		_, err := w.Write(octets(0, s.Streamed))
		return err
	}
	err := e.Response(r)
	w.Flush()
	return out.String(), err
}

// readCommand reads one command, strictly, and nothing may be behind it.
func readCommand(text string, rules Rules) (*Command, error) {
	d := NewDecoder(wire.NewReader(strings.NewReader(text)))
	d.Rules = rules
	n := 0
	d.Append = func(_ *Command, m *AppendMessage, r io.Reader) error {
		n++
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, octets(n, m.Size)) {
			return fmt.Errorf("message %d is %q, %v", n, got, err)
		}
		return nil
	}
	c, err := d.ReadCommand()
	if err == nil {
		if rest, _ := io.ReadAll(d.r); len(rest) > 0 {
			err = fmt.Errorf("%q is left", rest)
		}
	}
	return c, err
}

// The generators make what has one form only: what the Decoder returns of it is the same.
type gen struct {
	*rapid.T
	utf8 bool
}

func (g gen) text() string {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"", "NIL", "nil", "a", "a b", `a"b`, `\`, "é", "a\r\nb", "{3}", "{3+}\r\nabc", "]", "*", "(x)", strings.Repeat("long ", 300), strings.Repeat("x", 5000), "\x01", "\xff"}),
		rapid.StringMatching(`[ -~]{0,12}`), rapid.StringN(0, 6, 20).Filter(func(s string) bool { return strings.IndexByte(s, 0) < 0 }),
	).Draw(g.T, "text")
}

func (g gen) atom() string {
	return rapid.OneOf(rapid.SampledFrom([]string{"a", "NIL", "$Junk", "1.2", "x+y", "[", "}"}), rapid.StringMatching("[A-Za-z0-9.$+\\-\\[}]{1,8}")).Draw(g.T, "atom")
}

func (g gen) keyword() string { return strings.ToUpper(g.atom()) }

func (g gen) mailbox() string {
	return rapid.OneOf(rapid.SampledFrom([]string{"INBOX", "", "NIL", "a/b", "~peter/台北", "a&b", "a\tb", `q"x`, "%*"}), rapid.StringN(0, 5, 20).Filter(func(s string) bool {
		return !strings.EqualFold(s, "INBOX") && (!g.utf8 || strings.IndexByte(s, 0) < 0)
	})).Draw(g.T, "mailbox")
}

func (g gen) pattern() string {
	return rapid.OneOf(rapid.SampledFrom([]string{"", "*", "%", "a%b*]", "(", "&", "é*"}), rapid.StringMatching(`[a-z*%/ ]{0,5}`)).Draw(g.T, "pattern")
}

func (g gen) flag() string {
	return rapid.OneOf(rapid.SampledFrom(systemFlags), rapid.SampledFrom([]string{`\X`, "$Forwarded"}), rapid.StringMatching("[a-z]{1,5}")).Draw(g.T, "flag")
}

func (g gen) flags() []string {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string { return gen{t, g.utf8}.flag() }), 0, 3).Draw(g.T, "flags")
}

func (g gen) is(what string) bool { return rapid.Bool().Draw(g.T, what) }

func (g gen) num(least uint32) uint32 { return rapid.Uint32Min(least).Draw(g.T, "number") }

func (g gen) set(dynamic bool) NumSet {
	if dynamic && rapid.IntRange(0, 5).Draw(g.T, "saved") == 0 {
		return NumSet{Saved: true}
	}
	least := uint32(1)
	if dynamic {
		least = Star
	}
	return NumSet{Ranges: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) NumRange {
		return NumRange{gen{t, false}.num(least), gen{t, false}.num(least)}
	}), 1, 4).Draw(g.T, "set")}
}

func list[T any](g gen, least int, one func(g gen) T) []T {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) T { return one(gen{t, g.utf8}) }), least, 3).Draw(g.T, "list")
}

func (g gen) value() string {
	return rapid.SampledFrom([]string{"(a b)", "(\"x\" (1 NIL))", "5", "1:3", "(a {3}\r\nabc b)", "(\"a\\\"b\")", "*", "()"}).Draw(g.T, "value")
}

func (g gen) options(least int) []Option {
	return list(g, least, func(g gen) Option {
		o := Option{Name: "X-" + g.keyword()}
		if g.is("value") {
			o.Value = g.value()
		}
		return o
	})
}

// maybe is the empty value as often as not.
func maybe[T any](g gen, make func() T) (v T) {
	if g.is("there") {
		v = make()
	}
	return v
}

func (g gen) date() time.Time {
	return time.Unix(rapid.Int64Range(-50e9, 200e9).Draw(g.T, "time"), 0).In(time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(g.T, "zone")*60))
}

func (g gen) section() *SectionSpec {
	s := &SectionSpec{Part: maybe(g, func() []uint32 { return list(g, 1, func(g gen) uint32 { return g.num(1) }) })}
	texts := []string{"", "HEADER", "TEXT", "HEADER.FIELDS", "HEADER.FIELDS.NOT"}
	if s.Part != nil {
		texts = append(texts, "MIME")
	}
	s.Text = rapid.SampledFrom(texts).Draw(g.T, "section")
	if strings.HasPrefix(s.Text, "HEADER.") {
		s.Fields = list(g, 1, func(g gen) string { return rapid.StringMatching(`[!-9;-~]{1,6}`).Draw(g.T, "field") })
	}
	return s
}

func (g gen) fetchItems() []FetchItem {
	if g.is("macro") {
		return []FetchItem{{Name: rapid.SampledFrom([]string{"ALL", "FAST", "FULL"}).Draw(g.T, "macro")}}
	}
	return list(g, 1, func(g gen) FetchItem {
		i := FetchItem{Name: rapid.SampledFrom([]string{"FLAGS", "UID", "ENVELOPE", "BODY", "BODYSTRUCTURE", "INTERNALDATE", "RFC822.SIZE", "RFC822", "MODSEQ", "BINARY", "BINARY.SIZE"}).Draw(g.T, "item")}
		switch i.Name {
		case "BINARY", "BINARY.SIZE":
			i.Section = g.section()
			i.Section.Text, i.Section.Fields = "", nil
		case "BODY":
			i.Section = maybe(g, g.section)
		}
		if i.Section == nil || i.Name == "BINARY.SIZE" {
			return i
		}
		i.Peek = g.is("peek")
		i.Partial = maybe(g, func() *Partial {
			return &Partial{rapid.Uint64Range(0, 1<<63-1).Draw(g.T, "offset"), rapid.Uint64Range(1, 1<<63-1).Draw(g.T, "count")}
		})
		return i
	})
}

func (g gen) key(depth int) SearchKey {
	names := []string{KeySet}
	for n, takes := range searchKeys {
		if takes < takesKey || depth > 0 {
			names = append(names, n)
		}
	}
	if depth > 0 {
		names = append(names, KeyAnd)
	}
	slices.Sort(names)
	k := SearchKey{Name: rapid.SampledFrom(names).Draw(g.T, "key")}
	below := func(n int) { k.Keys = make([]SearchKey, n) }
	switch searchKeys[k.Name] {
	case takesField:
		k.Field, k.Text = g.text(), g.text()
	case takesString:
		k.Text = g.text()
	case takesFlag:
		k.Text = g.atom()
	case takesDate:
		k = KeyDate(k.Name, g.date())
		k.Date = k.Date.UTC()
		if y := k.Date.Year(); y < 1000 || y > 9999 {
			k.Date = k.Date.AddDate(3000-y, 0, 0)
		}
	case takesNumber:
		k.Number = rapid.Uint64Range(0, 1<<63-1).Draw(g.T, "number")
	case takesSet:
		k.Set = g.set(true)
	case takesKey:
		below(1)
	case takesKeys:
		below(2)
	case 0:
		if k.Name == KeySet {
			k.Set = g.set(true)
		} else {
			below(rapid.IntRange(1, 3).Draw(g.T, "keys"))
		}
	}
	for i := range k.Keys {
		k.Keys[i] = g.key(depth - 1)
	}
	return k
}

func (g gen) command() *Command {
	spec := rapid.SampledFrom(append(Commands(), Spec{Name: "X-UNKNOWN"})).Draw(g.T, "command")
	c := &Command{Tag: rapid.StringMatching(`[A-Za-z0-9.\]]{1,5}`).Draw(g.T, "tag")}
	c.Name, c.UID = strings.CutPrefix(spec.Name, "UID ")
	switch c.Name {
	case "DELETE", "SUBSCRIBE", "UNSUBSCRIBE":
		c.Args = &MailboxArgs{g.mailbox()}
	case "SELECT", "EXAMINE":
		c.Args = &SelectArgs{g.mailbox(), maybe(g, func() []Option { return g.options(1) })}
	case "CREATE":
		c.Args = &CreateArgs{g.mailbox(), maybe(g, g.flags), maybe(g, func() []Option { return g.options(1) })}
	case "RENAME":
		c.Args = &RenameArgs{g.mailbox(), g.mailbox()}
	case "LOGIN":
		c.Args = &LoginArgs{g.text(), g.text()}
	case "AUTHENTICATE":
		c.Args = &AuthenticateArgs{g.keyword(), maybe(g, func() []byte { return append([]byte{}, g.text()...) })}
	case "ENABLE":
		c.Args = &EnableArgs{list(g, 1, gen.atom)}
	case "ID":
		c.Args = &IDArgs{maybe(g, g.idFields)}
	case "STATUS":
		c.Args = &StatusArgs{g.mailbox(), list(g, 1, gen.keyword)}
	case "LSUB":
		c.Args = &ListArgs{Reference: g.mailbox(), Patterns: []string{g.pattern()}}
	case "LIST":
		a := &ListArgs{Reference: g.mailbox(), Patterns: list(g, 1, gen.pattern), Select: maybe(g, func() []Option { return g.options(0) })}
		if a.Return = maybe(g, func() []Option { return g.options(0) }); a.Return != nil {
			a.Status = maybe(g, func() []string { return list(g, 1, gen.keyword) })
		}
		c.Args = a
	case "APPEND":
		c.Args = &AppendArgs{g.mailbox(), list(g, 1, func(g gen) AppendMessage {
			m := AppendMessage{Flags: maybe(g, g.flags), Date: maybe(g, g.date), Size: rapid.Int64Range(0, 5000).Draw(g.T, "size"), UTF8: g.is("UTF8")}
			m.Binary = m.UTF8 || g.is("binary")
			return m
		})}
	case "SEARCH":
		c.Args = &SearchArgs{maybe(g, func() []Option { return g.options(0) }), maybe(g, g.atom), list(g, 1, func(g gen) SearchKey { return g.key(2) })}
	case "FETCH":
		c.Args = &FetchArgs{g.set(true), g.fetchItems(), maybe(g, func() []Option { return g.options(1) })}
	case "STORE":
		c.Args = &StoreArgs{g.set(true), maybe(g, func() []Option { return g.options(1) }), rapid.SampledFrom([]byte{0, '+', '-'}).Draw(g.T, "action"), g.is("silent"), g.flags()}
	case "COPY", "MOVE":
		c.Args = &CopyArgs{g.set(true), g.mailbox()}
	case "EXPUNGE":
		if c.UID {
			c.Args = &ExpungeArgs{g.set(true)}
		}
	case "X-UNKNOWN":
		if g.is("arguments") {
			c.Args = &UnknownArgs{string((Rules{}).AppendAString(nil, g.text())) + g.value()}
		}
	}
	return c
}

// TestCommandIdentity prints commands and parses them: it is the same command, whatever literals the server takes.
func TestCommandIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := gen{t, rapid.Bool().Draw(t, "utf8")}
		c, rules := g.command(), Rules{UTF8: g.utf8}
		mode := rapid.SampledFrom([]LiteralMode{Synchronizing, LiteralMinus, LiteralPlus}).Draw(t, "mode")
		text, asked, err := printCommand(c, rules, mode)
		if err != nil {
			t.Fatalf("%s: %v", c, err)
		}
		got, err := readCommand(text, rules)
		if err != nil || !sameCommand(got, c) {
			t.Fatalf("%q: %v\n%v\n%v", text, err, got, c)
		}
		if mode == LiteralPlus && asked > 0 {
			t.Fatalf("%q: the server was asked for %d literals", text, asked)
		}
	})
}

func (g gen) nstring() NString { return maybe(g, func() NString { return Some(g.text()) }) }

func (g gen) idFields() []IDField {
	return list(g, 0, func(g gen) IDField { return IDField{g.text(), g.nstring()} })
}

func (g gen) people() string {
	s := rapid.StringMatching(`[ -Z^-~]{0,20}`).Draw(g.T, "text")
	if g.utf8 {
		s += "é"
	}
	return s
}

func (g gen) code() *Code {
	switch name := rapid.SampledFrom([]string{"ALERT", "X-Y", "UIDNEXT", "UIDVALIDITY", "CAPABILITY", "PERMANENTFLAGS", "APPENDUID", "COPYUID", "MODIFIED", "HIGHESTMODSEQ", "BADCHARSET"}).Draw(g.T, "code"); name {
	case "UIDNEXT", "UIDVALIDITY":
		return &Code{Name: name, Number: uint64(g.num(1))}
	case "HIGHESTMODSEQ":
		return &Code{Name: name, Number: rapid.Uint64Range(1, 1<<63-1).Draw(g.T, "modseq")}
	case "CAPABILITY":
		return &Code{Name: name, Words: list(g, 1, gen.atom)}
	case "BADCHARSET":
		return &Code{Name: name, Words: maybe(g, func() []string { return list(g, 0, gen.atom) })}
	case "PERMANENTFLAGS":
		return &Code{Name: name, Words: append(g.flags(), `\*`)}
	case "APPENDUID":
		return &Code{Name: name, Number: uint64(g.num(1)), UIDs: g.set(false)}
	case "COPYUID":
		return &Code{Name: name, Number: uint64(g.num(1)), UIDs: g.set(false), Source: g.set(false)}
	case "MODIFIED":
		return &Code{Name: name, UIDs: g.set(false)}
	default:
		return &Code{Name: name, Text: maybe(g, func() string { return rapid.StringMatching(`[a-z]{1,4}( "[]a-z]*")?`).Draw(g.T, "code") })}
	}
}

func (g gen) delimiter() string {
	return rapid.SampledFrom([]string{"", "/", ".", `\`, `"`}).Draw(g.T, "delimiter")
}

func (g gen) others() map[string]string {
	m := map[string]string{}
	for range rapid.IntRange(1, 3).Draw(g.T, "others") {
		m["X-"+strings.ToUpper(rapid.StringMatching("[a-z]{1,4}").Draw(g.T, "name"))] = rapid.SampledFrom([]string{"(a b)", `("x" (1 NIL))`, "({3}\r\na\r\n b)", `("a\"b")`, "5"}).Draw(g.T, "value")
	}
	return m
}

func (g gen) namespaces() []Namespace {
	return list(g, 1, func(g gen) Namespace {
		return Namespace{g.mailbox(), g.delimiter(), maybe(g, func() []string { return []string{`"X"`, `("a" "b")`} })}
	})
}

func (g gen) addresses() []Address {
	return maybe(g, func() []Address {
		return list(g, 1, func(g gen) Address { return Address{g.nstring(), g.nstring(), g.nstring(), g.nstring()} })
	})
}

func (g gen) envelope() *Envelope {
	return &Envelope{g.nstring(), g.nstring(), g.addresses(), g.addresses(), g.addresses(), g.addresses(), g.addresses(), g.addresses(), g.nstring(), g.nstring()}
}

func (g gen) params() []Param {
	return maybe(g, func() []Param { return list(g, 1, func(g gen) Param { return Param{g.text(), g.text()} }) })
}

func (g gen) body(depth int, extended bool) *BodyStructure {
	b := &BodyStructure{Extended: extended}
	kind := rapid.IntRange(0, 3).Draw(g.T, "kind")
	switch {
	case kind == 0 && depth > 0:
		b.Type, b.Subtype = "MULTIPART", g.text()
		for range rapid.IntRange(1, 3).Draw(g.T, "parts") {
			b.Parts = append(b.Parts, g.body(depth-1, extended))
		}
		if extended {
			b.Params = g.params()
		}
	default:
		b.Type, b.Subtype = "x"+g.text(), g.text()
		b.Params, b.ID, b.Description, b.Encoding, b.Size = g.params(), g.nstring(), g.nstring(), "x"+g.text(), uint64(g.num(0))
		switch {
		case kind == 1 && depth > 0:
			b.Type, b.Subtype = "message", rapid.SampledFrom([]string{"RFC822", "global"}).Draw(g.T, "subtype")
			b.Envelope, b.Body, b.Lines = g.envelope(), g.body(depth-1, extended), uint64(g.num(0))
		case kind == 2:
			b.Type, b.Lines = "Text", uint64(g.num(0))
		}
		if extended {
			b.MD5 = g.nstring()
		}
	}
	if extended {
		if b.Disposition = maybe(g, func() string { return "x" + g.text() }); b.Disposition != "" {
			b.DispositionParams = g.params()
		}
		b.Language = maybe(g, func() []string { return list(g, 1, gen.text) })
		b.Location = g.nstring()
		b.Extension = maybe(g, func() []string { return []string{`"x"`, `(1 (NIL "y"))`} })
	}
	return b
}

func (g gen) fetch() *Fetch {
	f := &Fetch{Number: g.num(1), UID: g.num(0), Flags: maybe(g, g.flags), InternalDate: maybe(g, g.date), EmailID: "M1"}
	if f.HasSize = g.is("size"); f.HasSize {
		f.Size = rapid.Uint64Range(0, 1<<63-1).Draw(g.T, "size")
	}
	f.Envelope = maybe(g, g.envelope)
	f.Body = maybe(g, func() *BodyStructure { return g.body(2, g.is("extended")) })
	f.Other = maybe(g, g.others)
	f.ThreadID = maybe(g, func() string { return "T1" })
	f.BinarySizes = maybe(g, func() map[string]uint64 { return map[string]uint64{"1.2": 5, "": 7} })
	for _, s := range maybe(g, func() []*SectionSpec { return list(g, 1, gen.section) }) {
		name := rapid.SampledFrom([]string{"RFC822", "BODY[" + s.String() + "]", "BINARY[1.2]"}).Draw(g.T, "name")
		f.Sections = append(f.Sections, Section{Name: name, Origin: -1, Streamed: -1, Data: g.nstring()})
		if name == "RFC822" {
			continue
		}
		f.Sections[len(f.Sections)-1].Origin = rapid.Int64Range(-1, 1<<40).Draw(g.T, "origin")
		if strings.HasPrefix(name, "BINARY") && g.is("NUL") {
			f.Sections[len(f.Sections)-1].Data = Some("a\x00b")
		}
	}
	return f
}

func (g gen) thread(depth int) Thread {
	t := Thread{Numbers: maybe(g, func() []uint32 { return list(g, 1, func(g gen) uint32 { return g.num(1) }) })}
	if depth > 0 && g.is("branches") {
		t.Below = []Thread{g.thread(depth - 1), g.thread(depth - 1)}
	} else if t.Numbers == nil {
		t.Numbers = []uint32{g.num(1)}
	}
	return t
}

func (g gen) response() Response {
	switch rapid.IntRange(0, 23).Draw(g.T, "response") {
	case 0:
		return &Continuation{Code: maybe(g, g.code), Text: g.people()}
	case 1:
		return &Status{Tag: "a1", Kind: rapid.SampledFrom([]string{"OK", "NO", "BAD"}).Draw(g.T, "kind"), Code: maybe(g, g.code), Text: g.people()}
	case 2:
		return &Status{Kind: rapid.SampledFrom([]string{"OK", "NO", "BAD", "BYE", "PREAUTH"}).Draw(g.T, "kind"), Code: maybe(g, g.code), Text: g.people()}
	case 3:
		return &CapabilityData{list(g, 1, gen.atom)}
	case 4:
		return &EnabledData{maybe(g, func() Capabilities { return list(g, 1, gen.atom) })}
	case 5:
		return &ListData{g.is("LSUB"), g.flags(), g.delimiter(), g.mailbox(), maybe(g, g.mailbox), maybe(g, func() []string { return list(g, 1, gen.text) }), maybe(g, g.others)}
	case 6:
		return &StatusData{g.mailbox(), map[string]uint64{g.keyword(): uint64(g.num(0)), "X": 1<<63 - 1}, maybe(g, func() map[string]string { return map[string]string{"MAILBOXID": "(F1)"} })}
	case 7:
		s := &SearchData{Numbers: maybe(g, func() []uint32 { return list(g, 1, func(g gen) uint32 { return g.num(1) }) })}
		s.ModSeq = maybe(g, func() uint64 { return 77 })
		return s
	case 8:
		s := &ESearchData{Tag: maybe(g, g.atom), UID: g.is("UID"), HasMin: g.is("min"), HasMax: g.is("max"), HasCount: g.is("count"), HasAll: g.is("all"), Other: maybe(g, g.others)}
		if s.HasMin {
			s.Min = g.num(1)
		}
		if s.HasMax {
			s.Max = g.num(1)
		}
		if s.HasCount {
			s.Count = g.num(0)
		}
		if s.HasAll {
			s.All = g.set(false)
		}
		return s
	case 9:
		return &FlagsData{g.flags()}
	case 10:
		return &Exists{g.num(0)}
	case 11:
		return &Recent{g.num(0)}
	case 12:
		return &Expunge{g.num(1)}
	case 13:
		return &Vanished{g.is("earlier"), g.set(false)}
	case 14:
		return &NamespaceData{maybe(g, g.namespaces), maybe(g, g.namespaces), maybe(g, g.namespaces)}
	case 15:
		return &IDData{maybe(g, g.idFields)}
	case 16:
		return &SortData{list(g, 1, func(g gen) uint32 { return g.num(1) }), maybe(g, func() uint64 { return 5 })}
	case 17:
		return &ThreadData{maybe(g, func() []Thread { return list(g, 1, func(g gen) Thread { return g.thread(2) }) })}
	case 18:
		return &ACLData{g.mailbox(), maybe(g, func() []ACLEntry { return list(g, 1, func(g gen) ACLEntry { return ACLEntry{g.text(), g.text()} }) })}
	case 19:
		return &ListRightsData{g.mailbox(), g.text(), g.text(), maybe(g, func() []string { return list(g, 1, gen.text) })}
	case 20:
		return &MyRightsData{g.mailbox(), g.text()}
	case 21:
		return &QuotaData{g.text(), maybe(g, func() []Quota {
			return list(g, 1, func(g gen) Quota { return Quota{g.keyword(), uint64(g.num(0)), 1<<63 - 1} })
		})}
	case 22:
		return &QuotaRootData{g.mailbox(), maybe(g, func() []string { return list(g, 1, gen.text) })}
	}
	return &Unknown{Name: "X-" + g.keyword(), Number: g.num(0), Text: maybe(g, func() string { return string((Rules{}).AppendAString(nil, g.text())) })}
}

// withoutCodeText clears what a Code has from being parsed.
func withoutCodeText(r Response) {
	var c *Code
	switch r := r.(type) {
	case *Status:
		c = r.Code
	case *Continuation:
		c = r.Code
	}
	if c != nil && (c.Number != 0 || c.Words != nil || c.UIDs.Ranges != nil) {
		c.Text = ""
	}
}

// TestResponseIdentity prints responses and parses them: it is the same response.
func TestResponseIdentity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		g := gen{t, rapid.Bool().Draw(t, "utf8")}
		rules := Rules{UTF8: g.utf8}
		want := rapid.OneOf(rapid.Custom(func(t *rapid.T) Response { return gen{t, g.utf8}.response() }), rapid.Custom(func(t *rapid.T) Response { return gen{t, g.utf8}.fetch() })).Draw(t, "response")
		text, err := printResponse(want, rules)
		if err != nil {
			t.Fatalf("%+v: %v", want, err)
		}
		d := NewDecoder(wire.NewReader(strings.NewReader(text)))
		d.Rules = rules
		got, err := d.ReadResponse()
		if err == nil {
			withoutCodeText(got)
		}
		if err != nil || !equal(got, want) {
			t.Fatalf("%q: %v\n%+v\n%+v", text, err, got, want)
		}
		if r, err := d.ReadResponse(); err != io.EOF {
			t.Fatalf("%q: behind it %+v, %v", text, r, err)
		}
	})
}

// TestNotPrinted gives the Encoder what has no form, or would be two commands or responses: nothing is written.
func TestNotPrinted(t *testing.T) {
	nul := "a\x00b"
	for i, c := range []*Command{
		{Tag: "", Name: "NOOP"}, {Tag: "a b", Name: "NOOP"}, {Tag: "a+", Name: "NOOP"}, {Tag: "a", Name: "NOOP\r\nb LOGOUT"}, {Tag: "a", Name: ""},
		{Name: "LOGIN", Args: &LoginArgs{nul, "x"}}, {Name: "LOGIN", Args: &LoginArgs{"x", nul}}, {Name: "SELECT", Args: &SelectArgs{Mailbox: "\xff"}},
		{Name: "SELECT", Args: &SelectArgs{"x", []Option{{"a b", ""}}}}, {Name: "SELECT", Args: &SelectArgs{"x", []Option{{"A", "(x)\r\nb LOGOUT"}}}}, {Name: "SELECT", Args: &SelectArgs{"x", []Option{{"A", "{3}\r\nab"}}}},
		{Name: "SELECT", Args: &SelectArgs{"x", []Option{{"A", "{3}"}}}}, {Name: "CREATE", Args: &CreateArgs{"x", []string{"a b"}, nil}}, {Name: "ENABLE", Args: &EnableArgs{}}, {Name: "ENABLE", Args: &EnableArgs{Capabilities{"a b"}}},
		{Name: "STATUS", Args: &StatusArgs{"x", nil}}, {Name: "LIST", Args: &ListArgs{}}, {Name: "LIST", Args: &ListArgs{Patterns: []string{"\xff"}}}, {Name: "AUTHENTICATE", Args: &AuthenticateArgs{Mechanism: "a b"}},
		{Name: "FETCH", Args: &FetchArgs{Set: Nums(1)}}, {Name: "FETCH", Args: &FetchArgs{Items: items(t, "UID")}}, {Name: "FETCH", Args: &FetchArgs{Set: Nums(1), Items: []FetchItem{{Name: "ALL"}, {Name: "UID"}}}},
		{Name: "FETCH", Args: &FetchArgs{Set: Nums(1), Items: []FetchItem{{Name: "BODY", Section: &SectionSpec{Text: "MIME"}}}}}, {Name: "FETCH", Args: &FetchArgs{Set: Nums(1), Items: []FetchItem{{Name: "BODY", Section: &SectionSpec{Text: "X]"}}}}},
		{Name: "FETCH", Args: &FetchArgs{Set: Nums(1), Items: []FetchItem{{Name: "BODY", Section: &SectionSpec{Text: "HEADER.FIELDS"}}}}}, {Name: "FETCH", Args: &FetchArgs{Set: Nums(1), Items: []FetchItem{{Name: "BODY", Section: &SectionSpec{Text: "HEADER.FIELDS", Fields: []string{"a\r\n"}}}}}},
		{Name: "FETCH", Args: &FetchArgs{Set: Nums(1), Items: []FetchItem{{Name: "BODY", Section: &SectionSpec{}, Partial: &Partial{}}}}}, {Name: "FETCH", Args: &FetchArgs{Set: Nums(1), Items: []FetchItem{{Name: "BODY", Section: &SectionSpec{Part: []uint32{0}}}}}},
		{Name: "STORE", Args: &StoreArgs{Set: Nums(1), Action: 'x'}}, {Name: "STORE", Args: &StoreArgs{Set: Nums(1), Flags: []string{`\*`}}}, {Name: "SEARCH", Args: &SearchArgs{}},
		{Name: "SEARCH", Args: &SearchArgs{Keys: []SearchKey{{Name: "X"}}}}, {Name: "SEARCH", Args: &SearchArgs{Keys: []SearchKey{{Name: "NOT"}}}}, {Name: "SEARCH", Args: &SearchArgs{Keys: []SearchKey{And()}}},
		{Name: "SEARCH", Args: &SearchArgs{Keys: []SearchKey{KeyText("KEYWORD", "a b")}}}, {Name: "APPEND", Args: &AppendArgs{Mailbox: "x"}}, {Name: "APPEND", Args: &AppendArgs{"x", []AppendMessage{{Flags: []string{""}}}}},
		{Name: "X", Args: &UnknownArgs{"a\nb"}}, {Name: "X", Args: &UnknownArgs{nul}}, {Name: "X", Args: &UnknownArgs{"{5}\r\nabc"}},
	} {
		if i > 4 {
			c.Tag = "a"
		}
		if text, _, err := printCommand(c, Rules{}, Synchronizing); err == nil || text != "" {
			t.Errorf("%s: %q, %v", c, text, err)
		}
	}
	for _, r := range []Response{
		&Status{Kind: "YES"}, &Status{Tag: "a", Kind: "BYE"}, &Status{Tag: "a b", Kind: "OK"}, &Status{Kind: "OK", Text: "a\r\nb OK"}, &Status{Kind: "OK", Text: "[x"}, &Status{Kind: "OK", Text: "é"},
		&Status{Kind: "OK", Code: &Code{Name: "a]"}}, &Status{Kind: "OK", Code: &Code{Name: "A", Text: "x]"}}, &Status{Kind: "OK", Code: &Code{Name: "A", Text: `x"`}}, &Continuation{Text: "a\x00"},
		&CapabilityData{}, &EnabledData{Capabilities{""}}, &ListData{Delimiter: "ab"}, &ListData{Mailbox: "\xff"}, &ListData{Extended: map[string]string{"A": ""}}, &FlagsData{[]string{"a b"}},
		&SearchData{Numbers: []uint32{0}}, &ESearchData{HasMin: true}, &ESearchData{HasAll: true}, &ESearchData{HasAll: true, All: set(t, "*")}, &Expunge{}, &Vanished{}, &Unknown{Name: "a b"}, &Unknown{Name: "A", Text: "\n"},
		&Fetch{}, &Fetch{Number: 1}, &Fetch{UID: 1}, &Fetch{Number: 1, EmailID: "a b"}, &Fetch{Number: 1, Body: &BodyStructure{Parts: []*BodyStructure{}}}, &Fetch{Number: 1, Body: &BodyStructure{Type: "MESSAGE", Subtype: "RFC822"}},
		&Fetch{Number: 1, Sections: []Section{{Name: "BODY[]", Origin: -1, Data: Some(nul)}}}, &Fetch{Number: 1, Sections: []Section{{Name: "BODY[\r\n]", Origin: -1}}}, &StatusData{Other: map[string]string{"A": "\r\n"}},
	} {
		if text, err := printResponse(r, Rules{}); err == nil || text != "" {
			t.Errorf("%+v: %q, %v", r, text, err)
		}
	}
}

// TestSynchronizing has literals wait, or not.
func TestSynchronizing(t *testing.T) {
	c := &Command{Tag: "a", Name: "LOGIN", Args: &LoginArgs{"é", strings.Repeat("é", 3000)}}
	for mode, want := range map[LiteralMode]int{Synchronizing: 2, LiteralMinus: 1, LiteralPlus: 0} {
		if text, asked, err := printCommand(c, Rules{}, mode); asked != want || err != nil {
			t.Errorf("%v: %q, %d, %v", mode, text, asked, err)
		}
	}
	for caps, want := range map[string]LiteralMode{"IMAP4rev1": Synchronizing, "IMAP4rev1 LITERAL-": LiteralMinus, "IMAP4rev2": LiteralMinus, "IMAP4rev2 LITERAL-": LiteralMinus, "LITERAL- literal+": LiteralPlus} {
		if got := Capabilities(strings.Fields(caps)).Literals(); got != want {
			t.Errorf("%s: %v", caps, got)
		}
	}
	var out bytes.Buffer
	w := wire.NewWriter(&out)
	e := NewEncoder(w)
	if err := e.Command(c); !errors.Is(err, ErrSynchronizing) || w.Buffered() > 0 {
		t.Error(err)
	}
	no := &Status{Kind: "NO", Text: "no"}
	e.Continue = func() error { return no }
	if err := e.Command(c); err != error(no) || out.String() != "a LOGIN {2}\r\n" {
		t.Errorf("%v, %q", err, &out)
	}

	// A message, or a section, that has another size than was told.
	for _, n := range []int{2, 4} {
		give := func(w io.Writer) error { _, err := w.Write(make([]byte, n)); return err }
		e.Continue = func() error { return nil }
		e.Append = func(_ *Command, _ *AppendMessage, w io.Writer) error { return give(w) }
		if err := e.Command(&Command{Tag: "a", Name: "APPEND", Args: &AppendArgs{"x", []AppendMessage{{Size: 3}}}}); err == nil {
			t.Error(n, "octets in the place of 3")
		}
		e.Body = func(_ *Fetch, _ *Section, w io.Writer) error { return give(w) }
		if err := e.Response(&Fetch{Number: 1, Sections: []Section{{Name: "BODY[]", Origin: -1, Streamed: 3}}}); err == nil {
			t.Error(n, "octets in the place of 3")
		}
	}
	for _, f := range []func() error{func() error { return e.AuthResponse([]byte("test")) }, func() error { return e.AuthResponse(nil) }, e.Cancel, e.Done} {
		out.Reset()
		w.Reset(&out)
		if err := f(); err != nil {
			t.Error(err)
		}
		w.Flush()
		if s := out.String(); s != "dGVzdA==\r\n" && s != "\r\n" && s != "*\r\n" && s != "DONE\r\n" {
			t.Errorf("%q", s)
		}
	}
}

// TestStreamedBody prints sections that a hook gives.
func TestStreamedBody(t *testing.T) {
	f := &Fetch{Number: 1, UID: 2, Sections: []Section{{Name: "BODY[]", Origin: -1, Streamed: 3}, {Name: "BINARY[1]", Origin: 5, Streamed: 2}, {Name: "BODY[2]", Origin: -1, Data: Some(strings.Repeat("x", 9000)), Streamed: -1}}}
	text, err := printResponse(f, Rules{})
	if want := "* 1 FETCH (UID 2 BODY[] {3}\r\naaa BINARY[1]<5> ~{2}\r\naa BODY[2] {9000}\r\n" + strings.Repeat("x", 9000) + ")\r\n"; err != nil || text != want {
		t.Errorf("%q, %v", text, err)
	}
}

// FuzzCommands holds the Decoder to what it says: it ends, it does not panic, what strict rules take lenient ones take too, as the same, and what is printed of it is read as the same.
func FuzzCommands(f *testing.F) {
	f.Add("a LOGIN {5+}\r\nsmith \"x\"\r\nb NOOP\r\n")
	f.Add("a SEARCH RETURN (MIN) CHARSET UTF-8 OR (UNSEEN 1:5,*) HEADER X {2}\r\nab NOT ON 1-Feb-1994\r\n")
	f.Add("a UID FETCH $ (UID BODY.PEEK[1.2.HEADER.FIELDS (Date \"F(\")]<0.100>) (CHANGEDSINCE 5)\r\n")
	f.Add("a APPEND x (\\Seen) \" 7-Feb-1994 22:43:04 -0800\" UTF8 (~{3}\r\nabc) {1}\r\nx\r\n")
	f.Add("a LIST (SUBSCRIBED) \"\" (INBOX a*) RETURN (STATUS (MESSAGES) CHILDREN)\r\na CREATE x (USE (\\All))\r\n")
	f.Add("a STORE 1 (UNCHANGEDSINCE 3) -FLAGS.SILENT a b\r\na X {3}\r\nabc ~{0}\r\n\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		strict, lenient := NewDecoder(wire.NewReader(strings.NewReader(text))), NewDecoder(wire.NewReader(strings.NewReader(text)))
		lenient.Rules.Lenient = true
		for {
			a, err := strict.ReadCommand()
			b, lerr := lenient.ReadCommand()
			if err != nil {
				return
			}
			if lerr != nil || !reflect.DeepEqual(a, b) {
				t.Fatalf("%q: strictly %v, leniently %v, %v", text, a, b, lerr)
			}
			again, _, err := printCommand(a, Rules{}, Synchronizing)
			if err != nil {
				t.Fatalf("%q is %s, which is not printed: %v", text, a, err)
			}
			c, err := readCommand(again, Rules{})
			if err != nil || !sameCommand(c, a) {
				t.Fatalf("%q is %s, printed as %q, which is %s, %v", text, a, again, c, err)
			}
		}
	})
}
