package ftpmock

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net/netip"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"harness/internal/ca"
	"harness/mockservers"
	"harness/protocols/ftp"
)

// spoiler is what a deviation of deviationsExt does, by the hooks that it uses.
type spoiler struct {
	// before sees a command, and may change it. Done says that it is dealt with.
	before func(p *session, cmd *ftp.Command) (done bool, err error)
	// reply changes a reply, which is to the command p.last, and octets its octets.
	reply  func(p *session, code *int, lines *[]string)
	octets func(p *session, b []byte) []byte
	// feat changes the lines of FEAT.
	feat func(p *session, list []string) []string
	// name changes a name in listings and in the response to MLST; full the pathname there.
	name func(p *session, name string) string
	full func(p *session, arg, name string) string
	// facts changes the facts of an entry, and entry makes it.
	facts func(p *session, e ftp.Entry, facts ftp.Facts) ftp.Facts
	entry func(facts ftp.Facts, name string) string
	// listing changes the text of a listing.
	listing func(p *session, text []byte) []byte
	// moment makes a time-val.
	moment func(p *session, t time.Time) string
	// upload changes what is received.
	upload func(p *session, r io.Reader) io.Reader
}

// spoilers are those of deviationsExt that are no pattern and not asked for in the code. It is set by init, as they call what calls them.
var spoilers map[string]spoiler

// spoiled calls f with each spoiler that was asked for.
func (p *session) spoiled(f func(spoiler)) {
	for _, name := range p.srv.devs.Names() {
		if s, ok := spoilers[name]; ok {
			f(s)
		}
	}
}

// spoilCommand is misdispatch of the extensions.
func (p *session) spoilCommand(cmd *ftp.Command) (done bool, err error) {
	p.spoiled(func(s spoiler) {
		if s.before != nil && !done && err == nil {
			done, err = s.before(p, cmd)
		}
	})
	return done, err
}

func (p *session) spoilReply(code *int, lines *[]string) {
	p.spoiled(func(s spoiler) {
		if s.reply != nil {
			s.reply(p, code, lines)
		}
	})
}

func (p *session) spoilOctets(b []byte) []byte {
	p.spoiled(func(s spoiler) {
		if s.octets != nil {
			b = s.octets(p, b)
		}
	})
	return b
}

func (p *session) spoilFeatures(list []string) []string {
	p.spoiled(func(s spoiler) {
		if s.feat != nil {
			list = s.feat(p, list)
		}
	})
	return list
}

func (p *session) spoilEntries(entries []ftp.Entry) []ftp.Entry {
	p.spoiled(func(s spoiler) {
		if s.name != nil {
			for i := range entries {
				entries[i].Name = s.name(p, entries[i].Name)
			}
		}
	})
	return entries
}

func (p *session) spoilFullName(arg, name string) string {
	p.spoiled(func(s spoiler) {
		if s.name != nil {
			name = s.name(p, name)
		}
		if s.full != nil {
			name = s.full(p, arg, name)
		}
	})
	return name
}

func (p *session) spoilFacts(e ftp.Entry, facts ftp.Facts) ftp.Facts {
	p.spoiled(func(s spoiler) {
		if s.facts != nil {
			facts = s.facts(p, e, facts)
		}
	})
	return facts
}

func (p *session) spoilEntry(facts ftp.Facts, name string) (line string, ok bool) {
	p.spoiled(func(s spoiler) {
		if s.entry != nil {
			line, ok = s.entry(facts, name), true
		}
	})
	return line, ok
}

func (p *session) spoilListing(text []byte) []byte {
	p.spoiled(func(s spoiler) {
		if s.listing != nil {
			text = s.listing(p, text)
		}
	})
	return text
}

func (p *session) spoilTime(t time.Time) (text string, ok bool) {
	p.spoiled(func(s spoiler) {
		if s.moment != nil {
			if v := s.moment(p, t); v != "" {
				text, ok = v, true
			}
		}
	})
	return text, ok
}

func (p *session) spoilUpload(r io.Reader) io.Reader {
	p.spoiled(func(s spoiler) {
		if s.upload != nil {
			r = s.upload(p, r)
		}
	})
	return r
}

// recode changes one code of the replies to a verb into another.
func recode(verb string, from, to int) spoiler {
	return spoiler{reply: func(p *session, code *int, _ *[]string) {
		if p.last == verb && *code == from {
			*code = to
		}
	}}
}

// answered has a verb answered with a code if the condition holds, and nothing done.
func answered(verb string, code int, when func(p *session, arg string) bool) spoiler {
	return spoiler{before: func(p *session, cmd *ftp.Command) (bool, error) {
		if cmd.Verb != verb || when != nil && !when(p, cmd.Arg) {
			return false, nil
		}
		return true, p.send(code, []string{"So it is"})
	}}
}

// change changes the argument of verbs.
func change(f func(p *session, arg string) string, verbs ...string) spoiler {
	return spoiler{before: func(p *session, cmd *ftp.Command) (bool, error) {
		if among(cmd.Verb, verbs) {
			cmd.Arg = f(p, cmd.Arg)
		}
		return false, nil
	}}
}

func among(s string, list []string) bool {
	for _, one := range list {
		if s == one {
			return true
		}
	}
	return false
}

// text changes the texts of the replies to a verb that have a code.
func changeText(verb string, code int, f func(p *session, lines []string) []string) spoiler {
	return spoiler{reply: func(p *session, got *int, lines *[]string) {
		if p.last == verb && *got == code {
			*lines = f(p, *lines)
		}
	}}
}

// instead has a function of a session's carry a verb out if the condition holds.
func instead(verb string, when func(p *session, arg string) bool, run func(p *session, cmd ftp.Command) error) spoiler {
	return spoiler{before: func(p *session, cmd *ftp.Command) (bool, error) {
		if cmd.Verb != verb || when != nil && !when(p, cmd.Arg) {
			return false, nil
		}
		return true, run(p, *cmd)
	}}
}

// features changes each line of FEAT that begins with a label; "" takes it out.
func feature(label string, f func(p *session, line string) string) spoiler {
	return spoiler{feat: func(p *session, list []string) []string {
		var out []string
		for _, l := range list {
			if word, _, _ := strings.Cut(l, " "); label == "" || word == label {
				l = f(p, l)
			}
			if l != "" {
				out = append(out, l)
			}
		}
		return out
	}}
}

