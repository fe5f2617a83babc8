package ftpspec

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"harness/protocols/wire"
)

// rfc959Information are the rules about informational commands: section 4.1.3.
func rfc959Information() []serverCase {
	return []serverCase{
		{name: "syst-name", deviations: []string{"syst-unknown-name"}, run: func(d *driver) {
			r := d.login().code(215, "SYST")
			if d.Settled() {
				return
			}
			name, _, _ := strings.Cut(r.text(), " ")
			d.Check(isSystemName(name), "a system name of the Assigned Numbers as the first word", "%s", r.shown())
		}},
		{name: "stat-reply", deviations: []string{"stat-unimplemented"}, run: func(d *driver) {
			s := d.login()
			r := s.cmd("STAT")
			d.Check(d.Settled() || slices.Contains([]int{211, 212, 213}, r.code), "a status reply, 211, 212 or 213, on the control connection", "%s", r.shown())
		}},
		{name: "stat-pathname", mutates: true, deviations: []string{"stat-ignores-argument"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR one-file", "1")
			s.given().put("STOR another-file", "2")
			r := s.ok("STAT one-file")
			d.Check(d.Settled() || strings.Contains(strings.Join(r.lines, "\n"), "one-file"), "the name of the file in the reply to STAT one-file", "%s", r.shown())
			r = s.ok("STAT %s", s.given().pwd())
			text := strings.Join(r.lines, "\n")
			d.Check(d.Settled() || strings.Contains(text, "one-file") && strings.Contains(text, "another-file"), "the names in the directory in the reply to STAT", "%s", r.shown())
		}},
		{name: "stat-partial", mutates: true, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR one-file", "1")
			r := s.cmd("STAT one-*")
			if d.Settled() {
				return
			}
			if strings.Contains(strings.Join(r.lines, "\n"), "one-file") {
				d.Saw("STAT with a partial pathname lists what goes with it")
			} else {
				d.Saw("STAT with a partial pathname: %s", r.shown())
			}
		}},
		{name: "stat-general", deviations: []string{"stat-empty"}, run: func(d *driver) {
			r := d.login().ok("STAT")
			d.Check(d.Settled() || strings.TrimSpace(strings.Join(r.lines, "")) != "", "status information in the reply", "%s", r.shown())
		}},
		{name: "stat-parameters", deviations: []string{"stat-empty"}, run: func(d *driver) {
			s := d.login()
			s.given().ok("TYPE A")
			ascii := s.ok("STAT")
			s.given().ok("TYPE I")
			image := s.ok("STAT")
			d.Check(d.Settled() || !slices.Equal(ascii.lines, image.lines), "the representation type in the reply: another one after TYPE I than after TYPE A", "the same: %s", image.shown())
		}},
		{name: "help-informs", deviations: []string{"help-unimplemented", "help-success-200"}, run: func(d *driver) {
			r := d.login().cmd("HELP")
			d.Check(d.Settled() || r.code == 211 || r.code == 214, "a reply with the code 211 or 214 to HELP", "%s", r.shown())
			d.Check(d.Settled() || strings.TrimSpace(strings.Join(r.lines, "")) != "", "text in the reply to HELP", "%s", r.shown())
		}},
		{name: "help-argument", run: func(d *driver) {
			r := d.login().cmd("HELP RETR")
			if d.Settled() {
				return
			}
			if r.class() == 2 {
				d.Saw("HELP RETR is served: %s", r.shown())
			} else {
				d.Saw("HELP takes no argument: %s", r.shown())
			}
		}},
		{name: "help-before-user", deviations: []string{"help-needs-login"}, run: func(d *driver) {
			d.open().ok("HELP")
		}},
		{name: "site-specific", run: func(d *driver) {
			r := d.login().cmd("SITE HELP")
			if !d.Settled() {
				d.Saw("SITE HELP: %s", r.shown())
			}
		}},
		{name: "site-help", run: func(d *driver) {
			r := d.login().cmd("HELP SITE")
			if !d.Settled() {
				d.Saw("HELP SITE: %s", r.shown())
			}
		}},
		{name: "noop-ok", deviations: []string{"noop-unimplemented"}, run: func(d *driver) {
			d.login().code(200, "NOOP")
		}},
		{name: "noop-no-effect", mutates: true, deviations: []string{"noop-resets-type"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR octets", octetsSent)
			at := s.given().pwd()
			s.given().ok("NOOP")
			d.sameOctets("the octets as they were stored: the type is still I", s.get("RETR octets"), octetsSent)
			d.Same("the working directory after NOOP", s.pwd(), at)
		}},
	}
}

