//go:build unix

package record

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// urgentInLine has urgent data stand among the other octets, where Telnet's Synch would lose its mark (RFC 959 section 4.1.3).
func urgentInLine(nc net.Conn) {
	if c, ok := nc.(syscall.Conn); ok {
		if raw, err := c.SyscallConn(); err == nil {
			raw.Control(func(fd uintptr) { unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_OOBINLINE, 1) })
		}
	}
}
