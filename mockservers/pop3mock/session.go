package pop3mock

import (
	"errors"
	"io"
	"os"
	"slices"
	"strings"

	"harness/internal/auth"
	"harness/mockservers"
	"harness/mockservers/mailstore"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

// session is one client's session.
type session struct {
	srv *Server
	c   *mockservers.Conn
	f   *features

	state     pop3.State
	timestamp string // the greeting's, "" without APOP
	tls       bool
	cert      string // the common name of the client's certificate
	utf8      bool
	lang      string // as LANG selected it; "" before
	over      bool   // the session ends behind the reply

	user     string // of the last USER that got +OK, prepared
	userJust bool   // that was the last command
	ahead    bool   // the client sent the command in hand before the last reply

	name   string // whose maildrop is open
	drop   mailstore.Opened
	msgs   []*entry
	count  int   // of messages not marked
	octets int64 // their size

	first string       // the first line of the reply in hand
	after func() error // what happens when the reply in hand has been sent

	// What deviations remember.
	dead     bool // nothing is served any more
	swapping bool // a command is carried out out of turn
	spent    bool // an AUTH has failed
	seen     map[string]bool
}

// entry is a message of the open maildrop.
type entry struct {
	*mailstore.Message
	id                 string
	deleted, retrieved bool
}

func (p *session) dev(name string) bool { return p.srv.devs.Has(name) }

// serve speaks to one client.
func (s *Server) serve(c *mockservers.Conn) error {
	p := &session{srv: s, c: c, f: &s.features, state: pop3.Authorization}
	defer p.leave()
	p.secured()
	if err := p.greet(); err != nil {
		return err
	}
	for !p.over {
		line, err := c.ReadLine()
		var limit *wire.LimitError
		if errors.As(err, &limit) {
			if err := p.tooLong(); err != nil {
				return err
			}
			continue
		}
		if err != nil {
			return p.lost(err)
		}
		if line.End == wire.None {
			return io.EOF // a command without an end is none
		}
		if err := p.command(line); err != nil {
			return err
		}
		p.ahead = c.R.Buffered() > 0 // only ReadLine reads: it was there before the reply
	}
	return nil
}

// secured takes note of a TLS connection.
func (p *session) secured() {
	state, ok := p.c.TLS()
	p.tls = ok
	if ok && len(state.VerifiedChains) > 0 {
		p.cert = state.PeerCertificates[0].Subject.CommonName
	}
}

func (p *session) greet() error {
	if err := p.c.BeginReply("greeting"); err != nil {
		return err
	}
	if ts := p.srv.timestamp(); ts != "" {
		p.timestamp = ts[1:]
	}
	greeting := p.srv.opts.Greeting
	if p.timestamp != "" {
		greeting += " " + p.timestamp
	}
	var err error
	switch {
	case p.dev("greeting-missing"):
		return nil
	case p.dev("greeting-negative"):
		err = p.write("-ERR " + greeting)
	case p.dev("greeting-two-lines"):
		if err = p.write("+OK " + greeting); err == nil {
			err = p.write("+OK at your service")
		}
	case p.dev("greeting-over-512"):
		err = p.write("+OK " + strings.Repeat("welcome ", 70) + greeting)
	case p.dev("greeting-angle"):
		err = p.write("+OK <hello> " + greeting)
	case p.dev("greeting-non-ascii"):
		err = p.write("+OK grüß Gott " + greeting)
	default:
		err = p.write("+OK " + greeting)
	}
	if err != nil {
		return err
	}
	return p.c.EndReply(p.first)
}

// tooLong answers a line beyond all limits, and skips it.
func (p *session) tooLong() error {
	p.c.Note("a line of more than %d octets", wire.DefaultLineLimit)
	if err := p.c.Command("", "(line too long)"); err != nil {
		return err
	}
	if err := p.c.SkipLine(p.srv.opts.Timeouts.Idle); err != nil {
		return err
	}
	p.first = ""
	if err := p.err("", textTooLong); err != nil {
		return err
	}
	return p.c.EndReply(p.first)
}

// lost is called when the client is gone or has been silent too long. Nothing is updated and nothing is said (RFC 1939 section 3).
func (p *session) lost(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		if p.dev("autologout-updates") {
			p.update()
		}
		if p.dev("autologout-speaks") {
			p.err("", textAutologout)
			p.c.Flush()
		}
	}
	return err
}

