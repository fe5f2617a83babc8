package pop3spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"harness/internal/auth"
	"harness/protocols/pop3"
	"harness/protocols/wire"
	"harness/specs/drive"
)

var (
	mechanismForm = regexp.MustCompile(`^[A-Z0-9_-]{1,20}$`)
	// challengeForm is a challenge (RFC 5034 section 5).
	challengeForm = regexp.MustCompile(`^\+ ([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$`)
)

// rfc5034 are the server cases of RFC 5034.
func rfc5034() []serverCase {
	rows := slices.Concat(rfc5034Capability(), rfc5034Command(), rfc5034Exchange(), rfc5034Outcome(), rfc5034Names(), rfc5034Policy())
	for i := range rows {
		rows[i].labels = append(rows[i].labels, "auth")
	}
	return rows
}

// rfc5034Capability are the rules of section 3.
func rfc5034Capability() []serverCase {
	sasl := []string{"SASL"}
	return []serverCase{
		{name: "sasl-capability", deviations: []string{"capa-auth-unserved"}, needs: sasl, run: func(d *driver) {
			s := d.open()
			if d.Settled() {
				return
			}
			mechs := d.capa.SASL()
			for _, m := range mechs {
				// One may fail for a reason of its own: EXTERNAL without a certificate.
				if s.cmd("AUTH %s", m).Status == pop3.Continue {
					s.given().cancel()
					return
				}
			}
			d.Check(d.Settled(), fmt.Sprintf("an exchange begun by AUTH with one of the mechanisms %q", mechs), "each gets -ERR")
		}},
		{name: "sasl-mechanisms", deviations: []string{"sasl-commas", "sasl-lists-unsupported"}, needs: sasl, run: checkMechanisms},
		{name: "sasl-both-states", deviations: []string{"capa-sasl-only-before-login", "sasl-differs-after-login"}, needs: sasl, run: checkSASLBothStates},
		{name: "sasl-mechanisms-may-change", run: func(d *driver) {
			s := d.beforeTLS()
			s.given().startTLS()
			after := s.given().capa()
			d.Saw("before STLS: %q; after: %q", d.capa.SASL(), after.SASL())
		}},
		{name: "sasl-after-auth", deviations: []string{"capa-sasl-only-before-login"}, run: func(d *driver) {
			s := d.authenticated()
			capa := s.given().capa()
			d.Check(d.Settled() || capa.Has(pop3.CapaSASL), "SASL announced after AUTH", "%s", shownTags(capa))
		}},
	}
}

// checkMechanisms fails unless SASL lists names of mechanisms, and each begins an exchange.
func checkMechanisms(d *driver) {
	s := d.open()
	if d.Settled() {
		return
	}
	c, _ := d.capa.Get(pop3.CapaSASL)
	for _, m := range c.Params {
		d.Check(mechanismForm.MatchString(m), "names of SASL mechanisms, separated by single spaces", "%q", c.String())
		// EXTERNAL is there for those who have shown a certificate.
		r := s.given().cmd("AUTH %s", m)
		if r.Status == pop3.Continue {
			s.given().cancel()
		}
		d.Check(d.Settled() || r.Status == pop3.Continue || m == auth.External, "an exchange begun by AUTH "+m+", which is announced", "%s", r.shown())
		if s.IsClosed() {
			s = d.open()
		}
	}
}

// checkSASLBothStates fails unless SASL is announced alike before and after login.
func checkSASLBothStates(d *driver) {
	before, after := bothStates(d)
	if d.Settled() {
		return
	}
	a, b := slices.Sorted(slices.Values(before.SASL())), slices.Sorted(slices.Values(after.SASL()))
	d.Check(slices.Equal(a, b), fmt.Sprintf("SASL after login as before: %q", a), "%q", b)
}

// authenticated returns a session that AUTH has brought into the TRANSACTION state.
func (d *driver) authenticated() *session {
	s, m := d.offering(drive.PasswordMechanisms...)
	if r := s.given().exchange(m, d.Credentials()); !d.Settled() && r.Status != pop3.OK {
		d.Unclear("AUTH %s with the right password failed: %s", m, r.shown())
	}
	return s
}

