package smtpmock

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"harness/mockservers"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// session is one client's session.
type session struct {
	srv *Server
	c   *mockservers.Conn
	f   *features

	tls    bool
	cert   string // the common name of the client's certificate
	hello  string // what the client called itself; "" before
	esmtp  bool   // by EHLO or LHLO
	user   string // who is authenticated; "" before
	over   bool   // the session ends behind the reply
	closed bool   // the greeting refused the client
	mails  int    // transactions so far
	count  int    // commands so far

	tx     *transaction // nil between transactions
	room   transaction  // that tx uses
	spool  spool
	seen   smtp.Content
	failed error // of the spool

	name   string // of the command in hand, as effects know it
	first  string // the reply in hand, for the log
	plain  bool   // the reply in hand has no enhanced status code
	after  func() error
	out    []byte
	client string // its address
}

func (p *session) dev(name string) bool { return p.srv.devs.Has(name) }

// deviates reports whether the server has any deviation.
func (p *session) deviates() bool { return !p.srv.devs.Empty() }

// serve speaks to one client.
func (s *Server) serve(c *mockservers.Conn) error {
	p := &session{srv: s, c: c, f: &s.features, spool: spool{}}
	if addr, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		p.client = addr.IP.String()
	}
	p.secured()
	defer p.spool.drop()
	if err := p.greet(); err != nil {
		return err
	}
	for !p.over {
		line, err := p.readLine()
		switch {
		case isTooLong(err):
			err = p.tooLong()
		case err != nil && p.deviates():
			p.mislost()
		case err == nil && p.deviates():
			err = p.miscommand(line)
		case err == nil:
			err = p.command(line)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// isTooLong reports whether a line passed the reader's limit.
func isTooLong(err error) bool {
	if err == nil {
		return false
	}
	var limit *wire.LimitError
	return errors.As(err, &limit)
}

// secured takes note of a TLS connection.
func (p *session) secured() {
	state, ok := p.c.TLS()
	p.tls = ok
	if ok && len(state.VerifiedChains) > 0 {
		p.cert = state.PeerCertificates[0].Subject.CommonName
		if p.dev("certificate-authorises") {
			p.user = p.cert
		}
	}
}

// readLine reads the next line of the client. The error of a client that was silent for too long, and of a server that is being closed, comes behind a
// 421 (RFC 5321 section 3.8).
func (p *session) readLine() (wire.Line, error) {
	read := p.c.ReadLine
	switch {
	case p.dev("replies-held") && p.count > 1:
		read = p.heldLine
	case p.dev("bare-cr-commands"):
		read = p.crLine
	}
	line, err := read()
	switch {
	case err == nil && line.End == wire.None:
		return line, io.EOF // a command without an end is none
	case err != nil:
		return line, p.lost(err)
	}
	return line, nil
}

// lost tells the client why it is left, if it can be told, and returns err.
func (p *session) lost(err error) error {
	p.name, p.first, p.plain = "", "", false
	switch {
	case p.dev("shutdown-silent"):
	case errors.Is(err, mockservers.ErrLeaving):
		return errors.Join(err, p.say(smtp.CodeUnavailable, status{3, 2}, "shutting down"), p.c.Flush())
	case errors.Is(err, os.ErrDeadlineExceeded):
		return errors.Join(err, p.say(smtp.CodeUnavailable, status{4, 2}, "silent for too long"), p.c.Flush())
	}
	return err
}

func (p *session) greet() error {
	p.name, p.plain = "greeting", true
	if err := p.c.BeginReply("greeting"); err != nil {
		return err
	}
	code, text := smtp.CodeReady, p.srv.opts.Greeting
	switch p.f.greeting {
	case smtp.CodeUnavailable:
		code, text, p.over = smtp.CodeUnavailable, "not now, try again later", true
	case smtp.CodeNoMail:
		code, text, p.closed = smtp.CodeNoMail, "does not accept mail", true
	case smtp.CodeTransactionFailed:
		code, text, p.closed = smtp.CodeTransactionFailed, "no service for you", true
	}
	if r := p.srv.judge(AtConnect, p.client, "", nil); r != nil && r.Action != Accept {
		v := r.verdict()
		code, text = v.code, v.text
		p.over, p.closed = code == smtp.CodeUnavailable, true
	}
	if p.dev("greeting-missing") {
		return nil
	}
	if err := p.say(code, status{}, p.srv.opts.Hostname+" "+text); err != nil {
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
	p.name, p.first, p.plain = "", "", false
	if err := p.say(smtp.CodeUnrecognized, status{5, 2}, "line too long"); err != nil {
		return err
	}
	return p.c.EndReply(p.first)
}

// command carries out one command line and sends its reply.
func (p *session) command(line wire.Line) error {
	if line.End == wire.LF {
		p.c.Note("a command that ends in a bare LF (RFC 5321 section 2.3.8)")
		if p.f.bareLF == bareLenient {
			line.End = wire.CRLF
		}
	}
	cmd, syntax := smtp.Rules{UTF8: p.f.utf8, LMTP: p.f.mode == modeLMTP}.ParseCommand(line)
	shown := ""
	if p.c.Logging() {
		shown = cmd.String()
	}
	if err := p.c.Command(cmd.Verb, shown); err != nil {
		return err
	}
	p.name, p.first, p.plain, p.after = cmd.Verb, "", false, nil
	p.count++
	h := handlers[cmd.Verb]
	if err := p.answer(h, cmd, syntax); err != nil {
		return err
	}
	if err := p.c.EndReply(p.first); err != nil {
		return err
	}
	// What follows behind is read at once: only replies that may be held back wait for it (RFC 2920 section 3.2).
	if (h == nil || !h.held) && p.c.R.Buffered() > 0 && !p.dev("replies-held") {
		if err := p.c.Flush(); err != nil {
			return err
		}
	}
	if p.after != nil {
		return p.after()
	}
	return nil
}

// handler is what a command does.
type handler struct {
	run func(*session, smtp.Command) error
	// on says whether the server has the command; nil for always.
	on func(*features) bool
	// noTLS commands are served without TLS though it is required (RFC 3207 section 4), noAuth ones without authentication (RFC 4954 section 6).
	noTLS, noAuth bool
	// content commands judge by themselves whether there are recipients.
	content bool
	// held says that the reply waits for those to what was sent ahead.
	held bool
}

var handlers map[string]*handler

func init() {
	handlers = map[string]*handler{
		"EHLO":     {run: (*session).doHello, on: func(f *features) bool { return f.ehlo }, noTLS: true, noAuth: true},
		"HELO":     {run: (*session).doHello, noAuth: true},
		"LHLO":     {run: (*session).doHello, noTLS: true, noAuth: true},
		"MAIL":     {run: (*session).doMail, held: true},
		"RCPT":     {run: (*session).doRcpt, held: true},
		"DATA":     {run: (*session).doData, content: true, held: true}, // its reply is that behind the content
		"BDAT":     {run: (*session).doBdat, on: func(f *features) bool { return f.chunking }, content: true, held: true},
		"RSET":     {run: (*session).doRset, noAuth: true, held: true},
		"VRFY":     {run: (*session).doVrfy},
		"EXPN":     {run: (*session).doExpn},
		"HELP":     {run: (*session).doHelp, on: func(f *features) bool { return f.help }},
		"NOOP":     {run: (*session).doNoop, noTLS: true, noAuth: true},
		"QUIT":     {run: (*session).doQuit, noTLS: true, noAuth: true},
		"STARTTLS": {run: (*session).doStartTLS, on: func(f *features) bool { return f.starttls }, noTLS: true},
		"AUTH":     {run: (*session).doAuth, on: func(f *features) bool { return len(f.mechanisms) > 0 }, noAuth: true},
	}
}

// state is where the session stands.
func (p *session) state() smtp.State {
	switch {
	case p.hello == "":
		return smtp.Connected
	case p.tx == nil:
		return smtp.Idle
	case p.tx.chunks:
		return smtp.Chunks
	case len(p.tx.to) > 0:
		return smtp.Recipients
	}
	return smtp.Sender
}

// answer judges a command by what holds for all of them, and has its handler carry it out.
func (p *session) answer(h *handler, cmd smtp.Command, syntax error) error {
	v, refused := p.refusal(h, cmd, syntax)
	if p.deviates() {
		if v, refused = p.misrefusal(cmd, v, refused); refused && v.code == 0 {
			return nil
		}
	}
	if !refused {
		return h.run(p, cmd)
	}
	if cmd.Verb == "BDAT" && syntax == nil && p.f.chunking {
		return p.refuseChunk(cmd, v)
	}
	return p.tell(v)
}

// refusal is why a command is not carried out.
func (p *session) refusal(h *handler, cmd smtp.Command, syntax error) (v verdict, refused bool) {
	spec, known := smtp.Lookup(cmd.Verb, p.f.mode == modeLMTP)
	switch {
	case p.f.leaves > 0 && p.count > p.f.leaves:
		return verdict{smtp.CodeUnavailable, status{3, 2}, "the server has to leave"}, true
	case p.closed && cmd.Verb != "QUIT":
		if p.f.greeting == smtp.CodeNoMail {
			return verdict{smtp.CodeNoMail, status{3, 2}, "does not accept mail"}, true
		}
		return verdict{smtp.CodeBadSequence, status{5, 1}, "no service for you, only QUIT"}, true
	case !known, cmd.Verb == "EHLO" && !p.f.ehlo:
		return verdict{smtp.CodeUnrecognized, status{5, 1}, "command not recognized"}, true
	case h == nil || h.on != nil && !h.on(p.f):
		return verdict{smtp.CodeNotImplemented, status{5, 1}, "command not implemented"}, true
	case syntax != nil:
		return syntaxVerdict(spec, syntax), true
	case p.f.tls == required && !p.tls && !h.noTLS:
		return verdict{smtp.CodeAuthRequired, status{7, 0}, "issue STARTTLS first"}, true
	case p.f.auth == required && p.user == "" && !h.noAuth && (cmd.Verb != "STARTTLS" || p.tls):
		return verdict{smtp.CodeAuthRequired, status{7, 0}, "authenticate first"}, true
	case spec.States&p.state() == 0 && !(h.content && p.tx != nil && !p.tx.chunks):
		return verdict{smtp.CodeBadSequence, status{5, 1}, p.misplaced(cmd.Verb)}, true
	}
	return verdict{}, false
}

// syntaxVerdict answers a command whose syntax is wrong.
func syntaxVerdict(spec *smtp.Spec, err error) verdict {
	var s *wire.SyntaxError
	switch {
	case errors.As(err, &s) && (s.Cite == "RFC 5321 section 4.5.3.1.4" || s.Got == "\n" || s.Got == "\x00" || s.Got == "\r"):
		return verdict{smtp.CodeUnrecognized, status{5, 2}, "line too long, or not ended by CRLF"}
	case spec.Verb == "AUTH" && s != nil && s.Want != "the name of a SASL mechanism":
		return verdict{smtp.CodeSyntax, status{5, 2}, "not Base64"}
	}
	return verdict{smtp.CodeSyntax, status{5, 4}, "syntax: " + spec.Syntax}
}

// misplaced says what a command that comes at the wrong time waits for.
func (p *session) misplaced(verb string) string {
	switch {
	case p.hello == "" && p.f.mode == modeLMTP:
		return "say LHLO first"
	case p.hello == "":
		return "say EHLO first"
	case p.tx == nil:
		return "say MAIL first"
	case p.tx.chunks:
		return "say BDAT with LAST, or RSET, first"
	case verb == "DATA" || verb == "BDAT":
		return "say RCPT first"
	}
	return "not in a transaction"
}

// tell sends a verdict.
func (p *session) tell(v verdict) error { return p.say(v.code, v.status, v.text) }

// status are subject and detail of an enhanced status code, whose class is that of the reply (RFC 3463 section 2).
type status struct{ subject, detail int }

// say sends a reply, in as many lines as there are texts.
func (p *session) say(code int, st status, lines ...string) error {
	if code == smtp.CodeUnavailable {
		p.over = !p.dev("stays-after-421")
	}
	to := code
	if len(p.srv.effects) > 0 {
		to = p.srv.effects.OnCode(p.name, code)
		lines = p.affected(lines)
	}
	out := p.out[:0]
	enhanced := p.f.enhanced && !p.plain && to/100 != 3
	for i, text := range lines {
		start := len(out)
		sep := byte('-')
		if i == len(lines)-1 {
			sep = ' '
		}
		out = append(out, byte('0'+to/100), byte('0'+to/10%10), byte('0'+to%10), sep)
		if enhanced {
			out = append(out, byte('0'+to/100), '.')
			out = appendInt(out, st.subject)
			out = append(out, '.')
			out = appendInt(out, st.detail)
			out = append(out, ' ')
		}
		out = append(out, text...)
		if i == 0 && len(p.srv.effects) > 0 {
			out = append(out[:start], p.srv.effects.OnFirst(p.name, code, bytes.Clone(out[start:]))...)
		} else if len(out)-start > smtp.MaxReply-2 && code != smtp.CodeChallenge {
			out = out[:start+smtp.MaxReply-2]
		}
		out = append(out, '\r', '\n')
	}
	if p.deviates() {
		out = p.misreply(out)
	}
	p.out = out
	if p.first == "" && p.c.Logging() {
		p.first, _, _ = strings.Cut(string(out), "\r\n")
	}
	if p.c.W.Available() >= len(out) {
		_, err := p.c.W.Write(out) // it is only buffered
		return err
	}
	return p.c.Write(func() error {
		_, err := p.c.W.Write(out)
		return err
	})
}

// affected are the lines of a reply with what effects make of all but the first.
func (p *session) affected(lines []string) []string {
	all := lines[:1:1]
	for _, l := range lines[1:] {
		if b := p.srv.effects.OnLine(p.name, []byte(l)); b != nil {
			all = append(all, strings.Split(string(b), "\r\n")...)
		}
	}
	return all
}

// appendInt appends a number from 0 to 999.
func appendInt(b []byte, n int) []byte {
	if n >= 100 {
		b = append(b, byte('0'+n/100))
	}
	if n >= 10 {
		b = append(b, byte('0'+n/10%10))
	}
	return append(b, byte('0'+n%10))
}

// idle is how long the client may be silent.
func (p *session) idle() time.Duration { return p.srv.opts.Timeouts.Idle }
