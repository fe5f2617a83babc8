package pop3client

import (
	"errors"
	"fmt"

	"harness/internal/auth"
	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/pop3"
)

// Error is an error of a client: where and at which command it happened.
type Error = client.Error

// StateError says that a command was not sent because it is not valid in the session's state (RFC 1939 section 3).
type StateError struct {
	// State is the session's.
	State pop3.State
	// Valid is the set of states in which the command is valid.
	Valid pop3.State
}

// Error tells the states.
func (e *StateError) Error() string {
	return fmt.Sprintf("not sent: it is valid in %v, and the session is in %v; Options.AnyState or the raw level send it all the same", e.Valid, e.State)
}

// BufferedError is in the error of a TLS handshake that finds octets sent in the clear behind the line that began it.
type BufferedError = conn.BufferedError

// OAuthError is in the error of OAUTHBEARER and XOAUTH2: the reason that the server gave within the exchange.
type OAuthError = auth.OAuthError

// Errors of the client itself, by errors.Is.
var (
	// ErrNotQuiet: something came where nothing may.
	ErrNotQuiet = conn.ErrNotQuiet
	// ErrUnproven: the server claims that a SASL exchange succeeded, but did not prove that it knows the password.
	ErrUnproven = auth.ErrUnproven
	// ErrStreamOpen: a message's stream is neither read to its end nor closed.
	ErrStreamOpen = errors.New("a message is still being read: read it to its end or close it first")
	// ErrNeedTLS: RequireTLS is set, TLS is not active, and the command would expose a secret.
	ErrNeedTLS = errors.New("not sent: it would expose a secret, and Options.RequireTLS is set: call STLS first, or use implicit TLS")
	// ErrDeleted: the command refers to a message that Dele marked, which RFC 1939 sections 5 and 7 forbid until Rset.
	ErrDeleted = errors.New("not sent: the message is marked as deleted; Rset unmarks it, and Options.AnyState or the raw level send it all the same")
	// ErrTLSActive: STLS was asked for, but TLS is active.
	ErrTLSActive = errors.New("not sent: TLS is active already")
	// ErrNoLogin: the server offers no method of authentication that the client may use.
	ErrNoLogin = errors.New("no method of authentication in common")
	// ErrClosed: the client was closed.
	ErrClosed = client.ErrClosed
	// ErrNotAnswered: the connection failed before the answer to a pipelined command.
	ErrNotAnswered = errors.New("not answered")
)

// Forgiven is a departure from the grammar that a lenient client let pass.
type Forgiven = client.Forgiven
