package imap

import (
	"errors"
	"slices"
	"strings"

	"harness/protocols/wire"
)

// Response is one response of a server: a pointer to one of the types that follow.
type Response interface{ isResponse() }

// Continuation is a continuation request (RFC 9051 section 7.6).
type Continuation struct {
	Code *Code // nil if there is none
	// Text is the text, or the challenge of AUTHENTICATE in Base64.
	Text string
}

// Status is a status response (RFC 9051 section 7.1).
type Status struct {
	// Tag is that of the command that it ends; "" for an untagged one.
	Tag string
	// Kind is "OK", "NO", "BAD", "PREAUTH" or "BYE".
	Kind string
	Code *Code // nil if there is none
	Text string
}

// Error makes a Status the error of a command.
func (s *Status) Error() string { return s.String() }

// String returns the status without its tag, as it stands on the line.
func (s *Status) String() string {
	out := s.Kind
	if s.Code != nil {
		out += " [" + s.Code.String() + "]"
	}
	if s.Text != "" {
		out += " " + s.Text
	}
	return wire.Printable(out)
}

// CapabilityData is the answer to CAPABILITY (RFC 9051 section 7.2.2).
type CapabilityData struct{ Capabilities Capabilities }

// EnabledData is the answer to ENABLE (RFC 9051 section 7.2.1).
type EnabledData struct{ Capabilities Capabilities }

// ListData is an answer to LIST or LSUB (RFC 9051 section 7.3.1).
type ListData struct {
	// LSub is set for LSUB (RFC 3501 section 7.2.3).
	LSub bool
	// Attributes are as the server wrote them, such as "\HasNoChildren".
	Attributes []string
	// Delimiter is the hierarchy delimiter; "" for NIL.
	Delimiter string
	Mailbox   string
	// OldName is that of a mailbox that was renamed, or whose name was written in another way; "" for none (RFC 9051 section 6.3.9.7).
	OldName string
	// ChildInfo are the selection options that a child mailbox fits (RFC 9051 section 6.3.9.6).
	ChildInfo []string
	// Extended are the other extended items, by their tags in upper case, as they stand.
	Extended map[string]string
}

// Has reports whether the mailbox has an attribute, in any case.
func (l *ListData) Has(attribute string) bool {
	return slices.ContainsFunc(l.Attributes, func(a string) bool { return strings.EqualFold(a, attribute) })
}

// StatusData is the answer to STATUS (RFC 9051 section 7.3.4).
type StatusData struct {
	Mailbox string
	// Items are by name in upper case: "MESSAGES", "UIDNEXT", "UIDVALIDITY", "UNSEEN", "DELETED", "SIZE", "RECENT", "HIGHESTMODSEQ", "APPENDLIMIT". An item that is NIL is missing.
	Items map[string]uint64
	// Other are items whose values are no numbers, as they stand.
	Other map[string]string
}

// SearchData is the answer to SEARCH (RFC 3501 section 7.2.5).
type SearchData struct {
	Numbers []uint32
	// ModSeq is the highest mod-sequence of the messages; 0 if it was not told (RFC 7162 section 3.1.5).
	ModSeq uint64
}

// ESearchData is the extended answer to SEARCH (RFC 9051 section 7.3.5).
type ESearchData struct {
	// Tag is that of the command; "" if it was not told.
	Tag string
	UID bool
	// HasMin and so on tell which of the results are there.
	HasMin, HasMax, HasCount, HasAll bool
	Min, Max, Count                  uint32
	All                              NumSet
	ModSeq                           uint64
	// Other are the other results, as they stand.
	Other map[string]string
}

// FlagsData are the flags of a mailbox (RFC 9051 section 7.3.6).
type FlagsData struct{ Flags []string }

// Exists is how many messages the mailbox has (RFC 9051 section 7.4.1).
type Exists struct{ Count uint32 }

// Recent is how many messages are recent (RFC 3501 section 7.3.2).
type Recent struct{ Count uint32 }

// Expunge tells that a message is gone (RFC 9051 section 7.5.1).
type Expunge struct{ Number uint32 }

