// Command recordsmtp makes the recorded sessions of SMTP and LMTP anew: it starts each real server, in a container or in process, puts the recorder before it,
// and has the client do what the sessions are to show.
//
//	go run ./internal/tools/recordsmtp [-o DIR] [SERVER...]
//
// Without a SERVER all of package peers are recorded. What changes from one run to the next is what changes at the server: times and queue ids. What a
// server does not offer has no session; that is told.
//
// The sessions of a server replace those that are there when all of them have been recorded and checked: see recording.Check.
package main

import (
	"context"
	"io"
	"os"
	"slices"

	"harness/internal/tools/recording"
	"harness/protocols/smtp"
	"harness/specs/peers"
	"harness/transcript"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

// The servers in this process.
const (
	goSMTP = "gosmtp"
	goLMTP = "golmtp"
)

// servers are the names of all.
func servers() []string {
	return slices.Sorted(slices.Values(slices.Concat(peers.SMTPServers(), peers.LMTPServers(), []string{goSMTP, goLMTP})))
}

// speaksLMTP says whether a server is one of LMTP.
func speaksLMTP(name string) bool {
	return name == goLMTP || slices.Contains(peers.LMTPServers(), name)
}

func run(args []string, stdout, stderr io.Writer) int {
	return recording.Command{
		Name: "recordsmtp", Protocol: "smtp", Servers: servers(),
		Record: func(ctx context.Context, stdout io.Writer, name, dir string) error {
			return recordServer(ctx, stdout, name, startPeer(name), dir)
		},
	}.Run(args, stdout, stderr)
}

// starter starts a server. Leave has it shut down while there are sessions; nil if it cannot be told to.
type starter func(ctx context.Context) (s *recording.Server, leave func(context.Context) error, err error)

// accounts are those of every server. The mailbox of full takes nothing, where a server of LMTP has that.
var accounts = map[string]string{user: password, "bob": "builder", full: "desert"}

func startPeer(name string) starter {
	return func(ctx context.Context) (*recording.Server, func(context.Context) error, error) {
		if name == goSMTP || name == goLMTP {
			s, err := peers.StartGoSMTP(peers.GoSMTPOptions{Accounts: accounts, LMTP: name == goLMTP, Full: []string{full}})
			if err != nil {
				return nil, nil, err
			}
			plain := peers.PortSMTP
			if name == goLMTP {
				plain = peers.PortLMTP
			}
			return &recording.Server{
				Software: s.Software, Plain: s.Addr(plain), ImplicitTLS: s.Addr(peers.PortSubmissions), TLS: s.TLSConfig(),
				Close: func(context.Context) error { return s.Close() },
			}, nil, nil
		}
		if speaksLMTP(name) {
			s, err := peers.StartLMTP(ctx, name, peers.LMTPOptions{Accounts: accounts, Full: []string{full}})
			if err != nil {
				return nil, nil, err
			}
			return &recording.Server{Software: s.Software, Plain: s.Addr(peers.PortLMTP), TLS: s.TLSConfig(), Close: s.Close}, leaver(s), nil
		}
		s, err := peers.StartSMTP(ctx, name, peers.SMTPOptions{Accounts: accounts})
		if err != nil {
			return nil, nil, err
		}
		return &recording.Server{
			Software: s.Software, Plain: s.Addr(peers.PortSMTP), Other: s.Addr(peers.PortSubmission), ImplicitTLS: s.Addr(peers.PortSubmissions),
			TLS: s.TLSConfig(), Close: s.Close,
		}, leaver(s), nil
	}
}

// endings are the commands that have a server end its sessions with a 421. Exim's sessions are the daemon's children; Dovecot's container ends with it.
var endings = map[string]string{
	"exim":    `for p in /proc/[0-9]*; do case $(tr '\0' ' ' <$p/cmdline) in exim4*) set -- $(cat $p/stat); [ "$4" = 1 ] || kill "$1"; esac; done`,
	"dovecot": "doveadm stop",
}

func leaver(s *peers.Server) func(context.Context) error {
	command, ok := endings[s.Name]
	if !ok {
		return nil
	}
	return func(ctx context.Context) error {
		_, err := s.Exec(ctx, "sh", "-c", command)
		return err
	}
}

// recordServer records all sessions of a server into dir.
func recordServer(ctx context.Context, stdout io.Writer, name string, start starter, dir string) error {
	var leave func(context.Context) error // of the server that runs
	r := recording.Series{Server: name, Start: func(ctx context.Context) (s *recording.Server, err error) {
		s, leave, err = start(ctx)
		return s, err
	}}
	for _, sc := range scenarios(speaksLMTP(name), func(ctx context.Context) error { return leave(ctx) }) {
		if !sc.offered(name) {
			r.Lacks = append(r.Lacks, sc.name)
			continue
		}
		take := recording.Take{
			Name: name + "-" + sc.name, Dialect: smtp.Dialect(), Client: "harness smtpclient", Password: password, Implicit: sc.implicit, Other: sc.submission,
			Alone: sc.alone, Volatiles: volatiles, Play: sc.play,
		}
		for _, cite := range sc.cites {
			take.Header = append(take.Header, transcript.Field{Name: "cite", Value: cite})
		}
		take.Header = append(take.Header, transcript.Field{Name: "note", Value: sc.note})
		if sc.wrong {
			take.Wrong = wrongPassword
		}
		r.Takes = append(r.Takes, take)
	}
	return r.Record(ctx, stdout, dir)
}
