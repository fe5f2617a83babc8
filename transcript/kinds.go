package transcript

import (
	"regexp"
	"slices"
	"strings"
)

// Role is what a player does with a value of a kind.
type Role uint8

const (
	// Volatile values change from run to run; the recorded one is played.
	Volatile Role = iota
	// Credential values are, or follow from, a user's name and password; a player makes them anew from those it was given.
	Credential
	// Address values tell the address of a data connection; a player puts the live one in.
	Address
)

// KindInfo describes a kind of value.
type KindInfo struct {
	// Name is the kind's name: lower-case letters, digits and hyphens.
	Name string
	// Doc says in a phrase what it matches: "a decimal number".
	Doc string
	// Args names the arguments that follow the kind, those that may be left out in brackets: "MECHANISM", "[CHANNEL]". "" for none.
	Args string
	// Role says what a player does with it.
	Role Role
	// Secret kinds are redacted.
	Secret bool
	// Example is a value of the kind.
	Example string

	pattern string // a regular expression on octets as runes from 0 to 255, without capturing groups
	re      *regexp.Regexp
	argOK   func(string) bool
	argWant string
}

const (
	dec3 = `(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])`
	mon  = `(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)`
	day  = `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)`
	hms  = `[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?`
	zone = `(?:[+-][0-9]{4}|[A-Z]{1,5})`
	b64  = `(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?`
)

func channelArg(k KindInfo) KindInfo {
	k.Args, k.Role = "[CHANNEL]", Address
	k.argOK = func(s string) bool { return strings.HasPrefix(s, "d") && isChannel(s) }
	k.argWant = `the data connection that is announced, such as "d1"`
	return k
}

func quotedArg(k KindInfo) KindInfo {
	k.Args = "[quoted]"
	k.argOK = func(s string) bool { return s == "quoted" }
	k.argWant = `"quoted", for a value inside a quoted string, or nothing`
	return k
}

var kinds = sortKinds([]KindInfo{
	{Name: "any", Doc: "any octets, or none", Example: "anything", pattern: `(?s:.*)`},
	{Name: "apop", Doc: "the digest of POP3's APOP (RFC 1939 section 7): 32 hexadecimal digits in lower case", Role: Credential, Secret: true,
		Example: "c4c9334bac560ecc979e58001b3e22fb", pattern: `[0-9a-f]{32}`},
	{Name: "base64", Doc: "base64 (RFC 4648 section 4) with its padding; it may be empty", Example: "QXV0aA==", pattern: b64},
	{Name: "date", Doc: "a date, a time or both: ISO 8601, RFC 5322, IMAP's date-time, fourteen digits, or as directory listings have them",
		Example: "2026-01-31T12:00:00Z",
		pattern: `(?:[0-9]{14}(?:\.[0-9]+)?` +
			`|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ]` + hms + `(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?` +
			`|(?:` + day + `, ?)?[ 0-9]?[0-9] ` + mon + ` [0-9]{2,4} ` + hms + `(?: ` + zone + `)?(?: \([^()\r\n]*\))?` +
			`|[ 0-9]?[0-9]-` + mon + `-[0-9]{4}(?: ` + hms + `(?: ` + zone + `)?)?` +
			`|(?:` + day + ` )?` + mon + ` [ 0-9]?[0-9] (?:` + hms + `(?: [0-9]{4})?| ?[0-9]{4})` +
			`|[0-9]{6} [0-9]{6}|[0-9]{8} [0-9]{6}` +
			`|` + hms + `)`},
	channelArg(KindInfo{Name: "eprt", Doc: "the address of FTP's EPRT (RFC 2428 section 2): a family, an address and a port between delimiters", Example: "|1|127.0.0.1|50000|",
		pattern: `[!-~][12][!-~][0-9A-Fa-f:.]+[!-~][0-9]{1,5}[!-~]`}),
	channelArg(KindInfo{Name: "epsv", Doc: "the address in FTP's reply to EPSV (RFC 2428 section 3): a port between delimiters", Example: "|||50000|",
		pattern: `[!-/:-~]{3}[0-9]{1,5}[!-/:-~]`}),
	{Name: "hex", Doc: "hexadecimal digits", Example: "9f86d081", pattern: `[0-9A-Fa-f]+`},
	{Name: "host", Doc: "a host's name or address, or an address literal", Example: "mail.example.org", pattern: `[\[\]0-9A-Za-z._:-]+`},
	{Name: "msgid", Doc: "a message identifier in angle brackets (RFC 5322 section 3.6.4)", Example: "<1@example.org>", pattern: `<[!-;=?-~\x80-\xff]+>`},
	{Name: "number", Doc: "a decimal number", Example: "42", pattern: `[0-9]+`},
	quotedArg(KindInfo{Name: "password", Doc: "a password; with the argument quoted, as it stands between double quotes", Role: Credential, Secret: true, Example: "secret",
		pattern: `[^\x00\r\n]+`}),
	channelArg(KindInfo{Name: "pasv", Doc: "the address in FTP's reply to PASV (RFC 959 section 4.1.2): six numbers", Example: "127,0,0,1,195,80",
		pattern: `(?:` + dec3 + `,){5}` + dec3}),
	channelArg(KindInfo{Name: "port", Doc: "the address of FTP's PORT (RFC 959 section 4.1.2): six numbers", Example: "127,0,0,1,195,80",
		pattern: `(?:` + dec3 + `,){5}` + dec3}),
	{Name: "quoted", Doc: `a quoted string with its quotes; a backslash stands before a quote or backslash`, Example: `"text"`, pattern: `"(?:[^"\\\x00\r\n]|\\["\\])*"`},
	func() KindInfo {
		k := KindInfo{Name: "sasl", Doc: "a response or challenge of a SASL exchange, as it stands on the wire: base64, or \"=\" for an empty initial response",
			Args: "[MECHANISM]", Role: Credential, Secret: true, Example: "AGFsaWNlAHNlY3JldA==", pattern: `(?:=|` + b64 + `)`}
		k.argOK = func(s string) bool {
			for i := 0; i < len(s); i++ {
				if c := s[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
					return false
				}
			}
			return s != ""
		}
		k.argWant = "a SASL mechanism in upper case, such as PLAIN"
		return k
	}(),
	{Name: "secret", Doc: "a secret of some other form", Role: Credential, Secret: true, Example: "secret", pattern: `[^\x00\r\n]+`},
	{Name: "tag", Doc: "the tag of an IMAP command (RFC 3501 section 2.2.1); plain tags need no value, the tracker knows them", Example: "a1", pattern: `[^\x00-\x20\x7f-\xff(){%*"\\+]+`},
	{Name: "text", Doc: "text to the end of the line or the next part; it may be empty", Example: "some text", pattern: `[^\x00\r\n]*`},
	{Name: "timestamp", Doc: "the time stamp in angle brackets of a POP3 greeting (RFC 1939 section 7)", Example: "<1896.697170952@example.org>", pattern: `<[!-;=?-~]+>`},
	{Name: "token", Doc: "a run without space, controls, parentheses, brackets and double quotes: a queue's or transaction's id", Example: "4XyZ1q2w3e", pattern: `[^\x00-\x20\x7f()<>\[\]"]+`},
	{Name: "uid", Doc: "a unique id: 1 to 70 octets that show (RFC 1939 section 7)", Example: "00000001689f2a53", pattern: `[!-~]{1,70}`},
	quotedArg(KindInfo{Name: "user", Doc: "a user's name; with the argument quoted, as it stands between double quotes", Role: Credential, Example: "alice", pattern: `[^\x00\r\n]+`}),
	{Name: "word", Doc: "a run without space and controls", Example: "word", pattern: `[^\x00-\x20\x7f]+`},
})

