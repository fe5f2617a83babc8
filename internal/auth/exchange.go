package auth

import (
	"errors"
	"fmt"

	"github.com/emersion/go-sasl"
)

// Exchange is the client's side of a SASL exchange (RFC 4422 section 3) in whatever protocol carries it: it knows where the initial response goes, and what
// the end means.
type Exchange struct {
	// Mechanism is the mechanism's name.
	Mechanism string

	client  sasl.Client
	initial []byte
	pending bool // the initial response answers the first challenge, which is empty
}

// NewExchange begins an exchange.
func NewExchange(client sasl.Client) (*Exchange, error) {
	name, initial, err := client.Start()
	if err != nil {
		return nil, err
	}
	return &Exchange{Mechanism: name, client: client, initial: initial, pending: initial != nil}, nil
}

// Exposes reports whether the mechanism shows the secret to whoever reads along; of one that is not known here it is taken for granted.
func (x *Exchange) Exposes() bool {
	m, ok := Lookup(x.Mechanism)
	return !ok || m.Exposes
}

// Initial returns the initial response as the argument of a command; ok is false if there is none. Once it was sent so, InitialSent is called.
func (x *Exchange) Initial() (arg string, ok bool) { return EncodeInitial(x.initial) }

// InitialSent says that the initial response went with the command.
func (x *Exchange) InitialSent() { x.pending = false }

// Pending reports whether the challenge that comes next has to be empty, because the mechanism has the client begin.
func (x *Exchange) Pending() bool { return x.pending }

// Next returns the response to a challenge.
func (x *Exchange) Next(challenge []byte) ([]byte, error) {
	if x.pending {
		x.pending = false
		return x.initial, nil
	}
	return x.client.Next(challenge)
}

// Complete is called when the server says that the exchange succeeded. A mechanism that has a method Complete() error decides then whether the server
// has proved itself; if not, the error is [ErrUnproven].
func (x *Exchange) Complete() error {
	if m, ok := x.client.(interface{ Complete() error }); ok {
		return m.Complete()
	}
	return nil
}

// Refused returns the error for a server's refusal, with the reason that was given within the exchange if there is one: it says more.
func (x *Exchange) Refused(refusal error) error {
	var reason *OAuthError
	if errors.As(x.Complete(), &reason) {
		return fmt.Errorf("%w (%w)", refusal, reason)
	}
	return refusal
}
