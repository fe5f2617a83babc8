// Package pop3spec holds the conformance cases of POP3: RFC 1939, RFC 2449 (CAPA), RFC 2595 (STLS), RFC 3206 (SYS and AUTH), RFC 5034
// (AUTH) and RFC 6856 (UTF8 and LANG).
//
// [Register] adds all of them to an environment. The parties under test are named by the environment: [Mock] is a server to be driven,
// [NativeClient] a client to be tried, and a user's server is a [specs.UserServer].
//
//	env := &specs.Env{Server: pop3spec.Mock()}
//	pop3spec.Register(env)
//	summary, err := specs.Run(ctx, env, specs.RunOptions{})
//
// A server case judges its own requirement only. What another requirement forbids is put up with where it can be understood, so that one
// fault of a server fails the cases that are about it and not every case.
package pop3spec

import (
	"harness/protocols/pop3"
	"harness/specs"
)

// Register adds the dialect of POP3 and all its cases to env: server cases, client cases and recorded cases.
func Register(env *specs.Env) {
	env.UseDialect(pop3.Dialect())
	for _, row := range serverRows() {
		env.Add(row.build())
	}
	env.Add(clientCases()...)
	env.Add(recordedCases()...)
}

// serverRows are the server cases of all RFCs, in the order of the register.
func serverRows() []serverCase {
	return append(rfc1939Rows(), extensionRows()...)
}
