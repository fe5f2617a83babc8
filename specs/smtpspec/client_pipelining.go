package smtpspec

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"harness/protocols/smtp"
	"harness/specs/trial"
)

// sendAll sends messages.
func sendAll(messages ...Message) step {
	return func(ctx context.Context, c ClientSession) error {
		_, err := c.SendAll(ctx, messages...)
		return err
	}
}

// lastOf makes a row in which the server waits behind some commands before it answers, and nothing more may come.
func lastOf(name, exts string, verbs []string, steps ...step) clientCase {
	return clientCase{name: name, exts: exts, hold: verbs, deviations: []string{"group-goes-on"}, run: func(d *try) {
		s := d.open()
		for _, f := range steps {
			s.Do(strings.Join(verbs, ", "), f)
		}
		s.quit()
	}}
}

func pipeliningRows() []clientCase {
	const exts = "PIPELINING\nEXPN"
	misleading := map[string]string{
		"MAIL": "250 RCPT ok", "bert": "550 <cleo@example.org> is nobody", "cleo": "250 <bert@example.org> is fine", "DATA": "354 250 ok", ".": "250 for <bert@example.org>",
	}
	misled := []result{{550, false}, taken}
	return []clientCase{
		{
			name: "pipelining-if-listed", exts: "EXPN", hold: []string{"*"}, deviations: []string{"pipelining-unasked"},
			run: func(d *try) {
				s := d.open()
				s.Do("two messages", sendAll(letter(bert, cleo), letter(dora)))
				s.done()
			},
		},
		lastOf("pipelining-last-in-group", exts, []string{"EHLO", "DATA", "VRFY", "EXPN", "QUIT", "NOOP"}, ehlo, vrfy, expn, noop, sendAll(letter(bert, cleo), letter(dora))),
		lastOf("pipelining-others-last", exts+"\nSTARTTLS\nAUTH CRAM-MD5", []string{"STARTTLS", "AUTH"}, starttls, authBy("CRAM-MD5")),
		lastOf("starttls-last-in-group", exts+"\nSTARTTLS", []string{"STARTTLS"}, starttls),
		lastOf("auth-last-in-group", exts+"\nAUTH CRAM-MD5", []string{"AUTH"}, authBy("CRAM-MD5")),
		{
			name: "pipelining-content-first", exts: exts,
			answer: func(s *script, verb, _ string) string {
				if verb == "." && !s.d.Settled() {
					ahead := s.C.R.Buffered() > 0 || s.C.Quiet(s.d.Ctx, s.d.T.Quiet()) != nil
					s.d.Saw("a client with several messages sends commands behind the content of one: %v", ahead)
				}
				return ""
			},
			run: func(d *try) {
				s := d.open()
				s.Do("two messages", sendAll(letter(bert), letter(cleo)))
				s.quit()
			},
		},
		results("pipelining-statuses-checked", exts, letter(bert, cleo, dora), map[string]string{"cleo": "550 no", "dora": "451 not now"}, []result{taken, {550, false}, {451, true}}, "statuses-unchecked"),
		{
			name: "pipelining-mail-checked", requirement: "pipelining-statuses-checked", exts: exts, deviations: []string{"statuses-unchecked"},
			answer: answers(map[string]string{"MAIL": "550 not you", "RCPT": "503 MAIL first", "DATA": "503 MAIL first"}),
			run: func(d *try) {
				s := d.open()
				s.refusedWith(550, "the message", send(letter()))
				s.done()
			},
		},
		{
			name: "pipelining-data-reply-checked", exts: exts, deviations: []string{"data-354-ignored"},
			answer: answers(map[string]string{"RCPT": "550 no", ".": "554 nobody gets it"}),
			run: func(d *try) {
				s := d.open()
				s.refusedWith(550, "the message", send(letter(bert, cleo)))
				s.done()
				for _, r := range d.received() {
					d.Check(len(r.block) == 0, "a lone dot, as nobody gets the message", "%d octets before it", len(r.block))
				}
			},
		},
		results("pipelining-replies-counted", exts, letter(bert, cleo), misleading, misled, "replies-by-text"),
		results("pipelining-not-matched-by-text", exts, letter(bert, cleo), misleading, misled, "replies-by-text"),
		results("pipelining-multiline", exts, letter(bert, cleo), map[string]string{
			"MAIL": "250-one\n250 two", "bert": "250-one\n250-two\n250 three", "cleo": "550-no\n550 no", "DATA": "354-go\n354 on", ".": "250-one\n250 two",
		}, []result{taken, {550, false}}, "lines-as-replies"),
		results("pipelining-multiline-not-several", exts, letter(bert, cleo, dora), nil, []result{taken, taken, taken}, "replies-merged"),
		{
			name: "pipelining-window", exts: exts, deviations: []string{"pipelining-unbounded"},
			serve: func(s *script) {
				s.greet()
				ahead := s.Ahead()
				s.d.Check(ahead < trial.WindowOctets, fmt.Sprintf("less than %d octets of commands without a reply", trial.WindowOctets), "%d octets", ahead)
				s.Stop(errors.New("enough"))
			},
			run: func(d *try) {
				s := d.open()
				s.Attempt("a message to many", send(letter(many(5000)...)))
			},
		},
	}
}

