package peers

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"

	"harness/internal/ca"
)

// GoSMTP is a mail server that is not ours, go-smtp's, in this process: of SMTP on [PortSMTP] and, with TLS from the start, on [PortSubmissions], or of
// LMTP on [PortLMTP]. It has all extensions of go-smtp, and PLAIN and LOGIN, without TLS too. It takes mail for its accounts at [MailDomain], the
// first in order being the postmaster, and from those who authenticate for everybody.
type GoSMTP struct {
	Software string            // name and version, "go-smtp 0.25"
	Accounts map[string]string // user names and passwords
	CA       *ca.CA            // of its certificate, which is for localhost and 127.0.0.1

	opts      GoSMTPOptions
	server    *gosmtp.Server
	addrs     map[int]string
	listeners []net.Listener
	served    sync.WaitGroup
	closed    func() error

	mu   sync.Mutex
	mail map[string][][]byte // by user
}

// GoSMTPOptions say what go-smtp's server starts with.
type GoSMTPOptions struct {
	// Accounts maps each user name to its password, as in [SMTPOptions].
	Accounts map[string]string
	// LMTP has it speak LMTP (RFC 2033).
	LMTP bool
	// Full are users whose mailboxes take nothing: 552 5.2.2 behind the content.
	Full []string
	// Discard has it keep no mail, and take it for everybody.
	Discard bool
}

// maxSize is the size limit of the servers of package peers, in octets.
const maxSize = 50 << 20

// StartGoSMTP starts go-smtp's server, which runs until Close.
func StartGoSMTP(opts GoSMTPOptions) (*GoSMTP, error) {
	accounts, err := checkAccounts("a mail server", opts.Accounts)
	if err != nil {
		return nil, err
	}
	s := &GoSMTP{Software: "go-smtp 0.25", Accounts: accounts, opts: opts, addrs: map[int]string{}, mail: map[string][][]byte{}}
	if s.CA, err = ca.New(); err != nil {
		return nil, fmt.Errorf("peers: go-smtp: %w", err)
	}
	s.server = gosmtp.NewServer(gosmtp.BackendFunc(func(*gosmtp.Conn) (gosmtp.Session, error) { return &goSession{server: s}, nil }))
	s.server.Domain = "mail.example.org"
	s.server.LMTP, s.server.AllowInsecureAuth, s.server.MaxMessageBytes = opts.LMTP, true, maxSize
	s.server.EnableSMTPUTF8, s.server.EnableBINARYMIME, s.server.EnableDSN, s.server.EnableREQUIRETLS = true, true, true, true
	s.server.EnableDELIVERBY, s.server.EnableMTPRIORITY = true, true
	s.server.TLSConfig = s.CA.ServerConfig()
	s.server.ReadTimeout, s.server.WriteTimeout = time.Minute, time.Minute
	s.server.ErrorLog = log.New(io.Discard, "", 0)
	s.closed = sync.OnceValue(s.close)
	ports := []port{{PortSMTP, false}, {PortSubmissions, true}}
	if opts.LMTP {
		ports = []port{{PortLMTP, false}}
	}
	for _, p := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, errors.Join(fmt.Errorf("peers: go-smtp: %w", err), s.Close())
		}
		s.addrs[p.number] = l.Addr().String()
		if p.tls {
			l = tls.NewListener(l, s.server.TLSConfig)
		}
		s.listeners = append(s.listeners, l)
		s.served.Go(func() { _ = s.server.Serve(l) }) // its error is that of the close
	}
	return s, nil
}

// Addr returns the address, host:port, of a port; "" if the server does not have it.
func (s *GoSMTP) Addr(port int) string { return s.addrs[port] }

// TLSConfig returns a configuration for a client: it trusts [GoSMTP.CA] and expects a certificate for localhost.
func (s *GoSMTP) TLSConfig() *tls.Config { return s.CA.ClientConfig("localhost") }

// Delivered returns the messages that came for a user so far, as they came. The error is that of an unknown user.
func (s *GoSMTP) Delivered(_ context.Context, user string) ([][]byte, error) {
	if _, ok := s.Accounts[user]; !ok {
		return nil, fmt.Errorf("peers: user %q has no account", user)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.mail[user]), nil
}

// Close ends the server and its sessions. Further calls return the same.
func (s *GoSMTP) Close() error { return s.closed() }

