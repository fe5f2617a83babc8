package register

// ftpRFC3659 are the requirements of RFC 3659, Extensions to FTP. The extensions are the labels of FEAT: "MDTM", "SIZE", "REST STREAM",
// "TVFS" and "MLST", the last for MLSD too.
var ftpRFC3659 = []Entry{
	{
		ID: "ftp/pathname-trailing-spaces", RFC: 3659, Section: "2.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "A pathname ends at the CRLF of its line, and spaces before that are part of it, as are spaces in it and at its beginning.",
		Digests: []string{"4d6786f88598", "82ebd9ef964f", "37df134a8187", "4e33327bc74e"},
	},
	{
		ID: "ftp/mlst-utf8", RFC: 3659, Section: "2.2", Level: Must, Party: Server, Extension: "MLST",
		Rule:    "A server that supports MLST supports RFC 2640: it lists UTF8 too.",
		Digests: []string{"a6392c5838bf"},
	},
	{
		ID: "ftp/pathname-crlf-listed", RFC: 3659, Section: "2.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "A name with CRLF in it is converted in a listing to another form that can be recognised and converted back, or left out.",
		Digests: []string{"ac1ef27af00c", "c49510b10b3a"},
		OffWire: "a file of such a name gets to a server by way of its own system only: on the control connection a line ends there",
	},
	{
		ID: "ftp/pathname-iac", RFC: 3659, Section: "2.2", Level: Must, Party: Both,
		Rule:    "The octet 255 in a pathname on the control connection is sent twice, as Telnet escapes IAC, and a doubled one that is received stands for one.",
		Digests: []string{"62c540055100"},
	},
	{
		ID: "ftp/telnet-no-negotiation", RFC: 3659, Section: "2.2", Level: MustNot, Party: Both,
		Rule:    "Telnet options are not negotiated on the control connection: IAC WILL, WONT, DO or DONT is not sent of one's own accord.",
		Digests: []string{"1c97907aa5be"},
	},
	{
		ID: "ftp/pathname-literal", RFC: 3659, Section: "2.2.2", Level: MustNot, Party: Server, Prose: true,
		Rule:    "MDTM, SIZE, MLST and MLSD take the pathname literally: no character of it is a pattern that matches the name of another file.",
		Digests: []string{"880383635183", "bb959e9f0a5b", "2005af30ac52"},
	},
	{
		ID: "ftp/time-val-form", RFC: 3659, Section: "2.3", Level: Must, Party: Server, Extension: "MDTM", Prose: true,
		Rule: "A time-val is 14 digits, year (1000 to 9999), month, day, hour, minute and second (to 60), each in its range, and optionally a full stop and " +
			"digits for the fraction of a second.",
		Digests: []string{"98bcf323d4de", "f22f6744b055", "1d26d739302e"},
	},
	{
		ID: "ftp/time-val-precision", RFC: 3659, Section: "2.3", Level: MustNot, Party: Both, Extension: "MDTM",
		Rule:    "A time-val has no more precision than the value that is transmitted has.",
		Digests: []string{"81d43ddda43c"},
		OffWire: "the precision of what a party keeps is not known to its peer",
	},
	{
		ID: "ftp/time-val-dot", RFC: 3659, Section: "2.3", Level: MustNot, Party: Server, Extension: "MDTM",
		Rule:    "There is no full stop in a time-val unless a digit follows it.",
		Digests: []string{"6c0bd9c2dd00"},
	},
	{
		ID: "ftp/time-val-utc", RFC: 3659, Section: "2.3", Level: Must, Party: Server, Extension: "MDTM", Prose: true,
		Rule:    "Times are given in UTC, not in the time zone of the server: the time of a file stored now is now, in UTC.",
		Digests: []string{"091095d573fb"},
	},
	{
		ID: "ftp/time-val-utc-client", RFC: 3659, Section: "2.3", Level: Must, Party: Client, Extension: "MDTM", Prose: true,
		Rule:    "The client reads a time-val as UTC, with its fraction of a second if there is one.",
		Digests: []string{"091095d573fb", "1d26d739302e"},
	},
	{
		ID: "ftp/time-val-consistent", RFC: 3659, Section: "2.3", Level: Should, Party: Server, Extension: "MDTM", Prose: true,
		Rule:    "The server uses the same time reference always: MDTM and the fact modify give the same time of a file.",
		Digests: []string{"3739f492f6c6"},
	},

	{
		ID: "ftp/mdtm-213", RFC: 3659, Section: "3.1", Level: Must, Party: Server, Extension: "MDTM", Prose: true,
		Rule:    "MDTM with the pathname of a file that can be retrieved gets 213 with the time of its last modification.",
		Digests: []string{"e3e783249ec2", "e8f10b8ff4a6"},
	},
	{
		ID: "ftp/mdtm-format", RFC: 3659, Section: "3.1", Level: Must, Party: Server, Extension: "MDTM",
		Rule:    `The 213 reply to MDTM is exactly one line: "213", a space, a time-val and CRLF.`,
		Digests: []string{"b09728a079f1", "5595f8e72e5b"},
	},
	{
		ID: "ftp/mdtm-550", RFC: 3659, Section: "3.2", Level: Should, Party: Server, Extension: "MDTM", Prose: true,
		Rule:    "MDTM with a pathname that names nothing gets 550.",
		Digests: []string{"6b4b432c97af"},
	},
	{
		ID: "ftp/mdtm-syntax", RFC: 3659, Section: "3.2", Level: Should, Party: Server, Extension: "MDTM", Prose: true,
		Rule:    "MDTM that cannot be parsed, such as one without a pathname, gets 500 or 501.",
		Digests: []string{"f70272e86e4e"},
	},
	{
		ID: "ftp/mdtm-feature", RFC: 3659, Section: "3.3", Level: Must, Party: Server, Extension: "MDTM",
		Rule:    "A server that supports MDTM lists a feature that is the single word MDTM.",
		Digests: []string{"3e1886706032"},
	},
	{
		ID: "ftp/mdtm-feature-any-case", RFC: 3659, Section: "3.3", Level: May, Party: Server, Extension: "MDTM",
		Rule:    "The feature MDTM may be in any case of its letters.",
		Digests: []string{"cfea0fc2b7ae"},
	},
	{
		ID: "ftp/mdtm-feature-upper-case", RFC: 3659, Section: "3.3", Level: Should, Party: Server, Extension: "MDTM",
		Rule:    "The feature MDTM is sent in upper case.",
		Digests: []string{"cfea0fc2b7ae", "f882b1110b97"},
	},

	{
		ID: "ftp/size-exact", RFC: 3659, Section: "4", Level: MustNot, Party: Server, Extension: "SIZE",
		Rule:    "SIZE is no estimate: it is exactly the number of octets that RETR of the file would send, in TYPE I.",
		Digests: []string{"82a6caa2a2ce", "bbb96c6c42c8", "0c51b8cf7995"},
	},
	{
		ID: "ftp/size-by-type", RFC: 3659, Section: "4", Level: Must, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "SIZE depends on the current TYPE, MODE and STRU: in TYPE A it is the number of octets that RETR sends then, line ends as CRLF, or it is refused.",
		Digests: []string{"ab9ec328dbcb", "7dae46e39315"},
	},
	{
		ID: "ftp/size-213", RFC: 3659, Section: "4.1", Level: Must, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "SIZE with the pathname of a file that can be retrieved, in TYPE I, gets 213 with the size.",
		Digests: []string{"89e0ebc6b715", "c83173477b30", "4c91233e401f"},
	},
	{
		ID: "ftp/size-format", RFC: 3659, Section: "4.1", Level: Must, Party: Server, Extension: "SIZE",
		Rule:    `The 213 reply to SIZE is exactly one line: "213", a space, digits and CRLF.`,
		Digests: []string{"b09728a079f1", "5595f8e72e5b"},
	},
	{
		ID: "ftp/size-550", RFC: 3659, Section: "4.2", Level: Should, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "SIZE with a pathname that names nothing gets 550.",
		Digests: []string{"4f5a762d7ef7"},
	},
	{
		ID: "ftp/size-syntax", RFC: 3659, Section: "4.2", Level: Should, Party: Server, Extension: "SIZE", Prose: true,
		Rule:    "SIZE that cannot be parsed, such as one without a pathname, gets 500 or 501.",
		Digests: []string{"f70272e86e4e"},
	},
	{
		ID: "ftp/size-550-not-final", RFC: 3659, Section: "4.2", Level: MustNot, Party: Client, Extension: "SIZE",
		Rule:    "The client does not take 550 in response to SIZE for a sign that the file cannot be transferred: it still can retrieve it.",
		Digests: []string{"123f8bfd41f1", "c8408b6125f6"},
	},
	{
		ID: "ftp/size-feature", RFC: 3659, Section: "4.3", Level: Must, Party: Server, Extension: "SIZE",
		Rule:    "A server that supports SIZE lists a feature that is the single word SIZE.",
		Digests: []string{"8275171baf96"},
	},
	{
		ID: "ftp/size-feature-any-case", RFC: 3659, Section: "4.3", Level: May, Party: Server, Extension: "SIZE",
		Rule:    "The feature SIZE may be in any case of its letters.",
		Digests: []string{"131178bbf9b0"},
	},
	{
		ID: "ftp/size-feature-upper-case", RFC: 3659, Section: "4.3", Level: Should, Party: Server, Extension: "SIZE",
		Rule:    "The feature SIZE is sent in upper case.",
		Digests: []string{"131178bbf9b0", "f882b1110b97"},
	},
	{
		ID: "ftp/size-when-needed", RFC: 3659, Section: "4.4", Level: Should, Party: Client, Extension: "SIZE", Prose: true,
		Rule:    "The client does not use SIZE unless it needs the precision.",
		Digests: []string{"8d9c9865516c"},
		OffWire: "what the user needs does not show",
	},

	{
		ID: "ftp/rest-form", RFC: 3659, Section: "5.3", Level: Must, Party: Client, Extension: "REST STREAM", Prose: true,
		Rule:    "In stream mode REST is followed by a space and one or more digits, the number of octets not to be sent.",
		Digests: []string{"c7332d5e319b", "c07927d7e7bd", "ceea379a34b4"},
	},
	{
		ID: "ftp/rest-350", RFC: 3659, Section: "5.3", Level: Must, Party: Server, Extension: "REST STREAM", Prose: true,
		Rule:    "REST with digits in stream mode gets 350.",
		Digests: []string{"746a25c5e39b", "45993072a39a"},
	},
	{
		ID: "ftp/rest-offset", RFC: 3659, Section: "5.3", Level: Must, Party: Server, Extension: "REST STREAM", Prose: true,
		Rule:    "RETR right after REST n sends what follows the first n octets of the file.",
		Digests: []string{"ceea379a34b4"},
	},
	{
		ID: "ftp/rest-zero", RFC: 3659, Section: "5.3", Level: Must, Party: Server, Extension: "REST STREAM", Prose: true,
		Rule:    "REST 0 disables the restart: the whole file is sent.",
		Digests: []string{"bd559909059b"},
	},
	{
		ID: "ftp/rest-appe", RFC: 3659, Section: "5.3", Level: Must, Party: Server, Extension: "REST STREAM",
		Rule:    "If APPE is permitted after REST, it acts as STOR does: the octets are placed at the marker, here the end of the file.",
		Digests: []string{"ff42122649aa", "4ab6445e20e0"},
	},
	{
		ID: "ftp/rest-stor", RFC: 3659, Section: "5.3", Level: Must, Party: Server, Extension: "REST STREAM", Prose: true,
		Rule:    "STOR right after REST n, n being the size of the file, inserts the data there: the file is what it was and what was sent.",
		Digests: []string{"e5c111432c81"},
	},
	{
		ID: "ftp/rest-just-before", RFC: 3659, Section: "5.3", Level: Must, Party: Client, Extension: "REST STREAM", Prose: true,
		Rule:    "REST is the last command before the transfer command that is to be restarted.",
		Digests: []string{"8c544d1b408c"},
	},
	{
		ID: "ftp/rest-again", RFC: 3659, Section: "5.3", Level: Should, Party: Client, Extension: "REST STREAM", Prose: true,
		Rule:    "If the transfer command after REST failed, the client sends REST anew before the next one, REST 0 if that is not to be restarted.",
		Digests: []string{"edab34443772", "e04ac4a0b448"},
	},
	{
		ID: "ftp/rest-syntax", RFC: 3659, Section: "5.3", Level: Must, Party: Server, Extension: "REST STREAM", Prose: true,
		Rule:    "REST gets an error response if its parameter is anything but digits, and for no other reason: a marker beyond the end of every file gets 350.",
		Digests: []string{"29f68d9b85f6"},
	},
	{
		ID: "ftp/rest-out-of-range", RFC: 3659, Section: "5.3", Level: Should, Party: Server, Extension: "REST STREAM", Prose: true,
		Rule:    "A marker out of range is reported by an error response to the transfer command that follows.",
		Digests: []string{"815e30a877b6", "26c0325dae19"},
	},
	{
		ID: "ftp/rest-feature", RFC: 3659, Section: "5.4", Level: Must, Party: Server, Extension: "REST STREAM",
		Rule:    `A server that supports REST in stream mode lists a feature that is exactly "REST STREAM".`,
		Digests: []string{"3a7ea0c9b129"},
	},
	{
		ID: "ftp/rest-feature-upper-case", RFC: 3659, Section: "5.4", Level: Should, Party: Server, Extension: "REST STREAM",
		Rule:    "The feature REST STREAM is sent in upper case.",
		Digests: []string{"e2f062c60f31", "f4454677ed49"},
	},
	{
		ID: "ftp/rest-feature-true", RFC: 3659, Section: "5.4", Level: MustNot, Party: Server, Extension: "REST STREAM",
		Rule:    "REST STREAM is not listed unless REST is supported in stream mode: where it is listed, a transfer can be restarted.",
		Digests: []string{"c75c1162e6c1"},
	},

	{
		ID: "ftp/tvfs-no-slash", RFC: 3659, Section: "6.1", Level: MustNot, Party: Server, Extension: "TVFS", Prose: true,
		Rule:    `The name of a file or directory has no "/" in it, is not empty, and is in UTF-8 when it is sent.`,
		Digests: []string{"294068aaf24e", "1ac7b3fbc859", "4c8c3a7f54d0", "70d8df9bd34a", "5f048c6cadf5"},
	},
	{
		ID: "ftp/tvfs-crlf", RFC: 3659, Section: "6.1", Level: Must, Party: Server, Extension: "TVFS",
		Rule:    "CRLF in a file name is avoided, or encoded in a reversible way.",
		Digests: []string{"bea088bc0185", "f0c9a67d378d"},
		OffWire: "a file of such a name gets to a server by way of its own system only: on the control connection a line ends there",
	},
	{
		ID: "ftp/tvfs-relative", RFC: 3659, Section: "6.2", Level: Must, Party: Server, Extension: "TVFS", Prose: true,
		Rule:    `A name prefixed by the names of directories, each with "/" behind it, refers to the file from the directory that contains the first of them.`,
		Digests: []string{"ff5b0cd9e3a8", "13f37531c352", "a9f265f2e588", "83a54e726282"},
	},
	{
		ID: "ftp/tvfs-absolute", RFC: 3659, Section: "6.2", Level: Must, Party: Server, Extension: "TVFS", Prose: true,
		Rule:    `A pathname that begins with "/" and the names of all directories from the root refers to the file from any working directory.`,
		Digests: []string{"e7569faad989", "1f6e11bd40fd", "ddedd1b88943"},
	},
	{
		ID: "ftp/tvfs-root", RFC: 3659, Section: "6.2", Level: Must, Party: Server, Extension: "TVFS", Prose: true,
		Rule:    `"/" is a pathname of the root directory.`,
		Digests: []string{"6ff53b4276e8", "86ef63f1348f"},
	},
	{
		ID: "ftp/tvfs-case", RFC: 3659, Section: "6.2.1", Level: Should, Party: Client, Extension: "TVFS", Prose: true,
		Rule:    "The client takes the case of the letters in names for significant: it sends a name of a listing as it came.",
		Digests: []string{"4794c3663509"},
	},
	{
		ID: "ftp/tvfs-feature-upper-case", RFC: 3659, Section: "6.3", Level: Should, Party: Server, Extension: "TVFS",
		Rule:    "The four letters TVFS at the beginning of the feature are sent in upper case.",
		Digests: []string{"bca72bc2fe32", "194b7e75bba0"},
	},
	{
		ID: "ftp/tvfs-feature-true", RFC: 3659, Section: "6.3", Level: MustNot, Party: Server, Extension: "TVFS",
		Rule:    "TVFS is not listed unless the server implements it: where it is listed, pathnames of several names and from the root are served.",
		Digests: []string{"ae2d1b127f90"},
	},
	{
		ID: "ftp/tvfs-feature-alone", RFC: 3659, Section: "6.3", Level: ShouldNot, Party: Server, Extension: "TVFS", Prose: true,
		Rule:    "Nothing follows TVFS on the feature line, as no specification defines anything.",
		Digests: []string{"74c968648dbe"},
	},
	{
		ID: "ftp/tvfs-feature-text-ignored", RFC: 3659, Section: "6.3", Level: Should, Party: Client, Extension: "TVFS", Prose: true,
		Rule:    "The client ignores text behind TVFS that it does not know.",
		Digests: []string{"8a5a9bd58ef0"},
	},

	{
		ID: "ftp/mlst-object", RFC: 3659, Section: "7", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "MLST gives data about exactly the object that its argument names, and about no other: for a directory, not about its contents.",
		Digests: []string{"16361556ae3e"},
	},
	{
		ID: "ftp/control-8bit", RFC: 3659, Section: "7", Level: Must, Party: Both, Extension: "MLST", Prose: true,
		Rule:    "Octets above 127 are permitted on the control connection, with all bits significant.",
		Digests: []string{"839335846bbe", "d3201493a511", "a52d1f7cc767"},
	},
	{
		ID: "ftp/mlsd-directory", RFC: 3659, Section: "7.1", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "MLSD with the name of a directory lists the contents of it; with the name of a file it gets 501 and opens no data connection.",
		Digests: []string{"2fceb2ee0653"},
	},
	{
		ID: "ftp/mlst-control", RFC: 3659, Section: "7.1", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The response to MLST comes over the control connection, and no data connection is needed or opened.",
		Digests: []string{"711b5ad0f702"},
	},
	{
		ID: "ftp/mlsx-no-argument", RFC: 3659, Section: "7.1", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "Without an argument MLSD lists the contents of the working directory, and MLST gives data about the working directory itself.",
		Digests: []string{"e46f0bed5c12", "579dcb111935"},
	},
	{
		ID: "ftp/mlsx-no-header", RFC: 3659, Section: "7.1", Level: MustNot, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "There is no title, header, summary or other line in the output of MLSD and MLST but entries.",
		Digests: []string{"d692817752fa"},
	},
	{
		ID: "ftp/mlsx-501", RFC: 3659, Section: "7.1", Level: Must, Party: Server, Extension: "MLST",
		Rule:    "MLSD with an invalid argument, the name of what is not a directory, gets 501.",
		Digests: []string{"63b2fcce92f7"},
	},
	{
		ID: "ftp/mlst-response", RFC: 3659, Section: "7.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule: `The positive response to MLST is a line "250-" with any text, one or more lines of one space and an entry, and a line "250" that may have a text ` +
			`after one space.`,
		Digests: []string{"fcdfec4162dc", "2773846df746", "757c6bbb8241", "12f62d0d8f2d"},
	},
	{
		ID: "ftp/mlsd-responses", RFC: 3659, Section: "7.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The positive responses to MLSD are 150, the listing over a data connection that is then closed, and 226.",
		Digests: []string{"2668055662ec", "11ab9e27c833", "cb8de5a50db0", "ac92d9a3aa0f"},
	},
	{
		ID: "ftp/mlsd-no-connection", RFC: 3659, Section: "7.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "If the data connection for MLSD cannot be opened, there is an error response.",
		Digests: []string{"300ee041709f", "034349868359"},
	},
	{
		ID: "ftp/mlst-same-pathname", RFC: 3659, Section: "7.2", Level: Must, Party: Server, Extension: "MLST",
		Rule:    "If MLST gives more than one entry, for an object of several types, the pathname of each is the same.",
		Digests: []string{"9937aae6b6a1", "c980def29f20"},
	},
	{
		ID: "ftp/mlsx-one-space", RFC: 3659, Section: "7.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "There is exactly one space between the facts, which have none, and the pathname: what follows it is the name, octet by octet.",
		Digests: []string{"7afd9f605e3b", "089314c51185", "da7b7f683eca", "585e2df6ee7c", "9309f45075f5", "45c2160efba0"},
	},
	{
		ID: "ftp/mlsx-entry-grammar", RFC: 3659, Section: "7.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    `An entry is facts, each a name, "=", a value and ";", then a space and a pathname; the lines of MLSD end with CRLF.`,
		Digests: []string{"cd8ef3cabc01", "76165a81b841", "8739c0c37de8", "f7be33450e47", "bb3011022021", "fe28a3deb3ae"},
	},
	{
		ID: "ftp/mlsd-type", RFC: 3659, Section: "7.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "MLSD sends as if TYPE L 8, MODE S and STRU F were set, whatever is set, and leaves what is set as it is for later commands.",
		Digests: []string{"b942caa6f820", "887674a806d8"},
	},
	{
		ID: "ftp/mlsx-format", RFC: 3659, Section: "7.2", Level: MustNot, Party: Server, Extension: "MLST",
		Rule:    "The format is not varied: no further spaces for readability, no tabs in place of spaces, no blank lines.",
		Digests: []string{"1ec7158bc339", "3a7d7944a9e9"},
	},
	{
		ID: "ftp/mlsx-requested-facts", RFC: 3659, Section: "7.2", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "Only facts that were asked for, or that are sent unless others are asked for, are in an entry, and each once.",
		Digests: []string{"b1f804bc53dc"},
	},
	{
		ID: "ftp/mlsx-long-lines", RFC: 3659, Section: "7.2", Level: Should, Party: Client, Extension: "MLST", Prose: true,
		Rule:    "The client takes arbitrarily long lines of MLSD.",
		Digests: []string{"7d09a177a3c7", "edf68864bead"},
	},
	{
		ID: "ftp/mlsd-file-501", RFC: 3659, Section: "7.2.1", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "MLSD of a pathname that exists and is no directory gets 501.",
		Digests: []string{"d2f475748148"},
	},
	{
		ID: "ftp/mlsx-550", RFC: 3659, Section: "7.2.1", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "MLST and MLSD of a name that does not exist get 550.",
		Digests: []string{"f7839c01d8c8"},
	},
	{
		ID: "ftp/mlsx-8bit", RFC: 3659, Section: "7.3", Level: Must, Party: Both, Extension: "MLST", Prose: true,
		Rule:    "MLST and MLSD are 8-bit clean: the octets of a name beyond ASCII come and go unchanged.",
		Digests: []string{"a515480386af", "aa80dcc19bee"},
	},
	{
		ID: "ftp/mlsx-utf8", RFC: 3659, Section: "7.3", Level: Should, Party: Both, Extension: "MLST",
		Rule:    "File names are in UTF-8 whenever that is possible.",
		Digests: []string{"0421774f9f5f"},
	},
	{
		ID: "ftp/mlst-name", RFC: 3659, Section: "7.3.1", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The name in the response to MLST is the one that was given or, with TVFS, a fully qualified pathname of the same file.",
		Digests: []string{"cd8f3915560f"},
	},
	{
		ID: "ftp/mlst-current-name", RFC: 3659, Section: "7.3.1", Level: Should, Party: Server, Extension: "TVFS",
		Rule:    "With TVFS, MLST without an argument gives the fully qualified pathname of the working directory.",
		Digests: []string{"35bc55ce5077"},
	},
	{
		ID: "ftp/mlsd-unqualified", RFC: 3659, Section: "7.3.1", Level: Should, Party: Server, Extension: "MLST",
		Rule:    "The names that MLSD gives, those of type cdir and pdir aside, are names within the directory that is listed.",
		Digests: []string{"c0b308e59469"},
	},
	{
		ID: "ftp/mlsd-not-qualified", RFC: 3659, Section: "7.3.1", Level: ShouldNot, Party: Server, Extension: "MLST",
		Rule:    "The directory that MLSD names is no part of the names that are listed.",
		Digests: []string{"27fad03648ce"},
	},
	{
		ID: "ftp/mlsd-cdir", RFC: 3659, Section: "7.3.1", Level: May, Party: Server, Extension: "MLST",
		Rule:    "MLSD may give an entry of type cdir for the directory that is listed, with its fully qualified pathname or another that is valid.",
		Digests: []string{"56e964253931", "6a5910698f7f"},
	},
	{
		ID: "ftp/fact-characters", RFC: 3659, Section: "7.4", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    `The name and value of a fact have neither a semicolon nor a space, but visible ASCII characters other than * < > [ ] { } | ~ and the grave accent.`,
		Digests: []string{"da2b66714184", "8e40e4526497", "1f79eaa979ed"},
	},
	{
		ID: "ftp/fact-any-case", RFC: 3659, Section: "7.5", Level: Must, Party: Client, Extension: "MLST", Prose: true,
		Rule:    "The client recognises the names of facts, and the types, in any case of their letters.",
		Digests: []string{"f5993649803b", "925f141ac03d"},
	},
	{
		ID: "ftp/fact-local-x", RFC: 3659, Section: "7.5", Level: Must, Party: Server, Extension: "MLST",
		Rule: `A fact that is neither one of the standard ones (size, modify, create, type, unique, perm, lang, media-type, charset) nor one of an operating system, ` +
			`its name and a full stop before it, has a name that begins with "x.".`,
		Digests: []string{"66d200023856", "556c11dc3323", "6b94cc59542f", "bc2812754648"},
	},
	{
		ID: "ftp/fact-type", RFC: 3659, Section: "7.5.1", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    `The value of the fact type is "file", "cdir", "pdir", "dir" or "OS." name "=" kind, in any case of its letters.`,
		Digests: []string{"765709ed50a5", "0a3d39070375", "f0e66dd97c37", "7992b8303ea7"},
	},
	{
		ID: "ftp/fact-type-file", RFC: 3659, Section: "7.5.1.1", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "An entry of type file is a file, which can be retrieved if permissions allow; a plain file has this type.",
		Digests: []string{"7f210d36c73e", "db7b5b3c8d59"},
	},
	{
		ID: "ftp/fact-type-cdir", RFC: 3659, Section: "7.5.1.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "An entry of type cdir comes in the listing of MLSD only, not in the response to MLST.",
		Digests: []string{"e5d4a66a943f", "da17435c0b61"},
	},
	{
		ID: "ftp/fact-type-cdir-needed", RFC: 3659, Section: "7.5.1.2", Level: MustNot, Party: Server, Extension: "MLST",
		Rule:    "If the fact type is not included, MLSD gives no entry for the directory that is listed.",
		Digests: []string{"a9b7f84f673f"},
	},
	{
		ID: "ftp/fact-type-cdir-cwd", RFC: 3659, Section: "7.5.1.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "CWD with the name of an entry of type cdir, the working directory being the same as it was, goes to the directory that was listed.",
		Digests: []string{"e04ffb875b00", "3cda11025749"},
	},
	{
		ID: "ftp/fact-type-dir", RFC: 3659, Section: "7.5.1.3", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "An entry of type dir is a directory, which MLSD lists if permissions allow; a directory in a listing has this type.",
		Digests: []string{"58935f93ffc7", "d7a40c245d7a"},
	},
	{
		ID: "ftp/fact-type-pdir", RFC: 3659, Section: "7.5.1.4", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "An entry of type pdir comes in the listing of MLSD only, and names a parent directory: it is not the name of a directory within the one that is listed.",
		Digests: []string{"49c32ec1d3a0"},
	},
	{
		ID: "ftp/fact-type-pdir-cwd", RFC: 3659, Section: "7.5.1.4", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "CWD with the name of an entry of type pdir, from the directory that was listed, goes to a parent directory of it.",
		Digests: []string{"c2bdaa40756e", "9e42eb6c5f35"},
	},
	{
		ID: "ftp/fact-type-link", RFC: 3659, Section: "7.5.1.5", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "A link to a file is represented as the file that it refers to, with the type of that.",
		Digests: []string{"95822dbefa8a", "10ca79a17183"},
	},
	{
		ID: "ftp/fact-type-several", RFC: 3659, Section: "7.5.1.6", Level: Must, Party: Server, Extension: "MLST",
		Rule:    "If several entries represent one file that is of several types, the pathname of each is the same.",
		Digests: []string{"69c636fda4f0", "6000037813a4"},
		OffWire: "entries of different pathnames are not known to be meant for one file; for MLST there is ftp/mlst-same-pathname",
	},
	{
		ID: "ftp/fact-unique-same", RFC: 3659, Section: "7.5.2", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The fact unique of a file is the same by whatever pathname it is asked for, and remains so during the session.",
		Digests: []string{"75b955a91a14", "0291f970096a"},
	},
	{
		ID: "ftp/fact-unique-distinct", RFC: 3659, Section: "7.5.2", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The facts unique of distinct files are different.",
		Digests: []string{"191e9c7ce869"},
	},
	{
		ID: "ftp/fact-modify-changes", RFC: 3659, Section: "7.5.3", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "When the content of a file is changed, its fact modify changes.",
		Digests: []string{"b73cb2625e07", "3b818555cf2e"},
	},
	{
		ID: "ftp/fact-modify-directory", RFC: 3659, Section: "7.5.3", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "When a name is added to a directory, its fact modify changes.",
		Digests: []string{"a521ff04fb36"},
	},
	{
		ID: "ftp/fact-create", RFC: 3659, Section: "7.5.4", Level: MustNot, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The fact create is not later than the fact modify.",
		Digests: []string{"2f3bce754ab9", "1845454bde58"},
	},
	{
		ID: "ftp/fact-perm", RFC: 3659, Section: "7.5.5", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The value of the fact perm consists of the letters a, c, d, e, f, l, m, p, r and w, in any order and any case; it may be empty.",
		Digests: []string{"0382dffff0e0", "2064ec28a39c", "d681634ae272"},
	},
	{
		ID: "ftp/fact-perm-types", RFC: 3659, Section: "7.5.5", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "Of the letters of perm, a is for files only, and c, e, l, m and p are for directories only.",
		Digests: []string{"745c8a7d7da2", "2edf59107b14", "4f18815835d7", "b153224b9e7d", "fadc34cbd316", "496cdd866467"},
	},
	{
		ID: "ftp/fact-perm-true", RFC: 3659, Section: "7.5.5", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The fact perm represents what the user is permitted, as far as it can: a file that RETR sends has r, a directory that CWD enters e and that MLSD lists l.",
		Digests: []string{"61816e4c6935", "48801f6aeb0f", "b153224b9e7d", "49d1d47e9500"},
	},
	{
		ID: "ftp/fact-lang-guessed", RFC: 3659, Section: "7.5.6", Level: MustNot, Party: Server, Extension: "MLST",
		Rule:    "The value of the fact lang is not guessed.",
		Digests: []string{"0f99ceb8a4bb"},
		OffWire: "how a server came to know the language does not show",
	},
	{
		ID: "ftp/fact-size", RFC: 3659, Section: "7.5.7", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The fact size is digits.",
		Digests: []string{"fb5a1ddb767a"},
	},
	{
		ID: "ftp/fact-size-approximate", RFC: 3659, Section: "7.5.7", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The fact size is given for files, not for directories, and is about the number of octets of the file.",
		Digests: []string{"60d64ec2016b", "40ab94c54c64", "b331f186ab03"},
	},
	{
		ID: "ftp/fact-size-not-precise", RFC: 3659, Section: "7.5.7", Level: Must, Party: Client, Extension: "MLST", Prose: true,
		Rule:    "The client does not take the fact size for precise: a file that is longer or shorter when it comes is retrieved as it comes.",
		Digests: []string{"a93e23546f88"},
	},
	{
		ID: "ftp/fact-media-type-guessed", RFC: 3659, Section: "7.5.8", Level: MustNot, Party: Server, Extension: "MLST",
		Rule:    "The value of the fact media-type is not guessed.",
		Digests: []string{"3bf9799107b9"},
		OffWire: "how a server came to know the media type does not show",
	},
	{
		ID: "ftp/fact-charset", RFC: 3659, Section: "7.5.9", Level: Should, Party: Server, Extension: "MLST",
		Rule:    "Pathnames are in UTF-8, which is what a missing fact charset says: an entry whose name is not valid UTF-8 has the fact.",
		Digests: []string{"cc7740f16b13", "6b028b8a9e30"},
	},
	{
		ID: "ftp/facts-supported", RFC: 3659, Section: "7.5.10", Level: Should, Party: Server, Extension: "MLST",
		Rule:    "The server supports at least the facts type, perm, size, unique and modify.",
		Digests: []string{"84617987e636"},
	},
	{
		ID: "ftp/fact-system-value", RFC: 3659, Section: "7.6.1", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The value of a fact of an operating system is a token, of one or more characters.",
		Digests: []string{"f9c7014271ed", "41f695752ebb"},
	},
	{
		ID: "ftp/fact-local-value", RFC: 3659, Section: "7.6.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    `The name of a local fact is "x." and a token, and its value is a token.`,
		Digests: []string{"cf79b7d0d26a", "32a8d5350105", "5884b8cba20a"},
	},

	{
		ID: "ftp/mlst-feature", RFC: 3659, Section: "7.8", Level: Must, Party: Server, Extension: "MLST",
		Rule:    "A server that supports MLST and MLSD lists the feature MLST.",
		Digests: []string{"a378ec6ea933", "b1d14edce9bc"},
	},
	{
		ID: "ftp/mlst-feature-grammar", RFC: 3659, Section: "7.8", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The feature is MLST alone, or a space and facts, each optionally with an asterisk and each with a semicolon behind it.",
		Digests: []string{"788be52988b3", "00782d60e7c3", "e16a3f2e5b9e"},
	},
	{
		ID: "ftp/mlst-feature-facts", RFC: 3659, Section: "7.8", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The facts of the feature are those that the server supports: no other is in its entries, and each can be asked for.",
		Digests: []string{"206d2fd4ed6e", "bf9328425c2e", "b715ffedabe3"},
	},
	{
		ID: "ftp/mlst-feature-asterisk", RFC: 3659, Section: "7.8", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "A fact with an asterisk is in the responses until OPTS MLST says otherwise; one without is not.",
		Digests: []string{"206d2fd4ed6e", "77a1c8cf647b"},
	},
	{
		ID: "ftp/mlst-feature-selected", RFC: 3659, Section: "7.8", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "After OPTS MLST the asterisks of the feature show the facts that are selected.",
		Digests: []string{"9bf6d01d5f2e"},
	},
	{
		ID: "ftp/mlsd-no-feature", RFC: 3659, Section: "7.8", Level: MustNot, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "There is no feature MLSD: MLST stands for both.",
		Digests: []string{"ff10c225167f", "0a209211c83b"},
	},
	{
		ID: "ftp/opts-mlst-form", RFC: 3659, Section: "7.9", Level: Must, Party: Client, Extension: "MLST", Prose: true,
		Rule:    "OPTS MLST is followed by nothing, or by one space and facts, each with a semicolon behind it and without spaces.",
		Digests: []string{"22dfc2e42c9c", "e1fb3d3254f0"},
	},
	{
		ID: "ftp/opts-mlst-selects", RFC: 3659, Section: "7.9", Level: MustNot, Party: Server, Extension: "MLST",
		Rule:    "After OPTS MLST, facts that it did not name are not in the responses to MLST and MLSD, until another OPTS MLST.",
		Digests: []string{"04528fdd110f", "a09870f1004b", "f00d1966d475"},
	},
	{
		ID: "ftp/opts-mlst-included", RFC: 3659, Section: "7.9", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "Facts that OPTS MLST named and the server supports are given for each entry to which they apply.",
		Digests: []string{"3e55de49f030"},
	},
	{
		ID: "ftp/opts-mlst-unsupported", RFC: 3659, Section: "7.9", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "Facts that OPTS MLST names and the server does not support are left out, and are no error.",
		Digests: []string{"d0240f73f428", "94c4c181e7b0"},
	},
	{
		ID: "ftp/opts-mlst-none", RFC: 3659, Section: "7.9", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "After OPTS MLST without facts only names are returned, and the space before the name is still there: two over the control connection.",
		Digests: []string{"db788c91d8d7", "4acd8032c14d", "1a5157e844a2"},
	},
	{
		ID: "ftp/opts-mlsd", RFC: 3659, Section: "7.9", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "There is no OPTS MLSD, which is refused; what OPTS MLST selects applies to MLSD too.",
		Digests: []string{"00cef36d150c"},
	},
	{
		ID: "ftp/opts-mlst-before-login", RFC: 3659, Section: "7.9", Level: May, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The server may accept OPTS MLST before authentication, and need not.",
		Digests: []string{"42b2799d53ab"},
	},
	{
		ID: "ftp/opts-mlst-response", RFC: 3659, Section: "7.9.1", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule: `The text of 200 to OPTS MLST is "MLST OPTS", in any case of its letters, and, if facts will be included, a space and these facts, each with a ` +
			`semicolon behind it; what was asked for and is not supported is not there.`,
		Digests: []string{"751653e6055e", "54800da095cc", "0037f829e32d", "bd1c31bf8788", "038f6e49454f", "b035f49037f5"},
	},
	{
		ID: "ftp/opts-mlst-response-feature", RFC: 3659, Section: "7.9.1", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "The facts in the response to OPTS MLST are those with an asterisk in a later response to FEAT.",
		Digests: []string{"b939fdec3711"},
	},
	{
		ID: "ftp/opts-mlst-syntax", RFC: 3659, Section: "7.9.2", Level: Must, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "OPTS MLST with a syntax error, such as a space between facts, gets an error response and leaves the selection as it was.",
		Digests: []string{"88826c5788af", "e61bf8e0154a", "214c6aed8aa9"},
	},
	{
		ID: "ftp/pathname-commands", RFC: 3659, Section: "8", Level: Must, Party: Both, Extension: "MLST", Prose: true,
		Rule:    "APPE, RMD, CWD, RNFR, DELE, RNTO, MKD, STAT, PWD, STOR, RETR and STOU treat names as MLST does: spaces within them and octets beyond ASCII are kept.",
		Digests: []string{"fa16950520ec", "b2aeb8fd86a6", "f371b0cf596b", "d2837973317e"},
	},
	{
		ID: "ftp/mlsx-secrets", RFC: 3659, Section: "11", Level: Should, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "Sensitive information about files is not revealed, such as an identifier by which protection can be passed by.",
		Digests: []string{"28fbc36f905a", "4b9e25f7e262"},
		OffWire: "what an identifier is good for on the server's own system does not show",
	},
	{
		ID: "ftp/feat-before-login", RFC: 3659, Section: "11", Level: May, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "FEAT and OPTS may be served before the user is authenticated.",
		Digests: []string{"965189b8d2dc", "2323971ee2fe"},
	},
	{
		ID: "ftp/mlsx-after-login", RFC: 3659, Section: "11", Level: MustNot, Party: Server, Extension: "MLST", Prose: true,
		Rule:    "MLST and MLSD are not served before the user is authenticated.",
		Digests: []string{"4af90af79ee3"},
	},
}

// elsewhereRFC3659 are its sentences with a capital key word that state no rule.
var elsewhereRFC3659 = []Outside{
	{RFC: 3659, Section: "2", Digest: "9debf7fcd7cb", Why: "Says where the key words are defined; it states no rule."},
}
