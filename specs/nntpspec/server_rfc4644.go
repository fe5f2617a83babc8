package nntpspec

import (
	"fmt"
	"slices"

	"harness/protocols/nntp"
)

// takes sends an article by TAKETHIS and returns the response.
func (s *session) takes(id, article string) *response {
	s.Send("TAKETHIS " + id + "\r\n" + stuffed(article))
	return s.reply("TAKETHIS "+id, "TAKETHIS "+id)
}

// taken sends an article of the case's own by TAKETHIS, which has to be accepted, and returns its message-id.
func (s *session) taken() string {
	id := newID()
	r := s.takes(id, s.relayed(id, bodyOf))
	if !s.d.Settled() && r.Code != nntp.CodeTaken {
		s.Wrong("239 to an article that is sent by TAKETHIS to "+s.d.group, "%s", r.shown())
	}
	return id
}

// echoes fails unless a response begins with the message-id, if it has one of the codes that do.
func (d *driver) echoes(r *response, id string) {
	if d.Settled() || !r.is("238 239 431 438 439") {
		return
	}
	w := r.Words()
	d.Check(len(w) > 0 && w[0] == id, fmt.Sprintf("%s behind %d", id, r.Code), "%s", r.shown())
}

// rfc4644Rows are the server cases of RFC 4644: streaming feeds.
func rfc4644Rows() []serverCase {
	return slices.Concat(rfc4644Mode(), rfc4644Check(), rfc4644TakeThis())
}

func rfc4644Mode() []serverCase {
	streaming := []string{"STREAMING"}
	return []serverCase{
		{name: "streaming-capability-stays", needs: streaming, deviations: []string{"streaming-withdrawn"}, run: func(d *driver) {
			s := d.open()
			s.given().code(nntp.CodeStreamingAllowed, "MODE STREAM")
			d.Check(s.capabilities().Has("STREAMING") || d.Settled(), "STREAMING listed after MODE STREAM", "it is not")
		}},
		{name: "streaming-listed-any-mode", needs: streaming, features: []string{"?MODE=switching"}, run: func(d *driver) {
			s := d.plain()
			before := s.given().capabilities()
			r := s.given().cmd("MODE READER")
			if d.Settled() || r.Class() != 2 {
				return
			}
			after := s.given().capabilities()
			if !d.Settled() && !before.Has("STREAMING") && !after.Has("STREAMING") {
				d.Absent("STREAMING")
			}
			if !d.Settled() {
				d.Saw("STREAMING is listed before MODE READER: %v, after it: %v", before.Has("STREAMING"), after.Has("STREAMING"))
			}
		}},
		{name: "mode-stream-accepted", needs: streaming, deviations: []string{"mode-stream-500"}, run: func(d *driver) {
			d.open().code(nntp.CodeStreamingAllowed, "MODE STREAM")
		}},
		{name: "mode-stream-203", needs: streaming, deviations: []string{"mode-stream-200", "mode-stream-argument"}, run: func(d *driver) {
			s := d.open()
			s.code(nntp.CodeStreamingAllowed, "MODE STREAM")
			s.code(nntp.CodeSyntax, "MODE STREAM now")
		}},
		{name: "mode-stream-no-effect", needs: streaming, deviations: []string{"mode-stream-forgets", "streaming-withdrawn"}, run: func(d *driver) {
			s := d.open()
			state := func() string {
				caps := s.given().capabilities()
				return fmt.Sprint(s.given().cmd("STAT").Code, caps)
			}
			if s.given().capabilities().Has("READER") {
				s.given().enter()
			}
			before := state()
			s.given().code(nntp.CodeStreamingAllowed, "MODE STREAM")
			d.Same("the response to STAT, and the capabilities, after MODE STREAM", state(), before)
		}},
		{name: "mode-stream-not-required", mutates: true, needs: streaming, deviations: []string{"mode-stream-required"}, run: func(d *driver) {
			s := d.open()
			s.expect("238 431 438", "CHECK %s", newID())
			id := newID()
			r := s.takes(id, s.relayed(id, bodyOf))
			d.Check(d.Settled() || r.is("239 439"), "239 or 439 to TAKETHIS without MODE STREAM before it", "%s", r.shown())
		}},
	}
}

