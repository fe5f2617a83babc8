package play

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"harness/internal/auth"
	"harness/protocols"
	"harness/protocols/dialect"
	"harness/protocols/wire"
	"harness/transcript"
)

// Program is a session made ready to be played with certain options. It is safe for concurrent use: each play has its own state.
type Program struct {
	session *transcript.Session
	opts    Options
	names   []string // of the channels, the first one's is ""
	control []bool   // by channel: not a data connection
	steps   []step
	items   int
	first   []string // further connections that the client may make from the start on

	unused  map[string]bool   // data connections that no transfer begins on
	verbs   map[string]string // of the commands that use data connections
	said    [][2]bool         // by channel: the client, the server says something there
	tlsEnds bool              // there is "-- clear"

	needsTLS bool
	tlsAt    transcript.Position // the first handshake
}

type op uint8

const (
	opSay op = iota
	opEvent
	opUnordered
	opOptional // the items up to next happen all or not at all
)

// step is an item, made ready.
type step struct {
	op   op
	own  bool
	item transcript.Item
	who  transcript.Who
	ch   int // index of the channel

	// Of opSay.
	say       *transcript.Say
	literal   bool   // played and matched as the octets in raw
	raw       []byte // text with the terminator
	text      []byte // raw without it
	size      int64  // octets of a line without a terminator as recorded
	blob      *transcript.Blob
	begins    bool // a unit of its own: no line of a block, no octets of a literal
	ends      bool // nothing of a block or literal follows that belongs to it
	counted   bool // octets of a literal or of a data connection
	piece     bool // of a line that goes on
	glued     bool // in an unordered group: goes with the line before
	masked    bool // holds a value that is not to be shown
	more      bool // own: another own line follows on the channel
	continued bool // own: what the peer says next on the channel belongs to the same command
	sasl      bool // holds a SASL message
	verb      string

	// Of opEvent.
	event *transcript.Event

	// Of opUnordered: its lines. Of opOptional: the index of the step behind it, in next.
	lines []step
	next  int

	expect []string // control channels that the peer may open once this own step was done
	count  int      // items that the step stands for
}

// Compile checks that a session can be played with the options, and makes it ready. The error is a [*SetupError].
func Compile(s *transcript.Session, opts Options) (*Program, error) {
	if opts.Side != dialect.Client && opts.Side != dialect.Server {
		return nil, &SetupError{What: "play: no side was chosen: it is the client's or the server's"}
	}
	if opts.Dialect == nil {
		d, err := protocols.Lookup(s.Protocol())
		if err != nil {
			return nil, &SetupError{What: name(s), Err: err}
		}
		opts.Dialect = d
	}
	opts.Timeouts = opts.Timeouts.withDefaults()
	c := &compiler{Program: &Program{session: s, opts: opts}, open: map[string]bool{"": true}, partial: map[transcript.Who][]int{}}
	c.channel(transcript.Who{})
	if err := c.items(s.Items); err != nil {
		return nil, err
	}
	p := c.Program
	c.data()
	c.implicit()
	c.lookAhead()
	if err := c.credentials(); err != nil {
		return nil, err
	}
	if p.opts.LineLimit <= 0 {
		p.opts.LineLimit = max(wire.DefaultLineLimit, c.longest)
	}
	return p, nil
}

// Play compiles a session and plays it once.
func Play(ctx context.Context, s *transcript.Session, opts Options, t Transport) (*Report, error) {
	p, err := Compile(s, opts)
	if err != nil {
		return nil, err
	}
	return p.Play(ctx, t)
}

// Session returns the session that is played.
func (p *Program) Session() *transcript.Session { return p.session }

// BeginsWithTLS reports whether the first thing that happens is a TLS handshake.
func (p *Program) BeginsWithTLS() bool {
	return len(p.steps) > 0 && p.steps[0].op == opEvent && p.steps[0].event.Kind == transcript.TLS && p.steps[0].ch == 0
}

func name(s *transcript.Session) string {
	if s.Name == "" {
		return "session"
	}
	return s.Name
}

type compiler struct {
	*Program
	open    map[string]bool
	feeds   [][2]feeder              // of each channel, the client's and the server's
	partial map[transcript.Who][]int // steps that say pieces of a line which goes on
	longest int
}

