//go:build !unix

package record

import "net"

// urgentInLine does nothing: urgent data is not known here.
func urgentInLine(net.Conn) {}
