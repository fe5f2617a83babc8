package imap

import (
	"strconv"
	"strings"
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
			b.WriteString(f)
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
		if s.Fields, err = d.words(citeSection); err != nil {
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
