package specs

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"strings"

	"harness/internal/report"
)

// Baseline is a list of known failures. Its file has one on each line,
//
//	# what follows a number sign at the beginning of a line is a comment
//	pop3/server/top-content: counts the empty line; reported to the vendor
//	pop3/server/uidl-unique @ *Courier*: two copies of a message share an id
//
// the id of the case, then optionally "@" and a pattern for the name of the software (path.Match's, without regard to case; "*" also
// matches a slash), then a colon, a space and the reason. The reason is required.
type Baseline struct {
	// Name is the file's name, for messages.
	Name    string
	Entries []KnownFailure
}

// KnownFailure is a line of a baseline.
type KnownFailure struct {
	// Line is where it stands, from 1.
	Line int
	// Case is the id of the case.
	Case string
	// Subject is the pattern for the name of the software, "" for any.
	Subject string
	// Reason is why the failure is put up with.
	Reason string
}

// LoadBaseline reads a baseline file.
func LoadBaseline(file string) (*Baseline, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return ParseBaseline(file, bytes.NewReader(data))
}

// ParseBaseline reads a baseline; name is for messages. An error begins with name and line number.
func ParseBaseline(name string, r io.Reader) (*Baseline, error) {
	b := &Baseline{Name: name}
	seen := map[string]int{}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	n := 0
	for sc.Scan() {
		n++
		text := strings.TrimSpace(sc.Text())
		if text == "" || text[0] == '#' {
			continue
		}
		bad := func(format string, args ...any) error {
			return fmt.Errorf("%s:%d: %s", name, n, fmt.Sprintf(format, args...))
		}
		// A pattern may hold a colon (a URL), but none with a space behind it.
		what, reason, ok := strings.Cut(text, ": ")
		if !ok {
			return nil, bad("expected \"CASE [@ SOFTWARE]: REASON\", got no reason in %q", text)
		}
		k := KnownFailure{Line: n, Reason: strings.TrimSpace(reason)}
		k.Case, k.Subject, ok = strings.Cut(what, "@")
		k.Case, k.Subject = strings.TrimSpace(k.Case), strings.TrimSpace(k.Subject)
		switch {
		case !idForm.MatchString(k.Case):
			return nil, bad("expected a case's id such as pop3/server/uidl-unique, got %q", k.Case)
		case k.Reason == "":
			return nil, bad("a known failure needs a reason")
		case ok && k.Subject == "":
			return nil, bad("expected a pattern for the software's name behind \"@\"")
		}
		if _, err := matchSubject(k.Subject, ""); err != nil {
			return nil, bad("pattern %q: %v", k.Subject, err)
		}
		key := k.Case + "@" + strings.ToLower(k.Subject)
		if first := seen[key]; first != 0 {
			return nil, bad("%s is listed already, in line %d", what, first)
		}
		seen[key] = n
		b.Entries = append(b.Entries, k)
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", name, n+1, err)
	}
	return b, nil
}

// matchSubject is path.Match without regard to case, and without slashes standing out.
func matchSubject(pattern, subject string) (bool, error) {
	flat := strings.NewReplacer("/", "\x01")
	return path.Match(flat.Replace(strings.ToLower(pattern)), flat.Replace(strings.ToLower(subject)))
}

// Check returns an error if the baseline lists a case that env does not have, though it has cases of that protocol.
func (b *Baseline) Check(env *Env) error {
	protocols := map[string]bool{}
	for _, c := range env.cases {
		protocols[c.Protocol()] = true
	}
	for _, k := range b.Entries {
		if _, ok := env.Case(k.Case); !ok && protocols[Case{ID: k.Case}.Protocol()] {
			return fmt.Errorf("%s:%d: there is no case %s (harness check --list shows them)", b.Name, k.Line, k.Case)
		}
	}
	return nil
}

// Apply marks the failures of the report that are known, and adds a problem for each that is listed and was found conformant or within
// its latitude. What was not run, not offered or inconclusive stays as it is.
func (b *Baseline) Apply(r *report.Report) {
	for _, k := range b.Entries {
		for i := range r.Cases {
			c := &r.Cases[i]
			if c.ID != k.Case {
				continue
			}
			if ok, _ := matchSubject(k.Subject, c.Subject); k.Subject != "" && !ok {
				continue
			}
			switch c.Verdict {
			case report.NonConformant:
				c.Known = k.Reason
			case report.Conformant, report.Latitude:
				r.Problems = append(r.Problems, fmt.Sprintf("%s:%d: %s is listed as a known failure of %s, and passes now: take the line out",
					b.Name, k.Line, c.ID, c.Subject))
			}
		}
	}
	r.Finish()
}
