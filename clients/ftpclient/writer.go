package ftpclient

import (
	"context"
	"errors"
	"io"
	"strings"

	"harness/protocols/ftp"
	"harness/protocols/wire"
)

// Writer is the stream of a file that is stored. The file is whole once Close has returned nil. The context of the call that opened it governs
// its writes.
type Writer struct {
	*Transfer
	dst   io.Writer
	coder ftp.DataWriter // dst, unless octets pass as they are
}

// Stor stores what r holds as a file (RFC 959 section 4.1.3) and returns how many octets r gave. If r fails, the transfer is aborted.
func (c *Client) Stor(ctx context.Context, path string, r io.Reader, o *TransferOptions) (int64, error) {
	return c.storeFrom(ctx, ftp.NewCommand("STOR", path), r, o)
}

// Appe appends what r holds to a file, which is made if there is none (RFC 959 section 4.1.3).
func (c *Client) Appe(ctx context.Context, path string, r io.Reader, o *TransferOptions) (int64, error) {
	return c.storeFrom(ctx, ftp.NewCommand("APPE", path), r, o)
}

// Stou stores what r holds as a file whose name the server chooses, unlike that of any other, and returns the name (RFC 1123 section 4.1.2.9); it
// is "" if the server does not tell. Path is a hint that RFC 959 does not know but servers take; "" for none.
func (c *Client) Stou(ctx context.Context, path string, r io.Reader, o *TransferOptions) (name string, n int64, err error) {
	w, err := c.Store(ctx, ftp.NewCommand("STOU", path), o)
	if err != nil {
		return "", 0, err
	}
	n, err = w.copyFrom(r)
	for _, reply := range []*ftp.Reply{w.Preliminary(), w.Reply()} {
		// Some tell in the final reply.
		if reply != nil && name == "" && (reply == w.Preliminary() || strings.Contains(strings.ToUpper(reply.Text()), "FILE")) {
			name, _ = c.rules().UniqueName(reply)
		}
	}
	return name, n, err
}

// StorWriter stores a file that is written to the Writer. It has to be closed, or aborted.
func (c *Client) StorWriter(ctx context.Context, path string, o *TransferOptions) (*Writer, error) {
	return c.Store(ctx, ftp.NewCommand("STOR", path), o)
}

// Store sends a command of any kind after which the server takes data.
func (c *Client) Store(ctx context.Context, cmd ftp.Command, o *TransferOptions) (*Writer, error) {
	if cmd.Arg == "" && (cmd.Verb == "STOR" || cmd.Verb == "APPE") {
		return nil, c.b.Wrap(cmd.Verb, errors.New("not sent: the pathname is empty"))
	}
	t, err := c.begin(ctx, cmd, false, o.get())
	if err != nil {
		return nil, err
	}
	w := &Writer{Transfer: t}
	if err := w.encode(); err != nil {
		return nil, t.fault(err)
	}
	return w, nil
}

func (c *Client) storeFrom(ctx context.Context, cmd ftp.Command, r io.Reader, o *TransferOptions) (int64, error) {
	w, err := c.Store(ctx, cmd, o)
	if err != nil {
		return 0, err
	}
	return w.copyFrom(r)
}

// copyFrom stores all of r and closes.
func (w *Writer) copyFrom(r io.Reader) (int64, error) {
	n, err := w.ReadFrom(r)
	if err != nil {
		return n, errors.Join(err, w.abort(context.WithoutCancel(w.ctx)))
	}
	return n, w.Close()
}

// wireWriter writes what passes over the data connection.
type wireWriter Transfer

func (w *wireWriter) Write(p []byte) (n int, err error) {
	t := (*Transfer)(w)
	err = t.io(func() error {
		n, err = t.data.conn.W.Write(p)
		return err
	})
	t.passed(n)
	return n, err
}

func (t *Transfer) flush() error { return t.io(t.data.conn.W.Flush) }

// Mark puts a restart marker into the data, 1 to 255 printable characters, in block or compressed mode (RFC 959 section 3.5). Its answer comes to
// TransferOptions.Marked, maybe much later.
func (w *Writer) Mark(marker string) error {
	if w.err != nil {
		return w.sticky()
	}
	if !w.keeps {
		return w.c.b.Wrap(w.name, errors.New("a restart marker needs block or compressed mode (RFC 959 section 3.5)"))
	}
	err := w.coder.Marker(marker)
	var bad *wire.SyntaxError
	if err == nil || errors.As(err, &bad) {
		return w.c.b.Wrap(w.name, err)
	}
	return w.fault(err)
}

// EndRecord ends a record, with [ftp.RecordStructure]. Text and TransferOptions.RecordEnd do the same by what stands in the file.
func (w *Writer) EndRecord() error {
	if w.err != nil {
		return w.sticky()
	}
	if w.coder == nil {
		return nil
	}
	if err := w.coder.EndRecord(); err != nil {
		return w.fault(err)
	}
	return nil
}

// Flush sends what was gathered of short pieces. Close does so too.
func (w *Writer) Flush() error {
	if w.err != nil {
		return w.sticky()
	}
	var err error
	if w.coder != nil {
		err = w.coder.Flush()
	}
	if err == nil {
		err = w.flush()
	}
	if err != nil {
		return w.fault(err)
	}
	return nil
}

// Write implements io.Writer. Short pieces are gathered.
func (w *Writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.sticky()
	}
	n, err := w.dst.Write(p)
	if err != nil {
		err = w.fault(err)
	}
	return n, err
}

func (w *Writer) sticky() error {
	if w.err == io.EOF {
		return w.c.b.Wrap(w.name, ErrTransferClosed)
	}
	return w.err
}

// ReadFrom implements io.ReaderFrom. An error of r leaves the transfer open.
func (w *Writer) ReadFrom(r io.Reader) (int64, error) {
	if w.err != nil {
		return 0, w.sticky()
	}
	buf := buffers.Get().(*[]byte)
	defer buffers.Put(buf)
	var total int64
	for {
		n, rerr := r.Read(*buf)
		total += int64(n)
		if n > 0 {
			if _, err := w.dst.Write((*buf)[:n]); err != nil {
				return total, w.fault(err)
			}
		}
		if rerr == io.EOF {
			return total, nil
		}
		if rerr != nil {
			return total, rerr
		}
	}
}

// Close ends the file and awaits the final reply, whose refusal is the error. After an error the transfer is brought to its end as by Abort. A second
// call does nothing.
func (w *Writer) Close() error {
	if w.over {
		return nil
	}
	if w.err != nil {
		return w.abort(context.WithoutCancel(w.ctx))
	}
	var err error
	if w.coder != nil {
		err = w.coder.Close()
	}
	if err == nil {
		err = w.flush()
	}
	if err == nil && !w.keeps {
		err = w.io(w.data.closeWrite)
	}
	if err != nil {
		return w.fault(err)
	}
	if err := w.finish(); err != io.EOF {
		return errors.Join(err, w.abort(context.WithoutCancel(w.ctx)))
	}
	return nil
}
