package smtpspec

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"harness/internal/auth"
	"harness/protocols/smtp"
	"harness/specs"
	"harness/specs/drive"
)

// authTimeout is that of a case with several failures, which servers answer late on purpose.
const authTimeout = 2 * time.Minute

// The names of mechanisms (RFC 4422 section 3.1), and a challenge in Base64.
var (
	mechanismRE = regexp.MustCompile(`^[A-Z0-9_-]{1,20}$`)
	challengeRE = regexp.MustCompile(`^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$`)
)

// plainNeeds are those of cases that authenticate by PLAIN.
var plainNeeds = []string{needTLS, "AUTH PLAIN"}

// account ends the case if the target has none.
func (d *driver) account() {
	if d.Target.User == "" && !d.Settled() {
		d.Unclear("%v: the case needs an account", specs.ErrCannotSetUp)
	}
}

// stranded returns a session that is not authenticated, and waits for the answers to AUTH as long as servers make one wait.
func (d *driver) stranded() *session {
	s := d.unauthenticated()
	s.Patience(d.T.Scale(drive.AuthWait))
	return s
}

// right is the response of PLAIN that authenticates.
func (d *driver) right() string { return drive.PlainResponse(d.Target.User, d.Target.Password) }

// wrong is one with a wrong password.
func (d *driver) wrong() string {
	return drive.PlainResponse(d.Target.User, "wrong-"+d.Target.Password)
}

// plain sends AUTH PLAIN with an initial response.
func (s *session) plain(response string) *reply { return s.cmd("AUTH PLAIN %s", response) }

// respond sends a response, which no judgement shows.
func (s *session) respond(response string) *reply {
	s.Send(response + "\r\n")
	return s.reply("a response of AUTH")
}

// challenge begins a mechanism without an initial response, which has to get a challenge.
func (s *session) challenge(mechanism string) *reply { return s.expect("334", "AUTH %s", mechanism) }

// coded wants a status code in a reply.
func (d *driver) coded(r *reply, status string) {
	d.Check(d.Settled() || strings.HasPrefix(r.texts()[0], status+" "), status+" in the reply to "+r.to, "%s", r.shown())
}

// challenged begins each mechanism that the server offers and whose form is known, and hands the text of the challenge to f.
func (d *driver) challenged(f func(mechanism, text string)) {
	known := append(slices.Clone(drive.PasswordMechanisms), drive.Exposing...)
	for _, m := range d.stranded().state.ext.Auth() {
		if !slices.Contains(known, m) {
			continue
		}
		s := d.stranded()
		if r := s.challenge(m); !d.Settled() {
			f(m, r.texts()[0])
			s.respond(auth.Cancel)
		}
	}
}

// inClear returns a session that is not in TLS, behind EHLO.
func (d *driver) inClear() *session {
	s := d.connect()
	s.given().greet()
	if s.given().hello(); !d.Settled() && s.protected() {
		d.Saw("connections begin with TLS")
	}
	return s
}

// passwordsProtected wants no mechanism that shows the password to be of use in the clear.
func (d *driver) passwordsProtected() {
	s := d.inClear()
	for _, m := range s.state.ext.Auth() {
		d.Check(d.Settled() || m != auth.Plain && m != auth.Login, "neither PLAIN nor LOGIN listed in the clear", "%s is", m)
	}
	for _, m := range []string{auth.Plain, auth.Login} {
		s.expect("4yz 5yz", "AUTH %s", m)
	}
}

// tooLong sends a response of PLAIN that is longer than any, and hands the reply to f, if it was too long for the server.
func (d *driver) tooLong(f func(r *reply)) {
	s := d.stranded()
	s.given().challenge(auth.Plain)
	r := s.respond(drive.PlainResponse("harness", strings.Repeat("x", 100_000)))
	if !d.Settled() && r.is("535") {
		d.Saw("a response of more than 100000 octets is not too long")
		return
	}
	f(r)
}

// parameter sends MAIL with the parameter AUTH in a session that is not authenticated.
func (d *driver) parameter() {
	if d.submission() {
		d.Absent("mail of clients that are not authenticated")
	}
	s := d.unauthenticated()
	s.given().mail()
	for _, mailbox := range []string{"<>", "harness@example.org", "harness+2Btag@example.org"} {
		s.given().expect("250", "RSET")
		s.mail("AUTH=" + mailbox)
	}
}

// signed sends a message in an authenticated session in TLS, and returns it as it was delivered.
func (d *driver) signed() string {
	mark := newMark()
	s := d.stranded()
	s.given().want("235", s.plain(d.right()))
	s.given().sent(d.draft(mark, "", "The only line.\r\n"))
	return d.delivered(d.mailbox(), mark)
}

// rfc4954Rows are the server cases of RFC 4954, authentication.
func rfc4954Rows() []serverCase {
	return slices.Concat(authCommand(), authExchange(), authIdentities(), authPolicy(), authMail())
}

