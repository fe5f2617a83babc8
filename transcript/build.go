package transcript

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"harness/protocols/dialect"
	"harness/protocols/wire"
)

// DefaultBlobThreshold is the size, in octets, above which a run goes to a blob.
const DefaultBlobThreshold = 64 << 10

// binaryThreshold is the size, in octets, above which a run that is mostly not text goes to a blob.
const binaryThreshold = 1 << 10

// BuilderOptions of a [Builder]. The zero value is usable.
type BuilderOptions struct {
	// KeepSecrets writes secrets down; otherwise they are redacted.
	KeepSecrets bool
	// BlobThreshold is the size, in octets, above which a dot-terminated block, a counted run of octets or a data connection's
	// stream goes to a blob. 0 means DefaultBlobThreshold; less than 0 means never. A run of more than 1 KiB that is mostly not text
	// goes to a blob in any case but the last; a block with values that change from run to run (a listing of unique ids) never.
	BlobThreshold int64
	// BlobPrefix begins the names of blobs: "retr" gives "retr-9f86d081884c.bin", the first digits of its SHA-256. "" means the
	// protocol's name. Letters, digits, "-" and "_" only.
	BlobPrefix string
	// TempDir is where blobs are kept until [Builder.Close]; "" for the system's.
	TempDir string
}

// Effect is what a unit set off.
type Effect struct {
	dialect.Event
	// Channel is the connection that it concerns: that of the unit, or for dialect.Announce the new data connection.
	Channel string
}

// Builder makes a session out of what passes over connections. It is safe for concurrent use, so that both directions can be
// recorded by goroutines of their own; the order of the calls is the order of the session, but that a block or a run of octets stands
// where it began.
type Builder struct {
	d    dialect.Dialect
	opts BuilderOptions

	mu       sync.Mutex
	session  *Session
	slots    [][]Item
	trackers map[string]dialect.Tracker
	runs     map[Who]*run
	data     int               // data connections announced so far
	waiting  string            // the last of them, if it was not made yet
	listener dialect.Party     // who waits for it
	ends     map[string]*Event // by data connection: who closed it, the other having said nothing since
	dir      string
	closed   bool
}

// run is a block, a counted run of octets or a stream that goes on.
type run struct {
	slot   int
	items  []Item
	size   int64
	marked bool // it holds values
	open   bool // the last line has no terminator yet
	buf    []byte
	file   *os.File
	sum    hash.Hash
}

// NewBuilder returns a Builder for sessions of a protocol.
func NewBuilder(d dialect.Dialect, opts BuilderOptions) *Builder {
	if opts.BlobThreshold == 0 {
		opts.BlobThreshold = DefaultBlobThreshold
	}
	if !isName(opts.BlobPrefix) || !isBlobName(opts.BlobPrefix) {
		opts.BlobPrefix = d.Name()
	}
	return &Builder{d: d, opts: opts, session: New(d.Name()), trackers: map[string]dialect.Tracker{}, runs: map[Who]*run{}, ends: map[string]*Event{}}
}

// Set sets a field of the header; "cite" and "note" are added instead.
func (b *Builder) Set(name, value string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if name == "cite" || name == "note" {
		b.session.Header = append(b.session.Header, Field{Name: name, Value: value})
		return
	}
	b.session.Set(name, value)
}

func (b *Builder) tracker(channel string) dialect.Tracker {
	t := b.trackers[channel]
	if t == nil {
		t = b.d.NewTracker()
		b.trackers[channel] = t
	}
	return t
}

