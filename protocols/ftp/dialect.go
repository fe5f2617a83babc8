package ftp

import (
	"bytes"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"harness/protocols/dialect"
)

// Registered ports.
const (
	// Port is the port of FTP's control connection (RFC 959 section 5.2).
	Port = 21
	// PortTLS is the port of FTP with implicit TLS, which has no RFC but a registration.
	PortTLS = 990
)

// Dialect tells how FTP sessions are cut, compared and redacted: the control connection. What passes over data connections is cut by no
// rule of the dialect. It is a [dialect.DataDialect]: its trackers tell which transfer a data connection belongs to.
//
// The kinds of its marks are "pasv", "epsv", "port" and "eprt" (the addresses of data connections), "user" (USER) and the secrets
// "password" (PASS) and "secret" (ACCT, and the tokens of RFC 2228).
func Dialect() dialect.Dialect { return ftpDialect{} }

type ftpDialect struct{}

func (ftpDialect) Name() string { return "ftp" }

func (ftpDialect) Schemes() []dialect.Scheme {
	return []dialect.Scheme{{Name: "ftp", Port: Port}, {Name: "ftps", Port: PortTLS, ImplicitTLS: true}}
}

func (ftpDialect) NewTracker() dialect.Tracker { return &tracker{pending: []pending{{verb: greeting}}} }

// greeting stands in the queue for the reply that no command asks for.
const greeting = "(greeting)"

// pending is a command without its final reply.
type pending struct {
	verb     string
	arg      string            // the next word, in upper case
	data     *dialect.Data     // of PORT and EPRT
	transfer *dialect.Transfer // of RETR and the like
	begun    bool              // a preliminary reply came
}

// tracker follows one control connection. Clients wait for a reply before the next command, save ABOR, STAT and QUIT during a transfer; the
// queue holds those that are not answered.
type tracker struct {
	pending   []pending
	code      string        // of the reply that goes on, "" outside of one
	data      *dialect.Data // what the next transfer uses
	protected bool          // PROT P is in force
	mode      string        // of MODE; "" means S
}

// Protected implements dialect.DataTracker.
func (t *tracker) Protected() bool { return t.protected }

// Answered implements dialect.DataTracker.
func (t *tracker) Answered(p dialect.Party, u dialect.Unit) (tr *dialect.Transfer, final bool) {
	code, _, ok := splitReply(u.Text)
	if p != dialect.Server || !ok || t.code != "" || len(t.pending) == 0 {
		return nil, false
	}
	if code[0] == '1' {
		return t.pending[0].transfer, false
	}
	return t.pending[t.answers(code)].transfer, true
}

// senders tells of each command that uses a data connection whose octets that carries (RFC 959 section 4.1.3, RFC 3659 section 7).
var senders = map[string]dialect.Party{
	"RETR": dialect.Server, "LIST": dialect.Server, "NLST": dialect.Server, "MLSD": dialect.Server,
	"STOR": dialect.Client, "STOU": dialect.Client, "APPE": dialect.Client,
}

// Next implements dialect.Tracker: all of a control connection is lines.
func (t *tracker) Next(dialect.Party) dialect.Shape { return dialect.Shape{Kind: dialect.Line} }

// command parses a command line; at is the end of its verb. Telnet commands before the verb, as they precede ABOR (RFC 959 section 4.1.3), are
// passed over.
func command(text []byte) (verb string, at int) {
	i := 0
	for i < len(text) && (text[i] >= 0xf0 || text[i] == ' ') {
		i++
	}
	at = i
	for at < len(text) && text[at] != ' ' {
		at++
	}
	return strings.ToUpper(string(text[i:at])), at
}

// head returns the command that the server answers next; the zero value if it was asked nothing.
func (t *tracker) head() pending {
	if len(t.pending) == 0 {
		return pending{}
	}
	return t.pending[0]
}

