package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/spf13/cobra"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/ca"
	"harness/mockservers"
	"harness/mockservers/mailstore"
	"harness/protocols"
	"harness/protocols/dialect"
)

// The account that a mock has if none is named.
const (
	defaultUser     = "alice"
	defaultPassword = "wonderland"
)

// mockOptions are what a mock is made of.
type mockOptions struct {
	mockservers.Options
	accounts []account
	// data is a directory or file to fill the mock from; "" for the fixtures.
	data string
	// mail is the accounts' mail, which all mocks of mail that are served together share: that of data, or of the fixtures.
	mail func() (*mailstore.Store, error)
	// role is that of the server; see [dialect.Scheme].
	role string
	// writable serves the directory itself for changing, where the mock serves it itself.
	writable bool
	// features are switches of the protocol's mock.
	features []string
}

type serveOptions struct {
	addr, data, caDir                            string
	users, scripts, faults, deviations, features []string
	tls, asJSON, quiet, writable                 bool
}

func (a *app) serveCmd() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use:   "serve [PROTOCOL|SCHEME...]",
		Short: "Serve mocks: stateful ones, or recorded sessions",
		Long: `serve runs mock servers in memory until it is interrupted. Each argument is a protocol or a scheme: pop3 listens in the clear and
offers the upgrade to TLS, pop3s begins with TLS; both serve the same mail. Without an argument every protocol is served.

Ports are unprivileged and fixed; --addr HOST:PORT changes it for a single listener, and port 0 takes free ports for all:
` + portList() + `

What one mock of mail takes the others serve.

A mock is filled with the corpus that is built in, or from --data. For mail that is a directory of .eml files, a Maildir, or an
mbox file; every account starts with all of it. For FTP it is the directory that is served, only for reading unless --writable
is given. For NNTP it is a directory in which each file is an article, such as a news spool; a file groups.txt may list the groups.
With --script the mock plays the server's side of session files instead, one after the other for each client that connects.

--fault makes trouble on the connection, such as "latency 200ms at 3rd RETR", "truncate 100 at RETR", "reset after third RCPT",
"octets 1ms", "garbage 64 before LIST seed 7", "cert expired", "reset at octet 4096 on data". --deviation has the mock break a
rule of its protocol.`,
		Example: `  harness serve pop3
  harness serve pop3 pop3s --user alice:secret --user bob:secret --data ~/Mail/inbox.mbox
  harness serve ftp ftps --data ~/pub --writable
  harness serve nntp nntps --data ~/News --feature AUTH=required
  harness serve smtp lmtp pop3 --user bob:secret
  harness serve pop3 --addr 127.0.0.1:0 --json
  harness serve --script dovecot-retrieve.session
  harness serve pop3 --fault 'reset at 2nd RETR' --deviation top-extra-line`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.serve(cmd.Context(), args, &o) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return schemeNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.addr, "addr", "127.0.0.1", "`host[:port]` to listen on")
	f.StringVar(&o.data, "data", "", "fill the mock from this `path`: a directory of messages, a Maildir or an mbox file; for FTP, the directory to serve; for NNTP, a directory of articles")
	f.BoolVar(&o.writable, "writable", false, "let FTP's clients change the directory of --data")
	f.StringArrayVar(&o.users, "user", nil, "an account, `name:password`; repeat it for more (default "+defaultUser+":"+defaultPassword+")")
	f.BoolVar(&o.tls, "tls", false, "also listen with TLS from the start, for each protocol named")
	f.StringArrayVar(&o.scripts, "script", nil, "play the server's side of this session `file`; repeat it for more")
	f.StringArrayVar(&o.faults, "fault", nil, "make trouble on the connection: a `spec` such as 'latency 200ms at RETR'; repeat it for more")
	f.StringArrayVar(&o.deviations, "deviation", nil, "break the rule of this `name`; repeat it for more")
	f.StringArrayVar(&o.features, "feature", nil, "switch an extension or a behaviour of the mock, such as -UIDL or LOGIN-DELAY=60; repeat it for more")
	f.BoolVar(&o.asJSON, "json", false, "print JSON objects, one a line: what is served, then each event")
	f.BoolVarP(&o.quiet, "quiet", "q", false, "do not print what happens in the sessions")
	addCADir(cmd, &o.caDir)
	completeWith(cmd, "deviation", func() []string {
		var out []string
		for _, p := range protocolTable {
			for _, d := range p.deviations() {
				out = append(out, d.Name+"\t"+d.Summary)
			}
		}
		return out
	})
	completeWith(cmd, "fault", func() []string {
		return []string{"latency", "octets", "coalesce", "truncate", "reset", "close", "garbage", "silence", "cert expired", "cert not-yet-valid", "cert wrong-host", "cert self-signed", "cert unknown-ca"}
	})
	for _, flag := range []string{"data", "writable", "deviation", "feature"} {
		cmd.MarkFlagsMutuallyExclusive("script", flag)
	}
	return cmd
}

