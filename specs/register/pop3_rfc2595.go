package register

// pop3RFC2595 are the requirements of RFC 2595, Using TLS with IMAP, POP3 and ACAP, as far as they concern POP3: what it says
// of TLS in general and of PLAIN, and its POP3 section.
var pop3RFC2595 = []Entry{
	{
		ID: "pop3/tls-mandatory-cipher", RFC: 2595, Section: "2.1", Level: Must, Party: Both, Extension: "STLS",
		Rule:    "The cipher suite TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA is implemented.",
		Digests: []string{"bd457ae49da9"},
		OffWire: "RFC 2595 is older than every TLS version still permitted, and no current library has the suite: a judgement would be on the TLS library",
	},
	{
		ID: "pop3/tls-other-ciphers", RFC: 2595, Section: "2.1", Level: May, Party: Both, Extension: "STLS",
		Rule:    "Any other cipher suite may be implemented.",
		Digests: []string{"eec0e12d00a8"},
	},
	{
		ID: "pop3/tls-privacy-mode", RFC: 2595, Section: "2.2", Level: Should, Party: Both, Extension: "STLS",
		Rule:    "There is a mode of operation that refuses authentication before an encryption layer is active, and closes the connection if the layer ends.",
		Digests: []string{"5736d2e52e26"},
	},
	{
		ID: "pop3/tls-strength-choice", RFC: 2595, Section: "2.2", Level: Should, Party: Both, Extension: "STLS", Prose: true,
		Rule:    "What strength of encryption or which suites are enough can be chosen.",
		Digests: []string{"11c232f7049e"},
		OffWire: "what can be configured does not show on the wire of one configuration",
	},
	{
		ID: "pop3/tls-opportunistic-mode", RFC: 2595, Section: "2.2", Level: May, Party: Client, Extension: "STLS",
		Rule:    "A client may have a mode that uses TLS when STLS is announced and authenticates in any case.",
		Digests: []string{"7e10c402a429"},
	},
	{
		ID: "pop3/tls-compatible-mode", RFC: 2595, Section: "2.2", Level: Should, Party: Server, Extension: "STLS",
		Rule:    "There is a mode of operation in which the authentication commands of the base protocol are enough, without TLS.",
		Digests: []string{"1b76a8dc9963"},
		OffWire: "what can be configured does not show on the wire of one configuration",
	},
	{
		ID: "pop3/cleartext-refusable", RFC: 2595, Section: "2.3", Level: Must, Party: Both, Extension: "STLS",
		Rule:    `A party with STLS can be configured to refuse every clear-text login command and mechanism (USER and PASS, AUTH PLAIN, AUTH LOGIN) unless encryption is active: the client then sends no password, the server answers "-ERR".`,
		Digests: []string{"3e553e851dc0"},
	},
	{
		ID: "pop3/cleartext-refusable-per-user", RFC: 2595, Section: "2.3", Level: Should, Party: Server, Extension: "STLS",
		Rule:    "A server that allows clear-text logins can be configured to refuse them for all users and for single ones.",
		Digests: []string{"8c46c52dfa1e"},
		OffWire: "what can be configured does not show on the wire of one configuration",
	},
	{
		ID: "pop3/tls-identity-checked", RFC: 2595, Section: "2.4", Level: Must, Party: Client, Extension: "STLS",
		Rule:    "The client checks the server's name against the certificate during the TLS negotiation, and does not go on with a server whose certificate is for another name as if it were right.",
		Digests: []string{"eb49f5be1505"},
	},
	{
		ID: "pop3/tls-identity-hostname-used", RFC: 2595, Section: "2.4", Level: Must, Party: Client, Extension: "STLS",
		Rule:    "The name compared with the certificate is the one that the client was given to open the connection.",
		Digests: []string{"859fd56ecb84"},
	},
	{
		ID: "pop3/tls-identity-insecure-source", RFC: 2595, Section: "2.4", Level: MustNot, Party: Client, Extension: "STLS",
		Rule:    "The name compared is not one that was learned from an insecure source such as DNS (a CNAME, a reverse lookup) or the greeting.",
		Digests: []string{"83ec745793f6", "3c9689cbd034"},
	},
	{
		ID: "pop3/tls-identity-san", RFC: 2595, Section: "2.4", Level: Should, Party: Client, Extension: "STLS",
		Rule:    "If the certificate has a subjectAltName of type dNSName, that and not the common name is compared.",
		Digests: []string{"43f59074fbeb"},
	},
	{
		ID: "pop3/tls-identity-case", RFC: 2595, Section: "2.4", Level: Must, Party: Client, Extension: "STLS", Prose: true,
		Rule:    "Names are compared without regard to case.",
		Digests: []string{"61b3994c9667"},
	},
	{
		ID: "pop3/tls-identity-wildcard", RFC: 2595, Section: "2.4", Level: May, Party: Both, Extension: "STLS",
		Rule:    `"*" may stand for the left-most name component of a certificate's name.`,
		Digests: []string{"a128d6d59891"},
	},
	{
		ID: "pop3/tls-identity-wildcard-one-label", RFC: 2595, Section: "2.4", Level: Must, Party: Client, Extension: "STLS", Prose: true,
		Rule:    "A certificate for *.example.com is accepted for a.example.com and not for example.com.",
		Digests: []string{"f88282f0d8f4"},
	},
	{
		ID: "pop3/tls-identity-any-name", RFC: 2595, Section: "2.4", Level: Must, Party: Client, Extension: "STLS", Prose: true,
		Rule:    "If the certificate has several names, a match with any of them is enough.",
		Digests: []string{"3f644ae848d8"},
	},
	{
		ID: "pop3/tls-identity-mismatch", RFC: 2595, Section: "2.4", Level: Should, Party: Client, Extension: "STLS",
		Rule:    "If no name matches, the client asks the user or ends the connection and says that the server's identity is suspect.",
		Digests: []string{"37999369d96c"},
	},
	{
		ID: "pop3/tls-result-checked", RFC: 2595, Section: "2.5", Level: Must, Party: Both, Extension: "STLS",
		Rule:    `After STLS and the negotiation both parties check whether what they demand was achieved: after "-ERR", a failed handshake or a certificate that is not accepted the client that demands TLS sends no credentials.`,
		Digests: []string{"9cb0b94d0796"},
	},
	{
		ID: "pop3/stls-needs-capa", RFC: 2595, Section: "4", Level: Must, Party: Server, Extension: "STLS",
		Rule:    "A server that implements STLS implements CAPA.",
		Digests: []string{"6bf1881e075b"},
	},
	{
		ID: "pop3/stls-announced-when-permitted", RFC: 2595, Section: "4", Level: Must, Party: Server, Extension: "STLS", Prose: true,
		Rule:    "STLS is listed by CAPA where the command is present and permitted in the present state, and only there: before TLS in the AUTHORIZATION state; not after login, and not when TLS is active and STLS would be refused.",
		Digests: []string{"8cfc7c9415fc"},
	},
	{
		ID: "pop3/stls-no-argument", RFC: 2595, Section: "4", Level: Must, Party: Client, Extension: "STLS", Prose: true,
		Rule:    "STLS is sent without arguments.",
		Digests: []string{"48d91698bcb5"},
	},
	{
		ID: "pop3/stls-authorization-only", RFC: 2595, Section: "4", Level: Must, Party: Server, Extension: "STLS", Prose: true,
		Rule:    `STLS gets "-ERR" outside the AUTHORIZATION state.`,
		Digests: []string{"5152df31b561", "454ef9a38a8d"},
	},
	{
		ID: "pop3/stls-authorization-only-client", RFC: 2595, Section: "4", Level: Must, Party: Client, Extension: "STLS", Prose: true,
		Rule:    "The client issues STLS in the AUTHORIZATION state only, that is before it logs in.",
		Digests: []string{"5152df31b561"},
	},
	{
		ID: "pop3/stls-handshake-after-ok", RFC: 2595, Section: "4", Level: Must, Party: Server, Extension: "STLS", Prose: true,
		Rule:    `After the CRLF of "+OK" to STLS the very next octets of the server are of the TLS negotiation.`,
		Digests: []string{"06216f8fb70d"},
	},
	{
		ID: "pop3/stls-handshake-after-ok-client", RFC: 2595, Section: "4", Level: Must, Party: Client, Extension: "STLS", Prose: true,
		Rule:    `After "+OK" to STLS the next octets of the client are of the TLS negotiation; octets that came in the clear after the response are not taken as protected responses.`,
		Digests: []string{"06216f8fb70d"},
	},
	{
		ID: "pop3/stls-active-err-permitted", RFC: 2595, Section: "4", Level: May, Party: Server, Extension: "STLS",
		Rule:    `STLS when a security layer is already active may get "-ERR".`,
		Digests: []string{"baf89e6de4d3"},
	},
	{
		ID: "pop3/stls-client-waits", RFC: 2595, Section: "4", Level: MustNot, Party: Client, Extension: "STLS",
		Rule:    "After STLS the client sends no command before the response and the end of the negotiation: nothing is pipelined behind STLS.",
		Digests: []string{"b4c9590954b7"},
	},
	{
		ID: "pop3/stls-stays-authorization", RFC: 2595, Section: "4", Level: Must, Party: Server, Extension: "STLS", Prose: true,
		Rule:    `After the negotiation the session is in the AUTHORIZATION state, also if the client presented a certificate: mailbox commands get "-ERR" until it authenticates.`,
		Digests: []string{"454ef9a38a8d"},
	},
	{
		ID: "pop3/stls-external-permitted", RFC: 2595, Section: "4", Level: May, Party: Both, Extension: "STLS",
		Rule:    "After a client certificate was accepted AUTH EXTERNAL may be used; the server need not support it.",
		Digests: []string{"4d0e5088b188"},
	},
	{
		ID: "pop3/stls-client-discards", RFC: 2595, Section: "4", Level: Must, Party: Client, Extension: "STLS",
		Rule:    "When TLS has started the client discards what it knew of the server's capabilities.",
		Digests: []string{"f4c0348016a5"},
	},
	{
		ID: "pop3/stls-capa-reissued", RFC: 2595, Section: "4", Level: Should, Party: Client, Extension: "STLS",
		Rule:    "When TLS has started the client issues CAPA again.",
		Digests: []string{"f4c0348016a5"},
	},
	{
		ID: "pop3/stls-capabilities-may-differ", RFC: 2595, Section: "4", Level: May, Party: Server, Extension: "STLS",
		Rule:    "The capabilities after STLS may differ from those before.",
		Digests: []string{"e46a7057c80a"},
	},
	{
		ID: "pop3/plain-not-without-encryption", RFC: 2595, Section: "6", Level: MustNot, Party: Server, Extension: "SASL",
		Rule:    "PLAIN is not announced or accepted unless a strong encryption layer is active, or compatibility with old clients dictates it.",
		Digests: []string{"fe59e7f29d6c"},
	},
	{
		ID: "pop3/plain-not-without-encryption-client", RFC: 2595, Section: "6", Level: MustNot, Party: Client, Extension: "SASL",
		Rule:    "The client does not use PLAIN unless a strong encryption layer is active, or compatibility dictates it.",
		Digests: []string{"fe59e7f29d6c"},
	},
	{
		ID: "pop3/plain-message", RFC: 2595, Section: "6", Level: Must, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "The client sends one message: authorization identity, NUL, authentication identity, NUL, password.",
		Digests: []string{"2ba80fbb102b", "3d3ed5164d44", "3af45d58d55f"},
	},
	{
		ID: "pop3/plain-empty-authorization-identity", RFC: 2595, Section: "6", Level: May, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "The authorization identity may be empty and then is the same as the authentication identity; a server takes it so.",
		Digests: []string{"d37a0efb932b"},
	},
	{
		ID: "pop3/plain-verified", RFC: 2595, Section: "6", Level: Must, Party: Server, Extension: "SASL", Prose: true,
		Rule:    "Login succeeds only if the password fits the authentication identity and that identity may act as the authorization identity.",
		Digests: []string{"0dc25d0989cf", "e01e9c9ff09a"},
	},
	{
		ID: "pop3/plain-password-stored", RFC: 2595, Section: "6", Level: May, Party: Server, Extension: "SASL",
		Rule:    "The server may use the password to set up a new authentication database.",
		Digests: []string{"07ae73b519c0"},
		OffWire: "what a server stores does not show on the wire",
	},
	{
		ID: "pop3/plain-utf8", RFC: 2595, Section: "6", Level: Must, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "Characters outside US-ASCII are sent in UTF-8.",
		Digests: []string{"5a6a5096f5fc"},
	},
	{
		ID: "pop3/plain-no-control-characters", RFC: 2595, Section: "6", Level: ShouldNot, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "Identities and passwords should hold no character that cannot be seen or typed.",
		Digests: []string{"88673cc3416a"},
		OffWire: "the user chooses them",
	},
	{
		ID: "pop3/plain-255-authentication-identity", RFC: 2595, Section: "6", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "An authentication identity of up to 255 octets is accepted.",
		Digests: []string{"8208712f649e"},
	},
	{
		ID: "pop3/plain-255-authorization-identity", RFC: 2595, Section: "6", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "An authorization identity of up to 255 octets is accepted.",
		Digests: []string{"27b3405428c4"},
	},
	{
		ID: "pop3/plain-255-password", RFC: 2595, Section: "6", Level: Must, Party: Server, Extension: "SASL",
		Rule:    "A password of up to 255 octets is accepted.",
		Digests: []string{"4ccc2f56f61b"},
	},
	{
		ID: "pop3/pop3s-port-discouraged", RFC: 2595, Section: "7", Level: ShouldNot, Party: Both, Prose: true,
		Rule:    "A separate port for TLS from the start should not be used in place of STLS (RFC 8314 later reversed this).",
		Digests: []string{"399444d84f3e"},
		OffWire: "the user chooses the port, and RFC 8314 prefers the separate one",
	},
	{
		ID: "pop3/stls-registration-states", RFC: 2595, Section: "8", Level: Must, Party: Server, Extension: "STLS", Prose: true,
		Rule:    "STLS is announced, and valid, in the AUTHORIZATION state only.",
		Digests: []string{"4bd4d5c488c0"},
	},
	{
		ID: "pop3/stls-registration-user", RFC: 2595, Section: "8", Level: May, Party: Server, Extension: "STLS", Prose: true,
		Rule:    "STLS may make USER and PASS available that were not before.",
		Digests: []string{"3ffe8ccde771"},
	},
	{
		ID: "pop3/stls-registration-capa", RFC: 2595, Section: "8", Level: Should, Party: Client, Extension: "STLS",
		Rule:    "After STLS succeeded the client issues CAPA again.",
		Digests: []string{"c143f2e05ec1"},
	},
	{
		ID: "pop3/tls-missing-warned", RFC: 2595, Section: "9", Level: Should, Party: Client, Extension: "STLS",
		Rule:    "The client warns the user when the session is not private, or can be configured not to go on without: where TLS is demanded and STLS is missing or refused, it sends no credentials.",
		Digests: []string{"038fddc917d7"},
	},
	{
		ID: "pop3/tls-weak-refusable", RFC: 2595, Section: "9", Level: Should, Party: Both, Extension: "STLS",
		Rule:    "A party can be configured to refuse weak mechanisms and cipher suites.",
		Digests: []string{"ba3401936b0d"},
	},
	{
		ID: "pop3/tls-client-discards", RFC: 2595, Section: "9", Level: Must, Party: Client, Extension: "STLS",
		Rule:    "What the server announced before the TLS handshake is discarded: a capability that is only in the first list is not used after it.",
		Digests: []string{"6039aa50f30d"},
	},
	{
		ID: "pop3/tls-weak-shown", RFC: 2595, Section: "9", Level: Should, Party: Client, Extension: "STLS", Prose: true,
		Rule:    "The client shows when the active encryption is known to be weak.",
		Digests: []string{"5014f6b6f814"},
		OffWire: "a matter of the user interface",
	},
	{
		ID: "pop3/plain-not-without-tls", RFC: 2595, Section: "9", Level: MustNot, Party: Both, Extension: "SASL",
		Rule:    "PLAIN is not announced or used unless a suitable TLS layer is active or compatibility dictates it.",
		Digests: []string{"57c2eaf8c2a9"},
	},
	{
		ID: "pop3/password-mechanisms-off", RFC: 2595, Section: "9", Level: Should, Party: Client, Extension: "SASL", Prose: true,
		Rule:    "The client has a mode in which mechanisms that show the password to the server are not used.",
		Digests: []string{"be296866c95e"},
		OffWire: "what can be configured does not show on the wire of one configuration",
	},
	{
		ID: "pop3/plain-checklist-utf8", RFC: 2595, Section: "Appendix A", Level: Must, Party: Both, Extension: "SASL",
		Rule:    "The characters of a PLAIN message are encoded in UTF-8.",
		Digests: []string{"0e3adffc69d5"},
	},
	{
		ID: "pop3/plain-checklist-encryption", RFC: 2595, Section: "Appendix A", Level: MustNot, Party: Both, Extension: "SASL",
		Rule:    "PLAIN is not used unless strong encryption is active or compatibility dictates otherwise.",
		Digests: []string{"0e3adffc69d5"},
	},
}

