package filestore

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"harness/fixtures"
)

// Memory is a [Tree] in memory. Contents are kept in pieces, so that a file grows without being copied.
type Memory struct {
	// Now is the clock of modification times; nil for the real one. It is set before the tree is used.
	Now func() time.Time

	mu   sync.RWMutex
	root *node
	last atomic.Uint64 // the last node's number
	used atomic.Int64
}

var _ Tree = (*Memory)(nil)

type node struct {
	number           uint64
	mode             fs.FileMode
	owner            string
	modTime, created time.Time
	target           string
	kids             map[string]*node // of a directory; changed by put and take
	dirs             int              // how many of them are directories
	content          *content         // of a plain file
}

// NewMemory returns a tree that holds the files, whose paths are relative to the root; a directory that is missed on the way is made. They
// belong to everybody who has an account. The data is not copied, and not to be changed afterwards. Two entries of one path, and a path
// through what is no directory, are errors.
func NewMemory(files ...fixtures.File) (*Memory, error) {
	m := &Memory{}
	m.root = m.newNode(fs.ModeDir|0o755, "")
	for _, f := range files {
		if err := m.plant(f); err != nil {
			return nil, err
		}
	}
	// Making the entries has changed the directories' times.
	for _, f := range files {
		if f.Mode.IsDir() {
			if err := m.Chtimes(Clean("/", f.Path), f.ModTime); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

func (m *Memory) plant(f fixtures.File) error {
	name := Clean("/", f.Path)
	if name == "/" {
		return fmt.Errorf("file %q: the root is there already", f.Path)
	}
	if err := CheckName(name); err != nil {
		return fmt.Errorf("file %q: %w", f.Path, err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	at := m.root
	dir, base := path.Split(name)
	for part := range strings.SplitSeq(strings.Trim(dir, "/"), "/") {
		if part == "" {
			continue
		}
		next := at.kids[part]
		if next == nil {
			next = m.newNode(fs.ModeDir|0o755, "")
			at.put(part, next)
		}
		if !next.mode.IsDir() {
			return fmt.Errorf("file %q: %s is no directory", f.Path, part)
		}
		at = next
	}
	if at.kids[base] != nil {
		return fmt.Errorf("file %q is there already", f.Path)
	}
	switch f.Mode.Type() {
	case 0, fs.ModeDir, fs.ModeSymlink:
	default:
		return fmt.Errorf("file %q: a tree in memory holds plain files, directories and symbolic links, not %v", f.Path, f.Mode.Type())
	}
	n := m.newNode(f.Mode&(fs.ModeType|fs.ModePerm), "")
	n.target = f.Target
	if !f.ModTime.IsZero() {
		n.modTime, n.created = f.ModTime, f.ModTime
	}
	if n.content != nil && len(f.Data) > 0 {
		n.content.chunks, n.content.starts = [][]byte{slices.Clip(f.Data)}, []int64{0}
		n.content.size = int64(len(f.Data))
		m.used.Add(n.content.size)
	}
	at.put(base, n)
	return nil
}

func (m *Memory) now() time.Time {
	if m.Now != nil {
		return m.Now()
	}
	return time.Now()
}

func (m *Memory) newNode(mode fs.FileMode, owner string) *node {
	now := m.now()
	n := &node{number: m.last.Add(1), mode: mode, owner: owner, modTime: now, created: now}
	switch mode.Type() {
	case fs.ModeDir:
		n.kids = make(map[string]*node)
	case 0:
		n.content = &content{tree: m, counted: true}
	}
	return n
}

// put makes n what the directory calls name, in place of what it called so.
func (d *node) put(name string, n *node) {
	d.take(name)
	d.kids[name] = n
	if n.kids != nil {
		d.dirs++
	}
}

func (d *node) take(name string) {
	if n := d.kids[name]; n != nil && n.kids != nil {
		d.dirs--
	}
	delete(d.kids, name)
}

// find returns the node of a name. The caller holds mu.
func (m *Memory) find(name string) (*node, error) {
	at := m.root
	for rest := strings.TrimPrefix(name, "/"); rest != ""; {
		var part string
		part, rest, _ = strings.Cut(rest, "/")
		if !at.mode.IsDir() {
			return nil, ErrNotDir
		}
		next := at.kids[part]
		if next == nil {
			return nil, fs.ErrNotExist
		}
		at = next
	}
	return at, nil
}

// place returns the directory that a name is to stand in, its last component, and what is called so now, or nil. The caller holds mu.
func (m *Memory) place(name string) (dir *node, base string, n *node, err error) {
	if err := CheckName(name); err != nil {
		return nil, "", nil, err
	}
	at, base := path.Split(name)
	if base == "" {
		return nil, "", nil, ErrName // the root
	}
	dir, err = m.find(path.Clean(at))
	if err != nil {
		return nil, "", nil, err
	}
	if !dir.mode.IsDir() {
		return nil, "", nil, ErrNotDir
	}
	return dir, base, dir.kids[base], nil
}

func (n *node) info(name string) Info {
	i := Info{Name: name, Mode: n.mode, ModTime: n.modTime, Created: n.created, Owner: n.owner, Target: n.target, Unique: strconv.FormatUint(n.number, 10), Links: 1}
	if n.content != nil {
		i.Size = n.content.length()
	}
	if n.kids != nil {
		i.Links = 2 + n.dirs // its name, its own ".", and the ".." of those
	}
	return i
}

// Lstat implements [Tree].
func (m *Memory) Lstat(name string) (Info, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	n, err := m.find(name)
	if err != nil {
		return Info{}, pathError("stat", name, err)
	}
	return n.info(base(name)), nil
}

func base(name string) string { return path.Base(name) }

// ReadDir implements [Tree].
func (m *Memory) ReadDir(name string) ([]Info, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	n, err := m.find(name)
	if err == nil && n.kids == nil {
		err = ErrNotDir
	}
	if err != nil {
		return nil, pathError("list", name, err)
	}
	out := make([]Info, 0, len(n.kids))
	for name, k := range n.kids {
		out = append(out, k.info(name))
	}
	slices.SortFunc(out, func(a, b Info) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// Open implements [Tree].
func (m *Memory) Open(name string) (File, error) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	n, err := m.find(name)
	switch {
	case err != nil:
	case n.kids != nil:
		err = ErrIsDir
	case n.content == nil:
		err = ErrNotRegular
	default:
		f := &memFile{snapshot: n.content.snap()}
		f.info = n.info(base(name))
		f.info.Size = f.size
		return f, nil
	}
	return nil, pathError("open", name, err)
}

// Create implements [Tree].
func (m *Memory) Create(name string, o CreateOptions) (Writer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w, err := m.create(name, o)
	if err != nil {
		return nil, pathError("create", name, err)
	}
	return w, nil
}

func (m *Memory) create(name string, o CreateOptions) (*memWriter, error) {
	dir, base, n, err := m.place(name)
	switch {
	case err != nil:
		return nil, err
	case n == nil:
		if o.How == At && o.Offset > 0 {
			return nil, ErrOffset
		}
		n = m.newNode(o.Perm&fs.ModePerm, o.Owner)
		dir.put(base, n)
		dir.modTime = n.modTime
		return &memWriter{tree: m, node: n, content: n.content, quota: o.Quota}, nil
	case o.How == Exclusive:
		return nil, fs.ErrExist
	case n.kids != nil:
		return nil, ErrIsDir
	case n.content == nil:
		return nil, ErrNotRegular
	}
	w := &memWriter{tree: m, node: n, quota: o.Quota}
	size := n.content.length()
	switch {
	case o.How == Append, o.How == At && o.Offset == size:
		w.content, w.at = n.content, size
	case o.How == At && o.Offset > size, o.Offset < 0:
		return nil, ErrOffset
	default:
		keep := int64(0)
		if o.How == At {
			keep = o.Offset
		}
		old := n.content
		n.content = old.cut(keep)
		old.drop()
		w.content, w.at = n.content, keep
	}
	n.modTime = m.now()
	return w, nil
}

// Mkdir implements [Tree].
func (m *Memory) Mkdir(name string, perm fs.FileMode, owner string) error {
	return m.add("mkdir", name, func() *node { return m.newNode(fs.ModeDir|perm&fs.ModePerm, owner) })
}

// Symlink implements [Tree].
func (m *Memory) Symlink(target, name, owner string) error {
	return m.add("symlink", name, func() *node {
		n := m.newNode(fs.ModeSymlink|0o777, owner)
		n.target = target
		return n
	})
}

func (m *Memory) add(op, name string, make func() *node) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if name == "/" {
		return pathError(op, name, fs.ErrExist)
	}
	dir, base, n, err := m.place(name)
	if err == nil && n != nil {
		err = fs.ErrExist
	}
	if err != nil {
		return pathError(op, name, err)
	}
	n = make()
	dir.put(base, n)
	dir.modTime = n.modTime
	return nil
}

// Remove implements [Tree].
func (m *Memory) Remove(name string) error {
	return m.remove("remove", name, func(n *node) error {
		if n.kids != nil {
			return ErrIsDir
		}
		return nil
	})
}

// RemoveDir implements [Tree].
func (m *Memory) RemoveDir(name string) error {
	return m.remove("rmdir", name, func(n *node) error {
		switch {
		case n.kids == nil:
			return ErrNotDir
		case len(n.kids) > 0:
			return ErrNotEmpty
		}
		return nil
	})
}

func (m *Memory) remove(op, name string, check func(*node) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	dir, base, n, err := m.place(name)
	if err == nil && n == nil {
		err = fs.ErrNotExist
	}
	if err == nil {
		err = check(n)
	}
	if err != nil {
		return pathError(op, name, err)
	}
	dir.take(base)
	dir.modTime = m.now()
	if n.content != nil {
		n.content.drop()
	}
	return nil
}

// Rename implements [Tree].
func (m *Memory) Rename(from, to string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := m.rename(from, to); err != nil {
		return pathError("rename", from, err)
	}
	return nil
}

func (m *Memory) rename(from, to string) error {
	oldDir, oldBase, n, err := m.place(from)
	if err != nil {
		return err
	}
	if n == nil {
		return fs.ErrNotExist
	}
	if strings.HasPrefix(to, from+"/") {
		return ErrName // a directory into itself
	}
	newDir, newBase, there, err := m.place(to)
	switch {
	case err != nil:
		return err
	case there == n:
		return nil
	case there == nil:
	case n.kids == nil && there.kids != nil:
		return ErrIsDir
	case n.kids != nil && there.kids == nil:
		return ErrNotDir
	case len(there.kids) > 0:
		return ErrNotEmpty
	}
	if there != nil && there.content != nil {
		there.content.drop()
	}
	oldDir.take(oldBase)
	newDir.put(newBase, n)
	oldDir.modTime = m.now()
	newDir.modTime = oldDir.modTime
	return nil
}

// Chmod implements [Tree].
func (m *Memory) Chmod(name string, perm fs.FileMode) error {
	return m.change("chmod", name, func(n *node) { n.mode = n.mode&^fs.ModePerm | perm&fs.ModePerm })
}

// Chtimes implements [Tree].
func (m *Memory) Chtimes(name string, modTime time.Time) error {
	return m.change("chtimes", name, func(n *node) { n.modTime = modTime })
}

func (m *Memory) change(op, name string, f func(*node)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	n, err := m.find(name)
	if err != nil {
		return pathError(op, name, err)
	}
	f(n)
	return nil
}

// Used implements [Tree].
func (m *Memory) Used() (int64, error) { return m.used.Load(), nil }

// Close implements [Tree]; there is nothing to release.
func (m *Memory) Close() error { return nil }

// reserve asks for n octets more.
func (m *Memory) reserve(n, quota int64) bool {
	for {
		have := m.used.Load()
		if quota > 0 && n > 0 && have+n > quota {
			return false
		}
		if m.used.CompareAndSwap(have, have+n) {
			return true
		}
	}
}

// content is a file's content, in pieces. What is in it never changes; it only grows.
type content struct {
	tree *Memory

	mu      sync.Mutex
	chunks  [][]byte
	starts  []int64 // the offset of each chunk
	size    int64
	counted bool       // it counts for the tree's octets: it is some file's
	owner   *memWriter // who may extend the last chunk in place
}

func (c *content) length() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.size
}

// snap returns the content as it is now.
func (c *content) snap() snapshot {
	c.mu.Lock()
	defer c.mu.Unlock()
	// The header of the last chunk changes as it grows.
	return snapshot{chunks: slices.Clone(c.chunks), starts: slices.Clone(c.starts), size: c.size}
}

// cut returns a content that begins with the first n octets of c.
func (c *content) cut(n int64) *content {
	out := &content{tree: c.tree, counted: true, size: n}
	if n == 0 {
		return out
	}
	s := c.snap()
	i := s.chunk(n - 1)
	out.chunks, out.starts = s.chunks[:i+1], s.starts[:i+1]
	end := n - s.starts[i]
	out.chunks[i] = out.chunks[i][:end:end]
	c.tree.used.Add(n)
	return out
}

// drop is called when the content is no file's any more.
func (c *content) drop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.counted {
		c.counted = false
		c.tree.used.Add(-c.size)
	}
}

// add appends data, which stands in w's buffer.
func (c *content) add(w *memWriter, data []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := int64(len(data))
	if c.counted && !c.tree.reserve(n, w.quota) {
		return ErrQuota
	}
	if last := len(c.chunks) - 1; c.owner == w && w.extends {
		c.chunks[last] = c.chunks[last][:len(c.chunks[last])+len(data)]
	} else {
		c.chunks = append(c.chunks, data)
		c.starts = append(c.starts, c.size)
		c.owner = w
	}
	w.extends = true
	c.size += n
	return nil
}

// snapshot is a content as it was.
type snapshot struct {
	chunks [][]byte
	starts []int64
	size   int64
}

// chunk returns the chunk that holds the octet at off.
func (s *snapshot) chunk(off int64) int {
	return sort.Search(len(s.starts), func(i int) bool { return s.starts[i] > off }) - 1
}

type memFile struct {
	snapshot
	info Info
	at   int64
}

func (f *memFile) Info() Info   { return f.info }
func (f *memFile) Close() error { return nil }

func (f *memFile) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if f.at >= f.size {
		return 0, io.EOF
	}
	i := f.chunk(f.at)
	done := 0
	for ; i < len(f.chunks) && done < len(p); i++ {
		n := copy(p[done:], f.chunks[i][f.at-f.starts[i]:])
		done += n
		f.at += int64(n)
	}
	return done, nil
}

func (f *memFile) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += f.at
	case io.SeekEnd:
		offset += f.size
	}
	if offset < 0 {
		return f.at, pathError("seek", f.info.Name, fs.ErrInvalid)
	}
	f.at = offset
	return offset, nil
}

