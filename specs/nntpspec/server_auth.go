package nntpspec

import (
	"fmt"
	"slices"
	"strings"

	"harness/internal/auth"
	"harness/protocols/nntp"
	"harness/specs/drive"
)

// account ends the case unless there is one to authenticate with.
func (d *driver) account() {
	if d.Target.User == "" {
		d.Absent("an account: name it in the URL, as nntp://user:password@host")
	}
}

// tls says whether the session is in TLS.
func (s *session) tls() bool {
	if s.C == nil {
		return false
	}
	_, on := s.C.TLS()
	return on
}

// seek returns a session, not authenticated, in which AUTHINFO is listed and ok says of the capabilities that they will do; it is in TLS if it takes that. If
// they never do, caps is nil.
func (d *driver) seek(ok func(caps nntp.Capabilities) bool) (s *session, caps nntp.Capabilities) {
	s = d.private()
	for !d.Settled() {
		caps = s.given().listing("AUTHINFO")
		switch {
		case ok(caps):
			return s, caps
		case s.tls() || !caps.Has("STARTTLS"):
			return s, nil
		}
		s.given().startTLS()
	}
	return s, nil
}

// users returns a session in which AUTHINFO USER is listed; if it is not, the case ends.
func (d *driver) users() *session {
	s, caps := d.seek(func(c nntp.Capabilities) bool { return c.Has("AUTHINFO", "USER") })
	if caps == nil {
		d.Absent("AUTHINFO USER")
	}
	return s
}

// hasMechanism says whether the capabilities list a SASL mechanism.
func hasMechanism(caps nntp.Capabilities, mechanism string) bool {
	return caps.Has("AUTHINFO", "SASL") && slices.Contains(caps.Args("SASL"), mechanism)
}

// offering returns a session in which the server lists one of the mechanisms, and the first of those that it lists. If it lists none of them, the case ends.
func (d *driver) offering(mechanisms ...string) (*session, string) {
	for _, m := range mechanisms {
		if s, caps := d.seek(func(c nntp.Capabilities) bool { return hasMechanism(c, m) }); caps != nil {
			return s, m
		}
	}
	d.Absent("SASL " + strings.Join(mechanisms, ", "))
	return d.private(), mechanisms[0]
}

// eachMechanism calls f with a session for each of the mechanisms that the server lists; if it lists none, the case ends.
func (d *driver) eachMechanism(mechanisms []string, f func(s *session, mechanism string)) {
	found := false
	for _, m := range mechanisms {
		if s, caps := d.seek(func(c nntp.Capabilities) bool { return hasMechanism(c, m) }); caps != nil {
			found = true
			f(s, m)
		}
	}
	if !found {
		d.Absent("SASL " + strings.Join(mechanisms, ", "))
	}
}

// authinfo sends a command of AUTHINFO, to whose refusal a server may take its time.
func (s *session) authinfo(format string, args ...any) *response {
	return s.slowly(func() *response { return s.cmd(format, args...) })
}

// slowly waits for a response as long as an authentication may take.
func (s *session) slowly(f func() *response) *response {
	s.Patience(s.d.T.Scale(drive.AuthWait))
	defer s.Patience(s.d.Wait())
	return f()
}

// respond sends a line of a SASL exchange and returns the response.
func (s *session) respond(mechanism, line string) *response {
	return s.slowly(func() *response {
		s.Send(line + "\r\n")
		return s.reply("AUTHINFO SASL "+mechanism, "the client's message in AUTHINFO SASL "+mechanism)
	})
}

// decodeChallenge is a challenge as it was meant (RFC 4643 section 2.4.2).
func decodeChallenge(text string) ([]byte, error) { return auth.DecodeInitial(text) }

// begun sends AUTHINFO SASL, which has to begin an exchange.
func (s *session) begun(mechanism string) *response {
	r := s.authinfo("AUTHINFO SASL %s", mechanism)
	if !s.d.Settled() && r.Code != nntp.CodeChallenge {
		s.Wrong("383 to AUTHINFO SASL "+mechanism, "%s", r.shown())
	}
	return r
}

