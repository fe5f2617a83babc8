package record

import (
	"bytes"

	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/wire"
	"harness/transcript"
)

// follower follows the data connections of one control connection.
type follower struct {
	l       *link
	dialect dialect.DataDialect

	// order is held while a line of the control connection is looked at and recorded, and while it waits for a data connection to come about.
	order   sync.Mutex
	tracker dialect.DataTracker
	count   int
	tail    *dataLink // announced last
	byData  map[*dialect.Data]*dataLink
	warned  bool // of the default data port

	wg   sync.WaitGroup
	over chan struct{} // closed when the control connection has ended
}

func newFollower(l *link) *follower {
	d := l.s.r.up.d.(dialect.DataDialect)
	t, ok := d.NewTracker().(dialect.DataTracker)
	if !ok {
		return nil
	}
	return &follower{l: l, dialect: d, tracker: t, byData: map[*dialect.Data]*dataLink{}, over: make(chan struct{})}
}

// record cuts data into units, records them, and returns what is to be passed on in their place, up to a unit after which the connection is
// another one. The beginning of a line is held back.
func (f *follower) record(p *pump, data []byte) (out []byte, n int, change *transcript.Effect) {
	s := f.l.s
	who := transcript.Who{Party: p.party, Channel: f.l.channel}
	for n < len(data) {
		u, k, ok := p.cutter.Cut(s.builder.Next(who), data[n:])
		n += k
		if !ok {
			break
		}
		f.inOrder(p.party, u)
		live, effects := f.unit(p, who, u)
		out = live.AppendRaw(out)
		for i := range effects {
			e := &effects[i]
			if turns(e.Event) && e.Channel == f.l.channel {
				return out, n, e
			}
		}
		if f.waits() {
			return out, n, nil // is not kept back by what the next line waits for
		}
	}
	return out, n, nil
}

// waits reports whether a line may be kept back until a data connection has come about or has ended.
func (f *follower) waits() bool {
	f.order.Lock()
	defer f.order.Unlock()
	return f.tail != nil && !isClosed(f.tail.ended)
}

// unit records a unit and returns what is to be passed on.
func (f *follower) unit(p *pump, who transcript.Who, u dialect.Unit) (live dialect.Unit, effects []transcript.Effect) {
	s := f.l.s
	f.order.Lock()
	defer f.order.Unlock()
	live = u
	events := f.tracker.Saw(p.party, u)
	shown := u
	var begun []*dataLink
	for _, e := range events {
		switch e.Kind {
		case dialect.Announce:
			shown, live = f.announce(e.Data, u)
		case dialect.TransferAsked:
			f.asked(e.Transfer)
		case dialect.TransferBegins, dialect.TransferEnds:
			if d := f.byData[e.Transfer.Data]; d != nil {
				begun = append(begun, d)
			}
		}
	}
	s.mu.Lock()
	effects = p.say(who, shown)
	s.mu.Unlock()
	for _, d := range begun {
		d.begin()
	}
	return live, effects
}

// neutralPort is the port in the addresses of a session's first data connection; they count up from it.
const neutralPort, neutralPorts = 50000, 15000

