package smtp

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/protocols/wire"
)

// EHLO keywords of the extensions that are known here.
const (
	Ext8BitMIME            = "8BITMIME"            // RFC 6152
	ExtAuth                = "AUTH"                // RFC 4954
	ExtBinaryMIME          = "BINARYMIME"          // RFC 3030 section 3
	ExtChunking            = "CHUNKING"            // RFC 3030 section 2
	ExtDeliverBy           = "DELIVERBY"           // RFC 2852
	ExtDSN                 = "DSN"                 // RFC 3461
	ExtEnhancedStatusCodes = "ENHANCEDSTATUSCODES" // RFC 2034
	ExtExpn                = "EXPN"                // RFC 5321 section 4.1.1.7
	ExtFutureRelease       = "FUTURERELEASE"       // RFC 4865
	ExtHelp                = "HELP"                // RFC 5321 section 4.1.1.8
	ExtLimits              = "LIMITS"              // RFC 9422
	ExtMTPriority          = "MT-PRIORITY"         // RFC 6710
	ExtPipelining          = "PIPELINING"          // RFC 2920
	ExtRequireTLS          = "REQUIRETLS"          // RFC 8689
	ExtSize                = "SIZE"                // RFC 1870
	ExtSMTPUTF8            = "SMTPUTF8"            // RFC 6531
	ExtStartTLS            = "STARTTLS"            // RFC 3207
)

// Extension is a line of the answer to EHLO or LHLO (RFC 5321 section 4.1.1.1, ehlo-line).
type Extension struct {
	// Keyword is in upper case.
	Keyword string
	// Params follow it, as they stand.
	Params []string
}

// String returns the extension as it stands on its line.
func (e Extension) String() string {
	return strings.Join(append([]string{e.Keyword}, e.Params...), " ")
}

// Extensions is the answer to EHLO or LHLO.
type Extensions struct {
	// Domain is the server's name, and Greeting what it says behind it.
	Domain, Greeting string
	// List are the extensions in the server's order; empty for a server that was greeted with HELO.
	List []Extension
}

// Get returns the extension with that keyword, in any case.
func (x *Extensions) Get(keyword string) (Extension, bool) {
	if x != nil {
		for _, e := range x.List {
			if strings.EqualFold(e.Keyword, keyword) {
				return e, true
			}
		}
	}
	return Extension{}, false
}

// Has reports whether the extension is offered.
func (x *Extensions) Has(keyword string) bool {
	_, ok := x.Get(keyword)
	return ok
}

// Offers reports whether a command is offered: no extension has it, or one that is there.
func (x *Extensions) Offers(s *Spec) bool { return s.Extension == "" || x.Has(s.Extension) }

// Size returns the size of the largest message that the server takes, in octets; 0 if there is no fixed one, or none was named (RFC 1870 section 3).
// Ok is false without SIZE.
func (x *Extensions) Size() (largest int64, ok bool) {
	e, ok := x.Get(ExtSize)
	if !ok || len(e.Params) == 0 {
		return 0, ok
	}
	if n, good := decimal(e.Params[0], 18); good {
		return n, true
	}
	return 0, true
}

// Auth returns the names of the SASL mechanisms offered, in upper case (RFC 4954 section 3).
func (x *Extensions) Auth() []string {
	if x == nil {
		return nil
	}
	var mechs []string
	for _, e := range x.List {
		if !strings.EqualFold(e.Keyword, ExtAuth) {
			continue
		}
		for _, p := range e.Params {
			if p = strings.ToUpper(p); !slices.Contains(mechs, p) {
				mechs = append(mechs, p)
			}
		}
	}
	return mechs
}

// DeliverBy returns the least time that the server takes for BY with return, 0 if it named none (RFC 2852 section 2). Ok is false without DELIVERBY.
func (x *Extensions) DeliverBy() (least time.Duration, ok bool) {
	e, ok := x.Get(ExtDeliverBy)
	if !ok || len(e.Params) == 0 {
		return 0, ok
	}
	first, _, _ := strings.Cut(e.Params[0], ",")
	n, _ := decimal(first, 9)
	return time.Duration(n) * time.Second, true
}

// FutureRelease returns for how long and until when the server holds messages at most (RFC 4865 section 3). Ok is false without FUTURERELEASE; what is not
// told is zero.
func (x *Extensions) FutureRelease() (longest time.Duration, latest time.Time, ok bool) {
	e, ok := x.Get(ExtFutureRelease)
	if !ok {
		return 0, latest, false
	}
	if len(e.Params) > 0 {
		n, _ := decimal(e.Params[0], 9)
		longest = time.Duration(n) * time.Second
	}
	if len(e.Params) > 1 {
		latest, _ = time.Parse(time.RFC3339, e.Params[1])
	}
	return longest, latest, true
}

