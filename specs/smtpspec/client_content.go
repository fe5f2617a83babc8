package smtpspec

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"harness/protocols/smtp"
	"harness/protocols/wire"
	"harness/specs/trial"
)

// Beginnings of content.
const (
	head     = "From: Ada <ada@example.com>\r\nSubject: a test\r\n\r\n"
	mimeHead = "From: Ada <ada@example.com>\r\nSubject: a test\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
)

// eightBitText is content that needs 8BITMIME.
const eightBitText = mimeHead + "J\u00fcrgen\r\n.\r\n..\u00e9t\u00e9\r\n"

// containing is a message with content.
func containing(content string) Message {
	m := letter()
	m.Content = []byte(content)
	return m
}

// blocks makes a row in which the client sends content. Want is what has to follow the 354, up to the final dot.
func blocks(name, exts, content, want string, deviations ...string) clientCase {
	return transmits(name, exts, containing(content), func(d *try, r received) {
		if expected, actual, ok := trial.Difference(string(r.block), want); !ok {
			d.Fail("the content as it is sent: "+expected, "%s", actual)
		}
	}, deviations...)
}

// withholds makes a row in which the client is asked to send messages that it may not send as they are. Wrong says what is wrong with one that it sends.
func withholds(name, exts string, messages []Message, wrong func(r received) string, deviations ...string) clientCase {
	return clientCase{name: name, exts: exts, deviations: deviations, run: func(d *try) {
		for _, m := range messages {
			s := d.open()
			s.Attempt("the message", send(m))
			s.Quietly(quit)
		}
		for _, r := range d.received() {
			if bad := wrong(r); bad != "" {
				d.Fail(bad, "%s", wire.Quote(r.block))
			}
		}
	}}
}

// contents makes messages.
func contents(list ...string) []Message {
	var out []Message
	for _, c := range list {
		out = append(out, containing(c))
	}
	return out
}

// noted takes note of what is in content.
func noted(content []byte) (c smtp.Content) {
	c.Write(content)
	c.End()
	return c
}

// bareEnds says that content has bare CR or LF.
func bareEnds(r received) string {
	if c := noted(r.content); c.BareCR+c.BareLF > 0 {
		return "no bare CR and no bare LF in the content"
	}
	return ""
}

// eightBit says that there is an octet above 127.
func eightBit(r received) string {
	if noted(r.block).EightBit {
		return "no octet above 127 in the content"
	}
	return ""
}

// declared makes a row in which the client sends a message, and the value of a parameter of MAIL is judged, "" if it is not there.
func declared(name, exts, parameter string, m Message, judge func(d *try, r received, value string), deviations ...string) clientCase {
	return transmits(name, exts, m, func(d *try, r received) {
		p, ok := r.mail.Params.Get(parameter)
		if !ok {
			d.Absent(parameter + " in MAIL, which the client does not send")
		}
		judge(d, r, p.Value)
	}, deviations...)
}

// sized judges SIZE.
func sized(d *try, r received, value string) {
	d.Same("the SIZE", value, fmt.Sprint(len(r.content)))
}

