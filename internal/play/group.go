package play

import (
	"bytes"
	"errors"
	"io"
	"os"

	"harness/protocols/dialect"
	"harness/protocols/wire"
	"harness/transcript"
)

// optional decides whether an optional group takes place, and moves to its first item or behind it.
func (p *player) optional(st *step) error {
	first := &p.steps[p.at+1]
	if st.own {
		p.at++
		return nil
	}
	ch, err := p.opened(first)
	if err != nil {
		return err
	}
	taken, err := p.takes(st, first, ch)
	if err != nil {
		return err
	}
	p.at++
	if !taken {
		for ; p.at < st.next; p.at++ {
			p.rep.Skipped += p.steps[p.at].count
		}
	}
	return nil
}

// takes reports whether what the peer does next begins the group. What is read stays to be read.
func (p *player) takes(st, first *step, ch *channel) (bool, error) {
	timeout := p.timeout()
	if st.next == len(p.steps) {
		timeout = p.opts.Timeouts.Linger
	} else if p.steps[st.next].own {
		timeout = p.opts.Timeouts.Settle
	}
	if !ch.isAhead && ch.c.R.Buffered() == 0 && !ch.peerEnd {
		if err := p.beforeWait(ch); err != nil {
			return false, err
		}
		err := p.do(ch, timeout, ch.c.R.Wait)
		switch {
		case err == nil:
		case p.ctx.Err() != nil:
			return false, p.ctx.Err()
		case errors.Is(err, os.ErrDeadlineExceeded):
			return false, nil
		case isEnd(err), isReset(err):
			return false, nil
		default:
			return false, err
		}
	}
	if ch.peerEnd {
		return false, nil
	}
	if first.blob != nil || first.say.End == wire.None && ch.shape(first.who.Party).Kind != dialect.Octets {
		return p.begins(first, ch)
	}
	shape := ch.shape(first.who.Party)
	u, err := p.read(ch, nil, shape, timeout)
	if err != nil {
		if isEnd(err) || errors.Is(err, os.ErrDeadlineExceeded) {
			return false, nil
		}
		return false, p.failed(first, ch, err)
	}
	ch.keep(u)
	r := p.compare(first, ch, ch.ahead)
	return r.Likeness == dialect.Same || r.Likeness == dialect.Reworded && !p.opts.Exact, nil
}

// begins compares the octets that have arrived with the beginning of a run.
func (p *player) begins(first *step, ch *channel) (bool, error) {
	p.unread(ch)
	if ch.c.R.Buffered() == 0 {
		if err := p.do(ch, p.timeout(), ch.c.R.Wait); err != nil {
			return false, p.ctxErr(err)
		}
	}
	have := ch.c.R.Peek()
	if first.blob == nil {
		n := min(len(have), len(first.text))
		return bytes.Equal(have[:n], first.text[:n]), nil
	}
	r, err := p.session.OpenBlob(first.blob)
	if err != nil {
		return false, err
	}
	defer r.Close()
	want := make([]byte, min(int64(len(have)), first.blob.Size))
	if _, err := io.ReadFull(r, want); err != nil {
		return false, err
	}
	return bytes.Equal(have[:len(want)], want), nil
}

// unordered hears lines in any order. A line that goes with the one before it is heard behind it.
func (p *player) unordered(st *step) error {
	ch, err := p.opened(st)
	if err != nil {
		return err
	}
	left := make([]*step, 0, len(st.lines))
	for i := range st.lines {
		if !st.lines[i].glued {
			left = append(left, &st.lines[i])
		}
	}
	for len(left) > 0 {
		shape := ch.shape(st.who.Party)
		u, err := p.read(ch, nil, shape, p.timeout())
		if err != nil {
			return p.failed(st, ch, err)
		}
		best, result := 0, transcript.MatchResult{}
		for i, l := range left {
			r := p.compare(l, ch, u)
			if i == 0 || r.Likeness > result.Likeness {
				best, result = i, r
			}
			if r.Likeness == dialect.Same {
				break
			}
		}
		line := left[best]
		if err := p.accept(line, ch, u, shape, result); err != nil {
			return err
		}
		left = append(left[:best], left[best+1:]...)
		for i := range st.lines {
			if &st.lines[i] == line {
				for i++; i < len(st.lines) && st.lines[i].glued; i++ {
					if err := p.hear(&st.lines[i]); err != nil {
						return err
					}
				}
				break
			}
		}
	}
	return nil
}

