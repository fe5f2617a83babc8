package nntpspec

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"harness/protocols/nntp"
	"harness/protocols/wire"
)

// beforeTLS returns a greeted session without TLS, of a server that lists STARTTLS there; if it does not, the case ends.
func (d *driver) beforeTLS() *session {
	if d.Target.URL.Scheme == "nntps" {
		d.Absent("STARTTLS: the connection begins with TLS")
	}
	s := d.plain()
	s.given().listing("STARTTLS")
	return s
}

// afterSTARTTLS returns a session in TLS by STARTTLS; if that is not offered, the case ends.
func (d *driver) afterSTARTTLS() *session {
	s := d.beforeTLS()
	s.given().startTLS()
	return s
}

// inTLS returns a session in TLS, from the start or by STARTTLS; if there is neither, the case ends.
func (d *driver) inTLS() *session {
	if d.Target.URL.Scheme == "nntps" {
		return d.plain()
	}
	return d.afterSTARTTLS()
}

// rfc4642Rows are the server cases of RFC 4642, and of RFC 8143, which updates it.
func rfc4642Rows() []serverCase {
	rows := slices.Concat(rfc4642Capabilities(), rfc4642Command(), rfc4642Reset(), rfc8143Security())
	for i := range rows {
		rows[i].labels = append(rows[i].labels, "tls")
	}
	return rows
}

func rfc4642Capabilities() []serverCase {
	switching := []string{"?MODE=switching"}
	unlisted := func(d *driver) {
		caps := d.afterSTARTTLS().capabilities()
		d.Check(d.Settled() || !caps.Has("STARTTLS"), "no STARTTLS listed in TLS", "it is listed")
	}
	noReader := func(d *driver) {
		s := d.beforeTLS()
		if !s.given().capabilities().Has("MODE-READER") {
			d.Absent("MODE-READER")
		}
		s.given().startTLS()
		d.Check(!s.capabilities().Has("MODE-READER") || d.Settled(), "no MODE-READER listed in TLS", "it is listed")
	}
	return []serverCase{
		{name: "starttls-not-listed-later", deviations: []string{"starttls-listed-in-tls", "starttls-listed-authenticated"}, run: func(d *driver) {
			unlisted(d)
			s := d.beforeTLS()
			if r := s.given().cmd("AUTHINFO USER %s", d.Target.User); d.Target.User == "" || r.Code != nntp.CodePasswordWanted {
				return // not in the clear
			}
			s.given().code(nntp.CodeAuthenticated, "AUTHINFO PASS %s", d.Target.Password)
			d.Check(!s.capabilities().Has("STARTTLS") || d.Settled(), "no STARTTLS listed after authentication", "it is listed")
		}},
		{name: "starttls-listed-any-mode", features: switching, run: func(d *driver) {
			s := d.beforeTLS()
			r := s.given().cmd("MODE READER")
			caps := s.given().capabilities()
			if !d.Settled() {
				d.Saw("MODE READER gets %d, and STARTTLS is listed then: %v", r.Code, caps.Has("STARTTLS"))
			}
		}},
		{name: "starttls-not-in-tls", deviations: []string{"starttls-listed-in-tls"}, run: unlisted},
		{name: "mode-reader-not-in-tls", features: switching, deviations: []string{"mode-reader-listed"}, run: noReader},
		{name: "mode-reader-not-listed-in-tls", features: switching, deviations: []string{"mode-reader-listed"}, run: noReader},
		{name: "capabilities-differ-in-tls", run: func(d *driver) {
			s := d.beforeTLS()
			before := s.given().capabilities()
			s.given().startTLS()
			after := s.given().capabilities()
			if !d.Settled() {
				d.Saw("before TLS: %s; after: %s", joined(before), joined(after))
			}
		}},
	}
}

// joined are capabilities in one line.
func joined(caps nntp.Capabilities) string {
	var lines []string
	for _, c := range caps {
		lines = append(lines, c.String())
	}
	return strings.Join(lines, ", ")
}

