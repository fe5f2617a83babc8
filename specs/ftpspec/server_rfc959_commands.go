package ftpspec

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// rfc959Login are the rules about access control: sections 2.2, 4.1.1 and 4.2.1.
func rfc959Login() []serverCase {
	auth := []string{"auth"}
	return []serverCase{
		{name: "greeting-220", deviations: []string{"greeting-missing", "greeting-230"}, run: func(d *driver) {
			s := d.connect()
			r := s.reply("the connection (a greeting)")
			for !d.Settled() && r.code == 120 {
				r = s.reply("the connection (a greeting after 120)")
			}
			d.Check(d.Settled() || r.code == 220, "a greeting with the code 220", "%s", r.shown())
		}},
		{name: "access-controls", run: func(d *driver) {
			r := d.open().cmd("PWD")
			if d.Settled() {
				return
			}
			if r.negative() {
				d.Saw("PWD before login is refused: %s", r.shown())
			} else {
				d.Saw("PWD before login is served: %s", r.shown())
			}
		}},
		{name: "user-first", run: func(d *driver) {
			r := d.open().cmd("NOOP")
			if d.Settled() {
				return
			}
			if r.negative() {
				d.Saw("NOOP before USER is refused: %s", r.shown())
			} else {
				d.Saw("NOOP before USER is served: %s", r.shown())
			}
		}},
		{name: "user-again", labels: auth, run: func(d *driver) {
			r := d.login().cmd("USER %s", d.Target.User)
			if d.Settled() {
				return
			}
			if r.negative() {
				d.Saw("USER after login is refused: %s", r.shown())
			} else {
				d.Saw("USER after login is accepted: %s", r.shown())
			}
		}},
		{name: "user-again-flushes", labels: auth, deviations: []string{"user-again-keeps-login"}, run: func(d *driver) {
			s := d.login()
			r := s.cmd("USER %s", d.Target.User)
			switch {
			case d.Settled():
			case r.class() != 3:
				d.Saw("USER after login: %s", r.shown())
			default:
				r := s.cmd("PWD")
				d.Check(d.Settled() || r.negative(), "PWD refused: the login was begun anew and is not complete", "%s", r.shown())
			}
		}},
		{name: "user-again-parameters", mutates: true, labels: auth, deviations: []string{"user-again-resets"}, run: func(d *driver) {
			s := d.scratch()
			at := s.given().pwd()
			s.given().ok("TYPE I")
			s.given().put("STOR octets", octetsSent)
			r := s.cmd("USER %s", d.Target.User)
			if d.Settled() || r.negative() {
				d.Saw("USER after login is refused: %s", r.shown())
				return
			}
			if r.class() == 3 {
				s.given().ok("PASS %s", d.Target.Password)
			}
			d.sameOctets("the octets as they were stored: the type is still I", s.get("RETR "+at+"/octets"), octetsSent)
		}},
		{name: "pass-after-user", labels: auth, deviations: []string{"pass-ok"}, run: func(d *driver) {
			d.open().refused("PASS %s", d.Target.Password)
		}},
		{name: "account-for-login", features: []string{"ACCT"}, labels: auth, deviations: []string{"pass-intermediate-331"}, run: func(d *driver) {
			s := d.open()
			s.given().intermediate("USER %s", d.Target.User)
			s.code(332, "PASS %s", d.Target.Password)
			s.refused("PWD")
			s = d.open()
			s.given().intermediate("USER %s", d.Target.User)
			s.code(332, "PASS %s", d.Target.Password)
			s.code(230, "ACCT account")
			s.ok("PWD")
		}},
		{name: "account-not-needed", labels: auth, deviations: []string{"pass-success-202"}, run: func(d *driver) {
			s := d.open()
			r := s.cmd("USER %s", d.Target.User)
			if !d.Settled() && r.class() == 3 {
				r = s.cmd("PASS %s", d.Target.Password)
			}
			d.Check(d.Settled() || r.code == 230, "230 to the right password, where no account is needed", "%s", r.shown())
		}},
		{name: "sequence-repeat", mutates: true, labels: auth, deviations: []string{"rnfr-survives-failure", "user-survives-wrong-pass"}, run: func(d *driver) {
			s := d.scratch()
			s.given().refused("RNFR missing")
			s.refused("RNTO other")
			s.given().put("STOR file", "text")
			s.given().intermediate("RNFR file")
			s.given().refused("RNTO missing/other")
			s.refused("RNTO other")
			s = d.open()
			if s.given().cmd("USER %s", d.Target.User).class() == 3 {
				r := s.cmd("PASS %s", "wrong "+d.Target.Password)
				if d.Settled() || !r.negative() || s.IsClosed() {
					return
				}
				s.refused("PASS %s", d.Target.Password)
			}
		}},
		{name: "rein-flushes", needs: []string{"REIN"}, deviations: []string{"rein-keeps-login"}, run: func(d *driver) {
			s := d.login()
			s.rein()
			s.refused("PWD")
			s.refused("NLST")
		}},
		{name: "rein-parameters", mutates: true, needs: []string{"REIN"}, labels: auth, deviations: []string{"rein-keeps-parameters"}, run: func(d *driver) {
			s := d.scratch()
			at := s.given().pwd()
			s.given().ok("TYPE A")
			s.given().put("STOR text", textSent)
			want := s.given().get("RETR text")
			s.given().ok("TYPE I")
			if s.given().get("RETR text") == want && !d.Settled() {
				d.Unclear("types A and I do not differ on this server")
			}
			s.given().rein()
			s.given().loggedIn()
			d.Same("the text as in TYPE A", s.get("RETR "+at+"/text"), want)
		}},
		{name: "rein-stays-open", needs: []string{"REIN"}, labels: auth, deviations: []string{"rein-closes"}, run: func(d *driver) {
			s := d.login()
			s.rein()
			s.loggedIn()
			s.ok("PWD")
		}},
		{name: "quit-closes", deviations: []string{"quit-stays-open"}, run: func(d *driver) {
			for _, s := range []*session{d.login(), d.open()} {
				s.cmd("QUIT")
				s.Closed("the reply to QUIT")
			}
		}},
		{name: "control-closed-after-replies", deviations: []string{"quit-at-once"}, run: func(d *driver) {
			s := d.login()
			s.Send("NOOP\r\nPWD\r\nQUIT\r\n")
			for _, want := range []struct {
				to   string
				code int
			}{{"NOOP", 200}, {"PWD", 257}, {"QUIT", 221}} {
				r := s.reply(want.to)
				d.Check(d.Settled() || r.code == want.code, fmt.Sprintf("%d to %s, before the connection is closed", want.code, want.to), "%s", r.shown())
			}
			s.Closed("the reply to QUIT")
		}},
	}
}

