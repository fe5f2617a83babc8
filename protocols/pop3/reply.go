package pop3

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"harness/protocols/wire"
)

// Status is a reply's status indicator.
type Status uint8

const (
	// OK is "+OK".
	OK Status = iota + 1
	// Err is "-ERR".
	Err
	// Continue is "+": a challenge of a SASL exchange (RFC 5034 section 4).
	Continue
)

// String returns the indicator as it stands on the wire.
func (s Status) String() string {
	switch s {
	case OK:
		return "+OK"
	case Err:
		return "-ERR"
	case Continue:
		return "+"
	}
	return "no status"
}

// Code is a response code without its brackets (RFC 2449 section 8), such as "SYS/TEMP". Case has no meaning; levels of detail are
// separated by "/".
type Code string

// The registered response codes.
const (
	// CodeInUse: authenticated, but the maildrop is in use (RFC 2449 section 8.1.2).
	CodeInUse Code = "IN-USE"
	// CodeLoginDelay: the last login was too recent (RFC 2449 section 8.1.1).
	CodeLoginDelay Code = "LOGIN-DELAY"
	// CodeSys: a fault of the system (RFC 3206 section 4).
	CodeSys Code = "SYS"
	// CodeSysTemp: one that is likely to pass.
	CodeSysTemp Code = "SYS/TEMP"
	// CodeSysPerm: one that needs somebody's hand.
	CodeSysPerm Code = "SYS/PERM"
	// CodeAuth: a problem with the user's credentials (RFC 3206 section 5).
	CodeAuth Code = "AUTH"
	// CodeUTF8: the message needs UTF-8 mode (RFC 6856 section 5).
	CodeUTF8 Code = "UTF8"
)

// Is reports whether c is the code of, or a detail of it: "SYS/TEMP" is "SYS". Unknown detail is ignored, as RFC 2449 section 8 wants.
func (c Code) Is(of Code) bool {
	if of == "" || len(c) < len(of) || !strings.EqualFold(string(c[:len(of)]), string(of)) {
		return false
	}
	return len(c) == len(of) || c[len(of)] == '/'
}

// Levels returns the levels of the code, in upper case; nil for "".
func (c Code) Levels() []string {
	if c == "" {
		return nil
	}
	return strings.Split(strings.ToUpper(string(c)), "/")
}

// Reply is the status line of a reply. A negative one is an error: what a client returns when the server refused a command.
type Reply struct {
	// Status is +OK, -ERR or +.
	Status Status
	// Code is the response code, in the server's spelling; "" if there is none.
	Code Code
	// Text is what follows the status and the code and a space behind each; the Base64 of a challenge.
	Text string
	// Raw is the line as it was read, with its terminator; nil for a reply that was not read.
	Raw []byte
	// Command is what the reply answers, secrets left out, such as "RETR 3", "PASS ***" or "greeting"; "" if nobody said.
	Command string

	textAt int // offset of what follows the status and its space
}

// Error tells which command was refused, and how.
func (r *Reply) Error() string {
	s := r.Status.String()
	if r.Code != "" {
		s += " [" + string(r.Code) + "]"
	}
	if r.Text != "" {
		s += " " + wire.Printable(r.Text)
	}
	if r.Command != "" {
		return r.Command + ": " + s
	}
	return s
}

// Line returns the reply as it stands on the wire, without terminator.
func (r *Reply) Line() string {
	s := r.Status.String()
	if r.Status == Continue {
		return s + " " + r.Text
	}
	if r.Code != "" {
		s += " [" + string(r.Code) + "]"
	}
	if r.Text != "" {
		s += " " + r.Text
	}
	return s
}

// data returns what follows the status, response code included, and its offset in the line.
func (r *Reply) data() (string, int) {
	if r.Raw != nil {
		return string(bytes.TrimRight(r.Raw[min(r.textAt, len(r.Raw)):], "\r\n")), r.textAt
	}
	l := r.Line()
	at := min(len(r.Status.String())+1, len(l))
	return l[at:], at
}

