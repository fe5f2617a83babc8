package smtpspec

import (
	"context"
	"testing"
	"time"

	"harness/internal/auth"
	"harness/internal/play"
	"harness/specs/peers"
	"harness/specs/spectest"
)

// The accounts of the recorded sessions. The passwords are others here.
const (
	replayUser     = "alice"
	replayPassword = "the walrus and the carpenter"
	replayFull     = "dora"
)

var replayAccounts = map[string]string{replayUser: replayPassword, "bob": "builder", replayFull: "desert"}

// replayed are the servers that sessions were recorded from, by their names there, and how each is started.
func replayed() map[string]func(ctx context.Context, t *testing.T) spectest.Driven {
	out := map[string]func(ctx context.Context, t *testing.T) spectest.Driven{}
	for _, name := range peers.SMTPServers() {
		out[name] = func(ctx context.Context, t *testing.T) spectest.Driven {
			peers.Require(t)
			server, err := peers.StartSMTP(ctx, name, peers.SMTPOptions{Accounts: replayAccounts})
			return spectest.Running(ctx, t, server, err)
		}
	}
	for _, name := range peers.LMTPServers() {
		out[name] = func(ctx context.Context, t *testing.T) spectest.Driven {
			peers.Require(t)
			server, err := peers.StartLMTP(ctx, name, peers.LMTPOptions{Accounts: replayAccounts, Full: []string{replayFull}})
			return spectest.Running(ctx, t, server, err)
		}
	}
	for name, lmtp := range map[string]bool{"gosmtp": false, "golmtp": true} {
		out[name] = func(_ context.Context, t *testing.T) spectest.Driven {
			server, err := peers.StartGoSMTP(peers.GoSMTPOptions{Accounts: replayAccounts, LMTP: lmtp, Full: []string{replayFull}})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { server.Close() })
			return server
		}
	}
	return out
}

// TestReplayContainers drives the recorded sessions against the servers that they were recorded from: they match, but for what changes from run to
// run. What has a server leave is not in a session.
func TestReplayContainers(t *testing.T) {
	for name, start := range replayed() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sessions := spectest.SessionsOf(t, "smtp", name)
			if len(sessions) < 8 {
				t.Fatalf("%d sessions of %s", len(sessions), name)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // the image may have to be built
			t.Cleanup(cancel)
			server := start(ctx, t)
			for _, r := range sessions {
				if r.Name == "shutdown" {
					continue
				}
				t.Run(r.Name, func(t *testing.T) {
					report, err := driveSession(ctx, t, server, r)
					spectest.Matches(t, report, err)
				})
			}
		})
	}
}

// TestReplayOtherServer drives the session of one server against another: what is not alike is told.
func TestReplayOtherServer(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	server := replayed()["gosmtp"](ctx, t)
	for _, r := range spectest.SessionsOf(t, "smtp", "postfix") {
		if r.Name == "plain" || r.Name == "vrfy" {
			if _, err := driveSession(ctx, t, server, r); err == nil {
				t.Errorf("%s: no difference was told", r.Name)
			}
		}
	}
}

// driveSession plays the client of a session against a server.
func driveSession(ctx context.Context, t *testing.T, server spectest.Driven, r spectest.Replayed) (*play.Report, error) {
	t.Helper()
	plain := peers.PortSMTP
	switch {
	case r.Name == "submission":
		plain = peers.PortSubmission
	case speaksLMTP(r.Session):
		plain = peers.PortLMTP
	}
	return spectest.Drive(ctx, t, server, r.Session, auth.Credentials{User: replayUser, Password: replayPassword}, plain, peers.PortSubmissions)
}
