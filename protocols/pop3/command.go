package pop3

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"harness/protocols/wire"
)

// Multiline says when the positive reply to a command is a multi-line one.
type Multiline uint8

const (
	// Never multi-line.
	Never Multiline = iota
	// Always multi-line.
	Always
	// WithoutArgument multi-line if the command has no argument.
	WithoutArgument
)

// ParamKind is what an argument is.
type ParamKind uint8

const (
	// ParamName is the name of a mailbox.
	ParamName ParamKind = iota
	// ParamPassword is a password: the rest of the line, with its spaces (RFC 1939 section 7, PASS).
	ParamPassword
	// ParamDigest is 32 lower-case hexadecimal digits.
	ParamDigest
	// ParamNumber is a message-number, at least 1.
	ParamNumber
	// ParamCount is a number of lines, at least 0.
	ParamCount
	// ParamMechanism is the name of a SASL mechanism.
	ParamMechanism
	// ParamInitial is a SASL initial response: Base64, or "=" for an empty one.
	ParamInitial
	// ParamLanguage is a basic language range (RFC 4647 section 2.1).
	ParamLanguage
)

// Param is an argument of a command.
type Param struct {
	// Name is the RFC's name of it, such as "msg".
	Name     string
	Kind     ParamKind
	Optional bool
}

// Spec is what the RFCs say of one command.
type Spec struct {
	// Verb is the keyword in upper case.
	Verb string
	// Params are the arguments in order, the optional ones last.
	Params []Param
	// States is the set of states in which the command is valid.
	States State
	// Multiline says when the positive reply has more lines.
	Multiline Multiline
	// Capability is the CAPA tag that offers the command; "" if none does.
	Capability string
	// Required commands are those that each server has (RFC 1939 section 9), some authentication command aside.
	Required bool
	// Summary is one line on what the command does.
	Summary string
	// Cite is where it is defined, such as "RFC 1939 section 5".
	Cite string
}

// Syntax returns the command's form, such as "LIST [msg]".
func (s *Spec) Syntax() string {
	b := s.Verb
	for _, p := range s.Params {
		if p.Optional {
			b += " [" + p.Name + "]"
		} else {
			b += " " + p.Name
		}
	}
	return b
}

// Arguments returns the least and the greatest number of arguments.
func (s *Spec) Arguments() (least, most int) {
	for _, p := range s.Params {
		if !p.Optional {
			least++
		}
	}
	return least, len(s.Params)
}

var msg = Param{Name: "msg", Kind: ParamNumber}
var optMsg = Param{Name: "msg", Kind: ParamNumber, Optional: true}
var name = Param{Name: "name", Kind: ParamName}

