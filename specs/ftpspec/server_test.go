package ftpspec

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"harness/specs"
	"harness/specs/register"
)

// serverCases are the cases of the rows.
func serverCases(rows []serverCase) []specs.Case {
	out := make([]specs.Case, len(rows))
	for i, row := range rows {
		out[i] = row.build()
	}
	return out
}

// mockErrors collects what goes wrong in mocks.
type mockErrors struct {
	mu   sync.Mutex
	list []error
}

func (m *mockErrors) add(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.list = append(m.list, err)
}

func (m *mockErrors) check(t *testing.T) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := errors.Join(m.list...); err != nil {
		t.Errorf("the mock: %v", err)
	}
}

// TestServerCasesConform runs the server cases against the mock that keeps all rules: in the clear, in TLS, and over AUTH TLS.
func TestServerCasesConform(t *testing.T) {
	for name, mock := range map[string]*MockServer{
		"clear": {}, "implicit TLS": {ImplicitTLS: true}, "AUTH TLS": {StartTLS: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var wrong mockErrors
			mock.OnError = wrong.add
			env := &specs.Env{Server: mock}
			Register(env)
			if err := env.Validate(); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { wrong.check(t) })
			for _, c := range serverCases(judgedRows()) {
				t.Run(c.ID, func(t *testing.T) {
					t.Parallel()
					r := specs.RunCase(t.Context(), env, c)
					if r.Failed() || r.Judgement.Kind == specs.Violated || r.Verdict == specs.Undecided {
						t.Error(r.Message())
					}
					if name == "clear" && r.Verdict == specs.Unoffered && !unofferedByMock[c.ID] {
						t.Error(r.Message())
					}
				})
			}
		})
	}
}

// unofferedByMock are the cases for which the mock has no switch that offers what they need.
var unofferedByMock = map[string]bool{}

// TestServerCoverage wants a case of its own for each requirement that binds servers and shows on the wire.
func TestServerCoverage(t *testing.T) {
	judged := map[string]bool{}
	for _, c := range serverCases(judgedRows()) {
		judged[c.Requirement] = true
	}
	for _, e := range register.ForProtocol("ftp") {
		if !slices.Contains([]int{959, 1123}, e.RFC) {
			continue
		}
		if e.OffWire == "" && e.Party.Binds(register.Server) && !judged[e.ID] {
			t.Errorf("no server case judges %s (%s, %s)", e.ID, e.Cite(), e.Level)
		}
	}
}

// judgedRows are the rows that the tests go through.
func judgedRows() []serverCase { return slices.Concat(rfc959Rows(), rfc1123Rows()) }
