package smtpmock

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync"

	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// envelope refuses content that nobody is to get, or that a rule at data refuses; ok is true if there is nothing to refuse.
func (p *session) envelope() (v verdict, ok bool) {
	if len(p.tx.to) == 0 {
		if p.tx.refused && p.f.mode != modeLMTP {
			return verdict{smtp.CodeTransactionFailed, status{5, 1}, "no valid recipients"}, false
		}
		return verdict{smtp.CodeBadSequence, status{5, 1}, "say RCPT first"}, false
	}
	if len(p.srv.opts.Rules) > 0 {
		if r := p.srv.judge(AtData, p.client, p.tx.sender, p.recipients()); r != nil && r.Action != Accept {
			return r.verdict(), false
		}
	}
	return v, true
}

func (p *session) recipients() []string {
	out := make([]string, len(p.tx.to))
	for i, r := range p.tx.to {
		out[i] = r.Path.Mailbox.String()
	}
	return out
}

func (p *session) doData(smtp.Command) error {
	v, ok := p.envelope()
	if ok && p.tx.opts.Body == smtp.BodyBinaryMIME && !p.dev("binarymime-data-354") {
		v, ok = verdict{smtp.CodeBadSequence, status{5, 1}, "binary content needs BDAT"}, false // RFC 3030 section 3
	}
	if p.deviates() {
		v, ok = p.misdata(v, ok)
	}
	if !ok {
		return p.tell(v)
	}
	if err := p.say(smtp.CodeStartInput, status{}, "send the content, and a dot on a line by itself"); err != nil {
		return err
	}
	if err := p.c.BeforeWait(); err != nil {
		return err
	}
	p.begin()
	b := p.c.R.Block()
	if p.f.bareLF == bareLenient {
		b.Mode = wire.Lenient
	}
	var content io.Reader = b
	if p.deviates() {
		content = p.miscontent(b)
	}
	if err := p.receive(content); err != nil {
		if p.dev("partial-delivered") {
			_, _ = p.accept(slices.Clone(p.tx.to))
		}
		return err
	}
	p.name, p.first = "end of DATA", "" // the log is to have the outcome
	return p.finish()
}

func (p *session) doBdat(cmd smtp.Command) error {
	n, last, _ := cmd.Chunk()
	begun := p.tx.chunks
	p.tx.chunks = true
	if !begun {
		p.begin()
		if v, ok := p.envelope(); !ok {
			return p.refuseChunk(cmd, v)
		}
	}
	if p.tx.dead {
		return p.refuseChunk(cmd, verdict{smtp.CodeBadSequence, status{5, 1}, "a chunk was refused: say RSET"})
	}
	take := p.receive
	if p.dev("bdat-octets-lost") && begun && n > 0 {
		take = func(r io.Reader) error {
			if _, err := io.CopyN(io.Discard, r, 1); err != nil {
				return err
			}
			return p.receive(r)
		}
	}
	if err := p.chunk(n, take); err != nil {
		return err
	}
	if last {
		return p.finish()
	}
	if p.tx.large {
		p.tx.dead = true
		return p.tell(p.tooLarge())
	}
	return p.say(smtp.CodeOK, status{0, 0}, strconv.FormatInt(n, 10)+" octets received")
}

// chunk has take read the n octets of a chunk.
func (p *session) chunk(n int64, take func(io.Reader) error) error {
	if int64(p.c.R.Buffered()) < n {
		if err := p.c.BeforeWait(); err != nil {
			return err
		}
	}
	if n == 0 {
		return nil
	}
	return take(p.c.R.Octets(n))
}

// refuseChunk reads a chunk and refuses it: its octets come whatever the reply is, and are no commands (RFC 3030 section 2).
func (p *session) refuseChunk(cmd smtp.Command, v verdict) error {
	n, last, _ := cmd.Chunk()
	if p.dev("bdat-refused-not-read") {
		n = 0
	}
	if err := p.skipChunk(n); err != nil {
		return err
	}
	replies := 1
	if last && p.f.mode == modeLMTP && !p.dev("lmtp-bdat-none-503") {
		replies = 0 // one for each recipient (RFC 2033 section 4.3)
		if p.tx != nil {
			replies = len(p.tx.to)
		}
	}
	if p.tx != nil {
		p.tx.chunks, p.tx.dead = true, true
	}
	for range replies {
		if err := p.tell(v); err != nil {
			return err
		}
	}
	return nil
}

func (p *session) skipChunk(n int64) error {
	return p.chunk(n, func(r io.Reader) error {
		return p.read(r, func([]byte) {})
	})
}

// begin prepares for the content of a message.
func (p *session) begin() {
	p.spool.drop()
	p.seen = smtp.Content{}
	p.failed = nil
	p.spool.discard = p.srv.opts.Keep < 0 && !slices.ContainsFunc(p.tx.to, Recipient.local)
}

const (
	smallRead = 2 << 10
	largeRead = 64 << 10
)

// Buffers for reading content are lent.
var (
	smallBulk = sync.Pool{New: func() any { b := make([]byte, smallRead); return &b }}
	largeBulk = sync.Pool{New: func() any { b := make([]byte, largeRead); return &b }}
)

// read hands what r has to take, piece by piece. The client may be silent for as long as idle in it.
func (p *session) read(r io.Reader, take func([]byte)) error {
	pool := &smallBulk
	buf := pool.Get().(*[]byte)
	defer func() { pool.Put(buf) }()
	for {
		n := 0
		err := p.c.Await(p.idle(), func() (err error) {
			n, err = r.Read(*buf)
			return err
		})
		if n > 0 {
			take((*buf)[:n])
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return p.lost(err)
		}
		if n == smallRead && pool == &smallBulk {
			pool.Put(buf)
			pool = &largeBulk
			buf = pool.Get().(*[]byte)
		}
	}
}

