package smtp

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
	// Port is the port of SMTP (RFC 5321 section 4.5.4.2).
	Port = 25
	// PortSubmission is the port of message submission (RFC 6409 section 3.1).
	PortSubmission = 587
	// PortSubmissions is the port of message submission with implicit TLS (RFC 8314 section 3.3).
	PortSubmissions = 465
	// PortLMTP is the port that is commonly used for LMTP; RFC 2033 section 5 rules out 25 only.
	PortLMTP = 24
)

// Dialect tells how SMTP and LMTP sessions are cut, compared and redacted.
//
// The kinds of its marks are "host" (the name in EHLO, HELO and LHLO), "token" (a queue's id in the answer to a message), "sasl MECHANISM"
// (responses, which are secret, and challenges).
func Dialect() dialect.Dialect { return smtpDialect{} }

type smtpDialect struct{}

func (smtpDialect) Name() string { return "smtp" }

func (smtpDialect) Schemes() []dialect.Scheme {
	return []dialect.Scheme{
		{Name: "smtp", Port: Port},
		{Name: "smtps", Port: PortSubmissions, ImplicitTLS: true},
		{Name: "submission", Port: PortSubmission, Role: "submission"},
		{Name: "submissions", Port: PortSubmissions, ImplicitTLS: true, Role: "submission"},
		{Name: "lmtp", Port: PortLMTP, Role: "lmtp"},
	}
}

func (smtpDialect) NewTracker() dialect.Tracker {
	return &tracker{pending: []pending{{verb: greeting}}}
}

const (
	greeting = "(greeting)" // the reply that no command asks for
	message  = "(message)"  // the reply that follows a message's content
)

// pending is a command without its final reply.
type pending struct {
	verb string
	mech string // of AUTH
	last bool   // BDAT ... LAST
}

// tracker follows one connection. Commands may be pipelined, so it holds a queue of those that are not answered.
type tracker struct {
	pending []pending
	lines   int // lines of the reply that goes on
	// Of the client:
	block   bool  // it says the content that a 354 asked for
	piece   bool  // a line of it goes on
	octets  int64 // what is still to come of a BDAT chunk
	respond bool  // it is to answer a challenge
	lmtp    bool
	rcpts   int // recipients that were accepted, for LMTP
	// Of the AUTH at the head of the queue: how many challenges there were, and how many responses that the client did not wait for.
	challenges, ahead int
}

// Next implements dialect.Tracker.
func (t *tracker) Next(p dialect.Party) dialect.Shape {
	if p == dialect.Client {
		switch {
		case t.octets > 0:
			return dialect.Shape{Kind: dialect.Octets, N: t.octets}
		case t.block:
			return dialect.Shape{Kind: dialect.BlockLine}
		}
	}
	return dialect.Shape{Kind: dialect.Line}
}

// Marks implements dialect.Tracker.
func (t *tracker) Marks(p dialect.Party, u dialect.Unit) []dialect.Mark {
	if u.Kind != dialect.Line {
		return nil
	}
	if p == dialect.Server {
		return t.replyMarks(u.Text)
	}
	if t.inSASL(u.Text) {
		if len(u.Text) == 0 || string(u.Text) == "*" {
			return nil
		}
		mech := t.head().mech
		if !t.respond {
			mech = t.pending[len(t.pending)-1].mech
		}
		return []dialect.Mark{saslMark(mech, 0, len(u.Text), true)}
	}
	verb, start, end := split(u.Text)
	if start == end {
		return nil
	}
	switch verb {
	case "EHLO", "HELO", "LHLO":
		return []dialect.Mark{{Start: start, End: end, Kind: "host"}}
	case "AUTH":
		mech := strings.ToUpper(string(u.Text[start:end]))
		start, end = word(u.Text, end)
		if start < end && string(u.Text[start:end]) != "=" {
			return []dialect.Mark{saslMark(mech, start, len(u.Text), true)}
		}
	}
	return nil
}

// verbs are the commands that are known; a line behind AUTH that is none of them is believed to be a response.
var verbs = []string{"EHLO", "HELO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP", "AUTH", "STARTTLS",
	"ETRN", "BURL", "SEND", "SOML", "SAML", "TURN", "ATRN", "XCLIENT", "XFORWARD"}

