package imap

import (
	"errors"
	"io"
	"slices"
	"strings"

	"harness/protocols/wire"
)

// State is a state of a session (RFC 9051 section 3).
type State uint8

// The states in which a command is valid; a command may be so in several.
const (
	NotAuthenticated State = 1 << iota
	Authenticated
	Selected

	anyState = NotAuthenticated | Authenticated | Selected
	inside   = Authenticated | Selected
)

// Spec is what the RFCs say of one command.
type Spec struct {
	// Name is in upper case; "UID FETCH" and so on are commands of their own.
	Name string
	// States are those in which it is valid.
	States State
	// Capability offers the command; "" if IMAP4rev1 has it.
	Capability string
	// Rev2 tells that IMAP4rev2 has the command, whatever capability it needs in IMAP4rev1.
	Rev2 bool
	// NoExpunge tells that no EXPUNGE response may come while it is in progress (RFC 9051 section 7.5.1).
	NoExpunge bool
	// Alone tells that nothing may be sent behind it before it is answered (RFC 9051 sections 5.5, 6.1.3 and 6.2.1, RFC 2177 section 3).
	Alone bool
	// Summary is one line on what the command does.
	Summary string
	// Cite is where it is defined.
	Cite string
}

// table holds each command once; see Commands.
var table = []Spec{
	{Name: "CAPABILITY", States: anyState, Rev2: true, Summary: "lists what the server can do", Cite: "RFC 9051 section 6.1.1"},
	{Name: "NOOP", States: anyState, Rev2: true, Summary: "does nothing; news of the mailbox come with its answer", Cite: "RFC 9051 section 6.1.2"},
	{Name: "LOGOUT", States: anyState, Rev2: true, Alone: true, Summary: "ends the session", Cite: "RFC 9051 section 6.1.3"},
	{Name: "ID", States: anyState, Capability: "ID", Summary: "exchanges what client and server are", Cite: "RFC 2971 section 3.1"},
	{Name: "STARTTLS", States: NotAuthenticated, Capability: "STARTTLS", Rev2: true, Alone: true, Summary: "begins TLS", Cite: "RFC 9051 section 6.2.1"},
	{Name: "AUTHENTICATE", States: NotAuthenticated, Rev2: true, Alone: true, Summary: "authenticates with a SASL mechanism", Cite: "RFC 9051 section 6.2.2"},
	{Name: "LOGIN", States: NotAuthenticated, Rev2: true, Alone: true, Summary: "authenticates with a name and a password", Cite: "RFC 9051 section 6.2.3"},
	{Name: "ENABLE", States: inside, Capability: "ENABLE", Rev2: true, Alone: true, Summary: "switches extensions on", Cite: "RFC 9051 section 6.3.1"},
	{Name: "SELECT", States: inside, Rev2: true, Summary: "selects a mailbox", Cite: "RFC 9051 section 6.3.2"},
	{Name: "EXAMINE", States: inside, Rev2: true, Summary: "selects a mailbox to read only", Cite: "RFC 9051 section 6.3.3"},
	{Name: "CREATE", States: inside, Rev2: true, Summary: "creates a mailbox", Cite: "RFC 9051 section 6.3.4"},
	{Name: "DELETE", States: inside, Rev2: true, Summary: "deletes a mailbox", Cite: "RFC 9051 section 6.3.5"},
	{Name: "RENAME", States: inside, Rev2: true, Summary: "renames a mailbox", Cite: "RFC 9051 section 6.3.6"},
	{Name: "SUBSCRIBE", States: inside, Rev2: true, Summary: "subscribes to a mailbox", Cite: "RFC 9051 section 6.3.7"},
	{Name: "UNSUBSCRIBE", States: inside, Rev2: true, Summary: "ends a subscription", Cite: "RFC 9051 section 6.3.8"},
	{Name: "LIST", States: inside, Rev2: true, Summary: "lists mailboxes", Cite: "RFC 9051 section 6.3.9"},
	{Name: "LSUB", States: inside, Summary: "lists subscriptions", Cite: "RFC 3501 section 6.3.9"},
	{Name: "NAMESPACE", States: inside, Capability: "NAMESPACE", Rev2: true, Summary: "lists where mailboxes have their names", Cite: "RFC 9051 section 6.3.10"},
	{Name: "STATUS", States: inside, Rev2: true, Summary: "tells of a mailbox without selecting it", Cite: "RFC 9051 section 6.3.11"},
	{Name: "APPEND", States: inside, Rev2: true, Summary: "puts a message into a mailbox", Cite: "RFC 9051 section 6.3.12"},
	{Name: "IDLE", States: inside, Capability: "IDLE", Rev2: true, Alone: true, Summary: "has the server tell news as they come", Cite: "RFC 9051 section 6.3.13"},
	{Name: "CHECK", States: Selected, Summary: "asks for a checkpoint of the mailbox", Cite: "RFC 3501 section 6.4.1"},
	{Name: "CLOSE", States: Selected, Rev2: true, Summary: "removes deleted messages silently, and leaves the mailbox", Cite: "RFC 9051 section 6.4.1"},
	{Name: "UNSELECT", States: Selected, Capability: "UNSELECT", Rev2: true, Summary: "leaves the mailbox as it is", Cite: "RFC 9051 section 6.4.2"},
	{Name: "EXPUNGE", States: Selected, Rev2: true, Summary: "removes deleted messages", Cite: "RFC 9051 section 6.4.3"},
	{Name: "SEARCH", States: Selected, Rev2: true, NoExpunge: true, Summary: "finds messages", Cite: "RFC 9051 section 6.4.4"},
	{Name: "FETCH", States: Selected, Rev2: true, NoExpunge: true, Summary: "retrieves data of messages", Cite: "RFC 9051 section 6.4.5"},
	{Name: "STORE", States: Selected, Rev2: true, NoExpunge: true, Summary: "changes flags of messages", Cite: "RFC 9051 section 6.4.6"},
	{Name: "COPY", States: Selected, Rev2: true, Summary: "copies messages to a mailbox", Cite: "RFC 9051 section 6.4.7"},
	{Name: "MOVE", States: Selected, Capability: "MOVE", Rev2: true, Summary: "moves messages to a mailbox", Cite: "RFC 9051 section 6.4.8"},
	{Name: "UID SEARCH", States: Selected, Rev2: true, Summary: "is SEARCH that answers with UIDs", Cite: "RFC 9051 section 6.4.9"},
	{Name: "UID FETCH", States: Selected, Rev2: true, Summary: "is FETCH by UIDs", Cite: "RFC 9051 section 6.4.9"},
	{Name: "UID STORE", States: Selected, Rev2: true, Summary: "is STORE by UIDs", Cite: "RFC 9051 section 6.4.9"},
	{Name: "UID COPY", States: Selected, Rev2: true, Summary: "is COPY by UIDs", Cite: "RFC 9051 section 6.4.9"},
	{Name: "UID MOVE", States: Selected, Capability: "MOVE", Rev2: true, Summary: "is MOVE by UIDs", Cite: "RFC 9051 section 6.4.9"},
	{Name: "UID EXPUNGE", States: Selected, Capability: "UIDPLUS", Rev2: true, Summary: "removes those deleted messages that are named", Cite: "RFC 9051 section 6.4.9"},
}

