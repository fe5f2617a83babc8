package specs

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"harness/protocols/dialect"
	"harness/specs/register"
)

// DefaultQuietWait is how long a case listens where nothing may arrive, if [Env.QuietWait] is 0.
const DefaultQuietWait = 100 * time.Millisecond

// Env is what cases run in: the parties under test, how strictly they are judged, and the cases themselves. A protocol's Register adds its
// dialect and its cases to it. An Env is set up by one goroutine; then it may be read, and cases may run, in several.
type Env struct {
	// Server is what server cases drive; nil: they are not run.
	Server ServerUnderTest
	// Client is what client cases and recorded cases try; nil: they are not run.
	Client ClientUnderTest
	// Strict makes a violated SHOULD non-conformant.
	Strict bool
	// Destructive allows cases that change what the server keeps, although the server isn't disposable.
	Destructive bool
	// TimeFactor multiplies the timeouts of the cases and the quiet waits, for slow servers and machines; 0 means 1.
	TimeFactor float64
	// QuietWait is how long a case listens where nothing may arrive; 0 means DefaultQuietWait. Cases use [T.Quiet], which has the factor in it.
	QuietWait time.Duration

	dialects map[string]dialect.Dialect
	cases    []Case
	index    map[string]int
	problems []error
}

// Labels are the labels that a case may add to those that it has by itself, and what each means.
var Labels = map[string]string{
	"auth":      "about authentication",
	"container": "needs a container engine",
	"security":  "about an attack or a leak",
	"slow":      "takes more than a second",
	"tls":       "about TLS",
}

// UseDialect tells the environment how a protocol's octets are cut into lines and which of them are secret. Every protocol that has cases
// needs it, for the exchange that a report shows.
func (e *Env) UseDialect(d dialect.Dialect) {
	if e.dialects == nil {
		e.dialects = map[string]dialect.Dialect{}
	}
	e.dialects[d.Name()] = d
}

// Add adds cases. What is wrong with them is told by [Env.Validate], and keeps the environment from running.
func (e *Env) Add(cases ...Case) {
	if e.index == nil {
		e.index = map[string]int{}
	}
	for _, c := range cases {
		if _, dup := e.index[c.ID]; dup {
			e.problems = append(e.problems, fmt.Errorf("case %s is added twice", c.ID))
			continue
		}
		for _, err := range c.check() {
			e.problems = append(e.problems, fmt.Errorf("case %s: %w", c.ID, err))
		}
		e.index[c.ID] = len(e.cases)
		e.cases = append(e.cases, c)
	}
}

// Cases returns all cases in the order in which they were added. The slice is the caller's.
func (e *Env) Cases() []Case { return slices.Clone(e.cases) }

// Runnable returns the cases whose party under test the environment has, in their order.
func (e *Env) Runnable() []Case {
	var out []Case
	for _, c := range e.cases {
		if e.subject(c) != "" {
			out = append(out, c)
		}
	}
	return out
}

// Case returns the case with that id.
func (e *Env) Case(id string) (Case, bool) {
	i, ok := e.index[id]
	if !ok {
		return Case{}, false
	}
	return e.cases[i], true
}

// subject is the name of the party that the case judges, "" if the environment has none.
func (e *Env) subject(c Case) string {
	switch {
	case c.Catalogue == ServerCases && e.Server != nil:
		return e.Server.Name()
	case (c.Catalogue == ClientCases || c.Catalogue == RecordedCases) && e.Client != nil:
		return e.Client.Name()
	}
	return ""
}

func (e *Env) scale(d time.Duration) time.Duration {
	if e.TimeFactor <= 0 {
		return d
	}
	return time.Duration(float64(d) * e.TimeFactor)
}

// Validate tells everything that is wrong with the cases that were added: an id of another form or given twice, a requirement that the
// register doesn't know or that binds the other party only, a MUST case without a deviation, an unknown label, a protocol without dialect.
func (e *Env) Validate() error {
	problems := slices.Clone(e.problems)
	missing := map[string]bool{}
	for _, c := range e.cases {
		if p := c.Protocol(); e.dialects[p] == nil {
			missing[p] = true
		}
	}
	for _, p := range slices.Sorted(maps.Keys(missing)) {
		problems = append(problems, fmt.Errorf("protocol %s has cases but no dialect: its Register has to call Env.UseDialect", p))
	}
	return errors.Join(problems...)
}

