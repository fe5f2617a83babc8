package record

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/transcript"
)

// session is what one client does: it may own several connections, each a link.
type session struct {
	r       *Recorder
	id      int
	begun   time.Time
	builder *transcript.Builder

	mu      sync.Mutex // held while something is recorded: the order in the session
	last    time.Time  // when something was said
	said    bool
	notes   []string
	namer   namer
	tracker dialect.Tracker // namer's
	hello   string          // the server's first line
	failure error           // of recording

	tlsOnce   sync.Once
	tlsErr    error
	serverTLS *tls.Config // towards the client
	clientTLS *tls.Config // towards the server

	linkMu sync.Mutex
	links  []*link
	ended  string // why it was cut
}

// configs returns the configurations for the handshakes with the client and with the server. All connections of a session share them, so that data
// connections resume the control connection's TLS session.
func (s *session) configs() (client, server *tls.Config, err error) {
	s.tlsOnce.Do(func() {
		a, err := s.r.Authority()
		if err != nil {
			s.tlsErr = err
			return
		}
		s.serverTLS = a.ServerConfig()
		s.clientTLS = s.r.upstreamTLS()
		if s.clientTLS.ClientSessionCache == nil {
			s.clientTLS.ClientSessionCache = tls.NewLRUClientSessionCache(0)
		}
	})
	return s.serverTLS, s.clientTLS, s.tlsErr
}

// namer is a tracker that can tell what the server calls itself; "" if it does not know.
type namer interface{ Server() string }

func newSession(r *Recorder, id int) *session {
	s := &session{r: r, id: id, begun: time.Now()}
	s.builder = transcript.NewBuilder(r.up.d, transcript.BuilderOptions{KeepSecrets: r.opts.KeepSecrets, BlobThreshold: r.opts.BlobThreshold})
	t := r.up.d.NewTracker()
	if n, ok := t.(namer); ok {
		s.namer, s.tracker = n, t
	}
	return s
}

// cut ends a session that runs; its file says so.
func (s *session) cut(why string) {
	s.linkMu.Lock()
	defer s.linkMu.Unlock()
	if s.ended == "" {
		s.ended = why
	}
	for _, l := range s.links {
		l.close()
	}
}

func (s *session) wasCut() string {
	s.linkMu.Lock()
	defer s.linkMu.Unlock()
	return s.ended
}

func (s *session) note(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	s.mu.Lock()
	s.notes = append(s.notes, text)
	s.mu.Unlock()
	s.r.log(Event{Session: s.id, Kind: Noted, Text: text})
}

// save writes the session, if anything was said, and returns the file's path.
func (s *session) save() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if why := s.wasCut(); why != "" {
		s.notes = append(s.notes, "cut short: "+why)
	}
	if !s.said {
		return "", s.failure
	}
	server := s.r.opts.Server
	if server == "" && s.namer != nil {
		server = s.namer.Server()
	}
	if server == "" {
		server = plainHello(s.hello)
	}
	for _, f := range [][2]string{{"server", server}, {"client", s.r.opts.Client}, {"date", s.begun.Format(time.DateOnly)}} {
		if f[1] != "" {
			s.builder.Set(f[0], f[1])
		}
	}
	for _, n := range s.notes {
		s.builder.Set("note", n)
	}
	session, err := s.builder.Session()
	if err = errors.Join(s.failure, err); err != nil {
		return "", fmt.Errorf("recording: %w", err)
	}
	path := s.r.take(s.id, s.begun)
	if err := session.Save(path); err != nil {
		return "", fmt.Errorf("writing %s: %w", path, err)
	}
	return path, nil
}

