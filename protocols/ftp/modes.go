package ftp

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"harness/protocols/wire"
)

// Descriptor codes of blocks (RFC 959 section 3.4.2).
const (
	blockEOR     = 128 // the end of the block is the end of a record
	blockEOF     = 64  // ... the end of the file
	blockSuspect = 32  // suspected errors
	blockMarker  = 16  // the block is a restart marker
	blockUnknown = 15
)

// blockMax is the most that a block holds, in octets.
const blockMax = 1<<16 - 1

// blockReader reads block mode: each block has a descriptor and a count of two octets.
type blockReader struct {
	src       *bufio.Reader
	o         DataOptions
	recordEnd string
	records   bool
	offset    int // of the header, for errors

	left       int // octets of the block
	descriptor byte
	pending    []byte // what ends a record, still to be handed out
	err        error
}

func (r *blockReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		switch {
		case len(r.pending) > 0:
			n := copy(p, r.pending)
			r.pending = r.pending[n:]
			return n, nil
		case r.err != nil:
			return 0, r.err
		case r.left > 0:
			n, err := r.src.Read(p[:min(len(p), r.left)])
			if r.left -= n; r.left == 0 {
				r.endBlock()
			}
			if err != nil && r.left > 0 {
				r.err = unexpected(err)
			}
			if n > 0 {
				return n, nil
			}
		default:
			r.header()
		}
	}
}

func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// header reads the header of a block, and a block that is a restart marker whole.
func (r *blockReader) header() {
	var h [3]byte
	if _, err := io.ReadFull(r.src, h[:]); err != nil {
		r.err = unexpected(err)
		return
	}
	r.descriptor, r.left = h[0], int(h[1])<<8|int(h[2])
	if r.descriptor&blockUnknown != 0 {
		r.err = &wire.SyntaxError{Offset: r.offset, Got: string(h[:1]), Want: "a descriptor of 128, 64, 32, 16 or a sum of them", Cite: "RFC 959 section 3.4.2"}
		return
	}
	r.offset += 3 + r.left
	if r.descriptor&blockSuspect != 0 && r.o.Suspect != nil {
		r.o.Suspect()
	}
	if r.descriptor&blockMarker != 0 {
		marker := make([]byte, r.left)
		if _, err := io.ReadFull(r.src, marker); err != nil {
			r.err = unexpected(err)
			return
		}
		r.left = 0
		r.marker(string(marker))
	}
	if r.left == 0 && r.err == nil {
		r.endBlock()
	}
}

func (r *blockReader) marker(m string) {
	if err := checkMarker(m); err != nil {
		r.err = err
		return
	}
	if r.o.Marker != nil {
		r.err = r.o.Marker(m)
	}
}

// endBlock carries out what the descriptor says of the block's end.
func (r *blockReader) endBlock() {
	if r.descriptor&blockEOR != 0 && r.records {
		r.pending = []byte(r.recordEnd)
	}
	if r.descriptor&blockEOF != 0 && r.err == nil {
		r.err = io.EOF
	}
}

// blockWriter writes block mode.
type blockWriter struct {
	dst     *bufio.Writer
	records bool
}

func (w *blockWriter) block(descriptor byte, p []byte) error {
	w.dst.Write([]byte{descriptor, byte(len(p) >> 8), byte(len(p))})
	_, err := w.dst.Write(p)
	return err
}

// Write implements io.Writer: one or more blocks.
func (w *blockWriter) Write(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		part := p[done:min(len(p), done+blockMax)]
		if err := w.block(0, part); err != nil {
			return done, err
		}
		done += len(part)
	}
	return done, nil
}

func (w *blockWriter) EndRecord() error {
	if !w.records {
		return nil
	}
	return w.block(blockEOR, nil)
}

func (w *blockWriter) Marker(m string) error {
	if err := checkMarker(m); err != nil {
		return err
	}
	return w.block(blockMarker, []byte(m))
}

func (w *blockWriter) Flush() error { return w.dst.Flush() }

// Close writes an empty block that is the end of the file.
func (w *blockWriter) Close() error { return errors.Join(w.block(blockEOF, nil), w.dst.Flush()) }

// compressedReader reads compressed mode (RFC 959 section 3.4.3): strings, replicated octets, filler, and escapes with a descriptor, which is that of
// the string that follows it.
type compressedReader struct {
	blockReader
	filler byte
	repeat int // copies of octet still to be handed out
	octet  byte
	coming bool // a descriptor was read, its string was not
}

func (r *compressedReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		switch {
		case len(r.pending) > 0:
			n := copy(p, r.pending)
			r.pending = r.pending[n:]
			return n, nil
		case r.err != nil:
			return 0, r.err
		case r.repeat > 0:
			n := min(len(p), r.repeat)
			for i := range n {
				p[i] = r.octet
			}
			if r.repeat -= n; r.repeat == 0 {
				r.endString()
			}
			return n, nil
		case r.left > 0:
			n, err := r.src.Read(p[:min(len(p), r.left)])
			if r.left -= n; r.left == 0 {
				r.endString()
			}
			if err != nil && r.left > 0 {
				r.err = unexpected(err)
			}
			if n > 0 {
				return n, nil
			}
		default:
			r.next()
		}
	}
}