func rfc4642Command() []serverCase {
	never := func(d *driver) {
		s := d.beforeTLS()
		look := func(when string, r *response) {
			d.Check(d.Settled() || !r.is("480 483"), "neither 480 nor 483 to STARTTLS "+when, "%s", r.shown())
		}
		r := s.cmd("STARTTLS")
		look("at first", r)
		if r.Code == nntp.CodeStartTLS {
			s.given().Handshake()
			look("in TLS", s.cmd("STARTTLS"))
		}
	}
	active := func(d *driver) {
		s := d.afterSTARTTLS()
		s.code(nntp.CodeNotPermitted, "STARTTLS")
		s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
	}
	return []serverCase{
		{name: "starttls-never-480-483-note", features: []string{"?AUTH=required"}, deviations: []string{"starttls-483", "starttls-480-in-tls"}, run: never},
		{name: "starttls-never-480-483", features: []string{"?TLS=required"}, deviations: []string{"starttls-483", "starttls-480-in-tls"}, run: never},
		{name: "starttls-unsolicited", deviations: []string{"starttls-unsolicited-502"}, run: func(d *driver) { d.beforeTLS().startTLS() }},
		{name: "starttls-580", features: []string{"?REFUSE=STARTTLS:580"}, deviations: []string{"starttls-580-as-502"}, run: func(d *driver) {
			s := d.beforeTLS()
			r := s.cmd("STARTTLS")
			if !d.Settled() && r.Code == nntp.CodeStartTLS {
				d.Absent("a server that cannot begin TLS")
			}
			d.Check(d.Settled() || r.Code == nntp.CodeCannotStartTLS, "580 where TLS cannot begin", "%s", r.shown())
		}},
		{name: "tls-required-483", features: []string{"?TLS=required"}, deviations: []string{"tls-required-502"}, run: func(d *driver) {
			s := d.beforeTLS()
			r := s.cmd("GROUP %s", s.d.groupName())
			if !d.Settled() && r.is("211 401 411 480 500") {
				d.Absent("a server that demands TLS")
			}
			d.Check(d.Settled() || r.is("483 400"), "483 to GROUP where TLS is lacking, or 400", "%s", r.shown())
			if r.Code == nntp.CodeUnavailable {
				s.Closed("400")
			}
		}},
		{name: "tls-failure-closes", deviations: []string{"tls-failure-stays"}, run: func(d *driver) {
			s := d.beforeTLS()
			s.given().code(nntp.CodeStartTLS, "STARTTLS")
			s.Send("This is no TLS, but a line of text.\r\n")
			s.Comes() // a TLS alert, or nothing
			if !d.Settled() {
				s.C.R.Discard(s.C.R.Buffered())
			}
			s.Closed("a TLS negotiation that failed")
		}},
		{name: "tls-active-known", deviations: []string{"starttls-again"}, run: active},
		{name: "starttls-502-in-tls", deviations: []string{"starttls-again", "starttls-480-in-tls"}, run: active},
		{name: "starttls-injection", labels: []string{"security"}, deviations: []string{"starttls-keeps-buffer"}, run: func(d *driver) {
			// A client that does not begin TLS is not served in the clear.
			s := d.beforeTLS()
			s.given().code(nntp.CodeStartTLS, "STARTTLS")
			s.Send("HELP\r\n")
			if octets := s.Comes(); strings.HasPrefix(octets, "1") {
				d.Fail("no command carried out in the clear after 382, where a TLS handshake has to come", "%s", wire.Quote([]byte(octets)))
			}
			s.Close()
			s = d.beforeTLS()
			s.Send("STARTTLS\r\nHELP\r\n")
			if r := s.reply("STARTTLS", "STARTTLS, with a command behind it"); r.Code == nntp.CodeStartTLS {
				s.Uninjected()
			}
		}},
	}
}

// groupName is the group that the target's URL names, or one that no server has.
func (d *driver) groupName() string {
	if name := strings.TrimPrefix(d.Target.URL.Path, "/"); name != "" {
		return name
	}
	return "harness.invalid"
}

