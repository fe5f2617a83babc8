package play

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"harness/protocols/dialect"
	"harness/protocols/wire"
	"harness/transcript"
)

// SetupError says why a play could not begin: the session cannot be played as it stands, something that it needs was not given, or the
// first connection could not be made.
type SetupError struct {
	// Pos is the place in the session that needs what is missing; the zero Position if none does.
	Pos transcript.Position
	// What is wrong and what to do.
	What string
	// Err is the cause, if there is one.
	Err error
}

// Error returns place and problem.
func (e *SetupError) Error() string {
	s := e.What
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	if e.Pos.Line > 0 {
		s = e.Pos.String() + ": " + s
	}
	return s
}

// Unwrap returns the cause.
func (e *SetupError) Unwrap() error { return e.Err }

// Outcome is what came in the place of what a session expects.
type Outcome string

// The outcomes.
const (
	// GotOther: other octets than those expected.
	GotOther Outcome = "other octets"
	// GotClose: the peer closed its sending side.
	GotClose Outcome = "the end of the connection"
	// GotReset: the connection was reset.
	GotReset Outcome = "a reset of the connection"
	// GotNothing: nothing, within the time.
	GotNothing Outcome = "nothing"
	// GotMore: octets where none are expected.
	GotMore Outcome = "octets that are not in the session"
	// GotNone: a line of a data connection's stream is not there; others that the session has behind it are.
	GotNone Outcome = "no such line"
	// GotFailure: an operation failed, such as a handshake; Err tells why.
	GotFailure Outcome = "a failure"
)

// Heard is a line, or an event, that passed before a mismatch.
type Heard struct {
	Who transcript.Who
	// Text is the line as it may be shown: escaped where it is not printable, secrets masked, cut if long.
	Text string
}

// Mismatch is a place where the peer did not do what the session says.
type Mismatch struct {
	// Pos is the place in the session; Who says, or does, what is expected there.
	Pos transcript.Position
	Who transcript.Who
	// Expected is the item of the session, as the file has it.
	Expected string
	// Want is what was expected at Offset, in short, such as "a number"; "" if Expected says it all.
	Want string
	// Outcome is what came instead, Received its octets (terminator included, cut after 4 KiB) if there are any; secrets in it are masked.
	Outcome  Outcome
	Received []byte
	// Offset is the place of the first octet of Received that differs from what was expected, from 0; -1 if Received tells nothing.
	// In a run of octets (a blob) it counts from the run's start, and Received begins at ReceivedAt.
	Offset, ReceivedAt int64
	// Likeness is Different, or Reworded if only Exact makes it a mismatch.
	Likeness dialect.Likeness
	// Context holds the last lines before, at most 5, oldest first.
	Context []Heard
	// Hint says what may be the reason, and what to do; "" for nothing.
	Hint string
	// Err is the cause of a failure.
	Err error
}

// Unwrap returns the cause of a failure.
func (m *Mismatch) Unwrap() error { return m.Err }

const caretWidth = 96

// Error shows the place, the lines before, what was expected and what came, with a caret at the first difference.
func (m *Mismatch) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: the %s did not do what the session says", m.Pos, m.Who.Party)
	if m.Outcome == GotMore {
		b.Reset()
		fmt.Fprintf(&b, "%s: the %s said more than the session holds", m.Pos, m.Who.Party)
	}
	for _, h := range m.Context {
		fmt.Fprintf(&b, "\n    before:   %s: %s", h.Who, h.Text)
	}
	expected, _, more := strings.Cut(m.Expected, "\n")
	if more {
		expected += " ..."
	}
	fmt.Fprintf(&b, "\n    expected: %s", cut(expected, 2*caretWidth))
	if m.Want != "" {
		fmt.Fprintf(&b, "\n    there:    %s", m.Want)
	}
	b.WriteString("\n    received: ")
	switch m.Outcome {
	case GotOther, GotMore:
		text, caret := m.window()
		fmt.Fprintf(&b, "%s: %s", m.Who, text)
		if caret >= 0 {
			fmt.Fprintf(&b, "\n    %s^", strings.Repeat(" ", len("received: ")+len(m.Who.String())+2+caret))
			fmt.Fprintf(&b, " octet %d", m.Offset+1)
		}
		if m.Likeness == dialect.Reworded {
			b.WriteString("\n    (the same reply in other words)")
		}
	default:
		b.WriteString(string(m.Outcome))
		if m.Err != nil {
			fmt.Fprintf(&b, ": %v", m.Err)
		}
		if len(m.Received) > 0 {
			fmt.Fprintf(&b, ", after %s", wire.Quote(m.Received))
		}
	}
	if m.Hint != "" {
		b.WriteString("\n    hint:     " + m.Hint)
	}
	return b.String()
}

