package ftpspec

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"harness/internal/report"
	"harness/specs"
	"harness/specs/peers"
)

// TestSuite runs the server cases against the mock as Ginkgo specs, one spec a case.
func TestSuite(t *testing.T) {
	env := newEnv(t, Mock())
	specs.Suite(t, "FTP", func() { specs.Describe(env) })
}

// TestRealServers runs the server cases against servers that are not ours, in containers. Each has a list of known failures, in
// baseline/NAME.txt, with the reason of each.
func TestRealServers(t *testing.T) {
	for _, kind := range peers.FTPServers() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel() // each has an engine's time to wait for, and not much to do
			peers.Require(t)
			server := Container(kind)
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
			defer cancel()
			// Not only when the test has ended: the network's goroutines would be taken for leaks.
			defer func() {
				if err := server.Close(context.WithoutCancel(ctx)); err != nil {
					t.Error(err)
				}
			}()
			if err := server.Open(ctx); err != nil {
				t.Fatal(err)
			}
			env := newEnv(t, server)
			baseline, err := specs.LoadBaseline(filepath.Join("baseline", kind+".txt"))
			if err != nil {
				t.Fatal(err)
			}
			if err := baseline.Check(env); err != nil {
				t.Fatal(err)
			}
			// Not by specs.Run, of which there is one at a time.
			summary := &specs.Summary{Started: time.Now()}
			for _, c := range env.Runnable() {
				summary.Results = append(summary.Results, specs.RunCase(ctx, env, c))
			}
			summary.Duration = time.Since(summary.Started)
			r := specs.Report("test", summary)
			baseline.Apply(r)
			var text strings.Builder
			if err := report.WriteText(&text, r, report.TextOptions{}); err != nil {
				t.Fatal(err)
			}
			t.Log(text.String())
			if r.Failed {
				t.Errorf("%s does not behave as baseline/%s.txt says", server.Name(), kind)
			}
			for _, c := range r.Cases {
				if c.Verdict == report.Inconclusive && !cannotSetUp(c) {
					t.Errorf("%s came to no conclusion: %s", c.ID, c.Note)
				}
			}
		})
	}
}

// cannotSetUp says whether a case was inconclusive because it needs a switch that only the mock has.
func cannotSetUp(c report.Case) bool {
	return strings.HasPrefix(c.Note, specs.ErrCannotSetUp.Error())
}

// newEnv is an environment with the cases of FTP and a server under test.
func newEnv(t *testing.T, server specs.ServerUnderTest) *specs.Env {
	t.Helper()
	env := &specs.Env{Server: server}
	Register(env)
	if err := env.Validate(); err != nil {
		t.Fatal(err)
	}
	return env
}
