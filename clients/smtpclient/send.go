package smtpclient

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"strings"

	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// Envelope is what a message is sent with.
type Envelope struct {
	// From is the sender's mailbox, "" for the null reverse-path.
	From string
	// Options are the parameters of MAIL. What is not set of Size, Body and UTF8 is found out from the content and the mailboxes, where the server
	// offers the extension.
	Options smtp.MailOptions
	// To are the recipients, at least one.
	To []Recipient
}

// Recipient is a recipient of a message.
type Recipient struct {
	// Address is a mailbox or "postmaster".
	Address string
	// Options are the parameters of RCPT.
	Options smtp.RcptOptions
}

// NewEnvelope returns an envelope without options.
func NewEnvelope(from string, to ...string) *Envelope {
	env := &Envelope{From: from}
	for _, a := range to {
		env.To = append(env.To, Recipient{Address: a})
	}
	return env
}

// Result is what became of a message.
type Result struct {
	// Mail is the reply to MAIL; nil if none came.
	Mail *smtp.Reply
	// Recipients are in the order of the envelope.
	Recipients []Delivery

	mail, data error // why MAIL, and the content, failed
}

// Delivery is what became of a message for one recipient.
type Delivery struct {
	// Address is that of the envelope.
	Address string
	// Rcpt is the reply to RCPT, and Content that to the content, which all recipients share but in LMTP; nil if none came.
	Rcpt, Content *smtp.Reply
	// Err is nil if the server took responsibility for the message. A [*smtp.Reply] in it is the refusal.
	Err error
}

// Refused returns the recipients that do not get the message.
func (r *Result) Refused() []Delivery {
	var out []Delivery
	for _, d := range r.Recipients {
		if d.Err != nil {
			out = append(out, d)
		}
	}
	return out
}

// Accepted returns the addresses of the recipients for whom the server took responsibility.
func (r *Result) Accepted() []string {
	var out []string
	for _, d := range r.Recipients {
		if d.Err == nil {
			out = append(out, d.Address)
		}
	}
	return out
}

func newResult(env *Envelope) *Result {
	res := &Result{Recipients: make([]Delivery, len(env.To))}
	for i := range res.Recipients {
		res.Recipients[i] = Delivery{Address: env.To[i].Address, Err: ErrNotSent}
	}
	return res
}

// err is the error of a message that reached nobody.
func (r *Result) err() error {
	all := true
	for _, d := range r.Recipients {
		if d.Err == nil {
			return nil
		}
		all = all && d.Rcpt != nil && d.Rcpt.Negative()
	}
	switch {
	case r.mail != nil:
		return r.mail
	case all || r.data == nil:
		return &RecipientsError{Refused: r.Recipients}
	}
	return r.data
}

// SendMail sends a message: MAIL, RCPT for each recipient and DATA, sent together where the server offers PIPELINING; by BDAT if Options.Chunking says so or the
// content is BODY=BINARYMIME. The session is opened if that was not done, and is ready for the next message afterwards.
//
// That is one transaction, unless the server refuses recipients because they are too many (452, or 552: RFC 5321 section 4.5.3.1.10): if r can be read twice (an
// io.Seeker), they get the message in further ones, as long as each reaches somebody.
//
// The error is nil if the server took the message for one recipient at least: [Result.Refused] tells the others. If it took it for none, the error is the refusal of
// MAIL or of the content, or a [*RecipientsError]. What cannot be sent is refused before anything is, as far as it is known then (see [Client.Data]): 8-bit content
// without 8BITMIME, content larger than SIZE, a mailbox or a header section that is not ASCII without SMTPUTF8, parameters that are not offered, REQUIRETLS
// without TLS.
//
// If the connection fails, the Result tells what was answered before. A message whose end was sent may have been taken then.
func (c *Client) SendMail(ctx context.Context, env *Envelope, r io.Reader) (*Result, error) {
	seeker, again := r.(io.Seeker)
	var start int64
	if again {
		var err error
		start, err = seeker.Seek(0, io.SeekCurrent)
		again = err == nil // it may be a pipe
	}
	res, err := c.transact(ctx, env, r)
	for err == nil && again {
		rest := res.tooMany()
		if len(rest) == 0 {
			break
		}
		if _, err := seeker.Seek(start, io.SeekStart); err != nil {
			break // the recipients' refusals say what became of them
		}
		part := &Envelope{From: env.From, Options: env.Options}
		for _, i := range rest {
			part.To = append(part.To, env.To[i])
		}
		more, _ := c.transact(ctx, part, r)
		if more.Mail != nil {
			for j, i := range rest {
				res.Recipients[i] = more.Recipients[j]
			}
		}
		err = c.b.Broken()
		again = len(more.Accepted()) > 0
	}
	return res, err
}

// tooMany returns the recipients who were refused because there were too many, though others were not.
func (r *Result) tooMany() []int {
	var out []int
	for i, d := range r.Recipients {
		if d.Rcpt != nil && (d.Rcpt.Code == smtp.CodeInsufficientStorage || d.Rcpt.Code == smtp.CodeExceededStorage) {
			out = append(out, i)
		}
	}
	return out
}

