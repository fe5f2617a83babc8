package ftpspec

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"harness/protocols/dialect"
	"harness/protocols/ftp"
	"harness/protocols/wire"
	"harness/specs/trial"
)

// tourFeat are announced to a client on its tour.
const tourFeat = "AUTH TLS\nPBSZ\nPROT\nUTF8\nLANG EN*\nHOST\nSIZE\nMDTM\nREST STREAM\nMLST type*;size*;modify*;\nTVFS"

// tourAnswers are what the server of a tour says to each verb.
var tourAnswers = map[string][]string{
	"USER": {"331 and the password?"}, "PASS": {"230 logged in"}, "ACCT": {"202 superfluous"}, "CWD": {"250 ok"}, "CDUP": {"200 ok"}, "SMNT": {"250 ok"},
	"REIN": {"220 ready"}, "STRU": {"200 ok"}, "MODE": {"200 ok"}, "ALLO": {"202 superfluous"}, "REST": {"350 go on"}, "RNFR": {"350 to what?"},
	"RNTO": {"250 ok"}, "DELE": {"250 ok"}, "RMD": {"250 ok"}, "MKD": {`257 "/made" created`}, "PWD": {`257 "/" is it`}, "SITE": {"200 ok"},
	"STAT": {"211-Status", " all is well", "211 End"}, "HELP": {"214-Help", " none", "214 End"}, "LANG": {"200 ok"}, "HOST": {"220 ok"},
	"SIZE": {"213 5"}, "MDTM": {"213 20240304050607"}, "MLST": {"250-Listing", " type=file;size=5; /a", "250 End"}, "ABOR": {"226 ok"},
}

// tourData is what the transfers of a tour bring.
var tourData = map[string]string{
	"RETR": "hello", "LIST": "-rw-r--r-- 1 alice cellar 5 Nov 20  2023 a\r\n", "NLST": "a\r\n", "MLSD": "type=file;size=5;modify=20231120000000; a\r\n",
}

// respond answers whatever the client says, forgivingly: what it sent is judged afterwards.
func (s *script) respond() {
	for !s.Over {
		l, err := s.Read()
		if err != nil {
			s.Stop(nil)
			return
		}
		// A wrong verb is answered as if it were the right one.
		text := bytes.TrimLeftFunc(l.Text, func(r rune) bool { return r <= ' ' || r == utf8.RuneError }) // Telnet's octets are no UTF-8
		if f := strings.FieldsFunc(string(text), func(r rune) bool { return r == ' ' || r == '\t' || r == 0 }); len(f) > 0 {
			rest := strings.TrimLeft(string(text[len(f[0]):]), " \t\x00")
			text = []byte(strings.TrimSpace(strings.ToUpper(f[0][:min(len(f[0]), 4)]) + " " + rest))
		}
		verb, _ := dialect.Verb(text)
		l.Text = text
		data, transfers := tourData[verb]
		switch {
		case verb == "QUIT":
			s.Say("221 bye")
			s.Flush()
			s.Stop(nil)
		case verb == "AUTH":
			s.Say("234 go on")
			s.Flush()
			s.StartTLS()
		case transfers:
			s.Say("150 here it comes")
			s.data(data)
			s.eof()
			s.Say("226 done")
		case verb == "STOR" || verb == "APPE" || verb == "STOU":
			s.Say("150 FILE: unique")
			s.received()
			s.Say("226 done")
		case s.aside(l):
		case tourAnswers[verb] != nil:
			s.Say(tourAnswers[verb]...)
		default:
			s.Say("500 what?")
		}
	}
}

