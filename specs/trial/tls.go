package trial

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"sync"
	"time"

	"harness/internal/ca"
)

// Certificate has the server show a certificate with these names.
func Certificate(names ...string) func(a *ca.CA) (*tls.Config, error) {
	return func(a *ca.CA) (*tls.Config, error) {
		leaf, err := a.Leaf(names...)
		return &tls.Config{Certificates: []tls.Certificate{leaf}}, err
	}
}

// Faulty has the server show a certificate with a fault.
func Faulty(f ca.Fault) func(a *ca.CA) (*tls.Config, error) {
	return func(a *ca.CA) (*tls.Config, error) { return a.BadConfig(f) }
}

// misnamed is a certificate whose common name is the first of the domain's hosts and whose subjectAltName is another. The authority of the other
// certificates makes none that contradicts itself.
var misnamed = sync.OnceValues(func() (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	now := time.Now()
	t := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: misnamedHost}, DNSNames: []string{otherHost},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf, err := x509.ParseCertificate(der)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, err
})

// The names of servers of client cases, all in one domain.
const (
	domain       = "example.org"
	otherHost    = "other." + domain
	misnamedHost = "cn." + domain
	evilHost     = "evil.example"
)

// Identity is a way in which a server shows who it is, and whether a client has to take it for the one that it wants.
type Identity struct {
	// Name says what it is about.
	Name string
	// Accepted says that the client has to go on; otherwise it has to give up.
	Accepted bool
	// TLS is the server's side.
	TLS func(a *ca.CA) (*tls.Config, error)
	// Greeting is a name for the server to have in its greeting; "" for none.
	Greeting string
	// Deviations are those of a [Reference] that it proves.
	Deviations []string

	host  string // the name that the client is given; "" for the server's
	roots bool   // only the certificate itself is trusted
}

// Client changes what the client connects with.
func (i Identity) Client(c *Connection) {
	if i.host != "" {
		c.Host = i.host
	}
	if !i.roots {
		return
	}
	if crt, err := misnamed(); err == nil {
		pool := x509.NewCertPool()
		pool.AddCert(crt.Leaf)
		c.TLS = &tls.Config{RootCAs: pool}
	}
}

// Identities are those of a server whose name is host, which is one of example.org, by their names:
//
//	other                    another host's name                   refused
//	hostname                 the host's name                       accepted
//	address                  the address, but not the name         refused
//	greeting                 the name in the greeting only         refused
//	common-name              the name, beside a subjectAltName     refused
//	case                     the name in another case              accepted
//	any-name                 the name among others                 accepted
//	wildcard                 *.example.org for a host in it        accepted
//	wildcard-parent          *.example.org for example.org         refused
//	wildcard-two-labels      *.example.org for a.b.example.org     refused
//	old-version              TLS 1.1 at the most                   refused
//	expired and so on        a fault of the certificate            refused
func Identities(host string) map[string]Identity {
	list := []Identity{
		{Name: "other", TLS: Certificate(otherHost), Deviations: []string{"name-unchecked", "no-verification"}},
		{Name: "hostname", Accepted: true, TLS: Certificate(host), Deviations: []string{"address-checked"}},
		{Name: "address", TLS: Certificate("127.0.0.1", "localhost"), Deviations: []string{"address-checked"}},
		{Name: "greeting", TLS: Certificate(evilHost), Greeting: evilHost, Deviations: []string{"greeting-name-checked"}},
		{Name: "common-name", host: misnamedHost, roots: true, Deviations: []string{"common-name-checked"}, TLS: func(*ca.CA) (*tls.Config, error) {
			crt, err := misnamed()
			return &tls.Config{Certificates: []tls.Certificate{crt}}, err
		}},
		{Name: "case", Accepted: true, host: swapCase(host), TLS: Certificate(host), Deviations: []string{"name-case-sensitive"}},
		{Name: "any-name", Accepted: true, TLS: Certificate("a."+domain, host, "z."+domain), Deviations: []string{"first-name-only"}},
		{Name: "wildcard", Accepted: true, host: "a." + domain, TLS: Certificate("*." + domain), Deviations: []string{"wildcard-none"}},
		{Name: "wildcard-parent", host: domain, TLS: Certificate("*." + domain), Deviations: []string{"wildcard-any"}},
		{Name: "wildcard-two-labels", host: "a.b." + domain, TLS: Certificate("*." + domain), Deviations: []string{"wildcard-any"}},
		{Name: "old-version", Deviations: []string{"tls-any-version"}, TLS: func(a *ca.CA) (*tls.Config, error) {
			cfg := a.ServerConfig()
			cfg.MinVersion, cfg.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
			return cfg, nil
		}},
	}
	for _, f := range ca.Faults() {
		list = append(list, Identity{Name: string(f), TLS: Faulty(f), Deviations: []string{"no-verification"}})
	}
	out := map[string]Identity{}
	for _, i := range list {
		out[i.Name] = i
	}
	return out
}

// swapCase has every other letter in upper case.
func swapCase(s string) string {
	b := []byte(s)
	for i := range b {
		if c := b[i]; i%2 == 0 && c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}
