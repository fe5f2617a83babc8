package imap

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode/utf8"
	"unsafe"

	"harness/protocols/wire"
)

// Limits bound what a [Decoder] takes. 0 means the default.
type Limits struct {
	// Literal is the largest literal that is kept in memory, in octets. Default 64 MiB. What [Decoder.Body] takes is not limited.
	Literal int64
	// Total bounds what one command or response has in lines and kept literals together, in octets. Default 256 MiB.
	Total int64
	// Nesting bounds parentheses within parentheses, in levels. Default 100.
	Nesting int
}

// DefaultLiteral is Limits.Literal where that is 0, in octets.
const DefaultLiteral = 64 << 20

const (
	defaultTotal   = 256 << 20
	defaultNesting = 100
)

// Decoder reads commands, or responses, from one direction of a connection. Lines come from its Reader, whose LineLimit bounds each of them.
//
// What it returns stays as it is: it shares memory with nothing that changes. After a [*wire.SyntaxError], not wrapped in another error, the rest of the command or response was
// skipped, with its literals, and the next one can be read. Every other error breaks the stream.
type Decoder struct {
	Rules  Rules
	Limits Limits

	// Body, if it is set, takes the literals of body sections in FETCH responses: size octets, streamed. What it does not read is skipped. Its error is
	// returned by ReadResponse, and breaks the stream.
	Body func(f *Fetch, s *Section, size int64, r io.Reader) error

	// Literal, if it is set, is asked before the octets of a literal in a command are read: how many, and whether the client waits for a continuation
	// request, which it has to send then. Of the command there is what was read before; of APPEND, the message without its size. Its error, such as a literal that is too
	// large for the server, is returned by ReadCommand; if the client does not wait, the octets and the rest of the command are skipped before.
	Literal func(c *Command, size int64, synchronizing bool) error

	// Append, if it is set, takes the messages of APPEND commands: m.Size octets, streamed. What it does not read is skipped, and so are all messages if it is not set. Its error
	// is returned by ReadCommand when the command was read to its end; no message behind is given to it then.
	Append func(c *Command, m *AppendMessage, r io.Reader) error

	command *Command // that is being read; nil for a response
	failed  error    // of Append

	r     *wire.Reader
	text  []byte // the line in hand
	at    int
	base  int // octets of the command or response before text
	end   wire.Terminator
	kept  int64 // octets that are in memory
	slab  []byte
	depth int
}

// NewDecoder returns a strict Decoder on r.
func NewDecoder(r *wire.Reader) *Decoder { return &Decoder{r: r} }

func limit[T int | int64](n, otherwise T) T {
	if n > 0 {
		return n
	}
	return otherwise
}

// slabSize is how much memory for text is taken at once, in octets: many short responses share it.
const slabSize = 16 << 10

// take returns n octets of memory that nobody else has.
func (d *Decoder) take(n int) []byte {
	if n > len(d.slab) {
		if n > slabSize/4 {
			return make([]byte, n)
		}
		d.slab = make([]byte, slabSize)
	}
	b := d.slab[:n:n]
	d.slab = d.slab[n:]
	return b
}

