package play

import (
	"errors"
	"io/fs"
	"testing"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/transcript"
)

// TestFixtures plays both sides of every session of the fixtures against each other.
func TestFixtures(t *testing.T) {
	for _, protocol := range []string{"ftp", "imap", "nntp", "pop3", "smtp"} {
		files, err := fixtures.Sessions(protocol)
		if errors.Is(err, fs.ErrNotExist) {
			continue // none were recorded yet
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			t.Run(f, func(t *testing.T) {
				t.Parallel()
				session, err := transcript.LoadFS(fixtures.FS(), f)
				if err != nil {
					t.Fatal(err)
				}
				so, co := serverOptions(), clientOptions()
				so.Dialect, co.Dialect = nil, nil
				so.Credentials = &auth.Credentials{User: "alice", Password: "wonderland"}
				co.Credentials = so.Credentials
				s, c := both(t, session, session, so, co)
				for _, r := range []result{s, c} {
					if r.err != nil {
						t.Error(r.err)
					} else if r.rep.Played != r.rep.Items {
						t.Errorf("%v: played %d and skipped %d of %d", r.rep.Side, r.rep.Played, r.rep.Skipped, r.rep.Items)
					}
				}
			})
		}
	}
}
