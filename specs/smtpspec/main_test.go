package smtpspec

import (
	"testing"

	"harness/specs"
	"harness/specs/spectest"
)

func TestMain(m *testing.M) { spectest.Main(m) }

// protocol is what the specs of SMTP are made of.
var protocol = spectest.Protocol{
	Name:     "smtp",
	Register: Register,
	Pending:  map[specs.Catalogue][]string{specs.ServerCases: pendingServer, specs.ClientCases: pendingClient},
}

func TestCoverage(t *testing.T) { protocol.Covered(t) }
