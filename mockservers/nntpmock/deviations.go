package nntpmock

import "harness/mockservers"

// rule makes a deviation; the requirements are named without their "nntp/".
func rule(name, summary string, violates ...string) mockservers.Deviation {
	for i, id := range violates {
		violates[i] = "nntp/" + id
	}
	return mockservers.Deviation{Name: name, Summary: summary, Violates: violates}
}

var deviations = []mockservers.Deviation{
	rule("greeting-missing", "no greeting is sent", "greeting-sent"),
	rule("greeting-201", "the greeting is 201 though posting is permitted", "greeting-200", "greeting-appropriate"),
	rule("keyword-case-sensitive", "keywords are recognised in upper case only", "keyword-case"),
	rule("unknown-501", "an unknown command gets 501", "unknown-500", "unimplemented-500"),
	rule("variant-500", "an unknown variant of LIST gets 500", "variant-501", "list-501"),
	rule("syntax-500", "a syntax error gets 500", "syntax-501"),
	rule("response-bare-lf", "responses end in a bare LF", "block-rules"),
	rule("version-last", "VERSION is the last capability", "version-first", "capabilities-version-first"),
	rule("capability-twice", "READER is listed twice", "capabilities-once-each"),
	rule("no-dot-stuffing", "lines that begin with a dot are not stuffed", "block-stuffed", "article-unaltered"),
	rule("no-final-dot", "data blocks have no final line", "block-end"),
	rule("group-keeps-current", "GROUP leaves the current article as it was", "group-selects"),
	rule("invalid-group-deselects", "an invalid group deselects the current one", "group-invalid-keeps"),
	rule("empty-group-odd", "an empty group is shown as 1 1 1", "group-empty-forms", "group-estimate"),
	rule("last-420", "LAST at the first article gets 420", "last-422"),
	rule("next-wraps", "NEXT at the last article goes to the first", "next-421"),
	rule("article-by-id-selects", "an article by its message-id becomes the current one", "by-id-keeps-state"),
	rule("missing-423-as-430", "a number that is not there gets 430", "article-423"),
	rule("head-with-empty-line", "HEAD shows the empty line behind the headers", "head-no-empty-line"),
	rule("quit-stays-open", "after QUIT the connection stays open", "quit-acknowledged"),
	rule("date-local-form", "DATE has separators in its timestamp", "date-111"),
	rule("over-tabs-kept", "TABs of headers stay in overviews", "over-replaces", "over-fields"),
	rule("over-lines-believed", "the Lines header is taken for :lines", "metadata-not-trusted", "metadata-lines-bytes", "lines-exact"),
	rule("post-ignored", "an article that was posted is dropped", "post-240-means"),
	rule("newgroups-all", "NEWGROUPS shows all groups"),
	rule("tab-refused", "a TAB does not separate keyword and arguments", "command-separators"),
	rule("spaces-refused", "only one space separates keyword and arguments", "command-separators"),
	rule("autologout-early", "sessions end after a few milliseconds", "autologout-three-minutes"),
	rule("autologout-not-reset", "the inactivity timer is not reset by commands", "autologout-reset"),
	rule("autologout-not-reset-by-data", "the inactivity timer is not reset by the data of an article", "autologout-reset-data"),
	rule("autologout-says-400", "the inactivity timer is announced by 400", "autologout-silent"),
	rule("stuffing-kept", "the dots that a client put before lines are kept", "block-unstuffed"),
	rule("final-dot-kept", "the final line of a data block is taken for a line of the article", "block-end-not-content", "block-end-disregarded"),
	rule("long-line-split", "a line of more than 512 octets is taken for two commands", "line-not-split"),
	rule("closes-after-502", "the connection is closed after each 502", "no-close-after-502"),
	rule("stays-after-400", "the connection stays open after 400", "code-400-terminates"),
	rule("authinfo-kept", "AUTHINFO is listed after the authentication", "capability-state"),
	rule("authinfo-user-always", "AUTHINFO has the argument USER though TLS is wanted first", "capability-arguments-state"),
	rule("reader-withdrawn", "READER is not listed when a group is selected", "mode-kept"),
	rule("mode-reader-listed", "MODE-READER is listed always", "mode-switching-not", "reader-mode-no-mode-reader"),
	rule("reader-in-transit", "READER is listed before MODE READER has switched", "transit-mode-no-reader"),
	rule("pipeline-dropped", "what came behind a command is thrown away", "pipelining-allowed", "pipelining-nothing-lost"),
	rule("pipeline-reversed", "of two commands that came together the second is carried out first", "pipelining-order"),
	rule("refusal-stays-open", "the connection stays open behind a greeting of 400 or 502", "greeting-refusal-closes", "greeting-400-502"),
	rule("capabilities-demanded", "commands get 502 until CAPABILITIES was sent", "capabilities-not-required"),
	rule("capabilities-argument-503", "CAPABILITIES with an argument gets 503", "capabilities-unknown-argument", "capabilities-no-other-code"),
	rule("mode-reader-502-stays", "the connection stays open after MODE READER got 502", "mode-reader-502-closes", "mode-reader-refused"),
	rule("mode-reader-forgets", "MODE READER deselects the group", "mode-reader-no-effect"),
	rule("end-ignored", "the connection stays open when the client has closed its side", "disconnect-graceful"),
	rule("numbers-mirrored", "articles are numbered from the end of the group", "numbers-by-arrival"),
	rule("low-falls", "the low water mark falls with each GROUP", "group-low-monotonic", "group-low-monotonic-ever"),
	rule("last-stays", "LAST leaves the current article as it was", "last-moves"),
	rule("last-wraps", "LAST at the first article goes to the last", "last-low-water"),
	rule("last-failure-moves", "after a LAST that failed there is no current article", "last-failure-keeps"),
	rule("next-stays", "NEXT leaves the current article as it was", "next-moves"),
	rule("number-not-current", "an article by its number does not become the current one", "by-number-sets"),
	rule("article-deselects", "ARTICLE deselects the group", "article-keeps-group"),
	rule("missing-deselects", "after a number that is not there, there is no current article", "article-keeps-current"),
	rule("post-silent", "an article that was posted gets no response", "post-result"),
	rule("no-id-refused", "an article without a Message-ID header is refused", "message-id-synthesized", "message-id-made"),
}
