// Package ca is a certificate authority for tests: it makes the certificates of the mock servers and of the recorder, the bad ones of the
// faults included.
//
// One authority lives in memory ([New]) or in a directory ([Load]), where it is made at first use, so that a user has to trust it only
// once. All keys are ECDSA P-256: making one takes less than a millisecond.
package ca

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	caLife   = 10 * 365 * 24 * time.Hour
	leafLife = 365 * 24 * time.Hour
	// renew is how long before its end a certificate is made anew.
	renew = 24 * time.Hour
	// backdate forgives clocks that are behind.
	backdate = time.Hour
	// maxLeaves bounds the cache: names come from clients (SNI).
	maxLeaves = 1000
)

// DefaultHosts are the names of a leaf that is asked for without any.
var DefaultHosts = []string{"localhost", "127.0.0.1", "::1"}

// CA is a certificate authority. It is safe for concurrent use.
type CA struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	pem  []byte
	file string

	mu     sync.Mutex
	leaves map[string]*tls.Certificate
	other  *CA // of UnknownCA
}

// New makes an authority that lives in memory.
func New() (*CA, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: make the key: %w", err)
	}
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	now := time.Now()
	t := &x509.Certificate{
		SerialNumber:          serial,
		Subject:               pkix.Name{CommonName: "harness test CA " + serial.Text(16)[:8], Organization: []string{"harness"}},
		NotBefore:             now.Add(-backdate),
		NotAfter:              now.Add(caLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: sign its own certificate: %w", err)
	}
	return fromDER(der, key)
}

func fromDER(der []byte, key *ecdsa.PrivateKey) (*CA, error) {
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: read its certificate: %w", err)
	}
	return &CA{
		cert:   cert,
		key:    key,
		pem:    pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}),
		leaves: make(map[string]*tls.Certificate),
	}, nil
}

func newSerial() (*big.Int, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("certificate authority: make a serial number: %w", err)
	}
	// The highest bit is set, so that all serial numbers have the same length.
	return serial.SetBit(serial, 120, 1), nil
}

// PEM returns the authority's certificate, for those who are to trust it.
func (c *CA) PEM() []byte { return slices.Clone(c.pem) }

// File returns the path of the file that holds what PEM returns; "" if the authority lives in memory.
func (c *CA) File() string { return c.file }

// Certificate returns the authority's certificate. It is not to be changed.
func (c *CA) Certificate() *x509.Certificate { return c.cert }

// Pool returns a pool that holds the authority alone.
func (c *CA) Pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(c.cert)
	return p
}

// Leaf returns a server certificate for hosts, which are names or IP addresses; none means [DefaultHosts]. Certificates are cached by
// their hosts. A name that cannot stand in a certificate is an error.
func (c *CA) Leaf(hosts ...string) (tls.Certificate, error) {
	leaf, err := c.leaf(hosts)
	if err != nil {
		return tls.Certificate{}, err
	}
	return *leaf, nil
}

func (c *CA) leaf(hosts []string) (*tls.Certificate, error) {
	hosts = canonical(hosts)
	id := strings.Join(hosts, ",")
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if l := c.leaves[id]; l != nil && now.Before(l.Leaf.NotAfter.Add(-renew)) {
		return l, nil
	}
	l, err := c.sign(hosts, now.Add(-backdate), now.Add(leafLife), x509.ExtKeyUsageServerAuth)
	if err != nil {
		return nil, err
	}
	if len(c.leaves) >= maxLeaves {
		clear(c.leaves)
	}
	c.leaves[id] = l
	return l, nil
}

func canonical(hosts []string) []string {
	if len(hosts) == 0 {
		hosts = DefaultHosts
	}
	out := make([]string, 0, len(hosts))
	for _, h := range hosts {
		out = append(out, strings.ToLower(strings.TrimSuffix(h, ".")))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Client returns a client certificate whose common name is name: what a client shows for SASL EXTERNAL. It is not cached.
func (c *CA) Client(name string) (tls.Certificate, error) {
	now := time.Now()
	t, err := template(nil, now.Add(-backdate), now.Add(leafLife), x509.ExtKeyUsageClientAuth)
	if err != nil {
		return tls.Certificate{}, err
	}
	t.Subject.CommonName = name
	l, err := c.signTemplate(t, c.cert, c.key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return *l, nil
}

// GetCertificate returns the leaf for the name that a TLS client asks for (SNI), or, if it asks for none, one for [DefaultHosts] and the
// address that the connection was made to. It fits tls.Config.GetCertificate.
func (c *CA) GetCertificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if hello.ServerName != "" {
		return c.leaf([]string{hello.ServerName})
	}
	return c.leaf(localHosts(hello))
}

// localHosts returns DefaultHosts and the connection's local address.
func localHosts(hello *tls.ClientHelloInfo) []string {
	hosts := slices.Clone(DefaultHosts)
	if hello.Conn != nil {
		if a, ok := hello.Conn.LocalAddr().(*net.TCPAddr); ok && !a.IP.IsUnspecified() {
			hosts = append(hosts, a.IP.String())
		}
	}
	return hosts
}

// ServerConfig returns a configuration for a server: certificates as of GetCertificate. Client certificates are asked for, not required,
// and if one is shown it must be the authority's.
func (c *CA) ServerConfig() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: c.GetCertificate,
		ClientAuth:     tls.VerifyClientCertIfGiven,
		ClientCAs:      c.Pool(),
	}
}