func noFeature(label string) spoiler {
	return feature(label, func(*session, string) string { return "" })
}

func moreFeature(line string) spoiler {
	return spoiler{feat: func(_ *session, list []string) []string { return append([]string{line}, list...) }}
}

// featLines changes the lines of FEAT's reply between the first and the last.
func featLines(f func(line string) string) spoiler {
	return changeText("FEAT", ftp.CodeSystemStatus, func(_ *session, lines []string) []string {
		for i := 1; i < len(lines)-1; i++ {
			lines[i] = f(lines[i])
		}
		return lines
	})
}

// fact changes the value of a fact; "" takes it out.
func fact(name string, f func(e ftp.Entry, value string) string) spoiler {
	return spoiler{facts: func(_ *session, e ftp.Entry, facts ftp.Facts) ftp.Facts {
		var out ftp.Facts
		for _, one := range facts {
			if strings.EqualFold(one.Name, name) {
				if one.Value = f(e, one.Value); one.Value == "" {
					continue
				}
			}
			out = append(out, one)
		}
		return out
	}}
}

// moreFact adds a fact.
func moreFact(f ftp.Fact) spoiler {
	return spoiler{facts: func(_ *session, _ ftp.Entry, facts ftp.Facts) ftp.Facts { return append(facts, f) }}
}

// once remembers a name, and reports whether it was remembered before.
func (p *session) once(name string) bool {
	_, seen := p.memory[name]
	p.memory[name] = "yes"
	return seen
}

func (p *session) foreign() bool { return p.lang != p.f.language }

func loggedOut(p *session, _ string) bool { return p.state != loggedIn }

func hasArg(_ *session, arg string) bool { return arg != "" }

func noArg(_ *session, arg string) bool { return arg == "" }

func unprotected(p *session, _ string) bool {
	return p.f.requireProtP && p.prot != ftp.PrivateProtection
}

// pathVerbs are the commands that take a pathname.
var pathVerbs = strings.Fields("RETR STOR APPE STOU DELE CWD MKD RMD RNFR RNTO SIZE MDTM MLST MLSD STAT LIST NLST")

// rawVerb is the verb as it came.
func (p *session) rawVerb() string {
	verb, _, _ := strings.Cut(p.memory["line"], " ")
	return verb
}

func lowerVerb(p *session, _ string) bool { return p.rawVerb() != strings.ToUpper(p.rawVerb()) }

// latin1 makes one octet of each character beyond ASCII.
func latin1(s string) string {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return string(b)
}

func questionMarks(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0x80 {
			return '?'
		}
		return r
	}, s)
}

var (
	inParentheses = regexp.MustCompile(`\(([^()]*)\)`)
	hostPort      = regexp.MustCompile(`:[0-9]+$`)
)

// parentheses changes what is in parentheses, them included, in the first line of a reply.
func parentheses(verb string, code int, f func(in string) string) spoiler {
	return changeText(verb, code, func(_ *session, lines []string) []string {
		lines[0] = inParentheses.ReplaceAllStringFunc(lines[0], func(s string) string { return f(strings.Trim(s, "()")) })
		return lines
	})
}

// afterReply has f called in place of what was to be done behind the reply to a verb that has a code; do is that.
func afterReply(verb string, code int, f func(p *session, do func() error) error) spoiler {
	return spoiler{reply: func(p *session, got *int, _ *[]string) {
		if p.last == verb && *got == code {
			do := p.after
			p.after = func() error {
				if do == nil {
					do = func() error { return nil }
				}
				return f(p, do)
			}
		}
	}}
}