func (r *compressedReader) endString() {
	if r.coming {
		r.coming = false
		r.endBlock()
		r.descriptor = 0
	}
}

// next reads the head of the next string or escape.
func (r *compressedReader) next() {
	c, err := r.src.ReadByte()
	if err != nil {
		r.err = unexpected(err)
		return
	}
	r.offset++
	marker := r.coming && r.descriptor&blockMarker != 0
	switch {
	case c == 0:
		r.escape()
		return
	case c&0x80 == 0: // a string
		if marker {
			r.readMarker(int(c))
			return
		}
		r.left = int(c)
		return
	case marker:
		r.bad(c, "a string of octets for a restart marker")
		return
	case c&0x40 == 0: // copies of an octet
		if r.octet, err = r.src.ReadByte(); err != nil {
			r.err = unexpected(err)
			return
		}
		r.offset++
	default:
		r.octet = r.filler
	}
	if r.repeat = int(c & 0x3f); r.repeat > 0 {
		return
	}
	if !r.coming { // no filler at all is what a descriptor has that nothing else follows
		r.bad(c, "a count of 1 to 63")
		return
	}
	r.endString()
}

func (r *compressedReader) bad(c byte, want string) {
	r.err = &wire.SyntaxError{Offset: r.offset - 1, Got: string([]byte{c}), Want: want, Cite: "RFC 959 section 3.4.3"}
}

func (r *compressedReader) readMarker(n int) {
	m := make([]byte, n)
	if _, err := io.ReadFull(r.src, m); err != nil {
		r.err = unexpected(err)
		return
	}
	if r.marker(string(m)); r.err == nil {
		r.endString()
	}
}

// escape reads the descriptor behind an octet of zeros.
func (r *compressedReader) escape() {
	d, err := r.src.ReadByte()
	if err != nil {
		r.err = unexpected(err)
		return
	}
	r.offset++
	if d&blockUnknown != 0 || r.coming {
		r.bad(d, "a descriptor of 128, 64, 32, 16 or a sum of them, and a string behind it")
		return
	}
	if d&blockSuspect != 0 && r.o.Suspect != nil {
		r.o.Suspect()
	}
	r.descriptor, r.coming = d, true
}

// compressedWriter writes compressed mode. It holds the last octet back: the descriptor of a record's or the file's end stands before what it ends with.
type compressedWriter struct {
	dst     *bufio.Writer
	filler  byte
	records bool
	held    [1]byte
	holds   bool
}

// runMin is how many equal octets are worth a replication.
const runMin = 4

// Write implements io.Writer.
func (w *compressedWriter) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n := len(p)
	w.release()
	w.held[0], w.holds = p[n-1], true
	p = p[:n-1]
	literal := 0 // where octets begin that stand as they are
	for i := 0; i < len(p); {
		n := 1
		for i+n < len(p) && n < 63 && p[i+n] == p[i] {
			n++
		}
		if n < runMin {
			i += n
			continue
		}
		w.strings(p[literal:i])
		if p[i] == w.filler {
			w.dst.WriteByte(0xc0 | byte(n))
		} else {
			w.dst.Write([]byte{0x80 | byte(n), p[i]})
		}
		i += n
		literal = i
	}
	w.strings(p[literal:])
	if _, err := w.dst.Write(nil); err != nil {
		return 0, err
	}
	return n, nil
}

// release writes the octet that was held back.
func (w *compressedWriter) release() bool {
	had := w.holds
	if had {
		w.strings(w.held[:])
	}
	w.holds = false
	return had
}

func (w *compressedWriter) strings(p []byte) {
	for len(p) > 0 {
		n := min(len(p), 127)
		w.dst.WriteByte(byte(n))
		w.dst.Write(p[:n])
		p = p[n:]
	}
}

// end writes a descriptor, and the string that it is about.
func (w *compressedWriter) end(descriptor byte) error {
	w.dst.Write([]byte{0, descriptor})
	if !w.release() {
		w.dst.WriteByte(0xc0) // no filler: an empty string
	}
	_, err := w.dst.Write(nil)
	return err
}

func (w *compressedWriter) EndRecord() error {
	if !w.records {
		return nil
	}
	return w.end(blockEOR)
}

func (w *compressedWriter) Marker(m string) error {
	if err := checkMarker(m); err != nil {
		return err
	}
	if len(m) > 127 {
		return &wire.SyntaxError{Got: m, Want: "a restart marker of at most 127 characters in compressed mode", Cite: "RFC 959 section 3.4.3"}
	}
	w.release()
	_, err := w.dst.Write([]byte{0, blockMarker})
	w.strings([]byte(m))
	return err
}

func (w *compressedWriter) Flush() error {
	w.release()
	return w.dst.Flush()
}

func (w *compressedWriter) Close() error { return errors.Join(w.end(blockEOF), w.dst.Flush()) }

