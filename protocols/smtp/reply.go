package smtp

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"harness/protocols/wire"
)

// Reply codes (RFC 5321 section 4.2.3; others as noted).
const (
	CodeStatus              = 211
	CodeHelp                = 214
	CodeReady               = 220
	CodeClosing             = 221
	CodeAuthenticated       = 235 // RFC 4954 section 6
	CodeOK                  = 250
	CodeWillForward         = 251
	CodeCannotVerify        = 252
	CodeChallenge           = 334 // RFC 4954 section 4
	CodeStartInput          = 354
	CodeUnavailable         = 421
	CodeTransitionNeeded    = 432 // RFC 4954 section 6
	CodeMailboxBusy         = 450
	CodeLocalError          = 451
	CodeInsufficientStorage = 452 // too many recipients too (section 4.5.3.1.10)
	CodeTemporaryAuth       = 454 // RFC 4954 section 6; of STARTTLS: TLS not available (RFC 3207 section 4)
	CodeCannotAccommodate   = 455
	CodeUnrecognized        = 500
	CodeSyntax              = 501
	CodeNotImplemented      = 502
	CodeBadSequence         = 503
	CodeParamNotImplemented = 504
	CodeNoMail              = 521 // RFC 7504 section 3
	CodeAuthRequired        = 530 // RFC 4954 section 6; STARTTLS required (RFC 3207 section 4)
	CodeMechanismTooWeak    = 534 // RFC 4954 section 6
	CodeAuthFailed          = 535 // RFC 4954 section 6
	CodeEncryptionRequired  = 538 // RFC 4954 section 6: of old
	CodeMailboxUnavailable  = 550
	CodeNotLocal            = 551
	CodeExceededStorage     = 552
	CodeNameNotAllowed      = 553
	CodeTransactionFailed   = 554
	CodeParamsUnrecognized  = 555
	CodeDomainNoMail        = 556 // RFC 7504 section 4
)

// Reply is a reply, in one line or more (RFC 5321 section 4.2). One of 400 and above is an error: what a client returns when the server refused a command.
type Reply struct {
	// Code is 200 to 599.
	Code int
	// Enhanced is the enhanced status code; zero if there is none.
	Enhanced EnhancedCode
	// Lines are the texts, at least one, without code and enhanced status code.
	Lines []string
	// Raw is the reply as it was read; nil for one that was not read.
	Raw []byte
	// Command is what the reply answers, secrets left out, such as "RCPT TO:<a@example.com>" or "greeting"; "" if nobody said.
	Command string
}

// NewReply returns a reply.
func NewReply(code int, enhanced EnhancedCode, lines ...string) *Reply {
	return &Reply{Code: code, Enhanced: enhanced, Lines: lines}
}

// Text returns the lines joined by LF.
func (r *Reply) Text() string { return strings.Join(r.Lines, "\n") }

// Class returns the code's first digit: 2 done, 3 go on, 4 not now, 5 not at all (RFC 5321 section 4.2.1).
func (r *Reply) Class() int { return r.Code / 100 }

// Positive reports whether the command was done (2yz).
func (r *Reply) Positive() bool { return r.Class() == 2 }

// Transient reports whether the command failed and may be tried again (4yz), the 552 included that stands for too many recipients in answer to RCPT
// (RFC 5321 section 4.5.3.1.10).
func (r *Reply) Transient() bool {
	return r.Class() == 4 || r.Code == CodeExceededStorage && strings.HasPrefix(r.Command, "RCPT ")
}

// Negative reports whether the command failed (4yz, 5yz).
func (r *Reply) Negative() bool { return r.Class() >= 4 }

// ForwardPath returns the path in the text of 251 and 551 (RFC 5321 section 3.4). Ok is false if there is none.
func (r *Reply) ForwardPath() (Path, bool) {
	if r.Code != CodeWillForward && r.Code != CodeNotLocal {
		return Path{}, false
	}
	for _, l := range r.Lines {
		if i := strings.IndexByte(l, '<'); i >= 0 {
			if p, _, err := (Rules{UTF8: true}).path(l, i, false, false); err == nil {
				return p, true
			}
		}
	}
	return Path{}, false
}

