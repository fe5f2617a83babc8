// Package ftp is the File Transfer Protocol on the wire, in both directions: commands, replies, the addresses of data connections, pathnames, times,
// features, listings, the representations in which files pass, and the [Dialect] by which sessions are cut, compared and redacted.
//
// It covers RFC 959 whole, with what RFC 1123 section 4.1 says of it; RFC 2228 and RFC 4217 (AUTH, PBSZ, PROT, CCC), RFC 2389 (FEAT, OPTS), RFC 2428 (EPRT,
// EPSV), RFC 2640 (UTF8, LANG), RFC 3659 (SIZE, MDTM, MLST, MLSD, REST in stream mode), RFC 7151 (HOST), and what is in use and in no RFC: MFMT,
// MODE Z, the listings of Unix, DOS and EPLF, and the older names of RFC 775 (XPWD and the like).
//
// [Rules] says how strictly text is parsed. Its zero value is strict: a departure from the grammar is a [*wire.SyntaxError] that cites the RFC. Lenient
// rules let pass what can be understood all the same, and say what they forgave.
//
//	cmd, err := ftp.Rules{}.ParseCommand(line)
//	reply, err := ftp.Rules{Lenient: true, Forgave: note}.ReadReply(reader)
//	addr, err := ftp.Rules{}.ParsePASV(reply)
//
// A control connection is a Telnet stream (RFC 959 section 2.3): [StripTelnet] takes Telnet commands out of a line that was read, and what is printed
// here has its octets 255 doubled. Files pass through the readers and writers of a [Representation].
//
// The package is pure: no sockets, no goroutines.
package ftp
