package smtp

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"harness/protocols/wire"
)

const (
	citeSyntax   = "RFC 5321 section 4.1.2"
	citeUTF8     = "RFC 6531 section 3.3"
	wantMailbox  = "a mailbox: local-part@domain"
	citeMailCmd  = "RFC 5321 section 4.1.1.2"
	citeReceipts = "RFC 5321 section 4.1.1.3"
)

// QuoteString returns s as the argument of VRFY and EXPN has it (RFC 5321 section 4.1.2, String): as it stands if it is an atom or a mailbox, else in quotes.
func QuoteString(s string) string {
	if isDotString(s) {
		return s
	}
	if _, err := ParseMailbox(s); err == nil {
		return s
	}
	return Mailbox{Local: s}.String()
}

// Mailbox is an address (RFC 5321 section 4.1.2).
type Mailbox struct {
	// Local is the local-part without quotes and backslashes: all quoted forms are the same mailbox.
	Local string
	// Domain is a domain or, in its brackets, an address literal; "" for the "Postmaster" that needs none.
	Domain string
}

// String returns the mailbox as it stands on the wire, with the least quoting that is possible.
func (m Mailbox) String() string { return string(m.append(nil)) }

func (m Mailbox) append(b []byte) []byte {
	if isDotString(m.Local) {
		b = append(b, m.Local...)
	} else {
		b = append(b, '"')
		for i := 0; i < len(m.Local); i++ {
			if c := m.Local[i]; c == '"' || c == '\\' {
				b = append(b, '\\')
			}
			b = append(b, m.Local[i])
		}
		b = append(b, '"')
	}
	if m.Domain != "" {
		b = append(b, '@')
		b = append(b, m.Domain...)
	}
	return b
}

// IsZero reports whether there is no mailbox: the one of the null path.
func (m Mailbox) IsZero() bool { return m == Mailbox{} }

// IsPostmaster reports whether the local-part is "postmaster", in any case (RFC 5321 section 4.5.1).
func (m Mailbox) IsPostmaster() bool { return strings.EqualFold(m.Local, "postmaster") }

// IsASCII reports whether the mailbox can be used without SMTPUTF8 (RFC 6531 section 3.2).
func (m Mailbox) IsASCII() bool { return isASCII(m.Local) && isASCII(m.Domain) }

// Equal reports whether both are the same mailbox: local-parts octet by octet, but for "postmaster", and domains in any case (RFC 5321
// section 2.4).
func (m Mailbox) Equal(n Mailbox) bool {
	return (m.Local == n.Local || m.IsPostmaster() && n.IsPostmaster()) && strings.EqualFold(m.Domain, n.Domain)
}

// Path is a reverse-path or a forward-path (RFC 5321 section 4.1.2). The zero value is the null path "<>".
type Path struct {
	// Route are the domains of a source route, which is to be ignored; nil almost always.
	Route []string
	Mailbox
}

// NewPath returns the path of an address, "" for the null path. The address has the form of [ParseMailbox] or of a path in brackets, or is
// "postmaster".
func NewPath(address string) (Path, error) {
	r := Rules{UTF8: true}
	if address == "" {
		return Path{}, nil
	}
	if address[0] == '<' {
		p, end, err := r.path(address, 0, true, true)
		if err == nil && end < len(address) {
			err = &wire.SyntaxError{Offset: end, Got: address[end:], Want: "the end of the path", Cite: citeSyntax}
		}
		return p, err
	}
	if strings.EqualFold(address, "postmaster") {
		return Path{Mailbox: Mailbox{Local: address}}, nil
	}
	m, err := r.ParseMailbox(address)
	return Path{Mailbox: m}, err
}

// IsNull reports whether it is the null path.
func (p Path) IsNull() bool { return p.Mailbox.IsZero() }

// IsASCII reports whether the path can be used without SMTPUTF8.
func (p Path) IsASCII() bool {
	for _, d := range p.Route {
		if !isASCII(d) {
			return false
		}
	}
	return p.Mailbox.IsASCII()
}

// String returns the path as it stands on the wire, with its brackets and its source route.
func (p Path) String() string { return string(p.append(nil)) }

func (p Path) append(b []byte) []byte {
	b = append(b, '<')
	for i, d := range p.Route {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, '@')
		b = append(b, d...)
	}
	if len(p.Route) > 0 {
		b = append(b, ':')
	}
	if !p.IsNull() {
		b = p.Mailbox.append(b)
	}
	return append(b, '>')
}

// ParseMailbox parses an address, such as "a@example.com", `"a b"@example.com` or "a@[192.0.2.1]". Lenient rules forgive lengths, dots too many,
// and domains with octets that may not stand there.
func (r Rules) ParseMailbox(s string) (Mailbox, error) {
	m, end, err := r.mailbox(s, 0, false)
	if err == nil && end < len(s) {
		err = &wire.SyntaxError{Offset: end, Got: s[end:], Want: "the end of the mailbox", Cite: citeSyntax}
	}
	return m, err
}

// ParseMailbox parses an address strictly, non-ASCII characters permitted.
func ParseMailbox(s string) (Mailbox, error) { return Rules{UTF8: true}.ParseMailbox(s) }

