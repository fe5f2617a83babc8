package imap

import (
	"strings"
	"time"

	"harness/protocols/wire"
)

const months = "JanFebMarAprMayJunJulAugSepOctNovDec"

// AppendDateTime appends a date-time (RFC 9051 section 9) in quotes to b: " 7-Feb-1994 22:43:04 -0800".
func AppendDateTime(b []byte, t time.Time) []byte {
	return t.AppendFormat(b, `"_2-Jan-2006 15:04:05 -0700"`)
}

// FormatDate returns a date as SEARCH takes it: "7-Feb-1994".
func FormatDate(t time.Time) string { return t.Format("2-Jan-2006") }

// ParseDateTime parses the text of a date-time, without quotes. Lenient rules forgive a day of one digit without the space before it.
func (r Rules) ParseDateTime(text string) (time.Time, error) {
	const cite = "RFC 9051 section 9, date-time"
	wrong := &wire.SyntaxError{Got: text, Want: `a date and time such as " 7-Feb-1994 22:43:04 -0800"`, Cite: cite}
	if len(text) == 25 && text[1] == '-' {
		if err := r.forgive(wrong); err != nil {
			return time.Time{}, err
		}
		text = " " + text
	}
	if len(text) != 26 || text[2] != '-' || text[6] != '-' || text[11] != ' ' || text[14] != ':' || text[17] != ':' || text[20] != ' ' || (text[21] != '+' && text[21] != '-') {
		return time.Time{}, wrong
	}
	num := func(s string) int {
		n := 0
		for i := range len(s) {
			if s[i] < '0' || s[i] > '9' {
				return -1
			}
			n = n*10 + int(s[i]-'0')
		}
		return n
	}
	day := num(strings.TrimPrefix(text[:2], " "))
	month := monthOf(text[3:6])
	year, hour, minute, second, zh, zm := num(text[7:11]), num(text[12:14]), num(text[15:17]), num(text[18:20]), num(text[22:24]), num(text[24:26])
	if day < 1 || month == 0 || year < 0 || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 60 || zh < 0 || zm < 0 || zm > 59 {
		return time.Time{}, wrong
	}
	offset := zh*3600 + zm*60
	if text[21] == '-' {
		offset = -offset
	}
	loc := time.UTC
	if offset != 0 {
		loc = time.FixedZone("", offset)
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, loc)
	if second < 60 && t.Day() != day {
		return time.Time{}, wrong // there is no such day
	}
	return t, nil
}

// monthOf returns the number of a month's name, in any case (RFC 9051 section 9 compares strings so); 0 if it is none.
func monthOf(name string) int {
	for i := 0; i < len(months); i += 3 {
		if strings.EqualFold(months[i:i+3], name) {
			return i/3 + 1
		}
	}
	return 0
}

// ParseDate parses a date of SEARCH, without quotes (RFC 9051 section 9, date-text). It is that day at midnight, in UTC.
func (r Rules) ParseDate(text string) (time.Time, error) {
	wrong := &wire.SyntaxError{Got: text, Want: "a date such as 7-Feb-1994", Cite: "RFC 9051 section 9, date"}
	parts := strings.Split(text, "-")
	if len(parts) != 3 || len(parts[0]) < 1 || len(parts[0]) > 2 || len(parts[2]) != 4 {
		return time.Time{}, wrong
	}
	day, n, ok := digits([]byte(parts[0]), 31)
	year, m, ok2 := digits([]byte(parts[2]), 9999)
	month := monthOf(parts[1])
	if !ok || !ok2 || n != len(parts[0]) || m != 4 || month == 0 {
		return time.Time{}, wrong
	}
	t := time.Date(int(year), time.Month(month), int(day), 0, 0, 0, 0, time.UTC)
	if t.Day() != int(day) || day == 0 {
		return time.Time{}, wrong
	}
	return t, nil
}

// dateTime takes a date-time with its quotes.
func (d *Decoder) dateTime(cite string) (time.Time, error) {
	at := d.base + d.at
	s, err := d.quoted(cite)
	if err != nil {
		return time.Time{}, err
	}
	t, err := d.Rules.ParseDateTime(s)
	if e, ok := err.(*wire.SyntaxError); ok {
		e.Offset = at + 1
	}
	return t, err
}

// date takes a date, with quotes or without.
func (d *Decoder) date(cite string) (time.Time, error) {
	at := d.base + d.at
	var s string
	var err error
	if d.peek() == '"' {
		at++
		s, err = d.quoted(cite)
	} else {
		s, err = d.word(classAtom, "a date", cite)
	}
	if err != nil {
		return time.Time{}, err
	}
	t, err := d.Rules.ParseDate(s)
	if e, ok := err.(*wire.SyntaxError); ok {
		e.Offset = at
	}
	return t, err
}
