// Package report is what a run of the specs found, and the forms in which it is told: a table for people, JSON, HTML and JUnit.
//
// It knows neither cases nor protocols: package specs fills in a [Report].
package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// Schema is the version of the JSON form. It changes when a field changes its meaning or goes away, not when one is added.
const Schema = 1

// Verdict is the outcome of a case.
type Verdict string

// The verdicts. Broken is none about the party under test: the case itself failed.
const (
	Conformant    Verdict = "conformant"
	NonConformant Verdict = "non-conformant"
	Latitude      Verdict = "latitude"
	Inconclusive  Verdict = "inconclusive"
	NotOffered    Verdict = "not offered"
	Broken        Verdict = "broken"
)

// Report is a run.
type Report struct {
	// Schema is the version of this form.
	Schema int `json:"schema"`
	// Harness is the version of the harness.
	Harness string `json:"harness"`
	// Started is when the run began.
	Started time.Time `json:"started"`
	// Duration is how long it took.
	Duration Seconds `json:"seconds"`
	// Strict runs make a violated SHOULD non-conformant.
	Strict bool `json:"strict"`
	// Labels is the filter by which cases were chosen, "" for all.
	Labels string `json:"labels,omitempty"`
	// Seed is what the order of the cases came from.
	Seed int64 `json:"seed"`
	// Interrupted runs did not run all cases.
	Interrupted bool `json:"interrupted,omitempty"`
	// Failed says whether the run as a whole failed: a case that is no known failure did, or a known failure passed.
	Failed bool `json:"failed"`
	// Totals counts the cases by verdict.
	Totals Counts `json:"totals"`
	// Subjects are the parties that were judged, by name.
	Subjects []Subject `json:"subjects"`
	// Cases are the cases, in the order of their ids within each subject.
	Cases []Case `json:"cases"`
	// Problems are what fails the run beside the cases: known failures that pass.
	Problems []string `json:"problems,omitempty"`
}

// Subject is the software that was judged, and how it did.
type Subject struct {
	Name   string `json:"name"`
	Totals Counts `json:"totals"`
	// RFCs counts the cases by RFC, ascending; RFC 0 stands for the recorded sessions, and is last.
	RFCs []RFC `json:"rfcs"`
}

// Counts are numbers of cases by verdict.
type Counts struct {
	Conformant    int `json:"conformant"`
	NonConformant int `json:"nonConformant"`
	Latitude      int `json:"latitude"`
	Inconclusive  int `json:"inconclusive"`
	NotOffered    int `json:"notOffered"`
	Broken        int `json:"broken"`
	// Known counts those of NonConformant that the baseline lists.
	Known int `json:"known"`
}

// RFC is the line of an RFC in the table.
type RFC struct {
	Number int `json:"rfc"`
	Counts
}

// Name returns "RFC 1939", or what stands for it.
func (r RFC) Name() string {
	if r.Number == 0 {
		return "recorded sessions"
	}
	return "RFC " + strconv.Itoa(r.Number)
}

// Case is the outcome of one case.
type Case struct {
	ID       string `json:"id"`
	Protocol string `json:"protocol"`
	// Catalogue is "server", "client" or "recorded".
	Catalogue string `json:"catalogue"`
	// Subject is the software that was judged.
	Subject string `json:"subject"`
	// Requirement is the rule's id in the register; "" for a recorded session.
	Requirement string `json:"requirement,omitempty"`
	RFC         int    `json:"rfc,omitempty"`
	// Section is the number of the RFC's section, or such as "Appendix A".
	Section string `json:"section,omitempty"`
	// Cite is the rule's place in words: "RFC 1939 section 7".
	Cite string `json:"cite,omitempty"`
	// Level is "MUST", "MUST NOT", "SHOULD", "SHOULD NOT" or "MAY".
	Level   string   `json:"level"`
	Rule    string   `json:"rule"`
	Labels  []string `json:"labels,omitempty"`
	Verdict Verdict  `json:"verdict"`
	// Expected and Actual tell of a violation.
	Expected string `json:"expected,omitempty"`
	Actual   string `json:"actual,omitempty"`
	// Note is the choice that was made, the reason why nothing was found out, or the extension that is not offered.
	Note string `json:"note,omitempty"`
	// Error tells what broke the case.
	Error string `json:"error,omitempty"`
	// Known is the baseline's reason if the failure is a known one.
	Known    string  `json:"known,omitempty"`
	Duration Seconds `json:"seconds"`
	// Exchange is what was said, for a case that is neither conformant nor not offered.
	Exchange []Line `json:"exchange,omitempty"`
}