// path parses a path at s[at] and returns where it ends. Null permits "<>", postmaster a postmaster without a domain. An error of what is
// forgiven names its place in s.
func (r Rules) path(s string, at int, null, postmaster bool) (p Path, end int, err error) {
	start := at
	if at == len(s) || s[at] != '<' {
		if err := r.forgive(&wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: `"<" before the path`, Cite: citeSyntax}); err != nil {
			return p, at, err
		}
		if at == len(s) {
			return p, at, &wire.SyntaxError{Offset: at, Want: "a path", Cite: citeSyntax}
		}
		p.Mailbox, end, err = r.mailbox(s, at, postmaster)
		return p, end, err
	}
	at++
	if at < len(s) && s[at] == '>' {
		if !null {
			return p, at, &wire.SyntaxError{Offset: at, Got: ">", Want: "a mailbox: only a reverse-path may be null", Cite: citeReceipts}
		}
		return p, at + 1, nil
	}
	if at < len(s) && s[at] == '@' {
		if p.Route, at, err = r.route(s, at); err != nil {
			return p, at, err
		}
	}
	if p.Mailbox, at, err = r.mailbox(s, at, postmaster); err != nil {
		return p, at, err
	}
	if at == len(s) || s[at] != '>' {
		return p, at, &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: `">" behind the mailbox`, Cite: citeSyntax}
	}
	at++
	if at-start > MaxPath {
		err = r.forgive(&wire.SyntaxError{Offset: start + MaxPath, Got: s[start+MaxPath : at], Want: "a path of at most 256 octets", Cite: "RFC 5321 section 4.5.3.1.3"})
	}
	return p, at, err
}

// route parses "@a,@b:".
func (r Rules) route(s string, at int) (route []string, end int, err error) {
	for {
		if at == len(s) || s[at] != '@' {
			return route, at, &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: `"@" before each domain of a source route`, Cite: citeSyntax}
		}
		start := at + 1
		if at, err = r.domain(s, start); err != nil {
			return route, at, err
		}
		route = append(route, s[start:at])
		if at == len(s) || s[at] != ',' && s[at] != ':' {
			return route, at, &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: `"," or ":" behind a domain of a source route`, Cite: citeSyntax}
		}
		at++
		if s[at-1] == ':' {
			return route, at, nil
		}
	}
}

// mailbox parses a mailbox at s[at].
func (r Rules) mailbox(s string, at int, postmaster bool) (m Mailbox, end int, err error) {
	start := at
	if at < len(s) && s[at] == '"' {
		m.Local, at, err = r.quoted(s, at)
	} else {
		m.Local, at, err = r.dotString(s, at)
	}
	if err != nil {
		return m, at, err
	}
	if at-start > MaxLocalPart {
		if err := r.forgive(&wire.SyntaxError{Offset: start + MaxLocalPart, Got: s[start+MaxLocalPart : at], Want: "a local-part of at most 64 octets", Cite: "RFC 5321 section 4.5.3.1.1"}); err != nil {
			return m, at, err
		}
	}
	if at == len(s) || s[at] != '@' {
		if postmaster && m.IsPostmaster() {
			return m, at, nil
		}
		e := &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: `"@" and a domain behind the local-part`, Cite: citeSyntax}
		if m.Local == "" {
			return m, at, e
		}
		return m, at, r.forgive(e)
	}
	at++
	domain := at
	if at < len(s) && s[at] == '[' {
		_, at, err = r.literal(s, at)
	} else {
		at, err = r.domain(s, at)
	}
	if err == nil && at-domain > MaxDomain {
		err = r.forgive(&wire.SyntaxError{Offset: domain + MaxDomain, Got: s[domain+MaxDomain : at], Want: "a domain of at most 255 octets", Cite: "RFC 5321 section 4.5.3.1.2"})
	}
	m.Domain = s[domain:at]
	return m, at, err
}

// Classes of octets.
const (
	classAtext = 1 << iota // RFC 5322 section 3.2.3
	classLDH               // letters, digits, hyphen
	classLetDig
)

var classes = func() (t [256]uint8) {
	for c := range 128 {
		if isAlnum(byte(c)) {
			t[c] = classAtext | classLDH | classLetDig
		}
	}
	for _, c := range []byte("!#$%&'*+-/=?^_`{|}~") {
		t[c] |= classAtext
	}
	t['-'] |= classLDH
	return t
}()

func isDotString(s string) bool {
	last := byte('.')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '.' && last == '.' || c != '.' && c < 0x80 && classes[c]&classAtext == 0 {
			return false
		}
		last = c
	}
	return last != '.'
}

// rune checks the character of more than seven bits at s[at], and returns how many octets it has.
func (r Rules) rune(s string, at int, cite string) (int, error) {
	if !r.UTF8 {
		return 1, &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: "ASCII: SMTPUTF8 is not in use", Cite: cite}
	}
	c, n := utf8.DecodeRuneInString(s[at:])
	if c == utf8.RuneError && n == 1 {
		return 1, &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: "UTF-8", Cite: citeUTF8}
	}
	return n, nil
}