func (c *compiler) channel(w transcript.Who) int {
	if i := slices.Index(c.names, w.Channel); i >= 0 {
		return i
	}
	c.names = append(c.names, w.Channel)
	c.control = append(c.control, !w.IsData())
	var t dialect.Tracker
	if !w.IsData() {
		t = c.opts.Dialect.NewTracker()
	}
	c.feeds = append(c.feeds, [2]feeder{{t: t, party: dialect.Client}, {t: t, party: dialect.Server}})
	return len(c.names) - 1
}

func setupf(pos transcript.Position, format string, args ...any) error {
	return &SetupError{Pos: pos, What: fmt.Sprintf(format, args...)}
}

func (c *compiler) items(items []transcript.Item) error {
	for _, it := range items {
		switch it := it.(type) {
		case *transcript.Comment:
		case *transcript.Group:
			if err := c.group(it); err != nil {
				return err
			}
		default:
			st, err := c.item(it)
			if err != nil {
				return err
			}
			c.steps = append(c.steps, st)
			c.Program.items++
			if st.op == opSay && st.blob == nil {
				c.piece(len(c.steps) - 1)
			}
		}
	}
	return nil
}

// piece puts together a line that is said in pieces: all but the last have no terminator. The peer's is read whole, where its last piece stands.
func (c *compiler) piece(i int) {
	st := &c.steps[i]
	before := c.partial[st.who]
	if st.counted {
		return
	}
	delete(c.partial, st.who)
	if st.say.End == wire.None {
		c.partial[st.who] = append(before, i)
	}
	if len(before) == 0 {
		return
	}
	says := make([]*transcript.Say, 0, len(before)+1)
	for _, j := range before {
		c.steps[j].piece = true
		c.steps[j].masked = true
		says = append(says, c.steps[j].say)
	}
	st.masked = true
	if !st.own {
		st.say = transcript.Join(append(says, st.say)...)
		st.begins = c.steps[before[0]].begins
		st.verb = c.steps[before[0]].verb
		c.octets(st)
	}
}

func (c *compiler) group(g *transcript.Group) error {
	var items []transcript.Item
	for _, it := range g.Items {
		if _, ok := it.(*transcript.Comment); !ok {
			items = append(items, it)
		}
	}
	if len(items) == 0 {
		return nil
	}
	if g.Kind == transcript.Optional {
		at := len(c.steps)
		c.steps = append(c.steps, step{op: opOptional, item: g})
		if err := c.items(items); err != nil {
			return err
		}
		first := c.steps[at+1]
		if first.op != opSay {
			return setupf(first.item.Position(), "an optional group has to begin with a line: it decides whether the group takes place")
		}
		o := &c.steps[at]
		o.next, o.own, o.who, o.ch = len(c.steps), first.own, first.who, first.ch
		return nil
	}
	u := step{op: opUnordered, item: g}
	for _, it := range items {
		say, ok := it.(*transcript.Say)
		if !ok {
			return setupf(it.Position(), "an unordered group holds lines only")
		}
		st, err := c.item(say)
		if err != nil {
			return err
		}
		if st.blob != nil {
			return setupf(it.Position(), "a blob can't stand in an unordered group")
		}
		if n := len(u.lines); n > 0 {
			if st.who != u.lines[0].who {
				return setupf(it.Position(), "the lines of an unordered group are of one party on one channel")
			}
			last := u.lines[n-1]
			st.glued = !last.ends || last.say.End == wire.None
		}
		u.lines = append(u.lines, st)
	}
	u.own, u.who, u.ch, u.count = u.lines[0].own, u.lines[0].who, u.lines[0].ch, len(u.lines)
	c.Program.items += u.count
	c.steps = append(c.steps, u)
	return nil
}

