package ftpmock

import (
	"slices"

	"harness/mockservers"
)

// How deviations are made
//
// A deviation is a row in a table and a place in the code that asks for it by its name: p.dev("its-name") in a session, s.dev("its-name") in the
// server. Rows stand in the tables deviations959 (RFC 959 and RFC 1123; deviations_rfc959.go) and deviationsExt (the other RFCs;
// deviations_ext.go), made by rule(name, summary, requirements...): the requirements without their "ftp/", the one that the deviation is meant for
// first. A test compares the names in the tables with those in the code; in package ftpspec another one has each deviation make its case fail.
//
// Names are verb-what or what-how, such as "retr-no-final-reply". Some are patterns, so that they need no code of their own; V is any verb in
// lower case, C any code:
//
//	V-unimplemented     the command gets 502
//	V-before-login      the command is served before the login
//	V-no-argument-ok    the command without its argument gets 200 and does nothing
//	V-ok                the command gets 200 and does nothing
//	V-ignored           the command gets no reply
//	V-reply-C           what would be a negative reply to the command has the code C
//	V-intermediate-C    what would be a positive intermediate reply to the command has the code C
//	V-success-C         what would be a positive completion reply to the command has the code C
//	V-intermediate-C    what would be a positive intermediate reply to the command has the code C
//	V-below-201         what would be a positive completion reply to the command has the code 201, unless the command is given in the root
//
// The hooks, in mis.go, are called only if any deviation was asked for. They spoil:
//
//	misdispatch         a command, before anything is done about it
//	misreply            the code and the lines of any reply, before they are formatted
//	mislines            the octets of a reply: line ends, spaces, the form of several lines
//	mispass             whether a password does
//	misfeat             the lines of FEAT
//	mispasv, misepsv    the address that is announced
//	mispreliminary      the reply before a transfer: none, or the final one at once as well
//	misfinal            the reply at the end of a transfer
//	misout, misin       what passes over the data connection; both run in the transfer's goroutine and may not touch the session
//	misentries          the entries of LIST, NLST and MLSD; misname a line of NLST
//	misfacts, mismlsx   the facts of an entry, and a whole line of MLSx; misfullname the name in MLST's line
//	missize, mistime    what SIZE tells, and each time-val
//	misoffset           where RETR begins
//	misunique           the text of the reply that announces STOU's name
//
// A deviation that fits none of them asks in the handler itself. What one has to remember goes into p.memory, by its name.

// rule makes a deviation; the requirements are named without their "ftp/".
func rule(name, summary string, violates ...string) mockservers.Deviation {
	for i, id := range violates {
		violates[i] = "ftp/" + id
	}
	return mockservers.Deviation{Name: name, Summary: summary, Violates: violates}
}

// deviations are all of them.
var deviations = slices.Concat(deviations959, deviationsExt)
