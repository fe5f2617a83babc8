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
	rule("greeting-201", "the greeting is 201 though posting is permitted", "greeting-200"),
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
}
