package register

// pop3RFC3206 are the requirements of RFC 3206, The SYS and AUTH POP Response Codes.
var pop3RFC3206 = []Entry{
	{
		ID: "pop3/sys-code", RFC: 3206, Section: "4", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    "The code SYS means that a failure comes from the system, not from the user's credentials or an outer condition: wrong credentials never get it.",
		Digests: []string{"19cce74a9a1c"},
	},
	{
		ID: "pop3/sys-levels", RFC: 3206, Section: "4", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    "The second level of SYS is TEMP or PERM.",
		Digests: []string{"85507963e37d"},
	},
	{
		ID: "pop3/sys-case", RFC: 3206, Section: "4", Level: Must, Party: Client, Extension: "RESP-CODES", Prose: true,
		Rule:    "SYS, TEMP and PERM are recognised whatever the case of their letters.",
		Digests: []string{"8670b7d960e7"},
	},
	{
		ID: "pop3/sys-temp", RFC: 3206, Section: "4", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    "SYS/TEMP is sent for a problem that is likely to pass.",
		Digests: []string{"b7e847220f93"},
		OffWire: "whether a problem inside a server is likely to pass does not show on the wire",
	},
	{
		ID: "pop3/sys-temp-client", RFC: 3206, Section: "4", Level: Must, Party: Client, Extension: "RESP-CODES", Prose: true,
		Rule:    "After SYS/TEMP the client tries again later and does not ask for new credentials or alarm the user unless it persists.",
		Digests: []string{"b7e847220f93"},
	},
	{
		ID: "pop3/sys-perm", RFC: 3206, Section: "4", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    "SYS/PERM is sent for a problem that is unlikely to be solved without somebody's intervention.",
		Digests: []string{"79da75d0683b"},
		OffWire: "whether a problem inside a server needs intervention does not show on the wire",
	},
	{
		ID: "pop3/sys-perm-client", RFC: 3206, Section: "4", Level: May, Party: Client, Extension: "RESP-CODES", Prose: true,
		Rule:    "After SYS/PERM the client may alert the user and suggest to call for support; it does not take the credentials as wrong.",
		Digests: []string{"e7497053a759", "79da75d0683b"},
	},
	{
		ID: "pop3/sys-any-command", RFC: 3206, Section: "4", Level: Must, Party: Server, Extension: "RESP-CODES", Prose: true,
		Rule:    `SYS comes with "-ERR" only, and may come with "-ERR" to any command.`,
		Digests: []string{"8225244bf1c8"},
	},
	{
		ID: "pop3/sys-any-command-client", RFC: 3206, Section: "4", Level: Must, Party: Client, Extension: "RESP-CODES", Prose: true,
		Rule:    `SYS is understood in "-ERR" to any command, not to authentication commands alone.`,
		Digests: []string{"8225244bf1c8"},
	},
	{
		ID: "pop3/auth-code", RFC: 3206, Section: "5", Level: Must, Party: Server, Extension: "AUTH-RESP-CODE", Prose: true,
		Rule:    "The code AUTH means that the problem is with the user's credentials.",
		Digests: []string{"2f28bb822272"},
	},
	{
		ID: "pop3/auth-code-commands", RFC: 3206, Section: "5", Level: Must, Party: Server, Extension: "AUTH-RESP-CODE", Prose: true,
		Rule:    `AUTH comes only with "-ERR" to an authentication command (AUTH, USER, PASS, APOP).`,
		Digests: []string{"2004119ed27a"},
	},
	{
		ID: "pop3/auth-code-capa", RFC: 3206, Section: "5", Level: Should, Party: Server,
		Rule:    "A server that sends the AUTH code supports CAPA.",
		Digests: []string{"ba1a3b060f58"},
	},
	{
		ID: "pop3/auth-code-announced", RFC: 3206, Section: "5", Level: Should, Party: Server, Extension: "CAPA",
		Rule:    "A server that sends the AUTH code announces AUTH-RESP-CODE.",
		Digests: []string{"ba1a3b060f58"},
	},
	{
		ID: "pop3/auth-code-only-credentials", RFC: 3206, Section: "5", Level: Must, Party: Server, Extension: "AUTH-RESP-CODE", Prose: true,
		Rule:    "When AUTH-RESP-CODE is announced, an authentication failure without the AUTH code (a locked maildrop, a system error) is not one of the credentials.",
		Digests: []string{"ba74ce1b698d"},
	},
	{
		ID: "pop3/auth-code-only-credentials-client", RFC: 3206, Section: "5", Level: Must, Party: Client, Extension: "AUTH-RESP-CODE", Prose: true,
		Rule:    "When AUTH-RESP-CODE is announced, the client takes the credentials as wrong only if the code AUTH is there.",
		Digests: []string{"ba74ce1b698d"},
	},
	{
		ID: "pop3/auth-code-not-user", RFC: 3206, Section: "5", Level: ShouldNot, Party: Server, Extension: "AUTH-RESP-CODE",
		Rule:    "The AUTH code is not sent in response to USER.",
		Digests: []string{"b0852122d427", "bc9587bcb8f2"},
	},
	{
		ID: "pop3/auth-resp-code-always", RFC: 3206, Section: "6", Level: Must, Party: Server, Extension: "AUTH-RESP-CODE", Prose: true,
		Rule:    "A server that announces AUTH-RESP-CODE sends the AUTH code with every authentication error that the credentials caused.",
		Digests: []string{"66c462adbaf5"},
	},
	{
		ID: "pop3/auth-resp-code-both-states", RFC: 3206, Section: "6", Level: Must, Party: Server, Extension: "AUTH-RESP-CODE", Prose: true,
		Rule:    "AUTH-RESP-CODE is announced in both states alike and without arguments.",
		Digests: []string{"55e6568e77a4", "48d91698bcb5"},
	},
}
