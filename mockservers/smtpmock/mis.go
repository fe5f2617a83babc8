package smtpmock

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// What is in this file is done only by a server that deviates.

// silent is the verdict of a command that gets no reply.
var silent = verdict{}

// miscommand carries out a command line, with the deviations that concern lines.
func (p *session) miscommand(line wire.Line) error {
	line.Text = bytes.Clone(line.Text)
	switch {
	case p.dev("pipeline-dropped"):
		p.c.R.Discard(p.c.R.Buffered())
	case p.dev("pipeline-reversed") && bytes.IndexByte(p.c.R.Peek(), '\n') >= 0:
		second, err := p.readLine()
		if err != nil {
			return err
		}
		if err := p.command(wire.Line{Text: bytes.Clone(second.Text), End: second.End}); err != nil || p.over {
			return err
		}
	case p.dev("bare-lf-commands") && line.End == wire.LF:
		line.End = wire.CRLF
	case p.dev("eighth-bit-cleared"):
		for i := range line.Text {
			line.Text[i] &= 0x7f
		}
	}
	return p.command(line)
}

// crLine reads a line that a bare CR ends, too.
func (p *session) crLine() (line wire.Line, err error) {
	if bytes.HasPrefix(p.c.R.Peek(), []byte("\n")) {
		p.c.R.Discard(1) // that of a CRLF
	}
	if bytes.IndexByte(p.c.R.Peek(), '\r') < 0 {
		if err := p.c.BeforeWait(); err != nil {
			return line, err
		}
	}
	line.End = wire.None
	err = p.c.Await(p.idle(), func() error {
		for line.End == wire.None {
			if err := p.c.R.Wait(); err != nil {
				return err
			}
			switch c := p.c.R.Peek()[0]; {
			case c == '\r':
				line.End = wire.CRLF
			case c != '\n' || len(line.Text) > 0:
				line.Text = append(line.Text, c)
			}
			p.c.R.Discard(1)
		}
		return nil
	})
	return line, err
}

// mislost delivers what should be lost with the connection, or with QUIT, and ends the connection without TLS's alert.
func (p *session) mislost() {
	if p.dev("close-unannounced") {
		p.after = func() error {
			err := p.c.Release()
			p.c.Raw().Close()
			return err
		}
	}
	if p.dev("loss-delivers") && p.tx != nil && len(p.tx.to) > 0 {
		p.begin()
		_, _ = p.accept(slices.Clone(p.tx.to))
	}
}

// heldLine reads the next line, and leaves the replies where they are.
func (p *session) heldLine() (line wire.Line, err error) {
	err = p.c.Await(p.idle(), func() error {
		line, err = p.c.R.ReadLine()
		return err
	})
	return line, err
}

