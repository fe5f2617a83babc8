package register

// ftpRFC2640 are the requirements of RFC 2640, Internationalization of FTP: UTF-8 pathnames and LANG. "UTF8" and "LANG" are the labels of
// FEAT. Its annexes repeat section 3 and show code.
var ftpRFC2640 = []Entry{
	{
		ID: "ftp/utf8-character-set", RFC: 2640, Section: "2", Level: Must, Party: Both, Extension: "UTF8",
		Rule:    "The character set of pathnames, besides NVT ASCII and EBCDIC, is ISO/IEC 10646.",
		Digests: []string{"012ae213fc8b"},
		OffWire: "what characters octets stand for does not show; that they are UTF-8 is ftp/utf8-pathnames",
	},
	{
		ID: "ftp/utf8-recommended", RFC: 2640, Section: "2", Level: Should, Party: Both, Extension: "UTF8",
		Rule:    "Pathnames are converted to ISO/IEC 10646 and encoded in UTF-8 before they are exchanged: a name beyond ASCII is valid UTF-8 in listings, commands and replies.",
		Digests: []string{"4f2b9b0e86b1", "d155a4eba6e1"},
	},
	{
		ID: "ftp/utf8-ucs", RFC: 2640, Section: "2.1", Level: Must, Party: Both, Extension: "UTF8",
		Rule:    "The international character set is the Universal Character Set of ISO 10646 as amended.",
		Digests: []string{"d5792e32c11c"},
		OffWire: "what characters octets stand for does not show; that they are UTF-8 is ftp/utf8-pathnames",
	},
	{
		ID: "ftp/utf8-encoding", RFC: 2640, Section: "2.2", Level: Must, Party: Both, Extension: "UTF8",
		Rule:    "The international character set is transmitted in UTF-8: a pathname given in UTF-8 is sent back in UTF-8.",
		Digests: []string{"9db403845209"},
	},
	{
		ID: "ftp/pathname-one-space", RFC: 2640, Section: "3.1", Level: Must, Party: Client,
		Rule:    "There is exactly one space between a command and the pathname.",
		Digests: []string{"4a615f71d5e0"},
	},
	{
		ID: "ftp/pathname-leading-spaces", RFC: 2640, Section: "3.1", Level: Must, Party: Server, Extension: "UTF8",
		Rule:    "Spaces behind the one space after the command are part of the pathname: STOR with three spaces before a name stores a file whose name begins with two.",
		Digests: []string{"6ebcecc0041e", "bd9d72798d52", "1269fc968cd0", "ec4b5fd06774"},
	},
	{
		ID: "ftp/pathname-cr-nul-sent", RFC: 2640, Section: "3.1", Level: Must, Party: Client, Extension: "UTF8",
		Rule:    "A CR in a pathname is sent as CR NUL; a client that does not do so refuses such a name.",
		Digests: []string{"a09ff2d9e716", "228c08eb4e4a"},
	},
	{
		ID: "ftp/pathname-cr-nul-received", RFC: 2640, Section: "3.1", Level: Must, Party: Server, Extension: "UTF8",
		Rule:    "Of CR NUL in a pathname that is received the NUL is stripped: the name has the CR and no NUL.",
		Digests: []string{"3d5c21369734", "3de9423b61fb"},
	},
	{
		ID: "ftp/utf8-pathnames", RFC: 2640, Section: "3.1", Level: Must, Party: Both, Extension: "UTF8",
		Rule:    "Pathnames in UTF-8 are sent and received: a file stored under such a name is found under the same octets, and so is a directory.",
		Digests: []string{"b4bea558220c"},
	},
	{
		ID: "ftp/utf8-other-encoding", RFC: 2640, Section: "3.1", Level: May, Party: Both, Extension: "UTF8",
		Rule:    "Users may be given a choice to have pathnames interpreted in another encoding.",
		Digests: []string{"e99e42929716"},
		OffWire: "a matter of configuration, which the RFC puts outside its scope",
	},
	{
		ID: "ftp/utf8-checked", RFC: 2640, Section: "3.1", Level: Must, Party: Both, Extension: "UTF8",
		Rule:    "Unless configured for another character set, a party checks whether a pathname is a valid UTF-8 sequence to tell whether it is UTF-8.",
		Digests: []string{"b046ab2aa4d7"},
		OffWire: "the check itself does not show; what follows from it is ftp/utf8-pathnames and ftp/utf8-raw-octets",
	},
	{
		ID: "ftp/utf8-kept", RFC: 2640, Section: "3.1", Level: Should, Party: Both, Extension: "UTF8",
		Rule:    "A pathname that cannot be converted to a usable character set is used as it is, in UTF-8.",
		Digests: []string{"6797fce524fe"},
		OffWire: "whether a party converts, and to what, is not known to its peer",
	},
	{
		ID: "ftp/utf8-raw-octets", RFC: 2640, Section: "3.1", Level: Should, Party: Server, Extension: "UTF8",
		Rule:    "Of a pathname whose encoding cannot be determined the raw octets are used: a name that is not valid UTF-8, if it is accepted, is listed with the same octets.",
		Digests: []string{"4ec42f2c2a4f", "495bb1522399", "10f9d1790b11"},
	},
	{
		ID: "ftp/utf8-raw-octets-client", RFC: 2640, Section: "3.1", Level: Should, Party: Client, Extension: "UTF8",
		Rule:    "A pathname of a listing that is not valid UTF-8 is sent back with the same octets when the client uses it in a command.",
		Digests: []string{"10f9d1790b11"},
	},
	{
		ID: "ftp/utf8-feature", RFC: 2640, Section: "3.2", Level: Must, Party: Server, Extension: "UTF8",
		Rule:    `A server of this specification lists the feature "UTF8", and that exact string in any case of its letters: so does one that lists LANG.`,
		Digests: []string{"e98901fdedf0", "e5850dad65ae"},
	},
	{
		ID: "ftp/utf8-feature-upper-case", RFC: 2640, Section: "3.2", Level: Should, Party: Server, Extension: "UTF8",
		Rule:    "The feature UTF8 is sent in upper case.",
		Digests: []string{"14eec9dd68fd", "7b9b5cc455af"},
	},
	{
		ID: "ftp/utf8-mirror", RFC: 2640, Section: "3.2", Level: May, Party: Server, Extension: "UTF8",
		Rule:    "A mirror may store and present the exact octets of the pathnames of the server that it mirrors.",
		Digests: []string{"202eb031a41e"},
		OffWire: "whether a server is a mirror does not show",
	},
	{
		ID: "ftp/utf8-display", RFC: 2640, Section: "3.3", Level: Should, Party: Client, Extension: "UTF8",
		Rule:    "A client that displays pathnames reads UTF-8 correctly, shows what it cannot display as %HH, and changes its display for a server that is not of UTF-8.",
		Digests: []string{"0e5282382169", "39ce2384a444", "9004b09f7fb2"},
		OffWire: "a matter of the user interface",
	},
	{
		ID: "ftp/utf8-display-choice", RFC: 2640, Section: "3.3", Level: May, Party: Client, Extension: "UTF8",
		Rule:    "A client may guess, ask for or remember the encoding of names that are not UTF-8, and may show what it cannot display in any suitable way.",
		Digests: []string{"cd8e55079dcd", "f4ad893a92a0", "a8347f0e3fa3"},
		OffWire: "a matter of the user interface",
	},
	{
		ID: "ftp/utf8-feature-recognised", RFC: 2640, Section: "3.3", Level: Must, Party: Client, Extension: "UTF8",
		Rule:    "The client finds out by FEAT, and the feature UTF8 in its response, whether the server supports UTF-8.",
		Digests: []string{"ed28e238d773"},
	},
	{
		ID: "ftp/lang-supported", RFC: 2640, Section: "4", Level: Must, Party: Server, Extension: "LANG",
		Rule:    "A server that lists LANG serves the command: it does not answer it with 500 or 502.",
		Digests: []string{"3ec3ff704895"},
	},
	{
		ID: "ftp/lang-parameter", RFC: 2640, Section: "4.1", Level: Must, Party: Client, Extension: "LANG",
		Rule:    "The parameter of LANG is a language tag.",
		Digests: []string{"9f54f4a289de"},
	},
	{
		ID: "ftp/lang-default-before", RFC: 2640, Section: "4.1", Level: Must, Party: Server, Extension: "LANG",
		Rule:    "Greetings and responses before the language is negotiated are in the server's default language, which English-speaking people understand.",
		Digests: []string{"7b80490ed53c", "25d1f164afc5"},
		OffWire: "what language a text is in is not told by its octets; that it is ASCII is ftp/lang-default-ascii",
	},
	{
		ID: "ftp/lang-default-ascii", RFC: 2640, Section: "4.1", Level: Should, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "The default language is English in ASCII: texts before LANG are ASCII, unless text in other languages is added to them.",
		Digests: []string{"131f35966688", "48b1180421d4"},
	},
	{
		ID: "ftp/lang-negotiated", RFC: 2640, Section: "4.1", Level: Must, Party: Server, Extension: "LANG",
		Rule:    "Once LANG was accepted the texts of replies are in that language and encoded in UTF-8.",
		Digests: []string{"cee695cd62a7"},
	},
	{
		ID: "ftp/lang-resent", RFC: 2640, Section: "4.1", Level: May, Party: Server, Extension: "LANG",
		Rule:    "The server may send messages again in the language that was negotiated.",
		Digests: []string{"471e7224541e"},
		OffWire: "they are in the text of its replies, which is free anyhow",
	},
	{
		ID: "ftp/lang-only-text", RFC: 2640, Section: "4.1", Level: MustNot, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "LANG changes the texts of replies only: the codes of replies, the commands and the data of data connections stay as they are.",
		Digests: []string{"85fc3a2e69b8", "009f99342641"},
	},
	{
		ID: "ftp/lang-any-time", RFC: 2640, Section: "4.1", Level: May, Party: Client, Extension: "LANG",
		Rule:    "The client may send LANG at any time of the session.",
		Digests: []string{"4bf3c51a22ed"},
		OffWire: "a permission; that the server keeps to it is ftp/lang-any-time-served",
	},
	{
		ID: "ftp/lang-any-time-served", RFC: 2640, Section: "4.1", Level: Must, Party: Server, Extension: "LANG",
		Rule:    "LANG is served before and after the user is authenticated.",
		Digests: []string{"4bf3c51a22ed"},
	},
	{
		ID: "ftp/lang-before-authentication", RFC: 2640, Section: "4.1", Level: Should, Party: Client, Extension: "LANG",
		Rule:    "A client that sends LANG sends it before it authenticates.",
		Digests: []string{"f7cf9128853c"},
	},
	{
		ID: "ftp/lang-reset", RFC: 2640, Section: "4.1", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "HOST and REIN undo LANG: the language is the default again.",
		Digests: []string{"84ca381bd14c"},
	},
	{
		ID: "ftp/lang-utf8-read", RFC: 2640, Section: "4.1", Level: Should, Party: Client, Extension: "LANG",
		Rule:    "The client takes replies whose text is in UTF-8.",
		Digests: []string{"b8aa99f995cd"},
	},
	{
		ID: "ftp/lang-after-feat", RFC: 2640, Section: "4.1", Level: Should, Party: Client, Extension: "LANG",
		Rule:    "The client sends FEAT before LANG.",
		Digests: []string{"20c62ebb971d", "dd92bb5d2592"},
	},
	{
		ID: "ftp/lang-or-host-first", RFC: 2640, Section: "4.1", Level: Must, Party: Client, Extension: "LANG",
		Rule:    "A client of this specification sends HOST or LANG before any command other than FEAT; one without HOST sends LANG.",
		Digests: []string{"f1afa22360d6", "efba2a0a29b5"},
	},
	{
		ID: "ftp/lang-old-client-assumed", RFC: 2640, Section: "4.1", Level: Should, Party: Server, Extension: "LANG",
		Rule:    "Until HOST or LANG comes the server assumes that the client does not comply with this specification.",
		Digests: []string{"f81fba6a803f"},
		OffWire: "an assumption from which nothing follows that the RFC prescribes",
	},
	{
		ID: "ftp/lang-any-case", RFC: 2640, Section: "4.2", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "LANG and its language tag are taken in any case of their letters.",
		Digests: []string{"cc2b12d3472a", "001bc1f889eb", "e7e7b68894c8"},
	},
	{
		ID: "ftp/lang-parameter-optional", RFC: 2640, Section: "4.2", Level: May, Party: Client, Extension: "LANG",
		Rule:    "The client may send LANG without a language tag.",
		Digests: []string{"27e06971ae83"},
		OffWire: "a permission; that the server keeps to it is ftp/lang-no-parameter",
	},
	{
		ID: "ftp/lang-no-parameter", RFC: 2640, Section: "4.2", Level: Must, Party: Server, Extension: "LANG",
		Rule:    "LANG without a language tag gets 200 and makes the default language the current one, as the asterisk of the feature shows.",
		Digests: []string{"da253ce18604"},
	},
	{
		ID: "ftp/lang-default-restored", RFC: 2640, Section: "4.2", Level: Should, Party: Server, Extension: "LANG",
		Rule:    "After LANG without a language tag messages are in the default language: a reply has the text that it had before any LANG.",
		Digests: []string{"d07da4acf131"},
	},
	{
		ID: "ftp/lang-response", RFC: 2640, Section: "4.2", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "The reply to LANG is 200, 500, 501, 502 or 504.",
		Digests: []string{"057cdaea065e", "31be88493bc4", "2ccf4d8c75ce"},
	},
	{
		ID: "ftp/lang-ok", RFC: 2640, Section: "4.2", Level: Must, Party: Server, Extension: "LANG",
		Rule:    "LANG with a tag of which the server can support some form gets 200.",
		Digests: []string{"a8476daf2724", "43070e4c147f"},
	},
	{
		ID: "ftp/lang-primary", RFC: 2640, Section: "4.2", Level: Should, Party: Server, Extension: "LANG",
		Rule:    "LANG with a primary tag alone that the server lists makes that language the current one.",
		Digests: []string{"07aef1e67888"},
	},
	{
		ID: "ftp/lang-variant", RFC: 2640, Section: "4.2", Level: May, Party: Server, Extension: "LANG",
		Rule:    "Of a tag that the server supports with other sub-tags only, or without, it may choose the variant.",
		Digests: []string{"dc2a4eb75c8d", "28bf379e93c3"},
	},
	{
		ID: "ftp/lang-variant-504", RFC: 2640, Section: "4.2", Level: Should, Party: Server, Extension: "LANG",
		Rule:    "If the server cannot tell whether a variant is appropriate, the reply is 504: LANG with a listed primary tag and a sub-tag that is not listed gets 200 or 504.",
		Digests: []string{"53a57d7ac519"},
	},
	{
		ID: "ftp/lang-sub-tag", RFC: 2640, Section: "4.2", Level: Should, Party: Server, Extension: "LANG",
		Rule:    "LANG with a primary tag and sub-tags that the server lists makes that language the current one.",
		Digests: []string{"ec80fe76ed32"},
	},
	{
		ID: "ftp/lang-supported-client", RFC: 2640, Section: "4.2", Level: Must, Party: Client, Extension: "LANG",
		Rule:    "A client of this specification supports LANG: it can send it.",
		Digests: []string{"97ff3a346018"},
	},
	{
		ID: "ftp/lang-refused-tolerated", RFC: 2640, Section: "4.2", Level: Should, Party: Client, Extension: "LANG",
		Rule:    "500 or 502 in response to LANG does not end the session: the client goes on without.",
		Digests: []string{"0253a6d7bb05"},
	},
	{
		ID: "ftp/lang-501", RFC: 2640, Section: "4.2", Level: Should, Party: Server, Extension: "LANG",
		Rule:    "LANG with an argument that is no language tag gets 501.",
		Digests: []string{"8752efda1ef0"},
	},
	{
		ID: "ftp/lang-504", RFC: 2640, Section: "4.2", Level: Should, Party: Server, Extension: "LANG",
		Rule:    "LANG with a language tag that is not implemented gets 504.",
		Digests: []string{"cf8c1f4a5b80"},
	},
	{
		ID: "ftp/lang-feature", RFC: 2640, Section: "4.3", Level: Must, Party: Server, Extension: "LANG",
		Rule:    "A server that serves LANG lists the feature LANG with the language tags that it supports.",
		Digests: []string{"3fd75418da45"},
	},
	{
		ID: "ftp/lang-feature-grammar", RFC: 2640, Section: "4.3", Level: Must, Party: Server, Extension: "LANG",
		Rule: `The feature is one space, "LANG", a space, and one or more language tags of up to 8 letters a part, separated by semicolons, ` +
			`each optionally with an asterisk behind it.`,
		Digests: []string{"a3f4527deaed", "8d294fd145ca", "e02889a034eb", "0dced70aac63", "cf89096af818", "8965898841a0", "046bc233c44b", "15e7cf3ae91b"},
	},
	{
		ID: "ftp/lang-feature-upper-case", RFC: 2640, Section: "4.3", Level: Should, Party: Server, Extension: "LANG",
		Rule:    "The label LANG is sent in upper case.",
		Digests: []string{"3e4553899315"},
	},
	{
		ID: "ftp/lang-feature-tags", RFC: 2640, Section: "4.3", Level: Must, Party: Server, Extension: "LANG",
		Rule:    "The feature lists the tags that the server can support: LANG with each of them gets 200.",
		Digests: []string{"c091606a39d9"},
	},
	{
		ID: "ftp/lang-feature-asterisk", RFC: 2640, Section: "4.3", Level: Must, Party: Server, Extension: "LANG",
		Rule:    "An asterisk behind a tag of the feature shows the current language: after LANG it stands, if at all, behind the tag that was chosen.",
		Digests: []string{"a1ad7bf9bb76"},
	},
	{
		ID: "ftp/lang-feature-asterisk-optional", RFC: 2640, Section: "4.3", Level: May, Party: Server, Extension: "LANG",
		Rule:    "The asterisk in the feature LANG may be left out.",
		Digests: []string{"a1ad7bf9bb76"},
	},
}

