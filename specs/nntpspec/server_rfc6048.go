package nntpspec

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"harness/protocols/nntp"
)

// variant is a variant of LIST that RFC 6048 defines.
type variant struct {
	keyword string
	// name is what its requirements' ids begin with.
	name string
	// form is that of a line, in words and as an expression; nil for any text.
	form string
	re   *regexp.Regexp
}

var (
	counts        = variant{"COUNTS", "counts", "group, high and low water mark, number and status, with spaces between them", regexp.MustCompile(`^[^ \t]+ +\d{1,16} +\d{1,16} +\d{1,16} +[^ \t]+$`)}
	distributions = variant{"DISTRIBUTIONS", "distributions", "a name and a description, with spaces or TABs between them", regexp.MustCompile(`^[^ \t]+[ \t]+[^ \t]`)}
	moderators    = variant{"MODERATORS", "moderators", "a wildmat and the template of an address, with a colon between them", regexp.MustCompile(`^[^: \t]+:.*[^: \t]`)}
	motd          = variant{"MOTD", "motd", "", nil}
	subscriptions = variant{"SUBSCRIPTIONS", "subscriptions", "the name of a group", regexp.MustCompile(`^[^ \t]+$`)}
)

var rfc6048Variants = []variant{counts, distributions, moderators, motd, subscriptions}

// kept sends a variant of LIST and returns its lines. If the server keeps nothing for it, the case ends.
func (s *session) kept(v variant, argument ...string) []string {
	r := s.cmd("%s", strings.Join(append([]string{"LIST", v.keyword}, argument...), " "))
	if !s.d.Settled() && r.Code == nntp.CodeNotSupported {
		s.d.Absent("what LIST " + v.keyword + " shows")
	}
	if !s.d.Settled() && r.Code != nntp.CodeList {
		s.Wrong("215 to "+r.to+", or 503", "%s", r.shown())
	}
	return s.drain(r).texts()
}

// formed fails unless the lines have the form of the variant.
func (v variant) formed(d *driver, lines []string) {
	for _, l := range lines {
		d.Check(v.re == nil || v.re.MatchString(l), v.form, "%q", l)
	}
}

// each makes a case that judges each line by itself.
func (v variant) each(name string, deviations []string, want string, ok func(line string) bool) serverCase {
	return serverCase{name: name, needs: []string{"LIST " + v.keyword}, features: v.features(), deviations: deviations, run: func(d *driver) {
		for _, l := range d.reader().kept(v) {
			d.Check(ok(l), want, "%q", l)
		}
	}}
}

// features give the mock what LIST shows, if it has none by itself.
func (v variant) features() []string {
	if v.keyword == motd.keyword {
		return []string{"?" + motdFeature}
	}
	return nil
}

// saw makes a case that tells what the server has chosen.
func (v variant) saw(name string, describe func(lines []string) string) serverCase {
	return serverCase{name: name, needs: []string{"LIST " + v.keyword}, features: v.features(), run: func(d *driver) {
		lines := d.reader().given().kept(v)
		if !d.Settled() {
			d.Saw("%s", describe(lines))
		}
	}}
}

// common are the rules that variants share: what is not kept, and what is empty.
func (v variant) common() []serverCase {
	return []serverCase{
		v.saw(v.name+"-empty", func(lines []string) string { return fmt.Sprintf("LIST %s shows %d lines", v.keyword, len(lines)) }),
		{name: v.name + "-503", needs: []string{"LIST " + v.keyword}, features: []string{"?REFUSE=LIST " + v.keyword + ":503"}, deviations: []string{"list-503-as-500"}, run: func(d *driver) {
			s := d.reader()
			r := s.cmd("LIST %s", v.keyword)
			s.drain(r)
			if !d.Settled() && r.Code == nntp.CodeList {
				d.Absent("a server that keeps nothing for LIST " + v.keyword)
			}
			d.Check(d.Settled() || r.Code == nntp.CodeNotSupported, "503 to "+r.to, "%s", r.shown())
		}},
	}
}

