package register

// smtpRFC3463 are the requirements of RFC 3463, Enhanced Mail System Status Codes.
var smtpRFC3463 = []Entry{
	{
		ID: "smtp/status-no-white-space", RFC: 3463, Section: "2", Level: MustNot, Party: Server, Extension: "ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "There is no white space within a status code.",
		Digests: []string{"49192d56d6aa"},
	},
	{
		ID: "smtp/status-no-leading-zeros", RFC: 3463, Section: "2", Level: Must, Party: Server, Extension: "ENHANCEDSTATUSCODES",
		Rule:    "The numbers of a status code have no leading zeros.",
		Digests: []string{"d9242db7ab81"},
	},
	{
		ID: "smtp/status-registered", RFC: 3463, Section: "2", Level: Should, Party: Server, Extension: "ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "Only status codes that are registered are sent.",
		Digests: []string{"1ce8aa92839c"},
	},
	{
		ID: "smtp/status-class-recognised", RFC: 3463, Section: "2", Level: Must, Party: Client, Extension: "ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "A client goes by the class also if it does not recognise the subject.",
		Digests: []string{"3dd0bf828572"},
	},
	{
		ID: "smtp/status-subject-reported", RFC: 3463, Section: "2", Level: Must, Party: Client, Extension: "ENHANCEDSTATUSCODES", Prose: true,
		Rule:    "A client reports the subject also if it does not recognise the detail.",
		Digests: []string{"9a10df554886"},
	},
}
