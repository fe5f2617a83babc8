package mockservers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/internal/ca"
)

// FaultKind is a kind of trouble on a connection.
type FaultKind string

// The kinds; see [Fault].
const (
	Latency  FaultKind = "latency"
	Octets   FaultKind = "octets"
	Coalesce FaultKind = "coalesce"
	Truncate FaultKind = "truncate"
	Reset    FaultKind = "reset"
	Close    FaultKind = "close"
	Garbage  FaultKind = "garbage"
	Silence  FaultKind = "silence"
	Cert     FaultKind = "cert"
	Refuse   FaultKind = "refuse"
)

// Channel is a kind of connection of a session.
type Channel string

// The channels.
const (
	ControlChannel Channel = "" // the connection that the client makes first
	DataChannel    Channel = "data"
)

// Relation is how a fault stands to its place.
type Relation string

// The relations.
const (
	Before Relation = "before" // the command has been read, and is not acted upon yet
	At     Relation = "at"     // the command was carried out, and its reply begins
	After  Relation = "after"  // the reply has been sent
)

// Place is what a fault's position counts.
type Place string

// The places.
const (
	Anywhere   Place = ""         // no position: see the table at Fault
	AtConnect  Place = "connect"  // the connection was accepted; nothing was said, not even TLS
	AtTLS      Place = "tls"      // a TLS handshake begins
	AtGreeting Place = "greeting" // the greeting
	AtReply    Place = "reply"    // the N-th reply of the session; the greeting is the first
	AtOctet    Place = "octet"    // N octets were sent in the session
	AtVerb     Place = "verb"     // the N-th command with that verb in the session, or each
)

