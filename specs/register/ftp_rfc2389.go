package register

// ftpRFC2389 are the requirements of RFC 2389, FEAT and OPTS. Neither is listed by FEAT: the extension "FEAT" stands for a server that
// answers the command.
var ftpRFC2389 = []Entry{
	{
		ID: "ftp/feat-any-case", RFC: 2389, Section: "2.1", Level: Must, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "FEAT and OPTS are recognised in upper, lower and mixed case.",
		Digests: []string{"bca4993a6033", "a1ebd0403006"},
	},
	{
		ID: "ftp/feat-multiline-tolerated", RFC: 2389, Section: "2.2", Level: Must, Party: Client, Prose: true,
		Rule:    "The client takes a multi-line reply to any command, also where a document shows one line.",
		Digests: []string{"66520e366600", "fabf2e1f9398"},
	},
	{
		ID: "ftp/feat-list", RFC: 2389, Section: "3", Level: Must, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "FEAT of a server that recognises it and has extensions beyond RFC 959 gets a 211 reply with the list of them.",
		Digests: []string{"cc854f6bbaec", "3696dc6db787"},
	},
	{
		ID: "ftp/feat-unknown-tolerated", RFC: 2389, Section: "3", Level: Must, Party: Client, Extension: "FEAT", Prose: true,
		Rule:    "Features that the client does not know are no error in the response to FEAT.",
		Digests: []string{"6e9450ed595c", "a39f9ae98a13"},
	},
	{
		ID: "ftp/feat-no-argument", RFC: 2389, Section: "3.1", Level: Must, Party: Client, Prose: true,
		Rule:    "FEAT is sent without an argument.",
		Digests: []string{"ade3086027df", "ce9a0dc42e8d"},
	},
	{
		ID: "ftp/feat-unrecognised", RFC: 2389, Section: "3.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A server that does not support FEAT answers it with 500 or 502: the only replies to FEAT without an argument are 211, 500, 502 and 421.",
		Digests: []string{"53a9ee827572", "2f1ba65a06e6"},
	},
	{
		ID: "ftp/feat-argument-501", RFC: 2389, Section: "3.2", Level: Must, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "FEAT with an argument gets 501.",
		Digests: []string{"adc509385971"},
	},
	{
		ID: "ftp/feat-no-features", RFC: 2389, Section: "3.2", Level: Should, Party: Server, Extension: "FEAT",
		Rule:    "A server that recognises FEAT and has no extension answers 211 in one line.",
		Digests: []string{"056fdfea8776"},
	},
	{
		ID: "ftp/feat-no-features-refused", RFC: 2389, Section: "3.2", Level: May, Party: Server,
		Rule:    "A server that has no extension may answer FEAT with 500 or 502 although it recognises it.",
		Digests: []string{"dabfc3c30c5c"},
	},
	{
		ID: "ftp/feat-no-features-one-line", RFC: 2389, Section: "3.2", Level: MustNot, Party: Server, Extension: "FEAT",
		Rule:    "A 211 reply without features is not a multi-line reply: there is exactly one line.",
		Digests: []string{"d0f34e35da3f"},
	},
	{
		ID: "ftp/feat-syntax", RFC: 2389, Section: "3.2", Level: Must, Party: Server, Extension: "FEAT",
		Rule: `A list of features is "211-" and any text, lines of one space and a feature, and a last line that begins with "211 "; each line ends with CRLF ` +
			`and holds visible ASCII characters, spaces and tabs.`,
		Digests: []string{"b228909c3889", "138fb9c9de5a", "1170880cddc3", "8dce0962873f"},
	},
	{
		ID: "ftp/feat-end", RFC: 2389, Section: "3.2", Level: Must, Party: Server, Extension: "FEAT",
		Rule:    `The last line of a list of features is "211 End", in any case of its letters, and nothing else.`,
		Digests: []string{"b698ee7b1e60", "8dce0962873f"},
	},
	{
		ID: "ftp/feat-line-space", RFC: 2389, Section: "3.2", Level: Must, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "Each feature line begins with exactly one space, no more and no other white space.",
		Digests: []string{"43980198d61d", "b8b64970eddc", "56c107ed5fad"},
	},
	{
		ID: "ftp/feat-feature-grammar", RFC: 2389, Section: "3.2", Level: Must, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "A feature is a label of one or more visible characters and, after one space, optionally parameters of visible characters, spaces and tabs.",
		Digests: []string{"641640065541", "41dcf8422cf9", "ec5299b5fc82"},
	},
	{
		ID: "ftp/feat-one-per-line", RFC: 2389, Section: "3.2", Level: Must, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "Each extension is on a line of its own: what follows a label that is defined without parameters is not the label of another.",
		Digests: []string{"29ae35733b41"},
	},
	{
		ID: "ftp/feat-upper-case", RFC: 2389, Section: "3.2", Level: Should, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "Labels that are defined without regard to case are sent in upper case.",
		Digests: []string{"dfcfda9505be"},
	},
	{
		ID: "ftp/feat-any-case-recognised", RFC: 2389, Section: "3.2", Level: Must, Party: Client, Extension: "FEAT", Prose: true,
		Rule:    "Labels that are defined without regard to case are recognised by the client in any case of their letters.",
		Digests: []string{"a3ed363b495b"},
	},
	{
		ID: "ftp/feat-not-listed", RFC: 2389, Section: "3.2", Level: MustNot, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "FEAT itself is not listed.",
		Digests: []string{"0e1c023abf6c"},
	},
	{
		ID: "ftp/feat-any-order", RFC: 2389, Section: "3.2", Level: Must, Party: Client, Extension: "FEAT", Prose: true,
		Rule:    "The client takes the features in any order.",
		Digests: []string{"09014f672e7b"},
	},
	{
		ID: "ftp/feat-all-extensions", RFC: 2389, Section: "3.2", Level: Must, Party: Server, Extension: "FEAT",
		Rule: "All documented extensions that the server supports are listed, those that existed before FEAT too: " +
			"what it can be seen to serve (SIZE, MDTM, MLST, REST in stream mode, LANG, AUTH TLS, HOST) is in the list.",
		Digests: []string{"d33d73d36a20", "c6c864753f72"},
	},
	{
		ID: "ftp/feat-refused-probed", RFC: 2389, Section: "3.2", Level: Should, Party: Client, Prose: true,
		Rule:    "After an error response to FEAT the client tries the extensions that are older than FEAT (SIZE, MDTM, REST) where it needs them.",
		Digests: []string{"e5eddf98ed31", "a3d52ad80d70", "8d54173e8e16"},
	},
	{
		ID: "ftp/opts-grammar", RFC: 2389, Section: "4", Level: Must, Party: Client, Extension: "FEAT", Prose: true,
		Rule:    "OPTS is followed by one space, the name of a command, and optionally one space and options.",
		Digests: []string{"2c1548ed9017"},
	},
	{
		ID: "ftp/opts-200", RFC: 2389, Section: "4", Level: Must, Party: Server, Extension: "FEAT",
		Rule:    "OPTS with a command and options that the server recognises and finds appropriate gets 200.",
		Digests: []string{"46f592b1ccc9", "bbc61938621b"},
	},
	{
		ID: "ftp/opts-501", RFC: 2389, Section: "4", Level: Must, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "OPTS that is not good gets 501, or 451 where a later repetition may succeed: OPTS for a command that the server does not know gets one of them.",
		Digests: []string{"5304a5b84e68", "6501d005dae5", "84ed485371ae", "bbc61938621b"},
	},
	{
		ID: "ftp/opts-451", RFC: 2389, Section: "4", Level: Should, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "A temporary condition at the server that keeps OPTS from being accepted is told by 451.",
		Digests: []string{"30efe7413bc9"},
		OffWire: "a client cannot bring such a condition about, nor know of it",
	},
	{
		ID: "ftp/opts-with-feat", RFC: 2389, Section: "4", Level: Must, Party: Server, Extension: "FEAT",
		Rule:    "A server that implements FEAT implements OPTS: it does not answer it with 500 or 502.",
		Digests: []string{"ef7ca3a04916", "56520c883c3a"},
	},
	{
		ID: "ftp/opts-not-listed", RFC: 2389, Section: "4", Level: MustNot, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "OPTS itself is not listed by FEAT.",
		Digests: []string{"4955f73c772a"},
	},
	{
		ID: "ftp/opts-of-feat", RFC: 2389, Section: "4", Level: Must, Party: Server, Extension: "FEAT", Prose: true,
		Rule:    "FEAT and OPTS have no options: OPTS FEAT and OPTS OPTS are refused.",
		Digests: []string{"a6c20905cd8b", "f639863755ad"},
	},
}

// elsewhereRFC2389 are its sentences with a capital key word that state no rule.
var elsewhereRFC2389 = []Outside{
	{RFC: 2389, Section: "2", Digest: "c4c0edd0afc3", Why: "Says where the key words are defined; it states no rule."},
}
