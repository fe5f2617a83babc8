package register

// nntpRFC8054 are the requirements of RFC 8054, NNTP Extension for Compression.
var nntpRFC8054 = []Entry{
	{
		ID: "nntp/compress-deflate-implemented", RFC: 8054, Section: "1", Level: Must, Party: Both, Extension: "COMPRESS",
		Rule:    "The algorithm DEFLATE is implemented.",
		Digests: []string{"1c95913cc4fe"},
	},
	{
		ID: "nntp/compress-not-listed-active", RFC: 8054, Section: "2.1", Level: MustNot, Party: Server, Extension: "COMPRESS",
		Rule:    "COMPRESS is not listed once compression is active.",
		Digests: []string{"9698ca0be90e"},
	},
	{
		ID: "nntp/compress-listed-any-mode", RFC: 8054, Section: "2.1", Level: May, Party: Server, Extension: "COMPRESS",
		Rule:    "COMPRESS may be listed before MODE READER and after it.",
		Digests: []string{"503e50ffb240"},
	},
	{
		ID: "nntp/compress-deflate-listed", RFC: 8054, Section: "2.1", Level: Must, Party: Server, Extension: "COMPRESS",
		Rule:    "DEFLATE is among the arguments of COMPRESS.",
		Digests: []string{"3306439e2ac3"},
	},
	{
		ID: "nntp/compress-unknown-ignored", RFC: 8054, Section: "2.1", Level: Must, Party: Client,
		Rule:    "A client ignores algorithms that it does not know.",
		Digests: []string{"d5ea204a4f4e"},
	},
	{
		ID: "nntp/compress-not-cached", RFC: 8054, Section: "2.1", Level: MustNot, Party: Client,
		Rule:    "A client does not rely on what an earlier session listed of COMPRESS.",
		Digests: []string{"15a2558bc8c2"},
	},
	{
		ID: "nntp/compress-not-pipelined", RFC: 8054, Section: "2.2.1", Level: MustNot, Party: Client,
		Rule:    "COMPRESS is not pipelined.",
		Digests: []string{"cb7505c45e74"},
	},
	{
		ID: "nntp/compress-awaited", RFC: 8054, Section: "2.2.2", Level: MustNot, Party: Client,
		Rule:    "Behind COMPRESS a client sends nothing before the response.",
		Digests: []string{"702228b7c947"},
	},
	{
		ID: "nntp/compress-501", RFC: 8054, Section: "2.2.2", Level: Must, Party: Server, Extension: "COMPRESS",
		Rule:    "COMPRESS with an algorithm of wrong form gets 501.",
		Digests: []string{"907453f6d3d0"},
	},
	{
		ID: "nntp/compress-503", RFC: 8054, Section: "2.2.2", Level: Must, Party: Server, Extension: "COMPRESS",
		Rule:    "COMPRESS with an algorithm that the server does not have gets 503.",
		Digests: []string{"a657416b106d"},
	},
	{
		ID: "nntp/compress-403", RFC: 8054, Section: "2.2.2", Level: Must, Party: Server, Extension: "COMPRESS",
		Rule:    "COMPRESS gets 403 where compression cannot be activated.",
		Digests: []string{"9c5d00b414b5"},
	},
	{
		ID: "nntp/compress-206", RFC: 8054, Section: "2.2.2", Level: Must, Party: Server, Extension: "COMPRESS", Prose: true,
		Rule:    "Otherwise COMPRESS gets 206, and compression begins right behind the CRLF of that.",
		Digests: []string{"f476492838b2"},
	},
	{
		ID: "nntp/compress-no-mode-reader", RFC: 8054, Section: "2.2.2", Level: MustNot, Party: Both, Extension: "COMPRESS",
		Rule:    "Under compression a client sends no MODE READER, and a server lists no MODE-READER.",
		Digests: []string{"886585f0d68d"},
	},
	{
		ID: "nntp/compress-active-known", RFC: 8054, Section: "2.2.2", Level: Must, Party: Both, Extension: "COMPRESS",
		Rule:    "Both sides know whether compression is active.",
		Digests: []string{"52744a5f786d"},
	},
	{
		ID: "nntp/compress-once", RFC: 8054, Section: "2.2.2", Level: MustNot, Party: Client,
		Rule:    "Under compression a client sends neither COMPRESS nor STARTTLS.",
		Digests: []string{"8a67b42f4962"},
	},
	{
		ID: "nntp/compress-capabilities", RFC: 8054, Section: "2.2.2", Level: MustNot, Party: Server, Extension: "COMPRESS",
		Rule:    "Under compression neither COMPRESS nor STARTTLS is listed.",
		Digests: []string{"e261b52698ef"},
	},
	{
		ID: "nntp/compress-502", RFC: 8054, Section: "2.2.2", Level: Must, Party: Server, Extension: "COMPRESS",
		Rule:    "Under compression COMPRESS and STARTTLS get 502.",
		Digests: []string{"e261b52698ef"},
	},
	{
		ID: "nntp/compress-no-authentication", RFC: 8054, Section: "2.2.2", Level: MustNot, Party: Client,
		Rule:    "After COMPRESS a client does not authenticate.",
		Digests: []string{"cb0df4d892b8"},
	},
	{
		ID: "nntp/compress-authinfo-capability", RFC: 8054, Section: "2.2.2", Level: Must, Party: Server, Extension: "COMPRESS",
		Rule:    "After COMPRESS an unauthenticated client is told of AUTHINFO without arguments, or not at all.",
		Digests: []string{"cf368461e5ff"},
	},
	{
		ID: "nntp/compress-no-authinfo", RFC: 8054, Section: "2.2.2", Level: MustNot, Party: Client,
		Rule:    "After COMPRESS an unauthenticated client sends no AUTHINFO.",
		Digests: []string{"cf368461e5ff"},
	},
	{
		ID: "nntp/compress-authinfo-502", RFC: 8054, Section: "2.2.2", Level: Must, Party: Server, Extension: "COMPRESS",
		Rule:    "After COMPRESS AUTHINFO gets 502.",
		Digests: []string{"5eff11c772a7"},
	},
	{
		ID: "nntp/compress-parameters", RFC: 8054, Section: "2.2.2", Level: Must, Party: Both, Extension: "COMPRESS",
		Rule:    "Who decompresses follows the parameters of who compresses.",
		Digests: []string{"e6e2b6e727c1"},
	},
	{
		ID: "nntp/compress-flushed", RFC: 8054, Section: "2.2.2", Level: Must, Party: Both, Extension: "COMPRESS",
		Rule:    "All data is in the compressed stream, flushed so that it can be decompressed.",
		Digests: []string{"27d9e55fea36"},
	},
	{
		ID: "nntp/compress-under-tls", RFC: 8054, Section: "2.2.2", Level: Must, Party: Both, Extension: "COMPRESS",
		Rule:    "Data is compressed first and encrypted by TLS then.",
		Digests: []string{"1a8ce9cf4ff0"},
	},
	{
		ID: "nntp/compress-layers-reversed", RFC: 8054, Section: "2.2.2", Level: Must, Party: Both, Extension: "COMPRESS",
		Rule:    "What is received passes TLS first and is decompressed then.",
		Digests: []string{"515437aad682"},
	},
	{
		ID: "nntp/compress-corrupt-closes", RFC: 8054, Section: "2.2.2", Level: Must, Party: Both, Extension: "COMPRESS", Prose: true,
		Rule:    "Who receives compressed data that is corrupt closes the connection.",
		Digests: []string{"bb548810825e"},
	},
	{
		ID: "nntp/compress-raw-deflate", RFC: 8054, Section: "4", Level: Must, Party: Both, Extension: "COMPRESS",
		Rule:    "The stream is raw DEFLATE, without a header of zlib.",
		Digests: []string{"f6bd9279475a"},
	},
	{
		ID: "nntp/compress-window", RFC: 8054, Section: "4", Level: Should, Party: Both, Extension: "COMPRESS",
		Rule:    "Streams with a window of 32 KiB are understood.",
		Digests: []string{"dd8ab3b5492f"},
	},
	{
		ID: "nntp/compress-no-authentication-after", RFC: 8054, Section: "7", Level: MustNot, Party: Client,
		Rule:    "Authentication is not attempted once COMPRESS was used.",
		Digests: []string{"bdc0b2c0f0ee"},
	},
	{
		ID: "nntp/compress-order", RFC: 8054, Section: "7", Level: Must, Party: Client,
		Rule:    "A client that wants all three sends STARTTLS, AUTHINFO and COMPRESS in that order.",
		Digests: []string{"ed30c6072ea5"},
	},
	{
		ID: "nntp/compress-confidential", RFC: 8054, Section: "7", Level: ShouldNot, Party: Both, Extension: "COMPRESS",
		Rule:    "Confidential data is not compressed together with public data within a security layer.",
		Digests: []string{"9f9392f10120"},
		OffWire: "what is confidential is not seen",
	},
	{
		ID: "nntp/compress-not-automatic", RFC: 8054, Section: "7", Level: ShouldNot, Party: Client,
		Rule:    "Compression within a security layer is not used unless the user wanted it.",
		Digests: []string{"602d2a570185"},
	},
	{
		ID: "nntp/compress-private-names", RFC: 8054, Section: "8.1", Level: ShouldNot, Party: Both, Extension: "COMPRESS",
		Rule:    "Algorithms without a registered name are not used.",
		Digests: []string{"d937eb6d1627"},
	},
	{
		ID: "nntp/compress-private-codes", RFC: 8054, Section: "8.1", Level: Must, Party: Server, Extension: "COMPRESS",
		Rule:    "With an algorithm that is not registered 206, 403 and 502 mean the same.",
		Digests: []string{"fa95fac4bc44"},
		OffWire: "no server at hand has another algorithm",
	},
	{
		ID: "nntp/compress-registration-capabilities", RFC: 8054, Section: "8.3", Level: MustNot, Party: Server, Extension: "COMPRESS",
		Rule:    "After COMPRESS neither STARTTLS nor MODE-READER is listed.",
		Digests: []string{"72bf6e5612fc"},
	},
	{
		ID: "nntp/compress-registration-authinfo", RFC: 8054, Section: "8.3", Level: Must, Party: Server, Extension: "COMPRESS",
		Rule:    "After COMPRESS AUTHINFO is listed without arguments, or not at all.",
		Digests: []string{"72bf6e5612fc"},
	},
	{
		ID: "nntp/compress-registration-mode-reader", RFC: 8054, Section: "8.3", Level: MustNot, Party: Client,
		Rule:    "MODE READER is not sent in a session after COMPRESS.",
		Digests: []string{"7319adf68b21"},
	},
	{
		ID: "nntp/compress-registration-commands", RFC: 8054, Section: "8.3", Level: MustNot, Party: Client,
		Rule:    "STARTTLS and AUTHINFO are not sent in a session after COMPRESS.",
		Digests: []string{"a028c8e80bd0"},
	},
}

// elsewhereRFC8054 are the sentences of RFC 8054 that bind nobody who speaks the protocol.
var elsewhereRFC8054 = []Outside{
	{RFC: 8054, Section: "7", Digest: "9af624e31bea", Why: "binds the authors of extensions"},
	{RFC: 8054, Section: "8.1", Digest: "f0ece972c038", Why: "binds the registry of algorithms"},
	{RFC: 8054, Section: "8.1.3", Digest: "a02cc27d59ae", Why: "binds the registry of algorithms"},
}
