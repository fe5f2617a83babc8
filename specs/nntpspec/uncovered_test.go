package nntpspec

import (
	"testing"

	"harness/specs"
	"harness/specs/register"
)

// uncovered are the rules that no case judges, with the reason.
var uncovered = func() map[string]string {
	out := map[string]string{
		"nntp/article-final-crlf":     "the CRLF before the final line of a data block is the article's, whatever it ends with",
		"nntp/group-reinstated":       reinstated,
		"nntp/number-becomes-invalid": reinstated,
		"nntp/number-becomes-valid":   reinstated,
		"nntp/number-reinstated-low":  reinstated,
		"nntp/malformed-replacement":  "what a server has checked is not seen",
	}
	for _, list := range [][]string{pendingExtensions, pendingClient} {
		for _, id := range list {
			out[id] = "its case is not written yet"
		}
	}
	return out
}()

const reinstated = "nobody removes an article and reinstates it from outside"

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
	pending(specs.ServerCases, register.Server, pendingExtensions)
	pending(specs.ClientCases, register.Client, pendingClient)
}
