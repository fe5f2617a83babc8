package smtp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"harness/protocols/wire"
)

// Spec is what the RFCs say of one command.
type Spec struct {
	// Verb is the keyword in upper case.
	Verb string
	// Syntax is the command's form, such as "MAIL FROM:<reverse-path> [parameters]".
	Syntax string
	// Extension is the EHLO keyword that offers the command; "" if it needs none.
	Extension string
	// Required commands are those of each server (RFC 5321 section 4.5.1).
	Required bool
	// Obsolete commands are known, and not to be implemented (RFC 5321 appendix F).
	Obsolete bool
	// Pipelined commands may stand anywhere in a pipelined group, others only at its end (RFC 2920 section 3.1, RFC 3030 section 4.2).
	Pipelined bool
	// States is the set of states in which the command is valid.
	States State
	// Codes are the reply codes that the command's description lists; 421, 500 and 501 are for all (RFC 5321 section 4.3.2).
	Codes []int
	// Summary is one line on what the command does.
	Summary string
	// Cite is where it is defined.
	Cite string

	lmtp, smtp bool // only there
}

var table = []Spec{
	{Verb: "EHLO", Syntax: "EHLO domain|address-literal", Required: true, States: anyState, Codes: []int{250, 504, 550, 502}, Summary: "opens the session and asks for extensions", Cite: "RFC 5321 section 4.1.1.1", smtp: true},
	{Verb: "HELO", Syntax: "HELO domain", Required: true, States: anyState, Codes: []int{250, 504, 550, 502}, Summary: "opens the session without extensions", Cite: "RFC 5321 section 4.1.1.1", smtp: true},
	{Verb: "LHLO", Syntax: "LHLO domain|address-literal", Required: true, States: anyState, Codes: []int{250, 504, 550}, Summary: "opens the session of LMTP and asks for extensions", Cite: "RFC 2033 section 4.1", lmtp: true},
	{Verb: "MAIL", Syntax: "MAIL FROM:<reverse-path> [parameters]", Required: true, Pipelined: true, States: Idle, Codes: []int{250, 552, 451, 452, 550, 553, 503, 455, 555}, Summary: "begins a transaction and names the sender", Cite: "RFC 5321 section 4.1.1.2"},
	{Verb: "RCPT", Syntax: "RCPT TO:<forward-path> [parameters]", Required: true, Pipelined: true, States: Sender | Recipients, Codes: []int{250, 251, 550, 551, 552, 553, 450, 451, 452, 503, 455, 555, 556}, Summary: "names a recipient", Cite: "RFC 5321 section 4.1.1.3"},
	{Verb: "DATA", Syntax: "DATA", Required: true, States: Recipients, Codes: []int{354, 503, 554, 250, 552, 451, 452, 450, 550}, Summary: "sends the content, up to a line with a dot", Cite: "RFC 5321 section 4.1.1.4"},
	{Verb: "BDAT", Syntax: "BDAT octets [LAST]", Extension: ExtChunking, Pipelined: true, States: Recipients | Chunks, Codes: []int{250, 503, 552, 451, 452, 450, 550, 554}, Summary: "sends a chunk of the content", Cite: "RFC 3030 section 2"},
	{Verb: "RSET", Syntax: "RSET", Required: true, Pipelined: true, States: anyState, Codes: []int{250}, Summary: "aborts the transaction", Cite: "RFC 5321 section 4.1.1.5"},
	{Verb: "VRFY", Syntax: "VRFY string [SMTPUTF8]", Required: true, States: anyState, Codes: []int{250, 251, 252, 550, 551, 553, 502, 504}, Summary: "asks whether a user or mailbox exists", Cite: "RFC 5321 section 4.1.1.6"},
	{Verb: "EXPN", Syntax: "EXPN string [SMTPUTF8]", Extension: ExtExpn, States: anyState, Codes: []int{250, 252, 550, 500, 502, 504}, Summary: "asks for the members of a mailing list", Cite: "RFC 5321 section 4.1.1.7"},
	{Verb: "HELP", Syntax: "HELP [string]", Extension: ExtHelp, States: anyState, Codes: []int{211, 214, 502, 504}, Summary: "asks for a text for people", Cite: "RFC 5321 section 4.1.1.8"},
	{Verb: "NOOP", Syntax: "NOOP [string]", Required: true, States: anyState, Codes: []int{250}, Summary: "does nothing", Cite: "RFC 5321 section 4.1.1.9"},
	{Verb: "QUIT", Syntax: "QUIT", Required: true, States: anyState, Codes: []int{221}, Summary: "ends the session", Cite: "RFC 5321 section 4.1.1.10"},
	{Verb: "STARTTLS", Syntax: "STARTTLS", Extension: ExtStartTLS, States: Idle, Codes: []int{220, 454}, Summary: "begins TLS", Cite: "RFC 3207 section 4"},
	{Verb: "AUTH", Syntax: "AUTH mechanism [initial-response]", Extension: ExtAuth, States: Idle, Codes: []int{235, 334, 432, 454, 503, 504, 534, 535, 538}, Summary: "begins a SASL exchange", Cite: "RFC 4954 section 4"},
	{Verb: "SEND", Syntax: "SEND FROM:<reverse-path>", Obsolete: true, Pipelined: true, States: Idle, Codes: []int{502}, Summary: "sends to terminals (historic)", Cite: "RFC 5321 appendix F.6", smtp: true},
	{Verb: "SOML", Syntax: "SOML FROM:<reverse-path>", Obsolete: true, Pipelined: true, States: Idle, Codes: []int{502}, Summary: "sends to terminals or mails (historic)", Cite: "RFC 5321 appendix F.6", smtp: true},
	{Verb: "SAML", Syntax: "SAML FROM:<reverse-path>", Obsolete: true, Pipelined: true, States: Idle, Codes: []int{502}, Summary: "sends to terminals and mails (historic)", Cite: "RFC 5321 appendix F.6", smtp: true},
	{Verb: "TURN", Syntax: "TURN", Obsolete: true, States: Idle, Codes: []int{502}, Summary: "exchanges client and server (historic)", Cite: "RFC 5321 appendix F.1", smtp: true},
}

