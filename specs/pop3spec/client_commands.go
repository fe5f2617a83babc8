package pop3spec

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"harness/protocols/pop3"
	"harness/protocols/wire"
	"harness/specs/trial"
)

// tourCaps are announced to a client on its tour.
const tourCaps = "TOP\nUSER\nUIDL\nSTLS\nSASL PLAIN CRAM-MD5\nRESP-CODES\nUTF8\nLANG"

// answers are what the server of a tour says to each verb; a listing ends with ".".
var answers = map[string][]string{
	"USER": {"+OK"}, "PASS": {"+OK"}, "APOP": {"+OK"}, "UTF8": {"+OK"}, "STAT": {"+OK 2 66"}, "NOOP": {"+OK"}, "DELE": {"+OK"}, "RSET": {"+OK"},
	"LIST 1": {"+OK 1 33"}, "LIST 2": {"+OK 2 33"}, "LIST": {"+OK", "1 33", "2 33", "."},
	"UIDL 1": {"+OK 1 a"}, "UIDL 2": {"+OK 2 b"}, "UIDL": {"+OK", "1 a", "2 b", "."},
	"RETR": {"+OK", "Subject: a message", "", "some text", "."}, "TOP": {"+OK", "Subject: a message", "", "."},
	"LANG": {"+OK", "en English", "de Deutsch", "."}, "LANG EN": {"+OK en English it is"},
}

// respond answers whatever the client says, forgivingly: what it sent is judged afterwards.
func (s *script) respond() {
	s.Say("+OK harness ready <1896.697170952@mail.example.org>")
	for !s.Over {
		l, err := s.Read()
		if err != nil {
			s.Stop(nil)
			return
		}
		words := strings.Fields(strings.ToUpper(string(l.Text)))
		if l.Prompted {
			s.Say("+OK logged in")
			continue
		}
		if len(words) == 0 {
			s.Say("-ERR what?")
			continue
		}
		// A wrong argument or a wrong keyword is answered as if it were the right one.
		verb := words[0][:min(len(words[0]), 4)]
		switch verb {
		case "CAPA":
			s.capa()
		case "QUIT":
			s.Say("+OK bye")
			s.Flush()
			s.Stop(nil)
		case "STLS":
			s.Say("+OK")
			s.Flush()
			s.StartTLS()
		case "AUTH":
			switch {
			case len(words) > 2:
				s.Say("+OK logged in")
			case len(words) == 2 && words[1] == "CRAM-MD5":
				s.Say("+ PDE4OTYuNjk3MTcwOTUyQG1haWwuZXhhbXBsZS5vcmc+")
			default:
				s.Say("+ ")
			}
		default:
			lines := answers[verb]
			if len(words) > 1 {
				if more, ok := answers[verb+" "+words[1]]; ok {
					lines = more
				} else if n := strings.TrimPrefix(words[1], "0X"); n != words[1] && answers[verb+" "+n] != nil {
					lines = answers[verb+" "+n]
				}
			}
			if lines == nil {
				lines = []string{"-ERR what?"}
			}
			s.Say(lines...)
		}
	}
}

// clientTour has the client use every command.
func clientTour(d *try) {
	s := d.open()
	s.Quietly(
		func(ctx context.Context, c ClientSession) error { _, err := c.Capa(ctx); return err },
		func(ctx context.Context, c ClientSession) error { return c.STLS(ctx) },
		func(ctx context.Context, c ClientSession) error { _, err := c.Capa(ctx); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.LangAll(ctx); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Lang(ctx, "en"); return err },
		func(ctx context.Context, c ClientSession) error { return c.UTF8(ctx) },
		func(ctx context.Context, c ClientSession) error { return c.User(ctx, firstUser) },
		func(ctx context.Context, c ClientSession) error { return c.Pass(ctx, firstPassword) },
		func(ctx context.Context, c ClientSession) error { _, err := c.Stat(ctx); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.List(ctx, 1); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.ListAll(ctx); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Uidl(ctx, 1); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.UidlAll(ctx); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Retr(ctx, 1); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Top(ctx, 1, 0); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Top(ctx, 2, 3); return err },
		func(ctx context.Context, c ClientSession) error { return c.Noop(ctx) },
		func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, 1) },
		func(ctx context.Context, c ClientSession) error { return c.Rset(ctx) },
		func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) },
	)
	for _, mech := range []string{"APOP", "PLAIN", "CRAM-MD5"} {
		s := d.open()
		s.Quietly(
			func(ctx context.Context, c ClientSession) error { _, err := c.Capa(ctx); return err },
			func(ctx context.Context, c ClientSession) error {
				if mech == "APOP" {
					return c.APOP(ctx, firstUser, firstPassword)
				}
				return c.Auth(ctx, mech, alice())
			},
			func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) },
		)
	}
}

