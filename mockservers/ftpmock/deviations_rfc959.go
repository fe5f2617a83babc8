package ftpmock

import "harness/mockservers"

// deviations959 are those from RFC 959 and RFC 1123 section 4.1.
var deviations959 = []mockservers.Deviation{
	rule("syntax-lenient", "surplus spaces and the like in commands are forgiven", "command-syntax"),
	rule("telnet-not-filtered", "Telnet commands are taken for text", "telnet-commands"),
	rule("reply-bare-lf", "reply lines end in a bare LF", "reply-crlf"),
	rule("reply-multiline-wrong-code", "the last line of a reply of several lines has another code", "reply-multiline-end"),
	rule("idle-early", "a session ends after 100 ms of silence", "idle-timeout"),
	rule("quotes-not-doubled", "quotes in the pathname of 257 are not doubled", "pwd-quotes"),
	rule("pass-ignored", "any password does", "pass-checked"),
	rule("retr-no-preliminary", "RETR sends data without a preliminary reply", "retr-preliminary"),
	rule("retr-final-before-data", "RETR sends 226 before the data", "retr-final"),
	rule("retr-no-final-reply", "RETR sends no final reply", "retr-final"),
	rule("retr-cuts-last-octet", "RETR leaves out the last octet", "retr-content"),
	rule("stor-drops-first-octet", "STOR leaves out the first octet", "stor-content"),
	rule("abor-waits", "ABOR during a transfer lets it go on to its end", "abor-ends-transfer"),
}
