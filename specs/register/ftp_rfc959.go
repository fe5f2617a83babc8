package register

// ftpRFC959 are the requirements of RFC 959, File Transfer Protocol. It was written before RFC 2119 and has one capital key word: nearly
// all of its rules are prose. Where RFC 1123 section 4.1 corrects or relaxes one, the rule here says so. What it requires of everybody and
// RFC 1123 does not, or what it leaves to the server, has the command or the parameter as its Extension: a server that answers 500, 502 or 504
// to it does not offer it.
//
// The reply sequences of section 5.4 are one entry a command. RFC 1123 section 4.1.2.11 permits other codes where they are needed,
// as long as they keep to section 4.2: such an entry is broken by a code of another kind (first digit), by an unlisted positive code and by a wrong
// order; that a failure has a listed code is asked for by ftp/reply-codes-listed.
var ftpRFC959 = []Entry{

	// Terminology and model (section 2).
	{
		ID: "ftp/access-controls", RFC: 959, Section: "2.2", Level: May, Party: Server, Prose: true,
		Rule:    "The server may refuse service commands to a user who has not logged in.",
		Digests: []string{"efda831cd295"},
	},
	{
		ID: "ftp/control-open-during-transfer", RFC: 959, Section: "2.3", Level: Must, Party: Client, Prose: true,
		Rule:    "The client keeps the control connection open while a data transfer is in progress.",
		Digests: []string{"c7825a46b884"},
	},
	{
		ID: "ftp/client-requests-closing", RFC: 959, Section: "2.3", Level: Must, Party: Client, Prose: true,
		Rule:    "A client that is done asks for the end of the session with QUIT; it leaves it to the server to close the control connection.",
		Digests: []string{"4c2f13661c5c"},
	},
	{
		ID: "ftp/control-lost-abort-permitted", RFC: 959, Section: "2.3", Level: May, Party: Server, Prose: true,
		Rule:    "The server may abort a transfer when the control connection is closed without QUIT.",
		Digests: []string{"64c233052e5e"},
	},

	// Data representation (section 3.1).
	{
		ID: "ftp/transformations-by-user", RFC: 959, Section: "3.1", Level: Should, Party: Client, Prose: true,
		Rule:    "The user can choose the representation type of a transfer.",
		Digests: []string{"2942ad4c2b7a"},
	},
	{
		ID: "ftp/type-a-accepted", RFC: 959, Section: "3.1.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "TYPE A is accepted: it gets 200.",
		Digests: []string{"8bcdc334a7a3"},
	},
	{
		ID: "ftp/type-a-retr-crlf", RFC: 959, Section: "3.1.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "In TYPE A the server sends a text file in NVT-ASCII: each end of line is CR LF, whatever the file system has in its place.",
		Digests: []string{"a7c754da1c7d", "63fa29f7aa4d"},
	},
	{
		ID: "ftp/type-a-stor-converted", RFC: 959, Section: "3.1.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "A text that was stored in TYPE A is in the server's own form: retrieved in TYPE A it is as it was sent, with one CR LF for each end of line and no CR or LF more.",
		Digests: []string{"4d13320df70b"},
	},
	{
		ID: "ftp/type-a-sent-crlf", RFC: 959, Section: "3.1.1.1", Level: Must, Party: Client, Prose: true,
		Rule:    "In TYPE A the client sends each end of line as CR LF.",
		Digests: []string{"a7c754da1c7d", "63fa29f7aa4d"},
	},
	{
		ID: "ftp/type-a-received-converted", RFC: 959, Section: "3.1.1.1", Level: Must, Party: Client, Prose: true,
		Rule:    "Of text received in TYPE A the client makes its internal form: CR LF is one end of line, and is no part of the line.",
		Digests: []string{"4d13320df70b"},
	},
	{
		ID: "ftp/type-e-characters", RFC: 959, Section: "3.1.1.2", Level: Must, Party: Server, Extension: "TYPE E", Prose: true,
		Rule:    `In TYPE E the characters of a text are sent in EBCDIC: "A" is 0xC1, "0" is 0xF0, a space 0x40.`,
		Digests: []string{"ef8bae960bd2"},
	},
	{
		ID: "ftp/type-e-nl", RFC: 959, Section: "3.1.1.2", Level: Should, Party: Server, Extension: "TYPE E", Prose: true,
		Rule:    "In TYPE E the end of a line is <NL>, EBCDIC 0x15.",
		Digests: []string{"8d01b21f07d4"},
	},
	{
		ID: "ftp/type-i-contiguous", RFC: 959, Section: "3.1.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "In TYPE I a file is stored and sent octet for octet: none is changed, added or left out, whatever its value.",
		Digests: []string{"7f16a17fb30d", "bb3e5eefd468"},
	},
	{
		ID: "ftp/type-i-contiguous-client", RFC: 959, Section: "3.1.1.3", Level: Must, Party: Client, Prose: true,
		Rule:    "In TYPE I the client sends and keeps a file octet for octet.",
		Digests: []string{"7f16a17fb30d", "bb3e5eefd468"},
	},
	{
		ID: "ftp/type-i-padding", RFC: 959, Section: "3.1.1.3", Level: Must, Party: Both, Prose: true,
		Rule:    "Padding of an image file is all zeros, only at its end (or that of a record), and is taken off when the file is retrieved.",
		Digests: []string{"3a066ab9d984"},
		OffWire: "a store of octets needs no padding; padding that is not taken off breaks ftp/type-i-contiguous",
	},
	{
		ID: "ftp/type-i-padding-publicized", RFC: 959, Section: "3.1.1.3", Level: Should, Party: Both, Prose: true,
		Rule:    "The padding transformation should be publicized.",
		Digests: []string{"9956a3ad86a8"},
		OffWire: "told by other means than FTP",
	},
	{
		ID: "ftp/type-i-accepted", RFC: 959, Section: "3.1.1.3", Level: Should, Party: Server, Prose: true,
		Rule:    "TYPE I should be accepted (RFC 1123 section 4.1.2.1 requires it).",
		Digests: []string{"c4cb8c2f11dc"},
	},
	{
		ID: "ftp/type-l-size-required", RFC: 959, Section: "3.1.1.4", Level: Must, Party: Server, Prose: true,
		Rule:    "TYPE L has no default byte size: without one, or with one that is no decimal integer, it is refused.",
		Digests: []string{"24d07d3c5a9a"},
	},
	{
		ID: "ftp/type-l-size-sent", RFC: 959, Section: "3.1.1.4", Level: Must, Party: Client, Prose: true,
		Rule:    "The client sends TYPE L with a byte size, a decimal integer.",
		Digests: []string{"24d07d3c5a9a"},
	},
	{
		ID: "ftp/type-l-packed", RFC: 959, Section: "3.1.1.4", Level: Should, Party: Both, Extension: "TYPE L", Prose: true,
		Rule:    "Logical bytes of another size than 8 bits should be packed contiguously into transfer bytes, with padding only at the end.",
		Digests: []string{"f790d2fdafe9"},
		OffWire: "what a logical byte of a stored file is does not show on the wire where the store is of octets",
	},
	{
		ID: "ftp/type-l-invertible", RFC: 959, Section: "3.1.1.4", Level: Must, Party: Server, Extension: "TYPE L", Prose: true,
		Rule:    "A file stored with TYPE L of a size is retrieved with TYPE L of that size as it was sent; so it is with each size that the server accepts.",
		Digests: []string{"3b4b26645c89"},
	},
	{
		ID: "ftp/type-form-default", RFC: 959, Section: "3.1.1.5.1", Level: Must, Party: Server, Prose: true,
		Rule:    "TYPE A without a second parameter means Non-print: it is accepted, and a file is sent as after TYPE A N.",
		Digests: []string{"b774e4a26cf9"},
	},
	{
		ID: "ftp/type-non-print-accepted", RFC: 959, Section: "3.1.1.5.1", Level: Must, Party: Server, Prose: true,
		Rule:    "TYPE A N is accepted.",
		Digests: []string{"e21fc2d88f82"},
	},
	{
		ID: "ftp/type-telnet-eol", RFC: 959, Section: "3.1.1.5.2", Level: Must, Party: Server, Extension: "TYPE A T", Prose: true,
		Rule:    "With Telnet format controls (TYPE A T) the end of a line is CR LF as well.",
		Digests: []string{"2a4ced320ff0"},
	},
	{
		ID: "ftp/type-carriage-control", RFC: 959, Section: "3.1.1.5.2", Level: Must, Party: Both, Extension: "TYPE A C", Prose: true,
		Rule:    "The first character of a line with carriage control moves the paper and is not printed.",
		Digests: []string{"08158849b3cb", "0f6cb3a23a09"},
		OffWire: "what a printer does with a file is no part of its transfer",
	},
	{
		ID: "ftp/stru-both-accepted", RFC: 959, Section: "3.1.2", Level: Must, Party: Server, Extension: "STRU R", Prose: true,
		Rule:    "File and record structure are accepted for text: after STRU R a text is stored and retrieved in TYPE A (RFC 1123 section 4.1.2.13 requires record structure only of hosts whose file systems have it).",
		Digests: []string{"ecaa5555a39c"},
	},
	{
		ID: "ftp/record-invertible", RFC: 959, Section: "3.1.2", Level: Should, Party: Server, Extension: "STRU R", Prose: true,
		Rule:    "A text stored with record structure on a host whose files have none is transformed so that it is retrieved with record structure as it was (a must that RFC 1123 section 4.1.2.4 relaxed).",
		Digests: []string{"20e612bc5f7b", "88472dd6989f"},
	},
	{
		ID: "ftp/record-division", RFC: 959, Section: "3.1.2", Level: Should, Party: Both, Prose: true,
		Rule:    "A record-oriented host divides a file that came with file structure at its ends of line, and reverses that when it is retrieved with file structure.",
		Digests: []string{"1f865e07ca99", "e5a82f4876bb"},
		OffWire: "binds hosts whose files are records; a retrieval that is not identical breaks ftp/store-retrieve-identical",
	},
	{
		ID: "ftp/stru-default-file", RFC: 959, Section: "3.1.2.1", Level: Must, Party: Server, Prose: true,
		Rule:    "Without STRU the structure is File: the octets are data, and nothing else.",
		Digests: []string{"7919cdbd4158", "1b6bea51d995"},
	},
	{
		ID: "ftp/stru-r-text", RFC: 959, Section: "3.1.2.2", Level: Must, Party: Server, Extension: "STRU R", Prose: true,
		Rule:    "With record structure the server sends a text as records: each line of it is one.",
		Digests: []string{"7d9ef01b0936", "cce5664374f7"},
	},
	{
		ID: "ftp/page-header", RFC: 959, Section: "3.1.2.3", Level: Must, Party: Both, Extension: "STRU P", Prose: true,
		Rule:    "Each page is sent with a header: header length (at least 4), page index, data length, page type, further fields, each one logical byte.",
		Digests: []string{"526aaa1a63e4", "6c0cfbcf88f7", "a0b33896f838", "c6b72e002af0", "76db4b15c629"},
		OffWire: "nobody has page structure, and RFC 1123 section 4.1.2.3 advises against it: here STRU P is refused with 504",
	},
	{
		ID: "ftp/page-types", RFC: 959, Section: "3.1.2.3", Level: Must, Party: Both, Extension: "STRU P", Prose: true,
		Rule:    "Page types are 0 last (header length 4, data length 0), 1 simple (4), 2 descriptor, 3 access controlled (5).",
		Digests: []string{"4672b10eaa6e", "5e3810c42afd", "218bb760d5d8", "6f119f7c4655", "b7b848200003"},
		OffWire: "nobody has page structure, and RFC 1123 section 4.1.2.3 advises against it: here STRU P is refused with 504",
	},
	{
		ID: "ftp/store-retrieve-identical", RFC: 959, Section: "3.1.2.3", Level: Must, Party: Server, Prose: true,
		Rule:    "A file that is retrieved with the parameters with which it was stored is identical to what was sent.",
		Digests: []string{"18aa24ec831d", "04f82f2f40d6"},
	},

	// Data connections (sections 3.2 and 3.3).
	{
		ID: "ftp/default-data-port-user", RFC: 959, Section: "3.2", Level: Must, Party: Server, Prose: true,
		Rule:    "Without PORT and PASV a transfer command makes the server connect to the user's default data port: the address and port from which the control connection comes.",
		Digests: []string{"55778565328d", "6dadcd1500dd"},
	},
	{
		ID: "ftp/default-data-port-server", RFC: 959, Section: "3.2", Level: Must, Party: Server, Prose: true,
		Rule:    "The server's default data port is the one before its control port, L-1.",
		Digests: []string{"f91ca648ac07"},
		OffWire: "whether a server may bind L-1 belongs to the deployment: port 20 takes privileges, the neighbour of a port that the system chose may be taken, and a mapped port shows another",
	},
	{
		ID: "ftp/transfer-byte-size", RFC: 959, Section: "3.2", Level: Must, Party: Both, Prose: true,
		Rule:    "The transfer byte has 8 bits.",
		Digests: []string{"4226041e8300"},
		OffWire: "TCP carries octets and nothing else",
	},
	{
		ID: "ftp/listen-before-request", RFC: 959, Section: "3.2", Level: Must, Party: Client, Prose: true,
		Rule:    "A client that is the passive side of the data connection listens before it sends the transfer command.",
		Digests: []string{"82492ced8cf4"},
	},
	{
		ID: "ftp/server-connects", RFC: 959, Section: "3.2", Level: Must, Party: Server, Prose: true,
		Rule:    "After PORT a transfer command makes the server connect to the address and port that it named, and not before.",
		Digests: []string{"77023b06f194"},
	},
	{
		ID: "ftp/transfer-confirmed", RFC: 959, Section: "3.2", Level: Must, Party: Server, Prose: true,
		Rule:    "The server confirms a transfer that begins with a preliminary reply on the control connection.",
		Digests: []string{"179b798d8e25"},
	},
	{
		ID: "ftp/port-by-user-only", RFC: 959, Section: "3.2", Level: Must, Party: Client, Prose: true,
		Rule:    "A client that listens on another port than its default data port tells the server with PORT.",
		Digests: []string{"853c8bca2e8b"},
	},
	{
		ID: "ftp/data-close-eof", RFC: 959, Section: "3.2", Level: Must, Party: Server,
		Rule:    "The server closes the data connection when it has sent all data in a mode where the close is the end of file (Stream with file structure).",
		Digests: []string{"e0187925ec1b", "034f45a5b6ef"},
	},
	{
		ID: "ftp/data-close-abort", RFC: 959, Section: "3.2", Level: Must, Party: Server, Extension: "ABOR",
		Rule:    "The server closes the data connection when it receives ABOR.",
		Digests: []string{"e0187925ec1b", "04d8b11932ca"},
	},
	{
		ID: "ftp/data-close-port-changed", RFC: 959, Section: "3.2", Level: Must, Party: Server,
		Rule:    "The server closes an open data connection when the port is changed: a connection made to the port of a PASV ends when PORT, or PASV anew, is accepted.",
		Digests: []string{"e0187925ec1b", "83c2128c759a"},
	},
	{
		ID: "ftp/data-close-control-closed", RFC: 959, Section: "3.2", Level: Must, Party: Server,
		Rule:    "The server closes the data connection when the control connection is closed, by QUIT or otherwise.",
		Digests: []string{"e0187925ec1b", "187a38f4af5b"},
	},
	{
		ID: "ftp/data-close-error", RFC: 959, Section: "3.2", Level: Must, Party: Server,
		Rule:    "The server closes the data connection when an irrecoverable error occurs.",
		Digests: []string{"e0187925ec1b", "72be04766efb"},
		OffWire: "a client cannot make an irrecoverable error occur inside a server; a mock does it on purpose",
	},
	{
		ID: "ftp/data-close-told", RFC: 959, Section: "3.2", Level: Must, Party: Server, Extension: "MODE B", Prose: true,
		Rule:    "Where it need not close the data connection the server tells by 226 that it has and by 250 that it has not.",
		Digests: []string{"35eb809d3e4a"},
	},
	{
		ID: "ftp/default-data-ports", RFC: 959, Section: "3.3", Level: Must, Party: Client, Prose: true,
		Rule:    "A client that has sent neither PORT nor PASV listens on its default data port.",
		Digests: []string{"416febc76dad"},
		OffWire: "only for a client that uses neither PORT nor PASV: RFC 1123 section 4.1.2.5 asks for one of them before each transfer",
	},
	{
		ID: "ftp/port-negotiated", RFC: 959, Section: "3.3", Level: Must, Party: Server, Prose: true,
		Rule:    "PORT is served, with any port of the user's host (one below 1024 may be refused, RFC 2577 section 3).",
		Digests: []string{"b6459738f7d4"},
	},
	{
		ID: "ftp/pasv-negotiated", RFC: 959, Section: "3.3", Level: Must, Party: Server, Prose: true,
		Rule:    "PASV makes the server listen on a port that it names in the reply, and take the next transfer's data connection there.",
		Digests: []string{"29c70d691256"},
	},
	{
		ID: "ftp/port-and-pasv", RFC: 959, Section: "3.3", Level: May, Party: Client, Prose: true,
		Rule:    "The client may use both PORT and PASV; the last one holds.",
		Digests: []string{"957193751302"},
	},
	{
		ID: "ftp/data-connection-reuse", RFC: 959, Section: "3.3", Level: May, Party: Server, Extension: "MODE B", Prose: true,
		Rule:    "In Block and Compressed mode the data connection may be left open for several transfers.",
		Digests: []string{"b0fe162e0a39", "a12ac533c854"},
	},

	// Transmission modes (section 3.4).
	{
		ID: "ftp/transfer-eof", RFC: 959, Section: "3.4", Level: Must, Party: Both, Prose: true,
		Rule:    "Each transfer ends with an end of file: stated (record structure, Block and Compressed mode), or by the close of the data connection.",
		Digests: []string{"8c9120bf5596"},
	},
	{
		ID: "ftp/record-eor-explicit", RFC: 959, Section: "3.4", Level: Must, Party: Server, Extension: "STRU R", Prose: true,
		Rule:    "With record structure each record is ended by an explicit end-of-record marker, the last one too.",
		Digests: []string{"18fc521a3f9a"},
	},
	{
		ID: "ftp/eol-without-records", RFC: 959, Section: "3.4", Level: Should, Party: Server, Prose: true,
		Rule:    "Without record structure an end of line in TYPE A is CR LF, in TYPE E <NL>; in a listing too.",
		Digests: []string{"a3034da88651"},
	},
	{
		ID: "ftp/stream-any-type", RFC: 959, Section: "3.4.1", Level: Must, Party: Server, Prose: true,
		Rule:    "Stream mode is served with each representation type that the server accepts.",
		Digests: []string{"fc6ac1022643", "55d82c9af62a"},
	},
	{
		ID: "ftp/stream-record-codes", RFC: 959, Section: "3.4.1", Level: Must, Party: Server, Extension: "STRU R", Prose: true,
		Rule:    "In Stream mode with record structure EOR is sent as 0xFF 0x01 and EOF as 0xFF 0x02.",
		Digests: []string{"07ae48e9579e", "609ca7d8125c", "113eba790f65"},
	},
	{
		ID: "ftp/stream-record-codes-client", RFC: 959, Section: "3.4.1", Level: Must, Party: Client, Extension: "STRU R", Prose: true,
		Rule:    "In Stream mode with record structure the client sends EOR as 0xFF 0x01 and EOF as 0xFF 0x02, and reads them so.",
		Digests: []string{"07ae48e9579e", "609ca7d8125c", "113eba790f65"},
	},
	{
		ID: "ftp/stream-record-combined", RFC: 959, Section: "3.4.1", Level: Must, Party: Server, Extension: "STRU R", Prose: true,
		Rule:    "0xFF 0x03 is understood as EOR and EOF together.",
		Digests: []string{"505a607e7900"},
	},
	{
		ID: "ftp/stream-record-combined-client", RFC: 959, Section: "3.4.1", Level: Must, Party: Client, Extension: "STRU R", Prose: true,
		Rule:    "The client understands 0xFF 0x03 as EOR and EOF together.",
		Digests: []string{"505a607e7900"},
	},
	{
		ID: "ftp/stream-record-escape", RFC: 959, Section: "3.4.1", Level: Should, Party: Server, Extension: "STRU R", Prose: true,
		Rule:    "In Stream mode with record structure a data octet 0xFF is sent twice, and 0xFF 0xFF received is one data octet 0xFF.",
		Digests: []string{"e15f781257e2"},
	},
	{
		ID: "ftp/stream-record-escape-client", RFC: 959, Section: "3.4.1", Level: Should, Party: Client, Extension: "STRU R", Prose: true,
		Rule:    "In Stream mode with record structure the client sends a data octet 0xFF twice, and takes 0xFF 0xFF for one.",
		Digests: []string{"e15f781257e2"},
	},
	{
		ID: "ftp/stream-file-eof", RFC: 959, Section: "3.4.1", Level: Must, Party: Server, Prose: true,
		Rule:    "In Stream mode with file structure the sender's close is the end of file, and every octet before it is data, 0xFF too.",
		Digests: []string{"2044dacf402e"},
	},
	{
		ID: "ftp/stream-file-eof-client", RFC: 959, Section: "3.4.1", Level: Must, Party: Client, Prose: true,
		Rule:    "In Stream mode with file structure the client closes the data connection at the end of what it sends, and takes every octet before the server's close for data.",
		Digests: []string{"2044dacf402e"},
	},
	{
		ID: "ftp/block-header", RFC: 959, Section: "3.4.2", Level: Must, Party: Server, Extension: "MODE B", Prose: true,
		Rule:    "In Block mode data is sent in blocks with a header of three octets: descriptor, and the count of the octets that follow in 16 bits, high order first.",
		Digests: []string{"68bfa6578643", "8490b7134929", "f4a409b727db", "4956a7257e76", "0ca6dbcd47d0"},
	},
	{
		ID: "ftp/block-header-client", RFC: 959, Section: "3.4.2", Level: Must, Party: Client, Extension: "MODE B", Prose: true,
		Rule:    "In Block mode the client sends and reads blocks with a header of three octets: descriptor, and the count in 16 bits, high order first.",
		Digests: []string{"68bfa6578643", "8490b7134929", "f4a409b727db", "4956a7257e76", "0ca6dbcd47d0"},
	},
	{
		ID: "ftp/block-descriptors", RFC: 959, Section: "3.4.2", Level: Must, Party: Server, Extension: "MODE B", Prose: true,
		Rule:    "The descriptor bits of a block are 128 EOR, 64 EOF, 32 suspect data, 16 restart marker, and no other is set; the last block of a file has the bit 64.",
		Digests: []string{"0aab230e76d4", "fb2ffc305c80", "583f3f795361"},
	},
	{
		ID: "ftp/block-descriptors-client", RFC: 959, Section: "3.4.2", Level: Must, Party: Client, Extension: "MODE B", Prose: true,
		Rule:    "The client sets and reads the descriptor bits 128 EOR, 64 EOF, 32 suspect data, 16 restart marker, and no other.",
		Digests: []string{"0aab230e76d4", "fb2ffc305c80", "583f3f795361"},
	},
	{
		ID: "ftp/block-descriptors-combined", RFC: 959, Section: "3.4.2", Level: Must, Party: Server, Extension: "MODE B", Prose: true,
		Rule:    "Several descriptor bits in one block are understood (EOR and EOF: 192).",
		Digests: []string{"628a91ab2041", "869644c9f18a"},
	},
	{
		ID: "ftp/block-any-type", RFC: 959, Section: "3.4.2", Level: Must, Party: Server, Extension: "MODE B", Prose: true,
		Rule:    "Block mode is served with each representation type that the server accepts, and with record structure if it accepts that.",
		Digests: []string{"4158f24ff6ed"},
	},
	{
		ID: "ftp/block-marker-printable", RFC: 959, Section: "3.4.2", Level: Must, Party: Both, Extension: "MODE B", Prose: true,
		Rule:    "A restart marker in the data is of printable characters.",
		Digests: []string{"37e92394885a"},
		OffWire: "whether and when a sender puts markers into its data is its own choice, and no peer can ask for one",
	},
	{
		ID: "ftp/block-marker-no-space", RFC: 959, Section: "3.4.2", Level: MustNot, Party: Both, Extension: "MODE B", Prose: true,
		Rule:    "A restart marker has no space in it.",
		Digests: []string{"a25fffe235fc"},
		OffWire: "whether and when a sender puts markers into its data is its own choice, and no peer can ask for one",
	},
	{
		ID: "ftp/suspect-data", RFC: 959, Section: "3.4.2", Level: MustNot, Party: Both, Extension: "MODE B", Prose: true,
		Rule:    "The suspect-data bit is not used for error control within FTP.",
		Digests: []string{"a7e36e28c5e8"},
		OffWire: "why a sender sets the bit does not show on the wire",
	},
	{
		ID: "ftp/compressed-regular", RFC: 959, Section: "3.4.3", Level: Must, Party: Server, Extension: "MODE C", Prose: true,
		Rule:    "In Compressed mode 1 to 127 octets of regular data have an octet with their number before them, its highest bit 0.",
		Digests: []string{"f1f0951a6861", "27b7743682ce"},
	},
	{
		ID: "ftp/compressed-replicated", RFC: 959, Section: "3.4.3", Level: Must, Party: Server, Extension: "MODE C", Prose: true,
		Rule:    "In Compressed mode the octet 0x80+n (n up to 63) and one data octet stand for n replications of it.",
		Digests: []string{"8147c3f65316", "a7f70bcf86ac"},
	},
	{
		ID: "ftp/compressed-filler", RFC: 959, Section: "3.4.3", Level: Must, Party: Server, Extension: "MODE C", Prose: true,
		Rule:    "In Compressed mode the octet 0xC0+n stands for n filler octets: a space in TYPE A (0x20) and E (0x40), zero in TYPE I and L.",
		Digests: []string{"9ca2cd893911", "6cbfa5ec1c7e", "486122f39976", "1fd66c5c9027"},
	},
	{
		ID: "ftp/compressed-escape", RFC: 959, Section: "3.4.3", Level: Must, Party: Server, Extension: "MODE C", Prose: true,
		Rule:    "In Compressed mode a zero octet and an octet of the descriptor bits of Block mode state end of record and end of file; a file ends with the EOF bit.",
		Digests: []string{"20b69353d966", "0cda106f4375"},
	},
	{
		ID: "ftp/compressed-client", RFC: 959, Section: "3.4.3", Level: Must, Party: Client, Extension: "MODE C", Prose: true,
		Rule:    "In Compressed mode the client sends and understands regular, replicated and filler strings and escape sequences as the section defines them.",
		Digests: []string{"e07f501718d0", "f1f0951a6861", "8147c3f65316", "9ca2cd893911", "20b69353d966"},
	},
	{
		ID: "ftp/restart-modes", RFC: 959, Section: "3.5", Level: Must, Party: Both, Prose: true,
		Rule:    "The restart procedure by markers in the data is for Block and Compressed mode (RFC 3659 section 5 defines restart in Stream mode).",
		Digests: []string{"faac557d178d", "f803a006f238"},
		OffWire: "whether and when a sender puts markers into its data is its own choice, and no peer can ask for one",
	},
	{
		ID: "ftp/restart-marker-printable", RFC: 959, Section: "3.5", Level: Must, Party: Both, Prose: true,
		Rule:    "Marker information is of printable characters.",
		Digests: []string{"4d5ff793a6e7"},
		OffWire: "whether and when a sender puts markers into its data is its own choice, and no peer can ask for one",
	},
	{
		ID: "ftp/restart-marker-noted", RFC: 959, Section: "3.5", Level: Should, Party: Server, Extension: "MODE B", Prose: true,
		Rule:    "A server that receives a restart marker marks the position and tells the user by a 110 reply.",
		Digests: []string{"e36f8f79e90e", "b19e655df833"},
	},
	{
		ID: "ftp/restart-immediately", RFC: 959, Section: "3.5", Level: Must, Party: Client, Prose: true,
		Rule:    "To restart, the client sends REST with the server's marker and, as the next command, the one that was interrupted.",
		Digests: []string{"3b32f6cf8032"},
	},

	// Access control commands (section 4.1.1).
	{
		ID: "ftp/user-first", RFC: 959, Section: "4.1.1", Level: May, Party: Server, Prose: true,
		Rule:    "The server may require that USER is the first command.",
		Digests: []string{"70366a74eabf"},
	},
	{
		ID: "ftp/user-first-client", RFC: 959, Section: "4.1.1", Level: Should, Party: Client, Prose: true,
		Rule:    "USER is the first command of a client, but for those that have their place before it (AUTH, FEAT, HOST and their like).",
		Digests: []string{"70366a74eabf"},
	},
	{
		ID: "ftp/user-again", RFC: 959, Section: "4.1.1", Level: May, Party: Server, Prose: true,
		Rule:    "The server may allow USER at any point to change the user.",
		Digests: []string{"b4b1ca1625e5"},
	},
	{
		ID: "ftp/user-again-flushes", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "USER that is accepted in a session that is logged in begins the login anew: until it is complete nothing of the earlier login holds.",
		Digests: []string{"809c0238b11d"},
	},
	{
		ID: "ftp/user-again-parameters", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "USER that is accepted in a session that is logged in leaves TYPE, MODE and STRU as they are.",
		Digests: []string{"755e49c76128"},
	},
	{
		ID: "ftp/user-again-transfer", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "A transfer in progress when USER comes is completed under the old access control parameters.",
		Digests: []string{"755e49c76128"},
		OffWire: "under whose rights a transfer runs that began earlier does not show on the wire",
	},
	{
		ID: "ftp/pass-after-user", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "PASS without USER before it is refused.",
		Digests: []string{"0eadc37e69b0"},
	},
	{
		ID: "ftp/pass-after-user-client", RFC: 959, Section: "4.1.1", Level: Must, Party: Client, Prose: true,
		Rule:    "The client sends PASS right after USER, with no command between.",
		Digests: []string{"0eadc37e69b0"},
	},
	{
		ID: "ftp/pass-hidden", RFC: 959, Section: "4.1.1", Level: Must, Party: Client, Prose: true,
		Rule:    "The client hides the password from view.",
		Digests: []string{"8a544b96b028"},
		OffWire: "a matter of the user interface",
	},
	{
		ID: "ftp/account-for-login", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Extension: "ACCT", Prose: true,
		Rule:    "Where an account is needed to log in, the reply to the right password is 332, and ACCT completes the login.",
		Digests: []string{"93469130a22e"},
	},
	{
		ID: "ftp/account-not-needed", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "Where no account is needed to log in, the reply to the right password is 230.",
		Digests: []string{"1d02151ec21a"},
	},
	{
		ID: "ftp/account-later", RFC: 959, Section: "4.1.1", Level: Should, Party: Server, Prose: true,
		Rule:    "A command that needs an account gets 332 if it is kept until ACCT comes, 532 if it is discarded.",
		Digests: []string{"1d02151ec21a"},
		OffWire: "whether a command needs an account is the site's choice, and no server here has one that does",
	},
	{
		ID: "ftp/account-client", RFC: 959, Section: "4.1.1", Level: Must, Party: Client, Prose: true,
		Rule:    "On 332 to PASS the client sends ACCT if it was given an account, and otherwise says that one is needed.",
		Digests: []string{"93469130a22e"},
	},
	{
		ID: "ftp/account-any-time", RFC: 959, Section: "4.1.1", Level: May, Party: Client, Prose: true,
		Rule:    "The client may send ACCT at any time.",
		Digests: []string{"dacb07d4e41b"},
	},
	{
		ID: "ftp/cwd-changes", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "After CWD that was accepted, pathnames that are not absolute are taken from that directory, and the login holds.",
		Digests: []string{"d9f7564709dd", "691419dc5d03"},
	},
	{
		ID: "ftp/cwd-parameters", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "CWD leaves TYPE, MODE and STRU as they are.",
		Digests: []string{"cf6556eb10d5"},
	},
	{
		ID: "ftp/cdup-parent", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "CDUP changes to the parent of the working directory.",
		Digests: []string{"0cb57d45740a"},
	},
	{
		ID: "ftp/cdup-replies", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "The reply codes of CDUP are those of CWD: 250 for success (section 5.4 has 200 in its place: either will do).",
		Digests: []string{"d58c9382ca2e"},
	},
	{
		ID: "ftp/smnt-parameters", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Extension: "SMNT", Prose: true,
		Rule:    "SMNT mounts another file system, and leaves the login and the transfer parameters as they are.",
		Digests: []string{"4b7a1d6f43ae", "cf6556eb10d5"},
		OffWire: "nobody has a second file system structure to mount: here SMNT is answered by 502",
	},
	{
		ID: "ftp/rein-flushes", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Extension: "REIN", Prose: true,
		Rule:    "REIN ends the login: commands that need one are refused until USER and PASS came anew.",
		Digests: []string{"46456b4d3e78"},
	},
	{
		ID: "ftp/rein-parameters", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Extension: "REIN", Prose: true,
		Rule:    "REIN sets all parameters to their defaults: TYPE A N, MODE S, STRU F, the default data port.",
		Digests: []string{"6e49fa550d25", "0cb4f94371e5"},
	},
	{
		ID: "ftp/rein-stays-open", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Extension: "REIN", Prose: true,
		Rule:    "REIN leaves the control connection open, and USER is served next.",
		Digests: []string{"6e49fa550d25", "1fb2fa8da7ce"},
	},
	{
		ID: "ftp/rein-transfer-completed", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Extension: "REIN", Prose: true,
		Rule:    "A transfer in progress when REIN comes is completed.",
		Digests: []string{"46456b4d3e78"},
	},
	{
		ID: "ftp/quit-closes", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "QUIT ends the session: the server closes the control connection.",
		Digests: []string{"c5df7027cef3"},
	},
	{
		ID: "ftp/quit-during-transfer", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "On QUIT during a transfer the connection stays open until the transfer is complete and its reply is sent; then the server closes it.",
		Digests: []string{"23fd1835cf33"},
	},
	{
		ID: "ftp/rein-not-quit", RFC: 959, Section: "4.1.1", Level: Should, Party: Client, Prose: true,
		Rule:    "A client that goes on with another user should use REIN.",
		Digests: []string{"19bf07fc0fc0"},
		OffWire: "whether a session is used for several users is the choice of the caller",
	},
	{
		ID: "ftp/unexpected-close", RFC: 959, Section: "4.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "When the control connection is closed without QUIT the server aborts the transfer and ends the session.",
		Digests: []string{"f01ebed541bf"},
	},

	// Transfer parameter commands (section 4.1.2).
	{
		ID: "ftp/parameters-remembered", RFC: 959, Section: "4.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A transfer parameter that was set holds for all transfers until it is set anew.",
		Digests: []string{"9ad06410de7b", "61ee29f29184"},
	},
	{
		ID: "ftp/parameters-order", RFC: 959, Section: "4.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "TYPE, STRU, MODE, PORT and PASV are served in any order, before the service command.",
		Digests: []string{"1287c39f11b8"},
	},
	{
		ID: "ftp/parameters-before-service", RFC: 959, Section: "4.1.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The client sends the commands that set parameters before the service command.",
		Digests: []string{"1287c39f11b8"},
	},
	{
		ID: "ftp/port-argument", RFC: 959, Section: "4.1.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The argument of PORT is six decimal numbers of 8 bits with commas between: the address, high order first, then the port.",
		Digests: []string{"ccba7ba13281", "913f89449b3b", "f38c5e481efb", "a1e96b915bf3", "ffc86c0345e7"},
	},
	{
		ID: "ftp/port-argument-understood", RFC: 959, Section: "4.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "The port of PORT h1,h2,h3,h4,p1,p2 is p1*256+p2 at the address h1.h2.h3.h4.",
		Digests: []string{"ccba7ba13281", "a1e96b915bf3", "ffc86c0345e7"},
	},
	{
		ID: "ftp/pasv-listens", RFC: 959, Section: "4.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "After PASV the server listens, and waits for the data connection rather than make one, also when PORT came before.",
		Digests: []string{"ff869bda14be"},
	},
	{
		ID: "ftp/pasv-not-default", RFC: 959, Section: "4.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "The port of PASV is not the server's default data port L-1.",
		Digests: []string{"ff869bda14be"},
	},
	{
		ID: "ftp/pasv-reply-address", RFC: 959, Section: "4.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "The reply to PASV has the host and port in it, six decimal numbers with commas between.",
		Digests: []string{"b58207cd77ab"},
	},
	{
		ID: "ftp/pasv-client", RFC: 959, Section: "4.1.2", Level: Must, Party: Client, Prose: true,
		Rule:    "After PASV the client connects to the port that the reply names.",
		Digests: []string{"ff869bda14be", "b58207cd77ab"},
	},
	{
		ID: "ftp/type-argument", RFC: 959, Section: "4.1.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The argument of TYPE is A, E, I or L, with the format (N, T, C) or the byte size after one space.",
		Digests: []string{"09531dc5f7e8", "a0660b184c94", "01705997b328"},
	},
	{
		ID: "ftp/type-default", RFC: 959, Section: "4.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "Without TYPE the representation type is ASCII Non-print.",
		Digests: []string{"97eddbc56024"},
	},
	{
		ID: "ftp/type-default-client", RFC: 959, Section: "4.1.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The client does not assume another type than ASCII Non-print before its TYPE was accepted: it sends TYPE I before a transfer of octets.",
		Digests: []string{"97eddbc56024", "5fc0474649ef"},
	},
	{
		ID: "ftp/type-format-returns", RFC: 959, Section: "4.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "TYPE with the first argument alone sets the format back to Non-print.",
		Digests: []string{"a7fe5044385f"},
		OffWire: "which format is in force does not show where none of them changes what is sent",
	},
	{
		ID: "ftp/stru-argument", RFC: 959, Section: "4.1.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The argument of STRU is one of the letters F, R and P.",
		Digests: []string{"2ac16e81a25a", "73afd41b068a"},
	},
	{
		ID: "ftp/stru-default", RFC: 959, Section: "4.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "Without STRU the structure is File.",
		Digests: []string{"156144e6e830"},
	},
	{
		ID: "ftp/mode-argument", RFC: 959, Section: "4.1.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The argument of MODE is one of the letters S, B and C (Z, of later use, where the server offers it).",
		Digests: []string{"52a1d119961f", "db5b6f40fadb"},
	},
	{
		ID: "ftp/mode-default", RFC: 959, Section: "4.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "Without MODE the transfer mode is Stream.",
		Digests: []string{"712da09d39f1"},
	},

	// Service commands (section 4.1.3).
	{
		ID: "ftp/pathname-conventions", RFC: 959, Section: "4.1.3", Level: Must, Party: Client, Prose: true,
		Rule:    "Pathnames conform to the server's conventions: the client sends them as they were given.",
		Digests: []string{"0534663e0c6a"},
		OffWire: "what a pathname should be is known to the caller alone",
	},
	{
		ID: "ftp/service-order", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "Service commands are served in any order.",
		Digests: []string{"1f2cf75a5b76"},
	},
	{
		ID: "ftp/service-pairs-client", RFC: 959, Section: "4.1.3", Level: Must, Party: Client, Prose: true,
		Rule:    "The client sends RNTO right after RNFR, and the service command right after REST.",
		Digests: []string{"1f2cf75a5b76", "498cab9b04ed", "9f41b6e19b05"},
	},
	{
		ID: "ftp/data-connection-only", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "The data of a service command is sent over the data connection, never over the control connection, but for informative replies (STAT, HELP).",
		Digests: []string{"7d6ec9f6a2ff"},
	},
	{
		ID: "ftp/retr-copy", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "RETR sends a copy of the file that the pathname names, absolute or relative.",
		Digests: []string{"6b49dbafade5"},
	},
	{
		ID: "ftp/retr-unaffected", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "RETR leaves the file as it is.",
		Digests: []string{"6291433ebd3a"},
	},
	{
		ID: "ftp/stor-stores", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "STOR stores the data under the pathname, whatever its length, none included.",
		Digests: []string{"37c36baeb1bf"},
	},
	{
		ID: "ftp/stor-replaces", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "STOR replaces the contents of a file that exists, also by shorter ones.",
		Digests: []string{"bc4954ba9c9a"},
	},
	{
		ID: "ftp/stor-creates", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "STOR creates the file if it does not exist.",
		Digests: []string{"05d19ff5110f"},
	},
	{
		ID: "ftp/stou-unique", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Extension: "STOU", Prose: true,
		Rule:    "STOU stores the data in the current directory under a name that no file there had before: two of them make two files.",
		Digests: []string{"514b8f85fc69"},
	},
	{
		ID: "ftp/stou-250-name", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Extension: "STOU", Prose: true,
		Rule:    "The reply to STOU has the name that was made.",
		Digests: []string{"b388781386e6"},
		OffWire: "RFC 1123 section 4.1.2.9 puts the name into the preliminary reply: see ftp/stou-name",
	},
	{
		ID: "ftp/appe-appends", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "APPE appends the data to the file of that pathname.",
		Digests: []string{"439178226077", "41dcd684213a"},
	},
	{
		ID: "ftp/appe-creates", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "APPE creates the file if it does not exist.",
		Digests: []string{"41dcd684213a"},
	},
	{
		ID: "ftp/allo-argument", RFC: 959, Section: "4.1.3", Level: Must, Party: Client, Prose: true,
		Rule:    "The argument of ALLO is a decimal integer.",
		Digests: []string{"cdaf6ad8cda7"},
	},
	{
		ID: "ftp/allo-record-size", RFC: 959, Section: "4.1.3", Level: Should, Party: Client, Prose: true,
		Rule:    `A second argument of ALLO is separated from the first by " R ".`,
		Digests: []string{"0163a870beaf"},
	},
	{
		ID: "ftp/allo-followed", RFC: 959, Section: "4.1.3", Level: Must, Party: Client, Prose: true,
		Rule:    "ALLO is followed by STOR or APPE (or STOU).",
		Digests: []string{"2695fbfb0578"},
	},
	{
		ID: "ftp/allo-noop", RFC: 959, Section: "4.1.3", Level: Should, Party: Server, Extension: "ALLO", Prose: true,
		Rule:    "A server that needs no declaration of size treats ALLO as NOOP: it gets a positive completion reply, with and without a record size, and has no effect.",
		Digests: []string{"3ba9f9d7a938"},
	},
	{
		ID: "ftp/rest-no-transfer", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Extension: "REST", Prose: true,
		Rule:    "REST transfers nothing: it gets its reply alone, and the data goes with the next command.",
		Digests: []string{"0c51c7d597b6"},
	},
	{
		ID: "ftp/rest-resumes", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Extension: "REST", Prose: true,
		Rule:    "The service command after REST resumes the transfer at the server's marker.",
		Digests: []string{"77f2fd82dca4", "9f41b6e19b05"},
	},
	{
		ID: "ftp/rename", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "RNFR and RNTO together rename the file: it is there under the new pathname, with its contents, and not under the old one.",
		Digests: []string{"ec0611a81180", "df8e14d375ff"},
	},
	{
		ID: "ftp/abor-idle", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Extension: "ABOR", Prose: true,
		Rule:    "ABOR when no transfer is in progress closes an open data connection and gets 226 (or 225, section 5.4).",
		Digests: []string{"57eb3af98121"},
	},
	{
		ID: "ftp/abor-transfer", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Extension: "ABOR", Prose: true,
		Rule:    "ABOR during a transfer ends it: the data connection is closed, the transfer command gets 426, and then ABOR gets 226.",
		Digests: []string{"f6be6dec1eb5", "9ab9fe7ed8c5"},
	},
	{
		ID: "ftp/abor-no-action", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Extension: "ABOR", Prose: true,
		Rule:    "ABOR after a transfer that was completed undoes nothing.",
		Digests: []string{"40aaefb179db"},
	},
	{
		ID: "ftp/abor-control-open", RFC: 959, Section: "4.1.3", Level: MustNot, Party: Server, Extension: "ABOR", Prose: true,
		Rule:    "ABOR does not end the session: the control connection stays open and serves.",
		Digests: []string{"4ca9f6de70f6"},
	},
	{
		ID: "ftp/dele-deletes", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "DELE deletes the file.",
		Digests: []string{"0f1740fccbdb"},
	},
	{
		ID: "ftp/dele-query", RFC: 959, Section: "4.1.3", Level: Should, Party: Client, Prose: true,
		Rule:    "A query before a file is deleted is the client's part.",
		Digests: []string{"fabf2acb7340"},
		OffWire: "a matter of the user interface",
	},
	{
		ID: "ftp/rmd-removes", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "RMD removes the directory that an absolute pathname names, or a relative one from the working directory.",
		Digests: []string{"0a152ac432b5"},
	},
	{
		ID: "ftp/mkd-creates", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "MKD creates the directory that an absolute pathname names, or a relative one from the working directory.",
		Digests: []string{"0dbdbcb976c7"},
	},
	{
		ID: "ftp/pwd-names", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "The reply to PWD has the name of the working directory.",
		Digests: []string{"c78c16d6bca2"},
	},
	{
		ID: "ftp/list-directory", RFC: 959, Section: "4.1.3", Level: Should, Party: Server, Prose: true,
		Rule:    "LIST of a directory sends a list of the files in it.",
		Digests: []string{"191013ee1031"},
	},
	{
		ID: "ftp/list-file", RFC: 959, Section: "4.1.3", Level: Should, Party: Server, Prose: true,
		Rule:    "LIST of a file sends information on that file.",
		Digests: []string{"ce266dc73443"},
	},
	{
		ID: "ftp/list-null", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "LIST without an argument lists the working directory.",
		Digests: []string{"aed6c7e70618"},
	},
	{
		ID: "ftp/list-ascii", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "The listing is sent over the data connection as text in ASCII (or EBCDIC): in TYPE A each line of it ends with CR LF.",
		Digests: []string{"40e35dabb2aa", "3eb5472986d0"},
	},
	{
		ID: "ftp/list-type-client", RFC: 959, Section: "4.1.3", Level: Must, Party: Client, Prose: true,
		Rule:    "The client sets TYPE A (or E) before LIST and NLST.",
		Digests: []string{"c0b0364033b0", "33bd6e948b11"},
		OffWire: "RFC 1123 section 4.1.2.7 gives listings an implied type: a client that relies on it is right too",
	},
	{
		ID: "ftp/nlst-directory", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "NLST sends the names in the directory that its argument names, without one those in the working directory.",
		Digests: []string{"8945f9f369c2", "03505ef85c14"},
	},
	{
		ID: "ftp/nlst-names-only", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "NLST sends names of files and no other information: no heading, no total, no size or mark behind a name.",
		Digests: []string{"5439314fab92"},
	},
	{
		ID: "ftp/nlst-pathnames", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "The names that NLST sends are valid pathnames, in TYPE A each ended by CR LF.",
		Digests: []string{"577670d4f192"},
	},
	{
		ID: "ftp/site-specific", RFC: 959, Section: "4.1.3", Level: May, Party: Server, Prose: true,
		Rule:    "The server may offer services of its own by SITE.",
		Digests: []string{"4b3ad0e2fc3e"},
	},
	{
		ID: "ftp/site-help", RFC: 959, Section: "4.1.3", Level: May, Party: Server, Prose: true,
		Rule:    "The reply to HELP SITE may tell of them.",
		Digests: []string{"79eb4868593e", "136157944209"},
	},
	{
		ID: "ftp/syst-name", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "The first word of the reply to SYST is a system name of the Assigned Numbers (UNIX, TOPS20, VMS, MVS, WIN32 and so on).",
		Digests: []string{"7df8d03535d3"},
	},
	{
		ID: "ftp/stat-reply", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "STAT gets its status on the control connection as a reply.",
		Digests: []string{"ac47f014cb66"},
	},
	{
		ID: "ftp/stat-during-transfer", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "STAT during a transfer is answered with the status of it, at once or when it is complete, and the transfer goes on to its end.",
		Digests: []string{"042940910d47"},
	},
	{
		ID: "ftp/stat-pathname", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "STAT with a pathname is LIST with the data on the control connection: the reply names the file, or what the directory holds, and no data connection is used.",
		Digests: []string{"882ec15dad60"},
	},
	{
		ID: "ftp/stat-partial", RFC: 959, Section: "4.1.3", Level: May, Party: Server, Prose: true,
		Rule:    "STAT with a partial pathname may list the names that go with it.",
		Digests: []string{"97c161e7b47c"},
	},
	{
		ID: "ftp/stat-general", RFC: 959, Section: "4.1.3", Level: Should, Party: Server, Prose: true,
		Rule:    "STAT without an argument sends general status information: a positive reply with more text than its code.",
		Digests: []string{"17c1e3f3c482"},
	},
	{
		ID: "ftp/stat-parameters", RFC: 959, Section: "4.1.3", Level: Should, Party: Server, Prose: true,
		Rule:    "The reply to STAT includes the current transfer parameters: it differs when the TYPE does.",
		Digests: []string{"5f3176720e7a"},
	},
	{
		ID: "ftp/help-informs", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "HELP gets a reply of the type 211 or 214 with text that helps.",
		Digests: []string{"9d0aad5062ce", "e35e319e4bc5"},
	},
	{
		ID: "ftp/help-argument", RFC: 959, Section: "4.1.3", Level: May, Party: Server, Prose: true,
		Rule:    "HELP may take an argument, such as a command name, and say more about it.",
		Digests: []string{"0bd51bd78bbe"},
	},
	{
		ID: "ftp/help-before-user", RFC: 959, Section: "4.1.3", Level: Should, Party: Server, Prose: true,
		Rule:    "HELP is served before USER.",
		Digests: []string{"4a1e46973d35"},
	},
	{
		ID: "ftp/noop-ok", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "NOOP gets an OK reply.",
		Digests: []string{"0328d2fa1a74"},
	},
	{
		ID: "ftp/noop-no-effect", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "NOOP has no effect on parameters or on commands before it.",
		Digests: []string{"78cfce729437"},
	},
	{
		ID: "ftp/telnet-control", RFC: 959, Section: "4.1.3", Level: Must, Party: Both, Prose: true,
		Rule:    "What is sent over the control connection is NVT-ASCII, each line ended by CR LF; Telnet commands (IAC) are no part of a line (RFC 2640 allows UTF-8 in pathnames and, after LANG, in text).",
		Digests: []string{"a08969dd1fc6", "b1b398da1d5f"},
	},
	{
		ID: "ftp/command-form", RFC: 959, Section: "4.1.3", Level: Must, Party: Client, Prose: true,
		Rule:    "A command is its code, a space and the parameters if there are any, and CR LF.",
		Digests: []string{"cb8521783432", "7b170e8ada58"},
	},
	{
		ID: "ftp/commands-during-transfer", RFC: 959, Section: "4.1.3", Level: May, Party: Client, Prose: true,
		Rule:    "The client may send ABOR, STAT and QUIT while a transfer is in progress.",
		Digests: []string{"c2b5ca7a7083"},
	},
	{
		ID: "ftp/telnet-interrupt-client", RFC: 959, Section: "4.1.3", Level: Should, Party: Client, Prose: true,
		Rule:    "To interrupt a transfer the client sends Telnet IP, then the Telnet Synch, then the command (ABOR).",
		Digests: []string{"c74fa818dbda", "a8bfe8ae7bc8", "f12f1d948379", "7535ca339a57"},
	},
	{
		ID: "ftp/telnet-interrupt", RFC: 959, Section: "4.1.3", Level: Must, Party: Server, Extension: "ABOR", Prose: true,
		Rule:    "A command after Telnet IP and Synch (IAC IP, and IAC DM as urgent data) is read and served as without them, during a transfer and at any other time.",
		Digests: []string{"28075aede024", "1a8c8299af8a"},
	},

	// Replies (section 4.2).
	{
		ID: "ftp/reply-every-command", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "Every command gets at least one reply, and its replies can be told from those to the next one: one completion or intermediate reply each.",
		Digests: []string{"2a76f80af314"},
	},
	{
		ID: "ftp/sequence-repeat", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A failure in a sequence (USER PASS ACCT, RNFR RNTO) ends it: the second command of it alone is refused then.",
		Digests: []string{"7f7d91fce481", "ce56b5606939"},
	},
	{
		ID: "ftp/sequence-repeat-client", RFC: 959, Section: "4.2", Level: Must, Party: Client, Prose: true,
		Rule:    "After a failure in a sequence the client goes on with its first command, not within it.",
		Digests: []string{"ce56b5606939", "51eb4d0fa173"},
	},
	{
		ID: "ftp/reply-form", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A reply is three digits, a space, one line of text, and CR LF.",
		Digests: []string{"aaf833154389", "36a711156449"},
	},
	{
		ID: "ftp/reply-multiline-form", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A multi-line reply begins with a line of the code and a hyphen, ends with a line of the same code and a space, and has no other reply within.",
		Digests: []string{"85a334244822", "c50ac2b1039f", "d853999a8f7a", "bd980853e7e4"},
	},
	{
		ID: "ftp/reply-multiline-padding", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "No line between the first and the last of a multi-line reply begins with three digits.",
		Digests: []string{"f131aa503bc3"},
	},
	{
		ID: "ftp/reply-multiline-offset", RFC: 959, Section: "4.2", Level: Should, Party: Server, Prose: true,
		Rule:    "A line of a listing in a multi-line reply (STAT) that begins with three digits and a space is offset by text such as a space.",
		Digests: []string{"d8ba05ebcf10"},
	},
	{
		ID: "ftp/reply-multiline-read", RFC: 959, Section: "4.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The client reads a multi-line reply up to the line that begins with its code and a space; a line between that begins with another code, or with its code and anything but a space, does not end it.",
		Digests: []string{"56cc415632bf", "162f6dfec3e5"},
	},
	{
		ID: "ftp/reply-text-free", RFC: 959, Section: "4.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The client goes by the code of a reply; it needs no particular text, nor any (but for those of 227, 257, 213, 229 and their like, which carry values).",
		Digests: []string{"574ac82b243a", "dda37f56e3df", "a9f156a6fef0"},
	},
	{
		ID: "ftp/reply-first-digit-client", RFC: 959, Section: "4.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The first digit tells the client what to do next, whatever the other digits are.",
		Digests: []string{"a7d4985d3b44"},
	},
	{
		ID: "ftp/reply-first-digit", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "The first digit of a reply code is 1 to 5 (RFC 2228 adds 6 for protected replies).",
		Digests: []string{"b0eeed46685f", "a2da818d0444"},
	},
	{
		ID: "ftp/preliminary-wait", RFC: 959, Section: "4.2", Level: MustNot, Party: Client, Prose: true,
		Rule:    "After a 1yz reply the client sends no new command before the completion reply (ABOR, STAT and QUIT excepted).",
		Digests: []string{"19e169a3b5a1", "e56534518532"},
	},
	{
		ID: "ftp/commands-queued", RFC: 959, Section: "4.2", Level: Should, Party: Server, Prose: true,
		Rule:    "A command that arrives while one is in progress is kept and served after it.",
		Digests: []string{"e56534518532"},
	},
	{
		ID: "ftp/reply-one-preliminary", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A command gets at most one 1yz reply (110 restart marker replies apart).",
		Digests: []string{"48faf6931628"},
	},
	{
		ID: "ftp/reply-2yz", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A 2yz reply says that the action is completed: what the next command sees has it done.",
		Digests: []string{"74c5e866f861", "99c5b2440ea1"},
	},
	{
		ID: "ftp/reply-3yz", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A 3yz reply says that the action waits for a further command: nothing of it is done yet, and the next command of the sequence completes it.",
		Digests: []string{"717ff8074993", "baf4ab5d3c37"},
	},
	{
		ID: "ftp/reply-3yz-client", RFC: 959, Section: "4.2", Level: Should, Party: Client, Prose: true,
		Rule:    "On a 3yz reply the client sends the next command of the sequence.",
		Digests: []string{"c4ed4db7143d"},
	},
	{
		ID: "ftp/reply-negative", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A 4yz or 5yz reply says that the action did not take place: it has no effect.",
		Digests: []string{"2687256d4510", "529be46011e7"},
	},
	{
		ID: "ftp/reply-4yz-retry", RFC: 959, Section: "4.2", Level: May, Party: Client, Prose: true,
		Rule:    "After a 4yz reply the client may try again.",
		Digests: []string{"7c1cede1c9c4"},
	},
	{
		ID: "ftp/reply-5yz-repeat", RFC: 959, Section: "4.2", Level: ShouldNot, Party: Client, Prose: true,
		Rule:    "After a 5yz reply the client does not repeat the same request by itself.",
		Digests: []string{"fac8bbc4874e"},
	},
	{
		ID: "ftp/reply-4yz-5yz", RFC: 959, Section: "4.2", Level: Should, Party: Server, Prose: true,
		Rule:    "A reply is 4yz if the same command can succeed later without a change at either side, else 5yz.",
		Digests: []string{"231d9a77a3f2"},
		OffWire: "whether a cause inside a server will pass does not show on the wire",
	},
	{
		ID: "ftp/reply-second-digit", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "The second digit is the function: 0 syntax, 1 information, 2 connections, 3 authentication and accounting, 5 file system; no reply has another.",
		Digests: []string{"5d3f2f503150", "2d721f2abb78", "25d4ad3cfa13", "2c31d25e414f", "e13a9321b111", "9506d004c662"},
	},
	{
		ID: "ftp/reply-codes-listed", RFC: 959, Section: "4.2", Level: ShouldNot, Party: Server, Prose: true,
		Rule:    "The server does not invent codes: each reply to a command has a code that section 5.4 lists for it (or that a later RFC added).",
		Digests: []string{"b831a7ee1357"},
	},
	{
		ID: "ftp/reply-200-parameter", RFC: 959, Section: "4.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A command whose success tells nothing new (TYPE, MODE, STRU, PORT, NOOP) gets 200.",
		Digests: []string{"2efb214139bb"},
	},
	{
		ID: "ftp/reply-202-superfluous", RFC: 959, Section: "4.2", Level: Should, Party: Server, Prose: true,
		Rule:    "A command that is superfluous at the site (ALLO, ACCT) gets a positive completion reply, 202.",
		Digests: []string{"7cacf32248fd", "c4128bd2cd8b"},
	},
	{
		ID: "ftp/reply-502-unimplemented", RFC: 959, Section: "4.2", Level: Should, Party: Server, Prose: true,
		Rule:    "A command of RFC 959 that is not implemented gets 502 (RFC 1123 section 4.1.2.11 makes the code a SHOULD).",
		Digests: []string{"8cbfdfa0f1c2"},
	},
	{
		ID: "ftp/reply-504-parameter", RFC: 959, Section: "4.2", Level: Should, Party: Server, Prose: true,
		Rule:    "A command that is implemented gets 504 for a parameter that is not, such as MODE, STRU or TYPE with a letter of RFC 959 (RFC 1123 section 4.1.2.11 makes the code a SHOULD).",
		Digests: []string{"41a27ceaed1c"},
	},
	{
		ID: "ftp/reply-500-unrecognized", RFC: 959, Section: "4.2.1", Level: Must, Party: Server, Prose: true,
		Rule:    "A command that is not recognized gets a 5yz reply: 500 (or 530 before login), and the session goes on.",
		Digests: []string{"6c30dbb52ad3"},
	},
	{
		ID: "ftp/reply-500-too-long", RFC: 959, Section: "4.2.1", Level: Must, Party: Server, Prose: true,
		Rule:    "A command line that is too long gets a negative reply, one only, and is not carried out in part (the session may end then).",
		Digests: []string{"6c30dbb52ad3", "1ce23aa280cb"},
	},
	{
		ID: "ftp/reply-501-arguments", RFC: 959, Section: "4.2.1", Level: Must, Party: Server, Prose: true,
		Rule:    "A command whose parameters break its syntax (TYPE, MODE or STRU with a letter or word that is none, PORT that is not six numbers of 8 bits) gets a 5yz reply: 501 (or 500, 504).",
		Digests: []string{"ab95e5e452c6"},
	},
	{
		ID: "ftp/reply-503-sequence", RFC: 959, Section: "4.2.1", Level: Must, Party: Server, Prose: true,
		Rule:    "A command out of its sequence (RNTO without RNFR, PASS without USER) gets a negative reply, 503 where the table of section 5.4 has it.",
		Digests: []string{"fd14fda1a4ed"},
	},
	{
		ID: "ftp/reply-110-text", RFC: 959, Section: "4.2.1", Level: Must, Party: Server, Extension: "MODE B", Prose: true,
		Rule:    `The text of a 110 reply is "MARK yyyy = mmmm": the user's marker, " = ", the server's.`,
		Digests: []string{"6384aab64280", "e15c85836ac8"},
	},
	{
		ID: "ftp/reply-120-text", RFC: 959, Section: "4.2.1", Level: Should, Party: Server, Prose: true,
		Rule:    "A 120 reply tells in how many minutes the service is ready.",
		Digests: []string{"8990d02ae479"},
		OffWire: "a client cannot bring a server to delay its greeting; a mock does it on purpose",
	},
	{
		ID: "ftp/reply-421-any", RFC: 959, Section: "4.2.1", Level: May, Party: Server, Prose: true,
		Rule:    "The server may answer any command with 421 if it must shut down.",
		Digests: []string{"507683da152e", "ad70eaa37163"},
		OffWire: "a client cannot bring a server to shut down; a mock does it on purpose",
	},
	{
		ID: "ftp/reply-421-client", RFC: 959, Section: "4.2.1", Level: Must, Party: Client, Prose: true,
		Rule:    "The client takes 421 as the answer to any command, at any point of it, and for a failure.",
		Digests: []string{"507683da152e", "ad70eaa37163"},
	},
	{
		ID: "ftp/reply-257-form", RFC: 959, Section: "4.2.1", Level: Must, Party: Server, Prose: true,
		Rule:    "A 257 reply has the pathname in double quotes right after the code and the space.",
		Digests: []string{"5924712e678d"},
	},
	{
		ID: "ftp/reply-227-form", RFC: 959, Section: "4.2.1", Level: Must, Party: Server, Prose: true,
		Rule:    "A 227 reply has h1,h2,h3,h4,p1,p2 in its text (RFC 1123 section 4.1.2.6: with or without the parentheses).",
		Digests: []string{"9be6a3aaeda0"},
	},

	// Declarative specifications (section 5).
	{
		ID: "ftp/minimum-implementation", RFC: 959, Section: "5.1", Level: Must, Party: Server, Prose: true,
		Rule:    "USER, QUIT, PORT, TYPE A N, MODE S, STRU F, RETR, STOR and NOOP are implemented (record structure too, but see RFC 1123 section 4.1.2.13).",
		Digests: []string{"187b85ad955e", "ec51998ab17b"},
	},
	{
		ID: "ftp/standard-defaults", RFC: 959, Section: "5.1", Level: Must, Party: Server, Prose: true,
		Rule:    "TYPE A N, MODE S and STRU F are the defaults, and are accepted when they are set by command.",
		Digests: []string{"7d2def159296", "b6e6568c56ca", "de71fc3495ae"},
	},
	{
		ID: "ftp/control-listen", RFC: 959, Section: "5.2", Level: Must, Party: Server, Prose: true,
		Rule:    "The server listens on port L; the user makes the control connection.",
		Digests: []string{"6fd589883b3e"},
		OffWire: "the port belongs to the deployment: the user names the address that is judged",
	},
	{
		ID: "ftp/telnet-conventions", RFC: 959, Section: "5.2", Level: Should, Party: Server, Prose: true,
		Rule:    "The server follows the Telnet protocol on the control connection: IAC sequences are taken out of a command before it is read.",
		Digests: []string{"5e43e768ddf5"},
	},
	{
		ID: "ftp/command-editing", RFC: 959, Section: "5.2", Level: May, Party: Server, Prose: true,
		Rule:    "The server need not edit command lines (backspace and the like).",
		Digests: []string{"e72742c27302"},
		OffWire: "an editing character in a line is either done or taken as an octet, and RFC 959 asks for neither",
	},
	{
		ID: "ftp/control-closed-after-replies", RFC: 959, Section: "5.2", Level: Must, Party: Server, Prose: true,
		Rule:    "At the user's request (QUIT) the server closes the control connection after all transfers and replies are completed: commands sent before QUIT are all answered.",
		Digests: []string{"778aaf72a554"},
	},
	{
		ID: "ftp/data-listen-client", RFC: 959, Section: "5.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The client listens on the data port, its default one or that of its PORT command.",
		Digests: []string{"c2f7222deeca"},
	},
	{
		ID: "ftp/data-from-default-port", RFC: 959, Section: "5.2", Level: Must, Party: Server, Prose: true,
		Rule:    "The server makes data connections from its default data port, L-1.",
		Digests: []string{"8a66cf5b0d78"},
		OffWire: "whether a server may bind L-1 belongs to the deployment: port 20 takes privileges, the neighbour of a port that the system chose may be taken, and a mapped port shows another",
	},
	{
		ID: "ftp/transfer-direction", RFC: 959, Section: "5.2", Level: Must, Party: Server, Prose: true,
		Rule:    "The service command alone determines the direction of the transfer.",
		Digests: []string{"669463d57174"},
	},
	{
		ID: "ftp/third-party-client", RFC: 959, Section: "5.2", Level: Must, Party: Client, Prose: true,
		Rule:    "For a transfer between two servers the client sends PASV to the one, the address of its reply in PORT to the other, and then the service commands.",
		Digests: []string{"51dd287aab16", "86fdc769c92b", "d2a30a9f4e8c", "31051149b44f"},
		OffWire: "whether transfers between servers are made is the choice of the caller",
	},
	{
		ID: "ftp/third-party", RFC: 959, Section: "5.2", Level: May, Party: Server, Prose: true,
		Rule:    "The server serves PORT with the address of another host than the user's (RFC 2577 section 3 advises against it).",
		Digests: []string{"86fdc769c92b", "d2a30a9f4e8c"},
	},
	{
		ID: "ftp/close-immediately", RFC: 959, Section: "5.2", Level: Must, Party: Server, Extension: "MODE B", Prose: true,
		Rule:    "A server that closes the data connection after a transfer, though it need not, does so at once, and not when the next transfer command comes.",
		Digests: []string{"448928f83d99", "e097af6db2ce"},
	},
	{
		ID: "ftp/close-before-226", RFC: 959, Section: "5.2", Level: Must, Party: Server, Prose: true,
		Rule:    "226 is sent after the data connection is closed; where it is left open the reply is 250.",
		Digests: []string{"3813f217ac53"},
	},
	{
		ID: "ftp/completion-wait", RFC: 959, Section: "5.2", Level: Should, Party: Client, Prose: true,
		Rule:    "The client waits for the 226 or 250 reply before it sends a new transfer command.",
		Digests: []string{"3813f217ac53"},
	},
	{
		ID: "ftp/close-remaining-data", RFC: 959, Section: "5.2", Level: Should, Party: Both, Prose: true,
		Rule:    "Who sees the data connection being closed reads what is still queued and closes its side.",
		Digests: []string{"a8e2189254f6"},
	},
	{
		ID: "ftp/command-code-form", RFC: 959, Section: "5.3", Level: Must, Party: Client, Prose: true,
		Rule:    "A command code is of four letters or fewer.",
		Digests: []string{"a103b58c91a8"},
	},
	{
		ID: "ftp/command-case", RFC: 959, Section: "5.3", Level: Must, Party: Server, Prose: true,
		Rule:    "Command codes are recognised in upper, lower and mixed case.",
		Digests: []string{"705e68f290da", "a5d433539035"},
	},
	{
		ID: "ftp/parameter-case", RFC: 959, Section: "5.3", Level: Must, Party: Server, Prose: true,
		Rule:    "So are the letters of parameters: TYPE i, MODE s, STRU f.",
		Digests: []string{"037334023be5"},
	},
	{
		ID: "ftp/command-spaces", RFC: 959, Section: "5.3", Level: Must, Party: Server, Prose: true,
		Rule:    "One or more spaces stand between the code and the argument: TYPE and I are understood with two (in a pathname a further space is part of it, RFC 2640 section 2.2).",
		Digests: []string{"e5b23fc667b7"},
	},
	{
		ID: "ftp/argument-crlf", RFC: 959, Section: "5.3", Level: Must, Party: Client, Prose: true,
		Rule:    "The argument ends with CR LF.",
		Digests: []string{"c97dcc7b1fcc"},
	},
	{
		ID: "ftp/no-action-before-eol", RFC: 959, Section: "5.3", Level: Must, Party: Server, Prose: true,
		Rule:    "The server takes no action on a command before its end of line has come.",
		Digests: []string{"ae2084e4cd8f"},
	},
	{
		ID: "ftp/argument-ascii", RFC: 959, Section: "5.3", Level: Must, Party: Client, Prose: true,
		Rule:    "The characters of an argument are ASCII (RFC 2640 allows UTF-8 in pathnames).",
		Digests: []string{"e757dc99a9fe"},
	},
	{
		ID: "ftp/optional-argument", RFC: 959, Section: "5.3", Level: Must, Party: Server, Prose: true,
		Rule:    "An optional argument may be left out: LIST, NLST, STAT, HELP and TYPE A without one have their default.",
		Digests: []string{"8edcf7e1cfb3", "9e08cbdeab05"},
	},
	{
		ID: "ftp/command-syntax", RFC: 959, Section: "5.3.1", Level: Must, Party: Client, Prose: true,
		Rule:    "Each command has the arguments that its syntax gives it, and no others: none for CDUP, QUIT, REIN, PASV, STOU, ABOR, PWD, SYST and NOOP.",
		Digests: []string{"f4e2a80bd478"},
	},
	{
		ID: "ftp/argument-required", RFC: 959, Section: "5.3.1", Level: Must, Party: Server, Prose: true,
		Rule:    "A command without the argument that its syntax requires (USER, CWD, PORT, TYPE, STRU, MODE, RETR, STOR, APPE, REST, RNFR, RNTO, DELE, RMD, MKD) is refused.",
		Digests: []string{"f4e2a80bd478"},
	},
	{
		ID: "ftp/string-characters", RFC: 959, Section: "5.3.2", Level: Must, Party: Client, Prose: true,
		Rule:    "An argument has neither CR nor LF in it: a pathname that has is refused before anything is sent.",
		Digests: []string{"ec4c99496ca3", "c0a9d4f253a3", "f24e90bb06fa"},
	},
	{
		ID: "ftp/pathname-characters", RFC: 959, Section: "5.3.2", Level: Must, Party: Server, Prose: true,
		Rule:    "Names of files with spaces and other printable characters are served.",
		Digests: []string{"ec4c99496ca3", "c0a9d4f253a3", "f24e90bb06fa"},
	},
	{
		ID: "ftp/marker-characters", RFC: 959, Section: "5.3.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The argument of REST is of the characters 33 to 126.",
		Digests: []string{"c7bb5c8b6f24", "5434624dbd26", "ec55218e0e16"},
	},
	{
		ID: "ftp/host-port-numbers", RFC: 959, Section: "5.3.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The six numbers of PORT are decimal and at most 255 (0 included, which the syntax forgot).",
		Digests: []string{"34b9e5848c71", "4197c1d6b41b", "212940d6c313", "478fb73bb979"},
	},
	{
		ID: "ftp/parameter-codes", RFC: 959, Section: "5.3.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The parameters of TYPE, STRU and MODE are those of the syntax.",
		Digests: []string{"006c9fe6e1ae", "8c99b18231a0", "6a9853b757eb", "1663ea4e543d"},
	},

	// Sequencing of commands and replies (section 5.4).
	{
		ID: "ftp/reply-prompt", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "A command gets a prompt primary reply; replies come in the order of the commands.",
		Digests: []string{"8104706e5906", "5b8f8dc4c20d"},
	},
	{
		ID: "ftp/reply-wait-client", RFC: 959, Section: "5.4", Level: Should, Party: Client, Prose: true,
		Rule:    "The client waits for the reply to a command, and for the second one where there is one, before it sends the next.",
		Digests: []string{"ba28fd5ba0cc", "cd289f1b009b"},
	},
	{
		ID: "ftp/greeting-220", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "When the connection is made the server sends 220 by itself.",
		Digests: []string{"db207f127f0e", "d5a14058d84b"},
	},
	{
		ID: "ftp/greeting-wait-client", RFC: 959, Section: "5.4", Level: Should, Party: Client, Prose: true,
		Rule:    "The client waits for the greeting before it sends a command.",
		Digests: []string{"166cd0849ef5"},
	},
	{
		ID: "ftp/greeting-120", RFC: 959, Section: "5.4", Level: Should, Party: Server, Prose: true,
		Rule:    "A server that cannot serve at once sends 120 at once, and 220 when it is ready.",
		Digests: []string{"8be8aa0a36b8"},
		OffWire: "a client cannot bring a server to delay its greeting; a mock does it on purpose",
	},
	{
		ID: "ftp/greeting-120-client", RFC: 959, Section: "5.4", Level: Must, Party: Client, Prose: true,
		Rule:    "The client takes 120 for a greeting that is to come, and goes on waiting for 220.",
		Digests: []string{"8be8aa0a36b8", "aa45a7616231"},
	},
	{
		ID: "ftp/reply-spontaneous", RFC: 959, Section: "5.4", Level: MustNot, Party: Server, Prose: true,
		Rule:    "The server sends no reply that answers no command.",
		Digests: []string{"a50d6d571a11"},
	},
	{
		ID: "ftp/reply-spontaneous-queued", RFC: 959, Section: "5.4", Level: Should, Party: Server, Prose: true,
		Rule:    "What the system has to say is sent with the next reply.",
		Digests: []string{"7ced240dccd2"},
		OffWire: "a client cannot bring a system to have something to say",
	},
	{
		ID: "ftp/reply-sequences-client", RFC: 959, Section: "5.4", Level: Must, Party: Client, Prose: true,
		Rule:    "Each reply that the table lists for a command is understood: success, failure, or what is to follow.",
		Digests: []string{"a315d525ac40", "78e9fee139c8", "2c4d2db7346b", "aad8ac465a8b", "0d925d500644"},
	},
	{
		ID: "ftp/reply-meaning", RFC: 959, Section: "5.4", Level: MustNot, Party: Server, Prose: true,
		Rule:    "The text of a reply may be any, but the meaning of its code cannot be altered: a success is not told by a code of failure, nor a failure by one of success.",
		Digests: []string{"a315d525ac40"},
	},
	{
		ID: "ftp/reply-connection", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "Connection: 220; or 120, then 220; or 421.",
		Digests: []string{"78e9fee139c8"},
	},
	{
		ID: "ftp/reply-user", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "USER: 230; 331 or 332; 500, 501, 421, 530.",
		Digests: []string{"78e9fee139c8"},
	},
	{
		ID: "ftp/reply-pass", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "PASS: 230, 202; 332; 500, 501, 503, 421, 530.",
		Digests: []string{"78e9fee139c8"},
	},
	{
		ID: "ftp/reply-acct", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "ACCT: 230, 202; 500, 501, 503, 421, 530 (and 502, where it is not implemented).",
		Digests: []string{"78e9fee139c8"},
	},
	{
		ID: "ftp/reply-cwd", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "CWD: 250; 500, 501, 502, 421, 530, 550.",
		Digests: []string{"78e9fee139c8"},
	},
	{
		ID: "ftp/reply-cdup", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "CDUP: 200, or 250 as CWD (section 4.1.1); 500, 501, 502, 421, 530, 550.",
		Digests: []string{"78e9fee139c8"},
	},
	{
		ID: "ftp/reply-smnt", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "SMNT: 202, 250; 500, 501, 502, 421, 530, 550.",
		Digests: []string{"78e9fee139c8"},
	},
	{
		ID: "ftp/reply-rein", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "REIN: 220; or 120, then 220; 421, 500, 502.",
		Digests: []string{"78e9fee139c8"},
	},
	{
		ID: "ftp/reply-quit", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "QUIT: 221, or 500 for a failure.",
		Digests: []string{"78e9fee139c8"},
	},
	{
		ID: "ftp/reply-port", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "PORT: 200; 500, 501, 421, 530.",
		Digests: []string{"2c4d2db7346b"},
	},
	{
		ID: "ftp/reply-pasv", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "PASV: 227; 500, 501, 502, 421, 530.",
		Digests: []string{"2c4d2db7346b"},
	},
	{
		ID: "ftp/reply-mode", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "MODE: 200; 500, 501, 504, 421, 530.",
		Digests: []string{"2c4d2db7346b"},
	},
	{
		ID: "ftp/reply-type", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "TYPE: 200; 500, 501, 504, 421, 530.",
		Digests: []string{"2c4d2db7346b"},
	},
	{
		ID: "ftp/reply-stru", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "STRU: 200; 500, 501, 504, 421, 530.",
		Digests: []string{"2c4d2db7346b"},
	},
	{
		ID: "ftp/reply-allo", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "ALLO: 200, 202; 500, 501, 504, 421, 530 (and 502, where it is not implemented).",
		Digests: []string{"2c4d2db7346b"},
	},
	{
		ID: "ftp/reply-rest", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "REST: 350; 500, 501, 502, 421, 530.",
		Digests: []string{"2c4d2db7346b"},
	},
	{
		ID: "ftp/reply-stor", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "STOR: 125 or 150, then (110 any number of times and) 226 or 250, or 425, 426, 451, 551, 552; or at once 532, 450, 452, 553, 500, 501, 421, 530.",
		Digests: []string{"2c4d2db7346b"},
	},
	{
		ID: "ftp/reply-stou", RFC: 959, Section: "5.4", Level: Must, Party: Server, Extension: "STOU", Prose: true,
		Rule:    "STOU: as STOR (and 502, where it is not implemented).",
		Digests: []string{"2c4d2db7346b"},
	},
	{
		ID: "ftp/reply-retr", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "RETR: 125 or 150, then (110 any number of times and) 226 or 250, or 425, 426, 451; or at once 450, 550, 500, 501, 421, 530.",
		Digests: []string{"2c4d2db7346b"},
	},
	{
		ID: "ftp/reply-list", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "LIST: 125 or 150, then 226 or 250, or 425, 426, 451; or at once 450, 500, 501, 502, 421, 530.",
		Digests: []string{"aad8ac465a8b"},
	},
	{
		ID: "ftp/reply-nlst", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "NLST: 125 or 150, then 226 or 250, or 425, 426, 451; or at once 450, 500, 501, 502, 421, 530.",
		Digests: []string{"aad8ac465a8b"},
	},
	{
		ID: "ftp/reply-appe", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "APPE: 125 or 150, then (110 any number of times and) 226 or 250, or 425, 426, 451, 551, 552; or at once 532, 450, 550, 452, 553, 500, 501, 502, 421, 530.",
		Digests: []string{"aad8ac465a8b"},
	},
	{
		ID: "ftp/reply-rnfr", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "RNFR: 350; 450, 550, 500, 501, 502, 421, 530.",
		Digests: []string{"aad8ac465a8b"},
	},
	{
		ID: "ftp/reply-rnto", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "RNTO: 250; 532, 553, 500, 501, 502, 503, 421, 530.",
		Digests: []string{"aad8ac465a8b"},
	},
	{
		ID: "ftp/reply-dele", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "DELE: 250; 450, 550, 500, 501, 502, 421, 530.",
		Digests: []string{"aad8ac465a8b"},
	},
	{
		ID: "ftp/reply-rmd", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "RMD: 250; 500, 501, 502, 421, 530, 550 (and 450, as DELE, Appendix II).",
		Digests: []string{"aad8ac465a8b"},
	},
	{
		ID: "ftp/reply-mkd", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "MKD: 257; 500, 501, 502, 421, 530, 550 (and those of STOR, Appendix II).",
		Digests: []string{"aad8ac465a8b"},
	},
	{
		ID: "ftp/reply-pwd", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "PWD: 257; 500, 501, 502, 421, 550 (and 530 before login).",
		Digests: []string{"aad8ac465a8b"},
	},
	{
		ID: "ftp/reply-abor", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "ABOR: 225, 226; 500, 501, 502, 421.",
		Digests: []string{"aad8ac465a8b"},
	},
	{
		ID: "ftp/reply-syst", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "SYST: 215; 500, 501, 502, 421 (and 530 before login).",
		Digests: []string{"0d925d500644"},
	},
	{
		ID: "ftp/reply-stat", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "STAT: 211, 212, 213; 450, 500, 501, 502, 421, 530.",
		Digests: []string{"0d925d500644"},
	},
	{
		ID: "ftp/reply-help", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "HELP: 211, 214; 500, 501, 502, 421 (and 504, 530).",
		Digests: []string{"0d925d500644"},
	},
	{
		ID: "ftp/reply-site", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "SITE: 200, 202; 500, 501, 530 (and 502, 504); a service of the server's own may have other positive codes for what it tells.",
		Digests: []string{"0d925d500644"},
	},
	{
		ID: "ftp/reply-noop", RFC: 959, Section: "5.4", Level: Must, Party: Server, Prose: true,
		Rule:    "NOOP: 200; 500, 421 (and 530 before login).",
		Digests: []string{"0d925d500644"},
	},

	// State diagrams (section 6).
	{
		ID: "ftp/diagram-single", RFC: 959, Section: "6", Level: Must, Party: Server, Prose: true,
		Rule:    "ABOR, ALLO, DELE, CWD, CDUP, SMNT, HELP, MODE, NOOP, PASV, QUIT, SITE, PORT, SYST, STAT, RMD, MKD, PWD, STRU and TYPE get one reply, 2yz, 4yz or 5yz: neither 1yz nor 3yz.",
		Digests: []string{"f73bb5685c69", "92b60e7ca7e6"},
	},
	{
		ID: "ftp/diagram-single-client", RFC: 959, Section: "6", Level: Must, Party: Client, Prose: true,
		Rule:    "A 1yz or 3yz reply to a command of the first group is no success for the client.",
		Digests: []string{"f73bb5685c69", "92b60e7ca7e6"},
	},
	{
		ID: "ftp/diagram-transfer", RFC: 959, Section: "6", Level: Must, Party: Server, Prose: true,
		Rule:    "APPE, LIST, NLST, REIN, RETR, STOR and STOU get at most one 1yz reply and then 2yz, 4yz or 5yz: no 3yz.",
		Digests: []string{"942a284863fd", "6ec66d8646cc", "d5087e2abeaa"},
	},
	{
		ID: "ftp/diagram-transfer-client", RFC: 959, Section: "6", Level: Must, Party: Client, Prose: true,
		Rule:    "After the 1yz reply to a command of the second group the client waits for the reply that completes it; a 3yz reply is no success.",
		Digests: []string{"942a284863fd", "6ec66d8646cc"},
	},
	{
		ID: "ftp/diagram-rename", RFC: 959, Section: "6", Level: Must, Party: Server, Prose: true,
		Rule:    "RNFR gets 3yz, 4yz or 5yz; RNTO after it gets 2yz, 4yz or 5yz.",
		Digests: []string{"bf9d91dd86e7"},
	},
	{
		ID: "ftp/diagram-rename-client", RFC: 959, Section: "6", Level: Must, Party: Client, Prose: true,
		Rule:    "The client sends RNTO only after 3yz to RNFR; 1yz and 2yz to RNFR, and 1yz and 3yz to RNTO, are errors.",
		Digests: []string{"bf9d91dd86e7"},
	},
	{
		ID: "ftp/diagram-restart", RFC: 959, Section: "6", Level: Must, Party: Server, Extension: "REST", Prose: true,
		Rule:    "REST gets 3yz, 4yz or 5yz; the APPE, STOR or RETR after it is answered as without it.",
		Digests: []string{"7ca993497978", "8a696e11b6b2"},
	},
	{
		ID: "ftp/diagram-restart-client", RFC: 959, Section: "6", Level: Must, Party: Client, Prose: true,
		Rule:    "The client sends the command that REST is for only after 3yz to REST; 1yz and 2yz to REST are errors.",
		Digests: []string{"7ca993497978", "8a696e11b6b2"},
	},
	{
		ID: "ftp/diagram-login", RFC: 959, Section: "6", Level: Must, Party: Server, Prose: true,
		Rule:    "USER gets 2yz, 3yz, 4yz or 5yz; PASS after 3yz the same; ACCT after 3yz gets 2yz, 4yz or 5yz: none gets 1yz.",
		Digests: []string{"fd66247c74fb"},
	},
	{
		ID: "ftp/diagram-login-client", RFC: 959, Section: "6", Level: Must, Party: Client, Prose: true,
		Rule:    "On 2yz to USER or PASS the client is logged in and sends no PASS or ACCT; on 3yz it goes on; on 1yz, and on 3yz to ACCT, it fails.",
		Digests: []string{"fd66247c74fb"},
	},

	// Connection establishment (section 8).
	{
		ID: "ftp/client-port-21", RFC: 959, Section: "8", Level: Must, Party: Client, Prose: true,
		Rule:    "The client connects to port 21 if no other is given.",
		Digests: []string{"c7f277be1215"},
		OffWire: "port 21 of a host is the deployment's: a test cannot listen there",
	},

	// Page structure and directory commands (appendices).
	{
		ID: "ftp/page-tops20", RFC: 959, Section: "Appendix I", Level: Must, Party: Both, Extension: "STRU P", Prose: true,
		Rule:    "TOPS-20 files are sent with TYPE L 36, STRU P, in pages with a header of five words.",
		Digests: []string{"e89f8d87f107", "47b2cc0b4fc8", "c0f718721149"},
		OffWire: "nobody has page structure, and RFC 1123 section 4.1.2.3 advises against it: here STRU P is refused with 504",
	},
	{
		ID: "ftp/directory-subdirectory", RFC: 959, Section: "Appendix II", Level: Must, Party: Server, Prose: true,
		Rule:    "The argument of MKD and RMD is a subdirectory of the working directory unless it is an absolute pathname.",
		Digests: []string{"e25eb3ad16d3", "fac8798f3e5d"},
	},
	{
		ID: "ftp/rmd-replies", RFC: 959, Section: "Appendix II", Level: Must, Party: Server, Prose: true,
		Rule:    "The reply codes of RMD are those of DELE: 250; 450, 550, 500, 501, 502, 421, 530.",
		Digests: []string{"8cddeedd1308"},
	},
	{
		ID: "ftp/mkd-reply-form", RFC: 959, Section: "Appendix II", Level: Should, Party: Server, Prose: true,
		Rule:    "The reply to MKD is 257, a space, the directory's name in double quotes, and perhaps a space and a comment; the name can be given to CWD.",
		Digests: []string{"ee52c0c45eb7", "171e8272b93b", "24f832ef7032"},
	},
	{
		ID: "ftp/mkd-quote-doubling", RFC: 959, Section: "Appendix II", Level: Should, Party: Server, Prose: true,
		Rule:    "A double quote in the name of a 257 reply is doubled.",
		Digests: []string{"86d0ddb7328b", "1316933f72b7"},
	},
	{
		ID: "ftp/quote-doubling-client", RFC: 959, Section: "Appendix II", Level: Must, Party: Client, Prose: true,
		Rule:    "The client takes the name from a 257 reply between the first double quote and the one that ends it, two of them within being one.",
		Digests: []string{"171e8272b93b", "86d0ddb7328b", "1316933f72b7"},
	},
	{
		ID: "ftp/mkd-exists", RFC: 959, Section: "Appendix II", Level: Must, Party: Server, Prose: true,
		Rule:    "MKD of a directory that exists already is refused (access denied: 550, 521 in the example).",
		Digests: []string{"25cc2b93f5e0"},
	},
	{
		ID: "ftp/mkd-conflict", RFC: 959, Section: "Appendix II", Level: Must, Party: Server, Prose: true,
		Rule:    "MKD with the name of a file that exists is refused.",
		Digests: []string{"194c552197e4"},
	},
	{
		ID: "ftp/pwd-257", RFC: 959, Section: "Appendix II", Level: Must, Party: Server, Prose: true,
		Rule:    "A successful PWD gets 257, with the name as MKD has it.",
		Digests: []string{"53c7e8cdcdfe"},
	},
	{
		ID: "ftp/mkd-absolute", RFC: 959, Section: "Appendix II", Level: Must, Party: Server, Prose: true,
		Rule:    "The pathname in the 257 reply to MKD is absolute.",
		Digests: []string{"fb584dc30612"},
	},
}
