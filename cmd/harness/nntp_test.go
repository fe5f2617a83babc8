package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"harness/clients/nntpclient"
	"harness/mockservers/nntpmock"
)

// TestServeNNTP serves a directory of articles.
func TestServeNNTP(t *testing.T) {
	use(t)
	dir := t.TempDir()
	article := "From: a@example.org\nNewsgroups: local.talk\nSubject: s\nMessage-ID: <1@example.org>\nDate: 24 Nov 2026 10:00:00 GMT\nPath: x\n\nhere\n"
	if err := os.WriteFile(filepath.Join(dir, "1"), []byte(article), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	r := start(t, "serve", "nntp", "--addr", "127.0.0.1:0", "--data", dir, "--user", "bob:builder", "--feature", "AUTH=required", "--quiet")
	c, err := nntpclient.Dial(ctx, strings.TrimPrefix(r.line(), "nntp://"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Login(ctx, "bob", "builder"); err != nil {
		t.Fatal(err)
	}
	if g, err := c.Group(ctx, "local.talk"); g.Count != 1 || err != nil {
		t.Errorf("%+v, %v", g, err)
	}
	if b, err := c.BodyBytes(ctx, "1"); string(b) != "here\r\n" || err != nil {
		t.Errorf("%q, %v", b, err)
	}
	if err := c.Quit(ctx); err != nil {
		t.Error(err)
	}
	if code, rest := r.stop(); code != 0 {
		t.Errorf("exit code %d: %s", code, rest)
	}
	if code, _, errs := harness(t, "serve", "nntp", "--addr", "127.0.0.1:0", "--data", filepath.Join(dir, "nowhere")); code != exitTrouble || !strings.Contains(errs, "nowhere") {
		t.Errorf("exit code %d, %s", code, errs)
	}
	if code, _, errs := harness(t, "serve", "nntp", "--addr", "127.0.0.1:0", "--data", dir, "--writable"); code != exitTrouble || !strings.Contains(errs, "--writable means nothing for nntp") {
		t.Errorf("exit code %d, %s", code, errs)
	}
}

// TestCheckNNTP judges a server by URL, with a group of it.
func TestCheckNNTP(t *testing.T) {
	use(t)
	for _, o := range [][]nntpmock.Option{nil, {nntpmock.WithImplicitTLS()}, {nntpmock.WithFeatures("MODE=switching")}} {
		srv := nntpmock.New(t, o...)
		u := withAccount(srv.URL())
		args := []string{"--label", "RFC3977-6.1.1.2 && !mutates", "--insecure"}
		for _, u := range []string{u, srv.URL()} { // an account is no must
			code, out, errs := harness(t, append([]string{"check", u + "/example.test"}, args...)...)
			if code != 0 {
				t.Errorf("%s: exit code %d\n%s%s", u, code, out, errs)
			}
			wants(t, "the report", out, "PASS", "RFC 3977")
		}
		for wrong, says := range map[string]string{
			u + "/example.nowhere":                       "the group example.nowhere of the URL",
			strings.Replace(u, "wonderland", "wrong", 1): "the login as alice failed",
		} {
			code, _, errs := harness(t, append([]string{"check", wrong}, args...)...)
			if code != exitTrouble || !strings.Contains(errs, says) || strings.Contains(errs, "wrong") {
				t.Errorf("exit code %d, %s", code, errs)
			}
		}
	}
}
