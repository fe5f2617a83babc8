package ftp

import (
	"bufio"
	"compress/zlib"
	"errors"
	"fmt"
	"io"

	"harness/protocols/wire"
)

// Representation is how a file passes over a data connection: the parameters of TYPE, STRU and MODE (RFC 959 section 4.1.2). The zero value is
// what a session begins with: ASCII non-print, file structure, stream mode.
type Representation struct {
	Type      Type
	Structure Structure
	Mode      Mode
}

// withDefaults fills in what RFC 959 section 5.1 begins with.
func (r Representation) withDefaults() Representation {
	if r.Type.Code == 0 {
		r.Type = ASCII
	}
	if r.Structure == 0 {
		r.Structure = FileStructure
	}
	if r.Mode == 0 {
		r.Mode = StreamMode
	}
	return r
}

// Text reports whether the type is one for text: ASCII or EBCDIC.
func (r Representation) Text() bool {
	c := r.withDefaults().Type.Code
	return c == 'A' || c == 'E'
}

// EndsWithConnection reports whether the end of the data connection is the end of the file: stream mode with file structure, and MODE Z as it is in use. In the
// others the data tells its end, and the connection may be used again (RFC 959 section 3.3).
func (r Representation) EndsWithConnection() bool {
	r = r.withDefaults()
	return r.Mode == DeflateMode || r.Mode == StreamMode && r.Structure == FileStructure
}

// Plain reports whether the octets of a file pass as they are: no mode, no records, and no conversion of text.
func (r Representation) Plain(o DataOptions) bool {
	r = r.withDefaults()
	return r.Mode == StreamMode && r.Structure == FileStructure && !(o.Text && r.Text())
}

// ErrRepresentation is wrapped by the error for a representation that is not implemented: STRU P, a byte size other than 8, a format with carriage control.
var ErrRepresentation = errors.New("not implemented")

// Check returns an error, which wraps ErrRepresentation, if the representation can't be read and written here.
func (r Representation) Check() error {
	r = r.withDefaults()
	switch r.Type.Code {
	case 'A', 'E', 'I':
	case 'L':
		if r.Type.ByteSize != 8 {
			return fmt.Errorf("logical bytes of %d bits: %w", r.Type.ByteSize, ErrRepresentation)
		}
	default:
		return fmt.Errorf("type %q: %w", r.Type.Code, ErrRepresentation)
	}
	if r.Structure != FileStructure && r.Structure != RecordStructure {
		return fmt.Errorf("structure %q: %w", r.Structure, ErrRepresentation)
	}
	switch r.Mode {
	case StreamMode, BlockMode, CompressedMode:
	case DeflateMode:
		if r.Structure != FileStructure {
			return fmt.Errorf("structure %q in mode Z: %w", r.Structure, ErrRepresentation)
		}
	default:
		return fmt.Errorf("mode %q: %w", r.Mode, ErrRepresentation)
	}
	return nil
}

// DataOptions say how files look on this side, and what is to be done with what is no part of them. The zero value leaves octets as they are.
type DataOptions struct {
	// Text converts ASCII and EBCDIC: here lines end in LF and the text of EBCDIC is UTF-8, on the wire they end in CRLF or NL. In record structure the
	// records of text end in LF here. It has no effect on the other types.
	Text bool
	// KeepCRLF leaves CRLF as it is when text is written, and makes CRLF of an LF that stands alone only. Without it CR is a character like others.
	KeepCRLF bool
	// RecordEnd is what ends a record here, in record structure: "" for nothing, which makes one stream of them. Text has "\n".
	RecordEnd string
	// Marker is told of each restart marker (RFC 959 section 3.5) where it stands: what was read before is before it. Its error ends the reading.
	Marker func(marker string) error
	// Suspect is told that a block is marked as suspected of errors (RFC 959 section 3.4.2).
	Suspect func()
}

// recordEnd returns what ends a record here.
func (r Representation) recordEnd(o DataOptions) string {
	if o.Text && r.Text() && o.RecordEnd == "" {
		return "\n"
	}
	return o.RecordEnd
}

// NewReader returns a reader of the file that passes over src. It ends with io.EOF where the file does. A file that is cut off ends with
// io.ErrUnexpectedEOF, if the representation tells. Octets that break the rules of the mode are a [*wire.SyntaxError]. It reads no further than the file's
// end where the connection may be used again, provided that src is a *bufio.Reader or reads single octets with reason.
func (r Representation) NewReader(src io.Reader, o DataOptions) (io.Reader, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	r = r.withDefaults()
	if r.Plain(o) {
		return src, nil
	}
	records, end := r.Structure == RecordStructure, r.recordEnd(o)
	if o.Text && r.Type.Code == 'E' && end == "\n" {
		end = string(rune(ebcdicNL)) // which the conversion makes LF of
	}
	var out io.Reader
	switch {
	case r.Mode == DeflateMode:
		out = &zReader{src: src}
	case r.Mode == BlockMode:
		out = &blockReader{src: octets(src), o: o, recordEnd: end, records: records}
	case r.Mode == CompressedMode:
		out = &compressedReader{blockReader: blockReader{src: octets(src), o: o, recordEnd: end, records: records}, filler: r.filler()}
	case records:
		out = &recordReader{src: octets(src), recordEnd: end}
	default:
		out = src
	}
	if !o.Text {
		return out, nil
	}
	switch r.Type.Code {
	case 'A':
		if records {
			return out, nil // its lines are records
		}
		return newASCIIReader(out), nil
	case 'E':
		return &ebcdicReader{src: out}, nil
	}
	return out, nil
}

