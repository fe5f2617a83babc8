//go:build unix

package mockservers

import "syscall"

// reuseAddress lets a data connection come from a port that others come from too: port 20 of FTP, or the one beside the control
// connection's.
func reuseAddress(network, address string, c syscall.RawConn) error {
	var err error
	cerr := c.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1) })
	if cerr != nil {
		return cerr
	}
	return err
}
