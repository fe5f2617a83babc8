// Package ftpmock is an FTP server for tests, on a tree of files in memory or on a real directory: RFC 959 whole, as RFC 1123 section 4.1
// amends it, with the extensions of RFC 2389 (FEAT, OPTS), RFC 2428 (EPRT, EPSV), RFC 2640 (UTF-8, LANG), RFC 3659 (SIZE, MDTM, MLST, MLSD,
// REST STREAM, TVFS), RFC 2228 and RFC 4217 (AUTH TLS, PBSZ, PROT, CCC), RFC 7151 (HOST), and what is in use though in no RFC: MFMT, SITE CHMOD,
// SITE UTIME, MODE Z and implicit TLS.
//
// In a test:
//
//	srv := ftpmock.New(t)
//	// dial srv.Addr(), log in as alice with the password wonderland
//
// The server keeps the rules, unless it is told to break one ([Deviations]), or to have trouble on its connections ([mockservers.Fault]),
// control and data apart. [Features] lists what can be switched on and off.
//
// As RFC 2577 advises, data connections are made to and taken from the client's own address only, and not to ports below 1024. That can be
// switched off too.
package ftpmock

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"harness/fixtures"
	"harness/internal/ca"
	"harness/mockservers"
	"harness/mockservers/filestore"
	"harness/protocols/ftp"
)

// The accounts that a server has if it is given none. Both see the whole tree.
const (
	DefaultUser     = "alice"
	DefaultPassword = "wonderland"
	SecondUser      = "hatter"
	SecondPassword  = "teatime"
)

// Options of a server. The zero value is usable: two accounts, [DefaultUser] and [SecondUser], and anonymous users who can read, on the files of
// package fixtures in memory.
type Options struct {
	mockservers.Options

	// Accounts are the accounts; none means the default ones.
	Accounts []Account
	// Tree is what is served: a [filestore.Memory] or [filestore.Directory], which may be shared with other servers, and which its owner
	// closes; nil for a new one in memory.
	Tree filestore.Tree
	// Files fill the tree in memory that the server makes; nil means those of package fixtures, an empty slice an empty tree. They are not used
	// if Tree is set.
	Files []fixtures.File
	// Mounts are trees beside Tree, which SMNT changes to by their names.
	Mounts map[string]filestore.Tree
	// Hosts are virtual hosts (RFC 7151). A client that names none is served the accounts and the tree above.
	Hosts []Host

	// Features switch extensions and behaviours, such as "-EPSV" or "QUOTA=1000000"; [Features] lists them. A later one overrides an earlier one.
	Features []string

	// Greeting is the text of the greeting behind "220 ": one line or several, of printable characters.
	Greeting string
	// Now is the clock of listings and of new files in memory; nil for the real one.
	Now func() time.Time
}

// Account is a user of a server.
type Account struct {
	Name string
	// Password is asked for if it is not empty.
	Password string
	// Account is what ACCT has to give after PASS; "" if no account is needed (RFC 959 section 4.1.1).
	Account string
	// Home is the directory where the user begins: "/" if it is empty. It is made if it is not there, in a tree that can be written to.
	Home string
	// Jail makes Home the root: the user sees nothing else.
	Jail bool
	// ReadOnly refuses the user every change.
	ReadOnly bool
	// Refuse has a login that would succeed fail with this code, such as 421, 530 or 532; 0 for none.
	Refuse int
}

// Host is a virtual host.
type Host struct {
	// Name is a domain name, or an IP address.
	Name string
	// Accounts of the host; none means those of the server.
	Accounts []Account
	// Tree of the host; nil means that of the server.
	Tree filestore.Tree
	// Greeting is the text of the reply to HOST; "" for one that names the host.
	Greeting string
}

// Server is an FTP server.
type Server struct {
	*mockservers.Server

	opts     Options
	features features
	devs     mockservers.DeviationSet
	main     *host
	hosts    map[string]*host
}

// host is what a session is served.
type host struct {
	name     string // "" for the server itself
	accounts map[string]Account
	tree     filestore.Tree
	greeting string
}

// Option changes the options of [New].
type Option func(*Options)

// WithOptions replaces all options.
func WithOptions(o Options) Option { return func(to *Options) { *to = o } }

// WithAccount adds an account.
func WithAccount(a Account) Option { return func(o *Options) { o.Accounts = append(o.Accounts, a) } }

// WithTree serves a tree that is shared with other servers, or that stands on a real directory.
func WithTree(t filestore.Tree) Option { return func(o *Options) { o.Tree = t } }

// WithFiles fills the tree with these files only.
func WithFiles(files ...fixtures.File) Option {
	if files == nil {
		files = []fixtures.File{}
	}
	return func(o *Options) { o.Files = files }
}

// WithHost adds a virtual host.
func WithHost(h Host) Option { return func(o *Options) { o.Hosts = append(o.Hosts, h) } }

// WithFeatures switches features; see [Features].
func WithFeatures(f ...string) Option {
	return func(o *Options) { o.Features = append(o.Features, f...) }
}

// WithDeviations has the server break rules; see [Deviations].
func WithDeviations(names ...string) Option {
	return func(o *Options) { o.Deviations = append(o.Deviations, names...) }
}

