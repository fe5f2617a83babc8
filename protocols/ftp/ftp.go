package ftp

import (
	"strings"

	"harness/protocols/wire"
)

// Rules says by which rules a text is parsed or printed. The zero value is strict.
type Rules struct {
	// Lenient forgives what can be understood all the same: a bare LF, spaces too many, a reply text without a space before it. What would be
	// dangerous to guess at is an error still: NUL and bare CR in a command, a line that the stream's end cut off, a number out of its range.
	Lenient bool
	// PaddedCR permits CR in an argument, which is CR NUL on the wire (RFC 2640 section 3.1). Without it a CR is refused in both directions.
	PaddedCR bool
	// MaxReplyLines is how many lines of a reply are kept; 0 means [MaxReplyLines]. Those beyond it are read and dropped (RFC 1123 section 4.1.2.11).
	MaxReplyLines int
	// Forgave is told each departure that lenient rules let pass; it may be nil.
	Forgave func(*wire.SyntaxError)
}

// forgive returns nil if the rules let e pass.
func (r Rules) forgive(e *wire.SyntaxError) error {
	if !r.Lenient {
		return e
	}
	if r.Forgave != nil {
		r.Forgave(e)
	}
	return nil
}

// Type is a data representation (RFC 959 section 3.1.1): the argument of TYPE. The zero value is not a type.
type Type struct {
	// Code is 'A' (ASCII), 'E' (EBCDIC), 'I' (image) or 'L' (local byte size).
	Code byte
	// Format is 'N' (non-print), 'T' (Telnet format effectors) or 'C' (carriage control) for ASCII and EBCDIC; 0 means that it was left out, which is N.
	Format byte
	// ByteSize is the logical byte size of L, 1 to 255; 0 for the other types.
	ByteSize int
}

// The types in use.
var (
	ASCII = Type{Code: 'A'}
	Image = Type{Code: 'I'}
	// EBCDIC is coded in IBM037.
	EBCDIC = Type{Code: 'E'}
	// Local8 is L 8, which is image on machines of 8-bit bytes (RFC 1123 section 4.1.2.1).
	Local8 = Type{Code: 'L', ByteSize: 8}
)

// Structure is a file's structure (RFC 959 section 3.1.2): the argument of STRU.
type Structure byte

// The structures.
const (
	FileStructure   Structure = 'F'
	RecordStructure Structure = 'R'
	PageStructure   Structure = 'P'
)

// Mode is a transmission mode (RFC 959 section 3.4): the argument of MODE.
type Mode byte

// The modes. Z is in use, though in no RFC: a stream compressed as zlib (RFC 1950) has it.
const (
	StreamMode     Mode = 'S'
	BlockMode      Mode = 'B'
	CompressedMode Mode = 'C'
	DeflateMode    Mode = 'Z'
)

// Protection is a data channel protection level (RFC 2228 section 3): the argument of PROT.
type Protection byte

// The levels. FTP over TLS has C and P (RFC 4217 section 9).
const (
	ClearProtection        Protection = 'C'
	SafeProtection         Protection = 'S'
	ConfidentialProtection Protection = 'E'
	PrivateProtection      Protection = 'P'
)

// Command is a command line (RFC 959 section 5.3). Its verb is in upper case.
type Command struct {
	Verb string
	// Arg is what follows the verb and its one space, whole: a pathname may hold spaces, at its ends too. "" means that there is none.
	Arg string
}

// NewCommand makes a command; the verb is brought to upper case.
func NewCommand(verb, arg string) Command { return Command{Verb: strings.ToUpper(verb), Arg: arg} }

// String returns the command for messages: an argument that is secret (PASS, ACCT, ADAT and the like) is shown as ***.
func (c Command) String() string {
	switch {
	case c.Arg == "":
		return c.Verb
	case Secret(c.Verb):
		return c.Verb + " ***"
	}
	return c.Verb + " " + wire.Printable(c.Arg)
}

// Secret reports whether the argument of the verb, in upper case, is a secret.
func Secret(verb string) bool {
	switch verb {
	case "PASS", "ACCT", "ADAT", "MIC", "CONF", "ENC":
		return true
	}
	return false
}
