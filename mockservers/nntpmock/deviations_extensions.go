package nntpmock

import (
	"bytes"
	"slices"
	"strings"

	"harness/mockservers"
)

// extensionDeviations break rules of the extensions.
var extensionDeviations = []mockservers.Deviation{
	// RFC 2980.
	rule("xgtitle-all", "XGTITLE without an argument shows all groups", "xgtitle-current"),
	rule("xgtitle-no-end", "the lines of XGTITLE have no final line", "xgtitle-end"),
	rule("xpat-first-word", "the pattern of XPAT ends at the first space", "xpat-joined"),
	rule("xpat-none-420", "XPAT gets 420 where the pattern matches nothing", "xpat-221"),
	rule("pattern-sets-literal", "a set in a pattern stands for its own characters", "pattern-operations"),
	rule("pattern-question-literal", "a question mark in a pattern stands for itself", "pattern-operations"),
	rule("pattern-backslash-literal", "a backslash in a pattern stands for itself", "pattern-operations"),
	rule("pattern-unanchored", "a pattern matches anywhere", "pattern-anchored"),

	// RFC 4642 and RFC 8143.
	rule("starttls-listed-in-tls", "STARTTLS is listed in TLS", "starttls-not-listed-later", "starttls-not-in-tls"),
	rule("starttls-listed-authenticated", "STARTTLS is listed after authentication", "starttls-not-listed-later"),
	rule("starttls-keeps-buffer", "commands that were sent in the clear behind STARTTLS are carried out in TLS (CVE-2011-0411)", "starttls-injection"),
	rule("tls-failure-stays", "after a TLS negotiation that failed the session goes on in the clear", "tls-failure-closes"),
	rule("tls-keeps-group", "the group stays selected over the TLS handshake", "tls-server-discards"),
	rule("tls-keeps-name", "the name of AUTHINFO USER is kept over the TLS handshake", "tls-server-discards", "tls-discards-sensitive"),
	rule("tls-not-at-once", "octets in the clear come before the TLS handshake of the port for TLS", "tls-implicit-port"),
	rule("tls-compression", "TLS is compressed", "tls-no-compression"),
	rule("tls-rc4", "a cipher suite with RC4 is chosen", "tls-no-rc4"),
	rule("sni-ignored", "the certificate is another server's, whatever the client names in server_name", "tls-server-name", "tls-sni", "tls-sni-servers", "tls-pkix"),
	rule("certificate-expired", "the certificate ended yesterday", "tls-pkix"),

	// RFC 4643.
	rule("authinfo-first-user", "of two names that AUTHINFO USER gave the first one counts", "authinfo-last-user"),
	rule("authinfo-user-in-clear", "AUTHINFO USER is served though TLS is wanted first", "authinfo-user-not-provided", "authinfo-user-disabled", "authinfo-eavesdropping"),
	rule("plain-in-clear", "mechanisms that show the password are served though TLS is wanted first", "authinfo-eavesdropping"),
	rule("plain-listed-in-clear", "mechanisms that show the password are listed though TLS is wanted first", "authinfo-eavesdropping"),
	rule("sasl-unlisted-served", "mechanisms are served that are not listed", "authinfo-weak-forbidden"),
	rule("sasl-dropped", "SASL is not listed after authentication", "authinfo-sasl-kept"),
	rule("sasl-line-limit", "lines of more than 512 octets get 501 in AUTHINFO SASL", "authinfo-sizes", "authinfo-initial-sizes"),
	rule("base64-lax", "what is no Base64 is left out of a response", "authinfo-base64-strict"),
	rule("identity-not-prepared", "SASLprep is not applied to identities", "authinfo-identity-saslprep"),
	rule("identity-unchecked", "what is not ASCII is left out of identities", "authinfo-identity-481"),
	rule("authinfo-dropped-early", "the connection is dropped after the first failure", "authinfo-not-dropped-early"),

	// RFC 4644.
	rule("streaming-withdrawn", "STREAMING is not listed after MODE STREAM", "streaming-capability-stays", "mode-stream-no-effect"),
	rule("mode-stream-forgets", "MODE STREAM deselects the group", "mode-stream-no-effect"),
	rule("mode-stream-required", "CHECK and TAKETHIS get 502 before MODE STREAM", "mode-stream-not-required"),
	rule("check-binding", "after 238 to CHECK any command but TAKETHIS gets 503", "check-advisory"),

	// RFC 6048.
	rule("list-wildmat-ignored", "LIST COUNTS and LIST SUBSCRIPTIONS ignore their wildmat", "counts-wildmat", "subscriptions-wildmat"),

	// RFC 8054.
	rule("compress-listed-active", "COMPRESS is listed under compression", "compress-not-listed-active", "compress-capabilities"),
	rule("starttls-listed-compressed", "STARTTLS is listed under compression", "compress-capabilities", "compress-registration-capabilities"),
	rule("authinfo-arguments-compressed", "AUTHINFO has arguments under compression", "compress-authinfo-capability", "compress-registration-authinfo"),
	rule("compress-idle", "nothing is compressed after 206", "compress-deflate-implemented", "compress-206", "compress-parameters", "compress-under-tls", "compress-layers-reversed"),
	rule("compress-unflushed", "what is compressed is not flushed", "compress-flushed"),
	rule("compress-zlib", "the stream has a header of zlib", "compress-raw-deflate"),
	rule("compress-corrupt-stays", "the connection stays open after compressed data that is corrupt", "compress-corrupt-closes"),
	rule("compress-window-small", "references to what stands more than 16 KiB before are not understood", "compress-window"),
}

