package mailstore

import (
	"bytes"
	"fmt"
	"mime"
	"strings"
	"unicode/utf8"
)

// maxDepth bounds how deep parts are looked into.
const maxDepth = 20

// removedAddress stands for an address that ASCII cannot carry.
const removedAddress = "<invalid@internationalized-address-removed.invalid>"

// NeedsUTF8 reports whether a header field of a canonical message, or of a part of it, has octets outside ASCII.
func NeedsUTF8(data []byte) bool {
	need := false
	walk(data, maxDepth, func(field []byte) []byte {
		need = need || !isASCII(field)
		return nil
	})
	return need
}

// Surrogate returns a canonical message with all its header fields in ASCII, for a reader without UTF-8 (RFC 6856 section 2.1): texts
// become encoded words (RFC 2047), parameters are encoded (RFC 2231), addresses outside ASCII are replaced, and a field that cannot be
// carried at all is left out. Bodies stay as they are.
func Surrogate(data []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(data) + len(data)/8)
	walkTo(&out, data, maxDepth, func(field []byte) []byte {
		if isASCII(field) {
			return field
		}
		return surrogateField(field)
	})
	return out.Bytes()
}

func walk(data []byte, depth int, field func([]byte) []byte) { walkTo(nil, data, depth, field) }

// walkTo shows every header field, with its line ends, of an entity and its parts to field, and writes what field returns, and the rest as it
// stands, to out, unless it is nil.
func walkTo(out *bytes.Buffer, data []byte, depth int, field func([]byte) []byte) {
	write := func(p []byte) {
		if out != nil {
			out.Write(p)
		}
	}
	header, body := SplitHeader(data)
	contentType := ""
	for len(header) > 0 && !bytes.HasPrefix(header, []byte("\r\n")) {
		n := fieldLen(header)
		f := header[:n]
		shown := field(f)
		if out != nil {
			f = shown // a type that could not be read may have become one that can: its parts need the same care
		}
		if name, value, ok := bytes.Cut(f, []byte(":")); ok && strings.EqualFold(strings.TrimSpace(string(name)), "Content-Type") {
			contentType = unfold(value)
		}
		write(shown)
		header = header[n:]
	}
	write(header)
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil || depth == 0 {
		write(body)
		return
	}
	switch {
	case kind == "message/rfc822" || kind == "message/global":
		walkTo(out, body, depth-1, field)
	case strings.HasPrefix(kind, "multipart/") && params["boundary"] != "":
		walkParts(out, body, params["boundary"], depth-1, field)
	default:
		write(body)
	}
}

