package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harness/clients/ftpclient"
	"harness/mockservers/ftpmock"
	"harness/protocols/ftp"
)

// TestServeFTP serves a directory, for reading and for writing.
func TestServeFTP(t *testing.T) {
	use(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "there.txt"), []byte("here\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	for _, writable := range []bool{false, true} {
		args := []string{"serve", "ftp", "--addr", "127.0.0.1:0", "--data", dir, "--user", "bob:builder", "--quiet"}
		if writable {
			args = append(args, "--writable")
		}
		r := start(t, args...)
		addr := strings.TrimPrefix(r.line(), "ftp://")
		c, err := ftpclient.Dial(ctx, addr, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Login(ctx, "bob", "builder"); err != nil {
			t.Fatal(err)
		}
		if b, err := c.RetrBytes(ctx, "there.txt", nil); string(b) != "here\n" || err != nil {
			t.Errorf("%q, %v", b, err)
		}
		_, err = c.Stor(ctx, "new.txt", strings.NewReader("new\n"), nil)
		if (err == nil) != writable {
			t.Errorf("writable %v: STOR: %v", writable, err)
		}
		if err := c.Quit(ctx); err != nil {
			t.Error(err)
		}
		if code, rest := r.stop(); code != 0 {
			t.Errorf("exit code %d: %s", code, rest)
		}
	}
	if b, err := os.ReadFile(filepath.Join(dir, "new.txt")); string(b) != "new\n" {
		t.Errorf("%q, %v", b, err)
	}
}

// TestCheckFTP judges a server by URL, in a directory of it.
func TestCheckFTP(t *testing.T) {
	use(t)
	srv := ftpmock.New(t)
	u := withAccount(srv.URL())
	code, out, errs := harness(t, "check", u+"/incoming", "--label", "RFC959-4.1.1 && !mutates")
	if code != 0 {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
	wants(t, "the report", out, "PASS", "RFC 959")
	code, _, errs = harness(t, "check", u+"/nowhere")
	if code != exitTrouble || !strings.Contains(errs, "the directory nowhere of the URL") {
		t.Errorf("exit code %d, %s", code, errs)
	}
	code, _, errs = harness(t, "check", strings.Replace(u, "wonderland", "wrong", 1))
	if code != exitTrouble || !strings.Contains(errs, "the login as alice failed") || strings.Contains(errs, "wrong") {
		t.Errorf("exit code %d, %s", code, errs)
	}
}

func TestGreetedBy(t *testing.T) {
	for want, lines := range map[string][]string{
		"vsFTPd 3.0.3": {"(vsFTPd 3.0.3)"},
		"ProFTPD":      {"ProFTPD Server (Debian) [::ffff:192.0.2.1]"},
		"Pure-FTPd":    {"---------- Welcome to Pure-FTPd [privsep] [TLS] ----------", "220-You are user number 1", "bye"},
		"":             {"ready (or so)"},
	} {
		if got := greetedBy(&ftp.Reply{Code: 220, Lines: lines}); got != want {
			t.Errorf("%q: got %q, want %q", lines, got, want)
		}
	}
}