// Marks implements dialect.Tracker.
func (t *tracker) Marks(p dialect.Party, u dialect.Unit) []dialect.Mark {
	text := u.Text
	if p == dialect.Server {
		code, sep, ok := splitReply(text)
		if !ok || sep == '-' || t.code != "" && t.code != code {
			return nil
		}
		if d := announced(code, text); d != nil {
			return []dialect.Mark{{Start: d.Start, End: d.End, Kind: d.Form}}
		}
		if at := bytes.Index(text, []byte("ADAT=")); (code == "334" || code == "335" || code == "235") && at >= 0 {
			return []dialect.Mark{{Start: at + len("ADAT="), End: len(text), Kind: "secret", Secret: true}}
		}
		return nil
	}
	verb, at := command(text)
	start, end := min(at+1, len(text)), len(text)
	if start == end {
		return nil
	}
	switch verb {
	case "USER":
		return []dialect.Mark{{Start: start, End: end, Kind: "user"}}
	case "PASS":
		return []dialect.Mark{{Start: start, End: end, Kind: "password", Secret: true}}
	case "ACCT", "ADAT", "MIC", "CONF", "ENC":
		return []dialect.Mark{{Start: start, End: end, Kind: "secret", Secret: true}}
	case "PORT", "EPRT":
		if d := requested(verb, text, at); d != nil {
			return []dialect.Mark{{Start: d.Start, End: d.End, Kind: d.Form}}
		}
	}
	return nil
}

// requested returns the data connection that PORT or EPRT asks for.
func requested(verb string, text []byte, at int) *dialect.Data {
	start, end := word(text, at)
	if start == end {
		return nil
	}
	arg := string(text[start:end])
	switch verb {
	case "PORT":
		if _, err := (Rules{}).ParsePORT(arg); err == nil {
			return &dialect.Data{Listener: dialect.Client, Start: start, End: end, Form: "port"}
		}
	case "EPRT":
		if _, err := (Rules{}).ParseEPRT(arg); err == nil {
			return &dialect.Data{Listener: dialect.Client, Start: start, End: end, Form: "eprt"}
		}
	}
	return nil
}

// announced returns the data connection that a reply announces.
func announced(code string, text []byte) *dialect.Data {
	switch code {
	case "227":
		// The parentheses are not certain: a client scans for the first digit (RFC 1123 section 4.1.2.6).
		if n, s, e, ok := findSix(text, 4, false); ok && addrPort(n).Port() != 0 {
			return &dialect.Data{Listener: dialect.Server, Start: s, End: e, Form: "pasv"}
		}
	case "229":
		if _, s, e, ok := findEPSV(text); ok {
			return &dialect.Data{Listener: dialect.Server, Start: s, End: e, Form: "epsv"}
		}
	}
	return nil
}

var errAddress = errors.New("it is no address of a data connection")

// ParseAddress implements dialect.DataDialect.
func (ftpDialect) ParseAddress(form string, text []byte) (netip.AddrPort, error) {
	var a netip.AddrPort
	text = bytes.TrimSpace(text)
	switch form {
	case "pasv", "port":
		n, end, bad := sixNumbers(text, true)
		if bad >= 0 || end != len(text) {
			return a, errAddress
		}
		return addrPort(n), nil
	case "epsv", "eprt":
		if len(text) < 4 {
			return a, errAddress
		}
		f := bytes.Split(text, text[:1])
		if len(f) != 5 {
			return a, errAddress
		}
		port, ok := parsePort(f[3])
		if !ok {
			return a, errAddress
		}
		if len(f[2]) == 0 {
			return netip.AddrPortFrom(netip.Addr{}, port), nil
		}
		ip, err := netip.ParseAddr(string(f[2]))
		if err != nil {
			return a, errAddress
		}
		return netip.AddrPortFrom(ip, port), nil
	}
	return a, fmt.Errorf("%q is no form of an address of FTP", form)
}

// FormatAddress implements dialect.DataDialect.
func (ftpDialect) FormatAddress(form string, like []byte, a netip.AddrPort) ([]byte, error) {
	var text string
	var err error
	switch form {
	case "pasv", "port":
		if !a.Addr().Is4() {
			return nil, fmt.Errorf("a data connection on %s can't be announced in the form %q, which holds IPv4 addresses only (RFC 959 section 4.1.2)", a, form)
		}
		text, err = FormatPORT(a)
	case "epsv":
		text = fmt.Sprintf("|||%d|", a.Port())
	case "eprt":
		text = FormatEPRT(a)
	default:
		return nil, fmt.Errorf("%q is no form of an address of FTP", form)
	}
	if len(like) > 0 && (form == "epsv" || form == "eprt") {
		text = strings.ReplaceAll(text, "|", string(like[:1]))
	}
	return []byte(text), err
}

