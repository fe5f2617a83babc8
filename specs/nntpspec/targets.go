package nntpspec

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"harness/mockservers"
	"harness/mockservers/newsstore"
	"harness/mockservers/nntpmock"
	"harness/specs"
)

// The groups of the built-in mock that cases work with: homeGroup is the one that the target's URL names.
const (
	homeGroup  = "example.test"
	emptyGroup = "example.empty"
)

// Features that the target of our mock knows beside those of [nntpmock.Features].
const (
	// motdFeature gives the server a message of the day.
	motdFeature = "MOTD"
	// implicitFeature has connections begin with TLS.
	implicitFeature = "IMPLICIT-TLS"
)

// MockServer is the built-in mock as the server under test: a fresh one for each case. The zero value conforms. Its switches, which a case may name in
// Setup.Features, are those of [nntpmock.Features].
type MockServer struct {
	// Deviations are the rules that it breaks; see [nntpmock.Deviations].
	Deviations []string
	// ImplicitTLS has the connections begin with TLS, StartTLS has them upgrade before anything else.
	ImplicitTLS, StartTLS bool
	// OnError, if set, is told what went wrong in the mock itself (not in a session).
	OnError func(error)
}

// Mock returns the built-in mock, breaking the rules that the deviations name.
func Mock(deviations ...string) *MockServer { return &MockServer{Deviations: deviations} }

// Name implements specs.ServerUnderTest.
func (m *MockServer) Name() string { return "harness nntpmock" }

// Disposable implements specs.ServerUnderTest.
func (m *MockServer) Disposable() bool { return true }

// Fresh implements specs.FreshServer.
func (m *MockServer) Fresh() bool { return true }

// Start implements specs.ServerUnderTest.
func (m *MockServer) Start(_ context.Context, t *specs.T, setup specs.Setup) (*specs.Target, error) {
	opts := nntpmock.Options{
		Options: mockservers.Options{ImplicitTLS: m.ImplicitTLS, Deviations: m.Deviations, Capture: -1},
		Store:   newsstore.Seeded(newsstore.Options{}),
	}
	for _, f := range setup.Features {
		switch f = strings.TrimPrefix(f, "?"); f {
		case motdFeature:
			opts.Motd = []string{"The first line of the day.", ".", "The last line of the day."}
		case implicitFeature:
			opts.ImplicitTLS = true
		default:
			opts.Features = append(opts.Features, f)
		}
	}
	// The mock lives until the clean-up, also if the case is cancelled: what it does then is no judgement.
	srv, err := nntpmock.Start(context.Background(), opts)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		err := srv.Close()
		if m.OnError != nil {
			if err := errors.Join(append(srv.Errors(), err)...); err != nil {
				m.OnError(fmt.Errorf("%s: %w", t.Case.ID, err))
			}
		}
	})
	u, err := url.Parse(srv.URL())
	if err != nil {
		return nil, err
	}
	u.Path = "/" + homeGroup
	cfg, err := srv.ClientTLS()
	if err != nil {
		return nil, err
	}
	return &specs.Target{
		Name: m.Name(), URL: u, User: nntpmock.DefaultUser, Password: nntpmock.DefaultPassword, TLS: cfg, StartTLS: m.StartTLS,
	}, nil
}