// transact sends a message in one transaction.
func (c *Client) transact(ctx context.Context, env *Envelope, r io.Reader) (*Result, error) {
	res := newResult(env)
	e, err := c.engine(ctx)
	if err == nil {
		if err = e.message(env, r, res); err == nil {
			err = e.drain(0)
		}
	}
	if err != nil {
		for i := range res.Recipients {
			if d := &res.Recipients[i]; d.Err == ErrNotSent {
				d.Err = err
			}
		}
		return res, err
	}
	c.scratch = e.out[:0]
	return res, res.err()
}

// message sends a message. The error is the connection's.
func (e *engine) message(env *Envelope, r io.Reader, res *Result) error {
	c := e.c
	fail := func(err error) error {
		res.mail = err
		for i := range res.Recipients {
			res.Recipients[i].Err = err
		}
		return nil
	}
	if len(env.To) == 0 {
		return fail(c.b.Wrap("RCPT", errors.New("not sent: there is no recipient")))
	}
	if l, _ := c.exts.Limits(); l.Recipients > 0 && len(env.To) > l.Recipients && !c.opts.AnyState {
		return fail(c.b.Wrap("RCPT", fmt.Errorf("not sent: %d recipients, and the server takes %d in a transaction: send the message several times (RFC 9422 section 4)", len(env.To), l.Recipients)))
	}
	s, err := newSource(r)
	if err != nil {
		return fail(c.b.Wrap("MAIL", err))
	}
	defer s.release()
	rcpts := make([]smtp.Command, len(env.To))
	opts := env.Options
	for i := range env.To {
		if rcpts[i], err = c.rcptCommand(env.To[i].Address, &env.To[i].Options); err != nil {
			return fail(err)
		}
		opts.UTF8 = opts.UTF8 || !rcpts[i].Path.IsASCII()
	}
	c.complete(&opts, s)
	mail, err := c.mailCommand(env.From, &opts)
	if err == nil {
		err = c.check(mail, smtp.Idle)
	}
	for i := 0; err == nil && i < len(rcpts); i++ {
		err = c.check(rcpts[i], smtp.Sender)
	}
	if err == nil {
		if err = c.fits(s, newTransaction(mail.Params)); err != nil {
			err = c.b.Wrap(mail.String(), err)
		}
	}
	if err != nil {
		return fail(err)
	}

	if err := e.command(mail, func(r *smtp.Reply, err error) { res.Mail, res.mail = r, err }); err != nil {
		return err
	}
	for i, cmd := range rcpts {
		d := &res.Recipients[i]
		if res.mail != nil {
			break
		}
		err := e.command(cmd, func(r *smtp.Reply, err error) {
			d.Rcpt = r
			if d.Err = err; err == nil {
				d.Err = ErrNotSent // so far
			}
		})
		if err != nil {
			return err
		}
	}
	if err := e.give(s, opts.Body, res); err != nil {
		return err
	}
	return e.reset(res)
}

// give sends the content of a message.
func (e *engine) give(s *source, body smtp.Body, res *Result) error {
	c := e.c
	if len(e.waiting) == 0 && c.state != smtp.Recipients {
		return nil // MAIL or all recipients were refused
	}
	// The replies are to the recipients that were accepted, one by one in LMTP; i is less than 0 if there is none.
	got := func(i int, r *smtp.Reply, err error) {
		if r == nil || !c.opts.LMTP {
			res.data = err
		}
		n := 0
		for j := range res.Recipients {
			d := &res.Recipients[j]
			if d.Rcpt == nil || !d.Rcpt.Positive() {
				continue
			}
			if n == i || !c.opts.LMTP || i < 0 {
				d.Content, d.Err = r, err
			}
			n++
		}
	}
	chunked := body == smtp.BodyBinaryMIME || c.opts.Chunking && c.exts.Has(smtp.ExtChunking)
	if chunked {
		err := e.drain(0)
		if err == nil && c.state == smtp.Recipients {
			err = e.chunks(s, got)
		}
		return err
	}
	return e.data(s, func(_ *smtp.Reply, err error) {
		if err != nil {
			got(-1, nil, err)
		}
	}, got)
}

// reset ends a transaction that is still open.
func (e *engine) reset(res *Result) error {
	if len(e.waiting) > 0 && e.waiting[len(e.waiting)-1].cmd.Verb == "." || e.c.opts.AnyState {
		return nil // its end was sent
	}
	if err := e.drain(0); err != nil {
		return err
	}
	if e.c.state&(smtp.Sender|smtp.Recipients|smtp.Chunks) == 0 {
		return nil
	}
	return e.command(smtp.NewCommand("RSET"), func(*smtp.Reply, error) {})
}

