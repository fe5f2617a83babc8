package register_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"harness/specs/register"
)

// Flags of the test binary, for TestPrintSentences.
var (
	printRFC      = flag.Int("rfc", 0, "print the sentences of this RFC (TestPrintSentences)")
	printSection  = flag.String("section", "", "print only this section and those below it")
	printKeywords = flag.Bool("keywords", false, "print only sentences with a capital key word")
	printMissing  = flag.Bool("uncovered", false, "print only sentences that no entry cites")
)

// readRFC returns the text of rfcN.txt in the folder that HARNESS_RFC_DIR names, or skips the test.
func readRFC(t *testing.T, n int) []byte {
	t.Helper()
	dir := os.Getenv("HARNESS_RFC_DIR")
	if dir == "" {
		t.Skip("HARNESS_RFC_DIR is not set: it names a folder with rfc1939.txt and so on")
	}
	text, err := os.ReadFile(filepath.Join(dir, fmt.Sprintf("rfc%d.txt", n)))
	if err != nil {
		t.Fatalf("HARNESS_RFC_DIR: %v", err)
	}
	return text
}

// place is a sentence: the same words can stand in several sections.
type place struct{ section, digest string }

// levels are the entry levels that a key word may have given rise to; the RFCs write "MUST not" and "SHOULD not" too.
var levels = map[string][]register.Level{
	"MUST":            {register.Must, register.MustNot},
	"MUST NOT":        {register.MustNot},
	"SHALL":           {register.Must, register.MustNot},
	"SHALL NOT":       {register.MustNot},
	"REQUIRED":        {register.Must, register.MustNot},
	"SHOULD":          {register.Should, register.ShouldNot},
	"SHOULD NOT":      {register.ShouldNot},
	"RECOMMENDED":     {register.Should, register.ShouldNot},
	"NOT RECOMMENDED": {register.ShouldNot},
	"MAY":             {register.May},
	"OPTIONAL":        {register.May},
}

// TestCoverage goes through each RFC of the register with its text: every entry's sentences are where it says, and every
// sentence with a capital key word is accounted for, at each of its levels.
func TestCoverage(t *testing.T) {
	for _, rfc := range register.RFCs() {
		t.Run(fmt.Sprintf("RFC%d", rfc), func(t *testing.T) {
			sentences := register.Sentences(readRFC(t, rfc))
			byPlace := make(map[place]register.Sentence)
			sections := make(map[string][]string)
			for _, s := range sentences {
				byPlace[place{s.Section, s.Digest}] = s
				if !slices.Contains(sections[s.Digest], s.Section) {
					sections[s.Digest] = append(sections[s.Digest], s.Section)
				}
			}
			where := func(section, digest string) string {
				if in := sections[digest]; len(in) > 0 {
					return fmt.Sprintf("the sentence is in section %s, not in %s", nearest(section, in), section)
				}
				return fmt.Sprintf("no sentence has the digest %s", digest)
			}

			cited := make(map[place][]register.Level)
			for _, e := range register.ByRFC(rfc) {
				prose := true
				for _, d := range e.Digests {
					p := place{e.Section, d}
					s, ok := byPlace[p]
					if !ok {
						t.Errorf("%s: %s", e.ID, where(e.Section, d))
						continue
					}
					cited[p] = append(cited[p], e.Level)
					prose = prose && len(s.Keywords) == 0
				}
				if prose != e.Prose {
					t.Errorf("%s: Prose is %v, but whether its sentences are without a key word is %v", e.ID, e.Prose, prose)
				}
			}
			elsewhere := make(map[place]bool)
			for _, o := range register.Elsewhere() {
				if o.RFC != rfc {
					continue
				}
				p := place{o.Section, o.Digest}
				if _, ok := byPlace[p]; !ok {
					t.Errorf("Elsewhere: %s", where(o.Section, o.Digest))
				}
				elsewhere[p] = true
			}

			for p, s := range byPlace {
				if len(s.Keywords) == 0 || elsewhere[p] || !register.InScope(rfc, s.Section) {
					continue
				}
				if len(cited[p]) == 0 {
					t.Errorf("no entry for section %s, %s %v: %s", s.Section, s.Digest, s.Keywords, s.Text)
					continue
				}
				for _, k := range s.Keywords {
					if !slices.ContainsFunc(levels[k], func(l register.Level) bool { return slices.Contains(cited[p], l) }) {
						t.Errorf("no entry with the level of %s for section %s, %s: %s", k, s.Section, s.Digest, s.Text)
					}
				}
			}
		})
	}
}

// nearest returns the section of the list that shares the longest beginning with the wanted one.
func nearest(want string, list []string) string {
	common := func(s string) int {
		n := 0
		for n < len(s) && n < len(want) && s[n] == want[n] {
			n++
		}
		return n
	}
	return slices.MaxFunc(list, func(a, b string) int { return common(a) - common(b) })
}

// TestPrintSentences is a tool for whoever writes the entries of an RFC:
//
//	go test ./specs/register -run TestPrintSentences -rfc 3977 -section 3.2 -keywords -uncovered -v
func TestPrintSentences(t *testing.T) {
	if *printRFC == 0 {
		t.Skip("a tool: give -rfc N and -v to print the sentences of RFC N")
	}
	covered := make(map[place][]string)
	for _, e := range register.ByRFC(*printRFC) {
		for _, d := range e.Digests {
			p := place{e.Section, d}
			covered[p] = append(covered[p], e.ID)
		}
	}
	section := ""
	for _, s := range register.Sentences(readRFC(t, *printRFC)) {
		ids := covered[place{s.Section, s.Digest}]
		switch {
		case *printSection != "" && s.Section != *printSection && !strings.HasPrefix(s.Section, *printSection+"."),
			*printKeywords && len(s.Keywords) == 0,
			*printMissing && len(ids) > 0:
			continue
		}
		if s.Section != section {
			section = s.Section
			fmt.Printf("\nSection %s\n", section)
		}
		fmt.Printf("%s  %s\n", s.Digest, s.Text)
		if len(s.Keywords) > 0 {
			fmt.Printf("              %s\n", strings.Join(s.Keywords, ", "))
		}
		for _, id := range ids {
			fmt.Printf("              = %s\n", id)
		}
	}
}
