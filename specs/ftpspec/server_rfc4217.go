package ftpspec

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// rfc4217Rows are the server cases of RFC 4217.
func rfc4217Rows() []serverCase {
	rows := slices.Concat(rfc4217AUTH(), rfc4217CCC(), rfc4217PROT(), rfc4217REIN())
	for i := range rows {
		rows[i].labels = append(rows[i].labels, "tls")
	}
	return rows
}

// rfc4217AUTH are the rules of sections 4, 6, 10.1 and 17.
func rfc4217AUTH() []serverCase {
	return []serverCase{
		{name: "auth-tls-allowed", run: func(d *driver) {
			s := d.beforeTLS()
			if r := s.cmd("AUTH TLS"); !d.Settled() {
				d.Saw("AUTH TLS gets %s", r.shown())
			}
		}},
		{name: "auth-tls-234", deviations: []string{"auth-334", "auth-200"}, run: func(d *driver) {
			s := d.beforeTLS()
			s.code(234, "AUTH TLS")
			s.given().handshake() // whether the certificate is trusted is no matter of this rule
			s.code(331, "USER %s", d.Target.User)
		}},
		{name: "auth-reauthorize", deviations: []string{"auth-keeps-login"}, run: func(d *driver) {
			s := d.authAfterLogin()
			s.refused("PWD")
		}},
		{name: "auth-resets-parameters", mutates: true, deviations: []string{"auth-keeps-parameters"}, run: func(d *driver) {
			s := d.beforeTLS()
			g := s.given()
			g.authenticate(d.Target.User, d.Target.Password)
			first := g.pwd()
			if dir := d.scratchDir(s); !d.Settled() {
				g.expect("250 200", "CWD %s", dir)
			}
			g.ok("TYPE I")
			if r := g.cmd("AUTH TLS"); !d.Settled() && r.code != 234 {
				d.Absent(fmt.Sprintf("AUTH TLS after login (%s)", r.shown()))
			}
			g.handshake()
			g.authenticate(d.Target.User, d.Target.Password)
			d.Same("the working directory after AUTH and login", s.pwd(), first)
			// In TYPE A, the default, a text has CRLF.
			if d.Settled() {
				return
			}
			g.expect("250 200", "CWD %s", d.dir)
			g.ok("TYPE I")
			g.put("STOR text", strings.ReplaceAll(textSent, "\r\n", "\n"))
			again := d.beforeTLS()
			g = again.given()
			g.authenticate(d.Target.User, d.Target.Password)
			g.ok("TYPE I")
			g.startTLS()
			g.authenticate(d.Target.User, d.Target.Password)
			g.expect("250 200", "CWD %s", d.dir)
			d.Same("a text, the type being A N again", again.get("RETR text"), textSent)
		}},
		{name: "auth-feature", deviations: []string{"feat-auth-missing", "feat-pbsz-missing", "feat-prot-missing"}, run: func(d *driver) {
			s := d.login()
			list := s.featureList()
			if d.Settled() {
				return
			}
			plain := d.connect()
			if d.Target.URL.Scheme != "ftps" {
				plain.given().greet()
				if r := plain.given().cmd("AUTH TLS"); !d.Settled() && r.code != 234 {
					d.Absent(fmt.Sprintf("AUTH TLS (%s)", r.shown()))
				}
				_, listed := find(list, "AUTH")
				d.Check(listed, "AUTH listed, as it is served", "%s", labels(list))
			}
			for _, label := range []string{"PBSZ", "PROT"} {
				_, listed := find(list, label)
				d.Check(listed, label+" listed, as AUTH TLS is served", "%s", labels(list))
			}
		}},
		{name: "auth-feature-tls", deviations: []string{"feat-auth-bare"}, run: func(d *driver) {
			f := d.login().feature("AUTH")
			d.Check(d.Settled() || slices.Contains(parameters(f.parameters), "TLS"), "TLS among the parameters of AUTH", "%s", f.shown())
		}},
		{name: "tls-failed-dropped", deviations: []string{"tls-failed-goes-on"}, run: func(d *driver) {
			s := d.beforeTLS()
			s.given().code(234, "AUTH TLS")
			// No ClientHello. An alert or a 421 may come before the close.
			s.Send("NOOP\r\nNOOP\r\nNOOP\r\n")
			for !d.Settled() {
				l, open := s.rest()
				if !open {
					break
				}
				d.Check(!strings.HasPrefix(l, "200"), "the connection dropped after a failed handshake, or 421", "%q", l)
			}
		}},
		{name: "auth-tls-c", deviations: []string{"auth-tls-c-refused"}, run: func(d *driver) {
			s := d.beforeTLS()
			s.code(234, "AUTH TLS-C")
			s.given().handshake()
		}},
		{name: "auth-tls-any-case", deviations: []string{"auth-upper-only"}, run: func(d *driver) {
			s := d.beforeTLS()
			s.code(234, "AUTH tLs")
			s.given().handshake()
		}},
	}
}

