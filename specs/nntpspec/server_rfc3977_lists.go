package nntpspec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/protocols/nntp"
)

// variants are the keywords of LIST that are known.
var variants = []string{"ACTIVE", "ACTIVE.TIMES", "DISTRIB.PATS", "NEWSGROUPS", "OVERVIEW.FMT", "HEADERS", "COUNTS", "DISTRIBUTIONS", "MODERATORS", "MOTD", "SUBSCRIPTIONS"}

// now returns what DATE tells.
func (s *session) now() time.Time {
	r := s.code(nntp.CodeDate, "DATE")
	if s.d.Settled() {
		return time.Time{}
	}
	word := ""
	if w := r.Words(); len(w) > 0 {
		word = w[0]
	}
	t, err := nntp.ParseDate(word)
	if err != nil {
		s.Wrong("111 and yyyymmddhhmmss", "%s: %v", r.shown(), err)
	}
	return t
}

func rfc3977Lists() []serverCase {
	reader, list := []string{"READER"}, []string{"LIST"}
	return []serverCase{
		{name: "date-clock", mutates: true, needs: []string{"NEWNEWS", "POST"}, deviations: []string{"date-2040"}, run: func(d *driver) {
			s := d.reader()
			before := s.given().now()
			id := s.given().posted("", bodyOf)
			b := s.list("NEWNEWS * %s", strings.Join(nntp.Since(before), " "))
			d.Check(d.Settled() || slices.Contains(b.texts(), id), "the article that was posted since DATE told "+before.Format(time.DateTime)+" among those since then", "%d others", len(b.lines))
		}},
		{name: "date-monotonic", needs: reader, deviations: []string{"date-falls"}, run: func(d *driver) {
			s := d.reader()
			first, second := s.now(), s.now()
			d.Check(d.Settled() || !second.Before(first), "a date not before "+first.Format(time.DateTime), "%s", second.Format(time.DateTime))
		}},
		{name: "date-accurate", needs: reader, deviations: []string{"date-2040"}, run: func(d *driver) {
			got := d.reader().now()
			off := time.Since(got)
			d.Check(d.Settled() || off.Abs() < time.Hour, "the present, within an hour", "%s, which is %v off", got.Format(time.DateTime), off.Round(time.Second))
		}},
		{name: "date-111", needs: reader, deviations: []string{"date-local-form"}, run: func(d *driver) { d.reader().now() }},
		{name: "newgroups-extra", needs: reader, run: func(d *driver) {
			s := d.reader()
			all, r := len(s.given().list("LIST ACTIVE").lines), s.given().cmd("NEWGROUPS 19700101 000000 GMT")
			since := len(s.drain(r).lines)
			if !d.Settled() {
				d.Saw("LIST ACTIVE shows %d groups, and NEWGROUPS since 1970 %d: %s", all, since, r.shown())
			}
		}},
		{name: "newnews-repeats", needs: []string{"NEWNEWS"}, run: func(d *driver) {
			s := d.reader()
			ids := s.given().list("NEWNEWS %s 20000101 000000 GMT", s.home()).texts()
			n := len(ids)
			slices.Sort(ids)
			if !d.Settled() {
				d.Saw("%d message-ids, %d of them different", n, len(slices.Compact(ids)))
			}
		}},
		{name: "list-argument-content", needs: list, run: func(d *driver) {
			s := d.reader()
			all, one := len(s.given().list("LIST ACTIVE").lines), len(s.given().list("LIST ACTIVE %s", s.home()).lines)
			if !d.Settled() {
				d.Saw("LIST ACTIVE shows %d groups, and %d with a group's name", all, one)
			}
		}},
		{name: "list-argument-format", needs: list, deviations: []string{"list-argument-short"}, run: func(d *driver) {
			s := d.reader()
			all := s.given().list("LIST ACTIVE").texts()
			for _, l := range s.list("LIST ACTIVE %s", s.home()).texts() {
				d.Check(len(strings.Fields(l)) == 4 || d.Settled(), "a line in the form of LIST ACTIVE without an argument, such as "+strconv.Quote(all[0]), "%q", l)
			}
		}},
		{name: "list-501", needs: list, deviations: []string{"variant-500"}, run: func(d *driver) {
			s := d.reader()
			s.code(nntp.CodeSyntax, "LIST XYZZY")
			r := s.cmd("LIST OVERVIEW.FMT surplus")
			s.drain(r)
			d.Check(d.Settled() || r.is("501 503"), "501 to LIST OVERVIEW.FMT with an argument", "%s", r.shown())
		}},
		{name: "list-503", needs: list, deviations: []string{"motd-503-as-500"}, run: func(d *driver) {
			s := d.reader()
			for _, v := range variants {
				r := s.cmd("LIST %s", v)
				s.drain(r)
				d.Check(d.Settled() || r.is("215 501 503 480 502"), "215 to LIST "+v+", or 503 where the information is not kept, or 501", "%s", r.shown())
			}
		}},
		{name: "list-no-effect", needs: list, deviations: []string{"list-deselects"}, run: func(d *driver) {
			s, numbers := d.some()
			s.given().found("STAT %d", numbers[1])
			for _, v := range variants {
				s.drain(s.given().cmd("LIST %s", v))
			}
			f, _ := s.found("STAT")
			d.Same("the current article after LIST", f.Number, numbers[1])
		}},
		{name: "list-no-new-groups", needs: list, deviations: []string{"list-makes-groups"}, run: func(d *driver) {
			s := d.reader()
			s.given().code(nntp.CodeNoSuchGroup, "GROUP harness.invalid.no.such.group")
			s.given().list("LIST ACTIVE")
			s.code(nntp.CodeNoSuchGroup, "GROUP harness.invalid.no.such.group")
		}},
		{name: "list-keyword-meaning", needs: list, deviations: []string{"active-two-fields"}, run: func(d *driver) {
			s := d.reader()
			for _, l := range s.list("LIST ACTIVE").texts() {
				_, err := nntp.Rules{}.ParseActive([]byte(l))
				d.Check(err == nil, "name, high and low water mark, and status in each line of LIST ACTIVE", "%q: %v", l, err)
			}
			for _, l := range s.list("LIST NEWSGROUPS").texts() {
				_, err := nntp.Rules{}.ParseDescription([]byte(l))
				d.Check(err == nil, "name and description in each line of LIST NEWSGROUPS", "%q: %v", l, err)
			}
		}},
		{name: "list-active-supported", needs: reader, deviations: []string{"active-503"}, run: func(d *driver) {
			s := d.reader()
			s.list("LIST ACTIVE")
			s.list("LIST")
		}},
		{name: "list-active-all", needs: reader, deviations: []string{"active-omits"}, run: func(d *driver) {
			s, _ := d.inGroup()
			name := s.home()
			there := slices.ContainsFunc(s.list("LIST ACTIVE").texts(), func(l string) bool { return strings.HasPrefix(l, name+" ") })
			d.Check(d.Settled() || there, name+" among the groups, for it can be selected", "it is not shown")
		}},
		{name: "list-active-status", needs: reader, deviations: []string{"active-status-q"}, run: func(d *driver) {
			for _, l := range d.reader().list("LIST ACTIVE").texts() {
				a, err := nntp.Rules{Lenient: true}.ParseActive([]byte(l))
				d.Check(err != nil || slices.Contains([]string{"y", "n", "m", "x", "j"}, a.Status) || strings.HasPrefix(a.Status, "="), "y, n or m where one of them fits (and x, j or =group as servers have them)", "%q", l)
			}
		}},
		{name: "list-active-status-meaning", mutates: true, needs: []string{"READER", "POST"}, deviations: []string{"active-all-n"}, run: func(d *driver) {
			s := d.reader()
			id := newID()
			r := s.given().post(s.draft(id, "", bodyOf))
			name := s.home()
			for _, l := range s.list("LIST ACTIVE").texts() {
				a, err := nntp.Rules{Lenient: true}.ParseActive([]byte(l))
				if err != nil || a.Name != name || d.Settled() {
					continue
				}
				d.Check(a.Status != "n" || r.Code != nntp.CodePosted, "another status than n for "+name+", to which an article was posted", "%q", l)
				d.Check(a.Status != "y" || r.Code == nntp.CodePosted || r.Code != nntp.CodePostFailed, "a status of y only where one may post", "%s to an article for %s", r.shown(), name)
			}
		}},
		{name: "list-times-omits", needs: []string{"LIST ACTIVE.TIMES"}, run: func(d *driver) {
			s := d.reader()
			all, times := len(s.given().list("LIST ACTIVE").lines), len(s.given().list("LIST ACTIVE.TIMES").lines)
			if !d.Settled() {
				d.Saw("LIST ACTIVE shows %d groups, and LIST ACTIVE.TIMES %d", all, times)
			}
		}},
		{name: "list-times-newgroups", needs: []string{"LIST ACTIVE.TIMES"}, deviations: []string{"times-2040"}, run: func(d *driver) {
			s := d.reader()
			var last nntp.Created
			for _, l := range s.given().list("LIST ACTIVE.TIMES").texts() {
				if c, err := (nntp.Rules{Lenient: true}).ParseCreated([]byte(l)); err == nil && c.Time.After(last.Time) {
					last = c
				}
			}
			if d.Settled() || last.Name == "" {
				return
			}
			there := slices.ContainsFunc(s.list("NEWGROUPS %s", strings.Join(nntp.Since(last.Time), " ")).texts(), func(l string) bool { return strings.HasPrefix(l, last.Name+" ") })
			d.Check(d.Settled() || there, fmt.Sprintf("%s among the groups since %s, when it was made by LIST ACTIVE.TIMES", last.Name, last.Time.UTC().Format(time.DateTime)), "it is not shown")
		}},
		{name: "list-newsgroups-supported", needs: reader, deviations: []string{"newsgroups-503"}, run: func(d *driver) { d.reader().list("LIST NEWSGROUPS") }},
		{name: "list-newsgroups-omits", needs: reader, run: func(d *driver) {
			s := d.reader()
			all, described := len(s.given().list("LIST ACTIVE").lines), len(s.given().list("LIST NEWSGROUPS").lines)
			if !d.Settled() {
				d.Saw("LIST ACTIVE shows %d groups, and LIST NEWSGROUPS %d", all, described)
			}
		}},
		{name: "list-newsgroups-utf8", needs: reader, deviations: []string{"newsgroups-latin1"}, run: func(d *driver) { d.described() }},
		{name: "list-newsgroups-other", needs: reader, run: func(d *driver) {
			n := 0
			for _, l := range d.reader().given().list("LIST NEWSGROUPS").texts() {
				if !valid(l) {
					n++
				}
			}
			if !d.Settled() {
				d.Saw("%d descriptions are not UTF-8", n)
			}
		}},
		{name: "descriptions-charset", needs: reader, deviations: []string{"newsgroups-latin1"}, run: func(d *driver) { d.described() }},
		{name: "descriptions-8bit", needs: reader, deviations: []string{"newsgroups-latin1"}, run: func(d *driver) { d.described() }},
		{name: "group-names-ascii", needs: reader, deviations: []string{"active-names-utf8"}, run: func(d *driver) { d.named() }},
		{name: "group-names-8bit", needs: reader, deviations: []string{"active-names-utf8"}, run: func(d *driver) { d.named() }},
		{name: "group-names-octets", needs: reader, deviations: []string{"group-any-case"}, run: func(d *driver) {
			s := d.reader()
			name := strings.ToUpper(s.home())
			if d.Settled() || name == s.home() {
				return
			}
			r := s.cmd("GROUP %s", name)
			d.Check(d.Settled() || r.Code == nntp.CodeNoSuchGroup, "411 to "+name, "%s", r.shown())
		}},
		{name: "wildmat-extended", needs: reader, run: func(d *driver) {
			s := d.reader()
			r := s.cmd("LIST ACTIVE %s", "[a-z]*")
			b := s.drain(r)
			if !d.Settled() {
				d.Saw("LIST ACTIVE [a-z]* gets %s, with %d groups", r.shown(), len(b.lines))
			}
		}},
	}
}

