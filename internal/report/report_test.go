package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func sample() *Report {
	r := &Report{Harness: "test", Started: time.Date(2024, 11, 24, 10, 0, 0, 0, time.UTC), Duration: Seconds(1500 * time.Millisecond)}
	add := func(subject, id string, rfc int, v Verdict, change func(*Case)) {
		c := Case{ID: id, Protocol: "pop3", Catalogue: "server", Subject: subject, Level: "MUST", Rule: "the rule of " + id, Verdict: v, RFC: rfc}
		if rfc != 0 {
			c.Cite = "RFC section 1"
		}
		if change != nil {
			change(&c)
		}
		r.Cases = append(r.Cases, c)
	}
	add("B server", "pop3/server/a", 1939, Conformant, nil)
	add("B server", "pop3/server/c", 2449, NonConformant, func(c *Case) {
		c.Expected, c.Actual = "<b>this</b>", "that\x01\nand more"
		c.Exchange = []Line{{At: Seconds(12 * time.Millisecond), Who: "C", Text: "STAT <&>"}, {Who: "--", Text: "tls"}}
	})
	add("B server", "pop3/server/b", 1939, NonConformant, func(c *Case) { c.Known, c.Actual = "long known", "x" })
	add("A client", "pop3/client/d", 1939, Latitude, func(c *Case) { c.Level, c.Note = "MAY", "chose one" })
	add("A client", "pop3/client/e", 1939, Inconclusive, func(c *Case) { c.Note = "no idea" })
	add("A client", "pop3/client/f", 2449, NotOffered, func(c *Case) { c.Note = "UIDL" })
	add("A client", "pop3/client/g", 2449, Broken, func(c *Case) { c.Error = "panic: x\nstack" })
	add("A client", "pop3/recorded/h", 0, Conformant, nil)
	r.Problems = []string{"known.txt:1: passes now"}
	r.Finish()
	return r
}

func TestFinish(t *testing.T) {
	r := sample()
	if len(r.Subjects) != 2 || r.Subjects[0].Name != "A client" {
		t.Fatalf("subjects %+v", r.Subjects)
	}
	var rfcs []string
	for _, x := range r.Subjects[0].RFCs {
		rfcs = append(rfcs, x.Name())
	}
	if got := strings.Join(rfcs, ", "); got != "RFC 1939, RFC 2449, recorded sessions" {
		t.Errorf("RFCs in the order %s", got)
	}
	if r.Totals != (Counts{Conformant: 2, NonConformant: 2, Latitude: 1, Inconclusive: 1, NotOffered: 1, Broken: 1, Known: 1}) || r.Totals.Total() != 8 {
		t.Errorf("totals %+v", r.Totals)
	}
	if !r.Failed || len(r.Failures()) != 3 {
		t.Errorf("failed %v, %d failures", r.Failed, len(r.Failures()))
	}
	ok := &Report{Cases: []Case{{Verdict: NonConformant, Known: "x"}, {Verdict: Latitude}}}
	if ok.Finish(); ok.Failed {
		t.Error("a known failure fails the run")
	}
}

func TestText(t *testing.T) {
	var b bytes.Buffer
	if err := WriteText(&b, sample(), TextOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"B server  conformant  non-conformant  latitude  inconclusive  not offered\n",
		"RFC 1939           1               1         -             -            -\n",
		"recorded sessions           1               -         -             -            -\n",
		"NON-CONFORMANT  pop3/server/c  B server\n",
		"  rule      the rule of pop3/server/c\n            RFC section 1, MUST\n",
		"  expected  <b>this</b>\n",
		"    +0.012s C: STAT <&>\n    +0.000s -- tls\n",
		"  known     long known\n",
		"BROKEN  pop3/client/g",
		"  pop3/client/e: no idea\n",
		"  known.txt:1: passes now\n",
		"FAIL  2 conformant, 2 non-conformant (1 of them known), 1 latitude, 1 inconclusive, 1 not offered, 1 broken  1.5s\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the text lacks %q:\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "\x1b") {
		t.Error("colours without being asked")
	}
	if strings.Contains(b.String(), "chose one") {
		t.Error("latitude is listed without Verbose")
	}
	b.Reset()
	WriteText(&b, sample(), TextOptions{Color: true, Verbose: true})
	if !strings.Contains(b.String(), "\x1b[31m") || !strings.Contains(b.String(), "chose one") {
		t.Errorf("no colours, or no latitude:\n%s", b.String())
	}
}

