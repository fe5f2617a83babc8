package register_test

import (
	"reflect"
	"strings"
	"testing"

	"harness/specs/register"
)

const paged = `


Some Working Group                                            A. N. Other
Request for Comments: 9999                                  Nowhere Ltd.


                          A Protocol Made Up

Status of this Memo

   You MUST NOT see this.

Table of Contents

   1.  Overview ..................................................    1
     1.1.  Wonders . . . . . . . . . . . . . . . . . . . . . . . .    1



Other                       Standards Track                     [Page 1]
` + "\f" + `
RFC 9999                       Made Up                          May 2020


   2.  References ................................................    2

1.  Overview

   The key words "MUST" and "MAY" are to be interpreted as described in
   RFC 2119.  A word such as "SHOULD" in quotes is only named.

   A peer MUST answer (e.g. "no").  It MAY be slow, see J. Smith, section
   3.1.  The mark (".") ends a block.  Is it so?  A wait of approx. 5
   seconds, i.e. Five, is rather SHORT a wait; a client SHOULD



Other                       Standards Track                     [Page 2]
` + "\f" + `
RFC 9999                       Made Up                          May 2020


   NOT give up.

1.1.  Wonders of a title that needs more room than
      one line has

   Rules:

   -  the first is REQUIRED
   -  the second is
      RECOMMENDED.

   1.  A numbered one.
   2.  Another one, etc. and so on.

   Restrictions:
       only at night

   C: HELLO.  THERE.
   S: +OK you MAY
      sit

      rule      = 1*other    ; MUST be short.  Really.
      other     = "x"
                / "y"

2.  References

   [X]  Somebody, "You MUST NOT see this."

2.1.  Normative References

   You MUST NOT see this either.

Appendix A.  More

A.1.  Even More

   It ends here.  "It MUST." Then not.

Authors' Addresses

   A. N. Other MUST NOT be seen.
`

func TestSentences(t *testing.T) {
	type want struct {
		section, text string
		keywords      []string
	}
	wants := []want{
		{"1", `The key words "MUST" and "MAY" are to be interpreted as described in RFC 2119.`, nil},
		{"1", `A word such as "SHOULD" in quotes is only named.`, nil},
		{"1", `A peer MUST answer (e.g. "no").`, []string{"MUST"}},
		{"1", `It MAY be slow, see J. Smith, section 3.1.`, []string{"MAY"}},
		{"1", `The mark (".") ends a block.`, nil},
		{"1", `Is it so?`, nil},
		{"1", `A wait of approx. 5 seconds, i.e. Five, is rather SHORT a wait; a client SHOULD NOT give up.`, []string{"SHOULD NOT"}},
		{"1.1", `Rules:`, nil},
		{"1.1", `the first is REQUIRED`, []string{"REQUIRED"}},
		{"1.1", `the second is RECOMMENDED.`, []string{"RECOMMENDED"}},
		{"1.1", `A numbered one.`, nil},
		{"1.1", `Another one, etc. and so on.`, nil},
		{"1.1", `Restrictions: only at night`, nil},
		{"1.1", `C: HELLO. THERE.`, nil},
		{"1.1", `S: +OK you MAY sit`, []string{"MAY"}},
		{"1.1", `rule = 1*other ; MUST be short. Really.`, []string{"MUST"}},
		{"1.1", `other = "x" / "y"`, nil},
		{"Appendix A.1", `It ends here.`, nil},
		{"Appendix A.1", `"It MUST."`, []string{"MUST"}},
		{"Appendix A.1", `Then not.`, nil},
	}
	// The page breaks taken out by hand, the text is an unpaged RFC with the same sentences.
	unpaged := paged
	for {
		i := strings.Index(unpaged, "\n\n\n\nOther  ")
		if i < 0 {
			break
		}
		j := i + strings.Index(unpaged[i:], "May 2020\n\n\n") + len("May 2020\n\n\n")
		unpaged = unpaged[:i+1] + unpaged[j:]
	}
	if strings.Contains(unpaged, "[Page") {
		t.Fatal("the page breaks are not out")
	}
	for name, text := range map[string]string{
		"paged":   paged,
		"CRLF":    strings.ReplaceAll(paged, "\n", "\r\n"),
		"BOM":     "\ufeff" + paged,
		"unpaged": unpaged,
	} {
		t.Run(name, func(t *testing.T) {
			got := register.Sentences([]byte(text))
			for i, w := range wants {
				if i >= len(got) {
					t.Fatalf("%d sentences, the next should be %q", len(got), w.text)
				}
				g := got[i]
				if g.Section != w.section || g.Text != w.text || !reflect.DeepEqual(g.Keywords, w.keywords) {
					t.Fatalf("sentence %d\n got %q %q %q\nwant %q %q %q", i, g.Section, g.Text, g.Keywords, w.section, w.text, w.keywords)
				}
				if g.Digest != register.Digest(g.Text) {
					t.Errorf("digest of %q", g.Text)
				}
			}
			if len(got) > len(wants) {
				t.Errorf("more sentences: %q", got[len(wants):])
			}
		})
	}
}

