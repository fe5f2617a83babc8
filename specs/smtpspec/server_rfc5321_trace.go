package smtpspec

import (
	"regexp"
	"slices"
	"strings"
)

// Names of clauses, links and protocols that are registered.
var (
	stampClauses   = []string{"from", "by", "via", "with", "id", "for", "tls", "priority"}
	stampLinks     = []string{"TCP"}
	stampProtocols = []string{"SMTP", "ESMTP", "ESMTPA", "ESMTPS", "ESMTPSA", "LMTP", "LMTPA", "LMTPS", "LMTPSA", "UTF8SMTP", "UTF8SMTPA", "UTF8SMTPS", "UTF8SMTPSA", "UTF8LMTP", "UTF8LMTPA",
		"UTF8LMTPS", "UTF8LMTPSA", "HTTP", "HTTPS", "MMS"}
)

var (
	yearRE      = regexp.MustCompile(`\b\d{4} \d{2}:\d{2}`)
	offsetRE    = regexp.MustCompile(` [+-]\d{4}$`)
	ipLiteralRE = regexp.MustCompile(`\[[0-9A-Fa-f.:]*(IPv6:[0-9A-Fa-f.:]+)?\]`)
)

// oldTrace are Received fields that a message has when it comes.
const oldTrace = "Received: from one.example.org by two.example.org with SMTP id harness2; Tue, 02 Jan 2024 00:00:00 +0000\r\n" +
	"Received: from zero.example.org\r\n\tby one.example.org with SMTP id harness1; Mon, 01 Jan 2024 00:00:00 +0000\r\n"

// first is the first word of a clause.
func (s stamp) first(clause string) string {
	w, _, _ := strings.Cut(s.clauses[clause], " ")
	return w
}

// oldOnes are the Received fields of oldTrace as they were delivered, with the numbers of the lines of the header in which they stand.
func (d *driver) oldOnes(f func(fields []field, at []int)) {
	message := d.arrive(oldTrace, "The only line.\r\n")
	if d.Settled() {
		return
	}
	fields := header(message)
	var at []int
	for i, h := range fields {
		if strings.EqualFold(h.name, "Received") && strings.Contains(h.value, "id harness") {
			at = append(at, i)
		}
	}
	if len(at) != 2 {
		d.Fail("the two Received fields that the message had", "%d of them", len(at))
		return
	}
	f(fields, at)
}

