package nntpspec

import (
	"context"
	"strings"
	"testing"
	"time"

	"harness/internal/auth"
	"harness/internal/play"
	"harness/specs/peers"
	"harness/specs/spectest"
	"harness/transcript"
)

// The account whose sessions were recorded. Its password is another one here.
const (
	replayUser     = "alice"
	replayPassword = "the walrus and the carpenter"
)

// changes says whether a session leaves the server changed.
func changes(s *transcript.Session) bool {
	return strings.Contains(string(s.Print()), "\nC: Newsgroups: ")
}

func startReplayed(ctx context.Context, t *testing.T, name string) *peers.Server {
	t.Helper()
	server, err := peers.StartNNTP(ctx, name, peers.NNTPOptions{Accounts: map[string]string{replayUser: replayPassword}})
	return spectest.Running(ctx, t, server, err)
}

// TestReplayContainers drives the recorded sessions against the servers that they were recorded from: they match, but for what changes from run to
// run.
func TestReplayContainers(t *testing.T) {
	peers.Require(t)
	for _, name := range peers.NNTPServers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sessions := spectest.SessionsOf(t, "nntp", name)
			if len(sessions) < 20 {
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

// TestReplayOtherServer drives the session of one server against another: what is not alike is told.
func TestReplayOtherServer(t *testing.T) {
	peers.Require(t)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	server := startReplayed(ctx, t, "cyrus")
	told := false
	for _, r := range spectest.SessionsOf(t, "nntp", "inn2") {
		if r.Name == "group-walk" || r.Name == "lists" {
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
	port := peers.PortNNTP
	if strings.Contains(string(s.Print()), "(transit mode)\n") { // INN, as other servers find it
		port = peers.PortNNSP
	}
	return spectest.Drive(ctx, t, server, s, auth.Credentials{User: replayUser, Password: replayPassword}, port, peers.PortNNTPS)
}