// Fault is a trouble on the connection between a mock server and its clients. It has a kind with its arguments, and optionally a
// position, a session, a chance and a seed:
//
//	KIND [ARGUMENT...] [on CHANNEL] [POSITION] [session N] [chance P%] [seed N]
//
//	KIND ARGUMENTS        what the server does                                                        without a position
//	latency DUR           waits for DUR                                                               before each reply
//	octets [DUR]          writes the reply one octet at a time, DUR apart (0s unless given)           each reply
//	coalesce [N] [DUR]    holds replies back and sends them in one write, when there are N of them    from the greeting on
//	                      or the client has been silent for DUR (50ms unless given)
//	truncate N            sends N octets of the reply (all, if it has no more), and closes            the greeting
//	reset                 resets the connection (TCP RST)                                             when the client connects
//	close                 closes the connection                                                       when the client connects
//	garbage N             sends N random octets: in place of the reply (at), or beside it             in place of each reply
//	silence               says nothing any more; it reads on until the client closes                  when the client connects
//	cert FAULT            shows a certificate that is expired, not-yet-valid, wrong-host,             always, and nowhere else
//	                      self-signed or unknown-ca
//
//	POSITION              when
//	at connect            the connection was accepted; nothing was said, not even TLS
//	at tls                a TLS handshake is about to begin
//	at greeting           the greeting
//	at reply N            the Nth reply of a session; the greeting is the first
//	at octet N            N octets of replies have been sent in the session
//	before [Nth] VERB     the command was read, and is not acted upon yet
//	at [Nth] VERB         the command was carried out, and its reply begins: reset, close, silence and garbage take the reply's place
//	after [Nth] VERB      the reply has been sent
//	at end of [Nth] VERB  the same for the reply behind a preliminary one: FTP's 226 behind its 150; also before and after
//
// N counts from 1 in each session ("3rd", "third" or "3"); without it, the position is each such command. A continuation that
// asks for more (POP3's and IMAP's "+", SMTP's 334 and 354) is the beginning of its command's reply. A preliminary reply (FTP's 150) is a
// reply of its own, and counts as one: "at RETR" is where it begins, "after RETR" is when it has been sent and the transfer goes on, and
// "before end of RETR" is when the data has passed. "session N" restricts the fault to
// the Nth connection to the server, so that a client's second attempt finds it well. "chance P%" makes it act in P of 100 cases (more than 0, at most 100).
// Random octets and chances follow the seed (0 unless given) and the session's number, so that a run can be repeated.
//
// CHANNEL is control, which need not be said, or data: the fault is then one of data connections, and the control connection is well. Octets
// are those of the content, in the direction of the transfer, before TLS; when the fault ends the connection, the server's reply says
// that the transfer failed, unless it is told otherwise here:
//
//	KIND ON DATA          what the server does                                                        without "at octet N"
//	latency DUR           waits for DUR                                                               before the first octet
//	octets [DUR]          passes one octet at a time, DUR apart                                       from the first octet on
//	truncate N            ends the data after N octets as if the file ended there, over TLS without   -
//	                      close_notify; the reply says that all is well
//	reset, close          resets or closes the connection                                             when it is made, before TLS
//	garbage N             sends N random octets: beside the content (at octet), or in its place       in its place
//	silence               passes nothing any more, until the client closes or aborts                  when it is made, before TLS
//	refuse                does not take the connection: nobody listens at the port that was           at each
//	                      announced, nor does the server connect
//	cert FAULT            shows a bad certificate                                                     always
//
//	POSITION ON DATA      when
//	at connect            the connection was made; not even TLS has begun
//	at tls                a TLS handshake is about to begin
//	at octet N            N octets of the content have passed; together with "at VERB" as well
//	at [Nth] VERB         only for the connection of that command; for refuse the command may also be one that announces a connection
//
// Examples: "latency 200ms at 3rd RETR", "truncate 100 at RETR", "reset after third RCPT", "octets 1ms", "garbage 64 before LIST seed 7",
// "close at octet 4096 session 1", "cert expired", "reset on data at octet 4096 at 2nd RETR", "refuse on data at PASV".
type Fault struct {
	Kind FaultKind
	// Channel is the kind of connection that is in trouble.
	Channel Channel
	// N is the number of replies (coalesce; 0 for no bound) or octets (truncate, garbage).
	N int64
	// Delay is the duration of latency, octets and coalesce.
	Delay time.Duration
	// Cert is what is wrong with the certificate.
	Cert ca.Fault

	Relation Relation
	Place    Place
	// Verb is in upper case; only for AtVerb, and on data connections at any place, where it names the command that the connection serves.
	Verb string
	// Nth counts from 1; 0 means each. For AtOctet on the control connection it is the number of octets, from 0.
	Nth int64
	// Octet is the number of octets for AtOctet on a data connection, from 0.
	Octet int64
	// End means the reply behind the preliminary one; only for AtVerb.
	End bool

	// Session counts from 1; 0 means each.
	Session int
	// Percent is the chance in 100, more than 0 and at most 100; 0 means 100.
	Percent float64
	Seed    uint64
}

const defaultSilence = 50 * time.Millisecond