// hearBlob compares what the peer says with a blob, as it comes.
func (p *player) hearBlob(st *step, ch *channel) error {
	p.unread(ch)
	blob, err := p.session.OpenBlob(st.blob)
	if err != nil {
		return err
	}
	defer blob.Close()
	got, want := getBuffer(), getBuffer()
	defer putBuffer(got)
	defer putBuffer(want)
	f := ch.feeder(st.who.Party)
	r := ch.c.R
	for at, left := int64(0), st.blob.Size; left > 0; {
		if r.Buffered() == 0 {
			if err := p.beforeWait(ch); err != nil {
				return err
			}
		}
		var n int
		err := p.do(ch, p.timeout(), func() (err error) {
			n, err = r.Read((*got)[:min(left, bufferSize)])
			return err
		})
		if n == 0 {
			if err == nil {
				continue
			}
			return p.failed(st, ch, err)
		}
		p.heard(ch, n)
		have, exp := (*got)[:n], (*want)[:n]
		if _, err := io.ReadFull(blob, exp); err != nil {
			return err
		}
		if !bytes.Equal(have, exp) {
			return p.blobDiffers(st, ch, have, exp, at)
		}
		if ch.tracker != nil {
			f.write(have)
		}
		at += int64(n)
		left -= int64(n)
	}
	// The end of the blob is where its digest is checked.
	if n, err := blob.Read((*want)[:1]); n != 0 || err != io.EOF {
		if err == nil || err == io.EOF {
			err = errors.New("it is longer than the session says")
		}
		return err
	}
	if ch.tracker != nil {
		f.flush()
	}
	p.remember(st, nil)
	return nil
}

// blobDiffers is the mismatch of a run of octets. What was read behind the end of the peer's actual block is put back.
func (p *player) blobDiffers(st *step, ch *channel, have, want []byte, at int64) error {
	d := firstDifference(have, want)
	m := p.mismatch(st)
	m.Outcome = GotOther
	from := max(0, d-caretWidth)
	to := min(int64(len(have)), d+caretWidth)
	m.Received, m.ReceivedAt, m.Offset = bytes.Clone(have[from:to]), at+from, at+d
	to = min(int64(len(want)), d+40)
	m.Want = "the blob goes on with " + wire.Quote(want[d:to])
	if ch.tracker != nil {
		party := st.who.Party
		taken := ch.feeder(party).until(have, func() bool { return ch.tracker.Next(party).Kind == dialect.Line })
		p.putBack(ch, bytes.Clone(have[taken:]))
	}
	return &differs{m: m, read: true, saw: true}
}

// resync goes on after a mismatch on the client's side: it reads the rest of the server's answer, and moves behind the session's.
func (p *player) resync(st *step, d *differs) error {
	ch := &p.chans[st.ch]
	if ch.tracker == nil {
		return errStop
	}
	p.shaken = true
	party := st.who.Party
	inBlock := func() bool { return ch.tracker.Next(party).Kind != dialect.Line || len(ch.feeder(party).part) > 0 }
	was := inBlock()
	if !d.saw && (st.begins && !was) && st.op == opSay {
		return p.resyncLine(st, ch, d.u)
	}
	if !d.saw {
		ch.saw(party, d.u, ch.shape(party))
	}
	if err := p.drain(ch, party, inBlock); err != nil {
		return err
	}
	if st.op == opSay && st.begins && was {
		return nil // the peer's answer was longer; this item comes now
	}
	p.skipAnswer()
	return nil
}

