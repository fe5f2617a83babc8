package smtpspec

import (
	"net/netip"
	"slices"
	"strings"

	"harness/protocols/smtp"
	"harness/specs/trial"
)

// opens makes a row in which the client sends a message, and its first command is judged.
func opens(name string, judge func(d *try, l trial.Said), deviations ...string) clientCase {
	return clientCase{name: name, deviations: deviations, run: func(d *try) {
		s := d.open()
		s.send(letter())
		s.quit()
		if lines := d.Lines(); !d.Settled() {
			judge(d, lines[0])
		}
	}}
}

// isVerb judges the verb of a command.
func isVerb(verb string) func(d *try, l trial.Said) {
	return func(d *try, l trial.Said) { d.Check(l.Verb() == verb, verb, "%s", l.Shown()) }
}

// named makes a row in which the argument of EHLO is judged. Wrong says what is wrong with it, "" for nothing.
func named(name, own string, wrong func(arg string) string, deviations ...string) clientCase {
	return opens(name, func(d *try, l trial.Said) {
		_, arg, _ := strings.Cut(string(l.Text), " ")
		if bad := wrong(arg); l.Verb() != "EHLO" || bad != "" {
			d.Fail("EHLO and the name of the client", "%s: %s", l.Shown(), bad)
		}
	}, deviations...).with(func(o *ClientOptions) { o.Name = own })
}

// is says that it is not another name.
func is(own string) func(string) string {
	return func(arg string) string {
		if !strings.EqualFold(arg, own) {
			return "the client was told that it is " + own
		}
		return ""
	}
}

// qualified says that a name is no address literal and has no dot.
func qualified(arg string) string {
	switch _, err := (smtp.Rules{}).ParseMailbox("x@" + arg); {
	case err != nil:
		return "it is neither a domain nor an address literal"
	case !strings.Contains(arg, ".") && !strings.HasPrefix(arg, "["):
		return "the name is not qualified"
	}
	return ""
}

// literalForm says what is wrong with an address literal.
func literalForm(arg string) string {
	if _, err := netip.ParseAddr(strings.TrimPrefix(strings.Trim(arg, "[]"), "IPv6:")); err != nil {
		return "" // a name
	}
	if _, err := (smtp.Rules{}).ParseMailbox("x@" + arg); err != nil || arg[0] != '[' {
		return "it is no address literal"
	}
	return ""
}

