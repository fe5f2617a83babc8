package smtpspec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"harness/protocols/smtp"
)

// rfc5321Rows are the server cases of RFC 5321.
func rfc5321Rows() []serverCase {
	return slices.Concat(rfc5321Model(), rfc5321Lines(), rfc5321Sessions(), rfc5321Transactions(), rfc5321Verifying(), rfc5321Hello(), rfc5321Envelopes(), rfc5321Messages(),
		rfc5321Others(), rfc5321Arguments(), rfc5321Order(), rfc5321Replies(), rfc5321Sequences(), rfc5321Trace(), rfc5321Implementation(), rfc5321Sizes(), rfc5321Appendices())
}

// Deviations by which more than one case is proven.
var (
	routeRefused = []string{"source-route-501"}
	routeUnknown = []string{"source-route-refused"}
	bareLFTaken  = []string{"lf-dot-lf-ends"}
)

// survey sends commands of all kinds, and hands each reply to f. They are spread over several sessions: servers lose their patience with too many errors, and
// with too many commands that carry no mail.
func (d *driver) survey(f func(r *reply)) {
	for _, script := range [][]string{
		{d.helloCommand(), "NOOP", "VRFY " + d.mailbox(), "HELP", "RSET", "QUIT"},
		{d.helloCommand(), "RCPT TO:<" + d.mailbox() + ">", "MAIL FROM:<" + d.sender() + ">", "RCPT TO:<" + d.stranger() + ">", "RCPT TO:<" + d.mailbox() + ">", "RSET", "QUIT"},
		{d.helloCommand(), "HARNESS", "MAIL FROM", "EXPN " + d.mailbox(), "QUIT"},
	} {
		s := d.connect()
		f(s.given().greet())
		for _, line := range script {
			if d.Settled() {
				return
			}
			if r := s.cmd("%s", line); !d.Settled() {
				f(r)
			}
		}
	}
}

// registeredKeywords are the keywords of the registry of SMTP service extensions, and VRFY (RFC 5321 section 3.5.2).
var registeredKeywords = []string{"8BITMIME", "ATRN", "AUTH", "BINARYMIME", "BURL", "CHECKPOINT", "CHUNKING", "CONNEG", "CONPERM", "DELIVERBY", "DSN", "ENHANCEDSTATUSCODES", "ETRN", "EXPN",
	"FUTURERELEASE", "HELP", "LIMITS", "MT-PRIORITY", "MTRK", "NO-SOLICITING", "ONEX", "PIPELINING", "REQUIRETLS", "RRVS", "SAML", "SEND", "SIZE", "SMTPUTF8", "SOML", "STARTTLS", "SUBMITTER",
	"TURN", "UTF8SMTP", "VERB", "VRFY"}

// registered wants all keywords to be registered.
func (d *driver) registered() {
	for _, e := range d.open().state.ext.List {
		d.Check(strings.HasPrefix(e.Keyword, "X") || slices.Contains(registeredKeywords, e.Keyword), "a keyword that is registered, or begins with X", "%s", e)
	}
}

func rfc5321Model() []serverCase {
	smtpOnly := []string{needSMTP}
	return []serverCase{
		{name: "responsibility-accepted", needs: []string{needDelivery}, mutates: true, deviations: []string{"message-dropped"}, run: func(d *driver) {
			d.arrive("", "The only line.\r\n")
		}},
		{name: "extension-mechanisms", needs: smtpOnly, deviations: []string{"ehlo-500"}, run: func(d *driver) { d.greeted().hello() }},
		{name: "ehlo-supported", needs: smtpOnly, deviations: []string{"ehlo-500"}, run: func(d *driver) { d.greeted().hello() }},
		{name: "helo-fallback", needs: smtpOnly, deviations: []string{"helo-unimplemented"}, run: func(d *driver) { d.helo() }},
		{name: "keyword-registered", deviations: []string{"ehlo-keyword-invented"}, run: func(d *driver) { d.registered() }},
		{name: "keyword-unregistered-not-offered", deviations: []string{"ehlo-keyword-invented"}, run: func(d *driver) { d.registered() }},
		{name: "host-named", deviations: []string{"greeting-literal"}, run: func(d *driver) {
			name, _, _ := strings.Cut(d.connect().greet().texts()[0], " ")
			d.Check(d.Settled() || !strings.HasPrefix(name, "["), "the name of the host in the greeting", "%s", name)
		}},
		{name: "postmaster-unqualified", needs: smtpOnly, deviations: []string{"postmaster-refused", "postmaster-bare-501"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			s.rcpt("postmaster")
		}},
	}
}

