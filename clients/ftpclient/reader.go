package ftpclient

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"sync"

	"harness/protocols/ftp"
	"harness/protocols/wire"
)

// bufferSize is what is moved at once, in octets.
const bufferSize = 256 << 10

var buffers = sync.Pool{New: func() any { b := make([]byte, bufferSize); return &b }}

// Reader is the stream of a file that is retrieved. It ends with io.EOF if and only if the data is whole and the server's final reply is positive.
// The context of the call that opened it governs its reads.
type Reader struct {
	*Transfer
	src   io.Reader
	given int64 // octets of the file
}

// Retr retrieves a file (RFC 959 section 4.1.3). The Reader has to be closed, also after an error.
func (c *Client) Retr(ctx context.Context, path string, o *TransferOptions) (*Reader, error) {
	return c.Retrieve(ctx, ftp.NewCommand("RETR", path), o)
}

// Retrieve sends a command of any kind after which the server sends data.
func (c *Client) Retrieve(ctx context.Context, cmd ftp.Command, o *TransferOptions) (*Reader, error) {
	if cmd.Arg == "" && cmd.Verb == "RETR" {
		return nil, c.b.Wrap("RETR", errors.New("not sent: the pathname is empty"))
	}
	return c.retrieve(ctx, cmd, o.get())
}

func (c *Client) retrieve(ctx context.Context, cmd ftp.Command, o TransferOptions) (*Reader, error) {
	t, err := c.begin(ctx, cmd, true, o)
	if err != nil {
		return nil, err
	}
	r := &Reader{Transfer: t}
	if err := r.decode(); err != nil {
		return nil, t.fault(err)
	}
	return r, nil
}

// RetrTo retrieves a file into w and returns how many octets w was given. If w fails, the transfer is aborted.
func (c *Client) RetrTo(ctx context.Context, path string, w io.Writer, o *TransferOptions) (int64, error) {
	r, err := c.Retr(ctx, path, o)
	if err != nil {
		return 0, err
	}
	n, err := r.WriteTo(w)
	return n, errors.Join(err, r.Close())
}

