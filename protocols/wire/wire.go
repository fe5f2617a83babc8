// Package wire holds what the text protocols have in common on the wire: lines that name their terminator, dot-stuffed blocks, replies of
// three digits, limits, and the errors of a strict parser.
//
// The package keeps the octets as they came. A [Line] says how it ended, so that a caller can tell CRLF from a bare LF and can send either;
// a block is streamed and never held whole; every reader has a limit, and passing it is a [*LimitError] that names the limit.
//
// It is pure: it reads from an [io.Reader] and writes to an [io.Writer], and knows nothing of sockets.
package wire

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// Terminator is what ends a line.
type Terminator uint8

const (
	// CRLF is carriage return and line feed, the terminator of all five protocols.
	CRLF Terminator = iota
	// LF is a line feed without a carriage return before it.
	LF
	// None means that the line does not end: the stream ended, or the octets are not a line.
	None
)

// Octets returns the terminator as it stands on the wire: "\r\n", "\n" or "".
func (t Terminator) Octets() string {
	switch t {
	case CRLF:
		return "\r\n"
	case LF:
		return "\n"
	}
	return ""
}

// String returns "CRLF", "LF" or "none".
func (t Terminator) String() string {
	switch t {
	case CRLF:
		return "CRLF"
	case LF:
		return "LF"
	case None:
		return "none"
	}
	return "terminator(" + strconv.Itoa(int(t)) + ")"
}

// Line is a line as it was read: its text without the terminator, and the terminator.
type Line struct {
	Text []byte
	End  Terminator
}

// String returns the text alone.
func (l Line) String() string { return string(l.Text) }

// AppendRaw appends the line as it stands on the wire to b.
func (l Line) AppendRaw(b []byte) []byte {
	b = append(b, l.Text...)
	return append(b, l.End.Octets()...)
}

// SyntaxError is a departure from a protocol's grammar.
type SyntaxError struct {
	// Offset is the place in the parsed text, in octets from 0.
	Offset int
	// Got is what stands there, as read; "" at the end of the text.
	Got string
	// Want is what the grammar wants there, such as "a message number".
	Want string
	// Cite is the rule, such as "RFC 1939 section 5".
	Cite string
}

// Error tells what was expected, what came, where, and by which rule.
func (e *SyntaxError) Error() string {
	got := "the end of the text"
	if e.Got != "" {
		got = Quote([]byte(e.Got))
	}
	s := fmt.Sprintf("syntax error at octet %d: expected %s, got %s", e.Offset, e.Want, got)
	if e.Cite != "" {
		s += " (" + e.Cite + ")"
	}
	return s
}

// LimitError says that the peer, or a file, went past a limit.
type LimitError struct {
	// What is limited: "line", "block", "literal", "reply", "nesting".
	What string
	// Limit is the largest permitted value, in octets (for "nesting": levels; for "reply": lines).
	Limit int64
	// Cite is the rule that sets the limit; "" if it is ours.
	Cite string
}

// Error names the limit.
func (e *LimitError) Error() string {
	unit := "octets"
	switch e.What {
	case "nesting":
		unit = "levels"
	case "reply":
		unit = "lines"
	}
	s := fmt.Sprintf("%s longer than the limit of %d %s", e.What, e.Limit, unit)
	if e.Cite != "" {
		s += " (" + e.Cite + ")"
	}
	return s
}

// quoteMax bounds what an error message shows of the peer's octets.
const quoteMax = 120

// Quote returns b in double quotes with everything but printable ASCII escaped, cut after 120 octets: fit for a message.
func Quote(b []byte) string {
	if len(b) > quoteMax {
		return strconv.QuoteToASCII(string(b[:quoteMax])) + fmt.Sprintf("... (%d octets)", len(b))
	}
	return strconv.QuoteToASCII(string(b))
}

// Printable returns s, a peer's text, as it is if it is fit for a terminal, and like [Quote] if it holds controls or octets that are no UTF-8.
func Printable(s string) string {
	for _, c := range s {
		if c < ' ' || c == 0x7f || c == utf8.RuneError || c >= 0x80 && c < 0xa0 {
			return Quote([]byte(s))
		}
	}
	return s
}
