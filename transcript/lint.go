package transcript

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// Severity of a problem.
type Severity uint8

const (
	// Warning: the session can be played, and is probably not what was meant.
	Warning Severity = iota
	// Fault: the session cannot be played as it stands, or holds a secret.
	Fault
)

// String returns "warning" or "fault".
func (s Severity) String() string {
	if s == Fault {
		return "fault"
	}
	return "warning"
}

// Problem is something that [Lint] found.
type Problem struct {
	Pos      Position
	Severity Severity
	// What is wrong and what to do.
	What string
}

// String returns "file:line:column: fault: ...".
func (p Problem) String() string { return fmt.Sprintf("%s: %s: %s", p.Pos, p.Severity, p.What) }

// Lint returns what is wrong with a session at rest, in the order of the file: secrets in the open, blobs that are missing or not as
// described, TLS or compression that starts where the protocol does not start it or does not start where it does, TLS that ends so, a block or a run of
// octets without its end, a value that is not of its kind, a reference before its capture, a connection that is used before it is
// opened or after it is closed, a data connection that belongs to no transfer, that does not end, or that is (or is not) protected where the
// protocol has it otherwise, a transfer that is done without one. A password that the header tells ("note: password: TEXT") is no secret.
func Lint(s *Session, d dialect.Dialect) []Problem {
	l := &linter{s: s, d: d, channels: map[string]*channel{"": {open: true}}, captured: map[string]bool{}, told: toldPasswords(s)}
	l.blobs()
	l.w = walker{d: d, session: s, before: l.before, after: l.after, event: l.event}
	l.w.walk()
	l.end()
	l.data()
	slices.SortStableFunc(l.out, func(a, b Problem) int { return a.Pos.Line - b.Pos.Line })
	return l.out
}

// channel is what the linter knows of a connection.
type channel struct {
	open, spoken, tls, compressed bool
	aborted                       bool // closed or reset: what went on need not end
	sendClosed                    map[dialect.Party]bool
	due                           *dialect.Event // TLS or compression that a line started and that has not taken place
	duePos                        Position
	last                          Position
}

type linter struct {
	s         *Session
	d         dialect.Dialect
	w         walker
	out       []Problem
	channels  map[string]*channel
	captured  map[string]bool
	told      []string // see toldPasswords
	announced []string // names of data connections in announcements
	count     int      // announcements
}

func (l *linter) add(pos Position, sev Severity, format string, args ...any) {
	l.out = append(l.out, Problem{pos, sev, fmt.Sprintf(format, args...)})
}

func (l *linter) channel(name string) *channel {
	c := l.channels[name]
	if c == nil {
		c = &channel{}
		l.channels[name] = c
	}
	return c
}

func (l *linter) blobs() {
	said := map[string]Position{}
	for it := range l.s.All() {
		say, ok := it.(*Say)
		if !ok || say.Blob() == nil {
			continue
		}
		b := say.Blob()
		key := b.Name + b.SHA256 + strconv.FormatInt(b.Size, 10)
		if _, ok := said[key]; ok {
			continue
		}
		said[key] = say.pos
		r, err := l.s.OpenBlob(b)
		if err == nil {
			_, err = io.Copy(io.Discard, r)
			r.Close()
		}
		if err != nil {
			l.add(say.pos, Fault, "%v", err)
		}
	}
}

func (l *linter) before(st *step) {
	first := st.Says[0]
	c := l.channel(st.Who.Channel)
	c.last = first.pos
	if c.due != nil {
		l.missing(c)
	}
	switch {
	case !c.open && !c.spoken && !c.aborted:
		l.add(first.pos, Fault, "%s speaks on a connection that is not open: \"-- open %s\" is missing before", st.Who, st.Who)
		c.open = true
	case !c.open || c.sendClosed[st.Who.Party]:
		l.add(first.pos, Fault, "%s speaks after its side of the connection was closed", st.Who)
	}
	c.spoken = true
	if st.Over > 0 {
		l.add(first.pos, Fault, "%d octets more than the run of octets that was announced still has; cut the line there with {{none}}", st.Over)
	}
	for _, s := range st.Says {
		for _, v := range s.Values() {
			l.value(s, v)
		}
	}
	if st.Tracker == nil || first.Blob() != nil {
		return
	}
	l.secrets(st)
}

