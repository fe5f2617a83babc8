// Command recordnntp makes the recorded sessions of NNTP anew: it starts each real server in a container, puts the recorder before it, and has the
// client do what the sessions are to show.
//
//	go run ./internal/tools/recordnntp [-o DIR] [SERVER...]
//
// Without a SERVER all of package peers are recorded. What changes from one run to the next is what changes at the server: times, and what it makes of
// them. What a server does not offer has no session; that is told.
//
// The sessions of a server replace those that are there when all of them have been recorded and checked: see recording.Check.
package main

import (
	"context"
	"io"
	"os"

	"harness/internal/tools/recording"
	"harness/protocols/nntp"
	"harness/specs/peers"
	"harness/transcript"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	return recording.Command{
		Name: "recordnntp", Protocol: "nntp", Servers: peers.NNTPServers(),
		Record: func(ctx context.Context, stdout io.Writer, name, dir string) error {
			return recordServer(ctx, stdout, name, startPeer(name), dir)
		},
	}.Run(args, stdout, stderr)
}

// starter starts a server that has the news of the fixtures.
type starter func(ctx context.Context) (*recording.Server, error)

func startPeer(name string) starter {
	return func(ctx context.Context) (*recording.Server, error) {
		s, err := peers.StartNNTP(ctx, name, peers.NNTPOptions{Accounts: map[string]string{user: password}})
		if err != nil {
			return nil, err
		}
		return &recording.Server{
			Software: s.Software, Plain: s.Addr(peers.PortNNTP), ImplicitTLS: s.Addr(peers.PortNNTPS), Other: s.Addr(peers.PortNNSP),
			TLS: s.TLSConfig(), Close: s.Close,
		}, nil
	}
}

// recordServer records all sessions of a server into dir.
func recordServer(ctx context.Context, stdout io.Writer, name string, start starter, dir string) error {
	r := recording.Series{Server: name, Start: start}
	for _, sc := range scenarios() {
		if sc.lacking[name] {
			r.Lacks = append(r.Lacks, sc.name)
			continue
		}
		take := recording.Take{
			Name: name + "-" + sc.name, Dialect: nntp.Dialect(), Client: "harness nntpclient", Password: password, Implicit: sc.implicit, Other: sc.peer,
			Alone: sc.alone, Volatiles: volatiles, Play: sc.play,
		}
		for _, cite := range sc.cites {
			take.Header = append(take.Header, transcript.Field{Name: "cite", Value: cite})
		}
		take.Header = append(take.Header, transcript.Field{Name: "note", Value: "the server has the news of fixtures/news"})
		if sc.wrong {
			take.Wrong = wrongPassword
		}
		r.Takes = append(r.Takes, take)
	}
	return r.Record(ctx, stdout, dir)
}