// misrefusal changes what refusal says of a command. A refusal with no code is one without a reply.
func (p *session) misrefusal(cmd smtp.Command, v verdict, refused bool) (verdict, bool) {
	verb := strings.ToLower(cmd.Verb)
	raw := bytes.TrimRight(cmd.Raw, "\r\n")
	in := p.tx != nil
	switch {
	case p.dev("tls-not-required") && v.code == smtp.CodeAuthRequired && p.f.tls == required && !p.tls:
		return v, false
	case p.dev("nested-mail-250") && cmd.Verb == "MAIL" && in && p.hello != "":
		return v, false
	case p.dev("rcpt-before-mail-250") && cmd.Verb == "RCPT" && !in,
		p.dev("unknown-250") && v.code == smtp.CodeUnrecognized,
		p.dev("syntax-250") && v.code == smtp.CodeSyntax,
		p.dev("order-250") && v.code == smtp.CodeBadSequence:
		return verdict{smtp.CodeOK, status{0, 0}, "ok"}, true
	case p.dev("auth-initial-required") && cmd.Verb == "AUTH" && len(cmd.Args) == 1:
		return verdict{smtp.CodeSyntax, status{5, 4}, "there is no initial response"}, true
	case p.dev("auth-mechanism-case-sensitive") && cmd.Verb == "AUTH" && len(cmd.Args) > 0 && cmd.Args[0] != strings.ToUpper(cmd.Args[0]):
		return verdict{smtp.CodeParamNotImplemented, status{5, 4}, "mechanism not supported"}, true
	case p.dev("auth-twice") && cmd.Verb == "AUTH" && p.user != "":
		p.user = ""
		return v, false
	case p.dev("auth-in-transaction") && cmd.Verb == "AUTH" && in:
		return v, false
	case p.dev("verb-case-sensitive") && len(raw) >= len(verb) && string(raw[:len(verb)]) != cmd.Verb:
		return verdict{smtp.CodeUnrecognized, status{5, 1}, "command not recognized"}, true
	case p.dev("path-word-case-sensitive") && (bytes.HasPrefix(raw, []byte("MAIL from")) || bytes.HasPrefix(raw, []byte("RCPT to"))),
		p.dev("trailing-white-space-501") && len(raw) > 0 && (raw[len(raw)-1] == ' ' || raw[len(raw)-1] == '\t'),
		p.dev("address-literal-501") && bytes.Contains(raw, []byte("[")),
		p.dev("command-limit-255") && len(raw) > 253,
		p.dev("source-route-501") && len(cmd.Path.Route) > 0,
		p.dev("local-part-32") && len(cmd.Path.Local) > 32,
		p.dev("domain-64") && len(cmd.Path.Domain) > 64,
		p.dev("path-128") && len(cmd.Path.String()) > 128,
		p.dev("noop-argument-501") && cmd.Verb == "NOOP" && len(cmd.Args) > 0,
		p.dev("null-sender-501") && cmd.Verb == "MAIL" && cmd.Path.IsNull(),
		p.dev("postmaster-bare-501") && cmd.Verb == "RCPT" && cmd.Path.Domain == "":
		return verdict{smtp.CodeSyntax, status{5, 4}, "syntax error"}, true
	case p.dev("shutdown-silent") && v.code == smtp.CodeUnavailable:
		p.over = true
		return silent, true
	case p.dev("utf8-501") && !isASCII(string(raw)):
		return verdict{smtp.CodeSyntax, status{5, 2}, "not ASCII"}, true
	case p.dev("quoted-unknown") && bytes.Contains(raw, []byte(`<"`)):
		return verdict{smtp.CodeMailboxUnavailable, status{1, 1}, "no such user here"}, true
	case p.dev("bad-mail-begins") && cmd.Verb == "MAIL" && v.code == smtp.CodeSyntax:
		p.room = transaction{to: p.room.to[:0]}
		p.tx = &p.room
	case p.dev("ehlo-refusal-resets") && refused && (cmd.Verb == "EHLO" || cmd.Verb == "LHLO"):
		p.reset()
	case p.dev("rset-closes") && cmd.Verb == "RSET", p.dev("refusal-closes") && p.closed:
		p.over = true
	case p.dev("unknown-closes") && v.code == smtp.CodeUnrecognized, p.dev("errors-close") && refused && v.code/100 == 5:
		p.over = true
	case p.dev(verb+"-needs-ehlo") && p.hello == "":
		return verdict{smtp.CodeBadSequence, status{5, 1}, "say EHLO first"}, true
	case p.dev("one-error-silent") && v.code == smtp.CodeUnrecognized:
		return silent, true
	case p.dev(verb + "-unimplemented"):
		return verdict{smtp.CodeNotImplemented, status{5, 1}, "command not implemented"}, true
	case p.dev("order-resets") && v.code == smtp.CodeBadSequence:
		p.reset()
	case p.dev(verb+"-resets") && !refused:
		p.reset()
	}
	return v, refused
}

// misreply changes a reply as it goes out.
func (p *session) misreply(out []byte) []byte {
	lines := bytes.SplitAfter(out, []byte("\n"))
	lines = lines[:len(lines)-1]
	switch n := len(lines); {
	case p.dev("multiline-codes-differ") && n > 1:
		copy(lines[n-1], "251")
	case p.dev("multiline-no-hyphen") && n > 1:
		lines[0][3] = ' '
	case p.dev("multiline-ends-in-hyphen") && n > 1:
		lines[n-1][3] = '-'
	case p.dev("reply-bare-lf"):
		out = bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n"))
	case p.dev("reply-twice") && p.name == "NOOP":
		out = append(out, out...)
	}
	return out
}