// extensionEffects change what goes out.
var extensionEffects = mockservers.Effects{
	// RFC 2980.
	recode("mode-stream-200", "MODE STREAM", 203, 200, "MODE STREAM gets 200", "mode-stream-codes", "mode-stream-203"),
	recode("authinfo-generic-500", "AUTHINFO GENERIC", 501, 500, "AUTHINFO GENERIC gets 500", "authinfo-generic-501"),
	recode("xgtitle-215", "XGTITLE", 282, 215, "XGTITLE gets 215", "xgtitle-282"),
	reline("xgtitle-names", "XGTITLE", func(l []byte) []byte { return bytes.Fields(l)[0] }, "XGTITLE shows names alone", "xgtitle-as-list"),
	recode("xgtitle-481-as-503", "XGTITLE", 481, 503, "XGTITLE gets 503 where there are no descriptions", "xgtitle-481"),
	recode("xhdr-225", "XHDR|XPAT", 221, 225, "XHDR and XPAT get 225", "xhdr-221", "xpat-221"),
	reline("xhdr-omits", "XHDR", dropEven, "XHDR leaves out articles whose number is even", "xhdr-221"),
	reline("xhdr-named", "XHDR", replacing(" ", " Subject: "), "XHDR shows the name of the header", "xhdr-lines"),
	reline("xhdr-id-zero", "XHDR", func(l []byte) []byte {
		if l[0] == '<' {
			l = slices.Concat([]byte("0"), l[bytes.IndexByte(l, ' '):])
		}
		return l
	}, "XHDR shows the number 0 where an article was asked for by its message-id", "xhdr-lines"),
	recode("xhdr-420-as-423", "XHDR", 420, 423, "XHDR with a range that holds nothing gets 423", "xhdr-420"),
	recode("xover-225", "XOVER", 224, 225, "XOVER gets 225", "xover-224"),
	reline("xover-omits", "XOVER", dropEven, "XOVER leaves out articles whose number is even", "xover-224"),
	recode("xover-420-as-423", "XOVER|XROVER", 420, 423, "XOVER and XROVER with a range that holds nothing get 423", "xover-420", "xrover-420"),
	reline("xover-null-omitted", "XOVER", func(l []byte) []byte { return bytes.ReplaceAll(l, []byte("\t\t"), []byte("\t")) }, "XOVER leaves out fields without content", "xover-null-field"),
	recode("format-503", "LIST OVERVIEW.FMT", 215, 503, "LIST OVERVIEW.FMT gets 503", "xover-overview-fmt"),
	recode("xrover-225", "XROVER", 224, 225, "XROVER gets 225", "xrover-224"),
	reline("xrover-named", "XROVER", replacing(" ", " References: "), "XROVER shows the name of the header", "xrover-lines"),

	// RFC 4642.
	recode("starttls-483", "STARTTLS", 382, 483, "STARTTLS gets 483", "starttls-never-480-483", "starttls-never-480-483-note"),
	recode("starttls-480-in-tls", "STARTTLS", 502, 480, "STARTTLS gets 480 in TLS", "starttls-never-480-483", "starttls-never-480-483-note", "starttls-502-in-tls"),
	recode("starttls-again", "STARTTLS", 502, 382, "STARTTLS gets 382 where it is not permitted, and nothing follows", "tls-active-known", "starttls-502-in-tls", "compress-active-known", "compress-502"),
	recode("starttls-unsolicited-502", "STARTTLS", 382, 502, "STARTTLS gets 502", "starttls-unsolicited"),
	recode("starttls-580-as-502", "STARTTLS", 580, 502, "STARTTLS gets 502 where TLS cannot begin", "starttls-580"),
	recode("tls-required-502", "GROUP", 483, 502, "GROUP gets 502 where TLS is lacking", "tls-required-483"),

	// RFC 4643.
	recode("authinfo-500", authCommands, 0, 500, "AUTHINFO gets 500", "authinfo-one-command"),
	recode("authinfo-480", authCommands, 0, 480, "AUTHINFO gets 480", "authinfo-never-480", "authinfo-user-never-480", "authinfo-sasl-never-480"),
	recode("authinfo-unsolicited-502", "AUTHINFO USER", 381, 502, "AUTHINFO USER gets 502", "authinfo-unsolicited"),
	recode("authinfo-user-383", "AUTHINFO USER", 381, 383, "AUTHINFO USER gets 383", "authinfo-381"),
	recode("authinfo-pass-481", "AUTHINFO PASS", 482, 481, "AUTHINFO PASS gets 481 without a name", "authinfo-pass-482"),
	recode("authinfo-pass-381", "AUTHINFO PASS", 0, 381, "AUTHINFO PASS gets 381", "authinfo-pass-no-381"),
	recode("authinfo-481-as-502", "AUTHINFO PASS", 481, 502, "a wrong password gets 502", "authinfo-481"),
	recode("authinfo-sasl-481-as-482", "AUTHINFO SASL", 481, 482, "AUTHINFO SASL that fails gets 482", "authinfo-sasl-481", "authinfo-cancelled-481"),
	recode("authinfo-482-as-481", "AUTHINFO SASL", 482, 481, "an initial response to a mechanism that has none gets 481", "authinfo-initial-482"),
	recode("initial-demanded", "AUTHINFO SASL", 383, 482, "AUTHINFO SASL goes no further than its initial response", "authinfo-initial-omitted"),
	reword("challenge-plain", "AUTHINFO SASL", 383, func(l string) string { return l + "!" }, "challenges are no Base64", "authinfo-challenge-base64"),
	reword("challenge-empty-bare", "AUTHINFO SASL", 383, func(l string) string { return strings.TrimSuffix(l, "=") }, "an empty challenge is sent as nothing", "authinfo-empty-challenge", "authinfo-initial-omitted"),
	reline("sasl-unlisted", "CAPABILITIES", func(l []byte) []byte {
		if bytes.HasPrefix(l, []byte("SASL ")) {
			return nil
		}
		return l
	}, "SASL is not listed", "authinfo-sasl-listed"),
	reline("authinfo-generic-listed", "CAPABILITIES", replacing("AUTHINFO ", "AUTHINFO GENERIC "), "GENERIC is an argument of AUTHINFO", "authinfo-generic-not-listed"),
	reline("plain-unlisted", "CAPABILITIES", replacing(" PLAIN", ""), "PLAIN is not among the mechanisms", "authinfo-plain"),
	reline("starttls-unlisted", "CAPABILITIES", dropping("STARTTLS"), "STARTTLS is not listed", "authinfo-user-with-tls"),

	// RFC 4644.
	recode("mode-stream-argument", "MODE STREAM", 501, 203, "MODE STREAM takes arguments", "mode-stream-203"),
	reword("check-other-id", "CHECK", 0, otherID, "CHECK is answered with another message-id", "check-echoes"),
	recode("check-238-as-335", "CHECK", 238, 335, "CHECK of an article that is wanted gets 335", "check-238"),
	recode("check-438-as-435", "CHECK", 438, 435, "CHECK of an article that is there gets 435", "check-438"),
	recode("check-431-as-436", "CHECK", 431, 436, "CHECK of an article that is put off gets 436", "check-431"),
	reword("takethis-other-id", "TAKETHIS", 0, otherID, "TAKETHIS is answered with another message-id", "takethis-echoes"),
	recode("takethis-235", "TAKETHIS", 239, 235, "an article of TAKETHIS gets 235", "takethis-answered"),
	recode("takethis-437", "TAKETHIS", 439, 437, "an article of TAKETHIS that is rejected gets 437", "takethis-answered"),
	recode("takethis-400-as-436", "TAKETHIS", 400, 436, "an article of TAKETHIS that cannot be processed gets 436", "takethis-400"),

	// RFC 6048.
	reline("counts-as-active", "LIST COUNTS", fields(func(f []string) []string { return slices.Delete(f, 3, 4) }), "LIST COUNTS shows no numbers of articles", "counts-fields", "list-keywords-meaning"),
	reline("counts-tabs", "LIST COUNTS", func(l []byte) []byte { return bytes.ReplaceAll(l, []byte(" "), []byte("\t")) }, "LIST COUNTS has TABs between the fields", "counts-fields"),
	reline("counts-more", "LIST COUNTS", fields(func(f []string) []string { return append(f[:3:3], f[3]+"0", f[4]) }), "LIST COUNTS shows ten times the number of articles", "counts-as-group"),
	reline("counts-status", "LIST COUNTS", fields(func(f []string) []string { return append(f[:4:4], "q") }), "LIST COUNTS shows the status q", "counts-as-group"),
	reline("counts-omits", "LIST COUNTS", func(l []byte) []byte {
		if bytes.HasPrefix(l, []byte("example.test ")) {
			return nil
		}
		return l
	}, "LIST COUNTS leaves out a group", "counts-all"),
	reline("list-twice", "LIST COUNTS|LIST DISTRIBUTIONS|LIST SUBSCRIPTIONS", func(l []byte) []byte { return slices.Concat(l, []byte("\r\n"), l) }, "lists show each line twice", "counts-once", "distributions-once", "subscriptions-once"),
	reline("list-margins", "LIST DISTRIBUTIONS|LIST MODERATORS", func(l []byte) []byte { return append(slices.Clone(l), ' ') }, "lines of lists end in a space", "distributions-no-margins", "moderators-no-margins"),
	reline("list-latin1", "LIST DISTRIBUTIONS|LIST MOTD", func(l []byte) []byte { return append(slices.Clone(l), " caf\xe9"...) }, "texts of lists are in Latin-1", "distributions-utf8", "motd-utf8", "list-texts-utf8"),
	recode("list-503-as-500", newVariants, 503, 500, "variants of LIST get 500 where nothing is kept", "counts-503", "distributions-503", "moderators-503", "motd-503", "subscriptions-503", "list-variants-503"),
	recode("list-argument-503", newVariants, 501, 503, "variants of LIST get 503 with an argument that they do not have", "distributions-501", "moderators-501", "motd-501"),
	reline("distributions-names", "LIST DISTRIBUTIONS", func(l []byte) []byte { return bytes.Fields(l)[0] }, "LIST DISTRIBUTIONS shows names alone", "distributions-fields"),
	reline("distributions-other", "LIST DISTRIBUTIONS", replacing("world", "earth"), "LIST DISTRIBUTIONS does not describe what LIST DISTRIB.PATS has", "distributions-and-patterns"),
	recode("distrib-pats-501", "LIST DISTRIB.PATS", 215, 501, "LIST DISTRIB.PATS gets 501", "distributions-and-patterns"),
	reline("moderators-space", "LIST MODERATORS", replacing(":", " "), "LIST MODERATORS has a space in the place of the colon", "moderators-fields"),
	reline("moderators-two-s", "LIST MODERATORS", replacing("%s", "%s-%s"), "templates of addresses have %s twice", "moderators-one-s"),
	reline("moderators-percent-alone", "LIST MODERATORS", replacing("@", "%gate@"), "templates of addresses have a percent sign alone", "moderators-percent", "moderators-percent-doubled"),
	reline("moderators-none", "LIST MODERATORS", replacing("*:", "nothing.*:"), "LIST MODERATORS leaves out moderated groups", "moderators-all"),
	reline("subscriptions-status", "LIST SUBSCRIPTIONS", func(l []byte) []byte { return append(slices.Clone(l), " y"...) }, "LIST SUBSCRIPTIONS shows the status of groups", "subscriptions-fields"),
	reline("subscriptions-ghost", "LIST SUBSCRIPTIONS", func(l []byte) []byte { return append(slices.Clone(l), ".gone"...) }, "LIST SUBSCRIPTIONS shows groups that are not there", "subscriptions-carried"),
	// RFC 8054.
	reline("compress-shrink-only", "CAPABILITIES", replacing("COMPRESS DEFLATE", "COMPRESS SHRINK"), "DEFLATE is no argument of COMPRESS", "compress-deflate-listed"),
	reline("compress-private", "CAPABILITIES", replacing("COMPRESS DEFLATE", "COMPRESS DEFLATE SHRINK"), "COMPRESS has an algorithm that is not registered", "compress-private-names"),
	recode("compress-503", "COMPRESS", 206, 503, "COMPRESS gets 503", "compress-deflate-implemented"),
	recode("compress-200", "COMPRESS", 206, 200, "COMPRESS gets 200", "compress-206"),
	recode("compress-501-as-503", "COMPRESS", 501, 503, "COMPRESS with an algorithm of wrong form gets 503", "compress-501"),
	recode("compress-503-as-501", "COMPRESS", 503, 501, "COMPRESS with an unknown algorithm gets 501", "compress-503"),
	recode("compress-403-as-503", "COMPRESS", 403, 503, "COMPRESS gets 503 where compression cannot be activated", "compress-403"),
	recode("compress-again", "COMPRESS", 502, 206, "COMPRESS gets 206 under compression", "compress-active-known", "compress-502"),
	recode("authinfo-502-as-482", authCommands, 502, 482, "AUTHINFO gets 482 where it is not permitted", "compress-authinfo-502", "authinfo-success-502"),
}