// helo begins a session with HELO, which has to do for a transaction.
func (d *driver) helo() *session {
	s := d.greeted()
	s.expect("250", "HELO %s", helloName)
	return s
}

// heloServes wants HELO to do for a transaction, where nobody has to authenticate.
func (d *driver) heloServes() {
	if s := d.helo(); !d.submission() {
		s.envelope()
	}
}

// unended sends a line whose end is no CRLF. The server may wait for CRLF, refuse, or close: it has not to carry the command out.
func (d *driver) unended(octets string) {
	s := d.open()
	s.Send(octets)
	s.refusedOrSilent(fmt.Sprintf("%q", octets))
}

// refusedOrSilent wants no positive reply to what is not complete, and says whether the server waits for more.
func (s *session) refusedOrSilent(after string) (waits bool) {
	if s.d.Settled() {
		return false
	}
	if s.C.Quiet(s.d.Ctx, s.d.T.Quiet()) == nil {
		return true
	}
	if s.C.R.Buffered() > 0 {
		r := s.reply(after)
		s.d.Check(s.d.Settled() || r.is("4yz 5yz"), "no positive reply to "+after, "%s", r.shown())
	}
	return false
}

func rfc5321Lines() []serverCase {
	return []serverCase{
		{name: "line-end-crlf-only", labels: []string{"security"}, deviations: []string{"bare-lf-commands", "bare-cr-commands"}, run: func(d *driver) {
			d.unended("NOOP\n")
			d.unended("NOOP\r")
			d.unended("NOOP\n\r")
		}},
		{name: "line-limit-permitted", run: func(d *driver) {
			r := d.open().cmd("NOOP %s", strings.Repeat("x", 2000))
			if !d.Settled() {
				d.Saw("a command of 2007 octets gets %s", r.shown())
			}
		}},
		{name: "verb-any-case", deviations: []string{"verb-case-sensitive", "path-word-case-sensitive"}, run: func(d *driver) {
			s := d.greeted()
			s.expect("250", "%s", strings.ToLower(d.helloCommand()))
			s.expect("250", "nOoP")
			s = d.open()
			s.expect("250", "mail from:<%s>", d.sender())
			s.expect("250", "Rcpt To:<%s>", d.mailbox())
			s.expect("250", "rset")
			s.expect("250", "MAIL from:<%s>", d.sender())
			s.expect("250", "RCPT to:<%s>", d.mailbox())
		}},
		{name: "local-part-case-preserved", needs: []string{needDelivery}, mutates: true, deviations: []string{"local-part-lowered"}, run: func(d *driver) {
			s := d.open()
			mark := newMark()
			from := "HarNess@" + d.someDomain()
			s.given().expect("250", "MAIL FROM:<%s>", from)
			s.given().rcpt(d.mailbox())
			s.want("250", s.post(d.draft(mark, "", "The only line.\r\n")))
			paths := values(d.delivered(d.mailbox(), mark), "Return-Path")
			if d.Settled() || len(paths) == 0 {
				return
			}
			d.Check(strings.Contains(paths[0], "HarNess@"), "the reverse-path in Return-Path as it was sent: "+from, "%s", paths[0])
		}},
		{name: "data-8bit-handled", mutates: true, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			r := s.post(d.draft(newMark(), "", "caf\xe9\r\n"))
			if !d.Settled() {
				d.Saw("a message with octets above 127, which nothing announced, gets %s", r.shown())
			}
		}},
		{name: "data-mislabelled-rejected", mutates: true, run: func(d *driver) {
			s := d.open()
			s.given().envelope()
			r := s.post(d.draft(newMark(), "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n", "caf\xe9\r\n"))
			if !d.Settled() {
				d.Saw("a message with octets above 127 whose header says 7bit gets %s", r.shown())
			}
		}},
		{name: "command-8bit-rejected", deviations: []string{"eighth-bit-cleared"}, run: func(d *driver) {
			d.open().expect("5yz", "MAIL FROM:<h\xe4rness@%s>", d.someDomain())
		}},
		{name: "eightbitmime-offered", deviations: []string{"eightbitmime-unlisted"}, run: func(d *driver) {
			s := d.open()
			d.Check(d.Settled() || s.state.ext.Has(smtp.Ext8BitMIME), "8BITMIME in the reply to EHLO", "it is not listed")
		}},
		{name: "eightbitmime-non-mime-rejected", needs: []string{"8BITMIME"}, mutates: true, run: func(d *driver) {
			s := d.open()
			s.given().mail("BODY=8BITMIME")
			s.given().rcpt(d.mailbox())
			r := s.post(d.draft(newMark(), "", "caf\xe9\r\n"))
			if !d.Settled() {
				d.Saw("a message of BODY=8BITMIME without a MIME header gets %s", r.shown())
			}
		}},
	}
}

