package play

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/wire"
	"harness/transcript"
)

// player is the state of one play.
type player struct {
	*Program
	ctx   context.Context
	t     Transport
	tls   *tls.Config
	chans []channel
	binds transcript.Bindings
	rep   *Report
	at    int          // the step in hand
	done  map[int]bool // steps that were played before their turn

	recent [5]heard
	heardN int
	shaken bool          // the peer's answer in hand differs from the session's
	grant  time.Duration // what the peer's own waits add to the next wait
	dirty  int           // channels with octets that were not sent
	pair   []byte        // buffer

	mu        sync.Mutex
	closers   []io.Closer
	cancelled bool
}

// heard is a line of the context of a mismatch.
type heard struct {
	who  transcript.Who
	say  *transcript.Say // if the line is to be shown as the session has it
	text []byte
}

// channel is a connection of a play.
type channel struct {
	name    string
	c       *conn.Conn
	hooks   Hooks
	tracker dialect.Tracker
	feed    [2]feeder // the client's, the server's

	// Of data connections.
	ln     net.Listener
	peer   netip.Addr // who may connect to ln
	addr   string     // where the peer listens
	link   DataLink   // nil for an ordinary one
	due    *step      // the peer is to make the connection
	dueTLS *step      // the handshake is to come
	gone   bool       // writing told that the peer hears nothing more

	ahead   dialect.Unit // a line that was read and not taken
	isAhead bool
	kept    []byte // holds ahead's text
	cut     []byte // holds a line of a counted run

	dirty   bool
	spoke   bool // this side said something since the peer's last unit
	tls     bool
	implied bool // TLS was there from the start, and nothing was said yet
	ownEnd  bool // this side said that it sends no more
	peerEnd bool // the peer sends no more
	closed  bool
	broken  bool // writing told that the peer reset the connection; reading then tells the end only

	asked     []ask // lines without an answer, for the hooks
	answering bool
	answer    string

	sasl       *exchange
	challenge  []byte
	challenged bool
	stamp      []byte // the last timestamp
}

type ask struct{ verb, shown string }

// errStop ends a play whose problem is in the report.
var errStop = errors.New("stopped")

// Play plays the session once over the connections that t supplies, until it ends or ctx does. The report is there whenever the play
// began; the error is then that of [Report.Err]. It is a [*SetupError], and there is no report, if the play could not begin.
func (p *Program) Play(ctx context.Context, t Transport) (*Report, error) {
	linker, linked := t.(Linker)
	if p.needsTLS && p.opts.TLS == nil && !linked && p.opts.Side == dialect.Server {
		return nil, &SetupError{Pos: p.tlsAt, What: "the session needs TLS, and no certificate was given"}
	}
	pl := &player{Program: p, ctx: ctx, t: t, tls: p.opts.TLS, chans: make([]channel, len(p.names))}
	for i, n := range p.names {
		pl.chans[i].name = n
	}
	pl.rep = &Report{Session: name(p.session), Side: p.opts.Side, Items: p.items, Start: time.Now()}
	stop := context.AfterFunc(ctx, pl.cancel)
	defer stop()
	for _, ch := range p.first {
		t.Expect(ch)
	}
	if err := pl.connect(linker, &pl.chans[0]); err != nil {
		return nil, &SetupError{What: "no connection", Err: err}
	}
	pl.rep.Peer = pl.chans[0].c.RemoteAddr().String()
	err := pl.run()
	if err == nil {
		err = pl.finish()
	}
	if err != nil {
		pl.unplayed(err)
	}
	pl.close()
	pl.rep.End = time.Now()
	return pl.rep, pl.rep.Err()
}

// own has c closed when the play ends or is cancelled.
func (p *player) own(c io.Closer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closers = append(p.closers, c)
	if p.cancelled {
		c.Close()
	}
}

// cancel unblocks whatever waits.
func (p *player) cancel() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cancelled = true
	for _, c := range p.closers {
		c.Close()
	}
}

