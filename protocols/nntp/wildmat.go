package nntp

import (
	"slices"
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

// Pattern is a pattern for the content of a header (RFC 2980 section 3.3), as XPAT has it: "*" stands for any number of characters, "?" for one, "[a-z_]" for
// one of a set and "[^a-z_]" for one that is not in it, and a backslash takes its meaning from the character behind it. There may be spaces.
type Pattern struct {
	text  string
	items []patternItem
}

// patternItem matches one character, or any number of them.
type patternItem struct {
	star, negated bool
	set           [][2]rune // ranges, ends included; nil for every character
}

func (i patternItem) has(c rune) bool {
	if i.set == nil {
		return true
	}
	in := slices.ContainsFunc(i.set, func(r [2]rune) bool { return r[0] <= c && c <= r[1] })
	return in != i.negated
}

// ParsePattern parses a pattern. A set without an end is an error, and so is a backslash at the end.
func ParsePattern(s string) (*Pattern, error) {
	const cite = "RFC 2980 section 3.3"
	p := &Pattern{text: s}
	text := []rune(s)
	for at := 0; at < len(text); at++ {
		switch c := text[at]; c {
		case '*':
			p.items = append(p.items, patternItem{star: true})
		case '?':
			p.items = append(p.items, patternItem{})
		case '[':
			item := patternItem{}
			at++
			if at < len(text) && text[at] == '^' {
				item.negated = true
				at++
			}
			// A bracket at the beginning is in the set, a dash at either end too.
			for first := true; first || at < len(text) && text[at] != ']'; first = false {
				if at >= len(text) {
					break
				}
				r := [2]rune{text[at], text[at]}
				if at+2 < len(text) && text[at+1] == '-' && text[at+2] != ']' {
					r[1] = text[at+2]
					at += 2
				}
				item.set = append(item.set, r)
				at++
			}
			if at >= len(text) {
				return nil, &wire.SyntaxError{Offset: len(s), Want: `"]" behind a set of characters`, Cite: cite}
			}
			p.items = append(p.items, item)
		default:
			if c == '\\' {
				if at++; at == len(text) {
					return nil, &wire.SyntaxError{Offset: len(s), Want: "a character behind the backslash", Cite: cite}
				}
				c = text[at]
			}
			p.items = append(p.items, patternItem{set: [][2]rune{{c, c}}})
		}
	}
	return p, nil
}

// String returns the pattern as it was parsed.
func (p *Pattern) String() string { return p.text }

// Match reports whether the whole text matches. It takes time proportional to the lengths of text and pattern multiplied, whatever they are.
func (p *Pattern) Match(text string) bool {
	star, back := -1, 0
	i, n := 0, 0
	for n < len(text) {
		c, size := utf8.DecodeRuneInString(text[n:])
		switch {
		case i < len(p.items) && p.items[i].star:
			star, back = i, n
			i++
			continue
		case i < len(p.items) && p.items[i].has(c):
			i, n = i+1, n+size
			continue
		case star < 0:
			return false
		}
		_, size = utf8.DecodeRuneInString(text[back:])
		back += size
		i, n = star+1, back
	}
	for i < len(p.items) && p.items[i].star {
		i++
	}
	return i == len(p.items)
}