// Commands returns all commands that the package knows.
func Commands() []Spec { return slices.Clone(table) }

// Lookup returns the command of that name, such as "SELECT" or "UID FETCH", in upper case; ok is false if there is none. The Spec is shared and not to be changed.
func Lookup(name string) (spec *Spec, ok bool) {
	spec, ok = byName[name]
	return spec, ok
}

var byName = func() map[string]*Spec {
	m := make(map[string]*Spec, len(table))
	for i := range table {
		m[table[i].Name] = &table[i]
	}
	return m
}()

// Command is a command of a client.
type Command struct {
	Tag string
	// Name is in upper case, without UID: "FETCH".
	Name string
	// UID is set for the form with UID before its name (RFC 9051 section 6.4.9).
	UID bool
	// Args are the arguments; nil for a command that has none.
	Args Args
}

// Args are the arguments of a command: a pointer to one of the types that follow.
type Args interface{ isArgs() }

// FullName returns the name, with "UID " before it if it is that form.
func (c *Command) FullName() string {
	if c.UID {
		return "UID " + c.Name
	}
	return c.Name
}

// Spec returns what is known of the command; nil if it is unknown.
func (c *Command) Spec() *Spec {
	s, _ := Lookup(c.FullName())
	return s
}

// UsesNumbers reports whether message sequence numbers are among the arguments: it has to wait for all commands in which messages may be expunged (RFC 9051 section 5.5).
func (c *Command) UsesNumbers() bool {
	switch a := c.Args.(type) {
	case *FetchArgs:
		return !c.UID && !a.Set.Saved
	case *StoreArgs:
		return !c.UID && !a.Set.Saved
	case *CopyArgs:
		return !c.UID && !a.Set.Saved
	case *SearchArgs:
		return slices.ContainsFunc(a.Keys, SearchKey.usesNumbers)
	}
	return false
}

