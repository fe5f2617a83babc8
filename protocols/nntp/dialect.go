package nntp

import (
	"bytes"
	"slices"
	"strings"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// Registered ports.
const (
	// Port is the port of NNTP (RFC 3977 section 3.1).
	Port = 119
	// PortTLS is the port of NNTP with implicit TLS (RFC 8143 section 3.1).
	PortTLS = 563
)

// Dialect tells how NNTP sessions are cut, compared and redacted.
//
// The kinds of its marks are "date" (the answer to DATE), "user" and the secret "password" (AUTHINFO USER and PASS), "sasl MECHANISM" (responses,
// which are secret, and challenges).
func Dialect() dialect.Dialect { return nntpDialect{} }

type nntpDialect struct{}

func (nntpDialect) Name() string { return "nntp" }

func (nntpDialect) Schemes() []dialect.Scheme {
	return []dialect.Scheme{{Name: "nntp", Port: Port}, {Name: "nntps", Port: PortTLS, ImplicitTLS: true}}
}

func (nntpDialect) NewTracker() dialect.Tracker {
	return &tracker{pending: []pending{{verb: greeting}}}
}

// greeting stands in the queue for the line that no command asks for.
const greeting = "(greeting)"

// pending is a command without its final response. Verbs of two words have both: "AUTHINFO SASL".
type pending struct {
	verb string
	arg  string // the next word, in upper case
}

// tracker follows one connection. Commands may be pipelined (RFC 3977 section 3.5), so it holds a queue of those that are not answered.
type tracker struct {
	pending []pending
	// blocks hold what goes on in each direction.
	server, client block
	block          pending // the command whose answer is the server's block
	respond        bool    // the client is to answer a challenge
	// Of the AUTHINFO at the head of the queue: how many challenges there were, and how many responses that the client did not wait for.
	challenges, ahead int
}

// block is a multi-line data block that goes on.
type block struct {
	on    bool
	piece bool // a line goes on
}

// saw tells whether the block ends with the unit.
func (b *block) saw(u dialect.Unit) bool {
	whole := !b.piece
	b.piece = u.End == wire.None && (b.piece || len(u.Text) > 0)
	if whole && u.End == wire.CRLF && string(u.Text) == "." {
		*b = block{}
		return true
	}
	return false
}

// Next implements dialect.Tracker.
func (t *tracker) Next(p dialect.Party) dialect.Shape {
	if p == dialect.Server && t.server.on || p == dialect.Client && t.client.on {
		return dialect.Shape{Kind: dialect.BlockLine}
	}
	return dialect.Shape{Kind: dialect.Line}
}

// multiline tells whether a response is followed by a block (RFC 3977 appendix C; RFC 2980 for the X commands): the code says so, but that 211
// follows GROUP without one.
func multiline(c pending, code int) bool {
	switch code {
	case 100, 101, 215, 220, 221, 222, 224, 225, 230, 231, 282, 288:
		return true
	case 211:
		return c.verb == "LISTGROUP"
	}
	return false
}

// head returns the command that the server answers next; the zero value if it was asked nothing.
func (t *tracker) head() pending {
	if len(t.pending) == 0 {
		return pending{}
	}
	return t.pending[0]
}

// word returns where the word that begins at or behind at stands; words are parted by spaces and TABs (RFC 3977 section 3.1).
func word(text []byte, at int) (start, end int) {
	for at < len(text) && (text[at] == ' ' || text[at] == '\t') {
		at++
	}
	end = at
	for end < len(text) && text[end] != ' ' && text[end] != '\t' {
		end++
	}
	return at, end
}

// command parses a command line; at is the end of its verb.
func command(text []byte) (c pending, at int) {
	start, at := word(text, 0)
	c.verb = strings.ToUpper(string(text[start:at]))
	if c.verb == "AUTHINFO" || c.verb == "MODE" {
		s, e := word(text, at)
		c.verb += " " + strings.ToUpper(string(text[s:e]))
		at = e
	}
	s, e := word(text, at)
	c.arg = strings.ToUpper(string(text[s:e]))
	return c, at
}

// Marks implements dialect.Tracker.
func (t *tracker) Marks(p dialect.Party, u dialect.Unit) []dialect.Mark {
	if u.Kind != dialect.Line {
		return nil
	}
	text := u.Text
	if p == dialect.Server {
		return t.responseMarks(text)
	}
	if t.inSASL(text) {
		c := t.head()
		if !t.respond {
			c = t.pending[len(t.pending)-1]
		}
		if c.verb == "AUTHINFO SIMPLE" {
			return credentials(text)
		}
		if len(text) == 0 || string(text) == "*" || string(text) == "=" {
			return nil
		}
		return []dialect.Mark{saslMark(c.arg, 0, len(text), true)}
	}
	c, at := command(text)
	start, end := word(text, at)
	if start == end {
		return nil
	}
	switch c.verb {
	case "AUTHINFO USER":
		return []dialect.Mark{{Start: start, End: len(text), Kind: "user"}}
	case "AUTHINFO PASS":
		// A password may hold spaces (RFC 4643 section 2.3.2).
		return []dialect.Mark{{Start: min(at+1, len(text)), End: len(text), Kind: "password", Secret: true}}
	case "AUTHINFO SASL":
		if start, end = word(text, end); start < end && string(text[start:]) != "=" {
			return []dialect.Mark{saslMark(c.arg, start, len(text), true)}
		}
	case "AUTHINFO GENERIC":
		return []dialect.Mark{{Start: start, End: len(text), Kind: "secret", Secret: true}}
	}
	return nil
}

// verbs are the commands that are known; a line behind AUTHINFO SASL that is none of them is believed to be a response.
var verbs = []string{"ARTICLE", "AUTHINFO", "BODY", "CAPABILITIES", "CHECK", "COMPRESS", "DATE", "GROUP", "HDR", "HEAD", "HELP", "IHAVE", "LAST",
	"LIST", "LISTGROUP", "MODE", "NEWGROUPS", "NEWNEWS", "NEXT", "OVER", "POST", "QUIT", "SLAVE", "STARTTLS", "STAT", "TAKETHIS", "XGTITLE",
	"XHDR", "XINDEX", "XOVER", "XPAT", "XPATH", "XREPLIC", "XROVER", "XTHREAD"}

// inSASL reports whether the client's next line is a response of an exchange of credentials. A client that does not wait for the challenge
// is believed to respond unless it says a verb: what it says may be a secret.
func (t *tracker) inSASL(text []byte) bool {
	if t.respond {
		return true
	}
	n := len(t.pending)
	if n == 0 || t.pending[n-1].verb != "AUTHINFO SASL" && t.pending[n-1].verb != "AUTHINFO SIMPLE" {
		return false
	}
	verb, _ := dialect.Verb(text)
	return !slices.Contains(verbs, verb)
}

// credentials marks the line that answers 350 (RFC 2980 section 3.1.2): a user and a password.
func credentials(text []byte) []dialect.Mark {
	var out []dialect.Mark
	start, end := word(text, 0)
	if start < end {
		out = append(out, dialect.Mark{Start: start, End: end, Kind: "user"})
	}
	if s, e := word(text, end); s < e {
		out = append(out, dialect.Mark{Start: s, End: len(text), Kind: "password", Secret: true})
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

func (t *tracker) responseMarks(text []byte) []dialect.Mark {
	code, at, ok := splitResponse(text)
	if !ok || at == len(text) {
		return nil
	}
	head := t.head()
	switch {
	case code == 111 && head.verb == "DATE":
		if start, end := word(text, at); start < end {
			return []dialect.Mark{{Start: start, End: end, Kind: "date"}}
		}
	case (code == 383 || code == 283) && head.verb == "AUTHINFO SASL":
		m := saslMark(head.arg, at, len(text), false)
		m.Secret = secretChallenge(head.arg, t.challenges)
		if string(text[at:]) == "=" {
			return nil
		}
		return []dialect.Mark{m}
	}
	return nil
}

// splitResponse splits a response line; at is the offset of what follows the code.
func splitResponse(text []byte) (code, at int, ok bool) {
	if len(text) < 3 {
		return 0, 0, false
	}
	for _, c := range text[:3] {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
		code = code*10 + int(c-'0')
	}
	if len(text) == 3 {
		return code, 3, true
	}
	return code, 4, text[3] == ' '
}

// Saw implements dialect.Tracker.
func (t *tracker) Saw(p dialect.Party, u dialect.Unit) []dialect.Event {
	if p == dialect.Client {
		t.sawClient(u)
		return nil
	}
	if t.server.on {
		if t.server.saw(u) {
			t.block = pending{}
		}
		return nil
	}
	return t.sawResponse(u.Text)
}

func (t *tracker) sawClient(u dialect.Unit) {
	switch {
	case t.client.on:
		t.client.saw(u)
		return
	case t.inSASL(u.Text):
		if !t.respond {
			t.ahead++
		}
		t.respond = false
		return
	}
	c, _ := command(u.Text)
	t.pending = append(t.pending, c)
	if c.verb == "TAKETHIS" { // the article follows at once (RFC 4644 section 2.5)
		t.client = block{on: true}
	}
}

func (t *tracker) sawResponse(text []byte) []dialect.Event {
	code, _, ok := splitResponse(text)
	if !ok {
		return nil
	}
	if len(t.pending) == 0 {
		if code == 400 {
			return []dialect.Event{{Kind: dialect.Ends}}
		}
		return nil
	}
	head := t.pending[0]
	switch {
	case code == 340 && head.verb == "POST", code == 335 && head.verb == "IHAVE":
		t.client = block{on: true}
		return nil // the final response follows the article
	case code == 383 && head.verb == "AUTHINFO SASL", code == 350 && head.verb == "AUTHINFO SIMPLE":
		t.challenges++
		if t.respond = t.ahead == 0; !t.respond {
			t.ahead--
		}
		return nil
	}
	t.pending = slices.Delete(t.pending, 0, 1)
	if strings.HasPrefix(head.verb, "AUTHINFO") {
		// Responses that were never asked for are commands to the server, and it answers them.
		for ; t.ahead > 0; t.ahead-- {
			t.pending = slices.Insert(t.pending, 0, pending{verb: "?"})
		}
		t.respond, t.challenges = false, 0
	}
	switch {
	case code == 400 || code == 205 && head.verb == "QUIT":
		return []dialect.Event{{Kind: dialect.Ends}}
	case head.verb == greeting && code >= 400:
		return []dialect.Event{{Kind: dialect.Ends}}
	case code == 382 && head.verb == "STARTTLS":
		*t = tracker{}
		return []dialect.Event{{Kind: dialect.StartTLS}}
	case code == 206 && head.verb == "COMPRESS":
		return []dialect.Event{{Kind: dialect.StartCompression, Arg: strings.ToLower(head.arg)}}
	case multiline(head, code):
		t.server, t.block = block{on: true}, head
	}
	return nil
}

// Compare implements dialect.Tracker. The texts of responses are reworded if they differ, but for the arguments that RFC 3977 gives to some codes.
// In commands the case of keywords makes no difference; that of newsgroups, message-ids and credentials does. Articles and listings
// are compared octet for octet, capabilities without regard to case.
func (t *tracker) Compare(p dialect.Party, want, got dialect.Unit) dialect.Likeness {
	switch {
	case want.Kind != got.Kind || want.End != got.End:
		return dialect.Different
	case bytes.Equal(want.Text, got.Text):
		return dialect.Same
	case want.Kind == dialect.BlockLine && p == dialect.Server:
		return t.compareLines(string(want.Text), string(got.Text))
	case want.Kind != dialect.Line || p == dialect.Client && (t.inSASL(want.Text) || t.inSASL(got.Text)):
		return dialect.Different
	case p == dialect.Client:
		return same(sameCommand(want.Text, got.Text))
	}
	return compareResponses(t.head(), want.Text, got.Text)
}

func same(ok bool) dialect.Likeness {
	if ok {
		return dialect.Same
	}
	return dialect.Different
}

// keywords is the number of words at the start of a command that are keywords.
func keywords(verb string) int {
	switch verb {
	case "LIST", "MODE", "AUTHINFO", "COMPRESS",
		"HDR", "XHDR", "XPAT": // the name of a header field comes in any case (RFC 3977 section 8.5)
		return 2
	}
	return 1
}

func sameCommand(want, got []byte) bool {
	wv, _ := dialect.Verb(want)
	n := keywords(wv)
	if c, at := command(want); c.verb == "AUTHINFO SASL" {
		n = 3
	} else if c.verb == "AUTHINFO PASS" {
		d, from := command(got)
		return d.verb == c.verb && bytes.Equal(want[at:], got[from:]) // its spaces count
	}
	w, g := words(want), words(got)
	if len(w) != len(g) {
		return false
	}
	for i := range w {
		if w[i] != g[i] && (i >= n || !strings.EqualFold(w[i], g[i])) {
			return false
		}
	}
	return true
}

func words(text []byte) []string {
	return strings.FieldsFunc(string(text), func(r rune) bool { return r == ' ' || r == '\t' })
}

// arguments is the number of arguments that a response has (RFC 3977 section 3.2 and appendix C).
func arguments(c pending, code int) int {
	switch code {
	case 111, 401, 383, 283:
		return 1
	case 211:
		return 4
	case 220, 221, 222, 223:
		if c.verb == "HDR" || c.verb == "XHDR" || c.verb == "XPAT" || c.verb == "XROVER" {
			return 0
		}
		return 2
	case 238, 438, 431, 239, 439:
		return 1 // the message-id (RFC 4644 section 2.4)
	}
	return 0
}

func compareResponses(c pending, want, got []byte) dialect.Likeness {
	wc, wAt, wOK := splitResponse(want)
	gc, gAt, gOK := splitResponse(got)
	if !wOK || !gOK || wc != gc {
		return dialect.Different
	}
	w, g := words(want[wAt:]), words(got[gAt:])
	for i := range arguments(c, wc) {
		if i >= len(w) || i >= len(g) {
			return same(len(w) == len(g))
		}
		if w[i] != g[i] && !sameNumber(w[i], g[i]) && (wc != 401 || !strings.EqualFold(w[i], g[i])) {
			return dialect.Different
		}
	}
	if slices.Equal(w, g) {
		return dialect.Same
	}
	return dialect.Reworded
}

// sameNumber compares digits by value, however many there are.
func sameNumber(a, b string) bool {
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(a) && digits(b) && strings.TrimLeft(a, "0") == strings.TrimLeft(b, "0")
}

func (t *tracker) compareLines(want, got string) dialect.Likeness {
	if want == "." || got == "." {
		return dialect.Different
	}
	switch t.block.verb {
	case "CAPABILITIES":
		w, g := strings.Fields(strings.ToUpper(want)), strings.Fields(strings.ToUpper(got))
		if len(w) == 0 || len(g) == 0 || w[0] != g[0] {
			return dialect.Different
		}
		if w[0] == "IMPLEMENTATION" {
			return dialect.Reworded
		}
		// Arguments have no order.
		slices.Sort(w[1:])
		slices.Sort(g[1:])
		return same(slices.Equal(w, g))
	case "HELP":
		return dialect.Reworded
	}
	return dialect.Different
}