// AppendReply appends the reply with CRLF to b. It refuses CR, LF and NUL, a code that breaks the grammar, and a text that would be taken
// for a code. Strict rules also refuse what [Rules.ParseReply] would.
func (r Rules) AppendReply(b []byte, reply *Reply) ([]byte, error) {
	line := reply.Line()
	if err := wire.CheckArgument("reply", line); err != nil {
		return b, err
	}
	strict := r
	strict.RespCodes = true
	parsed, err := strict.ParseReply(wire.Line{Text: []byte(line), End: wire.CRLF})
	if err != nil {
		return b, err
	}
	if parsed.Status != reply.Status || parsed.Code != reply.Code {
		return b, &wire.SyntaxError{Offset: len(reply.Status.String()), Got: line, Want: "a status, a response code and a text that stay what they are", Cite: "RFC 2449 section 3"}
	}
	b = append(b, line...)
	return append(b, "\r\n"...), nil
}

// ParseReply parses a status line (RFC 1939 section 3, RFC 2449 section 3, RFC 5034 section 5). Lenient rules forgive a bare LF, the length,
// the case of the status, a missing space behind it, any word that begins with a hyphen for -ERR, a malformed response code (it is text
// then), and octets that may not stand in the text.
func (r Rules) ParseReply(l wire.Line) (*Reply, error) {
	const cite = "RFC 1939 section 3"
	reply := &Reply{Raw: l.AppendRaw(nil)}
	text := l.Text
	if err := r.lineEnd(l, cite); err != nil {
		return reply, err
	}
	word := text
	if i := bytes.IndexByte(text, ' '); i >= 0 {
		word = text[:i]
	}
	want := `"+OK" or "-ERR" in upper case`
	if r.Lenient {
		want = `"+OK" or "-ERR"`
	}
	var note *wire.SyntaxError
	n := len(word)
	switch {
	case string(word) == "+OK":
		reply.Status = OK
	case string(word) == "-ERR":
		reply.Status = Err
	case string(word) == "+":
		return r.challenge(reply, text)
	case len(word) >= 3 && strings.EqualFold(string(word[:3]), "+OK"):
		reply.Status, n = OK, 3
		note = &wire.SyntaxError{Got: string(word), Want: want, Cite: cite}
	case len(word) >= 4 && strings.EqualFold(string(word[:4]), "-ERR"):
		reply.Status, n = Err, 4
		note = &wire.SyntaxError{Got: string(word), Want: want, Cite: cite}
	case len(word) > 0 && word[0] == '-':
		reply.Status = Err
		note = &wire.SyntaxError{Got: string(word), Want: want, Cite: cite}
	default:
		return reply, &wire.SyntaxError{Got: string(word), Want: want, Cite: cite}
	}
	if note != nil {
		if len(word) > n {
			note.Offset, note.Got, note.Want = n, string(word[n:]), "a space or CRLF behind the status"
		}
		if err := r.forgive(note); err != nil {
			return reply, err
		}
	}
	if len(text) > MaxReply-2 {
		if err := r.forgive(&wire.SyntaxError{Offset: MaxReply - 2, Got: tail(text, MaxReply-2), Want: "CRLF within 512 octets", Cite: cite}); err != nil {
			return reply, err
		}
	}
	at := n
	if at < len(text) && text[at] == ' ' {
		at++
	}
	reply.textAt = at
	rest := text[at:]
	if len(rest) > 0 && rest[0] == '[' {
		code, size, bad := parseCode(rest)
		if bad >= 0 {
			if r.RespCodes {
				if err := r.forgive(&wire.SyntaxError{Offset: at + bad, Got: octetAt(rest, bad), Want: "a response code in brackets, levels separated by /", Cite: "RFC 2449 section 8"}); err != nil {
					return reply, err
				}
			}
		} else {
			reply.Code = code
			at += size
			if at < len(text) && text[at] == ' ' {
				at++
			}
		}
	}
	reply.Text = string(text[at:])
	return reply, r.checkText(text, at, reply.Code != "")
}

