package peers

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"harness/fixtures"
)

// The ports of an FTP server, for [Server.Addr], which says where they are reached.
const (
	PortFTP  = 21  // plain, and TLS after AUTH (RFC 4217 section 4)
	PortFTPS = 990 // TLS from the start, which no RFC describes
)

// AnonymousHome is the name under which [FTPOptions.Files] has what anonymous users see.
const AnonymousHome = "ftp"

// ftpServer is what StartFTP has to know of an image.
type ftpServer struct {
	implicit bool // has a port for TLS from the start
	reuse    bool // can demand that data channels resume the TLS session of the control channel
	caps     []string
}

var ftpServers = map[string]ftpServer{
	"proftpd":  {implicit: true, reuse: true},
	"pureftpd": {caps: []string{"DAC_READ_SEARCH", "SYS_NICE"}}, // it keeps these of its capabilities, and ends if it cannot
	"vsftpd":   {implicit: true, reuse: true},
}

// FTPServers returns the names that [StartFTP] knows, sorted.
func FTPServers() []string { return slices.Sorted(maps.Keys(ftpServers)) }

// FTPOptions say what an FTP server starts with.
type FTPOptions struct {
	// Accounts maps each user name to its password; nil means alice, "wonderland", and bob, "builder". What they may consist
	// of is said at [POP3Options]; the names of Debian's system accounts, and "ftp", are taken.
	Accounts map[string]string
	// Files maps a user to what is in the home directory, which the user cannot leave: the directories before what is in them,
	// as [fixtures.Files] has it. Modes and dates are kept, and everything is the user's own. A user who is not named has an
	// empty home.
	Files map[string][]fixtures.File
	// Anonymous lets users "anonymous" and "ftp" log in with any password. They may read Files[AnonymousHome], and write nothing.
	Anonymous bool
	// SessionReuse makes the server refuse a data channel over TLS that does not resume the session of the control channel
	// (RFC 4217 section 10.2). Pure-FTPd cannot.
	SessionReuse bool
}

// StartFTP starts the FTP server of that name, one of [FTPServers], and returns when it greets on its ports, which takes about
// a second. If its image has to be built first, that takes up to a minute more. The server has [PortFTP] and, except for Pure-FTPd,
// [PortFTPS]; it allows passwords in clear, and data channels of either protection. All times are UTC. The error wraps [ErrNoEngine] if
// there is no engine; it shows the end of the server's log if it does not start within 30 seconds.
//
// The server shares the network of the engine's machine, so that data connections need no translation: passive ports are where it says, and
// it reaches the address of this end of the control connection. Where the engine is this machine, that is the loopback interface,
// IPv4.
func StartFTP(ctx context.Context, name string, opts FTPOptions) (*Server, error) {
	kind, known := ftpServers[name]
	if !known {
		return nil, unknownServer("FTP", name, FTPServers())
	}
	accounts, err := checkAccounts("an FTP server", opts.Accounts)
	if err != nil {
		return nil, err
	}
	if _, ok := accounts[AnonymousHome]; ok {
		return nil, fmt.Errorf("peers: user %q is the anonymous one: set FTPOptions.Anonymous instead", AnonymousHome)
	}
	for user, files := range opts.Files {
		if _, ok := accounts[user]; !ok && (user != AnonymousHome || !opts.Anonymous) {
			return nil, fmt.Errorf("peers: files for user %q, who has no account", user)
		}
		if err := checkFiles(files); err != nil {
			return nil, fmt.Errorf("peers: files for user %q: %w", user, err)
		}
	}
	if opts.SessionReuse && !kind.reuse {
		return nil, fmt.Errorf("peers: server %s cannot demand that TLS sessions are reused", name)
	}
	l := launch{
		name:     name,
		accounts: accounts,
		ports:    []port{{PortFTP, false}},
		greeting: "220 ",
		farewell: "221",
		onHost:   true,
		caps:     kind.caps,
		env:      make(map[string]string),
		seed: func(a *archive) {
			for _, user := range slices.Sorted(maps.Keys(opts.Files)) {
				tree, err := homeArchive(user, opts.Files[user])
				a.err = errors.Join(a.err, err)
				a.file("files/"+user+".tar", 0o600, tree)
			}
		},
	}
	if kind.implicit {
		l.ports = append(l.ports, port{PortFTPS, true})
	}
	if opts.Anonymous {
		l.env["HARNESS_ANONYMOUS"] = "1"
	}
	if opts.SessionReuse {
		l.env["HARNESS_SESSION_REUSE"] = "1"
	}
	return start(ctx, l)
}

func checkFiles(files []fixtures.File) error {
	for _, f := range files {
		if !fs.ValidPath(f.Path) || f.Path == "." {
			return fmt.Errorf("%q is not a relative slash-separated path", f.Path)
		}
		switch f.Mode.Type() {
		case 0, fs.ModeDir, fs.ModeSymlink:
		default:
			return fmt.Errorf("%q is of type %v; a directory, a file or a symbolic link is wanted", f.Path, f.Mode.Type())
		}
	}
	return nil
}

// homeArchive packs a home directory. tar sets the dates and modes of directories when all else is unpacked.
func homeArchive(user string, files []fixtures.File) ([]byte, error) {
	a := newArchive()
	for _, f := range files {
		header := &tar.Header{Name: f.Path, Mode: int64(f.Mode.Perm()), ModTime: f.ModTime, Uname: user, Gname: user, Format: tar.FormatPAX}
		switch f.Mode.Type() {
		case fs.ModeDir:
			header.Typeflag, header.Name = tar.TypeDir, f.Path+"/"
		case fs.ModeSymlink:
			header.Typeflag, header.Linkname = tar.TypeSymlink, f.Target
		default:
			header.Typeflag, header.Size = tar.TypeReg, int64(len(f.Data))
		}
		if user == AnonymousHome {
			header.Uname, header.Gname = "root", "root"
		}
		if err := a.w.WriteHeader(header); err != nil {
			return nil, fmt.Errorf("%q: %w", f.Path, err)
		}
		if _, err := a.w.Write(f.Data); err != nil {
			return nil, fmt.Errorf("%q: %w", f.Path, err)
		}
	}
	return a.bytes()
}