// table holds each command once; see Commands.
var table = []Spec{
	{Verb: "USER", Params: []Param{name}, States: Authorization, Capability: "USER", Summary: "names the mailbox, before PASS", Cite: "RFC 1939 section 7"},
	{Verb: "PASS", Params: []Param{{Name: "string", Kind: ParamPassword}}, States: Authorization, Capability: "USER", Summary: "gives the password, after USER", Cite: "RFC 1939 section 7"},
	{Verb: "APOP", Params: []Param{name, {Name: "digest", Kind: ParamDigest}}, States: Authorization, Summary: "authenticates by a digest of the greeting's timestamp and a shared secret", Cite: "RFC 1939 section 7"},
	{Verb: "AUTH", Params: []Param{{Name: "mechanism", Kind: ParamMechanism}, {Name: "initial-response", Kind: ParamInitial, Optional: true}}, States: Authorization, Capability: "SASL", Summary: "begins a SASL exchange", Cite: "RFC 5034 section 4"},
	{Verb: "RPOP", Params: []Param{{Name: "user", Kind: ParamName}}, States: Authorization, Summary: "authenticates by the client host's word (historic)", Cite: "RFC 1081"},
	{Verb: "STLS", States: Authorization, Capability: "STLS", Summary: "begins TLS", Cite: "RFC 2595 section 4"},
	{Verb: "UTF8", States: Authorization, Capability: "UTF8", Summary: "enters UTF-8 mode", Cite: "RFC 6856 section 2.1"},
	{Verb: "CAPA", States: Authorization | Transaction, Multiline: Always, Summary: "lists the capabilities", Cite: "RFC 2449 section 5"},
	{Verb: "LANG", Params: []Param{{Name: "range", Kind: ParamLanguage, Optional: true}}, States: Authorization | Transaction, Multiline: WithoutArgument, Capability: "LANG", Summary: "chooses the language of texts, or lists the languages", Cite: "RFC 6856 section 3.2"},
	{Verb: "STAT", States: Transaction, Required: true, Summary: "gives the drop listing: number of messages, size of the maildrop", Cite: "RFC 1939 section 5"},
	{Verb: "LIST", Params: []Param{optMsg}, States: Transaction, Multiline: WithoutArgument, Required: true, Summary: "gives scan listings: message-number, size", Cite: "RFC 1939 section 5"},
	{Verb: "RETR", Params: []Param{msg}, States: Transaction, Multiline: Always, Required: true, Summary: "retrieves a message", Cite: "RFC 1939 section 5"},
	{Verb: "DELE", Params: []Param{msg}, States: Transaction, Required: true, Summary: "marks a message as deleted", Cite: "RFC 1939 section 5"},
	{Verb: "NOOP", States: Transaction, Required: true, Summary: "does nothing", Cite: "RFC 1939 section 5"},
	{Verb: "RSET", States: Transaction, Required: true, Summary: "unmarks all messages", Cite: "RFC 1939 section 5"},
	{Verb: "TOP", Params: []Param{msg, {Name: "n", Kind: ParamCount}}, States: Transaction, Multiline: Always, Capability: "TOP", Summary: "retrieves a message's header and the first n lines of its body", Cite: "RFC 1939 section 7"},
	{Verb: "UIDL", Params: []Param{optMsg}, States: Transaction, Multiline: WithoutArgument, Capability: "UIDL", Summary: "gives unique-id listings: message-number, unique-id", Cite: "RFC 1939 section 7"},
	{Verb: "QUIT", States: Authorization | Transaction, Required: true, Summary: "ends the session; from TRANSACTION, removes what is marked", Cite: "RFC 1939 sections 4 and 6"},
}

// Commands returns all commands, those of the AUTHORIZATION state first.
func Commands() []Spec { return append([]Spec(nil), table...) }

// Lookup returns the command with that keyword, in any case; ok is false if there is none. The Spec is shared and not to be changed.
func Lookup(verb string) (spec *Spec, ok bool) {
	for i := range table {
		if strings.EqualFold(table[i].Verb, verb) {
			return &table[i], true
		}
	}
	return nil, false
}

// Command is a command of a client.
type Command struct {
	// Verb is the keyword in upper case.
	Verb string
	// Args are the arguments as they stood. The password of PASS is one argument, with its spaces.
	Args []string
	// Raw is the line as it was read, with its terminator; nil for a command that was not read.
	Raw []byte
}

// NewCommand returns a command with the arguments given.
func NewCommand(verb string, args ...string) Command {
	return Command{Verb: strings.ToUpper(verb), Args: args}
}

// Spec returns what is known of the command; nil if its verb is unknown.
func (c Command) Spec() *Spec {
	s, _ := Lookup(c.Verb)
	return s
}

// Multiline reports whether a positive reply to the command has more lines. AUTH without a mechanism, by which some servers list their
// mechanisms, counts as multi-line.
func (c Command) Multiline() bool {
	s := c.Spec()
	switch {
	case s == nil:
		return false
	case s.Verb == "AUTH":
		return len(c.Args) == 0
	case s.Multiline == WithoutArgument:
		return len(c.Args) == 0
	}
	return s.Multiline == Always
}

// Number returns the message-number that the command names; ok is false if it names none. A number too large for an int becomes the largest
// int.
func (c Command) Number() (n int, ok bool) { return c.number(ParamNumber) }

// Lines returns the number of lines that TOP asks for; ok is false for other commands.
func (c Command) Lines() (n int, ok bool) { return c.number(ParamCount) }

func (c Command) number(kind ParamKind) (int, bool) {
	s := c.Spec()
	if s == nil {
		return 0, false
	}
	for i, p := range s.Params {
		if p.Kind == kind && i < len(c.Args) {
			n, ok := decimal(c.Args[i])
			return int(min(n, math.MaxInt)), ok
		}
	}
	return 0, false
}