// Next says how the next unit of a party is cut; on a data connection always dialect.Stream.
func (b *Builder) Next(who Who) dialect.Shape {
	if who.IsData() {
		return dialect.Shape{Kind: dialect.Stream}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.tracker(who.Channel).Next(who.Party)
}

// Say adds a unit and returns what it sets off. Octets and streams may come in pieces. The unit's text is not kept. Errors come from writing
// blobs; the session is then incomplete.
func (b *Builder) Say(who Who, u dialect.Unit) ([]Effect, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return nil, errors.New("transcript: Say on a closed Builder")
	}
	if who.IsData() {
		if e := b.ends[who.Channel]; e != nil && e.Who.Party != who.Party && len(u.Text) > 0 {
			e.Kind = HalfClose // it had closed one direction only
			delete(b.ends, who.Channel)
		}
		return nil, b.toRun(who, u, nil)
	}
	t := b.tracker(who.Channel)
	marks := checkedMarks(t, who.Party, u)
	events := t.Saw(who.Party, u)
	var effects []Effect
	for _, e := range events {
		eff := Effect{Event: e, Channel: who.Channel}
		if e.Kind == dialect.Announce && e.Data != nil {
			b.data++
			eff.Channel = "d" + strconv.Itoa(b.data)
			b.waiting, b.listener = eff.Channel, e.Data.Listener
			marks = markAnnouncement(marks, e.Data, eff.Channel)
		}
		effects = append(effects, eff)
	}
	var err error
	switch {
	case u.Kind == dialect.BlockLine && (b.runs[who] == nil || !b.runs[who].open) && string(u.Text) == "." && u.End != wire.None:
		err = b.endRun(who)
		b.line(who, u, marks)
	case u.Kind == dialect.BlockLine || u.Kind == dialect.Octets || u.Kind == dialect.Stream:
		if err = b.toRun(who, u, marks); err == nil && t.Next(who.Party).Kind != u.Kind {
			err = b.endRun(who)
		}
	default:
		err = b.endRun(who)
		b.line(who, u, marks)
	}
	return effects, err
}

// markAnnouncement gives the address of a data connection its channel.
func markAnnouncement(marks []dialect.Mark, d *dialect.Data, channel string) []dialect.Mark {
	var out []dialect.Mark
	done := false
	for _, m := range marks {
		if m.Start == d.Start && m.End == d.End {
			m.Kind, m.Args, done = d.Form, []string{channel}, true
		}
		out = append(out, m)
	}
	if !done {
		out = []dialect.Mark{{Start: d.Start, End: d.End, Kind: d.Form, Args: []string{channel}}}
	}
	return out
}

// line adds one line.
func (b *Builder) line(who Who, u dialect.Unit, marks []dialect.Mark) {
	if len(u.Text) == 0 && u.End == wire.None {
		return
	}
	parts, _ := mark(u.Text, marks, b.opts.KeepSecrets)
	b.slots = append(b.slots, []Item{&Say{Who: who, Parts: parts, End: u.End}})
}

// mark cuts text into parts by its marks.
func mark(text []byte, marks []dialect.Mark, keepSecrets bool) (parts []Part, values int) {
	at := 0
	for _, m := range marks {
		if m.Kind == "tag" || LookupKind(m.Kind) == nil || m.Start < at || m.End <= m.Start || m.End > len(text) {
			continue
		}
		if m.Start > at {
			parts = append(parts, Part{Text: bytes.Clone(text[at:m.Start])})
		}
		v := &Value{Kind: m.Kind, Args: goodArgs(m), Redacted: m.Secret && !keepSecrets}
		if !v.Redacted {
			v.Octets = bytes.Clone(text[m.Start:m.End])
		}
		parts = append(parts, Part{Value: v})
		values++
		at = m.End
	}
	if at < len(text) {
		parts = append(parts, Part{Text: bytes.Clone(text[at:])})
	}
	return parts, values
}

// goodArgs returns a mark's arguments if the kind takes them: a client may name a mechanism as it likes.
func goodArgs(m dialect.Mark) []string {
	info := LookupKind(m.Kind)
	if info == nil {
		return nil
	}
	for i, a := range m.Args {
		if info.badArg(i, a) != "" {
			return nil
		}
	}
	return m.Args
}

