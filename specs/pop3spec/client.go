package pop3spec

import (
	"context"
	"errors"
	"fmt"

	"harness/clients/pop3client"
	"harness/internal/auth"
	"harness/protocols/pop3"
	"harness/specs"
	"harness/specs/trial"
)

// Client is a POP3 client under test: what client cases and recorded cases have it do.
type Client interface {
	specs.ClientUnderTest
	// Connect makes a connection and reads the greeting. With [Upgrade], and with [Opportunistic] where STLS is announced, it also makes the
	// upgrade. It fails where the client would not go on: a greeting that isn't "+OK", a certificate that is not accepted.
	Connect(ctx context.Context, opts ClientOptions) (ClientSession, error)
}

// Credentials are what a client logs in with.
type Credentials = auth.Credentials

// Security is how a client gets its TLS. Upgrade and Opportunistic are by STLS.
type Security = trial.Security

// The ways.
const (
	Clear         = trial.Clear
	Implicit      = trial.Implicit
	Upgrade       = trial.Upgrade
	Opportunistic = trial.Opportunistic
)

// ClientOptions are what a client is to connect with.
type ClientOptions struct {
	trial.Connection
	// MessageLimit is the largest message to take, in octets; 0 for no limit.
	MessageLimit int64
}

// ClientSession is a connection of a client under test. An operation sends what it is named for and nothing else, except that Login,
// Upgrade and RetrAll may ask for the capabilities first. What the client refuses to send is an error; so is a refusal of the server, which
// holds its [*pop3.Reply] (errors.As). What the client cannot do at all is errors.ErrUnsupported.
type ClientSession interface {
	// Login authenticates in the way that the client chooses. Methods restrict the choice: "USER", "APOP" and names of SASL mechanisms.
	Login(ctx context.Context, creds Credentials, methods ...string) error
	User(ctx context.Context, name string) error
	Pass(ctx context.Context, password string) error
	APOP(ctx context.Context, user, secret string) error
	Auth(ctx context.Context, mechanism string, creds Credentials) error
	Capa(ctx context.Context) (pop3.Capabilities, error)
	// STLS makes the handshake too.
	STLS(ctx context.Context) error
	UTF8(ctx context.Context) error
	Lang(ctx context.Context, languageRange string) (pop3.Language, error)
	LangAll(ctx context.Context) ([]pop3.Language, error)
	Stat(ctx context.Context) (pop3.DropListing, error)
	List(ctx context.Context, n int) (pop3.ScanListing, error)
	ListAll(ctx context.Context) ([]pop3.ScanListing, error)
	Uidl(ctx context.Context, n int) (pop3.UniqueID, error)
	UidlAll(ctx context.Context) ([]pop3.UniqueID, error)
	// Retr and Top return the octets of the message, without byte-stuffing and final line.
	Retr(ctx context.Context, n int) ([]byte, error)
	Top(ctx context.Context, n, lines int) ([]byte, error)
	// RetrAll retrieves messages, pipelined where that is announced. The error is the connection's; each message has its own.
	RetrAll(ctx context.Context, numbers []int) ([]Retrieved, error)
	Dele(ctx context.Context, n int) error
	Noop(ctx context.Context) error
	Rset(ctx context.Context) error
	// Quit ends the session and closes the connection.
	Quit(ctx context.Context) error
	// Close closes the connection without QUIT. A second call does nothing.
	Close() error
}

// Retrieved is a message, or why there is none.
type Retrieved struct {
	Data []byte
	Err  error
}

// NativeClient is the harness's own client, clients/pop3client, as the client under test.
func NativeClient() Client { return nativeClient{} }

type nativeClient struct{}

func (nativeClient) Name() string { return "harness pop3client" }

func (nativeClient) Connect(ctx context.Context, o ClientOptions) (ClientSession, error) {
	t := pop3client.Timeouts{Connect: o.Timeout, Handshake: o.Timeout, Command: o.Timeout, Idle: o.Timeout}
	c, err := pop3client.Dial(ctx, o.Addr, &pop3client.Options{
		Timeouts: t, Limits: pop3client.Limits{Message: o.MessageLimit}, TLS: o.TLS, Host: o.Host, RequireTLS: o.RequireTLS, ImplicitTLS: o.Security == Implicit,
	})
	if err != nil {
		return nil, err
	}
	s := nativeSession{c}
	switch o.Security {
	case Upgrade:
		err = c.STLS(ctx)
	case Opportunistic:
		var caps pop3.Capabilities
		var refused *pop3.Reply
		if caps, err = c.Capa(ctx); errors.As(err, &refused) {
			err = nil
		}
		if caps.Has(pop3.CapaSTLS) {
			err = c.STLS(ctx)
		}
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return s, nil
}

// nativeSession adapts what differs; the rest is the client's own.
type nativeSession struct{ *pop3client.Client }

func (s nativeSession) Login(ctx context.Context, creds Credentials, methods ...string) error {
	return s.LoginWith(ctx, creds, methods...)
}

func (s nativeSession) Auth(ctx context.Context, mechanism string, creds Credentials) error {
	err := s.AuthMechanism(ctx, mechanism, creds)
	if errors.Is(err, auth.ErrMechanism) {
		return fmt.Errorf("%w: %w", errors.ErrUnsupported, err)
	}
	return err
}

func (s nativeSession) Retr(ctx context.Context, n int) ([]byte, error) { return s.RetrBytes(ctx, n) }

func (s nativeSession) Top(ctx context.Context, n, lines int) ([]byte, error) {
	m, err := s.Client.Top(ctx, n, lines)
	if err != nil {
		return nil, err
	}
	var b sink
	_, err = m.WriteTo(&b)
	return b, errors.Join(err, m.Close())
}

func (s nativeSession) RetrAll(ctx context.Context, numbers []int) ([]Retrieved, error) {
	p := s.Pipeline()
	out := make([]Retrieved, len(numbers))
	data := make([]sink, len(numbers))
	answers := make([]*pop3client.Answer[int64], len(numbers))
	for i, n := range numbers {
		answers[i] = p.Retr(n, &data[i])
	}
	err := p.Run(ctx)
	for i, a := range answers {
		_, out[i].Err = a.Get()
		out[i].Data = data[i]
	}
	return out, err
}

// sink holds what is written to it.
type sink []byte

func (s *sink) Write(p []byte) (int, error) {
	*s = append(*s, p...)
	return len(p), nil
}

// clientCases are the cases that try a client.
func clientCases() []specs.Case {
	var out []specs.Case
	for _, row := range clientRows() {
		out = append(out, row.build())
	}
	return out
}

// clientRows are the client cases of all RFCs.
func clientRows() []clientCase {
	var rows []clientCase
	for _, part := range [][]clientCase{commandRows(), responseRows(), loginRows(), capabilityRows(), tlsRows(), saslRows(), utf8Rows()} {
		rows = append(rows, part...)
	}
	return rows
}