// octets makes src fit for reading single octets.
func octets(src io.Reader) *bufio.Reader {
	if b, ok := src.(*bufio.Reader); ok {
		return b
	}
	return bufio.NewReaderSize(src, 64<<10)
}

// filler is the octet that compressed mode leaves out: the space of the character type, zero for the others (RFC 959 section 3.4.3).
func (r Representation) filler() byte {
	switch r.Type.Code {
	case 'A':
		return ' '
	case 'E':
		return 0x40
	}
	return 0
}

// zReader reads MODE Z. The header of the stream is read when the first octet is asked for, not before.
type zReader struct {
	src io.Reader
	z   io.ReadCloser
	err error
}

func (z *zReader) Read(p []byte) (int, error) {
	if z.err != nil {
		return 0, z.err
	}
	if z.z == nil {
		src := octets(z.src)
		if _, z.err = src.Peek(1); z.err != nil {
			return 0, z.err // nothing at all is an empty file: some servers send one so
		}
		if z.z, z.err = zlib.NewReader(src); z.err != nil {
			z.err = zError(z.err)
			return 0, z.err
		}
	}
	n, err := z.z.Read(p)
	if err != nil {
		z.err = zError(err)
	}
	return n, z.err
}

func zError(err error) error {
	if errors.Is(err, zlib.ErrHeader) || errors.Is(err, zlib.ErrChecksum) || errors.Is(err, zlib.ErrDictionary) {
		return fmt.Errorf("mode Z: %w", err)
	}
	return err
}

// DataWriter writes a file as a representation has it. It has to be closed; that does not close what it writes to.
type DataWriter interface {
	io.WriteCloser
	// EndRecord ends a record. In file structure it does nothing.
	EndRecord() error
	// Marker writes a restart marker of printable characters, 1 to 255 (RFC 959 section 3.5); it is an error in stream mode.
	Marker(marker string) error
	// Flush sends what was written so far.
	Flush() error
}

// NewWriter returns a writer that passes a file over dst. Close writes what marks the file's end.
func (r Representation) NewWriter(dst io.Writer, o DataOptions) (DataWriter, error) {
	if err := r.Check(); err != nil {
		return nil, err
	}
	r = r.withDefaults()
	records := r.Structure == RecordStructure
	b := bufio.NewWriterSize(dst, 64<<10)
	var out DataWriter
	switch {
	case r.Mode == DeflateMode:
		out = &zWriter{zlib.NewWriter(b), b}
	case r.Mode == BlockMode:
		out = &blockWriter{dst: b, records: records}
	case r.Mode == CompressedMode:
		out = &compressedWriter{dst: b, filler: r.filler(), records: records}
	case records:
		out = &recordWriter{dst: b}
	default:
		out = &plainWriter{b}
	}
	if end := r.recordEnd(o); records && end != "" {
		code := byte(0)
		if o.Text {
			code = r.Type.Code
		}
		return &recordSplitter{DataWriter: out, end: end, ebcdic: code == 'E'}, nil
	}
	if !o.Text {
		return out, nil
	}
	switch r.Type.Code {
	case 'A':
		return &asciiWriter{DataWriter: out, keep: o.KeepCRLF}, nil
	case 'E':
		return &ebcdicWriter{DataWriter: out}, nil
	}
	return out, nil
}

var errNoMarker = errors.New("a restart marker needs block or compressed mode (RFC 959 section 3.5)")

// plainWriter gathers what passes as it is.
type plainWriter struct{ *bufio.Writer }

func (w *plainWriter) EndRecord() error    { return nil }
func (w *plainWriter) Marker(string) error { return errNoMarker }
func (w *plainWriter) Close() error        { return w.Flush() }

// zWriter writes MODE Z.
type zWriter struct {
	z   *zlib.Writer
	dst *bufio.Writer
}

func (w *zWriter) Write(p []byte) (int, error) { return w.z.Write(p) }
func (w *zWriter) EndRecord() error            { return nil }
func (w *zWriter) Marker(string) error         { return errNoMarker }

func (w *zWriter) Flush() error { return errors.Join(w.z.Flush(), w.dst.Flush()) }

func (w *zWriter) Close() error {
	if err := w.z.Close(); err != nil {
		return err
	}
	return w.dst.Flush()
}

// checkMarker returns an error if a restart marker is none.
func checkMarker(marker string) error {
	if len(marker) == 0 || len(marker) > 255 {
		return &wire.SyntaxError{Got: marker, Want: "a restart marker of 1 to 255 characters", Cite: "RFC 959 section 3.5"}
	}
	for i := 0; i < len(marker); i++ {
		if c := marker[i]; c <= ' ' || c >= 0x7f {
			return &wire.SyntaxError{Offset: i, Got: marker[i : i+1], Want: "printable characters in a restart marker", Cite: "RFC 959 section 3.5"}
		}
	}
	return nil
}
