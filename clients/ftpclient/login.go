package ftpclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"

	"harness/internal/client"
	"harness/protocols/ftp"
)

// Login logs in with USER and, as far as the server asks for it, PASS. An empty user is "anonymous", with the password "anonymous@" unless
// one is given. A server that wants an account too is an error: [Client.LoginAccount] gives one.
func (c *Client) Login(ctx context.Context, user, password string) error {
	return c.LoginAccount(ctx, user, password, "")
}

// LoginAccount is [Client.Login] for servers that want an account (332), which is sent by ACCT.
func (c *Client) LoginAccount(ctx context.Context, user, password, account string) error {
	if user == "" {
		user = "anonymous"
	}
	if user == "anonymous" && password == "" {
		password = "anonymous@"
	}
	reply, err := c.User(ctx, user)
	if err == nil && reply.Code == ftp.CodeNeedPassword || err == nil && reply.Intermediate() && reply.Code != ftp.CodeNeedAccount {
		reply, err = c.Pass(ctx, password)
	}
	if err == nil && reply.Intermediate() {
		if account == "" {
			return c.b.Wrap("login", fmt.Errorf("the server wants an account: %w", &UnexpectedReplyError{Reply: reply, Want: 2}))
		}
		reply, err = c.Acct(ctx, account)
	}
	if err == nil && !reply.Completed() {
		err = c.b.Wrap("login", &UnexpectedReplyError{Reply: reply, Want: 2})
	}
	return err
}

// User names the user (RFC 959 section 4.1.1). The reply says how it goes on: 2yz logged in, 331 Pass has to follow, 332 Acct.
func (c *Client) User(ctx context.Context, name string) (*ftp.Reply, error) {
	return c.step(ctx, ftp.NewCommand("USER", name))
}

// Pass gives the password. The reply says how it goes on: 2yz logged in (202: it was superfluous), 332 Acct has to follow.
func (c *Client) Pass(ctx context.Context, password string) (*ftp.Reply, error) {
	return c.step(ctx, ftp.NewCommand("PASS", password))
}

// Acct gives the account: after Pass where the server wants it (332), or any time later where storing wants it (532).
func (c *Client) Acct(ctx context.Context, account string) (*ftp.Reply, error) {
	return c.step(ctx, ftp.NewCommand("ACCT", account))
}

// step sends a command of the login sequence: a positive reply is 2yz or 3yz (RFC 959 section 6).
func (c *Client) step(ctx context.Context, cmd ftp.Command) (*ftp.Reply, error) {
	if cmd.Arg == "" && cmd.Verb != "PASS" {
		return nil, c.b.Wrap(cmd.Verb, errors.New("not sent: the argument is empty"))
	}
	reply, err := c.answer(ctx, cmd)
	if err == nil && reply.Completed() {
		c.loggedIn = true
	}
	return reply, err
}

// Rein logs out and resets everything, TLS included (RFC 959 section 4.1.1, RFC 4217 section 13). A user may log in again.
func (c *Client) Rein(ctx context.Context) error {
	c.dropData()
	if _, err := c.complete(ctx, ftp.NewCommand("REIN", "")); err != nil {
		return err
	}
	if _, ok := c.c.TLS(); ok {
		if err := c.c.EndTLS(ctx, c.opts.Timeouts.Handshake); err != nil {
			return c.b.Fail("REIN", err)
		}
	}
	c.reset()
	return nil
}

// reset takes note that the session is as it was at first.
func (c *Client) reset() {
	c.now = defaultParameters
	c.protChosen, c.epsvAll, c.restSet, c.loggedIn = false, false, false, false
	c.features, c.featDone = nil, false
}

// AuthTLS begins TLS on the control connection (RFC 4217 section 4). Login, parameters and features are forgotten, as the RFC has it. What the
// server sent in the clear behind its reply is refused with a [*BufferedError].
func (c *Client) AuthTLS(ctx context.Context) error {
	if err := c.ready("AUTH TLS"); err != nil {
		return err
	}
	if _, ok := c.c.TLS(); ok {
		return c.b.Wrap("AUTH TLS", ErrTLSActive)
	}
	if _, err := c.complete(ctx, ftp.NewCommand("AUTH", "TLS")); err != nil {
		return err
	}
	return c.StartTLS(ctx)
}

