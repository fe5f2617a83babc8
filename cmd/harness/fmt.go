package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"harness/internal/report"
	"harness/transcript"
)

func (a *app) fmtCmd() *cobra.Command {
	var write, list, diff bool
	cmd := &cobra.Command{
		Use:   "fmt [FILE|DIR...]",
		Short: "Format session files",
		Long: `fmt prints session files in their canonical form, as gofmt does for Go. Without a file, or for "-", it reads standard
input. With -l or -d the exit code is 1 if a file is not in the canonical form.`,
		Example: `  harness fmt -w sessions/*.session
  harness fmt -l sessions       # the names of those that aren't formatted
  harness fmt -d a.session      # what would change`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"-"}
			}
			var files []string
			for _, arg := range args {
				if arg == "-" {
					files = append(files, arg)
					continue
				}
				found, err := sessionFiles([]string{arg})
				if err != nil {
					return err
				}
				files = append(files, found...)
			}
			var errs []error
			changed := false
			for _, file := range files {
				differs, err := a.format(file, write, list, diff)
				if err != nil {
					errs = append(errs, err)
				}
				changed = changed || differs
			}
			if len(errs) > 0 {
				return errors.Join(errs...)
			}
			if changed && (list || diff) && !write {
				return errMismatch
			}
			return nil
		},
	}
	cmd.Flags().BoolVarP(&write, "write", "w", false, "write the result to the file instead of printing it")
	cmd.Flags().BoolVarP(&list, "list", "l", false, "list files that are not in the canonical form")
	cmd.Flags().BoolVarP(&diff, "diff", "d", false, "print what would change instead of the result")
	completeSessions(cmd)
	return cmd
}

// format formats one file and says whether it was not in the canonical form.
func (a *app) format(file string, write, list, diff bool) (bool, error) {
	var text []byte
	var err error
	name := file
	if file == "-" {
		if write {
			return false, errors.New("fmt: standard input cannot be written to; leave -w out")
		}
		name = "standard input"
		text, err = io.ReadAll(a.stdin)
	} else {
		text, err = os.ReadFile(file)
	}
	if err != nil {
		return false, err
	}
	out, err := transcript.Format(name, text)
	if err != nil {
		return false, err
	}
	differs := !bytes.Equal(text, out)
	if list && differs {
		fmt.Fprintln(a.stdout, name)
	}
	if diff && differs {
		if err := unified(a.stdout, a.colored(a.stdout), name, name+" (formatted)", text, out); err != nil {
			return differs, err
		}
	}
	if write && differs {
		err := report.WriteFile(file, func(w io.Writer) error { _, err := w.Write(out); return err })
		if err != nil {
			return differs, err
		}
	}
	if !write && !list && !diff {
		_, err = a.stdout.Write(out)
	}
	return differs, err
}
