package nntpmock

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"harness/mockservers"
)

// insert puts text behind the code of an initial line.
func insert(text string) func(string) string {
	return func(line string) string { return line[:3] + text + line[3:] }
}

// replacing replaces the first place of a line.
func replacing(old, with string) func([]byte) []byte {
	return func(line []byte) []byte { return bytes.Replace(line, []byte(old), []byte(with), 1) }
}

// dropping takes out the line that is text.
func dropping(text string) func([]byte) []byte {
	return func(line []byte) []byte {
		if string(line) == text {
			return nil
		}
		return line
	}
}

// words changes the words of an initial line behind its code.
func words(change func(w []string) []string) func(string) string {
	return func(line string) string {
		w := strings.Fields(line)
		return strings.Join(append(w[:1:1], change(w[1:])...), " ")
	}
}

// overField changes a field of a row of OVER.
func overField(at int, change func(string) string) func([]byte) []byte {
	return func(line []byte) []byte {
		f := strings.Split(string(line), "\t")
		if at < len(f) {
			f[at] = change(f[at])
		}
		return []byte(strings.Join(f, "\t"))
	}
}

// number adds to one of the numbers of an initial line.
func number(at int, add int64) func(string) string {
	return words(func(w []string) []string {
		if n, err := strconv.ParseInt(w[at], 10, 64); err == nil {
			w[at] = strconv.FormatInt(n+add, 10)
		}
		return w
	})
}

const articles = "ARTICLE|HEAD|BODY"

