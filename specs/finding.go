package specs

import (
	"context"
	"fmt"
	"sync"
	"time"

	"harness/protocols/wire"
)

// Finding is the judgement that a case comes to, from wherever it is found first. The zero value has found nothing. Its methods may be called
// by several goroutines.
type Finding struct {
	mu    sync.Mutex
	found *Judgement
	ended bool
}

// Settle gives the judgement; only the first one counts, and none after End.
func (f *Finding) Settle(j Judgement) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.found == nil && !f.ended {
		f.found = &j
	}
}

// Settled says whether the case has come to a judgement.
func (f *Finding) Settled() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.found != nil
}

// End has what is settled from now on not count.
func (f *Finding) End() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ended = true
}

// Judgement is what was settled, and Satisfied if nothing was.
func (f *Finding) Judgement() Judgement {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.found == nil {
		return OK()
	}
	return *f.found
}

// Fail settles: the requirement is violated.
func (f *Finding) Fail(expected, format string, args ...any) {
	f.Settle(Failf(expected, format, args...))
}

// Check fails unless ok.
func (f *Finding) Check(ok bool, expected, format string, args ...any) {
	if !ok {
		f.Fail(expected, format, args...)
	}
}

// Same fails unless got and want print alike; what says what they are.
func (f *Finding) Same(what string, got, want any) {
	if fmt.Sprint(got) != fmt.Sprint(want) {
		f.Fail(fmt.Sprintf("%s: %s", what, quoteValue(want)), "%s", quoteValue(got))
	}
}

func quoteValue(v any) string {
	if s, ok := v.(string); ok {
		return wire.Quote([]byte(s))
	}
	return fmt.Sprint(v)
}

// Unclear settles: the case could not find out.
func (f *Finding) Unclear(format string, args ...any) { f.Settle(Unclear(format, args...)) }

// Saw settles: the requirement leaves a choice, and this is the one made.
func (f *Finding) Saw(format string, args ...any) { f.Settle(Saw(format, args...)) }

// Absent settles: the party under test does not offer the extension.
func (f *Finding) Absent(extension string) { f.Settle(Absent(extension)) }

// Row is what a row of a protocol's table of cases says of its case.
type Row struct {
	Catalogue Catalogue
	// Protocol is the first part of the ids, such as "pop3".
	Protocol string
	// Name makes the case's id, PROTOCOL/CATALOGUE/NAME, and its requirement, PROTOCOL/NAME, unless Requirement names another.
	Name, Requirement string
	// Also names further requirements that the case touches. Like Requirement, it is without the protocol.
	Also       []string
	Needs      []string
	Mutates    bool
	Deviations []string
	Labels     []string
	Timeout    time.Duration
}

// Case makes the case.
func (r Row) Case(run func(ctx context.Context, t *T) Judgement) Case {
	requirement := r.Requirement
	if requirement == "" {
		requirement = r.Name
	}
	var also []string
	for _, id := range r.Also {
		also = append(also, r.Protocol+"/"+id)
	}
	return Case{
		ID: r.Protocol + "/" + string(r.Catalogue) + "/" + r.Name, Catalogue: r.Catalogue, Requirement: r.Protocol + "/" + requirement, Also: also,
		Needs: r.Needs, Mutates: r.Mutates, Deviations: r.Deviations, Labels: r.Labels, Timeout: r.Timeout, Run: run,
	}
}

// ReplyWait is how long a peer may take for a line, an octet or a close that it owes, before [T.Scale].
const ReplyWait = 5 * time.Second
