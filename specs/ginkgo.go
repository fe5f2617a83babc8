package specs

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/extensions/globals"
	"github.com/onsi/ginkgo/v2/formatter"
	"github.com/onsi/ginkgo/v2/types"

	"harness/internal/report"
)

// Describe adds the environment's runnable cases to Ginkgo's tree, one spec a case, under the protocol and the catalogue. Decorators, such
// as ginkgo.Label, go to each container. Non-conformant and broken cases fail, with the whole story; inconclusive ones and those of
// extensions that aren't offered are skipped, with the reason. What is wrong with the cases fails a spec of its own.
func Describe(env *Env, decorators ...any) {
	describe(context.Background(), env, env.Runnable(), nil, decorators...)
}

// Describe's work. The cases also end when ctx does; after, if not nil, is told each result.
func describe(ctx context.Context, env *Env, cases []Case, after func(Result), decorators ...any) {
	if err := env.Validate(); err != nil {
		ginkgo.It("has valid cases", func() { ginkgo.Fail(err.Error()) })
		return
	}
	var groups []string
	byGroup := map[string][]Case{}
	for _, c := range cases {
		g := c.Protocol() + " " + string(c.Catalogue) + " cases"
		if byGroup[g] == nil {
			groups = append(groups, g)
		}
		byGroup[g] = append(byGroup[g], c)
	}
	for _, g := range groups {
		body := func() {
			for _, c := range byGroup[g] {
				it(ctx, env, c, after)
			}
		}
		ginkgo.Describe(g, append(slices.Clone(decorators), body)...)
	}
}

func it(parent context.Context, env *Env, c Case, after func(Result)) {
	timeout := c.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	// RunCase keeps the time; Ginkgo's limit is for a RunCase that hangs.
	limit := env.scale(timeout) + caseGrace + cleanupTimeout + 5*time.Second
	ginkgo.It(c.ID, ginkgo.Label(c.AllLabels()...), ginkgo.SpecTimeout(limit), func(spec ginkgo.SpecContext) {
		ctx, cancel := context.WithCancel(spec)
		defer cancel()
		defer context.AfterFunc(parent, cancel)()
		r := RunCase(ctx, env, c)
		if after != nil {
			after(r)
		}
		if r.Verdict == Latitude {
			ginkgo.AddReportEntry("latitude", r.Message(), ginkgo.ReportEntryVisibilityFailureOrVerbose)
		}
		switch {
		case r.Failed():
			ginkgo.Fail(r.Message())
		case r.Verdict == Undecided:
			ginkgo.Skip("inconclusive: " + r.Judgement.Note)
		case r.Verdict == Unoffered:
			ginkgo.Skip("not offered: " + r.Judgement.Note)
		}
	})
}

// ginkgoMu keeps two runs apart: Ginkgo's tree and configuration are global.
var ginkgoMu sync.Mutex

// flagConfig is the configuration that the flags of go test ask for. RunSpecs overwrites it with what it is given.
var flagConfig = sync.OnceValues(ginkgo.GinkgoConfiguration)

// Suite runs the specs that build adds to Ginkgo's tree as the Go test t. It may be called by any number of tests of a package, and with
// go test -count, neither of which Ginkgo's RunSpecs allows. Ginkgo's signal handler outlives it: a goroutine in
// registerForInterrupts, which goleak has to be told of.
func Suite(t *testing.T, description string, build func()) {
	t.Helper()
	suite, reporter := flagConfig()
	runSpecs(t, description, suite, reporter, nil, build)
}

// runSpecs is RunSpecs with a tree of its own. Ginkgo's reporter prints to out, if it isn't nil.
func runSpecs(t ginkgo.GinkgoTestingT, description string, suite types.SuiteConfig, reporter types.ReporterConfig, out io.Writer, build func()) {
	ginkgoMu.Lock()
	defer ginkgoMu.Unlock()
	if out != nil {
		stdout := formatter.ColorableStdOut
		formatter.ColorableStdOut = out
		defer func() { formatter.ColorableStdOut = stdout }()
	}
	globals.Reset()
	defer globals.Reset()
	// RunSpecs refuses -count because it cannot run twice; with the reset above it can.
	if f := flag.Lookup("test.count"); f != nil && f.Value.String() != "1" {
		count := f.Value.String()
		f.Value.Set("1")
		defer f.Value.Set(count)
	}
	build()
	ginkgo.RunSpecs(t, description, suite, reporter)
}

// RunOptions are the options of [Run]. The zero value runs every case, in order.
type RunOptions struct {
	// Labels chooses cases by Ginkgo's label filter language, such as "RFC1939 && !mutates"; "" for all.
	Labels string
	// Seed shuffles the cases; 0 leaves them in their order.
	Seed int64
	// Started is told how many cases will run.
	Started func(cases int)
	// Progress is told each result as it comes.
	Progress func(Result)
}

// Summary is what a run found.
type Summary struct {
	// Results are those of the cases that were run, in the order in which they ran.
	Results  []Result
	Started  time.Time
	Duration time.Duration
	Options  RunOptions
	Strict   bool
	// Interrupted says that the context ended before all cases had run.
	Interrupted bool
}

