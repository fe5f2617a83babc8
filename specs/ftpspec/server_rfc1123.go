package ftpspec

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// rfc1123Rows are the server cases of RFC 1123 section 4.1, in the order of the register.
func rfc1123Rows() []serverCase {
	return []serverCase{
		{name: "type-i-l8", mutates: true, deviations: []string{"type-l8-refused", "type-l-text"}, run: func(d *driver) {
			s := d.scratch()
			s.ok("TYPE I")
			s.put("STOR octets", octetsSent)
			image := s.get("RETR octets")
			s.ok("TYPE L 8")
			d.sameOctets("the file in TYPE L 8 as in TYPE I", s.get("RETR octets"), image)
		}},
		{name: "type-t-as-n", mutates: true, deviations: []string{"type-t-refused"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE A N")
			s.given().put("STOR text", textSent)
			want := s.given().get("RETR text")
			s.ok("TYPE A T")
			d.Same("the file in TYPE A T as in TYPE A N", s.get("RETR text"), want)
		}},
		{name: "page-not-recommended", deviations: []string{"stru-p-accepted"}, run: func(d *driver) {
			d.login().refused("STRU P")
		}},
		{name: "record-file-invertible", mutates: true, needs: []string{"STRU R"}, deviations: []string{"stru-r-joins"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE A")
			s.given().put("STOR text", "one\r\n\r\ntwo\r\n")
			s.given().ok("STRU R")
			d.Same("a record for each line", s.get("RETR text"), records("one", "", "two"))
			s.put("STOR records", records("one", "", "two"))
			s.given().ok("STRU F")
			d.Same("a line for each record", s.get("RETR records"), "one\r\n\r\ntwo\r\n")
		}},
		{name: "pasv-implemented", deviations: []string{"pasv-unimplemented"}, run: func(d *driver) {
			d.login().code(227, "PASV")
		}},
		{name: "pasv-own-address", mutates: true, deviations: []string{"pasv-other-address", "pasv-wrong-port"}, run: func(d *driver) {
			s := d.scratch()
			dc := s.pasv()
			if d.Settled() {
				return
			}
			at, ok := sixNumbers(s.state.replies[len(s.state.replies)-1].text())
			d.Check(ok && at.Addr() == s.peer().Addr(), fmt.Sprintf("the server's address, %v, in the reply to PASV", s.peer().Addr()), "%v", at.Addr())
			s.prelim("NLST")
			dc.readAll()
			s.final("NLST")
		}},
		{name: "nlst-usable", mutates: true, deviations: []string{"nlst-long", "nlst-argument-basenames"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR one file", "text")
			s.given().put("STOR two", "text")
			at := s.given().pwd()
			for _, line := range []string{"NLST", "NLST " + at} {
				names := files(s.get(line))
				d.Check(d.Settled() || len(names) == 2, "two names in the reply to "+line, "%q", names)
				for _, name := range names {
					s.get("RETR " + name)
				}
			}
			s.given().ok("CWD ..")
			for _, name := range files(s.get("NLST " + path.Base(at))) {
				s.get("RETR " + name)
			}
		}},
		{name: "listing-implied-ascii", mutates: true, deviations: []string{"listing-follows-type"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR one", "text")
			s.given().ok("TYPE I")
			for _, line := range []string{"NLST", "LIST"} {
				got := s.get(line)
				d.Check(d.Settled() || crlfOnly(got), "lines that end with CR LF from "+line+" in TYPE I", "%q", head(got, 200))
			}
		}},
		{name: "stou-name", mutates: true, needs: []string{"STOU"}, deviations: []string{"stou-no-name"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			dc := s.passive()
			r := s.prelim("STOU")
			dc.send("text")
			dc.Close()
			s.given().final("STOU")
			names := s.given().names("NLST")
			d.Check(d.Settled() || len(names) == 1 && strings.Contains(strings.Join(r.lines, "\n"), names[0]), fmt.Sprintf("the name of the new file, %q, in the preliminary reply", names), "%s", r.shown())
		}},
		{name: "stou-name-form", mutates: true, needs: []string{"STOU"}, deviations: []string{"stou-other-form", "stou-no-name"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			dc := s.passive()
			r := s.prelim("STOU")
			dc.send("text")
			dc.Close()
			s.given().final("STOU")
			if d.Settled() {
				return
			}
			name, ok := strings.CutPrefix(r.text(), "FILE: ")
			d.Check(ok && (r.code == 125 || r.code == 150), `"125 FILE: " or "150 FILE: " and the name`, "%s", r.shown())
			d.sameOctets("the file of that name", s.get("RETR "+name), "text")
		}},
		{name: "read-boundaries", deviations: []string{"acts-before-eol", "segment-is-command"}, run: func(d *driver) {
			s := d.login()
			for _, part := range []string{"N", "OO", "P\r", "\n"} {
				s.Send(part)
				if part != "\n" {
					s.Quiet("a part of a command")
				}
			}
			r := s.reply("NOOP in four segments")
			d.Check(d.Settled() || r.code == 200, "200 to NOOP that comes in four segments", "%s", r.shown())
			s.Send("NOOP\r\nPWD\r\nSYST\r\n")
			for _, want := range []struct {
				to   string
				code int
			}{{"NOOP", 200}, {"PWD", 257}, {"SYST", 215}} {
				r := s.reply(want.to)
				d.Check(d.Settled() || r.code == want.code, fmt.Sprintf("%d to %s, one of three commands in one segment", want.code, want.to), "%s", r.shown())
			}
		}},
		{name: "reply-formatted", deviations: []string{"reply-bare-lf", "reply-two-digits", "reply-tab"}, run: checkForm},
		{name: "reply-codes-defined", mutates: true, deviations: []string{"retr-success-201", "retr-reply-598"}, run: checkListed},
		{name: "reply-codes-other", mutates: true, run: func(d *driver) {
			s := d.prepared(false, "STOR")
			at := s.given().pwd()
			var others []string
			for _, q := range sequences {
				if len(q.needs) > 0 || q.own || q.fresh || q.verb == "REIN" {
					continue
				}
				s.given().ok("CWD %s", at)
				q.replies(d, s, func(line string, r *reply) {
					if !slices.Contains(slices.Concat(q.preliminary, q.success, q.intermediate, q.failure), r.code) {
						others = append(others, fmt.Sprintf("%d to %s", r.code, line))
					}
				})
			}
			if d.Settled() {
				return
			}
			if len(others) == 0 {
				d.Saw("no other codes are used")
			} else {
				d.Saw("other codes: %s", strings.Join(others, ", "))
			}
		}},
		{name: "default-port-address", mutates: true, deviations: []string{"data-from-other-address"}, run: func(d *driver) {
			s := d.scratch()
			l := s.listen()
			s.given().port(l)
			s.given().prelim("NLST")
			dc := l.accepted()
			dc.readAll()
			s.given().final("NLST")
			if d.Settled() {
				return
			}
			d.Same("the address that the data connection comes from", addrPort(dc.C.RemoteAddr()).Addr(), s.peer().Addr())
		}},
		{name: "telnet-negotiation-refused", deviations: []string{"telnet-negotiation-ignored", "telnet-negotiation-accepted", "telnet-not-filtered"}, run: func(d *driver) {
			s := d.login()
			for _, n := range []struct{ what, ask, want string }{
				{"DO ECHO", "\xff\xfd\x01", "\xff\xfc\x01"}, {"WILL NAWS", "\xff\xfb\x1f", "\xff\xfe\x1f"},
			} {
				s.Send(n.ask + "NOOP\r\n")
				l, ok := s.ReadLine("a refusal of " + n.what + ", and the reply to NOOP")
				if !ok {
					return
				}
				text := string(l.Text)
				d.Check(strings.Contains(text, n.want), fmt.Sprintf("% x (%s refused)", n.want, n.what), "%q", text)
				d.Check(strings.HasPrefix(strings.ReplaceAll(text, n.want, ""), "200"), "200 to NOOP behind "+n.what, "%q", text)
			}
		}},
		{name: "required-commands", mutates: true, deviations: []string{"help-unimplemented", "stat-unimplemented", "noop-unimplemented", "pasv-unimplemented", "port-unimplemented"}, run: func(d *driver) {
			r := d.login().cmd("PASV")
			d.Check(d.Settled() || r.code != 500 && r.code != 502, "PASV implemented", "%s", r.shown())
			s := d.prepared(false, "STOR")
			at := s.given().pwd()
			for _, line := range []string{"TYPE A N", "TYPE I", "TYPE L 8", "MODE S", "STRU F", "CWD sub", "CDUP", "PWD", "SYST", "STAT", "HELP", "NOOP", "MKD new", "RMD new", "DELE file", "RNFR sub", "RNTO other"} {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || r.code != 500 && r.code != 502 && r.code != 504, line+" implemented", "%s", r.shown())
			}
			s.given().ok("CWD %s", at)
			s.port(s.listen())
			s.put("STOR new", "text")
			s.put("APPE new", "text")
			for _, line := range []string{"RETR new", "LIST", "NLST"} {
				s.get(line)
			}
			r = s.cmd("ACCT x")
			d.Check(d.Settled() || r.code != 500 && r.code != 504, "ACCT implemented (or 502, 202: there are no accounts)", "%s", r.shown())
			s.ok("QUIT")
		}},
		{name: "experimental-commands", mutates: true, deviations: []string{"xpwd-unimplemented"}, run: func(d *driver) {
			s := d.scratch()
			at := s.given().pwd()
			s.code(257, "XMKD sub")
			s.ok("XCWD sub")
			r := s.code(257, "XPWD")
			d.Check(d.Settled() || strings.Contains(r.text(), "/sub"), "the working directory, .../sub", "%s", r.shown())
			s.ok("XCUP")
			d.Same("the working directory after XCUP", s.pwd(), at)
			s.ok("XRMD sub")
		}},
		{name: "commands-deferred", mutates: true, deviations: []string{"stat-lost-in-transfer", "stat-cuts-transfer"}, run: func(d *driver) { checkDeferred(d, "STAT") }},
		{name: "restart-reply-form", mutates: true, needs: []string{"MODE B"}, deviations: []string{"restart-reply-other"}, run: checkMark},
		{name: "reply-554", mutates: true, needs: []string{"REST"}, deviations: []string{"rest-beyond-ok"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			s.given().put("STOR file", "0123456789")
			dc := s.passive()
			r := s.cmd("REST 1000000")
			if d.Settled() || r.negative() {
				return
			}
			if r = s.cmd("RETR file"); !d.Settled() && r.class() == 1 {
				dc.readAll()
				r = s.reply("RETR file")
			}
			d.Check(d.Settled() || r.negative(), "a negative reply (554) to RETR behind REST with a position beyond the end of the file", "%s", r.shown())
		}},
	}
}