func init() {
	spoilers = map[string]spoiler{
		// RFC 2228 and 4217.
		"auth-200": recode("AUTH", 234, 200),
		"auth-334": recode("AUTH", 234, 334),
		"auth-keeps-login": afterReply("AUTH", 234, func(p *session, do func() error) error {
			state, view, cwd, account := p.state, p.view, p.cwd, p.account
			err := do()
			p.state, p.view, p.cwd, p.account = state, view, cwd, account
			return err
		}),
		"auth-keeps-parameters": afterReply("AUTH", 234, func(p *session, do func() error) error {
			rep := p.rep
			err := do()
			p.rep = rep
			return err
		}),
		"auth-refused-550":   recode("AUTH", 504, 550),
		"auth-tls-c-refused": answered("AUTH", 504, func(_ *session, arg string) bool { return strings.EqualFold(arg, "TLS-C") }),
		"auth-unknown-534":   recode("AUTH", 504, 534),
		"auth-upper-only":    answered("AUTH", 504, func(_ *session, arg string) bool { return arg != strings.ToUpper(arg) }),
		"tls-failed-goes-on": afterReply("AUTH", 234, func(*session, func() error) error { return nil }),
		"ccc-250":            recode("CCC", 200, 250),
		"ccc-clear-200":      answered("CCC", 200, func(p *session, _ string) bool { return !p.tls }),
		"ccc-clear-503":      recode("CCC", 533, 503),
		"ccc-closes": afterReply("CCC", 200, func(p *session, do func() error) error {
			err := do()
			p.over = true
			return err
		}),
		"ccc-drops-prot": afterReply("CCC", 200, func(p *session, do func() error) error {
			err := do()
			p.prot = ftp.ClearProtection
			return err
		}),
		"ccc-early-503": answered("CCC", 503, loggedOut),
		"ccc-prot-accepted": {before: func(p *session, cmd *ftp.Command) (bool, error) {
			if (cmd.Verb == "PBSZ" || cmd.Verb == "PROT") && !p.tls {
				return true, p.send(200, []string{"As you like"})
			}
			return false, nil
		}},
		"ccc-refused-550": answered("CCC", 550, nil),
		"pbsz-250":        recode("PBSZ", 200, 250),
		"pbsz-any":        answered("PBSZ", 200, func(p *session, _ string) bool { return p.tls }),
		"pbsz-before-auth": instead("PBSZ", func(p *session, _ string) bool { return !p.tls }, func(p *session, _ ftp.Command) error {
			p.pbsz = true
			return p.send(200, []string{"PBSZ=0"})
		}),
		"pbsz-larger":   changeText("PBSZ", 200, func(*session, []string) []string { return []string{"PBSZ=65536"} }),
		"pbsz-zero-501": answered("PBSZ", 501, func(_ *session, arg string) bool { return arg == "0" }),
		"prot-250":      recode("PROT", 200, 250),
		"prot-checked-at-pasv": {before: func(p *session, cmd *ftp.Command) (bool, error) {
			if (cmd.Verb == "PASV" || cmd.Verb == "PORT") && unprotected(p, "") {
				return true, p.send(521, []string{"Not with this PROT"})
			}
			return false, nil
		}},
		"prot-clear-private": instead("PROT", func(p *session, arg string) bool { return arg == "C" && p.pbsz }, func(p *session, _ ftp.Command) error {
			return p.send(200, []string{"Not that it would matter"})
		}),
		"prot-default-private": {before: func(p *session, cmd *ftp.Command) (bool, error) {
			if p.tls && !p.once("prot-default-private") {
				p.prot = ftp.PrivateProtection
			}
			return false, nil
		}},
		"prot-early-504":      answered("PROT", 504, func(p *session, _ string) bool { return !p.pbsz }),
		"prot-not-after-pasv": answered("PROT", 503, func(p *session, _ string) bool { return p.listener != nil }),
		"prot-once":           answered("PROT", 503, func(p *session, _ string) bool { return p.once("prot-once") }),
		"prot-one-transfer": {reply: func(p *session, code *int, _ *[]string) {
			if *code == 226 {
				p.prot = ftp.ClearProtection
			}
		}},
		"prot-private-clear": instead("PROT", func(p *session, arg string) bool { return arg == "P" && p.pbsz }, func(p *session, _ ftp.Command) error {
			return p.send(200, []string{"Not that it would matter"})
		}),
		"prot-refused-550": recode("LIST", 521, 550),
		"prot-refused-late": instead("LIST", unprotected, func(p *session, _ ftp.Command) error {
			if err := p.send(150, []string{"Here it comes"}); err != nil {
				return err
			}
			return p.send(522, []string{"Or rather not"})
		}),
		"prot-safe-200":    recode("PROT", 536, 200),
		"prot-safe-504":    recode("PROT", 536, 504),
		"prot-unknown-450": recode("PROT", 504, 450),
		"prot-unknown-536": recode("PROT", 504, 536),
		"prot-without-pbsz": {before: func(p *session, cmd *ftp.Command) (bool, error) {
			if cmd.Verb == "PROT" {
				p.pbsz = true
			}
			return false, nil
		}},
		"tls-data-failed-226": recode("RETR", 522, 226),
		"tls-data-failed-426": recode("RETR", 522, 426),
		"rein-keeps-tls": instead("REIN", nil, func(p *session, _ ftp.Command) error {
			p.reset()
			return p.send(220, []string{"As at the beginning, almost"})
		}),
		"rein-reply-clear": {before: func(p *session, cmd *ftp.Command) (bool, error) {
			if cmd.Verb == "REIN" && p.tls {
				return false, p.endTLS()
			}
			return false, nil
		}},
		"rein-reuse-required": {
			before: func(p *session, cmd *ftp.Command) (bool, error) {
				if cmd.Verb == "REIN" {
					p.memory["rein-reuse-required"] = "yes"
				}
				return false, nil
			},
			reply: func(p *session, code *int, _ *[]string) {
				if p.last != "AUTH" || *code != 234 || p.memory["rein-reuse-required"] == "" {
					return
				}
				do := p.after
				p.after = func() error {
					if err := do(); err != nil {
						return err
					}
					if state, ok := p.c.TLS(); ok && !state.DidResume {
						p.over = true
						return p.send(421, []string{"That is not the session that was"})
					}
					return nil
				}
			},
		},

		// RFC 2389.
		"feat-upper-only": {before: func(p *session, cmd *ftp.Command) (bool, error) {
			if (cmd.Verb == "FEAT" || cmd.Verb == "OPTS") && lowerVerb(p, "") {
				return true, p.send(500, []string{"In capital letters, please"})
			}
			return false, nil
		}},
		"feat-code-200":           recode("FEAT", 211, 200),
		"feat-refused-504":        answered("FEAT", 504, nil),
		"feat-argument-ignored":   change(func(*session, string) string { return "" }, "FEAT"),
		"feat-none-200":           recode("FEAT", 211, 200),
		"feat-none-multiline":     changeText("FEAT", 211, func(_ *session, lines []string) []string { return []string{lines[0], "End"} }),
		"feat-line-space-missing": featLines(func(l string) string { return l[1:] }),
		"feat-line-two-spaces":    featLines(func(l string) string { return " " + l }),
		"feat-line-tab":           featLines(func(l string) string { return "\t" + l[1:] }),
		"feat-line-8bit":          featLines(func(l string) string { return l + " \u00e9tendu" }),
		"feat-trailing-space":     featLines(func(l string) string { return l + " " }),
		"feat-bare-lf": {octets: func(p *session, b []byte) []byte {
			if p.last == "FEAT" {
				return bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
			}
			return b
		}},
		"feat-end-text": changeText("FEAT", 211, func(_ *session, lines []string) []string {
			return append(lines[:len(lines)-1:len(lines)-1], "End of the features.")
		}),
		"feat-blank-line": changeText("FEAT", 211, func(_ *session, lines []string) []string {
			return append([]string{lines[0], " "}, lines[1:]...)
		}),
		"feat-two-per-line": {feat: func(_ *session, list []string) []string {
			var out []string
			for _, l := range list {
				if l == "SIZE" {
					l = "SIZE MDTM"
				}
				if l != "MDTM" {
					out = append(out, l)
				}
			}
			return out
		}},
		"feat-lower-case":   feature("", func(_ *session, l string) string { return strings.ToLower(l) }),
		"feat-lists-itself": moreFeature("FEAT"),
		"feat-lists-opts":   moreFeature("OPTS"),
		"feat-lists-mlsd":   moreFeature("MLSD"),
		"feat-auth-missing": noFeature("AUTH"),
		"feat-host-missing": noFeature("HOST"),
		"feat-lang-missing": noFeature("LANG"),
		"feat-mdtm-missing": noFeature("MDTM"),
		"feat-mlst-missing": noFeature("MLST"),
		"feat-pbsz-missing": noFeature("PBSZ"),
		"feat-prot-missing": noFeature("PROT"),
		"feat-rest-missing": noFeature("REST"),
		"feat-size-missing": noFeature("SIZE"),
		"feat-utf8-missing": noFeature("UTF8"),
		"feat-auth-bare":    feature("AUTH", func(*session, string) string { return "AUTH" }),
		"feat-host-text":    feature("HOST", func(_ *session, l string) string { return l + " hosts" }),
		"feat-mdtm-text":    feature("MDTM", func(_ *session, l string) string { return l + " UTC" }),
		"feat-rest-text":    feature("REST", func(_ *session, l string) string { return l + " BLOCK" }),
		"feat-size-text":    feature("SIZE", func(_ *session, l string) string { return l + " octets" }),
		"feat-tvfs-text":    feature("TVFS", func(_ *session, l string) string { return l + " as in Unix" }),
		"feat-utf8-dash":    feature("UTF8", func(*session, string) string { return "UTF-8" }),
		"feat-utf8-on":      feature("UTF8", func(*session, string) string { return "UTF8 ON" }),
		"feat-lang-commas":  feature("LANG", func(_ *session, l string) string { return strings.ReplaceAll(l, ";", ",") }),
		"feat-lang-false":   feature("LANG", func(_ *session, l string) string { return l + ";TLH" }),
		"feat-mlst-false":   feature("MLST", func(_ *session, l string) string { return l + "Media-Type;" }),
		"feat-mlst-spaces":  feature("MLST", func(_ *session, l string) string { return strings.ReplaceAll(l, ";", "; ") }),
		"feat-mlst-stays": feature("MLST", func(p *session, _ string) string {
			facts := p.facts
			p.facts = defaultFacts()
			defer func() { p.facts = facts }()
			return "MLST " + p.factOptions()
		}),
		"opts-feat-200": answered("OPTS", 200, func(_ *session, arg string) bool { return strings.EqualFold(arg, "FEAT") }),
		"opts-mlsd-200": answered("OPTS", 200, func(_ *session, arg string) bool { return strings.HasPrefix(strings.ToUpper(arg), "MLSD") }),
		"opts-mlst-250": recode("OPTS", 200, 250),
		"opts-mlst-echo": spoilOpts(func(p *session, asked string, lines []string) []string {
			return []string{strings.TrimRight("MLST OPTS "+asked, " ")}
		}),
		"opts-mlst-text":          spoilOpts(func(*session, string, []string) []string { return []string{"The facts are chosen"} }),
		"opts-mlst-empty-ignored": answered("OPTS", 200, func(_ *session, arg string) bool { return strings.EqualFold(arg, "MLST") }),
		"opts-mlst-ignored": instead("OPTS", isOptsMlst, func(p *session, cmd ftp.Command) error {
			facts := p.facts
			err := p.doOpts(cmd)
			p.facts = facts
			return err
		}),
		"opts-mlst-none-sent": {facts: func(p *session, _ ftp.Entry, facts ftp.Facts) ftp.Facts {
			if p.memory["opts"] != "" {
				return nil
			}
			return facts
		}, before: rememberOpts},
		"opts-mlst-not-mlsd": {before: func(p *session, cmd *ftp.Command) (bool, error) {
			if cmd.Verb != "MLSD" || p.state != loggedIn {
				return false, nil
			}
			facts := p.facts
			p.facts = defaultFacts()
			err := p.doMlsd(*cmd)
			p.facts = facts
			return true, err
		}},
		"opts-mlst-space-accepted": {before: func(_ *session, cmd *ftp.Command) (bool, error) {
			if cmd.Verb == "OPTS" && len(cmd.Arg) > 5 {
				cmd.Arg = cmd.Arg[:5] + strings.ReplaceAll(cmd.Arg[5:], " ", ";")
			}
			return false, nil
		}},
		"opts-mlst-unknown-501": answered("OPTS", 501, func(p *session, arg string) bool { return isOptsMlst(p, arg) && strings.Contains(arg, "xyzzy") }),
		"opts-unknown-200":      answered("OPTS", 200, func(_ *session, arg string) bool { return strings.HasPrefix(arg, "XYZZY") }),
		"opts-unknown-550":      recode("OPTS", 501, 550),

		// RFC 2428.
		"eprt-225":              recode("EPRT", 200, 225),
		"eprt-522-bare":         changeText("EPRT", 522, func(_ *session, lines []string) []string { return []string{inParentheses.FindString(lines[0])} }),
		"eprt-522-no-list":      parentheses("EPRT", 522, func(string) string { return "at all" }),
		"eprt-522-parentheses":  changeText("EPRT", 522, func(_ *session, lines []string) []string { return []string{"(Sorry) " + lines[0]} }),
		"eprt-bar-only":         answered("EPRT", 501, func(_ *session, arg string) bool { return !strings.HasPrefix(arg, "|") }),
		"eprt-no-effect":        answered("EPRT", 200, nil),
		"eprt-syntax-550":       recode("EPRT", 501, 550),
		"eprt-syntax-accepted":  recode("EPRT", 501, 200),
		"eprt-unknown-501":      recode("EPRT", 522, 501),
		"epsv-227":              recode("EPSV", 229, 227),
		"epsv-522-no-list":      parentheses("EPSV", 522, func(string) string { return "at all" }),
		"epsv-all-ignored":      answered("EPSV", 200, isAll),
		"epsv-all-rejects-epsv": answered("EPSV", 501, func(p *session, arg string) bool { return p.epsvAll && !isAll(p, arg) }),
		"epsv-argument-ignored": change(func(p *session, arg string) string {
			if isAll(p, arg) {
				return arg
			}
			return ""
		}, "EPSV"),
		"epsv-fields-filled":     parentheses("EPSV", 229, func(in string) string { return "(|1|127.0.0.1" + in[2:] + ")" }),
		"epsv-no-last-delimiter": parentheses("EPSV", 229, func(in string) string { return "(" + in[:len(in)-1] + ")" }),
		"epsv-no-parentheses":    parentheses("EPSV", 229, func(in string) string { return in }),
		"epsv-port-wrong":        parentheses("EPSV", 229, func(string) string { return "(|||1|)" }),
		"epsv-protocol-refused": instead("EPSV", func(_ *session, arg string) bool { return arg == "1" }, func(p *session, _ ftp.Command) error {
			return p.send(522, []string{"Network protocol not supported, use (2)"})
		}),
		"epsv-syntax-550":  recode("EPSV", 501, 550),
		"epsv-unknown-501": recode("EPSV", 522, 501),

		// RFC 2640.
		"names-latin1":         {name: func(_ *session, name string) string { return latin1(name) }},
		"names-question-marks": {name: func(_ *session, name string) string { return questionMarks(name) }},
		"names-ascii-only": {before: func(p *session, cmd *ftp.Command) (bool, error) {
			if among(cmd.Verb, pathVerbs) && questionMarks(cmd.Arg) != cmd.Arg {
				return true, p.send(550, []string{"No such characters here"})
			}
			return false, nil
		}},
		"pathname-spaces-skipped": change(func(_ *session, arg string) string { return strings.TrimLeft(arg, " ") }, pathVerbs...),
		"pathname-spaces-trimmed": change(func(_ *session, arg string) string { return strings.TrimRight(arg, " ") }, pathVerbs...),
		"pathname-inner-spaces":   change(func(_ *session, arg string) string { return strings.Join(strings.Fields(arg), " ") }, pathVerbs...),
		"pathname-nul-kept":       change(func(_ *session, arg string) string { return strings.ReplaceAll(arg, "\r", "\r^@") }, pathVerbs...),
		"pathname-iac-kept":       change(func(_ *session, arg string) string { return strings.ReplaceAll(arg, "\xff", "\xff\xff") }, pathVerbs...),
		"pathname-iac-bare":       {octets: func(_ *session, b []byte) []byte { return bytes.ReplaceAll(b, []byte("\xff\xff"), []byte("\xff")) }},
		"control-seven-bit": change(func(_ *session, arg string) string {
			b := []byte(arg)
			for i := range b {
				b[i] &= 0x7f
			}
			return string(b)
		}, pathVerbs...),
		"texts-8bit": {reply: func(_ *session, _ *int, lines *[]string) { (*lines)[len(*lines)-1] += " \u00e0 vous" }},
		"lang-latin1": {octets: func(p *session, b []byte) []byte {
			if p.foreign() {
				return append(bytes.TrimSuffix(b, []byte("\r\n")), " \xe0 vous\r\n"...)
			}
			return b
		}},
		"lang-250":               recode("LANG", 200, 250),
		"lang-after-login-only":  answered("LANG", 530, loggedOut),
		"lang-before-login-only": answered("LANG", 503, func(p *session, _ string) bool { return p.state == loggedIn }),
		"lang-asterisk-stays": feature("LANG", func(p *session, l string) string {
			lang := p.f.language
			words := strings.Split(strings.ReplaceAll(l[len("LANG "):], "*", ""), ";")
			for i, w := range words {
				if strings.EqualFold(w, lang) {
					words[i] += "*"
				}
			}
			return "LANG " + strings.Join(words, ";")
		}),
		"lang-no-effect":            answered("LANG", 200, hasArg),
		"lang-no-parameter-501":     answered("LANG", 501, noArg),
		"lang-no-parameter-ignored": answered("LANG", 200, noArg),
		"lang-survives-rein": instead("REIN", nil, func(p *session, cmd ftp.Command) error {
			lang := p.lang
			err := p.doRein(cmd)
			p.lang = lang
			return err
		}),
		"lang-syntax-504": recode("LANG", 501, 504),
		"lang-tag-case":   answered("LANG", 504, func(_ *session, arg string) bool { return arg != strings.ToUpper(arg) }),
		"lang-translates-codes": {reply: func(p *session, code *int, _ *[]string) {
			if p.last == "NOOP" && p.foreign() {
				*code = 250
			}
		}},
		"lang-translates-data": {listing: func(p *session, text []byte) []byte {
			if p.last == "LIST" && p.foreign() {
				return bytes.ToUpper(text)
			}
			return text
		}},
		"lang-unknown-501": recode("LANG", 504, 501),
		"lang-unknown-550": recode("LANG", 504, 550),
		"lang-upper-only":  answered("LANG", 500, lowerVerb),
		"lang-variant-501": answered("LANG", 501, func(_ *session, arg string) bool { return strings.HasSuffix(arg, "-XX") }),

		// RFC 3659: pathnames, MDTM, SIZE, REST, TVFS.
		"telnet-negotiates": {octets: func(p *session, b []byte) []byte {
			if p.last == "NOOP" && len(b) > 4 {
				return append(append(append([]byte{}, b[:4]...), "\xff\xfb\x01"...), b[4:]...)
			}
			return b
		}},
		"pathname-glob": change(func(p *session, arg string) string {
			infos, err := p.view.ReadDir(p.cwd)
			if err != nil {
				return arg
			}
			for _, i := range infos {
				if ok, err := path.Match(arg, i.Name); ok && err == nil {
					return i.Name
				}
			}
			return arg
		}, "SIZE", "MDTM", "MLST"),
		"time-19100": {moment: func(_ *session, t time.Time) string {
			return fmt.Sprintf("19%d", t.UTC().Year()-1900) + t.UTC().Format("0102150405")
		}},
		"time-no-seconds": {moment: func(_ *session, t time.Time) string { return t.UTC().Format("200601021504") }},
		"time-dot":        {moment: func(_ *session, t time.Time) string { return t.UTC().Format("20060102150405") + "." }},
		"time-local": {moment: func(p *session, t time.Time) string {
			if p.last == "MDTM" {
				return t.UTC().Add(2 * time.Hour).Format("20060102150405")
			}
			return ""
		}},
		"mdtm-250":         recode("MDTM", 213, 250),
		"mdtm-missing-501": recode("MDTM", 550, 501),
		"mdtm-multiline":   changeText("MDTM", 213, func(_ *session, lines []string) []string { return append([]string{"The time:"}, lines...) }),
		"mdtm-text":        changeText("MDTM", 213, func(_ *session, lines []string) []string { return []string{lines[0] + " UTC"} }),
		"mdtm-syntax-550":  answered("MDTM", 550, noArg),
		"mfmt-no-effect": instead("MFMT", nil, func(p *session, cmd ftp.Command) error {
			at, name, _ := strings.Cut(cmd.Arg, " ")
			return p.send(213, []string{"Modify=" + at + "; " + name})
		}),
		"mfmt-local": instead("MFMT", nil, func(p *session, cmd ftp.Command) error {
			at, name, _ := strings.Cut(cmd.Arg, " ")
			t, err := p.rules().ParseTime(at)
			if err == nil {
				err = p.view.Chtimes(p.path(name), t.Add(-2*time.Hour))
			}
			if err != nil {
				return p.send(550, []string{err.Error()})
			}
			return p.send(213, []string{"Modify=" + at + "; " + name})
		}),
		"size-250":         recode("SIZE", 213, 250),
		"size-missing-501": recode("SIZE", 550, 501),
		"size-multiline":   changeText("SIZE", 213, func(_ *session, lines []string) []string { return append([]string{"The size:"}, lines...) }),
		"size-text":        changeText("SIZE", 213, func(_ *session, lines []string) []string { return []string{lines[0] + " octets"} }),
		"size-syntax-550":  answered("SIZE", 550, noArg),
		"size-estimate": changeText("SIZE", 213, func(_ *session, lines []string) []string {
			n, _ := strconv.Atoi(lines[0])
			return []string{strconv.Itoa((n + 511) / 512 * 512)}
		}),
		"size-as-stored": instead("SIZE", hasArg, func(p *session, cmd ftp.Command) error {
			i, err := p.view.Stat(p.path(cmd.Arg))
			if err != nil || i.IsDir() {
				return p.send(550, []string{"No such file"})
			}
			return p.send(213, []string{strconv.FormatInt(i.Size, 10)})
		}),
		"rest-200": recode("REST", 350, 200),
		"rest-off-by-one": {before: restart(func(p *session, _ ftp.Command) {
			if n := p.offset(); n > 0 {
				p.restart = strconv.FormatInt(n+1, 10)
			}
		}, "RETR")},
		"rest-zero-kept": answered("REST", 350, func(p *session, arg string) bool { return arg == "0" && p.restart != "" }),
		"rest-appe-skips": {
			before: restart(func(p *session, _ ftp.Command) { p.memory["skip"] = p.restart }, "APPE"),
			upload: func(p *session, r io.Reader) io.Reader {
				n, err := strconv.ParseInt(p.memory["skip"], 10, 64)
				if err != nil || p.last != "APPE" {
					return r
				}
				return &skipReader{r: r, left: n}
			},
		},
		"rest-stor-truncates":   {before: restart(func(p *session, _ ftp.Command) { p.restart = "" }, "STOR")},
		"rest-letters-accepted": answered("REST", 350, func(_ *session, arg string) bool { return strings.Trim(arg, "0123456789") != "" }),
		"rest-large-refused":    answered("REST", 501, func(_ *session, arg string) bool { return len(arg) > 6 }),
		"rest-beyond-empty": {before: restart(func(p *session, cmd ftp.Command) {
			if i, err := p.view.Stat(p.path(cmd.Arg)); err == nil && p.offset() > i.Size {
				p.restart = strconv.FormatInt(i.Size, 10)
			}
		}, "RETR")},
		"tvfs-relative-refused": refusePath(func(name string) bool { return !strings.HasPrefix(name, "/") && strings.Contains(name, "/") }),
		"tvfs-absolute-refused": refusePath(func(name string) bool { return strings.HasPrefix(name, "/") && strings.Count(name, "/") > 1 }),
		"tvfs-root-refused":     refusePath(func(name string) bool { return name == "/" }),
		"mode-z-plain":          answered("MODE", 200, func(_ *session, arg string) bool { return strings.EqualFold(arg, "Z") }),

		// RFC 3659: MLST and MLSD.
		"mlst-lists-directory": changeText("MLST", 250, func(p *session, lines []string) []string {
			return append(lines[:len(lines)-1:len(lines)-1], " Type=file; inner.txt", "End")
		}),
		"mlst-two-pathnames": changeText("MLST", 250, func(p *session, lines []string) []string {
			return append(lines[:len(lines)-1:len(lines)-1], " Type=file; another-name", "End")
		}),
		"mlst-header": changeText("MLST", 250, func(_ *session, lines []string) []string {
			return append([]string{lines[0], " total 1"}, lines[1:]...)
		}),
		"mlst-no-space": changeText("MLST", 250, func(_ *session, lines []string) []string {
			for i := 1; i < len(lines)-1; i++ {
				lines[i] = strings.TrimPrefix(lines[i], " ")
			}
			return lines
		}),
		"mlst-single-line":       changeText("MLST", 250, func(_ *session, lines []string) []string { return []string{strings.TrimPrefix(lines[1], " ")} }),
		"mlst-213":               recode("MLST", 250, 213),
		"mlst-argument-required": answered("MLST", 501, noArg),
		"mlst-opens-data":        answered("MLST", 425, func(p *session, _ string) bool { return p.state == loggedIn && p.listener == nil }),
		"mlst-base-name":         {full: func(_ *session, _, name string) string { return path.Base(name) }},
		"mlst-current-dot": {full: func(_ *session, arg, name string) string {
			if arg == "" {
				return "."
			}
			return name
		}},
		"mlst-cdir":              spoilType("MLST", "dir", "cdir"),
		"mlst-pdir":              spoilType("MLST", "dir", "pdir"),
		"mlsd-argument-ignored":  change(func(*session, string) string { return "" }, "MLSD"),
		"mlsd-argument-required": answered("MLSD", 501, noArg),
		"mlsd-file-550":          recode("MLSD", 501, 550),
		"mlsd-file-listed": instead("MLSD", func(p *session, arg string) bool {
			i, err := p.view.Stat(p.path(arg))
			return p.state == loggedIn && err == nil && !i.IsDir()
		}, func(p *session, cmd ftp.Command) error {
			return p.sendText(cmd, ftp.Representation{Type: ftp.Image, Structure: ftp.FileStructure, Mode: ftp.StreamMode}, []byte("Type=file; "+cmd.Arg+"\r\n"))
		}),
		"mlsx-missing-501": {reply: func(p *session, code *int, _ *[]string) {
			if (p.last == "MLST" || p.last == "MLSD") && *code == 550 {
				*code = 501
			}
		}},
		"mlsd-125":         recode("MLSD", 150, 125),
		"mlsd-250":         recode("MLSD", 226, 250),
		"mlsd-refused-226": recode("MLSD", 425, 226),
		"mlsd-header":      mlsdText(func(_ *session, text []byte) []byte { return append([]byte("total 3\r\n"), text...) }),
		"mlsd-blank-line":  mlsdText(func(_ *session, text []byte) []byte { return append([]byte("\r\n"), text...) }),
		"mlsd-by-type": mlsdText(func(p *session, text []byte) []byte {
			if p.rep.Text() {
				return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\r\r\n"))
			}
			return text
		}),
		"mlsd-sets-type": {reply: func(p *session, code *int, _ *[]string) {
			if p.last == "MLSD" && *code == 226 {
				p.rep.Type = ftp.Image
			}
		}},
		"mlsd-qualified": {name: qualified},
		"mlst-default-few": {before: rememberOpts, facts: func(p *session, _ ftp.Entry, facts ftp.Facts) ftp.Facts {
			if p.memory["opts"] != "" {
				return facts
			}
			var out ftp.Facts
			for _, f := range facts {
				if f.Name != ftp.FactModify {
					out = append(out, f)
				}
			}
			return out
		}},
		"cdir-wrong-name": mlsdText(func(_ *session, text []byte) []byte {
			return regexp.MustCompile(`(?m)^(\S*Type=cdir;\S* ).*\r$`).ReplaceAll(text, []byte("$1.\r"))
		}),
		"pdir-wrong": mlsdText(func(p *session, text []byte) []byte {
			name := p.memory["mlsd"]
			return regexp.MustCompile(`(?m)^(\S*Type=pdir;\S* ).*\r$`).ReplaceAll(text, []byte("${1}"+name+"\r"))
		}),
		"cdir-untyped": mlsdText(func(p *session, text []byte) []byte {
			if p.shows(ftp.FactType) {
				return text
			}
			return append([]byte("Modify=20240101000000; "+p.memory["mlsd"]+"\r\n"), text...)
		}),
		"entry-two-spaces": {entry: func(facts ftp.Facts, name string) string { return facts.String() + "  " + name }},
		"entry-no-space":   {entry: func(facts ftp.Facts, name string) string { return facts.String() + name }},
		"entry-tab": {entry: func(facts ftp.Facts, name string) string {
			return strings.ReplaceAll(facts.String(), ";", ";\t") + " " + name
		}},
		"entry-fact-space": {entry: func(facts ftp.Facts, name string) string {
			return strings.Replace(facts.String(), "=", "= ", 1) + " " + name
		}},
		"entry-last-semicolon": {entry: func(facts ftp.Facts, name string) string { return strings.TrimSuffix(facts.String(), ";") + " " + name }},
		"entry-colon": {entry: func(facts ftp.Facts, name string) string {
			return strings.ReplaceAll(facts.String(), "=", ":") + " " + name
		}},
		"entry-bare-lf": mlsdText(func(_ *session, text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }),
		"entry-fact-twice": {facts: func(_ *session, _ ftp.Entry, facts ftp.Facts) ftp.Facts {
			return append(append(ftp.Facts{}, facts...), facts...)
		}},
		"entry-fact-unlisted": moreFact(ftp.Fact{Name: "Lang", Value: "en"}),
		"fact-bad-value":      {entry: func(facts ftp.Facts, name string) string { return facts.String() + "X.colour=[red]; " + name }},
		"fact-unprefixed":     feature("MLST", func(_ *session, l string) string { return l + "Colour;" }),
		"fact-type-directory": {facts: func(_ *session, e ftp.Entry, facts ftp.Facts) ftp.Facts { return replaced(facts, "dir", "directory") }},
		"fact-type-swapped": {facts: func(_ *session, e ftp.Entry, facts ftp.Facts) ftp.Facts {
			if v, _ := facts.Get(ftp.FactType); v == "dir" {
				return replaced(facts, "dir", "file")
			}
			return replaced(facts, "file", "dir")
		}},
		"unique-random": {facts: func(p *session, _ ftp.Entry, facts ftp.Facts) ftp.Facts {
			n, _ := strconv.Atoi(p.memory["unique"])
			p.memory["unique"] = strconv.Itoa(n + 1)
			return withFact(facts, ftp.FactUnique, strconv.Itoa(n))
		}},
		"unique-constant": fact(ftp.FactUnique, func(ftp.Entry, string) string { return "1" }),
		"modify-constant": fact(ftp.FactModify, func(ftp.Entry, string) string { return "20010203040506" }),
		"create-later":    fact(ftp.FactCreate, func(ftp.Entry, string) string { return "29990101000000" }),
		"perm-unix":       fact(ftp.FactPerm, func(ftp.Entry, string) string { return "rwxr-xr-x" }),
		"perm-mixed":      fact(ftp.FactPerm, func(_ ftp.Entry, v string) string { return v + "ac" }),
		"perm-constant":   fact(ftp.FactPerm, func(ftp.Entry, string) string { return "rw" }),
		"perm-empty": {facts: func(_ *session, _ ftp.Entry, facts ftp.Facts) ftp.Facts {
			return withFact(facts, ftp.FactPerm, "")
		}},
		"fact-size-unit":  fact(ftp.FactSize, func(_ ftp.Entry, v string) string { return v + "B" }),
		"fact-size-wrong": fact(ftp.FactSize, func(ftp.Entry, string) string { return "1" }),
		"fact-size-directory": {facts: func(_ *session, _ ftp.Entry, facts ftp.Facts) ftp.Facts {
			if !facts.Has(ftp.FactSize) {
				return append(facts, ftp.Fact{Name: ftp.FactSize, Value: "4096"})
			}
			return facts
		}},
		"fact-system-empty": {facts: func(_ *session, _ ftp.Entry, facts ftp.Facts) ftp.Facts { return withFact(facts, ftp.FactUnixMode, "") }},
		"fact-local-empty":  moreFact(ftp.Fact{Name: "X.colour", Value: ""}),
		"facts-few":         feature("MLST", func(*session, string) string { return "MLST Type*;Size*;" }),

		// RFC 7151.
		"host-250":         recode("HOST", 220, 250),
		"host-after-login": answered("HOST", 220, func(p *session, _ string) bool { return p.state == loggedIn }),
		"host-after-login-logs-out": instead("HOST", func(p *session, _ string) bool { return p.state == loggedIn }, func(p *session, _ ftp.Command) error {
			p.endLogin()
			return p.send(503, []string{"Out with you"})
		}),
		"host-any-literal": answered("HOST", 220, func(_ *session, arg string) bool {
			_, err := netip.ParseAddr(strings.Trim(arg, "[]"))
			return err == nil
		}),
		"host-error-sticks": {
			reply: func(p *session, code *int, _ *[]string) {
				if p.last == "HOST" && *code >= 400 {
					p.memory["host-error"] = "yes"
				}
			},
			before: func(p *session, cmd *ftp.Command) (bool, error) {
				if cmd.Verb == "USER" && p.memory["host-error"] != "" {
					return true, p.send(530, []string{"No such host, no such user"})
				}
				return false, nil
			},
		},
		"host-first-counts": answered("HOST", 220, func(p *session, _ string) bool { return p.once("host-first-counts") }),
		"host-no-effect":    answered("HOST", 220, nil),
		"host-keeps-user":   answered("HOST", 220, func(p *session, _ string) bool { return p.state == needPass }),
		"host-name-case":    answered("HOST", 504, func(_ *session, arg string) bool { return arg != strings.ToLower(arg) }),
		"host-once":         answered("HOST", 503, func(p *session, _ string) bool { return p.once("host-once") }),
		"host-port-504":     answered("HOST", 504, func(_ *session, arg string) bool { return hostPort.MatchString(arg) }),
		"host-port-ignored": answered("HOST", 220, func(_ *session, arg string) bool { return hostPort.MatchString(arg) }),
		"host-required": {before: func(p *session, cmd *ftp.Command) (bool, error) {
			switch {
			case cmd.Verb == "HOST":
				p.memory["host-required"] = "yes"
			case cmd.Verb == "USER" && p.memory["host-required"] == "":
				return true, p.send(530, []string{"Send HOST first"})
			}
			return false, nil
		}},
		"host-sni-refused": answered("HOST", 504, func(p *session, _ string) bool { return p.tls }),
		"host-survives-rein": instead("REIN", nil, func(p *session, cmd ftp.Command) error {
			host := p.host
			err := p.doRein(cmd)
			p.host = host
			return err
		}),
		"host-syntax-504":        recode("HOST", 501, 504),
		"host-unimplemented-550": answered("HOST", 550, nil),
		"host-unknown-550":       recode("HOST", 504, 550),
		"host-upper-only":        answered("HOST", 500, lowerVerb),
	}
}