// inChunks has content sent by BDAT, and overLMTP has the client speak LMTP.
func inChunks(o *ClientOptions) { o.Chunking = true }
func overLMTP(o *ClientOptions) { o.LMTP = true }

// resets says whether each MAIL behind what leaves a transaction in an unknown state has RSET before it. Spoils tells what does so, given what stands before.
func resets(d *try, spoils func(verb string, sent []string) bool) {
	var sent []string // in the transaction
	spoiled := false
	for _, l := range d.Lines() {
		verb := l.Verb()
		switch {
		case l.Prompted:
		case verb == "RSET" || verb == "EHLO":
			sent, spoiled = nil, false
		case verb == "MAIL":
			d.Check(!spoiled, "RSET before the next MAIL", "%s", l.Shown())
			sent = nil
		default:
			spoiled = spoiled || spoils(verb, sent)
			if verb == "BDAT" && strings.HasSuffix(strings.ToUpper(string(l.Text)), " LAST") {
				verb = "LAST"
			}
			sent = append(sent, verb)
		}
	}
}

// chunkRefused has the client send a message whose chunk is refused, if it sends by BDAT.
func (s *subject) chunkRefused(code int, m Message) {
	err := s.Try(send(m))
	if err == nil && len(s.d.Sent("BDAT")) == 0 {
		s.d.Absent("BDAT, by which the client sends no message")
	}
	s.d.Check(replyOf(err).Code == code || err == trial.ErrSettled, fmt.Sprintf("the refusal of the message by %d", code), "the client says: %v", err)
}