// rfc959Control are the rules about commands as lines: sections 4.1.3, 5.2 and 5.3.
func rfc959Control() []serverCase {
	return []serverCase{
		{name: "command-case", deviations: []string{"command-case-sensitive"}, run: func(d *driver) {
			s := d.login()
			for _, line := range []string{"noop", "Noop", "nOOp", "pwd", "Pwd", "type I", "Type A", "syst", "pasv"} {
				s.ok("%s", line)
			}
		}},
		{name: "parameter-case", deviations: []string{"parameter-case-sensitive"}, run: func(d *driver) {
			s := d.login()
			for _, line := range []string{"TYPE i", "TYPE a", "TYPE a n", "MODE s", "STRU f"} {
				s.ok("%s", line)
			}
		}},
		{name: "command-spaces", deviations: []string{"command-one-space"}, run: func(d *driver) {
			s := d.login()
			for _, line := range []string{"TYPE  I", "MODE  S", "STRU   F"} {
				s.ok("%s", line)
			}
		}},
		{name: "no-action-before-eol", mutates: true, deviations: []string{"acts-before-eol"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("MKD first")
			s.Send("RMD first")
			s.Quiet("a command without its end of line")
			s.Send("-and-more\r\n")
			if r := s.reply("RMD first-and-more"); !d.Settled() {
				d.Check(r.negative(), "RMD of a directory that is not there refused", "%s", r.shown())
			}
			s.ok("CWD first")
		}},
		{name: "optional-argument", mutates: true, deviations: []string{"list-needs-argument", "help-needs-argument", "stat-needs-argument"}, run: func(d *driver) {
			s := d.scratch()
			s.ok("TYPE A")
			s.get("LIST")
			s.get("NLST")
			s.ok("STAT")
			s.ok("HELP")
		}},
		{name: "argument-required", deviations: []string{"cwd-no-argument-ok"}, run: func(d *driver) {
			s := d.login()
			for _, verb := range []string{"CWD", "PORT", "TYPE", "STRU", "MODE", "REST", "RNFR", "RNTO", "DELE", "RMD", "MKD"} {
				s.refused("%s", verb)
			}
			for _, verb := range []string{"RETR", "STOR", "APPE"} {
				dc := s.passive()
				s.refused("%s", verb)
				dc.Close()
			}
			d.open().refused("USER")
		}},
		{name: "telnet-conventions", deviations: []string{"telnet-not-filtered"}, run: func(d *driver) {
			s := d.login()
			s.Send("NO\xff\xf1OP\r\n") // IAC NOP
			r := s.reply("NOOP with a Telnet NOP in it")
			d.Check(d.Settled() || r.code == 200, "200, as to NOOP", "%s", r.shown())
		}},
		{name: "telnet-control", deviations: []string{"reply-bare-lf", "reply-non-ascii"}, run: func(d *driver) {
			for _, r := range tour(d) {
				for _, l := range r.raw {
					ascii := !slices.ContainsFunc(l.Text, func(c byte) bool { return c >= 0x80 || c == 0 })
					d.Check(l.End == wire.CRLF && ascii && !slices.Contains(l.Text, '\r'), "lines of ASCII that end with CR LF in the reply to "+r.to,
						"%s, ended by %v", wire.Quote(l.Text), l.End)
				}
			}
		}},
		{name: "reply-prompt", deviations: []string{"noop-ignored"}, run: func(d *driver) {
			s := d.login()
			s.code(200, "NOOP")
			s.code(257, "PWD")
			s.code(215, "SYST")
			s.code(200, "TYPE I")
		}},
	}
}