// errorLines bounds what an error message shows of a reply.
const errorLines = 4

// Error tells which command was refused, and how, such as "RCPT TO:<a@example.com>: 550 5.1.1 No such user".
func (r *Reply) Error() string {
	s := strconv.Itoa(r.Code)
	if !r.Enhanced.IsZero() {
		s += " " + r.Enhanced.String()
	}
	shown := 0
	for i, l := range r.Lines {
		if l = strings.TrimSpace(l); l == "" {
			continue
		}
		if shown == errorLines {
			s += fmt.Sprintf(" (and %d lines more)", len(r.Lines)-i)
			break
		}
		if shown > 0 {
			s += ";"
		}
		s += " " + wire.Printable(l)
		shown++
	}
	if r.Command != "" {
		return r.Command + ": " + s
	}
	return s
}

const citeReply = "RFC 5321 section 4.2"

// MaxReplyOctets is how many octets a reply may have. Of lines it may have [wire.DefaultReplyLines].
const MaxReplyOctets = 1 << 20

func (r Rules) replyRules() wire.ReplyReader {
	rr := wire.ReplyReader{Style: wire.EveryLine, MaxOctets: MaxReplyOctets, Cite: citeReply}
	if r.Lenient {
		rr.Forgive = func(e *wire.SyntaxError) error { return r.forgive(e) }
	}
	return rr
}

// ReadReply reads one reply. Each line has the same code (RFC 5321 section 4.2.1). An enhanced status code is taken off the lines as [Rules.Enhanced] says. A reply
// that passes [MaxReplyOctets] or 1000 lines is a [*wire.LimitError]. Lenient rules forgive a bare LF, something else than a space or hyphen behind the
// code, a code whose second digit is above 5, the length of lines, texts that are not printable ASCII, and enhanced codes that are missing or do not
// fit. The stream's end before the reply is io.EOF, and within it io.ErrUnexpectedEOF.
func (r Rules) ReadReply(src *wire.Reader) (*Reply, error) {
	wr, err := r.replyRules().Read(src)
	if err != nil {
		return nil, err
	}
	return r.reply(wr)
}

// ReplyParser parses replies line by line, for a caller that has lines; see [Rules.NewReplyParser].
type ReplyParser struct {
	r Rules
	p wire.ReplyParser
}

// NewReplyParser returns a parser that follows [Rules.ReadReply].
func (r Rules) NewReplyParser() *ReplyParser {
	return &ReplyParser{r, wire.ReplyParser{Rules: r.replyRules()}}
}

// Add takes a line, and returns the reply that ends with it; nil if it goes on. Behind an error the parser is ready for the next reply.
func (p *ReplyParser) Add(l wire.Line) (*Reply, error) {
	wr, err := p.p.Add(l)
	if wr == nil || err != nil {
		return nil, err
	}
	return p.r.reply(wr)
}

// Begun reports whether a reply has begun that has not ended.
func (p *ReplyParser) Begun() bool { return p.p.Begun() }

func (r Rules) reply(wr *wire.Reply) (*Reply, error) {
	reply := &Reply{Code: wr.Code, Lines: wr.Lines, Raw: wr.Raw}
	if wr.Code < 200 {
		return reply, &wire.SyntaxError{Got: strconv.Itoa(wr.Code), Want: "a code from 200 to 559", Cite: citeReply}
	}
	if wr.Code/10%10 > 5 {
		if err := r.forgive(&wire.SyntaxError{Offset: 1, Got: strconv.Itoa(wr.Code / 10 % 10), Want: "a second digit from 0 to 5", Cite: citeReply}); err != nil {
			return reply, err
		}
	}
	for _, l := range reply.Lines {
		if err := r.replyText(l); err != nil {
			return reply, err
		}
	}
	return reply, r.enhanced(reply)
}

