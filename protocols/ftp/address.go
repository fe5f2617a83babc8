package ftp

import (
	"bytes"
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"harness/protocols/wire"
)

// The numbers by which EPRT and EPSV name network protocols (RFC 2428 section 2).
const (
	NetworkIPv4 = 1
	NetworkIPv6 = 2
)

// NetworkOf returns the number of the address's network protocol. An IPv4 address within IPv6 is IPv4.
func NetworkOf(a netip.Addr) int {
	if a.Unmap().Is4() {
		return NetworkIPv4
	}
	return NetworkIPv6
}

// ProtocolError says that EPRT or EPSV names a network protocol that is not known: the server answers 522 (RFC 2428 section 2).
type ProtocolError struct {
	// Network is the number, as it stood.
	Network string
}

// Error names the number.
func (e *ProtocolError) Error() string {
	return fmt.Sprintf("network protocol %s is not known: 1 is IPv4, 2 is IPv6 (RFC 2428 section 2)", wire.Quote([]byte(e.Network)))
}

const (
	citePORT = "RFC 959 section 4.1.2"
	citePASV = "RFC 1123 section 4.1.2.6"
	citeEPRT = "RFC 2428 section 2"
	citeEPSV = "RFC 2428 section 3"
)

// sixNumbers parses h1,h2,h3,h4,p1,p2 at the start of text, and returns where it ends. Spaced permits spaces around the commas. Bad is the offset
// of what does not fit, -1 if all does.
func sixNumbers[T string | []byte](text T, spaced bool) (numbers [6]byte, end, bad int) {
	i := 0
	for n := range numbers {
		if n > 0 {
			for spaced && i < len(text) && text[i] == ' ' {
				i++
			}
			if i == len(text) || text[i] != ',' {
				return numbers, 0, i
			}
			i++
			for spaced && i < len(text) && text[i] == ' ' {
				i++
			}
		}
		v, j := 0, i
		for j < len(text) && isDigit(text[j]) && j < i+3 {
			v = v*10 + int(text[j]-'0')
			j++
		}
		if j == i || v > 255 {
			return numbers, 0, i
		}
		if j < len(text) && isDigit(text[j]) {
			return numbers, 0, i
		}
		numbers[n] = byte(v)
		i = j
	}
	return numbers, i, -1
}

// findSix finds the first six numbers at or behind from that are not part of a longer run of digits.
func findSix[T string | []byte](text T, from int, spaced bool) (numbers [6]byte, start, end int, ok bool) {
	for s := max(from, 0); s < len(text); s++ {
		if !isDigit(text[s]) || s > from && isDigit(text[s-1]) {
			continue
		}
		if n, e, bad := sixNumbers(text[s:], spaced); bad < 0 {
			return n, s, s + e, true
		}
	}
	return numbers, 0, 0, false
}

func addrPort(n [6]byte) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte(n[:4])), uint16(n[4])<<8|uint16(n[5]))
}

// ParsePASV returns the address that a reply to PASV announces. Its form is not laid down: the numbers begin at the text's first digit (RFC 1123
// section 4.1.2.6). Each is 0 to 255, and the port is not 0. Lenient rules forgive other digits before them, and spaces around the commas.
//
// A client does well not to trust the address beyond its port (RFC 2577 section 3).
func (r Rules) ParsePASV(reply *Reply) (netip.AddrPort, error) {
	const want = "six numbers from 0 to 255 with commas between them: h1,h2,h3,h4,p1,p2"
	if reply.Code != CodePassive {
		return netip.AddrPort{}, codeError(reply, CodePassive, citePASV)
	}
	text := reply.Text()
	first := strings.IndexAny(text, "0123456789")
	if first < 0 {
		return netip.AddrPort{}, &wire.SyntaxError{Offset: 4 + len(text), Want: want, Cite: citePASV}
	}
	n, _, bad := sixNumbers(text[first:], false)
	if bad >= 0 {
		e := &wire.SyntaxError{Offset: 4 + first + bad, Got: text[first+bad:], Want: want, Cite: citePASV}
		var ok bool
		if n, _, _, ok = findSix(text, first, true); !ok {
			return netip.AddrPort{}, e
		}
		if err := r.forgive(e); err != nil {
			return netip.AddrPort{}, err
		}
	}
	a := addrPort(n)
	if a.Port() == 0 {
		return a, &wire.SyntaxError{Offset: 4 + first, Got: text[first:], Want: "a port from 1 to 65535", Cite: citePASV}
	}
	return a, nil
}

// codeError is the error for a reply that has another code than the one that can be parsed.
func codeError(reply *Reply, want int, cite string) error {
	return &wire.SyntaxError{Got: strconv.Itoa(reply.Code), Want: "the code " + strconv.Itoa(want), Cite: cite}
}

