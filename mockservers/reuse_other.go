//go:build !unix

package mockservers

import "syscall"

func reuseAddress(network, address string, c syscall.RawConn) error { return nil }
