// Package nntpmock is an NNTP server in memory for tests: RFC 3977 whole, as a reader's server, a transit server, both, or one that switches by MODE
// READER; with STARTTLS (RFC 4642) and implicit TLS (RFC 8143), AUTHINFO (RFC 4643), streaming (RFC 4644), the lists of RFC 6048, COMPRESS (RFC
// 8054), and the commands of RFC 2980 in use.
//
// In a test:
//
//	srv := nntpmock.New(t)
//	// dial srv.Addr(), GROUP example.test
//
// The server keeps the rules, unless it is told to break one ([Deviations]), or to have trouble on the connection ([mockservers.Fault]).
// [Features] lists what can be switched on and off. Its groups and articles are those of package fixtures unless a store is given; several servers may
// share one ([newsstore.Store]), and feed one another.
package nntpmock

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"harness/internal/auth"
	"harness/internal/ca"
	"harness/mockservers"
	"harness/mockservers/newsstore"
	"harness/protocols/nntp"
)

// The account that a server has if it is given none.
const (
	DefaultUser     = "alice"
	DefaultPassword = "wonderland"
)

// Options of a server. The zero value is usable: one account, [DefaultUser], which nobody has to use, and the news of package fixtures.
type Options struct {
	mockservers.Options

	// Accounts are the accounts; none means the default one.
	Accounts []Account
	// Store holds groups and articles; nil for those of package fixtures, of which each server has its own.
	Store *newsstore.Store
	// Features switch extensions and behaviours, such as "-POST" or "MODE=transit"; [Features] lists them. A later one overrides an earlier one.
	Features []string
	// Hostname is what the server calls itself in Path, Injection-Info and the message-ids that it makes: "news.example.org" if it is empty.
	Hostname string
	// Greeting is the text of the greeting behind its code.
	Greeting string
	// Motd is the message of the day, one line an element; nil for none (RFC 6048 section 2.5).
	Motd []string
	// Moderators map the patterns of moderated groups to the templates of their addresses (RFC 6048 section 2.4), in their order.
	Moderators []nntp.Moderator
	// Subscriptions are the groups for new readers (RFC 6048 section 2.6); nil for those to which one may post.
	Subscriptions []string
	// Distributions are their names with descriptions (RFC 6048 section 2.3); nil for "local" and "world".
	Distributions []nntp.Description
	// DistribPats are the lines of LIST DISTRIB.PATS, "weight:wildmat:value"; nil for one that has "world" for everything.
	DistribPats []string
}

// Account is an account.
type Account struct {
	Name, Password string
	// Token is the bearer token of OAUTHBEARER and XOAUTH2; "" for none.
	Token string
}

// Server is an NNTP server.
type Server struct {
	*mockservers.Server

	opts     Options
	features features
	devs     mockservers.DeviationSet
	effects  mockservers.Effects // of devs
	store    *newsstore.Store
	accounts auth.Accounts
	falls    atomic.Int64 // of the deviation low-falls
	offered  sync.Map     // message-ids that were put off once, with the feature DEFER
}

// Option changes the options of [New].
type Option func(*Options)

// WithOptions replaces all options.
func WithOptions(o Options) Option { return func(to *Options) { *to = o } }

// WithAccount adds an account.
func WithAccount(a Account) Option { return func(o *Options) { o.Accounts = append(o.Accounts, a) } }

// WithStore serves a store that is shared with others.
func WithStore(s *newsstore.Store) Option { return func(o *Options) { o.Store = s } }

// WithFeatures switches features; see [Features].
func WithFeatures(f ...string) Option {
	return func(o *Options) { o.Features = append(o.Features, f...) }
}

// WithDeviations has the server break rules; see [Deviations].
func WithDeviations(names ...string) Option {
	return func(o *Options) { o.Deviations = append(o.Deviations, names...) }
}

// WithFaults makes trouble on the connection; [mockservers.ParseFault] makes a fault of its description.
func WithFaults(faults ...mockservers.Fault) Option {
	return func(o *Options) { o.Faults = append(o.Faults, faults...) }
}

// WithImplicitTLS has connections begin with TLS (RFC 8143); [Server.ClientTLS] has the client's configuration.
func WithImplicitTLS() Option { return func(o *Options) { o.ImplicitTLS = true } }

// WithAuthority has the server's certificates signed by an authority that the test shares between servers.
func WithAuthority(a *ca.CA) Option { return func(o *Options) { o.Authority = a } }

