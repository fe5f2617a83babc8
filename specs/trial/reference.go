package trial

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"time"

	"harness/mockservers"
)

// ReferenceLine is the longest line that a reference client reads, in octets.
const ReferenceLine = 64 << 10

// Reference is what the reference clients share: a connection, made in the plain way, and the rules about it that they can break.
type Reference struct {
	Connection
	Deviations mockservers.DeviationSet
	// NC is the connection, and R reads it.
	NC net.Conn
	R  *bufio.Reader
	// Protected says that TLS is active.
	Protected bool
	// Greeting is a name that the server gave itself, for a deviation.
	Greeting string
}

// referenceRules are the deviations that are a [Reference]'s own.
var referenceRules = map[string]string{
	"no-timeout":            "waits for the server for ever",
	"no-verification":       "accepts every certificate",
	"name-unchecked":        "accepts the certificate of another server",
	"address-checked":       "compares the address that it connected to with the certificate",
	"greeting-name-checked": "compares the name in the greeting with the certificate",
	"common-name-checked":   "accepts the common name although there is a subjectAltName",
	"name-case-sensitive":   "compares names with regard to case",
	"wildcard-any":          "takes *.example.org for example.org and for a.b.example.org",
	"wildcard-none":         "does not accept wildcards",
	"first-name-only":       "looks at the first name of a certificate only",
	"tls-any-version":       "accepts TLS 1.0",
	"server-name-omitted":   "does not say in the handshake which server it wants",
	"injected-accepted":     "takes octets that came before the handshake for protected ones",
}

// ReferenceDeviation describes a deviation of [Reference], with the requirements of the protocol that it violates.
func ReferenceDeviation(name string, violates ...string) mockservers.Deviation {
	return mockservers.Deviation{Name: name, Summary: referenceRules[name], Violates: violates}
}

// ReferenceName is the name of a reference client.
func ReferenceName(deviations mockservers.DeviationSet) string {
	if deviations.Empty() {
		return "reference client"
	}
	return "reference client with " + strings.Join(deviations.Names(), ", ")
}

// Dev says whether the client breaks a rule.
func (r *Reference) Dev(name string) bool { return r.Deviations.Has(name) }

// Dial makes the connection, with the TLS handshake if it is implicit.
func (r *Reference) Dial(ctx context.Context) error {
	nc, err := (&net.Dialer{Timeout: r.Timeout}).DialContext(ctx, "tcp", r.Addr)
	if err != nil {
		return err
	}
	r.Use(nc)
	if r.Security == Implicit {
		return r.Handshake(ctx)
	}
	return nil
}

// Use goes on with another connection, or another layer over the same.
func (r *Reference) Use(nc net.Conn) {
	r.NC = nc
	r.R = bufio.NewReaderSize(nc, ReferenceLine)
}

// Close closes the connection.
func (r *Reference) Close() error {
	if r.NC == nil {
		return nil
	}
	return r.NC.Close()
}

// Arm sets the deadline of an exchange; the function that it returns ends it.
func (r *Reference) Arm(ctx context.Context) func() bool {
	deadline := time.Now().Add(r.Timeout)
	if d, ok := ctx.Deadline(); ok && (d.Before(deadline) || r.Dev("no-timeout")) {
		deadline = d
	}
	nc := r.NC
	nc.SetDeadline(deadline)
	return context.AfterFunc(ctx, func() { nc.SetDeadline(time.Unix(1, 0)) })
}

// Handshake begins TLS.
func (r *Reference) Handshake(ctx context.Context) error {
	injected, _ := r.R.Peek(r.R.Buffered())
	injected = bytes.Clone(injected)
	if len(injected) > 0 && !r.Dev("injected-accepted") {
		return fmt.Errorf("%d octets came in the clear before the handshake", len(injected))
	}
	t := tls.Client(r.NC, r.tlsConfig())
	ctx, cancel := context.WithTimeout(ctx, r.Timeout)
	defer cancel()
	r.NC.SetDeadline(time.Time{})
	if err := t.HandshakeContext(ctx); err != nil {
		return err
	}
	r.Use(t)
	r.Protected = true
	if len(injected) > 0 {
		r.R = bufio.NewReaderSize(io.MultiReader(bytes.NewReader(injected), t), ReferenceLine)
	}
	return nil
}

// tlsConfig verifies by itself where a deviation asks for another comparison of names.
func (r *Reference) tlsConfig() *tls.Config {
	cfg := r.TLS.Clone()
	if cfg == nil {
		cfg = &tls.Config{}
	}
	if cfg.ServerName = r.Host; r.Dev("server-name-omitted") {
		cfg.ServerName = ""
	}
	if r.Dev("tls-any-version") {
		cfg.MinVersion = tls.VersionTLS10
	}
	cfg.InsecureSkipVerify = true
	cfg.VerifyConnection = func(cs tls.ConnectionState) error {
		if r.Dev("no-verification") || r.TLS != nil && r.TLS.InsecureSkipVerify {
			return nil
		}
		leaf := cs.PeerCertificates[0]
		chain := x509.NewCertPool()
		for _, c := range cs.PeerCertificates[1:] {
			chain.AddCert(c)
		}
		if _, err := leaf.Verify(x509.VerifyOptions{Roots: cfg.RootCAs, Intermediates: chain}); err != nil {
			return err
		}
		return r.checkName(leaf)
	}
	return cfg
}

// checkName compares the name that the client was given with the certificate.
func (r *Reference) checkName(leaf *x509.Certificate) error {
	host := r.Host
	_, domain, _ := strings.Cut(host, ".")
	switch {
	case r.Dev("name-unchecked"):
		return nil
	case r.Dev("address-checked"):
		host, _, _ = net.SplitHostPort(r.Addr)
	case r.Dev("greeting-name-checked") && r.Greeting != "":
		host = r.Greeting
	case r.Dev("common-name-checked") && leaf.Subject.CommonName == host:
		return nil
	case r.Dev("name-case-sensitive") && !slices.Contains(leaf.DNSNames, host),
		r.Dev("first-name-only") && leaf.DNSNames[0] != host,
		r.Dev("wildcard-none") && strings.HasPrefix(leaf.DNSNames[0], "*"):
		return x509.HostnameError{Certificate: leaf, Host: host}
	case r.Dev("wildcard-any") && slices.ContainsFunc(leaf.DNSNames, func(n string) bool {
		base, ok := strings.CutPrefix(n, "*.")
		return ok && (host == base || domain == base || strings.HasSuffix(domain, "."+base))
	}):
		return nil
	}
	return leaf.VerifyHostname(host)
}
