package register

// ftpRFC4217 are the requirements of RFC 4217, Securing FTP with TLS. "AUTH TLS" stands for a server that offers TLS by AUTH; "CCC" for one
// that accepts that command.
var ftpRFC4217 = []Entry{
	{
		ID: "ftp/tls-ssl", RFC: 4217, Section: "1", Level: May, Party: Both, Extension: "AUTH TLS",
		Rule:    "Client and server may in fact use SSL, if they are so configured.",
		Digests: []string{"54df9e5d0ee7"},
		OffWire: "a permission that RFC 7568 took back; the harness speaks TLS only",
	},
	{
		ID: "ftp/auth-tls-allowed", RFC: 4217, Section: "4", Level: May, Party: Server, Extension: "AUTH TLS",
		Rule:    "The session begins unprotected on the FTP port; after AUTH the server may allow the negotiation of TLS.",
		Digests: []string{"5aa43e7d48e8", "57643ed7cabf"},
	},
	{
		ID: "ftp/auth-tls-sent", RFC: 4217, Section: "4.1", Level: Should, Party: Client, Extension: "AUTH TLS",
		Rule:    "A client that wishes to protect the session sends AUTH TLS.",
		Digests: []string{"44433b3fe843"},
	},
	{
		ID: "ftp/auth-refused-goes-on", RFC: 4217, Section: "4.1", Level: May, Party: Client, Extension: "AUTH TLS",
		Rule:    "A client whose AUTH is rejected may go on unprotected, if that is what it is meant to do.",
		Digests: []string{"21075a428cba", "8f947aa26885"},
	},
	{
		ID: "ftp/auth-tls-234", RFC: 4217, Section: "4.2", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "AUTH TLS that the server will honour gets 234, never 334, and the negotiation follows.",
		Digests: []string{"5b86e6e97ab2", "547095c01341", "f99f3b144374"},
	},
	{
		ID: "ftp/user-after-tls", RFC: 4217, Section: "4.2", Level: Must, Party: Client, Extension: "AUTH TLS",
		Rule:    "After the negotiation the client sends USER, whatever TLS told about it.",
		Digests: []string{"735c6dacfe2e", "fe07598efb74"},
	},
	{
		ID: "ftp/auth-reauthorize", RFC: 4217, Section: "4.2", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "After AUTH in a session that was logged in the user has to log in again.",
		Digests: []string{"11f2896e3060"},
	},
	{
		ID: "ftp/auth-resets-parameters", RFC: 4217, Section: "4.2", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "AUTH resets the transfer parameters: user, default data ports, TYPE, STRU, MODE and working directory are as at the beginning.",
		Digests: []string{"6975672ac7dd", "f5e41b941a90"},
	},
	{
		ID: "ftp/ccc-unsupported", RFC: 4217, Section: "5", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "A server that does not accept or know CCC answers it with 500, one that does with 200, 533 or 534.",
		Digests: []string{"4daaa4a52bdc", "c8373f0f4492"},
	},
	{
		ID: "ftp/ccc-533", RFC: 4217, Section: "5", Level: Should, Party: Server, Extension: "CCC", Prose: true,
		Rule:    "CCC on a control connection that TLS does not protect gets 533.",
		Digests: []string{"095f0e1de7ea"},
	},
	{
		ID: "ftp/ccc-534", RFC: 4217, Section: "5", Level: Should, Party: Server, Extension: "CCC", Prose: true,
		Rule:    "CCC in TLS that the server does not wish to allow at the time, before login for one, gets 534.",
		Digests: []string{"899cb92f8b39"},
	},
	{
		ID: "ftp/ccc-200", RFC: 4217, Section: "5", Level: Should, Party: Server, Extension: "CCC", Prose: true,
		Rule:    "CCC that is accepted gets 200, in TLS.",
		Digests: []string{"51f831ba790e", "a33d323127bd"},
	},
	{
		ID: "ftp/ccc-clear", RFC: 4217, Section: "5", Level: Should, Party: Server, Extension: "CCC", Prose: true,
		Rule:    "After 200 to CCC the server shuts the TLS session down by a close_notify, leaves the connection open, and takes the next command in the clear.",
		Digests: []string{"1508aec29893", "61e28220e1b4"},
	},
	{
		ID: "ftp/ccc-no-more-prot", RFC: 4217, Section: "5", Level: Should, Party: Server, Extension: "CCC", Prose: true,
		Rule:    "After CCC neither PBSZ nor PROT is accepted.",
		Digests: []string{"9ab8287ca076"},
	},
	{
		ID: "ftp/ccc-prot-stays", RFC: 4217, Section: "5", Level: Must, Party: Server, Extension: "CCC", Prose: true,
		Rule:    "After CCC data transfers are protected as PROT said before.",
		Digests: []string{"86ee86efee69"},
	},
	{
		ID: "ftp/auth-feature", RFC: 4217, Section: "6", Level: Must, Party: Server, Extension: "AUTH TLS",
		Rule:    "A server that supports FEAT lists AUTH, PBSZ and PROT if it supports them.",
		Digests: []string{"bb46cc186396"},
	},
	{
		ID: "ftp/auth-feature-tls", RFC: 4217, Section: "6", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "The feature AUTH has TLS among its parameters.",
		Digests: []string{"20f06448731a", "4b44b874c520"},
	},
	{
		ID: "ftp/tls-roles", RFC: 4217, Section: "7", Level: Must, Party: Both, Extension: "AUTH TLS",
		Rule:    "On a data connection too the FTP client is the TLS client and the FTP server the TLS server, whichever of them made the connection.",
		Digests: []string{"755918bd7441", "4dbf736f3447"},
	},
	{
		ID: "ftp/prot-after-pbsz", RFC: 4217, Section: "8", Level: Must, Party: Client, Extension: "AUTH TLS",
		Rule:    "To protect data connections the client sends PBSZ and then PROT.",
		Digests: []string{"c0d341a8764b"},
	},
	{
		ID: "ftp/auth-data-clear", RFC: 4217, Section: "8", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "AUTH TLS protects the control connection and leaves the protection of data connections as it is.",
		Digests: []string{"c53060a680b8"},
	},
	{
		ID: "ftp/prot-changed", RFC: 4217, Section: "8", Level: May, Party: Client, Extension: "AUTH TLS",
		Rule:    "The client may change the protection of data connections by PROT and an affirmative reply.",
		Digests: []string{"0b233ad2bc2f"},
		OffWire: "a permission; that the server keeps to it is ftp/prot-any-time",
	},
	{
		ID: "ftp/prot-any-time", RFC: 4217, Section: "8", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "PROT is served at any point of the session, also after PASV or PORT, and as often as it comes; the transfer that follows is protected accordingly.",
		Digests: []string{"8ebd110056db"},
	},
	{
		ID: "ftp/prot-kept", RFC: 4217, Section: "9", Level: Must, Party: Server, Extension: "AUTH TLS",
		Rule:    "Data connections after a PROT that got 200 are at that level, all of them, until another PROT is accepted, REIN, or AUTH.",
		Digests: []string{"cebc73b3cbe4"},
	},
	{
		ID: "ftp/prot-pbsz-auth-order", RFC: 4217, Section: "9", Level: Must, Party: Both, Extension: "AUTH TLS",
		Rule:    "PBSZ comes after a successful negotiation of TLS, and PROT after PBSZ: a server refuses either where what has to precede it is missing.",
		Digests: []string{"ef777cc31fc3", "18a8bcdbd052"},
	},
	{
		ID: "ftp/prot-clear", RFC: 4217, Section: "9", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "After PROT C the data connection is without TLS.",
		Digests: []string{"2eb036db6ecd", "8338ce2d5eaa"},
	},
	{
		ID: "ftp/prot-private", RFC: 4217, Section: "9", Level: Must, Party: Both, Extension: "AUTH TLS", Prose: true,
		Rule:    "After PROT P TLS is negotiated on the data connection before any data is transmitted on it.",
		Digests: []string{"1034bb0325a6", "bdefce18e280"},
	},
	{
		ID: "ftp/prot-levels", RFC: 4217, Section: "9", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "With TLS only the levels P and C are used: PROT S and PROT E are refused.",
		Digests: []string{"1f3b6cb1a791", "b4233ec8b0a1"},
	},
	{
		ID: "ftp/pbsz-zero", RFC: 4217, Section: "9", Level: Must, Party: Client, Extension: "AUTH TLS",
		Rule:    "PBSZ has the parameter 0.",
		Digests: []string{"0f648751b0ad"},
	},
	{
		ID: "ftp/pbsz-zero-accepted", RFC: 4217, Section: "9", Level: Must, Party: Server, Extension: "AUTH TLS",
		Rule:    "PBSZ 0 is accepted after the negotiation of TLS, and data is not encapsulated.",
		Digests: []string{"0f648751b0ad", "512a2b7cfcc5", "bbe81ec678d6"},
	},
	{
		ID: "ftp/prot-initially-clear", RFC: 4217, Section: "9", Level: Must, Party: Server, Extension: "AUTH TLS",
		Rule:    "Without PROT data connections are clear; a server that insists on protection refuses the transfer.",
		Digests: []string{"e843f9f48b37"},
	},
	{
		ID: "ftp/tls-policy", RFC: 4217, Section: "10.1", Level: May, Party: Server, Extension: "AUTH TLS",
		Rule:    "The server may have a policy of which commands, users, levels and cipher suites it allows with and without TLS.",
		Digests: []string{"6ae792790b17"},
		OffWire: "a permission; what a server's policy is its administrator decides",
	},
	{
		ID: "ftp/tls-failed-421", RFC: 4217, Section: "10.1", Level: Should, Party: Server, Extension: "AUTH TLS",
		Rule:    "If the negotiation failed completely, the server ends the session with an unprotected 421.",
		Digests: []string{"390c521ac1b5"},
		OffWire: "a negotiation that failed before and one that failed in the handshake look alike to the client: ftp/tls-failed-dropped takes either end",
	},
	{
		ID: "ftp/tls-unacceptable", RFC: 4217, Section: "10.1", Level: May, Party: Server, Extension: "AUTH TLS",
		Rule:    "If the negotiation succeeded and its result is not acceptable, the server may refuse commands or end the session with a protected 421.",
		Digests: []string{"ccc70a10a0eb"},
		OffWire: "what is acceptable is the server's policy",
	},
	{
		ID: "ftp/tls-failed-dropped", RFC: 4217, Section: "10.1", Level: Should, Party: Server, Extension: "AUTH TLS",
		Rule:    "If the handshake failed, the server drops the control connection: it serves no further command on it.",
		Digests: []string{"9751ad052c86"},
	},
	{
		ID: "ftp/prot-checked-at-transfer", RFC: 4217, Section: "10.2", Level: Should, Party: Server, Extension: "AUTH TLS",
		Rule:    "The level of protection is checked by the command that begins the transfer, not by PASV or PORT.",
		Digests: []string{"f97f1f6e60b3", "2feaf26f95d1"},
	},
	{
		ID: "ftp/prot-521", RFC: 4217, Section: "10.2", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "A transfer that is refused because of the level of protection gets 521 (or 522, by section 11.4), before any 1yz reply.",
		Digests: []string{"2feaf26f95d1", "bf6be66f8984"},
	},
	{
		ID: "ftp/tls-data-failed-522", RFC: 4217, Section: "10.2", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "If the negotiation on the data connection fails, the server closes it and sends 522 after the 150.",
		Digests: []string{"4b044dc8e86f", "9138e1b536b0"},
	},
	{
		ID: "ftp/tls-session-reuse", RFC: 4217, Section: "10.2", Level: May, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "The server may insist on a cached TLS session for data connections, that of the control connection or of another data connection, and says so by 522.",
		Digests: []string{"a5d8df3fd407", "2836e5ea8376", "eb8f60f0dc4b"},
	},
	{
		ID: "ftp/auth-timing", RFC: 4217, Section: "10.3", Level: Should, Party: Client, Extension: "AUTH TLS",
		Rule:    "The client is flexible in when it sends AUTH, PBSZ and PROT.",
		Digests: []string{"cf030a948adc", "7e41ec32cdd7"},
		OffWire: "what a client can be told to do is a matter of its interface",
	},
	{
		ID: "ftp/auth-timing-override", RFC: 4217, Section: "10.3", Level: Must, Party: Client, Extension: "AUTH TLS",
		Rule:    "The user can override when AUTH, PBSZ and PROT are sent.",
		Digests: []string{"2aa1a6c0528d", "67e1e2dc9d4a"},
		OffWire: "what a client can be told to do is a matter of its interface",
	},
	{
		ID: "ftp/auth-timing-not-insisted", RFC: 4217, Section: "10.3", Level: ShouldNot, Party: Client, Extension: "AUTH TLS",
		Rule:    "The client does not insist on AUTH as the first command, nor on PBSZ and PROT directly after AUTH.",
		Digests: []string{"43ef886caf26"},
		OffWire: "what a client can be told to do is a matter of its interface",
	},
	{
		ID: "ftp/tls-failed-client", RFC: 4217, Section: "10.3", Level: Should, Party: Client, Extension: "AUTH TLS", Prose: true,
		Rule:    "If the handshake failed or the certificate is not acceptable, the client ends the session: at most QUIT is sent, and no credentials.",
		Digests: []string{"e100b87c6fa8", "9ee9de8a78d4", "83970332654b"},
	},
	{
		ID: "ftp/prot-refusal-not-final", RFC: 4217, Section: "10.4", Level: ShouldNot, Party: Client, Extension: "AUTH TLS", Prose: true,
		Rule:    "The client does not take the refusal of one transfer for a refusal of its level of protection altogether: the session goes on.",
		Digests: []string{"fefc2f41cf96", "f445757f65f1"},
	},
	{
		ID: "ftp/prot-522", RFC: 4217, Section: "11.4", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "If the server needs the data connection to be protected, the reply to the transfer command is 522 (or 521, by section 10.2).",
		Digests: []string{"a72aa91c49fd"},
	},
	{
		ID: "ftp/rein-clears-tls", RFC: 4217, Section: "13", Level: Must, Party: Server, Extension: "AUTH TLS",
		Rule:    "REIN ends the TLS session: after its reply control and data connections are unprotected again.",
		Digests: []string{"20ac7afb8f6c"},
	},
	{
		ID: "ftp/rein-cached-session", RFC: 4217, Section: "13", Level: May, Party: Both, Extension: "AUTH TLS",
		Rule:    "After REIN a cached TLS session may be used.",
		Digests: []string{"0497201c6b5b"},
		OffWire: "a permission",
	},
	{
		ID: "ftp/rein-cached-session-not-required", RFC: 4217, Section: "13", Level: MustNot, Party: Server, Extension: "AUTH TLS",
		Rule:    "After REIN the server does not insist on a cached TLS session: AUTH TLS with a full handshake succeeds.",
		Digests: []string{"0497201c6b5b"},
	},
	{
		ID: "ftp/rein-reply-protected", RFC: 4217, Section: "13", Level: Must, Party: Server, Extension: "AUTH TLS",
		Rule:    "The reply to REIN is sent in TLS, before the session is cleared.",
		Digests: []string{"d5aaa44f6e42"},
	},
	{
		ID: "ftp/tls-no-urgent", RFC: 4217, Section: "14", Level: ShouldNot, Party: Server, Extension: "AUTH TLS",
		Rule:    "In TLS the server does not rely on urgent data to take a command during a transfer: ABOR without it ends the transfer.",
		Digests: []string{"27eabf3b478a", "9ac5aae93914"},
	},
	{
		ID: "ftp/tls-all-data", RFC: 4217, Section: "14", Level: Must, Party: Client, Extension: "AUTH TLS",
		Rule:    "The client sends everything in the TLS session, Telnet commands too.",
		Digests: []string{"dd9139226509"},
	},
	{
		ID: "ftp/tls-same-certificate", RFC: 4217, Section: "15.1.1", Level: Should, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "The server's certificate on data connections is that of the control connection.",
		Digests: []string{"aeb46ed7d708"},
	},
	{
		ID: "ftp/tls-same-certificate-checked", RFC: 4217, Section: "15.1.1", Level: Should, Party: Client, Extension: "AUTH TLS", Prose: true,
		Rule:    "The client cross-checks the identities of the server on control and data connection: another certificate, not valid for the server, is not accepted.",
		Digests: []string{"aa9f12ca740d"},
	},
	{
		ID: "ftp/tls-same-client-certificate", RFC: 4217, Section: "15.1.2", Level: Should, Party: Client, Extension: "AUTH TLS", Prose: true,
		Rule:    "A client that presents a certificate presents the same one on data connections.",
		Digests: []string{"4e76951559e6"},
		OffWire: "client certificates are a choice of the user's, and the clients under test are given none",
	},
	{
		ID: "ftp/ccc-refusal-expected", RFC: 4217, Section: "15.3", Level: ShouldNot, Party: Client, Extension: "CCC", Prose: true,
		Rule:    "The client does not assume that CCC is accepted: after a refusal it goes on in TLS.",
		Digests: []string{"b0a23142a808"},
	},
	{
		ID: "ftp/ccc-before-login", RFC: 4217, Section: "15.3", Level: May, Party: Server, Extension: "CCC", Prose: true,
		Rule:    "The server may refuse CCC of a client that has not authenticated.",
		Digests: []string{"b011b8bebddf"},
	},
	{
		ID: "ftp/auth-tls-parameter", RFC: 4217, Section: "17", Level: Must, Party: Client, Extension: "AUTH TLS",
		Rule:    `The parameter of AUTH that requests TLS is "TLS".`,
		Digests: []string{"742681774717"},
	},
	{
		ID: "ftp/auth-tls-c", RFC: 4217, Section: "17", Level: Should, Party: Server, Extension: "AUTH TLS",
		Rule:    `The server takes "TLS-C" for "TLS".`,
		Digests: []string{"b2d7b33ab9bf"},
	},
	{
		ID: "ftp/auth-tls-any-case", RFC: 4217, Section: "17", Level: Must, Party: Server, Extension: "AUTH TLS", Prose: true,
		Rule:    "The parameter of AUTH is taken in any case of its letters.",
		Digests: []string{"8852ce0b78bf"},
	},
}
