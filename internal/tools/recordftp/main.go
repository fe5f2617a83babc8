// Command recordftp makes the recorded sessions of FTP anew: it starts each real server in a container, puts the recorder before it, and has the
// client do what the sessions are to show.
//
//	go run ./internal/tools/recordftp [-o DIR] [SERVER...]
//
// Without a SERVER all of package peers are recorded. What changes from one run to the next is what changes at the server: times and ports. What
// a server does not offer has no session; that is told.
//
// The sessions of a server replace those that are there when all of them have been recorded and checked: see recording.Check.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"harness/fixtures"
	"harness/internal/tools/recording"
	"harness/protocols/ftp"
	"harness/specs/peers"
	"harness/transcript"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	return recording.Command{
		Name: "recordftp", Protocol: "ftp", Servers: peers.FTPServers(),
		Record: func(ctx context.Context, stdout io.Writer, name, dir string) error {
			return recordServer(ctx, stdout, name, startPeer(name), dir)
		},
	}.Run(args, stdout, stderr)
}

// starter starts a server whose account has the files of the fixtures.
type starter func(ctx context.Context) (*recording.Server, error)

func startPeer(name string) starter {
	return func(ctx context.Context) (*recording.Server, error) {
		s, err := peers.StartFTP(ctx, name, peers.FTPOptions{
			Accounts: map[string]string{user: password}, Files: map[string][]fixtures.File{user: fixtures.Files()}, SessionReuse: name != "pureftpd",
		})
		if err != nil {
			return nil, err
		}
		return &recording.Server{
			Software: s.Software, Plain: s.Addr(peers.PortFTP), ImplicitTLS: s.Addr(peers.PortFTPS), TLS: s.TLSConfig(), Close: s.Close,
		}, nil
	}
}

// recordServer records all sessions of a server into dir. The scenarios that change nothing share a server, each of the others has one.
func recordServer(ctx context.Context, stdout io.Writer, name string, start starter, dir string) error {
	temp, err := os.MkdirTemp("", "recordftp-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	r := &recorder{name: name, dir: temp}
	groups := [][]scenario{nil}
	for _, sc := range scenarios() {
		if sc.alone {
			groups = append(groups, []scenario{sc})
		} else {
			groups[0] = append(groups[0], sc)
		}
	}
	for _, group := range groups {
		if err := r.group(ctx, start, group); err != nil {
			return err
		}
	}
	size, err := recording.Publish(r.sessions, dir, name)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d sessions of %s, %d octets\n", name, len(r.sessions), r.software, size)
	if len(r.lacks) > 0 {
		fmt.Fprintf(stdout, "%s has no session of: %s\n", name, strings.Join(r.lacks, ", "))
	}
	return nil
}

// recorder records the sessions of one server.
type recorder struct {
	name     string
	dir      string // where the recorder writes
	software string
	lacks    []string
	sessions []*transcript.Session
}

// group records the sessions that share a server.
func (r *recorder) group(ctx context.Context, start starter, list []scenario) (err error) {
	s, err := start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close(ctx)) }()
	r.software = s.Software
	for _, sc := range list {
		if sc.implicit && s.ImplicitTLS == "" || sc.lacking[r.name] {
			r.lacks = append(r.lacks, sc.name)
			continue
		}
		take := recording.Take{
			Name: r.name + "-" + sc.name, Dialect: ftp.Dialect(), Client: "harness ftpclient", Dir: r.dir, Password: password, Implicit: sc.implicit,
			Volatiles: volatiles, Play: sc.play,
		}
		for _, cite := range sc.cites {
			take.Header = append(take.Header, transcript.Field{Name: "cite", Value: cite})
		}
		take.Header = append(take.Header, transcript.Field{Name: "note", Value: "the home directory holds the tree of fixtures/files"})
		if sc.wrong {
			take.Wrong = wrongPassword
		}
		session, err := take.Record(ctx, s)
		if err != nil {
			return fmt.Errorf("the session %q: %w", sc.name, err)
		}
		r.sessions = append(r.sessions, session)
	}
	return nil
}
