package imap

import (
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"harness/protocols/wire"
)

// Response writes a response. Sections of FETCH that are streamed are asked for from Body; the others are written as literals.
func (e *Encoder) Response(r Response) error {
	p := &e.p
	*p = printer{rules: e.Rules, b: p.b[:0]}
	switch r := r.(type) {
	case *Continuation:
		p.raw("+ ")
		p.respText(r.Code, r.Text)
	case *Status:
		p.status(r)
	case *Fetch:
		if err := e.fetch(p, r); err != nil {
			return err
		}
	default:
		p.raw("* ")
		p.untagged(r)
	}
	p.raw("\r\n")
	return e.send(p)
}

// text prints text for people.
func (p *printer) text(s string) {
	for i := range len(s) {
		switch c := s[i]; {
		case c == 0 || c == '\r' || c == '\n':
			p.fail("text %s: it holds %s (RFC 9051 section 9, text)", wire.Quote([]byte(s)), wire.Quote([]byte{c}))
		case c >= 0x80 && !p.rules.UTF8:
			p.fail("text %s: it is not ASCII (RFC 3501 section 9, text)", wire.Quote([]byte(s)))
		}
	}
	p.raw(s)
}

func (p *printer) respText(code *Code, text string) {
	switch {
	case code != nil:
		p.b = append(p.b, '[')
		s := code.String()
		if !IsAtom(code.Name) || unclosed(s) {
			p.fail("response code %s: it would not end where it should (RFC 9051 section 7.1)", wire.Quote([]byte(s)))
		}
		p.text(s)
		p.raw("] ")
	case strings.HasPrefix(text, "["):
		p.fail("text %s: it would be taken for a response code (RFC 9051 section 7.1)", wire.Quote([]byte(text)))
	}
	p.text(text)
}

// unclosed reports whether "]" stands in s outside quotes, or quotes do not end.
func unclosed(s string) bool {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			quoted = !quoted
		case quoted && s[i] == '\\':
			i++
		case !quoted && s[i] == ']':
			return true
		}
	}
	return quoted
}

func (p *printer) status(s *Status) {
	switch s.Kind {
	case "OK", "NO", "BAD":
	case "BYE", "PREAUTH":
		if s.Tag != "" {
			p.fail("%s has no tag (RFC 9051 section 7.1)", s.Kind)
		}
	default:
		p.fail("status %s: it is none of OK, NO, BAD, PREAUTH and BYE (RFC 9051 section 7.1)", wire.Quote([]byte(s.Kind)))
	}
	switch {
	case s.Tag == "":
		p.raw("*")
	case !IsTag(s.Tag):
		p.fail("tag %s: it holds what no tag can (RFC 9051 section 2.2.1)", wire.Quote([]byte(s.Tag)))
	default:
		p.raw(s.Tag)
	}
	p.sp()
	p.raw(s.Kind)
	p.sp()
	p.respText(s.Code, s.Text)
}

// numbered prints a number and a name.
func (p *printer) numbered(n uint32, name string) {
	p.num(uint64(n))
	p.sp()
	p.raw(name)
}

// untagged prints what stands behind "* ".
func (p *printer) untagged(r Response) {
	switch r := r.(type) {
	case *CapabilityData:
		p.raw("CAPABILITY ")
		spaced(p, r.Capabilities, p.capability)
		if len(r.Capabilities) == 0 {
			p.fail("CAPABILITY without a capability (RFC 9051 section 7.2.2)")
		}
	case *EnabledData:
		p.raw("ENABLED")
		for _, c := range r.Capabilities {
			p.sp()
			p.capability(c)
		}
	case *ListData:
		p.listData(r)
	case *StatusData:
		p.raw("STATUS ")
		p.mailbox(r.Mailbox)
		p.raw(" (")
		p.pairs(r.Items, r.Other)
		p.raw(")")
	case *SearchData:
		p.raw("SEARCH")
		p.numbers(r.Numbers, r.ModSeq)
	case *ESearchData:
		p.esearchData(r)
	case *FlagsData:
		p.raw("FLAGS ")
		p.flags(r.Flags)
	case *Exists:
		p.numbered(r.Count, "EXISTS")
	case *Recent:
		p.numbered(r.Count, "RECENT")
	case *Expunge:
		if r.Number == 0 {
			p.fail("EXPUNGE of the message 0 (RFC 9051 section 7.5.1)")
		}
		p.numbered(r.Number, "EXPUNGE")
	case *Vanished:
		p.raw("VANISHED ")
		if r.Earlier {
			p.raw("(EARLIER) ")
		}
		p.numSet(r.UIDs)
	case *NamespaceData:
		p.raw("NAMESPACE")
		for _, list := range [][]Namespace{r.Personal, r.Other, r.Shared} {
			p.sp()
			p.namespaces(list)
		}
	case *IDData:
		p.raw("ID ")
		p.idFields(r.Fields)
	case *Unknown:
		if r.Number != 0 {
			p.num(uint64(r.Number))
			p.sp()
		}
		p.atom("response", r.Name)
		if r.Text != "" {
			p.sp()
			p.asItStands("the text of "+r.Name, r.Text)
		}
	default:
		p.extension(r)
	}
}