func sessionRows() []clientCase {
	fallback := func(name, answer string) clientCase {
		return clientCase{
			name: name, deviations: []string{"helo-never"},
			answer: answers(map[string]string{"EHLO": answer}),
			run: func(d *try) {
				s := d.connect()
				s.send(letter())
				s.quit()
			},
		}
	}
	// inOrder judges which commands come first.
	inOrder := func(name string, before, verb string, first step, deviations ...string) clientCase {
		return clientCase{name: name, deviations: deviations, run: func(d *try) {
			s := d.open()
			s.Do(verb, first)
			s.quit()
			var verbs []string
			for _, l := range d.Lines() {
				verbs = append(verbs, l.Verb())
			}
			e, v := slices.Index(verbs, before), slices.Index(verbs, verb)
			d.Check(e >= 0 && e < v, before+" before "+verb, "%v", verbs)
		}}
	}
	// parts judges how a session ends.
	parts := func(name string, run func(d *try), deviations ...string) clientCase {
		return clientCase{name: name, deviations: deviations, run: func(d *try) {
			run(d)
			if lines := d.Lines(); !d.Settled() && (len(lines) == 0 || lines[len(lines)-1].Verb() != "QUIT") {
				d.Fail("QUIT at the end of the session", "the last of %d lines is another", len(lines))
			}
		}}
	}
	sends := func(d *try) {
		s := d.open()
		s.send(letter())
		s.Attempt("QUIT", quit)
	}
	unwelcome := parts("quit-used", func(d *try) {
		s, err := d.dial()
		if err == nil {
			s.Attempt("EHLO", ehlo)
			s.Attempt("QUIT", quit)
		}
	}, "quit-never")
	unwelcome.answer = answers(map[string]string{"EHLO": "550 not you", "HELO": "550 not you"})
	return []clientCase{
		{
			name: "greeting-awaited", deviations: []string{"greeting-not-awaited"},
			serve: func(s *script) {
				s.Quiet("before the greeting")
				s.Octets("220 " + serverName)
				s.Quiet("before the end of the greeting")
				s.Octets(" ready\r\n")
				s.respond()
			},
			run: func(d *try) {
				s := d.connect()
				s.done()
			},
		},
		{
			name: "extension-mechanisms", exts: "DSN", deviations: []string{"helo-only"},
			run: func(d *try) {
				m := letter()
				m.Options.Return = smtp.ReturnHeaders
				m.To[0].Options.Notify = smtp.NotifyFailure
				s := d.open()
				s.send(m)
				s.quit()
				if r := d.message(); r.whole {
					ret, _ := r.mail.Params.Get("RET")
					notify, _ := r.rcpts[0].Params.Get("NOTIFY")
					d.Same("the parameters of MAIL and RCPT", ret.String()+" "+notify.String(), "RET=HDRS NOTIFY=FAILURE")
				}
			},
		},
		opens("ehlo-preferred", isVerb("EHLO"), "helo-only"),
		opens("ehlo-rather-than-helo", isVerb("EHLO"), "helo-only"),
		opens("ehlo-first", isVerb("EHLO"), "ehlo-late"),
		fallback("helo-fallback", "500 what?"),
		fallback("ehlo-unknown-falls-back", "502 what?"),
		inOrder("hello-before-mail", "EHLO", "MAIL", mail, "ehlo-never"),
		inOrder("session-ehlo", "EHLO", "MAIL", mail, "ehlo-never"),
		inOrder("ehlo-before-others", "EHLO", "VRFY", vrfy, "ehlo-never"),
		named("host-named", clientName, is(clientName), "literal-always"),
		named("ehlo-name-ensured", clientName, is(clientName), "literal-always"),
		named("ehlo-primary-name", clientName, is(clientName), "name-invented"),
		named("name-qualified", "", qualified, "unqualified-name"),
		named("ehlo-literal-without-name", "", qualified, "unqualified-name"),
		named("ehlo-literal-substituted", "", qualified, "unqualified-name"),
		named("ehlo-literal-alone", "[192.0.2.1]", is("[192.0.2.1]"), "ehlo-surplus"),
		named("address-literal-form", "", literalForm, "literal-bare"),
		named("address-literal-given", "[192.0.2.1]", literalForm, "literal-bare").of("address-literal-form"),
		named("address-literal-ipv6", "[IPv6:2001:db8::1]", literalForm, "literal-bare").of("address-literal-form"),
		{
			name: "helo-permitted",
			run: func(d *try) {
				s := d.open()
				s.Do("HELO", helo)
				s.quit()
				d.Saw("the client can send HELO")
			},
		},
		{
			name: "helo-used",
			run: func(d *try) {
				s := d.open()
				s.send(letter())
				s.quit()
				d.Saw("a client that is not told sends HELO: %v", len(d.Sent("HELO")) > 0)
			},
		},
		{
			name: "ehlo-again",
			run: func(d *try) {
				s := d.open()
				s.Do("EHLO", ehlo)
				s.Do("another EHLO", ehlo)
				s.done()
				d.Saw("the client can send EHLO again")
			},
		},
		parts("quit-before-close", sends, "quit-never"),
		parts("quit-last", sends, "quit-never"),
		unwelcome,
		{
			name: "quit-reply-awaited", deviations: []string{"quit-unawaited"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: QUIT\n")
				s.Flush()
				if err := s.C.Quiet(s.d.Ctx, s.d.T.Quiet()); err != nil && !s.Over {
					s.Wrong("a client that waits for the reply to QUIT", "%s", s.Trouble(err))
				}
				s.Say("221 bye")
				s.Flush()
				s.Stop(nil)
			},
			run: func(d *try) {
				s := d.open()
				s.quit()
			},
		},
	}
}