// str is b as a string, without a copy: nothing changes what take returned once it is filled.
func str(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// begin reads the first line of a command or response.
func (d *Decoder) begin() error {
	d.base, d.kept, d.depth = 0, 0, 0
	d.text, d.at = nil, 0
	return d.line()
}

// line reads the next line.
func (d *Decoder) line() error {
	l, err := d.r.ReadLine()
	if err != nil {
		if errors.Is(err, io.EOF) && d.base > 0 {
			err = fmt.Errorf("the stream ended behind a literal: %w", io.ErrUnexpectedEOF)
		}
		return err
	}
	if l.End == wire.None {
		return fmt.Errorf("the stream ended in the middle of a line: %w", io.ErrUnexpectedEOF)
	}
	if err := d.keep(int64(len(l.Text))); err != nil {
		return err
	}
	d.text, d.at, d.end = d.take(len(l.Text)), 0, l.End
	copy(d.text, l.Text)
	return nil
}

// keep counts what is held in memory.
func (d *Decoder) keep(n int64) error {
	most := limit(d.Limits.Total, defaultTotal)
	if d.kept += n; d.kept > most {
		return &wire.LimitError{What: "line", Limit: most}
	}
	return nil
}

// wrong is the error that something else stands at the place in hand.
func (d *Decoder) wrong(want, cite string) *wire.SyntaxError {
	rest := d.text[d.at:]
	return &wire.SyntaxError{Offset: d.base + d.at, Got: string(rest[:min(len(rest), 20)]), Want: want, Cite: cite}
}

// skip reads what is left of the command or response in hand, so that the next one can be read. Cause is what went wrong; it is returned unless skipping fails too.
func (d *Decoder) skip(cause error) error {
	if d.command == nil && d.base == 0 && textual(d.text) {
		return cause // what ends like the length of a literal is text
	}
	for {
		size, sync, _, ok := literal(d.text)
		if !ok || sync && d.Literal != nil {
			return cause // a client that waits for the continuation request, and gets the refusal in its place, sends nothing more of the command
		}
		if _, err := io.Copy(io.Discard, d.r.Octets(size)); err != nil {
			return errors.Join(cause, err)
		}
		d.base += len(d.text)
		if err := d.line(); err != nil {
			return errors.Join(cause, err)
		}
	}
}

// peek returns the octet in hand; 0 at the end of the line.
func (d *Decoder) peek() byte {
	if d.at < len(d.text) {
		return d.text[d.at]
	}
	return 0
}

// is takes c if it is in hand.
func (d *Decoder) is(c byte) bool {
	if d.at < len(d.text) && d.text[d.at] == c {
		d.at++
		return true
	}
	return false
}

// expect takes c.
func (d *Decoder) expect(c byte, cite string) error {
	if d.is(c) {
		return nil
	}
	return d.wrong(string(rune(c)), cite)
}

// sp takes a space. Lenient rules forgive more of them.
func (d *Decoder) sp(cite string) error {
	if !d.is(' ') {
		return d.wrong("a space", cite)
	}
	if d.peek() == ' ' {
		if err := d.Rules.forgive(d.wrong("one space", cite)); err != nil {
			return err
		}
		for d.is(' ') {
		}
	}
	return nil
}

// more reports whether something stands behind a space.
func (d *Decoder) more() bool {
	return d.peek() == ' ' && len(bytes.TrimLeft(d.text[d.at:], " ")) > 0
}

// crlf takes the end of the command or response. Lenient rules forgive spaces before it, and a bare LF.
func (d *Decoder) crlf(cite string) error {
	if d.at < len(d.text) {
		if len(bytes.TrimLeft(d.text[d.at:], " ")) > 0 {
			return d.wrong("the end of the line", cite)
		}
		if err := d.Rules.forgive(d.wrong("CRLF", cite)); err != nil {
			return err
		}
		d.at = len(d.text)
	}
	if d.end == wire.LF {
		return d.Rules.forgive(&wire.SyntaxError{Offset: d.base + d.at, Got: "\n", Want: "CRLF", Cite: "RFC 9051 section 2.2"})
	}
	return nil
}

// word takes octets of a class.
func (d *Decoder) word(class uint8, want, cite string) (string, error) {
	n := span(d.text[d.at:], class)
	if n == 0 {
		return "", d.wrong(want, cite)
	}
	w := d.text[d.at : d.at+n]
	d.at += n
	return str(w), nil
}

// upper is s in upper case.
func upper(s string) string {
	for i := range len(s) {
		if s[i] >= 'a' && s[i] <= 'z' {
			return strings.ToUpper(s)
		}
	}
	return s
}

// keyword takes an atom, in upper case.
func (d *Decoder) keyword(want, cite string) (string, error) {
	w, err := d.word(classAtom, want, cite)
	return upper(w), err
}

// num takes a number of at most most.
func (d *Decoder) num(most uint64, cite string) (uint64, error) {
	v, n, ok := digits(d.text[d.at:], most)
	if !ok {
		return 0, d.wrong(fmt.Sprintf("a number from 0 to %d", most), cite)
	}
	d.at += n
	return v, nil
}

// number takes a number of 32 bits, number64 one of 63 bits, and nzNumber one of 32 bits that is not 0 and does not begin with 0.
func (d *Decoder) number(cite string) (uint32, error) {
	v, err := d.num(math.MaxUint32, cite)
	return uint32(v), err
}

func (d *Decoder) number64(cite string) (uint64, error) { return d.num(math.MaxInt64, cite) }

func (d *Decoder) nzNumber(cite string) (uint32, error) {
	if c := d.peek(); c < '1' || c > '9' {
		if c != '0' || !d.Rules.Lenient {
			return 0, d.wrong("a number from 1 to 4294967295", cite)
		}
		if err := d.Rules.forgive(d.wrong("a number that is not 0", cite)); err != nil {
			return 0, err
		}
	}
	return d.number(cite)
}

// quoted takes a quoted string.
func (d *Decoder) quoted(cite string) (string, error) {
	if !d.is('"') {
		return "", d.wrong("a quoted string", cite)
	}
	start := d.at
	escaped, beyond := false, false
	for ; d.at < len(d.text); d.at++ {
		c := d.text[d.at]
		switch {
		case classes[c]&classQuoted != 0:
		case c == '"':
			b := d.text[start:d.at]
			d.at++
			if beyond && (!d.Rules.UTF8 || !utf8.Valid(b)) {
				want := "ASCII in a quoted string"
				if d.Rules.UTF8 {
					want = "UTF-8 in a quoted string"
				}
				if err := d.Rules.forgive(&wire.SyntaxError{Offset: d.base + start, Got: string(b[:min(len(b), 20)]), Want: want, Cite: "RFC 9051 section 4.3"}); err != nil {
					return "", err
				}
			}
			if escaped {
				return unescape(b), nil
			}
			return str(b), nil
		case c == '\\':
			if d.at+1 == len(d.text) || d.text[d.at+1] != '"' && d.text[d.at+1] != '\\' {
				if err := d.Rules.forgive(d.wrong(`\" or \\`, "RFC 9051 section 9, quoted")); err != nil {
					return "", err
				}
			}
			escaped = true
			d.at++
		case c >= 0x80:
			beyond = true
		default:
			return "", d.wrong("no NUL and no bare CR in a quoted string", "RFC 9051 section 4.3")
		}
	}
	d.at = len(d.text)
	return "", d.wrong("the quotation mark that ends the string", cite)
}

func unescape(b []byte) string {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) {
			i++
		}
		out = append(out, b[i])
	}
	return str(out)
}