// Limits are what a server takes of several things (RFC 9422 section 4); 0 is no word of it.
type Limits struct {
	// Mails is the number of transactions in a session (MAILMAX).
	Mails int
	// Recipients is the number of recipients of a transaction (RCPTMAX).
	Recipients int
	// Domains is the number of different domains among them (RCPTDOMAINMAX).
	Domains int
}

// Limits returns the limits that the server told; ok is false without LIMITS. Those that are not known or make no sense are ignored.
func (x *Extensions) Limits() (l Limits, ok bool) {
	e, ok := x.Get(ExtLimits)
	for _, p := range e.Params {
		name, value, _ := strings.Cut(p, "=")
		n, _ := decimal(value, 6)
		switch strings.ToUpper(name) {
		case "MAILMAX":
			l.Mails = int(n)
		case "RCPTMAX":
			l.Recipients = int(n)
		case "RCPTDOMAINMAX":
			l.Domains = int(n)
		}
	}
	return l, ok
}

// ParseExtensions reads the answer 250 to EHLO or LHLO, as [Rules.ReadReply] returns it. Lenient rules forgive a first line without a domain, spaces too many,
// keywords with other octets, "AUTH=" before the mechanisms, parameters that break the grammar of their extension, and an empty line.
func (r Rules) ParseExtensions(reply *Reply) (*Extensions, error) {
	x := &Extensions{}
	x.Domain, x.Greeting, _ = strings.Cut(reply.Lines[0], " ")
	if err := r.ParseDomain(x.Domain, true); err != nil {
		e := *err.(*wire.SyntaxError)
		e.Offset += 4
		e.Cite = "RFC 5321 section 4.1.1.1"
		if err := r.forgive(&e); err != nil {
			return x, err
		}
	}
	for _, line := range reply.Lines[1:] {
		e, err := r.ParseExtension(line)
		if err != nil {
			return x, err
		}
		if e.Keyword == "" {
			continue
		}
		if x.Has(e.Keyword) {
			if err := r.forgive(&wire.SyntaxError{Offset: 4, Got: line, Want: "each keyword once", Cite: "RFC 5321 section 2.2.2"}); err != nil {
				return x, err
			}
		}
		x.List = append(x.List, e)
	}
	return x, nil
}

// ParseExtension parses one line of the answer, the code taken off. Offsets of errors count from the code.
func (r Rules) ParseExtension(line string) (Extension, error) {
	const cite = "RFC 5321 section 4.1.1.1"
	var e Extension
	at := 0
	for first := true; first || at < len(line); first = false {
		end := at
		for end < len(line) && !isBlank(line[end]) {
			if !isVChar(line[end]) {
				if err := r.forgive(&wire.SyntaxError{Offset: 4 + end, Got: octetAt(line, end), Want: "printable ASCII", Cite: cite}); err != nil {
					return e, err
				}
			}
			end++
		}
		word := line[at:end]
		if word == "" || end+1 == len(line) || end < len(line) && line[end] == '\t' {
			e := &wire.SyntaxError{Offset: 4 + end, Got: octetAt(line, end), Want: "a keyword, and single spaces between it and its parameters", Cite: cite}
			if err := r.forgive(e); err != nil {
				return Extension{}, err
			}
		}
		switch {
		case word == "":
		case e.Keyword != "":
			e.Params = append(e.Params, word)
		default:
			if kw, mechs, ok := strings.Cut(word, "="); ok && strings.EqualFold(kw, ExtAuth) {
				// An old form, which clients of the day took.
				if err := r.forgive(&wire.SyntaxError{Offset: 4 + len(kw), Got: "=", Want: `"AUTH" and a space before the mechanisms`, Cite: "RFC 4954 section 3"}); err != nil {
					return e, err
				}
				e.Keyword = ExtAuth
				if mechs != "" {
					e.Params = append(e.Params, mechs)
				}
				break
			}
			e.Keyword = strings.ToUpper(word)
			if i := notKeyword(word); i >= 0 {
				if err := r.forgive(&wire.SyntaxError{Offset: 4 + at + i, Got: octetAt(word, i), Want: "a keyword of letters, digits and hyphens", Cite: cite}); err != nil {
					return e, err
				}
			}
		}
		at = end + 1
	}
	if want, cite := e.want(); want != "" {
		return e, r.forgive(&wire.SyntaxError{Offset: 4 + len(e.Keyword), Got: strings.TrimPrefix(e.String(), e.Keyword), Want: want, Cite: cite})
	}
	return e, nil
}

// notKeyword returns the offset of the first octet that may not stand in a keyword (ehlo-keyword, esmtp-keyword); -1 if there is none.
func notKeyword(s string) int {
	if s == "" {
		return 0
	}
	for i := 0; i < len(s); i++ {
		if c := classes[s[i]]; c&classLDH == 0 || i == 0 && c&classLetDig == 0 {
			return i
		}
	}
	return -1
}

