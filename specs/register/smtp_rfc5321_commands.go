package register

// smtpRFC5321Commands are the requirements of RFC 5321 section 4.1, Commands.
var smtpRFC5321Commands = []Entry{

	// Semantics (section 4.1.1).
	{
		ID: "smtp/command-crlf", RFC: 5321, Section: "4.1.1", Level: Must, Party: Client, Prose: true,
		Rule:    "A command is letters, a space and parameters if there are any, and CRLF.",
		Digests: []string{"33db4b411cba", "d84408d57378"},
	},
	{
		ID: "smtp/trailing-white-space", RFC: 5321, Section: "4.1.1", Level: Should, Party: Server,
		Rule:    "White space before the CRLF of a command is put up with.",
		Digests: []string{"d03a4482177b"},
	},
	{
		ID: "smtp/local-part-syntax", RFC: 5321, Section: "4.1.1", Level: Must, Party: Client,
		Rule:    "The local parts that a client sends have the syntax of section 4.1.2.",
		Digests: []string{"0f3b060e2ede"},
	},
	{
		ID: "smtp/commands-no-parameters", RFC: 5321, Section: "4.1.1", Level: MustNot, Party: Client, Prose: true,
		Rule:    "RSET, DATA and QUIT are sent without parameters.",
		Digests: []string{"67f2e931fd94"},
	},
	{
		ID: "smtp/parameters-only-offered", RFC: 5321, Section: "4.1.1", Level: MustNot, Party: Client,
		Rule:    "A client sends no parameters that belong to no offered extension.",
		Digests: []string{"e3f0e884ad81"},
	},
	{
		ID: "smtp/parameters-unoffered-rejected", RFC: 5321, Section: "4.1.1", Level: Should, Party: Server,
		Rule:    "A server rejects such parameters as a syntax error.",
		Digests: []string{"e3f0e884ad81"},
	},
	{
		ID: "smtp/ehlo-literal-without-name", RFC: 5321, Section: "4.1.1.1", Level: Should, Party: Client,
		Rule:    "A client without a meaningful name gives an address literal.",
		Digests: []string{"e1b7e5c916bf"},
	},
	{
		ID: "smtp/ehlo-literal-alone", RFC: 5321, Section: "4.1.1.1", Level: ShouldNot, Party: Client,
		Rule:    "Nothing follows the address literal in EHLO.",
		Digests: []string{"0407bbfacfa2"},
	},
	{
		ID: "smtp/ehlo-identifies", RFC: 5321, Section: "4.1.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "The reply to EHLO begins with the name of the server.",
		Digests: []string{"152989c64720", "9f85e395df0b"},
	},
	{
		ID: "smtp/ehlo-first", RFC: 5321, Section: "4.1.1.1", Level: Should, Party: Client,
		Rule:    "A session begins with EHLO.",
		Digests: []string{"127e3928dd24"},
	},
	{
		ID: "smtp/helo-used", RFC: 5321, Section: "4.1.1.1", Level: May, Party: Client,
		Rule:    "An old client may use HELO instead.",
		Digests: []string{"48c0b66873e0"},
	},
	{
		ID: "smtp/helo-supported", RFC: 5321, Section: "4.1.1.1", Level: Must, Party: Server,
		Rule:    "A server takes HELO and answers it as it should.",
		Digests: []string{"48c0b66873e0"},
	},
	{
		ID: "smtp/hello-before-mail", RFC: 5321, Section: "4.1.1.1", Level: Must, Party: Client,
		Rule:    "A client sends EHLO or HELO before a transaction.",
		Digests: []string{"f7bbe88830e8"},
	},
	{
		ID: "smtp/ehlo-reply-form", RFC: 5321, Section: "4.1.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "Each further line of the reply to EHLO is a keyword of letters, digits and hyphens, and parameters without spaces and control characters.",
		Digests: []string{"c67d9065b192", "fe5790925f25", "3edd7d831148", "8cc586d91982", "3460ac962ef5"},
	},
	{
		ID: "smtp/ehlo-keyword-any-case", RFC: 5321, Section: "4.1.1.1", Level: Must, Party: Client,
		Rule:    "A client recognises the keywords in any case.",
		Digests: []string{"2227d8728f41"},
	},
	{
		ID: "smtp/ehlo-lists-optional", RFC: 5321, Section: "4.1.1.1", Level: Must, Party: Server,
		Rule:    "All commands beyond the required ones have their keyword in the reply to EHLO, but for private ones.",
		Digests: []string{"a5a4170f1d9a"},
	},
	{
		ID: "smtp/ehlo-lists-private", RFC: 5321, Section: "4.1.1.1", Level: May, Party: Server,
		Rule:    "Private commands may be listed.",
		Digests: []string{"4a97e1a686cc"},
	},
	{
		ID: "smtp/mail-null-accepted", RFC: 5321, Section: "4.1.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A null reverse-path is accepted.",
		Digests: []string{"9881f8c9239a"},
	},
	{
		ID: "smtp/mail-clears", RFC: 5321, Section: "4.1.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "MAIL begins with no recipients and no data.",
		Digests: []string{"b08dd9509d64"},
	},
	{
		ID: "smtp/mail-syntax", RFC: 5321, Section: "4.1.1.2", Level: Must, Party: Client, Prose: true,
		Rule:    "MAIL has the form MAIL FROM:<reverse-path>, and parameters behind a space.",
		Digests: []string{"20bad9ce3e4f"},
	},
	{
		ID: "smtp/rcpt-route-not-made", RFC: 5321, Section: "4.1.1.3", Level: ShouldNot, Party: Client,
		Rule:    "A client puts no list of hosts before the mailbox in RCPT.",
		Digests: []string{"b348957ffded"},
	},
	{
		ID: "smtp/rcpt-route-recognised", RFC: 5321, Section: "4.1.1.3", Level: Must, Party: Server,
		Rule:    "A server recognises the syntax of a source route.",
		Digests: []string{"df886c644400"},
	},
	{
		ID: "smtp/rcpt-route-stripped", RFC: 5321, Section: "4.1.1.3", Level: Should, Party: Server,
		Rule:    "A server takes the mailbox as if there were no route before it.",
		Digests: []string{"df886c644400"},
	},
	{
		ID: "smtp/relay-route-stripped", RFC: 5321, Section: "4.1.1.3", Level: Should, Party: Server,
		Rule:    "A relay strips or ignores routes.",
		Digests: []string{"545578017c5a"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/relay-reverse-path-kept", RFC: 5321, Section: "4.1.1.3", Level: MustNot, Party: Server,
		Rule:    "Names do not go into the reverse-path.",
		Digests: []string{"545578017c5a"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/rcpt-appends", RFC: 5321, Section: "4.1.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "RCPT adds a recipient, and leaves reverse-path and data as they are.",
		Digests: []string{"243886621566"},
	},
	{
		ID: "smtp/relay-route-followed", RFC: 5321, Section: "4.1.1.3", Level: May, Party: Server,
		Rule:    "A relay may send to the first host of the route.",
		Digests: []string{"143052a44e66"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/rcpt-route-rejected", RFC: 5321, Section: "4.1.1.3", Level: May, Party: Server,
		Rule:    "A server may reject a recipient with a route by 550.",
		Digests: []string{"41937ee60ebd"},
	},
	{
		ID: "smtp/rcpt-parameters-only-offered", RFC: 5321, Section: "4.1.1.3", Level: MustNot, Party: Client,
		Rule:    "RCPT has no parameters that belong to no offered extension.",
		Digests: []string{"c31e1199ef66"},
	},
	{
		ID: "smtp/rcpt-syntax", RFC: 5321, Section: "4.1.1.3", Level: Must, Party: Client, Prose: true,
		Rule:    "RCPT has the form RCPT TO:<forward-path>, and parameters behind a space.",
		Digests: []string{"f02752a138fe"},
	},
	{
		ID: "smtp/postmaster-any-case", RFC: 5321, Section: "4.1.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    `The local part "postmaster" is recognised in any case.`,
		Digests: []string{"1ccaae836fc2"},
	},
	{
		ID: "smtp/data-354", RFC: 5321, Section: "4.1.1.4", Level: Must, Party: Server, Prose: true,
		Rule:    "DATA gets 354, and the lines behind it are the message.",
		Digests: []string{"2848aff1afe0"},
	},
	{
		ID: "smtp/data-controls-avoided", RFC: 5321, Section: "4.1.1.4", Level: Should, Party: Client,
		Rule:    "Control characters other than TAB, CR and LF are avoided in messages.",
		Digests: []string{"28098e88be7a"},
		OffWire: offSMTPContent,
	},
	{
		ID: "smtp/data-end", RFC: 5321, Section: "4.1.1.4", Level: Must, Party: Both, Prose: true,
		Rule:    "CRLF.CRLF ends the message.",
		Digests: []string{"2a4dc5967a42", "973b993277ce"},
	},
	{
		ID: "smtp/data-no-extra-line", RFC: 5321, Section: "4.1.1.4", Level: MustNot, Party: Client,
		Rule:    "The final dot of a message that ends in CRLF is not preceded by a further CRLF.",
		Digests: []string{"782d674b7412"},
	},
	{
		ID: "smtp/data-final-line", RFC: 5321, Section: "4.1.1.4", Level: Must, Party: Client,
		Rule:    "A message whose last line has no CRLF is refused, or gets one.",
		Digests: []string{"bc30696e19f4"},
	},
	{
		ID: "smtp/bare-lf-not-taken", RFC: 5321, Section: "4.1.1.4", Level: MustNot, Party: Server,
		Rule:    "A server does not take a bare LF for the end of a line.",
		Digests: []string{"baaf7e98cee2"},
	},
	{
		ID: "smtp/lf-dot-lf-no-end", RFC: 5321, Section: "4.1.1.4", Level: MustNot, Party: Server,
		Rule:    "LF.LF does not end a message.",
		Digests: []string{"67c3d22ba0fa"},
	},
	{
		ID: "smtp/data-clears", RFC: 5321, Section: "4.1.1.4", Level: Must, Party: Server, Prose: true,
		Rule:    "After the reply to the message there is no transaction.",
		Digests: []string{"8f74680773d0"},
	},
	{
		ID: "smtp/data-ok", RFC: 5321, Section: "4.1.1.4", Level: Must, Party: Server,
		Rule:    "A message that was processed gets a positive reply.",
		Digests: []string{"532446477b3c"},
	},
	{
		ID: "smtp/data-failure", RFC: 5321, Section: "4.1.1.4", Level: Must, Party: Server,
		Rule:    "A message that could not be processed gets a negative reply.",
		Digests: []string{"ccb42afd6e3d"},
	},
	{
		ID: "smtp/data-later-mailed", RFC: 5321, Section: "4.1.1.4", Level: Must, Party: Server,
		Rule:    "What is found out later is reported by mail.",
		Digests: []string{"09e9593e0b11"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/rset-discards", RFC: 5321, Section: "4.1.1.5", Level: Must, Party: Server,
		Rule:    "RSET discards sender, recipients and data.",
		Digests: []string{"a488fbb18bed"},
	},
	{
		ID: "smtp/rset-250", RFC: 5321, Section: "4.1.1.5", Level: Must, Party: Server,
		Rule:    "RSET without arguments gets 250.",
		Digests: []string{"8ab1a19d4109"},
	},
	{
		ID: "smtp/rset-any-time", RFC: 5321, Section: "4.1.1.5", Level: Must, Party: Server, Prose: true,
		Rule:    "RSET may come at any time, before EHLO too.",
		Digests: []string{"14c6d0e07f3a", "3fbb0ff9cfd3"},
	},
	{
		ID: "smtp/rset-open", RFC: 5321, Section: "4.1.1.5", Level: MustNot, Party: Server,
		Rule:    "RSET does not close the connection.",
		Digests: []string{"f0e4aed7f548"},
	},
	{
		ID: "smtp/connection-lost-quit", RFC: 5321, Section: "4.1.1.5", Level: Should, Party: Server,
		Rule:    "A connection that disappears is treated as if QUIT had come.",
		Digests: []string{"ad707af0cbf6"},
	},
	{
		ID: "smtp/vrfy-no-effect", RFC: 5321, Section: "4.1.1.6", Level: Must, Party: Server, Prose: true,
		Rule:    "VRFY leaves the transaction as it is.",
		Digests: []string{"e3fbac247a8f"},
	},
	{
		ID: "smtp/expn-no-effect", RFC: 5321, Section: "4.1.1.7", Level: Must, Party: Server, Extension: "EXPN", Prose: true,
		Rule:    "EXPN leaves the transaction as it is, and may come at any time.",
		Digests: []string{"6b53cc6620ac"},
	},
	{
		ID: "smtp/help-argument", RFC: 5321, Section: "4.1.1.8", Level: May, Party: Client,
		Rule:    "HELP may have an argument.",
		Digests: []string{"1c11fbe24595"},
	},
	{
		ID: "smtp/help-no-effect", RFC: 5321, Section: "4.1.1.8", Level: Must, Party: Server, Prose: true,
		Rule:    "HELP leaves the transaction as it is, and may come at any time.",
		Digests: []string{"6b53cc6620ac"},
	},
	{
		ID: "smtp/help-supported", RFC: 5321, Section: "4.1.1.8", Level: Should, Party: Server,
		Rule:    "A server supports HELP without arguments.",
		Digests: []string{"dc53b0a11919"},
	},
	{
		ID: "smtp/help-argument-supported", RFC: 5321, Section: "4.1.1.8", Level: May, Party: Server,
		Rule:    "A server may support HELP with arguments.",
		Digests: []string{"dc53b0a11919"},
	},
	{
		ID: "smtp/noop-250", RFC: 5321, Section: "4.1.1.9", Level: Must, Party: Server, Prose: true,
		Rule:    "NOOP is answered with 250.",
		Digests: []string{"2750dd2a6773"},
	},
	{
		ID: "smtp/noop-no-effect", RFC: 5321, Section: "4.1.1.9", Level: Must, Party: Server, Prose: true,
		Rule:    "NOOP leaves everything as it is, and may come at any time.",
		Digests: []string{"78cfce729437", "6b53cc6620ac"},
	},
	{
		ID: "smtp/noop-argument-ignored", RFC: 5321, Section: "4.1.1.9", Level: Should, Party: Server,
		Rule:    "A parameter of NOOP is ignored.",
		Digests: []string{"337c1cee0b6f"},
	},
	{
		ID: "smtp/quit-221", RFC: 5321, Section: "4.1.1.10", Level: Must, Party: Server,
		Rule:    "QUIT gets 221, and then the connection is closed.",
		Digests: []string{"776e5906164e"},
	},
	{
		ID: "smtp/close-after-quit-only", RFC: 5321, Section: "4.1.1.10", Level: MustNot, Party: Server,
		Rule:    "A server does not close before it has answered QUIT, whatever went wrong before.",
		Digests: []string{"bacd104a52d7"},
	},
	{
		ID: "smtp/quit-before-close", RFC: 5321, Section: "4.1.1.10", Level: MustNot, Party: Client,
		Rule:    "A client does not close before it has sent QUIT.",
		Digests: []string{"8edbaef449ad"},
	},
	{
		ID: "smtp/quit-reply-awaited", RFC: 5321, Section: "4.1.1.10", Level: Should, Party: Client,
		Rule:    "A client waits for the reply to QUIT.",
		Digests: []string{"8edbaef449ad"},
	},
	{
		ID: "smtp/premature-close", RFC: 5321, Section: "4.1.1.10", Level: Must, Party: Server,
		Rule:    "If the connection closes too early, the pending transaction is cancelled and finished ones are not undone.",
		Digests: []string{"396de3d05394"},
	},
	{
		ID: "smtp/quit-any-time", RFC: 5321, Section: "4.1.1.10", Level: Must, Party: Server, Prose: true,
		Rule:    "QUIT may come at any time.",
		Digests: []string{"a06985d8a1b0"},
	},
	{
		ID: "smtp/quit-aborts", RFC: 5321, Section: "4.1.1.10", Level: Must, Party: Server, Prose: true,
		Rule:    "QUIT aborts the transaction that is open.",
		Digests: []string{"3080b6d0c0be"},
	},

	// Arguments (sections 4.1.2 and 4.1.3).
	{
		ID: "smtp/route-accepted", RFC: 5321, Section: "4.1.2", Level: Must, Party: Server,
		Rule:    "The form of a source route is accepted.",
		Digests: []string{"5a935667c8e7"},
	},
	{
		ID: "smtp/route-not-generated", RFC: 5321, Section: "4.1.2", Level: ShouldNot, Party: Client,
		Rule:    "The form of a source route is not generated.",
		Digests: []string{"5a935667c8e7"},
	},
	{
		ID: "smtp/route-not-heeded", RFC: 5321, Section: "4.1.2", Level: Should, Party: Server,
		Rule:    "The form of a source route is ignored.",
		Digests: []string{"5a935667c8e7"},
	},
	{
		ID: "smtp/parameter-xtext", RFC: 5321, Section: "4.1.2", Level: Should, Party: Client,
		Rule:    "A mailbox in the value of a parameter is encoded as xtext.",
		Digests: []string{"54cfe0c404aa"},
	},
	{
		ID: "smtp/local-part-case-own", RFC: 5321, Section: "4.1.2", Level: May, Party: Server,
		Rule:    "A local part may be case-sensitive.",
		Digests: []string{"27c096d128e0"},
		OffWire: "whether two spellings name one mailbox is the destination's decision",
	},
	{
		ID: "smtp/mailbox-plain", RFC: 5321, Section: "4.1.2", Level: Should, Party: Server,
		Rule:    "A host has no mailboxes whose local part needs quotes or is case-sensitive.",
		Digests: []string{"204cccb622a2"},
		OffWire: "which mailboxes there are is decided by the site",
	},
	{
		ID: "smtp/quoted-forms-equal", RFC: 5321, Section: "4.1.2", Level: Must, Party: Server,
		Rule:    "All quoted forms of a local part name the same mailbox.",
		Digests: []string{"43d39e8091fa"},
	},
	{
		ID: "smtp/quoting-minimal", RFC: 5321, Section: "4.1.2", Level: Should, Party: Client,
		Rule:    "A client quotes a local part as little as possible.",
		Digests: []string{"43d39e8091fa"},
	},
	{
		ID: "smtp/mailbox-ascii", RFC: 5321, Section: "4.1.2", Level: MustNot, Party: Server,
		Rule:    "No mailbox needs octets above 127 or control characters in SMTP.",
		Digests: []string{"8ffa2970f0bf"},
		OffWire: "which mailboxes there are is decided by the site",
	},
	{
		ID: "smtp/mailbox-no-controls", RFC: 5321, Section: "4.1.2", Level: MustNot, Party: Client,
		Rule:    "MAIL, RCPT and other commands with a mailbox have no control characters and no octets above 127.",
		Digests: []string{"131240192424"},
	},
	{
		ID: "smtp/domain-characters", RFC: 5321, Section: "4.1.2", Level: MustNot, Party: Both,
		Rule:    "The labels of domain names have nothing but letters, digits and hyphens.",
		Digests: []string{"0ae381a55a6d"},
	},
	{
		ID: "smtp/invalid-characters-501", RFC: 5321, Section: "4.1.2", Level: Must, Party: Server,
		Rule:    "A command with characters that are invalid, and nothing else to be refused for, gets 501.",
		Digests: []string{"d9d6de5c27d0"},
	},
	{
		ID: "smtp/address-literal-form", RFC: 5321, Section: "4.1.3", Level: Must, Party: Both, Prose: true,
		Rule:    "An address literal is four decimal numbers from 0 to 255, or IPv6: and an IPv6 address, in square brackets; a server takes it for valid syntax.",
		Digests: []string{"29d1cb53db43", "8932d656db7c"},
	},

	// Order (sections 4.1.4 and 4.1.5).
	{
		ID: "smtp/session-ehlo", RFC: 5321, Section: "4.1.4", Level: Must, Party: Client,
		Rule:    "EHLO comes before the first transaction.",
		Digests: []string{"d25e7b2e5597"},
	},
	{
		ID: "smtp/no-ehlo-for-others", RFC: 5321, Section: "4.1.4", Level: Should, Party: Server,
		Rule:    "Commands that are no mail transaction are accepted without EHLO.",
		Digests: []string{"08b1f675725e"},
	},
	{
		ID: "smtp/ehlo-again", RFC: 5321, Section: "4.1.4", Level: May, Party: Client,
		Rule:    "EHLO may be sent again later.",
		Digests: []string{"ec92aef7601b"},
	},
	{
		ID: "smtp/ehlo-resets", RFC: 5321, Section: "4.1.4", Level: Must, Party: Server,
		Rule:    "EHLO later in a session clears everything as RSET does.",
		Digests: []string{"c97bf290ff05"},
	},
	{
		ID: "smtp/ehlo-refusal-codes", RFC: 5321, Section: "4.1.4", Level: Must, Party: Server,
		Rule:    "EHLO that is not acceptable gets 500, 501, 502 or 550.",
		Digests: []string{"7d24e39bdf84"},
	},
	{
		ID: "smtp/ehlo-refusal-keeps", RFC: 5321, Section: "4.1.4", Level: Must, Party: Server,
		Rule:    "After such a reply the state is what it was before.",
		Digests: []string{"767d0e91ac0f"},
	},
	{
		ID: "smtp/ehlo-name-ensured", RFC: 5321, Section: "4.1.4", Level: Must, Party: Client,
		Rule:    "The name in EHLO is the primary name of the host, where that is possible.",
		Digests: []string{"c5f00dad46c5"},
	},
	{
		ID: "smtp/ehlo-literal-substituted", RFC: 5321, Section: "4.1.4", Level: Should, Party: Client,
		Rule:    "Where it is not possible, an address literal stands in its place.",
		Digests: []string{"e5b136ef4766"},
	},
	{
		ID: "smtp/ehlo-name-verified", RFC: 5321, Section: "4.1.4", Level: May, Party: Server,
		Rule:    "A server may check whether the name belongs to the client's address.",
		Digests: []string{"24e2e9eda16b"},
		OffWire: "what a server looks up is not seen",
	},
	{
		ID: "smtp/ehlo-name-not-refused", RFC: 5321, Section: "4.1.4", Level: MustNot, Party: Server,
		Rule:    "Mail is not refused because the name does not belong to the address.",
		Digests: []string{"24c47db964c3"},
	},
	{
		ID: "smtp/any-time", RFC: 5321, Section: "4.1.4", Level: Must, Party: Server, Prose: true,
		Rule:    "NOOP, HELP, EXPN, VRFY and RSET may come at any time, before EHLO too.",
		Digests: []string{"01155a534bf2"},
	},
	{
		ID: "smtp/no-503-before-ehlo", RFC: 5321, Section: "4.1.4", Level: Should, Party: Server,
		Rule:    "Before EHLO they do not get 503.",
		Digests: []string{"2ad3a689dc4d"},
	},
	{
		ID: "smtp/ehlo-before-others", RFC: 5321, Section: "4.1.4", Level: Should, Party: Client,
		Rule:    "A client sends EHLO before them.",
		Digests: []string{"2ad3a689dc4d"},
	},
	{
		ID: "smtp/mail-not-nested", RFC: 5321, Section: "4.1.4", Level: MustNot, Party: Client,
		Rule:    "MAIL is not sent while a transaction is open.",
		Digests: []string{"e702f821322d"},
	},
	{
		ID: "smtp/mail-argument-501", RFC: 5321, Section: "4.1.4", Level: Must, Party: Server,
		Rule:    "MAIL with an argument that is not acceptable gets 501.",
		Digests: []string{"b24f03622d82"},
	},
	{
		ID: "smtp/mail-argument-keeps", RFC: 5321, Section: "4.1.4", Level: Must, Party: Server,
		Rule:    "After such a reply the session is in the state that it was in before MAIL.",
		Digests: []string{"b24f03622d82"},
	},
	{
		ID: "smtp/order-503", RFC: 5321, Section: "4.1.4", Level: Must, Party: Server,
		Rule:    "A command that comes too early or too late to be processed gets 503.",
		Digests: []string{"2cf5c01d73df"},
	},
	{
		ID: "smtp/order-keeps", RFC: 5321, Section: "4.1.4", Level: Must, Party: Server,
		Rule:    "After 503 the session is in the state that it was in before.",
		Digests: []string{"2cf5c01d73df"},
	},
	{
		ID: "smtp/quit-last", RFC: 5321, Section: "4.1.4", Level: Must, Party: Client,
		Rule:    "The last command of a session is QUIT.",
		Digests: []string{"537e5f565272"},
	},
	{
		ID: "smtp/quit-used", RFC: 5321, Section: "4.1.4", Level: Should, Party: Client,
		Rule:    "A client ends by QUIT, also if EHLO was not accepted.",
		Digests: []string{"38543b93f135"},
	},
	{
		ID: "smtp/x-unknown-500", RFC: 5321, Section: "4.1.5", Level: Should, Party: Server, Prose: true,
		Rule:    "A command beginning with X that is not known gets 500.",
		Digests: []string{"c8bebc9e7e63"},
	},
	{
		ID: "smtp/private-listed", RFC: 5321, Section: "4.1.5", Level: May, Party: Server,
		Rule:    "A server may list the features of its private commands in the reply to EHLO.",
		Digests: []string{"b8697406a781"},
	},
	{
		ID: "smtp/commands-registered", RFC: 5321, Section: "4.1.5", Level: Must, Party: Client,
		Rule:    "The commands that a client sends are registered, or begin with X.",
		Digests: []string{"c73eb07ee67d"},
	},
	{
		ID: "smtp/commands-registered-server", RFC: 5321, Section: "4.1.5", Level: Must, Party: Server,
		Rule:    "The commands that a server accepts are registered, or begin with X.",
		Digests: []string{"c73eb07ee67d"},
		OffWire: "which further commands a server has cannot be found by trying",
	},
}