// once are the rules of variants whose lines begin with a name.
func (v variant) once() serverCase {
	return serverCase{name: v.name + "-once", needs: []string{"LIST " + v.keyword}, deviations: []string{"list-twice"}, run: func(d *driver) {
		seen := map[string]bool{}
		for _, l := range d.reader().kept(v) {
			name, _ := cutBlank(l)
			d.Check(!seen[name], "each name once", "%q twice", name)
			seen[name] = true
		}
	}}
}

// unargued is the rule of variants without an argument.
func (v variant) unargued() serverCase {
	return serverCase{name: v.name + "-501", needs: []string{"LIST " + v.keyword}, features: v.features(), deviations: []string{"list-argument-503"}, run: func(d *driver) {
		d.reader().code(nntp.CodeSyntax, "LIST %s *", v.keyword)
	}}
}

// filtered is the rule of variants with a wildmat.
func (v variant) filtered() serverCase {
	return serverCase{name: v.name + "-wildmat", needs: []string{"LIST " + v.keyword}, deviations: []string{"list-wildmat-ignored"}, run: func(d *driver) {
		s := d.reader()
		all := s.given().kept(v)
		if d.Settled() || len(all) == 0 {
			return
		}
		name, _ := cutBlank(all[0])
		lines := s.kept(v, name)
		for _, l := range lines {
			got, _ := cutBlank(l)
			d.Check(got == name, "lines of "+name+" alone, with the wildmat "+name, "%q", l)
		}
		d.Saw("of %d lines, %d with the name of a group", len(all), len(lines))
	}}
}

// rfc6048Rows are the server cases of RFC 6048: the further variants of LIST.
func rfc6048Rows() []serverCase {
	return slices.Concat(rfc6048All(), rfc6048Counts(), rfc6048Distributions(), rfc6048Moderators(), rfc6048Motd(), rfc6048Subscriptions())
}

// listedVariants calls f with each of the variants that the server lists, in a session that may read.
func (d *driver) listedVariants(f func(s *session, v variant)) {
	s := d.reader()
	for _, v := range rfc6048Variants {
		if d.caps.Has("LIST", v.keyword) && !d.Settled() {
			f(s, v)
		}
	}
}

func rfc6048All() []serverCase {
	list, latin1 := []string{"LIST"}, []string{"list-latin1"}
	return []serverCase{
		{name: "list-keywords-optional", run: func(d *driver) {
			var there []string
			d.listedVariants(func(_ *session, v variant) { there = append(there, v.keyword) })
			if !d.Settled() {
				d.Saw("of the variants of RFC 6048 there are %q", there)
			}
		}},
		{name: "list-keywords-meaning", needs: list, features: motd.features(), deviations: []string{"counts-as-active"}, run: func(d *driver) {
			d.listedVariants(func(s *session, v variant) {
				r := s.expect("215 503", "LIST %s", v.keyword)
				v.formed(d, s.drain(r).texts())
			})
		}},
		{name: "list-variants-503", needs: list, features: []string{"?REFUSE=LIST DISTRIBUTIONS:503"}, deviations: []string{"list-503-as-500"}, run: func(d *driver) {
			d.listedVariants(func(s *session, v variant) { s.drain(s.expect("215 503", "LIST %s", v.keyword)) })
		}},
		{name: "list-names-ascii", deviations: []string{"active-names-utf8"}, run: func(d *driver) {
			s := d.reader()
			for _, line := range []string{"LIST ACTIVE", "LIST COUNTS", "LIST SUBSCRIPTIONS"} {
				for _, l := range s.drain(s.given().cmd("%s", line)).texts() {
					name, _ := cutBlank(l)
					d.Check(!strings.ContainsFunc(name, func(r rune) bool { return r > '~' }), "names of groups in ASCII", "%q in the response to %s", name, line)
				}
			}
		}},
		{name: "list-texts-utf8", needs: list, features: motd.features(), deviations: latin1, run: func(d *driver) {
			d.listedVariants(func(s *session, v variant) {
				for _, l := range s.drain(s.given().cmd("LIST %s", v.keyword)).texts() {
					d.Check(valid(l), "UTF-8 in the response to LIST "+v.keyword, "%q", l)
				}
			})
		}},
	}
}