// portList is "pop3 1110, pop3s 1995", each protocol on a line of its own.
func portList() string {
	var lines []string
	for _, p := range protocolTable {
		var out []string
		for _, s := range p.dialect.Schemes() {
			out = append(out, s.Name+" "+strconv.Itoa(unprivilegedPort(p.dialect, s)))
		}
		lines = append(lines, "  "+strings.Join(out, ", "))
	}
	return strings.Join(lines, "\n")
}

// account is a user of a mock server.
type account struct{ User, Password string }

// load reads the session files of --script.
func (o *serveOptions) load() ([]recorded, error) {
	if len(o.scripts) == 0 {
		return nil, nil
	}
	return loadRecorded(o.scripts)
}

// served is a mock with the schemes that it listens for, which are of one role.
type served struct {
	dialect dialect.Dialect
	role    string
	schemes []dialect.Scheme
	scripts []recorded
	mock    mock
}

func (s *served) add(scheme dialect.Scheme) {
	if !slices.Contains(s.schemes, scheme) {
		s.schemes = append(s.schemes, scheme)
	}
}

// plan returns what is to be served: what the arguments name, or every protocol, or the protocols of the scripts.
func (o *serveOptions) plan(args []string, scripts []recorded) ([]*served, error) {
	var out []*served
	find := func(d dialect.Dialect, role string) *served {
		for _, s := range out {
			if s.dialect.Name() == d.Name() && s.role == role {
				return s
			}
		}
		s := &served{dialect: d, role: role}
		out = append(out, s)
		return s
	}
	for _, arg := range args {
		d, scheme, err := protocols.ByScheme(arg)
		if err != nil {
			return nil, err
		}
		find(d, scheme.Role).add(scheme)
	}
	for _, sc := range scripts {
		role := ""
		if i := slices.IndexFunc(out, func(s *served) bool { return s.dialect.Name() == sc.dialect.Name() }); i >= 0 {
			role = out[i].role // a session says nothing of it
		}
		s := find(sc.dialect, role)
		if len(args) > 0 && len(s.schemes) == 0 {
			return nil, fmt.Errorf("--script %s is a session of %s, which is not among %s", sc.file, sc.dialect.Name(), strings.Join(args, ", "))
		}
		s.scripts = append(s.scripts, sc)
	}
	if len(args) == 0 && len(scripts) == 0 {
		for _, p := range protocolTable {
			for _, scheme := range p.dialect.Schemes() {
				if s := find(p.dialect, scheme.Role); len(s.schemes) == 0 {
					s.add(scheme)
				}
			}
		}
	}
	for _, s := range out {
		switch {
		case len(scripts) > 0 && len(s.scripts) == 0:
			return nil, fmt.Errorf("there is no --script for %s", s.dialect.Name())
		case len(s.scripts) > 0 && len(s.schemes) == 0:
			s.add(schemeFor(s.scripts))
		}
		if o.tls {
			for _, scheme := range s.dialect.Schemes() {
				if scheme.ImplicitTLS && scheme.Role == s.role {
					s.add(scheme)
				}
			}
		}
	}
	return out, nil
}

// splitAddr reads "host" or "host:port"; port is -1 if there is none.
func splitAddr(addr string) (host string, port int, err error) {
	host, p, serr := net.SplitHostPort(addr)
	if serr != nil {
		// A host alone, or an IPv6 address with or without its brackets.
		host = strings.TrimSuffix(strings.TrimPrefix(addr, "["), "]")
		if strings.Contains(host, ":") && net.ParseIP(host) == nil {
			return "", 0, fmt.Errorf("%q is no address: expected host, host:port or [IPv6]:port", addr)
		}
		return host, -1, nil
	}
	port, err = strconv.Atoi(p)
	if err != nil || port < 0 || port > 65535 {
		return "", 0, fmt.Errorf("%q: the port is not 0 to 65535", addr)
	}
	return host, port, nil
}