// MailboxArgs is the argument of DELETE, SUBSCRIBE and UNSUBSCRIBE.
type MailboxArgs struct{ Mailbox string }

// SelectArgs are the arguments of SELECT and EXAMINE.
type SelectArgs struct {
	Mailbox string
	// Params are the parameters of RFC 4466 section 2.1; nil for none.
	Params []Option
}

// CreateArgs are the arguments of CREATE.
type CreateArgs struct {
	Mailbox string
	// Use are the special uses that the mailbox shall have, such as "\Archive" (RFC 6154 section 3); nil if it has no such parameter.
	Use []string
	// Params are other parameters (RFC 4466 section 2.2); nil for none.
	Params []Option
}

// RenameArgs are the arguments of RENAME.
type RenameArgs struct{ From, To string }

// LoginArgs are the arguments of LOGIN.
type LoginArgs struct{ User, Password string }

// AuthenticateArgs are the arguments of AUTHENTICATE.
type AuthenticateArgs struct {
	// Mechanism is in upper case.
	Mechanism string
	// Initial is the initial response, decoded (RFC 4959); nil for none, and empty for an empty one.
	Initial []byte
}

// EnableArgs are the arguments of ENABLE.
type EnableArgs struct{ Capabilities Capabilities }

// IDArgs are the arguments of ID; Fields is nil for NIL.
type IDArgs struct{ Fields []IDField }

// StatusArgs are the arguments of STATUS.
type StatusArgs struct {
	Mailbox string
	// Items are in upper case, such as "MESSAGES".
	Items []string
}

// ListArgs are the arguments of LIST, and of LSUB, which has no more than Reference and one pattern.
type ListArgs struct {
	// Select are the selection options in upper case; nil if there is no such list (RFC 9051 section 6.3.9.1).
	Select    []Option
	Reference string
	// Patterns are names in which "*" and "%" are wildcards; more than one is RFC 5258's.
	Patterns []string
	// Return are the return options in upper case, without STATUS; nil if there is no such list (RFC 9051 section 6.3.9.2).
	Return []Option
	// Status are the items of the return option STATUS; nil without it (RFC 9051 section 6.3.9.3).
	Status []string
}

// Extended reports whether it is the extended form of RFC 5258.
func (l *ListArgs) Extended() bool {
	return l.Select != nil || l.Return != nil || l.Status != nil || len(l.Patterns) != 1
}

// Selects reports whether a selection option is there, and Returns whether a return option is; names are in upper case.
func (l *ListArgs) Selects(name string) bool { return hasOption(l.Select, name) }

// Returns reports whether a return option is there; the name is in upper case.
func (l *ListArgs) Returns(name string) bool {
	return name == "STATUS" && l.Status != nil || hasOption(l.Return, name)
}

// FetchArgs are the arguments of FETCH.
type FetchArgs struct {
	Set   NumSet
	Items []FetchItem
	// Modifiers are those of RFC 4466 section 2.4; nil for none.
	Modifiers []Option
}

// StoreArgs are the arguments of STORE.
type StoreArgs struct {
	Set NumSet
	// Modifiers are those of RFC 4466 section 2.5; nil for none.
	Modifiers []Option
	// Action is '+' to add the flags, '-' to remove them, and 0 to set them.
	Action byte
	Silent bool
	Flags  []string
}

// CopyArgs are the arguments of COPY and MOVE.
type CopyArgs struct {
	Set     NumSet
	Mailbox string
}

