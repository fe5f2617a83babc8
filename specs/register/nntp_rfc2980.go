package register

// nntpRFC2980 are the requirements of RFC 2980, Common NNTP Extensions: those of its commands that are in use.
var nntpRFC2980 = []Entry{
	{
		ID: "nntp/mode-stream-codes", RFC: 2980, Section: "1.2.2", Level: Must, Party: Server, Extension: "STREAMING", Prose: true,
		Rule:    "MODE STREAM gets 203, or 500 from a server that does not know it.",
		Digests: []string{"95823370fe86"},
	},
	{
		ID: "nntp/subscriptions-215", RFC: 2980, Section: "2.1.8", Level: Must, Party: Server, Extension: "LIST SUBSCRIPTIONS", Prose: true,
		Rule:    "LIST SUBSCRIPTIONS gets 215 with a list, or 503 where there is none.",
		Digests: []string{"9c43ef676db5", "8dc48c6367b3"},
	},
	{
		ID: "nntp/xgtitle-282", RFC: 2980, Section: "2.4", Level: Must, Party: Server, Extension: "XGTITLE", Prose: true,
		Rule:    "XGTITLE gets 282, and lines of a group that the pattern matches and its description.",
		Digests: []string{"849c49893321"},
	},
	{
		ID: "nntp/xgtitle-current", RFC: 2980, Section: "2.4", Level: Must, Party: Server, Extension: "XGTITLE", Prose: true,
		Rule:    "XGTITLE without an argument is of the current group.",
		Digests: []string{"5a85b448df35"},
	},
	{
		ID: "nntp/xgtitle-end", RFC: 2980, Section: "2.4", Level: Must, Party: Server, Extension: "XGTITLE", Prose: true,
		Rule:    "The lines of XGTITLE end with a period on a line by itself.",
		Digests: []string{"08d899430e97"},
	},
	{
		ID: "nntp/xgtitle-as-list", RFC: 2980, Section: "2.4", Level: Must, Party: Server, Extension: "XGTITLE", Prose: true,
		Rule:    "XGTITLE shows what LIST NEWSGROUPS shows.",
		Digests: []string{"f216100c328d"},
	},
	{
		ID: "nntp/xgtitle-481", RFC: 2980, Section: "2.5.1", Level: Must, Party: Server, Extension: "XGTITLE", Prose: true,
		Rule:    "XGTITLE gets 481 where there are no descriptions.",
		Digests: []string{"6bee6365c6ff"},
	},
	{
		ID: "nntp/xhdr-221", RFC: 2980, Section: "2.6", Level: Must, Party: Server, Extension: "XHDR", Prose: true,
		Rule:    "XHDR gets 221, and a line for each article.",
		Digests: []string{"90c3b1c6f072", "a02094d82711"},
	},
	{
		ID: "nntp/xhdr-lines", RFC: 2980, Section: "2.6", Level: Must, Party: Server, Extension: "XHDR", Prose: true,
		Rule:    "A line of XHDR is the article number, spaces, and the content of the header; the message-id is in the place of the number where the article was asked for by it.",
		Digests: []string{"031a7c2a036b"},
	},
	{
		ID: "nntp/xhdr-current", RFC: 2980, Section: "2.6", Level: Must, Party: Server, Extension: "XHDR", Prose: true,
		Rule:    "XHDR without a second argument is of the current article.",
		Digests: []string{"9c0e55563cbf"},
	},
	{
		ID: "nntp/xhdr-430", RFC: 2980, Section: "2.6", Level: Must, Party: Server, Extension: "XHDR", Prose: true,
		Rule:    "XHDR of a message-id that is not there gets 430.",
		Digests: []string{"6e3f333acca7"},
	},
	{
		ID: "nntp/xhdr-412", RFC: 2980, Section: "2.6", Level: Must, Party: Server, Extension: "XHDR", Prose: true,
		Rule:    "XHDR of a range gets 412 where no group is selected.",
		Digests: []string{"255a6c654ef8"},
	},
	{
		ID: "nntp/xhdr-420", RFC: 2980, Section: "2.6", Level: Must, Party: Server, Extension: "XHDR", Prose: true,
		Rule:    "XHDR of a range without articles gets 420.",
		Digests: []string{"cdb5e773d1d6"},
	},
	{
		ID: "nntp/xover-224", RFC: 2980, Section: "2.8", Level: Must, Party: Server, Extension: "XOVER", Prose: true,
		Rule:    "XOVER gets 224, and a line for each article.",
		Digests: []string{"18a8b43c31ee", "a02094d82711"},
	},
	{
		ID: "nntp/xover-current", RFC: 2980, Section: "2.8", Level: Must, Party: Server, Extension: "XOVER", Prose: true,
		Rule:    "XOVER without an argument is of the current article.",
		Digests: []string{"15fe4b67a800"},
	},
	{
		ID: "nntp/xover-412", RFC: 2980, Section: "2.8", Level: Must, Party: Server, Extension: "XOVER", Prose: true,
		Rule:    "XOVER gets 412 where no group is selected.",
		Digests: []string{"8c85d7920de2"},
	},
	{
		ID: "nntp/xover-420", RFC: 2980, Section: "2.8", Level: Must, Party: Server, Extension: "XOVER", Prose: true,
		Rule:    "XOVER of a range without articles gets 420.",
		Digests: []string{"cdb5e773d1d6"},
	},
	{
		ID: "nntp/xover-fields", RFC: 2980, Section: "2.8", Level: Must, Party: Server, Extension: "XOVER", Prose: true,
		Rule:    "A line of XOVER has the article number, subject, author, date, message-id, references, octets and lines, in this order, with TABs between them.",
		Digests: []string{"8e8b0a37e578", "3b42dd131519"},
	},
	{
		ID: "nntp/xover-null-field", RFC: 2980, Section: "2.8", Level: Must, Party: Server, Extension: "XOVER", Prose: true,
		Rule:    "A field without content is empty in a line of XOVER, and not left out.",
		Digests: []string{"cb7163f58f27"},
	},
	{
		ID: "nntp/xover-removed", RFC: 2980, Section: "2.8", Level: ShouldNot, Party: Server, Extension: "XOVER", Prose: true,
		Rule:    "XOVER shows no article that was removed.",
		Digests: []string{"7b8ebc033ffe"},
	},
	{
		ID: "nntp/xover-overview-fmt", RFC: 2980, Section: "2.8", Level: Should, Party: Server, Extension: "XOVER", Prose: true,
		Rule:    "A server with XOVER has LIST OVERVIEW.FMT.",
		Digests: []string{"77f7405e7db8"},
	},
	{
		ID: "nntp/xover-spaces", RFC: 2980, Section: "2.8", Level: Must, Party: Server, Extension: "XOVER", Prose: true,
		Rule:    "TABs and line ends in a header become spaces in a line of XOVER.",
		Digests: []string{"e91abd637614"},
	},
	{
		ID: "nntp/xpat-joined", RFC: 2980, Section: "2.9", Level: Must, Party: Server, Extension: "XPAT", Prose: true,
		Rule:    "Further arguments of XPAT belong to the one pattern, with a space between them.",
		Digests: []string{"8c4872fae4f8"},
	},
	{
		ID: "nntp/xpat-221", RFC: 2980, Section: "2.9", Level: Must, Party: Server, Extension: "XPAT", Prose: true,
		Rule:    "XPAT gets 221, and a line for each article whose header the pattern matches, or for none.",
		Digests: []string{"49ee6a21c4e2", "66ebe7287cc3", "a02094d82711"},
	},
	{
		ID: "nntp/xpat-430", RFC: 2980, Section: "2.9", Level: Must, Party: Server, Extension: "XPAT", Prose: true,
		Rule:    "XPAT of a message-id that is not there gets 430.",
		Digests: []string{"6e3f333acca7"},
	},
	{
		ID: "nntp/xrover-224", RFC: 2980, Section: "2.11", Level: Must, Party: Server, Extension: "XROVER", Prose: true,
		Rule:    "XROVER gets 224, and a line for each article.",
		Digests: []string{"856745f95957", "a02094d82711"},
	},
	{
		ID: "nntp/xrover-current", RFC: 2980, Section: "2.11", Level: Must, Party: Server, Extension: "XROVER", Prose: true,
		Rule:    "XROVER without an argument is of the current article.",
		Digests: []string{"15fe4b67a800"},
	},
	{
		ID: "nntp/xrover-412", RFC: 2980, Section: "2.11", Level: Must, Party: Server, Extension: "XROVER", Prose: true,
		Rule:    "XROVER gets 412 where no group is selected.",
		Digests: []string{"8c85d7920de2"},
	},
	{
		ID: "nntp/xrover-420", RFC: 2980, Section: "2.11", Level: Must, Party: Server, Extension: "XROVER", Prose: true,
		Rule:    "XROVER of a range without articles gets 420.",
		Digests: []string{"cdb5e773d1d6"},
	},
	{
		ID: "nntp/xrover-lines", RFC: 2980, Section: "2.11", Level: Must, Party: Server, Extension: "XROVER", Prose: true,
		Rule:    "A line of XROVER is the article number and the content of References, without its name.",
		Digests: []string{"1f419b746e75"},
	},
	{
		ID: "nntp/authinfo-generic-501", RFC: 2980, Section: "3.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "AUTHINFO GENERIC gets 501 from a server that does not have it.",
		Digests: []string{"e7df52adcce7"},
	},
	{
		ID: "nntp/pattern-operations", RFC: 2980, Section: "3.3", Level: Must, Party: Server, Extension: "XPAT", Prose: true,
		Rule:    `In a pattern "*" is any number of characters, "?" is one, a set in brackets is one of it, or one that is not in it behind "^", and a backslash takes the meaning of the character behind it.`,
		Digests: []string{"ce98c49bca7c", "cc1e46a36748", "137770089a61", "108840de1fcb", "4d70bfd8ce2e"},
	},
	{
		ID: "nntp/pattern-anchored", RFC: 2980, Section: "3.3", Level: Must, Party: Server, Extension: "XPAT", Prose: true,
		Rule:    "A pattern matches from the beginning to the end of what it is compared with.",
		Digests: []string{"a7312596761f"},
	},
}
