package wire

import (
	"bytes"
	"errors"
	"io"
)

// Leniency says what a [BlockReader] forgives.
type Leniency uint8

const (
	// Strict ends a block at CRLF "." CRLF and nowhere else; a bare LF is content like any other octet.
	Strict Leniency = iota
	// Lenient ends a block at a "." alone on a line however the lines around it end, and notes each bare LF that it took for a terminator.
	Lenient
)

// Forgiven is a departure that a lenient reader let pass.
type Forgiven struct {
	// Offset is the place, in octets from the start of the block.
	Offset int64
	// What was forgiven, such as "a bare LF before the final dot".
	What string
}

// BlockReader reads the content of a dot-terminated block (RFC 1939 section 3, RFC 3977 section 3.1.1, RFC 5321 section 4.5.2): the
// stuffed dots are taken off, the final "." is not content, and the lines keep their terminators. After the block it returns io.EOF,
// and the Reader stands behind it. The stream's end inside the block is io.ErrUnexpectedEOF.
type BlockReader struct {
	// Limit is the largest permitted content, in octets; 0 means no limit. Passing it is a [*LimitError].
	Limit int64
	// Mode is Strict unless set before the first read.
	Mode Leniency

	r         *Reader
	n         int64 // content delivered
	inLine    bool  // not at the start of a line
	lastCR    bool  // the last octet delivered was CR
	bareLF    bool  // the line before ended in a bare LF
	err       error
	forgiven  []Forgiven
	forgotten int
}

// Block returns a reader of the block that begins here.
func (r *Reader) Block() *BlockReader { return &BlockReader{r: r} }

// Forgiven returns what a lenient reader let pass, at most the first 100 places, and how many there were in all.
func (b *BlockReader) Forgiven() ([]Forgiven, int) { return b.forgiven, len(b.forgiven) + b.forgotten }

func (b *BlockReader) forgive(what string) {
	if len(b.forgiven) < 100 {
		b.forgiven = append(b.forgiven, Forgiven{Offset: b.n, What: what})
	} else {
		b.forgotten++
	}
}

// next returns a stretch of content in the reader's buffer, not empty. The caller takes up to all of it by take.
func (b *BlockReader) next() ([]byte, error) {
	if b.err != nil {
		return nil, b.err
	}
	r := b.r
	for {
		buf := r.buf[r.r:r.w]
		if len(buf) == 0 {
			if err := b.more(); err != nil {
				return nil, err
			}
			continue
		}
		if !b.inLine && buf[0] == '.' {
			done, need := b.final(buf)
			switch {
			case need:
				if err := b.more(); err != nil {
					return nil, err
				}
				continue
			case done:
				b.err = io.EOF
				r.release()
				return nil, io.EOF
			}
			// A stuffed dot: the rest of the line is content.
			r.r++
			b.inLine = true
			continue
		}
		return b.span(buf), nil
	}
}

// final tells whether buf, which begins with a dot at the start of a line, ends the block, and takes that line if so.
func (b *BlockReader) final(buf []byte) (done, need bool) {
	if len(buf) < 2 {
		return false, true
	}
	switch buf[1] {
	case '\r':
		if len(buf) < 3 {
			return false, true
		}
		if buf[2] != '\n' {
			return false, false
		}
		if b.bareLF {
			b.forgive("a bare LF before the final dot")
		}
		b.r.r += 3
		return true, false
	case '\n':
		if b.Mode == Lenient {
			b.forgive("a bare LF after the final dot")
			b.r.r += 2
			return true, false
		}
	}
	return false, false
}

// span returns the longest run at the start of buf that is content whatever follows: up to the next line that begins with a dot.
func (b *BlockReader) span(buf []byte) []byte {
	for from := 0; ; {
		i := bytes.Index(buf[from:], newlineDot)
		if i < 0 {
			return buf
		}
		end := from + i + 1
		if b.Mode == Lenient || end >= 2 && buf[end-2] == '\r' || end == 1 && b.lastCR {
			return buf[:end]
		}
		from = end // in strict mode a dot after a bare LF is an ordinary octet
	}
}