func authCommand() []serverCase {
	needs := []string{smtp.ExtAuth}
	coded := []string{smtp.ExtAuth, smtp.ExtEnhancedStatusCodes}
	unknown := func(d *driver) *reply { return d.stranded().expect("4yz 5yz", "AUTH HARNESS-NOTHING") }
	return []serverCase{
		{name: "auth-keyword", needs: needs, deviations: []string{"auth-no-mechanisms-listed"}, run: func(d *driver) {
			e, _ := d.unauthenticated().state.ext.Get(smtp.ExtAuth)
			d.Check(d.Settled() || len(e.Params) > 0, "the names of mechanisms behind AUTH", "%s", e)
			for _, m := range e.Params {
				d.Check(mechanismRE.MatchString(m), "the name of a SASL mechanism", "%q", m)
			}
		}},
		{name: "auth-mechanisms-differ", needs: []string{needTLS}, run: func(d *driver) {
			before := d.inClear().state.ext
			if after := d.unauthenticated().state.ext; !d.Settled() {
				d.Saw("the mechanisms are %q in the clear, and %q in TLS", before.Auth(), after.Auth())
			}
		}},
		{name: "auth-mail-500", needs: needs, deviations: []string{"command-limit-255"}, run: func(d *driver) {
			d.longMail("AUTH=" + strings.Repeat("+6C", len(longLocal)) + "@" + longDomain)
		}},
		{name: "auth-twice-503", needs: plainNeeds, deviations: []string{"auth-twice", "order-503-as-501"}, run: func(d *driver) {
			d.account()
			s := d.stranded()
			s.given().want("235", s.plain(d.right()))
			s.want("503", s.plain(d.right()))
		}},
		{name: "auth-in-transaction-503", needs: needs, deviations: []string{"auth-in-transaction", "order-503-as-501"}, run: func(d *driver) {
			s := d.stranded()
			if r := s.cmd("MAIL FROM:<%s>", d.sender()); !d.Settled() && !r.is("250") {
				s = d.open() // mail needs authentication here
				s.given().mail()
			}
			if mechanisms := s.state.ext; !d.Settled() {
				s.expect("503", "AUTH %s", mechanisms.Auth()[0])
			}
		}},
		{name: "auth-unknown-504", needs: needs, deviations: []string{"auth-504-as-501"}, run: func(d *driver) {
			d.stranded().expect("504", "AUTH HARNESS-NOTHING")
		}},
		{name: "auth-unknown-status", needs: coded, deviations: []string{"auth-unknown-571"}, run: func(d *driver) { d.coded(unknown(d), "5.5.4") }},
		{name: "auth-any-case", needs: plainNeeds, deviations: []string{"verb-case-sensitive", "auth-mechanism-case-sensitive"}, run: func(d *driver) {
			d.account()
			for _, command := range []string{"auth PLAIN", "AUTH plain", "Auth Plain"} {
				s := d.stranded()
				s.Send(command + " " + d.right() + "\r\n")
				s.want("235", s.reply(command))
			}
		}},
	}
}

