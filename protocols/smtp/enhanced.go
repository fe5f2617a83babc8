package smtp

import (
	"strconv"
	"strings"
)

// EnhancedUse says where replies have enhanced status codes.
type EnhancedUse uint8

const (
	// EnhancedMaybe takes one for what it is where it stands: the server may have the extension or not.
	EnhancedMaybe EnhancedUse = iota
	// EnhancedAlways wants one on each line of the replies 2yz, 4yz and 5yz: the server announces ENHANCEDSTATUSCODES (RFC 2034 section 4).
	EnhancedAlways
	// EnhancedNever takes none: the greeting and the replies to EHLO and HELO have none (RFC 2034 section 4).
	EnhancedNever
)

// EnhancedCode is an enhanced status code (RFC 3463 section 2). The zero value is none.
type EnhancedCode struct {
	// Class is 2, 4 or 5; Subject and Detail are 0 to 999.
	Class, Subject, Detail int
}

// String returns the code, such as "5.1.1"; "" for none.
func (e EnhancedCode) String() string {
	if e.IsZero() {
		return ""
	}
	return string(e.append(nil))
}

func (e EnhancedCode) append(b []byte) []byte {
	b = strconv.AppendInt(b, int64(e.Class), 10)
	b = append(b, '.')
	b = strconv.AppendInt(b, int64(e.Subject), 10)
	b = append(b, '.')
	return strconv.AppendInt(b, int64(e.Detail), 10)
}

// IsZero reports whether there is no code.
func (e EnhancedCode) IsZero() bool { return e == EnhancedCode{} }

func (e EnhancedCode) valid() bool {
	return (e.Class == 2 || e.Class == 4 || e.Class == 5) && e.Subject >= 0 && e.Subject <= 999 && e.Detail >= 0 && e.Detail <= 999
}

// Meaning returns what the registry says of subject and detail, such as "Bad destination mailbox address"; "" if nothing (RFC 5248).
func (e EnhancedCode) Meaning() string { return meanings[[2]int{e.Subject, e.Detail}] }

// ParseEnhancedCode parses a code, such as "5.1.1". Leading zeros are none of it (RFC 3463 section 2).
func ParseEnhancedCode(s string) (EnhancedCode, bool) {
	e, rest := cutEnhancedCode(s)
	return e, rest == "" && !e.IsZero()
}

// cutEnhancedCode cuts a code and the spaces behind it off a text. Without one it returns the text.
func cutEnhancedCode(s string) (e EnhancedCode, rest string) {
	if len(s) < 5 || s[0] != '2' && s[0] != '4' && s[0] != '5' || s[1] != '.' {
		return e, s
	}
	n := [2]int{}
	at := 2
	for i := range n {
		start := at
		for at < len(s) && at-start < 3 && isDigit(s[at]) {
			n[i] = n[i]*10 + int(s[at]-'0')
			at++
		}
		if at == start || at-start > 1 && s[start] == '0' {
			return e, s
		}
		if i == 0 {
			if at == len(s) || s[at] != '.' {
				return e, s
			}
			at++
		}
	}
	if at < len(s) && s[at] != ' ' {
		return e, s
	}
	return EnhancedCode{int(s[0] - '0'), n[0], n[1]}, strings.TrimLeft(s[at:], " ")
}

// meanings are those of the registry that RFC 5248 made.
var meanings = map[[2]int]string{
	{0, 0}: "Other undefined status",

	{1, 0}: "Other address status", {1, 1}: "Bad destination mailbox address", {1, 2}: "Bad destination system address",
	{1, 3}: "Bad destination mailbox address syntax", {1, 4}: "Destination mailbox address ambiguous", {1, 5}: "Destination address valid",
	{1, 6}: "Destination mailbox has moved, no forwarding address", {1, 7}: "Bad sender's mailbox address syntax",
	{1, 8}: "Bad sender's system address", {1, 9}: "Message relayed to non-compliant mailer", {1, 10}: "Recipient address has null MX",

	{2, 0}: "Other or undefined mailbox status", {2, 1}: "Mailbox disabled, not accepting messages", {2, 2}: "Mailbox full",
	{2, 3}: "Message length exceeds administrative limit", {2, 4}: "Mailing list expansion problem",

	{3, 0}: "Other or undefined mail system status", {3, 1}: "Mail system full", {3, 2}: "System not accepting network messages",
	{3, 3}: "System not capable of selected features", {3, 4}: "Message too big for system", {3, 5}: "System incorrectly configured",
	{3, 6}: "Requested priority was changed",

	{4, 0}: "Other or undefined network or routing status", {4, 1}: "No answer from host", {4, 2}: "Bad connection",
	{4, 3}: "Directory server failure", {4, 4}: "Unable to route", {4, 5}: "Mail system congestion", {4, 6}: "Routing loop detected",
	{4, 7}: "Delivery time expired",

	{5, 0}: "Other or undefined protocol status", {5, 1}: "Invalid command", {5, 2}: "Syntax error", {5, 3}: "Too many recipients",
	{5, 4}: "Invalid command arguments", {5, 5}: "Wrong protocol version", {5, 6}: "Authentication exchange line is too long",

	{6, 0}: "Other or undefined media error", {6, 1}: "Media not supported", {6, 2}: "Conversion required and prohibited",
	{6, 3}: "Conversion required but not supported", {6, 4}: "Conversion with loss performed", {6, 5}: "Conversion failed",
	{6, 6}: "Message content not available", {6, 7}: "Non-ASCII addresses not permitted for that sender/recipient",
	{6, 8}: "UTF-8 string reply is required, but not permitted by the SMTP client",
	{6, 9}: "UTF-8 header message cannot be transferred to one or more recipients",

	{7, 0}: "Other or undefined security status", {7, 1}: "Delivery not authorized, message refused",
	{7, 2}: "Mailing list expansion prohibited", {7, 3}: "Security conversion required but not possible",
	{7, 4}: "Security features not supported", {7, 5}: "Cryptographic failure", {7, 6}: "Cryptographic algorithm not supported",
	{7, 7}: "Message integrity failure", {7, 8}: "Authentication credentials invalid", {7, 9}: "Authentication mechanism is too weak",
	{7, 10}: "Encryption needed", {7, 11}: "Encryption required for requested authentication mechanism",
	{7, 12}: "A password transition is needed", {7, 13}: "User account disabled", {7, 14}: "Trust relationship required",
	{7, 15}: "Priority level is too low", {7, 16}: "Message is too big for the specified priority", {7, 30}: "REQUIRETLS support required",
}
