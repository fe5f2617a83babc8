package smtpspec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"slices"
	"strings"
	"time"

	"harness/protocols/smtp"
)

// Timeouts of a reference client that is told none. Impatience is far below what RFC 5321 section 4.5.3.2 has.
const (
	refTimeout = 5 * time.Minute
	impatience = time.Second
)

// changedMailboxes are the deviations that change each mailbox.
var changedMailboxes = map[string]func(m *smtp.Mailbox){
	"local-part-lower":   func(m *smtp.Mailbox) { m.Local = strings.ToLower(m.Local) },
	"local-part-cleaned": func(m *smtp.Mailbox) { m.Local, _, _ = strings.Cut(m.Local, "+") },
}

// path makes a path of an address.
func (s *refSession) path(address string) (text string, ascii bool, err error) {
	if s.Dev("mailboxes-unchecked") {
		return "<" + address + ">", true, nil
	}
	p, err := smtp.NewPath(address)
	if s.Dev("sizes-unchecked") {
		p.Mailbox, err = smtp.Rules{Lenient: true}.ParseMailbox(address)
	}
	if err != nil {
		return "", false, err
	}
	for _, d := range s.Deviations.Names() {
		if change := changedMailboxes[d]; change != nil {
			change(&p.Mailbox)
		}
	}
	text = p.String()
	switch {
	case s.Dev("routes"):
		text = "<@relay.example.com:" + text[1:]
	case s.Dev("path-bare"):
		text = strings.Trim(text, "<>")
	case s.Dev("a-labels-always"):
		text = strings.ReplaceAll(text, "b\u00fccher", "xn--bcher-kva")
	case s.Dev("quotes-always"):
		text = `<"` + p.Local + `"@` + p.Domain + ">"
	}
	return text, p.IsASCII() || s.Dev("utf8-anyway"), nil
}

// xtextUnchecked makes a parameter of a text that may not be printable.
func xtextUnchecked(name, text string) smtp.Param {
	return smtp.Param{Name: name, Value: smtp.EncodeXtext(text)}
}

// mailParams makes the parameters of MAIL.
func (s *refSession) mailParams(o smtp.MailOptions) (smtp.Params, error) {
	var odd smtp.Params
	until := o.HoldUntil
	switch longest, latest, _ := s.exts.FutureRelease(); {
	case s.Dev("xtext-unchecked") && o.EnvelopeID != "":
		odd = append(odd, xtextUnchecked("ENVID", o.EnvelopeID))
		o.EnvelopeID = ""
	case s.Dev("envid-long"):
		o.EnvelopeID = strings.Repeat("harness", 8)
	case s.Dev("priority-unchecked") && o.Priority != nil:
		odd = append(odd, smtp.Param{Name: "MT-PRIORITY", Value: fmt.Sprint(*o.Priority)})
		o.Priority = nil
	case s.Dev("hold-both") && o.HoldFor != 0, s.Dev("hold-local"):
		odd = append(odd, smtp.Param{Name: "HOLDUNTIL", Value: until.Format(time.RFC3339)})
		o.HoldUntil = time.Time{}
	case s.Dev("hold-limits-ignored"):
	case longest > 0 && o.HoldFor > longest, !latest.IsZero() && until.After(latest):
		return nil, errors.New("MAIL: the server does not hold the message for so long")
	}
	switch o.RequireTLS = o.RequireTLS && !s.Dev("requiretls-dropped"); {
	case s.exposed():
		return nil, errors.New("MAIL: not without TLS")
	case !o.RequireTLS:
	case !s.Protected && !s.Dev("requiretls-in-clear"), s.TLS.InsecureSkipVerify && !s.Dev("requiretls-unverified"):
		return nil, errors.New("MAIL: REQUIRETLS needs TLS, and a certificate that was verified")
	}
	if by := o.By; by != nil && !s.Dev("by-before-release") && (o.HoldFor > 0 && by.In <= o.HoldFor || !until.IsZero() && time.Now().Add(by.In).Before(until)) {
		return nil, errors.New("MAIL: it is to be delivered before it is released")
	}
	o.UTF8 = o.UTF8 && !s.Dev("smtputf8-undeclared") || s.Dev("smtputf8-always")
	ps, err := o.Params()
	return append(ps, odd...), err
}