// dataVerbs are the ways to agree on a data connection.
var dataVerbs = map[string]string{
	"PASV": "a passive data connection", "EPSV": "an extended passive data connection", "PORT": "an active data connection", "EPRT": "an extended active data connection",
}

// Explain implements dialect.Explainer: a client that asks for a data connection in another way than the session's.
func (t *tracker) Explain(p dialect.Party, want, got dialect.Unit) string {
	if p != dialect.Client {
		return ""
	}
	wv, _ := command(want.Text)
	gv, _ := command(got.Text)
	if dataVerbs[wv] == "" || dataVerbs[gv] == "" || wv == gv {
		return ""
	}
	return fmt.Sprintf("the session was recorded with %s (%s), and this client asks for %s (%s): set the client to %s, or record the session with this client",
		dataVerbs[wv], wv, dataVerbs[gv], gv, wv)
}

// splitReply splits the first line of a reply, or its last.
func splitReply(text []byte) (code string, sep byte, ok bool) {
	if len(text) < 3 {
		return "", 0, false
	}
	for _, c := range text[:3] {
		if c < '0' || c > '9' {
			return "", 0, false
		}
	}
	if len(text) == 3 {
		return string(text), ' ', true
	}
	return string(text[:3]), text[3], text[3] == ' ' || text[3] == '-'
}

// Saw implements dialect.Tracker.
func (t *tracker) Saw(p dialect.Party, u dialect.Unit) []dialect.Event {
	if p == dialect.Client {
		verb, at := command(u.Text)
		start, end := word(u.Text, at)
		asked := pending{verb: verb, arg: strings.ToUpper(string(u.Text[start:end]))}
		var events []dialect.Event
		switch sender := senders[verb]; {
		case verb == "PORT" || verb == "EPRT":
			if asked.data = requested(verb, u.Text, at); asked.data != nil {
				t.data = asked.data
				events = []dialect.Event{{Kind: dialect.Announce, Data: asked.data}}
			}
		case sender != 0:
			asked.transfer = &dialect.Transfer{Command: string(u.Text[at-len(verb):]), Sender: sender, Data: t.data, TLS: t.protected, StaysOpen: t.mode != "" && t.mode != "S"}
			events = []dialect.Event{{Kind: dialect.TransferAsked, Transfer: asked.transfer}}
		}
		t.pending = append(t.pending, asked)
		return events
	}
	code, sep, ok := splitReply(u.Text)
	switch {
	case t.code != "":
		// Of a reply of several lines only the last counts (RFC 959 section 4.2): the same code and a space.
		if !ok || code != t.code || sep != ' ' {
			return nil
		}
		t.code = ""
	case !ok:
		return nil
	case sep == '-':
		t.code = code
		return nil
	}
	return t.replied(code, u.Text)
}

// answers returns the index of the command that a reply answers. During a transfer the replies to other commands come when the server likes (RFC
// 959 section 4.1.3: STAT); a transfer's own is none of theirs.
func (t *tracker) answers(code string) int {
	if len(t.pending) < 2 || !t.pending[0].begun {
		return 0
	}
	switch code {
	case "200", "211", "212", "213", "221", "225":
		return 1
	}
	return 0
}