// rfc5034Command are the rules of section 4 about the command.
func rfc5034Command() []serverCase {
	const fill = 173 // makes an AUTH command of 253 octets: one of 255 has no Base64 that fits
	filling := strings.Repeat("x", fill)
	return []serverCase{
		{name: "auth-initial-served", deviations: []string{"auth-initial-ignored"}, run: checkInitial},
		{name: "auth-initial-empty-served", deviations: []string{"auth-initial-ignored", "auth-initial-empty-refused"}, features: []string{"?SASL=ANONYMOUS,PLAIN", account("anonymous", "anybody")}, run: func(d *driver) {
			s, m := d.offering(auth.Anonymous, auth.Plain, auth.SCRAMSHA256, auth.SCRAMSHA1)
			r := s.cmd("AUTH %s =", m)
			if m == auth.Anonymous {
				d.Check(d.Settled() || r.Status == pop3.OK, `a login by AUTH ANONYMOUS with an empty initial response`, "%s", r.shown())
				return
			}
			// The others cannot do with an empty message, so that it is refused; a server that takes it for none asks for one.
			d.Check(d.Settled() || r.Status == pop3.Err, `"-ERR" to AUTH `+m+" with an empty initial response: there is one, and it is wrong", "%s", r.shown())
		}},
		{name: "auth-once", deviations: []string{"auth-after-login", "auth-success-stays"}, run: func(d *driver) {
			s := d.authenticated()
			for _, m := range []string{"PLAIN", "CRAM-MD5", "PLAIN " + drive.PlainResponse(d.Target.User, d.Target.Password)} {
				s.refused("AUTH %s", m)
			}
			s.ok("NOOP")
		}},
		{name: "auth-authorization-only", deviations: []string{"auth-after-login"}, needs: []string{"SASL"}, run: func(d *driver) {
			s := d.login()
			s.refused("AUTH PLAIN")
			s.refused("AUTH CRAM-MD5")
			s.ok("NOOP")
			s.given().quit()
			if s = d.open(); s.timestamp() != "" && s.apop(d.Target.User, d.Target.Password).Status == pop3.OK {
				s.refused("AUTH PLAIN")
			}
		}},
		{name: "auth-exchange", deviations: []string{"capa-auth-unserved", "auth-initial-demanded"}, run: func(d *driver) {
			d.eachMechanism(drive.PasswordMechanisms, func(s *session, m string) {
				r := s.cmd("AUTH %s", m)
				d.Check(d.Settled() || r.Status == pop3.Continue, "an exchange begun by AUTH "+m+", which is announced", "%s", r.shown())
				s.given().cancel()
			})
		}},
		{name: "auth-layer-optional", needs: []string{"SASL"}, run: func(d *driver) {
			d.open()
			if !d.Settled() {
				offered := slices.DeleteFunc(d.capa.SASL(), func(m string) bool {
					return !strings.HasPrefix(m, "GSS") && m != "DIGEST-MD5" && !strings.HasPrefix(m, "KERBEROS")
				})
				d.Saw("mechanisms that can have a security layer: %q", offered)
			}
		}},
		{name: "auth-unsupported-err", deviations: []string{"auth-unsupported-ok", "auth-unsupported-closes"}, needs: []string{"SASL"}, run: func(d *driver) {
			s := d.open()
			s.refused("AUTH X-NO-SUCH-THING")
			s.refused("STAT")
			r := s.authenticate(d.Target.User, d.Target.Password)
			d.Check(d.Settled() || r.Status == pop3.OK, "a login afterwards", "%s", r.shown())
		}},
		{name: "auth-command-255", deviations: []string{"command-limit-47"}, features: []string{account("carol", filling)}, run: func(d *driver) {
			s, _ := d.offering(auth.Plain)
			r := s.cmd("AUTH PLAIN %s", drive.PlainResponse("carol", filling))
			if d.ourMock() {
				d.Check(d.Settled() || r.Status == pop3.OK, "a login by AUTH PLAIN with an initial response, in 253 octets", "%s", r.shown())
				return
			}
			d.Check(d.Settled() || r.Status == pop3.Err && !tooLong(r), "an AUTH command of 253 octets read as any other, and its credentials refused", "%s", r.shown())
			s.ok("QUIT")
		}},
		{name: "auth-initial-refused", deviations: []string{"auth-initial-ignored", "auth-initial-lax"}, run: func(d *driver) {
			s, m := d.offering(auth.CRAMMD5)
			s.refused("AUTH %s %s", m, encode(d.Target.User+" 0123456789abcdef0123456789abcdef"))
			s.refused("STAT")
		}},
		{name: "auth-case", deviations: []string{"keyword-case-sensitive", "auth-case-sensitive"}, run: func(d *driver) {
			d.eachMechanism(drive.PasswordMechanisms, func(s *session, m string) {
				for _, line := range []string{"auth " + strings.ToLower(m), "Auth " + m[:1] + strings.ToLower(m[1:])} {
					r := s.cmd("%s", line)
					d.Check(d.Settled() || r.Status == pop3.Continue, fmt.Sprintf("an exchange begun by %q", line), "%s", r.shown())
					s.given().cancel()
				}
			})
		}},
	}
}

