package smtp

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"harness/protocols/wire"
)

// Param is a parameter of MAIL or RCPT (RFC 5321 section 4.1.2, esmtp-param).
type Param struct {
	// Name is the keyword in upper case.
	Name string
	// Value is what follows the "=", as it stands; "" for a parameter without a value.
	Value string

	at int // offset of the keyword in the command
}

// String returns the parameter as it stands on the wire.
func (p Param) String() string {
	if p.Value == "" {
		return p.Name
	}
	return p.Name + "=" + p.Value
}

// Params are the parameters of a command, in order.
type Params []Param

// Get returns the first parameter with that keyword, in any case.
func (ps Params) Get(name string) (Param, bool) {
	for _, p := range ps {
		if strings.EqualFold(p.Name, name) {
			return p, true
		}
	}
	return Param{}, false
}

// ParamSpec is what the RFCs say of a parameter.
type ParamSpec struct {
	// Name is the keyword.
	Name string
	// Verb is the command that has it: "MAIL" or "RCPT".
	Verb string
	// Extensions are the EHLO keywords of which one has to be offered.
	Extensions []string
	// Octets is by how much it may lengthen the command line, its space included.
	Octets int
	// Cite is where it is defined.
	Cite string
}

var paramTable = []ParamSpec{
	{Name: "SIZE", Verb: "MAIL", Extensions: []string{ExtSize}, Octets: 26, Cite: "RFC 1870 section 6"},
	{Name: "BODY", Verb: "MAIL", Extensions: []string{Ext8BitMIME, ExtBinaryMIME}, Octets: 17, Cite: "RFC 6152 section 2"},
	{Name: "AUTH", Verb: "MAIL", Extensions: []string{ExtAuth}, Octets: 500, Cite: "RFC 4954 section 5"},
	{Name: "RET", Verb: "MAIL", Extensions: []string{ExtDSN}, Octets: 9, Cite: "RFC 3461 section 4.3"},
	{Name: "ENVID", Verb: "MAIL", Extensions: []string{ExtDSN}, Octets: 107, Cite: "RFC 3461 section 4.4"},
	{Name: "SMTPUTF8", Verb: "MAIL", Extensions: []string{ExtSMTPUTF8}, Octets: 10, Cite: "RFC 6531 section 3.4"},
	{Name: "BY", Verb: "MAIL", Extensions: []string{ExtDeliverBy}, Octets: 17, Cite: "RFC 2852 section 4"},
	{Name: "HOLDFOR", Verb: "MAIL", Extensions: []string{ExtFutureRelease}, Octets: 34, Cite: "RFC 4865 section 3"},
	{Name: "HOLDUNTIL", Verb: "MAIL", Extensions: []string{ExtFutureRelease}, Cite: "RFC 4865 section 3"},
	{Name: "MT-PRIORITY", Verb: "MAIL", Extensions: []string{ExtMTPriority}, Octets: 15, Cite: "RFC 6710 section 3"},
	{Name: "REQUIRETLS", Verb: "MAIL", Extensions: []string{ExtRequireTLS}, Octets: 11, Cite: "RFC 8689 section 2"},
	{Name: "NOTIFY", Verb: "RCPT", Extensions: []string{ExtDSN}, Octets: 29, Cite: "RFC 3461 section 4.1"},
	{Name: "ORCPT", Verb: "RCPT", Extensions: []string{ExtDSN}, Octets: 507, Cite: "RFC 3461 section 4.2"},
}

// ParamSpecs returns what is known of the parameters of MAIL and RCPT.
func ParamSpecs() []ParamSpec { return append([]ParamSpec(nil), paramTable...) }

// LookupParam returns the parameter of a command, "MAIL" or "RCPT", with that keyword, in any case. It is shared and not to be changed.
func LookupParam(verb, name string) (*ParamSpec, bool) {
	for i := range paramTable {
		if p := &paramTable[i]; p.Verb == verb && strings.EqualFold(p.Name, name) {
			return p, true
		}
	}
	return nil, false
}

// CommandLimit returns the longest line of a command, in octets with CRLF, where offered tells which extensions are (RFC 5321 section 4.5.3.1.4);
// nil means all. Lines of a SASL exchange have no such limit; [MinSASLLine] holds there.
func CommandLimit(verb string, offered func(extension string) bool) int {
	n := MaxCommand
	for i := range paramTable {
		p := &paramTable[i]
		if p.Verb != verb {
			continue
		}
		for _, e := range p.Extensions {
			if offered == nil || offered(e) {
				n += p.Octets
				break
			}
		}
	}
	if (verb == "VRFY" || verb == "EXPN") && (offered == nil || offered(ExtSMTPUTF8)) {
		n += len(" SMTPUTF8")
	}
	return n
}

