package transcript

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path"
	"path/filepath"
)

// BlobError says that a blob is not what the session says it is.
type BlobError struct {
	// Name of the blob.
	Name string
	// Problem says what is wrong: the size, the digest.
	Problem string
}

// Error names the blob and the problem.
func (e *BlobError) Error() string { return "blob " + e.Name + ": " + e.Problem }

// SetBlobs says where the session's blobs are read from.
func (s *Session) SetBlobs(src BlobSource) { s.blobs = src }

// Blobs returns the distinct blobs that the session mentions, in the order of their first mention.
func (s *Session) Blobs() []*Blob {
	var out []*Blob
	seen := map[Blob]bool{}
	for it := range s.All() {
		say, ok := it.(*Say)
		if !ok {
			continue
		}
		if b := say.Blob(); b != nil && !seen[*b] {
			seen[*b] = true
			out = append(out, b)
		}
	}
	return out
}

// OpenBlob opens a blob of the session for reading; the caller closes it. Size and digest are checked while it is read: the read
// that would return io.EOF returns a [*BlobError] instead if they are not as the session says. Nothing past Size is handed out.
func (s *Session) OpenBlob(b *Blob) (io.ReadCloser, error) {
	if s.blobs == nil {
		return nil, &BlobError{b.Name, "the session does not know where its blobs are (it was not read from a file)"}
	}
	rc, err := s.blobs.OpenBlob(b.Name)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, &BlobError{b.Name, "missing; it belongs beside " + Position{File: s.Name}.String()}
		}
		return nil, fmt.Errorf("blob %s: %w", b.Name, err)
	}
	return &blobReader{blob: b, rc: rc, sum: sha256.New(), left: b.Size}, nil
}

type blobReader struct {
	blob *Blob
	rc   io.ReadCloser
	sum  hash.Hash
	left int64
	err  error
}

func (r *blobReader) Read(p []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	if len(p) == 0 {
		return 0, nil
	}
	if r.left == 0 {
		r.err = r.end()
		return 0, r.err
	}
	if int64(len(p)) > r.left {
		p = p[:r.left]
	}
	n, err := r.rc.Read(p)
	r.sum.Write(p[:n])
	r.left -= int64(n)
	switch {
	case errors.Is(err, io.EOF) && r.left > 0:
		r.err = &BlobError{r.blob.Name, fmt.Sprintf("%d octets long; the session says %d", r.blob.Size-r.left, r.blob.Size)}
	case err != nil && !errors.Is(err, io.EOF):
		r.err = fmt.Errorf("blob %s: %w", r.blob.Name, err)
	}
	if n > 0 {
		return n, nil
	}
	return 0, r.err
}

// end checks that nothing follows and that the digest is right.
func (r *blobReader) end() error {
	var one [1]byte
	if n, err := io.ReadFull(r.rc, one[:]); n > 0 {
		return &BlobError{r.blob.Name, fmt.Sprintf("longer than the %d octets that the session says", r.blob.Size)}
	} else if !errors.Is(err, io.EOF) {
		return fmt.Errorf("blob %s: %w", r.blob.Name, err)
	}
	if got := hex.EncodeToString(r.sum.Sum(nil)); got != r.blob.SHA256 {
		return &BlobError{r.blob.Name, "its SHA-256 is " + got + "; the session says " + r.blob.SHA256}
	}
	return io.EOF
}

func (r *blobReader) Close() error { return r.rc.Close() }

// MemBlobs holds blobs in memory, by name.
type MemBlobs map[string][]byte

// OpenBlob implements BlobSource.
func (m MemBlobs) OpenBlob(name string) (io.ReadCloser, error) {
	b, ok := m[name]
	if !ok {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// DirBlobs reads blobs from a directory of a file system.
type DirBlobs struct {
	FS fs.FS
	// Dir is a slash-separated path in FS; "." or "" for its root.
	Dir string
}

// OpenBlob implements BlobSource. A name that is none of a file in the directory is fs.ErrInvalid.
func (d DirBlobs) OpenBlob(name string) (io.ReadCloser, error) {
	if !isBlobName(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	return d.FS.Open(path.Join(d.Dir, name))
}

// Save writes the session to a file and its blobs beside it, each to a temporary file first that is then renamed. A blob that is
// there already and is the same stays; another file of that name is an error, since it may belong to another session.
func (s *Session) Save(name string) error {
	if err := s.Check(); err != nil {
		return err
	}
	dir := filepath.Dir(name)
	for _, b := range s.Blobs() {
		if err := s.saveBlob(dir, b); err != nil {
			return err
		}
	}
	text := s.Print()
	return replaceFile(name, func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	})
}

func (s *Session) saveBlob(dir string, b *Blob) error {
	dst := filepath.Join(dir, b.Name)
	if _, err := os.Lstat(dst); err == nil {
		there := &Session{Name: s.Name, blobs: DirBlobs{FS: os.DirFS(dir)}}
		r, err := there.OpenBlob(b)
		if err != nil {
			return err
		}
		defer r.Close()
		if _, err := io.Copy(io.Discard, r); err != nil {
			return fmt.Errorf("%s is there already and is another: %w; move it away or rename the blob", dst, err)
		}
		return nil
	}
	r, err := s.OpenBlob(b)
	if err != nil {
		return err
	}
	defer r.Close()
	return replaceFile(dst, func(w io.Writer) error {
		_, err := io.Copy(w, r)
		return err
	})
}

// replaceFile writes a file under another name beside it and renames it.
func replaceFile(name string, write func(io.Writer) error) (err error) {
	mode := fs.FileMode(0o666)
	if st, err := os.Stat(name); err == nil {
		mode = st.Mode().Perm()
	}
	tmp := fmt.Sprintf("%s.%08x.tmp", name, rand.Uint32())
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(tmp)
		}
	}()
	if err = write(f); err != nil {
		f.Close()
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	return os.Rename(tmp, name)
}