// valid reports whether a text is UTF-8.
func valid(text string) bool { return strings.ToValidUTF8(text, "") == text }

// described wants descriptions in UTF-8.
func (d *driver) described() {
	for _, l := range d.reader().list("LIST NEWSGROUPS").texts() {
		d.Check(valid(l), "descriptions in ASCII or UTF-8", "%q", l)
	}
}

// named wants names of groups in ASCII.
func (d *driver) named() {
	for _, l := range d.reader().list("LIST ACTIVE").texts() {
		name, _, _ := strings.Cut(l, " ")
		d.Check(!strings.ContainsFunc(name, func(r rune) bool { return r > '~' }), "names of groups in ASCII", "%q", name)
	}
}

// row is a row of OVER: its fields.
type row []string

func (r row) field(i int) string {
	if i < len(r) {
		return r[i]
	}
	return ""
}

// rows sends OVER, or another command with such an answer, and returns its rows.
func (s *session) rows(format string, args ...any) []row {
	var out []row
	for _, l := range s.list(format, args...).texts() {
		out = append(out, strings.Split(l, "\t"))
	}
	return out
}

// header returns the unfolded content of the first header of that name in what HEAD showed.
func header(head, name string) string {
	f, _ := nntp.LookupField([]byte(head), name)
	return strings.TrimSpace(string(f.Unfolded()))
}

