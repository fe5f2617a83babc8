//go:build unix

package ftpspec

import (
	"fmt"
	"net"
	"syscall"
)

// shareAddress lets another socket be bound to the local address of a connection.
func shareAddress(nc net.Conn) error {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return fmt.Errorf("%T is no socket", nc)
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return err
	}
	return controlShare("", "", raw)
}

// controlShare is for net.ListenConfig.
func controlShare(_, _ string, c syscall.RawConn) error {
	var set error
	err := c.Control(func(fd uintptr) { set = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1) })
	if err != nil {
		return err
	}
	return set
}
