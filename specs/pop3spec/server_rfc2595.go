package pop3spec

import (
	"crypto/tls"
	"fmt"
	"slices"
	"strings"

	"harness/internal/auth"
	"harness/protocols/pop3"
	"harness/protocols/wire"
	"harness/specs/drive"
)

// rfc2595 are the server cases of RFC 2595.
func rfc2595() []serverCase {
	return slices.Concat(rfc2595TLS(), rfc2595STLS(), rfc2595Plain())
}

// rfc2595TLS are the rules of sections 2 and 9 about TLS.
func rfc2595TLS() []serverCase {
	labels := []string{"tls"}
	return []serverCase{
		{name: "tls-other-ciphers", labels: labels, run: func(d *driver) {
			if s := d.inTLS(); !d.Settled() {
				state, _ := s.C.TLS()
				d.Saw("%s with %s was negotiated", tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite))
			}
		}},
		{name: "tls-privacy-mode", labels: labels, deviations: []string{"cleartext-despite-privacy"}, features: []string{"?CLEARTEXT=none", "?-APOP", "?SASL=PLAIN,LOGIN"}, run: func(d *driver) {
			s := d.beforeTLS()
			refusedInClear(d, d.capa.SASL())
			if s.timestamp() != "" && s.apop(d.Target.User, d.Target.Password).Status == pop3.OK {
				d.cannot("APOP logs in without TLS; set it up to demand TLS for every login")
			}
			s.given().startTLS()
			r := s.authenticate(d.Target.User, d.Target.Password)
			d.Check(d.Settled() || r.Status == pop3.OK, "a login in TLS", "%s", r.shown())
			if !d.Settled() && s.C.CloseWrite() == nil {
				s.Closed("the end of TLS")
			}
		}},
		{name: "cleartext-refusable", labels: labels, deviations: []string{"cleartext-despite-privacy"}, features: []string{"?CLEARTEXT=none"}, run: func(d *driver) {
			s := d.beforeTLS()
			refusedInClear(d, drive.Exposing)
			s.given().startTLS()
			r := s.authenticate(d.Target.User, d.Target.Password)
			d.Check(d.Settled() || r.Status == pop3.OK, "a login in TLS", "%s", r.shown())
		}},
		{name: "tls-identity-wildcard", labels: labels, run: func(d *driver) {
			if s := d.inTLS(); !d.Settled() {
				state, _ := s.C.TLS()
				d.Saw("the certificate is for %q", state.PeerCertificates[0].DNSNames)
			}
		}},
		{name: "tls-result-checked", labels: append(labels, "security"), deviations: []string{"stls-keeps-buffer"}, run: func(d *driver) {
			// A client that does not begin TLS is not served in the clear.
			s := d.beforeTLS()
			s.given().ok("STLS")
			s.Send("CAPA\r\n")
			if octets := s.Comes(); strings.HasPrefix(octets, "+") {
				d.Fail("no command carried out in the clear after +OK to STLS, where a TLS handshake has to come", "%s", wire.Quote([]byte(octets)))
			}
			s.Close()
			injectBehindSTLS(d)
		}},
		{name: "tls-weak-refusable", labels: labels, deviations: []string{"tls-weak"}, run: func(d *driver) {
			s := d.weakTLS()
			if d.Settled() || s == nil {
				return
			}
			if !d.ourMock() {
				d.cannot("it accepts TLS 1.1 or older; set it up to refuse that")
			}
			state, _ := s.C.TLS()
			d.Fail("no handshake with less than TLS 1.2", "%s with %s", tls.VersionName(state.Version), tls.CipherSuiteName(state.CipherSuite))
		}},
	}
}

