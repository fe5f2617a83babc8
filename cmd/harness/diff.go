package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"harness/protocols/dialect"
	"harness/transcript"
)

func (a *app) diffCmd() *cobra.Command {
	var exact, asJSON bool
	cmd := &cobra.Command{
		Use:   "diff A B",
		Short: "Compare two sessions",
		Long: `diff prints where session B differs from session A, the parts that change from run to run left aside: values, and what the
protocol says makes no difference. Replies that mean the same in other words count only with --exact.

Exit codes: 0 the sessions are the same, 1 they differ, 2 they could not be compared.`,
		Example: "  harness diff dovecot.session courier.session\n  harness diff --exact before.session after.session",
		Args:    cobra.ExactArgs(2),
		RunE:    func(_ *cobra.Command, args []string) error { return a.diff(args[0], args[1], exact, asJSON) },
	}
	cmd.Flags().BoolVar(&exact, "exact", false, "also tell replies that mean the same in other words")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print a JSON array of the differences")
	completeSessions(cmd)
	return cmd
}

type shownDifference struct {
	Kind     transcript.DifferenceKind `json:"kind"`
	Likeness string                    `json:"likeness,omitempty"`
	A        string                    `json:"a,omitempty"`
	B        string                    `json:"b,omitempty"`
	Text     string                    `json:"text"`
}

func (a *app) diff(fileA, fileB string, exact, asJSON bool) error {
	first, d, err := loadSession(fileA)
	if err != nil {
		return err
	}
	second, _, err := loadSession(fileB)
	if err != nil {
		return err
	}
	if p, q := first.Protocol(), second.Protocol(); p != q {
		return fmt.Errorf("%s is a session of %s, %s of %s: they cannot be compared", fileA, p, fileB, q)
	}
	list := []shownDifference{}
	reworded := 0
	color := a.colored(a.stdout)
	for _, diff := range transcript.Diff(first, second, d) {
		if diff.Kind == transcript.Changed && diff.Likeness == dialect.Reworded {
			reworded++
			if !exact {
				continue
			}
		}
		if !asJSON {
			a.printDifference(diff.String(), color)
		}
		shown := shownDifference{Kind: diff.Kind, Text: diff.String()}
		if diff.Kind == transcript.Changed {
			shown.Likeness = diff.Likeness.String()
		}
		if diff.A != nil {
			shown.A = diff.A.Position().String()
		}
		if diff.B != nil {
			shown.B = diff.B.Position().String()
		}
		list = append(list, shown)
	}
	if asJSON {
		e := json.NewEncoder(a.stdout)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if err := e.Encode(list); err != nil {
			return err
		}
	} else if reworded > 0 && !exact {
		verb := "mean"
		if reworded == 1 {
			verb = "means"
		}
		fmt.Fprintf(a.stderr, "%s the same in other words; --exact shows which\n", count2(reworded, "reply", "replies")+" "+verb)
	}
	if len(list) > 0 {
		return errMismatch
	}
	return nil
}

func count2(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func (a *app) printDifference(text string, color bool) {
	for _, line := range splitLines([]byte(text + "\n")) {
		tint := ""
		switch line[0] {
		case '-':
			tint = colorRed
		case '+':
			tint = colorGreen
		}
		fmt.Fprintln(a.stdout, paint(color, tint, string(line[:len(line)-1])))
	}
}
