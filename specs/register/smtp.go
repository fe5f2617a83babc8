package register

// Why rules of SMTP do not show on the wire, where several have the same reason.
const (
	offSMTPConfig  = "what can be configured does not show on the wire of one configuration"
	offSMTPContent = "what a message holds is decided by its author"
	offSMTPDNS     = "the address of the server is given to a client that is judged, and a server that is judged passes nothing on"
	offSMTPForward = "for which addresses a server forwards is known to itself alone"
	offSMTPGateway = "it binds gateways between mail systems, which do not show as such"
	offSMTPLayer   = "no mechanism here has a security layer"
	offSMTPLists   = "how lists are expanded is not seen by who sends to them"
	offSMTPNotify  = "notifications are messages of their own, in sessions of their own"
	offSMTPQueue   = "what becomes of a message between two sessions is not seen in either"
	offSMTPRelay   = "a server that is judged passes nothing on to another"
)
