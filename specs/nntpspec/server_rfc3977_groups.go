package nntpspec

import (
	"fmt"
	"strings"

	"harness/protocols/nntp"
)

// least is how many articles a group needs for most cases.
const least = 3

// ids returns the message-ids of articles by their numbers, as STAT tells them.
func (s *session) ids(numbers []int64) []string {
	out := make([]string, len(numbers))
	for i, n := range numbers {
		f, _ := s.found("STAT %d", n)
		out[i] = string(f.MessageID)
	}
	return out
}

// some returns the numbers of the first few articles of the group in which the case works, which is selected.
func (d *driver) some() (*session, []int64) {
	s, _ := d.inGroup()
	n := s.given().numbers(least)
	return s, n[:min(len(n), 8)]
}

// empty returns a session with an empty group selected; the case ends if there is none.
func (d *driver) empty() *session {
	s := d.reader()
	if d.Settled() {
		return s
	}
	if d.T.Fresh() {
		s.given().groupOf(emptyGroup)
		return s
	}
	for _, l := range s.given().list("LIST ACTIVE").texts() {
		a, err := nntp.Rules{Lenient: true}.ParseActive([]byte(l))
		if err != nil || a.High >= a.Low || d.Settled() {
			continue
		}
		if g, ok := s.given().tryGroup(a.Name); ok && g.Empty() {
			return s
		}
	}
	if !d.Settled() {
		d.Absent("a group without articles")
	}
	return s
}

