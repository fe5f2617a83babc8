package ftp

import (
	"strings"

	"harness/protocols/wire"
)

const citePath = "RFC 959 appendix II"

// unquote takes a pathname in double quotes, in which quotes are doubled, from the start of s; n is how much of s it took, 0 if it does not end.
func unquote[T string | []byte](s T) (path string, n int) {
	var b []byte
	for i := 1; i < len(s); i++ {
		if s[i] == '"' {
			if i+1 == len(s) || s[i+1] != '"' {
				return string(b), i + 1
			}
			i++
		}
		b = append(b, s[i])
	}
	return "", 0
}

// ParsePathReply returns the pathname of a reply 257 to PWD or MKD: in double quotes, in which a quote is doubled (RFC 959 appendix II). Lenient rules
// forgive text before it, and what follows without a space. Rules with PaddedCR take CR NUL in it for CR (RFC 2640 section 3.1).
func (r Rules) ParsePathReply(reply *Reply) (string, error) {
	if reply.Code != CodePathname {
		return "", codeError(reply, CodePathname, citePath)
	}
	text := reply.Text()
	start := strings.IndexByte(text, '"')
	if start < 0 {
		return "", &wire.SyntaxError{Offset: 4, Got: text, Want: "a pathname in double quotes", Cite: citePath}
	}
	path, n := unquote(text[start:])
	if n == 0 {
		return "", &wire.SyntaxError{Offset: 4 + len(text), Want: "a double quote behind the pathname", Cite: citePath}
	}
	if start > 0 {
		if err := r.forgive(&wire.SyntaxError{Offset: 4, Got: text, Want: "a double quote before the pathname", Cite: citePath}); err != nil {
			return "", err
		}
	}
	if rest := text[start+n:]; rest != "" && rest[0] != ' ' {
		if err := r.forgive(&wire.SyntaxError{Offset: 4 + start + n, Got: rest, Want: "a space behind the pathname", Cite: citePath}); err != nil {
			return "", err
		}
	}
	if r.PaddedCR {
		path = strings.ReplaceAll(path, "\r\x00", "\r")
	}
	return path, nil
}

// QuotePath returns the pathname in double quotes, with those within it doubled: the beginning of the text of a reply 257.
func QuotePath(path string) string { return `"` + strings.ReplaceAll(path, `"`, `""`) + `"` }

// QuotedPath returns the pathname that the text of a reply 257 begins with, or holds; ok is false if there is none.
func QuotedPath[T string | []byte](text T) (path string, ok bool) {
	for i := 0; i < len(text); i++ {
		if text[i] == '"' {
			path, n := unquote(text[i:])
			return path, n > 0
		}
	}
	return "", false
}

// UniqueName returns the name that STOU gave a file, which the preliminary reply, 125 or 150, announces behind "FILE: " (RFC 1123 section 4.1.2.9).
// Lenient rules forgive the word in another case, and the server's words before it or none at all: then the name is what stands in double
// quotes, or behind the last colon.
func (r Rules) UniqueName(reply *Reply) (string, error) {
	const cite, prefix = "RFC 1123 section 4.1.2.9", "FILE: "
	for _, l := range reply.Lines { // of several, the name is on one
		if name, ok := strings.CutPrefix(l, prefix); ok && name != "" {
			return name, nil
		}
	}
	text := reply.Lines[len(reply.Lines)-1]
	e := &wire.SyntaxError{Offset: 4, Got: text, Want: `"FILE: " and the name of the file`, Cite: cite}
	name := ""
	if i := strings.Index(strings.ToUpper(text), prefix); i >= 0 && len(strings.ToUpper(text)) == len(text) {
		name = text[i+len(prefix):]
	} else if q, ok := QuotedPath(text); ok {
		name = q
	} else if i := strings.LastIndex(text, ": "); i >= 0 {
		name = text[i+2:]
	}
	if name == "" {
		return "", e
	}
	return name, r.forgive(e)
}
