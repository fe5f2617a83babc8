package wire

import (
	"errors"
	"io"
	"strconv"
)

// DefaultReplyLines is the limit of a reply, in lines, of a [ReplyReader] that sets no other.
const DefaultReplyLines = 1000

// Reply is a reply that begins with a code of three digits (RFC 959 section 4.2, RFC 3977 section 3.2, RFC 5321 section 4.2).
type Reply struct {
	// Code is 100 to 599.
	Code int
	// Lines are the texts of its lines without the code and the hyphen or space behind it; at least one.
	Lines []string
	// Raw is the reply as it stood on the wire, without the lines that were dropped.
	Raw []byte
	// Dropped is how many lines passed the limit and were dropped; see [ReplyReader.Excess].
	Dropped int
}

// Text returns the lines joined by LF.
func (r *Reply) Text() string {
	var b []byte
	for i, l := range r.Lines {
		if i > 0 {
			b = append(b, '\n')
		}
		b = append(b, l...)
	}
	return string(b)
}

// ReplyStyle is the way in which a protocol continues a reply over several lines.
type ReplyStyle uint8

const (
	// EveryLine replies carry the same code on each line, with a hyphen on all but the last (RFC 5321 section 4.2.1).
	EveryLine ReplyStyle = iota
	// FirstAndLast replies carry code and hyphen on the first line and end at the first line that begins with the same code and a
	// space; anything may stand between them (RFC 959 section 4.2).
	FirstAndLast
	// Single replies have one line (RFC 3977 section 3.2).
	Single
)

// ReplyReader reads replies of three digits.
type ReplyReader struct {
	Style ReplyStyle
	// MaxLines is the limit of a reply, in lines; 0 means [DefaultReplyLines].
	MaxLines int
	// MaxOctets is the limit of a reply, in octets with its terminators; 0 means that there is none but that of the lines.
	MaxOctets int
	// Excess is how many lines beyond a limit are read and dropped before it is an error (RFC 1123 section 4.1.2.11): [Reply.Dropped].
	Excess int
	// Protected replies have codes from 600 to 699 too (RFC 2228 section 5.2).
	Protected bool
	// Space says that a space has to follow the code even if no text does (RFC 959 section 4.2).
	Space bool
	// Forgive is asked about each departure that can be understood all the same: a bare LF, a code that nothing or other text than a space follows.
	// It returns nil to let it pass. A nil Forgive lets nothing pass.
	Forgive func(*SyntaxError) error
	// Cite is the rule that a [*SyntaxError] names.
	Cite string
}

