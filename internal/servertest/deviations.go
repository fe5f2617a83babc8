package servertest

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"harness/mockservers"
)

// WellFormed checks the names, summaries and requirements of a protocol's deviations.
func WellFormed(t testing.TB, protocol string, list []mockservers.Deviation) {
	t.Helper()
	seen := make(map[string]bool)
	name, requirement := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`), regexp.MustCompile("^"+protocol+"/[a-z0-9-]+$")
	for _, d := range list {
		if seen[d.Name] {
			t.Errorf("%s: twice", d.Name)
		}
		seen[d.Name] = true
		if !name.MatchString(d.Name) || d.Summary == "" || len(d.Violates) == 0 {
			t.Errorf("%+v", d)
		}
		for _, id := range d.Violates {
			if !requirement.MatchString(id) {
				t.Errorf("%s: requirement %q", d.Name, id)
			}
		}
	}
}

// Asked are the deviations that a package's code asks for.
type Asked struct {
	// Names are those that are asked for as they are.
	Names map[string]bool

	patterns []*regexp.Regexp // of names that are put together
}

// AskedFor finds, in the package of the test, the names that methods called dev and Has are called with, and the keys of maps from strings to one of the tables' types.
func AskedFor(t testing.TB, tables ...string) Asked {
	t.Helper()
	a := Asked{Names: make(map[string]bool)}
	set := token.NewFileSet()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CompositeLit:
				if m, ok := n.Type.(*ast.MapType); ok && fmt.Sprint(m.Key) == "string" && slices.Contains(tables, fmt.Sprint(m.Value)) {
					for _, e := range n.Elts {
						a.Names[pattern(e.(*ast.KeyValueExpr).Key)] = true
					}
				}
			case *ast.CallExpr:
				if sel, ok := n.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != "dev" && sel.Sel.Name != "Has" || len(n.Args) != 1 {
					break
				}
				switch p := pattern(n.Args[0]); {
				case p == ".+": // a variable: the name stands somewhere else
				case strings.Contains(p, ".+"):
					a.patterns = append(a.patterns, regexp.MustCompile("^"+p+"$"))
				default:
					a.Names[p] = true
				}
			}
			return true
		})
	}
	return a
}

// Check compares the names in the code with those of the deviations.
func (a Asked) Check(t testing.TB, list []mockservers.Deviation) {
	t.Helper()
	for name := range a.Names {
		if !slices.ContainsFunc(list, func(d mockservers.Deviation) bool { return d.Name == name }) {
			t.Errorf("%s is asked for, and not in the tables", name)
		}
	}
	for _, d := range list {
		if !a.Names[d.Name] && !slices.ContainsFunc(a.patterns, func(p *regexp.Regexp) bool { return p.MatchString(d.Name) }) {
			t.Errorf("%s is in the tables, and never asked for", d.Name)
		}
	}
}

// pattern returns the string that an expression stands for, with .+ for what is not a literal.
func pattern(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		s, _ := strconv.Unquote(e.Value)
		return s
	case *ast.BinaryExpr:
		return pattern(e.X) + pattern(e.Y)
	}
	return ".+"
}
