package nntpspec

import (
	"testing"

	"harness/specs"
	"harness/specs/register"
)

// uncovered are the rules that no case judges, with the reason.
var uncovered = func() map[string]string {
	out := map[string]string{}
	for _, list := range [][]string{pendingRFC3977, pendingExtensions, pendingClient} {
		for _, id := range list {
			out[id] = "its case is not written yet"
		}
	}
	return out
}()

func TestCoverage(t *testing.T) { protocol.Covered(t) }

// TestPending wants what has its case to be off the lists.
func TestPending(t *testing.T) {
	pending := func(catalogue specs.Catalogue, party register.Party, lists ...[]string) {
		open := map[string]bool{}
		for _, e := range specs.UncoveredRequirements(protocol.Name, protocol.Cases(t, catalogue)) {
			open[e.ID] = e.Party.Binds(party)
		}
		for _, list := range lists {
			for _, id := range list {
				if !open[id] {
					t.Errorf("%s has its %s case: take it off the list", id, catalogue)
				}
			}
		}
	}
	pending(specs.ServerCases, register.Server, pendingRFC3977, pendingExtensions)
	pending(specs.ClientCases, register.Client, pendingClient)
}
