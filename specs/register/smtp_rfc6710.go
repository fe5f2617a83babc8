package register

// smtpRFC6710 are the requirements of RFC 6710, SMTP Extension for Message Transfer Priorities, in its sections 3, 4.1 and 5.
var smtpRFC6710 = []Entry{
	{
		ID: "smtp/priority-keyword-policy", RFC: 6710, Section: "3", Level: May, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "The keyword MT-PRIORITY may have the name of a policy.",
		Digests: []string{"ecfc1cabaf88"},
	},
	{
		ID: "smtp/priority-parameter", RFC: 6710, Section: "3", Level: Must, Party: Both, Extension: "MT-PRIORITY", Prose: true,
		Rule:    "MAIL takes MT-PRIORITY with a number from -9 to 9.",
		Digests: []string{"0a637de6e9e9", "8d259b03a818"},
	},
	{
		ID: "smtp/priority-mail-15", RFC: 6710, Section: "3", Level: Must, Party: Server, Extension: "MT-PRIORITY", Prose: true,
		Rule:    "MAIL may be 15 octets longer.",
		Digests: []string{"b79155531bf6"},
	},
	{
		ID: "smtp/priority-invalid", RFC: 6710, Section: "4.1", Level: Must, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "MT-PRIORITY with another value, or twice, is refused.",
		Digests: []string{"05093f0eeb5f"},
	},
	{
		ID: "smtp/priority-received", RFC: 6710, Section: "4.1", Level: Should, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "The Received field has a PRIORITY clause.",
		Digests: []string{"1ce1e72891f9"},
	},
	{
		ID: "smtp/priority-logged", RFC: 6710, Section: "4.1", Level: Should, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "The priority is logged.",
		Digests: []string{"69561b5dc38a"},
		OffWire: "what a server logs is not seen",
	},
	{
		ID: "smtp/priority-untrusted", RFC: 6710, Section: "4.1", Level: MustNot, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "An untrusted client cannot have a positive priority.",
		Digests: []string{"65fa9c34aace"},
	},
	{
		ID: "smtp/priority-lowered", RFC: 6710, Section: "4.1", Level: May, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "An untrusted client may lower its priority.",
		Digests: []string{"f75bdad80479"},
	},
	{
		ID: "smtp/priority-altered", RFC: 6710, Section: "4.1", Level: May, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "A server may alter the priority.",
		Digests: []string{"fb78c84d4c6f"},
	},
	{
		ID: "smtp/priority-altered-told", RFC: 6710, Section: "4.1", Level: Should, Party: Server, Extension: "MT-PRIORITY ENHANCEDSTATUSCODES",
		Rule:    "A server that alters the priority says so by X.3.6.",
		Digests: []string{"29172a9101a6"},
	},
	{
		ID: "smtp/priority-rejected", RFC: 6710, Section: "4.1", Level: May, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "A submission server may reject a message for its priority.",
		Digests: []string{"c40abf787344"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/priority-rejected-code", RFC: 6710, Section: "4.1", Level: Should, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "A message that is rejected for its priority gets 450 or 550.",
		Digests: []string{"1b46fef066ef"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/priority-rejected-status", RFC: 6710, Section: "4.1", Level: Must, Party: Server, Extension: "MT-PRIORITY ENHANCEDSTATUSCODES",
		Rule:    "A message that is rejected for its priority has the status code X.7.15.",
		Digests: []string{"db909c0ebe23"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/priority-levels", RFC: 6710, Section: "5", Level: Must, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "A server implements the levels of its policy.",
		Digests: []string{"4f452f9710b9"},
		OffWire: "in which order messages are sent on is not seen",
	},
	{
		ID: "smtp/priority-relayed", RFC: 6710, Section: "5", Level: Must, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "The priority goes to the next server.",
		Digests: []string{"e346749dadf4"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/priority-size", RFC: 6710, Section: "5", Level: May, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "The limit of the size may depend on the priority.",
		Digests: []string{"b6658fa9d9c4"},
	},
	{
		ID: "smtp/priority-size-552", RFC: 6710, Section: "5", Level: Should, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "A message that is too large for its priority gets 552 and X.7.16.",
		Digests: []string{"9565a2bb3768"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/priority-retries", RFC: 6710, Section: "5.1", Level: May, Party: Server, Extension: "MT-PRIORITY",
		Rule:    "Messages of higher priority may be tried more often.",
		Digests: []string{"47758ce137bd"},
		OffWire: offSMTPQueue,
	},
}
