package register

// smtpRFC3030 are the requirements of RFC 3030, SMTP Service Extensions for Transmission of Large and Binary MIME Messages: CHUNKING and BINARYMIME.
var smtpRFC3030 = []Entry{
	{
		ID: "smtp/chunking-keyword", RFC: 3030, Section: "2", Level: Must, Party: Server, Extension: "CHUNKING", Prose: true,
		Rule:    "The keyword is CHUNKING.",
		Digests: []string{"827cb6240271"},
	},
	{
		ID: "smtp/chunking-if-listed", RFC: 3030, Section: "2", Level: Must, Party: Client, Prose: true,
		Rule:    "BDAT is sent only if EHLO listed CHUNKING.",
		Digests: []string{"4c190bdf61bf", "fed0e6220d51"},
	},
	{
		ID: "smtp/bdat-form", RFC: 3030, Section: "2", Level: Must, Party: Client, Extension: "CHUNKING", Prose: true,
		Rule:    "BDAT has the exact number of octets in decimal, and LAST for the last chunk.",
		Digests: []string{"b723ae4ea5e9", "05b4bd7b5534", "e4453214b8b1", "7973184486a3"},
	},
	{
		ID: "smtp/bdat-chunk", RFC: 3030, Section: "2", Level: Must, Party: Server, Extension: "CHUNKING", Prose: true,
		Rule:    "The octets behind the CRLF of BDAT are the chunk; when all have come, the reply is 250.",
		Digests: []string{"8bb102ce7a78", "1f1c83535376"},
	},
	{
		ID: "smtp/bdat-data-still", RFC: 3030, Section: "2", Level: Must, Party: Server, Extension: "CHUNKING",
		Rule:    "A server that has BDAT has DATA, too.",
		Digests: []string{"c8caa2acd7e9"},
	},
	{
		ID: "smtp/bdat-zero-last", RFC: 3030, Section: "2", Level: May, Party: Client, Extension: "CHUNKING",
		Rule:    "The last chunk may be empty.",
		Digests: []string{"2cf31f4ea197"},
	},
	{
		ID: "smtp/bdat-after-last-503", RFC: 3030, Section: "2", Level: Must, Party: Server, Extension: "CHUNKING",
		Rule:    "BDAT behind the last one gets 503.",
		Digests: []string{"404425ffcb42"},
	},
	{
		ID: "smtp/bdat-after-last-reset", RFC: 3030, Section: "2", Level: Must, Party: Client, Extension: "CHUNKING",
		Rule:    "After BDAT behind the last one, and after DATA behind BDAT, a client clears the transaction by RSET.",
		Digests: []string{"e3f3e87c48cc"},
	},
	{
		ID: "smtp/bdat-each-250", RFC: 3030, Section: "2", Level: Must, Party: Server, Extension: "CHUNKING",
		Rule:    "Each chunk that succeeds gets 250.",
		Digests: []string{"08b617abd22f"},
	},
	{
		ID: "smtp/bdat-failed-discarded", RFC: 3030, Section: "2", Level: Must, Party: Server, Extension: "CHUNKING",
		Rule:    "The octets of a chunk that is refused are read and discarded before the refusal is sent.",
		Digests: []string{"c21e61e7b85c"},
	},
	{
		ID: "smtp/bdat-failed-no-more", RFC: 3030, Section: "2", Level: MustNot, Party: Client, Extension: "CHUNKING",
		Rule:    "After 4yz or 5yz to a chunk a client sends no more of them.",
		Digests: []string{"c9a7b196cc50"},
	},
	{
		ID: "smtp/bdat-failed-pipelined", RFC: 3030, Section: "2", Level: Must, Party: Server, Extension: "CHUNKING PIPELINING",
		Rule:    "Further chunks that are under way behind a refused one are accepted and discarded.",
		Digests: []string{"abcef490e909"},
	},
	{
		ID: "smtp/bdat-failed-reset", RFC: 3030, Section: "2", Level: Must, Party: Client, Extension: "CHUNKING",
		Rule:    "After a BDAT that failed the client clears the transaction by RSET.",
		Digests: []string{"7c9290e5eabc"},
	},
	{
		ID: "smtp/bdat-rset", RFC: 3030, Section: "2", Level: Must, Party: Server, Extension: "CHUNKING", Prose: true,
		Rule:    "RSET between the chunks clears all that came.",
		Digests: []string{"43b0d18d1eb5"},
	},
	{
		ID: "smtp/bdat-not-mixed", RFC: 3030, Section: "2", Level: MustNot, Party: Client, Extension: "CHUNKING", Prose: true,
		Rule:    "A client does not use DATA and BDAT in one transaction.",
		Digests: []string{"e748946217cf"},
	},
	{
		ID: "smtp/bdat-then-data-503", RFC: 3030, Section: "2", Level: Must, Party: Server, Extension: "CHUNKING",
		Rule:    "DATA behind BDAT gets 503.",
		Digests: []string{"e6d803fd601e"},
	},
	{
		ID: "smtp/bdat-both-in-session", RFC: 3030, Section: "2", Level: Must, Party: Server, Extension: "CHUNKING", Prose: true,
		Rule:    "DATA and BDAT can be used in one session.",
		Digests: []string{"d3116c4e3726"},
	},
	{
		ID: "smtp/bdat-text-crlf", RFC: 3030, Section: "2", Level: Must, Party: Client, Extension: "CHUNKING",
		Rule:    "Text in a chunk has lines that end with CRLF.",
		Digests: []string{"16e55531eba0"},
	},
	{
		ID: "smtp/bdat-binary-parsed", RFC: 3030, Section: "2", Level: Must, Party: Server, Extension: "CHUNKING",
		Rule:    "Lines of any octets, which come where a chunk was longer than its BDAT says, are processed and rejected.",
		Digests: []string{"5098f56e1beb"},
	},
	{
		ID: "smtp/binarymime-keyword", RFC: 3030, Section: "3", Level: Must, Party: Server, Extension: "BINARYMIME", Prose: true,
		Rule:    "The keyword is BINARYMIME, without parameters.",
		Digests: []string{"f18957ea05c7", "f95dad571153"},
	},
	{
		ID: "smtp/binarymime-with-chunking", RFC: 3030, Section: "3", Level: Must, Party: Server, Extension: "BINARYMIME", Prose: true,
		Rule:    "BINARYMIME is listed only with CHUNKING.",
		Digests: []string{"cb6a04b359ae"},
	},
	{
		ID: "smtp/binarymime-preserved", RFC: 3030, Section: "3", Level: Must, Party: Server, Extension: "BINARYMIME",
		Rule:    "All bits of a binary message are preserved.",
		Digests: []string{"be471b7a6278"},
	},
	{
		ID: "smtp/binarymime-data-503", RFC: 3030, Section: "3", Level: Must, Party: Server, Extension: "BINARYMIME",
		Rule:    "DATA behind MAIL with BODY=BINARYMIME gets 503.",
		Digests: []string{"cc5c7bc51c07"},
	},
	{
		ID: "smtp/binarymime-data-reset", RFC: 3030, Section: "3", Level: Must, Party: Both, Extension: "BINARYMIME",
		Rule:    "After such a DATA the transaction is reset by RSET.",
		Digests: []string{"6d20831b984b"},
	},
	{
		ID: "smtp/binarymime-canonical", RFC: 3030, Section: "3", Level: Must, Party: Client, Extension: "BINARYMIME",
		Rule:    "The content is in its canonical encoding.",
		Digests: []string{"c98bb25d4433", "12afc585cee7"},
	},
	{
		ID: "smtp/binarymime-text-crlf", RFC: 3030, Section: "3", Level: Must, Party: Client, Extension: "BINARYMIME",
		Rule:    "Text in it has lines that end with CRLF.",
		Digests: []string{"33c14dffd6ee"},
	},
	{
		ID: "smtp/binarymime-parameter", RFC: 3030, Section: "3", Level: Must, Party: Client, Extension: "BINARYMIME",
		Rule:    "MAIL has the parameter BODY=BINARYMIME.",
		Digests: []string{"1a344fc0cea3"},
	},
	{
		ID: "smtp/binarymime-only-offered", RFC: 3030, Section: "3", Level: MustNot, Party: Client,
		Rule:    "No binary data is sent to a server that does not list BINARYMIME.",
		Digests: []string{"d39f0b3d9988"},
	},
	{
		ID: "smtp/binarymime-conversion-lossless", RFC: 3030, Section: "3", Level: Must, Party: Client,
		Rule:    "A conversion for such a server loses nothing.",
		Digests: []string{"11100ef50eef"},
		OffWire: offSMTPContent,
	},
	{
		ID: "smtp/binarymime-conversion-valid", RFC: 3030, Section: "3", Level: Must, Party: Client,
		Rule:    "The result of such a conversion is valid MIME of 7 or 8 bits.",
		Digests: []string{"1b4daf62853a"},
		OffWire: offSMTPContent,
	},
	{
		ID: "smtp/binarymime-conversion-not-nested", RFC: 3030, Section: "3", Level: MustNot, Party: Client,
		Rule:    "Such a conversion does not nest encodings.",
		Digests: []string{"45eaedfd9a00"},
		OffWire: offSMTPContent,
	},
	{
		ID: "smtp/binarymime-undeclared-accepted", RFC: 3030, Section: "3", Level: Must, Party: Server, Extension: "BINARYMIME",
		Rule:    "A message with a binary encoding is accepted, though its BODY does not say so.",
		Digests: []string{"99d2e26a6463"},
	},
	{
		ID: "smtp/binarymime-undeclared-returned", RFC: 3030, Section: "3", Level: Should, Party: Server, Extension: "BINARYMIME",
		Rule:    "A message with an undeclared binary encoding is returned to the sender.",
		Digests: []string{"a669da4301c3"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/binarymime-undeclared-content", RFC: 3030, Section: "3", Level: May, Party: Server, Extension: "BINARYMIME",
		Rule:    "The content of such a message may be returned with it.",
		Digests: []string{"add9e68ce967"},
		OffWire: offSMTPNotify,
	},
}