func sortKinds(list []KindInfo) []*KindInfo {
	var out []*KindInfo
	for _, k := range list {
		k.re = regexp.MustCompile(`^(?:` + k.pattern + `)$`)
		out = append(out, &k)
	}
	slices.SortFunc(out, func(a, b *KindInfo) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// Match reports whether b is a value of the kind.
func (k *KindInfo) Match(b []byte) bool { return k.re.MatchString(latin1(b)) }

// badArg returns what is wanted in place of the argument number i, "" if it is good.
func (k *KindInfo) badArg(i int, arg string) string {
	if k.argOK == nil || i > 0 {
		return `"}}" after the kind`
	}
	if !k.argOK(arg) {
		return k.argWant
	}
	return ""
}

// exampleWord is the example as it stands in a file.
func (k *KindInfo) exampleWord() string {
	if k.Secret {
		return "***"
	}
	return string(appendWord(nil, []byte(k.Example), false))
}

// Kinds returns all kinds, sorted by name.
func Kinds() []*KindInfo { return slices.Clone(kinds) }

// LookupKind returns the kind of that name, nil if there is none.
func LookupKind(name string) *KindInfo {
	i, ok := slices.BinarySearchFunc(kinds, name, func(k *KindInfo, name string) int { return strings.Compare(k.Name, name) })
	if !ok {
		return nil
	}
	return kinds[i]
}

func kindNames() []string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.Name)
	}
	return names
}

// latin1 returns b as a string in which each octet is a rune, so that regular expressions see octets.
func latin1(b []byte) string {
	for _, c := range b {
		if c >= 0x80 {
			out := make([]rune, len(b))
			for i, c := range b {
				out[i] = rune(c)
			}
			return string(out)
		}
	}
	return string(b)
}

// kindExample returns a value of the kind, "***" if there is no such kind.
func kindExample(name string) string {
	if k := LookupKind(name); k != nil {
		return k.Example
	}
	return "***"
}
