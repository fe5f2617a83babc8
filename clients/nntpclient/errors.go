package nntpclient

import (
	"errors"

	"harness/internal/auth"
	"harness/internal/client"
	"harness/internal/conn"
)

// Error is an error of a client: where and at which command it happened.
type Error = client.Error

// Forgiven is a departure from the grammar that a lenient client let pass.
type Forgiven = client.Forgiven

// BufferedError is in the error of a TLS handshake that finds octets sent in the clear behind the line that began it.
type BufferedError = conn.BufferedError

// OAuthError is in the error of OAUTHBEARER and XOAUTH2: the reason that the server gave within the exchange.
type OAuthError = auth.OAuthError

// Errors of the client itself, by errors.Is.
var (
	// ErrClosed: the client was closed.
	ErrClosed = client.ErrClosed
	// ErrNotQuiet: something came where nothing may.
	ErrNotQuiet = conn.ErrNotQuiet
	// ErrUnproven: the server claims that a SASL exchange succeeded, but did not prove that it knows the password.
	ErrUnproven = auth.ErrUnproven
	// ErrStreamOpen: an article's stream is neither read to its end nor closed.
	ErrStreamOpen = errors.New("an article is still being read: read it to its end or close it first")
	// ErrNeedTLS: RequireTLS is set, TLS is not active, and the command would expose a secret.
	ErrNeedTLS = errors.New("not sent: it would expose a secret, and Options.RequireTLS is set: call STARTTLS first, or use implicit TLS")
	// ErrTLSActive: STARTTLS was asked for, but TLS is active.
	ErrTLSActive = errors.New("not sent: TLS is active already")
	// ErrCompressed: the command may not follow COMPRESS (RFC 8054 section 2.2.2).
	ErrCompressed = errors.New("not sent: compression is active (RFC 8054 section 2.2.2)")
	// ErrAuthenticated: the command may not follow a successful authentication (RFC 4643 section 2.2).
	ErrAuthenticated = errors.New("not sent: the client is authenticated (RFC 4643 section 2.2)")
	// ErrNoGroup: the command depends on a group, and none is selected.
	ErrNoGroup = errors.New("not sent: no group is selected: call Group first, or name the article by its message-id (RFC 3977 section 6.1.1.2)")
	// ErrModeReader: it is too late for MODE READER.
	ErrModeReader = errors.New("not sent: MODE READER is sent once in a session at most, and before STARTTLS and AUTHINFO (RFC 3977 section 5.3.2)")
	// ErrNoStreaming: the server does not offer streaming.
	ErrNoStreaming = errors.New("not sent: the server lists no STREAMING: call ModeStream first if it has no CAPABILITIES (RFC 4644 section 2.5.1)")
	// ErrNoLogin: the server offers no method of authentication that the client may use.
	ErrNoLogin = errors.New("no method of authentication in common")
	// ErrNotAnswered: the connection failed before the answer to a pipelined command.
	ErrNotAnswered = errors.New("not answered")
)
