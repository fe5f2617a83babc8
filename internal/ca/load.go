package ca

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

const (
	// secretFile holds key and certificate together, so that they can be put in place in one step.
	secretFile = "ca-key.pem"
	certFile   = "ca.pem"
)

// DefaultDir returns the directory of the user's authority: "harness" in os.UserConfigDir.
func DefaultDir() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("certificate authority: no place to keep it: %w; name a directory", err)
	}
	return filepath.Join(dir, "harness"), nil
}

// Load returns the authority that lives in dir ("" for [DefaultDir]), made there at first use or after it expired. The directory is made
// with mode 0700; its file ca.pem is the certificate to trust, and ca-key.pem, mode 0600, holds the key. Several processes
// may call Load at the same time: all of them get the same authority. A directory that cannot be written, and a file that does not hold
// an authority, are errors.
func Load(dir string) (*CA, error) {
	if dir == "" {
		var err error
		if dir, err = DefaultDir(); err != nil {
			return nil, err
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	path := filepath.Join(dir, secretFile)
	c, err := read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		c, err = create(path, false)
	case errors.Is(err, errExpired):
		c, err = create(path, true)
	}
	if err != nil {
		return nil, err
	}
	c.file = filepath.Join(dir, certFile)
	if old, err := os.ReadFile(c.file); err != nil || !bytes.Equal(old, c.pem) {
		if err := replace(c.file, c.pem, 0o644); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func read(path string) (*CA, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	var key *ecdsa.PrivateKey
	var der []byte
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "EC PRIVATE KEY":
			if key, err = x509.ParseECPrivateKey(block.Bytes); err != nil {
				return nil, fmt.Errorf("certificate authority: %s: %w", path, err)
			}
		case "CERTIFICATE":
			der = block.Bytes
		}
	}
	if key == nil || der == nil {
		return nil, fmt.Errorf("certificate authority: %s does not hold a key and a certificate: remove it, and a new authority is made", path)
	}
	c, err := fromDER(der, key)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if !key.PublicKey.Equal(c.cert.PublicKey) {
		return nil, fmt.Errorf("certificate authority: %s: the key is not the certificate's: remove it, and a new authority is made", path)
	}
	if time.Now().After(c.cert.NotAfter.Add(-renew)) {
		return nil, fmt.Errorf("%s: %w", path, errExpired)
	}
	return c, nil
}

// create makes an authority and puts it at path. If another process was faster, its authority is returned, unless over is set: then
// whatever is there is replaced.
func create(path string, over bool) (*CA, error) {
	c, err := New()
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(c.key)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: %w", err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), c.pem...)
	if over {
		if err := replace(path, text, 0o600); err != nil {
			return nil, err
		}
		return read(path) // another process may have replaced it too: the last one counts
	}
	tmp, err := writeTemp(path, text, 0o600)
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp)
	// A link does not replace what is there, and it appears whole.
	if err := os.Link(tmp, path); err != nil && !errors.Is(err, fs.ErrExist) {
		// A file system without links: rename, which is as whole, though of two processes the last one counts.
		if err := os.Rename(tmp, path); err != nil {
			return nil, fmt.Errorf("certificate authority: %w", err)
		}
	}
	return read(path)
}

func writeTemp(path string, text []byte, mode fs.FileMode) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".harness-*")
	if err != nil {
		return "", fmt.Errorf("certificate authority: %w", err)
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Chmod(mode)
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		os.Remove(f.Name())
		return "", fmt.Errorf("certificate authority: %w", err)
	}
	return f.Name(), nil
}

func replace(path string, text []byte, mode fs.FileMode) error {
	tmp, err := writeTemp(path, text, mode)
	if err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		os.Remove(tmp)
		return fmt.Errorf("certificate authority: %w", err)
	}
	return nil
}
