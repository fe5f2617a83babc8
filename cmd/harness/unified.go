package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
)

// contextLines is how many equal lines a unified diff shows around what differs.
const contextLines = 3

// edit is a line of a diff: ' ' in both, '-' in the first only, '+' in the second only.
type edit struct {
	op   byte
	line []byte
}

// lineDiff returns the shortest edit script from a to b (Myers 1986), or, if it would be longer than limit, one that replaces everything
// between the common beginning and end.
func lineDiff(a, b [][]byte) []edit {
	const limit = 1000
	var head, tail []edit
	for len(a) > 0 && len(b) > 0 && bytes.Equal(a[0], b[0]) {
		head = append(head, edit{' ', a[0]})
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && bytes.Equal(a[len(a)-1], b[len(b)-1]) {
		tail = append(tail, edit{' ', a[len(a)-1]})
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	middle := myers(a, b, limit)
	out := append(head, middle...)
	for i := len(tail) - 1; i >= 0; i-- {
		out = append(out, tail[i])
	}
	return out
}

func myers(a, b [][]byte, limit int) []edit {
	n, m := len(a), len(b)
	most := min(n+m, limit)
	v := make([]int, 2*most+3)
	var trace [][]int
	for d := 0; d <= most; d++ {
		trace = append(trace, append([]int(nil), v[most+1-d:most+2+d]...))
		for k := -d; k <= d; k += 2 {
			i := most + 1 + k
			x := 0
			if k == -d || k != d && v[i-1] < v[i+1] {
				x = v[i+1]
			} else {
				x = v[i-1] + 1
			}
			for x < n && x-k < m && bytes.Equal(a[x], b[x-k]) {
				x++
			}
			v[i] = x
			if x >= n && x-k >= m {
				return backtrack(a, b, trace, d)
			}
		}
	}
	out := make([]edit, 0, n+m)
	for _, l := range a {
		out = append(out, edit{'-', l})
	}
	for _, l := range b {
		out = append(out, edit{'+', l})
	}
	return out
}

// backtrack reads the script out of the states before each round.
func backtrack(a, b [][]byte, trace [][]int, d int) []edit {
	x, y := len(a), len(b)
	var rev []edit
	for ; d > 0; d-- {
		before := trace[d] // diagonals -d..d, as they were after round d-1
		at := func(k int) int { return before[k+d] }
		k := x - y
		prev := k - 1
		if k == -d || k != d && at(k-1) < at(k+1) {
			prev = k + 1
		}
		px := at(prev)
		py := px - prev
		down := prev == k+1 // the edit is an insertion
		sx, sy := px+1, py
		if down {
			sx, sy = px, py+1
		}
		for x > sx && y > sy {
			x, y = x-1, y-1
			rev = append(rev, edit{' ', a[x]})
		}
		if down {
			rev = append(rev, edit{'+', b[py]})
		} else {
			rev = append(rev, edit{'-', a[px]})
		}
		x, y = px, py
	}
	for x > 0 && y > 0 {
		x, y = x-1, y-1
		rev = append(rev, edit{' ', a[x]})
	}
	slices.Reverse(rev)
	return rev
}

func splitLines(text []byte) [][]byte {
	lines := bytes.SplitAfter(text, []byte("\n"))
	if len(lines[len(lines)-1]) == 0 {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// unified writes a unified diff of two texts; nothing if they are equal.
func unified(w io.Writer, color bool, nameA, nameB string, a, b []byte) error {
	edits := lineDiff(splitLines(a), splitLines(b))
	out := bufio.NewWriter(w)
	titled := false
	lineA, lineB := 1, 1
	for i := 0; i < len(edits); {
		if edits[i].op == ' ' {
			i, lineA, lineB = i+1, lineA+1, lineB+1
			continue
		}
		if !titled {
			fmt.Fprintf(out, "%s\n%s\n", paint(color, colorBold, "--- "+nameA), paint(color, colorBold, "+++ "+nameB))
			titled = true
		}
		// A hunk goes on until more equal lines follow than two contexts hold.
		from := max(i-contextLines, 0)
		end, equal := i, 0
		for j := i; j < len(edits) && equal <= 2*contextLines; j++ {
			if edits[j].op == ' ' {
				equal++
			} else {
				equal, end = 0, j+1
			}
		}
		to := min(end+contextLines, len(edits))
		startA, startB := lineA-(i-from), lineB-(i-from)
		var countA, countB int
		for _, e := range edits[from:to] {
			if e.op != '+' {
				countA++
			}
			if e.op != '-' {
				countB++
			}
		}
		fmt.Fprintln(out, paint(color, colorBlue, fmt.Sprintf("@@ -%s +%s @@", span(startA, countA), span(startB, countB))))
		for _, e := range edits[from:to] {
			tint := map[byte]string{'-': colorRed, '+': colorGreen}[e.op]
			fmt.Fprintln(out, paint(color, tint, string(e.op)+string(bytes.TrimSuffix(e.line, []byte("\n")))))
			if !bytes.HasSuffix(e.line, []byte("\n")) {
				fmt.Fprintln(out, `\ No newline at end of file`)
			}
		}
		lineA, lineB = startA+countA, startB+countB
		i = to
	}
	return out.Flush()
}

func span(start, count int) string {
	switch count {
	case 0:
		return fmt.Sprintf("%d,0", start-1)
	case 1:
		return fmt.Sprint(start)
	}
	return fmt.Sprintf("%d,%d", start, count)
}