// rfc959Parameters are the rules about transfer parameters: sections 4.1.2 and 5.1.
func rfc959Parameters() []serverCase {
	return []serverCase{
		{name: "parameters-remembered", mutates: true, deviations: []string{"type-forgotten"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.put("STOR octets", octetsSent)
			for range 3 {
				d.sameOctets("the octets as they were stored: the type is still I", s.get("RETR octets"), octetsSent)
			}
		}},
		{name: "parameters-order", mutates: true, deviations: []string{"type-after-port-refused"}, run: func(d *driver) {
			s := d.scratch()
			for i, order := range [][]string{{"TYPE I", "STRU F", "MODE S", "PASV"}, {"MODE S", "PASV", "TYPE I", "STRU F"}, {"PASV", "STRU F", "MODE S", "TYPE I"}} {
				var dc *data
				for _, line := range order {
					if line == "PASV" {
						dc = s.passive()
					} else {
						s.ok("%s", line)
					}
				}
				line := fmt.Sprintf("STOR file%d", i)
				s.prelim(line)
				dc.send(octetsSent)
				dc.Close()
				s.final(line)
			}
		}},
		{name: "type-default", mutates: true, deviations: []string{"type-default-image"}, run: func(d *driver) {
			s := d.scratch()
			at := s.given().pwd()
			s.given().ok("TYPE A N")
			s.given().put("STOR text", textSent)
			want := s.given().get("RETR text")
			s = d.bare()
			s.given().ok("CWD %s", at)
			d.Same("the text as in TYPE A N, without TYPE", s.get("RETR text"), want)
		}},
		{name: "standard-defaults", deviations: []string{"type-a-n-refused", "mode-unimplemented", "stru-unimplemented"}, run: func(d *driver) {
			s := d.login()
			for _, line := range []string{"TYPE A N", "MODE S", "STRU F"} {
				s.code(200, "%s", line)
			}
		}},
		{name: "minimum-implementation", mutates: true, deviations: []string{"noop-unimplemented", "port-unimplemented", "mode-unimplemented", "stru-unimplemented", "type-a-n-refused"}, run: func(d *driver) {
			s := d.scratch()
			for _, line := range []string{"TYPE A N", "MODE S", "STRU F", "NOOP"} {
				s.ok("%s", line)
			}
			s.port(s.listen())
			s.put("STOR text", textSent)
			s.get("RETR text")
			s.ok("QUIT")
		}},
		{name: "reply-200-parameter", deviations: []string{"type-success-250"}, run: func(d *driver) {
			s := d.bare()
			for _, line := range []string{"TYPE I", "TYPE A", "MODE S", "STRU F", "NOOP", "PORT " + s.listen().hostPort()} {
				s.code(200, "%s", line)
			}
		}},
		{name: "reply-504-parameter", deviations: []string{"type-reply-500"}, run: func(d *driver) {
			s := d.login()
			for _, line := range []string{"TYPE E", "TYPE A C", "TYPE L 7", "STRU R", "STRU P", "MODE B", "MODE C"} {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || !r.negative() || r.code == 504, "504 to "+line+", which is not implemented", "%s", r.shown())
			}
		}},
	}
}

