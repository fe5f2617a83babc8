package smtpspec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/protocols/smtp"
)

// parameterRows are the server cases of RFC 3461 (notifications), RFC 6531 (internationalised mail), RFC 2852 (delivery by a time) and RFC 4865 (release at a
// time).
func parameterRows() []serverCase {
	return slices.Concat(notifications(), internationalised(), deliveryBy(), futureRelease())
}

// mailWith sends MAIL with parameters, in a session of its own.
func (d *driver) mailWith(params string) *reply {
	return d.open().cmd("MAIL FROM:<%s> %s", d.sender(), params)
}

// takes wants MAIL with each of the parameters to be accepted.
func (d *driver) takes(params ...string) {
	for _, p := range params {
		r := d.mailWith(p)
		d.Check(d.Settled() || r.is("250"), "250 to MAIL with "+p, "%s", r.shown())
	}
}

// refuses wants MAIL with each of the parameters to get one of the codes, and to have the status code if one is given and the server has them.
func (d *driver) refuses(codes, status string, params ...string) {
	for _, p := range params {
		r := d.mailWith(p)
		d.Check(d.Settled() || r.is(codes), oneOf(codes)+" to MAIL with "+p, "%s", r.shown())
		d.Check(d.Settled() || status == "" || strings.HasPrefix(r.texts()[0], status+" "), status+" in the reply to MAIL with "+p, "%s", r.shown())
	}
}

// sawMail tells how MAIL with parameters is answered.
func (d *driver) sawMail(params string) {
	r := d.mailWith(params)
	if !d.Settled() {
		d.Saw("MAIL with %s gets %s", params, r.shown())
	}
}

// rcptWith names a recipient with parameters, in a transaction of its own.
func (d *driver) rcptWith(to, params string) *reply {
	s := d.open()
	s.given().mail()
	return s.tryRcpt(to, strings.Fields(params)...)
}

// orcpt500 is ORCPT of 500 characters: an address of 185, most of them encoded as three (RFC 3461 section 4).
func orcpt500() string {
	const begin, size = "ORCPT=rfc822;", 185
	address := longLocal + "@" + longDomain[len(longDomain)-(size-len(longLocal)-1):]
	encoded := (500 - len(begin) - size) / 2
	var b strings.Builder
	b.WriteString(begin)
	for i := range len(address) {
		if i < encoded {
			fmt.Fprintf(&b, "+%02X", address[i])
		} else {
			b.WriteByte(address[i])
		}
	}
	return b.String()
}

const allNotify = "NOTIFY=SUCCESS,FAILURE,DELAY"

