package trial

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"harness/protocols/dialect"
	"harness/protocols/wire"
	"harness/transcript"
)

// Exchange is a command of a recorded session and its answer; the first of a session is the greeting, and has no command.
type Exchange struct {
	// Line is the command.
	Line wire.Line
	// Items are what is said, as it is served, the command first.
	Items []transcript.Item
	// Status is the line that answers the command, or the whole of what was said behind it; Ended says that it is missing, or a part of the block. Answer are
	// all lines of the answer, Status being the last.
	Status wire.Line
	Answer []wire.Line
	Ended  bool
	// Block is what follows the status line, and Given what the client says between the command and it, both as they stand on the wire, final line
	// included.
	Block, Given []byte
	// Ahead says that the command was sent before the answer to the one before.
	Ahead bool
}

// Follow is what comes behind a line. A positive one is so many octets of the client's; the answer is still to come.
type Follow int64

// What else may follow a command or an answer.
const (
	// Nothing: the command, or the answer, is whole.
	Nothing Follow = -iota
	// ServerLine: the answer goes on with another line.
	ServerLine
	// ServerBlock: the server goes on with a block.
	ServerBlock
	// ClientLine: the client says a line, and the answer is still to come.
	ClientLine
	// ClientBlock: the client says a block, and the answer is still to come.
	ClientBlock
)

// Recording is a recorded session, taken apart.
type Recording struct {
	Session *transcript.Session
	// Implicit says that it begins with TLS.
	Implicit  bool
	Exchanges []*Exchange
	// Tail is how the connection ends.
	Tail []transcript.Item
	// Users are the names in the session. Password is that of a field "note: password: TEXT" of the header, or one that stands in the open; "" if there is
	// none.
	Users    []string
	Password string
}

// Grammar says how the sessions of a protocol are taken apart. A block ends with a line of one dot.
type Grammar struct {
	Protocol string
	// Commanded says what follows a command; nil for nothing ever.
	Commanded func(wire.Line) Follow
	// Answered says what follows a line that answers an exchange.
	Answered func(*Exchange, wire.Line) Follow
	// Unasked names the command, one that does nothing, as the answer to which a line is served that nobody asked for; "" if there may be no such line. Nil
	// is for none ever.
	Unasked func(wire.Line) string
}

// TakeApart makes exchanges of a session of one connection. Waits, and comments, are left out: they are how long a server took once.
func (g Grammar) TakeApart(s *transcript.Session) (*Recording, error) {
	if p := s.Protocol(); p != g.Protocol {
		return nil, fmt.Errorf("%s: a session of %s", s.Name, p)
	}
	c := cutter{Recording: &Recording{Session: s}, Grammar: g}
	for _, f := range s.Header {
		if p, ok := strings.CutPrefix(f.Value, "password: "); ok && f.Name == "note" {
			c.Password = p
		}
	}
	c.last = &Exchange{}
	c.queue = []*Exchange{c.last}
	c.Exchanges = append(c.Exchanges, c.last)
	for _, it := range s.Items {
		if err := c.item(it); err != nil {
			return nil, err
		}
	}
	for _, x := range c.queue {
		x.Ended = true
	}
	if c.open != nil {
		c.open.Ended = true
	}
	return c.Recording, nil
}

// cutter is a session that is being taken apart.
type cutter struct {
	*Recording
	Grammar

	queue  []*Exchange // without an answer yet
	open   *Exchange   // whose block the server is saying
	giving *Exchange   // whose line, block or octets the client is saying
	block  bool        // it is a block
	octets int         // so many are still to come
	last   *Exchange   // what an event belongs to
	pieces []*transcript.Say
}

func (c *cutter) item(it transcript.Item) error {
	switch it := it.(type) {
	case *transcript.Group:
		return fmt.Errorf("%s: a recorded case cannot follow a group", it.Position())
	case *transcript.Event:
		return c.event(it)
	case *transcript.Say:
		return c.say(it)
	}
	return nil
}

func (c *cutter) event(e *transcript.Event) error {
	switch {
	case e.Who.Channel != "":
		return fmt.Errorf("%s: a recorded case has one connection", e.Position())
	case e.Kind == transcript.TLS || e.Kind == transcript.Compress:
		c.Implicit = c.Implicit || e.Kind == transcript.TLS && len(c.last.Items) == 0
		c.last.Items = append(c.last.Items, e)
	case e.Kind == transcript.Close || e.Kind == transcript.HalfClose || e.Kind == transcript.Reset:
		c.Tail = append(c.Tail, e)
	}
	return nil
}