// ClientConfig returns a configuration for a client that trusts the authority alone and expects a certificate for host.
func (c *CA) ClientConfig(host string) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.Pool(), ServerName: host}
}

// Fault is what is wrong with a certificate.
type Fault string

// The faults. Each certificate is good but for the one thing.
const (
	Expired     Fault = "expired"       // ended yesterday
	NotYetValid Fault = "not-yet-valid" // begins tomorrow
	WrongHost   Fault = "wrong-host"    // for a host that nobody asked for: wrong-host.invalid
	SelfSigned  Fault = "self-signed"   // signed with its own key
	UnknownCA   Fault = "unknown-ca"    // signed by an authority that nobody trusts
)

// Faults returns all of them.
func Faults() []Fault { return []Fault{Expired, NotYetValid, WrongHost, SelfSigned, UnknownCA} }

// Bad returns a server certificate for hosts that has a fault. An unknown fault is an error.
func (c *CA) Bad(f Fault, hosts ...string) (tls.Certificate, error) {
	leaf, err := c.bad(f, canonical(hosts))
	if err != nil {
		return tls.Certificate{}, err
	}
	return *leaf, nil
}

func (c *CA) bad(f Fault, hosts []string) (*tls.Certificate, error) {
	now := time.Now()
	from, to := now.Add(-backdate), now.Add(leafLife)
	const day = 24 * time.Hour
	switch f {
	case Expired:
		return c.sign(hosts, now.Add(-30*day), now.Add(-day), x509.ExtKeyUsageServerAuth)
	case NotYetValid:
		return c.sign(hosts, now.Add(day), now.Add(30*day), x509.ExtKeyUsageServerAuth)
	case WrongHost:
		return c.sign([]string{"wrong-host.invalid"}, from, to, x509.ExtKeyUsageServerAuth)
	case SelfSigned:
		t, err := template(hosts, from, to, x509.ExtKeyUsageServerAuth)
		if err != nil {
			return nil, err
		}
		return c.signTemplate(t, t, nil)
	case UnknownCA:
		other, err := c.stranger()
		if err != nil {
			return nil, err
		}
		return other.sign(hosts, from, to, x509.ExtKeyUsageServerAuth)
	}
	return nil, fmt.Errorf("unknown certificate fault %q: want one of %q", f, Faults())
}

func (c *CA) stranger() (*CA, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.other == nil {
		other, err := New()
		if err != nil {
			return nil, err
		}
		c.other = other
	}
	return c.other, nil
}

// BadConfig returns a server configuration whose certificate has a fault; it is made for the name that each client asks for.
func (c *CA) BadConfig(f Fault) (*tls.Config, error) {
	if !slices.Contains(Faults(), f) {
		return nil, fmt.Errorf("unknown certificate fault %q: want one of %q", f, Faults())
	}
	cfg := c.ServerConfig()
	cfg.GetCertificate = func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if hello.ServerName != "" {
			return c.bad(f, []string{hello.ServerName})
		}
		return c.bad(f, canonical(localHosts(hello)))
	}
	return cfg, nil
}

func template(hosts []string, from, to time.Time, use x509.ExtKeyUsage) (*x509.Certificate, error) {
	serial, err := newSerial()
	if err != nil {
		return nil, err
	}
	t := &x509.Certificate{
		SerialNumber: serial,
		NotBefore:    from,
		NotAfter:     to,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{use},
	}
	for _, h := range hosts {
		if ip := net.ParseIP(h); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
			continue
		}
		if err := checkHost(h); err != nil {
			return nil, err
		}
		t.DNSNames = append(t.DNSNames, h)
	}
	if len(hosts) > 0 && len(hosts[0]) <= 64 { // the limit of a common name
		t.Subject.CommonName = hosts[0]
	}
	return t, nil
}

// checkHost refuses what cannot be a name in a certificate.
func checkHost(h string) error {
	if h == "" || len(h) > 253 {
		return fmt.Errorf("no certificate for host %q: want a name of 1 to 253 characters or an IP address", h)
	}
	for i := 0; i < len(h); i++ {
		if c := h[i]; c <= ' ' || c >= 0x7f {
			return fmt.Errorf("no certificate for host %q: want printable ASCII (an internationalised name in its A-label form)", h)
		}
	}
	return nil
}

func (c *CA) sign(hosts []string, from, to time.Time, use x509.ExtKeyUsage) (*tls.Certificate, error) {
	t, err := template(hosts, from, to, use)
	if err != nil {
		return nil, err
	}
	return c.signTemplate(t, c.cert, c.key)
}

// signTemplate makes a key for t and signs it as parent with key; a nil key means with the one just made.
func (c *CA) signTemplate(t, parent *x509.Certificate, key *ecdsa.PrivateKey) (*tls.Certificate, error) {
	own, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: make a key: %w", err)
	}
	if key == nil {
		key = own
	} else if t.NotAfter.After(parent.NotAfter) {
		t.NotAfter = parent.NotAfter
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, &own.PublicKey, key)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: sign a certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("certificate authority: read the certificate just signed: %w", err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: own, Leaf: leaf}, nil
}

var errExpired = errors.New("the authority's certificate has expired")
