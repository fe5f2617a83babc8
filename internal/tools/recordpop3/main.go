// Command recordpop3 makes the recorded sessions of POP3 anew: it starts each real server in a container, puts the recorder before it, and has the
// client do what the sessions are to show.
//
//	go run ./internal/tools/recordpop3 [-o DIR] [SERVER...]
//
// Without a SERVER all of package peers are recorded. What changes from one run to the next is what changes at the server: times, unique ids,
// nonces. What a server does not offer has no session; that is told.
//
// The sessions of a server replace those that are there when all of them have been recorded and checked: see check.
package main

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"harness/fixtures"
	"harness/internal/tools/recordpop3/maildrop"
	"harness/specs/peers"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("recordpop3", flag.ContinueOnError)
	flags.SetOutput(stderr)
	dir := flags.String("o", filepath.Join("fixtures", "sessions", "pop3"), "the `directory` that the sessions are written to; it is made if it is not there")
	flags.Usage = func() {
		fmt.Fprintf(stderr, "usage: recordpop3 [-o DIR] [SERVER...]\n\nThe servers are %s.\n\n", strings.Join(peers.POP3Servers(), ", "))
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return 0
		}
		return 2
	}
	names := flags.Args()
	for _, name := range names {
		if !slices.Contains(peers.POP3Servers(), name) {
			fmt.Fprintf(stderr, "recordpop3: no server is called %q; there are %s\n", name, strings.Join(peers.POP3Servers(), ", "))
			return 2
		}
	}
	if len(names) == 0 {
		names = peers.POP3Servers()
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	code := 0
	for _, name := range names {
		if err := recordServer(ctx, stdout, name, startPeer(name), *dir); err != nil {
			fmt.Fprintf(stderr, "recordpop3: %s: %v\n", name, err)
			code = 1
		}
		if ctx.Err() != nil {
			break
		}
	}
	return code
}

// server is what sessions are recorded with.
type server struct {
	software           string
	plain, implicitTLS string // addresses
	tls                *tls.Config
	close              func(context.Context) error
}

// starter starts a server whose account has the mail.
type starter func(ctx context.Context, mail []fixtures.Mail) (*server, error)

func startPeer(name string) starter {
	return func(ctx context.Context, mail []fixtures.Mail) (*server, error) {
		opts := peers.POP3Options{Accounts: map[string]string{user: password}, Mail: map[string][][]byte{}}
		for _, m := range mail {
			opts.Mail[user] = append(opts.Mail[user], m.Data)
		}
		s, err := peers.StartPOP3(ctx, name, opts)
		if err != nil {
			return nil, err
		}
		return &server{
			software: s.Software, plain: s.Addr(peers.PortPOP3), implicitTLS: s.Addr(peers.PortPOP3S), tls: s.TLSConfig(), close: s.Close,
		}, nil
	}
}

// serverTimeout bounds all sessions of a server, and the building of its image.
const serverTimeout = 10 * time.Minute

// recordServer records all sessions of a server into dir.
func recordServer(ctx context.Context, stdout io.Writer, name string, start starter, dir string) error {
	ctx, cancel := context.WithTimeout(ctx, serverTimeout)
	defer cancel()
	temp, err := os.MkdirTemp("", "recordpop3-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	r := &recorder{name: name, dir: temp}
	// A server for each maildrop, and one for each session that leaves it changed.
	groups := map[string][]scenario{}
	var keys []string
	for _, sc := range scenarios() {
		key := sc.mail
		if sc.alone {
			key = sc.name
		}
		if groups[key] == nil {
			keys = append(keys, key)
		}
		groups[key] = append(groups[key], sc)
	}
	for _, key := range keys {
		if err := r.group(ctx, start, groups[key]); err != nil {
			return err
		}
	}
	size, err := publish(r.sessions, dir, name)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d sessions of %s, %d octets\n", name, len(r.sessions), r.software, size)
	if len(r.lacks) > 0 {
		fmt.Fprintf(stdout, "%s has no session of: %s\n", name, strings.Join(r.lacks, ", "))
	}
	return nil
}

// group records the sessions that share a maildrop.
func (r *recorder) group(ctx context.Context, start starter, list []scenario) (err error) {
	mail, err := maildrop.Parse(list[0].mail)
	if err != nil {
		return err
	}
	s, err := start(ctx, mail)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close(ctx)) }()
	r.software = s.software
	if r.offer == nil {
		if err := r.ask(ctx, s); err != nil {
			return fmt.Errorf("asking what it offers: %w", err)
		}
	}
	for _, sc := range list {
		if why, fails := sc.fails[r.name]; fails {
			r.lacks = append(r.lacks, sc.name+" ("+why+")")
			continue
		}
		if sc.offered != nil && !sc.offered(*r.offer) {
			r.lacks = append(r.lacks, sc.name)
			continue
		}
		if err := r.record(ctx, s, sc); err != nil {
			return fmt.Errorf("the session %q: %w", sc.name, err)
		}
	}
	return nil
}
