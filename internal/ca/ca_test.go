package ca

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// handshake returns the client's error.
func handshake(t *testing.T, server, client *tls.Config) error {
	t.Helper()
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	a.SetDeadline(time.Now().Add(5 * time.Second))
	b.SetDeadline(time.Now().Add(5 * time.Second))
	done := make(chan struct{})
	go func() {
		defer close(done)
		tls.Server(b, server).Handshake()
	}()
	err := tls.Client(a, client).Handshake()
	a.Close()
	<-done
	return err
}

func TestLeaves(t *testing.T) {
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"localhost", "127.0.0.1", "::1", "mail.example.org"} {
		if err := handshake(t, c.ServerConfig(), c.ClientConfig(host)); err != nil {
			t.Errorf("%s: %v", host, err)
		}
	}
	a, err := c.Leaf("b.example", "A.example.")
	if err != nil {
		t.Fatal(err)
	}
	b, err := c.Leaf("a.example", "b.example")
	if err != nil || !bytes.Equal(a.Certificate[0], b.Certificate[0]) {
		t.Errorf("not cached: %v", err)
	}
	for _, host := range []string{"", "two words", "grüße.example", "a\x00b"} {
		if _, err := c.Leaf(host); err == nil {
			t.Errorf("%q: no error", host)
		}
	}
}

func TestClientCertificate(t *testing.T) {
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	crt, err := c.Client("alice")
	if err != nil {
		t.Fatal(err)
	}
	a, b := net.Pipe()
	defer a.Close()
	defer b.Close()
	cfg := c.ClientConfig("localhost")
	cfg.Certificates = []tls.Certificate{crt}
	go tls.Client(a, cfg).Handshake()
	srv := tls.Server(b, c.ServerConfig())
	if err := srv.Handshake(); err != nil {
		t.Fatal(err)
	}
	if chains := srv.ConnectionState().VerifiedChains; len(chains) == 0 || chains[0][0].Subject.CommonName != "alice" {
		t.Errorf("%v", chains)
	}
}

func TestBad(t *testing.T) {
	c, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Faults() {
		cfg, err := c.BadConfig(f)
		if err != nil {
			t.Fatal(err)
		}
		err = handshake(t, cfg, c.ClientConfig("localhost"))
		var invalid x509.CertificateInvalidError
		var host x509.HostnameError
		var unknown x509.UnknownAuthorityError
		ok := false
		switch f {
		case Expired, NotYetValid:
			ok = errors.As(err, &invalid) && invalid.Reason == x509.Expired
		case WrongHost:
			ok = errors.As(err, &host)
		default:
			ok = errors.As(err, &unknown)
		}
		if !ok {
			t.Errorf("%s: %v", f, err)
		}
	}
	if _, err := c.Bad("rotten"); err == nil {
		t.Error("an unknown fault")
	}
	if _, err := c.BadConfig("rotten"); err == nil {
		t.Error("an unknown fault")
	}
	self, err := c.Bad(SelfSigned, "localhost")
	if err != nil {
		t.Fatal(err)
	}
	if self.Leaf.Issuer.String() != self.Leaf.Subject.String() {
		t.Errorf("self-signed: %s by %s", self.Leaf.Subject, self.Leaf.Issuer)
	}
}

func TestLoad(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	const n = 16
	var wg sync.WaitGroup
	cas := make([]*CA, n)
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c, err := Load(dir)
			if err != nil {
				t.Error(err)
				return
			}
			cas[i] = c
		}()
	}
	wg.Wait()
	for _, c := range cas {
		if c == nil || !bytes.Equal(c.PEM(), cas[0].PEM()) {
			t.Fatal("several authorities")
		}
	}
	text, err := os.ReadFile(cas[0].File())
	if err != nil || !bytes.Equal(text, cas[0].PEM()) {
		t.Errorf("%v", err)
	}
	for name, want := range map[string]os.FileMode{"": 0o700 | os.ModeDir, secretFile: 0o600, certFile: 0o644} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".harness-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	if err := handshake(t, cas[1].ServerConfig(), cas[2].ClientConfig("localhost")); err != nil {
		t.Error(err)
	}

	if err := os.WriteFile(filepath.Join(dir, secretFile), []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(dir); err == nil {
		t.Error("a broken file is taken")
	}
}

func TestLoadDefaultDir(t *testing.T) {
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AppData", t.TempDir())
	c, err := Load("")
	if err != nil {
		t.Fatal(err)
	}
	dir, err := DefaultDir()
	if err != nil || c.File() != filepath.Join(dir, "ca.pem") {
		t.Errorf("%s, %v", c.File(), err)
	}
}
