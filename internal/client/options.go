package client

import (
	"crypto/tls"
	"net"
	"strconv"
	"time"
)

// Default timeouts: of the making of connections and TLS handshakes, and of commands and idle times.
const (
	DefaultConnect = 30 * time.Second
	DefaultCommand = 60 * time.Second
)

// Timeout returns the timeout that an option of d means: or if d is 0, none (0) if it is negative.
func Timeout(d, or time.Duration) time.Duration {
	switch {
	case d == 0:
		return or
	case d < 0:
		return 0
	}
	return d
}

// TLSConfig returns a clone of cfg for a handshake with host. Nil verifies the server's certificate against the system's roots.
func TLSConfig(cfg *tls.Config, host string) *tls.Config {
	if cfg = cfg.Clone(); cfg == nil {
		cfg = &tls.Config{MinVersion: tls.VersionTLS12} // RFC 8314 section 4.1, RFC 9325 section 3.1.1
	}
	if cfg.ServerName == "" {
		cfg.ServerName = host
	}
	return cfg
}

// Address splits addr, "host:port" or "host", an IPv6 address alone in brackets or not; port is the one that may be missing.
func Address(addr string, port int) (hostPort, host string) {
	host, p, err := net.SplitHostPort(addr)
	if err != nil {
		host, p = addr, ""
		if len(host) > 1 && host[0] == '[' && host[len(host)-1] == ']' {
			host = host[1 : len(host)-1]
		}
	}
	if p == "" {
		p = strconv.Itoa(port)
	}
	return net.JoinHostPort(host, p), host
}
