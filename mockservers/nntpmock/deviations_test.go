package nntpmock

import (
	"testing"

	"harness/internal/servertest"
)

func TestDeviationsAreWellFormed(t *testing.T) { servertest.WellFormed(t, "nntp", Deviations()) }
