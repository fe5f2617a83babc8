package mockservers

import "context"

// TB is what a mock needs of a test. *testing.T, *testing.B, *testing.F and ginkgo's GinkgoT() satisfy it.
type TB interface {
	Helper()
	Cleanup(func())
	Name() string
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// StartTB starts the server for a test: a server that cannot start ends the test, and the test's clean-up closes the server and reports
// its [Server.Errors].
func (s *Server) StartTB(tb TB) {
	tb.Helper()
	if err := s.Start(context.Background()); err != nil {
		tb.Fatalf("%s: start a mock server: %v", tb.Name(), err)
	}
	tb.Cleanup(func() {
		tb.Helper()
		if err := s.Close(); err != nil {
			tb.Errorf("close the %s mock server: %v", s.dialect.Name(), err)
		}
		for _, err := range s.TakeErrors() {
			tb.Errorf("%s mock server: %v", s.dialect.Name(), err)
		}
	})
}