// Read reads one reply from r. A reply that breaks the grammar is a [*SyntaxError] whose offset counts from the start of its line; r then
// stands behind that line. The stream's end before the reply is io.EOF, and within it io.ErrUnexpectedEOF.
func (rr ReplyReader) Read(r *Reader) (*Reply, error) {
	p := ReplyParser{Rules: rr}
	for {
		l, err := r.ReadLine()
		if err != nil {
			if errors.Is(err, io.EOF) && p.Begun() {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		if l.End == None {
			return nil, io.ErrUnexpectedEOF
		}
		if reply, err := p.Add(l); reply != nil || err != nil {
			return reply, err
		}
	}
}

// ReplyParser parses replies line by line, for a caller that has lines. Its zero value has the zero [ReplyReader]'s rules.
type ReplyParser struct {
	Rules ReplyReader

	reply *Reply
}

// Begun reports whether a reply has begun that has not ended.
func (p *ReplyParser) Begun() bool { return p.reply != nil }

// Add takes a line, and returns the reply that ends with it; nil if it goes on. Behind an error the parser is ready for the next reply.
func (p *ReplyParser) Add(l Line) (*Reply, error) {
	done, err := p.add(l)
	if err != nil {
		p.reply = nil
		return nil, err
	}
	if !done {
		return nil, nil
	}
	reply := p.reply
	p.reply = nil
	return reply, nil
}

func (p *ReplyParser) add(l Line) (done bool, err error) {
	rr := &p.Rules
	first := p.reply == nil
	if first {
		p.reply = &Reply{}
	}
	reply := p.reply
	if l.End != CRLF {
		if err := rr.forgive(l.End == LF, &SyntaxError{Offset: len(l.Text), Got: l.End.Octets(), Want: "CRLF", Cite: rr.Cite}); err != nil {
			return false, err
		}
	}
	code, sep, ok := rr.code(l.Text, first)
	if !ok || !first && code != reply.Code {
		if !first && rr.Style == FirstAndLast {
			return false, rr.keep(reply, l, l.Text, false)
		}
		want := "a code of three digits from 100 to " + strconv.Itoa(rr.maxCode()) + " and a space or hyphen"
		if !first {
			want = "the code " + strconv.Itoa(reply.Code) + " on each line of the reply"
		}
		return false, &SyntaxError{Got: string(l.Text), Want: want, Cite: rr.Cite}
	}
	if sep == '-' && rr.Style == Single {
		return false, &SyntaxError{Offset: 3, Got: "-", Want: "a space", Cite: rr.Cite}
	}
	text := l.Text[3:]
	switch {
	case sep == ' ' || sep == '-':
		text = text[1:]
	case len(text) > 0 || rr.Space:
		e := &SyntaxError{Offset: 3, Want: "a space or hyphen behind the code", Cite: rr.Cite}
		if len(text) > 0 {
			e.Got = string(text[:1])
		}
		if err := rr.forgive(true, e); err != nil {
			return false, err
		}
	}
	reply.Code = code
	if !first && sep == '-' && rr.Style == FirstAndLast {
		text = l.Text // an inner line that happens to look like a first one
	}
	return sep != '-', rr.keep(reply, l, text, sep != '-')
}

// keep adds a line to the reply, or drops it if there are too many. The last line is never dropped: it takes the place of the one before.
func (rr *ReplyReader) keep(reply *Reply, l Line, text []byte, last bool) error {
	maxLines := rr.MaxLines
	if maxLines <= 0 {
		maxLines = DefaultReplyLines
	}
	manyLines := len(reply.Lines) >= maxLines
	manyOctets := rr.MaxOctets > 0 && len(reply.Raw)+len(l.Text)+2 > rr.MaxOctets
	if (manyLines || manyOctets) && reply.Dropped == rr.Excess {
		if manyLines {
			return &LimitError{What: "reply", Limit: int64(maxLines), Cite: rr.Cite}
		}
		return &LimitError{What: "reply text", Limit: int64(rr.MaxOctets), Cite: rr.Cite}
	}
	if manyLines || manyOctets || reply.Dropped > 0 {
		if reply.Dropped++; !last {
			return nil
		}
	}
	if reply.Raw == nil {
		reply.Raw = make([]byte, 0, len(l.Text)+2)
	}
	reply.Raw = l.AppendRaw(reply.Raw)
	reply.Lines = append(reply.Lines, string(text))
	return nil
}

func (rr *ReplyReader) forgive(can bool, e *SyntaxError) error {
	if !can || rr.Forgive == nil {
		return e
	}
	return rr.Forgive(e)
}

func (rr *ReplyReader) maxCode() int {
	if rr.Protected {
		return 699
	}
	return 599
}

// code splits a reply line; sep is ' ' or '-', or 0 where neither follows the code. Other text may follow the code of a first line only: an inner
// line that begins so is text.
func (rr *ReplyReader) code(l []byte, first bool) (code int, sep byte, ok bool) {
	if len(l) < 3 {
		return 0, 0, false
	}
	for _, c := range l[:3] {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
		code = code*10 + int(c-'0')
	}
	if code < 100 || code > rr.maxCode() {
		return 0, 0, false
	}
	switch {
	case len(l) == 3:
		return code, 0, true
	case l[3] == ' ' || l[3] == '-':
		return code, l[3], true
	}
	// A fourth digit makes it no code at all.
	return code, 0, first && rr.Forgive != nil && (l[3] < '0' || l[3] > '9')
}
