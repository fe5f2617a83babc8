package imapclient

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"harness/protocols/imap"
	"harness/protocols/wire"
)

// BodyFunc takes a section of a message as it comes: s.Streamed octets. Of the response there is what came before it; not its UID, if the server tells that behind. What it
// does not read is read away. Its error becomes that of the command, and no more is given to it.
type BodyFunc func(f *imap.Fetch, s *imap.Section, r io.Reader) error

// Fetch retrieves data of messages by their numbers (RFC 9051 section 6.4.5), and gives each response to f. [imap.ParseFetchItems] makes items of a text. An error of f becomes
// that of the command; the rest is read away.
//
// A response that has none of the items, or is of a message that is not in the set and has no more than flags, is no part of the answer: see Options.Handler.
func (c *Client) Fetch(ctx context.Context, set imap.NumSet, items []imap.FetchItem, f func(*imap.Fetch) error) error {
	_, err := run(ctx, c, c.fetching(false, set, items, f, nil))
	return err
}

// UIDFetch is [Client.Fetch] by UIDs (RFC 9051 section 6.4.9). Each response has the UID.
func (c *Client) UIDFetch(ctx context.Context, set imap.NumSet, items []imap.FetchItem, f func(*imap.Fetch) error) error {
	_, err := run(ctx, c, c.fetching(true, set, items, f, nil))
	return err
}

// FetchStream is [Client.Fetch] that gives literals of sections to body as they come, and does not keep them. F may be nil.
func (c *Client) FetchStream(ctx context.Context, set imap.NumSet, items []imap.FetchItem, f func(*imap.Fetch) error, body BodyFunc) error {
	_, err := run(ctx, c, c.fetching(false, set, items, f, body))
	return err
}

// UIDFetchStream is [Client.FetchStream] by UIDs.
func (c *Client) UIDFetchStream(ctx context.Context, set imap.NumSet, items []imap.FetchItem, f func(*imap.Fetch) error, body BodyFunc) error {
	_, err := run(ctx, c, c.fetching(true, set, items, f, body))
	return err
}

// BodyTo writes a section of a message, such as "1.2" or "HEADER" or "" for all of it, to w, and returns how many octets it had. \Seen is not set. It is an error if the server
// has no such message or section.
func (c *Client) BodyTo(ctx context.Context, uid uint32, section string, w io.Writer) (int64, error) {
	item, err := imap.Body(section, true)
	if err != nil {
		return 0, c.b.Wrap("UID FETCH", err)
	}
	var n int64
	found := false
	name := item.ResponseName()
	err = c.UIDFetchStream(ctx, imap.Nums(uid), []imap.FetchItem{item}, func(f *imap.Fetch) error {
		s, ok := f.Section(name)
		if !ok || !s.Data.Present || found {
			return nil
		}
		found = true // it was no literal
		m, err := io.WriteString(w, s.Data.Text)
		n += int64(m)
		return err
	}, func(_ *imap.Fetch, s *imap.Section, r io.Reader) (err error) {
		if found || !strings.EqualFold(s.Name, name) {
			return nil
		}
		found = true
		n, err = io.Copy(w, r)
		return err
	})
	if err == nil && !found {
		err = c.b.Wrap("UID FETCH", fmt.Errorf("the message with the UID %d, or its %s, is not there", uid, name))
	}
	return n, err
}

// inSet returns a function that reports whether a number is in a set. What depends on the mailbox holds all numbers.
func inSet(s imap.NumSet) func(n uint32) bool {
	if s.Dynamic() {
		return func(uint32) bool { return true }
	}
	ranges := s.Resolve(math.MaxUint32).Ranges
	return func(n uint32) bool {
		_, ok := slices.BinarySearchFunc(ranges, n, func(r imap.NumRange, n uint32) int {
			switch {
			case r.Last < n:
				return -1
			case r.First > n:
				return 1
			}
			return 0
		})
		return ok
	}
}

// wanted says what of a FETCH response is asked for.
type wanted struct{ flags, uid, date, size, envelope, body, modSeq, sections, binarySize, ids, other bool }

func want(items []imap.FetchItem) (w wanted) {
	for _, i := range imap.ExpandMacro(items) {
		switch {
		case i.Name == "BINARY.SIZE":
			w.binarySize = true
		case i.Section != nil:
			w.sections = true
		default:
			switch i.Name {
			case "FLAGS":
				w.flags = true
			case "UID":
				w.uid = true
			case "INTERNALDATE":
				w.date = true
			case "RFC822.SIZE":
				w.size = true
			case "ENVELOPE":
				w.envelope = true
			case "BODY", "BODYSTRUCTURE":
				w.body = true
			case "MODSEQ":
				w.modSeq = true
			case "RFC822", "RFC822.HEADER", "RFC822.TEXT":
				w.sections = true
			case "EMAILID", "THREADID":
				w.ids = true
			default:
				w.other = true
			}
		}
	}
	return w
}

