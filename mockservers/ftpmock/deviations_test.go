package ftpmock

import (
	"regexp"
	"strings"
	"testing"

	"harness/internal/servertest"
	"harness/mockservers"
)

func TestDeviationsAreWellFormed(t *testing.T) {
	servertest.WellFormed(t, "ftp", deviations)
	if len(deviations) < 20 {
		t.Errorf("%d deviations", len(deviations))
	}
	if _, err := NewServer(Options{Options: mockservers.Options{Deviations: []string{"pass-an"}}}); err == nil || !strings.Contains(err.Error(), "pass-any") {
		t.Errorf("a name that is nearly right: %v", err)
	}
}

// TestDeviationsAreAskedFor compares the names in the code with those in the tables.
func TestDeviationsAreAskedFor(t *testing.T) {
	asked := servertest.AskedFor(t, "breaker", "spoiler")
	asked.Check(t, deviations)
	for _, d := range deviations {
		if asked.Names[d.Name] && ofPattern.MatchString(d.Name) && handlers[strings.ToUpper(d.Name[:strings.Index(d.Name, "-")])].run != nil {
			t.Errorf("%s is asked for by its name, and by a pattern too: it does two things", d.Name)
		}
	}
}

// ofPattern are the names that deviations.go gives a meaning by their form.
var ofPattern = regexp.MustCompile(`^[a-z]+-(unimplemented|before-login|no-argument-ok|ok|ignored|reply-\d{3}|success-\d{3}|intermediate-\d{3})$`)