var newlineDot = []byte("\n.")

// take notes that p, the first octets of what next returned, was delivered.
func (b *BlockReader) take(p []byte) {
	last := p[len(p)-1]
	cr := b.lastCR
	if len(p) > 1 {
		cr = p[len(p)-2] == '\r'
	}
	b.inLine, b.bareLF = true, false
	if last == '\n' && (cr || b.Mode == Lenient) {
		b.inLine, b.bareLF = false, !cr
	}
	b.lastCR = last == '\r'
	b.n += int64(len(p))
	b.r.r += len(p)
}

func (b *BlockReader) more() error {
	b.r.borrow()
	err := b.r.fill()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
		b.err = err
		b.r.release()
	}
	return err
}

func (b *BlockReader) over(n int) error {
	if b.Limit > 0 && b.n+int64(n) > b.Limit {
		b.err = &LimitError{What: "block", Limit: b.Limit}
		b.r.release()
		return b.err
	}
	return nil
}

// Read implements io.Reader.
func (b *BlockReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	s, err := b.next()
	if err != nil {
		return 0, err
	}
	n := copy(p, s)
	if err := b.over(n); err != nil {
		return 0, err
	}
	b.take(p[:n])
	return n, nil
}

// WriteTo implements io.WriterTo: it hands the content to w without a copy in between.
func (b *BlockReader) WriteTo(w io.Writer) (int64, error) {
	var total int64
	for {
		s, err := b.next()
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
		if err := b.over(len(s)); err != nil {
			return total, err
		}
		n, err := w.Write(s)
		total += int64(n)
		if n > 0 {
			b.take(s[:n])
		}
		if err != nil {
			return total, err
		}
	}
}

// BlockWriter writes content as a dot-terminated block: a dot at the start of a line is doubled. Lines keep the terminators that they have:
// canonicalising them is the caller's choice. Close ends the block; it writes a CRLF first if the content does not end with one.
type BlockWriter struct {
	w      io.Writer
	begun  bool
	inLine bool
	lastCR bool
	crlf   bool // the content so far ends in CRLF
	closed bool
}

// NewBlockWriter returns a BlockWriter on w. It makes several small writes where dots are stuffed: w should be buffered.
func NewBlockWriter(w io.Writer) *BlockWriter { return &BlockWriter{w: w} }

// ErrBlockClosed is returned by a write to a block that has ended.
var ErrBlockClosed = errors.New("wire: write to a block that was closed")

var dot = []byte(".")

// Write implements io.Writer. It returns the number of octets of p that were written, stuffed dots not counted.
func (b *BlockWriter) Write(p []byte) (int, error) {
	if b.closed {
		return 0, ErrBlockClosed
	}
	done := 0
	for done < len(p) {
		rest := p[done:]
		if !b.inLine && rest[0] == '.' {
			if _, err := b.w.Write(dot); err != nil {
				return done, err
			}
		}
		// Every dot after an LF is stuffed, a bare LF too: a lenient reader would end the block there.
		n := len(rest)
		if i := bytes.Index(rest, newlineDot); i >= 0 {
			n = i + 1
		}
		m, err := b.w.Write(rest[:n])
		if m > 0 {
			b.note(rest[:m])
			done += m
		}
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

func (b *BlockWriter) note(p []byte) {
	last := p[len(p)-1]
	cr := b.lastCR
	if len(p) > 1 {
		cr = p[len(p)-2] == '\r'
	}
	b.begun = true
	b.inLine = last != '\n'
	b.crlf = last == '\n' && cr
	b.lastCR = last == '\r'
}

// Close ends the block with "." CRLF. It does not close the writer below.
func (b *BlockWriter) Close() error {
	if b.closed {
		return nil
	}
	b.closed = true
	end := "\r\n.\r\n"
	if !b.begun || b.crlf {
		end = ".\r\n"
	}
	_, err := io.WriteString(b.w, end)
	return err
}
