package ftp

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/protocols/wire"
)

// The standard facts (RFC 3659 section 7.5), and those for Unix in use.
const (
	FactType      = "Type"
	FactSize      = "Size"
	FactModify    = "Modify"
	FactCreate    = "Create"
	FactPerm      = "Perm"
	FactUnique    = "Unique"
	FactLang      = "Lang"
	FactMediaType = "Media-Type"
	FactCharSet   = "CharSet"
	FactUnixMode  = "UNIX.mode"
	FactUnixOwner = "UNIX.ownername"
	FactUnixGroup = "UNIX.groupname"
)

// Fact is a name and a value (RFC 3659 section 7.4). The case of the name has no meaning.
type Fact struct{ Name, Value string }

// Facts are the facts of an entry, in their order.
type Facts []Fact

// Get returns the value of the first fact of that name, in any case; ok is false if there is none.
func (fa Facts) Get(name string) (value string, ok bool) {
	for _, f := range fa {
		if strings.EqualFold(f.Name, name) {
			return f.Value, true
		}
	}
	return "", false
}

// Has reports whether there is a fact of that name, in any case.
func (fa Facts) Has(name string) bool {
	_, ok := fa.Get(name)
	return ok
}

// String returns the facts as they stand on the wire, such as "Type=file;Size=12;".
func (fa Facts) String() string {
	var b []byte
	for _, f := range fa {
		b = append(b, f.Name...)
		b = append(b, '=')
		b = append(b, f.Value...)
		b = append(b, ';')
	}
	return string(b)
}

// EntryType is what an entry of a listing is.
type EntryType uint8

const (
	// UnknownEntry is an entry of which the listing does not say what it is.
	UnknownEntry EntryType = iota
	// FileEntry is a file.
	FileEntry
	// DirEntry is a directory.
	DirEntry
	// CDirEntry is the directory that is listed, and PDirEntry a parent of it (RFC 3659 section 7.5.1).
	CDirEntry
	PDirEntry
	// LinkEntry is a symbolic link.
	LinkEntry
	// OSEntry is something that only the server's operating system has: a device, a socket, a pipe. Entry.OSType names it.
	OSEntry
)

// String returns the type as a type fact has it; a link is "OS.unix=slink", which is in use.
func (t EntryType) String() string {
	switch t {
	case FileEntry:
		return "file"
	case DirEntry:
		return "dir"
	case CDirEntry:
		return "cdir"
	case PDirEntry:
		return "pdir"
	case LinkEntry:
		return "OS.unix=slink"
	case OSEntry:
		return "OS-dependent"
	}
	return "unknown"
}

// Entry is a file, a directory or the like in a listing.
type Entry struct {
	// Name is its name, or a pathname, as the server gives it. It is not to be trusted: it may hold separators, or be "..".
	Name string
	// Facts are all facts of an MLSx entry; nil for an entry of LIST.
	Facts Facts
	// Type is what it is.
	Type EntryType
	// OSType is the type's name if Type is [OSEntry], such as "OS.unix=chr-13/29", or the type's letter in LIST.
	OSType string
	// LinkTarget is where a link leads; "" if that is not known.
	LinkTarget string
	// Size in octets; -1 if it is not known.
	Size int64
	// Modify and Create are when it was modified and created; zero if that is not known. In LIST they are in the location of the time given to
	// [ParseList], as the server does not say which it means, and no more exact than minutes or days.
	Modify, Create time.Time
	// Perm are the letters of the perm fact, which say what the user may do (RFC 3659 section 7.5.5). See Facts.Has for whether there is one.
	Perm string
	// Mode are Unix permission bits, setuid, setgid and sticky included, if HasMode.
	Mode    fs.FileMode
	HasMode bool
	// Links is the number of hard links; 0 if it is not known.
	Links int
	// Owner and Group are names or numbers; "" if they are not known.
	Owner, Group string
	// Unique, Lang, MediaType and CharSet are the facts of those names.
	Unique, Lang, MediaType, CharSet string
	// Raw is the line that was parsed.
	Raw string
}