// tour has a session with most commands, right and wrong ones, and returns all replies. Nothing of the server is changed.
func tour(d *driver) []*reply {
	s := d.connect()
	s.greet()
	s.cmd("XYZZY")
	if d.Target.StartTLS {
		s.startTLS()
	}
	s.loggedIn()
	s.protected()
	for _, line := range []string{
		"SYST", "PWD", "TYPE A", "TYPE I", "TYPE X", "MODE S", "MODE X", "STRU F", "STRU X", "CWD /", "CDUP", "NOOP", "PASV", "PORT 1,2", "STAT", "HELP", "HELP RETR", "HELP NOSUCH",
		"FEAT", "SITE HELP", "SITE NOSUCH", "ALLO 10", "REST 0", "REST x", "RNFR no-such-file-here", "RNTO no-such-file-here", "DELE no-such-file-here", "RMD no-such-directory-here",
		"CWD no-such-directory-here", "STAT no-such-file-here", "STAT .", "ABOR", "XYZZY", "XYZZY " + strings.Repeat("x", 200), "RETR", "ACCT x", "SMNT x", "NOOP",
	} {
		s.cmd("%s", line)
	}
	dc := s.passive()
	if s.cmd("LIST").class() == 1 {
		dc.readAll()
		s.reply("LIST")
	}
	dc.Close()
	dc = s.passive()
	if s.cmd("RETR no-such-file-here").class() == 1 {
		dc.readAll()
		s.reply("RETR no-such-file-here")
	}
	dc.Close()
	s.cmd("QUIT")
	if d.Settled() {
		return nil
	}
	return s.state.replies
}