func notifications() []serverCase {
	needs := []string{smtp.ExtDSN}
	sameMail := func(d *driver) {
		want := d.mailWith("")
		for _, p := range []string{"RET=FULL", "RET=HDRS ENVID=harness1", "ENVID=harness+2B2", "ret=hdrs"} {
			r := d.mailWith(p)
			d.Check(d.Settled() || r.code == want.code, fmt.Sprintf("%d to MAIL with %s, as without", want.code, p), "%s", r.shown())
		}
	}
	sameRcpt := func(d *driver) {
		for _, to := range []string{d.mailbox(), d.stranger()} {
			want := d.rcptWith(to, "")
			for _, p := range []string{"NOTIFY=NEVER", allNotify, "NOTIFY=FAILURE ORCPT=rfc822;harness+2B@example.org", "notify=delay"} {
				r := d.rcptWith(to, p)
				d.Check(d.Settled() || r.code == want.code, fmt.Sprintf("%d to RCPT with %s, as without", want.code, p), "%s to %s", r.shown(), r.to)
			}
		}
	}
	refusesRcpt := func(params ...string) func(d *driver) {
		return func(d *driver) {
			for _, p := range params {
				r := d.rcptWith(d.mailbox(), p)
				d.Check(d.Settled() || r.is("501"), "501 to RCPT with "+p, "%s", r.shown())
			}
		}
	}
	return []serverCase{
		{name: "xtext-parentheses", needs: needs, run: func(d *driver) { d.sawMail("ENVID=(harness)") }},
		{name: "dsn-orcpt-500", needs: needs, run: func(d *driver) {
			r := d.rcptWith(d.mailbox(), orcpt500())
			if !d.Settled() {
				d.Saw("RCPT with ORCPT of 500 characters gets %s", r.shown())
			}
		}},
		{name: "dsn-envid-100", needs: needs, run: func(d *driver) { d.sawMail("ENVID=" + strings.Repeat("e", 100)) }},
		{name: "dsn-mail-twice-501", needs: needs, deviations: []string{"mail-501-as-250"}, run: func(d *driver) {
			d.refuses("501", "", "RET=FULL RET=FULL", "ENVID=harness1 ENVID=harness2")
		}},
		{name: "dsn-rcpt-twice-501", needs: needs, deviations: []string{"rcpt-501-as-250"}, run: refusesRcpt("NOTIFY=DELAY NOTIFY=SUCCESS", "ORCPT=rfc822;a@example.org ORCPT=rfc822;b@example.org")},
		{name: "dsn-mail-same-reply", needs: needs, deviations: []string{"dsn-mail-refused"}, run: sameMail},
		{name: "dsn-mail-not-refused", needs: needs, deviations: []string{"dsn-mail-refused"}, run: sameMail},
		{name: "dsn-mail-invalid-501", needs: needs, deviations: []string{"mail-501-as-250"}, run: func(d *driver) {
			d.refuses("501", "", "RET=SOME", "ENVID=harness+ZZ", "ENVID=harness+", "RET=HDRS RET=FULL")
		}},
		{name: "dsn-rcpt-same-reply", needs: needs, deviations: []string{"dsn-rcpt-refused"}, run: sameRcpt},
		{name: "dsn-rcpt-not-refused", needs: needs, deviations: []string{"dsn-rcpt-refused"}, run: sameRcpt},
		{name: "dsn-rcpt-invalid-501", needs: needs, deviations: []string{"rcpt-501-as-250"}, run: refusesRcpt("NOTIFY=OFTEN", "NOTIFY=NEVER,SUCCESS", "ORCPT=rfc822;a+ZZ@example.org")},
		{name: "dsn-sizes", needs: needs, deviations: []string{"command-limit-255"}, run: func(d *driver) {
			d.takes("ENVID=" + strings.Repeat("e", 100))
			r := d.rcptWith(d.mailbox(), allNotify+" "+orcpt500())
			d.Check(d.Settled() || r.is("250 251"), "250 to RCPT with ORCPT of 500 characters and NOTIFY of 28", "%s", r.shown())
		}},
		{name: "dsn-command-1036", needs: needs, deviations: []string{"command-limit-255"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			s.received("RCPT TO:<" + longLocal + "@" + longDomain[len(longDomain)-180:] + "> " + allNotify + " " + orcpt500())
		}},
		{name: "dsn-command-combined", needs: needs, deviations: []string{"command-limit-255"}, run: func(d *driver) {
			x := d.open().state.ext
			params := "RET=HDRS ENVID=" + strings.Repeat("e", 100)
			for _, p := range []struct{ keyword, text string }{
				{smtp.ExtSize, "SIZE=00000000000000001000"}, {smtp.Ext8BitMIME, "BODY=8BITMIME"}, {smtp.ExtSMTPUTF8, "SMTPUTF8"}, {smtp.ExtAuth, "AUTH=" + longLocal + "@example.org"},
				{smtp.ExtDeliverBy, "BY=999999999;NT"}, {smtp.ExtMTPriority, "MT-PRIORITY=-9"},
			} {
				if x.Has(p.keyword) {
					params += " " + p.text
				}
			}
			d.takes(params)
		}},
	}
}

// utf8Local is a local part that is not ASCII, uDomain a domain in U-labels, and aDomain the same in A-labels (RFC 5890 section 2.3.2.1).
const (
	utf8Local = "k\u00e4se"
	uDomain   = "k\u00e4se.example.org"
	aDomain   = "xn--kse-qla.example.org"
)

