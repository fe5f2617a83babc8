// Package filestore is the files that mock servers serve: a tree in memory ([Memory]) or a real directory ([Directory]), behind one
// interface ([Tree]), and what one user sees of it ([View]): from where on, with which rights, within which quota.
//
// A tree is shared: several sessions, and several servers, work on it at once. Every operation is whole for the others. A file that is
// replaced while it is read stays what it was for its reader; one that is written is seen growing.
package filestore

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"strings"
	"time"
)

// Errors beside those of package fs: [fs.ErrNotExist], [fs.ErrExist], [fs.ErrPermission]. All are wrapped in a [*fs.PathError].
var (
	// ErrReadOnly is returned when something is to be changed in a tree, or by a view, that is read-only.
	ErrReadOnly = errors.New("read-only")
	// ErrQuota is returned when there would be more octets than the quota allows.
	ErrQuota = errors.New("quota exceeded")
	// ErrNotDir is returned when a name goes through, or asks for, a directory that is none.
	ErrNotDir = errors.New("not a directory")
	// ErrIsDir is returned when a directory is used as a file.
	ErrIsDir = errors.New("is a directory")
	// ErrNotRegular is returned when the content of something is asked for that has none, such as a device.
	ErrNotRegular = errors.New("not a plain file")
	// ErrNotEmpty is returned when a directory that is to be removed or replaced has entries.
	ErrNotEmpty = errors.New("directory not empty")
	// ErrLoop is returned when symbolic links lead to one another without end.
	ErrLoop = errors.New("too many symbolic links")
	// ErrName is returned for a name that cannot be: with NUL, with a component of more than 255 octets, or in a place of its own such as
	// the root.
	ErrName = errors.New("name not allowed")
	// ErrOffset is returned when a file is to be written from an offset beyond its end.
	ErrOffset = errors.New("offset beyond the end of the file")
)

// MaxName is how many octets a component of a name has at most.
const MaxName = 255

// Info is what is known of a file, a directory or a symbolic link.
type Info struct {
	// Name is the last component; "/" for the root.
	Name string
	// Mode is the type, [fs.ModeDir], [fs.ModeSymlink] or none (others in real directories), with the nine permission bits.
	Mode fs.FileMode
	// Size is the content's, in octets; 0 for what is no plain file.
	Size int64
	// ModTime is when the content was changed last.
	ModTime time.Time
	// Created is when it was made; the zero time if that is not known.
	Created time.Time
	// Owner is the user to whom it belongs; "" if it belongs to everybody who has an account.
	Owner string
	// Target is where a symbolic link points to, as it says it.
	Target string
	// Unique tells it from all others in the tree: two names with the same one are the same file. It has no spaces and no semicolons.
	Unique string
	// Links is how many names it has, 1 at least.
	Links int
}

// IsDir reports whether it is a directory.
func (i Info) IsDir() bool { return i.Mode.IsDir() }

// IsLink reports whether it is a symbolic link.
func (i Info) IsLink() bool { return i.Mode&fs.ModeSymlink != 0 }

// Tree is a tree of files. It is safe for concurrent use.
//
// Names are absolute and clean: "/", "/pub/a.txt". No component but the last may be a symbolic link, and the last one is not followed: a
// [View] resolves links.
type Tree interface {
	// Lstat tells about a name.
	Lstat(name string) (Info, error)
	// ReadDir lists a directory, sorted by name.
	ReadDir(name string) ([]Info, error)
	// Open opens a plain file as it is now.
	Open(name string) (File, error)
	// Create opens a plain file for writing, and makes it if it is not there.
	Create(name string, o CreateOptions) (Writer, error)
	// Mkdir makes a directory; Symlink makes a symbolic link to target. What is there already is an error.
	Mkdir(name string, perm fs.FileMode, owner string) error
	Symlink(target, name, owner string) error
	// Remove removes what is no directory; RemoveDir removes an empty directory.
	Remove(name string) error
	RemoveDir(name string) error
	// Rename moves what is called from, with all that is in it. A file takes the place of a file, and a directory that of an empty directory.
	Rename(from, to string) error
	// Chmod sets the permission bits and Chtimes the time of the last modification.
	Chmod(name string, perm fs.FileMode) error
	Chtimes(name string, modTime time.Time) error
	// Used is how many octets the plain files hold in all.
	Used() (int64, error)
	// Close releases the tree, when no server uses it any more.
	Close() error
}

// Open modes of [CreateOptions].
const (
	// Replace has the file begin empty. Who reads the old content goes on reading it.
	Replace = iota
	// Append has it go on at its end.
	Append
	// At has it go on at Offset; what was behind is gone.
	At
	// Exclusive makes a file that must not be there yet.
	Exclusive
)

// CreateOptions tell how a file is opened for writing.
type CreateOptions struct {
	// How is Replace, Append, At or Exclusive.
	How int
	// Offset counts octets from the beginning; for At.
	Offset int64
	// Perm and Owner are those of a file that is made.
	Perm  fs.FileMode
	Owner string
	// Quota is how many octets the tree may hold in all when the file is written; 0 for any number.
	Quota int64
}

// File is a plain file that was opened for reading, as it was then. It is used by one goroutine at a time.
type File interface {
	io.ReadSeekCloser
	// WriterTo writes what is left, without copying it where it is in memory.
	io.WriterTo
	// Info tells about the file when it was opened.
	Info() Info
}

// Writer is a plain file that was opened for writing. It is used by one goroutine at a time; several can be open on one file. What has
// been written stays if the writer is closed early.
type Writer interface {
	io.WriteCloser
	// ReaderFrom reads until EOF straight to where the octets stay, without a copy between.
	io.ReaderFrom
	// Offset is where the next octet goes, in octets from the beginning of the file.
	Offset() int64
}

// Clean makes an absolute, clean name of name as it is understood in the directory dir, itself absolute. ".." in the root is the root.
func Clean(dir, name string) string {
	if !strings.HasPrefix(name, "/") {
		name = dir + "/" + name
	}
	return path.Clean("/" + name)
}

// CheckName reports whether a clean name can be one: the error, ErrName, is for NUL and for components that are too long.
func CheckName(name string) error {
	if strings.IndexByte(name, 0) >= 0 {
		return ErrName
	}
	for len(name) > 0 {
		part, rest, _ := strings.Cut(name, "/")
		if len(part) > MaxName {
			return ErrName
		}
		name = rest
	}
	return nil
}

func pathError(op, name string, err error) error {
	var have *fs.PathError
	if errors.As(err, &have) {
		err = have.Err
	}
	return &fs.PathError{Op: op, Path: name, Err: err}
}
