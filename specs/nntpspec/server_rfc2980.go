package nntpspec

import (
	"fmt"
	"slices"
	"strings"

	"harness/protocols/nntp"
)

// oldCommands are the commands of RFC 2980, none of which a capability tells of, as they can be tried without a group.
var oldCommands = map[string]string{
	"XGTITLE": "XGTITLE harness.invalid", "XHDR": "XHDR Subject " + unknownID, "XOVER": "XOVER 1", "XPAT": "XPAT Subject " + unknownID + " *", "XROVER": "XROVER 1",
}

// checkOld ends the case if its row needs a command of RFC 2980 that the server does not know, or does not serve to this client.
func (s *session) checkOld() {
	for _, need := range s.d.row.needs {
		line, old := oldCommands[need]
		if !old {
			continue
		}
		r := s.given().cmd("%s", line)
		s.drain(r)
		if !s.d.Settled() && r.is("500 502") {
			s.d.Absent(need)
		}
	}
}

// rfc2980Rows are the server cases of RFC 2980: its commands in use.
func rfc2980Rows() []serverCase {
	return slices.Concat(rfc2980Lists(), rfc2980Headers(), rfc2980Overviews(), rfc2980Patterns(), []serverCase{
		{name: "mode-stream-codes", deviations: []string{"mode-stream-200"}, run: func(d *driver) {
			d.open().expect("203 500 501", "MODE STREAM") // 501 where MODE is known for MODE READER (RFC 3977 section 3.2.1)
		}},
		{name: "authinfo-generic-501", labels: []string{"auth"}, deviations: []string{"authinfo-generic-500"}, run: func(d *driver) {
			s := d.private()
			codes := "501"
			if caps := s.given().capabilities(); !caps.Has("AUTHINFO") {
				codes = "500 501" // AUTHINFO itself is unknown
			}
			r := s.cmd("AUTHINFO GENERIC HARNESS")
			if !d.Settled() && r.is("281 4yz 502 503") {
				d.Absent("a server without AUTHINFO GENERIC")
			}
			d.Check(d.Settled() || r.is(codes), "501 to AUTHINFO GENERIC", "%s", r.shown())
		}},
	})
}

func rfc2980Lists() []serverCase {
	titles := []string{"READER", "XGTITLE"}
	return []serverCase{
		{name: "subscriptions-215", needs: []string{"LIST SUBSCRIPTIONS"}, deviations: []string{"subscriptions-315"}, run: func(d *driver) {
			s := d.reader()
			if r := s.expect("215 503", "LIST SUBSCRIPTIONS"); r.Code == nntp.CodeList {
				s.block(r.to)
			}
		}},
		{name: "xgtitle-282", needs: titles, deviations: []string{"xgtitle-215"}, run: func(d *driver) {
			s := d.reader()
			name, _, _ := strings.Cut(s.home(), ".")
			for _, wildmat := range []string{s.home(), name + ".*"} {
				w, err := nntp.ParseWildmat(wildmat)
				if d.Settled() || err != nil {
					return
				}
				r := s.code(nntp.CodeGroupTitles, "XGTITLE %s", wildmat)
				for _, l := range s.drain(r).texts() {
					group, _ := cutBlank(l)
					d.Check(w.Match(group), "lines of groups that "+wildmat+" matches", "%q", l)
				}
			}
		}},
		{name: "xgtitle-current", needs: titles, deviations: []string{"xgtitle-all"}, run: func(d *driver) {
			s, _ := d.inGroup()
			for _, l := range s.list("XGTITLE").texts() {
				group, _ := cutBlank(l)
				d.Same("the group of XGTITLE without an argument", group, s.home())
			}
		}},
		{name: "xgtitle-end", needs: titles, deviations: []string{"xgtitle-no-end"}, run: func(d *driver) {
			s := d.reader()
			s.Patience(d.T.Scale(postWait))
			s.list("XGTITLE %s", s.home())
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
		}},
		{name: "xgtitle-as-list", needs: append(titles, "LIST NEWSGROUPS"), deviations: []string{"xgtitle-names"}, run: func(d *driver) {
			s := d.reader()
			want := s.given().list("LIST NEWSGROUPS *").texts()
			d.Same("the lines of XGTITLE *", strings.Join(s.list("XGTITLE *").texts(), "\n"), strings.Join(want, "\n"))
		}},
		{name: "xgtitle-481", needs: titles, features: []string{"?LIST=ACTIVE"}, deviations: []string{"xgtitle-481-as-503"}, run: func(d *driver) {
			s := d.reader()
			list := s.given().cmd("LIST NEWSGROUPS")
			if s.drain(list); !d.Settled() && list.Code == nntp.CodeList {
				d.Absent("a server without descriptions")
			}
			s.code(nntp.CodeAuthFailed, "XGTITLE *")
		}},
	}
}

