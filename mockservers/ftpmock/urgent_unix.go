//go:build unix

package ftpmock

import (
	"net"
	"syscall"
)

// inlineUrgent has urgent octets stay in the stream: the Synch signal before ABOR has one (RFC 959 section 4.1.3), and without it the Telnet command
// would not be whole.
func inlineUrgent(nc net.Conn) {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return
	}
	if rc, err := sc.SyscallConn(); err == nil {
		rc.Control(func(fd uintptr) { syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_OOBINLINE, 1) })
	}
}