func internationalised() []serverCase {
	needs := []string{smtp.ExtSMTPUTF8}
	vrfy := func(f func(d *driver, r *reply)) func(d *driver) {
		return func(d *driver) {
			r := d.open().cmd("VRFY %s SMTPUTF8", d.address())
			if d.Settled() {
				return
			}
			if !r.is("250") {
				d.Saw("VRFY with SMTPUTF8 gets %s", r.shown())
				return
			}
			f(d, r)
		}
	}
	ascii := func(d *driver, r *reply) {
		for _, l := range r.lines {
			d.Check(!slices.ContainsFunc(l.Text, func(c byte) bool { return c >= 0x80 }), "ASCII in the reply to "+r.to, "%q", l.Text)
		}
	}
	return []serverCase{
		{name: "smtputf8-no-parameter", needs: needs, deviations: []string{"smtputf8-parameter-listed"}, run: func(d *driver) { d.bare(smtp.ExtSMTPUTF8) }},
		{name: "smtputf8-compliant", needs: []string{smtp.ExtSMTPUTF8, needDelivery}, mutates: true, deviations: []string{"eighth-bit-cleared", "utf8-501"}, run: func(d *driver) {
			mark := newMark()
			s := d.open()
			s.expect("250", "MAIL FROM:<%s@%s> SMTPUTF8 BODY=8BITMIME", utf8Local, d.someDomain())
			s.rcpt(d.mailbox())
			s.want("250", s.post(d.draft(mark, "Comments: "+utf8Local+"\r\n", "The only line.\r\n")))
			m := d.delivered(d.mailbox(), mark)
			d.Check(d.Settled() || strings.Contains(m, "Comments: "+utf8Local), "the header as it was sent", "%q", values(m, "Comments"))
		}},
		{name: "smtputf8-8bitmime", needs: needs, deviations: []string{"eightbitmime-unlisted"}, run: func(d *driver) {
			d.Check(d.open().state.ext.Has(smtp.Ext8BitMIME) || d.Settled(), "8BITMIME in the reply to EHLO, since SMTPUTF8 is there", "it is not listed")
		}},
		{name: "smtputf8-mailbox", needs: needs, deviations: []string{"utf8-501"}, run: func(d *driver) {
			for _, m := range []string{utf8Local + "@" + d.someDomain(), "\"" + utf8Local + "\"@" + d.someDomain(), "harness@" + utf8Local + ".example.org"} {
				s := d.open()
				s.given().mail("SMTPUTF8")
				s.received("RCPT TO:<" + m + ">")
				s.received("VRFY " + m + " SMTPUTF8")
			}
		}},
		{name: "smtputf8-dsn", needs: []string{smtp.ExtSMTPUTF8, smtp.ExtDSN}, deviations: []string{"dsn-rcpt-refused", "dsn-utf8-501"}, run: func(d *driver) {
			s := d.open()
			s.given().mail("SMTPUTF8")
			s.rcpt(d.mailbox(), "ORCPT=utf-8;"+utf8Local+"@example.org")
			s = d.open()
			s.given().mail()
			s.rcpt(d.mailbox(), `ORCPT=utf-8;k\x{E4}se@example.org`)
		}},
		{name: "smtputf8-value-refused", needs: needs, deviations: []string{"mail-501-as-250"}, run: func(d *driver) { d.refuses("5yz", "", "SMTPUTF8=1") }},
		{name: "smtputf8-rcpt-553", needs: needs, deviations: []string{"rcpt-553-as-550"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			d.asciiWanted(s.cmd("RCPT TO:<%s@%s>", utf8Local, d.someDomain()), "553")
		}},
		{name: "smtputf8-mail-550", needs: needs, deviations: []string{"mail-550-as-553"}, run: func(d *driver) {
			d.asciiWanted(d.open().cmd("MAIL FROM:<%s@%s>", utf8Local, d.someDomain()), "550")
		}},
		{name: "smtputf8-x67", needs: []string{smtp.ExtSMTPUTF8, smtp.ExtEnhancedStatusCodes}, deviations: []string{"utf8-needed-571"}, run: func(d *driver) {
			r := d.open().cmd("MAIL FROM:<%s@%s>", utf8Local, d.someDomain())
			if !d.Settled() && r.is("250") {
				d.Saw("an address that is not ASCII needs no SMTPUTF8")
			}
			d.Check(d.Settled() || !r.is("550 553") || strings.HasPrefix(r.texts()[0], "5.6.7 "), "5.6.7 in the reply to a reverse-path that needs SMTPUTF8", "%s", r.shown())
		}},
		{name: "smtputf8-u-labels", needs: []string{smtp.ExtSMTPUTF8, needDelivery}, mutates: true, deviations: []string{"return-path-a-labels"}, run: func(d *driver) {
			mark := newMark()
			s := d.open()
			s.given().expect("250", "MAIL FROM:<harness@%s> SMTPUTF8", uDomain)
			s.given().rcpt(d.mailbox())
			s.given().want("250", s.post(d.draft(mark, "", "The only line.\r\n")))
			for _, path := range values(d.delivered(d.mailbox(), mark), "Return-Path") {
				d.Check(strings.Contains(path, uDomain), "the domain "+uDomain+" in the Return-Path field, in U-labels", "%s", path)
			}
		}},
		{name: "smtputf8-ehlo-reply-ascii", needs: needs, deviations: []string{"ehlo-domain-utf8"}, run: func(d *driver) { ascii(d, d.greeted().hello()) }},
		{name: "smtputf8-trace", needs: []string{smtp.ExtSMTPUTF8, needDelivery}, mutates: true, deviations: []string{"trace-a-labels"}, run: func(d *driver) {
			mark := newMark()
			s := d.open()
			s.given().expect("250", "%s", strings.Replace(d.helloCommand(), helloName, aDomain, 1))
			s.given().mail("SMTPUTF8")
			s.given().rcpt(d.mailbox())
			s.given().want("250", s.post(d.draft(mark, "", "The only line.\r\n")))
			d.from(d.delivered(d.mailbox(), mark), []string{uDomain, aDomain}, func(_ stamp, value string) {
				d.Check(strings.Contains(value, uDomain), "the domain "+uDomain+" in the Received field, in U-labels", "%s", value)
			})
		}},
		{name: "smtputf8-vrfy-ascii", needs: needs, deviations: []string{"vrfy-utf8"}, run: func(d *driver) {
			s := d.open()
			ascii(d, s.cmd("VRFY %s", d.address()))
			ascii(d, s.cmd("EXPN %s", utf8List))
		}},
		{name: "smtputf8-vrfy-252", needs: needs, deviations: []string{"expn-252-as-250"}, run: func(d *driver) { d.open().expect("252 4yz 5yz", "EXPN %s", utf8List) }},
		{name: "smtputf8-vrfy-full-name", needs: needs, run: vrfy(func(d *driver, r *reply) { d.Saw("VRFY with SMTPUTF8 gets %s", r.shown()) })},
		{name: "smtputf8-vrfy-mailbox", needs: needs, deviations: []string{"vrfy-name-only"}, run: vrfy(func(d *driver, r *reply) {
			d.Check(len(listed(r)) > 0, "the mailbox of the user in the positive reply to VRFY", "%s", r.shown())
		})},
		{name: "smtputf8-vrfy-form", needs: needs, deviations: []string{"vrfy-name-only"}, run: vrfy(func(d *driver, r *reply) {
			for _, text := range r.texts() {
				d.Check(verifyRE.MatchString(text), `"User Name <mailbox>" or "mailbox"`, "%q", text)
			}
		})},
		{name: "smtputf8-replies-ascii", needs: needs, deviations: []string{"noop-utf8"}, run: func(d *driver) {
			d.open()
			d.survey(func(r *reply) { ascii(d, r) })
			s := d.open()
			for _, line := range []string{"MAIL FROM:<%s@%s> SMTPUTF8", "RCPT TO:<%s@%s>"} {
				ascii(d, s.cmd(line, utf8Local, d.someDomain()))
			}
		}},
	}
}

