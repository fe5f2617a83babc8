package nntpspec

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"harness/protocols/nntp"
	"harness/specs/trial"
)

// listed makes a row in which the server answers one command with lines, of any octets, and the client is to make something of them.
func listed(name, command, first, lines string, run func(d *try, s *subject), deviations ...string) clientCase {
	return clientCase{
		name: name, deviations: deviations,
		serve: func(s *script) {
			s.greet()
			s.Play("C: " + command + "\nS: " + first + "\n")
			s.Octets(lines + ".\r\n")
			s.Play(afterwards)
			s.Rest()
		},
		run: func(d *try) {
			s := d.open()
			run(d, s)
			s.date()
			s.quit()
		},
	}
}

// bare makes a row in which a command has no argument.
func bare(name, command string) clientCase {
	return toured(name, func(d *try, l trial.Said) {
		text := strings.ToUpper(strings.Join(strings.Fields(string(l.Text)), " "))
		d.Check(!strings.HasPrefix(text, command+" "), command+" alone", "%s", l.Shown())
	}, "surplus-argument")
}

// optional makes a row that shows that a client can send a command.
func optional(name, what string, steps ...step) clientCase {
	return clientCase{name: name, serve: (*script).respond, run: func(d *try) {
		s := d.open()
		for _, f := range steps {
			s.Do(what, f)
		}
		s.quit()
		d.Saw("the client can send %s", what)
	}}
}

// since makes a row about the point in time that a client asks from. The judge is given the arguments behind the command and its wildmat.
func since(name, verb, answer string, f step, judge func(s *script, args []string), deviations ...string) clientCase {
	return clientCase{
		name: name, deviations: deviations,
		serve: func(s *script) {
			s.greet()
			l, ok := s.Next(verb)
			if !ok {
				return
			}
			words := strings.Fields(string(l.Text))
			if verb == "NEWNEWS" && len(words) > 1 {
				words = words[1:]
			}
			if l.Verb() != verb || len(words) < 3 {
				s.Wrong(verb+" with a date and a time", "%s", l.Shown())
				return
			}
			judge(s, words[1:])
			s.Say(answer, ".")
			s.Play(afterwards)
			s.Rest()
		},
		run: func(d *try) {
			s := d.open()
			s.Do(verb, f)
			s.date()
			s.quit()
		},
	}
}

// inUTC judges that a point in time is told in UTC. It may be some minutes earlier (RFC 3977 section 7.5).
func inUTC(s *script, args []string) {
	shown := strings.Join(args, " ")
	at, err := nntp.ParseSince(args[0], args[1], time.UTC, time.Now())
	ahead := sampleTime.Sub(at)
	if err != nil || len(args) != 3 || !strings.EqualFold(args[2], "GMT") || ahead < 0 || ahead > 5*time.Minute {
		s.Wrong(strings.Join(nntp.Since(sampleTime), " "), "%s", shown)
	}
}