// toured returns a run that makes the tour and then judges each command line.
func toured(judge func(d *try, l trial.Said)) func(d *try) {
	return func(d *try) {
		clientTour(d)
		seen := 0
		for _, l := range d.Lines() {
			if !l.Prompted {
				seen++
				judge(d, l)
			}
		}
		if seen < 8 {
			d.Unclear("the client sent %d commands only", seen)
		}
	}
}

// judgeCommand parses a command line strictly.
func judgeCommand(d *try, l trial.Said) {
	if _, err := (pop3.Rules{UTF8: true}).ParseCommand(l.Line); err != nil {
		d.Fail("a command as the grammar has it", "%s: %v", l.Shown(), err)
	}
}

// judgeBare fails if one of the verbs has something behind it.
func judgeBare(verbs ...string) func(d *try, l trial.Said) {
	return func(d *try, l trial.Said) {
		for _, v := range verbs {
			if strings.HasPrefix(strings.ToUpper(string(l.Text)), v) && len(l.Text) != len(v) {
				d.Fail(v+" alone", "%s", l.Shown())
			}
		}
	}
}

// injections are names that would make more than one command.
var injections = []string{"alice\r\nDELE 1", "alice\nDELE 1", "alice\rDELE 1", "alice\x00", "alice\x7f", "al\tice"}

// noInjection has the client say something with each of the injections in it, on a connection each.
func noInjection(f func(ctx context.Context, c ClientSession, text string) error) func(d *try) {
	return func(d *try) {
		for _, text := range injections {
			s := d.open()
			s.Attempt("that", func(ctx context.Context, c ClientSession) error { return f(ctx, c, text) })
			s.Quietly(func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) })
		}
		for _, l := range d.Lines() {
			if !l.Prompted {
				judgeCommand(d, l)
			}
		}
		d.Never("that came in an argument", "DELE")
	}
}

// step is something that the client is to do, named by its verb.
type step struct {
	verb string
	do   func(ctx context.Context, c ClientSession) error
}

// deletedReferenced is a run in which the client is made to refer to a message that it marked as deleted.
func deletedReferenced(steps ...step) func(d *try) {
	return func(d *try) {
		s := d.login()
		s.given().dele(1)
		for _, st := range steps {
			before := len(d.Sent(st.verb))
			s.Attempt(st.verb, st.do)
			if l := d.Sent(st.verb); len(l) > before {
				d.Fail("no "+st.verb+" for message 1, which is marked as deleted", "%s", l[before].Shown())
			}
		}
		// RSET takes the mark off.
		s.rset()
		s.list(1)
		s.quit()
	}
}

