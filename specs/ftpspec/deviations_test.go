package ftpspec

import (
	"slices"
	"strings"
	"testing"
	"time"

	"harness/mockservers/ftpmock"
	"harness/specs"
	"harness/specs/register"
)

// TestDeviations proves each case by the deviations that it names.
func TestDeviations(t *testing.T) {
	for _, c := range serverCases(judgedRows()) {
		if len(c.Deviations) == 0 {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			// What a deviation withholds is not waited for as long as a real server is. The quiet waits are not shortened.
			newEnv := func(factor float64) func(string) (*specs.Env, error) {
				return func(deviation string) (*specs.Env, error) {
					env := &specs.Env{Server: Mock()}
					if deviation != "" {
						env.Server, env.TimeFactor, env.QuietWait = Mock(deviation), factor, time.Duration(float64(specs.DefaultQuietWait)/factor)
					}
					Register(env)
					return env, nil
				}
			}
			errs := specs.CheckDeviations(t.Context(), newEnv(0.1), []specs.Case{c})
			if len(errs) > 0 {
				// The machine may have been too busy for that.
				errs = specs.CheckDeviations(t.Context(), newEnv(1), []specs.Case{c})
			}
			for _, err := range errs {
				t.Error(err)
			}
		})
	}
}

// TestDeviationsKnown keeps the names of deviations and the claims of both sides together: a case must not name a deviation that the mock does
// not have for its requirement, and a MUST is proven by one at least.
func TestDeviationsKnown(t *testing.T) {
	violates := map[string][]string{}
	for _, d := range ftpmock.Deviations() {
		violates[d.Name] = d.Violates
	}
	for _, c := range serverCases(judgedRows()) {
		if l := c.Entry().Level; len(c.Deviations) == 0 && (l == register.Must || l == register.MustNot) {
			t.Errorf("%s: no deviation proves it", c.ID)
		}
		for _, name := range c.Deviations {
			ids, ok := violates[name]
			switch {
			case !ok:
				t.Errorf("%s: the mock has no deviation %s", c.ID, name)
			case !slices.Contains(ids, c.Requirement):
				t.Errorf("%s: the mock's deviation %s does not say that it violates %s, but %s", c.ID, name, c.Requirement, strings.Join(ids, ", "))
			}
		}
	}
}
