package smtpmock

import (
	"slices"

	"harness/mockservers"
)

// rules are those of the register; each function makes a deviation of its kind. Commands are named by their verbs, the reply behind the content of DATA is
// that of "end of DATA", and the Received field is the data of "trace".
const rules mockservers.Rulebook = "smtp"

var (
	rule   = rules.Rule
	recode = rules.Recode
	reword = rules.Reword
	reline = rules.Reline
	redata = rules.Redata
)

// Deviations lists the ways in which the mock can be told to break a rule.
func Deviations() []mockservers.Deviation {
	return append(slices.Clone(deviations), effects.Deviations()...)
}

// deviations are those that the server's code asks for.
var deviations = []mockservers.Deviation{
	// Lines, order and state.
	rule("greeting-missing", "no greeting is sent", "greeting-codes", "one-reply"),
	rule("bare-lf-commands", "a bare LF ends a command", "line-end-crlf-only", "bare-lf-not-taken"),
	rule("eighth-bit-cleared", "the high bit of all that the client sends is cleared", "command-8bit-rejected", "eightbitmime-preserved", "smtputf8-compliant"),
	rule("bare-cr-commands", "a bare CR ends a command", "line-end-crlf-only"),
	rule("verb-case-sensitive", "verbs are recognised in upper case only", "verb-any-case", "auth-any-case"),
	rule("path-word-case-sensitive", "FROM and TO are recognised in upper case only", "verb-any-case"),
	rule("trailing-white-space-501", "white space at the end of a command gets 501", "trailing-white-space"),
	rule("command-limit-255", "a command of more than 255 octets gets 501", "command-512", "long-command-known", "dsn-command-1036", "dsn-command-combined", "dsn-sizes", "sizes-received", "size-mail-26", "deliverby-mail-17", "futurerelease-mail-34", "auth-mail-500", "priority-mail-15"),
	rule("unknown-250", "a command that is not known gets 250", "unknown-500", "x-unknown-500", "meanings-kept"),
	rule("unknown-closes", "the connection is closed behind a command that is not known", "unknown-command-kept", "connection-kept", "close-after-quit-only"),
	rule("errors-close", "the connection is closed behind each command that is refused", "connection-kept", "close-after-quit-only", "bdat-binary-parsed"),
	rule("rset-closes", "the connection is closed behind RSET", "rset-open", "connection-kept"),
	rule("refusal-closes", "the connection is closed behind the first command after a greeting of 521 or 554", "greeting-554-waits"),
	rule("one-error-silent", "a command that is not known gets no reply", "one-reply", "submission-two-minutes"),
	rule("reply-twice", "NOOP gets two replies", "one-reply"),
	rule("syntax-250", "a syntax error gets 250", "mail-argument-501", "no-arguments-501", "invalid-characters-501", "submission-address-syntax"),
	rule("order-250", "a command that comes at the wrong time gets 250, and is not carried out", "order-503", "rcpt-before-mail-503", "greeting-554-503"),
	rule("order-resets", "a command that comes at the wrong time ends the transaction", "order-keeps"),
	rule("nested-mail-250", "MAIL within a transaction begins another one", "order-503"),
	rule("rcpt-before-mail-250", "RCPT without MAIL gets 250", "rcpt-before-mail-503", "order-503"),
	rule("ehlo-keeps-transaction", "EHLO leaves the transaction as it is", "ehlo-resets"),
	rule("ehlo-refusal-resets", "EHLO that is refused ends the transaction", "ehlo-refusal-keeps"),
	rule("bad-mail-begins", "MAIL that is refused begins a transaction", "mail-argument-keeps"),
	rule("rset-keeps-transaction", "RSET leaves the transaction as it is", "rset-discards", "bdat-rset", "binarymime-data-reset"),
	rule("noop-resets", "NOOP ends the transaction", "noop-no-effect"),
	rule("vrfy-resets", "VRFY ends the transaction", "vrfy-no-effect"),
	rule("expn-resets", "EXPN ends the transaction", "expn-no-effect"),
	rule("help-resets", "HELP ends the transaction", "help-no-effect"),
	rule("noop-needs-ehlo", "NOOP gets 503 before EHLO", "any-time", "no-503-before-ehlo", "no-ehlo-for-others"),
	rule("rset-needs-ehlo", "RSET gets 503 before EHLO", "any-time", "no-503-before-ehlo", "rset-any-time"),
	rule("vrfy-needs-ehlo", "VRFY gets 503 before EHLO", "any-time", "no-503-before-ehlo", "no-ehlo-for-others"),
	rule("help-needs-ehlo", "HELP gets 503 before EHLO", "any-time", "no-503-before-ehlo"),
	rule("quit-needs-ehlo", "QUIT gets 503 before EHLO", "quit-any-time"),
	rule("helo-unimplemented", "HELO gets 502", "helo-supported", "helo-still-accepted", "helo-fallback", "minimum-implemented"),
	rule("vrfy-unimplemented", "VRFY gets 502", "minimum-implemented", "vrfy-disabled-252", "vrfy-expn-implemented", "ehlo-lists-implemented", "vrfy-expn-both"),
	rule("expn-unimplemented", "EXPN gets 502", "ehlo-lists-implemented", "expn-still-there", "vrfy-expn-implemented", "vrfy-expn-both"),
	rule("noop-argument-501", "NOOP with a string gets 501", "noop-argument-ignored"),
	rule("quit-stays-open", "the connection stays open after QUIT", "quit-221"),
	rule("stays-after-421", "the connection stays open after 421", "shutdown-421"),
	rule("shutdown-silent", "a server that is closed, or has waited for too long, says nothing", "shutdown-421"),
	rule("idle-early", "sessions end after 100 milliseconds of silence", "server-timeout"),

	// Replies.
	rule("multiline-codes-differ", "the last line of a reply of several has the code 251", "multiline-one-code", "multiline-form"),
	rule("multiline-no-hyphen", "the first line of a reply of several has no hyphen", "multiline-form"),
	rule("multiline-ends-in-hyphen", "the last line of a reply of several has a hyphen", "multiline-form"),
	rule("reply-bare-lf", "replies end in a bare LF", "reply-form", "line-end-crlf-only"),
	rule("replies-held", "replies wait until the client sends more", "pipelining-input-emptied", "pipelining-replies-not-held", "pipelining-unknown-not-held"),
	rule("pipeline-dropped", "what came behind a command is thrown away", "pipelining-input-kept"),
	rule("pipeline-reversed", "of two commands that came together the second is carried out first", "pipelining-order"),

	// Sender and recipients.
	rule("null-sender-501", "a null reverse-path gets 501", "mail-null-accepted"),
	rule("mail-keeps-recipients", "the recipients of the transaction before get the message too", "mail-clears"),
	rule("rcpt-replaces", "RCPT takes the place of those before", "rcpt-appends"),
	rule("quoted-unknown", "a local part in quotes is not known", "quoted-forms-equal"),
	rule("delivers-by-header", "a message is delivered to those in its Cc field, too", "routing-not-from-header"),
	rule("postmaster-refused", "postmaster is not known", "postmaster-supported", "postmaster-everywhere", "postmaster-unqualified"),
	rule("postmaster-bare-501", "postmaster without a domain gets 501", "postmaster-unqualified"),
	rule("postmaster-case-sensitive", "postmaster is known in lower case only", "postmaster-any-case", "postmaster-supported"),
	rule("local-part-lowered", "local parts are put into lower case", "local-part-case-preserved"),
	rule("local-part-32", "a local part of more than 32 octets gets 501", "local-part-64", "sizes-received"),
	rule("domain-64", "a domain of more than 64 octets gets 501", "domain-255", "sizes-received"),
	rule("path-128", "a path of more than 128 octets gets 501", "path-256", "sizes-received"),
	rule("address-literal-501", "an address literal gets 501", "address-literal-form"),
	rule("source-route-501", "a source route gets 501", "route-accepted", "rcpt-route-recognised", "source-route-still-accepted", "routes-handled", "rcpt-source-route-understood"),
	rule("source-route-refused", "a recipient with a source route is not known", "rcpt-source-route-ignored", "rcpt-route-stripped", "route-not-heeded", "source-route-ignored"),
	rule("source-route-taken", "the first host of a source route is taken for the domain", "rcpt-source-route-ignored", "rcpt-route-stripped", "route-not-heeded", "source-route-ignored"),
	rule("recipients-50", "a transaction takes 50 recipients", "recipients-100", "sizes-received"),
	rule("recipients-lost", "a recipient beyond the limit has those before forgotten", "recipients-orderly"),
	rule("ehlo-name-refused", "mail is refused if EHLO gave another name than the server's", "ehlo-name-not-refused"),

	// Content.
	rule("data-250", "DATA gets 250", "data-354", "bdat-data-still", "bdat-both-in-session"),
	rule("data-without-recipients-354", "DATA without recipients gets 354", "pipelining-data-if-recipients", "lmtp-data-503", "data-without-envelope-code"),
	rule("data-keeps-transaction", "the transaction goes on behind a message", "data-clears"),
	rule("lf-dot-lf-ends", "a bare LF, a dot and a bare LF end a message", "lf-dot-lf-no-end", "bare-lf-not-taken", "line-end-crlf-only", "data-end"),
	rule("cr-dot-cr-ends", "a bare CR, a dot and a bare CR end a message", "line-end-crlf-only", "data-end"),
	rule("crlf-dot-lf-ends", "CRLF, a dot and a bare LF end a message", "bare-lf-not-taken", "line-end-crlf-only", "data-end"),
	rule("lf-dot-crlf-ends", "a bare LF, a dot and CRLF end a message", "bare-lf-not-taken", "line-end-crlf-only", "data-end"),
	rule("cr-dot-crlf-ends", "a bare CR, a dot and CRLF end a message", "line-end-crlf-only", "data-end"),
	rule("cr-dot-lf-ends", "a bare CR, a dot and a bare LF end a message", "line-end-crlf-only", "data-end"),
	rule("lf-dot-cr-ends", "a bare LF, a dot and a bare CR end a message", "line-end-crlf-only", "data-end"),
	rule("crlf-dot-cr-ends", "CRLF, a dot and a bare CR end a message", "line-end-crlf-only", "data-end"),
	rule("crlf-nul-dot-crlf-ends", "CRLF, NUL, a dot and CRLF end a message", "line-end-crlf-only", "data-end"),
	rule("crlf-dot-nul-crlf-ends", "CRLF, a dot, NUL and CRLF end a message", "line-end-crlf-only", "data-end"),
	rule("partial-delivered", "what came of a message is delivered when the connection is lost", "premature-close"),
	rule("loss-delivers", "a transaction is delivered, without content, when the connection ends", "connection-lost-quit", "quit-aborts"),
	rule("refused-delivered", "a message that is refused behind its content is delivered", "data-4yz-not-delivered", "data-5yz-not-delivered"),
	rule("sent-to-nobody", "a message without recipients is delivered to the first account", "pipelining-nothing-sent"),
	rule("binary-undeclared-554", "a message with a binary encoding is refused if BODY did not say so", "binarymime-undeclared-accepted"),
	rule("stuffing-kept", "the dots that a client put before lines are kept", "dot-unstuffed", "eightbitmime-stuffed"),
	rule("final-dot-kept", "the final dot is part of the message", "dot-ends"),
	rule("final-crlf-lost", "the last line of a message loses its CRLF", "eightbitmime-final-crlf"),
	rule("controls-stripped", "control characters of a message become spaces", "data-all-characters"),
	rule("message-limit-32k", "a message of more than 32 KiB gets 552", "message-64k", "sizes-received", "size-kept-promise"),
	rule("text-line-500", "a message with a line of more than 500 octets is refused", "text-line-1000", "eightbitmime-line-1000", "sizes-received"),
	rule("message-dropped", "a message that was accepted is dropped", "responsibility-accepted", "data-ok", "lmtp-responsibility"),
	rule("defects-rejected", "a message without a Date field is refused", "defects-not-rejected"),
	rule("resent-rejected", "a message with Resent-To and no Resent-From is refused", "resent-not-rejected"),
	rule("header-recipients-rejected", "a message with many recipients in its header is refused", "header-recipients-any"),
	rule("trace-format-rejected", "a message is refused for its Received field", "trace-format-not-rejected", "trace-format-robust"),
	rule("hops-10", "a message with more than ten Received fields is refused", "loop-threshold"),
	rule("received-removed", "the first Received field that a message brings is removed", "trace-kept"),
	rule("trace-missing", "no Received field is put before a message", "trace-inserted", "auth-received"),
	rule("trace-below", "the Received field stands behind the first line of a message", "trace-prepended", "trace-order-kept"),
	rule("return-path-missing", "a delivered message has no Return-Path field", "return-path-supported"),
	rule("return-path-kept", "the Return-Path fields that a message brings are kept at delivery", "return-path-once"),

	// SIZE, CHUNKING, LMTP.
	rule("size-refused", "MAIL with SIZE gets 555", "size-parameter", "size-minimal-server"),
	rule("body-refused", "MAIL with BODY gets 555", "eightbitmime-parameter"),
	rule("limit-ignored", "a message may have any size", "size-limit-552"),
	rule("limit-552-as-250", "a message that is too large gets 250, and is empty", "size-limit-552", "data-failure"),
	rule("size-declared-ignored", "MAIL takes any size", "size-declared-checked", "size-declared-552", "size-minimal-server"),
	rule("content-cut-at-size", "the size in MAIL ends the message", "size-not-end"),
	rule("bdat-refused-not-read", "the octets of a chunk that is refused are taken for commands", "bdat-failed-discarded", "bdat-failed-pipelined"),
	rule("bdat-octets-lost", "the first octet of each chunk but the first is lost", "bdat-chunk", "binarymime-preserved"),
	rule("binarymime-data-354", "DATA takes binary content", "binarymime-data-503"),
	rule("lmtp-one-reply", "there is one reply to the message, whatever the recipients", "lmtp-reply-each", "lmtp-reply-same-path", "lmtp-bdat-reply-each", "lmtp-bdat-reply-same-path"),
	rule("lmtp-bdat-none-503", "BDAT with LAST gets 503 without recipients", "lmtp-bdat-none"),
	rule("lmtp-all-250", "each recipient gets 250 behind the message", "lmtp-reply-each"),

	// STARTTLS, AUTH, submission and others.
	rule("starttls-twice", "STARTTLS gets 220 within TLS", "tls-known-active"),
	rule("starttls-ignored", "STARTTLS gets 220, and the session goes on in the clear", "tls-result-checked"),
	rule("tls-not-required", "what requires TLS is done without it", "tls-can-be-required"),
	rule("starttls-listed-in-tls", "STARTTLS is listed within TLS", "starttls-not-listed-in-tls"),
	rule("starttls-injection", "commands that came in the clear behind STARTTLS are carried out within TLS", "tls-discards", "tls-server-forgets"),
	rule("tls-keeps-session", "the handshake leaves EHLO and the transaction as they are", "tls-initial-state", "tls-server-forgets", "tls-discards"),
	rule("auth-plain-in-clear", "mechanisms that show the password are offered without TLS", "auth-weak-not-listed", "auth-plaintext-protected", "auth-plaintext-sites", "auth-eavesdropping"),
	rule("auth-failure-235", "any authentication succeeds", "auth-535", "auth-identity-fails"),
	rule("auth-initial-ignored", "the initial response is asked for again", "auth-235"),
	rule("auth-initial-required", "AUTH without an initial response gets 501", "auth-initial-omitted"),
	rule("auth-base64-lax", "what is no Base64 is left out of a response", "auth-base64-strict"),
	rule("auth-response-512", "a response of more than 512 octets is too long", "auth-sizes"),
	rule("auth-identity-raw", "identities are compared as they are", "auth-identity-saslprep"),
	rule("auth-identity-unchecked", "what SASLprep prohibits is left out of an identity", "auth-identity-fails"),
	rule("auth-failure-closes", "the connection is closed behind an authentication that failed", "auth-drops-not-early"),
	rule("auth-mechanism-case-sensitive", "names of mechanisms are known in upper case only", "auth-any-case"),
	rule("auth-weak-listed", "mechanisms that show the password are listed without TLS, and refused", "auth-weak-not-listed"),
	rule("auth-twice", "a client may authenticate twice", "auth-twice-503"),
	rule("auth-in-transaction", "a client may authenticate within a transaction", "auth-in-transaction-503"),
	rule("auth-parameter-refused", "MAIL with AUTH gets 530 without authentication", "auth-parameter-accepted", "auth-parameter-unauthenticated"),
	rule("submission-unauthenticated", "MAIL needs no authentication in submission", "submission-authentication", "auth-required-530", "submission-return-path"),
	rule("submission-unqualified", "a domain that is not fully qualified is taken in submission", "submission-domains-qualified"),
	rule("submission-null-refused", "a null reverse-path is refused", "submission-null-accepted", "mail-null-accepted"),
	rule("dsn-utf8-501", "ORCPT with the type utf-8 gets 501", "smtputf8-dsn"),
	rule("return-path-a-labels", "the Return-Path field has A-labels", "smtputf8-u-labels"),
	rule("trace-a-labels", "the Received field has the A-labels of EHLO", "smtputf8-trace"),
	rule("submission-altered", "a Date field is added in submission, and addresses stay as they are", "submission-header-qualified", "submission-header-syntax"),
	rule("dsn-mail-refused", "MAIL with RET or ENVID is refused", "dsn-mail-not-refused", "dsn-mail-same-reply"),
	rule("dsn-rcpt-refused", "RCPT with NOTIFY or ORCPT is refused", "dsn-rcpt-not-refused", "dsn-rcpt-same-reply", "smtputf8-dsn"),
	rule("utf8-501", "a command that is not ASCII gets 501", "smtputf8-mailbox", "smtputf8-compliant"),
	rule("by-refused", "MAIL with BY gets 555", "deliverby-accepted", "deliverby-negative"),
	rule("hold-refused", "MAIL with HOLDFOR or HOLDUNTIL gets 555", "futurerelease-accepted"),
	rule("deliverby-minimum-ignored", "BY may be less than the minimum", "deliverby-minimum", "deliverby-not-honoured-status"),
	rule("futurerelease-any", "HOLDFOR and HOLDUNTIL may be as far in the future as one likes", "futurerelease-for-rejected", "futurerelease-until-rejected", "futurerelease-by-rejected"),
	rule("futurerelease-not-held", "a message is delivered before its time of release", "futurerelease-for-held", "futurerelease-until-held"),
	rule("priority-refused", "MAIL with MT-PRIORITY gets 555", "priority-parameter"),
	rule("priority-raised", "a client that is not authenticated has the priority that it wants", "priority-untrusted"),
	rule("close-unannounced", "TLS ends without a close alert", "tls-close-alerts"),
	rule("certificate-authorises", "a client certificate does for authentication, and EXTERNAL is not there", "tls-certificate-external"),
	rule("requiretls-refused", "MAIL with REQUIRETLS gets 555", "requiretls-parameter"),
}