// WithFaults makes trouble on connections; [mockservers.ParseFault] makes a fault of its description.
func WithFaults(faults ...mockservers.Fault) Option {
	return func(o *Options) { o.Faults = append(o.Faults, faults...) }
}

// WithImplicitTLS has control connections begin with TLS, and data connections be protected; [Server.ClientTLS] has the client's
// configuration.
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
		tb.Fatalf("ftpmock: %v", err)
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

// NewServer returns a server that does not listen yet: its embedded Server has Start. An unknown feature or deviation, and an account or a
// host that cannot be, are errors.
func NewServer(opts Options) (*Server, error) {
	f, err := parseFeatures(opts.Features)
	if err != nil {
		return nil, err
	}
	devs, err := mockservers.ChooseDeviations(deviations, opts.Deviations)
	if err != nil {
		return nil, err
	}
	if opts.Greeting == "" {
		opts.Greeting = "harness FTP mock ready"
	}
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if f.idle > 0 {
		opts.Timeouts.Idle = f.idle
	}
	s := &Server{opts: opts, features: f, devs: devs, hosts: make(map[string]*host)}
	if _, err := ftp.AppendReply(nil, ftp.CodeReady, strings.Split(opts.Greeting, "\n")...); err != nil {
		return nil, fmt.Errorf("greeting %q: %w", opts.Greeting, err)
	}
	if err := s.furnish(); err != nil {
		return nil, err
	}
	if s.dev("idle-early") {
		opts.Timeouts.Idle = 100 * time.Millisecond
	}
	s.Server, err = mockservers.NewServer(ftp.Dialect(), opts.Options, s.serve)
	if err != nil {
		return nil, err
	}
	s.LetTLSEnd()
	s.Farewell(farewell)
	return s, nil
}

// furnish makes the hosts.
func (s *Server) furnish() error {
	tree := s.opts.Tree
	if tree == nil {
		files := s.opts.Files
		if files == nil {
			files = fixtures.Files()
		}
		m, err := filestore.NewMemory(files...)
		if err != nil {
			return err
		}
		m.Now = s.opts.Now
		tree = m
	}
	accounts := s.opts.Accounts
	if len(accounts) == 0 {
		accounts = []Account{{Name: DefaultUser, Password: DefaultPassword}, {Name: SecondUser, Password: SecondPassword}}
	}
	var err error
	if s.main, err = newHost("", accounts, tree, s.opts.Greeting); err != nil {
		return err
	}
	for _, h := range s.opts.Hosts {
		name := hostKey(h.Name)
		if name == "" || s.hosts[name] != nil {
			return fmt.Errorf("host %q: it has no name, or one that is taken", h.Name)
		}
		if h.Tree == nil {
			h.Tree = tree
		}
		if len(h.Accounts) == 0 {
			h.Accounts = accounts
		}
		if s.hosts[name], err = newHost(h.Name, h.Accounts, h.Tree, h.Greeting); err != nil {
			return fmt.Errorf("host %q: %w", h.Name, err)
		}
	}
	for name := range s.opts.Mounts {
		if name == "" {
			return errors.New("a mount has no name")
		}
	}
	return nil
}

func newHost(name string, accounts []Account, tree filestore.Tree, greeting string) (*host, error) {
	h := &host{name: name, accounts: make(map[string]Account), tree: tree, greeting: greeting}
	for _, a := range accounts {
		switch _, taken := h.accounts[a.Name]; {
		case a.Name == "":
			return nil, errors.New("an account has no name")
		case taken:
			return nil, fmt.Errorf("account %q is there already", a.Name)
		case a.Refuse != 0 && (a.Refuse < 400 || a.Refuse > 599):
			return nil, fmt.Errorf("account %q: to refuse takes a code from 400 to 599, not %d", a.Name, a.Refuse)
		}
		a.Home = filestore.Clean("/", a.Home)
		if err := makeHome(tree, a.Home, a.Name); err != nil {
			return nil, fmt.Errorf("account %q: its home %s: %w", a.Name, a.Home, err)
		}
		h.accounts[a.Name] = a
	}
	return h, nil
}

// makeHome makes the directories of a home that are missing.
func makeHome(tree filestore.Tree, home, user string) error {
	at := ""
	for part := range strings.SplitSeq(strings.Trim(home, "/"), "/") {
		if part == "" {
			continue
		}
		at += "/" + part
		i, err := tree.Lstat(at)
		if err == nil {
			if !i.IsDir() {
				return filestore.ErrNotDir
			}
			continue
		}
		if err := tree.Mkdir(at, 0o755, user); err != nil {
			return err
		}
	}
	return nil
}

// hostKey is a host's name as HOST's argument is compared with it; "" for none.
func hostKey(name string) string {
	if in, ok := strings.CutPrefix(name, "["); ok {
		name = strings.TrimSuffix(in, "]")
	}
	if a, err := netip.ParseAddr(name); err == nil {
		return a.String()
	}
	return strings.ToLower(strings.TrimSuffix(name, "."))
}

// Tree returns what the server serves to those who name no virtual host.
func (s *Server) Tree() filestore.Tree { return s.main.tree }

// dev reports whether the server is to deviate in this way.
func (s *Server) dev(name string) bool { return s.devs.Has(name) }

// Deviations lists the ways in which the mock can be told to break a rule, in the order of the RFCs.
func Deviations() []mockservers.Deviation { return slices.Clone(deviations) }
