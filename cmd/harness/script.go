package main

import (
	"context"
	"time"

	"harness/internal/auth"
	"harness/internal/ca"
	"harness/mockservers"
	"harness/mockservers/script"
	"harness/protocols/dialect"
	"harness/transcript"
)

// recorded is a session to be played, with its file and dialect.
type recorded struct {
	file    string
	session *transcript.Session
	dialect dialect.Dialect
}

// loadRecorded reads the sessions of files and directories.
func loadRecorded(args []string) ([]recorded, error) {
	files, err := sessionFiles(args)
	if err != nil {
		return nil, err
	}
	var out []recorded
	for _, f := range files {
		s, d, err := loadSession(f)
		if err != nil {
			return nil, err
		}
		out = append(out, recorded{f, s, d})
	}
	return out, nil
}

// events calls f for the session's events, those of groups included, until it returns false.
func events(items []transcript.Item, f func(*transcript.Event) bool) bool {
	for _, it := range items {
		switch it := it.(type) {
		case *transcript.Event:
			if !f(it) {
				return false
			}
		case *transcript.Group:
			if !events(it.Items, f) {
				return false
			}
		}
	}
	return true
}

// hasTLS says whether there is a TLS handshake in one of the sessions.
func hasTLS(list []recorded) bool {
	for _, r := range list {
		if !events(r.session.Items, func(e *transcript.Event) bool { return e.Kind != transcript.TLS }) {
			return true
		}
	}
	return false
}

// beginsWithTLS says whether the session's first connection begins with the handshake.
func beginsWithTLS(s *transcript.Session) bool {
	for _, it := range s.Items {
		if _, ok := it.(*transcript.Comment); ok {
			continue
		}
		e, ok := it.(*transcript.Event)
		return ok && e.Kind == transcript.TLS && e.Who.Channel == ""
	}
	return false
}

// schemeFor returns the scheme that fits the sessions, which are of one protocol: with implicit TLS if all of them begin with TLS.
func schemeFor(list []recorded) dialect.Scheme {
	implicit := true
	for _, r := range list {
		implicit = implicit && beginsWithTLS(r.session)
	}
	schemes := list[0].dialect.Schemes()
	for _, s := range schemes {
		if s.ImplicitTLS == implicit {
			return s
		}
	}
	return schemes[0]
}

// scriptOptions are what a scripted server is made of.
type scriptOptions struct {
	listeners   []mockservers.Listener
	authority   *ca.CA
	faults      []mockservers.Fault
	log         func(mockservers.Event)
	credentials *auth.Credentials
	exact       bool
	// timeout is how long a client may be silent; 0 means 10 minutes.
	timeout time.Duration
}

// startScripts starts a server that plays the sessions.
func startScripts(ctx context.Context, list []recorded, o scriptOptions) (*script.Server, error) {
	opts := script.Options{Credentials: o.credentials, Exact: o.exact, Options: mockservers.Options{
		Listeners: o.listeners, Authority: o.authority, Faults: o.faults, Log: o.log, Timeouts: mockservers.Timeouts{Idle: o.timeout},
		Capture: -1,
	}}
	sessions := make([]*transcript.Session, len(list))
	for i, r := range list {
		sessions[i] = r.session
	}
	return script.Start(ctx, opts, sessions...)
}

// scriptMock is a scripted server as a mock: it is made when it is started.
type scriptMock struct {
	list []recorded
	opts scriptOptions
	srv  *script.Server
}

// Start implements mock.
func (m *scriptMock) Start(ctx context.Context) (err error) {
	m.srv, err = startScripts(ctx, m.list, m.opts)
	return err
}

// Close implements mock.
func (m *scriptMock) Close() error {
	if m.srv == nil {
		return nil
	}
	return m.srv.Close()
}

// Listeners implements mock.
func (m *scriptMock) Listeners() []mockservers.Listener { return m.srv.Listeners() }

// URLOf implements mock.
func (m *scriptMock) URLOf(l mockservers.Listener) string { return m.srv.URLOf(l) }

// TakeErrors implements mock.
func (m *scriptMock) TakeErrors() []error { return m.srv.TakeErrors() }
