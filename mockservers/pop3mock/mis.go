package pop3mock

import (
	"bytes"
	"crypto/tls"
	"io"
	"slices"
	"strings"
	"time"

	"harness/internal/auth"
	"harness/internal/ca"
	"harness/mockservers/mailstore"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

// What is in this file is done only by a server that deviates.

// misdispatch carries out the deviations that concern commands of every kind. Done says that the command is dealt with.
func (p *session) misdispatch(cmd pop3.Command, syntax error, just bool) (done bool, err error) {
	verb := strings.ToLower(cmd.Verb)
	h, known := handlers[cmd.Verb]
	known = known && (h.on == nil || h.on(p.f))
	spec := cmd.Spec()
	switch {
	case p.dead:
		return true, p.err("", textFailedForReason)
	case p.spent && (verb == "user" || verb == "apop" || verb == "auth"):
		return true, p.err("", textAuthDone)
	case p.dev("autologout-not-reset") && time.Since(p.c.Session.Begun()) > p.srv.opts.Timeouts.Idle:
		p.over = true
		return true, nil
	case p.ahead && p.dev("pipelining-first-only"):
		return true, nil
	case p.dev("pipelining-reordered") && !p.swapping && p.c.R.Buffered() > 0:
		if err := p.swap(); err != nil {
			return true, err
		}
	case p.dev("keyword-case-sensitive") && !bytes.HasPrefix(cmd.Raw, []byte(cmd.Verb)):
		return true, p.err("", textUnknown)
	case p.dev("argument-short") && slices.ContainsFunc(cmd.Args, func(a string) bool { return len(a) > 20 }):
		return true, p.err("", textTooLong)
	case p.dev("command-limit-47") && len(cmd.Raw) > 47:
		return true, p.err("", textTooLong)
	case p.dev("no-auth-mechanism") && spec != nil && p.state.After(cmd.Verb, true) == pop3.Transaction && p.state == pop3.Authorization:
		return true, p.err("", textWrong)
	}
	if !known {
		return p.misunknown(spec)
	}
	switch {
	case p.dev(verb + "-unimplemented"), p.dev("capa-" + verb + "-unserved"):
		return true, p.err("", textUnimplemented, cmd.Verb)
	case p.dev("session-once") && p.state == pop3.Transaction && spec.States == pop3.Transaction:
		if p.seen[verb] {
			return true, p.err("", textUnimplemented, cmd.Verb)
		}
		if p.seen == nil {
			p.seen = make(map[string]bool)
		}
		p.seen[verb] = true
	}
	if syntax != nil {
		switch {
		case p.dev("utf8-parameters-ok") && verb == "utf8" && p.state == pop3.Authorization:
			return true, h.run(p, cmd)
		case p.dev("top-lines-optional") && verb == "top" && len(cmd.Args) == 1 && p.state == pop3.Transaction:
			cmd.Args = append(cmd.Args, "0")
			return true, h.run(p, cmd)
		case p.dev("syntax-ok"), len(cmd.Args) == 0 && p.dev(verb+"-no-argument-ok"):
			if verb == "dele" && len(p.msgs) > 0 {
				p.mark(p.msgs[0])
			}
			return true, p.ok(textNoop)
		}
		return false, nil
	}
	switch wrong := spec.States&p.state == 0; {
	case wrong && p.state == pop3.Authorization && p.dev(verb+"-before-login"):
		return true, h.run(p, cmd)
	case wrong && p.state == pop3.Authorization && spec.States == pop3.Transaction && p.dev("mail-before-login"):
		return true, p.borrowed(func() error { return h.run(p, cmd) })
	case wrong && p.state == pop3.Transaction && p.dev(verb+"-after-login"):
		return true, h.run(p, cmd)
	case !wrong && verb == "pass" && !just && p.dev("pass-anytime"):
		return true, h.run(p, cmd)
	}
	return false, nil
}

// borrowed has f work on the maildrop of the first account.
func (p *session) borrowed(f func() error) error {
	m, ok := p.srv.store.Maildrop(p.srv.anyone())
	if !ok {
		return f()
	}
	drop, err := m.Open(true)
	if err != nil {
		return err
	}
	defer drop.Close()
	for _, m := range drop.Messages() {
		p.msgs = append(p.msgs, &entry{Message: m, id: m.UniqueID})
	}
	p.recount()
	err = f()
	p.msgs, p.count, p.octets = nil, 0, 0
	return err
}

func (p *session) misunknown(spec *pop3.Spec) (done bool, err error) {
	switch {
	case spec != nil && p.dev("unimplemented-ok"):
		return true, p.ok(textNoop)
	case spec == nil && p.dev("unknown-ok"):
		return true, p.ok(textNoop)
	case spec == nil && p.dev("unknown-closes"):
		p.over = true
		return true, p.err("", textUnknown)
	case spec == nil && p.dev("unknown-ignored"):
		return true, nil
	}
	return false, nil
}

// swap carries out the next command before the one in hand.
func (p *session) swap() error {
	line, err := p.c.ReadLine()
	if err != nil {
		return err
	}
	p.swapping = true
	defer func() { p.swapping = false }()
	return p.command(wire.Line{Text: bytes.Clone(line.Text), End: line.End})
}

// misstate spoils a status line.
func (p *session) misstate(st pop3.Status, code pop3.Code, line string) string {
	word := st.String()
	rest := line[len(word):]
	switch {
	case p.dev("status-lower-case"):
		return strings.ToLower(word) + rest
	case p.dev("status-unknown"):
		return map[pop3.Status]string{pop3.OK: "+FINE", pop3.Err: "-FAIL"}[st] + rest
	case p.dev("reply-leading-space"):
		return " " + line
	case p.dev("reply-over-512"):
		return line + strings.Repeat(" and so on", 55)
	case p.dev("reply-non-ascii"):
		return line + " – schön"
	case p.dev("reply-two-lines") && st == pop3.Err:
		return line + "\r\nmore about that"
	case p.dev("reply-tab"):
		return word + strings.Replace(rest, " ", "\t", 1)
	case p.dev("text-bracket") && code == "" && st == pop3.Err:
		return word + " [or not" + rest
	case code == "":
		return line
	case p.dev("resp-code-late"):
		bracket := " [" + string(code) + "]"
		return word + strings.TrimPrefix(rest, bracket) + bracket
	case p.dev("resp-code-empty-level"):
		return strings.Replace(line, "]", "/]", 1)
	case p.dev("resp-code-dot"):
		return strings.Replace(line, string(code), strings.ReplaceAll(string(code), "/", "."), 1)
	}
	return line
}

// miscode returns a response code that has no place in a reply about a missing message.
func (p *session) miscode(verb string) pop3.Code {
	switch {
	case verb != "RETR":
	case p.dev("auth-code-elsewhere"):
		return pop3.CodeAuth
	case p.dev("utf8-code-elsewhere"):
		return pop3.CodeUTF8
	case p.dev("in-use-elsewhere"):
		return pop3.CodeInUse
	case p.dev("login-delay-elsewhere"):
		return pop3.CodeLoginDelay
	}
	return ""
}

// miscapa spoils the list of capabilities.
func (p *session) miscapa(list []string) []string {
	for i, l := range list {
		tag, _, _ := strings.Cut(l, " ")
		switch {
		case p.dev("capa-tag-renamed") && tag == pop3.CapaTop:
			list[i] = "HEADERS"
		case p.dev("capa-double-space"):
			list[i] = strings.Replace(l, " ", "  ", 1)
		case p.dev("capa-line-over-512") && tag == pop3.CapaImplementation:
			list[i] = l + strings.Repeat(" and-so-on", 60)
		case p.dev("capa-arguments") && l == tag:
			list[i] = l + " 1"
			if p.state == pop3.Transaction {
				list[i] = l + " 2"
			}
		}
	}
	switch {
	case p.dev("capa-empty"):
		return nil
	case p.dev("capa-two-per-line") && len(list) > 1:
		return slices.Concat([]string{list[0] + "," + list[1]}, list[2:])
	case p.dev("capa-apop"):
		return append(list, "APOP")
	case p.dev("capa-dot-tag"):
		return append(list, "X.MOCK")
	}
	return list
}

// misoffer returns the parameters of SASL.
func (p *session) misoffer(mechs []string) string {
	switch {
	case p.dev("sasl-commas"):
		return strings.Join(mechs, ",")
	case p.dev("sasl-lists-unsupported"):
		return strings.Join(append(mechs, "GSSAPI"), " ")
	case p.dev("sasl-differs-after-login") && p.state == pop3.Transaction:
		return auth.Anonymous
	}
	return strings.Join(mechs, " ")
}

// misnumbered returns the number that the i-th message (from 0) is listed under, misnumber which message, from 1, a command means.
func (p *session) misnumbered(i int) int {
	switch {
	case p.dev("numbers-from-zero"):
		return i
	case p.dev("numbers-with-gaps"):
		return 2*i + 1
	}
	return i + 1
}

func (p *session) misnumber(verb string, n int) int {
	switch {
	case p.dev("numbers-from-zero"):
		return n + 1
	case p.dev("numbers-with-gaps"):
		return (n-1)/2 + 1
	case p.dev("retr-wrong-message") && verb == "RETR" && n > 1 && n <= len(p.msgs):
		return n - 1
	}
	return n
}

// missize returns the size that is told.
func (p *session) missize(m *mailstore.Message) int64 {
	data := p.content(m)
	n := int64(len(data))
	switch {
	case p.dev("size-rounded"):
		return (n + 1023) / 1024 * 1024
	case p.dev("size-without-cr"):
		return n - int64(bytes.Count(data, []byte("\r\n")))
	case p.dev("size-with-stuffing"):
		n += int64(bytes.Count(data, []byte("\n.")))
		if bytes.HasPrefix(data, []byte(".")) {
			n++
		}
	case p.dev("utf8-size-native"):
		return int64(len(m.Canonical()))
	}
	return n
}

// miscontent returns a message in a form that the session may not see.
func (p *session) miscontent(m *mailstore.Message) (data []byte, ok bool) {
	switch {
	case p.dev("stored-lf-kept"):
		return m.Data, true
	case p.dev("utf8-on-by-default"):
		return m.Canonical(), true
	case p.utf8 && p.dev("utf8-ineffective"):
		return m.ASCII(), true
	case p.utf8 && p.dev("utf8-ascii-changed") && !m.NeedsUTF8():
		return slices.Concat([]byte("X-Mode: UTF-8\r\n"), m.Canonical()), true
	case p.utf8 && p.dev("utf8-binary"):
		return bytes.ReplaceAll(m.Canonical(), []byte("Content-Transfer-Encoding: 8bit"), []byte("Content-Transfer-Encoding: binary")), true
	}
	return nil, false
}

// misretrieve spoils what RETR sends.
func (p *session) misretrieve(n int, data []byte) []byte {
	switch {
	case p.dev("retr-misses-last-line"):
		i := bytes.LastIndexByte(bytes.TrimSuffix(data, []byte("\n")), '\n')
		return data[:i+1]
	case p.dev("retr-adds-header"):
		return slices.Concat([]byte("X-Mock: added\r\n"), data)
	case p.dev("retr-no-header"):
		_, body := mailstore.SplitHeader(data)
		return body
	case p.dev("retr-cuts-long-lines"):
		lines := bytes.SplitAfter(data, []byte("\n"))
		for i, l := range lines {
			if len(l) > 78 {
				lines[i] = slices.Concat(l[:76], []byte("\r\n"))
			}
		}
		return bytes.Join(lines, nil)
	case p.dev("retr-seven-bit"):
		out := bytes.Clone(data)
		for i := range out {
			out[i] &= 0x7f
		}
		return out
	}
	return data
}

// misstuff writes a message with the wrong stuffing.
func (p *session) misstuff(b *wire.BlockWriter, data []byte) error {
	switch {
	case p.dev("retr-stuffs-every-dot"):
		data = bytes.ReplaceAll(data, []byte("."), []byte(".."))
	case p.dev("retr-first-dot-unstuffed"):
		data = bytes.ReplaceAll(data, []byte("\n."), []byte("\n.."))
	case p.dev("retr-stuffs-lone-dot"):
		data = bytes.ReplaceAll(data, []byte("\n.\r\n"), []byte("\n..\r\n"))
	}
	return p.c.Write(func() error {
		_, err := p.c.W.Write(data)
		return err
	})
}

// bareLF writes LF for CRLF.
type bareLF struct{ w io.Writer }

func (b bareLF) Write(data []byte) (int, error) {
	_, err := b.w.Write(bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n")))
	return len(data), err
}

// misopen spoils a maildrop that was just opened.
func (p *session) misopen() {
	if p.dev("marks-survive") {
		p.srv.restoreMarks(p.name, p.msgs)
	}
	for i, e := range p.msgs {
		switch {
		case p.dev("uidl-duplicate") && i == 1:
			e.id = p.msgs[0].id
		case p.dev("uidl-same-for-all"):
			e.id = "message"
		case p.dev("uidl-changes"):
			e.id += "." + time.Now().UTC().Format("150405.000000000")
		case p.dev("uidl-is-number"):
			e.id = "n" + string(rune('0'+(i+1)/10%10)) + string(rune('0'+(i+1)%10))
		case p.dev("uidl-changes-after-abort"):
			e.id += p.srv.epoch(p.name)
		case p.dev("uidl-too-long"):
			e.id = strings.Repeat("x", 80-len(e.id)) + e.id
		case p.dev("uidl-empty"):
			e.id = ""
		case p.dev("uidl-space"):
			e.id = strings.Replace(e.id, ".", " ", 1)
		case p.dev("uidl-eight-bit"):
			e.id = strings.Replace(e.id, ".", "\xe9", 1)
		}
	}
	if p.dev("uidl-reused") {
		p.srv.reuse(p.name, p.msgs)
	}
}

// aborted counts the sessions of a user that ended without QUIT.
func (s *Server) aborted(user string) {
	s.mu.Lock()
	s.aborts[user]++
	s.mu.Unlock()
}

// epoch changes with each of them.
func (s *Server) epoch(user string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return "." + strings.Repeat("a", s.aborts[user]%30)
}

// keepMarks and restoreMarks carry marks from one session to the next.
func (s *Server) keepMarks(user string, msgs []*entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	marks := make(map[uint32]bool)
	for _, e := range msgs {
		if e.deleted {
			marks[e.UID] = true
		}
	}
	s.marked[user] = marks
}

func (s *Server) restoreMarks(user string, msgs []*entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range msgs {
		e.deleted = s.marked[user][e.UID]
	}
}

// reuse gives new messages the unique-ids of those that are gone.
func (s *Server) reuse(user string, msgs []*entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.ids[user]
	ids := make(map[uint32]string, len(msgs))
	var free []string
	for uid, id := range old {
		if !slices.ContainsFunc(msgs, func(e *entry) bool { return e.UID == uid }) {
			free = append(free, id)
		}
	}
	slices.Sort(free)
	for _, e := range msgs {
		id, ok := old[e.UID]
		if !ok && len(free) > 0 {
			id, free = free[0], free[1:]
		} else if !ok {
			id = e.id
		}
		e.id, ids[e.UID] = id, id
	}
	s.ids[user] = ids
}

// weakTLS is a configuration that goes back to TLS 1.0. A nil authority stands for a new one.
func weakTLS(authority *ca.CA) (*tls.Config, error) {
	if authority == nil {
		var err error
		if authority, err = ca.New(); err != nil {
			return nil, err
		}
	}
	leaf, err := authority.Leaf(ca.DefaultHosts...)
	if err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS10, Certificates: []tls.Certificate{leaf}}, nil
}

// --- authentication

// misuser carries out the deviations of USER.
func (p *session) misuser(name string) (done bool, err error) {
	_, exists := p.srv.store.Maildrop(name)
	eightBit := ascii(name) != name
	switch {
	case p.dev("auth-code-to-user") && !exists:
		return true, p.err(pop3.CodeAuth, textWrong)
	case p.dev("login-delay-code-to-user") && p.tooSoon(name) > 0:
		return true, p.err(pop3.CodeLoginDelay, textTooSoon, 1)
	case p.dev("utf8-user-refused") && eightBit, p.dev("utf8-user-after-utf8-only") && eightBit && !p.utf8:
		return true, p.err(pop3.CodeAuth, textNotUTF8)
	case p.dev("lang-user-leaks") && exists:
		p.lang = "de"
	}
	return false, nil
}

// mispass reports whether a wrong password does.
func (p *session) mispass(user, given string) bool {
	if _, exists := p.srv.store.Maildrop(user); !exists {
		return false
	}
	switch {
	case p.dev("pass-ignored"):
		return true
	case p.dev("pass-of-another"):
		return slices.ContainsFunc(p.srv.users(), func(u string) bool {
			password, ok := p.password(u)
			return ok && password == given
		})
	case p.dev("pass-cut"):
		known, ok := p.password(user)
		return ok && len(given) > 8 && len(known) > 8 && known[:8] == given[:8]
	}
	return false
}

// users returns the accounts of a store of ours.
func (s *Server) users() []string {
	if own, ok := s.store.(*mailstore.Store); ok {
		return own.Names()
	}
	return nil
}

// unprepared returns the password as the account was given it.
func (s *Server) unprepared(user string) string {
	if own, ok := s.store.(*mailstore.Store); ok {
		a, _ := own.Account(user)
		return a.Password
	}
	return ""
}

// anyone returns the first of them.
func (s *Server) anyone() string {
	if u := s.users(); len(u) > 0 {
		return u[0]
	}
	return ""
}

// misdenied spoils what comes after a failed authentication.
func (p *session) misdenied(verb string) {
	if p.dev("auth-err-locks") {
		p.dead = true
	}
	if verb == "AUTH" && p.dev("auth-failed-lingers") {
		p.spent = true
	}
}

// misresponse spoils a client's SASL response before the mechanism sees it.
func (p *session) misresponse(response []byte) []byte {
	switch {
	case response == nil:
		return nil
	case p.dev("auth-no-saslprep"):
		if ascii(string(response)) != string(response) {
			return []byte("\x00\x00")
		}
	case p.dev("auth-saslprep-unchecked"):
		return []byte(ascii(string(response)))
	case p.dev("plain-short") && len(response) > 100:
		return response[:100]
	}
	return response
}

// misauth reports whether a failed exchange does.
func (p *session) misauth(err error) bool {
	return err != nil && p.dev("auth-failure-ok")
}

// trusting lets everybody act as anybody.
type trusting struct{ mailstore.Backend }

func (trusting) Authorize(user, identity string) bool { return true }

// saslStore returns the accounts as the mechanisms see them.
func (p *session) saslStore() auth.Store {
	if p.dev("plain-identity-ignored") {
		return trusting{p.srv.store}
	}
	return p.srv.store
}

// stealFirst removes the first message of the user that USER named.
func (p *session) stealFirst() {
	if p.user == "" || p.open(p.user) != nil {
		return
	}
	p.remove(func(e *entry) bool { return e == p.msgs[0] })
	p.close()
}

// ascii drops everything else.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x80 {
			return -1
		}
		return r
	}, s)
}

// latin1 encodes s in ISO 8859-1.
func latin1(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}
