package smtpmock

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// inMemory is how many octets of a message's content are kept in memory; what is longer goes into a file.
const inMemory = 1 << 20

// content is what a message consists of, as it was received.
type content struct {
	mem  []byte
	file string // its name; "" if all is in mem
	size int64
}

func (c *content) open() (io.ReadSeekCloser, error) {
	switch {
	case c.file != "":
		f, err := os.Open(c.file)
		if errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("the content of %d octets is gone: the server forgot the message, or was closed: %w", c.size, err)
		}
		return f, err
	case int64(len(c.mem)) < c.size:
		return nil, fmt.Errorf("the content of %d octets was not kept: Options.Keep is negative", c.size)
	}
	return nopCloser{bytes.NewReader(c.mem)}, nil
}

type nopCloser struct{ io.ReadSeeker }

func (nopCloser) Close() error { return nil }

// forget removes what of the content is not in memory.
func (c *content) forget() {
	if c.file != "" {
		os.Remove(c.file)
	}
}

// spool takes the content of one message after the other, in flat memory. It is not safe for concurrent use.
type spool struct {
	// discard has nothing kept but the size, and the beginning.
	discard bool

	buf  []byte // all, or the beginning
	file *os.File
	size int64
}

// headSize is how much of the beginning of a long message is at hand, in octets.
const headSize = 64 << 10

// head returns the beginning of the message.
func (s *spool) head() []byte { return s.buf }

// Write implements io.Writer.
func (s *spool) Write(p []byte) (int, error) {
	whole := int64(len(s.buf)) == s.size
	s.size += int64(len(p))
	switch {
	case s.file != nil:
		return s.file.Write(p)
	case s.discard:
		if whole {
			s.buf = append(s.buf, p[:min(len(p), max(headSize-len(s.buf), 0))]...)
		}
		return len(p), nil
	case len(s.buf)+len(p) <= inMemory:
		s.buf = append(s.buf, p...)
		return len(p), nil
	}
	f, err := os.CreateTemp("", "smtpmock-*.eml")
	if err != nil {
		return 0, err
	}
	s.file = f
	if _, err := f.Write(s.buf); err != nil {
		return 0, err
	}
	s.buf = bytes.Clone(s.buf[:min(len(s.buf), headSize)])
	return f.Write(p)
}

// smallSpool is how much room a spool keeps for the next message, in octets.
const smallSpool = 16 << 10

// take returns what was written, and makes the spool ready for the next message.
func (s *spool) take() (content, error) {
	c := content{size: s.size}
	s.size = 0
	if s.file != nil {
		c.file = s.file.Name()
		err := s.file.Close()
		if err != nil {
			c.forget()
		}
		s.buf, s.file = nil, nil
		return c, err
	}
	switch {
	case s.discard:
		s.buf = s.buf[:0]
	case cap(s.buf) > smallSpool:
		c.mem, s.buf = s.buf, nil
	default:
		c.mem, s.buf = bytes.Clone(s.buf), s.buf[:0]
	}
	return c, nil
}

// drop forgets what was written.
func (s *spool) drop() {
	if s.file != nil {
		if c, err := s.take(); err == nil {
			c.forget()
		}
	}
	s.buf, s.size = s.buf[:0], 0
}
