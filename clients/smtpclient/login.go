package smtpclient

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-sasl"

	"harness/internal/auth"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

// Login authenticates with the best mechanism that the server offers; see [Client.LoginWith].
func (c *Client) Login(ctx context.Context, user, password string) error {
	return c.LoginWith(ctx, Credentials{User: user, Password: password})
}

// LoginWith authenticates with the best SASL mechanism that the server offers, the credentials serve and methods allow; no methods allow all but EXTERNAL
// and ANONYMOUS.
//
// The order is SCRAM-SHA-256, SCRAM-SHA-1, OAUTHBEARER, XOAUTH2, CRAM-MD5, PLAIN, LOGIN. Without TLS, mechanisms that expose the secret are left out unless
// Options.ClearAuth is set and RequireTLS is not. A mechanism that the server refuses is not followed by another one, unless it says that it wants another (534, RFC 4954
// section 6). If there is no mechanism, the error is [ErrNoLogin].
func (c *Client) LoginWith(ctx context.Context, creds Credentials, methods ...string) error {
	const name = "AUTH"
	if err := c.ready(name); err != nil {
		return err
	}
	if err := c.open(ctx); err != nil {
		return err
	}
	offered := c.exts.Auth()
	var unwanted error
	for {
		mech, err := auth.Select(offered, creds, c.protected(), methods...)
		switch {
		case err != nil && unwanted != nil:
			return unwanted
		case err != nil:
			return c.b.Wrap(name, fmt.Errorf("%w: %w", ErrNoLogin, err))
		}
		err = c.AuthMechanism(ctx, mech.Name, creds)
		var refused *smtp.Reply
		if !errors.As(err, &refused) || refused.Code != smtp.CodeMechanismTooWeak || c.b.Broken() != nil {
			return err
		}
		unwanted = err
		offered = slices.DeleteFunc(offered, func(m string) bool { return m == mech.Name })
	}
}

// protected reports whether secrets may be sent.
func (c *Client) protected() bool {
	_, secure := c.c.TLS()
	return secure || c.opts.ClearAuth && !c.opts.RequireTLS
}

// AuthMechanism authenticates with the SASL mechanism of that name.
func (c *Client) AuthMechanism(ctx context.Context, mechanism string, creds Credentials) error {
	creds, err := creds.At(c.opts.Host, c.b.Addr).Prepared() // RFC 4954 section 4
	if err != nil {
		return c.b.Wrap("AUTH", err)
	}
	client, err := auth.NewClient(mechanism, creds)
	if err != nil {
		return c.b.Wrap("AUTH", err)
	}
	return c.Auth(ctx, client)
}

// Auth runs a SASL exchange (RFC 4954 section 4). The initial response goes with the command if that stays within 512 octets. If the mechanism has a
// method Complete() error, it decides after the server's success whether the server proved itself; if not, the error is [ErrUnproven] and the client is
// broken. A mechanism that exposes the secret, or that is not known here, needs TLS or Options.ClearAuth.
func (c *Client) Auth(ctx context.Context, mechanism sasl.Client) error {
	if err := c.ready("AUTH"); err != nil {
		return err
	}
	if c.authed && !c.opts.AnyState {
		return c.b.Wrap("AUTH", ErrAuthenticated)
	}
	if err := c.open(ctx); err != nil {
		return err
	}
	x, err := auth.NewExchange(mechanism)
	if err != nil {
		return c.b.Wrap("AUTH", err)
	}
	name := "AUTH " + x.Mechanism
	if !c.protected() && x.Exposes() {
		return c.b.Wrap(name, ErrNeedTLS)
	}
	cmd := smtp.NewCommand("AUTH", x.Mechanism)
	if arg, ok := x.Initial(); ok && len(name)+len(arg)+3 <= smtp.MaxCommand {
		cmd.Args = append(cmd.Args, arg)
		x.InitialSent()
	}
	r, err := c.send(ctx, cmd)
	for err == nil && r.Code == smtp.CodeChallenge {
		var challenge, response []byte
		challenge, cerr := smtp.ParseChallenge(r)
		if cerr == nil && x.Pending() && len(challenge) > 0 {
			// The mechanism has the client begin: a challenge before that says nothing to it.
			cerr = c.b.Forgive(&wire.SyntaxError{Offset: 4, Got: r.Text(), Want: "an empty challenge", Cite: "RFC 4954 section 4"})
		}
		if cerr == nil {
			response, cerr = x.Next(challenge)
		}
		if cerr != nil {
			return c.cancel(ctx, cmd, name, cerr)
		}
		if r, err = c.exchange(ctx, cmd, name, []byte(auth.Encode(response)+"\r\n")); err == nil {
			err = c.judge(cmd, r)
		}
	}
	var refused *smtp.Reply
	switch {
	case c.b.Broken() == nil && errors.As(err, &refused):
		refused.Command = name
		return c.b.Wrap(name, x.Refused(refused))
	case err != nil:
		return err
	}
	if err := x.Complete(); err != nil {
		return c.b.Fail(name, err)
	}
	c.authed = true
	return nil
}

// cancel gives up an exchange because of reason: the server has to answer 501 (RFC 4954 section 4).
func (c *Client) cancel(ctx context.Context, cmd smtp.Command, name string, reason error) error {
	r, err := c.exchange(ctx, cmd, name, []byte(auth.Cancel+"\r\n"))
	if err != nil {
		return c.b.Wrap(name, fmt.Errorf("%w (and the exchange could not be cancelled: %w)", reason, err))
	}
	if !r.Negative() {
		return c.b.Fail(name, fmt.Errorf("%w (and the server answered %d to the cancellation; RFC 4954 section 4 wants 501)", reason, r.Code))
	}
	return c.b.Wrap(name, fmt.Errorf("exchange cancelled: %w", reason))
}