// Body says of what octets a message's content is made (RFC 6152 section 2, RFC 3030 section 3).
type Body string

// The values of BODY.
const (
	Body7Bit       Body = "7BIT"
	Body8BitMIME   Body = "8BITMIME"
	BodyBinaryMIME Body = "BINARYMIME"
)

// Return says how much of a message a failure notification returns (RFC 3461 section 4.3).
type Return string

// The values of RET.
const (
	ReturnFull    Return = "FULL"
	ReturnHeaders Return = "HDRS"
)

// By is until when a message is to be delivered (RFC 2852 section 4).
type By struct {
	// In is the time from now, in whole seconds, at most 999,999,999; zero and less only with Notify.
	In time.Duration
	// Notify has the sender notified when the time is over; without it the message is returned.
	Notify bool
	// Trace has each relay tell the sender.
	Trace bool
}

// String returns the value of BY, such as "120;R".
func (b By) String() string {
	s := strconv.FormatInt(int64(b.In/time.Second), 10) + ";R"
	if b.Notify {
		s = s[:len(s)-1] + "N"
	}
	if b.Trace {
		s += "T"
	}
	return s
}

// Notify says of what a recipient's sender is notified (RFC 3461 section 4.1); 0 leaves it to the server.
type Notify uint8

const (
	// NotifyNever stands alone.
	NotifyNever Notify = 1 << iota
	NotifySuccess
	NotifyFailure
	NotifyDelay
)

var notifyNames = []string{"NEVER", "SUCCESS", "FAILURE", "DELAY"}