// exposed says that TLS is required, and not there.
func (s *refSession) exposed() bool {
	return s.RequireTLS && !s.Protected && !s.Dev("tls-not-required")
}

// rcptParams makes the parameters of RCPT.
func (s *refSession) rcptParams(o smtp.RcptOptions) (smtp.Params, error) {
	var odd smtp.Params
	switch kind, address, _ := strings.Cut(o.OriginalRecipient, ";"); {
	case s.Dev("xtext-unchecked") && address != "":
		odd = append(odd, xtextUnchecked("ORCPT", address))
		odd[0].Value = kind + ";" + odd[0].Value
		o.OriginalRecipient = ""
	case s.Dev("orcpt-own"):
		o.OriginalRecipient = "rfc822;list@example.org"
	case s.Dev("notify-joined"):
		odd = append(odd, smtp.Param{Name: "NOTIFY", Value: (o.Notify | smtp.NotifyNever | smtp.NotifySuccess).String()})
		o.Notify = 0
	}
	ps, err := o.Params()
	return append(ps, odd...), err
}

// changedParams are the deviations that change the parameters of each command.
var changedParams = map[string]func(ps smtp.Params) smtp.Params{
	"parameters-twice": func(ps smtp.Params) smtp.Params { return append(ps, ps...) },
	"binary-undeclared": func(ps smtp.Params) smtp.Params {
		return slices.DeleteFunc(ps, func(p smtp.Param) bool { return p.Name == "BODY" })
	},
	"values-omitted": eachParam(func(p *smtp.Param) { p.Value = "" }),
	"smtputf8-value": eachParam(func(p *smtp.Param) {
		if p.Name == "SMTPUTF8" {
			p.Value = "yes"
		}
	}),
	"orcpt-untyped": eachParam(func(p *smtp.Param) {
		if p.Name == "ORCPT" {
			_, p.Value, _ = strings.Cut(p.Value, ";")
		}
	}),
	"xtext-raw": eachParam(func(p *smtp.Param) {
		if text, err := (smtp.Rules{}).DecodeXtext(p.Value); err == nil {
			p.Value = text
		}
	}),
}

func eachParam(change func(p *smtp.Param)) func(ps smtp.Params) smtp.Params {
	return func(ps smtp.Params) smtp.Params {
		for i := range ps {
			change(&ps[i])
		}
		return ps
	}
}

// offered is an error if the server does not offer what a parameter needs.
func (s *refSession) offered(verb string, ps smtp.Params) error {
	for _, p := range ps {
		spec, ok := smtp.LookupParam(verb, p.Name)
		if !ok || s.Dev("parameters-unchecked") {
			continue
		}
		need := spec.Extensions[0]
		if p.Value == string(smtp.BodyBinaryMIME) {
			need = smtp.ExtBinaryMIME
		}
		if !s.exts.Has(need) {
			return fmt.Errorf("%s: the server does not offer %s", verb, need)
		}
	}
	return nil
}

// mailLine makes MAIL.
func (s *refSession) mailLine(from string, o smtp.MailOptions) (string, error) {
	path, ascii, err := s.path(from)
	if err != nil {
		return "", err
	}
	o.UTF8 = o.UTF8 || !ascii
	ps, err := s.mailParams(o)
	if err == nil {
		err = s.offered("MAIL", ps)
	}
	if err != nil {
		return "", err
	}
	return s.pathLine("MAIL FROM:", path, ps), nil
}

// rcptLine makes RCPT.
func (s *refSession) rcptLine(to string, o smtp.RcptOptions, utf8 bool) (string, error) {
	path, ascii, err := s.path(to)
	if err != nil {
		return "", err
	}
	if !ascii && !utf8 {
		return "", errors.New("RCPT: the mailbox needs SMTPUTF8")
	}
	ps, err := s.rcptParams(o)
	if err == nil {
		err = s.offered("RCPT", ps)
	}
	if err != nil {
		return "", err
	}
	return s.pathLine("RCPT TO:", path, ps), nil
}