// toRun adds to the run that the party is saying.
func (b *Builder) toRun(who Who, u dialect.Unit, marks []dialect.Mark) error {
	r := b.runs[who]
	if r == nil {
		r = &run{slot: len(b.slots)}
		b.slots = append(b.slots, nil)
		b.runs[who] = r
	}
	if len(marks) > 0 && r.file == nil {
		parts, values := mark(u.Text, marks, b.opts.KeepSecrets)
		if values > 0 {
			r.marked = true
			r.cut(who)
			r.items = append(r.items, &Say{Who: who, Parts: parts, End: u.End})
			return nil
		}
	}
	text := u.Text
	if u.End != wire.None {
		text = u.AppendRaw(make([]byte, 0, len(u.Text)+2))
	}
	r.open = u.Kind == dialect.BlockLine && u.End == wire.None && len(u.Text) > 0
	r.size += int64(len(text))
	if r.file != nil {
		r.sum.Write(text)
		if _, err := r.file.Write(text); err != nil {
			return fmt.Errorf("writing a blob: %w", err)
		}
		return nil
	}
	r.buf = append(r.buf, text...)
	if b.opts.BlobThreshold > 0 && r.size > b.opts.BlobThreshold && !r.marked {
		return b.spill(r)
	}
	return nil
}

// spill moves a run from memory to a file.
func (b *Builder) spill(r *run) error {
	if b.dir == "" {
		dir, err := os.MkdirTemp(b.opts.TempDir, "harness-blobs-")
		if err != nil {
			return fmt.Errorf("writing a blob: %w", err)
		}
		b.dir = dir
		b.session.SetBlobs(DirBlobs{FS: os.DirFS(dir)})
	}
	f, err := os.CreateTemp(b.dir, "run-*")
	if err != nil {
		return fmt.Errorf("writing a blob: %w", err)
	}
	r.file, r.sum = f, sha256.New()
	if _, err := io.MultiWriter(f, r.sum).Write(r.buf); err != nil {
		return fmt.Errorf("writing a blob: %w", err)
	}
	r.buf = nil
	return nil
}

// cut turns the octets in memory into lines.
func (r *run) cut(who Who) {
	for rest := r.buf; len(rest) > 0; {
		var l []byte
		end := wire.None
		if i := bytes.IndexByte(rest, '\n'); i >= 0 {
			l, rest, end = rest[:i], rest[i+1:], wire.LF
			if i > 0 && l[i-1] == '\r' {
				l, end = l[:i-1], wire.CRLF
			}
		} else {
			l, rest = rest, nil
		}
		r.items = append(r.items, NewSay(who, l, end))
	}
	r.buf = nil
}

// hidden counts the octets that do not show: controls, and what is no UTF-8.
func hidden(b []byte) (n int) {
	for len(b) > 0 {
		c, size := utf8.DecodeRune(b)
		if c < 0x20 && c != '\r' && c != '\n' && c != '\t' || c == 0x7f || c == utf8.RuneError && size == 1 {
			n++
		}
		b = b[size:]
	}
	return n
}

// endRun puts a run into its place in the session.
func (b *Builder) endRun(who Who) error {
	r := b.runs[who]
	if r == nil {
		return nil
	}
	delete(b.runs, who)
	if r.file == nil && !r.marked && b.opts.BlobThreshold > 0 && r.size > binaryThreshold && hidden(r.buf) > len(r.buf)/8 {
		if err := b.spill(r); err != nil {
			return err
		}
	}
	if r.file == nil {
		r.cut(who)
		b.slots[r.slot] = r.items
		return nil
	}
	if err := r.file.Close(); err != nil {
		return fmt.Errorf("writing a blob: %w", err)
	}
	sum := hex.EncodeToString(r.sum.Sum(nil))
	blob := &Blob{Name: b.opts.BlobPrefix + "-" + sum[:12] + ".bin", Size: r.size, SHA256: sum}
	if err := os.Rename(r.file.Name(), filepath.Join(b.dir, blob.Name)); err != nil {
		return fmt.Errorf("writing a blob: %w", err)
	}
	b.slots[r.slot] = []Item{&Say{Who: who, Parts: []Part{{Blob: blob}}, End: wire.None}}
	return nil
}

// Event adds an event, such as the TLS handshake when it takes place. The close of a data connection becomes a half-close if the other party
// says something on it afterwards.
func (b *Builder) Event(e Event) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var err error
	if e.Kind == Close || e.Kind == Reset || e.Kind == HalfClose {
		err = b.endRun(e.Who)
	}
	e.pos, e.src = Position{}, ""
	if e.Who.IsData() {
		delete(b.ends, e.Who.Channel)
		if e.Kind == Close {
			b.ends[e.Who.Channel] = &e
		}
	}
	b.slots = append(b.slots, []Item{&e})
	return err
}

