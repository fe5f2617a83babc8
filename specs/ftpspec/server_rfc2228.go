package ftpspec

import (
	"regexp"
	"strconv"
)

var pbszForm = regexp.MustCompile(`PBSZ=([0-9]+)`)

// The replies that section 8.2 of RFC 2228 documents.
const (
	authCodes = "234 334 431 500 501 502 504 533 534 421"
	pbszCodes = "200 503 500 501 502 533 530 421"
	protCodes = "200 431 503 504 534 536 500 501 502 533 530 421"
)

// rfc2228Rows are the server cases of RFC 2228, as far as FTP over TLS uses it.
func rfc2228Rows() []serverCase {
	tls := []string{"tls"}
	return []serverCase{
		{name: "security-reply-digit", labels: tls, deviations: []string{"prot-unknown-450"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.given().ok("PBSZ 0")
			s.expect("5yz", "PROT X")
			s.expect("5yz", "PBSZ abc")
		}},
		{name: "auth-unrecognised", labels: tls, deviations: []string{"auth-refused-550"}, run: func(d *driver) {
			if d.Target.URL.Scheme == "ftps" {
				d.Absent("AUTH: the connection begins with TLS")
			}
			s := d.connect()
			s.given().greet()
			s.expect(authCodes, "AUTH XYZZY")
		}},
		{name: "auth-504", labels: tls, deviations: []string{"auth-unknown-534"}, run: func(d *driver) {
			d.beforeTLS().code(504, "AUTH XYZZY")
		}},
		{name: "auth-no-data-234", labels: tls, deviations: []string{"auth-334", "auth-200"}, run: func(d *driver) {
			s := d.beforeTLS()
			s.code(234, "AUTH TLS")
			s.given().handshake()
		}},
		{name: "pbsz-503", labels: tls, deviations: []string{"pbsz-before-auth"}, run: func(d *driver) {
			s := d.beforeTLS()
			s.given().authenticate(d.Target.User, d.Target.Password)
			s.code(503, "PBSZ 0")
		}},
		{name: "pbsz-501", labels: tls, deviations: []string{"pbsz-any"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.code(501, "PBSZ abc")
			s.code(501, "PBSZ 4294967296")
		}},
		{name: "pbsz-200", labels: tls, deviations: []string{"pbsz-250"}, run: func(d *driver) {
			d.loggedInTLS().code(200, "PBSZ 0")
		}},
		{name: "pbsz-smaller", labels: tls, deviations: []string{"pbsz-larger"}, run: func(d *driver) {
			s := d.loggedInTLS()
			for _, size := range []int{0, 16384} {
				r := s.cmd("PBSZ %d", size)
				if m := pbszForm.FindStringSubmatch(r.text()); m != nil && r.code == 200 {
					got, err := strconv.ParseUint(m[1], 10, 32)
					d.Check(err == nil && got <= uint64(size), "no larger size than "+strconv.Itoa(size), "%s", r.shown())
				}
			}
		}},
		{name: "prot-default-clear", labels: tls, deviations: []string{"prot-default-private"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.given().ok("PBSZ 0")
			clearOrRefused(s)
		}},
		{name: "prot-503", labels: tls, deviations: []string{"prot-without-pbsz", "prot-early-504"}, run: func(d *driver) {
			d.loggedInTLS().code(503, "PROT P")
		}},
		{name: "prot-504", labels: tls, deviations: []string{"prot-unknown-450", "prot-unknown-536"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.given().ok("PBSZ 0")
			s.code(504, "PROT X")
		}},
		{name: "prot-536", labels: tls, deviations: []string{"prot-safe-504"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.given().ok("PBSZ 0")
			s.code(536, "PROT S")
			s.code(536, "PROT E")
		}},
		{name: "prot-200", labels: tls, deviations: []string{"prot-250"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.given().ok("PBSZ 0")
			s.code(200, "PROT P")
		}},
		{name: "ccc-unprotected-533", labels: tls, deviations: []string{"ccc-clear-200", "ccc-clear-503"}, run: func(d *driver) {
			s := d.afterCCC()
			s.code(533, "CCC")
		}},
		{name: "ccc-replies-clear", labels: tls, deviations: []string{"ccc-stays-protected"}, run: func(d *driver) {
			s := d.afterCCC()
			s.code(200, "NOOP")
		}},
		{name: "security-reply-codes", labels: tls, deviations: []string{"auth-refused-550", "pbsz-250", "prot-250", "prot-unknown-450"}, run: func(d *driver) {
			s := d.inTLS()
			s.expect(pbszCodes, "PBSZ 0")
			s.given().authenticate(d.Target.User, d.Target.Password)
			s.expect(pbszCodes, "PBSZ 0")
			for _, level := range []string{"P", "C", "S", "X"} {
				s.expect(protCodes, "PROT %s", level)
			}
			s = d.beforeTLS()
			s.expect(authCodes, "AUTH XYZZY")
		}},
	}
}

// afterCCC returns a session whose TLS was given up by CCC after login; if CCC is not accepted, the case ends.
func (d *driver) afterCCC() *session {
	s := d.loggedInTLS()
	s.ccc()
	return s
}

// ccc gives TLS up; if CCC is not accepted, the case ends.
func (s *session) ccc() {
	r := s.given().cmd("CCC")
	if !s.d.Settled() && !r.completed() {
		s.d.Absent("CCC (" + r.shown() + ")")
	}
	s.endTLS()
}