func (c *compiler) item(it transcript.Item) (step, error) {
	st := step{item: it, count: 1}
	switch it := it.(type) {
	case *transcript.Say:
		st.op, st.say, st.who = opSay, it, it.Who
		if !c.open[it.Who.Channel] {
			return st, setupf(it.Position(), "connection %q is used before it is opened: put \"-- open %s%s\" before", it.Who.Channel, "C", it.Who.Channel)
		}
		st.ch = c.channel(it.Who)
		st.own = it.Who.Party == c.opts.Side
		return st, c.say(&st)
	case *transcript.Event:
		st.op, st.event, st.who = opEvent, it, it.Who
		st.own = it.Who.Party == c.opts.Side
		ch := it.Who.Channel
		switch {
		case it.Kind == transcript.Open:
			if c.open[ch] {
				return st, setupf(it.Position(), "connection %q is open already", ch)
			}
			if !it.Who.IsData() && it.Who.Party != dialect.Client {
				return st, setupf(it.Position(), "a server does not open control connections: write \"-- open C%s\"", ch)
			}
			c.open[ch] = true
		case !c.open[ch]:
			return st, setupf(it.Position(), "connection %q is used before it is opened", ch)
		}
		st.ch = c.channel(it.Who)
		switch it.Kind {
		case transcript.TLS:
			if !c.needsTLS {
				c.needsTLS, c.tlsAt = true, it.Position()
			}
		case transcript.Clear:
			if it.Who.IsData() {
				return st, setupf(it.Position(), "TLS ends on a data connection with the connection: write \"-- close\" with the party that closes it")
			}
			c.tlsEnds = true
		case transcript.Compress:
			if it.Arg != "deflate" {
				return st, setupf(it.Position(), "compression by %q is not known; \"deflate\" is", it.Arg)
			}
		case transcript.Open, transcript.Wait, transcript.Quiet, transcript.HalfClose, transcript.Close, transcript.Reset:
		default:
			return st, setupf(it.Position(), "unknown event %q", it.Kind)
		}
		return st, nil
	}
	return st, setupf(it.Position(), "a %T can't be played", it)
}

// say makes a line ready: it runs the recorded octets past a tracker, to know where units begin and end.
func (c *compiler) say(st *step) error {
	s := st.say
	f := &c.feeds[st.ch][0]
	if st.who.Party == dialect.Server {
		f = &c.feeds[st.ch][1]
	}
	shape := dialect.Shape{Kind: dialect.Stream}
	if f.t != nil {
		shape = f.t.Next(st.who.Party)
	}
	st.counted = shape.Kind == dialect.Octets || shape.Kind == dialect.Stream
	st.begins = shape.Kind == dialect.Line
	st.ends = true
	if st.blob = s.Blob(); st.blob != nil {
		if f.t == nil {
			return nil
		}
		r, err := c.session.OpenBlob(st.blob)
		if err == nil {
			_, err = f.copy(r)
			r.Close()
		}
		if err != nil {
			return &SetupError{Pos: s.Position(), What: "a blob can't be read", Err: err}
		}
		st.ends = f.t.Next(st.who.Party).Kind == dialect.Line
		return nil
	}
	c.octets(st)
	for _, v := range s.Values() {
		if k := transcript.LookupKind(v.Kind); k != nil && k.Secret {
			st.masked = true
		}
		if v.Kind == "sasl" {
			st.sasl = true
		}
	}
	if st.who.Party == dialect.Client && st.begins && len(s.Parts) > 0 && len(s.Parts[0].Text) > 0 {
		st.verb, _ = dialect.Verb(s.Parts[0].Text)
	}
	if f.t == nil {
		return nil
	}
	u := unit(shape, st.text, s.End)
	for _, m := range f.t.Marks(st.who.Party, u) {
		if m.Kind == "tag" {
			st.literal = false // the live tag may be another
		}
		if m.Secret {
			st.masked = true
		}
	}
	f.unit(u, shape)
	st.ends = f.t.Next(st.who.Party).Kind == dialect.Line && len(f.part) == 0
	return nil
}

// octets sets what follows from the recorded octets alone.
func (c *compiler) octets(st *step) {
	sample := st.say.Sample()
	st.raw = append(slices.Clone(sample), st.say.End.Octets()...)
	st.text = st.raw[:len(sample)]
	st.size = int64(len(sample))
	st.literal = len(st.say.Values()) == 0
	c.longest = max(c.longest, len(st.raw)+4<<10)
}

// data notes what the session says of its data connections.
func (c *compiler) data() {
	c.unused, c.verbs = map[string]bool{}, map[string]string{}
	for _, d := range c.session.DataChannels(c.opts.Dialect) {
		begun := d.Octets() > 0
		for _, t := range d.Transfers {
			begun = begun || t.Begun || t.Done()
			if c.verbs[d.Name] == "" {
				c.verbs[d.Name], _ = dialect.Verb([]byte(t.Command))
			}
		}
		if d.Name != "" && !begun {
			c.unused[d.Name] = true
		}
	}
	c.said = make([][2]bool, len(c.names))
	for i := range c.steps {
		if s := &c.steps[i]; s.op == opSay {
			c.said[s.ch][partyIndex(s.who.Party)] = true
		}
	}
}

