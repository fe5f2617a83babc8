package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/fixtures"
	"harness/internal/tools/recording"
	"harness/mockservers"
	"harness/mockservers/ftpmock"
	"harness/protocols/ftp"
	"harness/specs/peers"
	"harness/transcript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// startMock starts the mock in place of a real server.
func startMock(ctx context.Context) (*recording.Server, error) {
	m, err := ftpmock.Start(ctx, ftpmock.Options{
		Options:  mockservers.Options{Listeners: []mockservers.Listener{{}, {ImplicitTLS: true}}},
		Accounts: []ftpmock.Account{{Name: user, Password: password}},
		Now:      func() time.Time { return time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) },
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
		Software: "ftpmock", Plain: l[0].Addr, ImplicitTLS: l[1].Addr, TLS: verify, Close: func(context.Context) error { return m.Close() },
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
		if err := recording.Check(s, ftp.Dialect(), password); err != nil {
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
		"wrong-password": "\nC: PASS " + wrongPassword + "\nS: 530",
		"active":         "\nC: PORT {{127,0,0,1,195,80 port d1}}\n",
		"eprt":           "\nC: EPRT {{|1|127.0.0.1|50000| eprt d1}}\n",
		"pasv":           "\nC: PASV\n",
		"resume":         "\nC: REST 65504\n",
		"abort":          "\nC: ABOR\n",
		"tls":            "\n-- tls d1\n",
		"mlsd":           "unique={{",
	} {
		if text := string(first[name].Print()); !strings.Contains(strings.ReplaceAll(text, "Unique", "unique"), want) {
			t.Errorf("%s: no %q in\n%s", name, want, text)
		}
	}
	if err := recordServer(t.Context(), io.Discard, "mock", startMock, dir); err != nil {
		t.Fatal(err)
	}
	second := load(t, dir)
	for name, s := range first {
		if name == "abort" {
			continue // the mock sees ABOR first, or what happens to the data connection
		}
		if a, b := said(s), said(second[name]); a != b {
			t.Errorf("%s: the first time\n%s\nthe second time\n%s", name, a, b)
		}
	}
}

// said is what was said on the control connection. When data connections end, and who closes first, has no one order.
func said(s *transcript.Session) string {
	var b strings.Builder
	for it := range s.All() {
		if say, ok := it.(*transcript.Say); ok && !say.Who.IsData() {
			fmt.Fprintf(&b, "%v %s\n", say.Who.Party, say.Sample())
		}
	}
	return b.String()
}

// TestRecorded checks the sessions of the fixtures: they are all there, and nothing is in them that should not be.
func TestRecorded(t *testing.T) {
	files, err := fixtures.Sessions("ftp")
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
		if server, _, _ := strings.Cut(name, "-"); ftpServer(server) {
			if err := recording.Check(s, ftp.Dialect(), password); err != nil {
				t.Error(err)
			}
		}
	}
	if size > 1_000_000 {
		t.Errorf("the sessions have %d octets", size)
	}
	for _, server := range peers.FTPServers() {
		for _, sc := range scenarios() {
			if lacks := sc.lacking[server] || sc.implicit && server == "pureftpd"; lacks == names[server+"-"+sc.name] {
				t.Errorf("the session %s-%s is wrongly there, or missing: make it by \"go run ./internal/tools/recordftp %[1]s\"", server, sc.name)
			}
		}
	}
}

func ftpServer(name string) bool {
	for _, s := range peers.FTPServers() {
		if s == name {
			return true
		}
	}
	return false
}

func TestArguments(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"nobody"}, &out, &errs); code != 2 || !strings.Contains(errs.String(), "there are proftpd, pureftpd, vsftpd") {
		t.Error(code, errs.String())
	}
	if code := run([]string{"-x"}, &out, &errs); code != 2 {
		t.Error(code)
	}
}
