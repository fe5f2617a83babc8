package nntp

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"harness/protocols/wire"
)

// ParamKind is what an argument is.
type ParamKind uint8

// The kinds of arguments.
const (
	// ParamArticle is a message-id or an article number.
	ParamArticle ParamKind = iota
	// ParamArticles is a message-id or a range of article numbers.
	ParamArticles
	// ParamMessageID is a message-id.
	ParamMessageID
	// ParamRange is a range of article numbers.
	ParamRange
	// ParamGroup is the name of a newsgroup.
	ParamGroup
	// ParamWildmat is a wildmat (RFC 3977 section 4).
	ParamWildmat
	// ParamField is the name of a header, or of metadata with its colon.
	ParamField
	// ParamDate is yyyymmdd or yymmdd.
	ParamDate
	// ParamTime is hhmmss.
	ParamTime
	// ParamGMT is the word "GMT".
	ParamGMT
	// ParamKeyword is a keyword (RFC 3977 section 9.8).
	ParamKeyword
	// ParamToken is any word.
	ParamToken
	// ParamName is a user's name.
	ParamName
	// ParamPassword is a password.
	ParamPassword
	// ParamMechanism is the name of a SASL mechanism.
	ParamMechanism
	// ParamInitial is an initial SASL response: Base64, or "=" for an empty one.
	ParamInitial
	// ParamAlgorithm is the name of a compression algorithm, in upper case (RFC 8054 section 5.3).
	ParamAlgorithm
)

// Param is an argument of a command.
type Param struct {
	// Name is the RFC's name of it, such as "message-id|range".
	Name     string
	Kind     ParamKind
	Optional bool
	// Repeated arguments may come any number of times; only the last one of a command is.
	Repeated bool
}

// Spec is what the RFCs say of one command. A variant that depends on a second keyword (LIST ACTIVE, MODE READER, AUTHINFO USER) is a command
// of its own.
type Spec struct {
	// Name is the keyword, or both keywords with a space, in upper case.
	Name string
	// Params are the arguments behind the keywords in order, the optional ones last.
	Params []Param
	// Capability is the label that offers the command, such as "READER" or "OVER"; "" for those that every server has, and for those of RFC 2980.
	Capability string
	// Argument is the argument of the label that offers it, such as "ACTIVE" of "LIST"; "" if the label does.
	Argument string
	// Mandatory commands are those of each server (RFC 3977 section 5).
	Mandatory bool
	// NotPipelined commands end a pipeline (RFC 3977 section 3.5).
	NotPipelined bool
	// Codes are the response codes that the command's description lists, the generic ones of section 3.2.1 left out where they are no more than that.
	Codes []int
	// Summary is one line on what the command does.
	Summary string
	// Cite is where it is defined, such as "RFC 3977 section 6.1.1".
	Cite string
}

// Syntax returns the command's form, such as "LISTGROUP [group [range]]".
func (s *Spec) Syntax() string {
	b, open := s.Name, 0
	for _, p := range s.Params {
		b += " "
		if p.Optional {
			b += "["
			open++
		}
		if b += p.Name; p.Repeated {
			b += "..."
		}
	}
	return b + strings.Repeat("]", open)
}

// Arguments returns the least and the greatest number of arguments; most is -1 if there is no greatest.
func (s *Spec) Arguments() (least, most int) {
	for _, p := range s.Params {
		if !p.Optional {
			least++
		}
		if p.Repeated {
			return least, -1
		}
	}
	return least, len(s.Params)
}

