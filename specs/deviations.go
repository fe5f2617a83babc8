package specs

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// CheckDeviations proves cases by negative control, and returns an error for each that proves nothing. A case is run in newEnv(""), where
// it must come to a conclusion and find no violation, and in newEnv of each of its deviations, where it must find one.
//
// NewEnv returns an environment whose party under test breaks the rule that the deviation names; "" breaks none. It is called for each run.
// Cases without deviations are left out.
func CheckDeviations(ctx context.Context, newEnv func(deviation string) (*Env, error), cases []Case) []error {
	var errs []error
	for _, c := range cases {
		if len(c.Deviations) == 0 {
			continue
		}
		for _, deviation := range append([]string{""}, c.Deviations...) {
			if err := ctx.Err(); err != nil {
				return append(errs, err)
			}
			if err := checkDeviation(ctx, newEnv, c, deviation); err != nil {
				errs = append(errs, err)
			}
		}
	}
	return errs
}

func checkDeviation(ctx context.Context, newEnv func(string) (*Env, error), c Case, deviation string) error {
	where := "without a deviation"
	if deviation != "" {
		where = "with the deviation " + deviation
	}
	env, err := newEnv(deviation)
	if err != nil {
		return fmt.Errorf("case %s %s: %w", c.ID, where, err)
	}
	r := RunCase(ctx, env, c)
	var wrong string
	switch {
	case r.Err != nil:
		wrong = "the case is broken"
	case deviation == "" && r.Judgement.Kind == Violated:
		wrong = "it found a violation where there is none"
	case deviation == "" && r.Verdict == Undecided:
		wrong = "it came to no conclusion"
	case deviation != "" && r.Judgement.Kind != Violated:
		wrong = fmt.Sprintf("it should have found a violation, and found: %s", r.Judgement.Kind)
	default:
		return nil
	}
	return errors.New(strings.TrimRight(fmt.Sprintf("case %s %s: %s\n%s", c.ID, where, wrong, r.Message()), "\n"))
}
