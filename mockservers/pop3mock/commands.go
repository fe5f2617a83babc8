package pop3mock

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"harness/mockservers"
	"harness/mockservers/mailstore"
	"harness/protocols/pop3"
)

// --- TRANSACTION state (RFC 1939 section 5)

func (p *session) doStat(pop3.Command) error {
	switch {
	case p.dev("stat-two-spaces"):
		return p.data(fmt.Sprintf("%d  %d", p.count, p.octets))
	case p.dev("stat-swapped"):
		return p.data(fmt.Sprintf("%d %d", p.octets, p.count))
	case p.dev("stat-words"):
		return p.data(fmt.Sprintf("%d messages %d", p.count, p.octets))
	case p.dev("stat-extra"):
		return p.data(fmt.Sprintf("%d %d %d unseen", p.count, p.octets, p.count))
	case p.dev("stat-err-when-empty") && p.count == 0:
		return p.err("", textNoMessage, 0)
	case p.dev("stat-multiline"):
		if err := p.data(fmt.Sprintf("%d %d", p.count, p.octets)); err != nil {
			return err
		}
		return p.listing("STAT", slices.Values([]string{"that is all"}))
	case p.dev("stat-counts-deleted"):
		var octets int64
		for _, e := range p.msgs {
			octets += p.size(e.Message)
		}
		return p.data(fmt.Sprintf("%d %d", len(p.msgs), octets))
	}
	return p.data(p.number(int64(p.count)) + " " + p.number(p.octets))
}

// number prints a message-number or a size.
func (p *session) number(n int64) string {
	if p.dev("numbers-hexadecimal") {
		return strconv.FormatInt(n, 16)
	}
	return strconv.FormatInt(n, 10)
}

// each yields the listings of the messages that are not marked, one by one.
func (p *session) each(verb string, line func(n int, e *entry) string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		msgs := p.msgs
		if p.dev(strings.ToLower(verb)+"-misses-last") && len(msgs) > 0 {
			msgs = msgs[:len(msgs)-1]
		}
		for i, e := range msgs {
			if e.deleted && !p.dev(strings.ToLower(verb)+"-shows-deleted") {
				continue
			}
			if !yield(line(p.misnumbered(i), e)) {
				return
			}
		}
	}
}

func (p *session) scan(n int, e *entry) string {
	sep := " "
	if p.dev("list-tab") {
		sep = "\t"
	}
	line := p.number(int64(n)) + sep + p.number(p.size(e.Message))
	if p.dev("list-extra") {
		line += " " + e.Received.UTC().Format("2006-01-02")
	}
	return line
}

func (p *session) doList(cmd pop3.Command) error {
	n, one := cmd.Number()
	switch {
	case one && p.dev("list-argument-refused"):
		return p.err("", textSyntax, "LIST")
	case !one && p.dev("list-single-line"):
		return p.ok(textMessages, p.count, p.octets)
	case !one && p.dev("list-empty-err") && p.count == 0:
		return p.err("", textNoMessage, 0)
	case !one:
		if err := p.ok(textMessages, p.count, p.octets); err != nil {
			return err
		}
		return p.listing("LIST", p.each("LIST", p.scan))
	}
	e, err := p.pick("LIST", n)
	if e == nil {
		return err
	}
	if p.dev("list-one-multiline") {
		if err := p.ok(textListing); err != nil {
			return err
		}
		return p.listing("LIST", slices.Values([]string{p.scan(n, e)}))
	}
	return p.data(p.scan(n, e))
}

func (p *session) uniqueID(n int, e *entry) string {
	sep := " "
	if p.dev("uidl-tab") {
		sep = "\t"
	}
	line := p.number(int64(n)) + sep + e.id
	if p.dev("uidl-extra") {
		line += " " + p.number(p.size(e.Message))
	}
	return line
}

