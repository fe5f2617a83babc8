package smtpclient

import (
	"errors"
	"fmt"
	"strings"

	"harness/internal/auth"
	"harness/internal/client"
	"harness/internal/conn"
	"harness/protocols/smtp"
)

// Error is an error of a client: where and at which command it happened.
type Error = client.Error

// Forgiven is a departure from the grammar that a lenient client let pass.
type Forgiven = client.Forgiven

// BufferedError is in the error of a TLS handshake that finds octets sent in the clear behind the line that began it.
type BufferedError = conn.BufferedError

// OAuthError is in the error of OAUTHBEARER and XOAUTH2: the reason that the server gave within the exchange.
type OAuthError = auth.OAuthError

// StateError says that a command was not sent because it is not valid in the session's state (RFC 5321 section 4.1.4).
type StateError struct {
	// State is the session's.
	State smtp.State
	// Valid is the set of states in which the command is valid.
	Valid smtp.State
}

// Error tells the states.
func (e *StateError) Error() string {
	return fmt.Sprintf("not sent: it is valid in the state %v, and the session is %v; Options.AnyState or the raw level send it all the same", e.Valid, e.State)
}

// NotOfferedError says that something was not sent because it needs an extension that the server does not offer.
type NotOfferedError struct {
	// What needs it, such as "the parameter RET", "8-bit content".
	What string
	// Extension is its EHLO keyword.
	Extension string
	// Cite is the rule.
	Cite string
}

// Error tells what needs which extension.
func (e *NotOfferedError) Error() string {
	return fmt.Sprintf("not sent: %s needs the extension %s, which the server does not offer (%s)", e.What, e.Extension, e.Cite)
}

// SizeError says that content is larger than the server takes (RFC 1870 section 4).
type SizeError struct {
	// Size is that of the content in octets, as far as it is known; Limit is the server's.
	Size, Limit int64
}

// Error tells both sizes.
func (e *SizeError) Error() string {
	return fmt.Sprintf("not sent: the content has %d octets or more, and the server takes %d (RFC 1870 section 4)", e.Size, e.Limit)
}

// RecipientsError says that no recipient was accepted, or none got the message.
type RecipientsError struct {
	// Refused are all recipients, each with its error.
	Refused []Delivery
}

// Error tells the first refusals.
func (e *RecipientsError) Error() string {
	const shown = 3
	var parts []string
	for i, d := range e.Refused {
		if i == shown {
			parts = append(parts, fmt.Sprintf("and %d more", len(e.Refused)-shown))
			break
		}
		parts = append(parts, fmt.Sprint(d.Err))
	}
	return "no recipient was accepted: " + strings.Join(parts, "; ")
}

// Unwrap returns the errors of the recipients.
func (e *RecipientsError) Unwrap() []error {
	errs := make([]error, len(e.Refused))
	for i, d := range e.Refused {
		errs[i] = d.Err
	}
	return errs
}

// Errors of the client itself, by errors.Is.
var (
	// ErrClosed: the client was closed.
	ErrClosed = client.ErrClosed
	// ErrNotQuiet: something came where nothing may.
	ErrNotQuiet = conn.ErrNotQuiet
	// ErrUnproven: the server claims that a SASL exchange succeeded, but did not prove that it knows the password.
	ErrUnproven = auth.ErrUnproven
	// ErrNeedTLS: TLS is not active, and the command would expose a secret or, with RequireTLS, mail.
	ErrNeedTLS = errors.New("not sent: it would go in the clear: call STARTTLS first, use implicit TLS, or see Options.ClearAuth and Options.RequireTLS")
	// ErrRequireTLS: a message with REQUIRETLS may go over TLS only, to a server whose certificate was verified (RFC 8689 section 4.2.1).
	ErrRequireTLS = errors.New("not sent: REQUIRETLS needs TLS, and a certificate that was verified (RFC 8689 section 4.2.1): call STARTTLS first, or use implicit TLS")
	// ErrTLSActive: STARTTLS was asked for, but TLS is active (RFC 3207 section 4.2).
	ErrTLSActive = errors.New("not sent: TLS is active already (RFC 3207 section 4.2)")
	// ErrAuthenticated: AUTH succeeded before, and may not be sent again (RFC 4954 section 4).
	ErrAuthenticated = errors.New("not sent: the client is authenticated (RFC 4954 section 4)")
	// ErrNoLogin: the server offers no method of authentication that the client may use.
	ErrNoLogin = errors.New("no method of authentication in common")
	// ErrNotAnswered: the connection failed before the answer.
	ErrNotAnswered = errors.New("not answered")
	// ErrNotSent: a command or content was not sent, because what it depends on was refused.
	ErrNotSent = errors.New("not sent, because what stands before it was refused")
	// ErrAhead: the server said something before it was asked.
	ErrAhead = errors.New("the server said more than it was asked: what it says from here on cannot be told apart")
)
