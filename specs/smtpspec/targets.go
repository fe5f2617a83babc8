package smtpspec

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"harness/mockservers"
	"harness/mockservers/smtpmock"
	"harness/specs"
)

// What the built-in mock has: two accounts in its domain, and a list of both.
const (
	mockDomain = "example.org"
	listName   = "staff"
	utf8List   = "world" // has a member whose address is not ASCII

	otherUser     = "bob"
	otherPassword = "builder"
)

// certificate is the feature that the client has a certificate, for the first account.
const certificate = "CERTIFICATE"

// rule begins a feature that is a rule of the mock, as [smtpmock.ParseRule] reads it.
const rule = "RULE "

// MockServer is the built-in mock as the server under test: a fresh one for each case, of LMTP or for submission if the case is about those. The zero value
// conforms. Its switches, which a case may name in Setup.Features, are those of [smtpmock.Features].
type MockServer struct {
	// Deviations are the rules that it breaks; see [smtpmock.Deviations].
	Deviations []string
	// Mode is "smtp", "submission" or "lmtp", for the cases that can do with any; "" means smtp.
	Mode string
	// ImplicitTLS has the connections begin with TLS, StartTLS has them upgrade before anything else.
	ImplicitTLS, StartTLS bool
	// OnError, if set, is told what went wrong in the mock itself (not in a session).
	OnError func(error)
}

// Mock returns the built-in mock, breaking the rules that the deviations name.
func Mock(deviations ...string) *MockServer { return &MockServer{Deviations: deviations} }

// Name implements specs.ServerUnderTest.
func (m *MockServer) Name() string { return "harness smtpmock" }

// Disposable implements specs.ServerUnderTest.
func (m *MockServer) Disposable() bool { return true }

// Fresh implements specs.FreshServer.
func (m *MockServer) Fresh() bool { return true }

// Start implements specs.ServerUnderTest.
func (m *MockServer) Start(_ context.Context, t *specs.T, setup specs.Setup) (*specs.Target, error) {
	accounts := []smtpmock.Account{{Name: smtpmock.DefaultUser, Password: smtpmock.DefaultPassword}, {Name: otherUser, Password: otherPassword}}
	mailboxes := []string{smtpmock.DefaultUser + "@" + mockDomain, otherUser + "@" + mockDomain}
	opts := smtpmock.Options{
		Options:  mockservers.Options{ImplicitTLS: m.ImplicitTLS, Deviations: m.Deviations, Capture: -1},
		Accounts: accounts, Domains: []string{mockDomain}, Lists: []smtpmock.List{
			{Name: listName, Members: mailboxes}, {Name: utf8List, Members: []string{mailboxes[0], utf8Local + "@example.net"}},
		},
	}
	if m.Mode != "" {
		opts.Features = append(opts.Features, "MODE="+m.Mode)
	}
	shown := false // the client's certificate
	for _, f := range setup.Features {
		f = strings.TrimPrefix(f, "?")
		switch text, isRule := strings.CutPrefix(f, rule); {
		case isRule:
			r, err := smtpmock.ParseRule(text)
			if err != nil {
				return nil, err
			}
			opts.Rules = append(opts.Rules, r)
		case f == needLMTP, f == needSubmission:
			opts.Features = append(opts.Features, "MODE="+strings.ToLower(f))
		case f == needImplicit:
			opts.Features = append(opts.Features, "MODE=submission")
			opts.ImplicitTLS = true
		case f == certificate:
			shown = true
		default:
			opts.Features = append(opts.Features, f)
		}
	}
	// The mock lives until the clean-up, also if the case is cancelled: what it does then is no judgement.
	srv, err := smtpmock.Start(context.Background(), opts)
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
	u.Path = "/" + strings.Join(mailboxes, ",")
	cfg, err := srv.ClientTLS()
	if err != nil {
		return nil, err
	}
	if shown {
		authority, err := srv.Authority()
		if err != nil {
			return nil, err
		}
		crt, err := authority.Client(accounts[0].Name)
		if err != nil {
			return nil, err
		}
		cfg.Certificates = []tls.Certificate{crt}
	}
	return &specs.Target{
		Name: m.Name(), URL: u, User: accounts[0].Name, Password: accounts[0].Password, TLS: cfg,
		StartTLS:  m.StartTLS && !opts.ImplicitTLS || u.Scheme == "submission",
		Delivered: func(_ context.Context, mailbox string) ([][]byte, error) { return inbox(srv, mailbox) },
	}, nil
}

// inbox reads what the mock has delivered to a mailbox.
func inbox(srv *smtpmock.Server, mailbox string) ([][]byte, error) {
	local, _ := splitMailbox(mailbox)
	drop, ok := srv.Store().Maildrop(local)
	if !ok {
		return nil, fmt.Errorf("nobody is called %s", local)
	}
	opened, err := drop.Open(true)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	var out [][]byte
	for _, m := range opened.Messages() {
		out = append(out, m.Data)
	}
	return out, nil
}
