package imap

import (
	"slices"
	"strings"
	"time"
)

// SearchArgs are the arguments of SEARCH.
type SearchArgs struct {
	// Return are the result options in upper case, such as "MIN"; nil if RETURN is missing, and empty for "RETURN ()", which is ALL (RFC 9051 section 6.4.4).
	Return []Option
	// Charset is that of the strings in the keys, as it was written; "" for none.
	Charset string
	// Keys are the search keys, all of which have to fit.
	Keys []SearchKey
}

// Returns reports whether a result is asked for; the name is in upper case.
func (s *SearchArgs) Returns(name string) bool {
	return hasOption(s.Return, name) || name == "ALL" && s.Return != nil && len(s.Return) == 0
}

// The names of search keys that have no name in the protocol.
const (
	// KeySet is a set of message numbers.
	KeySet = "SET"
	// KeyAnd has keys in parentheses: all of them have to fit.
	KeyAnd = "AND"
)

// SearchKey is a search key (RFC 9051 section 6.4.4): its name, and what the name takes.
type SearchKey struct {
	// Name is in upper case: "ALL", "FROM", "NOT"; [KeySet] and [KeyAnd].
	Name string
	// Field is the header field of HEADER.
	Field string
	// Text is the string of BCC, BODY, CC, FROM, HEADER, SUBJECT, TEXT and TO, as it came, and the flag of KEYWORD and UNKEYWORD.
	Text string
	// Date is that of BEFORE, ON, SINCE, SENTBEFORE, SENTON and SENTSINCE, at midnight in UTC.
	Date time.Time
	// Number is that of LARGER and SMALLER, in octets.
	Number uint64
	// Set is that of UID and KeySet.
	Set NumSet
	// Keys are one for NOT, two for OR, and one or more for KeyAnd.
	Keys []SearchKey
}

// keyArg is what a search key takes.
type keyArg uint8

const (
	takesNothing keyArg = iota + 1
	takesString
	takesField // and a string
	takesFlag
	takesDate
	takesNumber
	takesSet
	takesKey
	takesKeys
)

var searchKeys = map[string]keyArg{
	"ALL": takesNothing, "ANSWERED": takesNothing, "DELETED": takesNothing, "DRAFT": takesNothing, "FLAGGED": takesNothing, "SEEN": takesNothing,
	"UNANSWERED": takesNothing, "UNDELETED": takesNothing, "UNDRAFT": takesNothing, "UNFLAGGED": takesNothing, "UNSEEN": takesNothing,
	"NEW": takesNothing, "OLD": takesNothing, "RECENT": takesNothing, // RFC 3501 section 6.4.4
	"BCC": takesString, "BODY": takesString, "CC": takesString, "FROM": takesString, "SUBJECT": takesString, "TEXT": takesString, "TO": takesString,
	"HEADER": takesField, "KEYWORD": takesFlag, "UNKEYWORD": takesFlag,
	"BEFORE": takesDate, "ON": takesDate, "SINCE": takesDate, "SENTBEFORE": takesDate, "SENTON": takesDate, "SENTSINCE": takesDate,
	"LARGER": takesNumber, "SMALLER": takesNumber, "UID": takesSet, "NOT": takesKey, "OR": takesKeys,
}

// String returns the key as it is written, for people: a string that would need a literal is quoted all the same.
func (k SearchKey) String() string {
	p := printer{people: true}
	p.searchKey(&k)
	return string(p.b)
}

func (k SearchKey) usesNumbers() bool {
	return k.Name == KeySet && !k.Set.Saved || slices.ContainsFunc(k.Keys, SearchKey.usesNumbers)
}

// ASCII reports whether all strings of the key are ASCII: where one is not, SEARCH has to tell its character set (RFC 9051 section 6.4.4).
func (k SearchKey) ASCII() bool {
	for _, s := range []string{k.Text, k.Field} {
		for i := range len(s) {
			if s[i] >= 0x80 {
				return false
			}
		}
	}
	return !slices.ContainsFunc(k.Keys, func(k SearchKey) bool { return !k.ASCII() })
}

// Key returns a key that takes nothing, such as "UNSEEN".
func Key(name string) SearchKey { return SearchKey{Name: upper(name)} }

// KeyText returns a key that takes a string, such as "FROM", or a flag, such as "KEYWORD".
func KeyText(name, text string) SearchKey { return SearchKey{Name: upper(name), Text: text} }

// KeyHeader returns HEADER: the field contains text; an empty text asks whether it is there.
func KeyHeader(field, text string) SearchKey {
	return SearchKey{Name: "HEADER", Field: field, Text: text}
}

