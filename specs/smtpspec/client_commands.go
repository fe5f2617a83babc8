package smtpspec

import (
	"context"
	"slices"
	"strings"

	"harness/protocols/smtp"
	"harness/protocols/wire"
	"harness/specs/trial"
)

// tour has the client use every command.
func tour(d *try) {
	s := d.open()
	s.Quietly(ehlo, vrfy, expn, help, noop, mail, rcpt, rset, mail, rcpt, data, send(letter(bert, cleo)), quit)
}

// commands makes a row that judges each command of a tour. Wrong says what is wrong with one, "" for nothing.
func commands(name string, wrong func(l trial.Said) string, deviations ...string) clientCase {
	return clientCase{name: name, deviations: deviations, run: func(d *try) {
		tour(d)
		d.each(wrong)
	}}
}

// each judges each command that the client has sent.
func (d *try) each(wrong func(l trial.Said) string) {
	for _, l := range d.Lines() {
		if bad := wrong(l); bad != "" && !l.Prompted {
			d.Fail(bad, "%s", l.Shown())
		}
	}
}

// strict says what is wrong with a command by the grammar.
func strict(verbs ...string) func(l trial.Said) string {
	return func(l trial.Said) string {
		if len(verbs) > 0 && !slices.Contains(verbs, l.Verb()) {
			return ""
		}
		if _, err := (smtp.Rules{UTF8: true}).ParseCommand(l.Line); err != nil {
			return "a command by the grammar: " + err.Error()
		}
		return ""
	}
}

// none says that a command has a verb that is not to be sent.
func none(why string, verbs ...string) func(l trial.Said) string {
	return func(l trial.Said) string {
		if slices.Contains(verbs, l.Verb()) {
			return "no " + l.Verb() + " " + why
		}
		return ""
	}
}

// unlike says that a command holds a text.
func unlike(why string, texts ...string) func(l trial.Said) string {
	return func(l trial.Said) string {
		for _, t := range texts {
			if strings.Contains(strings.ToUpper(string(l.Text)), strings.ToUpper(t)) {
				return "no " + wire.Printable(t) + " " + why
			}
		}
		return ""
	}
}

// transmits makes a row in which the client sends a message, which is judged as the server got it.
func transmits(name, exts string, m Message, judge func(d *try, r received), deviations ...string) clientCase {
	return clientCase{name: name, exts: exts, deviations: deviations, run: func(d *try) {
		s := d.open()
		s.send(m)
		s.quit()
		if r := d.message(); r.whole {
			judge(d, r)
		}
	}}
}

// whether makes a row that shows whether the client sends a message, and what of it. Tell returns the latter.
func whether(name, exts, what string, m Message, tell func(r received) string) clientCase {
	return clientCase{name: name, exts: exts, run: func(d *try) {
		s := d.open()
		if err := s.Try(send(m)); err != nil {
			d.Saw("the client does not send %s: %v", what, err)
		}
		s.quit()
		if r := d.message(); r.whole {
			d.Saw("the client sends %s: %s", what, tell(r))
		}
	}}
}

// keeps makes a row in which the client is asked to send messages that it may not send as they are. Wrong says what is wrong with a command.
func keeps(name, exts string, wrong func(l trial.Said) string, messages []Message, deviations ...string) clientCase {
	return clientCase{name: name, exts: exts, deviations: deviations, run: func(d *try) {
		s := d.open()
		for _, m := range messages {
			s.Attempt("the message", send(m))
			s.Quietly(rset)
		}
		s.Quietly(quit)
		d.each(wrong)
	}}
}

// paths are the forward-paths of RCPT commands.
func (r received) paths() []string {
	var out []string
	for _, c := range r.rcpts {
		out = append(out, c.Path.String())
	}
	return out
}

// reaches makes a row in which the client sends a message to recipients. Want are the forward-paths.
func reaches(name, exts string, to, want []string, deviations ...string) clientCase {
	return transmits(name, exts, letter(to...), func(d *try, r received) { d.Same("the forward-paths", r.paths(), want) }, deviations...)
}

// each of a list makes a message.
func letters(to ...string) []Message {
	var out []Message
	for _, a := range to {
		out = append(out, letter(a))
	}
	return out
}