func authExchange() []serverCase {
	needs := []string{smtp.ExtAuth}
	cram := []string{"AUTH " + auth.CRAMMD5}
	tooLong := append([]string{smtp.ExtEnhancedStatusCodes}, plainNeeds...)
	// unwanted sends an initial response to a mechanism in which the server begins.
	unwanted := func(d *driver) *reply {
		return d.stranded().cmd("AUTH %s %s", auth.CRAMMD5, auth.Encode([]byte("harness")))
	}
	// refused wants responses to get one of the codes, each in a session of its own.
	refused := func(codes string, responses func(string) []drive.BadResponse) func(d *driver) {
		return func(d *driver) {
			d.account()
			for _, bad := range responses(d.right()) {
				s := d.stranded()
				s.given().challenge(auth.Plain)
				r := s.respond(bad.Response)
				d.Check(d.Settled() || r.is(codes), oneOf(codes)+" to a response of AUTH PLAIN that is "+bad.What, "%s", r.shown())
			}
		}
	}
	longStatus := func(d *driver) {
		d.tooLong(func(r *reply) { d.coded(r, "5.5.6") })
	}
	return []serverCase{
		{name: "auth-challenge-334", needs: needs, timeout: authTimeout, deviations: []string{"auth-334-as-335"}, run: func(d *driver) {
			d.challenged(func(m, text string) {
				first, _, _ := strings.Cut(text, " ")
				d.Check(challengeRE.MatchString(first), "Base64 in the challenge of "+m, "%q", text)
			})
		}},
		{name: "auth-challenge-alone", needs: needs, timeout: authTimeout, deviations: []string{"auth-challenge-text"}, run: func(d *driver) {
			d.challenged(func(m, text string) {
				d.Check(challengeRE.MatchString(text), "nothing but Base64 in the challenge of "+m, "%q", text)
			})
		}},
		{name: "auth-cancelled-501", needs: needs, timeout: authTimeout, deviations: []string{"auth-501-as-535"}, run: func(d *driver) {
			for _, m := range d.stranded().state.ext.Auth() {
				if s := d.stranded(); s.cmd("AUTH %s", m).is("334") {
					s.want("501", s.respond(auth.Cancel))
				}
			}
		}},
		{name: "auth-initial-omitted", needs: plainNeeds, deviations: []string{"auth-initial-required"}, run: func(d *driver) {
			d.account()
			s := d.stranded()
			r := s.challenge(auth.Plain)
			d.Check(d.Settled() || r.texts()[0] == "", "an empty challenge to AUTH PLAIN", "%s", r.shown())
			s.want("235", s.respond(d.right()))
		}},
		{name: "auth-empty-challenge", needs: plainNeeds, deviations: []string{"auth-empty-challenge-bare"}, run: func(d *driver) {
			r := d.stranded().challenge(auth.Plain)
			d.Check(d.Settled() || string(r.lines[0].Text) == "334 ", `"334 " to AUTH PLAIN`, "%s", r.shown())
		}},
		{name: "auth-initial-unwanted-501", needs: cram, deviations: []string{"auth-501-as-535"}, run: func(d *driver) {
			r := unwanted(d)
			d.Check(d.Settled() || r.is("501"), "501 to "+r.to, "%s", r.shown())
		}},
		{name: "auth-initial-unwanted-status", needs: append([]string{smtp.ExtEnhancedStatusCodes}, cram...), deviations: []string{"auth-unwanted-status-554"}, run: func(d *driver) {
			d.coded(unwanted(d), "5.7.0")
		}},
		{name: "auth-base64-501", needs: plainNeeds, timeout: authTimeout, deviations: []string{"auth-501-as-535"}, run: refused("501", drive.NotBase64)},
		{name: "auth-base64-strict", needs: plainNeeds, timeout: authTimeout, deviations: []string{"auth-base64-lax"}, run: refused("4yz 5yz", drive.LaxBase64)},
		{name: "auth-sizes", needs: plainNeeds, deviations: []string{"auth-response-512"}, run: func(d *driver) {
			// RFC 4616 section 2 has names and passwords of up to 255 characters.
			s := d.stranded()
			s.given().challenge(auth.Plain)
			r := s.respond(drive.PlainResponse(strings.Repeat("h", 255), strings.Repeat("x", 255)))
			d.Check(d.Settled() || !r.is("500 501 2yz"), "a response of PLAIN with a name and a password of 255 octets taken for one", "%s", r.shown())
		}},
		{name: "auth-too-long-500", needs: plainNeeds, deviations: []string{"auth-500-as-501"}, run: func(d *driver) {
			d.tooLong(func(r *reply) { d.stranded().want("500", r) })
		}},
		{name: "auth-too-long-status", needs: tooLong, deviations: []string{"auth-too-long-status-552"}, run: longStatus},
		{name: "auth-too-long-x56", needs: tooLong, deviations: []string{"auth-too-long-status-552"}, run: longStatus},
	}
}