// checkInitial fails unless an initial response is taken as the client's first message.
func checkInitial(d *driver) {
	s, m := d.offering(append([]string{auth.Plain}, drive.SCRAMMechanisms...)...)
	if m == auth.Plain {
		s.ok("AUTH PLAIN %s", drive.PlainResponse(d.Target.User, d.Target.Password))
		return
	}
	r := s.cmd("AUTH %s %s", m, drive.SCRAMFirst(d.Target.User))
	challenge, err := auth.Decode(r.Text)
	d.Check(d.Settled() || r.Status == pop3.Continue && err == nil && strings.Contains(string(challenge), drive.SCRAMNonce), "a challenge that answers the initial response", "%s", r.shown())
}

// firstChallenges returns the responses to AUTH of the mechanisms in which the server begins, and the first answer of SCRAM.
func firstChallenges(d *driver) []*reply {
	var out []*reply
	d.eachMechanism(slices.Concat(drive.ChallengeMechanisms, drive.SCRAMMechanisms), func(s *session, m string) {
		r := s.cmd("AUTH %s", m)
		if strings.HasPrefix(m, "SCRAM") && r.Status == pop3.Continue {
			s.Send(drive.SCRAMFirst(d.Target.User) + "\r\n")
			r = s.reply("the client's first message in AUTH " + m)
		}
		if !d.Settled() {
			out = append(out, r)
		}
	})
	return out
}

// emptyChallenges returns the responses to AUTH without an initial response of the mechanisms in which the client begins.
func emptyChallenges(d *driver) []*reply {
	var out []*reply
	d.eachMechanism(slices.Concat([]string{auth.Plain}, drive.SCRAMMechanisms), func(s *session, m string) {
		if r := s.cmd("AUTH %s", m); !d.Settled() {
			out = append(out, r)
		}
	})
	return out
}

// rfc5034Exchange are the rules of sections 4 and 5 about challenges and responses.
func rfc5034Exchange() []serverCase {
	challenge := func(d *driver, want string, replies []*reply, ok func(text string) bool) {
		for _, r := range replies {
			d.Check(ok(string(r.line.Text)), want, "%s to %s", r.shown(), r.to)
		}
	}
	return []serverCase{
		{name: "auth-challenge-form", deviations: []string{"auth-challenge-ok", "auth-challenge-text", "auth-challenge-plain"}, run: func(d *driver) {
			challenge(d, `a challenge of "+", one space and Base64`, firstChallenges(d), func(text string) bool { return challengeForm.MatchString(text) && len(text) > 2 })
		}},
		{name: "auth-challenge-only-base64", deviations: []string{"auth-challenge-text", "auth-empty-challenge-text"}, run: func(d *driver) {
			replies := append(firstChallenges(d), emptyChallenges(d)...)
			challenge(d, "no text but the Base64", replies, func(text string) bool {
				rest, is := strings.CutPrefix(text, "+ ")
				return !is || challengeForm.MatchString("+ "+rest)
			})
		}},
		{name: "auth-cancel-err", deviations: []string{"auth-cancel-ok", "auth-cancel-ignored"}, run: func(d *driver) {
			s, m := d.offering(drive.PasswordMechanisms...)
			if r := s.cmd("AUTH %s", m); !d.Settled() && r.Status != pop3.Continue {
				d.Unclear("AUTH %s begins no exchange: %s", m, r.shown())
			}
			r := s.cancel()
			d.Check(d.Settled() || r.Status == pop3.Err, `"-ERR" to "*"`, "%s", r.shown())
			s.refused("STAT")
			r = s.exchange(m, d.Credentials())
			d.Check(d.Settled() || r.Status == pop3.OK, "a login afterwards", "%s", r.shown())
		}},
		{name: "auth-empty-challenge", deviations: []string{"auth-initial-demanded"}, run: func(d *driver) {
			challenge(d, "an empty challenge", emptyChallenges(d), func(text string) bool { return strings.HasPrefix(text, "+") && !strings.HasPrefix(text, "+OK") })
		}},
		{name: "auth-empty-challenge-form", deviations: []string{"auth-empty-challenge-no-space", "auth-empty-challenge-text"}, run: func(d *driver) {
			challenge(d, `an empty challenge of "+" and one space`, emptyChallenges(d), func(text string) bool { return text == "+ " })
		}},
		{name: "auth-empty-challenge-nothing-else", deviations: []string{"auth-empty-challenge-text"}, run: func(d *driver) {
			challenge(d, `nothing behind "+" and a space in an empty challenge`, emptyChallenges(d), func(text string) bool { return len(text) <= 2 })
		}},
		{name: "auth-base64-err", deviations: []string{"auth-base64-lax"}, run: func(d *driver) {
			badBase64(d, drive.NotBase64)
		}},
		{name: "auth-base64-strict", deviations: []string{"auth-base64-lax"}, run: func(d *driver) {
			badBase64(d, drive.LaxBase64)
		}},
		{name: "auth-long-lines", deviations: []string{"auth-line-limit"}, run: func(d *driver) {
			// A nonce of SCRAM may be as long as the client likes.
			s, m := d.offering(drive.SCRAMMechanisms...)
			r := s.beginExchange(m, d.Credentials(), func() string { return strings.Repeat("a-long-nonce-", 20) }).reply()
			d.Check(d.Settled() || r.Status == pop3.OK, "a login in which the client's messages have more than 255 octets", "%s", r.shown())
		}},
		{name: "auth-base64-syntax", deviations: []string{"auth-challenge-plain", "auth-challenge-cut"}, run: func(d *driver) {
			for _, r := range firstChallenges(d) {
				_, err := auth.Decode(strings.TrimPrefix(string(r.line.Text), "+ "))
				d.Check(err == nil, "a challenge in Base64", "%s to %s: %v", r.shown(), r.to, err)
			}
		}},
		{name: "auth-challenge-syntax", deviations: []string{"auth-challenge-ok", "auth-challenge-text", "auth-challenge-plain", "auth-challenge-cut", "auth-empty-challenge-no-space"}, run: func(d *driver) {
			replies := append(firstChallenges(d), emptyChallenges(d)...)
			for _, r := range replies {
				d.Check(challengeForm.Match(r.line.Text) && r.line.End == wire.CRLF, `"+", one space, Base64 or nothing, and CRLF`, "%s and %s", r.shown(), r.line.End)
			}
		}},
	}
}