// rfc959Service are the rules about commands that transfer, rename and delete files: section 4.1.3.
func rfc959Service() []serverCase {
	return []serverCase{
		{name: "service-order", mutates: true, deviations: []string{"retr-before-list-refused"}, run: func(d *driver) {
			s := d.scratch()
			s.ok("TYPE I")
			s.put("STOR one", "one")
			s.get("RETR one")
			s.ok("MKD sub")
			s.intermediate("RNFR one")
			s.ok("RNTO two")
			s.get("NLST")
			s.put("APPE two", "two")
			s.ok("DELE two")
			s.ok("RMD sub")
		}},
		{name: "data-connection-only", mutates: true, deviations: []string{"list-on-control"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR a-file-with-a-long-name", "the content of the file\r\n")
			for _, line := range []string{"RETR a-file-with-a-long-name", "LIST", "NLST"} {
				before := len(s.state.replies)
				got := s.get(line)
				if d.Settled() {
					return
				}
				d.Check(got != "", "data of "+line+" on the data connection", "none")
				for _, r := range s.state.replies[before:] {
					text := strings.Join(r.lines, "\n")
					d.Check(len(r.lines) <= 2 && !strings.Contains(text, "the content of"), "no data of "+line+" on the control connection", "%s", r.shown())
				}
			}
		}},
		{name: "retr-copy", mutates: true, deviations: []string{"retr-cuts-last-octet", "retr-relative-to-root"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR octets", octetsSent)
			at := s.given().pwd()
			d.sameOctets("the file of a relative pathname", s.get("RETR octets"), octetsSent)
			d.sameOctets("the file of an absolute pathname", s.get("RETR "+path.Join(at, "octets")), octetsSent)
		}},
		{name: "retr-unaffected", mutates: true, deviations: []string{"retr-empties"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR octets", octetsSent)
			s.given().get("RETR octets")
			d.sameOctets("the file as it was before RETR", s.get("RETR octets"), octetsSent)
		}},
		{name: "stor-stores", mutates: true, deviations: []string{"stor-takes-nothing", "stor-drops-first-octet"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			for i, content := range []string{"", "x", octetsSent, strings.Repeat(octetsSent, 300)} {
				name := fmt.Sprintf("file%d", i)
				s.put("STOR "+name, content)
				d.sameOctets(fmt.Sprintf("the %d octets that were stored", len(content)), s.get("RETR "+name), content)
			}
		}},
		{name: "stor-replaces", mutates: true, deviations: []string{"stor-overwrites-in-place", "stor-keeps-existing"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR file", "the first and longer content")
			s.put("STOR file", "the second")
			d.sameOctets("the contents of the second STOR alone", s.get("RETR file"), "the second")
		}},
		{name: "stor-creates", mutates: true, deviations: []string{"stor-takes-nothing"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.put("STOR new", "text")
			d.sameOctets("a new file", s.get("RETR new"), "text")
		}},
		{name: "stou-unique", mutates: true, needs: []string{"STOU"}, deviations: []string{"stou-same-name", "stou-elsewhere"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.put("STOU", "one")
			s.put("STOU", "two")
			names := s.names("NLST")
			d.Check(d.Settled() || len(names) == 2, "two new files in the working directory", "%q", names)
			var got []string
			for _, n := range names {
				got = append(got, s.get("RETR "+n))
			}
			slices.Sort(got)
			d.Same("what was stored in them", got, []string{"one", "two"})
		}},
		{name: "appe-appends", mutates: true, deviations: []string{"appe-replaces"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR file", "one ")
			s.put("APPE file", "two")
			d.sameOctets("the contents of both", s.get("RETR file"), "one two")
		}},
		{name: "appe-creates", mutates: true, deviations: []string{"appe-needs-file"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.put("APPE new", "text")
			d.sameOctets("a new file", s.get("RETR new"), "text")
		}},
		{name: "allo-noop", needs: []string{"ALLO"}, deviations: []string{"allo-refused"}, run: func(d *driver) {
			s := d.login()
			s.ok("ALLO 1024")
			s.ok("ALLO 1024 R 80")
			s.ok("NOOP")
		}},
		{name: "rest-no-transfer", mutates: true, needs: []string{"REST"}, deviations: []string{"rest-transfers"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR file", "0123456789")
			dc := s.passive()
			s.intermediate("REST 0")
			s.Quiet("the reply to REST")
			s.prelim("RETR file")
			d.sameOctets("the file", dc.readAll(), "0123456789")
			s.final("RETR file")
		}},
		{name: "rest-resumes", mutates: true, needs: []string{"REST"}, deviations: []string{"rest-no-effect"}, run: func(d *driver) {
			s := d.scratch()
			if !s.feat().has("REST STREAM") {
				d.Unclear("what a marker means in Stream mode is told by REST STREAM in FEAT, and it is not there")
			}
			s.given().ok("TYPE I")
			s.given().put("STOR file", "0123456789")
			s.intermediate("REST 4")
			d.sameOctets("the file from the marker on", s.get("RETR file"), "456789")
			d.sameOctets("the whole file, without REST", s.get("RETR file"), "0123456789")
		}},
		{name: "rename", mutates: true, deviations: []string{"rename-copies", "rename-loses"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR old", "text")
			s.intermediate("RNFR old")
			s.ok("RNTO new")
			d.sameOctets("the file under its new name", s.get("RETR new"), "text")
			d.Same("the names in the directory", s.names("NLST"), []string{"new"})
		}},
		{name: "dele-deletes", mutates: true, deviations: []string{"dele-ineffective"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR file", "text")
			s.given().put("STOR other", "text")
			s.ok("DELE file")
			d.Same("the names in the directory", s.names("NLST"), []string{"other"})
		}},
		{name: "pathname-characters", mutates: true, deviations: []string{"pathname-cut-at-space"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			names := []string{"with space", "two  spaces here", "it's", "a;b,c", "#1 (of 2)", "100%", "x+y=z", "~tilde", "a&b!", "[brackets]", "{braces}", "$HOME", "@host", "`tick^"}
			for _, n := range names {
				s.put("STOR "+n, "the file "+n)
			}
			for _, n := range names {
				d.sameOctets("the file "+n, s.get("RETR "+n), "the file "+n)
			}
			got := s.names("NLST")
			slices.Sort(names)
			d.Same("the names in the directory", got, names)
		}},
	}
}

