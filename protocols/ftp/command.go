package ftp

import (
	"bytes"
	"slices"
	"strings"

	"harness/protocols/wire"
)

// ArgForm says whether a command has an argument.
type ArgForm uint8

const (
	// NoArg commands have no argument.
	NoArg ArgForm = iota
	// OptionalArg commands have one or none.
	OptionalArg
	// RequiredArg commands have one.
	RequiredArg
)

// ArgKind is what an argument is, which decides what spaces in it mean.
type ArgKind uint8

const (
	// TokenArg is made of words: TYPE, PORT, REST. More than one space may stand before it (RFC 959 section 5.3).
	TokenArg ArgKind = iota
	// PathArg is a pathname: each octet behind the one space belongs to it (RFC 2640 section 3.1).
	PathArg
	// StringArg is text: a name, a password, an account. Each octet behind the one space belongs to it.
	StringArg
)

// Group is a kind of commands (RFC 959 section 4.1).
type Group uint8

const (
	// AccessControl commands say who the user is and where (RFC 959 section 4.1.1).
	AccessControl Group = iota
	// TransferParameter commands change how data is transferred (RFC 959 section 4.1.2).
	TransferParameter
	// Service commands ask for something to be done (RFC 959 section 4.1.3).
	Service
)

// String returns the RFC's name of the group.
func (g Group) String() string {
	switch g {
	case AccessControl:
		return "access control"
	case TransferParameter:
		return "transfer parameter"
	case Service:
		return "service"
	}
	return "unknown group"
}

// Direction is what a command transfers over a data connection.
type Direction uint8

const (
	// NoTransfer commands use no data connection.
	NoTransfer Direction = iota
	// Retrieve is a file from the server.
	Retrieve
	// Store is a file to the server.
	Store
	// Listing is a list from the server. It is text, whatever the structure of files is.
	Listing
)

// FromServer reports whether the data flows from the server to the client.
func (d Direction) FromServer() bool { return d == Retrieve || d == Listing }

// String returns "none", "retrieve", "store" or "listing".
func (d Direction) String() string {
	switch d {
	case NoTransfer:
		return "none"
	case Retrieve:
		return "retrieve"
	case Store:
		return "store"
	case Listing:
		return "listing"
	}
	return "unknown direction"
}

// ReplySet holds the codes with which a command may be answered (RFC 959 section 5.4).
type ReplySet struct {
	// Preliminary are the 1yz codes; a command that has them, and was answered by one, gets a second reply.
	Preliminary []int
	// Completed are the 2yz codes; behind a preliminary one if there are any.
	Completed []int
	// Intermediate are the 3yz codes: another command has to follow.
	Intermediate []int
	// Aborted are the 4yz and 5yz codes behind a preliminary reply.
	Aborted []int
	// Refused are the 4yz and 5yz codes without a preliminary reply.
	Refused []int
}

// Has reports whether code is in the set, at any place.
func (s ReplySet) Has(code int) bool {
	return slices.Contains(s.Preliminary, code) || slices.Contains(s.Completed, code) || slices.Contains(s.Intermediate, code) ||
		slices.Contains(s.Aborted, code) || slices.Contains(s.Refused, code)
}

// Spec is what the RFCs say of one command.
type Spec struct {
	// Verb is the command code, in upper case.
	Verb string
	// Arg says whether there is an argument, Kind what it is, and ArgName what the RFC calls it, such as "pathname".
	Arg     ArgForm
	Kind    ArgKind
	ArgName string
	Group   Group
	// Transfer is what passes over a data connection.
	Transfer Direction
	// Replies are the codes that may answer it, those of 421, 500 and 501 included.
	Replies ReplySet
	// Feature is the feature that offers the command (RFC 2389); "" if none has to.
	Feature string
	// Standard is the verb of which this one is an older name (XPWD: PWD); "" for others.
	Standard string
	// Minimum commands are those that each server has (RFC 1123 section 4.1.2.13).
	Minimum bool
	// Summary is one line on what the command does.
	Summary string
	// Cite is where it is defined, such as "RFC 959 section 4.1.3".
	Cite string
}