// run returns the end of the peer's lines from the step in hand on.
func (p *player) runEnd() int {
	st := &p.steps[p.at]
	i := p.at + 1
	for ; i < len(p.steps); i++ {
		s := &p.steps[i]
		if s.own || s.ch != st.ch || s.op != opSay && s.op != opUnordered {
			break
		}
	}
	return i
}

// skipAnswer moves behind the rest of the session's answer: to the next line that is a unit of its own.
func (p *player) skipAnswer() {
	end := p.runEnd()
	for p.at++; p.at < end; p.at++ {
		if s := &p.steps[p.at]; s.op != opSay || s.begins {
			return
		}
	}
}

// resyncLine finds the place of a line u that is not the one that st expects: it may be a later one, st's in another form, or one that the session
// does not have.
func (p *player) resyncLine(st *step, ch *channel, u dialect.Unit) error {
	party := st.who.Party
	inBlock := func() bool { return ch.tracker.Next(party).Kind != dialect.Line }
	for {
		end := p.runEnd()
		last := true
		for i := p.at + 1; i < end; i++ {
			s := &p.steps[i]
			if s.op != opSay || !s.begins || s.blob != nil {
				continue
			}
			last = false
			if r := p.compare(s, ch, u); r.Likeness == dialect.Same {
				p.at = i
				if err := p.accept(s, ch, u, ch.shape(party), r); err != nil {
					return p.tolerate(err)
				}
				p.rep.Played++
				p.at++
				return nil
			}
		}
		ch.saw(party, u, ch.shape(party))
		if err := p.drain(ch, party, inBlock); err != nil {
			return err
		}
		if !last {
			p.skipAnswer()
			return nil
		}
		// The last line of the answer: if more comes, u was one that the session does not have.
		if !ch.isAhead && ch.c.R.Buffered() == 0 {
			err := p.do(ch, p.opts.Timeouts.Settle, ch.c.R.Wait)
			if err != nil {
				if cerr := p.ctx.Err(); cerr != nil {
					return cerr
				}
				p.skipAnswer() // silence, or the end, which the next read tells
				return nil
			}
		}
		shape := ch.shape(party)
		next, err := p.read(ch, nil, shape, p.opts.Timeouts.Settle)
		if err != nil {
			if errors.Is(err, os.ErrDeadlineExceeded) {
				p.skipAnswer()
				return nil
			}
			return p.tolerate(p.failed(st, ch, err))
		}
		r := p.compare(st, ch, next)
		if r.Likeness != dialect.Different {
			if err := p.accept(st, ch, next, shape, r); err != nil {
				return p.tolerate(err)
			}
			p.rep.Played++
			p.at++
			return nil
		}
		next.Text = bytes.Clone(next.Text)
		u = next
	}
}

// tolerate puts a mismatch into the report and stops there.
func (p *player) tolerate(err error) error {
	var d *differs
	if errors.As(err, &d) {
		p.rep.Problems = append(p.rep.Problems, d.m)
		return errStop
	}
	return err
}

// drain reads the peer's units as long as more is true.
func (p *player) drain(ch *channel, party dialect.Party, more func() bool) error {
	buf := getBuffer()
	defer putBuffer(buf)
	f := ch.feeder(party)
	p.unread(ch)
	for more() {
		r := ch.c.R
		have := r.Peek()
		if len(have) == 0 {
			if err := p.do(ch, p.opts.Timeouts.Read, r.Wait); err != nil {
				if cerr := p.ctx.Err(); cerr != nil {
					return cerr
				}
				return errStop
			}
			continue
		}
		n := f.until(have, func() bool { return !more() })
		p.heard(ch, n)
		r.Discard(n)
	}
	return nil
}
