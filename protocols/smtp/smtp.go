// Package smtp is SMTP and LMTP on the wire, in both directions: commands with their paths and parameters, replies with their enhanced status
// codes, the extensions that EHLO lists, and message content; and the [Dialect] by which sessions are cut, compared and redacted.
//
// It covers RFC 5321 and LMTP (RFC 2033), with the extensions SIZE (RFC 1870), ENHANCEDSTATUSCODES (RFC 2034, 3463, 5248), DELIVERBY (RFC 2852),
// PIPELINING (RFC 2920), CHUNKING and BINARYMIME (RFC 3030), STARTTLS (RFC 3207), DSN (RFC 3461, 6533), FUTURERELEASE (RFC 4865), AUTH (RFC 4954),
// 8BITMIME (RFC 6152), SMTPUTF8 (RFC 6531), MT-PRIORITY (RFC 6710), the codes of RFC 7504, REQUIRETLS (RFC 8689) and LIMITS (RFC 9422).
//
// [Rules] says how strictly text is parsed. Its zero value is strict: a departure from the grammar is a [*wire.SyntaxError] that cites the RFC.
// Lenient rules let pass what can be understood all the same, and say what they forgave.
//
//	cmd, err := smtp.Rules{}.ParseCommand(line)
//	opts, err := smtp.Rules{}.MailOptions(cmd.Params)
//	reply, err := smtp.Rules{Enhanced: smtp.EnhancedAlways}.ReadReply(r)
//
// Content behind DATA is read by [wire.BlockReader] and written by [wire.BlockWriter], a chunk behind BDAT by [wire.Reader.Octets]; [Content] takes
// note of what passes, [wire.LineEnds] settles the line ends.
//
// The package is pure: no sockets, no goroutines.
package smtp

import (
	"strings"

	"harness/protocols/wire"
)

// Limits of RFC 5321 section 4.5.3.1, in octets. Lengths of lines include the terminating CRLF.
const (
	// MaxLocalPart is the longest local-part (section 4.5.3.1.1), as it is written, quotes included.
	MaxLocalPart = 64
	// MaxDomain is the longest domain or address literal (section 4.5.3.1.2).
	MaxDomain = 255
	// MaxPath is the longest path, with its brackets (section 4.5.3.1.3).
	MaxPath = 256
	// MaxCommand is the longest command line without extensions (section 4.5.3.1.4); see [CommandLimit].
	MaxCommand = 512
	// MaxReply is the longest line of a reply (section 4.5.3.1.5).
	MaxReply = 512
	// MaxTextLine is the longest line of content, a stuffed dot not counted (section 4.5.3.1.6).
	MaxTextLine = 1000
	// MinContent is the least size of content that a server has to take (section 4.5.3.1.7).
	MinContent = 64 << 10
	// MinRecipients is the least number of recipients that a server has to take (section 4.5.3.1.8).
	MinRecipients = 100
	// MinSASLLine is the length of a SASL challenge or response that RFC 4954 section 4 holds sufficient.
	MinSASLLine = 12288
)

// Rules says by which rules a text is parsed or printed. The zero value is strict, in ASCII, and SMTP.
type Rules struct {
	// Lenient forgives what can be understood all the same: a bare LF, lengths, white space around a colon, a path without its brackets, surplus
	// arguments, codes out of place, 8-bit octets in texts. What would be dangerous to guess at is an error still: NUL and bare CR, a line that the
	// stream's end cut off, an unfinished path, a number that is none, Base64 that isn't.
	Lenient bool
	// Forgave is told each departure that is let pass; it may be nil. Strict rules let trailing white space in a command pass, which receivers
	// SHOULD tolerate (RFC 5321 section 4.1.1).
	Forgave func(*wire.SyntaxError)
	// UTF8 permits UTF-8 in mailboxes, in the parameters of MAIL and RCPT, in the arguments of VRFY and EXPN and in the texts of replies
	// (RFC 6531 sections 3.3 and 3.7.4).
	UTF8 bool
	// LMTP has LHLO in place of EHLO and HELO (RFC 2033 section 4.1).
	LMTP bool
	// Limit is the longest command line, in octets with CRLF; 0 stands for [CommandLimit] with all extensions.
	Limit int
	// Enhanced says where replies have enhanced status codes.
	Enhanced EnhancedUse
}

// forgive returns nil if the rules let e pass.
func (r Rules) forgive(e *wire.SyntaxError) error {
	if !r.Lenient {
		return e
	}
	r.forgave(e)
	return nil
}

func (r Rules) forgave(e *wire.SyntaxError) {
	if r.Forgave != nil {
		r.Forgave(e)
	}
}

// State is where a session stands (RFC 5321 section 4.1.4).
type State uint8

const (
	// Connected is the state before EHLO, HELO or LHLO, and again after TLS began.
	Connected State = 1 << iota
	// Idle is the state without a mail transaction.
	Idle
	// Sender is the state after MAIL, without recipients.
	Sender
	// Recipients is the state after a RCPT that succeeded.
	Recipients
	// Chunks is the state after a BDAT without LAST (RFC 3030 section 2).
	Chunks
	// Ended is the state after QUIT.
	Ended

	anyState = Connected | Idle | Sender | Recipients | Chunks
)

var stateNames = []struct {
	s    State
	name string
}{{Connected, "connected"}, {Idle, "idle"}, {Sender, "sender named"}, {Recipients, "recipients named"}, {Chunks, "chunks sent"}, {Ended, "ended"}}

// String returns the state's name, such as "idle"; a set of states is joined by " or ".
func (s State) String() string {
	var names []string
	for _, n := range stateNames {
		if s&n.s != 0 {
			names = append(names, n.name)
		}
	}
	if names == nil {
		return "no state"
	}
	return strings.Join(names, " or ")
}

// After returns the state behind a command that succeeded (ok) or was refused. DATA succeeds when its content was answered, whatever the answer:
// the transaction is over (RFC 5321 section 4.1.1.4). A BDAT that was refused leaves a transaction that only RSET ends (RFC 3030 section 2).
func (s State) After(c Command, ok bool) State {
	switch c.Verb {
	case "QUIT":
		return Ended
	case "DATA":
		if ok {
			return Idle
		}
	case "BDAT":
		if _, last, err := c.Chunk(); ok && err == nil && last {
			return Idle
		}
		return Chunks
	}
	if !ok {
		return s
	}
	switch c.Verb {
	case "EHLO", "HELO", "LHLO":
		return Idle
	case "MAIL", "SEND", "SOML", "SAML":
		return Sender
	case "RCPT":
		return Recipients
	case "RSET":
		if s != Connected {
			return Idle
		}
	case "STARTTLS":
		return Connected
	}
	return s
}

func isAlpha(c byte) bool { c |= 0x20; return c >= 'a' && c <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

// isVChar reports whether c is visible ASCII (RFC 5234 appendix B.1).
func isVChar(c byte) bool { return c > ' ' && c < 0x7f }

// octetAt returns the octet at i as a string, "" behind the end.
func octetAt(s string, i int) string {
	if i >= len(s) {
		return ""
	}
	return s[i : i+1]
}

// decimal parses 1 to most digits, at most 18.
func decimal(s string, most int) (n int64, ok bool) {
	if s == "" || len(s) > most {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}

// isASCII reports whether s holds no 8-bit octet.
func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
