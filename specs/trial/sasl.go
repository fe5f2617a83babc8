package trial

import (
	"errors"

	"harness/internal/auth"
)

// SASL is how a protocol carries the server's side of a SASL exchange.
type SASL struct {
	// Accounts are those that the server knows.
	Accounts auth.Accounts
	// Options of the mechanism; nil for none.
	Options *auth.ServerOptions
	// Challenge, Accepted and Refused are the lines that the server says. Accepted is given what the mechanism has to say with the success, in Base64.
	Challenge func(text string) string
	Accepted  func(text string) string
	Refused   func(err error) string
	// Encode and Decode are for challenges and responses; nil for plain Base64.
	Encode func(data []byte) string
	Decode func(text string) ([]byte, error)
	// Change, if not nil, changes the line with the challenge of a step, which counts from 1. One that [Script.Prompts] does not know ends the exchange.
	Change func(step int, challenge []byte, line string) string
}

// Errors of [Script.Exchange].
var (
	ErrEnded     = errors.New("the connection ended")
	ErrCancelled = errors.New("the client cancelled")
)

// Exchange runs a SASL exchange as the server, from behind the command, and returns what ended it: nil if the client has proved who it is. Initial is the
// initial response, nil for none.
func (s *Script) Exchange(x SASL, mechanism string, initial []byte) error {
	if x.Encode == nil {
		x.Encode = auth.Encode
	}
	if x.Decode == nil {
		x.Decode = auth.Decode
	}
	server, err := auth.NewServerOptions(mechanism, x.Accounts, x.Options)
	if err != nil {
		s.Say(x.Refused(err))
		return err
	}
	response := initial
	for step := 1; !s.Over; step++ {
		challenge, done, err := server.Next(response)
		if err != nil {
			s.Say(x.Refused(err))
			return err
		}
		if done {
			s.Say(x.Accepted(auth.Encode(challenge)))
			return nil
		}
		line := x.Challenge(x.Encode(challenge))
		if x.Change != nil {
			line = x.Change(step, challenge, line)
		}
		s.Say(line)
		if !s.Prompts(line) {
			return nil
		}
		l, ok := s.Next("a response")
		if !ok {
			return ErrEnded
		}
		if string(l.Text) == auth.Cancel {
			s.Say(x.Refused(ErrCancelled))
			return ErrCancelled
		}
		if response, err = x.Decode(string(l.Text)); err != nil {
			s.Wrong("a response in Base64", "%s: %v", l.Shown(), err)
			return err
		}
	}
	return ErrEnded
}