// announce has the connection that a line announces made to the recorder, and returns the line as it is recorded and as it is passed on.
func (f *follower) announce(data *dialect.Data, u dialect.Unit) (shown, live dialect.Unit) {
	s := f.l.s
	f.count++
	if f.tail != nil {
		f.tail.supersede()
	}
	d := &dataLink{f: f, name: fmt.Sprintf("d%d", f.count), opener: data.Listener.Other(), asked: make(chan struct{}), connected: make(chan struct{}), begun: make(chan struct{}),
		ended: make(chan struct{}), refused: make(chan struct{})}
	f.tail = d
	f.byData[data] = d
	text := u.Text[data.Start:data.End]
	replaced := func(addr netip.AddrPort) (dialect.Unit, error) {
		b, err := f.dialect.FormatAddress(data.Form, text, addr)
		if err != nil {
			return u, err
		}
		out := u
		out.Text = append(append(bytes.Clone(u.Text[:data.Start]), b...), u.Text[data.End:]...)
		return out, nil
	}
	notFollowed := func(err error) {
		s.note("the data connection %s is not followed: %v", d.name, err)
		close(d.connected)
		d.end()
	}
	addr, err := f.dialect.ParseAddress(data.Form, text)
	if err != nil {
		notFollowed(err)
		return u, u
	}
	ip := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	if addr.Addr().Is6() {
		ip = netip.IPv6Loopback()
	}
	if shown, err = replaced(netip.AddrPortFrom(ip, uint16(neutralPort+(f.count-1)%neutralPorts))); err != nil {
		shown = u
	}
	// The party that is told connects to the address at which it reached the recorder, or the recorder reached it.
	told, teller := f.l.client, f.l.server
	if data.Listener == dialect.Client {
		told, teller = teller, told
	}
	local, real := addrOf(told.LocalAddr()).Addr(), addrOf(teller.RemoteAddr()).Addr()
	d.allowed, d.target, d.from = addrOf(told.RemoteAddr()).Addr(), netip.AddrPortFrom(real, addr.Port()), addrOf(teller.LocalAddr()).Addr()
	if a := addr.Addr(); a.IsValid() && a != real && !a.IsUnspecified() && data.Listener == dialect.Client {
		s.note("the client announced %s for %s, which is not where it is: the recorder connects to %s", addr, d.name, d.target)
	}
	ln, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(netip.AddrPortFrom(local, 0)))
	if err != nil {
		notFollowed(err)
		return shown, u
	}
	if live, err = replaced(netip.AddrPortFrom(local, addrOf(ln.Addr()).Port())); err != nil {
		ln.Close()
		notFollowed(err)
		return shown, u
	}
	d.ln = ln
	f.wg.Go(d.run)
	return shown, live
}

func addrOf(a net.Addr) netip.AddrPort {
	t, ok := a.(*net.TCPAddr)
	if !ok {
		return netip.AddrPort{}
	}
	p := t.AddrPort()
	return netip.AddrPortFrom(p.Addr().Unmap().WithZone(""), p.Port())
}

// asked takes note of a command that uses a data connection. A client that connects does so before its command as a rule: it is given the time.
func (f *follower) asked(t *dialect.Transfer) {
	d := f.byData[t.Data]
	if d == nil {
		if !f.warned {
			f.warned = true
			f.l.s.note("%q uses the default data port, which is not followed", t.Command)
		}
		return
	}
	d.mu.Lock()
	d.transfer = t
	if d.isBegun { // another one on the same connection
		d.isBegun, d.begun = false, make(chan struct{})
	}
	if !d.used {
		d.used = true
		close(d.asked)
	}
	d.mu.Unlock()
	if d.opener == dialect.Client {
		d.await(d.connected)
	}
}

// inOrder lets the data connection of a transfer come about before a reply that begins the transfer is recorded, and to its end before the one that ends
// it, if that is on its way.
func (f *follower) inOrder(p dialect.Party, u dialect.Unit) {
	if p != dialect.Server {
		return
	}
	f.order.Lock()
	t, final := f.tracker.Answered(p, u)
	var d *dataLink
	if t != nil {
		d = f.byData[t.Data]
	}
	f.order.Unlock()
	switch {
	case d == nil:
		return
	case !final:
		d.await(d.connected)
		return
	case t.StaysOpen || !isClosed(d.connected):
		return
	}
	d.begin() // what ends without a preliminary reply does not wait for one
	settle := f.l.s.r.opts.Timeouts.Settle
	timer := time.NewTimer(settle)
	defer timer.Stop()
	for passed := d.passed.Load(); ; {
		select {
		case <-d.ended:
			return
		case <-f.l.s.r.ctx.Done():
			return
		case <-timer.C:
		}
		now := d.passed.Load()
		if now == passed && !d.busy.Load() {
			return // it really stands before the end
		}
		passed = now
		timer.Reset(settle)
	}
}

