package ftpspec

import (
	"fmt"
	"net/netip"
	"strings"
)

// hostsFeature is a feature that the target of our mock knows: two virtual hosts. The account of the second one is that of the target's
// other user, with another password than the server's.
const (
	hostsFeature   = "HOSTS"
	firstHost      = "first.harness.example"
	secondHost     = "second.harness.example"
	secondPassword = "a password of the second host"
)

// host sends HOST. If the server does not know the command, the case ends.
func (s *session) host(name string) *reply {
	r := s.cmd("HOST %s", name)
	if !s.d.Settled() && (r.unknown() || r.code == 530) { // 530 where no unknown command is looked at before login
		s.d.Absent(fmt.Sprintf("HOST (%s)", r.shown()))
	}
	return r
}

// hosting returns a greeted session, in which HOST can be sent; if the server does not know the command, the case ends.
func (d *driver) hosting() *session {
	s := d.nameless()
	if !hasFeature(s.given().cmd("FEAT").features(), "HOST") {
		s.given().host("xyzzy.invalid")
		s = d.nameless()
	}
	return s
}

// nameless returns a greeted session in the clear: in TLS the client may have named a host already (RFC 7151 section 3.2.2).
func (d *driver) nameless() *session {
	if d.Target.URL.Scheme == "ftps" {
		d.Absent("HOST in the clear: the connection begins with TLS")
	}
	s := d.connect()
	s.given().greet()
	return s
}

// knownHost returns a session and the name of a host that the server accepts: of our mock the first one, of another server the name by which it
// is reached. If there is none, the case ends.
func (d *driver) knownHost() (s *session, name string) {
	s = d.hosting()
	if d.Settled() {
		return s, ""
	}
	for _, name := range []string{firstHost, bracketed(d.Target.URL.Hostname())} {
		r := s.given().cmd("HOST %s", name)
		if r.code == 220 {
			return s, name
		}
		if d.Settled() || s.IsClosed() {
			break
		}
	}
	d.Absent("a virtual host whose name is known")
	return s, ""
}

// bracketed is a host as HOST takes it.
func bracketed(host string) string {
	if a, err := netip.ParseAddr(host); err == nil && a.Is6() {
		return "[" + host + "]"
	}
	return host
}

