package register

// smtpRFC5321Procedures are the requirements of RFC 5321, Simple Mail Transfer Protocol, in its sections 2 (model) and 3 (procedures). RFC 5321 says many
// things twice; each place has its entry, and a case can name several of them.
var smtpRFC5321Procedures = []Entry{

	// Model (section 2).
	{
		ID: "smtp/submission-used", RFC: 5321, Section: "2.1", Level: Should, Party: Client,
		Rule:    "A client that hands all its mail to one server, or keeps no queue, uses message submission instead.",
		Digests: []string{"48b0a8f2b25e"},
		OffWire: "what a client is for is not seen",
	},
	{
		ID: "smtp/responsibility-accepted", RFC: 5321, Section: "2.1", Level: Must, Party: Server,
		Rule:    "By the positive reply to the mail data a server takes over the message: it delivers it, or reports that it could not.",
		Digests: []string{"19906aacd5a4"},
	},
	{
		ID: "smtp/extension-mechanisms", RFC: 5321, Section: "2.2.1", Level: Must, Party: Both,
		Rule:    "The extension mechanism is implemented: EHLO with its reply, and the parameters of MAIL and RCPT.",
		Digests: []string{"f63c7e723c2e"},
	},
	{
		ID: "smtp/ehlo-supported", RFC: 5321, Section: "2.2.1", Level: Must, Party: Server,
		Rule:    "A server takes EHLO, also if it has no extension.",
		Digests: []string{"7a67ad5a4977"},
	},
	{
		ID: "smtp/ehlo-preferred", RFC: 5321, Section: "2.2.1", Level: Should, Party: Client,
		Rule:    "A client uses EHLO rather than HELO.",
		Digests: []string{"7a67ad5a4977"},
	},
	{
		ID: "smtp/helo-fallback", RFC: 5321, Section: "2.2.1", Level: Must, Party: Both,
		Rule:    "HELO still works: a server takes it, and a client whose EHLO is not known to the server goes on with it.",
		Digests: []string{"f29dc4c4c4a3"},
	},
	{
		ID: "smtp/keyword-registered", RFC: 5321, Section: "2.2.2", Level: Must, Party: Server,
		Rule:    "A keyword of the EHLO reply that does not begin with X is that of a registered extension.",
		Digests: []string{"cdda28e6cee1"},
	},
	{
		ID: "smtp/keyword-unregistered-not-offered", RFC: 5321, Section: "2.2.2", Level: MustNot, Party: Server,
		Rule:    "A keyword without X that no registered extension describes is not offered.",
		Digests: []string{"1279928dca1c"},
	},
	{
		ID: "smtp/hop-without-extension", RFC: 5321, Section: "2.2.3", Level: May, Party: Client,
		Rule:    "If the next host lacks an extension that a message needs, the message may be kept for later or for another host.",
		Digests: []string{"d9377b52dae9"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/hop-fallback-sooner", RFC: 5321, Section: "2.2.3", Level: Should, Party: Client,
		Rule:    "A message whose extension no host has is sent without it sooner than an undeliverable one would be returned.",
		Digests: []string{"8b31e5f505d1"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/host-named", RFC: 5321, Section: "2.3.4", Level: ShouldNot, Party: Both,
		Rule:    "A host that has a name is not identified by an address literal.",
		Digests: []string{"c788d7c7d877"},
	},
	{
		ID: "smtp/local-alias-never", RFC: 5321, Section: "2.3.5", Level: MustNot, Party: Both,
		Rule:    "Aliases that are known locally only do not appear in a transaction.",
		Digests: []string{"4642af8ddf36"},
		OffWire: "which names resolve is known to the name service of the host's network",
	},
	{
		ID: "smtp/name-qualified", RFC: 5321, Section: "2.3.5", Level: MustNot, Party: Client,
		Rule:    "The name that a client gives is not an unqualified one.",
		Digests: []string{"3b75d6e14392"},
	},
	{
		ID: "smtp/ehlo-primary-name", RFC: 5321, Section: "2.3.5", Level: Must, Party: Client,
		Rule:    "The argument of EHLO is a host name that resolves to an address, or an address literal if the host has none.",
		Digests: []string{"9220c5914a89"},
	},
	{
		ID: "smtp/postmaster-unqualified", RFC: 5321, Section: "2.3.5", Level: Must, Party: Server,
		Rule:    "RCPT TO:<postmaster> without a domain is accepted.",
		Digests: []string{"b476f7683b06"},
	},
	{
		ID: "smtp/line-end-crlf-only", RFC: 5321, Section: "2.3.8", Level: MustNot, Party: Both,
		Rule:    "Nothing but CRLF is taken for the end of a line, and nothing else is sent as one.",
		Digests: []string{"347d775076a8"},
	},
	{
		ID: "smtp/line-limit-permitted", RFC: 5321, Section: "2.3.8", Level: May, Party: Server,
		Rule:    "A server may limit the length of lines.",
		Digests: []string{"bf995478b7bb"},
	},
	{
		ID: "smtp/bare-cr-lf-not-sent", RFC: 5321, Section: "2.3.8", Level: MustNot, Party: Client,
		Rule:    "A client sends CR and LF as line ends only.",
		Digests: []string{"0b9c637eb503"},
	},
	{
		ID: "smtp/line-end-crlf-sent", RFC: 5321, Section: "2.3.8", Level: Must, Party: Client,
		Rule:    "A client sends a line end as CRLF.",
		Digests: []string{"0b9c637eb503"},
	},
	{
		ID: "smtp/local-part-opaque", RFC: 5321, Section: "2.3.11", Level: Must, Party: Client,
		Rule:    "A client leaves a local part as it is: only the host of its domain gives it a meaning.",
		Digests: []string{"d19cb9875fd7"},
	},
	{
		ID: "smtp/local-part-opaque-relay", RFC: 5321, Section: "2.3.11", Level: Must, Party: Server,
		Rule:    "A server that is not the destination gives a local part no meaning.",
		Digests: []string{"d19cb9875fd7"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/verb-any-case", RFC: 5321, Section: "2.4", Level: Must, Party: Server, Prose: true,
		Rule:    "Verbs, the words before the colon in MAIL and RCPT, and the keywords of parameters are recognised in any case.",
		Digests: []string{"8ff79aa4559f"},
	},
	{
		ID: "smtp/verb-case-free", RFC: 5321, Section: "2.4", Level: May, Party: Client,
		Rule:    "A client may write verbs, keywords and arguments other than local parts in any case.",
		Digests: []string{"23f706f6b0ba"},
	},
	{
		ID: "smtp/local-part-case-distinct", RFC: 5321, Section: "2.4", Level: Must, Party: Client,
		Rule:    "A client takes local parts that differ in case for different ones.",
		Digests: []string{"5d2cdfd836e2"},
	},
	{
		ID: "smtp/local-part-case-sensitive", RFC: 5321, Section: "2.4", Level: Must, Party: Server,
		Rule:    "A server takes local parts that differ in case for different ones, unless they are its own.",
		Digests: []string{"5d2cdfd836e2"},
		OffWire: "whether two spellings name one mailbox is the destination's decision",
	},
	{
		ID: "smtp/local-part-case-preserved", RFC: 5321, Section: "2.4", Level: Must, Party: Both,
		Rule:    "The case of a local part is kept.",
		Digests: []string{"58d4eb256602"},
	},
	{
		ID: "smtp/verb-upper-case", RFC: 5321, Section: "2.4", Level: May, Party: Client,
		Rule:    "A client may send verbs in upper case for the sake of old servers.",
		Digests: []string{"c3a8a4ddb567"},
	},
	{
		ID: "smtp/data-7bit-unextended", RFC: 5321, Section: "2.4", Level: MustNot, Party: Client,
		Rule:    "Without an extension that permits it, no octet above 127 is sent in a message.",
		Digests: []string{"0492064fd601"},
	},
	{
		ID: "smtp/data-8bit-handled", RFC: 5321, Section: "2.4", Level: May, Party: Server,
		Rule:    "A server may clear the high bit of such octets, or reject the message.",
		Digests: []string{"cd9d58520a5c"},
	},
	{
		ID: "smtp/relay-content-trusted", RFC: 5321, Section: "2.4", Level: Should, Party: Server,
		Rule:    "A relay takes the content for valid and passes it on uninspected.",
		Digests: []string{"9ff39c2b13b8"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/data-mislabelled-rejected", RFC: 5321, Section: "2.4", Level: May, Party: Server,
		Rule:    "A server that delivers may reject or return a message whose content is not what its labels say.",
		Digests: []string{"087c0e9257cc"},
	},
	{
		ID: "smtp/command-ascii", RFC: 5321, Section: "2.4", Level: MustNot, Party: Client, Prose: true,
		Rule:    "Without an extension that permits it, commands have no octet above 127.",
		Digests: []string{"c9bca9191abd"},
	},
	{
		ID: "smtp/command-8bit-rejected", RFC: 5321, Section: "2.4", Level: Should, Party: Server,
		Rule:    "A command with an octet above 127 is rejected, normally with 500.",
		Digests: []string{"e2c94c4d8cb0"},
	},
	{
		ID: "smtp/eightbitmime-requested", RFC: 5321, Section: "2.4", Level: May, Party: Client, Extension: "8BITMIME",
		Rule:    "A client may ask for 8-bit content by an extension such as 8BITMIME.",
		Digests: []string{"998ace19112c"},
	},
	{
		ID: "smtp/eightbitmime-offered", RFC: 5321, Section: "2.4", Level: Should, Party: Server,
		Rule:    "A server offers 8BITMIME.",
		Digests: []string{"86637b21e936"},
	},
	{
		ID: "smtp/eightbitmime-not-any", RFC: 5321, Section: "2.4", Level: MustNot, Party: Client, Extension: "8BITMIME",
		Rule:    "8BITMIME does not permit content that is no lines of text, nor an envelope that is not ASCII.",
		Digests: []string{"11010b05728c"},
	},
	{
		ID: "smtp/eightbitmime-only-mime", RFC: 5321, Section: "2.4", Level: MustNot, Party: Client, Extension: "8BITMIME",
		Rule:    "8BITMIME is not asked for by content with octets above 127 that has no MIME header to say so.",
		Digests: []string{"b66f220d1a9f"},
	},
	{
		ID: "smtp/eightbitmime-non-mime-rejected", RFC: 5321, Section: "2.4", Level: May, Party: Server, Extension: "8BITMIME",
		Rule:    "A server may reject such content.",
		Digests: []string{"b66f220d1a9f"},
	},

	// Procedures (section 3).
	{
		ID: "smtp/greeting-version", RFC: 5321, Section: "3.1", Level: May, Party: Server,
		Rule:    "The text of the greeting may tell the software and its version.",
		Digests: []string{"7a33768491fb"},
	},
	{
		ID: "smtp/greeting-version-disabled", RFC: 5321, Section: "3.1", Level: May, Party: Server,
		Rule:    "The announcement of software and version can be switched off.",
		Digests: []string{"fce3727d1cfd"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/greeting-554", RFC: 5321, Section: "3.1", Level: May, Party: Server,
		Rule:    "A server may refuse the session by a greeting of 554.",
		Digests: []string{"e55672057126"},
	},
	{
		ID: "smtp/greeting-554-waits", RFC: 5321, Section: "3.1", Level: Must, Party: Server,
		Rule:    "A server that greeted with 554 does not close before QUIT.",
		Digests: []string{"4e3d61ff8237"},
	},
	{
		ID: "smtp/greeting-554-503", RFC: 5321, Section: "3.1", Level: Should, Party: Server,
		Rule:    "A server that greeted with 554 answers any command before QUIT with 503.",
		Digests: []string{"4e3d61ff8237"},
	},
	{
		ID: "smtp/greeting-554-text", RFC: 5321, Section: "3.1", Level: Should, Party: Server,
		Rule:    "The text of a greeting of 554 helps to find out why.",
		Digests: []string{"24fd0d2d6d45"},
	},
	{
		ID: "smtp/helo-permitted", RFC: 5321, Section: "3.2", Level: May, Party: Client,
		Rule:    "A client that needs no extension may send HELO instead of EHLO.",
		Digests: []string{"00a8469a61fe"},
	},
	{
		ID: "smtp/helo-not-extended", RFC: 5321, Section: "3.2", Level: MustNot, Party: Server,
		Rule:    "The reply to HELO does not list extensions.",
		Digests: []string{"d4d06ae79ccf"},
	},
	{
		ID: "smtp/ehlo-unknown-falls-back", RFC: 5321, Section: "3.2", Level: Should, Party: Client,
		Rule:    "A client whose EHLO is answered as not recognised goes on with HELO.",
		Digests: []string{"6e15cb3f2f9b"},
	},
	{
		ID: "smtp/mail-refusal-kind", RFC: 5321, Section: "3.3", Level: Must, Party: Server,
		Rule:    "A reverse-path that is not acceptable gets a reply that says whether the failure is permanent or temporary.",
		Digests: []string{"7fcd5ac311bd"},
	},
	{
		ID: "smtp/mail-refusal-later", RFC: 5321, Section: "3.3", Level: May, Party: Server,
		Rule:    "A server may accept the reverse-path and report its problems after the forward-paths.",
		Digests: []string{"38c5682da599"},
	},
	{
		ID: "smtp/mail-no-source-route", RFC: 5321, Section: "3.3", Level: ShouldNot, Party: Client,
		Rule:    "The reverse-path that a client sends has no source route.",
		Digests: []string{"b871799d4971"},
	},
	{
		ID: "smtp/rcpt-no-source-route", RFC: 5321, Section: "3.3", Level: ShouldNot, Party: Client,
		Rule:    "The forward-path that a client sends has no source route.",
		Digests: []string{"bd323805309e"},
	},
	{
		ID: "smtp/rcpt-source-route-understood", RFC: 5321, Section: "3.3", Level: Must, Party: Server,
		Rule:    "A server copes with a source route in a forward-path.",
		Digests: []string{"22b51b22c678"},
	},
	{
		ID: "smtp/rcpt-source-route-ignored", RFC: 5321, Section: "3.3", Level: Should, Party: Server,
		Rule:    "A server ignores the route and uses the mailbox.",
		Digests: []string{"22b51b22c678"},
	},
	{
		ID: "smtp/rcpt-source-route-declined", RFC: 5321, Section: "3.3", Level: May, Party: Server,
		Rule:    "A server may refuse the relaying that a route implies.",
		Digests: []string{"22b51b22c678"},
	},
	{
		ID: "smtp/relay-declined", RFC: 5321, Section: "3.3", Level: May, Party: Server,
		Rule:    "A server may refuse mail for other hosts.",
		Digests: []string{"02bec9c22aaa"},
	},
	{
		ID: "smtp/relay-not-assumed", RFC: 5321, Section: "3.3", Level: MustNot, Party: Client,
		Rule:    "A client does not take any server for one that relays its mail.",
		Digests: []string{"8d07a795599c"},
		OffWire: "the server is the one that the client's user names",
	},
	{
		ID: "smtp/rcpt-before-mail-503", RFC: 5321, Section: "3.3", Level: Must, Party: Server,
		Rule:    "RCPT without MAIL before it gets 503.",
		Digests: []string{"6e5d8c37346f"},
	},
	{
		ID: "smtp/path-no-space", RFC: 5321, Section: "3.3", Level: MustNot, Party: Client, Prose: true,
		Rule:    "A client puts no space at either side of the colon in MAIL FROM: and RCPT TO:.",
		Digests: []string{"d99b04e53765", "bc1506cabfec"},
	},
	{
		ID: "smtp/data-without-envelope-code", RFC: 5321, Section: "3.3", Level: May, Party: Server,
		Rule:    "DATA without an accepted MAIL and RCPT may get 503 or 554.",
		Digests: []string{"3ee789855cd1"},
	},
	{
		ID: "smtp/data-only-after-354", RFC: 5321, Section: "3.3", Level: MustNot, Party: Client,
		Rule:    "A client does not send the message unless it got 354.",
		Digests: []string{"014143f2dfd3"},
	},
	{
		ID: "smtp/recipient-failure-mailed", RFC: 5321, Section: "3.3", Level: Should, Party: Server,
		Rule:    "A server that verifies recipients after the data reports those that fail by mail.",
		Digests: []string{"9f687acaefb4"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/defects-not-rejected", RFC: 5321, Section: "3.3", Level: ShouldNot, Party: Server,
		Rule:    "A message is not rejected for what is wrong with its header or its MIME structure.",
		Digests: []string{"0b22a8138f63"},
	},
	{
		ID: "smtp/resent-not-rejected", RFC: 5321, Section: "3.3", Level: MustNot, Party: Server,
		Rule:    "A message is not rejected because its Resent- fields do not match, or because Resent-To has no Resent-From or Resent-Date with it.",
		Digests: []string{"7e43a33be7b6"},
	},
	{
		ID: "smtp/transaction-order", RFC: 5321, Section: "3.3", Level: Must, Party: Client,
		Rule:    "A client sends MAIL, then RCPT, then DATA.",
		Digests: []string{"622aa1e12627"},
	},
	{
		ID: "smtp/forward-permitted", RFC: 5321, Section: "3.4", Level: May, Party: Server,
		Rule:    "A server may forward mail for an address that has changed.",
		Digests: []string{"d446f54aa545"},
		OffWire: offSMTPForward,
	},
	{
		ID: "smtp/forward-told", RFC: 5321, Section: "3.4", Level: May, Party: Server,
		Rule:    "A server that forwards may tell the new address by 251, or say nothing of it and answer 250.",
		Digests: []string{"4fe1e37b11fb"},
		OffWire: offSMTPForward,
	},
	{
		ID: "smtp/forward-251-not-relied", RFC: 5321, Section: "3.4", Level: MustNot, Party: Server,
		Rule:    "A server that answers 251 does not count on the client's use of the new address.",
		Digests: []string{"73e712e4f1df"},
		OffWire: "what a server counts on is not seen",
	},
	{
		ID: "smtp/recipient-rejected", RFC: 5321, Section: "3.4", Level: May, Party: Server,
		Rule:    "A server may reject mail that cannot be delivered just as it is addressed.",
		Digests: []string{"29702f09a3bc"},
	},
	{
		ID: "smtp/recipient-rejected-told", RFC: 5321, Section: "3.4", Level: May, Party: Server,
		Rule:    "A server that rejects such mail may tell another address by 551, or answer 550.",
		Digests: []string{"e4a3148a70dd"},
	},
	{
		ID: "smtp/forward-551-not-relied", RFC: 5321, Section: "3.4", Level: MustNot, Party: Server,
		Rule:    "A server that answers 551 does not count on the client's use of the new address.",
		Digests: []string{"87b56be53e73"},
		OffWire: "what a server counts on is not seen",
	},
	{
		ID: "smtp/forward-codes-disabled", RFC: 5321, Section: "3.4", Level: Should, Party: Server,
		Rule:    "The use of 251 and 551 can be switched off.",
		Digests: []string{"f6f500a02de1"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/vrfy-expn-implemented", RFC: 5321, Section: "3.5.1", Level: Should, Party: Server,
		Rule:    "VRFY and EXPN are implemented.",
		Digests: []string{"59266c391e62"},
	},
	{
		ID: "smtp/vrfy-full-name", RFC: 5321, Section: "3.5.1", Level: May, Party: Server,
		Rule:    "A 250 to VRFY may have the full name of the user.",
		Digests: []string{"699e5ab202bd"},
	},
	{
		ID: "smtp/vrfy-mailbox", RFC: 5321, Section: "3.5.1", Level: Must, Party: Server,
		Rule:    "A 250 to VRFY has the mailbox of the user.",
		Digests: []string{"699e5ab202bd"},
	},
	{
		ID: "smtp/vrfy-form", RFC: 5321, Section: "3.5.1", Level: Must, Party: Server,
		Rule:    `A 250 to VRFY has the form "User Name <local-part@domain>" or "local-part@domain".`,
		Digests: []string{"ce182be7a78a", "fd5a7646690f"},
	},
	{
		ID: "smtp/vrfy-ambiguous", RFC: 5321, Section: "3.5.1", Level: May, Party: Server,
		Rule:    "If the argument of VRFY fits several mailboxes, a server may say just that, or list them.",
		Digests: []string{"924c7beeeb73"},
		OffWire: "which names are ambiguous is known to the server alone",
	},
	{
		ID: "smtp/expn-full-names", RFC: 5321, Section: "3.5.1", Level: May, Party: Server, Extension: "EXPN",
		Rule:    "A 250 to EXPN may have the full names.",
		Digests: []string{"db5ac690f2a1"},
	},
	{
		ID: "smtp/expn-mailboxes", RFC: 5321, Section: "3.5.1", Level: Must, Party: Server, Extension: "EXPN",
		Rule:    "A 250 to EXPN has the mailboxes of the list.",
		Digests: []string{"db5ac690f2a1"},
	},
	{
		ID: "smtp/vrfy-list-positive", RFC: 5321, Section: "3.5.1", Level: May, Party: Server, Extension: "EXPN",
		Rule:    "VRFY of a mailing list may get a positive reply if mail to it reached everybody on it.",
		Digests: []string{"a6ffab058874"},
	},
	{
		ID: "smtp/vrfy-list-error", RFC: 5321, Section: "3.5.1", Level: Should, Party: Server, Extension: "EXPN",
		Rule:    "VRFY of a mailing list gets an error, such as 550 or 252, if mail would not reach everybody on it.",
		Digests: []string{"a6ffab058874"},
	},
	{
		ID: "smtp/expn-user", RFC: 5321, Section: "3.5.1", Level: May, Party: Server, Extension: "EXPN",
		Rule:    "EXPN of a user's name may get a list of one, or an error.",
		Digests: []string{"6f8a7a60d6b8"},
	},
	{
		ID: "smtp/expn-one-a-line", RFC: 5321, Section: "3.5.1", Level: Must, Party: Server, Extension: "EXPN", Prose: true,
		Rule:    "Each line of a positive reply to EXPN has one mailbox.",
		Digests: []string{"87c99b8db2e4"},
	},
	{
		ID: "smtp/vrfy-local-mailboxes", RFC: 5321, Section: "3.5.1", Level: Must, Party: Server,
		Rule:    "VRFY and EXPN recognise local mailboxes as user names.",
		Digests: []string{"4f8449cfd9e1"},
	},
	{
		ID: "smtp/vrfy-mailbox-argument", RFC: 5321, Section: "3.5.1", Level: Should, Party: Server,
		Rule:    `VRFY and EXPN take "local-part@domain" for a user name.`,
		Digests: []string{"82a9831fa2f8"},
	},
	{
		ID: "smtp/vrfy-other-strings", RFC: 5321, Section: "3.5.1", Level: May, Party: Server,
		Rule:    "VRFY and EXPN may recognise other strings as user names.",
		Digests: []string{"82a9831fa2f8"},
	},
	{
		ID: "smtp/vrfy-reply-diagnostic", RFC: 5321, Section: "3.5.1", Level: Should, Party: Client,
		Rule:    "The replies to VRFY and EXPN are interpreted with care, for diagnosis only.",
		Digests: []string{"b82466aa1582"},
		OffWire: "what is done with a reply is decided by the caller",
	},
	{
		ID: "smtp/vrfy-qualified", RFC: 5321, Section: "3.5.2", Level: Must, Party: Server,
		Rule:    "The mailbox in a 2yz or 551 to VRFY or EXPN has a fully qualified domain.",
		Digests: []string{"e15513b20441"},
	},
	{
		ID: "smtp/vrfy-free-text", RFC: 5321, Section: "3.5.2", Level: May, Party: Server,
		Rule:    "In exceptional circumstances the reply to VRFY or EXPN may be free text.",
		Digests: []string{"4da2ab97757f"},
	},
	{
		ID: "smtp/vrfy-brackets", RFC: 5321, Section: "3.5.2", Level: Should, Party: Server,
		Rule:    "The address in a reply to VRFY or EXPN stands in pointed brackets.",
		Digests: []string{"37248b2e39ce"},
	},
	{
		ID: "smtp/vrfy-usable", RFC: 5321, Section: "3.5.2", Level: Must, Party: Server,
		Rule:    "The addresses that VRFY and EXPN tell are valid in RCPT.",
		Digests: []string{"4eb3becdb2bf"},
	},
	{
		ID: "smtp/vrfy-program-mailbox", RFC: 5321, Section: "3.5.2", Level: Must, Party: Server,
		Rule:    "For an address that leads to a program the mailbox is told by which it is reached.",
		Digests: []string{"435d13bd4773"},
		OffWire: "which mailboxes lead to programs is not seen",
	},
	{
		ID: "smtp/vrfy-no-route", RFC: 5321, Section: "3.5.2", Level: MustNot, Party: Server,
		Rule:    "VRFY and EXPN tell no source routes.",
		Digests: []string{"556ab3a81bb6"},
	},
	{
		ID: "smtp/vrfy-expn-both", RFC: 5321, Section: "3.5.2", Level: Should, Party: Server,
		Rule:    "A server supports both VRFY and EXPN.",
		Digests: []string{"304ccf9d4107"},
	},
	{
		ID: "smtp/vrfy-expn-switchable", RFC: 5321, Section: "3.5.2", Level: May, Party: Server,
		Rule:    "VRFY and EXPN can be switched off, each by itself.",
		Digests: []string{"e22b2d358322"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/expn-listed", RFC: 5321, Section: "3.5.2", Level: Must, Party: Server,
		Rule:    "EXPN is listed in the EHLO reply if it is supported.",
		Digests: []string{"e5f50830ae08"},
	},
	{
		ID: "smtp/vrfy-listed", RFC: 5321, Section: "3.5.2", Level: May, Party: Server,
		Rule:    "VRFY may be listed, too.",
		Digests: []string{"a9ee67a83a00"},
	},
	{
		ID: "smtp/vrfy-250-verified", RFC: 5321, Section: "3.5.3", Level: MustNot, Party: Server,
		Rule:    "VRFY and EXPN do not get 250 unless the address was verified.",
		Digests: []string{"db0b1f1e3025"},
	},
	{
		ID: "smtp/vrfy-250-not-syntax", RFC: 5321, Section: "3.5.3", Level: MustNot, Party: Server,
		Rule:    "VRFY and EXPN do not get 250 for right syntax alone.",
		Digests: []string{"ada8da251db0"},
	},
	{
		ID: "smtp/vrfy-only-syntax-502", RFC: 5321, Section: "3.5.3", Level: Should, Party: Server,
		Rule:    "A server that checks the syntax only answers 502 or 500.",
		Digests: []string{"8e2e12944010"},
	},
	{
		ID: "smtp/vrfy-252", RFC: 5321, Section: "3.5.3", Level: Should, Party: Server,
		Rule:    "An address that looks valid and cannot be verified at once gets 252.",
		Digests: []string{"db36b276c527"},
	},
	{
		ID: "smtp/vrfy-thorough", RFC: 5321, Section: "3.5.3", Level: Should, Party: Server,
		Rule:    "VRFY is more thorough than RCPT.",
		Digests: []string{"8afa45984169"},
		OffWire: "how much a server does to verify an address is not seen",
	},
	{
		ID: "smtp/list-duplicates-kept", RFC: 5321, Section: "3.5.4", Level: ShouldNot, Party: Both,
		Rule:    "Lists are not expanded at the source to find duplicates.",
		Digests: []string{"a2a3117bb2d2"},
		OffWire: offSMTPLists,
	},
	{
		ID: "smtp/source-route-avoided", RFC: 5321, Section: "3.6.1", Level: ShouldNot, Party: Client,
		Rule:    "A client makes no source routes.",
		Digests: []string{"6187d7261ff9"},
	},
	{
		ID: "smtp/source-route-refused", RFC: 5321, Section: "3.6.1", Level: May, Party: Server,
		Rule:    "A server may refuse to relay, or addresses with a source route.",
		Digests: []string{"7db196a5bcd5"},
	},
	{
		ID: "smtp/source-route-ignorable", RFC: 5321, Section: "3.6.1", Level: May, Party: Server,
		Rule:    "A server may ignore the route and send to the mailbox.",
		Digests: []string{"e13215cb545c"},
	},
	{
		ID: "smtp/source-route-ignored", RFC: 5321, Section: "3.6.1", Level: Should, Party: Server,
		Rule:    "A server does ignore the route.",
		Digests: []string{"e13215cb545c"},
	},
	{
		ID: "smtp/source-route-valid", RFC: 5321, Section: "3.6.1", Level: MustNot, Party: Client,
		Rule:    "A client makes no invalid source routes, and does not count on names being resolved one by one.",
		Digests: []string{"98cb4f0b5d58"},
		OffWire: "which names are valid in a route is known to the name service alone",
	},
	{
		ID: "smtp/relay-refused-550", RFC: 5321, Section: "3.6.2", Level: Should, Party: Server,
		Rule:    "Relaying that is refused by policy gets 550.",
		Digests: []string{"915c29481883"},
	},
	{
		ID: "smtp/return-path-verified", RFC: 5321, Section: "3.6.2", Level: May, Party: Server,
		Rule:    "A server may verify the return path before it sends a notification there.",
		Digests: []string{"a940112361af"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/undeliverable-notified", RFC: 5321, Section: "3.6.3", Level: Must, Party: Server,
		Rule:    "A server that took a message over and cannot deliver it notifies the originator.",
		Digests: []string{"8a2b4a55e2e9"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/notification-formats", RFC: 5321, Section: "3.6.3", Level: Should, Party: Server,
		Rule:    "The notification has the format of a standard.",
		Digests: []string{"165dc605b1d4"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/notification-not-notified", RFC: 5321, Section: "3.6.3", Level: MustNot, Party: Server,
		Rule:    "There is no notification about a notification.",
		Digests: []string{"cf07ab444d97"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/notification-null", RFC: 5321, Section: "3.6.3", Level: Must, Party: Server,
		Rule:    "The reverse-path of a notification is null, as for all of them.",
		Digests: []string{"ed60993cda9b"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/relay-content-untouched", RFC: 5321, Section: "3.6.3", Level: MustNot, Party: Server,
		Rule:    "A relay does not look at header and body, but for its own Received field and to detect loops.",
		Digests: []string{"c38c4d970f7c"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/gateway-rewrites", RFC: 5321, Section: "3.7.1", Level: May, Party: Server,
		Rule:    "A gateway may rewrite header fields.",
		Digests: []string{"a5eced1dbf5a"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/gateway-received", RFC: 5321, Section: "3.7.2", Level: Must, Party: Server,
		Rule:    "A gateway puts a Received field before the message.",
		Digests: []string{"0258438edab8"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/gateway-received-kept", RFC: 5321, Section: "3.7.2", Level: MustNot, Party: Server,
		Rule:    "A gateway changes no Received field that is there.",
		Digests: []string{"0258438edab8"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/trace-format-not-rejected", RFC: 5321, Section: "3.7.2", Level: MustNot, Party: Server,
		Rule:    "Mail is not rejected for the format of a trace field.",
		Digests: []string{"7e7effefb2fc"},
	},
	{
		ID: "smtp/trace-format-robust", RFC: 5321, Section: "3.7.2", Level: Should, Party: Server,
		Rule:    "Unexpected forms of trace fields are put up with.",
		Digests: []string{"7e7effefb2fc"},
	},
	{
		ID: "smtp/gateway-via", RFC: 5321, Section: "3.7.2", Level: Should, Party: Server,
		Rule:    "A gateway tells environment and protocol in the Via clause.",
		Digests: []string{"836ae3a7906d"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/gateway-accepts-valid", RFC: 5321, Section: "3.7.3", Level: Should, Party: Server,
		Rule:    "A gateway accepts all valid addresses and messages.",
		Digests: []string{"9de63e1c9324"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/gateway-generates-valid", RFC: 5321, Section: "3.7.3", Level: Must, Party: Server,
		Rule:    "The addresses and header fields that a gateway makes conform to the standards.",
		Digests: []string{"3cd0afd22747"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/gateway-header-valid", RFC: 5321, Section: "3.7.4", Level: Must, Party: Server,
		Rule:    "All header fields that a gateway passes into the Internet meet its requirements.",
		Digests: []string{"2f154d046d03"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/gateway-addresses-valid", RFC: 5321, Section: "3.7.4", Level: Must, Party: Server,
		Rule:    "The addresses in them are transformed, fully qualified and fit to be answered.",
		Digests: []string{"fcceb55f5782"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/gateway-errors", RFC: 5321, Section: "3.7.4", Level: Should, Party: Server,
		Rule:    "Errors of the other environment go to the reverse-path of the envelope.",
		Digests: []string{"079a1a99c453"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/gateway-envelope", RFC: 5321, Section: "3.7.5", Level: Should, Party: Server,
		Rule:    "The return path is the address for errors that the other environment supplies.",
		Digests: []string{"d03fd8427b94"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/connection-kept", RFC: 5321, Section: "3.8", Level: MustNot, Party: Server,
		Rule:    "A server does not close but after 221 to QUIT, after 421, or when it has waited too long.",
		Digests: []string{"fd9c89e9f9e9", "5f3545e2a6e4", "fd8f6d748467", "2958bb6b2328"},
	},
	{
		ID: "smtp/unknown-command-kept", RFC: 5321, Section: "3.8", Level: MustNot, Party: Server, Prose: true,
		Rule:    "A server does not close because it does not understand a command.",
		Digests: []string{"a1cb446480aa", "efdc7860daee"},
	},
	{
		ID: "smtp/shutdown-421", RFC: 5321, Section: "3.8", Level: Should, Party: Server,
		Rule:    "A server that is shut down sends 421 before it exits.",
		Digests: []string{"be78d16822ff"},
	},
	{
		ID: "smtp/connection-lost-451", RFC: 5321, Section: "3.8", Level: Should, Party: Client,
		Rule:    "A client whose connection is lost treats the transaction as if it had got 451.",
		Digests: []string{"56a014765654"},
	},
	{
		ID: "smtp/expansion-models", RFC: 5321, Section: "3.9", Level: Should, Party: Server,
		Rule:    "A host supports both aliases and lists.",
		Digests: []string{"ea16837f3292"},
		OffWire: offSMTPLists,
	},
	{
		ID: "smtp/list-return-address", RFC: 5321, Section: "3.9", Level: Must, Party: Server,
		Rule:    "The reverse-path of what goes to the members of a list is the address of its administrator.",
		Digests: []string{"adeeb2a22b06"},
		OffWire: offSMTPLists,
	},
	{
		ID: "smtp/list-header-kept", RFC: 5321, Section: "3.9", Level: Must, Party: Server,
		Rule:    "The header of what goes to the members of a list is unchanged.",
		Digests: []string{"5f5b2a5c2b52"},
		OffWire: offSMTPLists,
	},
	{
		ID: "smtp/list-addresses-all", RFC: 5321, Section: "3.9", Level: Should, Party: Server,
		Rule:    "The addresses of a list are used as they are, without heuristics.",
		Digests: []string{"f1a739108fd5"},
		OffWire: offSMTPLists,
	},
}
