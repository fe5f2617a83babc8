// Package smtpmock is a mail server in memory for tests: RFC 5321 whole, as a server for relays, for submission (RFC 6409) or of LMTP (RFC 2033), on TCP or a
// Unix socket, with implicit TLS (RFC 8314) and the extensions SIZE, 8BITMIME, PIPELINING, CHUNKING, BINARYMIME, ENHANCEDSTATUSCODES, STARTTLS, AUTH, DSN,
// SMTPUTF8, DELIVERBY, FUTURERELEASE, MT-PRIORITY, REQUIRETLS and LIMITS.
//
// In a test:
//
//	srv := smtpmock.New(t)
//	// send a message to anybody at srv.Addr()
//	m, err := srv.Mail(ctx)
//	// m.From, m.To, m.Header(), m.Data()
//
// The server takes mail for everybody who is not one of its own domains, and for the accounts that it has there; what comes for an account is delivered to
// its inbox in the [mailstore.Store], which the mock of POP3 can serve too. [Options.Rules] have it answer otherwise, by sender and recipient:
//
//	smtpmock.WithRules("reject to bob@example.org 550 5.2.1 Mailbox disabled", "greylist to *@example.net")
//
// The server keeps the RFCs' rules, unless it is told to break one ([Deviations]), or to have trouble on the connection ([mockservers.Fault]). [Features]
// lists what can be switched on and off.
//
// By default the mechanisms of AUTH that show the password are offered over TLS only (RFC 4954 section 4); the feature CLEARTEXT changes that.
package smtpmock

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"harness/internal/ca"
	"harness/mockservers"
	"harness/mockservers/mailstore"
	"harness/protocols/smtp"
)

// The account that a server has if it is given none.
const (
	DefaultUser     = "alice"
	DefaultPassword = "wonderland"
)

// Options of a server. The zero value is usable: one account, [DefaultUser], in the domain example.org.
type Options struct {
	mockservers.Options

	// Accounts are the accounts; none means the default one. They are not used if Store is set.
	Accounts []Account
	// Store holds accounts and mail that the server shares with others.
	Store mailstore.Backend
	// Domains are those whose mail the server delivers: an account's name there is the local part, or the whole address if an account is called so.
	// The first one is that of the
	// addresses that VRFY tells. Nil stands for "example.org", Hostname and "localhost". The address literals of the server's own addresses are always among them.
	Domains []string
	// Lists are the mailing lists and aliases, which EXPN tells.
	Lists []List
	// Rules answer by sender and recipient; the first one that fits decides.
	Rules []Rule

	// Features switch extensions and behaviours, such as "-SIZE" or "MODE=lmtp"; [Features] lists them. A later one overrides an earlier one.
	Features []string
	// Hostname is what the server calls itself: "mail.example.org" if it is empty.
	Hostname string
	// Greeting is the text of the greeting behind the name.
	Greeting string
	// Keep is how many octets of messages the server remembers; 0 means 64 MiB, and less than 0 that contents are thrown away. When it is used up, the
	// oldest messages are forgotten first, and the newest never. What was delivered to an account stays in the Store, whole and in memory.
	Keep int64
	// Now is the clock; nil for time.Now.
	Now func() time.Time
}

// Account is an account of the server.
type Account = mailstore.Account

// List is an alias or a mailing list in each domain of the server (RFC 5321 section 3.9).
type List struct {
	// Name is the local part.
	Name string
	// Members are addresses, which need a domain.
	Members []string
	// Owner is the address of a mailing list's administrator, which is the reverse-path of what its members get; "" for an alias, which leaves it as it is.
	Owner string
}

// list is a List with its addresses parsed.
type list struct {
	members []smtp.Mailbox
	owner   smtp.Mailbox
}

const defaultKeep = 64 << 20

// Server is a mail server.
type Server struct {
	*mockservers.Server

	opts     Options
	features features
	devs     mockservers.DeviationSet
	effects  mockservers.Effects // of devs
	store    mailstore.Backend
	domains  map[string]bool
	lists    map[string]*list // by lower-case name
	mails    mails
	held     held
	ids      atomic.Uint64
	idPrefix string
	rules    ruleState
}

// Option changes the options of [New].
type Option func(*Options)

// WithOptions replaces all options.
func WithOptions(o Options) Option { return func(to *Options) { *to = o } }

// WithAccount adds an account.
func WithAccount(a Account) Option { return func(o *Options) { o.Accounts = append(o.Accounts, a) } }

// WithStore serves a store that is shared with other servers.
func WithStore(s mailstore.Backend) Option { return func(o *Options) { o.Store = s } }

// WithRules adds rules, which [ParseRule] reads; one that it does not understand fails the test.
func WithRules(rules ...string) Option {
	return func(o *Options) {
		for _, spec := range rules {
			r, err := ParseRule(spec)
			r.err = err
			o.Rules = append(o.Rules, r)
		}
	}
}

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
		tb.Fatalf("smtpmock: %v", err)
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

// farewell is how long a server that closes waits for its sessions to say 421.
const farewell = 500 * time.Millisecond

