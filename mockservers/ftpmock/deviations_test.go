package ftpmock

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
	if _, err := NewServer(Options{Options: mockservers.Options{Deviations: []string{"pass-an"}}}); err == nil || !strings.Contains(err.Error(), "pass-any") {
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
			if lit, ok := n.(*ast.CompositeLit); ok {
				// A table of what deviations do, by their names.
				if m, ok := lit.Type.(*ast.MapType); ok && fmt.Sprint(m.Key) == "string" && (fmt.Sprint(m.Value) == "breaker" || fmt.Sprint(m.Value) == "spoiler") {
					for _, e := range lit.Elts {
						asked[pattern(e.(*ast.KeyValueExpr).Key)] = true
					}
				}
			}
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
		byPattern := slices.ContainsFunc(patterns, func(p *regexp.Regexp) bool { return p.MatchString(d.Name) })
		switch {
		case !asked[d.Name] && !byPattern:
			t.Errorf("%s is in the tables, and never asked for", d.Name)
		case asked[d.Name] && ofPattern.MatchString(d.Name) && handlers[strings.ToUpper(d.Name[:strings.Index(d.Name, "-")])].run != nil:
			t.Errorf("%s is asked for by its name, and by a pattern too: it does two things", d.Name)
		}
	}
}

// ofPattern are the names that deviations.go gives a meaning by their form.
var ofPattern = regexp.MustCompile(`^[a-z]+-(unimplemented|before-login|no-argument-ok|ok|ignored|reply-\d{3}|success-\d{3}|intermediate-\d{3})$`)

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