// rfc959Abort are the rules about ABOR and Telnet's interrupt: section 4.1.3.
func rfc959Abort() []serverCase {
	abor := []string{"ABOR"}
	return []serverCase{
		{name: "abor-idle", needs: abor, deviations: []string{"abor-leaves-data-open", "abor-success-426"}, run: func(d *driver) {
			s := d.login()
			dc := s.passive()
			r := s.cmd("ABOR")
			d.Check(d.Settled() || r.code == 226 || r.code == 225, "226 (or 225) to ABOR without a transfer", "%s", r.shown())
			d.Check(d.Settled() || dc.ends(), "the data connection closed after ABOR", "it is open")
		}},
		{name: "abor-transfer", mutates: true, needs: abor, deviations: []string{"abor-waits", "abor-no-426", "abor-no-226"}, run: func(d *driver) {
			s := d.scratch()
			dc := s.storing("STOR octets")
			s.interrupt("ABOR\r\n")
			r := s.reply("STOR octets, aborted")
			d.Check(d.Settled() || r.code == 426, "426 to the transfer command that is aborted", "%s", r.shown())
			r = s.reply("ABOR")
			d.Check(d.Settled() || r.code == 226, "226 to ABOR", "%s", r.shown())
			d.Check(d.Settled() || dc.ends(), "the data connection closed after ABOR", "it is open")
		}},
		{name: "abor-no-action", mutates: true, needs: abor, deviations: []string{"abor-undoes"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR file", "text")
			s.given().ok("ABOR")
			d.sameOctets("the file that was stored before ABOR", s.get("RETR file"), "text")
		}},
		{name: "abor-control-open", needs: abor, deviations: []string{"abor-closes-control"}, run: func(d *driver) {
			s := d.login()
			s.given().cmd("ABOR")
			s.ok("NOOP")
		}},
		{name: "telnet-interrupt", needs: abor, deviations: []string{"telnet-not-filtered"}, run: func(d *driver) {
			s := d.login()
			s.interrupt("ABOR\r\n")
			r := s.reply("ABOR after Telnet IP and Synch")
			d.Check(d.Settled() || r.class() == 2, "the reply to ABOR as without IP and Synch", "%s", r.shown())
			s.ok("NOOP")
		}},
	}
}

