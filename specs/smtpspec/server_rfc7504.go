package smtpspec

// rfc7504Rows are the server cases of RFC 7504, the reply code 521.
func rfc7504Rows() []serverCase {
	closed := []string{"GREETING=521"}
	return []serverCase{
		{name: "reply-521-greeting", features: closed, deviations: []string{"greeting-521-as-554"}, run: func(d *driver) {
			s := d.connect()
			s.want("521", s.reply("the connection to a server that accepts no mail (a greeting)"))
		}},
		{name: "reply-521-not-for-some", deviations: []string{"rcpt-550-as-521"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			for _, to := range []string{d.stranger(), "harness@relay.example.net"} {
				r := s.tryRcpt(to)
				d.Check(d.Settled() || !r.is("521"), "another code than 521 to "+r.to, "%s", r.shown())
			}
		}},
		{name: "reply-521-session", features: closed, run: func(d *driver) {
			s := d.connect()
			s.given().want("521", s.given().reply("the connection (a greeting)"))
			s.Send(d.helloCommand() + "\r\n")
			if s.Comes() == "" {
				d.Saw("the connection is closed at a command behind a greeting of 521")
			}
			if r := s.reply(d.helloCommand()); !d.Settled() {
				d.Saw("a command behind a greeting of 521 gets %s", r.shown())
			}
		}},
	}
}
