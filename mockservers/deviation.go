package mockservers

import (
	"fmt"
	"slices"
	"strings"

	"harness/internal/spelling"
)

// Deviation is a rule that a mock can be told to break.
type Deviation struct {
	// Name is what to ask for: lower-case words joined by hyphens.
	Name string `json:"name"`
	// Summary says in one line what the mock does then.
	Summary string `json:"summary"`
	// Violates are the ids of the requirements that it breaks, as the register has them, the one that it is meant for first.
	Violates []string `json:"violates"`
}

// DeviationSet is a choice of deviations. The zero value holds none.
type DeviationSet struct{ names map[string]bool }

// Has reports whether the deviation of that name was chosen.
func (d DeviationSet) Has(name string) bool { return d.names[name] }

// Empty reports whether none was chosen.
func (d DeviationSet) Empty() bool { return len(d.names) == 0 }

// Names returns the chosen names in order.
func (d DeviationSet) Names() []string {
	var out []string
	for n := range d.names {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// ChooseDeviations returns the set of the deviations with these names. A name that is not in the registry is an error that lists those
// that come near.
func ChooseDeviations(registry []Deviation, names []string) (DeviationSet, error) {
	var set DeviationSet
	for _, n := range names {
		if !slices.ContainsFunc(registry, func(d Deviation) bool { return d.Name == n }) {
			return set, fmt.Errorf("unknown deviation %q%s", n, hint(n, registry))
		}
		if set.names == nil {
			set.names = make(map[string]bool)
		}
		set.names[n] = true
	}
	return set, nil
}

func hint(name string, registry []Deviation) string {
	all := make([]string, len(registry))
	for i, d := range registry {
		all[i] = d.Name
	}
	near := Near(name, all)
	switch {
	case len(near) > 0:
		return "; did you mean " + strings.Join(near, ", ") + "?"
	case len(all) == 0:
		return ": this mock has none"
	}
	return fmt.Sprintf("; there are %d, such as %s", len(all), all[0])
}

// Near returns up to five of the names that come near to the one that was written, the nearest first; for messages.
func Near(name string, names []string) []string {
	name = strings.ToLower(name)
	type scored struct {
		name  string
		score int
	}
	var found []scored
	for _, n := range names {
		l := strings.ToLower(n)
		d := spelling.Distance(name, l)
		score := d
		switch {
		case name != "" && strings.Contains(l, name):
			score = min(score, 1)
		case d > 1+len(name)/3:
			shared := 0
			for _, w := range strings.Split(name, "-") {
				if len(w) > 2 && slices.Contains(strings.Split(l, "-"), w) {
					shared++
				}
			}
			if shared == 0 {
				continue
			}
			score = 100 + d - 10*shared
		}
		found = append(found, scored{n, score})
	}
	slices.SortStableFunc(found, func(a, b scored) int { return a.score - b.score })
	var out []string
	for _, f := range found[:min(len(found), 5)] {
		out = append(out, f.name)
	}
	return out
}
