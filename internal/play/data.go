package play

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"

	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/wire"
	"harness/transcript"
)

// isAddress reports whether values of the kind tell a data connection's address.
func isAddress(kind string) bool {
	k := transcript.LookupKind(kind)
	return k != nil && k.Role == transcript.Address
}

// dataChannel returns the channel that an address value belongs to: its argument, or the next data connection that is opened; nil for one that is
// announced and never used.
func (p *player) dataChannel(v *transcript.Value) *channel {
	name := ""
	if len(v.Args) > 0 {
		name = v.Args[0]
	} else {
		for i := p.at; i < len(p.steps); i++ {
			if s := &p.steps[i]; s.op == opEvent && s.event.Kind == transcript.Open && !p.control[s.ch] {
				name = p.names[s.ch]
				break
			}
		}
	}
	for i := range p.names {
		if p.names[i] == name && !p.control[i] {
			return &p.chans[i]
		}
	}
	return nil
}

// listen opens a listener for a data connection and returns its address as a value of the kind.
func (p *player) listen(ch *channel, v *transcript.Value) ([]byte, error) {
	d, ok := p.opts.Dialect.(dialect.DataDialect)
	if !ok {
		return nil, fmt.Errorf("%s has no data connections: a value of kind %s can't be played", p.opts.Dialect.Name(), v.Kind)
	}
	host := p.opts.ListenHost
	local := addrOf(ch.c.LocalAddr())
	if host == "" {
		host = local.Addr().String()
	}
	data := p.dataChannel(v)
	ctx, cancel := context.WithTimeout(p.ctx, p.opts.Timeouts.Connect)
	defer cancel()
	ln, err := p.t.Listen(ctx, host)
	if err != nil {
		return nil, fmt.Errorf("listen for a data connection on %s: %w", host, err)
	}
	p.own(ln)
	if data != nil {
		if data.ln != nil {
			data.ln.Close()
		}
		data.ln, data.peer = ln, addrOf(ch.c.RemoteAddr()).Addr()
	}
	at := addrOf(ln.Addr())
	ip := at.Addr()
	if ip.IsUnspecified() {
		ip = local.Addr()
	}
	return d.FormatAddress(v.Kind, v.Octets, netip.AddrPortFrom(ip, at.Port()))
}

func addrOf(a net.Addr) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		ap := t.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())
	}
	ap, _ := netip.ParseAddrPort(a.String())
	return ap
}

// announced takes the address that the peer listens on. Only the port is believed: the connection is made to the host that the control
// connection goes to.
func (p *player) announced(ch *channel, m transcript.Matched) error {
	d, ok := p.opts.Dialect.(dialect.DataDialect)
	if !ok {
		return nil
	}
	addr, err := d.ParseAddress(m.Value.Kind, m.Octets)
	if err != nil {
		return err
	}
	if data := p.dataChannel(m.Value); data != nil {
		data.addr = netip.AddrPortFrom(addrOf(ch.c.RemoteAddr()).Addr(), addr.Port()).String()
	}
	return nil
}

func noAddress(ch *channel) error {
	return fmt.Errorf("no address was announced for %q: a value of kind pasv, epsv, port or eprt with the argument %s has to come before", ch.name, ch.name)
}

// openData makes a data connection, or notes that the peer makes it: when it does so beside what is said on the control connection is left to
// chance, so that it is awaited where it is first used.
func (p *player) openData(st *step, ch *channel) error {
	if !st.own {
		if ch.ln == nil {
			return noAddress(ch)
		}
		ch.due = st
		return nil
	}
	if ch.addr == "" {
		return noAddress(ch)
	}
	ctx, cancel := context.WithTimeout(p.ctx, p.opts.Timeouts.Connect)
	defer cancel()
	p.serves(ch)
	nc, err := p.t.Dial(ctx, ch.addr)
	if err != nil {
		return p.failure(st, err)
	}
	p.adoptData(ch, nc)
	return nil
}

