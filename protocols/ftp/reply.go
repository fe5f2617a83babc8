package ftp

import (
	"fmt"
	"strconv"
	"strings"

	"harness/protocols/wire"
)

// The reply codes of RFC 959 section 4.2.2, RFC 2228 section 5.1, RFC 2428 sections 2 and 3, and of MKD in RFC 959 appendix II.
const (
	CodeRestartMarker         = 110 // MARK yyyy = mmmm
	CodeReadyInMinutes        = 120
	CodeDataAlreadyOpen       = 125
	CodeOpeningData           = 150
	CodeOK                    = 200
	CodeSuperfluous           = 202
	CodeSystemStatus          = 211 // or help: FEAT too (RFC 2389)
	CodeDirectoryStatus       = 212
	CodeFileStatus            = 213 // SIZE and MDTM too (RFC 3659)
	CodeHelp                  = 214
	CodeSystemType            = 215
	CodeReady                 = 220
	CodeClosing               = 221
	CodeDataOpen              = 225 // no transfer in progress
	CodeClosingDataConnection = 226 // the transfer succeeded
	CodePassive               = 227
	CodeExtendedPassive       = 229
	CodeLoggedIn              = 230
	CodeLoggedInSecurely      = 232 // RFC 2228
	CodeAuthOK                = 234 // RFC 2228
	CodeSecurityData          = 235 // RFC 2228
	CodeFileActionOK          = 250
	CodePathname              = 257
	CodeNeedPassword          = 331
	CodeNeedAccount           = 332
	CodeSecurityMechanismOK   = 334 // RFC 2228
	CodeNeedSecurityData      = 335 // RFC 2228
	CodeNeedPasswordFor       = 336 // RFC 2228: with a challenge
	CodePending               = 350
	CodeServiceNotAvailable   = 421
	CodeCannotOpenData        = 425
	CodeTransferAborted       = 426
	CodeNeedResource          = 431 // RFC 2228
	CodeFileBusy              = 450
	CodeLocalError            = 451
	CodeInsufficientStorage   = 452
	CodeUnrecognized          = 500
	CodeBadArgument           = 501
	CodeNotImplemented        = 502
	CodeBadSequence           = 503
	CodeBadParameter          = 504
	CodeDirectoryExists       = 521 // RFC 959 appendix II
	CodeBadNetworkProtocol    = 522 // RFC 2428
	CodeNotLoggedIn           = 530
	CodeNeedAccountForStore   = 532
	CodeLevelDenied           = 533 // RFC 2228
	CodeRequestDenied         = 534 // RFC 2228
	CodeSecurityCheckFailed   = 535 // RFC 2228
	CodeProtectionNotOffered  = 536 // RFC 2228
	CodeCommandLevelUnknown   = 537 // RFC 2228
	CodeFileUnavailable       = 550
	CodePageTypeUnknown       = 551
	CodeExceededAllocation    = 552
	CodeNameNotAllowed        = 553
)

const (
	// MaxReplyLines is how many lines of a reply are kept by rules that set no other number: STAT lists whole directories in a reply.
	MaxReplyLines = 100_000
	// MaxReplyOctets is how many octets of a reply are kept.
	MaxReplyOctets = 16 << 20
	// maxExcess is how many lines behind those are dropped before a reply counts as endless.
	maxExcess = 1_000_000
)

// Reply is a reply (RFC 959 section 4.2). A negative one is an error: what a client returns when the server refused a command.
type Reply struct {
	// Code is 100 to 699; 600 and above are protected replies (RFC 2228 section 5.2).
	Code int
	// Lines are its lines, at least one: the first and the last without the code and its space or hyphen, those between as they stand.
	Lines []string
	// Raw is the reply as it was read; nil for one that was not read.
	Raw []byte
	// Dropped is how many lines were too many (RFC 1123 section 4.1.2.11). They are missing before the last line.
	Dropped int
	// Command is what the reply answers, secrets left out, such as "RETR x", "PASS ***" or "greeting"; "" if nobody said.
	Command string
}

// Text returns the lines joined by LF.
func (r *Reply) Text() string { return strings.Join(r.Lines, "\n") }

// Preliminary reports whether another reply follows (1yz).
func (r *Reply) Preliminary() bool { return r.Code/100 == 1 }

// Completed reports whether the action was completed (2yz).
func (r *Reply) Completed() bool { return r.Code/100 == 2 }

// Intermediate reports whether another command has to follow (3yz).
func (r *Reply) Intermediate() bool { return r.Code/100 == 3 }

// Transient reports whether the action failed and may be tried again (4yz).
func (r *Reply) Transient() bool { return r.Code/100 == 4 }

// Permanent reports whether the action failed and would fail again (5yz).
func (r *Reply) Permanent() bool { return r.Code/100 == 5 }

// Negative reports whether the action failed (4yz and 5yz).
func (r *Reply) Negative() bool { return r.Transient() || r.Permanent() }

// Protected reports whether the reply is one within another (6yz, RFC 2228 section 5.2).
func (r *Reply) Protected() bool { return r.Code/100 == 6 }