// StartTLS makes a TLS handshake on the control connection, without AUTH before it: for the raw level.
func (c *Client) StartTLS(ctx context.Context) error {
	if err := c.c.StartTLS(ctx, c.opts.Timeouts.Handshake, c.controlTLS()); err != nil {
		return c.b.Fail("TLS", err)
	}
	c.reset()
	c.noteCertificate()
	return nil
}

// controlTLS returns the configuration for the control connection's handshake.
func (c *Client) controlTLS() *tls.Config {
	cfg := client.TLSConfig(c.opts.TLS, c.opts.Host)
	cfg.ClientSessionCache = c.sessions.control()
	return cfg
}

// Pbsz sets the protection buffer size (RFC 2228 section 3), which is 0 for TLS (RFC 4217 section 9).
func (c *Client) Pbsz(ctx context.Context, size int) error {
	if _, ok := c.c.TLS(); !ok {
		return c.b.Wrap("PBSZ", ErrTLSInactive)
	}
	_, err := c.complete(ctx, ftp.NewCommand("PBSZ", fmt.Sprint(size)))
	return err
}

// Prot sets the protection of the data connections that follow (RFC 2228 section 3): ftp.PrivateProtection or ftp.ClearProtection; Pbsz has to
// come first. It takes TLS on the control connection.
func (c *Client) Prot(ctx context.Context, level ftp.Protection) error {
	cmd := ftp.NewCommand("PROT", string(rune(level)))
	if _, ok := c.c.TLS(); !ok {
		return c.b.Wrap(cmd.String(), ErrTLSInactive)
	}
	if _, err := c.complete(ctx, cmd); err != nil {
		return err
	}
	c.now.Protection, c.protChosen = level, true
	return nil
}

// ProtP protects the data connections that follow by TLS: PBSZ 0 and PROT P.
func (c *Client) ProtP(ctx context.Context) error {
	if err := c.Pbsz(ctx, 0); err != nil {
		return err
	}
	return c.Prot(ctx, ftp.PrivateProtection)
}

// ProtC has the data connections that follow in the clear: PBSZ 0 and PROT C.
func (c *Client) ProtC(ctx context.Context) error {
	if err := c.Pbsz(ctx, 0); err != nil {
		return err
	}
	return c.Prot(ctx, ftp.ClearProtection)
}

// Ccc has the control connection go on in the clear (RFC 4217 section 5); data connections stay as they are. Whoever is on the way can then read
// and change commands and replies.
func (c *Client) Ccc(ctx context.Context) error {
	if err := c.ready("CCC"); err != nil {
		return err
	}
	if _, ok := c.c.TLS(); !ok {
		return c.b.Wrap("CCC", ErrTLSInactive)
	}
	if err := c.protect(ctx); err != nil { // PROT is not taken any more afterwards
		return err
	}
	if _, err := c.complete(ctx, ftp.NewCommand("CCC", "")); err != nil {
		return err
	}
	if err := c.c.EndTLS(ctx, c.opts.Timeouts.Handshake); err != nil {
		return c.b.Fail("CCC", err)
	}
	return nil
}

// protect calls for protected data connections where they are wanted and nobody has chosen.
func (c *Client) protect(ctx context.Context) error {
	_, secure := c.c.TLS()
	if secure && !c.protChosen && !c.opts.ClearData {
		if err := c.ProtP(ctx); err != nil {
			var reply *ftp.Reply
			if errors.As(err, &reply) {
				return c.b.Wrap("PROT P", fmt.Errorf("%w (%w)", ErrClearData, reply))
			}
			return err
		}
	}
	if c.opts.RequireTLS && c.now.Protection != ftp.PrivateProtection {
		return c.b.Wrap("PROT P", ErrClearData)
	}
	return nil
}

