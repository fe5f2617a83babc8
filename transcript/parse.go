package transcript

import (
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"harness/internal/spelling"
	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// ParseError says what is wrong with a session file, and where.
type ParseError struct {
	Pos Position
	// Want is what was expected there, Got what stands there; Got may be "".
	Want, Got string
	// Hint says what to do; it may be "".
	Hint string
}

// Error returns "file:line:column: expected ..., got ... (hint)".
func (e *ParseError) Error() string {
	s := e.Pos.String() + ": expected " + e.Want
	if e.Got != "" {
		s += ", got " + e.Got
	}
	if e.Hint != "" {
		s += " (" + e.Hint + ")"
	}
	return s
}

// Parse reads a session from the text of its file; name is its name for messages. The error is a [*ParseError]. A session that
// mentions blobs needs [Session.SetBlobs] before they can be opened; [Load] does both.
func Parse(name string, text []byte) (*Session, error) {
	p := &parser{name: name, rest: string(text)}
	s, err := p.session()
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Load reads a session file. Its blobs are looked for beside it when they are opened.
func Load(path string) (*Session, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := Parse(path, text)
	if err != nil {
		return nil, err
	}
	s.SetBlobs(DirBlobs{FS: os.DirFS(filepath.Dir(path))})
	return s, nil
}

// LoadFS reads a session file from a file system, such as the embedded fixtures. Its blobs are looked for beside it.
func LoadFS(fsys fs.FS, name string) (*Session, error) {
	text, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, err
	}
	s, err := Parse(name, text)
	if err != nil {
		return nil, err
	}
	s.SetBlobs(DirBlobs{FS: fsys, Dir: path.Dir(name)})
	return s, nil
}

// parser reads a file line by line.
type parser struct {
	name string
	rest string // what is still to be read
	line int    // the number of the line in text
	text string // the line, without its end
	src  string // the line as it stands
	buf  []byte // scratch for canonical prints
}

// next takes the next line.
func (p *parser) next() bool {
	if p.rest == "" {
		return false
	}
	p.line++
	n := strings.IndexByte(p.rest, '\n')
	if n < 0 {
		p.src, p.rest = p.rest, ""
		p.text = p.src
		return true
	}
	p.src, p.rest = p.rest[:n+1], p.rest[n+1:]
	p.text = strings.TrimSuffix(p.src[:n], "\r")
	return true
}

// at returns a position in the current line; column counts from 0 here.
func (p *parser) at(column int) Position {
	return Position{File: p.name, Line: p.line, Column: column + 1}
}

func (p *parser) fail(column int, want, got, hint string) error {
	return &ParseError{Pos: p.at(column), Want: want, Got: got, Hint: hint}
}

// keep returns the line's source if it is not the canonical print.
func (p *parser) keep(canonical []byte) string {
	if string(canonical) == p.src {
		return ""
	}
	return p.src
}

// visible checks that all of the line shows.
func (p *parser) visible(tabs bool) error {
	t := p.text
	for i := 0; i < len(t); {
		c := t[i]
		if c >= 0x20 && c < 0x7f || c == '\t' && tabs {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(t[i:])
		if r == utf8.RuneError && n <= 1 {
			return p.fail(i, "UTF-8 text", fmt.Sprintf("the octet %02x", c), "write {{x "+hex.EncodeToString([]byte{c})+"}}")
		}
		if !unicode.IsPrint(r) {
			return p.fail(i, "text that shows", fmt.Sprintf("%U", r), "write "+invisible(t[i:i+n]))
		}
		i += n
	}
	return nil
}

// invisible returns the escapes for octets that do not show.
func invisible(s string) string {
	return string(appendText(nil, []byte(s), true, true, false))
}

func (p *parser) session() (*Session, error) {
	if strings.HasPrefix(p.rest, "\ufeff") {
		p.line = 1
		return nil, p.fail(0, `the line "session: 1"`, "a byte order mark", "save the file as UTF-8 without one")
	}
	s := &Session{Name: p.name}
	if err := p.header(s); err != nil {
		return nil, err
	}
	var group *Group
	for p.next() {
		it, err := p.item(group)
		if err != nil {
			return nil, err
		}
		switch it := it.(type) {
		case nil: // "-- end"
			if err := p.endGroup(group); err != nil {
				return nil, err
			}
			group = nil
		case *Group:
			s.Items = append(s.Items, it)
			group = it
		default:
			if group != nil {
				group.Items = append(group.Items, it)
			} else {
				s.Items = append(s.Items, it)
			}
		}
	}
	if group != nil {
		return nil, &ParseError{Pos: p.at(len(p.text)), Want: `"-- end"`, Got: "the end of the file",
			Hint: fmt.Sprintf("it ends the group that begins on line %d", group.pos.Line)}
	}
	return s, nil
}

func (p *parser) header(s *Session) error {
	lines := map[string]int{}
	for p.next() {
		if strings.Trim(p.text, " ") == "" {
			if p.line == 1 {
				return p.fail(0, `the line "session: 1"`, "an empty line", "")
			}
			s.sep = p.src
			break
		}
		if err := p.visible(false); err != nil {
			return err
		}
		if p.text[0] == '#' {
			return p.fail(0, "a header field", "a comment", "comments stand after the empty line that ends the header")
		}
		i := strings.IndexByte(p.text, ':')
		if i < 0 {
			if strings.HasPrefix(p.text, "--") {
				return p.fail(0, "a header field or an empty line", quote(p.text), "an empty line ends the header")
			}
			return p.fail(0, `a header field, "name: value"`, quote(p.text), "")
		}
		name := p.text[:i]
		if p.line == 1 && name != "session" {
			return p.fail(0, `"session: 1", the version of the format, on the first line`, quote(p.text), "")
		}
		if !isFieldName(name) {
			hint := "names are of lower-case letters, digits and hyphens"
			if _, ok := parseWho(name); ok {
				hint = "an empty line ends the header"
			}
			return p.fail(0, "the name of a header field", quote(name), hint)
		}
		value := strings.Trim(p.text[i+1:], " ")
		if at, ok := lines[name]; ok && name != "cite" && name != "note" {
			return p.fail(0, "another field", quote(name), fmt.Sprintf("it stands on line %d already; only cite and note may be repeated", at))
		}
		lines[name] = p.line
		column := i + 1
		for column < len(p.text) && p.text[column] == ' ' {
			column++
		}
		switch name {
		case "session":
			if value != strconv.Itoa(Version) {
				return p.fail(column, "version "+strconv.Itoa(Version)+" of the format", quote(value), "")
			}
		case "protocol":
			if !isFieldName(value) {
				return p.fail(column, "the name of a protocol", quote(value), "lower-case letters, digits and hyphens, such as pop3")
			}
		case "date":
			if _, err := time.Parse(time.DateOnly, value); err != nil {
				return p.fail(column, "a date as 2006-01-02", quote(value), "")
			}
		}
		f := Field{Name: name, Value: value}
		p.buf = appendField(p.buf[:0], f)
		f.src = p.keep(p.buf)
		s.Header = append(s.Header, f)
	}
	if len(s.Header) == 0 {
		p.line = 1
		return p.fail(0, `the line "session: 1"`, "an empty file", "")
	}
	if _, ok := lines["protocol"]; !ok {
		e := &ParseError{Pos: p.at(0), Want: `the header field "protocol"`, Got: "the end of the header"}
		var names []string
		for _, f := range s.Header[1:] {
			names = append(names, f.Name)
		}
		if near := nearest("protocol", names); near != "" {
			e.Hint = fmt.Sprintf("is %q on line %d meant?", near, lines[near])
		}
		return e
	}
	return nil
}

func isFieldName(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return s != ""
}

// item parses the line as an item; nil for the end of a group.
func (p *parser) item(group *Group) (Item, error) {
	t := p.text
	switch {
	case strings.Trim(t, " \t") == "" || t[0] == '#':
		if err := p.visible(true); err != nil {
			if e, ok := err.(*ParseError); ok {
				e.Hint = "comments are plain text"
			}
			return nil, err
		}
		c := &Comment{Text: t, pos: p.at(0)}
		if t[0:min(1, len(t))] != "#" {
			c.Text = ""
		}
		p.buf = append(append(p.buf[:0], c.Text...), '\n')
		c.src = p.keep(p.buf)
		return c, nil
	case strings.HasPrefix(t, "--"):
		return p.event(group)
	}
	say, err := p.say()
	if err != nil {
		return nil, err
	}
	if group != nil && group.Kind == Unordered {
		if first := group.firstSay(); first != nil && first.Who != say.Who {
			return nil, p.fail(0, fmt.Sprintf("a line of %s, as the group's first", first.Who), quote(say.Who.String()),
				"the lines of an unordered group are all of one party on one connection")
		}
	}
	return say, nil
}

func (i *Group) firstSay() *Say {
	for _, it := range i.Items {
		if s, ok := it.(*Say); ok {
			return s
		}
	}
	return nil
}

func (p *parser) endGroup(g *Group) error {
	if g == nil {
		return p.fail(0, "a line or an event", `"-- end"`, "no group is open")
	}
	if g.firstSay() == nil {
		return p.fail(0, "a line in the group", `"-- end"`, fmt.Sprintf("the group that begins on line %d has none", g.pos.Line))
	}
	p.buf = append(p.buf[:0], "-- end\n"...)
	g.srcLast = p.keep(p.buf)
	return nil
}

// parseWho parses "C", "S2", "Cd1".
func parseWho(s string) (Who, bool) {
	if s == "" || s[0] != 'C' && s[0] != 'S' {
		return Who{}, false
	}
	w := Who{Party: dialect.Party(s[0]), Channel: s[1:]}
	return w, w.Channel == "" || isChannel(w.Channel)
}

// isChannel reports whether s names a connection other than the first: "2", "d1".
func isChannel(s string) bool {
	n := strings.TrimPrefix(s, "d")
	if n == "" || n[0] == '0' || len(n) > 6 || n == "1" && n == s {
		return false
	}
	for i := 0; i < len(n); i++ {
		if n[i] < '0' || n[i] > '9' {
			return false
		}
	}
	return true
}

func (p *parser) say() (*Say, error) {
	t := p.text
	colon := strings.IndexByte(t, ':')
	who, ok := Who{}, false
	if colon > 0 {
		who, ok = parseWho(t[:colon])
	}
	if !ok {
		if err := p.visible(false); err != nil {
			return nil, err
		}
		return nil, p.notASay(colon)
	}
	if err := p.visible(false); err != nil {
		return nil, err
	}
	say := &Say{Who: who, pos: p.at(0)}
	rest, column := t[colon+1:], colon+1
	switch {
	case rest == "":
	case rest == " ":
		return nil, p.fail(column, "the end of the line", "a space", fmt.Sprintf("an empty line is %q; a space is %q", who.String()+":", who.String()+": {{sp}}"))
	case rest[0] != ' ':
		return nil, p.fail(column, "one space after the colon", quote(rest[:runeLen(rest)]), "")
	default:
		rest, column = rest[1:], column+1
		if rest[0] == ' ' {
			return nil, p.fail(column, "one space after the colon", "another", "a space at the start of what is said is written {{sp}}")
		}
		if rest[len(rest)-1] == ' ' {
			return nil, p.fail(len(t)-1, "a last octet that shows", "a space", "take it away, or write {{sp}}")
		}
		if err := p.parts(say, rest, column); err != nil {
			return nil, err
		}
	}
	if b := say.Blob(); b != nil {
		if len(say.Parts) > 1 {
			return nil, p.fail(column, "a blob alone", "a blob and text", "a blob has a line of its own")
		}
		if say.End != wire.None {
			return nil, p.fail(len(t), "{{none}} after the blob", "", "a blob holds its line ends itself")
		}
	} else if len(say.Parts) == 0 && say.End == wire.None {
		return nil, p.fail(0, "something that is said", "nothing", "a line without text and without end has no octets")
	}
	p.buf = append(appendSay(p.buf[:0], say), '\n')
	say.src = p.keep(p.buf)
	return say, nil
}

func (p *parser) notASay(colon int) error {
	t := p.text
	want := `a line ("C: ..." or "S: ..."), an event ("-- ..."), a comment ("# ...") or an empty line`
	hint := ""
	trimmed := strings.TrimLeft(t, " \t")
	switch {
	case t[0] == ' ' || t[0] == '\t':
		hint = "lines begin without space"
	case strings.HasPrefix(t, "-") || strings.HasPrefix(t, "—") || strings.HasPrefix(t, "–"):
		hint = `an event begins with "-- "`
	case strings.HasPrefix(t, "//") || strings.HasPrefix(t, ";"):
		hint = `a comment begins with "#"`
	case colon > 0:
		name := strings.TrimRight(trimmed[:colon], " ")
		switch up := strings.ToUpper(name); {
		case up == "CLIENT" || up == "C" || strings.HasPrefix("CLIENT", up):
			hint = `did you mean "C:"?`
		case up == "SERVER" || up == "S" || strings.HasPrefix("SERVER", up):
			hint = `did you mean "S:"?`
		case name == "C1" || name == "S1":
			hint = fmt.Sprintf("the first connection has no number: did you mean %q?", name[:1]+":")
		case len(name) < 8 && (up[0] == 'C' || up[0] == 'S'):
			if w, ok := parseWho(up[:1] + strings.ToLower(up[1:])); ok {
				hint = fmt.Sprintf("did you mean %q?", w.String()+":")
			} else {
				hint = `further connections are "C2:", "C3:", data connections "Cd1:", "Cd2:"`
			}
		}
	}
	return p.fail(0, want, quote(clip(t)), hint)
}

func clip(s string) string {
	if len(s) > 40 {
		n := 40
		for n > 0 && !utf8.RuneStart(s[n]) {
			n--
		}
		return s[:n] + "..."
	}
	return s
}

func quote(s string) string { return strconv.Quote(s) }

func runeLen(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}

// parts parses what is said, at column of the line.
func (p *parser) parts(say *Say, s string, column int) error {
	var text []byte
	flush := func() {
		if len(text) > 0 {
			say.Parts = append(say.Parts, Part{Text: text})
			text = nil
		}
	}
	for s != "" {
		i := strings.Index(s, "{{")
		if i < 0 {
			text = append(text, s...)
			break
		}
		text = append(text, s[:i]...)
		s, column = s[i:], column+i
		esc, n, err := p.escape(s, column)
		if err != nil {
			return err
		}
		s, column = s[n:], column+n
		switch {
		case esc.terminator && s == "":
			say.End = esc.end
		case esc.terminator && esc.end == wire.None:
			return p.fail(column, "the end of the line after {{none}}", quote(clip(s)), "it says that the line is not ended")
		case esc.terminator:
			text = append(text, esc.end.Octets()...)
		case esc.part.Value != nil || esc.part.Blob != nil:
			flush()
			say.Parts = append(say.Parts, esc.part)
		default:
			text = append(text, esc.part.Text...)
		}
	}
	flush()
	return nil
}

// escape is what {{...}} stands for.
type escape struct {
	part       Part
	terminator bool // part is empty: {{crlf}}, {{lf}} or {{none}}
	end        wire.Terminator
}

// escapeNames are the words that are no value unless they are quoted.
var escapeNames = []string{"blob", "cr", "crlf", "lf", "none", "nul", "sp", "tab", "x"}

func isEscapeName(s string) bool {
	switch s {
	case "blob", "cr", "crlf", "lf", "none", "nul", "sp", "tab", "x":
		return true
	}
	return false
}

// token is a word in {{...}}.
type token struct {
	text   string
	quoted bool
	column int
}

func (t token) is(word string) bool { return !t.quoted && t.text == word }

// tokens splits s, which begins with "{{", up to "}}"; n is what it took.
func (p *parser) tokens(s string, column int) (toks []token, n int, err error) {
	i := 2
	for {
		rest := s[i:]
		switch {
		case rest == "":
			return nil, 0, p.fail(column+i, `"}}"`, "the end of the line", fmt.Sprintf(`"{{" at column %d begins an escape; as text it is {{x 7b7b}}`, column+1))
		case strings.HasPrefix(rest, "}}"):
			if len(toks) == 0 {
				return nil, 0, p.fail(column+i, "an escape or a value", `"}}"`, `"{{" as text is written {{x 7b7b}}`)
			}
			return nil, 0, p.fail(column+i-1, `"}}"`, "a space", "")
		case rest[0] == '"':
			q, err := strconv.QuotedPrefix(rest)
			if err != nil {
				return nil, 0, p.fail(column+i, "a quoted string as Go has it", quote(clip(rest)), `a closing quote is missing, or a backslash begins no escape`)
			}
			text, err := strconv.Unquote(q)
			if err != nil {
				return nil, 0, p.fail(column+i, "a quoted string as Go has it", quote(clip(rest)), "")
			}
			toks = append(toks, token{text, true, column + i})
			i += len(q)
		default:
			j := 0
			for j < len(rest) && rest[j] != ' ' && !strings.HasPrefix(rest[j:], "}}") {
				if c := rest[j]; c == '"' || c == '\\' || c == '{' || c == '}' {
					hint := "a value with one is written in double quotes"
					if c == '{' && i == 2 && j == 0 {
						hint = `"{{" as text is written {{x 7b7b}}`
					}
					return nil, 0, p.fail(column+i+j, "a word without quotes, backslashes and braces", quote(string(c)), hint)
				}
				j++
			}
			if j == 0 {
				return nil, 0, p.fail(column+i, "a word", "a space", "one space stands between words")
			}
			toks = append(toks, token{rest[:j], false, column + i})
			i += j
		}
		switch rest = s[i:]; {
		case strings.HasPrefix(rest, "}}"):
			return toks, i + 2, nil
		case rest == "":
		case rest[0] == ' ':
			i++
		default:
			return nil, 0, p.fail(column+i, `a space or "}}"`, quote(rest[:runeLen(rest)]), "")
		}
	}
}

func (p *parser) escape(s string, column int) (escape, int, error) {
	toks, n, err := p.tokens(s, column)
	if err != nil {
		return escape{}, 0, err
	}
	esc, err := p.tokensEscape(toks)
	return esc, n, err
}

func (p *parser) tokensEscape(toks []token) (escape, error) {
	first := toks[0]
	text := func(s string) (escape, error) { return escape{part: Part{Text: []byte(s)}}, nil }
	if first.is("x") {
		return p.hexEscape(toks)
	}
	if first.is("blob") {
		b, err := p.blob(toks)
		return escape{part: Part{Blob: b}}, err
	}
	if len(toks) > 1 && !first.quoted && isEscapeName(first.text) {
		return escape{}, p.fail(toks[1].column, `"}}" after "`+first.text+`"`, quote(toks[1].text), fmt.Sprintf("as a value it is written %q in quotes", first.text))
	}
	if len(toks) > 1 {
		v, err := p.value(toks)
		return escape{part: Part{Value: v}}, err
	}
	switch {
	case first.quoted:
		return escape{}, p.fail(first.column+len(strconv.Quote(first.text)), "the value's kind", `"}}"`, "as in {{"+strconv.Quote(first.text)+" any}}")
	case first.text[0] == '=':
		name := first.text[1:]
		if !isName(name) {
			return escape{}, p.fail(first.column+1, "the name of a captured value", quote(name), "letters, digits, \"-\" and \"_\"")
		}
		return escape{part: Part{Value: &Value{Ref: name}}}, nil
	}
	switch first.text {
	case "crlf":
		return escape{terminator: true, end: wire.CRLF}, nil
	case "lf":
		return escape{terminator: true, end: wire.LF}, nil
	case "none":
		return escape{terminator: true, end: wire.None}, nil
	case "cr":
		return text("\r")
	case "nul":
		return text("\x00")
	case "tab":
		return text("\t")
	case "sp":
		return text(" ")
	}
	hint := "as in {{" + first.text + " any}}"
	if near := nearest(strings.ToLower(first.text), escapeNames); near != "" {
		hint = fmt.Sprintf("did you mean {{%s}}?", near)
	} else if LookupKind(first.text) != nil {
		hint = fmt.Sprintf("the recorded value stands before the kind, as in {{%s %s}}", LookupKind(first.text).exampleWord(), first.text)
	} else if _, err := hex.DecodeString(first.text); err == nil {
		hint = fmt.Sprintf("octets are written {{x %s}}", strings.ToLower(first.text))
	}
	return escape{}, p.fail(first.column+len(first.text), "the value's kind", `"}}"`, hint)
}

func (p *parser) hexEscape(toks []token) (escape, error) {
	if len(toks) == 1 {
		return escape{}, p.fail(toks[0].column+1, "octets in hexadecimal", `"}}"`, "as in {{x 00ff}}")
	}
	var out []byte
	for _, t := range toks[1:] {
		b, err := hex.DecodeString(t.text)
		if err != nil || t.quoted {
			hint := ""
			if t.quoted || LookupKind(t.text) != nil {
				hint = `the value x is written "x", in quotes`
			}
			return escape{}, p.fail(t.column, "octets as pairs of hexadecimal digits", quote(t.text), hint)
		}
		out = append(out, b...)
	}
	return escape{part: Part{Text: out}}, nil
}

func (p *parser) blob(toks []token) (*Blob, error) {
	if len(toks) != 4 {
		return nil, p.fail(toks[0].column, "blob, a file's name, its size and its SHA-256", quote(joinTokens(toks)), "as in {{blob mail-1.bin 1048576 <64 hexadecimal digits>}}")
	}
	b := &Blob{Name: toks[1].text, SHA256: toks[3].text}
	if !isBlobName(b.Name) {
		return nil, p.fail(toks[1].column, "the name of a file beside the session", quote(b.Name), `letters, digits, ".", "-" and "_", not first a dot or hyphen`)
	}
	n, err := strconv.ParseInt(toks[2].text, 10, 64)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != toks[2].text {
		return nil, p.fail(toks[2].column, "the blob's size in octets, from 1", quote(toks[2].text), "")
	}
	b.Size = n
	if !isDigest(b.SHA256) {
		return nil, p.fail(toks[3].column, "a SHA-256 of 64 lower-case hexadecimal digits", quote(clip(b.SHA256)), fmt.Sprintf("sha256sum %s tells it", b.Name))
	}
	return b, nil
}

func joinTokens(toks []token) string {
	var w []string
	for _, t := range toks {
		w = append(w, t.text)
	}
	return strings.Join(w, " ")
}

func isBlobName(s string) bool {
	if s == "" || s[0] == '.' || s[0] == '-' || len(s) > 200 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isNameByte(c) && c != '.' {
			return false
		}
	}
	return true
}

func isDigest(s string) bool {
	if len(s) != 64 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

func isNameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_'
}

// isName reports whether s can name a captured value.
func isName(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isNameByte(s[i]) {
			return false
		}
	}
	return s != ""
}

