package register

// nntpRFC4642 are the requirements of RFC 4642, Using TLS with NNTP.
var nntpRFC4642 = []Entry{
	{
		ID: "nntp/starttls-not-listed-later", RFC: 4642, Section: "2.1", Level: MustNot, Party: Server, Extension: "STARTTLS",
		Rule:    "STARTTLS is not listed once TLS is active or the client is authenticated.",
		Digests: []string{"fae05c3bf47a"},
	},
	{
		ID: "nntp/starttls-listed-any-mode", RFC: 4642, Section: "2.1", Level: May, Party: Server, Extension: "STARTTLS",
		Rule:    "STARTTLS may be listed before MODE READER and after it.",
		Digests: []string{"355ac53855b1"},
	},
	{
		ID: "nntp/starttls-not-cached", RFC: 4642, Section: "2.1", Level: MustNot, Party: Client,
		Rule:    "A client does not rely on what an earlier session listed of STARTTLS.",
		Digests: []string{"f6d6befcecb0"},
	},
	{
		ID: "nntp/starttls-not-pipelined", RFC: 4642, Section: "2.2.1", Level: MustNot, Party: Client,
		Rule:    "STARTTLS is not pipelined.",
		Digests: []string{"cb7505c45e74"},
	},
	{
		ID: "nntp/starttls-never-480-483-note", RFC: 4642, Section: "2.2.1", Level: MustNot, Party: Server, Extension: "STARTTLS",
		Rule:    "STARTTLS gets neither 480 nor 483, whatever the generic rules say.",
		Digests: []string{"f74b7045efa4"},
	},
	{
		ID: "nntp/starttls-after-483", RFC: 4642, Section: "2.2.2", Level: May, Party: Client,
		Rule:    "A client may send STARTTLS after a 483.",
		Digests: []string{"9d4c3e15a614"},
	},
	{
		ID: "nntp/starttls-any-time", RFC: 4642, Section: "2.2.2", Level: May, Party: Client,
		Rule:    "A client may send STARTTLS at any time where it is listed.",
		Digests: []string{"4ac154bcc8a6"},
	},
	{
		ID: "nntp/starttls-unsolicited", RFC: 4642, Section: "2.2.2", Level: Should, Party: Server, Extension: "STARTTLS",
		Rule:    "A server takes STARTTLS though it gave no 483.",
		Digests: []string{"481ab1ced6d7"},
	},
	{
		ID: "nntp/starttls-580", RFC: 4642, Section: "2.2.2", Level: Must, Party: Server, Extension: "STARTTLS",
		Rule:    "A server that cannot begin TLS answers STARTTLS with 580.",
		Digests: []string{"f9704554fa57"},
	},
	{
		ID: "nntp/tls-required-483", RFC: 4642, Section: "2.2.2", Level: Should, Party: Server, Extension: "STARTTLS",
		Rule:    "A server that finds TLS lacking refuses further commands with 483, or with 400 and closes.",
		Digests: []string{"04bbee055fa0"},
	},
	{
		ID: "nntp/starttls-never-480-483", RFC: 4642, Section: "2.2.2", Level: MustNot, Party: Server, Extension: "STARTTLS",
		Rule:    "Under no circumstances is STARTTLS answered with 480 or 483.",
		Digests: []string{"36b3ceef139d"},
	},
	{
		ID: "nntp/starttls-382-client", RFC: 4642, Section: "2.2.2", Level: Must, Party: Client,
		Rule:    "After 382 the client begins the TLS negotiation before any other command.",
		Digests: []string{"419c4e803eec"},
	},
	{
		ID: "nntp/starttls-client-cannot", RFC: 4642, Section: "2.2.2", Level: Should, Party: Client,
		Rule:    "A client that cannot begin the handshake after all closes the connection at once.",
		Digests: []string{"15b2a90f7e1e"},
	},
	{
		ID: "nntp/client-hello-compatible", RFC: 4642, Section: "2.2.2", Level: Must, Party: Server, Extension: "STARTTLS",
		Rule:    "A server understands a backwards-compatible Client Hello.",
		Digests: []string{"3324269d2cac"},
		OffWire: "the SSL 2.0 form of the Client Hello was prohibited since, by RFC 6176",
	},
	{
		ID: "nntp/client-hello-compatible-sent", RFC: 4642, Section: "2.2.2", Level: May, Party: Client,
		Rule:    "A client may send a backwards-compatible Client Hello.",
		Digests: []string{"3324269d2cac"},
		OffWire: "the SSL 2.0 form of the Client Hello was prohibited since, by RFC 6176",
	},
	{
		ID: "nntp/tls-server-name", RFC: 4642, Section: "2.2.2", Level: Should, Party: Both,
		Rule:    "Clients, and servers with several names, have the extension server_name.",
		Digests: []string{"e25f35effe8b"},
	},
	{
		ID: "nntp/tls-failure-closes", RFC: 4642, Section: "2.2.2", Level: Should, Party: Both,
		Rule:    "If the TLS negotiation fails, either side closes the connection.",
		Digests: []string{"1cedb493f113"},
	},
	{
		ID: "nntp/tls-server-discards", RFC: 4642, Section: "2.2.2", Level: Must, Party: Server, Extension: "STARTTLS",
		Rule:    "After the handshake a server forgets what it had from the client, such as the current group and article.",
		Digests: []string{"fd409b818e4b"},
	},
	{
		ID: "nntp/tls-client-discards", RFC: 4642, Section: "2.2.2", Level: Should, Party: Client,
		Rule:    "After the handshake a client discards what it had from the server, such as the capabilities.",
		Digests: []string{"731104b86e87"},
	},
	{
		ID: "nntp/tls-client-not-relied", RFC: 4642, Section: "2.2.2", Level: MustNot, Party: Client,
		Rule:    "A client does not rely on what it had before the handshake.",
		Digests: []string{"731104b86e87"},
	},
	{
		ID: "nntp/tls-external", RFC: 4642, Section: "2.2.2", Level: May, Party: Client,
		Rule:    "AUTHINFO SASL EXTERNAL may be used once a client's certificate was shown.",
		Digests: []string{"b69013b61b38"},
	},
	{
		ID: "nntp/tls-certificate-used", RFC: 4642, Section: "2.2.2", Level: May, Party: Server, Extension: "STARTTLS",
		Rule:    "A server may use a client's certificate to identify connections and articles.",
		Digests: []string{"1153ebf4c28d"},
	},
	{
		ID: "nntp/tls-active-known", RFC: 4642, Section: "2.2.2", Level: Must, Party: Both,
		Rule:    "Both sides know whether TLS is active.",
		Digests: []string{"6edc1c576931"},
	},
	{
		ID: "nntp/starttls-once", RFC: 4642, Section: "2.2.2", Level: MustNot, Party: Client,
		Rule:    "A client does not begin TLS where it is active.",
		Digests: []string{"ec009749dfc2"},
	},
	{
		ID: "nntp/starttls-not-in-tls", RFC: 4642, Section: "2.2.2", Level: MustNot, Party: Server, Extension: "STARTTLS",
		Rule:    "STARTTLS is not listed after the handshake.",
		Digests: []string{"c1faecbda1d0"},
	},
	{
		ID: "nntp/starttls-502-in-tls", RFC: 4642, Section: "2.2.2", Level: Must, Party: Server, Extension: "STARTTLS",
		Rule:    "STARTTLS over TLS gets 502.",
		Digests: []string{"c1faecbda1d0"},
	},
	{
		ID: "nntp/mode-reader-not-in-tls", RFC: 4642, Section: "2.2.2", Level: MustNot, Party: Both, Extension: "STARTTLS",
		Rule:    "A client sends no MODE READER over TLS, and a server lists no MODE-READER there.",
		Digests: []string{"329086222807"},
	},
	{
		ID: "nntp/capabilities-differ-in-tls", RFC: 4642, Section: "2.2.2", Level: May, Party: Server, Extension: "STARTTLS",
		Rule:    "Capabilities over TLS may differ from those before.",
		Digests: []string{"2cb4ed8e0c56"},
	},
	{
		ID: "nntp/tls-rc4-suite", RFC: 4642, Section: "5", Level: Must, Party: Both,
		Rule:    "TLS_RSA_WITH_RC4_128_MD5 is implemented.",
		Digests: []string{"73f16e074475"},
		OffWire: "RFC 7465 prohibits RC4, and RFC 8143 replaces the requirement",
	},
	{
		ID: "nntp/tls-3des-suite", RFC: 4642, Section: "5", Level: Should, Party: Both,
		Rule:    "TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA is implemented.",
		Digests: []string{"73f16e074475"},
		OffWire: "RFC 8143 replaces the requirement by those of RFC 7525",
	},
	{
		ID: "nntp/tls-other-suites", RFC: 4642, Section: "5", Level: May, Party: Both,
		Rule:    "Other cipher suites are optional.",
		Digests: []string{"eec0e12d00a8"},
		OffWire: "RFC 8143 replaces the requirement by those of RFC 7525",
	},
	{
		ID: "nntp/tls-discards-sensitive", RFC: 4642, Section: "5", Level: Must, Party: Both,
		Rule:    "What was sensitive and known before the handshake is discarded.",
		Digests: []string{"afd6b3fa78db"},
	},
	{
		ID: "nntp/tls-capabilities-again", RFC: 4642, Section: "5", Level: Should, Party: Client,
		Rule:    "A client asks for the capabilities again over TLS.",
		Digests: []string{"2828b437b947"},
	},
	{
		ID: "nntp/tls-name-checked", RFC: 4642, Section: "5", Level: Must, Party: Client,
		Rule:    "A client compares the server's name with its certificate.",
		Digests: []string{"eb49f5be1505"},
	},
	{
		ID: "nntp/tls-name-used", RFC: 4642, Section: "5", Level: Must, Party: Client,
		Rule:    "It compares the name by which it opened the connection.",
		Digests: []string{"59d46929b7a2"},
	},
	{
		ID: "nntp/tls-name-insecure-source", RFC: 4642, Section: "5", Level: MustNot, Party: Client,
		Rule:    "It does not compare a name that it had from an insecure source.",
		Digests: []string{"83ec745793f6"},
	},
	{
		ID: "nntp/tls-name-san", RFC: 4642, Section: "5", Level: Should, Party: Client,
		Rule:    "A subjectAltName is the source of the server's identity.",
		Digests: []string{"43f59074fbeb"},
	},
	{
		ID: "nntp/tls-name-wildcard", RFC: 4642, Section: "5", Level: May, Party: Client,
		Rule:    `A certificate may have "*" as the left-most label.`,
		Digests: []string{"a128d6d59891"},
	},
	{
		ID: "nntp/tls-name-mismatch", RFC: 4642, Section: "5", Level: Should, Party: Client,
		Rule:    "If the names do not match, a client asks its user or ends the connection.",
		Digests: []string{"e8088b40c79e"},
	},
	{
		ID: "nntp/tls-binding-verified", RFC: 4642, Section: "5", Level: Must, Party: Client,
		Rule:    "A client verifies that the key is the server's.",
		Digests: []string{"499b90f8376c"},
	},
	{
		ID: "nntp/tls-path-validated", RFC: 4642, Section: "5", Level: Should, Party: Client,
		Rule:    "A client validates the certificate's path.",
		Digests: []string{"5c67648eda53"},
	},
	{
		ID: "nntp/tls-other-validation", RFC: 4642, Section: "5", Level: May, Party: Client,
		Rule:    "A client may validate a certificate in another way that is as good.",
		Digests: []string{"5c67648eda53"},
	},
	{
		ID: "nntp/mode-reader-not-listed-in-tls", RFC: 4642, Section: "6", Level: MustNot, Party: Server, Extension: "STARTTLS",
		Rule:    "MODE-READER is not listed after a handshake.",
		Digests: []string{"a3dd3587ed2c"},
	},
	{
		ID: "nntp/mode-reader-not-sent-in-tls", RFC: 4642, Section: "6", Level: MustNot, Party: Client,
		Rule:    "MODE READER is not sent in a session after a handshake.",
		Digests: []string{"fd4291b2c9d9"},
	},
}
