package imapclient

import (
	"crypto/tls"
	"time"

	"harness/internal/auth"
	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/imap"
)

// Tap is shown every octet that passes, with its direction and time.
type Tap = conn.Tap

// Credentials are what LoginWith and AuthMechanism authenticate with.
type Credentials = auth.Credentials

// Options of a client. Nil, and the zero value, are usable: in the clear, lenient, default timeouts and limits.
type Options struct {
	Timeouts Timeouts
	Limits   Limits

	// Handler is given each response that is no part of a command's answer: new messages, expunged ones, flags that others changed, alerts, what the client does not know. It must
	// not call the client. Without it they are kept; see [Client.Unsolicited].
	Handler func(r imap.Response)

	// TLS is the configuration of implicit TLS and STARTTLS. Nil verifies the server's certificate against the system's roots. It is cloned; a missing
	// ServerName becomes Host.
	TLS *tls.Config
	// ImplicitTLS has the connection begin with the TLS handshake (RFC 8314 section 3.2).
	ImplicitTLS bool
	// RequireTLS has the client refuse to send a password or token that could be read on the way: LOGIN, and SASL mechanisms that expose the secret, unless TLS is active.
	RequireTLS bool
	// Host is the server's name, which its certificate has to bear. "" means the host of the address dialled.
	Host string

	// Strict has departures from the grammar fail instead of being forgiven.
	Strict bool
	// AnyState has commands sent in states in which they are not valid, and LOGIN where the server disables it.
	AnyState bool
	// Synchronizing has all literals wait for the server, whatever it offers.
	Synchronizing bool

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
	// Idle bounds the time without progress within a literal, in either direction. Default 60 s.
	Idle time.Duration
	// Renew is how long one IDLE lasts before the client ends it and begins another, so that the server does not log it out (RFC 2177 section 3). Default 28 min.
	Renew time.Duration
}

// Limits of what a server may make the client take. 0 means the default.
type Limits struct {
	// Line is the longest line of a response, in octets without terminator. Default 1 MiB.
	Line int
	// Literal is the largest literal that is kept in memory, in octets. Default 64 MiB. What is streamed is not limited.
	Literal int64
	// Response is the most that one response has in lines and kept literals together, in octets. Default 256 MiB.
	Response int64
	// Nesting is how deep parentheses stand within parentheses. Default 100.
	Nesting int
	// List is how many responses, or numbers of messages, are returned at once. Default 10,000,000. What a function is given one by one is not limited.
	List int
	// Unsolicited is how many responses are kept for Unsolicited. Default 100,000. Passing it breaks the client: none is lost silently.
	Unsolicited int
	// Ahead is how many octets of commands a [Pipeline] sends without having the answers. It has to fit into the buffers of the transport, or both
	// ends could block in writing (RFC 9051 section 5.5). Default 4096.
	Ahead int
}

const (
	defaultLine        = 1 << 20
	defaultList        = 10_000_000
	defaultUnsolicited = 100_000
	defaultAhead       = 4 << 10
	defaultRenew       = 28 * time.Minute
)

// withDefaults returns a copy of o in which nothing is 0 that has a default, save the limits that the Decoder has its own defaults for.
func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	t := &d.Timeouts
	t.Connect = client.Timeout(t.Connect, client.DefaultConnect)
	t.Handshake = client.Timeout(t.Handshake, client.DefaultConnect)
	t.Command = client.Timeout(t.Command, client.DefaultCommand)
	t.Idle = client.Timeout(t.Idle, client.DefaultCommand)
	t.Renew = client.Timeout(t.Renew, defaultRenew)
	l := &d.Limits
	for _, v := range []struct {
		to       *int
		standard int
	}{{&l.Line, defaultLine}, {&l.List, defaultList}, {&l.Unsolicited, defaultUnsolicited}, {&l.Ahead, defaultAhead}} {
		if *v.to <= 0 {
			*v.to = v.standard
		}
	}
	return d
}

// address splits addr, whose port may be missing.
func address(addr string, implicit bool) (hostPort, host string) {
	if implicit {
		return client.Address(addr, imap.PortTLS)
	}
	return client.Address(addr, imap.Port)
}