func rfc5321Sessions() []serverCase {
	smtpOnly := []string{needSMTP}
	refusing := []string{"GREETING=554"}
	refused := func(d *driver) *session {
		s := d.connect()
		s.given().want("554", s.given().reply("the connection (a greeting)"))
		return s
	}
	return []serverCase{
		{name: "greeting-version", run: func(d *driver) {
			r := d.connect().greet()
			if !d.Settled() {
				d.Saw("the text of the greeting: %s", r.shown())
			}
		}},
		{name: "greeting-554", features: refusing, run: func(d *driver) {
			refused(d)
			d.Saw("the greeting is 554")
		}},
		{name: "greeting-554-waits", features: refusing, deviations: []string{"refusal-closes"}, run: func(d *driver) {
			s := refused(d)
			s.cmd("NOOP")
			s.quit()
		}},
		{name: "greeting-554-503", features: refusing, deviations: []string{"order-250"}, run: func(d *driver) {
			s := refused(d)
			s.expect("503", "%s", d.helloCommand())
			s.expect("503", "NOOP")
		}},
		{name: "greeting-554-text", features: refusing, deviations: []string{"greeting-554-bare"}, run: func(d *driver) {
			s := d.connect()
			r := s.given().want("554", s.given().reply("the connection (a greeting)"))
			d.Check(d.Settled() || strings.Contains(strings.TrimSpace(r.texts()[0]), " "), "a text that helps to find out why", "%s", r.shown())
		}},
		{name: "helo-not-extended", needs: smtpOnly, deviations: []string{"helo-lists"}, run: func(d *driver) {
			r := d.greeted().expect("250", "HELO %s", helloName)
			d.Check(d.Settled() || len(r.extensions().List) == 0, "a reply to HELO that lists no extensions", "%s", r.shown())
		}},
		{name: "connection-kept", deviations: []string{"rset-closes", "unknown-closes", "errors-close"}, run: func(d *driver) {
			s := d.open()
			for _, line := range []string{"RSET", "HARNESS", "NOOP", "MAIL FROM", "VRFY " + d.stranger()} {
				s.cmd("%s", line)
			}
			s.given().envelope()
			s.expect("250", "RSET")
			s.expect("250", "NOOP")
		}},
		{name: "unknown-command-kept", deviations: []string{"unknown-closes"}, run: func(d *driver) {
			s := d.open()
			s.cmd("HARNESS")
			s.cmd("HARNESS again")
			s.expect("250", "NOOP")
		}},
		{name: "shutdown-421", features: []string{"LEAVES=6"}, deviations: []string{"shutdown-silent", "stays-after-421"}, run: func(d *driver) {
			s := d.open()
			for range 6 {
				if r := s.cmd("NOOP"); d.Settled() || r.code == smtp.CodeUnavailable {
					break
				}
			}
			s.Closed("421")
		}},
	}
}

