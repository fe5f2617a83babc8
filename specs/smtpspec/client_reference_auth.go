package smtpspec

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"harness/internal/auth"
	"harness/protocols/smtp"
)

// refMechanisms are those of the reference client, by its preference.
var refMechanisms = []string{auth.SCRAMSHA256, auth.SCRAMSHA1, auth.CRAMMD5, auth.Plain, auth.Login}

// refChallenge is the longest challenge that a client with the deviation short-challenges reads, in octets.
const refChallenge = 4096

// barred is an error where the client may not authenticate.
func (s *refSession) barred(exposes bool) error {
	switch {
	case s.authed && !s.Dev("auth-any-time"):
		return errors.New("AUTH: too late")
	case s.sender && !s.Dev("auth-any-time"):
		return errors.New("AUTH: a transaction is open")
	case exposes && s.exposed():
		return errors.New("AUTH: not without TLS")
	}
	return nil
}

func (s *refSession) Login(ctx context.Context, creds Credentials, mechanisms ...string) error {
	if err := s.hello(ctx); err != nil {
		return err
	}
	err := errors.New("there is no way to log in")
	for _, m := range refMechanisms {
		if !slices.Contains(s.exts.Auth(), m) || len(mechanisms) > 0 && !slices.Contains(mechanisms, m) || s.barred(m == auth.Plain || m == auth.Login) != nil {
			continue
		}
		if err = s.Auth(ctx, m, creds); replyOf(err).Code != smtp.CodeMechanismTooWeak || s.Dev("534-final") {
			return err
		}
	}
	return err
}

// challenge decodes a challenge.
func (s *refSession) challenge(text string) ([]byte, error) {
	switch {
	case len(text) > refChallenge && s.Dev("short-challenges"):
		return nil, fmt.Errorf("a challenge of %d octets", len(text))
	case s.Dev("base64-lenient"):
		return base64.RawStdEncoding.DecodeString(strings.Map(func(c rune) rune {
			if c < 0x80 && !strings.ContainsRune("= *", c) {
				return c
			}
			return -1
		}, text))
	}
	return auth.Decode(text)
}

// response encodes a response.
func (s *refSession) response(data []byte) string {
	if s.Dev("response-raw") {
		return string(data)
	}
	return auth.Encode(data)
}

// initial returns AUTH, with the initial response if that goes with it; pending says that it does not.
func (s *refSession) initial(mechanism string, response []byte) (line string, pending bool) {
	line = "AUTH " + mechanism
	arg, ok := auth.EncodeInitial(response)
	switch {
	case !ok:
		return line, false
	case s.Dev("initial-raw"):
		arg = strings.ReplaceAll(string(response), "\x00", "|")
	case arg == "=" && s.Dev("initial-empty-omitted"):
		return line, true
	}
	if len(line)+1+len(arg)+2 > smtp.MaxCommand && !s.Dev("initial-long") {
		return line, true
	}
	return line + " " + arg, false
}

func (s *refSession) Auth(ctx context.Context, name string, creds Credentials) error {
	known, ok := auth.Lookup(name)
	if !ok || name == auth.Plain && s.Dev("no-plain") {
		return fmt.Errorf("AUTH %s: %w", name, errors.ErrUnsupported)
	}
	if err := s.hello(ctx); err != nil {
		return err
	}
	if err := s.barred(known.Exposes); err != nil {
		return err
	}
	if creds.Identity != "" && !s.Dev("identity-raw") {
		var err error
		if creds.Identity, err = auth.PrepareQuery(creds.Identity); err != nil {
			return err
		}
	}
	m, err := auth.NewClient(name, creds)
	if err != nil {
		return err
	}
	_, first, err := m.Start()
	if err != nil {
		return err
	}
	line, pending := s.initial(name, first)
	octets := s.print(line)
	if s.Dev("group-goes-on") {
		octets += "NOOP\r\n"
	}
	r, err := s.exchange(ctx, "AUTH "+name, octets)
	for err == nil && r.Code == smtp.CodeChallenge {
		challenge, bad := s.challenge(r.Lines[0])
		response := first
		if bad == nil && !pending {
			response, bad = m.Next(challenge)
		}
		pending = false
		if bad != nil && !s.Dev("bad-challenge-answered") {
			s.exchange(ctx, "AUTH "+name, auth.Cancel+"\r\n")
			return bad
		}
		r, err = s.exchange(ctx, "AUTH "+name, s.response(response)+"\r\n")
	}
	if err == nil {
		err = s.judge(r, 2)
	}
	if err != nil {
		return err
	}
	if err := m.Complete(); err != nil {
		return s.lost(err)
	}
	s.authed = true
	return nil
}
