package report

import (
	"bufio"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// WriteFile writes a file whole or not at all: into a temporary file beside it that then takes its name. A file that exists keeps its
// permissions; a new one gets 0644.
func WriteFile(path string, write func(io.Writer) error) (err error) {
	mode := os.FileMode(0o644)
	if info, serr := os.Stat(path); serr == nil {
		if info.IsDir() {
			return fmt.Errorf("%s is a directory", path)
		}
		if !info.Mode().IsRegular() { // a pipe or a device cannot be replaced
			f, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			if err := write(f); err != nil {
				f.Close()
				return err
			}
			return f.Close()
		}
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		// The user knows nothing of a temporary file.
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = &fs.PathError{Op: "write", Path: path, Err: pe.Err}
		}
		return err
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriter(f)
	if err := write(w); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if err := f.Chmod(mode); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// WriteJSON writes the report as one JSON object, a [Report].
func WriteJSON(w io.Writer, r *Report) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(r)
}

// Suite is a group of tests in a JUnit file.
type Suite struct {
	Name    string
	Started time.Time
	Tests   []Test
}

// Test is a test in a JUnit file. At most one of Failure, Error and Skipped is set; a test with none passed.
type Test struct {
	Class, Name string
	Duration    time.Duration
	// Failure, Error and Skipped are one line each, Detail what stands behind it.
	Failure, Error, Skipped string
	Detail                  string
	// Out is the test's output.
	Out string
}

type xmlSuites struct {
	XMLName  xml.Name   `xml:"testsuites"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Time     string     `xml:"time,attr"`
	Suites   []xmlSuite `xml:"testsuite"`
}

type xmlSuite struct {
	Name      string    `xml:"name,attr"`
	Tests     int       `xml:"tests,attr"`
	Failures  int       `xml:"failures,attr"`
	Errors    int       `xml:"errors,attr"`
	Skipped   int       `xml:"skipped,attr"`
	Time      string    `xml:"time,attr"`
	Timestamp string    `xml:"timestamp,attr,omitempty"`
	Cases     []xmlCase `xml:"testcase"`
}

type xmlCase struct {
	Class   string      `xml:"classname,attr"`
	Name    string      `xml:"name,attr"`
	Time    string      `xml:"time,attr"`
	Failure *xmlOutcome `xml:"failure"`
	Error   *xmlOutcome `xml:"error"`
	Skipped *xmlOutcome `xml:"skipped"`
	Out     *xmlText    `xml:"system-out"`
}

type xmlOutcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",cdata"`
}

type xmlText struct {
	Text string `xml:",cdata"`
}

// clean replaces what may not stand in XML: CDATA is written as it is.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= ' ' && r <= 0xD7FF, r >= 0xE000 && r <= 0xFFFD, r >= 0x10000:
			return r
		}
		return utf8.RuneError
	}, s)
}

func seconds(d time.Duration) string { return strconv.FormatFloat(d.Seconds(), 'f', 3, 64) }

// WriteSuites writes a JUnit file.
func WriteSuites(w io.Writer, suites []Suite) error {
	var out xmlSuites
	var all time.Duration
	for _, s := range suites {
		x := xmlSuite{Name: s.Name, Tests: len(s.Tests)}
		if !s.Started.IsZero() {
			x.Timestamp = s.Started.UTC().Format("2006-01-02T15:04:05")
		}
		var sum time.Duration
		for _, t := range s.Tests {
			c := xmlCase{Class: t.Class, Name: t.Name, Time: seconds(t.Duration)}
			if t.Out != "" {
				c.Out = &xmlText{clean(t.Out)}
			}
			switch {
			case t.Error != "":
				c.Error = &xmlOutcome{t.Error, "broken", clean(t.Detail)}
				x.Errors++
			case t.Failure != "":
				c.Failure = &xmlOutcome{t.Failure, "failed", clean(t.Detail)}
				x.Failures++
			case t.Skipped != "":
				c.Skipped = &xmlOutcome{Message: t.Skipped}
				x.Skipped++
			}
			sum += t.Duration
			x.Cases = append(x.Cases, c)
		}
		x.Time = seconds(sum)
		all += sum
		out.Tests += x.Tests
		out.Failures += x.Failures
		out.Errors += x.Errors
		out.Skipped += x.Skipped
		out.Suites = append(out.Suites, x)
	}
	out.Time = seconds(all)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(out); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// WriteJUnit writes the report as a JUnit file, a suite for each subject. A known failure, an inconclusive case and one whose extension is
// not offered are skipped tests; a broken case is an error; what fails the run beside the cases is a failed test of the suite "baseline".
func WriteJUnit(w io.Writer, r *Report) error {
	var suites []Suite
	for i := range r.Cases {
		c := &r.Cases[i]
		if n := len(suites); n == 0 || suites[n-1].Name != c.Subject {
			suites = append(suites, Suite{Name: c.Subject, Started: r.Started})
		}
		t := Test{Class: c.Protocol + "." + c.Catalogue, Name: c.ID, Duration: time.Duration(c.Duration)}
		switch c.Verdict {
		case NonConformant:
			if c.Known != "" {
				t.Skipped = "known failure: " + c.Known
			} else {
				t.Failure, t.Detail = c.Actual, detail(c)
			}
			if t.Failure == "" && t.Skipped == "" {
				t.Failure = c.Rule
			}
		case Broken:
			t.Error, t.Detail = strings.SplitN(c.Error, "\n", 2)[0], detail(c)
		case Inconclusive:
			t.Skipped = "inconclusive: " + c.Note
		case NotOffered:
			t.Skipped = "not offered: " + c.Note
		case Latitude:
			t.Out = detail(c)
		}
		suites[len(suites)-1].Tests = append(suites[len(suites)-1].Tests, t)
	}
	if len(r.Problems) > 0 {
		s := Suite{Name: "baseline", Started: r.Started}
		for _, p := range r.Problems {
			s.Tests = append(s.Tests, Test{Class: "baseline", Name: p, Failure: p})
		}
		suites = append(suites, s)
	}
	return WriteSuites(w, suites)
}

// detail is the story of a case in plain text.
func detail(c *Case) string {
	var b strings.Builder
	t := text{w: bufio.NewWriter(&b)}
	t.failure(c)
	t.w.Flush()
	return b.String()
}