func isAll(_ *session, arg string) bool { return strings.EqualFold(arg, "ALL") }

func isOptsMlst(_ *session, arg string) bool {
	name, _, _ := strings.Cut(arg, " ")
	return strings.EqualFold(name, "MLST")
}

// rememberOpts remembers that OPTS MLST was sent.
func rememberOpts(p *session, cmd *ftp.Command) (bool, error) {
	if cmd.Verb == "OPTS" && isOptsMlst(p, cmd.Arg) {
		p.memory["opts"] = "yes"
	}
	return false, nil
}

// spoilOpts changes the text of the reply to OPTS MLST; asked is what followed MLST.
func spoilOpts(f func(p *session, asked string, lines []string) []string) spoiler {
	return spoiler{
		before: func(p *session, cmd *ftp.Command) (bool, error) {
			if cmd.Verb == "OPTS" {
				_, p.memory["asked"], _ = strings.Cut(cmd.Arg, " ")
			}
			return false, nil
		},
		reply: func(p *session, code *int, lines *[]string) {
			if p.last == "OPTS" && *code == 200 {
				*lines = f(p, p.memory["asked"], *lines)
			}
		},
	}
}

// spoilType changes the type of entries in the response to a verb.
func spoilType(verb, from, to string) spoiler {
	return spoiler{facts: func(p *session, _ ftp.Entry, facts ftp.Facts) ftp.Facts {
		if p.last == verb {
			return replaced(facts, from, to)
		}
		return facts
	}}
}