// Syntax returns the command's form, such as "LIST [pathname]".
func (s *Spec) Syntax() string {
	switch s.Arg {
	case OptionalArg:
		return s.Verb + " [" + s.ArgName + "]"
	case RequiredArg:
		return s.Verb + " " + s.ArgName
	}
	return s.Verb
}

func codes(c ...int) []int { return c }

// table holds each command once; see Commands. Replies are those of RFC 959 section 5.4 and of the command's own RFC; RFC 2228 section 8.2 adds
// to those of RFC 959.
var table = []Spec{
	{Verb: "USER", Arg: RequiredArg, Kind: StringArg, ArgName: "username", Group: AccessControl, Minimum: true, Summary: "names the user, before PASS", Cite: "RFC 959 section 4.1.1",
		Replies: ReplySet{Completed: codes(230, 232), Intermediate: codes(331, 332, 336), Refused: codes(421, 500, 501, 530)}},
	{Verb: "PASS", Arg: RequiredArg, Kind: StringArg, ArgName: "password", Group: AccessControl, Minimum: true, Summary: "gives the password, after USER", Cite: "RFC 959 section 4.1.1",
		Replies: ReplySet{Completed: codes(202, 230), Intermediate: codes(332), Refused: codes(421, 500, 501, 503, 530)}},
	{Verb: "ACCT", Arg: RequiredArg, Kind: StringArg, ArgName: "account-information", Group: AccessControl, Summary: "gives the account", Cite: "RFC 959 section 4.1.1",
		Replies: ReplySet{Completed: codes(202, 230), Refused: codes(421, 500, 501, 503, 530)}},
	{Verb: "CWD", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: AccessControl, Minimum: true, Summary: "changes the working directory", Cite: "RFC 959 section 4.1.1",
		Replies: ReplySet{Completed: codes(250), Refused: codes(421, 500, 501, 502, 530, 550)}},
	{Verb: "CDUP", Group: AccessControl, Minimum: true, Summary: "changes to the parent directory", Cite: "RFC 959 section 4.1.1",
		Replies: ReplySet{Completed: codes(200, 250), Refused: codes(421, 500, 501, 502, 530, 550)}},
	{Verb: "SMNT", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: AccessControl, Summary: "mounts another file system", Cite: "RFC 959 section 4.1.1",
		Replies: ReplySet{Completed: codes(202, 250), Refused: codes(421, 500, 501, 502, 530, 550)}},
	{Verb: "REIN", Group: AccessControl, Summary: "ends the login, and leaves the connection open", Cite: "RFC 959 section 4.1.1",
		Replies: ReplySet{Preliminary: codes(120), Completed: codes(220), Refused: codes(421, 500, 502)}},
	{Verb: "QUIT", Group: AccessControl, Minimum: true, Summary: "ends the session", Cite: "RFC 959 section 4.1.1",
		Replies: ReplySet{Completed: codes(221), Refused: codes(500)}},

	{Verb: "PORT", Arg: RequiredArg, ArgName: "host-port", Group: TransferParameter, Minimum: true, Summary: "says where the client listens for data", Cite: "RFC 959 section 4.1.2",
		Replies: ReplySet{Completed: codes(200), Refused: codes(421, 500, 501, 530)}},
	{Verb: "PASV", Group: TransferParameter, Minimum: true, Summary: "asks the server to listen for data", Cite: "RFC 959 section 4.1.2",
		Replies: ReplySet{Completed: codes(227), Refused: codes(421, 500, 501, 502, 530)}},
	{Verb: "TYPE", Arg: RequiredArg, ArgName: "type-code", Group: TransferParameter, Minimum: true, Summary: "sets the representation type", Cite: "RFC 959 section 4.1.2",
		Replies: ReplySet{Completed: codes(200), Refused: codes(421, 500, 501, 504, 530)}},
	{Verb: "STRU", Arg: RequiredArg, ArgName: "structure-code", Group: TransferParameter, Minimum: true, Summary: "sets the file structure", Cite: "RFC 959 section 4.1.2",
		Replies: ReplySet{Completed: codes(200), Refused: codes(421, 500, 501, 504, 530)}},
	{Verb: "MODE", Arg: RequiredArg, ArgName: "mode-code", Group: TransferParameter, Minimum: true, Summary: "sets the transmission mode", Cite: "RFC 959 section 4.1.2",
		Replies: ReplySet{Completed: codes(200), Refused: codes(421, 500, 501, 504, 530)}},

	{Verb: "RETR", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Transfer: Retrieve, Minimum: true, Summary: "retrieves a file", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Preliminary: codes(110, 125, 150), Completed: codes(226, 250), Aborted: codes(425, 426, 451), Refused: codes(421, 450, 500, 501, 530, 534, 535, 550)}},
	{Verb: "STOR", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Transfer: Store, Minimum: true, Summary: "stores a file", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Preliminary: codes(110, 125, 150), Completed: codes(226, 250), Aborted: codes(425, 426, 451, 551, 552), Refused: codes(421, 450, 452, 500, 501, 530, 532, 534, 535, 553)}},
	{Verb: "STOU", Arg: OptionalArg, Kind: PathArg, ArgName: "pathname", Group: Service, Transfer: Store, Summary: "stores a file under a name of its own", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Preliminary: codes(110, 125, 150), Completed: codes(226, 250), Aborted: codes(425, 426, 451, 551, 552), Refused: codes(421, 450, 452, 500, 501, 530, 532, 534, 535, 553)}},
	{Verb: "APPE", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Transfer: Store, Minimum: true, Summary: "appends to a file, or creates it", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Preliminary: codes(110, 125, 150), Completed: codes(226, 250), Aborted: codes(425, 426, 451, 551, 552), Refused: codes(421, 450, 452, 500, 501, 502, 530, 532, 534, 535, 550, 553)}},
	{Verb: "ALLO", Arg: RequiredArg, ArgName: "decimal-integer [R decimal-integer]", Group: Service, Summary: "reserves storage", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(200, 202), Refused: codes(421, 500, 501, 504, 530)}},
	{Verb: "REST", Arg: RequiredArg, ArgName: "marker", Group: Service, Summary: "says where the next transfer starts", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Intermediate: codes(350), Refused: codes(421, 500, 501, 502, 530)}},
	{Verb: "RNFR", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Minimum: true, Summary: "names the file to rename, before RNTO", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Intermediate: codes(350), Refused: codes(421, 450, 500, 501, 502, 530, 550)}},
	{Verb: "RNTO", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Minimum: true, Summary: "gives the new name, after RNFR", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(250), Refused: codes(421, 500, 501, 502, 503, 530, 532, 553)}},
	{Verb: "ABOR", Group: Service, Summary: "aborts the transfer", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(225, 226), Refused: codes(421, 500, 501, 502)}},
	{Verb: "DELE", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Minimum: true, Summary: "deletes a file", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(250), Refused: codes(421, 450, 500, 501, 502, 530, 550)}},
	{Verb: "RMD", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Minimum: true, Summary: "removes a directory", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(250), Refused: codes(421, 500, 501, 502, 530, 550)}},
	{Verb: "MKD", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Minimum: true, Summary: "makes a directory", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(257), Refused: codes(421, 500, 501, 502, 521, 530, 550)}},
	{Verb: "PWD", Group: Service, Minimum: true, Summary: "prints the working directory", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(257), Refused: codes(421, 500, 501, 502, 550)}},
	{Verb: "LIST", Arg: OptionalArg, Kind: PathArg, ArgName: "pathname", Group: Service, Transfer: Listing, Minimum: true, Summary: "lists a directory for people", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Preliminary: codes(125, 150), Completed: codes(226, 250), Aborted: codes(425, 426, 451), Refused: codes(421, 450, 500, 501, 502, 530, 534, 535)}},
	{Verb: "NLST", Arg: OptionalArg, Kind: PathArg, ArgName: "pathname", Group: Service, Transfer: Listing, Minimum: true, Summary: "lists the names in a directory", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Preliminary: codes(125, 150), Completed: codes(226, 250), Aborted: codes(425, 426, 451), Refused: codes(421, 450, 500, 501, 502, 530, 534, 535)}},
	{Verb: "SITE", Arg: RequiredArg, Kind: StringArg, ArgName: "string", Group: Service, Summary: "asks for what only this server has", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(200, 202), Refused: codes(500, 501, 530)}},
	{Verb: "SYST", Group: Service, Minimum: true, Summary: "names the server's operating system", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(215), Refused: codes(421, 500, 501, 502)}},
	{Verb: "STAT", Arg: OptionalArg, Kind: PathArg, ArgName: "pathname", Group: Service, Minimum: true, Summary: "tells the status of the session, a transfer or a file", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(211, 212, 213), Refused: codes(421, 450, 500, 501, 502, 530)}},
	{Verb: "HELP", Arg: OptionalArg, Kind: StringArg, ArgName: "string", Group: Service, Minimum: true, Summary: "explains the server, or a command", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(211, 214), Refused: codes(421, 500, 501, 502)}},
	{Verb: "NOOP", Group: Service, Minimum: true, Summary: "does nothing", Cite: "RFC 959 section 4.1.3",
		Replies: ReplySet{Completed: codes(200), Refused: codes(421, 500)}},

	{Verb: "AUTH", Arg: RequiredArg, ArgName: "mechanism-name", Group: AccessControl, Feature: "AUTH", Summary: "begins a security exchange: TLS", Cite: "RFC 2228 section 3",
		Replies: ReplySet{Completed: codes(234), Intermediate: codes(334), Refused: codes(421, 431, 500, 501, 502, 504, 534)}},
	{Verb: "ADAT", Arg: RequiredArg, ArgName: "base64data", Group: AccessControl, Feature: "AUTH", Summary: "carries security data", Cite: "RFC 2228 section 3",
		Replies: ReplySet{Completed: codes(235), Intermediate: codes(335), Refused: codes(421, 500, 501, 502, 503, 533, 535)}},
	{Verb: "PBSZ", Arg: RequiredArg, ArgName: "decimal-integer", Group: TransferParameter, Feature: "PBSZ", Summary: "sets the size of protected blocks, before PROT", Cite: "RFC 2228 section 3",
		Replies: ReplySet{Completed: codes(200), Refused: codes(421, 500, 501, 502, 503, 530, 533)}},
	{Verb: "PROT", Arg: RequiredArg, ArgName: "prot-code", Group: TransferParameter, Feature: "PROT", Summary: "sets the protection of data connections", Cite: "RFC 2228 section 3",
		Replies: ReplySet{Completed: codes(200), Refused: codes(421, 431, 500, 501, 502, 503, 504, 530, 533, 534, 536)}},
	{Verb: "CCC", Group: AccessControl, Feature: "CCC", Summary: "leaves the protection of the control connection", Cite: "RFC 2228 section 3",
		Replies: ReplySet{Completed: codes(200), Refused: codes(421, 500, 501, 502, 530, 533, 534)}},
	{Verb: "MIC", Arg: RequiredArg, ArgName: "base64data", Group: AccessControl, Summary: "is a command with its integrity protected", Cite: "RFC 2228 section 3",
		Replies: ReplySet{Refused: codes(421, 500, 501, 502, 533, 535, 537)}},
	{Verb: "CONF", Arg: RequiredArg, ArgName: "base64data", Group: AccessControl, Summary: "is a command with its confidentiality protected", Cite: "RFC 2228 section 3",
		Replies: ReplySet{Refused: codes(421, 500, 501, 502, 533, 535, 537)}},
	{Verb: "ENC", Arg: RequiredArg, ArgName: "base64data", Group: AccessControl, Summary: "is a command with both protected", Cite: "RFC 2228 section 3",
		Replies: ReplySet{Refused: codes(421, 500, 501, 502, 533, 535, 537)}},

	{Verb: "FEAT", Group: AccessControl, Summary: "lists the features", Cite: "RFC 2389 section 3",
		Replies: ReplySet{Completed: codes(211), Refused: codes(421, 500, 501, 502)}},
	{Verb: "OPTS", Arg: RequiredArg, Kind: StringArg, ArgName: "command-name [options]", Group: TransferParameter, Summary: "sets options of a command", Cite: "RFC 2389 section 4",
		Replies: ReplySet{Completed: codes(200), Refused: codes(421, 451, 500, 501, 502)}},

	{Verb: "EPRT", Arg: RequiredArg, ArgName: "|net-prt|net-addr|tcp-port|", Group: TransferParameter, Feature: "EPRT", Summary: "says where the client listens for data, IPv6 too", Cite: "RFC 2428 section 2",
		Replies: ReplySet{Completed: codes(200), Refused: codes(421, 500, 501, 522, 530)}},
	{Verb: "EPSV", Arg: OptionalArg, ArgName: "net-prt | ALL", Group: TransferParameter, Feature: "EPSV", Summary: "asks the server to listen for data, at its own address", Cite: "RFC 2428 section 3",
		Replies: ReplySet{Completed: codes(200, 229), Refused: codes(421, 500, 501, 522, 530)}},

	{Verb: "LANG", Arg: OptionalArg, ArgName: "lang-tag", Group: TransferParameter, Feature: "LANG", Summary: "chooses the language of texts", Cite: "RFC 2640 section 4.1",
		Replies: ReplySet{Completed: codes(200), Refused: codes(421, 500, 501, 502, 504)}},

	{Verb: "MDTM", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Feature: "MDTM", Summary: "tells when a file was modified", Cite: "RFC 3659 section 3",
		Replies: ReplySet{Completed: codes(213), Refused: codes(421, 450, 451, 500, 501, 502, 530, 550)}},
	{Verb: "SIZE", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Feature: "SIZE", Summary: "tells a file's size as it would be transferred", Cite: "RFC 3659 section 4",
		Replies: ReplySet{Completed: codes(213), Refused: codes(421, 450, 451, 500, 501, 502, 530, 550)}},
	{Verb: "MLST", Arg: OptionalArg, Kind: PathArg, ArgName: "pathname", Group: Service, Feature: "MLST", Summary: "lists one file for programs, in the reply", Cite: "RFC 3659 section 7",
		Replies: ReplySet{Completed: codes(250), Refused: codes(421, 450, 451, 500, 501, 502, 503, 504, 530, 550, 553)}},
	{Verb: "MLSD", Arg: OptionalArg, Kind: PathArg, ArgName: "pathname", Group: Service, Transfer: Listing, Feature: "MLST", Summary: "lists a directory for programs", Cite: "RFC 3659 section 7",
		Replies: ReplySet{Preliminary: codes(125, 150), Completed: codes(226, 250), Aborted: codes(425, 426, 451), Refused: codes(421, 450, 451, 500, 501, 502, 503, 504, 530, 534, 535, 550, 553)}},

	{Verb: "HOST", Arg: RequiredArg, ArgName: "hostname", Group: AccessControl, Feature: "HOST", Summary: "names the virtual host, before USER", Cite: "RFC 7151 section 3",
		Replies: ReplySet{Completed: codes(220), Refused: codes(421, 500, 501, 502, 503, 504)}},

	{Verb: "MFMT", Arg: RequiredArg, Kind: StringArg, ArgName: "time-val pathname", Group: Service, Feature: "MFMT", Summary: "sets when a file was modified", Cite: "draft-somers-ftp-mfxx-04 section 3",
		Replies: ReplySet{Completed: codes(213), Refused: codes(421, 450, 451, 500, 501, 502, 530, 550)}},

	{Verb: "XMKD", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Standard: "MKD", Summary: "is the older name of MKD", Cite: "RFC 1123 section 4.1.3.1",
		Replies: ReplySet{Completed: codes(257), Refused: codes(421, 500, 501, 502, 521, 530, 550)}},
	{Verb: "XRMD", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: Service, Standard: "RMD", Summary: "is the older name of RMD", Cite: "RFC 1123 section 4.1.3.1",
		Replies: ReplySet{Completed: codes(250), Refused: codes(421, 500, 501, 502, 530, 550)}},
	{Verb: "XPWD", Group: Service, Standard: "PWD", Summary: "is the older name of PWD", Cite: "RFC 1123 section 4.1.3.1",
		Replies: ReplySet{Completed: codes(257), Refused: codes(421, 500, 501, 502, 550)}},
	{Verb: "XCUP", Group: AccessControl, Standard: "CDUP", Summary: "is the older name of CDUP", Cite: "RFC 1123 section 4.1.3.1",
		Replies: ReplySet{Completed: codes(200, 250), Refused: codes(421, 500, 501, 502, 530, 550)}},
	{Verb: "XCWD", Arg: RequiredArg, Kind: PathArg, ArgName: "pathname", Group: AccessControl, Standard: "CWD", Summary: "is the older name of CWD", Cite: "RFC 1123 section 4.1.3.1",
		Replies: ReplySet{Completed: codes(250), Refused: codes(421, 500, 501, 502, 530, 550)}},
}

