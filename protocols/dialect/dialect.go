// Package dialect says what a protocol must tell about itself so that its sessions can be cut, compared, recorded and played by code
// that does not know it by name.
//
// Each protocols/X package exports one [Dialect]. The recorder, the player, the matcher, the redactor and the linter ask it, through a
// [Tracker] that follows one control connection: how the next octets of a direction are cut ([Shape]), which parts of a unit are
// secret or change from run to run ([Mark]), what a unit sets off ([Event]), and whether two units mean the same ([Likeness]).
//
// The package is pure: no sockets, no goroutines. A Tracker is not safe for concurrent use.
package dialect

import (
	"net/netip"
	"strings"

	"harness/protocols/wire"
)

// Party is one of the two ends of a session.
type Party byte

// The two parties, by the letters that stand for them in a session file.
const (
	Client Party = 'C'
	Server Party = 'S'
)

// Other returns the opposite party.
func (p Party) Other() Party {
	if p == Client {
		return Server
	}
	return Client
}

// String returns "client" or "server".
func (p Party) String() string {
	switch p {
	case Client:
		return "client"
	case Server:
		return "server"
	}
	return "party(" + string(rune(p)) + ")"
}

// Kind is how a stretch of octets is delimited.
type Kind uint8

const (
	// Line is a command, a reply line or any other line: it ends with LF, normally preceded by CR.
	Line Kind = iota
	// BlockLine is one line of a dot-terminated block, as it stands on the wire (dot-stuffed); the line "." ends the block.
	BlockLine
	// Octets is a counted run: an IMAP literal, an SMTP BDAT chunk. Nothing delimits it but its length.
	Octets
	// Stream runs until its connection ends: an FTP data channel.
	Stream
)

var kindNames = [...]string{Line: "line", BlockLine: "block line", Octets: "octets", Stream: "stream"}

// String returns the kind's name, such as "block line".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown kind"
}

// Shape says how the next unit of a direction is cut.
type Shape struct {
	Kind Kind
	// N is the number of octets of an [Octets] unit that are still to come, at least 1; 0 for the other kinds.
	N int64
}

// Unit is one piece of what a party said: a line without its terminator, or a run of octets (whose End is [wire.None]).
type Unit struct {
	Kind Kind
	Text []byte
	End  wire.Terminator
}

// AppendRaw appends the unit as it stands on the wire to b.
func (u Unit) AppendRaw(b []byte) []byte {
	b = append(b, u.Text...)
	return append(b, u.End.Octets()...)
}

// EventKind names what a unit sets off.
type EventKind uint8

const (
	// StartTLS means that the TLS handshake begins after this unit, in both directions.
	StartTLS EventKind = iota
	// StartCompression means that both directions are compressed after this unit; Arg names the algorithm ("deflate").
	StartCompression
	// Announce means that the unit announces a data connection; Data says which.
	Announce
	// Ends means that the connection is closed by the server after this unit.
	Ends
	// EndTLS means that TLS ends after this unit, in both directions: close_notify both ways, and the connection goes on in the clear.
	EndTLS
	// TransferAsked means that the unit is a command which uses a data connection; Transfer says how.
	TransferAsked
	// TransferBegins means that the unit is the server's preliminary answer to the command: the transfer takes place from here on.
	TransferBegins
	// TransferEnds means that the unit is the server's final answer to the command.
	TransferEnds
)

// Event is a consequence of a unit.
type Event struct {
	Kind EventKind
	Arg  string
	Data *Data
	// Transfer is set for TransferAsked, TransferBegins and TransferEnds: the same pointer for one transfer.
	Transfer *Transfer
}

// Data is a data connection that a line announces (FTP's PASV, EPSV, PORT, EPRT).
type Data struct {
	// Listener is the party that waits for the connection.
	Listener Party
	// Start and End delimit the address in the unit's text.
	Start, End int
	// Form names the way the address is written: the kind of its [Mark], such as "pasv".
	Form string
}

// Transfer is a command that uses a data connection.
type Transfer struct {
	// Command is the command's line, such as "RETR barrels.txt".
	Command string
	// Sender is the party whose octets the transfer is to carry.
	Sender Party
	// Data is the data connection: the pointer of the event that announced it; nil if none was announced (RFC 959 section 3.2: the default
	// data port).
	Data *Data
	// TLS says that the data connection is protected by TLS, whose client the session's client is.
	TLS bool
	// StaysOpen says that the end of the data connection is not the end of the data (RFC 959 section 3.4: another mode than stream).
	StaysOpen bool
	// Code is the final answer's, for TransferEnds, such as "226".
	Code string
}

