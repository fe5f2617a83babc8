package nntpspec

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"harness/specs/trial"
)

// The answers by which MODE READER is judged.
const (
	modeReader   = "C: MODE READER\nS: 200 reading\n"
	transitCaps  = "VERSION 2\nIHAVE\nSTREAMING"
	switchedCaps = transitCaps + "\nMODE-READER"
	readerCaps   = "VERSION 2\nREADER\nPOST\nLIST ACTIVE"
)

// readies makes a row in which the client makes ready for reading and then asks for the date; behind the greeting, the server expects the script.
func readies(name, caps, script string, deviations ...string) clientCase {
	return clientCase{name: name, caps: caps, script: script + afterwards, deviations: deviations, run: func(d *try) {
		s := d.open()
		s.Do("making ready for reading", reader)
		s.date()
		s.quit()
	}}
}

// tooLate makes a row in which the client does something, and then tries what may not follow.
func tooLate(name, verb, caps, script string, first, then step, deviations ...string) clientCase {
	return clientCase{name: name, caps: caps, script: script + afterwards, deviations: deviations, labels: []string{"security"}, run: func(d *try) {
		s := d.open()
		s.Quietly(first)
		before := len(d.Sent(verb))
		s.Attempt(verb, then)
		if l := d.Sent(verb); len(l) > before {
			d.Fail("no "+verb+" as the session stands", "%s", l[before].Shown())
		}
		s.date()
		s.quit()
	}}
}

// Sides of the server for what changes a session.
const (
	tlsBegins       = "C: STARTTLS\nS: 382 begin\n-- tls\n"
	userAccepted    = "C: AUTHINFO USER alice\nS: 381 and the password\nC: AUTHINFO PASS wonderland\nS: 281 welcome\n"
	userRefused     = "C: AUTHINFO USER alice\nS: 481 no\n"
	compressBegins  = "C: COMPRESS DEFLATE\nS: 206 compressing\n-- compress deflate\n"
	starttlsRefused = "C: STARTTLS\nS: 580 not now\n"
)

func modeRows() []clientCase {
	modes := get(ClientSession.ModeReader)
	late := func(name, requirement, script string, first step) clientCase {
		return tooLate(name, "MODE", "", script, first, modes, "mode-reader-any-time").of(requirement)
	}
	return []clientCase{
		readies("mode-reader-if-listed", transitCaps, "", "mode-reader-always"),
		readies("mode-reader-listed", switchedCaps, modeReader, "mode-reader-never").of("mode-reader-if-listed"),
		readies("mode-reader-not-needed", readerCaps, "", "mode-reader-always"),
		readies("mode-reader-heuristic-first", noCaps, modeReader, "mode-reader-never"),
		{
			name: "mode-reader-heuristic", caps: noCaps, serve: (*script).respond,
			run: func(d *try) {
				s := d.open()
				s.Quietly(reader, get(ClientSession.Date), quit)
				d.Saw("without CAPABILITIES, a client that makes ready for reading sends MODE READER: %v", len(d.Sent("MODE")) > 0)
			},
		},
		{
			name: "mode-reader-heuristic-not", caps: noCaps, deviations: []string{"mode-reader-by-itself"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: IHAVE " + sampleID + "\nS: 335 send it\n")
				s.takeBlock()
				s.Say("235 taken")
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.Do("IHAVE", func(ctx context.Context, c ClientSession) error { return c.IHave(ctx, sampleID, []byte(sampleArticle)) })
				s.quit()
			},
		},
		late("mode-reader-once", "", modeReader, modes),
		late("mode-reader-after-authinfo", "mode-reader-once", userRefused, authUser),
		late("mode-reader-after-starttls", "mode-reader-once", starttlsRefused, starttls),
		late("mode-reader-not-in-tls", "", tlsBegins, starttls),
		late("mode-reader-not-sent-in-tls", "", tlsBegins, starttls),
		late("authinfo-no-mode-reader", "", userAccepted, authUser),
		late("mode-reader-not-sent-authenticated", "", userAccepted, authUser),
		late("compress-no-mode-reader", "", compressBegins, compress),
		late("compress-registration-mode-reader", "", compressBegins, compress),
	}
}