// Commands returns the commands of SMTP, or those of LMTP.
func Commands(lmtp bool) []Spec {
	return slices.DeleteFunc(slices.Clone(table), func(s Spec) bool { return lmtp && s.smtp || !lmtp && s.lmtp })
}

// Lookup returns the command of SMTP or LMTP with that verb, in any case; ok is false if there is none. The Spec is shared and not to be changed.
func Lookup(verb string, lmtp bool) (spec *Spec, ok bool) {
	for i := range table {
		s := &table[i]
		if len(s.Verb) == len(verb) && strings.EqualFold(s.Verb, verb) {
			return s, !(lmtp && s.smtp || !lmtp && s.lmtp)
		}
	}
	return nil, false
}

// Command is a command of a client.
type Command struct {
	// Verb is the keyword in upper case.
	Verb string
	// Path is the reverse-path of MAIL or the forward-path of RCPT, and Params are the parameters behind it.
	Path   Path
	Params Params
	// Args are the arguments of other commands as they stood. The string of VRFY, EXPN, HELP and NOOP is one argument.
	Args []string
	// Raw is the line as it was read, with its terminator; nil for a command that was not read.
	Raw []byte
}

// NewCommand returns a command with the arguments given; those that are empty are left out.
func NewCommand(verb string, args ...string) Command {
	return Command{Verb: strings.ToUpper(verb), Args: slices.DeleteFunc(args, func(a string) bool { return a == "" })}
}

// NewMail returns MAIL.
func NewMail(from Path, params Params) Command {
	return Command{Verb: "MAIL", Path: from, Params: params}
}