// cutBlank cuts a line at its first white space.
func cutBlank(line string) (first, rest string) {
	i := strings.IndexAny(line, " \t")
	if i < 0 {
		return line, ""
	}
	return line[:i], strings.TrimLeft(line[i:], " \t")
}

// subject returns the content of an article's Subject as XHDR has it, as far as it can be compared: TABs are spaces.
func (s *session) subject(number int64) string {
	_, h := s.given().found("HEAD %d", number)
	return strings.ReplaceAll(header(h.content(), "Subject"), "\t", " ")
}

// contents sends a command whose lines are a number, or a message-id, and the content of a header, and returns the contents by what stands before them.
func (s *session) contents(code int, format string, args ...any) map[string]string {
	out := map[string]string{}
	r := s.code(code, format, args...)
	for _, l := range s.drain(r).texts() {
		article, content := cutBlank(l)
		if _, twice := out[article]; twice {
			s.Wrong("a line for each article in the response to "+r.to, "two of %s", article)
		}
		out[article] = content
	}
	return out
}

// noOld wants the code for a command without a group, and one of a range without articles to get 420.
func (d *driver) noOld(empty string) {
	s, g := d.inGroup()
	s.code(nntp.CodeNoCurrent, "%s %d-", empty, g.High+1000)
}

func rfc2980Headers() []serverCase {
	xhdr := []string{"READER", "XHDR"}
	return []serverCase{
		{name: "xhdr-221", needs: xhdr, deviations: []string{"xhdr-225", "xhdr-omits"}, run: func(d *driver) {
			s, numbers := d.some()
			last := numbers[len(numbers)-1]
			got := s.contents(nntp.CodeHead, "XHDR Subject %d-%d", numbers[0], last)
			for _, n := range numbers {
				_, there := got[fmt.Sprint(n)]
				d.Check(there || d.Settled(), fmt.Sprintf("a line for each of the articles %v", numbers), "none for %d", n)
			}
		}},
		{name: "xhdr-lines", needs: xhdr, deviations: []string{"hdr-number-more", "xhdr-named", "xhdr-id-zero"}, run: func(d *driver) {
			s, numbers := d.some()
			for _, n := range numbers[:3] {
				f, _ := s.given().found("STAT %d", n)
				want := s.subject(n)
				for what, article := range map[string]string{fmt.Sprint(n): fmt.Sprint(n), string(f.MessageID): string(f.MessageID)} {
					got, there := s.contents(nntp.CodeHead, "XHDR Subject %s", what)[article]
					d.Check(there || d.Settled(), "a line that begins with "+article+" in the response to XHDR Subject "+what, "another")
					d.Same("the subject of "+what, strings.TrimSpace(got), want)
				}
			}
		}},
		{name: "xhdr-current", needs: xhdr, deviations: []string{"hdr-number-more"}, run: func(d *driver) {
			s, numbers := d.some()
			s.given().found("STAT %d", numbers[1])
			got := s.contents(nntp.CodeHead, "XHDR Subject")
			_, there := got[fmt.Sprint(numbers[1])]
			d.Check(d.Settled() || len(got) == 1 && there, fmt.Sprintf("one line, of the current article, %d", numbers[1]), "%q", got)
		}},
		{name: "xhdr-430", needs: xhdr, deviations: []string{"hdr-430-as-423"}, run: func(d *driver) {
			d.reader().code(nntp.CodeNoSuchArticle, "XHDR Subject %s", unknownID)
		}},
		{name: "xhdr-412", needs: xhdr, deviations: []string{"hdr-412-as-420"}, run: func(d *driver) {
			d.reader().code(nntp.CodeNoGroup, "XHDR Subject 1-5")
		}},
		{name: "xhdr-420", needs: xhdr, deviations: []string{"xhdr-420-as-423"}, run: func(d *driver) { d.noOld("XHDR Subject") }},
	}
}

