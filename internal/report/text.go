package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// TextOptions are the options of [WriteText].
type TextOptions struct {
	// Color writes ANSI escape sequences.
	Color bool
	// Verbose also lists what lies within a rule's latitude, and every inconclusive case by name.
	Verbose bool
}

type style string

const (
	plain  style = ""
	bold   style = "\x1b[1m"
	faint  style = "\x1b[2m"
	red    style = "\x1b[31m"
	green  style = "\x1b[32m"
	yellow style = "\x1b[33m"
)

type text struct {
	w     *bufio.Writer
	color bool
}

func (t text) put(s style, format string, args ...any) {
	if !t.color || s == plain {
		fmt.Fprintf(t.w, format, args...)
		return
	}
	t.w.WriteString(string(s))
	fmt.Fprintf(t.w, format, args...)
	t.w.WriteString("\x1b[0m")
}

// WriteText writes the report for people: a table by RFC for each subject, then each failure with its rule and the lines exchanged, then
// why cases were inconclusive, then the totals.
func WriteText(w io.Writer, r *Report, opts TextOptions) error {
	t := text{bufio.NewWriter(w), opts.Color}
	t.tables(r)
	for _, c := range r.Failures() {
		t.failure(c)
	}
	if opts.Verbose {
		t.list(r, Latitude, "Within the rule's latitude")
	}
	t.inconclusive(r, opts.Verbose)
	if len(r.Problems) > 0 {
		t.put(bold, "Baseline\n")
		for _, p := range r.Problems {
			t.put(red, "  %s", p)
			fmt.Fprintln(t.w)
		}
		fmt.Fprintln(t.w)
	}
	s, word := green, "PASS"
	switch {
	case r.Failed:
		s, word = red, "FAIL"
	case r.Interrupted:
		s, word = yellow, "INTERRUPTED"
	}
	t.put(s, "%s", word)
	fmt.Fprintf(t.w, "  %s  %s\n", r.Totals, r.Duration)
	return t.w.Flush()
}

// String lists the counts that every report has, and those of the rare outcomes if there are any.
func (c Counts) String() string {
	s := fmt.Sprintf("%d conformant, %d non-conformant", c.Conformant, c.NonConformant)
	if c.Known > 0 {
		s += fmt.Sprintf(" (%d of them known)", c.Known)
	}
	s += fmt.Sprintf(", %d latitude, %d inconclusive, %d not offered", c.Latitude, c.Inconclusive, c.NotOffered)
	if c.Broken > 0 {
		s += fmt.Sprintf(", %d broken", c.Broken)
	}
	return s
}

func (t text) tables(r *Report) {
	for _, s := range r.Subjects {
		rows := append([]RFC(nil), s.RFCs...)
		width := utf8.RuneCountInString(s.Name)
		for _, row := range rows {
			width = max(width, len(row.Name()))
		}
		t.put(bold, "%-*s", width, s.Name)
		t.put(faint, "  conformant  non-conformant  latitude  inconclusive  not offered\n")
		for _, row := range rows {
			t.row(width, row.Name(), row.Counts)
		}
		if len(rows) > 1 {
			t.row(width, "total", s.Totals)
		}
		fmt.Fprintln(t.w)
	}
}

func (t text) row(width int, name string, c Counts) {
	fmt.Fprintf(t.w, "%-*s", width, name)
	t.cell(10, c.Conformant, plain)
	t.cell(14, c.NonConformant, red)
	t.cell(8, c.Latitude, plain)
	t.cell(12, c.Inconclusive, yellow)
	t.cell(11, c.NotOffered, plain)
	if c.Broken > 0 {
		t.put(red, "  %d broken", c.Broken)
	}
	fmt.Fprintln(t.w)
}

func (t text) cell(width, n int, s style) {
	if n == 0 {
		t.put(faint, "  %*s", width, "-")
		return
	}
	t.put(s, "  %*d", width, n)
}

func (t text) failure(c *Case) {
	s := red
	if c.Known != "" {
		s = yellow
	}
	t.put(s, "%s", strings.ToUpper(string(c.Verdict)))
	t.put(bold, "  %s", c.ID)
	fmt.Fprintf(t.w, "  %s\n", c.Subject)
	t.field("rule", c.Rule)
	if c.Cite != "" {
		t.field("", fmt.Sprintf("%s, %s", c.Cite, c.Level))
	}
	t.field("known", c.Known)
	t.field("expected", c.Expected)
	t.field("actual", c.Actual)
	t.field("note", c.Note)
	t.field("broken", c.Error)
	if len(c.Exchange) > 0 {
		fmt.Fprintln(t.w, "  exchanged")
		for _, l := range c.Exchange {
			t.exchanged(l)
		}
	}
	fmt.Fprintln(t.w)
}

// field writes a named text, its further lines indented like the first. Nothing is written of an empty one.
func (t text) field(name, value string) {
	if value == "" {
		return
	}
	for i, line := range strings.Split(value, "\n") {
		if i > 0 {
			name = ""
		}
		fmt.Fprintf(t.w, "  %-9s %s\n", name, line)
	}
}

func (t text) exchanged(l Line) {
	if l.Who == "--" {
		t.put(faint, "    %s", l)
		fmt.Fprintln(t.w)
		return
	}
	fmt.Fprintf(t.w, "    %s\n", l)
}

func (t text) list(r *Report, v Verdict, title string) {
	first := true
	for i := range r.Cases {
		c := &r.Cases[i]
		if c.Verdict != v {
			continue
		}
		if first {
			t.put(bold, "%s\n", title)
			first = false
		}
		what := c.Note
		if what == "" {
			what = c.Actual
		}
		fmt.Fprintf(t.w, "  %s  %s (%s, %s)\n", c.ID, what, c.Cite, c.Level)
	}
	if !first {
		fmt.Fprintln(t.w)
	}
}

// inconclusive tells the reasons, each once with the number of cases, or with their names if they are few.
func (t text) inconclusive(r *Report, verbose bool) {
	const few = 3
	var reasons []string
	cases := map[string][]string{}
	for i := range r.Cases {
		c := &r.Cases[i]
		if c.Verdict != Inconclusive {
			continue
		}
		note := c.Note
		if note == "" {
			note = "no reason given"
		}
		if cases[note] == nil {
			reasons = append(reasons, note)
		}
		cases[note] = append(cases[note], c.ID)
	}
	if len(reasons) == 0 {
		return
	}
	t.put(bold, "Inconclusive\n")
	for _, reason := range reasons {
		ids := cases[reason]
		if len(ids) > few && !verbose {
			fmt.Fprintf(t.w, "  %d cases: %s\n", len(ids), reason)
			continue
		}
		for _, id := range ids {
			fmt.Fprintf(t.w, "  %s: %s\n", id, reason)
		}
	}
	fmt.Fprintln(t.w)
}
