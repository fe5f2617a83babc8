package transcript

import (
	"fmt"
	"strings"

	"harness/protocols/dialect"
)

// DataChannel is what a session says about one of its data connections.
type DataChannel struct {
	// Name is the connection's, such as "d1"; "" for one that is announced without a name and never used.
	Name string
	// Control is the connection that agreed on it: "" for the first.
	Control string
	// Pos is where it is announced, or where it is opened if nothing announces it.
	Pos Position
	// Form is the kind of its address, such as "pasv" or "eprt"; "" if nothing announces it.
	Form string
	// Listener is the party that waits for the connection, Opener the one that makes it; 0 if it is not announced, or not made.
	Listener, Opener dialect.Party
	// Transfers are the commands that use it, in their order: one, unless the transfer mode keeps the connection open.
	Transfers []*DataTransfer
	// ClientOctets and ServerOctets are what each party says on it, in octets, blobs included.
	ClientOctets, ServerOctets int64
	// TLS says that it is protected.
	TLS bool
	// End is how it ends, [Close], [Reset] or, if only one direction ends, [HalfClose]; "" if the session does not tell. EndedBy is who does it,
	// or does it first.
	End     EventKind
	EndedBy dialect.Party
}

// DataTransfer is a command that uses a data connection.
type DataTransfer struct {
	dialect.Transfer
	// Pos is where the command stands.
	Pos Position
	// Begun says that the server gave a preliminary reply.
	Begun bool
	// Aborted says that the transfer began and was not done: it was aborted, or failed.
	Aborted bool

	ended   Position // of the final reply
	channel *DataChannel
}

// Octets is the sum of what both parties say on the connection.
func (c *DataChannel) Octets() int64 { return c.ClientOctets + c.ServerOctets }

// String tells it in a line: "d1: RETR a.txt, pasv, the client connects, TLS, 58 octets from the server, closed by the server".
func (c *DataChannel) String() string {
	var parts []string
	for _, t := range c.Transfers {
		s := t.Command
		switch {
		case t.Aborted:
			s += " (ended by " + t.Code + ")"
		case t.Code != "" && !t.Done():
			s += " (refused by " + t.Code + ")"
		}
		parts = append(parts, s)
	}
	if len(c.Transfers) == 0 {
		parts = append(parts, "no transfer")
	}
	if c.Form != "" {
		parts = append(parts, c.Form)
	}
	if c.Opener == 0 {
		parts = append(parts, "never made")
	} else {
		parts = append(parts, fmt.Sprintf("the %s connects", c.Opener))
	}
	if c.TLS {
		parts = append(parts, "TLS")
	}
	octets := func(n int64, p dialect.Party) {
		switch n {
		case 0:
		case 1:
			parts = append(parts, fmt.Sprintf("1 octet from the %s", p))
		default:
			parts = append(parts, fmt.Sprintf("%d octets from the %s", n, p))
		}
	}
	octets(c.ClientOctets, dialect.Client)
	octets(c.ServerOctets, dialect.Server)
	if c.Opener != 0 && c.Octets() == 0 {
		parts = append(parts, "no octets")
	}
	switch c.End {
	case Close:
		parts = append(parts, fmt.Sprintf("closed by the %s", c.EndedBy))
	case Reset:
		parts = append(parts, fmt.Sprintf("reset by the %s", c.EndedBy))
	case HalfClose:
		parts = append(parts, fmt.Sprintf("half closed by the %s", c.EndedBy))
	}
	name := c.Name
	if name == "" {
		name = "-"
	}
	return name + ": " + strings.Join(parts, ", ")
}

// DataChannels returns what the session says about its data connections, in the order in which they are announced or opened: for protocols that
// have none it is empty.
func (s *Session) DataChannels(d dialect.Dialect) []*DataChannel {
	t := newDataTeller()
	w := walker{d: d, session: s, before: t.before, after: t.after, event: t.event}
	w.walk()
	return t.all
}

// dataTeller gathers what a walk shows of data connections.
type dataTeller struct {
	all       []*DataChannel
	named     map[string]*DataChannel
	announced map[*dialect.Data]*DataChannel
	transfers map[*dialect.Transfer]*DataTransfer
	list      []*DataTransfer
	loose     *DataTransfer // without an announced connection: on the default port, or one that the session does not announce
}

func newDataTeller() *dataTeller {
	return &dataTeller{named: map[string]*DataChannel{}, announced: map[*dialect.Data]*DataChannel{}, transfers: map[*dialect.Transfer]*DataTransfer{}}
}

func (t *dataTeller) before(st *step) {
	if !st.Who.IsData() {
		return
	}
	c := t.named[st.Who.Channel]
	if c == nil {
		return
	}
	n := int64(len(st.Unit.Text))
	if b := st.Says[0].Blob(); b != nil {
		n = b.Size
	}
	if st.Who.Party == dialect.Client {
		c.ClientOctets += n
	} else {
		c.ServerOctets += n
	}
}