func rfc6048Counts() []serverCase {
	needs := []string{"LIST COUNTS"}
	return append([]serverCase{
		{name: "counts-fields", needs: needs, deviations: []string{"counts-as-active", "counts-tabs"}, run: func(d *driver) { counts.formed(d, d.reader().kept(counts)) }},
		{name: "counts-as-group", needs: needs, deviations: []string{"counts-more", "counts-status"}, run: func(d *driver) {
			s := d.reader()
			g := s.given().groupOf(s.home())
			status := ""
			for _, l := range s.given().list("LIST ACTIVE %s", s.home()).texts() {
				if a, err := (nntp.Rules{Lenient: true}).ParseActive([]byte(l)); err == nil && a.Name == g.Name {
					status = a.Status
				}
			}
			for _, l := range s.kept(counts, s.home()) {
				c, err := nntp.Rules{Lenient: true}.ParseCount([]byte(l))
				d.Check(err == nil, counts.form, "%q: %v", l, err)
				got := fmt.Sprintf("%d %d %d %s", c.High, c.Low, c.Count, c.Status)
				d.Same("high and low water mark, number and status of "+g.Name, got, fmt.Sprintf("%d %d %d %s", g.High, g.Low, g.Count, status))
			}
		}},
		counts.once(), counts.filtered(),
		{name: "counts-all", needs: append(needs, "LIST ACTIVE"), deviations: []string{"counts-omits"}, run: func(d *driver) {
			s := d.reader()
			there := map[string]bool{}
			for _, l := range s.kept(counts) {
				name, _ := cutBlank(l)
				there[name] = true
			}
			for _, l := range s.given().list("LIST ACTIVE").texts() {
				name, _ := cutBlank(l)
				if there[name] || d.Settled() {
					continue
				}
				_, selectable := s.given().tryGroup(name)
				d.Check(d.Settled() || !selectable, "the group "+name+", which can be selected", "it is not there")
			}
		}},
		counts.saw("counts-leading-zeros", func(lines []string) string {
			zeros := slices.ContainsFunc(lines, func(l string) bool { f := strings.Fields(l); return len(f) == 5 && len(f[3]) > 1 && f[3][0] == '0' })
			return fmt.Sprintf("numbers of articles with leading zeros: %v", zeros)
		}),
	}, counts.common()...)
}

// margins says whether a line has no white space at its ends.
func margins(line string) bool { return strings.Trim(line, " \t") == line }

func rfc6048Distributions() []serverCase {
	needs := []string{"LIST DISTRIBUTIONS"}
	return append([]serverCase{
		{name: "distributions-fields", needs: needs, deviations: []string{"distributions-names"}, run: func(d *driver) { distributions.formed(d, d.reader().kept(distributions)) }},
		distributions.each("distributions-no-margins", []string{"list-margins"}, "no white space at the ends of a line", margins),
		distributions.saw("distributions-white-space", func(lines []string) string {
			wide := slices.ContainsFunc(lines, func(l string) bool { _, text := cutBlank(l); return strings.ContainsAny(text, " \t") })
			return fmt.Sprintf("descriptions with white space: %v", wide)
		}),
		distributions.once(), distributions.unargued(),
		distributions.each("distributions-utf8", []string{"list-latin1"}, "descriptions in UTF-8", valid),
		{name: "distributions-and-patterns", needs: needs, deviations: []string{"distributions-other", "distrib-pats-501"}, run: func(d *driver) {
			s := d.reader()
			described := map[string]bool{}
			for _, l := range s.kept(distributions) {
				name, _ := cutBlank(l)
				described[name] = true
			}
			for _, l := range s.drain(s.expect("215 503", "LIST DISTRIB.PATS")).texts() {
				p, err := nntp.Rules{Lenient: true}.ParseDistribPat([]byte(l))
				if err != nil {
					continue
				}
				for _, name := range strings.FieldsFunc(p.Value, func(r rune) bool { return r == ',' || r == ' ' }) {
					d.Check(described[name], name+", which is in LIST DISTRIB.PATS, described", "it is not")
				}
			}
		}},
	}, distributions.common()...)
}

