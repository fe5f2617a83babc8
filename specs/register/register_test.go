package register_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"harness/specs/register"
)

var (
	idRE      = regexp.MustCompile(`^[a-z][a-z0-9]*/[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	sectionRE = regexp.MustCompile(`^([0-9]+(\.[0-9]+)*|Appendix [A-Z0-9]+(\.[0-9]+)*)$`)
	digestRE  = regexp.MustCompile(`^[0-9a-f]{12}$`)
	tagRE     = regexp.MustCompile(`^[A-Z0-9][A-Z0-9=/-]*( [A-Z0-9][A-Z0-9=/-]*)*$`)
)

func TestEntriesAreValid(t *testing.T) {
	seen := make(map[string]bool)
	rules := make(map[string]string)
	for _, e := range register.All() {
		bad := func(format string, args ...any) {
			t.Helper()
			t.Errorf("%s (%s): %s", e.ID, e.Cite(), fmt.Sprintf(format, args...))
		}
		if seen[e.ID] {
			bad("the ID is taken by another entry")
		}
		seen[e.ID] = true
		if !idRE.MatchString(e.ID) {
			bad("the ID is not protocol/kebab-name")
		}
		if e.RFC <= 0 {
			bad("RFC number %d", e.RFC)
		}
		if !sectionRE.MatchString(e.Section) {
			bad("section %q is neither a number nor an appendix", e.Section)
		}
		if e.Level < register.Must || e.Level > register.May {
			bad("level %v", e.Level)
		}
		if e.Party < register.Client || e.Party > register.Both {
			bad("party %v", e.Party)
		}
		if len(e.Rule) < 20 || e.Rule != strings.Join(strings.Fields(e.Rule), " ") || !strings.HasSuffix(e.Rule, ".") {
			bad("the rule is no folded sentence: %q", e.Rule)
		}
		if other, dup := rules[e.Rule]; dup {
			bad("the same rule as %s", other)
		}
		rules[e.Rule] = e.ID
		if len(e.Digests) == 0 {
			bad("no digest")
		}
		for i, d := range e.Digests {
			if !digestRE.MatchString(d) {
				bad("digest %q is not 12 lower-case hex digits", d)
			}
			if slices.Contains(e.Digests[:i], d) {
				bad("digest %s twice", d)
			}
		}
		if e.Extension != "" && !tagRE.MatchString(e.Extension) {
			bad("extension %q is no capability tag", e.Extension)
		}
		if e.OffWire != strings.TrimSpace(e.OffWire) {
			bad("OffWire has white space at its ends: %q", e.OffWire)
		}
	}
	for _, o := range register.Elsewhere() {
		if o.RFC <= 0 || o.Section == "" || !digestRE.MatchString(o.Digest) || len(o.Why) < 20 {
			t.Errorf("Elsewhere: incomplete: %+v", o)
		}
		if !slices.Contains(register.RFCs(), o.RFC) {
			t.Errorf("Elsewhere: RFC %d has no entry", o.RFC)
		}
	}
}

func TestScope(t *testing.T) {
	if s := register.Scope(1123); len(s) != 1 || s[0] != "4.1" {
		t.Errorf("Scope(1123) = %v", s)
	}
	if s := register.Scope(1939); s != nil {
		t.Errorf("Scope(1939) = %v, and all of it was gone through", s)
	}
	for section, want := range map[string]bool{"4.1": true, "4.1.3.2": true, "4.10": false, "4.2": false, "5.3": false} {
		if got := register.InScope(1123, section); got != want {
			t.Errorf("InScope(1123, %s) = %v", section, got)
		}
	}
	if !register.InScope(1939, "5") {
		t.Error("section 5 of RFC 1939 is not in scope")
	}
	for _, e := range register.All() {
		if !register.InScope(e.RFC, e.Section) {
			t.Errorf("%s: section %s of RFC %d is not in scope", e.ID, e.Section, e.RFC)
		}
	}
}

func TestLookup(t *testing.T) {
	e, ok := register.Lookup("pop3/uidl-unique")
	if !ok || e.RFC != 1939 || e.Protocol() != "pop3" || e.Cite() != "RFC 1939 section 7" {
		t.Fatalf("Lookup(pop3/uidl-unique) = %+v, %v", e, ok)
	}
	e.Digests[0] = "changed"
	if again, _ := register.Lookup("pop3/uidl-unique"); again.Digests[0] == "changed" {
		t.Error("Lookup hands out its own slice")
	}
	if _, ok := register.Lookup("pop3/no-such-rule"); ok {
		t.Error("Lookup finds an ID that does not exist")
	}
}

func TestSelections(t *testing.T) {
	all := register.All()
	if len(register.ForProtocol("pop3")) == 0 || len(register.ForProtocol("pop")) != 0 {
		t.Error("ForProtocol does not select by the whole name")
	}
	n := 0
	for _, rfc := range register.RFCs() {
		for _, e := range register.ByRFC(rfc) {
			if e.RFC != rfc {
				t.Errorf("ByRFC(%d) has %s of RFC %d", rfc, e.ID, e.RFC)
			}
			n++
		}
	}
	if n != len(all) {
		t.Errorf("the RFCs have %d entries together, All has %d", n, len(all))
	}
}

func TestLevelAndPartyText(t *testing.T) {
	in := register.Entry{ID: "x/y", Level: register.MustNot, Party: register.Both}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), `"MUST NOT"`) || !strings.Contains(string(text), `"both"`) {
		t.Errorf("JSON without the names: %s", text)
	}
	var out register.Entry
	if err := json.Unmarshal(text, &out); err != nil || out.Level != in.Level || out.Party != in.Party {
		t.Errorf("read back %+v, %v", out, err)
	}
	if _, err := json.Marshal(register.Level(0)); err == nil {
		t.Error("Level(0) marshals")
	}
	if err := json.Unmarshal([]byte(`"must"`), new(register.Level)); err == nil {
		t.Error(`"must" is read as a level`)
	}
	if err := json.Unmarshal([]byte(`"peer"`), new(register.Party)); err == nil {
		t.Error(`"peer" is read as a party`)
	}
	if !register.Both.Binds(register.Client) || !register.Server.Binds(register.Both) || register.Client.Binds(register.Server) {
		t.Error("Binds is wrong")
	}
}

func ExampleLookup() {
	e, ok := register.Lookup("pop3/uidl-length")
	fmt.Println(ok, e.Level, e.Party)
	fmt.Println(e.Cite())
	fmt.Println(e.Rule)
	// Output:
	// true MUST server
	// RFC 1939 section 7
	// A unique-id has 1 to 70 characters.
}
