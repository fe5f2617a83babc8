package register

// ftpRFC1123 are the requirements of RFC 1123 section 4.1, which corrects RFC 959. The other sections of RFC 1123 are not FTP's (see
// Scope).
var ftpRFC1123 = []Entry{
	{
		ID: "ftp/type-i-l8", RFC: 1123, Section: "4.1.2.1", Level: Must, Party: Server,
		Rule:    "TYPE I and TYPE L 8 are accepted, and a file is sent alike in both.",
		Digests: []string{"a6d03e472ec9"},
	},
	{
		ID: "ftp/type-i-l8-client", RFC: 1123, Section: "4.1.2.1", Level: Must, Party: Client,
		Rule:    "The client can ask for TYPE I and for TYPE L 8.",
		Digests: []string{"a6d03e472ec9"},
	},
	{
		ID: "ftp/type-l-m", RFC: 1123, Section: "4.1.2.1", Level: May, Party: Both,
		Rule:    "A machine with words of m bits may support TYPE L m.",
		Digests: []string{"ce65d2c429d6"},
		OffWire: "the words of a machine do not show on the wire",
	},
	{
		ID: "ftp/type-t-as-n", RFC: 1123, Section: "4.1.2.2", Level: Should, Party: Server,
		Rule:    "A server that makes no distinction between the formats N and T accepts TYPE A T, and sends a file as with TYPE A N.",
		Digests: []string{"ee281567b9c7"},
	},
	{
		ID: "ftp/page-not-recommended", RFC: 1123, Section: "4.1.2.3", Level: ShouldNot, Party: Server,
		Rule:    "Page structure should not be implemented: STRU P is refused.",
		Digests: []string{"2ec12495b5af"},
	},
	{
		ID: "ftp/page-format", RFC: 1123, Section: "4.1.2.3", Level: Must, Party: Both, Extension: "STRU P",
		Rule:    "Who needs files with holes uses the defined page structure.",
		Digests: []string{"004ef0129a82"},
		OffWire: "nobody has page structure, and this section advises against it: here STRU P is refused with 504",
	},
	{
		ID: "ftp/record-file-invertible", RFC: 1123, Section: "4.1.2.4", Level: Should, Party: Server, Extension: "STRU R",
		Rule:    "A text stored with file structure and one with record structure can each be retrieved with the other: a record for each line and a line for each record.",
		Digests: []string{"81d500c0ea68"},
	},
	{
		ID: "ftp/port-each-transfer", RFC: 1123, Section: "4.1.2.5", Level: Should, Party: Client,
		Rule:    "In Stream mode the client sends PORT (or PASV) before each transfer command.",
		Digests: []string{"1fc1c59123bc"},
	},
	{
		ID: "ftp/pasv-implemented", RFC: 1123, Section: "4.1.2.6", Level: Must, Party: Server,
		Rule:    "PASV is implemented.",
		Digests: []string{"e19da5efc842"},
	},
	{
		ID: "ftp/pasv-each-transfer", RFC: 1123, Section: "4.1.2.6", Level: Must, Party: Client,
		Rule:    "The client sends a new PASV before each transfer that uses it, and does not connect to a port of an earlier one.",
		Digests: []string{"7a49f5c02a25"},
	},
	{
		ID: "ftp/pasv-reply-scanned", RFC: 1123, Section: "4.1.2.6", Level: Must, Party: Client, Prose: true,
		Rule:    "The client finds the six numbers in the text of a 227 reply with parentheses around them and without, from the first digit on.",
		Digests: []string{"7b805b48f93c", "7e2db4ae2a46", "162a4b0e0fa4"},
	},
	{
		ID: "ftp/pasv-own-address", RFC: 1123, Section: "4.1.2.6", Level: Must, Party: Server, Prose: true,
		Rule:    "The address in a 227 reply is that of the server, and the port is one that PASV assigned: the client can connect to it.",
		Digests: []string{"5505be03392b"},
	},
	{
		ID: "ftp/nlst-usable", RFC: 1123, Section: "4.1.2.7", Level: Must, Party: Server,
		Rule:    "Each line that NLST sends can be the argument of RETR as it stands, for NLST of the working directory and of another one.",
		Digests: []string{"47d292d3b787"},
	},
	{
		ID: "ftp/listing-implied-ascii", RFC: 1123, Section: "4.1.2.7", Level: Should, Party: Server,
		Rule:    "LIST and NLST are sent as in TYPE A N whatever the type is (E N in TYPE E): the lines end with CR LF in TYPE I too.",
		Digests: []string{"81b389367731"},
	},
	{
		ID: "ftp/site-for-non-standard", RFC: 1123, Section: "4.1.2.8", Level: Should, Party: Server,
		Rule:    "Features that are not standard are offered by SITE, not by commands of their own.",
		Digests: []string{"70f3de88211e"},
		OffWire: "which commands a server has that are in no standard cannot be found by trying",
	},
	{
		ID: "ftp/stou-name", RFC: 1123, Section: "4.1.2.9", Level: Must, Party: Server, Extension: "STOU",
		Rule:    "The preliminary reply to STOU (125 or 150) has the name of the file that is written.",
		Digests: []string{"d7ac5d28377b", "4e902c1e802f"},
	},
	{
		ID: "ftp/stou-name-form", RFC: 1123, Section: "4.1.2.9", Level: Must, Party: Server, Extension: "STOU", Prose: true,
		Rule:    `The preliminary reply to STOU is exactly "125 FILE: pppp" or "150 FILE: pppp", pppp being the pathname.`,
		Digests: []string{"ce14226bf31d", "aab955559bac", "43d6637858aa"},
	},
	{
		ID: "ftp/stou-name-client", RFC: 1123, Section: "4.1.2.9", Level: Must, Party: Client, Extension: "STOU", Prose: true,
		Rule:    `The client learns the name of a file stored by STOU from the preliminary reply "FILE: pppp".`,
		Digests: []string{"ce14226bf31d", "aab955559bac", "43d6637858aa"},
	},
	{
		ID: "ftp/read-boundaries", RFC: 1123, Section: "4.1.2.10", Level: MustNot, Party: Server,
		Rule:    "The server does not take the boundaries of what it reads for those of commands: a command in several segments, and several commands in one, are each served.",
		Digests: []string{"da68ef07f00f"},
	},
	{
		ID: "ftp/read-boundaries-client", RFC: 1123, Section: "4.1.2.10", Level: MustNot, Party: Client,
		Rule:    "The client does not take the boundaries of what it reads for those of replies: a reply in several segments, and several replies in one, are each read.",
		Digests: []string{"da68ef07f00f"},
	},
	{
		ID: "ftp/reply-formatted", RFC: 1123, Section: "4.1.2.11", Level: Must, Party: Server,
		Rule:    "The server sends correctly formatted replies only, also to commands that are wrong.",
		Digests: []string{"264681ce54aa", "994cb39adad1"},
	},
	{
		ID: "ftp/reply-codes-defined", RFC: 1123, Section: "4.1.2.11", Level: Should, Party: Server,
		Rule:    "The server uses the reply codes of RFC 959 wherever they apply: a failure has a code that section 5.4 lists for the command.",
		Digests: []string{"d31d15c827cb"},
	},
	{
		ID: "ftp/reply-codes-other", RFC: 1123, Section: "4.1.2.11", Level: May, Party: Server,
		Rule:    "The server may use another reply code where it is needed, if it keeps to the general rules of RFC 959 section 4.2.",
		Digests: []string{"c321f4e455e1"},
	},
	{
		ID: "ftp/reply-4xx", RFC: 1123, Section: "4.1.2.11", Level: Should, Party: Server,
		Rule:    "With a choice between 4yz and 5yz the server sends 4yz if the request may succeed some hours later.",
		Digests: []string{"06dbabc86c5a"},
		OffWire: "whether a cause inside a server will pass does not show on the wire",
	},
	{
		ID: "ftp/first-digit-only", RFC: 1123, Section: "4.1.2.11", Level: Should, Party: Client,
		Rule:    "The client decides by the first digit of a reply alone: a code that it does not know counts as its first digit.",
		Digests: []string{"529a0b35fc47"},
	},
	{
		ID: "ftp/multiline-client", RFC: 1123, Section: "4.1.2.11", Level: Must, Party: Client,
		Rule:    "The client handles multi-line replies, to every command and in the greeting.",
		Digests: []string{"1a0c4f960421"},
	},
	{
		ID: "ftp/multiline-limit-client", RFC: 1123, Section: "4.1.2.11", Level: Must, Party: Client,
		Rule:    "If the client has a limit on the lines of a reply it recovers when it is exceeded: the reply is read to its end, or the session is ended with an error; the next reply is never taken from within.",
		Digests: []string{"6b310408efd1"},
	},
	{
		ID: "ftp/reply-421-not-special", RFC: 1123, Section: "4.1.2.11", Level: ShouldNot, Party: Client,
		Rule:    "The client does not take 421 for anything but a 4yz reply.",
		Digests: []string{"1d850e84162f"},
	},
	{
		ID: "ftp/close-detected", RFC: 1123, Section: "4.1.2.11", Level: Should, Party: Client,
		Rule:    "The client finds out when the server closes the control connection.",
		Digests: []string{"1d850e84162f"},
	},
	{
		ID: "ftp/default-port-address", RFC: 1123, Section: "4.1.2.12", Level: Must, Party: Server,
		Rule:    "The server makes data connections from the address that the control connection is connected to.",
		Digests: []string{"c482ce8036ff"},
	},
	{
		ID: "ftp/telnet-controls-client", RFC: 1123, Section: "4.1.2.12", Level: MustNot, Party: Client,
		Rule:    "The client sends no Telnet controls but Synch and IP.",
		Digests: []string{"c25ef1c95946"},
	},
	{
		ID: "ftp/telnet-negotiation-client", RFC: 1123, Section: "4.1.2.12", Level: MustNot, Party: Client,
		Rule:    "The client negotiates no Telnet options.",
		Digests: []string{"46d1556c4275"},
	},
	{
		ID: "ftp/telnet-negotiation-refused", RFC: 1123, Section: "4.1.2.12", Level: Must, Party: Server,
		Rule:    "The server accepts Telnet negotiations and refuses them: DO is answered by WONT, WILL by DONT, and the commands around them are served.",
		Digests: []string{"5e1129391b3a"},
	},
	{
		ID: "ftp/required-commands", RFC: 1123, Section: "4.1.2.13", Level: Must, Party: Server,
		Rule:    "The server implements USER, PASS, ACCT, PORT, PASV, TYPE (A N, I, L 8), MODE S, STRU F, RETR, STOR, APPE, RNFR, RNTO, DELE, CWD, CDUP, RMD, MKD, PWD, LIST, NLST, SYST, STAT, HELP, NOOP and QUIT: none of them gets 500, 502 or 504 (502 or 202 to ACCT where the system has no accounts).",
		Digests: []string{"11b38c2b088a", "2b7cd14320a1", "952c1bff3a56"},
	},
	{
		ID: "ftp/required-commands-client", RFC: 1123, Section: "4.1.2.13", Level: Must, Party: Client,
		Rule:    "The client can send each of the commands that are required of a server.",
		Digests: []string{"11b38c2b088a", "2b7cd14320a1", "952c1bff3a56"},
	},
	{
		ID: "ftp/record-required", RFC: 1123, Section: "4.1.2.13", Level: Must, Party: Server,
		Rule:    "Hosts whose file systems support record structure accept STRU R.",
		Digests: []string{"9c205b37bd43"},
		OffWire: "the file systems at hand have no records",
	},
	{
		ID: "ftp/experimental-commands", RFC: 1123, Section: "4.1.3.1", Level: Should, Party: Server,
		Rule:    "XMKD, XRMD, XPWD, XCUP and XCWD are served as MKD, RMD, PWD, CDUP and CWD.",
		Digests: []string{"c0e700758c27"},
	},
	{
		ID: "ftp/experimental-client", RFC: 1123, Section: "4.1.3.1", Level: Should, Party: Client,
		Rule:    "A client whose MKD, RMD, PWD, CDUP or CWD gets 500 or 502 tries the form with X.",
		Digests: []string{"c0e700758c27", "7177911c0064"},
	},
	{
		ID: "ftp/idle-timeout", RFC: 1123, Section: "4.1.3.2", Level: Should, Party: Server,
		Rule:    "A session that is idle for long (no command, no transfer) is ended.",
		Digests: []string{"18e4c513e153"},
		OffWire: "how long that is is not said: a session that is still open after any wait conforms",
	},
	{
		ID: "ftp/idle-timeout-5-minutes", RFC: 1123, Section: "4.1.3.2", Level: Should, Party: Server,
		Rule:    "The idle timeout can be configured and is 5 minutes or more by default.",
		Digests: []string{"19acc33665bf"},
		OffWire: "what can be configured, and what is a default, does not show on the wire of one configuration",
	},
	{
		ID: "ftp/commands-deferred", RFC: 1123, Section: "4.1.3.3", Level: Must, Party: Server, Prose: true,
		Rule:    "STAT and ABOR that arrive during a transfer are accepted: served at once, or when it is complete.",
		Digests: []string{"006602e7f549"},
	},
	{
		ID: "ftp/restart-reply-form", RFC: 1123, Section: "4.1.3.4", Level: Must, Party: Server, Extension: "MODE B", Prose: true,
		Rule:    `The reply to a restart marker is "110 MARK ssss = rrrr": ssss is the marker as it came in the data, rrrr the server's.`,
		Digests: []string{"1be91d034748", "cc55278b0857", "63bbaf29d8a3", "11df7031dd18", "7507d5fce2cb"},
	},
	{
		ID: "ftp/restart-stable-storage", RFC: 1123, Section: "4.1.3.4", Level: Should, Party: Both,
		Rule:    "At a restart marker the receiver writes the data up to it to stable storage before it encodes the position.",
		Digests: []string{"2d697f520c46"},
		OffWire: "what is in stable storage does not show on the wire",
	},
	{
		ID: "ftp/restart-asynchronous", RFC: 1123, Section: "4.1.3.4", Level: MustNot, Party: Both, Extension: "MODE B",
		Rule:    "Who sends restart markers does not wait for a 110 reply before it sends more data.",
		Digests: []string{"67821e52546e"},
		OffWire: "whether and when a sender puts markers into its data is its own choice, and no peer can ask for one",
	},
	{
		ID: "ftp/reply-554", RFC: 1123, Section: "4.1.3.4", Level: Should, Party: Server, Extension: "REST", Prose: true,
		Rule:    "A service command after REST whose position cannot be reached in the file gets a negative reply, 554 (RFC 3659 section 5.3 has 554 for REST itself too).",
		Digests: []string{"a780c5af013c", "1f9a4d442617", "4051fa4e20c2", "1221a7aa6d45"},
	},
	{
		ID: "ftp/reply-555", RFC: 1123, Section: "4.1.3.4", Level: Must, Party: Server, Prose: true,
		Rule:    "APPE, or a service command after REST, whose type or structure does not fit the existing file gets 555.",
		Digests: []string{"a780c5af013c", "9c7118351fa8", "2c9cb1da557c", "9810a43814b6"},
		OffWire: "a store of octets has no files that a type or structure does not fit",
	},
	{
		ID: "ftp/remote-pathnames", RFC: 1123, Section: "4.1.4.1", Level: Must, Party: Client,
		Rule:    "The client sends remote pathnames as arbitrary strings: of any length, with spaces and every printable character, by no convention of its own system.",
		Digests: []string{"65dcd055358f"},
	},
	{
		ID: "ftp/quote-command", RFC: 1123, Section: "4.1.4.2", Level: Must, Party: Client,
		Rule:    "The client can send an arbitrary command line, and hands over all replies that come to it.",
		Digests: []string{"64569da3eb04"},
	},
	{
		ID: "ftp/commands-immediate", RFC: 1123, Section: "4.1.4.2", Level: Should, Party: Client,
		Rule:    "The client sends TYPE, MODE and STRU when they are given, not when the next transfer begins.",
		Digests: []string{"19abcbafab4e"},
	},
	{
		ID: "ftp/errors-displayed", RFC: 1123, Section: "4.1.4.3", Level: Should, Party: Client,
		Rule:    "The client hands over the full text of a reply that reports an error.",
		Digests: []string{"02530303e6b5"},
	},
	{
		ID: "ftp/verbose-mode", RFC: 1123, Section: "4.1.4.3", Level: Should, Party: Client,
		Rule:    "The client has a mode in which all commands and replies are displayed.",
		Digests: []string{"e47b9496a4d7"},
		OffWire: "a matter of the user interface",
	},
	{
		ID: "ftp/synchronization", RFC: 1123, Section: "4.1.4.4", Level: Should, Party: Client,
		Rule:    "The client stays in step with the server when a reply is missing or unexpected: it does not take the reply to one command for that to another.",
		Digests: []string{"c8ab0da5ae30"},
	},
}
