package specs

import (
	"context"
	"fmt"
	"strings"
)

// UserServer is a server that the user names, as party under test. It is never set up, and not disposable: cases make do with what it holds.
type UserServer struct {
	// Target is how it is reached, and with which account. Its Name is the server's in reports.
	Target Target
}

// Name implements ServerUnderTest.
func (s *UserServer) Name() string { return s.Target.Name }

// Disposable implements ServerUnderTest: a user's server is not ours to break.
func (s *UserServer) Disposable() bool { return false }

// Start implements ServerUnderTest.
func (s *UserServer) Start(_ context.Context, _ *T, setup Setup) (*Target, error) {
	if err := setup.Unswitched(); err != nil {
		return nil, err
	}
	target := s.Target
	return &target, nil
}

// Unswitched returns an error, which wraps [ErrCannotSetUp], if the setup depends on switches that only a built-in mock has.
func (s Setup) Unswitched() error {
	for _, f := range s.Features {
		if !strings.HasPrefix(f, "?") {
			return fmt.Errorf("%w: the case needs %s, a switch that only the built-in mock has", ErrCannotSetUp, f)
		}
	}
	return nil
}
