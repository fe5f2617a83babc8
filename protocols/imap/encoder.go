package imap

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"harness/protocols/wire"
)

// LiteralMode says which literals a server takes without being asked.
type LiteralMode uint8

const (
	// Synchronizing literals wait for the server's continuation request (RFC 9051 section 4.3).
	Synchronizing LiteralMode = iota
	// LiteralMinus does without for literals of at most 4096 octets (RFC 7888 section 5; IMAP4rev2).
	LiteralMinus
	// LiteralPlus does without for all (RFC 7888 section 4).
	LiteralPlus
)

// MaxLiteralMinus is the size of the largest literal that LITERAL- lets pass unasked, in octets (RFC 7888 section 5).
const MaxLiteralMinus = 4096

// Literals returns what the server offers.
func (c Capabilities) Literals() LiteralMode {
	switch {
	case c.Has("LITERAL+"):
		return LiteralPlus
	case c.Has("LITERAL-"), c.Has("IMAP4rev2"):
		return LiteralMinus
	}
	return Synchronizing
}

// ArgumentError says what of a command or response cannot be printed.
type ArgumentError struct{ Problem string }

// Error tells what it is, and the rule that forbids it.
func (e *ArgumentError) Error() string { return e.Problem }

// ErrSynchronizing is returned by [Encoder.Command] for a command that has a synchronizing literal where [Encoder.Continue] is not set. Nothing was written.
var ErrSynchronizing = errors.New("the command has a literal for which the server has to be asked")

// Encoder writes commands, or responses. It prints no more than the grammar has: what would break it is an [*ArgumentError], and then nothing of the command or response was written, unless
// one of its literals was streamed before. The Writer is not flushed at the end.
type Encoder struct {
	// Rules says in which form names of mailboxes are, and whether quoted strings may hold UTF-8.
	Rules Rules
	// Literals are those that the server takes.
	Literals LiteralMode

	// Continue is called before the octets of a synchronizing literal in a command, when all before them was flushed: it returns once the server has asked for them. Its error,
	// such as the server's refusal, is returned by Command, and the command ends there.
	Continue func() error

	// Append gives the messages of APPEND commands: it writes m.Size octets, no less and no more.
	Append func(c *Command, m *AppendMessage, w io.Writer) error

	// Body gives the sections of FETCH responses whose Streamed is not negative and whose Data is not present: it writes that many octets.
	Body func(f *Fetch, s *Section, w io.Writer) error

	w *wire.Writer
	p printer
}

// NewEncoder returns an Encoder on w.
func NewEncoder(w *wire.Writer) *Encoder { return &Encoder{w: w} }

// printer gathers the text of a command or response.
type printer struct {
	rules Rules
	b     []byte
	err   *ArgumentError // the first one

	command  bool
	literals LiteralMode
	stops    []int // where the octets of synchronizing literals begin
	people   bool  // no literals and no secrets: it is for a message
}

func (p *printer) fail(format string, args ...any) {
	if p.err == nil {
		p.err = &ArgumentError{fmt.Sprintf(format, args...)}
	}
}

func (p *printer) raw(s string) { p.b = append(p.b, s...) }

func (p *printer) sp() { p.b = append(p.b, ' ') }

func (p *printer) num(n uint64) { p.b = strconv.AppendUint(p.b, n, 10) }

// atom prints s, which has to be one.
func (p *printer) atom(what, s string) {
	if !IsAtom(s) && !p.people {
		p.fail("%s %s: it is no atom (RFC 9051 section 4.1)", what, wire.Quote([]byte(s)))
	}
	p.raw(s)
}

// maxQuoted is the longest string that is quoted, in octets: lines shall not be long (RFC 7162 section 4).
const maxQuoted = 1024

