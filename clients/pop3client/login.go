package pop3client

import (
	"context"
	"fmt"
	"strings"

	"github.com/emersion/go-sasl"

	"harness/internal/auth"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

// Names of the methods that are no SASL mechanisms, for [Client.LoginWith].
const (
	// MethodAPOP is the APOP command.
	MethodAPOP = "APOP"
	// MethodUser is USER and PASS.
	MethodUser = "USER"
)

// Login authenticates with the best method that the server offers; see [Client.LoginWith].
func (c *Client) Login(ctx context.Context, user, password string) error {
	return c.LoginWith(ctx, Credentials{User: user, Password: password})
}

// LoginWith authenticates with the best method that the server offers, the credentials serve and methods allow; no methods allow all but EXTERNAL
// and ANONYMOUS. Methods are names of SASL mechanisms, [MethodAPOP] and [MethodUser].
//
// The order is SCRAM-SHA-256, SCRAM-SHA-1, OAUTHBEARER, XOAUTH2, CRAM-MD5, PLAIN, LOGIN, USER and PASS; APOP comes before PLAIN without TLS
// and last with it. With Options.RequireTLS and no TLS, methods that expose the secret are left out. A method that the server
// refuses is not followed by a weaker one. If there is no method, the error is [ErrNoLogin]. The capabilities are asked for if they are not
// known; a server without CAPA is taken to offer USER.
func (c *Client) LoginWith(ctx context.Context, creds Credentials, methods ...string) error {
	const name = "login"
	if err := c.ready(name); err != nil {
		return err
	}
	caps, err := c.capabilities(ctx)
	if err != nil {
		return err
	}
	_, secure := c.c.TLS()
	protected := secure || !c.opts.RequireTLS
	allowed := func(method string) bool {
		if len(methods) == 0 {
			return true
		}
		for _, m := range methods {
			if strings.EqualFold(m, method) {
				return true
			}
		}
		return false
	}
	mech, err := auth.Select(caps.SASL(), creds, protected, methods...)
	password := creds.User != "" && creds.Password != ""
	apop := password && c.greeting.Timestamp != "" && allowed(MethodAPOP)
	plaintext := password && protected && allowed(MethodUser) && (caps == nil || caps.Has(pop3.CapaUser))
	switch {
	case err == nil && !(apop && !secure && mech.Exposes):
		return c.AuthMechanism(ctx, mech.Name, creds)
	case apop && (!secure || !plaintext):
		return c.APOP(ctx, creds.User, creds.Password)
	case plaintext:
		if err := c.User(ctx, creds.User); err != nil {
			return err
		}
		return c.Pass(ctx, creds.Password)
	}
	why := err.Error()
	if password && !protected && (caps == nil || caps.Has(pop3.CapaUser)) {
		why += "; USER and PASS need TLS: call STLS first"
	}
	return c.b.Wrap(name, fmt.Errorf("%w: %s", ErrNoLogin, why))
}

// AuthMechanism authenticates with the SASL mechanism of that name.
func (c *Client) AuthMechanism(ctx context.Context, mechanism string, creds Credentials) error {
	creds = creds.At(c.opts.Host, c.b.Addr)
	client, err := auth.NewClient(mechanism, creds)
	if err != nil {
		return c.b.Wrap("AUTH", err)
	}
	return c.Auth(ctx, client)
}

// Auth runs a SASL exchange (RFC 5034 section 4). The initial response goes with the command if the server announced SASL and the command
// stays within 255 octets. If the mechanism has a method Complete() error, it decides after the server's +OK whether the server proved
// itself; if not, the error is [ErrUnproven] and the client is broken. With Options.RequireTLS, a mechanism that exposes the secret, or that
// is not known here, needs TLS.
func (c *Client) Auth(ctx context.Context, mechanism sasl.Client) error {
	if err := c.ready("AUTH"); err != nil {
		return err
	}
	x, err := auth.NewExchange(mechanism)
	if err != nil {
		return c.b.Wrap("AUTH", err)
	}
	name := "AUTH " + x.Mechanism
	if _, secure := c.c.TLS(); c.opts.RequireTLS && !secure && x.Exposes() {
		return c.b.Wrap(name, ErrNeedTLS)
	}
	cmd := pop3.NewCommand("AUTH", x.Mechanism)
	if arg, ok := x.Initial(); ok && len(c.caps.SASL()) > 0 && len(name)+len(arg)+3 <= pop3.MaxCommand {
		cmd.Args = append(cmd.Args, arg)
		x.InitialSent()
	}
	reply, err := c.send(ctx, cmd)
	if reply == nil {
		return err
	}
	reply.Command = name
	for reply.Status == pop3.Continue {
		if c.badChallenge != nil {
			return c.cancel(ctx, name, c.badChallenge)
		}
		var challenge []byte
		if !x.Pending() {
			challenge, err = pop3.ParseChallenge(reply)
		} else if reply.Text != "" {
			// The mechanism has the client begin: a challenge before that says nothing to it.
			err = c.b.Forgive(&wire.SyntaxError{Offset: 2, Got: reply.Text, Want: "an empty challenge", Cite: "RFC 5034 section 4"})
		}
		var response []byte
		if err == nil {
			response, err = x.Next(challenge)
		}
		if err != nil {
			return c.cancel(ctx, name, err)
		}
		line := append([]byte(auth.Encode(response)), "\r\n"...)
		reply, err = c.exchange(ctx, name, line)
		if err != nil {
			return err
		}
	}
	if reply.Status == pop3.Err {
		return c.b.Wrap(name, x.Refused(reply))
	}
	if err := x.Complete(); err != nil {
		return c.b.Fail(name, err)
	}
	c.state = c.state.After("AUTH", true)
	return nil
}

// cancel gives up an exchange because of reason: the server has to answer -ERR (RFC 5034 section 4).
func (c *Client) cancel(ctx context.Context, name string, reason error) error {
	reply, err := c.exchange(ctx, name, []byte(auth.Cancel+"\r\n"))
	if err != nil {
		return c.b.Wrap(name, fmt.Errorf("%w (and the exchange could not be cancelled: %w)", reason, err))
	}
	if reply.Status != pop3.Err {
		return c.b.Fail(name, fmt.Errorf("%w (and the server answered %s to the cancellation; RFC 5034 section 4 wants -ERR)", reason, reply.Line()))
	}
	return c.b.Wrap(name, fmt.Errorf("exchange cancelled: %w", reason))
}