var byVerb = func() map[string]*Spec {
	m := make(map[string]*Spec, len(table))
	for i := range table {
		m[table[i].Verb] = &table[i]
	}
	return m
}()

// Commands returns all commands, those of RFC 959 first.
func Commands() []Spec { return slices.Clone(table) }

// Lookup returns the command with that verb, in any case; ok is false if there is none. The Spec is shared and not to be changed.
func Lookup(verb string) (spec *Spec, ok bool) {
	spec, ok = byVerb[strings.ToUpper(verb)]
	return spec, ok
}

// Spec returns what is known of the command; nil if its verb is unknown.
func (c Command) Spec() *Spec { return byVerb[c.Verb] }

// ParseCommand parses a command line (RFC 959 section 5.3) from which [StripTelnet] took the Telnet commands. An unknown verb of letters
// is no syntax error: a server answers 500. Nor is an argument too many or one that is missing, which [Rules.CheckCommand] finds. Lenient rules
// forgive a bare LF, spaces before the verb and at the end of a line without an argument, and digits in the verb. NUL and CR in an argument are
// errors, but for CR NUL if the rules have PaddedCR.
func (r Rules) ParseCommand(l wire.Line) (Command, error) {
	const cite = "RFC 959 section 5.3"
	var c Command
	if err := r.lineEnd(l, "RFC 959 section 5.3"); err != nil {
		return c, err
	}
	text := l.Text
	at := 0
	for at < len(text) && text[at] == ' ' {
		at++
	}
	if at > 0 {
		e := &wire.SyntaxError{Got: " ", Want: "a command code", Cite: cite}
		if at == len(text) {
			return c, e
		}
		if err := r.forgive(e); err != nil {
			return c, err
		}
	}
	end := at
	digits := false
	for end < len(text) && text[end] != ' ' {
		switch b := text[end]; {
		case isLetter(b):
		case isDigit(b) && end > at:
			digits = true
		default:
			return c, &wire.SyntaxError{Offset: end, Got: octetAt(text, end), Want: "a command code of letters", Cite: cite}
		}
		end++
	}
	if end == at {
		return c, &wire.SyntaxError{Offset: at, Want: "a command code", Cite: cite}
	}
	c.Verb = strings.ToUpper(string(text[at:end]))
	if digits {
		if err := r.forgive(&wire.SyntaxError{Offset: at, Got: string(text[at:end]), Want: "a command code of letters", Cite: cite}); err != nil {
			return c, err
		}
	}
	if end == len(text) {
		return c, nil
	}
	arg := text[end+1:]
	if len(arg) == 0 {
		return c, r.forgive(&wire.SyntaxError{Offset: len(text), Want: "an argument behind the space, or CRLF behind the command code", Cite: cite})
	}
	decoded, err := r.unpadCR(arg, end+1)
	if err != nil {
		return c, err
	}
	c.Arg = string(decoded)
	if s := c.Spec(); s != nil && s.Kind == TokenArg {
		// Any number of spaces stands before an argument that is no pathname.
		if c.Arg = strings.TrimLeft(c.Arg, " "); c.Arg == "" {
			return c, r.forgive(&wire.SyntaxError{Offset: len(text), Want: "an argument behind the spaces", Cite: cite})
		}
	}
	return c, nil
}

