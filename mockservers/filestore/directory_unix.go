//go:build unix

package filestore

import (
	"fmt"
	"io/fs"
	"syscall"
)

// openFlags have an open not wait for the other end of a FIFO, and not follow a link that has come since the name was resolved.
const openFlags = syscall.O_NONBLOCK | syscall.O_NOFOLLOW

// identity returns what tells a file from all others, and how many names it has.
func identity(i fs.FileInfo) (unique string, links int) {
	s, ok := i.Sys().(*syscall.Stat_t)
	if !ok {
		return "", 1
	}
	return fmt.Sprintf("%xg%x", s.Dev, s.Ino), max(int(s.Nlink), 1)
}