var (
	article   = Param{Name: "message-id|number", Kind: ParamArticle, Optional: true}
	articles  = Param{Name: "message-id|range", Kind: ParamArticles, Optional: true}
	messageID = Param{Name: "message-id", Kind: ParamMessageID}
	optRange  = Param{Name: "range", Kind: ParamRange, Optional: true}
	group     = Param{Name: "group", Kind: ParamGroup}
	optGroup  = Param{Name: "group", Kind: ParamGroup, Optional: true}
	wildmat   = Param{Name: "wildmat", Kind: ParamWildmat}
	optMat    = Param{Name: "wildmat", Kind: ParamWildmat, Optional: true}
	field     = Param{Name: "field", Kind: ParamField}
	header    = Param{Name: "header", Kind: ParamField}
	date      = Param{Name: "date", Kind: ParamDate}
	clock     = Param{Name: "time", Kind: ParamTime}
	gmt       = Param{Name: "GMT", Kind: ParamGMT, Optional: true}
)

func params(p ...Param) []Param { return p }

// table holds each command once; see Commands.
var table = []Spec{
	{Name: "CAPABILITIES", Params: params(Param{Name: "keyword", Kind: ParamKeyword, Optional: true}), Mandatory: true, Codes: []int{101}, Summary: "lists what the server can do", Cite: "RFC 3977 section 5.2"},
	{Name: "MODE READER", Capability: "MODE-READER", NotPipelined: true, Codes: []int{200, 201, 502}, Summary: "switches to reader mode", Cite: "RFC 3977 section 5.3"},
	{Name: "QUIT", Mandatory: true, Codes: []int{205}, Summary: "ends the session", Cite: "RFC 3977 section 5.4"},
	{Name: "GROUP", Params: params(group), Capability: "READER", Codes: []int{211, 411}, Summary: "selects a newsgroup", Cite: "RFC 3977 section 6.1.1"},
	{Name: "LISTGROUP", Params: params(optGroup, optRange), Capability: "READER", Codes: []int{211, 411, 412}, Summary: "selects a newsgroup and lists its article numbers", Cite: "RFC 3977 section 6.1.2"},
	{Name: "LAST", Capability: "READER", Codes: []int{223, 412, 420, 422}, Summary: "goes to the previous article", Cite: "RFC 3977 section 6.1.3"},
	{Name: "NEXT", Capability: "READER", Codes: []int{223, 412, 420, 421}, Summary: "goes to the next article", Cite: "RFC 3977 section 6.1.4"},
	{Name: "ARTICLE", Params: params(article), Capability: "READER", Codes: []int{220, 430, 412, 423, 420}, Summary: "retrieves an article", Cite: "RFC 3977 section 6.2.1"},
	{Name: "HEAD", Params: params(article), Mandatory: true, Codes: []int{221, 430, 412, 423, 420}, Summary: "retrieves an article's headers", Cite: "RFC 3977 section 6.2.2"},
	{Name: "BODY", Params: params(article), Capability: "READER", Codes: []int{222, 430, 412, 423, 420}, Summary: "retrieves an article's body", Cite: "RFC 3977 section 6.2.3"},
	{Name: "STAT", Params: params(article), Mandatory: true, Codes: []int{223, 430, 412, 423, 420}, Summary: "finds out whether an article exists", Cite: "RFC 3977 section 6.2.4"},
	{Name: "POST", Capability: "POST", NotPipelined: true, Codes: []int{340, 440, 240, 441}, Summary: "posts an article", Cite: "RFC 3977 section 6.3.1"},
	{Name: "IHAVE", Params: params(messageID), Capability: "IHAVE", NotPipelined: true, Codes: []int{335, 435, 436, 235, 437}, Summary: "offers an article to a peer", Cite: "RFC 3977 section 6.3.2"},
	{Name: "DATE", Capability: "READER", Codes: []int{111}, Summary: "tells the server's time", Cite: "RFC 3977 section 7.1"},
	{Name: "HELP", Mandatory: true, Codes: []int{100}, Summary: "shows a text for people", Cite: "RFC 3977 section 7.2"},
	{Name: "NEWGROUPS", Params: params(date, clock, gmt), Capability: "READER", Codes: []int{231}, Summary: "lists the newsgroups created since", Cite: "RFC 3977 section 7.3"},
	{Name: "NEWNEWS", Params: params(wildmat, date, clock, gmt), Capability: "NEWNEWS", Codes: []int{230}, Summary: "lists the message-ids that arrived since", Cite: "RFC 3977 section 7.4"},
	{Name: "LIST", Capability: "LIST", Codes: []int{215}, Summary: "is LIST ACTIVE", Cite: "RFC 3977 section 7.6.1"},
	{Name: "LIST ACTIVE", Params: params(optMat), Capability: "LIST", Argument: "ACTIVE", Codes: []int{215}, Summary: "lists newsgroups with their water marks and status", Cite: "RFC 3977 section 7.6.3"},
	{Name: "LIST ACTIVE.TIMES", Params: params(optMat), Capability: "LIST", Argument: "ACTIVE.TIMES", Codes: []int{215}, Summary: "lists when newsgroups were created, and by whom", Cite: "RFC 3977 section 7.6.4"},
	{Name: "LIST DISTRIB.PATS", Capability: "LIST", Argument: "DISTRIB.PATS", Codes: []int{215}, Summary: "lists what Distribution header fits which newsgroups", Cite: "RFC 3977 section 7.6.5"},
	{Name: "LIST NEWSGROUPS", Params: params(optMat), Capability: "LIST", Argument: "NEWSGROUPS", Codes: []int{215}, Summary: "lists newsgroups with their descriptions", Cite: "RFC 3977 section 7.6.6"},
	{Name: "OVER", Params: params(articles), Capability: "OVER", Codes: []int{224, 430, 412, 423, 420}, Summary: "shows the overview of articles", Cite: "RFC 3977 section 8.3"},
	{Name: "LIST OVERVIEW.FMT", Capability: "LIST", Argument: "OVERVIEW.FMT", Codes: []int{215}, Summary: "lists the fields of the overview", Cite: "RFC 3977 section 8.4"},
	{Name: "HDR", Params: params(field, articles), Capability: "HDR", Codes: []int{225, 430, 412, 423, 420}, Summary: "shows a header of articles", Cite: "RFC 3977 section 8.5"},
	{Name: "LIST HEADERS", Params: params(Param{Name: "MSGID|RANGE", Kind: ParamKeyword, Optional: true}), Capability: "LIST", Argument: "HEADERS", Codes: []int{215}, Summary: "lists the fields that HDR shows", Cite: "RFC 3977 section 8.6"},

	{Name: "STARTTLS", Capability: "STARTTLS", NotPipelined: true, Codes: []int{382, 502, 580}, Summary: "begins TLS", Cite: "RFC 4642 section 2.2"},
	{Name: "AUTHINFO USER", Params: params(Param{Name: "username", Kind: ParamName}), Capability: "AUTHINFO", Argument: "USER", NotPipelined: true, Codes: []int{281, 381, 481, 482, 502}, Summary: "names the user", Cite: "RFC 4643 section 2.3"},
	{Name: "AUTHINFO PASS", Params: params(Param{Name: "password", Kind: ParamPassword}), Capability: "AUTHINFO", Argument: "USER", NotPipelined: true, Codes: []int{281, 481, 482, 502}, Summary: "gives the password", Cite: "RFC 4643 section 2.3"},
	{Name: "AUTHINFO SASL", Params: params(Param{Name: "mechanism", Kind: ParamMechanism}, Param{Name: "initial-response", Kind: ParamInitial, Optional: true}), Capability: "AUTHINFO", Argument: "SASL", NotPipelined: true, Codes: []int{281, 283, 383, 481, 482, 502}, Summary: "begins a SASL exchange", Cite: "RFC 4643 section 2.4"},
	{Name: "AUTHINFO GENERIC", Params: params(Param{Name: "authenticator", Kind: ParamPassword, Repeated: true}), NotPipelined: true, Codes: []int{281, 481, 501, 502}, Summary: "authenticates in a way of the site's own", Cite: "RFC 2980 section 3.1.3"},
	{Name: "MODE STREAM", Capability: "STREAMING", Codes: []int{203}, Summary: "asks for streaming", Cite: "RFC 4644 section 2.3"},
	{Name: "CHECK", Params: params(messageID), Capability: "STREAMING", Codes: []int{238, 431, 438}, Summary: "asks whether an article is wanted", Cite: "RFC 4644 section 2.4"},
	{Name: "TAKETHIS", Params: params(messageID), Capability: "STREAMING", Codes: []int{239, 439}, Summary: "sends an article to a peer at once", Cite: "RFC 4644 section 2.5"},
	{Name: "LIST COUNTS", Params: params(optMat), Capability: "LIST", Argument: "COUNTS", Codes: []int{215}, Summary: "lists newsgroups with the number of their articles", Cite: "RFC 6048 section 2.2"},
	{Name: "LIST DISTRIBUTIONS", Capability: "LIST", Argument: "DISTRIBUTIONS", Codes: []int{215}, Summary: "lists distributions with their descriptions", Cite: "RFC 6048 section 2.3"},
	{Name: "LIST MODERATORS", Capability: "LIST", Argument: "MODERATORS", Codes: []int{215}, Summary: "lists the submission addresses of moderated newsgroups", Cite: "RFC 6048 section 2.4"},
	{Name: "LIST MOTD", Capability: "LIST", Argument: "MOTD", Codes: []int{215}, Summary: "shows the message of the day", Cite: "RFC 6048 section 2.5"},
	{Name: "LIST SUBSCRIPTIONS", Params: params(optMat), Capability: "LIST", Argument: "SUBSCRIPTIONS", Codes: []int{215}, Summary: "lists newsgroups for new readers", Cite: "RFC 6048 section 2.6"},
	{Name: "COMPRESS", Params: params(Param{Name: "algorithm", Kind: ParamAlgorithm}), Capability: "COMPRESS", NotPipelined: true, Codes: []int{206, 403, 502, 503}, Summary: "begins compression", Cite: "RFC 8054 section 2.2"},

	{Name: "SLAVE", Codes: []int{202}, Summary: "says that the client serves others (historic)", Cite: "RFC 977 section 3.12"},
	{Name: "XGTITLE", Params: params(optMat), Codes: []int{282, 481}, Summary: "is an old LIST NEWSGROUPS", Cite: "RFC 2980 section 2.4"},
	{Name: "XHDR", Params: params(header, articles), Codes: []int{221, 412, 420, 430, 502}, Summary: "is an old HDR", Cite: "RFC 2980 section 2.6"},
	{Name: "XOVER", Params: params(optRange), Codes: []int{224, 412, 420, 502}, Summary: "is an old OVER", Cite: "RFC 2980 section 2.8"},
	{Name: "XPAT", Params: params(header, Param{Name: "message-id|range", Kind: ParamArticles}, Param{Name: "pat", Kind: ParamToken, Repeated: true}), Codes: []int{221, 430, 502}, Summary: "shows a header of articles where it matches", Cite: "RFC 2980 section 2.9"},
	{Name: "XPATH", Params: params(messageID), Codes: []int{223, 430}, Summary: "tells where an article is stored", Cite: "RFC 2980 section 2.10"},
	{Name: "XROVER", Params: params(optRange), Codes: []int{224, 412, 420, 502}, Summary: "shows the references of articles", Cite: "RFC 2980 section 2.11"},
}

