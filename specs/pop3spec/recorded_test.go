package pop3spec

import (
	"crypto/tls"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"harness/fixtures"
	"harness/internal/record"
	"harness/mockservers/pop3mock"
	"harness/specs"
	"harness/specs/spectest"
	"harness/specs/trial"
	"harness/transcript"
)

// handmade are the sessions of testdata.
func handmade(t testing.TB) map[string]string {
	files, err := filepath.Glob("testdata/*.session")
	if err != nil || len(files) < 4 {
		t.Fatal(files, err)
	}
	out := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(f)] = string(text)
	}
	return out
}

func reference(t testing.TB, deviations ...string) Client {
	t.Helper()
	c, err := ReferenceClient(deviations...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestRecordedHandmade serves the sessions of testdata to both clients.
func TestRecordedHandmade(t *testing.T) {
	for name, text := range handmade(t) {
		for _, client := range []Client{NativeClient(), reference(t)} {
			t.Run(name+"/"+client.Name(), func(t *testing.T) {
				t.Parallel()
				r := protocol.RunRecorded(t, client, recordedCase(spectest.SessionFS(name, text), name))
				if r.Err != nil || r.Judgement.Kind != specs.Satisfied {
					t.Errorf("%s", r.Message())
				}
			})
		}
	}
}

func TestRecorded(t *testing.T) { protocol.Recorded(t) }

// TestRecordedLive records a session of the native client with the mock, the whole corpus pipelined over STLS, and serves it to both clients.
func TestRecordedLive(t *testing.T) {
	server, err := pop3mock.Start(t.Context(), pop3mock.Options{Accounts: []pop3mock.Account{{Name: firstUser, Password: firstPassword, Mail: fixtures.Mails()}}})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	verify, err := server.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	a, err := trial.Authority()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	proxy, err := record.Start(t.Context(), record.Options{Upstream: server.URL(), Dir: dir, CA: a, TLS: verify})
	if err != nil {
		t.Fatal(err)
	}
	defer proxy.Close()
	ctx := t.Context()
	c, err := NativeClient().Connect(ctx, ClientOptions{Connection: trial.Connection{Addr: proxy.Addr(), Host: serverName, Security: Upgrade, TLS: &tls.Config{RootCAs: a.Pool()}, Timeout: 5 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Capa(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.Login(ctx, alice()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.UidlAll(ctx); err != nil {
		t.Fatal(err)
	}
	all, err := c.RetrAll(ctx, numbersUpTo(len(fixtures.Mails())))
	if err != nil || len(all) == 0 || all[0].Err != nil {
		t.Fatal(len(all), err)
	}
	if err := c.Dele(ctx, 1); err != nil {
		t.Fatal(err)
	}
	if err := c.Quit(ctx); err != nil {
		t.Fatal(err)
	}
	files, err := proxy.Wait(ctx, 1)
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	for _, client := range []Client{NativeClient(), reference(t)} {
		if r := protocol.RunRecorded(t, client, recordedCase(os.DirFS(dir), filepath.Base(files[0]))); r.Err != nil || r.Judgement.Kind != specs.Satisfied {
			t.Errorf("%s", r.Message())
		}
	}
	if r := protocol.RunRecorded(t, reference(t, "dots-kept"), recordedCase(os.DirFS(dir), filepath.Base(files[0]))); r.Judgement.Kind != specs.Violated {
		t.Errorf("%s", r.Message())
	}
}

// TestRecordedMutations has a client that makes something wrong of an answer, or says something else, be found out.
func TestRecordedMutations(t *testing.T) {
	sessions := handmade(t)
	for deviation, name := range map[string]string{
		"dots-kept":               "plain.session",
		"all-dots-removed":        "plain.session",
		"ends-at-any-dot":         "plain.session",
		"ends-at-nul":             "plain.session",
		"eight-bit-stripped":      "plain.session",
		"extra-refused":           "plain.session",
		"codes-dropped":           "plain.session",
		"dele-forgotten":          "plain.session",
		"doubled-space":           "plain.session",
		"err-is-fatal":            "plain.session",
		"hex-numbers":             "plain.session",
		"quit-err-ignored":        "stls.session",
		"pipelining-mixed-up":     "stls.session",
		"capa-parameters-dropped": "stls.session",
		"short-replies-accepted":  "apop.session",
		"apop-without-brackets":   "apop.session",
		"cram-wrong-digest":       "auth.session",
		"plain-two-parts":         "auth.session",
		"segment-is-response":     "plain.session",
	} {
		t.Run(deviation, func(t *testing.T) {
			t.Parallel()
			r := protocol.RunRecorded(t, reference(t, deviation), recordedCase(spectest.SessionFS(name, sessions[name]), name))
			if r.Err != nil || r.Judgement.Kind != specs.Violated {
				t.Errorf("%s", r.Message())
			}
		})
	}
}

// TestRecordedProblems tells what cannot be served.
func TestRecordedProblems(t *testing.T) {
	for name, text := range map[string]string{
		"group":     "S: +OK\n-- optional\nC: NOOP\nS: +OK\n-- end\nC: QUIT\nS: +OK\n",
		"unasked":   "S: +OK\nS: +OK\nC: QUIT\nS: +OK\n",
		"two":       "S: +OK\n-- open C2\nS2: +OK\nC2: QUIT\nS2: +OK\nC: QUIT\nS: +OK\n",
		"no blob":   "S: +OK\nC: PASS {{*** password}}\nS: +OK\nC: RETR 1\nS: +OK\nS: {{blob gone.bin 3 " + strings.Repeat("0", 64) + "}}{{none}}\nS: .\n",
		"no syntax": "S: +OK\nX: what?\n",
	} {
		t.Run(name, func(t *testing.T) {
			r := protocol.RunRecorded(t, NativeClient(), recordedCase(spectest.SessionFS("x.session", "session: 1\nprotocol: pop3\n\n"+text), "x.session"))
			if r.Err != nil || r.Judgement.Kind != specs.Inconclusive || r.Judgement.Note == "" {
				t.Errorf("%s", r.Message())
			}
		})
	}
}

// FuzzRecording: whatever session can be read can be taken apart, or is refused; what is served of it can be read again.
func FuzzRecording(f *testing.F) {
	for _, text := range handmade(f) {
		f.Add(text)
	}
	f.Add("session: 1\nprotocol: pop3\n\nS: +OK{{none}}\nS: go on\nC: AUTH PLAIN\nS: +{{sp}}\nC: =\n-- reset S\n")
	f.Add("session: 1\nprotocol: pop3\n\nC: AUTH\nS: +\nC: DELE 99999999999999999999\nC: {{lf}}\nS: {{lf}}\n")
	f.Add("session: 1\nprotocol: pop3\n\nC: AUTH !\nS: +{{sp}}\nC:\nS: +OK\n")
	f.Fuzz(func(t *testing.T, text string) {
		s, err := transcript.Parse("fuzz.session", []byte(text))
		if err != nil {
			return
		}
		r, err := newRecording(s)
		if err != nil {
			return
		}
		for _, x := range r.exchanges {
			x.turn()
			r.data(x)
			x.reply()
		}
		served := r.served()
		if again, err := transcript.Parse("served.session", served.Print()); err != nil || len(again.Items) != len(served.Items) {
			t.Errorf("%v\n%s", err, served.Print())
		}
	})
}
