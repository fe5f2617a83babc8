package smtpclient

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// pieceSize is how much of content is looked at and sent at a time, in octets.
const pieceSize = 64 << 10

// pieces lends the buffers of content under way.
var pieces = sync.Pool{New: func() any { return &buffers{out: bufio.NewWriterSize(nil, pieceSize)} }}

type buffers struct {
	in  [pieceSize]byte
	out *bufio.Writer
}

// source is content on its way to the server.
type source struct {
	r     io.Reader
	noted smtp.Content
	known bool // noted is of the whole content
	head  []byte
	err   error // what ended the reading
	buf   *buffers
}

// newSource reads the first piece of content. If that is not all and r can be read twice, it is read to its end, and set back.
func newSource(r io.Reader) (*source, error) {
	s := &source{r: r, buf: pieces.Get().(*buffers)}
	s.fill()
	s.noted.Write(s.head)
	switch seeker, ok := r.(io.Seeker); {
	case s.err == io.EOF:
		s.known = true
	case s.err == nil && ok:
		back, err := seeker.Seek(0, io.SeekCurrent)
		if err != nil {
			break // a pipe that is a file
		}
		if _, err := io.Copy(&s.noted, r); err != nil {
			s.release()
			return nil, fmt.Errorf("not sent: reading the content: %w", err)
		}
		if _, err := seeker.Seek(back, io.SeekStart); err != nil {
			s.release()
			return nil, fmt.Errorf("not sent: reading the content again: %w", err)
		}
		s.known = true
	}
	if s.known {
		s.noted.End()
	}
	if s.err != nil && s.err != io.EOF {
		s.release()
		return nil, fmt.Errorf("not sent: reading the content: %w", s.err)
	}
	return s, nil
}

func (s *source) fill() {
	n := 0
	for n < len(s.buf.in) && s.err == nil {
		var m int
		m, s.err = s.r.Read(s.buf.in[n:])
		n += m
	}
	s.head = s.buf.in[:n]
}

// next returns the next piece, io.EOF behind the last one.
func (s *source) next() ([]byte, error) {
	if len(s.head) == 0 && s.err == nil {
		s.fill()
		if !s.known {
			s.noted.Write(s.head)
		}
	}
	if len(s.head) > 0 {
		p := s.head
		s.head = nil
		return p, nil
	}
	if s.err != io.EOF {
		return nil, fmt.Errorf("reading the content: %w", s.err)
	}
	if !s.known {
		s.known = true
		s.noted.End()
	}
	return nil, io.EOF
}

// release gives the buffers back.
func (s *source) release() {
	if s.buf != nil {
		s.buf.out.Reset(nil)
		pieces.Put(s.buf)
		s.buf, s.head = nil, nil
	}
}

// Errors of content that does not fit what MAIL said of it, by errors.Is.
var (
	// ErrEightBit: the content has 8-bit octets.
	ErrEightBit = errors.New("the content has 8-bit octets, and MAIL did not say BODY=8BITMIME (RFC 6152 section 3)")
	// ErrHeader8Bit: the header section has 8-bit octets.
	ErrHeader8Bit = errors.New("the header section has 8-bit octets, and MAIL did not say SMTPUTF8 (RFC 6531 section 3.4)")
	// ErrNotMIME: the content has 8-bit octets that no MIME header speaks of.
	ErrNotMIME = errors.New("not sent: the content has 8-bit octets, and its header section has no MIME-Version: see Options.AnyContent (RFC 5321 section 2.4)")
	// ErrBinary: the content is binary, which DATA can't carry.
	ErrBinary = errors.New("not sent: MAIL said BODY=BINARYMIME, and DATA can't carry that: use Bdat or Chunks (RFC 3030 section 3)")
)

