package filestore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Directory is a [Tree] on a real directory. No name and no symbolic link leads out of it ([os.Root]).
//
// Everything in it belongs to everybody who has an account, as far as the permission bits go: a view judges them as those of an owner. What
// the operating system refuses to the process is refused too.
//
// A file that is replaced is a new one, with the old one's permissions, from the beginning of the replacement on.
type Directory struct {
	root     *os.Root
	writable bool

	mu      sync.Mutex
	used    int64
	counted bool // used is known
}

var _ Tree = (*Directory)(nil)

// NewDirectory opens a directory: only for reading unless writable is set. The caller closes it when the servers are closed.
func NewDirectory(dir string, writable bool) (*Directory, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("directory %s: %w", dir, err)
	}
	return &Directory{root: root, writable: writable}, nil
}

// local makes the name as os.Root has it.
func local(name string) string {
	if name == "/" {
		return "."
	}
	return strings.TrimPrefix(name, "/")
}

// translate makes the errors of the operating system those of this package.
func translate(op, name string, err error) error {
	for _, t := range []struct {
		errno syscall.Errno
		err   error
	}{{syscall.ENOTDIR, ErrNotDir}, {syscall.EISDIR, ErrIsDir}, {syscall.ENOTEMPTY, ErrNotEmpty}, {syscall.ELOOP, ErrLoop}, {syscall.ENAMETOOLONG, ErrName},
		{syscall.EROFS, ErrReadOnly}, {syscall.EDQUOT, ErrQuota}, {syscall.ENOSPC, ErrQuota}} {
		if errors.Is(err, t.errno) {
			err = t.err
			break
		}
	}
	return pathError(op, name, err)
}

func (d *Directory) change(op, name string, f func() error) error {
	if !d.writable {
		return pathError(op, name, ErrReadOnly)
	}
	if name == "/" && op != "chmod" && op != "chtimes" {
		return pathError(op, name, ErrName)
	}
	if err := CheckName(name); err != nil {
		return pathError(op, name, err)
	}
	if err := d.inside(name); err != nil {
		return translate(op, name, err)
	}
	if err := f(); err != nil {
		return translate(op, name, err)
	}
	return nil
}

// inside refuses a name that goes through a symbolic link: a view has resolved them, so that another one has come since.
func (d *Directory) inside(name string) error {
	dir := path.Dir(name)
	if dir == "/" {
		return nil
	}
	i, err := d.root.Lstat(local(dir))
	if err == nil && !i.IsDir() {
		return ErrNotDir
	}
	return err
}

func (d *Directory) info(name string, i fs.FileInfo, dir *os.Root, base string) Info {
	out := Info{Name: name, Mode: i.Mode(), ModTime: i.ModTime(), Links: 1}
	out.Unique, out.Links = identity(i)
	switch i.Mode().Type() {
	case 0:
		out.Size = i.Size()
	case fs.ModeSymlink:
		out.Target, _ = dir.Readlink(base)
	}
	return out
}

// Lstat implements [Tree].
func (d *Directory) Lstat(name string) (Info, error) {
	if err := CheckName(name); err != nil {
		return Info{}, pathError("stat", name, err)
	}
	i, err := d.root.Lstat(local(name))
	if err != nil {
		return Info{}, translate("stat", name, err)
	}
	return d.info(base(name), i, d.root, local(name)), nil
}

// ReadDir implements [Tree].
func (d *Directory) ReadDir(name string) ([]Info, error) {
	dir, err := d.root.OpenRoot(local(name))
	if err != nil {
		return nil, translate("list", name, err)
	}
	defer dir.Close()
	f, err := dir.Open(".")
	if err != nil {
		return nil, translate("list", name, err)
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return nil, translate("list", name, err)
	}
	slices.Sort(names)
	out := make([]Info, 0, len(names))
	for _, n := range names {
		if strings.HasPrefix(n, tempPrefix) {
			continue
		}
		i, err := dir.Lstat(n)
		if err != nil {
			continue // it has gone since
		}
		out = append(out, d.info(n, i, dir, n))
	}
	return out, nil
}

// Open implements [Tree].
func (d *Directory) Open(name string) (File, error) {
	if err := CheckName(name); err != nil {
		return nil, pathError("open", name, err)
	}
	// A FIFO or a device must not keep the server waiting, hence the flags and the look at what was opened.
	f, err := d.root.OpenFile(local(name), os.O_RDONLY|openFlags, 0)
	if err != nil {
		return nil, translate("open", name, err)
	}
	i, err := f.Stat()
	switch {
	case err != nil:
	case i.IsDir():
		err = ErrIsDir
	case !i.Mode().IsRegular():
		err = ErrNotRegular
	default:
		return &dirFile{File: f, info: d.info(base(name), i, d.root, local(name))}, nil
	}
	f.Close()
	return nil, translate("open", name, err)
}

