package nntpclient

import (
	"crypto/tls"
	"time"

	"harness/internal/auth"
	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/nntp"
)

// Tap is shown every octet that passes, with its direction and time.
type Tap = conn.Tap

// Credentials are what LoginWith and AuthMechanism authenticate with.
type Credentials = auth.Credentials

// Options of a client. Nil, and the zero value, are usable: in the clear, lenient, default timeouts and limits.
type Options struct {
	Timeouts Timeouts
	Limits   Limits

	// TLS is the configuration of implicit TLS and STARTTLS. Nil verifies the server's certificate against the system's roots. It is cloned; a missing
	// ServerName becomes Host.
	TLS *tls.Config
	// ImplicitTLS has the connection begin with the TLS handshake (RFC 8143 section 3.1).
	ImplicitTLS bool
	// RequireTLS has the client refuse to send a password or token that could be read on the way: AUTHINFO USER and PASS, and SASL mechanisms that
	// expose the secret, unless TLS is active.
	RequireTLS bool
	// Host is the server's name, which its certificate has to bear. "" means the host of the address dialled.
	Host string

	// Strict has departures from the grammar fail instead of being forgiven.
	Strict bool

	// Tap sees every octet; nil for none.
	Tap Tap
}

// Timeouts of the client's waits. 0 means the default; a negative value means none but the context's.
type Timeouts struct {
	// Connect bounds the making of the connection. Default 30 s.
	Connect time.Duration
	// Handshake bounds a TLS handshake. Default 30 s.
	Handshake time.Duration
	// Command bounds each wait for a response, the sending of a command included, and the greeting. Default 60 s.
	Command time.Duration
	// Idle bounds the time without progress within a data block, in either direction. Default 60 s.
	Idle time.Duration
}

// Limits of what a server may make the client take. 0 means the default.
type Limits struct {
	// Line is the longest line of a response or a list, in octets without terminator. Default 1 MiB: an overview may hold a References header. The lines
	// of articles are not limited.
	Line int
	// Article is the largest article, head or body that is streamed, in octets. Default none.
	Article int64
	// List is the largest list that is returned whole, in octets. Default 256 MiB. What a function is given line by line is not limited.
	List int64
	// Drain is how much of an article Close reads away, in octets. Default 1 MiB.
	Drain int64
	// Ahead is how many octets of commands a [Pipeline] sends without having the answers. It has to fit into the buffers of the transport, or both
	// ends could block in writing (RFC 3977 section 3.5). Default 16 KiB.
	Ahead int
}

const (
	defaultLine  = 1 << 20
	defaultList  = 256 << 20
	defaultDrain = 1 << 20
	defaultAhead = 16 << 10
)

// withDefaults returns a copy of o in which nothing is 0 that has a default.
func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	d.Timeouts.Connect = client.Timeout(d.Timeouts.Connect, client.DefaultConnect)
	d.Timeouts.Handshake = client.Timeout(d.Timeouts.Handshake, client.DefaultConnect)
	d.Timeouts.Command = client.Timeout(d.Timeouts.Command, client.DefaultCommand)
	d.Timeouts.Idle = client.Timeout(d.Timeouts.Idle, client.DefaultCommand)
	if d.Limits.Line <= 0 {
		d.Limits.Line = defaultLine
	}
	if d.Limits.List <= 0 {
		d.Limits.List = defaultList
	}
	if d.Limits.Drain <= 0 {
		d.Limits.Drain = defaultDrain
	}
	if d.Limits.Ahead <= 0 {
		d.Limits.Ahead = defaultAhead
	}
	return d
}

// address splits addr, whose port may be missing.
func address(addr string, implicit bool) (hostPort, host string) {
	if implicit {
		return client.Address(addr, nntp.PortTLS)
	}
	return client.Address(addr, nntp.Port)
}