// ordinals are the words for the first ten; a number with or without "st", "nd", "rd" or "th" does as well.
var ordinals = []string{"first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}

// ParseFault parses a fault in the form that [Fault] describes. The error names the word that is wrong and what may stand there.
func ParseFault(spec string) (Fault, error) {
	p := &faultParser{spec: spec, words: strings.Fields(spec)}
	f, err := p.fault()
	if err != nil {
		return Fault{}, err
	}
	if err := f.check(); err != nil {
		return Fault{}, err
	}
	return f, nil
}

type faultParser struct {
	spec  string
	words []string
}

func (p *faultParser) errorf(format string, args ...any) error {
	return fmt.Errorf("fault %q: %s", p.spec, fmt.Sprintf(format, args...))
}

// next returns the next word, "" at the end.
func (p *faultParser) next() string {
	if len(p.words) == 0 {
		return ""
	}
	return p.words[0]
}

func (p *faultParser) take() string {
	w := p.next()
	if w != "" {
		p.words = p.words[1:]
	}
	return w
}

func (p *faultParser) keyword() bool {
	switch p.next() {
	case "", "on", "before", "at", "after", "session", "chance", "seed":
		return true
	}
	return false
}

func (p *faultParser) number(what string) (int64, error) {
	w := p.take()
	n, err := strconv.ParseInt(w, 10, 64)
	if err != nil || n < 0 {
		return 0, p.errorf("expected %s, got %q", what, w)
	}
	return n, nil
}

func (p *faultParser) duration(what string) (time.Duration, error) {
	w := p.take()
	d, err := time.ParseDuration(w)
	if err != nil || d < 0 {
		return 0, p.errorf("expected %s, such as 200ms, got %q", what, w)
	}
	return d, nil
}

func (p *faultParser) fault() (f Fault, err error) {
	kind := p.take()
	f.Kind = FaultKind(strings.ToLower(kind))
	switch f.Kind {
	case Latency:
		f.Delay, err = p.duration("how long to wait")
	case Octets:
		if !p.keyword() {
			f.Delay, err = p.duration("the time between two octets")
		}
	case Coalesce:
		f.Delay = defaultSilence
		for !p.keyword() && err == nil {
			if n, nerr := strconv.ParseInt(p.next(), 10, 64); nerr == nil {
				p.take()
				if f.N = n; n < 1 {
					err = p.errorf("expected a number of replies from 1 on, got %d", n)
				}
				continue
			}
			f.Delay, err = p.duration("a number of replies, or how long the client is silent")
		}
	case Truncate, Garbage:
		f.N, err = p.number("a number of octets")
	case Reset, Close, Silence, Refuse:
	case Cert:
		f.Cert = ca.Fault(p.take())
		if !slices.Contains(ca.Faults(), f.Cert) {
			err = p.errorf("expected what is wrong with the certificate, one of %q, got %q", ca.Faults(), f.Cert)
		}
	default:
		return f, p.errorf("expected latency, octets, coalesce, truncate, reset, close, garbage, silence, cert or refuse, got %q", kind)
	}
	var positions []position
	for err == nil && len(p.words) > 0 {
		switch w := p.take(); w {
		case "on":
			switch w := p.take(); w {
			case "data":
				f.Channel = DataChannel
			case "control":
			default:
				err = p.errorf("expected control or data behind \"on\", got %q", w)
			}
		case "before", "at", "after":
			positions = append(positions, position{relation: Relation(w)})
			err = p.position(&positions[len(positions)-1])
		case "session":
			var n int64
			if n, err = p.number("a session's number from 1 on"); err == nil && (n < 1 || n > 1<<31-1) {
				err = p.errorf("a session's number is at least 1")
			}
			f.Session = int(n)
		case "chance":
			w := p.take()
			f.Percent, err = strconv.ParseFloat(strings.TrimSuffix(w, "%"), 64)
			if err != nil || !(f.Percent > 0 && f.Percent <= 100) {
				err = p.errorf("expected a chance such as 10%%, more than 0 and at most 100, got %q", w)
			}
		case "seed":
			w := p.take()
			if f.Seed, err = strconv.ParseUint(w, 10, 64); err != nil {
				err = p.errorf("expected a seed from 0 on, got %q", w)
			}
		default:
			err = p.errorf("expected on, before, at, after, session, chance or seed, got %q", w)
		}
	}
	for _, at := range positions {
		if err != nil {
			break
		}
		err = p.place(&f, at)
	}
	return f, err
}

// position is what was said of where a fault acts.
type position struct {
	relation Relation
	place    Place
	verb     string
	nth      int64
	end      bool
}

// place puts the fault to a position. On a data connection, one may tell the command and another one the place.
func (p *faultParser) place(f *Fault, at position) error {
	if f.Channel == DataChannel {
		switch {
		case at.relation != At:
			return p.errorf("on data connections a position begins with \"at\", got %q", at.relation)
		case at.end:
			return p.errorf("a reply has no end on a data connection")
		case at.place == AtVerb && f.Verb == "":
			f.Verb, f.Nth = at.verb, at.nth
			return nil
		case at.place != AtVerb && f.Place == Anywhere:
			if f.Relation, f.Place = At, at.place; at.place == AtOctet {
				f.Octet = at.nth
			}
			return nil
		}
	}
	if f.Relation != "" || f.Channel == DataChannel {
		return p.errorf("a second position at %q", at.relation)
	}
	f.Relation, f.Place, f.Verb, f.Nth, f.End = at.relation, at.place, at.verb, at.nth, at.end
	return nil
}

func (p *faultParser) position(f *position) error {
	if p.next() == "the" {
		p.take()
	}
	w := p.take()
	switch w {
	case "":
		return p.errorf("expected a command's verb behind %q", f.relation)
	case "end":
		for p.next() == "of" || p.next() == "the" {
			p.take()
		}
		f.end = true
		if w = p.take(); w == "" {
			return p.errorf("expected a command's verb behind \"end of\"")
		}
	case "connect", "tls", "greeting", "reply", "octet":
		f.place = Place(w)
		if w == "reply" || w == "octet" {
			n, err := p.number("a number")
			if err == nil && w == "reply" && n < 1 {
				err = p.errorf("replies count from 1, the greeting")
			}
			f.nth = n
			return err
		}
		return nil
	}
	if n, ok := ordinal(w); ok {
		if n < 1 {
			return p.errorf("commands count from 1, got %q", w)
		}
		f.nth = n
		if w = p.take(); w == "" {
			return p.errorf("expected a command's verb behind the number")
		}
	}
	f.place, f.verb = AtVerb, strings.ToUpper(w)
	return nil
}

func ordinal(w string) (int64, bool) {
	if i := slices.Index(ordinals, strings.ToLower(w)); i >= 0 {
		return int64(i + 1), true
	}
	digits := strings.TrimRight(w, "stndrh")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, false
	}
	switch w[len(digits):] {
	case "", "st", "nd", "rd", "th":
		return n, true
	}
	return 0, false
}

