package filestore

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"
)

// View is a tree as one user sees it. Names are absolute and clean ([Clean]), and begin at Root. Symbolic links are followed, never beyond
// Root: an absolute target begins there too.
//
// The permission bits count: those of the owner for the owner of a file, and for each user if it belongs to everybody; those of the group
// for the other users; those of others for who is anonymous. Reading a directory takes r, passing through it x, and changing its entries w
// and x.
type View struct {
	Tree Tree
	// Root is the directory where the names begin, absolute and clean; "" for the tree's own.
	Root string
	// User is the user's name; what is made belongs to it.
	User string
	// Anonymous is who has no account.
	Anonymous bool
	// ReadOnly refuses every change with ErrReadOnly.
	ReadOnly bool
	// Quota is how many octets the tree may hold in all when the user writes; 0 for any number.
	Quota int64
}

// The rights.
const (
	read    fs.FileMode = 4
	write   fs.FileMode = 2
	execute fs.FileMode = 1
)

// may reports whether the user has all of the rights.
func (v *View) may(i Info, rights fs.FileMode) bool {
	shift := 6
	switch {
	case v.Anonymous:
		shift = 0
	case i.Owner != "" && i.Owner != v.User:
		shift = 3
	}
	return i.Mode>>shift&rights == rights
}

// real makes a name of the view one of the tree.
func (v *View) real(name string) string {
	if v.Root == "" || v.Root == "/" {
		return name
	}
	return strings.TrimSuffix(v.Root+name, "/")
}

// maxLinks is how many symbolic links are followed for one name.
const maxLinks = 40

// Resolve returns the name without symbolic links; the last component is kept as it is unless follow is set. What does not exist is an
// error, except for the last component.
func (v *View) Resolve(name string, follow bool) (string, error) {
	resolved, _, err := v.resolve("resolve", name, follow)
	return resolved, err
}

// resolve returns also what the name stands for; the zero Info if there is nothing.
func (v *View) resolve(op, name string, follow bool) (string, Info, error) {
	fail := func(err error) (string, Info, error) { return "", Info{}, pathError(op, name, err) }
	if err := CheckName(name); err != nil {
		return fail(err)
	}
	here := "/"
	info, err := v.Tree.Lstat(v.real("/"))
	if err != nil {
		return fail(err)
	}
	info.Name = "/"
	links := 0
	for rest := strings.TrimPrefix(name, "/"); rest != ""; {
		var part string
		part, rest, _ = strings.Cut(rest, "/")
		switch {
		case part == "" || part == ".":
			continue
		case part == "..": // of a link's target
			here = path.Dir(here)
			if info, err = v.Tree.Lstat(v.real(here)); err != nil {
				return fail(err)
			}
			continue
		case !info.IsDir():
			return fail(ErrNotDir)
		case !v.may(info, execute):
			return fail(fs.ErrPermission)
		}
		next := path.Join(here, part)
		ni, err := v.Tree.Lstat(v.real(next))
		if errors.Is(err, fs.ErrNotExist) && rest == "" {
			return next, Info{}, nil
		}
		if err != nil {
			return fail(err)
		}
		if ni.IsLink() && (follow || rest != "") {
			if links++; links > maxLinks {
				return fail(ErrLoop)
			}
			if strings.HasPrefix(ni.Target, "/") {
				here = "/"
			}
			if info, err = v.Tree.Lstat(v.real(here)); err != nil {
				return fail(err)
			}
			rest = strings.TrimSuffix(ni.Target+"/"+rest, "/")
			continue
		}
		here, info = next, ni
	}
	if here == "/" {
		info.Name = "/"
	}
	return here, info, nil
}

// existing is resolve for what must be there.
func (v *View) existing(op, name string, follow bool) (string, Info, error) {
	resolved, info, err := v.resolve(op, name, follow)
	if err == nil && info.Name == "" {
		err = pathError(op, name, fs.ErrNotExist)
	}
	return resolved, info, err
}

// changeable is called before the entry of a resolved name is made, removed or renamed.
func (v *View) changeable(op, name, resolved string) error {
	if v.ReadOnly {
		return pathError(op, name, ErrReadOnly)
	}
	if resolved == "/" {
		return pathError(op, name, ErrName)
	}
	dir, err := v.Tree.Lstat(v.real(path.Dir(resolved)))
	switch {
	case err != nil:
	case !dir.IsDir():
		err = ErrNotDir
	case !v.may(dir, write|execute):
		err = fs.ErrPermission
	}
	if err != nil {
		return pathError(op, name, err)
	}
	return nil
}

// Stat tells about what a name stands for, Lstat about a symbolic link itself.
func (v *View) Stat(name string) (Info, error) {
	_, i, err := v.existing("stat", name, true)
	return i, err
}

// Lstat tells about the name itself.
func (v *View) Lstat(name string) (Info, error) {
	_, i, err := v.existing("stat", name, false)
	return i, err
}

// May reports whether the user may read, write to, or pass through (execute) what is told about.
func (v *View) May(i Info) (r, w, x bool) {
	return v.may(i, read), !v.ReadOnly && v.may(i, write), v.may(i, execute)
}