// refusedInClear fails unless passwords are refused before TLS: by USER and PASS, and by those of the mechanisms that are offered. That is
// how a server can be set up; one that isn't gives no answer.
func refusedInClear(d *driver, mechanisms []string) {
	let := func(how string) {
		if d.Settled() {
			return
		}
		if !d.ourMock() {
			d.cannot("a login by %s succeeds without TLS; set it up to demand TLS for passwords", how)
		}
		d.Fail(`"-ERR" to a login with a password before TLS`, "a login by %s succeeds", how)
	}
	s := d.beforeTLS()
	offered := d.capa.SASL()
	if s.cmd("USER %s", d.Target.User).Status == pop3.OK && s.cmd("PASS %s", d.Target.Password).Status == pop3.OK {
		let("USER and PASS")
	}
	s.Close()
	for _, m := range mechanisms {
		mech, known := auth.Lookup(m)
		if !known || !d.Credentials().Serves(mech) || !slices.Contains(offered, m) && m != auth.Plain && m != auth.Login {
			continue
		}
		s := d.beforeTLS()
		if s.exchange(m, d.Credentials()).Status == pop3.OK {
			let("AUTH " + m)
		}
		s.Close()
	}
}

// injectBehindSTLS sends a command in the clear behind STLS, and fails if it is carried out as a protected one. The server may also refuse STLS.
func injectBehindSTLS(d *driver) {
	s := d.beforeTLS()
	s.pipeline("STLS\r\nCAPA\r\n")
	if r := s.reply("STLS, with a command behind it"); r.Status == pop3.OK {
		s.Uninjected()
	}
}

// weakTLS tries a handshake with TLS 1.1 at most. It returns nil if that fails.
func (d *driver) weakTLS() *session {
	cfg := d.TLSConfig()
	cfg.MinVersion, cfg.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	for _, c := range slices.Concat(tls.CipherSuites(), tls.InsecureCipherSuites()) {
		if slices.Contains(c.SupportedVersions, tls.VersionTLS11) {
			cfg.CipherSuites = append(cfg.CipherSuites, c.ID)
		}
	}
	if d.Target.URL.Scheme == "pop3s" {
		c, err := d.ConnectTLS(pop3.Dialect(), cfg)
		if d.Settled() || err != nil {
			return nil
		}
		return d.sessionOn(c)
	}
	s := d.beforeTLS()
	s.given().ok("STLS")
	if d.Settled() || s.C.StartTLS(d.Ctx, d.Wait(), cfg) != nil {
		return nil
	}
	return s
}