// receive reads content into the spool. What is more than the server takes is read, and forgotten.
func (p *session) receive(r io.Reader) error {
	return p.read(r, p.store)
}

func (p *session) store(b []byte) {
	p.tx.octets += int64(len(b))
	if p.tx.large {
		return
	}
	if p.f.maxSize > 0 && p.tx.octets > p.f.maxSize && !p.dev("limit-ignored") {
		p.tx.large = true
		p.spool.drop()
		return
	}
	p.seen.Write(b)
	if _, err := p.spool.Write(b); err != nil && p.failed == nil {
		p.failed = err
		p.c.Fail(fmt.Errorf("keep a message: %w", err))
	}
}

func (p *session) tooLarge() verdict {
	return verdict{smtp.CodeExceededStorage, status{3, 4}, "more than " + strconv.FormatInt(p.f.maxSize, 10) + " octets"}
}

// contentVerdict judges a message that has come whole.
func (p *session) contentVerdict() (v verdict, ok bool) {
	p.seen.End()
	fields := scanHeader(p.spool.head())
	p.tx.noTLSRequired = fields.noTLS && !p.tx.opts.RequireTLS
	if p.seen.BareLF > 0 || p.seen.BareCR > 0 {
		p.c.Note("a message with %d bare LF and %d bare CR (RFC 5321 section 2.3.8)", p.seen.BareLF, p.seen.BareCR)
	}
	switch {
	case p.tx.large:
		return p.tooLarge(), false
	case p.failed != nil:
		return verdict{smtp.CodeLocalError, status{3, 0}, "the message could not be kept"}, false
	case p.f.bareLF == bareReject && p.seen.BareLF > 0:
		return verdict{smtp.CodeTransactionFailed, status{6, 0}, "a bare LF in the message"}, false
	case p.f.hops > 0 && fields.received > p.f.hops:
		return verdict{smtp.CodeTransactionFailed, status{4, 6}, "too many hops"}, false // RFC 5321 section 6.3
	}
	return v, true
}

// finish answers a message that has come whole, and delivers it.
func (p *session) finish() error {
	v, ok := p.contentVerdict()
	if p.deviates() {
		v, ok = p.misfinish(v, ok)
	}
	lmtp := p.f.mode == modeLMTP
	var verdicts []verdict // with LMTP, of each recipient
	to := p.tx.to
	if lmtp {
		verdicts = make([]verdict, len(to))
		taken := make([]Recipient, 0, len(to))
		for i, r := range to {
			verdicts[i] = v
			if good := ok && p.endRule([]string{r.Path.Mailbox.String()}, &verdicts[i]); good {
				taken = append(taken, r)
			}
		}
		to = taken
		ok = len(to) > 0
	} else {
		if ok && len(p.srv.opts.Rules) > 0 {
			ok = p.endRule(p.recipients(), &v)
		}
		to = slices.Clone(to)
	}
	id := ""
	if !ok && p.dev("refused-delivered") {
		_, _ = p.accept(to)
	}
	if ok {
		m, err := p.accept(to)
		if err != nil {
			p.c.Fail(err)
			ok = false
			v = verdict{smtp.CodeLocalError, status{3, 0}, "the message could not be delivered"}
		} else {
			id = m.ID
			v = verdict{smtp.CodeOK, status{0, 0}, "queued as " + id}
		}
	}
	recipients := p.tx.to
	if !p.dev("data-keeps-transaction") {
		p.reset()
	}
	if !lmtp {
		return p.tell(v)
	}
	for i, r := range recipients {
		w := verdicts[i]
		if w.code == 0 {
			w = v
		}
		if p.deviates() && p.mislmtp(i, &w) {
			continue
		}
		if r.Path.IsASCII() {
			w.text = r.Path.String() + " " + w.text
		}
		if err := p.tell(w); err != nil {
			return err
		}
	}
	return nil
}

// endRule has the rules at the end of the content judge; ok is false if they refuse.
func (p *session) endRule(to []string, v *verdict) (ok bool) {
	r := p.srv.judge(AtEnd, p.client, p.tx.sender, to)
	if r == nil || r.Action == Accept {
		return true
	}
	*v = r.verdict()
	return false
}

// accept takes a message over: it goes into the inboxes of the local recipients, and among the server's messages.
func (p *session) accept(to []Recipient) (*Mail, error) {
	c, err := p.spool.take()
	if err != nil {
		return nil, err
	}
	m := &Mail{
		ID: p.srv.id(), Received: p.srv.opts.Now(), Session: p.c.Session.ID(), RemoteAddr: p.c.RemoteAddr(), Hello: p.hello, With: p.with(), User: p.user,
		From: p.tx.from, Options: p.tx.opts, NoTLSRequired: p.tx.noTLSRequired, To: to, content: c,
	}
	if p.f.trace {
		m.Trace = p.trace(m)
	}
	if p.deviates() && p.misaccept(m) {
		return m, nil
	}
	hold := p.tx.opts.HoldFor
	if until := p.tx.opts.HoldUntil; !until.IsZero() {
		hold = until.Sub(m.Received)
	}
	if err := p.srv.deliver(m, hold); err != nil {
		c.forget()
		return nil, err
	}
	if p.srv.opts.Keep < 0 {
		c.forget()
		m.content = content{size: c.size}
	}
	p.srv.mails.add(m)
	return m, nil
}
