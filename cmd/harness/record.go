package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"harness/internal/ca"
	"harness/internal/record"
	"harness/protocols"
)

type recordOptions struct {
	upstream, listen, dir, name, clientTLS, server, caDir string
	count                                                 int
	keepSecrets, asJSON                                   bool
	waits                                                 time.Duration
	trust                                                 trust
}

func (a *app) recordCmd() *cobra.Command {
	var o recordOptions
	cmd := &cobra.Command{
		Use:   "record PROTOCOL --upstream URL",
		Short: "Record what clients and a server say to each other",
		Long: `record is a proxy before a server: point a client at the URL that it prints, and each connection becomes a session file. TLS ends
in the recorder: the client sees a certificate that harness ca vouches for, and the server's is verified by the recorder.

Secrets are redacted unless --keep-secrets is given; a redacted session can still be replayed.

It runs until it is interrupted, or until --count sessions have ended.`,
		Example: `  harness record pop3 --upstream pop3://mail.example -o sessions
  harness record pop3 --upstream pop3s://mail.example --listen 127.0.0.1:2110 --client-tls clear
  harness record pop3 --upstream pop3://127.0.0.1:1110 --count 1 --name login`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.record(cmd.Context(), args[0], &o) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return protocols.Names(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.upstream, "upstream", "", "the server's `URL`, scheme://host[:port]")
	f.StringVar(&o.listen, "listen", "127.0.0.1:0", "`host:port` to listen on; port 0 takes a free one")
	f.StringVarP(&o.dir, "output", "o", ".", "`directory` to write the sessions to; it is made if it is not there")
	f.StringVar(&o.name, "name", "", "`pattern` of the files' names; {protocol}, {date}, {time} and {n} are replaced (default {protocol}-{date}-{time}-{n})")
	f.StringVar(&o.clientTLS, "client-tls", "like-upstream", "whether the clients' connections begin with TLS: like-upstream, implicit or clear")
	f.StringVar(&o.server, "server", "", "`name` of the server's software, for the header (default what it calls itself)")
	f.IntVar(&o.count, "count", 0, "end after this `number` of sessions; 0 to go on")
	f.BoolVar(&o.keepSecrets, "keep-secrets", false, "write passwords down as they are")
	f.DurationVar(&o.waits, "waits", 0, "write down pauses of the server of at least this `time`; 0 for none")
	f.BoolVar(&o.asJSON, "json", false, "print JSON objects, one a line: where it listens, then each event")
	o.trust.flags(cmd)
	addCADir(cmd, &o.caDir)
	complete(cmd, "client-tls", "like-upstream", "implicit", "clear")
	for _, err := range []error{cmd.MarkFlagRequired("upstream"), cmd.MarkFlagDirname("output")} {
		if err != nil {
			panic(err) // there is no such flag: a mistake in this program
		}
	}
	return cmd
}

// clientTLSModes are the values of --client-tls.
var clientTLSModes = map[string]record.TLSMode{"like-upstream": record.LikeUpstream, "implicit": record.Implicit, "clear": record.Clear}

func (a *app) record(ctx context.Context, protocol string, o *recordOptions) error {
	d, err := protocols.Lookup(protocol)
	if err != nil {
		return err
	}
	if !strings.Contains(o.upstream, "://") {
		o.upstream = d.Schemes()[0].Name + "://" + o.upstream
	}
	u, err := a.parseURL(o.upstream)
	switch {
	case err != nil:
		return fmt.Errorf("--upstream: %w", err)
	case u.dialect.Name() != d.Name():
		return fmt.Errorf("--upstream %s is a server of %s, not of %s", u, u.dialect.Name(), d.Name())
	case u.user != "":
		return fmt.Errorf("--upstream %s: a recorder does not log in, the client does; leave the account out", u)
	case u.path != "":
		return fmt.Errorf("--upstream %s: a recorder passes on what the client asks for; leave the path out", u)
	case u.startTLS:
		return fmt.Errorf("--upstream %s: a recorder does not start TLS, the client does; leave starttls out", u)
	}
	mode, ok := clientTLSModes[o.clientTLS]
	if !ok {
		return fmt.Errorf("--client-tls %q: expected like-upstream, implicit or clear", o.clientTLS)
	}
	if o.count < 0 {
		return fmt.Errorf("--count %d: expected 0 or more", o.count)
	}
	host, port, err := splitAddr(o.listen)
	if err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	cfg, err := o.trust.config(u.host)
	if err != nil {
		return err
	}
	authority, err := ca.Load(o.caDir)
	if err != nil {
		return err
	}
	r, err := record.Start(ctx, record.Options{
		Upstream: u.scheme.Name + "://" + u.addr, Listen: net.JoinHostPort(host, strconv.Itoa(max(port, 0))), Mode: mode, Dir: o.dir, Name: o.name,
		CA: authority, TLS: cfg, Insecure: o.trust.insecure, KeepSecrets: o.keepSecrets, Waits: o.waits, Server: o.server,
		Log: func(e record.Event) { a.recordEvent(e, o.asJSON) },
	})
	if err != nil {
		return err
	}
	if o.asJSON {
		json.NewEncoder(a.stdout).Encode(struct {
			Type     string `json:"type"`
			URL      string `json:"url"`
			Upstream string `json:"upstream"`
			CA       string `json:"ca"`
		}{"ready", r.URL(), u.String(), authority.File()})
	} else {
		fmt.Fprintf(a.stdout, "%s\nto %s\nCA %s\n", r.URL(), u, authority.File())
	}
	if o.count > 0 {
		// An error is ctx's end: what was recorded until then counts.
		_, _ = r.Wait(ctx, o.count)
	} else {
		<-ctx.Done()
	}
	return r.Close()
}

func (a *app) recordEvent(e record.Event, asJSON bool) {
	switch {
	case asJSON:
		json.NewEncoder(a.stdout).Encode(struct {
			Type string `json:"type"`
			record.Event
		}{"event", e})
	case e.Kind == record.Saved:
		fmt.Fprintln(a.stdout, e.File)
	default:
		fmt.Fprintln(a.stderr, e)
	}
}
