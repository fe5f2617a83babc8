package transcript_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"harness/protocols"
	"harness/transcript"
)

const sessions = "../fixtures/sessions"

// formatExamples returns the sessions in FORMAT.md.
func formatExamples(tb testing.TB) []string {
	tb.Helper()
	text, err := os.ReadFile(sessions + "/FORMAT.md")
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for _, m := range regexp.MustCompile("(?s)```session\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		out = append(out, m[1])
	}
	if len(out) < 10 {
		tb.Fatalf("%d examples in FORMAT.md", len(out))
	}
	return out
}

func TestFormatExamples(t *testing.T) {
	all := strings.Join(formatExamples(t), "\n")
	for _, x := range formatExamples(t) {
		s, err := transcript.Parse("FORMAT.md", []byte(x))
		if err != nil {
			t.Errorf("%v\n%s", err, x)
			continue
		}
		if string(s.Print()) != x {
			t.Errorf("prints otherwise:\n%s", s.Print())
		}
		if f := string(s.Format()); f != x {
			t.Errorf("an example is not canonical:\n%s\nbut:\n%s", x, f)
		}
		d, err := protocols.Lookup(s.Protocol())
		if err != nil {
			t.Error(err)
			continue
		}
		for _, p := range transcript.Lint(s, d) {
			if strings.Contains(p.What, "blob retr-1.bin") || strings.Contains(x, "mail.example.org host}} {{word") || strings.Contains(p.What, "block does not end") {
				continue
			}
			// The example of odd octets is no dialogue.
			if p.Severity == transcript.Fault {
				t.Errorf("%v\n%s", p, x)
			}
		}
	}
	for _, k := range transcript.Kinds() {
		if !regexp.MustCompile(`\{\{(\*\*\*|"(?:[^"\\]|\\.)*"|[^ {}]+) ` + k.Name + `\b`).MatchString(all) {
			t.Errorf("the kind %s has no example", k.Name)
		}
		text, _ := os.ReadFile(sessions + "/FORMAT.md")
		if !strings.Contains(string(text), "| `"+k.Name+"`") {
			t.Errorf("the kind %s is not in the table", k.Name)
		}
		if !k.Match([]byte(k.Example)) {
			t.Errorf("the example of %s is not of its kind", k.Name)
		}
	}
	for _, construct := range []string{
		"{{cr}}", "{{lf}}\n", "{{lf}}{{crlf}}", "{{crlf}}{{none}}", "{{none}}\n", "{{nul}}", "{{tab}}", "{{sp}}", "{{x ", "{{blob ", " as ", "{{=",
		"C:\n", "C2:", "S2:", "Sd1:", "{{***", "-- open Cd1", "-- open C2", "-- tls\n", "-- tls 2", "-- compress deflate", "-- wait ", "-- quiet ",
		"-- half-close ", "-- close ", "-- reset ", "-- unordered", "-- optional", "-- end", "\n# ", "server:", "client:", "date:", "cite:", "note:",
	} {
		if !strings.Contains(all, construct) {
			t.Errorf("no example of %q", construct)
		}
	}
}

// fixtureSessions returns the session files that come with the project.
func fixtureSessions(tb testing.TB) []string {
	tb.Helper()
	var out []string
	err := filepath.WalkDir(sessions, func(path string, d fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, ".session") {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		tb.Fatal(err)
	}
	if len(out) < 5 {
		tb.Fatalf("%d sessions in the fixtures", len(out))
	}
	return out
}

func TestFixtures(t *testing.T) {
	for _, path := range fixtureSessions(t) {
		t.Run(filepath.ToSlash(path), func(t *testing.T) {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s, err := transcript.Load(path)
			if err != nil {
				t.Fatal(err)
			}
			if string(s.Print()) != string(text) {
				t.Error("prints otherwise")
			}
			if f := s.Format(); string(f) != string(text) {
				t.Errorf("not canonical; it should be:\n%s", f)
			}
			d, err := protocols.Lookup(s.Protocol())
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range transcript.Lint(s, d) {
				t.Error(p)
			}
			if n, err := transcript.Redact(s, d); n != 0 || err != nil {
				t.Errorf("Redact: %d secrets in the open, %v", n, err)
			}
			if d := transcript.Diff(s, s, d); len(d) != 0 {
				t.Errorf("differs from itself: %v", d)
			}
		})
	}
}
