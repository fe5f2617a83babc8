// Package transcript is a session as text: what a client (C) and a server (S) said to each other, exact to the octet, in a file that a
// person reads and diffs as easily as the examples in the RFCs. It parses, prints, matches, normalises, redacts and compares sessions.
//
// The format is described in fixtures/sessions/FORMAT.md. A session knows no direction of play: the same one can be served to a client,
// driven against a server, or judged at rest.
//
// The package is pure: it opens no connection, and reads files only in [Load] and [LoadFS].
package transcript

import (
	"fmt"
	"io"
	"iter"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// Version is the version of the format that Print writes, and the only one that Parse takes.
const Version = 1

// Session is a session file.
type Session struct {
	// Name is where it was read from, for messages; it may be "".
	Name string
	// Header holds the fields before the first empty line, in their order. "session" and "protocol" are always there.
	Header []Field
	// Items are what follows, in the order in which it happened.
	Items []Item

	blobs BlobSource
	sep   string // the empty line that ended the header, as it stood
}

// Field is a line of the header.
type Field struct {
	Name, Value string
	src         string
}

// Position is a place in a session file; lines and columns count from 1, columns in octets.
type Position struct {
	File         string
	Line, Column int
}

// String returns "file:line:column".
func (p Position) String() string {
	f := p.File
	if f == "" {
		f = "session"
	}
	if p.Line == 0 {
		return f
	}
	return fmt.Sprintf("%s:%d:%d", f, p.Line, p.Column)
}

// Item is one element of a session: [*Say], [*Event], [*Group] or [*Comment].
type Item interface {
	// Position returns where the item stands in its file; the zero Position if it was made by a program.
	Position() Position
	isItem()
}

// Who is a party on a connection.
type Who struct {
	Party dialect.Party
	// Channel is "" for the first connection, a decimal number from 2 for a further one, "d1", "d2" ... for a data connection.
	Channel string
}

// String returns it as a session file has it: "C", "S2", "Cd1".
func (w Who) String() string { return string(rune(w.Party)) + w.Channel }

// IsData reports whether the channel is a data connection.
func (w Who) IsData() bool { return len(w.Channel) > 0 && w.Channel[0] == 'd' }

// Say is a line, or a run of octets, that a party says.
type Say struct {
	Who   Who
	Parts []Part
	// End is the line's terminator. A blob that holds whole lines, and octets that are no line, have wire.None.
	End wire.Terminator

	pos Position
	src string
}

// Part is a piece of what is said. Exactly one of its fields is set.
type Part struct {
	// Text stands for itself.
	Text []byte
	// Value is a recorded value that stands for all of its kind.
	Value *Value
	// Blob is a large run of octets beside the text.
	Blob *Blob
}

// Value is a part that may differ from run to run: {{VALUE KIND ARGS as NAME}}, or {{=NAME}} for one that was captured before.
type Value struct {
	// Octets is the recorded value; empty if Redacted or if Ref is set.
	Octets []byte
	// Redacted values were secrets; they are written ***.
	Redacted bool
	// Kind is the value's kind, a key of [Kinds].
	Kind string
	// Args follow the kind: the mechanism of "sasl", the channel of "pasv".
	Args []string
	// As captures the value that was played or matched under this name.
	As string
	// Ref stands for the value that was captured under this name.
	Ref string
}

// Blob is a run of octets in a file of its own beside the session: {{blob NAME SIZE SHA256}}.
type Blob struct {
	// Name is the file's name, without a path.
	Name string
	// Size is the number of octets.
	Size int64
	// SHA256 is the digest in lower-case hexadecimal, 64 digits.
	SHA256 string
}

// EventKind names an event.
type EventKind string

// The events.
const (
	// Open: a further connection is made, by the party that is named.
	Open EventKind = "open"
	// TLS: the TLS handshake takes place on the channel.
	TLS EventKind = "tls"
	// Clear: TLS ends on the channel, by close_notify both ways, and the connection goes on in the clear.
	Clear EventKind = "clear"
	// Compress: both directions of the channel are compressed from here; Arg names the algorithm, "deflate".
	Compress EventKind = "compress"
	// Wait: whoever plays the party waits for Duration before it goes on; a party that is matched is not made to.
	Wait EventKind = "wait"
	// Quiet: the party says nothing for Duration.
	Quiet EventKind = "quiet"
	// HalfClose: the party closes its sending side.
	HalfClose EventKind = "half-close"
	// Close: the party closes the connection.
	Close EventKind = "close"
	// Reset: the party resets the connection.
	Reset EventKind = "reset"
)

// Event is something that happens between the lines: "-- tls", "-- wait S 200ms", "-- close S2".
type Event struct {
	Kind EventKind
	// Who is the party and channel; for TLS, Clear and Compress the party is 0 and only the channel counts.
	Who Who
	// Arg is the algorithm of Compress.
	Arg string
	// Duration is that of Wait and Quiet, as time.ParseDuration reads it; more than 0.
	Duration Duration

	pos Position
	src string
}

// GroupKind names what a group's items have in common.
type GroupKind string

// The kinds of groups.
const (
	// Unordered: the lines, all of one party on one channel, may come in any order. A player says them as they stand.
	Unordered GroupKind = "unordered"
	// Optional: the items happen all or not at all. A player whose side begins them plays them; otherwise the first line decides.
	Optional GroupKind = "optional"
)

// Group is "-- unordered" or "-- optional", its items, and "-- end". Groups do not nest.
type Group struct {
	Kind  GroupKind
	Items []Item

	pos          Position
	src, srcLast string
}

// Comment is a line that begins with "#", or an empty line.
type Comment struct {
	// Text is the line as it stands, "" for an empty line.
	Text string

	pos Position
	src string
}

// Position implements Item.
func (i *Say) Position() Position { return i.pos }

// Position implements Item.
func (i *Event) Position() Position { return i.pos }

// Position implements Item.
func (i *Group) Position() Position { return i.pos }

// Position implements Item.
func (i *Comment) Position() Position { return i.pos }

func (*Say) isItem()     {}
func (*Event) isItem()   {}
func (*Group) isItem()   {}
func (*Comment) isItem() {}

// Get returns the value of the first header field of that name, "" if there is none.
func (s *Session) Get(name string) string {
	for _, f := range s.Header {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}

// Set changes the header field of that name, or adds it at the end.
func (s *Session) Set(name, value string) {
	for i, f := range s.Header {
		if f.Name == name {
			if f.Value != value {
				s.Header[i] = Field{Name: name, Value: value}
			}
			return
		}
	}
	s.Header = append(s.Header, Field{Name: name, Value: value})
}

// All returns an iterator over the items in their order; after a group come its items. Ending the loop early is fine.
func (s *Session) All() iter.Seq[Item] {
	return func(yield func(Item) bool) {
		for _, it := range s.Items {
			if !yield(it) {
				return
			}
			if g, ok := it.(*Group); ok {
				for _, inner := range g.Items {
					if !yield(inner) {
						return
					}
				}
			}
		}
	}
}

// New returns a session of a protocol with no items.
func New(protocol string) *Session {
	return &Session{Header: []Field{{Name: "session", Value: fmt.Sprint(Version)}, {Name: "protocol", Value: protocol}}}
}

// Protocol returns the header field "protocol".
func (s *Session) Protocol() string { return s.Get("protocol") }

// BlobSource opens the blobs of a session.
type BlobSource interface {
	// OpenBlob returns the octets of the blob of that name; the caller closes it.
	OpenBlob(name string) (io.ReadCloser, error)
}