// elsewhereRFC2640 are its sentences with a capital key word that state no rule, or repeat one.
var elsewhereRFC2640 = []Outside{
	{RFC: 2640, Section: "2", Digest: "c4c8d27eed25", Why: "What character set files are stored in is left to each system; it states no rule for the wire."},
	{RFC: 2640, Section: "2", Digest: "c3b82c8dbce5", Why: "Says what sections 2.1 and 2.2 describe; it states no rule."},
	{RFC: 2640, Section: "3.2", Digest: "5b4207347365", Why: "Says that the dots of an example are not required."},
	{RFC: 2640, Section: "4", Digest: "a1e0c71e6061", Why: "Reports what RFC 2130 suggests; the command for it is section 4.1."},
	{RFC: 2640, Section: "4", Digest: "4e0f52a75221", Why: "A note to implementers; the rule is ftp/lang-only-text."},
	{RFC: 2640, Section: "4.1", Digest: "0aeb9ebefe4f", Why: "Refers to section 3, whose rules have their entries."},
	{RFC: 2640, Section: "4.1", Digest: "20c62ebb971d", Why: "Its NOT REQUIRED denies a requirement; its SHOULD is ftp/lang-after-feat."},
	{RFC: 2640, Section: "4.2", Digest: "5123f7ca81a0", Why: "Announces the list of rules that follows it, which have their entries."},
	{RFC: 2640, Section: "4.3.1", Digest: "627d2c7b11d0", Why: "Says that the dots of an example are not required."},
}
