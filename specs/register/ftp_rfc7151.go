package register

// ftpRFC7151 are the requirements of RFC 7151, the HOST command.
var ftpRFC7151 = []Entry{
	{
		ID: "ftp/host-any-case", RFC: 7151, Section: "2.1", Level: Must, Party: Server, Extension: "HOST", Prose: true,
		Rule:    "HOST and the hostname are taken in any case of their letters.",
		Digests: []string{"f0f8def6a647", "aea614dab329"},
	},
	{
		ID: "ftp/host-before-login", RFC: 7151, Section: "3", Level: Must, Party: Client, Extension: "HOST",
		Rule:    "A client that sends HOST sends it before the user is authenticated.",
		Digests: []string{"3c834ee0a900"},
	},
	{
		ID: "ftp/host-last-counts", RFC: 7151, Section: "3", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "If HOST comes several times before the user is authenticated, the last one alone counts, and each gets the reply that it would get alone.",
		Digests: []string{"12672e1d6c27"},
	},
	{
		ID: "ftp/host-after-login-503", RFC: 7151, Section: "3", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "HOST after the user is authenticated gets 503.",
		Digests: []string{"d00c3954da37"},
	},
	{
		ID: "ftp/host-grammar", RFC: 7151, Section: "3.1", Level: Must, Party: Client, Extension: "HOST", Prose: true,
		Rule:    "HOST is followed by one space and a domain name of letters, digits and hyphens (A-labels for international ones), an IPv4 address, or an IPv6 address in brackets.",
		Digests: []string{"7eeaf18ea23a", "11126e983b5f", "7f935437a171", "32b29860237e", "76388a081a46"},
	},
	{
		ID: "ftp/host-220", RFC: 7151, Section: "3.1", Level: Must, Party: Server, Extension: "HOST", Prose: true,
		Rule:    "HOST that is accepted gets 220, HOST that is not an error response.",
		Digests: []string{"931ad645dc43", "2ced4aa1779e"},
	},
	{
		ID: "ftp/host-name-sent", RFC: 7151, Section: "3.1", Level: Should, Party: Client, Extension: "HOST",
		Rule:    "The hostname is the one by which the client found the address of the server, made a full domain name, before an alias is resolved.",
		Digests: []string{"e1233335cd2a"},
	},
	{
		ID: "ftp/host-literal", RFC: 7151, Section: "3.1", Level: May, Party: Client, Extension: "HOST",
		Rule:    "A client that was given an address in place of a name may send HOST with the address.",
		Digests: []string{"06ce754530d4", "76556b366b20"},
		OffWire: "a permission",
	},
	{
		ID: "ftp/host-literal-504", RFC: 7151, Section: "3.1", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "HOST with an address that is not the server's gets 504.",
		Digests: []string{"21f0fd287420"},
	},
	{
		ID: "ftp/host-no-port", RFC: 7151, Section: "3.1", Level: MustNot, Party: Client, Extension: "HOST",
		Rule:    "The client does not send a port number with HOST.",
		Digests: []string{"154f48ccd680"},
	},
	{
		ID: "ftp/host-port-501", RFC: 7151, Section: "3.1", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "HOST with a port number behind the hostname gets 501.",
		Digests: []string{"e8098f5a79b9"},
	},
	{
		ID: "ftp/host-name-any-case", RFC: 7151, Section: "3.1", Level: Must, Party: Server, Extension: "HOST", Prose: true,
		Rule:    "Upper-case and lower-case letters of a hostname are equivalent: the same virtual host is chosen.",
		Digests: []string{"b4e43379874a"},
	},
	{
		ID: "ftp/host-validated", RFC: 7151, Section: "3.2", Level: Should, Party: Server, Extension: "HOST",
		Rule:    "The server checks that the hostname is a virtual host of its own and, if it is, establishes the environment of that host.",
		Digests: []string{"68d691085f47"},
	},
	{
		ID: "ftp/host-421", RFC: 7151, Section: "3.2", Level: Should, Party: Server, Extension: "HOST",
		Rule:    "HOST with a hostname that is temporarily unavailable gets 421, and the connection is closed.",
		Digests: []string{"e08c900d8084"},
		OffWire: "a client cannot make a virtual host unavailable, nor know of it",
	},
	{
		ID: "ftp/host-unknown-504", RFC: 7151, Section: "3.2", Level: Should, Party: Server, Extension: "HOST",
		Rule:    "HOST with a hostname that the server does not know gets 504, unless it routes all unknown ones to some virtual host, with 220.",
		Digests: []string{"a7b7545d60b5", "da08a6f2519d"},
	},
	{
		ID: "ftp/host-reset-by-rein", RFC: 7151, Section: "3.2.1", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "REIN undoes HOST: the session is again where it was before any HOST.",
		Digests: []string{"255d6b78d660", "a90ee335bb56"},
	},
	{
		ID: "ftp/host-again-after-rein", RFC: 7151, Section: "3.2.1", Level: Must, Party: Client, Extension: "HOST",
		Rule:    "After REIN the client sends HOST anew to connect to a virtual host.",
		Digests: []string{"a90ee335bb56"},
		OffWire: "REIN is sent by a user's command only, and no client under test is asked to log in again after it",
	},
	{
		ID: "ftp/host-before-user", RFC: 7151, Section: "3.2.2", Level: Must, Party: Client, Extension: "HOST",
		Rule:    "A client that uses HOST sends it after the connection is opened and before USER.",
		Digests: []string{"b4244c501067"},
	},
	{
		ID: "ftp/host-replaced", RFC: 7151, Section: "3.2.2", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "A second HOST before USER is treated as if there were none before it: a wrong hostname is put right by it.",
		Digests: []string{"275856d291c4", "7d47278df488"},
	},
	{
		ID: "ftp/host-acct", RFC: 7151, Section: "3.2.2", Level: May, Party: Client, Extension: "HOST",
		Rule:    "After HOST, AUTH, USER and PASS the client may send ACCT.",
		Digests: []string{"8a4b952951ee"},
		OffWire: "a permission",
	},
	{
		ID: "ftp/host-sni-verified", RFC: 7151, Section: "3.2.2", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "If the client named a host by the server_name extension of TLS, the server verifies that the hostname of HOST is the same: it does not accept another.",
		Digests: []string{"5c7fa9291afe"},
	},
	{
		ID: "ftp/host-unrecognised", RFC: 7151, Section: "3.3", Level: Should, Party: Server,
		Rule:    "A server that does not recognise or implement HOST answers it with 500 or 502.",
		Digests: []string{"3ac01f4b3c9a"},
	},
	{
		ID: "ftp/host-invalid-sequence", RFC: 7151, Section: "3.3", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "HOST after authentication is treated as an invalid sequence of commands, with 503, and leaves the session as it is.",
		Digests: []string{"5ee43e580679"},
	},
	{
		ID: "ftp/host-501", RFC: 7151, Section: "3.3", Level: Should, Party: Server, Extension: "HOST",
		Rule:    "HOST with a hostname that is invalid by the syntax gets 501, with one that is valid and not the server's 504.",
		Digests: []string{"4f36a378f326"},
	},
	{
		ID: "ftp/host-error-ignored", RFC: 7151, Section: "3.3", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "After HOST that got an error response the server acts as if it had not been sent, or closes the connection.",
		Digests: []string{"b0f96356c78f", "0de1414c2062", "defe03c6345c"},
	},
	{
		ID: "ftp/host-tried-again", RFC: 7151, Section: "3.3", Level: May, Party: Client, Extension: "HOST",
		Rule:    "After an error the client may send HOST with another hostname.",
		Digests: []string{"1501ab37d2a7"},
		OffWire: "a permission; that the server keeps to it is ftp/host-replaced",
	},
	{
		ID: "ftp/host-refused-assumed", RFC: 7151, Section: "3.3", Level: Should, Party: Client, Extension: "HOST",
		Rule:    "After 500 or 502 the client assumes that the server has no virtual hosts by HOST, and sends it no more.",
		Digests: []string{"e43392a0de31"},
	},
	{
		ID: "ftp/host-refused-login", RFC: 7151, Section: "3.3", Level: May, Party: Client, Extension: "HOST",
		Rule:    "After 500 or 502 the client may log in as if HOST had not been sent.",
		Digests: []string{"7e96aa8e06d8"},
	},
	{
		ID: "ftp/host-error-terminates", RFC: 7151, Section: "3.3", Level: Should, Party: Client, Extension: "HOST",
		Rule:    "After any other error, one that section 3.3 does not describe, the client ends the session.",
		Digests: []string{"dc4aa2819c92"},
	},
	{
		ID: "ftp/host-missing-user", RFC: 7151, Section: "3.3", Level: ShouldNot, Party: Server,
		Rule:    "USER is not rejected because no HOST came before it.",
		Digests: []string{"7cc645616627"},
	},
	{
		ID: "ftp/host-default", RFC: 7151, Section: "3.3", Level: May, Party: Server, Extension: "HOST",
		Rule:    "Without HOST the server may act as a default virtual host, or show an environment of its own.",
		Digests: []string{"8f8236d88f6c"},
		OffWire: "a permission that leaves nothing out",
	},
	{
		ID: "ftp/host-feature", RFC: 7151, Section: "3.4", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "A server that supports HOST lists a feature that is the single word HOST.",
		Digests: []string{"7c97c440bc9b"},
	},
	{
		ID: "ftp/host-feature-upper-case", RFC: 7151, Section: "3.4", Level: Should, Party: Server, Extension: "HOST",
		Rule:    "The feature HOST is sent in upper case.",
		Digests: []string{"5a49ee96fb3f", "f882b1110b97"},
	},
	{
		ID: "ftp/host-resets-authentication", RFC: 7151, Section: "4", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "A further HOST before the user is authenticated resets the authentication: after USER and HOST, PASS alone does not log in.",
		Digests: []string{"043717f3b3d2", "dd97835b6f44"},
	},
	{
		ID: "ftp/host-certificate-checked", RFC: 7151, Section: "4", Level: Should, Party: Client, Extension: "HOST",
		Rule:    "The client verifies that the certificate is valid for the hostname that it sends in HOST.",
		Digests: []string{"bd419e4da3c6"},
	},
	{
		ID: "ftp/host-before-auth", RFC: 7151, Section: "4", Level: Should, Party: Client, Extension: "HOST",
		Rule:    "HOST precedes AUTH if the client does not name the host by the server_name extension.",
		Digests: []string{"33a792acf8a8"},
	},
	{
		ID: "ftp/host-after-auth", RFC: 7151, Section: "4", Level: May, Party: Client, Extension: "HOST",
		Rule:    "A client that names the host by the server_name extension may send HOST after the handshake.",
		Digests: []string{"3f348c260a6f"},
		OffWire: "a permission",
	},
	{
		ID: "ftp/host-sni-matches", RFC: 7151, Section: "4", Level: Must, Party: Server, Extension: "HOST",
		Rule:    "The name in HOST after the handshake matches that of the server_name extension: the same name, in any case of its letters, is accepted, another is not.",
		Digests: []string{"57366dbf0fbb"},
	},
	{
		ID: "ftp/host-credentials-protected", RFC: 7151, Section: "4", Level: Should, Party: Client, Extension: "HOST",
		Rule:    "The client protects the user's credentials by the security extensions.",
		Digests: []string{"2c71aeea7403"},
		OffWire: "whether TLS is used is what the user configures; that credentials stay in it then is ftp/pass-encrypted",
	},
}