// ExpungeArgs is the argument of UID EXPUNGE.
type ExpungeArgs struct{ UIDs NumSet }

// UnknownArgs are the arguments of a command that the package does not know.
type UnknownArgs struct {
	// Text is what stands behind the name and a space, as it is: literals with their lengths (without the plus sign of RFC 7888), the ends of their lines and their octets.
	Text string
}

func (*MailboxArgs) isArgs()      {}
func (*SelectArgs) isArgs()       {}
func (*CreateArgs) isArgs()       {}
func (*RenameArgs) isArgs()       {}
func (*LoginArgs) isArgs()        {}
func (*AuthenticateArgs) isArgs() {}
func (*EnableArgs) isArgs()       {}
func (*IDArgs) isArgs()           {}
func (*StatusArgs) isArgs()       {}
func (*ListArgs) isArgs()         {}
func (*AppendArgs) isArgs()       {}
func (*FetchArgs) isArgs()        {}
func (*StoreArgs) isArgs()        {}
func (*CopyArgs) isArgs()         {}
func (*ExpungeArgs) isArgs()      {}
func (*SearchArgs) isArgs()       {}
func (*UnknownArgs) isArgs()      {}

// Option is an option, a parameter or a modifier of a command, in the form that RFC 4466 section 3 (tagged-ext) gives to those to come.
type Option struct {
	// Name is in upper case.
	Name string
	// Value is its value as it stands, such as "(a b)"; "" for none.
	Value string
}

func hasOption(list []Option, name string) bool {
	return slices.ContainsFunc(list, func(o Option) bool { return o.Name == name })
}

// refusal is the error of the hook that is asked about a literal: the command is at its end.
type refusal struct{ error }

func (r refusal) Unwrap() error { return r.error }

// ReadCommand reads the next command. The error is io.EOF at the end of the stream, and then there is no Command; a [*wire.SyntaxError] for what breaks the grammar; a
// [*wire.LimitError]; that of a hook; or that of the stream. With an error, the Command is what was read of it before: its tag, if it has one.
func (d *Decoder) ReadCommand() (*Command, error) {
	c := &Command{}
	d.command, d.failed = c, nil
	defer func() { d.command = nil }()
	if err := d.begin(); err != nil {
		if err == io.EOF {
			return nil, err
		}
		return c, err
	}
	err := d.readCommand(c)
	if err == nil {
		return c, d.failed
	}
	var syntax *wire.SyntaxError
	var refused refusal
	switch {
	case errors.As(err, &refused):
		err = d.skip(refused.error)
	case errors.As(err, &syntax):
		err = d.skip(err)
	}
	return c, err
}

const citeCommand = "RFC 9051 section 2.2.1"

func (d *Decoder) readCommand(c *Command) (err error) {
	if c.Tag, err = d.word(classTag, "a tag", citeCommand); err != nil {
		return err
	}
	if err := d.sp(citeCommand); err != nil {
		return err
	}
	if c.Name, err = d.keyword("the name of a command", citeCommand); err != nil {
		return err
	}
	if c.Name == "UID" {
		c.UID = true
		if err := d.sp("RFC 9051 section 6.4.9"); err != nil {
			return err
		}
		if c.Name, err = d.keyword("COPY, MOVE, FETCH, SEARCH, STORE or EXPUNGE", "RFC 9051 section 6.4.9"); err != nil {
			return err
		}
	}
	spec := c.Spec()
	if spec == nil {
		return d.unknownCommand(c)
	}
	cite := spec.Cite
	switch c.Name {
	case "CAPABILITY", "NOOP", "LOGOUT", "STARTTLS", "NAMESPACE", "IDLE", "CHECK", "CLOSE", "UNSELECT":
		return d.crlf(cite)
	case "EXPUNGE":
		if !c.UID {
			return d.crlf(cite)
		}
	}
	if err := d.sp(cite); err != nil {
		return err
	}
	if err := d.arguments(c, cite); err != nil {
		return err
	}
	return d.crlf(cite)
}

