package ftpclient

import (
	"bufio"
	"harness/protocols/ftp"
	"io"
)

// represent takes note of how the file passes over the data connection and of how the client has it here. A command that implies its own
// parameters, and a listing, which is text whatever files are, have it their way.
func (t *Transfer) represent() error {
	now := t.c.now
	t.as = ftp.Representation{Type: now.Type, Structure: now.Structure, Mode: now.Mode}
	switch {
	case t.opts.implied:
		t.as = ftp.Representation{Type: ftp.Local8}
	case t.opts.listing:
		t.as.Structure = ftp.FileStructure
	}
	t.here = ftp.DataOptions{Text: t.opts.Text, KeepCRLF: t.opts.KeepCRLF, RecordEnd: t.opts.RecordEnd}
	t.plain = t.as.Plain(t.here)
	// In stream mode the connection is closed behind the mark that ends a file of records: the server may not look for the mark.
	t.keeps = t.as.Mode == ftp.BlockMode || t.as.Mode == ftp.CompressedMode
	return t.as.Check()
}

// decode has r.src read the file out of what passes over the data connection.
func (r *Reader) decode() (err error) {
	raw := (*wireReader)(r.Transfer)
	if r.src = raw; r.plain {
		if r.opts.implied && r.c.now.Mode == ftp.DeflateMode {
			r.src = &maybeDeflated{src: bufio.NewReaderSize(raw, 64<<10)}
		}
		return nil
	}
	here := r.here
	here.Marker = func(marker string) error {
		if r.opts.Marked != nil {
			r.opts.Marked(Mark{Server: marker, Octets: r.given})
		}
		return nil
	}
	r.src, err = r.as.NewReader(bufio.NewReaderSize(raw, 64<<10), here)
	return err
}

// encode has w.dst write the file as it passes over the data connection.
func (w *Writer) encode() (err error) {
	raw := (*wireWriter)(w.Transfer)
	if w.dst = raw; w.plain {
		return nil
	}
	w.coder, err = w.as.NewWriter(raw, w.here)
	w.dst = w.coder
	return err
}

// maybeDeflated is a listing by MLSD under MODE Z. RFC 3659 section 7.2.1 has it sent in stream mode, but knows nothing of MODE Z, and there are servers
// of both kinds. No entry begins like a zlib stream (RFC 1950 section 2.2).
type maybeDeflated struct {
	src   *bufio.Reader
	begun io.Reader
}

func (m *maybeDeflated) Read(p []byte) (int, error) {
	if m.begun == nil {
		m.begun = m.src
		if h, _ := m.src.Peek(2); len(h) == 2 && h[0] == 0x78 && (int(h[0])<<8|int(h[1]))%31 == 0 {
			var err error
			if m.begun, err = (ftp.Representation{Type: ftp.Image, Mode: ftp.DeflateMode}).NewReader(m.src, ftp.DataOptions{}); err != nil {
				return 0, err
			}
		}
	}
	return m.begun.Read(p)
}