func (s *refSession) pathLine(begin, path string, ps smtp.Params) string {
	for _, d := range s.Deviations.Names() {
		if change := changedParams[d]; change != nil {
			ps = change(ps)
		}
	}
	if s.Dev("path-space") {
		begin += " "
	}
	if s.Dev("saml-sent") {
		begin = strings.Replace(begin, "MAIL", "SAML", 1)
	}
	line := begin + path
	for _, p := range ps {
		line += " " + p.String()
	}
	return line
}

func (s *refSession) Mail(ctx context.Context, from string, o smtp.MailOptions) error {
	if err := s.hello(ctx); err != nil {
		return err
	}
	if (s.sender || s.dirty) && !s.Dev("mail-nested") {
		return errors.New("MAIL: a transaction is open")
	}
	line, err := s.mailLine(from, o)
	if err != nil {
		return err
	}
	_, err = s.cmd(ctx, line, 2)
	if err == nil {
		s.begun(o)
		s.utf8 = s.utf8 || strings.Contains(line, " SMTPUTF8")
	}
	return err
}

// begun notes that MAIL was accepted.
func (s *refSession) begun(o smtp.MailOptions) {
	s.sender, s.body, s.utf8 = true, o.Body, o.UTF8
}

func (s *refSession) Rcpt(ctx context.Context, to string, o smtp.RcptOptions) (*smtp.Reply, error) {
	if !s.sender {
		return nil, errors.New("RCPT: no transaction is open")
	}
	line, err := s.rcptLine(to, o, s.utf8)
	if err != nil {
		return nil, err
	}
	r, err := s.cmd(ctx, line, 2)
	if err == nil {
		s.accepted++
	}
	return r, err
}

// prepare checks content, and gives it the end that it may lack.
func (s *refSession) prepare(content []byte, body smtp.Body, utf8 bool) ([]byte, error) {
	if body == smtp.BodyBinaryMIME {
		switch {
		case s.Dev("binary-crlf"):
			return bytes.ReplaceAll(content, []byte("\n"), []byte("\r\n")), nil
		case s.Dev("binary-lf"):
			return bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")), nil
		}
		return content, nil
	}
	var noted smtp.Content
	noted.Write(content)
	noted.End()
	switch {
	case (noted.BareCR > 0 || noted.BareLF > 0 || noted.NUL) && !s.Dev("octets-unchecked"):
		return nil, errors.New("the content has NUL, bare CR or bare LF")
	case s.Dev("eight-bit-anyway"), s.Dev("eight-bit-undeclared"):
	case noted.EightBit && body != smtp.Body8BitMIME:
		return nil, errors.New("the content has 8-bit octets")
	case noted.Body8Bit && !noted.MIME && !s.Dev("mime-unchecked"):
		return nil, errors.New("the content has 8-bit octets, and is not MIME")
	case noted.Header8Bit && !utf8 && !s.Dev("utf8-anyway"):
		return nil, errors.New("the header has 8-bit octets")
	case noted.Longest > smtp.MaxTextLine && !s.Dev("sizes-unchecked"):
		return nil, limitError("line of content", smtp.MaxTextLine)
	}
	if !bytes.HasSuffix(content, []byte("\r\n")) && !s.Dev("end-joined-on") {
		content = append(bytes.Clone(content), "\r\n"...)
	}
	return content, nil
}

// asBlock makes of content what follows a 354.
func (s *refSession) asBlock(content []byte) string {
	var out []byte
	for l := range bytes.Lines(content) {
		if l[0] == '.' && !s.Dev("dots-unstuffed") {
			out = append(out, '.')
		}
		out = append(out, l...)
	}
	if s.Dev("extra-line") {
		out = append(out, "\r\n"...)
	}
	if s.Dev("bare-lf") {
		out = bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n"))
	}
	if s.Dev("block-unended") {
		return string(out) + "\n.\n"
	}
	return string(append(out, ".\r\n"...))
}