// New starts a server for a test and closes it when the test ends; errors of the server fail the test.
func New(tb mockservers.TB, options ...Option) *Server {
	tb.Helper()
	var o Options
	for _, f := range options {
		f(&o)
	}
	s, err := NewServer(o)
	if err != nil {
		tb.Fatalf("nntpmock: %v", err)
		return nil
	}
	s.StartTB(tb)
	return s
}

// Start starts a server, which runs until Close or until ctx is done.
func Start(ctx context.Context, opts Options) (*Server, error) {
	s, err := NewServer(opts)
	if err != nil {
		return nil, err
	}
	if err := s.Server.Start(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// NewServer returns a server that does not listen yet: its embedded Server has Start. An unknown feature or deviation, and an account that
// cannot be, are errors.
func NewServer(opts Options) (*Server, error) {
	f, err := parseFeatures(opts.Features)
	if err != nil {
		return nil, err
	}
	devs, err := mockservers.ChooseDeviations(allDeviations(), opts.Deviations)
	if err != nil {
		return nil, err
	}
	if opts.Hostname == "" {
		opts.Hostname = "news.example.org"
	}
	if opts.Greeting == "" {
		opts.Greeting = "harness NNTP mock ready"
	}
	if opts.Timeouts.Idle == 0 {
		opts.Timeouts.Idle = f.idle
	}
	if devs.Has("autologout-early") {
		opts.Timeouts.Idle = 20 * time.Millisecond
	}
	for name, trouble := range map[string]string{"tls-not-at-once": "garbage 64 at connect", "sni-ignored": "cert wrong-host", "certificate-expired": "cert expired"} {
		if devs.Has(name) {
			fault, err := mockservers.ParseFault(trouble)
			if err != nil {
				return nil, err
			}
			opts.Faults = append(slices.Clone(opts.Faults), fault)
		}
	}
	if opts.Moderators == nil {
		opts.Moderators = []nntp.Moderator{{Pattern: "*", Address: "%s@moderators.example.org"}}
	}
	if opts.Distributions == nil {
		opts.Distributions = []nntp.Description{{Name: "local", Text: "Local to this server"}, {Name: "world", Text: "World-wide"}}
	}
	if opts.DistribPats == nil {
		opts.DistribPats = []string{"10:*:world"}
	}
	s := &Server{opts: opts, features: f, devs: devs, effects: allEffects.InForce(devs), store: opts.Store, accounts: auth.Accounts{}}
	if len(opts.Accounts) == 0 {
		opts.Accounts = []Account{{Name: DefaultUser, Password: DefaultPassword}}
	}
	for _, a := range opts.Accounts {
		name, err := auth.Prepare(a.Name)
		if err != nil {
			return nil, fmt.Errorf("account %q: %w", a.Name, err)
		}
		password := a.Password
		if password != "" {
			if password, err = auth.Prepare(password); err != nil {
				return nil, fmt.Errorf("account %q: password: %w", a.Name, err)
			}
		}
		if password == "" && a.Token == "" {
			return nil, fmt.Errorf("account %q: it has no password and no token: nobody could log in", a.Name)
		}
		if _, dup := s.accounts[name]; dup {
			return nil, fmt.Errorf("account %q: there are two", a.Name)
		}
		s.accounts[name] = auth.Account{Password: password, Token: a.Token}
	}
	if s.store == nil {
		s.store = newsstore.Seeded(newsstore.Options{Host: opts.Hostname})
	}
	for _, p := range opts.DistribPats {
		if _, err := (nntp.Rules{}).ParseDistribPat([]byte(p)); err != nil {
			return nil, fmt.Errorf("DistribPats: %w", err)
		}
	}
	if _, err := (nntp.Rules{}).AppendResponse(nil, &nntp.Response{Code: nntp.CodePostingAllowed, Text: opts.Greeting}); err != nil {
		return nil, fmt.Errorf("greeting %q: %w", opts.Greeting, err)
	}
	s.Server, err = mockservers.NewServer(nntp.Dialect(), opts.Options, s.serve)
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Store returns the groups and their articles.
func (s *Server) Store() *newsstore.Store { return s.store }

// Deviations lists the ways in which the mock can be told to break a rule.
func Deviations() []mockservers.Deviation { return allDeviations() }

// dateForm is the form of the dates that the server puts into articles (RFC 5322 section 3.3).
func date(t time.Time) string { return t.UTC().Format("Mon, 02 Jan 2006 15:04:05 -0700") }