func rfc4644Check() []serverCase {
	streaming := []string{"STREAMING"}
	return []serverCase{
		{name: "check-echoes", mutates: true, needs: streaming, features: []string{"?DEFER"}, deviations: []string{"check-other-id"}, run: func(d *driver) {
			s := d.open()
			for _, id := range []string{newID(), s.given().taken()} {
				for range 2 {
					d.echoes(s.expect("238 431 438", "CHECK %s", id), id)
				}
			}
		}},
		{name: "check-238", needs: streaming, deviations: []string{"check-238-as-335"}, run: func(d *driver) {
			r := d.open().cmd("CHECK %s", newID())
			if !d.Settled() && r.is("431 438") {
				d.Unclear("an article that nobody has seen is not wanted: %s", r.shown())
			}
			d.Check(d.Settled() || r.Code == nntp.CodeSendIt, "238 to CHECK of an article that nobody has seen", "%s", r.shown())
		}},
		{name: "check-438", mutates: true, needs: streaming, deviations: []string{"check-438-as-435"}, run: func(d *driver) {
			s := d.open()
			id := s.given().taken()
			s.code(nntp.CodeHaveIt, "CHECK %s", id)
		}},
		{name: "check-431", needs: streaming, features: []string{"?DEFER"}, deviations: []string{"check-431-as-436"}, run: func(d *driver) {
			id := newID()
			first := d.open().expect("238 431 438", "CHECK %s", id)
			second := d.open().expect("238 431 438", "CHECK %s", id) // of another client, while the first has it to send
			if !d.Settled() && first.Code != nntp.CodeTryLater && second.Code != nntp.CodeTryLater {
				d.Absent("a server that puts off an article which another client has offered")
			}
		}},
		{name: "check-advisory", mutates: true, needs: streaming, deviations: []string{"check-binding"}, run: func(d *driver) {
			s := d.open()
			had := s.given().taken()
			s.given().cmd("CHECK %s", newID())
			s.expect("238 431 438", "CHECK %s", newID())
			s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
			s.given().code(nntp.CodeHaveIt, "CHECK %s", had)
			r := s.takes(had, s.relayed(had, bodyOf))
			d.Check(d.Settled() || r.is("239 439"), "239 or 439 to TAKETHIS of an article that CHECK found unwanted", "%s", r.shown())
		}},
	}
}

func rfc4644TakeThis() []serverCase {
	streaming := []string{"STREAMING"}
	return []serverCase{
		{name: "takethis-echoes", mutates: true, needs: streaming, deviations: []string{"takethis-other-id"}, run: func(d *driver) {
			s := d.open()
			id := newID()
			for range 2 {
				d.echoes(s.takes(id, s.relayed(id, bodyOf)), id)
			}
		}},
		{name: "takethis-answered", mutates: true, needs: streaming, deviations: []string{"takethis-235", "takethis-437"}, run: func(d *driver) {
			s := d.open()
			id := newID()
			for _, try := range []struct{ what, article string }{
				{"an article", s.relayed(id, bodyOf)}, {"one that the server has", s.relayed(id, bodyOf)}, {"one without headers", "QUIT\r\n\r\nSTAT\r\n"},
			} {
				r := s.takes(id, try.article)
				d.Check(d.Settled() || r.is("239 439"), "239 or 439 to TAKETHIS of "+try.what, "%s", r.shown())
				s.code(nntp.CodeNoSuchArticle, "STAT %s", unknownID)
			}
		}},
		{name: "takethis-400", mutates: true, needs: streaming, features: []string{"?REFUSE=TAKETHIS:400"}, deviations: []string{"stays-after-400", "takethis-400-as-436"}, run: func(d *driver) {
			s := d.open()
			id := newID()
			r := s.takes(id, s.relayed(id, bodyOf))
			if !d.Settled() && r.is("239 439") {
				d.Absent("a server that cannot process an article for now")
			}
			d.Check(d.Settled() || r.Code == nntp.CodeUnavailable, "400 to an article that cannot be processed for now", "%s", r.shown())
			s.Closed("400 to TAKETHIS")
		}},
		{name: "takethis-not-posted", mutates: true, needs: streaming, run: func(d *driver) {
			s := d.open()
			id := newID()
			article := fmt.Sprintf("Path: harness.invalid!not-for-mail\r\nDate: %s\r\nFrom: harness@harness.invalid\r\nNewsgroups: harness.invalid.no.such.group\r\nSubject: a test of the harness\r\nMessage-ID: %s\r\n\r\n%s", articleDate(), id, bodyOf)
			r := s.takes(id, article)
			if !d.Settled() {
				d.Saw("an article of a group that is not there gets %s", r.shown())
			}
		}},
		{name: "takethis-discarded", mutates: true, needs: streaming, run: func(d *driver) {
			s := d.open()
			id := s.given().taken()
			r := s.given().cmd("STAT %s", id)
			if !d.Settled() {
				d.Saw("STAT right behind 239 gets %s", r.shown())
			}
		}},
	}
}