func (p *session) doUidl(cmd pop3.Command) error {
	n, one := cmd.Number()
	if !one {
		if p.dev("uidl-empty-err") && p.count == 0 {
			return p.err("", textNoMessage, 0)
		}
		if err := p.ok(textListing); err != nil {
			return err
		}
		return p.listing("UIDL", p.each("UIDL", p.uniqueID))
	}
	e, err := p.pick("UIDL", n)
	if e == nil {
		return err
	}
	if p.dev("uidl-one-multiline") {
		if err := p.ok(textListing); err != nil {
			return err
		}
		return p.listing("UIDL", slices.Values([]string{p.uniqueID(n, e)}))
	}
	return p.data(p.uniqueID(n, e))
}

// unreadable answers a request for a message that needs UTF-8 mode, where it is to be refused; done is false otherwise.
func (p *session) unreadable(e *entry) (done bool, err error) {
	if !p.f.utf8 || p.utf8 || !e.NeedsUTF8() {
		return false, nil
	}
	if p.dev("utf8-message-closes") {
		p.over = true
		return true, nil
	}
	if !p.f.utf8Refuse {
		return false, nil
	}
	return true, p.err(pop3.CodeUTF8, textNeedsUTF8)
}

func (p *session) doRetr(cmd pop3.Command) error {
	n, _ := cmd.Number()
	e, err := p.pick("RETR", n)
	if e == nil {
		return err
	}
	if done, err := p.unreadable(e); done {
		return err
	}
	e.retrieved = true
	data := p.content(e.Message)
	if !p.srv.devs.Empty() {
		data = p.misretrieve(n, data)
	}
	if err := p.ok(textOctets, len(data)); err != nil || p.dev("retr-single-line") {
		return err
	}
	if err := p.message("RETR", data); err != nil {
		return err
	}
	if p.dev("pipelining-drops-large") && len(data) > chunk {
		p.c.R.Discard(p.c.R.Buffered())
	}
	return nil
}

func (p *session) doTop(cmd pop3.Command) error {
	n, _ := cmd.Number()
	lines, _ := cmd.Lines()
	e, err := p.pick("TOP", n)
	if e == nil {
		return err
	}
	if done, err := p.unreadable(e); done {
		return err
	}
	data := p.content(e.Message)
	header, body := mailstore.SplitHeader(data)
	switch {
	case p.dev("top-extra-line"):
		lines++
	case p.dev("top-line-short"):
		lines = max(lines-1, 0)
	case p.dev("top-zero-whole") && lines == 0:
		lines = len(body)
	case p.dev("top-err-when-short") && lines > bytes.Count(body, []byte("\n")):
		return p.err("", textSyntax, "fewer lines")
	}
	top := data[:len(header)+len(firstLines(body, lines))]
	switch {
	case p.dev("top-no-blank-line"):
		top = slices.Concat(bytes.TrimSuffix(header, []byte("\r\n")), firstLines(body, lines))
	case p.dev("top-body-only"):
		top = firstLines(body, lines)
	}
	if err := p.ok(textTop); err != nil || p.dev("top-single-line") {
		return err
	}
	return p.message("TOP", top)
}

// firstLines returns the first n lines of a body.
func firstLines(body []byte, n int) []byte {
	at := 0
	for ; n > 0; n-- {
		i := bytes.IndexByte(body[at:], '\n')
		if i < 0 {
			return body
		}
		at += i + 1
	}
	return body[:at]
}

func (p *session) doDele(cmd pop3.Command) error {
	n, _ := cmd.Number()
	if p.dev("dele-toggles") && n >= 1 && n <= len(p.msgs) && p.msgs[n-1].deleted {
		p.msgs[n-1].deleted = false
		p.recount()
		return p.err("", textDeleted, n)
	}
	e, err := p.pick("DELE", n)
	if e == nil {
		return err
	}
	switch {
	case p.dev("dele-ineffective"):
		return p.ok(textMarked, n)
	case p.dev("dele-marks-neighbour") && n < len(p.msgs):
		p.mark(p.msgs[n])
	}
	p.mark(e)
	switch {
	case p.dev("dele-immediate"):
		p.remove(func(e *entry) bool { return e.deleted })
	case p.dev("numbers-reassigned"):
		p.remove(func(x *entry) bool { return x == e })
		p.msgs = slices.DeleteFunc(p.msgs, func(x *entry) bool { return x == e })
	}
	return p.ok(textMarked, n)
}

