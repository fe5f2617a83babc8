package smtpmock

import (
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"harness/protocols/smtp"
)

func TestParseRule(t *testing.T) {
	for spec, want := range map[string]Rule{
		"reject to bob@example.org":                                 {Action: Reject, To: "bob@example.org"},
		"reject to bob@example.org 550 5.2.1 Mailbox disabled":      {Action: Reject, To: "bob@example.org", Code: 550, Status: smtp.EnhancedCode{Class: 5, Subject: 2, Detail: 1}, Text: "Mailbox disabled"},
		"defer 2 times from *@example.net 451 4.3.2 Come again":     {Action: Defer, Times: 2, From: "*@example.net", Code: 451, Status: smtp.EnhancedCode{Class: 4, Subject: 3, Detail: 2}, Text: "Come again"},
		"greylist 5m0s to *":                                        {Action: Greylist, Delay: 5 * time.Minute, To: "*"},
		"greylist to *":                                             {Action: Greylist, To: "*"},
		"accept to old@example.org 251 2.1.5 Will forward to <n@x>": {Action: Accept, To: "old@example.org", Code: 251, Status: smtp.EnhancedCode{Class: 2, Subject: 1, Detail: 5}, Text: "Will forward to <n@x>"},
		"reject at end from <> to carol@*":                          {Action: Reject, At: AtEnd, From: "<>", To: "carol@*"},
		"reject at connect 554 no service":                          {Action: Reject, At: AtConnect, Code: 554, Text: "no service"},
		"defer at hello 421":                                        {Action: Defer, At: AtHello, Code: 421},
	} {
		got, err := ParseRule(spec)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v", spec, got, err)
		}
		if got.String() != spec {
			t.Errorf("%s is written %s", spec, got)
		}
	}
	for spec, want := range map[string]string{
		"":                                 "expected accept",
		"rejct to x":                       "did you mean reject?",
		"reject x":                         `expected at, from, to or a reply code, got "x"`,
		"reject at lunch":                  "expected one of",
		"reject at mail to x":              "a recipient is not known at mail",
		"reject at hello from x":           "a sender is not known at hello",
		"reject to x 450":                  "reject has a code of 500 to 559",
		"defer to x 550":                   "defer has a code of 400 to 459",
		"defer to x 470":                   "defer has a code",
		"accept from x 251":                "accept has the code 250, or 251 at rcpt",
		"accept to x 252":                  "accept has the code",
		"reject to x 550 4.1.1":            "begins with 5",
		"reject 0 times to x":              "a number from 1 on",
		"greylist at end to x":             "greylist acts at rcpt only",
		"greylist -5s to x":                "is not negative",
		"reject to x 550 \u00e9":           "text:",
		"reject to x 550 \x00":             "text",
		"reject to x 550 " + longText(600): "text:",
	} {
		if _, err := ParseRule(spec); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", spec, err, want)
		}
	}
}

func longText(n int) string { return strings.Repeat("x", n) }

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		pattern, address string
		want             bool
	}{
		{"a@b.c", "A@B.C", true}, {"a@b.c", "a@b.cc", false}, {"*", "a@b.c", true}, {"*", "", true}, {"<>", "", true}, {"<>", "a@b.c", false}, {"a@b.c", "", false},
		{"*@b.c", "x@b.c", true}, {"*@b.c", "x@a.b.c", false}, {"a*@*.c", "abc@d.c", true}, {"a*@*.c", "bbc@d.c", false}, {"a*a@b", "a@b", false}, {"a*b*c", "abc", true}, {"a*b*c", "acb", false},
	} {
		if got := matches(c.pattern, c.address); got != c.want {
			t.Errorf("%s, %s: %v", c.pattern, c.address, got)
		}
	}
}