func rfc2980Overviews() []serverCase {
	xover, xrover := []string{"READER", "XOVER"}, []string{"READER", "XROVER"}
	post := append(xover, "POST")
	return []serverCase{
		{name: "xover-224", needs: xover, deviations: []string{"xover-225", "xover-omits"}, run: func(d *driver) {
			s, numbers := d.some()
			r := s.code(nntp.CodeOverview, "XOVER %d-%d", numbers[0], numbers[len(numbers)-1])
			var got []string
			for _, l := range s.drain(r).texts() {
				number, _, _ := strings.Cut(l, "\t")
				got = append(got, number)
			}
			if !d.Settled() {
				d.Same("the numbers of the rows", got, numbers)
			}
		}},
		{name: "xover-current", needs: xover, deviations: []string{"over-number-more"}, run: func(d *driver) {
			s, numbers := d.some()
			s.given().found("STAT %d", numbers[1])
			rows := s.rows("XOVER")
			d.Check(d.Settled() || len(rows) == 1 && rows[0].field(0) == fmt.Sprint(numbers[1]), fmt.Sprintf("one row, of the current article, %d", numbers[1]), "%q", rows)
		}},
		{name: "xover-412", needs: xover, deviations: []string{"over-412-as-420"}, run: func(d *driver) {
			s := d.reader()
			s.code(nntp.CodeNoGroup, "XOVER")
			s.code(nntp.CodeNoGroup, "XOVER 1-5")
		}},
		{name: "xover-420", needs: xover, deviations: []string{"xover-420-as-423"}, run: func(d *driver) { d.noOld("XOVER") }},
		{name: "xover-fields", needs: xover, deviations: []string{"over-swapped"}, run: func(d *driver) { d.overview("XOVER", nil) }},
		{name: "xover-null-field", mutates: true, needs: post, deviations: []string{"xover-null-omitted"}, run: func(d *driver) {
			s, _ := d.inGroup()
			id := s.given().posted("", bodyOf)
			s.given().enter()
			r := s.overOf("XOVER", id)
			d.Check(d.Settled() || len(r) >= 8 && r.field(5) == "", "an empty field for the References header that the article does not have", "%q", r)
		}},
		{name: "xover-removed", needs: xover, deviations: []string{"over-ghost"}, run: func(d *driver) { d.noGhosts("XOVER") }},
		{name: "xover-overview-fmt", needs: xover, deviations: []string{"format-503"}, run: func(d *driver) {
			s := d.reader()
			s.drain(s.code(nntp.CodeList, "LIST OVERVIEW.FMT"))
		}},
		{name: "xover-spaces", mutates: true, needs: post, deviations: []string{"over-tabs-kept"}, run: func(d *driver) { d.replaces("XOVER") }},

		{name: "xrover-224", mutates: true, needs: append(xrover, "POST"), deviations: []string{"xrover-225"}, run: func(d *driver) {
			s, number := d.referring()
			got := s.contents(nntp.CodeOverview, "XROVER %d", number)
			d.Check(d.Settled() || len(got) == 1, fmt.Sprintf("one line, of the article %d", number), "%q", got)
		}},
		{name: "xrover-current", mutates: true, needs: append(xrover, "POST"), deviations: []string{"hdr-number-more"}, run: func(d *driver) {
			s, number := d.referring()
			s.given().found("STAT %d", number)
			got := s.contents(nntp.CodeOverview, "XROVER")
			_, there := got[fmt.Sprint(number)]
			d.Check(d.Settled() || len(got) == 1 && there, fmt.Sprintf("one line, of the current article, %d", number), "%q", got)
		}},
		{name: "xrover-412", needs: xrover, deviations: []string{"over-412-as-420"}, run: func(d *driver) {
			s := d.reader()
			s.code(nntp.CodeNoGroup, "XROVER")
			s.code(nntp.CodeNoGroup, "XROVER 1-5")
		}},
		{name: "xrover-420", needs: xrover, deviations: []string{"xover-420-as-423"}, run: func(d *driver) { d.noOld("XROVER") }},
		{name: "xrover-lines", mutates: true, needs: append(xrover, "POST"), deviations: []string{"xrover-named"}, run: func(d *driver) {
			s, number := d.referring()
			got := s.contents(nntp.CodeOverview, "XROVER %d", number)
			if !d.Settled() {
				d.Same(fmt.Sprintf("what stands behind the number %d", number), strings.TrimSpace(got[fmt.Sprint(number)]), references)
			}
		}},
	}
}

// references are those of the article that [driver.referring] posts.
const references = "<one@harness.invalid> <two@harness.invalid>"

