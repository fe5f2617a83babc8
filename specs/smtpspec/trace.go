package smtpspec

import (
	"fmt"
	"regexp"
	"strings"
)

// field is a header field.
type field struct{ name, value string }

// header returns the fields of a message, in order, unfolded.
func header(message string) []field {
	head, _, _ := strings.Cut(message, "\r\n\r\n")
	var out []field
	for _, l := range strings.Split(head, "\r\n") {
		if n := len(out); n > 0 && (strings.HasPrefix(l, " ") || strings.HasPrefix(l, "\t")) {
			out[n-1].value += l
			continue
		}
		name, value, _ := strings.Cut(l, ":")
		out = append(out, field{name, value})
	}
	return out
}

// values returns the values of the fields of that name.
func values(message, name string) []string {
	var out []string
	for _, f := range header(message) {
		if strings.EqualFold(f.name, name) {
			out = append(out, strings.TrimSpace(f.value))
		}
	}
	return out
}

// stamp is a Received field taken apart (RFC 5321 section 4.4).
type stamp struct {
	// clauses are the words behind their names, which are in lower case: "from", "by", "via", "with", "id", "for". Comments are in place.
	clauses map[string]string
	// order are the names in their order.
	order []string
	// comments are all of them, without their brackets.
	comments []string
	// date is what stands behind the last semicolon, comments taken out.
	date string
}

// parseStamp takes the value of a Received field apart.
func parseStamp(value string) (stamp, error) {
	s := stamp{clauses: map[string]string{}}
	words, err := stampWords(value)
	if err != nil {
		return s, err
	}
	end := len(words)
	for i, w := range words {
		if w == ";" {
			end = i
		}
	}
	if end == len(words) {
		return s, fmt.Errorf("no semicolon before the date")
	}
	name := ""
	for i, w := range words[:end] {
		if strings.HasPrefix(w, "(") {
			s.comments = append(s.comments, strings.Trim(w, "()"))
			if name != "" {
				s.clauses[name] += " " + w
			}
			continue
		}
		if name == "" || s.clauses[name] != "" && !strings.HasPrefix(strings.TrimSpace(s.clauses[name]), "(") {
			name = strings.ToLower(w)
			if _, twice := s.clauses[name]; twice {
				return s, fmt.Errorf("the clause %s twice", w)
			}
			if i+1 >= end {
				return s, fmt.Errorf("nothing behind %s", w)
			}
			s.clauses[name] = ""
			s.order = append(s.order, name)
			continue
		}
		s.clauses[name] = strings.TrimSpace(w + s.clauses[name])
	}
	var date []string
	for _, w := range words[end+1:] {
		if strings.HasPrefix(w, "(") {
			s.comments = append(s.comments, strings.Trim(w, "()"))
			continue
		}
		date = append(date, w)
	}
	s.date = strings.Join(date, " ")
	return s, nil
}

// stampWords cuts a value into words, comments and semicolons.
func stampWords(value string) ([]string, error) {
	var out []string
	for i := 0; i < len(value); {
		c := value[i]
		switch {
		case c == ' ' || c == '\t':
			i++
		case c == ';':
			out = append(out, ";")
			i++
		case c == '(':
			depth, at := 0, i
			for ; i < len(value); i++ {
				switch value[i] {
				case '\\':
					i++
				case '(':
					depth++
				case ')':
					depth--
				}
				if depth == 0 {
					break
				}
			}
			if i >= len(value) {
				return nil, fmt.Errorf("a comment without its end")
			}
			i++
			out = append(out, value[at:i])
		default:
			at, quoted := i, false
			for ; i < len(value); i++ {
				switch value[i] {
				case '"':
					quoted = !quoted
				case '\\':
					i++
				case ' ', '\t', ';', '(':
					if quoted {
						continue
					}
				default:
					continue
				}
				if !quoted && i < len(value) && strings.IndexByte(" \t;(", value[i]) >= 0 {
					break
				}
			}
			out = append(out, value[at:min(i, len(value))])
		}
	}
	return out, nil
}

// dateRE is date-time of RFC 5322 section 3.3 without its obsolete forms.
var dateRE = regexp.MustCompile(`^((Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d{1,2} (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d{2}:\d{2}(:\d{2})? [+-]\d{4}$`)

// stamped has a message delivered, with Received fields of its own in it, and hands the server's to f. Those that servers put before others' are all theirs.
func (d *driver) stamped(f func(s stamp, value string)) {
	message := d.arrive("Received: from old.example.org by older.example.org with SMTP id harness1; Mon, 01 Jan 2024 00:00:00 +0000\r\n", "The only line.\r\n")
	if d.Settled() {
		return
	}
	n := 0
	for _, value := range values(message, "Received") {
		if strings.Contains(value, "harness1") {
			break
		}
		s, err := parseStamp(value)
		if err != nil {
			d.Fail("a Received field of the form that RFC 5321 section 4.4 gives", "%s: %v", value, err)
			return
		}
		n++
		f(s, value)
	}
	d.Check(n > 0, "a Received field before those that were there", "there is none")
}
