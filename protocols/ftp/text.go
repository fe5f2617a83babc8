package ftp

import (
	"bytes"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"harness/protocols/wire"
)

// asciiReader makes LF of CRLF, and CR of CR NUL (RFC 959 section 3.1.1.1: lines of NVT-ASCII). Any other CR, and any other LF, stays.
type asciiReader struct {
	src  io.Reader
	held bool // the last octet read was a CR, and was not handed out
	buf  []byte
	err  error
}

func newASCIIReader(src io.Reader) *asciiReader { return &asciiReader{src: src} }

func (r *asciiReader) Read(p []byte) (int, error) {
	for {
		if len(r.buf) > 0 {
			n := copy(p, r.buf)
			r.buf = r.buf[n:]
			return n, nil
		}
		if r.err != nil {
			return 0, r.err
		}
		if len(p) < 2 { // so that a CR that was held back has its place
			var small [2]byte
			n, err := r.convert(small[:])
			r.err = err
			r.buf = append(r.buf[:0:0], small[:n]...)
			continue
		}
		n, err := r.convert(p)
		r.err = err
		if n > 0 {
			return n, nil
		}
	}
}

// convert fills p, of two octets at least.
func (r *asciiReader) convert(p []byte) (int, error) {
	at := 0
	if r.held {
		p[0], at, r.held = '\r', 1, false
	}
	n, err := r.src.Read(p[at:])
	b := p[:at+n]
	if n == 0 {
		if err == nil && at > 0 {
			r.held = true
			return 0, nil
		}
		return at, err
	}
	i := bytes.IndexByte(b, '\r')
	if i < 0 {
		return len(b), err
	}
	out := i
	for i < len(b) {
		// b[i] is a CR.
		if i+1 == len(b) {
			if err == nil {
				r.held = true
				return out, nil
			}
			b[out] = '\r'
			return out + 1, err
		}
		switch b[i+1] {
		case '\n':
			b[out] = '\n'
			i += 2
		case 0:
			b[out] = '\r'
			i += 2
		default:
			b[out] = '\r'
			i++
		}
		out++
		j := bytes.IndexByte(b[i:], '\r')
		if j < 0 {
			j = len(b) - i
		}
		out += copy(b[out:], b[i:i+j])
		i += j
	}
	return out, err
}

// asciiWriter makes CRLF of LF.
type asciiWriter struct {
	DataWriter
	keep bool // CRLF stays
	last byte
}

func (w *asciiWriter) Write(p []byte) (int, error) {
	done := 0
	for done < len(p) {
		rest := p[done:]
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			n, err := w.DataWriter.Write(rest)
			w.last = rest[len(rest)-1]
			return done + n, err
		}
		if i > 0 {
			w.last = rest[i-1]
			if n, err := w.DataWriter.Write(rest[:i]); err != nil {
				return done + n, err
			}
		}
		end := crlf
		if w.keep && w.last == '\r' {
			end = crlf[1:]
		}
		w.last = '\n'
		if _, err := w.DataWriter.Write(end); err != nil {
			return done + i, err
		}
		done += i + 1
	}
	return done, nil
}

var crlf = []byte("\r\n")

// EBCDIC as IBM037 has it. NL, its line's end, is the control 0x15 (RFC 959 section 3.1.1.2).
const ebcdicNL = 0x15

// ebcdicReader makes UTF-8 of EBCDIC, and LF of NL.
type ebcdicReader struct {
	src io.Reader
	in  [4 << 10]byte
	out []byte
	at  int
	err error
}

func (r *ebcdicReader) Read(p []byte) (int, error) {
	for r.at == len(r.out) {
		if r.err != nil {
			return 0, r.err
		}
		var n int
		n, r.err = r.src.Read(r.in[:])
		r.out, r.at = r.out[:0], 0
		for _, c := range r.in[:n] {
			if c == ebcdicNL {
				r.out = append(r.out, '\n')
			} else {
				r.out = utf8.AppendRune(r.out, charmap.CodePage037.DecodeByte(c))
			}
		}
	}
	n := copy(p, r.out[r.at:])
	r.at += n
	return n, nil
}

// ebcdicWriter makes EBCDIC of UTF-8, and NL of LF. A character that EBCDIC does not have is an error.
type ebcdicWriter struct {
	DataWriter
	part []byte // the beginning of a character
}

func (w *ebcdicWriter) Write(p []byte) (int, error) {
	n := len(p)
	text := p
	if len(w.part) > 0 {
		text = append(w.part, p...)
		w.part = nil
	}
	var out [4 << 10]byte
	k := 0
	for len(text) > 0 {
		if !utf8.FullRune(text) {
			w.part = bytes.Clone(text)
			break
		}
		c, size, err := toEBCDIC(text)
		if err != nil {
			return 0, err
		}
		out[k] = c
		text = text[size:]
		if k++; k == len(out) {
			if _, err := w.DataWriter.Write(out[:k]); err != nil {
				return 0, err
			}
			k = 0
		}
	}
	if _, err := w.DataWriter.Write(out[:k]); err != nil {
		return 0, err
	}
	return n, nil
}

// Close implements DataWriter. A character that was cut off is an error.
func (w *ebcdicWriter) Close() error {
	if len(w.part) > 0 {
		return notEBCDIC(w.part)
	}
	return w.DataWriter.Close()
}

func notEBCDIC(b []byte) error {
	return fmt.Errorf("%s is no character of EBCDIC (IBM037): transfer the file as image", wire.Quote(b))
}

// toEBCDIC converts the first character of text.
func toEBCDIC(text []byte) (c byte, size int, err error) {
	ch, size := utf8.DecodeRune(text)
	if ch == '\n' {
		return ebcdicNL, size, nil
	}
	c, ok := charmap.CodePage037.EncodeRune(ch)
	if !ok || ch == utf8.RuneError && size == 1 {
		return 0, size, notEBCDIC(text[:size])
	}
	return c, size, nil
}