// fits is an error if what is known of the content must not be sent in the transaction.
func (c *Client) fits(s *source, t transaction) error {
	if c.opts.AnyState {
		return nil
	}
	if s.noted.EightBit && t.body != smtp.Body8BitMIME && t.body != smtp.BodyBinaryMIME {
		if !c.exts.Has(smtp.Ext8BitMIME) {
			return &NotOfferedError{What: "8-bit content", Extension: smtp.Ext8BitMIME, Cite: "RFC 6152 section 3"}
		}
		return ErrEightBit
	}
	if s.noted.Header8Bit && !t.utf8 {
		if !c.exts.Has(smtp.ExtSMTPUTF8) {
			return &NotOfferedError{What: "a header section with 8-bit octets", Extension: smtp.ExtSMTPUTF8, Cite: "RFC 6531 section 3.2"}
		}
		return ErrHeader8Bit
	}
	if !c.opts.AnyContent && t.body != smtp.BodyBinaryMIME {
		if s.noted.Body8Bit && !s.noted.MIME {
			return ErrNotMIME
		}
		if s.noted.Longest > smtp.MaxTextLine {
			return fmt.Errorf("not sent: %w: see Options.AnyContent", &wire.LimitError{What: "line of content", Limit: smtp.MaxTextLine, Cite: "RFC 5321 section 4.5.3.1.6"})
		}
	}
	size := s.noted.Octets
	if s.known && t.body != smtp.BodyBinaryMIME {
		whole, ok := s.noted.Size(c.opts.LineEnds)
		if !ok {
			return c.badEnds(s)
		}
		size = whole
	}
	if limit, _ := c.exts.Size(); limit > 0 && size > limit {
		return &SizeError{Size: size, Limit: limit}
	}
	return nil
}

// badEnds is the error of content whose line ends are refused.
func (c *Client) badEnds(s *source) error {
	return fmt.Errorf("not sent: the content has %d bare CRs and %d bare LFs: see Options.LineEnds (RFC 5321 section 2.3.8)", s.noted.BareCR, s.noted.BareLF)
}

// contentError is an error of the content, not of the connection.
type contentError struct{ err error }

func (e *contentError) Error() string { return e.err.Error() }

func (e *contentError) Unwrap() error { return e.err }

// pump hands the content to w piece by piece, each inside Do, and checks it on the way.
func (c *Client) pump(ctx context.Context, s *source, t transaction, w io.Writer) error {
	for {
		p, err := s.next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = c.fits(s, t)
		}
		if err != nil {
			return &contentError{err}
		}
		if err := c.c.Do(ctx, c.opts.Timeouts.Idle, func() error { _, err := w.Write(p); return err }); err != nil {
			return err
		}
	}
}

func (c *Client) lines(w io.Writer) *wire.LineWriter {
	l := wire.NewLineWriter(w)
	l.Ends, l.Cite = c.opts.LineEnds, "RFC 5321 section 2.3.8"
	return l
}

// transfer writes content behind the 354 to DATA, to its final dot; the last of it may not be flushed yet. An error breaks the client: a server must not take half
// a message for a whole one.
func (c *Client) transfer(ctx context.Context, s *source) error {
	out := s.buf.out
	out.Reset(c.c.W)
	block := wire.NewBlockWriter(out)
	lines := c.lines(block)
	err := c.pump(ctx, s, c.tx, lines)
	if err == nil {
		err = c.c.Do(ctx, c.opts.Timeouts.Idle, func() error {
			return errors.Join(lines.Close(), block.Close(), out.Flush())
		})
	}
	if err != nil {
		return c.cut(ctx, "DATA", err)
	}
	c.state, c.tx = smtp.Idle, transaction{}
	return nil
}

// cut is the error of content that was not sent to its end. If the server said why it takes no more, that is in it.
func (c *Client) cut(ctx context.Context, name string, err error) error {
	var syntax *wire.SyntaxError
	var content *contentError
	if errors.As(err, &syntax) || errors.As(err, &content) {
		return c.b.Fail(name, err)
	}
	if c.c.R.Buffered() == 0 {
		// Nothing may be there to read: the wait is a short one.
		c.c.Do(ctx, lastWords, c.c.R.Wait)
	}
	if c.c.R.Buffered() > 0 {
		if r, rerr := c.reply(name, c.replies(smtp.Command{Verb: name})); rerr == nil && r.Negative() {
			err = fmt.Errorf("%w (%w)", r, err)
		}
	}
	return c.b.Fail(name, err)
}

// chunker sends what is written to it by BDAT.
type chunker struct {
	c       *Client
	ctx     context.Context
	buf     []byte
	waiting []smtp.Command // chunks without an answer
	refused error          // the first refusal
	begun   bool           // a chunk was sent
}