// Control codes of record structure in stream mode (RFC 959 section 3.4.1), behind an octet 255.
const (
	recordEscape = 0xff
	recordEOR    = 1
	recordEOF    = 2
	recordBoth   = recordEOR | recordEOF
)

// recordReader reads record structure in stream mode.
type recordReader struct {
	src       *bufio.Reader
	recordEnd string
	pending   []byte
	offset    int
	err       error
}

func (r *recordReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for {
		switch {
		case len(r.pending) > 0:
			n := copy(p, r.pending)
			r.pending = r.pending[n:]
			return n, nil
		case r.err != nil:
			return 0, r.err
		}
		if _, err := r.src.Peek(1); err != nil {
			r.err = unexpected(err) // the file's end is told by a code
			continue
		}
		have, _ := r.src.Peek(r.src.Buffered())
		if i := bytes.IndexByte(have, recordEscape); i != 0 {
			if i < 0 {
				i = len(have)
			}
			n := copy(p, have[:i])
			r.src.Discard(n)
			r.offset += n
			return n, nil
		}
		r.control()
	}
}

// control reads a control code.
func (r *recordReader) control() {
	var c [2]byte
	if _, err := io.ReadFull(r.src, c[:]); err != nil {
		r.err = unexpected(err)
		return
	}
	r.offset += 2
	switch c[1] {
	case recordEscape:
		r.pending = []byte{recordEscape}
	case recordEOR, recordEOF, recordBoth:
		if c[1]&recordEOR != 0 {
			r.pending = []byte(r.recordEnd)
		}
		if c[1]&recordEOF != 0 {
			r.err = io.EOF
		}
	default:
		r.err = &wire.SyntaxError{Offset: r.offset - 1, Got: string(c[1:]), Want: "a control code of 1, 2, 3 or 255 behind 255", Cite: "RFC 959 section 3.4.1"}
	}
}

// recordWriter writes record structure in stream mode.
type recordWriter struct{ dst *bufio.Writer }

func (w *recordWriter) Write(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		rest := p[done:]
		i := bytes.IndexByte(rest, recordEscape)
		if i < 0 {
			n, err := w.dst.Write(rest)
			return done + n, err
		}
		if n, err := w.dst.Write(rest[:i+1]); err != nil {
			return done + n, err
		}
		if err := w.dst.WriteByte(recordEscape); err != nil {
			return done + i, err
		}
		done += i + 1
	}
	return done, nil
}

func (w *recordWriter) control(code byte) error {
	_, err := w.dst.Write([]byte{recordEscape, code})
	return err
}

func (w *recordWriter) EndRecord() error    { return w.control(recordEOR) }
func (w *recordWriter) Marker(string) error { return errNoMarker }
func (w *recordWriter) Flush() error        { return w.dst.Flush() }
func (w *recordWriter) Close() error        { return errors.Join(w.control(recordEOF), w.dst.Flush()) }

// recordSplitter ends a record at each end that stands in what is written. What follows the last end is a record too.
type recordSplitter struct {
	DataWriter
	end    string
	ebcdic bool
	part   []byte // what may be the beginning of an end
	open   bool   // something was written since the last end
}

func (w *recordSplitter) Write(p []byte) (int, error) {
	n := len(p)
	if len(w.part) > 0 {
		p = append(w.part, p...)
		w.part = nil
	}
	for len(p) > 0 {
		i := bytes.Index(p, []byte(w.end))
		if i < 0 {
			keep := 0
			for k := min(len(w.end)-1, len(p)); k > 0; k-- {
				if string(p[len(p)-k:]) == w.end[:k] {
					keep = k
					break
				}
			}
			if keep > 0 {
				w.part = bytes.Clone(p[len(p)-keep:])
			}
			return n, w.text(p[:len(p)-keep])
		}
		if err := w.text(p[:i]); err != nil {
			return 0, err
		}
		if err := w.DataWriter.EndRecord(); err != nil {
			return 0, err
		}
		w.open = false
		p = p[i+len(w.end):]
	}
	return n, nil
}

func (w *recordSplitter) text(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	w.open = true
	if !w.ebcdic {
		_, err := w.DataWriter.Write(p)
		return err
	}
	e := ebcdicWriter{DataWriter: w.DataWriter}
	_, err := e.Write(p)
	if err == nil && len(e.part) > 0 {
		w.part = append(e.part, w.part...) // a character is cut
	}
	return err
}

// EndRecord implements DataWriter.
func (w *recordSplitter) EndRecord() error {
	w.open = false
	return w.DataWriter.EndRecord()
}

// Close implements DataWriter.
func (w *recordSplitter) Close() error {
	if len(w.part) > 0 {
		part := w.part
		w.part = nil
		if w.ebcdic {
			return notEBCDIC(part)
		}
		if err := w.text(part); err != nil {
			return err
		}
	}
	if w.open {
		if err := w.DataWriter.EndRecord(); err != nil {
			return err
		}
	}
	return w.DataWriter.Close()
}
