package smtpspec

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"harness/protocols/smtp"
	"harness/specs/trial"
)

// texts makes a row in which the client sends a message, with what the server says to each verb, and has to understand it.
func texts(name, greeting string, by map[string]string, deviations ...string) clientCase {
	return clientCase{name: name, greeting: greeting, answer: answers(by), deviations: deviations, run: func(d *try) {
		s := d.connect()
		s.send(letter())
		s.Do("NOOP", noop)
		s.Do("RSET", rset)
		s.quit()
	}}
}

// byRecipient answers RCPT by the local part of the recipient.
func byRecipient(by map[string]string) func(s *script, verb, text string) string {
	return func(_ *script, verb, text string) string {
		if verb != "RCPT" && verb != "." {
			return by[verb]
		}
		_, to, _ := strings.Cut(text, "<")
		local, _, _ := strings.Cut(to, "@")
		if verb == "." {
			local = "." + local
		}
		return by[local]
	}
}

// result is what has to become of a message for a recipient: the code of its refusal, 0 if it gets it, and whether that is temporary.
type result struct {
	code      int
	temporary bool
}

var taken = result{}

// check compares deliveries with what has to become of them.
func (d *try) check(m Message, got []Delivery, want ...result) {
	if d.Settled() {
		return
	}
	for i, w := range want {
		to, err := m.To[i].Address, got[i].Err
		switch r := replyOf(err); {
		case (err == nil) != (w == taken):
			d.Fail(fmt.Sprintf("%s: %s", to, w), "the client says: %v", err)
		case r.Code != w.code:
			d.Fail(fmt.Sprintf("%s: %s", to, w), "the client says: %v", err)
		case got[i].Temporary != w.temporary:
			d.Fail(fmt.Sprintf("%s: %s", to, w), "temporary: %v (%v)", got[i].Temporary, err)
		}
	}
}

func (r result) String() string {
	switch {
	case r == taken:
		return "the message is delivered"
	case r.code == 0:
		return "a failure that may go away"
	case r.temporary:
		return fmt.Sprintf("the refusal %d, which may go away", r.code)
	}
	return fmt.Sprintf("the refusal %d, for good", r.code)
}

// results makes a row in which the client sends a message to recipients who are answered by their local parts. Want is what has to become of each.
func results(name, exts string, m Message, by map[string]string, want []result, deviations ...string) clientCase {
	return clientCase{name: name, exts: exts, answer: byRecipient(by), deviations: deviations, run: func(d *try) {
		s := d.open()
		var got []Delivery
		// Where somebody gets the message, the client has nothing to complain of.
		err := s.Try(func(ctx context.Context, c ClientSession) (err error) {
			got, err = c.Send(ctx, m)
			return err
		})
		if errors.Is(err, errors.ErrUnsupported) {
			s.Done("a message sent", err)
		}
		d.check(m, s.outcomes(got, m), want...)
		s.done()
	}}
}

// once makes a row in which a message is refused for good, and must not be sent again.
func once(name, verb string, by map[string]string) clientCase {
	return clientCase{name: name, answer: answers(by), deviations: []string{"retries"}, run: func(d *try) {
		s := d.open()
		s.Refuses("a message that is refused", send(letter()))
		s.done()
		d.Check(len(d.Sent(verb)) == 1, "one "+verb, "%d", len(d.Sent(verb)))
	}}
}

// silent makes a row in which the server falls silent at a verb, and the client has to give up.
func silent(name, verb string) clientCase {
	row := clientCase{name: name, requirement: "timeout-mechanism", deviations: []string{"no-timeout"}, answer: answers(map[string]string{verb: silence})}
	if verb == "greeting" {
		row.serve = func(s *script) { s.Linger() }
	}
	row.run = func(d *try) {
		d.Impatient(func(ctx context.Context, timeout time.Duration) error {
			s, err := d.DialContext(ctx, func(o *ClientOptions) { o.Timeout = timeout })
			if err != nil {
				return err
			}
			return s.Try(func(_ context.Context, c ClientSession) error { return send(letter())(ctx, c) })
		})
	}
	return row
}

// endless makes a row in which a reply does not end: the timeout of the command has to end it, unless a limit does.
func endless(name, piece string) clientCase {
	return clientCase{
		name: name, requirement: "timeout-each-command", labels: []string{"security"}, deviations: []string{"replies-unlimited"},
		serve: func(s *script) {
			s.greet()
			if _, ok := s.Next("VRFY"); !ok {
				return
			}
			for !s.Over {
				s.Octets(piece)
				s.Flush()
				s.C.Quiet(s.d.Ctx, time.Millisecond) // not faster than a client can be patient
			}
		},
		run: func(d *try) {
			d.Impatient(func(ctx context.Context, timeout time.Duration) error {
				s := d.open(func(o *ClientOptions) { o.Timeout = timeout })
				return s.Try(func(_ context.Context, c ClientSession) error { return vrfy(ctx, c) })
			})
		},
	}
}

