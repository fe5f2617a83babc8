// Command harness checks clients and servers of text protocols for conformance, serves mocks of them, and records and replays sessions.
//
// Exit codes: 0 good, 1 non-conformant or mismatch, 2 could not run.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// The first signal ends the command cleanly, the next one at once.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// The exit codes.
const (
	exitGood     = 0
	exitMismatch = 1 // non-conformant or mismatch
	exitTrouble  = 2 // could not run
)

// errMismatch ends a command with exitMismatch. What does not match has been printed.
var errMismatch = errors.New("mismatch")

// run is the whole program: it ends cleanly when ctx does, and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{stdin: stdin, stdout: &output{w: stdout}, stderr: &output{w: stderr}}
	root := a.root()
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return exitGood
	case errors.Is(err, errMismatch):
		return exitMismatch
	}
	fmt.Fprintf(a.stderr, "harness: %s\n", a.redact(err.Error()))
	return exitTrouble
}

// app is what all commands share.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	color          string
	secrets        []string
}

// secret takes note of a password, which no message may show.
func (a *app) secret(s string) {
	if len(s) >= 4 {
		a.secrets = append(a.secrets, s)
	}
}

func (a *app) redact(s string) string {
	for _, secret := range a.secrets {
		s = strings.ReplaceAll(s, secret, "***")
	}
	return s
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "harness",
		Short: "Check, mock, record and replay text protocols",
		Long: `harness checks clients and servers of text protocols for conformance with their RFCs, serves mocks
of them, and records and replays sessions.

Exit codes: 0 good, 1 non-conformant or mismatch, 2 could not run.`,
		Example: `  harness check                                    # our own mocks and clients
  harness check pop3://alice:secret@mail.example:110
  harness serve pop3                               # a mock server on port 1110
  harness record pop3 --upstream pop3://mail.example -o sessions
  harness replay sessions --serve 127.0.0.1:2110`,
		SilenceUsage:  true,
		SilenceErrors: true,
		// Without a RunE cobra takes an unknown command for a request for help.
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			hint := "see harness --help"
			if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
				hint = "did you mean " + strings.Join(near, " or ") + "?"
			}
			return fmt.Errorf("unknown command %q; %s", args[0], hint)
		},
		SuggestionsMinimumDistance: 2,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(*cobra.Command, []string) error {
			switch a.color {
			case "auto", "always", "never":
				return nil
			}
			return fmt.Errorf("--color %q: expected auto, always or never", a.color)
		},
	}
	root.PersistentFlags().StringVar(&a.color, "color", "auto", "use colours: auto (on a terminal, unless NO_COLOR is set), always or never")
	complete(root, "color", "auto", "always", "never")
	root.AddCommand(a.checkCmd(), a.serveCmd(), a.recordCmd(), a.replayCmd(), a.showCmd(), a.fmtCmd(), a.diffCmd(), a.caCmd(), a.versionCmd())
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w; see %s --help", err, cmd.CommandPath())
	})
	return root
}

// complete offers fixed values for a flag.
func complete(cmd *cobra.Command, flag string, values ...string) {
	completeWith(cmd, flag, func() []string { return values })
}

// completeWith offers values for a flag that are found out when they are asked for.
func completeWith(cmd *cobra.Command, flag string, values func() []string) {
	err := cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values(), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic(err) // the command has no such flag: a mistake in this program
	}
}