func (p *player) adoptData(ch *channel, nc net.Conn) {
	p.reap()
	ch.link, _ = nc.(DataLink)
	p.adopt(ch, conn.New(nc, p.connOptions(ch.name)))
}

// serves tells the transport what the data connection is for that is made now.
func (p *player) serves(ch *channel) {
	if t, ok := p.t.(DataTransport); ok {
		t.Serves(p.verbs[ch.name])
	}
}

// reap closes what is left of data connections that both sides have ended.
func (p *player) reap() {
	for i := range p.chans {
		ch := &p.chans[i]
		if p.control[i] || ch.c == nil || ch.closed || !ch.ownEnd {
			continue
		}
		if octets, _ := p.ending(ch, p.opts.Timeouts.Settle); !octets {
			ch.closed = true
			ch.c.Close()
		}
	}
}

// meet does what is due on a channel before it is used: awaiting the peer's connection, and the TLS handshake.
func (p *player) meet(ch *channel) error {
	if st := ch.due; st != nil {
		ch.due = nil
		if err := p.flush(); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(p.ctx, p.opts.Timeouts.Connect+p.grant)
		defer cancel()
		for {
			p.serves(ch)
			nc, err := accept(ctx, ch.ln)
			if err != nil {
				ch.ln.Close()
				return p.failure(st, err)
			}
			if from := addrOf(nc.RemoteAddr()).Addr(); from != ch.peer {
				nc.Close() // a stranger
				continue
			}
			ch.ln.Close()
			p.adoptData(ch, nc)
			break
		}
	}
	if st := ch.dueTLS; st != nil {
		ch.dueTLS = nil
		if err := p.flush(); err != nil {
			return err
		}
		return p.startTLS(st, ch)
	}
	return nil
}

// idle reports whether a data connection that is due may as well not come: no transfer that uses it begins, and nothing is said on it. It waits a
// little for it to come.
func (p *player) idle(ch *channel) bool {
	if ch.due == nil || p.opts.Exact || !p.unused[ch.name] {
		return false
	}
	ctx, cancel := context.WithTimeout(p.ctx, p.opts.Timeouts.Settle)
	defer cancel()
	p.serves(ch)
	if nc, err := accept(ctx, ch.ln); err == nil {
		ch.due = nil
		ch.ln.Close()
		p.adoptData(ch, nc)
		return false
	}
	ch.ln.Close()
	ch.due, ch.dueTLS, ch.closed = nil, nil, true
	return true
}

// dataRun returns the end of the peer's lines on the data connection of the step in hand.
func (p *player) dataRun() int {
	st := &p.steps[p.at]
	i := p.at
	for ; i < len(p.steps); i++ {
		if s := &p.steps[i]; s.op != opSay || s.own || s.ch != st.ch {
			break
		}
	}
	return i
}

const (
	// dataLines and dataOctets bound what is read of a stream that differs from the session's.
	dataLines  = 4096
	dataOctets = 1 << 20
	// dataProblems bounds how many of its lines are reported one by one.
	dataProblems = 40
)

// resyncData goes on after a mismatch on a data connection on the client's side: it reads the stream to its end, reports each line that differs, and
// moves behind the session's.
func (p *player) resyncData(st *step, ch *channel, d *differs) error {
	end := p.dataRun()
	lines := true
	for i := p.at; i < end; i++ {
		lines = lines && p.steps[i].blob == nil
	}
	if d.m.Outcome == GotReset || d.m.Outcome == GotNothing {
		return errStop
	}
	var got []dialect.Unit
	if d.m.Outcome == GotOther && st.blob == nil {
		got = append(got, d.u)
	}
	if d.m.Outcome != GotClose {
		rest, err := p.drainData(ch, lines)
		if err != nil {
			return err
		}
		got = append(got, rest...)
	}
	ch.peerEnd = true
	if lines {
		p.rep.Problems = p.rep.Problems[:len(p.rep.Problems)-1] // it is among those that follow
		p.compareLines(ch, p.steps[p.at:end], got)
	}
	p.at = end
	return nil
}

