package peers

import (
	"archive/tar"
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/testcontainers/testcontainers-go"

	"harness/internal/ca"
)

// The ports of a POP3 server within its container; [Server.Addr] says where they are reached.
const (
	PortPOP3  = 110 // plain, and TLS after STLS (RFC 2595 section 4)
	PortPOP3S = 995 // TLS from the start (RFC 8314 section 3.2)
)

const startTimeout = 30 * time.Second

// pop3Server is what StartPOP3 has to know of an image.
type pop3Server struct {
	storesLF bool // line ends are stored as LF, and become CRLF when they are sent
	tokens   bool // takes bearer tokens
}

var pop3Servers = map[string]pop3Server{
	"courier":   {storesLF: true},
	"cyrus":     {},
	"dovecot":   {tokens: true},
	"mailutils": {storesLF: true},
}

// POP3Servers returns the names that [StartPOP3] knows, sorted.
func POP3Servers() []string { return slices.Sorted(maps.Keys(pop3Servers)) }

// POP3Options say what a POP3 server starts with.
type POP3Options struct {
	// Accounts maps each user name to its password; nil means alice, "wonderland", and bob, "builder". A name consists of
	// 1 to 32 lower-case letters, digits, "-" and "_", and begins with a letter. A password is not empty, has no
	// control characters, and neither begins nor ends with a space, which Mailutils would drop.
	Accounts map[string]string
	// Mail maps a user to the messages of the maildrop, in their order. A message is given as it is to arrive, with CRLF
	// line ends; Courier and Mailutils store LF instead, so that from them a lone LF comes as CRLF. It may lack the last
	// CRLF, which every server adds when it sends the message, and none counts. A user who is not named has an empty
	// maildrop.
	Mail map[string][][]byte
}

// Server is a real server in a container. It is safe for concurrent use.
type Server struct {
	Name     string            // as given to StartPOP3
	Software string            // name and version of the software, "Dovecot 2.3.19.1"
	Accounts map[string]string // user names and passwords
	CA       *x509.CertPool    // the authority of the server's certificate, which is for localhost and for Addr's host
	CAPEM    []byte            // the same authority, for those that want a file

	box      *box
	host     string
	ports    map[int]string
	ca       *ca.CA
	tokenKey []byte // nil if the server takes no tokens
}

// StartPOP3 starts the POP3 server of that name, one of [POP3Servers], and returns when it greets on both its ports, which
// takes about a second. If its image has to be built first, that takes up to a minute more. The server allows passwords in
// clear. The error wraps [ErrNoEngine] if there is no engine; it shows the end of the server's log if it does not start
// within 30 seconds.
func StartPOP3(ctx context.Context, name string, opts POP3Options) (*Server, error) {
	kind, known := pop3Servers[name]
	if !known {
		return nil, fmt.Errorf("peers: no POP3 server is called %q; there are %s", name, strings.Join(POP3Servers(), ", "))
	}
	if opts.Accounts == nil {
		opts.Accounts = map[string]string{"alice": "wonderland", "bob": "builder"}
	}
	if err := opts.check(); err != nil {
		return nil, err
	}
	provider, err := connect(ctx)
	if err != nil {
		return nil, err
	}
	s := &Server{Name: name, Accounts: maps.Clone(opts.Accounts), ports: make(map[int]string)}
	if s.host, err = provider.DaemonHost(ctx); err != nil {
		return nil, fmt.Errorf("peers: where the ports of containers are reached: %w", err)
	}
	if kind.tokens {
		s.tokenKey = make([]byte, 32)
		if _, err := rand.Read(s.tokenKey); err != nil {
			return nil, fmt.Errorf("peers: making a key: %w", err)
		}
	}
	if s.ca, err = ca.New(); err != nil {
		return nil, fmt.Errorf("peers: making a certificate authority: %w", err)
	}
	s.CA, s.CAPEM = s.ca.Pool(), s.ca.PEM()
	seed, err := s.seed(kind, opts)
	if err != nil {
		return nil, fmt.Errorf("peers: preparing server %s: %w", name, err)
	}

	exposed := []int{PortPOP3, PortPOP3S}
	request := testcontainers.ContainerRequest{
		Env:   map[string]string{"HARNESS_LIFELINE": "1"},
		Files: []testcontainers.ContainerFile{{Reader: bytes.NewReader(seed), ContainerFilePath: "/harness/seed.tar", FileMode: 0o600}},
	}
	for _, port := range exposed {
		request.ExposedPorts = append(request.ExposedPorts, strconv.Itoa(port)+"/tcp")
	}
	if s.box, err = startBox(ctx, name, request, nil); err != nil {
		return nil, err
	}
	if err := s.ready(ctx, exposed); err != nil {
		return nil, errors.Join(err, s.Close(ctx))
	}
	return s, nil
}

