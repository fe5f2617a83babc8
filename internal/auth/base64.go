package auth

import (
	"encoding/base64"

	"harness/protocols/wire"
)

// Cancel is the line by which a client gives up an exchange, in POP3, SMTP, IMAP and NNTP alike.
const Cancel = "*"

// Encode returns data in Base64, as challenges and responses go over the wire.
func Encode(data []byte) string { return base64.StdEncoding.EncodeToString(data) }

// Decode decodes a challenge or a response, strictly: no other character, padding only at the end. "" is empty data, not nil. The error is a
// [*wire.SyntaxError].
func Decode(text string) ([]byte, error) {
	return wire.DecodeBase64([]byte(text), "RFC 4422 section 4")
}

// EncodeInitial returns an initial response as the argument of a command: "=" if it is empty, and ok false if it is nil, which means that there
// is none.
func EncodeInitial(initial []byte) (arg string, ok bool) {
	switch {
	case initial == nil:
		return "", false
	case len(initial) == 0:
		return "=", true
	}
	return Encode(initial), true
}

// DecodeInitial decodes the argument of a command; "=" is the empty response. The result is never nil without an error.
func DecodeInitial(arg string) ([]byte, error) {
	if arg == "=" {
		return []byte{}, nil
	}
	return Decode(arg)
}