// plainHello is the text of a greeting without its status, and without what stands in angle brackets or brackets and changes.
func plainHello(line string) string {
	_, text, _ := strings.Cut(line, " ")
	var out strings.Builder
	depth := 0
	for _, c := range text {
		switch c {
		case '<', '[':
			depth++
		case '>', ']':
			if depth > 0 {
				depth--
				continue
			}
		}
		if depth == 0 && c >= ' ' && c < 0x7f {
			out.WriteRune(c)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// link is a client's connection and the one to the server that goes with it.
type link struct {
	s       *session
	channel string
	client  *conn.Conn
	server  *conn.Conn
	pumps   [2]*pump // of the client's octets, of the server's
	active  atomic.Int64
	done    chan struct{}
	follow  *follower // of a control connection whose protocol has data connections; nil otherwise

	// Under s.mu.
	pending dialect.Party // whose end came, and is not recorded yet; 0 for none
	over    [2]bool       // by pump: its party's end has come
	reset   bool
	early   []spoken // what was said before TLS
	earlyN  int      // octets of it
}

// spoken is a unit that a party said.
type spoken struct {
	party dialect.Party
	unit  dialect.Unit
}

// earlyMax bounds, in octets, what is kept of what was said before TLS.
const earlyMax = 256 << 10

// remember keeps a unit for [link.injected]. The caller holds s.mu.
func (l *link) remember(p dialect.Party, u dialect.Unit) {
	if l.earlyN > earlyMax {
		return
	}
	l.earlyN += len(u.Text) + 64
	u.Text = bytes.Clone(u.Text)
	l.early = append(l.early, spoken{p, u})
}

// injected returns a line that a client sent behind the one that begins TLS, without waiting for the handshake; nil if it did not. If TLS would begin as
// well without the client's last line, that line came too early.
func (l *link) injected(by dialect.Party) []byte {
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	last := -1
	for i, e := range l.early {
		if e.party != by {
			last = i
		}
	}
	if last < 0 || l.earlyN > earlyMax {
		return nil
	}
	t := l.s.r.up.d.NewTracker()
	var events []dialect.Event
	for i, e := range l.early {
		if i != last {
			events = t.Saw(e.party, e.unit)
		}
	}
	for _, e := range events {
		if e.Kind == dialect.StartTLS {
			return l.early[last].unit.AppendRaw(nil)
		}
	}
	return nil
}

// close ends both connections at once.
func (l *link) close() {
	l.client.Raw().Close()
	l.server.Raw().Close()
}

// pump passes on what one party says.
type pump struct {
	l        *link
	party    dialect.Party
	src, dst *conn.Conn
	cutter   dialect.Cutter
	finished chan struct{}

	mu     sync.Mutex
	parked chan struct{} // set while the other pump wants this one to stop reading
	resume chan struct{}
}

// pass connects a client's connection to the server's and passes on what they say until both have ended. The error tells that the server could
// not be reached, or a handshake failed.
func (s *session) pass(channel string, nc net.Conn) error {
	opts := &s.r.opts
	_, hasData := s.r.up.d.(dialect.DataDialect)
	if hasData {
		urgentInLine(nc)
	}
	client := conn.New(nc, conn.Options{Local: dialect.Server, Channel: channel, TLSMayEnd: hasData})
	defer client.Close()
	server, err := conn.Dial(s.r.ctx, "tcp", s.r.up.addr, opts.Timeouts.Connect, conn.Options{Local: dialect.Client, Channel: channel, TLSMayEnd: hasData})
	if err != nil {
		return err
	}
	defer server.Close()
	l := s.link(channel, client, server)
	if l == nil {
		return nil
	}
	if hasData {
		l.follow = newFollower(l)
		defer l.follow.close()
	}
	if err := l.handshake(s.r.ctx, opts.Timeouts.Handshake, s.r.secure, s.r.up.implicit); err != nil {
		return err
	}
	s.mu.Lock()
	s.last = time.Now()
	if s.r.up.implicit {
		l.earlyN = earlyMax + 1 // TLS does not begin again
	}
	if s.r.secure {
		s.event(transcript.Event{Kind: transcript.TLS, Who: transcript.Who{Channel: channel}})
	}
	s.mu.Unlock()
	l.active.Store(time.Now().UnixNano())
	var wg sync.WaitGroup
	for _, p := range l.pumps {
		wg.Go(func() {
			defer close(p.finished)
			p.run()
		})
	}
	wg.Wait()
	s.mu.Lock()
	l.settle()
	s.mu.Unlock()
	return nil
}

// link makes a link of two connections; nil if the session was cut.
func (s *session) link(channel string, client, server *conn.Conn) *link {
	l := &link{s: s, channel: channel, client: client, server: server, done: make(chan struct{})}
	l.pumps[0] = &pump{l: l, party: dialect.Client, src: client, dst: server, finished: make(chan struct{})}
	l.pumps[1] = &pump{l: l, party: dialect.Server, src: server, dst: client, finished: make(chan struct{})}
	s.linkMu.Lock()
	defer s.linkMu.Unlock()
	if s.ended != "" {
		return nil
	}
	s.links = append(s.links, l)
	return l
}

// unlink forgets a link that is over.
func (s *session) unlink(l *link) {
	s.linkMu.Lock()
	defer s.linkMu.Unlock()
	s.links = slices.DeleteFunc(s.links, func(o *link) bool { return o == l })
}

// handshake makes the TLS handshakes of both sides, as far as they are wanted, at the same time.
func (l *link) handshake(ctx context.Context, timeout time.Duration, client, server bool) error {
	r := l.s.r
	scfg, ccfg, err := l.s.configs()
	if err != nil {
		return err
	}
	var wg sync.WaitGroup
	var cerr, serr error
	if client {
		wg.Go(func() {
			if cerr = l.client.StartTLS(ctx, timeout, scfg); cerr != nil {
				cerr = fmt.Errorf("the client's side: %w", cerr)
				if l.channel != "" {
					l.server.Raw().Close() // it waits for nothing
				}
			}
		})
	}
	if server {
		if serr = l.server.StartTLS(ctx, timeout, ccfg); serr != nil {
			serr = fmt.Errorf("the server's side: %w", serr)
			l.client.Raw().Close() // it waits for nothing
		}
	}
	wg.Wait()
	if serr != nil {
		return serr
	}
	if cerr != nil {
		return cerr
	}
	if client && l.channel == "" && r.opts.Log != nil {
		state, _ := l.client.TLS()
		r.log(Event{Session: l.s.id, Kind: TLS, Text: tls.VersionName(state.Version)})
	}
	return nil
}

// event records an event. The caller holds mu.
func (s *session) event(e transcript.Event) {
	s.said = true
	s.keep(s.builder.Event(e))
}

func (s *session) keep(err error) {
	if err != nil && s.failure == nil {
		s.failure = err
	}
}

// past is a deadline that has gone by.
var past = time.Unix(1, 0)

// run passes on octets until the source ends.
func (p *pump) run() {
	for {
		err := p.wait()
		if err != nil {
			p.end(err)
			return
		}
		for p.src.R.Buffered() > 0 {
			more, err := p.chunk()
			if err != nil {
				p.end(err)
				return
			}
			if !more {
				break
			}
		}
	}
}

// wait waits for octets. While the other pump wants it, it holds still.
func (p *pump) wait() error {
	idle := p.l.s.r.opts.Timeouts.Idle
	for {
		p.mu.Lock()
		parked, resume := p.parked, p.resume
		if parked == nil {
			p.src.Raw().SetReadDeadline(time.Now().Add(idle))
		}
		p.mu.Unlock()
		if parked != nil {
			close(parked)
			select {
			case <-resume:
			case <-p.l.done:
				return net.ErrClosed
			}
			continue
		}
		err := p.src.R.Wait()
		if err == nil {
			p.l.active.Store(time.Now().UnixNano())
			return nil
		}
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return err
		}
		p.mu.Lock()
		wanted := p.parked != nil
		p.mu.Unlock()
		if !wanted && time.Since(time.Unix(0, p.l.active.Load())) >= idle {
			p.l.s.note("ended by the recorder: nothing was said for %v", idle)
			return net.ErrClosed
		}
	}
}

// park has the pump stop reading, and returns what lets it go on. The octets that it read before are passed on.
func (p *pump) park(ctx context.Context) (release func(), err error) {
	parked, resume := make(chan struct{}), make(chan struct{})
	p.mu.Lock()
	p.parked, p.resume = parked, resume
	p.src.Raw().SetReadDeadline(past)
	p.mu.Unlock()
	release = func() {
		p.mu.Lock()
		p.parked, p.resume = nil, nil
		p.mu.Unlock()
		close(resume)
	}
	select {
	case <-parked:
		return release, nil
	case <-p.finished:
		return nil, fmt.Errorf("the %s left before the handshake", p.party)
	case <-ctx.Done():
		return nil, fmt.Errorf("the %s's octets could not be passed on in time", p.party)
	}
}

// chunk passes on what is buffered, up to a unit after which TLS or compression begins; then it begins, and more says that there may be octets left.
func (p *pump) chunk() (more bool, err error) {
	data := p.src.R.Peek()
	var out []byte
	var n int
	var change *transcript.Effect
	if f := p.l.follow; f != nil {
		out, n, change = f.record(p, data)
	} else {
		n, change = p.record(data)
		out = data[:n]
	}
	if change == nil {
		if err := p.send(out); err != nil {
			return false, err
		}
		p.src.R.Discard(n)
		return n < len(data), nil
	}
	return true, p.change(out, n, *change)
}

// change goes over to or from TLS, or to compression, behind n octets, which are passed on as out.
func (p *pump) change(out []byte, n int, e transcript.Effect) error {
	l := p.l
	ctx, cancel := context.WithTimeout(l.s.r.ctx, l.s.r.opts.Timeouts.Handshake)
	defer cancel()
	other := l.pumps[0]
	if other == p {
		other = l.pumps[1]
	}
	release, err := other.park(ctx)
	if err != nil {
		l.s.note("%v", err)
		return fmt.Errorf("%w (%v)", net.ErrClosed, err)
	}
	defer release()
	if err := p.send(out); err != nil {
		return err
	}
	p.src.R.Discard(n)
	who := transcript.Who{Channel: l.channel}
	if e.Kind == dialect.EndTLS {
		return l.clear(ctx)
	}
	if e.Kind == dialect.StartCompression {
		if e.Arg != "deflate" {
			l.s.note("compression by %s is not known here: what follows was recorded as it stood on the wire", e.Arg)
			return nil
		}
		if err := errors.Join(p.src.StartDeflate(), p.dst.StartDeflate()); err != nil {
			return err
		}
		l.s.mu.Lock()
		defer l.s.mu.Unlock()
		l.s.event(transcript.Event{Kind: transcript.Compress, Arg: e.Arg, Who: who})
		return nil
	}
	early := l.injected(p.party)
	if early == nil {
		early = other.cutter.Pending()
	}
	if len(early) > 0 {
		err = &conn.BufferedError{From: other.party, Data: early}
	} else {
		_, clientTLS := l.client.TLS()
		_, serverTLS := l.server.TLS()
		err = l.handshake(ctx, 0, !clientTLS, !serverTLS)
	}
	if err != nil {
		l.s.note("%v", err)
		l.close() // before the other pump goes on
		return fmt.Errorf("%w (%v)", net.ErrClosed, err)
	}
	l.s.mu.Lock()
	defer l.s.mu.Unlock()
	l.early, l.earlyN = nil, earlyMax+1
	l.s.event(transcript.Event{Kind: transcript.TLS, Who: who})
	return nil
}

// clear ends TLS on both sides, as far as they have it.
func (l *link) clear(ctx context.Context) error {
	_, clientTLS := l.client.TLS()
	_, serverTLS := l.server.TLS()
	var wg sync.WaitGroup
	var cerr, serr error
	if clientTLS {
		wg.Go(func() {
			if cerr = l.client.EndTLS(ctx, 0); cerr != nil {
				cerr = fmt.Errorf("the client's side: %w", cerr)
			}
		})
	}
	if serverTLS {
		if serr = l.server.EndTLS(ctx, 0); serr != nil {
			serr = fmt.Errorf("the server's side: %w", serr)
		}
	}
	wg.Wait()
	if err := errors.Join(serr, cerr); err != nil {
		l.s.note("%v", err)
		l.close() // before the other pump goes on
		return fmt.Errorf("%w (%v)", net.ErrClosed, err)
	}
	if clientTLS {
		l.s.mu.Lock()
		defer l.s.mu.Unlock()
		l.s.event(transcript.Event{Kind: transcript.Clear, Who: transcript.Who{Channel: l.channel}})
	}
	return nil
}

// send passes data on.
func (p *pump) send(data []byte) error {
	p.dst.Raw().SetWriteDeadline(time.Now().Add(p.l.s.r.opts.Timeouts.Idle))
	if _, err := p.dst.W.Write(data); err != nil {
		return &sendError{err}
	}
	if err := p.dst.W.Flush(); err != nil {
		return &sendError{err}
	}
	return nil
}

// sendError is an error of writing to the destination.
type sendError struct{ err error }

func (e *sendError) Error() string { return e.err.Error() }
func (e *sendError) Unwrap() error { return e.err }

// record cuts data into units and records them. It stops behind a unit that sets off TLS or compression, and returns how much it took.
func (p *pump) record(data []byte) (n int, change *transcript.Effect) {
	s := p.l.s
	who := transcript.Who{Party: p.party, Channel: p.l.channel}
	s.mu.Lock()
	defer s.mu.Unlock()
	for n < len(data) {
		u, k, ok := p.cutter.Cut(s.builder.Next(who), data[n:])
		n += k
		if !ok {
			break
		}
		effects := p.say(who, u)
		for i := range effects {
			if e := &effects[i]; turns(e.Event) && e.Channel == p.l.channel {
				return n, e
			}
		}
	}
	return n, nil
}

// turns reports whether the connection is another one behind the unit that set the event off.
func turns(e dialect.Event) bool {
	switch e.Kind {
	case dialect.StartTLS, dialect.EndTLS, dialect.StartCompression:
		return true
	}
	return false
}

// say records a unit. The caller holds s.mu.
func (p *pump) say(who transcript.Who, u dialect.Unit) []transcript.Effect {
	s := p.l.s
	now := time.Now()
	if p.party == dialect.Server && s.r.opts.Waits > 0 && s.said {
		if d := now.Sub(s.last).Round(time.Millisecond); d >= s.r.opts.Waits {
			s.event(transcript.Event{Kind: transcript.Wait, Who: who, Duration: transcript.Duration(d)})
		}
	}
	s.last = now
	if p.l.pending != 0 && p.l.pending != p.party {
		// The other party said its last, and is still told something: it had closed one direction only.
		s.event(transcript.Event{Kind: transcript.HalfClose, Who: transcript.Who{Party: p.l.pending, Channel: p.l.channel}})
		p.l.pending = 0
	}
	if p.party == dialect.Server && s.hello == "" {
		s.hello = string(u.Text)
	}
	s.said = true
	if s.tracker != nil && p.l.channel == "" {
		s.tracker.Saw(p.party, u)
	}
	p.l.remember(p.party, u)
	effects, err := s.builder.Say(who, u)
	s.keep(err)
	return effects
}

// end takes note of the end of what the party says, and passes it on.
func (p *pump) end(err error) {
	l, s := p.l, p.l.s
	var sending *sendError
	isSend := errors.As(err, &sending)
	reset := errors.Is(err, syscall.ECONNRESET)
	ended := !isSend && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
	s.mu.Lock()
	who := transcript.Who{Party: p.party, Channel: l.channel}
	var rest []byte
	if u, ok := p.cutter.Rest(s.builder.Next(who)); ok {
		if l.follow != nil {
			rest = bytes.Clone(u.Text) // was held back
		}
		p.say(who, u)
	}
	index := 0
	if p.party == dialect.Server {
		index = 1
	}
	l.over[index] = true
	switch {
	case ended && l.pending != 0:
		l.settle() // the first to close closed the connection
	case ended && !l.reset:
		if l.over[0] && l.over[1] {
			s.event(transcript.Event{Kind: transcript.Close, Who: transcript.Who{Party: p.party, Channel: l.channel}})
		} else {
			l.pending = p.party
		}
	case reset && !l.reset:
		l.reset = true
		l.settle()
		who := p.party
		if isSend {
			who = p.party.Other()
		}
		s.event(transcript.Event{Kind: transcript.Reset, Who: transcript.Who{Party: who, Channel: l.channel}})
	}
	s.mu.Unlock()
	if len(rest) > 0 && !isSend {
		p.send(rest)
	}
	switch {
	case ended:
		p.shut()
	case reset && !isSend:
		p.dst.Reset()
		p.src.Close()
		p.stop()
	case isSend:
		// The destination has gone: the source learns it as it would have from there.
		p.src.Reset()
		p.stop()
	default:
		if !errors.Is(err, net.ErrClosed) && s.wasCut() == "" {
			s.note("the %s's connection: %v", p.party, err)
		}
		l.client.Close()
		l.server.Close()
		p.stop()
	}
}

// stop lets a parked pump end.
func (p *pump) stop() {
	p.l.s.mu.Lock()
	defer p.l.s.mu.Unlock()
	select {
	case <-p.l.done:
	default:
		close(p.l.done)
	}
}

// shut tells the destination that nothing more comes; it may still speak.
func (p *pump) shut() {
	p.dst.Raw().SetWriteDeadline(time.Now().Add(p.l.s.r.opts.Timeouts.Handshake))
	if _, ok := p.dst.TLS(); ok && !p.src.Truncated() {
		p.dst.CloseWrite()
	}
	if h, ok := p.dst.Raw().(interface{ CloseWrite() error }); ok {
		h.CloseWrite()
	}
}

// settle records an end that was held back. The caller holds s.mu.
func (l *link) settle() {
	if l.pending != 0 {
		l.s.event(transcript.Event{Kind: transcript.Close, Who: transcript.Who{Party: l.pending, Channel: l.channel}})
		l.pending = 0
	}
}