// Commands returns all commands: those of RFC 3977, of its extensions, and those of RFC 2980 in use.
func Commands() []Spec { return slices.Clone(table) }

// Lookup returns the command of that name, such as "GROUP" or "LIST ACTIVE", in any case; ok is false if there is none. The Spec is shared and not
// to be changed.
func Lookup(name string) (spec *Spec, ok bool) {
	if spec, ok = byName[name]; ok {
		return spec, true
	}
	for i := range table {
		if strings.EqualFold(table[i].Name, name) {
			return &table[i], true
		}
	}
	return nil, false
}

// byName has the commands by their names in upper case.
var byName = func() map[string]*Spec {
	m := make(map[string]*Spec, len(table))
	for i := range table {
		m[table[i].Name] = &table[i]
	}
	return m
}()

// upper returns a command's name in upper case.
func upper(name []byte) string {
	if spec, ok := byName[string(name)]; ok { // makes no string
		return spec.Name
	}
	return strings.ToUpper(string(name))
}

// variants are the keywords whose meaning a second keyword settles. LIST has one without, too.
var variants = []string{"LIST", "MODE", "AUTHINFO"}

// Command is a command of a client.
type Command struct {
	// Name is the keyword in upper case, with a second one where it has variants: "GROUP", "LIST ACTIVE".
	Name string
	// Args are the arguments behind the keywords, as they stood. The password of AUTHINFO PASS is one argument, with its spaces, and so is the
	// name of AUTHINFO USER.
	Args []string
	// Raw is the line as it was read, with its terminator; nil for a command that was not read.
	Raw []byte
}

