package register

// nntpRFC4644 are the requirements of RFC 4644, NNTP Extension for Streaming Feeds.
var nntpRFC4644 = []Entry{
	{
		ID: "nntp/streaming-takethis-unasked", RFC: 4644, Section: "2.1", Level: May, Party: Client,
		Rule:    "A client may send articles by TAKETHIS without asking by CHECK.",
		Digests: []string{"e76542e2d7d5"},
	},
	{
		ID: "nntp/streaming-all-unasked", RFC: 4644, Section: "2.1", Level: ShouldNot, Party: Client,
		Rule:    "A client does not send every article unasked, unless it was configured so.",
		Digests: []string{"e71643a74c91"},
		OffWire: "what a user or an administrator decided is not seen",
	},
	{
		ID: "nntp/streaming-adaptive", RFC: 4644, Section: "2.1", Level: May, Party: Client,
		Rule:    "A client may begin with CHECK for all articles, and leave it out once most are wanted.",
		Digests: []string{"30069c8c6ac6"},
	},
	{
		ID: "nntp/streaming-adaptive-back", RFC: 4644, Section: "2.1", Level: Should, Party: Client,
		Rule:    "A client that left CHECK out takes it up again if fewer are wanted.",
		Digests: []string{"27848c5a298e"},
		OffWire: "a client that adapts is free in when it does, and none at hand does",
	},
	{
		ID: "nntp/streaming-capability-stays", RFC: 4644, Section: "2.2", Level: Must, Party: Server, Extension: "STREAMING",
		Rule:    "STREAMING is listed after MODE STREAM too.",
		Digests: []string{"fef6d35de2d4"},
	},
	{
		ID: "nntp/streaming-listed-any-mode", RFC: 4644, Section: "2.2", Level: May, Party: Server, Extension: "STREAMING",
		Rule:    "STREAMING may be listed before MODE READER and after it.",
		Digests: []string{"0de2f2069f26"},
	},
	{
		ID: "nntp/streaming-capabilities-asked", RFC: 4644, Section: "2.3", Level: Should, Party: Client,
		Rule:    "A client finds streaming in the capabilities.",
		Digests: []string{"fd1354cadc25"},
	},
	{
		ID: "nntp/streaming-mode-stream-sent", RFC: 4644, Section: "2.3", Level: May, Party: Client,
		Rule:    "A client may send MODE STREAM to a server without CAPABILITIES.",
		Digests: []string{"fd1354cadc25"},
	},
	{
		ID: "nntp/mode-stream-accepted", RFC: 4644, Section: "2.3", Level: Must, Party: Server, Extension: "STREAMING",
		Rule:    "MODE STREAM is accepted.",
		Digests: []string{"50ee790831ca"},
	},
	{
		ID: "nntp/mode-stream-203", RFC: 4644, Section: "2.3.2", Level: Must, Party: Server, Extension: "STREAMING",
		Rule:    "MODE STREAM gets 203, and 501 if it has an argument.",
		Digests: []string{"1517a66bd13a"},
	},
	{
		ID: "nntp/mode-stream-no-effect", RFC: 4644, Section: "2.3.2", Level: MustNot, Party: Server, Extension: "STREAMING",
		Rule:    "MODE STREAM does not change the state of the server.",
		Digests: []string{"73c557d985aa"},
	},
	{
		ID: "nntp/mode-stream-pipelined", RFC: 4644, Section: "2.3.2", Level: May, Party: Client,
		Rule:    "MODE STREAM may be pipelined.",
		Digests: []string{"73c557d985aa"},
	},
	{
		ID: "nntp/mode-stream-not-required", RFC: 4644, Section: "2.3.2", Level: MustNot, Party: Server, Extension: "STREAMING",
		Rule:    "CHECK and TAKETHIS are accepted without MODE STREAM before them.",
		Digests: []string{"93679adb21dc"},
	},
	{
		ID: "nntp/check-echoes", RFC: 4644, Section: "2.4.1", Level: Must, Party: Server, Extension: "STREAMING",
		Rule:    "The first argument of 238, 431 and 438 is the message-id of the CHECK.",
		Digests: []string{"df8c7c08a455"},
	},
	{
		ID: "nntp/check-238", RFC: 4644, Section: "2.4.2", Level: Must, Party: Server, Extension: "STREAMING",
		Rule:    "CHECK of an article that is wanted gets 238.",
		Digests: []string{"5d6f08099235"},
	},
	{
		ID: "nntp/check-438", RFC: 4644, Section: "2.4.2", Level: Must, Party: Server, Extension: "STREAMING",
		Rule:    "CHECK of an article that is not wanted, as the server has it, gets 438.",
		Digests: []string{"1d5631288d90"},
	},
	{
		ID: "nntp/check-431", RFC: 4644, Section: "2.4.2", Level: Must, Party: Server, Extension: "STREAMING",
		Rule:    "CHECK of an article that is to be offered again later gets 431.",
		Digests: []string{"5b2adb399168"},
	},
	{
		ID: "nntp/check-advisory", RFC: 4644, Section: "2.4.2", Level: MustNot, Party: Server, Extension: "STREAMING",
		Rule:    "The server does not rely on the client to do what CHECK was answered.",
		Digests: []string{"3262ece501fd"},
	},
	{
		ID: "nntp/takethis-only-offered", RFC: 4644, Section: "2.5.1", Level: MustNot, Party: Client,
		Rule:    "A client sends no TAKETHIS unless STREAMING is listed or MODE STREAM got 203.",
		Digests: []string{"61d975f377c3"},
	},
	{
		ID: "nntp/takethis-echoes", RFC: 4644, Section: "2.5.1", Level: Must, Party: Server, Extension: "STREAMING",
		Rule:    "The first argument of 239 and 439 is the message-id of the TAKETHIS.",
		Digests: []string{"51702608ebe9"},
	},
	{
		ID: "nntp/takethis-whole-article", RFC: 4644, Section: "2.5.2", Level: Must, Party: Client,
		Rule:    "Behind TAKETHIS the client sends the entire article as a multi-line data block.",
		Digests: []string{"5e633eb6c465"},
	},
	{
		ID: "nntp/takethis-answered", RFC: 4644, Section: "2.5.2", Level: Must, Party: Server, Extension: "STREAMING",
		Rule:    "TAKETHIS gets 239 if the article was transferred, and 439 if it was rejected.",
		Digests: []string{"3ce976c299af"},
	},
	{
		ID: "nntp/takethis-400", RFC: 4644, Section: "2.5.2", Level: Must, Party: Server, Extension: "STREAMING",
		Rule:    "A server that can neither process an article for now nor wants to reject it answers 400 and closes the connection.",
		Digests: []string{"5e04757f2645"},
	},
	{
		ID: "nntp/takethis-not-readers", RFC: 4644, Section: "2.5.2", Level: ShouldNot, Party: Client,
		Rule:    "A news reader does not use TAKETHIS.",
		Digests: []string{"10feaee1b576"},
		OffWire: "what a client is for is not seen",
	},
	{
		ID: "nntp/takethis-not-posted", RFC: 4644, Section: "2.5.2", Level: May, Party: Server, Extension: "STREAMING",
		Rule:    "A server may reject an article that it finds inappropriate.",
		Digests: []string{"bb96a8434059"},
	},
	{
		ID: "nntp/takethis-not-assumed", RFC: 4644, Section: "2.5.2", Level: ShouldNot, Party: Client,
		Rule:    "Without an affirmative response the client does not take an article for transferred.",
		Digests: []string{"e84c76b23338"},
	},
	{
		ID: "nntp/takethis-tried-again", RFC: 4644, Section: "2.5.2", Level: Should, Party: Client,
		Rule:    "After 400, or no response, the transfer is tried again later.",
		Digests: []string{"6c2c2773e24d"},
	},
	{
		ID: "nntp/takethis-discarded", RFC: 4644, Section: "2.5.2", Level: May, Party: Server, Extension: "STREAMING",
		Rule:    "A server may discard an article after a 239.",
		Digests: []string{"54c98f4949f0"},
	},
}
