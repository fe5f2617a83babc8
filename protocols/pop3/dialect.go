package pop3

import (
	"bytes"
	"slices"
	"strings"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// Dialect tells how POP3 sessions are cut, compared and redacted.
//
// The kinds of its marks are "timestamp" (the greeting's, for APOP), "uid" (unique-ids), "user" (names of mailboxes) and the secrets
// "password" (PASS), "apop" (APOP's digest) and "sasl MECHANISM" (responses and challenges of a SASL exchange).
func Dialect() dialect.Dialect { return pop3Dialect{} }

type pop3Dialect struct{}

func (pop3Dialect) Name() string { return "pop3" }

func (pop3Dialect) Schemes() []dialect.Scheme {
	return []dialect.Scheme{{Name: "pop3", Port: Port}, {Name: "pop3s", Port: PortTLS, ImplicitTLS: true}}
}

func (pop3Dialect) NewTracker() dialect.Tracker {
	return &tracker{pending: []pending{{verb: greeting}}}
}

// greeting stands in the queue for the line that no command asks for.
const greeting = "(greeting)"

// pending is a command without its answer.
type pending struct {
	verb      string
	mech      string // of AUTH
	arg       bool   // has an argument
	multiline bool   // a positive answer is multi-line
	secret    []byte // what the answer might repeat
}

// tracker follows one connection. Commands may be pipelined, so it holds a queue of those that are not answered.
type tracker struct {
	pending []pending
	// block is the command whose multi-line answer is being said; nil outside of one.
	block   *pending
	blockLF bool // its status line ended in a bare LF
	// Of the AUTH at the head of the queue: whether the client's turn is to answer a challenge, how many responses it sent without being
	// asked, and how many challenges there were.
	awaiting   bool
	ahead      int
	challenges int
	software   string // what IMPLEMENTATION said
}

// Server returns what the server said that it is, the argument of the capability IMPLEMENTATION (RFC 2449 section 6.9); "" as long as it
// said nothing. A recorder asks for it.
func (t *tracker) Server() string { return t.software }

// Next implements dialect.Tracker.
func (t *tracker) Next(p dialect.Party) dialect.Shape {
	if p == dialect.Server && t.block != nil {
		return dialect.Shape{Kind: dialect.BlockLine}
	}
	return dialect.Shape{Kind: dialect.Line}
}

// split parts a command line as forgivingly as a server might: leading space and TABs are taken for spaces. At is the offset of what follows
// the verb and one separator.
func split(text []byte) (verb string, at int) {
	i := 0
	for i < len(text) && isSpace(text[i]) {
		i++
	}
	j := i
	for j < len(text) && !isSpace(text[j]) {
		j++
	}
	return strings.ToUpper(string(text[i:j])), min(j+1, len(text))
}

// word returns the word of text that begins at or behind at.
func word(text []byte, at int) (start, end int) {
	for at < len(text) && isSpace(text[at]) {
		at++
	}
	end = at
	for end < len(text) && !isSpace(text[end]) {
		end++
	}
	return at, end
}

// inSASL reports whether the client's next line is a response of a SASL exchange. A client that doesn't wait for the challenge is
// believed to respond unless it says a verb: what it says may be a secret.
func (t *tracker) inSASL(text []byte) bool {
	if t.awaiting {
		return true
	}
	if len(t.pending) == 0 || t.pending[len(t.pending)-1].verb != "AUTH" {
		return false
	}
	verb, _ := split(text)
	_, known := Lookup(verb)
	return !known
}

// lastMech returns the mechanism of the exchange that the client is in.
func (t *tracker) lastMech() string {
	if t.awaiting {
		return t.pending[0].mech
	}
	return t.pending[len(t.pending)-1].mech
}

// Marks implements dialect.Tracker.
func (t *tracker) Marks(p dialect.Party, u dialect.Unit) []dialect.Mark {
	if p == dialect.Client {
		if t.inSASL(u.Text) {
			if len(u.Text) == 0 || string(u.Text) == "*" {
				return nil
			}
			return []dialect.Mark{saslMark(t.lastMech(), u.Text, 0)}
		}
		return commandMarks(u.Text)
	}
	return t.serverMarks(u.Text)
}

// saslMark marks a client's response, text from start on. EXTERNAL and ANONYMOUS carry no secret, unless what stands there is something else.
func saslMark(mech string, text []byte, start int) dialect.Mark {
	m := dialect.Mark{Start: start, End: len(text), Kind: "sasl", Secret: true}
	if mech == "EXTERNAL" || mech == "ANONYMOUS" {
		_, err := wire.DecodeBase64(text[start:], "")
		m.Secret = err != nil
	}
	if mech != "" {
		m.Args = []string{mech}
	}
	return m
}

func commandMarks(text []byte) []dialect.Mark {
	verb, at := split(text)
	start, end := word(text, at)
	if start == end {
		if verb == "PASS" && at < len(text) { // a password of nothing but spaces
			return []dialect.Mark{{Start: at, End: len(text), Kind: "password", Secret: true}}
		}
		return nil
	}
	user := dialect.Mark{Start: start, End: end, Kind: "user"}
	switch verb {
	case "USER", "RPOP":
		user.Start, user.End = at, len(text)
		return []dialect.Mark{user}
	case "PASS":
		return []dialect.Mark{{Start: at, End: len(text), Kind: "password", Secret: true}}
	case "APOP":
		digest := dialect.Mark{Start: end, End: len(text), Kind: "apop", Secret: true}
		digest.Start, _ = word(text, end)
		if digest.Start == digest.End {
			if isDigest(strings.ToLower(string(text[start:end]))) {
				return []dialect.Mark{{Start: start, End: end, Kind: "apop", Secret: true}}
			}
			return []dialect.Mark{user}
		}
		return []dialect.Mark{user, digest}
	case "AUTH":
		mech := strings.ToUpper(string(text[start:end]))
		from, _ := word(text, end)
		if from == len(text) || string(text[from:]) == "=" {
			return nil
		}
		return []dialect.Mark{saslMark(mech, text, from)}
	}
	return nil
}

func (t *tracker) serverMarks(text []byte) []dialect.Mark {
	if t.block != nil {
		if t.block.verb == "UIDL" {
			return uidMark(text, 0)
		}
		return nil
	}
	head := t.head()
	status, at := statusOf(text)
	switch {
	case status == Continue && head.verb == "AUTH":
		if at == len(text) {
			return nil
		}
		m := dialect.Mark{Start: at, End: len(text), Kind: "sasl", Secret: t.secretChallenge(head.mech)}
		if head.mech != "" {
			m.Args = []string{head.mech}
		}
		return []dialect.Mark{m}
	case status == OK && head.verb == greeting:
		if start, end, ok := FindTimestamp(string(text)); ok {
			return []dialect.Mark{{Start: start, End: end, Kind: "timestamp"}}
		}
	case status == OK && head.verb == "UIDL" && head.arg:
		return uidMark(text, at)
	}
	return echoes(text, head.secret)
}

// secretChallenge reports whether what a challenge holds could help to find out the password or stand for it: the server's proof in SCRAM and
// DIGEST-MD5, and anything of a mechanism that isn't known here.
func (t *tracker) secretChallenge(mech string) bool {
	switch mech {
	case "PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS":
		return false
	}
	if strings.HasPrefix(mech, "SCRAM-") {
		// An empty challenge asks for the first message: then the salt comes second. It begins with the nonce, the proof with "v=".
		return t.challenges > 0
	}
	return mech != "DIGEST-MD5" || t.challenges > 0
}

func uidMark(text []byte, at int) []dialect.Mark {
	_, numEnd := word(text, at)
	start, end := word(text, numEnd)
	if start == end {
		return nil
	}
	return []dialect.Mark{{Start: start, End: end, Kind: "uid"}}
}

// echoes marks where a server repeats a secret in its answer. Secrets of less than four octets are not looked for: they would be found in
// any text.
func echoes(text, secret []byte) []dialect.Mark {
	if len(secret) < 4 {
		return nil
	}
	var marks []dialect.Mark
	for from := 0; ; {
		i := bytes.Index(text[from:], secret)
		if i < 0 {
			return marks
		}
		from += i + len(secret)
		marks = append(marks, dialect.Mark{Start: from - len(secret), End: from, Kind: "secret", Secret: true})
	}
}

// head returns the command that the server answers next; the zero value if it was asked nothing.
func (t *tracker) head() pending {
	if len(t.pending) == 0 {
		return pending{}
	}
	return t.pending[0]
}

// statusOf reads the status of a line forgivingly; at is the offset of the text behind it. What is none counts as negative.
func statusOf(text []byte) (s Status, at int) {
	n := bytes.IndexByte(text, ' ')
	at = n + 1
	if n < 0 {
		n, at = len(text), len(text)
	}
	switch w := string(text[:n]); {
	case strings.EqualFold(w, "+OK"):
		return OK, at
	case w == "+":
		return Continue, at
	}
	return Err, at
}

// Saw implements dialect.Tracker.
func (t *tracker) Saw(p dialect.Party, u dialect.Unit) []dialect.Event {
	if p == dialect.Client {
		t.sawClient(u.Text)
		return nil
	}
	if t.block != nil {
		if string(u.Text) == "." && (u.End == wire.CRLF || u.End == wire.LF && t.blockLF) {
			t.block = nil
		} else if tag, rest, _ := strings.Cut(string(u.Text), " "); t.block.verb == "CAPA" && strings.EqualFold(tag, CapaImplementation) {
			t.software = rest
		}
		return nil
	}
	if len(t.pending) == 0 {
		return nil
	}
	head := t.pending[0]
	status, _ := statusOf(u.Text)
	if head.verb == "AUTH" {
		if status == Continue {
			if len(bytes.TrimSpace(u.Text)) > 1 {
				t.challenges++
			}
			if t.ahead > 0 {
				t.ahead--
			} else {
				t.awaiting = true
			}
			return nil
		}
		t.awaiting, t.challenges = false, 0
		// Responses that were never asked for are commands to the server, and it answers them.
		for ; t.ahead > 0; t.ahead-- {
			t.pending = slices.Insert(t.pending, 1, pending{verb: "?"})
		}
	}
	t.pending = t.pending[:copy(t.pending, t.pending[1:])]
	switch {
	case head.verb == "QUIT":
		return []dialect.Event{{Kind: dialect.Ends}}
	case status == OK && head.verb == "STLS":
		return []dialect.Event{{Kind: dialect.StartTLS}}
	case status == OK && head.multiline:
		head.secret = nil
		t.block, t.blockLF = &head, u.End == wire.LF
	}
	return nil
}

func (t *tracker) sawClient(text []byte) {
	if t.inSASL(text) {
		if t.awaiting {
			t.awaiting = false
		} else {
			t.ahead++
		}
		return
	}
	verb, at := split(text)
	start, end := word(text, at)
	p := pending{verb: verb, arg: start < end}
	c := Command{Verb: verb}
	if p.arg {
		c.Args = []string{""}
	}
	p.multiline = c.Multiline()
	switch {
	case verb == "AUTH":
		p.mech = strings.ToUpper(string(text[start:end]))
		if ir, irEnd := word(text, end); ir < irEnd {
			p.secret = bytes.Clone(text[ir:])
		}
	case verb == "PASS":
		p.secret = bytes.Clone(text[at:])
	}
	t.pending = append(t.pending, p)
}

// Compare implements dialect.Tracker. The texts of replies are reworded if they differ, but for the drop, scan, unique-id and language listings,
// response codes, challenges, and whether a greeting offers APOP. Numbers are compared as numbers, verbs, tags, codes and status words without
// regard to case; a difference in the line's end is always a difference.
func (t *tracker) Compare(p dialect.Party, want, got dialect.Unit) dialect.Likeness {
	if want.Kind != got.Kind || want.End != got.End {
		return dialect.Different
	}
	if bytes.Equal(want.Text, got.Text) {
		return dialect.Same
	}
	if p == dialect.Client {
		if t.inSASL(want.Text) || t.inSASL(got.Text) {
			return dialect.Different
		}
		return compareCommands(want.Text, got.Text)
	}
	if t.block != nil {
		return compareLines(t.block.verb, want.Text, got.Text)
	}
	return t.compareReplies(want.Text, got.Text)
}

func same(ok bool) dialect.Likeness {
	if ok {
		return dialect.Same
	}
	return dialect.Different
}

func compareCommands(want, got []byte) dialect.Likeness {
	wv, wRest := dialect.Verb(want)
	gv, gRest := dialect.Verb(got)
	if wv != gv || (wRest == nil) != (gRest == nil) {
		return dialect.Different
	}
	spec, ok := Lookup(wv)
	if !ok || len(spec.Params) == 1 && (spec.Params[0].Kind == ParamPassword || spec.Params[0].Kind == ParamName) {
		return same(bytes.Equal(wRest, gRest))
	}
	wa, ga := strings.Split(string(wRest), " "), strings.Split(string(gRest), " ")
	if len(wa) != len(ga) {
		return dialect.Different
	}
	for i := range wa {
		if wa[i] == ga[i] {
			continue
		}
		if i >= len(spec.Params) {
			return dialect.Different
		}
		switch spec.Params[i].Kind {
		case ParamNumber, ParamCount:
			if !sameNumber(wa[i], ga[i]) {
				return dialect.Different
			}
		case ParamMechanism, ParamLanguage:
			if !strings.EqualFold(wa[i], ga[i]) {
				return dialect.Different
			}
		default:
			return dialect.Different
		}
	}
	return dialect.Same
}

// sameNumber compares digits by value, however many there are.
func sameNumber(a, b string) bool {
	_, okA := decimal(a)
	_, okB := decimal(b)
	return okA && okB && strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0")
}

func (t *tracker) compareReplies(want, got []byte) dialect.Likeness {
	ws, wAt := statusOf(want)
	gs, gAt := statusOf(got)
	if ws != gs {
		return dialect.Different
	}
	w, g := want[wAt:], got[gAt:]
	head := t.head()
	if ws == Continue {
		return same(bytes.Equal(w, g)) // "+" without its space means the empty challenge too
	}
	wCode, wText := cutCode(w)
	gCode, gText := cutCode(g)
	if !strings.EqualFold(string(wCode), string(gCode)) {
		return dialect.Different
	}
	if ws == OK {
		switch head.verb {
		case greeting:
			_, _, wAPOP := FindTimestamp(string(wText))
			_, _, gAPOP := FindTimestamp(string(gText))
			if wAPOP != gAPOP {
				return dialect.Different
			}
		case "STAT":
			return compareListing(w, g, 2, 2)
		case "LIST":
			if head.arg {
				return compareListing(w, g, 2, 2)
			}
		case "UIDL":
			if head.arg {
				return compareListing(w, g, 1, 2)
			}
		case "LANG":
			if head.arg {
				return compareListing(w, g, 0, 1)
			}
		}
	}
	if bytes.Equal(wText, gText) {
		return dialect.Same // the case of status or code
	}
	return dialect.Reworded
}

func cutCode(text []byte) (Code, []byte) {
	if len(text) > 0 && text[0] == '[' {
		if code, n, bad := parseCode(text); bad < 0 {
			return code, bytes.TrimPrefix(text[n:], []byte(" "))
		}
	}
	return "", text
}

// compareListing compares lines that begin with words that are data: the first numbers of them are numbers; what follows data words is
// text.
func compareListing(w, g []byte, numbers, data int) dialect.Likeness {
	ws, gs := strings.SplitN(string(w), " ", data+1), strings.SplitN(string(g), " ", data+1)
	for i := range data {
		if i >= len(ws) || i >= len(gs) {
			if i >= len(ws) && i >= len(gs) {
				return dialect.Reworded
			}
			return dialect.Different
		}
		if ws[i] == gs[i] || i < numbers && sameNumber(ws[i], gs[i]) || data == 1 && strings.EqualFold(ws[i], gs[i]) {
			continue
		}
		return dialect.Different
	}
	if len(ws) != len(gs) || len(ws) > data && ws[data] != gs[data] {
		return dialect.Reworded
	}
	return dialect.Same
}

func compareLines(verb string, want, got []byte) dialect.Likeness {
	if string(want) == "." || string(got) == "." {
		return dialect.Different
	}
	switch verb {
	case "LIST":
		return compareListing(want, got, 2, 2)
	case "UIDL":
		return compareListing(want, got, 1, 2)
	case "LANG":
		return compareListing(want, got, 0, 1)
	case "AUTH":
		return same(bytes.EqualFold(want, got))
	case "CAPA":
		return compareCapabilities(string(want), string(got))
	}
	return dialect.Different
}

func compareCapabilities(want, got string) dialect.Likeness {
	w, g := strings.Split(strings.ToUpper(want), " "), strings.Split(strings.ToUpper(got), " ")
	if w[0] != g[0] {
		return dialect.Different
	}
	switch w[0] {
	case CapaImplementation:
		return dialect.Reworded // a client must not behave by it (RFC 2449 section 6.9)
	case CapaSASL:
		slices.Sort(w[1:])
		slices.Sort(g[1:])
	}
	return same(slices.Equal(w, g))
}
