package trial

import (
	"context"
	"crypto/tls"
	"io"
	"strings"
	"time"

	"harness/specs"
)

// Security is how a client gets its TLS.
type Security uint8

// The ways.
const (
	// Clear connections begin without TLS; a step may begin it later.
	Clear Security = iota
	// Implicit connections begin with the TLS handshake.
	Implicit
	// Upgrade connections must be upgraded by the protocol's command before anything secret is sent.
	Upgrade
	// Opportunistic connections are upgraded if the server announces that it can be done, and go on in any case.
	Opportunistic
)

// Connection is what a client is told of the connection that it is to make. The options of a protocol's client embed it.
type Connection struct {
	// Addr is the address to connect to, "host:port".
	Addr string
	// Host is the server's name as the client's user gave it: what the certificate has to bear.
	Host     string
	Security Security
	// TLS has the authorities to trust and, for EXTERNAL, the client's certificate. Its ServerName is not set.
	TLS *tls.Config
	// RequireTLS has the client send no password that could be read on the way.
	RequireTLS bool
	// Timeout bounds each wait for the server.
	Timeout time.Duration
}

// Connection is the way to the scripted server, which the client is to know as host.
func (d *Trial) Connection(host string) Connection {
	c := Connection{Addr: d.Addr, Host: host, Timeout: d.Wait()}
	if a, err := Authority(); err == nil {
		c.TLS = &tls.Config{RootCAs: a.Pool()}
	}
	return c
}

// Connector is a client under test, whose sessions are S and which connects with O.
type Connector[S, O any] interface {
	specs.ClientUnderTest
	Connect(ctx context.Context, o O) (S, error)
}

// Case makes the case of a row. Judge is given the client under test if it is one for the protocol.
func Case[C specs.ClientUnderTest](row specs.Row, judge func(ctx context.Context, t *specs.T, client C) specs.Judgement) specs.Case {
	return row.Case(func(ctx context.Context, t *specs.T) specs.Judgement {
		client, ok := t.Env.Client.(C)
		if !ok {
			return specs.Unclear("the client under test is none for %s: a %T", strings.ToUpper(row.Protocol), t.Env.Client)
		}
		return judge(ctx, t, client)
	})
}

// Try is a trial of a client whose sessions are S and which connects with O.
type Try[S io.Closer, O any] struct {
	Trial
	Client Connector[S, O]
	// Options are what the case has the client connect with.
	Options func() O
}

// DialContext has the client connect, and settles nothing.
func (d *Try[S, O]) DialContext(ctx context.Context, change ...func(o *O)) (Subject[S], error) {
	return Dial(ctx, &d.Trial, func(ctx context.Context) (S, error) {
		o := d.Options()
		for _, f := range change {
			f(&o)
		}
		return d.Client.Connect(ctx, o)
	})
}

// Connect has the client connect, which is judged unless given says that the rule is not about it.
func (d *Try[S, O]) Connect(given bool, change ...func(o *O)) Subject[S] {
	s, err := d.DialContext(d.Ctx, change...)
	s.Pre = given
	s.Done("a connection", err)
	s.Pre = false
	return s
}

// TurnedAway has the client connect, which has to fail, and returns the error. If it goes on, leave ends the session.
func (d *Try[S, O]) TurnedAway(expected string, leave func(ctx context.Context, c S) error) error {
	s, err := d.DialContext(d.Ctx)
	if err == nil {
		// First: what a client says that goes on may be what the case is about.
		s.Quietly(leave)
		d.Fail(expected, "the client goes on")
	}
	return err
}