// exchange runs a SASL exchange, without an initial response, and returns the response that ends it, and the challenges. One that cannot be answered ends it
// by "*". The nonce is SCRAM's; nil for any.
func (s *session) exchange(mechanism string, c auth.Credentials, nonce func() string) (r *response, challenges []*response) {
	r = s.authinfo("AUTHINFO SASL %s", mechanism)
	client, err := auth.NewClientOptions(mechanism, c, &auth.ClientOptions{Nonce: nonce})
	if err != nil {
		s.d.Unclear("%v", err)
		return r, nil
	}
	x, err := auth.NewExchange(client)
	if err != nil {
		s.d.Unclear("%v", err)
		return r, nil
	}
	for r.Code == nntp.CodeChallenge && !s.d.Settled() {
		challenges = append(challenges, r)
		challenge, err := decodeChallenge(r.Text)
		var response []byte
		if err == nil {
			response, err = x.Next(challenge)
		}
		line := auth.Cancel
		if err != nil {
			s.d.T.Note("%v", err)
		} else if line, _ = auth.EncodeInitial(response); line == "" {
			line = "="
		}
		r = s.respond(mechanism, line)
	}
	return r, challenges
}

// in says whether a response tells of a successful authentication.
func (r *response) in() bool { return r.is("281 283") }

// mustLogin fails unless the response is one of a successful authentication.
func (d *driver) mustLogin(r *response, by string) {
	d.Check(d.Settled() || r.in(), "281 or 283 to "+by, "%s", r.shown())
}

// rfc4643Rows are the server cases of RFC 4643: AUTHINFO.
func rfc4643Rows() []serverCase {
	rows := slices.Concat(rfc4643Capability(), rfc4643Anywhere(), rfc4643After(), rfc4643User(), rfc4643Clear(), rfc4643Exchange(), rfc4643Outcome(), rfc4643Limits())
	for i := range rows {
		if !slices.Contains(rows[i].labels, "auth") {
			rows[i].labels = append(rows[i].labels, "auth")
		}
	}
	return rows
}

func rfc4643Capability() []serverCase {
	return []serverCase{
		{name: "authinfo-one-command", deviations: []string{"authinfo-500"}, run: func(d *driver) {
			s, caps := d.seek(func(c nntp.Capabilities) bool { return len(c.Args("AUTHINFO")) > 0 })
			if caps == nil {
				d.Absent("AUTHINFO with arguments")
			}
			known := false
			if caps.Has("AUTHINFO", "USER") {
				known = !s.authinfo("AUTHINFO USER harness").is("500 501 503")
			}
			if caps.Has("AUTHINFO", "SASL") && !known {
				known = !s.authinfo("AUTHINFO SASL X-HARNESS").is("500 501")
			}
			d.Check(known || d.Settled(), "AUTHINFO USER or AUTHINFO SASL known, as AUTHINFO is listed", "neither")
		}},
		{name: "authinfo-listed-any-mode", features: []string{"?MODE=switching"}, run: func(d *driver) {
			s := d.plain()
			before := s.given().capabilities()
			r := s.given().cmd("MODE READER")
			after := s.given().capabilities()
			if !d.Settled() {
				d.Saw("AUTHINFO is listed at first: %v; MODE READER gets %d, and it is listed then: %v", before.Has("AUTHINFO"), r.Code, after.Has("AUTHINFO"))
			}
		}},
		{name: "authinfo-sasl-listed", deviations: []string{"sasl-unlisted"}, run: func(d *driver) {
			_, caps := d.seek(func(c nntp.Capabilities) bool { return c.Has("AUTHINFO", "SASL") })
			if caps == nil {
				d.Absent("AUTHINFO SASL")
			}
			d.Check(d.Settled() || caps.Has("SASL"), "SASL listed, as it is an argument of AUTHINFO", "it is not")
		}},
		{name: "authinfo-no-arguments", features: []string{"?TLS=required"}, run: func(d *driver) {
			args := d.private().given().listing("AUTHINFO").Args("AUTHINFO")
			if !d.Settled() {
				d.Saw("the arguments of AUTHINFO are %q", args)
			}
		}},
		{name: "authinfo-generic-not-listed", deviations: []string{"authinfo-generic-listed"}, run: func(d *driver) {
			caps := d.private().given().listing("AUTHINFO")
			d.Check(d.Settled() || !caps.Has("AUTHINFO", "GENERIC"), "no GENERIC among the arguments of AUTHINFO", "it is there")
		}},
		{name: "authinfo-plain", deviations: []string{"plain-unlisted"}, run: func(d *driver) {
			_, caps := d.seek(func(c nntp.Capabilities) bool { return c.Has("AUTHINFO", "USER", "SASL") })
			if caps == nil {
				d.Absent("AUTHINFO USER and SASL")
			}
			d.Check(d.Settled() || hasMechanism(caps, auth.Plain), "PLAIN among the mechanisms, as AUTHINFO USER is there", "%q", caps.Args("SASL"))
		}},
	}
}

