package wire

import (
	"bytes"
	"io"
)

// LineEnds says what a [LineWriter] makes of line ends that are not CRLF.
type LineEnds uint8

const (
	// OnlyCRLF refuses a bare CR and a bare LF.
	OnlyCRLF LineEnds = iota
	// LFToCRLF makes CRLF of a bare LF, as text files of Unix have it, and refuses a bare CR.
	LFToCRLF
	// AnyToCRLF makes CRLF of a bare LF and of a bare CR.
	AnyToCRLF
)

// String names what is done.
func (e LineEnds) String() string {
	switch e {
	case OnlyCRLF:
		return "only CRLF"
	case LFToCRLF:
		return "LF to CRLF"
	case AnyToCRLF:
		return "LF and CR to CRLF"
	}
	return "unknown line ends"
}

// LineWriter writes text whose lines all end in CRLF, whatever they ended in before: [LineEnds] says what may be. What passes unchanged is
// written without a copy. It makes small writes where it changes something: the writer below should be buffered.
type LineWriter struct {
	// Ends is OnlyCRLF unless set.
	Ends LineEnds
	// NoNUL refuses NUL too.
	NoNUL bool
	// Cite is the rule that a [*SyntaxError] names.
	Cite string

	w    io.Writer
	n    int64 // octets taken
	cr   bool  // the last octet taken was a CR, and is not written yet
	open bool  // the last line has no end
}

// NewLineWriter returns a LineWriter on w.
func NewLineWriter(w io.Writer) *LineWriter { return &LineWriter{w: w} }

var crlf = []byte("\r\n")

// Write implements io.Writer. What may not be is a [*SyntaxError] whose offset counts from the first octet of the text; what stands before it was
// written.
func (l *LineWriter) Write(p []byte) (int, error) {
	if l.NoNUL {
		if i := bytes.IndexByte(p, 0); i >= 0 {
			n, err := l.write(p[:i])
			if err == nil {
				err = l.refuse(0, "\x00", "no NUL")
			}
			return n, err
		}
	}
	return l.write(p)
}

func (l *LineWriter) write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	at := 0
	if l.cr {
		l.cr = false
		if p[0] == '\n' {
			at = 1
		} else if err := l.bare(-1, "\r"); err != nil {
			return 0, err
		}
		if err := l.end(); err != nil {
			return 0, err
		}
	}
	start := at // what is not written yet begins here
	flush := func(to int) error {
		if to == start {
			return nil
		}
		l.open = p[to-1] != '\n'
		n, err := l.w.Write(p[start:to])
		start += n
		return err
	}
	fail := func(err error) (int, error) {
		l.n += int64(start)
		return start, err
	}
	for at < len(p) {
		end, isLF := len(p), false
		if i := bytes.IndexByte(p[at:], '\n'); i >= 0 {
			end, isLF = at+i, true
		}
		text := end
		if end > at && p[end-1] == '\r' {
			text--
		}
		for {
			i := bytes.IndexByte(p[at:text], '\r')
			if i < 0 {
				break
			}
			if err := flush(at + i); err != nil {
				return fail(err)
			}
			if err := l.bare(start, "\r"); err != nil {
				return fail(err)
			}
			if err := l.end(); err != nil {
				return fail(err)
			}
			at += i + 1
			start = at
		}
		switch {
		case isLF && text == end:
			if err := flush(end); err != nil {
				return fail(err)
			}
			if err := l.bare(start, "\n"); err != nil {
				return fail(err)
			}
			if err := l.end(); err != nil {
				return fail(err)
			}
			start = end + 1
		case !isLF:
			if err := flush(text); err != nil {
				return fail(err)
			}
			l.cr = text < end
			start = len(p)
		}
		at = end + 1
	}
	if err := flush(len(p)); err != nil {
		return fail(err)
	}
	l.n += int64(len(p))
	return len(p), nil
}

func (l *LineWriter) end() error {
	l.open = false
	_, err := l.w.Write(crlf)
	return err
}

// bare returns the error of a bare CR or LF at an offset from what was taken before, or nil if it is made CRLF.
func (l *LineWriter) bare(offset int, got string) error {
	if l.Ends == AnyToCRLF || l.Ends == LFToCRLF && got == "\n" {
		return nil
	}
	return l.refuse(offset, got, "CRLF, and CR and LF nowhere else")
}

func (l *LineWriter) refuse(offset int, got, want string) error {
	return &SyntaxError{Offset: int(l.n) + offset, Got: got, Want: want, Cite: l.Cite}
}

// Close ends the text: a last line without an end gets one. It does not close the writer below.
func (l *LineWriter) Close() error {
	if l.cr {
		l.cr = false
		if err := l.bare(-1, "\r"); err != nil {
			return err
		}
		return l.end()
	}
	if l.open {
		return l.end()
	}
	return nil
}
