package spectest

import (
	"context"
	"crypto/tls"
	"path"
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

// Replayed is a session that was recorded from a real server.
type Replayed struct {
	Name    string // without that of the server
	Session *transcript.Session
}

// SessionsOf returns the sessions of a protocol that were recorded from a server, by its name among the peers.
func SessionsOf(t *testing.T, protocol, server string) []Replayed {
	t.Helper()
	files, err := fixtures.Sessions(protocol)
	if err != nil {
		t.Fatal(err)
	}
	var out []Replayed
	for _, file := range files {
		name, ok := strings.CutPrefix(path.Base(file), server+"-")
		if !ok {
			continue
		}
		s, err := transcript.LoadFS(fixtures.FS(), file)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Replayed{strings.TrimSuffix(name, ".session"), s})
	}
	return out
}

// Driven is a server that sessions are driven against, such as a [*peers.Server].
type Driven interface {
	Addr(port int) string
	TLSConfig() *tls.Config
}

// Drive plays the client of a session against a server, at the port that is for sessions that begin with TLS or the one that is for others.
func Drive(ctx context.Context, t *testing.T, server Driven, s *transcript.Session, creds auth.Credentials, plain, implicit int) (*play.Report, error) {
	t.Helper()
	program, err := play.Compile(s, play.Options{
		Side: dialect.Client, Credentials: &creds, TLS: server.TLSConfig(), Timeouts: play.Timeouts{Read: 20 * time.Second},
	})
	if err != nil {
		t.Fatal(err)
	}
	addr := server.Addr(plain)
	if program.BeginsWithTLS() {
		addr = server.Addr(implicit)
	}
	report, err := program.Play(ctx, play.Dialer(addr))
	if report == nil {
		t.Fatal(err)
	}
	return report, err
}

// Matches wants a session to have been played to its end without a mismatch: report and err are those of Drive.
func Matches(t *testing.T, report *play.Report, err error) {
	t.Helper()
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

// Running makes a test close a server when it ends, and show its log if it failed.
func Running(ctx context.Context, t *testing.T, server *peers.Server, err error) *peers.Server {
	t.Helper()
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
