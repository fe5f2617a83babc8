package smtpspec

import (
	"strings"

	"harness/internal/auth"
	"harness/mockservers/smtpmock"
	"harness/specs/trial"
)

// longToken is a bearer token with which no response stays within a command line.
var longToken = strings.Repeat("token", 1000)

// authenticate runs the exchange that an AUTH began, as the server. It returns what ended it: nil if the client has proved who it is.
func (s *script) authenticate(l trial.Said, opts *auth.ServerOptions, change func(step int, challenge []byte, line string) string) error {
	words := strings.Fields(string(l.Text))
	if len(words) < 2 || l.Verb() != "AUTH" {
		s.Wrong("AUTH and a mechanism", "%s", l.Shown())
		return trial.ErrEnded
	}
	var response []byte
	if len(words) > 2 {
		var err error
		if response, err = auth.DecodeInitial(words[2]); err != nil {
			s.Wrong(`an initial response in Base64, or "="`, "%s: %v", l.Shown(), err)
			return err
		}
	}
	return s.Exchange(trial.SASL{
		Accounts: auth.Accounts{smtpmock.DefaultUser: {Password: smtpmock.DefaultPassword, Token: longToken}}, Options: opts,
		Challenge: func(text string) string { return "334 " + text },
		Accepted:  func(text string) string { return "235 welcome" },
		Refused:   func(err error) string { return "535 " + err.Error() },
		Change:    change,
	}, words[1], response)
}
