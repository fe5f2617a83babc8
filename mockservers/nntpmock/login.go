package nntpmock

import (
	"bytes"
	"crypto/subtle"
	"errors"
	"io"
	"strings"

	"harness/internal/auth"
	"harness/mockservers"
	"harness/protocols/nntp"
	"harness/protocols/wire"
)

// barred answers AUTHINFO where it is not permitted as the session is; done is false if it is.
func (p *session) barred() (done bool, err error) {
	switch {
	case p.user != "":
		return true, p.say(nntp.CodeNotPermitted, "authenticated already")
	case p.compressed: // RFC 8054 section 2.2.2
		return true, p.say(nntp.CodeNotPermitted, "no authentication under compression")
	}
	return false, nil
}

func (p *session) doAuthUser(cmd nntp.Command) error {
	if done, err := p.barred(); done {
		return err
	}
	if !p.clear() && !p.dev("authinfo-user-in-clear") {
		return p.say(nntp.CodePrivacyRequired, "begin TLS first")
	}
	if p.named == "" || !p.dev("authinfo-first-user") {
		p.named = cmd.Args[0]
	}
	return p.say(nntp.CodePasswordWanted, "send the password")
}

func (p *session) doAuthPass(cmd nntp.Command) error {
	if done, err := p.barred(); done {
		return err
	}
	if p.named == "" {
		return p.say(nntp.CodeAuthSequence, "send AUTHINFO USER first")
	}
	name, nerr := auth.PrepareQuery(p.named)
	given, perr := auth.PrepareQuery(cmd.Args[0])
	p.named = ""
	known, ok := p.srv.accounts.Password(name)
	if nerr != nil || perr != nil || !ok || known == "" || subtle.ConstantTimeCompare([]byte(known), []byte(given)) != 1 {
		return p.say(nntp.CodeAuthFailed, "user name or password is wrong")
	}
	p.user = name
	return p.say(nntp.CodeAuthenticated, "welcome")
}

// doAuthSASL is AUTHINFO SASL (RFC 4643 section 2.4).
func (p *session) doAuthSASL(cmd nntp.Command) error {
	if done, err := p.barred(); done {
		return err
	}
	mech := strings.ToUpper(cmd.Args[0])
	m, known := auth.Lookup(mech)
	offered := false
	for _, name := range p.f.mechanisms {
		offered = offered || name == mech
	}
	switch {
	case !known || !offered && !p.dev("sasl-unlisted-served"):
		return p.say(nntp.CodeNotSupported, "mechanism not supported")
	case m.Exposes && !p.clear() && !p.dev("plain-in-clear"):
		return p.say(nntp.CodePrivacyRequired, "begin TLS first")
	}
	server, err := auth.NewServerOptions(mech, p.srv.accounts, &auth.ServerOptions{Host: p.srv.opts.Hostname, SuccessData: true})
	if err != nil {
		p.c.Fail(err)
		return p.say(nntp.CodeFault, "the mechanism does not work")
	}
	var response []byte
	if p.dev("sasl-line-limit") && len(cmd.Raw) > nntp.MaxCommand {
		return p.say(nntp.CodeSyntax, "line too long")
	}
	if len(cmd.Args) > 1 {
		if !m.ClientFirst {
			return p.say(nntp.CodeAuthSequence, "the mechanism takes no initial response")
		}
		if response, err = auth.DecodeInitial(cmd.Args[1]); err != nil {
			return p.say(nntp.CodeBase64, "not Base64")
		}
	}
	for {
		challenge, done, err := server.Next(p.understood(response))
		switch {
		case err != nil:
			return p.say(nntp.CodeAuthFailed, "authentication failed")
		case done:
			p.user = server.User()
			if challenge != nil {
				return p.say(nntp.CodeAuthenticatedBy, encode(challenge))
			}
			return p.say(nntp.CodeAuthenticated, "welcome")
		}
		if err := p.say(nntp.CodeChallenge, encode(challenge)); err != nil {
			return err
		}
		p.first = ""
		line, err := p.c.ReadLine()
		var limit *wire.LimitError
		switch {
		case errors.As(err, &limit):
			return p.tooLong()
		case err != nil:
			return err
		case line.End == wire.None:
			return io.EOF
		case string(line.Text) == auth.Cancel:
			return p.say(nntp.CodeAuthFailed, "cancelled")
		case p.dev("sasl-line-limit") && len(line.Text) > nntp.MaxCommand:
			return p.say(nntp.CodeSyntax, "line too long")
		}
		text := string(bytes.TrimSpace(line.Text))
		if p.dev("base64-lax") {
			text = string(mockservers.LaxBase64([]byte(text)))
		}
		if text == "=" {
			response = []byte{}
		} else if response, err = auth.Decode(text); err != nil || text == "" {
			return p.say(nntp.CodeBase64, "not Base64")
		}
		response = bytes.Clone(response)
	}
}

// understood is a response as the mechanism is to have it.
func (p *session) understood(response []byte) []byte {
	wide := bytes.ContainsFunc(response, func(r rune) bool { return r >= 0x80 })
	switch {
	case wide && p.dev("identity-not-prepared"):
		return []byte("\x00\x00")
	case wide && p.dev("identity-unchecked"):
		return bytes.Map(func(r rune) rune {
			if r >= 0x80 {
				return -1
			}
			return r
		}, response)
	}
	return response
}

// encode is the Base64 of a challenge, "=" for an empty one (RFC 4643 section 2.4.2).
func encode(challenge []byte) string {
	if len(challenge) == 0 {
		return "="
	}
	return auth.Encode(challenge)
}
