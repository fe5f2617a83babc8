package pop3spec

import (
	"regexp"
	"slices"

	"harness/protocols/pop3"
	"harness/specs/drive"
)

// sysForm is what looks like the code SYS, sysLevels what it may be.
var (
	sysForm   = regexp.MustCompile(`(?i)^SYS([^A-Z0-9-]|$)`)
	sysLevels = regexp.MustCompile(`(?i)^SYS(/(TEMP|PERM)(/.*)?)?$`)
)

// rfc3206 are the server cases of RFC 3206.
func rfc3206() []serverCase {
	codes := []string{"RESP-CODES"}
	authCode := []string{"AUTH-RESP-CODE"}
	labels := []string{"auth"}
	return []serverCase{
		{name: "sys-code", deviations: []string{"sys-for-credentials"}, needs: codes, labels: labels, run: func(d *driver) {
			for _, r := range d.wrongLogins() {
				d.Check(!r.Code.Is(pop3.CodeSys), "no code SYS for wrong credentials", "%s to %s", r.shown(), r.to)
			}
		}},
		{name: "sys-levels", deviations: []string{"resp-code-dot", "sys-level-unknown"}, needs: codes, features: []string{"?REFUSE=SYS/TEMP"}, labels: labels, run: func(d *driver) {
			seen := false
			for _, r := range append(failures(d), d.wrongLogins()...) {
				if sysForm.MatchString(string(r.Code)) {
					seen = true
					d.Check(sysLevels.MatchString(string(r.Code)), "SYS/TEMP or SYS/PERM", "%s to %s", r.shown(), r.to)
				}
			}
			if !seen {
				d.cannot("it has no trouble by which the code SYS could be brought about")
			}
		}},
		{name: "sys-any-command", deviations: []string{"sys-on-ok"}, needs: codes, run: func(d *driver) {
			for _, r := range tour(d) {
				d.Check(r.Status != pop3.OK || !r.Code.Is(pop3.CodeSys), `the code SYS with "-ERR" only`, "%s to %s", r.shown(), r.to)
			}
		}},
		{name: "auth-code", deviations: []string{"auth-code-for-lock", "auth-code-elsewhere"}, needs: authCode, labels: labels, run: func(d *driver) {
			r := d.login().cmd("RETR 99999")
			d.Check(d.Settled() || !r.Code.Is(pop3.CodeAuth), "no code AUTH for a message that is not there", "%s", r.shown())
			r = d.lockedLogin()
			d.Check(d.Settled() || !r.Code.Is(pop3.CodeAuth), "no code AUTH for right credentials", "%s to a login while the maildrop is locked", r.shown())
		}},
		{name: "auth-code-commands", deviations: []string{"auth-code-elsewhere"}, needs: authCode, labels: labels, run: func(d *driver) {
			login := regexp.MustCompile(`^(AUTH|USER|PASS|APOP)\b|AUTH`)
			for _, r := range append(tour(d), d.wrongLogins()...) {
				d.Check(!r.Code.Is(pop3.CodeAuth) || r.Status == pop3.Err && login.MatchString(r.to), `the code AUTH with "-ERR" to AUTH, USER, PASS or APOP only`, "%s to %s", r.shown(), r.to)
			}
		}},
		{name: "auth-code-capa", deviations: []string{"capa-unimplemented"}, labels: labels, run: func(d *driver) {
			d.sendsAuthCode()
			d.open().multi("CAPA")
		}},
		{name: "auth-code-announced", deviations: []string{"capa-empty", "auth-resp-code-unannounced"}, needs: []string{"CAPA"}, labels: labels, run: func(d *driver) {
			d.sendsAuthCode()
			capa := d.open().given().capa()
			d.Check(d.Settled() || capa.Has(pop3.CapaAuthRespCode), "AUTH-RESP-CODE announced, as the code AUTH is sent", "%s", shownTags(capa))
		}},
		{name: "auth-code-only-credentials", deviations: []string{"in-use-for-credentials", "auth-code-for-lock", "auth-code-never"}, needs: authCode, labels: labels, run: func(d *driver) {
			for _, r := range d.wrongLogins() {
				d.Check(r.Code.Is(pop3.CodeAuth), "the code AUTH where the credentials are wrong: an error without it would have another cause", "%s to %s", r.shown(), r.to)
			}
			d.login()
			r := d.lockedLogin()
			d.Check(d.Settled() || !r.Code.Is(pop3.CodeAuth), "no code AUTH where the credentials are right", "%s to a login while the maildrop is locked", r.shown())
		}},
		{name: "auth-code-not-user", deviations: []string{"auth-code-to-user"}, needs: []string{"AUTH-RESP-CODE", "USER"}, labels: append(labels, "security"), run: func(d *driver) {
			for _, name := range []string{d.Target.User, "no-such-mailbox-here"} {
				r := d.open().cmd("USER %s", name)
				d.Check(d.Settled() || !r.Code.Is(pop3.CodeAuth), "no code AUTH in response to USER", "%s", r.shown())
			}
		}},
		{name: "auth-resp-code-always", deviations: []string{"in-use-for-credentials", "sys-for-credentials", "auth-code-sometimes", "auth-code-never"}, needs: authCode, labels: labels, run: func(d *driver) {
			for _, r := range d.wrongLogins() {
				d.Check(r.Code.Is(pop3.CodeAuth), "the code AUTH", "%s to %s", r.shown(), r.to)
			}
		}},
		alike("AUTH-RESP-CODE", "capa-auth-resp-code-only-before-login"),
	}
}

// wrongLogins returns the negative responses to logins with wrong credentials, by all the ways that the server has, each on a connection of
// its own.
func (d *driver) wrongLogins() []*reply {
	var begun []*attempt
	wrong := d.WrongCredentials()
	for _, user := range []string{wrong.User, "no-such-mailbox-here"} {
		a := d.open().beginLogin(user, wrong.Password)
		if a.known == nil {
			begun = append(begun, a)
		}
	}
	if s := d.open(); s.timestamp() != "" {
		begun = append(begun, s.beginAPOP(wrong.User, wrong.Password))
	}
	offered := d.open().given().capa().SASL()
	for _, m := range drive.PasswordMechanisms {
		if slices.Contains(offered, m) {
			begun = append(begun, d.open().beginExchange(m, wrong, nil))
		}
	}
	var out []*reply
	for _, a := range begun {
		if r := a.reply(); !d.Settled() && r.Status == pop3.Err {
			out = append(out, r)
		}
		a.s.Close()
	}
	if d.Settled() {
		return nil
	}
	return out
}

// sendsAuthCode ends the case unless the server sends the code AUTH.
func (d *driver) sendsAuthCode() {
	for _, r := range d.wrongLogins() {
		if r.Code.Is(pop3.CodeAuth) {
			return
		}
	}
	d.Absent("the response code AUTH")
}

// lockedLogin tries to log in a second time, while a session has the maildrop. It returns the reply; a server without a lock ends the case.
func (d *driver) lockedLogin() *reply {
	second := d.open()
	r := second.authenticate(d.Target.User, d.Target.Password)
	if !d.Settled() && r.Status != pop3.Err {
		d.cannot("a second session is let in while the maildrop is open; a login that fails for another cause than the credentials cannot be brought about")
	}
	return r
}
