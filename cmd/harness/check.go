package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"harness/internal/report"
	"harness/specs"
)

// reachTimeout bounds the first contact with a user's server.
const reachTimeout = 30 * time.Second

type checkOptions struct {
	labels, junit, json, html, baseline, other string
	strict, list, destructive, verbose         bool
	seed                                       int64
	timeFactor                                 float64
	quiet                                      time.Duration
	trust                                      trust
}

func (a *app) checkCmd() *cobra.Command {
	var o checkOptions
	cmd := &cobra.Command{
		Use:   "check [URL|PROTOCOL...]",
		Short: "Judge servers, or our own mocks and clients",
		Long: `check judges the server that each URL names by the rules of its protocol's RFCs. Without a URL it starts the built-in mocks,
runs the server cases and the client cases with our own clients, and serves the recorded sessions to them; the name of a
protocol restricts that to it.

A URL is SCHEME://USER:PASSWORD@HOST[:PORT][/PATH][?starttls=1]. A password that is left out is taken from HARNESS_PASSWORD.
The path is for FTP the directory, for NNTP the newsgroup with which cases work, for SMTP and LMTP the mailboxes to which they send, separated by
commas; for NNTP, SMTP and LMTP the account may be left out.
Cases that change what the server keeps are left out unless --destructive allows them: give an account made for the test.

--label takes Ginkgo's label filters. The labels of a case are its protocol, server, client or recorded, the RFC (RFC1939),
the RFC and section (RFC1939-7), the level (MUST, MUST-NOT, SHOULD, SHOULD-NOT, MAY), extensions (UIDL), mutates, and others
that --list shows.

A baseline lists known failures, one a line: CASE [@ SOFTWARE]: REASON. Others fail the run, and so does a listed one that
passes.

Exit codes: 0 nothing failed, 1 something is non-conformant, 2 the check could not be run to its end.`,
		Example: `  harness check
  harness check pop3 --label 'RFC1939 && !mutates'
  harness check 'pop3://alice:secret@mail.example?starttls=1' --ca ca.pem --junit report.xml
  harness check pop3s://alice:secret@127.0.0.1:1995 --insecure --destructive --baseline known.txt
  harness check nntp://reader:secret@news.example/local.test --destructive
  harness check --list --label UIDL`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.check(cmd.Context(), args, &o) },
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			out := protocolNames()
			for _, s := range schemeNames() {
				out = append(out, s+"://")
			}
			return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.labels, "label", "", "run only the cases whose labels match this `filter`, such as 'UIDL || RFC2449'")
	f.BoolVar(&o.strict, "strict", false, "take a violated SHOULD for non-conformant")
	f.StringVar(&o.junit, "junit", "", "write a JUnit report to this `file`")
	f.StringVar(&o.json, "json", "", "write a JSON report to this `file`; - for standard output, in place of the table")
	f.StringVar(&o.html, "html", "", "write a report as one HTML page to this `file`")
	f.StringVar(&o.baseline, "baseline", "", "`file` that lists known failures")
	f.BoolVar(&o.list, "list", false, "list the cases instead of running them")
	f.BoolVar(&o.destructive, "destructive", false, "also run cases that change what the server keeps")
	f.StringVar(&o.other, "other-user", "", "a second account of the server, `name:password`, for the cases that need one")
	f.Int64Var(&o.seed, "seed", 0, "run the cases in the random order of this `number`; 0 for the order of the list")
	f.Float64Var(&o.timeFactor, "slow", 1, "multiply all time limits by this `factor`, for a slow server")
	f.DurationVar(&o.quiet, "quiet-wait", specs.DefaultQuietWait, "how long to listen where nothing may arrive")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "also list what lies within a rule's latitude, and every inconclusive case")
	o.trust.flags(cmd)
	completeWith(cmd, "label", knownLabels)
	return cmd
}

