package nntpspec

import "harness/mockservers"

// deviation describes a deviation of the reference client, with what it violates, without "nntp/".
func deviation(name, summary string, violates ...string) mockservers.Deviation {
	for i := range violates {
		violates[i] = "nntp/" + violates[i]
	}
	return mockservers.Deviation{Name: name, Summary: summary, Violates: violates}
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
}
