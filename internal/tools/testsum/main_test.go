package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// feed gives the summary events written as "ACTION PACKAGE TEST OUTPUT".
func feed(t *testing.T, lines ...string) string {
	t.Helper()
	var in, out bytes.Buffer
	for _, l := range lines {
		f := strings.SplitN(l, " ", 4)
		e := event{Action: f[0], Package: f[1]}
		if len(f) > 2 && f[2] != "-" {
			e.Test = f[2]
		}
		if len(f) > 3 {
			e.Output = f[3] + "\n"
		}
		if err := json.NewEncoder(&in).Encode(e); err != nil {
			t.Fatal(err)
		}
	}
	s := newSummary(&out)
	if err := s.read(&in); err != nil {
		t.Fatal(err)
	}
	s.end()
	return out.String()
}

func TestCounts(t *testing.T) {
	for name, c := range map[string]struct {
		events []string
		last   string
		holds  string
	}{
		"plain":    {[]string{"run p A", "pass p A", "run p B", "fail p B", "run p C", "output p C     x_test.go:3: no engine", "skip p C", "fail p"}, "1 passed, 1 failed, 1 skipped", "skipped 1: no engine\n"},
		"subtests": {[]string{"run p A", "run p A/x", "pass p A/x", "run p A/y", "fail p A/y", "fail p A", "fail p"}, "1 passed, 1 failed, 0 skipped", "FAIL  p  1 failed, 1 passed"},
		"ginkgo": {[]string{
			"run p A", "output p A \x1b[1mSUCCESS!\x1b[0m -- \x1b[32m5 Passed\x1b[0m | \x1b[31m0 Failed\x1b[0m | 1 Pending | 2 Skipped", "pass p A", "pass p",
		}, "5 passed, 0 failed, 3 skipped", "ok    p  5 passed, 3 skipped"},
		"two suites in a test": {[]string{
			"run p A", "output p A x -- 1 Passed | 0 Failed | 0 Pending | 0 Skipped", "output p A x -- 2 Passed | 1 Failed | 0 Pending | 0 Skipped", "fail p A", "fail p",
		}, "3 passed, 1 failed, 0 skipped", ""},
		"suite set-up":   {[]string{"run p A", "output p A x -- 0 Passed | 0 Failed | 0 Pending | 0 Skipped", "fail p A", "fail p"}, "0 passed, 1 failed, 0 skipped", ""},
		"does not build": {[]string{"output p - FAIL p [build failed]", "fail p"}, "0 passed, 1 failed, 0 skipped", "build failed"},
		"panic":          {[]string{"run p A", "output p A panic: no", "fail p"}, "0 passed, 1 failed, 0 skipped", "did not end: p A\npanic: no"},
		"no tests":       {[]string{"output p - ?   p [no test files]", "skip p"}, "0 passed, 0 failed, 0 skipped", ""},
	} {
		got := feed(t, c.events...)
		if !strings.HasSuffix(got, "\n"+c.last+"\n") && got != c.last+"\n" || !strings.Contains(got, c.holds) {
			t.Errorf("%s: got\n%s\nwant the last line %q, and %q", name, got, c.last, c.holds)
		}
	}
}

func TestRun(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module x\n")
	write("x_test.go", "package x\nimport \"testing\"\nfunc TestA(t *testing.T) {}\nfunc TestB(t *testing.T) { t.Skip(\"later\") }\n")
	t.Chdir(dir)
	var out, errs bytes.Buffer
	if code := run([]string{"-count=1", "./..."}, &out, &errs); code != 0 || !strings.HasSuffix(out.String(), "skipped 1: later\n1 passed, 0 failed, 1 skipped\n") {
		t.Errorf("exit code %d, output\n%s%s", code, out.String(), errs.String())
	}
	write("y_test.go", "package x\nfunc {")
	out.Reset()
	if code := run([]string{"-count=1", "./..."}, &out, &errs); code != 1 || !strings.HasSuffix(out.String(), "0 passed, 1 failed, 0 skipped\n") {
		t.Errorf("a package that does not compile: exit code %d, output\n%s", code, out.String())
	}
	out.Reset()
	if code := run([]string{"-no-such-flag"}, &out, &errs); code != 1 || !strings.HasSuffix(out.String(), "0 passed, 1 failed, 0 skipped\n") {
		t.Errorf("a bad flag: exit code %d, output\n%s", code, out.String())
	}
}
