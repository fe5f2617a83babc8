package register

// smtpRFC7504 are the requirements of RFC 7504, SMTP 521 and 556 Reply Codes.
var smtpRFC7504 = []Entry{
	{
		ID: "smtp/reply-521-greeting", RFC: 7504, Section: "3", Level: Should, Party: Server,
		Rule:    "A server whose purpose is to say that its host accepts no mail greets with 521.",
		Digests: []string{"97c3b2c941b9"},
	},
	{
		ID: "smtp/reply-521-others", RFC: 7504, Section: "3", Level: May, Party: Server,
		Rule:    "A host that never accepts mail may say so by 521 elsewhere.",
		Digests: []string{"c464981f7cba"},
		OffWire: "whether a host never accepts mail is not seen",
	},
	{
		ID: "smtp/reply-521-not-for-some", RFC: 7504, Section: "3", Level: ShouldNot, Party: Server,
		Rule:    "521 does not reject single hosts, addresses or destinations.",
		Digests: []string{"91b94581db37"},
	},
	{
		ID: "smtp/reply-521-session", RFC: 7504, Section: "3", Level: May, Party: Server,
		Rule:    "After a greeting of 521 a server may answer 521 to all commands but QUIT, or close.",
		Digests: []string{"008e9597f1cb"},
	},
	{
		ID: "smtp/reply-556-permanent", RFC: 7504, Section: "4", Level: Must, Party: Client, Prose: true,
		Rule:    "A 556 is a permanent failure to a client.",
		Digests: []string{"a7ea7cacb738"},
	},
	{
		ID: "smtp/reply-521-client", RFC: 7504, Section: "5.1", Level: Must, Party: Client, Prose: true,
		Rule:    "A greeting of 521 is a permanent failure to a client.",
		Digests: []string{"ed40dd22c610", "3fb0c7532804"},
	},
}