func listRows() []clientCase {
	newGroups := func(ctx context.Context, c ClientSession) error { _, err := c.NewGroups(ctx, sampleTime); return err }
	newNews := func(ctx context.Context, c ClientSession) error {
		_, err := c.NewNews(ctx, "example.*", sampleTime)
		return err
	}
	// incomplete has the client select a group that a list does not have.
	incomplete := func(name, list, lines string, f step, deviation string) clientCase {
		return clientCase{
			name: name, deviations: []string{deviation}, script: "C: " + list + "\nS: 215 list\n" + lines + "S: .\nC: GROUP " + homeGroup + "\nS: " + groupAnswer + "\n",
			run: func(d *try) {
				s := d.open()
				s.given().Do(list, f)
				d.Same("the group", s.group(homeGroup).Name, homeGroup)
				s.quit()
			},
		}
	}
	return []clientCase{
		since("newgroups-four-digits", "NEWGROUPS", "231 groups", newGroups, func(s *script, args []string) {
			if len(args[0]) != 8 {
				s.Wrong("a year of four digits", "%s", strings.Join(args, " "))
			}
		}, "two-digit-year"),
		since("newgroups-utc", "NEWGROUPS", "231 groups", newGroups, inUTC, "local-time"),
		since("newnews-utc", "NEWNEWS", "230 articles", newNews, inUTC, "local-time"),
		since("newnews-earlier", "NEWNEWS", "230 articles", newNews, func(s *script, args []string) {
			at, err := nntp.ParseSince(args[0], args[1], time.UTC, time.Now())
			s.d.Check(err == nil, "a date and a time", "%v", err)
			s.d.Saw("the client asks from %v before the time that it was given", sampleTime.Sub(at))
		}),
		optional("list-wildmat", "LIST with a wildmat", getOf(ClientSession.ListSubscriptions, "example.*"), getOf(ClientSession.ListCounts, "example.*")),
		optional("list-active-wildmat", "LIST ACTIVE with a wildmat", getOf(ClientSession.List, "example.*")),
		optional("list-times-wildmat", "LIST ACTIVE.TIMES with a wildmat", getOf(ClientSession.ListTimes, "example.*")),
		optional("list-newsgroups-wildmat", "LIST NEWSGROUPS with a wildmat", getOf(ClientSession.Descriptions, "example.*")),
		optional("list-distrib-used", "LIST DISTRIB.PATS", get(ClientSession.ListDistribPats)),
		optional("counts-used", "LIST COUNTS", getOf(ClientSession.ListCounts, "")),
		optional("distributions-used", "LIST DISTRIBUTIONS", get(ClientSession.ListDistributions)),
		bare("list-distrib-no-argument", "LIST DISTRIB.PATS"),
		bare("distributions-no-argument", "LIST DISTRIBUTIONS"),
		bare("moderators-no-argument", "LIST MODERATORS"),
		bare("motd-no-argument", "LIST MOTD"),
		listed("list-active-status-unknown", "LIST ACTIVE example.*", "215 groups", "example.a 3 1 y\r\nexample.b 3 1 x\r\nexample.c 3 1 =example.a\r\nexample.d 3 1 strange\r\nexample.e 3 1 m\r\n", func(d *try, s *subject) {
			var names []string
			for _, g := range valueOf(s, "LIST ACTIVE", ClientSession.List, "example.*") {
				names = append(names, g.Name)
			}
			d.Same("the groups", names, []string{"example.a", "example.b", "example.c", "example.d", "example.e"})
		}, "status-known"),
		incomplete("list-times-not-complete", "LIST ACTIVE.TIMES", "S: example.other 930445408 alice\n", getOf(ClientSession.ListTimes, ""), "lists-complete"),
		incomplete("list-newsgroups-not-complete", "LIST NEWSGROUPS", "S: example.other{{tab}}Others\n", getOf(ClientSession.Descriptions, ""), "lists-complete"),
	}
}

