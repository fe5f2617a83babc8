package ftpmock

import "testing"

// Each entry in the table of spoilers is a deviation that can be asked for.
func TestSpoilersAreDeviations(t *testing.T) {
	known := map[string]bool{}
	for _, d := range deviationsExt {
		if known[d.Name] {
			t.Errorf("the deviation %s is there twice", d.Name)
		}
		known[d.Name] = true
		if d.Summary == "" || len(d.Violates) == 0 {
			t.Errorf("%s: no summary, or no requirement", d.Name)
		}
	}
	for name := range spoilers {
		if !known[name] {
			t.Errorf("nobody can ask for the spoiler %s", name)
		}
	}
}