// overFields are the headers that OVER shows, in the order of its fields from the second on.
var overFields = []string{"Subject", "From", "Date", "Message-ID", "References"}

func rfc3977Overviews() []serverCase {
	over, byID, post := []string{"OVER"}, []string{"OVER MSGID"}, []string{"OVER", "POST"}
	format := []string{"LIST OVERVIEW.FMT"}
	return []serverCase{
		{name: "metadata-colon", needs: format, deviations: []string{"format-no-colon"}, run: func(d *driver) {
			for i, l := range d.reader().list("LIST OVERVIEW.FMT").texts() {
				old := (i == 5 || i == 6) && (strings.EqualFold(l, "Bytes:") || strings.EqualFold(l, "Lines:"))
				d.Check(old || strings.HasPrefix(l, ":") || i < 5 && strings.HasSuffix(l, ":") || i > 6 && strings.HasSuffix(strings.ToLower(l), ":full"), "the name of a header with a colon behind it, or of a metadata item with one before it", "%q", l)
			}
		}},
		{name: "metadata-one-colon", needs: format, deviations: []string{"format-two-colons"}, run: func(d *driver) {
			for _, l := range d.reader().list("LIST OVERVIEW.FMT").texts() {
				d.Check(!strings.HasPrefix(l, ":") || !strings.Contains(strings.TrimSuffix(strings.ToLower(l[1:]), ":full"), ":"), "one colon in the name of a metadata item", "%q", l)
			}
		}},
		{name: "metadata-computed", mutates: true, needs: post, deviations: []string{"over-lines-believed"}, run: func(d *driver) { d.computed() }},
		{name: "metadata-not-trusted", mutates: true, needs: post, deviations: []string{"over-lines-believed"}, run: func(d *driver) { d.computed() }},
		{name: "metadata-lines-bytes", mutates: true, needs: post, deviations: []string{"over-lines-believed"}, run: func(d *driver) { d.computed() }},
		{name: "metadata-right-copy", needs: over, deviations: []string{"over-lines-more"}, run: func(d *driver) { d.measured(7) }},
		{name: "bytes-exact", needs: over, deviations: []string{"over-bytes-more"}, run: func(d *driver) { d.measured(6) }},
		{name: "lines-exact", needs: over, deviations: []string{"over-lines-more"}, run: func(d *driver) { d.measured(7) }},
		{name: "overview-fmt-lists", needs: format, deviations: []string{"format-omits-xref"}, run: func(d *driver) { d.formatted(true) }},
		{name: "overview-fmt-omits", needs: format, run: func(d *driver) {
			n := len(d.reader().given().list("LIST OVERVIEW.FMT").lines)
			if !d.Settled() {
				d.Saw("LIST OVERVIEW.FMT lists %d fields", n)
			}
		}},
		{name: "overview-fmt-consistent", needs: format, deviations: []string{"over-eight-fields"}, run: func(d *driver) { d.formatted(false) }},
		{name: "over-msgid-listed", needs: over, deviations: []string{"over-msgid-unlisted"}, run: func(d *driver) { d.takesID(true) }},
		{name: "over-msgid-not-listed", needs: over, features: []string{"?-OVER-MSGID"}, deviations: []string{"over-msgid-claimed"}, run: func(d *driver) { d.takesID(false) }},
		{name: "over-msgid-503", needs: over, features: []string{"?-OVER-MSGID"}, deviations: []string{"over-503-as-501"}, run: func(d *driver) {
			d.refusesIDs()
		}},
		{name: "over-fields", needs: over, deviations: []string{"over-swapped"}, run: func(d *driver) { d.overview("OVER", nil) }},
		{name: "over-id-zero", needs: byID, deviations: []string{"over-number-more"}, run: func(d *driver) {
			s, numbers := d.some()
			id := s.given().ids(numbers[:1])[0]
			for _, r := range s.rows("OVER %s", id) {
				d.Check(r.field(0) == "0" || r.field(0) == fmt.Sprint(numbers[0]), fmt.Sprintf("0 (or %d, the article's number in the current group)", numbers[0]), "%q", r.field(0))
			}
			for _, r := range d.reader().rows("OVER %s", id) {
				d.Check(r.field(0) == "0", "0 where no group is selected", "%q", r.field(0))
			}
		}},
		{name: "over-id-number", needs: byID, run: func(d *driver) {
			s, numbers := d.some()
			rows := s.given().rows("OVER %s", s.given().ids(numbers[:1])[0])
			if !d.Settled() && len(rows) > 0 {
				d.Saw("OVER by a message-id of the current group tells the number %s", rows[0].field(0))
			}
		}},
		{name: "over-number", needs: over, deviations: []string{"over-number-more"}, run: func(d *driver) {
			s, numbers := d.some()
			for _, n := range numbers[:2] {
				for _, r := range s.rows("OVER %d", n) {
					d.Same("the number", r.field(0), fmt.Sprint(n))
				}
			}
		}},
		{name: "over-header-content", needs: over, deviations: []string{"over-subject-named"}, run: func(d *driver) {
			d.overview("OVER", func(name, content, _ string) {
				d.Check(!strings.HasPrefix(strings.ToLower(content), strings.ToLower(name)+":"), "the content of "+name+" without its name", "%q", content)
			})
		}},
		{name: "over-header-missing", mutates: true, needs: post, deviations: []string{"over-references-none"}, run: func(d *driver) {
			s, _ := d.inGroup()
			id := s.given().posted("", bodyOf)
			s.given().enter()
			r := s.overOf("OVER", id)
			d.Check(d.Settled() || r.field(5) == "", "an empty field for the References header that the article does not have", "%q", r.field(5))
		}},
		{name: "over-metadata-value", needs: over, deviations: []string{"over-lines-named"}, run: func(d *driver) {
			s, _ := d.inGroup()
			for _, r := range s.rows("OVER 1-") {
				for _, v := range []string{r.field(6), r.field(7)} {
					d.Check(strings.Trim(v, "0123456789") == "", "the numbers of :bytes and :lines alone", "%q", v)
				}
			}
		}},
		{name: "over-further-headers", needs: over, deviations: []string{"over-xref-unnamed"}, run: func(d *driver) { d.further() }},
		{name: "over-further-missing", needs: over, deviations: []string{"over-xref-unnamed"}, run: func(d *driver) { d.further() }},
		{name: "over-replaces", mutates: true, needs: post, deviations: []string{"over-tabs-kept"}, run: func(d *driver) { d.replaces("OVER") }},
		{name: "over-no-removed", needs: over, deviations: []string{"over-ghost"}, run: func(d *driver) { d.noGhosts("OVER") }},
		{name: "over-430", needs: byID, deviations: []string{"over-430-as-423"}, run: func(d *driver) { d.reader().code(nntp.CodeNoSuchArticle, "OVER %s", unknownID) }},
		{name: "over-412", needs: over, deviations: []string{"over-412-as-420"}, run: func(d *driver) {
			s := d.reader()
			s.code(nntp.CodeNoGroup, "OVER")
			s.code(nntp.CodeNoGroup, "OVER 1-5")
		}},
		{name: "over-423", needs: over, deviations: []string{"over-423-as-420"}, run: func(d *driver) {
			s, g := d.inGroup()
			s.code(nntp.CodeNoSuchNumber, "OVER %d-", g.High+1000)
		}},
		{name: "over-420", needs: over, deviations: []string{"over-420-as-423"}, run: func(d *driver) { d.empty().code(nntp.CodeNoCurrent, "OVER") }},
		{name: "overview-fmt-first-seven", needs: format, deviations: []string{"format-topic"}, run: func(d *driver) {
			lines := d.reader().list("LIST OVERVIEW.FMT").texts()
			_, err := nntp.Rules{}.ParseOverviewFormat(lines)
			d.Check(d.Settled() || err == nil, "Subject: From: Date: Message-ID: References: :bytes :lines first, and then names with :full, or of metadata", "%q: %v", lines, err)
		}},
		{name: "metadata-private-x", needs: format, deviations: []string{"format-private"}, run: func(d *driver) {
			for _, l := range d.reader().list("LIST OVERVIEW.FMT").texts() {
				name := strings.ToLower(l)
				d.Check(!strings.HasPrefix(name, ":") || strings.HasPrefix(name, ":x-") || name == ":bytes" || name == ":lines", `":x-" before the name of metadata that is not registered`, "%q", l)
			}
		}},
		{name: "overview-fmt-further", needs: format, deviations: []string{"format-further-bare"}, run: func(d *driver) {
			lines := d.reader().list("LIST OVERVIEW.FMT").texts()
			for i := 7; i < len(lines); i++ {
				d.Check(strings.HasPrefix(lines[i], ":") || strings.HasSuffix(strings.ToLower(lines[i]), ":full"), `a header's name with ":full", or the name of metadata`, "%q", lines[i])
			}
		}},
		{name: "overview-fmt-old-names", needs: format, run: func(d *driver) {
			lines := d.reader().given().list("LIST OVERVIEW.FMT").texts()
			if !d.Settled() && len(lines) > 6 {
				d.Saw("the sixth and seventh line are %q and %q", lines[5], lines[6])
			}
		}},
		{name: "overview-fmt-varies", needs: format, run: func(d *driver) {
			s := d.reader()
			first := s.given().list("LIST OVERVIEW.FMT").content()
			s.given().enter()
			second := s.given().list("LIST OVERVIEW.FMT").content()
			if !d.Settled() {
				d.Saw("LIST OVERVIEW.FMT is the same after GROUP: %v", first == second)
			}
		}},
	}
}