// rest reads what comes next, up to a line's end or the close; open is false at the close.
func (s *session) rest() (text string, open bool) {
	if s.d.Settled() {
		return "", false
	}
	var out []byte
	err := s.C.Do(s.d.Ctx, s.d.Wait(), func() error {
		l, err := s.C.R.ReadLine()
		out = append(out, l.Text...)
		return err
	})
	if err == nil {
		return string(out), true
	}
	if trouble := s.Trouble(err); strings.Contains(trouble, "within") {
		s.Wrong("the connection closed", "%s", trouble)
	}
	return string(out), false
}

// authAfterLogin returns a session that was logged in and then went to TLS by AUTH; if the server refuses that, the case ends.
func (d *driver) authAfterLogin() *session {
	s := d.beforeTLS()
	s.given().authenticate(d.Target.User, d.Target.Password)
	if r := s.given().cmd("AUTH TLS"); !d.Settled() && r.code != 234 {
		d.Absent(fmt.Sprintf("AUTH TLS after login (%s)", r.shown()))
	}
	s.given().handshake()
	return s
}

// rfc4217CCC are the rules of sections 5 and 15.3.
func rfc4217CCC() []serverCase {
	return []serverCase{
		{name: "ccc-unsupported", deviations: []string{"ccc-refused-550"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.expect("200 500 502 533 534", "CCC")
		}},
		{name: "ccc-533", deviations: []string{"ccc-clear-200", "ccc-clear-503"}, run: func(d *driver) {
			d.afterCCC() // which finds out whether it is offered
			s := d.beforeTLS()
			s.given().authenticate(d.Target.User, d.Target.Password)
			s.code(533, "CCC")
		}},
		{name: "ccc-534", deviations: []string{"ccc-early-503"}, run: func(d *driver) {
			s := d.inTLS()
			r := s.cmd("CCC")
			switch {
			case d.Settled():
			case r.unknown():
				d.Absent("CCC")
			case r.negative():
				d.Check(r.code == 534, "534 to CCC that is not allowed before login", "%s", r.shown())
			}
		}},
		{name: "ccc-200", deviations: []string{"ccc-250"}, run: func(d *driver) {
			s := d.loggedInTLS()
			r := s.cmd("CCC")
			if !d.Settled() && r.negative() {
				d.Absent(fmt.Sprintf("CCC (%s)", r.shown()))
			}
			d.Check(d.Settled() || r.code == 200, "200 to CCC", "%s", r.shown())
		}},
		{name: "ccc-clear", deviations: []string{"ccc-stays-protected", "ccc-closes"}, run: func(d *driver) {
			s := d.afterCCC()
			s.code(200, "NOOP")
		}},
		{name: "ccc-no-more-prot", deviations: []string{"ccc-prot-accepted"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.given().protect()
			s.given().ccc()
			s.refused("PBSZ 0")
			s.refused("PROT C")
		}},
		{name: "ccc-prot-stays", mutates: true, deviations: []string{"ccc-drops-prot"}, run: func(d *driver) {
			s := d.protectedScratch()
			s.given().put("STOR file.txt", textSent)
			s.given().ccc()
			d.Same("the file over a protected data connection", s.get("RETR file.txt"), textSent)
		}},
		{name: "ccc-before-login", run: func(d *driver) {
			s := d.inTLS()
			r := s.cmd("CCC")
			switch {
			case d.Settled():
			case r.unknown():
				d.Absent("CCC")
			default:
				d.Saw("CCC before login gets %s", r.shown())
			}
		}},
	}
}

// clearOrRefused lists in a session whose data connections are to be clear: the server sends in the clear, or refuses because it insists on
// protection.
func clearOrRefused(s *session) {
	s.state.private = false
	dc := s.given().passive()
	r := s.cmd("LIST")
	if s.d.Settled() || r.negative() {
		return
	}
	dc.s = s
	got := dc.readAll()
	s.d.Check(s.d.Settled() || !strings.HasPrefix(got, "\x16\x03"), "a data connection without TLS", "a TLS record")
	s.final("LIST")
}

