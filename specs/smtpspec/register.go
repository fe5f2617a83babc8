// Package smtpspec holds the conformance cases of SMTP: RFC 5321, LMTP (RFC 2033), submission (RFC 6409), and their extensions for sizes (RFC 1870), status
// codes (RFC 2034), pipelining (RFC 2920), chunks (RFC 3030), TLS (RFC 3207), notifications (RFC 3461), authentication (RFC 4954), 8-bit content (RFC 6152),
// internationalised mail (RFC 6531) and others.
//
// [Register] adds all of them to an environment. The parties under test are named by the environment; a user's server is a [specs.UserServer].
package smtpspec

import (
	"slices"

	"harness/protocols/smtp"
	"harness/specs"
)

// Register adds the dialect of SMTP and all its cases to env.
func Register(env *specs.Env) {
	env.UseDialect(smtp.Dialect())
	for _, row := range serverRows() {
		env.Add(row.build())
	}
	env.Add(clientCases()...)
	env.Add(recordedCases()...)
}

// serverRows are the server cases of all RFCs, in the order of the register. Each file of cases has its line.
func serverRows() []serverCase {
	return slices.Concat(
		contentRows(),
		parameterRows(),
		rfc2033Rows(),
		rfc2920Rows(),
		rfc3207Rows(),
		rfc4954Rows(),
		rfc5321Rows(),
		rfc6409Rows(),
		rfc6710Rows(),
		rfc7504Rows(),
		rfc8314Rows(),
		rfc8689Rows(),
	)
}