// overOf returns the row of OVER or XOVER of an article in the current group.
func (s *session) overOf(verb, id string) row {
	rows := s.rows("%s 1-", verb)
	for i := len(rows) - 1; i >= 0; i-- {
		if rows[i].field(4) == id {
			return rows[i]
		}
	}
	if !s.d.Settled() {
		s.d.Unclear("%s does not show %s", verb, id)
	}
	return nil
}

// replaces wants a space for each TAB and line end of a header in a row of OVER or XOVER.
func (d *driver) replaces(verb string) {
	s, _ := d.inGroup()
	id := newID()
	r := s.post(fmt.Sprintf("From: harness@harness.invalid\r\nNewsgroups: %s\r\nSubject: one\ttab\r\n and a fold\r\nMessage-ID: %s\r\n\r\n%s", s.home(), id, bodyOf))
	if !d.Settled() && r.Code != nntp.CodePosted {
		d.Unclear("an article with a TAB in its Subject is refused: %s", r.shown())
	}
	s.given().arrived(id)
	s.given().enter()
	var row row
	if rows := s.rows("%s %d", verb, s.given().numberOf(id)); len(rows) > 0 { // not by its message-id, which a TAB too many would shift
		row = rows[0]
	}
	d.Check(d.Settled() || row.field(1) == "one tab and a fold", `"one tab and a fold": a space for the TAB, and the fold taken out`, "%q", row.field(1))
}

// noGhosts wants no rows of OVER or XOVER but those of articles that are there.
func (d *driver) noGhosts(verb string) {
	s, _ := d.inGroup()
	there := map[string]bool{}
	for _, n := range s.given().numbers(1) {
		there[fmt.Sprint(n)] = true
	}
	for _, r := range s.rows("%s 1-", verb) {
		d.Check(there[r.field(0)] || d.Settled(), "rows of articles that LISTGROUP shows", "one of %s", r.field(0))
	}
}