// IsDir reports whether the entry is a directory, the listed one and its parents included.
func (e *Entry) IsDir() bool { return e.Type == DirEntry || e.Type == CDirEntry || e.Type == PDirEntry }

const (
	citeMLSx = "RFC 3659 section 7.2"
	citeFact = "RFC 3659 section 7.4"
)

// isRChar reports whether c is an RCHAR (RFC 3659 section 2.1).
func isRChar(c byte) bool {
	return isLetter(c) || isDigit(c) || c > ' ' && c < 0x7f && strings.IndexByte(`,.:!@#$%^&()-_+?/\'"`, c) >= 0
}

// ParseMLSx parses a line of the answer to MLST or MLSD, without terminator (RFC 3659 section 7.2): facts, one space, a pathname. Of MLST the
// line's first space is taken off before; see [Rules.ParseMLST]. The pathname may be empty, hold spaces at its ends and octets of any value.
// Lenient rules forgive a missing ";" behind the facts, octets in them that may not stand there, facts that are empty or have no value,
// and values that are not what the fact's name wants: the typed field is then left unknown.
func (r Rules) ParseMLSx(line []byte) (Entry, error) {
	e := Entry{Size: -1, Raw: string(line)}
	text := e.Raw
	if i := strings.IndexAny(text, "\r\n\x00"); i >= 0 && (text[i] != '\r' || i+1 < len(text) && text[i+1] == '\n') {
		return e, &wire.SyntaxError{Offset: i, Got: text[i : i+1], Want: "a pathname without line ends and NUL", Cite: citeMLSx}
	}
	space := strings.IndexByte(text, ' ')
	if space < 0 {
		return e, &wire.SyntaxError{Offset: len(text), Want: "a space and a pathname", Cite: citeMLSx}
	}
	e.Name = text[space+1:]
	facts := text[:space]
	if facts != "" && facts[len(facts)-1] != ';' {
		if err := r.forgive(&wire.SyntaxError{Offset: space, Got: " ", Want: `";" behind each fact`, Cite: citeMLSx}); err != nil {
			return e, err
		}
		facts += ";"
	}
	for at := 0; at < len(facts); {
		n := strings.IndexByte(facts[at:], ';')
		fact := facts[at : at+n]
		if err := r.fact(&e, fact, at); err != nil {
			return e, err
		}
		at += n + 1
	}
	return e, nil
}

// fact parses one fact, which stands at offset at.
func (r Rules) fact(e *Entry, fact string, at int) error {
	name, value, ok := strings.Cut(fact, "=")
	if !ok || name == "" {
		if err := r.forgive(&wire.SyntaxError{Offset: at, Got: fact, Want: `a fact: a name, "=" and a value`, Cite: citeFact}); err != nil {
			return err
		}
		if name == "" {
			return nil
		}
	}
	for i := 0; i < len(fact); i++ {
		if !isRChar(fact[i]) && (fact[i] != '=' || i < len(name)) {
			if err := r.forgive(&wire.SyntaxError{Offset: at + i, Got: fact[i : i+1], Want: "a character that may stand in a fact", Cite: "RFC 3659 section 2.1"}); err != nil {
				return err
			}
			break // one note a fact
		}
	}
	first := !e.Facts.Has(name)
	e.Facts = append(e.Facts, Fact{name, value})
	if !first {
		return nil
	}
	at += len(name) + 1
	bad := func(want, cite string) error {
		return r.forgive(&wire.SyntaxError{Offset: at, Got: value, Want: want, Cite: cite})
	}
	switch strings.ToLower(name) {
	case "type":
		return r.typeFact(e, value, at)
	case "size":
		n, err := parseNumber(value, "", "")
		if err != nil {
			return bad("a size in octets", "RFC 3659 section 7.5.7")
		}
		e.Size = n
	case "modify":
		return r.timeFact(&e.Modify, value, at)
	case "create":
		return r.timeFact(&e.Create, value, at)
	case "perm":
		for i := 0; i < len(value); i++ {
			if strings.IndexByte("acdeflmprw", value[i]|0x20) < 0 {
				if err := bad("the letters a, c, d, e, f, l, m, p, r and w", "RFC 3659 section 7.5.5"); err != nil {
					return err
				}
				break
			}
		}
		e.Perm = value
	case "unique":
		if value == "" {
			return bad("a token", "RFC 3659 section 7.5.2")
		}
		e.Unique = value
	case "lang":
		e.Lang = value
	case "media-type":
		e.MediaType = value
	case "charset":
		e.CharSet = value
	case "unix.mode":
		n, err := strconv.ParseUint(value, 8, 16)
		if err != nil {
			return bad("a mode in octal", "UNIX.mode is in use")
		}
		e.Mode, e.HasMode = unixMode(uint32(n)), true
	case "unix.ownername":
		e.Owner = value
	case "unix.owner", "unix.uid":
		if e.Owner == "" {
			e.Owner = value
		}
	case "unix.groupname":
		e.Group = value
	case "unix.group", "unix.gid":
		if e.Group == "" {
			e.Group = value
		}
	}
	return nil
}