// TestRules are sessions with rules, one a line.
func TestRules(t *testing.T) {
	for name, c := range map[string]struct {
		features, rules, script string
	}{
		"by recipient and sender": {rules: `accept to vip@example.org 250 2.1.5 for you
			accept to old@example.org 251 2.1.5 Will forward to <new@example.org>
			reject to moved@example.org 551 5.1.6 Try <there@example.com>
			reject from bad@example.com to *@example.net
			defer 2 times to slow@*
			reject from *@spam.example 550 5.7.1 Go away
			reject at data to data@* 554 5.6.0 Not that
			defer at end to end@* 452 4.2.2 Full`, script: `S: 220
			C: EHLO c.example
			R: 250-.*
			C: MAIL FROM:<x@spam.example>
			S= 550 5.7.1 Go away
			C: MAIL FROM:<bad@example.com>
			S: 250
			C: RCPT TO:<vip@example.org>
			S= 250 2.1.5 for you
			C: RCPT TO:<old@example.org>
			S= 251 2.1.5 Will forward to <new@example.org>
			C: RCPT TO:<moved@example.org>
			S= 551 5.1.6 Try <there@example.com>
			C: RCPT TO:<a@example.net>
			S= 550 5.7.1 refused
			C: RCPT TO:<slow@example.com>
			S= 451 4.7.1 not now, try again later
			C: RCPT TO:<slow@example.com>
			S: 451
			C: RCPT TO:<slow@example.com>
			S: 250
			C: RCPT TO:<data@example.com>
			S: 250
			C: DATA
			S= 554 5.6.0 Not that
			C: RSET
			S: 250
			C: MAIL FROM:<>
			S: 250
			C: RCPT TO:<a@example.com>
			S: 250
			C: RCPT TO:<end@example.com>
			S: 250
			C: DATA
			S: 354
			C: .
			S= 452 4.2.2 Full
			C: MAIL FROM:<>
			S: 250
			C: RCPT TO:<data@example.com>
			S: 250
			c: BDAT 2\r\nxxBDAT 2 LAST\r\nxx
			S: 554
			S: 503`},
		"at connect": {rules: "reject at connect 554 5.7.1 not you", script: `S= 554 mail.example.org not you
			C: EHLO c.example
			S: 503
			C: QUIT
			S: 221`},
		"421 closes": {rules: "defer at rcpt 421 4.3.2 enough", script: `S: 220
			C: EHLO c.example
			R: 250-.*
			C: MAIL FROM:<>
			S: 250
			C: RCPT TO:<a@example.com>
			S= 421 4.3.2 enough
			S: EOF`},
		"at hello": {rules: "reject 1 times at hello 550 5.7.1 no", script: `S: 220
			C: EHLO c.example
			S= 550 no
			C: MAIL FROM:<>
			S: 503
			C: HELO c.example
			S: 250`},
		"LMTP": {features: "MODE=lmtp", rules: "defer at end to a@* 451 4.2.1 busy\nreject at end to b@* 554 5.7.1 no", script: `S: 220
			C: LHLO c.example
			R: 250-.*
			c: MAIL FROM:<>\r\nRCPT TO:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nRCPT TO:<c@example.com>\r\nDATA\r\n
			S: 250
			S: 250
			S: 250
			S: 250
			S: 354
			C: .
			S= 451 4.2.1 <a@example.com> busy
			S= 554 5.7.1 <b@example.com> no
			S: 250 2.0.0 <c@example.com> queued
			c: MAIL FROM:<>\r\nRCPT TO:<a@example.com>\r\nDATA\r\n
			S: 250
			S: 250
			S: 354
			C: .
			S: 451`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var rules []string
			for l := range strings.Lines(c.rules) {
				rules = append(rules, strings.TrimSpace(l))
			}
			s := New(t, WithFeatures(strings.Fields(c.features)...), WithRules(rules...))
			dial(t, s).Talk(c.script)
			if name == "LMTP" {
				if all := s.Mails(); len(all) != 1 || len(all[0].To) != 1 || all[0].To[0].Path.Local != "c" {
					t.Errorf("%+v", all)
				}
			}
		})
	}
}

func TestGreylist(t *testing.T) {
	var passed atomic.Int64
	now := func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).Add(time.Duration(passed.Load())) }
	s := New(t, WithRules("greylist 5m to *@example.org"), func(o *Options) { o.Now = now })
	p := dial(t, s)
	p.Talk(`S: 220
		C: HELO c.example
		S: 250
		C: MAIL FROM:<a@example.com>
		S: 250
		C: RCPT TO:<alice@example.org>
		S: 451 4.7.1 greylisted
		C: RCPT TO:<alice@example.org>
		S: 451`)
	passed.Store(int64(5 * time.Minute))
	p.Talk(`C: RCPT TO:<Alice@example.org>
		S: 250
		C: RSET
		S: 250
		C: MAIL FROM:<b@example.com>
		S: 250
		C: RCPT TO:<alice@example.org>
		S: 451
		C: RCPT TO:<b@example.com>
		S: 250`)
}
