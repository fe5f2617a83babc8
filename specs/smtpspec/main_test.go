package smtpspec

import (
	"testing"

	"harness/mockservers/smtpmock"
	"harness/specs"
	"harness/specs/register"
	"harness/specs/spectest"
)

func TestMain(m *testing.M) { spectest.Main(m) }

// protocol is what the specs of SMTP are made of.
var protocol = spectest.Protocol{
	Name:                "smtp",
	Register:            Register,
	Mock:                func(deviations ...string) specs.ServerUnderTest { return Mock(deviations...) },
	MockDeviations:      smtpmock.Deviations,
	Native:              NativeClient(),
	Reference:           func(deviations ...string) (specs.ClientUnderTest, error) { return ReferenceClient(deviations...) },
	ReferenceDeviations: ClientDeviations,
}

func TestCoverage(t *testing.T)        { protocol.Covered(t) }
func TestSuite(t *testing.T)           { protocol.Suite(t) }
func TestDeviations(t *testing.T)      { protocol.ServerDeviations(t) }
func TestDeviationsKnown(t *testing.T) { protocol.MockDeviationsKnown(t) }

// TestServerCasesConform runs the server cases against the mock that keeps all rules: as each kind of server, in the clear, in TLS, and with TLS begun in
// mid-session.
func TestServerCasesConform(t *testing.T) {
	for name, mock := range map[string]*MockServer{"clear": {}, "implicit TLS": {ImplicitTLS: true}, "upgrade": {StartTLS: true}, "submission": {Mode: "submission"}, "LMTP": {Mode: "lmtp"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var wrong spectest.MockErrors
			mock.OnError = wrong.Add
			t.Cleanup(func() { wrong.Check(t) })
			protocol.ServerConforms(t, mock, name == "clear")
		})
	}
}

// TestProofs wants a deviation for each server case of a MUST.
func TestProofs(t *testing.T) {
	for _, c := range protocol.Cases(t, specs.ServerCases) {
		if l := c.Entry().Level; len(c.Deviations) == 0 && (l == register.Must || l == register.MustNot) {
			t.Errorf("%s: no deviation proves it", c.ID)
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
	for _, d := range smtpmock.Deviations() {
		if !used[d.Name] {
			t.Errorf("%s proves no case", d.Name)
		}
	}
}