// computed posts an article that lies about its lines.
func (d *driver) computed() {
	s, _ := d.inGroup()
	id := s.given().posted("Lines: 4711\r\nBytes: 1\r\n", bodyOf)
	s.given().enter()
	r := s.overOf("OVER", id)
	_, whole := s.given().found("ARTICLE %s", id)
	d.Check(d.Settled() || r.field(7) == "3", "3 lines, as the body has them, and not what the Lines header says", "%q", r.field(7))
	d.Check(d.Settled() || r.field(6) != "1", fmt.Sprintf("about %d octets, and not what the Bytes header says", len(whole.content())), "%q", r.field(6))
}

// measured compares :bytes (6) or :lines (7) with the articles.
func (d *driver) measured(field int) {
	s, numbers := d.some()
	for _, n := range numbers[:2] {
		_, a := s.given().found("ARTICLE %d", n)
		rows := s.rows("OVER %d", n)
		if d.Settled() {
			return
		}
		_, body := nntp.SplitArticle([]byte(a.content()))
		want := []int{len(a.content()), strings.Count(string(body), "\r\n")}[field-6]
		d.Check(len(rows) == 1 && rows[0].field(field) == strconv.Itoa(want), fmt.Sprintf("%d %s for the article %d", want, []string{"octets", "lines"}[field-6], n), "%q", rows)
	}
}

// formatted compares LIST OVERVIEW.FMT with the rows of OVER: all says that each field of theirs has to be listed, or else each that is listed has to be theirs.
func (d *driver) formatted(all bool) {
	s, _ := d.inGroup()
	listed := len(s.list("LIST OVERVIEW.FMT").lines)
	for _, r := range s.rows("OVER 1-") {
		further := len(r) - 1
		if all {
			d.Check(further <= listed, fmt.Sprintf("the %d fields that a row has in LIST OVERVIEW.FMT", further), "%d", listed)
		} else {
			d.Check(further >= listed, fmt.Sprintf("the %d fields that LIST OVERVIEW.FMT lists in each row", listed), "%d in that of %s", further, r.field(0))
		}
	}
}

// takesID wants MSGID to be listed where OVER takes message-ids, or not to be listed where it takes none.
func (d *driver) takesID(takes bool) {
	s, r := d.overOfID()
	listed := s.given().capabilities().Has("OVER", "MSGID")
	switch {
	case d.Settled():
	case takes != (r.Code == nntp.CodeOverview):
		d.Absent(fmt.Sprintf("another answer than %s to OVER with a message-id", r.shown()))
	default:
		d.Check(listed == takes, fmt.Sprintf("MSGID behind OVER listed: %v, for a message-id gets %s", takes, r.shown()), "listed: %v", listed)
	}
}

// refusesIDs wants 503 from a server whose OVER takes no message-ids.
func (d *driver) refusesIDs() {
	_, r := d.overOfID()
	switch {
	case d.Settled():
	case r.Code == nntp.CodeOverview:
		d.Absent("OVER without message-ids")
	default:
		d.Check(r.Code == nntp.CodeNotSupported, "503 to OVER with the message-id of an article that is there, or its overview", "%s", r.shown())
	}
}

// overOfID asks for the overview of an article that is there by its message-id.
func (d *driver) overOfID() (*session, *response) {
	s, numbers := d.some()
	r := s.cmd("OVER %s", s.given().ids(numbers[:1])[0])
	s.drain(r)
	return s, r
}

// overview compares rows of OVER or XOVER with the headers of the articles. Without f the contents have to be the same.
func (d *driver) overview(verb string, f func(name, content, head string)) {
	s, numbers := d.some()
	for _, n := range numbers[:3] {
		_, h := s.given().found("HEAD %d", n)
		for _, r := range s.rows("%s %d", verb, n) {
			d.Check(len(r) >= 8, "eight fields or more", "%q", r)
			for i, name := range overFields {
				content, want := r.field(i+1), strings.ReplaceAll(header(h.content(), name), "\t", " ")
				if f != nil {
					f(name, content, want)
				} else {
					d.Check(d.Settled() || strings.TrimSpace(content) == want, fmt.Sprintf("%q in the field of %s", want, name), "%q", content)
				}
			}
		}
	}
}

// further wants the fields behind the eighth to be whole headers, or metadata, or empty.
func (d *driver) further() {
	s, _ := d.inGroup()
	format := s.given().list("LIST OVERVIEW.FMT").texts()
	for _, r := range s.rows("OVER 1-") {
		for i := 8; i < len(r) && i-1 < len(format); i++ {
			name, _, _ := strings.Cut(format[i-1], ":")
			d.Check(name == "" || r[i] == "" || strings.HasPrefix(strings.ToLower(r[i]), strings.ToLower(name)+": "), "the whole header "+name+", or nothing", "%q", r[i])
		}
	}
}