func isClosed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// close ends what waits for a connection, and waits for the data connections that go on, as long as octets pass.
func (f *follower) close() {
	f.order.Lock()
	if f.tail != nil {
		f.tail.supersede()
	}
	links := make([]*dataLink, 0, len(f.byData))
	for _, d := range f.byData {
		links = append(links, d)
	}
	close(f.over)
	f.order.Unlock()
	done := make(chan struct{})
	go func() {
		f.wg.Wait()
		close(done)
	}()
	sum := func() (n int64) {
		for _, d := range links {
			n += d.passed.Load()
		}
		return n
	}
	for passed := int64(-1); ; {
		t := time.NewTimer(f.l.s.r.opts.Timeouts.Handshake)
		select {
		case <-done:
			t.Stop()
			return
		case <-t.C:
		case <-f.l.s.r.ctx.Done():
			t.Stop()
			passed = sum()
		}
		now := sum()
		if now == passed {
			for _, d := range links {
				d.cut()
			}
			<-done
			return
		}
		passed = now
	}
}

// dataLink is a data connection.
type dataLink struct {
	f       *follower
	name    string
	opener  dialect.Party
	ln      *net.TCPListener
	allowed netip.Addr     // who may connect
	target  netip.AddrPort // where the other side waits
	from    netip.Addr     // the recorder's address there

	asked     chan struct{} // closed when a command uses it
	connected chan struct{} // closed when both connections are made, or can't be
	refused   chan struct{} // closed when there is nothing to wait for any more
	ended     chan struct{} // closed when its end was recorded
	passed    atomic.Int64  // octets
	busy      atomic.Bool   // octets are being sent

	mu       sync.Mutex
	begun    chan struct{} // closed when a reply to the command was recorded
	used     bool
	transfer *dialect.Transfer // the last one
	stopped  bool
	isBegun  bool
	isEnded  bool
	l        *link

	// Under the session's mu.
	closedBy dialect.Party // who closed, the other having said nothing since
	late     []byte        // what the sender of a transfer says after the receiver has closed
}

// await waits until c is closed, as long as things may take to settle.
func (d *dataLink) await(c chan struct{}) {
	t := time.NewTimer(d.f.l.s.r.opts.Timeouts.Settle)
	defer t.Stop()
	select {
	case <-c:
	case <-t.C:
	case <-d.f.l.s.r.ctx.Done():
	}
}

// awaitReply waits until a reply to the command was recorded.
func (d *dataLink) awaitReply() {
	d.mu.Lock()
	c := d.begun
	d.mu.Unlock()
	d.await(c)
}

// begin takes note that a reply to the command was recorded.
func (d *dataLink) begin() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.isBegun {
		d.isBegun = true
		close(d.begun)
	}
}

// supersede stops waiting for a connection: another one was announced, or the control connection has ended.
func (d *dataLink) supersede() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.stopped {
		d.stopped = true
		close(d.refused)
		if d.ln != nil {
			d.ln.Close()
		}
	}
}

// cut breaks it off.
func (d *dataLink) cut() {
	d.supersede()
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.l != nil {
		d.l.close()
	}
}

// run waits for the connection, makes the other, and passes on what they say.
func (d *dataLink) run() {
	s := d.f.l.s
	connected := sync.OnceFunc(func() { close(d.connected) })
	defer connected()
	defer d.end()
	nc := d.accept()
	if nc == nil {
		return
	}
	defer nc.Close()
	s.mu.Lock()
	s.event(transcript.Event{Kind: transcript.Open, Who: transcript.Who{Party: d.opener, Channel: d.name}})
	s.mu.Unlock()
	s.r.log(Event{Session: s.id, Kind: Data, Text: fmt.Sprintf("%s: the %s connected", d.name, d.opener)})
	dialer := net.Dialer{Timeout: s.r.opts.Timeouts.Connect, LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(d.from, 0))}
	other, err := dialer.DialContext(s.r.ctx, "tcp", d.target.String())
	if err != nil {
		s.note("the %s does not take the data connection %s: %v", d.opener.Other(), d.name, err)
		reset(nc)
		s.mu.Lock()
		s.event(transcript.Event{Kind: transcript.Reset, Who: transcript.Who{Party: d.opener.Other(), Channel: d.name}})
		s.mu.Unlock()
		return
	}
	defer other.Close()
	client, server := nc, other
	if d.opener == dialect.Server {
		client, server = other, nc
	}
	l := s.link(d.name, conn.New(client, conn.Options{Local: dialect.Server, Channel: d.name}), conn.New(server, conn.Options{Local: dialect.Client, Channel: d.name}))
	if l == nil {
		return
	}
	defer s.unlink(l)
	defer l.client.Close()
	defer l.server.Close()
	l.active.Store(time.Now().UnixNano())
	d.mu.Lock()
	d.l = l
	d.mu.Unlock()
	connected()
	if !d.protect(l) {
		return
	}
	var wg sync.WaitGroup
	for _, p := range l.pumps {
		wg.Go(func() { d.pump(p) })
	}
	wg.Wait()
	s.r.log(Event{Session: s.id, Kind: Data, Text: fmt.Sprintf("%s: over after %d octets", d.name, d.passed.Load())})
}

