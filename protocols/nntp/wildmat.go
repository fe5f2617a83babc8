package nntp

import (
	"strings"
	"unicode/utf8"

	"harness/protocols/wire"
)

// Wildmat is a list of patterns for names (RFC 3977 section 4): the last one that matches decides, and one that begins with "!" excludes.
type Wildmat struct {
	text     string
	patterns []pattern
}

type pattern struct {
	negated bool
	text    string
}

// ParseWildmat parses patterns with commas between them. In a pattern "*" stands for any number of characters and "?" for one; the characters "!", ",",
// "[", "\" and "]" stand for nothing in it (section 4.1).
func ParseWildmat(s string) (*Wildmat, error) {
	const cite = "RFC 3977 section 4.1"
	if !utf8.ValidString(s) {
		return nil, &wire.SyntaxError{Got: s, Want: "a wildmat in UTF-8", Cite: cite}
	}
	w := &Wildmat{text: s}
	at := 0
	for _, p := range strings.Split(s, ",") {
		text, negated := strings.CutPrefix(p, "!")
		if text == "" {
			return nil, &wire.SyntaxError{Offset: at, Got: p, Want: "a pattern", Cite: cite}
		}
		if i := strings.IndexAny(text, "![]\\ \t\r\n\x00\x7f"); i >= 0 {
			return nil, &wire.SyntaxError{Offset: at + len(p) - len(text) + i, Got: text[i : i+1], Want: `a character of a pattern, "*" or "?"`, Cite: cite}
		}
		w.patterns = append(w.patterns, pattern{negated, text})
		at += len(p) + 1
	}
	return w, nil
}

// String returns the wildmat as it was parsed.
func (w *Wildmat) String() string { return w.text }

// Match reports whether the name matches (section 4.2). It takes time proportional to the lengths of name and pattern multiplied, whatever they are.
func (w *Wildmat) Match(name string) bool {
	for i := len(w.patterns) - 1; i >= 0; i-- {
		if p := w.patterns[i]; matches(p.text, name) {
			return !p.negated
		}
	}
	return false
}

// matches compares a name with a pattern. Of the asterisks only the last one that was met is ever gone back to, which is enough.
func matches(pattern, name string) bool {
	star, back := -1, 0
	p, n := 0, 0
	for n < len(name) {
		if p < len(pattern) {
			switch c := pattern[p]; {
			case c == '*':
				star, back = p, n
				p++
				continue
			case c == '?':
				_, size := utf8.DecodeRuneInString(name[n:])
				p, n = p+1, n+size
				continue
			case c == name[n]:
				p, n = p+1, n+1
				continue
			}
		}
		if star < 0 {
			return false
		}
		_, size := utf8.DecodeRuneInString(name[back:])
		back += size
		p, n = star+1, back
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}