// window returns the part of Received around the difference as it is shown, and the column of the difference in it; -1 for none.
func (m *Mismatch) window() (text string, caret int) {
	data := m.Received
	at := m.Offset - m.ReceivedAt
	if m.Offset < 0 || at < 0 || at > int64(len(data)) {
		return cut(escape(data[:min(len(data), caretWidth+1)]), caretWidth), -1
	}
	// What stands before the difference, as much as fits.
	from, width := at, 0
	for from > 0 {
		w := len(escape(data[from-1 : from]))
		if width+w > caretWidth/2 {
			break
		}
		from, width = from-1, width+w
	}
	before := escape(data[from:at])
	if from > 0 {
		before = "..." + before
	}
	after := data[at:min(int64(len(data)), at+caretWidth)]
	text = before + cut(escape(after), caretWidth-caretWidth/2)
	if at+int64(len(after)) < int64(len(data)) && !strings.HasSuffix(text, "...") {
		text += "..."
	}
	return text, len(before)
}

func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return s[:n] + "..."
}

// escape writes octets so that each shows and takes one line: printable ASCII as it is, the rest as in a Go string.
func escape(b []byte) string {
	var s strings.Builder
	for _, c := range b {
		switch {
		case c == '\r':
			s.WriteString(`\r`)
		case c == '\n':
			s.WriteString(`\n`)
		case c == '\t':
			s.WriteString(`\t`)
		case c == '\\':
			s.WriteString(`\\`)
		case c >= ' ' && c < 0x7f:
			s.WriteByte(c)
		default:
			fmt.Fprintf(&s, `\x%02x`, c)
		}
	}
	return s.String()
}

// Unplayed says that a session was not played to its end.
type Unplayed struct {
	// Pos and Item are the first item that was not played.
	Pos  transcript.Position
	Item string
	// Remaining is the number of items that were not played, this one included.
	Remaining int
	// Why the play stopped, if it was not for a mismatch: the context's end, a connection's failure.
	Err error
}

// Unwrap returns the reason.
func (e *Unplayed) Unwrap() error { return e.Err }

// Error names the first unplayed line and how many remain.
func (e *Unplayed) Error() string {
	item, _, more := strings.Cut(e.Item, "\n")
	if more {
		item += " ..."
	}
	items := "1 item was"
	if e.Remaining != 1 {
		items = fmt.Sprintf("%d items were", e.Remaining)
	}
	s := fmt.Sprintf("%s: %s not played, from %q on", e.Pos, items, item)
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Reworded is a reply that means the same in other words.
type Reworded struct {
	Pos transcript.Position
	Who transcript.Who
	// Expected and Received are the lines, escaped where not printable.
	Expected, Received string
}

// Report is what became of a play.
type Report struct {
	// Session is the session's name, Side the party that was played, Peer the address of the other one.
	Session string
	Side    dialect.Party
	Peer    string
	// Items is the number of the session's items, comments aside; Played that of those that went as the session says; Skipped that of those in
	// optional groups that did not take place.
	Items, Played, Skipped int
	// Problems are the mismatches and, last, what kept the play from going to the end: *Mismatch, *Unplayed.
	Problems []error
	// Reworded lists replies in other words.
	Reworded []Reworded
	// Sent and Received count octets of all connections, before TLS and compression.
	Sent, Received int64
	// Start and End of the play.
	Start, End time.Time
}

// Mismatches returns the problems that are mismatches.
func (r *Report) Mismatches() []*Mismatch {
	var ms []*Mismatch
	for _, p := range r.Problems {
		if m, ok := p.(*Mismatch); ok {
			ms = append(ms, m)
		}
	}
	return ms
}

// Err returns nil if the session was played to its end without a mismatch, and the problems joined otherwise.
func (r *Report) Err() error { return errors.Join(r.Problems...) }

// Duration is the time that the play took.
func (r *Report) Duration() time.Duration { return r.End.Sub(r.Start) }
