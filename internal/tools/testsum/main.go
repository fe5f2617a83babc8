// Command testsum runs go test and sums up: a line for each package, the output of what failed, why tests were skipped, and in the last line
//
//	N passed, N failed, N skipped
//
// A Ginkgo suite counts by its specs, a test with subtests by these. A package that fails without a failed test (it does not compile, it
// panics in TestMain) counts as one failure. The exit code is that of go test, or 1 if anything failed.
//
//	go run ./internal/tools/testsum [ARGUMENTS OF GO TEST]
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

func main() { os.Exit(run(os.Args[1:], os.Stdout, os.Stderr)) }

func run(args []string, stdout, stderr io.Writer) int {
	cmd := exec.Command("go", append([]string{"test", "-json"}, args...)...)
	cmd.Stderr = stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		fmt.Fprintln(stderr, "testsum:", err)
		return 2
	}
	// An interrupt reaches go test too, being of the same process group: its end is waited for, so that the sum is printed.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(stderr, "testsum:", err)
		return 2
	}
	done := make(chan struct{})
	defer close(done)
	go func() {
		for {
			select {
			case sig := <-signals:
				if sig == syscall.SIGTERM { // an interrupt came from the terminal, to all
					cmd.Process.Signal(sig)
				}
			case <-done:
				return
			}
		}
	}()
	s := newSummary(stdout)
	err = s.read(out)
	if werr := cmd.Wait(); werr != nil {
		var exit *exec.ExitError
		if !errors.As(werr, &exit) || s.failed == 0 {
			if s.failed == 0 {
				s.failed = 1 // go test failed, and nothing says why
			}
			fmt.Fprintln(stderr, "testsum: go test:", werr)
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, "testsum: reading the output of go test:", err)
		s.failed++
	}
	s.end()
	if s.failed > 0 {
		return 1
	}
	return 0
}

// event is a line of go test -json.
type event struct {
	Action     string
	Package    string
	ImportPath string
	Test       string
	Elapsed    float64
	Output     string
}

// testKey names a test.
type testKey struct{ pkg, test string }

// test is a test that runs, or has run.
type test struct {
	output   []string
	hasChild bool
	// specs are the counts of a Ginkgo suite, nil for any other test.
	specs *counts
}

type counts struct{ passed, failed, skipped int }

type summary struct {
	counts
	w       io.Writer
	tests   map[testKey]*test
	pkgs    map[string]*pkg
	reasons map[string]int
}

type pkg struct {
	counts
	// output is what belongs to no test.
	output []string
}

func newSummary(w io.Writer) *summary {
	return &summary{w: w, tests: map[testKey]*test{}, pkgs: map[string]*pkg{}, reasons: map[string]int{}}
}