// rfc4643Anywhere are the rules of what AUTHINFO gets in any state.
func rfc4643Anywhere() []serverCase {
	never := func(lines func(caps nntp.Capabilities) []string) func(*driver) {
		return func(d *driver) {
			s := d.private()
			caps := s.given().listing("AUTHINFO")
			for _, line := range lines(caps) {
				r := s.authinfo("%s", line)
				d.Check(d.Settled() || r.Code != nntp.CodeAuthRequired, "another code than 480 to AUTHINFO", "%s to %s", r.shown(), r.to)
				if r.Code == nntp.CodeChallenge {
					s.given().respond("", auth.Cancel)
				}
			}
		}
	}
	user := func(nntp.Capabilities) []string {
		return []string{"AUTHINFO PASS harness", "AUTHINFO USER harness", "AUTHINFO PASS harness"}
	}
	sasl := func(caps nntp.Capabilities) []string {
		lines := []string{"AUTHINFO SASL X-HARNESS"}
		for _, m := range caps.Args("SASL") {
			lines = append(lines, "AUTHINFO SASL "+m)
		}
		return lines
	}
	required := []string{"?AUTH=required"}
	return []serverCase{
		{name: "authinfo-480", features: required, deviations: []string{"auth-required-500"}, run: func(d *driver) {
			s := d.private()
			s.given().listing("AUTHINFO")
			r := s.cmd("GROUP %s", d.groupName())
			if !d.Settled() && r.is("211 401 411 483") {
				d.Absent("a server that demands authentication")
			}
			d.Check(d.Settled() || r.Code == nntp.CodeAuthRequired, "480 to GROUP before authentication", "%s", r.shown())
		}},
		{name: "authinfo-unsolicited", deviations: []string{"authinfo-unsolicited-502"}, run: func(d *driver) {
			s, caps := d.seek(func(c nntp.Capabilities) bool { return len(c.Args("AUTHINFO")) > 0 })
			if caps == nil {
				d.Absent("AUTHINFO with arguments")
			}
			if caps.Has("AUTHINFO", "USER") {
				r := s.authinfo("AUTHINFO USER harness")
				d.Check(d.Settled() || r.is("281 381 481"), "381 to AUTHINFO USER, though no command got 480", "%s", r.shown())
				return
			}
			for _, m := range caps.Args("SASL") {
				r := s.authinfo("AUTHINFO SASL %s", m)
				d.Check(d.Settled() || r.is("281 283 383 481"), "383 to AUTHINFO SASL "+m+", though no command got 480", "%s", r.shown())
				return
			}
		}},
		{name: "authinfo-never-480", features: required, deviations: []string{"authinfo-480"}, run: never(func(c nntp.Capabilities) []string { return append(user(c), sasl(c)...) })},
		{name: "authinfo-user-never-480", features: required, deviations: []string{"authinfo-480"}, run: never(user)},
		{name: "authinfo-sasl-never-480", features: required, deviations: []string{"authinfo-480"}, run: never(sasl)},
	}
}