// dotString parses atoms with dots between them.
func (r Rules) dotString(s string, at int) (local string, end int, err error) {
	start, last := at, byte('.')
	for at < len(s) {
		c := s[at]
		switch {
		case c == '.':
			if last == '.' {
				if err := r.forgive(&wire.SyntaxError{Offset: at, Got: ".", Want: "an atom before each dot", Cite: citeSyntax}); err != nil {
					return "", at, err
				}
			}
			at++
		case c >= 0x80:
			n, err := r.rune(s, at, citeSyntax)
			if err != nil {
				return "", at, err
			}
			at += n
		case classes[c]&classAtext != 0:
			at++
		default:
			goto done
		}
		last = c
	}
done:
	switch {
	case at == start:
		return "", at, &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: wantMailbox, Cite: citeSyntax}
	case last == '.':
		err = r.forgive(&wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: "an atom behind each dot", Cite: citeSyntax})
	}
	return s[start:at], at, err
}

// quoted parses a Quoted-string and returns what it says.
func (r Rules) quoted(s string, at int) (text string, end int, err error) {
	at++
	start := at
	var unescaped []byte // once there was a backslash
	for at < len(s) {
		switch c := s[at]; {
		case c == '"':
			if unescaped == nil {
				return s[start:at], at + 1, nil
			}
			return string(append(unescaped, s[start:at]...)), at + 1, nil
		case c == '\\':
			if at+1 == len(s) || s[at+1] < ' ' || s[at+1] >= 0x7f {
				return "", at + 1, &wire.SyntaxError{Offset: at + 1, Got: octetAt(s, at+1), Want: "printable ASCII or a space behind the backslash", Cite: citeSyntax}
			}
			unescaped = append(unescaped, s[start:at]...)
			start = at + 1
			at += 2
		case c >= 0x80:
			n, err := r.rune(s, at, citeSyntax)
			if err != nil {
				return "", at, err
			}
			at += n
		case c < ' ' || c == 0x7f:
			return "", at, &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: "printable ASCII or a space", Cite: citeSyntax}
		default:
			at++
		}
	}
	return "", at, &wire.SyntaxError{Offset: at, Want: `the closing quote`, Cite: citeSyntax}
}

// domain parses a Domain at s[at] and returns where it ends.
func (r Rules) domain(s string, at int) (end int, err error) {
	start, label := at, at
	for {
		wide := false
		for at < len(s) {
			c := s[at]
			n := 1
			switch {
			case c >= 0x80:
				if n, err = r.rune(s, at, citeSyntax); err != nil {
					return at, err
				}
				wide = true
			case classes[c]&classLDH != 0:
			case c == '_': // the one that is seen
				if err := r.forgive(&wire.SyntaxError{Offset: at, Got: "_", Want: "letters, digits and hyphens in a domain", Cite: citeSyntax}); err != nil {
					return at, err
				}
			default:
				n = 0
			}
			if n == 0 {
				break
			}
			at += n
		}
		var e *wire.SyntaxError
		switch {
		case at == label:
			e = &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: "a letter or digit in each label of a domain", Cite: citeSyntax}
		case s[label] == '-':
			e = &wire.SyntaxError{Offset: label, Got: "-", Want: "a letter or digit at the start of a label", Cite: citeSyntax}
		case s[at-1] == '-':
			e = &wire.SyntaxError{Offset: at - 1, Got: "-", Want: "a letter or digit at the end of a label", Cite: citeSyntax}
		case wide:
			e = ulabel(s, label, at)
		}
		if e != nil {
			if at == start {
				return at, e
			}
			if err := r.forgive(e); err != nil {
				return at, err
			}
		}
		if at == len(s) || s[at] != '.' {
			return at, nil
		}
		at++
		label = at
	}
}

// ulabel checks what can be told of a U-label without the tables of IDNA: it is in Normalization Form C, of letters, marks, digits and signs
// (RFC 5890 section 2.3.2.1).
func ulabel(s string, from, to int) *wire.SyntaxError {
	const cite = "RFC 6531 section 3.3"
	for i, c := range s[from:to] {
		if !unicode.IsPrint(c) && c != '\u200c' && c != '\u200d' || unicode.IsUpper(c) && c >= 0x80 {
			return &wire.SyntaxError{Offset: from + i, Got: string(c), Want: "a character that a U-label may have", Cite: cite}
		}
	}
	if !norm.NFC.IsNormalString(s[from:to]) {
		return &wire.SyntaxError{Offset: from, Got: s[from:to], Want: "a U-label in Normalization Form C", Cite: cite}
	}
	return nil
}

// ParseDomain checks a domain or, if literal, an address literal too: the argument of EHLO. Lenient rules forgive underscores, hyphens and dots where
// they may not stand.
func (r Rules) ParseDomain(s string, literal bool) error {
	var end int
	var err error
	if literal && s != "" && s[0] == '[' {
		_, end, err = r.literal(s, 0)
	} else {
		end, err = r.domain(s, 0)
	}
	if err == nil && end < len(s) {
		err = &wire.SyntaxError{Offset: end, Got: s[end:], Want: "the end of the domain", Cite: citeSyntax}
	}
	return err
}