// secrets reports those that stand in the open.
func (l *linter) secrets(st *step) {
	for _, m := range openMarks(st, l.told) {
		if !m.Secret || m.Start == m.End {
			continue
		}
		// What a redactor would replace, in copies, is what stands in the open.
		var copies []*Say
		for _, s := range st.Says {
			c := *s
			copies = append(copies, &c)
		}
		if replaceMark(copies, &l.w.binds, m) > 0 {
			l.add(st.Says[0].pos, Fault, "a secret in the open (%s): write {{*** %s}} in its place", m.Kind, strings.Join(append([]string{m.Kind}, m.Args...), " "))
		}
	}
}

func (l *linter) value(s *Say, v *Value) {
	if v.Ref != "" {
		if !l.captured[v.Ref] {
			l.add(s.pos, Fault, "{{=%s}}: no value is captured as %s before", v.Ref, v.Ref)
		}
		return
	}
	if v.As != "" {
		l.captured[v.As] = true
	}
	info := LookupKind(v.Kind)
	if info == nil {
		l.add(s.pos, Fault, "the kind %q is unknown", v.Kind)
		return
	}
	if !v.Redacted && !info.Match(v.Octets) {
		l.add(s.pos, Fault, "the value %s is not of its kind %s: %s", wire.Quote(v.Octets), v.Kind, info.Doc)
	}
	if info.Role == Address && len(v.Args) == 1 {
		l.announced = append(l.announced, v.Args[0])
	}
}

func (l *linter) after(st *step) {
	for _, e := range st.Events {
		c := l.channel(st.Who.Channel)
		switch e.Kind {
		case dialect.EndTLS:
			if c.tls {
				c.due, c.duePos = &e, st.Says[len(st.Says)-1].pos
			}
		case dialect.StartTLS, dialect.StartCompression:
			c.due, c.duePos = &e, st.Says[len(st.Says)-1].pos
		case dialect.Announce:
			l.count++
		}
	}
}

func (l *linter) missing(c *channel) {
	what, verb := "-- tls", "starts it"
	switch c.due.Kind {
	case dialect.StartCompression:
		what = "-- compress " + c.due.Arg
	case dialect.EndTLS:
		what, verb = "-- clear", "ends TLS"
	}
	l.add(c.duePos, Fault, "%q is missing after this line, which %s", what, verb)
	c.due = nil
}

func (l *linter) event(e *Event) {
	c := l.channel(e.Who.Channel)
	c.last = e.pos
	switch e.Kind {
	case Open:
		switch {
		case c.open:
			l.add(e.pos, Fault, "the connection %s is open already", e.Who.Channel)
		case e.Who.IsData() && l.count == 0:
			l.add(e.pos, Warning, "no line announces the data connection %s", e.Who.Channel)
		case e.Who.IsData() && !slices.Contains(l.announced, e.Who.Channel):
			l.add(e.pos, Warning, "no line announces the data connection %s: give its address the channel, as in {{127,0,0,1,195,80 pasv %s}}", e.Who.Channel, e.Who.Channel)
		}
		*c = channel{open: true, last: e.pos}
	case TLS:
		switch {
		case c.tls:
			l.add(e.pos, Fault, "TLS is in place already")
		case c.due != nil && c.due.Kind == dialect.StartTLS:
			c.due = nil
		case c.spoken && !e.Who.IsData():
			l.add(e.pos, Fault, "TLS starts here, and no line before starts it")
		}
		c.tls = true
	case Clear:
		switch {
		case !c.tls:
			l.add(e.pos, Fault, "TLS ends here, and there is none")
		case c.due != nil && c.due.Kind == dialect.EndTLS:
			c.due = nil
		default:
			l.add(e.pos, Fault, "TLS ends here, and no line before ends it")
		}
		c.tls = false
	case Compress:
		switch {
		case c.compressed:
			l.add(e.pos, Fault, "compression is in place already")
		case c.due != nil && c.due.Kind == dialect.StartCompression:
			if c.due.Arg != e.Arg {
				l.add(e.pos, Fault, "the compression is %s; the line before starts %s", e.Arg, c.due.Arg)
			}
			c.due = nil
		default:
			l.add(e.pos, Fault, "compression starts here, and no line before starts it")
		}
		c.compressed = true
	case Close, Reset:
		if !c.open {
			l.add(e.pos, Fault, "the connection is not open")
		}
		c.open, c.aborted, c.due = false, true, nil
	case HalfClose:
		if !c.open || c.sendClosed[e.Who.Party] {
			l.add(e.pos, Fault, "%s's side of the connection is closed already", e.Who)
		}
		if c.sendClosed == nil {
			c.sendClosed = map[dialect.Party]bool{}
		}
		c.sendClosed[e.Who.Party], c.aborted = true, true
	case Wait, Quiet:
		if !c.open {
			l.add(e.pos, Fault, "the connection of %s is not open", e.Who)
		}
	}
}