// made returns who made a data connection that has come about, and its channel: that of the one that was announced last. One that was not announced is
// made by the server (RFC 959 section 3.2).
func (b *Builder) made() Who {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.waiting == "" {
		b.data++
		return Who{Party: dialect.Server, Channel: "d" + strconv.Itoa(b.data)}
	}
	w := Who{Party: b.listener.Other(), Channel: b.waiting}
	b.waiting = ""
	return w
}

// Comment adds a comment; text is without "#". Each of its lines becomes one.
func (b *Builder) Comment(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var items []Item
	for l := range strings.SplitSeq(text, "\n") {
		items = append(items, &Comment{Text: strings.TrimRight("# "+strings.TrimSpace(invisibleOut(l)), " ")})
	}
	b.slots = append(b.slots, items)
}

// invisibleOut replaces what does not show, so that the text can be a comment.
func invisibleOut(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '\t' || plain([]byte(string(r)), 0) > 0 {
			return r
		}
		return '?'
	}, s)
}

// Session returns the session so far; a block or run that goes on is ended there. It shares the blobs with the Builder, which are there until Close:
// call [Session.Save] before.
func (b *Builder) Session() (*Session, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var errs []error
	for who := range b.runs {
		errs = append(errs, b.endRun(who))
	}
	out := &Session{Header: append([]Field{}, b.session.Header...), blobs: b.session.blobs}
	for _, items := range b.slots {
		out.Items = append(out.Items, items...)
	}
	return out, errors.Join(errs...)
}

// Close removes the temporary files.
func (b *Builder) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for _, r := range b.runs {
		if r.file != nil {
			r.file.Close()
		}
	}
	b.runs = map[Who]*run{}
	if b.dir == "" {
		return nil
	}
	dir := b.dir
	b.dir = ""
	return os.RemoveAll(dir)
}

