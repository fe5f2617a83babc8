package transcript

import (
	"encoding/hex"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"harness/protocols/wire"
)

// Print returns the session as the text of a file. What was parsed and not changed since prints as it stood: Print(Parse(x)) is x.
// What a program made or changed prints canonically.
func (s *Session) Print() []byte {
	p := printer{}
	for _, f := range s.Header {
		p.buf = appendField(p.buf[:0], f)
		p.emit(f.src, sameField(f))
	}
	switch {
	case s.sep != "":
		p.buf = append(p.buf[:0], '\n')
		p.emit(s.sep, true)
	case len(s.Items) > 0:
		p.buf = append(p.buf[:0], '\n')
		p.emit("", false)
	}
	for _, it := range s.Items {
		p.item(it)
	}
	return p.out
}

// printer joins lines; a line that lacks its end, the last of a file once, gets it when another follows.
type printer struct {
	out, buf []byte
}

// emit writes src if it is there and still means the same as what it was parsed to, or buf.
func (p *printer) emit(src string, same bool) {
	if n := len(p.out); n > 0 && p.out[n-1] != '\n' {
		p.out = append(p.out, '\n')
	}
	if src != "" && same {
		p.out = append(p.out, src...)
		return
	}
	p.out = append(p.out, p.buf...)
}

func (p *printer) item(it Item) {
	switch it := it.(type) {
	case *Say:
		p.buf = append(appendSay(p.buf[:0], it), '\n')
		p.emit(it.src, it.src != "" && sameItem(it.src, it))
	case *Event:
		p.buf = append(appendEvent(p.buf[:0], it), '\n')
		p.emit(it.src, it.src != "" && sameItem(it.src, it))
	case *Comment:
		p.buf = append(append(p.buf[:0], it.Text...), '\n')
		p.emit(it.src, it.src != "" && sameItem(it.src, it))
	case *Group:
		p.buf = append(append(append(p.buf[:0], "-- "...), it.Kind...), '\n')
		p.emit(it.src, it.src != "" && strings.Contains(it.src, string(it.Kind)))
		for _, inner := range it.Items {
			p.item(inner)
		}
		p.buf = append(p.buf[:0], "-- end\n"...)
		p.emit(it.srcLast, true)
	}
}

// sameItem reports whether src still parses to the item.
func sameItem(src string, it Item) bool {
	p := &parser{rest: src}
	p.next()
	was, err := p.item(nil)
	if err != nil {
		return false
	}
	if c, ok := was.(*Comment); ok {
		is, ok := it.(*Comment)
		return ok && is.Text == c.Text
	}
	return equalItem(was, it)
}

func sameField(f Field) bool {
	name, value, ok := strings.Cut(f.src, ":")
	return ok && name == f.Name && strings.Trim(strings.TrimRight(value, "\r\n"), " ") == f.Value
}

// Format returns the session in the canonical form: one print for each meaning, lines ended by LF, no run of empty lines.
func (s *Session) Format() []byte {
	var out []byte
	for _, f := range s.Header {
		out = appendField(out, f)
	}
	empty := true // whether an empty line would be one too many
	var items func([]Item)
	items = func(list []Item) {
		for _, it := range list {
			if c, ok := it.(*Comment); ok && strings.TrimRight(c.Text, " \t") == "" {
				empty = true
				continue
			}
			if empty {
				out = append(out, '\n')
				empty = false
			}
			switch it := it.(type) {
			case *Say:
				out = append(appendSay(out, it), '\n')
			case *Event:
				out = append(appendEvent(out, it), '\n')
			case *Comment:
				out = append(append(out, strings.TrimRight(it.Text, " \t")...), '\n')
			case *Group:
				out = append(append(append(out, "-- "...), it.Kind...), '\n')
				items(it.Items)
				empty = false // an empty line before the group's end says nothing
				out = append(out, "-- end\n"...)
			}
		}
	}
	items(s.Items)
	return out
}