// rfc959Directories are the rules about directories: section 4.1 and Appendix II.
func rfc959Directories() []serverCase {
	return []serverCase{
		{name: "cwd-changes", mutates: true, deviations: []string{"cwd-ineffective"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().ok("MKD sub")
			s.ok("CWD sub")
			s.put("STOR file", "text")
			s.given().ok("CWD ..")
			d.sameOctets("the file that was stored in the directory of CWD", s.get("RETR sub/file"), "text")
		}},
		{name: "cwd-parameters", mutates: true, deviations: []string{"cwd-resets-type"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("MKD sub")
			s.given().ok("TYPE I")
			s.given().put("STOR sub/octets", octetsSent)
			s.given().ok("CWD sub")
			d.sameOctets("the octets as they were stored: the type is still I", s.get("RETR octets"), octetsSent)
		}},
		{name: "cdup-parent", mutates: true, deviations: []string{"cdup-to-root", "cdup-ineffective"}, run: func(d *driver) {
			s := d.scratch()
			want := s.given().pwd()
			s.given().ok("MKD sub")
			s.given().ok("CWD sub")
			s.ok("CDUP")
			d.Same("the working directory after CDUP", s.pwd(), want)
		}},
		{name: "cdup-replies", mutates: true, deviations: []string{"cdup-success-201"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("MKD sub")
			s.given().ok("CWD sub")
			r := s.ok("CDUP")
			d.Check(d.Settled() || r.code == 250 || r.code == 200, "250, as to CWD (or 200)", "%s", r.shown())
		}},
		{name: "rmd-removes", mutates: true, deviations: []string{"rmd-ineffective"}, run: func(d *driver) {
			s := d.scratch()
			at := s.given().pwd()
			s.given().ok("MKD one")
			s.given().ok("MKD two")
			s.given().ok("MKD three")
			s.ok("RMD one")
			s.ok("RMD %s", path.Join(at, "two"))
			d.Same("the directories that are left", s.names("NLST"), []string{"three"})
			s.refused("CWD one")
		}},
		{name: "mkd-creates", mutates: true, deviations: []string{"mkd-ineffective"}, run: func(d *driver) {
			s := d.scratch()
			at := s.given().pwd()
			s.ok("MKD one")
			s.ok("MKD %s", path.Join(at, "two"))
			for _, name := range []string{"one", "two"} {
				s.ok("CWD %s", path.Join(at, name))
			}
		}},
		{name: "directory-subdirectory", mutates: true, deviations: []string{"mkd-relative-to-root"}, run: func(d *driver) {
			s := d.scratch()
			at := s.given().pwd()
			s.ok("MKD sub")
			s.ok("CWD sub")
			s.ok("MKD deep")
			s.ok("CWD %s", path.Join(at, "sub", "deep"))
			s.given().ok("CWD %s", path.Join(at, "sub"))
			s.ok("RMD deep")
			s.refused("CWD %s", path.Join(at, "sub", "deep"))
		}},
		{name: "pwd-names", mutates: true, deviations: []string{"pwd-root"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("MKD sub")
			s.given().ok("CWD sub")
			name := s.pwd()
			d.Check(d.Settled() || path.Base(name) == "sub", "the name of the working directory, sub", "%q", name)
			s.given().ok("CWD ..")
			s.ok("CWD %s", name)
		}},
		{name: "pwd-257", deviations: []string{"pwd-success-250"}, run: func(d *driver) {
			d.login().code(257, "PWD")
		}},
		{name: "reply-257-form", mutates: true, deviations: []string{"path-unquoted"}, run: func(d *driver) {
			s := d.scratch()
			for _, line := range []string{"MKD sub", "PWD"} {
				r := s.code(257, "%s", line)
				if d.Settled() {
					return
				}
				name, ok := quotedName(r)
				d.Check(ok && name != "", "the pathname in double quotes right behind 257 and a space, to "+line, "%s", r.shown())
			}
		}},
		{name: "rmd-replies", mutates: true, deviations: []string{"rmd-success-201"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("MKD sub")
			s.code(250, "RMD sub")
			s.refused("RMD sub")
		}},
		{name: "mkd-reply-form", mutates: true, deviations: []string{"mkd-comment-only"}, run: func(d *driver) {
			s := d.scratch()
			r := s.code(257, "MKD sub")
			if d.Settled() {
				return
			}
			name, ok := quotedName(r)
			d.Check(ok, `257 "directory" and perhaps a space and a comment`, "%s", r.shown())
			s.ok("CWD %s", name)
		}},
		{name: "mkd-quote-doubling", mutates: true, deviations: []string{"quotes-not-doubled"}, run: func(d *driver) {
			s := d.scratch()
			r := s.given().ok(`MKD with"quote`)
			if d.Settled() {
				return
			}
			d.Check(strings.Contains(r.text(), `with""quote"`), `257 "...with""quote": the quote in the name doubled`, "%s", r.shown())
		}},
		{name: "mkd-exists", mutates: true, deviations: []string{"mkd-reply-257"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("MKD sub")
			s.refused("MKD sub")
		}},
		{name: "mkd-conflict", mutates: true, deviations: []string{"mkd-reply-257"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR file", "text")
			s.refused("MKD file")
		}},
		{name: "mkd-absolute", mutates: true, deviations: []string{"mkd-reply-relative"}, run: func(d *driver) {
			s := d.scratch()
			r := s.ok("MKD sub")
			if d.Settled() {
				return
			}
			name, ok := quotedName(r)
			if !ok {
				d.Unclear("the reply has no name in it: %s", r.shown())
				return
			}
			s.given().ok("MKD other")
			s.given().ok("CWD other")
			r = s.cmd("CWD %s", name)
			d.Check(d.Settled() || r.class() == 2, "the name in the reply to MKD absolute: it leads there from another directory", "%q: %s", name, r.shown())
		}},
	}
}