// Vanished tells which messages are gone (RFC 7162 section 3.2.10).
type Vanished struct {
	Earlier bool
	UIDs    NumSet
}

// Namespace is a namespace (RFC 9051 section 7.3.2).
type Namespace struct {
	Prefix    string
	Delimiter string // "" for NIL
	// Extended is what else there is, as it stands.
	Extended []string
}

// NamespaceData is the answer to NAMESPACE; a kind of namespace that there is none of is nil.
type NamespaceData struct{ Personal, Other, Shared []Namespace }

// IDData is the answer to ID (RFC 2971 section 3.2); Fields is nil for NIL.
type IDData struct{ Fields []IDField }

// IDField is a field of ID.
type IDField struct {
	Name  string
	Value NString
}

// Unknown is a response that the package does not know. Clients ignore those that they did not ask for (RFC 9051 section 2.2.2).
type Unknown struct {
	// Name is its keyword, in upper case, and Number the number before it; 0 for none.
	Name   string
	Number uint32
	// Text is what stands behind the keyword and a space, as it is: literals with their lengths, the ends of their lines and their octets.
	Text string
}

func (*Continuation) isResponse()   {}
func (*Status) isResponse()         {}
func (*CapabilityData) isResponse() {}
func (*EnabledData) isResponse()    {}
func (*ListData) isResponse()       {}
func (*StatusData) isResponse()     {}
func (*SearchData) isResponse()     {}
func (*ESearchData) isResponse()    {}
func (*FlagsData) isResponse()      {}
func (*Exists) isResponse()         {}
func (*Recent) isResponse()         {}
func (*Expunge) isResponse()        {}
func (*Vanished) isResponse()       {}
func (*Fetch) isResponse()          {}
func (*NamespaceData) isResponse()  {}
func (*IDData) isResponse()         {}
func (*Unknown) isResponse()        {}

// Capabilities are what a server lists, in its order, as it wrote them.
type Capabilities []string

// Has reports whether a capability such as "IDLE" or "AUTH=PLAIN" is listed, in any case.
func (c Capabilities) Has(name string) bool {
	return slices.ContainsFunc(c, func(x string) bool { return strings.EqualFold(x, name) })
}

// Value returns what stands behind "name=" in the first capability that begins so, such as the limit of APPENDLIMIT=1024.
func (c Capabilities) Value(name string) (value string, ok bool) {
	for _, x := range c {
		if n, v, two := strings.Cut(x, "="); two && strings.EqualFold(n, name) {
			return v, true
		}
	}
	return "", false
}

// Mechanisms returns the SASL mechanisms, in upper case.
func (c Capabilities) Mechanisms() []string {
	var out []string
	for _, x := range c {
		if n, v, two := strings.Cut(x, "="); two && strings.EqualFold(n, "AUTH") {
			out = append(out, strings.ToUpper(v))
		}
	}
	return out
}

// ReadResponse reads the next response. The error is io.EOF at the end of the stream, a [*wire.SyntaxError] for what breaks the grammar, a [*wire.LimitError],
// or that of the stream. With a SyntaxError in a status or a continuation request comes what was read of it, so that a command that it ends, or that waits for it, can be told.
func (d *Decoder) ReadResponse() (Response, error) {
	if err := d.begin(); err != nil {
		return nil, err
	}
	resp, err := d.response()
	var syntax *wire.SyntaxError
	if errors.As(err, &syntax) {
		err = d.skip(err)
	}
	if err != nil {
		switch resp.(type) {
		case *Status, *Continuation:
		default:
			resp = nil
		}
	}
	return resp, err
}

const citeResponse = "RFC 9051 section 7"

func (d *Decoder) response() (Response, error) {
	switch {
	case d.is('+'):
		return d.continuation()
	case d.is('*'):
		if err := d.sp(citeResponse); err != nil {
			return nil, err
		}
		return d.untagged()
	}
	tag, err := d.word(classTag, `"*", "+" or a tag`, "RFC 9051 section 2.2.2")
	if err != nil {
		return nil, err
	}
	tagged := &Status{Tag: tag}
	if err := d.sp(citeResponse); err != nil {
		return tagged, err
	}
	kind, err := d.keyword("OK, NO or BAD", "RFC 9051 section 7.1")
	if err != nil {
		return tagged, err
	}
	if kind != "OK" && kind != "NO" && kind != "BAD" {
		return tagged, &wire.SyntaxError{Offset: d.at - len(kind), Got: kind, Want: "OK, NO or BAD behind a tag", Cite: "RFC 9051 section 7.1"}
	}
	tagged.Kind = kind
	return tagged, d.status(tagged)
}

