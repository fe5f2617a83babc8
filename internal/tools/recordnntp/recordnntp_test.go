package main

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"harness/fixtures"
	"harness/internal/tools/recording"
	"harness/mockservers"
	"harness/mockservers/nntpmock"
	"harness/protocols/nntp"
	"harness/specs/peers"
	"harness/transcript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// startMock starts the mock in place of a real server.
func startMock(ctx context.Context) (*recording.Server, error) {
	m, err := nntpmock.Start(ctx, nntpmock.Options{
		Options:  mockservers.Options{Listeners: []mockservers.Listener{{}, {ImplicitTLS: true}}},
		Accounts: []nntpmock.Account{{Name: user, Password: password}},
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
		Software: "nntpmock", Plain: l[0].Addr, ImplicitTLS: l[1].Addr, TLS: verify, Close: func(context.Context) error { return m.Close() },
	}, nil
}

func load(t *testing.T, dir string) map[string]*transcript.Session {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "mock-*.session"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*transcript.Session{}
	for _, file := range files {
		s, err := transcript.Load(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := recording.Check(s, nntp.Dialect(), password); err != nil {
			t.Error(err)
		}
		out[strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "mock-"), ".session")] = s
	}
	return out
}

// TestRecordServer records all sessions with the mock, twice: the second time makes the same ones.
func TestRecordServer(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	if err := recordServer(t.Context(), &out, "mock", startMock, dir); err != nil {
		t.Fatal(err)
	}
	first := load(t, dir)
	for _, sc := range scenarios() {
		if first[sc.name] == nil {
			t.Errorf("there is no session %q: %s", sc.name, out.String())
		}
	}
	if strings.Contains(out.String(), "has no session of") {
		t.Error(out.String())
	}
	for name, want := range map[string]string{
		"wrong-password": "\nC: AUTHINFO PASS " + wrongPassword + "\nS: 481",
		"auth-user":      "\nC: AUTHINFO PASS {{*** password}}\nS: 281",
		"starttls":       "\n-- tls\n",
		"compress":       "\n-- compress deflate\n",
		"streaming":      "\nC: CHECK <fed.3@example.net>\nC: CHECK <frost.01@example.org>\nC: CHECK <fed.4@example.net>\nS: 238 ",
		"post":           "\nC: ...two dots\n",
		"newnews":        "\nS: <frost.01@example.org>\n",
		"group-walk":     "\nC: LAST\nS: 422 ",
		"pipelining":     "\nC: STAT 1\nC: ARTICLE 1\n",
	} {
		if text := string(first[name].Print()); !strings.Contains(text, want) {
			t.Errorf("%s: no %q in\n%s", name, want, text)
		}
	}
	if err := recordServer(t.Context(), io.Discard, "mock", startMock, dir); err != nil {
		t.Fatal(err)
	}
	second := load(t, dir)
	for name, s := range first {
		if strings.HasPrefix(name, "auth-") || name == "information" {
			continue // nonces, and the answer to DATE
		}
		if a, b := s.Print(), second[name].Print(); !bytes.Equal(a, b) {
			t.Errorf("%s: the first time\n%s\nthe second time\n%s", name, a, b)
		}
	}
}

// TestRecorded checks the sessions of the fixtures: they are all there, and nothing is in them that should not be.
func TestRecorded(t *testing.T) {
	files, err := fixtures.Sessions("nntp")
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
		name := strings.TrimSuffix(filepath.Base(file), ".session")
		names[name] = true
		size += len(s.Print())
		if server, _, _ := strings.Cut(name, "-"); slices.Contains(peers.NNTPServers(), server) {
			if err := recording.Check(s, nntp.Dialect(), password); err != nil {
				t.Error(err)
			}
		}
	}
	if size > 500_000 {
		t.Errorf("the sessions have %d octets", size)
	}
	for _, server := range peers.NNTPServers() {
		for _, sc := range scenarios() {
			if sc.lacking[server] == names[server+"-"+sc.name] {
				t.Errorf("the session %s-%s is wrongly there, or missing: make it by \"go run ./internal/tools/recordnntp %[1]s\"", server, sc.name)
			}
		}
	}
}

func TestArguments(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"nobody"}, &out, &errs); code != 2 || !strings.Contains(errs.String(), "there are cyrus, inn2") {
		t.Error(code, errs.String())
	}
}