func partyIndex(p dialect.Party) int {
	if p == dialect.Client {
		return 0
	}
	return 1
}

// implicit applies Options.ImplicitTLS.
func (c *compiler) implicit() {
	p := c.Program
	has := p.BeginsWithTLS()
	switch {
	case p.opts.ImplicitTLS == WithTLS && !has:
		e := &transcript.Event{Kind: transcript.TLS}
		for i := range p.steps {
			if p.steps[i].op == opOptional {
				p.steps[i].next++
			}
		}
		p.steps = slices.Insert(p.steps, 0, step{op: opEvent, item: e, event: e})
		c.needsTLS = true
	case p.opts.ImplicitTLS == WithoutTLS && has:
		for i := range p.steps {
			if p.steps[i].op == opOptional {
				p.steps[i].next--
			}
		}
		p.steps = p.steps[1:]
		p.items--
	}
}

// lookAhead notes what the peer may do by itself after each own step: opening a connection, closing one.
func (c *compiler) lookAhead() {
	p := c.Program
	var opens []string
	for i := len(p.steps) - 1; i >= 0; i-- {
		st := &p.steps[i]
		if st.op == opEvent && st.event.Kind == transcript.Open && !st.own && p.control[st.ch] {
			opens = append(opens, p.names[st.ch])
		}
		if st.own {
			slices.Reverse(opens)
			st.expect, opens = opens, nil
		}
	}
	slices.Reverse(opens)
	p.first = opens
	next := make([]*step, len(p.names))
	for i := len(p.steps) - 1; i >= 0; i-- {
		st := &p.steps[i]
		switch st.op {
		case opEvent:
			next[st.ch] = nil
		case opSay:
			st.follow(next[st.ch])
			next[st.ch] = st
		case opUnordered:
			for j := len(st.lines) - 1; j >= 0; j-- {
				st.lines[j].follow(next[st.ch])
				next[st.ch] = &st.lines[j]
			}
		}
	}
}

// follow notes what the line that comes next on the channel means to st; n is nil if there is none.
func (st *step) follow(n *step) {
	if n == nil {
		return
	}
	st.more = n.own && st.own
	st.continued = st.own && !n.own && (!n.begins || n.sasl && n.verb == "")
}

// credentials finds what can't be played for want of credentials.
func (c *compiler) credentials() error {
	p := c.Program
	all := make([]*step, 0, len(p.steps))
	for i := range p.steps {
		all = append(all, &p.steps[i])
		for j := range p.steps[i].lines {
			all = append(all, &p.steps[i].lines[j])
		}
	}
	for _, st := range all {
		if st.op != opSay || st.blob != nil {
			continue
		}
		pos := st.item.Position()
		for _, v := range st.say.Values() {
			mech := ""
			if v.Kind == "sasl" && len(v.Args) > 0 {
				mech = v.Args[0]
			}
			given := p.opts.Credentials != nil
			switch {
			case strings.HasPrefix(strings.ToUpper(mech), "SCRAM-") && !given:
				return setupf(pos, "%s answers the peer's nonce, so that the recorded exchange can't be played again: give the user and the password (--user, --password)", mech)
			case !st.own:
			case v.Kind == "sasl" && given && mech != "":
				if _, ok := auth.Lookup(mech); !ok && v.Redacted {
					return setupf(pos, "the SASL mechanism %s is not known here, and its recorded message was redacted", mech)
				}
				if st.own && p.opts.Side == dialect.Client {
					if _, err := auth.NewClient(mech, p.creds()); err != nil {
						if _, ok := auth.Lookup(mech); ok {
							return &SetupError{Pos: pos, What: "the credentials don't do", Err: err}
						}
					}
				}
			case !v.Redacted:
			case !given:
				return setupf(pos, "the secret (%s) was redacted when the session was recorded: give the user and the password (--user, --password)", v.Kind)
			case !filled(v.Kind):
				return setupf(pos, "the secret (%s) was redacted when the session was recorded, and can't be made from a user and a password: write it into the session", v.Kind)
			}
		}
	}
	return nil
}

// filled reports whether a value of the kind is made from credentials.
func filled(kind string) bool {
	switch kind {
	case "user", "password", "apop", "sasl":
		return true
	}
	return false
}

// creds returns the credentials as the mechanisms want them.
func (p *Program) creds() auth.Credentials {
	c := *p.opts.Credentials
	if c.Token == "" {
		c.Token = c.Password
	}
	return c
}
