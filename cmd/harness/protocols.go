package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"harness/mockservers"
	"harness/protocols"
	"harness/protocols/dialect"
	"harness/specs"
)

// protocol is all that the commands know of a protocol. A further protocol is one more entry of protocolTable.
type protocol struct {
	dialect dialect.Dialect
	// register adds the specs to an environment.
	register func(*specs.Env)
	// builtin returns our mock and our client as parties under test.
	builtin func() (specs.ServerUnderTest, specs.ClientUnderTest)
	// reach connects to a user's server, logs in and out, and returns the name that the software gives itself, "" if it gives none.
	reach func(context.Context, *specs.Target) (software string, err error)
	// deviations are the rules that the mock can be told to break.
	deviations func() []mockservers.Deviation
	// mock makes a stateful mock server.
	mock func(mockOptions) (mock, error)
	// content is what --data is for the mock; mocks that say the same share it.
	content string
	// path is what the path of a URL names, such as "a directory"; "" if it means nothing.
	path string
	// anonymous is set where servers may be checked without an account.
	anonymous bool
}

// What --data is for a mock.
const (
	contentMail  = "mail"
	contentFiles = "files"
	contentNews  = "news"
)

// mock is a mock server: a stateful one, or one that plays sessions.
type mock interface {
	Start(context.Context) error
	Close() error
	Listeners() []mockservers.Listener
	URLOf(mockservers.Listener) string
	TakeErrors() []error
}

func (p *protocol) name() string { return p.dialect.Name() }

// protocolNamed returns the protocol of that name.
func protocolNamed(name string) (*protocol, bool) {
	i := slices.IndexFunc(protocolTable, func(p *protocol) bool { return p.name() == name })
	if i < 0 {
		return nil, false
	}
	return protocolTable[i], true
}

func protocolNames() []string {
	var out []string
	for _, p := range protocolTable {
		out = append(out, p.name())
	}
	return out
}

// schemeNames returns the schemes of the protocols that can be checked and mocked.
func schemeNames() []string {
	var out []string
	for _, p := range protocolTable {
		for _, s := range p.dialect.Schemes() {
			out = append(out, s.Name)
		}
	}
	return out
}

// unprivilegedPort is the port on which serve listens: the scheme's with 1000 added, or 2000 where that is privileged still, or taken by another scheme of
// the protocol.
func unprivilegedPort(d dialect.Dialect, s dialect.Scheme) int {
	port := s.Port + 1000
	for _, other := range d.Schemes() {
		if other.Name == s.Name {
			break
		}
		if other.Port == s.Port {
			port = s.Port + 2000
		}
	}
	if port < 1024 {
		port = s.Port + 2000
	}
	return port
}

// serverURL is a server that the user names.
type serverURL struct {
	dialect dialect.Dialect
	scheme  dialect.Scheme
	// host is the host alone, addr "host:port".
	host, addr     string
	user, password string
	// path is what stands behind the host and its slash, decoded; "" for nothing.
	path     string
	startTLS bool
}

// String returns the URL without the account.
func (u *serverURL) String() string {
	s := u.scheme.Name + "://" + u.addr
	if u.path != "" {
		s += (&url.URL{Path: "/" + u.path}).EscapedPath()
	}
	if u.startTLS {
		s += "?starttls=1"
	}
	return s
}

// errNotURL is returned by parseURL for what has no scheme.
var errNotURL = errors.New("no URL")

// parseURL reads "pop3://user:pass@host:port/path?starttls=1". The port is the scheme's unless given; a password may be left out, and a path is
// for the protocols that have a meaning for it. Errors never show the password.
func (a *app) parseURL(text string) (*serverURL, error) {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return nil, fmt.Errorf("%w: %q has no scheme such as %s", errNotURL, text, strings.Join(protocols.Schemes(), "://, ")+"://")
	}
	// url.Parse's error repeats the URL. What may be a secret is hidden first.
	if userinfo, _, ok := cutLast(rest, "@"); ok {
		if _, password, ok := strings.Cut(userinfo, ":"); ok {
			a.secret(password)
			if plain, err := url.PathUnescape(password); err == nil {
				a.secret(plain)
			}
		}
	}
	d, s, err := protocols.ByScheme(scheme)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", hideAccount(text), err)
	}
	u, err := url.Parse(text)
	if err != nil {
		reason := err
		var ue *url.Error
		if errors.As(err, &ue) {
			reason = ue.Err
		}
		return nil, fmt.Errorf("the URL cannot be read: %s: %v; characters such as @ / %% in a password are written %%40 %%2F %%25", hideAccount(text), reason)
	}
	out := &serverURL{dialect: d, scheme: s, host: u.Hostname()}
	if out.host == "" {
		return nil, fmt.Errorf("the URL names no host: %s", hideAccount(text))
	}
	port := u.Port()
	if port == "" {
		port = strconv.Itoa(s.Port)
	}
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return nil, fmt.Errorf("the URL's port is not 1 to 65535: %s", hideAccount(text))
	}
	out.addr = net.JoinHostPort(out.host, port)
	if u.User != nil {
		out.user = u.User.Username()
		out.password, _ = u.User.Password()
	}
	if out.path = strings.TrimPrefix(u.Path, "/"); out.path != "" {
		if p, ok := protocolNamed(d.Name()); !ok || p.path == "" {
			return nil, fmt.Errorf("the URL has a path, which means nothing for %s: %s", d.Name(), hideAccount(text))
		}
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, fmt.Errorf("the URL's parameters cannot be read: %s", hideAccount(text))
	}
	for name, values := range query {
		if name != "starttls" {
			return nil, fmt.Errorf("the URL's parameter %q is unknown: %s; the known one is starttls", name, hideAccount(text))
		}
		switch v := values[len(values)-1]; v {
		case "", "1", "true", "yes":
			out.startTLS = true
		case "0", "false", "no":
			out.startTLS = false
		default:
			return nil, fmt.Errorf("starttls=%s: expected 1 or 0: %s", v, hideAccount(text))
		}
	}
	if out.startTLS && s.ImplicitTLS {
		return nil, fmt.Errorf("%s begins with TLS, and starttls asks for it later: %s", s.Name, hideAccount(text))
	}
	return out, nil
}

// target returns the URL without the account and the parameters. A path begins with a slash, behind which it is as it was meant.
func (u *serverURL) target() *url.URL {
	t := &url.URL{Scheme: u.scheme.Name, Host: u.addr}
	if u.path != "" {
		t.Path = "/" + u.path
	}
	return t
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

// hideAccount returns a URL that may be broken, without what stands before its last "@".
func hideAccount(text string) string {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok {
		return text
	}
	if _, host, ok := cutLast(rest, "@"); ok {
		rest = "***@" + host
	}
	return scheme + "://" + rest
}
