package register

// smtpRFC2852 are the requirements of RFC 2852, Deliver By SMTP Service Extension, in its sections 2 to 4.
var smtpRFC2852 = []Entry{
	{
		ID: "smtp/deliverby-keyword", RFC: 2852, Section: "2", Level: Must, Party: Server, Extension: "DELIVERBY", Prose: true,
		Rule:    "The keyword is DELIVERBY, without a parameter, or with the least number of seconds and further options, separated by commas.",
		Digests: []string{"facc2023dc92", "144c6283359a", "c5148e58c3c1"},
	},
	{
		ID: "smtp/deliverby-mail-17", RFC: 2852, Section: "2", Level: Must, Party: Server, Extension: "DELIVERBY", Prose: true,
		Rule:    "MAIL may be 17 characters longer.",
		Digests: []string{"5ec9db77276d"},
	},
	{
		ID: "smtp/deliverby-minimum", RFC: 2852, Section: "3", Level: Must, Party: Server, Extension: "DELIVERBY", Prose: true,
		Rule:    "BY with the mode R and less than the minimum that was told gets 55z.",
		Digests: []string{"4e887dcfdc1a"},
	},
	{
		ID: "smtp/deliverby-accepted", RFC: 2852, Section: "3", Level: Must, Party: Server, Extension: "DELIVERBY", Prose: true,
		Rule:    "MAIL with BY is accepted.",
		Digests: []string{"011e7670a850"},
	},
	{
		ID: "smtp/deliverby-value", RFC: 2852, Section: "4", Level: Must, Party: Client, Extension: "DELIVERBY",
		Rule:    "BY has a value: seconds, a semicolon, N or R, and T if there is to be a trace.",
		Digests: []string{"4e8a0e606b8f", "80512d595379", "5d7250340677", "5a2044daff02"},
	},
	{
		ID: "smtp/deliverby-negative", RFC: 2852, Section: "4", Level: Must, Party: Server, Extension: "DELIVERBY", Prose: true,
		Rule:    "With the mode N the seconds may be zero or negative.",
		Digests: []string{"cf0f6733a06d", "d2fd9236c86e"},
	},
	{
		ID: "smtp/deliverby-return-501", RFC: 2852, Section: "4", Level: Should, Party: Server, Extension: "DELIVERBY",
		Rule:    "With the mode R seconds that are zero or negative get 501.",
		Digests: []string{"f1e25310196b", "2cf3178483f0"},
	},
	{
		ID: "smtp/deliverby-return-status", RFC: 2852, Section: "4", Level: Should, Party: Server, Extension: "DELIVERBY ENHANCEDSTATUSCODES",
		Rule:    "The status code of BY with the mode R and no seconds is 5.5.4.",
		Digests: []string{"bbff517f5f2f"},
	},
	{
		ID: "smtp/deliverby-not-honoured", RFC: 2852, Section: "4", Level: Should, Party: Server, Extension: "DELIVERBY",
		Rule:    "A valid time that a server cannot accept gets 455 or 555.",
		Digests: []string{"f552501f3283"},
	},
	{
		ID: "smtp/deliverby-not-honoured-status", RFC: 2852, Section: "4", Level: Should, Party: Server, Extension: "DELIVERBY ENHANCEDSTATUSCODES",
		Rule:    "The refusal of a valid time has a status code, too.",
		Digests: []string{"222c7138ee1d"},
	},
	{
		ID: "smtp/deliverby-retention", RFC: 2852, Section: "4.1", Level: May, Party: Server, Extension: "DELIVERBY",
		Rule:    "A message with BY may be returned earlier, if it cannot be kept for so long.",
		Digests: []string{"fb611830cd60"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/deliverby-retention-less", RFC: 2852, Section: "4.1.2", Level: May, Party: Server, Extension: "DELIVERBY",
		Rule:    "A message may be returned before its time if the server's retention period is shorter.",
		Digests: []string{"b32b79750ae7"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/deliverby-handled", RFC: 2852, Section: "4.1.2", Level: Must, Party: Server, Extension: "DELIVERBY",
		Rule:    "A message that is returned early is handled as the following sections say.",
		Digests: []string{"0350528a6cc7"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/deliverby-failed", RFC: 2852, Section: "4.1.2", Level: Must, Party: Server, Extension: "DELIVERBY",
		Rule:    "A message that fails for good before its time has a notification.",
		Digests: []string{"92e3164e7015"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/deliverby-expired", RFC: 2852, Section: "4.1.3", Level: Must, Party: Server, Extension: "DELIVERBY",
		Rule:    "A message whose time has expired has a notification with 5.4.7.",
		Digests: []string{"fa4bccec3711"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/deliverby-delayed", RFC: 2852, Section: "4.1.3", Level: Must, Party: Server, Extension: "DELIVERBY",
		Rule:    "A message with the mode N whose time has expired has a notification of a delay, with 4.4.7.",
		Digests: []string{"a808619543ec"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/deliverby-relayed", RFC: 2852, Section: "4.1.4", Level: Must, Party: Server, Extension: "DELIVERBY",
		Rule:    "A message that is relayed has BY with the seconds that are left.",
		Digests: []string{"8a8555029e0d"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/deliverby-traced", RFC: 2852, Section: "4.1.4", Level: Should, Party: Server, Extension: "DELIVERBY",
		Rule:    "With T each relay notifies.",
		Digests: []string{"5ad2d4d94e78"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/deliverby-return-not-relayed", RFC: 2852, Section: "4.1.4.1", Level: MustNot, Party: Server, Extension: "DELIVERBY",
		Rule:    "With the mode R a message is not relayed to a server without DELIVERBY.",
		Digests: []string{"961f2eee24df"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/deliverby-return-minimum", RFC: 2852, Section: "4.1.4.1", Level: MustNot, Party: Server, Extension: "DELIVERBY",
		Rule:    "With the mode R a message is not relayed to a server whose minimum is above what is left.",
		Digests: []string{"509a637940bb"},
		OffWire: offSMTPRelay,
	},
	{
		ID: "smtp/deliverby-notify-relayed", RFC: 2852, Section: "4.1.4.2", Level: Must, Party: Server, Extension: "DELIVERBY",
		Rule:    "With the mode N relaying to a server without DELIVERBY is notified.",
		Digests: []string{"224ed118f724"},
		OffWire: offSMTPNotify,
	},
	{
		ID: "smtp/deliverby-notify-dsn", RFC: 2852, Section: "4.1.4.2", Level: Should, Party: Server, Extension: "DELIVERBY",
		Rule:    "Notifications are asked of the next server by NOTIFY.",
		Digests: []string{"c4d6588c805b"},
		OffWire: offSMTPRelay,
	},
}