// unpadCR takes the padding of CRs off and refuses what cannot stand in an argument; at is the argument's offset.
func (r Rules) unpadCR(arg []byte, at int) ([]byte, error) {
	if !bytes.ContainsAny(arg, "\r\x00") {
		return arg, nil
	}
	var out []byte
	for i := 0; i < len(arg); i++ {
		switch {
		case arg[i] == '\r' && r.PaddedCR && i+1 < len(arg) && arg[i+1] == 0:
			out = append(out, '\r')
			i++
		case arg[i] == '\r':
			return nil, &wire.SyntaxError{Offset: at + i, Got: "\r", Want: "no CR within a command", Cite: "RFC 959 section 5.3.2"}
		case arg[i] == 0:
			return nil, &wire.SyntaxError{Offset: at + i, Got: "\x00", Want: "no NUL within a command", Cite: "RFC 2640 section 3.1"}
		default:
			out = append(out, arg[i])
		}
	}
	return out, nil
}

// CheckCommand checks a command against its [Spec]: an argument where none belongs, none where one belongs, and octets beyond ASCII where RFC
// 2640 does not permit them. A command whose verb is unknown passes. Lenient rules forgive a surplus argument and such octets.
func (r Rules) CheckCommand(c Command) error {
	s := c.Spec()
	if s == nil {
		return nil
	}
	at := len(c.Verb) + 1
	switch {
	case s.Arg == RequiredArg && c.Arg == "":
		return &wire.SyntaxError{Offset: len(c.Verb), Want: "a space and " + s.ArgName + " (" + s.Syntax() + ")", Cite: s.Cite}
	case s.Arg == NoArg && c.Arg != "":
		if err := r.forgive(&wire.SyntaxError{Offset: len(c.Verb), Got: " " + c.Arg, Want: "CRLF (" + s.Syntax() + ")", Cite: s.Cite}); err != nil {
			return err
		}
	}
	if s.Kind == TokenArg {
		for i := 0; i < len(c.Arg); i++ {
			if c.Arg[i] >= 0x80 {
				return r.forgive(&wire.SyntaxError{Offset: at + i, Got: c.Arg[i : i+1], Want: "ASCII", Cite: "RFC 959 section 5.3.2"})
			}
		}
	}
	return nil
}

