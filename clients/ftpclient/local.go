package ftpclient

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"harness/protocols/ftp"
)

// CheckName returns a [*NameError] unless name, which a server gave, can be the name of a file in a directory here: one element, not "." or "..",
// without separators of any system, drive letters and controls. On Windows the names of devices are refused too.
func CheckName(name string) error {
	refuse := func(why string) error { return &NameError{Name: name, Why: why} }
	switch {
	case name == "":
		return refuse("it is empty")
	case name == "." || name == "..":
		return refuse("it is a directory of its own")
	case strings.ContainsAny(name, `/\`):
		return refuse("it holds a separator of pathnames")
	case len(name) >= 2 && name[1] == ':' && (name[0]|0x20 >= 'a' && name[0]|0x20 <= 'z'):
		return refuse("it begins with a drive letter")
	case strings.IndexFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) >= 0:
		return refuse("it holds control characters")
	case !filepath.IsLocal(name):
		return refuse("it is no name of a file on this system")
	}
	return nil
}

// GetOptions say how a file comes into a directory. Nil, and the zero value, are usable.
type GetOptions struct {
	// Name is the file's name in the directory; "" means the last element of the remote path.
	Name string
	// Resume goes on where the file in the directory ends, if there is one (RFC 3659 section 5).
	Resume bool
	// Exclusive fails if there is a file of that name already.
	Exclusive bool
	// KeepTime sets the time of modification to that of the remote file, as far as the server has MDTM.
	KeepTime bool
	// Transfer are the options of the transfer itself; Offset is set by Resume.
	Transfer *TransferOptions
}

// Get retrieves a file into a directory, under its own name, and returns its local path and how many octets were written. The name may come from a
// server: it is checked with [CheckName], and symbolic links in the directory are not followed out of it.
func (c *Client) Get(ctx context.Context, remote, dir string, o *GetOptions) (local string, n int64, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return "", 0, c.b.Wrap("get "+remote, err)
	}
	defer root.Close()
	var opts GetOptions
	if o != nil {
		opts = *o
	}
	name := opts.Name
	if name == "" {
		name = remote[strings.LastIndexByte(remote, '/')+1:]
	}
	n, err = c.get(ctx, remote, root, name, opts)
	return filepath.Join(dir, name), n, err
}

func (c *Client) get(ctx context.Context, remote string, root *os.Root, name string, o GetOptions) (n int64, err error) {
	command := "get " + remote
	if err := CheckName(filepath.Base(filepath.FromSlash(name))); err != nil {
		return 0, c.b.Wrap(command, err)
	}
	t := o.Transfer.get()
	if o.Resume && (t.Text || t.Type != ftp.Type{} && t.Type != ftp.Image && t.Type != ftp.Local8 || t.Offset != 0) {
		return 0, c.b.Wrap(command, errors.New("not sent: only a transfer of octets as they are can be resumed"))
	}
	flag := os.O_WRONLY | os.O_CREATE
	switch {
	case o.Exclusive:
		flag |= os.O_EXCL
	case !o.Resume:
		flag |= os.O_TRUNC
	}
	// The transfer begins before the file is touched: a refusal leaves what there was.
	if o.Resume {
		if info, err := root.Stat(name); err == nil {
			t.Offset = info.Size()
		} else if !errors.Is(err, fs.ErrNotExist) {
			return 0, c.b.Wrap(command, err)
		}
		if t.Offset > 0 {
			if size, err := c.Size(ctx, remote); err == nil && size <= t.Offset {
				if size < t.Offset {
					return 0, c.b.Wrap(command, fmt.Errorf("not resumed: the file has %d octets here and %d there", t.Offset, size))
				}
				return 0, nil
			} else if err != nil && c.b.Broken() != nil {
				return 0, err
			}
		}
	}
	r, err := c.Retr(ctx, remote, &t)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	f, err := root.OpenFile(name, flag, 0o666)
	if err != nil {
		return 0, c.b.Wrap(command, err)
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = c.b.Wrap(command, cerr)
		}
	}()
	if t.Offset > 0 {
		if _, err := f.Seek(t.Offset, io.SeekStart); err != nil {
			return 0, c.b.Wrap(command, err)
		}
	}
	if n, err = r.WriteTo(f); err != nil {
		return n, c.b.Wrap(command, err)
	}
	if o.KeepTime {
		mtime, err := c.Mdtm(ctx, remote)
		if err == nil {
			err = root.Chtimes(name, mtime, mtime)
		}
		var reply *ftp.Reply
		if err != nil && !errors.As(err, &reply) {
			return n, c.b.Wrap(command, err)
		}
	}
	return n, nil
}

// GetTree retrieves the directory remote, with all that is below it, into the directory dir, which has to exist. Links and special files are left
// out. Each name is checked with [CheckName]; the first error ends it.
func (c *Client) GetTree(ctx context.Context, remote, dir string, o *GetOptions) (files int, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return 0, c.b.Wrap("get "+remote, err)
	}
	defer root.Close()
	var opts GetOptions
	if o != nil {
		opts = *o
	}
	err = c.Walk(ctx, remote, func(path string, e ftp.Entry, err error) error {
		if err != nil {
			return err
		}
		if err := CheckName(e.Name); err != nil {
			return c.b.Wrap("get "+path, err)
		}
		local := filepath.FromSlash(strings.TrimPrefix(strings.TrimPrefix(path, remote), "/"))
		switch e.Type {
		case ftp.DirEntry:
			if err := root.Mkdir(local, 0o777); err != nil && !errors.Is(err, fs.ErrExist) {
				return c.b.Wrap("get "+path, err)
			}
		case ftp.FileEntry:
			if _, err := c.get(ctx, path, root, local, opts); err != nil {
				return err
			}
			files++
		}
		return nil
	})
	return files, err
}

// PutOptions say how a file goes from here to the server. Nil, and the zero value, are usable.
type PutOptions struct {
	// Resume goes on where the file at the server ends, if there is one: by REST and STOR where the server offers REST STREAM (RFC 3659 section 5),
	// else by APPE.
	Resume bool
	// KeepTime sets the time of modification at the server to that of the local file: MFMT.
	KeepTime bool
	// Transfer are the options of the transfer itself; Offset is set by Resume.
	Transfer *TransferOptions
}

// Put stores the local file under the name remote, and returns how many octets were sent.
func (c *Client) Put(ctx context.Context, local, remote string, o *PutOptions) (n int64, err error) {
	command := "put " + remote
	var opts PutOptions
	if o != nil {
		opts = *o
	}
	f, err := os.Open(local)
	if err != nil {
		return 0, c.b.Wrap(command, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, c.b.Wrap(command, err)
	}
	t := opts.Transfer.get()
	verb := "STOR"
	if opts.Resume {
		if t.Text || t.Type != (ftp.Type{}) && t.Type != ftp.Image && t.Type != ftp.Local8 || t.Offset != 0 {
			return 0, c.b.Wrap(command, errors.New("not sent: only a transfer of octets as they are can be resumed"))
		}
		size, err := c.Size(ctx, remote)
		var reply *ftp.Reply
		switch {
		case err == nil && size > info.Size():
			return 0, c.b.Wrap(command, fmt.Errorf("not resumed: the file has %d octets here and %d there", info.Size(), size))
		case err == nil && size == info.Size():
			return 0, nil
		case err == nil && size > 0:
			if _, err := c.has(ctx, "REST"); err != nil {
				return 0, err
			}
			if _, err := f.Seek(size, io.SeekStart); err != nil {
				return 0, c.b.Wrap(command, err)
			}
			if t.Offset = size; !c.features.RestStream() {
				t.Offset, verb = 0, "APPE"
			}
		case err != nil && !(errors.As(err, &reply) && reply.Code == ftp.CodeFileUnavailable):
			return 0, err
		}
	}
	if n, err = c.storeFrom(ctx, ftp.NewCommand(verb, remote), f, &t); err != nil {
		return n, err
	}
	if opts.KeepTime {
		return n, c.Mfmt(ctx, remote, info.ModTime())
	}
	return n, nil
}
