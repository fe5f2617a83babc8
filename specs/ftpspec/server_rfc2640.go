package ftpspec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// unicodeName is a name beyond ASCII and beyond Latin-1; rawName is one that is not UTF-8.
const (
	unicodeName = "Grüße-Ψ-日本"
	rawName     = "caf\xe9"
)

var langFeatureForm = regexp.MustCompile(`(?i)^ LANG [a-z]{1,8}(-[a-z]{1,8})*\*?(;[a-z]{1,8}(-[a-z]{1,8})*\*?)*$`)

// rfc2640Rows are the server cases of RFC 2640.
func rfc2640Rows() []serverCase {
	return slices.Concat(rfc2640Names(), rfc2640Languages())
}

// rfc2640Names are the rules of sections 2 and 3.
func rfc2640Names() []serverCase {
	needs := []string{"UTF8"}
	return []serverCase{
		{name: "utf8-recommended", mutates: true, needs: needs, deviations: []string{"names-latin1"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR "+unicodeName, textSent)
			for _, name := range s.names("NLST") {
				d.Check(utf8.ValidString(name), "names in UTF-8", "%q", name)
			}
		}},
		{name: "utf8-encoding", mutates: true, needs: needs, deviations: []string{"names-latin1", "names-question-marks"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR "+unicodeName, textSent)
			d.Same("the names in the directory", s.names("NLST"), []string{unicodeName})
		}},
		{name: "pathname-leading-spaces", mutates: true, needs: needs, deviations: []string{"pathname-spaces-skipped"}, run: func(d *driver) {
			s := d.scratch()
			s.given().put("STOR name", "without")
			s.put("STOR   name", "two spaces")
			d.Same("the file whose name begins with two spaces", s.get("RETR   name"), "two spaces")
			d.Same("the file whose name has none", s.get("RETR name"), "without")
			d.Same("the names in the directory", fmt.Sprintf("%q", s.names("NLST")), fmt.Sprintf("%q", []string{"  name", "name"}))
		}},
		{name: "pathname-cr-nul-received", mutates: true, needs: needs, deviations: []string{"pathname-nul-kept"}, run: func(d *driver) {
			s := d.scratch()
			dc := s.given().passive()
			r := s.cmd("STOR a\r\x00b")
			if !d.Settled() && r.negative() {
				d.Absent(fmt.Sprintf("names with CR (%s)", r.shown()))
			}
			dc.fill("text")
			s.given().final("STOR")
			d.Same("the names in the directory", fmt.Sprintf("%q", s.names("NLST")), fmt.Sprintf("%q", []string{"a\rb"}))
		}},
		{name: "utf8-pathnames", mutates: true, needs: needs, deviations: []string{"names-ascii-only"}, run: func(d *driver) {
			s := d.scratch()
			s.put("STOR "+unicodeName, textSent)
			d.Same("the file", s.get("RETR "+unicodeName), textSent)
			s.ok("DELE %s", unicodeName)
			s.ok("MKD %s", unicodeName)
			s.ok("CWD %s", unicodeName)
			at := s.pwd()
			d.Check(d.Settled() || strings.HasSuffix(at, unicodeName), "the name of the directory at the end of its pathname", "%q", at)
		}},
		{name: "utf8-raw-octets", mutates: true, needs: needs, deviations: []string{"names-question-marks"}, run: func(d *driver) {
			s := d.scratch()
			dc := s.given().passive()
			r := s.cmd("STOR %s", rawName)
			if !d.Settled() && r.negative() {
				d.Saw("a name that is not UTF-8 is refused: %s", r.shown())
			}
			dc.fill("text")
			s.given().final("STOR")
			d.Same("the names in the directory", s.names("NLST"), []string{rawName})
		}},
		{name: "utf8-feature", deviations: []string{"feat-utf8-dash", "feat-utf8-missing", "feat-utf8-on"}, run: func(d *driver) {
			list := d.login().featureList()
			if d.Settled() {
				return
			}
			for _, f := range list {
				if f.label == "UTF8" || f.label == "UTF-8" {
					d.Check(strings.EqualFold(f.text, "UTF8"), `the feature "UTF8", and nothing else`, "%s", f.shown())
					return
				}
			}
			_, lang := find(list, "LANG")
			d.Check(!lang, "UTF8 listed, as LANG of the same specification is", "%s", labels(list))
			d.Absent("UTF8")
		}},
		{name: "utf8-feature-upper-case", deviations: []string{"feat-lower-case"}, run: upperCase("UTF8")},
	}
}