func (l *linter) end() {
	for name, c := range l.channels {
		if c.due != nil {
			l.missing(c)
		}
		if c.aborted || !c.spoken || (Who{Channel: name}).IsData() {
			continue
		}
		t := l.w.tracker(name)
		for _, p := range []dialect.Party{dialect.Client, dialect.Server} {
			switch shape := t.Next(p); shape.Kind {
			case dialect.BlockLine:
				l.add(c.last, Warning, "the %s's block does not end: a line with a dot alone is missing", p)
			case dialect.Octets:
				l.add(c.last, Warning, "%d octets of a run that the %s announced are missing", shape.N, p)
			}
		}
	}
}

// Summary counts what happens in a session.
type Summary struct {
	// Lines said by each party on control connections; a blob counts as one.
	ClientLines, ServerLines int
	// Octets said by each party on the control connections and on data connections, terminators and blobs included; redacted
	// values count as "***".
	ClientOctets, ServerOctets, DataOctets int64
	// Exchanges is the number of turns: the client speaks, then the server.
	Exchanges int
	// Connections and DataConnections that are made.
	Connections, DataConnections int
	// TLS says that a handshake takes place, Compressed that compression starts.
	TLS, Compressed bool
	// Redacted secrets, Values of all kinds, and Blobs.
	Redacted, Values, Blobs int
	// Waits is the sum of all waits and quiet spells: the least time a play takes.
	Waits time.Duration
}

// Summarise counts what happens in the session.
func (s *Session) Summarise() Summary {
	sum := Summary{Connections: 1}
	spoke := map[string]dialect.Party{}
	for it := range s.All() {
		switch it := it.(type) {
		case *Say:
			n := int64(len(it.Sample()) + len(it.End.Octets()))
			if b := it.Blob(); b != nil {
				n = b.Size
				sum.Blobs++
			}
			for _, v := range it.Values() {
				sum.Values++
				if v.Redacted {
					sum.Redacted++
				}
			}
			if it.Who.IsData() {
				sum.DataOctets += n
				continue
			}
			if it.Who.Party == dialect.Client {
				sum.ClientLines++
				sum.ClientOctets += n
			} else {
				sum.ServerLines++
				sum.ServerOctets += n
				if spoke[it.Who.Channel] == dialect.Client {
					sum.Exchanges++
				}
			}
			spoke[it.Who.Channel] = it.Who.Party
		case *Event:
			switch it.Kind {
			case Open:
				if it.Who.IsData() {
					sum.DataConnections++
				} else {
					sum.Connections++
				}
			case TLS:
				sum.TLS = true
			case Compress:
				sum.Compressed = true
			case Wait, Quiet:
				sum.Waits += time.Duration(it.Duration)
			}
		}
	}
	return sum
}