// Redact replaces the secrets of a session at rest that stand in the open, and returns how many there were. Secrets in blobs are not
// looked for, and a password that the header tells ("note: password: TEXT") is none, nor is a response of PLAIN or LOGIN (RFC 4616) with it. The error is that of [Session.Check].
func Redact(s *Session, d dialect.Dialect) (changed int, err error) {
	// In a line that breaks its grammar, hiding one part can show that another belongs to the secret.
	for range maxRedactions {
		n, err := remark(s, d, func(m dialect.Mark) bool { return m.Secret })
		changed += n
		if n == 0 || err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// maxRedactions bounds the passes of Redact: each hides more than the one before, and none should need a third.
const maxRedactions = 8

// Normalise makes values of the parts of a session at rest that change from run to run and stand there as plain text, and returns how many
// there were. The error is that of [Session.Check].
func Normalise(s *Session, d dialect.Dialect) (changed int, err error) {
	return remark(s, d, func(m dialect.Mark) bool { return !m.Secret })
}

// remark replaces plain text by values where the dialect sets marks that are picked; a picked secret replaces a value in the open too.
func remark(s *Session, d dialect.Dialect, pick func(dialect.Mark) bool) (int, error) {
	changed := 0
	told := toldPasswords(s)
	w := walker{d: d, session: s}
	w.before = func(st *step) {
		if st.Tracker == nil || st.Says[0].Blob() != nil {
			return
		}
		for _, m := range openMarks(st, told) {
			if pick(m) && m.Kind != "tag" && m.End > m.Start && LookupKind(m.Kind) != nil {
				changed += replaceMark(st.Says, &w.binds, m)
			}
		}
	}
	w.walk()
	return changed, s.Check()
}

// openMarks returns the marks of a unit, the last first; without those of told passwords.
func openMarks(st *step, told []string) []dialect.Mark {
	marks := checkedMarks(st.Tracker, st.Who.Party, st.Unit)
	out := make([]dialect.Mark, 0, len(marks))
	for _, m := range slices.Backward(marks) {
		if len(told) > 0 && isTold(m, st.Unit.Text[m.Start:m.End], told) {
			continue
		}
		out = append(out, m)
	}
	return out
}

// isTold reports whether what is marked is a told password, or a response of PLAIN or LOGIN that is about one.
func isTold(m dialect.Mark, text []byte, told []string) bool {
	switch {
	case m.Kind == "password":
		return slices.Contains(told, string(text))
	case m.Kind == "sasl" && slices.ContainsFunc(m.Args, func(mech string) bool { return mech == "PLAIN" || mech == "LOGIN" }):
		data, err := base64.StdEncoding.DecodeString(string(text))
		return err == nil && slices.Contains(told, string(data[bytes.LastIndexByte(data, 0)+1:]))
	}
	return false
}

// toldPasswords returns the passwords that the header of a session tells: they are no secrets.
func toldPasswords(s *Session) []string {
	var out []string
	for _, f := range s.Header {
		if p, ok := strings.CutPrefix(f.Value, "password: "); ok && f.Name == "note" {
			out = append(out, p)
		}
	}
	return out
}

// replaceMark makes a value of the octets of a mark in lines that follow one another; it returns 1 if it did. A mark that is not secret replaces plain
// text only. A secret one replaces whatever stands there, unless it is redacted, or captured elsewhere, as a whole already.
func replaceMark(says []*Say, b *Bindings, m dialect.Mark) int {
	value := &Value{Kind: m.Kind, Args: goodArgs(m), Redacted: m.Secret}
	if m.Secret && !inOpen(says, b, m) {
		return 0
	}
	offset, done := 0, 0
	for _, s := range says {
		parts := mergeParts(s.Parts)
		flat, spans := flatten(parts, b)
		start, end := max(m.Start-offset, 0), min(m.End-offset, len(flat))
		offset += len(flat) + len(s.End.Octets())
		if start >= end {
			continue
		}
		if !m.Secret {
			for i, sp := range spans {
				if parts[i].Value == nil && start >= sp.start && end <= sp.end && m.End-m.Start == end-start {
					value.Octets = bytes.Clone(flat[start:end])
					s.Parts = cutParts(parts, spans, start, end, value)
					return 1
				}
			}
			continue
		}
		for i, sp := range spans {
			if v := parts[i].Value; v != nil && v.As != "" && sp.start < end && sp.end > start {
				value.As = v.As
			}
		}
		s.Parts = cutParts(parts, spans, start, end, value)
		if len(s.Parts) == 0 && s.End == wire.None {
			s.Parts = []Part{{Value: &Value{Kind: "any"}}} // a line must say something
		}
		value, done = nil, 1
	}
	return done
}

// inOpen reports whether any octet of a mark stands as text or as a value that is not redacted.
func inOpen(says []*Say, b *Bindings, m dialect.Mark) bool {
	offset := 0
	for _, s := range says {
		flat, spans := flatten(s.Parts, b)
		for i, sp := range spans {
			v := s.Parts[i].Value
			if (v == nil || v.Ref == "" && !v.Redacted) && max(m.Start-offset, sp.start) < min(m.End-offset, sp.end) {
				return true
			}
		}
		offset += len(flat) + len(s.End.Octets())
	}
	return false
}

// cutParts puts a value, if it is not nil, in place of the octets from start to end; values that reach into them go as a whole.
func cutParts(parts []Part, spans []span, start, end int, value *Value) []Part {
	var out []Part
	put := func() {
		if value != nil {
			out = append(out, Part{Value: value})
			value = nil
		}
	}
	for i, sp := range spans {
		p := parts[i]
		if sp.end <= start || sp.start >= end {
			if sp.start >= end {
				put()
			}
			out = append(out, p)
			continue
		}
		if p.Value != nil {
			put()
			continue
		}
		if start > sp.start {
			out = append(out, Part{Text: p.Text[: start-sp.start : start-sp.start]})
		}
		put()
		if end < sp.end {
			out = append(out, Part{Text: p.Text[end-sp.start:]})
		}
	}
	put()
	return mergeParts(out)
}