// continuation is what stands behind "+".
func (d *Decoder) continuation() (*Continuation, error) {
	const cite = "RFC 9051 section 7.6"
	c := &Continuation{}
	if !d.is(' ') {
		if d.at == len(d.text) {
			return c, d.Rules.forgive(d.wrong("a space", cite)) // as some servers ask for a literal
		}
		return c, d.wrong("a space", cite)
	}
	var err error
	c.Code, c.Text, err = d.respText()
	return c, err
}

// status takes what stands behind the kind of a status.
func (d *Decoder) status(s *Status) error {
	if d.at == len(d.text) {
		if err := d.Rules.forgive(d.wrong("a space and a text", "RFC 9051 section 7.1")); err != nil {
			return err
		}
		return d.lineEnd()
	}
	if !d.is(' ') { // one, and no more: a text may begin with a space
		return d.wrong("a space", "RFC 9051 section 7.1")
	}
	var err error
	s.Code, s.Text, err = d.respText()
	return err
}

// lineEnd forgives a bare LF at the end of a line of text.
func (d *Decoder) lineEnd() error {
	d.at = len(d.text)
	return d.crlf(citeResponse)
}

// respText is a code and a text (RFC 9051 section 9, resp-text).
func (d *Decoder) respText() (*Code, string, error) {
	var code *Code
	if d.peek() == '[' {
		var err error
		if code, err = d.code(); err != nil {
			return nil, "", err
		}
		if !d.is(' ') {
			if err := d.Rules.forgive(d.wrong("a space behind the response code", "RFC 9051 section 9, resp-text")); err != nil {
				return nil, "", err
			}
		}
	}
	rest := d.text[d.at:]
	if err := d.checkPeople(rest); err != nil {
		return nil, "", err
	}
	return code, str(rest), d.lineEnd()
}

// checkPeople refuses what may not be in text for people, which begins at the place in hand.
func (d *Decoder) checkPeople(text []byte) error {
	if err := d.checkText(text); err != nil || d.Rules.UTF8 || d.Rules.Lenient {
		return err
	}
	if i := slices.IndexFunc(text, func(c byte) bool { return c >= 0x80 }); i >= 0 {
		d.at += i
		return d.wrong("ASCII in a text", "RFC 3501 section 9, text")
	}
	return nil
}

func (d *Decoder) capabilities(cite string) (Capabilities, error) {
	var out Capabilities
	for {
		// A value may hold what an atom may not, "]" apart.
		n := 0
		for rest := d.text[d.at:]; n < len(rest) && rest[n] > ' ' && rest[n] < 0x7f && rest[n] != ']'; n++ {
		}
		if n == 0 {
			return out, d.wrong("a capability", cite)
		}
		out = append(out, str(d.text[d.at:d.at+n]))
		d.at += n
		if d.peek() != ' ' {
			return out, nil
		}
		if err := d.sp(cite); err != nil {
			return out, err
		}
		if d.at == len(d.text) {
			return out, d.Rules.forgive(d.wrong("a capability", cite))
		}
	}
}

