// Package pop3mock is a POP3 server in memory for tests: RFC 1939 whole, with the extensions of RFC 2449 (CAPA, PIPELINING, RESP-CODES,
// EXPIRE, LOGIN-DELAY, IMPLEMENTATION), RFC 2595 (STLS), RFC 3206 (SYS and AUTH codes), RFC 5034 (AUTH), RFC 6856 (UTF8, LANG) and RFC 8314
// (implicit TLS).
//
// In a test:
//
//	srv := pop3mock.New(t)
//	// dial srv.Addr(), log in as alice with the password wonderland
//
// The server keeps the rules, unless it is told to break one ([Deviations]), or to have trouble on the connection ([mockservers.Fault]).
// [Features] lists what can be switched on and off.
//
// By default USER and PASS work in the clear, as the server is for tests on a loopback, while AUTH offers the mechanisms that show the password only
// over TLS (RFC 5034 section 4). The feature CLEARTEXT changes either.
package pop3mock

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/ca"
	"harness/mockservers"
	"harness/mockservers/mailstore"
	"harness/protocols/pop3"
)

// The account that a server has if it is given none.
const (
	DefaultUser     = "alice"
	DefaultPassword = "wonderland"
)

// Options of a server. The zero value is usable: one account, [DefaultUser], whose maildrop holds the mail of package fixtures.
type Options struct {
	mockservers.Options

	// Accounts are the accounts; none means the default one. They are not used if Store is set.
	Accounts []Account
	// Store holds accounts and mail that the server shares with others.
	Store mailstore.Backend

	// Features switch extensions and behaviours, such as "-UIDL" or "LOGIN-DELAY=60"; [Features] lists them. A later one overrides an
	// earlier one.
	Features []string

	// Hostname is the domain of APOP's timestamps: "localhost" if it is empty.
	Hostname string
	// Greeting is the text of the greeting behind "+OK "; the timestamp follows it. It is ASCII without "<".
	Greeting string
	// Now is the clock of LOGIN-DELAY; nil for the real one.
	Now func() time.Time
}

// Account is an account with its mail.
type Account struct {
	Name, Password string
	// Token is the bearer token of OAUTHBEARER and XOAUTH2; "" for none.
	Token string
	// ActAs are the accounts that this one may act as; "*" stands for all.
	ActAs []string
	// Mail is the maildrop, in order; nil means the corpus of package fixtures, an empty slice an empty maildrop.
	Mail []fixtures.Mail
	// Refuse has every login that would succeed fail with this response code, such as "SYS/TEMP" (RFC 3206); "" for none.
	Refuse pop3.Code
}

// Server is a POP3 server.
type Server struct {
	*mockservers.Server

	opts     Options
	features features
	devs     mockservers.DeviationSet
	store    mailstore.Backend
	refuse   map[string]pop3.Code

	greetings atomic.Uint64

	mu      sync.Mutex
	logins  map[string]time.Time // the last login of each user
	methods map[string]string    // how each mailbox is logged into, for ONE-METHOD
	// What deviations remember of each user.
	marked map[string]map[uint32]bool
	ids    map[string]map[uint32]string
	aborts map[string]int
}

// Option changes the options of [New].
type Option func(*Options)

// WithOptions replaces all options.
func WithOptions(o Options) Option { return func(to *Options) { *to = o } }

// WithAccount adds an account.
func WithAccount(a Account) Option { return func(o *Options) { o.Accounts = append(o.Accounts, a) } }

// WithMail gives the default account this mail, in order.
func WithMail(mail ...fixtures.Mail) Option {
	if mail == nil {
		mail = []fixtures.Mail{}
	}
	return WithAccount(Account{Name: DefaultUser, Password: DefaultPassword, Mail: mail})
}

// WithStore serves a store that is shared with other servers.
func WithStore(s mailstore.Backend) Option { return func(o *Options) { o.Store = s } }

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