func (p *session) mark(e *entry) {
	if !e.deleted {
		e.deleted = true
		p.count--
		p.octets -= p.size(e.Message)
	}
}

func (p *session) unmark() {
	for _, e := range p.msgs {
		e.deleted = false
	}
	p.recount()
}

func (p *session) doNoop(pop3.Command) error {
	switch {
	case p.dev("noop-err"):
		return p.err("", textUnimplemented, "NOOP")
	case p.dev("noop-multiline"):
		if err := p.ok(textNoop); err != nil {
			return err
		}
		return p.listing("NOOP", slices.Values([]string{}))
	case p.dev("noop-unmarks"):
		p.unmark()
	case p.dev("reply-missing"):
		return nil
	case p.dev("sys-on-ok"):
		return p.status(pop3.OK, pop3.CodeSysTemp, p.text(textNoop))
	case p.dev("reply-double"):
		if err := p.ok(textNoop); err != nil {
			return err
		}
	}
	return p.ok(textNoop)
}

func (p *session) doRset(pop3.Command) error {
	switch {
	case p.dev("rset-err-without-marks") && p.count == len(p.msgs):
		return p.err("", textNoMessage, 0)
	case p.dev("rset-unmarks-first") && p.count < len(p.msgs):
		i := slices.IndexFunc(p.msgs, func(e *entry) bool { return e.deleted })
		p.msgs[i].deleted = false
		p.recount()
	case p.dev("rset-unmarks-nothing"):
	default:
		p.unmark()
	}
	if p.dev("rset-multiline") {
		if err := p.ok(textReset, p.count); err != nil {
			return err
		}
		return p.listing("RSET", slices.Values([]string{}))
	}
	return p.ok(textReset, p.count)
}

// doQuit ends the session (RFC 1939 sections 4 and 6).
func (p *session) doQuit(pop3.Command) error {
	p.over = true
	if p.state == pop3.Authorization {
		switch {
		case p.dev("quit-authorization-err"):
			return p.err("", textState, "QUIT", p.state)
		case p.dev("quit-authorization-removes"):
			p.stealFirst()
		}
		return p.bye(nil, textBye)
	}
	p.state = pop3.Update
	left := p.count
	var err error
	switch {
	case p.dev("quit-no-update"):
	case p.dev("quit-removes-all"):
		err = p.remove(func(*entry) bool { return true })
	case p.dev("quit-removes-neighbour"):
		err = p.remove(func(e *entry) bool {
			i := slices.Index(p.msgs, e)
			return e.deleted || i > 0 && p.msgs[i-1].deleted
		})
	case p.dev("quit-removes-retrieved"):
		err = p.remove(func(e *entry) bool { return e.deleted || e.retrieved })
	case p.dev("quit-misses-last"):
		last := slices.IndexFunc(p.msgs, func(e *entry) bool { return e.deleted })
		for i, e := range p.msgs {
			if e.deleted {
				last = i
			}
		}
		err = p.remove(func(e *entry) bool { return e.deleted && e != p.msgs[last] })
	default:
		err = p.update()
	}
	if err == nil && p.dev("quit-err") {
		err = errors.New("a deviation")
	}
	if p.dev("quit-failure-ok") {
		err = nil
	}
	p.close()
	return p.bye(err, textByeLeft, left)
}

