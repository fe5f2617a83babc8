package specs

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"harness/internal/conn"
	"harness/internal/report"
	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// Line is one line of an exchange as a report shows it.
type Line = report.Line

const (
	// exchangeLines is how many lines an exchange keeps: the last ones.
	exchangeLines = 80
	// lineShown is how much of a line is shown, in octets.
	lineShown = 200
	// lineKept is how much of a line that has no end yet is kept, in octets: a tracker must see all of a command.
	lineKept = 16 << 10
	// blockShown is how many lines of a block are shown; the others are counted.
	blockShown = 4
)

// exchange is the log of what passed over the taps of a case.
type exchange struct {
	mu      sync.Mutex
	begin   time.Time
	dialect dialect.Dialect
	ring    []Line // the last lines; when it is full, the oldest stands at next
	next    int
	dropped int
	taps    []*tap
}

func (x *exchange) start(d dialect.Dialect) {
	x.begin = time.Now()
	x.dialect = d
}

func (x *exchange) tap(name string) conn.Tap {
	x.mu.Lock()
	defer x.mu.Unlock()
	t := &tap{x: x, name: name, flows: map[flowKey]*flow{}}
	if x.dialect != nil {
		t.tracker = x.dialect.NewTracker()
	}
	x.taps = append(x.taps, t)
	return t
}

func (x *exchange) note(text string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.add(Line{At: report.Seconds(time.Since(x.begin)), Who: "--", Text: escape([]byte(text))})
}

func (x *exchange) add(l Line) {
	if len(x.ring) < exchangeLines {
		x.ring = append(x.ring, l)
		return
	}
	x.ring[x.next] = l
	x.next = (x.next + 1) % exchangeLines
	x.dropped++
}

// lines returns what was kept, and what of each connection has not come to a line end yet.
func (x *exchange) lines() []Line {
	x.mu.Lock()
	defer x.mu.Unlock()
	var out []Line
	if x.dropped > 0 {
		out = append(out, Line{Who: "--", Text: fmt.Sprintf("(%d earlier lines)", x.dropped)})
	}
	out = append(append(out, x.ring[x.next:]...), x.ring[:x.next]...)
	for _, t := range x.taps {
		for _, k := range t.order {
			f := t.flows[k]
			if f.hidden > 0 {
				out = append(out, f.hiddenLine(t.who(k)))
			}
			if len(f.pending) > 0 {
				out = append(out, Line{At: f.at, Who: t.who(k), Text: t.show(k, f, f.pending, f.lost) + " [no line end]"})
			}
		}
	}
	return out
}

type flowKey struct {
	channel string
	from    dialect.Party
}

// flow is one direction of a connection.
type flow struct {
	pending []byte // the beginning of a line whose end has not come
	lost    int    // octets of it behind lineKept
	at      report.Seconds
	left    int64 // octets still to come of a counted run
	block   int   // lines of the block that runs
	hidden  int   // of them, not shown
	octets  int64 // in the hidden lines
}

func (f *flow) hiddenLine(who string) Line {
	return Line{At: f.at, Who: who, Text: fmt.Sprintf("[%d more lines, %d octets]", f.hidden, f.octets)}
}

// tap is one connection.
type tap struct {
	x       *exchange
	name    string
	tracker dialect.Tracker
	flows   map[flowKey]*flow
	order   []flowKey
}

func (t *tap) who(k flowKey) string { return string(rune(k.from)) + t.name + k.channel }

// Event implements conn.Tap.
func (t *tap) Event(at time.Time, channel, what string) {
	t.x.mu.Lock()
	defer t.x.mu.Unlock()
	if suffix := t.name + channel; suffix != "" {
		what += " (connection " + suffix + ")"
	}
	t.x.add(Line{At: report.Seconds(at.Sub(t.x.begin)), Who: "--", Text: what})
}

// Octets implements conn.Tap.
func (t *tap) Octets(at time.Time, channel string, from dialect.Party, data []byte) {
	t.x.mu.Lock()
	defer t.x.mu.Unlock()
	k := flowKey{channel, from}
	f := t.flows[k]
	if f == nil {
		f = &flow{}
		t.flows[k] = f
		t.order = append(t.order, k)
	}
	f.at = report.Seconds(at.Sub(t.x.begin))
	for len(data) > 0 {
		data = t.cut(k, f, data)
	}
}

// control says whether the flow is of the connection that the tracker follows.
func (t *tap) control(k flowKey) bool { return t.tracker != nil && k.channel == "" }

