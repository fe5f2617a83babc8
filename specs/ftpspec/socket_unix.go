//go:build unix

package ftpspec

import "syscall"

// controlShare lets a socket share its address with others that are made so, but for those that listen.
func controlShare(_, _ string, c syscall.RawConn) error {
	var set error
	err := c.Control(func(fd uintptr) { set = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1) })
	if err != nil {
		return err
	}
	return set
}
