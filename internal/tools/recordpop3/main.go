// Command recordpop3 makes the recorded sessions of POP3 anew: it starts each real server in a container, puts the recorder before it, and has the
// client do what the sessions are to show.
//
//	go run ./internal/tools/recordpop3 [-o DIR] [SERVER...]
//
// Without a SERVER all of package peers are recorded. What changes from one run to the next is what changes at the server: times, unique ids,
// nonces. What a server does not offer has no session; that is told.
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
	"harness/internal/tools/recordpop3/maildrop"
	"harness/specs/peers"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	return recording.Command{
		Name: "recordpop3", Protocol: "pop3", Servers: peers.POP3Servers(),
		Record: func(ctx context.Context, stdout io.Writer, name, dir string) error {
			return recordServer(ctx, stdout, name, startPeer(name), dir)
		},
	}.Run(args, stdout, stderr)
}

// starter starts a server whose account has the mail.
type starter func(ctx context.Context, mail []fixtures.Mail) (*recording.Server, error)

func startPeer(name string) starter {
	return func(ctx context.Context, mail []fixtures.Mail) (*recording.Server, error) {
		opts := peers.POP3Options{Accounts: map[string]string{user: password}, Mail: map[string][][]byte{}}
		for _, m := range mail {
			opts.Mail[user] = append(opts.Mail[user], m.Data)
		}
		s, err := peers.StartPOP3(ctx, name, opts)
		if err != nil {
			return nil, err
		}
		return &recording.Server{
			Software: s.Software, Plain: s.Addr(peers.PortPOP3), ImplicitTLS: s.Addr(peers.PortPOP3S), TLS: s.TLSConfig(), Close: s.Close,
		}, nil
	}
}

// recordServer records all sessions of a server into dir.
func recordServer(ctx context.Context, stdout io.Writer, name string, start starter, dir string) error {
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
	defer func() { err = errors.Join(err, s.Close(ctx)) }()
	r.software = s.Software
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