// rfc7151Rows are the server cases of RFC 7151.
func rfc7151Rows() []serverCase {
	hosts := []string{"?" + hostsFeature}
	return []serverCase{
		{name: "host-any-case", features: hosts, deviations: []string{"host-upper-only"}, run: func(d *driver) {
			s, name := d.knownHost()
			s.code(220, "hOsT %s", name)
		}},
		{name: "host-last-counts", features: []string{hostsFeature}, deviations: []string{"host-first-counts"}, run: func(d *driver) {
			s := d.nameless()
			s.code(220, "HOST %s", firstHost)
			s.code(220, "HOST %s", secondHost)
			r := s.authenticate(d.Target.OtherUser, secondPassword)
			d.Check(d.Settled() || r.completed(), "the login with the password of the second host", "%s", r.shown())
		}},
		{name: "host-after-login-503", features: hosts, deviations: []string{"host-after-login"}, run: func(d *driver) {
			_, name := d.knownHost()
			d.login().code(503, "HOST %s", name)
		}},
		{name: "host-220", features: hosts, deviations: []string{"host-250"}, run: func(d *driver) {
			s := d.hosting()
			if d.Settled() {
				return
			}
			for _, name := range []string{firstHost, bracketed(d.Target.URL.Hostname()), "xyzzy.invalid"} {
				s.expect("220 4yz 5yz", "HOST %s", name)
				if s.IsClosed() {
					return
				}
			}
		}},
		{name: "host-literal-504", features: hosts, deviations: []string{"host-any-literal"}, run: func(d *driver) {
			d.hosting().code(504, "HOST 192.0.2.77")
			d.hosting().code(504, "HOST [2001:db8::77]")
		}},
		{name: "host-port-501", features: hosts, deviations: []string{"host-port-ignored", "host-port-504"}, run: func(d *driver) {
			d.hosting().code(501, "HOST 192.0.2.1:2112")
			d.hosting().code(501, "HOST [2001:db8::c000:201]:2112")
		}},
		{name: "host-name-any-case", features: hosts, deviations: []string{"host-name-case"}, run: func(d *driver) {
			s, name := d.knownHost()
			s.code(220, "HOST %s", strings.ToUpper(name))
		}},
		{name: "host-validated", features: []string{hostsFeature}, deviations: []string{"host-no-effect"}, run: func(d *driver) {
			s := d.nameless()
			s.code(220, "HOST %s", secondHost)
			r := s.authenticate(d.Target.OtherUser, secondPassword)
			d.Check(d.Settled() || r.completed(), "the login with the password of that host", "%s", r.shown())
		}},
		{name: "host-unknown-504", features: hosts, deviations: []string{"host-unknown-550"}, run: func(d *driver) {
			d.hosting().expect("504 220", "HOST xyzzy.invalid")
		}},
		{name: "host-reset-by-rein", features: []string{hostsFeature}, deviations: []string{"host-survives-rein"}, run: func(d *driver) {
			s := d.nameless()
			s.given().code(220, "HOST %s", secondHost)
			r := s.given().cmd("REIN")
			if !d.Settled() && !r.completed() {
				d.Absent(fmt.Sprintf("REIN (%s)", r.shown()))
			}
			last := s.enter()
			d.Check(d.Settled() || last.completed(), "the account of the server, not that of the host, after REIN", "%s", last.shown())
		}},
		{name: "host-replaced", features: hosts, deviations: []string{"host-once"}, run: func(d *driver) {
			_, name := d.knownHost()
			s := d.nameless()
			s.given().cmd("HOST xyzzy.invalid")
			if !d.Settled() && s.IsClosed() {
				return // as section 3.3 permits
			}
			s.code(220, "HOST %s", name)
		}},
		{name: "host-sni-verified", features: hosts, labels: []string{"tls"}, deviations: []string{"host-sni-unchecked"}, run: func(d *driver) {
			s := d.namedInTLS()
			s.refused("HOST %s", secondHost)
		}},
		{name: "host-unrecognised", deviations: []string{"host-unimplemented-550"}, run: func(d *driver) {
			s := d.open()
			r := s.cmd("HOST xyzzy.invalid")
			d.Check(d.Settled() || r.is("220 421 500 501 502 504"), "500 or 502 of a server without HOST; of one with it 220, 421, 501 or 504", "%s", r.shown())
		}},
		{name: "host-invalid-sequence", features: hosts, deviations: []string{"host-after-login", "host-after-login-logs-out"}, run: func(d *driver) {
			_, name := d.knownHost()
			s := d.login()
			s.code(503, "HOST %s", name)
			s.ok("PWD")
		}},
		{name: "host-501", features: hosts, deviations: []string{"host-syntax-504", "host-unknown-550"}, run: func(d *driver) {
			d.hosting().code(501, "HOST not..a_hostname!")
			d.hosting().expect("504 220", "HOST xyzzy.invalid")
		}},
		{name: "host-error-ignored", features: hosts, deviations: []string{"host-error-sticks"}, run: func(d *driver) {
			s := d.hosting()
			if r := s.given().cmd("HOST not..a_hostname!"); !d.Settled() && !r.negative() {
				d.Absent("an error response to HOST")
			}
			if !d.Settled() && s.IsClosed() {
				return
			}
			r := s.enter()
			d.Check(d.Settled() || r.completed(), "the login as if HOST had not been sent", "%s", r.shown())
		}},
		{name: "host-missing-user", deviations: []string{"host-required"}, run: func(d *driver) {
			s := d.open()
			r := s.cmd("USER %s", d.Target.User)
			d.Check(d.Settled() || !r.negative(), "USER not rejected, without HOST before it", "%s", r.shown())
		}},
		{name: "host-feature", features: hosts, deviations: []string{"feat-host-missing", "feat-host-text"}, run: func(d *driver) {
			s := d.hosting()
			f, ok := find(s.featureList(), "HOST")
			d.Check(d.Settled() || ok, "HOST listed, as it is served", "it is not")
			d.Check(d.Settled() || strings.EqualFold(f.text, "HOST"), "the single word HOST", "%s", f.shown())
		}},
		{name: "host-feature-upper-case", deviations: []string{"feat-lower-case"}, run: upperCase("HOST")},
		{name: "host-resets-authentication", features: hosts, labels: []string{"security"}, deviations: []string{"host-keeps-user"}, run: func(d *driver) {
			_, name := d.knownHost()
			s := d.nameless()
			s.given().expect("331", "USER %s", d.Target.User)
			s.given().code(220, "HOST %s", name)
			r := s.cmd("PASS %s", d.Target.Password)
			d.Check(d.Settled() || !r.completed(), "PASS refused after HOST, the user being forgotten", "%s", r.shown())
		}},
		{name: "host-sni-matches", features: hosts, labels: []string{"tls"}, deviations: []string{"host-sni-refused", "host-sni-unchecked"}, run: func(d *driver) {
			s := d.namedInTLS()
			s.code(220, "HOST %s", strings.ToUpper(firstHost))
			s = d.namedInTLS()
			s.refused("HOST %s", secondHost)
		}},
	}
}

// namedInTLS returns a session in TLS whose client named the first host by the server_name extension. It is for servers whose hosts are known:
// with another the case ends.
func (d *driver) namedInTLS() *session {
	s := d.hosting()
	r := s.given().cmd("HOST %s", firstHost)
	if !d.Settled() && r.code != 220 {
		d.Absent("a virtual host whose name is known")
	}
	s = d.beforeTLS()
	cfg := s.state.tls
	cfg.ServerName = firstHost
	cfg.InsecureSkipVerify = true // the certificate is that of the server's address
	s.given().startTLS()
	return s
}