// untagged is what stands behind "* ".
func (d *Decoder) untagged() (Response, error) {
	if c := d.peek(); c >= '0' && c <= '9' {
		n, err := d.number(citeResponse)
		if err != nil {
			return nil, err
		}
		if err := d.sp(citeResponse); err != nil {
			return nil, err
		}
		return d.numbered(n)
	}
	name, err := d.keyword("the name of a response", citeResponse)
	if err != nil {
		return nil, err
	}
	var resp Response
	switch name {
	case "OK", "NO", "BAD", "PREAUTH", "BYE":
		s := &Status{Kind: name}
		return s, d.status(s)
	case "CAPABILITY":
		if err = d.sp("RFC 9051 section 7.2.2"); err == nil {
			var c Capabilities
			c, err = d.capabilities("RFC 9051 section 7.2.2")
			resp = &CapabilityData{c}
		}
	case "ENABLED":
		data := &EnabledData{}
		if resp = data; d.is(' ') && d.at < len(d.text) {
			data.Capabilities, err = d.capabilities("RFC 9051 section 7.2.1")
		}
	case "LIST", "LSUB":
		resp, err = d.listData(name == "LSUB")
	case "STATUS":
		resp, err = d.statusData()
	case "SEARCH":
		resp, err = d.searchData()
	case "ESEARCH":
		resp, err = d.esearchData()
	case "FLAGS":
		data := &FlagsData{}
		if err = d.sp("RFC 9051 section 7.3.6"); err == nil {
			data.Flags, err = d.flags(false, "RFC 9051 section 7.3.6")
		}
		resp = data
	case "NAMESPACE":
		resp, err = d.namespaceData()
	case "ID":
		resp, err = d.idData()
	case "VANISHED":
		resp, err = d.vanished()
	default:
		if resp, err = d.extension(name); resp == nil {
			return d.unknown(name, 0)
		}
	}
	if err != nil {
		return nil, err
	}
	return resp, d.crlf(citeResponse)
}

// numbered is what stands behind "* n ".
func (d *Decoder) numbered(n uint32) (Response, error) {
	name, err := d.keyword("the name of a response", citeResponse)
	if err != nil {
		return nil, err
	}
	nonZero := func(cite string) error {
		if n == 0 {
			return d.Rules.forgive(&wire.SyntaxError{Offset: len("* "), Got: "0", Want: "a message number, which is not 0", Cite: cite})
		}
		return nil
	}
	switch name {
	case "EXISTS":
		return &Exists{n}, d.crlf("RFC 9051 section 7.4.1")
	case "RECENT":
		return &Recent{n}, d.crlf("RFC 3501 section 7.3.2")
	case "EXPUNGE":
		if err := nonZero("RFC 9051 section 7.5.1"); err != nil {
			return nil, err
		}
		return &Expunge{n}, d.crlf("RFC 9051 section 7.5.1")
	case "FETCH":
		if err := nonZero("RFC 9051 section 7.5.2"); err != nil {
			return nil, err
		}
		f, err := d.fetch(n)
		if err != nil {
			return nil, err
		}
		return f, d.crlf("RFC 9051 section 7.5.2")
	}
	if err := nonZero("RFC 9051 section 9, message-data"); err != nil {
		return nil, err
	}
	return d.unknown(name, n)
}

// unknown takes what is left, literals included.
func (d *Decoder) unknown(name string, n uint32) (*Unknown, error) {
	d.is(' ')
	text, err := d.rest(citeResponse)
	if err != nil {
		return nil, err
	}
	return &Unknown{Name: name, Number: n, Text: text}, nil
}

// delimiter is a hierarchy delimiter: one quoted character, or NIL.
func (d *Decoder) delimiter(cite string) (string, error) {
	if d.isNIL() {
		return "", nil
	}
	at := d.at
	s, err := d.quoted(cite)
	if err == nil && len([]rune(s)) != 1 {
		d.at = at
		err = d.wrong("one character in quotes, or NIL", cite)
	}
	return s, err
}

func (d *Decoder) listData(lsub bool) (*ListData, error) {
	const cite = "RFC 9051 section 7.3.1"
	l := &ListData{LSub: lsub}
	if err := d.sp(cite); err != nil {
		return nil, err
	}
	var err error
	if l.Attributes, err = d.flags(false, cite); err != nil {
		return nil, err
	}
	if err := d.sp(cite); err != nil {
		return nil, err
	}
	if l.Delimiter, err = d.delimiter(cite); err != nil {
		return nil, err
	}
	if err := d.sp(cite); err != nil {
		return nil, err
	}
	if l.Mailbox, err = d.mailbox(cite); err != nil {
		return nil, err
	}
	if d.at == len(d.text) {
		return l, nil
	}
	if err := d.sp(cite); err != nil {
		return nil, err
	}
	if d.at == len(d.text) {
		return l, d.Rules.forgive(d.wrong("extended data", cite))
	}
	return l, d.list(cite, func() error {
		tag, err := d.astring(cite)
		if err != nil {
			return err
		}
		if err := d.sp(cite); err != nil {
			return err
		}
		switch tag = upper(tag); tag {
		case "OLDNAME":
			return d.list(cite, func() (err error) {
				l.OldName, err = d.mailbox(cite)
				return err
			})
		case "CHILDINFO":
			l.ChildInfo, err = d.words(cite)
			return err
		}
		v, err := d.value(cite)
		if l.Extended == nil {
			l.Extended = map[string]string{}
		}
		l.Extended[tag] = v
		return err
	})
}