// quotedName is the name that a 257 reply begins with.
func quotedName(r *reply) (string, bool) {
	text := r.text()
	if !strings.HasPrefix(text, `"`) {
		return "", false
	}
	rest := text[1:]
	var name strings.Builder
	for {
		i := strings.IndexByte(rest, '"')
		if i < 0 {
			return "", false
		}
		name.WriteString(rest[:i])
		rest = rest[i+1:]
		if !strings.HasPrefix(rest, `"`) {
			return name.String(), rest == "" || rest[0] == ' '
		}
		name.WriteByte('"')
		rest = rest[1:]
	}
}

// rfc959Listings are the rules about LIST and NLST: section 4.1.3.
func rfc959Listings() []serverCase {
	filled := func(d *driver) *session {
		s := d.scratch()
		s.given().put("STOR one", "1")
		s.given().put("STOR two", "22")
		s.given().ok("MKD sub")
		s.given().put("STOR sub/inner", "333")
		s.given().ok("TYPE A")
		return s
	}
	lists := func(listing, name string) bool {
		return slices.ContainsFunc(strings.Split(listing, "\n"), func(l string) bool { return strings.HasSuffix(strings.TrimRight(l, "\r"), name) })
	}
	return []serverCase{
		{name: "list-directory", mutates: true, deviations: []string{"list-misses-last"}, run: func(d *driver) {
			s := filled(d)
			got := s.get("LIST sub")
			d.Check(d.Settled() || lists(got, "inner") && !lists(got, "one"), "a list of the directory sub: inner", "%q", head(got, 200))
			got = s.get("LIST")
			d.Check(d.Settled() || lists(got, "one") && lists(got, "two") && lists(got, "sub"), "a list of one, two and sub", "%q", head(got, 300))
		}},
		{name: "list-file", mutates: true, deviations: []string{"list-file-empty"}, run: func(d *driver) {
			got := filled(d).get("LIST two")
			d.Check(d.Settled() || lists(got, "two") && !lists(got, "one"), "information on the file two", "%q", head(got, 200))
		}},
		{name: "list-null", mutates: true, deviations: []string{"list-null-root"}, run: func(d *driver) {
			s := filled(d)
			s.given().ok("CWD sub")
			got := s.get("LIST")
			d.Check(d.Settled() || lists(got, "inner"), "a list of the working directory: inner", "%q", head(got, 200))
		}},
		{name: "list-ascii", mutates: true, deviations: []string{"list-bare-lf"}, run: func(d *driver) {
			got := filled(d).get("LIST")
			d.Check(d.Settled() || got != "" && crlfOnly(got), "lines that end with CR LF in the listing", "%q", head(got, 200))
		}},
		{name: "eol-without-records", mutates: true, deviations: []string{"list-bare-lf", "type-a-as-stored"}, run: func(d *driver) {
			s := filled(d)
			for _, line := range []string{"LIST", "NLST"} {
				got := s.get(line)
				d.Check(d.Settled() || got != "" && crlfOnly(got), "lines that end with CR LF in "+line, "%q", head(got, 200))
			}
			s.given().put("STOR text", textSent)
			d.Same("the lines of a text with CR LF", s.get("RETR text"), textSent)
		}},
		{name: "nlst-directory", mutates: true, deviations: []string{"nlst-misses-last", "nlst-argument-ignored"}, run: func(d *driver) {
			s := filled(d)
			d.Same("the names in the working directory", s.names("NLST"), []string{"one", "sub", "two"})
			d.Same("the names in the directory sub", s.names("NLST sub"), []string{"inner"})
		}},
		{name: "nlst-names-only", mutates: true, deviations: []string{"nlst-long", "nlst-total"}, run: func(d *driver) {
			d.Same("the lines of NLST", filled(d).names("NLST"), []string{"one", "sub", "two"})
		}},
		{name: "nlst-pathnames", mutates: true, deviations: []string{"nlst-bare-lf", "nlst-long"}, run: func(d *driver) {
			s := filled(d)
			s.given().ok("CWD sub")
			got := s.get("NLST")
			d.Check(d.Settled() || crlfOnly(got), "names, each ended by CR LF", "%q", head(got, 200))
			for _, name := range files(got) {
				s.get("RETR " + name)
			}
		}},
	}
}

// crlfOnly says whether each line ends with CR LF.
func crlfOnly(s string) bool {
	return strings.HasSuffix(s, "\r\n") && strings.Count(s, "\n") == strings.Count(s, "\r\n") && strings.Count(s, "\r") == strings.Count(s, "\r\n")
}