// rfc4643After are the rules of what is behind a successful authentication.
func rfc4643After() []serverCase {
	switching := []string{"?MODE=switching"}
	unlisted := func(d *driver) {
		s := d.users()
		d.account()
		s.given().login()
		d.Check(!s.capabilities().Has("AUTHINFO") || d.Settled(), "no AUTHINFO listed after authentication", "it is listed")
	}
	noReader := func(d *driver) {
		d.account()
		s := d.plain()
		caps := s.given().capabilities()
		if !d.Settled() && !(caps.Has("MODE-READER") && caps.Has("AUTHINFO", "USER")) {
			d.Absent("MODE-READER and AUTHINFO USER")
		}
		s.given().login()
		d.Check(!s.capabilities().Has("MODE-READER") || d.Settled(), "no MODE-READER listed after authentication", "it is listed")
	}
	return []serverCase{
		{name: "authinfo-not-listed-later", deviations: []string{"authinfo-kept"}, run: unlisted},
		{name: "authinfo-success-not-listed", deviations: []string{"authinfo-kept"}, run: unlisted},
		{name: "authinfo-success-502", deviations: []string{"authinfo-502-as-482"}, run: func(d *driver) {
			s := d.users()
			d.account()
			caps := s.given().capabilities()
			s.given().login()
			s.code(nntp.CodeNotPermitted, "AUTHINFO USER harness")
			s.code(nntp.CodeNotPermitted, "AUTHINFO PASS harness")
			if m := caps.Args("SASL"); len(m) > 0 {
				s.code(nntp.CodeNotPermitted, "AUTHINFO SASL %s", m[0])
			}
		}},
		{name: "authinfo-no-mode-reader", features: switching, deviations: []string{"mode-reader-listed"}, run: noReader},
		{name: "mode-reader-not-listed-authenticated", features: switching, deviations: []string{"mode-reader-listed"}, run: noReader},
		{name: "authinfo-sasl-kept", deviations: []string{"sasl-dropped"}, run: func(d *driver) {
			s, caps := d.seek(func(c nntp.Capabilities) bool { return c.Has("SASL") })
			if caps == nil {
				d.Absent("SASL")
			}
			d.account()
			if caps.Has("AUTHINFO", "USER") {
				s.given().login()
			} else {
				i := slices.IndexFunc(drive.PasswordMechanisms, func(m string) bool { return hasMechanism(caps, m) })
				if i < 0 {
					d.Absent("SASL " + strings.Join(drive.PasswordMechanisms, ", "))
					return
				}
				if r, _ := s.given().exchange(drive.PasswordMechanisms[i], d.Credentials(), nil); !d.Settled() && !r.in() {
					d.Unclear("AUTHINFO SASL %s with the account's password gets %s", drive.PasswordMechanisms[i], r.shown())
				}
			}
			d.Same("the mechanisms after authentication", s.capabilities().Args("SASL"), caps.Args("SASL"))
		}},
		{name: "authinfo-capabilities-differ", run: func(d *driver) {
			s := d.users()
			d.account()
			before := s.given().capabilities()
			s.given().login()
			after := s.given().capabilities()
			if !d.Settled() {
				d.Saw("before authentication: %s; after: %s", joined(before), joined(after))
			}
		}},
	}
}

