package ftp

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"harness/protocols/wire"
)

// ErrNoEntry is returned for lines of LIST that stand for nothing: "total 12", and empty ones.
var ErrNoEntry = errors.New("a line of the listing that is no entry")

const citeLIST = "RFC 959 section 4.1.3"

// ParseList parses a line of the answer to LIST, without terminator. Its form is not laid down (RFC 959 section 4.1.3); the forms known are those of Unix
// (dates with the time, the year, or in numbers; with or without links, owner and group; devices and links), of DOS, and EPLF. Entry.Raw is
// always set, to keep what could not be parsed. A line that is no entry is ErrNoEntry, and one in another form a [*wire.SyntaxError].
//
// Now serves for dates without a year, which are taken to be in the past, and gives their location: the server does not say in which zone it
// writes. Names are as they stand: of a link, what stands before the first " -> ".
func ParseList(line string, now time.Time) (Entry, error) {
	e := Entry{Raw: line, Size: -1}
	if strings.TrimSpace(line) == "" {
		return e, ErrNoEntry
	}
	if i := strings.IndexAny(line, "\n\x00"); i >= 0 {
		return e, &wire.SyntaxError{Offset: i, Got: line[i : i+1], Want: "a line without LF and NUL", Cite: citeLIST}
	}
	var ok bool
	switch c := line[0]; {
	case c == '+':
		ok = e.parseEPLF(line)
	case isDigit(c):
		ok = e.parseDOS(line, now.Location())
	default:
		if rest, isTotal := strings.CutPrefix(line, "total "); isTotal && isNumber(strings.TrimSpace(rest)) {
			return e, ErrNoEntry
		}
		ok = e.parseUnix(line, now)
	}
	if !ok {
		return Entry{Raw: line, Size: -1}, &wire.SyntaxError{Got: line, Want: "an entry in the form of Unix, DOS or EPLF", Cite: citeLIST}
	}
	return e, nil
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// field is a word of a line and where it stands.
type field struct {
	text       string
	start, end int
}

// fields returns the first words of the line, as many as a Unix listing has before the name and some more.
func fields(line string) []field {
	var out []field
	for i := 0; i < len(line) && len(out) < 24; {
		for i < len(line) && (line[i] == ' ' || line[i] == '\t') {
			i++
		}
		start := i
		for i < len(line) && line[i] != ' ' && line[i] != '\t' {
			i++
		}
		if i > start {
			out = append(out, field{line[start:i], start, i})
		}
	}
	return out
}

// parseUnix parses what ls -l prints. The date is what is sure of its form; the size stands before it, and the name behind it and one space.
func (e *Entry) parseUnix(line string, now time.Time) bool {
	f := fields(line)
	if len(f) < 4 || !e.parseMode(f[0].text) {
		return false
	}
	at := 1
	for at < len(f) {
		if n, t, ok := unixDate(f[at:], now); ok && at >= 2 && isNumber(f[at-1].text) {
			e.Modify = t
			return e.finishUnix(line, f, at, f[at+n-1].end)
		}
		at++
	}
	return false
}

// finishUnix takes what stands before the date at f[date], and the name behind it.
func (e *Entry) finishUnix(line string, f []field, date, end int) bool {
	size, owner := date-1, 1
	if e.Type == OSEntry && size > 1 && strings.HasSuffix(f[size-1].text, ",") {
		size-- // a device has two numbers in place of the size
	} else if n, err := strconv.ParseInt(f[size].text, 10, 64); err == nil {
		e.Size = n
	} else {
		return false
	}
	if owner < size && isNumber(f[owner].text) {
		if n, err := strconv.ParseInt(f[owner].text, 10, 32); err == nil {
			e.Links = int(n)
			owner++
		}
	}
	if owner < size {
		e.Owner = f[owner].text
		if owner+1 < size {
			e.Group = line[f[owner+1].start:f[size-1].end]
		}
	}
	if end >= len(line) || line[end] != ' ' || end+1 == len(line) {
		return false
	}
	e.Name = line[end+1:]
	if e.Type == LinkEntry {
		if name, target, ok := strings.Cut(e.Name, " -> "); ok && name != "" {
			e.Name, e.LinkTarget = name, target
		}
	}
	e.dots()
	return true
}

// dots gives the entries of the directory itself and its parent their types.
func (e *Entry) dots() {
	switch {
	case e.Type != DirEntry:
	case e.Name == ".":
		e.Type = CDirEntry
	case e.Name == "..":
		e.Type = PDirEntry
	}
}

// parseMode parses the type and the permissions, such as "drwxr-xr-x".
func (e *Entry) parseMode(s string) bool {
	if len(s) < 10 || len(s) > 11 {
		return false
	}
	switch s[0] {
	case '-':
		e.Type = FileEntry
	case 'd':
		e.Type = DirEntry
	case 'l':
		e.Type = LinkEntry
	case 'b', 'c', 'p', 's', 'D', 'n', 'w', 'C', 'P', 'M':
		e.Type, e.OSType = OSEntry, s[:1]
	default:
		return false
	}
	if len(s) == 11 && strings.IndexByte("+.@", s[10]) < 0 {
		return false
	}
	const letters = "rwxrwxrwx"
	var m fs.FileMode
	for i := range 9 {
		bit := fs.FileMode(1) << (8 - i)
		special := [...]fs.FileMode{fs.ModeSetuid, fs.ModeSetgid, fs.ModeSticky}[i/3]
		c := s[1+i]
		switch {
		case c == '-':
		case c == letters[i]:
			m |= bit
		case i%3 == 2 && (c == 's' && i < 8 || c == 't' && i == 8):
			m |= bit | special
		case i%3 == 2 && ((c == 'S' || c == 'l' || c == 'L') && i < 8 || c == 'T' && i == 8):
			m |= special
		default:
			return false
		}
	}
	e.Mode, e.HasMode = m, true
	return true
}

var months = [...]string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

func month(s string) (time.Month, bool) {
	if len(s) != 3 {
		return 0, false
	}
	for i, m := range months {
		if strings.EqualFold(s, m) {
			return time.Month(i + 1), true
		}
	}
	return 0, false
}

// small parses one or two digits.
func small(s string) (int, bool) {
	if len(s) == 0 || len(s) > 2 || !isNumber(s) {
		return 0, false
	}
	n, _ := strconv.Atoi(s)
	return n, true
}

// unixDate parses "Nov 20 09:12", "Nov 20 2023", "20 Nov 2023", "2023-11-20 09:12" and "2023-11-20 09:12:01.5 +0100"; n is how many words it took.
func unixDate(f []field, now time.Time) (n int, t time.Time, ok bool) {
	loc := now.Location()
	if len(f) < 2 {
		return 0, t, false
	}
	if d, err := time.Parse("2006-01-02", f[0].text); err == nil {
		h, m, s, ok := clock(f[1].text)
		if !ok {
			return 0, t, false
		}
		if len(f) > 2 && len(f[2].text) == 5 && (f[2].text[0] == '+' || f[2].text[0] == '-') && isNumber(f[2].text[1:]) && strings.ContainsRune(f[1].text, '.') {
			if z, err := time.Parse("-0700", f[2].text); err == nil {
				return 3, time.Date(d.Year(), d.Month(), d.Day(), h, m, s, 0, z.Location()), true
			}
		}
		return 2, time.Date(d.Year(), d.Month(), d.Day(), h, m, s, 0, loc), true
	}
	if len(f) < 3 {
		return 0, t, false
	}
	mon, monOK := month(f[0].text)
	day, dayOK := small(strings.TrimSuffix(f[1].text, ","))
	if !monOK {
		mon, monOK = month(f[1].text)
		day, dayOK = small(strings.TrimSuffix(f[0].text, "."))
	}
	if !monOK || !dayOK || day < 1 || day > 31 {
		return 0, t, false
	}
	if h, m, s, ok := clock(f[2].text); ok {
		// The year is the last in which the date is not in the future; a day is allowed for zones.
		for year := now.Year() + 1; year > now.Year()-9; year-- {
			t := time.Date(year, mon, day, h, m, s, 0, loc)
			if t.Day() == day && !t.After(now.Add(24*time.Hour)) {
				return 3, t, true
			}
		}
		return 0, t, false
	}
	if len(f[2].text) != 4 || !isNumber(f[2].text) {
		return 0, t, false
	}
	year, _ := strconv.Atoi(f[2].text)
	t = time.Date(year, mon, day, 0, 0, 0, 0, loc)
	return 3, t, t.Day() == day
}

// clock parses "09:12", "9:12", "09:12:01" and "09:12:01.123".
func clock(s string) (h, m, sec int, ok bool) {
	s, fraction, dot := strings.Cut(s, ".")
	if dot && !isNumber(fraction) {
		return 0, 0, 0, false
	}
	parts := strings.Split(s, ":")
	if len(parts) < 2 || len(parts) > 3 {
		return 0, 0, 0, false
	}
	var n [3]int
	for i, p := range parts {
		v, ok := small(p)
		if !ok || i > 0 && len(p) != 2 {
			return 0, 0, 0, false
		}
		n[i] = v
	}
	return n[0], n[1], n[2], n[0] < 24 && n[1] < 60 && n[2] <= 60
}

// parseDOS parses "11-20-24  09:12AM       <DIR>          name", with a size in place of <DIR> for a file.
func (e *Entry) parseDOS(line string, loc *time.Location) bool {
	f := fields(line)
	if len(f) < 4 {
		return false
	}
	date := strings.FieldsFunc(f[0].text, func(c rune) bool { return c == '-' || c == '/' || c == '.' })
	if len(date) != 3 || !isNumber(date[0]) || !isNumber(date[1]) || !isNumber(date[2]) {
		return false
	}
	n := [3]int{}
	for i, d := range date {
		if len(d) > 4 {
			return false
		}
		n[i], _ = strconv.Atoi(d)
	}
	mon, day, year := n[0], n[1], n[2]
	switch {
	case len(date[0]) == 4:
		year, mon, day = n[0], n[1], n[2]
	case len(date[2]) == 4:
	case len(date[2]) == 2 && year < 70:
		year += 2000
	case len(date[2]) == 2:
		year += 1900
	default:
		return false
	}
	at := 2
	when, half := f[1].text, ""
	if k := len(when) - 2; k > 0 && (strings.EqualFold(when[k:], "AM") || strings.EqualFold(when[k:], "PM")) {
		when, half = when[:k], strings.ToUpper(when[k:])
	} else if strings.EqualFold(f[2].text, "AM") || strings.EqualFold(f[2].text, "PM") {
		half = strings.ToUpper(f[2].text)
		at++
	}
	h, m, s, ok := clock(when)
	if !ok || half != "" && (h < 1 || h > 12) || at+1 >= len(f) {
		return false
	}
	switch half {
	case "AM":
		h %= 12
	case "PM":
		h = h%12 + 12
	}
	e.Modify = time.Date(year, time.Month(mon), day, h, m, s, 0, loc)
	if e.Modify.Day() != day || mon < 1 || mon > 12 {
		return false
	}
	what := f[at]
	switch kind := strings.ToUpper(what.text); kind {
	case "<DIR>":
		e.Type = DirEntry
	case "<JUNCTION>", "<SYMLINK>", "<SYMLINKD>":
		e.Type = LinkEntry
	default:
		size, err := strconv.ParseUint(strings.ReplaceAll(what.text, ",", ""), 10, 63)
		if err != nil {
			return false
		}
		e.Type, e.Size = FileEntry, int64(size)
	}
	rest := line[what.end:]
	if !strings.HasPrefix(rest, " ") {
		return false
	}
	if e.Type == FileEntry {
		e.Name = rest[1:]
	} else {
		// <DIR> is padded to the width of a size: 10 spaces behind <DIR>, one column less for each octet that the word is longer.
		for pad := 15 - len(what.text); pad > 0 && strings.HasPrefix(rest, " "); pad-- {
			rest = rest[1:]
		}
		e.Name = rest
		if strings.TrimSpace(rest) == "" {
			return false
		}
	}
	if e.Type == LinkEntry {
		if name, target, ok := strings.Cut(e.Name, " ["); ok && strings.HasSuffix(target, "]") {
			e.Name, e.LinkTarget = name, strings.TrimSuffix(target, "]")
		}
	}
	e.dots()
	return e.Name != ""
}

// parseEPLF parses "+i8388621.48594,m825718503,r,s280,\tname": facts with a comma behind each, a TAB, the name.
func (e *Entry) parseEPLF(line string) bool {
	facts, name, ok := strings.Cut(line[1:], "\t")
	if !ok || name == "" {
		return false
	}
	e.Name = name
	for fact := range strings.SplitSeq(facts, ",") {
		if fact == "" {
			continue
		}
		value := fact[1:]
		switch fact[0] {
		case '/':
			e.Type = DirEntry
		case 'r':
			if e.Type == UnknownEntry {
				e.Type = FileEntry
			}
		case 's':
			n, err := strconv.ParseUint(value, 10, 63)
			if err != nil {
				return false
			}
			e.Size = int64(n)
		case 'm':
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil || n > 1<<40 || n < -(1<<40) {
				return false
			}
			e.Modify = time.Unix(n, 0).UTC()
		case 'i':
			e.Unique = value
		case 'u':
			if octal, ok := strings.CutPrefix(value, "p"); ok {
				n, err := strconv.ParseUint(octal, 8, 16)
				if err != nil {
					return false
				}
				e.Mode, e.HasMode = unixMode(uint32(n)), true
			}
		}
	}
	e.dots()
	return true
}

// listName replaces what would end the line, as ls does.
func listName(s string) string {
	if !strings.ContainsAny(s, "\r\n\x00") {
		return s
	}
	return strings.Map(func(c rune) rune {
		if c == '\r' || c == '\n' || c == 0 {
			return '?'
		}
		return c
	}, s)
}

// AppendUnixList appends the entry to b as ls -l prints it, without terminator: with the time if it was modified within the half year before now, and
// with the year otherwise, in the location of now. CR, LF and NUL in names become "?". What the entry does not tell is filled in: 644 or 755, one
// link, size 0, the owner and group "ftp".
func AppendUnixList(b []byte, e Entry, now time.Time) []byte {
	kind, mode := byte('-'), e.Mode
	switch {
	case e.IsDir():
		kind = 'd'
	case e.Type == LinkEntry:
		kind = 'l'
	case e.Type == OSEntry && len(e.OSType) == 1:
		kind = e.OSType[0]
	}
	if !e.HasMode {
		mode = 0o644
		switch kind {
		case 'd':
			mode = 0o755
		case 'l':
			mode = 0o777
		}
	}
	b = append(b, kind)
	b = appendMode(b, mode)
	owner, group := e.Owner, e.Group
	if owner == "" {
		owner = "ftp"
	}
	if group == "" {
		group = "ftp"
	}
	t := e.Modify.In(now.Location())
	stamp := t.Format("Jan _2  2006")
	if t.After(now.AddDate(0, -6, 0)) && !t.After(now) {
		stamp = t.Format("Jan _2 15:04")
	}
	b = fmt.Appendf(b, " %4d %-8s %-8s %8d %s %s", max(e.Links, 1), listName(owner), listName(group), max(e.Size, 0), stamp, listName(e.Name))
	if e.Type == LinkEntry && e.LinkTarget != "" {
		b = append(b, " -> "...)
		b = append(b, listName(e.LinkTarget)...)
	}
	return b
}

// appendMode appends permissions such as "rwxr-xr-x".
func appendMode(b []byte, m fs.FileMode) []byte {
	const letters = "rwxrwxrwx"
	for i := range 9 {
		set := m&(1<<(8-i)) != 0
		c := byte('-')
		if set {
			c = letters[i]
		}
		special := [...]struct {
			bit         fs.FileMode
			with, alone byte
		}{{fs.ModeSetuid, 's', 'S'}, {fs.ModeSetgid, 's', 'S'}, {fs.ModeSticky, 't', 'T'}}[i/3]
		if i%3 == 2 && m&special.bit != 0 {
			c = special.alone
			if set {
				c = special.with
			}
		}
		b = append(b, c)
	}
	return b
}

// AppendDOSList appends the entry to b in the form of DOS, without terminator, with a year of four digits if fourDigits. The time is in the location of
// Entry.Modify. Names are treated as by [AppendUnixList].
func AppendDOSList(b []byte, e Entry, fourDigits bool) []byte {
	layout := "01-02-06  03:04PM"
	if fourDigits {
		layout = "01-02-2006  03:04PM"
	}
	b = e.Modify.AppendFormat(b, layout)
	switch {
	case e.IsDir():
		b = fmt.Appendf(b, "       %-15s", "<DIR>")
	case e.Type == LinkEntry:
		b = fmt.Appendf(b, "       %-15s", "<SYMLINK>")
	default:
		b = fmt.Appendf(b, " %20d ", max(e.Size, 0))
	}
	b = append(b, listName(e.Name)...)
	if e.Type == LinkEntry && e.LinkTarget != "" {
		b = fmt.Appendf(b, " [%s]", listName(e.LinkTarget))
	}
	return b
}

// AppendEPLF appends the entry to b as EPLF, without terminator. Names are treated as by [AppendUnixList].
func AppendEPLF(b []byte, e Entry) []byte {
	b = append(b, '+')
	if e.Unique != "" && !strings.ContainsAny(e.Unique, ",\t\r\n\x00") {
		b = append(b, 'i')
		b = append(b, e.Unique...)
		b = append(b, ',')
	}
	if !e.Modify.IsZero() {
		b = append(b, 'm')
		b = strconv.AppendInt(b, e.Modify.Unix(), 10)
		b = append(b, ',')
	}
	if e.HasMode {
		b = append(b, "up"...)
		b = strconv.AppendUint(b, uint64(unixBits(e.Mode)), 8)
		b = append(b, ',')
	}
	if e.IsDir() {
		b = append(b, "/,"...)
	} else {
		b = append(b, "r,"...)
		if e.Size >= 0 {
			b = append(b, 's')
			b = strconv.AppendInt(b, e.Size, 10)
			b = append(b, ',')
		}
	}
	b = append(b, '\t')
	return append(b, listName(e.Name)...)
}