// mismail changes the verdict on MAIL.
func (p *session) mismail(cmd *smtp.Command, opts *smtp.MailOptions, v verdict, ok bool) (verdict, bool) {
	switch {
	case p.dev("size-declared-ignored") && v.code == smtp.CodeExceededStorage:
		return verdict{smtp.CodeOK, status{1, 0}, "sender ok"}, true
	case p.dev("submission-unauthenticated") && v.code == smtp.CodeAuthRequired,
		p.dev("submission-unqualified") && v.status == status{1, 8},
		p.dev("deliverby-minimum-ignored") && opts.By != nil,
		p.dev("futurerelease-any") && (opts.HoldFor > 0 || !opts.HoldUntil.IsZero()):
		return verdict{smtp.CodeOK, status{1, 0}, "sender ok"}, true
	case p.dev("dsn-mail-refused") && (opts.Return != "" || opts.EnvelopeID != ""):
		return verdict{smtp.CodeMailboxUnavailable, status{7, 1}, "no notifications"}, false
	case p.dev("auth-parameter-refused") && opts.Auth != nil && p.user == "":
		return verdict{smtp.CodeAuthRequired, status{7, 0}, "authenticate first"}, false
	case p.dev("priority-raised") && opts.Priority != nil:
		if param, ok := cmd.Params.Get("MT-PRIORITY"); ok {
			fmt.Sscan(param.Value, opts.Priority)
		}
		return verdict{smtp.CodeOK, status{1, 0}, "sender ok"}, ok
	case p.dev("submission-null-refused") && cmd.Path.IsNull():
		return verdict{smtp.CodeMailboxUnavailable, status{7, 1}, "no null sender"}, false
	case p.dev("by-refused") && opts.By != nil, p.dev("hold-refused") && (opts.HoldFor > 0 || !opts.HoldUntil.IsZero()),
		p.dev("size-refused") && opts.Size > 0, p.dev("body-refused") && opts.Body != "", p.dev("requiretls-refused") && opts.RequireTLS,
		p.dev("priority-refused") && opts.Priority != nil:
		return verdict{smtp.CodeParamsUnrecognized, status{5, 4}, "parameter not recognized"}, false
	case p.dev("local-part-lowered"):
		cmd.Path.Local = strings.ToLower(cmd.Path.Local)
	case p.dev("ehlo-name-refused") && p.hello != p.srv.opts.Hostname:
		return verdict{smtp.CodeMailboxUnavailable, status{7, 1}, "the name in EHLO is not yours"}, false
	}
	return v, ok
}

// misrcpt changes the verdict on a recipient.
func (p *session) misrcpt(r *Recipient, v verdict, ok bool) (verdict, bool) {
	no := verdict{smtp.CodeMailboxUnavailable, status{1, 1}, "no such user here"}
	switch m := r.Path.Mailbox; {
	case p.dev("postmaster-refused") && m.IsPostmaster(),
		p.dev("postmaster-case-sensitive") && m.IsPostmaster() && m.Local != "postmaster",
		p.dev("source-route-refused") && len(r.Path.Route) > 0,
		p.dev("dsn-rcpt-refused") && (r.Options.Notify != 0 || r.Options.OriginalRecipient != ""):
		return no, false
	case p.dev("dsn-utf8-501") && strings.HasPrefix(r.Options.OriginalRecipient, "utf-8;"):
		return badParam, false
	case p.dev("rcpt-replaces"):
		p.tx.to = p.tx.to[:0]
	case p.dev("local-part-lowered"):
		r.Path.Local = strings.ToLower(m.Local)
	case p.dev("source-route-taken") && len(r.Path.Route) > 0:
		r.Path.Mailbox = smtp.Mailbox{Local: m.Local, Domain: r.Path.Route[0]}
		r.Account = ""
	case p.dev("recipients-50") && len(p.tx.to) >= 50:
		return verdict{smtp.CodeInsufficientStorage, status{5, 3}, "too many recipients"}, false
	case p.dev("recipients-lost") && v.status == status{5, 3}:
		p.tx.to = p.tx.to[:1]
	}
	return v, ok
}

