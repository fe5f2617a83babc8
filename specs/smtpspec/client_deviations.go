package smtpspec

import (
	"harness/mockservers"
	"harness/specs/trial"
)

// deviation describes a deviation of the reference client, with what it violates, without "smtp/".
func deviation(name, summary string, violates ...string) mockservers.Deviation {
	for i := range violates {
		violates[i] = "smtp/" + violates[i]
	}
	return mockservers.Deviation{Name: name, Summary: summary, Violates: violates}
}

// shared describes a deviation that reference clients share.
func shared(name string, violates ...string) mockservers.Deviation {
	return trial.ReferenceDeviation(name, deviation("", "", violates...).Violates...)
}

// clientDeviations are those of the reference client, sorted by what they are about.
var clientDeviations = []mockservers.Deviation{
	deviation("greeting-not-awaited", "sends a command before the greeting", "greeting-awaited"),
	deviation("helo-only", "opens each session by HELO", "extension-mechanisms", "ehlo-preferred", "ehlo-rather-than-helo"),
	deviation("helo-never", "gives up where EHLO is not known", "helo-fallback", "ehlo-unknown-falls-back"),
	deviation("ehlo-never", "does not open its sessions", "hello-before-mail", "session-ehlo", "ehlo-before-others"),
	deviation("ehlo-late", "sends another command before EHLO", "ehlo-first"),
	deviation("literal-always", "gives an address literal though it has a name", "host-named", "ehlo-name-ensured"),
	deviation("name-invented", "gives a name that is not its own", "ehlo-primary-name"),
	deviation("unqualified-name", "gives an unqualified name", "name-qualified", "ehlo-literal-without-name", "ehlo-literal-substituted"),
	deviation("literal-bare", "gives an address without its brackets", "address-literal-form"),
	deviation("ehlo-surplus", "puts a comment behind its name", "ehlo-literal-alone"),
	deviation("quit-never", "closes its connections without QUIT", "quit-before-close", "quit-last", "quit-used"),
	deviation("quit-unawaited", "does not wait for the reply to QUIT", "quit-reply-awaited"),

	deviation("bare-lf", "ends its lines with a bare LF", "command-crlf", "line-end-crlf-sent", "line-end-crlf-only"),
	deviation("leading-space", "puts a space before the verb", "command-crlf"),
	deviation("verb-odd", "sends a command of its own invention", "commands-registered"),
	deviation("surplus-argument", "sends an argument with commands that have none", "commands-no-parameters"),
	deviation("turn-sent", "sends TURN", "turn-not-used"),
	deviation("saml-sent", "sends SAML instead of MAIL", "send-not-provided"),
	deviation("path-space", "puts a space behind the colon", "path-no-space", "mail-syntax", "rcpt-syntax"),
	deviation("path-bare", "sends paths without brackets", "mail-syntax", "rcpt-syntax"),
	deviation("routes", "makes source routes", "mail-no-source-route", "rcpt-no-source-route", "source-route-avoided", "rcpt-route-not-made", "route-not-generated",
		"reverse-route-avoided", "forward-mailbox-only", "routes-not-sent", "source-route-not-used"),
	deviation("rcpt-first", "sends RCPT before MAIL", "transaction-order"),
	deviation("mail-nested", "sends MAIL while a transaction is open", "mail-not-nested"),
	deviation("local-part-cleaned", "leaves out what follows a plus sign in a local part", "local-part-opaque"),
	deviation("local-part-lower", "sends local parts in lower case", "local-part-case-preserved"),
	deviation("recipients-merged", "takes recipients for the same whose local parts differ in case", "local-part-case-distinct"),
	deviation("quotes-always", "quotes each local part", "quoting-minimal"),
	deviation("mailboxes-unchecked", "sends mailboxes as they are given", "local-part-syntax", "mailbox-no-controls", "domain-characters", "address-literal-form", "number-sign-not-used", "smtputf8-atext"),
	deviation("utf8-anyway", "sends UTF-8 in commands without SMTPUTF8", "command-ascii", "smtputf8-only-offered", "smtputf8-message-only-offered"),
	deviation("parameters-unchecked", "sends parameters that are not offered", "parameters-only-offered", "rcpt-parameters-only-offered", "futurerelease-if-listed", "binarymime-only-offered"),
	deviation("xtext-raw", "does not encode the values of parameters", "parameter-xtext", "dsn-orcpt-type"),

	deviation("ends-at-bare-lf", "takes a bare LF for the end of a line", "line-end-crlf-only"),
	deviation("single-line", "takes a reply of several lines to EHLO only", "multiline-any-command"),
	deviation("lines-as-replies", "takes each line for a reply", "multiline-any-command", "pipelining-multiline"),
	deviation("first-code", "goes by the code on the first line where they differ", "multiline-any-command"),
	deviation("last-code", "goes by the code on the last line where they differ", "multiline-any-command"),
	deviation("text-required", "does not accept a code without text", "code-alone-accepted", "code-no-space-accepted", "any-text-accepted"),
	deviation("text-ascii", "does not accept texts that are not ASCII", "any-text-accepted", "smtputf8-251-client", "smtputf8-vrfy-client"),
	deviation("text-believed", "takes a reply for what its text says", "code-decides"),
	deviation("reply-short", "does not accept lines of 512 octets", "reply-512", "sizes-received"),
	deviation("replies-unlimited", "waits for the end of replies of any length", "timeout-mechanism"),
	deviation("codes-exact", "gives up at codes that it does not know", "first-digit-tested", "code-list-open", "unlisted-code-first-digit", "first-digit-interpreted", "unrecognised-code-first-digit"),
	deviation("codes-any", "takes codes out of range for success", "code-out-of-range"),
	deviation("556-temporary", "takes 556 for a failure that may go away", "reply-556-permanent"),
	deviation("greeting-unchecked", "goes on whatever the greeting is", "reply-521-client"),
	deviation("500-fatal", "gives up the connection at 500", "larger-rejection"),
	deviation("enhanced-known-only", "drops enhanced status codes that it does not know", "status-class-recognised", "status-subject-reported"),
	deviation("retries", "tries again at once what was refused for good", "permanent-not-again", "data-5yz-not-again"),
	deviation("data-unasked", "sends the content whatever the reply to DATA is", "data-only-after-354"),
	deviation("ahead-accepted", "takes what was said before for the reply", "reply-awaited"),
	deviation("lost-is-554", "takes a lost connection for a failure for good", "connection-lost-451"),
	deviation("lost-is-taken", "takes a message for sent whose connection is lost", "connection-lost-451"),
	deviation("timeout-for-all", "has one timeout for the whole session", "timeout-each-command"),
	deviation("impatient", "waits for a second by itself", "timeout-minimum"),
	shared("no-timeout", "timeout-mechanism"),

	deviation("pipelining-unasked", "pipelines without PIPELINING", "reply-awaited", "pipelining-if-listed"),

	deviation("dots-unstuffed", "does not stuff dots", "dot-stuffed", "eightbitmime-stuffed"),
	deviation("block-unended", "ends content by LF.LF", "data-end"),
	deviation("extra-line", "puts an empty line before the final dot", "data-no-extra-line"),
	deviation("end-joined-on", "sends the final dot behind the last line", "data-final-line"),
	deviation("octets-unchecked", "sends content with NUL, bare CR and bare LF", "bare-cr-lf-not-sent", "eightbitmime-not-any", "bdat-text-crlf"),
	deviation("eight-bit-anyway", "sends 8-bit content without 8BITMIME", "data-7bit-unextended", "eightbitmime-only-offered"),
	deviation("eight-bit-undeclared", "does not declare 8-bit content", "eightbitmime-declared"),
	deviation("mime-unchecked", "asks for 8BITMIME whatever the content is", "eightbitmime-only-mime"),
	deviation("sizes-unchecked", "sends lines and paths of any length", "text-line-1000-sent", "sizes-not-exceeded"),
	deviation("parameters-twice", "gives each parameter twice", "eightbitmime-once", "size-once", "dsn-mail-once", "dsn-rcpt-once"),
	deviation("size-stuffed", "counts stuffed dots in SIZE", "size-value"),
	deviation("size-as-given", "counts in SIZE the octets that it was given, and sends more", "size-usually-larger"),
	deviation("size-omitted", "does not say SIZE", "size-limit-used"),
	deviation("size-limit-ignored", "sends messages larger than the server takes", "size-limit-used"),
	deviation("mail-refused-ignored", "goes on with RCPT where MAIL was refused", "size-452-client", "size-552-client"),
	deviation("storage-codes-fatal", "gives up the connection at 452 and 552", "size-errors-later"),
	deviation("date-added", "adds a date with two digits of the year", "year-four-digits"),
	deviation("copy-each", "sends a copy for each recipient", "one-copy", "one-transaction", "one-copy-implemented"),
	deviation("rest-dropped", "does not send again to recipients who were too many", "recipients-chunks"),
	deviation("552-permanent", "takes 552 to RCPT for a failure for good", "recipients-552-temporary"),
	deviation("552-fatal", "gives up the connection at 552", "recipients-552-prepared"),
	deviation("recipients-copied", "copies the recipients into the header", "recipients-not-copied"),
	deviation("bcc-forgotten", "does not send to whom Bcc names", "envelope-from-header"),
	deviation("bcc-kept", "leaves Bcc in the header", "envelope-bcc-removed"),

	deviation("values-omitted", "gives parameters without their values", "dsn-notify-value", "dsn-orcpt-value", "dsn-ret-value", "dsn-envid-value", "deliverby-value", "futurerelease-form",
		"priority-parameter"),
	deviation("notify-joined", "joins NEVER with other words in NOTIFY", "dsn-notify-never"),
	deviation("orcpt-untyped", "gives ORCPT without the type of the address", "dsn-orcpt-type"),
	deviation("orcpt-own", "gives an ORCPT of its own", "dsn-orcpt-same"),
	deviation("xtext-unchecked", "encodes what is not printable", "dsn-orcpt-printable", "dsn-envid-printable"),
	deviation("envid-long", "makes an ENVID of 56 characters", "dsn-envid-38"),
	deviation("hold-local", "gives HOLDUNTIL in local time", "futurerelease-form"),
	deviation("hold-both", "gives HOLDFOR and HOLDUNTIL", "futurerelease-one"),
	deviation("hold-limits-ignored", "has messages held for longer than the server does", "futurerelease-for-limit", "futurerelease-until-limit"),
	deviation("by-before-release", "has messages delivered before they are released", "futurerelease-before-by"),
	deviation("priority-unchecked", "gives any priority", "priority-parameter"),

	deviation("keywords-exact", "recognises keywords in upper case only", "ehlo-keyword-any-case"),
	deviation("keyword-parameters-refused", "does not use SMTPUTF8 where its keyword has parameters", "smtputf8-parameters-ignored"),
	deviation("ehlo-utf8", "gives a name in UTF-8 in EHLO", "smtputf8-ehlo-ascii"),
	deviation("smtputf8-value", "gives SMTPUTF8 a value", "smtputf8-no-value"),
	deviation("smtputf8-undeclared", "does not say SMTPUTF8", "smtputf8-declared"),
	deviation("smtputf8-always", "says SMTPUTF8 with each message", "smtputf8-not-declared"),
	deviation("a-labels-always", "writes domains in A-labels though SMTPUTF8 is used", "smtputf8-u-labels"),
	deviation("vrfy-utf8-anyway", "says SMTPUTF8 in VRFY and EXPN where it is not listed", "smtputf8-vrfy-if-listed"),

	deviation("group-goes-on", "sends a command behind those that have to be the last of a group", "pipelining-last-in-group", "pipelining-others-last", "starttls-last-in-group",
		"auth-last-in-group"),
	deviation("statuses-unchecked", "does not look at the replies to MAIL and RCPT in a group", "pipelining-statuses-checked"),
	deviation("data-354-ignored", "does not look at the reply to DATA where no recipient was accepted", "pipelining-data-reply-checked"),
	deviation("replies-by-text", "matches replies to recipients by their texts", "pipelining-replies-counted", "pipelining-not-matched-by-text"),
	deviation("replies-merged", "takes replies of the same code for one", "pipelining-multiline-not-several"),
	deviation("pipelining-unbounded", "sends all commands before it reads a reply", "pipelining-window"),

	deviation("bdat-unasked", "sends BDAT without CHUNKING", "chunking-if-listed"),
	deviation("bdat-miscounted", "says one octet less in BDAT", "bdat-form"),
	deviation("bdat-no-last", "does not say LAST", "bdat-form"),
	deviation("bdat-any-time", "sends BDAT behind the last one, and goes on without RSET", "bdat-after-last-reset"),
	deviation("bdat-goes-on", "sends further chunks behind one that was refused", "bdat-failed-no-more"),
	deviation("bdat-no-reset", "does not send RSET behind a chunk that was refused", "bdat-failed-reset"),
	deviation("bdat-data-mixed", "sends DATA behind BDAT", "bdat-not-mixed"),
	deviation("binary-by-data", "sends DATA for binary content, and goes on without RSET", "binarymime-data-reset"),
	deviation("binary-crlf", "makes CRLF of LF in binary content", "binarymime-canonical"),
	deviation("binary-lf", "makes LF of CRLF in binary content", "binarymime-text-crlf"),
	deviation("binary-undeclared", "does not declare binary content", "binarymime-parameter"),

	deviation("lmtp-ehlo", "sends EHLO in LMTP", "lmtp-lhlo"),
	deviation("lmtp-one-reply", "reads one reply to content in LMTP", "lmtp-replies-read"),
	deviation("lmtp-all-or-nothing", "forgets the replies that came if one is missing", "lmtp-replies-as-they-come", "lmtp-replies-lost"),
	deviation("lmtp-lost-delivered", "takes a reply that did not come for success", "lmtp-replies-lost"),
}
