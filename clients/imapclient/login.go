package imapclient

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-sasl"

	"harness/internal/auth"
	"harness/protocols/imap"
	"harness/protocols/wire"
)

// MethodLogin is the command LOGIN among the methods of [Client.LoginWith], where "LOGIN" is the SASL mechanism.
const MethodLogin = "LOGIN command"

// Login authenticates with the best method that the server offers; see [Client.LoginWith]. [Client.LOGIN] is the command of that name.
func (c *Client) Login(ctx context.Context, user, password string) error {
	return c.LoginWith(ctx, Credentials{User: user, Password: password})
}

// LoginWith authenticates with the best method that the server offers, the credentials serve and methods allow; no methods allow all but EXTERNAL and ANONYMOUS. Methods are
// names of SASL mechanisms and [MethodLogin].
//
// The order is SCRAM-SHA-256, SCRAM-SHA-1, OAUTHBEARER, XOAUTH2, CRAM-MD5, PLAIN, LOGIN, and the command LOGIN, unless the server lists LOGINDISABLED. With Options.RequireTLS and
// no TLS, methods that expose the secret are left out. A method that the server refuses is not followed by a weaker one. If there is no method, the error is [ErrNoLogin].
func (c *Client) LoginWith(ctx context.Context, creds Credentials, methods ...string) error {
	const name = "login"
	if err := c.ready(name); err != nil {
		return err
	}
	caps, err := c.capabilities(ctx)
	if err != nil {
		return err
	}
	protected := c.protected()
	mech, err := auth.Select(caps.Mechanisms(), creds, protected, methods...)
	if err == nil {
		return c.AuthMechanism(ctx, mech.Name, creds)
	}
	allowed := len(methods) == 0 || slices.ContainsFunc(methods, func(m string) bool { return strings.EqualFold(m, MethodLogin) })
	there := !caps.Has("LOGINDISABLED")
	if allowed && there && protected && creds.User != "" && creds.Password != "" && creds.Identity == "" {
		return c.LOGIN(ctx, creds.User, creds.Password)
	}
	why := err.Error()
	if there && !protected {
		why += "; LOGIN needs TLS: call STARTTLS first"
	}
	return c.b.Wrap(name, fmt.Errorf("%w: %s", ErrNoLogin, why))
}

// protected reports whether secrets may be sent.
func (c *Client) protected() bool {
	_, secure := c.c.TLS()
	return secure || !c.opts.RequireTLS
}

// authenticated returns what is called when the server answers to an authentication: capabilities that it told with a success are those of the new state (RFC 9051 section
// 6.2.2), others are forgotten.
func (c *Client) authenticated() func(s *imap.Status) {
	before := c.told
	return func(s *imap.Status) {
		if s.Kind != "OK" {
			return
		}
		if c.state = imap.Authenticated; c.told == before {
			c.forget()
		}
	}
}

// LOGIN authenticates with the command of that name (RFC 9051 section 6.2.3).
func (c *Client) LOGIN(ctx context.Context, user, password string) error {
	const name = "LOGIN"
	if err := c.ready(name); err != nil {
		return err
	}
	switch {
	case !c.protected():
		return c.b.Wrap(name, ErrNeedTLS)
	case c.caps.Has("LOGINDISABLED") && !c.opts.AnyState:
		return c.b.Wrap(name, ErrLoginDisabled)
	}
	k, _ := plain(name, &imap.LoginArgs{User: user, Password: password}).call()
	k.ended = c.authenticated()
	return c.run(ctx, k)
}

// AuthMechanism authenticates with the SASL mechanism of that name.
func (c *Client) AuthMechanism(ctx context.Context, mechanism string, creds Credentials) error {
	const name = "AUTHENTICATE"
	creds, err := creds.At(c.opts.Host, c.b.Addr).Prepared() // RFC 9051 section 6.2.2, RFC 4422 section 3.4.1
	if err != nil {
		return c.b.Wrap(name, err)
	}
	client, err := auth.NewClient(mechanism, creds)
	if err != nil {
		return c.b.Wrap(name, err)
	}
	return c.Auth(ctx, client)
}

// Auth runs a SASL exchange with AUTHENTICATE (RFC 9051 section 6.2.2). The initial response goes with the command where the server lists SASL-IR (RFC 4959). If the
// mechanism has a method Complete() error, it decides after the server's success whether the server proved itself; if not, the error is [ErrUnproven] and the client is
// broken. With Options.RequireTLS, a mechanism that exposes the secret, or that is not known here, needs TLS.
func (c *Client) Auth(ctx context.Context, mechanism sasl.Client) error {
	const command = "AUTHENTICATE"
	if err := c.ready(command); err != nil {
		return err
	}
	x, err := auth.NewExchange(mechanism)
	if err != nil {
		return c.b.Wrap(command, err)
	}
	name := command + " " + x.Mechanism
	if !c.protected() && x.Exposes() {
		return c.b.Wrap(name, ErrNeedTLS)
	}
	args := &imap.AuthenticateArgs{Mechanism: strings.ToUpper(x.Mechanism)}
	if arg, ok := x.Initial(); ok && (c.caps.Has("SASL-IR") || c.caps.Has("IMAP4rev2")) {
		if args.Initial, err = auth.DecodeInitial(arg); err != nil {
			return c.b.Wrap(name, err)
		}
		x.InitialSent()
	}
	k, _ := plain(command, args).call()
	cancelled := false
	k.plus = func(r *imap.Continuation) error {
		if cancelled {
			return fmt.Errorf("%w (and the server goes on after the cancellation; RFC 9051 section 6.2.2 wants BAD)", k.err)
		}
		challenge, err := auth.Decode(r.Text)
		if err == nil && x.Pending() && len(challenge) > 0 {
			// The mechanism has the client begin: a challenge before that says nothing to it.
			err = c.b.Forgive(&wire.SyntaxError{Offset: len("+ "), Got: r.Text, Want: "an empty challenge", Cite: "RFC 9051 section 6.2.2"})
			challenge = nil
		}
		var response []byte
		if err == nil && k.err == nil {
			response, err = x.Next(challenge)
		}
		if err != nil {
			k.fail(err)
		}
		if k.err != nil {
			cancelled = true
			err = c.e.Cancel()
		} else {
			err = c.e.AuthResponse(response)
		}
		if err != nil {
			return err
		}
		return c.c.W.Flush()
	}
	ended := c.authenticated()
	k.ended = func(s *imap.Status) {
		if !cancelled {
			ended(s)
		}
	}
	err = c.run(ctx, k)
	switch {
	case c.b.Broken() != nil || k.status == nil:
		return err
	case cancelled && k.status.Kind == "OK":
		return c.fail(name, fmt.Errorf("%w (and the server answered OK to the cancellation; RFC 9051 section 6.2.2 wants BAD)", k.err))
	case cancelled:
		return c.b.Wrap(name, fmt.Errorf("exchange cancelled: %w", k.err))
	case err != nil:
		var refused *imap.Status
		if errors.As(err, &refused) {
			return c.b.Wrap(name, x.Refused(refused))
		}
		return err
	}
	if err := x.Complete(); err != nil {
		return c.fail(name, err)
	}
	return nil
}

// ProxyAuth has an administrator act as another user (PROXYAUTH, which some servers have).
func (c *Client) ProxyAuth(ctx context.Context, user string) error {
	_, err := c.XAtom(ctx, "PROXYAUTH", string(c.e.Rules.AppendAString(nil, user)))
	return err
}