// replyText checks the text of a line.
func (r Rules) replyText(l string) error {
	if len(l) > MaxReply-6 {
		if err := r.forgive(&wire.SyntaxError{Offset: MaxReply - 2, Got: l[MaxReply-6:], Want: "CRLF within 512 octets", Cite: "RFC 5321 section 4.5.3.1.5"}); err != nil {
			return err
		}
	}
	noted, wide := false, false
	for i := 0; i < len(l); i++ {
		c := l[i]
		switch {
		case c >= ' ' && c < 0x7f || c == '\t':
			continue
		case c == 0 || c == '\r':
			return &wire.SyntaxError{Offset: 4 + i, Got: l[i : i+1], Want: "printable ASCII", Cite: citeReply}
		case c >= 0x80 && r.UTF8:
			wide = true
			continue
		}
		if noted {
			continue
		}
		noted = true // one note a line
		if err := r.forgive(&wire.SyntaxError{Offset: 4 + i, Got: l[i : i+1], Want: "printable ASCII", Cite: citeReply}); err != nil {
			return err
		}
	}
	if wide && !utf8.ValidString(l) {
		return r.forgive(&wire.SyntaxError{Offset: 4, Got: l, Want: "UTF-8", Cite: "RFC 6531 section 3.7.4"})
	}
	return nil
}

// enhanced takes the enhanced status code off the lines of a reply.
func (r Rules) enhanced(reply *Reply) error {
	const cite = "RFC 2034 section 4"
	if r.Enhanced == EnhancedNever || reply.Class() == 3 {
		return nil
	}
	for i, l := range reply.Lines {
		e, rest := cutEnhancedCode(l)
		want := ""
		switch {
		case e.IsZero():
			want = "an enhanced status code on each line"
		case e.Class != reply.Class():
			want = "an enhanced status code of the reply's class"
		case i == 0:
			reply.Enhanced = e
		case e != reply.Enhanced:
			want = "the same enhanced status code on each line"
		}
		if want == "" {
			reply.Lines[i] = rest
			continue
		}
		if r.Enhanced != EnhancedAlways {
			continue
		}
		if err := r.forgive(&wire.SyntaxError{Offset: 4, Got: l, Want: want, Cite: cite}); err != nil {
			return err
		}
	}
	return nil
}

// AppendReply appends the reply with CRLF to b, as it stands on the wire: code, enhanced status code and text on each line, a space behind the code of the last
// line whatever follows it. Lenient rules write what [Rules.ReadReply] would refuse if it is one reply all the same; CR, LF and NUL are always refused.
func (r Rules) AppendReply(b []byte, reply *Reply) ([]byte, error) {
	if reply.Code < 100 || reply.Code > 999 || !r.Lenient && (reply.Code < 200 || reply.Code >= 560 || reply.Code/10%10 > 5) {
		return b, &wire.SyntaxError{Got: strconv.Itoa(reply.Code), Want: "a code from 200 to 559 with a second digit from 0 to 5", Cite: citeReply}
	}
	if e := reply.Enhanced; !e.IsZero() && !r.Lenient && (!e.valid() || e.Class != reply.Class() || r.Enhanced == EnhancedNever) {
		return b, &wire.SyntaxError{Offset: 4, Got: e.String(), Want: "an enhanced status code that fits the code", Cite: "RFC 2034 section 4"}
	}
	start := len(b)
	for i := range max(len(reply.Lines), 1) {
		text := ""
		if i < len(reply.Lines) {
			text = reply.Lines[i]
		}
		if err := wire.CheckArgument("reply", text); err != nil {
			return b[:start], err
		}
		line := len(b)
		b = strconv.AppendInt(b, int64(reply.Code), 10)
		sep := byte(' ')
		if i < len(reply.Lines)-1 {
			sep = '-'
		}
		b = append(b, sep)
		if !reply.Enhanced.IsZero() {
			b = append(reply.Enhanced.append(b), ' ')
		}
		b = append(b, text...)
		if !r.Lenient {
			if err := r.replyText(string(b[line+4:])); err != nil {
				return b[:start], err
			}
		}
		b = append(b, '\r', '\n')
	}
	return b, nil
}