// leave releases what the session holds, however it ended.
func (p *session) leave() {
	if p.drop == nil {
		return
	}
	if p.dev("abort-updates") {
		p.update()
	}
	if p.dev("download-delete-on-abort") {
		p.remove(func(e *entry) bool { return e.retrieved })
	}
	if p.dev("marks-survive") {
		p.srv.keepMarks(p.name, p.msgs)
	}
	if !p.srv.devs.Empty() {
		p.srv.aborted(p.name)
	}
	p.close()
}

func (p *session) close() {
	if p.drop != nil && !p.dev("quit-keeps-lock") {
		p.drop.Close()
	}
	p.drop, p.msgs = nil, nil
}

// command carries out one command line and sends its reply.
func (p *session) command(line wire.Line) error {
	if line.End == wire.LF {
		if p.f.bareLF {
			line.End = wire.CRLF
		}
		p.c.Note("a command that ends in a bare LF (RFC 1939 section 3)")
	}
	lenient := p.dev("syntax-lenient") || p.dev("utf8-malformed-accepted") || p.dev("utf8-prohibited-accepted")
	cmd, syntax := pop3.Rules{UTF8: p.f.utf8User, Lenient: lenient}.ParseCommand(line)
	if err := p.c.Command(cmd.Verb, cmd.String()); err != nil {
		return err
	}
	p.first, p.after = "", nil
	just := p.userJust
	p.userJust = false
	if err := p.dispatch(cmd, syntax, just); err != nil {
		return err
	}
	if err := p.c.EndReply(p.first); err != nil {
		return err
	}
	if p.after != nil {
		return p.after()
	}
	return nil
}

// handler is what a verb does.
type handler struct {
	run func(*session, pop3.Command) error
	// on says whether the server has the command; nil for always.
	on func(*features) bool
}

var handlers map[string]handler

func init() {
	handlers = map[string]handler{
		"USER": {(*session).doUser, func(f *features) bool { return f.user }},
		"PASS": {(*session).doPass, func(f *features) bool { return f.user }},
		"APOP": {(*session).doApop, func(f *features) bool { return f.apop }},
		"AUTH": {(*session).doAuth, func(f *features) bool { return len(f.mechanisms) > 0 }},
		"STLS": {(*session).doStls, func(f *features) bool { return f.stls }},
		"UTF8": {(*session).doUtf8, func(f *features) bool { return f.utf8 }},
		"LANG": {(*session).doLang, func(f *features) bool { return f.lang }},
		"CAPA": {(*session).doCapa, func(f *features) bool { return f.capa }},
		"STAT": {(*session).doStat, nil},
		"LIST": {(*session).doList, nil},
		"RETR": {(*session).doRetr, nil},
		"DELE": {(*session).doDele, nil},
		"NOOP": {(*session).doNoop, nil},
		"RSET": {(*session).doRset, nil},
		"QUIT": {(*session).doQuit, nil},
		"TOP":  {(*session).doTop, func(f *features) bool { return f.top }},
		"UIDL": {(*session).doUidl, func(f *features) bool { return f.uidl }},
	}
}