// Format parses text and returns its canonical form; name is the file's name for messages.
func Format(name string, text []byte) ([]byte, error) {
	s, err := Parse(name, text)
	if err != nil {
		return nil, err
	}
	return s.Format(), nil
}

// String returns the canonical line of the item, without its end: "C: USER alice".
func (i *Say) String() string { return string(appendSay(nil, i)) }

// String returns the canonical line of the event: "-- wait S 200ms".
func (i *Event) String() string { return string(appendEvent(nil, i)) }

// String returns the canonical lines of the group, from "-- unordered" to "-- end".
func (i *Group) String() string {
	p := printer{}
	g := *i
	g.src, g.srcLast = "", ""
	p.item(&g)
	return strings.TrimSuffix(string(p.out), "\n")
}

// String returns the comment.
func (i *Comment) String() string { return i.Text }

func appendField(b []byte, f Field) []byte {
	b = append(append(b, f.Name...), ':')
	if f.Value != "" {
		b = append(append(b, ' '), f.Value...)
	}
	return append(b, '\n')
}

func appendWho(b []byte, w Who) []byte { return append(append(b, byte(w.Party)), w.Channel...) }

func appendEvent(b []byte, e *Event) []byte {
	b = append(append(b, "-- "...), e.Kind...)
	switch e.Kind {
	case TLS, Clear, Compress:
		if e.Arg != "" {
			b = append(append(b, ' '), e.Arg...)
		}
		if e.Who.Channel != "" {
			b = append(append(b, ' '), e.Who.Channel...)
		}
	default:
		b = appendWho(append(b, ' '), e.Who)
		if e.Kind == Wait || e.Kind == Quiet {
			b = append(append(b, ' '), e.Duration.String()...)
		}
	}
	return b
}

func appendSay(b []byte, s *Say) []byte {
	b = append(appendWho(b, s.Who), ':')
	parts := mergeParts(s.Parts)
	end := ""
	switch s.End {
	case wire.LF:
		end = "{{lf}}"
	case wire.None:
		end = "{{none}}"
	default:
		if n := len(parts); n > 0 {
			if t := parts[n-1].Text; len(t) > 0 && t[len(t)-1] == '\n' {
				end = "{{crlf}}"
			}
		}
	}
	if len(parts) == 0 && end == "" {
		return b
	}
	b = append(b, ' ')
	for i, p := range parts {
		last := i == len(parts)-1
		switch {
		case p.Value != nil:
			b = appendValue(b, p.Value)
		case p.Blob != nil:
			b = append(append(b, "{{blob "...), p.Blob.Name...)
			b = append(strconv.AppendInt(append(b, ' '), p.Blob.Size, 10), ' ')
			b = append(append(b, p.Blob.SHA256...), "}}"...)
		default:
			b = appendText(b, p.Text, i == 0, last, !last || end != "")
		}
	}
	return append(b, end...)
}