// knownLabels returns the labels of all cases.
func knownLabels() []string {
	var out []string
	for _, p := range protocolTable {
		env := &specs.Env{}
		p.register(env)
		for _, c := range env.Cases() {
			out = append(out, c.AllLabels()...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// environments returns one environment for each URL, or for each built-in protocol.
func (a *app) environments(args []string, o *checkOptions) ([]*specs.Env, []*userServer, error) {
	var envs []*specs.Env
	var servers []*userServer
	builtin := func(p *protocol) {
		env := a.environment(p, o)
		env.Server, env.Client = p.builtin()
		envs = append(envs, env)
	}
	if len(args) == 0 {
		for _, p := range protocolTable {
			builtin(p)
		}
	}
	for _, arg := range args {
		if p, ok := protocolNamed(arg); ok {
			builtin(p)
			continue
		}
		u, err := a.parseURL(arg)
		if errors.Is(err, errNotURL) {
			return nil, nil, fmt.Errorf("%q is neither a protocol (%s) nor a URL (%s://user:password@host)", arg, strings.Join(protocolNames(), ", "), schemeNames()[0])
		}
		if err != nil {
			return nil, nil, err
		}
		p, ok := protocolNamed(u.dialect.Name())
		if !ok {
			return nil, nil, fmt.Errorf("%s: there are no cases for %s; there are for %s", u, u.dialect.Name(), strings.Join(protocolNames(), ", "))
		}
		s, err := a.userServer(p, u, o)
		if err != nil {
			return nil, nil, err
		}
		env := a.environment(p, o)
		env.Server = s
		envs = append(envs, env)
		servers = append(servers, s)
	}
	return envs, servers, nil
}

func (a *app) environment(p *protocol, o *checkOptions) *specs.Env {
	env := &specs.Env{Strict: o.strict, Destructive: o.destructive, TimeFactor: o.timeFactor, QuietWait: o.quiet}
	p.register(env)
	return env
}

func (a *app) check(ctx context.Context, args []string, o *checkOptions) error {
	switch {
	case o.timeFactor <= 0:
		return fmt.Errorf("--slow %v: expected a factor above 0", o.timeFactor)
	case o.quiet <= 0:
		return fmt.Errorf("--quiet-wait %v: expected a time above 0", o.quiet)
	}
	envs, servers, err := a.environments(args, o)
	if err != nil {
		return err
	}
	// All that can be wrong is found before anything is run.
	var baseline *specs.Baseline
	if o.baseline != "" {
		if baseline, err = specs.LoadBaseline(o.baseline); err != nil {
			return fmt.Errorf("baseline: %w", err)
		}
	}
	for _, file := range []string{o.json, o.junit, o.html} {
		if info, err := os.Stat(filepath.Dir(file)); file != "" && file != "-" && (err != nil || !info.IsDir()) {
			return fmt.Errorf("%s cannot be written: %s is no directory", file, filepath.Dir(file))
		}
	}
	selected := false
	for _, env := range envs {
		if err := env.Validate(); err != nil {
			return err
		}
		if baseline != nil {
			if err := baseline.Check(env); err != nil {
				return fmt.Errorf("baseline: %w", err)
			}
		}
		_, err := specs.Select(env, o.labels)
		if err != nil && !errors.Is(err, specs.ErrNoCases) {
			return err
		}
		selected = selected || err == nil
	}
	if !selected {
		return fmt.Errorf("%w with labels that match %q; harness check --list shows the labels", specs.ErrNoCases, o.labels)
	}
	if o.list {
		return a.listCases(envs, o)
	}
	for _, s := range servers {
		rctx, cancel := context.WithTimeout(ctx, time.Duration(float64(reachTimeout)*o.timeFactor))
		err := s.reach(rctx)
		cancel()
		if err != nil {
			return fmt.Errorf("%s cannot be checked: %w%s", s.url, err, tlsHint(err))
		}
	}

	var runs []*specs.Summary
	for _, env := range envs {
		p := &progress{w: a.stderr, live: isTerminal(a.stderr)}
		s, err := specs.Run(ctx, env, specs.RunOptions{Labels: o.labels, Seed: o.seed, Started: p.start(env), Progress: p.result})
		if errors.Is(err, specs.ErrNoCases) {
			continue
		}
		if err != nil {
			return err
		}
		p.end()
		runs = append(runs, s)
		if s.Interrupted {
			break
		}
	}
	r := specs.Report(version(), runs...)
	if baseline != nil {
		baseline.Apply(r)
	}
	if err := a.writeReports(r, o); err != nil {
		return err
	}
	switch {
	case r.Failed:
		return errMismatch
	case r.Interrupted:
		return errors.New("interrupted before all cases were run")
	}
	return nil
}

func (a *app) writeReports(r *report.Report, o *checkOptions) error {
	if o.json == "-" {
		if err := report.WriteJSON(a.stdout, r); err != nil {
			return err
		}
	} else if err := report.WriteText(a.stdout, r, report.TextOptions{Color: a.colored(a.stdout), Verbose: o.verbose}); err != nil {
		return err
	}
	for _, out := range []struct {
		file, flag string
		write      func(io.Writer, *report.Report) error
	}{{o.json, "--json", report.WriteJSON}, {o.junit, "--junit", report.WriteJUnit}, {o.html, "--html", report.WriteHTML}} {
		if out.file == "" || out.file == "-" && out.flag == "--json" {
			continue
		}
		if err := report.WriteFile(out.file, func(w io.Writer) error { return out.write(w, r) }); err != nil {
			return fmt.Errorf("%s: the report could not be written: %w", out.flag, err)
		}
	}
	return nil
}

// listedCase is a case in the JSON form of --list.
type listedCase struct {
	ID          string   `json:"id"`
	Requirement string   `json:"requirement,omitempty"`
	Cite        string   `json:"cite,omitempty"`
	Level       string   `json:"level"`
	Rule        string   `json:"rule"`
	Deviations  []string `json:"deviations,omitempty"`
	Labels      []string `json:"labels"`
}

func (a *app) listCases(envs []*specs.Env, o *checkOptions) error {
	var list []listedCase
	seen := map[string]bool{}
	for _, env := range envs {
		cases, err := specs.Select(env, o.labels)
		if err != nil && !errors.Is(err, specs.ErrNoCases) {
			return err
		}
		for _, c := range cases {
			if seen[c.ID] {
				continue
			}
			seen[c.ID] = true
			e := c.Entry()
			l := listedCase{ID: c.ID, Requirement: c.Requirement, Level: e.Level.String(), Rule: e.Rule, Deviations: c.Deviations, Labels: c.AllLabels()}
			if e.RFC != 0 {
				l.Cite = e.Cite()
			}
			list = append(list, l)
		}
	}
	write := func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(list)
	}
	switch o.json {
	case "":
	case "-":
		return write(a.stdout)
	default:
		return report.WriteFile(o.json, write)
	}
	w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "CASE\tREQUIREMENT\tPLACE\tLEVEL\tLABELS")
	for _, l := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.ID, dash(l.Requirement), dash(l.Cite), l.Level, strings.Join(l.Labels, " "))
	}
	return w.Flush()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// userServer is the server that a URL names, as party under test.
type userServer struct {
	specs.UserServer
	protocol *protocol
	url      *serverURL
}

// userServer makes the party under test of a URL. It does not connect.
func (a *app) userServer(p *protocol, u *serverURL, o *checkOptions) (*userServer, error) {
	if u.user == "" && !p.anonymous {
		return nil, fmt.Errorf("%s: the cases need an account: write %s://USER:PASSWORD@%s", u, u.scheme.Name, u.addr)
	}
	if u.user != "" && u.password == "" {
		u.password = os.Getenv("HARNESS_PASSWORD")
		a.secret(u.password)
	}
	cfg, err := o.trust.config(u.host)
	if err != nil {
		return nil, err
	}
	s := &userServer{protocol: p, url: u, UserServer: specs.UserServer{Target: specs.Target{
		Name: u.String(),
		URL:  u.target(),
		User: u.user, Password: u.password, TLS: cfg, StartTLS: u.startTLS,
	}}}
	if o.other != "" {
		name, password, ok := strings.Cut(o.other, ":")
		if !ok || name == "" {
			return nil, errors.New("--other-user: expected name:password")
		}
		a.secret(password)
		s.Target.OtherUser, s.Target.OtherPassword = name, password
	}
	return s, nil
}

// reach makes sure that the server answers, and finds out what it is.
func (s *userServer) reach(ctx context.Context) error {
	target := s.Target
	software, err := s.protocol.reach(ctx, &target)
	if err != nil {
		return err
	}
	if software != "" {
		s.Target.Name = software + " (" + s.url.String() + ")"
	}
	return nil
}

// progress tells how far a run is: a line that changes on a terminal, one line elsewhere.
type progress struct {
	w           io.Writer
	live        bool
	done, total int
	failed      int
}

func (p *progress) start(env *specs.Env) func(int) {
	return func(total int) {
		p.total = total
		var names []string
		if env.Server != nil {
			names = append(names, env.Server.Name())
		}
		if env.Client != nil {
			names = append(names, env.Client.Name())
		}
		fmt.Fprintf(p.w, "checking %s: %d cases\n", strings.Join(names, " and "), total)
	}
}

func (p *progress) result(r specs.Result) {
	p.done++
	if r.Failed() {
		p.failed++
	}
	if !p.live {
		return
	}
	fmt.Fprintf(p.w, "\r\x1b[K%d/%d", p.done, p.total)
	if p.failed > 0 {
		fmt.Fprintf(p.w, ", %d failed", p.failed)
	}
	fmt.Fprintf(p.w, "  %s", r.Case.ID)
}

func (p *progress) end() {
	if p.live {
		fmt.Fprint(p.w, "\r\x1b[K")
	}
}