func (r Rules) timeFact(t *time.Time, value string, at int) error {
	parsed, err := r.ParseTime(value)
	if err == nil {
		*t = parsed
		return nil
	}
	if e, ok := err.(*wire.SyntaxError); ok {
		e.Offset += at
		return r.forgive(e)
	}
	return err
}

func (r Rules) typeFact(e *Entry, value string, at int) error {
	const cite = "RFC 3659 section 7.5.1"
	switch strings.ToLower(value) {
	case "file":
		e.Type = FileEntry
		return nil
	case "dir":
		e.Type = DirEntry
		return nil
	case "cdir":
		e.Type = CDirEntry
		return nil
	case "pdir":
		e.Type = PDirEntry
		return nil
	}
	name, kind, ok := strings.Cut(value, "=")
	e.Type, e.OSType = OSEntry, value
	if !ok || len(name) < 4 || !strings.EqualFold(name[:3], "OS.") || kind == "" {
		return r.forgive(&wire.SyntaxError{Offset: at, Got: value, Want: "file, dir, cdir, pdir, or OS.name=type", Cite: cite})
	}
	if strings.EqualFold(name, "OS.unix") {
		kind, target, _ := strings.Cut(kind, ":")
		if strings.EqualFold(kind, "slink") || strings.EqualFold(kind, "symlink") {
			e.Type, e.OSType, e.LinkTarget = LinkEntry, "", target
		}
	}
	return nil
}

// unixMode makes a FileMode of Unix permission bits, and unixBits the bits of a FileMode.
func unixMode(bits uint32) fs.FileMode {
	m := fs.FileMode(bits & 0o777)
	if bits&0o4000 != 0 {
		m |= fs.ModeSetuid
	}
	if bits&0o2000 != 0 {
		m |= fs.ModeSetgid
	}
	if bits&0o1000 != 0 {
		m |= fs.ModeSticky
	}
	return m
}

func unixBits(m fs.FileMode) uint32 {
	bits := uint32(m.Perm())
	if m&fs.ModeSetuid != 0 {
		bits |= 0o4000
	}
	if m&fs.ModeSetgid != 0 {
		bits |= 0o2000
	}
	if m&fs.ModeSticky != 0 {
		bits |= 0o1000
	}
	return bits
}

// MakeFacts returns the facts of the names given that the entry's fields tell, in that order; other names are taken from Facts, and left out if they
// are not there. A link is written as it is in use: "OS.unix=slink:" and its target, or "OS.unix=symlink" if the target is not known or cannot
// stand in a fact.
func (e *Entry) MakeFacts(names ...string) Facts {
	var facts Facts
	for _, name := range names {
		if value, ok := e.factValue(name); ok {
			facts = append(facts, Fact{name, value})
		}
	}
	return facts
}

