package register

// smtpRFC4865 are the requirements of RFC 4865, SMTP Submission Service Extension for Future Message Release, in its sections 3, 4, 5.2 and 6.
var smtpRFC4865 = []Entry{
	{
		ID: "smtp/futurerelease-keyword", RFC: 4865, Section: "3", Level: Must, Party: Server, Extension: "FUTURERELEASE", Prose: true,
		Rule:    "The keyword is FUTURERELEASE, with the longest interval in seconds and the latest time, separated by a space.",
		Digests: []string{"365aa9f08580", "0fbb2f048e88", "d555f8a6a2c5", "7a7256532a81", "2e2e9e00461b"},
	},
	{
		ID: "smtp/futurerelease-mail-34", RFC: 4865, Section: "3", Level: Must, Party: Server, Extension: "FUTURERELEASE", Prose: true,
		Rule:    "MAIL may be 34 characters longer.",
		Digests: []string{"3a1a2c693dac"},
	},
	{
		ID: "smtp/futurerelease-form", RFC: 4865, Section: "3", Level: Must, Party: Client, Extension: "FUTURERELEASE", Prose: true,
		Rule:    "The parameter is HOLDFOR with seconds, or HOLDUNTIL with a time in UTC.",
		Digests: []string{"f32da26dd29f", "75e468b8d610"},
	},
	{
		ID: "smtp/futurerelease-if-listed", RFC: 4865, Section: "4.1", Level: Must, Party: Client,
		Rule:    "HOLDFOR and HOLDUNTIL are used only if EHLO listed FUTURERELEASE.",
		Digests: []string{"82797144c1a2"},
	},
	{
		ID: "smtp/futurerelease-one", RFC: 4865, Section: "4.1", Level: Must, Party: Client, Extension: "FUTURERELEASE",
		Rule:    "MAIL has one of the two parameters.",
		Digests: []string{"c686233b76c1"},
	},
	{
		ID: "smtp/futurerelease-for-limit", RFC: 4865, Section: "4.1", Level: Must, Party: Client, Extension: "FUTURERELEASE",
		Rule:    "The interval of HOLDFOR is not longer than the one that was told.",
		Digests: []string{"7659d52ea092"},
	},
	{
		ID: "smtp/futurerelease-until-limit", RFC: 4865, Section: "4.1", Level: Must, Party: Client, Extension: "FUTURERELEASE",
		Rule:    "The time of HOLDUNTIL is not later than the one that was told.",
		Digests: []string{"c3748658c6e7"},
	},
	{
		ID: "smtp/futurerelease-submission", RFC: 4865, Section: "4.2", Level: Must, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "A server with FUTURERELEASE follows the rules of submission.",
		Digests: []string{"6012f3dbeaa1"},
		OffWire: "its rules have their own entries",
	},
	{
		ID: "smtp/futurerelease-submission-only", RFC: 4865, Section: "4.2", Level: MustNot, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "FUTURERELEASE is not listed on another port than that of submission.",
		Digests: []string{"8b5246d8c877"},
		OffWire: "the port belongs to the deployment: the user names the address that is judged",
	},
	{
		ID: "smtp/futurerelease-listed", RFC: 4865, Section: "4.2", Level: Must, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "Both parameters stand behind the keyword in the reply to EHLO.",
		Digests: []string{"6ab5d70fcebb"},
	},
	{
		ID: "smtp/futurerelease-accepted", RFC: 4865, Section: "4.2", Level: Must, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "MAIL with a valid parameter is accepted.",
		Digests: []string{"8cc0204bf2c6"},
	},
	{
		ID: "smtp/futurerelease-for-held", RFC: 4865, Section: "4.2", Level: MustNot, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "A message is not released before the interval of HOLDFOR is over.",
		Digests: []string{"b210c09143dc"},
	},
	{
		ID: "smtp/futurerelease-until-held", RFC: 4865, Section: "4.2", Level: MustNot, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "A message is not released before the time of HOLDUNTIL.",
		Digests: []string{"e20499daa401"},
	},
	{
		ID: "smtp/futurerelease-for-rejected", RFC: 4865, Section: "4.2", Level: Must, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "HOLDFOR with an interval that is too long or invalid is rejected.",
		Digests: []string{"7eb606e48235"},
	},
	{
		ID: "smtp/futurerelease-until-rejected", RFC: 4865, Section: "4.2", Level: Must, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "HOLDUNTIL with a time that is too late or invalid is rejected.",
		Digests: []string{"71764e719d98"},
	},
	{
		ID: "smtp/futurerelease-two-rejected", RFC: 4865, Section: "4.2", Level: Must, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "MAIL with more than one of the parameters is rejected.",
		Digests: []string{"e6445475dc6d"},
	},
	{
		ID: "smtp/futurerelease-501", RFC: 4865, Section: "4.2", Level: Should, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "MAIL that is rejected for HOLDFOR or HOLDUNTIL gets 501.",
		Digests: []string{"64faf202ee1b"},
	},
	{
		ID: "smtp/futurerelease-status", RFC: 4865, Section: "4.2", Level: Should, Party: Server, Extension: "FUTURERELEASE ENHANCEDSTATUSCODES",
		Rule:    "MAIL that is rejected for HOLDFOR or HOLDUNTIL has the status code 5.5.4.",
		Digests: []string{"efb13b8850a8"},
	},
	{
		ID: "smtp/futurerelease-before-by", RFC: 4865, Section: "5.2.1", Level: Must, Party: Client, Extension: "FUTURERELEASE DELIVERBY",
		Rule:    "A client's time of BY is later than that of the release.",
		Digests: []string{"f926dc3d941c"},
	},
	{
		ID: "smtp/futurerelease-by-rejected", RFC: 4865, Section: "5.2.2", Level: Must, Party: Server, Extension: "FUTURERELEASE DELIVERBY",
		Rule:    "MAIL with a time of release behind that of BY is rejected.",
		Digests: []string{"71b458758530"},
	},
	{
		ID: "smtp/futurerelease-by-501", RFC: 4865, Section: "5.2.2", Level: Should, Party: Server, Extension: "FUTURERELEASE DELIVERBY",
		Rule:    "MAIL with a time of release behind that of BY gets 501.",
		Digests: []string{"5636fddec4e9"},
	},
	{
		ID: "smtp/futurerelease-by-status", RFC: 4865, Section: "5.2.2", Level: Should, Party: Server, Extension: "FUTURERELEASE DELIVERBY ENHANCEDSTATUSCODES",
		Rule:    "The status code for a time of release behind that of BY is 5.5.4.",
		Digests: []string{"69f775a1ee4d"},
	},
	{
		ID: "smtp/futurerelease-quota", RFC: 4865, Section: "6", Level: Should, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "There is a quota for what a user has to be released.",
		Digests: []string{"aacf1c17a35f"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/futurerelease-quota-rejected", RFC: 4865, Section: "6", Level: Must, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "MAIL beyond the quota is rejected.",
		Digests: []string{"4f66cbd41121"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/futurerelease-quota-552", RFC: 4865, Section: "6", Level: Should, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "MAIL beyond the quota gets 552.",
		Digests: []string{"46168b95369c"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/futurerelease-quota-status", RFC: 4865, Section: "6", Level: Should, Party: Server, Extension: "FUTURERELEASE",
		Rule:    "The status code of MAIL beyond the quota is the one that is made for it.",
		Digests: []string{"0b294a11d392"},
		OffWire: offSMTPConfig,
	},
	{
		ID: "smtp/futurerelease-date", RFC: 4865, Section: "6", Level: May, Party: Client, Extension: "FUTURERELEASE",
		Rule:    "The Date field may have the time of the release.",
		Digests: []string{"cb0b93e602a2"},
		OffWire: offSMTPContent,
	},
}
