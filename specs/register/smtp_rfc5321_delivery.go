package register

// smtpRFC5321Delivery are the requirements of RFC 5321 from section 4.4 (trace information) on: sizes and timeouts, queues, routing, reliability, security,
// and the appendices.
var smtpRFC5321Delivery = []Entry{

	// Trace information (section 4.4).
	{
		ID: "smtp/trace-inserted", RFC: 5321, Section: "4.4", Level: Must, Party: Server,
		Rule:    "A server puts a Received field before the message.",
		Digests: []string{"db73fe3729fe"},
	},
	{
		ID: "smtp/trace-form", RFC: 5321, Section: "4.4", Level: Must, Party: Server,
		Rule:    "A Received field has the form of the section's grammar.",
		Digests: []string{"73a989dd6ab9"},
	},
	{
		ID: "smtp/trace-from", RFC: 5321, Section: "4.4", Level: Must, Party: Server,
		Rule:    "A Received field has a From clause.",
		Digests: []string{"41ca953d1a48"},
	},
	{
		ID: "smtp/trace-from-content", RFC: 5321, Section: "4.4", Level: Should, Party: Server,
		Rule:    "The From clause has the name that EHLO gave, and the address of the client as a literal.",
		Digests: []string{"41ca953d1a48"},
	},
	{
		ID: "smtp/trace-id-at", RFC: 5321, Section: "4.4", Level: May, Party: Server,
		Rule:    "The ID clause may have an at sign.",
		Digests: []string{"5252db5c17c7"},
	},
	{
		ID: "smtp/trace-for-one", RFC: 5321, Section: "4.4", Level: Must, Party: Server,
		Rule:    "A For clause has one path only.",
		Digests: []string{"9599f53e23c3"},
	},
	{
		ID: "smtp/trace-kept", RFC: 5321, Section: "4.4", Level: MustNot, Party: Server,
		Rule:    "Received fields that are there are not changed or deleted.",
		Digests: []string{"0de4ac9fbf77"},
	},
	{
		ID: "smtp/trace-prepended", RFC: 5321, Section: "4.4", Level: Must, Party: Server,
		Rule:    "A server puts its Received field before those that are there.",
		Digests: []string{"8273aa51436f"},
	},
	{
		ID: "smtp/trace-order-kept", RFC: 5321, Section: "4.4", Level: MustNot, Party: Server,
		Rule:    "The order of the Received fields that are there is not changed, and no new one stands among them.",
		Digests: []string{"8273aa51436f"},
	},
	{
		ID: "smtp/trace-offset", RFC: 5321, Section: "4.4", Level: Should, Party: Server,
		Rule:    "The date of a Received field has an offset, not the name of a time zone.",
		Digests: []string{"d193664649f9"},
	},
	{
		ID: "smtp/trace-local-time", RFC: 5321, Section: "4.4", Level: Should, Party: Server,
		Rule:    "The date of a Received field is local time with its offset, where that is feasible.",
		Digests: []string{"a2f4870d2f91"},
		OffWire: "what the local time of a server is is not seen",
	},
	{
		ID: "smtp/trace-zone-comment", RFC: 5321, Section: "4.4", Level: Should, Party: Server,
		Rule:    "The name of a time zone in a Received field, if there is one, is a comment.",
		Digests: []string{"2c6123959e1a"},
	},
	{
		ID: "smtp/return-path-supported", RFC: 5321, Section: "4.4", Level: Must, Party: Server,
		Rule:    "At final delivery a Return-Path field with the reverse-path is put before the message.",
		Digests: []string{"273b043cad83", "95302f005d6b"},
	},
	{
		ID: "smtp/return-path-rebuilt", RFC: 5321, Section: "4.4", Level: May, Party: Server,
		Rule:    "A system that passes a delivered message on may take the field away and build MAIL from it.",
		Digests: []string{"10c3c26612d6"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/return-path-not-sent", RFC: 5321, Section: "4.4", Level: ShouldNot, Party: Client,
		Rule:    "Who originates a message sends it without a Return-Path field.",
		Digests: []string{"b39e2fab7e15"},
		OffWire: offSMTPContent,
	},
	{
		ID: "smtp/relay-not-inspecting", RFC: 5321, Section: "4.4", Level: MustNot, Party: Server,
		Rule:    "A relay does not inspect the message, be it to look for that field.",
		Digests: []string{"6155a16b7dcc"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/return-path-removed", RFC: 5321, Section: "4.4", Level: May, Party: Server,
		Rule:    "At final delivery a server may take away those fields that are there.",
		Digests: []string{"217a46070187"},
	},
	{
		ID: "smtp/return-path-once", RFC: 5321, Section: "4.4", Level: Should, Party: Server,
		Rule:    "A delivered message has one Return-Path field.",
		Digests: []string{"152c8951fbd8"},
	},
	{
		ID: "smtp/return-path-foreign", RFC: 5321, Section: "4.4", Level: Should, Party: Server,
		Rule:    "Other transports designate an address for error reports.",
		Digests: []string{"da6b70fd9292"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/return-path-errors", RFC: 5321, Section: "4.4", Level: Must, Party: Server,
		Rule:    "Mail about errors goes to the reverse-path.",
		Digests: []string{"3aa267152822"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/gateway-return-path", RFC: 5321, Section: "4.4", Level: Should, Party: Server,
		Rule:    "A gateway out of SMTP inserts the field, unless the other transport keeps the reverse-path.",
		Digests: []string{"91e359b88be4"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/gateway-return-path-deleted", RFC: 5321, Section: "4.4", Level: Should, Party: Server,
		Rule:    "A gateway into SMTP makes the reverse-path of the field and deletes it.",
		Digests: []string{"a49d3ec82784"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/partial-ok", RFC: 5321, Section: "4.4", Level: Must, Party: Server,
		Rule:    "A message that can be delivered to some of its recipients only gets a positive reply.",
		Digests: []string{"383ab78ea0a1"},
		OffWire: "which deliveries fail later is not seen",
	},
	{
		ID: "smtp/partial-notified", RFC: 5321, Section: "4.4", Level: Must, Party: Server,
		Rule:    "The originator is notified of the recipients to whom a message could not be delivered.",
		Digests: []string{"b2a101dc8e36"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/partial-each", RFC: 5321, Section: "4.4", Level: Must, Party: Server,
		Rule:    "Each recipient that failed is told in a notification.",
		Digests: []string{"c54766853810"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/partial-single", RFC: 5321, Section: "4.4", Level: Should, Party: Server,
		Rule:    "One notification tells all recipients that failed.",
		Digests: []string{"9eae4978e3ea"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/notification-mail", RFC: 5321, Section: "4.4", Level: Must, Party: Server,
		Rule:    "Notifications are sent by MAIL with a null reverse-path.",
		Digests: []string{"2a3d53f371ca"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/trace-date-form", RFC: 5321, Section: "4.4", Level: MustNot, Party: Server,
		Rule:    "The date of a Received field has none of the obsolete forms, such as a year of two digits.",
		Digests: []string{"0ff8bf321403"},
	},
	{
		ID: "smtp/trace-clauses-registered", RFC: 5321, Section: "4.4", Level: ShouldNot, Party: Server,
		Rule:    "A Received field has no clauses that are not registered.",
		Digests: []string{"107406231149"},
	},
	{
		ID: "smtp/trace-links-registered", RFC: 5321, Section: "4.4", Level: ShouldNot, Party: Server,
		Rule:    "The Via clause of a Received field names no link that is not registered.",
		Digests: []string{"3e518055dd68"},
	},
	{
		ID: "smtp/trace-protocols-registered", RFC: 5321, Section: "4.4", Level: ShouldNot, Party: Server,
		Rule:    "The With clause of a Received field names no protocol that is not registered.",
		Digests: []string{"a2df86da96cb"},
	},

	// Implementation (section 4.5).
	{
		ID: "smtp/minimum-implemented", RFC: 5321, Section: "4.5.1", Level: Must, Party: Server,
		Rule:    "EHLO, HELO, MAIL, RCPT, DATA, RSET, NOOP, QUIT and VRFY are implemented.",
		Digests: []string{"f8be629abfd7", "b97468eb4ded", "6a7d613158a7"},
	},
	{
		ID: "smtp/postmaster-supported", RFC: 5321, Section: "4.5.1", Level: Must, Party: Server,
		Rule:    "A server that relays or delivers has the mailbox postmaster, in any case.",
		Digests: []string{"c2cffdc32031"},
	},
	{
		ID: "smtp/postmaster-everywhere", RFC: 5321, Section: "4.5.1", Level: Must, Party: Server,
		Rule:    "RCPT for postmaster is accepted at each domain that the server serves, and without a domain.",
		Digests: []string{"1756dba2f2d9"},
	},
	{
		ID: "smtp/postmaster-block-narrow", RFC: 5321, Section: "4.5.1", Level: Should, Party: Server,
		Rule:    "Mail to postmaster is blocked only as far as an attack makes it necessary.",
		Digests: []string{"c1ced8645391"},
		OffWire: "whether there is an attack is not seen",
	},
	{
		ID: "smtp/dot-stuffed", RFC: 5321, Section: "4.5.2", Level: Must, Party: Client, Prose: true,
		Rule:    "A client puts a dot before each line of a message that begins with one.",
		Digests: []string{"c7eff1d9384e", "8f31ab143b36"},
	},
	{
		ID: "smtp/dot-ends", RFC: 5321, Section: "4.5.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A line that is one dot ends the message.",
		Digests: []string{"71401f37d0d9", "23d8d9bba981"},
	},
	{
		ID: "smtp/dot-unstuffed", RFC: 5321, Section: "4.5.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A server takes the dot off a line that has more behind it.",
		Digests: []string{"edd0c3c5d3c0"},
	},
	{
		ID: "smtp/data-all-characters", RFC: 5321, Section: "4.5.2", Level: Must, Party: Server, Prose: true,
		Rule:    "All ASCII characters of a message are delivered, control characters too.",
		Digests: []string{"007cd5f841f2", "23ffbce87585"},
	},
	{
		ID: "smtp/data-transformation-reversible", RFC: 5321, Section: "4.5.2", Level: Must, Party: Server,
		Rule:    "What a server changes to store a message can be undone.",
		Digests: []string{"8cc4df99bc53"},
		OffWire: "how a server stores messages is not seen",
	},
	{
		ID: "smtp/sizes-received", RFC: 5321, Section: "4.5.3.1", Level: Must, Party: Both,
		Rule:    "Objects of the sizes of the following sections are received.",
		Digests: []string{"2b3454270022"},
	},
	{
		ID: "smtp/sizes-not-exceeded", RFC: 5321, Section: "4.5.3.1", Level: Should, Party: Both,
		Rule:    "Larger objects are not sent.",
		Digests: []string{"753e966c4a08"},
	},
	{
		ID: "smtp/larger-sent", RFC: 5321, Section: "4.5.3.1", Level: May, Party: Client,
		Rule:    "A client may try to send objects larger than that.",
		Digests: []string{"69dc135e8c10"},
	},
	{
		ID: "smtp/larger-rejection", RFC: 5321, Section: "4.5.3.1", Level: Must, Party: Client,
		Rule:    "A client that sends larger objects copes with their rejection.",
		Digests: []string{"69dc135e8c10"},
	},
	{
		ID: "smtp/local-part-64", RFC: 5321, Section: "4.5.3.1.1", Level: Must, Party: Server, Prose: true,
		Rule:    "A local part of 64 octets is received.",
		Digests: []string{"8b5e47c93669"},
	},
	{
		ID: "smtp/domain-255", RFC: 5321, Section: "4.5.3.1.2", Level: Must, Party: Server, Prose: true,
		Rule:    "A domain of 255 octets is received.",
		Digests: []string{"371ebad4a14b"},
	},
	{
		ID: "smtp/path-256", RFC: 5321, Section: "4.5.3.1.3", Level: Must, Party: Server, Prose: true,
		Rule:    "A path of 256 octets, punctuation included, is received.",
		Digests: []string{"87575206200e"},
	},
	{
		ID: "smtp/command-512", RFC: 5321, Section: "4.5.3.1.4", Level: Must, Party: Server, Prose: true,
		Rule:    "A command line of 512 octets, CRLF included, is received.",
		Digests: []string{"093d53f0ae83"},
	},
	{
		ID: "smtp/reply-512", RFC: 5321, Section: "4.5.3.1.5", Level: Must, Party: Both, Prose: true,
		Rule:    "A reply line has 512 octets at most, CRLF included, and a client receives one of that length.",
		Digests: []string{"850bc307763e"},
	},
	{
		ID: "smtp/text-line-1000", RFC: 5321, Section: "4.5.3.1.6", Level: Must, Party: Server, Prose: true,
		Rule:    "A line of a message with 1000 octets, CRLF included and a stuffed dot not, is received.",
		Digests: []string{"a17de0977112"},
	},
	{
		ID: "smtp/text-line-1000-sent", RFC: 5321, Section: "4.5.3.1.6", Level: MustNot, Party: Client, Prose: true,
		Rule:    "A client sends no longer line of a message.",
		Digests: []string{"a17de0977112"},
	},
	{
		ID: "smtp/message-64k", RFC: 5321, Section: "4.5.3.1.7", Level: Must, Party: Server,
		Rule:    "A message of 64 K octets is received.",
		Digests: []string{"7c5844454e87"},
	},
	{
		ID: "smtp/size-limit-told", RFC: 5321, Section: "4.5.3.1.7", Level: Should, Party: Server,
		Rule:    "A server that limits messages has SIZE.",
		Digests: []string{"f084ee5dbfd0"},
	},
	{
		ID: "smtp/size-limit-used", RFC: 5321, Section: "4.5.3.1.7", Level: Should, Party: Client, Extension: "SIZE",
		Rule:    "A client that sends large messages uses SIZE.",
		Digests: []string{"f084ee5dbfd0"},
	},
	{
		ID: "smtp/recipients-100", RFC: 5321, Section: "4.5.3.1.8", Level: Must, Party: Server,
		Rule:    "A message may have 100 recipients.",
		Digests: []string{"0d2d6a4fb019", "686d55761b3d"},
	},
	{
		ID: "smtp/header-validation-relay", RFC: 5321, Section: "4.5.3.1.8", Level: MustNot, Party: Server,
		Rule:    "A relay does not validate header fields.",
		Digests: []string{"882616afa151"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/header-recipients-any", RFC: 5321, Section: "4.5.3.1.8", Level: ShouldNot, Party: Server,
		Rule:    "A message is not rejected for the number of recipients in its header.",
		Digests: []string{"882616afa151"},
	},
	{
		ID: "smtp/recipients-orderly", RFC: 5321, Section: "4.5.3.1.8", Level: Must, Party: Server,
		Rule:    "A server with a limit rejects the recipients beyond it, and keeps those that it has accepted.",
		Digests: []string{"b35921cf61b4"},
	},
	{
		ID: "smtp/recipients-chunks", RFC: 5321, Section: "4.5.3.1.8", Level: Should, Party: Client,
		Rule:    "A client with more than 100 recipients sends them in portions if the server takes no more than 100 at a time.",
		Digests: []string{"a81c6b1630c1"},
	},
	{
		ID: "smtp/recipients-552-temporary", RFC: 5321, Section: "4.5.3.1.10", Level: Should, Party: Client,
		Rule:    "A 552 to RCPT for too many recipients is a temporary failure to a client.",
		Digests: []string{"ebddb9e953d1"},
	},
	{
		ID: "smtp/recipients-452", RFC: 5321, Section: "4.5.3.1.10", Level: Must, Party: Server,
		Rule:    "RCPT beyond the limit of an implementation gets 452.",
		Digests: []string{"215f77585a98"},
	},
	{
		ID: "smtp/recipients-552-prepared", RFC: 5321, Section: "4.5.3.1.10", Level: Should, Party: Client,
		Rule:    "A client is prepared for 552 as well.",
		Digests: []string{"215f77585a98"},
	},
	{
		ID: "smtp/recipients-policy", RFC: 5321, Section: "4.5.3.1.10", Level: May, Party: Server,
		Rule:    "RCPT beyond a limit of the site's policy may get 5yz.",
		Digests: []string{"a6cf77807ee6"},
	},
	{
		ID: "smtp/timeout-mechanism", RFC: 5321, Section: "4.5.3.2", Level: Must, Party: Client,
		Rule:    "A client has timeouts.",
		Digests: []string{"c5ed97376012"},
	},
	{
		ID: "smtp/timeout-each-command", RFC: 5321, Section: "4.5.3.2", Level: Must, Party: Client,
		Rule:    "The timeouts of a client are for each command, not for the whole transaction.",
		Digests: []string{"373c407605cd"},
	},
	{
		ID: "smtp/timeout-configurable", RFC: 5321, Section: "4.5.3.2", Level: Should, Party: Client,
		Rule:    "The timeouts of a client can be configured.",
		Digests: []string{"a180c251f75c"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/timeout-minimum", RFC: 5321, Section: "4.5.3.2", Level: Should, Party: Client,
		Rule:    "The timeouts of a client are no shorter than 5 minutes for greeting, MAIL and RCPT, 2 for DATA, 3 for a piece of the message and 10 for its end.",
		Digests: []string{"9424eec26f61"},
	},
	{
		ID: "smtp/server-timeout", RFC: 5321, Section: "4.5.3.2.7", Level: Should, Party: Server,
		Rule:    "A server waits at least 5 minutes for the next command.",
		Digests: []string{"7d0dd0b34caf"},
	},
	{
		ID: "smtp/queue-timeouts", RFC: 5321, Section: "4.5.4", Level: Must, Party: Client,
		Rule:    "A queue has timeouts for each of its commands.",
		Digests: []string{"f0756c77fe41"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/queue-no-error-loop", RFC: 5321, Section: "4.5.4", Level: MustNot, Party: Client,
		Rule:    "No error message answers an error message.",
		Digests: []string{"d78da0a63c84"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/queue-kept", RFC: 5321, Section: "4.5.4.1", Level: Must, Party: Client,
		Rule:    "Mail that cannot be sent at once is kept and tried again.",
		Digests: []string{"e381494fce7a"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/retry-delayed", RFC: 5321, Section: "4.5.4.1", Level: Must, Party: Client,
		Rule:    "A destination that failed is not tried again without a delay.",
		Digests: []string{"313bd5ea2779"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/retry-interval", RFC: 5321, Section: "4.5.4.1", Level: Should, Party: Client,
		Rule:    "The next attempt is half an hour later at least.",
		Digests: []string{"5e404ed870ab"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/retry-notifications", RFC: 5321, Section: "4.5.4.1", Level: May, Party: Client,
		Rule:    "Notifications may be tried less often.",
		Digests: []string{"69cfd9816de4"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/retry-configurable", RFC: 5321, Section: "4.5.4.1", Level: Must, Party: Client,
		Rule:    "The attempts can be configured.",
		Digests: []string{"218fcda7ed74"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/unreachable-listed", RFC: 5321, Section: "4.5.4.1", Level: Should, Party: Client,
		Rule:    "Hosts that could not be reached are remembered.",
		Digests: []string{"e66101460825"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/negative-cache-careful", RFC: 5321, Section: "4.5.4.1", Level: Should, Party: Client,
		Rule:    "Negative replies are remembered with great care.",
		Digests: []string{"79c5211a4a05"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/mail-5yz-not-cached", RFC: 5321, Section: "4.5.4.1", Level: MustNot, Party: Client,
		Rule:    "A 5yz to MAIL is not remembered.",
		Digests: []string{"518310df4225"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/one-copy", RFC: 5321, Section: "4.5.4.1", Level: Should, Party: Client,
		Rule:    "One copy of a message is sent for all recipients at the same server.",
		Digests: []string{"edcbb6071cb9"},
	},
	{
		ID: "smtp/one-transaction", RFC: 5321, Section: "4.5.4.1", Level: Should, Party: Client,
		Rule:    "One copy for several recipients is sent by one MAIL, a RCPT for each, and one DATA.",
		Digests: []string{"ecc354424b6f"},
	},
	{
		ID: "smtp/one-copy-limit", RFC: 5321, Section: "4.5.4.1", Level: May, Party: Client,
		Rule:    "The number of RCPT commands in a transaction may be limited.",
		Digests: []string{"380dc9041d6a"},
	},
	{
		ID: "smtp/one-copy-implemented", RFC: 5321, Section: "4.5.4.1", Level: Should, Party: Client,
		Rule:    "A client is able to send one copy for several recipients.",
		Digests: []string{"ed46c1143de5"},
	},
	{
		ID: "smtp/concurrent-transactions", RFC: 5321, Section: "4.5.4.1", Level: May, Party: Client,
		Rule:    "There may be several transactions at the same time.",
		Digests: []string{"909114afb0c5"},
		OffWire: offSMTPQueue,
	},
	{
		ID: "smtp/listens-always", RFC: 5321, Section: "4.5.4.2", Level: Should, Party: Server,
		Rule:    "A server goes on listening while it has a session.",
		Digests: []string{"4bfa2c7fd90a"},
	},
	{
		ID: "smtp/connections-limited", RFC: 5321, Section: "4.5.4.2", Level: May, Party: Server,
		Rule:    "The number of sessions may be limited.",
		Digests: []string{"a49a0861719c"},
	},
	{
		ID: "smtp/reverse-path-not-null", RFC: 5321, Section: "4.5.5", Level: Should, Party: Client,
		Rule:    "Mail other than notifications has a reverse-path that is not null.",
		Digests: []string{"8d9888d725c3"},
		OffWire: offSMTPContent,
	},
	{
		ID: "smtp/null-not-answered", RFC: 5321, Section: "4.5.5", Level: ShouldNot, Party: Server,
		Rule:    "Mail with a null reverse-path is not answered by a program, and keeps it when it is forwarded.",
		Digests: []string{"5c51194c976d"},
		OffWire: offSMTPNotify,
	},

	// Addresses and the domain name system (section 5).
	{
		ID: "smtp/dns-lookup", RFC: 5321, Section: "5.1", Level: Must, Party: Client,
		Rule:    "The domain of a recipient is looked up.",
		Digests: []string{"e721af0deeb6"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-no-inference-submission", RFC: 5321, Section: "5.1", Level: ShouldNot, Party: Server,
		Rule:    "A server for initial submission does not complete names that are not fully qualified.",
		Digests: []string{"6f5d0467959b"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-no-inference-relay", RFC: 5321, Section: "5.1", Level: MustNot, Party: Server,
		Rule:    "A relay does not complete such names.",
		Digests: []string{"6f5d0467959b"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-nonexistent", RFC: 5321, Section: "5.1", Level: Must, Party: Client,
		Rule:    "A domain that does not exist is reported as an error.",
		Digests: []string{"1be08b9e8d0a"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-temporary", RFC: 5321, Section: "5.1", Level: Must, Party: Client,
		Rule:    "After a temporary error of the lookup the message is kept for later.",
		Digests: []string{"7ab89fe46f35"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-unusable", RFC: 5321, Section: "5.1", Level: Must, Party: Client,
		Rule:    "If no mail exchanger of a domain is usable, that is reported as an error.",
		Digests: []string{"6736e98b0ddf", "adeeeb02cd9c"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-mx-only", RFC: 5321, Section: "5.1", Level: MustNot, Party: Client,
		Rule:    "If there are mail exchangers, no other address of the name is used.",
		Digests: []string{"7c830b4d3eab"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-mx-name", RFC: 5321, Section: "5.1", Level: Must, Party: Both,
		Rule:    "An MX record holds a domain name.",
		Digests: []string{"9624c8b8d595"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-mx-address", RFC: 5321, Section: "5.1", Level: Must, Party: Both,
		Rule:    "The name in an MX record has an address record.",
		Digests: []string{"e5908b4b6d77"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-each-tried", RFC: 5321, Section: "5.1", Level: Must, Party: Client,
		Rule:    "Each address is tried in order until one succeeds.",
		Digests: []string{"db3bb9aaf923"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-tries-limited", RFC: 5321, Section: "5.1", Level: May, Party: Client,
		Rule:    "The number of addresses may be limited.",
		Digests: []string{"73a982ee9c47"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-two-tried", RFC: 5321, Section: "5.1", Level: Should, Party: Client,
		Rule:    "At least two addresses of a domain are tried.",
		Digests: []string{"aac9fc1ff4c5"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-preference", RFC: 5321, Section: "5.1", Level: Must, Party: Client,
		Rule:    "Mail exchangers are sorted by preference.",
		Digests: []string{"3b8b1f490862"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-random", RFC: 5321, Section: "5.1", Level: Must, Party: Client,
		Rule:    "Those of the same preference are taken in random order.",
		Digests: []string{"7229e89a7094"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-addresses-order", RFC: 5321, Section: "5.1", Level: Must, Party: Client,
		Rule:    "The addresses of a mail exchanger are tried in the order of the resolver.",
		Digests: []string{"b9df0e432285"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-exchanger", RFC: 5321, Section: "5.1", Level: May, Party: Server,
		Rule:    "A mail exchanger may relay, deliver, or hand over by other means.",
		Digests: []string{"da82e0ffa383"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-relay-sorts", RFC: 5321, Section: "5.1", Level: Must, Party: Server,
		Rule:    "A mail exchanger that relays sorts the MX records of the domain.",
		Digests: []string{"53ab20440a63"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-relay-itself", RFC: 5321, Section: "5.1", Level: Must, Party: Server,
		Rule:    "A mail exchanger that relays looks for itself among the MX records.",
		Digests: []string{"9e4957640364"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-relay-discards", RFC: 5321, Section: "5.1", Level: Must, Party: Server,
		Rule:    "It discards itself, and all records of the same or a worse preference.",
		Digests: []string{"5690a5233134"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-relay-none", RFC: 5321, Section: "5.1", Level: Must, Party: Server,
		Rule:    "If no MX record is left, the message is returned.",
		Digests: []string{"7ae3f3428125"},
		OffWire: offSMTPDNS,
	},
	{
		ID: "smtp/dns-relay-tries", RFC: 5321, Section: "5.1", Level: Should, Party: Server,
		Rule:    "The MX records that are left are tried, the best preference first.",
		Digests: []string{"ce4112989d33"},
		OffWire: offSMTPDNS,
	},

	// Problems (section 6).
	{
		ID: "smtp/message-not-lost", RFC: 5321, Section: "6.1", Level: MustNot, Party: Server,
		Rule:    "A message that was accepted is not lost for a frivolous reason, such as a crash.",
		Digests: []string{"adbb7ff1a9c4"},
		OffWire: "a harness cannot crash the host of a server",
	},
	{
		ID: "smtp/failure-notified", RFC: 5321, Section: "6.1", Level: Must, Party: Server,
		Rule:    "A message that was accepted and cannot be delivered causes a notification.",
		Digests: []string{"8742437863ca"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/failure-notified-null", RFC: 5321, Section: "6.1", Level: Must, Party: Server,
		Rule:    "A notification of a failure has a null reverse-path.",
		Digests: []string{"d48ef434707e"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/failure-notified-to", RFC: 5321, Section: "6.1", Level: Must, Party: Server,
		Rule:    "A notification of a failure goes to the reverse-path of the message.",
		Digests: []string{"855db1178ff0"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/failure-null-not-notified", RFC: 5321, Section: "6.1", Level: MustNot, Party: Server,
		Rule:    "There is no notification for a message with a null reverse-path.",
		Digests: []string{"f15071dcbaaf"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/failure-route-stripped", RFC: 5321, Section: "6.1", Level: Must, Party: Server,
		Rule:    "If the reverse-path is a source route, the notification goes to the mailbox at its end.",
		Digests: []string{"cc2bd8b168ec", "4ec53d0ddd47", "dbc36f8613ca"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/data-reply-quick", RFC: 5321, Section: "6.1", Level: Must, Party: Server,
		Rule:    "The time until the reply to a message is kept short.",
		Digests: []string{"6e7063d13920"},
		OffWire: "how long a server needs is not known",
	},
	{
		ID: "smtp/drop-when-certain", RFC: 5321, Section: "6.2", Level: Should, Party: Server,
		Rule:    "Messages are dropped for an invalid return address only if that is nearly certain.",
		Digests: []string{"2f610063f81e"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/hostile-not-bounced", RFC: 5321, Section: "6.2", Level: ShouldNot, Party: Server,
		Rule:    "A hostile message is not bounced unless that is useful.",
		Digests: []string{"8a334c6a7e9e"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/loop-threshold", RFC: 5321, Section: "6.3", Level: Should, Party: Server,
		Rule:    "A server that counts Received fields accepts 100 at least.",
		Digests: []string{"697049d0c49d"},
	},
	{
		ID: "smtp/loop-detected", RFC: 5321, Section: "6.3", Level: Must, Party: Server,
		Rule:    "Trivial loops are detected and stopped.",
		Digests: []string{"d6b5e3c5a81e"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/submission-fixes", RFC: 5321, Section: "6.4", Level: May, Party: Server,
		Rule:    "An originating server may add Message-ID and date, and qualify addresses.",
		Digests: []string{"5f11fbb938b3"},
	},
	{
		ID: "smtp/relay-no-fixes", RFC: 5321, Section: "6.4", Level: MustNot, Party: Server,
		Rule:    "A relay does not add Message-ID and date, and does not qualify addresses.",
		Digests: []string{"fe8679d38bbd"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/fixes-documented", RFC: 5321, Section: "6.4", Level: Should, Party: Server,
		Rule:    "What a server changed is told in trace fields or comments.",
		Digests: []string{"9238a45ab43d"},
		OffWire: "why a field has a content is not seen",
	},

	// Security (section 7).
	{
		ID: "smtp/recipients-not-copied", RFC: 5321, Section: "7.2", Level: ShouldNot, Party: Both,
		Rule:    "The recipients of the envelope are not copied into the header.",
		Digests: []string{"f43aff4bb334"},
	},
	{
		ID: "smtp/bcc-separate", RFC: 5321, Section: "7.2", Level: May, Party: Client,
		Rule:    "A client may send blind copies in transactions of their own.",
		Digests: []string{"071d5c993fdb"},
	},
	{
		ID: "smtp/recipients-not-deduced", RFC: 5321, Section: "7.2", Level: ShouldNot, Party: Server,
		Rule:    "The header is not changed to tell recipients of the envelope.",
		Digests: []string{"35ab3ae3b8f8"},
	},
	{
		ID: "smtp/apparently-to-not-used", RFC: 5321, Section: "7.2", Level: ShouldNot, Party: Server,
		Rule:    "No Apparently-To field is added.",
		Digests: []string{"90f87204ea3d"},
	},
	{
		ID: "smtp/verified-not-pretended", RFC: 5321, Section: "7.3", Level: MustNot, Party: Server,
		Rule:    "Addresses that were not verified do not appear as verified.",
		Digests: []string{"e07a5fea374e"},
	},
	{
		ID: "smtp/vrfy-disabled-252", RFC: 5321, Section: "7.3", Level: Must, Party: Server,
		Rule:    "A command of the two that is switched off gets 252.",
		Digests: []string{"c1d2c5214512"},
	},
	{
		ID: "smtp/expn-still-there", RFC: 5321, Section: "7.3", Level: Should, Party: Server,
		Rule:    "EXPN is supported all the same.",
		Digests: []string{"12660ecd5b9c"},
	},
	{
		ID: "smtp/version-told", RFC: 5321, Section: "7.5", Level: Should, Party: Server,
		Rule:    "Type and version of the software can be told.",
		Digests: []string{"f4167fea328c"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/relay-filter", RFC: 5321, Section: "7.9", Level: Should, Party: Server,
		Rule:    "Relaying can be limited to known sources.",
		Digests: []string{"45e899f51bad"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/policy-550", RFC: 5321, Section: "7.9", Level: Should, Party: Server,
		Rule:    "What is rejected by policy gets 550.",
		Digests: []string{"46496057c21f"},
	},

	// Appendices.
	{
		ID: "smtp/envelope-from-header", RFC: 5321, Section: "Appendix B", Level: Should, Party: Client,
		Rule:    "A client that is given no envelope sends a RCPT for each address in To, Cc and Bcc.",
		Digests: []string{"5eab5ac88b3c", "527c8da0d7a8"},
	},
	{
		ID: "smtp/envelope-bcc-removed", RFC: 5321, Section: "Appendix B", Level: Should, Party: Client,
		Rule:    "A client that makes the envelope of the header removes Bcc fields.",
		Digests: []string{"5b7776ae9159"},
	},
	{
		ID: "smtp/envelope-recipient-field", RFC: 5321, Section: "Appendix B", Level: Should, Party: Client,
		Rule:    "A client that makes the envelope of the header checks that a To, Cc or Bcc field is left.",
		Digests: []string{"23af4fb60cfd"},
		OffWire: offSMTPContent,
	},
	{
		ID: "smtp/envelope-empty-bcc", RFC: 5321, Section: "Appendix B", Level: Should, Party: Client,
		Rule:    "If no To, Cc or Bcc field is left, an empty Bcc field is inserted.",
		Digests: []string{"664ebe8c33db"},
		OffWire: offSMTPContent,
	},
	{
		ID: "smtp/envelope-identity", RFC: 5321, Section: "Appendix B", Level: Should, Party: Client,
		Rule:    "The reverse-path is made of the identity of the user, or else of the From field.",
		Digests: []string{"6d30205828ac"},
		OffWire: "who the user is is not seen",
	},
	{
		ID: "smtp/envelope-sender", RFC: 5321, Section: "Appendix B", Level: Should, Party: Client,
		Rule:    "If the identity of the user differs from the From field, it is copied into the Sender field.",
		Digests: []string{"36757397f92e"},
		OffWire: "who the user is is not seen",
	},
	{
		ID: "smtp/envelope-sender-removed", RFC: 5321, Section: "Appendix B", Level: Should, Party: Client,
		Rule:    "A Sender field that was there before is removed.",
		Digests: []string{"6a32b99bf917"},
		OffWire: "who the user is is not seen",
	},
	{
		ID: "smtp/envelope-not-gateway", RFC: 5321, Section: "Appendix B", Level: MustNot, Party: Client,
		Rule:    "Mail is not passed from another mail system by header fields alone.",
		Digests: []string{"90f4fb37d382"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/reverse-route-avoided", RFC: 5321, Section: "Appendix C", Level: ShouldNot, Party: Client,
		Rule:    "The reverse-path begins with no list of hosts.",
		Digests: []string{"1ff447ccc793"},
	},
	{
		ID: "smtp/forward-mailbox-only", RFC: 5321, Section: "Appendix C", Level: Should, Party: Client,
		Rule:    "The forward-path is a mailbox only.",
		Digests: []string{"4bc3b8e25f64"},
	},
	{
		ID: "smtp/routes-handled", RFC: 5321, Section: "Appendix C", Level: Must, Party: Server,
		Rule:    "A server is prepared for source routes.",
		Digests: []string{"b8fdea8bd6c6"},
	},
	{
		ID: "smtp/routes-not-sent", RFC: 5321, Section: "Appendix C", Level: ShouldNot, Party: Client,
		Rule:    "A client transmits no source routes.",
		Digests: []string{"b8fdea8bd6c6"},
	},
	{
		ID: "smtp/route-names-qualified", RFC: 5321, Section: "Appendix C", Level: Must, Party: Client,
		Rule:    "The names in a source route are fully qualified.",
		Digests: []string{"267f3f0b7c22"},
		OffWire: "a client that makes no routes shows none",
	},
	{
		ID: "smtp/route-own-name-removed", RFC: 5321, Section: "Appendix C", Level: Must, Party: Server,
		Rule:    "A server that is named in a route removes its name before it passes the message on.",
		Digests: []string{"e505d38e37c1"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/route-others-removed", RFC: 5321, Section: "Appendix C", Level: May, Party: Server,
		Rule:    "A server that is named in a route may remove all of it.",
		Digests: []string{"e505d38e37c1"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/reverse-path-not-updated", RFC: 5321, Section: "Appendix C", Level: ShouldNot, Party: Server,
		Rule:    "The reverse-path is not updated.",
		Digests: []string{"40b9c7a6df4e"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/routing-not-from-header", RFC: 5321, Section: "Appendix C", Level: MustNot, Party: Server,
		Rule:    "The destination of a message is not taken from its header.",
		Digests: []string{"9b8a52d7878a"},
	},
	{
		ID: "smtp/reverse-route-name", RFC: 5321, Section: "Appendix C", Level: Must, Party: Server,
		Rule:    "A relay that does add itself uses the name by which the next network knows it.",
		Digests: []string{"67301a11e7d6"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/return-route-ignored", RFC: 5321, Section: "Appendix C", Level: Should, Party: Server,
		Rule:    "A server that returns a message ignores the route.",
		Digests: []string{"472111eea317"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/gateway-layers", RFC: 5321, Section: "Appendix E", Level: Should, Party: Server,
		Rule:    "A gateway preserves the layers of the two mail systems.",
		Digests: []string{"b3382556ff96"},
		OffWire: offSMTPGateway,
	},
	{
		ID: "smtp/turn-not-used", RFC: 5321, Section: "Appendix F.1", Level: ShouldNot, Party: Both,
		Rule:    "TURN is not used, unless the server can authenticate the client.",
		Digests: []string{"4cb7225e7e39"},
	},
	{
		ID: "smtp/source-route-still-accepted", RFC: 5321, Section: "Appendix F.2", Level: Must, Party: Server,
		Rule:    "Source routes are still accepted.",
		Digests: []string{"6e5694a3e48b"},
	},
	{
		ID: "smtp/source-route-still-ignored", RFC: 5321, Section: "Appendix F.2", Level: May, Party: Server,
		Rule:    "The hosts in a source route may be ignored.",
		Digests: []string{"15fa6a57dc57"},
	},
	{
		ID: "smtp/source-route-first-host", RFC: 5321, Section: "Appendix F.2", Level: Must, Party: Server,
		Rule:    "A server that follows the route sends to its first host.",
		Digests: []string{"265fd58ef0ec"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/source-route-no-shortcut", RFC: 5321, Section: "Appendix F.2", Level: MustNot, Party: Server,
		Rule:    "A server that follows a route takes no shortcuts.",
		Digests: []string{"8b5f970b03c2"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/source-route-not-used", RFC: 5321, Section: "Appendix F.2", Level: ShouldNot, Party: Client,
		Rule:    "A client uses no source routes, but to find faults.",
		Digests: []string{"d95b02e4ce5e"},
	},
	{
		ID: "smtp/ehlo-rather-than-helo", RFC: 5321, Section: "Appendix F.3", Level: Should, Party: Client,
		Rule:    "EHLO is used if the server accepts it.",
		Digests: []string{"e3e892803727"},
	},
	{
		ID: "smtp/helo-still-accepted", RFC: 5321, Section: "Appendix F.3", Level: Must, Party: Server,
		Rule:    "HELO is still accepted.",
		Digests: []string{"9bd3a3ada8c0"},
	},
	{
		ID: "smtp/number-sign-not-used", RFC: 5321, Section: "Appendix F.4", Level: MustNot, Party: Client,
		Rule:    "A host is not named by # and a number.",
		Digests: []string{"707a622dc893"},
	},
	{
		ID: "smtp/year-four-digits", RFC: 5321, Section: "Appendix F.5", Level: Must, Party: Both,
		Rule:    "Dates that are put into a message have a year of four digits.",
		Digests: []string{"c984c8af3395"},
	},
	{
		ID: "smtp/send-not-provided", RFC: 5321, Section: "Appendix F.6", Level: ShouldNot, Party: Client,
		Rule:    "A client does not provide SEND, SOML and SAML.",
		Digests: []string{"c0aa479739da"},
	},
	{
		ID: "smtp/send-permitted", RFC: 5321, Section: "Appendix F.6", Level: May, Party: Server,
		Rule:    "A server may implement them.",
		Digests: []string{"507d2e7b48b6"},
	},
	{
		ID: "smtp/send-listed", RFC: 5321, Section: "Appendix F.6", Level: Must, Party: Server,
		Rule:    "A server that implements them does so as RFC 821 says, and lists them in the reply to EHLO.",
		Digests: []string{"ab2fb99db90f"},
	},
}

// elsewhereRFC5321 are the sentences of RFC 5321 that bind nobody who speaks the protocol.
var elsewhereRFC5321 = []Outside{
	{RFC: 5321, Section: "2.2.2", Digest: "8f3a5512c6a7", Why: "binds the authors of extensions"},
	{RFC: 5321, Section: "4.1.3", Digest: "a421632c3be0", Why: "binds the authors of further forms of address literals"},
	{RFC: 5321, Section: "4.2.4", Digest: "7a571605720e", Why: "introduces the question that the next sentences answer"},
	{RFC: 5321, Section: "4.3.2", Digest: "581a117cec54", Why: "binds the authors of further reply codes"},
	{RFC: 5321, Section: "8", Digest: "1ee7aabb3dd6", Why: "binds the authors of further trace fields"},
	{RFC: 5321, Section: "Appendix F", Digest: "deae9beeb307", Why: "introduces the features that the following sections name"},
}