// template is the second field of a line of LIST MODERATORS.
func template(line string) string {
	_, t, _ := strings.Cut(line, ":")
	return t
}

// percents says whether each "%" of a template is part of "%s" or "%%".
func percents(line string) bool {
	return !strings.Contains(strings.NewReplacer("%%", "", "%s", "").Replace(template(line)), "%")
}

func rfc6048Moderators() []serverCase {
	needs := []string{"LIST MODERATORS"}
	alone := `"%" in "%s" and "%%" only`
	return append([]serverCase{
		{name: "moderators-fields", needs: needs, deviations: []string{"moderators-space"}, run: func(d *driver) {
			lines := d.reader().kept(moderators)
			moderators.formed(d, lines)
			for _, l := range lines {
				wildmat, _, _ := strings.Cut(l, ":")
				_, err := nntp.ParseWildmat(wildmat)
				d.Check(err == nil, moderators.form, "%q: %v", l, err)
			}
		}},
		moderators.each("moderators-no-margins", []string{"list-margins"}, "no white space at the ends of a line", margins),
		moderators.saw("moderators-colons", func(lines []string) string {
			return fmt.Sprintf("templates with colons: %v", slices.ContainsFunc(lines, func(l string) bool { return strings.Contains(template(l), ":") }))
		}),
		moderators.each("moderators-one-s", []string{"moderators-two-s"}, `"%s" once at the most`, func(l string) bool {
			return strings.Count(strings.ReplaceAll(template(l), "%%", ""), "%s") <= 1
		}),
		moderators.each("moderators-percent-doubled", []string{"moderators-percent-alone"}, alone, percents),
		moderators.each("moderators-percent", []string{"moderators-percent-alone"}, alone, percents),
		{name: "moderators-all", needs: append(needs, "LIST ACTIVE"), deviations: []string{"moderators-none"}, run: func(d *driver) {
			s := d.reader()
			var wildmats []*nntp.Wildmat
			for _, l := range s.kept(moderators) {
				if m, err := (nntp.Rules{Lenient: true}).ParseModerator([]byte(l)); err == nil {
					if w, err := nntp.ParseWildmat(m.Pattern); err == nil {
						wildmats = append(wildmats, w)
					}
				}
			}
			for _, l := range s.given().list("LIST ACTIVE").texts() {
				a, err := nntp.Rules{Lenient: true}.ParseActive([]byte(l))
				if err != nil || a.Status != "m" {
					continue
				}
				d.Check(slices.ContainsFunc(wildmats, func(w *nntp.Wildmat) bool { return w.Match(a.Name) }), "a line whose wildmat matches "+a.Name+", which is moderated", "none")
			}
		}},
		moderators.unargued(),
	}, moderators.common()...)
}

func rfc6048Motd() []serverCase {
	return append([]serverCase{
		{name: "motd-by-state", needs: []string{"LIST MOTD"}, features: motd.features(), run: func(d *driver) {
			first := d.reader().given().kept(motd)
			s := d.private()
			r := s.given().cmd("LIST MOTD")
			second := s.drain(r).texts()
			if !d.Settled() {
				d.Saw("before authentication LIST MOTD gets %d; the message is the same: %v", r.Code, slices.Equal(first, second))
			}
		}},
		motd.each("motd-utf8", []string{"list-latin1"}, "a message in UTF-8", valid),
		motd.unargued(),
	}, motd.common()...)
}

func rfc6048Subscriptions() []serverCase {
	needs := []string{"LIST SUBSCRIPTIONS"}
	return append([]serverCase{
		{name: "subscriptions-fields", needs: needs, deviations: []string{"subscriptions-status"}, run: func(d *driver) { subscriptions.formed(d, d.reader().kept(subscriptions)) }},
		subscriptions.once(), subscriptions.filtered(),
		{name: "subscriptions-carried", needs: needs, deviations: []string{"subscriptions-ghost"}, run: func(d *driver) {
			s := d.reader()
			for _, name := range s.kept(subscriptions) {
				if _, ok := s.given().tryGroup(name); !ok {
					d.Check(d.Settled(), "groups that the server has", "%q, which cannot be selected", name)
				}
			}
		}},
	}, subscriptions.common()...)
}