// dispatch judges a command by what holds for all of them, and has its handler carry it out.
func (p *session) dispatch(cmd pop3.Command, syntax error, just bool) error {
	if !p.srv.devs.Empty() {
		if done, err := p.misdispatch(cmd, syntax, just); done {
			return err
		}
	}
	if p.ahead && !p.f.pipelining {
		p.c.Note("%s was sent before the last reply, and PIPELINING is not offered (RFC 2449 section 6.6)", cmd.Verb)
		return p.err("", textEarly)
	}
	h, known := handlers[cmd.Verb]
	spec := cmd.Spec()
	switch {
	case known && h.on != nil && !h.on(p.f), !known && spec != nil:
		return p.err("", textUnimplemented, cmd.Verb)
	case !known:
		return p.err("", textUnknown)
	case syntax != nil:
		return p.err("", textSyntax, spec.Syntax())
	case spec.States&p.state == 0:
		return p.err("", textState, cmd.Verb, p.state)
	}
	if cmd.Verb == "PASS" && !just {
		return p.err("", textPassFirst)
	}
	return h.run(p, cmd)
}

// --- replies

func (p *session) text(t text, args ...any) string {
	if p.dev("lang-ignored") {
		return say("", t, args...)
	}
	s := say(p.lang, t, args...)
	if p.dev("lang-latin1") {
		return latin1(s)
	}
	return s
}

// ok sends a positive reply of one line.
func (p *session) ok(t text, args ...any) error { return p.status(pop3.OK, "", p.text(t, args...)) }

// err sends a negative reply. The code is left out where response codes are off.
func (p *session) err(code pop3.Code, t text, args ...any) error {
	return p.status(pop3.Err, code, p.text(t, args...))
}

// data sends a positive reply whose text is for programs.
func (p *session) data(s string) error { return p.status(pop3.OK, "", s) }

func (p *session) status(st pop3.Status, code pop3.Code, text string) error {
	if !p.f.respCodes || code.Is(pop3.CodeAuth) && !p.f.authRespCode {
		code = ""
	}
	reply := pop3.Reply{Status: st, Code: code, Text: clip(text)}
	line := reply.Line()
	if !p.srv.devs.Empty() {
		line = p.misstate(st, code, line)
	}
	return p.write(line)
}

// clip shortens a text that holds something of the client's, so that the reply keeps to 512 octets (RFC 1939 section 3), and takes out what
// could not stand in it.
func clip(text string) string {
	const most = 400
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "")
	}
	return text
}

// write sends a line. The first one of a reply is kept for the log.
func (p *session) write(line string) error {
	if p.first == "" {
		p.first = line
	}
	end := wire.CRLF
	if p.dev("reply-bare-lf") {
		end = wire.LF
	}
	return p.c.Write(func() error { return p.c.W.WriteLine([]byte(line), end) })
}

// block sends the lines behind the first of a multi-line reply to verb.
func (p *session) block(verb string, fill func(*wire.BlockWriter) error) error {
	var out io.Writer = p.c.W
	if p.dev("multiline-bare-lf") {
		out = bareLF{out}
	}
	b := wire.NewBlockWriter(out)
	return p.c.Write(func() error {
		if err := fill(b); err != nil {
			return err
		}
		if p.dev("multiline-no-end") || p.dev(strings.ToLower(verb)+"-omits-terminator") {
			return nil
		}
		return b.Close()
	})
}

// listing sends lines behind the first of a reply.
func (p *session) listing(verb string, lines func(yield func(string) bool)) error {
	return p.block(verb, func(b *wire.BlockWriter) (err error) {
		for line := range lines {
			if _, err = io.WriteString(b, line+"\r\n"); err != nil {
				return err
			}
		}
		return nil
	})
}

// chunk is how much of a message is written at once: each one has the write timeout.
const chunk = 256 << 10