// walkParts does as walkTo for the parts of a multipart body.
func walkParts(out *bytes.Buffer, body []byte, boundary string, depth int, field func([]byte) []byte) {
	write := func(p []byte) {
		if out != nil {
			out.Write(p)
		}
	}
	delimiter := []byte("--" + boundary)
	start, inPart := 0, false // of the part or the preamble in hand
	flush := func(end int) {
		if inPart && end > start {
			walkTo(out, body[start:end], depth, field)
		} else {
			write(body[start:end])
		}
	}
	for at := 0; at < len(body); {
		end := len(body)
		if i := bytes.IndexByte(body[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		line := bytes.TrimRight(body[at:end], " \t\r\n")
		if rest, ok := bytes.CutPrefix(line, delimiter); ok && (len(rest) == 0 || string(rest) == "--") {
			flush(at)
			write(body[at:end])
			start, inPart = end, len(rest) == 0
			if !inPart {
				break
			}
		}
		at = end
	}
	flush(len(body))
}

// fieldLen is the length of the first header field, folded lines and CRLF included.
func fieldLen(header []byte) int {
	for at := 0; ; {
		i := bytes.IndexByte(header[at:], '\n')
		if i < 0 {
			return len(header)
		}
		at += i + 1
		if at >= len(header) || header[at] != ' ' && header[at] != '\t' {
			return at
		}
	}
}

func unfold(value []byte) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", "", "\n", "").Replace(string(value)))
}

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// surrogateField returns the field in ASCII; nil if it is to be left out.
func surrogateField(field []byte) []byte {
	rawName, rawValue, ok := bytes.Cut(field, []byte(":"))
	name := strings.TrimSpace(string(rawName))
	if !ok || !isASCII([]byte(name)) {
		return nil
	}
	value := unfold(rawValue)
	switch strings.TrimPrefix(strings.ToLower(name), "resent-") {
	case "from", "sender", "reply-to", "to", "cc", "bcc", "disposition-notification-to":
		value = surrogateAddresses(value)
	case "content-type", "content-disposition":
		value = surrogateParams(value)
	case "message-id", "in-reply-to", "references", "return-path", "received", "date", "mime-version",
		"content-id", "content-transfer-encoding", "content-location":
		return nil // structured, and nothing to put in place of it
	default:
		value = encodeWords(value)
	}
	return []byte(name + ":" + fold(value) + "\r\n")
}

// fold puts each encoded word on a line of its own if there are several.
func fold(value string) string {
	const sep = "\r\n "
	folded := strings.ReplaceAll(value, "?= =?", "?="+sep+"=?")
	if len(value) > 60 && strings.HasPrefix(value, "=?") {
		return sep + folded
	}
	return " " + folded
}

// encodeWords returns text as encoded words; text that is not UTF-8 gets the charset of RFC 1428 for what is unknown.
func encodeWords(text string) string {
	if isASCII([]byte(text)) {
		return text
	}
	if utf8.ValidString(text) {
		return mime.BEncoding.Encode("utf-8", text)
	}
	return mime.QEncoding.Encode("unknown-8bit", text)
}

// cutOutside splits s at each sep that stands in no quoted string, comment or angle brackets.
func cutOutside(s string, seps string) []string {
	var out []string
	start, depth, angle, quoted := 0, 0, false, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\' && (quoted || depth > 0):
			i++
		case c == '"' && depth == 0:
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')' && depth > 0:
			depth--
		case depth > 0:
		case c == '<':
			angle = true
		case c == '>':
			angle = false
		case !angle && strings.IndexByte(seps, c) >= 0:
			out = append(out, s[start:i])
			start = i + 1
		}
	}
	return append(out, s[start:])
}

func surrogateAddresses(value string) string {
	parts := cutOutside(value, ",")
	for i, p := range parts {
		p = strings.TrimSpace(p)
		if !isASCII([]byte(p)) {
			p = surrogateAddress(p)
		}
		parts[i] = p
	}
	return strings.Join(parts, ",\r\n ")
}

func surrogateAddress(p string) string {
	phrase, addr := "", p
	if i := strings.LastIndexByte(p, '<'); i >= 0 {
		phrase, addr = strings.TrimSpace(p[:i]), strings.TrimSpace(p[i:])
	}
	if q, ok := strings.CutPrefix(phrase, `"`); ok {
		phrase = strings.ReplaceAll(strings.TrimSuffix(q, `"`), `\`, "")
	}
	if isASCII([]byte(addr)) {
		return encodeWords(phrase) + "\r\n " + addr
	}
	if phrase == "" {
		phrase = strings.Trim(addr, "<>")
	}
	return encodeWords(phrase) + "\r\n " + removedAddress
}

// surrogateParams encodes parameters outside ASCII by RFC 2231 section 4.
func surrogateParams(value string) string {
	parts := cutOutside(value, ";")
	out := strings.TrimSpace(parts[0])
	if !isASCII([]byte(out)) {
		out = "application/octet-stream"
	}
	for _, p := range parts[1:] {
		key, val, ok := strings.Cut(strings.TrimSpace(p), "=")
		if !isASCII([]byte(p)) {
			if !ok || !isASCII([]byte(key)) {
				continue
			}
			val = strings.TrimSpace(val)
			if q, ok := strings.CutPrefix(val, `"`); ok {
				val = strings.ReplaceAll(strings.TrimSuffix(q, `"`), `\`, "")
			}
			charset := "utf-8"
			if !utf8.ValidString(val) {
				charset = "unknown-8bit"
			}
			p = strings.TrimSuffix(strings.TrimSpace(key), "*") + "*=" + charset + "''" + percent(val)
		}
		out += ";\r\n " + strings.TrimSpace(p)
	}
	return out
}

func percent(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '.' || c == '-' || c == '_' {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}
