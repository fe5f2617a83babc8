package register

// smtpRFC8314 are the requirements of RFC 8314, Cleartext Considered Obsolete, that are about submission on the wire: sections 3.3, 3.4, 4.2 and 4.3. The
// rest binds those who offer services, and programs with a user interface.
var smtpRFC8314 = []Entry{
	{
		ID: "smtp/submissions-certificate", RFC: 8314, Section: "3.3", Level: Must, Party: Client,
		Rule:    "A client validates the server's certificate.",
		Digests: []string{"f72f409071a5"},
	},
	{
		ID: "smtp/submissions-both", RFC: 8314, Section: "3.3", Level: Should, Party: Both,
		Rule:    "Both STARTTLS and implicit TLS are implemented.",
		Digests: []string{"cc690c901a1c"},
	},
	{
		ID: "smtp/tls-close-alerts", RFC: 8314, Section: "3.4", Level: Should, Party: Both,
		Rule:    "Who closes a connection sends a TLS close alert first.",
		Digests: []string{"5add6e1916c9"},
	},
	{
		ID: "smtp/tls-close-unanswered", RFC: 8314, Section: "3.4", Level: May, Party: Client,
		Rule:    "A client may close without a wait for the answer to its alert.",
		Digests: []string{"99d699fab133"},
	},
	{
		ID: "smtp/tls-client-certificates", RFC: 8314, Section: "4.2", Level: May, Party: Server,
		Rule:    "A server may authenticate by client certificates.",
		Digests: []string{"eceffce501b1"},
	},
	{
		ID: "smtp/tls-certificate-not-requested", RFC: 8314, Section: "4.2", Level: MustNot, Party: Server,
		Rule:    "A server asks for a client certificate only if it can use one.",
		Digests: []string{"6bde11bb17a3"},
		OffWire: "what a server can use is its configuration",
	},
	{
		ID: "smtp/tls-certificate-external", RFC: 8314, Section: "4.2", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "A server that takes a client certificate for authorisation has the mechanism EXTERNAL.",
		Digests: []string{"b45d16946c7e"},
	},
	{
		ID: "smtp/tls-received-clause", RFC: 8314, Section: "4.3", Level: Should, Party: Server,
		Rule:    "The Received field of a message that came by TLS has a tls clause.",
		Digests: []string{"e5069727c198"},
	},
	{
		ID: "smtp/tls-received-suite", RFC: 8314, Section: "4.3", Level: Should, Party: Server,
		Rule:    "The value of the tls clause is the registered name of the cipher suite.",
		Digests: []string{"dd46dde456db"},
	},
	{
		ID: "smtp/tls-received-hexadecimal", RFC: 8314, Section: "4.3", Level: May, Party: Server,
		Rule:    "If the name of the cipher suite is not known, a number of four hexadecimal digits may stand in the tls clause.",
		Digests: []string{"c1f2b6760ef3"},
	},
	{
		ID: "smtp/tls-received-group", RFC: 8314, Section: "4.3", Level: May, Party: Server,
		Rule:    "The name of the Diffie-Hellman group may follow in the tls clause.",
		Digests: []string{"161428066c06"},
	},
}

// elsewhereRFC8314 are the sentences of RFC 8314 that bind nobody who speaks the protocol.
var elsewhereRFC8314 = []Outside{
	{RFC: 8314, Section: "4.2", Digest: "480ddef60a90", Why: "binds servers of IMAP"},
}