// bye says goodbye.
func (p *session) bye(err error, t text, args ...any) error {
	switch {
	case p.dev("quit-no-goodbye"):
		return nil
	case p.dev("quit-stays-open"):
		p.over = false
		p.after = func() error {
			// Whatever comes is swallowed.
			for {
				if _, err := p.c.ReadLine(); err != nil {
					return err
				}
			}
		}
	case p.dev("quit-not-final"):
		p.over, p.state = false, pop3.Authorization
	}
	if err != nil {
		return p.err(pop3.CodeSysTemp, textNotRemoved)
	}
	return p.ok(t, args...)
}

// --- capabilities and modes

// capabilities returns the lines of CAPA (RFC 2449 section 5).
func (p *session) capabilities() []string {
	f := p.f
	before := p.state == pop3.Authorization
	var out []string
	add := func(on bool, tag, params string) {
		if !on || !before && p.dev("capa-"+strings.ToLower(tag)+"-only-before-login") {
			return
		}
		if params != "" {
			tag += " " + params
		}
		out = append(out, tag)
	}
	add(f.top, pop3.CapaTop, "")
	add(f.user && p.cleartext(), pop3.CapaUser, "")
	mechs := p.mechanisms()
	add(len(mechs) > 0, pop3.CapaSASL, p.misoffer(mechs))
	add(f.respCodes && !p.dev("resp-codes-unannounced"), pop3.CapaRespCodes, "")
	add(f.respCodes && f.authRespCode && !p.dev("auth-resp-code-unannounced"), pop3.CapaAuthRespCode, "")
	if f.loginDelay.on {
		add(true, pop3.CapaLoginDelay, p.loginDelayParams(before))
	}
	add(f.pipelining, pop3.CapaPipelining, "")
	if f.expire.on {
		add(true, pop3.CapaExpire, p.expireParams(before))
	}
	add(f.uidl, pop3.CapaUIDL, "")
	add(f.stls && (before && !p.tls && !p.utf8 || before && p.dev("stls-offered-in-tls") || !before && p.dev("stls-offered-after-login")), pop3.CapaSTLS, "")
	if f.utf8 {
		add(true, pop3.CapaUTF8, p.utf8Params())
	}
	add(f.lang, pop3.CapaLang, "")
	if f.implementation != "" {
		params := f.implementation
		if p.dev("implementation-empty") {
			params = ""
		}
		add(true, pop3.CapaImplementation, params)
	}
	if !p.srv.devs.Empty() {
		out = p.miscapa(out)
	}
	return out
}

func (p *session) utf8Params() string {
	switch {
	case p.dev("utf8-argument-unknown"):
		return "USER PASS"
	case p.f.utf8User:
		return "USER"
	}
	return ""
}

func (p *session) loginDelayParams(before bool) string {
	d := p.f.loginDelay
	switch {
	case p.dev("login-delay-no-number"):
		return "15m"
	case before && d.individual && p.dev("login-delay-smallest"):
		return "0 USER"
	case before && d.individual && p.dev("login-delay-no-user-token"):
		return strconv.Itoa(d.all)
	case before && d.individual, p.dev("login-delay-user-token-after"):
		return fmt.Sprintf("%d USER", d.all)
	case before, p.dev("login-delay-inaccurate"):
		return strconv.Itoa(d.all)
	}
	return strconv.Itoa(d.user)
}

func (p *session) expireParams(before bool) string {
	e := p.f.expire
	switch {
	case p.dev("expire-no-number"):
		return "MONTHLY"
	case before && e.individual && p.dev("expire-largest"):
		return "NEVER USER"
	case before && e.individual && p.dev("expire-no-user-token"):
		return e.all
	case before && e.individual, p.dev("expire-user-token-after"):
		return e.all + " USER"
	case before, p.dev("expire-inaccurate"):
		return e.all
	}
	return p.expiry()
}

