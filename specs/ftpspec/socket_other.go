//go:build !unix

package ftpspec

import "syscall"

// controlShare lets a socket share its address with others that are made so, but for those that listen.
func controlShare(_, _ string, _ syscall.RawConn) error { return nil }
