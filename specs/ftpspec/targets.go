package ftpspec

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"harness/fixtures"
	"harness/mockservers"
	"harness/mockservers/ftpmock"
	"harness/specs"
)

// MockServer is the built-in mock as the server under test: a fresh one for each case. The zero value conforms. Its switches, which a case may name
// in Setup.Features, are those of [ftpmock.Features].
type MockServer struct {
	// Deviations are the rules that it breaks; see [ftpmock.Deviations].
	Deviations []string
	// ImplicitTLS has the control connections begin with TLS, StartTLS has them upgrade before login.
	ImplicitTLS, StartTLS bool
	// OnError, if set, is told what went wrong in the mock itself (not in a session).
	OnError func(error)
}

// Mock returns the built-in mock, breaking the rules that the deviations name.
func Mock(deviations ...string) *MockServer { return &MockServer{Deviations: deviations} }

// Name implements specs.ServerUnderTest.
func (m *MockServer) Name() string { return "harness ftpmock" }

// Disposable implements specs.ServerUnderTest.
func (m *MockServer) Disposable() bool { return true }

// Fresh implements specs.FreshServer.
func (m *MockServer) Fresh() bool { return true }

// Start implements specs.ServerUnderTest.
func (m *MockServer) Start(_ context.Context, t *specs.T, setup specs.Setup) (*specs.Target, error) {
	var switches []string
	var hosts []ftpmock.Host
	for _, f := range setup.Features {
		if f = strings.TrimPrefix(f, "?"); f == hostsFeature {
			hosts = []ftpmock.Host{{Name: firstHost}, {Name: secondHost, Accounts: []ftpmock.Account{{Name: ftpmock.SecondUser, Password: secondPassword}}}}
		} else {
			switches = append(switches, f)
		}
	}
	files := setup.Files
	if files == nil {
		files = fixtures.Files()
	}
	opts := ftpmock.Options{
		Options:  mockservers.Options{ImplicitTLS: m.ImplicitTLS, Deviations: m.Deviations, Capture: -1},
		Files:    files,
		Hosts:    hosts,
		Features: switches,
	}
	// The mock lives until the clean-up, also if the case is cancelled: what it does then is no judgement.
	srv, err := ftpmock.Start(context.Background(), opts)
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
	cfg, err := srv.ClientTLS()
	if err != nil {
		return nil, err
	}
	return &specs.Target{
		Name: m.Name(), URL: u, User: ftpmock.DefaultUser, Password: ftpmock.DefaultPassword, OtherUser: ftpmock.SecondUser, OtherPassword: ftpmock.SecondPassword,
		TLS: cfg, StartTLS: m.StartTLS, Files: files,
	}, nil
}
