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
	smtpRFC2033,
	smtpRFC2920,
	smtpRFC3030,
	smtpRFC3207,
	smtpRFC4954,
	smtpRFC5321Procedures,
	smtpRFC5321Commands,
	smtpRFC5321Replies,
	smtpRFC5321Delivery,
}

// outside are the sentences of those RFCs that are accounted for without an entry.
var outside = [][]Outside{
	elsewhereRFC2389,
	elsewhereRFC2449,
	elsewhereRFC2595,
	elsewhereRFC2640,
	elsewhereRFC3659,
	elsewhereRFC3977,
	elsewhereRFC4954,
	elsewhereRFC5321,
	elsewhereRFC8054,
	elsewhereRFC8143,
}

// scopes are the sections, those below them included, that were gone through of an RFC that also holds what is judged by nobody here.
var scopes = map[int][]string{
	1123: {"4.1"},    // the other sections are the other protocols of a host
	6048: {"2", "5"}, // section 3 is how articles are filed, by what status of a group
}
