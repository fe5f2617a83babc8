package nntpclient

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"

	"harness/internal/auth"
	"harness/protocols/nntp"
	"harness/protocols/wire"
)

// MethodUser is AUTHINFO USER and PASS among the methods of [Client.LoginWith].
const MethodUser = "USER"

// Login authenticates with the best method that the server offers; see [Client.LoginWith].
func (c *Client) Login(ctx context.Context, user, password string) error {
	return c.LoginWith(ctx, Credentials{User: user, Password: password})
}

// LoginWith authenticates with the best method that the server offers, the credentials serve and methods allow; no methods allow all but EXTERNAL
// and ANONYMOUS. Methods are names of SASL mechanisms and [MethodUser].
//
// The order is SCRAM-SHA-256, SCRAM-SHA-1, OAUTHBEARER, XOAUTH2, CRAM-MD5, PLAIN, LOGIN, USER and PASS. With Options.RequireTLS and no TLS, methods
// that expose the secret are left out. A method that the server refuses is not followed by a weaker one. If there is no method, the error is
// [ErrNoLogin]. The capabilities are asked for, also if they are known (RFC 3977 section 5.2.2); a server without CAPABILITIES is taken to offer USER.
func (c *Client) LoginWith(ctx context.Context, creds Credentials, methods ...string) error {
	const name = "login"
	if err := c.ready(name); err != nil {
		return err
	}
	c.forget()
	caps, err := c.capabilities(ctx)
	if err != nil {
		return err
	}
	_, secure := c.c.TLS()
	protected := secure || !c.opts.RequireTLS
	var offered []string
	if caps.Has("AUTHINFO", "SASL") {
		offered = caps.Args("SASL")
	}
	mech, err := auth.Select(offered, creds, protected, methods...)
	if err == nil {
		return c.AuthMechanism(ctx, mech.Name, creds)
	}
	allowed := len(methods) == 0 || slices.ContainsFunc(methods, func(m string) bool { return strings.EqualFold(m, MethodUser) })
	there := caps == nil || caps.Has("AUTHINFO", "USER")
	if allowed && there && protected && creds.User != "" && creds.Password != "" {
		return c.AuthUser(ctx, creds.User, creds.Password)
	}
	why := err.Error()
	if there && !protected {
		why += "; AUTHINFO USER needs TLS: call STARTTLS first"
	}
	return c.b.Wrap(name, fmt.Errorf("%w: %s", ErrNoLogin, why))
}

// barred returns the error where no authentication may be sent any more.
func (c *Client) barred(name string) error {
	switch {
	case c.authed:
		return c.b.Wrap(name, ErrAuthenticated)
	case c.squeezed:
		return c.b.Wrap(name, ErrCompressed)
	}
	return nil
}

// AuthUser authenticates with AUTHINFO USER and, if the server asks for it, PASS (RFC 4643 section 2.3).
func (c *Client) AuthUser(ctx context.Context, user, password string) error {
	const name = "AUTHINFO USER"
	if err := c.barred(name); err != nil {
		return err
	}
	if _, secure := c.c.TLS(); c.opts.RequireTLS && !secure {
		return c.b.Wrap(name, ErrNeedTLS)
	}
	r, err := c.send(ctx, nntp.NewCommand(name, user), nntp.CodePasswordWanted, nntp.CodeAuthenticated)
	if err != nil {
		return err
	}
	if r.Code == nntp.CodePasswordWanted {
		if _, err := c.send(ctx, nntp.Command{Name: "AUTHINFO PASS", Args: []string{password}}, nntp.CodeAuthenticated); err != nil {
			return err
		}
	}
	c.in()
	return nil
}

// in takes note of a successful authentication: capabilities may be others now.
func (c *Client) in() {
	c.authed = true
	c.forget()
}

// AuthMechanism authenticates with the SASL mechanism of that name.
func (c *Client) AuthMechanism(ctx context.Context, mechanism string, creds Credentials) error {
	creds, err := creds.At(c.opts.Host, c.b.Addr).Prepared() // RFC 4643 section 2.4.2
	if err != nil {
		return c.b.Wrap("AUTHINFO SASL", err)
	}
	client, err := auth.NewClient(mechanism, creds)
	if err != nil {
		return c.b.Wrap("AUTHINFO SASL", err)
	}
	return c.Auth(ctx, client)
}

