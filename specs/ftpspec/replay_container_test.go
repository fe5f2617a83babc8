package ftpspec

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/play"
	"harness/protocols/dialect"
	"harness/specs/peers"
	"harness/specs/spectest"
	"harness/transcript"
)

// The account whose sessions were recorded. Its name is in listings; its password is another one here.
const (
	replayUser     = "alice"
	replayPassword = "the walrus and the carpenter"
)

// changes says whether a session has commands that may change what the server keeps.
func changes(s *transcript.Session) bool {
	for it := range s.All() {
		if say, ok := it.(*transcript.Say); ok && say.Who.Party == dialect.Client && say.Who.Channel == "" {
			verb, _, _ := strings.Cut(string(say.Sample()), " ")
			if slices.Contains([]string{"STOR", "STOU", "APPE", "DELE", "RNFR", "MKD", "RMD"}, verb) {
				return true
			}
		}
	}
	return false
}

func startReplayed(ctx context.Context, t *testing.T, name string) *peers.Server {
	t.Helper()
	server, err := peers.StartFTP(ctx, name, peers.FTPOptions{
		Accounts: map[string]string{replayUser: replayPassword}, Files: map[string][]fixtures.File{replayUser: fixtures.Files()}, SessionReuse: name != "pureftpd",
	})
	return spectest.Running(ctx, t, server, err)
}

// TestReplayContainers drives the recorded sessions against the servers that they were recorded from: they match, but for what changes from run to
// run.
func TestReplayContainers(t *testing.T) {
	peers.Require(t)
	for _, name := range peers.FTPServers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sessions := spectest.SessionsOf(t, "ftp", name)
			if len(sessions) < 15 {
				t.Fatalf("%d sessions of %s", len(sessions), name)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // the image may have to be built
			t.Cleanup(cancel)
			server := startReplayed(ctx, t, name)
			for _, r := range sessions {
				t.Run(r.Name, func(t *testing.T) {
					server := server
					if changes(r.Session) {
						server = startReplayed(ctx, t, name)
					}
					report, err := driveSession(ctx, t, server, r.Session)
					spectest.Matches(t, report, err)
				})
			}
		})
	}
}

// TestReplayOtherServer drives a session of one server against another: what is not alike is told.
func TestReplayOtherServer(t *testing.T) {
	peers.Require(t)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	server := startReplayed(ctx, t, "proftpd")
	told := false
	for _, r := range spectest.SessionsOf(t, "ftp", "vsftpd") {
		if r.Name == "missing" || r.Name == "listing" {
			report, err := driveSession(ctx, t, server, r.Session)
			told = told || err != nil
			t.Logf("%s: %d mismatches, %d reworded", r.Name, len(report.Mismatches()), len(report.Reworded))
		}
	}
	if !told {
		t.Error("no difference was told")
	}
}

// driveSession plays the client of a session against a server.
func driveSession(ctx context.Context, t *testing.T, server *peers.Server, s *transcript.Session) (*play.Report, error) {
	t.Helper()
	return spectest.Drive(ctx, t, server, s, auth.Credentials{User: replayUser, Password: replayPassword}, peers.PortFTP, peers.PortFTPS)
}
