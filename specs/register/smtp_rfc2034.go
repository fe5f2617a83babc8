package register

// smtpRFC2034 are the requirements of RFC 2034, SMTP Service Extension for Returning Enhanced Error Codes.
var smtpRFC2034 = []Entry{
	{
		ID: "smtp/enhanced-keyword", RFC: 2034, Section: "3", Level: Must, Party: Server, Extension: "ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "The keyword is ENHANCEDSTATUSCODES, without parameters.",
		Digests: []string{"1465d49c2d4b", "53f26f75e5a6"},
	},
	{
		ID: "smtp/enhanced-space", RFC: 2034, Section: "3", Level: Must, Party: Server, Extension: "ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "A status code stands first in the text of a reply, and a space behind it.",
		Digests: []string{"d223b5a81604", "b1e63b54fdec"},
	},
	{
		ID: "smtp/enhanced-present", RFC: 2034, Section: "4", Level: Must, Party: Server, Extension: "ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "All replies of 2yz, 4yz and 5yz but the greeting and those to HELO and EHLO have a status code.",
		Digests: []string{"b0da0358ed4f", "9c58ae241d10"},
	},
	{
		ID: "smtp/enhanced-form", RFC: 2034, Section: "4", Level: Must, Party: Server, Extension: "ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "A status code is 2, 4 or 5, and two numbers of 1 to 3 digits, with dots between them.",
		Digests: []string{"889ca53eaaba", "e582a52983a1", "6605a56c51eb", "726a2f2db85f"},
	},
	{
		ID: "smtp/enhanced-class", RFC: 2034, Section: "4", Level: Must, Party: Server, Extension: "ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "The class of the status code is the first digit of the reply code.",
		Digests: []string{"fe83cea304f3"},
	},
	{
		ID: "smtp/enhanced-each-line", RFC: 2034, Section: "4", Level: Must, Party: Server, Extension: "ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "Each line of a reply has the same status code.",
		Digests: []string{"7ee9aa630271"},
	},
	{
		ID: "smtp/enhanced-without-ehlo", RFC: 2034, Section: "4", Level: Must, Party: Server, Extension: "ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "Status codes are there without EHLO, too.",
		Digests: []string{"d9444fc789b0"},
	},
}

// elsewhereRFC2034 are the sentences of RFC 2034 that bind nobody who speaks the protocol.
var elsewhereRFC2034 = []Outside{
	{RFC: 2034, Section: "5", Digest: "4e889e2a6ca2", Why: "binds the authors of extensions"},
}