// arguments takes the arguments of a known command that has some.
func (d *Decoder) arguments(c *Command, cite string) (err error) {
	switch c.Name {
	case "DELETE", "SUBSCRIBE", "UNSUBSCRIBE":
		a := &MailboxArgs{}
		c.Args = a
		a.Mailbox, err = d.mailbox(cite)
	case "SELECT", "EXAMINE":
		a := &SelectArgs{}
		c.Args = a
		if a.Mailbox, err = d.mailbox(cite); err == nil {
			a.Params, err = d.optional("RFC 4466 section 2.1")
		}
	case "CREATE":
		err = d.createArgs(c, cite)
	case "RENAME":
		a := &RenameArgs{}
		c.Args = a
		if a.From, err = d.mailbox(cite); err == nil {
			if err = d.sp(cite); err == nil {
				a.To, err = d.mailbox(cite)
			}
		}
	case "LOGIN":
		a := &LoginArgs{}
		c.Args = a
		if a.User, err = d.astring(cite); err == nil {
			if err = d.sp(cite); err == nil {
				a.Password, err = d.astring(cite)
			}
		}
	case "AUTHENTICATE":
		err = d.authenticateArgs(c, cite)
	case "ENABLE":
		a := &EnableArgs{}
		c.Args = a
		a.Capabilities, err = d.capabilities(cite)
	case "ID":
		a := &IDArgs{}
		c.Args = a
		a.Fields, err = d.idFields(cite)
	case "STATUS":
		a := &StatusArgs{}
		c.Args = a
		if a.Mailbox, err = d.mailbox(cite); err == nil {
			if err = d.sp(cite); err == nil {
				a.Items, err = d.statusItems(cite)
			}
		}
	case "LIST", "LSUB":
		err = d.listArgs(c, cite)
	case "APPEND":
		err = d.appendArgs(c, cite)
	case "SEARCH":
		err = d.searchArgs(c, cite)
	case "FETCH":
		err = d.fetchArgs(c, cite)
	case "STORE":
		err = d.storeArgs(c, cite)
	case "COPY", "MOVE":
		a := &CopyArgs{}
		c.Args = a
		if a.Set, err = d.numSet(true, true); err == nil {
			if err = d.sp(cite); err == nil {
				a.Mailbox, err = d.mailbox(cite)
			}
		}
	case "EXPUNGE":
		a := &ExpungeArgs{}
		c.Args = a
		a.UIDs, err = d.numSet(true, true)
	}
	return err
}

// unknownCommand takes what is left of a command that is not known, literals included.
func (d *Decoder) unknownCommand(c *Command) error {
	if d.at == len(d.text) {
		return d.crlf(citeCommand)
	}
	if err := d.sp(citeCommand); err != nil {
		return err
	}
	a := &UnknownArgs{}
	c.Args = a
	var err error
	a.Text, err = d.rest(citeCommand)
	return err
}

// optional takes options in parentheses, and the space before them, if there are any.
func (d *Decoder) optional(cite string) ([]Option, error) {
	if !d.more() {
		return nil, nil
	}
	if err := d.sp(cite); err != nil {
		return nil, err
	}
	if d.peek() == '(' && d.at+1 < len(d.text) && d.text[d.at+1] == ')' {
		return nil, d.wrong("a parameter", cite)
	}
	return d.options(cite)
}

// options takes options in parentheses, of which there may be none.
func (d *Decoder) options(cite string) ([]Option, error) {
	out := []Option{}
	return out, d.list(cite, func() error {
		o, err := d.option(cite)
		out = append(out, o)
		return err
	})
}

// option takes an option. A value can be told from another option: it is a number, a set, or in parentheses (RFC 4466 section 3, tagged-ext-val).
func (d *Decoder) option(cite string) (o Option, err error) {
	if o.Name, err = d.keyword("the name of an option", cite); err != nil || d.peek() != ' ' {
		return o, err
	}
	at := d.at
	if err := d.sp(cite); err != nil {
		return o, err
	}
	switch c := d.peek(); {
	case c == '(' || c == '$' || c >= '0' && c <= '9':
		o.Value, err = d.value(cite)
	case c == '*':
		d.at++
		o.Value = "*"
	default:
		d.at = at
	}
	return o, err
}

