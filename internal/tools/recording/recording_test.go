package recording

import (
	"encoding/base64"
	"strings"
	"testing"

	"harness/protocols/pop3"
	"harness/transcript"
)

const password = "wonderland"

func TestLeak(t *testing.T) {
	code := base64.StdEncoding
	for _, text := range []string{
		"C: PASS wonderland", "C: PASS WonderLand", "776f6e6465726c616e64", "776F6E6465726C616E64", "0c2c7b0d1e7bd8ac7e6bf2b3e3bb9f8a wonderland",
		code.EncodeToString([]byte("\x00alice\x00wonderland")), code.EncodeToString([]byte("alice\x00alice\x00wonderland")),
		code.EncodeToString([]byte("wonderland")), code.EncodeToString([]byte("x\x00alice\x00wonderland")), code.EncodeToString([]byte("a\x00wonderland and more")),
		base64.URLEncoding.EncodeToString([]byte("??wonderland")), base64.RawStdEncoding.EncodeToString([]byte("?wonderland")),
	} {
		if leak([]byte(text), password) == "" {
			t.Errorf("%q: not found", text)
		}
	}
	for _, text := range []string{"C: PASS {{*** password}}", "C: PASS looking-glass", code.EncodeToString([]byte("\x00alice\x00looking-glass")), "wonder land"} {
		if where := leak([]byte(text), password); where != "" {
			t.Errorf("%q: %s", text, where)
		}
	}
}

// TestCheck tells each thing that may be wrong with a session.
func TestCheck(t *testing.T) {
	const head = "session: 1\nprotocol: pop3\nserver: s\nclient: c\ndate: 2026-11-23\ncite: RFC 1939\nnote: mail: none\n\n"
	for text, want := range map[string]string{
		head + "S: +OK\n":                            "",
		head + "\nS: +OK\n\n":                        "not canonical",
		head + "S: +OK\nC: PASS x\n":                 "a secret in the open",
		head + "S: +OK wonderland\n":                 "holds the password in the open",
		"session: 1\nprotocol: pop3\n\nS: +OK\n":     `no field "server"`,
		head + "S: +OK\nC: RETR 1\nS: +OK\nS: end\n": "does not end",
	} {
		s, err := transcript.Parse("x.session", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		err = Check(s, pop3.Dialect(), password)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", text, err, want)
		}
	}
}