func (s *GoSMTP) close() error {
	err := s.server.Close()
	for _, l := range s.listeners {
		_ = l.Close() // the server closes those that it has begun to serve
	}
	s.served.Wait()
	return err
}

// user returns the account of an address.
func (s *GoSMTP) user(address string) (name string, ok bool) {
	local, domain, _ := strings.Cut(address, "@")
	if strings.EqualFold(local, "postmaster") && strings.EqualFold(domain, MailDomain) {
		names := make([]string, 0, len(s.Accounts))
		for name := range s.Accounts {
			names = append(names, name)
		}
		return slices.Min(names), true
	}
	_, ok = s.Accounts[local]
	return local, ok && strings.EqualFold(domain, MailDomain)
}

// goSession is what go-smtp asks.
type goSession struct {
	server *GoSMTP
	known  bool // who is authenticated
	to     []string
}

// Reset implements gosmtp.Session.
func (g *goSession) Reset() { g.to = nil }

// Logout implements gosmtp.Session.
func (g *goSession) Logout() error { return nil }

// AuthMechanisms implements gosmtp.AuthSession.
func (g *goSession) AuthMechanisms() []string { return []string{sasl.Plain, sasl.Login} }

// Auth implements gosmtp.AuthSession.
func (g *goSession) Auth(mechanism string) (sasl.Server, error) {
	check := func(user, password string) error {
		if want, ok := g.server.Accounts[user]; !ok || want != password {
			return gosmtp.ErrAuthFailed
		}
		g.known = true
		return nil
	}
	switch mechanism {
	case sasl.Plain:
		return sasl.NewPlainServer(func(_, user, password string) error { return check(user, password) }), nil
	case sasl.Login:
		return &loginServer{check: check}, nil
	}
	return nil, gosmtp.ErrAuthUnknownMechanism
}

// Mail implements gosmtp.Session.
func (g *goSession) Mail(string, *gosmtp.MailOptions) error { return nil }

// Rcpt implements gosmtp.Session.
func (g *goSession) Rcpt(to string, _ *gosmtp.RcptOptions) error {
	if _, ok := g.server.user(to); !ok && !g.server.opts.Discard {
		if _, domain, _ := strings.Cut(to, "@"); strings.EqualFold(domain, MailDomain) {
			return &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 1, 1}, Message: "No such user here"}
		}
		if !g.known {
			return &gosmtp.SMTPError{Code: 550, EnhancedCode: gosmtp.EnhancedCode{5, 7, 1}, Message: "No relaying"}
		}
	}
	g.to = append(g.to, to)
	return nil
}

var errFull = &gosmtp.SMTPError{Code: 552, EnhancedCode: gosmtp.EnhancedCode{5, 2, 2}, Message: "Mailbox full"}

// Data implements gosmtp.Session.
func (g *goSession) Data(r io.Reader) error {
	if g.server.opts.Discard {
		_, err := io.Copy(io.Discard, r)
		return err
	}
	data, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	for _, to := range g.to {
		if g.full(to) {
			return errFull
		}
	}
	g.deliver(data)
	return nil
}

// LMTPData implements gosmtp.LMTPSession.
func (g *goSession) LMTPData(r io.Reader, status gosmtp.StatusCollector) error {
	var data bytes.Buffer
	if _, err := data.ReadFrom(r); err != nil {
		return err
	}
	g.deliver(data.Bytes())
	for _, to := range g.to {
		if g.full(to) {
			status.SetStatus(to, errFull)
		} else {
			status.SetStatus(to, nil)
		}
	}
	return nil
}

// full reports whether a recipient's mailbox takes nothing.
func (g *goSession) full(to string) bool {
	user, _ := g.server.user(to)
	return slices.Contains(g.server.opts.Full, user)
}

// deliver puts a message into the mailboxes of the recipients that are here.
func (g *goSession) deliver(data []byte) {
	g.server.mu.Lock()
	defer g.server.mu.Unlock()
	for _, to := range g.to {
		if user, ok := g.server.user(to); ok && !g.full(to) {
			g.server.mail[user] = append(g.server.mail[user], data)
		}
	}
}

// loginServer is the mechanism LOGIN, which go-sasl has for clients only.
type loginServer struct {
	check func(user, password string) error
	asked int
	user  string
}

// Next implements sasl.Server.
func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if response == nil && l.asked == 0 {
		l.asked = 1
		return []byte("Username:"), false, nil
	}
	if l.asked < 2 {
		l.asked, l.user = 2, string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.user, string(response))
}
