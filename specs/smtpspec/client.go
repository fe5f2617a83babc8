package smtpspec

import (
	"context"

	"harness/internal/auth"
	"harness/protocols/smtp"
	"harness/specs"
	"harness/specs/trial"
)

// Client is a client of SMTP, of submission or of LMTP under test: what client cases have it do.
type Client interface {
	specs.ClientUnderTest
	// Connect makes a connection and reads the greeting. With [Upgrade], and with [Opportunistic] where STARTTLS is listed, it also makes the upgrade. It fails
	// where the client would not go on: a greeting that is a refusal, a certificate that is not accepted.
	Connect(ctx context.Context, opts ClientOptions) (ClientSession, error)
}

// Credentials are what a client logs in with.
type Credentials = auth.Credentials

// Security is how a client gets its TLS. Upgrade and Opportunistic are by STARTTLS.
type Security = trial.Security

// The ways.
const (
	Clear         = trial.Clear
	Implicit      = trial.Implicit
	Upgrade       = trial.Upgrade
	Opportunistic = trial.Opportunistic
)

// ClientOptions are what a client is to connect with. A Timeout of 0 leaves it to the client; RequireTLS keeps mail out of the clear, too.
type ClientOptions struct {
	trial.Connection
	// LMTP has the client speak LMTP.
	LMTP bool
	// Name is how the client is to call itself in EHLO; "" for what it finds out.
	Name string
	// Chunking has content sent by BDAT where CHUNKING is listed.
	Chunking bool
}

// Recipient is a recipient of a message.
type Recipient struct {
	Address string
	Options smtp.RcptOptions
}

// Message is a message with its envelope.
type Message struct {
	// From is a mailbox, "" for the null reverse-path, and Options are what MAIL is to say.
	From    string
	Options smtp.MailOptions
	To      []Recipient
	Content []byte
}

// Delivery is what became of a message for one recipient.
type Delivery struct {
	// Err is nil if the server took responsibility. It holds the refusal, a [*smtp.Reply], if there was one.
	Err error
	// Temporary says that the client takes the failure for one that may go away.
	Temporary bool
}

// ClientSession is a connection of a client under test. The operations named by a verb send that command alone, but that a client may open the session by EHLO
// before. What the client refuses to send is an error; so is a refusal of the server, which holds its [*smtp.Reply] (errors.As). What the client cannot
// do at all is errors.ErrUnsupported.
type ClientSession interface {
	// Ehlo is LHLO in LMTP.
	Ehlo(ctx context.Context) (*smtp.Extensions, error)
	Helo(ctx context.Context) error
	// STARTTLS makes the handshake too.
	STARTTLS(ctx context.Context) error
	// Login authenticates by a mechanism that the client chooses. Mechanisms restrict the choice.
	Login(ctx context.Context, creds Credentials, mechanisms ...string) error
	Auth(ctx context.Context, mechanism string, creds Credentials) error

	Mail(ctx context.Context, from string, opts smtp.MailOptions) error
	Rcpt(ctx context.Context, to string, opts smtp.RcptOptions) (*smtp.Reply, error)
	// Data sends content as it is before dots are stuffed.
	Data(ctx context.Context, content []byte) error
	Bdat(ctx context.Context, chunk []byte, last bool) error
	Rset(ctx context.Context) error
	Noop(ctx context.Context) error
	Help(ctx context.Context, about string) ([]string, error)
	Vrfy(ctx context.Context, user string) (*smtp.Reply, error)
	Expn(ctx context.Context, list string) ([]smtp.User, error)

	// Send sends a message to all recipients, with the parameters that the client adds by itself. The deliveries are in the order of the recipients. The error
	// is nil if the server took the message for one of them.
	Send(ctx context.Context, m Message) ([]Delivery, error)
	// SendAll sends several messages, without a wait between them if the client can do that. The error is the connection's.
	SendAll(ctx context.Context, messages ...Message) ([][]Delivery, error)
	// SendMessage sends a message to those whom its header names, of which the deliveries are in no order.
	SendMessage(ctx context.Context, message []byte) ([]Delivery, error)

	// Quit ends the session and closes the connection.
	Quit(ctx context.Context) error
	// Close closes the connection without QUIT. A second call does nothing.
	Close() error
}

// clientCases are the cases that try a client.
func clientCases() []specs.Case {
	var out []specs.Case
	for _, row := range clientRows() {
		out = append(out, row.build())
	}
	return out
}
