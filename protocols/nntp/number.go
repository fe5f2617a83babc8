package nntp

import (
	"math"
	"strconv"
	"strings"

	"harness/protocols/wire"
)

// Range is a range of article numbers (RFC 3977 section 6.1.2.2 and others).
type Range struct {
	// Low and High are its ends; High is math.MaxInt64 for a range that is open. A range whose High is less than its Low holds nothing.
	Low, High int64
}

// All is the range of all articles.
var All = Range{Low: 1, High: math.MaxInt64}

// One returns the range of one article.
func One(n int64) Range { return Range{Low: n, High: n} }

// From returns the open range that begins with n.
func From(n int64) Range { return Range{Low: n, High: math.MaxInt64} }

// Open reports whether the range has no end.
func (r Range) Open() bool { return r.High == math.MaxInt64 }

// Has reports whether n is in the range.
func (r Range) Has(n int64) bool { return n >= r.Low && n <= r.High }

// String returns the range as a command has it: "3", "3-" or "3-17".
func (r Range) String() string {
	low := strconv.FormatInt(r.Low, 10)
	switch {
	case r.Open():
		return low + "-"
	case r.Low == r.High:
		return low
	}
	return low + "-" + strconv.FormatInt(r.High, 10)
}

// ParseRange parses "n", "n-" or "n-m". The numbers have 1 to 16 digits (RFC 3977 section 6).
func ParseRange(s string) (Range, error) {
	low, high, dash := strings.Cut(s, "-")
	n, ok := decimal([]byte(low))
	if !ok {
		return Range{}, &wire.SyntaxError{Got: s, Want: "an article number of 1 to 16 digits", Cite: "RFC 3977 section 6.1.2.2"}
	}
	switch {
	case !dash:
		return One(n), nil
	case high == "":
		return From(n), nil
	}
	m, ok := decimal([]byte(high))
	if !ok {
		return Range{}, &wire.SyntaxError{Offset: len(low) + 1, Got: high, Want: "an article number of 1 to 16 digits, or nothing", Cite: "RFC 3977 section 6.1.2.2"}
	}
	return Range{Low: n, High: m}, nil
}

// MessageID is a message-id with its angle brackets (RFC 3977 section 3.6). It is opaque: two are the same if they are equal octet by octet.
type MessageID string

// Check returns an error if the message-id does not have the form of RFC 3977 section 3.6: 3 to 250 printable ASCII characters, "<" first, ">" last
// and nowhere else.
func (m MessageID) Check() error {
	if want := m.want(); want != "" {
		return &wire.SyntaxError{Got: string(m), Want: want, Cite: "RFC 3977 section 3.6"}
	}
	return nil
}

func (m MessageID) want() string {
	n := len(m)
	if n < 3 || n > MaxMessageID || m[0] != '<' || m[n-1] != '>' {
		return `a message-id of 3 to 250 octets in "<" and ">"`
	}
	for i := 1; i < n-1; i++ {
		if c := m[i]; c <= ' ' || c >= 0x7f || c == '>' {
			return "a message-id of printable ASCII without \">\" in it"
		}
	}
	return ""
}