func rfc3977Headers() []serverCase {
	hdr, post := []string{"HDR"}, []string{"HDR", "POST"}
	headers := []string{"LIST HEADERS"}
	restricted := []string{"?-HDR-ANY"}
	return []serverCase{
		{name: "hdr-source", needs: hdr, run: func(d *driver) { d.sawHdr() }},
		{name: "hdr-restricted", needs: hdr, run: func(d *driver) { d.sawHdr() }},
		{name: "hdr-limited", needs: hdr, run: func(d *driver) { d.sawHdr() }},
		{name: "hdr-id-zero", needs: hdr, deviations: []string{"hdr-number-more"}, run: func(d *driver) {
			s, numbers := d.some()
			id := s.given().ids(numbers[:1])[0]
			for _, h := range s.hdr("HDR Subject %s", id) {
				d.Check(h.Number == 0 || h.Number == numbers[0], fmt.Sprintf("0 (or %d, the article's number in the current group)", numbers[0]), "%d", h.Number)
			}
			for _, h := range d.reader().hdr("HDR Subject %s", id) {
				d.Check(h.Number == 0, "0 where no group is selected", "%d", h.Number)
			}
		}},
		{name: "hdr-id-number", needs: hdr, run: func(d *driver) {
			s, numbers := d.some()
			list := s.given().hdr("HDR Subject %s", s.given().ids(numbers[:1])[0])
			if !d.Settled() && len(list) > 0 {
				d.Saw("HDR by a message-id of the current group tells the number %d", list[0].Number)
			}
		}},
		{name: "hdr-number", needs: hdr, deviations: []string{"hdr-number-more"}, run: func(d *driver) {
			s, numbers := d.some()
			for _, h := range s.hdr("HDR Subject %d", numbers[1]) {
				d.Same("the number", h.Number, numbers[1])
			}
		}},
		{name: "hdr-empty-space", mutates: true, needs: post, run: func(d *driver) {
			s, _ := d.inGroup()
			id := s.given().posted("", bodyOf)
			r := s.cmd("HDR References %s", id)
			b := s.drain(r)
			if !d.Settled() {
				d.Saw("the References header that is missing is shown as %q", b.texts())
			}
		}},
		{name: "hdr-430", needs: hdr, deviations: []string{"hdr-430-as-423"}, run: func(d *driver) {
			r := d.reader().cmd("HDR Subject %s", unknownID)
			d.Check(d.Settled() || r.is("430 503"), "430 (or 503 where HDR takes no message-ids)", "%s", r.shown())
		}},
		{name: "hdr-412", needs: hdr, deviations: []string{"hdr-412-as-420"}, run: func(d *driver) {
			s := d.reader()
			s.code(nntp.CodeNoGroup, "HDR Subject")
			s.code(nntp.CodeNoGroup, "HDR Subject 1-5")
		}},
		{name: "hdr-423", needs: hdr, deviations: []string{"hdr-423-as-420"}, run: func(d *driver) {
			s, g := d.inGroup()
			s.code(nntp.CodeNoSuchNumber, "HDR Subject %d-", g.High+1000)
		}},
		{name: "hdr-420", needs: hdr, deviations: []string{"hdr-420-as-423"}, run: func(d *driver) { d.empty().code(nntp.CodeNoCurrent, "HDR Subject") }},
		{name: "hdr-503", needs: hdr, features: restricted, deviations: []string{"hdr-503-as-501"}, run: func(d *driver) {
			s, numbers := d.some()
			if slices.Contains(s.given().list("LIST HEADERS").texts(), ":") {
				d.Absent("a limited set of fields")
			}
			r := s.cmd("HDR X-Harness-Nothing %d", numbers[0])
			s.drain(r)
			d.Check(d.Settled() || r.is("503 225"), "503 (or 225, where HDR shows the field all the same)", "%s", r.shown())
		}},
		{name: "hdr-inconsistent-not-listed", needs: headers, features: restricted, deviations: []string{"headers-claims"}, run: func(d *driver) { d.listedFields("") }},
		{name: "headers-any-only", needs: headers, deviations: []string{"headers-any-and-subject"}, run: func(d *driver) {
			lines := d.reader().list("LIST HEADERS").texts()
			for _, l := range lines {
				d.Check(!slices.Contains(lines, ":") || strings.HasPrefix(l, ":"), `no names of headers beside ":"`, "%q", l)
			}
		}},
		{name: "headers-any-colon", needs: headers, deviations: []string{"headers-no-colon"}, run: func(d *driver) {
			s, numbers := d.some()
			lines := s.list("LIST HEADERS").texts()
			any := true
			for _, name := range []string{"X-Harness-Nothing", "Path", "Newsgroups", "Organization"} {
				r := s.cmd("HDR %s %d", name, numbers[0])
				s.drain(r)
				any = any && r.Code == nntp.CodeHeaders
			}
			d.Check(d.Settled() || !any || slices.Contains(lines, ":"), `":" listed, for HDR shows any header`, "%q", lines)
		}},
		{name: "headers-metadata", needs: headers, deviations: []string{"headers-no-bytes"}, run: func(d *driver) {
			s, numbers := d.some()
			lines := s.list("LIST HEADERS").texts()
			for _, item := range []string{":bytes", ":lines"} {
				r := s.cmd("HDR %s %d", item, numbers[0])
				s.drain(r)
				listed := slices.ContainsFunc(lines, func(l string) bool { return strings.EqualFold(l, item) })
				d.Check(d.Settled() || r.Code != nntp.CodeHeaders || listed, item+" listed, for HDR shows it", "%q", lines)
			}
		}},
		{name: "headers-empty", needs: headers, run: func(d *driver) {
			lines := d.reader().given().list("LIST HEADERS").texts()
			if !d.Settled() {
				d.Saw("LIST HEADERS lists %q", lines)
			}
		}},
		{name: "headers-overview", needs: []string{"HDR", "OVER"}, deviations: []string{"hdr-225-as-503"}, run: func(d *driver) {
			s, numbers := d.some()
			for _, l := range s.given().list("LIST OVERVIEW.FMT").texts() {
				name := strings.TrimSuffix(strings.ToLower(l), ":full")
				if name = strings.TrimSuffix(name, ":"); name == "bytes" || name == "lines" {
					name = ":" + name
				}
				s.code(nntp.CodeHeaders, "HDR %s %d", name, numbers[0])
				s.block("HDR " + name)
			}
		}},
		{name: "headers-msgid", needs: headers, deviations: []string{"headers-claims"}, run: func(d *driver) { d.listedFields("MSGID") }},
		{name: "headers-range", needs: headers, deviations: []string{"headers-claims"}, run: func(d *driver) { d.listedFields("RANGE") }},
		{name: "headers-both", needs: headers, deviations: []string{"headers-claims"}, run: func(d *driver) { d.listedFields("") }},
		{name: "headers-argument-ignored", needs: headers, deviations: []string{"headers-msgid-short"}, run: func(d *driver) {
			s, numbers := d.some()
			id := s.given().ids(numbers[:1])[0]
			ranges, byID := s.list("LIST HEADERS RANGE").texts(), s.list("LIST HEADERS MSGID").texts()
			for _, name := range ranges {
				if slices.Contains(byID, name) || name == ":" || d.Settled() {
					continue
				}
				r := s.cmd("HDR %s %s", name, id)
				s.drain(r)
				d.Check(d.Settled() || r.Code != nntp.CodeHeaders, name+" in LIST HEADERS MSGID too, for HDR shows it by a message-id", "%q", byID)
			}
			if slices.Contains(ranges, ":") && !slices.Contains(byID, ":") && !d.Settled() {
				r := s.cmd("HDR Subject %s", id)
				s.drain(r)
				d.Check(d.Settled() || r.Code != nntp.CodeHeaders, `":" or Subject in LIST HEADERS MSGID too, for HDR shows it by a message-id`, "%q", byID)
			}
		}},
	}
}