func commandRows() []clientCase {
	tourRow := func(name string, judge func(d *try, l trial.Said), deviations ...string) clientCase {
		return clientCase{name: name, caps: tourCaps, serve: (*script).respond, run: toured(judge), deviations: deviations}
	}
	deletedServer := func(s *script) {
		s.login()
		s.respondLoggedIn()
	}
	return []clientCase{
		tourRow("command-form", func(d *try, l trial.Said) {
			verb, _, _ := strings.Cut(string(l.Text), " ")
			if verb == "" || strings.ContainsFunc(verb, func(c rune) bool { return c <= ' ' || c > '~' }) {
				d.Fail("a keyword at the beginning of the line", "%s", l.Shown())
			}
		}, "leading-space"),
		tourRow("command-crlf", func(d *try, l trial.Said) {
			if l.End != wire.CRLF || strings.ContainsRune(string(l.Text), '\r') {
				d.Fail("a line that ends with CR LF", "%s", l.Shown())
			}
		}, "bare-lf"),
		tourRow("command-printable", func(d *try, l trial.Said) {
			for _, c := range l.Text {
				if c < ' ' || c > '~' {
					d.Fail("printable ASCII", "%s", l.Shown())
				}
			}
		}, "tab-separator"),
		{
			name: "user-injection", requirement: "command-printable", also: []string{"command-crlf"}, labels: []string{"security"},
			caps: tourCaps, serve: (*script).respond, deviations: []string{"arguments-unchecked"},
			run: noInjection(func(ctx context.Context, c ClientSession, text string) error { return c.User(ctx, text) }),
		},
		{
			name: "pass-injection", requirement: "command-crlf", also: []string{"command-printable"}, labels: []string{"security"},
			caps: tourCaps, serve: (*script).respond, deviations: []string{"arguments-unchecked"},
			run: noInjection(func(ctx context.Context, c ClientSession, text string) error {
				return errors.Join(c.User(ctx, firstUser), c.Pass(ctx, text))
			}),
		},
		{
			name: "lang-injection", requirement: "command-crlf", also: []string{"command-printable"}, labels: []string{"security"},
			caps: tourCaps, serve: (*script).respond, deviations: []string{"arguments-unchecked"},
			run: noInjection(func(ctx context.Context, c ClientSession, text string) error {
				_, err := c.Lang(ctx, text)
				return err
			}),
		},
		tourRow("command-single-space", func(d *try, l trial.Said) {
			text := string(l.Text)
			if strings.Contains(text, "  ") || strings.Contains(text, "\t") || strings.HasSuffix(text, " ") {
				d.Fail("single spaces between keyword and arguments, and none at the end", "%s", l.Shown())
			}
		}, "doubled-space", "trailing-space", "tab-separator"),
		tourRow("keyword-length", func(d *try, l trial.Said) {
			if n := len(l.Verb()); n != 3 && n != 4 {
				d.Fail("a keyword of three or four characters", "%s", l.Shown())
			}
		}, "long-keyword"),
		{
			name: "argument-40", serve: (*script).respond, deviations: []string{"long-arguments"},
			run: func(d *try) {
				for _, n := range []int{40, 41, 100} {
					s := d.open()
					s.Quietly(
						func(ctx context.Context, c ClientSession) error { _, err := c.Capa(ctx); return err },
						func(ctx context.Context, c ClientSession) error { return c.User(ctx, strings.Repeat("a", n)) },
						func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) },
					)
				}
				for _, l := range d.Sent("USER") {
					d.Check(len(l.Text) <= len("USER ")+pop3.MaxArgument, "arguments of 40 characters at most, as CAPA was refused", "%d octets: %s", len(l.Text), l.Shown())
				}
				if len(d.Sent("USER")) == 0 {
					d.Fail("an argument of 40 characters, which is permitted", "no USER")
				}
			},
		},
		tourRow("number-decimal-client", func(d *try, l trial.Said) {
			verb, args, _ := strings.Cut(string(l.Text), " ")
			if !strings.Contains("LIST RETR DELE TOP UIDL", strings.ToUpper(verb)) || args == "" {
				return
			}
			if strings.ContainsFunc(args, func(c rune) bool { return c != ' ' && (c < '0' || c > '9') }) {
				d.Fail("message-numbers of decimal digits", "%s", l.Shown())
			}
		}, "hex-numbers"),
		tourRow("quit-no-argument", judgeBare("QUIT"), "surplus-argument"),
		tourRow("no-argument-commands", judgeBare("STAT", "NOOP", "RSET"), "surplus-argument"),
		tourRow("capa-no-argument", judgeBare("CAPA"), "surplus-argument"),
		tourRow("stls-no-argument", judgeBare("STLS"), "surplus-argument"),
		tourRow("utf8-no-parameters", judgeBare("UTF8"), "surplus-argument"),
		tourRow("command-grammar", judgeCommand, "leading-space", "doubled-space", "trailing-space", "tab-separator", "long-keyword"),
		{
			name: "command-255", caps: "USER\nUIDL", serve: (*script).respond, deviations: []string{"long-commands"},
			run: func(d *try) {
				for _, n := range []int{248, 249, 300, 2000} {
					s := d.open()
					s.Quietly(
						func(ctx context.Context, c ClientSession) error { _, err := c.Capa(ctx); return err },
						func(ctx context.Context, c ClientSession) error { return c.User(ctx, strings.Repeat("a", n)) },
						func(ctx context.Context, c ClientSession) error { return c.Quit(ctx) },
					)
				}
				for _, l := range d.Lines() {
					d.Check(len(l.Text)+2 <= pop3.MaxCommand, "commands of 255 octets at most", "%d octets: %s", len(l.Text)+2, l.Shown())
				}
			},
		},
		{
			name: "client-identifies", deviations: []string{"any-state"}, script: "S: +OK\n",
			run: func(d *try) {
				s := d.open()
				for _, st := range []step{
					{"STAT", func(ctx context.Context, c ClientSession) error { _, err := c.Stat(ctx); return err }},
					{"RETR", func(ctx context.Context, c ClientSession) error { _, err := c.Retr(ctx, 1); return err }},
					{"DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, 1) }},
				} {
					s.Attempt(st.verb, st.do)
				}
				s.quit()
			},
		},
		{
			name: "top-lines-non-negative", serve: deletedServer, deviations: []string{"negative-lines"},
			run: func(d *try) {
				s := d.login()
				s.Attempt("TOP", func(ctx context.Context, c ClientSession) error { _, err := c.Top(ctx, 1, -1); return err })
				for _, l := range d.Sent("TOP") {
					d.Fail("no TOP with less than zero lines", "%s", l.Shown())
				}
				s.top(1, 0)
				s.quit()
			},
		},
		{
			name: "reference-deleted-client", serve: deletedServer, deviations: []string{"deleted-referenced"},
			run: deletedReferenced(
				step{"LIST", func(ctx context.Context, c ClientSession) error { _, err := c.List(ctx, 1); return err }},
				step{"RETR", func(ctx context.Context, c ClientSession) error { _, err := c.Retr(ctx, 1); return err }},
				step{"DELE", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, 1) }},
			),
		},
		{
			name: "optional-deleted-client", serve: deletedServer, deviations: []string{"deleted-referenced"},
			run: deletedReferenced(
				step{"TOP", func(ctx context.Context, c ClientSession) error { _, err := c.Top(ctx, 1, 0); return err }},
				step{"UIDL", func(ctx context.Context, c ClientSession) error { _, err := c.Uidl(ctx, 1); return err }},
			),
		},
		{
			name: "retention-not-assumed", deviations: []string{"dele-forgotten"}, login: true, caps: "USER\nEXPIRE 0",
			script: `
C: RETR 1
S: +OK
S: text
S: .
C: DELE 1
S: +OK
C: QUIT
S: +OK bye
`,
			run: func(d *try) {
				s := d.login()
				s.retr(1)
				s.dele(1)
				s.quit()
			},
		},
		{
			name: "retention-explicit-dele", deviations: []string{"dele-forgotten"}, login: true,
			script: `
C: RETR 1
S: +OK
S: text
S: .
C: DELE 1
S: +OK
C: RETR 2
S: +OK
S: text
S: .
C: DELE 2
S: -ERR not removed
C: QUIT
S: +OK bye
`,
			run: func(d *try) {
				s := d.login()
				s.retr(1)
				s.dele(1)
				s.retr(2)
				s.refusedWith("DELE 2", func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, 2) })
				s.quit()
			},
		},
	}
}

// respondLoggedIn is respond behind a login.
func (s *script) respondLoggedIn() {
	for !s.Over {
		l, err := s.Read()
		if err != nil {
			s.Stop(nil)
			return
		}
		verb, args, _ := strings.Cut(strings.ToUpper(string(l.Text)), " ")
		switch {
		case verb == "CAPA":
			s.capa()
		case verb == "QUIT":
			s.Say("+OK bye")
			s.Flush()
			s.Stop(nil)
		case verb == "LIST" && args != "":
			s.Say(fmt.Sprintf("+OK %s 33", args))
		case verb == "UIDL" && args != "":
			s.Say(fmt.Sprintf("+OK %s abc", args))
		case answers[verb] != nil:
			s.Say(answers[verb]...)
		default:
			s.Say("-ERR what?")
		}
	}
}
