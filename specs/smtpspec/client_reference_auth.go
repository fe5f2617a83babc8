package smtpspec

import (
	"context"
	"errors"
	"fmt"

	"harness/internal/auth"
	"harness/protocols/smtp"
)

// refMechanisms are those of the reference client, by its preference.
var refMechanisms = []string{auth.SCRAMSHA256, auth.SCRAMSHA1, auth.CRAMMD5, auth.Plain, auth.Login}

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
		if !listedIn(s.exts.Auth(), m) || len(mechanisms) > 0 && !listedIn(mechanisms, m) || s.barred(m == auth.Plain || m == auth.Login) != nil {
			continue
		}
		if err = s.Auth(ctx, m, creds); replyOf(err).Code != smtp.CodeMechanismTooWeak || s.Dev("534-final") {
			return err
		}
	}
	return err
}

func listedIn(list []string, name string) bool {
	for _, n := range list {
		if n == name {
			return true
		}
	}
	return false
}

func (s *refSession) Auth(ctx context.Context, name string, creds Credentials) error {
	known, ok := auth.Lookup(name)
	if !ok {
		return fmt.Errorf("AUTH %s: %w", name, errors.ErrUnsupported)
	}
	if err := s.hello(ctx); err != nil {
		return err
	}
	if err := s.barred(known.Exposes); err != nil {
		return err
	}
	m, err := auth.NewClient(name, creds)
	if err != nil {
		return err
	}
	_, initial, err := m.Start()
	if err != nil {
		return err
	}
	line, pending := "AUTH "+name, initial != nil
	if arg, ok := auth.EncodeInitial(initial); ok && len(line)+1+len(arg)+2 <= smtp.MaxCommand {
		line, pending = line+" "+arg, false
	}
	octets := s.print(line)
	if s.Dev("group-goes-on") {
		octets += "NOOP\r\n"
	}
	r, err := s.exchange(ctx, "AUTH "+name, octets)
	for err == nil && r.Code == smtp.CodeChallenge {
		challenge, bad := auth.Decode(r.Lines[0])
		response := initial
		if bad == nil && !pending {
			response, bad = m.Next(challenge)
		}
		pending = false
		if bad != nil {
			s.exchange(ctx, "AUTH "+name, auth.Cancel+"\r\n")
			return bad
		}
		r, err = s.exchange(ctx, "AUTH "+name, auth.Encode(response)+"\r\n")
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