// literalAhead reports whether a literal begins in hand.
func (d *Decoder) literalAhead() bool {
	c := d.peek()
	return c == '{' || c == '~' && d.at+1 < len(d.text) && d.text[d.at+1] == '{'
}

// literalHead takes the length of a literal, behind which the line ends. Its octets are still to be read. Most is how many octets it may have; 0 for any number.
func (d *Decoder) literalHead(most int64) (size int64, err error) {
	size, sync, start, ok := literal(d.text)
	if !ok || start != d.at && !(start == d.at+1 && d.peek() == '~') {
		return 0, d.wrong("the length of a literal, and the end of the line", "RFC 9051 section 4.3")
	}
	if d.end == wire.LF {
		if err := d.Rules.forgive(&wire.SyntaxError{Offset: d.base + len(d.text), Got: "\n", Want: "CRLF behind the length of a literal", Cite: "RFC 9051 section 4.3"}); err != nil {
			return 0, err
		}
	}
	if most > 0 && size > most {
		return 0, &wire.LimitError{What: "literal", Limit: most}
	}
	switch {
	case d.command == nil && !sync:
		return size, d.Rules.forgive(d.wrong("a literal without a plus sign: a server sends no other", "RFC 9051 section 9, literal"))
	case d.command != nil && d.Literal != nil:
		if err := d.Literal(d.command, size, sync); err != nil {
			return 0, refusal{err}
		}
	}
	return size, nil
}

func nulError(at int) *wire.SyntaxError {
	return &wire.SyntaxError{Offset: at, Got: "\x00", Want: "no NUL in a literal", Cite: "RFC 9051 section 4.3"}
}

// literalEnd goes on behind the octets of a literal.
func (d *Decoder) literalEnd(size int64) error {
	d.base += len(d.text) + int(size)
	return d.line()
}

// literal takes a literal into memory.
func (d *Decoder) literal() ([]byte, error) {
	size, err := d.literalHead(limit(d.Limits.Literal, DefaultLiteral))
	if err != nil {
		return nil, err
	}
	if err := d.keep(size); err != nil {
		return nil, err
	}
	binary := d.peek() == '~'
	// The length is only what was announced: memory is taken as octets come.
	b := make([]byte, 0, min(size, 64<<10))
	for int64(len(b)) < size {
		if len(b) == cap(b) {
			b = append(b, make([]byte, min(int64(len(b)), size-int64(len(b))))...)[:len(b)]
		}
		n, err := d.r.Read(b[len(b):min(int64(cap(b)), size)])
		b = b[:len(b)+n]
		if err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return nil, fmt.Errorf("a literal of %d octets ends after %d: %w", size, len(b), err)
		}
	}
	if !binary {
		if i := bytes.IndexByte(b, 0); i >= 0 {
			e := nulError(d.base + len(d.text) + i)
			if err := d.literalEnd(size); err != nil {
				return nil, err
			}
			return b, d.Rules.forgive(e)
		}
	}
	return b, d.literalEnd(size)
}