func rfc3977Groups() []serverCase {
	reader := []string{"READER"}
	return []serverCase{
		{name: "number-one-article", needs: reader, deviations: []string{"stat-same-id"}, run: func(d *driver) {
			s, numbers := d.some()
			first, again := s.ids(numbers), s.ids(numbers)
			d.Same("the message-ids by number, asked for a second time", again, first)
			d.distinct(first)
		}},
		{name: "article-one-number", needs: reader, deviations: []string{"stat-same-id"}, run: func(d *driver) {
			s, numbers := d.some()
			d.distinct(s.ids(numbers))
		}},
		{name: "crosspost-numbers", needs: reader, run: func(d *driver) {
			s, _ := d.inGroup()
			r := s.cmd("HDR Xref")
			b := s.drain(r)
			if !d.Settled() {
				d.Saw("the Xref of the first article is %q", b.texts())
			}
		}},
		{name: "numbers-by-arrival", mutates: true, needs: []string{"POST"}, deviations: []string{"numbers-mirrored"}, run: func(d *driver) {
			s := d.reader()
			first, second := s.given().posted("", "one\r\n"), s.given().posted("", "two\r\n")
			s.given().enter()
			a, b := 0, 0
			ids := s.ids(s.given().numbers(2))
			for i, id := range ids {
				if id == first {
					a = i + 1
				}
				if id == second {
					b = i + 1
				}
			}
			d.Check(d.Settled() || a > 0 && b > a, "the article that came second behind the one that came first", "they are number %d and %d of the group's %d articles", a, b, len(ids))
		}},
		{name: "numbers-sequential", mutates: true, needs: []string{"POST"}, deviations: []string{"group-high-less"}, run: func(d *driver) {
			s, before := d.inGroup()
			id := s.given().posted("", "one\r\n")
			s.given().enter()
			for _, n := range s.given().numbers(1) {
				if n <= before.High {
					continue
				}
				if f, _ := s.given().found("STAT %d", n); string(f.MessageID) == id {
					d.Check(n == before.High+1, fmt.Sprintf("the number %d for the next article", before.High+1), "%d", n)
					return
				}
			}
			if !d.Settled() {
				d.Fail(fmt.Sprintf("the new article among those behind %d", before.High), "it is not there")
			}
		}},
		{name: "number-range", needs: reader, deviations: []string{"numbers-large"}, run: func(d *driver) { d.inRange() }},
		{name: "number-limit", needs: reader, deviations: []string{"numbers-large"}, run: func(d *driver) { d.inRange() }},
		{name: "number-16-digits", needs: reader, deviations: []string{"numbers-17-digits"}, run: func(d *driver) {
			s, _ := d.inGroup()
			for _, l := range s.list("LISTGROUP").texts() {
				d.Check(len(l) <= 16, "article numbers of at most 16 digits", "%q", l)
			}
		}},
		{name: "number-leading-zeros", needs: reader, run: func(d *driver) {
			s, _ := d.inGroup()
			for _, l := range s.list("LISTGROUP").texts() {
				if strings.HasPrefix(l, "0") {
					d.Saw("LISTGROUP shows %q", l)
					return
				}
			}
			d.Saw("LISTGROUP shows numbers without leading zeros")
		}},
		{name: "group-estimate", needs: reader, deviations: []string{"group-count-large"}, run: func(d *driver) {
			s, g := d.inGroup()
			n := int64(len(s.given().numbers(1)))
			d.Check(d.Settled() || g.Count >= n && g.Count <= g.High-g.Low+1, fmt.Sprintf("a number from %d, of the articles there, to %d, high - low + 1", n, g.High-g.Low+1), "%d", g.Count)
		}},
		{name: "group-empty-forms", needs: reader, deviations: []string{"empty-group-odd"}, run: func(d *driver) { d.emptyForm(false) }},
		{name: "group-empty-preferred", needs: reader, deviations: []string{"empty-group-zeros"}, run: func(d *driver) { d.emptyForm(true) }},
		{name: "group-low-monotonic", needs: reader, deviations: []string{"low-falls"}, run: func(d *driver) {
			s, first := d.inGroup()
			second := s.enter()
			d.Check(d.Settled() || second.Low >= first.Low, "a low water mark not below that of the response before", "%d, then %d", first.Low, second.Low)
		}},
		{name: "group-low-monotonic-ever", needs: reader, deviations: []string{"low-falls"}, run: func(d *driver) {
			_, first := d.inGroup()
			_, second := d.inGroup()
			d.Check(d.Settled() || second.Low >= first.Low, "a low water mark not below that of an earlier session", "%d, then %d", first.Low, second.Low)
		}},
		{name: "group-selects", needs: reader, deviations: []string{"group-keeps-current"}, run: func(d *driver) {
			s, numbers := d.some()
			s.given().enter()
			s.given().found("STAT %d", numbers[2])
			s.enter()
			f, _ := s.found("STAT")
			d.Same("the current article after GROUP", f.Number, numbers[0])
		}},
		{name: "group-invalid-keeps", needs: reader, deviations: []string{"invalid-group-deselects"}, run: func(d *driver) {
			s, numbers := d.some()
			s.given().found("STAT %d", numbers[1])
			s.given().code(nntp.CodeNoSuchGroup, "GROUP harness.invalid.no.such.group")
			f, _ := s.found("STAT")
			d.Same("the current article after a GROUP that failed", f.Number, numbers[1])
		}},
		{name: "group-411", needs: reader, deviations: []string{"group-411-as-419"}, run: func(d *driver) {
			d.reader().code(nntp.CodeNoSuchGroup, "GROUP harness.invalid.no.such.group")
		}},
		{name: "listgroup-range", needs: reader, run: func(d *driver) {
			s, g := d.inGroup()
			r := s.cmd("LISTGROUP %s %d-", s.home(), g.High+1000)
			b := s.drain(r)
			if !d.Settled() {
				d.Saw("a range behind the last article gets %s, with %d lines", r.shown(), len(b.lines))
			}
		}},
		{name: "listgroup-411", needs: reader, deviations: []string{"listgroup-411-as-412"}, run: func(d *driver) {
			d.reader().code(nntp.CodeNoSuchGroup, "LISTGROUP harness.invalid.no.such.group")
		}},
		{name: "listgroup-412", needs: reader, deviations: []string{"listgroup-412-as-411"}, run: func(d *driver) {
			d.reader().code(nntp.CodeNoGroup, "LISTGROUP")
		}},
		{name: "last-moves", needs: reader, deviations: []string{"last-stays"}, run: func(d *driver) {
			s, numbers := d.some()
			s.given().found("STAT %d", numbers[2])
			s.given().found("LAST")
			f, _ := s.found("STAT")
			d.Same("the current article after LAST", f.Number, numbers[1])
		}},
		{name: "last-response", needs: reader, deviations: []string{"last-no-id"}, run: func(d *driver) {
			s, numbers := d.some()
			ids := s.given().ids(numbers[:3])
			d.moved(s.code(nntp.CodeStat, "LAST"), numbers[1], ids[1])
		}},
		{name: "last-none-before", needs: reader, run: func(d *driver) {
			s, numbers := d.some()
			g := s.given().enter()
			if !d.Settled() {
				d.Saw("the low water mark is %d, and the first article %d", g.Low, numbers[0])
			}
		}},
		{name: "last-low-water", needs: reader, deviations: []string{"last-wraps"}, run: func(d *driver) { d.atFirst() }},
		{name: "last-inconsistent", needs: reader, run: func(d *driver) {
			s, numbers := d.some()
			s.given().found("STAT %d", numbers[2])
			f, _ := s.given().found("LAST")
			if !d.Settled() {
				d.Saw("LAST goes from %d to %d", numbers[2], f.Number)
			}
		}},
		{name: "last-422", needs: reader, deviations: []string{"last-420"}, run: func(d *driver) { d.atFirst() }},
		{name: "last-420", needs: reader, deviations: []string{"last-420-as-422"}, run: func(d *driver) { d.empty().code(nntp.CodeNoCurrent, "LAST") }},
		{name: "last-412", needs: reader, deviations: []string{"last-412-as-420"}, run: func(d *driver) { d.reader().code(nntp.CodeNoGroup, "LAST") }},
		{name: "last-failure-keeps", needs: reader, deviations: []string{"last-failure-moves"}, run: func(d *driver) {
			s, numbers := d.some()
			s.given().found("STAT %d", numbers[0])
			s.given().code(nntp.CodeNoPrevious, "LAST")
			f, _ := s.found("STAT")
			d.Same("the current article after a LAST that failed", f.Number, numbers[0])
		}},
		{name: "next-moves", needs: reader, deviations: []string{"next-stays"}, run: func(d *driver) {
			s, numbers := d.some()
			s.given().found("STAT %d", numbers[0])
			s.given().found("NEXT")
			f, _ := s.found("STAT")
			d.Same("the current article after NEXT", f.Number, numbers[1])
		}},
		{name: "next-response", needs: reader, deviations: []string{"next-no-id"}, run: func(d *driver) {
			s, numbers := d.some()
			ids := s.given().ids(numbers[:2])
			s.given().found("STAT %d", numbers[0])
			d.moved(s.code(nntp.CodeStat, "NEXT"), numbers[1], ids[1])
		}},
		{name: "next-421", needs: reader, deviations: []string{"next-wraps"}, run: func(d *driver) {
			s, _ := d.inGroup()
			numbers := s.given().numbers(1)
			s.given().found("STAT %d", numbers[len(numbers)-1])
			s.code(nntp.CodeNoNext, "NEXT")
		}},
	}
}