// static reports whether a response has something that is asked for and is told for no other reason.
func (w *wanted) static(f *imap.Fetch) bool {
	return w.date && !f.InternalDate.IsZero() || w.size && f.HasSize || w.envelope && f.Envelope != nil || w.body && f.Body != nil || w.sections && f.Sections != nil ||
		w.binarySize && f.BinarySizes != nil || w.ids && f.EmailID+f.ThreadID != "" || w.other && f.Other != nil
}

func (c *Client) fetching(uid bool, set imap.NumSet, items []imap.FetchItem, f func(*imap.Fetch) error, body BodyFunc) op[nothing] {
	w, in := want(items), inSet(set)
	mine := func(f *imap.Fetch) bool {
		if uid {
			return f.UID == 0 || in(f.UID)
		}
		return in(f.Number)
	}
	stopped := false
	o := op[nothing]{
		cmd:  &imap.Command{Name: "FETCH", UID: uid, Args: &imap.FetchArgs{Set: set, Items: items}},
		body: body,
		mine: mine,
	}
	o.take = func(_ *nothing, r imap.Response) (bool, error) {
		d, ok := r.(*imap.Fetch)
		if !ok || !mine(d) {
			return false, nil
		}
		dynamic := w.flags && d.Flags != nil || w.modSeq && d.ModSeq != 0 || (w.uid || uid) && d.UID != 0
		if !w.static(d) && (!dynamic || uid && d.UID == 0) {
			return false, nil
		}
		if stopped || f == nil {
			return true, nil
		}
		err := f(d)
		stopped = err != nil
		return true, err
	}
	return o
}

// body is the Decoder's hook for sections.
func (c *Client) body(f *imap.Fetch, s *imap.Section, size int64, r io.Reader) error {
	p := &pacedReader{c: c, r: r, timeout: c.opts.Timeouts.Idle}
	i := slices.IndexFunc(c.calls, func(k *call) bool { return k.body != nil && k.mine(f) })
	if i < 0 {
		if err := c.keepBody(s, size, p); err != nil {
			return err
		}
	} else if k := c.calls[i]; k.err == nil {
		if err := k.body(f, s, p); p.err != nil {
			return p.err
		} else if err != nil {
			k.fail(err)
		}
	}
	if _, err := p.WriteTo(io.Discard); err != nil {
		return err
	}
	if c.ctx == nil {
		return nil // the raw level
	}
	// However long that took, the wait for what follows begins now.
	c.renewed = time.Now()
	return c.c.Renew(c.ctx, c.opts.Timeouts.Command)
}

// keepBody takes a section into memory.
func (c *Client) keepBody(s *imap.Section, size int64, r io.Reader) error {
	most := c.opts.Limits.Literal
	if most <= 0 {
		most = imap.DefaultLiteral
	}
	if size > most {
		return &wire.LimitError{What: "literal", Limit: most}
	}
	var b strings.Builder
	b.Grow(int(min(size, copySize))) // the size is only what was announced: memory is taken as octets come
	if _, err := io.Copy(&b, struct{ io.Reader }{r}); err != nil {
		return err
	}
	s.Data, s.Streamed = imap.Some(b.String()), -1
	return nil
}

// pacedReader reads a literal for as long as octets come.
type pacedReader struct {
	c       *Client
	r       io.Reader
	timeout time.Duration
	err     error // that breaks the stream
}

// Read implements io.Reader.
func (p *pacedReader) Read(b []byte) (int, error) {
	if p.err != nil {
		return 0, p.err
	}
	if err := p.c.pace(p.timeout); err != nil {
		p.err = err
		return 0, err
	}
	n, err := p.r.Read(b)
	if err != nil && err != io.EOF {
		p.err = err
	}
	return n, err
}

const copySize = 128 << 10

var copies = sync.Pool{New: func() any { b := make([]byte, copySize); return &b }}

// WriteTo implements io.WriterTo, with a buffer that is larger than io.Copy's.
func (p *pacedReader) WriteTo(w io.Writer) (total int64, err error) {
	b := copies.Get().(*[]byte)
	defer copies.Put(b)
	for {
		n, err := p.Read(*b)
		if n > 0 {
			m, werr := w.Write((*b)[:n])
			total += int64(m)
			if werr == nil && m < n {
				werr = io.ErrShortWrite
			}
			if werr != nil {
				return total, werr
			}
		}
		if err == io.EOF {
			return total, nil
		}
		if err != nil {
			return total, err
		}
	}
}

// Store changes flags of messages by their numbers (RFC 9051 section 6.4.6). How is "FLAGS", "+FLAGS" or "-FLAGS", with ".SILENT" behind it or not. It returns the
// responses that tell the new flags.
func (c *Client) Store(ctx context.Context, set imap.NumSet, how string, flags ...string) ([]*imap.Fetch, error) {
	return run(ctx, c, c.storing(false, set, how, flags))
}

// UIDStore is [Client.Store] by UIDs.
func (c *Client) UIDStore(ctx context.Context, set imap.NumSet, how string, flags ...string) ([]*imap.Fetch, error) {
	return run(ctx, c, c.storing(true, set, how, flags))
}