// Failed says whether the case fails the run.
func (c *Case) Failed() bool {
	return c.Verdict == Broken || c.Verdict == NonConformant && c.Known == ""
}

// Line is one line of an exchange.
type Line struct {
	// At is the time since the case began.
	At Seconds `json:"at"`
	// Who said it: "C" or "S", with the name of the connection behind it if it isn't the first one; "--" for an event.
	Who string `json:"who"`
	// Text is the line without its terminator, what does not print escaped.
	Text string `json:"text"`
}

// String returns the line as a report shows it: "+0.012s C: STAT".
func (l Line) String() string {
	sep := ": "
	if l.Who == "--" {
		sep = " "
	}
	return fmt.Sprintf("+%.3fs %s%s%s", time.Duration(l.At).Seconds(), l.Who, sep, l.Text)
}

// Seconds is a duration that is written as a decimal number of seconds, to the microsecond.
type Seconds time.Duration

// MarshalJSON writes the number.
func (s Seconds) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, time.Duration(s).Round(time.Microsecond).Seconds(), 'f', -1, 64), nil
}

// UnmarshalJSON reads the number.
func (s *Seconds) UnmarshalJSON(b []byte) error {
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return fmt.Errorf("%q is no number of seconds", b)
	}
	*s = Seconds(time.Duration(f * float64(time.Second)).Round(time.Microsecond))
	return nil
}

// String returns it as time.Duration does, to the millisecond.
func (s Seconds) String() string { return time.Duration(s).Round(time.Millisecond).String() }

func (c *Counts) add(k *Case) {
	switch k.Verdict {
	case Conformant:
		c.Conformant++
	case NonConformant:
		c.NonConformant++
		if k.Known != "" {
			c.Known++
		}
	case Latitude:
		c.Latitude++
	case NotOffered:
		c.NotOffered++
	case Broken:
		c.Broken++
	default:
		c.Inconclusive++
	}
}

// Total is the number of cases.
func (c Counts) Total() int {
	return c.Conformant + c.NonConformant + c.Latitude + c.Inconclusive + c.NotOffered + c.Broken
}

// Finish sorts the cases, and computes the counts and whether the run failed.
func (r *Report) Finish() {
	r.Schema = Schema
	slices.SortStableFunc(r.Cases, func(a, b Case) int {
		return cmp.Or(cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.ID, b.ID))
	})
	r.Totals, r.Subjects = Counts{}, []Subject{}
	r.Failed = len(r.Problems) > 0
	for i := range r.Cases {
		c := &r.Cases[i]
		if n := len(r.Subjects); n == 0 || r.Subjects[n-1].Name != c.Subject {
			r.Subjects = append(r.Subjects, Subject{Name: c.Subject})
		}
		r.Subjects[len(r.Subjects)-1].add(c)
		r.Totals.add(c)
		r.Failed = r.Failed || c.Failed()
	}
	for _, s := range r.Subjects {
		slices.SortFunc(s.RFCs, func(a, b RFC) int { return cmp.Compare(a.order(), b.order()) })
	}
	if r.Cases == nil {
		r.Cases = []Case{}
	}
}

func (r RFC) order() int {
	if r.Number == 0 {
		return math.MaxInt
	}
	return r.Number
}

func (s *Subject) add(c *Case) {
	s.Totals.add(c)
	i := slices.IndexFunc(s.RFCs, func(r RFC) bool { return r.Number == c.RFC })
	if i < 0 {
		i = len(s.RFCs)
		s.RFCs = append(s.RFCs, RFC{Number: c.RFC})
	}
	s.RFCs[i].add(c)
}

// Failures returns the cases that are to be told of one by one: non-conformant, known or not, and broken.
func (r *Report) Failures() []*Case {
	var out []*Case
	for i := range r.Cases {
		if v := r.Cases[i].Verdict; v == NonConformant || v == Broken {
			out = append(out, &r.Cases[i])
		}
	}
	return out
}
