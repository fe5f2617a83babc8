package play

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	"os"
	"time"

	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/wire"
	"harness/transcript"
)

// event plays an event.
func (p *player) event(st *step) error {
	e := st.event
	switch e.Kind {
	case transcript.Wait:
		if !st.own {
			p.grant += time.Duration(e.Duration)
			return nil
		}
		if err := p.flush(); err != nil {
			return err
		}
		return p.sleep(time.Duration(e.Duration))
	case transcript.Open:
		if err := p.flush(); err != nil {
			return err
		}
		return p.open(st)
	}
	data := !p.control[st.ch]
	if ch := &p.chans[st.ch]; data {
		switch {
		case e.Kind == transcript.TLS:
			ch.dueTLS = st // when the handshake is made beside what is said on the control connection is left to chance
			return nil
		case (e.Kind == transcript.Close || e.Kind == transcript.Reset) && p.idle(ch):
			return nil
		}
	}
	ch, err := p.opened(st)
	if err != nil {
		return err
	}
	if err := p.flush(); err != nil {
		return err
	}
	switch e.Kind {
	case transcript.TLS:
		return p.startTLS(st, ch)
	case transcript.Clear:
		return p.endTLS(st, ch)
	case transcript.Compress:
		p.unread(ch)
		if err := ch.c.StartDeflate(); err != nil {
			return p.failure(st, err)
		}
		return nil
	case transcript.Quiet:
		return p.quiet(st, ch)
	case transcript.HalfClose:
		if !st.own {
			return p.expectEnd(st, ch, p.timeout(), false)
		}
		if ch.hooks != nil {
			p.leftovers(ch)
		}
		ch.ownEnd = true
		if err := ch.c.CloseWrite(); err != nil && !isReset(err) {
			return p.failure(st, err)
		}
		return nil
	case transcript.Reset:
		if !st.own {
			return p.expectReset(st, ch)
		}
		ch.closed = true
		ch.c.Reset()
		return nil
	}
	if st.own {
		return p.endOwn(st, ch)
	}
	return p.closePeer(st, ch)
}

func (p *player) sleep(d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-p.ctx.Done():
		return p.ctx.Err()
	}
}

// failure is a mismatch that an operation's error makes.
func (p *player) failure(st *step, err error) error {
	if cerr := p.ctx.Err(); cerr != nil {
		return cerr
	}
	m := p.mismatch(st)
	m.Who.Party = p.opts.Side.Other()
	switch {
	case isEnd(err):
		m.Outcome = GotClose
	case isReset(err):
		m.Outcome = GotReset
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded):
		m.Outcome = GotNothing
	default:
		m.Outcome = GotFailure
	}
	m.Err = err
	return &differs{m: m}
}

// more is the mismatch of octets where the session has none.
func (p *player) more(st *step, ch *channel) *Mismatch {
	m := p.mismatch(st)
	m.Who = transcript.Who{Party: p.opts.Side.Other(), Channel: ch.name}
	m.Outcome = GotMore
	var u dialect.Unit
	if ch.isAhead {
		u = ch.ahead
	} else {
		b := ch.c.R.Peek()
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			b = b[:i+1]
		}
		u = dialect.Unit{Text: b, End: wire.None}
		if n := len(b); n > 0 && b[n-1] == '\n' {
			u = lineUnit(dialect.Line, b)
		}
	}
	p.received(m, ch, u, -1)
	return m
}

func (p *player) startTLS(st *step, ch *channel) error {
	if ch.implied {
		ch.implied = false // the transport has made it
		return nil
	}
	if ch.isAhead {
		return &differs{m: p.more(st, ch)}
	}
	var err error
	if ch.hooks != nil {
		p.leftovers(ch)
		err = ch.hooks.StartTLS(p.ctx)
	} else if ch.link != nil {
		err = ch.link.StartTLS(p.ctx)
	} else {
		err = ch.c.StartTLS(p.ctx, p.opts.Timeouts.Handshake, p.tlsConfig(ch))
	}
	if err != nil {
		var b *conn.BufferedError
		if errors.As(err, &b) {
			m := p.more(st, ch)
			m.Err = err
			return &differs{m: m}
		}
		return p.failure(st, err)
	}
	ch.tls = true
	return nil
}

