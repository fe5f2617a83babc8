package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"harness/protocols"
	"harness/protocols/dialect"
	"harness/transcript"
)

// sessionExt is the extension of session files.
const sessionExt = ".session"

// loadSession reads a session file and finds its protocol's dialect. An error says which file.
func loadSession(path string) (*transcript.Session, dialect.Dialect, error) {
	s, err := transcript.Load(path)
	if err != nil {
		return nil, nil, err
	}
	d, err := protocols.Lookup(s.Protocol())
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return s, d, nil
}

// sessionFiles returns the files that args name: a file is itself, a directory all session files below it, in the order of their names.
func sessionFiles(args []string) ([]string, error) {
	var out []string
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			out = append(out, arg)
			continue
		}
		found := len(out)
		err = filepath.WalkDir(arg, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && filepath.Ext(path) == sessionExt {
				out = append(out, path)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if len(out) == found {
			return nil, fmt.Errorf("%s: no %s file in this directory", arg, sessionExt)
		}
	}
	if len(out) == 0 {
		return nil, errors.New("no session file given")
	}
	return out, nil
}

// completeSessions offers session files and directories for the arguments.
func completeSessions(cmd *cobra.Command) {
	cmd.ValidArgsFunction = func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return []string{strings.TrimPrefix(sessionExt, ".")}, cobra.ShellCompDirectiveFilterFileExt
	}
}