// distinct wants message-ids that differ from each other.
func (d *driver) distinct(ids []string) {
	seen := map[string]bool{}
	for _, id := range ids {
		d.Check(d.Settled() || !seen[id], "another message-id for each number", "%s stands under two", id)
		seen[id] = true
	}
}

// inRange wants article numbers from 1 to 2,147,483,647.
func (d *driver) inRange() {
	s, g := d.inGroup()
	for _, n := range append(s.numbers(1), g.High) {
		d.Check(d.Settled() || n >= 1 && n <= nntp.MaxNumber, "article numbers from 1 to 2,147,483,647", "%d", n)
	}
}

// emptyForm wants one of the forms of an empty group, or the preferred one.
func (d *driver) emptyForm(preferred bool) {
	s := d.reader()
	name := emptyGroup
	if !d.T.Fresh() {
		s = d.empty()
		r := s.given().cmd("LISTGROUP")
		s.drain(r)
		if d.Settled() {
			return
		}
		if w := r.Words(); len(w) > 3 {
			name = w[3]
		}
	}
	g := s.groupOf(name)
	switch {
	case d.Settled():
	case preferred:
		d.Check(g.Count == 0 && g.High == g.Low-1, "0, and a high water mark one less than the low one", "%d %d %d", g.Count, g.Low, g.High)
	default:
		d.Check(g.Empty(), "0, with a high water mark one less than the low one or no less than it, or three zeros", "%d %d %d", g.Count, g.Low, g.High)
	}
}

