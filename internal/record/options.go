// Package record is a proxy between a client and a server that writes down what they say, as sessions.
//
// Octets are passed on at once and unchanged; what was said is cut into units beside that, as the dialect tells. Each line stands in the session
// before it is passed on, so that an answer always stands behind the command that caused it, and pipelined commands stand before their answers
// as they really passed.
//
// TLS ends in the recorder: towards the client it shows a certificate of its own authority, and the server's it verifies. The client's
// connection uses TLS where the server's does, unless it is told otherwise. Octets that either side sends in the clear behind the line that
// begins TLS are refused; the session notes it.
//
// Data connections, of protocols that have them, are followed: the addresses that either side announces are replaced by the recorder's own, so
// that the other one connects to the recorder, which makes the connection to the real address. Their octets pass through unchanged and are
// recorded, and so is how they end. TLS on them ends in the recorder too; towards the server it resumes the session of the control connection, and lets
// the client resume its own. Only the peers of the control connection may connect. In the session the addresses are 127.0.0.1 (or ::1) with ports that
// count from 50000. What two connections tell at about the same time is recorded in the order that the protocol has it in: the data
// connection is made before the reply that begins its transfer, and ends before the one that ends it, unless they really come apart.
package record

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	"harness/internal/ca"
	"harness/protocols"
	"harness/protocols/dialect"
)

// TLSMode says whether the clients' connections begin with a TLS handshake.
type TLSMode string

// The modes.
const (
	// LikeUpstream: they do if those to the server do.
	LikeUpstream TLSMode = ""
	// Implicit: they do. The session has "-- tls" then: it is the client's.
	Implicit TLSMode = "implicit"
	// Clear: they don't, whatever the server's do.
	Clear TLSMode = "clear"
)

// Options of a recorder. Upstream and Dir are required.
type Options struct {
	// Upstream is the server's URL, such as "pop3://127.0.0.1:1110" or "pop3s://mail.example.org". Its scheme tells the protocol, the default
	// port, and whether connections begin with TLS. It holds nothing but scheme, host and port.
	Upstream string
	// Listen is the address to listen on; "" for a free port of 127.0.0.1.
	Listen string
	// Mode says whether the clients' connections begin with TLS.
	Mode TLSMode
	// Dir is where the sessions are written; it is made if it is not there.
	Dir string
	// Name is the pattern of a session's file name. {protocol}, {date} (20060102), {time} (150405) and {n} (which counts the connections from
	// 1) are replaced. "" means "{protocol}-{date}-{time}-{n}". The extension ".session" is added if it is missing. A name that is
	// taken gets a number.
	Name string

	// CA makes the certificates that the clients see; nil for one that is made at first use and lives in memory.
	CA *ca.CA
	// TLS verifies the server; nil means the system's roots and the name in Upstream.
	TLS *tls.Config
	// Insecure takes any certificate of the server.
	Insecure bool

	// KeepSecrets writes passwords and the like down. Without it they are redacted.
	KeepSecrets bool
	// Waits, if it is more than 0, records pauses of the server of at least that as waits.
	Waits time.Duration
	// BlobThreshold is the size, in octets, from which messages go to files beside the session; 0 for the default, less than 0 for never.
	BlobThreshold int64
	// Server and Client are written into the header. Server "" means what the server calls itself.
	Server, Client string

	// Timeouts bound the waits.
	Timeouts Timeouts
	// Log, if set, is told what happens, one event at a time.
	Log func(Event)
}

// Timeouts bound the waits of a recorder. For each, 0 means the default.
type Timeouts struct {
	// Connect bounds the connection to the server. Default 10 s.
	Connect time.Duration
	// Handshake bounds each TLS handshake. Default 10 s.
	Handshake time.Duration
	// Idle is how long a session may pass without an octet before the recorder ends it. Default 1 h.
	Idle time.Duration
	// Settle bounds the waits that put in order what happens on a data connection and on its control connection at about the same time. Default
	// 100 ms.
	Settle time.Duration
	// Grace is how long Close lets running sessions come to their end. Default 2 s.
	Grace time.Duration
}

func (t Timeouts) withDefaults() Timeouts {
	for _, f := range []struct {
		v *time.Duration
		d time.Duration
	}{{&t.Connect, 10 * time.Second}, {&t.Handshake, 10 * time.Second}, {&t.Idle, time.Hour}, {&t.Settle, 100 * time.Millisecond}, {&t.Grace, 2 * time.Second}} {
		if *f.v <= 0 {
			*f.v = f.d
		}
	}
	return t
}

// EventKind is what an [Event] tells.
type EventKind string

// The kinds of events.
const (
	Opened EventKind = "opened" // a client connected
	TLS    EventKind = "tls"    // both sides are over TLS; Text is the version towards the client
	Data   EventKind = "data"   // a data connection was made, or is over; Text tells which, and how
	Noted  EventKind = "note"   // something that should not be; Text tells it, and the session has it too
	Closed EventKind = "closed" // the session is over
	Saved  EventKind = "saved"  // the session was written; File is its path
	Failed EventKind = "error"  // Text tells what the recorder could not do
)

// Event is what happens in a recorder.
type Event struct {
	At time.Time `json:"at"`
	// Session counts from 1.
	Session int       `json:"session"`
	Kind    EventKind `json:"kind"`
	// Remote is the client's address.
	Remote string `json:"remote,omitempty"`
	Text   string `json:"text,omitempty"`
	File   string `json:"file,omitempty"`
}

// String returns the event as one line.
func (e Event) String() string {
	s := fmt.Sprintf("%s #%d %s", e.At.Format("15:04:05.000"), e.Session, e.Kind)
	switch e.Kind {
	case Opened:
		s += " from " + e.Remote
	case Saved:
		s += " " + e.File
	}
	if e.Text != "" {
		s += ": " + e.Text
	}
	return s
}

// upstream is where the server is.
type upstream struct {
	d        dialect.Dialect
	host     string
	addr     string
	implicit bool
}

// parseUpstream reads the server's URL.
func parseUpstream(text string) (u upstream, err error) {
	l, err := url.Parse(text)
	if err != nil {
		return u, fmt.Errorf("upstream: %w", err)
	}
	bad := func(format string, args ...any) (upstream, error) {
		return u, fmt.Errorf("upstream %q: %s", l.Redacted(), fmt.Sprintf(format, args...))
	}
	d, scheme, err := protocols.ByScheme(l.Scheme)
	if err != nil {
		return bad("%v", err)
	}
	u.d, u.implicit = d, scheme.ImplicitTLS
	port := scheme.Port
	switch {
	case l.Hostname() == "":
		return bad("no host: write %s://HOST or %s://HOST:PORT", l.Scheme, l.Scheme)
	case l.User != nil:
		return bad("a recorder does not log in: leave the user out, the client gives its own")
	case strings.Trim(l.Path, "/") != "" || l.RawQuery != "" || l.Fragment != "":
		return bad("nothing may stand behind host and port")
	}
	if p := l.Port(); p != "" {
		if port, err = strconv.Atoi(p); err != nil || port < 1 || port > 65535 {
			return bad("the port has to be a number from 1 to 65535")
		}
	}
	u.host = l.Hostname()
	u.addr = net.JoinHostPort(u.host, strconv.Itoa(port))
	return u, nil
}
