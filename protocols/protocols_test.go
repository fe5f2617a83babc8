package protocols_test

import (
	"slices"
	"strings"
	"testing"

	"harness/protocols"
)

func TestLookup(t *testing.T) {
	names := protocols.Names()
	if !slices.Equal(names, []string{"ftp", "imap", "nntp", "pop3", "smtp"}) {
		t.Errorf("names %v", names)
	}
	for _, n := range names {
		if d, err := protocols.Lookup(n); err != nil || d.Name() != n {
			t.Errorf("%s: %v", n, err)
		}
	}
	if _, err := protocols.Lookup("gopher"); err == nil || !strings.Contains(err.Error(), "ftp, imap, nntp, pop3, smtp") {
		t.Error(err)
	}
	seen := map[string]bool{}
	for _, s := range protocols.Schemes() {
		d, scheme, err := protocols.ByScheme(strings.ToUpper(s))
		if err != nil || scheme.Name != s || seen[s] || scheme.Port < 1 || scheme.Port > 65535 || !strings.HasSuffix(s, "s") && scheme.ImplicitTLS {
			t.Errorf("%s: %v %+v %v", s, d, scheme, err)
		}
		seen[s] = true
	}
	if _, _, err := protocols.ByScheme("http"); err == nil || !strings.Contains(err.Error(), "pop3s") {
		t.Error(err)
	}
}