func (p *player) close() {
	for i := range p.chans {
		if ch := &p.chans[i]; ch.c != nil {
			if ch.hooks != nil {
				p.leftovers(ch)
			}
			ch.c.Close()
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range p.closers {
		c.Close()
	}
}

// connect makes or awaits the connection of a control channel.
func (p *player) connect(linker Linker, ch *channel) error {
	ctx, cancel := context.WithTimeout(p.ctx, p.opts.Timeouts.Connect)
	defer cancel()
	if linker != nil {
		c, hooks, err := linker.Link(ctx, ch.name)
		if err != nil {
			return err
		}
		p.adopt(ch, c)
		ch.hooks = hooks
	} else {
		nc, err := p.t.Connect(ctx, ch.name)
		if err != nil {
			return err
		}
		p.adopt(ch, conn.New(nc, p.connOptions(ch.name)))
	}
	_, ch.implied = ch.c.TLS()
	ch.tls = ch.implied
	ch.asked = append(ch.asked, ask{verb: "greeting"})
	return nil
}

func (p *player) connOptions(channel string) conn.Options {
	return conn.Options{Local: p.opts.Side, Channel: channel, Tap: p.opts.Tap, LineLimit: p.opts.LineLimit, TLSMayEnd: p.tlsEnds}
}

func (p *player) adopt(ch *channel, c *conn.Conn) {
	ch.c = c
	if c.R.LineLimit < p.opts.LineLimit {
		c.R.LineLimit = p.opts.LineLimit
	}
	if p.control[p.index(ch)] {
		ch.tracker = p.opts.Dialect.NewTracker()
		ch.feed[0] = feeder{t: ch.tracker, party: dialect.Client}
		ch.feed[1] = feeder{t: ch.tracker, party: dialect.Server}
	}
	if ch.link != nil {
		p.own(breaker{ch.link})
		return
	}
	p.own(c.Raw())
}

type breaker struct{ l DataLink }

func (b breaker) Close() error {
	b.l.Break()
	return nil
}

func (p *player) index(ch *channel) int {
	for i := range p.chans {
		if &p.chans[i] == ch {
			return i
		}
	}
	return 0
}

func (ch *channel) feeder(party dialect.Party) *feeder {
	if party == dialect.Client {
		return &ch.feed[0]
	}
	return &ch.feed[1]
}

func (ch *channel) shape(party dialect.Party) dialect.Shape {
	if ch.tracker == nil {
		return dialect.Shape{Kind: dialect.Stream}
	}
	return ch.tracker.Next(party)
}

// saw tells the tracker of a whole unit.
func (ch *channel) saw(party dialect.Party, u dialect.Unit, shape dialect.Shape) {
	if ch.tracker != nil {
		ch.feeder(party).unit(u, shape)
	}
}

func (p *player) run() error {
	for p.at < len(p.steps) {
		if err := p.ctx.Err(); err != nil {
			return err
		}
		st := &p.steps[p.at]
		if st.own {
			p.shaken = false
			for _, ch := range st.expect {
				p.t.Expect(ch)
			}
		}
		if st.op == opOptional {
			if err := p.optional(st); err != nil {
				return err
			}
			continue
		}
		if p.done[p.at] {
			p.at++
			continue
		}
		if err := p.ahead(st); err != nil {
			return err
		}
		if err := p.play(st); err != nil {
			return err
		}
	}
	return nil
}

// play plays the step in hand and moves behind it, and behind what a mismatch took with it.
func (p *player) play(st *step) error {
	err := p.step(st)
	if err == nil {
		p.rep.Played += st.count
		p.at++
		return nil
	}
	var d *differs
	if !errors.As(err, &d) {
		return err
	}
	if p.shaken && d.m.Outcome == GotNothing && len(d.m.Received) == 0 && p.opts.Side == dialect.Client {
		p.at = p.runEnd() // an answer that differs, and is reported, is shorter too
		return nil
	}
	p.rep.Problems = append(p.rep.Problems, d.m)
	if p.opts.Side == dialect.Client && st.op == opSay && !p.control[st.ch] && (d.read || d.m.Outcome == GotClose) {
		return p.resyncData(st, &p.chans[st.ch], d)
	}
	if p.opts.Side == dialect.Client && !p.control[st.ch] && d.m.Outcome == GotMore && st.event.Kind == transcript.Close {
		return p.resyncMore(st, &p.chans[st.ch])
	}
	if p.opts.Side != dialect.Client || !d.read {
		return errStop
	}
	return p.resync(st, d)
}

// differs is a mismatch on the way up. Read says that the peer's unit was read whole, so that the play may go on behind it.
type differs struct {
	m    *Mismatch
	read bool
	u    dialect.Unit // a copy
	saw  bool         // the tracker knows of it
}

func (d *differs) Error() string { return d.m.Error() }

func (p *player) step(st *step) error {
	switch st.op {
	case opSay:
		if st.own {
			return p.say(st)
		}
		return p.hear(st)
	case opUnordered:
		if st.own {
			for i := range st.lines {
				if err := p.say(&st.lines[i]); err != nil {
					return err
				}
			}
			return nil
		}
		return p.unordered(st)
	}
	return p.event(st)
}

// do runs f on the channel's connection with a deadline. The context is not given: cancel closes the connections.
func (p *player) do(ch *channel, timeout time.Duration, f func() error) error {
	err := ch.c.Do(context.Background(), timeout, f)
	if err != nil && p.ctx.Err() != nil {
		return p.ctx.Err()
	}
	return err
}

// flush sends what was said.
func (p *player) flush() error {
	if p.dirty == 0 {
		return nil
	}
	for i := range p.chans {
		if ch := &p.chans[i]; ch.dirty {
			if err := p.flushChannel(ch); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *player) flushChannel(ch *channel) error {
	ch.dirty = false
	p.dirty--
	var err error
	if ch.hooks != nil {
		err = ch.hooks.Flush()
	} else {
		err = p.do(ch, p.opts.Timeouts.Write, ch.c.W.Flush)
	}
	return p.sent(ch, err)
}

// sent judges an error of writing: that the peer has gone is learnt, and told better, when it is read from.
func (p *player) sent(ch *channel, err error) error {
	if err == nil || p.ctx.Err() != nil {
		return p.ctxErr(err)
	}
	if isReset(err) {
		ch.broken = ch.broken || errors.Is(err, syscall.ECONNRESET)
		ch.gone = ch.tracker == nil
		return nil
	}
	return err
}

func (p *player) ctxErr(err error) error {
	if cerr := p.ctx.Err(); err != nil && cerr != nil {
		return cerr
	}
	return err
}

func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
}

// beforeWait is what happens before this side waits for the peer.
func (p *player) beforeWait(ch *channel) error {
	if err := p.flush(); err != nil {
		return err
	}
	if ch.hooks != nil {
		return ch.hooks.BeforeWait()
	}
	return nil
}

// write puts p into the channel's buffer, and sends if that is full.
func (p *player) write(ch *channel, b []byte) error {
	if !ch.dirty {
		// What was said elsewhere before leaves before.
		if err := p.flush(); err != nil {
			return err
		}
		ch.dirty = true
		p.dirty++
	}
	ch.spoke, ch.implied = true, false
	if ch.gone {
		return nil
	}
	p.rep.Sent += int64(len(b))
	if ch.c.W.Available() >= len(b) {
		_, err := ch.c.W.Write(b)
		return err
	}
	return p.sent(ch, p.do(ch, p.opts.Timeouts.Write, func() error {
		_, err := ch.c.W.Write(b)
		return err
	}))
}

// opened returns the step's channel if it can be used.
func (p *player) opened(st *step) (*channel, error) {
	ch := &p.chans[st.ch]
	if ch.due != nil || ch.dueTLS != nil {
		if err := p.meet(ch); err != nil {
			return nil, err
		}
	}
	if ch.c == nil {
		return nil, fmt.Errorf("connection %q is not open: the group that opens it did not take place", ch.name)
	}
	return ch, nil
}

// say says an own line.
func (p *player) say(st *step) error {
	ch, err := p.opened(st)
	if err != nil {
		return err
	}
	if ch.closed || ch.ownEnd {
		return fmt.Errorf("connection %q was closed before", ch.name)
	}
	if ch.hooks != nil && !ch.answering {
		a := ask{}
		if len(ch.asked) > 0 {
			a = ch.asked[0]
			ch.asked = ch.asked[1:]
		}
		if err := ch.hooks.Begin(a.verb, a.shown); err != nil {
			return err
		}
		ch.answering, ch.answer = true, ""
		if ch.hooks.Logging() {
			ch.answer = shown(st)
		}
	}
	switch {
	case st.blob != nil:
		err = p.sayBlob(st, ch)
	case st.literal:
		party := st.who.Party
		if err = p.write(ch, st.raw); err == nil && ch.tracker != nil {
			shape := ch.tracker.Next(party)
			if shape.Kind == dialect.Octets {
				ch.saw(party, dialect.Unit{Kind: shape.Kind, Text: st.raw, End: wire.None}, shape)
			} else {
				ch.saw(party, dialect.Unit{Kind: shape.Kind, Text: st.text, End: st.say.End}, shape)
			}
		}
		p.remember(st, st.text)
	default:
		err = p.sayLive(st, ch)
	}
	if err != nil {
		return err
	}
	if st.who.Party == dialect.Client && st.begins && !st.sasl {
		if err := p.ackSASL(ch); err != nil {
			return p.unproven(st, err)
		}
		ch.sasl = nil
	}
	if ch.hooks != nil && st.ends && !st.continued && (!st.more || len(ch.asked) > 0) {
		ch.answering = false
		return ch.hooks.End(ch.answer)
	}
	return nil
}

// sayLive says a line that has values.
func (p *player) sayLive(st *step, ch *channel) error {
	party := st.who.Party
	if st.sasl && st.verb != "" {
		ch.sasl = nil // a command begins another exchange
	}
	shape := ch.shape(party)
	text, err := st.say.Render(ch.tracker, &p.binds, func(v *transcript.Value) ([]byte, bool, error) {
		return p.fill(st, ch, v)
	})
	if err != nil {
		return err
	}
	u := unit(shape, text, st.say.End)
	if ch.hooks == nil && len(u.Text)+2 <= ch.c.W.Available() {
		p.pair = u.AppendRaw(p.pair[:0])
		err = p.write(ch, p.pair)
	} else {
		err = p.write(ch, u.AppendRaw(nil))
	}
	if err != nil {
		return err
	}
	p.remember(st, u.Text)
	ch.saw(party, u, shape)
	return nil
}

// fill supplies live values.
func (p *player) fill(st *step, ch *channel, v *transcript.Value) ([]byte, bool, error) {
	c := p.opts.Credentials
	switch {
	case v.Kind == "timestamp":
		ch.stamp = v.Octets
	case isAddress(v.Kind):
		live, err := p.listen(ch, v)
		return live, err == nil, err
	case v.Kind == "sasl":
		return p.fillSASL(ch, st, v)
	case c == nil:
	case v.Kind == "user":
		return []byte(c.User), true, nil
	case v.Kind == "password":
		return []byte(c.Password), true, nil
	case v.Kind == "apop":
		if len(ch.stamp) == 0 {
			return nil, false, errors.New("the greeting has no timestamp: APOP can't be used (RFC 1939 section 7)")
		}
		return apop(ch.stamp, c.Password), true, nil
	}
	return nil, false, nil
}

func (p *player) sayBlob(st *step, ch *channel) error {
	r, err := p.session.OpenBlob(st.blob)
	if err != nil {
		return err
	}
	defer r.Close()
	buf := getBuffer()
	defer putBuffer(buf)
	f := ch.feeder(st.who.Party)
	for {
		n, err := r.Read(*buf)
		if n > 0 {
			if werr := p.write(ch, (*buf)[:n]); werr != nil {
				return werr
			}
			if ch.tracker != nil {
				f.write((*buf)[:n])
			}
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	if ch.tracker != nil {
		f.flush()
	}
	p.remember(st, nil)
	return nil
}

// remember keeps a line for the context of a mismatch.
func (p *player) remember(st *step, text []byte) {
	h := &p.recent[p.heardN%len(p.recent)]
	p.heardN++
	h.who, h.say = st.who, nil
	if st.masked || st.blob != nil {
		h.say = st.say
		return
	}
	h.text = append(h.text[:0], text[:min(len(text), 200)]...)
	if st.counted {
		h.text = bytes.TrimRight(h.text, "\r\n")
	}
}

// buffers for blobs.
const bufferSize = 64 << 10

var buffers = sync.Pool{New: func() any { b := make([]byte, bufferSize); return &b }}

func getBuffer() *[]byte  { return buffers.Get().(*[]byte) }
func putBuffer(b *[]byte) { buffers.Put(b) }

// timeout is that of the next wait for the peer.
func (p *player) timeout() time.Duration {
	t := p.opts.Timeouts.Read
	if p.shaken {
		t = p.opts.Timeouts.Settle
	}
	return t + p.grant
}

// hear reads and judges what the peer says.
func (p *player) hear(st *step) error {
	if st.piece {
		return nil // the line is read where its last piece stands
	}
	ch, err := p.opened(st)
	if err != nil {
		return err
	}
	if st.blob != nil {
		return p.hearBlob(st, ch)
	}
	shape := ch.shape(st.who.Party)
	u, err := p.read(ch, st, shape, p.timeout())
	if err != nil {
		return p.failed(st, ch, err)
	}
	return p.judge(st, ch, u, shape)
}

// read reads the unit that st expects: a line, a cut of a counted run, or, where the session has octets without a line's end, as many.
// The text is valid until the next read.
func (p *player) read(ch *channel, st *step, shape dialect.Shape, timeout time.Duration) (u dialect.Unit, err error) {
	if ch.isAhead && (st == nil || st.say.End != wire.None || shape.Kind == dialect.Octets) {
		ch.isAhead = false
		return ch.ahead, nil
	}
	r := ch.c.R
	counted := int64(-1)
	switch {
	case shape.Kind == dialect.Octets:
		counted = shape.N
	case st != nil && st.say.End == wire.None:
		p.unread(ch)
		text, err := p.readCut(ch, st.size, false, timeout)
		if err != nil {
			return u, err
		}
		p.heard(ch, len(text))
		return dialect.Unit{Kind: shape.Kind, Text: text, End: wire.None}, nil
	}
	if counted >= 0 {
		text, err := p.readCut(ch, counted, true, timeout)
		if err != nil {
			return u, err
		}
		p.heard(ch, len(text))
		return dialect.Unit{Kind: shape.Kind, Text: text, End: wire.None}, nil
	}
	var l wire.Line
	if bytes.IndexByte(r.Peek(), '\n') >= 0 {
		l, err = r.ReadLine()
	} else {
		if err = p.beforeWait(ch); err == nil {
			err = p.do(ch, timeout, func() error {
				l, err = r.ReadLine()
				return err
			})
		}
	}
	if err != nil {
		return u, err
	}
	n := len(l.Text) + len(l.End.Octets())
	p.heard(ch, n)
	if shape.Kind == dialect.Stream {
		// The terminator belongs to a stream's octets.
		ch.cut = l.AppendRaw(ch.cut[:0])
		return dialect.Unit{Kind: shape.Kind, Text: ch.cut, End: wire.None}, nil
	}
	return dialect.Unit{Kind: shape.Kind, Text: l.Text, End: l.End}, nil
}

func (p *player) heard(ch *channel, n int) {
	p.grant = 0
	ch.spoke, ch.implied = false, false
	p.rep.Received += int64(n)
}

// readCut reads n octets, or up to and with the first LF among them if lines is set.
func (p *player) readCut(ch *channel, n int64, lines bool, timeout time.Duration) ([]byte, error) {
	ch.cut = ch.cut[:0]
	r := ch.c.R
	for n > 0 {
		have := r.Peek()
		if len(have) == 0 {
			if err := p.beforeWait(ch); err != nil {
				return nil, err
			}
			if err := p.do(ch, timeout, r.Wait); err != nil {
				if len(ch.cut) > 0 && errors.Is(err, io.EOF) {
					return ch.cut, nil
				}
				return nil, err
			}
			continue
		}
		have = have[:min(int64(len(have)), n)]
		i := -1
		if lines {
			if i = bytes.IndexByte(have, '\n'); i >= 0 {
				have = have[:i+1]
			}
		}
		ch.cut = append(ch.cut, have...)
		r.Discard(len(have))
		n -= int64(len(have))
		if i >= 0 {
			break
		}
		if len(ch.cut) > p.opts.LineLimit+2 {
			return nil, &wire.LimitError{What: "line", Limit: int64(p.opts.LineLimit)}
		}
	}
	return ch.cut, nil
}

// unread puts the line that was read ahead back before what is to be read; it reports whether there was one.
func (p *player) unread(ch *channel) bool {
	if !ch.isAhead {
		return false
	}
	ch.isAhead = false
	p.putBack(ch, ch.ahead.AppendRaw(nil))
	return true
}

func (p *player) putBack(ch *channel, b []byte) {
	if len(b) == 0 {
		return
	}
	limit := ch.c.R.LineLimit
	p.rep.Received -= int64(len(b))
	ch.c.R = wire.NewReader(io.MultiReader(bytes.NewReader(b), ch.c.R))
	ch.c.R.LineLimit = limit
}

// keep keeps a unit for the next read.
func (ch *channel) keep(u dialect.Unit) {
	ch.kept = append(ch.kept[:0], u.Text...)
	u.Text = ch.kept
	ch.ahead, ch.isAhead = u, true
}

// compare says how far u is what st expects. Captures are set.
func (p *player) compare(st *step, ch *channel, u dialect.Unit) transcript.MatchResult {
	if st.literal {
		if u.Kind == dialect.Octets || u.Kind == dialect.Stream {
			if bytes.Equal(u.Text, st.raw) {
				return transcript.MatchResult{Likeness: dialect.Same}
			}
		} else if u.End == st.say.End && bytes.Equal(u.Text, st.text) {
			return transcript.MatchResult{Likeness: dialect.Same}
		}
	}
	return st.say.MatchUnit(ch.tracker, u, &p.binds)
}

func (p *player) judge(st *step, ch *channel, u dialect.Unit, shape dialect.Shape) error {
	return p.accept(st, ch, u, shape, p.compare(st, ch, u))
}

// accept takes u as st with the outcome r of their comparison.
func (p *player) accept(st *step, ch *channel, u dialect.Unit, shape dialect.Shape, r transcript.MatchResult) error {
	if r.Likeness == dialect.Different || r.Likeness == dialect.Reworded && p.opts.Exact {
		m := p.mismatch(st)
		m.Outcome, m.Want, m.Likeness = GotOther, r.Want, r.Likeness
		p.received(m, ch, u, int64(r.Offset))
		if r.Likeness == dialect.Reworded {
			m.Offset = firstDifference(u.AppendRaw(nil), append(st.say.Sample(), st.say.End.Octets()...))
		}
		if e, ok := ch.tracker.(dialect.Explainer); ok {
			m.Hint = e.Explain(st.who.Party, unit(shape, st.text, st.say.End), u)
		}
		u.Text = bytes.Clone(u.Text)
		return &differs{m: m, read: true, u: u}
	}
	if r.Likeness == dialect.Reworded {
		p.rep.Reworded = append(p.rep.Reworded, Reworded{Pos: st.item.Position(), Who: st.who, Expected: escape(st.say.Sample()), Received: p.show(ch, st.who.Party, u)})
	}
	if !st.literal || len(r.Values) > 0 {
		if err := p.values(st, ch, u, r); err != nil {
			return err
		}
	}
	if st.who.Party == dialect.Client {
		if st.begins && !st.sasl {
			ch.sasl = nil
		}
		if ch.hooks != nil && st.begins && (st.verb != "" || !st.sasl) {
			a := ask{verb: st.verb}
			if ch.hooks.Logging() {
				a.shown = shown(st)
			}
			ch.asked = append(ch.asked, a)
			if ch.answering {
				ch.answering = false
				if err := ch.hooks.End(ch.answer); err != nil {
					return err
				}
			}
		}
	}
	p.remember(st, u.Text)
	ch.saw(st.who.Party, u, shape)
	return nil
}

// values takes note of what the values of a line stood for.
func (p *player) values(st *step, ch *channel, u dialect.Unit, r transcript.MatchResult) error {
	if st.sasl && st.verb != "" && st.who.Party == dialect.Client {
		ch.sasl = nil
	}
	if st.who.Party == dialect.Server && !st.sasl {
		ch.challenge, ch.challenged = nil, false
	}
	for _, v := range r.Values {
		var err error
		switch {
		case v.Value.Kind == "timestamp":
			ch.stamp = bytes.Clone(v.Octets)
		case isAddress(v.Value.Kind):
			err = p.announced(ch, v)
		case v.Value.Kind == "sasl":
			err = p.heardSASL(ch, st, v)
		default:
			err = p.verify(ch, v)
		}
		if err != nil {
			m := p.mismatch(st)
			m.Outcome, m.Want, m.Err = GotOther, err.Error(), err
			p.received(m, ch, u, int64(v.Start))
			u.Text = bytes.Clone(u.Text)
			return &differs{m: m, read: true, u: u}
		}
	}
	return nil
}

// unproven is the mismatch of a server that can't prove that it knows the password.
func (p *player) unproven(st *step, err error) error {
	m := p.mismatch(st)
	m.Who.Party = p.opts.Side.Other()
	m.Outcome, m.Offset, m.Err = GotFailure, -1, err
	return &differs{m: m}
}

func firstDifference(a, b []byte) int64 {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return int64(i)
		}
	}
	return int64(n)
}

// mismatch makes a mismatch at a step, with the context.
func (p *player) mismatch(st *step) *Mismatch {
	m := &Mismatch{Pos: st.item.Position(), Who: st.who, Expected: itemText(st.item), Offset: -1}
	n := len(p.recent)
	for i := max(0, p.heardN-n); i < p.heardN; i++ {
		h := &p.recent[i%n]
		text := ""
		if h.say != nil {
			text = afterWho(h.say.String())
		} else {
			text = cut(escape(h.text), 200)
		}
		m.Context = append(m.Context, Heard{Who: h.who, Text: text})
	}
	return m
}

func itemText(it transcript.Item) string {
	if s, ok := it.(fmt.Stringer); ok {
		return s.String()
	}
	return fmt.Sprintf("%T", it)
}

// afterWho takes "C: " off.
func afterWho(s string) string {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == ':' {
			return s[min(i+2, len(s)):]
		}
	}
	return s
}

// shown is a line as a log may show it.
func shown(st *step) string {
	if st.masked || st.blob != nil {
		return afterWho(st.say.String())
	}
	return string(st.text)
}

const receivedMax = 4 << 10

// received puts what came into the mismatch, secrets masked.
func (p *player) received(m *Mismatch, ch *channel, u dialect.Unit, offset int64) {
	raw, first := p.masked(ch, m.Who.Party, u)
	m.Received, m.Offset = raw, offset
	if first >= 0 && offset > int64(first) {
		m.Offset = int64(first) // the octets behind it have moved
	}
	if len(raw) > receivedMax {
		from := max(0, min(m.Offset-receivedMax/2, int64(len(raw)-receivedMax)))
		m.Received, m.ReceivedAt = raw[from:from+receivedMax], from
	}
}

// masked returns the unit's raw octets with secrets replaced; first is the place of the first one, -1 for none.
func (p *player) masked(ch *channel, party dialect.Party, u dialect.Unit) (raw []byte, first int) {
	first = -1
	if ch.tracker == nil {
		return u.AppendRaw(nil), first
	}
	from := 0
	for _, mark := range ch.tracker.Marks(party, u) {
		if !mark.Secret || mark.Start < from || mark.End > len(u.Text) {
			continue
		}
		if first < 0 {
			first = mark.Start
		}
		raw = append(append(raw, u.Text[from:mark.Start]...), "***"...)
		from = mark.End
	}
	raw = append(raw, u.Text[from:]...)
	return append(raw, u.End.Octets()...), first
}

func (p *player) show(ch *channel, party dialect.Party, u dialect.Unit) string {
	raw, _ := p.masked(ch, party, dialect.Unit{Kind: u.Kind, Text: u.Text, End: wire.None})
	return escape(raw)
}

// failed makes a mismatch of an error of reading what st expects; other errors it returns.
func (p *player) failed(st *step, ch *channel, err error) error {
	if cerr := p.ctx.Err(); cerr != nil {
		return cerr
	}
	m := p.mismatch(st)
	m.Who.Party = p.opts.Side.Other()
	var limit *wire.LimitError
	switch {
	case isReset(err), isEnd(err) && ch.broken:
		m.Outcome = GotReset
	case isEnd(err):
		ch.peerEnd = true
		m.Outcome = GotClose
	case errors.Is(err, os.ErrDeadlineExceeded):
		m.Outcome, m.Err = GotNothing, fmt.Errorf("within %v", p.timeout())
		m.Received = bytes.Clone(cutBytes(ch.c.R.Peek(), 200))
	case errors.As(err, &limit):
		m.Outcome, m.Err = GotFailure, err
		m.Received = bytes.Clone(cutBytes(ch.c.R.Peek(), 200))
	default:
		return err
	}
	return &differs{m: m}
}

func cutBytes(b []byte, n int) []byte { return b[:min(len(b), n)] }

// isEnd reports whether the peer closed its sending side; over TLS, with or without telling.
func isEnd(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) }

// unplayed reports that the play stopped before its end.
func (p *player) unplayed(err error) {
	if errors.Is(err, errStop) {
		err = nil
	}
	var d *differs
	if errors.As(err, &d) {
		p.rep.Problems = append(p.rep.Problems, d.m)
		err = nil
	}
	remaining := 0
	var first *step
	for i := p.at; i < len(p.steps); i++ { // the item of a mismatch included
		if n := p.steps[i].count; n > 0 {
			if first == nil {
				first = &p.steps[i]
			}
			remaining += n
		}
	}
	switch {
	case first != nil:
		p.rep.Problems = append(p.rep.Problems, &Unplayed{Pos: first.item.Position(), Item: itemText(first.item), Remaining: remaining, Err: err})
	case err != nil:
		p.rep.Problems = append(p.rep.Problems, err)
	}
}