// tourSteps are a client's tour: every command that it has.
func tourSteps() []step {
	return []step{
		func(ctx context.Context, c ClientSession) error { return c.Host(ctx, serverName) },
		func(ctx context.Context, c ClientSession) error { _, err := c.Feat(ctx); return err },
		func(ctx context.Context, c ClientSession) error { return c.Lang(ctx, "de") },
		func(ctx context.Context, c ClientSession) error { _, err := c.User(ctx, aliceName); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Pass(ctx, alicePassword); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Acct(ctx, "cellar"); return err },
		func(ctx context.Context, c ClientSession) error { return c.Opts(ctx, "MLST", "type;size;") },
		func(ctx context.Context, c ClientSession) error { return c.Cwd(ctx, "pub") },
		func(ctx context.Context, c ClientSession) error { return c.Cdup(ctx) },
		func(ctx context.Context, c ClientSession) error { _, err := c.Pwd(ctx); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Mkd(ctx, "made"); return err },
		func(ctx context.Context, c ClientSession) error { return c.Rmd(ctx, "made") },
		func(ctx context.Context, c ClientSession) error { return c.Rename(ctx, "a", "b") },
		func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, "b") },
		func(ctx context.Context, c ClientSession) error { return c.Smnt(ctx, "disk") },
		func(ctx context.Context, c ClientSession) error { _, err := c.Size(ctx, "a"); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Mdtm(ctx, "a"); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Mlst(ctx, "a"); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Syst(ctx); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Stat(ctx, ""); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Stat(ctx, "a"); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Help(ctx, ""); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Help(ctx, "RETR"); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Site(ctx, "CHMOD 644 a"); return err },
		noop,
		func(ctx context.Context, c ClientSession) error { return c.Type(ctx, ftp.ASCII) },
		func(ctx context.Context, c ClientSession) error { return c.Type(ctx, ftp.Local8) },
		func(ctx context.Context, c ClientSession) error { return c.Type(ctx, ftp.Image) },
		func(ctx context.Context, c ClientSession) error { return c.Stru(ctx, ftp.RecordStructure) },
		func(ctx context.Context, c ClientSession) error { return c.Stru(ctx, ftp.FileStructure) },
		func(ctx context.Context, c ClientSession) error { return c.Mode(ctx, ftp.BlockMode) },
		func(ctx context.Context, c ClientSession) error { return c.Mode(ctx, ftp.CompressedMode) },
		func(ctx context.Context, c ClientSession) error { return c.Mode(ctx, ftp.StreamMode) },
		func(ctx context.Context, c ClientSession) error { _, _, err := c.List(ctx, ""); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Nlst(ctx, "pub"); return err },
		func(ctx context.Context, c ClientSession) error { _, err := c.Mlsd(ctx, ""); return err },
		retr("a"),
		func(ctx context.Context, c ClientSession) error {
			_, err := c.Retr(ctx, "a", TransferOptions{Offset: 2})
			return err
		},
		func(ctx context.Context, c ClientSession) error { return c.Allo(ctx, 5, 0) },
		stor("b", "hello"),
		func(ctx context.Context, c ClientSession) error { return c.Allo(ctx, 5, 80) },
		func(ctx context.Context, c ClientSession) error {
			return c.Appe(ctx, "b", []byte("hello"), TransferOptions{})
		},
		func(ctx context.Context, c ClientSession) error { _, err := c.Stou(ctx, []byte("hello")); return err },
		func(ctx context.Context, c ClientSession) error { return c.Rein(ctx) },
		quit,
	}
}

// clientTour is a row in which the client uses every command, and judge looks at what it sent.
func clientTour(name, requirement string, judge func(d *try), deviations ...string) clientCase {
	return clientCase{
		name: name, requirement: requirement, deviations: deviations, early: true, feat: tourFeat,
		serve: func(s *script) {
			s.Say("220 ready")
			s.respond()
		},
		run: func(d *try) {
			d.open().Quietly(tourSteps()...)
			d.Check(len(d.Lines()) > 40 || d.Settled(), "the client's use of every command", "%d commands", len(d.Lines()))
			judge(d)
		},
	}
}

// each is a tour's judge that wants each line to match a pattern; those of one verb only, unless it is "".
func each(verb, pattern, expected string) func(d *try) {
	re := regexp.MustCompile(pattern)
	return func(d *try) {
		seen := 0
		for _, l := range d.Lines() {
			if verb != "" && l.Verb() != verb {
				continue
			}
			seen++
			d.Check(re.Match(append(slices.Clone(l.Text), l.End.Octets()...)), expected, "%s", l.Shown())
		}
		d.Check(seen > 0, expected, "no %s at all", verb)
	}
}