// WithImplicitTLS has connections begin with TLS (RFC 8314); [Server.ClientTLS] has the client's configuration.
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
		tb.Fatalf("pop3mock: %v", err)
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
	devs, err := mockservers.ChooseDeviations(deviations, opts.Deviations)
	if err != nil {
		return nil, err
	}
	if opts.Hostname == "" {
		opts.Hostname = "localhost"
	}
	if opts.Greeting == "" {
		opts.Greeting = "harness POP3 mock ready"
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if f.autologout > 0 {
		opts.Timeouts.Idle = f.autologout
	}
	s := &Server{
		opts:     opts,
		features: f,
		devs:     devs,
		store:    opts.Store,
		refuse:   make(map[string]pop3.Code),
		logins:   make(map[string]time.Time),
		methods:  make(map[string]string),
		marked:   make(map[string]map[uint32]bool),
		ids:      make(map[string]map[uint32]string),
		aborts:   make(map[string]int),
	}
	if err := s.checkGreeting(); err != nil {
		return nil, err
	}
	if s.dev("autologout-early") {
		opts.Timeouts.Idle = 100 * time.Millisecond
	}
	if s.dev("tls-weak") {
		if opts.TLS, err = weakTLS(opts.Authority); err != nil {
			return nil, err
		}
	}
	if s.store == nil {
		if s.store, err = s.seed(opts.Accounts); err != nil {
			return nil, err
		}
	}
	if store, ok := s.store.(*mailstore.Store); ok && f.updateFails {
		for _, name := range store.Names() {
			inbox, _ := store.Inbox(name)
			inbox.FailRemoval(errors.New("the feature UPDATE-FAILS is on"))
		}
	}
	s.Server, err = mockservers.NewServer(pop3.Dialect(), opts.Options, s.serve)
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Server) checkGreeting() error {
	reply := pop3.Reply{Status: pop3.OK, Text: s.opts.Greeting + s.timestamp()}
	if _, err := (pop3.Rules{}).AppendReply(nil, &reply); err != nil {
		return fmt.Errorf("greeting %q: %w", s.opts.Greeting, err)
	}
	return nil
}

func (s *Server) seed(accounts []Account) (*mailstore.Store, error) {
	if len(accounts) == 0 {
		accounts = []Account{{Name: DefaultUser, Password: DefaultPassword}}
	}
	store := mailstore.New()
	for _, a := range accounts {
		if a.Password == "" && a.Token == "" {
			return nil, fmt.Errorf("account %q: it has no password and no token: nobody could log in", a.Name)
		}
		inbox, err := store.Add(mailstore.Account{Name: a.Name, Password: a.Password, Token: a.Token, ActAs: a.ActAs})
		if err != nil {
			return nil, err
		}
		name, err := auth.Prepare(a.Name)
		if err != nil {
			return nil, err
		}
		if a.Refuse != "" {
			s.refuse[name] = a.Refuse
		}
		mail := a.Mail
		if mail == nil {
			mail = fixtures.Mails()
		}
		for _, m := range mail {
			inbox.Deliver(mailstore.Delivery{Data: m.Data, Name: m.Name})
		}
	}
	return store, nil
}

// Store returns the accounts and their mail.
func (s *Server) Store() mailstore.Backend { return s.store }

// dev reports whether the server is to deviate in this way.
func (s *Server) dev(name string) bool { return s.devs.Has(name) }

// timestamp makes APOP's timestamp, with a space before it (RFC 1939 section 7).
func (s *Server) timestamp() string {
	if !s.features.apop || s.dev("apop-no-timestamp") {
		return ""
	}
	if s.dev("apop-timestamp-repeats") {
		return " <1.1@" + s.opts.Hostname + ">"
	}
	if s.dev("apop-timestamp-malformed") {
		return fmt.Sprintf(" <%d>", s.greetings.Add(1))
	}
	return fmt.Sprintf(" <%d.%d.%d@%s>", os.Getpid(), time.Now().UnixNano(), s.greetings.Add(1), s.opts.Hostname)
}

// Deviations lists the ways in which the mock can be told to break a rule, in the order of the RFCs.
func Deviations() []mockservers.Deviation { return slices.Clone(deviations) }