// Greeting is the reply with which a server begins (RFC 5321 section 4.2).
type Greeting struct {
	*Reply
	// Domain is the server's name; "" if it says none.
	Domain string
	// Text is what it says behind that.
	Text string
}

// ParseGreeting reads the greeting in a reply, which was read with [EnhancedNever]. A refusal (421, 521, 554) is no error of the grammar. Lenient rules
// forgive that there is no domain.
func (r Rules) ParseGreeting(reply *Reply) (*Greeting, error) {
	g := &Greeting{Reply: reply}
	reply.Command = "greeting"
	if reply.Negative() {
		return g, nil
	}
	if reply.Code != CodeReady {
		return g, &wire.SyntaxError{Got: strconv.Itoa(reply.Code), Want: "220, 421, 521 or 554", Cite: "RFC 5321 section 4.3.2"}
	}
	g.Domain, g.Text, _ = strings.Cut(reply.Lines[0], " ")
	if err := r.ParseDomain(g.Domain, true); err != nil {
		e := *err.(*wire.SyntaxError)
		e.Offset += 4
		e.Cite = citeReply
		g.Domain, g.Text = "", reply.Lines[0]
		return g, r.forgive(&e)
	}
	return g, nil
}

// ParseChallenge returns the decoded challenge of a reply 334; text that is no Base64 is a [*wire.SyntaxError], upon which a client has to cancel the
// exchange (RFC 4954 section 4).
func ParseChallenge(reply *Reply) ([]byte, error) {
	const cite = "RFC 4954 section 4"
	if reply.Code != CodeChallenge {
		return nil, &wire.SyntaxError{Got: strconv.Itoa(reply.Code), Want: "334 and a challenge in Base64", Cite: cite}
	}
	if len(reply.Lines) > 1 {
		return nil, &wire.SyntaxError{Offset: 3, Got: "-", Want: "a challenge in one line", Cite: cite}
	}
	data, err := wire.DecodeBase64([]byte(reply.Lines[0]), cite)
	if e, ok := err.(*wire.SyntaxError); ok {
		e.Offset += 4
	}
	return data, err
}

// User is a line of the answer to VRFY or EXPN (RFC 5321 section 3.5.1).
type User struct {
	// Name is the full name; "" if there is none.
	Name string
	Mailbox
}

// String returns the user as it stands on its line.
func (u User) String() string {
	if u.Name == "" {
		return u.Mailbox.String()
	}
	return u.Name + " <" + u.Mailbox.String() + ">"
}

// ParseUsers reads the answer 250 to VRFY or EXPN: "User Name <mailbox>", "<mailbox>" or "mailbox" on each line. Lenient rules forgive other text, which
// becomes a name.
func (r Rules) ParseUsers(reply *Reply) ([]User, error) {
	users := make([]User, 0, len(reply.Lines))
	for _, l := range reply.Lines {
		var u User
		text, at := l, 0
		if i := strings.IndexByte(l, '<'); i >= 0 && strings.HasSuffix(l, ">") {
			u.Name, text, at = strings.TrimSpace(l[:i]), l[i+1:len(l)-1], i+1
		}
		m, end, err := Rules{UTF8: r.UTF8}.mailbox(text, 0, false)
		if e, ok := err.(*wire.SyntaxError); ok || end < len(text) {
			if !ok {
				e = &wire.SyntaxError{Offset: end, Got: text[end:], Want: wantMailbox, Cite: "RFC 5321 section 3.5.2"}
			}
			e.Offset += at + 4
			if err := r.forgive(e); err != nil {
				return users, err
			}
			u, m = User{Name: l}, Mailbox{}
		}
		u.Mailbox = m
		users = append(users, u)
	}
	return users, nil
}