func rfc4642Reset() []serverCase {
	discards := func(d *driver) {
		s := d.beforeTLS()
		group := s.given().cmd("GROUP %s", d.groupName())
		user := s.given().cmd("AUTHINFO USER harness-nobody")
		s.given().startTLS()
		named := user.Code == nntp.CodePasswordWanted && d.afterSTARTTLS().given().cmd("AUTHINFO PASS harness-nothing").Code == nntp.CodeAuthSequence
		if !d.Settled() && group.Code != nntp.CodeGroup && !named {
			d.Unclear("the server takes neither GROUP nor AUTHINFO USER in the clear: there is nothing to forget")
		}
		if group.Code == nntp.CodeGroup {
			r := s.cmd("STAT")
			d.Check(d.Settled() || r.is("412 401 480"), "412 to STAT after the handshake: the group that was selected before it is forgotten", "%s", r.shown())
		}
		if named {
			r := s.cmd("AUTHINFO PASS harness-nothing")
			d.Check(d.Settled() || r.Code == nntp.CodeAuthSequence, "482 to AUTHINFO PASS after the handshake, as without a name: that which was given before it is forgotten", "%s", r.shown())
		}
	}
	return []serverCase{
		{name: "tls-server-discards", deviations: []string{"tls-keeps-group", "tls-keeps-name"}, run: discards},
		{name: "tls-discards-sensitive", labels: []string{"security"}, deviations: []string{"tls-keeps-name"}, run: discards},
		{name: "tls-certificate-used", run: func(d *driver) {
			s := d.beforeTLS()
			s.given().code(nntp.CodeStartTLS, "STARTTLS")
			cfg, asked := d.TLSConfig(), false
			cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				asked = true
				return &tls.Certificate{}, nil
			}
			s.given().HandshakeWith(cfg)
			if !d.Settled() {
				d.Saw("the client's certificate is asked for: %v", asked)
			}
		}},
	}
}

// rc4Suites are the cipher suites with RC4 (RFC 7465 appendix A) that a client without a key of its own may offer.
var rc4Suites = []uint16{0x0004, 0x0005, 0x0018, 0x0066, 0xc002, 0xc007, 0xc00c, 0xc011, 0xc016}

// someSuites are cipher suites of TLS 1.2 that servers have (RFC 9325 section 4.2, and older ones).
var someSuites = []uint16{
	tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
	tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
	tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_128_CBC_SHA,
}

// beforeHello returns a connection on which a ClientHello is to come next; if there is no TLS, the case ends.
func (d *driver) beforeHello() *session {
	if d.Target.URL.Scheme != "nntps" {
		s := d.beforeTLS()
		s.given().code(nntp.CodeStartTLS, "STARTTLS")
		return s.given()
	}
	c, err := d.ConnectTLS(nntp.Dialect(), nil)
	if err != nil {
		d.Unclear("%v", err)
	}
	return (&session{Conn: c, d: d, state: &sessionState{}}).given()
}