// moved compares the response to NEXT and LAST.
func (d *driver) moved(r *response, number int64, id string) {
	if d.Settled() {
		return
	}
	w := r.Words()
	d.Check(len(w) >= 2 && strings.TrimLeft(w[0], "0") == fmt.Sprint(number) && w[1] == id, fmt.Sprintf("%d and %s", number, id), "%s", r.shown())
}

// atFirst wants LAST at the first article to get 422.
func (d *driver) atFirst() {
	s, numbers := d.some()
	s.given().found("STAT %d", numbers[0])
	s.code(nntp.CodeNoPrevious, "LAST")
}

// bodyOf is a body without anything odd in it.
const bodyOf = "The first line.\r\n\r\nThe third line.\r\n"

func rfc3977Articles() []serverCase {
	reader, post := []string{"READER"}, []string{"POST"}
	return []serverCase{
		{name: "article-whole", needs: reader, deviations: []string{"article-cut"}, run: func(d *driver) {
			s, numbers := d.some()
			for _, n := range numbers[:2] {
				_, a := s.found("ARTICLE %d", n)
				_, h := s.found("HEAD %d", n)
				_, b := s.found("BODY %d", n)
				d.Check(d.Settled() || a.content() == h.content()+"\r\n"+b.content(), "ARTICLE as HEAD, an empty line, and BODY", "%d octets, and %d and %d", len(a.content()), len(h.content()), len(b.content()))
			}
		}},
		{name: "article-unaltered", mutates: true, needs: post, deviations: []string{"body-upper-case", "no-dot-stuffing"}, run: func(d *driver) {
			s := d.reader()
			body := bodyOf + dots + "  blanks at both ends \t\r\n"
			id := s.given().posted("", body)
			_, b := s.found("BODY %s", id)
			d.Same("the body", b.content(), body)
		}},
		{name: "by-id-keeps-state", needs: reader, deviations: []string{"article-by-id-selects"}, run: func(d *driver) {
			s, numbers := d.some()
			ids := s.given().ids(numbers[:2])
			s.given().found("STAT %d", numbers[0])
			for _, verb := range []string{"STAT", "HEAD", "BODY", "ARTICLE"} {
				s.given().found("%s %s", verb, ids[1])
				f, _ := s.found("STAT")
				d.Same("the current article after "+verb+" by a message-id", f.Number, numbers[0])
			}
		}},
		{name: "by-id-zero", needs: reader, deviations: []string{"by-id-seven"}, run: func(d *driver) { d.byID("STAT", "HEAD", "ARTICLE", "BODY") }},
		{name: "by-id-number", needs: reader, run: func(d *driver) { d.sawByID() }},
		{name: "by-id-number-usable", needs: reader, deviations: []string{"by-id-seven"}, run: func(d *driver) {
			s, numbers := d.some()
			id := s.given().ids(numbers[:1])[0]
			f, _ := s.given().found("STAT %s", id)
			if d.Settled() || f.Number == 0 {
				return
			}
			again, _ := s.found("STAT %d", f.Number)
			d.Same("the message-id of the article by the number that was told", string(again.MessageID), id)
		}},
		{name: "by-id-inconsistent", needs: reader, run: func(d *driver) { d.sawByID() }},
		{name: "by-number-sets", needs: reader, deviations: []string{"number-not-current"}, run: func(d *driver) {
			s, numbers := d.some()
			for i, verb := range []string{"STAT", "HEAD", "BODY", "ARTICLE"} {
				n := numbers[1+i%2]
				s.given().found("%s %d", verb, n)
				f, _ := s.found("STAT")
				d.Same("the current article after "+verb+" by a number", f.Number, n)
			}
		}},
		{name: "article-keeps-group", needs: reader, deviations: []string{"article-deselects"}, run: func(d *driver) {
			s, numbers := d.some()
			s.given().found("ARTICLE %d", numbers[1])
			s.code(nntp.CodeStat, "STAT %d", numbers[0])
		}},
		{name: "article-keeps-current", needs: reader, deviations: []string{"missing-deselects"}, run: func(d *driver) {
			s, numbers := d.some()
			g := s.given().enter()
			s.given().found("STAT %d", numbers[1])
			s.given().expect("423", "ARTICLE %d", g.High+1000)
			f, _ := s.found("ARTICLE")
			d.Same("the current article after a number that is not there", f.Number, numbers[1])
			f, _ = s.found("STAT")
			d.Same("the current article after ARTICLE without an argument", f.Number, numbers[1])
		}},
		{name: "article-430", deviations: []string{"missing-430-as-423"}, run: func(d *driver) {
			s := d.reader()
			for _, verb := range []string{"ARTICLE", "HEAD", "BODY", "STAT"} {
				s.code(nntp.CodeNoSuchArticle, "%s %s", verb, unknownID)
			}
		}},
		{name: "article-412", needs: reader, deviations: []string{"article-412-as-420"}, run: func(d *driver) {
			s := d.reader()
			for _, verb := range []string{"ARTICLE", "HEAD", "BODY", "STAT"} {
				s.code(nntp.CodeNoGroup, "%s", verb)
				s.code(nntp.CodeNoGroup, "%s 1", verb)
			}
		}},
		{name: "article-423", needs: reader, deviations: []string{"missing-423-as-430"}, run: func(d *driver) {
			s, g := d.inGroup()
			for _, verb := range []string{"ARTICLE", "HEAD", "BODY", "STAT"} {
				s.code(nntp.CodeNoSuchNumber, "%s %d", verb, g.High+1000)
			}
		}},
		{name: "article-420", needs: reader, deviations: []string{"article-420-as-423"}, run: func(d *driver) {
			s := d.empty()
			for _, verb := range []string{"ARTICLE", "HEAD", "BODY", "STAT"} {
				s.code(nntp.CodeNoCurrent, "%s", verb)
			}
		}},
		{name: "head-no-empty-line", deviations: []string{"head-with-empty-line"}, run: func(d *driver) {
			s, numbers := d.some()
			_, h := s.found("HEAD %d", numbers[0])
			for _, l := range h.lines {
				d.Check(len(l.Text) > 0, "headers without an empty line", "an empty line")
			}
		}},
		{name: "body-no-empty-line", mutates: true, needs: post, deviations: []string{"body-with-empty-line"}, run: func(d *driver) {
			s := d.reader()
			id := s.given().posted("", bodyOf)
			_, b := s.found("BODY %s", id)
			d.Check(d.Settled() || len(b.lines) > 0 && len(b.lines[0].Text) > 0, "the first line of the body first", "an empty line")
		}},
	}
}