func (d *Decoder) statusData() (*StatusData, error) {
	const cite = "RFC 9051 section 7.3.4"
	s := &StatusData{Items: map[string]uint64{}}
	if err := d.sp(cite); err != nil {
		return nil, err
	}
	var err error
	if s.Mailbox, err = d.mailbox(cite); err != nil {
		return nil, err
	}
	if err := d.sp(cite); err != nil {
		return nil, err
	}
	return s, d.list(cite, func() error {
		name, err := d.keyword("the name of a status item", cite)
		if err != nil {
			return err
		}
		if err := d.sp(cite); err != nil {
			return err
		}
		switch c := d.peek(); {
		case d.isNIL():
			return nil
		case c >= '0' && c <= '9':
			s.Items[name], err = d.number64(cite)
			return err
		}
		if s.Other == nil {
			s.Other = map[string]string{}
		}
		s.Other[name], err = d.value(cite)
		return err
	})
}

func (d *Decoder) searchData() (s *SearchData, err error) {
	s = &SearchData{}
	s.Numbers, s.ModSeq, err = d.numbers("RFC 3501 section 7.2.5")
	return s, err
}

// numbers takes numbers, each behind a space, and a mod-sequence behind them if there is one.
func (d *Decoder) numbers(cite string) (list []uint32, modSeq uint64, err error) {
	for d.more() {
		if err := d.sp(cite); err != nil {
			return nil, 0, err
		}
		if d.is('(') {
			const cite = "RFC 7162 section 3.1.5"
			if !d.isWord("MODSEQ") {
				return nil, 0, d.wrong("MODSEQ", cite)
			}
			if err := d.sp(cite); err != nil {
				return nil, 0, err
			}
			if modSeq, err = d.number64(cite); err != nil {
				return nil, 0, err
			}
			return list, modSeq, d.expect(')', cite)
		}
		n, err := d.nzNumber(cite)
		if err != nil {
			return nil, 0, err
		}
		list = append(list, n)
	}
	return list, 0, nil
}

