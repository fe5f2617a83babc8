//go:build !unix

package ftpmock

import "net"

func inlineUrgent(net.Conn) {}
