package wire

import (
	"bufio"
	"fmt"
	"io"
)

// Writer writes lines and octets, buffered until [Writer.Flush]. It never changes or checks what it is given: a harness must be able to
// speak wrong on purpose. A Writer is not safe for concurrent use.
type Writer struct {
	*bufio.Writer
	dst io.Writer
}

const (
	usualWriter = 4 << 10
	largeWriter = 128 << 10
)

// NewWriter returns a Writer on w.
func NewWriter(w io.Writer) *Writer { return &Writer{bufio.NewWriterSize(w, usualWriter), w} }

// Enlarge gives the Writer a larger buffer, for many answers at once, unless something is in the one that it has.
func (w *Writer) Enlarge() {
	if w.Size() < largeWriter && w.Buffered() == 0 {
		w.Writer = bufio.NewWriterSize(w.dst, largeWriter)
	}
}

// WriteLine writes text and the terminator.
func (w *Writer) WriteLine(text []byte, end Terminator) error {
	if _, err := w.Write(text); err != nil {
		return err
	}
	_, err := w.WriteString(end.Octets())
	return err
}

// Linef formats a line and writes it with CRLF.
func (w *Writer) Linef(format string, args ...any) error {
	if _, err := fmt.Fprintf(w.Writer, format, args...); err != nil {
		return err
	}
	_, err := w.WriteString("\r\n")
	return err
}

// Block returns a writer of a dot-terminated block; what was written before it stands before it.
func (w *Writer) Block() *BlockWriter { return NewBlockWriter(w.Writer) }

// CheckArgument returns an error if s cannot stand in a command line: it holds CR, LF or NUL, and would end the line or begin another
// command. Name says what s is, for the message.
func CheckArgument(name, s string) error {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\r', '\n', 0:
			return fmt.Errorf("%s: not sent: it holds %s at octet %d, which would end the command line", name, Quote([]byte{s[i]}), i)
		}
	}
	return nil
}