// noTelnet is a tour's judge that wants no Telnet command at all.
func noTelnet(d *try) {
	for _, l := range d.Lines() {
		d.Check(!strings.Contains(string(l.Text), "\xff"), "no Telnet command, and no option to be negotiated", "%s", l.Shown())
	}
}

// afterEach is a tour's judge that wants the command behind each of a verb to be one of others, the setting up of a transfer aside.
func afterEach(verb string, others ...string) func(d *try) {
	return func(d *try) {
		lines := d.Lines()
		for i, l := range lines {
			if l.Verb() != verb {
				continue
			}
			rest := lines[i+1:]
			for len(rest) > 0 && slices.Contains([]string{"TYPE", "EPSV", "PASV", "PORT", "EPRT"}, rest[0].Verb()) && verb == "ALLO" {
				rest = rest[1:]
			}
			if len(rest) == 0 {
				d.Fail(strings.Join(others, " or ")+" behind "+verb, "nothing")
			} else {
				d.Check(slices.Contains(others, rest[0].Verb()), strings.Join(others, " or ")+" behind "+verb, "%s", rest[0].Shown())
			}
		}
		d.Check(len(d.Sent(verb)) > 0, "the command "+verb, "none")
	}
}

// bareVerbs have no argument (RFC 959 section 5.3.1).
const bareVerbs = "CDUP|QUIT|REIN|PASV|STOU|ABOR|PWD|SYST|NOOP"

// argumentVerbs have one.
const argumentVerbs = "USER|PASS|ACCT|CWD|SMNT|PORT|TYPE|STRU|MODE|RETR|STOR|APPE|ALLO|REST|RNFR|RNTO|DELE|RMD|MKD|SITE"

// foul are arguments that would end a command and begin another, or are not to be sent.
var foul = []string{"a\r\nDELE b", "a\nDELE b", "a\x00b", "a\r\n", "\r\n"}