func rfc4643User() []serverCase {
	blanks := func(d *driver) {
		s := d.users()
		r := s.authinfo("AUTHINFO USER harness nobody")
		if !d.Settled() {
			d.Saw("AUTHINFO USER with a space in the name gets %s", r.shown())
		}
	}
	return []serverCase{
		{name: "authinfo-381", deviations: []string{"authinfo-user-383"}, run: func(d *driver) {
			s := d.users()
			d.account()
			r := s.authinfo("AUTHINFO USER %s", d.Target.User)
			if r.in() {
				d.Absent("an account with a password")
			}
			d.Check(d.Settled() || r.Code == nntp.CodePasswordWanted, "381 to AUTHINFO USER", "%s", r.shown())
		}},
		{name: "authinfo-pass-next", run: func(d *driver) {
			s := d.users()
			d.account()
			s.given().authinfo("AUTHINFO USER %s", d.Target.User)
			s.drain(s.given().cmd("HELP"))
			r := s.given().authinfo("AUTHINFO PASS %s", d.Target.Password)
			if !d.Settled() {
				d.Saw("AUTHINFO PASS gets %d where another command came between", r.Code)
			}
		}},
		{name: "authinfo-pass-482", deviations: []string{"authinfo-pass-481"}, run: func(d *driver) {
			r := d.users().authinfo("AUTHINFO PASS harness")
			d.Check(d.Settled() || r.Code == nntp.CodeAuthSequence, "482 to AUTHINFO PASS without a name", "%s", r.shown())
		}},
		{name: "authinfo-last-user", deviations: []string{"authinfo-first-user"}, run: func(d *driver) {
			s := d.users()
			d.account()
			s.given().authinfo("AUTHINFO USER harness-nobody")
			s.login()
		}},
		{name: "authinfo-pass-no-381", deviations: []string{"authinfo-pass-381"}, run: func(d *driver) {
			s := d.users()
			for _, line := range []string{"AUTHINFO PASS harness", "AUTHINFO USER harness", "AUTHINFO PASS harness"} {
				r := s.authinfo("%s", line)
				d.Check(d.Settled() || r.Code != nntp.CodePasswordWanted || strings.HasPrefix(line, "AUTHINFO USER"), "another code than 381 to AUTHINFO PASS", "%s", r.shown())
			}
		}},
		{name: "authinfo-password-by-name", run: func(d *driver) {
			s := d.users()
			d.account()
			known := s.given().authinfo("AUTHINFO USER %s", d.Target.User)
			unknown := s.given().authinfo("AUTHINFO USER harness-nobody")
			if !d.Settled() {
				d.Saw("the name of an account gets %d, another one %d", known.Code, unknown.Code)
			}
		}},
		{name: "authinfo-481", deviations: []string{"authinfo-481-as-502"}, run: func(d *driver) {
			s := d.users()
			d.account()
			r := s.authinfo("AUTHINFO USER %s", d.Target.User)
			if r.Code == nntp.CodePasswordWanted {
				r = s.authinfo("AUTHINFO PASS wrong-%s", d.Target.Password)
			}
			d.Check(d.Settled() || r.Code == nntp.CodeAuthFailed, "481 to a wrong password", "%s", r.shown())
		}},
		{name: "authinfo-white-space", run: blanks},
		{name: "authinfo-white-space-split", run: blanks},
		{name: "authinfo-white-space-parsed", run: blanks},
		{name: "authinfo-saslprep", run: func(d *driver) {
			s := d.users()
			d.account()
			r := s.authinfo("AUTHINFO USER %s%s", d.Target.User, drive.SoftHyphen)
			if r.Code == nntp.CodePasswordWanted {
				r = s.authinfo("AUTHINFO PASS %s", d.Target.Password)
			}
			if !d.Settled() {
				d.Saw("a name of which SASLprep makes that of the account gets %s", r.shown())
			}
		}},
	}
}