// rfc2595STLS are the rules of STLS, sections 4 and 8.
func rfc2595STLS() []serverCase {
	labels := []string{"tls"}
	onlyBefore := func(d *driver) {
		d.beforeTLS()
		s := d.login()
		d.Check(d.Settled() || !s.given().capa().Has(pop3.CapaSTLS), "no STLS in the list after login", "it is announced")
		s.refused("STLS")
		s.ok("NOOP")
	}
	return []serverCase{
		{name: "stls-needs-capa", labels: labels, deviations: []string{"capa-unimplemented"}, run: func(d *driver) {
			if d.Target.URL.Scheme == "pop3s" {
				d.Absent("STLS: the connection begins with TLS")
				return
			}
			s := d.connect()
			s.given().greet()
			if r := s.cmd("STLS"); d.Settled() || r.Status != pop3.OK {
				d.Absent(pop3.CapaSTLS)
				return
			}
			s.given().Handshake()
			s.multi("CAPA")
			s = d.connect()
			s.given().greet()
			s.multi("CAPA")
		}},
		{name: "stls-announced-when-permitted", labels: labels, deviations: []string{"capa-empty", "stls-offered-in-tls", "stls-offered-after-login", "stls-unimplemented"}, run: func(d *driver) {
			if d.Target.URL.Scheme == "pop3s" {
				d.Absent("STLS: the connection begins with TLS")
				return
			}
			s := d.connect()
			s.given().greet()
			listed := s.given().capa().Has(pop3.CapaSTLS)
			r := s.cmd("STLS")
			switch {
			case d.Settled():
				return
			case !listed && r.Status != pop3.OK:
				d.Absent(pop3.CapaSTLS)
				return
			}
			d.Check(listed, "STLS in the list of capabilities, as it is served", "it is missing")
			d.Check(r.Status == pop3.OK, `"+OK" to STLS, which is in the list of capabilities`, "%s", r.shown())
			s.given().Handshake()
			if s.given().capa().Has(pop3.CapaSTLS) {
				r := s.cmd("STLS")
				d.Check(d.Settled() || r.Status == pop3.OK, "no STLS in the list where it is refused", "it is in the list in TLS, and gets %s", r.shown())
				return
			}
			s.given().authenticate(d.Target.User, d.Target.Password)
			d.Check(d.Settled() || !s.given().capa().Has(pop3.CapaSTLS), "no STLS in the list after login", "it is announced in TLS")
			s.given().quit()
			if s = d.open(); s.given().authenticate(d.Target.User, d.Target.Password).Status == pop3.OK {
				d.Check(d.Settled() || !s.given().capa().Has(pop3.CapaSTLS), "no STLS in the list after login", "it is announced")
			}
		}},
		{name: "stls-authorization-only", labels: labels, deviations: []string{"stls-after-login"}, run: func(d *driver) {
			d.beforeTLS()
			s := d.login()
			s.refused("STLS")
			s.ok("NOOP")
		}},
		{name: "stls-handshake-after-ok", labels: append(labels, "security"), deviations: []string{"stls-again", "stls-text-before-handshake", "stls-keeps-buffer"}, run: func(d *driver) {
			s := d.beforeTLS()
			s.given().ok("STLS")
			s.Handshake()
			s.given().multi("CAPA")
			if r := s.cmd("STLS"); r.Status == pop3.OK {
				s.Handshake() // within TLS
			}
			s.multi("CAPA")
			s.Close()
			injectBehindSTLS(d)
		}},
		{name: "stls-active-err-permitted", labels: labels, run: func(d *driver) {
			d.Saw("STLS in TLS: %s", d.afterSTLS().cmd("STLS").shown())
		}},
		{name: "stls-stays-authorization", labels: append(labels, "security"), deviations: []string{"stls-logs-in"}, run: func(d *driver) {
			s := d.afterSTLS()
			for _, command := range []string{"STAT", "RETR 1"} {
				s.refused("%s", command)
			}
			r := s.authenticate(d.Target.User, d.Target.Password)
			d.Check(d.Settled() || r.Status == pop3.OK, "a login after STLS", "%s", r.shown())
		}},
		{name: "stls-external-permitted", labels: append(labels, "auth"), run: func(d *driver) {
			capa := d.afterSTLS().given().capa()
			d.Saw("EXTERNAL is offered after STLS: %v", slices.Contains(capa.SASL(), auth.External))
		}},
		{name: "stls-capabilities-may-differ", labels: labels, run: func(d *driver) {
			s := d.beforeTLS()
			s.given().startTLS()
			after := s.given().capa()
			d.Saw("before STLS: %s; after: %s", shownTags(d.capa), shownTags(after))
		}},
		{name: "stls-registration-states", labels: labels, deviations: []string{"stls-after-login", "stls-offered-after-login"}, run: onlyBefore},
		{name: "stls-registration-user", labels: labels, run: func(d *driver) {
			s := d.beforeTLS()
			s.given().startTLS()
			after := s.given().capa()
			d.Saw("USER is announced before STLS: %v; after: %v", d.capa.Has(pop3.CapaUser), after.Has(pop3.CapaUser))
		}},
	}
}

// longName and longPassword are as long as PLAIN demands to take (RFC 2595 section 6).
var (
	longName     = strings.Repeat("carol", 51)
	longPassword = strings.Repeat("Words that go on and on, ", 10) + "say I" // 255 octets
)

