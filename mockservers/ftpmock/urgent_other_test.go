//go:build !unix

package ftpmock

import (
	"net"
	"syscall"
	"testing"
)

var urgentAbort func(t testing.TB, nc net.Conn)

func reusable(network, address string, c syscall.RawConn) error { return nil }