// rfc4643Clear are the rules of passwords without TLS.
func rfc4643Clear() []serverCase {
	security := []string{"auth", "security"}
	inClear := []string{"?CLEARTEXT=none"}
	const lax = "a server that is set up to keep passwords out of the clear"
	// clear returns a session without TLS, whether USER is listed there, and whether it is served.
	clear := func(d *driver) (s *session, listed, served bool) {
		if d.Target.URL.Scheme == "nntps" {
			d.Absent("a session without TLS")
		}
		s = d.plain()
		listed = s.given().listing("AUTHINFO").Has("AUTHINFO", "USER")
		served = s.authinfo("AUTHINFO USER harness").is("281 381 481")
		return s, listed, served
	}
	unserved := func(d *driver) {
		_, listed, served := clear(d)
		if listed && served {
			d.Absent(lax)
		}
		d.Check(d.Settled() || !served, "AUTHINFO USER refused without TLS, where it is not listed", "it is served")
	}
	return []serverCase{
		{name: "authinfo-user-not-listed", labels: security, features: inClear, deviations: []string{"authinfo-user-always"}, run: func(d *driver) {
			_, listed, served := clear(d)
			if listed && served {
				d.Absent(lax)
			}
			d.Check(d.Settled() || !listed, "no argument USER of AUTHINFO without TLS, where AUTHINFO USER is refused", "it is listed")
		}},
		{name: "authinfo-user-not-provided", labels: security, features: inClear, deviations: []string{"authinfo-user-in-clear"}, run: unserved},
		{name: "authinfo-user-disabled", labels: security, features: inClear, deviations: []string{"authinfo-user-in-clear"}, run: unserved},
		{name: "authinfo-user-with-tls", labels: []string{"tls"}, deviations: []string{"starttls-unlisted"}, run: func(d *driver) {
			if d.Target.URL.Scheme == "nntps" {
				return // it has TLS
			}
			s := d.plain()
			caps := s.given().listing("AUTHINFO")
			if d.Settled() || !caps.Has("AUTHINFO", "USER") {
				return
			}
			d.Check(caps.Has("STARTTLS"), "STARTTLS listed, as AUTHINFO USER is", "it is not")
		}},
		{name: "authinfo-eavesdropping", labels: security, features: inClear, deviations: []string{"authinfo-user-in-clear", "plain-in-clear", "plain-listed-in-clear"}, run: func(d *driver) {
			s, listed, served := clear(d)
			if listed && served {
				d.Absent(lax)
			}
			d.Check(d.Settled() || !listed && !served, "AUTHINFO USER neither listed nor served without TLS", "listed: %v, served: %v", listed, served)
			caps := s.given().capabilities()
			d.account()
			for _, m := range []string{auth.Plain, auth.Login} {
				listed := hasMechanism(caps, m)
				r, _ := s.exchange(m, d.Credentials(), nil)
				if !d.Settled() && listed && r.in() {
					d.Absent(lax)
				}
				d.Check(d.Settled() || !listed && !r.in(), m+" neither listed nor served without TLS", "listed: %v; with the account's password it gets %s", listed, r.shown())
			}
		}},
		{name: "authinfo-weak-forbidden", labels: security, features: []string{"?SASL=SCRAM-SHA-256"}, deviations: []string{"sasl-unlisted-served"}, run: func(d *driver) {
			_, caps := d.seek(func(c nntp.Capabilities) bool { return c.Has("AUTHINFO", "SASL") })
			if caps == nil {
				d.Absent("AUTHINFO SASL")
			}
			d.account()
			for _, m := range drive.PasswordMechanisms {
				if d.Settled() || hasMechanism(caps, m) {
					continue
				}
				s, _ := d.seek(func(c nntp.Capabilities) bool { return c.Has("AUTHINFO", "SASL") })
				r, _ := s.exchange(m, d.Credentials(), nil)
				d.Check(d.Settled() || !r.in(), m+" refused, which is not listed", "%s", r.shown())
			}
		}},
	}
}

