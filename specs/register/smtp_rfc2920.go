package register

// smtpRFC2920 are the requirements of RFC 2920, SMTP Service Extension for Command Pipelining.
var smtpRFC2920 = []Entry{
	{
		ID: "smtp/pipelining-no-parameter", RFC: 2920, Section: "2", Level: Must, Party: Server, Extension: "PIPELINING", Prose: true,
		Rule:    "The keyword is PIPELINING, without parameters.",
		Digests: []string{"3d9b4bc9731c", "d414c2ac8417"},
	},
	{
		ID: "smtp/pipelining-if-listed", RFC: 2920, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    "A client pipelines if EHLO listed PIPELINING, and not otherwise.",
		Digests: []string{"65bd16aa4b1d", "8a9606d751a4"},
	},
	{
		ID: "smtp/pipelining-last-in-group", RFC: 2920, Section: "3.1", Level: Must, Party: Client, Extension: "PIPELINING", Prose: true,
		Rule:    "EHLO, DATA, VRFY, EXPN, TURN, QUIT and NOOP are the last commands of a group.",
		Digests: []string{"a08e4587f9ee"},
	},
	{
		ID: "smtp/pipelining-others-last", RFC: 2920, Section: "3.1", Level: Must, Party: Client, Extension: "PIPELINING", Prose: true,
		Rule:    "The commands of other extensions that do not say otherwise are the last of a group.",
		Digests: []string{"2a4457a9f7e9"},
	},
	{
		ID: "smtp/pipelining-content-first", RFC: 2920, Section: "3.1", Level: May, Party: Client, Extension: "PIPELINING", Prose: true,
		Rule:    "The content of a message may be the first part of a group.",
		Digests: []string{"9a1e2565dc7c", "12b721f55f74"},
	},
	{
		ID: "smtp/pipelining-statuses-checked", RFC: 2920, Section: "3.1", Level: Must, Party: Client, Extension: "PIPELINING",
		Rule:    "All replies to the commands of a group are checked.",
		Digests: []string{"e9a0dd4e8d0f"},
	},
	{
		ID: "smtp/pipelining-data-reply-checked", RFC: 2920, Section: "3.1", Level: Must, Party: Client, Extension: "PIPELINING", Prose: true,
		Rule:    "If no recipient was accepted, the reply to DATA is looked at all the same: after 354 a lone dot is sent.",
		Digests: []string{"61e69f14af15", "b215ecb03632"},
	},
	{
		ID: "smtp/pipelining-replies-counted", RFC: 2920, Section: "3.1", Level: Must, Party: Client, Extension: "PIPELINING",
		Rule:    "Replies are matched to commands by counting.",
		Digests: []string{"b24cd25b53d5"},
	},
	{
		ID: "smtp/pipelining-not-matched-by-text", RFC: 2920, Section: "3.1", Level: MustNot, Party: Client, Extension: "PIPELINING", Prose: true,
		Rule:    "Replies are not matched to commands by their codes or texts.",
		Digests: []string{"ddcbe350aa0b"},
	},
	{
		ID: "smtp/pipelining-multiline", RFC: 2920, Section: "3.1", Level: Must, Party: Client, Extension: "PIPELINING",
		Rule:    "Replies of several lines are understood among them.",
		Digests: []string{"f8ef7e3a81bf"},
	},
	{
		ID: "smtp/pipelining-nonblocking", RFC: 2920, Section: "3.1", Level: May, Party: Client, Extension: "PIPELINING",
		Rule:    "A client may read replies while it still sends.",
		Digests: []string{"1b7b575aa03e"},
		OffWire: "when a client reads is seen by itself alone",
	},
	{
		ID: "smtp/pipelining-window", RFC: 2920, Section: "3.1", Level: Must, Party: Client, Extension: "PIPELINING",
		Rule:    "A client that does not read while it sends fits a group into the window of TCP.",
		Digests: []string{"24b8a08e91d5"},
	},
	{
		ID: "smtp/pipelining-multiline-not-several", RFC: 2920, Section: "3.1", Level: MustNot, Party: Client, Extension: "PIPELINING",
		Rule:    "Several replies are not confused with one of several lines.",
		Digests: []string{"68380c5aae85"},
	},
	{
		ID: "smtp/pipelining-order", RFC: 2920, Section: "3.2", Level: Must, Party: Server, Extension: "PIPELINING",
		Rule:    "Commands are answered in their order.",
		Digests: []string{"879b5a60305a"},
	},
	{
		ID: "smtp/pipelining-replies-stored", RFC: 2920, Section: "3.2", Level: Should, Party: Server, Extension: "PIPELINING",
		Rule:    "The replies to grouped RSET, MAIL and RCPT are sent together.",
		Digests: []string{"2c1fb8653777"},
		OffWire: "how octets are cut into packets is not told to who reads them",
	},
	{
		ID: "smtp/pipelining-data-if-recipients", RFC: 2920, Section: "3.2", Level: Should, Party: Server, Extension: "PIPELINING",
		Rule:    "DATA gets a positive reply if and only if a recipient was accepted.",
		Digests: []string{"d0c8dab592da"},
	},
	{
		ID: "smtp/pipelining-nothing-sent", RFC: 2920, Section: "3.2", Level: MustNot, Party: Server, Extension: "PIPELINING",
		Rule:    "If DATA without recipients got a positive reply and the message is empty, no message is sent to anybody.",
		Digests: []string{"e8dc5b6500cf"},
	},
	{
		ID: "smtp/pipelining-replies-not-held", RFC: 2920, Section: "3.2", Level: MustNot, Party: Server, Extension: "PIPELINING",
		Rule:    "The replies to EHLO, DATA, VRFY, EXPN, TURN, QUIT and NOOP are not held back.",
		Digests: []string{"9cab0a7abfcc"},
	},
	{
		ID: "smtp/pipelining-unknown-not-held", RFC: 2920, Section: "3.2", Level: MustNot, Party: Server, Extension: "PIPELINING",
		Rule:    "The reply to a command that is not recognised is not held back.",
		Digests: []string{"89ab2b780451"},
	},
	{
		ID: "smtp/pipelining-input-emptied", RFC: 2920, Section: "3.2", Level: Must, Party: Server, Extension: "PIPELINING",
		Rule:    "When there is nothing more to read, all replies are sent.",
		Digests: []string{"f62bc7487573"},
	},
	{
		ID: "smtp/pipelining-no-assumptions", RFC: 2920, Section: "3.2", Level: MustNot, Party: Server, Extension: "PIPELINING",
		Rule:    "Nothing is assumed of the commands that are still to come.",
		Digests: []string{"5ab97d0b8f2b"},
		OffWire: "what a server assumes is not seen",
	},
	{
		ID: "smtp/pipelining-input-kept", RFC: 2920, Section: "3.2", Level: MustNot, Party: Server, Extension: "PIPELINING",
		Rule:    "Input that is waiting is never thrown away.",
		Digests: []string{"17588fb9ad2e"},
	},
	{
		ID: "smtp/pipelining-text-tells", RFC: 2920, Section: "3.2", Level: Should, Party: Server, Extension: "PIPELINING",
		Rule:    "The text of a reply tells which command it answers.",
		Digests: []string{"ada0a0256cec"},
		OffWire: "what a text tells is for people to judge",
	},
}