// referring posts an article with references, and returns its number in the current group.
func (d *driver) referring() (*session, int64) {
	s := d.reader()
	id := s.given().posted("References: "+references+"\r\n", bodyOf)
	s.given().enter()
	return s, s.given().numberOf(id)
}

// patterned returns the current group's first article, and its message-id in two parts: the first character behind "<", and the rest.
func (d *driver) patterned() (s *session, number int64, first, rest string) {
	s, numbers := d.some()
	id := s.given().ids(numbers[:1])[0]
	if !d.Settled() && len(id) < 5 {
		d.Unclear("needs a message-id that is longer than %q", id)
	}
	if d.Settled() {
		return s, numbers[0], "a", "bc"
	}
	return s, numbers[0], id[1:2], id[2:]
}

// escaped is a text as a pattern that matches nothing else.
func escaped(text string) string {
	var b strings.Builder
	for _, c := range []byte(text) {
		if strings.IndexByte(`*?[]\^-!,`, c) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	return b.String()
}

// matches wants XPAT of an article's message-id to find it by a pattern, or not to.
func (s *session) matches(number int64, pattern string, want bool) {
	got := s.contents(nntp.CodeHead, "XPAT Message-ID %d %s", number, pattern)
	if s.d.Settled() {
		return
	}
	_, found := got[fmt.Sprint(number)]
	s.d.Check(found == want, fmt.Sprintf("the message-id of the article %d matched by %s: %v", number, pattern, want), "%v", found)
}

func rfc2980Patterns() []serverCase {
	xpat := []string{"READER", "XPAT"}
	return []serverCase{
		{name: "xpat-joined", mutates: true, needs: append(xpat, "POST"), deviations: []string{"xpat-first-word"}, run: func(d *driver) {
			s := d.reader()
			id := s.given().posted("", bodyOf)
			s.given().enter()
			number := s.given().numberOf(id) // its Subject is "a test of the harness"
			for pattern, want := range map[string]bool{"a test of the harness": true, "a test*of *": true, "* xyzzy": false} {
				_, found := s.contents(nntp.CodeHead, "XPAT Subject %d %s", number, pattern)[fmt.Sprint(number)]
				d.Check(d.Settled() || found == want, fmt.Sprintf("the subject matched by the whole pattern %q: %v", pattern, want), "%v", found)
			}
		}},
		{name: "xpat-221", needs: xpat, deviations: []string{"xhdr-225", "xpat-none-420"}, run: func(d *driver) {
			s, numbers := d.some()
			first, last := numbers[0], numbers[len(numbers)-1]
			all := map[string]string{}
			for i, id := range s.given().ids(numbers) {
				all[fmt.Sprint(numbers[i])] = id
			}
			got := s.contents(nntp.CodeHead, "XPAT Message-ID %d-%d *", first, last)
			d.Same("the lines of XPAT with the pattern *", got, all)
			none := s.contents(nntp.CodeHead, "XPAT Message-ID %d-%d harness-xyzzy", first, last)
			d.Check(d.Settled() || len(none) == 0, "no lines where the pattern matches nothing", "%q", none)
		}},
		{name: "xpat-430", needs: xpat, deviations: []string{"hdr-430-as-423"}, run: func(d *driver) {
			d.reader().code(nntp.CodeNoSuchArticle, "XPAT Subject %s *", unknownID)
		}},
		{name: "pattern-operations", needs: xpat, deviations: []string{"pattern-sets-literal", "pattern-question-literal", "pattern-backslash-literal"}, run: func(d *driver) {
			s, number, first, rest := d.patterned()
			for _, try := range []struct {
				pattern string
				want    bool
			}{
				{"*", true}, {"<*" + escaped(rest), true}, {"<?" + escaped(rest), true}, {"<??" + escaped(rest), false},
				{"<[" + first + "~]" + escaped(rest), true}, {"<[^" + first + "]" + escaped(rest), false}, {"<[^~]" + escaped(rest), true},
				{`\<` + `\` + first + escaped(rest), true}, {`<\*` + escaped(rest), first == "*"},
			} {
				s.matches(number, try.pattern, try.want)
			}
		}},
		{name: "pattern-anchored", needs: xpat, deviations: []string{"pattern-unanchored"}, run: func(d *driver) {
			s, number, first, rest := d.patterned()
			s.matches(number, escaped(first)+"*", false)
			s.matches(number, "*"+escaped(strings.TrimSuffix(rest, ">")), false)
			s.matches(number, "*"+escaped(rest), true)
		}},
	}
}