// Auth runs a SASL exchange (RFC 4643 section 2.4). The initial response goes with the command if that stays within 512 octets. If the mechanism has a
// method Complete() error, it decides after the server's success whether the server proved itself; if not, the error is [ErrUnproven] and the client is
// broken. With Options.RequireTLS, a mechanism that exposes the secret, or that is not known here, needs TLS.
func (c *Client) Auth(ctx context.Context, mechanism sasl.Client) error {
	if err := c.ready("AUTHINFO SASL"); err != nil {
		return err
	}
	if err := c.barred("AUTHINFO SASL"); err != nil {
		return err
	}
	x, err := auth.NewExchange(mechanism)
	if err != nil {
		return c.b.Wrap("AUTHINFO SASL", err)
	}
	name := "AUTHINFO SASL " + x.Mechanism
	if _, secure := c.c.TLS(); c.opts.RequireTLS && !secure && x.Exposes() {
		return c.b.Wrap(name, ErrNeedTLS)
	}
	cmd := nntp.NewCommand("AUTHINFO SASL", x.Mechanism)
	if arg, ok := x.Initial(); ok && len(name)+len(arg)+3 <= nntp.MaxCommand {
		cmd.Args = append(cmd.Args, arg)
		x.InitialSent()
	}
	r, err := c.send(ctx, cmd, nntp.CodeChallenge, nntp.CodeAuthenticated, nntp.CodeAuthenticatedBy)
	for err == nil && r.Code == nntp.CodeChallenge {
		r.Command = name
		var challenge []byte
		var cerr error
		if challenge, cerr = decode(r.Text); cerr == nil && x.Pending() && len(challenge) > 0 {
			// The mechanism has the client begin: a challenge before that says nothing to it.
			cerr = c.b.Forgive(&wire.SyntaxError{Offset: 4, Got: r.Text, Want: "an empty challenge", Cite: "RFC 4643 section 2.4.2"})
		}
		var response []byte
		if cerr == nil {
			response, cerr = x.Next(challenge)
		}
		if cerr != nil {
			return c.cancel(ctx, name, cerr)
		}
		if r, err = c.exchange(ctx, name, []byte(encode(response)+"\r\n")); err == nil {
			err = c.judge(r, name, nntp.CodeChallenge, nntp.CodeAuthenticated, nntp.CodeAuthenticatedBy)
		}
	}
	var refused *nntp.Response
	switch {
	case errors.As(err, &refused):
		refused.Command = name
		return c.b.Wrap(name, x.Refused(refused))
	case err != nil:
		return err
	case r.Code == nntp.CodeAuthenticatedBy:
		// The mechanism's last message comes with the success.
		data, derr := decode(r.Text)
		if derr == nil {
			_, derr = x.Next(data)
		}
		if derr != nil {
			return c.fail(name, derr)
		}
	}
	if err := x.Complete(); err != nil {
		return c.fail(name, err)
	}
	c.in()
	return nil
}

// decode reads a challenge, "=" for an empty one (RFC 4643 section 2.4.2).
func decode(text string) ([]byte, error) {
	if text == "=" {
		return []byte{}, nil
	}
	if text == "" {
		return nil, &wire.SyntaxError{Offset: 4, Want: `a challenge in Base64, or "="`, Cite: "RFC 4643 section 2.4.2"}
	}
	return auth.Decode(text)
}

func encode(response []byte) string {
	if len(response) == 0 {
		return "="
	}
	return auth.Encode(response)
}

// cancel gives up an exchange because of reason: the server has to answer 481 (RFC 4643 section 2.4.2).
func (c *Client) cancel(ctx context.Context, name string, reason error) error {
	r, err := c.exchange(ctx, name, []byte(auth.Cancel+"\r\n"))
	if err != nil {
		return c.b.Wrap(name, fmt.Errorf("%w (and the exchange could not be cancelled: %w)", reason, err))
	}
	if r.Class() < 4 {
		return c.fail(name, fmt.Errorf("%w (and the server answered %s to the cancellation; RFC 4643 section 2.4.2 wants 481)", reason, r.Line()))
	}
	return c.b.Wrap(name, fmt.Errorf("exchange cancelled: %w", reason))
}