func rfc5321Trace() []serverCase {
	row := func(name string, deviations []string, run func(d *driver)) serverCase {
		return serverCase{name: name, needs: []string{needDelivery}, mutates: true, deviations: deviations, run: run}
	}
	each := func(f func(d *driver, s stamp, value string)) func(d *driver) {
		return func(d *driver) { d.stamped(func(s stamp, value string) { f(d, s, value) }) }
	}
	dates := each(func(d *driver, s stamp, value string) {
		d.Check(dateRE.MatchString(s.date), "a date as RFC 5322 section 3.3 has it, in none of its obsolete forms", "%q", s.date)
	})
	returnPaths := func(fields string, f func(d *driver, paths []string)) func(d *driver) {
		return func(d *driver) {
			m := d.arrive(fields, "The only line.\r\n")
			if !d.Settled() {
				f(d, values(m, "Return-Path"))
			}
		}
	}
	return []serverCase{
		row("trace-inserted", []string{"trace-missing"}, each(func(*driver, stamp, string) {})),
		row("trace-form", []string{"trace-no-from", "trace-no-by", "trace-year-two"}, each(func(d *driver, s stamp, value string) {
			at := -1
			for _, name := range s.order {
				i := slices.Index(stampClauses, name)
				d.Check(i < 0 || i > at, "the clauses From, By, Via, With, ID, For in this order", "%s", value)
				at = max(at, i)
			}
			d.Check(s.clauses["from"] != "" && s.clauses["by"] != "", "a From and a By clause", "%s", value)
			d.Check(dateRE.MatchString(s.date), "a date behind the semicolon", "%q", s.date)
		})),
		row("trace-from", []string{"trace-no-from"}, each(func(d *driver, s stamp, value string) {
			d.Check(s.clauses["from"] != "", "a From clause", "%s", value)
		})),
		row("trace-from-content", []string{"trace-no-literal"}, each(func(d *driver, s stamp, value string) {
			from := s.clauses["from"]
			d.Check(strings.Contains(from, helloName) && ipLiteralRE.MatchString(from), "the name "+helloName+" and an address literal in the From clause", "%q", from)
		})),
		row("trace-id-at", nil, each(func(d *driver, s stamp, value string) { d.Saw("the ID clause is %q", s.clauses["id"]) })),
		row("trace-for-one", []string{"trace-for-two"}, func(d *driver) {
			d.stamped(func(s stamp, value string) {
				d.Check(strings.Count(s.clauses["for"], "@") <= 1, "one path in the For clause", "%s", value)
			})
			d.forClauses()
		}),
		{name: "recipients-not-copied", needs: []string{needDelivery}, mutates: true, deviations: []string{"trace-apparently-to"}, run: func(d *driver) { d.forClauses() }},
		row("trace-kept", []string{"received-removed"}, func(d *driver) {
			d.oldOnes(func(fields []field, at []int) {
				d.Check(strings.Contains(fields[at[0]].value, "from one.example.org by two.example.org with SMTP id harness2; Tue, 02 Jan 2024 00:00:00 +0000"), "the Received field as it was", "%q", fields[at[0]].value)
			})
		}),
		row("trace-prepended", []string{"trace-below"}, func(d *driver) {
			d.oldOnes(func(fields []field, at []int) {
				i := slices.IndexFunc(fields, func(f field) bool { return strings.EqualFold(f.name, "Received") })
				d.Check(i < at[0], "the server's Received field before those that were there", "it is not there")
				i = slices.IndexFunc(fields, func(f field) bool { return strings.EqualFold(f.name, "From") })
				d.Check(at[1] < i, "the Received fields before the From field, as they were", "they are behind it")
			})
		}),
		row("trace-order-kept", []string{"trace-below"}, func(d *driver) {
			d.oldOnes(func(fields []field, at []int) {
				d.Check(strings.Contains(fields[at[0]].value, "harness2") && at[1] == at[0]+1, "the Received fields in their order, and no other one between them", "%q", fields[at[0]].value)
			})
		}),
		row("trace-offset", []string{"trace-zone-name"}, each(func(d *driver, s stamp, value string) {
			d.Check(offsetRE.MatchString(s.date), "an offset such as -0800 at the end of the date", "%q", s.date)
		})),
		row("trace-zone-comment", []string{"trace-zone-name"}, dates),
		row("trace-date-form", []string{"trace-year-two"}, dates),
		row("year-four-digits", []string{"trace-year-two"}, each(func(d *driver, s stamp, value string) {
			d.Check(yearRE.MatchString(s.date), "a year of four digits", "%q", s.date)
		})),
		row("trace-clauses-registered", []string{"trace-clause-invented"}, each(func(d *driver, s stamp, value string) {
			for _, name := range s.order {
				d.Check(slices.Contains(stampClauses, name), "clauses that are registered", "%q in %s", name, value)
			}
		})),
		row("trace-links-registered", []string{"trace-via-pigeon"}, each(func(d *driver, s stamp, value string) {
			via := s.first("via")
			d.Check(via == "" || slices.Contains(stampLinks, strings.ToUpper(via)), "a link that is registered", "%q in %s", via, value)
		})),
		row("trace-protocols-registered", []string{"trace-with-pigeon"}, each(func(d *driver, s stamp, value string) {
			with := s.first("with")
			d.Check(with == "" || slices.Contains(stampProtocols, strings.ToUpper(with)), "a protocol that is registered", "%q in %s", with, value)
		})),
		row("return-path-supported", []string{"return-path-missing"}, returnPaths("", func(d *driver, paths []string) {
			d.Check(len(paths) > 0 && strings.Contains(paths[0], d.sender()), "Return-Path with the reverse-path <"+d.sender()+">", "%q", paths)
		})),
		row("return-path-removed", nil, returnPaths("Return-Path: <old@example.org>\r\n", func(d *driver, paths []string) {
			d.Saw("a message that came with Return-Path is delivered with %q", paths)
		})),
		row("return-path-once", []string{"return-path-kept"}, returnPaths("Return-Path: <old@example.org>\r\n", func(d *driver, paths []string) {
			d.Check(len(paths) == 1, "one Return-Path field", "%q", paths)
		})),
		row("submission-fixes", nil, func(d *driver) {
			s := d.open()
			s.given().envelope()
			mark := newMark()
			s.given().want("250", s.post("X-Harness: "+mark+"\r\n\r\nThe only line.\r\n"))
			m := d.delivered(d.mailbox(), mark)
			if !d.Settled() {
				d.Saw("a message without a header gets Message-ID: %v, Date: %v, From: %v", len(values(m, "Message-ID")) > 0, len(values(m, "Date")) > 0, len(values(m, "From")) > 0)
			}
		}),
		row("recipients-not-deduced", []string{"trace-apparently-to"}, func(d *driver) { d.anonymous() }),
		row("apparently-to-not-used", []string{"trace-apparently-to"}, func(d *driver) { d.anonymous() }),
		row("routing-not-from-header", []string{"delivers-by-header"}, func(d *driver) {
			if d.mailbox() == d.second() {
				d.Unclear("needs two mailboxes: name them in the URL, as smtp://host/one@example.org,two@example.org")
				return
			}
			before := len(d.inbox(d.second()))
			d.arrive("Cc: <"+d.second()+">\r\n", "The only line.\r\n")
			d.Check(d.Settled() || len(d.inbox(d.second())) == before, "nothing delivered to "+d.second()+", who is named in the header only", "%d messages", len(d.inbox(d.second()))-before)
		}),
		{name: "loop-threshold", mutates: true, deviations: []string{"hops-10"}, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			r := s.post(strings.Repeat("Received: from a.example.org by b.example.org; Mon, 01 Jan 2024 00:00:00 +0000\r\n", 99) + d.message())
			d.Check(d.Settled() || r.is("250"), "250 to a message with 99 Received fields", "%s", r.shown())
		}},
		{name: "policy-550", features: []string{"?RELAY=none"}, deviations: []string{"rcpt-550-as-554"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			r := s.tryRcpt("harness@relay.example.net")
			d.Check(d.Settled() || r.is("250 251 4yz 550"), "550, if a recipient elsewhere is refused by policy", "%s", r.shown())
		}},
	}
}

