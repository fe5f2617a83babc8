package ftpclient

import (
	"errors"
	"fmt"
	"strconv"

	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/ftp"
	"harness/protocols/wire"
)

// Error is an error of a client: where and at which command it happened.
type Error = client.Error

// UnexpectedReplyError says that a reply is not negative, but of a kind that cannot follow the command (RFC 959 section 6: the outcome "error").
type UnexpectedReplyError struct {
	Reply *ftp.Reply
	// Want is the first digit that the reply should have.
	Want int
}

// Error tells the reply and what should have come.
func (e *UnexpectedReplyError) Error() string {
	return fmt.Sprintf("unexpected reply %d %s: a %dyz reply should have come (RFC 959 section 5.4)", e.Reply.Code, wire.Printable(e.Reply.Text()), e.Want)
}

// PeerError says that a data connection came from an address from which none may.
type PeerError struct {
	// Peer is the address from which it came, Want the one from which it may come.
	Peer, Want string
}

// Error tells the addresses.
func (e *PeerError) Error() string {
	return fmt.Sprintf("refusing the data connection from %s: only %s may make it; Options.DataHosts permits others", e.Peer, e.Want)
}

// NameError says that a name given by the server cannot be the name of a file in a chosen directory.
type NameError struct {
	Name string
	// Why is what is wrong with it.
	Why string
}

// Error tells the name and what is wrong with it.
func (e *NameError) Error() string {
	return fmt.Sprintf("refusing the name %s: %s", strconv.QuoteToASCII(e.Name), e.Why)
}

// BufferedError is in the error of a TLS handshake that finds octets sent in the clear behind the line that began it.
type BufferedError = conn.BufferedError

// Errors of the client itself, by errors.Is.
var (
	// ErrNotQuiet: something came where nothing may.
	ErrNotQuiet = conn.ErrNotQuiet
	// ErrTransferOpen: a transfer is neither read to its end nor closed.
	ErrTransferOpen = errors.New("a transfer is still open: read it to its end, or close or abort it first")
	// ErrNeedTLS: RequireTLS is set, TLS is not active, and the command would expose a secret.
	ErrNeedTLS = errors.New("not sent: it would expose a secret, and Options.RequireTLS is set: call AuthTLS first, or use implicit TLS")
	// ErrClearData: the data would pass in the clear where protection is wanted.
	ErrClearData = errors.New("refusing to transfer data in the clear: PROT P is not in force, see Options.RequireTLS and Options.ClearData")
	// ErrTruncated: the TLS of a data connection ended without close_notify.
	ErrTruncated = errors.New("the data ended without TLS close_notify: it may have been cut short on the way; Options.AcceptTLSTruncation takes it as whole")
	// ErrCertificate: the server shows another certificate on a data connection than on the control connection.
	ErrCertificate = errors.New("the certificate of the data connection is not that of the control connection")
	// ErrTLSActive: AUTH TLS was asked for, but TLS is active.
	ErrTLSActive = errors.New("not sent: TLS is active already")
	// ErrTLSInactive: PBSZ, PROT P or CCC was asked for, but TLS is not active (RFC 4217 section 9).
	ErrTLSInactive = errors.New("not sent: TLS is not active")
	// ErrEPSVAll: after EPSV ALL no other command may set up a data connection (RFC 2428 section 4).
	ErrEPSVAll = errors.New("not sent: after EPSV ALL only EPSV may set up data connections (RFC 2428 section 4)")
	// ErrAborted: the transfer was aborted.
	ErrAborted = errors.New("the transfer was aborted")
	// ErrTransferClosed: the transfer was closed.
	ErrTransferClosed = errors.New("the transfer is closed")
	// ErrClosed: the client was closed.
	ErrClosed = client.ErrClosed
)

// Forgiven is a departure from the grammar, or from the order of replies, that a lenient client let pass.
type Forgiven = client.Forgiven
