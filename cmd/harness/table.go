package main

// protocolTable are the protocols that the commands know, in the order in which they are shown.
var protocolTable = []*protocol{ftpProtocol, nntpProtocol, pop3Protocol, smtpProtocol}