func (s *refSession) Data(ctx context.Context, content []byte) error {
	switch {
	case s.accepted == 0:
		return errors.New("DATA: no recipient was accepted")
	case s.body == smtp.BodyBinaryMIME && !s.Dev("binary-by-data"):
		return errors.New("DATA: not for binary content")
	case s.chunks && !s.Dev("bdat-data-mixed"):
		return errors.New("DATA: a chunk was sent")
	}
	content, err := s.prepare(content, s.body, s.utf8)
	if err != nil {
		return err
	}
	if _, err = s.cmd(ctx, "DATA", 3); err != nil {
		s.sender = s.sender && !s.Dev("binary-by-data")
		return err
	}
	replies, err := s.finish(ctx, s.asBlock(content), s.accepted)
	s.reset()
	return first(replies, err)
}

// first is the error of content that nobody got.
func first(replies []*smtp.Reply, err error) error {
	for _, r := range replies {
		if r.Positive() {
			return nil
		}
	}
	if err == nil && len(replies) > 0 {
		return replies[0]
	}
	return err
}

// finish sends the end of content and reads the replies to it: one, or in LMTP one for each recipient.
func (s *refSession) finish(ctx context.Context, octets string, recipients int) ([]*smtp.Reply, error) {
	err := s.write(ctx, octets)
	n := 1
	if s.opts.LMTP && !s.Dev("lmtp-one-reply") {
		n = recipients
	}
	var out []*smtp.Reply
	for range n {
		var r *smtp.Reply
		if err == nil {
			r, err = s.await(ctx, "message")
		}
		if err != nil {
			return out, err
		}
		if err := s.judge(r, 2); s.broken != nil {
			return out, err
		}
		out = append(out, r)
	}
	return out, nil
}

func (s *refSession) Bdat(ctx context.Context, chunk []byte, last bool) error {
	switch {
	case !s.exts.Has(smtp.ExtChunking) && !s.Dev("bdat-unasked"):
		return errors.New("BDAT: the server does not offer it")
	case (s.accepted == 0 || s.dirty) && !s.Dev("bdat-any-time") && !s.Dev("bdat-goes-on"):
		return errors.New("BDAT: not now")
	}
	return first(s.bdat(ctx, chunk, last))
}

// bdat sends a chunk.
func (s *refSession) bdat(ctx context.Context, chunk []byte, last bool) ([]*smtp.Reply, error) {
	n := len(chunk)
	if n > 0 && s.Dev("bdat-miscounted") {
		n--
	}
	line := fmt.Sprintf("BDAT %d", n)
	if last && !s.Dev("bdat-no-last") {
		line += " LAST"
	}
	recipients := 1
	if last {
		recipients = s.accepted
	}
	replies, err := s.finish(ctx, s.print(line)+string(chunk), recipients)
	failed := first(replies, err) != nil
	s.chunks, s.dirty = true, s.dirty || failed && !s.Dev("bdat-any-time")
	if failed && s.Dev("bdat-no-reset") {
		s.reset()
	}
	if last && (!failed || s.opts.LMTP) {
		s.reset()
	}
	return replies, err
}

// complete adds to the options of a message what its content needs.
func (s *refSession) complete(m *Message) {
	var noted smtp.Content
	noted.Write(m.Content)
	noted.End()
	o := &m.Options
	if noted.EightBit && o.Body == "" && !s.Dev("eight-bit-undeclared") && s.exts.Has(smtp.Ext8BitMIME) {
		o.Body = smtp.Body8BitMIME
	}
	needs := noted.Header8Bit
	for _, a := range append([]string{m.From}, addresses(*m)...) {
		_, ascii, err := s.path(a)
		needs = needs || err == nil && !ascii
	}
	o.UTF8 = o.UTF8 || needs && s.exts.Has(smtp.ExtSMTPUTF8)
}

// addresses are those of the recipients.
func addresses(m Message) []string {
	var out []string
	for _, r := range m.To {
		out = append(out, r.Address)
	}
	return out
}