// routed is a recipient with a source route before the mailbox.
func (d *driver) routed() string { return "@a.example.org,@b.example.org:" + d.address() }

// route names a recipient with a source route.
func (d *driver) route() *reply {
	s := d.open()
	s.given().mail()
	return s.tryRcpt(d.routed())
}

// routeUnderstood wants the form of a source route to be no syntax error.
func (d *driver) routeUnderstood() {
	r := d.route()
	d.Check(d.Settled() || !r.is("500 501 502 503 504"), "a reply that takes the source route for valid syntax", "%s to RCPT TO:<%s>", r.shown(), d.routed())
}

// routeIgnored wants a recipient with a source route to be accepted, as it is without one.
func (d *driver) routeIgnored() {
	s := d.open()
	s.given().mail()
	s.given().rcpt(d.address())
	s.rcpt(d.routed())
}

func (d *driver) sawRoute() {
	r := d.route()
	if !d.Settled() {
		d.Saw("RCPT TO:<%s> gets %s", d.routed(), r.shown())
	}
}

// pathless are arguments of MAIL that no server can make sense of.
var pathless = []string{"MAIL", "MAIL FROM:<@>", "MAIL TO:<harness@example.org>"}

func rfc5321Transactions() []serverCase {
	defects := []string{"", "Date: yesterday\r\n", "From: nobody at all\r\nFrom: <twice@example.org>\r\n", "MIME-Version: 1.0\r\nContent-Type: multipart/mixed\r\n", "No colon in this line\r\n"}
	return []serverCase{
		{name: "mail-refusal-kind", deviations: []string{"mail-501-as-354"}, run: func(d *driver) {
			for _, line := range pathless {
				r := d.open().cmd("%s", line)
				d.Check(d.Settled() || r.is("2yz 4yz 5yz"), "4yz or 5yz to "+line, "%s", r.shown())
			}
		}},
		{name: "mail-refusal-later", run: func(d *driver) {
			s := d.open()
			r := s.cmd("MAIL FROM:<%s>", d.stranger())
			if d.Settled() {
				return
			}
			if !r.is("250") {
				d.Saw("a reverse-path that does not exist gets %s", r.shown())
				return
			}
			r = s.tryRcpt(d.mailbox())
			if !d.Settled() {
				d.Saw("a reverse-path that does not exist gets 250, and RCPT behind it %s", r.shown())
			}
		}},
		{name: "rcpt-source-route-understood", deviations: routeRefused, run: func(d *driver) { d.routeUnderstood() }},
		{name: "rcpt-source-route-ignored", deviations: routeUnknown, run: func(d *driver) { d.routeIgnored() }},
		{name: "rcpt-source-route-declined", run: func(d *driver) { d.sawRoute() }},
		{name: "relay-declined", run: func(d *driver) {
			s := d.open()
			s.given().mail()
			r := s.tryRcpt("harness@relay.example.net")
			if !d.Settled() {
				d.Saw("a recipient elsewhere gets %s", r.shown())
			}
		}},
		{name: "rcpt-before-mail-503", deviations: []string{"order-503-as-501", "rcpt-before-mail-250"}, run: func(d *driver) {
			d.open().expect("503", "RCPT TO:<%s>", d.mailbox())
		}},
		{name: "data-without-envelope-code", run: func(d *driver) {
			r := d.open().cmd("DATA")
			if !d.Settled() {
				d.Saw("DATA without MAIL gets %s", r.shown())
			}
		}},
		{name: "defects-not-rejected", mutates: true, deviations: []string{"defects-rejected"}, run: func(d *driver) {
			for _, fields := range defects {
				s := d.open()
				s.given().envelope()
				r := s.post(fmt.Sprintf("X-Harness: %s\r\n%s\r\nThe only line.\r\n", newMark(), fields))
				d.Check(d.Settled() || r.is("250"), fmt.Sprintf("250 to a message whose header is X-Harness and %q", fields), "%s", r.shown())
			}
		}},
		{name: "resent-not-rejected", mutates: true, deviations: []string{"resent-rejected"}, run: func(d *driver) {
			for _, fields := range []string{"Resent-To: <harness@example.org>\r\n", "Resent-From: <a@example.org>\r\nResent-From: <b@example.org>\r\nResent-To: <c@example.org>\r\n"} {
				s := d.open()
				s.given().envelope()
				r := s.post(d.draft(newMark(), fields, "The only line.\r\n"))
				d.Check(d.Settled() || r.is("250"), fmt.Sprintf("250 to a message with %q", fields), "%s", r.shown())
			}
		}},
		{name: "recipient-rejected", run: func(d *driver) { d.sawStranger() }},
		{name: "recipient-rejected-told", run: func(d *driver) { d.sawStranger() }},
		{name: "source-route-refused", run: func(d *driver) { d.sawRoute() }},
		{name: "source-route-ignorable", run: func(d *driver) { d.sawRoute() }},
		{name: "source-route-ignored", deviations: routeUnknown, run: func(d *driver) { d.routeIgnored() }},
		{name: "relay-refused-550", features: []string{"?RELAY=none"}, deviations: []string{"rcpt-550-as-554"}, run: func(d *driver) {
			s := d.open()
			s.given().mail()
			r := s.tryRcpt("harness@relay.example.net")
			d.Check(d.Settled() || r.is("250 251 4yz 550"), "550, if a recipient elsewhere is refused for good", "%s", r.shown())
		}},
		{name: "trace-format-not-rejected", mutates: true, deviations: []string{"trace-format-rejected"}, run: func(d *driver) { d.oddTrace() }},
		{name: "trace-format-robust", mutates: true, deviations: []string{"trace-format-rejected"}, run: func(d *driver) { d.oddTrace() }},
	}
}