// string takes a string: quoted, or a literal.
func (d *Decoder) string(cite string) (string, error) {
	if d.peek() == '"' {
		return d.quoted(cite)
	}
	if d.literalAhead() && (d.command == nil || d.peek() == '{') {
		if err := d.noLiteral8(); err != nil {
			return "", err
		}
		b, err := d.literal()
		return str(b), err
	}
	return "", d.wrong("a string", cite)
}

// noLiteral8 forgives a literal8 in the place of a string.
func (d *Decoder) noLiteral8() error {
	if d.peek() != '~' {
		return nil
	}
	return d.Rules.forgive(d.wrong("a literal without a tilde: a literal8 is no string", "RFC 9051 section 9, string"))
}

// isNIL takes NIL.
func (d *Decoder) isNIL() bool {
	rest := d.text[d.at:]
	if len(rest) < 3 || rest[0]|0x20 != 'n' || rest[1]|0x20 != 'i' || rest[2]|0x20 != 'l' || len(rest) > 3 && classes[rest[3]]&classAString != 0 {
		return false
	}
	d.at += 3
	return true
}

func (d *Decoder) nstring(cite string) (NString, error) {
	if d.peek() == '"' {
		s, err := d.quoted(cite)
		return NString{s, true}, err
	}
	if d.isNIL() {
		return NString{}, nil
	}
	if d.literalAhead() {
		if err := d.noLiteral8(); err != nil {
			return NString{}, err
		}
		b, err := d.literal()
		return NString{str(b), true}, err
	}
	return NString{}, d.wrong("a string or NIL", cite)
}

func (d *Decoder) astring(cite string) (string, error) {
	if n := span(d.text[d.at:], classAString); n > 0 {
		w := d.text[d.at : d.at+n]
		d.at += n
		return str(w), nil
	}
	if c := d.peek(); c == '"' || c == '{' || c == '~' {
		return d.string(cite)
	}
	return "", d.wrong("an atom or a string", cite)
}

// Mailbox is the name of a mailbox, decoded; INBOX in upper case, whatever case it had (RFC 9051 section 5.1).
func (d *Decoder) mailbox(cite string) (string, error) {
	at := d.base + d.at
	s, err := d.astring(cite)
	if err != nil {
		return "", err
	}
	return d.decodeMailbox(s, at)
}

func (d *Decoder) decodeMailbox(s string, at int) (string, error) {
	if len(s) == 5 && strings.EqualFold(s, "INBOX") {
		return "INBOX", nil
	}
	return d.decodeName(s, at)
}

// decodeName decodes a name that stood at at.
func (d *Decoder) decodeName(s string, at int) (string, error) {
	if d.Rules.UTF8 {
		return s, nil
	}
	name, err := DecodeUTF7(s)
	var e *wire.SyntaxError
	if errors.As(err, &e) {
		e.Offset += at
		return s, d.Rules.forgive(e)
	}
	return name, err
}

func (d *Decoder) numSet(star, saved bool) (NumSet, error) {
	s, n, err := parseNumSet(d.text[d.at:], star, saved)
	if e, ok := err.(*wire.SyntaxError); ok {
		e.Offset += d.base + d.at
	}
	d.at += n
	return s, err
}

// nest enters parentheses, and leave leaves them.
func (d *Decoder) nest() error {
	most := limit(d.Limits.Nesting, defaultNesting)
	if d.depth++; d.depth > most {
		return &wire.LimitError{What: "nesting", Limit: int64(most)}
	}
	return nil
}

func (d *Decoder) leave() { d.depth-- }

// list takes a list in parentheses, which may be empty; each takes an element.
func (d *Decoder) list(cite string, each func() error) error {
	if err := d.expect('(', cite); err != nil {
		return err
	}
	if d.is(')') {
		return nil
	}
	if err := d.nest(); err != nil {
		return err
	}
	defer d.leave()
	for {
		if err := each(); err != nil {
			return err
		}
		if d.is(')') {
			return nil
		}
		if err := d.sp(cite); err != nil {
			return err
		}
		if d.Rules.Lenient && d.is(')') { // the space was forgiven before
			return d.Rules.forgive(d.wrong("no space before the parenthesis", cite))
		}
	}
}