// Done reports whether the final answer says that the transfer was done.
func (t *Transfer) Done() bool { return len(t.Code) > 0 && t.Code[0] == '2' }

// Mark is a part of a unit that a recorder does not write down plainly: a value that differs from run to run, or a secret.
type Mark struct {
	// Start and End delimit the part in Unit.Text: 0 <= Start <= End <= len(Text). Marks of a unit are in order and do not overlap.
	Start, End int
	// Kind is the value's kind in the session format, such as "number", "uid", "password", "sasl".
	Kind string
	// Args follow the kind, such as the mechanism's name for "sasl".
	Args []string
	// Secret parts are replaced by a redactor.
	Secret bool
}

// Likeness is how far two units mean the same.
type Likeness uint8

const (
	// Different units do not mean the same.
	Different Likeness = iota
	// Reworded units differ only in words that are meant for people, which a program must not interpret.
	Reworded
	// Same units mean the same to the protocol: equal, or different only where it makes no difference (the case of a verb).
	Same
)

// String returns "different", "reworded" or "same".
func (l Likeness) String() string {
	switch l {
	case Different:
		return "different"
	case Reworded:
		return "reworded"
	case Same:
		return "same"
	}
	return "unknown likeness"
}

// Tracker follows one control connection. For every unit, in the order in which it passed, a caller asks Next, then Marks or Compare if
// it needs them, and then tells Saw. A tracker never fails: on octets that make no sense it goes on as well as it can.
type Tracker interface {
	// Next says how the next unit said by p is cut.
	Next(p Party) Shape
	// Marks returns the parts of the unit that are secret or change from run to run.
	Marks(p Party, u Unit) []Mark
	// Compare says how far got means the same as want, at this place of the session.
	Compare(p Party, want, got Unit) Likeness
	// Saw takes note of a unit and returns what follows from it.
	Saw(p Party, u Unit) []Event
}

// Dialect is what a protocol tells about itself.
type Dialect interface {
	// Name is the protocol's name in session files and on the command line: lower case, such as "pop3".
	Name() string
	// Schemes are the URL schemes of the protocol, the one in the clear first.
	Schemes() []Scheme
	// NewTracker returns a tracker for a new connection.
	NewTracker() Tracker
}

// DataDialect is the [Dialect] of a protocol with data connections.
type DataDialect interface {
	Dialect
	// ParseAddress reads an address that a line announces, in the form that [Data.Form] names. The address's Addr is not valid if the form
	// holds a port only.
	ParseAddress(form string, text []byte) (netip.AddrPort, error)
	// FormatAddress writes an address in a form, with the delimiters that like has, which is such an address.
	FormatAddress(form string, like []byte, addr netip.AddrPort) ([]byte, error)
}

// DataTracker is the [Tracker] of a protocol with data connections.
type DataTracker interface {
	Tracker
	// Protected reports whether data connections that are made now are to be over TLS.
	Protected() bool
	// Answered returns the transfer that the server's answer answers of which the unit is the first line, or the only one; Saw was not told of it
	// yet. Final says that the answer ends the transfer. It is nil if the unit is no such line.
	Answered(p Party, u Unit) (t *Transfer, final bool)
}

// Explainer is a [Tracker] that can say more about a unit that is not what was expected.
type Explainer interface {
	// Explain says why want and got, which p said, may differ, and what to do; "" if there is nothing to say.
	Explain(p Party, want, got Unit) string
}

// Scheme is a URL scheme of a protocol.
type Scheme struct {
	Name string
	// Port is the registered TCP port, 1 to 65535.
	Port int
	// ImplicitTLS schemes begin with a TLS handshake.
	ImplicitTLS bool
	// Role is that of the server, where a protocol has servers of several: "submission" and "lmtp" of SMTP; "" is the usual one.
	Role string
}

// Verb returns the first word of a command line, in upper case, and the rest behind its space as it stands.
func Verb(text []byte) (verb string, rest []byte) {
	for i, c := range text {
		if c == ' ' {
			return strings.ToUpper(string(text[:i])), text[i+1:]
		}
	}
	return strings.ToUpper(string(text)), nil
}
