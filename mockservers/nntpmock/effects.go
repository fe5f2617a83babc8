package nntpmock

import (
	"slices"

	"harness/mockservers"
)

// rules are those of the register; each function makes a deviation of its kind. Commands are named as in "LIST ACTIVE".
const rules mockservers.Rulebook = "nntp"

var (
	rule   = rules.Rule
	recode = rules.Recode
	reword = rules.Reword
	reline = rules.Reline
	redata = rules.Redata
)

// allEffects are those of both tables.
var allEffects = slices.Concat(effects, extensionEffects)

// allDeviations are all that there are.
func allDeviations() []mockservers.Deviation {
	return slices.Concat(deviations, extensionDeviations, allEffects.Deviations())
}
