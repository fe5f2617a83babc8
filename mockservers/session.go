package mockservers

import (
	"bytes"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"harness/protocols/dialect"
)

// Session is what a server remembers of a connection, while it goes on and afterwards. Its methods are safe for concurrent use.
type Session struct {
	server   *Server
	id       int
	begun    time.Time
	remote   net.Addr
	local    net.Addr
	implicit bool

	mu      sync.Mutex
	ended   time.Time
	err     error
	entries []Entry
	room    []byte // for the octets of the next entries
	size    int64  // octets of entries
	cut     bool
	notes   []string
	data    []*Data
	dataN   int // data connections so far
}

// Entry is a piece of a session's capture: octets that passed, or an event between them.
type Entry struct {
	At time.Time
	// Channel is "" for the control connection; "d1" and so on for data connections, see [Session.Data].
	Channel string
	// From is who sent Data; 0 for an event.
	From dialect.Party
	// Data are application octets, after TLS was taken off, as they were read or written at once.
	Data []byte
	// Event is "tls", "eof" (the client closed its side), "close", "reset" (the server did), "compress deflate", "clear" (the
	// end of TLS), "open" (of a data connection); "" for octets.
	Event string
}

// maxNotes bounds what is remembered of a client's mistakes.
const maxNotes = 1000

// ID counts the server's sessions, from 1.
func (s *Session) ID() int { return s.id }

// RemoteAddr is the client's address.
func (s *Session) RemoteAddr() net.Addr { return s.remote }

// LocalAddr is the address that the client connected to.
func (s *Session) LocalAddr() net.Addr { return s.local }

// ImplicitTLS reports whether the connection was made to a listener that begins with TLS.
func (s *Session) ImplicitTLS() bool { return s.implicit }

// Begun is when the client connected.
func (s *Session) Begun() time.Time { return s.begun }

// Ended is when the session was over; ok is false while it goes on.
func (s *Session) Ended() (at time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ended, !s.ended.IsZero()
}

// Err is the error that ended the session: of the connection, or what a fault made of it; nil for a session that ended as the protocol has it.
func (s *Session) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// Entries returns the capture. Data is shared and not to be changed.
func (s *Session) Entries() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.entries)
}

// Truncated reports whether octets are missing in the capture because of its limit.
func (s *Session) Truncated() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.cut
}

// Said returns all captured octets of a party on the control connection.
func (s *Session) Said(p dialect.Party) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	var b bytes.Buffer
	for _, e := range s.entries {
		if e.From == p && e.Channel == "" {
			b.Write(e.Data)
		}
	}
	return b.Bytes()
}

// Notes returns what the client did in this session that it should not, as far as the mock watches for it: the first 1,000.
func (s *Session) Notes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.notes)
}

// String names the session for messages.
func (s *Session) String() string {
	return fmt.Sprintf("%s session %d from %s", s.server.dialect.Name(), s.id, s.remote)
}

func (s *Session) note(text string) {
	s.mu.Lock()
	if len(s.notes) < maxNotes {
		s.notes = append(s.notes, text)
	}
	s.mu.Unlock()
}

func (s *Session) end(err error) {
	s.mu.Lock()
	s.ended, s.err = time.Now(), err
	s.entries, s.room = slices.Clip(s.entries), nil
	s.mu.Unlock()
}

// drop forgets the capture and returns how many octets it held.
func (s *Session) drop() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.size
	s.entries, s.size, s.cut = nil, 0, s.cut || n > 0
	return n
}

// capture is the session's tap.
type capture Session

// entryCost is what an entry takes beside its octets, about.
const entryCost = 96

func (c *capture) Octets(at time.Time, channel string, from dialect.Party, data []byte) {
	c.add(Entry{At: at, Channel: channel, From: from}, data)
}

func (c *capture) Event(at time.Time, channel, what string) {
	c.add(Entry{At: at, Channel: channel, Event: what}, nil)
}

func (c *capture) add(e Entry, data []byte) {
	s := (*Session)(c)
	cost := int64(len(data)) + entryCost
	ok := s.server.reserve(cost)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !ok || s.cut {
		s.cut = true
		if ok {
			s.server.captured.Add(-cost)
		}
		return
	}
	if s.entries == nil {
		s.entries = make([]Entry, 0, 8)
	}
	e.Data = s.keep(data)
	s.entries = append(s.entries, e)
	s.size += cost
}

// Octets of small entries share pieces of memory of these sizes.
const (
	leastRoom = 512
	mostRoom  = 4 << 10
)

// keep returns a copy of data. The caller holds mu.
func (s *Session) keep(data []byte) []byte {
	if len(data) == 0 {
		return nil
	}
	if len(data) > cap(s.room)-len(s.room) {
		s.room = make([]byte, 0, max(len(data), min(mostRoom, max(leastRoom, 2*cap(s.room)))))
	}
	at := len(s.room)
	s.room = append(s.room, data...)
	return s.room[at:len(s.room):len(s.room)]
}