type dirFile struct {
	*os.File
	info Info
}

func (f *dirFile) Info() Info { return f.info }

// WriteTo implements [File]. It copies in large pieces: over a loopback that is faster than sendfile, which hands over pages one by one.
func (f *dirFile) WriteTo(w io.Writer) (int64, error) {
	buf := copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(buf)
	return io.CopyBuffer(struct{ io.Writer }{w}, struct{ io.Reader }{f.File}, *buf)
}

// tempPrefix begins the names of files that are about to take another one's place; listings leave them out.
const tempPrefix = ".harness-filestore-"

// Create implements [Tree].
func (d *Directory) Create(name string, o CreateOptions) (Writer, error) {
	var w *dirWriter
	err := d.change("create", name, func() (err error) {
		w, err = d.create(local(name), o)
		return err
	})
	if err != nil {
		return nil, err
	}
	w.name = name
	return w, nil
}

func (d *Directory) create(name string, o CreateOptions) (*dirWriter, error) {
	if o.Quota > 0 {
		if _, err := d.Used(); err != nil {
			return nil, err
		}
	}
	w := &dirWriter{dir: d, quota: o.Quota}
	old, err := d.root.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if o.How == At && o.Offset > 0 {
			return nil, ErrOffset
		}
		// Who makes it at the same time is not disturbed.
		w.file, err = d.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL|openFlags, o.Perm&fs.ModePerm)
		if errors.Is(err, fs.ErrExist) && o.How != Exclusive {
			return d.create(name, o)
		}
		return w, err
	case err != nil:
		return nil, err
	case o.How == Exclusive:
		return nil, fs.ErrExist
	case old.IsDir():
		return nil, ErrIsDir
	case !old.Mode().IsRegular():
		return nil, ErrNotRegular
	}
	size := old.Size()
	switch {
	case o.How == Append, o.How == At && o.Offset == size:
		if w.file, err = d.root.OpenFile(name, os.O_WRONLY|os.O_APPEND|openFlags, 0); err != nil {
			return nil, err
		}
		w.at = size
		return w, nil
	case o.How == At && o.Offset > size, o.Offset < 0:
		return nil, ErrOffset
	}
	if o.How == At {
		w.at = o.Offset
	}
	if err := d.supersede(name, old, w); err != nil {
		return nil, err
	}
	d.count(w.at - size)
	return w, nil
}

// supersede puts a new file that begins with w.at octets of the old one in its place.
func (d *Directory) supersede(name string, old fs.FileInfo, w *dirWriter) (err error) {
	temp := path.Join(path.Dir(name), fmt.Sprintf("%s%016x", tempPrefix, rand.Uint64()))
	f, err := d.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL|openFlags, old.Mode().Perm())
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			d.root.Remove(temp)
		}
	}()
	if err := f.Chmod(old.Mode().Perm()); err != nil { // the process's umask may have taken bits away
		return err
	}
	if w.at > 0 {
		from, err := d.root.OpenFile(name, os.O_RDONLY|openFlags, 0)
		if err != nil {
			return err
		}
		_, err = io.CopyN(f, from, w.at)
		from.Close()
		if err != nil {
			return err
		}
	}
	w.file = f
	return d.root.Rename(temp, name)
}

// count takes note that the tree holds n octets more; once Used has walked it.
func (d *Directory) count(n int64) {
	d.mu.Lock()
	if d.counted {
		d.used += n
	}
	d.mu.Unlock()
}

type dirWriter struct {
	file  *os.File
	dir   *Directory
	name  string
	quota int64
	at    int64
}

func (w *dirWriter) Offset() int64 { return w.at }

// reserve counts n octets; with a quota it refuses those beyond.
func (w *dirWriter) reserve(n int64) error {
	w.dir.mu.Lock()
	defer w.dir.mu.Unlock()
	if w.quota > 0 && w.dir.used+n > w.quota {
		return pathError("write", w.name, ErrQuota)
	}
	if w.dir.counted {
		w.dir.used += n
	}
	return nil
}

