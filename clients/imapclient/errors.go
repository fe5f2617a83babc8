package imapclient

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
	// ErrBusy: a function that the client called back has called the client.
	ErrBusy = errors.New("not sent: the client is in the middle of a command; what it calls back must not call it")
	// ErrNeedTLS: RequireTLS is set, TLS is not active, and the command would expose a secret.
	ErrNeedTLS = errors.New("not sent: it would expose a secret, and Options.RequireTLS is set: call STARTTLS first, or use implicit TLS")
	// ErrTLSActive: STARTTLS was asked for, but TLS is active.
	ErrTLSActive = errors.New("not sent: TLS is active already")
	// ErrLoginDisabled: the server lists LOGINDISABLED (RFC 9051 section 6.2.3).
	ErrLoginDisabled = errors.New("not sent: the server lists LOGINDISABLED: call STARTTLS first, or authenticate in another way (RFC 9051 section 6.2.3)")
	// ErrState: the command is not valid in this state of the session (RFC 9051 section 3).
	ErrState = errors.New("not sent: it is not valid in this state of the session (RFC 9051 section 3)")
	// ErrNoLogin: the server offers no method of authentication that the client may use.
	ErrNoLogin = errors.New("no method of authentication in common")
	// ErrSize: the size of a message is not known before it was read, but its literal has to tell it.
	ErrSize = errors.New("not sent: the message's size is not known: set AppendMessage.Size, or give a reader that has Len or can seek (RFC 9051 section 4.3)")
	// ErrNotAnswered: the connection failed before the answer to a command.
	ErrNotAnswered = errors.New("not answered")
	// ErrStop, returned by a function that [Client.Idle] calls, ends it without an error.
	ErrStop = errors.New("stop")
)