// sorted returns the keys of a map in their order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// pairs prints names with numbers, then names with values as they stand.
func (p *printer) pairs(numbers map[string]uint64, others map[string]string) {
	start := len(p.b)
	name := func(n string) {
		if len(p.b) > start {
			p.sp()
		}
		p.atom("item", n)
		p.sp()
	}
	for _, n := range sorted(numbers) {
		name(n)
		p.num(numbers[n])
	}
	for _, n := range sorted(others) {
		name(n)
		p.value(n, others[n])
	}
}

// value prints a value as it stands.
func (p *printer) value(name, v string) {
	if v == "" {
		p.fail("%s without a value", wire.Quote([]byte(name)))
	}
	p.asItStands("the value of "+name, v)
}

func (p *printer) delimiter(d string) {
	if d == "" {
		p.raw("NIL")
		return
	}
	if len([]rune(d)) != 1 || !p.rules.quotable(d) {
		p.fail("hierarchy delimiter %s: it is not one character that can be quoted (RFC 9051 section 7.3.1)", wire.Quote([]byte(d)))
	}
	p.b = appendQuoted(p.b, d)
}

func (p *printer) listData(l *ListData) {
	if l.LSub {
		p.raw("LSUB ")
	} else {
		p.raw("LIST ")
	}
	p.flags(l.Attributes)
	p.sp()
	p.delimiter(l.Delimiter)
	p.sp()
	p.mailbox(l.Mailbox)
	if l.OldName == "" && l.ChildInfo == nil && l.Extended == nil {
		return
	}
	p.raw(" (")
	start := len(p.b)
	item := func(name string) {
		if len(p.b) > start {
			p.sp()
		}
		p.astring(name)
		p.sp()
	}
	if l.ChildInfo != nil {
		item("CHILDINFO")
		parens(p, l.ChildInfo, p.string) // quoted, always: RFC 9051 section 9, childinfo-extended-item
	}
	if l.OldName != "" {
		item("OLDNAME")
		p.raw("(")
		p.mailbox(l.OldName)
		p.raw(")")
	}
	for _, n := range sorted(l.Extended) {
		item(n)
		p.value(n, l.Extended[n])
	}
	p.raw(")")
}

// numbers prints what SEARCH and SORT find.
func (p *printer) numbers(list []uint32, modSeq uint64) {
	for _, n := range list {
		if n == 0 {
			p.fail("the message 0 is found (RFC 3501 section 7.2.5)")
		}
		p.sp()
		p.num(uint64(n))
	}
	if modSeq != 0 {
		p.raw(" (MODSEQ ")
		p.num(modSeq)
		p.raw(")")
	}
}

