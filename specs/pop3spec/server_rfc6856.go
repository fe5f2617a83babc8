package pop3spec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/protocols/pop3"
	"harness/protocols/wire"
	"harness/specs/drive"
)

// rfc6856 are the server cases of RFC 6856.
func rfc6856() []serverCase {
	return slices.Concat(rfc6856UTF8(), rfc6856Messages(), rfc6856User(), rfc6856Lang(), rfc6856Languages())
}

// utf8Mails are a message with UTF-8 in its header and one in ASCII.
var utf8Mails = []string{"18-utf8-headers", "01-plain"}

// loginUTF8 returns a session in UTF-8 mode and the TRANSACTION state.
func (d *driver) loginUTF8() *session {
	s := d.open()
	s.given().ok("UTF8")
	if r := s.given().authenticate(d.Target.User, d.Target.Password); !d.Settled() && r.Status != pop3.OK {
		d.Unclear("the login in UTF-8 mode failed: %s", r.shown())
	}
	return s
}

// utf8Message returns the number of a message with UTF-8 in its header, and the message. If there is none, the case ends.
func (d *driver) utf8Message() (n int, content string) {
	s := d.loginUTF8()
	count := s.needs(1)
	for n = 1; n <= min(count, 50) && !d.Settled(); n++ {
		if content = s.given().retr(n); !isASCII(header(content)) {
			s.given().quit()
			return n, content
		}
	}
	d.Unclear("none of the messages has UTF-8 in its header: put one into the maildrop")
	return 0, ""
}

// rfc6856UTF8 are the rules of sections 2 and 2.1 about the capability and the command.
func rfc6856UTF8() []serverCase {
	needs := []string{"UTF8"}
	return []serverCase{
		{name: "utf8-capability", deviations: []string{"capa-utf8-unserved"}, needs: needs, run: func(d *driver) {
			d.open().ok("UTF8")
		}},
		{name: "utf8-authorization-only", deviations: []string{"utf8-after-login"}, needs: needs, run: func(d *driver) {
			s := d.login()
			s.refused("UTF8")
			s.ok("NOOP")
		}},
		{name: "utf8-both-states", deviations: []string{"capa-utf8-only-before-login"}, needs: needs, run: func(d *driver) {
			before, after := bothStates(d)
			a, _ := before.Get("UTF8")
			b, _ := after.Get("UTF8")
			d.Check(d.Settled() || strings.EqualFold(a.String(), b.String()), fmt.Sprintf("%q after login as before", a.String()), "%q", b.String())
		}},
		{name: "utf8-capability-argument", deviations: []string{"utf8-argument-unknown"}, needs: needs, run: func(d *driver) {
			d.open()
			if c, _ := d.capa.Get("UTF8"); !d.Settled() {
				d.Check(len(c.Params) == 0 || len(c.Params) == 1 && strings.EqualFold(c.Params[0], "USER"), "no argument or USER", "%q", c.String())
			}
		}},
		{name: "utf8-switches", deviations: []string{"utf8-on-by-default", "utf8-ineffective"}, needs: needs, mail: utf8Mails, run: func(d *driver) {
			n := d.ineffective()
			s := d.login()
			if r := s.cmd("RETR %d", n); r.Status == pop3.OK {
				content := s.block("RETR").content()
				d.Check(d.Settled() || isASCII(header(content)), "a header in ASCII as long as UTF8 was not accepted", "%s", around(content, firstEightBit(content)))
			}
		}},
		{name: "utf8-mode", deviations: []string{"utf8-ineffective"}, needs: needs, mail: utf8Mails, run: func(d *driver) { d.ineffective() }},
		{name: "utf8-parameters-err", deviations: []string{"syntax-lenient", "utf8-parameters-ok"}, needs: needs, mail: utf8Mails, run: func(d *driver) {
			s := d.open()
			s.refused("UTF8 USER")
			s.refused("UTF8 ON")
			s.given().authenticate(d.Target.User, d.Target.Password)
			for n := 1; n <= min(s.needs(1), 20) && !d.Settled(); n++ {
				if r := s.cmd("RETR %d", n); r.Status == pop3.OK {
					content := s.block("RETR").content()
					d.Check(isASCII(header(content)) || d.Target.Mail == nil, "a header in ASCII, as UTF-8 mode was refused", "%s", around(content, firstEightBit(content)))
				}
			}
		}},
		{name: "utf8-err-permitted", needs: needs, run: func(d *driver) {
			d.Saw("UTF8: %s", d.open().cmd("UTF8").shown())
		}},
		{name: "utf8-stls-after-err", needs: needs, run: func(d *driver) {
			d.open()
			s := d.beforeTLS()
			s.given().ok("UTF8")
			d.Saw("STLS after UTF8: %s", s.cmd("STLS").shown())
		}},
	}
}

