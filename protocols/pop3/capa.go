package pop3

import (
	"strconv"
	"strings"
	"time"

	"harness/protocols/wire"
)

// The registered capabilities.
const (
	CapaTop            = "TOP"            // RFC 2449 section 6.1
	CapaUser           = "USER"           // RFC 2449 section 6.2
	CapaSASL           = "SASL"           // RFC 5034 section 3
	CapaRespCodes      = "RESP-CODES"     // RFC 2449 section 6.4
	CapaLoginDelay     = "LOGIN-DELAY"    // RFC 2449 section 6.5
	CapaPipelining     = "PIPELINING"     // RFC 2449 section 6.6
	CapaExpire         = "EXPIRE"         // RFC 2449 section 6.7
	CapaUIDL           = "UIDL"           // RFC 2449 section 6.8
	CapaImplementation = "IMPLEMENTATION" // RFC 2449 section 6.9
	CapaSTLS           = "STLS"           // RFC 2595 section 4
	CapaAuthRespCode   = "AUTH-RESP-CODE" // RFC 3206 section 6
	CapaUTF8           = "UTF8"           // RFC 6856 section 2
	CapaLang           = "LANG"           // RFC 6856 section 3
)

// Capability is a line that CAPA answers (RFC 2449 section 5).
type Capability struct {
	// Tag in the server's spelling; its case has no meaning.
	Tag string
	// Params follow it.
	Params []string
}

// String returns the capability as it stands on the wire.
func (c Capability) String() string { return strings.Join(append([]string{c.Tag}, c.Params...), " ") }

// Capabilities is the answer to CAPA, in the server's order.
type Capabilities []Capability

// Get returns the first capability with that tag, in any case.
func (cs Capabilities) Get(tag string) (c Capability, ok bool) {
	for _, c := range cs {
		if strings.EqualFold(c.Tag, tag) {
			return c, true
		}
	}
	return Capability{}, false
}

// Has reports whether there is a capability with that tag, in any case.
func (cs Capabilities) Has(tag string) bool {
	_, ok := cs.Get(tag)
	return ok
}

// SASL returns the names of the mechanisms offered, in upper case; nil if there are none.
func (cs Capabilities) SASL() []string {
	var mechs []string
	for _, c := range cs {
		if strings.EqualFold(c.Tag, CapaSASL) {
			for _, p := range c.Params {
				mechs = append(mechs, strings.ToUpper(p))
			}
		}
	}
	return mechs
}

// LoginDelay returns the least time between logins. PerUser says that the value may differ after authentication. Ok is false if the
// capability is absent or no number of seconds.
func (cs Capabilities) LoginDelay() (delay time.Duration, perUser, ok bool) {
	c, ok := cs.Get(CapaLoginDelay)
	if !ok || len(c.Params) == 0 {
		return 0, false, false
	}
	n, ok := decimal(c.Params[0])
	if !ok || n > int64((1<<63-1)/time.Second) {
		return 0, false, false
	}
	return time.Duration(n) * time.Second, isPerUser(c), true
}

// Expire is the server's policy of retention (RFC 2449 section 6.7).
type Expire struct {
	// Never says that the server does not delete messages.
	Never bool
	// Days is the least number of days that messages stay, 0 or more; 0 also forbids to leave mail on the server. It has no meaning if Never.
	Days int
	// PerUser says that the value may differ after authentication.
	PerUser bool
}

// Expire returns the policy of retention; ok is false if the capability is absent or makes no sense.
func (cs Capabilities) Expire() (e Expire, ok bool) {
	c, ok := cs.Get(CapaExpire)
	if !ok || len(c.Params) == 0 {
		return Expire{}, false
	}
	e.PerUser = isPerUser(c)
	if strings.EqualFold(c.Params[0], "NEVER") {
		e.Never = true
		return e, true
	}
	n, err := strconv.ParseUint(c.Params[0], 10, 31)
	if err != nil {
		return Expire{}, false
	}
	e.Days = int(n)
	return e, true
}

func isPerUser(c Capability) bool { return len(c.Params) > 1 && strings.EqualFold(c.Params[1], "USER") }