// NewCommand returns a command with the arguments given; those that are empty are left out.
func NewCommand(name string, args ...string) Command {
	return Command{Name: strings.ToUpper(name), Args: slices.DeleteFunc(args, func(a string) bool { return a == "" })}
}

// Spec returns what is known of the command; nil if it is unknown.
func (c Command) Spec() *Spec {
	s, _ := Lookup(c.Name)
	return s
}

// Verb returns the first keyword.
func (c Command) Verb() string {
	v, _, _ := strings.Cut(c.Name, " ")
	return v
}

// Known reports whether the base command is known, though the variant may not be: what decides between 500 and 501 (RFC 3977 section 3.2.1).
func (c Command) Known() bool {
	v := c.Verb()
	return slices.Contains(variants, v) || c.Spec() != nil
}

// String returns the command for people: without terminator, its secrets replaced by "***".
func (c Command) String() string {
	b := c.Name
	for i, a := range c.Args {
		p, ok := c.param(i)
		if ok && (p.Kind == ParamPassword || p.Kind == ParamInitial && a != "=") || !ok && c.Verb() == "AUTHINFO" {
			a = "***"
		}
		b += " " + a
	}
	return wire.Printable(b)
}

// param returns the parameter that the i-th argument stands for.
func (c Command) param(i int) (Param, bool) {
	s := c.Spec()
	switch {
	case s == nil || len(s.Params) == 0:
		return Param{}, false
	case i < len(s.Params):
		return s.Params[i], true
	}
	last := s.Params[len(s.Params)-1]
	return last, last.Repeated
}

