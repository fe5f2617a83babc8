package nntpspec

import (
	"context"
	"encoding/base64"
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
	case (s.authed || s.squeezed) && !s.Dev("authinfo-any-time"):
		return errors.New("AUTHINFO: too late")
	case exposes && s.RequireTLS && !s.Protected && !s.Dev("tls-not-required"):
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
	name, pass := []string{"AUTHINFO", "USER", user}, []string{"AUTHINFO", "PASS", password}
	switch {
	case s.Dev("password-at-once"):
		_, err := s.exchange(ctx, "AUTHINFO", s.print(name)+s.print(pass))
		return err
	case s.Dev("password-unwelcome"):
		if _, err := s.exchange(ctx, "AUTHINFO", s.print(name)); err != nil {
			return err
		}
		_, err := s.cmd(ctx, pass, nntp.CodeAuthenticated)
		return err
	case s.Dev("password-first"):
		name, pass = pass, name
	}
	r, err := s.cmd(ctx, name, nntp.CodePasswordWanted, nntp.CodeAuthenticated)
	if err == nil && r.Code == nntp.CodePasswordWanted {
		_, err = s.cmd(ctx, pass, nntp.CodeAuthenticated)
	}
	if err != nil {
		return err
	}
	s.in()
	return nil
}

func (s *refSession) Login(ctx context.Context, creds Credentials, methods ...string) error {
	if s.Dev("login-unasked") {
		return s.AuthUser(ctx, creds.User, creds.Password)
	}
	if err := s.askAnew(ctx); err != nil {
		return err
	}
	if s.Dev("authinfo-exact") && slices.ContainsFunc(s.caps.Args("AUTHINFO"), func(a string) bool { return a != "USER" && a != "SASL" }) {
		return errors.New("AUTHINFO: unknown arguments")
	}
	allowed := func(m string) bool {
		return len(methods) == 0 || slices.Contains(methods, m) || s.Dev("methods-ignored")
	}
	for _, m := range []string{auth.SCRAMSHA256, auth.SCRAMSHA1, auth.CRAMMD5, auth.Plain} {
		if s.caps.Has("AUTHINFO", "SASL") && s.caps.Has("SASL", m) && allowed(m) && s.barred(m == auth.Plain) == nil {
			return s.Auth(ctx, m, creds)
		}
	}
	if (s.caps == nil || s.caps.Has("AUTHINFO", "USER") || s.Dev("authinfo-always")) && allowed("USER") {
		return s.AuthUser(ctx, creds.User, creds.Password)
	}
	return errors.New("there is no way to log in")
}

// challenge decodes a challenge.
func (s *refSession) challenge(text string) ([]byte, error) {
	switch {
	case text == "=":
		return []byte{}, nil
	case text == "":
		return nil, errors.New("an empty challenge")
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

// reply encodes a response.
func reply(data []byte) string {
	if len(data) == 0 {
		return "="
	}
	return auth.Encode(data)
}

// saslCodes are the codes by which an exchange goes on or succeeds.
var saslCodes = []int{nntp.CodeChallenge, nntp.CodeAuthenticated, nntp.CodeAuthenticatedBy}

func (s *refSession) Auth(ctx context.Context, name string, creds Credentials) error {
	known, ok := auth.Lookup(name)
	if !ok || name == auth.Plain && s.Dev("no-plain") {
		return fmt.Errorf("AUTHINFO SASL %s: %w", name, errors.ErrUnsupported)
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
	words := []string{"AUTHINFO", "SASL", name}
	pending := first != nil
	if pending {
		initial := reply(first)
		fits := len(strings.Join(words, " "))+1+len(initial)+2 <= nntp.MaxCommand
		switch {
		case len(first) == 0 && s.Dev("initial-empty-blank"):
			fits = false
		case s.Dev("initial-raw"):
			initial = strings.ReplaceAll(string(first), "\x00", "|")
		case !fits && s.Dev("initial-cut"):
			initial, fits = initial[:400], true
		}
		if fits {
			words, pending = append(words, initial), false
		}
	}
	var r *nntp.Response
	if s.Dev("challenged-by-any") {
		if r, err = s.exchange(ctx, "AUTHINFO", s.print(words)); err == nil {
			r.Code = nntp.CodeChallenge
		}
	} else {
		r, err = s.cmd(ctx, words, saslCodes...)
	}
	for err == nil && r.Code == nntp.CodeChallenge {
		data, bad := s.challenge(r.Text)
		response := first
		if bad == nil && !pending {
			response, bad = m.Next(data)
		}
		pending = false
		if bad != nil && !s.Dev("bad-challenge-answered") {
			if r, err := s.exchange(ctx, "AUTHINFO", "*\r\n"); err == nil && r.Class() < 4 {
				s.Close()
			}
			return fmt.Errorf("AUTHINFO SASL %s: %w", name, bad)
		}
		line := reply(response)
		if line == "=" && s.Dev("empty-response-blank") {
			line = ""
		}
		if r, err = s.exchange(ctx, "AUTHINFO", line+"\r\n"); err == nil {
			err = s.judge(r, saslCodes...)
		}
	}
	if err != nil {
		return err
	}
	if r.Code == nntp.CodeAuthenticatedBy && !s.Dev("success-data-dropped") {
		data, err := s.challenge(r.Text)
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
