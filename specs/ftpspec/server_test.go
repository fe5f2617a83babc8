package ftpspec

import (
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"

	"harness/mockservers/filestore"
	"harness/mockservers/ftpmock"
	"harness/specs"
	"harness/specs/register"
)

// uncovered are the rules that no case judges, with the reason.
var uncovered = map[string]string{}

// TestProofs wants a deviation for each server case of a MUST.
func TestProofs(t *testing.T) {
	for _, c := range protocol.Cases(t, specs.ServerCases) {
		if l := c.Entry().Level; len(c.Deviations) == 0 && (l == register.Must || l == register.MustNot) {
			t.Errorf("%s: no deviation proves it", c.ID)
		}
	}
}

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
			env := protocol.Env(t, &specs.UserServer{Target: specs.Target{Name: "carol's", URL: u, User: "carol", Password: password}})
			env.Destructive = destructive
			before := tree(t, srv.Tree(), "/")
			for _, c := range protocol.Cases(t, specs.ServerCases) {
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