// mergeParts joins texts that stand side by side and drops empty ones.
func mergeParts(parts []Part) []Part {
	merge := false
	for i, p := range parts {
		if p.Value == nil && p.Blob == nil && (len(p.Text) == 0 || i > 0 && parts[i-1].Text != nil) {
			merge = true
		}
	}
	if !merge {
		return parts
	}
	var out []Part
	for _, p := range parts {
		if p.Value != nil || p.Blob != nil {
			out = append(out, p)
			continue
		}
		if len(p.Text) == 0 {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Text != nil {
			out[n-1].Text = append(out[n-1].Text[:len(out[n-1].Text):len(out[n-1].Text)], p.Text...)
		} else {
			out = append(out, Part{Text: p.Text})
		}
	}
	return out
}

// plain returns the length of the rune that shows as itself at t[i], 0 if the octet there is escaped whatever stands around it.
func plain(t []byte, i int) int {
	c := t[i]
	if c < utf8.RuneSelf {
		if c >= 0x20 && c < 0x7f {
			return 1
		}
		return 0
	}
	r, n := utf8.DecodeRune(t[i:])
	if r == utf8.RuneError && n <= 1 || !unicode.IsPrint(r) {
		return 0
	}
	return n
}

// appendText appends octets as text and escapes. First and last say that the text begins and ends the line, braces that an escape follows it.
func appendText(b, t []byte, first, last, braces bool) []byte {
	hexStart := -1
	flush := func(i int) {
		if hexStart >= 0 {
			b = append(hex.AppendEncode(append(b, "{{x "...), t[hexStart:i]), "}}"...)
			hexStart = -1
		}
	}
	named := func(i int, name string, n int) int {
		flush(i)
		b = append(append(append(b, "{{"...), name...), "}}"...)
		return i + n
	}
	for i := 0; i < len(t); {
		c := t[i]
		if c > ' ' && c < 0x7f && c != '{' { // the common case
			flush(i)
			j := i + 1
			for j < len(t) && t[j] > ' ' && t[j] < 0x7f && t[j] != '{' {
				j++
			}
			b = append(b, t[i:j]...)
			i = j
			continue
		}
		switch {
		case c == ' ':
			if first && i == 0 || last && i == len(t)-1 {
				i = named(i, "sp", 1)
			} else {
				flush(i)
				b = append(b, ' ')
				i++
			}
			continue
		case c == '\r' && i+1 < len(t) && t[i+1] == '\n':
			i = named(i, "crlf", 2)
			continue
		case c == '\r':
			i = named(i, "cr", 1)
			continue
		case c == '\n':
			i = named(i, "lf", 1)
			continue
		case c == 0:
			i = named(i, "nul", 1)
			continue
		case c == '\t':
			i = named(i, "tab", 1)
			continue
		case c == '{':
			n := 1
			for i+n < len(t) && t[i+n] == '{' {
				n++
			}
			escape := n > 1
			if j := i + n; j == len(t) {
				escape = escape || braces
			} else {
				escape = escape || plain(t, j) == 0 || last && j == len(t)-1 && t[j] == ' '
			}
			if !escape {
				flush(i)
				b = append(b, '{')
				i++
				continue
			}
			if hexStart < 0 {
				hexStart = i
			}
			i += n
			continue
		}
		if n := plain(t, i); n > 0 {
			flush(i)
			b = append(b, t[i:i+n]...)
			i += n
			continue
		}
		if hexStart < 0 {
			hexStart = i
		}
		i++
	}
	flush(len(t))
	return b
}

// bare reports whether s needs no quotes as a word in {{...}}.
func bare(s []byte) bool {
	for i := 0; i < len(s); {
		switch s[i] {
		case ' ', '"', '\\', '{', '}':
			return false
		}
		n := plain(s, i)
		if n == 0 {
			return false
		}
		i += n
	}
	return len(s) > 0
}

func appendWord(b, w []byte, quoted bool) []byte {
	if quoted || !bare(w) {
		return strconv.AppendQuote(b, string(w))
	}
	return append(b, w...)
}

func appendValue(b []byte, v *Value) []byte {
	b = append(b, "{{"...)
	if v.Ref != "" {
		b = append(append(b, '='), v.Ref...)
		return append(b, "}}"...)
	}
	if v.Redacted {
		b = append(b, "***"...)
	} else {
		b = appendWord(b, v.Octets, len(v.Octets) > 0 && v.Octets[0] == '=' || string(v.Octets) == "***" || isEscapeName(string(v.Octets)))
	}
	b = append(append(b, ' '), v.Kind...)
	for _, a := range v.Args {
		b = appendWord(append(b, ' '), []byte(a), a == "as")
	}
	if v.As != "" {
		b = append(append(b, " as "...), v.As...)
	}
	return append(b, "}}"...)
}
