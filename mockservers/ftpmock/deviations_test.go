package ftpmock

import (
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

func TestDeviationsAreWellFormed(t *testing.T) {
	seen := make(map[string]bool)
	for _, d := range deviations {
		if seen[d.Name] {
			t.Errorf("%s: twice", d.Name)
		}
		seen[d.Name] = true
		if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)+$`).MatchString(d.Name) || d.Summary == "" || len(d.Violates) == 0 {
			t.Errorf("%+v", d)
		}
		for _, id := range d.Violates {
			if !regexp.MustCompile(`^ftp/[a-z0-9-]+$`).MatchString(id) {
				t.Errorf("%s: requirement %q", d.Name, id)
			}
		}
	}
	if len(deviations) < 20 {
		t.Errorf("%d deviations", len(deviations))
	}
	if _, err := NewServer(Options{Options: mockservers.Options{Deviations: []string{"pass-ignore"}}}); err == nil || !strings.Contains(err.Error(), "pass-ignored") {
		t.Errorf("a name that is nearly right: %v", err)
	}
}

// TestDeviationsAreAskedFor compares the names in the code with those in the tables.
func TestDeviationsAreAskedFor(t *testing.T) {
	set := token.NewFileSet()
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	asked := make(map[string]bool)
	var patterns []*regexp.Regexp
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), ".go") || strings.HasSuffix(f.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, f.Name(), nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 1 {
				return true
			}
			if sel, ok := call.Fun.(*ast.SelectorExpr); !ok || sel.Sel.Name != "dev" {
				return true
			}
			switch p := pattern(call.Args[0]); {
			case p == ".+": // a variable: the name stands somewhere else
			case strings.Contains(p, ".+"):
				patterns = append(patterns, regexp.MustCompile("^"+p+"$"))
			default:
				asked[p] = true
			}
			return true
		})
	}
	for name := range asked {
		if !slices.ContainsFunc(deviations, func(d mockservers.Deviation) bool { return d.Name == name }) {
			t.Errorf("%s is asked for, and not in the tables", name)
		}
	}
	for _, d := range deviations {
		if !asked[d.Name] && !slices.ContainsFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(d.Name) }) {
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
