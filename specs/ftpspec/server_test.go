package ftpspec

import (
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"

	"harness/mockservers/filestore"
	"harness/mockservers/ftpmock"
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
var unofferedByMock = map[string]bool{
	"ftp/server/fact-local-value": true, // there is no local fact; the deviation that proves the case adds one
}

// TestServerCoverage wants a case of its own for each requirement that binds servers and shows on the wire.
func TestServerCoverage(t *testing.T) {
	judged := map[string]bool{}
	for _, c := range serverCases(judgedRows()) {
		judged[c.Requirement] = true
	}
	for _, e := range register.ForProtocol("ftp") {
		if e.OffWire == "" && e.Party.Binds(register.Server) && !judged[e.ID] {
			t.Errorf("no server case judges %s (%s, %s)", e.ID, e.Cite(), e.Level)
		}
	}
}

// judgedRows are the rows that the tests go through.
func judgedRows() []serverCase { return serverRows() }

// TestUserServer runs the cases against a server that is somebody's: without leave they change nothing, with it they leave nothing behind, and in
// neither way they show the password.
func TestUserServer(t *testing.T) {
	t.Parallel()
	const password = "see sharp"
	for _, destructive := range []bool{false, true} {
		t.Run(fmt.Sprintf("destructive %v", destructive), func(t *testing.T) {
			t.Parallel()
			srv := ftpmock.New(t, ftpmock.WithAccount(ftpmock.Account{Name: "carol", Password: password, Home: "/home/carol"}))
			u, err := url.Parse(srv.URL())
			if err != nil {
				t.Fatal(err)
			}
			env := newEnv(t, &specs.UserServer{Target: specs.Target{Name: "carol's", URL: u, User: "carol", Password: password}})
			env.Destructive = destructive
			before := tree(t, srv.Tree(), "/")
			for _, c := range serverCases(judgedRows()) {
				if c.Mutates && !destructive {
					continue
				}
				r := specs.RunCase(t.Context(), env, c)
				if l := r.Entry.Level; r.Failed() || r.Judgement.Kind == specs.Violated && (l == register.Must || l == register.MustNot) {
					t.Error(r.Message())
				}
				if strings.Contains(r.Message(), password) {
					t.Errorf("%s shows the password", c.ID)
				}
			}
			after := tree(t, srv.Tree(), "/")
			for _, l := range after {
				if !slices.Contains(before, l) {
					t.Errorf("the cases left behind %s", l)
				}
			}
			for _, l := range before {
				if !slices.Contains(after, l) {
					t.Errorf("the cases removed %s", l)
				}
			}
		})
	}
}

// tree lists what is in a directory and below it.
func tree(t *testing.T, files filestore.Tree, dir string) (out []string) {
	t.Helper()
	infos, err := files.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range infos {
		name := path.Join(dir, i.Name)
		out = append(out, fmt.Sprintf("%s %v %d", name, i.Mode, i.Size))
		if i.IsDir() {
			out = append(out, tree(t, files, name)...)
		}
	}
	return out
}