// delivered makes deliveries of replies to recipients, of which nil is none.
func (s *refSession) delivery(err error) Delivery {
	if err == nil {
		return Delivery{}
	}
	r := replyOf(err)
	switch {
	case r.Code == 0 && (s.Dev("lost-is-taken") || s.Dev("lmtp-lost-delivered")):
		return Delivery{}
	case r.Code == 0 && s.Dev("lost-is-554"):
		err = &smtp.Reply{Code: smtp.CodeTransactionFailed, Lines: []string{"the connection is lost"}}
		return Delivery{Err: err}
	}
	if r.Code == smtp.CodeExceededStorage && s.Dev("552-permanent") {
		return Delivery{Err: err}
	}
	return Delivery{err, r.Code == 0 || r.Transient() || r.Code == smtp.CodeDomainNoMail && s.Dev("556-temporary")}
}

// parcel is a message on its way.
type parcel struct {
	mail    string
	rcpts   []string
	to      []string
	content []byte
	out     []Delivery
	refused []error // by recipient, nil for those that were accepted
}

// pack checks a message.
func (s *refSession) pack(m Message) (*parcel, error) {
	if len(m.To) == 0 {
		return nil, errors.New("there is no recipient")
	}
	switch {
	case s.Dev("date-added"):
		m.Content = append([]byte("Date: 23 Nov 26 10:30:00 +0000\r\n"), m.Content...)
	case s.Dev("recipients-copied"):
		m.Content = append([]byte("X-Recipients: "+strings.Join(addresses(m), ", ")+"\r\n"), m.Content...)
	case s.Dev("recipients-merged"):
		m.To = slices.CompactFunc(m.To, func(a, b Recipient) bool { return strings.EqualFold(a.Address, b.Address) })
	}
	s.complete(&m)
	p := &parcel{to: addresses(m), out: make([]Delivery, len(m.To)), refused: make([]error, len(m.To))}
	var err error
	if p.content, err = s.prepare(m.Content, m.Options.Body, m.Options.UTF8); err != nil {
		return nil, err
	}
	if m.Options.Size == 0 && s.exts.Has(smtp.ExtSize) && !s.Dev("size-omitted") {
		m.Options.Size = int64(len(p.content))
		switch {
		case s.Dev("size-stuffed"):
			m.Options.Size = int64(len(s.asBlock(p.content)) - len(".\r\n"))
		case s.Dev("size-as-given"):
			m.Options.Size = int64(len(m.Content))
		}
	}
	if limit, _ := s.exts.Size(); limit > 0 && !s.Dev("size-limit-ignored") && m.Options.Size > limit {
		return nil, limitError("message", limit)
	}
	if p.mail, err = s.mailLine(m.From, m.Options); err != nil {
		return nil, err
	}
	for _, r := range m.To {
		line, err := s.rcptLine(r.Address, r.Options, m.Options.UTF8)
		if err != nil {
			return nil, err
		}
		p.rcpts = append(p.rcpts, line)
	}
	s.body, s.utf8 = m.Options.Body, m.Options.UTF8
	return p, nil
}

func (s *refSession) Send(ctx context.Context, m Message) ([]Delivery, error) {
	if s.Dev("copy-each") && len(m.To) > 1 {
		var out []Delivery
		for i := range m.To {
			one := m
			one.To = m.To[i : i+1]
			d, _ := s.Send(ctx, one)
			out = append(out, d...)
		}
		return out, nil
	}
	if err := s.hello(ctx); err != nil {
		return nil, err
	}
	out, err := s.round(ctx, m)
	// Those who were too many get the message in further transactions.
	for err == nil && !s.Dev("rest-dropped") && !s.Dev("552-permanent") {
		rest, at := tooMany(m, out)
		if len(at) == 0 {
			break
		}
		var more []Delivery
		if more, err = s.round(ctx, rest); err == nil {
			for j, i := range at {
				out[i] = more[j]
			}
		}
	}
	for _, d := range out {
		if d.Err == nil {
			return out, nil
		}
	}
	return out, err
}

