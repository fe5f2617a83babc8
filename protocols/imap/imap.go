package imap

import (
	"harness/protocols/wire"
)

// Rules says by which rules a text is parsed. The zero value is strict, with the names and strings of IMAP4rev1.
type Rules struct {
	// Lenient forgives what can be understood all the same: a bare LF, blanks too many or missing where nothing hangs on them, octets beyond ASCII in quoted strings, a missing
	// text. What would be dangerous to guess at is an error still: NUL, a bare CR, a line that the stream's end cut off, a literal without its octets.
	Lenient bool
	// UTF8 says that quoted strings and texts may hold UTF-8, and that mailbox names are in UTF-8 and not in modified UTF-7: IMAP4rev2 (RFC 9051 section 5.1), and
	// IMAP4rev1 after ENABLE UTF8=ACCEPT (RFC 6855 section 3).
	UTF8 bool
	// Forgave is told each departure that lenient rules let pass; it may be nil.
	Forgave func(*wire.SyntaxError)
}

// forgive returns nil if the rules let e pass.
func (r Rules) forgive(e *wire.SyntaxError) error {
	if !r.Lenient {
		return e
	}
	if r.Forgave != nil {
		r.Forgave(e)
	}
	return nil
}

// Classes of octets (RFC 9051 section 9).
const (
	classAtom    = 1 << iota // ATOM-CHAR
	classAString             // ASTRING-CHAR
	classTag                 // of a tag
	classList                // list-char
	classQuoted              // QUOTED-CHAR that is not escaped, without UTF-8
)

var classes = func() (t [256]uint8) {
	for c := range 128 {
		if c <= ' ' || c == 0x7f {
			continue
		}
		switch c {
		case '(', ')', '{', '"', '\\':
			continue
		case '%', '*':
			t[c] |= classList
			continue
		case ']':
			t[c] |= classAString | classTag | classList
			continue
		}
		t[c] |= classAtom | classAString | classTag | classList
	}
	t['+'] &^= classTag
	for c := 1; c < 128; c++ {
		if c != '\r' && c != '\n' && c != '"' && c != '\\' {
			t[c] |= classQuoted
		}
	}
	return t
}()

// span returns how many octets of s, from its start, are of a class.
func span(s []byte, class uint8) int {
	for i, c := range s {
		if classes[c]&class == 0 {
			return i
		}
	}
	return len(s)
}

// IsAtom reports whether s is an atom (RFC 9051 section 4.1).
func IsAtom(s string) bool { return isAll(s, classAtom) }

// IsTag reports whether s can be a command's tag (RFC 9051 section 9).
func IsTag(s string) bool { return isAll(s, classTag) }

func isAll(s string, class uint8) bool {
	for i := range len(s) {
		if classes[s[i]]&class == 0 {
			return false
		}
	}
	return s != ""
}

// NString is a string or NIL, which is the zero value (RFC 9051 section 4.5).
type NString struct {
	Text string
	// Present is set for a string, an empty one included.
	Present bool
}

// String returns the text; "" for NIL.
func (s NString) String() string { return s.Text }

// Some returns an NString that is not NIL.
func Some(text string) NString { return NString{text, true} }
