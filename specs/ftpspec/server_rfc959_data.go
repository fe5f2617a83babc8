package ftpspec

import (
	"slices"
	"strings"
)

// rfc959DataConnections are the rules about data connections: sections 3.2, 3.3 and 5.2.
func rfc959DataConnections() []serverCase {
	stored := func(d *driver) *session {
		s := d.scratch()
		s.given().ok("TYPE I")
		s.given().put("STOR octets", octetsSent)
		return s
	}
	return []serverCase{
		{name: "default-data-port-user", mutates: true, deviations: []string{"default-port-refused"}, run: func(d *driver) {
			d.Dial = dialShared
			s := stored(d)
			l := s.listenDefault()
			s.prelim("RETR octets")
			d.sameOctets("the file over a connection to the port that the control connection comes from", l.accepted().readAll(), octetsSent)
			s.final("RETR octets")
		}},
		{name: "server-connects", mutates: true, deviations: []string{"port-connects-early", "port-swapped"}, run: func(d *driver) {
			s := stored(d)
			l := s.listen()
			s.port(l)
			l.unconnected("PORT, before a transfer command")
			s.prelim("RETR octets")
			d.sameOctets("the file over a connection that the server makes", l.accepted().readAll(), octetsSent)
			s.final("RETR octets")
		}},
		{name: "port-argument-understood", mutates: true, deviations: []string{"port-swapped"}, run: func(d *driver) {
			s := stored(d)
			l := s.listen()
			s.port(l)
			s.prelim("RETR octets")
			l.accepted().readAll()
			s.final("RETR octets")
		}},
		{name: "port-negotiated", mutates: true, deviations: []string{"port-unimplemented"}, run: func(d *driver) {
			s := stored(d)
			l := s.listen()
			r := s.code(200, "PORT %s", l.hostPort())
			if d.Settled() || r.negative() {
				return
			}
			s.prelim("RETR octets")
			l.accepted().readAll()
			s.final("RETR octets")
		}},
		{name: "pasv-negotiated", mutates: true, deviations: []string{"pasv-unimplemented", "pasv-wrong-port"}, run: func(d *driver) {
			s := d.scratch()
			for _, line := range []string{"STOR octets", "RETR octets"} {
				dc := s.pasv()
				s.prelim(line)
				if line == "STOR octets" {
					dc.send(octetsSent)
					dc.Close()
				} else {
					d.sameOctets("the file over a connection to the port of the reply", dc.readAll(), octetsSent)
				}
				s.final(line)
			}
		}},
		{name: "pasv-listens", mutates: true, deviations: []string{"pasv-then-connects", "pasv-wrong-port"}, run: func(d *driver) {
			s := d.scratch()
			l := s.listen()
			s.given().port(l)
			dc := s.pasv()
			s.prelim("STOR octets")
			dc.send(octetsSent)
			dc.Close()
			s.final("STOR octets")
			l.unconnected("PORT, PASV and STOR")
			dc = s.given().pasv()
			s.prelim("RETR octets")
			d.sameOctets("the file that was sent over the connection of PASV, though PORT came before", dc.readAll(), octetsSent)
			s.final("RETR octets")
		}},
		{name: "pasv-not-default", run: func(d *driver) {
			s := d.login()
			dc := s.pasv()
			if d.Settled() {
				return
			}
			d.Check(dc.addr.Port() != s.peer().Port()-1, "another port than the server's default data port", "port %d", dc.addr.Port())
		}, deviations: []string{"pasv-default-port"}},
		{name: "pasv-reply-address", deviations: []string{"pasv-reply-no-address"}, run: func(d *driver) { checkPASVReply(d) }},
		{name: "reply-227-form", deviations: []string{"pasv-reply-no-address", "pasv-reply-port-number"}, run: func(d *driver) { checkPASVReply(d) }},
		{name: "transfer-confirmed", mutates: true, deviations: []string{"retr-no-preliminary"}, run: func(d *driver) {
			s := stored(d)
			for _, line := range []string{"RETR octets", "STOR more", "NLST"} {
				dc := s.passive()
				r := s.cmd("%s", line)
				d.Check(d.Settled() || r.class() == 1, "a preliminary reply to "+line+" when the transfer begins", "%s", r.shown())
				if strings.HasPrefix(line, "STOR") {
					dc.send("more")
					dc.Close()
				} else {
					dc.readAll()
				}
				s.final(line)
			}
		}},
		{name: "data-close-eof", mutates: true, deviations: []string{"data-left-open"}, run: func(d *driver) {
			s := stored(d)
			for _, line := range []string{"RETR octets", "LIST", "NLST"} {
				dc := s.passive()
				s.given().prelim(line)
				dc.readAll()
				s.given().final(line)
			}
		}},
		{name: "data-close-abort", needs: []string{"ABOR"}, deviations: []string{"abor-leaves-data-open"}, run: func(d *driver) {
			s := d.login()
			dc := s.passive()
			s.given().cmd("ABOR")
			d.Check(d.Settled() || dc.ends(), "the data connection closed after ABOR", "it is open")
		}},
		{name: "data-close-port-changed", deviations: []string{"data-kept-on-port", "data-kept-on-pasv"}, run: func(d *driver) {
			s := d.login()
			dc := s.passive()
			s.given().pasv()
			d.Check(d.Settled() || dc.ends(), "the connection to the first port closed when another PASV is accepted", "it is open")
			dc = s.passive()
			s.given().port(s.listen())
			d.Check(d.Settled() || dc.ends(), "the connection to the port of PASV closed when PORT is accepted", "it is open")
		}},
		{name: "data-close-control-closed", deviations: []string{"data-survives-control"}, run: func(d *driver) {
			s := d.login()
			dc := s.passive()
			s.given().ok("QUIT")
			d.Check(d.Settled() || dc.ends(), "the data connection closed after QUIT", "it is open")
			s = d.login()
			dc = s.passive()
			s.given().ok("NOOP")
			s.Close()
			d.Check(d.Settled() || dc.ends(), "the data connection closed when the control connection is", "it is open")
		}},
		{name: "unexpected-close", mutates: true, deviations: []string{"transfer-survives-control"}, run: func(d *driver) {
			s := d.scratch()
			dc := s.storing("STOR octets")
			s.Close()
			d.Check(d.Settled() || dc.endsUnderData(), "the transfer aborted when the control connection is closed: the data connection closed", "it is open")
		}},
		{name: "control-lost-abort-permitted", mutates: true, run: func(d *driver) {
			s := d.scratch()
			dc := s.storing("STOR octets")
			s.Close()
			if d.Settled() {
				return
			}
			if dc.endsUnderData() {
				d.Saw("the transfer is aborted when the control connection is closed")
			} else {
				d.Saw("the transfer goes on when the control connection is closed")
			}
		}},
		{name: "transfer-direction", mutates: true, deviations: []string{"stor-takes-nothing"}, run: func(d *driver) {
			s := stored(d)
			s.put("STOR more", "more")
			d.sameOctets("what was sent", s.get("RETR more"), "more")
			d.sameOctets("what was sent", s.get("RETR octets"), octetsSent)
		}},
		{name: "third-party", run: func(d *driver) {
			r := d.login().cmd("PORT 192,0,2,1,200,1") // nothing is connected there: no transfer follows
			if d.Settled() {
				return
			}
			if r.negative() {
				d.Saw("the address of another host is refused: %s", r.shown())
			} else {
				d.Saw("the address of another host is accepted: %s", r.shown())
			}
		}},
		{name: "close-before-226", mutates: true, deviations: []string{"data-left-open"}, run: func(d *driver) {
			s := stored(d)
			dc := s.passive()
			s.given().prelim("RETR octets")
			dc.readSome(len(octetsSent))
			// A server that waits for the client to close its side too sends 226 only then.
			closed := dc.ends()
			dc.Close()
			r := s.given().final("RETR octets")
			d.Check(d.Settled() || r.code != 226 || closed, "the data connection closed before 226 is sent", "it was open")
		}},
		{name: "close-remaining-data", mutates: true, deviations: []string{"stor-drops-rest"}, run: func(d *driver) {
			s := d.scratch()
			s.given().ok("TYPE I")
			long := strings.Repeat(octetsSent, 1000)
			s.put("STOR octets", long)
			d.sameOctets("all that was sent before the close", s.get("RETR octets"), long)
		}},
		{name: "quit-during-transfer", mutates: true, deviations: []string{"quit-cuts-transfer"}, run: func(d *driver) {
			s := d.scratch()
			dc := s.storing("STOR octets")
			s.Send("QUIT\r\n")
			s.isQuiet() // so that it is read during the transfer
			dc.send("the rest")
			dc.Close()
			r := s.reply("STOR octets, with QUIT sent meanwhile")
			d.Check(d.Settled() || r.class() == 2 && r.code != 221, "the reply that the transfer is complete, then that to QUIT", "%s", r.shown())
			if d.Settled() || s.IsClosed() {
				return // the reply to QUIT itself may be missing
			}
			s.reply("QUIT")
			s.Closed("the reply to QUIT")
		}},
		{name: "stat-during-transfer", mutates: true, deviations: []string{"stat-cuts-transfer", "stat-lost-in-transfer"}, run: func(d *driver) { checkDeferred(d, "STAT") }},
		{name: "rein-transfer-completed", mutates: true, needs: []string{"REIN"}, deviations: []string{"rein-cuts-transfer"}, run: func(d *driver) {
			s := d.scratch()
			dc := s.storing("STOR octets")
			s.Send("REIN\r\n")
			s.isQuiet() // so that it is read during the transfer
			dc.send("the rest")
			dc.Close()
			r := s.reply("STOR octets, with REIN sent meanwhile")
			s.missing("REIN", r)
			if r.code == 120 || r.code == 220 {
				r = s.reply("STOR octets, with REIN sent meanwhile")
			}
			d.Check(d.Settled() || r.class() == 2, "the transfer completed: 226 or 250", "%s", r.shown())
		}},
		{name: "commands-queued", mutates: true, deviations: []string{"commands-dropped-in-transfer"}, run: func(d *driver) {
			s := d.scratch()
			dc := s.storing("STOR octets")
			s.Send("NOOP\r\nPWD\r\n")
			s.isQuiet() // so that it is read during the transfer
			dc.send("the rest")
			dc.Close()
			var codes []int
			for range 3 {
				codes = append(codes, s.reply("STOR octets, NOOP and PWD, of which two came during the transfer").code)
			}
			slices.Sort(codes)
			d.Check(d.Settled() || slices.Equal(codes, []int{200, 226, 257}) || slices.Equal(codes, []int{200, 250, 257}),
				"NOOP and PWD kept and served: 200 and 257, beside 226 or 250 to the transfer", "%v", codes)
		}},
	}
}