func chunkRows() []clientCase {
	const exts = "CHUNKING\n8BITMIME"
	const binary = exts + "\nBINARYMIME"
	large := containing(head + strings.Repeat(strings.Repeat("x", 70)+"\r\n", 6000))
	raw := Message{From: ada, To: letter().To, Options: smtp.MailOptions{Body: smtp.BodyBinaryMIME}, Content: []byte(mimeHead + "\x00\x01\xff\n\r.\r\n.\n\r\r\n")}
	text := raw
	text.Content = []byte(mimeHead + "one\r\n.\r\ntwo\r\n")
	binaryMail := func(ctx context.Context, c ClientSession) error {
		return c.Mail(ctx, ada, smtp.MailOptions{Body: smtp.BodyBinaryMIME})
	}
	// fails has BDAT refused the first time.
	fails := func(s *script, verb, _ string) string {
		if verb == "BDAT" && len(s.d.Sent("BDAT")) == 1 {
			return "452 no room"
		}
		return ""
	}
	whole := func(m Message) func(d *try, r received) {
		return func(d *try, r received) {
			if len(r.chunks) == 0 && !noted(r.content).NUL {
				d.Absent("BDAT, by which the client sends no message")
			}
			if expected, actual, ok := trial.Difference(string(r.content), string(m.Content)); !ok {
				d.Fail("the content: "+expected, "%s", actual)
			}
			d.each(strict("BDAT"))
		}
	}
	return []clientCase{
		{
			name: "chunking-if-listed", exts: "8BITMIME", options: inChunks, deviations: []string{"bdat-unasked"},
			run: func(d *try) {
				s := d.open()
				s.send(letter())
				s.Do("MAIL", mail)
				s.Do("RCPT", rcpt)
				s.Attempt("BDAT", bdat("x\r\n", true))
				s.Quietly(quit)
				d.Never("as CHUNKING is not listed", "BDAT")
			},
		},
		transmits("bdat-form", exts, large, whole(large), "bdat-miscounted", "bdat-no-last").with(inChunks),
		{
			name: "bdat-zero-last", exts: exts, options: inChunks,
			run: func(d *try) {
				s := d.open()
				s.Do("MAIL", mail)
				s.Do("RCPT", rcpt)
				s.Do("a chunk", bdat(sample, false))
				s.Do("an empty last chunk", bdat("", true))
				s.quit()
				d.Saw("the client can send BDAT 0 LAST")
			},
		},
		{
			name: "bdat-after-last-reset", exts: exts, options: inChunks, deviations: []string{"bdat-any-time"},
			answer: func(s *script, verb, _ string) string {
				if verb == "BDAT" && s.open == nil {
					return "503 no transaction"
				}
				return ""
			},
			run: func(d *try) {
				s := d.open()
				s.Do("MAIL", mail)
				s.Do("RCPT", rcpt)
				s.Do("the last chunk", bdat(sample, true))
				s.Attempt("another chunk", bdat(sample, true))
				s.send(letter(cleo))
				s.quit()
				resets(d, func(verb string, sent []string) bool { return verb == "BDAT" && slices.Contains(sent, "LAST") })
			},
		},
		{
			name: "bdat-failed-no-more", exts: exts, options: inChunks, deviations: []string{"bdat-goes-on"}, answer: answers(map[string]string{"BDAT": "552 too large"}),
			run: func(d *try) {
				s := d.open()
				s.chunkRefused(552, large)
				s.done()
				d.Same("chunks", len(d.Sent("BDAT")), 1)
			},
		},
		{
			name: "bdat-failed-no-other", requirement: "bdat-failed-no-more", exts: exts, options: inChunks, deviations: []string{"bdat-goes-on"}, answer: fails,
			run: func(d *try) {
				s := d.open()
				s.Do("MAIL", mail)
				s.Do("RCPT", rcpt)
				s.refusedWith(452, "a chunk", bdat(sample, false))
				s.Attempt("another chunk", bdat(sample, true))
				s.done()
				d.Same("chunks", len(d.Sent("BDAT")), 1)
			},
		},
		{
			name: "bdat-failed-reset", exts: exts, options: inChunks, deviations: []string{"bdat-no-reset"}, answer: fails,
			run: func(d *try) {
				s := d.open()
				s.chunkRefused(452, letter())
				s.send(letter(cleo))
				s.quit()
				failed := false
				resets(d, func(verb string, _ []string) bool {
					first := verb == "BDAT" && !failed
					failed = failed || first
					return first
				})
			},
		},
		{
			name: "bdat-not-mixed", exts: exts, options: inChunks, deviations: []string{"bdat-data-mixed"},
			run: func(d *try) {
				s := d.open()
				s.Do("MAIL", mail)
				s.Do("RCPT", rcpt)
				s.Do("a chunk", bdat(sample, false))
				s.Attempt("DATA", data)
				s.Quietly(quit)
				d.Never("behind BDAT", "DATA")
			},
		},
		withholds("bdat-text-crlf", exts, contents(head+"a\rb\r\n", head+"a\nb\r\n", head+"a\r", head+"one\ntwo\n"), func(r received) string {
			if len(r.chunks) == 0 {
				return "" // another rule's affair
			}
			return bareEnds(r)
		}, "octets-unchecked").with(inChunks),
		{
			name: "binarymime-data-reset", exts: binary, deviations: []string{"binary-by-data"},
			answer: func(s *script, verb, _ string) string {
				if verb == "DATA" && s.open != nil && s.open.param("BODY") == "BODY=BINARYMIME" {
					return "503 BDAT"
				}
				return ""
			},
			run: func(d *try) {
				s := d.open()
				s.Do("MAIL", binaryMail)
				s.Do("RCPT", rcpt)
				s.Attempt("DATA", data)
				s.Quietly(func(ctx context.Context, c ClientSession) error { return c.Mail(ctx, cleo, smtp.MailOptions{}) }, quit)
				all := d.received()
				resets(d, func(verb string, _ []string) bool { return verb == "DATA" && all[0].param("BODY") == "BODY=BINARYMIME" })
			},
		},
		transmits("binarymime-canonical", binary, raw, whole(raw), "binary-crlf"),
		transmits("binarymime-text-crlf", binary, text, whole(text), "binary-lf"),
		transmits("binarymime-parameter", binary, raw, func(d *try, r received) { d.Same("the parameter", r.param("BODY"), "BODY=BINARYMIME") }, "binary-undeclared"),
		withholds("binarymime-only-offered", exts, []Message{raw}, func(r received) string {
			if noted(r.content).NUL || r.param("BODY") == "BODY=BINARYMIME" {
				return "no binary content, as BINARYMIME is not listed"
			}
			return ""
		}, "parameters-unchecked"),
	}
}