func parseAccounts(users []string) ([]account, error) {
	var out []account
	for _, u := range users {
		name, password, ok := strings.Cut(u, ":")
		if !ok || name == "" {
			return nil, errors.New("--user: expected name:password")
		}
		if slices.ContainsFunc(out, func(a account) bool { return a.User == name }) {
			return nil, fmt.Errorf("--user: %s is named twice", name)
		}
		out = append(out, account{name, password})
	}
	return out, nil
}

func (a *app) serve(ctx context.Context, args []string, o *serveOptions) error {
	scripts, err := o.load()
	if err != nil {
		return err
	}
	all, err := o.plan(args, scripts)
	if err != nil {
		return err
	}
	host, port, err := splitAddr(o.addr)
	if err != nil {
		return fmt.Errorf("--addr: %w", err)
	}
	switch {
	case o.writable && o.data == "":
		return errors.New("--writable is for the directory of --data: name one")
	case o.data != "" && !sameContent(all):
		var names []string
		for _, s := range all {
			names = append(names, s.dialect.Name())
		}
		return fmt.Errorf("--data %s: it means something else for each of %s; name one", o.data, strings.Join(slices.Compact(names), ", "))
	}
	listeners := 0
	for _, s := range all {
		listeners += len(s.schemes)
	}
	if port > 0 && listeners > 1 {
		return fmt.Errorf("--addr %s: a port is for one listener, and there would be %d; leave the port out, or name one of %s", o.addr, listeners, strings.Join(protocols.Schemes(), ", "))
	}
	accounts, err := parseAccounts(o.users)
	if err != nil {
		return err
	}
	if len(accounts) == 0 && len(scripts) == 0 {
		accounts = []account{{defaultUser, defaultPassword}}
	}
	if len(scripts) > 0 && len(accounts) > 1 {
		return errors.New("--user: a session is of one account; name one")
	}
	var faults []mockservers.Fault
	for _, spec := range o.faults {
		f, err := mockservers.ParseFault(spec)
		if err != nil {
			return fmt.Errorf("--fault %q: %w", spec, err)
		}
		faults = append(faults, f)
	}
	if err := o.checkDeviations(all); err != nil {
		return err
	}
	authority, err := ca.Load(o.caDir)
	if err != nil {
		return err
	}

	out := &serveLog{w: a.stdout, asJSON: o.asJSON, quiet: o.quiet, held: true}
	mail := sync.OnceValues(func() (*mailstore.Store, error) { return storeMail(accounts, o.data) })
	for _, s := range all {
		var at []mockservers.Listener
		for _, scheme := range s.schemes {
			p := port
			if p < 0 {
				p = unprivilegedPort(s.dialect, scheme)
			}
			at = append(at, mockservers.Listener{Addr: net.JoinHostPort(host, strconv.Itoa(p)), ImplicitTLS: scheme.ImplicitTLS})
		}
		if s.mock, err = s.make(o, accounts, mail, mockservers.Options{Listeners: at, Authority: authority, Faults: faults, Log: out.event}); err != nil {
			return err
		}
	}
	defer func() {
		for _, s := range all {
			s.mock.Close()
		}
	}()
	for _, s := range all {
		if err := s.mock.Start(ctx); err != nil {
			return err
		}
	}
	out.ready(all, accounts, len(o.users) == 0, authority.File())
	<-ctx.Done()
	out.end()
	var errs []error
	for _, s := range all {
		errs = append(errs, s.mock.Close())
	}
	return errors.Join(errs...)
}

// storeMail makes accounts that have the mail of a file or directory, or of the fixtures.
func storeMail(accounts []account, data string) (*mailstore.Store, error) {
	mail := fixtures.Mails()
	if data != "" {
		var err error
		if mail, err = fixtures.LoadMail(data); err != nil {
			return nil, fmt.Errorf("--data: %w", err)
		}
	}
	store := mailstore.New()
	for _, a := range accounts {
		if a.Password == "" {
			return nil, fmt.Errorf("--user: account %q has no password: nobody could log in", a.User)
		}
		inbox, err := store.Add(mailstore.Account{Name: a.User, Password: a.Password})
		if err != nil {
			return nil, fmt.Errorf("--user: %w", err)
		}
		for _, m := range mail {
			inbox.Deliver(mailstore.Delivery{Data: m.Data, Name: m.Name})
		}
	}
	return store, nil
}