func (p *parser) value(toks []token) (*Value, error) {
	v := &Value{}
	if toks[0].is("***") {
		v.Redacted = true
	} else {
		if !toks[0].quoted && toks[0].text[0] == '=' {
			return nil, p.fail(toks[0].column, `"}}" after the reference`, quote(toks[1].text), "a value that begins with \"=\" is written in quotes")
		}
		v.Octets = []byte(toks[0].text)
	}
	kind := toks[1]
	info := LookupKind(kind.text)
	if kind.quoted || info == nil {
		hint := "the kinds are " + strings.Join(kindNames(), ", ")
		if near := nearest(kind.text, kindNames()); near != "" {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return nil, p.fail(kind.column, "the kind of the value", quote(kind.text), hint)
	}
	v.Kind = info.Name
	args := toks[2:]
	for i, t := range args {
		if !t.is("as") {
			continue
		}
		switch {
		case i+1 == len(args):
			return nil, p.fail(t.column+2, "a name", `"}}"`, "the value is captured under it")
		case i+2 < len(args):
			return nil, p.fail(args[i+2].column, `"}}" after the name`, quote(args[i+2].text), "")
		case args[i+1].quoted || !isName(args[i+1].text):
			return nil, p.fail(args[i+1].column, "the name of a captured value", quote(args[i+1].text), "letters, digits, \"-\" and \"_\"")
		}
		v.As = args[i+1].text
		args = args[:i]
		break
	}
	for i, t := range args {
		if want := info.badArg(i, t.text); want != "" {
			return nil, p.fail(t.column, want, quote(t.text), "")
		}
		v.Args = append(v.Args, t.text)
	}
	return v, nil
}

var eventKinds = []string{string(Open), string(TLS), string(Clear), string(Compress), string(Wait), string(Quiet), string(HalfClose), string(Close), string(Reset),
	string(Unordered), string(Optional), "end"}

// event parses a line that begins with "--"; nil is the end of a group.
func (p *parser) event(group *Group) (Item, error) {
	if err := p.visible(false); err != nil {
		return nil, err
	}
	t := p.text
	if !strings.HasPrefix(t, "-- ") {
		return nil, p.fail(2, `"-- " and an event`, quote(t), "the events are "+strings.Join(eventKinds, ", "))
	}
	// Words with their columns; more than one space between them is forgiven.
	type word struct {
		text   string
		column int
	}
	var words []word
	for i := 3; i < len(t); {
		if t[i] == ' ' {
			i++
			continue
		}
		j := i
		for j < len(t) && t[j] != ' ' {
			j++
		}
		words = append(words, word{t[i:j], i})
		i = j
	}
	if len(words) == 0 {
		return nil, p.fail(3, "an event", "the end of the line", "the events are "+strings.Join(eventKinds, ", "))
	}
	name := words[0].text
	args := words[1:]
	take := func(want string) (word, error) {
		if len(args) == 0 {
			return word{}, p.fail(len(t), want, "the end of the line", "")
		}
		w := args[0]
		args = args[1:]
		return w, nil
	}
	e := &Event{Kind: EventKind(name), pos: p.at(0)}
	party := func() error {
		w, err := take(`a party, such as "C" or "S2"`)
		if err != nil {
			return err
		}
		who, ok := parseWho(w.text)
		if !ok {
			return p.fail(w.column, `a party, such as "C" or "S2"`, quote(w.text), "")
		}
		e.Who = who
		return nil
	}
	channel := func() error {
		if len(args) == 0 {
			return nil
		}
		w, _ := take("")
		if !isChannel(w.text) {
			hint := "only a further connection is named"
			if who, ok := parseWho(w.text); ok {
				hint = "both parties take part: no letter is written"
				if who.Channel != "" {
					hint = fmt.Sprintf("did you mean %q? both parties take part", who.Channel)
				}
			}
			return p.fail(w.column, `the number of a connection, such as "2" or "d1"`, quote(w.text), hint)
		}
		e.Who.Channel = w.text
		return nil
	}
	duration := func() error {
		w, err := take("a duration, such as 200ms")
		if err != nil {
			return err
		}
		d, err := time.ParseDuration(w.text)
		if err != nil || d <= 0 {
			return p.fail(w.column, "a duration of more than 0, such as 200ms or 1.5s", quote(w.text), "")
		}
		e.Duration = Duration(d)
		return nil
	}
	var err error
	var result Item = e
	switch e.Kind {
	case TLS, Clear:
		err = channel()
	case Compress:
		var w word
		if w, err = take("an algorithm, such as deflate"); err == nil {
			if e.Arg = w.text; !isFieldName(e.Arg) {
				err = p.fail(w.column, "an algorithm in lower case, such as deflate", quote(w.text), "")
			}
		}
		if err == nil {
			err = channel()
		}
	case Wait, Quiet:
		if err = party(); err == nil {
			err = duration()
		}
	case Open:
		if err = party(); err == nil && e.Who.Channel == "" {
			err = p.fail(words[1].column, `a further connection, such as "C2" or "Cd1"`, quote(words[1].text), "the first connection is open from the start")
		}
	case HalfClose, Close, Reset:
		err = party()
	default:
		switch name {
		case string(Unordered), string(Optional):
			if group != nil {
				return nil, p.fail(3, `"-- end" before another group`, quote(name), fmt.Sprintf("groups do not nest; one begins on line %d", group.pos.Line))
			}
			result = &Group{Kind: GroupKind(name), pos: p.at(0)}
		case "end":
			result = nil
		default:
			hint := "the events are " + strings.Join(eventKinds, ", ")
			if near := nearest(strings.ToLower(name), eventKinds); near != "" {
				hint = fmt.Sprintf("did you mean %q?", near)
			}
			return nil, p.fail(3, "an event", quote(name), hint)
		}
	}
	if err != nil {
		return nil, err
	}
	if len(args) > 0 {
		return nil, p.fail(args[0].column, "the end of the line", quote(args[0].text), "")
	}
	switch it := result.(type) {
	case *Event:
		if group != nil && group.Kind == Unordered {
			return nil, p.fail(0, "a line or \"-- end\"", quote(t), "an unordered group holds lines only")
		}
		if group != nil && group.firstSay() == nil {
			return nil, p.fail(0, "a line", quote(t), "an optional group begins with a line: it decides whether the group happens")
		}
		p.buf = append(appendEvent(p.buf[:0], it), '\n')
		it.src = p.keep(p.buf)
	case *Group:
		p.buf = append(append(append(p.buf[:0], "-- "...), it.Kind...), '\n')
		it.src = p.keep(p.buf)
	}
	return result, nil
}

// nearest returns the candidate that s is likely a slip for, "" if there is none.
func nearest(s string, candidates []string) string {
	best, bestD := "", len(s)/3+1
	if len(s) <= 2 {
		bestD = 1
	}
	for _, c := range candidates {
		if d := spelling.Distance(s, c); d <= bestD && (best == "" || d < bestD) && d < len(c) {
			best, bestD = c, d
		}
	}
	return best
}
