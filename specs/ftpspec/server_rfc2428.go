package ftpspec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var (
	familiesForm = regexp.MustCompile(`\([0-9]+(,[0-9]+)*\)$`)
	epsvForm     = regexp.MustCompile(`\(([^()]*)\)$`)
)

// rfc2428Rows are the server cases of RFC 2428.
func rfc2428Rows() []serverCase {
	return []serverCase{
		{name: "eprt-any-delimiter", deviations: []string{"eprt-bar-only"}, run: func(d *driver) {
			s := d.login()
			l := s.listen()
			if r := s.eprt(l, "|"); !d.Settled() && !r.completed() {
				d.Unclear("EPRT is refused altogether: %s", r.shown())
			}
			for _, delimiter := range []string{"!", "~", "-"} {
				r := s.eprt(l, delimiter)
				d.Check(d.Settled() || r.completed(), fmt.Sprintf("EPRT with the delimiter %q accepted as the one with %q is", delimiter, "|"), "%s", r.shown())
			}
		}},
		{name: "eprt-used", deviations: []string{"eprt-no-effect"}, run: func(d *driver) {
			s := d.login()
			l := s.listen()
			if r := s.eprt(l, "|"); !d.Settled() && !r.completed() {
				d.Unclear("EPRT is refused: %s", r.shown())
			}
			s.whole(s.transfer(l, nil, "LIST"))
		}},
		{name: "eprt-200", deviations: []string{"eprt-225"}, run: func(d *driver) {
			s := d.login()
			r := s.eprt(s.listen(), "|")
			d.Check(d.Settled() || r.code == 200, "200 to EPRT with the client's own address", "%s", r.shown())
		}},
		{name: "eprt-syntax-error", deviations: []string{"eprt-syntax-accepted", "eprt-syntax-550"}, run: func(d *driver) {
			s := d.login()
			s.eprt(s.listen(), "|")
			for _, arg := range []string{"|1|127.0.0.1", "|1|no.address.at.all|5000|", "|1|127.0.0.1|x|"} {
				r := s.cmd("EPRT %s", arg)
				d.Check(d.Settled() || r.code == 500 || r.code == 501, "500 or 501 to EPRT "+arg, "%s", r.shown())
			}
		}},
		{name: "eprt-522", deviations: []string{"eprt-unknown-501"}, run: func(d *driver) {
			r := unknownFamily(d)
			d.Check(d.Settled() || r.code == 522, "522 to EPRT with the address family number 99", "%s", r.shown())
		}},
		{name: "eprt-522-protocols", deviations: []string{"eprt-522-no-list"}, run: func(d *driver) {
			r := refusedFamily(d)
			d.Check(d.Settled() || familiesForm.MatchString(r.text()), "the numbers of the protocols that are supported in parentheses, at the end", "%s", r.shown())
		}},
		{name: "eprt-522-parentheses", deviations: []string{"eprt-522-parentheses"}, run: func(d *driver) {
			r := refusedFamily(d)
			rest := familiesForm.ReplaceAllString(r.text(), "")
			d.Check(d.Settled() || !strings.ContainsAny(rest, "()"), "no parentheses but those of the list of protocols", "%s", r.shown())
		}},
		{name: "eprt-522-text", deviations: []string{"eprt-522-bare"}, run: func(d *driver) {
			r := refusedFamily(d)
			rest := strings.TrimSpace(familiesForm.ReplaceAllString(r.text(), ""))
			d.Check(d.Settled() || rest != "", "a text before the list of protocols", "%s", r.shown())
		}},

		{name: "epsv-229", deviations: []string{"epsv-227"}, run: func(d *driver) {
			r := d.login().extendedPassive("EPSV")
			d.Check(d.Settled() || r.code == 229, "229 to EPSV", "%s", r.shown())
		}},
		{name: "epsv-text", deviations: []string{"epsv-no-parentheses", "epsv-no-last-delimiter"}, run: func(d *driver) {
			r := d.login().epsvGranted()
			fields := epsvFields(r)
			d.Check(d.Settled() || len(fields) == 5, "at the end of the text parentheses with a delimiter, two fields, a port, each with the delimiter behind it", "%s", r.shown())
		}},
		{name: "epsv-blank-fields", deviations: []string{"epsv-fields-filled"}, run: func(d *driver) {
			r := d.login().epsvGranted()
			if fields := epsvFields(r); !d.Settled() && len(fields) == 5 {
				d.Check(fields[1] == "" && fields[2] == "", "two empty fields before the port", "%s", r.shown())
			}
		}},
		{name: "epsv-port", deviations: []string{"epsv-port-wrong"}, run: func(d *driver) {
			s := d.login()
			s.given().epsvGranted()
			dc := s.epsv()
			s.given().prelim("LIST")
			dc.readAll()
			s.given().final("LIST")
		}},
		{name: "epsv-same-address", deviations: []string{"epsv-other-address"}, run: func(d *driver) {
			s := d.login()
			s.given().epsvGranted()
			s.epsv()
		}},
		{name: "epsv-syntax-error", deviations: []string{"epsv-argument-ignored", "epsv-syntax-550"}, run: func(d *driver) {
			s := d.login()
			s.given().epsvGranted()
			r := s.cmd("EPSV xyzzy")
			d.Check(d.Settled() || slices.Contains([]int{500, 501, 522}, r.code), "500, 501 or 522 to EPSV xyzzy", "%s", r.shown())
		}},
		{name: "epsv-protocol-used", deviations: []string{"epsv-protocol-refused"}, run: func(d *driver) {
			s := d.login()
			s.given().epsvGranted()
			if d.Settled() {
				return
			}
			family := 1
			if s.peer().Addr().Is6() {
				family = 2
			}
			r := s.cmd("EPSV %d", family)
			d.Check(d.Settled() || r.code == 229, fmt.Sprintf("229 to EPSV %d, the protocol of the control connection", family), "%s", r.shown())
		}},
		{name: "epsv-522", deviations: []string{"epsv-unknown-501", "epsv-522-no-list"}, run: func(d *driver) {
			s := d.login()
			s.given().epsvGranted()
			r := s.cmd("EPSV 99")
			d.Check(d.Settled() || r.code == 522, "522 to EPSV 99", "%s", r.shown())
			d.Check(d.Settled() || familiesForm.MatchString(r.text()), "the numbers of the protocols that are supported in parentheses, at the end", "%s", r.shown())
		}},
		{name: "epsv-all-rejects", deviations: []string{"epsv-all-ignored", "epsv-all-rejects-epsv"}, run: func(d *driver) {
			s := d.login()
			s.given().epsvGranted()
			s.ok("EPSV ALL")
			s.refused("PASV")
			l := s.listen()
			if !d.Settled() && s.peer().Addr().Is4() {
				s.refused("PORT %s", portArgument(l.addr))
			}
			s.refused("EPRT %s", l.extended("|"))
			s.code(229, "EPSV")
		}},
	}
}