func reset(nc net.Conn) {
	if t, ok := nc.(*net.TCPConn); ok {
		t.SetLinger(0)
	}
	nc.Close()
}

// accept takes the connection of the control connection's peer; nil if it does not come.
func (d *dataLink) accept() net.Conn {
	s := d.f.l.s
	defer d.ln.Close()
	for strangers := 0; strangers < 100; strangers++ {
		d.ln.SetDeadline(time.Now().Add(s.r.opts.Timeouts.Idle))
		nc, err := d.ln.AcceptTCP()
		if err != nil {
			return nil
		}
		from := addrOf(nc.RemoteAddr())
		if from.Addr() == d.allowed {
			return nc
		}
		reset(nc)
		s.note("%s connected for %s and was refused: only %s may", from, d.name, d.allowed)
	}
	return nil
}

// end takes note that nothing more comes.
func (d *dataLink) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.isEnded {
		d.isEnded = true
		close(d.ended)
	}
}

// protect makes the TLS handshakes, if the transfer is protected: which can be told once there is one. False ends the connection.
func (d *dataLink) protect(l *link) bool {
	f, s := d.f, d.f.l.s
	f.order.Lock()
	protected := f.tracker.Protected()
	f.order.Unlock()
	if !protected {
		return true
	}
	idle := time.NewTimer(s.r.opts.Timeouts.Idle)
	defer idle.Stop()
	select {
	case <-d.asked:
	case <-d.refused:
		if !isClosed(d.asked) {
			d.over(dialect.Server, transcript.Close)
			return false
		}
	case <-s.r.ctx.Done():
		return false
	case <-idle.C:
		s.note("%s: no command used it for %v", d.name, s.r.opts.Timeouts.Idle)
		return false
	}
	d.mu.Lock()
	protected = d.transfer.TLS
	d.mu.Unlock()
	if !protected {
		return true
	}
	// The server makes its handshake when it begins with the transfer; if it does not begin, it leaves.
	if err := l.handshake(s.r.ctx, s.r.opts.Timeouts.Idle, true, true); err != nil {
		d.awaitReply()
		d.mu.Lock()
		refused := d.isBegun && d.transfer.Code != "" && !d.transfer.Done()
		d.mu.Unlock()
		if !refused && s.wasCut() == "" {
			s.note("%s: %v", d.name, err)
		}
		d.over(dialect.Server, transcript.Close)
		return false
	}
	d.awaitReply()
	s.mu.Lock()
	s.event(transcript.Event{Kind: transcript.TLS, Who: transcript.Who{Channel: d.name}})
	s.mu.Unlock()
	return true
}

// over records an end that is one of the whole connection.
func (d *dataLink) over(p dialect.Party, kind transcript.EventKind) {
	s := d.f.l.s
	s.mu.Lock()
	s.event(transcript.Event{Kind: kind, Who: transcript.Who{Party: p, Channel: d.name}})
	s.mu.Unlock()
	d.end()
}

const (
	// dataBuffer is how much is passed on at once, in octets.
	dataBuffer = 64 << 10
	// lateMax bounds, in octets, what is kept of what the sender says after the receiver has closed.
	lateMax = 256 << 10
)

var dataBuffers = sync.Pool{New: func() any { b := make([]byte, dataBuffer); return &b }}

