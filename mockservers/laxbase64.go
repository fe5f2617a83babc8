package mockservers

// LaxBase64 drops what is not of the Base64 alphabet, as a careless decoder does, and pads. It is for mocks that deviate.
func LaxBase64(text []byte) []byte {
	var out []byte
	for _, c := range text {
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '+' || c == '/' {
			out = append(out, c)
		}
	}
	for len(out)%4 != 0 {
		out = append(out, '=')
	}
	return out
}