func authIdentities() []serverCase {
	// as authenticates by PLAIN as another identity.
	as := func(d *driver, identity string) *reply {
		d.account()
		return d.stranded().plain(auth.Encode([]byte(identity + "\x00" + d.Target.User + "\x00" + d.Target.Password)))
	}
	return []serverCase{
		{name: "auth-identity-saslprep", needs: plainNeeds, deviations: []string{"auth-identity-raw"}, run: func(d *driver) {
			r := as(d, d.Target.User+drive.SoftHyphen)
			d.Check(d.Settled() || r.is("235"), "235 to PLAIN as an identity that SASLprep makes the account's own (with U+00AD in it)", "%s", r.shown())
		}},
		{name: "auth-identity-fails", needs: plainNeeds, timeout: authTimeout, deviations: []string{"auth-identity-unchecked", "auth-failure-235"}, run: func(d *driver) {
			for _, identity := range []string{d.Target.User + drive.PrivateUse, drive.SoftHyphen} {
				r := as(d, identity)
				d.Check(d.Settled() || r.is("4yz 5yz"), "a failure of PLAIN as an identity of which SASLprep makes no name", "%s", r.shown())
			}
		}},
		{name: "auth-535", needs: plainNeeds, timeout: authTimeout, deviations: []string{"auth-failure-235", "auth-535-as-550"}, run: func(d *driver) {
			d.account()
			s := d.stranded()
			s.want("535", s.plain(d.wrong()))
		}},
		{name: "auth-235", needs: plainNeeds, deviations: []string{"auth-235-as-250", "auth-initial-ignored"}, run: func(d *driver) {
			d.account()
			s := d.stranded()
			s.want("235", s.plain(d.right()))
		}},
		{name: "auth-plain", needs: []string{needTLS, smtp.ExtAuth}, deviations: []string{"auth-plain-unlisted"}, run: func(d *driver) {
			s := d.stranded()
			d.Check(d.Settled() || slices.Contains(s.state.ext.Auth(), auth.Plain), "PLAIN among the mechanisms in TLS", "it is not listed")
			if d.Target.User != "" {
				s.want("235", s.plain(d.right()))
			}
		}},
		{name: "auth-cram-md5", needs: []string{smtp.ExtAuth}, run: func(d *driver) {
			if x := d.unauthenticated().state.ext; !d.Settled() {
				d.Saw("CRAM-MD5 is listed: %v", slices.Contains(x.Auth(), auth.CRAMMD5))
			}
		}},
		{name: "auth-enhanced-codes", needs: append([]string{smtp.ExtEnhancedStatusCodes}, plainNeeds...), timeout: authTimeout, deviations: []string{"auth-535-status-571"}, run: func(d *driver) {
			d.account()
			s := d.stranded()
			d.coded(s.given().want("535", s.plain(d.wrong())), "5.7.8")
			d.coded(s.given().want("235", s.plain(d.right())), "2.7.0")
		}},
		{name: "auth-drops", needs: plainNeeds, timeout: authTimeout, run: func(d *driver) {
			d.account()
			s := d.stranded()
			for n := 1; n <= 4 && !d.Settled(); n++ {
				s.given().want("4yz 5yz", s.given().plain(d.wrong()))
				if s.IsClosed() {
					d.Saw("the connection is closed behind %d failures of AUTH", n)
				}
			}
			d.Saw("the connection is open behind four failures of AUTH")
		}},
		{name: "auth-drops-not-early", needs: plainNeeds, timeout: authTimeout, deviations: []string{"auth-failure-closes"}, run: func(d *driver) {
			d.account()
			s := d.stranded()
			for range 2 {
				s.plain(d.wrong())
			}
			s.expect("250", "NOOP")
		}},
	}
}

func authPolicy() []serverCase {
	needs := []string{smtp.ExtAuth}
	protected := func(name string, features ...string) serverCase {
		return serverCase{name: name, needs: needs, features: features, labels: []string{"security"}, deviations: []string{"auth-plain-in-clear"}, run: (*driver).passwordsProtected}
	}
	return []serverCase{
		protected("auth-plaintext-protected", "CLEARTEXT=none"),
		protected("auth-plaintext-sites"),
		protected("auth-eavesdropping", "CLEARTEXT=none"),
		{name: "auth-weak-not-listed", needs: needs, labels: []string{"security"}, deviations: []string{"auth-weak-listed"}, run: func(d *driver) {
			for _, m := range d.inClear().state.ext.Auth() {
				r := d.inClear().cmd("AUTH %s", m)
				d.Check(d.Settled() || !r.is("504 530 534 538"), m+" permitted in the clear, since it is listed there", "%s", r.shown())
			}
		}},
		{name: "auth-required-530", needs: needs, features: []string{"?AUTH=required"}, deviations: []string{"mail-530-as-550", "tls-required-550"}, run: func(d *driver) {
			s := d.unauthenticated()
			r := s.cmd("MAIL FROM:<%s>", d.sender())
			if !d.Settled() && r.is("250") {
				d.Absent("required authentication")
			}
			s.want("530", r)
			for _, line := range []string{"NOOP", "RSET"} {
				s.expect("250", "%s", line)
			}
		}},
	}
}

func authMail() []serverCase {
	delivery := append([]string{needDelivery}, plainNeeds...)
	refused := []string{"auth-parameter-refused"}
	return []serverCase{
		{name: "auth-parameter-accepted", needs: []string{smtp.ExtAuth}, deviations: refused, run: (*driver).parameter},
		{name: "auth-parameter-unauthenticated", needs: []string{smtp.ExtAuth}, deviations: refused, run: (*driver).parameter},
		{name: "auth-received", needs: delivery, mutates: true, deviations: []string{"trace-missing"}, run: func(d *driver) {
			d.account()
			n := len(values(d.signed(), "Received"))
			d.Check(d.Settled() || n > 0, "a Received field before a message of an authenticated session", "there is none")
		}},
		{name: "auth-received-with", needs: delivery, mutates: true, deviations: []string{"trace-with-pigeon"}, run: func(d *driver) {
			d.account()
			want := "ESMTPSA"
			if d.lmtp() {
				want = "LMTPSA"
			}
			d.ours(d.signed(), func(s stamp, value string) {
				d.Check(strings.EqualFold(s.first("with"), want), want+" in the With clause", "%s", value)
			})
		}},
	}
}