// read takes the whole output of go test -json.
func (s *summary) read(r io.Reader) error {
	br := bufio.NewReaderSize(r, 64<<10)
	for {
		line, err := br.ReadBytes('\n')
		if len(line) > 0 {
			var e event
			if json.Unmarshal(line, &e) == nil && e.Action != "" {
				s.event(e)
			} else {
				s.w.Write(line)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

func (s *summary) pkg(name string) *pkg {
	p := s.pkgs[name]
	if p == nil {
		p = &pkg{}
		s.pkgs[name] = p
	}
	return p
}

func (s *summary) event(e event) {
	if e.Action == "build-output" {
		fmt.Fprint(s.w, e.Output)
		return
	}
	if e.Package == "" {
		return
	}
	p := s.pkg(e.Package)
	if e.Test == "" {
		switch e.Action {
		case "output":
			p.output = append(p.output, e.Output)
		case "pass", "fail", "skip":
			s.endPackage(e, p)
		}
		return
	}
	k := testKey{e.Package, e.Test}
	t := s.tests[k]
	if t == nil {
		t = &test{}
		s.tests[k] = t
		if i := strings.LastIndexByte(e.Test, '/'); i > 0 {
			if parent := s.tests[testKey{e.Package, e.Test[:i]}]; parent != nil {
				parent.hasChild = true
			}
		}
	}
	switch e.Action {
	case "output":
		t.output = append(t.output, e.Output)
		if c, ok := ginkgoCounts(e.Output); ok {
			if t.specs == nil {
				t.specs = &counts{}
			}
			t.specs.add(c)
		}
	case "pass", "fail", "skip":
		s.endTest(e, p, t)
		delete(s.tests, k)
	}
}

func (c *counts) add(d counts) {
	c.passed += d.passed
	c.failed += d.failed
	c.skipped += d.skipped
}

func (s *summary) endTest(e event, p *pkg, t *test) {
	var c counts
	switch {
	case t.specs != nil:
		c = *t.specs
		if e.Action == "fail" && c.failed == 0 {
			c.failed = 1 // in the suite's own set-up
		}
	case e.Action == "fail" && t.hasChild && p.failed > 0:
		// Its failed subtests were counted.
	case e.Action == "fail":
		c.failed = 1
	case e.Action == "skip":
		c.skipped = 1
		s.reasons[skipReason(t.output)]++
	case !t.hasChild:
		c.passed = 1
	}
	p.add(c)
	s.add(c)
	if e.Action == "fail" {
		fmt.Fprintf(s.w, "--- FAIL: %s %s (%.2fs)\n", e.Package, e.Test, e.Elapsed)
		for _, line := range t.output {
			if !noise.MatchString(line) {
				fmt.Fprint(s.w, line)
			}
		}
	}
}

// noise is what go test -json says beside the tests' own output.
var noise = regexp.MustCompile(`^\s*(=== (RUN|PAUSE|CONT|NAME)|--- (PASS|SKIP|FAIL):)`)

var place = regexp.MustCompile(`^\s+[\w.-]+\.go:\d+: `)

// skipReason is the last line of a skipped test's output, without its place.
func skipReason(output []string) string {
	for _, line := range slices.Backward(output) {
		if place.MatchString(line) {
			return strings.TrimSpace(place.ReplaceAllString(line, ""))
		}
	}
	return "no reason given"
}

func (s *summary) endPackage(e event, p *pkg) {
	elapsed := time.Duration(e.Elapsed * float64(time.Second)).Round(time.Millisecond)
	switch {
	case e.Action == "fail":
		if p.failed == 0 {
			p.failed++
			s.failed++
		}
		for k, t := range s.tests { // a test that a panic or a timeout ended
			if k.pkg == e.Package {
				fmt.Fprintf(s.w, "--- did not end: %s %s\n%s", k.pkg, k.test, strings.Join(t.output, ""))
				delete(s.tests, k)
			}
		}
		for _, line := range p.output {
			fmt.Fprint(s.w, line)
		}
		fmt.Fprintf(s.w, "FAIL  %s  %d failed, %d passed, %d skipped  %v\n", e.Package, p.failed, p.passed, p.skipped, elapsed)
	case p.counts == counts{}:
		// no test files, or only benchmarks
		for _, line := range p.output {
			if strings.HasPrefix(line, "Benchmark") {
				fmt.Fprint(s.w, line)
			}
		}
	default:
		note := ""
		if p.skipped > 0 {
			note = fmt.Sprintf(", %d skipped", p.skipped)
		}
		fmt.Fprintf(s.w, "ok    %s  %d passed%s  %v\n", e.Package, p.passed, note, elapsed)
	}
}

var (
	ansi       = regexp.MustCompile("\x1b\\[[0-9;]*m")
	ginkgoLine = regexp.MustCompile(`-- (\d+) Passed \| (\d+) Failed \| (\d+) Pending \| (\d+) Skipped`)
)

// ginkgoCounts reads the line with which a Ginkgo suite ends.
func ginkgoCounts(line string) (counts, bool) {
	m := ginkgoLine.FindStringSubmatch(ansi.ReplaceAllString(line, ""))
	if m == nil {
		return counts{}, false
	}
	n := func(i int) int { v, _ := strconv.Atoi(m[i]); return v } // the expression lets only digits through
	return counts{passed: n(1), failed: n(2), skipped: n(3) + n(4)}, true
}

func (s *summary) end() {
	var reasons []string
	for r := range s.reasons {
		reasons = append(reasons, r)
	}
	slices.SortFunc(reasons, func(a, b string) int {
		if d := s.reasons[b] - s.reasons[a]; d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	for _, r := range reasons {
		fmt.Fprintf(s.w, "skipped %d: %s\n", s.reasons[r], r)
	}
	fmt.Fprintf(s.w, "%d passed, %d failed, %d skipped\n", s.passed, s.failed, s.skipped)
}