// tooMany are the recipients who were refused because there were too many.
func tooMany(m Message, out []Delivery) (rest Message, at []int) {
	rest = m
	rest.To = nil
	for i, d := range out {
		r := replyOf(d.Err)
		if strings.HasPrefix(r.Command, "RCPT") && (r.Code == smtp.CodeInsufficientStorage || r.Code == smtp.CodeExceededStorage) {
			rest.To = append(rest.To, m.To[i])
			at = append(at, i)
		}
	}
	return rest, at
}

// round sends a message in one transaction. The error is nil if somebody gets it.
func (s *refSession) round(ctx context.Context, m Message) ([]Delivery, error) {
	if s.sender || s.dirty {
		if err := s.Rset(ctx); err != nil {
			return nil, err
		}
	}
	p, err := s.pack(m)
	if err != nil {
		return slices.Repeat([]Delivery{s.delivery(err)}, len(m.To)), err
	}
	err = s.carry(ctx, p)
	if s.Dev("retries") && err == nil && p.out[0].Err != nil && !p.out[0].Temporary {
		err = s.carry(ctx, p)
	}
	s.settle(p, err)
	for _, d := range p.out {
		if d.Err == nil {
			return p.out, nil
		}
	}
	return p.out, p.out[0].Err
}

// settle gives those whose outcome is open the error.
func (s *refSession) settle(p *parcel, err error) {
	for i := range p.out {
		switch {
		case p.refused[i] != nil:
			p.out[i] = s.delivery(p.refused[i])
		case err != nil && p.out[i].Err == errOpen:
			p.out[i] = s.delivery(err)
		}
	}
}

// errOpen stands for an outcome that is not known yet.
var errOpen = errors.New("nothing is known of it")

// carry sends a message, which is checked.
func (s *refSession) carry(ctx context.Context, p *parcel) error {
	for i := range p.out {
		p.out[i].Err = errOpen
	}
	chunked := s.body == smtp.BodyBinaryMIME || s.opts.Chunking && s.exts.Has(smtp.ExtChunking)
	body := s.body
	asked, err := s.envelope(ctx, p, !chunked)
	if err != nil {
		return err
	}
	s.sender, s.body = true, body
	switch {
	case s.accepted == 0 && asked && !s.Dev("data-354-ignored"):
		_, err := s.finish(ctx, ".\r\n", 1)
		s.reset()
		return err
	case s.accepted == 0 && asked:
		return nil
	case s.accepted == 0:
		s.Rset(ctx)
		return nil
	case chunked:
		return s.bdats(ctx, p)
	case !asked:
		if _, err := s.cmd(ctx, "DATA", 3); err != nil && !s.Dev("data-unasked") {
			s.Rset(ctx)
			return err
		}
	}
	replies, err := s.finish(ctx, s.asBlock(p.content), s.accepted)
	s.reset()
	s.share(p, replies, err)
	return err
}

// envelope sends MAIL and RCPT, and with PIPELINING DATA, too; asked says that the server asks for the content.
func (s *refSession) envelope(ctx context.Context, p *parcel, data bool) (asked bool, err error) {
	lines := append([]string{p.mail}, p.rcpts...)
	for _, l := range lines {
		if err := s.check(l); err != nil {
			return false, err
		}
	}
	s.accepted = 0
	if !s.exts.Has(smtp.ExtPipelining) && !s.Dev("pipelining-unasked") {
		if s.Dev("rcpt-first") {
			s.cmd(ctx, p.rcpts[0], 2)
		}
		if _, err := s.cmd(ctx, p.mail, 2); err != nil && !s.Dev("mail-refused-ignored") {
			return false, err
		}
		for i, l := range p.rcpts {
			if _, p.refused[i] = s.cmd(ctx, l, 2); p.refused[i] == nil {
				s.accepted++
			} else if s.broken != nil {
				return false, s.broken
			}
		}
		return false, nil
	}
	if data {
		lines = append(lines, "DATA")
	}
	replies, err := s.group(ctx, lines)
	if err != nil {
		return false, err
	}
	refused := replies[0].Negative() && !s.Dev("statuses-unchecked")
	for i := range p.rcpts {
		r := replies[i+1]
		if at := slices.IndexFunc(replies, func(r *smtp.Reply) bool { return strings.Contains(r.Text(), "<"+p.to[i]+">") }); at >= 0 && s.Dev("replies-by-text") {
			r = replies[at]
		}
		switch {
		case refused:
		case r.Positive(), s.Dev("statuses-unchecked"):
			s.accepted++
		default:
			p.refused[i] = r
		}
	}
	last := replies[len(replies)-1]
	asked = data && last.Class() == 3
	switch {
	case refused:
		err = replies[0]
	case data && !asked && s.accepted > 0:
		err = last
	}
	return asked, err
}