var userName = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)

func (o POP3Options) check() error {
	if len(o.Accounts) == 0 {
		return errors.New("peers: a POP3 server needs an account")
	}
	for user, password := range o.Accounts {
		if !userName.MatchString(user) {
			return fmt.Errorf("peers: user name %q: 1 to 32 lower-case letters, digits, \"-\" and \"_\" are allowed, a letter first", user)
		}
		if password == "" || password != strings.Trim(password, " ") || strings.ContainsFunc(password, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("peers: the password of user %q is empty, has a space at an end, or holds a control character", user)
		}
	}
	for user := range o.Mail {
		if _, ok := o.Accounts[user]; !ok {
			return fmt.Errorf("peers: mail for user %q, who has no account", user)
		}
	}
	return nil
}

// seed returns the archive that containers/common/start unpacks.
func (s *Server) seed(kind pop3Server, opts POP3Options) ([]byte, error) {
	hosts := slices.Clone(ca.DefaultHosts)
	if !slices.Contains(hosts, s.host) {
		hosts = append(hosts, s.host)
	}
	leaf, err := s.ca.Leaf(hosts...)
	if err != nil {
		return nil, err
	}
	chain, key, err := encode(leaf)
	if err != nil {
		return nil, err
	}

	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	var errs []error
	add := func(name string, mode int64, data []byte) { errs = append(errs, addFile(w, name, mode, data)) }
	var accounts bytes.Buffer
	for _, user := range slices.Sorted(maps.Keys(opts.Accounts)) {
		fmt.Fprintf(&accounts, "%s\t%s\n", user, opts.Accounts[user])
	}
	add("accounts", 0o600, accounts.Bytes())
	add("tls/ca.pem", 0o644, s.CAPEM)
	add("tls/cert.pem", 0o644, chain)
	add("tls/key.pem", 0o600, key)
	if kind.tokens {
		add("oauth2/default/HS256/default", 0o644, []byte(base64.StdEncoding.EncodeToString(s.tokenKey)))
	}
	for _, user := range slices.Sorted(maps.Keys(opts.Mail)) {
		for i, message := range opts.Mail[user] {
			if kind.storesLF {
				message = bytes.ReplaceAll(message, []byte("\r\n"), []byte("\n"))
			}
			add(fmt.Sprintf("mail/%s/%d.eml", user, i+1), 0o644, message)
		}
	}
	errs = append(errs, w.Close())
	return archive.Bytes(), errors.Join(errs...)
}

// encode returns a certificate, with its chain, and its key as PEM. The key is in the form of SEC 1, which every server
// reads.
func encode(cert tls.Certificate) (chain, key []byte, err error) {
	for _, der := range cert.Certificate {
		chain = append(chain, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	private, ok := cert.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, nil, fmt.Errorf("the certificate's key is a %T", cert.PrivateKey)
	}
	der, err := x509.MarshalECPrivateKey(private)
	if err != nil {
		return nil, nil, err
	}
	return chain, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), nil
}

