package mockservers

import (
	"fmt"
	"strconv"
	"time"
)

// EventKind is what an [Event] tells.
type EventKind string

// The kinds of events.
const (
	SessionOpened EventKind = "opened"      // a client connected
	SessionClosed EventKind = "closed"      // the session is over; Text is the error that ended it, if one did
	CommandRead   EventKind = "command"     // Text is the command, secrets masked
	ReplySent     EventKind = "reply"       // Text is the reply's first line
	TLSStarted    EventKind = "tls"         // Text is the version of TLS
	DataOpened    EventKind = "data-opened" // Text names the data connection, its command and its peer
	DataClosed    EventKind = "data-closed" // Text tells how much passed and how it ended
	FaultActed    EventKind = "fault"       // Text is the fault
	Noted         EventKind = "note"        // Text says what the client did that it should not
	Failed        EventKind = "error"       // Text is an error of the mock
)

// Event is what happens in a mock server, one line of a live log.
type Event struct {
	At time.Time `json:"at"`
	// Protocol is the dialect's name.
	Protocol string `json:"protocol"`
	// Session counts from 1.
	Session int `json:"session"`
	// Remote is the client's address.
	Remote string    `json:"remote,omitempty"`
	Kind   EventKind `json:"kind"`
	Text   string    `json:"text,omitempty"`
}

// String returns the event as one line: time, protocol, session, what happened. Octets that are not printable are escaped.
func (e Event) String() string {
	head := fmt.Sprintf("%s %s #%d ", e.At.Format("15:04:05.000"), e.Protocol, e.Session)
	text := printable(e.Text)
	switch e.Kind {
	case SessionOpened:
		return head + "opened from " + e.Remote
	case SessionClosed:
		if text == "" {
			return head + "closed"
		}
		return head + "closed: " + text
	case CommandRead:
		return head + "C: " + text
	case ReplySent:
		return head + "S: " + text
	}
	if text == "" {
		return head + string(e.Kind)
	}
	return head + string(e.Kind) + ": " + text
}

// printable keeps UTF-8 and escapes what would break a line or a terminal.
func printable(s string) string {
	for _, r := range s {
		if !strconv.IsPrint(r) || r == '\uFFFD' {
			q := strconv.Quote(s)
			return q[1 : len(q)-1]
		}
	}
	return s
}
