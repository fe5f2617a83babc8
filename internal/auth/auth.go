// Package auth holds the SASL mechanisms (RFC 4422) of clients and of mock servers, as the interfaces of github.com/emersion/go-sasl: PLAIN,
// LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256, OAUTHBEARER, XOAUTH2, EXTERNAL and ANONYMOUS.
//
// A client asks [Select] for the strongest mechanism that the server offers and its credentials can serve, and runs the exchange:
//
//	mech, err := auth.Select(offered, creds, tlsActive)
//	client, err := auth.NewClient(mech.Name, creds)
//	_, initial, err := client.Start()
//	... response, err := client.Next(challenge) ...
//	err = client.Complete() // after the server's success: did it prove itself?
//
// A server makes one with [NewServer] for each exchange, from a [Store] of accounts.
package auth

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"

	"github.com/emersion/go-sasl"
	"github.com/xdg-go/stringprep"
)

// The names of the mechanisms.
const (
	SCRAMSHA256 = "SCRAM-SHA-256" // RFC 7677
	SCRAMSHA1   = "SCRAM-SHA-1"   // RFC 5802
	OAuthBearer = "OAUTHBEARER"   // RFC 7628
	XOAuth2     = "XOAUTH2"       // Google's forerunner of OAUTHBEARER
	CRAMMD5     = "CRAM-MD5"      // RFC 2195
	External    = "EXTERNAL"      // RFC 4422 appendix A
	Plain       = "PLAIN"         // RFC 4616
	Login       = "LOGIN"         // draft-murchison-sasl-login
	Anonymous   = "ANONYMOUS"     // RFC 4505
)

// Credentials are what a client authenticates with. Which fields are needed is up to the mechanism.
type Credentials struct {
	// User is the authentication identity; for ANONYMOUS the trace information.
	User string
	// Password is the secret of PLAIN, LOGIN, CRAM-MD5 and SCRAM.
	Password string
	// Token is the bearer token of OAUTHBEARER and XOAUTH2.
	Token string
	// Identity is the authorization identity, whom to act as; "" for the one that belongs to the user. For PLAIN, SCRAM and EXTERNAL.
	Identity string
	// Host and Port are the server's name and port, which OAUTHBEARER tells it; "" and 0 are left out.
	Host string
	Port int
}

// At returns the credentials with the server's name, and the port of its address, for those that are not set.
func (c Credentials) At(host, addr string) Credentials {
	if c.Host != "" || host == "" {
		return c
	}
	c.Host = host
	if _, port, err := net.SplitHostPort(addr); err == nil && c.Port == 0 {
		c.Port, _ = strconv.Atoi(port)
	}
	return c
}

// Prepared returns the credentials with the authorization identity prepared by SASLprep, as protocols want it of clients.
func (c Credentials) Prepared() (Credentials, error) {
	id, err := PrepareQuery(c.Identity)
	if err != nil {
		return c, fmt.Errorf("the authorization identity: %w", err)
	}
	c.Identity = id
	return c, nil
}

// Mechanism is what there is to know of a mechanism before it is chosen.
type Mechanism struct {
	Name string
	// Exposes says that the password or token is readable to whoever reads the connection: only for use over TLS.
	Exposes bool
	// NeedsTLS says that the mechanism makes no sense or is forbidden without TLS; all that expose do.
	NeedsTLS bool
	// ClientFirst mechanisms begin with the client's message, which may go as an initial response. For the others a server has to reject one.
	ClientFirst bool
	// Mutual mechanisms have the server prove that it knows the password.
	Mutual bool
	// Password and Token say what the mechanism needs; Choice says that it is used only if the caller allows it by name.
	Password, Token, Choice bool
	// Cite is the specification.
	Cite string
}

// mechanisms, strongest first.
var mechanisms = []Mechanism{
	{Name: SCRAMSHA256, ClientFirst: true, Mutual: true, Password: true, Cite: "RFC 7677"},
	{Name: SCRAMSHA1, ClientFirst: true, Mutual: true, Password: true, Cite: "RFC 5802"},
	{Name: OAuthBearer, Exposes: true, NeedsTLS: true, ClientFirst: true, Token: true, Cite: "RFC 7628"},
	{Name: XOAuth2, Exposes: true, NeedsTLS: true, ClientFirst: true, Token: true, Cite: "Google XOAUTH2 protocol"},
	{Name: CRAMMD5, Password: true, Cite: "RFC 2195"},
	{Name: External, NeedsTLS: true, ClientFirst: true, Choice: true, Cite: "RFC 4422 appendix A"},
	{Name: Plain, Exposes: true, NeedsTLS: true, ClientFirst: true, Password: true, Cite: "RFC 4616"},
	{Name: Login, Exposes: true, NeedsTLS: true, Password: true, Cite: "draft-murchison-sasl-login"},
	{Name: Anonymous, ClientFirst: true, Choice: true, Cite: "RFC 4505"},
}

// Mechanisms returns all mechanisms, strongest first.
func Mechanisms() []Mechanism { return slices.Clone(mechanisms) }

// Lookup returns the mechanism with that name, in any case.
func Lookup(name string) (m Mechanism, ok bool) {
	for _, m := range mechanisms {
		if strings.EqualFold(m.Name, name) {
			return m, true
		}
	}
	return Mechanism{}, false
}

// Serves reports whether the credentials hold what the mechanism needs.
func (c Credentials) Serves(m Mechanism) bool {
	switch {
	case m.Password:
		return c.User != "" && c.Password != ""
	case m.Token:
		return c.Token != "" && (m.Name != XOAuth2 || c.User != "")
	}
	return true
}

// SelectError says why no mechanism could be chosen.
type SelectError struct {
	// Offered are the server's mechanisms.
	Offered []string
	// Unprotected are those that would do but need TLS, which is not there.
	Unprotected []string
}