// resyncMore goes on after octets where the session has the end of a data connection: it reports each line, and moves behind the end.
func (p *player) resyncMore(st *step, ch *channel) error {
	got, err := p.drainData(ch, true)
	if err != nil {
		return err
	}
	ch.peerEnd = true
	p.rep.Problems = p.rep.Problems[:len(p.rep.Problems)-1] // it is among those that follow
	p.compareLines(ch, []step{*st}, got)
	p.rep.Played += st.count
	p.at++
	return nil
}

// drainData reads a data connection to its end, in lines if they are wanted.
func (p *player) drainData(ch *channel, lines bool) (got []dialect.Unit, err error) {
	p.unread(ch)
	octets := 0
	buf := getBuffer()
	defer putBuffer(buf)
	for {
		if !lines {
			var n int
			err := p.do(ch, p.opts.Timeouts.Read, func() (err error) {
				n, err = ch.c.R.Read(*buf)
				return err
			})
			p.rep.Received += int64(n)
			if err == nil {
				continue
			}
			return nil, p.dataEnd(err)
		}
		var l wire.Line
		err := p.do(ch, p.opts.Timeouts.Read, func() (err error) {
			l, err = ch.c.R.ReadLine()
			return err
		})
		if err != nil {
			if rest := bytes.Clone(ch.c.R.Peek()); len(rest) > 0 && isEnd(err) {
				got = append(got, dialect.Unit{Kind: dialect.Stream, Text: rest, End: wire.None})
			}
			return got, p.dataEnd(err)
		}
		raw := l.AppendRaw(nil)
		p.rep.Received += int64(len(raw))
		if octets += len(raw); len(got) == dataLines || octets > dataOctets {
			return nil, errStop
		}
		got = append(got, dialect.Unit{Kind: dialect.Stream, Text: raw, End: wire.None})
	}
}

// dataEnd returns nil for the end of a data connection.
func (p *player) dataEnd(err error) error {
	if cerr := p.ctx.Err(); cerr != nil {
		return cerr
	}
	if isEnd(err) {
		return nil
	}
	return errStop
}

// compareLines reports how the lines that came differ from the session's, or from its end.
func (p *player) compareLines(ch *channel, want []step, got []dialect.Unit) {
	first := &want[0]
	if first.op == opEvent {
		want = nil
	}
	pairs := p.alignLines(ch, want, got)
	reported, more := 0, 0
	report := func(m *Mismatch) {
		if reported == dataProblems {
			more++
			return
		}
		reported++
		p.rep.Problems = append(p.rep.Problems, m)
	}
	gap := func(i0, i1, j0, j1 int) {
		for ; i0 < i1 && j0 < j1; i0, j0 = i0+1, j0+1 {
			m := p.mismatch(&want[i0])
			m.Outcome = GotOther
			r := p.compare(&want[i0], ch, got[j0])
			m.Want, m.Likeness = r.Want, r.Likeness
			p.received(m, ch, got[j0], int64(r.Offset))
			report(m)
		}
		for ; i0 < i1; i0++ {
			m := p.mismatch(&want[i0])
			m.Outcome = GotNone
			report(m)
		}
		for ; j0 < j1; j0++ {
			m := p.mismatch(first)
			if len(want) > 0 {
				m = p.mismatch(&want[min(i0, len(want)-1)])
			}
			m.Who.Party = p.opts.Side.Other()
			m.Outcome = GotMore
			p.received(m, ch, got[j0], -1)
			report(m)
		}
	}
	i, j := 0, 0
	for _, pair := range pairs {
		gap(i, pair[0], j, pair[1])
		p.rep.Played++
		p.remember(&want[pair[0]], got[pair[1]].Text)
		i, j = pair[0]+1, pair[1]+1
	}
	gap(i, len(want), j, len(got))
	if more > 0 {
		p.rep.Problems = append(p.rep.Problems, fmt.Errorf("%s: %d more lines on the data connection %s differ", first.item.Position(), more, ch.name))
	}
}