// inSASL reports whether the client's next line is a response of a SASL exchange. A client that does not wait for the challenge is believed
// to respond unless it says a verb: what it says may be a secret.
func (t *tracker) inSASL(text []byte) bool {
	if t.respond {
		return true
	}
	if n := len(t.pending); n == 0 || t.pending[n-1].verb != "AUTH" {
		return false
	}
	verb, _, _ := split(text)
	return !slices.Contains(verbs, verb)
}

func saslMark(mech string, start, end int, client bool) dialect.Mark {
	m := dialect.Mark{Start: start, End: end, Kind: "sasl", Secret: client && mech != "EXTERNAL" && mech != "ANONYMOUS"}
	if mech != "" {
		m.Args = []string{mech}
	}
	return m
}

func (t *tracker) replyMarks(text []byte) []dialect.Mark {
	code, _, rest, ok := splitReply(text)
	if !ok {
		return nil
	}
	head := t.head()
	switch {
	case code == 334 && head.verb == "AUTH":
		if rest == len(text) {
			return nil
		}
		m := saslMark(head.mech, rest, len(text), false)
		m.Secret = secretChallenge(head.mech, t.challenges)
		return []dialect.Mark{m}
	case code == 250 && (head.verb == message || head.verb == "BDAT" && head.last):
		return queueID(text, rest)
	}
	return nil
}

// secretChallenge reports whether a challenge may help to find out the password or stand for it; n is the number of those before.
func secretChallenge(mech string, n int) bool {
	switch mech {
	case "PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS":
		return false
	}
	return !strings.HasPrefix(mech, "SCRAM-") && mech != "DIGEST-MD5" || n > 0
}