func (d *Decoder) esearchData() (*ESearchData, error) {
	const cite = "RFC 9051 section 7.3.5"
	s := &ESearchData{}
	for first := true; d.at < len(d.text); first = false {
		if err := d.sp(cite); err != nil {
			return nil, err
		}
		if first && d.is('(') {
			name, err := d.keyword("TAG", cite)
			if err == nil && name != "TAG" {
				err = d.wrong("TAG", cite)
			}
			if err == nil {
				err = d.sp(cite)
			}
			if err == nil {
				s.Tag, err = d.astring(cite)
			}
			if err == nil {
				err = d.expect(')', cite)
			}
			if err != nil {
				return nil, err
			}
			continue
		}
		name, err := d.keyword("the name of a result", cite)
		if err != nil {
			return nil, err
		}
		if name == "UID" && !s.UID {
			s.UID = true
			continue
		}
		if err := d.sp(cite); err != nil {
			return nil, err
		}
		switch name {
		case "MIN":
			s.HasMin = true
			s.Min, err = d.nzNumber(cite)
		case "MAX":
			s.HasMax = true
			s.Max, err = d.nzNumber(cite)
		case "COUNT":
			s.HasCount = true
			s.Count, err = d.number(cite)
		case "ALL":
			s.HasAll = true
			s.All, err = d.numSet(false, false)
		case "MODSEQ":
			s.ModSeq, err = d.number64("RFC 7162 section 3.1.10")
		default:
			if s.Other == nil {
				s.Other = map[string]string{}
			}
			s.Other[name], err = d.value(cite)
		}
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (d *Decoder) namespaceData() (*NamespaceData, error) {
	const cite = "RFC 9051 section 7.3.2"
	n := &NamespaceData{}
	for _, to := range []*[]Namespace{&n.Personal, &n.Other, &n.Shared} {
		if err := d.sp(cite); err != nil {
			return nil, err
		}
		if d.isNIL() {
			continue
		}
		if err := d.expect('(', cite); err != nil {
			return nil, err
		}
		for !d.is(')') {
			ns, err := d.namespace(cite)
			if err != nil {
				return nil, err
			}
			*to = append(*to, ns)
			if d.peek() == ' ' {
				if err := d.Rules.forgive(d.wrong("no space between namespaces", cite)); err != nil {
					return nil, err
				}
				d.at++
			}
		}
		if *to == nil {
			return nil, d.wrong("a namespace, or NIL for none", cite)
		}
	}
	return n, nil
}

func (d *Decoder) namespace(cite string) (ns Namespace, err error) {
	if err := d.expect('(', cite); err != nil {
		return ns, err
	}
	at := d.base + d.at
	if ns.Prefix, err = d.string(cite); err != nil {
		return ns, err
	}
	if !strings.EqualFold(ns.Prefix, "INBOX") {
		if ns.Prefix, err = d.decodeMailbox(ns.Prefix, at); err != nil {
			return ns, err
		}
	}
	if err := d.sp(cite); err != nil {
		return ns, err
	}
	if ns.Delimiter, err = d.delimiter(cite); err != nil {
		return ns, err
	}
	for d.is(' ') {
		v, err := d.value(cite)
		if err != nil {
			return ns, err
		}
		ns.Extended = append(ns.Extended, v)
	}
	return ns, d.expect(')', cite)
}

func (d *Decoder) idData() (*IDData, error) {
	const cite = "RFC 2971 section 3.2"
	if err := d.sp(cite); err != nil {
		return nil, err
	}
	fields, err := d.idFields(cite)
	return &IDData{fields}, err
}

// idFields are the parameters of ID, in both directions.
func (d *Decoder) idFields(cite string) ([]IDField, error) {
	if d.isNIL() {
		return nil, nil
	}
	out := []IDField{}
	return out, d.list(cite, func() error {
		name, err := d.string(cite)
		if err != nil {
			return err
		}
		if err := d.sp(cite); err != nil {
			return err
		}
		value, err := d.nstring(cite)
		out = append(out, IDField{name, value})
		return err
	})
}

func (d *Decoder) vanished() (*Vanished, error) {
	const cite = "RFC 7162 section 3.2.10"
	v := &Vanished{}
	if err := d.sp(cite); err != nil {
		return nil, err
	}
	if d.is('(') {
		name, err := d.keyword("EARLIER", cite)
		if err == nil && name != "EARLIER" {
			err = d.wrong("EARLIER", cite)
		}
		if err == nil {
			err = d.expect(')', cite)
		}
		if err == nil {
			err = d.sp(cite)
		}
		if err != nil {
			return nil, err
		}
		v.Earlier = true
	}
	var err error
	v.UIDs, err = d.numSet(false, false)
	return v, err
}

// canonicalFlag has the system flags as RFC 9051 section 2.3.2 writes them; flags have no case.
func canonicalFlag(f string) string {
	if f[0] != '\\' {
		return f
	}
	for _, s := range systemFlags {
		if strings.EqualFold(f, s) {
			return s
		}
	}
	return f
}

// The system flags (RFC 9051 section 2.3.2, RFC 3501 section 2.3.2).
const (
	FlagSeen     = `\Seen`
	FlagAnswered = `\Answered`
	FlagFlagged  = `\Flagged`
	FlagDeleted  = `\Deleted`
	FlagDraft    = `\Draft`
	FlagRecent   = `\Recent`
)

var systemFlags = []string{FlagSeen, FlagAnswered, FlagFlagged, FlagDeleted, FlagDraft, FlagRecent}
