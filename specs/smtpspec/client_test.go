package smtpspec

import (
	"testing"

	"harness/specs"
	"harness/specs/register"
	"harness/specs/trial"
)

func TestClientCasesConform(t *testing.T)      { protocol.ClientConforms(t, protocol.Native) }
func TestClientDeviations(t *testing.T)        { protocol.ClientDeviations(t) }
func TestClientDeviationsUsed(t *testing.T)    { protocol.ReferenceDeviationsUsed(t) }
func TestClientOfAnotherProtocol(t *testing.T) { protocol.ClientOfAnotherProtocol(t) }

// TestClientProofs wants a deviation for each client case that is more than permitted.
func TestClientProofs(t *testing.T) {
	for _, c := range protocol.Cases(t, specs.ClientCases) {
		if len(c.Deviations) == 0 && c.Entry().Level != register.May {
			t.Errorf("%s: no deviation proves it", c.ID)
		}
	}
}

// TestClientScripts reads the scripts of the rows.
func TestClientScripts(t *testing.T) {
	for _, row := range clientRows() {
		if _, err := trial.Parse(protocol.Name, row.script); err != nil {
			t.Errorf("%s: %v", row.name, err)
		}
	}
}