// rfc959Replies are the rules of section 4.2 about replies.
func rfc959Replies() []serverCase {
	return []serverCase{
		{name: "reply-form", deviations: []string{"reply-bare-lf", "reply-two-digits", "reply-tab"}, run: checkForm},
		{name: "reply-multiline-form", deviations: []string{"reply-multiline-wrong-code", "multiline-no-last-line"}, run: func(d *driver) {
			s := d.login()
			n := 0
			for _, line := range []string{"HELP", "STAT", "FEAT", "SITE HELP", "STAT .", "HELP SITE"} {
				r := s.cmd("%s", line)
				if d.Settled() {
					return
				}
				if len(r.raw) > 1 {
					n++
					d.Check(r.problem() == nil, "a multi-line reply to "+line+" that begins with the code and a hyphen and ends with the code and a space", "%v", r.problem())
				}
				s.code(200, "NOOP")
			}
			if n == 0 {
				d.Saw("none of the replies that are tried has several lines")
			}
		}},
		{name: "reply-multiline-padding", mutates: true, deviations: []string{"multiline-digits-unpadded"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR 200 OK", "text")
			for _, line := range []string{"HELP", "STAT", "FEAT", "SITE HELP", "STAT .", "HELP SITE"} {
				s.cmd("%s", line)
			}
			for _, r := range s.state.replies {
				for _, l := range r.raw[min(1, len(r.raw)):max(len(r.raw)-1, 1)] {
					d.Check(!threeDigits(l.Text), "no line within the reply to "+r.to+" that begins with three digits", "%s", wire.Quote(l.Text))
				}
			}
		}},
		{name: "reply-multiline-offset", mutates: true, deviations: []string{"multiline-digits-unpadded"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR 200 OK", "text")
			s.given().put("STOR 213 OK", "text")
			r := s.cmd("STAT .")
			if d.Settled() {
				return
			}
			for _, l := range r.raw[min(1, len(r.raw)):max(len(r.raw)-1, 1)] {
				d.Check(!threeDigits(l.Text), "each line of the listing that begins with three digits offset by a space", "%s", wire.Quote(l.Text))
			}
			s.code(200, "NOOP")
		}},
		{name: "reply-first-digit", deviations: []string{"cwd-reply-650"}, run: func(d *driver) {
			for _, r := range tour(d) {
				d.Check(r.code >= 100 && r.code <= 599, "a code whose first digit is 1 to 5 in reply to "+r.to, "%s", r.shown())
			}
		}},
		{name: "reply-second-digit", deviations: []string{"cwd-reply-570"}, run: func(d *driver) {
			for _, r := range tour(d) {
				second := r.code / 10 % 10
				d.Check(second <= 3 || second == 5, "a code whose second digit is 0, 1, 2, 3 or 5 in reply to "+r.to, "%s", r.shown())
			}
		}},
		{name: "reply-every-command", deviations: []string{"noop-ignored", "reply-double"}, run: func(d *driver) {
			s := d.login()
			s.code(200, "NOOP")
			s.code(257, "PWD")
			s.code(215, "SYST")
			s.refused("XYZZY")
			s.code(200, "TYPE I")
			s.Quiet("the replies to five commands")
		}},
		{name: "reply-one-preliminary", mutates: true, deviations: []string{"preliminary-twice"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR file", "text")
			for _, line := range []string{"RETR file", "LIST", "NLST"} {
				dc := s.passive()
				n := 0
				r := s.cmd("%s", line)
				for ; !d.Settled() && r.class() == 1 && n < 5; r = s.reply(line) {
					if n++; n == 1 {
						dc.readAll()
					}
				}
				d.Check(d.Settled() || n <= 1, "at most one 1yz reply to "+line, "%d", n)
			}
		}},
		{name: "reply-2yz", mutates: true, deviations: []string{"mkd-ineffective", "dele-ineffective", "cwd-ineffective"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR file", "text")
			s.ok("MKD sub")
			s.ok("CWD sub")
			name := s.pwd()
			d.Check(d.Settled() || strings.HasSuffix(name, "/sub"), "the working directory sub, as the reply to CWD says", "%q", name)
			s.ok("CDUP")
			s.ok("DELE file")
			d.Same("the names after MKD sub and DELE file", s.names("NLST"), []string{"sub"})
		}},
		{name: "reply-3yz", mutates: true, deviations: []string{"rnfr-hides"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR old", "text")
			at := s.given().pwd()
			s.intermediate("RNFR old")
			other := d.login()
			other.given().ok("CWD %s", at)
			d.Same("the names in the directory after RNFR", other.names("NLST"), []string{"old"})
			s.ok("RNTO new")
			d.Same("the names in the directory after RNTO", other.names("NLST"), []string{"new"})
		}},
		{name: "reply-negative", mutates: true, deviations: []string{"rnto-fails-loses", "rmd-nonempty-550-removes"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("MKD sub")
			s.given().put("STOR file", "text")
			s.given().put("STOR sub/inner", "text")
			s.refused("RMD sub")
			s.refused("MKD sub")
			s.intermediate("RNFR file")
			s.refused("RNTO missing/file")
			d.Same("the names after three commands that were refused", s.names("NLST"), []string{"file", "sub"})
			d.Same("the names in sub after RMD sub was refused", s.names("NLST sub"), []string{"inner"})
		}},
		{name: "reply-meaning", mutates: true, deviations: []string{"dele-reply-250"}, run: func(d *driver) {
			s := d.scratch()
			for _, line := range []string{"DELE missing", "RMD missing", "CWD missing", "RNFR missing", "RNTO other"} {
				s.refused("%s", line)
			}
			dc := s.passive()
			r := s.cmd("RETR missing")
			if !d.Settled() && r.class() == 1 {
				dc.readAll()
				r = s.reply("RETR missing")
			}
			d.Check(d.Settled() || r.negative(), "a negative reply to RETR of a file that is not there", "%s", r.shown())
		}},
		{name: "reply-codes-listed", mutates: true, deviations: []string{"retr-success-201", "retr-reply-598"}, run: checkListed},
		{name: "reply-202-superfluous", run: func(d *driver) {
			s := d.login()
			for _, line := range []string{"ALLO 10", "ACCT x"} {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || r.class() == 2, "202, or another positive reply, to "+line, "%s", r.shown())
			}
		}},
		{name: "reply-502-unimplemented", mutates: true, deviations: []string{"smnt-reply-500"}, run: func(d *driver) {
			s := d.scratch() // for STOU
			for _, line := range []string{"SMNT x", "ACCT x", "ALLO 10", "ABOR", "SITE HELP", "REST 0", "STAT", "HELP", "SYST", "STOU", "REIN"} {
				dc := s.passive()
				r := s.cmd("%s", line)
				d.Check(d.Settled() || r.code != 500, "502 to "+line+", which is not implemented", "%s", r.shown())
				dc.Close()
				if !d.Settled() && r.class() == 1 {
					s.reply(line)
				}
			}
		}},
		{name: "reply-500-unrecognized", deviations: []string{"unknown-ok", "unknown-closes", "unknown-ignored"}, run: func(d *driver) {
			s := d.open()
			s.permanent("XYZZY")
			s.ok("QUIT")
			s = d.login()
			for _, line := range []string{"XYZZY", "ABCD 1", "RETRX file", "NOO"} {
				s.permanent("%s", line)
			}
			s.ok("NOOP")
		}},
		{name: "reply-500-too-long", deviations: []string{"long-line-twice", "long-line-ignored"}, run: func(d *driver) {
			s := d.login()
			s.Send("CWD " + strings.Repeat("x", 200_000) + "\r\n")
			if err := s.C.Do(d.Ctx, d.Wait(), s.C.R.Wait); err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
				d.Saw("the server ends the connection: a reply may have been lost with what it had not read")
			}
			r := s.reply("a command of 200000 octets")
			d.Check(d.Settled() || r.negative(), "a negative reply to a command of 200000 octets", "%s", r.shown())
			if d.Settled() || s.IsClosed() {
				return
			}
			s.code(200, "NOOP")
			s.Quiet("the replies to a command that is too long, and to NOOP")
		}},
		{name: "reply-501-arguments", deviations: []string{"type-reply-200"}, run: func(d *driver) {
			s := d.login()
			for _, line := range []string{"TYPE X", "TYPE II", "MODE X", "STRU X", "PORT 1,2,3,4,5", "PORT a,b,c,d,e,f", "PORT 1,2,3,4,5,256"} {
				s.permanent("%s", line)
			}
		}},
		{name: "reply-503-sequence", deviations: []string{"rnto-ok", "pass-ok"}, run: func(d *driver) {
			s := d.open()
			s.refused("PASS %s", d.Target.Password)
			s = d.login()
			s.refused("RNTO other")
		}},
		{name: "reply-spontaneous", deviations: []string{"reply-spontaneous"}, run: func(d *driver) {
			s := d.login()
			s.given().ok("NOOP")
			s.Quiet("the reply to NOOP")
		}},
	}
}

