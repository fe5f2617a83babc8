package wire

import (
	"bytes"
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
	// Raw is the reply as it stood on the wire.
	Raw []byte
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
	// Cite is the rule that a [*SyntaxError] names.
	Cite string
}

// Read reads one reply from r. A reply that breaks the grammar is a [*SyntaxError] whose offset counts from the start of its line; r then
// stands behind that line.
func (rr ReplyReader) Read(r *Reader) (*Reply, error) {
	maxLines := rr.MaxLines
	if maxLines <= 0 {
		maxLines = DefaultReplyLines
	}
	reply := &Reply{}
	for {
		l, err := r.ReadLine()
		if err != nil {
			return nil, err
		}
		if len(reply.Lines) == maxLines {
			return nil, &LimitError{What: "reply", Limit: int64(maxLines), Cite: rr.Cite}
		}
		reply.Raw = l.AppendRaw(reply.Raw)
		if l.End != CRLF {
			return nil, &SyntaxError{Offset: len(l.Text), Got: l.End.Octets(), Want: "CRLF", Cite: rr.Cite}
		}
		code, sep, ok := replyCode(l.Text)
		first := reply.Code == 0
		if !ok || !first && code != reply.Code {
			if !first && rr.Style == FirstAndLast {
				reply.Lines = append(reply.Lines, string(l.Text))
				continue
			}
			want := "a code of three digits from 100 to 599 and a space or hyphen"
			if !first {
				want = "the code " + strconv.Itoa(reply.Code) + " on each line of the reply"
			}
			return nil, &SyntaxError{Got: string(l.Text), Want: want, Cite: rr.Cite}
		}
		if sep == '-' && rr.Style == Single {
			return nil, &SyntaxError{Offset: 3, Got: "-", Want: "a space", Cite: rr.Cite}
		}
		reply.Code = code
		text := l.Text[3:]
		if sep != 0 {
			text = text[1:]
		}
		if !first && sep == '-' && rr.Style == FirstAndLast {
			text = l.Text // an inner line that happens to look like a first one
		}
		reply.Lines = append(reply.Lines, string(text))
		if sep != '-' {
			return reply, nil
		}
	}
}

// replyCode splits a reply line; sep is ' ', '-', or 0 where nothing follows the code.
func replyCode(l []byte) (code int, sep byte, ok bool) {
	if len(l) < 3 {
		return 0, 0, false
	}
	for _, c := range l[:3] {
		if c < '0' || c > '9' {
			return 0, 0, false
		}
		code = code*10 + int(c-'0')
	}
	if code < 100 || code > 599 {
		return 0, 0, false
	}
	if len(l) == 3 {
		return code, 0, true
	}
	if bytes.IndexByte([]byte(" -"), l[3]) < 0 {
		return 0, 0, false
	}
	return code, l[3], true
}