// forClauses has a message delivered to two recipients, whose header has to show not both of them.
func (d *driver) forClauses() {
	if d.mailbox() == d.second() {
		d.Unclear("needs two mailboxes: name them in the URL, as smtp://host/one@example.org,two@example.org")
		return
	}
	mark := newMark()
	s := d.open()
	s.given().mail()
	s.given().rcpt(d.mailbox())
	s.given().rcpt(d.second())
	s.given().want("250", s.post("From: <"+d.sender()+">\r\nMessage-ID: <"+mark+"@harness.invalid>\r\n\r\nThe only line.\r\n"))
	m := d.delivered(d.mailbox(), mark)
	for _, f := range header(m) {
		d.Check(d.Settled() || !strings.EqualFold(f.name, "Apparently-To"), "no Apparently-To field", "%s", f.value)
		d.Check(d.Settled() || !strings.Contains(f.value, d.mailbox()) || !strings.Contains(f.value, d.second()), "no field of the header that names both recipients", "%s:%s", f.name, f.value)
	}
}

// anonymous has a message delivered whose header names no recipient.
func (d *driver) anonymous() {
	s := d.open()
	s.given().envelope()
	mark := newMark()
	s.given().want("250", s.post("From: <"+d.sender()+">\r\nMessage-ID: <"+mark+"@harness.invalid>\r\n\r\nThe only line.\r\n"))
	m := d.delivered(d.mailbox(), mark)
	for _, name := range []string{"To", "Cc"} {
		v := values(m, name)
		d.Check(d.Settled() || !slices.ContainsFunc(v, func(s string) bool { return strings.Contains(s, d.mailbox()) }), "no "+name+" field that tells the recipient", "%q", v)
	}
	d.Check(d.Settled() || len(values(m, "Apparently-To")) == 0, "no Apparently-To field", "%q", values(m, "Apparently-To"))
}

// rfc5321Appendices are the rules of the appendices, which say again what the sections say.
func rfc5321Appendices() []serverCase {
	return []serverCase{
		{name: "routes-handled", deviations: routeRefused, run: func(d *driver) { d.routeUnderstood() }},
		{name: "turn-not-used", needs: []string{needSMTP}, deviations: []string{"turn-250"}, run: func(d *driver) {
			r := d.open().cmd("TURN")
			d.Check(d.Settled() || !r.is("2yz"), "no positive reply to TURN", "%s", r.shown())
		}},
		{name: "source-route-still-accepted", deviations: routeRefused, run: func(d *driver) { d.routeUnderstood() }},
		{name: "source-route-still-ignored", run: func(d *driver) { d.sawRoute() }},
		{name: "helo-still-accepted", needs: []string{needSMTP}, deviations: []string{"helo-unimplemented"}, run: func(d *driver) { d.heloServes() }},
		{name: "send-permitted", needs: []string{needSMTP}, run: func(d *driver) {
			r := d.open().cmd("SEND FROM:<%s>", d.sender())
			if !d.Settled() {
				d.Saw("SEND gets %s", r.shown())
			}
		}},
		{name: "send-listed", needs: []string{needSMTP}, deviations: []string{"send-250"}, run: func(d *driver) {
			for _, verb := range []string{"SEND", "SOML", "SAML"} {
				s := d.open()
				r := s.cmd("%s FROM:<%s>", verb, d.sender())
				d.Check(d.Settled() || !r.is("2yz") || s.state.ext.Has(verb), verb+" in the reply to EHLO, since it is implemented", "it is not listed, and gets %s", r.shown())
			}
		}},
	}
}