// check says whether the fault makes sense.
func (f Fault) check() error {
	bad := func(format string, args ...any) error {
		return fmt.Errorf("fault %q: %s", f, fmt.Sprintf(format, args...))
	}
	switch {
	case f.Channel == DataChannel:
		return f.checkData(bad)
	case f.Channel != ControlChannel:
		return bad("expected the control or the data channel")
	case f.Kind == Refuse:
		return bad("refuse is for data connections: refuse on data")
	case f.Octet != 0 || f.End && f.Place != AtVerb:
		return bad("the position does not fit together")
	}
	if f.Place != Anywhere {
		if f.Relation != At && f.Place != AtVerb {
			return bad("%s takes \"at\" only", f.Place)
		}
		switch {
		case f.Relation != Before && f.Relation != At && f.Relation != After:
			return bad("expected before, at or after")
		case f.Place == AtVerb && f.Verb == "":
			return bad("expected a command's verb")
		}
	}
	early := f.Place == AtConnect || f.Place == AtTLS
	switch f.Kind {
	case Latency, Reset, Close, Silence:
	case Garbage:
		if f.N < 1 || f.N > 1<<30 {
			return bad("expected 1 to %d octets", 1<<30)
		}
	case Octets, Truncate:
		if early || f.Place == AtVerb && f.Relation != At || f.Kind == Truncate && f.Place == AtOctet {
			return bad("%s acts on a reply: at greeting, at reply N, or at [Nth] VERB", f.Kind)
		}
	case Coalesce:
		if early || f.Place == AtOctet || f.Place == AtVerb && f.Relation != At {
			return bad("coalesce begins with a reply: at greeting, at reply N, or at [Nth] VERB")
		}
	case Cert:
		if f.Place != Anywhere {
			return bad("a certificate has no position")
		}
		if !slices.Contains(ca.Faults(), f.Cert) {
			return bad("expected a certificate that is one of %q", ca.Faults())
		}
	default:
		return bad("unknown kind")
	}
	return f.checkNumbers(bad)
}

type badFault func(format string, args ...any) error

