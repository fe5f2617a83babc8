package main

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
)

// apply takes the second text out of an edit script, and the first one.
func apply(edits []edit) (a, b string) {
	var x, y strings.Builder
	for _, e := range edits {
		if e.op != '+' {
			x.Write(e.line)
		}
		if e.op != '-' {
			y.Write(e.line)
		}
	}
	return x.String(), y.String()
}

func TestLineDiff(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		var b strings.Builder
		for range r.IntN(12) {
			b.WriteString(string(rune('a'+r.IntN(4))) + "\n")
		}
		return b.String()
	}
	for range 5000 {
		a, b := text(), text()
		edits := lineDiff(splitLines([]byte(a)), splitLines([]byte(b)))
		if x, y := apply(edits); x != a || y != b {
			t.Fatalf("%q to %q: the script is of %q and %q", a, b, x, y)
		}
		changes := 0
		for _, e := range edits {
			if e.op != ' ' {
				changes++
			}
		}
		if want := shortest(splitLines([]byte(a)), splitLines([]byte(b))); changes != want {
			t.Fatalf("%q to %q: %d changes, the shortest script has %d", a, b, changes, want)
		}
	}
}

// shortest is the length of the shortest script, by dynamic programming.
func shortest(a, b [][]byte) int {
	row := make([]int, len(b)+1)
	for i := range a {
		diag := 0
		for j := range b {
			up := row[j+1]
			if bytes.Equal(a[i], b[j]) {
				row[j+1] = diag + 1
			} else {
				row[j+1] = max(up, row[j])
			}
			diag = up
		}
	}
	return len(a) + len(b) - 2*row[len(b)]
}

func TestUnified(t *testing.T) {
	a := "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n"
	b := strings.Replace(strings.Replace(a, "2\n3\n", "2\nthree\n3\n", 1), "15\n16\n", "15", 1)
	var out bytes.Buffer
	if err := unified(&out, false, "a", "b", []byte(a), []byte(b)); err != nil {
		t.Fatal(err)
	}
	want := `--- a
+++ b
@@ -1,5 +1,6 @@
 1
 2
+three
 3
 4
 5
@@ -12,5 +13,4 @@
 12
 13
 14
-15
-16
+15
\ No newline at end of file
`
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
	out.Reset()
	if unified(&out, false, "a", "a", []byte(a), []byte(a)); out.Len() != 0 {
		t.Errorf("equal texts give %q", out.String())
	}
	if unified(&out, false, "a", "b", nil, []byte("x\n")); out.String() != "--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n" {
		t.Errorf("from nothing: %q", out.String())
	}
}
