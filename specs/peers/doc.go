// Package peers starts implementations that are not ours, for our own to be checked against: real servers in containers,
// and real clients from PATH or from a container.
//
//	peers.Require(t)
//	s, err := peers.StartPOP3(ctx, "dovecot", peers.POP3Options{
//		Mail: map[string][][]byte{"alice": messages},
//	})
//	if err != nil { … }
//	defer s.Close(ctx)
//	conn, err := net.Dial("tcp", s.Addr(peers.PortPOP3))
//
// The images are made from the folders of fixtures/containers and kept, under the name harness-NAME and a digest of the
// files that they are made from.
//
// Containers do not outlive the program that started them: each ends when the connection that this package holds to it
// breaks, however the program ends, and the engine removes it then. Close removes it at once. All carry the label
// [Label].
//
// testcontainers-go is configured here, at the first use of an engine: its log is silenced; TESTCONTAINERS_RYUK_DISABLED
// is set to true when its reaper's image can neither be found nor be pulled in a few seconds, and
// TESTCONTAINERS_HOST_OVERRIDE to 127.0.0.1 when published ports answer there. What the user has set is left as it is.
package peers