// errorLines bounds what an error message shows of a reply.
const errorLines = 4

// Error tells which command was refused, and how, such as "RETR x: 550 No such file".
func (r *Reply) Error() string {
	s := strconv.Itoa(r.Code)
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

const citeReply = "RFC 959 section 4.2"

func (r Rules) replyRules() wire.ReplyReader {
	rr := wire.ReplyReader{Style: wire.FirstAndLast, MaxLines: r.MaxReplyLines, MaxOctets: MaxReplyOctets, Excess: maxExcess, Protected: true, Space: true, Cite: citeReply}
	if rr.MaxLines <= 0 {
		rr.MaxLines = MaxReplyLines
	}
	if r.Lenient {
		rr.Forgive = func(e *wire.SyntaxError) error { return r.forgive(e) }
	}
	return rr
}

// ReadReply reads one reply, in one line or more (RFC 959 section 4.2). Anything may stand between the first line and the one that begins with the
// same code and a space: [Rules.CheckReply] checks what a server may send there. Of a reply that passes the limits the excess lines are dropped;
// if it does not end then, the error is a [*wire.LimitError]. Lenient rules forgive a bare LF, and a code that nothing or other text than a
// space follows. The stream's end before the reply is io.EOF, and within it io.ErrUnexpectedEOF.
func (r Rules) ReadReply(src *wire.Reader) (*Reply, error) {
	reply, err := r.replyRules().Read(src)
	if err != nil {
		return nil, err
	}
	return fromWire(reply), nil
}

func fromWire(r *wire.Reply) *Reply {
	return &Reply{Code: r.Code, Lines: r.Lines, Raw: r.Raw, Dropped: r.Dropped}
}

// ReplyParser parses replies line by line, for a caller that has lines; see [Rules.NewReplyParser].
type ReplyParser struct{ p wire.ReplyParser }

// NewReplyParser returns a parser that follows [Rules.ReadReply].
func (r Rules) NewReplyParser() *ReplyParser {
	return &ReplyParser{wire.ReplyParser{Rules: r.replyRules()}}
}

// Add takes a line, and returns the reply that ends with it; nil if it goes on. Behind an error the parser is ready for the next reply.
func (p *ReplyParser) Add(l wire.Line) (*Reply, error) {
	reply, err := p.p.Add(l)
	if reply == nil || err != nil {
		return nil, err
	}
	return fromWire(reply), nil
}

// Begun reports whether a reply has begun that has not ended.
func (p *ReplyParser) Begun() bool { return p.p.Begun() }

// CheckReply checks what RFC 959 section 4.2 wants of a server and a client need not mind: digits of the code that have a meaning, and lines between
// the first and the last that do not begin with three digits. The reply's own code and a hyphen, which most servers put there, is forgiven by
// lenient rules, as is any other number.
func (r Rules) CheckReply(reply *Reply) error {
	if d := reply.Code / 10 % 10; d > 5 {
		if err := r.forgive(&wire.SyntaxError{Offset: 1, Got: strconv.Itoa(d), Want: "a second digit from 0 to 5", Cite: "RFC 959 section 4.2.1"}); err != nil {
			return err
		}
	}
	for _, l := range reply.Lines[1:max(1, len(reply.Lines)-1)] {
		if reply.Protected() {
			break // RFC 2228 section 5.2 wants the code on each line
		}
		if startsWithCode(l) {
			if err := r.forgive(&wire.SyntaxError{Got: l, Want: "a line within the reply that does not begin with a number of three digits", Cite: citeReply}); err != nil {
				return err
			}
		}
	}
	return nil
}

func startsWithCode(l string) bool {
	return len(l) >= 3 && isDigit(l[0]) && isDigit(l[1]) && isDigit(l[2])
}

// AppendReply appends a reply with CRLF to b, as it stands on the wire. Without lines it has the code and a space. Lines between the first and the
// last are written as they are, but a space is put before those that begin with three digits (RFC 959 section 4.2). The octet 255, which
// is Telnet's IAC, is doubled. It refuses CR, LF and NUL, and a code outside of 100 to 699.
func AppendReply(b []byte, code int, lines ...string) ([]byte, error) {
	if code < 100 || code > 699 {
		return b, &wire.SyntaxError{Got: strconv.Itoa(code), Want: "a code from 100 to 699", Cite: citeReply}
	}
	if len(lines) == 0 {
		lines = []string{""}
	}
	for _, l := range lines {
		if err := wire.CheckArgument("reply", l); err != nil {
			return b, err
		}
	}
	last := len(lines) - 1
	for i, l := range lines {
		switch {
		case i == last:
			b = strconv.AppendInt(b, int64(code), 10)
			b = append(b, ' ')
		case i == 0:
			b = strconv.AppendInt(b, int64(code), 10)
			b = append(b, '-')
		case startsWithCode(l):
			b = append(b, ' ')
		}
		b = appendNVT(b, l)
		b = append(b, "\r\n"...)
	}
	return b, nil
}