// String returns the value of NOTIFY, such as "SUCCESS,FAILURE"; "" for 0.
func (n Notify) String() string {
	var names []string
	for i, name := range notifyNames {
		if n&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}

// MailOptions are the parameters of MAIL. The zero value has none.
type MailOptions struct {
	// Size is the size of the content in octets, dots unstuffed; 0 says nothing of it (RFC 1870).
	Size int64
	// Body is the kind of content; "" leaves the parameter out.
	Body Body
	// Auth is the mailbox of who submitted the message, the zero Mailbox for "<>": unknown (RFC 4954 section 5). Nil leaves it out.
	Auth *Mailbox
	// Return and EnvelopeID are for delivery status notifications (RFC 3461 sections 4.3 and 4.4). EnvelopeID is as it is before it is encoded.
	Return     Return
	EnvelopeID string
	// UTF8 says that the message, or its envelope, needs SMTPUTF8 (RFC 6531 section 3.4).
	UTF8 bool
	// By is the time of delivery (RFC 2852); nil for none.
	By *By
	// HoldFor and HoldUntil have the message held for 1 to 999,999,999 seconds, or until then, in seconds (RFC 4865). One of them at most.
	HoldFor   time.Duration
	HoldUntil time.Time
	// Priority is -9 to 9 (RFC 6710); nil leaves it out.
	Priority *int
	// RequireTLS has the message relayed over TLS only (RFC 8689).
	RequireTLS bool
	// Other are further parameters.
	Other Params
}

// RcptOptions are the parameters of RCPT. The zero value has none.
type RcptOptions struct {
	// Notify and OriginalRecipient are for delivery status notifications (RFC 3461 sections 4.1 and 4.2).
	Notify Notify
	// OriginalRecipient is the address before it is encoded, with its type: "rfc822;a@example.com"; "" for none.
	OriginalRecipient string
	// Other are further parameters.
	Other Params
}

// MaxInterval is the greatest time of BY and HOLDFOR (RFC 2852 section 4, RFC 4865 section 3).
const MaxInterval = 999_999_999 * time.Second

// dateTime is RFC 3339 without a zone other than Z (RFC 4865 section 3: normalised to UTC).
const dateTime = "2006-01-02T15:04:05Z"

// Params returns the parameters as MAIL has them. It fails if a value is out of its range or cannot be written, or a parameter stands twice.
func (o *MailOptions) Params() (Params, error) {
	var ps Params
	bad := func(name, format string, args ...any) (Params, error) {
		spec, _ := LookupParam("MAIL", name)
		return nil, fmt.Errorf("parameter %s of MAIL: not sent: %s (%s)", name, fmt.Sprintf(format, args...), spec.Cite)
	}
	add := func(name, value string) { ps = append(ps, Param{Name: name, Value: value}) }
	if o.Size < 0 {
		return bad("SIZE", "%d is no number of octets", o.Size)
	}
	if o.Size > 0 {
		add("SIZE", strconv.FormatInt(o.Size, 10))
	}
	switch o.Body {
	case "":
	case Body7Bit, Body8BitMIME, BodyBinaryMIME:
		add("BODY", string(o.Body))
	default:
		return bad("BODY", "%s is neither 7BIT, 8BITMIME nor BINARYMIME", wire.Quote([]byte(o.Body)))
	}
	if o.Auth != nil {
		value := "<>"
		if !o.Auth.IsZero() {
			value = EncodeXtext(o.Auth.String())
		}
		add("AUTH", value)
	}
	switch o.Return {
	case "":
	case ReturnFull, ReturnHeaders:
		add("RET", string(o.Return))
	default:
		return bad("RET", "%s is neither FULL nor HDRS", wire.Quote([]byte(o.Return)))
	}
	if o.EnvelopeID != "" {
		if i := notGraphic(o.EnvelopeID); i >= 0 {
			return bad("ENVID", "%s at octet %d is neither printable ASCII nor white space", wire.Quote([]byte(o.EnvelopeID[i:i+1])), i)
		}
		value := EncodeXtext(o.EnvelopeID)
		if len(value) > 100 {
			return bad("ENVID", "%d octets are more than 100 once it is encoded", len(value))
		}
		add("ENVID", value)
	}
	if o.UTF8 {
		add("SMTPUTF8", "")
	}
	if o.By != nil {
		in := o.By.In
		switch {
		case in%time.Second != 0 || in > MaxInterval || in < -MaxInterval:
			return bad("BY", "%v is no whole number of seconds of nine digits at most", in)
		case in <= 0 && !o.By.Notify:
			return bad("BY", "%v is over, and only a notification could follow", in)
		}
		add("BY", o.By.String())
	}
	switch until := !o.HoldUntil.IsZero(); {
	case o.HoldFor != 0 && until:
		return bad("HOLDFOR", "HOLDUNTIL excludes it")
	case o.HoldFor != 0:
		if o.HoldFor%time.Second != 0 || o.HoldFor < 0 || o.HoldFor > MaxInterval {
			return bad("HOLDFOR", "%v is no whole number of seconds from 1 to 999999999", o.HoldFor)
		}
		add("HOLDFOR", strconv.FormatInt(int64(o.HoldFor/time.Second), 10))
	case until:
		add("HOLDUNTIL", o.HoldUntil.UTC().Format(dateTime))
	}
	if o.Priority != nil {
		if *o.Priority < -9 || *o.Priority > 9 {
			return bad("MT-PRIORITY", "%d is not from -9 to 9", *o.Priority)
		}
		add("MT-PRIORITY", strconv.Itoa(*o.Priority))
	}
	if o.RequireTLS {
		add("REQUIRETLS", "")
	}
	return distinct(append(ps, o.Other...), "MAIL")
}

// distinct fails if a parameter stands twice.
func distinct(ps Params, verb string) (Params, error) {
	for i, p := range ps {
		if e, ok := twice(ps[:i], p, verb).(*wire.SyntaxError); ok {
			return nil, fmt.Errorf("parameter %s of %s: not sent: it stands twice (%s)", wire.Printable(p.Name), verb, e.Cite)
		}
	}
	return ps, nil
}

// Params returns the parameters as RCPT has them. It fails if a value cannot be written or a parameter stands twice.
func (o *RcptOptions) Params() (Params, error) {
	var ps Params
	if o.Notify != 0 {
		if o.Notify&NotifyNever != 0 && o.Notify != NotifyNever || o.Notify >= NotifyDelay<<1 {
			return nil, fmt.Errorf("parameter NOTIFY of RCPT: not sent: NEVER stands alone (RFC 3461 section 4.1)")
		}
		ps = append(ps, Param{Name: "NOTIFY", Value: o.Notify.String()})
	}
	if o.OriginalRecipient != "" {
		kind, address, ok := strings.Cut(o.OriginalRecipient, ";")
		if !ok || !isAtom(kind) || address == "" {
			return nil, fmt.Errorf("parameter ORCPT of RCPT: not sent: %s is no address with its type, such as rfc822;a@example.com (RFC 3461 section 4.2)", wire.Quote([]byte(o.OriginalRecipient)))
		}
		value := ""
		switch i := notGraphic(address); {
		case strings.EqualFold(kind, "utf-8"):
			value = kind + ";" + encodeUTF8Address(address)
		case i >= 0:
			return nil, fmt.Errorf("parameter ORCPT of RCPT: not sent: %s at octet %d of the address is neither printable ASCII nor white space (RFC 3461 section 4.2)", wire.Quote([]byte(address[i:i+1])), i)
		default:
			value = kind + ";" + EncodeXtext(address)
		}
		if len(value) > 500 {
			return nil, fmt.Errorf("parameter ORCPT of RCPT: not sent: %d octets are more than 500 once it is encoded (RFC 3461 section 4.2)", len(value))
		}
		ps = append(ps, Param{Name: "ORCPT", Value: value})
	}
	return distinct(append(ps, o.Other...), "RCPT")
}

// MailOptions reads the parameters of MAIL. Those that are not known here become Other. What breaks a parameter's grammar, or stands twice, is a
// [*wire.SyntaxError] whose offset is in the command if the parameters were parsed. Lenient rules forgive lower-case hexadecimal digits in xtext, lengths,
// and a zone other than Z.
func (r Rules) MailOptions(ps Params) (o MailOptions, err error) {
	for i, p := range ps {
		if err := twice(ps[:i], p, "MAIL"); err != nil {
			return o, err
		}
		spec, ok := LookupParam("MAIL", p.Name)
		if !ok {
			o.Other = append(o.Other, p)
			continue
		}
		want := ""
		v := p.Value
		switch p.Name {
		case "SIZE":
			// Twenty digits may say more than there can be: it is too large in any case.
			if len(v) > 18 && len(v) <= 20 && strings.Trim(v, "0123456789") == "" {
				if u, err := strconv.ParseUint(v, 10, 64); err != nil || u > math.MaxInt64 {
					o.Size = math.MaxInt64
				} else {
					o.Size = int64(u)
				}
			} else if o.Size, ok = decimal(v, 18); !ok {
				want = "a size of 1 to 20 digits"
			}
		case "BODY":
			o.Body = Body(strings.ToUpper(v))
			if o.Body != Body7Bit && o.Body != Body8BitMIME && o.Body != BodyBinaryMIME {
				want = "7BIT, 8BITMIME or BINARYMIME"
			}
		case "AUTH":
			o.Auth = new(Mailbox)
			if v == "<>" {
				break
			}
			text, xerr := r.xtext(p, v, 0, spec.Cite)
			if xerr != nil {
				return o, xerr
			}
			m, end, merr := r.mailbox(text, 0, false)
			if merr != nil || end < len(text) {
				want = `"<>" or a mailbox in xtext`
			}
			*o.Auth = m
		case "RET":
			o.Return = Return(strings.ToUpper(v))
			if o.Return != ReturnFull && o.Return != ReturnHeaders {
				want = "FULL or HDRS"
			}
		case "ENVID":
			if o.EnvelopeID, err = r.xtext(p, v, 0, spec.Cite); err != nil {
				return o, err
			}
			if notGraphic(o.EnvelopeID) >= 0 || v == "" {
				want = "printable ASCII in xtext"
			} else if len(v) > 100 {
				if err := r.forgive(p.error(100, v[100:], "at most 100 characters", spec.Cite)); err != nil {
					return o, err
				}
			}
		case "SMTPUTF8":
			o.UTF8 = true
			want = noValue(v)
		case "BY":
			if o.By = parseBy(v); o.By == nil {
				want = `seconds, ";", "N" or "R", and "T" or not`
			}
		case "HOLDFOR":
			n, ok := decimal(v, 9)
			if o.HoldFor = time.Duration(n) * time.Second; !ok || v[0] == '0' {
				want = "a number of seconds from 1 to 999999999"
			}
		case "HOLDUNTIL":
			t, terr := time.Parse(time.RFC3339, v)
			if o.HoldUntil = t.UTC(); terr != nil || t.IsZero() {
				want = "a date and time as RFC 3339 has it, in UTC"
			} else if v[len(v)-1] != 'Z' && v[len(v)-1] != 'z' {
				if err := r.forgive(p.error(len(v)-1, v[len(v)-1:], `"Z": the time in UTC`, spec.Cite)); err != nil {
					return o, err
				}
			}
		case "MT-PRIORITY":
			n, ok := parsePriority(v)
			if o.Priority = &n; !ok {
				want = "a priority from -9 to 9"
			}
		case "REQUIRETLS":
			o.RequireTLS = true
			want = noValue(v)
		}
		if want != "" {
			return o, p.error(0, v, want, spec.Cite)
		}
	}
	if _, ok := ps.Get("HOLDFOR"); ok {
		if p, ok := ps.Get("HOLDUNTIL"); ok {
			return o, &wire.SyntaxError{Offset: p.at, Got: p.String(), Want: "either HOLDFOR or HOLDUNTIL", Cite: "RFC 4865 section 4.2"}
		}
	}
	return o, nil
}

// RcptOptions reads the parameters of RCPT, as [Rules.MailOptions] does those of MAIL.
func (r Rules) RcptOptions(ps Params) (o RcptOptions, err error) {
	for i, p := range ps {
		if err := twice(ps[:i], p, "RCPT"); err != nil {
			return o, err
		}
		spec, ok := LookupParam("RCPT", p.Name)
		if !ok {
			o.Other = append(o.Other, p)
			continue
		}
		v := p.Value
		switch p.Name {
		case "NOTIFY":
			if o.Notify = parseNotify(v); o.Notify == 0 {
				return o, p.error(0, v, "NEVER, or SUCCESS, FAILURE and DELAY with commas", spec.Cite)
			}
		case "ORCPT":
			kind, address, ok := strings.Cut(v, ";")
			if !ok || !isAtom(kind) {
				return o, p.error(0, v, `an address type and ";" before the address`, spec.Cite)
			}
			var text string
			if strings.EqualFold(kind, "utf-8") {
				text, err = r.utf8Address(p, address, len(kind)+1)
			} else {
				text, err = r.xtext(p, address, len(kind)+1, spec.Cite)
			}
			if err != nil {
				return o, err
			}
			if text == "" || !strings.EqualFold(kind, "utf-8") && notGraphic(text) >= 0 {
				return o, p.error(len(kind)+1, address, "an address of printable ASCII in xtext", spec.Cite)
			}
			if len(v) > 500 {
				if err := r.forgive(p.error(500, v[500:], "at most 500 characters", spec.Cite)); err != nil {
					return o, err
				}
			}
			o.OriginalRecipient = kind + ";" + text
		}
	}
	return o, nil
}

// error is that of the parameter's value, from offset on.
func (p Param) error(offset int, got, want, cite string) *wire.SyntaxError {
	at := p.at + len(p.Name)
	if p.Value != "" {
		at++
	}
	return &wire.SyntaxError{Offset: at + offset, Got: got, Want: want, Cite: cite}
}

func noValue(v string) string {
	if v == "" {
		return ""
	}
	return "no value"
}

// twice is the error of a parameter that stands among those before it.
func twice(before Params, p Param, verb string) error {
	if _, ok := before.Get(p.Name); !ok {
		return nil
	}
	cite := "RFC 5321 section 4.1.1.11"
	if spec, ok := LookupParam(verb, p.Name); ok {
		cite = spec.Cite
	}
	return &wire.SyntaxError{Offset: p.at, Got: p.String(), Want: "each parameter once", Cite: cite}
}

func parseBy(v string) *By {
	n, mode, ok := strings.Cut(v, ";")
	if !ok {
		return nil
	}
	digits, neg := n, false
	if n != "" && (n[0] == '-' || n[0] == '+') {
		digits, neg = n[1:], n[0] == '-'
	}
	s, ok := decimal(digits, 9)
	if !ok {
		return nil
	}
	if neg {
		s = -s
	}
	b := &By{In: time.Duration(s) * time.Second}
	switch strings.ToUpper(mode) {
	case "N":
		b.Notify = true
	case "NT":
		b.Notify, b.Trace = true, true
	case "R":
	case "RT":
		b.Trace = true
	default:
		return nil
	}
	if s <= 0 && !b.Notify {
		return nil
	}
	return b
}

func parsePriority(v string) (int, bool) {
	switch {
	case v == "0":
		return 0, true
	case len(v) == 1 && v[0] >= '1' && v[0] <= '9':
		return int(v[0] - '0'), true
	case len(v) == 2 && v[0] == '-' && v[1] >= '1' && v[1] <= '9':
		return -int(v[1] - '0'), true
	}
	return 0, false
}

func parseNotify(v string) (n Notify) {
	for v != "" || n == 0 {
		word, rest, more := strings.Cut(v, ",")
		bit := Notify(0)
		for i, name := range notifyNames {
			if strings.EqualFold(word, name) {
				bit = 1 << i
			}
		}
		n |= bit
		if bit == 0 || more && rest == "" || n&NotifyNever != 0 && (n != NotifyNever || more) {
			return 0
		}
		v = rest
	}
	return n
}

func isAtom(s string) bool {
	for i := 0; i < len(s); i++ {
		if classes[s[i]]&classAtext == 0 {
			return false
		}
	}
	return s != ""
}

// notGraphic returns the offset of the first octet that is neither printable ASCII, a space nor a tab; -1 if there is none.
func notGraphic(s string) int {
	for i := 0; i < len(s); i++ {
		if c := s[i]; !isVChar(c) && !isBlank(c) {
			return i
		}
	}
	return -1
}

const upperHex = "0123456789ABCDEF"

// EncodeXtext encodes octets as xtext (RFC 3461 section 4).
func EncodeXtext(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = isXchar(s[i])
	}
	if plain {
		return s
	}
	b := make([]byte, 0, len(s)+16)
	for i := 0; i < len(s); i++ {
		if c := s[i]; isXchar(c) {
			b = append(b, c)
		} else {
			b = append(b, '+', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(b)
}

func isXchar(c byte) bool { return isVChar(c) && c != '+' && c != '=' }

// DecodeXtext decodes xtext. The error is a [*wire.SyntaxError].
func (r Rules) DecodeXtext(s string) (string, error) {
	return r.xtext(Param{}, s, 0, "RFC 3461 section 4")
}

// xtext decodes xtext that stands at an offset in the parameter's value.
func (r Rules) xtext(p Param, s string, offset int, cite string) (string, error) {
	plain := 0
	for plain < len(s) && isXchar(s[plain]) {
		plain++
	}
	if plain == len(s) {
		return s, nil
	}
	b := append(make([]byte, 0, len(s)), s[:plain]...)
	for i := plain; i < len(s); i++ {
		c := s[i]
		switch {
		case isXchar(c):
			b = append(b, c)
			continue
		case c == '+' && i+2 < len(s) && hexValue(s[i+1]) >= 0 && hexValue(s[i+2]) >= 0:
			if s[i+1] >= 'a' || s[i+2] >= 'a' {
				if err := r.forgive(p.error(offset+i, s[i:i+3], "upper-case hexadecimal digits", cite)); err != nil {
					return "", err
				}
			}
			b = append(b, byte(hexValue(s[i+1])<<4|hexValue(s[i+2])))
			i += 2
			continue
		}
		return "", p.error(offset+i, octetAt(s, i), `xtext: printable ASCII but "=", and "+" with two hexadecimal digits`, cite)
	}
	return string(b), nil
}

// encodeUTF8Address encodes an address of the type utf-8 in ASCII (RFC 6533 section 3, utf-8-addr-xtext).
func encodeUTF8Address(s string) string {
	var b strings.Builder
	for _, c := range s {
		if c < 0x80 && isXchar(byte(c)) && c != '\\' {
			b.WriteByte(byte(c))
		} else {
			fmt.Fprintf(&b, `\x{%02X}`, c)
		}
	}
	return b.String()
}

// utf8Address decodes an address of the type utf-8, in either form (RFC 6533 section 3).
func (r Rules) utf8Address(p Param, s string, offset int) (string, error) {
	const cite = "RFC 6533 section 3"
	var b strings.Builder
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c >= 0x80:
			n, err := r.rune(s, i, cite)
			if err != nil {
				return "", p.error(offset+i, octetAt(s, i), "UTF-8, and SMTPUTF8 in use", cite)
			}
			b.WriteString(s[i : i+n])
			i += n
			continue
		case c == '\\':
			v, end := rune(0), i+3
			if strings.HasPrefix(s[i:], `\x{`) {
				for end < len(s) && end < i+9 && hexValue(s[end]) >= 0 {
					v = v<<4 | rune(hexValue(s[end]))
					end++
				}
			}
			if end < i+5 || end >= len(s) || s[end] != '}' || !utf8.ValidRune(v) {
				return "", p.error(offset+i, s[i:], `\x{HEX} of a character`, cite)
			}
			b.WriteRune(v)
			i = end + 1
			continue
		case !isXchar(c):
			return "", p.error(offset+i, octetAt(s, i), `printable ASCII but "+" and "=", or \x{HEX}`, cite)
		}
		b.WriteByte(c)
		i++
	}
	return b.String(), nil
}
