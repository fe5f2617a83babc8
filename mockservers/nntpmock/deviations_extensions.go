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
}

// extensionEffects change what goes out.
var extensionEffects = mockservers.Effects{
	// RFC 2980.
	recode("mode-stream-200", "MODE STREAM", 203, 200, "MODE STREAM gets 200", "mode-stream-codes"),
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
