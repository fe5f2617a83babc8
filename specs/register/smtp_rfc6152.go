package register

// smtpRFC6152 are the requirements of RFC 6152, SMTP Service Extension for 8-bit MIME Transport.
var smtpRFC6152 = []Entry{
	{
		ID: "smtp/eightbitmime-line-1000", RFC: 6152, Section: "1", Level: Must, Party: Server, Extension: "8BITMIME", Prose: true,
		Rule:    "The limit of a line with 8BITMIME is 1000 octets or more.",
		Digests: []string{"73f1c68d4b26"},
	},
	{
		ID: "smtp/eightbitmime-keyword", RFC: 6152, Section: "2", Level: Must, Party: Server, Extension: "8BITMIME", Prose: true,
		Rule:    "The keyword is 8BITMIME, without parameters.",
		Digests: []string{"83ad6f348da9", "8a5861f735d1"},
	},
	{
		ID: "smtp/eightbitmime-parameter", RFC: 6152, Section: "2", Level: Must, Party: Server, Extension: "8BITMIME", Prose: true,
		Rule:    "MAIL takes BODY with 7BIT or 8BITMIME.",
		Digests: []string{"f6db80e25b37", "8f3bf42d9d83"},
	},
	{
		ID: "smtp/eightbitmime-declared", RFC: 6152, Section: "3", Level: Must, Party: Client, Extension: "8BITMIME", Prose: true,
		Rule:    "A client sends 8-bit content with BODY=8BITMIME in MAIL.",
		Digests: []string{"01dd33af2155", "fc38f64d7004"},
	},
	{
		ID: "smtp/eightbitmime-once", RFC: 6152, Section: "3", Level: MustNot, Party: Client, Extension: "8BITMIME", Prose: true,
		Rule:    "A client gives BODY once in a MAIL.",
		Digests: []string{"1964820529df"},
	},
	{
		ID: "smtp/eightbitmime-preserved", RFC: 6152, Section: "3", Level: Must, Party: Server, Extension: "8BITMIME", Prose: true,
		Rule:    "All bits of the octets of a message are preserved.",
		Digests: []string{"b2f1787b3214", "e48d746a98fc"},
	},
	{
		ID: "smtp/eightbitmime-stuffed", RFC: 6152, Section: "3", Level: Must, Party: Both, Extension: "8BITMIME", Prose: true,
		Rule:    "Dots at the beginning of lines are stuffed as ever.",
		Digests: []string{"0fa1ff24ea07"},
	},
	{
		ID: "smtp/eightbitmime-final-crlf", RFC: 6152, Section: "3", Level: Must, Party: Server, Extension: "8BITMIME", Prose: true,
		Rule:    "The CRLF before the final dot is part of the content.",
		Digests: []string{"5c182e2e6df4"},
	},
	{
		ID: "smtp/eightbitmime-only-offered", RFC: 6152, Section: "3", Level: MustNot, Party: Client, Prose: true,
		Rule:    "Content with octets above 127 is not sent to a server that does not list 8BITMIME.",
		Digests: []string{"aa6c332a8df2"},
	},
	{
		ID: "smtp/eightbitmime-conversion", RFC: 6152, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    "A conversion to 7 bits loses nothing and is valid MIME.",
		Digests: []string{"63e7c02a1a73", "0aa20cc2940e"},
		OffWire: offSMTPContent,
	},
}
