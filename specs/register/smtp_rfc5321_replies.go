package register

// smtpRFC5321Replies are the requirements of RFC 5321 sections 4.2 and 4.3, Replies and Sequencing. The replies of section 4.3.2 are one entry a command: a
// SHOULD, by section 4.3.1.
var smtpRFC5321Replies = []Entry{

	// Replies (section 4.2).
	{
		ID: "smtp/one-reply", RFC: 5321, Section: "4.2", Level: Must, Party: Server,
		Rule:    "Every command gets one reply.",
		Digests: []string{"cb7fac60ae5b"},
	},
	{
		ID: "smtp/reply-form", RFC: 5321, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A reply is lines of a code from 200 to 559 with no digit above 5 but the last, a hyphen or a space, and text of ASCII and TABs.",
		Digests: []string{"2641ff4df59e", "42af613b32db", "d9d4b4ca07c0", "db47d83ab63c"},
	},
	{
		ID: "smtp/greeting-form", RFC: 5321, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A greeting of 220 has a domain or an address literal behind the code.",
		Digests: []string{"0ae40c71d193"},
	},
	{
		ID: "smtp/multiline-any-command", RFC: 5321, Section: "4.2", Level: Must, Party: Client, Prose: true,
		Rule:    "A reply of several lines may answer any command.",
		Digests: []string{"3bf7dd743806"},
	},
	{
		ID: "smtp/code-alone-accepted", RFC: 5321, Section: "4.2", Level: Should, Party: Client,
		Rule:    "A code without text is processed, with or without a space behind it.",
		Digests: []string{"3a3c3d6a026b"},
	},
	{
		ID: "smtp/codes-listed-only", RFC: 5321, Section: "4.2", Level: Should, Party: Server,
		Rule:    "A server sends none but the codes that are listed.",
		Digests: []string{"40cb6c1b65c0"},
	},
	{
		ID: "smtp/texts-as-shown", RFC: 5321, Section: "4.2", Level: Should, Party: Server,
		Rule:    "A server uses the texts of the examples where they fit.",
		Digests: []string{"3c751388b803"},
		OffWire: "whether a text fits is the server's judgement",
	},
	{
		ID: "smtp/code-decides", RFC: 5321, Section: "4.2", Level: Must, Party: Client,
		Rule:    "A client acts by the code, not by the text, but for 251 and 551, and 220, 221 and 421 if need be.",
		Digests: []string{"eb408c620146"},
	},
	{
		ID: "smtp/any-text-accepted", RFC: 5321, Section: "4.2", Level: Must, Party: Client,
		Rule:    "A client accepts any text, and none.",
		Digests: []string{"eb408c620146"},
	},
	{
		ID: "smtp/code-not-bare", RFC: 5321, Section: "4.2", Level: ShouldNot, Party: Server,
		Rule:    "A server does not send a code without text.",
		Digests: []string{"eb408c620146"},
	},
	{
		ID: "smtp/first-digit-tested", RFC: 5321, Section: "4.2", Level: Should, Party: Client,
		Rule:    "A client looks at the first digit where that is enough.",
		Digests: []string{"891268d290c7"},
	},
	{
		ID: "smtp/code-list-open", RFC: 5321, Section: "4.2", Level: MustNot, Party: Client,
		Rule:    "The list of codes is not taken for a final one.",
		Digests: []string{"cee3caec2813"},
	},
	{
		ID: "smtp/unlisted-code-first-digit", RFC: 5321, Section: "4.2", Level: Must, Party: Client,
		Rule:    "A code that is not listed is interpreted by its first digit.",
		Digests: []string{"2b677e2df262"},
	},
	{
		ID: "smtp/code-first-digit", RFC: 5321, Section: "4.2", Level: MustNot, Party: Server,
		Rule:    "No code begins with another digit than 2, 3, 4 and 5.",
		Digests: []string{"a3ff9c988aea"},
	},
	{
		ID: "smtp/code-out-of-range", RFC: 5321, Section: "4.2", Level: Should, Party: Client,
		Rule:    "A code that begins with another digit is a fatal error to a client, which gives the transaction up.",
		Digests: []string{"ab4420cc5b7e"},
	},
	{
		ID: "smtp/transient-again", RFC: 5321, Section: "4.2.1", Level: Should, Party: Client,
		Rule:    "After 4yz a client tries again.",
		Digests: []string{"4f08fe38ffae"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/permanent-not-again", RFC: 5321, Section: "4.2.1", Level: ShouldNot, Party: Client,
		Rule:    "After 5yz a client does not repeat the request.",
		Digests: []string{"340805149f9b"},
	},
	{
		ID: "smtp/code-then-space", RFC: 5321, Section: "4.2.1", Level: Should, Party: Server,
		Rule:    "A server sends the space behind the code also without text.",
		Digests: []string{"878a66238380"},
	},
	{
		ID: "smtp/code-no-space-accepted", RFC: 5321, Section: "4.2.1", Level: Must, Party: Client,
		Rule:    "A client copes with a code without the space.",
		Digests: []string{"878a66238380"},
	},
	{
		ID: "smtp/multiline-form", RFC: 5321, Section: "4.2.1", Level: Must, Party: Server, Prose: true,
		Rule:    "Each line of a reply but the last has a hyphen behind the code; the last one has a space, or nothing.",
		Digests: []string{"bb815fc855ca", "6119c7962bb1"},
	},
	{
		ID: "smtp/multiline-one-code", RFC: 5321, Section: "4.2.1", Level: Must, Party: Server,
		Rule:    "All lines of a reply have the same code.",
		Digests: []string{"8303cc9673c8"},
	},
	{
		ID: "smtp/unimplemented-502", RFC: 5321, Section: "4.2.4", Level: Should, Party: Server,
		Rule:    "A command that is recognised and not implemented gets 502.",
		Digests: []string{"6f53621fc792"},
	},
	{
		ID: "smtp/unknown-500", RFC: 5321, Section: "4.2.4", Level: Should, Party: Server,
		Rule:    "A command that is not recognised gets 500.",
		Digests: []string{"6d3ce0cd7fed"},
	},
	{
		ID: "smtp/ehlo-lists-implemented", RFC: 5321, Section: "4.2.4", Level: MustNot, Party: Server,
		Rule:    "What the reply to EHLO lists does not get 500 or 502.",
		Digests: []string{"13ace30baea2"},
	},
	{
		ID: "smtp/data-4yz-not-delivered", RFC: 5321, Section: "4.2.5", Level: MustNot, Party: Server,
		Rule:    "A message that got 4yz is not delivered.",
		Digests: []string{"baf339e7335b"},
	},
	{
		ID: "smtp/data-4yz-told", RFC: 5321, Section: "4.2.5", Level: Should, Party: Client,
		Rule:    "A user can tell from a 4yz that the message was not delivered.",
		Digests: []string{"a18e2cee35d5"},
		OffWire: "what a user is shown is not seen",
	},
	{
		ID: "smtp/data-5yz-not-delivered", RFC: 5321, Section: "4.2.5", Level: MustNot, Party: Server,
		Rule:    "A message that got 5yz is not delivered.",
		Digests: []string{"fb3e13124017"},
	},
	{
		ID: "smtp/data-5yz-not-again", RFC: 5321, Section: "4.2.5", Level: Should, Party: Client,
		Rule:    "A message that got 5yz is not sent to the server again by itself.",
		Digests: []string{"f6dc3ec400bf"},
	},

	// Sequencing (section 4.3).
	{
		ID: "smtp/reply-awaited", RFC: 5321, Section: "4.3.1", Level: Must, Party: Client,
		Rule:    "Without an extension that permits more, a client waits for the reply before the next command.",
		Digests: []string{"367395ca2803"},
	},
	{
		ID: "smtp/greeting-awaited", RFC: 5321, Section: "4.3.1", Level: Should, Party: Client,
		Rule:    "A client waits for the greeting before the first command.",
		Digests: []string{"de6e3d14b80f"},
	},
	{
		ID: "smtp/greeting-official-name", RFC: 5321, Section: "4.3.1", Level: Must, Party: Server, Prose: true,
		Rule:    "The name of the server is the first word behind the code of the greeting.",
		Digests: []string{"998dfbec87d3"},
	},
	{
		ID: "smtp/replies-adhered", RFC: 5321, Section: "4.3.1", Level: Should, Party: Server,
		Rule:    "A command gets one of the replies that are listed for it.",
		Digests: []string{"dba82b052944"},
	},
	{
		ID: "smtp/text-substituted", RFC: 5321, Section: "4.3.1", Level: May, Party: Server,
		Rule:    "A server may use other texts.",
		Digests: []string{"20a2061b0a15"},
	},
	{
		ID: "smtp/meanings-kept", RFC: 5321, Section: "4.3.1", Level: Must, Party: Server,
		Rule:    "Codes and the sequences of replies keep their meaning.",
		Digests: []string{"20a2061b0a15"},
	},
	{
		ID: "smtp/first-digit-interpreted", RFC: 5321, Section: "4.3.2", Level: Should, Party: Client,
		Rule:    "A client interprets the first digit of a reply alone, where it can.",
		Digests: []string{"c3d541bdf7b2"},
	},
	{
		ID: "smtp/unrecognised-code-first-digit", RFC: 5321, Section: "4.3.2", Level: Must, Party: Client,
		Rule:    "A client deals with a code that it does not recognise by its first digit.",
		Digests: []string{"c3d541bdf7b2"},
	},
	{
		ID: "smtp/code-three-digits", RFC: 5321, Section: "4.3.2", Level: MustNot, Party: Server,
		Rule:    "A server sends no code but one of three digits that begins with 2, 3, 4 or 5.",
		Digests: []string{"969f63e57acf"},
	},
	{
		ID: "smtp/long-command-known", RFC: 5321, Section: "4.3.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A command shorter than 512 octets is not refused for its length.",
		Digests: []string{"f561d769170d", "daddd31a89b9"},
	},
	{
		ID: "smtp/required-not-500", RFC: 5321, Section: "4.3.2", Level: MustNot, Party: Server, Prose: true,
		Rule:    "A required command is not answered as unrecognised.",
		Digests: []string{"b5977a599f0c"},
	},
	{
		ID: "smtp/no-arguments-501", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server,
		Rule:    "DATA, RSET and QUIT with arguments get 501.",
		Digests: []string{"b88dc107947d"},
	},
	{
		ID: "smtp/greeting-codes", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server, Prose: true,
		Rule:    "The greeting is 220 or 554 (or 421).",
		Digests: []string{"8edbec633e7b", "72fda3f765f7"},
	},
	{
		ID: "smtp/ehlo-codes", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server, Prose: true,
		Rule:    "EHLO and HELO get 250, or 504, 550, 502 (or 500, 501, 421).",
		Digests: []string{"d3ad8786c477", "fcc96cd40bc7"},
	},
	{
		ID: "smtp/mail-codes", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server, Prose: true,
		Rule:    "MAIL gets 250, or 552, 451, 452, 550, 553, 503, 455, 555 (or 500, 501, 421).",
		Digests: []string{"619437b4201c", "c1d7ca5f8667"},
	},
	{
		ID: "smtp/rcpt-codes", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server, Prose: true,
		Rule:    "RCPT gets 250, 251, or 550 to 553, 450, 451, 452, 503, 455, 555 (or 500, 501, 421).",
		Digests: []string{"4aef2dd7dfe5", "899bf1d26188", "09245158f8d2"},
	},
	{
		ID: "smtp/data-codes", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server, Prose: true,
		Rule:    "DATA gets 354, 503 or 554 (or 450, 451, 452, 550, 552, 500, 501, 421); the message gets 250, or 552, 554, 451, 452, 450, 550 (or 421).",
		Digests: []string{"c97c29c7a71b", "9cd821f08c23", "c8fd893dfd6c", "00a8c0f89ea8", "c48877ffeb69"},
	},
	{
		ID: "smtp/rset-codes", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server, Prose: true,
		Rule:    "RSET gets 250 (or 501, 421).",
		Digests: []string{"021188fef4f9"},
	},
	{
		ID: "smtp/vrfy-codes", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server, Prose: true,
		Rule:    "VRFY gets 250, 251, 252, or 550, 551, 553, 502, 504 (or 500, 501, 421).",
		Digests: []string{"ac294ef2b3ac", "57596721019b", "a3eb24863497"},
	},
	{
		ID: "smtp/expn-codes", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server, Prose: true,
		Rule:    "EXPN gets 250, 252, or 550, 500, 502, 504 (or 501, 421).",
		Digests: []string{"d08cc6c5dec8", "bba0f0554338", "3088bdf71397"},
	},
	{
		ID: "smtp/help-codes", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server, Prose: true,
		Rule:    "HELP gets 211, 214, or 502, 504 (or 500, 501, 421).",
		Digests: []string{"37a6760fa43c", "af442b218b43", "562ce3b8864f"},
	},
	{
		ID: "smtp/noop-codes", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server, Prose: true,
		Rule:    "NOOP gets 250 (or 500, 501, 421).",
		Digests: []string{"008a9561b375"},
	},
	{
		ID: "smtp/quit-codes", RFC: 5321, Section: "4.3.2", Level: Should, Party: Server, Prose: true,
		Rule:    "QUIT gets 221 (or 500, 501, 421).",
		Digests: []string{"a872f6738494", "122e9cacd59d"},
	},
}