func TestJSON(t *testing.T) {
	var b bytes.Buffer
	want := sample()
	if err := WriteJSON(&b, want); err != nil {
		t.Fatal(err)
	}
	var got Report
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(&got, want) {
		t.Errorf("read back:\n%+v\nwant\n%+v", &got, want)
	}
	for _, field := range []string{`"schema": 1`, `"seconds": 1.5`, `"nonConformant": 2`, `"at": 0.012`, `"who": "C"`} {
		if !strings.Contains(b.String(), field) {
			t.Errorf("no %s in\n%s", field, b.String())
		}
	}
	var s Seconds
	if err := s.UnmarshalJSON([]byte(`"x"`)); err == nil {
		t.Error("a text was read as a number of seconds")
	}
}

func TestHTML(t *testing.T) {
	var b bytes.Buffer
	if err := WriteHTML(&b, sample()); err != nil {
		t.Fatal(err)
	}
	page := b.String()
	for _, want := range []string{"<h2>B server</h2>", "&lt;b&gt;this&lt;/b&gt;", "STAT &lt;&amp;&gt;", "long known", "RFC section 1, MUST", "</html>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	for _, bad := range []string{"http://", "https://", "<script", "<link", "ZgotmplZ", "src="} {
		if strings.Contains(page, bad) {
			t.Errorf("the page has %q", bad)
		}
	}
}

func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	if err := WriteJUnit(&b, sample()); err != nil {
		t.Fatal(err)
	}
	var got xmlSuites
	if err := xml.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatalf("%v\n%s", err, b.String())
	}
	if got.Tests != 9 || got.Failures != 2 || got.Errors != 1 || got.Skipped != 3 || len(got.Suites) != 3 {
		t.Errorf("%d tests, %d failures, %d errors, %d skipped, %d suites", got.Tests, got.Failures, got.Errors, got.Skipped, len(got.Suites))
	}
	c := got.Suites[1].Cases[2]
	if c.Name != "pop3/server/c" || c.Class != "pop3.server" || c.Failure == nil || !strings.Contains(c.Failure.Text, "STAT <&>") {
		t.Errorf("the failed test is %+v", c)
	}
	if s := got.Suites[1].Cases[1].Skipped; s == nil || s.Message != "known failure: long known" {
		t.Errorf("the known failure is %+v", s)
	}
}

func TestWriteFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.json")
	put := func(s string) func(io.Writer) error {
		return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
	}
	if err := WriteFile(path, put("one")); err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	if err := WriteFile(path, func(w io.Writer) error { io.WriteString(w, "half"); return boom }); !errors.Is(err, boom) {
		t.Errorf("the writer's error is lost: %v", err)
	}
	if got, _ := os.ReadFile(path); string(got) != "one" {
		t.Errorf("a failed write left %q", got)
	}
	os.Chmod(path, 0o600)
	if err := WriteFile(path, put("two")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the permissions are %v, %v", info.Mode(), err)
	}
	if files, _ := os.ReadDir(filepath.Dir(path)); len(files) != 1 {
		t.Errorf("%d files left", len(files))
	}
	if err := WriteFile(filepath.Join(path, "no"), put("x")); err == nil {
		t.Error("a file below a file was written")
	}
	if err := WriteFile(filepath.Dir(path), put("x")); err == nil || !strings.Contains(err.Error(), "is a directory") {
		t.Errorf("a directory: %v", err)
	}
}
