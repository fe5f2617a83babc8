// Package nntp is the Network News Transfer Protocol on the wire, in both directions: commands, responses, capabilities, lists, overviews and
// articles, parsed and printed, and the [Dialect] by which sessions are cut, compared and redacted.
//
// It covers RFC 3977, with the extensions for TLS (RFC 4642), authentication (RFC 4643), streaming (RFC 4644), more lists (RFC 6048) and compression
// (RFC 8054), and the older commands of RFC 2980; of articles it knows what RFC 3977 section 3.6 and RFC 5537 section 3.4.1 want.
//
// [Rules] says how strictly text is parsed. Its zero value is strict: a departure from the grammar is a [*wire.SyntaxError] that cites the RFC.
// Lenient rules let pass what can be understood all the same, and say what they forgave.
//
// The package is pure: no sockets, no goroutines.
package nntp

import (
	"bytes"

	"harness/protocols/wire"
)

// Limits of the protocol. Lengths of lines include the terminating CRLF, in octets.
const (
	// MaxCommand is the longest command line (RFC 3977 section 3.1). AUTHINFO SASL may be longer (RFC 4643 section 2.4.1).
	MaxCommand = 512
	// MaxArguments is the most that the arguments of a command have together (RFC 3977 section 3.1).
	MaxArguments = 497
	// MaxResponse is the longest initial response line (RFC 3977 section 3.1).
	MaxResponse = 512
	// MaxMessageID is the longest message-id (RFC 3977 section 3.6).
	MaxMessageID = 250
	// MaxNumber is the largest article number that a server sends (RFC 3977 section 6). Numbers are held and parsed with 64 bits all the same.
	MaxNumber = 1<<31 - 1
	// maxDigits is the most digits that an article number has (RFC 3977 section 6).
	maxDigits = 16
)

// Rules says by which rules a text is parsed or printed. The zero value is strict.
type Rules struct {
	// Lenient forgives what can be understood all the same: a bare LF, lengths, blanks too many, a response without the arguments that
	// nobody needs, a group's name that is missing from the answer to GROUP. What would be dangerous to guess at is an error still: NUL and
	// bare CR, a line that the stream's end cut off, a number that is none.
	Lenient bool
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

// check looks at a line's terminator, at its length (most includes CRLF; 0 for no limit), and for octets that no line may have.
func (r Rules) check(l wire.Line, most int, cite string) error {
	if i := bytes.IndexAny(l.Text, "\r\x00"); i >= 0 {
		return &wire.SyntaxError{Offset: i, Got: string(l.Text[i]), Want: "no NUL and no bare CR", Cite: cite}
	}
	switch l.End {
	case wire.None:
		return &wire.SyntaxError{Offset: len(l.Text), Want: "CRLF", Cite: cite}
	case wire.LF:
		if err := r.forgive(&wire.SyntaxError{Offset: len(l.Text), Got: "\n", Want: "CRLF", Cite: cite}); err != nil {
			return err
		}
	}
	if most > 0 && len(l.Text)+2 > most {
		return r.forgive(&wire.SyntaxError{Offset: most - 2, Got: string(l.Text[most-2:]), Want: "CRLF within 512 octets", Cite: cite})
	}
	return nil
}

// decimal parses an article number: 1 to 16 digits, leading zeros included (RFC 3977 section 6).
func decimal(b []byte) (n int64, ok bool) {
	if len(b) == 0 || len(b) > maxDigits {
		return 0, false
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// isBlank reports whether c separates words.
func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// wordAt returns the word that begins at or behind at, and where it stands.
func wordAt(text []byte, at int) (w []byte, start, end int) {
	start, end = word(text, at)
	return text[start:end], start, end
}
