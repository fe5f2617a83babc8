package register

// nntpRFC8143 are the requirements of RFC 8143, Using TLS with NNTP, which updates RFC 4642.
var nntpRFC8143 = []Entry{
	{
		ID: "nntp/tls-no-compression", RFC: 8143, Section: "2", Level: Should, Party: Both,
		Rule:    "Compression of TLS is disabled.",
		Digests: []string{"753f08b185c6"},
	},
	{
		ID: "nntp/tls-implicit-preferred", RFC: 8143, Section: "2", Level: Should, Party: Both,
		Rule:    "Implicit TLS is preferred.",
		Digests: []string{"4afd5f136978"},
		OffWire: "what a user or an administrator decided is not seen",
	},
	{
		ID: "nntp/tls-implicit-port", RFC: 8143, Section: "2", Level: Should, Party: Both,
		Rule:    "TLS begins at once on a port of its own.",
		Digests: []string{"7bdc7a3fc8ab"},
	},
	{
		ID: "nntp/tls-no-rc4", RFC: 8143, Section: "2", Level: MustNot, Party: Both,
		Rule:    "No cipher suite with RC4 is negotiated.",
		Digests: []string{"20f72a07944f"},
	},
	{
		ID: "nntp/tls-mandatory-suite", RFC: 8143, Section: "2", Level: Must, Party: Both,
		Rule:    "The cipher suite that the version of TLS makes mandatory is implemented: TLS_RSA_WITH_AES_128_CBC_SHA for TLS 1.2.",
		Digests: []string{"6972f4848f19"},
		OffWire: "RFC 9325, which replaces RFC 7525, has key exchange by RSA be avoided, and current libraries leave it out",
	},
	{
		ID: "nntp/tls-sni", RFC: 8143, Section: "2", Level: Must, Party: Both,
		Rule:    "Clients, and servers with several names, support server_name.",
		Digests: []string{"9c1140ea776e"},
	},
	{
		ID: "nntp/tls-pkix", RFC: 8143, Section: "2", Level: Must, Party: Both,
		Rule:    "Names and certificates are verified by RFC 6125 and RFC 5280.",
		Digests: []string{"3e908583b2bf"},
	},
	{
		ID: "nntp/tls-sni-clients", RFC: 8143, Section: "3.3", Level: Must, Party: Client,
		Rule:    "A client sends server_name.",
		Digests: []string{"61e425561307"},
	},
	{
		ID: "nntp/tls-sni-servers", RFC: 8143, Section: "3.3", Level: Must, Party: Server,
		Rule:    "A server with several names implements server_name.",
		Digests: []string{"932f545644a5"},
	},
	{
		ID: "nntp/tls-stripping", RFC: 8143, Section: "3.4", Level: Must, Party: Both,
		Rule:    "The recommendations against the stripping of TLS are followed.",
		Digests: []string{"d4653e5319c5"},
		OffWire: "what a client does if TLS is missing is a decision of its user",
	},
	{
		ID: "nntp/tls-attempted", RFC: 8143, Section: "3.4", Level: Should, Party: Client,
		Rule:    "Without implicit TLS a client sends STARTTLS though it is not listed.",
		Digests: []string{"f8242bd68601"},
	},
	{
		ID: "nntp/tls-sasl-external", RFC: 8143, Section: "3.5", Level: May, Party: Client,
		Rule:    "A client may authenticate by EXTERNAL once it showed a certificate.",
		Digests: []string{"73cc7256762d"},
	},
	{
		ID: "nntp/tls-diagnostic-match", RFC: 8143, Section: "3.5", Level: May, Party: Server,
		Rule:    "A server may note in Path that it verified the identity of who sent the article.",
		Digests: []string{"14d805ab5f31"},
	},
	{
		ID: "nntp/tls-human-factors", RFC: 8143, Section: "3.6", Level: Should, Party: Both,
		Rule:    "Users and administrators can find out how a connection is protected.",
		Digests: []string{"675f91ed8eab"},
		OffWire: "what a program shows is not seen",
	},
	{
		ID: "nntp/starttls-pipelined-prohibited", RFC: 8143, Section: "4", Level: MustNot, Party: Client,
		Rule:    "STARTTLS is not pipelined, though an attacker may do so.",
		Digests: []string{"c5b1eaa0bc04"},
	},
	{
		ID: "nntp/starttls-injection", RFC: 8143, Section: "4", Level: Must, Party: Server, Extension: "STARTTLS",
		Rule:    "Commands that arrive between STARTTLS and the end of the negotiation are discarded.",
		Digests: []string{"9a41f21eca6a"},
	},
	{
		ID: "nntp/tls-ports", RFC: 8143, Section: "Appendix A.2", Level: Should, Party: Server,
		Rule:    "Implicit TLS has port 563 for readers, and a port of the site for peers, which is not 433.",
		Digests: []string{"d792f3e2b195"},
		OffWire: "the ports of a site are its own decision",
	},
	{
		ID: "nntp/tls-separate-port", RFC: 8143, Section: "Appendix A.2", Level: Should, Party: Both,
		Rule:    "Implicit TLS on a port of its own is used.",
		Digests: []string{"4107a97003a5"},
		OffWire: "what a user or an administrator decided is not seen",
	},
	{
		ID: "nntp/tls-identity", RFC: 8143, Section: "Appendix A.5", Level: Must, Party: Client,
		Rule:    "A client verifies the identity of the server in the negotiation.",
		Digests: []string{"695f5108a8a9"},
	},
	{
		ID: "nntp/tls-reference-identifier", RFC: 8143, Section: "Appendix A.5", Level: Must, Party: Client,
		Rule:    "It compares the name by which it opened the connection, which it sends in server_name too.",
		Digests: []string{"c8911383d4dd"},
	},
	{
		ID: "nntp/tls-wildcard", RFC: 8143, Section: "Appendix A.5", Level: May, Party: Client,
		Rule:    `A certificate may have "*" as the whole left-most label of a name.`,
		Digests: []string{"1e1b4bc8bc97"},
	},
	{
		ID: "nntp/tls-mismatch", RFC: 8143, Section: "Appendix A.5", Level: Must, Party: Client,
		Rule:    "If the names do not match, a client follows RFC 6125 section 6.6.",
		Digests: []string{"631bfebc8473"},
	},
	{
		ID: "nntp/tls-validated", RFC: 8143, Section: "Appendix A.5", Level: Must, Party: Client,
		Rule:    "A client validates the certificate by RFC 5280.",
		Digests: []string{"ad6d96586e4e"},
	},
}

// elsewhereRFC8143 are the sentences of RFC 8143 that bind nobody who speaks the protocol.
var elsewhereRFC8143 = []Outside{
	{RFC: 8143, Section: "1", Digest: "9cc8521b2bba", Why: "refers to a document of its own, RFC 7525, which says it in detail"},
	{RFC: 8143, Section: "3", Digest: "53c141bc288c", Why: "refers to a document of its own, RFC 7525, which says it in detail"},
}