// rfc4217PROT are the rules of sections 7 to 10.2, 11.4, 14 and 15.1.
func rfc4217PROT() []serverCase {
	return []serverCase{
		{name: "tls-roles", mutates: true, deviations: []string{"tls-roles-swapped"}, run: func(d *driver) {
			s := d.protectedScratch()
			l := s.given().active()
			s.whole(s.transfer(l, []byte(textSent), "STOR file.txt"))
			d.Same("the file", s.get("RETR file.txt"), textSent)
		}},
		{name: "auth-data-clear", deviations: []string{"prot-default-private"}, run: func(d *driver) {
			clearOrRefused(d.loggedInTLS())
		}},
		{name: "prot-any-time", mutates: true, deviations: []string{"prot-once", "prot-not-after-pasv"}, run: func(d *driver) {
			s := d.protectedScratch()
			s.given().put("STOR file.txt", textSent)
			dc := s.given().passive()
			s.prot('C')
			t := s.transfer(dc, nil, "RETR file.txt")
			if t.first != nil { // a server may insist on protection
				d.Same("the file in the clear, by PROT C after PASV", string(t.got), textSent)
			}
			s.prot('P')
			d.Same("the file in TLS, by PROT P again", s.get("RETR file.txt"), textSent)
		}},
		{name: "prot-kept", mutates: true, deviations: []string{"prot-one-transfer"}, run: func(d *driver) {
			s := d.protectedScratch()
			s.put("STOR file.txt", textSent)
			for range 2 {
				d.Same("the file", s.get("RETR file.txt"), textSent)
			}
			s.get("NLST")
		}},
		{name: "prot-pbsz-auth-order", deviations: []string{"prot-without-pbsz", "pbsz-before-auth"}, run: func(d *driver) {
			d.loggedInTLS().refused("PROT P")
			s := d.beforeTLS()
			s.given().authenticate(d.Target.User, d.Target.Password)
			s.refused("PBSZ 0")
			s.refused("PROT P")
		}},
		{name: "prot-clear", deviations: []string{"prot-clear-private"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.given().protect()
			if r := s.given().cmd("PROT C"); !d.Settled() && !r.completed() {
				d.Absent(fmt.Sprintf("PROT C (%s)", r.shown()))
			}
			clearOrRefused(s)
		}},
		{name: "prot-private", mutates: true, deviations: []string{"prot-private-clear"}, run: func(d *driver) {
			s := d.protectedScratch()
			s.put("STOR file.txt", textSent)
			d.Same("the file", s.get("RETR file.txt"), textSent)
		}},
		{name: "prot-levels", deviations: []string{"prot-safe-200"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.given().ok("PBSZ 0")
			s.refused("PROT S")
			s.refused("PROT E")
		}},
		{name: "pbsz-zero-accepted", deviations: []string{"pbsz-zero-501"}, run: func(d *driver) {
			d.loggedInTLS().ok("PBSZ 0")
		}},
		{name: "prot-initially-clear", deviations: []string{"prot-default-private"}, run: func(d *driver) {
			clearOrRefused(d.loggedInTLS())
		}},
		{name: "prot-checked-at-transfer", features: []string{"?REQUIRE-PROT-P"}, deviations: []string{"prot-checked-at-pasv"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.ok("PASV")
			if l := s.given().listen(); !d.Settled() && l.addr.Addr().Is4() {
				s.ok("PORT %s", portArgument(l.addr))
			}
		}},
		{name: "prot-521", features: []string{"?REQUIRE-PROT-P"}, deviations: []string{"prot-refused-550"}, run: unprotectedTransfer},
		{name: "prot-522", features: []string{"?REQUIRE-PROT-P"}, deviations: []string{"prot-refused-550", "prot-refused-late"}, run: unprotectedTransfer},
		{name: "tls-data-failed-522", mutates: true, deviations: []string{"tls-data-failed-226", "tls-data-failed-426"}, run: func(d *driver) {
			s := d.protectedScratch()
			s.given().put("STOR file.txt", textSent)
			dc := s.given().passive()
			s.given().prelim("RETR file.txt")
			if d.Settled() {
				return
			}
			// No ClientHello, but octets that begin no TLS record.
			dc.Send("This is not a TLS handshake, as anybody can see.\r\n")
			r := s.reply("RETR file.txt (the TLS handshake having failed)")
			dc.Close()
			d.Check(d.Settled() || r.code == 522, "522 after 150, as the negotiation on the data connection failed", "%s", r.shown())
		}},
		{name: "tls-session-reuse", mutates: true, run: func(d *driver) {
			s := d.protectedScratch()
			s.given().put("STOR file.txt", textSent)
			s.state.tls = withoutReuse(s.state.tls)
			dc := s.given().passive()
			s.given().prelim("RETR file.txt")
			if d.Settled() {
				return
			}
			err := dc.C.StartTLS(d.Ctx, d.Wait(), s.state.tls)
			if err == nil {
				dc.read()
			}
			dc.Close()
			if r := s.given().reply("RETR file.txt"); !d.Settled() {
				d.Saw("a data connection with a full handshake ends with %s", r.shown())
			}
		}},
		{name: "tls-no-urgent", mutates: true, deviations: []string{"abor-waits"}, run: func(d *driver) {
			s := d.protectedScratch()
			dc := s.given().passive()
			s.given().prelim("STOR file.txt")
			dc.begin()
			dc.write([]byte(textSent))
			r := s.cmd("ABOR")
			dc.Close()
			if !d.Settled() && r.code == 226 && !s.IsClosed() && s.C.R.Buffered() == 0 {
				return // the transfer was through already
			}
			d.Check(d.Settled() || r.completed() || r.negative(), "the transfer ended by ABOR", "%s", r.shown())
		}},
		{name: "tls-same-certificate", deviations: []string{"tls-other-certificate"}, run: func(d *driver) {
			s := d.loggedInTLS()
			s.given().expect("200", "PBSZ 0")
			s.given().prot('P')
			dc := s.given().passive()
			s.given().prelim("LIST")
			cfg := s.state.tls.Clone()
			cfg.ClientSessionCache = nil  // of a session that is resumed no certificate is shown
			cfg.InsecureSkipVerify = true // the certificates are compared, which is all that this case is about
			if d.Settled() {
				return
			}
			if err := dc.C.StartTLS(d.Ctx, d.Wait(), cfg); err != nil {
				d.Absent(fmt.Sprintf("a full handshake on a data connection (%v)", err))
				return
			}
			dc.read()
			control, _ := s.C.TLS()
			got, _ := dc.C.TLS()
			if len(control.PeerCertificates) == 0 || len(got.PeerCertificates) == 0 {
				return
			}
			d.Check(got.PeerCertificates[0].Equal(control.PeerCertificates[0]), "the certificate of the control connection on the data connection",
				"another one, of %s", got.PeerCertificates[0].Subject)
		}},
	}
}

