package smtp

import (
	"net/netip"
	"strings"

	"harness/protocols/wire"
)

const citeLiteral = "RFC 5321 section 4.1.3"

// AddressLiteral is what stands in the brackets of an address literal (RFC 5321 section 4.1.3).
type AddressLiteral struct {
	// Addr is the IPv4 or IPv6 address; not valid for other kinds of addresses.
	Addr netip.Addr
	// Tag and Content are those of a General-address-literal; "" for IP addresses.
	Tag, Content string
}

// String returns the literal with its brackets: "[192.0.2.1]", "[IPv6:2001:db8::1]", "[tag:content]".
func (l AddressLiteral) String() string {
	switch {
	case !l.Addr.IsValid():
		return "[" + l.Tag + ":" + l.Content + "]"
	case l.Addr.Is4():
		return "[" + l.Addr.String() + "]"
	}
	return "[IPv6:" + l.Addr.WithZone("").String() + "]"
}

// LiteralOf returns the address literal of an IP address, such as "[192.0.2.1]": what a client without a name says in EHLO.
func LiteralOf(addr netip.Addr) string { return AddressLiteral{Addr: addr.Unmap()}.String() }

// ParseAddressLiteral parses an address literal with its brackets.
func (r Rules) ParseAddressLiteral(s string) (AddressLiteral, error) {
	if s == "" || s[0] != '[' {
		return AddressLiteral{}, &wire.SyntaxError{Got: octetAt(s, 0), Want: `"[" before an address literal`, Cite: citeLiteral}
	}
	l, end, err := r.literal(s, 0)
	if err == nil && end < len(s) {
		err = &wire.SyntaxError{Offset: end, Got: s[end:], Want: "the end of the address literal", Cite: citeLiteral}
	}
	return l, err
}

// literal parses an address literal at s[at], which is "[", and returns where it ends.
func (r Rules) literal(s string, at int) (l AddressLiteral, end int, err error) {
	at++
	n := strings.IndexByte(s[at:], ']')
	if n < 0 {
		return l, len(s), &wire.SyntaxError{Offset: len(s), Want: `"]" behind an address literal`, Cite: citeLiteral}
	}
	text := s[at : at+n]
	end = at + n + 1
	tag, content, tagged := strings.Cut(text, ":")
	var bad int // offset in content
	var want string
	switch {
	case !tagged:
		content = text
		var b [4]byte
		if b, bad, want = parseIPv4(text); want == "" {
			l.Addr = netip.AddrFrom4(b)
		}
	case strings.EqualFold(tag, "IPv6"):
		var b [16]byte
		if b, bad, want = parseIPv6(content); want == "" {
			l.Addr = netip.AddrFrom16(b)
		}
	default:
		for i := 0; i < len(tag); i++ {
			if classes[tag[i]]&classLDH == 0 {
				return l, end, &wire.SyntaxError{Offset: at + i, Got: tag[i : i+1], Want: "an IPv4 address, or a tag of letters, digits and hyphens before the colon", Cite: citeLiteral}
			}
		}
		if tag == "" || tag[len(tag)-1] == '-' {
			return l, end, &wire.SyntaxError{Offset: at + max(len(tag)-1, 0), Got: octetAt(s, at+max(len(tag)-1, 0)), Want: "a tag that ends with a letter or digit", Cite: citeLiteral}
		}
		want = "printable ASCII without brackets and backslash behind the tag"
		for bad < len(content) && isVChar(content[bad]) && content[bad] != '[' && content[bad] != '\\' {
			bad++
		}
		if bad == len(content) && content != "" {
			want = ""
		}
		l.Tag, l.Content = tag, content
	}
	if want != "" {
		at += len(text) - len(content) + bad
		return l, end, &wire.SyntaxError{Offset: at, Got: octetAt(s, at), Want: want, Cite: citeLiteral}
	}
	return l, end, nil
}

// parseIPv4 parses Snum 3("." Snum). Want says what is missing at the offset bad; "" if nothing.
func parseIPv4(s string) (b [4]byte, bad int, want string) {
	at := 0
	for i := range b {
		if i > 0 {
			if at == len(s) || s[at] != '.' {
				return b, at, "a dot between the four numbers of an IPv4 address"
			}
			at++
		}
		start, n := at, 0
		for at < len(s) && at-start < 3 && isDigit(s[at]) {
			n = n*10 + int(s[at]-'0')
			at++
		}
		if at == start || n > 255 {
			return b, start, "a number from 0 to 255 in an IPv4 address"
		}
		b[i] = byte(n)
	}
	if at < len(s) {
		return b, at, "the end of the IPv4 address"
	}
	return b, 0, ""
}

// parseIPv6 parses IPv6-addr.
func parseIPv6(s string) (b [16]byte, bad int, want string) {
	const group = "a group of one to four hexadecimal digits in an IPv6 address"
	at, n, gap := 0, 0, -1 // n octets were read, those behind gap stand at the end
	if strings.HasPrefix(s, "::") {
		gap, at = 0, 2
	}
	for at < len(s) {
		start, v := at, 0
		for at < len(s) && at-start < 4 && hexValue(s[at]) >= 0 {
			v = v<<4 | hexValue(s[at])
			at++
		}
		if at < len(s) && s[at] == '.' && at > start {
			v4, bad, want := parseIPv4(s[start:])
			if want != "" {
				return b, start + bad, want
			}
			if n > 12 {
				return b, start, "at most 128 bits in an IPv6 address"
			}
			n += copy(b[n:], v4[:])
			at = len(s)
			break
		}
		if at == start {
			return b, at, group
		}
		if n == 16 {
			return b, start, "at most eight groups in an IPv6 address"
		}
		b[n], b[n+1] = byte(v>>8), byte(v)
		n += 2
		if at == len(s) {
			break
		}
		if s[at] != ':' {
			return b, at, "a colon between the groups of an IPv6 address"
		}
		at++
		if at < len(s) && s[at] == ':' {
			if gap >= 0 {
				return b, at, `only one "::" in an IPv6 address`
			}
			gap = n
			at++
			continue
		}
		if at == len(s) {
			return b, at, group
		}
	}
	switch {
	case gap < 0 && n != 16:
		return b, at, `eight groups, or "::", in an IPv6 address`
	case gap >= 0 && n > 12:
		return b, at, `a "::" that stands for two groups at least`
	case gap >= 0:
		moved := n - gap
		copy(b[16-moved:], b[gap:n])
		clear(b[gap : 16-moved])
	}
	return b, 0, ""
}

func hexValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c >= 'a' && c <= 'f':
		return int(c-'a') + 10
	case c >= 'A' && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