func lmtpRows() []clientCase {
	// cut makes a row in which the reply for the second recipient does not come.
	cut := func(name, answer string, deviations ...string) clientCase {
		return clientCase{
			name: name, answer: byRecipient(map[string]string{".cleo": answer}), deviations: deviations,
			options: func(o *ClientOptions) {
				overLMTP(o)
				if answer == silence {
					o.Timeout = time.Second
				}
			},
			run: func(d *try) {
				m := letter(bert, cleo)
				s := d.open()
				var got []Delivery
				s.Quietly(func(ctx context.Context, c ClientSession) (err error) {
					got, err = c.Send(ctx, m)
					return err
				})
				d.check(m, s.outcomes(got, m), taken, result{0, true})
			},
		}
	}
	mixed := map[string]string{".bert": "250-2.0.0 for bert\n250 2.0.0 done", ".cleo": "552 5.2.2 full", "dora": "550 5.1.1 nobody"}
	return []clientCase{
		opens("lmtp-lhlo", isVerb("LHLO"), "lmtp-ehlo").with(overLMTP),
		results("lmtp-replies-read", "ENHANCEDSTATUSCODES", letter(bert, cleo, dora), mixed, []result{taken, {552, false}, {550, false}}, "lmtp-one-reply").with(overLMTP),
		results("lmtp-replies-pipelined", "ENHANCEDSTATUSCODES\nPIPELINING", letter(bert, cleo, dora), mixed, []result{taken, {552, false}, {550, false}}, "lmtp-one-reply").with(overLMTP).of("lmtp-replies-read"),
		results("lmtp-replies-chunked", "ENHANCEDSTATUSCODES\nCHUNKING", letter(bert, cleo, dora), mixed, []result{taken, {552, false}, {550, false}}, "lmtp-one-reply").with(func(o *ClientOptions) {
			overLMTP(o)
			inChunks(o)
		}).of("lmtp-replies-read"),
		cut("lmtp-replies-as-they-come", silence, "lmtp-all-or-nothing"),
		cut("lmtp-replies-lost", hangUp, "lmtp-all-or-nothing", "lmtp-lost-delivered"),
	}
}