// sawStranger tells how a mailbox is answered that nobody has.
func (d *driver) sawStranger() {
	s := d.open()
	s.given().mail()
	r := s.tryRcpt(d.stranger())
	if !d.Settled() {
		d.Saw("RCPT for a mailbox that nobody has gets %s", r.shown())
	}
}

// oddTrace sends messages with trace fields of odd forms.
func (d *driver) oddTrace() {
	for _, fields := range []string{"Received: by nobody\r\n", "Received: (from news@localhost) 12 May 99 with UUCP\r\n", "Return-Path: nobody\r\n", "Received:\r\n"} {
		s := d.open()
		s.given().envelope()
		s.given().data()
		r := s.content(stuffed(fields + d.message()))
		d.Check(d.Settled() || r.is("250"), fmt.Sprintf("250 to a message with %q", fields), "%s", r.shown())
	}
}

// mailboxRE is what a reply to VRFY or EXPN has to hold: a mailbox with its domain, in brackets behind a name or by itself.
var (
	mailboxRE     = regexp.MustCompile(`[^\s<>@]+@[^\s<>@]+`)
	bracketsRE    = regexp.MustCompile(`<[^\s<>]+@[^\s<>]+>`)
	verifyRE      = regexp.MustCompile(`^([245]\.\d+\.\d+ )?([^<>]*<("[^"]*"|[^\s<>@]+)@[^\s<>@]+>|("[^"]*"|[^\s<>@]+)@[^\s<>@]+)$`)
	anyBracketsRE = regexp.MustCompile(`<[^<>]*>`)
	sourceRoute   = regexp.MustCompile(`<@[^>]*:`)
)

// verified hands the positive reply to VRFY to f. Without one the case has nothing to judge.
func (d *driver) verified(f func(s *session, r *reply)) {
	s := d.open()
	r := s.cmd("VRFY %s", d.address())
	if d.Settled() {
		return
	}
	if !r.is("250 251 551") {
		d.Saw("VRFY gets %s", r.shown())
		return
	}
	f(s, r)
}