// ready waits until the server greets on all its ports.
func (s *Server) ready(ctx context.Context, exposed []int) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for _, port := range exposed {
		mapped, err := s.box.ctr.MappedPort(ctx, strconv.Itoa(port)+"/tcp")
		if err != nil {
			return fmt.Errorf("peers: port %d of server %s: %w", port, s.Name, s.started(err))
		}
		s.ports[port] = net.JoinHostPort(s.host, strconv.Itoa(int(mapped.Num())))
	}
	for _, port := range exposed {
		if err := s.awaitGreeting(ctx, port); err != nil {
			return fmt.Errorf("peers: server %s does not greet on its port %d (%s): %w", s.Name, port, s.ports[port], s.started(err))
		}
	}
	for line := range strings.Lines(s.box.logs.String()) {
		if software, ok := strings.CutPrefix(line, "harness: software "); ok {
			s.Software = strings.TrimSpace(software)
			return nil
		}
	}
	return fmt.Errorf("peers: server %s did not say what it is", s.Name)
}

// started adds the end of the server's log to an error.
func (s *Server) started(err error) error {
	return fmt.Errorf("%w; its log ends with:\n%s", err, tail(s.box.logs.String(), 20))
}

func (s *Server) awaitGreeting(ctx context.Context, port int) error {
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.greets(ctx, port)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-s.box.ended:
			return errors.New("it has ended")
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		}
	}
}

// greets has a session of a greeting and QUIT, so that the server logs no broken connection. A port that is published is
// open before the server listens, so that to connect says nothing.
func (s *Server) greets(ctx context.Context, port int) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	dial := new(net.Dialer).DialContext
	if port == PortPOP3S {
		dial = (&tls.Dialer{Config: s.TLSConfig()}).DialContext
	}
	conn, err := dial(ctx, "tcp", s.ports[port])
	if err != nil {
		return err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	r := bufio.NewReaderSize(conn, 1024)
	for _, command := range []string{"QUIT\r\n", ""} {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return fmt.Errorf("reading: %w", err)
		}
		if !bytes.HasPrefix(line, []byte("+OK")) {
			return fmt.Errorf("got %q", line)
		}
		if _, err := conn.Write([]byte(command)); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
	}
	return nil
}

// Addr returns the address, host:port, at which a port of the server is reached, such as [PortPOP3]; "" if the server does
// not have it.
func (s *Server) Addr(port int) string { return s.ports[port] }

// TLSConfig returns a configuration for a client: it trusts [Server.CA] and expects a certificate for localhost.
func (s *Server) TLSConfig() *tls.Config {
	return &tls.Config{RootCAs: s.CA, ServerName: "localhost", MinVersion: tls.VersionTLS12}
}

// ClientCertificate returns a certificate of the server's own authority with the user's name as its common name. Dovecot
// takes it for SASL EXTERNAL (RFC 4422 appendix A); the others do not offer that.
func (s *Server) ClientCertificate(user string) (tls.Certificate, error) { return s.ca.Client(user) }

// Token returns a bearer token (RFC 6750) for a user, for OAUTHBEARER (RFC 7628) and XOAUTH2. It holds for an hour. Only
// Dovecot takes tokens; for another server it is an error.
func (s *Server) Token(user string) (string, error) {
	if s.tokenKey == nil {
		return "", fmt.Errorf("peers: server %s takes no bearer tokens", s.Name)
	}
	part := func(v any) (string, error) {
		text, err := json.Marshal(v)
		return base64.RawURLEncoding.EncodeToString(text), err
	}
	header, err := part(map[string]string{"alg": "HS256", "typ": "JWT"})
	if err != nil {
		return "", err
	}
	now := time.Now()
	claims, err := part(map[string]any{"sub": user, "iat": now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix()})
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, s.tokenKey)
	mac.Write([]byte(header + "." + claims))
	return header + "." + claims + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

// Exec runs a command in the server's container, as root, and waits for it until ctx ends, or a minute if ctx has no
// deadline; then it is killed. That the command fails is not an error.
func (s *Server) Exec(ctx context.Context, args ...string) (*Result, error) {
	return s.box.exec(ctx, execution{args: args})
}

// Logs returns what the server has logged so far; of more than 4 MiB the later part.
func (s *Server) Logs() string { return s.box.logs.String() }

// Close removes the container with all its mail. It does so even if ctx is over, within 20 seconds. Further calls return
// the same.
func (s *Server) Close(ctx context.Context) error { return s.box.close(ctx) }
