package ftp

import (
	"strconv"
	"strings"
	"time"

	"harness/protocols/wire"
)

const citeTime = "RFC 3659 section 2.3"

// ParseTime parses a time-val, YYYYMMDDHHMMSS and a fraction, in UTC (RFC 3659 section 2.3). A leap second is the second behind it. What of the
// fraction is finer than a nanosecond is dropped. Lenient rules forgive the years 19100 and on that some servers give for 2000 and on, and
// a period without digits.
func (r Rules) ParseTime(s string) (time.Time, error) {
	digits, fraction, dot := strings.Cut(s, ".")
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) && i != len(digits) {
			return time.Time{}, &wire.SyntaxError{Offset: i, Got: s[i : i+1], Want: "a digit", Cite: citeTime}
		}
	}
	if len(digits) == 15 && strings.HasPrefix(digits, "191") {
		// A year of 1900 and the years since, each printed by itself.
		if err := r.forgive(&wire.SyntaxError{Got: s, Want: "a year of four digits", Cite: citeTime}); err != nil {
			return time.Time{}, err
		}
		years, _ := strconv.Atoi(digits[2:5])
		digits = strconv.Itoa(1900+years) + digits[5:]
	}
	if len(digits) != 14 {
		return time.Time{}, &wire.SyntaxError{Got: s, Want: "YYYYMMDDHHMMSS", Cite: citeTime}
	}
	if dot && fraction == "" {
		if err := r.forgive(&wire.SyntaxError{Offset: len(s), Want: "a digit behind the period", Cite: citeTime}); err != nil {
			return time.Time{}, err
		}
	}
	number := func(from, to int) int {
		n, _ := strconv.Atoi(digits[from:to])
		return n
	}
	year, month, day := number(0, 4), number(4, 6), number(6, 8)
	hour, minute, second := number(8, 10), number(10, 12), number(12, 14)
	nanos := 0
	if fraction != "" {
		nanos, _ = strconv.Atoi((fraction + "000000000")[:9])
	}
	for _, f := range []struct {
		at, got, least, most int
		want                 string
	}{
		{0, year, 1000, 9999, "a year from 1000 to 9999"}, {4, month, 1, 12, "a month from 01 to 12"}, {6, day, 1, 31, "a day from 01 to 31"},
		{8, hour, 0, 23, "an hour from 00 to 23"}, {10, minute, 0, 59, "a minute from 00 to 59"}, {12, second, 0, 60, "a second from 00 to 60"},
	} {
		if f.got < f.least || f.got > f.most {
			return time.Time{}, &wire.SyntaxError{Offset: f.at, Got: s, Want: f.want, Cite: citeTime}
		}
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day {
		return time.Time{}, &wire.SyntaxError{Offset: 6, Got: s, Want: "a day that the month has", Cite: citeTime}
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC), nil
}

// FormatTime returns t as a time-val, in UTC. A fraction of a second is written without zeros at its end, and left out if it is nothing: a
// time-val must not claim more precision than the time has. A year outside of 1000 to 9999 cannot be written; the nearest time that can is.
func FormatTime(t time.Time) string {
	t = t.UTC()
	switch {
	case t.Year() < 1000:
		t = time.Date(1000, 1, 1, 0, 0, 0, 0, time.UTC)
	case t.Year() > 9999:
		t = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
	}
	return t.Format("20060102150405.999999999")
}

// ParseMDTM returns the time of a reply 213 to MDTM (RFC 3659 section 3.3).
func (r Rules) ParseMDTM(reply *Reply) (time.Time, error) {
	if reply.Code != CodeFileStatus {
		return time.Time{}, codeError(reply, CodeFileStatus, "RFC 3659 section 3.3")
	}
	text, err := r.only(reply.Text(), "RFC 3659 section 3.3")
	if err != nil {
		return time.Time{}, err
	}
	return r.ParseTime(text)
}

// ParseSize returns the number of octets of a reply 213 to SIZE (RFC 3659 section 4.3).
func (r Rules) ParseSize(reply *Reply) (int64, error) {
	const cite = "RFC 3659 section 4.3"
	if reply.Code != CodeFileStatus {
		return 0, codeError(reply, CodeFileStatus, cite)
	}
	text, err := r.only(reply.Text(), cite)
	if err != nil {
		return 0, err
	}
	return parseNumber(text, "the size in octets", cite)
}

// only takes spaces off, which lenient rules forgive.
func (r Rules) only(text, cite string) (string, error) {
	trimmed := strings.Trim(text, " ")
	if trimmed == text {
		return text, nil
	}
	return trimmed, r.forgive(&wire.SyntaxError{Offset: 4, Got: text, Want: "one space before the value and none behind it", Cite: cite})
}

// parseNumber parses a decimal number of 0 to 1<<63-1.
func parseNumber(s, want, cite string) (int64, error) {
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil {
		return 0, &wire.SyntaxError{Got: s, Want: want, Cite: cite}
	}
	return int64(n), nil
}