// NewRcpt returns RCPT.
func NewRcpt(to Path, params Params) Command { return Command{Verb: "RCPT", Path: to, Params: params} }

// NewBDAT returns BDAT for a chunk of so many octets.
func NewBDAT(octets int64, last bool) Command {
	c := Command{Verb: "BDAT", Args: []string{strconv.FormatInt(octets, 10)}}
	if last {
		c.Args = append(c.Args, "LAST")
	}
	return c
}

// Chunk returns how many octets follow BDAT, and whether they are the last. The number may have leading zeros; it is 18 digits at most.
func (c Command) Chunk() (octets int64, last bool, err error) {
	if len(c.Args) == 0 {
		return 0, false, &wire.SyntaxError{Offset: len(c.Verb), Want: "the number of octets", Cite: "RFC 3030 section 2"}
	}
	digits := strings.TrimLeft(c.Args[0], "0")
	if digits == "" && c.Args[0] != "" {
		digits = "0"
	}
	octets, ok := decimal(digits, 18)
	if !ok {
		return 0, false, &wire.SyntaxError{Offset: len(c.Verb) + 1, Got: c.Args[0], Want: "the number of octets", Cite: "RFC 3030 section 2"}
	}
	return octets, len(c.Args) > 1 && strings.EqualFold(c.Args[1], "LAST"), nil
}

// UTF8 reports whether VRFY or EXPN has the parameter SMTPUTF8 (RFC 6531 section 3.7.4.2).
func (c Command) UTF8() bool {
	return (c.Verb == "VRFY" || c.Verb == "EXPN") && len(c.Args) > 1 && strings.EqualFold(c.Args[1], "SMTPUTF8")
}

// String returns the command for people: without terminator, its secrets replaced by "***".
func (c Command) String() string {
	switch c.Verb {
	case "MAIL", "RCPT":
		return string(c.appendPath(nil))
	case "AUTH":
		if len(c.Args) > 1 && c.Args[1] != "=" {
			return wire.Printable("AUTH " + c.Args[0] + " ***")
		}
	}
	return wire.Printable(strings.Join(append([]string{c.Verb}, c.Args...), " "))
}

func (c Command) appendPath(b []byte) []byte {
	b = append(b, c.Verb...)
	if c.Verb == "RCPT" {
		b = append(b, " TO:"...)
	} else {
		b = append(b, " FROM:"...)
	}
	b = c.Path.append(b)
	for _, p := range c.Params {
		b = append(b, ' ')
		b = append(b, p.Name...)
		if p.Value != "" {
			b = append(b, '=')
			b = append(b, p.Value...)
		}
	}
	return b
}

const citeCommand = "RFC 5321 section 4.1.1"

