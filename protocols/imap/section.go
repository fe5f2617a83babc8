package imap

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"harness/protocols/wire"
)

// SectionSpec says which part of a message is meant (RFC 9051 section 6.4.5.1). The zero value is the whole.
type SectionSpec struct {
	// Part is the section part: [1, 2] for "1.2"; nil for the message itself.
	Part []uint32
	// Text is "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT", "MIME", or "" for the part itself.
	Text string
	// Fields are the names of HEADER.FIELDS and HEADER.FIELDS.NOT.
	Fields []string
}

// String returns the section as it stands between brackets.
func (s SectionSpec) String() string {
	var b strings.Builder
	for i, n := range s.Part {
		if i > 0 {
			b.WriteByte('.')
		}
		b.WriteString(strconv.FormatUint(uint64(n), 10))
	}
	if s.Text == "" {
		return b.String()
	}
	if len(s.Part) > 0 {
		b.WriteByte('.')
	}
	b.WriteString(s.Text)
	if len(s.Fields) > 0 {
		b.WriteString(" (")
		for i, f := range s.Fields {
			if i > 0 {
				b.WriteByte(' ')
			}
			if isAll(f, classAString) {
				b.WriteString(f)
			} else {
				b.Write(appendQuoted(nil, f))
			}
		}
		b.WriteByte(')')
	}
	return b.String()
}

const citeSection = "RFC 9051 section 9, section"

// sectionSpec takes a section with its brackets.
func (d *Decoder) sectionSpec() (s SectionSpec, err error) {
	if err := d.expect('[', citeSection); err != nil {
		return s, err
	}
	if d.is(']') {
		return s, nil
	}
	for c := d.peek(); c >= '0' && c <= '9'; c = d.peek() {
		n, err := d.nzNumber(citeSection)
		if err != nil {
			return s, err
		}
		s.Part = append(s.Part, n)
		if d.is(']') {
			return s, nil
		}
		if err := d.expect('.', citeSection); err != nil {
			return s, err
		}
	}
	at := d.at
	n := 0
	for rest := d.text[d.at:]; n < len(rest) && classes[rest[n]]&classAtom != 0; n++ {
	}
	s.Text = upper(str(d.text[d.at : d.at+n]))
	d.at += n
	switch s.Text {
	case "HEADER", "TEXT":
	case "MIME":
		if len(s.Part) == 0 {
			d.at = at
			return s, d.wrong("the number of a part before MIME", citeSection)
		}
	case "HEADER.FIELDS", "HEADER.FIELDS.NOT":
		if err := d.sp(citeSection); err != nil {
			return s, err
		}
		if err := d.list(citeSection, func() error {
			at := d.at
			f, err := d.astring(citeSection)
			if err == nil && !isField(f) {
				d.at = min(at, len(d.text))
				err = d.wrong("the name of a header field: printable ASCII without a colon", "RFC 5322 section 3.6.8")
			}
			s.Fields = append(s.Fields, f)
			return err
		}); err != nil {
			return s, err
		}
		if len(s.Fields) == 0 {
			return s, d.wrong("the name of a header field", citeSection)
		}
	default:
		d.at = at
		return s, d.wrong("a section: a part's number, HEADER, HEADER.FIELDS, HEADER.FIELDS.NOT, TEXT or MIME", citeSection)
	}
	return s, d.expect(']', citeSection)
}

// isField reports whether s can be the name of a header field (RFC 5322 section 3.6.8).
func isField(s string) bool {
	for i := range len(s) {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == ':' {
			return false
		}
	}
	return s != ""
}

// Partial is a range of octets: Count of them, at least 1, from Offset, which counts from 0 (RFC 9051 section 6.4.5).
type Partial struct{ Offset, Count uint64 }

// FetchItem is a message data item of FETCH, or one of the macros, which stand alone (RFC 9051 section 6.4.5).
type FetchItem struct {
	// Name is in upper case, without PEEK: "FLAGS", "BODY", "BINARY.SIZE", "ALL".
	Name string
	// Peek is set for BODY.PEEK and BINARY.PEEK.
	Peek bool
	// Section is that of BODY[...], BINARY[...] and BINARY.SIZE[...]; nil for BODY, which is the structure.
	Section *SectionSpec
	// Partial is the range; nil for none.
	Partial *Partial
}

// String returns the item as FETCH asks for it.
func (i FetchItem) String() string {
	s := i.Name
	if i.Peek {
		s += ".PEEK"
	}
	if i.Section != nil {
		s += "[" + i.Section.String() + "]"
	}
	if i.Partial != nil {
		s += fmt.Sprintf("<%d.%d>", i.Partial.Offset, i.Partial.Count)
	}
	return s
}

// ResponseName returns the name that the item has in the response, as it is in [Section.Name].
func (i FetchItem) ResponseName() string {
	i.Peek, i.Partial = false, nil
	return i.String()
}