const citeCommand = "RFC 3977 section 3.1"

// ParseCommand parses a command line by RFC 3977 sections 3.1 and 9.2. A keyword that is not known is no syntax error; arguments that do not
// fit a known command are, unless they are merely unknown variants (see [Command.Known]). The Command is filled as far as the line went, also if
// there is an error. Lenient rules forgive a bare LF, a length above 512, blanks at the ends, and surplus arguments.
func (r Rules) ParseCommand(l wire.Line) (Command, error) {
	c := Command{Raw: l.AppendRaw(nil)}
	most := MaxCommand
	text := l.Text
	first, start, at := wordAt(text, 0)
	c.Name = upper(first)
	if slices.Contains(variants, c.Name) {
		if w, _, end := wordAt(text, at); len(w) > 0 {
			c.Name += " " + strings.ToUpper(string(w))
			at = end
		}
	}
	if c.Name == "AUTHINFO SASL" {
		most = 0 // RFC 4643 section 2.4.1
	}
	if err := r.check(l, most, citeCommand); err != nil {
		return c, err
	}
	if start > 0 {
		if err := r.forgive(&wire.SyntaxError{Got: string(text[:1]), Want: "a keyword", Cite: citeCommand}); err != nil {
			return c, err
		}
	}
	if len(first) == 0 {
		return c, &wire.SyntaxError{Offset: start, Want: "a keyword", Cite: citeCommand}
	}
	if n := len(text); n > 0 && isBlank(text[n-1]) {
		if err := r.forgive(&wire.SyntaxError{Offset: n - 1, Got: string(text[n-1:]), Want: "CRLF behind the last argument", Cite: citeCommand}); err != nil {
			return c, err
		}
	}
	for k := range strings.SplitSeq(c.Name, " ") {
		if !IsKeyword(k) {
			return c, &wire.SyntaxError{Offset: start, Got: k, Want: "a keyword: a letter and two or more letters, digits, dots and dashes", Cite: "RFC 3977 section 2"}
		}
	}
	var few [8]int
	offsets := few[:0]
	if c.Name == "AUTHINFO PASS" || c.Name == "AUTHINFO USER" {
		// White space may be part of the argument (RFC 4643 section 3.1).
		if at < len(text) {
			c.Args, offsets = []string{string(text[at+1:])}, append(offsets, at+1)
		}
	} else {
		for {
			w, s, e := wordAt(text, at)
			if len(w) == 0 {
				break
			}
			c.Args, offsets = append(c.Args, string(w)), append(offsets, s)
			at = e
		}
	}
	return c, r.checkArguments(c, offsets)
}