// ParseCommand parses a command line. A verb that is not known is no syntax error, and may have any arguments. The Command is filled as far as the line went.
// Parameters of MAIL and RCPT are only cut here: [Rules.MailOptions] and [Rules.RcptOptions] read them. Trailing white space is let pass, which
// receivers SHOULD tolerate.
func (r Rules) ParseCommand(l wire.Line) (Command, error) {
	c := Command{Raw: l.AppendRaw(nil)}
	s := string(l.Text)
	if i := strings.IndexAny(s, "\r\x00"); i >= 0 {
		return c, &wire.SyntaxError{Offset: i, Got: s[i : i+1], Want: "no NUL and no bare CR", Cite: "RFC 5321 section 2.3.8"}
	}
	switch l.End {
	case wire.None:
		return c, &wire.SyntaxError{Offset: len(s), Want: "CRLF", Cite: "RFC 5321 section 2.3.8"}
	case wire.LF:
		if err := r.forgive(&wire.SyntaxError{Offset: len(s), Got: "\n", Want: "CRLF", Cite: "RFC 5321 section 2.3.8"}); err != nil {
			return c, err
		}
	}
	end := 0
	for end < len(s) && isAlpha(s[end]) {
		end++
	}
	c.Verb = upper(s[:end])
	if limit := r.limit(c.Verb); len(s)+2 > limit {
		if err := r.forgive(&wire.SyntaxError{Offset: limit - 2, Got: s[limit-2:], Want: "CRLF within " + strconv.Itoa(limit) + " octets", Cite: "RFC 5321 section 4.5.3.1.4"}); err != nil {
			return c, err
		}
	}
	if n := len(s); n > 0 && isBlank(s[n-1]) {
		for n > 0 && isBlank(s[n-1]) {
			n--
		}
		r.forgave(&wire.SyntaxError{Offset: n, Got: s[n:], Want: "CRLF without white space before it", Cite: citeCommand})
		s = s[:n]
		end = min(end, n)
	}
	spec, known := Lookup(c.Verb, r.LMTP)
	if end == 0 || end < len(s) && !isBlank(s[end]) && !known {
		if i := strings.IndexAny(s, " \t"); i > 0 {
			end = i // a private-use verb may be of other characters
		} else {
			end = len(s)
		}
		c.Verb = upper(s[:end])
		spec, known = Lookup(c.Verb, r.LMTP)
		if i := strings.IndexFunc(c.Verb, func(x rune) bool { return x <= ' ' || x >= 0x7f }); c.Verb == "" || i >= 0 {
			return c, &wire.SyntaxError{Offset: max(i, 0), Got: octetAt(s, max(i, 0)), Want: "a command", Cite: citeCommand}
		}
	}
	if end < len(s) && s[end] != ' ' {
		// A known verb with something else than a space behind it.
		if err := r.forgive(&wire.SyntaxError{Offset: end, Got: s[end : end+1], Want: "a space behind the command", Cite: citeCommand}); err != nil || !isBlank(s[end]) {
			if err == nil {
				err = &wire.SyntaxError{Offset: end, Got: s[end : end+1], Want: "a space behind the command", Cite: citeCommand}
			}
			return c, err
		}
	}
	at := end
	if at < len(s) {
		at++
	}
	if !known {
		c.Args = strings.Fields(s[at:])
		return c, nil
	}
	return c, r.arguments(&c, spec, s, at)
}

// upper returns s in upper case, without an allocation if it is a verb.
func upper(s string) string {
	for i := range table {
		if v := table[i].Verb; len(v) == len(s) && strings.EqualFold(v, s) {
			return v
		}
	}
	return strings.ToUpper(s)
}

func (r Rules) limit(verb string) int {
	if r.Limit > 0 {
		return r.Limit
	}
	switch verb {
	case "MAIL":
		return mailLimit
	case "RCPT":
		return rcptLimit
	case "VRFY", "EXPN":
		return MaxCommand + len(" SMTPUTF8")
	}
	return MaxCommand
}

var mailLimit, rcptLimit = CommandLimit("MAIL", nil), CommandLimit("RCPT", nil)

