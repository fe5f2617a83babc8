package nntpspec

import (
	"context"
	"time"

	"harness/internal/auth"
	"harness/protocols/nntp"
	"harness/specs"
	"harness/specs/trial"
)

// Client is an NNTP client under test: what client cases have it do.
type Client interface {
	specs.ClientUnderTest
	// Connect makes a connection and reads the greeting. With [Upgrade], and with [Opportunistic] where STARTTLS is listed, it also makes the upgrade.
	// It fails where the client would not go on: a greeting that is neither 200 nor 201, a certificate that is not accepted.
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

// ClientOptions are what a client is to connect with.
type ClientOptions struct {
	trial.Connection
	// ArticleLimit is the largest article to take, in octets, and ListLimit the largest list; 0 for no limit.
	ArticleLimit, ListLimit int64
}

// Article is an article, its head or its body, as it was retrieved: its octets without the stuffed dots and the terminating line.
type Article struct {
	nntp.Found
	Data []byte
}

// Retrieved is an article, or why there is none.
type Retrieved struct {
	Article
	Err error
}

// Offer is an article that is offered to a peer.
type Offer struct {
	ID   nntp.MessageID
	Data []byte
}

// Outcome is what became of an offer: the code of the response that settled it, 0 if none did.
type Outcome struct {
	Code int
	Err  error
}

// ClientSession is a connection of a client under test. An operation sends what it is named for and nothing else, except that Reader, Login, Compress, Check,
// TakeThis and Feed may ask for the capabilities first, and Descriptions may try XGTITLE after a refusal. What the client refuses to send is an error; so is a refusal of the server, which holds its [*nntp.Response]
// (errors.As). What the client cannot do at all is errors.ErrUnsupported.
//
// Which article is "", a number or a message-id, or where there may be several a range; a wildmat and a range may be "".
type ClientSession interface {
	Capabilities(ctx context.Context) (nntp.Capabilities, error)
	// Reader makes ready for reading, by MODE READER if the client thinks that it has to.
	Reader(ctx context.Context) error
	ModeReader(ctx context.Context) (posting bool, err error)
	// STARTTLS makes the handshake too.
	STARTTLS(ctx context.Context) error
	// Login authenticates in the way that the client chooses. Methods restrict the choice: "USER" and names of SASL mechanisms.
	Login(ctx context.Context, creds Credentials, methods ...string) error
	AuthUser(ctx context.Context, user, password string) error
	Auth(ctx context.Context, mechanism string, creds Credentials) error
	// Compress compresses with an algorithm of the client's choice.
	Compress(ctx context.Context) error

	Group(ctx context.Context, name string) (nntp.Group, error)
	ListGroup(ctx context.Context, name, articles string) ([]int64, error)
	Last(ctx context.Context) (nntp.Found, error)
	Next(ctx context.Context) (nntp.Found, error)
	Stat(ctx context.Context, which string) (nntp.Found, error)
	Article(ctx context.Context, which string) (Article, error)
	Head(ctx context.Context, which string) (Article, error)
	Body(ctx context.Context, which string) (Article, error)
	Over(ctx context.Context, which string) ([]*nntp.Overview, error)
	Hdr(ctx context.Context, field, which string) ([]nntp.Header, error)
	// Retrieve retrieves articles, pipelined if the client can do that. The error is the connection's; each article has its own.
	Retrieve(ctx context.Context, which ...string) ([]Retrieved, error)

	Date(ctx context.Context) (time.Time, error)
	Help(ctx context.Context) ([]string, error)
	NewGroups(ctx context.Context, since time.Time) ([]nntp.Active, error)
	NewNews(ctx context.Context, wildmat string, since time.Time) ([]nntp.MessageID, error)
	// List is LIST ACTIVE, and Descriptions is LIST NEWSGROUPS.
	List(ctx context.Context, wildmat string) ([]nntp.Active, error)
	ListTimes(ctx context.Context, wildmat string) ([]nntp.Created, error)
	ListCounts(ctx context.Context, wildmat string) ([]nntp.Count, error)
	Descriptions(ctx context.Context, wildmat string) ([]nntp.Description, error)
	ListDistribPats(ctx context.Context) ([]nntp.DistribPat, error)
	ListDistributions(ctx context.Context) ([]nntp.Description, error)
	ListModerators(ctx context.Context) ([]nntp.Moderator, error)
	ListMotd(ctx context.Context) ([]string, error)
	ListSubscriptions(ctx context.Context, wildmat string) ([]string, error)
	ListHeaders(ctx context.Context, form string) ([]string, error)
	ListOverviewFormat(ctx context.Context) (nntp.OverviewFormat, error)

	// Post, IHave and TakeThis send an article whose lines end in CRLF, not dot-stuffed.
	Post(ctx context.Context, article []byte) error
	IHave(ctx context.Context, id nntp.MessageID, article []byte) error
	ModeStream(ctx context.Context) error
	Check(ctx context.Context, id nntp.MessageID) error
	TakeThis(ctx context.Context, id nntp.MessageID, article []byte) error
	// Feed streams articles, pipelined if the client can do that. The error is the connection's.
	Feed(ctx context.Context, offers ...Offer) ([]Outcome, error)

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