// endTLS ends TLS, and goes on in the clear. What the peer said ahead of it stays to be read.
func (p *player) endTLS(st *step, ch *channel) error {
	var err error
	if ch.hooks != nil {
		p.leftovers(ch)
		err = ch.hooks.EndTLS(p.ctx)
	} else {
		err = ch.c.EndTLS(p.ctx, p.opts.Timeouts.Handshake)
	}
	if err != nil {
		return p.failure(st, err)
	}
	ch.tls = false
	return nil
}

// tlsConfig returns the configuration of a handshake. A client's connections of one play resume one another's sessions: servers ask that of
// data connections.
func (p *player) tlsConfig(ch *channel) *tls.Config {
	if p.opts.Side == dialect.Server {
		return p.tls
	}
	if p.tls == nil || p.tls.ClientSessionCache == nil || p.tls.ServerName == "" {
		cfg := &tls.Config{MinVersion: tls.VersionTLS12}
		if p.tls != nil {
			cfg = p.tls.Clone()
		}
		if cfg.ClientSessionCache == nil {
			cfg.ClientSessionCache = tls.NewLRUClientSessionCache(8)
		}
		if cfg.ServerName == "" {
			host, _, err := net.SplitHostPort(p.chans[0].c.RemoteAddr().String())
			if err == nil {
				cfg.ServerName = host
			}
		}
		p.tls = cfg
	}
	return p.tls
}

func (p *player) open(st *step) error {
	ch := &p.chans[st.ch]
	if p.control[st.ch] {
		linker, _ := p.t.(Linker)
		if err := p.connect(linker, ch); err != nil {
			return p.failure(st, err)
		}
		return nil
	}
	return p.openData(st, ch)
}

// quiet: nothing is said for a while.
func (p *player) quiet(st *step, ch *channel) error {
	d := time.Duration(st.event.Duration)
	if st.own {
		// If the peer is next, it is the one who waits to see.
		if next := p.at + 1; next < len(p.steps) && !p.steps[next].own {
			return nil
		}
		// The peer's clock began a little later.
		return p.sleep(d + d/4 + 50*time.Millisecond)
	}
	if ch.isAhead {
		return &differs{m: p.more(st, ch)}
	}
	if err := p.beforeWait(ch); err != nil {
		return err
	}
	err := ch.c.Quiet(context.Background(), d)
	if err == nil {
		return p.ctx.Err()
	}
	if errors.Is(err, conn.ErrNotQuiet) {
		return &differs{m: p.more(st, ch)}
	}
	return p.failure(st, err)
}

// ending waits for the peer's end of the connection.
func (p *player) ending(ch *channel, timeout time.Duration) (octets bool, err error) {
	if ch.isAhead || ch.c.R.Buffered() > 0 {
		return true, nil
	}
	if err := p.beforeWait(ch); err != nil {
		return false, err
	}
	err = p.do(ch, timeout, ch.c.R.Wait)
	return err == nil, err
}

// expectEnd expects that the peer closes its sending side. Where it is to close the connection, and this side said something that the peer
// may have left unread, its system resets the connection, which means the same.
func (p *player) expectEnd(st *step, ch *channel, timeout time.Duration, closes bool) error {
	if ch.peerEnd || ch.closed {
		return nil
	}
	octets, err := p.ending(ch, timeout)
	switch {
	case octets:
		return &differs{m: p.more(st, ch)}
	case isEnd(err), closes && isReset(err) && (ch.spoke || ch.ownEnd):
		ch.peerEnd = true
		p.grant = 0
		return nil
	}
	return p.failure(st, err)
}

// closePeer expects that the peer closes. Which end closes first is often left to chance: if the peer does not, this side closes, and the peer
// is to follow, unless the play is exact.
func (p *player) closePeer(st *step, ch *channel) error {
	if p.mayShut(ch) && !p.opts.Exact && !ch.ownEnd && !ch.peerEnd && !ch.closed && !ch.isAhead && ch.c.R.Buffered() == 0 {
		octets, err := p.ending(ch, p.opts.Timeouts.Settle+p.grant)
		if !octets && errors.Is(err, os.ErrDeadlineExceeded) && p.ctx.Err() == nil {
			if p.unused[ch.name] {
				ch.closed = true // a server may keep what it never took
				ch.c.Close()
				return nil
			}
			p.shut(ch)
		}
	}
	if err := p.expectEnd(st, ch, p.timeout(), true); err != nil || p.control[st.ch] || ch.closed {
		return err
	}
	for i := p.at + 1; i < len(p.steps); i++ {
		if s := &p.steps[i]; s.ch == st.ch && s.own {
			return nil
		}
	}
	// A server may say that a transfer is over when the client has closed too.
	ch.closed = true
	ch.c.Close()
	return nil
}

