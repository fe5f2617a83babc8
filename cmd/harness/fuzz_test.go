package main

import (
	"strings"
	"testing"
)

func FuzzParseURL(f *testing.F) {
	for _, s := range []string{
		"pop3://alice:wonderland@mail.example:110", "pop3s://a@[::1]:995/", "pop3://a:b@h?starttls=1", "pop3://a:b%40c@h", "pop3://", "x://y",
		"pop3://a:se@cret@h:x", "pop3://h/%zz", "mail.example", "pop3://a:b@h?starttls=1&starttls=0",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a := &app{}
		u, err := a.parseURL(text)
		if err == nil {
			if u.host == "" || u.addr == "" || u.dialect == nil {
				t.Fatalf("%q gives %+v", text, u)
			}
			return
		}
		// What stands between the scheme and the last "@" is the account.
		_, rest, ok := strings.Cut(text, "://")
		if !ok {
			return
		}
		userinfo, host, ok := cutLast(rest, "@")
		if !ok {
			return
		}
		_, password, ok := strings.Cut(userinfo, ":")
		if ok && len(password) >= 8 && !strings.Contains(host, password) && strings.Contains(a.redact(err.Error()), password) {
			t.Fatalf("%q: the error shows the password: %v", text, err)
		}
	})
}

func FuzzSplitAddr(f *testing.F) {
	for _, s := range []string{"127.0.0.1", "127.0.0.1:0", "[::1]:110", "::1", "[::1]", "localhost", ":2110", "a:b:c", "h:99999", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, port, err := splitAddr(text); err == nil && (port < -1 || port > 65535) {
			t.Fatalf("%q gives port %d", text, port)
		}
	})
}