// byID wants the number in the response to a message-id to be 0, or that of the article in the current group.
func (d *driver) byID(verbs ...string) {
	s, numbers := d.some()
	id := s.given().ids(numbers[:1])[0]
	for _, verb := range verbs {
		f, _ := s.found("%s %s", verb, id)
		d.Check(d.Settled() || f.Number == 0 || f.Number == numbers[0], fmt.Sprintf("0 (or %d, the article's number in the current group) to %s by a message-id", numbers[0], verb), "%d", f.Number)
	}
	other := d.reader()
	f, _ := other.found("%s %s", verbs[0], id)
	d.Check(d.Settled() || f.Number == 0, "0 to "+verbs[0]+" by a message-id where no group is selected", "%d", f.Number)
}

// sawByID tells what number a message-id gets.
func (d *driver) sawByID() {
	s, numbers := d.some()
	id := s.given().ids(numbers[:1])[0]
	f, _ := s.given().found("STAT %s", id)
	if !d.Settled() {
		d.Saw("STAT by a message-id of the current group tells the number %d", f.Number)
	}
}

func rfc3977Posting() []serverCase {
	post, peers := []string{"POST"}, []string{"IHAVE"}
	return []serverCase{
		{name: "post-340", mutates: true, needs: post, deviations: []string{"post-341"}, run: func(d *driver) {
			s := d.reader()
			s.code(nntp.CodeSendPost, "POST")
		}},
		{name: "post-440", features: []string{"?-POST"}, deviations: []string{"post-440-as-502"}, run: func(d *driver) {
			s := d.reader()
			if d.readerCaps().Has("POST") {
				d.Absent("a prohibition of posting")
			}
			s.expect("440 480 483", "POST")
		}},
		{name: "post-result", mutates: true, needs: post, deviations: []string{"post-silent"}, run: func(d *driver) {
			s := d.reader()
			article := s.draft(newID(), "", bodyOf)
			s.Patience(d.T.Scale(postWait))
			r := s.post(article)
			d.Check(d.Settled() || r.is("240 441"), "240 or 441 behind the article", "%s", r.shown())
		}},
		{name: "post-240-means", mutates: true, needs: post, deviations: []string{"post-ignored"}, run: func(d *driver) {
			s := d.reader()
			id := newID()
			r := s.given().post(s.draft(id, "", bodyOf))
			if d.Settled() || r.Code != nntp.CodePosted {
				return
			}
			s.arrived(id)
		}},
		{name: "post-441-unwanted", mutates: true, needs: post, deviations: []string{"post-441-as-240"}, run: func(d *driver) {
			s := d.reader()
			r := s.post("Subject: neither from nor to anybody\r\n\r\nNothing.\r\n")
			d.Check(d.Settled() || r.Code == nntp.CodePostFailed, "441 to an article without From and Newsgroups", "%s", r.shown())
		}},
		{name: "ihave-335", mutates: true, needs: peers, deviations: []string{"ihave-335-as-340"}, run: func(d *driver) {
			s := d.peer()
			s.expect("335 436", "IHAVE %s", newID())
		}},
		{name: "ihave-435", mutates: true, needs: peers, deviations: []string{"ihave-435-as-437"}, run: func(d *driver) {
			s, numbers := d.some()
			id := s.given().ids(numbers[:1])[0]
			d.peer().code(nntp.CodeNotWanted, "IHAVE %s", id)
		}},
		{name: "ihave-436", mutates: true, features: []string{"DEFER"}, deviations: []string{"ihave-436-as-437"}, run: func(d *driver) {
			d.peer().code(nntp.CodeTransferFailed, "IHAVE %s", newID())
		}},
		{name: "ihave-result", mutates: true, needs: peers, deviations: []string{"ihave-235-as-240"}, run: func(d *driver) {
			s := d.peer()
			r := s.fed(newID(), bodyOf)
			d.Check(d.Settled() || r.is("235 436 437"), "235, 436 or 437 behind the article", "%s", r.shown())
		}},
		{name: "ihave-elected-not", mutates: true, needs: peers, run: func(d *driver) { d.sawFed() }},
		{name: "ihave-late-discard", mutates: true, needs: peers, run: func(d *driver) { d.sawFed() }},
		{name: "ihave-id-used", mutates: true, needs: peers, run: func(d *driver) { d.sawFed() }},
		{name: "ihave-id-duplicate", mutates: true, needs: peers, deviations: []string{"ihave-435-as-235"}, run: func(d *driver) {
			s := d.peer()
			id := newID()
			s.given().fed(id, bodyOf)
			r := s.cmd("IHAVE %s", id)
			if !d.Settled() && r.Code == nntp.CodeSendArticle {
				s.Send(stuffed(s.relayed(id, bodyOf)))
				r = s.reply("IHAVE", "the article a second time")
			}
			d.Check(d.Settled() || r.is("435 436 437"), "435 to an article that was offered before, or 437 when it was sent again", "%s", r.shown())
		}},
		{name: "ihave-unchanged", mutates: true, needs: peers, deviations: []string{"body-upper-case"}, run: func(d *driver) {
			s := d.peer()
			id := newID()
			r := s.given().fed(id, bodyOf+dots)
			if d.Settled() || r.Code != nntp.CodeTransferred {
				if !d.Settled() {
					d.Unclear("the article is not taken: %s", r.shown())
				}
				return
			}
			s = d.reader()
			s.given().arrived(id)
			_, b := s.found("BODY %s", id)
			d.Same("the body", b.content(), bodyOf+dots)
		}},
		{name: "post-duplicate", mutates: true, needs: post, deviations: []string{"post-441-as-240"}, run: func(d *driver) {
			s := d.reader()
			id := s.given().posted("", bodyOf)
			r := s.post(s.draft(id, "", bodyOf))
			d.Check(d.Settled() || r.Code == nntp.CodePostFailed, "441 to a second article with the same Message-ID", "%s", r.shown())
		}},
		{name: "message-id-synthesized", mutates: true, needs: post, deviations: []string{"no-id-refused"}, run: func(d *driver) { d.withoutID() }},
		{name: "message-id-made", mutates: true, needs: post, deviations: []string{"no-id-refused"}, run: func(d *driver) { d.withoutID() }},
		{name: "message-id-header-added", mutates: true, needs: post, deviations: []string{"head-without-id"}, run: func(d *driver) {
			s := d.withoutID()
			_, h := s.found("HEAD")
			d.Check(d.Settled() || strings.Contains(strings.ToLower("\r\n"+h.content()), "\r\nmessage-id:"), "a Message-ID header in the article that was posted without one", "%q", h.content())
		}},
	}
}

