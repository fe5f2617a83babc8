package register

// pop3RFC1939 are the requirements of RFC 1939, Post Office Protocol - Version 3. It was written before
// RFC 2119: most of its rules are plain statements.
var pop3RFC1939 = []Entry{
	{
		ID: "pop3/listen-port", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "The service is offered on TCP port 110.",
		Digests: []string{"904a0b8bb5cb"},
		OffWire: "the port belongs to the deployment: the user names the address that is judged",
	},
	{
		ID: "pop3/greeting-sent", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "When a connection is established the server speaks first: it sends a greeting before any command was sent to it.",
		Digests: []string{"da8879a72234"},
	},
	{
		ID: "pop3/keyword-case", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    `Command keywords are recognised whatever the case of their letters: "stat", "Stat" and "STAT" get the same response.`,
		Digests: []string{"c2cbbaaf8e50"},
	},
	{
		ID: "pop3/command-form", RFC: 1939, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    "A command is a keyword, possibly followed by one or more arguments, and nothing before the keyword.",
		Digests: []string{"c2cbbaaf8e50"},
	},
	{
		ID: "pop3/command-crlf", RFC: 1939, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    "Every command line ends with CR LF; a bare LF or a bare CR does not end one.",
		Digests: []string{"a9c7458994eb"},
	},
	{
		ID: "pop3/command-printable", RFC: 1939, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    "Keywords and arguments hold printable ASCII characters only: no control character, no octet over 0x7E (until an extension such as UTF8 with USER permits more).",
		Digests: []string{"bd3a05c3f6e0"},
	},
	{
		ID: "pop3/command-single-space", RFC: 1939, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    "Keyword and arguments are separated by exactly one SPACE each; no TAB, no doubled space and no space before the CRLF.",
		Digests: []string{"76d71a35a091"},
	},
	{
		ID: "pop3/keyword-length", RFC: 1939, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    "A command keyword has three or four characters.",
		Digests: []string{"699d5a952f54"},
	},
	{
		ID: "pop3/argument-40", RFC: 1939, Section: "3", Level: MustNot, Party: Client, Prose: true,
		Rule:    "An argument is not longer than 40 characters (toward a server that announces CAPA the longer command of RFC 2449 section 4 is allowed instead).",
		Digests: []string{"0a05e3d039ed"},
	},
	{
		ID: "pop3/argument-40-accepted", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "An argument of 40 characters is taken whole: it is neither refused for its length nor cut.",
		Digests: []string{"0a05e3d039ed"},
	},
	{
		ID: "pop3/response-form", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "A response begins with a status indicator at the first octet of its line; further text follows after it.",
		Digests: []string{"e1f844cd4060"},
	},
	{
		ID: "pop3/response-crlf", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "Every response line ends with CR LF, and neither octet occurs alone in it.",
		Digests: []string{"4d81480b9812"},
	},
	{
		ID: "pop3/response-512", RFC: 1939, Section: "3", Level: MustNot, Party: Server, Prose: true,
		Rule:    "The first line of a response has no more than 512 octets, the CRLF included.",
		Digests: []string{"63653991367d"},
	},
	{
		ID: "pop3/response-512-accepted", RFC: 1939, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    "A first response line of exactly 512 octets, CRLF included, is read whole and understood.",
		Digests: []string{"63653991367d"},
	},
	{
		ID: "pop3/status-indicators", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    `The status indicator of every response is "+OK" or "-ERR", nothing else (an AUTH exchange adds the "+" of a challenge).`,
		Digests: []string{"9e09c29e32e1"},
	},
	{
		ID: "pop3/status-upper-case", RFC: 1939, Section: "3", Level: Must, Party: Server,
		Rule:    `"+OK" and "-ERR" are sent in upper case, also in response to a command in lower case.`,
		Digests: []string{"a7cfa4d549ea"},
	},
	{
		ID: "pop3/multiline-line-crlf", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "In a multi-line response each line after the first ends with CR LF; a line end of another kind in the stored message becomes CR LF.",
		Digests: []string{"f651128edbb0"},
	},
	{
		ID: "pop3/multiline-end", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    `A multi-line response ends with a line that consists of a single "." and CRLF.`,
		Digests: []string{"debb9fb0c1eb", "9a4228081acb"},
	},
	{
		ID: "pop3/dot-stuffing", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    `A line of a multi-line response that begins with "." is sent with one more "." before it, whatever else is on the line; other lines are sent as they are.`,
		Digests: []string{"304bd05448cd"},
	},
	{
		ID: "pop3/dot-unstuffing", RFC: 1939, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    `Of a received multi-line response line that begins with "." and has other octets before its CRLF, exactly the first "." is removed.`,
		Digests: []string{"e60f001adec5", "261585bfccdc"},
	},
	{
		ID: "pop3/multiline-end-recognised", RFC: 1939, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    `A line "." CRLF ends the multi-line response and is not part of its content; nothing else ends it.`,
		Digests: []string{"4dcab729eef5"},
	},
	{
		ID: "pop3/state-authorization", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "After the greeting the session is in the AUTHORIZATION state: authentication commands and QUIT are served, mailbox commands are not.",
		Digests: []string{"486be2ad0d8f"},
	},
	{
		ID: "pop3/client-identifies", RFC: 1939, Section: "3", Level: Must, Party: Client, Prose: true,
		Rule:    "The client authenticates before it issues a command of the TRANSACTION state.",
		Digests: []string{"d983a54a91eb"},
	},
	{
		ID: "pop3/state-transaction", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "After a successful authentication the session is in the TRANSACTION state: STAT, LIST, RETR, DELE, NOOP and RSET are served.",
		Digests: []string{"350cc2edd582"},
	},
	{
		ID: "pop3/quit-enters-update", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "QUIT in the TRANSACTION state ends the session by way of the UPDATE state: no later command is served.",
		Digests: []string{"c7657d5b6abf"},
	},
	{
		ID: "pop3/quit-goodbye", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "In the UPDATE state the server answers QUIT (says goodbye) before it closes the connection.",
		Digests: []string{"7cd0a77a5b47"},
	},
	{
		ID: "pop3/quit-closes", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "After the response to QUIT the TCP connection is closed.",
		Digests: []string{"3ffcb8669a1c"},
	},
	{
		ID: "pop3/unrecognized-err", RFC: 1939, Section: "3", Level: Must, Party: Server,
		Rule:    `A command with an unknown keyword gets a response that begins with "-ERR", and the session goes on.`,
		Digests: []string{"9b2978246231"},
	},
	{
		ID: "pop3/unimplemented-err", RFC: 1939, Section: "3", Level: Must, Party: Server,
		Rule:    `A command of POP3 that the server does not implement gets a response that begins with "-ERR".`,
		Digests: []string{"9b2978246231"},
	},
	{
		ID: "pop3/syntax-err", RFC: 1939, Section: "3", Level: Must, Party: Server,
		Rule:    `A command with a wrong syntax (an argument missing, an argument too many, a message-number that is no number) gets a response that begins with "-ERR".`,
		Digests: []string{"9b2978246231"},
	},
	{
		ID: "pop3/wrong-state-err", RFC: 1939, Section: "3", Level: Must, Party: Server,
		Rule:    `A command that is not valid in the present state gets a response that begins with "-ERR" and has no other effect.`,
		Digests: []string{"351a6b7cf205"},
	},
	{
		ID: "pop3/err-ambiguous", RFC: 1939, Section: "3", Level: MustNot, Party: Client, Prose: true,
		Rule:    `From "-ERR" to an optional command (TOP, UIDL, APOP) the client does not conclude why: it goes on without the command instead of taking the session as broken.`,
		Digests: []string{"06e7314cfaa4"},
	},
	{
		ID: "pop3/autologout-permitted", RFC: 1939, Section: "3", Level: May, Party: Server,
		Rule:    "The server may end an inactive session after a time.",
		Digests: []string{"bc9a1c635c6d"},
	},
	{
		ID: "pop3/autologout-10-minutes", RFC: 1939, Section: "3", Level: Must, Party: Server,
		Rule:    "A session is not ended for inactivity before 10 minutes without a command have passed.",
		Digests: []string{"74eecbb0d0ce"},
	},
	{
		ID: "pop3/autologout-reset", RFC: 1939, Section: "3", Level: Should, Party: Server, Prose: true,
		Rule:    "Any command received before the timer runs out starts the interval anew.",
		Digests: []string{"dbb2fac52fd5"},
	},
	{
		ID: "pop3/autologout-no-update", RFC: 1939, Section: "3", Level: Must, Party: Server, Prose: true,
		Rule:    "When the timer ends a session the UPDATE state is not entered: messages marked as deleted are still there in the next session.",
		Digests: []string{"fa42ad58bf12"},
	},
	{
		ID: "pop3/autologout-silent", RFC: 1939, Section: "3", Level: Should, Party: Server, Prose: true,
		Rule:    "When the timer ends a session the connection is closed without any response to the client.",
		Digests: []string{"fa42ad58bf12"},
	},
	{
		ID: "pop3/greeting-one-line", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    "The greeting is a single line.",
		Digests: []string{"6412c679ddc1"},
	},
	{
		ID: "pop3/greeting-positive", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    `The greeting of a server that serves is a positive response: it begins with "+OK".`,
		Digests: []string{"c3209702ab63"},
	},
	{
		ID: "pop3/greeting-any-text", RFC: 1939, Section: "4", Level: Must, Party: Client, Prose: true,
		Rule:    `A greeting that begins with "+OK" is accepted whatever text follows, and with none.`,
		Digests: []string{"c3209702ab63"},
	},
	{
		ID: "pop3/auth-mechanism-one", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    "The server supports at least one way to authenticate (USER and PASS, APOP, or AUTH).",
		Digests: []string{"3d9cb8575e05"},
	},
	{
		ID: "pop3/maildrop-lock", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    "Authentication takes an exclusive-access lock on the maildrop: while a session is in the TRANSACTION state no other session can modify or remove its messages.",
		Digests: []string{"ac37119c0e74"},
	},
	{
		ID: "pop3/auth-ok", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    `An authentication command that succeeds, the lock acquired, gets "+OK" and leads to the TRANSACTION state.`,
		Digests: []string{"f0c750bed9da"},
	},
	{
		ID: "pop3/auth-nothing-deleted", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    "At the begin of the TRANSACTION state no message is marked as deleted, whatever an earlier session that was not ended by QUIT had marked.",
		Digests: []string{"cb0b8ee08ac7"},
	},
	{
		ID: "pop3/auth-cannot-open-err", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    `If the maildrop cannot be opened (it is locked by another session, access is denied, it is broken) the authentication command gets "-ERR".`,
		Digests: []string{"73ebe319cb2c"},
	},
	{
		ID: "pop3/auth-err-lock-released", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    "A lock that was acquired before the authentication command is rejected is released before the response.",
		Digests: []string{"77e8b917b892"},
		OffWire: "a client cannot make a server fail between the lock and the response",
	},
	{
		ID: "pop3/auth-err-may-close", RFC: 1939, Section: "4", Level: May, Party: Server, Prose: true,
		Rule:    `After "-ERR" to an authentication command the server may close the connection.`,
		Digests: []string{"8552c7f15337"},
	},
	{
		ID: "pop3/auth-err-retry", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    `If the connection stays open after "-ERR" to an authentication command, a new authentication command is served, and so is QUIT.`,
		Digests: []string{"2bfc6f2a1734"},
	},
	{
		ID: "pop3/auth-err-client-retry", RFC: 1939, Section: "4", Level: May, Party: Client, Prose: true,
		Rule:    `After "-ERR" to an authentication command on a connection that stays open the client may authenticate anew or QUIT.`,
		Digests: []string{"2bfc6f2a1734"},
	},
	{
		ID: "pop3/message-number-assigned", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    "Message-numbers are assigned when the maildrop is opened and stay as they are for the session: DELE renumbers nothing, and mail that arrives later changes no number.",
		Digests: []string{"763c4890f960"},
	},
	{
		ID: "pop3/message-number-from-one", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    "The first message has the number 1, the n-th the number n, with no gaps.",
		Digests: []string{"b68ac2d7f7fd"},
	},
	{
		ID: "pop3/number-decimal", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    "In responses message-numbers and sizes are decimal digits only.",
		Digests: []string{"0c8b73073b16"},
	},
	{
		ID: "pop3/number-decimal-client", RFC: 1939, Section: "4", Level: Must, Party: Client, Prose: true,
		Rule:    "In commands message-numbers are decimal digits only.",
		Digests: []string{"0c8b73073b16"},
	},
	{
		ID: "pop3/quit-authorization", RFC: 1939, Section: "4", Level: Must, Party: Server, Prose: true,
		Rule:    `QUIT in the AUTHORIZATION state gets "+OK".`,
		Digests: []string{"06498c756ebf", "bdb09aa843eb"},
	},
	{
		ID: "pop3/quit-no-argument", RFC: 1939, Section: "4", Level: Must, Party: Client, Prose: true,
		Rule:    "QUIT is sent without arguments.",
		Digests: []string{"48d91698bcb5"},
	},
	{
		ID: "pop3/transaction-repeat", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "Commands of the TRANSACTION state are served any number of times and in any order.",
		Digests: []string{"14e875d3ec74"},
	},
	{
		ID: "pop3/response-each-command", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "Each command gets one response; none is left unanswered and none gets two.",
		Digests: []string{"4703e1545f58"},
	},
	{
		ID: "pop3/stat-transaction-only", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `STAT gets "-ERR" outside the TRANSACTION state.`,
		Digests: []string{"0040e0cd7c0d"},
	},
	{
		ID: "pop3/stat-ok", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "STAT gets a positive response of one line, the drop listing.",
		Digests: []string{"0287db2c2e09"},
	},
	{
		ID: "pop3/stat-form", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `The drop listing is "+OK", one space, the number of messages, one space and the size of the maildrop in octets; it ends there or the next octet is no digit.`,
		Digests: []string{"e30eb641ed3b", "2699f055a61e"},
	},
	{
		ID: "pop3/stat-no-extra", RFC: 1939, Section: "5", Level: ShouldNot, Party: Server, Prose: true,
		Rule:    "The drop listing should have nothing between the size and the CRLF.",
		Digests: []string{"914d39b8cd18", "0805e1ab2335"},
	},
	{
		ID: "pop3/stat-extra-permitted", RFC: 1939, Section: "5", Level: May, Party: Server, Prose: true,
		Rule:    "The drop listing may hold other information after the size.",
		Digests: []string{"cb02f2ec9394"},
	},
	{
		ID: "pop3/stat-extra-tolerated", RFC: 1939, Section: "5", Level: Must, Party: Client, Prose: true,
		Rule:    "The count and the size of a drop listing are understood whatever follows the size.",
		Digests: []string{"342c9b2f187f"},
	},
	{
		ID: "pop3/stat-deleted-not-counted", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "Messages marked as deleted count neither in the number nor in the size of the drop listing.",
		Digests: []string{"0b8ef6ac9c72"},
	},
	{
		ID: "pop3/list-transaction-only", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `LIST gets "-ERR" outside the TRANSACTION state.`,
		Digests: []string{"0040e0cd7c0d"},
	},
	{
		ID: "pop3/list-argument-optional", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "LIST is served without an argument and with a message-number.",
		Digests: []string{"3e2f36c0b8c6"},
	},
	{
		ID: "pop3/list-one", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `LIST with a message-number gets a single line: "+OK", one space and the scan listing of that message. No other line follows.`,
		Digests: []string{"38b5042b0e61"},
	},
	{
		ID: "pop3/list-all", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "LIST without an argument gets a multi-line response.",
		Digests: []string{"22311acd99c4"},
	},
	{
		ID: "pop3/list-all-messages", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "The multi-line response to LIST has one scan listing for each message that is not marked as deleted.",
		Digests: []string{"c70c22525a94"},
	},
	{
		ID: "pop3/list-empty", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `LIST without an argument on a maildrop that has no messages (or only ones marked as deleted) gets "+OK" and then the terminating line, not "-ERR".`,
		Digests: []string{"6a740bb784d4"},
	},
	{
		ID: "pop3/list-form", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "A scan listing is the message-number, one space and the size of the message in octets.",
		Digests: []string{"4accf71f244a", "09a01ac2e896"},
	},
	{
		ID: "pop3/list-size-exact", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "The size in a scan listing is exactly the number of octets that RETR sends as the message, line ends counted as two and byte-stuffing and the terminating line not counted.",
		Digests: []string{"09a01ac2e896", "77095498157b"},
	},
	{
		ID: "pop3/list-no-extra", RFC: 1939, Section: "5", Level: ShouldNot, Party: Server, Prose: true,
		Rule:    "A scan listing should have nothing between the size and the CRLF.",
		Digests: []string{"b65b64416906", "0805e1ab2335"},
	},
	{
		ID: "pop3/list-extra-permitted", RFC: 1939, Section: "5", Level: May, Party: Server, Prose: true,
		Rule:    "A scan listing may hold other information, parsed from the message, after the size.",
		Digests: []string{"b05dfd2615e9"},
	},
	{
		ID: "pop3/list-extra-tolerated", RFC: 1939, Section: "5", Level: Must, Party: Client, Prose: true,
		Rule:    "The message-number and the size of a scan listing are understood whatever follows the size.",
		Digests: []string{"4cf973ad3816"},
	},
	{
		ID: "pop3/list-deleted-not-listed", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "A message marked as deleted is not in the listing; the numbers of the others are unchanged.",
		Digests: []string{"37042dc99c9a"},
	},
	{
		ID: "pop3/list-deleted-err", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `LIST with the number of a message marked as deleted gets "-ERR".`,
		Digests: []string{"3e2f36c0b8c6", "bddb4aeb15b6"},
	},
	{
		ID: "pop3/list-missing-err", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `LIST with a number that no message has gets "-ERR".`,
		Digests: []string{"340c44040cd7"},
	},
	{
		ID: "pop3/retr-transaction-only", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `RETR gets "-ERR" outside the TRANSACTION state.`,
		Digests: []string{"0040e0cd7c0d"},
	},
	{
		ID: "pop3/retr-argument-required", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `RETR without a message-number gets "-ERR".`,
		Digests: []string{"946286f18d14"},
	},
	{
		ID: "pop3/retr-multiline", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "A positive response to RETR is multi-line.",
		Digests: []string{"bf71d5e3ce5e"},
	},
	{
		ID: "pop3/retr-message", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "The lines of a positive response to RETR are the whole message of that number, octet for octet as listed by its size, byte-stuffed.",
		Digests: []string{"78a74c5a4958"},
	},
	{
		ID: "pop3/retr-deleted-err", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `RETR of a message marked as deleted gets "-ERR".`,
		Digests: []string{"946286f18d14", "bddb4aeb15b6"},
	},
	{
		ID: "pop3/retr-missing-err", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `RETR with a number that no message has gets "-ERR".`,
		Digests: []string{"fc4950c0c57e"},
	},
	{
		ID: "pop3/reference-deleted-client", RFC: 1939, Section: "5", Level: MustNot, Party: Client, Prose: true,
		Rule:    "The client does not issue LIST, RETR or DELE for a message that it marked as deleted (unless RSET came between).",
		Digests: []string{"946286f18d14", "3e2f36c0b8c6"},
	},
	{
		ID: "pop3/dele-transaction-only", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `DELE gets "-ERR" outside the TRANSACTION state.`,
		Digests: []string{"0040e0cd7c0d"},
	},
	{
		ID: "pop3/dele-argument-required", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `DELE without a message-number gets "-ERR" and marks nothing.`,
		Digests: []string{"946286f18d14"},
	},
	{
		ID: "pop3/dele-marks", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `DELE of an existing message gets "+OK" and marks that message, and no other, as deleted.`,
		Digests: []string{"5d663f324089", "2a44d83c4739"},
	},
	{
		ID: "pop3/dele-reference-err", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `After DELE every command of the session that names the message's number gets "-ERR" (until RSET).`,
		Digests: []string{"bddb4aeb15b6"},
	},
	{
		ID: "pop3/dele-twice-err", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `DELE of a message that is already marked as deleted gets "-ERR", and the message stays marked.`,
		Digests: []string{"bddb4aeb15b6", "946286f18d14"},
	},
	{
		ID: "pop3/dele-missing-err", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `DELE with a number that no message has gets "-ERR".`,
		Digests: []string{"2a44d83c4739"},
	},
	{
		ID: "pop3/dele-not-before-update", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "A message marked as deleted is not removed before the UPDATE state: after a session that ends in any other way it is still there.",
		Digests: []string{"f3a59a801f46"},
	},
	{
		ID: "pop3/noop-transaction-only", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `NOOP gets "-ERR" outside the TRANSACTION state.`,
		Digests: []string{"0040e0cd7c0d"},
	},
	{
		ID: "pop3/noop-ok", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `NOOP gets "+OK" on one line.`,
		Digests: []string{"c7c64ecd26c8"},
	},
	{
		ID: "pop3/noop-nothing", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "NOOP changes nothing: count, sizes and marks of deletion are the same before and after.",
		Digests: []string{"c7c64ecd26c8"},
	},
	{
		ID: "pop3/rset-transaction-only", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `RSET gets "-ERR" outside the TRANSACTION state.`,
		Digests: []string{"0040e0cd7c0d"},
	},
	{
		ID: "pop3/rset-unmarks", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    "RSET takes the mark from every message marked as deleted: they are counted, listed and retrieved again under their numbers, and QUIT does not remove them.",
		Digests: []string{"5797ffc1dfb3"},
	},
	{
		ID: "pop3/rset-ok", RFC: 1939, Section: "5", Level: Must, Party: Server, Prose: true,
		Rule:    `RSET gets "+OK" on one line, also if no message was marked.`,
		Digests: []string{"bea37ef58db1", "06498c756ebf"},
	},
	{
		ID: "pop3/no-argument-commands", RFC: 1939, Section: "5", Level: Must, Party: Client, Prose: true,
		Rule:    "STAT, NOOP and RSET are sent without arguments.",
		Digests: []string{"48d91698bcb5"},
	},
	{
		ID: "pop3/quit-update", RFC: 1939, Section: "6", Level: Must, Party: Server, Prose: true,
		Rule:    "QUIT in the TRANSACTION state leads to the UPDATE state, where marked messages are removed.",
		Digests: []string{"946ddc3f470e"},
	},
	{
		ID: "pop3/quit-authorization-no-update", RFC: 1939, Section: "6", Level: Must, Party: Server, Prose: true,
		Rule:    "QUIT in the AUTHORIZATION state ends the session without the UPDATE state: nothing is removed from any maildrop.",
		Digests: []string{"880577dd3833"},
	},
	{
		ID: "pop3/abort-no-removal", RFC: 1939, Section: "6", Level: MustNot, Party: Server,
		Rule:    "If a session ends without QUIT (closed, reset or lost connection, autologout) no message is removed.",
		Digests: []string{"8ee721bca0f4"},
	},
	{
		ID: "pop3/quit-removes", RFC: 1939, Section: "6", Level: Must, Party: Server, Prose: true,
		Rule:    "After QUIT with a positive response every message that was marked as deleted is gone from the next session.",
		Digests: []string{"06decb7a7b5e"},
	},
	{
		ID: "pop3/quit-status", RFC: 1939, Section: "6", Level: Must, Party: Server, Prose: true,
		Rule:    `The response to QUIT tells whether the removal succeeded: "+OK" if all marked messages were removed.`,
		Digests: []string{"06decb7a7b5e"},
	},
	{
		ID: "pop3/quit-removal-failed-err", RFC: 1939, Section: "6", Level: Must, Party: Server, Prose: true,
		Rule:    `If messages marked as deleted could not all be removed, QUIT gets "-ERR".`,
		Digests: []string{"327e3f115d44", "06decb7a7b5e"},
		OffWire: "a client cannot make the removal fail inside a server; a mock does it on purpose",
	},
	{
		ID: "pop3/quit-removal-partial", RFC: 1939, Section: "6", Level: May, Party: Server, Prose: true,
		Rule:    "If the removal fails, some or none of the marked messages may have been removed.",
		Digests: []string{"97bd4d68ff40"},
		OffWire: "a client cannot make the removal fail inside a server",
	},
	{
		ID: "pop3/quit-only-marked", RFC: 1939, Section: "6", Level: MustNot, Party: Server, Prose: true,
		Rule:    "QUIT never removes a message that is not marked as deleted.",
		Digests: []string{"34d62280d8aa"},
	},
	{
		ID: "pop3/quit-releases-lock", RFC: 1939, Section: "6", Level: Must, Party: Server, Prose: true,
		Rule:    "After the response to QUIT the lock is released, whether the removal succeeded or not: a new session can open the maildrop at once.",
		Digests: []string{"6bc8b0b2d326"},
	},
	{
		ID: "pop3/quit-update-closes", RFC: 1939, Section: "6", Level: Must, Party: Server, Prose: true,
		Rule:    "After the response to QUIT in the TRANSACTION state the server closes the connection, whether the removal succeeded or not.",
		Digests: []string{"6bc8b0b2d326"},
	},
	{
		ID: "pop3/quit-err-handled", RFC: 1939, Section: "6", Level: Must, Party: Client, Prose: true,
		Rule:    `"-ERR" to QUIT is taken as the end of the session and shown as messages not removed, not as a connection to go on with.`,
		Digests: []string{"327e3f115d44"},
	},
	{
		ID: "pop3/minimal-commands", RFC: 1939, Section: "7", Level: Must, Party: Server, Prose: true,
		Rule:    "STAT, LIST, RETR, DELE, NOOP, RSET and QUIT are implemented by every server.",
		Digests: []string{"d4870da93a0b"},
	},
	{
		ID: "pop3/optional-commands-encouraged", RFC: 1939, Section: "7", Level: Should, Party: Server, Prose: true,
		Rule:    "The server should implement TOP and UIDL rather than put more information in its listings.",
		Digests: []string{"8767f0034cb1"},
	},
	{
		ID: "pop3/top-transaction-only", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "TOP", Prose: true,
		Rule:    `TOP gets "-ERR" outside the TRANSACTION state.`,
		Digests: []string{"0040e0cd7c0d"},
	},
	{
		ID: "pop3/top-arguments-required", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "TOP", Prose: true,
		Rule:    `TOP without the message-number or without the number of lines gets "-ERR".`,
		Digests: []string{"42bf1339eef3"},
	},
	{
		ID: "pop3/top-lines-non-negative", RFC: 1939, Section: "7", Level: Must, Party: Client, Extension: "TOP", Prose: true,
		Rule:    "TOP is sent with a message-number and a number of lines that is zero or more.",
		Digests: []string{"42bf1339eef3"},
	},
	{
		ID: "pop3/top-multiline", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "TOP", Prose: true,
		Rule:    "A positive response to TOP is multi-line.",
		Digests: []string{"bf71d5e3ce5e"},
	},
	{
		ID: "pop3/top-content", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "TOP", Prose: true,
		Rule:    "TOP sends the header of the message, the blank line after it and then that number of lines of the body, no more and no fewer.",
		Digests: []string{"8ef8f5fa5c3a"},
	},
	{
		ID: "pop3/top-zero", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "TOP", Prose: true,
		Rule:    "TOP with 0 lines sends the header and the blank line after it and nothing of the body.",
		Digests: []string{"8ef8f5fa5c3a", "42bf1339eef3"},
	},
	{
		ID: "pop3/top-dot-stuffed", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "TOP", Prose: true,
		Rule:    "The lines that TOP sends are byte-stuffed like those of RETR.",
		Digests: []string{"8ef8f5fa5c3a"},
	},
	{
		ID: "pop3/top-more-than-body", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "TOP", Prose: true,
		Rule:    "TOP with more lines than the body has sends the whole message, the same octets as RETR.",
		Digests: []string{"d7f18cb82493"},
	},
	{
		ID: "pop3/top-deleted-err", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "TOP", Prose: true,
		Rule:    `TOP of a message marked as deleted gets "-ERR".`,
		Digests: []string{"42bf1339eef3"},
	},
	{
		ID: "pop3/top-missing-err", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "TOP", Prose: true,
		Rule:    `TOP with a number that no message has gets "-ERR".`,
		Digests: []string{"df83cb5d3bd4"},
	},
	{
		ID: "pop3/uidl-transaction-only", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    `UIDL gets "-ERR" outside the TRANSACTION state.`,
		Digests: []string{"ac63487a5f95"},
	},
	{
		ID: "pop3/uidl-one", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    `UIDL with a message-number gets a single line: "+OK", one space and the unique-id listing of that message.`,
		Digests: []string{"38b5042b0e61"},
	},
	{
		ID: "pop3/uidl-all", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "UIDL without an argument gets a multi-line response with one unique-id listing for each message that is not marked as deleted; on an empty maildrop it has no listing.",
		Digests: []string{"22311acd99c4", "c70c22525a94"},
	},
	{
		ID: "pop3/uidl-form", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "A unique-id listing is the message-number, one space and the unique-id.",
		Digests: []string{"7fbfb0d79e0c", "28f8a1daf167"},
	},
	{
		ID: "pop3/uidl-nothing-follows", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "Nothing follows the unique-id in its listing but the CRLF.",
		Digests: []string{"f959c001dd31"},
	},
	{
		ID: "pop3/uidl-length", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "A unique-id has 1 to 70 characters.",
		Digests: []string{"c0a589b8ca5c"},
	},
	{
		ID: "pop3/uidl-characters", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "A unique-id consists of characters from 0x21 to 0x7E: no space, no control character, no 8-bit octet.",
		Digests: []string{"c0a589b8ca5c"},
	},
	{
		ID: "pop3/uidl-length-accepted", RFC: 1939, Section: "7", Level: Must, Party: Client, Extension: "UIDL", Prose: true,
		Rule:    "A unique-id of 70 characters with any of the octets 0x21 to 0x7E in it is taken whole and unchanged.",
		Digests: []string{"c0a589b8ca5c"},
	},
	{
		ID: "pop3/uidl-unique", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "Different messages of a maildrop have different unique-ids; compared octet by octet, with case. Identical copies of one message may share an id (uidl-hash-permitted).",
		Digests: []string{"c0a589b8ca5c"},
	},
	{
		ID: "pop3/uidl-persistent", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "A message has the same unique-id in every session, whatever its number is there.",
		Digests: []string{"c0a589b8ca5c"},
	},
	{
		ID: "pop3/uidl-persistent-after-abort", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "The unique-ids that a session showed are the same in the next one even if the session did not enter the UPDATE state.",
		Digests: []string{"fde82f04e419"},
	},
	{
		ID: "pop3/uidl-no-reuse", RFC: 1939, Section: "7", Level: ShouldNot, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "The unique-id of a message that was removed is not given to another message of that maildrop later.",
		Digests: []string{"4d0749d95534"},
	},
	{
		ID: "pop3/uidl-hash-permitted", RFC: 1939, Section: "7", Level: May, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "Unique-ids may be a hash of the message, so that two identical copies have the same one.",
		Digests: []string{"aed1c2868270"},
	},
	{
		ID: "pop3/uidl-duplicates-handled", RFC: 1939, Section: "7", Level: Should, Party: Client, Extension: "UIDL", Prose: true,
		Rule:    "The client copes with two messages of a maildrop that have the same unique-id: both can be retrieved and deleted, and it does not fail.",
		Digests: []string{"3a9cc3aff6c8"},
	},
	{
		ID: "pop3/uidl-deleted-not-listed", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    "A message marked as deleted is not in the unique-id listing.",
		Digests: []string{"37042dc99c9a"},
	},
	{
		ID: "pop3/uidl-deleted-err", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    `UIDL with the number of a message marked as deleted gets "-ERR".`,
		Digests: []string{"3e2f36c0b8c6"},
	},
	{
		ID: "pop3/uidl-missing-err", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "UIDL", Prose: true,
		Rule:    `UIDL with a number that no message has gets "-ERR".`,
		Digests: []string{"d7c39db1046b"},
	},
	{
		ID: "pop3/optional-deleted-client", RFC: 1939, Section: "7", Level: MustNot, Party: Client, Prose: true,
		Rule:    "The client does not issue TOP or UIDL for a message that it marked as deleted (unless RSET came between).",
		Digests: []string{"42bf1339eef3", "3e2f36c0b8c6"},
	},
	{
		ID: "pop3/user-argument-required", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "USER", Prose: true,
		Rule:    `USER without a name gets "-ERR".`,
		Digests: []string{"edfe52809d74"},
	},
	{
		ID: "pop3/user-name-opaque", RFC: 1939, Section: "7", Level: Must, Party: Client, Extension: "USER", Prose: true,
		Rule:    "The client sends the mailbox name that it was given as it is; it derives nothing from it and does not change it.",
		Digests: []string{"edfe52809d74"},
	},
	{
		ID: "pop3/user-authorization-only", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "USER", Prose: true,
		Rule:    `USER is served in the AUTHORIZATION state after the greeting and after a USER or PASS that failed; after authentication it gets "-ERR".`,
		Digests: []string{"798e63769149"},
	},
	{
		ID: "pop3/user-first", RFC: 1939, Section: "7", Level: Must, Party: Client, Extension: "USER", Prose: true,
		Rule:    "To log in with USER and PASS the client issues USER first.",
		Digests: []string{"9c913e26c4c7"},
	},
	{
		ID: "pop3/user-ok-next", RFC: 1939, Section: "7", Level: Must, Party: Client, Extension: "USER", Prose: true,
		Rule:    `After "+OK" to USER the client sends PASS or QUIT and nothing else.`,
		Digests: []string{"994d816bd13f"},
	},
	{
		ID: "pop3/user-ok-pass-served", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "USER", Prose: true,
		Rule:    `After "+OK" to USER the server serves PASS and QUIT.`,
		Digests: []string{"994d816bd13f"},
	},
	{
		ID: "pop3/user-err-next", RFC: 1939, Section: "7", Level: May, Party: Client, Extension: "USER", Prose: true,
		Rule:    `After "-ERR" to USER the client may issue a new authentication command or QUIT; it does not send PASS.`,
		Digests: []string{"384098aae8c5"},
	},
	{
		ID: "pop3/user-unknown-ok-permitted", RFC: 1939, Section: "7", Level: May, Party: Server, Extension: "USER", Prose: true,
		Rule:    `USER with a name that no mailbox has may get "+OK".`,
		Digests: []string{"1a1b4357be0c"},
	},
	{
		ID: "pop3/user-plaintext-err-permitted", RFC: 1939, Section: "7", Level: May, Party: Server, Extension: "USER", Prose: true,
		Rule:    `USER with the name of a mailbox that does not permit plaintext authentication may get "-ERR".`,
		Digests: []string{"388100e3c89d"},
	},
	{
		ID: "pop3/pass-argument-required", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "USER", Prose: true,
		Rule:    `PASS without a password gets "-ERR".`,
		Digests: []string{"bc6e0ef56c76"},
	},
	{
		ID: "pop3/pass-after-user-only", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "USER", Prose: true,
		Rule:    `PASS gets "-ERR" unless the command just before it was a USER that got "+OK".`,
		Digests: []string{"dd53a25972ce"},
	},
	{
		ID: "pop3/pass-after-user-client", RFC: 1939, Section: "7", Level: Must, Party: Client, Extension: "USER", Prose: true,
		Rule:    `The client sends PASS only directly after a USER that got "+OK".`,
		Digests: []string{"dd53a25972ce"},
	},
	{
		ID: "pop3/pass-pair", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "USER", Prose: true,
		Rule:    `Access is decided by the name of the USER just before and the password together: the right pair gets "+OK", a wrong password or the password of another user gets "-ERR".`,
		Digests: []string{"ca455672f6ba", "bd69b59784af"},
	},
	{
		ID: "pop3/pass-locked-err", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "USER", Prose: true,
		Rule:    `A right password for a maildrop that another session has locked gets "-ERR".`,
		Digests: []string{"bd69b59784af"},
	},
	{
		ID: "pop3/pass-spaces-permitted", RFC: 1939, Section: "7", Level: May, Party: Server, Extension: "USER", Prose: true,
		Rule:    `Spaces in the argument of PASS may be part of the password: "PASS a b" then means the password "a b".`,
		Digests: []string{"bf9f90f0f739"},
	},
	{
		ID: "pop3/apop-timestamp", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "APOP", Prose: true,
		Rule:    "A server that implements APOP has a timestamp in its greeting.",
		Digests: []string{"5e58fca3e766"},
	},
	{
		ID: "pop3/apop-timestamp-form", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "APOP",
		Rule:    `The timestamp has the form of a msg-id of RFC 822: "<", a local part, "@", a domain, ">".`,
		Digests: []string{"b874e4e16b87"},
	},
	{
		ID: "pop3/apop-timestamp-different", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "APOP",
		Rule:    "Every greeting has a different timestamp, also of sessions at the same time.",
		Digests: []string{"b874e4e16b87"},
	},
	{
		ID: "pop3/apop-timestamp-noted", RFC: 1939, Section: "7", Level: Must, Party: Client, Extension: "APOP", Prose: true,
		Rule:    "The client issues APOP only if the greeting has a timestamp, and makes the digest with the timestamp of this connection's greeting.",
		Digests: []string{"7016c5d49b4a"},
	},
	{
		ID: "pop3/apop-name", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "APOP", Prose: true,
		Rule:    "The name of APOP is the name that USER takes: it leads to the same mailbox.",
		Digests: []string{"c35ac2d9300e"},
	},
	{
		ID: "pop3/apop-digest", RFC: 1939, Section: "7", Level: Must, Party: Client, Extension: "APOP", Prose: true,
		Rule:    "The digest is the MD5 of the timestamp, its angle brackets included, directly followed by the shared secret.",
		Digests: []string{"8470495cedd4"},
	},
	{
		ID: "pop3/apop-digest-hex", RFC: 1939, Section: "7", Level: Must, Party: Client, Extension: "APOP", Prose: true,
		Rule:    "The digest is sent as 32 hexadecimal digits, letters in lower case.",
		Digests: []string{"3887f97b594e"},
	},
	{
		ID: "pop3/apop-arguments-required", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "APOP", Prose: true,
		Rule:    `APOP without a name or without a digest gets "-ERR".`,
		Digests: []string{"f5f1efcfd48f"},
	},
	{
		ID: "pop3/apop-authorization-only", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "APOP", Prose: true,
		Rule:    `APOP is served in the AUTHORIZATION state after the greeting and after a USER or PASS that failed; after authentication it gets "-ERR".`,
		Digests: []string{"798e63769149"},
	},
	{
		ID: "pop3/apop-ok", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "APOP", Prose: true,
		Rule:    `APOP with the right digest gets "+OK" and leads to the TRANSACTION state.`,
		Digests: []string{"e85b08846b9d", "270dd3377376"},
	},
	{
		ID: "pop3/apop-err", RFC: 1939, Section: "7", Level: Must, Party: Server, Extension: "APOP", Prose: true,
		Rule:    `APOP with a wrong digest gets "-ERR", and the session stays in the AUTHORIZATION state.`,
		Digests: []string{"e7f2b27d8552"},
	},
	{
		ID: "pop3/apop-secret-guarded", RFC: 1939, Section: "7", Level: Should, Party: Both, Extension: "APOP", Prose: true,
		Rule:    "The shared secret is guarded against disclosure.",
		Digests: []string{"d78cee48cc75"},
		OffWire: "how a secret is stored does not show on the wire",
	},
	{
		ID: "pop3/apop-secret-long", RFC: 1939, Section: "7", Level: Should, Party: Both, Extension: "APOP", Prose: true,
		Rule:    "The shared secret is a long string, much longer than eight characters.",
		Digests: []string{"0e0d924251ea"},
		OffWire: "the secret is chosen by people and never sent",
	},
	{
		ID: "pop3/maildrop-quota", RFC: 1939, Section: "8", Level: May, Party: Server, Prose: true,
		Rule:    "A site may limit how much a user can store; large sites are advised to consider it.",
		Digests: []string{"dd01949f9bdd", "b610c0e6500b"},
		OffWire: "a policy of the operator; POP3 stores nothing",
	},
	{
		ID: "pop3/maildrop-quota-told", RFC: 1939, Section: "8", Level: Should, Party: Server, Prose: true,
		Rule:    "Users are told when their quota is used up or nearly so, for example by a message in the maildrop.",
		Digests: []string{"30982de214c5"},
		OffWire: "a policy of the operator, told by other means than a response",
	},
	{
		ID: "pop3/retention-policy", RFC: 1939, Section: "8", Level: May, Party: Server, Prose: true,
		Rule:    "A site may remove messages by a policy of its own, outside of any session.",
		Digests: []string{"6860e578aceb", "5aa7a08e1c3d"},
	},
	{
		ID: "pop3/retention-policy-told", RFC: 1939, Section: "8", Level: Should, Party: Server, Prose: true,
		Rule:    "Users are told of the policy by which messages are removed.",
		Digests: []string{"3e2c95e8e09a"},
		OffWire: "told by other means than POP3",
	},
	{
		ID: "pop3/retention-not-assumed", RFC: 1939, Section: "8", Level: MustNot, Party: Client, Prose: true,
		Rule:    "The client does not rely on the site to remove messages that it retrieved and was told to remove.",
		Digests: []string{"1af9d24ddf66"},
	},
	{
		ID: "pop3/retention-explicit-dele", RFC: 1939, Section: "8", Level: Should, Party: Client, Prose: true,
		Rule:    "Messages that are to be removed after retrieval are removed with DELE.",
		Digests: []string{"1af9d24ddf66"},
	},
	{
		ID: "pop3/download-delete-permitted", RFC: 1939, Section: "8", Level: May, Party: Server, Prose: true,
		Rule:    "By a site policy the messages that a session retrieved with RETR may be removed when it ends by QUIT.",
		Digests: []string{"2a0fd3327f9e", "4d6ee6979388"},
	},
	{
		ID: "pop3/download-delete-not-on-abort", RFC: 1939, Section: "8", Level: MustNot, Party: Server, Prose: true,
		Rule:    "A site policy of removing retrieved messages removes nothing after a session that was not ended by QUIT.",
		Digests: []string{"2722a1401dbf"},
	},
	{
		ID: "pop3/download-delete-top-limited", RFC: 1939, Section: "8", Level: May, Party: Server, Extension: "TOP", Prose: true,
		Rule:    "A server with such a policy may disable or limit TOP.",
		Digests: []string{"58ad7da1c048"},
	},
	{
		ID: "pop3/reply-text-ignored", RFC: 1939, Section: "9", Level: May, Party: Client, Prose: true,
		Rule:    `The text after "+OK" or "-ERR" may be ignored, except for STAT, LIST and UIDL.`,
		Digests: []string{"dbc0c7ec0884"},
	},
	{
		ID: "pop3/reply-text-not-significant", RFC: 1939, Section: "9", Level: Must, Party: Client, Prose: true,
		Rule:    `Whether a command succeeded is decided by "+OK" or "-ERR" alone, never by the text that follows; only the responses to STAT, LIST and UIDL are read further.`,
		Digests: []string{"e1829dc60daa"},
	},
	{
		ID: "pop3/message-format", RFC: 1939, Section: "11", Level: Must, Party: Server, Prose: true,
		Rule:    "Messages are sent in the format of Internet text messages (RFC 822, now RFC 5322): header fields, a blank line, the body.",
		Digests: []string{"99a2ecd29201"},
	},
	{
		ID: "pop3/size-line-end-two", RFC: 1939, Section: "11", Level: Must, Party: Server, Prose: true,
		Rule:    "In sizes every line end of a message counts as two octets, however the server stores it: the size is that of the message as sent.",
		Digests: []string{"18cb59a80070", "7f8069839528"},
	},
	{
		ID: "pop3/size-without-stuffing", RFC: 1939, Section: "11", Level: MustNot, Party: Server, Prose: true,
		Rule:    "The octets that byte-stuffing adds are not counted in sizes.",
		Digests: []string{"4b97e2b3d0c8"},
	},
	{
		ID: "pop3/pass-apop-one-method", RFC: 1939, Section: "13", Level: ShouldNot, Party: Server, Extension: "APOP", Prose: true,
		Rule:    "For a given mailbox the server allows either USER and PASS or APOP, not both.",
		Digests: []string{"ea5dc4969ad4"},
	},
}