// elsewhereRFC2595 are its sentences with a capital key word that bind somebody else.
var elsewhereRFC2595 = []Outside{
	{RFC: 2595, Section: "3.1", Digest: "2b1773f9bccc", Why: "The STARTTLS command of IMAP."},
	{RFC: 2595, Section: "3.1", Digest: "af47a26af9cc", Why: "The STARTTLS command of IMAP."},
	{RFC: 2595, Section: "3.1", Digest: "04c1a85ac198", Why: "The STARTTLS command of IMAP."},
	{RFC: 2595, Section: "3.1", Digest: "9719c18d455f", Why: "The STARTTLS command of IMAP."},
	{RFC: 2595, Section: "3.2", Digest: "a186ccc30070", Why: "The LOGINDISABLED capability of IMAP."},
	{RFC: 2595, Section: "3.2", Digest: "b042e58c3400", Why: "The LOGINDISABLED capability of IMAP."},
	{RFC: 2595, Section: "3.2", Digest: "7accf84acb1c", Why: "The LOGINDISABLED capability of IMAP."},
	{RFC: 2595, Section: "5.1", Digest: "2b1773f9bccc", Why: "The STARTTLS command of ACAP."},
	{RFC: 2595, Section: "5.1", Digest: "af47a26af9cc", Why: "The STARTTLS command of ACAP."},
	{RFC: 2595, Section: "5.1", Digest: "da747908ecf2", Why: "The STARTTLS command of ACAP."},
	{RFC: 2595, Section: "5.1", Digest: "6e012f05f431", Why: "The STARTTLS command of ACAP."},
	{RFC: 2595, Section: "5.1", Digest: "9719c18d455f", Why: "The STARTTLS command of ACAP."},
	{RFC: 2595, Section: "Appendix A", Digest: "2e8732edae6f", Why: "Defines what compliance means; it states no rule."},
	{RFC: 2595, Section: "Appendix A", Digest: "702fcc8d6fb1", Why: "Defines what compliance means; it states no rule."},
	{RFC: 2595, Section: "Appendix A", Digest: "76b4b4977fcd", Why: "The checklist: each line repeats a rule of sections 2 to 5 and 9, where it has its entry (the IMAP and ACAP ones aside)."},
}