func (c *cutter) say(say *transcript.Say) error {
	if say.Who.Channel != "" {
		return fmt.Errorf("%s: a recorded case has one connection", say.Position())
	}
	blob := say.Blob()
	counted := c.octets > 0 && say.Who.Party == dialect.Client
	if blob == nil && !counted {
		if c.pieces = append(c.pieces, say); say.End == wire.None {
			return nil
		}
	}
	all, octets := []*transcript.Say{say}, []byte(nil)
	var line wire.Line
	switch {
	case blob != nil:
		var err error
		if octets, err = c.blob(blob); err != nil {
			return err
		}
	case counted:
		octets = wire.Line{Text: say.Sample(), End: say.End}.AppendRaw(nil)
	default:
		all = c.pieces
		whole := transcript.Join(all...)
		line = wire.Line{Text: whole.Sample(), End: whole.End}
		octets = line.AppendRaw(nil)
		c.pieces = nil
	}
	ends := blob == nil && string(line.Text) == "."
	switch client := say.Who.Party == dialect.Client; {
	case counted:
		if c.octets -= len(octets); c.octets < 0 {
			return fmt.Errorf("%s: %d octets more than were announced", say.Position(), -c.octets)
		}
		c.giving.add(all)
		c.giving.Given = append(c.giving.Given, octets...)
		if c.octets == 0 {
			c.giving = nil
		}
	case client && c.giving != nil:
		c.giving.add(all)
		c.giving.Given = append(c.giving.Given, octets...)
		if !c.block || ends {
			c.giving = nil
		}
	case client:
		c.command(all, line)
	case c.open != nil:
		c.open.add(all)
		c.open.Block = append(c.open.Block, octets...)
		if ends {
			c.open = nil
		}
	case len(c.queue) == 0:
		command := ""
		if c.Unasked != nil {
			command = c.Unasked(line)
		}
		if command == "" {
			return fmt.Errorf("%s: the server says what nobody asked for", say.Position())
		}
		asking := transcript.NewSay(transcript.Who{Party: dialect.Client}, []byte(command), wire.CRLF)
		c.command([]*transcript.Say{asking}, wire.Line{Text: []byte(command), End: wire.CRLF})
		c.answer(all, line)
	default:
		c.answer(all, line)
	}
	return nil
}

func (c *cutter) command(says []*transcript.Say, line wire.Line) {
	x := &Exchange{Line: line, Ahead: len(c.queue) > 0}
	for _, say := range says {
		for _, v := range say.Values() {
			switch {
			case v.Kind == "user" && !slices.Contains(c.Users, string(v.Octets)):
				c.Users = append(c.Users, string(v.Octets))
			case v.Kind == "password" && !v.Redacted:
				c.Password = string(v.Octets)
			}
		}
	}
	x.add(says)
	c.queue, c.Exchanges, c.last = append(c.queue, x), append(c.Exchanges, x), x
	if c.Commanded != nil {
		c.give(x, c.Commanded(line))
	}
}

func (c *cutter) answer(says []*transcript.Say, line wire.Line) {
	x := c.queue[0]
	c.last = x
	x.add(says)
	x.Answer = append(x.Answer, line)
	follow := c.Answered(x, line)
	if c.give(x, follow) || follow == ServerLine {
		return
	}
	x.Status = line
	c.queue = c.queue[1:]
	if follow == ServerBlock {
		c.open = x
	}
}

// give has the client go on as a line asks; ok is false if it does not ask for that.
func (c *cutter) give(x *Exchange, follow Follow) (ok bool) {
	if follow <= 0 && follow != ClientLine && follow != ClientBlock {
		return false
	}
	c.giving, c.block, c.octets = x, follow == ClientBlock, int(max(follow, 0))
	return true
}

func (x *Exchange) add(says []*transcript.Say) {
	for _, s := range says {
		x.Items = append(x.Items, s)
	}
}

func (r *Recording) blob(b *transcript.Blob) ([]byte, error) {
	rc, err := r.Session.OpenBlob(b)
	if err != nil {
		return nil, err
	}
	defer rc.Close()
	return io.ReadAll(rc)
}

// Served is a session of some of the exchanges, each command with its answer behind it.
func (r *Recording) Served(exchanges ...*Exchange) *transcript.Session {
	s := *r.Session
	s.Items = nil
	for _, x := range exchanges {
		s.Items = append(s.Items, x.Items...)
	}
	s.Items = append(s.Items, r.Tail...)
	return &s
}

// Unstuffed is the content of a block as it stands on the wire: without the final line and the stuffed dots.
func Unstuffed(block []byte) []byte {
	var out []byte
	for line := range strings.SplitAfterSeq(string(block), "\r\n") {
		if line == ".\r\n" {
			break
		}
		out = append(out, strings.TrimPrefix(line, ".")...)
	}
	return out
}
