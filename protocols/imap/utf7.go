package imap

import (
	"encoding/base64"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"harness/protocols/wire"
)

const citeUTF7 = "RFC 3501 section 5.1.3"

// modified is the Base64 of modified UTF-7: with "," in the place of "/", and without padding.
var modified = base64.NewEncoding("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,").WithPadding(base64.NoPadding).Strict()

// EncodeUTF7 returns a mailbox name in modified UTF-7 (RFC 3501 section 5.1.3). Octets that are no UTF-8 become U+FFFD.
func EncodeUTF7(name string) string {
	plain := true
	for i := range len(name) {
		if c := name[i]; c == '&' || c < ' ' || c > '~' {
			plain = false
			break
		}
	}
	if plain {
		return name
	}
	var b strings.Builder
	var shifted []uint16
	flush := func() {
		if len(shifted) == 0 {
			return
		}
		octets := make([]byte, 0, 2*len(shifted))
		for _, u := range shifted {
			octets = append(octets, byte(u>>8), byte(u))
		}
		b.WriteByte('&')
		b.WriteString(modified.EncodeToString(octets))
		b.WriteByte('-')
		shifted = shifted[:0]
	}
	for _, r := range name {
		if r >= ' ' && r <= '~' {
			flush()
			b.WriteRune(r)
			if r == '&' {
				b.WriteByte('-')
			}
			continue
		}
		shifted = utf16.AppendRune(shifted, r)
	}
	flush()
	return b.String()
}

// DecodeUTF7 returns the name that modified UTF-7 stands for. What breaks its rules is a [*wire.SyntaxError]: octets beyond printable ASCII, Base64 that is not ended by "-",
// has bits left over or stands for printable ASCII, two runs of Base64 next to one another, and surrogates that are no pair (RFC 3501 section 5.1.3).
func DecodeUTF7(name string) (string, error) {
	plain := true
	for i := range len(name) {
		if c := name[i]; c < ' ' || c > '~' {
			return "", &wire.SyntaxError{Offset: i, Got: name[i : i+1], Want: "printable ASCII in modified UTF-7", Cite: citeUTF7}
		} else if c == '&' {
			plain = false
		}
	}
	if plain {
		return name, nil
	}
	var b strings.Builder
	ended := -1 // where the last run of Base64 ended
	for i := 0; i < len(name); {
		if name[i] != '&' {
			b.WriteByte(name[i])
			i++
			continue
		}
		wrong := func(want string) error {
			return &wire.SyntaxError{Offset: i, Got: name[i:min(len(name), i+20)], Want: want, Cite: citeUTF7}
		}
		n := strings.IndexByte(name[i:], '-')
		switch {
		case n < 0:
			return "", wrong(`"-" behind "&"`)
		case n == 1:
			b.WriteByte('&')
			i += 2
			continue
		case ended == i:
			return "", wrong("no two runs of Base64 without anything between them")
		}
		octets, err := modified.DecodeString(name[i+1 : i+n])
		if err != nil || len(octets)%2 != 0 {
			return "", wrong("UTF-16 in modified Base64")
		}
		for k := 0; k < len(octets); k += 2 {
			r := rune(octets[k])<<8 | rune(octets[k+1])
			if utf16.IsSurrogate(r) {
				low := utf8.RuneError
				if k+3 < len(octets) {
					low = utf16.DecodeRune(r, rune(octets[k+2])<<8|rune(octets[k+3]))
				}
				if low == utf8.RuneError {
					return "", wrong("surrogates in pairs")
				}
				r, k = low, k+2
			} else if r >= ' ' && r <= '~' {
				return "", wrong("printable ASCII as itself, not in Base64")
			}
			b.WriteRune(r)
		}
		i += n + 1
		ended = i
	}
	return b.String(), nil
}