// queueID marks the id that common servers tell: "queued as ID", "id=ID".
func queueID(text []byte, from int) []dialect.Mark {
	lower := bytes.ToLower(text)
	for _, lead := range []string{"queued as ", "id="} {
		i := bytes.Index(lower[from:], []byte(lead))
		if i < 0 {
			continue
		}
		start := from + i + len(lead)
		end := start
		for end < len(text) && (isAlnum(text[end]) || strings.IndexByte("-_.", text[end]) >= 0) {
			end++
		}
		for end > start && text[end-1] == '.' {
			end--
		}
		if start < end {
			return []dialect.Mark{{Start: start, End: end, Kind: "token"}}
		}
	}
	return nil
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// head returns the command that the server answers next; the zero value if it was asked nothing.
func (t *tracker) head() pending {
	if len(t.pending) == 0 {
		return pending{}
	}
	return t.pending[0]
}

// split returns the verb in upper case and where the word behind it stands.
func split(text []byte) (verb string, start, end int) {
	s, e := word(text, 0)
	verb = strings.ToUpper(string(text[s:e]))
	start, end = word(text, e)
	return verb, start, end
}

// word returns where the word that begins at or behind at stands.
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

// splitReply splits a reply line; rest is the offset of its text, more says that a hyphen follows the code.
func splitReply(text []byte) (code int, more bool, rest int, ok bool) {
	if len(text) < 3 {
		return 0, false, 0, false
	}
	for _, c := range text[:3] {
		if c < '0' || c > '9' {
			return 0, false, 0, false
		}
		code = code*10 + int(c-'0')
	}
	if len(text) == 3 {
		return code, false, 3, true
	}
	if text[3] != ' ' && text[3] != '-' {
		return 0, false, 0, false
	}
	return code, text[3] == '-', 4, true
}

// Saw implements dialect.Tracker.
func (t *tracker) Saw(p dialect.Party, u dialect.Unit) []dialect.Event {
	if p == dialect.Client {
		t.sawClient(u)
		return nil
	}
	return t.sawReply(u.Text)
}

func (t *tracker) sawClient(u dialect.Unit) {
	switch {
	case t.octets > 0:
		t.octets = max(t.octets-int64(len(u.Text)+len(u.End.Octets())), 0)
		return
	case t.block:
		whole := !t.piece
		t.piece = u.End == wire.None && (t.piece || len(u.Text) > 0)
		if whole && u.End == wire.CRLF && string(u.Text) == "." {
			t.block = false
			t.answerMessage()
		}
		return
	case t.inSASL(u.Text):
		if !t.respond {
			t.ahead++
		}
		t.respond = false
		return
	}
	verb, start, end := split(u.Text)
	arg := strings.ToUpper(string(u.Text[start:end]))
	c := pending{verb: verb}
	switch verb {
	case "AUTH":
		c.mech = arg
	case "LHLO":
		t.lmtp = true
	case "BDAT":
		if n, err := strconv.ParseInt(arg, 10, 64); err == nil && n > 0 {
			t.octets = n
		}
		start, end = word(u.Text, end)
		c.last = strings.EqualFold(string(u.Text[start:end]), "LAST")
	}
	t.pending = append(t.pending, c)
}

// answerMessage queues the replies to a message's content: one, in LMTP one for each recipient (RFC 2033 section 4.2).
func (t *tracker) answerMessage() {
	n := 1
	if t.lmtp {
		n = max(t.rcpts, 1)
	}
	t.rcpts = 0
	at := 0
	for range n {
		t.pending = slices.Insert(t.pending, at, pending{verb: message})
		at++
	}
}

func (t *tracker) sawReply(text []byte) []dialect.Event {
	code, more, _, ok := splitReply(text)
	if !ok {
		return nil
	}
	if more {
		t.lines++
		return nil
	}
	t.lines = 0
	if len(t.pending) == 0 {
		if code == 421 {
			return []dialect.Event{{Kind: dialect.Ends}}
		}
		return nil
	}
	head := t.pending[0]
	if code == 334 && head.verb == "AUTH" {
		t.challenges++
		if t.respond = t.ahead == 0; !t.respond {
			t.ahead--
		}
		return nil
	}
	t.pending = slices.Delete(t.pending, 0, 1)
	good := code >= 200 && code < 300
	switch {
	case code == 421 || head.verb == "QUIT" && code == 221:
		return []dialect.Event{{Kind: dialect.Ends}}
	case head.verb == "AUTH":
		// Responses that were never asked for are commands to the server, and it answers them.
		for ; t.ahead > 0; t.ahead-- {
			t.pending = slices.Insert(t.pending, 0, pending{verb: "?"})
		}
		t.respond, t.challenges = false, 0
	case head.verb == "STARTTLS" && code == 220:
		// Both sides forget what they knew (RFC 3207 section 4.2); what was pipelined behind is void.
		*t = tracker{lmtp: t.lmtp}
		return []dialect.Event{{Kind: dialect.StartTLS}}
	case head.verb == "DATA" && code == 354:
		t.block, t.piece = true, false
	case head.verb == "BDAT" && head.last:
		// In LMTP one reply for each recipient (RFC 2033 section 4.3).
		if t.lmtp {
			for range t.rcpts - 1 {
				t.pending = slices.Insert(t.pending, 0, pending{verb: message})
			}
		}
		t.rcpts = 0
	case head.verb == "RCPT" && good:
		t.rcpts++
	case head.verb == "MAIL" || head.verb == "RSET" || head.verb == "EHLO" || head.verb == "HELO" || head.verb == "LHLO":
		t.rcpts = 0
	}
	return nil
}

// Compare implements dialect.Tracker. The texts of replies are reworded if they differ, but for the extensions that EHLO lists, enhanced status
// codes (RFC 2034) and challenges. In commands the case of verbs, of the domains in mailboxes and of parameters' keywords makes no
// difference. A message's content is compared octet for octet.
func (t *tracker) Compare(p dialect.Party, want, got dialect.Unit) dialect.Likeness {
	switch {
	case want.Kind != got.Kind || want.End != got.End:
		return dialect.Different
	case bytes.Equal(want.Text, got.Text):
		return dialect.Same
	case want.Kind != dialect.Line || p == dialect.Client && (t.inSASL(want.Text) || t.inSASL(got.Text)):
		return dialect.Different
	case p == dialect.Client:
		return same(sameCommand(want.Text, got.Text))
	}
	return t.compareReplies(want.Text, got.Text)
}

func same(ok bool) dialect.Likeness {
	if ok {
		return dialect.Same
	}
	return dialect.Different
}

func sameCommand(want, got []byte) bool {
	wv, wRest := dialect.Verb(want)
	gv, gRest := dialect.Verb(got)
	if wv != gv || (wRest == nil) != (gRest == nil) {
		return false
	}
	switch wv {
	case "EHLO", "HELO", "LHLO", "BDAT", "RSET", "STARTTLS", "QUIT", "DATA":
		return bytes.EqualFold(wRest, gRest)
	case "MAIL", "RCPT":
		return samePath(string(wRest), string(gRest))
	case "AUTH":
		wm, wi, _ := strings.Cut(string(wRest), " ")
		gm, gi, _ := strings.Cut(string(gRest), " ")
		return strings.EqualFold(wm, gm) && wi == gi
	}
	return bytes.Equal(wRest, gRest)
}

// samePath compares "FROM:<local@domain> KEYWORD=value ...".
func samePath(want, got string) bool {
	ws, gs := strings.Split(want, " "), strings.Split(got, " ")
	if len(ws) != len(gs) {
		return false
	}
	for i := range ws {
		w, g := ws[i], gs[i]
		if w == g {
			continue
		}
		sep := "="
		if i == 0 {
			sep = ":"
		}
		wk, wx, _ := strings.Cut(w, sep)
		gk, gx, _ := strings.Cut(g, sep)
		if !strings.EqualFold(wk, gk) {
			return false
		}
		if wx == gx {
			continue
		}
		if i > 0 {
			if !strings.EqualFold(wk, "BODY") || !strings.EqualFold(wx, gx) { // RFC 6152 section 3: keywords
				return false
			}
			continue
		}
		// The domain, and the whole of "postmaster", in any case (RFC 5321 sections 2.4 and 4.1.1.3).
		wa, ga := strings.LastIndexByte(wx, '@'), strings.LastIndexByte(gx, '@')
		if wa < 0 && ga < 0 && strings.EqualFold(wx, "<postmaster>") && strings.EqualFold(gx, "<postmaster>") {
			continue
		}
		if wa < 0 || ga < 0 || wx[:wa] != gx[:ga] || !strings.EqualFold(wx[wa:], gx[ga:]) {
			return false
		}
	}
	return true
}

func (t *tracker) compareReplies(want, got []byte) dialect.Likeness {
	wc, wMore, wAt, wOK := splitReply(want)
	gc, gMore, gAt, gOK := splitReply(got)
	if !wOK || !gOK || wc != gc || wMore != gMore {
		return dialect.Different
	}
	w, g := string(want[wAt:]), string(got[gAt:])
	if w == g {
		return dialect.Same // "250" and "250 " (RFC 5321 section 4.2)
	}
	head := t.head()
	switch {
	case wc == 334:
		return dialect.Different
	case wc == 250 && (head.verb == "EHLO" || head.verb == "LHLO"):
		if t.lines == 0 {
			return dialect.Reworded // the greeting with the server's name
		}
		return same(sameExtension(w, g))
	}
	we, wText := cutEnhanced(w)
	ge, gText := cutEnhanced(g)
	if we != ge {
		return dialect.Different
	}
	if wText == gText {
		return dialect.Same
	}
	return dialect.Reworded
}

// sameExtension compares lines of the answer to EHLO: keywords in any case, the mechanisms of AUTH in any order.
func sameExtension(want, got string) bool {
	w, g := strings.Fields(strings.ToUpper(want)), strings.Fields(strings.ToUpper(got))
	if len(w) > 0 && len(g) > 0 && w[0] == "AUTH" && g[0] == "AUTH" {
		slices.Sort(w[1:])
		slices.Sort(g[1:])
	}
	return slices.Equal(w, g)
}

// cutEnhanced cuts an enhanced status code (RFC 2034 section 4) off a reply's text.
func cutEnhanced(text string) (code, rest string) {
	w, rest, _ := strings.Cut(text, " ")
	parts := strings.Split(w, ".")
	if len(parts) != 3 || parts[0] != "2" && parts[0] != "4" && parts[0] != "5" {
		return "", text
	}
	for _, p := range parts {
		if p == "" || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return "", text
		}
	}
	return w, rest
}
