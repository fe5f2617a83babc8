package nntpspec

import (
	"harness/mockservers"
	"harness/specs/trial"
)

// deviation describes a deviation of the reference client, with what it violates, without "nntp/".
func deviation(name, summary string, violates ...string) mockservers.Deviation {
	for i := range violates {
		violates[i] = "nntp/" + violates[i]
	}
	return mockservers.Deviation{Name: name, Summary: summary, Violates: violates}
}

// shared describes a deviation that reference clients share.
func shared(name string, violates ...string) mockservers.Deviation {
	return trial.ReferenceDeviation(name, deviation("", "", violates...).Violates...)
}

// clientDeviations are those of the reference client, sorted by what they are about.
var clientDeviations = []mockservers.Deviation{
	deviation("leading-space", "puts a space before the keyword", "command-form"),
	deviation("bare-lf", "ends command lines with a bare LF", "command-crlf"),
	deviation("comma-separator", "separates arguments by commas", "command-separators"),
	deviation("no-break-space", "separates arguments by U+00A0", "command-ascii"),
	deviation("keyword-underscore", "sends keywords that begin with an underscore", "keyword-form"),
	deviation("keyword-short", "cuts keywords to two letters", "keyword-length"),
	deviation("commands-joined", "puts another command on each line", "command-one-a-line"),
	deviation("byte-order-mark", "begins commands with U+FEFF", "utf8-no-bom"),
	deviation("long-commands", "sends commands of any length", "command-512", "command-argument-497"),
	deviation("arguments-unchecked", "sends arguments with whatever octets they hold", "command-one-a-line", "command-crlf", "utf8-no-bom"),

	deviation("dots-kept", "leaves the stuffed dots", "block-rules", "block-unstuffed"),
	deviation("all-dots-removed", "removes all dots at the beginning of a line", "block-rules", "block-unstuffed"),
	deviation("ends-at-any-dot", "ends a data block at each line that begins with a dot", "block-rules"),
	deviation("ends-at-bare-lf", `ends a data block at "." and a bare LF too`, "block-end"),
	deviation("end-in-content", "takes the terminating line for content", "block-end-not-content", "block-end-disregarded"),
	deviation("limits-ignored", "reads blocks of any size", "block-rules"),
	deviation("lines-unlimited", "waits for the end of lines of any length", "block-rules"),
	deviation("octets-unchecked", "sends articles with NUL and bare CR", "block-no-nul-lf-cr", "article-octets"),
	deviation("dots-unstuffed", "does not stuff dots", "block-stuffed", "encoded-article", "takethis-whole-article"),
	deviation("block-unended", "sends no terminating line", "block-end"),
	deviation("end-joined-on", "sends the terminating dot behind the last line", "block-end", "article-final-crlf"),
	deviation("eighth-bit-stripped", "takes the eighth bit off", "block-any-octets", "external-unchanged", "other-encodings", "data-handled", "any-content-accepted"),

	deviation("text-believed", "takes a response for what its text says", "status-only", "response-text-not-significant"),
	deviation("greeting-unchecked", "goes on whatever the greeting is", "status-only"),
	deviation("text-dropped", "hands on refusals without their text", "client-400-backoff"),
	deviation("codes-exact", "gives up at codes that it does not know", "unexpected-first-digit"),
	deviation("generic-fatal", "gives up at the generic codes", "client-takes-generic"),
	deviation("reconnects", "connects anew and tries again after 400", "client-400-no-retry"),

	deviation("mode-reader-always", "sends MODE READER whether it is listed or not", "mode-reader-if-listed", "mode-reader-not-needed"),
	deviation("mode-reader-never", "reads without MODE READER", "mode-reader-if-listed", "mode-reader-heuristic-first"),
	deviation("mode-reader-by-itself", "sends MODE READER on each connection", "mode-reader-heuristic-not"),
	deviation("mode-reader-any-time", "sends MODE READER twice, and after STARTTLS, AUTHINFO and COMPRESS", "mode-reader-once", "mode-reader-not-in-tls", "mode-reader-not-sent-in-tls",
		"authinfo-no-mode-reader", "mode-reader-not-sent-authenticated", "compress-no-mode-reader", "compress-registration-mode-reader"),
	deviation("odd-lines-refused", "refuses capabilities with a line that is none", "capability-odd-lines"),
	deviation("implementation-believed", "leaves out what the implementation says that it lacks", "implementation-no-influence"),
	deviation("greeting-believed", "does not post after 201", "greeting-not-relied-on"),
	deviation("capabilities-shared", "uses the capabilities of an earlier session", "capabilities-cache-not-trusted", "security-not-cached", "starttls-not-cached", "authinfo-not-cached", "compress-not-cached"),
	deviation("capabilities-reused", "logs in by capabilities that it asked for earlier", "capabilities-security-not-cached"),
	deviation("capabilities-for-good", "asks for the capabilities once in a session", "capabilities-cache-refresh"),
	deviation("listed-demanded", "gives up where a command is unknown", "capabilities-cache-outdated"),
	deviation("help-asked", "asks by HELP what the server can do", "help-not-capabilities"),

	deviation("pipelines-all", "sends a command behind those that must not be pipelined", "mode-reader-not-pipelined", "post-not-pipelined", "ihave-not-pipelined",
		"starttls-not-pipelined", "starttls-pipelined-prohibited", "authinfo-user-not-pipelined", "authinfo-sasl-not-pipelined", "compress-not-pipelined",
		"compress-awaited", "pipeline-waits", "not-pipelined-commands", "pipeline-ends"),
	deviation("password-at-once", "sends AUTHINFO PASS right behind AUTHINFO USER", "authinfo-user-not-pipelined"),
	deviation("pipelining-unbounded", "sends all commands before it reads a response", "pipelining-window"),
	deviation("greeting-not-awaited", "sends a command before the greeting", "greeting-awaited", "greeting-not-pipelined"),

	deviation("headers-unfolded", "unfolds headers", "article-processed"),
	deviation("folds-wrongly", "folds headers with two CRLFs", "header-fold-octet"),
	deviation("article-unchecked", "posts what is no article", "header-content-no-crlf", "post-format", "header-names-ascii"),
	deviation("utf8-required", "refuses what is not UTF-8", "header-other-accepted", "header-utf8-not-assumed", "list-newsgroups-other-accepted", "other-encodings", "external-data-handled"),
	deviation("utf8-repaired", "replaces what is not UTF-8 by U+FFFD", "header-utf8-not-assumed", "external-unchanged", "data-handled", "external-data-handled"),
	deviation("transcodes", "makes UTF-8 of articles, which it takes for ISO 8859-1", "external-not-converted"),
	deviation("post-assumed", "takes an article for sent whatever the response is", "post-not-assumed", "ihave-not-assumed", "takethis-not-assumed", "takethis-tried-again"),
	deviation("lost-is-437", "takes a lost response for 437", "ihave-lost-is-436", "takethis-tried-again"),
	shared("no-timeout", "ihave-lost-is-436"),
	deviation("posts-anew", "posts again under another message-id if the response is lost", "post-retry-safe"),
	deviation("message-id-own", "gives articles a message-id of its own at each try", "post-message-id"),
	deviation("article-cut", "sends no more than 64 KiB of an article", "ihave-sends-all", "takethis-whole-article"),
	deviation("ihave-other-id", "offers articles under another message-id", "ihave-id-differs"),
	deviation("bytes-believed", "takes no more of an article than its overview says", "bytes-not-relied-on"),
	deviation("numbers-unchecked", "sends numbers of any length", "number-16-digits"),
	deviation("numbers-32-bit", "holds article numbers in 32 bits", "number-16-digits"),
	deviation("numbers-floating", "holds article numbers as floating-point numbers", "number-16-digits"),
	deviation("empty-refused", "refuses groups that are empty", "group-empty-accepted"),
	deviation("group-not-needed", "sends commands that depend on a group without one", "group-before-use"),
	deviation("zero-refused", "refuses articles with the number 0", "by-id-zero-accepted"),

	deviation("two-digit-year", "asks with two digits of the year", "newgroups-four-digits"),
	deviation("local-time", "asks in local time", "newgroups-utc", "newnews-utc"),
	deviation("surplus-argument", "sends an argument with lists that have none", "list-distrib-no-argument", "distributions-no-argument", "moderators-no-argument", "motd-no-argument"),
	deviation("status-known", "refuses groups of a status that it does not know", "list-active-status-unknown"),
	deviation("lists-complete", "selects no group that the lists of times and descriptions do not have", "list-times-not-complete", "list-newsgroups-not-complete"),
	deviation("latin1-sent", "sends commands in ISO 8859-1", "utf8-preferred", "new-content-utf8", "utf8-only"),
	deviation("malformed-sent", "sends malformed UTF-8", "malformed-not-sent", "malformed-detected"),
	deviation("malformed-guessed", "replaces malformed UTF-8 when arguments were checked", "malformed-replacement"),
	deviation("unparsable-kept", "keeps the connection after a response that cannot be parsed", "malformed-close", "compress-corrupt-closes"),
	deviation("group-lower-case", "sends names of groups in lower case", "group-names-octets"),
	deviation("group-composed", "sends names of groups in the normalization form C", "group-names-octets"),

	shared("no-verification", "tls-name-checked", "tls-identity", "tls-binding-verified", "tls-path-validated", "tls-validated"),
	shared("name-unchecked", "tls-name-checked", "tls-identity", "tls-mismatch", "tls-name-mismatch"),
	shared("address-checked", "tls-name-used", "tls-reference-identifier"),
	shared("greeting-name-checked", "tls-name-insecure-source"),
	shared("common-name-checked", "tls-name-san"),
	shared("name-case-sensitive", "tls-pkix"),
	shared("wildcard-any", "tls-pkix"),
	shared("wildcard-none", "tls-pkix"),
	shared("first-name-only", "tls-pkix"),
	shared("server-name-omitted", "tls-server-name", "tls-sni", "tls-sni-clients", "tls-reference-identifier"),
	shared("injected-accepted", "tls-client-not-relied"),
	deviation("handshake-skipped", "goes on in the clear after 382", "starttls-382-client"),
	deviation("handshake-failure-kept", "keeps the connection if the TLS negotiation fails", "starttls-client-cannot", "tls-failure-closes"),
	deviation("capabilities-kept", "keeps the capabilities from before TLS", "tls-client-not-relied", "tls-discards-sensitive", "tls-capabilities-again"),
	deviation("group-kept", "takes the group from before TLS for selected", "tls-client-discards"),
	deviation("starttls-assumed", "takes TLS for active though STARTTLS was refused", "tls-active-known"),
	deviation("starttls-any-time", "sends STARTTLS where TLS or compression is active, and when it is authenticated", "starttls-once", "compress-once", "compress-registration-commands", "compress-order"),
	deviation("starttls-if-listed", "sends STARTTLS only where it is listed", "tls-attempted"),
	deviation("implicit-in-clear", "begins in the clear where TLS is to begin at once", "tls-implicit-port"),
	deviation("rc4-offered", "offers a cipher suite with RC4", "tls-no-rc4"),
	deviation("compression-offered", "offers compression in the TLS negotiation", "tls-no-compression"),

	deviation("authinfo-always", "sends AUTHINFO USER where AUTHINFO is listed without arguments", "authinfo-no-arguments-client"),
	deviation("authinfo-exact", "does not log in where AUTHINFO has arguments that it does not know", "authinfo-unknown-arguments"),
	deviation("authinfo-any-time", "sends AUTHINFO when it is authenticated, and after COMPRESS", "authinfo-once", "compress-no-authentication", "compress-no-authinfo",
		"compress-no-authentication-after", "compress-registration-commands", "compress-order"),
	deviation("login-unasked", "logs in without asking for the capabilities", "authinfo-capabilities-first"),
	deviation("password-unwelcome", "sends AUTHINFO PASS whatever the response to AUTHINFO USER is", "authinfo-welcomed", "authinfo-only-38x"),
	deviation("password-first", "sends AUTHINFO PASS before AUTHINFO USER", "authinfo-user-first"),
	deviation("challenged-by-any", "takes each response to AUTHINFO SASL for a challenge", "authinfo-only-38x"),
	deviation("no-tls", "does not have STARTTLS", "authinfo-user-with-tls"),
	deviation("tls-not-required", "sends passwords in the clear although it was told not to", "authinfo-user-disabled", "authinfo-eavesdropping"),
	deviation("methods-ignored", "logs in by mechanisms that it was not permitted", "authinfo-weak-forbidden"),
	deviation("initial-raw", "sends initial responses without Base64", "authinfo-initial-base64"),
	deviation("initial-cut", "cuts initial responses so that they stay within a command line", "authinfo-initial-sizes-client"),
	deviation("initial-empty-blank", "leaves out an initial response that is empty", "authinfo-initial-empty"),
	deviation("empty-response-blank", "sends an empty response as an empty line", "authinfo-empty-response"),
	deviation("short-challenges", "reads no more than 4096 octets of a challenge", "authinfo-sizes"),
	deviation("success-data-dropped", "does not look at what comes with 283", "authinfo-sizes"),
	deviation("bad-challenge-answered", "answers a challenge that it cannot accept by an empty response", "authinfo-base64-cancelled"),
	deviation("base64-lenient", "skips what is no Base64 in a challenge", "authinfo-base64-strict"),
	deviation("identity-raw", "sends authorization identities without SASLprep", "authinfo-identity-saslprep"),
	deviation("no-plain", "does not have PLAIN", "authinfo-plain"),

	deviation("streaming-unasked", "streams without finding out whether the server offers it", "streaming-capabilities-asked", "takethis-only-offered"),

	deviation("no-deflate", "does not have DEFLATE", "compress-deflate-implemented"),
	deviation("unknown-algorithm-refused", "does not compress where there is an algorithm that it does not know", "compress-unknown-ignored"),
	deviation("first-algorithm", "chooses the algorithm that is listed first", "compress-private-names"),
	deviation("compression-assumed", "compresses though COMPRESS was refused", "compress-active-known"),
	deviation("compress-any-time", "sends COMPRESS twice", "compress-once"),
	deviation("compresses-by-itself", "compresses wherever it can", "compress-not-automatic"),
	deviation("stored-refused", "refuses blocks that are stored as they are", "compress-parameters"),
	deviation("unflushed", "does not flush what it compresses", "compress-flushed"),
	deviation("zlib-format", "compresses in the format of zlib", "compress-raw-deflate"),
	deviation("compresses-below-tls", "compresses what TLS has encrypted", "compress-under-tls"),
	deviation("inflates-below-tls", "decompresses before TLS decrypts", "compress-layers-reversed"),
	deviation("inflates-little", "reads no more than 8 KiB of what came compressed", "compress-window"),
}