func rfc8143Security() []serverCase {
	named := func(d *driver) {
		name := d.TLSConfig().ServerName
		if net.ParseIP(name) != nil {
			d.Absent("a name of the server: it is known by an address")
		}
		names := []string{name}
		if shown := d.certificateFor(name); shown != nil {
			names = append(names, slices.DeleteFunc(slices.Clone(shown.DNSNames), func(n string) bool { return n == name || strings.Contains(n, "*") })...)
		}
		for _, name := range names {
			shown := d.certificateFor(name)
			d.Check(d.Settled() || shown != nil && shown.VerifyHostname(name) == nil, "a certificate for "+name+", which the client names in server_name", "%s", certificateNames(shown))
		}
	}
	return []serverCase{
		{name: "tls-no-compression", deviations: []string{"tls-compression"}, run: func(d *driver) {
			s := d.beforeHello()
			defer s.Close()
			hello := s.Hello(someSuites, []byte{1, 0}) // DEFLATE before none
			d.Check(hello == nil || hello.Compression == 0, "no compression of TLS", "the method %v is chosen", hello)
		}},
		{name: "tls-implicit-port", features: []string{"?" + implicitFeature}, deviations: []string{"tls-not-at-once"}, run: func(d *driver) {
			if d.Target.URL.Scheme != "nntps" {
				d.Absent("implicit TLS")
			}
			c, err := d.ConnectTLS(nntp.Dialect(), d.TLSConfig())
			d.Check(d.Settled() || err == nil, "a TLS handshake at once", "%v", err)
			s := &session{Conn: c, d: d, state: &sessionState{}}
			s.greet()
		}},
		{name: "tls-no-rc4", labels: []string{"security"}, deviations: []string{"tls-rc4"}, run: func(d *driver) {
			s := d.beforeHello()
			defer s.Close()
			hello := s.Hello(rc4Suites, []byte{0})
			d.Check(hello == nil, "no handshake with RC4, which is all that the client offers", "the cipher suite %v is chosen", hello)
		}},
		{name: "tls-server-name", deviations: []string{"sni-ignored"}, run: named},
		{name: "tls-sni", deviations: []string{"sni-ignored"}, run: named},
		{name: "tls-sni-servers", deviations: []string{"sni-ignored"}, run: named},
		{name: "tls-pkix", deviations: []string{"certificate-expired", "sni-ignored"}, run: func(d *driver) {
			if cfg := d.TLSConfig(); cfg.InsecureSkipVerify {
				d.Absent("a certificate that is to be verified")
			}
			err := d.verified()
			d.Check(d.Settled() || err == nil, "a certificate that RFC 5280 and RFC 6125 find valid for "+d.TLSConfig().ServerName, "%v", err)
		}},
		{name: "tls-diagnostic-match", mutates: true, needs: []string{"POST"}, run: func(d *driver) {
			s := d.reader()
			id := s.given().posted("", bodyOf)
			_, h := s.given().found("HEAD %s", id)
			if !d.Settled() {
				path := header(h.content(), "Path")
				d.Saw("the Path of an article that was posted is %q; it tells of a verified identity: %v", path, strings.Contains(path, "!!"))
			}
		}},
	}
}

// verified makes a handshake whose certificate is verified, and returns why it is not valid; other errors settle.
func (d *driver) verified() error {
	var err error
	if d.Target.URL.Scheme == "nntps" {
		_, err = d.ConnectTLS(nntp.Dialect(), d.TLSConfig())
	} else {
		s := d.beforeTLS()
		s.given().code(nntp.CodeStartTLS, "STARTTLS")
		if !d.Settled() {
			err = s.C.StartTLS(d.Ctx, d.Wait(), d.TLSConfig())
		}
	}
	var invalid *tls.CertificateVerificationError
	if err != nil && !errors.As(err, &invalid) {
		d.Unclear("%v", err)
	}
	return err
}

// certificateFor returns the certificate that the server shows to a client which names it so; nil for none.
func (d *driver) certificateFor(name string) *x509.Certificate {
	var shown *x509.Certificate
	cfg := d.TLSConfig()
	cfg.ServerName = name
	cfg.InsecureSkipVerify = true // the case looks at the name itself
	cfg.VerifyConnection = func(state tls.ConnectionState) error {
		shown = state.PeerCertificates[0]
		return nil
	}
	if d.Target.URL.Scheme == "nntps" {
		if _, err := d.ConnectTLS(nntp.Dialect(), cfg); err != nil {
			d.Unclear("%v", err)
		}
		return shown
	}
	s := d.beforeTLS()
	s.given().code(nntp.CodeStartTLS, "STARTTLS")
	s.given().HandshakeWith(cfg)
	return shown
}

// certificateNames are the names of a certificate, for a judgement.
func certificateNames(c *x509.Certificate) string {
	if c == nil {
		return "none"
	}
	return fmt.Sprintf("one for %q", c.DNSNames)
}
