package register

// smtpRFC3461 are the requirements of RFC 3461, SMTP Service Extension for Delivery Status Notifications, that are about its parameters: sections 4, 5.1
// and 5.4. The rest is about notifications, and about relays.
var smtpRFC3461 = []Entry{
	{
		ID: "smtp/xtext-parentheses", RFC: 3461, Section: "4", Level: May, Party: Both, Extension: "DSN",
		Rule:    "The value of a parameter may have parentheses.",
		Digests: []string{"598b3cc1014c"},
	},
	{
		ID: "smtp/xtext-literal", RFC: 3461, Section: "4", Level: May, Party: Client, Extension: "DSN",
		Rule:    "A printable character but + and = stands for itself in xtext.",
		Digests: []string{"722e19fe234c"},
	},
	{
		ID: "smtp/xtext-hexadecimal", RFC: 3461, Section: "4", Level: May, Party: Client, Extension: "DSN",
		Rule:    "A printable character may be encoded in xtext as + and two hexadecimal digits all the same.",
		Digests: []string{"7a5bbc9dd0c0"},
	},
	{
		ID: "smtp/dsn-notify-value", RFC: 3461, Section: "4.1", Level: Must, Party: Client, Extension: "DSN",
		Rule:    "NOTIFY is given with a value.",
		Digests: []string{"9d35c9b6a3df"},
	},
	{
		ID: "smtp/dsn-notify-several", RFC: 3461, Section: "4.1", Level: May, Party: Client, Extension: "DSN",
		Rule:    "NOTIFY may have several keywords, separated by commas.",
		Digests: []string{"6425bd6af269"},
	},
	{
		ID: "smtp/dsn-notify-never", RFC: 3461, Section: "4.1", Level: Must, Party: Client, Extension: "DSN",
		Rule:    "NEVER is the only keyword where it stands.",
		Digests: []string{"6425bd6af269"},
	},
	{
		ID: "smtp/dsn-orcpt-value", RFC: 3461, Section: "4.2", Level: Must, Party: Client, Extension: "DSN",
		Rule:    "ORCPT has a value: the original recipient.",
		Digests: []string{"905c099e1674"},
	},
	{
		ID: "smtp/dsn-orcpt-type", RFC: 3461, Section: "4.2", Level: Must, Party: Client, Extension: "DSN",
		Rule:    "ORCPT begins with a registered type of addresses and a semicolon, and goes on with xtext.",
		Digests: []string{"e8cf33c464d2"},
	},
	{
		ID: "smtp/dsn-orcpt-500", RFC: 3461, Section: "4.2", Level: May, Party: Both, Extension: "DSN",
		Rule:    "ORCPT may have 500 characters.",
		Digests: []string{"dc298c06279a"},
	},
	{
		ID: "smtp/dsn-orcpt-same", RFC: 3461, Section: "4.2", Level: Must, Party: Client, Extension: "DSN",
		Rule:    "At first submission ORCPT has the address of RCPT TO.",
		Digests: []string{"7b8f79c5511e"},
	},
	{
		ID: "smtp/dsn-orcpt-list", RFC: 3461, Section: "4.2", Level: Must, Party: Server, Extension: "DSN",
		Rule:    "For a list ORCPT has the address of the subscriber.",
		Digests: []string{"ab9c0a515ef2"},
		OffWire: offSMTPLists,
	},
	{
		ID: "smtp/dsn-orcpt-printable", RFC: 3461, Section: "4.2", Level: Must, Party: Client, Extension: "DSN",
		Rule:    "What ORCPT encodes is printable ASCII.",
		Digests: []string{"b60e82eae026"},
	},
	{
		ID: "smtp/dsn-ret-value", RFC: 3461, Section: "4.3", Level: Must, Party: Client, Extension: "DSN",
		Rule:    "RET has the value FULL or HDRS.",
		Digests: []string{"570d4a21942b"},
	},
	{
		ID: "smtp/dsn-ret-absent", RFC: 3461, Section: "4.3", Level: May, Party: Server, Extension: "DSN",
		Rule:    "Without RET a server may return headers or the whole message.",
		Digests: []string{"6f3708c174b7"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/dsn-envid-value", RFC: 3461, Section: "4.4", Level: Must, Party: Client, Extension: "DSN",
		Rule:    "ENVID is given with a value.",
		Digests: []string{"6310e0cacb37"},
	},
	{
		ID: "smtp/dsn-envid-100", RFC: 3461, Section: "4.4", Level: May, Party: Both, Extension: "DSN",
		Rule:    "ENVID may have 100 characters.",
		Digests: []string{"9324bbe34ec3"},
	},
	{
		ID: "smtp/dsn-envid-printable", RFC: 3461, Section: "4.4", Level: Must, Party: Client, Extension: "DSN",
		Rule:    "What ENVID encodes is printable ASCII.",
		Digests: []string{"f194e9073f45"},
	},
	{
		ID: "smtp/dsn-mail-once", RFC: 3461, Section: "4.5", Level: MustNot, Party: Client, Extension: "DSN",
		Rule:    "A client gives RET and ENVID once in a MAIL.",
		Digests: []string{"7f57f22843ba"},
	},
	{
		ID: "smtp/dsn-mail-twice-501", RFC: 3461, Section: "4.5", Level: Should, Party: Server, Extension: "DSN",
		Rule:    "RET or ENVID twice gets 501.",
		Digests: []string{"83e38204cb4e"},
	},
	{
		ID: "smtp/dsn-rcpt-once", RFC: 3461, Section: "4.5", Level: MustNot, Party: Client, Extension: "DSN",
		Rule:    "A client gives NOTIFY and ORCPT once in a RCPT.",
		Digests: []string{"5885847f1141"},
	},
	{
		ID: "smtp/dsn-rcpt-twice-501", RFC: 3461, Section: "4.5", Level: Should, Party: Server, Extension: "DSN",
		Rule:    "NOTIFY or ORCPT twice gets 501.",
		Digests: []string{"f421b758d261"},
	},
	{
		ID: "smtp/dsn-mail-same-reply", RFC: 3461, Section: "5.1", Level: Must, Party: Server, Extension: "DSN",
		Rule:    "MAIL with valid ENVID or RET gets the code that it would get without.",
		Digests: []string{"90f632d0f9dd"},
	},
	{
		ID: "smtp/dsn-mail-not-refused", RFC: 3461, Section: "5.1", Level: MustNot, Party: Server, Extension: "DSN",
		Rule:    "MAIL is not refused for its ENVID or RET, or for having none.",
		Digests: []string{"8115698420fb"},
	},
	{
		ID: "smtp/dsn-mail-invalid-501", RFC: 3461, Section: "5.1", Level: Must, Party: Server, Extension: "DSN",
		Rule:    "MAIL with an invalid value of ENVID or RET, or with one of them twice, gets 501.",
		Digests: []string{"a8145bfb2562"},
	},
	{
		ID: "smtp/dsn-rcpt-same-reply", RFC: 3461, Section: "5.1", Level: Must, Party: Server, Extension: "DSN",
		Rule:    "RCPT with valid NOTIFY or ORCPT gets the reply that it would get without.",
		Digests: []string{"cbb642899ae9"},
	},
	{
		ID: "smtp/dsn-rcpt-not-refused", RFC: 3461, Section: "5.1", Level: MustNot, Party: Server, Extension: "DSN",
		Rule:    "RCPT is not refused for its NOTIFY or ORCPT, or for having none.",
		Digests: []string{"d4dd9fbbf3aa"},
	},
	{
		ID: "smtp/dsn-rcpt-invalid-501", RFC: 3461, Section: "5.1", Level: Should, Party: Server, Extension: "DSN",
		Rule:    "RCPT with an invalid value of NOTIFY or ORCPT, or with one of them twice, gets 501.",
		Digests: []string{"b86e7bf22ef6"},
	},
	{
		ID: "smtp/dsn-sizes", RFC: 3461, Section: "5.4", Level: Must, Party: Server, Extension: "DSN",
		Rule:    "ENVID of 100 characters, ORCPT of 500 and NOTIFY of 28 are accepted.",
		Digests: []string{"7f888818ec4a"},
	},
	{
		ID: "smtp/dsn-envid-38", RFC: 3461, Section: "5.4", Level: ShouldNot, Party: Client, Extension: "DSN",
		Rule:    "A client that submits mail makes no ENVID of more than 38 characters.",
		Digests: []string{"cdad51d415c7"},
	},
	{
		ID: "smtp/dsn-command-1036", RFC: 3461, Section: "5.4", Level: Must, Party: Server, Extension: "DSN",
		Rule:    "A command line of 1036 characters is accepted.",
		Digests: []string{"9467fea28a1e"},
	},
	{
		ID: "smtp/dsn-command-combined", RFC: 3461, Section: "5.4", Level: Must, Party: Server, Extension: "DSN",
		Rule:    "A command line with all parameters of all extensions is accepted.",
		Digests: []string{"12befbd7b3a8"},
	},
}

// elsewhereRFC3461 are the sentences of RFC 3461 that bind nobody who speaks the protocol.
var elsewhereRFC3461 = []Outside{
	{RFC: 3461, Section: "4.2", Digest: "a7c3b734932f", Why: "binds the authors of types of addresses"},
}
