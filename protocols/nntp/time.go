package nntp

import (
	"time"

	"harness/protocols/wire"
)

// ParseDate parses the answer to DATE, yyyymmddhhmmss, in UTC (RFC 3977 section 7.1).
func ParseDate(s string) (time.Time, error) {
	t, err := time.Parse("20060102150405", s)
	if err != nil || len(s) != 14 {
		return time.Time{}, &wire.SyntaxError{Got: s, Want: "a date and time as yyyymmddhhmmss", Cite: "RFC 3977 section 7.1.2"}
	}
	return t, nil
}

// FormatDate returns t in UTC as DATE answers it, a fraction of a second cut off.
func FormatDate(t time.Time) string { return t.UTC().Format("20060102150405") }

// Since returns the arguments by which NEWGROUPS and NEWNEWS name a point in time: in UTC, with four digits of the year (RFC 3977 section 7.3.2).
func Since(t time.Time) []string {
	t = t.UTC()
	return []string{t.Format("20060102"), t.Format("150405"), "GMT"}
}

// ParseSince parses the date and time of NEWGROUPS and NEWNEWS (RFC 3977 section 7.3.2): yyyymmdd or yymmdd, and hhmmss; local unless GMT was
// given. A year of two digits is that of the current century, of which now tells, if it is not later than now's, and of the previous one otherwise.
func ParseSince(date, clock string, local *time.Location, now time.Time) (time.Time, error) {
	bad := func() (time.Time, error) {
		return time.Time{}, &wire.SyntaxError{Got: date + " " + clock, Want: "a date as yyyymmdd or yymmdd, and a time as hhmmss", Cite: "RFC 3977 section 7.3.2"}
	}
	if len(date) == 6 && digits(date) {
		year := int(date[0]-'0')*10 + int(date[1]-'0')
		century := now.Year() / 100
		if year > now.Year()%100 {
			century--
		}
		date = string([]byte{byte('0' + century/10%10), byte('0' + century%10)}) + date
	}
	if len(date) != 8 || len(clock) != 6 {
		return bad()
	}
	// A leap second is a time all the same.
	if clock[4:] == "60" {
		t, err := ParseSince(date, clock[:4]+"59", local, now)
		return t.Add(time.Second), err
	}
	t, err := time.ParseInLocation("20060102150405", date+clock, local)
	if err != nil {
		return bad()
	}
	return t, nil
}