// arguments parses what stands at s[at], behind the verb and a space.
func (r Rules) arguments(c *Command, spec *Spec, s string, at int) error {
	switch c.Verb {
	case "MAIL", "RCPT":
		return r.pathArguments(c, s, at)
	case "VRFY", "EXPN", "HELP", "NOOP":
		return r.stringArgument(c, spec, s, at)
	}
	// Words with single spaces between them.
	var offsets [2]int
	for at < len(s) {
		end := at
		for end < len(s) && !isBlank(s[end]) {
			end++
		}
		if end == at || end < len(s) && s[end] == '\t' {
			if err := r.forgive(&wire.SyntaxError{Offset: end, Got: s[end : end+1], Want: "a single space before an argument", Cite: spec.Cite}); err != nil {
				return err
			}
		}
		if end > at {
			if n := len(c.Args); n < len(offsets) {
				offsets[n] = at
			}
			c.Args = append(c.Args, s[at:end])
		}
		at = end + 1
	}
	most := 0
	switch c.Verb {
	case "EHLO", "HELO", "LHLO":
		most = 1
	case "BDAT", "AUTH":
		most = 2
	case "SEND", "SOML", "SAML":
		return nil
	}
	if len(c.Args) > most {
		at := len(s)
		if most < len(offsets) {
			at = offsets[most]
		}
		e := &wire.SyntaxError{Offset: min(at, len(s)), Got: c.Args[most], Want: "CRLF (" + spec.Syntax + ")", Cite: spec.Cite}
		if c.Verb == "BDAT" { // how many octets follow must not be guessed at
			return e
		}
		if err := r.forgive(e); err != nil {
			return err
		}
	}
	if most > 0 && len(c.Args) == 0 {
		e := &wire.SyntaxError{Offset: len(s), Want: "an argument (" + spec.Syntax + ")", Cite: spec.Cite}
		if most == 1 {
			return r.forgive(e)
		}
		return e
	}
	switch c.Verb {
	case "EHLO", "HELO", "LHLO":
		if len(c.Args) == 0 {
			return nil
		}
		if err := r.ParseDomain(c.Args[0], c.Verb != "HELO"); err != nil {
			e := *err.(*wire.SyntaxError)
			e.Offset += offsets[0]
			return r.forgive(&e)
		}
	case "BDAT":
		_, _, err := c.Chunk()
		if err == nil && len(c.Args) > 1 && !strings.EqualFold(c.Args[1], "LAST") {
			err = &wire.SyntaxError{Offset: offsets[1], Got: c.Args[1], Want: "LAST or nothing", Cite: spec.Cite}
		}
		return err
	case "AUTH":
		if !isMechanism(c.Args[0]) {
			if err := r.forgive(&wire.SyntaxError{Offset: offsets[0], Got: c.Args[0], Want: "the name of a SASL mechanism", Cite: spec.Cite}); err != nil {
				return err
			}
		}
		if len(c.Args) > 1 && c.Args[1] != "=" {
			if _, err := wire.DecodeBase64([]byte(c.Args[1]), spec.Cite); err != nil {
				e := err.(*wire.SyntaxError)
				e.Offset += offsets[1]
				return e
			}
		}
	}
	return nil
}

// pathArguments parses "FROM:<path> params" and "TO:<path> params".
func (r Rules) pathArguments(c *Command, s string, at int) error {
	word, cite, mail := "FROM", citeMailCmd, c.Verb == "MAIL"
	if !mail {
		word, cite = "TO", citeReceipts
	}
	blanks := func(where string) error {
		start := at
		for at < len(s) && isBlank(s[at]) {
			at++
		}
		if at == start {
			return nil
		}
		return r.forgive(&wire.SyntaxError{Offset: start, Got: s[start:at], Want: "no space " + where, Cite: "RFC 5321 section 3.3"})
	}
	if err := blanks("before " + word); err != nil {
		return err
	}
	if len(s)-at < len(word) || !strings.EqualFold(s[at:at+len(word)], word) {
		return &wire.SyntaxError{Offset: at, Got: s[at:], Want: word + ":", Cite: cite}
	}
	at += len(word)
	if err := blanks("before the colon"); err != nil {
		return err
	}
	if at == len(s) || s[at] != ':' {
		return &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: `":" behind ` + word, Cite: cite}
	}
	at++
	if err := blanks("behind the colon"); err != nil {
		return err
	}
	var err error
	if c.Path, at, err = r.path(s, at, mail, !mail); err != nil {
		return err
	}
	if at < len(s) {
		c.Params = make(Params, 0, strings.Count(s[at:], " "))
	}
	for at < len(s) {
		if s[at] != ' ' {
			return &wire.SyntaxError{Offset: at, Got: s[at : at+1], Want: "a space before a parameter, or CRLF", Cite: citeSyntax}
		}
		at++
		if at < len(s) && isBlank(s[at]) {
			if err := blanks("but one before a parameter"); err != nil {
				return err
			}
		}
		if at, err = r.param(c, s, at); err != nil {
			return err
		}
	}
	return nil
}

