package ftpclient

import (
	"bufio"
	"harness/protocols/ftp"
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