// misdata changes the verdict on DATA.
func (p *session) misdata(v verdict, ok bool) (verdict, bool) {
	switch {
	case p.dev("data-without-recipients-354") && len(p.tx.to) == 0:
		return v, true
	case p.dev("sent-to-nobody") && len(p.tx.to) == 0:
		p.tx.to = append(p.tx.to, Recipient{Account: DefaultUser})
		return v, true
	case p.dev("data-250"):
		return verdict{smtp.CodeOK, status{0, 0}, "ok"}, false
	}
	return v, ok
}

// miscontent reads the content of DATA in ways that the RFC does not have.
func (p *session) miscontent(b *wire.BlockReader) io.Reader {
	var r io.Reader = b
	switch {
	case p.dev("lf-dot-lf-ends"):
		b.Mode = wire.Lenient
	case p.dev("content-cut-at-size") && p.tx.opts.Size > 0:
		r = io.LimitReader(b, p.tx.opts.Size)
	}
	for name, end := range wrongEnds {
		if p.dev(name + "-ends") {
			r = &endReader{r: p.c.R, end: end}
		}
	}
	return changing{r, p}
}

// wrongEnds are octets that do not end a message.
var wrongEnds = map[string]string{
	"cr-dot-cr": "\r.\r", "crlf-dot-lf": "\r\n.\n", "lf-dot-crlf": "\n.\r\n", "cr-dot-crlf": "\r.\r\n", "cr-dot-lf": "\r.\n", "lf-dot-cr": "\n.\r", "crlf-dot-cr": "\r\n.\r",
	"crlf-nul-dot-crlf": "\r\n\x00.\r\n", "crlf-dot-nul-crlf": "\r\n.\x00\r\n",
}

// endReader reads up to some octets that end a message, or to the RFC's own; dots are unstuffed as ever.
type endReader struct {
	r    *wire.Reader
	end  string
	seen []byte
	done bool
}

func (e *endReader) Read(b []byte) (int, error) {
	for !e.done {
		if err := e.r.Wait(); err != nil {
			return 0, err
		}
		c := e.r.Peek()[0]
		e.r.Discard(1)
		e.seen = append(e.seen, c)
		for _, end := range []string{e.end, "\r\n.\r\n"} {
			if bytes.HasSuffix(e.seen, []byte(end)) || string(e.seen) == strings.TrimPrefix(end, "\r\n") {
				e.seen = append(e.seen[:max(len(e.seen)-len(end), 0)], "\r\n"...)
				e.done = true
				break
			}
		}
	}
	if len(e.seen) == 0 {
		return 0, io.EOF
	}
	if bytes.HasPrefix(e.seen, []byte("\r\n..")) {
		e.seen = slices.Delete(e.seen, 2, 3)
	}
	n := copy(b, e.seen)
	if i := bytes.Index(e.seen[1:], []byte("\r\n..")); i >= 0 {
		n = min(n, i+1)
	}
	e.seen = e.seen[n:]
	return n, nil
}

// changing changes content as it is read.
type changing struct {
	r io.Reader
	p *session
}

func (c changing) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	for i := range b[:n] {
		switch {
		case c.p.dev("eighth-bit-cleared"):
			b[i] &= 0x7f
		case c.p.dev("controls-stripped") && b[i] < ' ' && b[i] != '\r' && b[i] != '\n':
			b[i] = ' '
		}
	}
	return n, err
}