// upperCase is the run of the cases that want a feature's label in upper case.
func upperCase(text string) func(d *driver) {
	return func(d *driver) {
		label, _, _ := strings.Cut(text, " ")
		f := d.speaking().feature(label)
		d.Check(d.Settled() || strings.HasPrefix(f.text, text), text+" in upper case", "%s", f.shown())
	}
}

// speaking returns a session in which FEAT is served: before login, where LANG belongs, unless the server wants the login first.
func (d *driver) speaking() *session {
	s := d.open()
	if r := s.given().cmd("FEAT"); d.Settled() || r.code == 211 || r.unknown() {
		return s
	}
	return d.login()
}

// language is a tag of the feature LANG.
type language struct {
	tag     string
	current bool
}

// languages are those that the feature LANG lists. If it is not listed, the case ends.
func (s *session) languages() []language {
	var out []language
	for one := range strings.SplitSeq(s.feature("LANG").parameters, ";") {
		tag, current := strings.CutSuffix(strings.TrimSpace(one), "*")
		if tag != "" {
			out = append(out, language{tag, current})
		}
	}
	return out
}

// again logs in after REIN, which ended TLS.
func (s *session) again() {
	if s.inTLS() {
		s.endTLS()
		s.state.private = false
	}
	s.enter()
}

// enter logs in, in TLS if the target asks for the upgrade.
func (s *session) enter() *reply {
	if s.d.Target.StartTLS && !s.inTLS() {
		s.given().startTLS()
	}
	return s.authenticate(s.d.Target.User, s.d.Target.Password)
}

// currentTag is the one with the asterisk, "" if there is none.
func (s *session) currentTag() string {
	for _, l := range s.given().languages() {
		if l.current {
			return l.tag
		}
	}
	return ""
}

// otherLanguage returns a tag that is listed and not current; if there is none, the case ends.
func (s *session) otherLanguage() string {
	list := s.languages()
	i := slices.IndexFunc(list, func(l language) bool { return !l.current })
	if i < 0 || len(list) < 2 {
		s.d.Absent("a second language")
		return ""
	}
	return list[i].tag
}

// switchLanguage changes to another language than the current one, and returns its tag.
func (s *session) switchLanguage() string {
	tag := s.otherLanguage()
	if r := s.given().cmd("LANG %s", tag); !s.d.Settled() && r.code != 200 {
		s.d.Absent(fmt.Sprintf("a second language that is served (%s)", r.shown()))
	}
	return tag
}