// ineffective fails unless UTF-8 mode shows in a message that needs it. It returns the message's number.
func (d *driver) ineffective() int {
	i := slices.IndexFunc(d.Target.Mail, func(m fixtures.Mail) bool { return !isASCII(header(string(m.Data))) })
	if i < 0 {
		n, _ := d.utf8Message()
		return n
	}
	s := d.loginUTF8()
	content := s.retr(i + 1)
	d.Check(d.Settled() || !isASCII(header(content)) && utf8.ValidString(content), "the header in UTF-8, as it is", "%q", firstLine(content))
	s.given().quit()
	return i + 1
}

func firstLine(content string) string {
	line, _, _ := strings.Cut(content, "\r\n")
	return line
}

func firstEightBit(content string) int {
	return max(strings.IndexFunc(content, func(r rune) bool { return r >= 0x80 }), 0)
}

var binaryForm = regexp.MustCompile(`(?im)^content-transfer-encoding:\s*binary`)

// rfc6856Messages are the rules of sections 2.1, 4 and 5 about messages.
func rfc6856Messages() []serverCase {
	needs := []string{"UTF8"}
	const asItIs = "the message as it was stored, in UTF-8 mode"
	return []serverCase{
		{name: "utf8-ascii-unchanged", deviations: []string{"utf8-ascii-changed"}, needs: needs, mail: []string{"01-plain", "25-dots", "03-alternative"}, run: func(d *driver) {
			s := d.login()
			sizes := s.given().list()
			var plain []string
			for i := range sizes[:min(len(sizes), 20)] {
				plain = append(plain, s.given().retr(i+1))
			}
			s.given().quit()
			s = d.loginUTF8()
			for i, want := range plain {
				got := s.retr(i + 1)
				if !isASCII(got) {
					continue // and what came without UTF-8 mode was a surrogate
				}
				d.Check(d.Settled() || got == want, "an ASCII message as it is without UTF-8 mode", "message %d begins with %q in place of %q", i+1, firstLine(got), firstLine(want))
				size := s.listOne(i + 1).Octets
				d.Check(d.Settled() || size == sizes[i].Octets, fmt.Sprintf("%d octets in LIST, as without UTF-8 mode", sizes[i].Octets), "%d", size)
			}
		}},
		{name: "utf8-message-forms", needs: needs, mail: utf8Mails, run: func(d *driver) {
			n, content := d.utf8Message()
			d.Saw("message %d: the header in UTF-8; the body has octets outside ASCII: %v", n, !isASCII(content[len(header(content)):]))
		}},
		{name: "utf8-as-is", deviations: []string{"retr-adds-header", "retr-seven-bit", "utf8-ineffective", "utf8-ascii-changed"}, needs: needs, mail: []string{"18-utf8-headers", "15-utf8", "01-plain"}, run: func(d *driver) {
			s := d.loginUTF8()
			if d.Target.Mail == nil {
				d.cannot("what its maildrop holds is not known, so that %s cannot be compared", asItIs)
			}
			for i, m := range d.Target.Mail {
				got := s.retr(i + 1)
				d.Check(d.Settled() || strings.HasSuffix(got, string(m.Data)), asItIs, "message %d begins with %q", i+1, firstLine(got))
				before := strings.TrimSuffix(got, string(m.Data))
				d.Check(d.Settled() || before == "" || !d.ourMock(), asItIs, "%q stands before message %d", before, i+1)
			}
		}},
		{name: "utf8-converted", needs: needs, mail: []string{"19-raw-8bit-headers"}, run: func(d *driver) {
			s := d.loginUTF8()
			s.needs(1)
			content := s.given().retr(1)
			d.Saw("a message whose header is in no declared encoding is sent with a header in UTF-8: %v", utf8.ValidString(header(content)))
		}},
		{name: "utf8-not-enabled", deviations: []string{"reply-non-ascii", "utf8-on-by-default"}, needs: needs, mail: utf8Mails, run: func(d *driver) {
			asciiWithout(d)
			for _, r := range tour(d) {
				d.Check(isASCII(string(r.line.Text)), "responses in ASCII without UTF-8 mode and LANG", "%s", r.shown())
			}
		}},
		{name: "utf8-required-message", deviations: []string{"utf8-on-by-default", "utf8-message-closes"}, needs: needs, mail: utf8Mails, run: asciiWithout},
		{name: "utf8-no-binary", deviations: []string{"utf8-binary"}, needs: needs, mail: []string{"18-utf8-headers", "15-utf8", "14-latin1"}, run: func(d *driver) {
			s := d.loginUTF8()
			for n := 1; n <= min(s.needs(1), 20) && !d.Settled(); n++ {
				content := s.given().retr(n)
				d.Check(!binaryForm.MatchString(header(content)), "no content-transfer-encoding binary", "message %d has it", n)
			}
		}},
		{name: "utf8-8bit-permitted", needs: needs, mail: []string{"15-utf8"}, run: func(d *driver) {
			s := d.loginUTF8()
			s.needs(1)
			d.Saw("octets outside ASCII in the body: %v", !isASCII(s.given().retr(1)))
		}},
		{name: "utf8-list-size", deviations: []string{"size-rounded", "utf8-size-native"}, needs: needs, mail: utf8Mails, run: func(d *driver) {
			for _, s := range []*session{d.login(), nil} {
				mode := "without UTF-8 mode"
				if s == nil {
					s, mode = d.loginUTF8(), "in UTF-8 mode"
				}
				list := s.given().list()
				for _, l := range list[:min(len(list), 20)] {
					if s.cmd("RETR %d", l.Number).Status != pop3.OK {
						continue
					}
					got := int64(len(s.block("RETR").content()))
					d.Check(d.Settled() || got == l.Octets, fmt.Sprintf("%d octets in LIST, as RETR sends %s", got, mode), "%d for message %d", l.Octets, l.Number)
				}
				s.given().quit()
			}
		}},
		{name: "utf8-other-sizes", needs: needs, mail: utf8Mails, run: func(d *driver) {
			s := d.loginUTF8()
			var sum int64
			for _, l := range s.given().list() {
				sum += l.Octets
			}
			d.Saw("STAT: %d octets, and %d by LIST", s.given().stat().Octets, sum)
		}},
		{name: "utf8-client-without", deviations: []string{"utf8-message-closes"}, needs: needs, mail: utf8Mails, run: func(d *driver) {
			n, _ := d.utf8Message()
			s := d.login()
			for _, line := range []string{fmt.Sprintf("LIST %d", n), fmt.Sprintf("RETR %d", n), fmt.Sprintf("TOP %d 1", n)} {
				if s.cmd("%s", line).Status == pop3.OK && multiline(line) {
					s.block(line)
				}
			}
			s.ok("NOOP")
			s.ok("STAT")
		}},
		{name: "utf8-reject-permitted", needs: needs, mail: utf8Mails, run: func(d *driver) {
			d.Saw("RETR without UTF-8 mode: %s", retrWithout(d))
		}},
		{name: "maildrop-native-utf8", deviations: []string{"utf8-on-by-default"}, needs: needs, mail: utf8Mails, run: asciiWithout},
		{name: "maildrop-download-rejected", needs: needs, mail: utf8Mails, features: []string{"?UTF8=REFUSE"}, run: func(d *driver) {
			d.Saw("RETR without UTF-8 mode: %s", retrWithout(d))
		}},
		{name: "utf8-code", deviations: []string{"utf8-code-elsewhere"}, needs: []string{"UTF8", "RESP-CODES"}, features: []string{"?UTF8=REFUSE"}, mail: utf8Mails, run: func(d *driver) {
			n, _ := d.utf8Message()
			s := d.login()
			for _, line := range []string{fmt.Sprintf("RETR %d", n), fmt.Sprintf("LIST %d", n), fmt.Sprintf("TOP %d 0", n), "RETR 99999", "NOOP", "XYZZY", "DELE 99999"} {
				r := s.cmd("%s", line)
				if r.Status == pop3.OK && multiline(line) {
					s.block(line)
				}
				about := strings.Contains(line, fmt.Sprintf(" %d", n)) && line != "DELE 99999"
				d.Check(!r.Code.Is(pop3.CodeUTF8) || r.Status == pop3.Err && about, `the code UTF8 with "-ERR" to LIST, TOP or RETR of a message that needs UTF-8 mode only`, "%s to %s", r.shown(), line)
			}
			s.given().quit()
			s = d.loginUTF8()
			for _, line := range []string{fmt.Sprintf("RETR %d", n), fmt.Sprintf("TOP %d 0", n)} {
				r := s.cmd("%s", line)
				if r.Status == pop3.OK {
					s.block(line)
				}
				d.Check(!r.Code.Is(pop3.CodeUTF8), "no code UTF8 in UTF-8 mode", "%s to %s", r.shown(), line)
			}
		}},
	}
}