func bodyRows() []clientCase {
	dots := head + ".\r\n..\r\n.dot\r\n \r\n. \r\nx\r\n."
	stuffedDots := head + "..\r\n...\r\n..dot\r\n \r\n.. \r\nx\r\n..\r\n"
	odd := contents(head+"a\rb\r\n", head+"a\nb\r\n", head+"a\r", head+"x\n.\nMAIL FROM:<eve@example.com>\n", head+"x\r\n.\rQUIT\r\n", head+"x\r.\r\n")
	wide := contents(eightBitText)
	large := containing(head + strings.Repeat(strings.Repeat("x", 70)+"\r\n", 3000))
	again := letter()
	again.Options.Size = int64(len(sample))
	unsure := containing(strings.TrimSuffix(sample, "\r\n"))
	long := strings.Repeat("a", 65) + "@example.org"
	longDomain := "a@" + strings.Repeat("long.", 60) + "example.org"
	// givesUp has MAIL refused, and wants the transaction given up.
	givesUp := func(name, answer string) clientCase {
		return clientCase{name: name, exts: "SIZE", deviations: []string{"mail-refused-ignored"}, answer: answers(map[string]string{"MAIL": answer}), run: func(d *try) {
			s := d.open()
			s.Refuses("a message that is too large", send(letter()))
			s.quit()
			d.Never("after "+answer+" to MAIL", "RCPT", "DATA", "BDAT")
		}}
	}
	// undated is a message without a date, to which a client may add one.
	undated := containing(head + "x\r\n")
	rows := []clientCase{
		blocks("dot-stuffed", "", dots, stuffedDots, "dots-unstuffed"),
		blocks("data-end", "", head+"x\r\n", head+"x\r\n", "block-unended"),
		blocks("data-no-extra-line", "", head+"x\r\n", head+"x\r\n", "extra-line"),
		blocks("eightbitmime-stuffed", "8BITMIME", eightBitText, strings.ReplaceAll(eightBitText, "\r\n.", "\r\n.."), "dots-unstuffed"),
		{
			name: "data-final-line", deviations: []string{"end-joined-on"},
			run: func(d *try) {
				s := d.open()
				if s.Try(send(containing(head+"x"))) == nil {
					s.done()
					if r := d.message(); r.whole {
						d.Same("the last line of the content", string(r.block[max(len(r.block)-3, 0):]), "x\r\n")
					}
				}
			},
		},
		withholds("bare-cr-lf-not-sent", "", odd, bareEnds, "octets-unchecked"),
		withholds("eightbitmime-not-any", "8BITMIME", append(odd, contents(mimeHead+"J\u00fcrgen\rx\r\n")...), bareEnds, "octets-unchecked"),
		withholds("data-7bit-unextended", noExts, wide, eightBit, "eight-bit-anyway"),
		withholds("eightbitmime-only-offered", "HELP\nSIZE", wide, eightBit, "eight-bit-anyway"),
		withholds("text-line-1000-sent", "", contents(head+strings.Repeat("x", 1200)+"\r\n"), func(r received) string {
			if noted(r.content).Longest > smtp.MaxTextLine {
				return "no line of more than 1000 octets"
			}
			return ""
		}, "sizes-unchecked"),
		withholds("eightbitmime-only-mime", "8BITMIME", contents(head+"J\u00fcrgen\r\n"), func(r received) string {
			if p, ok := r.mail.Params.Get("BODY"); ok && p.Value == string(smtp.Body8BitMIME) {
				return "no BODY=8BITMIME for a message that is not MIME"
			}
			return ""
		}, "mime-unchecked"),
		transmits("eightbitmime-declared", "8BITMIME", containing(eightBitText), func(d *try, r received) {
			p, _ := r.mail.Params.Get("BODY")
			d.Same("the parameter", strings.ToUpper(p.String()), "BODY=8BITMIME")
		}, "eight-bit-undeclared"),
		transmits("eightbitmime-once", "8BITMIME", containing(eightBitText), onceIn("BODY"), "parameters-twice"),
		whether("eightbitmime-requested", "8BITMIME", "8-bit content", containing(eightBitText), func(r received) string { return fmt.Sprint(r.mail.Params) }),
		declared("size-value", "SIZE", "SIZE", containing(dots+"\r\n"), sized, "size-stuffed"),
		declared("size-usually-larger", "SIZE", "SIZE", unsure, func(d *try, r received, value string) {
			n := 0
			fmt.Sscan(value, &n)
			d.Check(n >= len(r.content), fmt.Sprintf("a SIZE of %d or more", len(r.content)), "%d", n)
		}, "size-as-given"),
		transmits("size-once", "SIZE", again, onceIn("SIZE"), "parameters-twice"),
		transmits("size-limit-used", "SIZE", large, func(d *try, r received) {
			p, ok := r.mail.Params.Get("SIZE")
			d.Check(ok, "SIZE in MAIL", "%s", r.mail.Params)
			if ok {
				sized(d, r, p.Value)
			}
		}, "size-omitted"),
		givesUp("size-452-client", "452 no room"),
		givesUp("size-552-client", "552 too large"),
		{
			name: "size-limit-kept", requirement: "size-limit-used", exts: "SIZE 1000", deviations: []string{"size-limit-ignored"},
			run: func(d *try) {
				s := d.open()
				s.Refuses("a message that is larger than the server takes", send(large))
				s.done()
				d.Never("with a message larger than the server takes", "DATA", "BDAT")
			},
		},
		keeps("sizes-not-exceeded", "", func(l trial.Said) string {
			cmd, err := smtp.Rules{Lenient: true}.ParseCommand(l.Line)
			if err == nil && (len(cmd.Path.Local) > smtp.MaxLocalPart || len(cmd.Path.Domain) > smtp.MaxDomain || len(cmd.Path.String()) > smtp.MaxPath) {
				return "a path within its limits"
			}
			return ""
		}, letters(long, longDomain), "sizes-unchecked"),
		{
			name: "larger-sent",
			run: func(d *try) {
				s := d.open()
				err := s.Try(send(letter(long)))
				s.Quietly(quit)
				d.Saw("the client sends a local part of 65 octets: %v", err == nil)
			},
		},
		transmits("year-four-digits", "", undated, func(d *try, r received) {
			for l := range strings.Lines(string(r.content)) {
				if name, value, ok := strings.Cut(l, ":"); ok && (strings.EqualFold(name, "Date") || strings.EqualFold(name, "Received")) && !yearRE.MatchString(value) {
					d.Fail("a year of four digits", "%s", wire.Quote([]byte(l)))
				}
			}
		}, "date-added"),
	}
	for i, stage := range []string{"DATA", "DATA", ".", "."} {
		code := []int{452, 552}[i%2]
		name := "size-errors-later"
		if i > 0 {
			name = fmt.Sprintf("size-errors-later-%d", i+1)
		}
		row := results(name, "SIZE", letter(), nil, []result{{code, code == 452}}, "storage-codes-fatal")
		row.answer = answers(map[string]string{stage: fmt.Sprintf("%d no room", code)})
		rows = append(rows, row.of("size-errors-later"))
	}
	return rows
}

