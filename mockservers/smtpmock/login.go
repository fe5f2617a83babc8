package smtpmock

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"harness/internal/auth"
	"harness/mockservers"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// mechanisms returns the SASL mechanisms on offer: those that show the password only over TLS (RFC 4954 section 4), EXTERNAL only with a client certificate,
// and none once the client is authenticated.
func (p *session) mechanisms() []string {
	var out []string
	for _, name := range p.f.mechanisms {
		m, _ := auth.Lookup(name)
		if name == auth.External && (p.cert == "" || p.dev("certificate-authorises")) || m.Exposes && !p.clear() && !p.dev("auth-weak-listed") {
			continue
		}
		out = append(out, name)
	}
	return out
}

// clear reports whether passwords may be sent as the connection is.
func (p *session) clear() bool {
	return p.tls || p.f.cleartext == clearAll || p.dev("auth-plain-in-clear")
}

func (p *session) doStartTLS(smtp.Command) error {
	switch {
	case p.tls && !p.dev("starttls-twice"):
		return p.say(smtp.CodeBadSequence, status{5, 1}, "TLS is active already")
	case p.dev("starttls-ignored"):
		return p.say(smtp.CodeReady, status{0, 0}, "begin TLS")
	case p.c.R.Buffered() > 0 && !p.dev("starttls-injection"):
		// They would be taken for protected ones; they are carried out as what they are.
		return p.say(smtp.CodeTemporaryAuth, status{7, 0}, "commands were sent behind STARTTLS")
	}
	if _, err := p.srv.Authority(); err != nil {
		p.c.Fail(err)
		return p.say(smtp.CodeTemporaryAuth, status{7, 0}, "TLS not available")
	}
	p.after = p.startTLS
	return p.say(smtp.CodeReady, status{0, 0}, "begin TLS")
}

// startTLS makes the handshake. Nothing that was said before it holds any more (RFC 3207 section 4.2).
func (p *session) startTLS() error {
	var ahead []byte
	if p.deviates() {
		if ahead = bytes.Clone(p.c.R.Peek()); len(ahead) > 0 {
			p.c.R.Discard(len(ahead))
		}
	}
	if err := p.c.StartTLS(); err != nil {
		return err
	}
	if !p.dev("tls-keeps-session") {
		p.hello, p.esmtp, p.user = "", false, ""
		p.reset()
	}
	p.secured()
	for line := range bytes.Lines(ahead) { // with the deviation starttls-injection
		if err := p.command(wire.Line{Text: bytes.TrimRight(line, "\r\n")}); err != nil {
			return err
		}
	}
	return nil
}

func (p *session) doAuth(cmd smtp.Command) error {
	mech := strings.ToUpper(cmd.Args[0])
	m, known := auth.Lookup(mech)
	switch {
	case p.user != "":
		return p.say(smtp.CodeBadSequence, status{5, 1}, "authenticated already")
	case !known || !slices.Contains(p.f.mechanisms, mech) || mech == auth.External && p.cert == "":
		return p.say(smtp.CodeParamNotImplemented, status{5, 4}, "mechanism not supported")
	case m.Exposes && !p.clear():
		return p.say(smtp.CodeEncryptionRequired, status{7, 11}, "the mechanism needs TLS")
	}
	server, err := auth.NewServerOptions(mech, p.srv.store, &auth.ServerOptions{Host: p.srv.opts.Hostname, External: p.cert, LoginInitial: true})
	if err != nil {
		p.c.Fail(err)
		return p.say(smtp.CodeTemporaryAuth, status{7, 0}, "the mechanism does not work")
	}
	var response []byte // nil: there is none
	if len(cmd.Args) > 1 {
		if response, err = auth.DecodeInitial(cmd.Args[1]); err != nil {
			return p.say(smtp.CodeSyntax, status{5, 2}, "not Base64")
		}
	}
	if p.deviates() {
		response = p.misinitial(response)
	}
	for {
		if p.deviates() {
			response = p.misresponse(response)
		}
		challenge, done, err := server.Next(response)
		switch {
		case err != nil && p.dev("auth-failure-235"):
			p.user = DefaultUser
			return p.say(smtp.CodeAuthenticated, status{7, 0}, "authenticated")
		case errors.Is(err, auth.ErrUnexpected) && len(cmd.Args) > 1:
			return p.say(smtp.CodeSyntax, status{7, 0}, "the mechanism takes no initial response")
		case err != nil && p.dev("auth-failure-closes"):
			p.over = true
			return p.say(smtp.CodeAuthFailed, status{7, 8}, "not authenticated")
		case errors.Is(err, auth.ErrDenied):
			return p.say(smtp.CodeAuthFailed, status{7, 8}, "user or password is wrong")
		case err != nil:
			return p.say(smtp.CodeAuthFailed, status{7, 8}, "the message is not one of the mechanism")
		case done:
			p.user = server.User()
			return p.say(smtp.CodeAuthenticated, status{7, 0}, "authenticated")
		}
		if err := p.say(smtp.CodeChallenge, status{}, auth.Encode(challenge)); err != nil {
			return err
		}
		var v verdict
		if response, v, err = p.response(); err != nil {
			return err
		}
		p.first = "" // the log is to have the outcome
		if v.code != 0 {
			return p.tell(v)
		}
	}
}

// response reads the client's next message of an exchange. The verdict has a code if the exchange is to be refused.
func (p *session) response() ([]byte, verdict, error) {
	line, err := p.c.ReadLine()
	switch {
	case isTooLong(err):
		return nil, verdict{smtp.CodeUnrecognized, status{5, 6}, "the response is too long"}, p.c.SkipLine(p.idle())
	case err != nil:
		return nil, verdict{}, p.lost(err)
	}
	if p.dev("auth-base64-lax") && string(line.Text) != auth.Cancel {
		line.Text = mockservers.LaxBase64(line.Text)
	}
	if p.dev("auth-response-512") && len(line.Text) > 510 {
		return nil, verdict{smtp.CodeUnrecognized, status{5, 6}, "the response is too long"}, nil
	}
	data, cancel, err := smtp.Rules{Lenient: p.f.bareLF == bareLenient}.ParseResponse(line)
	switch {
	case line.End == wire.None:
		return nil, verdict{}, errors.New("the client closed the connection in an authentication exchange")
	case cancel:
		return nil, verdict{smtp.CodeSyntax, status{7, 0}, "cancelled"}, nil
	case err != nil:
		return nil, verdict{smtp.CodeSyntax, status{5, 2}, "not Base64"}, nil
	}
	return bytes.Clone(data), verdict{}, nil
}

// literal is the client's address as an address literal; "" on a Unix socket.
func (p *session) literal() string {
	a, err := netip.ParseAddr(p.client)
	if err != nil {
		return ""
	}
	return smtp.LiteralOf(a)
}

// tlsSuite is the registered name of a cipher suite, or its number (RFC 8314 section 4.3).
func tlsSuite(id uint16) string {
	if name := tls.CipherSuiteName(id); strings.HasPrefix(name, "TLS_") {
		return name
	}
	return fmt.Sprintf("0x%04X", id)
}