// complete finds out what the options do not say.
func (c *Client) complete(o *smtp.MailOptions, s *source) {
	if size, ok := s.noted.Size(c.opts.LineEnds); ok && s.known && o.Size == 0 && c.exts.Has(smtp.ExtSize) {
		if o.Size = size; o.Body == smtp.BodyBinaryMIME {
			o.Size = s.noted.Octets
		}
	}
	// A stream whose end is not seen yet may hold anything that its header permits.
	if o.Body == "" && (s.noted.EightBit || !s.known && (s.noted.MIME || c.opts.AnyContent)) && c.exts.Has(smtp.Ext8BitMIME) {
		o.Body = smtp.Body8BitMIME
	}
	if s.noted.Header8Bit && c.exts.Has(smtp.ExtSMTPUTF8) {
		o.UTF8 = true
	}
}

// maxHeader is the largest header section that SendMessage reads, in octets.
const maxHeader = 1 << 20

// SendMessage sends a message to the recipients that its header names: To, Cc and Bcc, from Sender or, without it, From; or, if the message was resent once, those
// of the Resent- fields (RFC 5322 section 3.6.6). The Bcc fields are left out of what is sent. Opts are the parameters of MAIL; nil for none.
func (c *Client) SendMessage(ctx context.Context, r io.Reader, opts *smtp.MailOptions) (*Result, error) {
	head, rest, err := readHeader(r)
	if err != nil {
		return nil, c.b.Wrap("MAIL", err)
	}
	env, head, err := envelopeOf(head)
	if err != nil {
		return nil, c.b.Wrap("MAIL", fmt.Errorf("not sent: %w", err))
	}
	if opts != nil {
		env.Options = *opts
	}
	return c.SendMail(ctx, env, io.MultiReader(bytes.NewReader(head), rest))
}

// readHeader reads a header section, up to the empty line, which is the first of rest.
func readHeader(r io.Reader) (head []byte, rest io.Reader, err error) {
	br := bufio.NewReader(r)
	for {
		line, err := br.ReadSlice('\n')
		whole := len(head) == 0 || head[len(head)-1] == '\n'
		if whole && len(bytes.TrimRight(line, "\r\n")) == 0 && len(line) > 0 {
			return head, io.MultiReader(bytes.NewReader(bytes.Clone(line)), br), nil
		}
		head = append(head, line...)
		switch {
		case len(head) > maxHeader:
			return nil, nil, &wire.LimitError{What: "header section", Limit: maxHeader}
		case err == io.EOF:
			return head, br, nil
		case err != nil && err != bufio.ErrBufferFull:
			return nil, nil, fmt.Errorf("not sent: reading the message: %w", err)
		}
	}
}

// envelopeOf returns the envelope that a header section stands for, and the header section without Bcc.
func envelopeOf(head []byte) (*Envelope, []byte, error) {
	type field struct{ name, text, body string }
	var fields []field
	for line := range strings.Lines(string(head)) {
		if n := len(fields); n > 0 && (line[0] == ' ' || line[0] == '\t') {
			fields[n-1].text += line
			fields[n-1].body += line
			continue
		}
		name, body, _ := strings.Cut(line, ":")
		fields = append(fields, field{strings.ToLower(strings.TrimSpace(name)), line, body})
	}
	resent := 0
	for _, f := range fields {
		if f.name == "resent-date" {
			resent++
		}
	}
	prefix := ""
	switch {
	case resent > 1:
		return nil, nil, errors.New("the message was resent more than once: whose recipients are meant cannot be told (RFC 5322 section 3.6.6); use SendMail")
	case resent == 1:
		prefix = "resent-"
	}
	var kept strings.Builder
	var from, sender string
	env := &Envelope{}
	parser := mail.AddressParser{}
	for _, f := range fields {
		if f.name != "bcc" && f.name != "resent-bcc" {
			kept.WriteString(f.text)
		}
		name, ok := strings.CutPrefix(f.name, prefix)
		if !ok {
			continue
		}
		body := strings.Join(strings.Fields(f.body), " ")
		switch name {
		case "from", "sender":
			list, err := parser.ParseList(body)
			if err != nil {
				return nil, nil, fmt.Errorf("the field %s: %w", f.name, err)
			}
			if name == "from" {
				from = mailbox(list[0])
			} else {
				sender = mailbox(list[0])
			}
		case "to", "cc", "bcc":
			if body == "" || strings.HasSuffix(body, ":;") {
				continue // an empty group
			}
			list, err := parser.ParseList(body)
			if err != nil {
				return nil, nil, fmt.Errorf("the field %s: %w", f.name, err)
			}
			for _, a := range list {
				env.To = append(env.To, Recipient{Address: mailbox(a)})
			}
		}
	}
	if env.From = sender; sender == "" {
		env.From = from
	}
	switch {
	case env.From == "":
		return nil, nil, errors.New("the header names no sender: it has neither Sender nor From (RFC 5322 section 3.6.2)")
	case len(env.To) == 0:
		return nil, nil, errors.New("the header names no recipient: it has neither To, Cc nor Bcc")
	}
	return env, []byte(kept.String()), nil
}

// mailbox returns the address with the quotes that net/mail takes off.
func mailbox(a *mail.Address) string {
	at := strings.LastIndexByte(a.Address, '@')
	return smtp.Mailbox{Local: a.Address[:max(at, 0)], Domain: a.Address[at+1:]}.String()
}