func (e *Entry) factValue(name string) (string, bool) {
	text := func(s string) (string, bool) { return s, s != "" }
	moment := func(t time.Time) (string, bool) {
		if t.IsZero() {
			return "", false
		}
		return FormatTime(t), true
	}
	switch strings.ToLower(name) {
	case "type":
		switch e.Type {
		case UnknownEntry:
			return "", false
		case OSEntry:
			return text(e.OSType)
		case LinkEntry:
			if e.LinkTarget == "" || checkValue(e.LinkTarget) >= 0 {
				return "OS.unix=symlink", true
			}
			return "OS.unix=slink:" + e.LinkTarget, true
		}
		return e.Type.String(), true
	case "size":
		return strconv.FormatInt(e.Size, 10), e.Size >= 0
	case "modify":
		return moment(e.Modify)
	case "create":
		return moment(e.Create)
	case "perm":
		return e.Perm, e.Perm != "" || e.Facts.Has(name)
	case "unique":
		return text(e.Unique)
	case "lang":
		return text(e.Lang)
	case "media-type":
		return text(e.MediaType)
	case "charset":
		return text(e.CharSet)
	case "unix.mode":
		return fmt.Sprintf("%04o", unixBits(e.Mode)), e.HasMode
	case "unix.ownername", "unix.owner":
		return text(e.Owner)
	case "unix.groupname", "unix.group":
		return text(e.Group)
	}
	return e.Facts.Get(name)
}

// checkValue returns the offset of what may not stand in a value, -1 if there is nothing.
func checkValue(value string) int {
	for i := 0; i < len(value); i++ {
		if !isRChar(value[i]) && value[i] != '=' {
			return i
		}
	}
	return -1
}

// AppendMLSx appends facts, a space and the name to b, without terminator: a line of MLSD, or of MLST with a space before it. It refuses facts that
// break the grammar, and CR, LF and NUL in the name, which no line of a listing can hold (RFC 3659 section 2.2).
func AppendMLSx(b []byte, facts Facts, name string) ([]byte, error) {
	for _, f := range facts {
		if f.Name == "" {
			return b, &wire.SyntaxError{Want: "the name of a fact", Cite: citeFact}
		}
		for i := 0; i < len(f.Name); i++ {
			if !isRChar(f.Name[i]) {
				return b, &wire.SyntaxError{Offset: i, Got: f.Name[i : i+1], Want: "a character that may stand in a fact's name", Cite: "RFC 3659 section 2.1"}
			}
		}
		if i := checkValue(f.Value); i >= 0 {
			return b, &wire.SyntaxError{Offset: i, Got: f.Value[i : i+1], Want: "a character that may stand in the value of " + f.Name, Cite: "RFC 3659 section 2.1"}
		}
	}
	if err := wire.CheckArgument("name", name); err != nil {
		return b, err
	}
	for _, f := range facts {
		b = append(b, f.Name...)
		b = append(b, '=')
		b = append(b, f.Value...)
		b = append(b, ';')
	}
	b = append(b, ' ')
	return append(b, name...), nil
}

