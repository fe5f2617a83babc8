package smtpspec

import "harness/protocols/smtp"

// rfc8689Rows are the server cases of RFC 8689, messages that require TLS.
func rfc8689Rows() []serverCase {
	return []serverCase{
		{name: "requiretls-parameter", needs: []string{needTLS, smtp.ExtRequireTLS}, deviations: []string{"requiretls-refused", "mail-501-as-250"}, run: func(d *driver) {
			s := d.open()
			s.mail("REQUIRETLS")
			s.given().expect("250", "RSET")
			s.expect("5yz", "MAIL FROM:<%s> REQUIRETLS=yes", d.sender())
		}},
		{name: "requiretls-listed", needs: []string{needTLS}, deviations: []string{"requiretls-unlisted"}, run: func(d *driver) {
			s := d.open()
			if d.Settled() || s.state.ext.Has(smtp.ExtRequireTLS) {
				return
			}
			r := s.cmd("MAIL FROM:<%s> REQUIRETLS", d.sender())
			d.Check(d.Settled() || !r.is("250"), "REQUIRETLS in the reply to EHLO within TLS, since MAIL takes it", "it is not listed")
			d.Absent(smtp.ExtRequireTLS)
		}},
	}
}