// patience is how long a client with the timeout of a second is made to wait, several times: less each time, and more in all.
const patience = 300 * time.Millisecond

// slow makes a row in which each reply comes late.
func slow(name string, pause time.Duration, timeout time.Duration, verbs []string, deviation string) clientCase {
	row := clientCase{name: name, deviations: []string{deviation}, options: func(o *ClientOptions) { o.Timeout = timeout }}
	row.answer = func(s *script, verb, _ string) string {
		for _, v := range verbs {
			if v == verb {
				s.Flush()
				s.C.Quiet(s.d.Ctx, pause)
			}
		}
		return ""
	}
	row.run = func(d *try) {
		s := d.open()
		s.send(letter())
		s.quit()
	}
	return row
}

func replyRows() []clientCase {
	strange := "250 \tÜnlisted: 550 [no] (really) \x1b[1m \xff\xfe%s 354"
	alone := map[string]string{"EHLO": "250", "MAIL": "250", "RCPT": "250", "DATA": "354", ".": "250", "NOOP": "250", "RSET": "250", "QUIT": "221"}
	spaced := map[string]string{}
	for verb, code := range alone {
		spaced[verb] = code + " "
	}
	several := map[string]string{"EHLO": "250-one\n250-8BITMIME\n250 HELP"}
	for verb, code := range alone {
		if verb != "EHLO" {
			several[verb] = code + "-one\n" + code + "-\n" + code + " three"
		}
	}
	long := strings.Repeat("x", smtp.MaxReply-6)
	full := map[string]string{}
	for verb, code := range alone {
		full[verb] = code + "-" + long + "\n" + code + " " + long
	}
	full["EHLO"] = "250-one\n250-" + long + "\n250 8BITMIME"
	unlisted := map[string]string{"MAIL": "259 fine", "bert": "258 fine", "cleo": "459 not now", "dora": "559 not at all", ".": "257 fine", "VRFY": "253 <postmaster@example.org>", "QUIT": "228 bye"}
	unlistedWant := []result{taken, {459, true}, {559, false}}
	// lines has the server answer VRFY by lines that do not go together.
	lines := func(name, answer, deviation string) clientCase {
		return clientCase{
			name: name, requirement: "multiline-any-command", labels: []string{"security"}, deviations: []string{deviation}, answer: answers(map[string]string{"VRFY": answer}),
			run: func(d *try) {
				s := d.open()
				s.Refuses("a reply of several codes", vrfy)
				s.Quietly(quit)
			},
		}
	}
	out := func(name, code string) clientCase {
		return clientCase{name: name, requirement: "code-out-of-range", deviations: []string{"codes-any"}, answer: answers(map[string]string{"MAIL": code + " what?"}), run: func(d *try) {
			s := d.open()
			s.Refuses("a message whose MAIL is answered by "+code, send(letter()))
			s.Quietly(quit)
			d.Never("after "+code+" to MAIL", "RCPT", "DATA")
		}}
	}
	lost := func(name, verb string, deviations ...string) clientCase {
		return clientCase{name: name, requirement: "connection-lost-451", deviations: deviations, answer: answers(map[string]string{verb: hangUp}), run: func(d *try) {
			s := d.open()
			m := letter()
			var got []Delivery
			s.Refuses("a message whose connection is lost", func(ctx context.Context, c ClientSession) (err error) {
				got, err = c.Send(ctx, m)
				return err
			})
			d.check(m, s.outcomes(got, m), result{0, true})
		}}
	}
	enhanced := func(name, code, what string, good func(e smtp.EnhancedCode) bool) clientCase {
		return clientCase{
			name: name, exts: "ENHANCEDSTATUSCODES", deviations: []string{"enhanced-known-only"}, answer: answers(map[string]string{"RCPT": code + " what?"}),
			run: func(d *try) {
				s := d.open()
				s.Do("MAIL", mail)
				r := s.refusedWith(smtp.CodeMailboxUnavailable, "RCPT", rcpt)
				if !d.Settled() && !good(r.Enhanced) {
					d.Fail(what, "the enhanced status code %q", r.Enhanced)
				}
				s.quit()
			},
		}
	}
	unasked := func(name, answer string) clientCase {
		return clientCase{name: name, requirement: "data-only-after-354", deviations: []string{"data-unasked"}, answer: answers(map[string]string{"DATA": answer}), run: func(d *try) {
			s := d.open()
			s.Refuses("a message whose DATA is answered by "+answer, send(letter()))
			s.Quietly(quit)
			d.each(func(l trial.Said) string {
				if _, ok := smtp.Lookup(l.Verb(), false); !ok {
					return "no content, as the reply to DATA is " + answer
				}
				return ""
			})
		}}
	}
	rows := []clientCase{
		texts("multiline-any-command", "220-one\n220 two", several, "single-line", "lines-as-replies"),
		texts("code-alone-accepted", "220 ", spaced, "text-required"),
		texts("code-no-space-accepted", "220", alone, "text-required"),
		texts("any-text-accepted", "220 "+strange[4:], map[string]string{"MAIL": strange, "RCPT": strange, "DATA": "354" + strange[3:], ".": strange, "NOOP": strange, "QUIT": "221" + strange[3:]}, "text-ascii"),
		texts("any-text-none", "220", alone, "text-required").of("any-text-accepted"),
		texts("reply-512", "220 "+long, full, "reply-short"),
		texts("sizes-received", "220 "+long, full, "reply-short"),
		results("code-decides", "", letter(bert, cleo), map[string]string{
			"MAIL": "250 error", "bert": "250 error: 550 no such user", "cleo": "550 success, 250 ok", "DATA": "354 error", ".": "250 error", "VRFY": "250 <postmaster@error.example>",
		}, []result{taken, {550, false}}, "text-believed"),
		results("reply-556-permanent", "", letter(bert, cleo), map[string]string{"cleo": "556 5.1.10 that domain accepts no mail"}, []result{taken, {556, false}}, "556-temporary"),
		{
			name: "reply-521-client", greeting: "521 " + serverName + " does not accept mail", deviations: []string{"greeting-unchecked"},
			run: func(d *try) {
				err := d.TurnedAway("the end of it after a greeting of 521", quit)
				if r := replyOf(err); err != nil && (r.Code != smtp.CodeNoMail || r.Transient()) {
					d.Fail("the refusal 521, for good", "%v", err)
				}
				d.Never("after a greeting of 521", "EHLO", "HELO", "MAIL")
			},
		},
		out("code-out-of-range", "650"), out("code-out-of-range-1", "150"), out("code-out-of-range-0", "050"), out("code-out-of-range-9", "999"),
		once("permanent-not-again", "RCPT", map[string]string{"RCPT": "550 no"}),
		once("permanent-mail-not-again", "MAIL", map[string]string{"MAIL": "550 no"}).of("permanent-not-again"),
		once("data-5yz-not-again", "MAIL", map[string]string{".": "554 no"}),
		{
			name: "reply-awaited", hold: []string{"*"}, deviations: []string{"pipelining-unasked"},
			run: func(d *try) {
				s := d.open()
				s.send(letter(bert, cleo))
				s.done()
			},
		},
		{
			name: "replies-ahead", requirement: "reply-awaited", labels: []string{"security"}, deviations: []string{"ahead-accepted"},
			serve: func(s *script) {
				s.greet()
				if _, ok := s.Next("EHLO", "EHLO"); !ok {
					return
				}
				s.extensions()
				s.Say("250 ok", "250 ok", "354 go on", "250 taken")
				s.Flush()
				s.Linger()
			},
			run: func(d *try) {
				s := d.open()
				s.Quietly(ehlo)
				s.Refuses("a message that was answered before it was sent", send(letter()))
			},
		},
		{
			name: "larger-rejection", deviations: []string{"500-fatal"},
			answer: func(_ *script, verb, text string) string {
				if verb == "RCPT" && len(text) > 100 {
					return "500 line too long"
				}
				return ""
			},
			run: func(d *try) {
				m := letter(strings.Repeat("a", 64)+"@"+strings.Repeat("long.", 20)+"example.org", bert)
				s := d.open()
				d.check(m, s.send(m), result{500, false}, taken)
				s.done()
			},
		},
		silent("timeout-mechanism", "greeting"), silent("timeout-reply", "MAIL"), silent("timeout-data", "DATA"), silent("timeout-content", "."),
		slow("timeout-each-command", patience, time.Second, []string{"EHLO", "MAIL", "RCPT", "DATA", "."}, "timeout-for-all"),
		slow("timeout-minimum", impatience+impatience/2, 0, []string{"MAIL"}, "impatient"),
		endless("reply-endless", "250-"+strings.Repeat("x", 1000)+"\r\n"), endless("reply-line-endless", strings.Repeat("250-", 4000)),
		lines("multiline-codes-change", "250-fine\n550 no", "first-code"), lines("multiline-codes-change-back", "550-no\n250 <postmaster@example.org>", "last-code"),
		lost("connection-lost-451", ".", "lost-is-554", "lost-is-taken"), lost("connection-lost-early", "MAIL", "lost-is-554"), lost("connection-lost-data", "DATA", "lost-is-554"),
		enhanced("status-class-recognised", "550 5.99.1", "a failure for good", func(e smtp.EnhancedCode) bool { return e.Class == 5 }),
		enhanced("status-subject-reported", "550 5.1.999", "the subject 1: addresses", func(e smtp.EnhancedCode) bool { return e.Subject == 1 }),
		unasked("data-only-after-354", "250 ok"), unasked("data-refused", "451 not now"), unasked("data-refused-for-good", "554 no"),
	}
	for _, name := range []string{"first-digit-tested", "code-list-open", "unlisted-code-first-digit", "first-digit-interpreted", "unrecognised-code-first-digit"} {
		rows = append(rows, results(name, "", letter(bert, cleo, dora), unlisted, unlistedWant, "codes-exact"))
	}
	return rows
}
