package ftpspec

import (
	"context"
	"time"

	"harness/protocols/ftp"
	"harness/specs"
	"harness/specs/trial"
)

// Client is an FTP client under test: what client cases and recorded cases have it do.
type Client interface {
	specs.ClientUnderTest
	// Connect makes a control connection and reads the greeting. With [Upgrade] it also makes the upgrade by AUTH TLS. It fails where the client
	// would not go on: a greeting that is no 220, a certificate that is not accepted.
	Connect(ctx context.Context, opts ClientOptions) (ClientSession, error)
}

// Credentials are what a client logs in with. Account is "" if there is none.
type Credentials struct{ User, Password, Account string }

// Security is how a client gets its TLS. Upgrade is by AUTH TLS (RFC 4217).
type Security = trial.Security

// The ways.
const (
	Clear    = trial.Clear
	Implicit = trial.Implicit
	Upgrade  = trial.Upgrade
)

// ClientOptions are what a client is to connect with.
type ClientOptions struct {
	// Connection is that for commands. RequireTLS has the client transfer nothing in the clear either.
	trial.Connection
	// ClearData has the client leave the data connections in the clear over TLS, unless [ClientSession.Prot] protects them. Without it a client over
	// TLS protects them before its first transfer.
	ClearData bool
	// Active has the server connect to the client for data.
	Active bool
	// NoEPSV has the client use PASV at once.
	NoEPSV bool
	// FileLimit is the largest file to take, and ListingLimit the largest listing, in octets; 0 for no limit.
	FileLimit, ListingLimit int64
}

// TransferOptions say how a file is transferred. The zero value transfers the octets as they are.
type TransferOptions struct {
	// Type is the representation type; the zero value is the one that [ClientSession.Type] chose, which is image at first.
	Type ftp.Type
	// Text converts: here lines end in LF, and on the wire as type and structure have it.
	Text bool
	// Offset is where the transfer begins in stream mode, and Marker where it begins otherwise (REST).
	Offset int64
	Marker string
}

// Listed is an entry of a listing.
type Listed struct {
	Name string
	// Dir says that it is a directory.
	Dir bool
	// Size is in octets; -1 if it is not told.
	Size int64
	// Modify is when it was modified last; zero if it is not told.
	Modify time.Time
}

// ClientSession is a connection of a client under test. An operation sends the commands that it is named for, in their order; before a transfer the
// client may also send TYPE and what sets up the data connection, and FEAT, OPTS, SYST and NOOP at any time. What the client refuses to send is
// an error; so is a refusal of the server, which holds its [*ftp.Reply] (errors.As). What the client cannot do at all is errors.ErrUnsupported.
type ClientSession interface {
	// Login sends USER, PASS and ACCT, as far as the server asks for them.
	Login(ctx context.Context, creds Credentials) error
	User(ctx context.Context, name string) (*ftp.Reply, error)
	Pass(ctx context.Context, password string) (*ftp.Reply, error)
	Acct(ctx context.Context, account string) (*ftp.Reply, error)
	// AuthTLS makes the handshake too.
	AuthTLS(ctx context.Context) error
	// Prot sends PBSZ and PROT.
	Prot(ctx context.Context, level ftp.Protection) error
	Ccc(ctx context.Context) error
	Host(ctx context.Context, name string) error
	// Feat returns the lines of the features, without the space before them.
	Feat(ctx context.Context) ([]string, error)
	// Supports says whether the server announces a feature, such as "UTF8" or "REST STREAM".
	Supports(ctx context.Context, feature string) (bool, error)
	Opts(ctx context.Context, command, options string) error
	Lang(ctx context.Context, tag string) error

	Type(ctx context.Context, t ftp.Type) error
	Stru(ctx context.Context, s ftp.Structure) error
	Mode(ctx context.Context, m ftp.Mode) error
	// Allo has a record size of 0 for none.
	Allo(ctx context.Context, size, record int64) error

	Cwd(ctx context.Context, path string) error
	Cdup(ctx context.Context) error
	Pwd(ctx context.Context) (string, error)
	Mkd(ctx context.Context, path string) (string, error)
	Rmd(ctx context.Context, path string) error
	Dele(ctx context.Context, path string) error
	Rename(ctx context.Context, from, to string) error
	Smnt(ctx context.Context, path string) error
	Size(ctx context.Context, path string) (int64, error)
	Mdtm(ctx context.Context, path string) (time.Time, error)
	Mlst(ctx context.Context, path string) (Listed, error)
	Syst(ctx context.Context) (string, error)
	// Stat and Help have "" for no argument.
	Stat(ctx context.Context, path string) (*ftp.Reply, error)
	Help(ctx context.Context, command string) (*ftp.Reply, error)
	Site(ctx context.Context, text string) (*ftp.Reply, error)
	Noop(ctx context.Context) error
	Rein(ctx context.Context) error
	// Quote sends a line as the user gave it, and returns all replies to it.
	Quote(ctx context.Context, line string) ([]*ftp.Reply, error)

	Retr(ctx context.Context, path string, o TransferOptions) ([]byte, error)
	// RetrAbort begins a retrieval, reads an octet or more, and aborts it.
	RetrAbort(ctx context.Context, path string) error
	Stor(ctx context.Context, path string, data []byte, o TransferOptions) error
	// StorAbort begins to store a file, sends the data, and aborts instead of ending it.
	StorAbort(ctx context.Context, path string, data []byte) error
	Appe(ctx context.Context, path string, data []byte, o TransferOptions) error
	// Stou returns the name that the server chose.
	Stou(ctx context.Context, data []byte) (string, error)
	Nlst(ctx context.Context, path string) ([]string, error)
	// List returns what could be parsed, and the lines that could not.
	List(ctx context.Context, path string) (entries []Listed, other []string, err error)
	Mlsd(ctx context.Context, path string) ([]Listed, error)
	// ReadDir lists the files and directories in a directory by MLSD where the server announces it, and by LIST elsewhere.
	ReadDir(ctx context.Context, path string) ([]Listed, error)

	// Get retrieves a file into a directory here, under the last element of its pathname.
	Get(ctx context.Context, path, dir string) error
	// GetTree retrieves the files in a directory, and in those below, into a directory here.
	GetTree(ctx context.Context, path, dir string) error

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

// clientRows are the client cases of all RFCs.
func clientRows() []clientCase {
	var rows []clientCase
	for _, part := range [][]clientCase{commandRows(), replyRows(), loginRows(), dataRows(), representationRows(), listingRows(), tlsRows(), extensionClientRows()} {
		rows = append(rows, part...)
	}
	return rows
}
