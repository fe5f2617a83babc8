package transcript

import (
	"errors"
	"strings"
	"sync"
	"time"

	"harness/protocols/dialect"
)

// Tap makes a session out of what a client or a mock server shows of its connection: it is the Tap of a client's Options, and that of a
// mock's.
//
//	tap := transcript.NewTap(pop3.Dialect(), transcript.BuilderOptions{})
//	c, err := pop3client.Dial(ctx, addr, &pop3client.Options{Tap: tap})
//	... a session ...
//	session, err := tap.Session()
//
// A Tap is for one session and all its connections, by their channels. It is safe for concurrent use.
type Tap struct {
	mu      sync.Mutex
	b       *Builder
	local   dialect.Party
	cutters map[Who]*dialect.Cutter
	over    map[string]bool
	data    map[string]string // data connections in the session, by the channels that the tap is told
	err     error
}

// NewTap returns a Tap for a session of a protocol, seen from the client's side.
func NewTap(d dialect.Dialect, opts BuilderOptions) *Tap { return newTap(d, opts, dialect.Client) }

// NewServerTap returns a Tap for a session that is seen from the server's side: what closes or resets the connection is the server.
func NewServerTap(d dialect.Dialect, opts BuilderOptions) *Tap {
	return newTap(d, opts, dialect.Server)
}

func newTap(d dialect.Dialect, opts BuilderOptions, local dialect.Party) *Tap {
	return &Tap{b: NewBuilder(d, opts), local: local, cutters: map[Who]*dialect.Cutter{}, over: map[string]bool{}, data: map[string]string{}}
}

// Set sets a field of the header; see [Builder.Set].
func (t *Tap) Set(name, value string) { t.b.Set(name, value) }

// Octets takes application octets that passed.
func (t *Tap) Octets(_ time.Time, channel string, from dialect.Party, data []byte) {
	t.mu.Lock()
	defer t.mu.Unlock()
	who := Who{Party: from, Channel: t.channel(channel)}
	c := t.cutters[who]
	if c == nil {
		c = &dialect.Cutter{}
		t.cutters[who] = c
	}
	for len(data) > 0 {
		u, n, ok := c.Cut(t.b.Next(who), data)
		data = data[n:]
		if ok {
			_, err := t.b.Say(who, u)
			t.keep(err)
		}
	}
}

// channel returns the name that a connection has in the session. A data connection, whose channel begins with "d", is opened where the tap hears of
// it first: it is the one that was announced last.
func (t *Tap) channel(told string) string {
	if !(Who{Channel: told}).IsData() {
		return told
	}
	name, ok := t.data[told]
	if !ok {
		who := t.b.made()
		name = who.Channel
		t.data[told] = name
		t.keep(t.b.Event(Event{Kind: Open, Who: who}))
	}
	return name
}

// Event takes what happened between the octets: "open" (of a data connection), "tls", "clear", "compress deflate", "eof", "close", "reset".
func (t *Tap) Event(_ time.Time, channel, what string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	channel = t.channel(channel)
	who := Who{Channel: channel}
	kind, arg, _ := strings.Cut(what, " ")
	e := Event{Kind: EventKind(kind), Arg: arg, Who: who}
	switch e.Kind {
	case TLS, Clear, Compress:
	case "eof":
		e.Kind, e.Who.Party = Close, t.local.Other()
	case Close, Reset:
		e.Who.Party = t.local
	default:
		return
	}
	if e.Kind == Close || e.Kind == Reset {
		t.rest(channel)
		if t.over[channel] {
			return // who closed first is told once
		}
		t.over[channel] = true
	}
	t.keep(t.b.Event(e))
}

// rest writes down the lines whose end will not come.
func (t *Tap) rest(channel string) {
	for _, p := range []dialect.Party{dialect.Client, dialect.Server} {
		who := Who{Party: p, Channel: channel}
		if c := t.cutters[who]; c != nil {
			if u, ok := c.Rest(t.b.Next(who)); ok {
				_, err := t.b.Say(who, u)
				t.keep(err)
			}
		}
	}
}

func (t *Tap) keep(err error) {
	if err != nil && t.err == nil {
		t.err = err
	}
}

// Session returns what has passed so far. Its blobs are there until Close: save it before. The error is that of writing blobs.
func (t *Tap) Session() (*Session, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, err := t.b.Session()
	return s, errors.Join(t.err, err)
}

// Close removes the blobs that were kept aside.
func (t *Tap) Close() error { return t.b.Close() }