// pump passes on what one party says on the data connection.
func (d *dataLink) pump(p *pump) {
	defer close(p.finished)
	buf := dataBuffers.Get().(*[]byte)
	defer dataBuffers.Put(buf)
	idle := p.l.s.r.opts.Timeouts.Idle
	for {
		var n int
		var err error
		for {
			p.src.Raw().SetReadDeadline(time.Now().Add(idle))
			if n, err = p.src.R.Read(*buf); n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(time.Unix(0, p.l.active.Load())) >= idle {
				break
			}
		}
		if n > 0 || err != nil {
			now := time.Now().UnixNano()
			p.l.active.Store(now)
			d.f.l.active.Store(now)
		}
		d.awaitReply()
		if n > 0 {
			d.say(p, (*buf)[:n])
			d.passed.Add(int64(n))
			d.busy.Store(true)
			serr := p.send((*buf)[:n])
			d.busy.Store(false)
			if serr != nil {
				err = serr
			}
		}
		if err != nil {
			d.endPump(p, err)
			return
		}
	}
}

// say records octets.
func (d *dataLink) say(p *pump, data []byte) {
	s := p.l.s
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.closedBy != 0 && d.closedBy != p.party {
		// A receiver that has closed has gone, or said that it says nothing: the sender's next octets tell.
		if d.late = append(d.late, data...); len(d.late) > lateMax {
			d.flushLate(p.party)
		}
		return
	}
	d.keep(p.party, data)
}

// keep records octets. The caller holds the session's mu.
func (d *dataLink) keep(p dialect.Party, data []byte) {
	s := d.f.l.s
	s.said = true
	s.last = time.Now()
	_, err := s.builder.Say(transcript.Who{Party: p, Channel: d.name}, dialect.Unit{Kind: dialect.Stream, Text: data, End: wire.None})
	s.keep(err)
}

// flushLate records what was said after the other party had closed one direction only. The caller holds the session's mu.
func (d *dataLink) flushLate(p dialect.Party) {
	if len(d.late) > 0 {
		d.keep(p, d.late)
		d.late, d.closedBy = nil, 0
	}
}

// endPump takes note of the end of what a party says, and passes it on.
func (d *dataLink) endPump(p *pump, err error) {
	l, s := p.l, p.l.s
	var sending *sendError
	isSend := errors.As(err, &sending)
	broken := errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
	ended := !isSend && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
	truncated := ended && p.src.Truncated()
	who := p.party
	if isSend {
		who = who.Other()
	}
	var sender dialect.Party
	d.mu.Lock()
	if d.transfer != nil {
		sender = d.transfer.Sender
	}
	d.mu.Unlock()
	s.mu.Lock()
	event := func(kind transcript.EventKind) {
		s.event(transcript.Event{Kind: kind, Who: transcript.Who{Party: who, Channel: d.name}})
		if kind == transcript.Reset || who == sender || sender == 0 {
			d.end()
		}
	}
	switch {
	case l.reset:
	case ended:
		if len(d.late) > 0 {
			d.flushLate(p.party)
			d.end()
		}
		if d.closedBy == 0 {
			event(transcript.Close)
			d.closedBy = p.party
		}
	case broken:
		l.reset = true
		d.late = nil // nobody heard it
		if d.closedBy == 0 {
			event(transcript.Reset)
		}
	}
	s.mu.Unlock()
	if truncated {
		s.note("the %s ended the data connection %s without TLS close_notify", p.party, d.name)
	}
	switch {
	case ended:
		p.shut()
	case broken && !isSend:
		p.dst.Reset()
		p.src.Close()
	case isSend:
		p.src.Reset() // it learns it as it would have from the destination
	default:
		if errors.Is(err, os.ErrDeadlineExceeded) {
			s.note("the data connection %s was ended by the recorder: nothing was said for %v", d.name, s.r.opts.Timeouts.Idle)
		} else if !errors.Is(err, net.ErrClosed) && s.wasCut() == "" {
			s.note("the %s's data connection %s: %v", p.party, d.name, err)
		}
		l.close()
		d.end()
	}
}