// hdr sends HDR and returns its lines.
func (s *session) hdr(format string, args ...any) []nntp.Header {
	var out []nntp.Header
	for _, l := range s.list(format, args...).texts() {
		h, err := nntp.Rules{Lenient: true}.ParseHeader([]byte(l))
		if err != nil {
			s.Wrong("a number and the content of a field", "%q: %v", l, err)
			return nil
		}
		out = append(out, h)
	}
	return out
}

// sawHdr tells which fields HDR shows.
func (d *driver) sawHdr() {
	s, numbers := d.some()
	r := s.given().cmd("HDR X-Harness-Nothing %d", numbers[0])
	s.drain(r)
	if !d.Settled() {
		d.Saw("HDR of a header that no overview has gets %s", r.shown())
	}
}

// listedFields tries the fields of LIST HEADERS with that argument.
func (d *driver) listedFields(argument string) {
	s, numbers := d.some()
	id := s.given().ids(numbers[:1])[0]
	for _, name := range s.list("LIST HEADERS%s", strings.TrimRight(" "+argument, " ")).texts() {
		if name == ":" || d.Settled() {
			continue
		}
		var way string
		if way = fmt.Sprint(numbers[0]); argument == "MSGID" {
			way = id
		}
		r := s.cmd("HDR %s %s", name, way)
		s.drain(r)
		d.Check(d.Settled() || r.Code == nntp.CodeHeaders, fmt.Sprintf("225 to HDR %s, for LIST HEADERS %s lists it", name, argument), "%s", r.shown())
	}
}

func rfc3977Content() []serverCase {
	reader, post := []string{"READER"}, []string{"POST"}
	latin1 := "X-Harness: caf\xe9\r\n"
	posts := func(headers, body string, f func(d *driver, s *session, id string)) func(d *driver) {
		return func(d *driver) {
			s := d.reader()
			id := s.posted(headers, body)
			if !d.Settled() {
				f(d, s, id)
			}
		}
	}
	saw := func(what, headers, body string) func(d *driver) {
		return func(d *driver) {
			s := d.reader()
			r := s.given().post(s.draft(newID(), headers, body))
			if !d.Settled() {
				d.Saw("an article with %s gets %s", what, r.shown())
			}
		}
	}
	// strange posts what is not UTF-8. A server may refuse the article, as any (RFC 3977 sections 3.6 and 10.2).
	strange := func(body string, f func(d *driver, s *session, id string)) func(d *driver) {
		return func(d *driver) {
			s := d.reader()
			id := newID()
			r := s.post(s.draft(id, latin1, body))
			switch {
			case d.Settled():
			case r.Code == nntp.CodePostFailed:
				d.Saw("an article that is not UTF-8 is refused, which is permitted: %s", r.shown())
			case r.Code != nntp.CodePosted:
				d.Fail("240 or 441 to an article that is not UTF-8", "%s", r.shown())
			case f != nil:
				s.given().arrived(id)
				f(d, s, id)
			}
		}
	}
	unchanged := strange("caf\xe9\r\n", func(d *driver, s *session, id string) {
		_, h := s.found("HEAD %s", id)
		d.Same("a header that is not UTF-8", header(h.content(), "X-Harness"), "caf\xe9")
	})
	return []serverCase{
		{name: "article-processed", mutates: true, needs: post, deviations: []string{"article-cut"}, run: posts("X-Harness: one\r\n two\r\n", bodyOf, func(d *driver, s *session, id string) {
			_, a := s.found("ARTICLE %s", id)
			d.Check(d.Settled() || strings.HasSuffix(a.content(), "\r\n\r\n"+bodyOf), "the body as it was posted, behind the empty line", "%q", a.content())
		})},
		{name: "article-octets", needs: reader, deviations: []string{"block-nul", "block-bare-cr"}, run: func(d *driver) {
			s, numbers := d.some()
			_, a := s.found("ARTICLE %d", numbers[0])
			for _, l := range a.lines {
				d.Check(!strings.ContainsAny(string(l.Text), "\x00\r\n"), "no NUL, and no CR or LF but in CRLF", "%q", l.Text)
			}
		}},
		{name: "body-empty", mutates: true, needs: post, run: saw("an empty body", "", "")},
		{name: "header-repeated", mutates: true, needs: post, run: saw("two headers of one name", "X-Harness: 1\r\nX-Harness: 2\r\n", bodyOf)},
		{name: "header-content-no-crlf", needs: reader, deviations: []string{"head-blank-fold"}, run: func(d *driver) { d.folded() }},
		{name: "header-content-empty", mutates: true, needs: post, run: saw("an empty header", "X-Harness: \r\n", bodyOf)},
		{name: "header-fold-octet", needs: reader, deviations: []string{"head-blank-fold"}, run: func(d *driver) { d.folded() }},
		{name: "header-fold-kept", mutates: true, needs: post, run: posts("X-Harness: one\r\n two\r\n", bodyOf, func(d *driver, s *session, id string) {
			_, h := s.given().found("HEAD %s", id)
			if !d.Settled() {
				d.Saw("a folded header is kept as it was: %v", strings.Contains(h.content(), "X-Harness: one\r\n two\r\n"))
			}
		})},
		{name: "header-other-passed", mutates: true, needs: post, run: saw("a header in Latin-1", latin1, bodyOf)},
		{name: "header-other-accepted", mutates: true, needs: post, deviations: []string{"latin1-as-syntax"}, run: strange(bodyOf, nil)},
		{name: "header-utf8-not-assumed", mutates: true, needs: post, deviations: []string{"head-replaced"}, run: unchanged},
		{name: "message-id-unique", needs: reader, deviations: []string{"stat-same-id"}, run: func(d *driver) { d.allIDs(true) }},
		{name: "message-id-not-shared", needs: reader, deviations: []string{"stat-same-id"}, run: func(d *driver) { d.allIDs(true) }},
		{name: "every-message-id", needs: reader, deviations: []string{"stat-same-id"}, run: func(d *driver) { d.allIDs(true) }},
		{name: "message-id-rules", needs: reader, deviations: []string{"stat-id-open"}, run: func(d *driver) { d.allIDs(false) }},
		{name: "message-id-length", needs: reader, deviations: []string{"stat-id-long"}, run: func(d *driver) { d.allIDs(false) }},
		{name: "message-id-brackets", needs: reader, deviations: []string{"stat-id-open"}, run: func(d *driver) { d.allIDs(false) }},
		{name: "message-id-one-bracket", needs: reader, deviations: []string{"stat-id-two-brackets"}, run: func(d *driver) { d.allIDs(false) }},
		{name: "message-id-printable", needs: reader, deviations: []string{"stat-id-latin1"}, run: func(d *driver) { d.allIDs(false) }},
		{name: "message-id-other-spec", needs: reader, deviations: []string{"stat-same-id"}, run: func(d *driver) { d.fromHeader() }},
		{name: "message-id-from-header", needs: reader, deviations: []string{"stat-same-id"}, run: func(d *driver) { d.fromHeader() }},
		{name: "utf8-preferred", deviations: []string{"date-latin1"}, run: func(d *driver) { d.utf8() }},
		{name: "utf8-only", deviations: []string{"date-latin1"}, run: func(d *driver) { d.utf8() }},
		{name: "malformed-not-sent", deviations: []string{"date-latin1"}, run: func(d *driver) { d.utf8() }},
		{name: "new-content-utf8", deviations: []string{"date-latin1"}, run: func(d *driver) { d.utf8() }},
		{name: "other-encodings", mutates: true, needs: post, deviations: []string{"latin1-as-syntax"}, run: strange("caf\xe9\r\n", nil)},
		{name: "any-content-accepted", mutates: true, needs: post, deviations: []string{"latin1-as-syntax"}, run: strange("\x01\x7f\x80\xff\r\n", nil)},
		{name: "any-content-passed", mutates: true, needs: post, run: saw("octets of all kinds", latin1, "\x01\x7f\x80\xff\r\n")},
		{name: "header-names-ascii", needs: reader, deviations: []string{"head-name-latin1"}, run: func(d *driver) {
			s, numbers := d.some()
			for _, n := range numbers[:2] {
				_, h := s.found("HEAD %d", n)
				for _, l := range h.texts() {
					name, _, _ := strings.Cut(l, ":")
					d.Check(strings.HasPrefix(l, " ") || strings.HasPrefix(l, "\t") || !strings.ContainsFunc(name, func(r rune) bool { return r > '~' }), "names of headers in ASCII", "%q", l)
				}
			}
		}},
		{name: "external-passed", mutates: true, needs: post, run: saw("a header in Latin-1", latin1, bodyOf)},
		{name: "external-unchanged", mutates: true, needs: post, deviations: []string{"head-replaced"}, run: unchanged},
		{name: "external-not-converted", mutates: true, needs: post, deviations: []string{"head-replaced"}, run: unchanged},
		{name: "external-data-handled", mutates: true, needs: post, deviations: []string{"latin1-as-syntax"}, run: strange(bodyOf, nil)},
		{name: "data-handled", mutates: true, needs: post, deviations: []string{"latin1-as-syntax"}, run: strange(bodyOf, nil)},
		{name: "article-not-posted", mutates: true, needs: post, run: saw("a header in Latin-1", latin1, bodyOf)},
		{name: "malformed-detected", needs: reader, deviations: []string{"group-411-as-211"}, run: func(d *driver) {
			r := d.reader().cmd("GROUP caf\xe9.\xff\xfe")
			d.Check(d.Settled() || r.is("4yz 5yz"), "a refusal of a name that is not UTF-8", "%s", r.shown())
		}},
		{name: "malformed-close", needs: reader, deviations: []string{"group-411-as-211"}, run: func(d *driver) {
			s := d.reader()
			r := s.cmd("GROUP \xc0\xaf.\xed\xa0\x80")
			d.Check(d.Settled() || r.is("4yz 5yz"), "a refusal of a name in malformed UTF-8", "%s", r.shown())
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
		}},
		{name: "fault-403", features: []string{"REFUSE=DATE:403"}, deviations: []string{"date-403-as-500"}, run: func(d *driver) { d.reader().code(nntp.CodeFault, "DATE") }},
	}
}