func (w *dirWriter) Write(p []byte) (int, error) {
	if err := w.reserve(int64(len(p))); err != nil {
		return 0, err
	}
	n, err := w.file.Write(p)
	w.at += int64(n)
	if err != nil {
		w.dir.count(int64(n - len(p)))
		return n, translate("write", w.name, err)
	}
	return n, nil
}

const copyBuffer = 128 << 10

var copyBuffers = sync.Pool{New: func() any { b := make([]byte, copyBuffer); return &b }}

func (w *dirWriter) ReadFrom(r io.Reader) (done int64, err error) {
	buf := copyBuffers.Get().(*[]byte)
	defer copyBuffers.Put(buf)
	for {
		n, err := r.Read(*buf)
		if n > 0 {
			m, werr := w.Write((*buf)[:n])
			done += int64(m)
			if werr != nil {
				return done, werr
			}
		}
		if err == io.EOF {
			return done, nil
		}
		if err != nil {
			return done, err
		}
	}
}

func (w *dirWriter) Close() error {
	if err := w.file.Close(); err != nil {
		return translate("write", w.name, err)
	}
	return nil
}

// Mkdir implements [Tree]. The owner is the process's.
func (d *Directory) Mkdir(name string, perm fs.FileMode, owner string) error {
	if name == "/" {
		return pathError("mkdir", name, fs.ErrExist)
	}
	return d.change("mkdir", name, func() error { return d.root.Mkdir(local(name), perm&fs.ModePerm) })
}

// Symlink implements [Tree].
func (d *Directory) Symlink(target, name, owner string) error {
	return d.change("symlink", name, func() error { return d.root.Symlink(target, local(name)) })
}

// Remove implements [Tree].
func (d *Directory) Remove(name string) error {
	return d.change("remove", name, func() error {
		i, err := d.root.Lstat(local(name))
		if err != nil {
			return err
		}
		if i.IsDir() {
			return ErrIsDir
		}
		if err := d.root.Remove(local(name)); err != nil {
			return err
		}
		if i.Mode().IsRegular() {
			d.count(-i.Size())
		}
		return nil
	})
}

// RemoveDir implements [Tree].
func (d *Directory) RemoveDir(name string) error {
	return d.change("rmdir", name, func() error {
		i, err := d.root.Lstat(local(name))
		if err != nil {
			return err
		}
		if !i.IsDir() {
			return ErrNotDir
		}
		return d.root.Remove(local(name))
	})
}

// Rename implements [Tree].
func (d *Directory) Rename(from, to string) error {
	return d.change("rename", from, func() error {
		if to == "/" || strings.HasPrefix(to, from+"/") {
			return ErrName
		}
		if err := CheckName(to); err != nil {
			return err
		}
		if err := d.inside(to); err != nil {
			return err
		}
		old, err := d.root.Lstat(local(to))
		if err == nil {
			// os.Root does not let one directory take the place of another.
			if i, ierr := d.root.Lstat(local(from)); ierr == nil {
				switch {
				case !i.IsDir() && old.IsDir():
					return ErrIsDir
				case i.IsDir() && !old.IsDir():
					return ErrNotDir
				case os.SameFile(i, old):
					return nil
				case old.IsDir():
					if err := d.root.Remove(local(to)); err != nil {
						return err
					}
				}
			}
		}
		if err := d.root.Rename(local(from), local(to)); err != nil {
			return err
		}
		if old != nil && old.Mode().IsRegular() {
			d.count(-old.Size())
		}
		return nil
	})
}

// Chmod implements [Tree].
func (d *Directory) Chmod(name string, perm fs.FileMode) error {
	return d.change("chmod", name, func() error { return d.root.Chmod(local(name), perm&fs.ModePerm) })
}

// Chtimes implements [Tree].
func (d *Directory) Chtimes(name string, modTime time.Time) error {
	return d.change("chtimes", name, func() error { return d.root.Chtimes(local(name), modTime, modTime) })
}

// Used implements [Tree]. It walks the directory when it is asked first, and counts what passes through this tree from then on.
func (d *Directory) Used() (int64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.counted {
		return d.used, nil
	}
	var n int64
	err := fs.WalkDir(d.root.FS(), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil {
			if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		if e.Type().IsRegular() {
			if i, err := e.Info(); err == nil {
				n += i.Size()
			}
		}
		return nil
	})
	if err != nil {
		return 0, translate("list", "/", err)
	}
	d.used, d.counted = n, true
	return n, nil
}

// Close implements [Tree].
func (d *Directory) Close() error { return d.root.Close() }