// asciiWithout fails unless a message that needs UTF-8 mode is refused without it, or comes as a message with a header in ASCII; the session
// goes on.
func asciiWithout(d *driver) {
	n, _ := d.utf8Message()
	s := d.login()
	for _, line := range []string{fmt.Sprintf("RETR %d", n), fmt.Sprintf("TOP %d 1", n)} {
		if s.cmd("%s", line).Status != pop3.OK {
			continue
		}
		content := s.block(line).content()
		d.Check(d.Settled() || isASCII(header(content)), "a header in ASCII without UTF-8 mode", "%s in the response to %s", around(content, firstEightBit(content)), line)
		if !d.Settled() {
			checkFormat(d, n, content)
		}
	}
	s.ok("NOOP")
	s.given().quit()
}

// retrWithout says what RETR of a message that needs UTF-8 mode comes to without it.
func retrWithout(d *driver) string {
	n, _ := d.utf8Message()
	s := d.login()
	r := s.cmd("RETR %d", n)
	if r.Status != pop3.OK {
		return r.shown()
	}
	if content := s.block("RETR").content(); isASCII(header(content)) {
		return "a surrogate"
	}
	return "the message as it is"
}

// A name and a password outside ASCII. As they are sent they differ from what SASLprep makes of them.
const (
	foreignName     = "j\u00fcrgen"
	foreignPassword = "pa\u00df w\u00f6rter"
	// digestPassword is IX and letters, as a Roman numeral and with a soft hyphen.
	digestPassword = "\u2168-\u00fcber\u00adall"
)