// param parses a parameter at s[at], and returns where it ends.
func (r Rules) param(c *Command, s string, at int) (int, error) {
	start := at
	for at < len(s) && classes[s[at]]&classLDH != 0 {
		at++
	}
	if i := notKeyword(s[start:at]); i >= 0 {
		return at, &wire.SyntaxError{Offset: start + i, Got: octetAt(s, start+i), Want: "a parameter's keyword, of letters, digits and hyphens", Cite: citeSyntax}
	}
	p := Param{Name: upperParam(c.Verb, s[start:at]), at: start}
	if at < len(s) && s[at] == '=' {
		at++
		value := at
		for at < len(s) && s[at] != ' ' {
			ch := s[at]
			switch {
			case ch >= 0x80:
				n, err := r.rune(s, at, citeSyntax)
				if err != nil {
					return at, err
				}
				at += n
				continue
			case !isVChar(ch) || ch == '=':
				e := &wire.SyntaxError{Offset: at, Got: s[at : at+1], Want: `a parameter's value without "=", spaces and controls`, Cite: citeSyntax}
				if ch != '=' {
					return at, e
				}
				if err := r.forgive(e); err != nil {
					return at, err
				}
			}
			at++
		}
		if p.Value = s[value:at]; p.Value == "" {
			return at, &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: `a value behind "="`, Cite: citeSyntax}
		}
	} else if at < len(s) && s[at] != ' ' {
		return at, &wire.SyntaxError{Offset: at, Got: s[at : at+1], Want: `"=" and a value, a space, or CRLF behind a parameter's keyword`, Cite: citeSyntax}
	}
	c.Params = append(c.Params, p)
	return at, nil
}

func upperParam(verb, s string) string {
	if spec, ok := LookupParam(verb, s); ok {
		return spec.Name
	}
	return strings.ToUpper(s)
}

// stringArgument parses the argument of VRFY, EXPN, HELP and NOOP: an atom, a quoted string or a mailbox (RFC 5321 sections 3.5.1 and 4.1.2).
func (r Rules) stringArgument(c *Command, spec *Spec, s string, at int) error {
	verify := c.Verb == "VRFY" || c.Verb == "EXPN"
	if at >= len(s) {
		if verify {
			return &wire.SyntaxError{Offset: len(s), Want: "an argument (" + spec.Syntax + ")", Cite: spec.Cite}
		}
		return nil
	}
	rest := s[at:]
	utf := ""
	if i := strings.LastIndexByte(rest, ' '); verify && i > 0 && strings.EqualFold(rest[i+1:], "SMTPUTF8") {
		rest, utf = rest[:i], rest[i+1:]
	}
	c.Args = append(c.Args, rest)
	if utf != "" {
		c.Args = append(c.Args, utf)
	}
	var end int
	var err error
	rules := Rules{UTF8: r.UTF8}
	if rest[0] == '"' {
		_, end, err = rules.quoted(rest, 0)
	} else {
		_, end, err = rules.dotString(rest, 0)
	}
	if err == nil && end < len(rest) && rest[end] == '@' {
		_, end, err = rules.mailbox(rest, 0, false)
	}
	e, _ := err.(*wire.SyntaxError)
	switch {
	case e != nil:
		e.Offset += at
	case end < len(rest):
		e = &wire.SyntaxError{Offset: at + end, Got: rest[end:], Want: "an atom, a quoted string or a mailbox", Cite: citeSyntax}
	default:
		return nil
	}
	if i := strings.IndexFunc(rest, func(x rune) bool { return x < ' ' && x != '\t' || x == 0x7f }); i >= 0 {
		return &wire.SyntaxError{Offset: at + i, Got: rest[i : i+1], Want: "printable ASCII", Cite: citeSyntax}
	}
	return r.forgive(e)
}

