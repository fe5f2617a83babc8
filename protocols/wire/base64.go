package wire

import "encoding/base64"

// DecodeBase64 decodes standard Base64 (RFC 4648 section 4) as the SASL profiles want it: padded, with nothing but the alphabet, and the pad
// only at the end. What breaks that is a [*SyntaxError] that names cite. The empty text is empty data, not nil.
func DecodeBase64(text []byte, cite string) ([]byte, error) {
	for i, c := range text {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '+', c == '/':
		case c == '=' && i >= len(text)-2 && (i == len(text)-1 || text[i+1] == '='):
		default:
			return nil, &SyntaxError{Offset: i, Got: string(text[i : i+1]), Want: "a character of the Base64 alphabet", Cite: cite}
		}
	}
	data := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(data, text)
	if err != nil {
		return nil, &SyntaxError{Offset: len(text), Want: "Base64 in groups of four characters, padded with =", Cite: cite}
	}
	return data[:n], nil
}