// rfc6856User are the rules of section 2.2.
func rfc6856User() []serverCase {
	foreign := []string{account(foreignName, foreignPassword)}
	labels := []string{"auth"}
	// utf8User ends the case unless names may be UTF-8.
	utf8User := func(d *driver) *session {
		s := d.open()
		if !d.Settled() && !d.capa.UTF8User() {
			d.Absent("UTF8 USER")
		}
		return s
	}
	// refusedLogin fails if one of the octets in the first account's name, or in its password, does not keep a login from succeeding.
	refusedLogin := func(what string, octets ...string) func(*driver) {
		return func(d *driver) {
			name, password := d.Target.User, d.Target.Password
			var begun []*attempt
			for _, o := range octets {
				begun = append(begun,
					utf8User(d).beginLogin(name[:1]+o+name[1:], password).called("a name with %s: the octets %x", what, o),
					utf8User(d).beginLogin(name, password[:1]+o+password[1:]).called("a password with %s: the octets %x", what, o))
			}
			d.allRefused(begun)
		}
	}
	needs := []string{"UTF8"}
	return []serverCase{
		{name: "utf8-user-argument", deviations: []string{"utf8-user-refused"}, needs: needs, labels: labels, features: foreign, run: func(d *driver) {
			s := utf8User(d)
			d.withAccount("a name and a password outside ASCII")
			s.given().ok("UTF8")
			r := s.beginLogin(foreignName, foreignPassword).reply()
			d.Check(d.Settled() || r.Status == pop3.OK, "a login by USER and PASS in UTF-8", "%s", r.shown())
		}},
		{name: "utf8-user-saslprep", deviations: []string{"utf8-no-saslprep"}, needs: needs, labels: labels, run: func(d *driver) {
			name, password := d.Target.User, d.Target.Password
			byName := utf8User(d).beginLogin(name+drive.SoftHyphen, password)
			r := byName.reply()
			d.Check(d.Settled() || r.Status == pop3.OK, "a login with a name that SASLprep makes equal (with U+00AD in it)", "%s", r.shown())
			byName.s.given().quit()
			r = d.open().beginLogin(name, password+drive.SoftHyphen).reply()
			d.Check(d.Settled() || r.Status == pop3.OK, "a login with a password that SASLprep makes equal (with U+00AD in it)", "%s", r.shown())
		}},
		{name: "utf8-apop-saslprep", deviations: []string{"utf8-apop-no-saslprep"}, needs: []string{"UTF8", "APOP"}, labels: labels, features: []string{account(foreignName, digestPassword)}, run: func(d *driver) {
			s := utf8User(d)
			d.withAccount("a password that SASLprep changes")
			prepared, err := auth.Prepare(digestPassword)
			if err != nil {
				d.Unclear("%v", err)
				return
			}
			r := s.apop("j\u00fcr"+drive.SoftHyphen+"gen", prepared)
			d.Check(d.Settled() || r.Status == pop3.OK, "a login by APOP with the digest of the password that SASLprep makes", "%s", r.shown())
		}},
		{name: "utf8-saslprep-prohibited", deviations: []string{"utf8-prohibited-accepted"}, needs: needs, labels: append(labels, "security"),
			run: refusedLogin("a character that SASLprep prohibits", drive.PrivateUse, "\ufffd", "\u0340", "\U000e0001")},
		{name: "utf8-saslprep-query", deviations: []string{"utf8-unassigned-refused"}, needs: needs, labels: labels, run: func(d *driver) {
			// Whether it is refused for what is in it shows by comparison with another name that nobody has.
			want := utf8User(d).cmd("USER no-such-mailbox-\u00e9")
			got := utf8User(d).cmd("USER no-such-mailbox-%s", unassigned)
			d.Check(d.Settled() || got.Status == want.Status || want.Status != pop3.OK, "an unassigned code point in a name taken as any other: "+want.shown(), "%s", got.shown())
		}},
		{name: "utf8-saslprep-stored", deviations: []string{"utf8-apop-unassigned"}, needs: []string{"UTF8", "APOP"}, labels: labels, run: func(d *driver) {
			r := utf8User(d).apop(d.Target.User, d.Target.Password+unassigned)
			d.Check(d.Settled() || r.Status == pop3.Err, `"-ERR" to the digest of a password with an unassigned code point`, "%s", r.shown())
		}},
		{name: "utf8-user-before-utf8", deviations: []string{"utf8-user-refused", "utf8-user-after-utf8-only"}, needs: needs, labels: labels, features: foreign, run: func(d *driver) {
			s := utf8User(d)
			d.withAccount("a name and a password outside ASCII")
			r := s.beginLogin(foreignName, foreignPassword).reply()
			d.Check(d.Settled() || r.Status == pop3.OK, "a login by USER and PASS in UTF-8, before the UTF8 command", "%s", r.shown())
		}},
		{name: "utf8-malformed-refused", deviations: []string{"utf8-malformed-accepted"}, needs: needs, labels: append(labels, "security"),
			run: refusedLogin("octets that are no UTF-8", "\x80", "\xe9", "\xc0\xaf", "\xed\xa0\x80", "\xf5\x80\x80\x80")},
		{name: "utf8-auth-by-sasl", deviations: []string{"auth-saslprep-unchecked"}, labels: labels, features: foreign, run: func(d *driver) {
			s, _ := d.offering(auth.Plain)
			r := s.exchange(auth.Plain, auth.Credentials{User: d.Target.User, Password: d.Target.Password, Identity: d.Target.User + drive.PrivateUse})
			d.Check(d.Settled() || r.Status == pop3.Err, `"-ERR" to an identity with a character that SASLprep prohibits`, "%s", r.shown())
			s.Close()
			if !d.ourMock() {
				return
			}
			s, _ = d.offering(auth.Plain)
			r = s.exchange(auth.Plain, auth.Credentials{User: foreignName, Password: foreignPassword})
			d.Check(d.Settled() || r.Status == pop3.OK, "a login by AUTH PLAIN in UTF-8, without the UTF8 command", "%s", r.shown())
		}},
		{name: "utf8-user-optional", needs: needs, run: func(d *driver) {
			d.open()
			d.Saw("names and passwords in UTF-8: %v", d.capa.UTF8User())
		}},
	}
}

