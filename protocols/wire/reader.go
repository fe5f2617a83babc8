package wire

import (
	"bytes"
	"errors"
	"io"
	"sync"
)

const (
	// DefaultLineLimit is the limit of a line, in octets without its terminator, of a [Reader] that sets no other.
	DefaultLineLimit = 64 << 10

	smallBuffer = 2 << 10
	largeBuffer = 128 << 10
)

// large lends buffers to blocks and other bulk reads, so that an idle connection holds a small one only.
var large = sync.Pool{New: func() any { b := make([]byte, largeBuffer); return &b }}

// Reader reads lines, blocks and counted octets from a stream. It reads ahead; [Reader.Buffered] tells how far.
// A Reader is not safe for concurrent use.
type Reader struct {
	// LineLimit is the limit of a line, in octets without its terminator; 0 means [DefaultLineLimit].
	LineLimit int

	src    io.Reader
	own    []byte // the small buffer, allocated at first use
	lent   *[]byte
	bulk   bool   // what is lent is kept
	buf    []byte // own or *lent
	r, w   int
	err    error // sticky once src failed, delivered when the buffer is empty
	filled int64 // octets read from src so far
}

// NewReader returns a Reader on src.
func NewReader(src io.Reader) *Reader { return &Reader{src: src} }

// Reset drops what is buffered and any error, and reads from src from now on: a connection that goes over to TLS.
func (r *Reader) Reset(src io.Reader) {
	r.bulk = false
	r.release()
	r.src, r.r, r.w, r.err = src, 0, 0, nil
}

// Buffered returns the number of octets that were read ahead.
func (r *Reader) Buffered() int { return r.w - r.r }

// Offset returns the number of octets that were taken from the Reader so far.
func (r *Reader) Offset() int64 { return r.filled - int64(r.w-r.r) }

// Peek returns what is buffered without taking it; it never reads. The slice is valid until the next call.
func (r *Reader) Peek() []byte { return r.buf[r.r:r.w] }

// Wait blocks until at least one octet is buffered, and returns the stream's error otherwise.
func (r *Reader) Wait() error {
	for r.r == r.w {
		if err := r.fill(); err != nil {
			return err
		}
	}
	return nil
}

// Discard takes n buffered octets, at most [Reader.Buffered].
func (r *Reader) Discard(n int) { r.r += min(n, r.w-r.r) }

func (r *Reader) limit() int {
	if r.LineLimit > 0 {
		return r.LineLimit
	}
	return DefaultLineLimit
}

// fill reads once, at least one octet or an error. There is room afterwards for the caller to call again.
func (r *Reader) fill() error {
	if r.err != nil {
		return r.takeErr()
	}
	if r.buf == nil {
		r.own = make([]byte, smallBuffer)
		r.buf = r.own
	}
	if r.r > 0 {
		copy(r.buf, r.buf[r.r:r.w])
		r.w -= r.r
		r.r = 0
	}
	if r.w == len(r.buf) {
		grown := make([]byte, 2*len(r.buf))
		copy(grown, r.buf)
		if r.lent == nil {
			r.own = grown
		}
		r.buf = grown
	}
	for range 100 {
		n, err := r.src.Read(r.buf[r.w:])
		r.w += n
		r.filled += int64(n)
		r.err = err
		if n > 0 {
			return nil
		}
		if err != nil {
			return r.takeErr()
		}
	}
	return io.ErrNoProgress
}

// takeErr hands out the stored error; an error that can pass (a deadline) is not sticky.
func (r *Reader) takeErr() error {
	err := r.err
	var t interface{ Timeout() bool }
	if errors.As(err, &t) && t.Timeout() {
		r.err = nil
	}
	return err
}

// borrow swaps the small buffer for a large one; release gives it back when what is left fits into the small one.
func (r *Reader) borrow() {
	if r.lent != nil {
		return
	}
	b := large.Get().(*[]byte)
	if r.w-r.r > len(*b) {
		large.Put(b)
		return
	}
	r.w = copy(*b, r.buf[r.r:r.w])
	r.r = 0
	r.lent, r.buf = b, *b
}

func (r *Reader) release() {
	if r.lent == nil || r.bulk {
		return
	}
	left := r.w - r.r
	if r.own == nil || left > len(r.own) {
		n := smallBuffer
		for n < left {
			n *= 2
		}
		r.own = make([]byte, n)
	}
	copy(r.own, r.buf[r.r:r.w])
	r.r, r.w = 0, left
	r.buf = r.own
	large.Put(r.lent)
	r.lent = nil
}

// Bulk has the Reader read in large pieces, for an answer of very many lines, until the function that it returns is called.
func (r *Reader) Bulk() (end func()) {
	if r.lent != nil {
		return func() {} // a block is open that has the large buffer, and gives it back at its end
	}
	r.borrow()
	r.bulk = true
	return func() {
		r.bulk = false
		r.release()
	}
}

// ReadLine reads a line up to its LF. Its text is valid until the next call. At the end of the stream it returns what is left with the
// terminator [None] and no error, and then io.EOF. A line that passes the limit is a [*LimitError], and what was read of it stays
// buffered.
func (r *Reader) ReadLine() (Line, error) {
	limit := r.limit()
	scanned := 0
	for {
		if i := bytes.IndexByte(r.buf[r.r+scanned:r.w], '\n'); i >= 0 {
			n := scanned + i
			text := r.buf[r.r : r.r+n]
			end := LF
			if n > 0 && text[n-1] == '\r' {
				text, end = text[:n-1], CRLF
			}
			if len(text) > limit {
				return Line{}, &LimitError{What: "line", Limit: int64(limit)}
			}
			r.r += n + 1
			return Line{Text: text, End: end}, nil
		}
		scanned = r.w - r.r
		if scanned > limit+1 {
			return Line{}, &LimitError{What: "line", Limit: int64(limit)}
		}
		if err := r.fill(); err != nil {
			if errors.Is(err, io.EOF) && r.w > r.r {
				text := r.buf[r.r:r.w]
				r.r = r.w
				r.err = io.EOF
				return Line{Text: text, End: None}, nil
			}
			return Line{}, err
		}
	}
}

// Read takes octets as they come, those read ahead first.
func (r *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if r.r == r.w && r.err == nil && len(p) >= smallBuffer {
		n, err := r.src.Read(p)
		r.filled += int64(n)
		return n, err
	}
	if err := r.Wait(); err != nil {
		return 0, err
	}
	n := copy(p, r.buf[r.r:r.w])
	r.r += n
	return n, nil
}

// Octets returns a reader of exactly n octets, n >= 0. The stream's end before that is io.ErrUnexpectedEOF.
func (r *Reader) Octets(n int64) *OctetReader { return &OctetReader{r: r, n: n} }

// OctetReader reads a counted run of octets; see [Reader.Octets].
type OctetReader struct {
	r *Reader
	n int64
}

// Left returns how many octets are still to be read.
func (o *OctetReader) Left() int64 { return o.n }

// Read implements io.Reader.
func (o *OctetReader) Read(p []byte) (int, error) {
	if o.n == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > o.n {
		p = p[:o.n]
	}
	n, err := o.r.Read(p)
	o.n -= int64(n)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
