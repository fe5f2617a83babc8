package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"harness/internal/auth"
	"harness/internal/ca"
	"harness/internal/play"
	"harness/internal/report"
	"harness/mockservers"
	"harness/protocols/dialect"
)

type replayOptions struct {
	serve, drive, user, password, junit, caDir string
	once, exact, asJSON, verbose               bool
	timeout                                    time.Duration
	trust                                      trust
}

func (a *app) replayCmd() *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use:   "replay FILE|DIR... (--serve ADDR | --drive URL)",
		Short: "Play recorded sessions before a client, or against a server",
		Long: `replay plays one side of recorded sessions and tells where the other side does not do what the session says.

With --serve it plays the server: the first client that connects gets the first session, the next one the next, and after the
last the first again, until it is interrupted, or with --once until each was played once. With --drive it plays the client of
each session against the server of the URL.

A session whose secrets were redacted needs --user and --password to be driven; served, it takes any password, or with --user
and --password only those. A password that is left out is taken from HARNESS_PASSWORD.

Exit codes: 0 every play matched, 1 one did not, or --once was interrupted, 2 a session could not be played.`,
		Example: `  harness replay dovecot-retrieve.session --serve 127.0.0.1:2110
  harness replay sessions --serve 127.0.0.1:0 --once --junit replay.xml
  harness replay sessions/*.session --drive pop3://mail.example --user alice --password secret`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return a.replay(cmd.Context(), args, &o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.serve, "serve", "", "play the server's side on this `address`, host:port; port 0 takes a free one")
	f.StringVar(&o.drive, "drive", "", "play the client's side against the server of this `URL`")
	f.StringVar(&o.user, "user", "", "the `name` to log in with, in place of the recorded one")
	f.StringVar(&o.password, "password", "", "the `password` to log in with, in place of the recorded or redacted one")
	f.StringVar(&o.junit, "junit", "", "write a JUnit report to this `file`")
	f.BoolVar(&o.once, "once", false, "with --serve: end after each session was played once")
	f.BoolVar(&o.exact, "exact", false, "be exact: with --drive a reply in other words is a mismatch, with --serve another order of closing")
	f.BoolVar(&o.asJSON, "json", false, "print a JSON object for each play, one a line")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "with --serve: print what happens in the sessions on standard error")
	f.DurationVar(&o.timeout, "timeout", 0, "how long to wait for each line of the other side (default 10s with --drive, 10m with --serve)")
	o.trust.flags(cmd)
	addCADir(cmd, &o.caDir)
	cmd.MarkFlagsOneRequired("serve", "drive")
	cmd.MarkFlagsMutuallyExclusive("serve", "drive")
	cmd.MarkFlagsMutuallyExclusive("once", "drive")
	completeSessions(cmd)
	return cmd
}

func (o *replayOptions) credentials(a *app) *auth.Credentials {
	if o.password == "" && o.user != "" {
		o.password = os.Getenv("HARNESS_PASSWORD")
	}
	a.secret(o.password)
	if o.user == "" && o.password == "" {
		return nil
	}
	return &auth.Credentials{User: o.user, Password: o.password}
}

func (a *app) replay(ctx context.Context, args []string, o *replayOptions) error {
	if o.timeout < 0 {
		return fmt.Errorf("--timeout %v: expected a time above 0", o.timeout)
	}
	scripts, err := loadRecorded(args)
	if err != nil {
		return err
	}
	for _, s := range scripts[1:] {
		if first := scripts[0]; s.dialect.Name() != first.dialect.Name() {
			return fmt.Errorf("%s is a session of %s, %s of %s: play them one protocol at a time", first.file, first.dialect.Name(), s.file, s.dialect.Name())
		}
	}
	log := &playLog{app: a, asJSON: o.asJSON, started: time.Now(), played: map[string]int{}}
	if o.drive != "" {
		err = a.driveSessions(ctx, scripts, o, log)
	} else {
		err = a.serveSessions(ctx, scripts, o, log)
	}
	if o.junit != "" {
		werr := report.WriteFile(o.junit, func(w io.Writer) error { return log.writeJUnit(w, scripts) })
		if werr != nil {
			err = errors.Join(err, fmt.Errorf("--junit: the report could not be written: %w", werr))
		}
	}
	return err
}