// refWindow is how many octets the reference client sends without reading.
const refWindow = 4 << 10

// group sends commands together, as many as surely fit into the window of TCP, and reads the replies.
func (s *refSession) group(ctx context.Context, lines []string) ([]*smtp.Reply, error) {
	var out []*smtp.Reply
	for len(lines) > 0 {
		n, octets := 0, ""
		for n < len(lines) && (n == 0 || len(octets) < refWindow || s.Dev("pipelining-unbounded")) {
			octets += s.print(lines[n])
			n++
		}
		if err := s.write(ctx, octets); err != nil {
			return out, err
		}
		for _, l := range lines[:n] {
			r, err := s.await(ctx, l)
			if err != nil {
				return out, err
			}
			out = append(out, r)
		}
		lines = lines[n:]
	}
	return out, nil
}

// refChunk is how many octets a chunk of the reference client has at most.
const refChunk = 128 << 10

// bdats sends the content of a message in chunks.
func (s *refSession) bdats(ctx context.Context, p *parcel) error {
	content := p.content
	for {
		n := min(len(content), refChunk)
		last := n == len(content)
		replies, err := s.bdat(ctx, content[:n], last)
		if err == nil {
			err = first(replies, nil)
		}
		if last {
			s.share(p, replies, err)
		}
		if err != nil && !s.Dev("bdat-goes-on") || last {
			return err
		}
		content = content[n:]
	}
}

// share gives the recipients the replies to the content.
func (s *refSession) share(p *parcel, replies []*smtp.Reply, err error) {
	n := 0
	if err != nil && s.Dev("lmtp-all-or-nothing") {
		return
	}
	for i := range p.out {
		if p.refused[i] != nil {
			continue
		}
		if n < len(replies) {
			p.out[i] = Delivery{}
			if !replies[n].Positive() {
				p.out[i] = s.delivery(replies[n])
			}
		}
		if s.opts.LMTP {
			n++
		}
	}
}

func (s *refSession) SendAll(ctx context.Context, messages ...Message) ([][]Delivery, error) {
	var out [][]Delivery
	for _, m := range messages {
		d, _ := s.Send(ctx, m)
		out = append(out, d)
	}
	return out, s.broken
}

func (s *refSession) SendMessage(ctx context.Context, message []byte) ([]Delivery, error) {
	head, body, _ := bytes.Cut(message, []byte("\r\n\r\n"))
	m := Message{}
	var kept []string
	for field := range strings.SplitSeq(string(head), "\r\n") {
		name, value, _ := strings.Cut(field, ":")
		list, _ := netmail.ParseAddressList(strings.TrimSpace(value))
		switch name = strings.ToLower(name); name {
		case "from":
			m.From = list[0].Address
		case "to", "cc", "bcc":
			for _, a := range list {
				if name != "bcc" || !s.Dev("bcc-forgotten") {
					m.To = append(m.To, Recipient{Address: a.Address})
				}
			}
		}
		if name != "bcc" || s.Dev("bcc-kept") {
			kept = append(kept, field)
		}
	}
	m.Content = slices.Concat([]byte(strings.Join(kept, "\r\n")), []byte("\r\n\r\n"), body)
	return s.Send(ctx, m)
}