// ReadDir lists a directory, sorted by name.
func (v *View) ReadDir(name string) ([]Info, error) {
	resolved, i, err := v.existing("list", name, true)
	switch {
	case err != nil:
		return nil, err
	case !i.IsDir():
		return nil, pathError("list", name, ErrNotDir)
	case !v.may(i, read):
		return nil, pathError("list", name, fs.ErrPermission)
	}
	return v.Tree.ReadDir(v.real(resolved))
}

// Enter reports whether name is a directory that can be passed through, and returns it without symbolic links.
func (v *View) Enter(name string) (string, error) {
	resolved, i, err := v.existing("enter", name, true)
	switch {
	case err != nil:
		return "", err
	case !i.IsDir():
		return "", pathError("enter", name, ErrNotDir)
	case !v.may(i, execute):
		return "", pathError("enter", name, fs.ErrPermission)
	}
	return resolved, nil
}

// Open opens a plain file for reading.
func (v *View) Open(name string) (File, error) {
	resolved, i, err := v.existing("open", name, true)
	switch {
	case err != nil:
		return nil, err
	case i.IsDir():
		return nil, pathError("open", name, ErrIsDir)
	case !i.Mode.IsRegular():
		return nil, pathError("open", name, ErrNotRegular)
	case !v.may(i, read):
		return nil, pathError("open", name, fs.ErrPermission)
	}
	return v.Tree.Open(v.real(resolved))
}

// Create opens a plain file for writing, as o says; Owner and Quota are the view's.
func (v *View) Create(name string, o CreateOptions) (Writer, error) {
	resolved, i, err := v.resolve("create", name, true)
	if err != nil {
		return nil, err
	}
	if v.ReadOnly {
		return nil, pathError("create", name, ErrReadOnly)
	}
	switch {
	case i.Name == "":
		err = v.changeable("create", name, resolved)
	case i.IsDir():
		err = pathError("create", name, ErrIsDir)
	case !v.may(i, write):
		err = pathError("create", name, fs.ErrPermission)
	}
	if err != nil {
		return nil, err
	}
	o.Owner, o.Quota = v.owner(), v.Quota
	return v.Tree.Create(v.real(resolved), o)
}

// CreateUnique opens a new file in the directory dir for writing, and returns its name there: prefix and a number.
func (v *View) CreateUnique(dir, prefix string, o CreateOptions) (Writer, string, error) {
	o.How = Exclusive
	for n := 0; ; n++ {
		base := prefix
		if n > 0 {
			base = fmt.Sprintf("%s.%d", prefix, n)
		}
		w, err := v.Create(Clean(dir, base), o)
		if !errors.Is(err, fs.ErrExist) && !errors.Is(err, ErrIsDir) || n > 100_000 {
			return w, base, err
		}
	}
}

// owner is whose a new file is.
func (v *View) owner() string {
	if v.Anonymous {
		return "ftp"
	}
	return v.User
}

// entry resolves a name whose entry is to be changed, and calls f with the name in the tree.
func (v *View) entry(op, name string, must bool, f func(real string) error) error {
	resolved, i, err := v.resolve(op, name, false)
	if err == nil && must && i.Name == "" {
		err = pathError(op, name, fs.ErrNotExist)
	}
	if err == nil {
		err = v.changeable(op, name, resolved)
	}
	if err == nil {
		err = f(v.real(resolved))
	}
	return err
}

// Mkdir makes a directory.
func (v *View) Mkdir(name string, perm fs.FileMode) error {
	if name == "/" {
		return pathError("mkdir", name, fs.ErrExist)
	}
	return v.entry("mkdir", name, false, func(real string) error { return v.Tree.Mkdir(real, perm, v.owner()) })
}

// Symlink makes a symbolic link to target.
func (v *View) Symlink(target, name string) error {
	return v.entry("symlink", name, false, func(real string) error { return v.Tree.Symlink(target, real, v.owner()) })
}

// Remove removes a file or a symbolic link.
func (v *View) Remove(name string) error { return v.entry("remove", name, true, v.Tree.Remove) }

// RemoveDir removes an empty directory.
func (v *View) RemoveDir(name string) error { return v.entry("rmdir", name, true, v.Tree.RemoveDir) }

// Rename moves what is called from. A file that is called to is replaced.
func (v *View) Rename(from, to string) error {
	return v.entry("rename", from, true, func(realFrom string) error {
		return v.entry("rename", to, false, func(realTo string) error { return v.Tree.Rename(realFrom, realTo) })
	})
}

// own resolves a name for a change of the thing itself, which takes its owner.
func (v *View) own(op, name string, f func(real string) error) error {
	resolved, i, err := v.existing(op, name, true)
	switch {
	case err != nil:
		return err
	case v.ReadOnly:
		err = ErrReadOnly
	case v.Anonymous || i.Owner != "" && i.Owner != v.User:
		err = fs.ErrPermission
	default:
		return f(v.real(resolved))
	}
	return pathError(op, name, err)
}

// Chmod sets the permission bits.
func (v *View) Chmod(name string, perm fs.FileMode) error {
	return v.own("chmod", name, func(real string) error { return v.Tree.Chmod(real, perm) })
}

// Chtimes sets the time of the last modification.
func (v *View) Chtimes(name string, modTime time.Time) error {
	return v.own("chtimes", name, func(real string) error { return v.Tree.Chtimes(real, modTime) })
}