// checkPASVReply fails unless a reply to PASV has the six numbers.
func checkPASVReply(d *driver) {
	r := d.login().code(227, "PASV")
	if d.Settled() {
		return
	}
	_, ok := sixNumbers(r.text())
	d.Check(ok, "six decimal numbers of 8 bits with commas between in the reply to PASV", "%s", r.shown())
}

// checkDeferred fails unless the command is answered during a transfer, at once or later, and the transfer goes on to its end.
func checkDeferred(d *driver, command string) {
	s := d.scratch()
	dc := s.storing("STOR octets")
	s.Send(command + "\r\n")
	var transfer, answer *reply
	if !s.isQuiet() {
		answer = s.reply(command + " during a transfer")
	}
	dc.send("the rest")
	dc.Close()
	for range 2 {
		if d.Settled() || transfer != nil && answer != nil {
			break
		}
		r := s.reply("STOR and " + command)
		switch {
		case d.Settled():
		case r.code == 226 || r.code == 250 || transfer == nil && answer != nil:
			transfer = r
		default:
			answer = r
		}
	}
	if d.Settled() {
		return
	}
	d.Check(transfer != nil && transfer.class() == 2, "the transfer completed with 226 or 250, and "+command+" answered", "%s", transfer.shown())
	d.Check(answer != nil && answer.class() == 2, "a positive reply to "+command+" during or after the transfer", "%s", answer.shown())
	d.sameOctets("all that was sent", s.get("RETR octets"), storingBegins+"the rest")
}