// effects are the deviations that change what goes out.
var effects = mockservers.Effects{
	// RFC 3977 sections 2 and 3.1.
	recode("bad-wildmat-411", "LIST|LIST ACTIVE", 501, 411, "LIST ACTIVE with what is no wildmat gets 411", "argument-grammar-server"),
	reword("byte-order-mark", "DATE", 0, insert(" \ufeff"), "the response to DATE has a byte order mark", "utf8-no-bom"),
	reword("date-word-first", "DATE", 0, func(l string) string { return "OK " + l }, "the response to DATE begins with a word", "response-code-first"),
	reword("stat-long", "STAT", 0, func(l string) string { return l + " " + strings.Repeat("x", 600) }, "the response to STAT has more than 600 octets", "response-512"),
	redata("block-bare-lf", articles, func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n")) }, "articles are sent with bare LFs", "block-rules"),
	redata("block-nul", articles, replacing(" ", "\x00"), "articles are sent with a NUL", "block-no-nul-lf-cr", "article-octets"),
	redata("block-bare-cr", articles, replacing(" ", "\r"), "articles are sent with a bare CR", "block-no-nul-lf-cr", "article-octets"),

	// Section 3.2.
	recode("date-611", "DATE", 111, 611, "DATE gets 611", "status-indicator"),
	recode("subscriptions-315", "LIST SUBSCRIPTIONS", 215, 315, "LIST SUBSCRIPTIONS gets 315", "status-principle-extension", "subscriptions-215"),
	reword("group-two-spaces", "GROUP", 211, insert(" "), "two spaces stand behind 211", "response-argument-separator"),
	reword("group-hexadecimal", "GROUP", 211, words(func(w []string) []string {
		w[1] = "0x" + w[1]
		return w
	}), "the low water mark is written as 0x...", "response-number-decimal"),
	reword("stat-no-id", "STAT", 223, words(func(w []string) []string { return w[:1] }), "STAT tells no message-id", "response-string-nonempty"),
	reword("stat-id-with-space", "STAT", 223, words(func(w []string) []string { return []string{w[0], w[1][:2], w[1][2:]} }), "the message-id that STAT tells has a space in it", "response-string-no-space"),
	reword("date-text-glued", "DATE", 111, func(l string) string { return l + "GMT" }, "a text is glued to the date", "response-text-separator"),
	recode("group-480-as-411", "GROUP", 480, 411, "GROUP gets 411 before the authentication", "generic-when-it-fits"),
	recode("stat-229", "STAT", 223, 229, "STAT gets 229", "listed-codes"),
	recode("group-411-as-419", "GROUP", 411, 419, "GROUP with a group that is not there gets 419", "no-other-responses", "group-411"),

	// Section 3.2.1.
	recode("date-argument-ignored", "DATE", 501, 111, "DATE takes arguments", "generic-any-command"),
	recode("base64-501", "AUTHINFO SASL", 504, 501, "what is not Base64 gets 501", "base64-504", "authinfo-base64-504"),
	recode("over-503-as-501", "OVER", 503, 501, "OVER with a message-id gets 501 where it takes none", "optional-503", "over-msgid-503"),
	recode("auth-required-500", "", 480, 500, "commands get 500 before the authentication", "not-authorized-codes", "authinfo-480"),
	recode("group-401-as-502", "GROUP", 401, 502, "GROUP gets 502 before MODE READER", "no-502-for-mode-reader"),
	reword("code-401-no-label", "", 401, func(string) string { return "401 not now" }, "401 names no capability", "code-401-label"),
	recode("stat-430-as-401", "STAT", 430, 401, "STAT with an unknown message-id gets 401", "code-401-only-defined"),
	recode("help-500", "HELP", 100, 500, "HELP gets 500", "mandatory-not-500"),

	// Sections 3.3 and 3.4.
	reline("capability-commas", "CAPABILITIES", replacing("LIST ", "LIST,"), "a comma stands behind LIST", "capability-tokens"),
	recode("over-500", "OVER", 0, 500, "OVER gets 500", "capability-accurate"),
	reline("version-02", "CAPABILITIES", replacing("VERSION 2", "VERSION 02"), "the version is 02", "version-no-leading-zero"),
	reline("version-9", "CAPABILITIES", replacing("VERSION 2", "VERSION 2 9"), "a version 9 is listed", "version-not-invented"),
	reline("newsgroups-unlisted", "CAPABILITIES", replacing(" NEWSGROUPS", ""), "NEWSGROUPS is no argument of LIST", "list-variants"),
	reline("implementation-bare", "CAPABILITIES", func(l []byte) []byte {
		if bytes.HasPrefix(l, []byte("IMPLEMENTATION ")) {
			return l[:len("IMPLEMENTATION")]
		}
		return l
	}, "IMPLEMENTATION has no arguments", "implementation-arguments"),
	recode("mode-stream-500", "MODE STREAM", 203, 500, "MODE STREAM gets 500", "registered-fully", "mode-stream-accepted"),
	recode("hdr-500", "HDR", 0, 500, "HDR gets 500", "registered-not-partly"),
	recode("newgroups-500", "NEWGROUPS", 0, 500, "NEWGROUPS gets 500", "bundle-supported"),
	reline("reader-unlisted", "CAPABILITIES", dropping("READER"), "READER is not listed", "bundle-unlisted-not-all", "reader-mode-advertised"),
	recode("stat-412-as-501", "STAT", 412, 501, "STAT without a group gets 501", "fully-implemented", "related-code-kept"),
	recode("head-412-as-503", "HEAD", 412, 503, "HEAD without a group gets 503", "not-partially-implemented", "related-code-kept"),
	reline("mode-reader-unlisted", "CAPABILITIES", dropping("MODE-READER"), "MODE-READER is not listed", "transit-mode-advertised"),

	// Section 5.
	recode("greeting-203", "greeting", 200, 203, "the greeting is 203", "greeting-codes"),
	recode("greeting-201-as-200", "greeting", 201, 200, "the greeting is 200 though posting is not permitted", "greeting-201"),
	recode("refusal-as-200", "greeting", 400, 200, "the greeting of a server that accepts no commands is 200", "greeting-400-502"),
	recode("capabilities-any-argument", "CAPABILITIES", 501, 101, "CAPABILITIES takes any argument", "capabilities-bad-argument"),
	recode("mode-reader-202", "MODE READER", 200, 202, "MODE READER gets 202", "mode-reader-switches", "mode-reader-reader"),
	recode("quit-200", "QUIT", 501, 200, "QUIT with an argument gets 200", "quit-codes"),

	// Section 6.
	reword("stat-same-id", "STAT", 223, words(func(w []string) []string { return []string{w[0], "<same@example.org>"} }), "STAT tells the same message-id for all articles",
		"number-one-article", "article-one-number", "message-id-unique", "message-id-not-shared", "every-message-id", "message-id-from-header", "message-id-other-spec"),
	reword("group-high-less", "GROUP|LISTGROUP", 211, number(2, -1), "the high water mark is one less than it should be", "numbers-sequential"),
	reline("numbers-large", "LISTGROUP", func(l []byte) []byte { return fmt.Appendf(nil, "9%010s", l) }, "article numbers have eleven digits", "number-range", "number-limit"),
	reline("numbers-17-digits", "LISTGROUP", func(l []byte) []byte { return fmt.Appendf(nil, "%017s", l) }, "article numbers have seventeen digits", "number-16-digits"),
	reword("group-count-large", "GROUP|LISTGROUP", 211, number(0, 100000), "the number of articles is 100,000 more than it is", "group-estimate"),
	reword("empty-group-zeros", "GROUP|LISTGROUP", 211, words(func(w []string) []string {
		if w[0] == "0" {
			w[1], w[2] = "0", "0"
		}
		return w
	}), "an empty group is shown by three zeros", "group-empty-preferred"),
	recode("listgroup-411-as-412", "LISTGROUP", 411, 412, "LISTGROUP with a group that is not there gets 412", "listgroup-411"),
	recode("listgroup-412-as-411", "LISTGROUP", 412, 411, "LISTGROUP without a group gets 411", "listgroup-412"),
	reword("last-no-id", "LAST", 223, words(func(w []string) []string { return w[:1] }), "LAST tells no message-id", "last-response"),
	recode("last-420-as-422", "LAST", 420, 422, "LAST without a current article gets 422", "last-420"),
	recode("last-412-as-420", "LAST", 412, 420, "LAST without a group gets 420", "last-412"),
	reword("next-no-id", "NEXT", 223, words(func(w []string) []string { return w[:1] }), "NEXT tells no message-id", "next-response"),
	redata("article-cut", "ARTICLE", func(b []byte) []byte { return b[:bytes.LastIndexByte(b[:len(b)-2], '\n')+1] }, "ARTICLE leaves out the last line", "article-whole", "article-processed"),
	redata("body-upper-case", "BODY", bytes.ToUpper, "BODY is in upper case", "article-unaltered", "ihave-unchanged"),
	reword("by-id-seven", "ARTICLE|HEAD|BODY|STAT", 0, func(l string) string {
		if l[:2] != "22" {
			return l
		}
		w := strings.Fields(l)
		return w[0] + " 7 " + w[2]
	}, "articles have the number 7", "by-id-zero", "by-id-number-usable"),
	recode("missing-430-as-423", "", 430, 423, "a message-id that is not there gets 423", "article-430"),
	recode("article-412-as-420", "ARTICLE", 412, 420, "ARTICLE without a group gets 420", "article-412"),
	recode("article-420-as-423", "ARTICLE", 420, 423, "ARTICLE without a current article gets 423", "article-420"),
	redata("body-with-empty-line", "BODY", func(b []byte) []byte { return append([]byte("\r\n"), b...) }, "BODY begins with the empty line", "body-no-empty-line"),
	recode("post-341", "POST", 340, 341, "POST gets 341", "post-340"),
	recode("post-440-as-502", "POST", 440, 502, "POST gets 502 where posting is prohibited", "post-440"),
	recode("post-441-as-240", "POST", 441, 240, "articles that are refused get 240", "post-441-unwanted", "post-duplicate"),
	recode("ihave-335-as-340", "IHAVE", 335, 340, "IHAVE gets 340", "ihave-335"),
	recode("ihave-435-as-437", "IHAVE", 435, 437, "IHAVE of an article that is there gets 437", "ihave-435"),
	recode("ihave-436-as-437", "IHAVE", 436, 437, "IHAVE of an article that is put off gets 437", "ihave-436"),
	recode("ihave-235-as-240", "IHAVE", 235, 240, "an article of IHAVE gets 240", "ihave-result"),
	recode("ihave-435-as-235", "IHAVE", 435, 235, "IHAVE of an article that is there gets 235", "ihave-id-duplicate"),
	redata("head-without-id", "HEAD", replacing("Message-ID:", "X-Was-ID:"), "HEAD shows no Message-ID header", "message-id-header-added"),
	redata("head-blank-fold", "HEAD", replacing("\r\n", "\r\n \r\n"), "HEAD shows a header with a blank line in it", "header-content-no-crlf", "header-fold-octet"),
	redata("head-replaced", "HEAD", func(b []byte) []byte { return bytes.ToValidUTF8(b, []byte("?")) }, "HEAD shows a question mark for what is not UTF-8", "header-utf8-not-assumed", "external-unchanged", "external-not-converted"),
	redata("head-name-latin1", "HEAD", replacing("From:", "Fr\xf6m:"), "HEAD shows a header whose name is not ASCII", "header-names-ascii"),
	reword("stat-id-open", "STAT", 223, words(func(w []string) []string { return []string{w[0], strings.TrimSuffix(w[1], ">")} }), "message-ids have no bracket at their end", "message-id-rules", "message-id-brackets"),
	reword("stat-id-long", "STAT", 223, words(func(w []string) []string { return []string{w[0], "<" + strings.Repeat("x", 250) + ">"} }), "message-ids have 252 octets", "message-id-length"),
	reword("stat-id-latin1", "STAT", 223, words(func(w []string) []string { return []string{w[0], "<caf\xe9@example.org>"} }), "message-ids are not ASCII", "message-id-printable"),

	// Section 7.
	reword("date-2040", "DATE", 111, words(func(w []string) []string { return []string{"2040" + w[0][4:]} }), "DATE tells a time in 2040", "date-clock", "date-accurate"),
	reword("date-latin1", "DATE", 0, func(l string) string { return l + " caf\xe9" }, "the response to DATE is not UTF-8", "utf8-preferred", "utf8-only", "malformed-not-sent", "new-content-utf8"),
	recode("date-403-as-500", "DATE", 403, 500, "a fault gets 500", "fault-403"),
	recode("motd-503-as-500", "LIST MOTD", 503, 500, "LIST MOTD gets 500 where there is no message", "list-503"),
	reline("active-two-fields", "LIST|LIST ACTIVE", func(l []byte) []byte { return bytes.Join(bytes.Fields(l)[:2], []byte(" ")) }, "LIST ACTIVE shows two fields", "list-keyword-meaning"),
	recode("active-503", "LIST|LIST ACTIVE", 0, 503, "LIST ACTIVE gets 503", "list-active-supported"),
	reline("active-omits", "LIST|LIST ACTIVE", func(l []byte) []byte {
		if bytes.HasPrefix(l, []byte("example.test ")) {
			return nil
		}
		return l
	}, "LIST ACTIVE leaves out a group", "list-active-all"),
	reline("active-status-q", "LIST|LIST ACTIVE", func(l []byte) []byte { return append(l[:len(l)-1:len(l)-1], 'q') }, "the status of groups is q", "list-active-status"),
	reline("active-all-n", "LIST|LIST ACTIVE", func(l []byte) []byte { return append(l[:len(l)-1:len(l)-1], 'n') }, "the status of groups is n", "list-active-status-meaning"),
	reline("active-names-utf8", "LIST|LIST ACTIVE|LIST COUNTS", replacing("example.", "ex\u00e4mple."), "LIST ACTIVE shows names that are not ASCII", "group-names-ascii", "group-names-8bit", "list-names-ascii"),
	reline("times-2040", "LIST ACTIVE.TIMES", func(l []byte) []byte {
		w := bytes.Fields(l)
		return fmt.Appendf(nil, "%s 2208988800 %s", w[0], w[2])
	}, "groups were created in 2040", "list-times-newgroups"),
	recode("newsgroups-503", "LIST NEWSGROUPS", 0, 503, "LIST NEWSGROUPS gets 503", "list-newsgroups-supported"),
	reline("newsgroups-latin1", "LIST NEWSGROUPS", func(l []byte) []byte { return append(bytes.Clone(l), " caf\xe9"...) }, "descriptions are in Latin-1", "list-newsgroups-utf8", "descriptions-charset", "descriptions-8bit"),
	recode("group-411-as-211", "GROUP", 0, 211, "GROUP takes any name", "malformed-detected", "malformed-close"),

	// Section 8.
	reline("format-no-colon", "LIST OVERVIEW.FMT", replacing(":bytes", "octets"), "a metadata item has no colon", "metadata-colon"),
	reline("format-two-colons", "LIST OVERVIEW.FMT", replacing(":bytes", ":by:tes"), "a metadata item has two colons", "metadata-one-colon"),
	reline("format-omits-xref", "LIST OVERVIEW.FMT", dropping("Xref:full"), "LIST OVERVIEW.FMT leaves out a field", "overview-fmt-lists"),
	reline("format-topic", "LIST OVERVIEW.FMT", replacing("Subject:", "Topic:"), "LIST OVERVIEW.FMT begins with another field", "overview-fmt-first-seven"),
	reline("over-lines-more", "OVER", overField(7, func(f string) string { return f + "0" }), ":lines is ten times what it should be", "metadata-right-copy", "lines-exact"),
	reline("over-bytes-more", "OVER", overField(6, func(f string) string { return f + "0" }), ":bytes is ten times what it should be", "bytes-exact"),
	reline("over-eight-fields", "OVER", func(l []byte) []byte { return bytes.Join(bytes.Split(l, []byte("\t"))[:8], []byte("\t")) }, "rows have eight fields", "overview-fmt-consistent"),
	reline("over-msgid-unlisted", "CAPABILITIES", replacing("OVER MSGID", "OVER"), "OVER takes message-ids, and MSGID is not listed", "over-msgid-listed"),
	reline("over-msgid-claimed", "CAPABILITIES", func(l []byte) []byte {
		if string(l) == "OVER" {
			return []byte("OVER MSGID")
		}
		return l
	}, "MSGID is listed, and OVER takes no message-ids", "over-msgid-not-listed"),
	reline("over-swapped", "OVER|XOVER", func(l []byte) []byte {
		f := bytes.Split(l, []byte("\t"))
		f[1], f[2] = f[2], f[1]
		return bytes.Join(f, []byte("\t"))
	}, "From stands before Subject", "over-fields", "xover-fields"),
	reline("over-number-more", "OVER|XOVER", overField(0, func(f string) string { return f + "7" }), "rows have other numbers", "over-number", "over-id-zero", "xover-current"),
	reline("over-subject-named", "OVER", overField(1, func(f string) string { return "Subject: " + f }), "the field of Subject has its name", "over-header-content"),
	reline("over-references-none", "OVER", overField(5, func(f string) string {
		if f == "" {
			return "none"
		}
		return f
	}), "missing References are shown as a word", "over-header-missing"),
	reline("over-lines-named", "OVER", overField(7, func(f string) string { return "lines=" + f }), "the field of :lines has its name", "over-metadata-value"),
	reline("over-xref-unnamed", "OVER", overField(8, func(f string) string { return strings.TrimPrefix(f, "Xref: ") }), "the field of Xref has no name", "over-further-headers", "over-further-missing"),
	reline("over-ghost", "OVER|XOVER", func(l []byte) []byte {
		return append([]byte("1\tA ghost\ta@example.org\tMon, 1 Jan 2024 00:00:00 +0000\t<ghost@example.org>\t\t1\t1\t\r\n"), l...)
	}, "there are rows of articles that are not there", "over-no-removed", "xover-removed"),
	recode("over-430-as-423", "OVER", 430, 423, "OVER with a message-id that is not there gets 423", "over-430"),
	recode("over-412-as-420", "OVER|XOVER|XROVER", 412, 420, "OVER without a group gets 420", "over-412", "xover-412", "xrover-412"),
	recode("over-423-as-420", "OVER", 423, 420, "OVER with a range that holds nothing gets 420", "over-423"),
	recode("over-420-as-423", "OVER", 420, 423, "OVER without a current article gets 423", "over-420"),
	reline("hdr-number-more", "HDR|XHDR|XROVER", func(l []byte) []byte { return append([]byte("7"), l...) }, "HDR shows other numbers", "hdr-number", "hdr-id-zero", "xhdr-lines", "xhdr-current", "xrover-current"),
	recode("hdr-430-as-423", "HDR|XHDR|XPAT", 430, 423, "HDR with a message-id that is not there gets 423", "hdr-430", "xhdr-430", "xpat-430"),
	recode("hdr-412-as-420", "HDR|XHDR", 412, 420, "HDR without a group gets 420", "hdr-412", "xhdr-412"),
	recode("hdr-423-as-420", "HDR", 423, 420, "HDR with a range that holds nothing gets 420", "hdr-423"),
	recode("hdr-420-as-423", "HDR", 420, 423, "HDR without a current article gets 423", "hdr-420"),
	recode("hdr-503-as-501", "HDR", 503, 501, "HDR of a field that is not shown gets 501", "hdr-503"),
	recode("hdr-225-as-503", "HDR", 225, 503, "HDR gets 503", "headers-overview"),
	reline("headers-claims", "LIST HEADERS", replacing(":lines", ":lines\r\n:nothing"), "LIST HEADERS lists what HDR does not show", "hdr-inconsistent-not-listed", "headers-msgid", "headers-range", "headers-both"),
	reline("headers-any-and-subject", "LIST HEADERS", replacing(":lines", ":lines\r\nSubject"), "LIST HEADERS names a header beside the colon", "headers-any-only"),
	reline("headers-no-bytes", "LIST HEADERS", dropping(":bytes"), "LIST HEADERS leaves out :bytes", "headers-metadata"),
	reline("headers-no-colon", "LIST HEADERS", dropping(":"), "LIST HEADERS does not say that any header is shown", "headers-any-colon"),
	reline("format-private", "LIST OVERVIEW.FMT", replacing("Xref:full", "Xref:full\r\n:colour"), "metadata of the server's own is called :colour", "metadata-private-x"),
	reline("format-further-bare", "LIST OVERVIEW.FMT", replacing("Xref:full", "Xref:"), "a further header of LIST OVERVIEW.FMT has no :full", "overview-fmt-further"),
	reline("private-label", "CAPABILITIES", replacing("VERSION 2", "VERSION 2\r\nCOLOUR"), "a private extension is called COLOUR", "private-label-x"),
	reword("stat-id-two-brackets", "STAT", 223, words(func(w []string) []string { return []string{w[0], w[1] + ">"} }), "message-ids have two brackets at their end", "message-id-one-bracket"),
}