func octetRows() []clientCase {
	descriptions := "example.a\tcaf\xe9\r\nexample.b\t\xc4\xd6\xdc \x01\x02\r\nexample.c\t\u65e5\u672c\r\n"
	described := func(name string, deviations ...string) clientCase {
		return listed(name, "LIST NEWSGROUPS", "215 descriptions", descriptions, func(d *try, s *subject) {
			var got strings.Builder
			for _, l := range valueOf(s, "LIST NEWSGROUPS", ClientSession.Descriptions, "") {
				fmt.Fprintf(&got, "%s\t%s\r\n", l.Name, l.Text)
			}
			d.Same("the descriptions", got.String(), descriptions)
		}, deviations...)
	}
	any := strings.ReplaceAll(allOctets(), "\r\n", "")
	// names makes a row in which the client is given names beyond ASCII, and each command is judged.
	names := func(name string, judge func(d *try, l trial.Said), deviation string, list ...string) clientCase {
		return clientCase{
			name: name, deviations: []string{deviation}, serve: (*script).respond,
			run: func(d *try) {
				for _, n := range list {
					s := d.open()
					s.Attempt("GROUP", getOf(ClientSession.Group, n))
					s.Attempt("LIST NEWSGROUPS", getOf(ClientSession.Descriptions, n))
					s.Attempt("AUTHINFO USER", func(ctx context.Context, c ClientSession) error { return c.AuthUser(ctx, n, "secret") })
					s.Quietly(quit)
				}
				for _, l := range d.Lines() {
					judge(d, l)
				}
			},
		}
	}
	judgeUTF8 := func(d *try, l trial.Said) {
		d.Check(utf8.Valid(l.Text), "UTF-8", "%s", l.Shown())
	}
	malformedNames := []string{"example.caf\xe9", "example.\xc0\xa0DATE", "example.\xed\xa0\x80", "example.\xff", "example.\xe2\x82"}
	return []clientCase{
		described("list-newsgroups-other-accepted", "utf8-required"),
		described("other-encodings", "utf8-required", "eighth-bit-stripped"),
		described("data-handled", "utf8-repaired", "eighth-bit-stripped"),
		listed("external-data-handled", "LIST SUBSCRIPTIONS", "215 groups", "example.caf\xe9\r\nexample.\u65e5\u672c\r\n", func(d *try, s *subject) {
			d.Same("the groups", valueOf(s, "LIST SUBSCRIPTIONS", ClientSession.ListSubscriptions, ""), []string{"example.caf\xe9", "example.\u65e5\u672c"})
		}, "utf8-required", "utf8-repaired"),
		listed("any-content-accepted", "LIST MOTD", "215 message", any+"\r\n", func(d *try, s *subject) {
			d.Same("the line", strings.Join(value(s, "LIST MOTD", ClientSession.ListMotd), "|"), any)
		}, "eighth-bit-stripped"),
		names("utf8-preferred", judgeUTF8, "latin1-sent", "example.caf\u00e9"),
		names("new-content-utf8", judgeUTF8, "latin1-sent", "example.caf\u00e9"),
		names("utf8-only", judgeUTF8, "latin1-sent", "example.caf\u00e9", "example.\u00fcber"),
		names("malformed-not-sent", judgeUTF8, "malformed-sent", malformedNames...),
		names("malformed-detected", judgeUTF8, "malformed-sent", malformedNames...),
		names("malformed-replacement", func(d *try, l trial.Said) {
			d.Check(!strings.Contains(string(l.Text), " DATE"), "no blank in an argument, whatever takes the place of malformed UTF-8", "%s", l.Shown())
		}, "malformed-guessed", "example.\xc0\xa0DATE"),
		{
			name: "malformed-close", deviations: []string{"unparsable-kept"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: DATE\n")
				s.Octets("\xc0\xb1\xc0\xb1\xc0\xb1 20260304050607\r\n")
				s.AwaitEnd()
			},
			run: func(d *try) {
				s := d.open()
				s.Refuses("a response that cannot be parsed", get(ClientSession.Date))
				d.Leaves("after a response that cannot be parsed")
			},
		},
		{
			name: "group-names-octets", deviations: []string{"group-lower-case", "group-composed"},
			script: "C: GROUP Example.Test\nS: 211 3 1 3 Example.Test\nC: GROUP example.cafe\u0301\nS: 211 3 1 3 example.cafe\u0301\nC: LIST NEWSGROUPS Example.Test\nS: 215 descriptions\nS: Example.Test{{tab}}one\nS: .\n",
			run: func(d *try) {
				s := d.open()
				d.Same("the group", s.group("Example.Test").Name, "Example.Test")
				d.Same("the group", s.group("example.cafe\u0301").Name, "example.cafe\u0301")
				for _, l := range valueOf(s, "LIST NEWSGROUPS", ClientSession.Descriptions, "Example.Test") {
					d.Same("the group", l.Name, "Example.Test")
				}
				s.quit()
			},
		},
	}
}
