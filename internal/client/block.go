package client

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"harness/protocols/wire"
)

// Block is the stream of a dot-terminated block: a message of POP3, an article of NNTP. Memory does not depend on its size.
type Block struct {
	// Reader reads the block; its limit and leniency are set before the first read.
	Reader *wire.BlockReader
	// End is called once, at the stream's end, with io.EOF or what broke it, and returns the error that the stream keeps.
	End func(err error) error

	b    *Base
	ctx  context.Context
	idle time.Duration
	err  error // sticky: io.EOF or what broke it
}

// Block returns the stream of the block that begins here. Its reads are governed by ctx, and idle bounds the time without progress, 0 for no bound.
func (b *Base) Block(ctx context.Context, idle time.Duration) *Block {
	return &Block{Reader: b.Conn.R.Block(), b: b, ctx: ctx, idle: idle}
}

// Read implements io.Reader.
func (s *Block) Read(p []byte) (int, error) {
	if s.err != nil {
		return 0, s.err
	}
	var n int
	err := s.b.Conn.Do(s.ctx, s.idle, func() (err error) {
		n, err = s.Reader.Read(p)
		return err
	})
	if err != nil {
		return n, s.end(err)
	}
	return n, nil
}

// blockEnd is how a block ends that is not empty (RFC 3977 section 3.1.1).
var blockEnd = []byte("\r\n.\r\n")

// errPause has WriteTo come up for a new deadline.
var errPause = errors.New("pause")

// pacer interrupts a transfer that makes progress before its deadline passes.
type pacer struct {
	w      io.Writer
	renew  time.Time // zero: never
	failed error
}

func (p *pacer) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	if err != nil {
		p.failed = err
		return n, err
	}
	if !p.renew.IsZero() && time.Now().After(p.renew) {
		return n, errPause
	}
	return n, nil
}

// WriteTo implements io.WriterTo, without a copy in between. An error of w leaves the stream open.
func (s *Block) WriteTo(w io.Writer) (int64, error) {
	if s.err != nil {
		if s.err == io.EOF {
			return 0, nil
		}
		return 0, s.err
	}
	var total int64
	p := &pacer{w: w}
	if s.ctx.Err() == nil && bytes.Contains(s.b.Conn.R.Peek(), blockEnd) {
		// All of it is there, so nothing is waited for.
		n, err := s.Reader.WriteTo(p)
		switch total += n; {
		case err == nil:
			s.end(io.EOF)
			return total, nil
		case p.failed != nil:
			return total, p.failed
		default:
			return total, s.end(err)
		}
	}
	for {
		if s.idle > 0 {
			p.renew = time.Now().Add(s.idle / 4)
		}
		err := s.b.Conn.Do(s.ctx, s.idle, func() error {
			n, err := s.Reader.WriteTo(p)
			total += n
			return err
		})
		switch {
		case err == nil:
			s.end(io.EOF)
			return total, nil
		case p.failed != nil:
			return total, p.failed
		case errors.Is(err, errPause) && s.ctx.Err() == nil:
		default:
			return total, s.end(err)
		}
	}
}

func (s *Block) end(err error) error {
	if s.End != nil {
		err = s.End(err)
	}
	s.err = err
	return err
}

// Ended reports whether the stream was read to its end, or broke.
func (s *Block) Ended() bool { return s.err != nil }

// ErrDrain is the error of Close where more is left than may be read away.
var ErrDrain = errors.New("it was not read to its end, and more was left than Limits.Drain allows to read away")

// Close ends the stream. What was not read is read away if it is no more than drain octets; if it is more, the stream breaks with [ErrDrain]. A
// second call does nothing.
func (s *Block) Close(drain int64) error {
	if s.err != nil {
		return nil
	}
	_, err := s.WriteTo(&drainer{left: drain})
	if err == ErrDrain {
		return s.end(err)
	}
	return err
}

type drainer struct{ left int64 }

func (d *drainer) Write(p []byte) (int, error) {
	d.left -= int64(len(p))
	if d.left < 0 {
		return 0, ErrDrain
	}
	return len(p), nil
}
