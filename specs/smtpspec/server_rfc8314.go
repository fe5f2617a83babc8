package smtpspec

import (
	"crypto/tls"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"harness/internal/auth"
	"harness/protocols/smtp"
	"harness/specs"
)

// suiteRE is the number of a cipher suite (RFC 8314 section 4.3).
var suiteRE = regexp.MustCompile(`^0x[0-9A-Fa-f]{4}$`)

// ours hands the Received field to f that was made of the session in which the case sent a message; those of later hops are left out.
func (d *driver) ours(message string, f func(s stamp, value string)) {
	d.from(message, []string{helloName}, f)
}

// from is ours for a session whose EHLO had one of those names.
func (d *driver) from(message string, names []string, f func(s stamp, value string)) {
	if d.Settled() {
		return
	}
	for _, value := range values(message, "Received") {
		s, err := parseStamp(value)
		if err == nil && slices.ContainsFunc(names, func(name string) bool { return strings.Contains(s.clauses["from"], name) }) {
			f(s, value)
			return
		}
	}
	d.Unclear("there is no Received field with %s in its From clause", strings.Join(names, " or "))
}

// suite hands what the tls clause of a message says to f, with the name and the number of the suite that the session had.
func (d *driver) suite(f func(s stamp, clause, name, number string)) {
	mark := newMark()
	c := d.open()
	c.given().sent(d.draft(mark, "", "The only line.\r\n"))
	if d.Settled() {
		return
	}
	state, _ := c.C.TLS()
	d.ours(d.delivered(d.mailbox(), mark), func(s stamp, _ string) {
		clause := s.first("tls")
		if clause == "" {
			d.Absent("the tls clause of Received")
			return
		}
		f(s, clause, tls.CipherSuiteName(state.CipherSuite), fmt.Sprintf("0x%04X", state.CipherSuite))
	})
}

// rfc8314Rows are the server cases of RFC 8314, submission over TLS.
func rfc8314Rows() []serverCase {
	implicit := []string{needImplicit}
	traced := []string{needSubmission, needTLS, needDelivery}
	return []serverCase{
		{name: "submissions-both", needs: []string{needSubmission}, deviations: []string{"starttls-unlisted"}, run: func(d *driver) {
			s := d.connect()
			s.given().greet()
			if s.given().hello(); d.Settled() || s.protected() {
				return // what the other port has is not seen
			}
			d.Check(s.state.ext.Has(smtp.ExtStartTLS), "STARTTLS in the reply to EHLO", "it is not listed")
		}},
		{name: "tls-close-alerts", needs: implicit, deviations: []string{"close-unannounced"}, run: func(d *driver) {
			s := d.open()
			s.given().quit()
			d.Check(d.Settled() || !s.C.Truncated(), "a TLS close alert before the end of the connection", "none")
		}},
		{name: "tls-client-certificates", needs: implicit, run: func(d *driver) {
			cfg, asked := d.TLSConfig(), false
			cfg.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
				asked = true
				return &tls.Certificate{}, nil
			}
			if _, err := d.ConnectTLS(smtp.Dialect(), cfg); err != nil {
				d.Unclear("%v", err)
			}
			d.Saw("the client's certificate is asked for: %v", asked)
		}},
		{name: "tls-certificate-external", needs: implicit, features: []string{"?" + certificate}, deviations: []string{"certificate-authorises"}, run: func(d *driver) {
			if cfg := d.TLSConfig(); len(cfg.Certificates) == 0 && cfg.GetClientCertificate == nil {
				d.Unclear("%v: the case needs a client certificate", specs.ErrCannotSetUp)
			}
			s := d.greeted()
			s.given().hello()
			if d.Settled() {
				return
			}
			if slices.Contains(s.state.ext.Auth(), auth.External) {
				return
			}
			r := s.cmd("MAIL FROM:<%s>", d.sender())
			d.Check(d.Settled() || !r.is("250"), "EXTERNAL among the mechanisms of AUTH, since a client certificate does for MAIL", "it is not listed")
			d.Absent("authorisation by a client certificate")
		}},
		{name: "tls-received-clause", needs: traced, mutates: true, deviations: []string{"trace-no-tls"}, run: func(d *driver) {
			d.ours(d.arrive("", "The only line.\r\n"), func(s stamp, value string) {
				d.Check(s.first("tls") != "", "a tls clause in the Received field", "%s", value)
			})
		}},
		{name: "tls-received-suite", needs: traced, mutates: true, deviations: []string{"trace-tls-word"}, run: func(d *driver) {
			d.suite(func(_ stamp, clause, name, number string) {
				d.Check(clause == name || strings.EqualFold(clause, number), "the registered name of the cipher suite, "+name+", in the tls clause", "%q", clause)
			})
		}},
		{name: "tls-received-hexadecimal", needs: traced, mutates: true, run: func(d *driver) {
			d.suite(func(_ stamp, clause, _, _ string) {
				d.Saw("the tls clause has a number: %v", suiteRE.MatchString(clause))
			})
		}},
		{name: "tls-received-group", needs: traced, mutates: true, run: func(d *driver) {
			d.suite(func(s stamp, _, _, _ string) { d.Saw("the group in the tls clause: %q", s.clauses["group"]) })
		}},
	}
}