func (a *app) driveSessions(ctx context.Context, scripts []recorded, o *replayOptions, log *playLog) error {
	u, err := a.parseURL(o.drive)
	if err != nil {
		return fmt.Errorf("--drive: %w", err)
	}
	if u.path != "" {
		return fmt.Errorf("--drive %s: the session tells what is asked for; leave the path out", u)
	}
	if u.startTLS {
		return errors.New("--drive: starttls means nothing here: TLS starts where the session says so; leave it out")
	}
	if got := scripts[0].dialect.Name(); got != u.dialect.Name() {
		return fmt.Errorf("--drive %s: the sessions are of %s", u, got)
	}
	if o.user == "" {
		o.user = u.user
	}
	if o.password == "" {
		o.password = u.password
	}
	cfg, err := o.trust.config(u.host)
	if err != nil {
		return err
	}
	implicit := play.WithoutTLS
	if u.scheme.ImplicitTLS {
		implicit = play.WithTLS
	}
	opts := play.Options{
		Side: dialect.Client, Credentials: o.credentials(a), TLS: cfg, ImplicitTLS: implicit, Exact: o.exact,
		Timeouts: play.Timeouts{Read: o.timeout, Connect: o.timeout, Write: o.timeout, Handshake: o.timeout}, // 0 is 10 s
	}
	var troubles []error
	for _, s := range scripts {
		if ctx.Err() != nil {
			troubles = append(troubles, errors.New("interrupted before all sessions were played"))
			break
		}
		opts.Dialect = s.dialect
		r, err := play.Play(ctx, s.session, opts, play.Dialer(u.addr))
		if r == nil {
			err = fmt.Errorf("%s cannot be played against %s: %w", s.file, u, err)
			troubles = append(troubles, err)
		}
		log.add(s.file, r, err)
	}
	log.end()
	if len(troubles) > 0 {
		return errors.Join(troubles...)
	}
	if log.failed > 0 {
		return errMismatch
	}
	return nil
}

func (a *app) serveSessions(ctx context.Context, scripts []recorded, o *replayOptions, log *playLog) error {
	host, port, err := splitAddr(o.serve)
	if err != nil {
		return fmt.Errorf("--serve: %w", err)
	}
	if port < 0 {
		port = unprivilegedPort(scripts[0].dialect, schemeFor(scripts))
	}
	opts := scriptOptions{listeners: []mockservers.Listener{{
		Addr: net.JoinHostPort(host, strconv.Itoa(port)), ImplicitTLS: schemeFor(scripts).ImplicitTLS,
	}}}
	if opts.authority, err = ca.Load(o.caDir); err != nil {
		return err
	}
	opts.credentials, opts.exact, opts.timeout = o.credentials(a), o.exact, o.timeout
	if o.verbose {
		opts.log = func(e mockservers.Event) { fmt.Fprintln(a.stderr, e) }
	}
	srv, err := startScripts(ctx, scripts, opts)
	if err != nil {
		return err
	}
	defer srv.Close()
	for _, l := range srv.Listeners() {
		fmt.Fprintf(a.stderr, "%s\n", srv.URLOf(l))
	}
	if hasTLS(scripts) {
		fmt.Fprintf(a.stderr, "CA %s\n", opts.authority.File())
	}

	files := map[string]string{}
	for _, s := range scripts {
		files[s.session.Name] = s.file
	}
	// What the server forgets of its last reports was seen before.
	seen := map[*play.Report]bool{}
	take := func(reports []*play.Report) {
		now := map[*play.Report]bool{}
		for _, r := range reports {
			now[r] = true
			if !seen[r] {
				log.add(files[r.Session], r, r.Err())
			}
		}
		seen = now
	}
	for n := 1; !o.once || n <= len(scripts); n++ {
		reports, err := srv.Wait(ctx, n)
		if err != nil {
			break // interrupted
		}
		take(reports)
	}
	// Clients that are being served when the command is interrupted are cut off, and that is no fault of theirs.
	interrupted := ctx.Err() != nil
	if !interrupted {
		take(srv.Reports())
	}
	err = srv.Close()
	log.end()
	unplayed := log.unplayed(scripts)
	for _, file := range unplayed {
		fmt.Fprintf(a.stderr, "never played: %s\n", file)
	}
	switch {
	case err != nil:
		return err
	case log.failed > 0, o.once && len(unplayed) > 0:
		return errMismatch
	}
	return nil
}

// playLog prints what became of each play, and remembers it.
type playLog struct {
	app     *app
	asJSON  bool
	started time.Time

	mu             sync.Mutex
	plays          []playResult
	played         map[string]int
	passed, failed int
	// none counts the plays that could not begin.
	none int
}

type playResult struct {
	file     string
	report   *play.Report // nil if the play did not begin
	err      error
	duration time.Duration
}

