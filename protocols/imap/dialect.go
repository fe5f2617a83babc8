package imap

import (
	"bytes"
	"slices"
	"strconv"
	"strings"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// Registered ports.
const (
	// Port is the port of IMAP (RFC 3501 section 2.1).
	Port = 143
	// PortTLS is the port of IMAP with implicit TLS (RFC 8314 section 3.2).
	PortTLS = 993
)

// Dialect tells how IMAP sessions are cut, compared and redacted.
//
// A literal is a run of octets: the line before it ends in its length, the line behind it goes on in the same command or response.
//
// The kinds of its marks are "tag" (of commands and of the responses that end them), "number" (UIDVALIDITY and mod-sequences), "date" (internal
// dates in FETCH), "user" and the secret "password" (LOGIN; with the argument "quoted" where they stand in a quoted string), "sasl MECHANISM"
// (responses, which are secret, and challenges).
func Dialect() dialect.Dialect { return imapDialect{} }

type imapDialect struct{}

func (imapDialect) Name() string { return "imap" }

func (imapDialect) Schemes() []dialect.Scheme {
	return []dialect.Scheme{{Name: "imap", Port: Port}, {Name: "imaps", Port: PortTLS, ImplicitTLS: true}}
}

func (imapDialect) NewTracker() dialect.Tracker {
	return &tracker{commands: map[string]command{}, greeting: true}
}

// command is a command that is not answered, by its verb and the word behind it in upper case.
type command struct{ verb, arg string }

// tracker follows one connection.
type tracker struct {
	commands map[string]command // by tag, those that are not answered
	greeting bool               // the greeting is still to come

	// The command or response that goes on, by direction.
	client, server flow

	// Of the client's command that goes on:
	tag        string
	login      int  // arguments of LOGIN that are complete
	isLogin    bool // it is LOGIN
	idle       bool // IDLE waits for DONE
	auth       string
	authTag    string // the tag of the AUTHENTICATE that goes on, "" if none does
	challenges int
}

// flow is a command or response that may have literals.
type flow struct {
	left  int64 // octets of a literal still to come
	sync  bool  // the literal waits for the server to ask
	inner bool  // the next line is not the first
	begun bool  // octets of the literal came
}

// Next implements dialect.Tracker.
func (t *tracker) Next(p dialect.Party) dialect.Shape {
	if f := t.flow(p); f.left > 0 {
		return dialect.Shape{Kind: dialect.Octets, N: f.left}
	}
	return dialect.Shape{Kind: dialect.Line}
}

func (t *tracker) flow(p dialect.Party) *flow {
	if p == dialect.Client {
		return &t.client
	}
	return &t.server
}

// literal returns the length that a line announces at its end: {n}, {n+}, and ~{n} of RFC 3516. Start is where the brace stands.
func literal(text []byte) (n int64, sync bool, start int, ok bool) {
	end := len(text)
	if end < 3 || text[end-1] != '}' {
		return 0, false, 0, false
	}
	end--
	sync = true
	if text[end-1] == '+' {
		sync = false
		end--
	}
	start = bytes.LastIndexByte(text[:end], '{')
	if start < 0 || start+1 == end {
		return 0, false, 0, false
	}
	n, err := strconv.ParseInt(string(text[start+1:end]), 10, 64)
	if err != nil || text[start+1] < '0' || text[start+1] > '9' {
		return 0, false, 0, false
	}
	return n, sync, start, true
}

// word returns where the word that begins at or behind at stands.
func word(text []byte, at int) (start, end int) {
	for at < len(text) && text[at] == ' ' {
		at++
	}
	end = at
	for end < len(text) && text[end] != ' ' {
		end++
	}
	return at, end
}

// first returns the tag, the verb with the one behind UID, and where the arguments begin.
func first(text []byte) (tag, verb string, at int) {
	s, e := word(text, 0)
	tag = string(text[s:e])
	s, e = word(text, e)
	verb = strings.ToUpper(string(text[s:e]))
	if verb == "UID" {
		s, e = word(text, e)
		verb += " " + strings.ToUpper(string(text[s:e]))
	}
	return tag, verb, e
}

// textual reports whether a server's line ends in text for people, which announces no literal: continuation requests, status responses.
func textual(text []byte) bool {
	if len(text) == 0 || text[0] == '+' {
		return true
	}
	_, e := word(text, 0)
	s, e := word(text, e)
	switch strings.ToUpper(string(text[s:e])) {
	case "OK", "NO", "BAD", "BYE", "PREAUTH":
		return true
	}
	return false
}

// Marks implements dialect.Tracker.
func (t *tracker) Marks(p dialect.Party, u dialect.Unit) []dialect.Mark {
	if p == dialect.Client {
		return t.clientMarks(u)
	}
	if u.Kind != dialect.Line {
		return nil
	}
	return t.serverMarks(u.Text)
}

func (t *tracker) clientMarks(u dialect.Unit) []dialect.Mark {
	text := u.Text
	switch {
	case u.Kind == dialect.Octets:
		if t.isLogin && len(text) > 0 {
			return []dialect.Mark{credential(t.login, 0, len(text), false)}
		}
		return nil
	case u.Kind != dialect.Line:
		return nil
	case t.client.inner:
		if t.isLogin {
			return loginMarks(text, 0, t.login)
		}
		return nil
	case t.authTag != "":
		if len(text) == 0 || string(text) == "*" {
			return nil
		}
		return []dialect.Mark{saslMark(t.auth, 0, len(text), true)}
	case t.idle && strings.EqualFold(string(text), "DONE"):
		return nil
	}
	start, end := word(text, 0)
	if start == end {
		return nil
	}
	marks := []dialect.Mark{{Start: start, End: end, Kind: "tag"}}
	_, verb, at := first(text)
	switch verb {
	case "LOGIN":
		marks = append(marks, loginMarks(text, at, 0)...)
	case "AUTHENTICATE":
		s, e := word(text, at)
		mech := strings.ToUpper(string(text[s:e]))
		if s, _ = word(text, e); s < len(text) && string(text[s:]) != "=" {
			marks = append(marks, saslMark(mech, s, len(text), true))
		}
	}
	return marks
}

// credential marks the argument number n of LOGIN.
func credential(n, start, end int, quoted bool) dialect.Mark {
	m := dialect.Mark{Start: start, End: end, Kind: "user"}
	if n > 0 {
		m.Kind, m.Secret = "password", true
	}
	if quoted {
		m.Args = []string{"quoted"}
	}
	return m
}

// loginMarks marks the arguments of LOGIN in a line, of which n came before. What follows the password is taken for a part of it.
func loginMarks(text []byte, at, n int) (marks []dialect.Mark) {
	for _, a := range loginArgs(text, at) {
		if !a.literal && a.start < a.end {
			if n > 1 && len(marks) > 0 && marks[len(marks)-1].Secret { // one password, wrongly written with a space
				marks[len(marks)-1].End, marks[len(marks)-1].Args = a.end, nil
				continue
			}
			marks = append(marks, credential(n, a.start, a.end, a.quoted))
		}
		n++
	}
	return marks
}

// arg is an argument in a line: where its octets stand, inside the quotes if it has some.
type arg struct {
	start, end      int
	quoted, literal bool
}

func loginArgs(text []byte, at int) []arg {
	var out []arg
	_, _, brace, hasLiteral := literal(text)
	for at < len(text) {
		if text[at] == ' ' {
			at++
			continue
		}
		if hasLiteral && at == brace {
			return append(out, arg{start: at, end: len(text), literal: true})
		}
		a := arg{start: at}
		if text[at] == '"' {
			a.quoted = true
			a.start++
			for at++; at < len(text) && text[at] != '"'; at++ {
				if text[at] == '\\' && at+1 < len(text) {
					at++
				}
			}
			a.end = min(at, len(text))
			at++
		} else {
			for at < len(text) && text[at] != ' ' {
				at++
			}
			a.end = at
		}
		out = append(out, a)
	}
	return out
}

func saslMark(mech string, start, end int, client bool) dialect.Mark {
	m := dialect.Mark{Start: start, End: end, Kind: "sasl", Secret: client && mech != "EXTERNAL" && mech != "ANONYMOUS"}
	if mech != "" {
		m.Args = []string{mech}
	}
	return m
}

// secretChallenge reports whether a challenge may help to find out the password or stand for it; n is the number of those before.
func secretChallenge(mech string, n int) bool {
	switch mech {
	case "PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS":
		return false
	}
	return !strings.HasPrefix(mech, "SCRAM-") && mech != "DIGEST-MD5" || n > 0
}

func (t *tracker) serverMarks(text []byte) []dialect.Mark {
	var marks []dialect.Mark
	if !t.server.inner {
		if len(text) > 0 && text[0] == '+' {
			if start := min(2, len(text)); t.authTag != "" && start < len(text) {
				m := saslMark(t.auth, start, len(text), false)
				m.Secret = secretChallenge(t.auth, t.challenges)
				return []dialect.Mark{m}
			}
			return nil
		}
		if start, end := word(text, 0); start < end && text[start] != '*' && tagged(text) {
			marks = append(marks, dialect.Mark{Start: start, End: end, Kind: "tag"})
		}
	}
	return append(marks, volatile(text)...)
}

// tagged reports whether a server's line is a tagged response.
func tagged(text []byte) bool {
	_, e := word(text, 0)
	s, e := word(text, e)
	switch strings.ToUpper(string(text[s:e])) {
	case "OK", "NO", "BAD":
		return true
	}
	return false
}

// volatile marks what changes when the same is done again: UIDVALIDITY, alone or in APPENDUID and COPYUID, mod-sequences, internal dates.
func volatile(text []byte) (marks []dialect.Mark) {
	for at := 0; at < len(text); {
		c := text[at]
		switch {
		case c == '"': // nothing in a quoted string is looked at
			for at++; at < len(text) && text[at] != '"'; at++ {
				if text[at] == '\\' {
					at++
				}
			}
			at++
			continue
		case !isAtom(c):
			at++
			continue
		}
		end := at
		for end < len(text) && isAtom(text[end]) {
			end++
		}
		name := strings.ToUpper(string(text[at:end]))
		at = end
		if at == len(text) || text[at] != ' ' {
			continue
		}
		switch name {
		case "UIDVALIDITY", "APPENDUID", "COPYUID", "HIGHESTMODSEQ", "MODSEQ":
			s := at + 1
			if s < len(text) && text[s] == '(' {
				s++
			}
			e := s
			for e < len(text) && text[e] >= '0' && text[e] <= '9' {
				e++
			}
			if s < e {
				marks = append(marks, dialect.Mark{Start: s, End: e, Kind: "number"})
				at = e
			}
		case "INTERNALDATE":
			if s := at + 1; s < len(text) && text[s] == '"' {
				if n := bytes.IndexByte(text[s+1:], '"'); n > 0 {
					marks = append(marks, dialect.Mark{Start: s + 1, End: s + 1 + n, Kind: "date"})
					at = s + n + 2
				}
			}
		}
	}
	return marks
}

func isAtom(c byte) bool {
	return c > ' ' && c < 0x7f && !bytes.ContainsRune([]byte(`(){%*"\[]`), rune(c))
}

// Saw implements dialect.Tracker.
func (t *tracker) Saw(p dialect.Party, u dialect.Unit) []dialect.Event {
	f := t.flow(p)
	if f.left > 0 && u.Kind != dialect.Line {
		f.begun = true
		f.left = max(f.left-int64(len(u.Text)+len(u.End.Octets())), 0)
		if f.left == 0 && p == dialect.Client && t.isLogin {
			t.login++
		}
		return nil
	}
	f.left = 0
	if p == dialect.Client {
		t.sawClient(u)
		return nil
	}
	return t.sawServer(u)
}

func (t *tracker) sawClient(u dialect.Unit) {
	text := u.Text
	f := &t.client
	inner := f.inner
	*f = flow{}
	from := 0
	switch {
	case inner:
	case t.authTag != "":
		return // a response
	case t.idle && strings.EqualFold(string(text), "DONE"):
		t.idle = false
		return
	default:
		tag, verb, at := first(text)
		if tag == "" {
			return
		}
		s, e := word(text, at)
		c := command{verb: verb, arg: strings.ToUpper(string(text[s:e]))}
		t.commands[tag] = c
		t.tag, t.isLogin, t.login = tag, verb == "LOGIN", 0
		switch verb {
		case "AUTHENTICATE":
			t.auth, t.authTag, t.challenges = c.arg, tag, 0
		case "IDLE":
			t.idle = true
		}
		from = at
	}
	if t.isLogin {
		for _, a := range loginArgs(text, from) {
			if !a.literal {
				t.login++
			}
		}
	}
	n, sync, _, ok := literal(text)
	if !ok || u.End == wire.None {
		return
	}
	*f = flow{left: n, sync: sync, inner: true}
	if n == 0 && t.isLogin {
		t.login++
	}
}

func (t *tracker) sawServer(u dialect.Unit) []dialect.Event {
	text := u.Text
	inner := t.server.inner
	t.server = flow{}
	if inner || !textual(text) {
		if n, _, _, ok := literal(text); ok && u.End != wire.None {
			t.server = flow{left: n, inner: true}
		}
		return nil
	}
	if len(text) == 0 {
		return nil
	}
	if text[0] == '+' {
		if t.authTag != "" {
			t.challenges++
		}
		return nil
	}
	tag, status, _ := first(text)
	greeting := t.greeting
	t.greeting = false
	if tag == "*" {
		if status == "BYE" && (greeting || !t.loggingOut()) {
			return []dialect.Event{{Kind: dialect.Ends}}
		}
		return nil
	}
	c, ok := t.commands[tag]
	if !ok {
		return nil
	}
	delete(t.commands, tag)
	if tag == t.authTag {
		t.authTag, t.auth = "", ""
	}
	if tag == t.tag {
		// A command that is refused while its literal waits for leave ends here (RFC 3501 section 7.5).
		if t.client.left > 0 && t.client.sync && !t.client.begun {
			t.client = flow{}
		}
		if c.verb == "IDLE" {
			t.idle = false
		}
		t.isLogin = t.isLogin && t.client.inner
	}
	if status != "OK" {
		return nil
	}
	switch c.verb {
	case "STARTTLS":
		return []dialect.Event{{Kind: dialect.StartTLS}}
	case "COMPRESS":
		return []dialect.Event{{Kind: dialect.StartCompression, Arg: strings.ToLower(c.arg)}}
	case "LOGOUT":
		return []dialect.Event{{Kind: dialect.Ends}}
	}
	return nil
}

func (t *tracker) loggingOut() bool {
	for _, c := range t.commands {
		if c.verb == "LOGOUT" {
			return true
		}
	}
	return false
}

// Compare implements dialect.Tracker. The texts of status responses are reworded if they differ; tags, statuses and response codes are not text.
// The case of keywords makes no difference, nor whether a string without a literal is quoted; names of mailboxes are compared as they
// are, but for INBOX. Literals are compared octet for octet.
func (t *tracker) Compare(p dialect.Party, want, got dialect.Unit) dialect.Likeness {
	switch {
	case want.Kind != got.Kind || want.End != got.End:
		return dialect.Different
	case bytes.Equal(want.Text, got.Text):
		return dialect.Same
	case want.Kind != dialect.Line:
		return dialect.Different
	case p == dialect.Client:
		return t.compareCommands(want.Text, got.Text)
	case t.server.inner:
		return same(sameTokens(tokens(want.Text), tokens(got.Text), true))
	}
	return t.compareResponses(want.Text, got.Text)
}

func same(ok bool) dialect.Likeness {
	if ok {
		return dialect.Same
	}
	return dialect.Different
}

func (t *tracker) compareCommands(want, got []byte) dialect.Likeness {
	switch {
	case t.client.inner:
		return same(sameTokens(tokens(want), tokens(got), false))
	case t.authTag != "":
		return dialect.Different
	case t.idle && bytes.EqualFold(want, []byte("DONE")):
		return same(bytes.EqualFold(want, got))
	}
	wTag, wVerb, wAt := first(want)
	gTag, gVerb, gAt := first(got)
	if wTag != gTag || wVerb != gVerb {
		return dialect.Different
	}
	w, g := tokens(want[wAt:]), tokens(got[gAt:])
	exact := false
	switch wVerb {
	case "LOGIN":
		exact = true
	case "AUTHENTICATE":
		// The mechanism in any case, the response as it is.
		if len(w) > 0 && len(g) > 0 && strings.EqualFold(w[0].text, g[0].text) {
			w, g, exact = w[1:], g[1:], true
		}
	case "SELECT", "EXAMINE", "CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE", "LIST", "LSUB", "STATUS", "APPEND", "COPY", "UID COPY", "MOVE",
		"UID MOVE", "GETACL", "SETACL", "DELETEACL", "LISTRIGHTS", "MYRIGHTS", "GETQUOTAROOT", "GETMETADATA", "SETMETADATA":
		exact = true
	}
	return same(sameTokens(w, g, !exact))
}

// token is an atom, a quoted string's content, or a parenthesis.
type token struct {
	text   string
	quoted bool
	space  bool // a space stands before it
	depth  int  // of parentheses
}

func tokens(text []byte) []token {
	var out []token
	depth := 0
	space := false
	for at := 0; at < len(text); {
		tok := token{space: space, depth: depth}
		space = false
		switch c := text[at]; c {
		case ' ':
			space = true
			at++
			continue
		case '(', ')':
			if c == '(' {
				depth++
			} else {
				depth = max(depth-1, 0)
			}
			tok.text = string(c)
			at++
		case '"':
			tok.quoted = true
			var b []byte
			for at++; at < len(text) && text[at] != '"'; at++ {
				if text[at] == '\\' && at+1 < len(text) {
					at++
				}
				b = append(b, text[at])
			}
			at++
			tok.text = string(b)
		default:
			end := at
			for end < len(text) && strings.IndexByte(` ()"`, text[end]) < 0 {
				end++
			}
			tok.text = string(text[at:end])
			at = end
		}
		out = append(out, tok)
	}
	return out
}

// sameTokens compares tokens; fold says that atoms come in any case, as they do in parentheses and as flags in any event.
func sameTokens(w, g []token, fold bool) bool {
	return slices.EqualFunc(w, g, func(a, b token) bool {
		if a.space != b.space || a.depth != b.depth {
			return false
		}
		if a.text == b.text {
			return true
		}
		if strings.EqualFold(a.text, "INBOX") && strings.EqualFold(b.text, "INBOX") {
			return true
		}
		if a.quoted || b.quoted {
			return false
		}
		return (fold || a.depth > 0 || strings.HasPrefix(a.text, `\`)) && strings.EqualFold(a.text, b.text)
	})
}

func (t *tracker) compareResponses(want, got []byte) dialect.Likeness {
	if textual(want) != textual(got) {
		return dialect.Different
	}
	if len(want) > 0 && len(got) > 0 && textual(want) {
		if want[0] == '+' || got[0] == '+' {
			if want[0] != got[0] || t.authTag != "" && !bytes.Equal(bytes.TrimSpace(want), bytes.TrimSpace(got)) {
				return dialect.Different
			}
			return dialect.Reworded
		}
		return compareStatus(want, got)
	}
	w, g := tokens(want), tokens(got)
	if len(w) > 1 && len(g) > 1 {
		// Lists without an order.
		switch strings.ToUpper(w[1].text) {
		case "CAPABILITY", "FLAGS", "ENABLED", "SEARCH":
			sortTokens(w[2:])
			sortTokens(g[2:])
		}
	}
	exact := len(w) > 1 && slices.Contains([]string{"LIST", "LSUB", "STATUS"}, strings.ToUpper(w[1].text))
	if exact && len(g) > 1 && strings.EqualFold(w[1].text, g[1].text) {
		return same(sameTokens(w[:1], g[:1], true) && sameTokens(w[2:], g[2:], false))
	}
	return same(sameTokens(w, g, true))
}

func sortTokens(list []token) {
	slices.SortFunc(list, func(a, b token) int { return strings.Compare(strings.ToUpper(a.text), strings.ToUpper(b.text)) })
	for i := range list {
		list[i].space, list[i].depth = true, 1
	}
}

func compareStatus(want, got []byte) dialect.Likeness {
	wTag, wStatus, wAt := first(want)
	gTag, gStatus, gAt := first(got)
	if wTag != gTag || wStatus != gStatus {
		return dialect.Different
	}
	wCode, wText := cutCode(want[wAt:])
	gCode, gText := cutCode(got[gAt:])
	w, g := tokens(wCode), tokens(gCode)
	if len(w) > 0 && len(g) > 0 {
		switch strings.ToUpper(w[0].text) {
		case "CAPABILITY", "PERMANENTFLAGS":
			sortTokens(w[1:])
			sortTokens(g[1:])
		}
	}
	if !sameTokens(w, g, true) {
		return dialect.Different
	}
	if bytes.Equal(wText, gText) {
		return dialect.Same
	}
	return dialect.Reworded
}

// cutCode cuts a response code off the text that follows a status.
func cutCode(text []byte) (code, rest []byte) {
	text = bytes.TrimPrefix(text, []byte(" "))
	if len(text) == 0 || text[0] != '[' {
		return nil, text
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case ']':
			return text[1:i], bytes.TrimPrefix(text[i+1:], []byte(" "))
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		}
	}
	return nil, text
}