// want says what the extension's grammar wants of its parameters; "" if it is kept.
func (e Extension) want() (want, cite string) {
	switch e.Keyword {
	case ExtSize:
		if len(e.Params) > 1 || len(e.Params) == 1 && strings.Trim(e.Params[0], "0123456789") != "" {
			return "a decimal number or nothing", "RFC 1870 section 3"
		}
	case ExtAuth:
		for _, p := range e.Params {
			if !isMechanism(p) {
				return "names of SASL mechanisms", "RFC 4954 section 3"
			}
		}
		if len(e.Params) == 0 {
			return "names of SASL mechanisms", "RFC 4954 section 3"
		}
	case ExtDeliverBy:
		if len(e.Params) > 1 {
			return "one parameter or nothing", "RFC 2852 section 2"
		}
		if len(e.Params) == 1 {
			first, _, _ := strings.Cut(e.Params[0], ",")
			if _, ok := decimal(first, 9); !ok && first != "" {
				return "a number of seconds of nine digits at most", "RFC 2852 section 2"
			}
		}
	case ExtFutureRelease:
		const want = "a number of seconds from 1 to 999999999, and a date and time in UTC"
		longest, latest, _ := (&Extensions{List: []Extension{e}}).FutureRelease()
		if len(e.Params) != 2 || longest == 0 || e.Params[0][0] == '0' || latest.IsZero() {
			return want, "RFC 4865 section 3"
		}
	case ExtMTPriority:
		if len(e.Params) > 1 || len(e.Params) == 1 && !isProfile(e.Params[0]) {
			return "the name of a priority profile or nothing", "RFC 6710 section 7"
		}
	case ExtLimits:
		for _, p := range e.Params {
			name, value, _ := strings.Cut(p, "=")
			switch strings.ToUpper(name) {
			case "MAILMAX", "RCPTMAX", "RCPTDOMAINMAX":
				if n, ok := decimal(value, 6); !ok || n == 0 || value[0] == '0' {
					return "a number from 1 to 999999 for " + name, "RFC 9422 section 4"
				}
			}
			if strings.Trim(strings.ToUpper(name), "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") != "" || name == "" {
				return "names of limits and their values", "RFC 9422 section 3"
			}
		}
		if len(e.Params) == 0 {
			return "names of limits and their values", "RFC 9422 section 3"
		}
	case Ext8BitMIME, ExtBinaryMIME, ExtChunking, ExtDSN, ExtEnhancedStatusCodes, ExtPipelining, ExtRequireTLS, ExtStartTLS:
		if len(e.Params) > 0 {
			return "no parameter", extensionCites[e.Keyword]
		}
	}
	return "", ""
}

var extensionCites = map[string]string{
	Ext8BitMIME: "RFC 6152 section 2", ExtBinaryMIME: "RFC 3030 section 3", ExtChunking: "RFC 3030 section 2", ExtDSN: "RFC 3461 section 3",
	ExtEnhancedStatusCodes: "RFC 2034 section 3", ExtPipelining: "RFC 2920 section 2", ExtRequireTLS: "RFC 8689 section 2", ExtStartTLS: "RFC 3207 section 2",
}

// isMechanism reports whether s is the name of a SASL mechanism (RFC 4422 section 3.1).
func isMechanism(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isAlnum(c) && c != '-' && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 20
}

func isProfile(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isAlnum(c) && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return s != "" && len(s) <= 20
}

// Reply returns the answer to EHLO or LHLO with these extensions.
func (x *Extensions) Reply() *Reply {
	first := x.Domain
	if x.Greeting != "" {
		first += " " + x.Greeting
	}
	reply := &Reply{Code: CodeOK, Lines: []string{first}}
	for _, e := range x.List {
		reply.Lines = append(reply.Lines, e.String())
	}
	return reply
}

// The extensions that have parameters, as a server lists them.

// SizeExtension lists SIZE with the largest message in octets; 0 says that there is no fixed one.
func SizeExtension(largest int64) Extension {
	return Extension{ExtSize, []string{strconv.FormatInt(largest, 10)}}
}

// FutureReleaseExtension lists FUTURERELEASE, for seconds and until a time, both at most.
func FutureReleaseExtension(longest time.Duration, latest time.Time) Extension {
	return Extension{ExtFutureRelease, []string{strconv.FormatInt(int64(longest/time.Second), 10), latest.UTC().Format(dateTime)}}
}

// LimitsExtension lists LIMITS with those that are not 0.
func LimitsExtension(l Limits) Extension {
	e := Extension{Keyword: ExtLimits}
	for _, v := range []struct {
		name string
		n    int
	}{{"MAILMAX", l.Mails}, {"RCPTMAX", l.Recipients}, {"RCPTDOMAINMAX", l.Domains}} {
		if v.n > 0 {
			e.Params = append(e.Params, fmt.Sprintf("%s=%d", v.name, v.n))
		}
	}
	return e
}
