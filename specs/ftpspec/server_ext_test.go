package ftpspec

import (
	"slices"
	"strings"
	"testing"
	"time"

	"harness/mockservers/ftpmock"
	"harness/protocols/wire"
	"harness/specs"
)

// TestExtensionDeviations proves each case of the extensions by the deviations that it names.
func TestExtensionDeviations(t *testing.T) {
	for _, c := range serverCases(extensionRows()) {
		if len(c.Deviations) == 0 {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			t.Parallel()
			// What a deviation withholds is not waited for as long as a real server is. The quiet waits are not shortened.
			newEnv := func(factor float64) func(string) (*specs.Env, error) {
				return func(deviation string) (*specs.Env, error) {
					env := &specs.Env{Server: Mock()}
					if deviation != "" {
						env.Server, env.TimeFactor, env.QuietWait = Mock(deviation), factor, time.Duration(float64(specs.DefaultQuietWait)/factor)
					}
					Register(env)
					return env, nil
				}
			}
			errs := specs.CheckDeviations(t.Context(), newEnv(0.1), []specs.Case{c})
			if len(errs) > 0 {
				// The machine may have been too busy for that.
				errs = specs.CheckDeviations(t.Context(), newEnv(1), []specs.Case{c})
			}
			for _, err := range errs {
				t.Error(err)
			}
		})
	}
}

// TestExtensionDeviationsKnown keeps the claims of both sides together: a case must not name a deviation that the mock does not have for its
// requirement, and no deviation of the extensions is there without a case.
func TestExtensionDeviationsKnown(t *testing.T) {
	violates, used := map[string][]string{}, map[string]bool{}
	for _, d := range ftpmock.Deviations() {
		violates[d.Name] = d.Violates
	}
	for _, c := range serverCases(serverRows()) {
		for _, name := range c.Deviations {
			used[name] = true
		}
	}
	for _, c := range serverCases(extensionRows()) {
		for _, name := range c.Deviations {
			ids, ok := violates[name]
			switch {
			case !ok:
				t.Errorf("%s: the mock has no deviation %s", c.ID, name)
			case !slices.Contains(ids, c.Requirement):
				t.Errorf("%s: the mock's deviation %s does not say that it violates %s, but %s", c.ID, name, c.Requirement, strings.Join(ids, ", "))
			}
		}
	}
}

func TestParseEntry(t *testing.T) {
	for _, good := range []struct {
		raw, name string
		facts     []fact
	}{
		{"Type=file;Size=12; a  b ", "a  b ", []fact{{"Type", "file"}, {"Size", "12"}}},
		{" name", "name", nil},
		{"Perm=; x=y;z", "x=y;z", []fact{{"Perm", ""}}},
		{"Type=OS.unix=slink:/a; l", "l", []fact{{"Type", "OS.unix=slink:/a"}}},
	} {
		e := parseEntry(good.raw, wire.CRLF)
		if e.problem != "" || e.name != good.name || !slices.Equal(e.facts, good.facts) {
			t.Errorf("%q: %+v", good.raw, e)
		}
	}
	for _, bad := range []string{"", "Type=file;", "Type=file name", "Type; name", "=x; name", "Type=file; ", "total 3"} {
		if e := parseEntry(bad, wire.CRLF); e.problem == "" {
			t.Errorf("%q is taken for %+v", bad, e)
		}
	}
	list := parseListing("Type=dir; a\r\nType=file; b\n c")
	if len(list) != 3 || list[0].end != wire.CRLF || list[1].end != wire.LF || list[2].end != wire.None || list[2].name != "c" {
		t.Errorf("the listing is cut into %+v", list)
	}
}

func TestEPSVFields(t *testing.T) {
	for text, port := range map[string]string{"Entering Extended Passive Mode (|||6446|)": "6446", "(!!!1!)": "1", "(|1|::1|5|)": "5"} {
		if f := epsvFields(&reply{lines: []string{text}}); len(f) != 5 || f[3] != port {
			t.Errorf("%q: %q", text, f)
		}
	}
	for _, text := range []string{"(|||6446)", "|||6446|", "(|||x|)", "(||6446|)", "(|||6446|).", "()"} {
		if f := epsvFields(&reply{lines: []string{text}}); f != nil {
			t.Errorf("%q: %q", text, f)
		}
	}
}