func (d *Decoder) createArgs(c *Command, cite string) (err error) {
	a := &CreateArgs{}
	c.Args = a
	if a.Mailbox, err = d.mailbox(cite); err != nil || !d.more() {
		return err
	}
	const params = "RFC 4466 section 2.2"
	if err := d.sp(params); err != nil {
		return err
	}
	start := d.at
	if err := d.list(params, func() error {
		if rest := d.text[d.at:]; len(rest) > 4 && strings.EqualFold(string(rest[:4]), "USE ") {
			d.at += 3
			const use = "RFC 6154 section 3"
			if err := d.sp(use); err != nil {
				return err
			}
			a.Use, err = d.flags(false, use)
			return err
		}
		o, err := d.option(params)
		a.Params = append(a.Params, o)
		return err
	}); err != nil {
		return err
	}
	if a.Use == nil && a.Params == nil {
		d.at = start
		return d.wrong("a parameter in the parentheses", params)
	}
	return nil
}

func (d *Decoder) authenticateArgs(c *Command, cite string) (err error) {
	a := &AuthenticateArgs{}
	c.Args = a
	if a.Mechanism, err = d.keyword("the name of a SASL mechanism", cite); err != nil || !d.more() {
		return err
	}
	const initial = "RFC 9051 section 9, initial-resp"
	if err := d.sp(initial); err != nil {
		return err
	}
	n := 0
	for rest := d.text[d.at:]; n < len(rest) && rest[n] != ' '; n++ {
	}
	text := d.text[d.at : d.at+n]
	if string(text) == "=" {
		a.Initial = []byte{}
	} else if a.Initial, err = d.base64(text, initial); err != nil {
		return err
	}
	d.at += n
	return nil
}

// base64 decodes text, which stands at the place in hand.
func (d *Decoder) base64(text []byte, cite string) ([]byte, error) {
	data, err := wire.DecodeBase64(text, cite)
	var e *wire.SyntaxError
	if errors.As(err, &e) {
		e.Offset += d.base + d.at
	}
	return data, err
}

// ReadAuthResponse reads the client's answer to a challenge of AUTHENTICATE, decoded; cancelled says that it was "*", which the server has to answer with BAD
// (RFC 9051 section 6.2.2). After a [*wire.SyntaxError] the next line can be read.
func (d *Decoder) ReadAuthResponse() (data []byte, cancelled bool, err error) {
	const cite = "RFC 9051 section 6.2.2"
	if err := d.begin(); err != nil {
		return nil, false, err
	}
	text := d.text
	d.at = len(text)
	if err := d.crlf(cite); err != nil {
		return nil, false, err
	}
	if string(text) == "*" {
		return nil, true, nil
	}
	d.at = 0
	data, err = d.base64(text, cite)
	return data, false, err
}

// ReadDone reads the line that ends IDLE (RFC 9051 section 6.3.13). After a [*wire.SyntaxError] the next line can be read; its literals, if it has some, are still to come.
func (d *Decoder) ReadDone() error {
	const cite = "RFC 9051 section 6.3.13"
	if err := d.begin(); err != nil {
		return err
	}
	if len(d.text) < 4 || !strings.EqualFold(string(d.text[:4]), "DONE") {
		return d.wrong("DONE", cite)
	}
	d.at = 4
	return d.crlf(cite)
}

func (d *Decoder) statusItems(cite string) ([]string, error) {
	var out []string
	start := d.at
	err := d.list(cite, func() error {
		w, err := d.keyword("the name of a status item", cite)
		out = append(out, w)
		return err
	})
	if err == nil && out == nil {
		d.at = start
		err = d.wrong("a status item in the parentheses", cite)
	}
	return out, err
}