// UncoveredRequirements returns the protocol's requirements that can be tested on the wire (their OffWire is "") and that none of the cases
// names, in the register's order.
func UncoveredRequirements(protocol string, cases []Case) []register.Entry {
	named := map[string]bool{}
	for _, c := range cases {
		named[c.Requirement] = true
		for _, id := range c.Also {
			named[id] = true
		}
	}
	var out []register.Entry
	for _, e := range register.ForProtocol(protocol) {
		if e.OffWire == "" && !named[e.ID] {
			out = append(out, e)
		}
	}
	return out
}

// Protocol returns the first part of the case's id: "pop3".
func (c Case) Protocol() string {
	p, _, _ := strings.Cut(c.ID, "/")
	return p
}

// Entry returns the requirement that the case judges. A recorded case has none in the register: its entry says the case's own Rule, as a
// MUST of RFC 0.
func (c Case) Entry() register.Entry {
	if e, ok := register.Lookup(c.Requirement); ok {
		return e
	}
	return register.Entry{ID: c.Requirement, Level: register.Must, Party: register.Client, Rule: c.Rule}
}

var sectionLabel = strings.NewReplacer("Appendix ", "", " ", "-")

// AllLabels returns the labels by which the case can be chosen: its protocol, its catalogue, the RFC ("RFC1939"), the RFC and section
// ("RFC1939-7"), the level ("MUST", "MUST-NOT"), the extension and what it needs, "mutates", and its own, without repetition.
func (c Case) AllLabels() []string {
	labels := []string{c.Protocol(), string(c.Catalogue)}
	if e := c.Entry(); e.RFC != 0 {
		rfc := fmt.Sprintf("RFC%d", e.RFC)
		labels = append(labels, rfc, rfc+"-"+sectionLabel.Replace(e.Section), strings.ReplaceAll(e.Level.String(), " ", "-"))
		if e.Extension != "" {
			labels = append(labels, e.Extension)
		}
	}
	labels = append(labels, c.Needs...)
	if c.Mutates {
		labels = append(labels, "mutates")
	}
	labels = append(labels, c.Labels...)
	var out []string
	for _, l := range labels {
		if !slices.Contains(out, l) {
			out = append(out, l)
		}
	}
	return out
}

var idForm = regexp.MustCompile(`^([a-z][a-z0-9]*)/([a-z]+)/([a-z0-9]+(?:-[a-z0-9]+)*)$`)

// check returns what is wrong with the case by itself.
func (c Case) check() (errs []error) {
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	m := idForm.FindStringSubmatch(c.ID)
	if m == nil {
		bad("the id has to be protocol/catalogue/name, in lower case with hyphens")
		return errs
	}
	if m[2] != string(c.Catalogue) {
		bad("the id says catalogue %q, the case %q", m[2], c.Catalogue)
	}
	if c.Run == nil {
		bad("it has no Run")
	}
	if c.Timeout < 0 {
		bad("its timeout is negative")
	}
	for _, l := range c.Labels {
		if _, ok := Labels[l]; !ok {
			bad("label %q is unknown; the known ones are %s", l, strings.Join(slices.Sorted(maps.Keys(Labels)), ", "))
		}
	}
	for _, l := range c.Needs {
		if l == "" || strings.ContainsAny(l, "&|!,()/:") {
			bad("what it needs, %q, can be no label", l)
		}
	}
	var party register.Party
	switch c.Catalogue {
	case ServerCases:
		party = register.Server
	case ClientCases:
		party = register.Client
		if c.Mutates {
			bad("only a server case can change what a server keeps")
		}
	case RecordedCases:
		if c.Requirement != "" || len(c.Also) > 0 {
			bad("a recorded case has no requirement of the register")
		}
		if c.Rule == "" {
			bad("a recorded case needs a Rule, to say what is expected")
		}
		return errs
	default:
		bad("catalogue %q is unknown", c.Catalogue)
		return errs
	}
	if c.Rule != "" {
		bad("its rule is the register's; only a recorded case has one of its own")
	}
	e, ok := register.Lookup(c.Requirement)
	if !ok {
		bad("requirement %q is not in the register", c.Requirement)
		return errs
	}
	for _, id := range append([]string{c.Requirement}, c.Also...) {
		r, ok := register.Lookup(id)
		if !ok {
			bad("requirement %q is not in the register", id)
			continue
		}
		if r.Protocol() != m[1] {
			bad("requirement %s is another protocol's", id)
		}
	}
	if !e.Party.Binds(party) {
		bad("requirement %s binds the %s, which a %s case does not judge", e.ID, e.Party, c.Catalogue)
	}
	if (e.Level == register.Must || e.Level == register.MustNot) && len(c.Deviations) == 0 {
		bad("requirement %s is a %s: the case has to name a deviation that makes it fail", e.ID, e.Level)
	}
	return errs
}