// misfinish changes the verdict on a message, and what is kept of it.
func (p *session) misfinish(v verdict, ok bool) (verdict, bool) {
	data := bytes.Clone(p.spool.head())
	no := func(text string) (verdict, bool) {
		return verdict{smtp.CodeTransactionFailed, status{6, 0}, text}, false
	}
	switch {
	case p.dev("message-limit-32k") && p.tx.octets > 32<<10:
		return verdict{smtp.CodeExceededStorage, status{3, 4}, "too large"}, false
	case p.dev("text-line-500") && p.seen.Longest > 500:
		return no("a line is too long")
	case p.dev("hops-10") && scanHeader(data).received > 10:
		return verdict{smtp.CodeTransactionFailed, status{4, 6}, "too many hops"}, false
	case p.dev("defects-rejected") && !dated(data):
		return no("there is no Date field")
	case p.dev("binary-undeclared-554") && bytes.Contains(data, []byte("Content-Transfer-Encoding: binary")) && p.tx.opts.Body != smtp.BodyBinaryMIME:
		return no("binary content was not announced")
	case p.dev("resent-rejected") && bytes.Contains(data, []byte("Resent-To:")) && !bytes.Contains(data, []byte("Resent-From:")):
		return no("there is no Resent-From field")
	case p.dev("trace-format-rejected") && bytes.Contains(data, []byte("Received:")) && !bytes.Contains(data, []byte(" by ")):
		return no("a trace field is not as it has to be")
	case p.dev("header-recipients-rejected") && bytes.Count(data, []byte("@")) > 100:
		return no("too many recipients in the header")
	case p.dev("submission-altered") && p.f.mode == modeSubmission && !dated(data):
		data = append([]byte("Date: Mon, 1 Jan 2024 00:00:00 +0000\r\n"), data...)
	case p.dev("stuffing-kept"):
		data = bytes.ReplaceAll(data, []byte("\r\n."), []byte("\r\n.."))
	case p.dev("final-dot-kept"):
		data = append(data, ".\r\n"...)
	case p.dev("final-crlf-lost"):
		data = bytes.TrimSuffix(data, []byte("\r\n"))
	case p.dev("received-removed"):
		data = withoutField(data, "Received")
	case p.dev("limit-552-as-250") && v.code == smtp.CodeExceededStorage:
		p.spool.drop()
		return verdict{}, true
	default:
		return v, ok
	}
	p.spool.buf, p.spool.size = data, int64(len(data))
	return v, ok
}

// dated reports whether a message has a Date field.
func dated(data []byte) bool {
	return bytes.Contains(data, []byte("\nDate:")) || bytes.HasPrefix(data, []byte("Date:"))
}

// withoutField takes the first field of that name out of a message.
func withoutField(data []byte, name string) []byte {
	lines := bytes.SplitAfter(data, []byte("\n"))
	for i, l := range lines {
		if len(l) <= 2 {
			break
		}
		if hasField(l, name) {
			return bytes.Join(slices.Delete(lines, i, i+1), nil)
		}
	}
	return data
}

// mislmtp changes a reply to the content of LMTP; skip leaves it out.
func (p *session) mislmtp(i int, v *verdict) (skip bool) {
	switch {
	case p.dev("lmtp-one-reply"):
		return i > 0
	case p.dev("lmtp-all-250"):
		v.code = smtp.CodeOK
	}
	return false
}

// misaccept spoils a message that was accepted; done says that it is dealt with.
func (p *session) misaccept(m *Mail) (done bool) {
	switch {
	case p.dev("message-dropped"):
		m.content.forget()
		return true
	case p.dev("trace-missing"):
		m.Trace = ""
	case p.dev("trace-below"):
		first, rest, _ := bytes.Cut(m.content.mem, []byte("\n"))
		m.content.mem = slices.Concat(first, []byte("\n"+m.Trace), rest)
		m.content.size, m.Trace = int64(len(m.content.mem)), ""
	case p.dev("delivers-by-header"):
		p.addCopies(m)
	}
	m.Trace = string(p.srv.effects.OnData("trace", []byte(m.Trace)))
	return false
}

// addCopies makes recipients of those in the Cc field.
func (p *session) addCopies(m *Mail) {
	h, err := m.Header()
	if err != nil {
		return
	}
	list, _ := h.AddressList("Cc")
	for _, a := range list {
		path, err := smtp.NewPath(a.Address)
		if err != nil {
			continue
		}
		if account, ok := p.srv.account(path.Mailbox); ok {
			m.To = append(m.To, Recipient{Path: path, Account: account})
		}
	}
}

// misinitial changes the initial response of AUTH.
func (p *session) misinitial(response []byte) []byte {
	if p.dev("auth-initial-ignored") {
		return nil
	}
	return response
}

// misresponse changes a response before the mechanism sees it.
func (p *session) misresponse(response []byte) []byte {
	switch {
	case isASCII(string(response)):
	case p.dev("auth-identity-raw"):
		return []byte("\x00\x00")
	case p.dev("auth-identity-unchecked"):
		return bytes.Map(func(c rune) rune {
			if c >= 0x80 {
				return -1
			}
			return c
		}, response)
	}
	return response
}
