package smtpspec

// pendingClient are requirements that wait for a client case.
var pendingClient = []string{
	"smtp/auth-initial-base64",
	"smtp/auth-not-twice",
	"smtp/auth-not-in-transaction",
	"smtp/auth-response-base64",
	"smtp/auth-initial-too-long",
	"smtp/auth-initial-empty",
	"smtp/auth-base64-cancelled",
	"smtp/auth-base64-strict",
	"smtp/auth-sizes",
	"smtp/auth-identity-saslprep",
	"smtp/auth-failed-goes-on",
	"smtp/auth-failed-another",
	"smtp/auth-plain",
	"smtp/auth-cram-md5",
	"smtp/auth-parameter-xtext",
	"smtp/auth-534-another",
	"smtp/auth-any-case",
	"smtp/auth-parameter-form",
	"smtp/auth-eavesdropping",
}