// withoutReuse is a TLS configuration that resumes no session.
func withoutReuse(cfg *tls.Config) *tls.Config {
	cfg = cfg.Clone()
	cfg.ClientSessionCache = nil
	return cfg
}

// unprotectedTransfer wants the refusal of a transfer for want of protection to be 521 or 522.
func unprotectedTransfer(d *driver) {
	s := d.loggedInTLS()
	dc := s.given().passive()
	r := s.cmd("LIST")
	if !d.Settled() && r.preliminary() {
		dc.drain()
		dc.Close()
		if r = s.given().reply("LIST"); !d.Settled() && (r.code == 521 || r.code == 522) {
			d.Fail("521 or 522 before 150", "%s after it", r.shown())
		}
		d.Absent("a server that insists on protected data connections")
	}
	d.Check(d.Settled() || r.code == 521 || r.code == 522, "521 or 522 to a transfer that has to be protected", "%s", r.shown())
}

// rfc4217REIN are the rules of section 13.
func rfc4217REIN() []serverCase {
	rein := func(d *driver) *session {
		s := d.loggedInTLS()
		r := s.cmd("REIN")
		if !d.Settled() && !r.completed() {
			d.Absent(fmt.Sprintf("REIN (%s)", r.shown()))
		}
		return s
	}
	return []serverCase{
		{name: "rein-clears-tls", deviations: []string{"rein-keeps-tls"}, run: func(d *driver) {
			s := rein(d)
			if d.Settled() {
				return
			}
			if err := s.C.Do(d.Ctx, d.Wait(), s.C.R.Wait); !errors.Is(err, io.EOF) {
				s.Wrong("the TLS session ended by close_notify, behind the reply", "none within %v", d.Wait())
			}
			s.endTLS()
			s.expect("331 230 530", "USER %s", d.Target.User)
		}},
		{name: "rein-cached-session-not-required", deviations: []string{"rein-reuse-required"}, run: func(d *driver) {
			s := rein(d)
			s.given().endTLS()
			s.given().code(234, "AUTH TLS")
			s.state.tls = withoutReuse(s.state.tls)
			s.handshake()
			r := s.authenticate(d.Target.User, d.Target.Password)
			d.Check(d.Settled() || r.completed(), "the login in a new TLS session", "%s", r.shown())
		}},
		{name: "rein-reply-protected", deviations: []string{"rein-reply-clear"}, run: func(d *driver) {
			s := d.loggedInTLS()
			r := s.cmd("REIN")
			d.Check(d.Settled() || r.code != 0, "the reply to REIN in TLS", "%s", r.shown())
			if !d.Settled() && !r.completed() {
				d.Absent(fmt.Sprintf("REIN (%s)", r.shown()))
			}
		}},
	}
}