// badBase64 fails unless "-ERR" answers each of the responses that variants makes of the right one. Those of PLAIN would log in if they were
// read with what is wrong in them left out.
func badBase64(d *driver, variants func(right string) []drive.BadResponse) {
	var begun []*attempt
	for _, bad := range variants(drive.PlainResponse(d.Target.User, d.Target.Password)) {
		s, m := d.seek(auth.Plain)
		if m == "" {
			s, m = d.offering(auth.Login, auth.CRAMMD5, auth.SCRAMSHA256, auth.SCRAMSHA1)
		}
		if r := s.cmd("AUTH %s", m); !d.Settled() && r.Status != pop3.Continue {
			d.Unclear("AUTH %s begins no exchange: %s", m, r.shown())
		}
		s.Send(bad.Response + "\r\n")
		a := &attempt{s: s, to: "the response in AUTH " + m}
		begun = append(begun, a.called("a response that is no Base64: %s", bad.What))
	}
	d.allRefused(begun)
}

// rfc5034Outcome are the rules of section 4 about how an exchange ends.
func rfc5034Outcome() []serverCase {
	return []serverCase{
		{name: "auth-failed-err", deviations: []string{"auth-failure-ok"}, run: func(d *driver) {
			var begun []*attempt
			d.eachMechanism(drive.PasswordMechanisms, func(s *session, m string) {
				begun = append(begun, s.beginExchange(m, d.WrongCredentials(), nil).called("AUTH %s with a wrong password", m))
			})
			d.allRefused(begun)
		}},
		{name: "auth-succeeded-ok", deviations: []string{"login-err-though-in", "auth-success-err"}, run: func(d *driver) {
			d.eachMechanism(drive.PasswordMechanisms, func(s *session, m string) {
				r := s.exchange(m, d.Credentials())
				d.Check(d.Settled() || r.Status == pop3.OK, `"+OK" to AUTH `+m+" with the right password", "%s", r.shown())
				s.given().quit()
			})
		}},
		{name: "auth-succeeded-transaction", deviations: []string{"auth-ok-without-login", "auth-success-stays"}, run: func(d *driver) {
			s := d.authenticated()
			s.ok("STAT")
			s.ok("NOOP")
		}},
		{name: "auth-no-success-data", deviations: []string{"auth-success-data"}, run: func(d *driver) {
			s, m := d.offering(drive.SCRAMMechanisms...)
			r := s.exchange(m, d.Credentials())
			said := s.state.replies
			if d.Settled() {
				return
			}
			// The server's last message has to have come as a challenge: the one before the reply that ends the exchange.
			proof := len(said) > 1 && said[len(said)-2].Status == pop3.Continue && final(said[len(said)-2].Text)
			d.Check(r.Status != pop3.OK || proof, "the server's last message in a challenge of its own", "%s", r.shown())
			if r.Status != pop3.OK {
				d.Unclear("AUTH %s failed: %s", m, r.shown())
			}
		}},
		{name: "auth-failed-no-trace", deviations: []string{"auth-err-locks", "auth-failed-lingers"}, run: func(d *driver) {
			after := func(login func(s *session, m string) *reply) {
				s, m := d.offering(drive.PasswordMechanisms...)
				s.exchange(m, d.WrongCredentials())
				if s.IsClosed() { // RFC 1939 section 4 permits it
					return
				}
				s.cmd("AUTH %s", m)
				s.cancel()
				r := login(s, m)
				d.Check(d.Settled() || r.Status == pop3.OK, "a login after AUTH that failed and AUTH that was cancelled", "%s to %s", r.shown(), r.to)
				s.cmd("QUIT")
			}
			after(func(s *session, m string) *reply { return s.exchange(m, d.Credentials()) })
			after(func(s *session, _ string) *reply { return s.authenticate(d.Target.User, d.Target.Password) })
			if s := d.open(); s.timestamp() != "" {
				after(func(s *session, _ string) *reply { return s.apop(d.Target.User, d.Target.Password) })
			}
		}},
	}
}

