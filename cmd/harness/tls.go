package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

// trust is how the certificate of a server that the user names is verified.
type trust struct {
	caFile   string
	insecure bool
}

func (t *trust) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&t.caFile, "ca", "", "PEM `file` with the authorities that the server's certificate is verified by, instead of the system's")
	cmd.Flags().BoolVar(&t.insecure, "insecure", false, "accept any certificate of the server")
	cmd.MarkFlagsMutuallyExclusive("ca", "insecure")
}

// config returns the TLS configuration for a server.
func (t *trust) config(host string) (*tls.Config, error) {
	cfg := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, InsecureSkipVerify: t.insecure}
	if t.caFile == "" {
		return cfg, nil
	}
	pem, err := os.ReadFile(t.caFile)
	if err != nil {
		return nil, fmt.Errorf("--ca: %w", err)
	}
	cfg.RootCAs = x509.NewCertPool()
	if !cfg.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("--ca %s: there is no PEM certificate in it", t.caFile)
	}
	return cfg, nil
}

// tlsHint says what to do if err is about a certificate.
func tlsHint(err error) string {
	var bad *tls.CertificateVerificationError
	if errors.As(err, &bad) {
		return "; name its authority with --ca FILE, or accept any certificate with --insecure"
	}
	return ""
}