// checkArguments compares the arguments of a command with what is known of it; offsets may be nil.
func (r Rules) checkArguments(c Command, offsets []int) error {
	spec := c.Spec()
	if spec == nil {
		return nil
	}
	offset := func(i int) int {
		if i < len(offsets) {
			return offsets[i]
		}
		return max(len(c.Raw)-2, 0)
	}
	least, most := spec.Arguments()
	if len(c.Args) < least {
		return &wire.SyntaxError{Offset: offset(len(c.Args)), Want: spec.Params[len(c.Args)].Name + ", as in " + spec.Syntax(), Cite: spec.Cite}
	}
	if most >= 0 && len(c.Args) > most {
		if err := r.forgive(&wire.SyntaxError{Offset: offset(most), Got: c.Args[most], Want: "no further argument: " + spec.Syntax(), Cite: spec.Cite}); err != nil {
			return err
		}
	}
	for i, a := range c.Args {
		p, ok := c.param(i)
		if !ok {
			break
		}
		if want := p.Kind.check(a); want != "" {
			return &wire.SyntaxError{Offset: offset(i), Got: a, Want: want, Cite: spec.Cite}
		}
	}
	return nil
}

// check returns what is wanted where a does not fit the kind; "" if it does.
func (k ParamKind) check(a string) string {
	switch k {
	case ParamArticle:
		if a[0] == '<' {
			return MessageID(a).want()
		}
		if _, ok := decimal([]byte(a)); !ok {
			return "a message-id or an article number of 1 to 16 digits"
		}
	case ParamArticles, ParamRange:
		if a[0] == '<' && k == ParamArticles {
			return MessageID(a).want()
		}
		if _, err := ParseRange(a); err != nil {
			return `a range: "n", "n-" or "n-m"`
		}
	case ParamMessageID:
		return MessageID(a).want()
	case ParamGroup:
		if strings.ContainsAny(a, "*?,![]\\") || !utf8.ValidString(a) {
			return "the name of a newsgroup"
		}
	case ParamWildmat:
		if _, err := ParseWildmat(a); err != nil {
			return "a wildmat (RFC 3977 section 4.1)"
		}
	case ParamField:
		if !IsField(a) {
			return "the name of a header, or of metadata with its colon"
		}
	case ParamDate:
		if len(a) != 6 && len(a) != 8 || !digits(a) {
			return "a date as yyyymmdd or yymmdd"
		}
	case ParamTime:
		if len(a) != 6 || !digits(a) {
			return "a time as hhmmss"
		}
	case ParamGMT:
		if !strings.EqualFold(a, "GMT") {
			return `"GMT"`
		}
	case ParamKeyword:
		if !IsKeyword(a) {
			return "a keyword"
		}
	case ParamMechanism:
		if !isUpperName(strings.ToUpper(a)) {
			return "the name of a SASL mechanism"
		}
	case ParamAlgorithm:
		if !isUpperName(a) {
			return `the name of an algorithm: 1 to 20 capital letters, digits, "-" and "_"`
		}
	case ParamInitial:
		if a != "=" && !isBase64(a) {
			return `an initial response in Base64, or "="`
		}
	case ParamName, ParamPassword:
		if a == "" {
			return "an argument"
		}
	}
	return ""
}