// RetrBytes retrieves a file into memory. Limits.File bounds it.
func (c *Client) RetrBytes(ctx context.Context, path string, o *TransferOptions) ([]byte, error) {
	var b bytes.Buffer
	if _, err := c.RetrTo(ctx, path, &b, o); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// wireReader reads what passes over the data connection.
type wireReader Transfer

func (w *wireReader) Read(p []byte) (n int, err error) {
	t := (*Transfer)(w)
	err = t.io(func() error {
		n, err = t.data.conn.R.Read(p)
		return err
	})
	if perr := t.passed(n); perr != nil {
		return n, perr
	}
	return n, t.untruncated(err)
}

// untruncated returns err, the end of the data if that was an orderly one.
func (t *Transfer) untruncated(err error) error {
	if err == io.EOF && t.data.conn.Truncated() && !t.c.opts.AcceptTLSTruncation {
		return ErrTruncated
	}
	return err
}

// Read implements io.Reader.
func (r *Reader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	n, err := r.src.Read(p)
	r.given += int64(n)
	return n, r.done(err)
}

// done takes note of the end of the data.
func (r *Reader) done(err error) error {
	switch err {
	case nil:
		return nil
	case io.EOF:
		return r.finish()
	}
	return r.fault(err)
}

// WriteTo implements io.WriterTo, by way of the kernel alone where data passes as it is from a TCP connection into a file. An error
// of w leaves the transfer open.
func (r *Reader) WriteTo(w io.Writer) (int64, error) {
	if r.err != nil {
		if r.err == io.EOF {
			return 0, nil
		}
		return 0, r.err
	}
	if rf := r.direct(w); rf != nil {
		return r.splice(rf)
	}
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	if _, ok := r.src.(*wireReader); ok {
		return r.pour(w, *buf)
	}
	var total int64
	for {
		n, err := r.src.Read(*buf)
		r.given += int64(n)
		m, werr := writeAll(w, (*buf)[:n])
		total += int64(m)
		if werr != nil {
			return total, werr
		}
		if err = r.done(err); err == io.EOF {
			return total, nil
		} else if err != nil {
			return total, err
		}
	}
}

// writeAll writes p to w, which has to take all of it.
func writeAll(w io.Writer, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := w.Write(p)
	if err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err
}

// pourReads is how many reads share a look at the clock and the context.
const pourReads = 64

// pour writes data that passes as it is to w.
func (r *Reader) pour(w io.Writer, buf []byte) (total int64, err error) {
	for {
		var got int
		var werr, limit error
		err := r.io(func() error {
			for range pourReads {
				n, err := r.data.conn.R.Read(buf)
				got += n
				limit = r.passed(n)
				r.given += int64(n)
				m, e := writeAll(w, buf[:n])
				total += int64(m)
				if werr = e; werr != nil || limit != nil || err != nil {
					return err
				}
			}
			return nil
		})
		switch {
		case werr != nil:
			return total, werr
		case limit != nil:
			return total, r.done(limit)
		case err == nil, got > 0 && errors.Is(err, os.ErrDeadlineExceeded) && r.ctx.Err() == nil:
			continue // w took its time
		}
		if err = r.done(r.untruncated(err)); err == io.EOF {
			return total, nil
		}
		return total, err
	}
}

// direct returns w if data can go to it from the data connection without passing through this process.
func (r *Reader) direct(w io.Writer) *os.File {
	if !r.plain || r.data.tcp == nil || r.c.opts.Tap != nil || r.data.conn.R.Buffered() > 0 {
		return nil
	}
	f, _ := w.(*os.File)
	if !regular(f) {
		return nil
	}
	return f
}

func regular(f *os.File) bool {
	if f == nil {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode().IsRegular()
}

// directChunk is how much is moved between two looks at the clock and the control connection, in octets.
const directChunk = 4 << 20

func (r *Reader) splice(f *os.File) (int64, error) {
	var total int64
	for {
		src := &io.LimitedReader{R: r.data.tcp, N: directChunk}
		var n int64
		err := r.io(func() (err error) {
			n, err = f.ReadFrom(src)
			return err
		})
		total += n
		if perr := r.passed(int(n)); perr != nil {
			return total, r.fault(perr)
		}
		var file *os.PathError
		switch {
		case err == nil && src.N > 0:
			return total, r.ended()
		case err == nil, n > 0 && errors.Is(err, os.ErrDeadlineExceeded) && r.ctx.Err() == nil && !r.data.isCut():
			continue
		case errors.As(err, &file):
			return total, err
		}
		return total, r.fault(err)
	}
}

// ended is done at the end of the data, for those who do not say io.EOF.
func (r *Reader) ended() error {
	if err := r.done(io.EOF); err != io.EOF {
		return err
	}
	return nil
}

// Close ends the transfer. What was not read is not wanted: the transfer is aborted, as by Abort under its context, also if that is done. The error is
// the transfer's outcome if it went wrong, and nil if all was read or the abort went well. A second call does nothing.
func (r *Reader) Close() error {
	if r.over {
		return nil
	}
	return r.abort(context.WithoutCancel(r.ctx))
}

// linesOf hands the lines of a text that is retrieved to f, without their terminators.
func (c *Client) linesOf(ctx context.Context, cmd ftp.Command, o TransferOptions, f func(line []byte) error) error {
	r, err := c.retrieve(ctx, cmd, o)
	if err != nil {
		return err
	}
	err = r.lines(c.opts.Limits.Listing, f)
	return errors.Join(err, r.Close())
}

// lines hands the rest of the data to f, line by line. Lines that end in LF alone are forgiven.
func (r *Reader) lines(limit int64, f func(line []byte) error) error {
	c := r.c
	in := wire.NewReader(struct{ io.Reader }{r})
	in.LineLimit = c.opts.Limits.Line
	for {
		l, err := in.ReadLine()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			if r.err != nil {
				return r.err
			}
			return r.fault(err)
		}
		if limit > 0 && in.Offset() > limit {
			return r.fault(&wire.LimitError{What: "listing", Limit: limit})
		}
		if l.End != wire.CRLF && !r.opts.Text {
			c.b.Begin(r.name)
			e := &wire.SyntaxError{Offset: len(l.Text), Got: l.End.Octets(), Want: "CRLF", Cite: "RFC 959 section 3.1.1.1"}
			if err := c.b.Forgive(e); err != nil {
				return r.fault(err)
			}
		}
		if err := f(l.Text); err != nil {
			return err
		}
	}
}

// RetrLines retrieves a text file in ASCII and hands its lines, without their terminators, to f, whose error ends it.
func (c *Client) RetrLines(ctx context.Context, path string, f func(line string) error) error {
	r, err := c.Retr(ctx, path, &TransferOptions{Type: ftp.ASCII})
	if err != nil {
		return err
	}
	err = r.lines(0, func(line []byte) error { return f(string(line)) })
	return errors.Join(err, r.Close())
}