func (t *dataTeller) after(st *step) {
	for _, e := range st.Events {
		switch e.Kind {
		case dialect.Announce:
			c := &DataChannel{Control: st.Who.Channel, Pos: st.Says[0].pos, Form: e.Data.Form, Listener: e.Data.Listener, Name: addressName(st.Says)}
			t.announced[e.Data] = c
			t.all = append(t.all, c)
			if c.Name != "" {
				t.named[c.Name] = c
			}
		case dialect.TransferAsked:
			tr := &DataTransfer{Transfer: *e.Transfer, Pos: st.Says[0].pos}
			t.transfers[e.Transfer] = tr
			t.list = append(t.list, tr)
			if c := t.announced[e.Transfer.Data]; c != nil {
				tr.channel = c
				c.Transfers = append(c.Transfers, tr)
			} else {
				t.loose = tr
			}
		case dialect.TransferBegins:
			if tr := t.transfers[e.Transfer]; tr != nil {
				tr.Begun = true
			}
		case dialect.TransferEnds:
			if tr := t.transfers[e.Transfer]; tr != nil {
				tr.Code, tr.ended = e.Transfer.Code, st.Says[len(st.Says)-1].pos
				tr.Aborted = tr.Begun && !tr.Done()
			}
		}
	}
}

// addressName returns the data connection that a value in the lines names.
func addressName(says []*Say) string {
	for _, s := range says {
		for _, v := range s.Values() {
			if info := LookupKind(v.Kind); info != nil && info.Role == Address && len(v.Args) == 1 {
				return v.Args[0]
			}
		}
	}
	return ""
}

func (t *dataTeller) event(e *Event) {
	if !e.Who.IsData() {
		return
	}
	c := t.named[e.Who.Channel]
	if e.Kind == Open {
		if c == nil || c.Opener != 0 {
			c = t.opened(e)
		}
		c.Opener = e.Who.Party
		return
	}
	if c == nil {
		return
	}
	switch e.Kind {
	case TLS:
		c.TLS = true
	case Close, Reset, HalfClose:
		if c.End == "" || c.End == HalfClose {
			c.End = e.Kind
			if c.EndedBy == 0 || e.Kind == Reset {
				c.EndedBy = e.Who.Party
			}
		}
	}
}

// opened finds the data connection that is opened under a name which no announcement has: the one that was announced last without a name, or one of
// its own.
func (t *dataTeller) opened(e *Event) *DataChannel {
	var c *DataChannel
	if n := len(t.all); n > 0 && t.all[n-1].Name == "" && t.all[n-1].Opener == 0 {
		c = t.all[n-1]
	} else {
		c = &DataChannel{Pos: e.pos}
		t.all = append(t.all, c)
		if t.loose != nil {
			t.loose.channel = c
			c.Transfers, t.loose = append(c.Transfers, t.loose), nil
		}
	}
	c.Name = e.Who.Channel
	t.named[c.Name] = c
	return c
}

// data reports what does not fit among the data connections of a session.
func (l *linter) data() {
	t := newDataTeller()
	w := walker{d: l.d, session: l.s, before: t.before, after: t.after, event: t.event}
	w.walk()
	for _, c := range t.all {
		if c.Opener == 0 {
			continue
		}
		if len(c.Transfers) == 0 {
			l.add(c.Pos, Warning, "the data connection %s belongs to no transfer: no command between its announcement and the next uses it", c.Name)
			continue
		}
		first := c.Transfers[0]
		if c.Octets() > 0 && first.TLS != c.TLS {
			if c.TLS {
				l.add(first.Pos, Warning, "the data connection %s is over TLS, and what was agreed before has it in the clear", c.Name)
			} else {
				l.add(first.Pos, Warning, "the data connection %s is in the clear, and what was agreed before has it over TLS: \"-- tls %s\" is missing", c.Name, c.Name)
			}
		}
		for _, p := range []dialect.Party{dialect.Client, dialect.Server} {
			said, wanted := c.ClientOctets > 0, false
			if p == dialect.Server {
				said = c.ServerOctets > 0
			}
			for _, tr := range c.Transfers {
				wanted = wanted || tr.Sender == p
			}
			if said && !wanted {
				l.add(first.Pos, Warning, "the %s says octets on the data connection %s, and %q carries the other's", p, c.Name, first.Command)
			}
		}
		if last := c.Transfers[len(c.Transfers)-1]; last.Done() && !last.StaysOpen && c.End == "" {
			l.add(last.Pos, Warning, "the data connection %s does not end, which is how %q tells its end: \"-- close %c%s\" is missing",
				c.Name, last.Command, last.Sender, c.Name)
		}
	}
	for _, tr := range t.list {
		if tr.Done() && (tr.channel == nil || tr.channel.Opener == 0) {
			name := ""
			if tr.channel != nil && tr.channel.Name != "" {
				name = " " + tr.channel.Name
			}
			l.add(tr.ended, Warning, "%q is done by this reply, and no data connection%s was made for it", tr.Command, name)
		}
	}
}
