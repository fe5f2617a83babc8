//go:build !unix

package ftpmock

// localPortTaken cannot tell: the connection is tried again.
func localPortTaken(error) bool { return true }
