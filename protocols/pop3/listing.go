package pop3

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"harness/protocols/wire"
)

// DropListing is what STAT answers (RFC 1939 section 5).
type DropListing struct {
	// Messages is the number of messages that are not marked as deleted.
	Messages int
	// Octets is their size.
	Octets int64
	// Extra is what a server put behind, without the space; "" as a rule.
	Extra string
}

// String returns the drop listing as it stands behind "+OK ".
func (d DropListing) String() string {
	return withExtra(fmt.Sprintf("%d %d", d.Messages, d.Octets), d.Extra)
}

// ScanListing is a line that LIST answers (RFC 1939 section 5).
type ScanListing struct {
	// Number is the message-number, from 1.
	Number int
	// Octets is the exact size of the message, stuffed dots not counted.
	Octets int64
	// Extra is what a server put behind, without the space; "" as a rule.
	Extra string
}

// String returns the scan listing as it stands on the wire.
func (s ScanListing) String() string {
	return withExtra(fmt.Sprintf("%d %d", s.Number, s.Octets), s.Extra)
}

func withExtra(s, extra string) string {
	if extra == "" {
		return s
	}
	return s + " " + extra
}

// UniqueID is a line that UIDL answers, a unique-id listing (RFC 1939 section 7).
type UniqueID struct {
	// Number is the message-number, from 1.
	Number int
	// ID is 1 to 70 characters from 0x21 to 0x7E.
	ID string
}

// String returns the unique-id listing as it stands on the wire.
func (u UniqueID) String() string { return strconv.Itoa(u.Number) + " " + u.ID }

// Language is a line that LANG answers, a language listing (RFC 6856 section 3.2).
type Language struct {
	// Tag is the language tag (RFC 5646).
	Tag string
	// Description is the language's name in the language itself, UTF-8; it may be "".
	Description string
}

// String returns the language listing as it stands on the wire.
func (l Language) String() string { return withExtra(l.Tag, l.Description) }

// fields parses the parts of a listing one after the other; at is the offset of rest in the line.
type fields struct {
	r    Rules
	rest string
	at   int
	cite string
}

func (f *fields) number(want string, least int64) (int64, error) {
	n := 0
	for n < len(f.rest) && f.rest[n] >= '0' && f.rest[n] <= '9' {
		n++
	}
	v, ok := decimal(f.rest[:n])
	if !ok || v < least || v == math.MaxInt64 {
		return 0, &wire.SyntaxError{Offset: f.at, Got: f.word(), Want: want, Cite: f.cite}
	}
	f.rest, f.at = f.rest[n:], f.at+n
	return v, nil
}

func (f *fields) word() string {
	w, _, _ := strings.Cut(f.rest, " ")
	if w == "" && f.rest != "" {
		return f.rest[:1]
	}
	return w
}

// space takes the single space between two parts.
func (f *fields) space() error {
	n := 0
	for n < len(f.rest) && isSpace(f.rest[n]) {
		n++
	}
	if n == 0 {
		return &wire.SyntaxError{Offset: f.at, Got: f.word(), Want: "a single space", Cite: f.cite}
	}
	if n > 1 || f.rest[0] != ' ' {
		if err := f.r.forgive(&wire.SyntaxError{Offset: f.at, Got: f.rest[:n], Want: "a single space", Cite: f.cite}); err != nil {
			return err
		}
	}
	f.rest, f.at = f.rest[n:], f.at+n
	return nil
}

// extra takes what a server put behind the parts that the RFC asks for.
func (f *fields) extra() (string, error) {
	if f.rest == "" {
		return "", nil
	}
	if f.rest[0] != ' ' {
		e := &wire.SyntaxError{Offset: f.at, Got: f.word(), Want: "CRLF or a space", Cite: f.cite}
		return f.rest, f.r.forgive(e)
	}
	return f.rest[1:], nil
}

// leading takes spaces that stand where none may.
func (f *fields) leading(want string) error {
	n := 0
	for n < len(f.rest) && isSpace(f.rest[n]) {
		n++
	}
	if n == 0 {
		return nil
	}
	err := f.r.forgive(&wire.SyntaxError{Offset: f.at, Got: f.rest[:n], Want: want, Cite: f.cite})
	f.rest, f.at = f.rest[n:], f.at+n
	return err
}

// ParseStat parses the positive reply to STAT. Text behind the size is permitted and kept. Lenient rules forgive surplus white space.
func (r Rules) ParseStat(reply *Reply) (DropListing, error) {
	f := fields{r: r, cite: "RFC 1939 section 5"}
	f.rest, f.at = reply.data()
	var d DropListing
	if err := f.leading("the number of messages"); err != nil {
		return d, err
	}
	n, err := f.number("the number of messages", 0)
	if err != nil {
		return d, err
	}
	d.Messages = int(min(n, math.MaxInt))
	if err := f.space(); err != nil {
		return d, err
	}
	if d.Octets, err = f.number("the size of the maildrop in octets", 0); err != nil {
		return d, err
	}
	d.Extra, err = f.extra()
	return d, err
}

// ParseScan parses a line of the answer to LIST. Text behind the size is permitted and kept. Lenient rules forgive surplus white space.
func (r Rules) ParseScan(line []byte) (ScanListing, error) {
	return fields{r: r, rest: string(line), cite: "RFC 1939 section 5"}.scan()
}

// ParseScanReply parses the positive reply to LIST with an argument.
func (r Rules) ParseScanReply(reply *Reply) (ScanListing, error) {
	f := fields{r: r, cite: "RFC 1939 section 5"}
	f.rest, f.at = reply.data()
	return f.scan()
}