// FormatPASV returns the text of the reply 227 for an IPv4 address. Another address is an error: EPSV is for it.
func FormatPASV(a netip.AddrPort) (string, error) {
	n, err := FormatPORT(a)
	if err != nil {
		return "", err
	}
	return "Entering Passive Mode (" + n + ")", nil
}

// ParsePORT parses the argument of PORT. The port is not 0. Lenient rules forgive spaces around the commas and at the ends.
func (r Rules) ParsePORT(arg string) (netip.AddrPort, error) {
	const want = "six numbers from 0 to 255 with commas between them: h1,h2,h3,h4,p1,p2"
	n, end, bad := sixNumbers(arg, false)
	if bad < 0 && end < len(arg) {
		bad = end
	}
	if bad >= 0 {
		e := &wire.SyntaxError{Offset: bad, Got: arg[bad:], Want: want, Cite: citePORT}
		trimmed := strings.Trim(arg, " ")
		var b int
		if n, end, b = sixNumbers(trimmed, true); b >= 0 || end != len(trimmed) {
			return netip.AddrPort{}, e
		}
		if err := r.forgive(e); err != nil {
			return netip.AddrPort{}, err
		}
	}
	a := addrPort(n)
	if a.Port() == 0 {
		return a, &wire.SyntaxError{Got: arg, Want: "a port from 1 to 65535", Cite: citePORT}
	}
	return a, nil
}

// FormatPORT returns the argument of PORT. An address that is not IPv4, or port 0, is an error: EPRT is for IPv6.
func FormatPORT(a netip.AddrPort) (string, error) {
	ip := a.Addr().Unmap()
	if !ip.Is4() {
		return "", fmt.Errorf("PORT and PASV have no form for %s, which is not IPv4; use EPRT and EPSV (RFC 2428 section 1)", a.Addr())
	}
	if a.Port() == 0 {
		return "", fmt.Errorf("%s: a data connection needs a port from 1 to 65535", a)
	}
	h := ip.As4()
	return fmt.Sprintf("%d,%d,%d,%d,%d,%d", h[0], h[1], h[2], h[3], a.Port()>>8, a.Port()&0xff), nil
}