// words takes a list of atoms.
func (d *Decoder) words(cite string) ([]string, error) {
	out := []string{}
	err := d.list(cite, func() error {
		w, err := d.astring(cite)
		out = append(out, w)
		return err
	})
	return out, err
}

// flag takes a flag; star permits "\*".
func (d *Decoder) flag(star bool, cite string) (string, error) {
	start := d.at
	if d.is('\\') {
		if star && d.is('*') {
			return `\*`, nil
		}
	}
	n := span(d.text[d.at:], classAtom)
	if n == 0 {
		return "", d.wrong("a flag", cite)
	}
	d.at += n
	return canonicalFlag(str(d.text[start:d.at])), nil
}

// flags takes a list of flags.
func (d *Decoder) flags(star bool, cite string) ([]string, error) {
	var few [8]string
	out := few[:0]
	if err := d.expect('(', cite); err != nil {
		return nil, err
	}
	for !d.is(')') {
		if len(out) > 0 {
			if err := d.sp(cite); err != nil {
				return nil, err
			}
		}
		f, err := d.flag(star, cite)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return append(make([]string, 0, len(out)), out...), nil
}

// value takes a value of any form: an atom, a number, a string, or such values in parentheses (RFC 9051 section 9, body-extension and tagged-ext-val). It returns it as it stands,
// literals as literalText has them.
func (d *Decoder) value(cite string) (string, error) {
	start := d.at
	switch c := d.peek(); {
	case c == '(':
		var parts []string
		err := d.list(cite, func() error {
			p, err := d.value(cite)
			parts = append(parts, p)
			return err
		})
		return "(" + strings.Join(parts, " ") + ")", err
	case c == '"':
		if _, err := d.quoted(cite); err != nil {
			return "", err
		}
	case d.literalAhead():
		b, err := d.literal()
		return literalText(c == '~', b), err
	case c == '\\':
		d.at++
		d.is('*')
		d.at += span(d.text[d.at:], classAtom)
	default:
		for d.at < len(d.text) && (classes[d.text[d.at]]&(classAString|classList) != 0) {
			if d.text[d.at] == '[' { // as in BODY[HEADER.FIELDS (A B)]
				n := max(bytes.IndexByte(d.text[d.at:], ']'), 1)
				if err := d.checkText(d.text[d.at : d.at+n]); err != nil {
					return "", err
				}
				d.at += n
				continue
			}
			d.at++
		}
	}
	if d.at == start {
		return "", d.wrong("a value", cite)
	}
	return str(d.text[start:d.at]), nil
}

// checkText refuses NUL and a bare CR in text, which begins at the place in hand.
func (d *Decoder) checkText(text []byte) error {
	for i, c := range text {
		if c == 0 || c == '\r' {
			d.at += i
			return d.wrong("no NUL and no bare CR in a text", "RFC 9051 section 9, text")
		}
	}
	return nil
}

// literalText is a literal as it stands in text that is kept: without the plus sign of one that is not synchronizing.
func literalText(binary bool, octets []byte) string {
	p := printer{b: make([]byte, 0, len(octets)+16)}
	p.head(int64(len(octets)), binary)
	return str(append(p.b, octets...))
}

// rest takes what is left of a command or response, as it stands, like value.
func (d *Decoder) rest(cite string) (string, error) {
	var b strings.Builder
	for {
		_, _, start, ok := literal(d.text)
		if !ok || start < d.at {
			text := str(d.text[d.at:])
			if err := d.checkText(d.text[d.at:]); err != nil {
				return "", err
			}
			d.at = len(d.text)
			if b.Len() == 0 {
				return text, d.crlf(cite)
			}
			b.WriteString(text)
			return b.String(), d.crlf(cite)
		}
		binary := start > d.at && d.text[start-1] == '~'
		if binary {
			start--
		}
		if err := d.checkText(d.text[d.at:start]); err != nil {
			return "", err
		}
		b.Write(d.text[d.at:start])
		d.at = start
		octets, err := d.literal()
		if err != nil {
			return "", err
		}
		b.WriteString(literalText(binary, octets))
	}
}