// commandRows are about the commands as they are sent.
func commandRows() []clientCase {
	lineEnd := `[^\r\n\x00]\r\n$`
	rows := []clientCase{
		clientTour("command-form", "", each("", `^[A-Za-z]+( [^ ].*)?\r\n$`, "a code, one space and the parameters if there are any, and CRLF"), "leading-space", "tab-separator", "bare-lf"),
		clientTour("argument-crlf", "", each("", lineEnd, "CRLF, and no NUL before it, at the end of each line"), "bare-lf", "nul-ended"),
		clientTour("telnet-control", "", each("", `^[\x20-\x7e]+\r\n$`, "printable ASCII and CRLF"), "bare-lf", "nul-ended", "iac-nop"),
		clientTour("telnet-controls-client", "", noTelnet, "iac-nop"),
		clientTour("telnet-negotiation-client", "", noTelnet, "iac-will"),
		clientTour("telnet-no-negotiation", "", noTelnet, "iac-will"),
		clientTour("command-code-form", "", each("", `^[A-Za-z]{3,4}[ \r]`, "a code of three or four letters"), "long-verbs"),
		clientTour("command-syntax", "", each("", `^(?i:(`+bareVerbs+`)\r\n|(`+argumentVerbs+`) [^ ].*\r\n|(`+"FEAT|HELP|STAT|LIST|NLST|MLST|MLSD|EPSV|EPRT|OPTS|LANG|HOST|SIZE|MDTM|X..."+`)[ \r].*)`, "an argument where the command has one, and none elsewhere"), "surplus-argument"),
		clientTour("argument-ascii", "", each("", `^[\x20-\x7e]+\r\n$`, "ASCII in arguments that are given in it"), "eighth-bit-set"),
		clientTour("parameter-codes", "", func(d *try) {
			each("TYPE", `^(?i)TYPE ([AE]( [NTC])?|I|L [1-9][0-9]*)\r\n$`, "TYPE with a code of its syntax")(d)
			each("STRU", `^(?i)STRU [FRP]\r\n$`, "STRU with a code of its syntax")(d)
			each("MODE", `^(?i)MODE [SBC]\r\n$`, "MODE with a code of its syntax")(d)
		}, "type-spelled", "stru-spelled", "mode-spelled"),
		clientTour("type-argument", "", each("TYPE", `^(?i)TYPE ([AE]( [NTC])?|I|L [1-9][0-9]*)\r\n$`, "A, E, I or L, with a format or a byte size behind one space"), "type-spelled", "type-l-bare"),
		clientTour("type-l-size-sent", "", each("TYPE", `^(?i)TYPE ([^L].*|L [1-9][0-9]*)\r\n$`, "a byte size with TYPE L"), "type-l-bare"),
		clientTour("stru-argument", "", each("STRU", `^(?i)STRU [FRP]\r\n$`, "F, R or P"), "stru-spelled"),
		clientTour("mode-argument", "", each("MODE", `^(?i)MODE [SBCZ]\r\n$`, "S, B or C"), "mode-spelled"),
		clientTour("allo-argument", "", each("ALLO", `^(?i)ALLO [0-9]+( R [0-9]+)?\r\n$`, "a decimal integer"), "allo-hex"),
		clientTour("allo-record-size", "", each("ALLO", `^(?i)ALLO [0-9]+( R [0-9]+)?\r\n$`, `the record size behind " R "`), "allo-comma"),
		clientTour("allo-followed", "", afterEach("ALLO", "STOR", "APPE", "STOU"), "noop-between"),
		clientTour("pathname-one-space", "", each("", `^(?i)[A-Z]+( [^ ].*)?\r\n$`, "one space before the pathname"), "doubled-space"),
		clientTour("feat-no-argument", "", each("FEAT", `^(?i)FEAT\r\n$`, "FEAT without an argument"), "surplus-argument"),
		clientTour("opts-grammar", "", each("OPTS", `^(?i)OPTS [A-Z]+( [^ ].*)?\r\n$`, "a command, and options behind one space"), "doubled-space"),
		clientTour("opts-mlst-form", "", each("OPTS", `^(?i)OPTS (MLST( ([!-:<-~]+;)*)?|UTF8.*)\r\n$`, "nothing, or facts with a semicolon behind each and no spaces"), "opts-spaced"),
		clientTour("lang-parameter", "", each("LANG", `^(?i)LANG( [a-z]{1,8}(-[a-z0-9]{1,8})*)?\r\n$`, "a language tag"), "lang-locale"),
		clientTour("lang-supported-client", "", each("LANG", `^`, "LANG"), "lang-missing"),
		clientTour("host-grammar", "", each("HOST", `^(?i)HOST [a-z0-9]([a-z0-9.-]*[a-z0-9])?\r\n$`, "one space and a domain name"), "doubled-space", "host-with-port"),
		clientTour("host-no-port", "", each("HOST", `^(?i)HOST [^:]*\r\n$`, "no port number"), "host-with-port"),
		clientTour("host-name-sent", "", each("HOST", `^(?i)HOST ftp\.example\.org\r\n$`, "the name by which the client was told of the server"), "host-address"),
		clientTour("rest-form", "", each("REST", `^(?i)REST [0-9]+\r\n$`, "digits"), "rest-hex"),
		clientTour("rest-just-before", "", afterEach("REST", "RETR", "STOR", "APPE"), "noop-between"),
		clientTour("service-pairs-client", "", func(d *try) {
			afterEach("RNFR", "RNTO")(d)
			afterEach("REST", "RETR", "STOR", "APPE")(d)
		}, "noop-between"),
		clientTour("pass-after-user", "pass-after-user-client", afterEach("USER", "PASS"), "user-before-host"),
		clientTour("parameters-before-service", "", func(d *try) {
			lines := d.Lines()
			for i, l := range lines {
				if v := l.Verb(); v == "NLST" || v == "LIST" {
					before := typeBefore(lines[:i])
					d.Check(strings.HasPrefix(before, "TYPE A"), "TYPE A before "+v, "%q before it", before)
				}
			}
		}, "type-after"),
		{
			name: "required-commands-client", deviations: []string{"no-appe"}, early: true, feat: tourFeat,
			serve: func(s *script) { s.Say("220 ready"); s.respond() },
			run: func(d *try) {
				d.open().Quietly(tourSteps()...)
				d.open(func(o *ClientOptions) { o.NoEPSV = true }).Quietly(login, retr("a"), quit)
				d.open(func(o *ClientOptions) { o.Active = true }).Quietly(login, retr("a"), quit)
				for _, v := range strings.Fields("USER PASS ACCT PORT PASV TYPE MODE STRU RETR STOR APPE RNFR RNTO DELE CWD CDUP RMD MKD PWD LIST NLST SYST STAT HELP NOOP QUIT") {
					d.Check(len(d.Sent(v)) > 0, "the command "+v, "none")
				}
			},
		},
		{
			name: "string-characters", labels: []string{"security"}, deviations: []string{"arguments-unchecked"},
			serve: func(s *script) { s.respond() },
			run: func(d *try) {
				s := d.login()
				for _, a := range foul {
					for what, f := range map[string]step{
						"CWD": func(ctx context.Context, c ClientSession) error { return c.Cwd(ctx, a) }, "RETR": retr(a), "STOR": stor(a, "x"),
						"MKD":  func(ctx context.Context, c ClientSession) error { _, err := c.Mkd(ctx, a); return err },
						"DELE": func(ctx context.Context, c ClientSession) error { return c.Dele(ctx, a) },
						"RNTO": func(ctx context.Context, c ClientSession) error { return c.Rename(ctx, "x", a) },
						"USER": func(ctx context.Context, c ClientSession) error { _, err := c.User(ctx, a); return err },
						"PASS": func(ctx context.Context, c ClientSession) error { _, err := c.Pass(ctx, a); return err },
						"SITE": func(ctx context.Context, c ClientSession) error { _, err := c.Site(ctx, a); return err },
						"NLST": func(ctx context.Context, c ClientSession) error { _, err := c.Nlst(ctx, a); return err },
						"HOST": func(ctx context.Context, c ClientSession) error { return c.Host(ctx, a) },
						"LANG": func(ctx context.Context, c ClientSession) error { return c.Lang(ctx, a) },
						"OPTS": func(ctx context.Context, c ClientSession) error { return c.Opts(ctx, "MLST", a) },
					} {
						s.Refuses(fmt.Sprintf("%s with %q", what, a), f)
					}
				}
				s.quit()
				for _, l := range d.Lines() {
					v := l.Verb()
					// NUL is no end of a line; what stands behind one would show.
					d.Check(v != "DELE" && !strings.Contains(string(l.Text), "\x00") && v != "", "no part of such an argument", "%s", l.Shown())
				}
			},
		},
		{
			name: "marker-characters", deviations: []string{"arguments-unchecked"},
			serve: func(s *script) { s.respond() },
			run: func(d *try) {
				s := d.login()
				s.Attempt("MODE B", func(ctx context.Context, c ClientSession) error { return c.Mode(ctx, ftp.BlockMode) })
				for _, m := range []string{"a b", "a\r\nDELE b", "caf\xe9", "\x7f"} {
					s.Refuses(fmt.Sprintf("REST %q", m), func(ctx context.Context, c ClientSession) error {
						_, err := c.Retr(ctx, "a", TransferOptions{Marker: m})
						return err
					})
				}
				d.Never("with such a marker", "REST", "DELE")
			},
		},
		{
			name: "pathname-cr-nul-sent", labels: []string{"security"}, feat: "UTF8", deviations: []string{"cr-sent"},
			serve: func(s *script) { s.respond() },
			run: func(d *try) {
				s := d.login()
				s.Attempt("CWD", func(ctx context.Context, c ClientSession) error { return c.Cwd(ctx, "a\rb") })
				s.noop()
				for _, l := range d.Sent("CWD") {
					d.Check(strings.Contains(string(l.Text), "a\r\x00b"), "CR NUL for a CR, or nothing", "%s", l.Shown())
				}
			},
		},
		{
			name: "pathname-iac", deviations: []string{"iac-single"},
			script: "C: CWD a{{x ffff}}b\nS: 250 ok\nC: PWD\nS: 257 \"a{{x ffff}}b\"\n",
			run: func(d *try) {
				s := d.login()
				s.cwd("a\xffb")
				d.Same("the directory", s.pwd(), "a\xffb")
				s.quit()
			},
		},
		{
			name: "remote-pathnames", deviations: []string{"paths-cleaned", "paths-cut"},
			serve: func(s *script) {
				for _, p := range oddPaths {
					s.answer("CWD "+p, "250 ok")
					s.gives("RETR "+p, p)
				}
				s.Rest()
			},
			run: func(d *try) {
				s := d.login()
				for _, p := range oddPaths {
					s.cwd(p)
					d.Same("the file", s.retr(p), p)
				}
				s.quit()
			},
		},
		{
			name: "quote-command", deviations: []string{"quote-checked", "quote-first-reply"},
			script: "C: XYZZY a  b\nS: 150 wait\nS: 226-done\nS: {{sp}}and\nS: 226 over\nC: SITE who\nS: 200 nobody\n",
			run: func(d *try) {
				s := d.login()
				quote := func(line string) []*ftp.Reply {
					return value(s, line, func(ctx context.Context, c ClientSession) ([]*ftp.Reply, error) { return c.Quote(ctx, line) })
				}
				var got []string
				for _, r := range append(quote("XYZZY a  b"), quote("SITE who")...) {
					got = append(got, fmt.Sprint(r.Code, len(r.Lines)))
				}
				d.Same("the codes of the replies and their numbers of lines", strings.Join(got, ", "), "150 1, 226 3, 200 1")
				s.quit()
			},
		},
		{
			name: "commands-immediate", deviations: []string{"parameters-late"},
			script: "C: TYPE A\nS: 200 ok\nC: STRU R\nS: 200 ok\nC: MODE S\nS: 200 ok\nC: CWD x\nS: 250 ok\n",
			run: func(d *try) {
				s := d.login()
				s.Do("TYPE A", func(ctx context.Context, c ClientSession) error { return c.Type(ctx, ftp.ASCII) })
				s.Do("STRU R", func(ctx context.Context, c ClientSession) error { return c.Stru(ctx, ftp.RecordStructure) })
				s.Do("MODE S", func(ctx context.Context, c ClientSession) error { return c.Mode(ctx, ftp.StreamMode) })
				s.cwd("x")
				s.quit()
			},
		},
		{
			name: "transformations-by-user", deviations: []string{"always-image"},
			serve: func(s *script) { s.respond() },
			run: func(d *try) {
				s := d.login()
				for _, t := range []ftp.Type{ftp.ASCII, ftp.Image} {
					s.Do("TYPE "+t.String(), func(ctx context.Context, c ClientSession) error { return c.Type(ctx, t) })
					s.retr("a")
				}
				s.quit()
				var types []string
				for i, l := range d.Lines() {
					if l.Verb() == "RETR" {
						types = append(types, typeBefore(d.Lines()[:i]))
					}
				}
				d.Same("the types of the transfers", strings.Join(types, ", "), "TYPE A, TYPE I")
			},
		},
		{
			name: "type-i-l8-client", deviations: []string{"no-local-type"},
			script: "C: TYPE L 8\nS: 200 ok\nC: TYPE I\nS: 200 ok\n",
			run: func(d *try) {
				s := d.login()
				s.Do("TYPE L 8", func(ctx context.Context, c ClientSession) error { return c.Type(ctx, ftp.Local8) })
				s.Do("TYPE I", func(ctx context.Context, c ClientSession) error { return c.Type(ctx, ftp.Image) })
				s.quit()
			},
		},
		{
			name: "type-default-client", deviations: []string{"type-assumed"},
			serve: func(s *script) { s.respond() },
			run: func(d *try) {
				s := d.login()
				d.Same("the file", s.retr("a"), "hello")
				s.quit()
				for i, l := range d.Lines() {
					if l.Verb() == "RETR" {
						before := typeBefore(d.Lines()[:i])
						d.Check(before == "TYPE I" || before == "TYPE L 8", "TYPE I before the transfer of octets", "%q", before)
					}
				}
			},
		},
		{
			name: "experimental-client", deviations: []string{"no-experimental"},
			script: `
C: MKD a
S: 500 what?
C: XMKD a
S: 257 "a"
C: PWD
S: 502 no
C: XPWD
S: 257 "/"
C: CWD a
S: 500 what?
C: XCWD a
S: 250 ok
C: CDUP
S: 502 no
C: XCUP
S: 200 ok
C: RMD a
S: 500 what?
C: XRMD a
S: 250 ok
`,
			run: func(d *try) {
				s := d.login()
				s.Do("MKD", func(ctx context.Context, c ClientSession) error { _, err := c.Mkd(ctx, "a"); return err })
				s.pwd()
				s.cwd("a")
				s.Do("CDUP", func(ctx context.Context, c ClientSession) error { return c.Cdup(ctx) })
				s.Do("RMD", func(ctx context.Context, c ClientSession) error { return c.Rmd(ctx, "a") })
				s.quit()
			},
		},
		{
			name: "client-requests-closing", deviations: []string{"quit-omitted"},
			serve: func(s *script) {
				s.expect("QUIT")
				s.Quiet("behind QUIT, before the reply")
				s.Say("221 bye")
				s.Flush()
				s.Stop(nil)
			},
			run: func(d *try) { d.login().quit() },
		},
		{
			name: "quit-more-behind", requirement: "client-requests-closing", deviations: []string{"quit-last-reply"},
			serve: func(s *script) {
				s.answer("QUIT", "221 bye", "500 error", "and more")
				s.Flush()
				s.Stop(nil)
			},
			run: func(d *try) { d.login().quit() },
		},
		{
			name: "port-argument", deviations: []string{"port-hex", "port-swapped"}, options: active,
			serve: func(s *script) { s.gives("RETR a", "hello"); s.Rest() },
			run: func(d *try) {
				s := d.login()
				d.Same("the file", s.retr("a"), "hello")
				s.quit()
				for _, l := range d.Sent("PORT") {
					_, arg := dialect.Verb(l.Text)
					at, ok := sixNumbers(string(arg))
					d.Check(ok && at.Addr() == netip.MustParseAddr("127.0.0.1"), "the client's address, high order first", "%s", l.Shown())
				}
				d.Check(len(d.Sent("PORT")) == 1, "PORT", "%d of them", len(d.Sent("PORT")))
			},
		},
		{
			name: "host-port-numbers", deviations: []string{"port-hex"}, options: active,
			serve: func(s *script) { s.respond() },
			run: func(d *try) {
				s := d.login()
				s.Quietly(retr("a"), quit)
				for _, l := range d.Sent("PORT") {
					d.Check(regexp.MustCompile(`^(?i)PORT [0-9]{1,3}(,[0-9]{1,3}){5}$`).Match(l.Text), "six decimal numbers", "%s", l.Shown())
				}
				d.Check(len(d.Sent("PORT")) > 0, "PORT", "none")
			},
		},
	}
	return rows
}

// active has the server connect to the client.
func active(o *ClientOptions) { o.Active = true }

// typeBefore is the last TYPE in lines.
func typeBefore(lines []trial.Said) string {
	for _, l := range slices.Backward(lines) {
		if l.Verb() == "TYPE" {
			return strings.ToUpper(string(l.Text))
		}
	}
	return ""
}

// oddPaths are pathnames that a client must not make something else of.
var oddPaths = []string{
	" leading and trailing ", "two  spaces", `back\slash`, "../up/./and//down/", `"quoted"`, "~", "*?[a]", "-l", "%41", "C:", "#1;type=a", strings.Repeat("long", 100),
}

// quoted is text for a judgement.
func quoted(text string) string { return wire.Quote([]byte(text)) }