// relayed is an article as a peer sends it.
func (s *session) relayed(id, body string) string {
	return "Path: harness.invalid!not-for-mail\r\nDate: " + articleDate() + "\r\n" + s.draft(id, "", body)
}

// fed offers an article by IHAVE and sends it if it is wanted; it returns the last response.
func (s *session) fed(id, body string) *response {
	article := s.relayed(id, body)
	r := s.cmd("IHAVE %s", id)
	if s.d.Settled() || r.Code != nntp.CodeSendArticle {
		return r
	}
	s.Send(stuffed(article))
	return s.reply("IHAVE", "the article that was offered")
}

// sawFed tells what becomes of an article from a peer.
func (d *driver) sawFed() {
	id := newID()
	r := d.peer().given().fed(id, bodyOf)
	stat := d.reader().given().cmd("STAT %s", id)
	if !d.Settled() {
		d.Saw("IHAVE ends with %s, and STAT gets %s then", r.shown(), stat.shown())
	}
}

// withoutID posts an article without a Message-ID header, and makes it the current one.
func (d *driver) withoutID() *session {
	s, before := d.inGroup()
	subject := newID()
	r := s.post(fmt.Sprintf("From: harness@harness.invalid\r\nNewsgroups: %s\r\nSubject: %s\r\n\r\n%s", s.home(), subject, bodyOf))
	d.Check(d.Settled() || r.Code == nntp.CodePosted, "240 to an article without a Message-ID header", "%s", r.shown())
	deadline := d.Until()
	for !d.Settled() {
		s.given().enter()
		numbers := s.given().numbers(1)
		for i := len(numbers) - 1; i >= 0 && numbers[i] > before.High && !d.Settled(); i-- {
			_, h := s.found("HEAD %d", numbers[i])
			if strings.Contains(h.content(), subject) {
				f, _ := s.found("STAT")
				d.Check(d.Settled() || f.MessageID.Check() == nil, "a message-id", "%q", f.MessageID)
				return s
			}
		}
		if !deadline() {
			d.Fail("the article that was posted without a Message-ID header to be there", "it is not")
		}
	}
	return s
}
