package register

// smtpRFC2033 are the requirements of RFC 2033, Local Mail Transfer Protocol. LMTP stands for their extension: a server of SMTP does not offer it.
var smtpRFC2033 = []Entry{
	{
		ID: "smtp/lmtp-not-port-25", RFC: 2033, Section: "1", Level: MustNot, Party: Both, Extension: "LMTP",
		Rule:    "LMTP is not used on TCP port 25.",
		Digests: []string{"0f4d43d5a551"},
		OffWire: "the port belongs to the deployment: the user names the address that is judged",
	},
	{
		ID: "smtp/lmtp-lhlo", RFC: 2033, Section: "4.1", Level: Must, Party: Both, Extension: "LMTP", Prose: true,
		Rule:    "LHLO stands in the place of EHLO, and has its meaning.",
		Digests: []string{"b6c82abbc199", "fa98bf4803bd"},
	},
	{
		ID: "smtp/lmtp-no-helo-ehlo", RFC: 2033, Section: "4.1", Level: MustNot, Party: Server, Extension: "LMTP",
		Rule:    "HELO and EHLO get no positive reply.",
		Digests: []string{"65072cea8976"},
	},
	{
		ID: "smtp/lmtp-helo-ehlo-500", RFC: 2033, Section: "4.1", Level: Should, Party: Server, Extension: "LMTP", Prose: true,
		Rule:    "HELO and EHLO get 500.",
		Digests: []string{"e6fc515c60e2"},
	},
	{
		ID: "smtp/lmtp-data-503", RFC: 2033, Section: "4.2", Level: Must, Party: Server, Extension: "LMTP",
		Rule:    "DATA without a successful RCPT gets 503.",
		Digests: []string{"4268716543f6"},
	},
	{
		ID: "smtp/lmtp-reply-each", RFC: 2033, Section: "4.2", Level: Must, Party: Server, Extension: "LMTP", Prose: true,
		Rule:    "After the final dot there is one reply for each successful RCPT, in their order.",
		Digests: []string{"0e92f6f018c0"},
	},
	{
		ID: "smtp/lmtp-reply-same-path", RFC: 2033, Section: "4.2", Level: Must, Party: Server, Extension: "LMTP", Prose: true,
		Rule:    "RCPT that succeeded twice for one forward-path has two replies.",
		Digests: []string{"0a1837428235"},
	},
	{
		ID: "smtp/lmtp-not-lost", RFC: 2033, Section: "4.2", Level: MustNot, Party: Server, Extension: "LMTP",
		Rule:    "A message whose recipient got a positive reply is not lost for a frivolous reason.",
		Digests: []string{"66e18ad6ec0f"},
		OffWire: "a harness cannot crash the host of a server",
	},
	{
		ID: "smtp/lmtp-replies-read", RFC: 2033, Section: "4.2", Level: Must, Party: Client, Extension: "LMTP", Prose: true,
		Rule:    "A client takes each reply after the final dot, of one line or several, for that of one recipient.",
		Digests: []string{"0e92f6f018c0", "7df2149ef813"},
	},
	{
		ID: "smtp/lmtp-responsibility", RFC: 2033, Section: "4.2", Level: Must, Party: Server, Extension: "LMTP", Prose: true,
		Rule:    "By a positive reply a server takes the message over for that recipient.",
		Digests: []string{"10fd8ace2540"},
	},
	{
		ID: "smtp/lmtp-bdat-reply-each", RFC: 2033, Section: "4.3", Level: Must, Party: Server, Extension: "LMTP CHUNKING", Prose: true,
		Rule:    "After BDAT with LAST there is one reply for each successful RCPT, in their order.",
		Digests: []string{"86b5ceeedf3f"},
	},
	{
		ID: "smtp/lmtp-bdat-reply-same-path", RFC: 2033, Section: "4.3", Level: Must, Party: Server, Extension: "LMTP CHUNKING", Prose: true,
		Rule:    "RCPT that succeeded twice for one forward-path has two replies to BDAT as well.",
		Digests: []string{"0a1837428235"},
	},
	{
		ID: "smtp/lmtp-bdat-none", RFC: 2033, Section: "4.3", Level: Must, Party: Server, Extension: "LMTP CHUNKING", Prose: true,
		Rule:    "Without a successful RCPT there is no reply to BDAT with LAST.",
		Digests: []string{"2aaf63255eeb"},
	},
	{
		ID: "smtp/lmtp-bdat-not-lost", RFC: 2033, Section: "4.3", Level: MustNot, Party: Server, Extension: "LMTP CHUNKING",
		Rule:    "A message that came by BDAT is not lost for a frivolous reason, either.",
		Digests: []string{"66e18ad6ec0f"},
		OffWire: "a harness cannot crash the host of a server",
	},
	{
		ID: "smtp/lmtp-bdat-one", RFC: 2033, Section: "4.3", Level: Must, Party: Server, Extension: "LMTP CHUNKING", Prose: true,
		Rule:    "BDAT without LAST has one reply.",
		Digests: []string{"d8473ad3d636"},
	},
	{
		ID: "smtp/lmtp-port-25-never", RFC: 2033, Section: "5", Level: MustNot, Party: Both, Extension: "LMTP",
		Rule:    "The port of SMTP is not that of LMTP.",
		Digests: []string{"2eaa29c833bf"},
		OffWire: "the port belongs to the deployment: the user names the address that is judged",
	},
	{
		ID: "smtp/lmtp-pipelining", RFC: 2033, Section: "5", Level: Must, Party: Server, Extension: "LMTP",
		Rule:    "A server implements PIPELINING and ENHANCEDSTATUSCODES.",
		Digests: []string{"b4b05b5b524e"},
	},
	{
		ID: "smtp/lmtp-eightbitmime", RFC: 2033, Section: "5", Level: Should, Party: Server, Extension: "LMTP",
		Rule:    "A server implements 8BITMIME.",
		Digests: []string{"9c5b2c2d0e3b"},
	},
	{
		ID: "smtp/lmtp-not-with-queue", RFC: 2033, Section: "5", Level: ShouldNot, Party: Server, Extension: "LMTP",
		Rule:    "A server that can take a message over for several recipients at once does not implement LMTP.",
		Digests: []string{"59f52a884483"},
		OffWire: "what a server is capable of is not seen",
	},
	{
		ID: "smtp/lmtp-not-wide-area", RFC: 2033, Section: "5", Level: ShouldNot, Party: Both, Extension: "LMTP",
		Rule:    "LMTP is not used over wide area networks.",
		Digests: []string{"e70cd1b416e8"},
		OffWire: "the network belongs to the deployment",
	},
	{
		ID: "smtp/lmtp-reply-soon", RFC: 2033, Section: "5", Level: Should, Party: Server, Extension: "LMTP",
		Rule:    "Each reply is sent as soon as possible.",
		Digests: []string{"d8ecc325a775"},
	},
	{
		ID: "smtp/lmtp-reply-flushed", RFC: 2033, Section: "5", Level: Should, Party: Server, Extension: "LMTP",
		Rule:    "Replies are flushed before a delivery that takes time.",
		Digests: []string{"24926955e95b"},
	},
	{
		ID: "smtp/lmtp-replies-as-they-come", RFC: 2033, Section: "5", Level: Should, Party: Client, Extension: "LMTP",
		Rule:    "A client processes the replies as they come.",
		Digests: []string{"7b01cf0c7964"},
	},
	{
		ID: "smtp/lmtp-replies-lost", RFC: 2033, Section: "5", Level: Must, Party: Client, Extension: "LMTP",
		Rule:    "If the connection closes before all replies have come, the client processes those that came and treats the others as temporary failures.",
		Digests: []string{"6abc88e1eb4b"},
	},
}
