package register

// ftpRFC2428 are the requirements of RFC 2428, EPRT and EPSV.
var ftpRFC2428 = []Entry{
	{
		ID: "ftp/eprt-argument", RFC: 2428, Section: "2", Level: Must, Party: Client, Extension: "EPRT",
		Rule: "The argument of EPRT is, each between two delimiters, the address family number (1 for IPv4, 2 for IPv6), the network address " +
			"(dotted decimal; IPv6 as a string of RFC 4291) and the decimal number of the TCP port on which the client listens.",
		Digests: []string{"163ed0279744", "8478791ee14b", "5ccc12070ab4", "9f50cf362d1a", "295d79debefe", "6b7f16188b8d"},
	},
	{
		ID: "ftp/eprt-space-delimiter", RFC: 2428, Section: "2", Level: Must, Party: Client, Extension: "EPRT",
		Rule:    "EPRT is followed by a single space and a delimiter, one of the ASCII characters 33 to 126.",
		Digests: []string{"883d4bd7154f", "05633607562e", "4655b79c4dec"},
	},
	{
		ID: "ftp/eprt-any-delimiter", RFC: 2428, Section: "2", Level: Must, Party: Server, Extension: "EPRT",
		Rule:    "Any ASCII character of 33 to 126 that the argument does not need otherwise is taken as the delimiter, not only the vertical bar.",
		Digests: []string{"05633607562e", "4655b79c4dec"},
	},
	{
		ID: "ftp/eprt-bar", RFC: 2428, Section: "2", Level: Should, Party: Client, Extension: "EPRT", Prose: true,
		Rule:    "The delimiter is the vertical bar.",
		Digests: []string{"21c960b6f2b2"},
	},
	{
		ID: "ftp/eprt-used", RFC: 2428, Section: "2", Level: Must, Party: Server, Extension: "EPRT", Prose: true,
		Rule:    "The next transfer's data connection is opened to the address and port that EPRT named, by the protocol that it named.",
		Digests: []string{"d955e589f734", "bfbc0246354e", "ffacb55c71f8"},
	},
	{
		ID: "ftp/eprt-200", RFC: 2428, Section: "2", Level: Must, Party: Server, Extension: "EPRT",
		Rule:    "A valid EPRT, with the address of the client and its protocol, gets 200.",
		Digests: []string{"fa6cfe2eb95a"},
	},
	{
		ID: "ftp/eprt-syntax-error", RFC: 2428, Section: "2", Level: Must, Party: Server, Extension: "EPRT", Prose: true,
		Rule:    "EPRT with an argument that does not have the form gets 500 or 501.",
		Digests: []string{"cb54ab7f13da"},
	},
	{
		ID: "ftp/eprt-522", RFC: 2428, Section: "2", Level: Must, Party: Server, Extension: "EPRT", Prose: true,
		Rule:    "EPRT with an address family number that the server does not support gets 522.",
		Digests: []string{"a0cc21e3abff", "e28b1c500147"},
	},
	{
		ID: "ftp/eprt-522-protocols", RFC: 2428, Section: "2", Level: Must, Party: Server, Extension: "EPRT",
		Rule:    "The text of 522 ends with the address family numbers that the server supports, separated by commas, in parentheses: (1), (1,2).",
		Digests: []string{"329925e181e6", "f58ac5ba72a0", "ccfc824bf4c3", "7f5dbf15089b"},
	},
	{
		ID: "ftp/eprt-522-parentheses", RFC: 2428, Section: "2", Level: MustNot, Party: Server, Extension: "EPRT",
		Rule:    "The text of 522 has no parentheses but those around the list of address family numbers.",
		Digests: []string{"5502ef0bcca6"},
	},
	{
		ID: "ftp/eprt-522-text", RFC: 2428, Section: "2", Level: Should, Party: Server, Extension: "EPRT",
		Rule:    "A text before the list of 522 says that the network protocol is not supported: there is one.",
		Digests: []string{"d3f6d14ab49e"},
	},
	{
		ID: "ftp/epsv-229", RFC: 2428, Section: "3", Level: Must, Party: Server, Extension: "EPSV",
		Rule:    "EPSV without an argument that is granted gets 229.",
		Digests: []string{"dfca523403d1", "e18816dba98b"},
	},
	{
		ID: "ftp/epsv-text", RFC: 2428, Section: "3", Level: Must, Party: Server, Extension: "EPSV",
		Rule:    "The text of 229 ends with a string in parentheses in the form of the argument of EPRT: the delimiter three times, the port, and the delimiter.",
		Digests: []string{"47718978f6ef", "83260ef490ec", "fb0190d947b7"},
	},
	{
		ID: "ftp/epsv-blank-fields", RFC: 2428, Section: "3", Level: Must, Party: Server, Extension: "EPSV",
		Rule:    "The first two fields in the parentheses of 229, protocol and address, are empty.",
		Digests: []string{"379e62f40e36"},
	},
	{
		ID: "ftp/epsv-port", RFC: 2428, Section: "3", Level: Must, Party: Server, Extension: "EPSV",
		Rule:    "The third field of 229 is the decimal number of the TCP port on which the server listens for the data connection.",
		Digests: []string{"370b21f61f93"},
	},
	{
		ID: "ftp/epsv-same-address", RFC: 2428, Section: "3", Level: Must, Party: Server, Extension: "EPSV", Prose: true,
		Rule:    "After EPSV without an argument the server listens by the network protocol and at the address of the control connection.",
		Digests: []string{"f72613bb945e", "214261e02193", "6d85eefbeaa5"},
	},
	{
		ID: "ftp/epsv-same-address-client", RFC: 2428, Section: "3", Level: Must, Party: Client, Extension: "EPSV", Prose: true,
		Rule:    "After 229 the client connects by the network protocol and to the address of the control connection, to the port that the reply names.",
		Digests: []string{"f72613bb945e", "214261e02193"},
	},
	{
		ID: "ftp/epsv-syntax-error", RFC: 2428, Section: "3", Level: Must, Party: Server, Extension: "EPSV", Prose: true,
		Rule:    "EPSV with an argument that is neither a number nor ALL gets 500 or 501, or 522 if it is taken for a protocol.",
		Digests: []string{"7ba842bf097d"},
	},
	{
		ID: "ftp/epsv-other-protocol-abor", RFC: 2428, Section: "3", Level: Must, Party: Client, Extension: "EPSV",
		Rule:    "If the host that will connect does not support the protocol that the server returned, the client sends ABOR; then it may ask for another protocol.",
		Digests: []string{"2daab1a13727", "659761bcb444"},
		OffWire: "the reply names no protocol, and only a transfer between two servers could need another one",
	},
	{
		ID: "ftp/epsv-protocol-used", RFC: 2428, Section: "3", Level: Should, Party: Server, Extension: "EPSV",
		Rule:    "EPSV with the number of a protocol that the server supports, the control connection's, gets 229 and is served by that protocol.",
		Digests: []string{"fdcd178c7131"},
	},
	{
		ID: "ftp/epsv-522", RFC: 2428, Section: "3", Level: Must, Party: Server, Extension: "EPSV",
		Rule:    "EPSV with the number of a protocol that the server does not support gets 522 with the list of those that it supports.",
		Digests: []string{"b1a14efbbf89"},
	},
	{
		ID: "ftp/epsv-all-rejects", RFC: 2428, Section: "3", Level: Must, Party: Server, Extension: "EPSV",
		Rule:    "After EPSV ALL the server rejects PORT, PASV, EPRT and every other command that sets a data connection up, and still serves EPSV.",
		Digests: []string{"337a40e5d30a", "860620d73b2d"},
	},
	{
		ID: "ftp/epsv-required", RFC: 2428, Section: "4", Level: Must, Party: Client, Extension: "EPSV",
		Rule:    "For transfers between the two machines of the control connection the client uses EPSV.",
		Digests: []string{"003fab32dc95"},
	},
	{
		ID: "ftp/epsv-all-soon", RFC: 2428, Section: "4", Level: Should, Party: Client, Extension: "EPSV",
		Rule:    "A client that only expects transfers between the two machines sends EPSV ALL as soon as possible.",
		Digests: []string{"5847cd14eeca"},
	},
	{
		ID: "ftp/epsv-all-new-session", RFC: 2428, Section: "4", Level: Must, Party: Client, Extension: "EPSV",
		Rule:    "A client that has sent EPSV ALL and must do a transfer between two servers starts a new session.",
		Digests: []string{"a6dea26f4bbf"},
		OffWire: "clients are tried with one server, and transfers between two servers are not asked of them",
	},
}
