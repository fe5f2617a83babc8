package ftpspec

import (
	"path/filepath"
	"testing"

	"harness/mockservers/ftpmock"
	"harness/specs"
	"harness/specs/peers"
	"harness/specs/spectest"
	"harness/specs/trial"
)

func TestMain(m *testing.M) { spectest.Main(m) }

// protocol is what the specs of FTP are made of.
var protocol = spectest.Protocol{
	Name:                "ftp",
	Register:            Register,
	Mock:                func(deviations ...string) specs.ServerUnderTest { return Mock(deviations...) },
	MockDeviations:      ftpmock.Deviations,
	Native:              NativeClient(),
	Reference:           func(deviations ...string) (specs.ClientUnderTest, error) { return ReferenceClient(deviations...) },
	ReferenceDeviations: ClientDeviations,
	Uncovered:           uncovered,
}

func TestSuite(t *testing.T)                   { protocol.Suite(t) }
func TestDeviations(t *testing.T)              { protocol.ServerDeviations(t) }
func TestDeviationsKnown(t *testing.T)         { protocol.MockDeviationsKnown(t) }
func TestCoverage(t *testing.T)                { protocol.Covered(t) }
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
			// There is no local fact; the deviation that proves the case adds one.
			protocol.ServerConforms(t, mock, name == "clear", "ftp/server/fact-local-value")
		})
	}
}

// TestRealServers runs the server cases against servers that are not ours, in containers. Each has a list of known failures, with the reason of each.
func TestRealServers(t *testing.T) {
	for _, kind := range peers.FTPServers() {
		t.Run(kind, func(t *testing.T) {
			t.Parallel() // each has an engine's time to wait for, and not much to do
			peers.Require(t)
			protocol.RealServer(t, Container(kind), filepath.Join("baseline", kind+".txt"))
		})
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