// asciiWanted wants the code of a refusal for want of SMTPUTF8. A server may do without, and it may have another reason to refuse.
func (d *driver) asciiWanted(r *reply, code string) {
	if d.Settled() || r.is(code) {
		return
	}
	if r.is("2yz") {
		d.Saw("an address that is not ASCII needs no SMTPUTF8")
		return
	}
	d.Check(!strings.Contains(r.texts()[0], ".6.7 "), code+", if an ASCII address is needed", "%s", r.shown())
	d.Saw("an address that is not ASCII gets %s", r.shown())
}

func deliveryBy() []serverCase {
	needs := []string{smtp.ExtDeliverBy}
	minimum := []string{"?DELIVERBY=60"}
	// short hands a time that is too short to f. Without a minimum the case has nothing to judge.
	short := func(f func(d *driver, params string)) func(d *driver) {
		return func(d *driver) {
			least, _ := d.open().state.ext.DeliverBy()
			if d.Settled() {
				return
			}
			if least <= time.Second {
				d.Saw("no minimum is told")
				return
			}
			f(d, fmt.Sprintf("BY=%d;R", int(least/time.Second)-1))
		}
	}
	return []serverCase{
		{name: "deliverby-keyword", needs: needs, deviations: []string{"deliverby-word"}, run: func(d *driver) {
			e, _ := d.open().state.ext.Get(smtp.ExtDeliverBy)
			if d.Settled() || len(e.Params) == 0 {
				return
			}
			least, _, _ := strings.Cut(e.Params[0], ",")
			d.Check(len(e.Params) == 1 && len(least) <= 9 && strings.Trim(least, "0123456789") == "", "DELIVERBY with a number of seconds, or without a parameter", "%s", e)
		}},
		{name: "deliverby-mail-17", needs: needs, deviations: []string{"command-limit-255"}, run: func(d *driver) { d.longMail("BY=+999999999;NT") }},
		{name: "deliverby-minimum", needs: needs, features: minimum, deviations: []string{"deliverby-minimum-ignored"}, run: short(func(d *driver, p string) { d.refuses("550 551 552 553 554 555", "", p) })},
		{name: "deliverby-accepted", needs: needs, deviations: []string{"by-refused"}, run: func(d *driver) { d.takes("BY=86400;N", "BY=86400;R", "BY=+86400;NT", "by=86400;rt") }},
		{name: "deliverby-negative", needs: needs, deviations: []string{"by-refused"}, run: func(d *driver) { d.takes("BY=-60;N", "BY=0;N") }},
		{name: "deliverby-return-501", needs: needs, deviations: []string{"mail-501-as-250"}, run: func(d *driver) { d.refuses("501", "", "BY=0;R", "BY=-60;R") }},
		{name: "deliverby-return-status", needs: []string{smtp.ExtDeliverBy, smtp.ExtEnhancedStatusCodes}, deviations: []string{"mail-501-as-250"}, run: func(d *driver) { d.refuses("5yz", "5.5.4", "BY=0;R") }},
		{name: "deliverby-not-honoured", needs: needs, features: minimum, deviations: []string{"mail-555-as-550"}, run: short(func(d *driver, p string) { d.refuses("455 555", "", p) })},
		{name: "deliverby-not-honoured-status", needs: []string{smtp.ExtDeliverBy, smtp.ExtEnhancedStatusCodes}, features: minimum, deviations: []string{"deliverby-minimum-ignored"}, run: short(func(d *driver, p string) {
			r := d.mailWith(p)
			status, _, _ := strings.Cut(strings.Join(r.texts(), " "), " ")
			d.Check(d.Settled() || r.is("4yz 5yz") && statusRE.MatchString(status), "a refusal with a status code of MAIL with "+p, "%s", r.shown())
		})},
	}
}

