//go:build !unix

package conn

import "net"

// writeUrgent writes p as urgent data; done is false if nc has none.
func writeUrgent(net.Conn, []byte) (done bool, err error) { return false, nil }
