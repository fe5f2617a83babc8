package trial

import "testing"

func TestDifference(t *testing.T) {
	for _, test := range []struct{ got, want, expected, actual string }{
		{"same", "same", "", ""},
		{"", "", "", ""},
		{"abc", "abd", `3 octets, from octet 3 on "abd"`, `3 octets, "abc"`},
		{"", "a", `1 octets, from octet 1 on "a"`, `0 octets, ""`},
		{"ab", "a", `1 octets, from octet 2 on "a"`, `2 octets, "ab"`},
	} {
		expected, actual, ok := Difference(test.got, test.want)
		if expected != test.expected || actual != test.actual || ok != (test.got == test.want) {
			t.Errorf("%q, %q: %s, %s, %v", test.got, test.want, expected, actual, ok)
		}
	}
}

func TestUnstuffed(t *testing.T) {
	for wire, want := range map[string]string{
		".\r\n": "", "a\r\n.\r\n": "a\r\n", "..\r\n..a\r\n.\r\n": ".\r\n.a\r\n", "a\n.\nb\r\n.\r\n": "a\n.\nb\r\n", "cut": "cut", "a\r\n": "a\r\n",
	} {
		if got := string(Unstuffed([]byte(wire))); got != want {
			t.Errorf("%q: %q, want %q", wire, got, want)
		}
	}
}
