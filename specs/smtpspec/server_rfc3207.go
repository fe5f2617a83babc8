package smtpspec

import (
	"strings"

	"harness/protocols/smtp"
)

// upgradable returns a session in the clear, behind EHLO, in which TLS can be begun. The case ends if it cannot.
func (d *driver) upgradable() *session {
	s := d.connect()
	s.given().greet()
	s.given().hello()
	if !d.Settled() && (s.protected() || !s.state.ext.Has(smtp.ExtStartTLS)) {
		d.Absent(smtp.ExtStartTLS)
	}
	return s
}

// upgraded returns a session in TLS that was begun by STARTTLS, before EHLO.
func (d *driver) upgraded() *session {
	s := d.upgradable()
	s.startTLS()
	return s
}

// startTLS begins TLS.
func (s *session) startTLS() {
	s.expect("220", "STARTTLS")
	s.Handshake()
	s.state.ext = nil
}

// refusedInClear hands the replies of a server that requires TLS, to what is sent in the clear, to f.
func (d *driver) refusedInClear(f func(r *reply)) {
	s := d.upgradable()
	for _, line := range []string{"MAIL FROM:<" + d.sender() + ">", "VRFY " + d.mailbox(), "RSET"} {
		if r := s.cmd("%s", line); !d.Settled() {
			f(r)
		}
	}
	s.expect("250", "NOOP")
}

// rfc3207Rows are the server cases of RFC 3207, TLS.
func rfc3207Rows() []serverCase {
	required := []string{"TLS=required"}
	tls := []string{"tls"}
	security := []string{"tls", "security"}
	return []serverCase{
		{name: "starttls-keyword", labels: tls, deviations: []string{"starttls-parameter-listed"}, run: func(d *driver) {
			e, _ := d.upgradable().state.ext.Get(smtp.ExtStartTLS)
			d.Check(d.Settled() || len(e.Params) == 0, "STARTTLS without parameters in the reply to EHLO", "%s", e)
		}},
		{name: "starttls-codes", labels: tls, deviations: []string{"starttls-250"}, run: func(d *driver) {
			s := d.upgradable()
			s.expect("501", "STARTTLS now")
			if r := s.expect("220 454", "STARTTLS"); !d.Settled() && r.is("220") {
				s.Handshake()
			}
		}},
		{name: "starttls-required-530", labels: tls, features: required, deviations: []string{"tls-required-550"}, run: func(d *driver) {
			d.refusedInClear(func(r *reply) { d.Check(r.is("530"), "530 to "+r.to+" before TLS", "%s", r.shown()) })
		}},
		{name: "starttls-required-status", needs: []string{smtp.ExtEnhancedStatusCodes}, labels: tls, features: required, deviations: []string{"tls-required-status"}, run: func(d *driver) {
			d.refusedInClear(func(r *reply) {
				d.Check(strings.HasPrefix(r.texts()[0], "5.7.0 "), "the status code 5.7.0 in the reply to "+r.to+" before TLS", "%s", r.shown())
			})
		}},
		{name: "tls-initial-state", labels: security, deviations: []string{"tls-keeps-session"}, run: func(d *driver) { d.forgetful() }},
		{name: "tls-server-forgets", labels: security, deviations: []string{"tls-keeps-session"}, run: func(d *driver) { d.forgetful() }},
		{name: "tls-extensions-differ", labels: tls, run: func(d *driver) {
			s := d.upgradable()
			before := s.state.ext
			s.given().startTLS()
			s.given().hello()
			if d.Settled() {
				return
			}
			var more []string
			for _, e := range s.state.ext.List {
				if !before.Has(e.Keyword) {
					more = append(more, e.Keyword)
				}
			}
			d.Saw("extensions that are listed within TLS only: %q", more)
		}},
		{name: "tls-known-active", labels: tls, deviations: []string{"starttls-twice"}, run: func(d *driver) {
			s := d.upgraded()
			s.given().hello()
			r := s.cmd("STARTTLS")
			d.Check(d.Settled() || r.is("4yz 5yz"), "STARTTLS refused within TLS", "%s", r.shown())
		}},
		{name: "starttls-not-listed-in-tls", labels: tls, deviations: []string{"starttls-listed-in-tls"}, run: func(d *driver) {
			s := d.upgraded()
			s.given().hello()
			d.Check(d.Settled() || !s.state.ext.Has(smtp.ExtStartTLS), "no STARTTLS in the reply to EHLO within TLS", "it is listed")
		}},
		{name: "tls-result-checked", labels: security, deviations: []string{"starttls-ignored"}, run: func(d *driver) {
			s := d.upgradable()
			s.given().expect("220", "STARTTLS")
			s.Send(d.helloCommand() + "\r\n")
			text := s.Comes()
			d.Check(d.Settled() || !strings.HasPrefix(text, "2"), "no answer in the clear to a command in the place of a handshake", "%q", text)
		}},
		{name: "tls-can-be-required", labels: tls, features: required, deviations: []string{"tls-not-required"}, run: func(d *driver) {
			s := d.upgradable()
			s.expect("5yz", "MAIL FROM:<%s>", d.sender())
			s.startTLS()
			s.hello()
		}},
		{name: "tls-when-possible", labels: tls, run: func(d *driver) {
			s := d.upgradable()
			r := s.cmd("MAIL FROM:<%s>", d.sender())
			if !d.Settled() {
				d.Saw("TLS is offered, and MAIL without it gets %s", r.shown())
			}
		}},
		{name: "tls-discards", labels: security, deviations: []string{"starttls-injection"}, run: func(d *driver) {
			s := d.upgradable()
			s.Send("STARTTLS\r\nNOOP\r\n")
			if r := s.reply("STARTTLS, with a command behind it"); !d.Settled() && r.is("220") {
				s.Uninjected()
			}
		}},
	}
}

// forgetful wants EHLO in the clear not to do for what is sent within TLS: a server that takes no MAIL without EHLO takes none within TLS without another one.
func (d *driver) forgetful() {
	s := d.upgradable()
	first := d.connect()
	first.given().greet()
	if r := first.cmd("MAIL FROM:<%s>", d.sender()); !d.Settled() && r.is("250") {
		d.Saw("MAIL needs no EHLO")
		return
	}
	s.given().startTLS()
	r := s.cmd("MAIL FROM:<%s>", d.sender())
	d.Check(d.Settled() || r.is("4yz 5yz"), "MAIL refused within TLS before EHLO is sent again", "%s", r.shown())
}