func (c *Client) storing(uid bool, set imap.NumSet, how string, flags []string) op[[]*imap.Fetch] {
	a := &imap.StoreArgs{Set: set, Flags: flags}
	rest, silent := strings.CutSuffix(strings.ToUpper(how), ".SILENT")
	if a.Silent = silent; rest != "FLAGS" && rest != "" {
		a.Action = rest[0]
		rest = rest[1:]
	}
	cmd := &imap.Command{Name: "STORE", UID: uid, Args: a}
	if rest != "FLAGS" {
		a.Action = '?' // the Encoder refuses it
	}
	in := inSet(set)
	return op[[]*imap.Fetch]{cmd: cmd, take: func(v *[]*imap.Fetch, r imap.Response) (bool, error) {
		f, ok := r.(*imap.Fetch)
		if !ok || f.Flags == nil && f.ModSeq == 0 || uid && !in(f.UID) || !uid && !in(f.Number) {
			return false, nil
		}
		return true, gather(v, f, c.opts.Limits.List)
	}}
}

// Copied is what COPY and MOVE did; what the server does not tell is zero (RFC 4315 section 3).
type Copied struct {
	// UIDValidity is that of the mailbox to which the messages went.
	UIDValidity uint32
	// Source are the UIDs of the messages, and UIDs those that they have in that mailbox, in the same order.
	Source, UIDs imap.NumSet
	// Expunged are the messages that MOVE took away, as they were told.
	Expunged Expunged
}

// Copy copies messages, by their numbers, to a mailbox (RFC 9051 section 6.4.7).
func (c *Client) Copy(ctx context.Context, set imap.NumSet, mailbox string) (Copied, error) {
	return run(ctx, c, c.copying("COPY", false, set, mailbox))
}

// UIDCopy is [Client.Copy] by UIDs.
func (c *Client) UIDCopy(ctx context.Context, set imap.NumSet, mailbox string) (Copied, error) {
	return run(ctx, c, c.copying("COPY", true, set, mailbox))
}

// Move moves messages, by their numbers, to a mailbox (RFC 9051 section 6.4.8).
func (c *Client) Move(ctx context.Context, set imap.NumSet, mailbox string) (Copied, error) {
	return run(ctx, c, c.copying("MOVE", false, set, mailbox))
}

// UIDMove is [Client.Move] by UIDs.
func (c *Client) UIDMove(ctx context.Context, set imap.NumSet, mailbox string) (Copied, error) {
	return run(ctx, c, c.copying("MOVE", true, set, mailbox))
}

func (c *Client) copying(name string, uid bool, set imap.NumSet, mailbox string) op[Copied] {
	code := func(v *Copied, s *imap.Status) bool {
		if s.Code == nil || s.Code.Name != "COPYUID" {
			return false
		}
		v.UIDValidity, v.Source, v.UIDs = uint32(s.Code.Number), s.Code.Source, s.Code.UIDs
		return true
	}
	return op[Copied]{
		cmd: &imap.Command{Name: name, UID: uid, Args: &imap.CopyArgs{Set: set, Mailbox: mailbox}},
		take: func(v *Copied, r imap.Response) (bool, error) {
			if s, ok := r.(*imap.Status); ok { // MOVE tells it before the messages go (RFC 9051 section 6.4.8)
				return code(v, s), nil
			}
			if name == "MOVE" {
				return v.Expunged.take(r, c.opts.Limits.List)
			}
			return false, nil
		},
		ended: func(v *Copied, s *imap.Status) { code(v, s) },
	}
}

// Expunged are the messages that a command took away, as the server told them.
type Expunged struct {
	// Numbers are from EXPUNGE responses, in their order: each counts what is left when those before it are gone (RFC 9051 section 7.5.1).
	Numbers []uint32
	// UIDs are from VANISHED responses (RFC 7162 section 3.2.10).
	UIDs imap.NumSet
}

func (e *Expunged) take(r imap.Response, most int) (bool, error) {
	switch r := r.(type) {
	case *imap.Expunge:
		return true, gather(&e.Numbers, r.Number, most)
	case *imap.Vanished:
		if r.Earlier {
			return false, nil
		}
		e.UIDs.Ranges = append(e.UIDs.Ranges, r.UIDs.Ranges...)
		return true, nil
	}
	return false, nil
}

// Expunge removes the messages that are deleted (RFC 9051 section 6.4.3).
func (c *Client) Expunge(ctx context.Context) (Expunged, error) {
	return run(ctx, c, c.expunging(false, nil))
}

// UIDExpunge removes those of the messages with these UIDs that are deleted (RFC 9051 section 6.4.9).
func (c *Client) UIDExpunge(ctx context.Context, set imap.NumSet) (Expunged, error) {
	return run(ctx, c, c.expunging(true, &imap.ExpungeArgs{UIDs: set}))
}

func (c *Client) expunging(uid bool, args *imap.ExpungeArgs) op[Expunged] {
	o := op[Expunged]{cmd: &imap.Command{Name: "EXPUNGE", UID: uid}, take: func(v *Expunged, r imap.Response) (bool, error) {
		return v.take(r, c.opts.Limits.List)
	}}
	if args != nil {
		o.cmd.Args = args
	}
	return o
}