// rfc2595Plain are the rules of PLAIN, sections 6 and 9 and appendix A.
func rfc2595Plain() []serverCase {
	labels := []string{"auth"}
	inClear := []string{"?CLEARTEXT=none"}
	long := func(name, user, password, identity string) serverCase {
		what := fmt.Sprintf("a name of %d octets and a password of %d", len(user), len(password))
		return serverCase{name: name, labels: labels, deviations: []string{"plain-short"}, features: []string{account(user, password)}, run: func(d *driver) {
			s, _ := d.offering(auth.Plain)
			d.withAccount(what)
			r := s.exchange(auth.Plain, auth.Credentials{User: user, Password: password, Identity: identity})
			d.Check(d.Settled() || r.Status == pop3.OK, "a login by PLAIN with "+what, "%s", r.shown())
		}}
	}
	return []serverCase{
		{name: "plain-not-without-encryption", labels: labels, deviations: []string{"plain-in-clear"}, features: inClear, run: noPlainInClear},
		{name: "plain-verified", labels: append(labels, "security"), deviations: []string{"plain-identity-ignored", "auth-failure-ok"}, run: func(d *driver) {
			own := d.Credentials()
			other := d.Target.OtherUser
			if other == "" {
				other = "postmaster"
			}
			var begun []*attempt
			for _, try := range []struct {
				what string
				c    auth.Credentials
			}{
				{"with another password", d.WrongCredentials()},
				{"as another user", auth.Credentials{User: own.User, Password: own.Password, Identity: other}},
				{"with the name of another", auth.Credentials{User: other, Password: own.Password}},
				{"with the name of another, and as oneself", auth.Credentials{User: other, Password: own.Password, Identity: own.User}},
				{"with a part of the password", auth.Credentials{User: own.User, Password: own.Password[:len(own.Password)/2]}},
			} {
				s, _ := d.offering(auth.Plain)
				begun = append(begun, s.beginExchange(auth.Plain, try.c, nil).called("PLAIN %s", try.what))
			}
			d.allRefused(begun)
			s, _ := d.offering(auth.Plain)
			r := s.exchange(auth.Plain, own)
			d.Check(d.Settled() || r.Status == pop3.OK, "a login by PLAIN with the right password", "%s", r.shown())
		}},
		long("plain-255-authentication-identity", longName, "short", ""),
		long("plain-255-authorization-identity", longName, "short", longName),
		long("plain-255-password", "carol", longPassword, ""),
		{name: "plain-not-without-tls", labels: labels, deviations: []string{"plain-in-clear"}, features: inClear, run: noPlainInClear},
		{name: "plain-checklist-utf8", labels: labels, deviations: []string{"auth-saslprep-unchecked"}, run: func(d *driver) {
			var begun []*attempt
			for _, octets := range []string{"\xe9", "\xc0\xaf", "\xed\xa0\x80"} {
				s, _ := d.offering(auth.Plain)
				a := s.beginExchange(auth.Plain, auth.Credentials{User: d.Target.User + octets, Password: d.Target.Password}, nil)
				begun = append(begun, a.called("PLAIN with the octets %x in the name, which are no UTF-8", octets))
			}
			d.allRefused(begun)
		}},
		{name: "plain-checklist-encryption", labels: labels, deviations: []string{"plain-in-clear"}, features: inClear, run: noPlainInClear},
	}
}

// noPlainInClear fails if mechanisms that show the password are announced or accepted without TLS. That compatibility dictates them may be:
// a server that lets USER and PASS in without TLS is set up so.
func noPlainInClear(d *driver) {
	if d.Target.URL.Scheme == "pop3s" {
		d.Absent("a session without TLS")
	}
	s := d.connect()
	s.given().greet()
	offered := s.given().capa().SASL()
	if s.cmd("USER %s", d.Target.User).Status == pop3.OK && s.cmd("PASS %s", d.Target.Password).Status == pop3.OK {
		d.cannot("a login by USER and PASS succeeds without TLS: it is set up to take passwords there; set it up to demand TLS")
	}
	s.Close()
	for _, m := range []string{auth.Plain, auth.Login} {
		d.Check(d.Settled() || !slices.Contains(offered, m), m+" not announced without TLS", "SASL %s", strings.Join(offered, " "))
		s := d.connect()
		s.given().greet()
		r := s.exchange(m, d.Credentials())
		d.Check(d.Settled() || r.Status != pop3.OK, `"-ERR" to AUTH `+m+" without TLS", "%s", r.shown())
		s.Close()
	}
}