// until is HOLDUNTIL for a time from now.
func until(d time.Duration) string {
	return "HOLDUNTIL=" + time.Now().Add(d).UTC().Format(time.RFC3339)
}

// held has a message with a parameter that holds it accepted, and wants it not to be delivered before another one that comes later.
func (d *driver) held(params string) {
	d.counted(func() {
		s := d.open()
		s.given().mail(params)
		s.given().rcpt(d.mailbox())
		s.given().want("250", s.post(d.message()))
	})
}

func futureRelease() []serverCase {
	needs := []string{needSubmission, smtp.ExtFutureRelease}
	coded := append([]string{smtp.ExtEnhancedStatusCodes}, needs...)
	delivery := append([]string{needDelivery}, needs...)
	by := append([]string{smtp.ExtDeliverBy}, needs...)
	const year = 365 * 24 * time.Hour
	tooLong := func(d *driver) string {
		longest, _, _ := d.open().state.ext.FutureRelease()
		return "HOLDFOR=" + strconv.Itoa(min(int(longest/time.Second)+3600, 999999999))
	}
	return []serverCase{
		{name: "futurerelease-keyword", needs: needs, deviations: []string{"futurerelease-one-parameter"}, run: func(d *driver) { d.futureReleaseListed() }},
		{name: "futurerelease-mail-34", needs: needs, deviations: []string{"command-limit-255"}, run: func(d *driver) { d.longMail(until(time.Hour)) }},
		{name: "futurerelease-listed", needs: needs, deviations: []string{"futurerelease-one-parameter"}, run: func(d *driver) { d.futureReleaseListed() }},
		{name: "futurerelease-accepted", needs: needs, deviations: []string{"hold-refused"}, run: func(d *driver) { d.takes("HOLDFOR=60", until(time.Hour)) }},
		{name: "futurerelease-for-held", needs: delivery, mutates: true, deviations: []string{"futurerelease-not-held"}, run: func(d *driver) { d.held("HOLDFOR=3600") }},
		{name: "futurerelease-until-held", needs: delivery, mutates: true, deviations: []string{"futurerelease-not-held"}, run: func(d *driver) { d.held(until(time.Hour)) }},
		{name: "futurerelease-for-rejected", needs: needs, deviations: []string{"futurerelease-any"}, run: func(d *driver) { d.refuses("4yz 5yz", "", "HOLDFOR=0", "HOLDFOR=soon", tooLong(d)) }},
		{name: "futurerelease-until-rejected", needs: needs, deviations: []string{"futurerelease-any"}, run: func(d *driver) { d.refuses("4yz 5yz", "", "HOLDUNTIL=tomorrow", until(100*year)) }},
		{name: "futurerelease-two-rejected", needs: needs, deviations: []string{"mail-501-as-250"}, run: func(d *driver) { d.refuses("4yz 5yz", "", "HOLDFOR=60 HOLDFOR=60", "HOLDFOR=60 "+until(time.Hour)) }},
		{name: "futurerelease-501", needs: needs, deviations: []string{"mail-501-as-250"}, run: func(d *driver) { d.refuses("501", "", "HOLDFOR=0", tooLong(d), "HOLDFOR=60 HOLDFOR=60") }},
		{name: "futurerelease-status", needs: coded, deviations: []string{"mail-501-as-250"}, run: func(d *driver) { d.refuses("5yz", "5.5.4", "HOLDFOR=0", tooLong(d)) }},
		{name: "futurerelease-by-rejected", needs: by, deviations: []string{"futurerelease-any"}, run: func(d *driver) { d.refuses("4yz 5yz", "", "HOLDFOR=7200 BY=3600;N") }},
		{name: "futurerelease-by-501", needs: by, deviations: []string{"mail-501-as-250"}, run: func(d *driver) { d.refuses("501", "", "HOLDFOR=7200 BY=3600;N") }},
		{name: "futurerelease-by-status", needs: append([]string{smtp.ExtDeliverBy}, coded...), deviations: []string{"mail-501-as-250"}, run: func(d *driver) { d.refuses("5yz", "5.5.4", "HOLDFOR=7200 BY=3600;N") }},
	}
}

// futureReleaseListed wants the keyword with both of its parameters.
func (d *driver) futureReleaseListed() {
	e, _ := d.open().state.ext.Get(smtp.ExtFutureRelease)
	if d.Settled() {
		return
	}
	ok := len(e.Params) == 2
	if ok {
		n, err := strconv.Atoi(e.Params[0])
		_, timeErr := time.Parse(time.RFC3339, e.Params[1])
		ok = err == nil && n > 0 && n <= 999999999 && timeErr == nil
	}
	d.Check(ok, "FUTURERELEASE with a number of seconds and a time", "%s", e)
}