// Host names the virtual host, before the login and before AUTH (RFC 7151 section 3): a domain name, an IPv4 address, or an IPv6 address in
// brackets, each without a port. From then on it is what the server's certificate has to bear (section 4), unless Options.TLS.ServerName says
// otherwise; where TLS is active, it has to bear it already. Behind 500 or 502 it is not sent any more, and behind an error that the RFC does not
// know the connection is closed (section 3.3).
func (c *Client) Host(ctx context.Context, name string) error {
	if err := c.checkHost(name); err != nil {
		return c.b.Wrap("HOST", err)
	}
	reply, err := c.complete(ctx, ftp.NewCommand("HOST", name))
	switch {
	case err == nil:
		c.features, c.featDone = nil, false
		c.opts.Host = strings.Trim(name, "[]")
	case reply == nil:
	case reply.Code == ftp.CodeUnrecognized || reply.Code == ftp.CodeNotImplemented:
		c.noHost = true
	case reply.Permanent() && reply.Code != ftp.CodeBadArgument && reply.Code != ftp.CodeBadSequence && reply.Code != ftp.CodeBadParameter:
		c.Close()
	}
	return err
}

// checkHost tells whether HOST may be sent.
func (c *Client) checkHost(name string) error {
	host, bracketed := strings.CutPrefix(name, "[")
	if bracketed {
		host, bracketed = strings.CutSuffix(host, "]")
	}
	switch {
	case c.noHost:
		return errors.New("not sent: the server has refused it as unknown")
	case c.loggedIn:
		return errors.New("not sent: it has to come before the login (RFC 7151 section 3.2.2); Rein logs out")
	case strings.Contains(host, ":") && !bracketed:
		return errors.New("not sent: a port does not belong to it, and an IPv6 address stands in brackets (RFC 7151 section 3.1)")
	}
	state, secure := c.c.TLS()
	if cfg := c.opts.TLS; !secure || cfg != nil && (cfg.InsecureSkipVerify || cfg.ServerName != "") || len(state.PeerCertificates) == 0 {
		return nil
	}
	if err := state.PeerCertificates[0].VerifyHostname(host); err != nil {
		return fmt.Errorf("not sent: the server's certificate does not bear the name (RFC 7151 section 4): %w", err)
	}
	return nil
}

// Lang chooses the language of the texts in replies by a language tag, "" for the server's default (RFC 2640 section 4). Unless that was done, the
// client asks for the features first (section 4.1).
func (c *Client) Lang(ctx context.Context, tag string) error {
	if _, err := c.has(ctx, "LANG"); err != nil {
		return err
	}
	_, err := c.complete(ctx, ftp.NewCommand("LANG", tag))
	return err
}

// Feat asks for the features (RFC 2389 section 3) and keeps them. A server without FEAT refuses.
func (c *Client) Feat(ctx context.Context) (ftp.Features, error) {
	reply, err := c.complete(ctx, ftp.NewCommand("FEAT", ""))
	if err != nil {
		var refused *ftp.Reply
		if errors.As(err, &refused) && refused.Permanent() {
			c.features, c.featDone = nil, true
		}
		return nil, err
	}
	f, err := c.rules().ParseFeatures(c.as(reply, ftp.CodeSystemStatus))
	if err != nil {
		return nil, c.b.Wrap("FEAT", err)
	}
	c.features, c.featDone = f, true
	return f, nil
}

// has tells whether the server offers a feature, and asks for the features if they are not known. A server without FEAT has none.
func (c *Client) has(ctx context.Context, name string) (bool, error) {
	if !c.featDone {
		if _, err := c.Feat(ctx); err != nil && !c.featDone {
			return false, err
		}
	}
	return c.features.Has(name), nil
}

// Opts sets options of a command (RFC 2389 section 4), such as Opts(ctx, "MLST", "type;size;").
func (c *Client) Opts(ctx context.Context, command, options string) (*ftp.Reply, error) {
	return c.complete(ctx, ftp.NewCommand("OPTS", strings.TrimRight(command+" "+options, " ")))
}

// UTF8 has the server speak UTF-8 in pathnames: OPTS UTF8 ON, which is in no RFC, though some servers want it. Those of RFC 2640 need nothing.
func (c *Client) UTF8(ctx context.Context) error {
	_, err := c.Opts(ctx, "UTF8", "ON")
	return err
}
