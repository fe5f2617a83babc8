package register

// smtpRFC1870 are the requirements of RFC 1870, SMTP Service Extension for Message Size Declaration.
var smtpRFC1870 = []Entry{
	{
		ID: "smtp/size-keyword", RFC: 1870, Section: "3", Level: Must, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "The keyword is SIZE, with a decimal number of octets, or without a parameter.",
		Digests: []string{"abf291c87a8a", "f3e09b6ada2d", "c4e6dc681fb8"},
	},
	{
		ID: "smtp/size-parameter", RFC: 1870, Section: "3", Level: Must, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "MAIL takes SIZE with a decimal number of 1 to 20 digits.",
		Digests: []string{"f7cd0a1c91f9", "152e46c4ca9c", "f306a76b1869"},
	},
	{
		ID: "smtp/size-mail-26", RFC: 1870, Section: "3", Level: Must, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "MAIL may be 26 characters longer.",
		Digests: []string{"26eac23fe592"},
	},
	{
		ID: "smtp/size-limit-552", RFC: 1870, Section: "4", Level: Must, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "A message that is larger than the limit that was told gets 552.",
		Digests: []string{"c447034958b6"},
	},
	{
		ID: "smtp/size-value", RFC: 1870, Section: "6", Level: Must, Party: Client, Extension: "SIZE", Prose: true,
		Rule:    "The size that a client declares counts header, body and line ends, and no stuffed dots.",
		Digests: []string{"e324a703b05d", "91e370e49eee"},
	},
	{
		ID: "smtp/size-once", RFC: 1870, Section: "6", Level: MustNot, Party: Client, Extension: "SIZE", Prose: true,
		Rule:    "A client gives SIZE once in a MAIL.",
		Digests: []string{"23972e22b60a"},
	},
	{
		ID: "smtp/size-usually-larger", RFC: 1870, Section: "6", Level: Should, Party: Client, Extension: "SIZE", Prose: true,
		Rule:    "A client that cannot know the size declares more rather than less.",
		Digests: []string{"15a067b01d5b"},
	},
	{
		ID: "smtp/size-not-end", RFC: 1870, Section: "6", Level: MustNot, Party: Server, Extension: "SIZE",
		Rule:    "The declared size does not tell a server where the message ends.",
		Digests: []string{"6fe3dc7f3a56"},
	},
	{
		ID: "smtp/size-declared-checked", RFC: 1870, Section: "6.1", Level: Should, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "A declared size is compared with the limit.",
		Digests: []string{"e1c342ddabae"},
	},
	{
		ID: "smtp/size-declared-552", RFC: 1870, Section: "6.1", Level: Must, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "MAIL with a size beyond the limit gets 552 (or another error code of MAIL).",
		Digests: []string{"9e56ff560db3"},
	},
	{
		ID: "smtp/size-declared-452", RFC: 1870, Section: "6.1", Level: Must, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "MAIL with a size for which there is no room at present gets 452.",
		Digests: []string{"66c3f8701a63"},
		OffWire: "how much room a server has is not seen",
	},
	{
		ID: "smtp/size-larger-than-declared", RFC: 1870, Section: "6.1", Level: May, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "A server may accept a message that is larger than was declared.",
		Digests: []string{"d8f0a62d8ef0"},
	},
	{
		ID: "smtp/size-452-client", RFC: 1870, Section: "6.2", Level: Should, Party: Client, Extension: "SIZE", Prose: true,
		Rule:    "After 452 to MAIL a client sends RSET or QUIT.",
		Digests: []string{"16211959817a"},
	},
	{
		ID: "smtp/size-552-client", RFC: 1870, Section: "6.2", Level: Should, Party: Client, Extension: "SIZE", Prose: true,
		Rule:    "After 552 to MAIL a client sends RSET or QUIT at once.",
		Digests: []string{"f7b1eeb3bb91"},
	},
	{
		ID: "smtp/size-errors-later", RFC: 1870, Section: "6.2", Level: Must, Party: Client, Extension: "SIZE", Prose: true,
		Rule:    "A client is prepared for 452 and 552 after DATA and after the message, too.",
		Digests: []string{"aa1a52b666df"},
	},
	{
		ID: "smtp/size-kept-promise", RFC: 1870, Section: "6.3", Level: ShouldNot, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "A message whose declared size was accepted does not get 552 at its end, unless it is larger.",
		Digests: []string{"a079f26e3449"},
	},
	{
		ID: "smtp/size-rejected-later", RFC: 1870, Section: "6.3", Level: May, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "A message larger than declared may be rejected at its end.",
		Digests: []string{"59d58cd7f343"},
	},
	{
		ID: "smtp/size-rcpt", RFC: 1870, Section: "6.3", Level: May, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "RCPT may get 452 or 552 for the declared size.",
		Digests: []string{"2590574b709f"},
	},
	{
		ID: "smtp/size-minimal-server", RFC: 1870, Section: "7", Level: Must, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "A server with no more than the keyword takes SIZE in MAIL and answers 552 beyond the limit that it told, if it told one.",
		Digests: []string{"12c8d19b60a6"},
	},
}