// checkText checks the human-readable text from at on. The grammar of RFC 2449 section 3 leaves out the space, which each of its own
// examples has; it is taken to be permitted. So is "[" behind the first octet.
func (r Rules) checkText(text []byte, at int, anyASCII bool) error {
	for i := at; i < len(text); i++ {
		c := text[i]
		switch {
		case c == 0 || c == '\r':
			return &wire.SyntaxError{Offset: i, Got: octetAt(text, i), Want: "text", Cite: "RFC 2449 section 3"}
		case c >= 0x80 && !r.UTF8:
			return r.forgive(&wire.SyntaxError{Offset: i, Got: octetAt(text, i), Want: "ASCII", Cite: "RFC 2449 section 3"})
		case c < ' ' && !anyASCII:
			if err := r.forgive(&wire.SyntaxError{Offset: i, Got: octetAt(text, i), Want: "printable ASCII", Cite: "RFC 2449 section 3"}); err != nil {
				return err
			}
		}
	}
	if r.UTF8 && !utf8.Valid(text[at:]) {
		bad := at + invalidUTF8(string(text[at:]))
		return r.forgive(&wire.SyntaxError{Offset: bad, Got: octetAt(text, bad), Want: "UTF-8", Cite: "RFC 6856 section 3.2"})
	}
	return nil
}

// challenge finishes a reply whose status is "+".
func (r Rules) challenge(reply *Reply, text []byte) (*Reply, error) {
	reply.Status = Continue
	if len(text) == 1 {
		return reply, r.forgive(&wire.SyntaxError{Offset: 1, Want: `a space behind "+"`, Cite: "RFC 5034 section 4"})
	}
	reply.textAt = 2
	reply.Text = string(text[2:])
	_, err := decodeBase64(reply.Text, 2)
	return reply, err
}

// parseCode parses "[" resp-code "]" at the start of b. Bad is the offset of the first octet that breaks the grammar, -1 if none does.
func parseCode(b []byte) (code Code, size, bad int) {
	level := 0
	for i := 1; i < len(b); i++ {
		switch c := b[i]; {
		case c == ']' || c == '/':
			if level == 0 {
				return "", 0, i
			}
			if c == ']' {
				return Code(b[1:i]), i + 1, -1
			}
			level = 0
		case c > ' ' && c <= 0x7f:
			level++
		default:
			return "", 0, i
		}
	}
	return "", 0, len(b)
}

// ParseChallenge returns the decoded challenge of a reply whose status is [Continue]; another status, or text that is no Base64, is a
// [*wire.SyntaxError], upon which a client has to cancel the exchange (RFC 5034 section 4).
func ParseChallenge(reply *Reply) ([]byte, error) {
	if reply.Status != Continue {
		return nil, &wire.SyntaxError{Got: reply.Status.String(), Want: `"+", a space and a challenge in Base64`, Cite: "RFC 5034 section 4"}
	}
	return decodeBase64(reply.Text, 2)
}

// Greeting is the line with which a server begins (RFC 1939 section 4).
type Greeting struct {
	*Reply
	// Timestamp is what APOP digests, angle brackets included; "" if the server does not offer APOP.
	Timestamp string
}

// ParseGreeting parses the greeting. A negative status, by which some servers turn a client away, is not a syntax error.
func (r Rules) ParseGreeting(l wire.Line) (*Greeting, error) {
	reply, err := r.ParseReply(l)
	g := &Greeting{Reply: reply}
	reply.Command = "greeting"
	if err != nil {
		return g, err
	}
	if reply.Status == Continue {
		return g, &wire.SyntaxError{Got: "+", Want: `"+OK"`, Cite: "RFC 1939 section 4"}
	}
	if reply.Status == OK {
		if start, end, ok := FindTimestamp(reply.Text); ok {
			g.Timestamp = reply.Text[start:end]
		}
	}
	return g, nil
}