// ParseMLST returns the entries of a reply 250 to MLST: one a line between the first and the last, each behind one space (RFC 3659 section 7.2). There
// are several only for a file of several types. Lenient rules forgive a missing space.
func (r Rules) ParseMLST(reply *Reply) ([]Entry, error) {
	if reply.Code != CodeFileActionOK {
		return nil, codeError(reply, CodeFileActionOK, citeMLSx)
	}
	if len(reply.Lines) < 3 {
		return nil, &wire.SyntaxError{Got: reply.Text(), Want: "a reply of three lines or more, with an entry between the first and the last", Cite: citeMLSx}
	}
	var entries []Entry
	for _, l := range reply.Lines[1 : len(reply.Lines)-1] {
		line, ok := strings.CutPrefix(l, " ")
		if !ok {
			if err := r.forgive(&wire.SyntaxError{Got: octetAt(l, 0), Want: "a space before the entry", Cite: citeMLSx}); err != nil {
				return entries, err
			}
			line = strings.TrimPrefix(line, strconv.Itoa(reply.Code)+"-") // some put the code on each line
		}
		e, err := r.ParseMLSx([]byte(line))
		if err != nil {
			return entries, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// FactOption is a fact that a server knows, and whether it is given now (RFC 3659 section 7.8).
type FactOption struct {
	Name    string
	Enabled bool
}

// ParseFactOptions parses the parameters of the feature MLST, such as "Type*;Size*;UNIX.mode;". Lenient rules forgive a missing ";" at the end, and
// spaces.
func (r Rules) ParseFactOptions(params string) ([]FactOption, error) {
	names, err := r.factNames(params, "RFC 3659 section 7.8")
	if err != nil {
		return nil, err
	}
	options := make([]FactOption, len(names))
	for i, n := range names {
		name, enabled := strings.CutSuffix(n, "*")
		options[i] = FactOption{name, enabled}
	}
	return options, nil
}

// FormatFactOptions returns the parameters of the feature MLST.
func FormatFactOptions(options []FactOption) string {
	var b []byte
	for _, o := range options {
		b = append(b, o.Name...)
		if o.Enabled {
			b = append(b, '*')
		}
		b = append(b, ';')
	}
	return string(b)
}

// ParseFactNames parses the facts that OPTS MLST asks for, and that its answer "MLST OPTS" lists, such as "Type;Size;" (RFC 3659 section 7.9). No names at
// all ask for no facts.
func (r Rules) ParseFactNames(list string) ([]string, error) {
	return r.factNames(list, "RFC 3659 section 7.9")
}

// FormatFactNames returns the facts for OPTS MLST, such as "Type;Size;".
func FormatFactNames(names []string) string {
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, ";") + ";"
}

// ParseFactsSet returns the facts that a reply 200 to OPTS MLST says will be given: "MLST OPTS" and names.
func (r Rules) ParseFactsSet(reply *Reply) ([]string, error) {
	const cite = "RFC 3659 section 7.9"
	if reply.Code != CodeOK {
		return nil, codeError(reply, CodeOK, cite)
	}
	text := reply.Text()
	const prefix = "MLST OPTS"
	if len(text) < len(prefix) || !strings.EqualFold(text[:len(prefix)], prefix) {
		return nil, &wire.SyntaxError{Offset: 4, Got: text, Want: `"MLST OPTS" and the names of facts`, Cite: cite}
	}
	rest := text[len(prefix):]
	list, ok := strings.CutPrefix(rest, " ")
	if !ok && rest != "" {
		return nil, &wire.SyntaxError{Offset: 4 + len(prefix), Got: rest, Want: "a space", Cite: cite}
	}
	return r.factNames(list, cite)
}

func (r Rules) factNames(list, cite string) ([]string, error) {
	if list == "" {
		return nil, nil
	}
	bad := func(at int, want string) error {
		return r.forgive(&wire.SyntaxError{Offset: at, Got: octetAt(list, at), Want: want, Cite: cite})
	}
	if strings.IndexByte(list, ' ') >= 0 {
		if err := bad(strings.IndexByte(list, ' '), "no spaces between facts"); err != nil {
			return nil, err
		}
		list = strings.ReplaceAll(list, " ", "")
	}
	if !strings.HasSuffix(list, ";") {
		if err := bad(len(list), `";" behind the name of each fact`); err != nil {
			return nil, err
		}
	}
	list = strings.TrimSuffix(list, ";")
	names := strings.Split(list, ";")
	at := 0
	for _, n := range names {
		for i := 0; i < len(n); i++ {
			if !isRChar(n[i]) && (n[i] != '*' || i+1 < len(n)) {
				return nil, &wire.SyntaxError{Offset: at + i, Got: n[i : i+1], Want: "a character that may stand in a fact's name", Cite: "RFC 3659 section 2.1"}
			}
		}
		if n == "" || n == "*" {
			if err := bad(at, "the name of a fact"); err != nil {
				return nil, err
			}
		}
		at += len(n) + 1
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == "" || n == "*" }), nil
}