func (f fields) scan() (ScanListing, error) {
	var s ScanListing
	if err := f.leading("a message-number"); err != nil {
		return s, err
	}
	n, err := f.number("a message-number", 1)
	if err != nil {
		return s, err
	}
	s.Number = int(min(n, math.MaxInt))
	if err := f.space(); err != nil {
		return s, err
	}
	if s.Octets, err = f.number("the size of the message in octets", 0); err != nil {
		return s, err
	}
	s.Extra, err = f.extra()
	return s, err
}

// ParseUniqueID parses a line of the answer to UIDL. Lenient rules forgive surplus white space, an id of more than 70 characters, characters
// that may not stand in it, and text behind it.
func (r Rules) ParseUniqueID(line []byte) (UniqueID, error) {
	return fields{r: r, rest: string(line), cite: "RFC 1939 section 7"}.uniqueID()
}

// ParseUniqueIDReply parses the positive reply to UIDL with an argument.
func (r Rules) ParseUniqueIDReply(reply *Reply) (UniqueID, error) {
	f := fields{r: r, cite: "RFC 1939 section 7"}
	f.rest, f.at = reply.data()
	return f.uniqueID()
}

func (f fields) uniqueID() (UniqueID, error) {
	const want = "a unique-id of 1 to 70 characters from 0x21 to 0x7E"
	var u UniqueID
	if err := f.leading("a message-number"); err != nil {
		return u, err
	}
	n, err := f.number("a message-number", 1)
	if err != nil {
		return u, err
	}
	u.Number = int(min(n, math.MaxInt))
	if err := f.space(); err != nil {
		return u, err
	}
	id, behind, more := strings.Cut(f.rest, " ")
	if id == "" {
		return u, &wire.SyntaxError{Offset: f.at, Got: f.word(), Want: want, Cite: f.cite}
	}
	u.ID = id
	for i := 0; i < len(id); i++ {
		if id[i] == 0 || id[i] == '\r' || id[i] == '\n' {
			return u, &wire.SyntaxError{Offset: f.at + i, Got: id[i : i+1], Want: want, Cite: f.cite}
		}
		if !isVChar(id[i]) {
			if err := f.r.forgive(&wire.SyntaxError{Offset: f.at + i, Got: id[i : i+1], Want: want, Cite: f.cite}); err != nil {
				return u, err
			}
			break
		}
	}
	if len(id) > MaxUniqueID {
		if err := f.r.forgive(&wire.SyntaxError{Offset: f.at + MaxUniqueID, Got: id[MaxUniqueID:], Want: want, Cite: f.cite}); err != nil {
			return u, err
		}
	}
	if more {
		return u, f.r.forgive(&wire.SyntaxError{Offset: f.at + len(id), Got: " " + behind, Want: "CRLF behind the unique-id", Cite: f.cite})
	}
	return u, nil
}

// ParseLanguage parses a line of the answer to LANG without an argument.
func (r Rules) ParseLanguage(line []byte) (Language, error) {
	return fields{r: r, rest: string(line), cite: "RFC 6856 section 3.2"}.language()
}

// ParseLanguageReply parses the positive reply to LANG with an argument: the tag selected, and a text in that language.
func (r Rules) ParseLanguageReply(reply *Reply) (Language, error) {
	f := fields{r: r, cite: "RFC 6856 section 3.2"}
	f.rest, f.at = reply.data()
	return f.language()
}

func (f fields) language() (Language, error) {
	var l Language
	if err := f.leading("a language tag"); err != nil {
		return l, err
	}
	tag, text, _ := strings.Cut(f.rest, " ")
	l = Language{Tag: tag, Description: text}
	if i, ok := checkLanguage(tag); !ok || tag == "*" {
		return l, &wire.SyntaxError{Offset: f.at + i, Got: tag[min(i, len(tag)):], Want: "a language tag", Cite: f.cite}
	}
	if !utf8.ValidString(text) {
		i := invalidUTF8(text)
		return l, f.r.forgive(&wire.SyntaxError{Offset: f.at + len(tag) + 1 + i, Got: octetAt([]byte(text), i), Want: "UTF-8", Cite: f.cite})
	}
	return l, nil
}

// FindTimestamp finds the timestamp of a greeting: the first text in angle brackets that has the form of a msg-id (RFC 1939 section 7, APOP).
// Text[start:end] is the timestamp with its brackets. What has not the form is not taken: a server that may choose freely what is digested can
// find out the password.
func FindTimestamp(text string) (start, end int, ok bool) {
	for from := 0; ; {
		i := strings.IndexByte(text[from:], '<')
		if i < 0 {
			return 0, 0, false
		}
		start = from + i
		j := strings.IndexByte(text[start:], '>')
		if j < 0 {
			return 0, 0, false
		}
		end = start + j + 1
		if isMsgID(text[start:end]) {
			return start, end, true
		}
		from = start + 1
	}
}

// isMsgID reports whether s is "<" local-part "@" domain ">" in visible ASCII.
func isMsgID(s string) bool {
	at := -1
	for i := 1; i < len(s)-1; i++ {
		switch c := s[i]; {
		case !isVChar(c), c == '<', c == '>':
			return false
		case c == '@':
			if at >= 0 && s[1] != '"' {
				return false
			}
			at = i
		}
	}
	return at > 1 && at < len(s)-2
}

// APOPDigest returns the digest that APOP sends: 32 lower-case hexadecimal digits (RFC 1939 section 7). Timestamp is the greeting's, with its
// angle brackets.
func APOPDigest(timestamp, secret string) string {
	sum := md5.Sum([]byte(timestamp + secret))
	return hex.EncodeToString(sum[:])
}
