package ftpspec

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"harness/mockservers"
	"harness/specs"
	"harness/specs/register"
	"harness/specs/trial"
)

// clientEnv is an environment with the client cases only, whose quiet waits are short: what a client would say at once is there by then.
func clientEnv(t testing.TB, client Client) *specs.Env {
	t.Helper()
	env := &specs.Env{Client: client, QuietWait: 25 * time.Millisecond}
	Register(env)
	if err := env.Validate(); err != nil {
		t.Fatal(err)
	}
	return env
}

func clientCasesOf(env *specs.Env) []specs.Case {
	return slices.DeleteFunc(env.Cases(), func(c specs.Case) bool { return c.Catalogue != specs.ClientCases })
}

// conform runs all client cases and fails for each that isn't conformant.
func conform(t *testing.T, client Client) {
	env := clientEnv(t, client)
	for _, c := range clientCasesOf(env) {
		t.Run(strings.TrimPrefix(c.ID, "ftp/client/"), func(t *testing.T) {
			t.Parallel()
			r := specs.RunCase(t.Context(), env, c)
			switch {
			case r.Err != nil, r.Judgement.Kind == specs.Violated, r.Judgement.Kind == specs.Inconclusive:
				t.Errorf("%s", r.Message())
			case r.Judgement.Kind == specs.NotOffered:
				t.Errorf("the client lacks what the case needs: %s", r.Message())
			}
		})
	}
}

func TestClientCasesConform(t *testing.T) { conform(t, NativeClient()) }

// TestClientDeviations proves each case by the deviations that it names, and that the reference client conforms without.
func TestClientDeviations(t *testing.T) {
	for _, c := range clientCasesOf(clientEnv(t, NativeClient())) {
		t.Run(strings.TrimPrefix(c.ID, "ftp/client/"), func(t *testing.T) {
			t.Parallel()
			// What a deviation leaves out is waited for, not as long as for a real client.
			newEnv := func(factor float64) func(string) (*specs.Env, error) {
				return func(deviation string) (*specs.Env, error) {
					var names []string
					if deviation != "" {
						names = []string{deviation}
					}
					client, err := ReferenceClient(names...)
					if err != nil {
						return nil, err
					}
					env := clientEnv(t, client)
					if deviation != "" {
						env.TimeFactor, env.QuietWait = factor, time.Duration(float64(env.QuietWait)/factor)
					}
					return env, nil
				}
			}
			if len(c.Deviations) == 0 {
				// CheckDeviations leaves it out.
				env, err := newEnv(1)("")
				if err != nil {
					t.Fatal(err)
				}
				if r := specs.RunCase(t.Context(), env, c); r.Err != nil || r.Judgement.Kind == specs.Violated || r.Judgement.Kind == specs.Inconclusive {
					t.Errorf("%s", r.Message())
				}
			}
			errs := specs.CheckDeviations(t.Context(), newEnv(0.2), []specs.Case{c})
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

// Every deviation of the reference client is some case's proof, and says what it violates.
func TestClientDeviationsAreUsed(t *testing.T) {
	used := map[string][]string{}
	for _, c := range clientCasesOf(clientEnv(t, NativeClient())) {
		for _, d := range c.Deviations {
			used[d] = append(used[d], c.Requirement)
		}
	}
	seen := map[string]bool{}
	for _, d := range ClientDeviations() {
		if seen[d.Name] {
			t.Errorf("%s is there twice", d.Name)
		}
		seen[d.Name] = true
		if d.Summary == "" || len(d.Violates) == 0 {
			t.Errorf("%s: no summary, or no requirement", d.Name)
		}
		if used[d.Name] == nil {
			t.Errorf("%s proves no case", d.Name)
		}
		for _, id := range d.Violates {
			e, ok := register.Lookup(id)
			if !ok || !e.Party.Binds(register.Client) {
				t.Errorf("%s violates %s, which is no requirement of a client", d.Name, id)
			}
		}
		for _, id := range used[d.Name] {
			if !slices.Contains(d.Violates, id) {
				t.Errorf("%s proves a case of %s, which it is not said to violate", d.Name, id)
			}
		}
	}
	for name := range used {
		if !slices.ContainsFunc(ClientDeviations(), func(d mockservers.Deviation) bool { return d.Name == name }) {
			t.Errorf("there is no deviation %s", name)
		}
	}
}

// notCovered are the rules for clients that no case judges, with the reason.
var notCovered = map[string]string{}

func TestClientRequirementsAreCovered(t *testing.T) {
	cases := clientCasesOf(clientEnv(t, NativeClient()))
	for _, e := range specs.UncoveredRequirements("ftp", cases) {
		if e.Party.Binds(register.Client) && notCovered[e.ID] == "" {
			t.Errorf("no case for %s (%s, %s): %s", e.ID, e.Cite(), e.Level, e.Rule)
		}
	}
	for id := range notCovered {
		if !slices.ContainsFunc(specs.UncoveredRequirements("ftp", cases), func(e register.Entry) bool { return e.ID == id }) {
			t.Errorf("%s is covered, or not to be tested", id)
		}
	}
}

// The scripts of the rows can be read.
func TestClientScripts(t *testing.T) {
	for _, row := range clientRows() {
		if _, err := trial.Parse("ftp", row.script); err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
		if (row.script == "") == (row.serve == nil) {
			t.Errorf("%s has neither script nor serve, or both", row.name)
		}
	}
}

// A client that is none is no violation.
func TestClientOfAnotherProtocol(t *testing.T) {
	env := &specs.Env{Client: nobody{}}
	Register(env)
	r := specs.RunCase(context.Background(), env, clientCasesOf(env)[0])
	if r.Judgement.Kind != specs.Inconclusive {
		t.Errorf("%s", r.Message())
	}
}

type nobody struct{}

func (nobody) Name() string { return "nobody" }
