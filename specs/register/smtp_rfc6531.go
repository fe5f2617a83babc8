package register

// smtpRFC6531 are the requirements of RFC 6531, SMTP Extension for Internationalized Email, in its section 3.
var smtpRFC6531 = []Entry{
	{
		ID: "smtp/smtputf8-no-parameter", RFC: 6531, Section: "3.1", Level: MustNot, Party: Server, Extension: "SMTPUTF8",
		Rule:    "The keyword SMTPUTF8 has no parameters.",
		Digests: []string{"c865c3e73aaa"},
	},
	{
		ID: "smtp/smtputf8-parameters-ignored", RFC: 6531, Section: "3.1", Level: Must, Party: Client, Extension: "SMTPUTF8",
		Rule:    "A client ignores parameters of the keyword.",
		Digests: []string{"8a6badcd191e"},
	},
	{
		ID: "smtp/smtputf8-compliant", RFC: 6531, Section: "3.1", Level: Must, Party: Server, Extension: "SMTPUTF8",
		Rule:    "A server that lists SMTPUTF8 does all that it means: addresses and headers in UTF-8 are accepted.",
		Digests: []string{"8cef588cd77e"},
	},
	{
		ID: "smtp/smtputf8-mail", RFC: 6531, Section: "3.1", Level: May, Party: Client, Extension: "SMTPUTF8",
		Rule:    "MAIL may have the parameter SMTPUTF8.",
		Digests: []string{"2271c3bd053c"},
	},
	{
		ID: "smtp/smtputf8-vrfy", RFC: 6531, Section: "3.1", Level: May, Party: Client, Extension: "SMTPUTF8",
		Rule:    "VRFY and EXPN may have the parameter SMTPUTF8.",
		Digests: []string{"ab7c48aeea1f"},
	},
	{
		ID: "smtp/smtputf8-no-value", RFC: 6531, Section: "3.1", Level: MustNot, Party: Client, Extension: "SMTPUTF8", Prose: true,
		Rule:    "A client gives SMTPUTF8 no value.",
		Digests: []string{"cbd38567c47c"},
	},
	{
		ID: "smtp/smtputf8-8bitmime", RFC: 6531, Section: "3.1", Level: Must, Party: Server, Extension: "SMTPUTF8",
		Rule:    "A server with SMTPUTF8 has 8BITMIME.",
		Digests: []string{"649c1e799fde"},
	},
	{
		ID: "smtp/smtputf8-mailbox", RFC: 6531, Section: "3.2", Level: Must, Party: Server, Extension: "SMTPUTF8",
		Rule:    "UTF-8 is accepted wherever a mailbox can stand.",
		Digests: []string{"96832459ee7d"},
	},
	{
		ID: "smtp/smtputf8-idna", RFC: 6531, Section: "3.2", Level: Must, Party: Both, Extension: "SMTPUTF8",
		Rule:    "Domains are looked up by IDNA.",
		Digests: []string{"a8fa4b5f4cfa"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/smtputf8-lookup", RFC: 6531, Section: "3.2", Level: Must, Party: Both, Extension: "SMTPUTF8",
		Rule:    "A lookup understands Unicode, or is made with A-labels.",
		Digests: []string{"b7a3e5918a55"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/smtputf8-paths", RFC: 6531, Section: "3.2", Level: May, Party: Client, Extension: "SMTPUTF8",
		Rule:    "A client may send mailboxes in UTF-8.",
		Digests: []string{"54c381286d29"},
	},
	{
		ID: "smtp/smtputf8-header", RFC: 6531, Section: "3.2", Level: May, Party: Client, Extension: "SMTPUTF8",
		Rule:    "A client may send a header in UTF-8.",
		Digests: []string{"f00749d06abe"},
	},
	{
		ID: "smtp/smtputf8-labels", RFC: 6531, Section: "3.2", Level: May, Party: Client, Extension: "SMTPUTF8",
		Rule:    "Domains may be A-labels or U-labels.",
		Digests: []string{"a1af324794e3"},
	},
	{
		ID: "smtp/smtputf8-only-offered", RFC: 6531, Section: "3.2", Level: MustNot, Party: Client,
		Rule:    "No internationalised address or header is sent to a server that does not list SMTPUTF8.",
		Digests: []string{"49f90d7b7c65"},
	},
	{
		ID: "smtp/smtputf8-submission", RFC: 6531, Section: "3.2", Level: May, Party: Server, Extension: "SMTPUTF8",
		Rule:    "A submission server may transform a message that the next server does not take.",
		Digests: []string{"e97580eecc4d"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/smtputf8-else-rejected", RFC: 6531, Section: "3.2", Level: Should, Party: Server, Extension: "SMTPUTF8",
		Rule:    "Otherwise a message that the next server does not take is rejected.",
		Digests: []string{"88b037a3a052"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/smtputf8-notification", RFC: 6531, Section: "3.2", Level: Must, Party: Server, Extension: "SMTPUTF8",
		Rule:    "The notification of a message that needs SMTPUTF8 and could not be sent follows the standards.",
		Digests: []string{"521aff611c6f"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/smtputf8-requeued", RFC: 6531, Section: "3.2", Level: May, Party: Client, Extension: "SMTPUTF8",
		Rule:    "A message that needs SMTPUTF8 may be tried again later, or with another host.",
		Digests: []string{"5152d62d50ce"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/smtputf8-dsn", RFC: 6531, Section: "3.2", Level: Must, Party: Server, Extension: "SMTPUTF8 DSN",
		Rule:    "A server with SMTPUTF8 and DSN implements RFC 6533: ORCPT with the type utf-8 is accepted.",
		Digests: []string{"b13661bd1bab"},
	},
	{
		ID: "smtp/smtputf8-atext", RFC: 6531, Section: "3.3", Level: MustNot, Party: Client, Extension: "SMTPUTF8",
		Rule:    "The additions to the syntax of mailboxes have no ASCII characters in them.",
		Digests: []string{"10c3db8ad25c"},
	},
	{
		ID: "smtp/smtputf8-declared", RFC: 6531, Section: "3.4", Level: Must, Party: Client, Extension: "SMTPUTF8",
		Rule:    "MAIL has SMTPUTF8 if the envelope or the message needs it.",
		Digests: []string{"58f34d12161c"},
	},
	{
		ID: "smtp/smtputf8-value-refused", RFC: 6531, Section: "3.4", Level: Must, Party: Server, Extension: "SMTPUTF8",
		Rule:    "A server accepts no value of SMTPUTF8.",
		Digests: []string{"db4c0a486c90"},
	},
	{
		ID: "smtp/smtputf8-not-declared", RFC: 6531, Section: "3.4", Level: ShouldNot, Party: Client, Extension: "SMTPUTF8",
		Rule:    "MAIL does not have SMTPUTF8 if nothing needs it.",
		Digests: []string{"d4471ad2ff2e"},
	},
	{
		ID: "smtp/smtputf8-message-only-offered", RFC: 6531, Section: "3.5", Level: MustNot, Party: Client,
		Rule:    "No internationalised message is sent to a server that does not list SMTPUTF8.",
		Digests: []string{"cb1af9841007"},
	},
	{
		ID: "smtp/smtputf8-rcpt-553", RFC: 6531, Section: "3.5", Level: Must, Party: Server, Extension: "SMTPUTF8", Prose: true,
		Rule:    "RCPT that needs an ASCII address gets 553.",
		Digests: []string{"57450dd6b612"},
	},
	{
		ID: "smtp/smtputf8-mail-550", RFC: 6531, Section: "3.5", Level: Must, Party: Server, Extension: "SMTPUTF8", Prose: true,
		Rule:    "MAIL that needs an ASCII address gets 550.",
		Digests: []string{"bf5075a31a94"},
	},
	{
		ID: "smtp/smtputf8-x67", RFC: 6531, Section: "3.5", Level: Must, Party: Server, Extension: "SMTPUTF8 ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "The status code of a message that needs ASCII addresses is X.6.7.",
		Digests: []string{"24838f9bebb0"},
	},
	{
		ID: "smtp/smtputf8-with-body", RFC: 6531, Section: "3.6", Level: May, Party: Client, Extension: "SMTPUTF8",
		Rule:    "SMTPUTF8 may be used with BODY=8BITMIME, and with BODY=BINARYMIME where that is offered.",
		Digests: []string{"c3d8e5f02c12"},
	},
	{
		ID: "smtp/smtputf8-u-labels", RFC: 6531, Section: "3.7", Level: Should, Party: Both, Extension: "SMTPUTF8",
		Rule:    "With SMTPUTF8 an internationalised domain is written in U-labels, otherwise in A-labels.",
		Digests: []string{"3a42d0be6452"},
	},
	{
		ID: "smtp/smtputf8-ehlo-ascii", RFC: 6531, Section: "3.7.1", Level: Must, Party: Client,
		Rule:    "The domain in EHLO is ASCII.",
		Digests: []string{"700e6f6666fa"},
	},
	{
		ID: "smtp/smtputf8-ehlo-reply-ascii", RFC: 6531, Section: "3.7.1", Level: Must, Party: Server, Extension: "SMTPUTF8",
		Rule:    "The domains in the reply to EHLO are ASCII.",
		Digests: []string{"0444b04f8bc9"},
	},
	{
		ID: "smtp/smtputf8-exchangers", RFC: 6531, Section: "3.7.2", Level: Should, Party: Server, Extension: "SMTPUTF8",
		Rule:    "All mail exchangers of a domain support SMTPUTF8, or none.",
		Digests: []string{"fb4ce0dab710"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/smtputf8-trace", RFC: 6531, Section: "3.7.3", Level: Should, Party: Server, Extension: "SMTPUTF8",
		Rule:    "In the Received field of an internationalised message domains are U-labels.",
		Digests: []string{"0cc1e6d21195"},
	},
	{
		ID: "smtp/smtputf8-251-client", RFC: 6531, Section: "3.7.4.1", Level: Must, Party: Client, Extension: "SMTPUTF8",
		Rule:    "A client that used SMTPUTF8 accepts addresses in UTF-8 in 251 and 551.",
		Digests: []string{"0d7892d345de"},
	},
	{
		ID: "smtp/smtputf8-251-ascii", RFC: 6531, Section: "3.7.4.1", Level: MustNot, Party: Server, Extension: "SMTPUTF8",
		Rule:    "Without SMTPUTF8 in MAIL there is no address in UTF-8 in 251 and 551.",
		Digests: []string{"a320c82cd7ca"},
		OffWire: offSMTPForward,
	},
	{
		ID: "smtp/smtputf8-251-as-250", RFC: 6531, Section: "3.7.4.1", Level: Must, Party: Server, Extension: "SMTPUTF8",
		Rule:    "A 251 or 551 with an address in UTF-8 becomes 250 or 550.",
		Digests: []string{"9085b7f5f11b"},
		OffWire: offSMTPForward,
	},
	{
		ID: "smtp/smtputf8-vrfy-if-listed", RFC: 6531, Section: "3.7.4.2", Level: Should, Party: Client, Extension: "SMTPUTF8",
		Rule:    "SMTPUTF8 is used with VRFY and EXPN only if EHLO listed it.",
		Digests: []string{"8871dcfca1a2"},
	},
	{
		ID: "smtp/smtputf8-vrfy-client", RFC: 6531, Section: "3.7.4.2", Level: Must, Party: Client, Extension: "SMTPUTF8",
		Rule:    "A client accepts UTF-8 in the replies to VRFY and EXPN.",
		Digests: []string{"b4f1c486ec60"},
	},
	{
		ID: "smtp/smtputf8-vrfy-ascii", RFC: 6531, Section: "3.7.4.2", Level: MustNot, Party: Server, Extension: "SMTPUTF8",
		Rule:    "Without the parameter the replies to VRFY and EXPN have no UTF-8.",
		Digests: []string{"5a203c366336"},
	},
	{
		ID: "smtp/smtputf8-vrfy-252", RFC: 6531, Section: "3.7.4.2", Level: Must, Party: Server, Extension: "SMTPUTF8",
		Rule:    "If a reply to VRFY or EXPN needed UTF-8, it is 252 or 550.",
		Digests: []string{"28fd397e5eed"},
	},
	{
		ID: "smtp/smtputf8-vrfy-full-name", RFC: 6531, Section: "3.7.4.2", Level: May, Party: Server, Extension: "SMTPUTF8",
		Rule:    "A 250 to VRFY may have the full name in UTF-8.",
		Digests: []string{"eaf2a14c0ca9"},
	},
	{
		ID: "smtp/smtputf8-vrfy-mailbox", RFC: 6531, Section: "3.7.4.2", Level: Must, Party: Server, Extension: "SMTPUTF8",
		Rule:    "A 250 to VRFY has the mailbox, in UTF-8 if it is.",
		Digests: []string{"eaf2a14c0ca9"},
	},
	{
		ID: "smtp/smtputf8-vrfy-form", RFC: 6531, Section: "3.7.4.2", Level: Must, Party: Server, Extension: "SMTPUTF8",
		Rule:    `A 250 to VRFY with SMTPUTF8 has the form "User Name <mailbox>" or "mailbox".`,
		Digests: []string{"ce182be7a78a"},
	},
	{
		ID: "smtp/smtputf8-replies-ascii", RFC: 6531, Section: "3.7.4.2", Level: MustNot, Party: Server, Extension: "SMTPUTF8",
		Rule:    "Replies other than those have no characters but ASCII.",
		Digests: []string{"0ef80cd71887"},
	},
}