func threeDigits(b []byte) bool {
	if len(b) < 3 {
		return false
	}
	for _, c := range b[:3] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

// checkForm fails unless all replies of a session have the form of section 4.2.
func checkForm(d *driver) {
	for _, r := range tour(d) {
		d.Check(r.problem() == nil, "a reply to "+r.to+" of three digits, a space (a hyphen in the first of several lines), text and CR LF", "%v in %s", r.problem(), r.shown())
		for _, l := range r.raw {
			d.Check(l.End == wire.CRLF, "a reply to "+r.to+" whose lines end with CR LF", "%s, ended by %v", wire.Quote(l.Text), l.End)
		}
	}
}

// sequence is what section 5.4 says of a command.
type sequence struct {
	verb string
	// preliminary, success and intermediate are its positive codes, failure the negative ones; failure has what other sections add.
	preliminary, success, intermediate, failure []int
	// lines are commands that show its replies, right ones and wrong ones.
	lines []string
	// fresh asks for a session without login, own for one of its own for each line, needs for an extension, auth for the timeout of logins.
	fresh, own, auth bool
	// bare asks for a session in which nothing was done but the login.
	bare  bool
	needs []string
}

var transferFailure = []int{425, 426, 451}
var storeFailure = []int{425, 426, 451, 551, 552, 532, 450, 452, 553, 500, 501, 421, 530, 554, 555}

// sequences is the table of section 5.4, in its order. The codes that other sections of RFC 959 and RFC 1123 add are among the failures.
// The lines find the file "file", the directories "sub" (not empty) and "empty", and nothing named "missing".
var sequences = []sequence{
	{verb: "USER", success: []int{230}, intermediate: []int{331, 332}, failure: []int{500, 501, 421, 530}, lines: []string{"USER %USER", "USER no-such-user-here"}, own: true, fresh: true, auth: true},
	{verb: "PASS", success: []int{230, 202}, intermediate: []int{332}, failure: []int{500, 501, 503, 421, 530}, lines: []string{"PASS %PASS"}, fresh: true, auth: true},
	{verb: "ACCT", success: []int{230, 202}, failure: []int{500, 501, 502, 503, 421, 530}, lines: []string{"ACCT x", "ACCT"}},
	{verb: "CWD", success: []int{250}, failure: []int{500, 501, 502, 421, 530, 550}, lines: []string{"CWD sub", "CWD ..", "CWD missing", "CWD file"}},
	{verb: "CDUP", success: []int{200, 250}, failure: []int{500, 501, 502, 421, 530, 550}, lines: []string{"CDUP"}},
	{verb: "SMNT", success: []int{202, 250}, failure: []int{500, 501, 502, 421, 530, 550}, lines: []string{"SMNT x"}},
	{verb: "REIN", preliminary: []int{120}, success: []int{220}, failure: []int{421, 500, 502}, lines: []string{"REIN"}},
	{verb: "QUIT", success: []int{221}, failure: []int{500}, lines: []string{"QUIT"}, own: true},
	{verb: "PORT", success: []int{200}, failure: []int{500, 501, 421, 530}, lines: []string{"PORT %PORT", "PORT 1,2,3"}},
	{verb: "PASV", success: []int{227}, failure: []int{500, 501, 502, 421, 530}, lines: []string{"PASV"}, bare: true},
	{verb: "MODE", success: []int{200}, failure: []int{500, 501, 504, 421, 530}, lines: []string{"MODE S", "MODE C", "MODE X"}, bare: true},
	{verb: "TYPE", success: []int{200}, failure: []int{500, 501, 504, 421, 530}, lines: []string{"TYPE A", "TYPE I", "TYPE E", "TYPE X"}, bare: true},
	{verb: "STRU", success: []int{200}, failure: []int{500, 501, 504, 421, 530}, lines: []string{"STRU F", "STRU P", "STRU X"}, bare: true},
	{verb: "ALLO", success: []int{200, 202}, failure: []int{500, 501, 502, 504, 421, 530}, lines: []string{"ALLO 10", "ALLO x"}},
	{verb: "REST", intermediate: []int{350}, failure: []int{500, 501, 502, 421, 530, 554}, lines: []string{"REST x", "REST 0", "NOOP"}},
	{verb: "STOR", preliminary: []int{125, 150}, success: []int{226, 250}, failure: storeFailure, lines: []string{"STOR new", "STOR missing/new", "STOR sub"}},
	{verb: "STOU", preliminary: []int{125, 150}, success: []int{226, 250}, failure: append([]int{502}, storeFailure...), lines: []string{"STOU"}, needs: []string{"STOU"}},
	{verb: "RETR", preliminary: []int{125, 150}, success: []int{226, 250}, failure: append([]int{450, 550, 500, 501, 421, 530, 554, 555}, transferFailure...), lines: []string{"RETR file", "RETR missing", "RETR sub"}},
	{verb: "LIST", preliminary: []int{125, 150}, success: []int{226, 250}, failure: append([]int{450, 500, 501, 502, 421, 530}, transferFailure...), lines: []string{"LIST", "LIST sub", "LIST missing"}},
	{verb: "NLST", preliminary: []int{125, 150}, success: []int{226, 250}, failure: append([]int{450, 500, 501, 502, 421, 530}, transferFailure...), lines: []string{"NLST", "NLST sub", "NLST missing"}},
	{verb: "APPE", preliminary: []int{125, 150}, success: []int{226, 250}, failure: append([]int{502, 550}, storeFailure...), lines: []string{"APPE file", "APPE missing/new"}},
	{verb: "RNFR", intermediate: []int{350}, failure: []int{450, 550, 500, 501, 502, 421, 530}, lines: []string{"RNFR missing", "RNFR file", "RNTO file"}},
	{verb: "RNTO", success: []int{250}, failure: []int{532, 553, 500, 501, 502, 503, 421, 530}, lines: []string{"RNTO other", "RNFR file", "RNTO renamed", "RNFR renamed", "RNTO missing/file"}},
	{verb: "DELE", success: []int{250}, failure: []int{450, 550, 500, 501, 502, 421, 530}, lines: []string{"DELE file", "DELE missing", "DELE sub"}},
	{verb: "RMD", success: []int{250}, failure: []int{450, 500, 501, 502, 421, 530, 550}, lines: []string{"RMD empty", "RMD missing", "RMD sub"}},
	{verb: "MKD", success: []int{257}, failure: []int{500, 501, 502, 421, 530, 550, 521, 553, 450, 451, 452, 552}, lines: []string{"MKD new", "MKD sub", "MKD missing/new"}},
	{verb: "PWD", success: []int{257}, failure: []int{500, 501, 502, 421, 550, 530}, lines: []string{"PWD"}},
	{verb: "ABOR", success: []int{225, 226}, failure: []int{500, 501, 502, 421}, lines: []string{"ABOR"}},
	{verb: "SYST", success: []int{215}, failure: []int{500, 501, 502, 421, 530}, lines: []string{"SYST"}},
	{verb: "STAT", success: []int{211, 212, 213}, failure: []int{450, 500, 501, 502, 421, 530}, lines: []string{"STAT", "STAT sub", "STAT file", "STAT missing"}},
	{verb: "HELP", success: []int{211, 214}, failure: []int{500, 501, 502, 504, 421, 530}, lines: []string{"HELP", "HELP RETR", "HELP NOSUCH"}},
	{verb: "SITE", success: []int{200, 202, 211, 212, 213, 214, 250}, failure: []int{500, 501, 502, 504, 530}, lines: []string{"SITE HELP", "SITE NOSUCH"}},
	{verb: "NOOP", success: []int{200}, failure: []int{500, 421, 530}, lines: []string{"NOOP"}},
}

// rfc959Sequences are the cases of the table of section 5.4: one a command.
func rfc959Sequences() []serverCase {
	out := []serverCase{{name: "reply-connection", deviations: []string{"greeting-230", "greeting-missing"}, run: func(d *driver) {
		s := d.connect()
		r := s.reply("the connection (a greeting)")
		if !d.Settled() && r.code == 120 {
			r = s.reply("the connection (a greeting after 120)")
		}
		d.Check(d.Settled() || r.code == 220 || r.code == 421, "120 and 220, or 220, or 421, when the connection is made", "%s", r.shown())
	}}}
	for _, q := range sequences {
		c := serverCase{name: "reply-" + strings.ToLower(q.verb), mutates: !q.fresh, needs: q.needs, deviations: []string{q.deviation()}, run: func(d *driver) {
			q.replies(d, nil, func(line string, r *reply) { q.positive(d, line, r) })
		}}
		if q.auth {
			c.labels = []string{"auth"}
		}
		out = append(out, c)
	}
	return out
}

// deviation is the one by which the mock gives a positive reply to the command that is not listed for it.
func (q sequence) deviation() string {
	verb := strings.ToLower(q.verb)
	switch {
	case q.verb == "SMNT": // it is not implemented
		return verb + "-ok"
	case q.verb == "CWD", q.verb == "MKD", q.verb == "PWD": // the directory in which the case works is made by them
		return verb + "-below-201"
	case len(q.success) == 0 || q.verb == "USER":
		return verb + "-intermediate-301"
	}
	return verb + "-success-201"
}

// positive fails if the reply is a positive one that is not listed for the command, or of no kind that it may have.
func (q sequence) positive(d *driver, line string, r *reply) {
	var listed []int
	switch {
	case d.Settled() || r.negative():
		return
	case r.class() == 1:
		listed = q.preliminary
	case r.class() == 2:
		listed = q.success
	case r.class() == 3:
		listed = q.intermediate
	}
	d.Check(slices.Contains(listed, r.code), fmt.Sprintf("one of %v, or a negative reply, to %s", slices.Concat(q.preliminary, q.success, q.intermediate), q.verb), "%s to %s", r.shown(), line)
}

// replies runs the lines and hands over each reply to the command itself, with the line that it answers. They run in s, or, if it is nil
// or the command ends its session, in one of their own.
func (q sequence) replies(d *driver, s *session, saw func(line string, r *reply)) {
	for _, line := range q.lines {
		if d.Settled() {
			return
		}
		if s == nil || q.own {
			store := "STOR"
			if q.verb == store {
				store = "APPE"
			}
			if q.bare {
				s = d.bare()
			} else if s = d.prepared(q.fresh, store); q.verb == "PASS" && s.given().cmd("USER %s", d.Target.User).class() != 3 {
				d.Saw("the user needs no password")
				return
			}
		}
		line = strings.NewReplacer("%USER", d.Target.User, "%PASS", d.Target.Password).Replace(line)
		if strings.Contains(line, "%PORT") {
			line = strings.ReplaceAll(line, "%PORT", s.listen().hostPort())
		}
		about := strings.HasPrefix(line, q.verb)
		var dc *data
		if len(q.preliminary) > 0 && q.verb != "REIN" {
			dc = s.passive()
		}
		shown := shownCommand(line)
		r := s.cmd("%s", line)
		first := r
		if about && !d.Settled() {
			saw(shown, r)
		}
		for n := 0; !d.Settled() && r.class() == 1 && n < 3; n++ {
			if dc != nil && n == 0 {
				dc.finish(q.verb)
			}
			if r = s.reply(shown); about && !d.Settled() {
				saw(shown, r)
			}
		}
		if about && !d.Settled() && len(q.preliminary) > 0 && q.verb != "REIN" && r.class() == 2 {
			d.Check(first.class() == 1, fmt.Sprintf("one of %v to %s before the reply of completion", q.preliminary, shown), "%s", first.shown())
		}
		if dc != nil {
			dc.Close()
		}
	}
}

// prepared returns a session for the lines of a sequence: without login, or logged in, in a directory that has what the lines name.
// What is to be stored is sent by the command store.
func (d *driver) prepared(fresh bool, store string) *session {
	if fresh {
		return d.open()
	}
	prepared := d.dir != ""
	s := d.scratch()
	g := s.given()
	g.ok("TYPE I")
	g.put(store+" file", "text")
	if prepared {
		return s
	}
	g.ok("MKD sub")
	g.put(store+" sub/inner", "text")
	g.ok("MKD empty")
	return s
}

// checkListed fails if any reply, negative ones included, has a code that is not listed for its command.
func checkListed(d *driver) {
	s := d.prepared(false, "STOR")
	at := s.given().pwd()
	for _, q := range sequences {
		if len(q.needs) > 0 || q.own || q.fresh || q.verb == "REIN" {
			continue
		}
		s.given().ok("CWD %s", at)
		q.replies(d, s, func(line string, r *reply) {
			listed := slices.Concat(q.preliminary, q.success, q.intermediate, q.failure)
			slices.Sort(listed)
			d.Check(d.Settled() || slices.Contains(listed, r.code), fmt.Sprintf("one of %v to %s", slices.Compact(listed), line), "%s", r.shown())
		})
	}
}

// rfc959Diagrams are the cases of the state diagrams of section 6.
func rfc959Diagrams() []serverCase {
	// kinds runs the lines of the commands and fails for a reply of another kind than those whose first digits are given.
	kinds := func(d *driver, digits string, verbs ...string) {
		s := d.prepared(false, "STOR")
		at := s.given().pwd()
		for _, q := range sequences {
			if !slices.Contains(verbs, q.verb) || d.Settled() {
				continue
			}
			s.given().ok("CWD %s", at)
			n := 0
			q.replies(d, s, func(line string, r *reply) {
				if r.class() == 1 {
					n++
				} else {
					n = 0
				}
				d.Check(d.Settled() || strings.ContainsRune(digits, rune('0'+r.code/100)) && n <= 1, fmt.Sprintf("a reply to %s whose first digit is one of %s (a 1 once only)", line, digits), "%s", r.shown())
			})
		}
	}
	return []serverCase{
		{name: "diagram-single", mutates: true, deviations: []string{"noop-success-150", "noop-success-350"}, run: func(d *driver) {
			kinds(d, "245", "ABOR", "ALLO", "DELE", "CWD", "CDUP", "SMNT", "HELP", "MODE", "NOOP", "PASV", "QUIT", "SITE", "PORT", "SYST", "STAT", "RMD", "MKD", "PWD", "STRU", "TYPE")
		}},
		{name: "diagram-transfer", mutates: true, deviations: []string{"preliminary-twice", "retr-success-350"}, run: func(d *driver) {
			kinds(d, "1245", "APPE", "LIST", "NLST", "RETR", "STOR", "STOU")
			kinds(d, "1245", "REIN") // it may end the login
		}},
		{name: "diagram-rename", mutates: true, deviations: []string{"rnfr-intermediate-250", "rnto-success-350"}, run: func(d *driver) {
			kinds(d, "345", "RNFR")
			kinds(d, "245", "RNTO")
		}},
		{name: "diagram-restart", mutates: true, needs: []string{"REST"}, deviations: []string{"rest-intermediate-200", "rest-transfers"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR file", "text")
			r := s.cmd("REST 0")
			d.Check(d.Settled() || r.class() == 3 || r.negative(), "3yz, 4yz or 5yz to REST", "%s", r.shown())
			if !d.Settled() && r.class() == 3 {
				s.get("RETR file")
			}
		}},
		{name: "diagram-login", labels: []string{"auth"}, deviations: []string{"user-intermediate-150", "pass-success-150"}, run: func(d *driver) {
			s := d.open()
			r := s.cmd("USER %s", d.Target.User)
			d.Check(d.Settled() || r.class() != 1, "2yz, 3yz, 4yz or 5yz to USER", "%s", r.shown())
			if d.Settled() || r.class() != 3 {
				return
			}
			r = s.cmd("PASS %s", d.Target.Password)
			d.Check(d.Settled() || r.class() != 1, "2yz, 3yz, 4yz or 5yz to PASS", "%s", r.shown())
			if d.Settled() || r.class() != 3 {
				return
			}
			r = s.cmd("ACCT x")
			d.Check(d.Settled() || r.class() == 2 || r.negative(), "2yz, 4yz or 5yz to ACCT", "%s", r.shown())
		}},
	}
}
