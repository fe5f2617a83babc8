//go:build !unix

package ftpspec

import (
	"errors"
	"net"
	"syscall"
)

// shareAddress lets another socket be bound to the local address of a connection.
func shareAddress(net.Conn) error { return errors.ErrUnsupported }

// controlShare is for net.ListenConfig.
func controlShare(_, _ string, _ syscall.RawConn) error { return nil }
