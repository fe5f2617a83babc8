// Package pop3 is the Post Office Protocol, version 3, on the wire, in both directions: commands, replies, response codes, listings and
// capabilities, parsed and printed, and the [Dialect] by which sessions are cut, compared and redacted.
//
// It covers RFC 1939, RFC 2449 (CAPA, response codes), RFC 2595 (STLS), RFC 3206 (SYS and AUTH codes), RFC 5034 (AUTH), RFC 6856 (UTF8, LANG)
// and RPOP of RFC 1081, which Python's poplib still has.
//
// [Rules] says how strictly text is parsed. Its zero value is strict: a departure from the grammar is a [*wire.SyntaxError] that cites the
// RFC. Lenient rules let pass what can be understood all the same, and say what they forgave.
//
//	cmd, err := pop3.Rules{}.ParseCommand(line)
//	reply, err := pop3.Rules{Lenient: true, Forgave: note}.ParseReply(line)
//
// The package is pure: no sockets, no goroutines.
package pop3

import (
	"strings"

	"harness/protocols/wire"
)

// Limits of the protocol. Lengths of lines include the terminating CRLF, in octets.
const (
	// MaxCommand is the longest command (RFC 2449 section 4).
	MaxCommand = 255
	// MaxReply is the longest reply line and capability line (RFC 1939 section 3, RFC 2449 sections 4 and 5).
	MaxReply = 512
	// MaxArgument is the longest argument of a command by RFC 1939 section 3, which RFC 2449 section 4 raised to what fits into MaxCommand.
	MaxArgument = 40
	// MaxUniqueID is the longest unique-id (RFC 1939 section 7, UIDL).
	MaxUniqueID = 70
)

// The registered TCP ports.
const (
	// Port is the port of POP3 in the clear (RFC 1939 section 3).
	Port = 110
	// PortTLS is the port of POP3 in implicit TLS (RFC 8314 section 3.2).
	PortTLS = 995
)

// State is a state of a session (RFC 1939 section 3).
type State uint8

const (
	// Authorization is the state after the greeting: the client has not identified itself.
	Authorization State = 1 << iota
	// Transaction is the state after a successful authentication.
	Transaction
	// Update is the state after QUIT was given in the TRANSACTION state.
	Update
	// Ended is where QUIT leads from the AUTHORIZATION state: the session is over and nothing is updated (RFC 1939 section 6).
	Ended
)

// String returns the RFC's name of the state, such as "AUTHORIZATION"; a set of states is joined by " or ".
func (s State) String() string {
	var names []string
	for _, n := range []struct {
		s    State
		name string
	}{{Authorization, "AUTHORIZATION"}, {Transaction, "TRANSACTION"}, {Update, "UPDATE"}, {Ended, "ended"}} {
		if s&n.s != 0 {
			names = append(names, n.name)
		}
	}
	if names == nil {
		return "no state"
	}
	return strings.Join(names, " or ")
}

// After returns the state behind a command with the given verb, in upper case, that was answered with a positive status (ok) or a negative
// one.
func (s State) After(verb string, ok bool) State {
	switch verb {
	case "QUIT":
		switch s {
		case Authorization:
			return Ended
		case Transaction:
			return Update // the maildrop is released whatever the status (RFC 1939 section 6)
		}
	case "PASS", "APOP", "AUTH", "RPOP":
		if s == Authorization && ok {
			return Transaction
		}
	}
	return s
}

// Rules says by which rules a text is parsed or printed. The zero value is strict, in ASCII, with the lengths of RFC 2449.
type Rules struct {
	// Lenient forgives what can be understood all the same. What would be dangerous to guess at is an error still: NUL and bare CR, a line that
	// the stream's end cut off, a missing argument, a number that is none, a listing that lacks a part, Base64 that isn't.
	Lenient bool
	// UTF8 permits UTF-8 in the arguments of USER, PASS and APOP and in the texts of replies (RFC 6856 sections 2.2 and 3.2).
	UTF8 bool
	// ShortArguments holds each argument to the 40 octets of RFC 1939 section 3: a server without CAPA.
	ShortArguments bool
	// RespCodes says that the server announced RESP-CODES: a text that begins with "[" has to be a response code then (RFC 2449 section 6.4).
	RespCodes bool
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

// lineEnd checks a line's terminator.
func (r Rules) lineEnd(l wire.Line, cite string) error {
	switch l.End {
	case wire.CRLF:
		return nil
	case wire.LF:
		return r.forgive(&wire.SyntaxError{Offset: len(l.Text), Got: "\n", Want: "CRLF", Cite: cite})
	}
	return &wire.SyntaxError{Offset: len(l.Text), Want: "CRLF", Cite: cite}
}

// isVChar reports whether c is visible ASCII (RFC 5234 appendix B.1).
func isVChar(c byte) bool { return c > ' ' && c < 0x7f }

// octetAt returns the octet at i as a string, "" behind the end.
func octetAt(text []byte, i int) string {
	if i >= len(text) {
		return ""
	}
	return string(text[i : i+1])
}

// tail returns what of text stands from i on, for a message.
func tail(text []byte, i int) string {
	if i >= len(text) {
		return ""
	}
	return string(text[i:])
}
