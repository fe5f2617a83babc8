package register

// ftpRFC2228 are those requirements of RFC 2228, FTP Security Extensions, that FTP over TLS (RFC 4217) uses: AUTH, PBSZ, PROT and CCC, and
// their replies. The rules of ADAT, MIC, CONF and ENC, of protected replies (6yz) and of the encapsulation of data bind mechanisms that
// exchange security data, GSSAPI and Kerberos, which are not implemented here. The RFC has no capital key words; what RFC 4217 says of
// these commands for TLS has its entries there.
var ftpRFC2228 = []Entry{
	{
		ID: "ftp/security-reply-digit", RFC: 2228, Section: "3", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "A server that does not use the recommended reply to AUTH, PBSZ, PROT or CCC uses one documented for the command, with the same first digit.",
		Digests: []string{"0e03e70c23e3", "b14384a3b7da"},
	},
	{
		ID: "ftp/auth-unrecognised", RFC: 2228, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "A server that does not recognise AUTH answers it with 500, one that does and has no security extensions with 502.",
		Digests: []string{"995353504afe", "60af170acae3", "cd3a39b4b48e"},
	},
	{
		ID: "ftp/auth-504", RFC: 2228, Section: "3", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "AUTH with a mechanism that the server does not understand gets 504.",
		Digests: []string{"6242dad2e542"},
	},
	{
		ID: "ftp/auth-534", RFC: 2228, Section: "3", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "AUTH with a mechanism that the server is not willing to accept gets 534, with one for which a resource is missing 431.",
		Digests: []string{"32bbe923e379", "008bde400601"},
		OffWire: "which mechanisms a server is willing and able to accept is its policy and its state",
	},
	{
		ID: "ftp/auth-no-data-234", RFC: 2228, Section: "3", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "AUTH with a mechanism that the server accepts and that needs no security data, as TLS does not, gets 234.",
		Digests: []string{"23771674759a"},
	},
	{
		ID: "ftp/auth-again", RFC: 2228, Section: "3", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "AUTH that is accepted again removes what earlier security commands set, PBSZ and PROT.",
		Digests: []string{"4269c69905fc", "9713a448c69c"},
		OffWire: "with TLS a second negotiation would be nested in the first; the harness does not do so, and servers refuse AUTH there",
	},
	{
		ID: "ftp/pbsz-before-prot", RFC: 2228, Section: "3", Level: Must, Party: Client, Extension: "AUTH TLS", Prose: true,
		Rule:    "The client sends PBSZ before the first PROT.",
		Digests: []string{"b347b25a483a"},
	},
	{
		ID: "ftp/pbsz-503", RFC: 2228, Section: "3", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "PBSZ before a security data exchange, for TLS before AUTH TLS, gets 503.",
		Digests: []string{"a5e847b0999a", "66e34509cef2"},
	},
	{
		ID: "ftp/pbsz-501", RFC: 2228, Section: "3", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "PBSZ with an argument that is no decimal number, or one that does not fit in 32 bits, gets 501.",
		Digests: []string{"0cf9a41d5a2a", "1eb2188d7b65"},
	},
	{
		ID: "ftp/pbsz-200", RFC: 2228, Section: "3", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "PBSZ with a valid argument after the security data exchange gets 200.",
		Digests: []string{"340cc971c8fc"},
	},
	{
		ID: "ftp/pbsz-smaller", RFC: 2228, Section: "3", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    `A number that the text of 200 to PBSZ gives as "PBSZ=number" is not larger than the one that the client sent.`,
		Digests: []string{"fb10162fd364"},
	},
	{
		ID: "ftp/prot-default-clear", RFC: 2228, Section: "3", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "The level of protection is Clear if no other is specified, after PBSZ too.",
		Digests: []string{"b9440602015f", "01bdbbba79ed"},
	},
	{
		ID: "ftp/prot-503", RFC: 2228, Section: "3", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "PROT without PBSZ before it gets 503.",
		Digests: []string{"159e6379eade", "16eead39d4ab", "296c72be65fb"},
	},
	{
		ID: "ftp/prot-504", RFC: 2228, Section: "3", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "PROT with a level that is not C, S, E or P gets 504.",
		Digests: []string{"9c66b2a5867c"},
	},
	{
		ID: "ftp/prot-536", RFC: 2228, Section: "3", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "PROT with a level that the mechanism does not support, for TLS S and E, gets 536.",
		Digests: []string{"43541b7ff823"},
	},
	{
		ID: "ftp/prot-534", RFC: 2228, Section: "3", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "PROT with a level that the server is not willing to accept gets 534, with one for which a resource is missing 431.",
		Digests: []string{"cf90d0b98039", "d14dc05f4c85"},
		OffWire: "which levels a server is willing and able to accept is its policy and its state",
	},
	{
		ID: "ftp/prot-200", RFC: 2228, Section: "3", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "PROT with a level that the server accepts gets 200.",
		Digests: []string{"8ee2e5a65af9"},
	},
	{
		ID: "ftp/ccc-protected", RFC: 2228, Section: "3", Level: Must, Party: Client, Extension: "CCC", Prose: true,
		Rule:    "CCC is sent protected, after a successful security data exchange: within TLS.",
		Digests: []string{"8e74e01f55ec", "2355184b23a7"},
	},
	{
		ID: "ftp/ccc-unprotected-533", RFC: 2228, Section: "3", Level: Must, Party: Server, Extension: "CCC", Prose: true,
		Rule:    "CCC that comes unprotected gets 533, and so does one after an earlier CCC took the protection away.",
		Digests: []string{"ba55522e03dc"},
	},
	{
		ID: "ftp/ccc-replies-clear", RFC: 2228, Section: "3", Level: Must, Party: Server, Extension: "CCC", Prose: true,
		Rule:    "After CCC succeeded the reply to a command that is not protected is not protected either.",
		Digests: []string{"eb8238948e7b", "92283dce650c"},
	},
	{
		ID: "ftp/user-232", RFC: 2228, Section: "4", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "A server that lets the user of USER log in by the identity that the security data exchange established answers USER with 232.",
		Digests: []string{"f64758287789"},
		OffWire: "it takes a client certificate that the server maps to an account, which the harness has for no server",
	},
	{
		ID: "ftp/user-232-client", RFC: 2228, Section: "5.1", Level: Must, Party: Client, Extension: "AUTH TLS", Prose: true,
		Rule:    "232 in response to USER means that the user is logged in: the client sends no PASS.",
		Digests: []string{"fe81886d0fdf"},
	},
	{
		ID: "ftp/pass-encrypted", RFC: 2228, Section: "7", Level: Should, Party: Client, Extension: "AUTH TLS", Prose: true,
		Rule:    "The client encrypts PASS whenever that is possible: if it is told to use TLS, PASS is sent within TLS.",
		Digests: []string{"46a0ee025985"},
	},
	{
		ID: "ftp/security-reply-codes", RFC: 2228, Section: "8.2", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule: "The replies to AUTH are 234, 334, 431, 500, 501, 502, 504, 533, 534 and 421; to PBSZ 200, 503, 500, 501, 502, 533, 530 and 421; to PROT 200, 431, 503, 504, " +
			"534, 536, 500, 501, 502, 533, 530 and 421.",
		Digests: []string{"6695cab776ec", "b1e0f3c9ba57"},
	},
}
