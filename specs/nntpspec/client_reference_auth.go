package nntpspec

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"harness/internal/auth"
	"harness/protocols/nntp"
)

// barred is an error where the client may not authenticate.
func (s *refSession) barred(exposes bool) error {
	switch {
	case s.authed, s.squeezed:
		return errors.New("AUTHINFO: too late")
	case exposes && s.RequireTLS && !s.Protected:
		return errors.New("AUTHINFO: not without TLS")
	}
	return nil
}

func (s *refSession) in() {
	s.authed = true
	s.forget()
}

func (s *refSession) AuthUser(ctx context.Context, user, password string) error {
	if err := s.barred(true); err != nil {
		return err
	}
	if s.Dev("password-at-once") {
		_, err := s.exchange(ctx, "AUTHINFO", s.print([]string{"AUTHINFO", "USER", user})+s.print([]string{"AUTHINFO", "PASS", password}))
		return err
	}
	r, err := s.cmd(ctx, []string{"AUTHINFO", "USER", user}, nntp.CodePasswordWanted, nntp.CodeAuthenticated)
	if err == nil && r.Code == nntp.CodePasswordWanted {
		_, err = s.cmd(ctx, []string{"AUTHINFO", "PASS", password}, nntp.CodeAuthenticated)
	}
	if err != nil {
		return err
	}
	s.in()
	return nil
}

func (s *refSession) Login(ctx context.Context, creds Credentials, methods ...string) error {
	if err := s.askAnew(ctx); err != nil {
		return err
	}
	allowed := func(m string) bool { return len(methods) == 0 || slices.Contains(methods, m) }
	for _, m := range []string{auth.SCRAMSHA256, auth.SCRAMSHA1, auth.CRAMMD5, auth.Plain} {
		if s.caps.Has("AUTHINFO", "SASL") && s.caps.Has("SASL", m) && allowed(m) && s.barred(m == auth.Plain) == nil {
			return s.Auth(ctx, m, creds)
		}
	}
	if (s.caps == nil || s.caps.Has("AUTHINFO", "USER")) && allowed("USER") {
		return s.AuthUser(ctx, creds.User, creds.Password)
	}
	return errors.New("there is no way to log in")
}

// challenge decodes a challenge.
func challenge(text string) ([]byte, error) {
	if text == "=" {
		return []byte{}, nil
	}
	if text == "" {
		return nil, errors.New("an empty challenge")
	}
	return auth.Decode(text)
}

// reply encodes a response.
func reply(data []byte) string {
	if len(data) == 0 {
		return "="
	}
	return auth.Encode(data)
}

func (s *refSession) Auth(ctx context.Context, name string, creds Credentials) error {
	known, ok := auth.Lookup(name)
	if !ok {
		return fmt.Errorf("AUTHINFO SASL %s: %w", name, errors.ErrUnsupported)
	}
	if err := s.barred(known.Exposes); err != nil {
		return err
	}
	m, err := auth.NewClient(name, creds)
	if err != nil {
		return err
	}
	_, first, err := m.Start()
	if err != nil {
		return err
	}
	words := []string{"AUTHINFO", "SASL", name}
	pending := first != nil
	if initial := reply(first); pending && len(strings.Join(words, " "))+1+len(initial)+2 <= nntp.MaxCommand {
		words, pending = append(words, initial), false
	}
	codes := []int{nntp.CodeChallenge, nntp.CodeAuthenticated, nntp.CodeAuthenticatedBy}
	r, err := s.cmd(ctx, words, codes...)
	for err == nil && r.Code == nntp.CodeChallenge {
		data, bad := challenge(r.Text)
		response := first
		if bad == nil && !pending {
			response, bad = m.Next(data)
		}
		pending = false
		if bad != nil {
			if r, err := s.exchange(ctx, "AUTHINFO", "*\r\n"); err == nil && r.Class() < 4 {
				s.Close()
			}
			return fmt.Errorf("AUTHINFO SASL %s: %w", name, bad)
		}
		if r, err = s.exchange(ctx, "AUTHINFO", reply(response)+"\r\n"); err == nil {
			err = s.judge(r, codes...)
		}
	}
	if err != nil {
		return err
	}
	if r.Code == nntp.CodeAuthenticatedBy {
		data, err := challenge(r.Text)
		if err == nil {
			_, err = m.Next(data)
		}
		if err != nil {
			s.Close()
			return err
		}
	}
	if err := m.Complete(); err != nil {
		s.Close()
		return err
	}
	s.in()
	return nil
}
