package transcript

import (
	"bytes"
	"io"
	"maps"
	"slices"
	"strings"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// step is one unit of a session at rest, as [walk] finds it.
type step struct {
	Who Who
	// Says are the lines that make it up: more than one if a line is said in pieces.
	Says []*Say
	// Unit has the recorded octets; for a blob only Kind is set.
	Unit dialect.Unit
	// Tracker follows the connection and has not seen the unit yet; nil on a data connection.
	Tracker dialect.Tracker
	// Over is the number of octets by which a counted run of octets is passed within the line; 0 is right.
	Over int64
	// Events are what the unit set off; set in the call of after only.
	Events []dialect.Event
}

// walker follows a session at rest with the dialect's trackers.
type walker struct {
	d        dialect.Dialect
	session  *Session
	before   func(*step) // called before the tracker sees the unit; may change the lines' parts
	after    func(*step) // called after it saw it
	event    func(*Event)
	binds    Bindings
	trackers map[string]dialect.Tracker
	pending  map[Who][]*Say // pieces of lines
}

func (w *walker) tracker(channel string) dialect.Tracker {
	if (Who{Channel: channel}).IsData() {
		return nil
	}
	t := w.trackers[channel]
	if t == nil {
		t = w.d.NewTracker()
		w.trackers[channel] = t
	}
	return t
}

func (w *walker) walk() {
	w.trackers = map[string]dialect.Tracker{}
	w.pending = map[Who][]*Say{}
	for it := range w.session.All() {
		switch it := it.(type) {
		case *Say:
			w.say(it)
		case *Event:
			if it.Kind == Close || it.Kind == Reset || it.Kind == HalfClose {
				w.flush(it.Who)
			}
			if w.event != nil {
				w.event(it)
			}
		}
	}
	left := slices.Collect(maps.Keys(w.pending))
	slices.SortFunc(left, func(a, b Who) int { return strings.Compare(a.String(), b.String()) })
	for _, who := range left {
		w.flush(who)
	}
}

func (w *walker) say(s *Say) {
	t := w.tracker(s.Who.Channel)
	shape := dialect.Shape{Kind: dialect.Stream}
	if t != nil {
		shape = t.Next(s.Who.Party)
	}
	if s.Blob() != nil {
		w.blob(s, t, shape)
		return
	}
	switch shape.Kind {
	case dialect.Stream:
		w.step(&step{Who: s.Who, Says: []*Say{s}, Unit: dialect.Unit{Kind: dialect.Stream, Text: w.raw(s), End: wire.None}})
		return
	case dialect.Octets:
		w.octets(s, t, shape)
		return
	}
	list := append(w.pending[s.Who], s)
	if s.End == wire.None {
		w.pending[s.Who] = list
		return
	}
	delete(w.pending, s.Who)
	w.line(s.Who, list, t, shape)
}

// flush ends a line of which pieces came and no terminator.
func (w *walker) flush(who Who) {
	if list := w.pending[who]; len(list) > 0 {
		delete(w.pending, who)
		t := w.tracker(who.Channel)
		w.line(who, list, t, t.Next(who.Party))
	}
}

func (w *walker) line(who Who, list []*Say, t dialect.Tracker, shape dialect.Shape) {
	joined := Join(list...)
	text, _ := flatten(joined.Parts, &w.binds)
	w.step(&step{Who: who, Says: list, Tracker: t, Unit: dialect.Unit{Kind: shape.Kind, Text: text, End: joined.End}})
}

func (w *walker) octets(s *Say, t dialect.Tracker, shape dialect.Shape) {
	text := w.raw(s)
	if n := int64(len(text)); n != shape.N && len(s.Values()) > 0 && shape.N <= maxPad {
		// What was redacted had another length.
		for int64(len(text)) < shape.N {
			text = append(text, '*')
		}
		text = text[:shape.N]
	}
	over := max(int64(len(text))-shape.N, 0)
	rest := text[int64(len(text))-over:]
	w.step(&step{Who: s.Who, Says: []*Say{s}, Tracker: t, Over: over, Unit: dialect.Unit{Kind: dialect.Octets, Text: text[:int64(len(text))-over], End: wire.None}})
	if over > 0 {
		end := wire.None
		if rest, end = bytes.TrimSuffix(rest, []byte("\r\n")), wire.CRLF; s.End == wire.None {
			end = wire.None
		}
		w.see(t, s.Who.Party, dialect.Unit{Kind: dialect.Line, Text: rest, End: end})
	}
}

// maxPad bounds the memory for a literal whose octets were redacted.
const maxPad = 1 << 20

func (w *walker) raw(s *Say) []byte {
	text, _ := flatten(s.Parts, &w.binds)
	return append(text, s.End.Octets()...)
}

func (w *walker) see(t dialect.Tracker, p dialect.Party, u dialect.Unit) []dialect.Event {
	if t == nil {
		return nil
	}
	return t.Saw(p, u)
}

func (w *walker) step(st *step) {
	for _, s := range st.Says {
		for _, v := range s.Values() {
			if v.As != "" {
				w.binds.Set(v.As, v.sample())
			}
		}
	}
	if w.before != nil {
		w.before(st)
	}
	st.Events = w.see(st.Tracker, st.Who.Party, st.Unit)
	if w.after != nil {
		w.after(st)
	}
}

// blob tells the tracker of a blob's octets: a counted run by its length, lines by reading them.
func (w *walker) blob(s *Say, t dialect.Tracker, shape dialect.Shape) {
	b := s.Blob()
	st := &step{Who: s.Who, Says: []*Say{s}, Tracker: t, Unit: dialect.Unit{Kind: shape.Kind, End: wire.None}}
	if shape.Kind == dialect.Octets {
		st.Over = max(b.Size-shape.N, 0)
	}
	if w.before != nil {
		w.before(st)
	}
	switch shape.Kind {
	case dialect.Octets:
		zero := make([]byte, min(b.Size, 32<<10))
		for left := b.Size - st.Over; left > 0; {
			n := min(left, int64(len(zero)))
			st.Events = append(st.Events, t.Saw(s.Who.Party, dialect.Unit{Kind: dialect.Octets, Text: zero[:n], End: wire.None})...)
			left -= n
		}
	case dialect.BlockLine, dialect.Stream:
		// A blob in a block holds whole lines and not the last.
	default:
		if r, err := w.session.OpenBlob(b); err == nil {
			st.Events = w.blobLines(s, t, r)
			r.Close()
		}
	}
	if w.after != nil {
		w.after(st)
	}
}

func (w *walker) blobLines(s *Say, t dialect.Tracker, r io.Reader) (events []dialect.Event) {
	lines := wire.NewReader(r)
	for {
		l, err := lines.ReadLine()
		if err != nil {
			return events
		}
		kind := t.Next(s.Who.Party).Kind
		events = append(events, t.Saw(s.Who.Party, dialect.Unit{Kind: kind, Text: l.Text, End: l.End})...)
	}
}
