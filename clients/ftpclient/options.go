package ftpclient

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"
	"time"

	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/ftp"
)

// Tap is shown every octet that passes, with its direction and time: of the control connection on the channel "", of data connections on the
// channels "data1", "data2" and so on.
type Tap = conn.Tap

// Options of a client. Nil, and the zero value, are usable: in the clear, passive, lenient, default timeouts and limits.
type Options struct {
	Timeouts Timeouts
	Limits   Limits

	// TLS is the configuration of implicit TLS and AUTH TLS, and of the data connections under PROT P. Nil verifies the server's certificate against
	// the system's roots. It is cloned; a missing ServerName becomes Host, and a missing ClientSessionCache becomes one of the client's own, so
	// that data connections resume the session of the control connection, as many servers demand (RFC 4217 section 10.2).
	TLS *tls.Config
	// ImplicitTLS has the connection begin with the TLS handshake.
	ImplicitTLS bool
	// RequireTLS has the client refuse to send USER, PASS and ACCT unless TLS is active, and to transfer data unless PROT P is.
	RequireTLS bool
	// ClearData leaves the protection of data connections to the caller. Without it a client under TLS sends PBSZ 0 and PROT P before its first
	// transfer, unless Prot was called, and fails the transfer if the server refuses.
	ClearData bool
	// AcceptTLSTruncation takes data whose TLS ended without close_notify for whole. Without it such a file is an error ([ErrTruncated]): anybody on
	// the way could have cut it short.
	AcceptTLSTruncation bool
	// Host is the server's name, which its certificate has to bear. "" means the host of the address dialled.
	Host string

	// Active has the server connect to the client for data (PORT, EPRT). Default is passive: EPSV, and PASV where EPSV is refused.
	Active bool
	// ActiveAddr is the address that PORT and EPRT announce; the zero value means the one that the control connection has at this end. It is for
	// clients behind a translator of addresses.
	ActiveAddr netip.Addr
	// ActivePorts are the first and last port to listen on; zeros mean any that is free.
	ActivePorts [2]uint16
	// NoEPSV has PASV used at once where the control connection is on IPv4.
	NoEPSV bool
	// DataHosts are the addresses, beside that of the control connection's peer, with which data connections are permitted. What PASV announces is
	// used if it is one of them, and else only its port is: the client connects to the control connection's peer. In active mode connections
	// from elsewhere are closed and not used.
	DataHosts []netip.Prefix
	// Pipelining sends EPSV or PASV together with the transfer command, once either has worked: it saves a round trip in each transfer. RFC 959
	// section 5.4 wants each reply awaited, and servers may be found that are confused.
	Pipelining bool
	// PlainAbort sends ABOR without the Telnet IP and Synch before it (RFC 959 section 4.1.3), for servers that choke on them.
	PlainAbort bool

	// Dial makes the control connection and passive data connections; nil for a net.Dialer. Where it is set, data connections are dialled with the
	// host of the address that was given for the control connection, so that they can go the same way, through a proxy for instance.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)

	// Strict has departures from the grammar and from the order of replies fail instead of being forgiven.
	Strict bool

	// Tap sees every octet; nil for none.
	Tap Tap
}

// Timeouts of the client's waits. 0 means the default; a negative value means none but the context's.
type Timeouts struct {
	// Connect bounds the making of a connection, data connections and the wait for the server's in active mode included. Default 30 s.
	Connect time.Duration
	// Handshake bounds a TLS handshake. Default 30 s.
	Handshake time.Duration
	// Command bounds each wait for a reply, the sending of a command included, the greeting, and the reply at a transfer's end. Default 60 s.
	Command time.Duration
	// Idle bounds the time without progress on a data connection. Default 60 s.
	Idle time.Duration
	// Abort bounds what brings an interrupted transfer to its end: ABOR and its replies. Default 5 s. With a negative value ABOR is not tried, and an
	// interrupted transfer breaks the client.
	Abort time.Duration
}

// Limits of what a server may make the client take. 0 means the default.
type Limits struct {
	// Line is the longest line of a reply or listing, in octets without terminator. Default 64 KiB. The lines of files are not limited.
	Line int
	// Reply is the longest reply, in lines. Default 100,000. The lines beyond it are read away (RFC 1123 section 4.1.2.11).
	Reply int
	// File is the largest file that is retrieved, in octets. Default none.
	File int64
	// Listing is the largest answer to LIST, NLST and MLSD, in octets. Default 64 MiB.
	Listing int64
	// Depth is how deep [Client.Walk] goes, in directories. Default 100.
	Depth int
}

const (
	defaultAbort   = 5 * time.Second
	defaultListing = 64 << 20
	defaultDepth   = 100
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
	if d.Timeouts.Abort == 0 {
		d.Timeouts.Abort = defaultAbort
	}
	if d.Limits.Listing <= 0 {
		d.Limits.Listing = defaultListing
	}
	if d.Limits.Depth <= 0 {
		d.Limits.Depth = defaultDepth
	}
	return d
}

// address splits addr, whose port may be missing.
func address(addr string, implicit bool) (hostPort, host string) {
	if implicit {
		return client.Address(addr, ftp.PortTLS)
	}
	return client.Address(addr, ftp.Port)
}