// replied takes note of a reply, whole, of which text is the last line.
func (t *tracker) replied(code string, text []byte) []dialect.Event {
	if code[0] == '1' { // preliminary: another reply follows
		if len(t.pending) > 0 && t.pending[0].transfer != nil && !t.pending[0].begun {
			t.pending[0].begun = true
			return []dialect.Event{{Kind: dialect.TransferBegins, Transfer: t.pending[0].transfer}}
		}
		return nil
	}
	var head pending
	if len(t.pending) > 0 {
		i := t.answers(code)
		head = t.pending[i]
		t.pending = slices.Delete(t.pending, i, i+1)
	}
	ok := code[0] == '2'
	var events []dialect.Event
	if tr := head.transfer; tr != nil {
		tr.Code = code
		if t.data == tr.Data && (head.begun || ok) && !tr.StaysOpen {
			t.data = nil // used up (RFC 959 section 3.3)
		}
		events = append(events, dialect.Event{Kind: dialect.TransferEnds, Transfer: tr})
	}
	switch {
	case code == "421", code == "221" && head.verb == "QUIT":
		return append(events, dialect.Event{Kind: dialect.Ends})
	case code == "234" && head.verb == "AUTH" && (head.arg == "TLS" || head.arg == "TLS-C" || head.arg == "SSL" || head.arg == "TLS-P"):
		// The level is Clear until PROT says otherwise (RFC 4217 section 9); TLS-P was a name for Private from the start.
		t.protected = head.arg == "TLS-P"
		return append(events, dialect.Event{Kind: dialect.StartTLS})
	case code == "200" && head.verb == "CCC":
		return append(events, dialect.Event{Kind: dialect.EndTLS})
	case ok && head.verb == "PROT":
		t.protected = head.arg == "P"
	case ok && head.verb == "MODE":
		t.mode = head.arg
	case code == "220" && head.verb == "REIN":
		t.protected, t.mode, t.data = false, "", nil // RFC 959 section 4.1.1, RFC 4217 section 11
	case !ok && head.data != nil && head.data == t.data:
		t.data = nil
	case head.verb == "PASV" || head.verb == "EPSV":
		if d := announced(code, text); d != nil {
			t.data = d
			events = append(events, dialect.Event{Kind: dialect.Announce, Data: d})
		}
	}
	return events
}

// Compare implements dialect.Tracker. The texts of replies are reworded if they differ, but for what a program reads in them: the pathname in
// 257, addresses, the answers to SIZE and MDTM, the lines of FEAT and MLST, the system in 215. In commands the case of verbs and
// of fixed arguments makes no difference; that of names does.
func (t *tracker) Compare(p dialect.Party, want, got dialect.Unit) dialect.Likeness {
	switch {
	case want.Kind != got.Kind || want.End != got.End:
		return dialect.Different
	case bytes.Equal(want.Text, got.Text):
		return dialect.Same
	case want.Kind != dialect.Line:
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
	wv, wAt := command(want)
	gv, gAt := command(got)
	if wv != gv {
		return false
	}
	w, g := want[wAt:], got[gAt:]
	switch wv {
	case "AUTH", "TYPE", "STRU", "MODE", "PROT", "PBSZ", "EPSV", "ALLO", "REST", "FEAT", "HELP", "OPTS", "LANG":
		return bytes.EqualFold(w, g)
	case "SITE":
		// The first word is a command of its own.
		ws, we := word(w, 0)
		gs, ge := word(g, 0)
		return bytes.EqualFold(w[ws:we], g[gs:ge]) && bytes.Equal(w[we:], g[ge:])
	}
	return bytes.Equal(w, g)
}

func (t *tracker) compareReplies(want, got []byte) dialect.Likeness {
	head := t.head()
	wc, wSep, wOK := splitReply(want)
	gc, gSep, gOK := splitReply(got)
	if t.code != "" && (!wOK || wc != t.code || wSep != ' ') && (!gOK || gc != t.code || gSep != ' ') {
		// Both stand within a reply.
		switch head.verb {
		case "FEAT", "MLST", "OPTS":
			return same(strings.EqualFold(strings.TrimSpace(string(want)), strings.TrimSpace(string(got))))
		}
		return dialect.Reworded
	}
	if !wOK || !gOK || wc != gc || wSep != gSep {
		return dialect.Different
	}
	w, g := want[min(4, len(want)):], got[min(4, len(got)):]
	if bytes.Equal(w, g) {
		return dialect.Same
	}
	switch wc {
	case "227", "229":
		wd, gd := announced(wc, want), announced(gc, got)
		if (wd == nil) != (gd == nil) || wd != nil && !bytes.Equal(want[wd.Start:wd.End], got[gd.Start:gd.End]) {
			return dialect.Different
		}
	case "257":
		wPath, wFound := QuotedPath(w)
		gPath, gFound := QuotedPath(g)
		if wFound != gFound || wPath != gPath {
			return dialect.Different
		}
	case "213":
		if head.verb == "SIZE" || head.verb == "MDTM" {
			return same(strings.TrimSpace(string(w)) == strings.TrimSpace(string(g)))
		}
	case "215":
		ws, we := word(w, 0)
		gs, ge := word(g, 0)
		if !bytes.EqualFold(w[ws:we], g[gs:ge]) {
			return dialect.Different
		}
	}
	return dialect.Reworded
}
