package nntp

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strconv"
	"strings"

	"harness/protocols/wire"
)

// The fields of an overview behind the number (RFC 3977 section 8.3.2), as LIST OVERVIEW.FMT names them.
var overviewFields = []string{"Subject:", "From:", "Date:", "Message-ID:", "References:", ":bytes", ":lines"}

// OverviewFormat is what the rows of OVER hold: the seven fields that are always there, and further ones.
type OverviewFormat struct {
	// Extra are the further fields in their order: "Xref:full" or ":metadata", as LIST OVERVIEW.FMT has them.
	Extra []string
}

// ParseOverviewFormat parses the answer to LIST OVERVIEW.FMT. The first seven lines have to be those of RFC 3977 section 8.4.2, in any case, where "Bytes:"
// and "Lines:" may stand for ":bytes" and ":lines". Lenient rules take "Bytes" and "Lines" with ":full" too.
func (r Rules) ParseOverviewFormat(lines []string) (OverviewFormat, error) {
	const cite = "RFC 3977 section 8.4.2"
	var f OverviewFormat
	for i, want := range overviewFields {
		if i >= len(lines) {
			return f, &wire.SyntaxError{Want: want, Cite: cite}
		}
		got := lines[i]
		old := want[0] == ':' && strings.EqualFold(got, want[1:]+":")
		if strings.EqualFold(got, want) || old {
			continue
		}
		if err := r.forgive(&wire.SyntaxError{Got: got, Want: want, Cite: cite}); err != nil {
			return f, err
		}
		if !strings.HasPrefix(strings.ToLower(got), strings.ToLower(strings.Trim(want, ":"))) {
			return f, &wire.SyntaxError{Got: got, Want: want, Cite: cite}
		}
	}
	for _, l := range lines[len(overviewFields):] {
		name, full := strings.CutSuffix(l, ":full")
		if !(full && name != "" && name[0] != ':' || strings.HasPrefix(l, ":")) || !IsField(name) {
			if err := r.forgive(&wire.SyntaxError{Got: l, Want: `a header's name and ":full", or a colon and the name of metadata`, Cite: cite}); err != nil {
				return f, err
			}
		}
		f.Extra = append(f.Extra, l)
	}
	return f, nil
}

// Lines returns the format as LIST OVERVIEW.FMT shows it.
func (f OverviewFormat) Lines() []string { return slices.Concat(overviewFields, f.Extra) }

// Overview is a row of OVER. Its fields are parts of the line that was parsed, and valid as long as that is.
type Overview struct {
	// Number is 0 where the article was asked for by its message-id.
	Number                                     int64
	Subject, From, Date, MessageID, References []byte
	// Bytes and Lines are -1 where the server does not tell them.
	Bytes, Lines int64
	// Extra are further fields: of headers with their names, as "Xref: news.example misc.test:3".
	Extra [][]byte
}

// Clone returns a copy that does not share memory with a line.
func (o *Overview) Clone() *Overview {
	c := *o
	for _, f := range []*[]byte{&c.Subject, &c.From, &c.Date, &c.MessageID, &c.References} {
		*f = bytes.Clone(*f)
	}
	c.Extra = make([][]byte, len(o.Extra))
	for i, e := range o.Extra {
		c.Extra[i] = bytes.Clone(e)
	}
	return &c
}

// ParseOverview parses a row of OVER into o, whose Extra is used again. Fields have TABs between them (RFC 3977 section 8.3.2). Lenient rules forgive
// that :bytes or :lines is no number, and fields that are missing at the end.
func (r Rules) ParseOverview(line []byte, o *Overview) error {
	const cite = "RFC 3977 section 8.3.2"
	o.Extra = o.Extra[:0]
	o.Bytes, o.Lines = -1, -1
	i := bytes.IndexByte(line, '\t')
	if i < 0 {
		return &wire.SyntaxError{Got: string(line), Want: "an article number and seven fields with TABs between them", Cite: cite}
	}
	n, ok := decimal(line[:i])
	if !ok {
		return &wire.SyntaxError{Got: string(line[:i]), Want: "an article number of 1 to 16 digits", Cite: cite}
	}
	o.Number = n
	at, more := i+1, true
	next := func() []byte {
		if !more {
			return nil
		}
		rest := line[at:]
		j := bytes.IndexByte(rest, '\t')
		if j < 0 {
			more = false
			return rest
		}
		at += j + 1
		return rest[:j]
	}
	o.Subject = next()
	o.From = next()
	o.Date = next()
	o.MessageID = next()
	o.References = next()
	for _, to := range [...]*int64{&o.Bytes, &o.Lines} {
		if !more {
			if err := r.forgive(&wire.SyntaxError{Offset: len(line), Want: "seven fields behind the number", Cite: cite}); err != nil {
				return err
			}
			break
		}
		start := at
		text := next()
		if len(text) == 0 {
			continue // not known, which the grammar permits
		}
		n, ok := decimal(text)
		if !ok {
			if err := r.forgive(&wire.SyntaxError{Offset: start, Got: string(text), Want: "a number of 1 to 16 digits", Cite: cite}); err != nil {
				return err
			}
			continue
		}
		*to = n
	}
	for more {
		o.Extra = append(o.Extra, next())
	}
	return nil
}

// AppendOverview appends a row of OVER, without CRLF, to b. In each field NUL, TAB, CR and LF become a space each, with CRLF taken out before (RFC 3977
// section 8.3.2). Bytes and Lines of less than 0 are left empty.
func AppendOverview(b []byte, o *Overview) []byte {
	b = strconv.AppendInt(b, o.Number, 10)
	for _, f := range [...][]byte{o.Subject, o.From, o.Date, o.MessageID, o.References} {
		b = appendField(append(b, '\t'), f)
	}
	for _, n := range [...]int64{o.Bytes, o.Lines} {
		if b = append(b, '\t'); n >= 0 {
			b = strconv.AppendInt(b, n, 10)
		}
	}
	for _, e := range o.Extra {
		b = appendField(append(b, '\t'), e)
	}
	return b
}

func appendField(b, f []byte) []byte {
	if !hasControl(f) {
		return append(b, f...)
	}
	for i := 0; i < len(f); i++ {
		switch c := f[i]; {
		case c == '\r' && i+1 < len(f) && f[i+1] == '\n':
			i++
		case c == 0, c == '\t', c == '\r', c == '\n':
			b = append(b, ' ')
		default:
			b = append(b, c)
		}
	}
	return b
}

// hasControl reports whether an octet is below 16. It is for speed: eight octets at a time.
func hasControl(f []byte) bool {
	const each = 0x0101010101010101
	for ; len(f) >= 8; f = f[8:] {
		// The high bit of an octet stays set where it is 16 or more, or is 128 or more itself.
		if x := binary.LittleEndian.Uint64(f); ((x|0x80*each)-0x10*each|x)&(0x80*each) != 0x80*each {
			return true
		}
	}
	for _, c := range f {
		if c < 16 {
			return true
		}
	}
	return false
}
