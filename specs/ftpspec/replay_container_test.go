package ftpspec

import (
	"context"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/play"
	"harness/protocols/dialect"
	"harness/specs/peers"
	"harness/transcript"
)

// The account whose sessions were recorded. Its name is in listings; its password is another one here.
const (
	replayUser     = "alice"
	replayPassword = "the walrus and the carpenter"
)

// replayed is a recorded session.
type replayed struct {
	name    string
	session *transcript.Session
}

// sessionsOf returns the sessions that were recorded from a server: those that leave it as it was, and those that do not.
func sessionsOf(t *testing.T, server string) (reading, writing []replayed) {
	t.Helper()
	files, err := fixtures.Sessions("ftp")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		name, ok := strings.CutPrefix(path.Base(file), server+"-")
		if !ok {
			continue
		}
		s, err := transcript.LoadFS(fixtures.FS(), file)
		if err != nil {
			t.Fatal(err)
		}
		r := replayed{strings.TrimSuffix(name, ".session"), s}
		if changes(s) {
			writing = append(writing, r)
		} else {
			reading = append(reading, r)
		}
	}
	return reading, writing
}

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
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(server.Logs())
		}
		if err := server.Close(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	})
	return server
}

// TestReplayContainers drives the recorded sessions against the servers that they were recorded from: they match, but for what changes from run to
// run.
func TestReplayContainers(t *testing.T) {
	peers.Require(t)
	for _, name := range peers.FTPServers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			reading, writing := sessionsOf(t, name)
			if len(reading)+len(writing) < 15 {
				t.Fatalf("%d sessions of %s", len(reading)+len(writing), name)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // the image may have to be built
			t.Cleanup(cancel)
			server := startReplayed(ctx, t, name)
			for _, r := range reading {
				t.Run(r.name, func(t *testing.T) { replay(ctx, t, server, r) })
			}
			for _, r := range writing {
				t.Run(r.name, func(t *testing.T) { replay(ctx, t, startReplayed(ctx, t, name), r) })
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
	reading, _ := sessionsOf(t, "vsftpd")
	told := false
	for _, r := range reading {
		if r.name == "missing" || r.name == "listing" {
			report, err := driveSession(ctx, t, server, r.session)
			told = told || err != nil
			t.Logf("%s: %d mismatches, %d reworded", r.name, len(report.Mismatches()), len(report.Reworded))
		}
	}
	if !told {
		t.Error("no difference was told")
	}
}

// driveSession plays the client of a session against a server.
func driveSession(ctx context.Context, t *testing.T, server *peers.Server, s *transcript.Session) (*play.Report, error) {
	t.Helper()
	program, err := play.Compile(s, play.Options{
		Side: dialect.Client, Credentials: &auth.Credentials{User: replayUser, Password: replayPassword}, TLS: server.TLSConfig(),
		Timeouts: play.Timeouts{Read: 20 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	addr := server.Addr(peers.PortFTP)
	if program.BeginsWithTLS() {
		addr = server.Addr(peers.PortFTPS)
	}
	report, err := program.Play(ctx, play.Dialer(addr))
	if report == nil {
		t.Fatal(err)
	}
	return report, err
}

func replay(ctx context.Context, t *testing.T, server *peers.Server, r replayed) {
	report, err := driveSession(ctx, t, server, r.session)
	if err != nil {
		t.Fatal(err)
	}
	if report.Played != report.Items {
		t.Errorf("played %d of %d items, skipped %d", report.Played, report.Items, report.Skipped)
	}
	for _, w := range report.Reworded {
		t.Logf("reworded: %s: %s, got %s", w.Pos, w.Expected, w.Received)
	}
}