func rfc4643Exchange() []serverCase {
	clientFirst := slices.Concat([]string{auth.Plain}, drive.SCRAMMechanisms)
	empty := func(d *driver) {
		d.eachMechanism(clientFirst, func(s *session, m string) {
			r := s.authinfo("AUTHINFO SASL %s", m)
			d.Check(d.Settled() || r.Code == nntp.CodeChallenge && strings.TrimRight(r.Text, " ") == "=", `"383 =" to AUTHINFO SASL `+m+", in which the client begins", "%s", r.shown())
		})
	}
	bad := func(variants func(right string) []drive.BadResponse) func(*driver) {
		return func(d *driver) {
			if d.account(); d.Settled() {
				return
			}
			for _, v := range variants(drive.PlainResponse(d.Target.User, d.Target.Password)) {
				s, m := d.offering(auth.Plain, auth.Login, auth.CRAMMD5, auth.SCRAMSHA256, auth.SCRAMSHA1)
				s.given().begun(m)
				r := s.respond(m, v.Response)
				d.Check(d.Settled() || r.Code == nntp.CodeBase64, "504 to a response that is no Base64: "+v.What, "%s", r.shown())
				s.Release("QUIT")
			}
		}
	}
	return []serverCase{
		{name: "authinfo-challenge-base64", deviations: []string{"challenge-plain"}, run: func(d *driver) {
			d.account()
			d.eachMechanism(drive.PasswordMechanisms, func(s *session, m string) {
				_, challenges := s.exchange(m, d.Credentials(), nil)
				for _, c := range challenges {
					_, err := decodeChallenge(c.Text)
					d.Check(err == nil || d.Settled(), "a challenge in Base64", "%s to %s: %v", c.shown(), c.to, err)
				}
			})
		}},
		{name: "authinfo-empty-challenge", deviations: []string{"challenge-empty-bare"}, run: empty},
		{name: "authinfo-initial-omitted", deviations: []string{"challenge-empty-bare", "initial-demanded"}, run: empty},
		{name: "authinfo-cancelled-481", deviations: []string{"authinfo-sasl-481-as-482"}, run: func(d *driver) {
			s, m := d.offering(drive.PasswordMechanisms...)
			s.given().begun(m)
			r := s.respond(m, auth.Cancel)
			d.Check(d.Settled() || r.Code == nntp.CodeAuthFailed, `481 to "*"`, "%s", r.shown())
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
		}},
		{name: "authinfo-initial-482", deviations: []string{"authinfo-482-as-481"}, run: func(d *driver) {
			d.eachMechanism([]string{auth.CRAMMD5}, func(s *session, m string) {
				r := s.authinfo("AUTHINFO SASL %s %s", m, auth.Encode([]byte("harness 0123456789abcdef0123456789abcdef")))
				d.Check(d.Settled() || r.Code == nntp.CodeAuthSequence, "482 to AUTHINFO SASL "+m+" with an initial response, which it does not have", "%s", r.shown())
			})
		}},
		{name: "authinfo-base64-504", deviations: []string{"base64-501"}, run: bad(drive.NotBase64)},
		{name: "authinfo-base64-strict", deviations: []string{"base64-lax"}, run: bad(drive.LaxBase64)},
	}
}

// twice is a name and a password of 255 octets, as long as PLAIN has to take them (RFC 4616 section 2 sets no limit, RFC 2595 section 6 this one).
var twice = strings.Repeat("carol", 51)