func (p *printer) esearchData(s *ESearchData) {
	p.raw("ESEARCH")
	if s.Tag != "" {
		p.raw(" (TAG ")
		p.string(s.Tag)
		p.raw(")")
	}
	if s.UID {
		p.raw(" UID")
	}
	for _, r := range [...]struct {
		name string
		has  bool
		n    uint32
	}{{"MIN", s.HasMin, s.Min}, {"MAX", s.HasMax, s.Max}, {"COUNT", s.HasCount, s.Count}} {
		if !r.has {
			continue
		}
		if r.n == 0 && r.name != "COUNT" {
			p.fail("%s of 0 (RFC 9051 section 7.3.5)", r.name)
		}
		p.sp()
		p.raw(r.name)
		p.sp()
		p.num(uint64(r.n))
	}
	if s.HasAll {
		if p.raw(" ALL "); s.All.Dynamic() {
			p.fail(`ALL with "*" or "$" (RFC 9051 section 7.3.5)`)
		}
		p.numSet(s.All)
	}
	if s.ModSeq != 0 {
		p.raw(" MODSEQ ")
		p.num(s.ModSeq)
	}
	if s.Other != nil {
		p.sp()
		p.pairs(nil, s.Other)
	}
}

func (p *printer) namespaces(list []Namespace) {
	if len(list) == 0 {
		p.raw("NIL")
		return
	}
	p.raw("(")
	for _, n := range list {
		p.raw("(")
		p.string(p.name(n.Prefix))
		p.sp()
		p.delimiter(n.Delimiter)
		for _, x := range n.Extended {
			p.sp()
			p.value("a namespace's extension", x)
		}
		p.raw(")")
	}
	p.raw(")")
}

func (e *Encoder) fetch(p *printer, f *Fetch) error {
	if f.Number == 0 {
		p.fail("FETCH of the message 0 (RFC 9051 section 7.5.2)")
	}
	p.raw("* ")
	p.numbered(f.Number, "FETCH (")
	start := len(p.b)
	item := func(name string) {
		if len(p.b) > start {
			p.sp()
		}
		p.raw(name)
		p.sp()
	}
	if f.UID != 0 {
		item("UID")
		p.num(uint64(f.UID))
	}
	if f.Flags != nil {
		item("FLAGS")
		p.flags(f.Flags)
	}
	if !f.InternalDate.IsZero() {
		item("INTERNALDATE")
		p.dateTime(f.InternalDate)
	}
	if f.HasSize {
		item("RFC822.SIZE")
		p.num(f.Size)
	}
	if f.ModSeq != 0 {
		item("MODSEQ")
		p.raw("(")
		p.num(f.ModSeq)
		p.raw(")")
	}
	if f.EmailID != "" {
		item("EMAILID")
		p.objectID(f.EmailID)
	}
	if f.ThreadID != "" {
		item("THREADID")
		p.objectID(f.ThreadID)
	}
	if f.Envelope != nil {
		item("ENVELOPE")
		p.envelope(f.Envelope)
	}
	if f.Body != nil {
		if f.Body.Extended {
			item("BODYSTRUCTURE")
		} else {
			item("BODY")
		}
		p.body(f.Body)
	}
	for _, part := range sorted(f.BinarySizes) {
		item("BINARY.SIZE[" + part + "]")
		p.num(f.BinarySizes[part])
	}
	for _, n := range sorted(f.Other) {
		item(n)
		p.value(n, f.Other[n])
	}
	for i := range f.Sections {
		s := &f.Sections[i]
		if strings.ContainsAny(s.Name, "\r\n\x00") {
			p.fail("section %s: it holds CR, LF or NUL", wire.Quote([]byte(s.Name)))
		}
		name := s.Name
		if s.Origin >= 0 {
			name += "<" + strconv.FormatInt(s.Origin, 10) + ">"
		}
		item(name)
		if err := e.section(p, f, s); err != nil {
			return err
		}
		start = -1 // what was sent is not in p any more
	}
	if len(p.b) == start {
		p.fail("FETCH without an item (RFC 9051 section 9, msg-att)")
	}
	p.raw(")")
	return nil
}

// largeSection is from which size on a section is written without a copy, in octets.
const largeSection = 4 << 10

