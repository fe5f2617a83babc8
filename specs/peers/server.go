package peers

import (
	"archive/tar"
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"

	"harness/internal/ca"
)

const (
	startTimeout = 30 * time.Second
	// launches is how often a server on the host's network is tried: of the ports that it was to have, another process
	// may have taken one.
	launches = 3
)

// Server is a real server in a container. It is safe for concurrent use.
type Server struct {
	Name     string            // as given to StartPOP3, StartFTP, StartNNTP, StartSMTP, StartLMTP or StartIMAP
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

// port is a port of a server.
type port struct {
	number int  // within the container, and the name under which [Server.Addr] knows it
	tls    bool // TLS from the start
}

// launch says how a server is started.
type launch struct {
	name     string
	accounts map[string]string
	ports    []port
	// greeting and farewell begin the last line of the greeting, and of the reply to quit.
	greeting, farewell string
	// quit is the command that ends a session; "" for QUIT.
	quit string
	// onHost lets the server share the network of the engine's machine, for protocols that open further connections. It gets
	// ports that are free there, and the address to listen on, as variables: HARNESS_ADDRESS, HARNESS_PORT_21 and so on.
	onHost bool
	caps   []string // capabilities beside the engine's default
	env    map[string]string
	seed   func(*archive) // adds what is the protocol's own to the archive that containers/common/start unpacks
	// greeted, if set, is called once the server greets: for what can be brought to it in no other way.
	greeted  func(context.Context, *Server) error
	tokenKey []byte
}

func unknownServer(protocol, name string, known []string) error {
	return fmt.Errorf("peers: no %s server is called %q; there are %s", protocol, name, strings.Join(known, ", "))
}

// start starts a server and waits until it greets on all its ports.
func start(ctx context.Context, l launch) (*Server, error) {
	provider, err := connect(ctx)
	if err != nil {
		return nil, err
	}
	s := &Server{Name: l.name, Accounts: l.accounts, ports: make(map[int]string), tokenKey: l.tokenKey}
	if s.host, err = provider.DaemonHost(ctx); err != nil {
		return nil, fmt.Errorf("peers: where the ports of containers are reached: %w", err)
	}
	if s.ca, err = ca.New(); err != nil {
		return nil, fmt.Errorf("peers: making a certificate authority: %w", err)
	}
	s.CA, s.CAPEM = s.ca.Pool(), s.ca.PEM()
	seed, err := s.seed(l)
	if err != nil {
		return nil, fmt.Errorf("peers: preparing server %s: %w", l.name, err)
	}
	for try := 1; ; try++ {
		err := s.run(ctx, l, seed)
		if err == nil {
			return s, nil
		}
		if !l.onHost || try == launches || !errors.Is(err, errEnded) {
			return nil, err
		}
	}
}

// run creates the container and waits for the server. On failure nothing is left of it.
func (s *Server) run(ctx context.Context, l launch, seed []byte) (err error) {
	request := testcontainers.ContainerRequest{
		Env:   map[string]string{"HARNESS_LIFELINE": "1"},
		Files: []testcontainers.ContainerFile{{Reader: bytes.NewReader(seed), ContainerFilePath: "/harness/seed.tar", FileMode: 0o600}},
	}
	maps.Copy(request.Env, l.env)
	host := func(h *container.HostConfig) { h.CapAdd = l.caps }
	if l.onHost {
		host = func(h *container.HostConfig) { h.CapAdd, h.NetworkMode = l.caps, "host" }
		if err := s.placeOnHost(l.ports, request.Env); err != nil {
			return err
		}
	} else {
		for _, p := range l.ports {
			request.ExposedPorts = append(request.ExposedPorts, strconv.Itoa(p.number)+"/tcp")
		}
	}
	if s.box, err = startBox(ctx, l.name, request, host); err != nil {
		return err
	}
	err = s.ready(ctx, l)
	if err == nil && l.greeted != nil {
		err = l.greeted(ctx, s)
	}
	if err != nil {
		return errors.Join(err, s.Close(ctx))
	}
	return nil
}

// placeOnHost chooses ports on the engine's machine. Where that is this machine, the server listens on its loopback interface
// alone, and the ports are free at this moment; elsewhere they are a guess.
func (s *Server) placeOnHost(ports []port, env map[string]string) error {
	local := s.host == "localhost"
	if ip := net.ParseIP(s.host); ip != nil {
		local = ip.IsLoopback()
	}
	host, listen := s.host, "0.0.0.0"
	if local {
		host, listen = "127.0.0.1", "127.0.0.1"
	}
	env["HARNESS_ADDRESS"] = listen
	for _, p := range ports {
		number := 20000 + rand.IntN(10000)
		if local {
			l, err := net.Listen("tcp", net.JoinHostPort(listen, "0"))
			if err != nil {
				return fmt.Errorf("peers: looking for a free port: %w", err)
			}
			defer l.Close() // held until all are chosen, so that they differ
			number = l.Addr().(*net.TCPAddr).Port
		}
		env[fmt.Sprintf("HARNESS_PORT_%d", p.number)] = strconv.Itoa(number)
		s.ports[p.number] = net.JoinHostPort(host, strconv.Itoa(number))
	}
	return nil
}

var userName = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,31}$`)

// checkAccounts returns the accounts, or those that every server has by default; who says what they are for.
func checkAccounts(who string, accounts map[string]string) (map[string]string, error) {
	if accounts == nil {
		return map[string]string{"alice": "wonderland", "bob": "builder"}, nil
	}
	if len(accounts) == 0 {
		return nil, fmt.Errorf("peers: %s needs an account", who)
	}
	for user, password := range accounts {
		if !userName.MatchString(user) {
			return nil, fmt.Errorf("peers: user name %q: 1 to 32 lower-case letters, digits, \"-\" and \"_\" are allowed, a letter first", user)
		}
		if password == "" || password != strings.Trim(password, " ") || strings.ContainsFunc(password, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return nil, fmt.Errorf("peers: the password of user %q is empty, has a space at an end, or holds a control character", user)
		}
	}
	return maps.Clone(accounts), nil
}

// archive is a tar archive in the making. Its first error stays.
type archive struct {
	buffer bytes.Buffer
	w      *tar.Writer
	err    error
}

func newArchive() *archive {
	a := new(archive)
	a.w = tar.NewWriter(&a.buffer)
	return a
}

func (a *archive) file(name string, mode int64, data []byte) {
	a.err = errors.Join(a.err, addFile(a.w, name, mode, data))
}

func (a *archive) bytes() ([]byte, error) {
	err := errors.Join(a.err, a.w.Close())
	return a.buffer.Bytes(), err
}

// seed returns the archive that containers/common/start unpacks.
func (s *Server) seed(l launch) ([]byte, error) {
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
	a := newArchive()
	var accounts bytes.Buffer
	for _, user := range slices.Sorted(maps.Keys(l.accounts)) {
		fmt.Fprintf(&accounts, "%s\t%s\n", user, l.accounts[user])
	}
	a.file("accounts", 0o600, accounts.Bytes())
	a.file("tls/ca.pem", 0o644, s.CAPEM)
	a.file("tls/cert.pem", 0o644, chain)
	a.file("tls/key.pem", 0o600, key)
	l.seed(a)
	return a.bytes()
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
func (s *Server) ready(ctx context.Context, l launch) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if !l.onHost {
		for _, p := range l.ports {
			mapped, err := s.box.ctr.MappedPort(ctx, strconv.Itoa(p.number)+"/tcp")
			if err != nil {
				return fmt.Errorf("peers: port %d of server %s: %w", p.number, s.Name, s.started(err))
			}
			s.ports[p.number] = net.JoinHostPort(s.host, strconv.Itoa(int(mapped.Num())))
		}
	}
	for _, p := range l.ports {
		if err := s.awaitGreeting(ctx, l, p); err != nil {
			return fmt.Errorf("peers: server %s does not greet on its port %d (%s): %w", s.Name, p.number, s.ports[p.number], s.started(err))
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

// errEnded says that a server ended before it greeted.
var errEnded = errors.New("it has ended")

func (s *Server) awaitGreeting(ctx context.Context, l launch, p port) error {
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		err := s.greets(ctx, l, p)
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-s.box.ended:
			return errEnded
		case <-ctx.Done():
			return fmt.Errorf("%w: %w", ctx.Err(), err)
		}
	}
}

// greets has a session of a greeting and the command that ends it, so that the server logs no broken connection. A port that is published is
// open before the server listens, so that to connect says nothing.
func (s *Server) greets(ctx context.Context, l launch, p port) error {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	dial := new(net.Dialer).DialContext
	if p.tls {
		dial = (&tls.Dialer{Config: s.TLSConfig()}).DialContext
	}
	conn, err := dial(ctx, "tcp", s.ports[p.number])
	if err != nil {
		return err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	r := bufio.NewReaderSize(conn, 1024)
	if err := awaitLine(r, l.greeting); err != nil {
		return err
	}
	if _, err := conn.Write([]byte(cmp.Or(l.quit, "QUIT") + "\r\n")); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return awaitLine(r, l.farewell)
}

// awaitLine reads a reply whose last line begins with a text, "220 ". Lines before it are those of a multi-line reply: "220-".
func awaitLine(r *bufio.Reader, want string) error {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return fmt.Errorf("reading: %w", err)
		}
		if bytes.HasPrefix(line, []byte(want)) {
			return nil
		}
		if !bytes.HasPrefix(line, []byte(strings.TrimRight(want, " ")+"-")) {
			return fmt.Errorf("got %q", line)
		}
	}
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