func (p *session) doCapa(pop3.Command) error {
	if p.dev("capa-before-login-only") && p.state != pop3.Authorization || p.dev("capa-after-login-only") && p.state == pop3.Authorization {
		return p.err("", textState, "CAPA", p.state)
	}
	if err := p.ok(textCapabilities); err != nil || p.dev("capa-single-line") {
		return err
	}
	return p.listing("CAPA", slices.Values(p.capabilities()))
}

// doStls begins TLS (RFC 2595 section 4). Commands that the client sent behind STLS would be taken for protected ones: the whole is
// refused then, and they are carried out as what they are.
func (p *session) doStls(pop3.Command) error {
	var injected []byte
	switch {
	case p.tls && !p.dev("stls-again"):
		return p.err("", textTLSActive)
	case p.utf8:
		return p.err("", textTLSAfterUTF8)
	case p.c.R.Buffered() > 0:
		p.c.Note("octets sent behind STLS, before the handshake (RFC 2595 section 4)")
		if !p.dev("stls-keeps-buffer") {
			return p.err("", textTLSAhead)
		}
		injected = p.c.TakeAhead()
	}
	if err := p.ok(textSTLS); err != nil {
		return err
	}
	if p.dev("stls-text-before-handshake") {
		if err := p.write("* the handshake comes now"); err != nil {
			return err
		}
	}
	p.after = func() error { return p.startTLS(injected) }
	return nil
}

// startTLS makes the handshake; the session begins anew behind it, but for the greeting.
func (p *session) startTLS(injected []byte) error {
	if p.tls { // the deviation stls-again: nothing happens
		return nil
	}
	if err := p.c.StartTLS(); err != nil {
		return err
	}
	p.secured()
	p.lang, p.ahead = "", false
	if p.dev("stls-keeps-user") {
		p.userJust = p.user != ""
	} else {
		p.user = ""
	}
	if p.dev("stls-logs-in") {
		if err := p.open(p.srv.anyone()); err == nil {
			p.state = pop3.Transaction
		}
	}
	return mockservers.EachLine(injected, p.command)
}

// doUtf8 enters UTF-8 mode (RFC 6856 section 2.1).
func (p *session) doUtf8(pop3.Command) error {
	p.utf8 = true
	return p.ok(textUTF8)
}

// doLang selects the language of texts, or lists the languages (RFC 6856 section 3.2).
func (p *session) doLang(cmd pop3.Command) error {
	if p.dev("lang-before-login-only") && p.state != pop3.Authorization {
		return p.err("", textState, "LANG", p.state)
	}
	if len(cmd.Args) == 0 {
		if p.dev("lang-list-single-line") {
			return p.data(strings.Join(languageTags(), ","))
		}
		if err := p.ok(textLanguages); err != nil {
			return err
		}
		return p.listing("LANG", p.languages)
	}
	want := cmd.Args[0]
	tag, ok := matchLanguage(want)
	switch {
	case want == "*":
		tag, ok = p.f.language, !p.dev("lang-star-err")
	case p.dev("lang-unsupported-ok") && !ok:
		tag, ok = "en", true
	}
	if !ok {
		if p.dev("lang-err-resets") {
			p.lang = ""
		}
		return p.err("", textNoLanguage, strings.ToUpper(want))
	}
	old := p.lang
	p.lang = tag
	said := p.text(textLanguage)
	switch {
	case p.dev("lang-next-reply"):
		said = say(old, textLanguage)
	case p.dev("lang-no-tag"):
		return p.data(said)
	}
	return p.data(tag + " " + said)
}

// languages yields the language listings.
func (p *session) languages(yield func(string) bool) {
	for i, l := range languages {
		line := l.tag + " " + l.name
		switch {
		case p.dev("lang-list-comma"):
			line = l.name + ", " + l.tag
		case p.dev("lang-misses-last") && i == len(languages)-1:
			return
		case p.dev("lang-list-latin1"):
			line = latin1(line)
		}
		if !yield(line) {
			return
		}
	}
}
