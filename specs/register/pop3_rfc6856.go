package register

// pop3RFC6856 are the requirements of RFC 6856, POP3 Support for UTF-8.
var pop3RFC6856 = []Entry{
	{
		ID: "pop3/utf8-capability", RFC: 6856, Section: "2", Level: Must, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "A server that announces UTF8 serves the UTF8 command in the AUTHORIZATION state.",
		Digests: []string{"cea609d8961a", "46ce07f8ece7", "05c02b00bee6"},
	},
	{
		ID: "pop3/utf8-authorization-only", RFC: 6856, Section: "2", Level: Must, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    `UTF8 gets "-ERR" outside the AUTHORIZATION state.`,
		Digests: []string{"46ce07f8ece7"},
	},
	{
		ID: "pop3/utf8-authorization-only-client", RFC: 6856, Section: "2", Level: Must, Party: Client, Extension: "UTF8", Prose: true,
		Rule:    "The client issues UTF8 in the AUTHORIZATION state only.",
		Digests: []string{"46ce07f8ece7"},
	},
	{
		ID: "pop3/utf8-both-states", RFC: 6856, Section: "2", Level: Must, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "UTF8 is announced in both states with the same argument.",
		Digests: []string{"55e6568e77a4"},
	},
	{
		ID: "pop3/utf8-capability-argument", RFC: 6856, Section: "2", Level: Must, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "The only argument that the UTF8 capability has is USER.",
		Digests: []string{"d3a3ff581378"},
	},
	{
		ID: "pop3/utf8-switches", RFC: 6856, Section: "2", Level: Must, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    `The session is in ASCII-only mode until UTF8 got "+OK", and in UTF-8 mode from then on.`,
		Digests: []string{"e2213d0926ad"},
	},
	{
		ID: "pop3/utf8-mode", RFC: 6856, Section: "2", Level: Must, Party: Both, Extension: "UTF8", Prose: true,
		Rule:    "In UTF-8 mode messages are sent as UTF-8 strings, and both parties accept UTF-8 in what they receive.",
		Digests: []string{"2ab49a3cf1f4"},
	},
	{
		ID: "pop3/utf8-no-parameters", RFC: 6856, Section: "2.1", Level: Must, Party: Client, Extension: "UTF8", Prose: true,
		Rule:    "UTF8 is sent without arguments.",
		Digests: []string{"6e675a5100a6"},
	},
	{
		ID: "pop3/utf8-parameters-err", RFC: 6856, Section: "2.1", Level: Must, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    `UTF8 with an argument gets "-ERR" and does not enable UTF-8 mode.`,
		Digests: []string{"6e675a5100a6"},
	},
	{
		ID: "pop3/utf8-ascii-unchanged", RFC: 6856, Section: "2.1", Level: Must, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "Messages in ASCII are the same in UTF-8 mode as without it, with the same sizes.",
		Digests: []string{"4db74f0abb7e"},
	},
	{
		ID: "pop3/utf8-message-forms", RFC: 6856, Section: "2.1", Level: May, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "In UTF-8 mode a message may have internationalized headers, 8bit content, ASCII or any combination.",
		Digests: []string{"bd150f0072f5"},
	},
	{
		ID: "pop3/utf8-as-is", RFC: 6856, Section: "2.1", Level: Must, Party: Server, Extension: "UTF8",
		Rule:    "In UTF-8 mode a message stored in UTF-8 or ASCII is sent as it is.",
		Digests: []string{"4b9d652930de"},
	},
	{
		ID: "pop3/utf8-converted", RFC: 6856, Section: "2.1", Level: Should, Party: Server, Extension: "UTF8",
		Rule:    "In UTF-8 mode a message stored in another encoding is converted to UTF-8 before it is sent.",
		Digests: []string{"4b9d652930de"},
	},
	{
		ID: "pop3/utf8-not-enabled", RFC: 6856, Section: "2.1", Level: MustNot, Party: Server, Extension: "UTF8",
		Rule:    "Without UTF-8 mode no string outside ASCII is sent as it is: not in the header of a message, and not in a response.",
		Digests: []string{"a84416f71f86"},
	},
	{
		ID: "pop3/utf8-required-message", RFC: 6856, Section: "2.1", Level: Must, Party: Server, Extension: "UTF8",
		Rule:    `A request for a message that requires UTF-8, without UTF-8 mode, gets a surrogate that is an ordinary message in ASCII headers, or "-ERR".`,
		Digests: []string{"f25bd6bab780"},
	},
	{
		ID: "pop3/utf8-err-permitted", RFC: 6856, Section: "2.1", Level: May, Party: Server, Extension: "UTF8",
		Rule:    `The UTF8 command may get "-ERR".`,
		Digests: []string{"eb39486bc5a2"},
	},
	{
		ID: "pop3/utf8-err-handled", RFC: 6856, Section: "2.1", Level: Must, Party: Client, Extension: "UTF8",
		Rule:    `After "-ERR" to UTF8 the client goes on without UTF-8 mode, or quits; it does not act as if the mode were on.`,
		Digests: []string{"eb39486bc5a2"},
	},
	{
		ID: "pop3/utf8-no-binary", RFC: 6856, Section: "2.1", Level: MustNot, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "Also in UTF-8 mode no message is sent with the content-transfer-encoding binary.",
		Digests: []string{"c23e695a6db7"},
	},
	{
		ID: "pop3/utf8-8bit-permitted", RFC: 6856, Section: "2.1", Level: May, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "Messages with the content-transfer-encoding 8bit may be sent.",
		Digests: []string{"e7e65ad20cfd"},
	},
	{
		ID: "pop3/utf8-list-size", RFC: 6856, Section: "2.1", Level: Should, Party: Server, Extension: "UTF8",
		Rule:    "The size in LIST is the number of octets that RETR sends in the same mode, byte-stuffing not counted.",
		Digests: []string{"cdb7d0952b49"},
	},
	{
		ID: "pop3/utf8-other-sizes", RFC: 6856, Section: "2.1", Level: May, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    `Sizes told elsewhere (STAT, text after "+OK") may be inexact.`,
		Digests: []string{"f7ce05f4d6a2"},
	},
	{
		ID: "pop3/utf8-client-without", RFC: 6856, Section: "2.1", Level: Must, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "The server is prepared for clients that ask for a message requiring UTF-8 without having issued UTF8: the session stays intact.",
		Digests: []string{"5c58e1640eef"},
	},
	{
		ID: "pop3/utf8-reject-permitted", RFC: 6856, Section: "2.1", Level: May, Party: Server, Extension: "UTF8",
		Rule:    "The server may refuse to send such a message.",
		Digests: []string{"42ce6350e156"},
	},
	{
		ID: "pop3/utf8-no-stls-after", RFC: 6856, Section: "2.1", Level: MustNot, Party: Client, Extension: "UTF8",
		Rule:    "The client does not issue STLS after UTF8.",
		Digests: []string{"ccc3a77e093d"},
	},
	{
		ID: "pop3/utf8-stls-after-err", RFC: 6856, Section: "2.1", Level: May, Party: Server, Extension: "UTF8",
		Rule:    `STLS after a successful UTF8 may get "-ERR".`,
		Digests: []string{"ccc3a77e093d"},
	},
	{
		ID: "pop3/utf8-user-argument", RFC: 6856, Section: "2.2", Level: Must, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "A server that announces UTF8 with USER accepts user names and passwords in UTF-8.",
		Digests: []string{"60f9a35e5619"},
	},
	{
		ID: "pop3/utf8-user-saslprep", RFC: 6856, Section: "2.2", Level: Should, Party: Server, Extension: "UTF8",
		Rule:    "A server that announces UTF8 with USER applies SASLprep (or a successor) to the arguments of USER and PASS: forms of a name that SASLprep makes equal are the same name.",
		Digests: []string{"acdc4e1b0a1d"},
	},
	{
		ID: "pop3/utf8-apop-saslprep", RFC: 6856, Section: "2.2", Level: Must, Party: Both, Extension: "APOP",
		Rule:    "A party that permits UTF-8 in names or passwords applies SASLprep (or a successor) to both before it computes the APOP digest.",
		Digests: []string{"d85acf628546"},
	},
	{
		ID: "pop3/utf8-saslprep-prohibited", RFC: 6856, Section: "2.2", Level: Must, Party: Server, Extension: "UTF8",
		Rule:    "Where SASLprep is applied, a name or password with a character of SASLprep section 2.3 (prohibited output) is refused.",
		Digests: []string{"14de7a9367de"},
	},
	{
		ID: "pop3/utf8-saslprep-query", RFC: 6856, Section: "2.2", Level: Must, Party: Both, Extension: "UTF8",
		Rule:    "SASLprep takes the arguments of USER and PASS and the name of APOP as query strings: unassigned code points are permitted.",
		Digests: []string{"fa3d349710bc"},
	},
	{
		ID: "pop3/utf8-saslprep-stored", RFC: 6856, Section: "2.2", Level: Must, Party: Both, Extension: "APOP",
		Rule:    "SASLprep takes the password of APOP as a stored string: unassigned code points are not permitted.",
		Digests: []string{"447d398cb235"},
	},
	{
		ID: "pop3/utf8-user-client", RFC: 6856, Section: "2.2", Level: May, Party: Client, Extension: "UTF8",
		Rule:    "If UTF8 is announced with USER, the client may use UTF-8 in USER, PASS and APOP, also before it issues UTF8.",
		Digests: []string{"4a9d58faadd8"},
	},
	{
		ID: "pop3/utf8-user-before-utf8", RFC: 6856, Section: "2.2", Level: Must, Party: Server, Extension: "UTF8",
		Rule:    "A server that announces UTF8 with USER accepts names and passwords in UTF-8 also before the UTF8 command.",
		Digests: []string{"4a9d58faadd8", "60f9a35e5619"},
	},
	{
		ID: "pop3/utf8-user-not-announced", RFC: 6856, Section: "2.2", Level: MustNot, Party: Client,
		Rule:    "If UTF8 is not announced with USER, the client authenticates without characters outside ASCII.",
		Digests: []string{"2c09c36c474c"},
	},
	{
		ID: "pop3/utf8-malformed-refused", RFC: 6856, Section: "2.2", Level: Must, Party: Server, Extension: "UTF8",
		Rule:    "A name or password that is not well-formed UTF-8 (a stray continuation octet, an overlong form, a surrogate) is refused.",
		Digests: []string{"33ed3fc15935"},
	},
	{
		ID: "pop3/utf8-auth-by-sasl", RFC: 6856, Section: "2.2", Level: Must, Party: Both, Extension: "SASL", Prose: true,
		Rule:    "UTF-8 in AUTH follows the rules of POP3 SASL, not those of this section.",
		Digests: []string{"d07596a12991"},
	},
	{
		ID: "pop3/lang-capability", RFC: 6856, Section: "3.1", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "A server that announces LANG serves the LANG command in the AUTHORIZATION and in the TRANSACTION state.",
		Digests: []string{"a0e8bb4e7a7b", "8b5f979bc9b3"},
	},
	{
		ID: "pop3/lang-both-states", RFC: 6856, Section: "3.1", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "LANG is announced in both states alike and without arguments.",
		Digests: []string{"55e6568e77a4", "b125a13d4a1f"},
	},
	{
		ID: "pop3/lang-ascii-without", RFC: 6856, Section: "3.2", Level: Must, Party: Server, Prose: true,
		Rule:    "Without LANG the text of responses is in ASCII.",
		Digests: []string{"9f718d9b109f"},
	},
	{
		ID: "pop3/lang-localizes", RFC: 6856, Section: "3.2", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "After a successful LANG with a language range the text of all responses, its own included, is in a language that matches the range.",
		Digests: []string{"23d40d9bf512"},
	},
	{
		ID: "pop3/lang-ok-form", RFC: 6856, Section: "3.2", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    `The positive response to LANG with an argument is "+OK", one space, the tag of the language selected, one space and text.`,
		Digests: []string{"a4a376116eb9", "03099a1ee40a"},
	},
	{
		ID: "pop3/lang-text-utf8", RFC: 6856, Section: "3.2", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "From then on the text of responses is in UTF-8.",
		Digests: []string{"aeea54293db1"},
	},
	{
		ID: "pop3/lang-text-utf8-client", RFC: 6856, Section: "3.2", Level: Must, Party: Client, Extension: "LANG", Prose: true,
		Rule:    "After a successful LANG the client takes response text as UTF-8.",
		Digests: []string{"aeea54293db1"},
	},
	{
		ID: "pop3/lang-err", RFC: 6856, Section: "3.2", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    `LANG that fails gets "-ERR", and the language in use before stays in use.`,
		Digests: []string{"b220e37c8a1c"},
	},
	{
		ID: "pop3/lang-default", RFC: 6856, Section: "3.2", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    `LANG with "*" selects the language that the administrator prefers.`,
		Digests: []string{"8eb2853928a8"},
	},
	{
		ID: "pop3/lang-default-by-user", RFC: 6856, Section: "3.2", Level: May, Party: Server, Extension: "LANG",
		Rule:    "The preferred language may depend on the user.",
		Digests: []string{"c9ce5523a310"},
	},
	{
		ID: "pop3/lang-list", RFC: 6856, Section: "3.2", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "The positive response to LANG without an argument is multi-line, with one language listing for each language that the server supports.",
		Digests: []string{"54c8fc405e2f", "d2fa474fd937"},
	},
	{
		ID: "pop3/lang-list-form", RFC: 6856, Section: "3.2", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "A language listing is a language tag, optionally followed by one space and a description of the language in that language, in UTF-8.",
		Digests: []string{"c9d621356356", "b80f00efd8af"},
	},
	{
		ID: "pop3/lang-list-order", RFC: 6856, Section: "3.2", Level: May, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "The order of the listings is free.",
		Digests: []string{"2e1baa7a4a60"},
	},
	{
		ID: "pop3/lang-unsupported-err", RFC: 6856, Section: "3.3", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    `LANG with a language that the server does not have gets "-ERR".`,
		Digests: []string{"61d3feb5d8bc", "378ed371ddc0"},
	},
	{
		ID: "pop3/lang-list-err-permitted", RFC: 6856, Section: "3.3", Level: May, Party: Server, Extension: "LANG", Prose: true,
		Rule:    `LANG without an argument may get "-ERR".`,
		Digests: []string{"f5430958d076"},
	},
	{
		ID: "pop3/lang-starts-with-response", RFC: 6856, Section: "3.3", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    "The response to LANG itself is already in the language selected.",
		Digests: []string{"71b8cd79036f"},
	},
	{
		ID: "pop3/lang-err-keeps-language", RFC: 6856, Section: "3.3", Level: Must, Party: Server, Extension: "LANG", Prose: true,
		Rule:    `After "-ERR" to LANG with a primary language the current language stays in effect.`,
		Digests: []string{"4dd5d41ff748"},
	},
	{
		ID: "pop3/maildrop-native-utf8", RFC: 6856, Section: "4", Level: Must, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "A server whose maildrops hold characters outside ASCII complies with RFC 1939 and RFC 5322 when not in UTF-8 mode.",
		Digests: []string{"818adb2502ac"},
	},
	{
		ID: "pop3/maildrop-download-rejected", RFC: 6856, Section: "4", Level: May, Party: Server, Extension: "UTF8",
		Rule:    `Without UTF-8 mode, a request for a message that requires it may be refused with "-ERR", or answered with a surrogate.`,
		Digests: []string{"7ecf68f32304"},
	},
	{
		ID: "pop3/utf8-code", RFC: 6856, Section: "5", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    `The code UTF8 comes with "-ERR" only, to LIST, TOP or RETR, and only when the message requires UTF-8 mode and the session is not in it.`,
		Digests: []string{"895dfcbd1e0f", "44528132117f", "8d006d092f22"},
	},
	{
		ID: "pop3/utf8-code-reissue", RFC: 6856, Section: "5", Level: May, Party: Client, Extension: "RESP-CODES",
		Rule:    "After the code UTF8 the client may enter UTF-8 mode (in a new session) and issue the command again.",
		Digests: []string{"edcbbae3dfdc"},
	},
	{
		ID: "pop3/lang-probing", RFC: 6856, Section: "7", Level: Should, Party: Server, Extension: "LANG", Prose: true,
		Rule:    `There is a configuration in which "LANG *" does not depend on the user before the credentials were validated: the language in use does not change in response to USER, PASS or APOP that fail.`,
		Digests: []string{"6fda4306dad1", "2641fe0a7fc9"},
	},
	{
		ID: "pop3/lang-protected", RFC: 6856, Section: "7", Level: May, Party: Client, Extension: "LANG", Prose: true,
		Rule:    "The client may protect LANG against tampering, for example by STLS before it.",
		Digests: []string{"55330e9d57bc", "2482257f145a"},
	},
	{
		ID: "pop3/utf8-code-with-care", RFC: 6856, Section: "7", Level: Should, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "Authentication code is changed for strings outside ASCII with care.",
		Digests: []string{"264a076b6e9b"},
		OffWire: "how code is written does not show on the wire",
	},
	{
		ID: "pop3/utf8-user-optional", RFC: 6856, Section: "Appendix A", Level: May, Party: Server, Extension: "UTF8", Prose: true,
		Rule:    "Support for credentials outside ASCII (USER with UTF8) is optional.",
		Digests: []string{"9bae5faadd56"},
	},
}
