package smtpspec

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
		"greeting-not-awaited": "postfix-plain",
		"helo-only":            "postfix-starttls",
		"ehlo-never":           "exim-starttls",
		"bare-lf":              "exim-plain",
		"verb-odd":             "postfix-vrfy",
		"surplus-argument":     "opensmtpd-reset",
		"quit-never":           "gosmtp-plain",
		"path-bare":            "opensmtpd-plain",
		"lines-as-replies":     "exim-plain",
		"single-line":          "opensmtpd-vrfy",
		"replies-merged":       "dovecot-pipelined",
		"retries":              "exim-recipients",
		"500-fatal":            "opensmtpd-vrfy",
		"552-fatal":            "golmtp-mixed",
		"dots-unstuffed":       "postfix-plain",
		"block-unended":        "exim-eight-bit",
		"extra-line":           "postfix-pipelined",
		"xtext-raw":            "postfix-dsn",
		"orcpt-untyped":        "exim-dsn",
		"parameters-twice":     "gosmtp-dsn",
		"smtputf8-undeclared":  "exim-smtputf8",
		"bdat-miscounted":      "exim-chunks",
		"bdat-no-last":         "golmtp-chunks",
		"lmtp-ehlo":            "golmtp-plain",
		"lmtp-one-reply":       "dovecot-mixed",
	} {
		t.Run(deviation, func(t *testing.T) {
			t.Parallel()
			client, err := ReferenceClient(deviation)
			if err != nil {
				t.Fatal(err)
			}
			c := recordedCase(fixtures.FS(), "sessions/smtp/"+name+".session")
			if r := protocol.RunRecorded(t, client, c); r.Err != nil || r.Judgement.Kind != specs.Violated {
				t.Errorf("%s", r.Message())
			}
		})
	}
}

// TestRecordedAltered serves sessions in which an answer does not fit what comes behind it.
func TestRecordedAltered(t *testing.T) {
	for _, test := range []struct{ name, was, is string }{
		{"exim-plain", "S: 354 ", "S: 254 "},
		{"dovecot-mixed", "S: 552 5.2.2 ", "S: 999 5.2.2 "},
		{"exim-shutdown", "S: 421 ", "S: 521 "},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s, err := transcript.LoadFS(fixtures.FS(), "sessions/smtp/"+test.name+".session")
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
		"group":     "S: 220 hi\n-- optional\nC: NOOP\nS: 250 ok\n-- end\nC: QUIT\nS: 221 bye\n",
		"unasked":   "S: 220 hi\nS: 250 hi\nC: QUIT\nS: 221 bye\n",
		"two":       "S: 220 hi\n-- open C2\nS2: 220 hi\nC2: QUIT\nS2: 221 bye\nC: QUIT\nS: 221 bye\n",
		"no blob":   "S: 220 hi\nC: HELO x\nS: 250 hi\nC: BDAT 3\nC: {{blob gone.bin 3 " + strings.Repeat("0", 64) + "}}{{none}}\nS: 250 ok\n",
		"too much":  "S: 220 hi\nC: BDAT 3\nC: long\nS: 250 ok\n",
		"no syntax": "S: 220 hi\nX: what?\n",
	} {
		t.Run(name, func(t *testing.T) {
			c := recordedCase(spectest.SessionFS("x.session", "session: 1\nprotocol: smtp\n\n"+text), "x.session")
			if r := protocol.RunRecorded(t, NativeClient(), c); r.Err != nil || r.Judgement.Kind != specs.Inconclusive || r.Judgement.Note == "" {
				t.Errorf("%s", r.Message())
			}
		})
	}
}

// TestRecordedLeftOut tells what of a session clients are not told to say.
func TestRecordedLeftOut(t *testing.T) {
	s, err := transcript.Parse("x.session", []byte("session: 1\nprotocol: smtp\nnote: password: wrong\n\nS: 220 hi\nC: NOOP\nS: 250 ok\nC: EHLO x\nS: 250-hi\nS: 250-SIZE 1000\nS: 250 AUTH PLAIN\nC: XYZZY\nS: 500 what?\n"+
		"C: RCPT TO:<a@x>\nS: 503 no\nC: MAIL FROM:<a@x> SIZE=2000\nS: 552 no\nC: MAIL FROM:<a@x\nS: 501 no\nC: MAIL FROM:<a@x> NOTHING\nS: 555 no\nC: AUTH LOGIN\nS: 504 no\nC: AUTH PLAIN {{*** sasl PLAIN}}\nS: 235 yes\n"+
		"C: AUTH PLAIN {{*** sasl PLAIN}}\nS: 503 no\nC: STARTTLS\nS: 502 no\nC: MAIL FROM:<a@x>\nS: 250 ok\nC: MAIL FROM:<a@x>\nS: 503 no\nC: RCPT TO:<b@x>\nS: 550 no\nC: DATA\nS: 503 no\nC: QUIT\nS: 221 bye\n"))
	if err != nil {
		t.Fatal(err)
	}
	r, err := newRecording(s)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(r.served().Print()), "\nC: "); got != 5 || len(r.leftOut) != 11 || r.creds.Password != "wrong" {
		t.Errorf("%d commands are served, the password is %s, and left out are %d: %q", got, r.creds.Password, len(r.leftOut), r.leftOut)
	}
}

// FuzzRecording: whatever session can be read can be taken apart, or is refused; what is served of it can be read again.
func FuzzRecording(f *testing.F) {
	for _, name := range []string{"postfix-pipelined", "dovecot-mixed", "exim-chunks", "exim-shutdown", "postfix-starttls", "gosmtp-wrong-password"} {
		s, err := transcript.LoadFS(fixtures.FS(), "sessions/smtp/"+name+".session")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(s.Print()))
	}
	f.Add("session: 1\nprotocol: smtp\n\nS: 220-hi{{none}}\nC: LHLO\nS: 250\nC: DATA\nS: 354\nC: .\nS: 250\nC: BDAT 99999999999 LAST\nC: x{{none}}\n-- reset S\n")
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
			if x.outcome() != nil {
				r.told(x)
			}
		}
		served := r.served()
		if again, err := transcript.Parse("served.session", served.Print()); err != nil || len(again.Items) != len(served.Items) {
			t.Errorf("%v\n%s", err, served.Print())
		}
	})
}
