package smtpmock

import (
	"bytes"
	"regexp"
	"strings"

	"harness/mockservers"
)

// dropping takes out the line that begins with a keyword.
func dropping(keyword string) func([]byte) []byte {
	return func(line []byte) []byte {
		if string(line) == keyword || bytes.HasPrefix(line, []byte(keyword+" ")) {
			return nil
		}
		return line
	}
}

// rewriting puts another line in the place of the one that begins with a keyword.
func rewriting(keyword, with string) func([]byte) []byte {
	return func(line []byte) []byte {
		if string(line) == keyword || bytes.HasPrefix(line, []byte(keyword+" ")) {
			return []byte(with)
		}
		return line
	}
}

// replacing replaces what fits a pattern.
func replacing(pattern, with string) func([]byte) []byte {
	re := regexp.MustCompile(pattern)
	return func(data []byte) []byte { return re.ReplaceAll(data, []byte(with)) }
}

// swapping is replacing for first lines.
func swapping(pattern, with string) func(string) string {
	re := regexp.MustCompile(pattern)
	return func(line string) string { return re.ReplaceAllString(line, with) }
}

const hello = "EHLO|LHLO"

// effects are the deviations that change what goes out.
var effects = mockservers.Effects{
	// Greeting and EHLO.
	recode("greeting-221", "greeting", 220, 221, "the greeting is 221", "greeting-codes"),
	reword("greeting-no-domain", "greeting", 0, swapping(`^(...) \S+ `, "$1 - "), "the greeting does not begin with a domain", "greeting-form", "greeting-official-name"),
	reword("greeting-literal", "greeting", 0, swapping(`^(...) \S+ `, "$1 [192.0.2.1] "), "the greeting has an address literal", "host-named"),
	reword("greeting-underscore", "greeting", 0, swapping(`^(...) \S+ `, "$1 mail_1.example.org "), "the greeting has a domain with an underscore", "domain-characters"),
	recode("greeting-521-as-554", "greeting", 521, 554, "a server that accepts no mail greets with 554", "reply-521-greeting"),
	reword("greeting-554-bare", "greeting", 554, func(string) string { return "554" }, "a greeting of 554 has no text", "greeting-554-text"),
	reword("ehlo-no-domain", hello, 0, swapping(`^(....)\S+ `, "$1- "), "the reply to EHLO does not begin with a domain", "ehlo-identifies"),
	reword("ehlo-domain-utf8", hello, 250, swapping(`^(....)\S+ `, "${1}m\u00e4il.example.org "), "the reply to EHLO has a domain that is not ASCII", "smtputf8-ehlo-reply-ascii", "smtputf8-replies-ascii"),
	recode("ehlo-251", hello, 250, 251, "EHLO gets 251", "ehlo-codes", "replies-adhered", "lmtp-lhlo"),
	recode("ehlo-500", "EHLO", 250, 500, "EHLO gets 500", "ehlo-supported", "required-not-500", "extension-mechanisms", "minimum-implemented"),
	recode("helo-251", "HELO", 250, 251, "HELO gets 251", "ehlo-codes", "helo-supported"),
	recode("ehlo-501-as-554", hello, 501, 554, "EHLO with a syntax error gets 554", "ehlo-refusal-codes"),
	reword("helo-lists", "HELO", 250, func(l string) string { return "250-" + l[4:] + "\r\n250 SIZE 1000000" }, "the reply to HELO lists extensions", "helo-not-extended"),
	reline("ehlo-keyword-underscore", hello, rewriting("8BITMIME", "8BIT_MIME"), "a keyword of EHLO has an underscore", "ehlo-reply-form"),
	reline("ehlo-keyword-invented", hello, rewriting("HELP", "HELP\r\nCOFFEE"), "EHLO lists an extension that nobody registered", "keyword-registered", "keyword-unregistered-not-offered"),
	reline("eightbitmime-unlisted", hello, dropping("8BITMIME"), "8BITMIME is not listed", "eightbitmime-offered", "smtputf8-8bitmime", "lmtp-eightbitmime", "submission-extensions-should"),
	reline("expn-unlisted", hello, dropping("EXPN"), "EXPN is not listed", "expn-listed", "ehlo-lists-optional"),
	reline("help-unlisted", hello, dropping("HELP"), "HELP is not listed", "ehlo-lists-optional"),
	reline("size-unlisted", hello, dropping("SIZE"), "SIZE is not listed", "size-limit-told"),
	reline("pipelining-unlisted", hello, dropping("PIPELINING"), "PIPELINING is not listed", "lmtp-pipelining", "submission-pipelining", "submission-extensions-should"),
	reline("chunking-unlisted", hello, dropping("CHUNKING"), "BINARYMIME is listed without CHUNKING", "binarymime-with-chunking"),
	reline("auth-unlisted", hello, dropping("AUTH"), "AUTH is not listed", "submission-extensions-must"),
	reline("starttls-unlisted", hello, dropping("STARTTLS"), "STARTTLS is not listed", "submissions-both"),
	reline("requiretls-unlisted", hello, dropping("REQUIRETLS"), "REQUIRETLS is not listed within TLS", "requiretls-listed"),
	reline("size-word", hello, rewriting("SIZE", "SIZE large"), "the parameter of SIZE is a word", "size-keyword"),
	reline("etrn-listed", hello, rewriting("HELP", "HELP\r\nETRN"), "ETRN is listed", "submission-extensions-not"),
	reline("eightbitmime-parameter-listed", hello, rewriting("8BITMIME", "8BITMIME yes"), "8BITMIME has a parameter", "eightbitmime-keyword"),
	reline("pipelining-parameter-listed", hello, rewriting("PIPELINING", "PIPELINING 100"), "PIPELINING has a parameter", "pipelining-no-parameter"),
	reline("chunking-parameter-listed", hello, rewriting("CHUNKING", "CHUNKING 100"), "CHUNKING has a parameter", "chunking-keyword"),
	reline("binarymime-parameter-listed", hello, rewriting("BINARYMIME", "BINARYMIME 100"), "BINARYMIME has a parameter", "binarymime-keyword"),
	reline("enhanced-parameter-listed", hello, rewriting("ENHANCEDSTATUSCODES", "ENHANCEDSTATUSCODES 2"), "ENHANCEDSTATUSCODES has a parameter", "enhanced-keyword"),
	reline("starttls-parameter-listed", hello, rewriting("STARTTLS", "STARTTLS 1.3"), "STARTTLS has a parameter", "starttls-keyword"),
	reline("smtputf8-parameter-listed", hello, rewriting("SMTPUTF8", "SMTPUTF8 1"), "SMTPUTF8 has a parameter", "smtputf8-no-parameter"),
	reline("auth-plain-unlisted", hello, replacing(` PLAIN`, ""), "PLAIN is not listed", "auth-plain"),
	reline("auth-no-mechanisms-listed", hello, rewriting("AUTH", "AUTH"), "AUTH is listed without mechanisms", "auth-keyword"),
	reline("deliverby-word", hello, rewriting("DELIVERBY", "DELIVERBY soon"), "the parameter of DELIVERBY is a word", "deliverby-keyword"),
	reline("futurerelease-one-parameter", hello, rewriting("FUTURERELEASE", "FUTURERELEASE 60"), "FUTURERELEASE has one parameter", "futurerelease-keyword", "futurerelease-listed"),

	// Commands.
	recode("mail-251", "MAIL", 250, 251, "MAIL gets 251", "mail-codes"),
	recode("mail-501-as-500", "MAIL", 501, 500, "a syntax error in MAIL gets 500", "mail-argument-501", "invalid-characters-501"),
	recode("mail-501-as-354", "MAIL", 501, 354, "a syntax error in MAIL gets 354", "mail-refusal-kind"),
	recode("mail-555-as-250", "MAIL", 555, 250, "MAIL takes parameters that nobody offered", "parameters-unoffered-rejected"),
	recode("mail-552-as-554", "MAIL", 552, 554, "a declared size that is too large gets 554", "size-declared-552", "mail-codes"),
	recode("mail-530-as-550", "MAIL", 530, 550, "MAIL without authentication gets 550", "submission-authentication", "auth-required-530"),
	recode("order-503-as-501", "", 503, 501, "a command at the wrong time gets 501", "order-503", "rcpt-before-mail-503", "auth-twice-503", "auth-in-transaction-503", "bdat-after-last-503", "bdat-then-data-503", "lmtp-data-503", "binarymime-data-503"),
	recode("rcpt-252", "RCPT", 250, 252, "RCPT gets 252", "rcpt-codes"),
	recode("rcpt-452-as-552", "RCPT", 452, 552, "a recipient too many gets 552", "recipients-452"),
	recode("rcpt-550-as-554", "RCPT", 550, 554, "a recipient that is not taken gets 554", "relay-refused-550", "rcpt-codes", "policy-550"),
	recode("rcpt-553-as-550", "RCPT", 553, 550, "RCPT that needs SMTPUTF8 gets 550", "smtputf8-rcpt-553"),
	recode("rcpt-501-as-250", "RCPT", 501, 250, "RCPT takes values that are not valid", "dsn-rcpt-invalid-501", "dsn-rcpt-twice-501"),
	recode("mail-501-as-250", "MAIL", 501, 250, "MAIL takes values that are not valid", "dsn-mail-invalid-501", "dsn-mail-twice-501", "deliverby-return-501", "priority-invalid", "smtputf8-value-refused", "futurerelease-501", "futurerelease-two-rejected", "requiretls-parameter", "deliverby-return-status", "futurerelease-status", "futurerelease-by-501", "futurerelease-by-status"),
	recode("mail-550-as-553", "MAIL", 550, 553, "MAIL that needs SMTPUTF8 gets 553", "smtputf8-mail-550"),
	reword("utf8-needed-571", "MAIL|RCPT", 0, swapping(`5\.6\.7`, "5.7.1"), "MAIL and RCPT that need SMTPUTF8 get 5.7.1", "smtputf8-x67"),
	recode("mail-555-as-550", "MAIL", 555, 550, "a time of BY that is too short gets 550", "deliverby-minimum", "deliverby-not-honoured"),
	recode("rcpt-550-as-521", "RCPT", 550, 521, "a recipient that is not taken gets 521", "reply-521-not-for-some"),
	reword("priority-altered-untold", "MAIL", 250, swapping(`2\.3\.6`, "2.1.0"), "MAIL whose priority is altered gets the status code 2.1.0", "priority-altered-told"),
	recode("data-355", "DATA", 354, 355, "DATA gets 355", "data-354", "data-codes"),
	recode("message-251", "end of DATA", 250, 251, "a message gets 251", "data-codes", "data-ok"),
	recode("message-552-as-554", "end of DATA", 552, 554, "a message that is too large gets 554", "size-limit-552"),
	recode("bdat-251", "BDAT", 250, 251, "a chunk gets 251", "bdat-each-250", "bdat-chunk"),
	reword("bdat-twice", "BDAT", 250, func(l string) string { return l + "\r\n" + l }, "a chunk gets two replies", "lmtp-bdat-one"),
	recode("rset-251", "RSET", 250, 251, "RSET gets 251", "rset-250", "rset-codes", "replies-adhered"),
	recode("noop-220", "NOOP", 250, 220, "NOOP gets 220", "noop-250", "noop-codes", "replies-adhered"),
	recode("quit-250", "QUIT", 221, 250, "QUIT gets 250", "quit-221", "quit-codes"),
	recode("help-250", "HELP", 214, 250, "HELP gets 250", "help-codes"),
	recode("help-502", "HELP", 214, 502, "HELP gets 502", "help-supported", "ehlo-lists-implemented"),
	recode("vrfy-220", "VRFY", 250, 220, "VRFY gets 220", "vrfy-codes"),
	recode("vrfy-250-as-550", "VRFY", 250, 550, "VRFY of a user gets 550", "vrfy-local-mailboxes", "vrfy-mailbox-argument"),
	reword("vrfy-wrong-mailbox", "VRFY", 250, swapping(`<[^>]*>`, "<somebody.else@example.org>"), "VRFY tells a mailbox that is not there", "vrfy-usable"),
	recode("vrfy-550-as-250", "VRFY", 550, 250, "VRFY of nobody gets 250", "vrfy-250-verified", "vrfy-250-not-syntax", "verified-not-pretended"),
	recode("vrfy-252-as-550", "VRFY", 252, 550, "VRFY that cannot verify gets 550", "vrfy-252", "vrfy-disabled-252"),
	reword("vrfy-name-only", "VRFY", 250, swapping(`<[^>]*>`, "a user"), "VRFY tells no mailbox", "vrfy-mailbox", "vrfy-form", "vrfy-usable", "smtputf8-vrfy-mailbox", "smtputf8-vrfy-form"),
	reword("vrfy-no-domain", "VRFY", 250, swapping(`@[^>]*>`, ">"), "VRFY tells a mailbox without a domain", "vrfy-qualified", "vrfy-form"),
	reword("vrfy-no-brackets", "VRFY", 250, swapping(`<([^>]*)>`, "$1 it is"), "VRFY tells a mailbox without brackets", "vrfy-brackets", "vrfy-form", "smtputf8-vrfy-form"),
	reword("vrfy-route", "VRFY", 250, swapping(`<`, "<@mail.example.org:"), "VRFY tells a source route", "vrfy-no-route"),
	reword("vrfy-utf8", "VRFY", 250, func(l string) string { return l + " \u00e9" }, "the reply to VRFY is not ASCII", "smtputf8-vrfy-ascii"),
	recode("expn-252-as-250", "EXPN", 252, 250, "EXPN gets 250 though it cannot tell the members", "smtputf8-vrfy-252"),
	recode("expn-220", "EXPN", 250, 220, "EXPN gets 220", "expn-codes"),
	reword("expn-two-a-line", "EXPN", 250, func(l string) string { return l + " <second@example.org>" }, "EXPN tells two mailboxes in a line", "expn-one-a-line"),
	reword("expn-names-only", "EXPN", 250, swapping(`<[^>]*>`, "a member"), "EXPN tells no mailbox", "expn-mailboxes"),
	recode("unknown-501", "", 500, 501, "an unknown command gets 501", "unknown-500", "x-unknown-500", "lmtp-helo-ehlo-500"),
	recode("turn-250", "TURN", 502, 250, "TURN gets 250", "turn-not-used"),
	recode("send-250", "SEND|SOML|SAML", 502, 250, "SEND gets 250, and is not listed", "send-listed"),
	recode("lmtp-ehlo-250", "EHLO|HELO", 500, 250, "LMTP takes EHLO and HELO", "lmtp-no-helo-ehlo", "lmtp-helo-ehlo-500"),

	// Forms of replies.
	reword("noop-611", "NOOP", 250, swapping(`^...`, "611"), "NOOP gets 611", "code-first-digit", "code-three-digits", "reply-form"),
	reword("noop-270", "NOOP", 250, swapping(`^...`, "270"), "NOOP gets 270", "reply-form", "codes-listed-only"),
	reword("noop-bare", "NOOP", 250, func(string) string { return "250" }, "NOOP gets a code alone", "code-not-bare", "code-then-space", "enhanced-present"),
	reword("noop-long", "NOOP", 250, func(l string) string { return l + strings.Repeat(" and so on", 60) }, "the reply to NOOP has more than 512 octets", "reply-512", "sizes-not-exceeded"),
	reword("noop-utf8", "NOOP", 250, func(l string) string { return l + " \u00e9" }, "the reply to NOOP has a letter that is not ASCII", "reply-form", "smtputf8-replies-ascii"),
	reword("noop-no-status", "NOOP|RSET|HELP", 0, swapping(`^(....)\d\.\d+\.\d+ `, "$1"), "some replies have no enhanced status code", "enhanced-present", "enhanced-without-ehlo"),
	reword("noop-status-class", "NOOP", 250, swapping(`^(....)2`, "${1}5"), "the reply to NOOP has a status code of class 5", "enhanced-class"),
	reword("noop-status-class-3", "NOOP", 250, swapping(`^(....)2`, "${1}3"), "the reply to NOOP has a status code of class 3", "enhanced-form"),
	reword("noop-status-zeros", "NOOP", 250, swapping(`^(....2\.)0`, "${1}00"), "the reply to NOOP has a status code with leading zeros", "status-no-leading-zeros"),
	reword("noop-status-spaces", "NOOP", 250, swapping(`^(....2\.)`, "${1} "), "the reply to NOOP has a status code with a space in it", "status-no-white-space", "enhanced-form"),
	reword("noop-status-unregistered", "NOOP", 250, swapping(`^(....2\.)\d+\.\d+`, "${1}9.99"), "the reply to NOOP has a status code that is not registered", "status-registered"),
	reword("noop-status-glued", "NOOP", 250, swapping(`^(....\d\.\d+\.\d+) `, "$1:"), "a colon stands behind the status code of NOOP", "enhanced-space"),
	reword("help-status-differs", "HELP", 214, swapping(`^(....2\.)0\.0`, "${1}1.5"), "the lines of the reply to HELP have different status codes", "enhanced-each-line"),

	// AUTH and STARTTLS.
	recode("starttls-250", "STARTTLS", 501, 250, "STARTTLS with a parameter gets 250", "starttls-codes"),
	recode("tls-required-550", "", 530, 550, "commands get 550 before TLS or authentication", "starttls-required-530", "auth-required-530"),
	reword("tls-required-status", "", 530, swapping(`5\.7\.0`, "5.7.1"), "530 has the status code 5.7.1", "starttls-required-status"),
	recode("auth-235-as-250", "AUTH", 235, 250, "AUTH that succeeds gets 250", "auth-235"),
	recode("auth-535-as-550", "AUTH", 535, 550, "AUTH that fails gets 550", "auth-535"),
	recode("auth-504-as-501", "AUTH", 504, 501, "an unknown mechanism gets 501", "auth-unknown-504"),
	reword("auth-unknown-571", "AUTH", 504, swapping(`5\.5\.4`, "5.7.1"), "an unknown mechanism gets 5.7.1", "auth-unknown-status"),
	recode("auth-501-as-535", "AUTH", 501, 535, "a response that is not one gets 535", "auth-cancelled-501", "auth-base64-501", "auth-initial-unwanted-501"),
	recode("auth-500-as-501", "AUTH", 500, 501, "a response that is too long gets 501", "auth-too-long-500"),
	reword("auth-unwanted-status-554", "AUTH", 501, swapping(`5\.7\.0`, "5.5.4"), "an initial response that the mechanism does not have gets 5.5.4", "auth-initial-unwanted-status"),
	reword("auth-535-status-571", "AUTH", 535, swapping(`5\.7\.8`, "5.7.1"), "AUTH that fails gets 5.7.1", "auth-enhanced-codes"),
	reword("auth-too-long-status-552", "AUTH", 500, swapping(`5\.5\.6`, "5.5.2"), "a response that is too long gets 5.5.2", "auth-too-long-status", "auth-too-long-x56"),
	recode("auth-334-as-335", "AUTH", 334, 335, "a challenge is 335", "auth-challenge-334"),
	reword("auth-challenge-text", "AUTH", 334, func(l string) string { return l + " please" }, "a word stands behind a challenge", "auth-challenge-alone"),
	reword("auth-empty-challenge-bare", "AUTH", 334, func(l string) string { return strings.TrimSuffix(l, " ") }, "an empty challenge has no space", "auth-empty-challenge"),

	// Trace.
	redata("trace-no-from", "trace", replacing(`from \S+ \(\S+\)\s+`, ""), "Received has no From clause", "trace-from", "trace-form"),
	redata("trace-no-by", "trace", replacing(`by \S+ `, ""), "Received has no By clause", "trace-form"),
	redata("trace-no-literal", "trace", replacing(` \(\[\S+\]\)`, ""), "the From clause has no address", "trace-from-content"),
	redata("trace-year-two", "trace", replacing(`\b20(\d\d) `, "$1 "), "the date of Received has a year of two digits", "trace-date-form", "year-four-digits", "trace-form"),
	redata("trace-zone-name", "trace", replacing(`[+-]\d{4}\r\n$`, "GMT\r\n"), "the date of Received has the name of a zone", "trace-offset", "trace-date-form", "trace-zone-comment"),
	redata("trace-with-pigeon", "trace", replacing(`with \S+`, "with PIGEON"), "the With clause names another protocol", "trace-protocols-registered", "auth-received-with"),
	redata("trace-via-pigeon", "trace", replacing(` with `, " via PIGEON with "), "the Via clause names a link that is not registered", "trace-links-registered"),
	redata("trace-clause-invented", "trace", replacing(`;`, " mood sunny;"), "Received has a clause that is not registered", "trace-clauses-registered"),
	redata("trace-for-two", "trace", replacing(`for <(\S+)>`, "for <$1> <second@example.org>"), "the For clause has two paths", "trace-for-one"),
	redata("trace-apparently-to", "trace", func(b []byte) []byte { return append([]byte("Apparently-To: <bcc@example.org>\r\n"), b...) }, "an Apparently-To field is added", "apparently-to-not-used", "recipients-not-copied", "recipients-not-deduced"),
	redata("trace-no-tls", "trace", replacing(`\s+tls [^\s;]+`, ""), "Received has no tls clause", "tls-received-clause"),
	redata("trace-tls-word", "trace", replacing(`tls \w+`, "tls strong"), "the tls clause does not name the cipher suite", "tls-received-suite"),
	redata("trace-no-priority", "trace", replacing(`\s+PRIORITY -?\d;`, ";"), "Received has no PRIORITY clause", "priority-received"),
}
