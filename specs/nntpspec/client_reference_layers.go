package nntpspec

import (
	"bufio"
	"compress/flate"
	"compress/zlib"
	"context"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"

	"harness/protocols/nntp"
)

// layer is a connection over another whose octets may be compressed in either direction.
type layer struct {
	net.Conn
	r io.Reader // nil for what is read as it comes
	w interface {
		io.Writer
		Flush() error
	}
	unflushed bool
}

func (l *layer) Read(p []byte) (int, error) {
	if l.r == nil {
		return l.Conn.Read(p)
	}
	return l.r.Read(p)
}

func (l *layer) Write(p []byte) (int, error) {
	if l.w == nil {
		return l.Conn.Write(p)
	}
	n, err := l.w.Write(p)
	if err == nil && !l.unflushed {
		err = l.w.Flush()
	}
	return n, err
}

// little is how much a client with the deviation inflates-little reads of what came compressed.
const little = 8 << 10

// deflating makes a compressing writer over another.
func (s *refSession) deflating(l *layer, to io.Writer) error {
	l.unflushed = s.Dev("unflushed")
	if s.Dev("zlib-format") {
		l.w = zlib.NewWriter(to)
		return nil
	}
	w, err := flate.NewWriter(to, flate.DefaultCompression)
	l.w = w
	return err
}

// inflating makes a decompressing reader over another.
func (s *refSession) inflating(from *bufio.Reader) io.Reader {
	r := flate.NewReader(from)
	switch {
	case s.Dev("inflates-little"):
		return io.LimitReader(r, little)
	case s.Dev("stored-refused"):
		return &storedRefused{from: from, r: r}
	}
	return r
}

// storedRefused fails if the first block of a stream is stored as it is.
type storedRefused struct {
	from *bufio.Reader
	r    io.Reader
	on   bool
}

func (f *storedRefused) Read(p []byte) (int, error) {
	if !f.on {
		b, err := f.from.Peek(1)
		if err != nil {
			return 0, err
		}
		if b[0]>>1&3 == 0 {
			return 0, errors.New("a stored block")
		}
		f.on = true
	}
	return f.r.Read(p)
}

// algorithm chooses one.
func (s *refSession) algorithm() (string, error) {
	const ours = "DEFLATE"
	list := s.caps.Args("COMPRESS")
	switch {
	case s.Dev("no-deflate"):
		return "", fmt.Errorf("COMPRESS: %w", errors.ErrUnsupported)
	case len(list) == 0 && s.known && s.caps != nil:
		return "", errors.New("COMPRESS: the server does not offer it")
	case len(list) > 0 && s.Dev("first-algorithm"):
		return list[0], nil
	case s.Dev("unknown-algorithm-refused") && slices.ContainsFunc(list, func(a string) bool { return a != ours }):
		return "", errors.New("COMPRESS: an unknown algorithm")
	}
	return ours, nil
}

func (s *refSession) Compress(ctx context.Context) error {
	if s.squeezed && !s.Dev("compress-any-time") {
		return errors.New("COMPRESS: compression is active")
	}
	algorithm, err := s.algorithm()
	if err != nil {
		return err
	}
	_, err = s.cmd(ctx, command("COMPRESS", algorithm), nntp.CodeCompressing)
	if err != nil && !s.Dev("compression-assumed") {
		return err
	}
	if cerr := s.squeeze(); cerr != nil {
		return cerr
	}
	s.squeezed = true
	s.forget()
	return err
}

// squeeze begins compression.
func (s *refSession) squeeze() error {
	over := &layer{Conn: s.NC}
	writer, reader := over, over
	if s.below != nil {
		switch {
		case s.Dev("compresses-below-tls"):
			writer = s.below
		case s.Dev("inflates-below-tls"):
			reader = s.below
		}
	}
	if err := s.deflating(writer, writer.Conn); err != nil {
		return err
	}
	from := s.R
	if reader == s.below {
		from = bufio.NewReader(reader.Conn)
	}
	reader.r = s.inflating(from)
	if over.r == nil {
		over.r = s.R
	}
	s.Use(over)
	return nil
}

// helloChanger adds to the Client Hello what is prohibited.
type helloChanger struct {
	net.Conn
	rc4  bool // a cipher suite, or else a compression method
	done bool
}

func (c *helloChanger) Write(p []byte) (int, error) {
	h, err := parseHello(p)
	if err != nil || c.done {
		return c.Conn.Write(p)
	}
	c.done = true
	at, added := h.compressionAt+1, []byte{1}
	if c.rc4 {
		at, added = h.suitesAt+2, []byte{0, byte(tls.TLS_RSA_WITH_RC4_128_SHA)}
	}
	changed := slices.Insert(slices.Clone(p), at, added...)
	binary.BigEndian.PutUint16(changed[3:], uint16(h.length-5+len(added)))
	binary.BigEndian.PutUint16(changed[7:], uint16(h.length-9+len(added)))
	if c.rc4 {
		binary.BigEndian.PutUint16(changed[h.suitesAt:], uint16(2*len(h.suites)+len(added)))
	} else {
		changed[h.compressionAt] += byte(len(added))
	}
	_, err = c.Conn.Write(changed)
	return len(p), err
}