// ErrNoCases is returned by [Run] and [Select] when no case is left to run.
var ErrNoCases = errors.New("no case to run")

// LabelError is a label filter that cannot be read.
type LabelError struct {
	// Filter is the filter as given.
	Filter string
	// Reason is Ginkgo's explanation.
	Reason error
}

// Error tells what is wrong with the filter, and where.
func (e *LabelError) Error() string { return fmt.Sprintf("label filter %q: %v", e.Filter, e.Reason) }

// Unwrap returns the reason.
func (e *LabelError) Unwrap() error { return e.Reason }

// Select returns the runnable cases that a label filter chooses; "" chooses all. The error is a [*LabelError], or wraps [ErrNoCases].
func Select(env *Env, labels string) ([]Case, error) {
	matches, err := types.ParseLabelFilter(labels)
	if err != nil {
		var g types.GinkgoError
		if errors.As(err, &g) && g.Message != "" {
			// The message is the filter with terminal markup in it, and in the last line what is wrong.
			err = errors.New(g.Message[strings.LastIndexByte(g.Message, '\n')+1:])
		}
		return nil, &LabelError{labels, err}
	}
	var out []Case
	for _, c := range env.Runnable() {
		if matches(c.AllLabels()) {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		if labels != "" {
			return nil, fmt.Errorf("%w: none has labels that match %q", ErrNoCases, labels)
		}
		return nil, ErrNoCases
	}
	return out, nil
}

type failFlag bool

func (f *failFlag) Fail() { *f = true }

// Run runs the cases of an environment from a program that is no Go test, through Ginkgo. It prints nothing. When ctx ends, the case that
// runs is interrupted, the others are left out, and the summary says so. The error is about cases that could not be run at all: it is that
// of [Env.Validate] or of [Select]. Two runs in a program wait for each other.
//
// As long as it runs, Ginkgo also watches for SIGINT and SIGTERM, and ends the run at either.
func Run(ctx context.Context, env *Env, opts RunOptions) (*Summary, error) {
	if err := env.Validate(); err != nil {
		return nil, fmt.Errorf("the cases are not valid: %w", err)
	}
	cases, err := Select(env, opts.Labels)
	if err != nil {
		return nil, err
	}
	s := &Summary{Started: time.Now(), Options: opts, Strict: env.Strict}
	if opts.Started != nil {
		opts.Started(len(cases))
	}
	var mu sync.Mutex
	after := func(r Result) {
		mu.Lock()
		defer mu.Unlock()
		if r.interrupted {
			return
		}
		s.Results = append(s.Results, r)
		if opts.Progress != nil {
			opts.Progress(r)
		}
	}
	flagConfig() // before RunSpecs overwrites it
	suite, reporter := types.NewDefaultSuiteConfig(), types.NewDefaultReporterConfig()
	suite.Timeout = 0 // none: each case has its own
	suite.RandomSeed, suite.RandomizeAllSpecs = opts.Seed, opts.Seed != 0
	runSpecs(new(failFlag), "harness", suite, reporter, io.Discard, func() {
		ginkgo.BeforeEach(func() {
			if ctx.Err() != nil {
				ginkgo.Skip("interrupted")
			}
		})
		describe(ctx, env, cases, after)
	})
	s.Duration = time.Since(s.Started)
	s.Interrupted = len(s.Results) < len(cases)
	return s, nil
}

// Failed counts the results that fail the run.
func (s *Summary) Failed() int {
	n := 0
	for _, r := range s.Results {
		if r.Failed() {
			n++
		}
	}
	return n
}

// Report returns the report of one or several runs, version being the harness's. It applies no baseline: see [Baseline.Apply].
func Report(version string, runs ...*Summary) *report.Report {
	out := &report.Report{Harness: version}
	for _, s := range runs {
		if out.Started.IsZero() || s.Started.Before(out.Started) {
			out.Started = s.Started
		}
		out.Duration += report.Seconds(s.Duration)
		out.Strict = out.Strict || s.Strict
		out.Labels, out.Seed = s.Options.Labels, s.Options.Seed
		out.Interrupted = out.Interrupted || s.Interrupted
		for _, r := range s.Results {
			out.Cases = append(out.Cases, r.report())
		}
	}
	out.Finish()
	return out
}

func (r Result) report() report.Case {
	c := report.Case{
		ID: r.Case.ID, Protocol: r.Case.Protocol(), Catalogue: string(r.Case.Catalogue), Subject: r.Subject,
		Requirement: r.Case.Requirement, RFC: r.Entry.RFC, Section: r.Entry.Section, Level: r.Entry.Level.String(), Rule: r.Entry.Rule,
		Labels: r.Case.AllLabels(), Verdict: report.Verdict(r.Verdict.String()),
		Expected: r.Judgement.Expected, Actual: r.Judgement.Actual, Note: r.Judgement.Note,
		Duration: report.Seconds(r.Duration),
	}
	if r.Entry.RFC != 0 {
		c.Cite = r.Entry.Cite()
	}
	if r.Err != nil {
		c.Verdict, c.Error = report.Broken, r.Err.Error()
	}
	if c.Verdict != report.Conformant && c.Verdict != report.NotOffered {
		c.Exchange = r.Exchange
	}
	return c
}