func commandRows() []clientCase {
	// How the client writes.
	writes := func(name, verb string) clientCase {
		return clientCase{name: name, run: func(d *try) {
			s := d.open()
			s.send(letter())
			s.quit()
			for _, l := range d.Sent(verb) {
				d.Saw("the client writes %s", l.Shown())
			}
		}}
	}
	unrouted := func(name string) clientCase {
		return commands(name, func(l trial.Said) string {
			if strings.Contains(string(l.Text), "<@") {
				return "a path without a source route"
			}
			return ""
		}, "routes")
	}
	syntax := func(verb string) func(l trial.Said) string { return strict(verb) }
	noted := letter()
	noted.Options.Auth = &smtp.Mailbox{Local: "e+mc2=", Domain: "example.com"}
	asked := letter()
	asked.Options.Return = smtp.ReturnFull
	notified := letter()
	notified.To[0].Options.Notify = smtp.NotifyFailure
	odd := []string{`o'neil+tag@example.org`, `"two words"@example.org`, `user%host@example.org`, `Mixed.Case@example.org`, `{a|b}~c@example.org`}
	oddPaths := []string{`<o'neil+tag@example.org>`, `<"two words"@example.org>`, `<user%host@example.org>`, `<Mixed.Case@example.org>`, `<{a|b}~c@example.org>`}
	rows := []clientCase{
		commands("command-crlf", strict(), "bare-lf", "leading-space"),
		commands("line-end-crlf-sent", func(l trial.Said) string {
			if l.End != wire.CRLF {
				return "CRLF at the end of each line"
			}
			return ""
		}, "bare-lf"),
		commands("line-end-crlf-only-sent", strict(), "bare-lf").of("line-end-crlf-only"),
		{
			name: "line-end-crlf-only", labels: []string{"security"}, deviations: []string{"ends-at-bare-lf"},
			serve: func(s *script) {
				s.greet()
				if _, ok := s.Next("VRFY"); ok {
					s.Octets(vrfyAnswer + "\n550 smuggled\r\n")
				}
				s.respond()
			},
			run: func(d *try) {
				s := d.open()
				s.Quietly(vrfy)
				if err := s.Try(vrfy); replyOf(err).Code == 550 {
					d.Fail("no line taken for one that ends in a bare LF", "%v", err)
				}
				s.Quietly(quit)
			},
		},
		writes("verb-case-free", "MAIL"),
		writes("verb-upper-case", "RCPT"),
		commands("commands-registered", func(l trial.Said) string {
			if _, ok := smtp.Lookup(l.Verb(), false); !ok && !strings.HasPrefix(l.Verb(), "X") {
				return "a command that is registered"
			}
			return ""
		}, "verb-odd"),
		commands("commands-no-parameters", func(l trial.Said) string {
			if v := l.Verb(); len(v) < len(l.Text) && slices.Contains([]string{"RSET", "DATA", "QUIT"}, v) {
				return v + " without parameters"
			}
			return ""
		}, "surplus-argument"),
		commands("turn-not-used", none("without authentication", "TURN"), "turn-sent"),
		commands("send-not-provided", none("of old", "SEND", "SOML", "SAML"), "saml-sent"),
		commands("path-no-space", func(l trial.Said) string {
			if at := strings.IndexByte(string(l.Text), ':'); at > 0 && (l.Verb() == "MAIL" || l.Verb() == "RCPT") && (l.Text[at-1] == ' ' || l.Text[at+1] == ' ') {
				return "no space at either side of the colon"
			}
			return ""
		}, "path-space"),
		commands("mail-syntax", syntax("MAIL"), "path-bare", "path-space"),
		commands("rcpt-syntax", syntax("RCPT"), "path-bare", "path-space"),
		{
			name: "transaction-order", deviations: []string{"rcpt-first"},
			run: func(d *try) {
				s := d.open()
				s.send(letter(bert, cleo))
				s.quit()
				var verbs []string
				for _, l := range d.Lines() {
					if v := l.Verb(); !l.Prompted && slices.Contains([]string{"MAIL", "RCPT", "DATA"}, v) {
						verbs = append(verbs, v)
					}
				}
				d.Same("the commands of the transaction", verbs, []string{"MAIL", "RCPT", "RCPT", "DATA"})
			},
		},
		{
			name: "mail-not-nested", deviations: []string{"mail-nested"},
			run: func(d *try) {
				s := d.open()
				s.Do("MAIL", mail)
				s.Attempt("another MAIL", func(ctx context.Context, c ClientSession) error { return c.Mail(ctx, cleo, smtp.MailOptions{}) })
				s.Quietly(quit)
				open := false
				for _, l := range d.Lines() {
					switch l.Verb() {
					case "MAIL":
						d.Check(!open, "no MAIL while a transaction is open", "%s", l.Shown())
						open = true
					case "RSET", "EHLO", "HELO":
						open = false
					}
				}
			},
		},
		{
			name: "help-argument",
			run: func(d *try) {
				s := d.open()
				s.Do("HELP", func(ctx context.Context, c ClientSession) error {
					_, err := c.Help(ctx, "RCPT")
					return err
				})
				s.quit()
				for _, l := range d.Sent("HELP") {
					d.Saw("the client sends %s", l.Shown())
				}
			},
		},
		reaches("local-part-opaque", "", odd, oddPaths, "local-part-cleaned"),
		reaches("local-part-case-preserved", "", []string{"Bert.Brown@example.org"}, []string{"<Bert.Brown@example.org>"}, "local-part-lower"),
		reaches("local-part-case-distinct", "", []string{"bert@example.org", "Bert@example.org"}, []string{"<bert@example.org>", "<Bert@example.org>"}, "recipients-merged"),
		keeps("quoting-minimal", "", unlike("around a mailbox that needs none", `"`), letters(bert, `"bert"@example.org`), "quotes-always"),
		keeps("local-part-syntax", "", strict(), letters("a..b@example.org", ".a@example.org", "two words@example.org", "a(b)@example.org", "<a@example.org", `"a@example.org`), "mailboxes-unchecked"),
		keeps("mailbox-no-controls", "", strict(), letters("a\x01b@example.org", "\"a\x07b\"@example.org", "a\r\nRSET@example.org", "\"a\r\nQUIT\"@example.org", "a\x7f@example.org", "a@example.org>\r\nDATA"), "mailboxes-unchecked"),
		keeps("domain-characters", "", strict(), letters("a@exam_ple.org", "a@exa mple.org", "a@-example.org", "a@example..org", "a@exa/mple.org"), "mailboxes-unchecked"),
		keeps("address-literal-checked", "", strict(), letters("a@[300.1.2.3]", "a@[1.2.3]", "a@[IPv6:12345::1]", "a@[2001:db8::1]"), "mailboxes-unchecked").of("address-literal-form"),
		keeps("number-sign-not-used", "", unlike("for a host", "@#"), letters("a@#123456"), "mailboxes-unchecked"),
		keeps("command-ascii", "8BITMIME", ascii, letters("b\u00e9rt@example.org", "bert@b\u00fccher.example"), "utf8-anyway"),
		keeps("parameters-only-offered", "8BITMIME", unlike("that no extension offers", " RET=", " BODY=BINARYMIME", " SIZE=", " AUTH="), []Message{asked, noted}, "parameters-unchecked"),
		keeps("rcpt-parameters-only-offered", "8BITMIME", unlike("that no extension offers", " NOTIFY="), []Message{notified}, "parameters-unchecked"),
		transmits("parameter-xtext", "AUTH PLAIN", noted, func(d *try, r received) {
			p, _ := r.mail.Params.Get("AUTH")
			d.Same("the value of AUTH", p.Value, "e+2Bmc2+3D@example.com")
		}, "xtext-raw"),
	}
	for _, name := range []string{"mail-no-source-route", "rcpt-no-source-route", "source-route-avoided", "rcpt-route-not-made", "route-not-generated",
		"reverse-route-avoided", "forward-mailbox-only", "routes-not-sent", "source-route-not-used"} {
		rows = append(rows, unrouted(name))
	}
	return rows
}

// ascii says that a command has an octet above 127.
func ascii(l trial.Said) string {
	if strings.IndexFunc(string(l.Text), func(c rune) bool { return c >= 0x80 }) >= 0 {
		return "no octet above 127 in a command"
	}
	return ""
}
