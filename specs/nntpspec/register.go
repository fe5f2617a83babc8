// Package nntpspec holds the conformance cases of NNTP: RFC 3977, and its extensions for TLS (RFC 4642, RFC 8143), authentication (RFC 4643), streaming (RFC
// 4644), further lists (RFC 6048) and compression (RFC 8054), with the commands of RFC 2980 in use.
//
// [Register] adds all of them to an environment. The parties under test are named by the environment: [Mock] is a server to be driven, and a user's server
// is a [specs.UserServer], and [NativeClient] a client. The path of its URL names the newsgroup in which cases work:
//
//	env := &specs.Env{Server: nntpspec.Mock(), Client: nntpspec.NativeClient()}
//	nntpspec.Register(env)
//	summary, err := specs.Run(ctx, env, specs.RunOptions{})
//
// A server case judges its own requirement only. What another requirement forbids is put up with where it can be understood, so that one fault of a server
// fails the cases that are about it and not every case.
package nntpspec

import (
	"slices"

	"harness/protocols/nntp"
	"harness/specs"
)

// Register adds the dialect of NNTP and all its cases to env.
func Register(env *specs.Env) {
	env.UseDialect(nntp.Dialect())
	for _, row := range serverRows() {
		env.Add(row.build())
	}
	env.Add(clientCases()...)
	env.Add(recordedCases()...)
}

// serverRows are the server cases of all RFCs, in the order of the register. Each file of cases has its line.
func serverRows() []serverCase {
	return slices.Concat(
		rfc2980Rows(),
		rfc3977Rows(),
		rfc4642Rows(),
		rfc4643Rows(),
		rfc4644Rows(),
		rfc6048Rows(),
		rfc8054Rows(),
		securityRows(),
	)
}
