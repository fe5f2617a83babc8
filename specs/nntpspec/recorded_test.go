package nntpspec

import (
	"strings"
	"testing"

	"harness/fixtures"
	"harness/specs"
	"harness/specs/spectest"
	"harness/transcript"
)

func TestRecorded(t *testing.T) { protocol.Recorded(t) }

// TestRecordedDeviations has a client that makes something wrong of an answer, or says something else, be found out.
func TestRecordedDeviations(t *testing.T) {
	for deviation, name := range map[string]string{
		"dots-kept":           "inn2-by-message-id",
		"all-dots-removed":    "inn2-by-message-id",
		"ends-at-any-dot":     "inn2-by-message-id",
		"end-in-content":      "inn2-by-number",
		"eighth-bit-stripped": "inn2-by-message-id",
		"bare-lf":             "cyrus-group-walk",
		"comma-separator":     "inn2-hdr",
		"keyword-short":       "inn2-group-walk",
		"dots-unstuffed":      "inn2-post",
		"ihave-other-id":      "inn2-ihave",
		"two-digit-year":      "inn2-newnews",
		"surplus-argument":    "inn2-lists",
		"initial-raw":         "cyrus-auth-plain",
		"password-first":      "cyrus-auth-user",
		"handshake-skipped":   "inn2-starttls",
	} {
		t.Run(deviation, func(t *testing.T) {
			t.Parallel()
			client, err := ReferenceClient(deviation)
			if err != nil {
				t.Fatal(err)
			}
			c := recordedCase(fixtures.FS(), "sessions/nntp/"+name+".session")
			if r := protocol.RunRecorded(t, client, c); r.Err != nil || r.Judgement.Kind != specs.Violated {
				t.Errorf("%s", r.Message())
			}
		})
	}
}

// TestRecordedAltered serves sessions in which an answer does not fit what comes behind it.
func TestRecordedAltered(t *testing.T) {
	for _, test := range []struct{ name, was, is string }{
		{"inn2-group-walk", "S: 211 8 1 8 example.garden\n", "S: 411 no such group\n"},
		{"inn2-over", "S: 224 Overview information for 2-4 follows", "S: 999 no code"},
		{"cyrus-post", "S: 240 ", "S: 340 "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := transcript.LoadFS(fixtures.FS(), "sessions/nntp/"+test.name+".session")
			if err != nil {
				t.Fatal(err)
			}
			text := string(s.Print())
			altered := strings.Replace(text, test.was, test.is, 1)
			if altered == text {
				t.Fatalf("no %q in\n%s", test.was, text)
			}
			c := recordedCase(spectest.SessionFS("x.session", altered), "x.session")
			if r := protocol.RunRecorded(t, NativeClient(), c); r.Err != nil || r.Judgement.Kind == specs.Satisfied {
				t.Errorf("%s", r.Message())
			}
		})
	}
}

// A session that no case can be made of is no violation.
func TestRecordedProblems(t *testing.T) {
	for name, text := range map[string]string{
		"group":     "S: 200 hi\n-- optional\nC: DATE\nS: 111 20260101000000\n-- end\nC: QUIT\nS: 205 bye\n",
		"unasked":   "S: 200 hi\nS: 200 hi\nC: QUIT\nS: 205 bye\n",
		"two":       "S: 200 hi\n-- open C2\nS2: 200 hi\nC2: QUIT\nS2: 205 bye\nC: QUIT\nS: 205 bye\n",
		"no blob":   "S: 200 hi\nC: BODY <a@b>\nS: 222 0 <a@b>\nS: {{blob gone.bin 3 " + strings.Repeat("0", 64) + "}}{{none}}\nS: .\n",
		"no syntax": "S: 200 hi\nX: what?\n",
	} {
		t.Run(name, func(t *testing.T) {
			c := recordedCase(spectest.SessionFS("x.session", "session: 1\nprotocol: nntp\n\n"+text), "x.session")
			if r := protocol.RunRecorded(t, NativeClient(), c); r.Err != nil || r.Judgement.Kind != specs.Inconclusive || r.Judgement.Note == "" {
				t.Errorf("%s", r.Message())
			}
		})
	}
}

// TestRecordedLeftOut tells what of a session clients are not told to say.
func TestRecordedLeftOut(t *testing.T) {
	s, err := transcript.Parse("x.session", []byte("session: 1\nprotocol: nntp\n\nS: 200 hi\nC: XYZZY\nS: 500 what?\nC: NEXT\nS: 412 no group\nC: STAT x y z\nS: 501 no\n"+
		"C: AUTHINFO PASS {{*** password}}\nS: 482 no\nC: AUTHINFO USER {{bob user}}\nS: 381 go on\nC: AUTHINFO PASS {{*** password}}\nS: 281 welcome\n"+
		"C: AUTHINFO USER {{bob user}}\nS: 502 no\nC: QUIT\nS: 205 bye\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRecording(s)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(r.served().Print()), "\nC: "); got != 3 || len(r.leftOut) != 5 || r.creds.User != "bob" {
		t.Errorf("%d commands are served to %s, and left out is %q", got, r.creds.User, r.leftOut)
	}
}

// FuzzRecording: whatever session can be read can be taken apart, or is refused; what is served of it can be read again.
func FuzzRecording(f *testing.F) {
	for _, name := range []string{"inn2-streaming", "inn2-post-refused", "cyrus-auth-scram-sha-1", "inn2-starttls"} {
		s, err := transcript.LoadFS(fixtures.FS(), "sessions/nntp/"+name+".session")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(s.Print()))
	}
	f.Add("session: 1\nprotocol: nntp\n\nS: 200 hi{{none}}\nC: POST\nS: 340\nC: .\nS: 240\nC: TAKETHIS\nC: .\nS: 239\n-- reset S\n")
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
			flat(r.data(x))
		}
		served := r.served()
		if again, err := transcript.Parse("served.session", served.Print()); err != nil || len(again.Items) != len(served.Items) {
			t.Errorf("%v\n%s", err, served.Print())
		}
	})
}
