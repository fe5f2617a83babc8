package mailstore

import (
	"bytes"
	"sync"
	"time"
)

// Message is a message of an [Inbox]. Its fields do not change.
type Message struct {
	// UID is unique in its inbox, ascending, and never used again.
	UID uint32
	// UniqueID is the id for POP3's UIDL.
	UniqueID string
	// Name is for people.
	Name     string
	Received time.Time
	// Data is the message as it was delivered. It is not to be changed.
	Data []byte

	once      sync.Once
	canonical []byte
	utf8      bool
	asciiOnce sync.Once
	ascii     []byte
}

func (m *Message) prepare() {
	m.once.Do(func() {
		m.canonical = Canonical(m.Data)
		m.utf8 = NeedsUTF8(m.canonical)
	})
}

// Canonical returns the message as the protocols carry it: every line ends in CRLF, the last one too. It is not to be changed.
func (m *Message) Canonical() []byte {
	m.prepare()
	return m.canonical
}

// NeedsUTF8 reports whether a header field of the message, or of a part of it, has octets outside ASCII (RFC 6532).
func (m *Message) NeedsUTF8() bool {
	m.prepare()
	return m.utf8
}

// ASCII returns Canonical with ASCII header fields: a surrogate if the message needs UTF-8, and else the same.
func (m *Message) ASCII() []byte {
	if !m.NeedsUTF8() {
		return m.canonical
	}
	m.asciiOnce.Do(func() { m.ascii = Surrogate(m.canonical) })
	return m.ascii
}

// Canonical returns data with every LF that has no CR before it made a CRLF, and a CRLF at the end if there is none. It returns data itself
// if that is so already.
func Canonical(data []byte) []byte {
	bare := 0
	for rest, at := data, 0; ; {
		i := bytes.IndexByte(rest[at:], '\n')
		if i < 0 {
			break
		}
		if at += i; at == 0 || rest[at-1] != '\r' {
			bare++
		}
		at++
	}
	final := bytes.HasSuffix(data, []byte("\n"))
	if bare == 0 && final {
		return data
	}
	out := make([]byte, 0, len(data)+bare+2)
	for i, c := range data {
		if c == '\n' && (i == 0 || data[i-1] != '\r') {
			out = append(out, '\r')
		}
		out = append(out, c)
	}
	if !final {
		out = append(out, "\r\n"...)
	}
	return out
}

// SplitHeader returns the header with the blank line that ends it, and the body. Without a blank line all is header. Data is canonical.
func SplitHeader(data []byte) (header, body []byte) {
	if bytes.HasPrefix(data, []byte("\r\n")) {
		return data[:2], data[2:]
	}
	if i := bytes.Index(data, []byte("\r\n\r\n")); i >= 0 {
		return data[:i+4], data[i+4:]
	}
	return data, nil
}