// section prints a section's content, or streams it.
func (e *Encoder) section(p *printer, f *Fetch, s *Section) error {
	binary := strings.HasPrefix(s.Name, "BINARY[")
	switch {
	case s.Data.Present:
		data := s.Data.Text
		nul := strings.IndexByte(data, 0) >= 0
		if nul && !binary {
			p.fail("%s of message %d has NUL, which BINARY alone can give (RFC 9051 section 4.3)", s.Name, f.Number)
		}
		p.head(int64(len(data)), nul)
		if len(data) < largeSection {
			p.raw(data)
			return nil
		}
		if err := e.send(p); err != nil {
			return err
		}
		_, err := e.w.WriteString(data)
		return err
	case s.Streamed < 0:
		p.raw("NIL")
		return nil
	}
	p.head(s.Streamed, binary)
	if err := e.send(p); err != nil {
		return err
	}
	return e.stream(s.Streamed, func(w io.Writer) error {
		if e.Body == nil {
			return nil
		}
		return e.Body(f, s, w)
	})
}

// objectID prints an object identifier (RFC 8474 section 7).
func (p *printer) objectID(id string) {
	p.b = append(p.b, '(')
	p.atom("object identifier", id)
	p.b = append(p.b, ')')
}

func (p *printer) envelope(e *Envelope) {
	p.b = append(p.b, '(')
	p.nstring(e.Date)
	p.sp()
	p.nstring(e.Subject)
	for _, list := range [...][]Address{e.From, e.Sender, e.ReplyTo, e.To, e.Cc, e.Bcc} {
		p.sp()
		p.addresses(list)
	}
	p.sp()
	p.nstring(e.InReplyTo)
	p.sp()
	p.nstring(e.MessageID)
	p.b = append(p.b, ')')
}

func (p *printer) addresses(list []Address) {
	if len(list) == 0 {
		p.raw("NIL")
		return
	}
	p.b = append(p.b, '(')
	for i := range list {
		a := &list[i]
		p.b = append(p.b, '(')
		p.nstring(a.Name)
		p.sp()
		p.nstring(a.Route)
		p.sp()
		p.nstring(a.Mailbox)
		p.sp()
		p.nstring(a.Host)
		p.b = append(p.b, ')')
	}
	p.b = append(p.b, ')')
}

func (p *printer) body(b *BodyStructure) {
	p.b = append(p.b, '(')
	if b.Multipart() {
		if len(b.Parts) == 0 {
			p.fail("a multipart without a part (RFC 9051 section 9, body-type-mpart)")
		}
		for _, part := range b.Parts {
			p.body(part)
		}
		p.sp()
		p.string(b.Subtype)
		if b.Extended {
			p.sp()
			p.params(b.Params)
		}
	} else {
		p.onePart(b)
	}
	if b.Extended {
		p.bodyExtension(b)
	}
	p.b = append(p.b, ')')
}

func (p *printer) onePart(b *BodyStructure) {
	p.string(b.Type)
	p.sp()
	p.string(b.Subtype)
	p.sp()
	p.params(b.Params)
	p.sp()
	p.nstring(b.ID)
	p.sp()
	p.nstring(b.Description)
	p.sp()
	p.string(b.Encoding)
	p.sp()
	p.num(b.Size)
	switch {
	case b.isMessage():
		if b.Envelope == nil || b.Body == nil {
			p.fail("%s without an envelope or a body structure (RFC 9051 section 9, body-type-msg)", b.MediaType())
			return
		}
		p.sp()
		p.envelope(b.Envelope)
		p.sp()
		p.body(b.Body)
		p.sp()
		p.num(b.Lines)
	case b.isText():
		p.sp()
		p.num(b.Lines)
	}
	if b.Extended {
		p.sp()
		p.nstring(b.MD5)
	}
}

func (p *printer) bodyExtension(b *BodyStructure) {
	p.sp()
	if b.Disposition == "" {
		p.raw("NIL")
	} else {
		p.b = append(p.b, '(')
		p.string(b.Disposition)
		p.sp()
		p.params(b.DispositionParams)
		p.b = append(p.b, ')')
	}
	p.sp()
	if b.Language == nil {
		p.raw("NIL")
	} else {
		parens(p, b.Language, p.string)
	}
	p.sp()
	p.nstring(b.Location)
	for _, x := range b.Extension {
		p.sp()
		p.value("extension data", x)
	}
}

func (p *printer) params(list []Param) {
	if len(list) == 0 {
		p.raw("NIL")
		return
	}
	parens(p, list, func(v Param) {
		p.string(v.Name)
		p.sp()
		p.string(v.Value)
	})
}