// AppendCommand appends the command with CRLF to b. It refuses what would not be one command: CR, LF or NUL anywhere, a path or parameter that would not stay what
// it is. Strict rules also refuse what [Rules.ParseCommand] would; lenient rules write it.
func (r Rules) AppendCommand(b []byte, c Command) ([]byte, error) {
	start := len(b)
	if c.Verb == "MAIL" || c.Verb == "RCPT" {
		b = c.appendPath(b)
	} else {
		b = append(b, c.Verb...)
		for _, a := range c.Args {
			b = append(b, ' ')
			b = append(b, a...)
		}
	}
	line := b[start:]
	for i, ch := range line {
		if ch == '\r' || ch == '\n' || ch == 0 {
			return b[:start], fmt.Errorf("%s: not sent: it holds %s at octet %d, which would end the command line", verbOf(c), wire.Quote([]byte{ch}), i)
		}
	}
	if c.Verb == "" || strings.IndexFunc(c.Verb, func(x rune) bool { return x <= ' ' || x >= 0x7f }) >= 0 {
		return b[:start], fmt.Errorf("%s: not sent: it is no command of visible ASCII", verbOf(c))
	}
	if !r.Lenient {
		if err := r.same(line, c); err != nil {
			return b[:start], fmt.Errorf("%s: not sent: %w", verbOf(c), err)
		}
	}
	return append(b, '\r', '\n'), nil
}

func verbOf(c Command) string {
	if c.Verb == "" || !utf8.ValidString(c.Verb) || len(c.Verb) > 20 {
		return "command " + wire.Quote([]byte(c.Verb))
	}
	return wire.Printable(c.Verb)
}

// same returns an error if the line is not the command.
func (r Rules) same(line []byte, c Command) error {
	changed := false
	r.Forgave = func(*wire.SyntaxError) { changed = true } // white space at the end
	p, err := r.ParseCommand(wire.Line{Text: line})
	if err != nil {
		e, ok := err.(*wire.SyntaxError)
		if ok && c.Verb == "AUTH" && len(c.Args) > 1 {
			shown := *e
			shown.Got = "***"
			return &shown
		}
		return err
	}
	if len(c.Params) != len(p.Params) || len(c.Args) != len(p.Args) || !slices.Equal(c.Args, p.Args) ||
		c.Path.Mailbox != p.Path.Mailbox || !slices.Equal(c.Path.Route, p.Path.Route) || !strings.EqualFold(c.Verb, p.Verb) {
		changed = true
	}
	for i := range min(len(c.Params), len(p.Params)) {
		changed = changed || !strings.EqualFold(c.Params[i].Name, p.Params[i].Name) || c.Params[i].Value != p.Params[i].Value
	}
	if changed {
		return &wire.SyntaxError{Got: string(line), Want: "arguments that stay what they are", Cite: citeSyntax}
	}
	return nil
}

// ParseResponse parses a client's line in a SASL exchange (RFC 4954 section 4): Base64, "" for an empty response, or "*", by which the client cancels. Lenient rules
// forgive a bare LF only. The limit of a command line does not hold here.
func (r Rules) ParseResponse(l wire.Line) (data []byte, cancel bool, err error) {
	const cite = "RFC 4954 section 4"
	switch l.End {
	case wire.None:
		return nil, false, &wire.SyntaxError{Offset: len(l.Text), Want: "CRLF", Cite: cite}
	case wire.LF:
		if err := r.forgive(&wire.SyntaxError{Offset: len(l.Text), Got: "\n", Want: "CRLF", Cite: cite}); err != nil {
			return nil, false, err
		}
	}
	if string(l.Text) == "*" {
		return nil, true, nil
	}
	data, err = wire.DecodeBase64(l.Text, cite)
	return data, false, err
}