// Headings at an indentation, a running header of two lines, and the Roman appendix: the habits of RFC 959 and 1123.
func TestSentencesOldStyle(t *testing.T) {
	page := "\n\n\nOther & Another                                                 [Page 7]\n\f\n\n" +
		strings.Repeat(" ", 72) + "\nRFC 9999                                                    October 1985\nMade Up Protocol\n\n\n"
	text := "1.  ONE\n\n   First.\n" + page +
		"   1.1  SUB\n\n      Second sentence goes over the end of the page, as it is a long\n      one indeed" + page +
		"      and ends.\n\n      1.1.1  \"Quoted\" Title\n\n         Third.\n\n         1. No heading.\n" + page +
		"APPENDIX II -  LAST\n\n   Fourth.\n"
	want := [][2]string{
		{"1", "First."},
		{"1.1", "Second sentence goes over the end of the page, as it is a long one indeed and ends."},
		{"1.1.1", "Third."}, {"1.1.1", "No heading."}, {"Appendix II", "Fourth."},
	}
	var got [][2]string
	for _, s := range register.Sentences([]byte(text)) {
		got = append(got, [2]string{s.Section, s.Text})
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

// TestSentencesSectionsLeftOut cuts a text in which sections lack the one above them, as RFC 2980 does.
func TestSentencesSectionsLeftOut(t *testing.T) {
	const text = `
RFC 9999                       Made Up                          May 2020

1. Extensions

1.1.1 The ONE command

   One does.

1.1.2.  Responses

   Two fails at 3.1.1 times, which
   3.1.1 no heading is.

1.2.1 The TWO command

   Three is done.

1.3 THREE

   Four goes.

1.4.1 Responses

   Five came.

2.1.1 FOUR

   Six is too far.
`
	var got []string
	for _, s := range register.Sentences([]byte(text)) {
		got = append(got, s.Section+": "+s.Text)
	}
	want := []string{"1.1.1: One does.", "1.1.2: Two fails at 3.1.1 times, which 3.1.1 no heading is.", "1.2.1: Three is done.", "1.3: Four goes.", "1.4.1: Five came.", "1.4.1: 2.1.1 FOUR", "1.4.1: Six is too far."}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDigest(t *testing.T) {
	// printf 'a b' | sha256sum
	const want = "c8687a08aa5d"
	for _, s := range []string{"a b", " a\n\t b "} {
		if got := register.Digest(s); got != want {
			t.Errorf("Digest(%q) = %s, want %s", s, got, want)
		}
	}
}

func FuzzSentences(f *testing.F) {
	f.Add([]byte(paged))
	f.Add([]byte("1. A\n\n   B MUST c.\n"))
	f.Add([]byte("Abstract\n\nx\n[Page 1]\n\fRFC 1\n   - y\n"))
	f.Add([]byte("1. A\n\n   a = b ; MAY\n   C: .\n   (1) \". . .\"?! x\xff.  Y\n"))
	f.Fuzz(func(t *testing.T, rfc []byte) {
		size := 0
		for _, s := range register.Sentences(rfc) {
			if s.Text == "" || s.Text != strings.Join(strings.Fields(s.Text), " ") {
				t.Fatalf("text is not folded: %q", s.Text)
			}
			if s.Section == "" {
				t.Fatalf("no section: %q", s.Text)
			}
			if s.Digest != register.Digest(s.Text) {
				t.Fatalf("digest of %q is %s", s.Text, s.Digest)
			}
			for _, k := range s.Keywords {
				if levels[k] == nil || !strings.Contains(s.Text, k) {
					t.Fatalf("key word %q in %q", k, s.Text)
				}
			}
			size += len(s.Text)
		}
		if size > 3*len(rfc) { // an invalid octet becomes three
			t.Fatalf("%d octets of sentences from %d", size, len(rfc))
		}
	})
}