// NewServer returns a server that does not listen yet: its embedded Server has Start. An unknown feature or deviation, a rule that cannot be, and an account
// that cannot be, are errors.
func NewServer(opts Options) (*Server, error) {
	f, err := parseFeatures(opts.Features)
	if err != nil {
		return nil, err
	}
	devs, err := mockservers.ChooseDeviations(Deviations(), opts.Deviations)
	if err != nil {
		return nil, err
	}
	if opts.Hostname == "" {
		opts.Hostname = "mail.example.org"
	}
	if opts.Greeting == "" {
		opts.Greeting = "ESMTP harness mock ready"
		if f.mode == modeLMTP {
			opts.Greeting = "LMTP harness mock ready"
		}
	}
	if f.domains != nil {
		opts.Domains = f.domains
	}
	opts.Rules = append(slices.Clip(opts.Rules), f.rules...)
	if opts.Domains == nil {
		opts.Domains = []string{"example.org", opts.Hostname, "localhost"}
	}
	if opts.Keep == 0 {
		opts.Keep = defaultKeep
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Timeouts.Idle == 0 {
		opts.Timeouts.Idle = f.idle
	}
	s := &Server{opts: opts, features: f, devs: devs, effects: effects.InForce(devs), store: opts.Store, domains: make(map[string]bool), lists: make(map[string]*list), idPrefix: rand.Text()[:6]}
	s.mails.keep = max(opts.Keep, 0)
	if s.dev("idle-early") {
		opts.Timeouts.Idle = 100 * time.Millisecond
	}
	if err := s.prepare(); err != nil {
		return nil, err
	}
	s.Server, err = mockservers.NewServer(smtp.Dialect(), opts.Options, s.serve)
	if err != nil {
		return nil, err
	}
	switch f.mode {
	case modeSubmission:
		s.Schemes("submission", "submissions")
	case modeLMTP:
		s.Schemes("lmtp", "lmtps")
	}
	s.Farewell(farewell)
	s.OnClose(s.held.close)
	s.OnClose(s.mails.forget)
	return s, nil
}

// prepare checks what the options name, and makes what of it the sessions use.
func (s *Server) prepare() error {
	for _, d := range append([]string{s.opts.Hostname}, s.opts.Domains...) {
		if err := (smtp.Rules{UTF8: true}).ParseDomain(d, true); err != nil {
			return fmt.Errorf("domain %q: %w", d, err)
		}
	}
	for _, d := range s.opts.Domains {
		s.domains[strings.ToLower(d)] = true
	}
	greeting := smtp.NewReply(smtp.CodeReady, smtp.EnhancedCode{}, s.opts.Hostname+" "+s.opts.Greeting)
	if _, err := (smtp.Rules{}).AppendReply(nil, greeting); err != nil {
		return fmt.Errorf("greeting %q: %w", s.opts.Greeting, err)
	}
	for _, l := range s.opts.Lists {
		parsed := &list{}
		for _, a := range l.Members {
			m, err := smtp.ParseMailbox(a)
			if err != nil {
				return fmt.Errorf("list %q: member %q: %w", l.Name, a, err)
			}
			parsed.members = append(parsed.members, m)
		}
		if l.Owner != "" {
			var err error
			if parsed.owner, err = smtp.ParseMailbox(l.Owner); err != nil {
				return fmt.Errorf("list %q: owner %q: %w", l.Name, l.Owner, err)
			}
		}
		s.lists[strings.ToLower(l.Name)] = parsed
	}
	for _, r := range s.opts.Rules {
		if err := r.check(); err != nil {
			return err
		}
	}
	if s.store != nil {
		return nil
	}
	accounts := s.opts.Accounts
	if len(accounts) == 0 {
		accounts = []Account{{Name: DefaultUser, Password: DefaultPassword}}
	}
	store := mailstore.New()
	for _, a := range accounts {
		if _, err := store.Add(a); err != nil {
			return err
		}
	}
	s.store = store
	return nil
}

// Store returns the accounts and their mail.
func (s *Server) Store() mailstore.Backend { return s.store }

// dev reports whether the server is to deviate in this way.
func (s *Server) dev(name string) bool { return s.devs.Has(name) }

// isLocal reports whether the server delivers the mail of a domain; "" is that of a postmaster without one.
func (s *Server) isLocal(domain string) bool {
	if domain == "" || s.domains[domain] || s.domains[strings.ToLower(domain)] {
		return true
	}
	if domain[0] != '[' {
		return false
	}
	l, err := (smtp.Rules{}).ParseAddressLiteral(domain)
	return err == nil && l.Addr.IsValid() && slices.ContainsFunc(s.Listeners(), func(at mockservers.Listener) bool {
		a, err := netip.ParseAddrPort(at.Addr)
		return err == nil && (a.Addr().Unmap() == l.Addr || a.Addr().IsUnspecified())
	})
}

// account returns the account of a mailbox in a domain of the server: the one that is called like the address, or like its local part, which is compared without
// regard to case if nothing else fits.
func (s *Server) account(m smtp.Mailbox) (name string, ok bool) {
	for _, name := range []string{m.Local, m.String(), strings.ToLower(m.Local)} {
		if _, ok := s.store.Maildrop(name); ok {
			return name, true
		}
	}
	return "", false
}

// list returns the list of that name; nil if there is none.
func (s *Server) list(local string) *list {
	if len(s.lists) == 0 {
		return nil
	}
	return s.lists[strings.ToLower(local)]
}

// id makes a queue id.
func (s *Server) id() string {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	b := make([]byte, 0, 16)
	b = append(b, s.idPrefix...)
	n := s.ids.Add(1)
	for shift := 30; shift >= 0; shift -= 5 {
		b = append(b, digits[n>>shift&31])
	}
	return string(b)
}