// decimal parses digits; what is too large becomes the largest int64.
func decimal(s string) (n int64, ok bool) {
	if s == "" {
		return 0, false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		if n > (math.MaxInt64-9)/10 {
			n = math.MaxInt64
			continue
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// String returns the command for people: without terminator, its secrets replaced by "***".
func (c Command) String() string {
	b := c.Verb
	spec := c.Spec()
	for i, a := range c.Args {
		secret := spec == nil && i > 0 // what an unknown command carries is unknown
		if spec != nil && i < len(spec.Params) {
			switch spec.Params[i].Kind {
			case ParamPassword, ParamDigest:
				secret = true
			case ParamInitial:
				secret = a != "="
			}
		}
		if secret {
			a = "***"
		}
		b += " " + a
	}
	return b
}

// ParseCommand parses a command line. The rules are those of RFC 2449 section 3 and of the command's own section; a keyword that is not known
// is no syntax error. Lenient rules forgive a bare LF, lengths, space around and between the words, TAB for a space, a long keyword, spaces
// in a USER name, surplus arguments, 8-bit octets, control characters in arguments, AUTH without a mechanism, and a digest that is none.
func (r Rules) ParseCommand(l wire.Line) (Command, error) {
	const cite = "RFC 2449 section 3"
	c := Command{Raw: l.AppendRaw(nil)}
	text := l.Text
	if err := r.lineEnd(l, "RFC 1939 section 3"); err != nil {
		return c, err
	}
	if i := bytes.IndexAny(text, "\r\x00"); i >= 0 {
		return c, &wire.SyntaxError{Offset: i, Got: octetAt(text, i), Want: "printable ASCII", Cite: "RFC 1939 section 3"}
	}
	if len(text) > MaxCommand-2 {
		if err := r.forgive(&wire.SyntaxError{Offset: MaxCommand - 2, Got: tail(text, MaxCommand-2), Want: "CRLF within 255 octets", Cite: "RFC 2449 section 4"}); err != nil {
			return c, err
		}
	}
	at := 0
	for at < len(text) && isSpace(text[at]) {
		at++
	}
	if at > 0 {
		if err := r.forgive(&wire.SyntaxError{Got: octetAt(text, 0), Want: "a keyword of three or four characters", Cite: cite}); err != nil {
			return c, err
		}
	}
	end := at
	for end < len(text) && !isSpace(text[end]) {
		if !isVChar(text[end]) {
			return c, &wire.SyntaxError{Offset: end, Got: octetAt(text, end), Want: "printable ASCII", Cite: cite}
		}
		end++
	}
	c.Verb = strings.ToUpper(string(text[at:end]))
	if len(c.Verb) < 3 || len(c.Verb) > 4 {
		e := &wire.SyntaxError{Offset: at, Got: string(text[at:end]), Want: "a keyword of three or four characters", Cite: cite}
		if c.Verb == "" {
			return c, e
		}
		if err := r.forgive(e); err != nil {
			return c, err
		}
	}
	spec := c.Spec()
	if err := r.arguments(&c, spec, text, end); err != nil {
		return c, err
	}
	return c, nil
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' }

// arguments parses what follows the keyword, from text[at] on.
func (r Rules) arguments(c *Command, spec *Spec, text []byte, at int) error {
	const cite = "RFC 1939 section 3"
	var offsets []int
	for at < len(text) {
		// text[at] is a separator.
		if text[at] == '\t' {
			if err := r.forgive(&wire.SyntaxError{Offset: at, Got: "\t", Want: "a single SPACE", Cite: cite}); err != nil {
				return err
			}
		}
		at++
		whole := spec != nil && len(spec.Params) == 1 && (spec.Params[0].Kind == ParamPassword || r.Lenient && spec.Params[0].Kind == ParamName)
		if whole {
			if at == len(text) {
				break
			}
			if i := bytes.IndexByte(text[at:], ' '); i >= 0 && spec.Params[0].Kind != ParamPassword {
				if err := r.forgive(&wire.SyntaxError{Offset: at + i, Got: " ", Want: "CRLF behind the only argument", Cite: spec.Cite}); err != nil {
					return err
				}
			}
			c.Args = append(c.Args, string(text[at:]))
			offsets = append(offsets, at)
			break
		}
		end := at
		for end < len(text) && !isSpace(text[end]) {
			end++
		}
		if end == at {
			want := "an argument behind the SPACE"
			if at < len(text) {
				want = "a single SPACE between arguments"
			}
			if err := r.forgive(&wire.SyntaxError{Offset: at, Got: octetAt(text, at), Want: want, Cite: cite}); err != nil {
				return err
			}
			continue
		}
		c.Args = append(c.Args, string(text[at:end]))
		offsets = append(offsets, at)
		at = end
	}
	for i, a := range c.Args {
		if err := r.argument(spec, i, a, offsets[i]); err != nil {
			return err
		}
	}
	if spec == nil {
		return nil
	}
	least, most := spec.Arguments()
	if len(c.Args) < least {
		e := &wire.SyntaxError{Offset: len(text), Want: spec.Params[len(c.Args)].Name + " (" + spec.Syntax() + ")", Cite: spec.Cite}
		if spec.Verb == "AUTH" {
			return r.forgive(e)
		}
		return e
	}
	if len(c.Args) > most {
		return r.forgive(&wire.SyntaxError{Offset: offsets[most], Got: c.Args[most], Want: "CRLF (" + spec.Syntax() + ")", Cite: spec.Cite})
	}
	return nil
}

// argument checks the i-th argument, which stands at offset at.
func (r Rules) argument(spec *Spec, i int, a string, at int) error {
	var kind ParamKind
	known := spec != nil && i < len(spec.Params)
	if known {
		kind = spec.Params[i].Kind
	}
	utf := r.UTF8 && spec != nil && (spec.Verb == "USER" || spec.Verb == "PASS" || spec.Verb == "APOP")
	for j := 0; j < len(a); j++ {
		c := a[j]
		if isVChar(c) || c == ' ' || utf && c >= 0x80 {
			continue
		}
		e := &wire.SyntaxError{Offset: at + j, Got: a[j : j+1], Want: "printable ASCII", Cite: "RFC 1939 section 3"}
		if c >= 0x80 && (kind == ParamName || kind == ParamPassword) && known {
			e.Want, e.Cite = "printable ASCII, as the server does not announce UTF8 USER", "RFC 6856 section 2.2"
		}
		if err := r.forgive(e); err != nil {
			return err
		}
		break // one note an argument
	}
	if utf && !utf8.ValidString(a) {
		if err := r.forgive(&wire.SyntaxError{Offset: at + invalidUTF8(a), Got: octetAt([]byte(a), invalidUTF8(a)), Want: "UTF-8", Cite: "RFC 6856 section 2.2"}); err != nil {
			return err
		}
	}
	if r.ShortArguments && len(a) > MaxArgument {
		if err := r.forgive(&wire.SyntaxError{Offset: at + MaxArgument, Got: a[MaxArgument:], Want: "at most 40 characters in an argument", Cite: "RFC 1939 section 3"}); err != nil {
			return err
		}
	}
	if !known {
		return nil
	}
	switch kind {
	case ParamNumber, ParamCount:
		n, ok := decimal(a)
		if !ok || n == 0 && kind == ParamNumber {
			want := "a message-number, 1 or greater"
			if kind == ParamCount {
				want = "a non-negative number of lines"
			}
			return &wire.SyntaxError{Offset: at, Got: a, Want: want, Cite: spec.Cite}
		}
	case ParamDigest:
		if !isDigest(a) {
			return r.forgive(&wire.SyntaxError{Offset: at, Got: a, Want: "a digest of 32 lower-case hexadecimal digits", Cite: spec.Cite})
		}
	case ParamMechanism:
		if j, ok := checkMechanism(a); !ok {
			return r.forgive(&wire.SyntaxError{Offset: at + j, Got: a[j:], Want: "a SASL mechanism name of 1 to 20 letters, digits, hyphens and underscores", Cite: "RFC 4422 section 3.1"})
		}
	case ParamInitial:
		if a == "=" {
			return nil
		}
		if _, err := decodeBase64(a, at); err != nil {
			return err
		}
	case ParamLanguage:
		if j, ok := checkLanguage(a); !ok {
			return r.forgive(&wire.SyntaxError{Offset: at + j, Got: a[j:], Want: "a language range or *", Cite: "RFC 4647 section 2.1"})
		}
	}
	return nil
}

// decodeBase64 decodes s, whose first octet has the offset at in what is parsed.
func decodeBase64(s string, at int) ([]byte, error) {
	data, err := wire.DecodeBase64([]byte(s), "RFC 5034 section 4")
	if e, ok := err.(*wire.SyntaxError); ok {
		e.Offset += at
	}
	return data, err
}

func invalidUTF8(s string) int {
	for i, c := range s {
		if c == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return len(s)
}

func isDigest(s string) bool {
	if len(s) != 32 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// checkMechanism returns the offset of the first octet that can't stand in a mechanism's name.
func checkMechanism(s string) (int, bool) {
	for i := 0; i < len(s); i++ {
		c := s[i] &^ 0x20
		if (c < 'A' || c > 'Z') && (s[i] < '0' || s[i] > '9') && s[i] != '-' && s[i] != '_' {
			return i, false
		}
	}
	if len(s) > 20 {
		return 20, false
	}
	return 0, len(s) > 0
}

// checkLanguage returns the offset of the first octet that can't stand in a basic language range.
func checkLanguage(s string) (int, bool) {
	if s == "*" {
		return 0, true
	}
	start := 0
	for i := 0; i <= len(s); i++ {
		if i == len(s) || s[i] == '-' {
			if i == start || i-start > 8 {
				return start, false
			}
			start = i + 1
			continue
		}
		c := s[i] &^ 0x20
		if (c < 'A' || c > 'Z') && (start == 0 || s[i] < '0' || s[i] > '9') {
			return i, false
		}
	}
	return 0, true
}

// AppendCommand appends the command with CRLF to b. It refuses what would not be one command on the wire: CR, LF or NUL anywhere, an octet
// in the verb that is not visible ASCII. Strict rules also refuse what [Rules.ParseCommand] would; lenient rules write it.
func (r Rules) AppendCommand(b []byte, c Command) ([]byte, error) {
	if c.Verb == "" {
		return b, fmt.Errorf("pop3: a command without a verb")
	}
	for i := 0; i < len(c.Verb); i++ {
		if !isVChar(c.Verb[i]) {
			return b, fmt.Errorf("pop3: verb %s: not sent: %s at octet %d", wire.Quote([]byte(c.Verb)), wire.Quote([]byte{c.Verb[i]}), i)
		}
	}
	spec := c.Spec()
	start := len(b)
	b = append(b, c.Verb...)
	for i, a := range c.Args {
		what := "argument " + strconv.Itoa(i+1)
		isPassword := false
		if spec != nil && i < len(spec.Params) {
			what = spec.Params[i].Name
			isPassword = spec.Params[i].Kind == ParamPassword
		}
		if err := wire.CheckArgument(c.Verb+" "+what, a); err != nil {
			return b[:start], err
		}
		if !r.Lenient && !isPassword {
			if j := strings.IndexByte(a, ' '); j >= 0 {
				return b[:start], fmt.Errorf("%s %s: not sent: it holds a space at octet %d, which would make two arguments of it (RFC 1939 section 3)", c.Verb, what, j)
			}
		}
		if !r.Lenient && a == "" {
			return b[:start], fmt.Errorf("%s %s: not sent: it is empty (RFC 2449 section 3)", c.Verb, what)
		}
		b = append(b, ' ')
		b = append(b, a...)
	}
	if !r.Lenient {
		if _, err := r.ParseCommand(wire.Line{Text: b[start:], End: wire.CRLF}); err != nil {
			e := err.(*wire.SyntaxError)
			shown := *e
			if strings.Contains(c.String(), "***") {
				shown.Got = "***"
			}
			return b[:start], fmt.Errorf("%s: not sent: %w", c.Verb, &shown)
		}
	}
	return append(b, "\r\n"...), nil
}

// ParseResponse parses a client's line in a SASL exchange (RFC 5034 section 4): Base64, "" for an empty response, or "*", by which the client
// cancels. Lenient rules forgive a bare LF only. The limit of 255 octets does not hold here.
func (r Rules) ParseResponse(l wire.Line) (data []byte, cancel bool, err error) {
	if err := r.lineEnd(l, "RFC 5034 section 5"); err != nil {
		return nil, false, err
	}
	if string(l.Text) == "*" {
		return nil, true, nil
	}
	data, err = decodeBase64(string(l.Text), 0)
	return data, false, err
}
