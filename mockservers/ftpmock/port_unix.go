//go:build unix

package ftpmock

import (
	"errors"
	"syscall"
)

// localPortTaken reports whether a connection failed because its own port cannot be used.
func localPortTaken(err error) bool {
	return errors.Is(err, syscall.EADDRINUSE) || errors.Is(err, syscall.EADDRNOTAVAIL) || errors.Is(err, syscall.EACCES)
}
