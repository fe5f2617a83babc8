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
	"harness/mockservers/smtpmock"
	"harness/protocols/smtp"
	"harness/transcript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// mockName is one that is not in the lists of what servers lack, so that everything is recorded; mockLMTP is that of a server of LMTP.
const (
	mockName = "mock"
	mockLMTP = "dovecot"
)

// startMock starts the mock in place of a real server. A server that closes says 421.
func startMock(lmtp bool) starter {
	return func(ctx context.Context) (*recording.Server, func(context.Context) error, error) {
		o := smtpmock.Options{Options: mockservers.Options{Listeners: []mockservers.Listener{{}, {ImplicitTLS: true}}}}
		for name, password := range accounts {
			o.Accounts = append(o.Accounts, smtpmock.Account{Name: name, Password: password})
		}
		rule, err := smtpmock.ParseRule("reject at end to " + dora + " 552 5.2.2 Full")
		if err != nil {
			return nil, nil, err
		}
		o.Rules = []smtpmock.Rule{rule}
		o.Features = []string{"CLEARTEXT=all", "RELAY=authenticated"}
		if lmtp {
			o.Features = append(o.Features, "MODE=lmtp")
		}
		m, err := smtpmock.Start(ctx, o)
		if err != nil {
			return nil, nil, err
		}
		verify, err := m.ClientTLS()
		if err != nil {
			return nil, nil, err
		}
		l := m.Listeners()
		leave := func(context.Context) error {
			go m.Close()
			return nil
		}
		return &recording.Server{
			Software: "smtpmock", Plain: l[0].Addr, ImplicitTLS: l[1].Addr, TLS: verify, Close: func(context.Context) error { return m.Close() },
		}, leave, nil
	}
}

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
		if err := recording.Check(s, smtp.Dialect(), password); err != nil {
			t.Error(err)
		}
		out[strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), server+"-"), ".session")] = s
	}
	return out
}

// sameFor is a session without what changes from run to run.
func sameFor(s *transcript.Session) string {
	var out strings.Builder
	for line := range strings.Lines(string(s.Print())) {
		if at := strings.Index(line, " token}}"); at >= 0 {
			line = line[:strings.Index(line, "{{")] + line[at:]
		}
		out.WriteString(line)
	}
	return out.String()
}

// TestRecordServer records all sessions with the mock, twice: the second time makes the same ones.
func TestRecordServer(t *testing.T) {
	for server, wants := range map[string]map[string]string{
		mockName: {
			"plain":          "\nC: ..\nC: ...two dots\n",
			"recipients":     "\nC: RCPT TO:<nobody@example.org>\nS: 550 ",
			"pipelined":      "\nC: RCPT TO:<nobody@example.org>\nC: RCPT TO:<bob@example.org>\nC: DATA\nS: 250 ",
			"chunks":         "\nC: BDAT 0 LAST\nS: 250 ",
			"starttls":       "\n-- tls\n",
			"auth-plain":     "\nC: AUTH PLAIN {{*** sasl PLAIN}}\nS: 235 ",
			"wrong-password": "\nC: {{*** sasl LOGIN}}\nS: 334 UGFzc3dvcmQ6\nC: bG9va2luZy1nbGFzcw==\nS: 535 ",
			"smtputf8":       "\nC: MAIL FROM:<jürgen@example.net> BODY=8BITMIME SMTPUTF8\nS: 250 ",
			"dsn":            " RET=HDRS ENVID=dsn+2B1\n",
			"size":           " SIZE=99999999999\nS: 552 ",
			"shutdown":       "\nS: 421 4.3.2 ",
		},
		mockLMTP: {
			"mixed":    "\nS: 552 5.2.2 ",
			"chunks":   "\nS: 552 5.2.2 ",
			"refused":  "\nC: EHLO {{client.example.net host}}\nS: 500 ",
			"shutdown": "\nS: 421 4.3.2 ",
		},
	} {
		t.Run(server, func(t *testing.T) {
			lmtp := speaksLMTP(server)
			dir := t.TempDir()
			var out bytes.Buffer
			if err := recordServer(t.Context(), &out, server, startMock(lmtp), dir); err != nil {
				t.Fatal(err)
			}
			first := load(t, dir, server)
			for _, sc := range scenarios(lmtp, nil) {
				if sc.offered(server) && first[sc.name] == nil {
					t.Errorf("there is no session %q: %s", sc.name, out.String())
				}
			}
			for name, want := range wants {
				if first[name] == nil {
					continue
				}
				if text := string(first[name].Print()); !strings.Contains(text, want) {
					t.Errorf("%s: no %q in\n%s", name, want, text)
				}
			}
			if err := recordServer(t.Context(), io.Discard, server, startMock(lmtp), dir); err != nil {
				t.Fatal(err)
			}
			second := load(t, dir, server)
			for name, s := range first {
				if strings.HasPrefix(name, "auth-") {
					continue // nonces
				}
				if a, b := sameFor(s), sameFor(second[name]); a != b {
					t.Errorf("%s: the first time\n%s\nthe second time\n%s", name, a, b)
				}
			}
		})
	}
}

// TestRecorded checks the sessions of the fixtures: they are all there, and nothing is in them that should not be.
func TestRecorded(t *testing.T) {
	files, err := fixtures.Sessions("smtp")
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
		if server, _, _ := strings.Cut(name, "-"); slices.Contains(servers(), server) {
			if err := recording.Check(s, smtp.Dialect(), password); err != nil {
				t.Error(err)
			}
		}
	}
	if size > 250_000 {
		t.Errorf("the sessions have %d octets", size)
	}
	for _, server := range servers() {
		for _, sc := range scenarios(speaksLMTP(server), nil) {
			if sc.offered(server) != names[server+"-"+sc.name] {
				t.Errorf("the session %s-%s is wrongly there, or missing: make it by \"go run ./internal/tools/recordsmtp %[1]s\"", server, sc.name)
			}
		}
	}
}

func TestArguments(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run([]string{"nobody"}, &out, &errs); code != 2 || !strings.Contains(errs.String(), "there are dovecot, exim, golmtp") {
		t.Error(code, errs.String())
	}
}
