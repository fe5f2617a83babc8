package register

// nntpRFC4643 are the requirements of RFC 4643, NNTP Extension for Authentication.
var nntpRFC4643 = []Entry{
	{
		ID: "nntp/authinfo-one-command", RFC: 4643, Section: "2.1", Level: Must, Party: Server, Extension: "AUTHINFO",
		Rule:    "A server that lists AUTHINFO implements AUTHINFO USER or AUTHINFO SASL.",
		Digests: []string{"b92a587576fa"},
	},
	{
		ID: "nntp/authinfo-not-listed-later", RFC: 4643, Section: "2.1", Level: MustNot, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO is not listed after a successful authentication.",
		Digests: []string{"70de298a5aab"},
	},
	{
		ID: "nntp/authinfo-listed-any-mode", RFC: 4643, Section: "2.1", Level: May, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO may be listed before MODE READER and after it.",
		Digests: []string{"355ac53855b1"},
	},
	{
		ID: "nntp/authinfo-user-not-listed", RFC: 4643, Section: "2.1", Level: MustNot, Party: Server, Extension: "AUTHINFO",
		Rule:    "The argument USER is not listed without TLS, unless older clients need it.",
		Digests: []string{"2ff139e95e88"},
	},
	{
		ID: "nntp/authinfo-user-not-provided", RFC: 4643, Section: "2.1", Level: ShouldNot, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO USER and PASS are not provided without TLS, unless older clients need them.",
		Digests: []string{"2ff139e95e88"},
	},
	{
		ID: "nntp/authinfo-sasl-listed", RFC: 4643, Section: "2.1", Level: Must, Party: Server, Extension: "AUTHINFO",
		Rule:    "With the argument SASL of AUTHINFO the capability SASL is listed too.",
		Digests: []string{"6ef99b2964c9"},
	},
	{
		ID: "nntp/authinfo-no-arguments", RFC: 4643, Section: "2.1", Level: May, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO may be listed without arguments: no authentication is permitted in this state.",
		Digests: []string{"9ef92c8ca0e6"},
	},
	{
		ID: "nntp/authinfo-no-arguments-client", RFC: 4643, Section: "2.1", Level: MustNot, Party: Client,
		Rule:    "Where AUTHINFO has no arguments, a client sends no AUTHINFO.",
		Digests: []string{"42e4a4358223"},
	},
	{
		ID: "nntp/authinfo-unknown-arguments", RFC: 4643, Section: "2.1", Level: Must, Party: Client,
		Rule:    "A client ignores arguments of AUTHINFO that it does not know.",
		Digests: []string{"83ed73473669"},
	},
	{
		ID: "nntp/authinfo-not-cached", RFC: 4643, Section: "2.1", Level: MustNot, Party: Client,
		Rule:    "A client does not rely on what an earlier session listed of AUTHINFO.",
		Digests: []string{"48392f5a84b2"},
	},
	{
		ID: "nntp/authinfo-cache-compared", RFC: 4643, Section: "2.1", Level: May, Party: Client,
		Rule:    "A client may compare it, to detect an attack.",
		Digests: []string{"ed8bcfc849f1"},
		OffWire: "what a client compares is not seen",
	},
	{
		ID: "nntp/authinfo-480", RFC: 4643, Section: "2.2", Level: Must, Party: Server, Extension: "AUTHINFO",
		Rule:    "A command that needs authentication gets 480.",
		Digests: []string{"41b2c23c4213"},
	},
	{
		ID: "nntp/authinfo-after-480", RFC: 4643, Section: "2.2", Level: May, Party: Client,
		Rule:    "A client may send AUTHINFO after a 480.",
		Digests: []string{"115e6e9811e2"},
	},
	{
		ID: "nntp/authinfo-capabilities-first", RFC: 4643, Section: "2.2", Level: Should, Party: Client,
		Rule:    "A client asks for the capabilities before it authenticates.",
		Digests: []string{"cbad1130e8a1"},
	},
	{
		ID: "nntp/authinfo-any-time", RFC: 4643, Section: "2.2", Level: May, Party: Client,
		Rule:    "A client may authenticate at any time where AUTHINFO is listed.",
		Digests: []string{"c68a13435b22"},
	},
	{
		ID: "nntp/authinfo-unsolicited", RFC: 4643, Section: "2.2", Level: Should, Party: Server, Extension: "AUTHINFO",
		Rule:    "A server takes AUTHINFO though it gave no 480.",
		Digests: []string{"c7887f875ae5"},
	},
	{
		ID: "nntp/authinfo-never-480", RFC: 4643, Section: "2.2", Level: MustNot, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO is never answered with 480.",
		Digests: []string{"a408a72dffae"},
	},
	{
		ID: "nntp/authinfo-welcomed", RFC: 4643, Section: "2.2", Level: MustNot, Party: Client,
		Rule:    "A client does not go beyond the first step of an authentication that the server does not welcome.",
		Digests: []string{"891843529489"},
	},
	{
		ID: "nntp/authinfo-only-38x", RFC: 4643, Section: "2.2", Level: MustNot, Party: Client,
		Rule:    "A client goes on after a 38x only.",
		Digests: []string{"9a31e3992c35"},
	},
	{
		ID: "nntp/authinfo-once", RFC: 4643, Section: "2.2", Level: MustNot, Party: Client,
		Rule:    "After a success a client sends no AUTHINFO in the session.",
		Digests: []string{"f555143df731"},
	},
	{
		ID: "nntp/authinfo-success-not-listed", RFC: 4643, Section: "2.2", Level: MustNot, Party: Server, Extension: "AUTHINFO",
		Rule:    "After a success AUTHINFO is not listed.",
		Digests: []string{"709ed3d80132"},
	},
	{
		ID: "nntp/authinfo-success-502", RFC: 4643, Section: "2.2", Level: Must, Party: Server, Extension: "AUTHINFO",
		Rule:    "After a success AUTHINFO gets 502.",
		Digests: []string{"709ed3d80132"},
	},
	{
		ID: "nntp/authinfo-no-mode-reader", RFC: 4643, Section: "2.2", Level: MustNot, Party: Both, Extension: "AUTHINFO",
		Rule:    "After a success a client sends no MODE READER, and a server lists no MODE-READER.",
		Digests: []string{"1de3a30e1adc"},
	},
	{
		ID: "nntp/authinfo-sasl-kept", RFC: 4643, Section: "2.2", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "After a success SASL is listed with the same mechanisms.",
		Digests: []string{"91e1035c38f3"},
	},
	{
		ID: "nntp/authinfo-capabilities-differ", RFC: 4643, Section: "2.2", Level: May, Party: Server, Extension: "AUTHINFO",
		Rule:    "After a success other capabilities may differ.",
		Digests: []string{"e832008f53bf"},
	},
	{
		ID: "nntp/authinfo-user-not-pipelined", RFC: 4643, Section: "2.3.1", Level: MustNot, Party: Client,
		Rule:    "AUTHINFO USER and AUTHINFO PASS are not pipelined.",
		Digests: []string{"da08452599b8"},
	},
	{
		ID: "nntp/authinfo-user-never-480", RFC: 4643, Section: "2.3.1", Level: MustNot, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO USER and PASS do not get 480.",
		Digests: []string{"e0538608e69f"},
	},
	{
		ID: "nntp/authinfo-name-only-281", RFC: 4643, Section: "2.3.2", Level: MustNot, Party: Server, Extension: "AUTHINFO",
		Rule:    "A server that wants a name only does not answer AUTHINFO USER with 381.",
		Digests: []string{"af5c5d5eb165"},
		OffWire: "no server at hand wants a name alone, and a client cannot tell one that does",
	},
	{
		ID: "nntp/authinfo-name-only-482", RFC: 4643, Section: "2.3.2", Level: Must, Party: Server, Extension: "AUTHINFO",
		Rule:    "A server that wants a name only answers AUTHINFO PASS with 482.",
		Digests: []string{"af5c5d5eb165"},
		OffWire: "no server at hand wants a name alone, and a client cannot tell one that does",
	},
	{
		ID: "nntp/authinfo-user-first", RFC: 4643, Section: "2.3.2", Level: Must, Party: Client,
		Rule:    "The name is sent before the password.",
		Digests: []string{"1c8e40c2ab2b"},
	},
	{
		ID: "nntp/authinfo-pass-next", RFC: 4643, Section: "2.3.2", Level: May, Party: Server, Extension: "AUTHINFO",
		Rule:    "A server may want the password in the very next command.",
		Digests: []string{"43d968ffff1e"},
	},
	{
		ID: "nntp/authinfo-381", RFC: 4643, Section: "2.3.2", Level: Must, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO USER gets 381 where a password is wanted.",
		Digests: []string{"82e63d8e1b28"},
	},
	{
		ID: "nntp/authinfo-pass-482", RFC: 4643, Section: "2.3.2", Level: Must, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO PASS without a name gets 482.",
		Digests: []string{"e4ed111fbbb7"},
	},
	{
		ID: "nntp/authinfo-last-user", RFC: 4643, Section: "2.3.2", Level: Must, Party: Server, Extension: "AUTHINFO",
		Rule:    "The name of the last AUTHINFO USER counts.",
		Digests: []string{"69fc8fc52e92"},
	},
	{
		ID: "nntp/authinfo-pass-no-381", RFC: 4643, Section: "2.3.2", Level: MustNot, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO PASS does not get 381.",
		Digests: []string{"243744576acf"},
	},
	{
		ID: "nntp/authinfo-password-by-name", RFC: 4643, Section: "2.3.2", Level: May, Party: Server, Extension: "AUTHINFO",
		Rule:    "Whether a password is wanted may depend on the name.",
		Digests: []string{"301037425ad9"},
	},
	{
		ID: "nntp/authinfo-481", RFC: 4643, Section: "2.3.2", Level: Must, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO USER or PASS that fails gets 481.",
		Digests: []string{"a25d674ce48e"},
	},
	{
		ID: "nntp/authinfo-proceeds", RFC: 4643, Section: "2.3.2", Level: May, Party: Client,
		Rule:    "A client may go on without authentication after a failure.",
		Digests: []string{"72b406dbc10a"},
	},
	{
		ID: "nntp/authinfo-tries-again", RFC: 4643, Section: "2.3.2", Level: May, Party: Client,
		Rule:    "A client may try other credentials or another mechanism.",
		Digests: []string{"9e6bfb9188b5"},
	},
	{
		ID: "nntp/authinfo-user-with-tls", RFC: 4643, Section: "2.3.2", Level: MustNot, Party: Both, Extension: "AUTHINFO",
		Rule:    "AUTHINFO USER and PASS are not implemented without TLS.",
		Digests: []string{"4d5edbed3f4c"},
	},
	{
		ID: "nntp/authinfo-user-disabled", RFC: 4643, Section: "2.3.2", Level: Should, Party: Both, Extension: "AUTHINFO",
		Rule:    "AUTHINFO USER and PASS can be disabled without TLS, and are by default.",
		Digests: []string{"c998df06f8f3"},
	},
	{
		ID: "nntp/authinfo-white-space", RFC: 4643, Section: "2.3.2", Level: May, Party: Server, Extension: "AUTHINFO",
		Rule:    "Names and passwords may have white space.",
		Digests: []string{"768b95fd398d"},
	},
	{
		ID: "nntp/authinfo-white-space-split", RFC: 4643, Section: "2.3.2", Level: May, Party: Server, Extension: "AUTHINFO",
		Rule:    "A server may split arguments at white space.",
		Digests: []string{"80efe0c80b2b"},
	},
	{
		ID: "nntp/authinfo-white-space-warned", RFC: 4643, Section: "2.3.2", Level: Should, Party: Client,
		Rule:    "A client warns of white space in names and passwords.",
		Digests: []string{"c62d4b3ab356"},
		OffWire: "what a client tells its user is not seen",
	},
	{
		ID: "nntp/authinfo-saslprep", RFC: 4643, Section: "2.3.2", Level: May, Party: Server, Extension: "AUTHINFO",
		Rule:    "A server may prepare names by SASLprep.",
		Digests: []string{"7627278f8bf2"},
	},
	{
		ID: "nntp/authinfo-generic-not-listed", RFC: 4643, Section: "2.4", Level: ShouldNot, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO GENERIC is not listed.",
		Digests: []string{"421f18c239a5"},
	},
	{
		ID: "nntp/authinfo-sasl-not-pipelined", RFC: 4643, Section: "2.4.1", Level: MustNot, Party: Client,
		Rule:    "AUTHINFO SASL is not pipelined.",
		Digests: []string{"cb7505c45e74"},
	},
	{
		ID: "nntp/authinfo-sasl-long", RFC: 4643, Section: "2.4.1", Level: May, Party: Client,
		Rule:    "AUTHINFO SASL may be longer than 512 octets.",
		Digests: []string{"a835b30249bc"},
	},
	{
		ID: "nntp/authinfo-sasl-response-long", RFC: 4643, Section: "2.4.1", Level: May, Party: Server, Extension: "SASL",
		Rule:    "Responses to it may be longer than 512 octets.",
		Digests: []string{"df8eded96700"},
	},
	{
		ID: "nntp/authinfo-sasl-never-480", RFC: 4643, Section: "2.4.1", Level: MustNot, Party: Server, Extension: "SASL",
		Rule:    "AUTHINFO SASL does not get 480.",
		Digests: []string{"1a79af0b51ea"},
	},
	{
		ID: "nntp/authinfo-initial-base64", RFC: 4643, Section: "2.4.1", Level: Must, Party: Client,
		Rule:    "An initial response is Base64.",
		Digests: []string{"031900d3abae"},
	},
	{
		ID: "nntp/authinfo-challenge-base64", RFC: 4643, Section: "2.4.1", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "A challenge is Base64.",
		Digests: []string{"db42435dd001"},
	},
	{
		ID: "nntp/authinfo-argument-long", RFC: 4643, Section: "2.4.1", Level: May, Party: Client,
		Rule:    "The argument of AUTHINFO SASL may be longer than 497 octets.",
		Digests: []string{"8715984708e6"},
	},
	{
		ID: "nntp/authinfo-empty-challenge", RFC: 4643, Section: "2.4.2", Level: Must, Party: Server, Extension: "SASL",
		Rule:    `A challenge without octets is sent as "=".`,
		Digests: []string{"a03e2e87d312"},
	},
	{
		ID: "nntp/authinfo-empty-response", RFC: 4643, Section: "2.4.2", Level: Must, Party: Client,
		Rule:    `A response without octets is sent as "=".`,
		Digests: []string{"a0c25dd7bc30"},
	},
	{
		ID: "nntp/authinfo-cancelled-481", RFC: 4643, Section: "2.4.2", Level: Must, Party: Server, Extension: "SASL",
		Rule:    `An exchange that the client cancels with "*" gets 481.`,
		Digests: []string{"0ded4ddf60fd"},
	},
	{
		ID: "nntp/authinfo-sizes", RFC: 4643, Section: "2.4.2", Level: Must, Party: Both,
		Rule:    "Both sides handle the largest challenges and responses of their mechanisms.",
		Digests: []string{"2d0043202ae3"},
	},
	{
		ID: "nntp/authinfo-initial-omitted", RFC: 4643, Section: "2.4.2", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "Where a mechanism begins with the client and it sent no initial response, the server sends an empty challenge.",
		Digests: []string{"f578d5518e30"},
	},
	{
		ID: "nntp/authinfo-initial-sizes-client", RFC: 4643, Section: "2.4.2", Level: Should, Party: Client,
		Rule:    "A client handles the largest initial responses of its mechanisms.",
		Digests: []string{"9e3b3f9ed62e"},
	},
	{
		ID: "nntp/authinfo-initial-sizes", RFC: 4643, Section: "2.4.2", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "A server handles the largest initial responses of its mechanisms.",
		Digests: []string{"9e3b3f9ed62e"},
	},
	{
		ID: "nntp/authinfo-initial-too-long", RFC: 4643, Section: "2.4.2", Level: May, Party: Client,
		Rule:    "A client may leave out an initial response that would make the command longer than 512 octets.",
		Digests: []string{"6a2a673dc0f8"},
	},
	{
		ID: "nntp/authinfo-initial-empty", RFC: 4643, Section: "2.4.2", Level: Must, Party: Client,
		Rule:    `An initial response without octets is sent as "=".`,
		Digests: []string{"260640e6c7a4"},
	},
	{
		ID: "nntp/authinfo-initial-482", RFC: 4643, Section: "2.4.2", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "An initial response to a mechanism that has none gets 482.",
		Digests: []string{"36f566a81b4f"},
	},
	{
		ID: "nntp/authinfo-base64-504", RFC: 4643, Section: "2.4.2", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "A response that is no Base64 gets 504.",
		Digests: []string{"f58e22a95d9e"},
	},
	{
		ID: "nntp/authinfo-base64-cancelled", RFC: 4643, Section: "2.4.2", Level: Must, Party: Client,
		Rule:    `A client cancels with "*" if a challenge is no Base64.`,
		Digests: []string{"c29a30fbc9ba"},
	},
	{
		ID: "nntp/authinfo-base64-strict", RFC: 4643, Section: "2.4.2", Level: Must, Party: Both,
		Rule:    "Characters outside of Base64, and padding but at the end, are refused.",
		Digests: []string{"ab97372e54d5"},
	},
	{
		ID: "nntp/authinfo-identity-saslprep", RFC: 4643, Section: "2.4.2", Level: Must, Party: Both,
		Rule:    "Authorization identities are prepared by SASLprep.",
		Digests: []string{"4121c57ed9b6"},
	},
	{
		ID: "nntp/authinfo-identity-481", RFC: 4643, Section: "2.4.2", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "An authorization identity whose preparation fails, or leaves nothing, gets 481.",
		Digests: []string{"a016d2b9846e"},
	},
	{
		ID: "nntp/authinfo-sasl-481", RFC: 4643, Section: "2.4.2", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "AUTHINFO SASL that fails gets 481.",
		Digests: []string{"1301294b29db"},
	},
	{
		ID: "nntp/authinfo-sasl-proceeds", RFC: 4643, Section: "2.4.2", Level: May, Party: Client,
		Rule:    "After a failure of AUTHINFO SASL a client may go on without authentication.",
		Digests: []string{"7994fc23549d"},
	},
	{
		ID: "nntp/authinfo-sasl-tries-again", RFC: 4643, Section: "2.4.2", Level: May, Party: Client,
		Rule:    "After a failure of AUTHINFO SASL a client may try another mechanism or other credentials.",
		Digests: []string{"e57ba4d70c4c"},
	},
	{
		ID: "nntp/authinfo-layer-server-discards", RFC: 4643, Section: "2.4.2", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "With a security layer, the server forgets what it had from the client.",
		Digests: []string{"b32b3d75f3e2"},
		OffWire: "no mechanism here has a security layer",
	},
	{
		ID: "nntp/authinfo-layer-client-discards", RFC: 4643, Section: "2.4.2", Level: Should, Party: Client,
		Rule:    "With a security layer, the client discards what it had from the server.",
		Digests: []string{"c248427f2816"},
		OffWire: "no mechanism here has a security layer",
	},
	{
		ID: "nntp/authinfo-layer-client-not-relied", RFC: 4643, Section: "2.4.2", Level: MustNot, Party: Client,
		Rule:    "With a security layer, the client relies on nothing that it had before.",
		Digests: []string{"c248427f2816"},
		OffWire: "no mechanism here has a security layer",
	},
	{
		ID: "nntp/authinfo-mechanisms-compared", RFC: 4643, Section: "2.4.2", Level: May, Party: Client,
		Rule:    "A client may compare the mechanisms before and after.",
		Digests: []string{"3952a1d9e488"},
		OffWire: "what a client compares is not seen",
	},
	{
		ID: "nntp/authinfo-layers-order", RFC: 4643, Section: "2.4.2", Level: Must, Party: Both,
		Rule:    "TLS is applied over a security layer of SASL.",
		Digests: []string{"a55cdbcbd1a0"},
		OffWire: "no mechanism here has a security layer",
	},
	{
		ID: "nntp/authinfo-digest-md5", RFC: 4643, Section: "2.4.2", Level: Must, Party: Both, Extension: "SASL",
		Rule:    "DIGEST-MD5 is implemented.",
		Digests: []string{"e9a65622a255"},
		OffWire: "RFC 6331 made the mechanism historic",
	},
	{
		ID: "nntp/authinfo-plain", RFC: 4643, Section: "2.4.2", Level: Should, Party: Both, Extension: "SASL",
		Rule:    "PLAIN is implemented beside AUTHINFO USER and PASS.",
		Digests: []string{"315e04ebb801"},
	},
	{
		ID: "nntp/authinfo-white-space-parsed", RFC: 4643, Section: "3.1", Level: May, Party: Server, Extension: "AUTHINFO",
		Rule:    "AUTHINFO USER and PASS may be parsed so that white space is part of the argument.",
		Digests: []string{"7ec8837ea319"},
	},
	{
		ID: "nntp/authinfo-audit", RFC: 4643, Section: "5", Level: Should, Party: Server, Extension: "POST",
		Rule:    "The identity is kept with the articles that it posts.",
		Digests: []string{"5aab468dc115"},
		OffWire: "a server's audit trail is not seen",
	},
	{
		ID: "nntp/authinfo-audit-disabled", RFC: 4643, Section: "5", Level: May, Party: Server, Extension: "POST",
		Rule:    "That can be disabled.",
		Digests: []string{"1c118d2713ac"},
		OffWire: "a server's audit trail is not seen",
	},
	{
		ID: "nntp/authinfo-layer-discards-sensitive", RFC: 4643, Section: "6", Level: Must, Party: Both,
		Rule:    "With a security layer, what was sensitive and known before is discarded.",
		Digests: []string{"b11147975f83"},
		OffWire: "no mechanism here has a security layer",
	},
	{
		ID: "nntp/authinfo-layer-capabilities", RFC: 4643, Section: "6", Level: Should, Party: Client,
		Rule:    "With a security layer, the capabilities are asked for again.",
		Digests: []string{"2828b437b947"},
		OffWire: "no mechanism here has a security layer",
	},
	{
		ID: "nntp/authinfo-dropped", RFC: 4643, Section: "6", Level: May, Party: Server, Extension: "AUTHINFO",
		Rule:    "A server may drop the connection after some failures.",
		Digests: []string{"a2df14fccb8e"},
	},
	{
		ID: "nntp/authinfo-not-dropped-early", RFC: 4643, Section: "6", Level: ShouldNot, Party: Server, Extension: "AUTHINFO",
		Rule:    "It does not before three failures.",
		Digests: []string{"971e98b832eb"},
	},
	{
		ID: "nntp/authinfo-eavesdropping", RFC: 4643, Section: "6", Level: Must, Party: Both,
		Rule:    "Mechanisms that can be overheard can be kept from being used without TLS.",
		Digests: []string{"6aa19be06c20"},
	},
	{
		ID: "nntp/authinfo-eavesdropping-default", RFC: 4643, Section: "6", Level: Should, Party: Both,
		Rule:    "They are kept from it by default.",
		Digests: []string{"6aa19be06c20"},
	},
	{
		ID: "nntp/authinfo-weak-forbidden", RFC: 4643, Section: "6", Level: Should, Party: Both,
		Rule:    "Weak mechanisms can be forbidden.",
		Digests: []string{"0f7fd0b4dc31"},
	},
	{
		ID: "nntp/mode-reader-not-listed-authenticated", RFC: 4643, Section: "7.2", Level: MustNot, Party: Server, Extension: "AUTHINFO",
		Rule:    "MODE-READER is not listed after authentication.",
		Digests: []string{"7c26b935dfc1"},
	},
	{
		ID: "nntp/mode-reader-not-sent-authenticated", RFC: 4643, Section: "7.2", Level: MustNot, Party: Client,
		Rule:    "MODE READER is not sent in a session after authentication.",
		Digests: []string{"361a2a66b830"},
	},
}