// Implementation returns what the server says that it is; "" if nothing.
func (cs Capabilities) Implementation() string {
	c, _ := cs.Get(CapaImplementation)
	return strings.Join(c.Params, " ")
}

// UTF8User reports whether names and passwords may be UTF-8 (RFC 6856 section 2.2).
func (cs Capabilities) UTF8User() bool {
	c, _ := cs.Get(CapaUTF8)
	for _, p := range c.Params {
		if strings.EqualFold(p, "USER") {
			return true
		}
	}
	return false
}

// Offers reports whether a server with these capabilities has the command: it is required, no capability offers it, or one does.
func (cs Capabilities) Offers(s *Spec) bool { return s.Capability == "" || cs.Has(s.Capability) }

// ParseCapability parses a line of the answer to CAPA, without terminator and unstuffed (RFC 2449 section 3), and the arguments of
// LOGIN-DELAY and EXPIRE, whose form is laid down. Lenient rules forgive all but NUL, CR and an empty line.
func (r Rules) ParseCapability(line []byte) (Capability, error) {
	const cite = "RFC 2449 section 3"
	var c Capability
	if len(line) > MaxReply-2 {
		if err := r.forgive(&wire.SyntaxError{Offset: MaxReply - 2, Got: tail(line, MaxReply-2), Want: "CRLF within 512 octets", Cite: "RFC 2449 section 5"}); err != nil {
			return c, err
		}
	}
	var offsets []int
	for at := 0; at <= len(line); {
		end := at
		for end < len(line) && line[end] != ' ' {
			b := line[end]
			switch {
			case b == 0 || b == '\r':
				return c, &wire.SyntaxError{Offset: end, Got: octetAt(line, end), Want: "printable ASCII", Cite: cite}
			case !isVChar(b) && !(b == 0x7f && len(offsets) == 0), b == '.' && len(offsets) == 0:
				want := "printable ASCII"
				if b == '.' {
					want = `printable ASCII other than "." in a capability tag`
				}
				if err := r.forgive(&wire.SyntaxError{Offset: end, Got: octetAt(line, end), Want: want, Cite: cite}); err != nil {
					return c, err
				}
			}
			end++
		}
		if end == at {
			want := "a capability tag"
			if at > 0 {
				want = "a single space before each parameter, and none at the end"
			}
			e := &wire.SyntaxError{Offset: at, Got: octetAt(line, at), Want: want, Cite: "RFC 2449 section 5"}
			if len(line) == 0 {
				return c, e
			}
			if err := r.forgive(e); err != nil {
				return c, err
			}
		} else {
			offsets = append(offsets, at)
			if len(offsets) == 1 {
				c.Tag = string(line[at:end])
			} else {
				c.Params = append(c.Params, string(line[at:end]))
			}
		}
		at = end + 1
	}
	if c.Tag == "" {
		return c, &wire.SyntaxError{Want: "a capability tag", Cite: cite}
	}
	offsets = append(offsets, len(line), len(line))
	switch strings.ToUpper(c.Tag) {
	case CapaLoginDelay:
		if _, _, ok := (Capabilities{c}).LoginDelay(); !ok {
			return c, r.forgive(&wire.SyntaxError{Offset: offsets[1], Got: tail(line, offsets[1]), Want: "the minimum number of seconds between logins", Cite: "RFC 2449 section 6.5"})
		}
	case CapaExpire:
		if _, ok := (Capabilities{c}).Expire(); !ok {
			return c, r.forgive(&wire.SyntaxError{Offset: offsets[1], Got: tail(line, offsets[1]), Want: "a number of days or NEVER", Cite: "RFC 2449 section 6.7"})
		}
	default:
		return c, nil
	}
	if len(c.Params) > 1 && (!isPerUser(c) || len(c.Params) > 2) {
		i := 2
		if isPerUser(c) {
			i = 3
		}
		return c, r.forgive(&wire.SyntaxError{Offset: offsets[i], Got: tail(line, offsets[i]), Want: "USER or nothing more", Cite: "RFC 2449 section 6"})
	}
	return c, nil
}
