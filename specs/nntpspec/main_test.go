package nntpspec

import (
	"path/filepath"
	"testing"

	"harness/mockservers/nntpmock"
	"harness/specs"
	"harness/specs/peers"
	"harness/specs/register"
	"harness/specs/spectest"
	"harness/specs/trial"
)

func TestMain(m *testing.M) { spectest.Main(m) }

// protocol is what the specs of NNTP are made of.
var protocol = spectest.Protocol{
	Name:                "nntp",
	Register:            Register,
	Mock:                func(deviations ...string) specs.ServerUnderTest { return Mock(deviations...) },
	MockDeviations:      nntpmock.Deviations,
	Native:              NativeClient(),
	Reference:           func(deviations ...string) (specs.ClientUnderTest, error) { return ReferenceClient(deviations...) },
	ReferenceDeviations: ClientDeviations,
	Uncovered:           uncovered,
}

func TestSuite(t *testing.T)                   { protocol.Suite(t) }
func TestDeviations(t *testing.T)              { protocol.ServerDeviations(t) }
func TestDeviationsKnown(t *testing.T)         { protocol.MockDeviationsKnown(t) }
func TestClientCasesConform(t *testing.T)      { protocol.ClientConforms(t, protocol.Native) }
func TestClientDeviations(t *testing.T)        { protocol.ClientDeviations(t) }
func TestClientDeviationsUsed(t *testing.T)    { protocol.ReferenceDeviationsUsed(t) }
func TestClientOfAnotherProtocol(t *testing.T) { protocol.ClientOfAnotherProtocol(t) }

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

// TestProofs wants a deviation for each server case of a MUST, and for each client case that is more than permitted.
func TestProofs(t *testing.T) {
	for _, c := range protocol.Cases(t, specs.ServerCases) {
		if l := c.Entry().Level; len(c.Deviations) == 0 && (l == register.Must || l == register.MustNot) {
			t.Errorf("%s: no deviation proves it", c.ID)
		}
	}
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
		if (row.script == "") == (row.serve == nil) {
			t.Errorf("%s has neither script nor serve, or both", row.name)
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

// TestRealServers runs the server cases against servers that are not ours, in containers: as readers find them, and as other servers do. Each has a list of
// known failures, with the reason of each.
func TestRealServers(t *testing.T) {
	for name, server := range map[string]*ContainerServer{
		"cyrus":        Container("cyrus", peers.PortNNTP),
		"inn2":         Container("inn2", peers.PortNNTP),
		"inn2-transit": Container("inn2", peers.PortNNSP),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each has an engine's time to wait for, and not much to do
			peers.Require(t)
			protocol.RealServer(t, server, filepath.Join("baseline", name+".txt"))
		})
	}
}
