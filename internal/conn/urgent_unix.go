//go:build unix

package conn

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// writeUrgent writes p as urgent data; done is false if nc has none.
func writeUrgent(nc net.Conn, p []byte) (done bool, err error) {
	t, ok := nc.(*net.TCPConn)
	if !ok {
		return false, nil
	}
	rc, err := t.SyscallConn()
	if err != nil {
		return true, err
	}
	for len(p) > 0 && err == nil {
		werr := rc.Write(func(fd uintptr) bool {
			var n int
			n, err = unix.SendmsgN(int(fd), p, nil, nil, unix.MSG_OOB)
			p = p[max(n, 0):]
			return err != syscall.EAGAIN
		})
		if werr != nil {
			return true, werr
		}
	}
	return true, err
}
