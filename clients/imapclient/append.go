package imapclient

import (
	"bytes"
	"context"
	"io"

	"harness/protocols/imap"
	"harness/protocols/wire"
)

// Appended is what APPEND did; zero if the server does not tell (RFC 4315 section 3).
type Appended struct {
	// UIDValidity is that of the mailbox, UID that of the message.
	UIDValidity, UID uint32
}

// Append puts a message into a mailbox (RFC 9051 section 6.3.12), and streams it from r as it is: its lines have to end in CRLF. M is what is said of it; nil and the zero value
// say nothing. If m.Size is 0, the size comes from r: from its method Len, or from its end if it can seek. Otherwise the error is [ErrSize].
func (c *Client) Append(ctx context.Context, mailbox string, m *imap.AppendMessage, r io.Reader) (Appended, error) {
	var own imap.AppendMessage
	if m != nil {
		own = *m
	}
	if own.Size == 0 {
		size, err := sizeOf(r)
		if err != nil {
			return Appended{}, c.b.Wrap("APPEND", err)
		}
		own.Size = size
	}
	return run(ctx, c, appending(mailbox, own, r))
}

// AppendBytes is [Client.Append] of a message at hand, whose lines may end in LF alone, or in CR: they are sent with CRLF, the last one too.
func (c *Client) AppendBytes(ctx context.Context, mailbox string, m *imap.AppendMessage, data []byte) (Appended, error) {
	var b bytes.Buffer
	w := wire.NewLineWriter(&b)
	w.Ends = wire.AnyToCRLF
	if _, err := w.Write(data); err != nil {
		return Appended{}, c.b.Wrap("APPEND", err)
	}
	if err := w.Close(); err != nil {
		return Appended{}, c.b.Wrap("APPEND", err)
	}
	return c.Append(ctx, mailbox, m, &b)
}

func appending(mailbox string, m imap.AppendMessage, r io.Reader) op[Appended] {
	return op[Appended]{
		cmd:     &imap.Command{Name: "APPEND", Args: &imap.AppendArgs{Mailbox: mailbox, Messages: []imap.AppendMessage{m}}},
		message: r,
		ended: func(v *Appended, s *imap.Status) {
			if s.Code != nil && s.Code.Name == "APPENDUID" {
				v.UIDValidity = uint32(s.Code.Number)
				for uid := range s.Code.UIDs.All() {
					v.UID = uid
					break
				}
			}
		},
	}
}

func sizeOf(r io.Reader) (int64, error) {
	switch r := r.(type) {
	case interface{ Len() int }:
		return int64(r.Len()), nil
	case io.Seeker:
		at, err := r.Seek(0, io.SeekCurrent)
		if err != nil {
			return 0, err
		}
		end, err := r.Seek(0, io.SeekEnd)
		if err != nil {
			return 0, err
		}
		_, err = r.Seek(at, io.SeekStart)
		return end - at, err
	}
	return 0, ErrSize
}

// message is the Encoder's hook for the messages of APPEND.
func (c *Client) message(_ *imap.Command, m *imap.AppendMessage, w io.Writer) error {
	b := copies.Get().(*[]byte)
	defer copies.Put(b)
	_, err := io.CopyBuffer(&pacedWriter{c, w}, struct{ io.Reader }{io.LimitReader(c.asking.message, m.Size)}, *b)
	if err == nil {
		err = c.c.Renew(c.ctx, c.opts.Timeouts.Command) // however long that took, the wait for what follows begins now
	}
	return err
}

// pacedWriter writes a literal for as long as octets go.
type pacedWriter struct {
	c *Client
	w io.Writer
}

// Write implements io.Writer.
func (p *pacedWriter) Write(b []byte) (int, error) {
	if err := p.c.pace(p.c.opts.Timeouts.Idle); err != nil {
		return 0, err
	}
	return p.w.Write(b)
}