// extendedPassive sends EPSV; if the server does not know the command, the case ends.
func (s *session) extendedPassive(line string) *reply {
	r := s.cmd("%s", line)
	if !s.d.Settled() && r.unknown() {
		s.d.Absent(fmt.Sprintf("EPSV (%s)", r.shown()))
	}
	return r
}

// epsvGranted sends EPSV, for cases that judge something else than its code.
func (s *session) epsvGranted() *reply {
	r := s.extendedPassive("EPSV")
	if !s.d.Settled() && r.code != 229 {
		s.d.Unclear("EPSV is not granted: %s", r.shown())
	}
	return r
}

// epsvFields are the fields of the reply to EPSV: before the first delimiter, protocol, address, port, behind the last one; nil if it has
// another form.
func epsvFields(r *reply) []string {
	m := epsvForm.FindStringSubmatch(r.text())
	if m == nil || len(m[1]) < 5 || m[1][0] <= ' ' || m[1][0] > '~' {
		return nil
	}
	fields := strings.Split(m[1], m[1][:1])
	if len(fields) != 5 || fields[0] != "" || fields[4] != "" || fields[3] == "" || strings.Trim(fields[3], "0123456789") != "" {
		return nil
	}
	return fields
}

// unknownFamily sends EPRT with an address family that there is not.
func unknownFamily(d *driver) *reply {
	s := d.login()
	s.given().eprt(s.listen(), "|")
	return s.cmd("EPRT |99|x|5000|")
}

// refusedFamily is unknownFamily where the code is 522, as another rule has it.
func refusedFamily(d *driver) *reply {
	r := unknownFamily(d)
	if !d.Settled() && r.code != 522 {
		d.Absent(fmt.Sprintf("522 to EPRT with the address family number 99 (%s)", r.shown()))
	}
	return r
}