// WriteTo writes chunk by chunk.
func (f *memFile) WriteTo(w io.Writer) (written int64, err error) {
	for f.at < f.size {
		i := f.chunk(f.at)
		n, err := w.Write(f.chunks[i][f.at-f.starts[i]:])
		f.at += int64(n)
		written += int64(n)
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// Chunks begin small, so that small files are, and double up to a size that writes well.
const (
	minChunk = 4 << 10
	maxChunk = 1 << 20
)

type memWriter struct {
	tree    *Memory
	node    *node
	content *content
	quota   int64
	at      int64

	buf     []byte // what is not used of the chunk in hand
	extends bool   // buf follows what was added last
	next    int    // size of the next chunk
}

func (w *memWriter) Offset() int64 { return w.at }

// room returns a buffer of one octet at least.
func (w *memWriter) room() []byte {
	if len(w.buf) == 0 {
		w.next = min(max(2*w.next, minChunk), maxChunk)
		w.buf = make([]byte, w.next)
		w.extends = false
	}
	return w.buf
}

// commit makes the first n octets of the buffer part of the file.
func (w *memWriter) commit(n int) error {
	if n == 0 {
		return nil
	}
	if err := w.content.add(w, w.buf[:n]); err != nil {
		return pathError("write", "", err)
	}
	w.buf = w.buf[n:]
	w.at += int64(n)
	return nil
}

func (w *memWriter) Write(p []byte) (done int, err error) {
	for len(p) > 0 {
		n := copy(w.room(), p)
		if err := w.commit(n); err != nil {
			return done, err
		}
		done += n
		p = p[n:]
	}
	return done, nil
}

func (w *memWriter) ReadFrom(r io.Reader) (done int64, err error) {
	for {
		n, err := r.Read(w.room())
		if cerr := w.commit(n); cerr != nil {
			return done, cerr
		}
		done += int64(n)
		if err == io.EOF {
			return done, nil
		}
		if err != nil {
			return done, err
		}
	}
}

// Close sets the time of modification. What a small file does not need of its chunk is given back.
func (w *memWriter) Close() error {
	w.tree.mu.Lock()
	if w.node.content == w.content {
		w.node.modTime = w.tree.now()
	}
	w.tree.mu.Unlock()
	c := w.content
	c.mu.Lock()
	defer c.mu.Unlock()
	if last := len(c.chunks) - 1; last >= 0 && c.owner == w && cap(c.chunks[last]) > 2*len(c.chunks[last]) {
		c.chunks[last] = bytes.Clone(c.chunks[last])
	}
	c.owner = nil
	w.buf, w.extends = nil, false
	return nil
}
