package main

import (
	"context"
	"crypto/tls"
	"strings"
	"testing"

	"harness/clients/pop3client"
	"harness/clients/smtpclient"
	"harness/mockservers/smtpmock"
)

// TestServeSMTP serves every role, and POP3, which has what the others took.
func TestServeSMTP(t *testing.T) {
	use(t)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	r := start(t, "serve", "smtp", "submission", "lmtp", "pop3", "--addr", "127.0.0.1:0", "--user", "bob:builder", "--user", "carol:secret", "--data", t.TempDir(), "--quiet")
	addrs := map[string]string{}
	for range 4 {
		scheme, addr, _ := strings.Cut(r.line(), "://")
		addrs[scheme] = addr
	}
	send := func(scheme string, to ...string) {
		t.Helper()
		c, err := smtpclient.Dial(ctx, addrs[scheme], &smtpclient.Options{LMTP: scheme == "lmtp", TLS: &tls.Config{InsecureSkipVerify: true}})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Quit(ctx)
		if scheme == "submission" {
			if err := c.STARTTLS(ctx); err != nil {
				t.Fatal(err)
			}
			if err := c.Login(ctx, "bob", "builder"); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := c.SendMail(ctx, smtpclient.NewEnvelope("bob@example.org", to...), strings.NewReader("From: bob@example.org\r\nSubject: by "+scheme+"\r\n\r\n.\r\n")); err != nil {
			t.Errorf("%s: %v", scheme, err)
		}
	}
	send("smtp", "bob@example.org", "elsewhere@example.com")
	send("submission", "bob@example.org")
	send("lmtp", "bob@example.org", "carol@example.org")
	c, err := pop3client.Dial(ctx, addrs["pop3"], nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(ctx, "bob", "builder"); err != nil {
		t.Fatal(err)
	}
	for i, scheme := range []string{"smtp", "submission", "lmtp"} {
		if m, err := c.RetrBytes(ctx, i+1); err != nil || !strings.Contains(string(m), "\r\nSubject: by "+scheme+"\r\n") || !strings.HasSuffix(string(m), "\r\n\r\n.\r\n") {
			t.Errorf("%q, %v", m, err)
		}
	}
	if code, rest := r.stop(); code != 0 {
		t.Errorf("exit code %d: %s", code, rest)
	}
}

// TestCheckSMTP judges servers by URL.
func TestCheckSMTP(t *testing.T) {
	use(t)
	for _, o := range [][]smtpmock.Option{nil, {smtpmock.WithImplicitTLS()}, {smtpmock.WithFeatures("MODE=lmtp")}} {
		srv := smtpmock.New(t, o...)
		label := "RFC5321-4.1.1.9"
		code, out, errs := harness(t, "check", srv.URL()+"/alice@example.org", "--label", label, "--insecure", "--destructive")
		if code != 0 {
			t.Errorf("%s: exit code %d\n%s%s", srv.URL(), code, out, errs)
		}
		wants(t, "the report", out, "PASS", "RFC 5321")
	}
	u := strings.Replace(withAccount(smtpmock.New(t, smtpmock.WithFeatures("CLEARTEXT=all")).URL()), "wonderland", "wrong", 1)
	code, _, errs := harness(t, "check", u)
	if code != exitTrouble || !strings.Contains(errs, "the login as alice failed") || strings.Contains(errs, "wrong") {
		t.Errorf("exit code %d, %s", code, errs)
	}
}

func TestNamedIn(t *testing.T) {
	for text, want := range map[string]string{
		"ESMTP Postfix (Debian/GNU)":                      "Postfix",
		"ESMTP Exim 4.96 Wed, 25 Nov 2026 13:47:45 +0000": "Exim 4.96",
		"ESMTP OpenSMTPD":                                 "OpenSMTPD",
		"Dovecot ready.":                                  "Dovecot",
		"ESMTP Service Ready":                             "",
		"":                                                "",
	} {
		if got := namedIn(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