// parsePort parses a TCP port of 1 to 65535.
func parsePort[T string | []byte](s T) (uint16, bool) {
	if len(s) == 0 || len(s) > 5 {
		return 0, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return uint16(n), n > 0 && n < 1<<16
}

func isDelimiter(c byte) bool { return c >= 33 && c <= 126 && !isDigit(c) }

// ParseEPRT parses the argument of EPRT. A network protocol that is not IPv4 or IPv6 is a [*ProtocolError]. Lenient rules forgive spaces at the ends.
func (r Rules) ParseEPRT(arg string) (netip.AddrPort, error) {
	trimmed := strings.Trim(arg, " ")
	if trimmed != arg {
		if err := r.forgive(&wire.SyntaxError{Got: arg, Want: "no space at either end", Cite: citeEPRT}); err != nil {
			return netip.AddrPort{}, err
		}
	}
	if trimmed == "" || !isDelimiter(trimmed[0]) {
		return netip.AddrPort{}, &wire.SyntaxError{Got: octetAt(trimmed, 0), Want: "a delimiter, such as |", Cite: citeEPRT}
	}
	f := strings.Split(trimmed, trimmed[:1])
	if len(f) != 5 || f[4] != "" {
		return netip.AddrPort{}, &wire.SyntaxError{Got: arg, Want: "|net-prt|net-addr|tcp-port|", Cite: citeEPRT}
	}
	if f[1] == "" || strings.Trim(f[1], "0123456789") != "" {
		return netip.AddrPort{}, &wire.SyntaxError{Offset: 1, Got: f[1], Want: "the number of a network protocol", Cite: citeEPRT}
	}
	if f[1] != "1" && f[1] != "2" {
		return netip.AddrPort{}, &ProtocolError{Network: f[1]}
	}
	ip, err := netip.ParseAddr(f[2])
	if err != nil || ip.Zone() != "" || ip.Is4() != (f[1] == "1") {
		want := "an IPv4 address in dotted decimal"
		if f[1] == "2" {
			want = "an IPv6 address"
		}
		return netip.AddrPort{}, &wire.SyntaxError{Offset: 3, Got: f[2], Want: want, Cite: citeEPRT}
	}
	port, ok := parsePort(f[3])
	if !ok {
		return netip.AddrPort{}, &wire.SyntaxError{Offset: 4 + len(f[2]), Got: f[3], Want: "a port from 1 to 65535", Cite: citeEPRT}
	}
	return netip.AddrPortFrom(ip, port), nil
}

// FormatEPRT returns the argument of EPRT. An IPv4 address within IPv6 is written as IPv4, and a zone is left out.
func FormatEPRT(a netip.AddrPort) string {
	ip := a.Addr().Unmap().WithZone("")
	return fmt.Sprintf("|%d|%s|%d|", NetworkOf(ip), ip, a.Port())
}

// findEPSV finds (<d><d><d><tcp-port><d>), the last such in text, and returns where what stands within the parentheses begins and ends.
func findEPSV[T string | []byte](text T) (port uint16, start, end int, ok bool) {
	for open := len(text) - 1; open >= 0; open-- {
		if text[open] != '(' {
			continue
		}
		end := open + 1
		for end < len(text) && text[end] != ')' {
			end++
		}
		in := text[open+1 : end]
		if end == len(text) || len(in) < 5 {
			continue
		}
		d := in[0]
		if !isDelimiter(d) || in[1] != d || in[2] != d || in[len(in)-1] != d {
			continue
		}
		if port, ok := parsePort(in[3 : len(in)-1]); ok {
			return port, open + 1, end, true
		}
	}
	return 0, 0, 0, false
}

// ParseEPSV returns the port that a reply to EPSV announces. Lenient rules forgive missing parentheses, a different delimiter in one place, and the
// network protocol or the address being filled in.
func (r Rules) ParseEPSV(reply *Reply) (port uint16, err error) {
	if reply.Code != CodeExtendedPassive {
		return 0, codeError(reply, CodeExtendedPassive, citeEPSV)
	}
	text := reply.Text()
	if port, _, _, ok := findEPSV(text); ok {
		return port, nil
	}
	e := &wire.SyntaxError{Offset: 4, Got: text, Want: "(|||port|) with a port from 1 to 65535", Cite: citeEPSV}
	// The port is the digits before the last delimiter; three more delimiters stand before it.
	end := len(text)
	for end > 0 && !isDigit(text[end-1]) {
		end--
	}
	start := end
	for start > 0 && isDigit(text[start-1]) {
		start--
	}
	port, ok := parsePort(text[start:end])
	if !ok || end == len(text) || start == 0 || !isDelimiter(text[start-1]) || text[end] != text[start-1] || strings.Count(text[:start], text[start-1:start]) < 3 {
		return 0, e
	}
	return port, r.forgive(e)
}

// FormatEPSV returns the text of the reply 229.
func FormatEPSV(port uint16) string {
	return "Entering Extended Passive Mode (|||" + strconv.Itoa(int(port)) + "|)"
}

// ParseEPSVArg parses the argument of EPSV: none, which gives the network 0, the number of a network protocol, or ALL in any case. An unknown number
// is a [*ProtocolError].
func (r Rules) ParseEPSVArg(arg string) (network int, all bool, err error) {
	switch {
	case arg == "":
		return 0, false, nil
	case strings.EqualFold(arg, "ALL"):
		return 0, true, nil
	case arg == "1":
		return NetworkIPv4, false, nil
	case arg == "2":
		return NetworkIPv6, false, nil
	case strings.Trim(arg, "0123456789") == "":
		return 0, false, &ProtocolError{Network: arg}
	}
	return 0, false, &wire.SyntaxError{Got: arg, Want: "the number of a network protocol, or ALL", Cite: citeEPSV}
}

// ParseNetworks returns the network protocols that a reply 522 offers: the numbers in parentheses at its end (RFC 2428 section 2).
func (r Rules) ParseNetworks(reply *Reply) ([]int, error) {
	text := reply.Text()
	e := &wire.SyntaxError{Offset: 4, Got: text, Want: "numbers of network protocols in parentheses, such as (1,2)", Cite: citeEPRT}
	if reply.Code != CodeBadNetworkProtocol {
		return nil, codeError(reply, CodeBadNetworkProtocol, citeEPRT)
	}
	open := strings.LastIndexByte(text, '(')
	if open < 0 {
		return nil, e
	}
	in, rest, found := strings.Cut(text[open+1:], ")")
	if !found {
		return nil, e
	}
	if strings.TrimRight(rest, " .") != "" || strings.Count(text, "(") > 1 || strings.Contains(text[:open], ")") || strings.Contains(in, " ") {
		if err := r.forgive(e); err != nil {
			return nil, err
		}
	}
	var networks []int
	for f := range strings.SplitSeq(in, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(f), 10, 16)
		if err != nil {
			return nil, e
		}
		networks = append(networks, int(n))
	}
	return networks, nil
}

// FormatNetworks returns the text of the reply 522.
func FormatNetworks(networks ...int) string {
	s := make([]string, len(networks))
	for i, n := range networks {
		s[i] = strconv.Itoa(n)
	}
	return "Network protocol not supported, use (" + strings.Join(s, ",") + ")"
}

// word returns where the word that begins at or behind at stands.
func word(text []byte, at int) (start, end int) {
	start = min(at, len(text))
	for start < len(text) && text[start] == ' ' {
		start++
	}
	end = start
	if n := bytes.IndexByte(text[start:], ' '); n >= 0 {
		return start, start + n
	}
	return start, len(text)
}