var macros = map[string][]FetchItem{
	"FAST": {{Name: "FLAGS"}, {Name: "INTERNALDATE"}, {Name: "RFC822.SIZE"}},
	"ALL":  {{Name: "FLAGS"}, {Name: "INTERNALDATE"}, {Name: "RFC822.SIZE"}, {Name: "ENVELOPE"}},
	"FULL": {{Name: "FLAGS"}, {Name: "INTERNALDATE"}, {Name: "RFC822.SIZE"}, {Name: "ENVELOPE"}, {Name: "BODY"}},
}

// ExpandMacro returns the items that a macro stands for; items that are no macro are returned as they are.
func ExpandMacro(items []FetchItem) []FetchItem {
	if len(items) == 1 && macros[items[0].Name] != nil {
		return slices.Clone(macros[items[0].Name])
	}
	return items
}

// Body returns the item BODY[section], or BODY.PEEK[section], which does not set \Seen. Section is as it stands between the brackets, such as "1.2.HEADER".
func Body(section string, peek bool) (FetchItem, error) {
	name := "BODY["
	if peek {
		name = "BODY.PEEK["
	}
	items, err := ParseFetchItems(name + section + "]")
	if err != nil {
		return FetchItem{}, err
	}
	return items[0], nil
}

// ParseFetchItems parses the items of FETCH, one or several in parentheses, such as "(UID BODY.PEEK[HEADER])". The error is a [*wire.SyntaxError].
func ParseFetchItems(text string) ([]FetchItem, error) {
	d := parser(text)
	items, err := d.fetchItems()
	if err != nil {
		return nil, err
	}
	return items, d.crlf(citeItem)
}

// parser returns a strict Decoder that has text in hand, and nothing behind it.
func parser(text string) *Decoder {
	return &Decoder{command: &Command{}, text: []byte(text), r: wire.NewReader(strings.NewReader(""))}
}

const citeItem = "RFC 9051 section 6.4.5"

// fetchItems takes an item, a macro, or items in parentheses.
func (d *Decoder) fetchItems() ([]FetchItem, error) {
	if d.peek() != '(' {
		i, err := d.askedItem(true)
		return []FetchItem{i}, err
	}
	var out []FetchItem
	start := d.at
	err := d.list(citeItem, func() error {
		i, err := d.askedItem(false)
		out = append(out, i)
		return err
	})
	if err == nil && out == nil {
		d.at = start
		err = d.wrong("a message data item in the parentheses", citeItem)
	}
	return out, err
}

// askedItem takes an item of the command FETCH.
func (d *Decoder) askedItem(macro bool) (i FetchItem, err error) {
	start := d.at
	n := 0
	for rest := d.text[d.at:]; n < len(rest) && classes[rest[n]]&classAtom != 0 && rest[n] != '[' && rest[n] != '<'; n++ {
	}
	i.Name = upper(str(d.text[d.at : d.at+n]))
	d.at += n
	section := d.peek() == '['
	switch i.Name {
	case "BODY":
	case "BODY.PEEK", "BINARY", "BINARY.PEEK", "BINARY.SIZE":
		if !section {
			return i, d.wrong("a section in brackets", citeItem)
		}
		i.Name, i.Peek = strings.CutSuffix(i.Name, ".PEEK")
	case "ENVELOPE", "FLAGS", "INTERNALDATE", "RFC822.SIZE", "BODYSTRUCTURE", "UID", "RFC822", "RFC822.HEADER", "RFC822.TEXT", "MODSEQ", "EMAILID", "THREADID":
		return i, nil
	default:
		if macro && macros[i.Name] != nil {
			return i, nil
		}
		d.at = start
		return i, d.wrong("the name of a message data item", citeItem)
	}
	if !section {
		return i, nil
	}
	at := d.at + 1
	spec, err := d.sectionSpec()
	if err != nil {
		return i, err
	}
	i.Section = &spec
	if i.Name != "BODY" && spec.Text != "" {
		d.at = at
		return i, d.wrong("the numbers of a part, or nothing", "RFC 9051 section 9, section-binary")
	}
	if d.peek() != '<' || i.Name == "BINARY.SIZE" {
		return i, nil
	}
	d.at++
	i.Partial = &Partial{}
	if i.Partial.Offset, err = d.number64(citeItem); err != nil {
		return i, err
	}
	if err := d.expect('.', citeItem); err != nil {
		return i, err
	}
	at = d.at
	if i.Partial.Count, err = d.number64(citeItem); err == nil && i.Partial.Count == 0 {
		d.at = at
		err = d.wrong("a number of octets that is not 0", "RFC 9051 section 9, partial")
	}
	if err != nil {
		return i, err
	}
	return i, d.expect('>', citeItem)
}