// mayShut reports whether this side may close a connection that the peer is to close: not where the close is how the peer tells the end of its
// data.
func (p *player) mayShut(ch *channel) bool {
	i := p.index(ch)
	return p.control[i] || p.unused[ch.name] || p.said[i][partyIndex(p.opts.Side)]
}

func (p *player) expectReset(st *step, ch *channel) error {
	octets, err := p.ending(ch, p.timeout())
	switch {
	case octets:
		return &differs{m: p.more(st, ch)}
	case isReset(err), isEnd(err) && ch.broken:
		ch.peerEnd = true
		return nil
	case isEnd(err) && !p.opts.Exact && !p.control[st.ch] && p.said[st.ch][partyIndex(p.opts.Side)]:
		ch.peerEnd = true // whether it had read all when it closed is left to chance
		return nil
	}
	return p.failure(st, err)
}

// endOwn closes this side. The peer learns it at once; what it still says is looked for at the end of the play.
func (p *player) endOwn(st *step, ch *channel) error {
	if ch.closed {
		return nil
	}
	if said := p.said[st.ch]; !p.control[st.ch] && !ch.peerEnd && said[partyIndex(p.opts.Side.Other())] && !said[partyIndex(p.opts.Side)] {
		// Who only listens and closes breaks the transfer off, whatever is still on its way.
		ch.closed = true
		ch.c.Close()
		return nil
	}
	if !ch.peerEnd && (ch.isAhead || ch.c.R.Buffered() > 0) {
		return &differs{m: p.more(st, ch)}
	}
	if ch.link != nil {
		ch.closed = true
		return p.sent(ch, ch.c.Close())
	}
	if ch.hooks != nil {
		p.leftovers(ch)
	}
	p.shut(ch)
	if ch.peerEnd {
		ch.closed = true
		ch.c.Close()
	}
	return nil
}

// shut tells the peer that the connection ends here, and still hears what it says.
func (p *player) shut(ch *channel) {
	if ch.ownEnd {
		return
	}
	ch.ownEnd = true
	p.do(ch, p.opts.Timeouts.Write, func() error {
		if _, ok := ch.c.TLS(); ok {
			ch.c.CloseWrite() // close_notify; an error means that the peer is gone
		}
		if h, ok := ch.c.Raw().(interface{ CloseWrite() error }); ok {
			h.CloseWrite()
		}
		return nil
	})
}

// leftovers tells the hooks of what was asked and is not going to be answered, and that the answer in hand is whole.
func (p *player) leftovers(ch *channel) {
	if ch.answering {
		ch.answering = false
		if ch.hooks.End(ch.answer) != nil {
			return
		}
	}
	for _, a := range ch.asked {
		if a.verb != "greeting" && ch.hooks.Begin(a.verb, a.shown) != nil {
			break
		}
	}
	ch.asked = nil
	ch.hooks.BeforeClose() // an error ends the connection, which ends here anyhow
}

// finish ends the connections whose end the session does not tell, and looks for more than the session holds.
func (p *player) finish() error {
	if err := p.flush(); err != nil {
		return err
	}
	if len(p.steps) == 0 {
		return nil
	}
	last := &p.steps[len(p.steps)-1]
	for i := range p.chans {
		if ch := &p.chans[i]; ch.due != nil && !p.idle(ch) {
			ch.dueTLS = nil
			if err := p.meet(ch); err != nil {
				return err
			}
		}
	}
	for i := range p.chans {
		ch := &p.chans[i]
		if ch.c == nil || ch.closed {
			continue
		}
		if ch.sasl != nil {
			if err := p.ackSASL(ch); err != nil {
				return p.unproven(last, err)
			}
		}
		if ch.hooks != nil {
			p.leftovers(ch)
		}
		p.shut(ch)
		if ch.peerEnd {
			ch.closed = true
			ch.c.Close()
		}
	}
	for i := range p.chans {
		ch := &p.chans[i]
		if ch.c == nil || ch.closed {
			continue
		}
		if p.ctx.Err() != nil {
			return nil // everything was played
		}
		if octets, _ := p.ending(ch, p.opts.Timeouts.Linger); octets {
			return &differs{m: p.more(last, ch)}
		}
	}
	return nil
}
