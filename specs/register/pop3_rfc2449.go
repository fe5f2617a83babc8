package register

// pop3RFC2449 are the requirements of RFC 2449, POP3 Extension Mechanism. Where it says AUTHENTICATION state it means the
// AUTHORIZATION state of RFC 1939. Its section 6.3 is superseded by RFC 5034.
var pop3RFC2449 = []Entry{
	{
		ID: "pop3/command-grammar", RFC: 2449, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    "A command is a keyword of three or four printable characters and parameters of printable characters, each after one space, then CRLF.",
		Digests: []string{"7e6be63c3015", "adf9d9de8013", "1f4272f2eaa4"},
	},
	{
		ID: "pop3/response-grammar", RFC: 2449, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    `A single-line response is "+OK" or "-ERR", optionally one space and text, and CRLF, in no more than 512 octets.`,
		Digests: []string{"c55ee8fc0ed8", "a97167dd2a67"},
	},
	{
		ID: "pop3/text-grammar", RFC: 2449, Section: "3", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    `Response text has no "[" in it unless it begins with a complete response code in brackets.`,
		Digests: []string{"5061fe984cb4", "cff1b9679d14"},
	},
	{
		ID: "pop3/greeting-grammar", RFC: 2449, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    `The greeting is "+OK", printable ASCII text and no "<" in it but that of the one timestamp, if there is one, and CRLF, in no more than 512 octets.`,
		Digests: []string{"f44f37efb9b5", "e5aaf0993f6d"},
	},
	{
		ID: "pop3/multiline-grammar", RFC: 2449, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    `A multi-line response is a single-line response, lines that are dot-stuffed, and "." CRLF.`,
		Digests: []string{"b34aed9e2904", "6fc6d852c95a"},
	},
	{
		ID: "pop3/capa-response-grammar", RFC: 2449, Section: "3", Level: Must, Party: Server, Extension: "CAPA", Prose: true,
		Rule:    `The response to CAPA is a single-line response, capability lines and "." CRLF; a capability line is a tag, each parameter after one space, and CRLF.`,
		Digests: []string{"51193374ddaa", "d0771b66a838"},
	},
	{
		ID: "pop3/capa-tag-characters", RFC: 2449, Section: "3", Level: Must, Party: Server, Extension: "CAPA", Prose: true,
		Rule:    `A capability tag consists of printable ASCII without "." and space.`,
		Digests: []string{"2d644bc0a9fd", "be9406ea2b52"},
	},
	{
		ID: "pop3/resp-code-grammar", RFC: 2449, Section: "3", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    `A response code is "[", one or more levels separated by "/", and "]"; a level has one or more printable characters other than "/" and "]".`,
		Digests: []string{"ccd0664d4b5d", "d69fe0a9f73e", "d64979afc482"},
	},
	{
		ID: "pop3/timestamp-msg-id", RFC: 2449, Section: "3", Level: Must, Party: Server, Extension: "APOP",
		Rule:    "The timestamp of the greeting has the form of a msg-id of RFC 822, with its angle brackets.",
		Digests: []string{"118b75aa7d41"},
	},
	{
		ID: "pop3/command-255", RFC: 2449, Section: "4", Level: MustNot, Party: Client, Extension: "CAPA", Prose: true,
		Rule:    "A command is not longer than 255 octets, CRLF included, unless a capability that the server announced permits more.",
		Digests: []string{"e6c7b25f14e8"},
	},
	{
		ID: "pop3/command-255-accepted", RFC: 2449, Section: "4", Level: Must, Party: Server, Extension: "CAPA",
		Rule:    "A server that supports CAPA takes commands of up to 255 octets, CRLF included.",
		Digests: []string{"931fd3cc1684"},
	},
	{
		ID: "pop3/command-extension-length-accepted", RFC: 2449, Section: "4", Level: Must, Party: Server, Extension: "CAPA",
		Rule:    "The server takes commands as long as the longest that a capability it supports allows.",
		Digests: []string{"9a6aafbabeaa"},
	},
	{
		ID: "pop3/response-first-line-512", RFC: 2449, Section: "4", Level: MustNot, Party: Server, Prose: true,
		Rule:    "The first line of a response, the greeting included, has no more than 512 octets with its CRLF.",
		Digests: []string{"af82fd4b0951"},
	},
	{
		ID: "pop3/capa-list", RFC: 2449, Section: "5", Level: Must, Party: Server, Extension: "CAPA", Prose: true,
		Rule:    "CAPA gets a list of the capabilities that the server supports.",
		Digests: []string{"fd836de54658"},
	},
	{
		ID: "pop3/capa-both-states", RFC: 2449, Section: "5", Level: Must, Party: Server, Extension: "CAPA", Prose: true,
		Rule:    "CAPA is served in the AUTHORIZATION and in the TRANSACTION state, also repeatedly.",
		Digests: []string{"7d23c37d5fbd"},
	},
	{
		ID: "pop3/capa-states-documented", RFC: 2449, Section: "5", Level: Must, Party: Both,
		Rule:    "The description of a capability says in which states it is announced and in which its commands are valid.",
		Digests: []string{"4e4522621aba"},
		OffWire: "a rule for the authors of extensions",
	},
	{
		ID: "pop3/capa-authorization-in-both", RFC: 2449, Section: "5", Level: Must, Party: Server, Extension: "CAPA",
		Rule:    "A capability that is available in the AUTHORIZATION state is announced in the TRANSACTION state too: what CAPA listed before login (STLS aside, by its own rule) is listed after login.",
		Digests: []string{"8197128ce119"},
	},
	{
		ID: "pop3/capa-difference-documented", RFC: 2449, Section: "5", Level: Must, Party: Both,
		Rule:    "The description of a capability whose argument may change after authentication says so.",
		Digests: []string{"239824c137c9"},
		OffWire: "a rule for the authors of extensions",
	},
	{
		ID: "pop3/capa-reissued-after-layer", RFC: 2449, Section: "5", Level: Should, Party: Client, Extension: "CAPA",
		Rule:    "If authentication negotiated an integrity protection layer, the client issues CAPA again after it.",
		Digests: []string{"e9e4d19fcd0f"},
	},
	{
		ID: "pop3/capa-tag-is-keyword", RFC: 2449, Section: "5", Level: Should, Party: Server, Extension: "CAPA",
		Rule:    "The tag of a capability that stands for an optional command is that command's keyword.",
		Digests: []string{"6a3a52010bef"},
	},
	{
		ID: "pop3/capa-tag-case", RFC: 2449, Section: "5", Level: Must, Party: Client, Extension: "CAPA", Prose: true,
		Rule:    "Capability tags are recognised whatever the case of their letters.",
		Digests: []string{"20b410f2ed6e"},
	},
	{
		ID: "pop3/capa-no-argument", RFC: 2449, Section: "5", Level: Must, Party: Client, Extension: "CAPA", Prose: true,
		Rule:    "CAPA is sent without arguments.",
		Digests: []string{"48d91698bcb5"},
	},
	{
		ID: "pop3/capa-err-means-none", RFC: 2449, Section: "5", Level: Must, Party: Client, Prose: true,
		Rule:    `"-ERR" to CAPA means that the command is not implemented: the client goes on without it, probing for what it needs, and does not fail.`,
		Digests: []string{"2e772214c92e"},
	},
	{
		ID: "pop3/capa-one-per-line", RFC: 2449, Section: "5", Level: Must, Party: Server, Extension: "CAPA", Prose: true,
		Rule:    "The list has one capability a line.",
		Digests: []string{"9161f5cc7384"},
	},
	{
		ID: "pop3/capa-parameters-permitted", RFC: 2449, Section: "5", Level: May, Party: Server, Extension: "CAPA",
		Rule:    "A tag may be followed by a single space and parameters separated by spaces; also a tag that is defined without any.",
		Digests: []string{"6ccffd9503db"},
	},
	{
		ID: "pop3/capa-parameters-tolerated", RFC: 2449, Section: "5", Level: Must, Party: Client, Extension: "CAPA",
		Rule:    "A capability with parameters is recognised by its tag, also with parameters that the client does not expect.",
		Digests: []string{"6ccffd9503db"},
	},
	{
		ID: "pop3/capa-line-512", RFC: 2449, Section: "5", Level: MustNot, Party: Server, Extension: "CAPA", Prose: true,
		Rule:    "A capability line has no more than 512 octets, CRLF included.",
		Digests: []string{"fc34556c3bc2"},
	},
	{
		ID: "pop3/capa-end", RFC: 2449, Section: "5", Level: Must, Party: Server, Extension: "CAPA", Prose: true,
		Rule:    `The list ends with a line of "." and CRLF.`,
		Digests: []string{"5e31a13271d3"},
	},
	{
		ID: "pop3/apop-no-capability", RFC: 2449, Section: "6", Level: ShouldNot, Party: Server, Extension: "CAPA", Prose: true,
		Rule:    "There is no APOP capability: a server does not announce one.",
		Digests: []string{"6b06b84c82f1", "5aae1f2d43f0"},
	},
	{
		ID: "pop3/apop-by-greeting", RFC: 2449, Section: "6", Level: Must, Party: Client, Extension: "APOP", Prose: true,
		Rule:    "The client finds out by the timestamp in the greeting whether the server supports APOP, not by CAPA.",
		Digests: []string{"64f81e71d4cb"},
	},
	{
		ID: "pop3/capa-top", RFC: 2449, Section: "6.1", Level: Must, Party: Server, Extension: "TOP", Prose: true,
		Rule:    "A server that announces TOP serves TOP in the TRANSACTION state.",
		Digests: []string{"a7404445d6b2", "026ebb4f2375"},
	},
	{
		ID: "pop3/capa-top-both-states", RFC: 2449, Section: "6.1", Level: Must, Party: Server, Extension: "TOP", Prose: true,
		Rule:    "TOP is announced in both states alike and without arguments.",
		Digests: []string{"55e6568e77a4", "48d91698bcb5"},
	},
	{
		ID: "pop3/capa-user", RFC: 2449, Section: "6.2", Level: Must, Party: Server, Extension: "USER", Prose: true,
		Rule:    "A server that announces USER serves USER and PASS in the AUTHORIZATION state.",
		Digests: []string{"a9bea80c3364", "254e1a7286d4", "b362504535b1"},
	},
	{
		ID: "pop3/capa-user-refusal-permitted", RFC: 2449, Section: "6.2", Level: May, Party: Server, Extension: "USER", Prose: true,
		Rule:    "USER and PASS may be unavailable to some users although USER is announced.",
		Digests: []string{"a9bea80c3364"},
	},
	{
		ID: "pop3/capa-user-both-states", RFC: 2449, Section: "6.2", Level: Must, Party: Server, Extension: "USER", Prose: true,
		Rule:    "USER is announced in both states alike and without arguments.",
		Digests: []string{"55e6568e77a4", "48d91698bcb5"},
	},
	{
		ID: "pop3/capa-sasl", RFC: 2449, Section: "6.3", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    "A server that announces SASL serves AUTH and takes an initial response in base64 as its second argument.",
		Digests: []string{"df62d7f12f97"},
	},
	{
		ID: "pop3/capa-sasl-mechanisms", RFC: 2449, Section: "6.3", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    "The arguments of SASL are the names of the supported mechanisms, separated by single spaces.",
		Digests: []string{"ae10c8eb4db7", "ba539f497c59"},
	},
	{
		ID: "pop3/capa-sasl-both-states", RFC: 2449, Section: "6.3", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    "SASL is announced in both states with the same arguments.",
		Digests: []string{"55e6568e77a4"},
	},
	{
		ID: "pop3/resp-codes-bracket", RFC: 2449, Section: "6.4", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    `When RESP-CODES is announced, response text that begins with "[" begins with an extended response code.`,
		Digests: []string{"498bca9c3b6e"},
	},
	{
		ID: "pop3/resp-codes-both-states", RFC: 2449, Section: "6.4", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    "RESP-CODES is announced in both states alike and without arguments.",
		Digests: []string{"55e6568e77a4", "48d91698bcb5"},
	},
	{
		ID: "pop3/login-delay-argument", RFC: 2449, Section: "6.5", Level: Must, Party: Server, Extension: "LOGIN-DELAY", Prose: true,
		Rule:    `The argument of LOGIN-DELAY is a whole number of seconds, the least time from "+OK" to PASS, APOP or AUTH to the next authentication that is accepted; "USER" may follow it in the AUTHORIZATION state only.`,
		Digests: []string{"261beb5c2045", "a3dd2fb2f95a"},
	},
	{
		ID: "pop3/login-delay-client", RFC: 2449, Section: "6.5", Level: Should, Party: Client, Extension: "LOGIN-DELAY",
		Rule:    "A client with a configurable interval between mail checks takes the announced delay as the least permitted interval.",
		Digests: []string{"5cae959019a5"},
	},
	{
		ID: "pop3/login-delay-enforced", RFC: 2449, Section: "6.5", Level: Should, Party: Server, Extension: "LOGIN-DELAY",
		Rule:    "A login sooner than the announced delay after the last successful one is rejected.",
		Digests: []string{"bce877ed649c"},
	},
	{
		ID: "pop3/login-delay-largest", RFC: 2449, Section: "6.5", Level: Must, Party: Server, Extension: "LOGIN-DELAY",
		Rule:    "If the delay may differ by user, the value announced before authentication is the largest that any user can have: it is not less than the one announced after it.",
		Digests: []string{"bf8b5a463e22", "43f49ff2cafb"},
	},
	{
		ID: "pop3/login-delay-user-token", RFC: 2449, Section: "6.5", Level: Should, Party: Server, Extension: "LOGIN-DELAY",
		Rule:    `If the delay may differ by user, "USER" follows the number in the AUTHORIZATION state.`,
		Digests: []string{"81ed406341af"},
	},
	{
		ID: "pop3/login-delay-accurate", RFC: 2449, Section: "6.5", Level: Should, Party: Server, Extension: "LOGIN-DELAY",
		Rule:    `The exact delay for the user is announced in the TRANSACTION state, without "USER".`,
		Digests: []string{"fc0c00f4cbce"},
	},
	{
		ID: "pop3/login-delay-second-capa", RFC: 2449, Section: "6.5", Level: May, Party: Client, Extension: "LOGIN-DELAY", Prose: true,
		Rule:    `Without the "USER" token the client need not issue CAPA again for the value.`,
		Digests: []string{"071006eef738"},
	},
	{
		ID: "pop3/login-delay-rejection", RFC: 2449, Section: "6.5", Level: May, Party: Server, Extension: "LOGIN-DELAY", Prose: true,
		Rule:    `A login too soon is rejected with "-ERR", with or without the LOGIN-DELAY response code.`,
		Digests: []string{"b7654aeea0c1"},
	},
	{
		ID: "pop3/pipelining-accepted", RFC: 2449, Section: "6.6", Level: Must, Party: Server, Extension: "PIPELINING", Prose: true,
		Rule:    "A server that announces PIPELINING takes several commands sent at once, without a wait for responses between.",
		Digests: []string{"44ee52c69dc3"},
	},
	{
		ID: "pop3/pipelining-in-turn", RFC: 2449, Section: "6.6", Level: Must, Party: Server, Extension: "PIPELINING",
		Rule:    "Pipelined commands are processed one after the other: each has the effect and the response that it would have alone, and the responses come in the order of the commands.",
		Digests: []string{"a45ac54feb3d"},
	},
	{
		ID: "pop3/pipelining-not-unannounced", RFC: 2449, Section: "6.6", Level: MustNot, Party: Client, Prose: true,
		Rule:    "The client does not send a command before the response to the one before unless the server announced PIPELINING.",
		Digests: []string{"44ee52c69dc3"},
	},
	{
		ID: "pop3/pipelining-match", RFC: 2449, Section: "6.6", Level: Must, Party: Client, Extension: "PIPELINING",
		Rule:    `The client keeps track of its outstanding commands and takes responses as those to the commands in their order, also when one in the middle is "-ERR".`,
		Digests: []string{"b4adc3bf235b"},
	},
	{
		ID: "pop3/pipelining-window", RFC: 2449, Section: "6.6", Level: MustNot, Party: Both, Extension: "PIPELINING",
		Rule:    "A party that uses blocking writes does not send more than the transport's window holds while the other may be blocked too: pipelining large responses never ends in a deadlock.",
		Digests: []string{"a2a9af8154df"},
	},
	{
		ID: "pop3/pipelining-both-states", RFC: 2449, Section: "6.6", Level: Must, Party: Server, Extension: "PIPELINING", Prose: true,
		Rule:    "PIPELINING is announced in both states alike and without arguments.",
		Digests: []string{"55e6568e77a4", "48d91698bcb5"},
	},
	{
		ID: "pop3/expire-argument", RFC: 2449, Section: "6.7", Level: Must, Party: Server, Extension: "EXPIRE", Prose: true,
		Rule:    `The argument of EXPIRE is a whole number of days, the least time for which messages stay on the server, or NEVER; "USER" may follow it in the AUTHORIZATION state only.`,
		Digests: []string{"890102101daf", "51f0703c6be3"},
	},
	{
		ID: "pop3/expire-zero", RFC: 2449, Section: "6.7", Level: May, Party: Server, Extension: "EXPIRE",
		Rule:    "A server that announces EXPIRE 0 may, at QUIT, remove each message that the session retrieved with RETR as if it had been marked with DELE.",
		Digests: []string{"f17c73ef8c17"},
	},
	{
		ID: "pop3/expire-zero-client", RFC: 2449, Section: "6.7", Level: MustNot, Party: Client, Extension: "EXPIRE",
		Rule:    "Toward a server that announces EXPIRE 0 the client does not count on messages being left on the server.",
		Digests: []string{"f17c73ef8c17"},
	},
	{
		ID: "pop3/expire-never", RFC: 2449, Section: "6.7", Level: Must, Party: Server, Extension: "EXPIRE", Prose: true,
		Rule:    "A server that announces EXPIRE NEVER does not remove messages on its own.",
		Digests: []string{"4c4917548c55"},
		OffWire: "removal by age happens outside of any session, after days",
	},
	{
		ID: "pop3/expire-counting-permitted", RFC: 2449, Section: "6.7", Level: May, Party: Server, Extension: "EXPIRE", Prose: true,
		Rule:    "The server may count the days from the delivery of a message, from its first LIST or UIDL, from its TOP or RETR or from another event.",
		Digests: []string{"25c112ed187a"},
		OffWire: "the days run outside of any session",
	},
	{
		ID: "pop3/expire-client-warning", RFC: 2449, Section: "6.7", Level: May, Party: Client, Extension: "EXPIRE", Prose: true,
		Rule:    "A client may warn the user whose setting for leaving mail on the server exceeds the announced value.",
		Digests: []string{"45f5d10a9540"},
		OffWire: "a matter of the user interface",
	},
	{
		ID: "pop3/expire-announced", RFC: 2449, Section: "6.7", Level: Should, Party: Server,
		Rule:    "A site with any automatic removal of messages announces it by EXPIRE.",
		Digests: []string{"9000a4fbe77e"},
		OffWire: "whether a site has such a policy does not show on the wire",
	},
	{
		ID: "pop3/expire-never-announced", RFC: 2449, Section: "6.7", Level: Should, Party: Server,
		Rule:    "A site that lets users keep messages for ever announces EXPIRE NEVER.",
		Digests: []string{"b345b0fba097"},
		OffWire: "whether a site has such a policy does not show on the wire",
	},
	{
		ID: "pop3/expire-smallest", RFC: 2449, Section: "6.7", Level: Must, Party: Server, Extension: "EXPIRE",
		Rule:    "If the retention may differ by user, the value announced before authentication is the smallest that any user can have: it is not more than the one announced after it (NEVER being the largest).",
		Digests: []string{"8bf7d4740dc5", "b94ae50ae254"},
	},
	{
		ID: "pop3/expire-user-token", RFC: 2449, Section: "6.7", Level: Should, Party: Server, Extension: "EXPIRE",
		Rule:    `If the retention may differ by user, "USER" follows the value in the AUTHORIZATION state.`,
		Digests: []string{"af9fc35a409f"},
	},
	{
		ID: "pop3/expire-accurate", RFC: 2449, Section: "6.7", Level: Should, Party: Server, Extension: "EXPIRE",
		Rule:    `The exact retention for the user is announced in the TRANSACTION state, without "USER".`,
		Digests: []string{"fc0c00f4cbce"},
	},
	{
		ID: "pop3/expire-minimum", RFC: 2449, Section: "6.7", Level: Must, Party: Server, Extension: "EXPIRE", Prose: true,
		Rule:    "The announced value is the smallest retention that any part of the policy has: no message is removed sooner.",
		Digests: []string{"fae1c2273fba", "909b4e04a60a"},
		OffWire: "the days run outside of any session",
	},
	{
		ID: "pop3/capa-uidl", RFC: 2449, Section: "6.8", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "A server that announces UIDL serves UIDL in the TRANSACTION state.",
		Digests: []string{"2e690b3091b3", "026ebb4f2375"},
	},
	{
		ID: "pop3/capa-uidl-both-states", RFC: 2449, Section: "6.8", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "UIDL is announced in both states alike and without arguments.",
		Digests: []string{"55e6568e77a4", "48d91698bcb5"},
	},
	{
		ID: "pop3/implementation-argument", RFC: 2449, Section: "6.9", Level: Must, Party: Server, Extension: "IMPLEMENTATION", Prose: true,
		Rule:    "IMPLEMENTATION has at least one argument, which identifies the server.",
		Digests: []string{"7940ff79e787"},
	},
	{
		ID: "pop3/implementation-both-states", RFC: 2449, Section: "6.9", Level: Should, Party: Server, Extension: "IMPLEMENTATION", Prose: true,
		Rule:    "IMPLEMENTATION is announced in both states, with the same arguments.",
		Digests: []string{"27ad1b7ad5eb", "ff71f7ebbe15"},
	},
	{
		ID: "pop3/implementation-transaction-only", RFC: 2449, Section: "6.9", Level: May, Party: Server, Extension: "IMPLEMENTATION",
		Rule:    "IMPLEMENTATION may be announced in the TRANSACTION state only.",
		Digests: []string{"a14c3d72a2be"},
	},
	{
		ID: "pop3/implementation-in-greeting", RFC: 2449, Section: "6.9", Level: May, Party: Server, Extension: "IMPLEMENTATION",
		Rule:    "The identification of the server may be in the greeting as well.",
		Digests: []string{"93518e9b4b45"},
	},
	{
		ID: "pop3/implementation-no-influence", RFC: 2449, Section: "6.9", Level: MustNot, Party: Client, Extension: "IMPLEMENTATION",
		Rule:    "The client behaves the same whatever IMPLEMENTATION says and whether it is there.",
		Digests: []string{"4122e4bf61af"},
	},
	{
		ID: "pop3/private-extension", RFC: 2449, Section: "6.9", Level: Should, Party: Both, Prose: true,
		Rule:    "For behaviour of their own a server and a client agree on a private extension.",
		Digests: []string{"e626e5b8547f"},
		OffWire: "what is private between two implementations cannot be judged from outside",
	},
	{
		ID: "pop3/no-extension-required", RFC: 2449, Section: "7", Level: MustNot, Party: Client,
		Rule:    `For the basic functions the client requires no extension but one for authentication (APOP, AUTH, or USER and PASS): it works with a server that answers CAPA with "-ERR" or with an empty list.`,
		Digests: []string{"fac5fcf0e45a"},
	},
	{
		ID: "pop3/extensions-discouraged", RFC: 2449, Section: "7", Level: ShouldNot, Party: Both, Prose: true,
		Rule:    "Extensions that add mailboxes or uploading or leave the model of download and delete are discouraged.",
		Digests: []string{"a33d9a33cb2c", "5aa4dd31c252"},
		OffWire: "a rule for the authors of extensions",
	},
	{
		ID: "pop3/resp-code-position", RFC: 2449, Section: "8", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    `A response code stands in square brackets at the very beginning of the text of a "+OK" or "-ERR" response.`,
		Digests: []string{"b028e167042c"},
	},
	{
		ID: "pop3/resp-code-tolerated", RFC: 2449, Section: "8", Level: Must, Party: Client, Prose: true,
		Rule:    "A response with a code in brackets is taken as success or failure by its status indicator, also where the client does not know the code.",
		Digests: []string{"b028e167042c"},
	},
	{
		ID: "pop3/resp-code-removed-permitted", RFC: 2449, Section: "8", Level: May, Party: Client, Extension: "RESP-CODES",
		Rule:    "The client may take the bracketed code out of the text that it shows the user.",
		Digests: []string{"15fac17ff014"},
	},
	{
		ID: "pop3/resp-code-case", RFC: 2449, Section: "8", Level: Must, Party: Client, Extension: "RESP-CODES", Prose: true,
		Rule:    "Response codes are recognised whatever the case of their letters.",
		Digests: []string{"d25b6dd4dcef"},
	},
	{
		ID: "pop3/resp-code-hierarchy", RFC: 2449, Section: "8", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    `"/" separates the levels of a response code, the general one first.`,
		Digests: []string{"b6972b52cbb3"},
	},
	{
		ID: "pop3/resp-code-unknown-detail", RFC: 2449, Section: "8", Level: Must, Party: Client, Extension: "RESP-CODES",
		Rule:    `Levels of a response code that the client does not know are ignored: "[IN-USE/xyz]" is taken as IN-USE.`,
		Digests: []string{"f8018605fc99"},
	},
	{
		ID: "pop3/resp-codes-announced", RFC: 2449, Section: "8", Level: Must, Party: Server, Extension: "CAPA", Prose: true,
		Rule:    "A server that sends response codes announces RESP-CODES in the response to CAPA.",
		Digests: []string{"6b7538b6c026"},
	},
	{
		ID: "pop3/resp-code-login-delay", RFC: 2449, Section: "8.1.1", Level: Must, Party: Server, Extension: "LOGIN-DELAY", Prose: true,
		Rule:    `The code LOGIN-DELAY comes only with "-ERR" to AUTH, USER, PASS or APOP and means that the user logged in too recently; a login after the delay is not refused with it.`,
		Digests: []string{"96fffb521deb"},
	},
	{
		ID: "pop3/resp-code-login-delay-not-user", RFC: 2449, Section: "8.1.1", Level: ShouldNot, Party: Server, Extension: "LOGIN-DELAY", Prose: true,
		Rule:    "The code LOGIN-DELAY is not sent in response to USER, unless names are no secret there, access is restricted or the connection is known to be the same user's.",
		Digests: []string{"c126aa247266", "10ff68398f6a"},
	},
	{
		ID: "pop3/resp-code-in-use", RFC: 2449, Section: "8.1.2", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    `The code IN-USE comes only with "-ERR" to AUTH, APOP or PASS, and only if the credentials were right and the maildrop is in use by another.`,
		Digests: []string{"1cf45e5c70ff", "efc69660b68c"},
	},
}

// elsewhereRFC2449 are its sentences with a capital key word that bind somebody else.
var elsewhereRFC2449 = []Outside{
	{RFC: 2449, Section: "9", Digest: "bb548a7461ad", Why: "How new capabilities are registered with IANA: it binds the authors of specifications, not clients or servers."},
	{RFC: 2449, Section: "9", Digest: "ba9b2a3319ab", Why: "How new capabilities are registered with IANA: it binds the authors of specifications, not clients or servers."},
	{RFC: 2449, Section: "9", Digest: "fee98038498c", Why: "How new response codes are registered with IANA: it binds the authors of specifications, not clients or servers."},
	{RFC: 2449, Section: "9", Digest: "acbf717b4441", Why: "How new response codes are registered with IANA: it binds the authors of specifications, not clients or servers."},
}