// alignLines returns the pairs of lines that are the same, in order: as many as there can be.
func (p *player) alignLines(ch *channel, want []step, got []dialect.Unit) (pairs [][2]int) {
	same := func(i, j int) bool { return p.compare(&want[i], ch, got[j]).Likeness != dialect.Different }
	i0, i1, j0, j1 := 0, len(want), 0, len(got)
	for i0 < i1 && j0 < j1 && same(i0, j0) {
		pairs = append(pairs, [2]int{i0, j0})
		i0, j0 = i0+1, j0+1
	}
	var tail [][2]int
	for i1 > i0 && j1 > j0 && same(i1-1, j1-1) {
		i1, j1 = i1-1, j1-1
		tail = append(tail, [2]int{i1, j1})
	}
	const most = 1 << 20
	if n, m := i1-i0, j1-j0; n > 0 && m > 0 && n*m <= most {
		length := make([]int32, (n+1)*(m+1)) // of the longest common subsequence from (i, j) on
		equal := make([]bool, n*m)
		for i := n - 1; i >= 0; i-- {
			for j := m - 1; j >= 0; j-- {
				at := i*(m+1) + j
				length[at] = max(length[at+m+1], length[at+1])
				if same(i0+i, j0+j) {
					equal[i*m+j] = true
					length[at] = max(length[at], length[at+m+2]+1)
				}
			}
		}
		for i, j := 0, 0; i < n && j < m; {
			at := i*(m+1) + j
			switch {
			case equal[i*m+j] && length[at] == length[at+m+2]+1:
				pairs = append(pairs, [2]int{i0 + i, j0 + j})
				i, j = i+1, j+1
			case length[at+m+1] >= length[at+1]:
				i++
			default:
				j++
			}
		}
	}
	for k := len(tail) - 1; k >= 0; k-- {
		pairs = append(pairs, tail[k])
	}
	return pairs
}

// ahead lets what the peer does on a data connection be played before the line on the control connection that the session has first, if that is what
// comes: a party with two connections is not held to the order between them. It is called before a line of the peer is awaited.
func (p *player) ahead(st *step) error {
	if st.op != opSay || st.own || !p.control[st.ch] {
		return nil
	}
	ctl := &p.chans[st.ch]
	if ctl.c == nil || ctl.isAhead || ctl.c.R.Buffered() > 0 || ctl.peerEnd {
		return nil
	}
	next := -1
	for i := p.at + 1; i < len(p.steps) && next < 0; i++ {
		switch s := &p.steps[i]; {
		case p.done[i]:
		case s.own, s.op == opUnordered, s.op == opOptional:
			return nil
		case !p.control[s.ch]:
			if s.own || s.op == opEvent && s.event.Kind == transcript.Open {
				return nil
			}
			if ch := &p.chans[s.ch]; ch.c == nil || ch.due != nil || ch.dueTLS != nil || ch.closed || ch.peerEnd {
				return nil
			}
			next = i
		}
	}
	if next < 0 {
		return nil
	}
	data := &p.chans[p.steps[next].ch]
	if err := p.beforeWait(ctl); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	first := make(chan error, 1)
	go func() {
		err := data.c.Do(ctx, p.timeout(), data.c.R.Wait)
		cancel()
		first <- err
	}()
	ctl.c.Do(ctx, p.timeout(), ctl.c.R.Wait)
	cancel()
	err := <-first
	if p.ctx.Err() != nil {
		return p.ctx.Err()
	}
	if ctl.c.R.Buffered() > 0 || err != nil && (errors.Is(err, context.Canceled) || errors.Is(err, os.ErrDeadlineExceeded)) {
		return nil
	}
	// The data's turn: all that the peer does there before this side is next.
	at := p.at
	for p.at = next; p.at < len(p.steps); {
		s := &p.steps[p.at]
		if s.own {
			break
		}
		if s.ch != p.steps[next].ch || p.done[p.at] {
			p.at++
			continue
		}
		from := p.at
		if err := p.play(s); err != nil {
			return err
		}
		for i := from; i < p.at; i++ {
			if p.done == nil {
				p.done = map[int]bool{}
			}
			p.done[i] = true
		}
	}
	p.at = at
	return nil
}