// AppendCommand appends the command with CRLF to b, as it stands on the wire: the octet 255, which is Telnet's IAC, is doubled (RFC 3659
// section 2.2). It refuses a verb that is not made of letters, and NUL, CR and LF in the argument; rules with PaddedCR write CR as CR NUL.
func (r Rules) AppendCommand(b []byte, c Command) ([]byte, error) {
	if c.Verb == "" {
		return b, &wire.SyntaxError{Want: "a command code", Cite: "RFC 959 section 5.3"}
	}
	for i := 0; i < len(c.Verb); i++ {
		if !isLetter(c.Verb[i]) && !(r.Lenient && i > 0 && isDigit(c.Verb[i])) {
			return b, &wire.SyntaxError{Offset: i, Got: c.Verb[i : i+1], Want: "a command code of letters", Cite: "RFC 959 section 5.3"}
		}
	}
	arg := c.Arg
	if r.PaddedCR {
		arg = strings.ReplaceAll(arg, "\r", "")
	}
	if err := wire.CheckArgument(c.Verb, arg); err != nil {
		return b, err
	}
	b = append(b, strings.ToUpper(c.Verb)...)
	if c.Arg != "" {
		b = append(b, ' ')
		b = appendNVT(b, c.Arg)
	}
	return append(b, "\r\n"...), nil
}

// appendNVT appends text to a Telnet stream: IAC is doubled, and CR gets its NUL (RFC 854, RFC 2640 section 3.1).
func appendNVT(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		b = append(b, s[i])
		switch s[i] {
		case telnetIAC:
			b = append(b, telnetIAC)
		case '\r':
			b = append(b, 0)
		}
	}
	return b
}

// lineEnd checks a line's terminator.
func (r Rules) lineEnd(l wire.Line, cite string) error {
	switch l.End {
	case wire.CRLF:
		return nil
	case wire.LF:
		return r.forgive(&wire.SyntaxError{Offset: len(l.Text), Got: "\n", Want: "CRLF", Cite: cite})
	}
	return &wire.SyntaxError{Offset: len(l.Text), Want: "CRLF", Cite: cite}
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// octetAt returns the octet at i as a string, "" behind the end.
func octetAt[T string | []byte](text T, i int) string {
	if i >= len(text) {
		return ""
	}
	return string(text[i : i+1])
}
