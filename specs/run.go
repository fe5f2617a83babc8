package specs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"harness/specs/register"
)

// Result is what became of a case.
type Result struct {
	Case Case
	// Entry is the requirement that was judged.
	Entry register.Entry
	// Subject is the name of the software that was judged.
	Subject   string
	Judgement Judgement
	Verdict   Verdict
	// Err is set if the case itself is broken: it panicked, did not end, or could not clean up. The verdict counts for nothing then.
	Err      error
	Started  time.Time
	Duration time.Duration
	// Exchange is the last of what was said, secrets redacted.
	Exchange []Line

	interrupted bool
}

// caseGrace is how long a case may take to end after its context was cancelled.
var caseGrace = 5 * time.Second

// RunCase runs one case in an environment and judges it. It needs no Ginkgo. The case has the time of its Timeout, times the environment's
// factor; it is then cancelled, and is inconclusive unless it comes to a judgement within 5 s.
//
// A server case that changes what the server keeps is not run against a server that isn't disposable, unless the environment is
// Destructive, and a case whose party under test the environment lacks is not run either: both are inconclusive, and say so.
func RunCase(ctx context.Context, env *Env, c Case) Result {
	r := Result{Case: c, Entry: c.Entry(), Subject: env.subject(c), Started: time.Now()}
	switch {
	case r.Subject == "":
		r.Judgement = Unclear("there is no party under test for a %s case", c.Catalogue)
	case c.Catalogue == ServerCases && c.Mutates && !env.Server.Disposable() && !env.Destructive:
		r.Judgement = Unclear("would change what the server keeps; allow it with --destructive (Env.Destructive)")
	case c.Run == nil:
		r.Err = errors.New("the case has no Run")
	default:
		r.run(ctx, env)
	}
	r.Duration = time.Since(r.Started)
	r.Verdict = Judge(r.Judgement.Kind, r.Entry.Level, env.Strict)
	if r.Err != nil {
		r.Verdict = Undecided
	}
	return r
}

func (r *Result) run(parent context.Context, env *Env) {
	timeout := r.Case.Timeout
	if timeout <= 0 {
		timeout = DefaultTimeout
	}
	timeout = env.scale(timeout)
	ctx, cancel := context.WithTimeout(parent, timeout)
	defer cancel()
	t := NewT(env, r.Case)

	type outcome struct {
		j   Judgement
		err error
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		o.err = guard(func() { o.j = r.Case.Run(ctx, t) })
		done <- o
	}()
	var o outcome
	select {
	case o = <-done:
	case <-ctx.Done():
		timer := time.NewTimer(caseGrace)
		defer timer.Stop()
		select {
		case o = <-done:
		case <-timer.C:
			o.err = fmt.Errorf("the case did not end within %v of being cancelled", caseGrace)
		}
	}
	r.Err = o.err
	r.Judgement = o.j
	// What a case concludes of calls that its own deadline cut short is no finding about the peer.
	if parent.Err() != nil {
		r.Judgement, r.interrupted = Unclear("interrupted"), true
	} else if ctx.Err() != nil && o.err == nil && o.j.Kind == Inconclusive {
		r.Judgement.Note = strings.TrimPrefix(o.j.Note+"; the case took longer than its "+timeout.String(), "; ")
	}
	r.Exchange = t.Exchange()
	r.Judgement.Expected = t.redact(r.Judgement.Expected)
	r.Judgement.Actual = t.redact(r.Judgement.Actual)
	r.Judgement.Note = t.redact(r.Judgement.Note)
	if err := t.End(); err != nil {
		r.Err = errors.Join(r.Err, err)
	}
}

// Failed says whether the result fails a run: non-conformant, or a broken case.
func (r Result) Failed() bool { return r.Err != nil || r.Verdict == NonConformant }

// Message is the whole story: the verdict, the rule with its place, what was expected and what came, and the lines exchanged.
func (r Result) Message() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s (%s)\n", r.Case.ID, r.Verdict, r.Subject)
	if r.Entry.RFC != 0 {
		fmt.Fprintf(&b, "  rule:     %s\n            %s, %s, %s\n", r.Entry.Rule, r.Entry.Cite(), r.Entry.Level, r.Entry.ID)
	} else {
		fmt.Fprintf(&b, "  rule:     %s\n", r.Entry.Rule)
	}
	if r.Judgement.Expected != "" {
		fmt.Fprintf(&b, "  expected: %s\n", r.Judgement.Expected)
	}
	if r.Judgement.Actual != "" {
		fmt.Fprintf(&b, "  actual:   %s\n", r.Judgement.Actual)
	}
	if r.Judgement.Note != "" {
		fmt.Fprintf(&b, "  note:     %s\n", r.Judgement.Note)
	}
	if r.Err != nil {
		fmt.Fprintf(&b, "  broken case: %v\n", r.Err)
	}
	if len(r.Exchange) > 0 {
		b.WriteString("  exchanged:\n")
		for _, l := range r.Exchange {
			fmt.Fprintf(&b, "    %s\n", l)
		}
	}
	return b.String()
}