type playJSON struct {
	File     string         `json:"file"`
	Matched  bool           `json:"matched"`
	Peer     string         `json:"peer,omitempty"`
	Items    int            `json:"items"`
	Played   int            `json:"played"`
	Skipped  int            `json:"skipped"`
	Reworded int            `json:"reworded"`
	Seconds  report.Seconds `json:"seconds"`
	Problems []string       `json:"problems"`
}

// add tells of one play. Err is nil if it matched; r is nil if it could not begin, which the caller tells of.
func (l *playLog) add(file string, r *play.Report, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := playResult{file: file, report: r, err: err}
	if r != nil {
		p.duration = r.Duration()
	}
	l.plays = append(l.plays, p)
	l.played[file]++
	switch {
	case err == nil:
		l.passed++
	case r == nil:
		l.none++
	default:
		l.failed++
	}
	if l.asJSON {
		out := playJSON{File: file, Matched: err == nil, Problems: []string{}, Seconds: report.Seconds(p.duration)}
		if r != nil {
			out.Peer, out.Items, out.Played, out.Skipped, out.Reworded = r.Peer, r.Items, r.Played, r.Skipped, len(r.Reworded)
		}
		for _, problem := range p.problems() {
			out.Problems = append(out.Problems, l.app.redact(problem))
		}
		e := json.NewEncoder(l.app.stdout)
		e.SetEscapeHTML(false)
		e.Encode(out)
		return
	}
	color := l.app.colored(l.app.stdout)
	word := paint(color, colorGreen, "match     ")
	if err != nil {
		word = paint(color, colorRed, "MISMATCH  ")
	}
	if r == nil {
		fmt.Fprintln(l.app.stdout, paint(color, colorRed, "not played")+"  "+file)
		return
	}
	line := fmt.Sprintf("%s  %s  %d of %s, %s", word, file, r.Played, count(r.Items, "item"), p.duration.Round(time.Millisecond))
	if n := len(r.Reworded); n > 0 {
		line += ", " + count2(n, "reply in other words", "replies in other words")
	}
	if r.Side == dialect.Server {
		line += ", " + r.Peer
	}
	fmt.Fprintln(l.app.stdout, line)
	for _, problem := range p.problems() {
		fmt.Fprintln(l.app.stdout, indent(l.app.redact(problem), "  "))
	}
}

func (p *playResult) problems() []string {
	var out []string
	switch {
	case p.err == nil:
	case p.report == nil || len(p.report.Problems) == 0:
		out = append(out, p.err.Error())
	default:
		for _, problem := range p.report.Problems {
			out = append(out, problem.Error())
		}
	}
	return out
}

func indent(text, by string) string { return by + strings.ReplaceAll(text, "\n", "\n"+by) }

// end prints the sum.
func (l *playLog) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.asJSON {
		return
	}
	sum := count2(l.passed, "match", "matches") + ", " + count2(l.failed, "mismatch", "mismatches")
	if l.none > 0 {
		sum += fmt.Sprintf(", %d not played", l.none)
	}
	fmt.Fprintln(l.app.stdout, sum)
}

// unplayed returns the files of the sessions that were not played.
func (l *playLog) unplayed(scripts []recorded) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var out []string
	for _, s := range scripts {
		if l.played[s.file] == 0 {
			out = append(out, s.file)
		}
	}
	return out
}

// writeJUnit writes a test for each play, and a skipped one for each session that was not played.
func (l *playLog) writeJUnit(w io.Writer, scripts []recorded) error {
	unplayed := l.unplayed(scripts)
	l.mu.Lock()
	defer l.mu.Unlock()
	suite := report.Suite{Name: "replay", Started: l.started}
	protocol := scripts[0].dialect.Name()
	times := map[string]int{}
	for _, p := range l.plays {
		times[p.file]++
		name := filepath.ToSlash(p.file)
		if n := times[p.file]; n > 1 {
			name += fmt.Sprintf(" (%d)", n)
		}
		t := report.Test{Class: protocol + ".replay", Name: name, Duration: p.duration}
		if p.err != nil {
			detail := l.app.redact(strings.Join(p.problems(), "\n"))
			first, _, _ := strings.Cut(detail, "\n")
			if p.report == nil {
				t.Error = first
			} else {
				t.Failure = first
			}
			t.Detail = detail
		}
		suite.Tests = append(suite.Tests, t)
	}
	for _, file := range unplayed {
		suite.Tests = append(suite.Tests, report.Test{Class: protocol + ".replay", Name: filepath.ToSlash(file), Skipped: "no client came for it"})
	}
	return report.WriteSuites(w, []report.Suite{suite})
}
