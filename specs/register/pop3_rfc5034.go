package register

// pop3RFC5034 are the requirements of RFC 5034, POP3 SASL Authentication Mechanism.
var pop3RFC5034 = []Entry{
	{
		ID: "pop3/sasl-capability", RFC: 5034, Section: "3", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    "A server that announces SASL serves AUTH in the AUTHORIZATION state.",
		Digests: []string{"ed85f049d8a5", "46ce07f8ece7"},
	},
	{
		ID: "pop3/sasl-mechanisms", RFC: 5034, Section: "3", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    "The arguments of SASL are the names of the supported mechanisms, separated by single spaces; a mechanism that is listed is not refused as unsupported.",
		Digests: []string{"c000c7136306", "39d6204ed952"},
	},
	{
		ID: "pop3/sasl-both-states", RFC: 5034, Section: "3", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    "SASL is announced in both states, and apart from the effect of STLS with the same mechanisms.",
		Digests: []string{"55e6568e77a4"},
	},
	{
		ID: "pop3/auth-not-unannounced", RFC: 5034, Section: "3", Level: ShouldNot, Party: Client,
		Rule:    "The client does not try AUTH if the server does not support CAPA or does not announce SASL.",
		Digests: []string{"3929524e6146"},
	},
	{
		ID: "pop3/auth-unannounced-no-initial", RFC: 5034, Section: "3", Level: MustNot, Party: Client,
		Rule:    "If the client tries AUTH although SASL is not announced, it gives no initial response.",
		Digests: []string{"7485799c4d71"},
	},
	{
		ID: "pop3/sasl-mechanisms-may-change", RFC: 5034, Section: "3", Level: May, Party: Server, Extension: "SASL",
		Rule:    "The list of mechanisms may be another one after STLS.",
		Digests: []string{"f5691db9cfb2"},
	},
	{
		ID: "pop3/sasl-after-auth", RFC: 5034, Section: "3", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "SASL is still announced after a successful AUTH.",
		Digests: []string{"f89267ddee5c"},
	},
	{
		ID: "pop3/auth-initial-encoding", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL",
		Rule:    `An initial response is base64, or the single character "=" for an empty one.`,
		Digests: []string{"132eb64617b4"},
	},
	{
		ID: "pop3/auth-initial-served", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    "An initial response in base64 is taken as the client's first response: no empty challenge comes first.",
		Digests: []string{"bba5e6a845b1", "a76939628615"},
	},
	{
		ID: "pop3/auth-initial-empty-served", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    `An initial response "=" is taken as present and empty.`,
		Digests: []string{"132eb64617b4", "e31b315c05a7"},
	},
	{
		ID: "pop3/auth-once-client", RFC: 5034, Section: "4", Level: MustNot, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "After a successful AUTH the client issues no further AUTH in the session.",
		Digests: []string{"0441ddb2cd9a"},
	},
	{
		ID: "pop3/auth-once", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    `After a successful AUTH every further AUTH gets "-ERR".`,
		Digests: []string{"442c7bdd5618"},
	},
	{
		ID: "pop3/auth-authorization-only", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    `AUTH gets "-ERR" outside the AUTHORIZATION state, also after a login by USER and PASS or APOP.`,
		Digests: []string{"68c072935f80"},
	},
	{
		ID: "pop3/auth-authorization-only-client", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "The client issues AUTH in the AUTHORIZATION state only.",
		Digests: []string{"68c072935f80"},
	},
	{
		ID: "pop3/auth-mechanism-argument", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "The first argument of AUTH is the name of a SASL mechanism.",
		Digests: []string{"96f6ae4e7c50", "7a8c75a24b87"},
	},
	{
		ID: "pop3/auth-exchange", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    "If the mechanism is supported the server performs its exchange.",
		Digests: []string{"df99e1013b54"},
	},
	{
		ID: "pop3/auth-layer-optional", RFC: 5034, Section: "4", Level: May, Party: Both, Extension: "SASL", Prose: true,
		Rule:    "The exchange may negotiate a security layer for the rest of the session.",
		Digests: []string{"0c802b8b3e27"},
	},
	{
		ID: "pop3/auth-unsupported-err", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    `AUTH with a mechanism that is not supported gets "-ERR", and the session stays in the AUTHORIZATION state.`,
		Digests: []string{"bdfd41b45692"},
	},
	{
		ID: "pop3/auth-challenge-form", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    `A challenge is a line of "+", one space, base64 and CRLF.`,
		Digests: []string{"cca87a7a6573"},
	},
	{
		ID: "pop3/auth-challenge-only-base64", RFC: 5034, Section: "4", Level: MustNot, Party: Server, Extension: "SASL",
		Rule:    "A challenge line has no text but the base64.",
		Digests: []string{"071b28d6cf1e"},
	},
	{
		ID: "pop3/auth-response-form", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "A response to a challenge is a line of base64 and CRLF; an empty response is an empty line.",
		Digests: []string{"0e06bf923589"},
	},
	{
		ID: "pop3/auth-cancel-form", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL", Prose: true,
		Rule:    `To cancel the exchange the client sends a line with a single "*".`,
		Digests: []string{"ae1907ff1a8d"},
	},
	{
		ID: "pop3/auth-cancel-err", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    `"*" in answer to a challenge gets "-ERR", and the session stays in the AUTHORIZATION state.`,
		Digests: []string{"2a0bf5177a2b"},
	},
	{
		ID: "pop3/auth-empty-challenge", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "Without an initial response and with a mechanism in which the client speaks first, the server sends an empty challenge.",
		Digests: []string{"07a9c7ee0b66"},
	},
	{
		ID: "pop3/auth-empty-challenge-form", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    `An empty challenge is "+", one space and CRLF.`,
		Digests: []string{"78c6e3a5b8bf"},
	},
	{
		ID: "pop3/auth-empty-challenge-nothing-else", RFC: 5034, Section: "4", Level: MustNot, Party: Server, Extension: "SASL",
		Rule:    "An empty challenge holds nothing after the space but CRLF.",
		Digests: []string{"55fdbe074069"},
	},
	{
		ID: "pop3/auth-command-255", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    "AUTH with an initial response is taken up to the limit of 255 octets for a command, CRLF included.",
		Digests: []string{"f02aa48ff3d9"},
	},
	{
		ID: "pop3/auth-initial-not-over-255", RFC: 5034, Section: "4", Level: MustNot, Party: Client, Extension: "SASL",
		Rule:    "If AUTH with the initial response would be longer than 255 octets with its CRLF, the client leaves it out and sends it after the empty challenge.",
		Digests: []string{"7def6187582c"},
	},
	{
		ID: "pop3/auth-initial-empty-form", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL",
		Rule:    `An empty initial response is sent as "=".`,
		Digests: []string{"3775a86a7dd9"},
	},
	{
		ID: "pop3/auth-initial-refused", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    `An initial response with a mechanism in which the server speaks first (CRAM-MD5) gets "-ERR".`,
		Digests: []string{"4b7bc5968771"},
	},
	{
		ID: "pop3/auth-base64-err", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    `A response that is not base64 gets "-ERR".`,
		Digests: []string{"5445a244b1f0"},
	},
	{
		ID: "pop3/auth-base64-cancel", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL",
		Rule:    `A challenge that is not base64 is answered with "*".`,
		Digests: []string{"fa0fbb989cf7"},
	},
	{
		ID: "pop3/auth-base64-strict", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    `A response with a character outside the base64 alphabet, or with "=" anywhere but at the end, is refused with "-ERR"; the character is not skipped.`,
		Digests: []string{"f633dd91c383"},
	},
	{
		ID: "pop3/auth-base64-strict-client", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL",
		Rule:    `A challenge with a character outside the base64 alphabet, or with "=" anywhere but at the end, is refused with "*"; the character is not skipped.`,
		Digests: []string{"f633dd91c383"},
	},
	{
		ID: "pop3/auth-long-lines", RFC: 5034, Section: "4", Level: Must, Party: Both, Extension: "SASL",
		Rule:    "Challenges and responses (the initial one aside) of any length that a supported mechanism makes are taken, whatever the limits for command and response lines are.",
		Digests: []string{"093755ccd6b9", "bf68aca8644d", "7a1568bbb2af"},
	},
	{
		ID: "pop3/auth-failed-err", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    `An exchange that does not authenticate the client ends with "-ERR".`,
		Digests: []string{"913d733f56b1"},
	},
	{
		ID: "pop3/auth-succeeded-ok", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    `An exchange that succeeds ends with "+OK".`,
		Digests: []string{"32b9b3df4b7e"},
	},
	{
		ID: "pop3/auth-succeeded-transaction", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    "After a successful AUTH the session is in the TRANSACTION state.",
		Digests: []string{"947eae6cf0b0"},
	},
	{
		ID: "pop3/auth-saslprep", RFC: 5034, Section: "4", Level: Should, Party: Server, Extension: "SASL",
		Rule:    "The authorization identity is prepared with SASLprep before it is compared.",
		Digests: []string{"faff2a8138de"},
	},
	{
		ID: "pop3/auth-saslprep-failed", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "If the preparation fails or leaves nothing of an identity that was not sent empty, authentication fails.",
		Digests: []string{"69f7bb5025cf"},
	},
	{
		ID: "pop3/auth-layer-begin-client", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "A negotiated security layer begins for the client with the octet after the CRLF of its last response.",
		Digests: []string{"baafdcb3e82e"},
	},
	{
		ID: "pop3/auth-layer-begin-server", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    `A negotiated security layer begins for the server right after the CRLF of its "+OK".`,
		Digests: []string{"3ea97896bb1a"},
	},
	{
		ID: "pop3/auth-layer-server-forgets", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "When a security layer takes effect the server discards what it learned from the client by other means than the SASL negotiation.",
		Digests: []string{"f1324cadf431"},
	},
	{
		ID: "pop3/auth-layer-client-forgets", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL",
		Rule:    "When a security layer takes effect the client discards what it learned from the server, such as the list of capabilities, and asks again.",
		Digests: []string{"c83dca4752bc"},
	},
	{
		ID: "pop3/auth-layer-under-tls", RFC: 5034, Section: "4", Level: Must, Party: Both, Extension: "SASL",
		Rule:    "With both TLS and a SASL layer, data is encoded by the SASL layer first and by TLS then.",
		Digests: []string{"015fe3845635"},
	},
	{
		ID: "pop3/auth-stls-before", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "STLS is issued before AUTH, never after it.",
		Digests: []string{"68a9758ec1bc"},
	},
	{
		ID: "pop3/auth-no-success-data", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    `"+OK" at the end of the exchange carries no SASL data: a mechanism's final data comes as a challenge of its own, which the client answers with an empty response.`,
		Digests: []string{"7d54c0da2e03"},
	},
	{
		ID: "pop3/auth-no-success-data-client", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL", Prose: true,
		Rule:    `Text after the final "+OK" is not taken as SASL data; final data in a challenge is answered with an empty response.`,
		Digests: []string{"7d54c0da2e03"},
	},
	{
		ID: "pop3/auth-service-name", RFC: 5034, Section: "4", Level: Must, Party: Both, Extension: "SASL", Prose: true,
		Rule:    `The service name that mechanisms use (GSSAPI, the digest-uri of DIGEST-MD5) is "pop".`,
		Digests: []string{"1f95e6be7752"},
	},
	{
		ID: "pop3/auth-retry", RFC: 5034, Section: "4", Level: May, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "After a failed AUTH the client may issue another AUTH, with other credentials or another mechanism, or another authentication command.",
		Digests: []string{"11a6963cba9a"},
	},
	{
		ID: "pop3/auth-failed-no-trace", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "After a failed or cancelled AUTH the server behaves as if it had not been issued: AUTH, USER and APOP are served as before.",
		Digests: []string{"7069a6bba2c4"},
	},
	{
		ID: "pop3/auth-plain-implemented", RFC: 5034, Section: "4", Level: Must, Party: Both, Extension: "SASL",
		Rule:    "PLAIN over TLS is implemented.",
		Digests: []string{"62a5749bc67d"},
	},
	{
		ID: "pop3/auth-plaintext-off", RFC: 5034, Section: "4", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "There is a configuration in which no plaintext password mechanism is announced or permitted before STLS.",
		Digests: []string{"836c371ff5ce"},
	},
	{
		ID: "pop3/auth-plaintext-off-default", RFC: 5034, Section: "4", Level: Should, Party: Server, Extension: "SASL",
		Rule:    "Not to announce or permit plaintext password mechanisms before STLS is the default.",
		Digests: []string{"cc6de8f2a661"},
		OffWire: "a running server does not tell which of its settings are defaults",
	},
	{
		ID: "pop3/auth-certificate-verified", RFC: 5034, Section: "4", Level: Must, Party: Client, Extension: "SASL",
		Rule:    "Before it sends a plaintext password over TLS the client verifies the server's certificate as RFC 2595 section 2.4 says.",
		Digests: []string{"127bff8e57f5"},
	},
	{
		ID: "pop3/auth-other-mechanisms", RFC: 5034, Section: "4", Level: Should, Party: Both, Extension: "SASL",
		Rule:    "Mechanisms that do not send the password in plaintext are implemented too.",
		Digests: []string{"e0ed4887fe6e"},
	},
	{
		ID: "pop3/auth-case", RFC: 5034, Section: "5", Level: Must, Party: Both, Extension: "SASL",
		Rule:    `"AUTH" and the names of mechanisms are recognised whatever the case of their letters.`,
		Digests: []string{"754b0438f2e6", "4cf2ba746eb7"},
	},
	{
		ID: "pop3/auth-syntax", RFC: 5034, Section: "5", Level: Must, Party: Client, Extension: "SASL", Prose: true,
		Rule:    `AUTH is the keyword, one space, the mechanism, optionally one space and the initial response, CRLF; then lines of base64, or of "*" to cancel.`,
		Digests: []string{"8805e47ba675", "ae1b64c40b1c", "36b073fe0061"},
	},
	{
		ID: "pop3/auth-base64-syntax", RFC: 5034, Section: "5", Level: Must, Party: Both, Extension: "SASL", Prose: true,
		Rule:    `Base64 is sent in groups of four characters, padded with "=" to the last group, with the case of letters significant.`,
		Digests: []string{"b70219c587eb", "ceca12f14d50", "08d6bc9291fd"},
	},
	{
		ID: "pop3/auth-challenge-syntax", RFC: 5034, Section: "5", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    `A challenge is "+", one space, base64 or nothing, CRLF: the space is there also when nothing follows.`,
		Digests: []string{"a18f9b4a2c62"},
	},
	{
		ID: "pop3/auth-saslprep-summary", RFC: 5034, Section: "10", Level: Should, Party: Server, Extension: "SASL",
		Rule:    "Authorization identities are prepared with SASLprep (section 4 says it in full).",
		Digests: []string{"7219dfe2550b"},
	},
}