// errRefused ends the sending of chunks.
var errRefused = errors.New("a chunk was refused")

func (k *chunker) Write(p []byte) (int, error) {
	n := len(p)
	for len(p) > 0 {
		if len(k.buf) == cap(k.buf) {
			if err := k.emit(false); err != nil {
				return n - len(p), err
			}
		}
		m := copy(k.buf[len(k.buf):cap(k.buf)], p)
		k.buf = k.buf[:len(k.buf)+m]
		p = p[m:]
	}
	return n, nil
}

// emit sends a chunk. With PIPELINING the one before it may be unanswered.
func (k *chunker) emit(last bool) error {
	most := 0
	if k.c.pipelining() {
		most = 1
	}
	if err := k.answers(most); err != nil {
		return err
	}
	cmd := smtp.NewBDAT(int64(len(k.buf)), last)
	line, err := smtp.Rules{}.AppendCommand(k.c.scratch[:0], cmd)
	k.c.scratch = line[:0]
	if err != nil {
		return err
	}
	err = k.c.b.Ended(k.c.c.Do(k.ctx, k.c.opts.Timeouts.Idle, func() error {
		if _, err := k.c.c.W.Write(line); err != nil {
			return err
		}
		if _, err := k.c.c.W.Write(k.buf); err != nil {
			return err
		}
		return k.c.c.W.Flush()
	}))
	if err != nil {
		return k.c.b.Fail(cmd.String(), err)
	}
	k.buf = k.buf[:0]
	k.begun = true
	k.waiting = append(k.waiting, cmd)
	return nil
}

// answers reads the answers to chunks until no more than so many are missing. Behind a refusal the others are read too.
func (k *chunker) answers(most int) error {
	for len(k.waiting) > most || k.refused != nil && len(k.waiting) > 0 {
		cmd := k.waiting[0]
		r, err := k.c.answer(k.ctx, cmd, cmd.String())
		if err != nil {
			return err
		}
		k.waiting = k.waiting[1:]
		if err := k.c.judge(cmd, r); err != nil {
			if k.c.b.Broken() != nil {
				return err
			}
			if k.refused == nil {
				k.refused = err
			}
		}
	}
	if k.refused != nil {
		return errRefused
	}
	return nil
}

// answer reads the answer to a command that was sent, and takes note of it. An error breaks the client.
func (c *Client) answer(ctx context.Context, cmd smtp.Command, name string) (*smtp.Reply, error) {
	c.b.Begin(name)
	r, err := c.read(ctx, c.timeout(cmd.Verb), name, c.replies(cmd))
	if err != nil {
		return nil, c.b.Fail(name, err)
	}
	c.answered(cmd, r)
	return r, nil
}

// bdat sends content by BDAT and reads the answers to all chunks but the last, whose command it returns. A refusal is an error, behind which the transaction needs
// RSET.
func (c *Client) bdat(ctx context.Context, s *source) (last smtp.Command, err error) {
	size := int64(c.opts.Limits.Chunk)
	if n, ok := s.noted.Size(c.opts.LineEnds); ok && s.known && n < size {
		size = max(n, 1)
	}
	k := &chunker{c: c, ctx: ctx, buf: make([]byte, 0, size)}
	if c.tx.body == smtp.BodyBinaryMIME {
		err = c.chunks(s, k)
	} else {
		lines := c.lines(k)
		if err = c.chunks(s, lines); err == nil {
			err = lines.Close()
		}
	}
	if err == nil {
		err = k.emit(true)
	}
	if err == nil {
		err = k.answers(1)
	}
	switch {
	case err == nil:
		return k.waiting[0], nil
	case c.b.Broken() != nil:
		return last, err
	case err == errRefused:
		return last, k.refused
	}
	// The content failed, not the connection: what was sent of it is discarded by RSET (RFC 3030 section 2).
	if aerr := k.answers(0); c.b.Broken() != nil {
		return last, aerr
	}
	return last, c.b.Wrap("BDAT", err)
}

// chunks hands the content to w piece by piece, which sends when a chunk is full.
func (c *Client) chunks(s *source, w io.Writer) error {
	for {
		p, err := s.next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = c.fits(s, c.tx)
		}
		if err == nil {
			_, err = w.Write(p)
		}
		if err != nil {
			return err
		}
	}
}
