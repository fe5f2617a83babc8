package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"harness/fixtures"
	"harness/internal/tools/recording"
	"harness/mockservers"
	"harness/mockservers/pop3mock"
	"harness/protocols/pop3"
	"harness/specs/peers"
	"harness/transcript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// startMock starts the mock in place of a real server.
func startMock(features ...string) starter {
	return func(ctx context.Context, mail []fixtures.Mail) (*recording.Server, error) {
		m, err := pop3mock.Start(ctx, pop3mock.Options{
			Options:  mockservers.Options{Listeners: []mockservers.Listener{{}, {ImplicitTLS: true}}},
			Accounts: []pop3mock.Account{{Name: user, Password: password, Mail: append([]fixtures.Mail{}, mail...)}},
			Features: features,
		})
		if err != nil {
			return nil, err
		}
		verify, err := m.ClientTLS()
		if err != nil {
			return nil, err
		}
		l := m.Listeners()
		return &recording.Server{
			Software: "pop3mock", Plain: l[0].Addr, ImplicitTLS: l[1].Addr, TLS: verify, Close: func(context.Context) error { return m.Close() },
		}, nil
	}
}

// load returns the sessions of a directory by their names without the server's.
func load(t *testing.T, dir, server string) map[string]*transcript.Session {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, server+"-*.session"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*transcript.Session{}
	for _, file := range files {
		s, err := transcript.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := recording.Check(s, pop3.Dialect(), password); err != nil {
			t.Error(err)
		}
		out[strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), server+"-"), ".session")] = s
	}
	return out
}

// TestRecordServer records all sessions with the mock, twice: the second time makes the same ones, and leaves what is others'.
func TestRecordServer(t *testing.T) {
	dir := t.TempDir()
	others := []string{"mocked-login.session", "notes.txt", "pop3-000000000000.bin"}
	for _, name := range others {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("session: 1\nprotocol: pop3\n\nS: +OK\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// A session of the server that is not made any more, and its blob, go.
	gone := filepath.Join(dir, "pop3-111111111111.bin")
	if err := os.WriteFile(gone, []byte("hi\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	old := "session: 1\nprotocol: pop3\n\nS: {{blob pop3-111111111111.bin 4 " + strings.Repeat("0", 64) + "}}{{none}}\n"
	if err := os.WriteFile(filepath.Join(dir, "mock-old.session"), []byte(old), 0o644); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := recordServer(t.Context(), &out, "mock", startMock("CLEARTEXT=all"), dir); err != nil {
		t.Fatal(err)
	}
	first := load(t, dir, "mock")
	if _, err := os.Stat(gone); err == nil || first["old"] != nil {
		t.Error("the old session or its blob is there")
	}
	for _, sc := range scenarios() {
		if first[sc.name] == nil {
			t.Errorf("there is no session %q: %s", sc.name, out.String())
		}
	}
	if strings.Contains(out.String(), "has no session of") {
		t.Error(out.String())
	}
	if blobs := first["retrieve-large"].Blobs(); len(blobs) != 1 || blobs[0].Size < transcript.DefaultBlobThreshold {
		t.Errorf("%v", blobs)
	}
	if text := string(first["wrong-password"].Print()); !strings.Contains(text, "\nC: PASS "+wrongPassword+"\nS: -ERR") {
		t.Error(text)
	}
	if text := string(first["pipelining-login"].Print()); !strings.Contains(text, "\nC: PASS {{*** password}}\nC: STAT\nC: RETR 1\nS: +OK") {
		t.Error(text)
	}
	if err := recordServer(t.Context(), io.Discard, "mock", startMock("CLEARTEXT=all"), dir); err != nil {
		t.Fatal(err)
	}
	second := load(t, dir, "mock")
	for name, s := range first {
		if diff := transcript.Diff(s, second[name], pop3.Dialect()); len(diff) != 0 {
			t.Errorf("%s: %v", name, diff)
		}
	}
	for _, name := range others {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

// TestNotOffered: what a server does not offer has no session.
func TestNotOffered(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	err := recordServer(t.Context(), &out, "mock", startMock("CLEARTEXT=all", "-UTF8", "-STLS", "-APOP"), dir)
	if err != nil {
		t.Fatal(err)
	}
	sessions := load(t, dir, "mock")
	for _, name := range []string{"utf8", "stls", "apop"} {
		if sessions[name] != nil {
			t.Errorf("%s: %s", name, sessions[name].Print())
		}
	}
	if sessions["login"] == nil || !strings.Contains(out.String(), "mock has no session of: stls, apop, utf8") {
		t.Error(out.String())
	}
}

// TestFixtures checks the sessions that are there: each is whole, canonical and without faults, and holds no password.
func TestFixtures(t *testing.T) {
	files, err := fixtures.Sessions("pop3")
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	names := map[string]bool{}
	for _, file := range files {
		s, err := transcript.LoadFS(fixtures.FS(), file)
		if err != nil {
			t.Fatal(err)
		}
		if err := recording.Check(s, pop3.Dialect(), password); err != nil {
			t.Error(err)
		}
		size += len(s.Print())
		for _, b := range s.Blobs() {
			size += int(b.Size)
		}
		names[strings.TrimSuffix(filepath.Base(file), ".session")] = true
	}
	if size > 1_500_000 {
		t.Errorf("the sessions have %d octets", size)
	}
	// Every server has these.
	for _, server := range peers.POP3Servers() {
		for _, sc := range scenarios() {
			if sc.offered == nil && sc.fails[server] == "" && !names[server+"-"+sc.name] {
				t.Errorf("there is no session %s-%s: make it by \"go run ./internal/tools/recordpop3 %[1]s\"", server, sc.name)
			}
		}
	}
}

// TestVolatile makes values of what no rule of the protocol tells to change.
func TestVolatile(t *testing.T) {
	for line, want := range map[string]string{
		"S: +OK Mailbox locked and ready SESSIONID=<cyrus-1-2-3>": "S: +OK Mailbox locked and ready SESSIONID=<{{cyrus-1-2-3 token}}>",
		`S: Content-Type: multipart/mixed; boundary="=_54-179"`:   `S: Content-Type: multipart/mixed; boundary="{{"=_54-179" token}}"`,
		"S: --=_54-179":   `S: --{{"=_54-179" token}}`,
		"S: --=_54-179--": `S: --{{"=_54-179" token}}--`,
		"S: X-UIDL: 549fa3a35d39ae35.1795437871.1": "S: X-UIDL: {{549fa3a35d39ae35.1795437871.1 uid}}",
		"S: --rack-alternative":                    "S: --rack-alternative",
	} {
		s, err := transcript.Parse("x.session", []byte("session: 1\nprotocol: pop3\n\n"+line+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		say := s.Items[0].(*transcript.Say)
		recording.Take{Volatiles: volatiles}.Mark(say)
		if err := s.Check(); err != nil {
			t.Error(err)
		}
		if got := strings.TrimSpace(string(s.Format()[len("session: 1\nprotocol: pop3\n\n"):])); got != want {
			t.Errorf("%s: got %s, want %s", line, got, want)
		}
	}
}

func TestArguments(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"nobody"}, &out, &errs); code != 2 || !strings.Contains(errs.String(), "there are courier") {
		t.Error(code, errs.String())
	}
	if code := run([]string{"-x"}, &out, &errs); code != 2 {
		t.Error(code)
	}
	if code := run([]string{"-h"}, &out, &errs); code != 0 {
		t.Error(code)
	}
	names := []string{}
	for _, sc := range scenarios() {
		names = append(names, sc.name)
	}
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) != len(names) {
		t.Errorf("scenarios of the same name: %v", names)
	}
}
