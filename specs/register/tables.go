package register

// tables are the entries, one slice an RFC. An RFC with entries is an RFC whose sentences the coverage test goes through.
var tables = [][]Entry{
	ftpRFC959,
	ftpRFC1123,
	ftpRFC2228,
	ftpRFC2389,
	ftpRFC2428,
	ftpRFC2640,
	ftpRFC3659,
	ftpRFC4217,
	ftpRFC7151,
	nntpRFC2980,
	nntpRFC3977,
	nntpRFC4642,
	nntpRFC4643,
	nntpRFC4644,
	nntpRFC6048,
	nntpRFC8054,
	nntpRFC8143,
	pop3RFC1939,
	pop3RFC2449,
	pop3RFC2595,
	pop3RFC3206,
	pop3RFC5034,
	pop3RFC6856,
	smtpRFC1870,
	smtpRFC2033,
	smtpRFC2034,
	smtpRFC2852,
	smtpRFC2920,
	smtpRFC3030,
	smtpRFC3207,
	smtpRFC3461,
	smtpRFC3463,
	smtpRFC4865,
	smtpRFC4954,
	smtpRFC5321Procedures,
	smtpRFC5321Commands,
	smtpRFC5321Replies,
	smtpRFC5321Delivery,
	smtpRFC6152,
	smtpRFC6409,
	smtpRFC6531,
	smtpRFC6710,
	smtpRFC7504,
	smtpRFC8314,
	smtpRFC8689,
}

// outside are the sentences of those RFCs that are accounted for without an entry.
var outside = [][]Outside{
	elsewhereRFC2034,
	elsewhereRFC2389,
	elsewhereRFC2449,
	elsewhereRFC2595,
	elsewhereRFC2640,
	elsewhereRFC3461,
	elsewhereRFC3659,
	elsewhereRFC3977,
	elsewhereRFC4954,
	elsewhereRFC5321,
	elsewhereRFC6409,
	elsewhereRFC8054,
	elsewhereRFC8143,
	elsewhereRFC8314,
}

// scopes are the sections, those below them included, that were gone through of an RFC that also holds what is judged by nobody here.
var scopes = map[int][]string{
	1123: {"4.1"},                                           // the other sections are the other protocols of a host
	2852: {"2", "3", "4"},                                   // the rest is notifications
	3461: {"4", "5.1", "5.4"},                               // the rest is notifications, relays, gateways and lists
	3463: {"2"},                                             // the rest is the list of codes
	4865: {"3", "4", "5.2", "6"},                            // the rest is notifications
	6048: {"2", "5"},                                        // section 3 is how articles are filed, by what status of a group
	6409: {"3", "4", "5", "6", "7"},                         // section 8 is what may be done to a message
	6531: {"3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7"}, // the rest is definitions, and registrations
	6710: {"3", "4.1", "5"},                                 // the rest binds relays, gateways, lists and the authors of policies
	8314: {"3.3", "3.4", "4.2", "4.3"},                      // the rest binds other protocols, those who offer services, and programs for people
	8689: {"2", "3", "4.1", "4.2.1", "4.3"},                 // the rest is relays and notifications
}