// checkData says whether a fault of data connections makes sense.
func (f Fault) checkData(bad badFault) error {
	switch f.Place {
	case Anywhere, AtConnect, AtTLS, AtOctet:
	default:
		return bad("data connections have no %s", f.Place)
	}
	switch {
	case f.Place != Anywhere && f.Relation != At, f.End, f.Octet != 0 && f.Place != AtOctet, f.Verb == "" && f.Nth != 0:
		return bad("the position does not fit together")
	}
	early := f.Place == AtConnect || f.Place == AtTLS
	switch f.Kind {
	case Latency, Reset, Close, Silence:
	case Garbage:
		if f.N < 1 || f.N > 1<<30 {
			return bad("expected 1 to %d octets", 1<<30)
		}
	case Octets:
		if early {
			return bad("octets begins with the content: at octet N")
		}
	case Truncate, Refuse:
		if f.Place != Anywhere {
			return bad("%s on data has no position but the command: at [Nth] VERB", f.Kind)
		}
	case Cert:
		if f.Place != Anywhere {
			return bad("a certificate has no position but the command: at [Nth] VERB")
		}
		if !slices.Contains(ca.Faults(), f.Cert) {
			return bad("expected a certificate that is one of %q", ca.Faults())
		}
	default:
		return bad("%s is for replies, not for data connections", f.Kind)
	}
	return f.checkNumbers(bad)
}

func (f Fault) checkNumbers(bad badFault) error {
	if f.Delay < 0 || f.N < 0 || f.Octet < 0 || f.Nth < 0 || f.Session < 0 || f.Percent < 0 || f.Percent > 100 {
		return bad("a number is out of its range")
	}
	return nil
}

// String returns the fault in the form that ParseFault takes.
func (f Fault) String() string {
	b := []string{string(f.Kind)}
	switch f.Kind {
	case Latency:
		b = append(b, f.Delay.String())
	case Octets:
		if f.Delay > 0 {
			b = append(b, f.Delay.String())
		}
	case Coalesce:
		if f.N > 0 {
			b = append(b, strconv.FormatInt(f.N, 10))
		}
		if f.Delay > 0 && f.Delay != defaultSilence {
			b = append(b, f.Delay.String())
		}
	case Truncate, Garbage:
		b = append(b, strconv.FormatInt(f.N, 10))
	case Cert:
		b = append(b, string(f.Cert))
	}
	verb := func() {
		if f.Nth > 0 {
			b = append(b, strconv.FormatInt(f.Nth, 10)+suffix(f.Nth))
		}
		b = append(b, f.Verb)
	}
	if f.Channel != ControlChannel {
		b = append(b, "on", string(f.Channel))
	}
	if f.Place != Anywhere {
		b = append(b, string(f.Relation))
		switch {
		case f.Place == AtVerb:
			if f.End {
				b = append(b, "end", "of")
			}
			verb()
		case f.Place == AtOctet && f.Channel == DataChannel:
			b = append(b, string(f.Place), strconv.FormatInt(f.Octet, 10))
		case f.Place == AtReply, f.Place == AtOctet:
			b = append(b, string(f.Place), strconv.FormatInt(f.Nth, 10))
		default:
			b = append(b, string(f.Place))
		}
	}
	if f.Channel == DataChannel && f.Verb != "" {
		b = append(b, "at")
		verb()
	}
	if f.Session > 0 {
		b = append(b, "session", strconv.Itoa(f.Session))
	}
	if f.Percent > 0 && f.Percent < 100 {
		b = append(b, "chance", strconv.FormatFloat(f.Percent, 'f', -1, 64)+"%")
	}
	if f.Seed > 0 {
		b = append(b, "seed", strconv.FormatUint(f.Seed, 10))
	}
	return strings.Join(b, " ")
}

func suffix(n int64) string {
	if t := n % 100; t < 11 || t > 13 {
		switch n % 10 {
		case 1:
			return "st"
		case 2:
			return "nd"
		case 3:
			return "rd"
		}
	}
	return "th"
}
