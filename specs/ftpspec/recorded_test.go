package ftpspec

import (
	"os"
	"path/filepath"
	"testing"

	"harness/specs"
	"harness/specs/spectest"
)

// handmade are the sessions of testdata/recorded.
func handmade(t testing.TB) map[string]string {
	files, err := filepath.Glob("testdata/recorded/*.session")
	if err != nil || len(files) < 3 {
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

// TestRecordedDeviations finds what a client does wrong.
func TestRecordedDeviations(t *testing.T) {
	for _, test := range []struct{ session, deviation string }{
		{"unix.session", "text-believed"},
		{"unix.session", "eighth-bit-stripped"},
		{"unix.session", "quotes-simple"},
		{"unix.session", "first-line-only"},
		{"unix.session", "completion-not-awaited"},
		{"unix.session", "rnto-forgotten"},
		{"unix.session", "text-converted-always"},
		{"unix.session", "facts-case"},
		{"unix.session", "421-success"},
		{"unix.session", "rest-hex"},
		{"abort.session", "abort-silent"},
		{"tls.session", "prot-forgotten"},
		{"tls.session", "ccc-assumed"},
	} {
		t.Run(test.session+"/"+test.deviation, func(t *testing.T) {
			t.Parallel()
			text := handmade(t)[test.session]
			env := protocol.ClientEnv(t, reference(t, test.deviation))
			env.TimeFactor, env.QuietWait = 0.2, 5*env.QuietWait
			r := specs.RunCase(t.Context(), env, recordedCase(spectest.SessionFS(test.session, text), test.session))
			if r.Err != nil || r.Judgement.Kind != specs.Violated {
				t.Errorf("%s", r.Message())
			}
		})
	}
}

// A session that no case can be made of is no violation.
func TestRecordedUnclear(t *testing.T) {
	for name, text := range map[string]string{
		"another protocol": "session: 1\nprotocol: pop3\n\nS: +OK\n",
		"two connections":  "session: 1\nprotocol: ftp\n\nS: 220 ready\n-- open C2\nS2: 220 ready\n",
		"group":            "session: 1\nprotocol: ftp\n\nS: 220 ready\n-- optional\nC: NOOP\nS: 200 ok\n-- end\n",
		"no reply":         "session: 1\nprotocol: ftp\n\nS: hello\n",
		"mode":             "session: 1\nprotocol: ftp\n\nS: 220 ready\nC: MODE B\nS: 200 ok\n",
	} {
		t.Run(name, func(t *testing.T) {
			if r := protocol.RunRecorded(t, NativeClient(), recordedCase(spectest.SessionFS("x.session", text), "x.session")); r.Err != nil || r.Judgement.Kind != specs.Inconclusive {
				t.Errorf("%s", r.Message())
			}
		})
	}
}
