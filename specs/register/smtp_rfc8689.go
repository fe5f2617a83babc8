package register

// smtpRFC8689 are the requirements of RFC 8689, SMTP Require TLS Option, in its sections 2, 3, 4.1, 4.2.1 and 4.3.
var smtpRFC8689 = []Entry{
	{
		ID: "smtp/requiretls-parameter", RFC: 8689, Section: "2", Level: Must, Party: Server, Extension: "REQUIRETLS", Prose: true,
		Rule:    "MAIL takes REQUIRETLS, which has no value.",
		Digests: []string{"270c7fb71188", "d60b0f01508b"},
	},
	{
		ID: "smtp/requiretls-only-in-tls", RFC: 8689, Section: "2", Level: Must, Party: Client, Extension: "REQUIRETLS",
		Rule:    "A client gives REQUIRETLS only within TLS.",
		Digests: []string{"f0d3bf065d20", "31d917822961"},
	},
	{
		ID: "smtp/requiretls-name", RFC: 8689, Section: "2", Level: Must, Party: Client, Extension: "REQUIRETLS",
		Rule:    "The name of a mail exchanger is validated by DNSSEC or by MTA-STS.",
		Digests: []string{"5089695df8d4"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/requiretls-certificate", RFC: 8689, Section: "2", Level: Must, Party: Client, Extension: "REQUIRETLS",
		Rule:    "A client gives REQUIRETLS only if the certificate was verified.",
		Digests: []string{"c8d744479236"},
	},
	{
		ID: "smtp/requiretls-listed", RFC: 8689, Section: "2", Level: Must, Party: Server, Extension: "REQUIRETLS STARTTLS",
		Rule:    "REQUIRETLS is listed in the reply to EHLO after STARTTLS.",
		Digests: []string{"d4d16d4c6245"},
	},
	{
		ID: "smtp/tls-required-value", RFC: 8689, Section: "3", Level: Must, Party: Client,
		Rule:    "The TLS-Required field has the value No.",
		Digests: []string{"dbcbd17392cb"},
		OffWire: offSMTPContent,
	},
	{
		ID: "smtp/tls-required-regardless", RFC: 8689, Section: "3", Level: Should, Party: Client,
		Rule:    "A message with a TLS-Required field is sent also if TLS cannot be begun.",
		Digests: []string{"7af5944318e2"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/tls-required-if-available", RFC: 8689, Section: "3", Level: Should, Party: Client,
		Rule:    "For a message with a TLS-Required field TLS is begun where it is available.",
		Digests: []string{"802a1bb24012"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/tls-required-once", RFC: 8689, Section: "3", Level: MustNot, Party: Client,
		Rule:    "A message has one TLS-Required field at most.",
		Digests: []string{"b7431587e012"},
		OffWire: offSMTPContent,
	},
	{
		ID: "smtp/requiretls-tagged", RFC: 8689, Section: "4.1", Level: Must, Party: Server, Extension: "REQUIRETLS",
		Rule:    "A message with REQUIRETLS is marked as one that needs it.",
		Digests: []string{"acd4de1a98ee"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/tls-required-tagged", RFC: 8689, Section: "4.1", Level: Must, Party: Server, Extension: "REQUIRETLS",
		Rule:    "A message with a TLS-Required field and without REQUIRETLS is marked as the field says.",
		Digests: []string{"fe97ad9da471"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/requiretls-over-field", RFC: 8689, Section: "4.1", Level: Must, Party: Server, Extension: "REQUIRETLS",
		Rule:    "With REQUIRETLS in MAIL, a TLS-Required field is ignored.",
		Digests: []string{"1ce5b9221167"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/requiretls-field-kept", RFC: 8689, Section: "4.1", Level: May, Party: Server, Extension: "REQUIRETLS",
		Rule:    "A TLS-Required field that is ignored may be passed on.",
		Digests: []string{"1ce5b9221167"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/requiretls-alias", RFC: 8689, Section: "4.1", Level: Must, Party: Server, Extension: "REQUIRETLS",
		Rule:    "All copies for an alias are marked alike.",
		Digests: []string{"34ed09236b6f"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/requiretls-session", RFC: 8689, Section: "4.2.1", Level: Must, Party: Client, Extension: "REQUIRETLS",
		Rule:    "A client sends a message that requires TLS only after EHLO, TLS with a verified certificate, and EHLO again with REQUIRETLS in its reply.",
		Digests: []string{"9f0083ed9e56", "2aae566bb7b5", "27cca5a62a33", "2f4b54c98eee", "427272509c2c"},
	},
	{
		ID: "smtp/requiretls-mta-sts", RFC: 8689, Section: "4.2.1", Level: Must, Party: Client, Extension: "REQUIRETLS",
		Rule:    "Without DNSSEC the server's name is validated by MTA-STS.",
		Digests: []string{"92e1835304f0"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/requiretls-name-matches", RFC: 8689, Section: "4.2.1", Level: Must, Party: Client, Extension: "REQUIRETLS",
		Rule:    "The name of the server matches its certificate.",
		Digests: []string{"cd9d4efc8245"},
	},
	{
		ID: "smtp/requiretls-tls-good", RFC: 8689, Section: "4.2.1", Level: Should, Party: Client, Extension: "REQUIRETLS",
		Rule:    "The recommendations for TLS are followed.",
		Digests: []string{"4d71a5f54121"},
	},
	{
		ID: "smtp/requiretls-else-quit", RFC: 8689, Section: "4.2.1", Level: Must, Party: Client, Extension: "REQUIRETLS",
		Rule:    "If TLS or REQUIRETLS is not to be had, the client sends QUIT, and goes to the next host.",
		Digests: []string{"6a37ebefba16"},
	},
	{
		ID: "smtp/requiretls-others-sent", RFC: 8689, Section: "4.2.1", Level: May, Party: Client, Extension: "REQUIRETLS",
		Rule:    "Messages that do not require TLS may be sent before that QUIT.",
		Digests: []string{"7229b7f61c89"},
		OffWire: "which messages a client has is decided by its caller",
	},
	{
		ID: "smtp/requiretls-not-transmitted", RFC: 8689, Section: "4.2.1", Level: MustNot, Party: Client,
		Rule:    "A message that requires TLS is not sent where it cannot have it.",
		Digests: []string{"55fa5fc0b15e"},
	},
	{
		ID: "smtp/requiretls-failed-notified", RFC: 8689, Section: "4.2.1", Level: Must, Party: Client, Extension: "REQUIRETLS",
		Rule:    "The originator is notified of a message that could not have the TLS that it requires.",
		Digests: []string{"dd8860c8f54b"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/requiretls-failed-status", RFC: 8689, Section: "4.2.1", Level: Should, Party: Client, Extension: "REQUIRETLS",
		Rule:    "The status code of such a notification is 5.7.30 or 5.7.10.",
		Digests: []string{"42c085dba8e5"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/requiretls-submission", RFC: 8689, Section: "4.3", Level: Must, Party: Client, Extension: "REQUIRETLS",
		Rule:    "A client that submits requires TLS by STARTTLS, and REQUIRETLS in MAIL.",
		Digests: []string{"bb406dae513b"},
	},
	{
		ID: "smtp/tls-required-sender", RFC: 8689, Section: "4.3", Level: Must, Party: Client,
		Rule:    "A message for which TLS is not to be required has a TLS-Required field.",
		Digests: []string{"00090011d64d"},
		OffWire: offSMTPContent,
	},
	{
		ID: "smtp/tls-required-interpreted", RFC: 8689, Section: "4.3", Level: Must, Party: Server, Extension: "REQUIRETLS",
		Rule:    "A submission server interprets the TLS-Required field.",
		Digests: []string{"0e5a113509b4"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/requiretls-decision", RFC: 8689, Section: "4.3", Level: May, Party: Client, Extension: "REQUIRETLS",
		Rule:    "Whether TLS is required may be decided by the user or by a policy.",
		Digests: []string{"4967bf03f254"},
		OffWire: "what a user decides is not seen",
	},
}