// folded wants no blank line within a header.
func (d *driver) folded() {
	s, numbers := d.some()
	for _, n := range numbers[:2] {
		_, h := s.found("HEAD %d", n)
		for _, l := range h.texts() {
			d.Check(strings.Trim(l, " \t") != "", "something else than blanks in each line of a header", "%q", l)
		}
	}
}

// allIDs looks at the message-ids of a few articles.
func (d *driver) allIDs(distinct bool) {
	s, numbers := d.some()
	ids := make([]string, len(numbers))
	for i, n := range numbers {
		r := s.code(nntp.CodeStat, "STAT %d", n)
		if d.Settled() {
			return
		}
		if _, rest, ok := strings.Cut(r.Text, " "); ok {
			ids[i], _, _ = strings.Cut(rest, " ")
		}
		if !distinct {
			err := nntp.MessageID(ids[i]).Check()
			d.Check(err == nil, "a message-id of 3 to 250 printable ASCII characters in angle brackets", "%q: %v", ids[i], err)
		}
	}
	if distinct {
		d.distinct(ids)
	}
}

// fromHeader compares message-ids with the Message-ID headers.
func (d *driver) fromHeader() {
	s, numbers := d.some()
	for _, n := range numbers {
		f, _ := s.found("STAT %d", n)
		_, h := s.given().found("HEAD %d", n)
		d.Same("the message-id", string(f.MessageID), header(h.content(), "Message-ID"))
	}
}

// utf8 wants initial lines, and texts of the server's own, in UTF-8.
func (d *driver) utf8() {
	d.survey(func(r *response, b *block) {
		d.Check(valid(string(r.line.Text)), "an initial line in UTF-8", "%s", r.shown())
		if r.Code == nntp.CodeHelp || r.Code == nntp.CodeCapabilities {
			d.Check(valid(b.content()), "a text in UTF-8 behind "+r.to, "%q", b.content())
		}
	})
}
