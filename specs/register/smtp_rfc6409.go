package register

// smtpRFC6409 are the requirements of RFC 6409, Message Submission for Mail, in its sections 3 to 7. SUBMISSION stands for their extension: a server for
// submission is one whose URL has the scheme submission or submissions.
var smtpRFC6409 = []Entry{
	{
		ID: "smtp/submission-port-25", RFC: 6409, Section: "3.1", Level: May, Party: Server, Extension: "SUBMISSION",
		Rule:    "A site may use port 25 for submission.",
		Digests: []string{"acf6c16cabe6"},
		OffWire: "the port belongs to the deployment: the user names the address that is judged",
	},
	{
		ID: "smtp/submission-rules", RFC: 6409, Section: "3.2", Level: May, Party: Server, Extension: "SUBMISSION",
		Rule:    "What is rejected may depend on whether it is submitted or relayed.",
		Digests: []string{"834616e370fc"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/submission-return-path", RFC: 6409, Section: "3.2", Level: Should, Party: Server, Extension: "SUBMISSION",
		Rule:    "A message is rejected at once if its sender cannot be told.",
		Digests: []string{"87107977abe7"},
	},
	{
		ID: "smtp/submission-null-accepted", RFC: 6409, Section: "3.2", Level: MustNot, Party: Server, Extension: "SUBMISSION",
		Rule:    "A null reverse-path is no reason to reject.",
		Digests: []string{"80f61cb2198d"},
	},
	{
		ID: "smtp/submission-bounces", RFC: 6409, Section: "3.2", Level: May, Party: Server, Extension: "SUBMISSION",
		Rule:    "A server may accept what it could reject, and return it later.",
		Digests: []string{"5360b1223ee3"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/submission-required", RFC: 6409, Section: "4", Level: Must, Party: Server, Extension: "SUBMISSION",
		Rule:    "A submission server does all of what section 4 says.",
		Digests: []string{"935318b7de97"},
		OffWire: "its parts have their own entries",
	},
	{
		ID: "smtp/submission-554", RFC: 6409, Section: "4.1", Level: Must, Party: Server, Extension: "SUBMISSION", Prose: true,
		Rule:    "MAIL, RCPT and DATA with something improper get 554, if no other code is more precise.",
		Digests: []string{"b784d6511540"},
		OffWire: "which code is more precise is the server's judgement",
	},
	{
		ID: "smtp/submission-domains-qualified", RFC: 6409, Section: "4.2", Level: Must, Party: Server, Extension: "SUBMISSION",
		Rule:    "All domains of the envelope are fully qualified: others are rejected, or completed.",
		Digests: []string{"ee393c0c8a31"},
	},
	{
		ID: "smtp/submission-header-qualified", RFC: 6409, Section: "4.2", Level: Must, Party: Server, Extension: "SUBMISSION",
		Rule:    "A server that alters messages qualifies all domains of the address fields.",
		Digests: []string{"f703f5ab125b"},
	},
	{
		ID: "smtp/submission-incomplete-rejected", RFC: 6409, Section: "4.2", Level: Should, Party: Server, Extension: "SUBMISSION",
		Rule:    "Domains of several labels that are incomplete are rejected.",
		Digests: []string{"2a148447a4c3"},
		OffWire: "which domains are complete is known to the site",
	},
	{
		ID: "smtp/submission-authentication", RFC: 6409, Section: "4.3", Level: Must, Party: Server, Extension: "SUBMISSION",
		Rule:    "MAIL gets an error (530) in a session without authentication, unless it is authorised otherwise.",
		Digests: []string{"29f375dd6c9b", "5fa90e0d7923"},
	},
	{
		ID: "smtp/submission-recommended", RFC: 6409, Section: "5", Level: Should, Party: Server, Extension: "SUBMISSION",
		Rule:    "A submission server does all of what section 5 says.",
		Digests: []string{"11676fc9e640"},
		OffWire: "its parts have their own entries",
	},
	{
		ID: "smtp/submission-address-syntax", RFC: 6409, Section: "5.1", Level: Should, Party: Server, Extension: "SUBMISSION",
		Rule:    "Addresses of the envelope with wrong syntax are rejected.",
		Digests: []string{"b7f5aac2729a"},
	},
	{
		ID: "smtp/submission-header-syntax", RFC: 6409, Section: "5.1", Level: Should, Party: Server, Extension: "SUBMISSION",
		Rule:    "A server that alters messages rejects those with wrong addresses in the header.",
		Digests: []string{"10ddfcf940b2"},
	},
	{
		ID: "smtp/submission-logged", RFC: 6409, Section: "5.2", Level: Should, Party: Server, Extension: "SUBMISSION",
		Rule:    "Errors in messages are logged.",
		Digests: []string{"171005d35b84"},
		OffWire: "what a server logs is not seen",
	},
	{
		ID: "smtp/submission-two-minutes", RFC: 6409, Section: "5.3", Level: Should, Party: Server, Extension: "SUBMISSION",
		Rule:    "Any command is answered in less than two minutes.",
		Digests: []string{"5db4fd2187f5"},
	},
	{
		ID: "smtp/submission-shorter", RFC: 6409, Section: "5.3", Level: May, Party: Both, Extension: "SUBMISSION",
		Rule:    "Client and server may agree on shorter timeouts.",
		Digests: []string{"8862bbc7ff4d"},
		OffWire: "what two parties agree on is not seen",
	},
	{
		ID: "smtp/submission-optional", RFC: 6409, Section: "6", Level: May, Party: Server, Extension: "SUBMISSION",
		Rule:    "A submission server may do what section 6 says.",
		Digests: []string{"7e5f387c5560"},
		OffWire: "its parts have their own entries",
	},
	{
		ID: "smtp/submission-mail-rights", RFC: 6409, Section: "6.1", Level: May, Party: Server, Extension: "SUBMISSION",
		Rule:    "MAIL may be refused for want of rights.",
		Digests: []string{"5bbe96796074"},
	},
	{
		ID: "smtp/submission-rcpt-rights", RFC: 6409, Section: "6.2", Level: May, Party: Server, Extension: "SUBMISSION",
		Rule:    "RCPT may be refused for want of rights.",
		Digests: []string{"f967cb6c8bd3"},
	},
	{
		ID: "smtp/submission-data-rejected", RFC: 6409, Section: "6.3", Level: May, Party: Server, Extension: "SUBMISSION",
		Rule:    "DATA or the message may be refused for its syntax, for want of rights, or by policy.",
		Digests: []string{"dd3049441f44"},
	},
	{
		ID: "smtp/submission-postmaster", RFC: 6409, Section: "6.4", Level: May, Party: Server, Extension: "SUBMISSION",
		Rule:    "Mail to postmaster may need less authentication.",
		Digests: []string{"17069f246c26"},
	},
	{
		ID: "smtp/submission-conversions", RFC: 6409, Section: "6.5", Level: May, Party: Server, Extension: "SUBMISSION",
		Rule:    "A server may convert character sets and encodings.",
		Digests: []string{"be242c58956a"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/submission-replacement", RFC: 6409, Section: "6.5", Level: May, Party: Server, Extension: "SUBMISSION",
		Rule:    "Addresses that are not valid may be replaced.",
		Digests: []string{"74fb9dbb2d7b"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/submission-extensions-should", RFC: 6409, Section: "7", Level: Should, Party: Server, Extension: "SUBMISSION",
		Rule:    "PIPELINING, ENHANCEDSTATUSCODES, DSN and 8BITMIME are supported.",
		Digests: []string{"90cf94bc506c", "3145e746fae1"},
	},
	{
		ID: "smtp/submission-extensions-not", RFC: 6409, Section: "7", Level: MustNot, Party: Server, Extension: "SUBMISSION",
		Rule:    "ETRN and ATRN are not supported.",
		Digests: []string{"90cf94bc506c"},
	},
	{
		ID: "smtp/submission-extensions-may", RFC: 6409, Section: "7", Level: May, Party: Server, Extension: "SUBMISSION",
		Rule:    "SIZE, BINARYMIME, CHUNKING, STARTTLS, DELIVERBY and others may be supported.",
		Digests: []string{"90cf94bc506c"},
	},
	{
		ID: "smtp/submission-extensions-must", RFC: 6409, Section: "7", Level: Must, Party: Server, Extension: "SUBMISSION",
		Rule:    "A submission server has AUTH.",
		Digests: []string{"90cf94bc506c", "362d90786f2e"},
	},
	{
		ID: "smtp/submission-pipelining", RFC: 6409, Section: "7", Level: Should, Party: Server, Extension: "SUBMISSION",
		Rule:    "Submission has PIPELINING.",
		Digests: []string{"1fcc0bd66d47"},
	},
}

// elsewhereRFC6409 are the sentences of RFC 6409 that bind nobody who speaks the protocol.
var elsewhereRFC6409 = []Outside{
	{RFC: 6409, Section: "7", Digest: "4ff7da576bbf", Why: "binds the authors of extensions"},
}
