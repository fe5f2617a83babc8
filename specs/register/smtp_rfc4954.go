package register

// smtpRFC4954 are the requirements of RFC 4954, SMTP Service Extension for Authentication.
var smtpRFC4954 = []Entry{
	{
		ID: "smtp/auth-keyword", RFC: 4954, Section: "3", Level: Must, Party: Server, Extension: "AUTH", Prose: true,
		Rule:    "The keyword is AUTH, with the names of the mechanisms.",
		Digests: []string{"58a62db75efd", "fbd523c58627"},
	},
	{
		ID: "smtp/auth-mechanisms-differ", RFC: 4954, Section: "3", Level: May, Party: Server, Extension: "AUTH STARTTLS",
		Rule:    "The list of mechanisms may be another one after STARTTLS.",
		Digests: []string{"ab96f51a253e"},
	},
	{
		ID: "smtp/auth-mail-500", RFC: 4954, Section: "3", Level: Must, Party: Server, Extension: "AUTH", Prose: true,
		Rule:    "MAIL may be 500 characters longer.",
		Digests: []string{"aa9e775345f1"},
	},
	{
		ID: "smtp/auth-initial-base64", RFC: 4954, Section: "4", Level: Must, Party: Client, Extension: "AUTH",
		Rule:    "An initial response is Base64, or a lone equals sign.",
		Digests: []string{"4e295e387cea"},
	},
	{
		ID: "smtp/auth-not-twice", RFC: 4954, Section: "4", Level: MustNot, Party: Client, Extension: "AUTH", Prose: true,
		Rule:    "A client sends no AUTH after a successful one.",
		Digests: []string{"34838a21c7a0"},
	},
	{
		ID: "smtp/auth-twice-503", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "AUTH after a successful one gets 503.",
		Digests: []string{"7afd04f9746c"},
	},
	{
		ID: "smtp/auth-not-in-transaction", RFC: 4954, Section: "4", Level: MustNot, Party: Client, Extension: "AUTH", Prose: true,
		Rule:    "A client sends no AUTH in a transaction.",
		Digests: []string{"b555e766d044"},
	},
	{
		ID: "smtp/auth-in-transaction-503", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "AUTH in a transaction gets 503.",
		Digests: []string{"82010e141dd4"},
	},
	{
		ID: "smtp/auth-unknown-504", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH", Prose: true,
		Rule:    "A mechanism that is not supported gets 504.",
		Digests: []string{"c97c9886ac89"},
	},
	{
		ID: "smtp/auth-unknown-status", RFC: 4954, Section: "4", Level: Should, Party: Server, Extension: "AUTH ENHANCEDSTATUSCODES",
		Rule:    "The enhanced code for a mechanism that is not supported is 5.5.4.",
		Digests: []string{"546e463671c0"},
	},
	{
		ID: "smtp/auth-challenge-334", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH", Prose: true,
		Rule:    "A challenge is 334 with Base64 as its text.",
		Digests: []string{"a57c972ada39"},
	},
	{
		ID: "smtp/auth-challenge-alone", RFC: 4954, Section: "4", Level: MustNot, Party: Server, Extension: "AUTH",
		Rule:    "A challenge has nothing but Base64 behind its code.",
		Digests: []string{"62ea6273e919"},
	},
	{
		ID: "smtp/auth-response-base64", RFC: 4954, Section: "4", Level: Must, Party: Client, Extension: "AUTH", Prose: true,
		Rule:    "A response is a line of Base64.",
		Digests: []string{"269c0b11f510"},
	},
	{
		ID: "smtp/auth-cancelled-501", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "A lone asterisk in the place of a response gets 501.",
		Digests: []string{"dae1fd755c02"},
	},
	{
		ID: "smtp/auth-initial-omitted", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "If the mechanism needs an initial response and there is none, the server asks for it by an empty challenge.",
		Digests: []string{"0dc73b4d10fd"},
	},
	{
		ID: "smtp/auth-empty-challenge", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH", Prose: true,
		Rule:    "An empty challenge is 334 and a space.",
		Digests: []string{"b823782ccaaa", "a9b2be36ee4a"},
	},
	{
		ID: "smtp/auth-initial-too-long", RFC: 4954, Section: "4", Level: MustNot, Party: Client, Extension: "AUTH",
		Rule:    "An initial response that made the command too long is not sent with it.",
		Digests: []string{"a704f7c8c117"},
	},
	{
		ID: "smtp/auth-initial-empty", RFC: 4954, Section: "4", Level: Must, Party: Client, Extension: "AUTH",
		Rule:    "An initial response without data is sent as an equals sign.",
		Digests: []string{"260640e6c7a4"},
	},
	{
		ID: "smtp/auth-initial-unwanted-501", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "An initial response to a mechanism in which the server begins gets 501.",
		Digests: []string{"eb64f5b76f9a"},
	},
	{
		ID: "smtp/auth-initial-unwanted-status", RFC: 4954, Section: "4", Level: Should, Party: Server, Extension: "AUTH ENHANCEDSTATUSCODES",
		Rule:    "The enhanced code for an initial response that the mechanism does not have is 5.7.0.",
		Digests: []string{"cd87df8bfcb2"},
	},
	{
		ID: "smtp/auth-base64-501", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "A response that is not Base64 gets 501 (and the enhanced code 5.5.2).",
		Digests: []string{"1add611910d4"},
	},
	{
		ID: "smtp/auth-base64-cancelled", RFC: 4954, Section: "4", Level: Must, Party: Client, Extension: "AUTH",
		Rule:    "A client that cannot decode a challenge cancels by an asterisk.",
		Digests: []string{"c29a30fbc9ba"},
	},
	{
		ID: "smtp/auth-base64-strict", RFC: 4954, Section: "4", Level: Must, Party: Both, Extension: "AUTH",
		Rule:    "Characters outside of the alphabet, and the pad character anywhere but at the end, are rejected.",
		Digests: []string{"71c910754399"},
	},
	{
		ID: "smtp/auth-sizes", RFC: 4954, Section: "4", Level: Must, Party: Both, Extension: "AUTH",
		Rule:    "Challenges and responses of the largest size that a mechanism makes are handled.",
		Digests: []string{"2d0043202ae3", "d877d787048f"},
	},
	{
		ID: "smtp/auth-too-long-500", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH", Prose: true,
		Rule:    "A response that is too long gets 500.",
		Digests: []string{"8bb203a6d3f3"},
	},
	{
		ID: "smtp/auth-too-long-status", RFC: 4954, Section: "4", Level: Should, Party: Server, Extension: "AUTH ENHANCEDSTATUSCODES",
		Rule:    "The enhanced code is 5.5.6 for a response that is too long.",
		Digests: []string{"140f2775417a"},
	},
	{
		ID: "smtp/auth-identity-saslprep", RFC: 4954, Section: "4", Level: Should, Party: Both, Extension: "AUTH",
		Rule:    "Authorization identities of AUTH are prepared by SASLprep.",
		Digests: []string{"27a3cc8ed2d1"},
	},
	{
		ID: "smtp/auth-identity-fails", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "An identity that cannot be prepared, or is empty then, fails.",
		Digests: []string{"69f7bb5025cf"},
	},
	{
		ID: "smtp/auth-535", RFC: 4954, Section: "4", Level: Should, Party: Server, Extension: "AUTH",
		Rule:    "A client that cannot be authenticated gets 535, unless another code fits better.",
		Digests: []string{"b66081e6f209"},
	},
	{
		ID: "smtp/auth-235", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH", Prose: true,
		Rule:    "AUTH that succeeds gets 235.",
		Digests: []string{"19e6a88c9697"},
	},
	{
		ID: "smtp/auth-layer-server-forgets", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "After a security layer was negotiated, a server discards what it learnt before.",
		Digests: []string{"c542b7873da7"},
		OffWire: offSMTPLayer,
	},
	{
		ID: "smtp/auth-layer-client-forgets", RFC: 4954, Section: "4", Level: Must, Party: Client, Extension: "AUTH",
		Rule:    "After a security layer was negotiated, a client discards what it learnt before.",
		Digests: []string{"39eaf88655f4"},
		OffWire: offSMTPLayer,
	},
	{
		ID: "smtp/auth-mechanisms-compared", RFC: 4954, Section: "4", Level: May, Party: Client, Extension: "AUTH",
		Rule:    "A client may compare the mechanisms that were listed before and after a security layer.",
		Digests: []string{"ab38e68cce97"},
		OffWire: offSMTPLayer,
	},
	{
		ID: "smtp/auth-layer-ehlo", RFC: 4954, Section: "4", Level: Should, Party: Client, Extension: "AUTH",
		Rule:    "After a security layer was negotiated, EHLO is the first command.",
		Digests: []string{"2b997fff7f28"},
		OffWire: offSMTPLayer,
	},
	{
		ID: "smtp/auth-layer-order", RFC: 4954, Section: "4", Level: Must, Party: Both, Extension: "AUTH",
		Rule:    "TLS is applied after the encoding of a security layer.",
		Digests: []string{"d05d301c52cb"},
		OffWire: offSMTPLayer,
	},
	{
		ID: "smtp/auth-failed-goes-on", RFC: 4954, Section: "4", Level: May, Party: Client, Extension: "AUTH",
		Rule:    "After a failure a client may go on without authentication.",
		Digests: []string{"16e9890b71ef"},
	},
	{
		ID: "smtp/auth-failed-another", RFC: 4954, Section: "4", Level: May, Party: Client, Extension: "AUTH",
		Rule:    "After a failure a client may try another mechanism or other credentials.",
		Digests: []string{"5bd2858dfcb1"},
	},
	{
		ID: "smtp/auth-plaintext-protected", RFC: 4954, Section: "4", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "A server can be set up so that no mechanism with a plaintext password is permitted without TLS.",
		Digests: []string{"57b8995d9fea"},
	},
	{
		ID: "smtp/auth-plaintext-sites", RFC: 4954, Section: "4", Level: ShouldNot, Party: Server, Extension: "AUTH",
		Rule:    "A site permits no mechanism with a plaintext password without protection.",
		Digests: []string{"14b9ebc95527"},
	},
	{
		ID: "smtp/auth-plain", RFC: 4954, Section: "4", Level: Must, Party: Both, Extension: "AUTH",
		Rule:    "PLAIN within TLS is implemented.",
		Digests: []string{"bb210759dc3a"},
	},
	{
		ID: "smtp/auth-cram-md5", RFC: 4954, Section: "4", Level: May, Party: Both, Extension: "AUTH",
		Rule:    "CRAM-MD5 may be implemented.",
		Digests: []string{"3436ee86a811"},
	},
	{
		ID: "smtp/auth-last-in-group", RFC: 4954, Section: "4", Level: Must, Party: Client, Extension: "AUTH PIPELINING",
		Rule:    "AUTH is the last command of a group, unless its initial response is all that the mechanism needs.",
		Digests: []string{"b61c5b4eafb9", "134472b740e9"},
	},
	{
		ID: "smtp/auth-parameter-relayed", RFC: 4954, Section: "5", Level: Should, Party: Server, Extension: "AUTH",
		Rule:    "The mailbox of a trusted AUTH parameter goes with the message to the next server.",
		Digests: []string{"289bd26f7652"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/auth-parameter-accepted", RFC: 4954, Section: "5", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "MAIL with AUTH is accepted from a client that has not authenticated.",
		Digests: []string{"664a01f080d5"},
	},
	{
		ID: "smtp/auth-parameter-not-inferred", RFC: 4954, Section: "5", Level: MustNot, Party: Server, Extension: "AUTH",
		Rule:    "A message with AUTH=<> is not taken for one of the authenticated identity.",
		Digests: []string{"1133ed5f7863"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/auth-parameter-generated", RFC: 4954, Section: "5", Level: May, Party: Server, Extension: "AUTH",
		Rule:    "Without the parameter, a server may make it of the authenticated identity.",
		Digests: []string{"4359263de2bb"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/auth-parameter-valid", RFC: 4954, Section: "5", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "The mailbox that it makes is valid.",
		Digests: []string{"c59d51fb3af6"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/auth-parameter-none", RFC: 4954, Section: "5", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "A server that can make no mailbox for the parameter sends AUTH=<>.",
		Digests: []string{"374b12235523"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/auth-parameter-untrusted", RFC: 4954, Section: "5", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "If the client is not trusted, the parameter counts as AUTH=<>.",
		Digests: []string{"5b8411463914"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/auth-parameter-logged", RFC: 4954, Section: "5", Level: May, Party: Server, Extension: "AUTH",
		Rule:    "The parameter may be logged.",
		Digests: []string{"aeb408e930c1"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/auth-parameter-empty-relayed", RFC: 4954, Section: "5", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "AUTH=<> is passed on as such.",
		Digests: []string{"95ff7be68189"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/auth-parameter-list", RFC: 4954, Section: "5", Level: May, Party: Server, Extension: "AUTH",
		Rule:    "For a list the parameter may be its address.",
		Digests: []string{"f219119b5529"},
		OffWire: offSMTPLists,
	},
	{
		ID: "smtp/auth-parameter-xtext", RFC: 4954, Section: "5", Level: Must, Party: Client, Extension: "AUTH", Prose: true,
		Rule:    "The mailbox of the parameter is encoded as xtext.",
		Digests: []string{"bbd7fb033874"},
	},
	{
		ID: "smtp/auth-enhanced-codes", RFC: 4954, Section: "6", Level: Should, Party: Server, Extension: "AUTH ENHANCEDSTATUSCODES",
		Rule:    "The enhanced codes are those of this section.",
		Digests: []string{"281451ed740d"},
	},
	{
		ID: "smtp/auth-432-transition", RFC: 4954, Section: "6", Level: Should, Party: Server, Extension: "AUTH",
		Rule:    "After 432 and one authentication by PLAIN, the mechanism works.",
		Digests: []string{"a0e8a1165d58"},
		OffWire: "no mechanism here needs a transition",
	},
	{
		ID: "smtp/auth-454-no-prompt", RFC: 4954, Section: "6", Level: ShouldNot, Party: Client, Extension: "AUTH",
		Rule:    "After 454 the user is not asked for another password.",
		Digests: []string{"0ccfcbb0fe58"},
		OffWire: "what a user is asked for is not seen",
	},
	{
		ID: "smtp/auth-534-another", RFC: 4954, Section: "6", Level: Should, Party: Client, Extension: "AUTH",
		Rule:    "After 534 a client tries another mechanism.",
		Digests: []string{"4f2e350cb50d"},
	},
	{
		ID: "smtp/auth-535-prompt", RFC: 4954, Section: "6", Level: Should, Party: Client, Extension: "AUTH",
		Rule:    "After 535 the user is asked for other credentials.",
		Digests: []string{"de77a25943b1"},
		OffWire: "what a user is asked for is not seen",
	},
	{
		ID: "smtp/auth-required-530", RFC: 4954, Section: "6", Level: Should, Party: Server, Extension: "AUTH",
		Rule:    "Where authentication is required and not in force, commands but AUTH, EHLO, HELO, NOOP, RSET and QUIT get 530.",
		Digests: []string{"9a212b0d0b8c"},
	},
	{
		ID: "smtp/auth-weak-not-listed", RFC: 4954, Section: "6", Level: ShouldNot, Party: Server, Extension: "AUTH",
		Rule:    "A mechanism that is not permitted without encryption is not listed without it.",
		Digests: []string{"8925ada6a440"},
	},
	{
		ID: "smtp/auth-too-long-x56", RFC: 4954, Section: "6", Level: Should, Party: Server, Extension: "AUTH ENHANCEDSTATUSCODES",
		Rule:    "X.5.6 says that a response was longer than the buffer.",
		Digests: []string{"543e792634dc"},
	},
	{
		ID: "smtp/auth-received", RFC: 4954, Section: "7", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "A Received field is put before a message of an authenticated session, too.",
		Digests: []string{"f2ace2f7152f"},
	},
	{
		ID: "smtp/auth-received-with", RFC: 4954, Section: "7", Level: Should, Party: Server, Extension: "AUTH",
		Rule:    "The With clause of that field says ESMTPA, or ESMTPSA within TLS.",
		Digests: []string{"7f2b68080e62"},
	},
	{
		ID: "smtp/auth-any-case", RFC: 4954, Section: "8", Level: Must, Party: Both, Extension: "AUTH",
		Rule:    "Verb, keyword and names of mechanisms are recognised in any case.",
		Digests: []string{"754b0438f2e6"},
	},
	{
		ID: "smtp/auth-parameter-form", RFC: 4954, Section: "8", Level: Must, Party: Client, Extension: "AUTH",
		Rule:    "The xtext of the parameter stands for a mailbox or for <>.",
		Digests: []string{"2fab83a8d0d6"},
	},
	{
		ID: "smtp/auth-layer-discards", RFC: 4954, Section: "9", Level: Must, Party: Both, Extension: "AUTH",
		Rule:    "What was known before is discarded when a security layer begins.",
		Digests: []string{"1c2b0e6f06b0"},
		OffWire: offSMTPLayer,
	},
	{
		ID: "smtp/auth-drops", RFC: 4954, Section: "9", Level: May, Party: Server, Extension: "AUTH",
		Rule:    "A server may drop the connection after several failures of AUTH.",
		Digests: []string{"a2df14fccb8e"},
	},
	{
		ID: "smtp/auth-drops-not-early", RFC: 4954, Section: "9", Level: ShouldNot, Party: Server, Extension: "AUTH",
		Rule:    "A server does not drop the connection before AUTH failed three times.",
		Digests: []string{"183e7dbb194a"},
	},
	{
		ID: "smtp/auth-eavesdropping", RFC: 4954, Section: "9", Level: Must, Party: Both, Extension: "AUTH",
		Rule:    "Mechanisms of AUTH that can be overheard can be kept from being used without TLS.",
		Digests: []string{"5c0fac3233d1"},
	},
	{
		ID: "smtp/auth-plain-certificate", RFC: 4954, Section: "14", Level: MustNot, Party: Client, Extension: "AUTH STARTTLS",
		Rule:    "Without a certificate that is verified, PLAIN is not attempted.",
		Digests: []string{"c20d37797897"},
	},
	{
		ID: "smtp/auth-name-checked", RFC: 4954, Section: "14", Level: Must, Party: Client, Extension: "AUTH STARTTLS",
		Rule:    "The name in the certificate is checked.",
		Digests: []string{"8ea546244965"},
	},
	{
		ID: "smtp/auth-name-mismatch", RFC: 4954, Section: "14", Level: MustNot, Party: Client, Extension: "AUTH STARTTLS",
		Rule:    "If the name in the certificate does not match, PLAIN is not attempted.",
		Digests: []string{"619ed29f3aef"},
	},
	{
		ID: "smtp/auth-name-used", RFC: 4954, Section: "14", Level: Must, Party: Client, Extension: "AUTH STARTTLS",
		Rule:    "The name in the certificate is compared with that by which the connection was opened.",
		Digests: []string{"859fd56ecb84"},
	},
	{
		ID: "smtp/auth-name-insecure-source", RFC: 4954, Section: "14", Level: MustNot, Party: Client, Extension: "AUTH STARTTLS",
		Rule:    "The name in the certificate is not compared with one from an insecure lookup.",
		Digests: []string{"83ec745793f6"},
	},
	{
		ID: "smtp/auth-name-san", RFC: 4954, Section: "14", Level: Should, Party: Client, Extension: "AUTH STARTTLS",
		Rule:    "A subjectAltName of the type dNSName is used.",
		Digests: []string{"43f59074fbeb"},
	},
	{
		ID: "smtp/auth-name-wildcard", RFC: 4954, Section: "14", Level: May, Party: Client, Extension: "AUTH STARTTLS",
		Rule:    "An asterisk may be the first label of a name in the certificate.",
		Digests: []string{"0af23aa6c8a9"},
	},
	{
		ID: "smtp/auth-parameter-unauthenticated", RFC: 4954, Section: "15", Level: Must, Party: Server, Extension: "AUTH",
		Rule:    "MAIL with AUTH=mailbox is accepted without authentication, as section 5 says.",
		Digests: []string{"f92dc057ab10"},
	},
}

// elsewhereRFC4954 are the sentences of RFC 4954 that bind nobody who speaks the protocol.
var elsewhereRFC4954 = []Outside{
	{RFC: 4954, Section: "4", Digest: "e9b66a011b86", Why: "a remark on a future revision"},
	{RFC: 4954, Section: "4", Digest: "9671dbec1d92", Why: "a remark on a future revision"},
}