func (r Rules) quotable(s string) bool {
	if len(s) > maxQuoted {
		return false
	}
	for i := range len(s) {
		if c := s[i]; classes[c]&classQuoted == 0 && c != '"' && c != '\\' {
			if c < 0x80 || !r.UTF8 {
				return false
			}
			return utf8.ValidString(s[i:]) && !strings.ContainsAny(s[i:], "\x00\r\n")
		}
	}
	return true
}

func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

// string prints a string: quoted if that can be, or a literal.
func (p *printer) string(s string) {
	switch {
	case p.people || p.rules.quotable(s):
		p.b = appendQuoted(p.b, s)
	case strings.IndexByte(s, 0) >= 0:
		p.fail("%s: a string with NUL (RFC 9051 section 4.3)", wire.Quote([]byte(s)))
	default:
		p.literal(s)
	}
}

func (p *printer) literal(s string) {
	p.head(int64(len(s)), false)
	p.raw(s)
}

// head prints the length of a literal and the end of the line.
func (p *printer) head(size int64, binary bool) (stop bool) {
	if binary {
		p.b = append(p.b, '~')
	}
	p.b = strconv.AppendInt(append(p.b, '{'), size, 10)
	stop = p.command
	if p.command && (p.literals == LiteralPlus || p.literals == LiteralMinus && size <= MaxLiteralMinus && !binary) {
		p.b = append(p.b, '+')
		stop = false
	}
	p.raw("}\r\n")
	if stop {
		p.stops = append(p.stops, len(p.b))
	}
	return stop
}

func (p *printer) astring(s string) {
	if isAll(s, classAString) && !strings.EqualFold(s, "NIL") {
		p.raw(s)
		return
	}
	p.string(s)
}

func (p *printer) nstring(s NString) {
	if s.Present {
		p.string(s.Text)
		return
	}
	p.raw("NIL")
}

// name returns the name of a mailbox as it goes over the wire.
func (p *printer) name(name string) string {
	switch {
	case p.people:
		return name
	case !utf8.ValidString(name):
		p.fail("mailbox %s: its name is not UTF-8 (RFC 9051 section 5.1)", wire.Quote([]byte(name)))
		return ""
	case p.rules.UTF8:
		return name
	}
	return EncodeUTF7(name)
}

func (p *printer) mailbox(name string) { p.astring(p.name(name)) }