// KeyDate returns a key that takes a date, such as "SINCE". Time and zone of t are left out (RFC 9051 section 6.4.4).
func KeyDate(name string, t time.Time) SearchKey {
	y, m, d := t.Date()
	return SearchKey{Name: upper(name), Date: time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
}

// KeySize returns LARGER or SMALLER; size is in octets.
func KeySize(name string, size uint64) SearchKey { return SearchKey{Name: upper(name), Number: size} }

// KeyNumbers returns the key of a set of message numbers, and KeyUIDs that of a set of UIDs.
func KeyNumbers(set NumSet) SearchKey { return SearchKey{Name: KeySet, Set: set} }

// KeyUIDs returns UID.
func KeyUIDs(set NumSet) SearchKey { return SearchKey{Name: "UID", Set: set} }

// Not returns NOT, and Or returns OR, and And has keys that all have to fit, in parentheses.
func Not(k SearchKey) SearchKey { return SearchKey{Name: "NOT", Keys: []SearchKey{k}} }

// Or returns OR.
func Or(a, b SearchKey) SearchKey { return SearchKey{Name: "OR", Keys: []SearchKey{a, b}} }

// And returns keys in parentheses.
func And(keys ...SearchKey) SearchKey { return SearchKey{Name: KeyAnd, Keys: keys} }

const citeSearch = "RFC 9051 section 6.4.4"

// ParseSearch parses search keys, such as `UNSEEN FROM "smith"`, without literals. The error is a [*wire.SyntaxError].
func ParseSearch(text string) ([]SearchKey, error) {
	d := parser(text)
	d.Rules.UTF8 = true
	keys, err := d.searchProgram()
	if err != nil {
		return nil, err
	}
	return keys, d.crlf(citeSearch)
}

func (d *Decoder) searchArgs(c *Command, cite string) (err error) {
	a := &SearchArgs{}
	c.Args = a
	if d.isWord("RETURN") {
		if err := d.sp(cite); err != nil {
			return err
		}
		if a.Return, err = d.options(cite); err != nil {
			return err
		}
		if err := d.sp(cite); err != nil {
			return err
		}
	}
	if d.isWord("CHARSET") {
		if err := d.sp(cite); err != nil {
			return err
		}
		if a.Charset, err = d.astring(cite); err != nil {
			return err
		}
		if err := d.sp(cite); err != nil {
			return err
		}
	}
	a.Keys, err = d.searchProgram()
	return err
}

// isWord takes an atom, in any case, that a space ends.
func (d *Decoder) isWord(w string) bool {
	rest := d.text[d.at:]
	if len(rest) <= len(w) || rest[len(w)] != ' ' || !strings.EqualFold(str(rest[:len(w)]), w) {
		return false
	}
	d.at += len(w)
	return true
}

// searchProgram takes keys up to the end of the line.
func (d *Decoder) searchProgram() (keys []SearchKey, err error) {
	for {
		k, err := d.searchKey()
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
		if !d.more() {
			return keys, nil
		}
		if err := d.sp(citeSearch); err != nil {
			return nil, err
		}
	}
}

func (d *Decoder) searchKey() (k SearchKey, err error) {
	switch c := d.peek(); {
	case c == '(':
		k.Name = KeyAnd
		start := d.at
		if err := d.list(citeSearch, func() error {
			one, err := d.searchKey()
			k.Keys = append(k.Keys, one)
			return err
		}); err != nil {
			return k, err
		}
		if k.Keys == nil {
			d.at = start
			return k, d.wrong("a search key in the parentheses", citeSearch)
		}
		return k, nil
	case c == '*' || c == '$' || c >= '0' && c <= '9':
		k.Name = KeySet
		k.Set, err = d.numSet(true, true)
		return k, err
	}
	start := d.at
	if k.Name, err = d.keyword("a search key", citeSearch); err != nil {
		return k, err
	}
	takes := searchKeys[k.Name]
	switch takes {
	case 0:
		d.at = start
		return k, d.wrong("a search key", citeSearch)
	case takesNothing:
		return k, nil
	}
	if err := d.sp(citeSearch); err != nil {
		return k, err
	}
	switch takes {
	case takesField:
		if k.Field, err = d.astring(citeSearch); err != nil {
			return k, err
		}
		if err := d.sp(citeSearch); err != nil {
			return k, err
		}
		k.Text, err = d.astring(citeSearch)
	case takesString:
		k.Text, err = d.astring(citeSearch)
	case takesFlag:
		k.Text, err = d.word(classAtom, "a keyword: a flag without a backslash", citeSearch)
	case takesDate:
		k.Date, err = d.date(citeSearch)
	case takesNumber:
		k.Number, err = d.number64(citeSearch)
	case takesSet:
		k.Set, err = d.numSet(true, true)
	case takesKey, takesKeys:
		if err := d.nest(); err != nil {
			return k, err
		}
		defer d.leave()
		n := 1
		if takes == takesKeys {
			n = 2
		}
		for i := range n {
			if i > 0 {
				if err := d.sp(citeSearch); err != nil {
					return k, err
				}
			}
			one, err := d.searchKey()
			if err != nil {
				return k, err
			}
			k.Keys = append(k.Keys, one)
		}
	}
	return k, err
}