// expanded hands the positive reply to EXPN to f.
func (d *driver) expanded(f func(s *session, r *reply)) {
	s := d.open()
	for _, name := range []string{listName, "postmaster"} {
		r := s.cmd("EXPN %s", name)
		if d.Settled() {
			return
		}
		if r.is("250") {
			f(s, r)
			return
		}
	}
	d.Saw("EXPN expands neither %s nor postmaster", listName)
}

// listed are the addresses that a reply tells.
func listed(r *reply) []string {
	var out []string
	for _, text := range r.texts() {
		if m := mailboxRE.FindString(text); m != "" {
			out = append(out, m)
		}
	}
	return out
}

func rfc5321Verifying() []serverCase {
	expn := []string{"EXPN"}
	verified := func(f func(s *session, r *reply)) func(d *driver) { return func(d *driver) { d.verified(f) } }
	return []serverCase{
		{name: "vrfy-expn-implemented", deviations: []string{"vrfy-unimplemented", "expn-unimplemented"}, run: func(d *driver) { d.bothImplemented() }},
		{name: "vrfy-full-name", run: verified(func(s *session, r *reply) { s.d.Saw("VRFY gets %s", r.shown()) })},
		{name: "vrfy-mailbox", deviations: []string{"vrfy-name-only"}, run: verified(func(s *session, r *reply) {
			s.d.Check(len(listed(r)) > 0, "the mailbox of the user in the positive reply to VRFY", "%s", r.shown())
		})},
		{name: "vrfy-form", deviations: []string{"vrfy-name-only", "vrfy-no-brackets"}, run: verified(func(s *session, r *reply) {
			for _, text := range r.texts() {
				s.d.Check(verifyRE.MatchString(text), `"User Name <local-part@domain>" or "local-part@domain"`, "%q", text)
			}
		})},
		{name: "expn-full-names", needs: expn, run: func(d *driver) { d.expanded(func(s *session, r *reply) { d.Saw("EXPN gets %s", r.shown()) }) }},
		{name: "expn-mailboxes", needs: expn, deviations: []string{"expn-names-only"}, run: func(d *driver) {
			d.expanded(func(s *session, r *reply) {
				d.Check(len(listed(r)) == len(r.lines), "a mailbox on each line of the positive reply to EXPN", "%s", r.shown())
			})
		}},
		{name: "vrfy-list-positive", needs: expn, run: func(d *driver) { d.sawVerify(listName) }},
		{name: "vrfy-list-error", needs: expn, run: func(d *driver) { d.sawVerify(listName) }},
		{name: "expn-user", needs: expn, run: func(d *driver) {
			r := d.open().cmd("EXPN %s", d.local())
			if !d.Settled() {
				d.Saw("EXPN of a user gets %s", r.shown())
			}
		}},
		{name: "expn-one-a-line", needs: expn, deviations: []string{"expn-two-a-line"}, run: func(d *driver) {
			d.expanded(func(s *session, r *reply) {
				for _, text := range r.texts() {
					d.Check(len(mailboxRE.FindAllString(text, -1)) <= 1, "one mailbox on each line", "%q", text)
				}
			})
		}},
		{name: "vrfy-local-mailboxes", deviations: []string{"vrfy-250-as-550"}, run: func(d *driver) {
			d.open().expect("250 251 252", "VRFY %s", d.local())
		}},
		{name: "vrfy-mailbox-argument", deviations: []string{"vrfy-250-as-550"}, run: func(d *driver) {
			d.open().expect("250 251 252", "VRFY %s", d.address())
		}},
		{name: "vrfy-other-strings", run: func(d *driver) { d.sawVerify("A Person") }},
		{name: "vrfy-qualified", deviations: []string{"vrfy-no-domain"}, run: verified(func(s *session, r *reply) {
			for _, m := range append(listed(r), anyBracketsRE.FindAllString(strings.Join(r.texts(), " "), -1)...) {
				_, domain := splitMailbox(strings.Trim(m, "<>"))
				s.d.Check(strings.Contains(domain, ".") || strings.HasPrefix(domain, "["), "a mailbox with a fully qualified domain", "%s", m)
			}
		})},
		{name: "vrfy-free-text", run: verified(func(s *session, r *reply) { s.d.Saw("VRFY gets %s", r.shown()) })},
		{name: "vrfy-brackets", deviations: []string{"vrfy-no-brackets"}, run: verified(func(s *session, r *reply) {
			s.d.Check(bracketsRE.MatchString(r.texts()[0]), "the address in pointed brackets", "%s", r.shown())
		})},
		{name: "vrfy-usable", deviations: []string{"vrfy-wrong-mailbox"}, run: verified(func(s *session, r *reply) {
			s.given().mail()
			for _, m := range listed(r) {
				s.rcpt(m)
			}
		})},
		{name: "vrfy-no-route", deviations: []string{"vrfy-route"}, run: verified(func(s *session, r *reply) {
			for _, text := range r.texts() {
				s.d.Check(!sourceRoute.MatchString(text), "no source route in the reply to VRFY", "%q", text)
			}
		})},
		{name: "vrfy-expn-both", deviations: []string{"vrfy-unimplemented", "expn-unimplemented"}, run: func(d *driver) { d.bothImplemented() }},
		{name: "expn-listed", deviations: []string{"expn-unlisted"}, run: func(d *driver) {
			s := d.open()
			r := s.cmd("EXPN %s", d.local())
			d.Check(d.Settled() || !r.is("250") || s.state.ext.Has(smtp.ExtExpn), "EXPN in the reply to EHLO, since it is supported", "it is not listed, and gets %s", r.shown())
		}},
		{name: "vrfy-listed", run: func(d *driver) {
			s := d.open()
			if !d.Settled() {
				d.Saw("VRFY is listed: %v", s.state.ext.Has("VRFY"))
			}
		}},
		{name: "vrfy-250-verified", deviations: []string{"vrfy-550-as-250"}, run: func(d *driver) { d.unverified() }},
		{name: "vrfy-250-not-syntax", deviations: []string{"vrfy-550-as-250"}, run: func(d *driver) { d.unverified() }},
		{name: "verified-not-pretended", deviations: []string{"vrfy-550-as-250"}, run: func(d *driver) { d.unverified() }},
		{name: "vrfy-only-syntax-502", run: func(d *driver) { d.sawVerify(d.address()) }},
		{name: "vrfy-252", run: func(d *driver) { d.sawVerify("harness@relay.example.net") }},
		{name: "vrfy-disabled-252", features: []string{"-VRFY", "-EXPN"}, deviations: []string{"vrfy-unimplemented", "vrfy-252-as-550"}, run: func(d *driver) {
			d.open().expect("252", "VRFY %s", d.mailbox())
		}},
		{name: "expn-still-there", deviations: []string{"expn-unimplemented"}, run: func(d *driver) {
			r := d.open().cmd("EXPN %s", d.local())
			d.Check(d.Settled() || !r.is("500 502"), "EXPN supported", "%s", r.shown())
		}},
	}
}

func (d *driver) bothImplemented() {
	s := d.open()
	for _, verb := range []string{"VRFY", "EXPN"} {
		r := s.cmd("%s %s", verb, d.local())
		d.Check(d.Settled() || !r.is("500 502"), verb+" implemented", "%s", r.shown())
	}
}

// unverified verifies a mailbox that nobody has.
func (d *driver) unverified() {
	s := d.open()
	for _, verb := range []string{"VRFY", "EXPN"} {
		r := s.cmd("%s %s", verb, d.stranger())
		d.Check(d.Settled() || !r.is("250 251"), "no 250 to "+verb+" of a mailbox that nobody has", "%s", r.shown())
	}
}

// sawVerify tells how VRFY is answered.
func (d *driver) sawVerify(argument string) {
	r := d.open().cmd("VRFY %s", argument)
	if !d.Settled() {
		d.Saw("VRFY %s gets %s", argument, r.shown())
	}
}