// replaced changes the type.
func replaced(facts ftp.Facts, from, to string) ftp.Facts {
	if v, _ := facts.Get(ftp.FactType); v == from {
		return withFact(facts, ftp.FactType, to)
	}
	return facts
}

// withFact sets the value of a fact that is there.
func withFact(facts ftp.Facts, name, value string) ftp.Facts {
	out := append(ftp.Facts{}, facts...)
	for i := range out {
		if strings.EqualFold(out[i].Name, name) {
			out[i].Value = value
		}
	}
	return out
}

// mlsdText changes the listing of MLSD; p.memory["mlsd"] is the pathname of the directory.
func mlsdText(f func(p *session, text []byte) []byte) spoiler {
	return spoiler{
		before: func(p *session, cmd *ftp.Command) (bool, error) {
			if cmd.Verb == "MLSD" {
				p.memory["mlsd"] = p.path(cmd.Arg)
			}
			return false, nil
		},
		listing: func(p *session, text []byte) []byte {
			if p.last == "MLSD" {
				return f(p, text)
			}
			return text
		},
	}
}

// qualified puts the working directory before the names of MLSD.
func qualified(p *session, name string) string {
	if p.last == "MLSD" && !strings.Contains(name, "/") {
		return strings.TrimSuffix(p.cwd, "/") + "/sub/" + name
	}
	return name
}

