// Package ftpspec holds the conformance cases of FTP: RFC 959, RFC 1123 section 4.1, RFC 2228 and 4217 (TLS), RFC 2389 (FEAT and OPTS), RFC 2428
// (EPRT and EPSV), RFC 2640 (UTF8 and LANG), RFC 3659 (SIZE, MDTM, MLST, REST STREAM) and RFC 7151 (HOST).
//
// [Register] adds all of them to an environment. The parties under test are named by the environment: [Mock] is a server to be driven,
// [NativeClient] a client to be tried, and a user's server is a [specs.UserServer].
//
//	env := &specs.Env{Server: ftpspec.Mock()}
//	ftpspec.Register(env)
//	summary, err := specs.Run(ctx, env, specs.RunOptions{})
//
// A server case judges its own requirement only. What another requirement forbids is put up with where it can be understood, so that one
// fault of a server fails the cases that are about it and not every case. Cases that write do it in a directory of their own and remove it.
package ftpspec

import (
	"harness/protocols/ftp"
	"harness/specs"
)

// Register adds the dialect of FTP and all its cases to env: server cases, client cases and recorded cases.
func Register(env *specs.Env) {
	env.UseDialect(ftp.Dialect())
	for _, row := range serverRows() {
		env.Add(row.build())
	}
	env.Add(clientCases()...)
	env.Add(recordedCases()...)
}

// serverRows are the server cases of all RFCs, in the order of the register.
func serverRows() []serverCase {
	var rows []serverCase
	for _, part := range [][]serverCase{rfc959Rows(), rfc1123Rows(), extensionRows()} {
		rows = append(rows, part...)
	}
	return rows
}