// isUpperName reports whether s can be the name of a mechanism or an algorithm (RFC 4643 section 3.5, RFC 8054 section 5.3).
func isUpperName(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// IsKeyword reports whether s is a keyword: a letter, and two or more letters, digits, dots and dashes (RFC 3977 sections 2 and 9.8).
func IsKeyword(s string) bool {
	if len(s) < 3 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
		case i > 0 && (c >= '0' && c <= '9' || c == '.' || c == '-'):
		default:
			return false
		}
	}
	return true
}

// IsField reports whether s is the name of a header, or of a metadata item with its colon (RFC 3977 sections 8.1 and 9.7).
func IsField(s string) bool {
	s = strings.TrimPrefix(s, ":")
	if s == "" {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == ':' {
			return false
		}
	}
	return true
}

// AppendCommand appends the command with CRLF to b. It refuses what would not be one command: CR, LF and NUL anywhere, blanks within an argument
// (save in the password and name of AUTHINFO), an argument that does not fit, a line that is too long. The rules' leniency has no part in it.
func (r Rules) AppendCommand(b []byte, c Command) ([]byte, error) {
	start := len(b)
	b = append(b, c.Name...)
	var offsets []int
	for i, a := range c.Args {
		b = append(b, ' ')
		at := len(b) - start
		offsets = append(offsets, at)
		b = append(b, a...)
		if a == "" {
			return b[:start], &wire.SyntaxError{Offset: at, Want: "an argument", Cite: citeCommand}
		}
		p, _ := c.param(i)
		spaced := p.Kind == ParamPassword || p.Kind == ParamName && c.Name == "AUTHINFO USER"
		for j := 0; j < len(a); j++ {
			if ch := a[j]; ch == '\r' || ch == '\n' || ch == 0 || !spaced && isBlank(ch) {
				return b[:start], &wire.SyntaxError{Offset: at + j, Got: string(rune(ch)), Want: "no CR, LF, NUL or blank in an argument", Cite: citeCommand}
			}
		}
		if !utf8.ValidString(a) || bytes.HasPrefix([]byte(a), []byte("\xef\xbb\xbf")) {
			return b[:start], &wire.SyntaxError{Offset: at, Got: a, Want: "UTF-8 without a byte order mark", Cite: citeCommand}
		}
	}
	for k := range strings.SplitSeq(c.Name, " ") {
		if !IsKeyword(k) {
			return b[:start], &wire.SyntaxError{Got: c.Name, Want: "a keyword", Cite: "RFC 3977 section 2"}
		}
	}
	if err := (Rules{}).checkArguments(c, offsets); err != nil {
		return b[:start], err
	}
	if c.Name == "AUTHINFO SASL" {
		return append(b, '\r', '\n'), nil // RFC 4643 section 2.4.1
	}
	n := len(b) - start
	if n+2 > MaxCommand {
		return b[:start], &wire.SyntaxError{Offset: MaxCommand - 2, Got: string(b[start+MaxCommand-2:]), Want: "CRLF within 512 octets", Cite: citeCommand}
	}
	if at := len(c.Verb()) + 1; n-at > MaxArguments {
		return b[:start], &wire.SyntaxError{Offset: at + MaxArguments, Got: string(b[start+at+MaxArguments:]), Want: "arguments of 497 octets at most", Cite: citeCommand}
	}
	return append(b, '\r', '\n'), nil
}

func isBase64(s string) bool {
	_, err := wire.DecodeBase64([]byte(s), "")
	return err == nil
}
