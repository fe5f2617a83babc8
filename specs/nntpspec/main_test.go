package nntpspec

import (
	"slices"
	"testing"

	"harness/mockservers/nntpmock"
	"harness/specs"
	"harness/specs/register"
	"harness/specs/spectest"
)

func TestMain(m *testing.M) { spectest.Main(m) }

// protocol is what the specs of NNTP are made of.
var protocol = spectest.Protocol{
	Name:           "nntp",
	Register:       Register,
	Mock:           func(deviations ...string) specs.ServerUnderTest { return Mock(deviations...) },
	MockDeviations: nntpmock.Deviations,
	Uncovered:      uncovered,
}

func TestSuite(t *testing.T)           { protocol.Suite(t) }
func TestDeviations(t *testing.T)      { protocol.ServerDeviations(t) }
func TestDeviationsKnown(t *testing.T) { protocol.MockDeviationsKnown(t) }
func TestCoverage(t *testing.T)        { protocol.Covered(t) }

// TestServerCasesConform runs the server cases against the mock that keeps all rules: in the clear, in TLS, and with TLS begun in mid-session.
func TestServerCasesConform(t *testing.T) {
	for name, mock := range map[string]*MockServer{"clear": {}, "implicit TLS": {ImplicitTLS: true}, "upgrade": {StartTLS: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var wrong spectest.MockErrors
			mock.OnError = wrong.Add
			t.Cleanup(func() { wrong.Check(t) })
			protocol.ServerConforms(t, mock, name == "clear")
		})
	}
}

// TestProofs wants a deviation for each server case of a MUST.
func TestProofs(t *testing.T) {
	for _, c := range protocol.Cases(t, specs.ServerCases) {
		if l := c.Entry().Level; len(c.Deviations) == 0 && (l == register.Must || l == register.MustNot) {
			t.Errorf("%s: no deviation proves it", c.ID)
		}
	}
}

// TestDeviationsUsed wants each deviation of the mock to prove a case.
func TestDeviationsUsed(t *testing.T) {
	used := map[string]bool{}
	for _, c := range protocol.Cases(t, specs.ServerCases) {
		for _, d := range c.Deviations {
			used[d] = true
		}
	}
	for _, d := range nntpmock.Deviations() {
		if !used[d.Name] {
			t.Errorf("%s proves no case", d.Name)
		}
	}
}

// uncovered are the rules that no case judges, with the reason.
var uncovered = pending(map[string]string{
	"nntp/article-final-crlf":     "the CRLF before the final line of a data block is the article's, whatever it ends with",
	"nntp/group-reinstated":       reinstated,
	"nntp/number-becomes-invalid": reinstated,
	"nntp/number-becomes-valid":   reinstated,
	"nntp/number-reinstated-low":  reinstated,
	"nntp/malformed-replacement":  "what a server has checked is not seen",
})

const reinstated = "nobody removes an article and reinstates it from outside"

// pending adds to the reasons what still has no case: the rules for clients, and those of the extensions.
func pending(reasons map[string]string) map[string]string {
	env := &specs.Env{}
	Register(env)
	open := map[string]bool{}
	for _, e := range specs.UncoveredRequirements("nntp", of(env, specs.ServerCases)) {
		if open[e.ID] = e.Party.Binds(register.Server); open[e.ID] && e.RFC != 3977 {
			reasons[e.ID] = "its case is still to come"
		}
	}
	for _, e := range specs.UncoveredRequirements("nntp", of(env, specs.ClientCases)) {
		if e.Party.Binds(register.Client) && !open[e.ID] {
			reasons[e.ID] = "its case is still to come"
		}
	}
	return reasons
}

func of(env *specs.Env, catalogue specs.Catalogue) []specs.Case {
	return slices.DeleteFunc(env.Cases(), func(c specs.Case) bool { return c.Catalogue != catalogue })
}