func capabilityRows() []clientCase {
	onlyUser := "VERSION 2\nREADER\nAUTHINFO USER\nLIST ACTIVE"
	onlyCRAM := "VERSION 2\nREADER\nAUTHINFO SASL\nSASL CRAM-MD5\nLIST ACTIVE"
	// changing has the capabilities change from one connection to the next.
	changing := func(first, second, text string) func(s *script) {
		return func(s *script) {
			s.greet()
			if s.caps = first; s.Conn > 1 {
				s.caps = second
				s.Play(text)
			}
			s.Rest()
		}
	}
	// twice has the client ask for the capabilities on one connection and do something on the next.
	twice := func(what string, f step) func(d *try) {
		return func(d *try) {
			s := d.open()
			s.given().caps()
			s.given().quit()
			s = d.open()
			s.Do(what, f)
			s.quit()
		}
	}
	return []clientCase{
		{
			name: "capability-odd-lines", deviations: []string{"odd-lines-refused"}, caps: "VERSION 2\n+EXTENSION READER\n=x\n\n9LIVES\n_OVER\n\u00e9t\u00e9 PARIS\nA\nX@Y now\n\tIHAVE\nREADER\nLIST ACTIVE",
			script: afterwards,
			run: func(d *try) {
				s := d.open()
				caps := s.caps()
				d.Check(caps.Has("READER") && caps.Has("LIST", "ACTIVE"), "the capabilities that it understands", "%v", caps)
				s.date()
				s.quit()
			},
		},
		{
			name: "implementation-no-influence", deviations: []string{"implementation-believed"}, caps: plainCaps + "\nIMPLEMENTATION BadNews 0.1 (no OVER)",
			serve: func(s *script) {
				s.group()
				s.Play("C: OVER 1-3\nS: 224 overview\nS: .\n" + afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.inGroup()
				s.given().caps()
				s.Do("OVER", getOf(ClientSession.Over, "1-3"))
				s.date()
				s.quit()
			},
		},
		{
			name: "greeting-not-relied-on", greeting: "201 no posting", deviations: []string{"greeting-believed"},
			serve: func(s *script) {
				s.greet()
				s.Play("C: POST\nS: 340 send it\n")
				s.takeBlock()
				s.Say("240 posted")
				s.Rest()
			},
			run: func(d *try) {
				s := d.connect()
				s.given().caps()
				s.post(sampleArticle)
				s.quit()
			},
		},
		{
			name: "capabilities-any-time", serve: (*script).respond,
			run: func(d *try) {
				s := d.open()
				s.caps()
				s.group(homeGroup)
				s.caps()
				s.quit()
				d.Saw("the client sends CAPABILITIES before and after GROUP")
			},
		},
		{
			name: "capabilities-cached", caps: onlyUser, serve: (*script).respond,
			run: func(d *try) {
				for range 2 {
					s := d.open()
					s.Quietly(reader, login("USER"), reader, quit)
				}
				d.Saw("in two sessions in which it makes ready for reading, logs in and makes ready again, the client sends CAPABILITIES %d times", len(d.Sent("CAPABILITIES")))
			},
		},
		{
			name: "capabilities-cache-not-trusted", deviations: []string{"capabilities-shared"},
			serve: changing(switchedCaps, readerCaps, afterwards),
			run: twice("reading", func(ctx context.Context, c ClientSession) error {
				return errors.Join(c.Reader(ctx), get(ClientSession.Date)(ctx, c))
			}),
		},
		{
			name: "capabilities-cache-outdated", deviations: []string{"listed-demanded"},
			serve: func(s *script) {
				s.group()
				s.Play("C: OVER 1-3\nS: 500 no longer\n" + afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.inGroup()
				s.given().caps()
				s.refusedWith(500, "OVER", getOf(ClientSession.Over, "1-3"))
				s.date()
				s.quit()
			},
		},
		{
			name: "capabilities-cache-refresh", deviations: []string{"capabilities-for-good"},
			script: "C: CAPABILITIES\nS: 101\nS: VERSION 2\nS: .\nC: CAPABILITIES\nS: 101\nS: VERSION 2\nS: READER\nS: LIST ACTIVE\nS: .\n",
			run: func(d *try) {
				s := d.open()
				d.Same("READER is listed", s.caps().Has("READER"), false)
				d.Same("READER is listed", s.caps().Has("READER"), true)
				s.quit()
			},
		},
		{
			name: "capabilities-security-not-cached", labels: []string{"security"}, deviations: []string{"capabilities-reused"},
			serve: func(s *script) {
				s.greet()
				s.caps = onlyCRAM
				s.Play(afterwards)
				s.caps = onlyUser
				s.Play(userAccepted)
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				s.given().caps()
				s.date()
				s.Do("a login", login("CRAM-MD5", "USER"))
				s.quit()
			},
		},
		{
			name: "security-not-cached", labels: []string{"security"}, deviations: []string{"capabilities-shared"},
			serve: changing(onlyCRAM, onlyUser, userAccepted), run: twice("a login", login("CRAM-MD5", "USER")),
		},
		{
			name: "help-not-capabilities", caps: noCaps, deviations: []string{"help-asked"},
			serve: (*script).respond,
			run: func(d *try) {
				s := d.open()
				s.Quietly(reader, func(ctx context.Context, c ClientSession) error { return c.Check(ctx, sampleID) }, login("USER"), quit)
				d.Never("to find out what the server can do", "HELP")
			},
		},
	}
}

// withheld makes a row in which the server does not answer a command at once, and the client has to wait. Behind it the client asks for the date.
func withheld(name, verb string, f step, deviations ...string) clientCase {
	answer := answerTo(verb)
	return clientCase{
		name: name, caps: tourCaps, deviations: deviations,
		serve: func(s *script) {
			s.greet()
			l, ok := s.Next(verb)
			if !ok {
				return
			}
			if answerTo(string(l.Text)) != answer {
				s.Wrong(verb, "%s", l.Shown())
			}
			s.withhold(verb, answer)
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

// withhold waits before each line of an answer, and does what goes with it.
func (s *script) withhold(verb, answer string) {
	for _, say := range strings.Split(answer, "\n") {
		if final, ok := strings.CutPrefix(say, ">"); ok {
			s.takeBlock()
			say = final
		}
		s.Quiet("before the response to " + verb)
		s.Say(say)
	}
	switch answer[:3] {
	case "382":
		s.Flush()
		s.StartTLS()
	case "206":
		s.Compress()
	}
}

func pipelineRows() []clientCase {
	do := map[string]step{}
	for _, o := range append(operations, entries...) {
		if o.run != nil {
			do[o.command] = o.run
		}
	}
	held := func(name, command string) clientCase { return withheld(name, command, do[command], "pipelines-all") }
	rows := []clientCase{
		held("mode-reader-not-pipelined", "MODE READER"),
		held("post-not-pipelined", "POST"),
		held("ihave-not-pipelined", "IHAVE"),
		held("starttls-not-pipelined", "STARTTLS"),
		held("starttls-pipelined-prohibited", "STARTTLS"),
		held("authinfo-sasl-not-pipelined", "AUTHINFO SASL"),
		held("compress-not-pipelined", "COMPRESS"),
		held("compress-awaited", "COMPRESS"),
		held("pipeline-waits", "POST"),
		{
			name: "authinfo-user-not-pipelined", deviations: []string{"pipelines-all", "password-at-once"},
			script: "C: AUTHINFO USER alice\n-- quiet C 100ms\nS: 381 and the password\nC: AUTHINFO PASS wonderland\n-- quiet C 100ms\nS: 281 welcome\n" + afterwards,
			run: func(d *try) {
				s := d.open()
				s.Do("AUTHINFO USER", authUser)
				s.date()
				s.quit()
			},
		},
		{
			name: "not-pipelined-commands", caps: tourCaps, deviations: []string{"pipelines-all"},
			serve: func(s *script) {
				s.greet()
				for !s.Over {
					l, ok := s.Next("a command", "QUIT")
					if !ok {
						return
					}
					answer := answerTo(string(l.Text))
					if answer == "" {
						s.Leaves(l)
						s.Stop(nil)
						return
					}
					s.withhold(l.Verb(), answer)
				}
			},
			run: func(d *try) {
				s := d.open()
				for _, command := range []string{"MODE READER", "POST", "IHAVE", "STARTTLS", "AUTHINFO SASL", "COMPRESS"} {
					s.Do(command, do[command])
				}
				s.quit()
			},
		},
		{
			name: "pipeline-ends", deviations: []string{"pipelines-all"},
			serve: func(s *script) {
				s.greet()
				for range 3 {
					s.Play("C: ARTICLE " + sampleID + "\nS: 220 0 " + sampleID + "\nS: A: b\nS:\nS: c\nS: .\n")
				}
				s.Play("C: POST\n-- quiet C 100ms\nS: 340 send it\n")
				s.takeBlock()
				s.Quiet("before the response to the article")
				s.Say("240 posted")
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.open()
				for _, r := range s.retrieve(sampleID, sampleID, sampleID) {
					d.Check(r.Err == nil, "the articles", "%v", r.Err)
				}
				s.post(sampleArticle)
				s.date()
				s.quit()
			},
		},
		{
			name: "pipelining-permitted",
			serve: func(s *script) {
				s.greet()
				for !s.Over {
					l, err := s.Read()
					if err != nil || s.Leaves(l) {
						s.Stop(nil)
						return
					}
					if s.Aside(l) {
						continue
					}
					if ahead := s.C.R.Buffered() > 0 || s.C.Quiet(s.d.Ctx, s.d.T.Quiet()) != nil; s.Conn == 1 {
						s.d.Saw("a client that retrieves several articles sends commands ahead: %v", ahead)
					}
					s.Say("430 none")
				}
			},
			run: func(d *try) {
				s := d.open()
				for _, r := range s.retrieve(sampleID, sampleID, sampleID) {
					d.Same("the refusal", responseOf(r.Err).Code, 430)
				}
				s.quit()
			},
		},
		{
			name: "pipelining-window", deviations: []string{"pipelining-unbounded"},
			serve: func(s *script) {
				s.greet()
				ahead := s.Ahead()
				s.d.Check(ahead < trial.WindowOctets, fmt.Sprintf("less than %d octets of commands without a response", trial.WindowOctets), "%d octets", ahead)
				s.Stop(errors.New("enough"))
			},
			run: func(d *try) {
				which := make([]string, 10000)
				for i := range which {
					which[i] = sampleID
				}
				s := d.open()
				s.Attempt("the articles", func(ctx context.Context, c ClientSession) error {
					_, err := c.Retrieve(ctx, which...)
					return err
				})
			},
		},
	}
	for _, name := range []string{"greeting-awaited", "greeting-not-pipelined"} {
		rows = append(rows, clientCase{
			name: name, deviations: []string{"greeting-not-awaited"},
			serve: func(s *script) {
				s.Quiet("before the greeting")
				if name == "greeting-not-pipelined" {
					s.Octets("200 harness rea")
					s.Quiet("before the end of the greeting")
					s.Octets("dy\r\n")
				} else {
					s.greet()
				}
				s.Play(afterwards)
				s.Rest()
			},
			run: func(d *try) {
				s := d.connect()
				s.date()
				s.quit()
			},
		})
	}
	return rows
}