// rfc2640Languages are the rules of section 4.
func rfc2640Languages() []serverCase {
	return []serverCase{
		{name: "lang-supported", deviations: []string{"lang-unimplemented"}, run: func(d *driver) {
			s := d.speaking()
			s.languages()
			r := s.cmd("LANG")
			d.Check(d.Settled() || !r.unknown(), "LANG served, as it is listed", "%s", r.shown())
		}},
		{name: "lang-default-ascii", deviations: []string{"texts-8bit"}, run: func(d *driver) {
			s := d.speaking()
			s.languages()
			s.cmd("NOOP")
			s.cmd("SYST")
			for _, r := range s.state.replies {
				for _, l := range r.raw {
					d.Check(isASCII(l.String()), "texts in ASCII before LANG", "%q", l.String())
				}
			}
		}},
		{name: "lang-negotiated", deviations: []string{"lang-latin1"}, run: func(d *driver) {
			s := d.speaking()
			s.switchLanguage()
			for _, line := range []string{"NOOP", "SYST", "PWD", "CWD no-such-directory", "XYZZY"} {
				for _, l := range s.cmd("%s", line).raw {
					d.Check(utf8.Valid(l.Text), "texts in UTF-8 after LANG", "%q", l.String())
				}
			}
		}},
		{name: "lang-only-text", mutates: true, deviations: []string{"lang-translates-data", "lang-translates-codes"}, run: func(d *driver) {
			s := d.shelf()
			lines := []string{"NOOP", "PWD", "CWD no-such-directory", "TYPE A"}
			tag := s.otherLanguage()
			before := s.get("LIST")
			var codes []int
			for _, line := range lines {
				codes = append(codes, s.cmd("%s", line).code)
			}
			s.given().code(200, "LANG %s", tag)
			for i, line := range lines {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || r.code == codes[i], fmt.Sprintf("%d to %s after LANG as before", codes[i], line), "%s", r.shown())
			}
			d.Same("the data of LIST after LANG as before", s.get("LIST"), before)
		}},
		{name: "lang-any-time-served", deviations: []string{"lang-before-login-only", "lang-after-login-only"}, run: func(d *driver) {
			s := d.login()
			s.languages()
			s.code(200, "LANG")
			s = d.open()
			s.code(200, "LANG")
		}},
		{name: "lang-reset", deviations: []string{"lang-survives-rein"}, run: func(d *driver) {
			s := d.speaking()
			first := s.currentTag()
			s.switchLanguage()
			if !d.Settled() && first == "" {
				d.Absent("the asterisk of LANG, by which the current language could be seen")
			}
			r := s.cmd("REIN")
			if !d.Settled() && !r.completed() {
				d.Absent(fmt.Sprintf("REIN (%s)", r.shown()))
			}
			s.given().again()
			d.Same("the current language after REIN", s.currentTag(), first)
		}},
		{name: "lang-any-case", deviations: []string{"lang-tag-case", "lang-upper-only"}, run: func(d *driver) {
			s := d.speaking()
			list := s.languages()
			if d.Settled() || len(list) == 0 {
				return
			}
			tag := list[len(list)-1].tag
			if r := s.given().cmd("LANG %s", tag); !d.Settled() && r.code != 200 {
				d.Absent(fmt.Sprintf("a language that is listed and served (%s)", r.shown()))
			}
			for _, line := range []string{"lAnG " + strings.ToLower(tag), "LANG " + strings.ToUpper(tag)} {
				s.code(200, "%s", line)
			}
		}},
		{name: "lang-no-parameter", deviations: []string{"lang-no-parameter-501", "lang-no-parameter-ignored"}, run: func(d *driver) {
			s := d.speaking()
			first := s.currentTag()
			if list := s.languages(); len(list) > 1 {
				s.switchLanguage()
			}
			s.code(200, "LANG")
			if got := s.currentTag(); first != "" {
				d.Same("the current language after LANG without a tag", got, first)
			}
		}},
		{name: "lang-default-restored", deviations: []string{"lang-no-parameter-ignored"}, run: func(d *driver) {
			s := d.speaking()
			before := s.given().cmd("NOOP") // refused before login, perhaps: the text counts
			s.switchLanguage()
			s.given().code(200, "LANG")
			after := s.cmd("NOOP")
			d.Same("the text of the reply to NOOP in the default language", after.text(), before.text())
		}},
		{name: "lang-response", deviations: []string{"lang-unknown-550"}, run: func(d *driver) {
			s := d.speaking()
			s.languages()
			for _, line := range []string{"LANG", "LANG tlh", "LANG en-x", "LANG 12!"} {
				r := s.cmd("%s", line)
				d.Check(d.Settled() || slices.Contains([]int{200, 500, 501, 502, 504}, r.code), "200, 500, 501, 502 or 504 to "+line, "%s", r.shown())
			}
		}},
		{name: "lang-ok", deviations: []string{"lang-250"}, run: func(d *driver) {
			s := d.speaking()
			for _, l := range s.languages() {
				s.code(200, "LANG %s", l.tag)
			}
		}},
		{name: "lang-primary", deviations: []string{"lang-no-effect"}, run: func(d *driver) { chosenLanguage(d, false) }},
		{name: "lang-sub-tag", deviations: []string{"lang-no-effect"}, run: func(d *driver) { chosenLanguage(d, true) }},
		{name: "lang-variant", run: func(d *driver) {
			line, r := langVariant(d)
			d.Saw("%s gets %s", line, r.shown())
		}},
		{name: "lang-variant-504", deviations: []string{"lang-variant-501"}, run: func(d *driver) {
			line, r := langVariant(d)
			d.Check(d.Settled() || r.code == 200 || r.code == 504, "200 or 504 to "+line, "%s", r.shown())
		}},
		{name: "lang-501", deviations: []string{"lang-syntax-504"}, run: func(d *driver) {
			s := d.speaking()
			s.languages()
			s.code(501, "LANG 12!")
		}},
		{name: "lang-504", deviations: []string{"lang-unknown-501"}, run: func(d *driver) {
			s := d.speaking()
			s.languages()
			s.code(504, "LANG tlh")
		}},
		{name: "lang-feature", deviations: []string{"feat-lang-missing"}, run: func(d *driver) {
			s := d.speaking()
			list := s.featureList()
			if r := s.given().cmd("LANG"); !d.Settled() && r.code != 200 {
				d.Absent(fmt.Sprintf("LANG (%s)", r.shown()))
			}
			f, ok := find(list, "LANG")
			d.Check(d.Settled() || ok && f.parameters != "", "the feature LANG with the tags, as the command is served", "%s", labels(list))
		}},
		{name: "lang-feature-grammar", deviations: []string{"feat-lang-commas", "feat-line-two-spaces"}, run: func(d *driver) {
			f := d.speaking().feature("LANG")
			d.Check(d.Settled() || langFeatureForm.Match(f.line.Text), "a space, LANG, a space, and tags with semicolons between them", "%s", f.shown())
		}},
		{name: "lang-feature-upper-case", deviations: []string{"feat-lower-case"}, run: upperCase("LANG")},
		{name: "lang-feature-tags", deviations: []string{"feat-lang-false"}, run: func(d *driver) {
			s := d.speaking()
			for _, l := range s.languages() {
				r := s.cmd("LANG %s", l.tag)
				d.Check(d.Settled() || r.completed(), l.tag+" served, as it is listed", "%s", r.shown())
			}
		}},
		{name: "lang-feature-asterisk", deviations: []string{"lang-asterisk-stays"}, run: func(d *driver) {
			s := d.speaking()
			tag := s.switchLanguage()
			for _, l := range s.languages() {
				d.Check(!l.current || strings.EqualFold(l.tag, tag), "no asterisk but behind "+tag+", the current language", "one behind %s", l.tag)
			}
		}},
		{name: "lang-feature-asterisk-optional", run: func(d *driver) {
			s := d.speaking()
			if s.languages(); d.Settled() {
				return
			}
			if tag := s.currentTag(); tag != "" {
				d.Saw("there is an asterisk, behind %s", tag)
			}
			d.Saw("there is no asterisk")
		}},
	}
}

// chosenLanguage wants a listed tag, with sub-tags or without, to become the current one.
func chosenLanguage(d *driver, subTags bool) {
	s := d.speaking()
	i := -1
	list := s.languages()
	for j, l := range list {
		if strings.Contains(l.tag, "-") == subTags && (i < 0 || !l.current) {
			i = j
		}
	}
	switch {
	case d.Settled():
	case i < 0 && subTags:
		d.Absent("a language with sub-tags")
	case i < 0:
		d.Absent("a language by a primary tag alone")
	default:
		s.code(200, "LANG %s", list[i].tag)
		if got := s.currentTag(); got != "" {
			d.Check(d.Settled() || strings.EqualFold(got, list[i].tag), list[i].tag+" as the current language", "%s", got)
		}
	}
}

// langVariant sends LANG with a listed primary tag and a sub-tag that is not listed.
func langVariant(d *driver) (line string, r *reply) {
	s := d.speaking()
	list := s.languages()
	if d.Settled() || len(list) == 0 {
		return "", &reply{}
	}
	primary, _, _ := strings.Cut(list[0].tag, "-")
	line = "LANG " + primary + "-XX"
	return line, s.cmd("%s", line)
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}