// onceIn judges that a parameter of MAIL stands there once.
func onceIn(parameter string) func(d *try, r received) {
	return func(d *try, r received) {
		n := 0
		for _, p := range r.mail.Params {
			if p.Name == parameter {
				n++
			}
		}
		if n == 0 {
			d.Absent(parameter + " in MAIL, which the client does not send")
		}
		d.Check(n == 1, parameter+" once", "%s", r.mail.Params)
	}
}

// Envelopes.

// atATime has the server take so many recipients in a transaction, and answer the others otherwise.
func atATime(most int, answer string) func(s *script, verb, text string) string {
	return func(s *script, verb, _ string) string {
		if verb == "RCPT" && s.open != nil && len(s.open.accepted) >= most {
			return answer
		}
		return ""
	}
}

// many are addresses.
func many(n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf("list-%03d@example.org", i))
	}
	return out
}

// sharing makes a row in which the client sends a message to several, in one transaction.
func sharing(name string, judge func(d *try), deviations ...string) clientCase {
	return clientCase{name: name, deviations: deviations, run: func(d *try) {
		s := d.open()
		s.send(letter(bert, cleo, dora))
		s.quit()
		judge(d)
	}}
}

func envelopeRows() []clientCase {
	const carbon = "From: Ada <ada@example.com>\r\nTo: Bert <bert@example.org>\r\nCc: cleo@example.org\r\nBcc: Dora <dora@example.org>\r\nSubject: a test\r\n\r\nSome text.\r\n"
	oneTransaction := func(d *try) {
		var verbs []string
		for _, v := range []string{"MAIL", "RCPT", "DATA"} {
			verbs = append(verbs, fmt.Sprint(len(d.Sent(v)), " ", v))
		}
		d.Same("the commands", verbs, []string{"1 MAIL", "3 RCPT", "1 DATA"})
	}
	fromHeader := func(name string, judge func(d *try, all []received), deviations ...string) clientCase {
		return clientCase{name: name, deviations: deviations, run: func(d *try) {
			s := d.open()
			s.Do("a message sent to whom its header names", func(ctx context.Context, c ClientSession) error {
				_, err := c.SendMessage(ctx, []byte(carbon))
				return err
			})
			s.quit()
			if all := d.received(); !d.Settled() {
				judge(d, all)
			}
		}}
	}
	portions := func(name string, most int, answer string, to []string, deviations ...string) clientCase {
		return clientCase{name: name, answer: atATime(most, answer), deviations: deviations, run: func(d *try) {
			m := letter(to...)
			s := d.open()
			got := s.send(m)
			s.done()
			if d.Settled() {
				return
			}
			reached := map[string]int{}
			for _, r := range d.received() {
				for _, path := range r.accepted {
					reached[path]++
				}
			}
			for i, a := range to {
				switch n := reached["<"+a+">"]; {
				case n > 1:
					d.Fail("the message once for "+a, "%d times", n)
				case n == 0 && name == "recipients-chunks":
					d.Fail("the message for "+a+", in a further transaction", "the client says: %v", got[i].Err)
				case n == 0 && !got[i].Temporary:
					d.Fail("a failure for "+a+" that may go away", "the client says: %v", got[i].Err)
				}
			}
		}}
	}
	return []clientCase{
		sharing("one-copy", oneTransaction, "copy-each"),
		sharing("one-transaction", oneTransaction, "copy-each"),
		sharing("one-copy-implemented", oneTransaction, "copy-each"),
		{
			name: "one-copy-limit",
			run: func(d *try) {
				s := d.open()
				s.send(letter(many(150)...))
				s.quit()
				var most []int
				for _, r := range d.received() {
					most = append(most, len(r.rcpts))
				}
				d.Saw("the client sends to 150 recipients in transactions of %d", most)
			},
		},
		portions("recipients-chunks", 100, "452 4.5.3 too many recipients", many(120), "rest-dropped"),
		portions("recipients-552-temporary", 2, "552 too many recipients", []string{bert, cleo, dora}, "552-permanent"),
		portions("recipients-552-prepared", 2, "552 too many recipients", []string{bert, cleo, dora}, "552-fatal"),
		transmits("recipients-not-copied", "", letter(bert, cleo), func(d *try, r received) {
			d.Check(!bytes.Contains(r.content, []byte(cleo)), "a header without the recipients of the envelope", "%s", wire.Quote(r.content))
		}, "recipients-copied"),
		fromHeader("envelope-from-header", func(d *try, all []received) {
			var paths []string
			for _, r := range all {
				paths = append(paths, r.paths()...)
			}
			slices.Sort(paths)
			d.Same("the recipients", paths, []string{"<" + bert + ">", "<" + cleo + ">", "<" + dora + ">"})
		}, "bcc-forgotten"),
		fromHeader("envelope-bcc-removed", func(d *try, all []received) {
			for _, r := range all {
				d.Check(!bytes.Contains(r.content, []byte("Dora")), "a header without Bcc", "%s", wire.Quote(r.content))
			}
		}, "bcc-kept"),
		fromHeader("bcc-separate", func(d *try, all []received) {
			d.Saw("a message with a blind copy is sent in %d transactions", len(all))
		}),
	}
}
