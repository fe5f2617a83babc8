package smtpclient

import (
	"crypto/tls"
	"strings"
	"time"

	"harness/internal/auth"
	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// Tap is shown every octet that passes, with its direction and time.
type Tap = conn.Tap

// Credentials are what LoginWith and AuthMechanism authenticate with.
type Credentials = auth.Credentials

// Options of a client. Nil, and the zero value, are usable: SMTP in the clear, lenient, default timeouts and limits.
type Options struct {
	Timeouts Timeouts
	Limits   Limits

	// LMTP speaks LMTP (RFC 2033): LHLO in place of EHLO, and a reply for each recipient behind the content.
	LMTP bool
	// Name is the client's name in EHLO, HELO and LHLO: a domain or an address literal. "" means the host's name if it has a dot, and else the address
	// literal of the connection's local end (RFC 5321 section 4.1.4).
	Name string

	// TLS is the configuration of implicit TLS and STARTTLS. Nil verifies the server's certificate against the system's roots. It is cloned; a missing
	// ServerName becomes Host.
	TLS *tls.Config
	// ImplicitTLS has the connection begin with the TLS handshake (RFC 8314 section 3.3).
	ImplicitTLS bool
	// RequireTLS has the client refuse to send passwords, tokens and mail unless TLS is active, ClearAuth or not.
	RequireTLS bool
	// ClearAuth permits SASL mechanisms that expose the password or token where TLS is not active. Without it they are refused ([ErrNeedTLS]).
	ClearAuth bool
	// Host is the server's name, which its certificate has to bear. "" means the host of the address dialled.
	Host string

	// LineEnds says what becomes of bare CRs and LFs in content, which must not be sent (RFC 5321 section 2.3.8): they are refused unless it says that
	// they are to become CRLF.
	LineEnds wire.LineEnds
	// AnyContent has content sent that must not be: lines of more than 1000 octets (RFC 5321 section 4.5.3.1.6), and 8-bit octets though the header section has no
	// MIME-Version (section 2.4).
	AnyContent bool
	// Chunking sends content by BDAT where the server offers CHUNKING. Without it only binary content goes so.
	Chunking bool

	// Strict has departures from the grammar fail instead of being forgiven.
	Strict bool
	// AnyState has commands sent in states in which they are not valid, and commands and parameters that the server does not offer. No EHLO is sent
	// that was not asked for.
	AnyState bool
	// ForcePipelining has [Pipeline] and [Client.SendMail] send ahead without the server's offer.
	ForcePipelining bool

	// Tap sees every octet; nil for none.
	Tap Tap
}

// Timeouts of the client's waits. 0 means the default; a negative value means none but the context's. The defaults are those of RFC 5321 section 4.5.3.2.
type Timeouts struct {
	// Connect bounds the making of the connection. Default 30 s.
	Connect time.Duration
	// Handshake bounds a TLS handshake. Default 30 s.
	Handshake time.Duration
	// Greeting bounds the wait for the greeting. Default 5 min.
	Greeting time.Duration
	// Command bounds each wait for a reply, the sending of a command included: MAIL, RCPT and all that have no timeout of their own. Default 5 min.
	Command time.Duration
	// Data bounds the wait for the reply to DATA. Default 2 min.
	Data time.Duration
	// Idle bounds the time without progress while content is sent. Default 3 min.
	Idle time.Duration
	// Final bounds the wait for the reply to content; in LMTP, for each of the replies. Default 10 min.
	Final time.Duration
}

// Limits of what the client takes and sends. 0 means the default.
type Limits struct {
	// Line is the longest line of a reply, in octets without terminator. Default 64 KiB.
	Line int
	// Ahead is how many octets of commands are sent without having the answers, where the server offers PIPELINING. It has to fit into the buffers of
	// the transport, or both ends could block in writing (RFC 2920 section 3.1). Default 4096.
	Ahead int
	// Chunk is how many octets a BDAT has at most. Default 256 KiB.
	Chunk int
}

const (
	defaultGreeting = 5 * time.Minute
	defaultCommand  = 5 * time.Minute
	defaultData     = 2 * time.Minute
	defaultIdle     = 3 * time.Minute
	defaultFinal    = 10 * time.Minute
	defaultAhead    = 4 << 10
	defaultChunk    = 256 << 10
)

// withDefaults returns a copy of o in which nothing is 0 that has a default.
func (o *Options) withDefaults() Options {
	var d Options
	if o != nil {
		d = *o
	}
	t := &d.Timeouts
	t.Connect = client.Timeout(t.Connect, client.DefaultConnect)
	t.Handshake = client.Timeout(t.Handshake, client.DefaultConnect)
	t.Greeting = client.Timeout(t.Greeting, defaultGreeting)
	t.Command = client.Timeout(t.Command, defaultCommand)
	t.Data = client.Timeout(t.Data, defaultData)
	t.Idle = client.Timeout(t.Idle, defaultIdle)
	t.Final = client.Timeout(t.Final, defaultFinal)
	if d.Limits.Ahead <= 0 {
		d.Limits.Ahead = defaultAhead
	}
	if d.Limits.Chunk <= 0 {
		d.Limits.Chunk = defaultChunk
	}
	return d
}

// address returns the network and the address of addr: a Unix socket if it begins with "/", else host and port, which may be missing.
func (o *Options) address(addr string) (network, hostPort, host string) {
	if strings.HasPrefix(addr, "/") {
		return "unix", addr, ""
	}
	port := smtp.Port
	switch {
	case o.LMTP:
		port = smtp.PortLMTP
	case o.ImplicitTLS:
		port = smtp.PortSubmissions
	}
	hostPort, host = client.Address(addr, port)
	return "tcp", hostPort, host
}