// Error says what was offered, and what to do.
func (e *SelectError) Error() string {
	offered := strings.Join(e.Offered, " ")
	if offered == "" {
		offered = "none"
	}
	if len(e.Unprotected) > 0 {
		return fmt.Sprintf("no SASL mechanism can be used: %s would show the secret to whoever reads the connection; use TLS, or permit it (offered: %s)", strings.Join(e.Unprotected, ", "), offered)
	}
	return fmt.Sprintf("no SASL mechanism in common: the server offers %s; give other credentials or allow one of these by name", offered)
}

// Select returns the strongest mechanism that is offered, that the credentials serve, and that is allowed; no allowed names mean all but EXTERNAL
// and ANONYMOUS, which a caller has to name. Protected says that those which need TLS may be used: because it is active, or because the
// caller does not care. The error is a [*SelectError].
func Select(offered []string, c Credentials, protected bool, allowed ...string) (Mechanism, error) {
	contains := func(list []string, name string) bool {
		return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
	}
	var unprotected []string
	for _, m := range mechanisms {
		if !contains(offered, m.Name) || !c.Serves(m) {
			continue
		}
		if len(allowed) > 0 && !contains(allowed, m.Name) || len(allowed) == 0 && m.Choice {
			continue
		}
		if m.NeedsTLS && !protected {
			unprotected = append(unprotected, m.Name)
			continue
		}
		return m, nil
	}
	return Mechanism{}, &SelectError{Offered: offered, Unprotected: unprotected}
}

// Client is the client's side of an exchange.
type Client interface {
	sasl.Client
	// Complete tells how the exchange ended for the client, once the server said that it succeeded or failed: an error if a mechanism in which
	// the server proves itself has no proof (whoever answers is not the server, or cut the exchange short), and the server's reason if it
	// gave one within the exchange ([*OAuthError]).
	Complete() error
}

// Server is the server's side of an exchange.
type Server interface {
	sasl.Server
	// User returns the identity that the client acts as; "" until Next returned done and no error.
	User() string
}

// Store is what a server knows of its accounts.
type Store interface {
	// Password returns the password of a user, prepared by [Prepare].
	Password(user string) (password string, ok bool)
	// TokenUser returns whose bearer token this is.
	TokenUser(token string) (user string, ok bool)
}

// Authorizer is a [Store] that lets users act as others. Without it nobody may.
type Authorizer interface {
	// Authorize reports whether user may act as identity, which is another.
	Authorize(user, identity string) bool
}

// Account is one account of [Accounts].
type Account struct {
	Password string
	// Token is the bearer token; "" for none.
	Token string
	// ActAs are the users that this one may act as; "*" stands for all.
	ActAs []string
}

// Accounts is a [Store] and an [Authorizer]: accounts by user name. It is not to be changed while it is in use.
type Accounts map[string]Account

// Password implements Store.
func (a Accounts) Password(user string) (string, bool) {
	acc, ok := a[user]
	return acc.Password, ok
}

// TokenUser implements Store.
func (a Accounts) TokenUser(token string) (string, bool) {
	if token == "" {
		return "", false
	}
	for user, acc := range a {
		if equal(acc.Token, token) {
			return user, true
		}
	}
	return "", false
}

// Authorize implements Authorizer.
func (a Accounts) Authorize(user, identity string) bool {
	_, exists := a[identity]
	acts := a[user].ActAs
	return exists && (slices.Contains(acts, identity) || slices.Contains(acts, "*"))
}

// Errors that a server's exchange ends with. They can be told apart with errors.Is.
var (
	// ErrDenied: the credentials are wrong, or the user may not act as the identity asked for.
	ErrDenied = errors.New("authentication failed")
	// ErrMalformed: the client's message breaks the mechanism's grammar.
	ErrMalformed = errors.New("malformed SASL message")
	// ErrUnexpected: a message came where the mechanism has none, such as an initial response to a mechanism that has the server begin.
	ErrUnexpected = errors.New("unexpected SASL message")
	// ErrUnproven: the server claimed success, but did not prove that it knows the password.
	ErrUnproven = errors.New("the server did not prove that it knows the password")
	// ErrMechanism: there is no such mechanism here.
	ErrMechanism = errors.New("unknown SASL mechanism")
)

// Prepare applies SASLprep (RFC 4013) to a user name or password, as a stored string: unassigned code points are prohibited. The error tells
// what is prohibited, never the text.
func Prepare(s string) (string, error) { return prepare(stringprep.SASLprep, s) }

// PrepareQuery is [Prepare] for a query string, which may hold code points that were unassigned in Unicode 3.2 (RFC 3454 section 7).
func PrepareQuery(s string) (string, error) { return prepare(query, s) }

// query is SASLprep without the table of unassigned code points.
var query = func() stringprep.Profile {
	p := stringprep.SASLprep
	p.Prohibits = slices.DeleteFunc(slices.Clone(p.Prohibits), func(s stringprep.Set) bool { return s.Contains(unassigned) })
	return p
}()

// unassigned is a code point of the table of unassigned ones (RFC 3454 appendix A.1), and of no other.
const unassigned = 0x0221

func prepare(profile stringprep.Profile, s string) (string, error) {
	ascii := true
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			ascii = false
			break
		}
	}
	if ascii {
		return s, nil // nothing of SASLprep concerns printable ASCII
	}
	p, err := profile.Prepare(s)
	if err != nil {
		var e stringprep.Error
		if errors.As(err, &e) {
			return "", fmt.Errorf("%w: SASLprep: %s (RFC 4013)", ErrMalformed, e.Msg)
		}
		return "", fmt.Errorf("%w: SASLprep failed (RFC 4013)", ErrMalformed)
	}
	return p, nil
}