// sameContent reports whether --data means the same for all mocks.
func sameContent(all []*served) bool {
	contents := map[string]bool{}
	for _, s := range all {
		if p, ok := protocolNamed(s.dialect.Name()); ok {
			contents[p.content] = true
		}
	}
	return len(contents) <= 1
}

// make makes the mock, which does not listen yet.
func (s *served) make(o *serveOptions, accounts []account, mail func() (*mailstore.Store, error), opts mockservers.Options) (mock, error) {
	if len(s.scripts) > 0 {
		so := scriptOptions{listeners: opts.Listeners, authority: opts.Authority, faults: opts.Faults, log: opts.Log}
		if len(accounts) > 0 {
			so.credentials = &auth.Credentials{User: accounts[0].User, Password: accounts[0].Password}
		}
		return &scriptMock{list: s.scripts, opts: so}, nil
	}
	p, ok := protocolNamed(s.dialect.Name())
	if !ok {
		return nil, fmt.Errorf("there is no mock of %s; there is of %s, and sessions of any protocol are served with --script", s.dialect.Name(), strings.Join(protocolNames(), ", "))
	}
	for _, d := range p.deviations() {
		if slices.Contains(o.deviations, d.Name) {
			opts.Deviations = append(opts.Deviations, d.Name)
		}
	}
	return p.mock(mockOptions{Options: opts, accounts: accounts, data: o.data, mail: mail, role: s.role, writable: o.writable, features: o.features})
}

// checkDeviations returns an error for a name that none of the mocks knows.
func (o *serveOptions) checkDeviations(all []*served) error {
	var known []string
	for _, s := range all {
		if p, ok := protocolNamed(s.dialect.Name()); ok {
			for _, d := range p.deviations() {
				known = append(known, d.Name)
			}
		}
	}
	for _, name := range o.deviations {
		if slices.Contains(known, name) {
			continue
		}
		msg := fmt.Sprintf("--deviation %q is unknown", name)
		if near := mockservers.Near(name, known); len(near) > 0 {
			msg += ": did you mean " + strings.Join(near, ", ") + "?"
		}
		return errors.New(msg + "; harness check --list --json - names those of each case")
	}
	return nil
}

// serveLog prints what is served and what happens.
type serveLog struct {
	mu            sync.Mutex
	w             io.Writer
	asJSON, quiet bool
	// held events wait until it was printed what is served.
	held    bool
	pending []mockservers.Event
}

type servedJSON struct {
	Protocol string `json:"protocol"`
	URL      string `json:"url"`
}

type accountJSON struct {
	User     string `json:"user"`
	Password string `json:"password,omitempty"`
}

// ready prints what is served. The password of an account is printed only if it is ours.
func (l *serveLog) ready(all []*served, accounts []account, ours bool, caFile string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var urls []servedJSON
	for _, s := range all {
		for _, at := range s.mock.Listeners() {
			urls = append(urls, servedJSON{s.dialect.Name(), s.mock.URLOf(at)})
		}
	}
	if l.asJSON {
		list := []accountJSON{}
		for _, a := range accounts {
			shown := accountJSON{User: a.User}
			if ours {
				shown.Password = a.Password
			}
			list = append(list, shown)
		}
		json.NewEncoder(l.w).Encode(struct {
			Type     string        `json:"type"`
			Servers  []servedJSON  `json:"servers"`
			Accounts []accountJSON `json:"accounts"`
			CA       string        `json:"ca"`
		}{"ready", urls, list, caFile})
	} else {
		for _, u := range urls {
			fmt.Fprintf(l.w, "%s\n", u.URL)
		}
		for _, a := range accounts {
			if ours {
				fmt.Fprintf(l.w, "account %s, password %s\n", a.User, a.Password)
			} else {
				fmt.Fprintf(l.w, "account %s\n", a.User)
			}
		}
		fmt.Fprintf(l.w, "CA %s\n", caFile)
	}
	l.held = false
	for _, e := range l.pending {
		l.print(e)
	}
	l.pending = nil
}

func (l *serveLog) event(e mockservers.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held {
		l.pending = append(l.pending, e)
		return
	}
	l.print(e)
}

func (l *serveLog) print(e mockservers.Event) {
	switch {
	case l.quiet:
	case l.asJSON:
		json.NewEncoder(l.w).Encode(struct {
			Type string `json:"type"`
			mockservers.Event
		}{"event", e})
	default:
		fmt.Fprintln(l.w, e)
	}
}

// end keeps events from being printed any more.
func (l *serveLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.quiet = true
}