// message sends a message behind the first line of a reply.
func (p *session) message(verb string, data []byte) error {
	return p.block(verb, func(b *wire.BlockWriter) error {
		if p.dev(strings.ToLower(verb)+"-no-dot-stuffing") || p.dev("retr-stuffs-every-dot") || p.dev("retr-stuffs-lone-dot") ||
			p.dev("retr-first-dot-unstuffed") {
			return p.misstuff(b, data)
		}
		for len(data) > 0 {
			part := data[:min(len(data), chunk)]
			data = data[len(part):]
			err := p.c.Write(func() error {
				_, err := b.Write(part)
				return err
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// --- the maildrop

// content is a message as the session may see it (RFC 6856 section 2.1).
func (p *session) content(m *mailstore.Message) []byte {
	if !p.srv.devs.Empty() {
		if data, ok := p.miscontent(m); ok {
			return data
		}
	}
	if p.f.utf8 && !p.utf8 && !p.f.utf8Refuse {
		return m.ASCII()
	}
	return m.Canonical()
}

// size is the message's size for listings.
func (p *session) size(m *mailstore.Message) int64 {
	if !p.srv.devs.Empty() {
		return p.missize(m)
	}
	return int64(len(p.content(m)))
}

// open opens the user's maildrop (RFC 1939 section 4).
func (p *session) open(user string) error {
	m, ok := p.srv.store.Maildrop(user)
	if !ok {
		return mailstore.ErrNoAccount
	}
	drop, err := m.Open(p.dev("lock-shared"))
	if err != nil {
		return err
	}
	p.name, p.drop = user, drop
	messages := drop.Messages()
	p.msgs = make([]*entry, len(messages))
	for i, m := range messages {
		p.msgs[i] = &entry{Message: m, id: m.UniqueID}
	}
	if !p.srv.devs.Empty() {
		p.misopen()
	}
	p.recount()
	return nil
}

func (p *session) recount() {
	p.count, p.octets = 0, 0
	for _, e := range p.msgs {
		if !e.deleted {
			p.count++
			p.octets += p.size(e.Message)
		}
	}
}

// pick returns the message that a command names. Without one it sends the reply, and found is nil.
func (p *session) pick(verb string, n int) (found *entry, err error) {
	if !p.srv.devs.Empty() {
		n = p.misnumber(verb, n)
	}
	if n < 1 || n > len(p.msgs) {
		if p.dev(strings.ToLower(verb)+"-missing-ok") && len(p.msgs) > 0 {
			return p.msgs[len(p.msgs)-1], nil
		}
		return nil, p.err(p.miscode(verb), textNoMessage, len(p.msgs))
	}
	e := p.msgs[n-1]
	if e.deleted && !p.dev(strings.ToLower(verb)+"-deleted-ok") {
		return nil, p.err("", textDeleted, n)
	}
	return e, nil
}

// remove removes the messages that meet the condition from the store.
func (p *session) remove(which func(*entry) bool) error {
	var gone []*mailstore.Message
	for _, e := range p.msgs {
		if which(e) {
			gone = append(gone, e.Message)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	return p.drop.Remove(gone)
}

// update removes what is marked, and with EXPIRE 0 what was retrieved (RFC 2449 section 6.7).
func (p *session) update() error {
	return p.remove(func(e *entry) bool {
		return e.deleted || p.f.expire.on && p.expiry() == "0" && e.retrieved
	})
}

func (p *session) expiry() string {
	if p.f.expire.individual {
		return p.f.expire.user
	}
	return p.f.expire.all
}

// mechanisms returns the SASL mechanisms on offer: those that show the password only over TLS (RFC 5034 section 4), EXTERNAL only with a
// client certificate.
func (p *session) mechanisms() []string {
	var out []string
	for _, name := range p.f.mechanisms {
		m, _ := auth.Lookup(name)
		switch {
		case name == auth.External && p.cert == "",
			m.Exposes && !p.tls && p.f.cleartext != cleartextAll && !p.dev("plain-in-clear"),
			name == auth.Plain && p.dev("plain-missing"),
			!m.Exposes && p.dev("sasl-plaintext-only"):
			continue
		}
		out = append(out, name)
	}
	return out
}

func (p *session) offers(mech string) bool {
	if !p.dev("auth-case-sensitive") {
		mech = strings.ToUpper(mech)
	}
	return slices.Contains(p.mechanisms(), mech)
}