const authCommands = "AUTHINFO USER|AUTHINFO PASS|AUTHINFO SASL"

const newVariants = "LIST COUNTS|LIST DISTRIBUTIONS|LIST MODERATORS|LIST MOTD|LIST SUBSCRIPTIONS"

// otherID puts another message-id behind the code.
var otherID = words(func([]string) []string { return []string{"<other@example.org>"} })

// fields changes the fields of a line that has spaces between them.
func fields(change func(f []string) []string) func([]byte) []byte {
	return func(line []byte) []byte { return []byte(strings.Join(change(strings.Fields(string(line))), " ")) }
}

// dropEven takes out lines that begin with an even number.
func dropEven(line []byte) []byte {
	digits := len(line) - len(bytes.TrimLeft(line, "0123456789"))
	if digits > 0 && line[digits-1]%2 == 0 {
		return nil
	}
	return line
}

// pattern is that of XPAT as the server understands it. Further words belong to it (RFC 2980 section 2.9).
func (p *session) pattern(words []string) string {
	text := strings.Join(words, " ")
	if p.dev("xpat-first-word") {
		text = words[0]
	}
	for _, literal := range []struct{ deviation, characters string }{{"pattern-sets-literal", "[]"}, {"pattern-question-literal", "?"}, {"pattern-backslash-literal", `\`}} {
		for _, c := range literal.characters {
			if p.dev(literal.deviation) {
				text = strings.ReplaceAll(text, string(c), `\`+string(c))
			}
		}
	}
	if p.dev("pattern-unanchored") {
		text = "*" + text + "*"
	}
	return text
}