var (
	tagForm      = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$`)
	languageForm = regexp.MustCompile(`^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*( [^ ].*)?$`)
)

// commonLanguages are tried where the listing does not tell.
var commonLanguages = []string{"en", "de", "es", "fr", "it", "pt", "nl", "sv", "da", "fi", "pl", "cs", "hu", "ru", "uk", "tr", "el", "zh", "ja", "ko"}

// languages returns the tags of the language listing, or, if that is refused, those of the common languages that LANG takes.
func (s *session) languages() []string {
	var tags []string
	if r := s.cmd("LANG"); r.Status == pop3.OK {
		for _, text := range s.block("LANG").texts() {
			tag, _, _ := strings.Cut(text, " ")
			tags = append(tags, tag)
		}
		return tags
	}
	for _, tag := range commonLanguages {
		if s.cmd("LANG %s", tag).Status == pop3.OK {
			tags = append(tags, tag)
		}
	}
	return tags
}

// twoLanguages returns two languages of the server's, or ends the case.
func (d *driver) twoLanguages(s *session) (one, other string) {
	tags := s.given().languages()
	for _, tag := range tags {
		if !strings.EqualFold(primary(tag), primary(tags[0])) {
			return tags[0], tag
		}
	}
	if !d.Settled() {
		d.cannot("it speaks no two languages: %q", tags)
	}
	return "", ""
}

func primary(tag string) string {
	p, _, _ := strings.Cut(tag, "-")
	return p
}

// matches says whether a tag matches a basic language range (RFC 4647 section 3.3.1).
func matches(tag, languageRange string) bool {
	rest, ok := cutPrefixFold(tag, languageRange)
	return ok && (rest == "" || rest[0] == '-')
}

func cutPrefixFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// unknownLanguage is a tag that the server does not list.
func unknownLanguage(tags []string) string {
	for _, tag := range []string{"tlh", "vo", "ia", "qaa", "qab"} {
		if !slices.ContainsFunc(tags, func(t string) bool { return matches(t, tag) }) {
			return tag
		}
	}
	return "qtz"
}

// saidTexts returns what the server says to a few commands that fail.
func (s *session) saidTexts() []string {
	var out []string
	for _, command := range []string{"XYZZY", "APOP", "RETR", "STLS please"} {
		out = append(out, s.cmd("%s", command).Text)
	}
	return out
}

// rfc6856Lang are the rules of sections 3 and 7 about LANG with an argument.
func rfc6856Lang() []serverCase {
	lang := []string{"LANG"}
	return []serverCase{
		{name: "lang-capability", deviations: []string{"capa-lang-unserved", "lang-before-login-only"}, needs: lang, run: func(d *driver) {
			for _, s := range []*session{d.open(), d.login()} {
				listed := s.cmd("LANG")
				if listed.Status == pop3.OK {
					s.block("LANG")
				}
				chosen := s.cmd("LANG *")
				d.Check(d.Settled() || listed.Status == pop3.OK || chosen.Status == pop3.OK, "LANG served in both states", "%s to LANG and %s to LANG *", listed.shown(), chosen.shown())
			}
		}},
		alike("LANG", "capa-lang-only-before-login"),
		{name: "lang-ascii-without", deviations: []string{"greeting-non-ascii", "reply-non-ascii"}, run: func(d *driver) {
			for _, r := range tour(d) {
				d.Check(isASCII(string(r.line.Text)), "texts in ASCII without LANG", "%s to %s", r.shown(), r.to)
			}
		}},
		{name: "lang-localizes", deviations: []string{"lang-ignored", "lang-next-reply", "lang-unsupported-ok"}, needs: lang, run: func(d *driver) {
			s := d.open()
			tags := s.given().languages()
			one, other := d.twoLanguages(s)
			before := append([]string{s.ok("LANG %s", one).Text}, s.saidTexts()...)
			after := append([]string{s.ok("LANG %s", other).Text}, s.saidTexts()...)
			_, before[0], _ = strings.Cut(before[0], " ")
			_, after[0], _ = strings.Cut(after[0], " ")
			for i := range before {
				d.Check(before[i] != after[i] || before[i] == "", "texts in the language selected, "+other, "%q, as in %s", after[i], one)
			}
			unknown := unknownLanguage(tags)
			r := s.cmd("LANG %s", unknown)
			tag, _, _ := strings.Cut(r.Text, " ")
			d.Check(d.Settled() || r.Status == pop3.Err || matches(tag, unknown), "a language that matches the range "+unknown, "%s", r.shown())
		}},
		{name: "lang-ok-form", deviations: []string{"lang-no-tag"}, needs: lang, run: func(d *driver) {
			s := d.open()
			for _, want := range append(s.given().languages(), "*") {
				r := s.ok("LANG %s", want)
				tag, _, _ := strings.Cut(afterStatus(r), " ")
				d.Check(d.Settled() || tagForm.MatchString(tag) && (want == "*" || matches(tag, want)) && len(afterStatus(r)) > len(tag), `"+OK", the tag of the language, a space and text`, "%s to LANG %s", r.shown(), want)
			}
		}},
		{name: "lang-text-utf8", deviations: []string{"lang-latin1"}, needs: lang, run: func(d *driver) {
			s := d.open()
			for _, tag := range s.given().languages() {
				s.given().ok("LANG %s", tag)
				for _, text := range append(s.saidTexts(), s.state.replies[len(s.state.replies)-5].Text) {
					d.Check(utf8.ValidString(text), "texts in UTF-8 after LANG "+tag, "%s", wire.Quote([]byte(text)))
				}
				if d.Settled() {
					return
				}
			}
		}},
		{name: "lang-err", deviations: []string{"lang-err-resets", "lang-unsupported-ok"}, needs: lang, run: langErr},
		{name: "lang-default", deviations: []string{"lang-star-err"}, needs: lang, run: func(d *driver) {
			d.open().ok("LANG *")
		}},
		{name: "lang-default-by-user", needs: lang, run: func(d *driver) {
			before, after := d.open().cmd("LANG *"), d.login().cmd("LANG *")
			d.Saw("LANG * before login: %s; after: %s", before.shown(), after.shown())
		}},
		{name: "lang-unsupported-err", deviations: []string{"lang-unsupported-ok"}, needs: lang, run: func(d *driver) {
			s := d.open()
			s.refused("LANG %s", unknownLanguage(s.given().languages()))
		}},
		{name: "lang-starts-with-response", deviations: []string{"lang-ignored", "lang-next-reply"}, needs: lang, run: func(d *driver) {
			s := d.open()
			one, other := d.twoLanguages(s)
			s.ok("LANG %s", one)
			first := s.ok("LANG %s", one)
			next := s.ok("LANG %s", other)
			again := s.ok("LANG %s", other)
			_, text, _ := strings.Cut(next.Text, " ")
			_, old, _ := strings.Cut(first.Text, " ")
			d.Check(d.Settled() || next.Text == again.Text, "the response to LANG in the language that it selects: "+again.shown(), "%s", next.shown())
			d.Check(d.Settled() || text != old || text == "", "another text in "+other+" than in "+one, "%q", text)
		}},
		{name: "lang-err-keeps-language", deviations: []string{"lang-err-resets"}, needs: lang, run: langErr},
		{name: "lang-probing", deviations: []string{"lang-user-leaks"}, needs: lang, labels: []string{"security"}, run: func(d *driver) {
			s := d.open()
			one, _ := d.twoLanguages(s)
			s.given().ok("LANG %s", one)
			before := s.saidTexts()
			for _, name := range []string{d.Target.User, "no-such-mailbox-here"} {
				if s.cmd("USER %s", name).Status == pop3.OK {
					s.cmd("PASS %s", "wrong-"+d.Target.Password)
				}
				if s.IsClosed() {
					s = d.open()
					s.given().ok("LANG %s", one)
					continue
				}
				after := s.saidTexts()
				d.Check(d.Settled() || slices.Equal(before, after), fmt.Sprintf("texts in the same language after a login that failed: %q", before), "%q after USER %s", after, name)
			}
		}},
	}
}

// langErr fails unless a LANG that is refused leaves the language as it was.
func langErr(d *driver) {
	s := d.open()
	tags := s.given().languages()
	one, other := d.twoLanguages(s)
	for _, tag := range []string{one, other} {
		s.given().ok("LANG %s", tag)
		before := s.saidTexts()
		s.refused("LANG %s", unknownLanguage(tags))
		after := s.saidTexts()
		d.Check(d.Settled() || slices.Equal(before, after), fmt.Sprintf("texts in the language as before: %q", before), "%q after a LANG that was refused", after)
	}
}

// rfc6856Languages are the rules of section 3.2 about the language listing.
func rfc6856Languages() []serverCase {
	lang := []string{"LANG"}
	listing := func(d *driver) (*session, *block) {
		s := d.open()
		if r := s.cmd("LANG"); !d.Settled() && r.Status != pop3.OK {
			d.Absent("the language listing: " + r.shown())
		}
		return s, s.block("LANG")
	}
	return []serverCase{
		{name: "lang-list", deviations: []string{"lang-omits-terminator", "lang-list-single-line", "lang-misses-last"}, needs: lang, run: func(d *driver) {
			s, b := listing(d)
			var tags []string
			for _, text := range b.texts() {
				tag, _, _ := strings.Cut(text, " ")
				tags = append(tags, tag)
			}
			for _, want := range commonLanguages {
				r := s.cmd("LANG %s", want)
				tag, _, _ := strings.Cut(r.Text, " ")
				d.Check(d.Settled() || r.Status != pop3.OK || slices.ContainsFunc(tags, func(t string) bool { return strings.EqualFold(t, tag) }), fmt.Sprintf("the language %q, which LANG selects, in the listing", tag), "%q", tags)
			}
			for _, tag := range tags {
				s.ok("LANG %s", tag)
			}
		}},
		{name: "lang-list-form", deviations: []string{"lang-list-comma", "lang-list-latin1"}, needs: lang, run: func(d *driver) {
			_, b := listing(d)
			for _, l := range b.lines {
				d.Check(languageForm.Match(l.Text) && utf8.Valid(l.Text), "a language tag, and perhaps a space and a description in UTF-8", "%s", wire.Quote(l.Text))
			}
		}},
		{name: "lang-list-order", needs: lang, run: func(d *driver) {
			_, b := listing(d)
			d.Saw("the listing: %q", b.texts())
		}},
		{name: "lang-list-err-permitted", needs: lang, run: func(d *driver) {
			d.Saw("LANG: %s", d.open().cmd("LANG").shown())
		}},
	}
}