// final says whether a challenge is SCRAM's last one, with the server's proof (RFC 5802 section 7).
func final(challenge string) bool {
	message, err := auth.Decode(challenge)
	return err == nil && strings.HasPrefix(string(message), "v=")
}

// rfc5034Names are the rules of section 4 about identities.
func rfc5034Names() []serverCase {
	prepared := func(d *driver) {
		name := d.Target.User
		s, _ := d.offering(auth.Plain)
		r := s.exchange(auth.Plain, auth.Credentials{User: name, Password: d.Target.Password, Identity: name + drive.SoftHyphen})
		d.Check(d.Settled() || r.Status == pop3.OK, "a login as an identity that SASLprep makes the user's own (with U+00AD in it)", "%s", r.shown())
	}
	return []serverCase{
		{name: "auth-saslprep", deviations: []string{"auth-no-saslprep"}, run: prepared},
		{name: "auth-saslprep-failed", deviations: []string{"auth-saslprep-unchecked"}, run: func(d *driver) {
			for _, identity := range []string{d.Target.User + drive.PrivateUse, drive.SoftHyphen} {
				s, _ := d.offering(auth.Plain)
				r := s.exchange(auth.Plain, auth.Credentials{User: d.Target.User, Password: d.Target.Password, Identity: identity})
				d.Check(d.Settled() || r.Status == pop3.Err, fmt.Sprintf(`"-ERR" to a login as %+q, of which SASLprep makes no name`, identity), "%s", r.shown())
			}
		}},
		{name: "auth-saslprep-summary", deviations: []string{"auth-no-saslprep"}, run: prepared},
	}
}

// rfc5034Policy are the rules of section 4 about what is offered.
func rfc5034Policy() []serverCase {
	return []serverCase{
		{name: "auth-plain-implemented", labels: []string{"tls"}, deviations: []string{"plain-missing"}, run: func(d *driver) {
			s := d.inTLS()
			capa := s.given().capa()
			if !d.Settled() && !capa.Has(pop3.CapaSASL) {
				d.Absent("SASL")
			}
			d.Check(d.Settled() || slices.Contains(capa.SASL(), auth.Plain), "PLAIN announced in TLS", "SASL %s", strings.Join(capa.SASL(), " "))
			r := s.exchange(auth.Plain, d.Credentials())
			d.Check(d.Settled() || r.Status == pop3.OK, "a login by PLAIN in TLS", "%s", r.shown())
		}},
		{name: "auth-plaintext-off", deviations: []string{"plain-in-clear"}, features: []string{"?CLEARTEXT=none"}, run: noPlainInClear},
		{name: "auth-other-mechanisms", deviations: []string{"sasl-plaintext-only"}, run: func(d *driver) {
			s := d.open()
			offered := s.given().capa().SASL()
			if !s.tls() {
				if capa := s.given().capa(); capa.Has(pop3.CapaSTLS) {
					s.given().startTLS()
					offered = append(offered, s.given().capa().SASL()...)
				}
			}
			if len(offered) == 0 {
				d.Absent("SASL")
			}
			others := slices.DeleteFunc(offered, func(m string) bool {
				return slices.Contains(drive.Exposing, m) || m == auth.External || m == auth.Anonymous
			})
			d.Check(len(others) > 0, "a mechanism by which the password is proved without being sent", "none")
		}},
	}
}