func (p *printer) flag(f string) {
	if !IsAtom(strings.TrimPrefix(f, `\`)) && !(f == `\*` && !p.command) {
		p.fail("flag %s: it is neither an atom nor an atom behind a backslash (RFC 9051 section 9, flag)", wire.Quote([]byte(f)))
	}
	p.raw(f)
}

func (p *printer) flags(list []string) { parens(p, list, p.flag) }

// parens prints a list in parentheses.
func parens[T any](p *printer, list []T, one func(T)) {
	p.b = append(p.b, '(')
	spaced(p, list, one)
	p.b = append(p.b, ')')
}

// spaced prints a list with spaces between.
func spaced[T any](p *printer, list []T, one func(T)) {
	for i, v := range list {
		if i > 0 {
			p.sp()
		}
		one(v)
	}
}

func (p *printer) numSet(s NumSet) {
	if !s.Saved && len(s.Ranges) == 0 {
		p.fail("an empty set of numbers cannot be written (RFC 9051 section 9, sequence-set)")
	}
	p.b = s.append(p.b)
}

func (p *printer) date(t time.Time) { p.b = t.AppendFormat(p.b, "2-Jan-2006") }

func (p *printer) dateTime(t time.Time) { p.b = AppendDateTime(p.b, t) }

func (p *printer) capability(c string) {
	for i := range len(c) {
		if c[i] <= ' ' || c[i] >= 0x7f || c[i] == ']' {
			p.fail("capability %s: it holds what no capability can (RFC 9051 section 7.2.2)", wire.Quote([]byte(c)))
		}
	}
	if c == "" {
		p.fail("a capability without a name")
	}
	p.raw(c)
}

// asItStands prints text that may have literals, each behind its length and the end of its line. The lengths of a command's literals are rewritten in the form that the
// server takes.
func (p *printer) asItStands(what, text string) {
	whole := text
	for {
		line, rest, more := strings.Cut(text, "\r\n")
		if i := strings.IndexAny(line, "\r\n\x00"); i >= 0 {
			p.fail("%s %s: it holds %s", what, wire.Quote([]byte(whole)), wire.Quote([]byte{line[i]}))
			return
		}
		size, _, start, ok := literal([]byte(line))
		if !ok && !more {
			p.raw(line)
			return
		}
		if ok != more || size > int64(len(rest)) {
			p.fail("%s %s: a line ends in it where none of its literals begins, or a literal is cut off", what, wire.Quote([]byte(whole)))
			return
		}
		binary := start > 0 && line[start-1] == '~'
		if binary {
			start--
		}
		p.raw(line[:start])
		p.head(size, binary)
		p.raw(rest[:size])
		text = rest[size:]
	}
}

func (p *printer) option(o Option) {
	p.atom("option", o.Name)
	if o.Value != "" {
		p.sp()
		p.asItStands("the value of "+o.Name, o.Value)
	}
}

func (p *printer) options(list []Option) { parens(p, list, p.option) }

// AppendAString appends s as an atom or a string: for the text of commands that the package does not know. A literal is written with its length, and the Encoder gives that
// the form that the server takes.
func (r Rules) AppendAString(b []byte, s string) []byte {
	p := printer{rules: r, b: b}
	p.astring(s)
	return p.b
}

// AppendMailbox appends the name of a mailbox, like AppendAString. The name has to be UTF-8; what is not becomes U+FFFD.
func (r Rules) AppendMailbox(b []byte, name string) []byte {
	p := printer{rules: r, b: b}
	p.mailbox(strings.ToValidUTF8(name, "\ufffd"))
	return p.b
}

// AppendSearch appends search keys, like AppendAString. The error is an [*ArgumentError].
func (r Rules) AppendSearch(b []byte, keys []SearchKey) ([]byte, error) {
	p := printer{rules: r, b: b}
	if p.searchKeys(keys); p.err != nil {
		return b, p.err
	}
	return p.b, nil
}

// String returns the command without its end for people: secrets are "***", and strings that need a literal are quoted.
func (c *Command) String() string {
	p := printer{people: true, command: true}
	p.commandHead(c)
	p.args(c)
	if a, ok := c.Args.(*AppendArgs); ok {
		for i := range a.Messages {
			p.messageHead(&a.Messages[i])
			p.b = fmt.Appendf(p.b, "{%d}", a.Messages[i].Size)
		}
	}
	return wire.Printable(string(p.b))
}

func (p *printer) commandHead(c *Command) {
	if !p.people {
		if !IsTag(c.Tag) {
			p.fail("tag %s: it holds what no tag can, or nothing (RFC 9051 section 2.2.1)", wire.Quote([]byte(c.Tag)))
		}
	}
	if c.Tag != "" {
		p.raw(c.Tag)
		p.sp()
	}
	if c.UID {
		p.raw("UID ")
	}
	p.atom("command", c.Name)
}

// args prints the arguments, each behind a space; of APPEND, what stands before its messages.
func (p *printer) args(c *Command) {
	if c.Args == nil {
		return
	}
	p.sp()
	switch a := c.Args.(type) {
	case *MailboxArgs:
		p.mailbox(a.Mailbox)
	case *SelectArgs:
		p.mailbox(a.Mailbox)
		if a.Params != nil {
			p.sp()
			p.options(a.Params)
		}
	case *CreateArgs:
		p.createArgs(a)
	case *RenameArgs:
		p.mailbox(a.From)
		p.sp()
		p.mailbox(a.To)
	case *LoginArgs:
		p.astring(a.User)
		p.sp()
		if p.people {
			p.raw("***")
		} else {
			p.string(a.Password)
		}
	case *AuthenticateArgs:
		p.authenticateArgs(a)
	case *EnableArgs:
		spaced(p, a.Capabilities, p.capability)
		if len(a.Capabilities) == 0 {
			p.fail("ENABLE without a capability (RFC 9051 section 6.3.1)")
		}
	case *IDArgs:
		p.idFields(a.Fields)
	case *StatusArgs:
		p.mailbox(a.Mailbox)
		p.sp()
		p.statusItems(a.Items)
	case *ListArgs:
		p.listArgs(a)
	case *AppendArgs:
		p.mailbox(a.Mailbox)
		if len(a.Messages) == 0 {
			p.fail("APPEND without a message (RFC 9051 section 6.3.12)")
		}
	case *SearchArgs:
		p.searchArgs(a)
	case *FetchArgs:
		p.numSet(a.Set)
		p.sp()
		p.fetchItems(a.Items)
		if a.Modifiers != nil {
			p.sp()
			p.options(a.Modifiers)
		}
	case *StoreArgs:
		p.storeArgs(a)
	case *CopyArgs:
		p.numSet(a.Set)
		p.sp()
		p.mailbox(a.Mailbox)
	case *ExpungeArgs:
		p.numSet(a.UIDs)
	case *UnknownArgs:
		p.asItStands("the arguments", a.Text)
	}
}

func (p *printer) createArgs(a *CreateArgs) {
	p.mailbox(a.Mailbox)
	if a.Use == nil && a.Params == nil {
		return
	}
	p.raw(" (")
	if a.Use != nil {
		p.raw("USE ")
		p.flags(a.Use)
		if a.Params != nil {
			p.sp()
		}
	}
	spaced(p, a.Params, p.option)
	p.raw(")")
}

func (p *printer) authenticateArgs(a *AuthenticateArgs) {
	p.atom("mechanism", a.Mechanism)
	switch {
	case a.Initial == nil:
	case p.people:
		p.raw(" ***")
	case len(a.Initial) == 0:
		p.raw(" =")
	default:
		p.sp()
		p.b = base64.StdEncoding.AppendEncode(p.b, a.Initial)
	}
}

func (p *printer) idFields(fields []IDField) {
	if fields == nil {
		p.raw("NIL")
		return
	}
	parens(p, fields, func(f IDField) {
		p.string(f.Name)
		p.sp()
		p.nstring(f.Value)
	})
}

func (p *printer) statusItems(items []string) {
	if len(items) == 0 {
		p.fail("STATUS without an item (RFC 9051 section 6.3.11)")
	}
	parens(p, items, func(i string) { p.atom("status item", i) })
}

func (p *printer) listArgs(a *ListArgs) {
	if a.Select != nil {
		p.options(a.Select)
		p.sp()
	}
	p.mailbox(a.Reference)
	p.sp()
	pattern := func(s string) {
		if s = p.name(s); isAll(s, classList) {
			p.raw(s)
			return
		}
		p.string(s)
	}
	switch len(a.Patterns) {
	case 0:
		p.fail("LIST without a pattern (RFC 9051 section 6.3.9)")
	case 1:
		pattern(a.Patterns[0])
	default:
		parens(p, a.Patterns, pattern)
	}
	if a.Return == nil && a.Status == nil {
		return
	}
	p.raw(" RETURN (")
	spaced(p, a.Return, p.option)
	if a.Status != nil {
		if len(a.Return) > 0 {
			p.sp()
		}
		p.raw("STATUS ")
		p.statusItems(a.Status)
	}
	p.raw(")")
}

func (p *printer) fetchItems(items []FetchItem) {
	one := func(i FetchItem) {
		if p.fetchItem(i); macros[i.Name] != nil && len(items) > 1 {
			p.fail("%s stands alone (RFC 9051 section 6.4.5)", i.Name)
		}
	}
	switch len(items) {
	case 0:
		p.fail("FETCH without an item (RFC 9051 section 6.4.5)")
	case 1:
		one(items[0])
	default:
		parens(p, items, one)
	}
}

func (p *printer) fetchItem(i FetchItem) {
	p.atom("item", i.Name)
	if i.Section == nil {
		return
	}
	if i.Peek {
		p.raw(".PEEK")
	}
	p.b = append(p.b, '[')
	p.section(i.Section)
	p.b = append(p.b, ']')
	if i.Partial != nil {
		if i.Partial.Count == 0 {
			p.fail("%s: a range of no octets (RFC 9051 section 6.4.5)", i)
		}
		p.b = fmt.Appendf(p.b, "<%d.%d>", i.Partial.Offset, i.Partial.Count)
	}
}

func (p *printer) section(s *SectionSpec) {
	for _, f := range s.Fields {
		if !isField(f) {
			p.fail("header field %s: its name is not printable ASCII without a colon (RFC 5322 section 3.6.8)", wire.Quote([]byte(f)))
		}
	}
	switch s.Text {
	case "", "HEADER", "TEXT", "HEADER.FIELDS", "HEADER.FIELDS.NOT":
	case "MIME":
		if s.Part == nil {
			p.fail("MIME without the number of a part (RFC 9051 section 6.4.5.1)")
		}
	default:
		p.fail("section %s: there is none of that name (RFC 9051 section 6.4.5.1)", wire.Quote([]byte(s.Text)))
	}
	if strings.HasPrefix(s.Text, "HEADER.") != (len(s.Fields) > 0) || slices.Contains(s.Part, 0) {
		p.fail("section %s: names of header fields are missing or too much, or a part has the number 0 (RFC 9051 section 6.4.5.1)", wire.Quote([]byte(s.String())))
	}
	p.raw(s.String())
}

func (p *printer) storeArgs(a *StoreArgs) {
	p.numSet(a.Set)
	p.sp()
	if a.Modifiers != nil {
		p.options(a.Modifiers)
		p.sp()
	}
	if a.Action != 0 {
		if a.Action != '+' && a.Action != '-' {
			p.fail("STORE can't do %q with flags (RFC 9051 section 6.4.6)", a.Action)
		}
		p.b = append(p.b, a.Action)
	}
	p.raw("FLAGS")
	if a.Silent {
		p.raw(".SILENT")
	}
	p.sp()
	p.flags(a.Flags)
}

func (p *printer) searchArgs(a *SearchArgs) {
	if a.Return != nil {
		p.raw("RETURN ")
		p.options(a.Return)
		p.sp()
	}
	if a.Charset != "" {
		p.raw("CHARSET ")
		p.astring(a.Charset)
		p.sp()
	}
	p.searchKeys(a.Keys)
}

func (p *printer) searchKeys(keys []SearchKey) {
	if len(keys) == 0 {
		p.fail("SEARCH without a key (RFC 9051 section 6.4.4)")
	}
	for i := range keys {
		if i > 0 {
			p.sp()
		}
		p.searchKey(&keys[i])
	}
}

func (p *printer) searchKey(k *SearchKey) {
	keys := func(least int) {
		if len(k.Keys) < least || len(k.Keys) > least && k.Name != KeyAnd {
			p.fail("search key %s has %d keys (RFC 9051 section 6.4.4)", k.Name, len(k.Keys))
		}
		for i := range k.Keys {
			if i > 0 {
				p.sp()
			}
			p.searchKey(&k.Keys[i])
		}
	}
	switch k.Name {
	case KeySet:
		p.numSet(k.Set)
		return
	case KeyAnd:
		p.b = append(p.b, '(')
		keys(1)
		p.b = append(p.b, ')')
		return
	}
	takes := searchKeys[k.Name]
	if p.atom("search key", k.Name); takes != takesNothing {
		p.sp()
	}
	switch takes {
	case 0:
		p.fail("search key %s: it is unknown", wire.Quote([]byte(k.Name)))
	case takesField:
		p.astring(k.Field)
		p.sp()
		p.astring(k.Text)
	case takesString:
		p.astring(k.Text)
	case takesFlag:
		p.atom("keyword", k.Text)
	case takesDate:
		p.date(k.Date)
	case takesNumber:
		p.num(k.Number)
	case takesSet:
		p.numSet(k.Set)
	case takesKey:
		keys(1)
	case takesKeys:
		keys(2)
	}
}

// messageHead prints what stands before a message of APPEND, and the space before that.
func (p *printer) messageHead(m *AppendMessage) {
	p.sp()
	if m.Flags != nil {
		p.flags(m.Flags)
		p.sp()
	}
	if !m.Date.IsZero() {
		p.dateTime(m.Date)
		p.sp()
	}
	if m.UTF8 {
		p.raw("UTF8 (")
	}
}

// Command writes a command. Nothing of it was written if the error is [ErrSynchronizing] or an [*ArgumentError].
func (e *Encoder) Command(c *Command) error {
	p := &e.p
	*p = printer{rules: e.Rules, b: p.b[:0], stops: p.stops[:0], command: true, literals: e.Literals}
	p.commandHead(c)
	p.args(c)
	a, _ := c.Args.(*AppendArgs)
	if a == nil {
		p.raw("\r\n")
		return e.send(p)
	}
	if e.Append == nil {
		return errors.New("APPEND: the Encoder has nothing that gives it the message")
	}
	for i := range a.Messages {
		m := &a.Messages[i]
		p.messageHead(m)
		p.head(m.Size, m.Binary || m.UTF8)
		if err := e.send(p); err != nil {
			return err
		}
		err := e.stream(m.Size, func(w io.Writer) error { return e.Append(c, m, w) })
		if err != nil {
			return err
		}
		if m.UTF8 {
			p.raw(")")
		}
	}
	p.raw("\r\n")
	return e.send(p)
}

// send writes what p gathered, and waits where a literal does.
func (e *Encoder) send(p *printer) error {
	if p.err != nil {
		return p.err
	}
	if len(p.stops) > 0 && e.Continue == nil {
		return ErrSynchronizing
	}
	at := 0
	for _, stop := range p.stops {
		if _, err := e.w.Write(p.b[at:stop]); err != nil {
			return err
		}
		if err := e.w.Flush(); err != nil {
			return err
		}
		if err := e.Continue(); err != nil {
			return err
		}
		at = stop
	}
	_, err := e.w.Write(p.b[at:])
	p.b, p.stops = p.b[:0], p.stops[:0]
	return err
}

// counted lets size octets pass.
type counted struct {
	w    io.Writer
	left int64
}

var errTooMuch = errors.New("more octets than the length of the literal")

func (c *counted) Write(b []byte) (int, error) {
	if int64(len(b)) > c.left {
		return 0, errTooMuch
	}
	n, err := c.w.Write(b)
	c.left -= int64(n)
	return n, err
}

// stream has give write the octets of a literal.
func (e *Encoder) stream(size int64, give func(w io.Writer) error) error {
	w := &counted{e.w, size}
	if err := give(w); err != nil {
		return err
	}
	if w.left > 0 {
		return fmt.Errorf("a literal of %d octets got %d: %w", size, size-w.left, io.ErrUnexpectedEOF)
	}
	return nil
}

// AuthResponse writes the client's answer to a challenge of AUTHENTICATE, in Base64 (RFC 9051 section 6.2.2).
func (e *Encoder) AuthResponse(data []byte) error {
	return e.w.WriteLine(base64.StdEncoding.AppendEncode(nil, data), wire.CRLF)
}

// Cancel writes the line that cancels AUTHENTICATE (RFC 9051 section 6.2.2).
func (e *Encoder) Cancel() error { return e.w.WriteLine([]byte("*"), wire.CRLF) }

// Done writes the line that ends IDLE (RFC 9051 section 6.3.13).
func (e *Encoder) Done() error { return e.w.WriteLine([]byte("DONE"), wire.CRLF) }