func (d *Decoder) listArgs(c *Command, cite string) (err error) {
	a := &ListArgs{}
	c.Args = a
	extended := c.Name == "LIST"
	if start := d.at; extended && d.peek() == '(' {
		const cite = "RFC 9051 section 6.3.9.1"
		if a.Select, err = d.options(cite); err != nil {
			return err
		}
		base := func(o Option) bool { return o.Name != "RECURSIVEMATCH" && o.Name != "REMOTE" }
		if hasOption(a.Select, "RECURSIVEMATCH") && !slices.ContainsFunc(a.Select, base) {
			d.at = start
			return d.wrong("RECURSIVEMATCH together with an option such as SUBSCRIBED", cite)
		}
		if err := d.sp(cite); err != nil {
			return err
		}
	}
	if a.Reference, err = d.mailbox(cite); err != nil {
		return err
	}
	if err := d.sp(cite); err != nil {
		return err
	}
	if start := d.at; extended && d.peek() == '(' {
		const cite = "RFC 5258 section 3"
		if err := d.list(cite, func() error {
			p, err := d.pattern(cite)
			a.Patterns = append(a.Patterns, p)
			return err
		}); err != nil {
			return err
		}
		if a.Patterns == nil {
			d.at = start
			return d.wrong("a pattern in the parentheses", cite)
		}
	} else {
		p, err := d.pattern(cite)
		if err != nil {
			return err
		}
		a.Patterns = []string{p}
	}
	if !extended || !d.more() {
		return nil
	}
	return d.listReturn(a)
}

// listReturn takes the return options of LIST, and the space before them.
func (d *Decoder) listReturn(a *ListArgs) error {
	const cite = "RFC 9051 section 6.3.9.2"
	if err := d.sp(cite); err != nil {
		return err
	}
	start := d.at
	if w, err := d.keyword("RETURN", cite); err != nil || w != "RETURN" {
		d.at = start
		return d.wrong("RETURN, or the end of the line", cite)
	}
	if err := d.sp(cite); err != nil {
		return err
	}
	a.Return = []Option{}
	return d.list(cite, func() error {
		if rest := d.text[d.at:]; len(rest) > 7 && strings.EqualFold(string(rest[:7]), "STATUS ") {
			d.at += 6
			const cite = "RFC 9051 section 6.3.9.3"
			if err := d.sp(cite); err != nil {
				return err
			}
			items, err := d.statusItems(cite)
			a.Status = items
			return err
		}
		o, err := d.option(cite)
		a.Return = append(a.Return, o)
		return err
	})
}

// pattern is the name of a mailbox in which wildcards may stand (RFC 9051 section 9, list-mailbox).
func (d *Decoder) pattern(cite string) (string, error) {
	at := d.base + d.at
	n := span(d.text[d.at:], classList)
	s := str(d.text[d.at : d.at+n])
	if d.at += n; n == 0 {
		var err error
		if s, err = d.string(cite); err != nil {
			return "", err
		}
	}
	return d.decodeName(s, at)
}

func (d *Decoder) fetchArgs(c *Command, cite string) (err error) {
	a := &FetchArgs{}
	c.Args = a
	if a.Set, err = d.numSet(true, true); err != nil {
		return err
	}
	if err := d.sp(cite); err != nil {
		return err
	}
	if a.Items, err = d.fetchItems(); err != nil {
		return err
	}
	a.Modifiers, err = d.optional("RFC 4466 section 2.4")
	return err
}

func (d *Decoder) storeArgs(c *Command, cite string) (err error) {
	a := &StoreArgs{}
	c.Args = a
	if a.Set, err = d.numSet(true, true); err != nil {
		return err
	}
	if d.at+1 < len(d.text) && d.text[d.at+1] == '(' {
		if a.Modifiers, err = d.optional("RFC 4466 section 2.5"); err != nil {
			return err
		}
	}
	if err := d.sp(cite); err != nil {
		return err
	}
	start := d.at
	if ch := d.peek(); ch == '+' || ch == '-' {
		a.Action = ch
		d.at++
	}
	const want = "FLAGS, +FLAGS or -FLAGS, with or without .SILENT"
	name, err := d.keyword(want, cite)
	if err != nil {
		return err
	}
	if a.Silent = strings.HasSuffix(name, ".SILENT"); strings.TrimSuffix(name, ".SILENT") != "FLAGS" {
		d.at = start
		return d.wrong(want, cite)
	}
	if err := d.sp(cite); err != nil {
		return err
	}
	if d.peek() == '(' {
		a.Flags, err = d.flags(false, cite)
		return err
	}
	for {
		f, err := d.flag(false, cite)
		if err != nil {
			return err
		}
		a.Flags = append(a.Flags, f)
		if !d.more() {
			return nil
		}
		if err := d.sp(cite); err != nil {
			return err
		}
	}
}
