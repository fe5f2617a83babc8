package register

// smtpRFC3207 are the requirements of RFC 3207, SMTP Service Extension for Secure SMTP over Transport Layer Security.
var smtpRFC3207 = []Entry{
	{
		ID: "smtp/starttls-keyword", RFC: 3207, Section: "3", Level: Must, Party: Server, Extension: "STARTTLS", Prose: true,
		Rule:    "STARTTLS is listed while TLS can be begun, without parameters.",
		Digests: []string{"bfe3cba66ba1", "61568c65ab14"},
	},
	{
		ID: "smtp/starttls-no-parameters", RFC: 3207, Section: "4", Level: Must, Party: Client, Extension: "STARTTLS", Prose: true,
		Rule:    "STARTTLS is sent without parameters.",
		Digests: []string{"bd62467b7c31"},
	},
	{
		ID: "smtp/starttls-codes", RFC: 3207, Section: "4", Level: Must, Party: Server, Extension: "STARTTLS", Prose: true,
		Rule:    "STARTTLS gets 220, 501 if it has parameters, or 454 if TLS is not available for the moment.",
		Digests: []string{"07f009f3bc09", "5c6242a43a67"},
	},
	{
		ID: "smtp/starttls-454-decision", RFC: 3207, Section: "4", Level: Must, Party: Client, Extension: "STARTTLS", Prose: true,
		Rule:    "A client that gets 454 decides whether to go on.",
		Digests: []string{"a2945de6f52d"},
	},
	{
		ID: "smtp/starttls-not-required", RFC: 3207, Section: "4", Level: MustNot, Party: Server, Extension: "STARTTLS",
		Rule:    "A server that is referenced publicly does not require TLS for local mail.",
		Digests: []string{"1ed4b15d2e7b"},
		OffWire: "whether a server is referenced publicly is known to the name service",
	},
	{
		ID: "smtp/starttls-required-530", RFC: 3207, Section: "4", Level: Should, Party: Server, Extension: "STARTTLS",
		Rule:    "A server that requires TLS answers 530 to all commands but NOOP, EHLO, STARTTLS and QUIT.",
		Digests: []string{"34615f3da7b1", "47491ca97b04", "99fcfa8edbce"},
	},
	{
		ID: "smtp/starttls-required-status", RFC: 3207, Section: "4", Level: Should, Party: Server, Extension: "STARTTLS ENHANCEDSTATUSCODES",
		Rule:    "The enhanced code of 530 before TLS is 5.7.0.",
		Digests: []string{"002a536f9b8c"},
	},
	{
		ID: "smtp/starttls-220-client", RFC: 3207, Section: "4", Level: Must, Party: Client, Extension: "STARTTLS",
		Rule:    "After 220 a client begins the handshake before any other command.",
		Digests: []string{"462ad5058959"},
	},
	{
		ID: "smtp/starttls-cannot", RFC: 3207, Section: "4", Level: Should, Party: Client, Extension: "STARTTLS",
		Rule:    "A client that cannot begin the handshake aborts the connection.",
		Digests: []string{"c392f51f5756"},
	},
	{
		ID: "smtp/starttls-last-in-group", RFC: 3207, Section: "4", Level: Must, Party: Client, Extension: "STARTTLS PIPELINING", Prose: true,
		Rule:    "STARTTLS is the last command of a group.",
		Digests: []string{"3a21e79d612b"},
	},
	{
		ID: "smtp/tls-decided", RFC: 3207, Section: "4.1", Level: Must, Party: Both, Extension: "STARTTLS",
		Rule:    "After the handshake both decide whether authentication and privacy suffice to go on.",
		Digests: []string{"1c9396831d0c"},
		OffWire: "what a party decides does not show where it goes on",
	},
	{
		ID: "smtp/tls-client-quits", RFC: 3207, Section: "4.1", Level: Should, Party: Client, Extension: "STARTTLS",
		Rule:    "A client to which they do not suffice sends QUIT at once.",
		Digests: []string{"17517a455b61"},
	},
	{
		ID: "smtp/tls-server-554", RFC: 3207, Section: "4.1", Level: Should, Party: Server, Extension: "STARTTLS",
		Rule:    "A server to which they do not suffice answers 554 to all commands but QUIT.",
		Digests: []string{"24dc732069c0"},
		OffWire: "what a server holds sufficient is its decision, which a client cannot bring about",
	},
	{
		ID: "smtp/tls-initial-state", RFC: 3207, Section: "4.2", Level: Must, Party: Server, Extension: "STARTTLS", Prose: true,
		Rule:    "After the handshake the session is in its initial state.",
		Digests: []string{"6efb1c3b22c3"},
	},
	{
		ID: "smtp/tls-server-forgets", RFC: 3207, Section: "4.2", Level: Must, Party: Server, Extension: "STARTTLS",
		Rule:    "A server discards what it learnt before, such as the argument of EHLO.",
		Digests: []string{"6069012bb5df"},
	},
	{
		ID: "smtp/tls-client-forgets", RFC: 3207, Section: "4.2", Level: Must, Party: Client, Extension: "STARTTLS",
		Rule:    "A client discards what it learnt before, such as the list of extensions.",
		Digests: []string{"6c9177ec3abb"},
	},
	{
		ID: "smtp/tls-ehlo-again", RFC: 3207, Section: "4.2", Level: Should, Party: Client, Extension: "STARTTLS",
		Rule:    "EHLO is the first command after the handshake.",
		Digests: []string{"aaf20035ed7c"},
	},
	{
		ID: "smtp/tls-extensions-differ", RFC: 3207, Section: "4.2", Level: May, Party: Server, Extension: "STARTTLS",
		Rule:    "The list of extensions may be another one then.",
		Digests: []string{"c0ea4f1bad5d"},
	},
	{
		ID: "smtp/tls-known-active", RFC: 3207, Section: "4.2", Level: Must, Party: Both, Extension: "STARTTLS",
		Rule:    "Client and server know whether TLS is active.",
		Digests: []string{"6edc1c576931"},
	},
	{
		ID: "smtp/starttls-not-in-tls", RFC: 3207, Section: "4.2", Level: MustNot, Party: Client, Extension: "STARTTLS",
		Rule:    "A client does not begin TLS within TLS.",
		Digests: []string{"ec009749dfc2"},
	},
	{
		ID: "smtp/starttls-not-listed-in-tls", RFC: 3207, Section: "4.2", Level: MustNot, Party: Server, Extension: "STARTTLS",
		Rule:    "STARTTLS is not listed any more after the handshake.",
		Digests: []string{"d575aad50d54"},
	},
	{
		ID: "smtp/tls-result-checked", RFC: 3207, Section: "6", Level: Must, Party: Both, Extension: "STARTTLS", Prose: true,
		Rule:    "Client and server check the result of the handshake.",
		Digests: []string{"7f5723082704"},
	},
	{
		ID: "smtp/tls-can-be-required", RFC: 3207, Section: "6", Level: Must, Party: Both, Extension: "STARTTLS",
		Rule:    "TLS can be required.",
		Digests: []string{"a2585c77a893"},
	},
	{
		ID: "smtp/tls-when-possible", RFC: 3207, Section: "6", Level: Should, Party: Both, Extension: "STARTTLS",
		Rule:    "TLS can be used when it is possible.",
		Digests: []string{"20288f1e6e5f"},
	},
	{
		ID: "smtp/tls-recorded", RFC: 3207, Section: "6", Level: May, Party: Both, Extension: "STARTTLS",
		Rule:    "The use of TLS with a peer may be recorded, and its absence warned about later.",
		Digests: []string{"f1fd6c80b52a"},
		OffWire: "what is kept between sessions is not seen",
	},
	{
		ID: "smtp/tls-discards", RFC: 3207, Section: "6", Level: Must, Party: Both, Extension: "STARTTLS",
		Rule:    "What was known before the handshake is discarded by it.",
		Digests: []string{"5fc83f199ea5"},
	},
	{
		ID: "smtp/tls-external", RFC: 3207, Section: "6", Level: May, Party: Client, Extension: "STARTTLS",
		Rule:    "A client may use the mechanism EXTERNAL after it.",
		Digests: []string{"b5512e2b1389"},
	},
}