func rfc4643Limits() []serverCase {
	// notTooLong fails if a message is refused for its length: it is read, and the credentials in it are wrong.
	notTooLong := func(d *driver, r *response, what string) {
		d.Check(d.Settled() || r.Code == nntp.CodeAuthFailed, "481 to "+what+": it is read whole, and nobody's", "%s", r.shown())
	}
	return []serverCase{
		{name: "authinfo-sasl-response-long", run: func(d *driver) {
			d.account()
			longest := 0
			d.eachMechanism(drive.PasswordMechanisms, func(s *session, m string) {
				_, challenges := s.given().exchange(m, d.Credentials(), func() string { return strings.Repeat("a-long-nonce-", 50) })
				for _, c := range challenges {
					longest = max(longest, len(c.line.Text)+2)
				}
			})
			if !d.Settled() {
				d.Saw("the longest challenge had %d octets", longest)
			}
		}},
		{name: "authinfo-sizes", deviations: []string{"sasl-line-limit"}, run: func(d *driver) {
			s, m := d.offering(auth.Plain, auth.SCRAMSHA256, auth.SCRAMSHA1)
			s.given().begun(m)
			if m == auth.Plain {
				message := drive.PlainResponse(twice, twice)
				notTooLong(d, s.respond(m, message), fmt.Sprintf("a response of %d octets", len(message)))
				return
			}
			message := auth.Encode([]byte("n,,n=" + twice + twice + ",r=" + drive.SCRAMNonce))
			r := s.respond(m, message)
			d.Check(d.Settled() || r.is("383 481"), fmt.Sprintf("383 or 481 to a response of %d octets", len(message)), "%s", r.shown())
		}},
		{name: "authinfo-initial-sizes", deviations: []string{"sasl-line-limit"}, run: func(d *driver) {
			s, m := d.offering(auth.Plain)
			message := drive.PlainResponse(twice, twice)
			notTooLong(d, s.authinfo("AUTHINFO SASL %s %s", m, message), fmt.Sprintf("an initial response of %d octets", len(message)))
		}},
		{name: "authinfo-dropped", timeout: authTimeout, run: func(d *driver) {
			s := d.users()
			for n := range 5 {
				s.given().authinfo("AUTHINFO USER harness-nobody")
				s.given().authinfo("AUTHINFO PASS harness")
				if s.IsClosed() {
					d.Saw("the connection is dropped after %d failures", n+1)
				}
			}
			d.Saw("the connection is open after five failures")
		}},
		{name: "authinfo-not-dropped-early", timeout: authTimeout, deviations: []string{"authinfo-dropped-early"}, run: func(d *driver) {
			s := d.users()
			for range 2 {
				s.authinfo("AUTHINFO USER harness-nobody")
				s.authinfo("AUTHINFO PASS harness")
			}
			s.expect("430 480", "STAT %s", unknownID)
		}},
	}
}

func rfc4643Outcome() []serverCase {
	return []serverCase{
		{name: "authinfo-identity-saslprep", deviations: []string{"identity-not-prepared"}, run: func(d *driver) {
			s, m := d.offering(auth.Plain)
			d.account()
			r, _ := s.exchange(m, auth.Credentials{User: d.Target.User, Password: d.Target.Password, Identity: d.Target.User + drive.SoftHyphen}, nil)
			d.mustLogin(r, "PLAIN as an identity that SASLprep makes the account's own (with U+00AD in it)")
		}},
		{name: "authinfo-identity-481", deviations: []string{"identity-unchecked"}, run: func(d *driver) {
			d.account()
			for _, identity := range []string{d.Target.User + drive.PrivateUse, drive.SoftHyphen} {
				s, m := d.offering(auth.Plain)
				r, _ := s.exchange(m, auth.Credentials{User: d.Target.User, Password: d.Target.Password, Identity: identity}, nil)
				d.Check(d.Settled() || r.Code == nntp.CodeAuthFailed, fmt.Sprintf("481 to PLAIN as %+q, of which SASLprep makes no name", identity), "%s", r.shown())
			}
		}},
		{name: "authinfo-sasl-481", timeout: authTimeout, deviations: []string{"authinfo-sasl-481-as-482"}, run: func(d *driver) {
			d.account()
			d.eachMechanism(drive.PasswordMechanisms, func(s *session, m string) {
				r, _ := s.exchange(m, d.WrongCredentials(), nil)
				d.Check(d.Settled() || r.Code == nntp.CodeAuthFailed, "481 to AUTHINFO SASL "+m+" with a wrong password", "%s", r.shown())
			})
		}},
	}
}