// restart has f called before a transfer command that REST came before.
func restart(f func(p *session, cmd ftp.Command), verb string) func(p *session, cmd *ftp.Command) (bool, error) {
	return func(p *session, cmd *ftp.Command) (bool, error) {
		if cmd.Verb == verb && p.restart != "" && p.state == loggedIn {
			f(p, *cmd)
		}
		return false, nil
	}
}

// refusePath refuses RETR and CWD of some pathnames.
func refusePath(which func(name string) bool) spoiler {
	return spoiler{before: func(p *session, cmd *ftp.Command) (bool, error) {
		if (cmd.Verb == "RETR" || cmd.Verb == "CWD") && which(cmd.Arg) {
			return true, p.send(550, []string{"No such pathnames here"})
		}
		return false, nil
	}}
}

// skipReader drops the first octets.
type skipReader struct {
	r    io.Reader
	left int64
}

func (s *skipReader) Read(b []byte) (int, error) {
	for {
		n, err := s.r.Read(b)
		if d := min(int64(n), s.left); d > 0 {
			s.left -= d
			n = copy(b, b[d:n])
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}

// spoiledHandshake is what makes the TLS handshake of a data connection.
func (p *session) spoiledHandshake(ctx context.Context, d *mockservers.Data, active bool) func(reuse bool) error {
	switch {
	case p.dev("tls-roles-swapped") && active:
		return func(bool) error {
			// The other side is a TLS client too: that cannot go well.
			return tls.Client(d.Raw(), &tls.Config{ServerName: "localhost"}).HandshakeContext(ctx)
		}
	case p.dev("tls-other-certificate"):
		return func(bool) error {
			authority, err := ca.New()
			if err != nil {
				return err
			}
			return d.Conn.StartTLS(ctx, p.handshakeTime(), authority.ServerConfig())
		}
	}
	return d.StartTLS
}