// cut takes one unit, or a part of one, off data.
func (t *tap) cut(k flowKey, f *flow, data []byte) []byte {
	kind := dialect.Line
	switch {
	case k.channel != "":
		kind = dialect.Stream
	case f.left > 0:
		kind = dialect.Octets
	case t.control(k) && len(f.pending) == 0:
		shape := t.tracker.Next(k.from)
		kind = shape.Kind
		if kind == dialect.Octets {
			f.left = shape.N
		}
	case t.control(k) && f.block > 0:
		kind = dialect.BlockLine
	}
	switch kind {
	case dialect.Stream:
		t.x.add(Line{At: f.at, Who: t.who(k), Text: fmt.Sprintf("[%d octets] %s", len(data), shown(data, 0))})
		return nil
	case dialect.Octets:
		n := len(data)
		if f.left > 0 && int64(n) > f.left {
			n = int(f.left)
		}
		f.left = max(f.left-int64(n), 0)
		u := dialect.Unit{Kind: dialect.Octets, Text: data[:n], End: wire.None}
		// Counted octets are a literal or a chunk: a secret may be one (a password as a literal), whole.
		text := t.redacted(k, u)
		t.x.add(Line{At: f.at, Who: t.who(k), Text: fmt.Sprintf("[%d octets] %s", n, shown(text, n-len(text)))})
		t.tracker.Saw(k.from, u)
		return data[n:]
	}
	i := bytes.IndexByte(data, '\n')
	if i < 0 {
		f.keep(data)
		return nil
	}
	f.keep(data[:i])
	text, end := f.pending, wire.LF
	if f.lost == 0 && len(text) > 0 && text[len(text)-1] == '\r' {
		text, end = text[:len(text)-1], wire.CRLF
	}
	t.line(k, f, dialect.Unit{Kind: kind, Text: text, End: end})
	f.pending, f.lost = f.pending[:0], 0
	return data[i+1:]
}

func (f *flow) keep(p []byte) {
	room := max(lineKept-len(f.pending), 0)
	if len(p) > room {
		f.lost += len(p) - room
		p = p[:room]
	}
	f.pending = append(f.pending, p...)
}

func (t *tap) line(k flowKey, f *flow, u dialect.Unit) {
	if u.Kind == dialect.BlockLine {
		last := string(u.Text) == "."
		f.block++
		if !last && f.block > blockShown {
			f.hidden++
			f.octets += int64(len(u.Text) + f.lost + len(u.End.Octets()))
			t.tracker.Saw(k.from, u)
			return
		}
		if f.hidden > 0 {
			t.x.add(f.hiddenLine(t.who(k)))
		}
		if last {
			f.block, f.hidden, f.octets = 0, 0, 0
		}
	}
	text := shown(t.redacted(k, u), f.lost)
	if u.End == wire.LF {
		text += " [LF without CR]"
	}
	t.x.add(Line{At: f.at, Who: t.who(k), Text: text})
	if t.control(k) {
		t.tracker.Saw(k.from, u)
	}
}

// show is the text of a line that is not whole.
func (t *tap) show(k flowKey, f *flow, text []byte, lost int) string {
	return shown(t.redacted(k, dialect.Unit{Text: text, End: wire.None}), lost)
}

// redacted returns the unit's text with *** for what the dialect says is secret.
func (t *tap) redacted(k flowKey, u dialect.Unit) []byte {
	if !t.control(k) {
		return u.Text
	}
	var out []byte
	from := 0
	for _, m := range t.tracker.Marks(k.from, u) {
		if !m.Secret || m.Start < from || m.End > len(u.Text) || m.End < m.Start {
			continue
		}
		out = append(out, u.Text[from:m.Start]...)
		out = append(out, "***"...)
		from = m.End
	}
	return append(out, u.Text[from:]...)
}

// shown is text for a report: escaped, and cut; lost octets are counted in the note of the cut.
func shown(text []byte, lost int) string {
	if len(text) <= lineShown && lost <= 0 {
		return escape(text)
	}
	head := text[:min(len(text), lineShown)]
	return fmt.Sprintf("%s... [%d octets]", escape(head), len(text)+max(lost, 0))
}

// escape makes what does not print visible: \r, \x00. A backslash is doubled. Printable UTF-8 stands for itself.
func escape(text []byte) string {
	var b strings.Builder
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == '\\':
			b.WriteString(`\\`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == utf8.RuneError && n <= 1, !strconv.IsPrint(r):
			for _, c := range text[:n] {
				fmt.Fprintf(&b, `\x%02x`, c)
			}
		default:
			b.Write(text[:n])
		}
		text = text[n:]
	}
	return b.String()
}
