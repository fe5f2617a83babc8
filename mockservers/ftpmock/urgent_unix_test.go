//go:build unix

package ftpmock

import (
	"net"
	"syscall"
	"testing"
)

// urgentAbort sends the Synch signal as it is meant, with its last octet as urgent data, and ABOR.
var urgentAbort = func(t testing.TB, nc net.Conn) {
	rc, err := nc.(*net.TCPConn).SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nc.Write([]byte("\xff\xf4\xff")); err != nil {
		t.Fatal(err)
	}
	var serr error
	if err := rc.Control(func(fd uintptr) { serr = syscall.Sendto(int(fd), []byte{0xf2}, syscall.MSG_OOB, nil) }); err != nil || serr != nil {
		t.Fatal(err, serr)
	}
	if _, err := nc.Write([]byte("ABOR\r\n")); err != nil {
		t.Fatal(err)
	}
}

func reusable(network, address string, c syscall.RawConn) error {
	var err error
	cerr := c.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1) })
	if cerr != nil {
		return cerr
	}
	return err
}
