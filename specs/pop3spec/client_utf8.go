package pop3spec

import (
	"context"

	"harness/protocols/pop3"
)

// unassigned is a code point that had no meaning in Unicode 3.2, by which SASLprep goes.
const unassigned = "\u0221"

func utf8Rows() []clientCase {
	const utf8Message = "Subject: Grüße aus Zürich\r\n\r\n日本語 €\r\n"
	// apop is a row in which the digest of what SASLprep makes of name and secret is expected.
	apop := func(name, requirement string, user, secret, prepared, preparedSecret string, deviations ...string) clientCase {
		return clientCase{
			name: name, requirement: requirement, labels: []string{"auth"}, deviations: deviations, caps: "USER\nUTF8 USER",
			script: "S: +OK " + apopStamp + "\nC: APOP " + prepared + " " + pop3.APOPDigest(apopStamp, preparedSecret) + "\nS: +OK\n",
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.apop(user, secret)
				s.quit()
			},
		}
	}
	return []clientCase{
		{
			name: "utf8-authorization-only-client", deviations: []string{"any-state"}, caps: "USER\nUTF8", login: true, script: "C: NOOP\nS: +OK\n",
			run: func(d *try) {
				s := d.login()
				s.Attempt("UTF8", func(ctx context.Context, c ClientSession) error { return c.UTF8(ctx) })
				d.Never("behind the login", "UTF8")
				s.noop()
				s.quit()
			},
		},
		{
			name: "utf8-mode", deviations: []string{"eight-bit-stripped"}, caps: "USER\nUTF8",
			script: "S: +OK\nC: UTF8\nS: +OK\nC: USER alice\nS: +OK\nC: PASS wonderland\nS: +OK grüezi\nC: RETR 1\nS: +OK für dich\nS: Subject: Grüße aus Zürich\nS:\nS: 日本語 €\nS: .\n",
			run: func(d *try) {
				s := d.open()
				s.utf8()
				s.user(firstUser)
				s.pass(firstPassword)
				d.Same("the message", s.retr(1), utf8Message)
				s.quit()
			},
		},
		{
			name: "utf8-err-handled", deviations: []string{"utf8-err-ignored"}, caps: "USER\nUTF8\nSTLS", labels: []string{"tls"},
			script: "S: +OK\nC: UTF8\nS: -ERR not now\nC: STLS\nS: +OK\n-- tls\nC: USER alice\nS: +OK\n",
			run: func(d *try) {
				s := d.open()
				s.refusedWith("UTF8", func(ctx context.Context, c ClientSession) error { return c.UTF8(ctx) })
				s.stls()
				s.user(firstUser)
				s.quit()
			},
		},
		{
			name: "utf8-no-stls-after", deviations: []string{"stls-after-utf8"}, caps: "USER\nUTF8\nSTLS", labels: []string{"tls"}, script: "S: +OK\nC: UTF8\nS: +OK\n",
			run: func(d *try) {
				s := d.open()
				s.utf8()
				s.Attempt("STLS", func(ctx context.Context, c ClientSession) error { return c.STLS(ctx) })
				d.Never("behind UTF8", "STLS")
				s.quit()
			},
		},
		// U+00AD is mapped to nothing, U+2168 (Roman numeral nine) to "IX", U+00AA to "a".
		apop("utf8-apop-saslprep", "", "I\u00adX", "\u2168\u00aa", "IX", "IXa", "no-saslprep"),
		apop("utf8-saslprep-query", "", "a"+unassigned, firstPassword, "a"+unassigned, firstPassword, "saslprep-stored-name"),
		{
			name: "utf8-saslprep-stored", labels: []string{"auth"}, deviations: []string{"no-saslprep"}, caps: "USER\nUTF8 USER", script: "S: +OK " + apopStamp + "\n",
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.Attempt("APOP", func(ctx context.Context, c ClientSession) error { return c.APOP(ctx, firstUser, "secret"+unassigned) })
				d.Never("with an unassigned code point in the password", "APOP")
				s.quit()
			},
		},
		{
			name: "utf8-user-client", labels: []string{"auth"}, caps: "USER\nUTF8 USER", script: "S: +OK\nC: USER ålice\nS: +OK\nC: PASS wönderland\nS: +OK\n",
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.user("ålice")
				s.pass("wönderland")
				s.quit()
				d.Saw("the client sends UTF-8 in USER and PASS where UTF8 is announced with USER")
			},
		},
		{
			name: "utf8-user-not-announced", labels: []string{"auth"}, deviations: []string{"eight-bit-sent"}, caps: "USER\nUTF8", script: "S: +OK\nC: USER alice\nS: +OK\n",
			run: func(d *try) {
				s := d.open()
				s.given().capa()
				s.Attempt("USER", func(ctx context.Context, c ClientSession) error { return c.User(ctx, "ålice") })
				s.user(firstUser)
				s.Attempt("PASS", func(ctx context.Context, c ClientSession) error { return c.Pass(ctx, "wönderland") })
				s.quit()
			},
		},
		{
			name: "lang-text-utf8-client", deviations: []string{"eight-bit-stripped"}, caps: "USER\nLANG",
			script: "S: +OK\nC: LANG de\nS: +OK de Sprache geändert\nC: USER alice\nS: -ERR Überall geschlossen\n",
			run: func(d *try) {
				s := d.open()
				l := s.lang("de")
				d.Same("the language", l.Tag+" "+l.Description, "de Sprache geändert")
				r := s.refusedWith("USER", func(ctx context.Context, c ClientSession) error { return c.User(ctx, firstUser) })
				d.Same("the text of the refusal", r.Text, "Überall geschlossen")
				s.quit()
			},
		},
		{
			name: "lang-protected", labels: []string{"tls"}, caps: "STLS\nLANG", options: upgrade, script: stls + "C: LANG de\nS: +OK de Sprache geändert\n",
			run: func(d *try) {
				s := d.open()
				s.given().lang("de")
				s.quit()
				d.Saw("the client can issue LANG protected by TLS")
			},
		},
	}
}
