package smtpmock

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	netmail "net/mail"
	"slices"
	"sync"
	"time"

	"harness/protocols/smtp"
)

// Mail is a message that the server accepted, with its envelope. It does not change.
type Mail struct {
	// ID is the queue id that the server told the client.
	ID string
	// Number counts the server's messages from 1, in the order in which they were accepted.
	Number int64
	// Received is when that was.
	Received time.Time
	// Session is the number of the session; see [mockservers.Session.ID].
	Session int
	// RemoteAddr is the client's address.
	RemoteAddr net.Addr
	// Hello is the name by which the client introduced itself.
	Hello string
	// With is the protocol as Received has it, such as "ESMTPSA" (RFC 3848, RFC 6531 section 4.3).
	With string
	// User is who was authenticated; "" for nobody.
	User string

	// From is the reverse-path, and Options are the parameters of MAIL.
	From    smtp.Path
	Options smtp.MailOptions
	// NoTLSRequired says that the header has "TLS-Required: No", and REQUIRETLS does not stand against it (RFC 8689 section 4.1).
	NoTLSRequired bool
	// To are the recipients that were accepted, in order. With LMTP those that were refused behind the content are not among them.
	To []Recipient
	// Trace are the header fields that the server put before the message (RFC 5321 section 4.4): Received, each line ended by CRLF.
	Trace string

	content content
}

// Recipient is a recipient of a [Mail].
type Recipient struct {
	Path    smtp.Path
	Options smtp.RcptOptions
	// Account is the local account whose inbox got the message; "" for a recipient elsewhere, and for a postmaster without an account.
	Account string

	list *list // that it is; nil for none
}

// Size is how many octets the content has, as it was received: dots unstuffed, without the server's trace.
func (m *Mail) Size() int64 { return m.content.size }

// Open returns the content as it was received. A message of more than 1 MiB is in a file, which is gone once the server forgot the message or was
// closed: that is an error. So is a content that was not kept; see [Options.Keep].
func (m *Mail) Open() (io.ReadSeekCloser, error) { return m.content.open() }

// Data returns the content as it was received, all at once.
func (m *Mail) Data() ([]byte, error) {
	if m.content.mem != nil {
		return m.content.mem, nil
	}
	r, err := m.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// Header returns the message's header (RFC 5322 section 2.2).
func (m *Mail) Header() (netmail.Header, error) {
	r, err := m.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	msg, err := netmail.ReadMessage(bufio.NewReader(r))
	if err != nil {
		return nil, fmt.Errorf("message %s: %w", m.ID, err)
	}
	return msg.Header, nil
}

// Recipients returns the addresses of the recipients.
func (m *Mail) Recipients() []string {
	out := make([]string, len(m.To))
	for i, r := range m.To {
		out[i] = r.Path.Mailbox.String()
	}
	return out
}

// mailCost is what a Mail takes beside its content, in octets, about.
const mailCost = 1 << 10

// mails are the messages of a server. They are safe for concurrent use.
type mails struct {
	keep int64 // octets

	mu      sync.Mutex
	kept    []*Mail // the last ones, oldest first
	octets  int64   // of kept
	count   int64   // accepted
	next    int64   // the number of the one that Mail returns
	waiting chan struct{}
}

// add takes a message and gives it its number.
func (l *mails) add(m *Mail) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	m.Number = l.count
	l.kept = append(l.kept, m)
	l.octets += m.content.size + mailCost
	n := 0
	for ; l.octets > l.keep && n < len(l.kept)-1; n++ {
		l.octets -= l.kept[n].content.size + mailCost
		l.kept[n].content.forget()
		l.kept[n] = nil
	}
	l.kept = l.kept[n:]
	if l.waiting != nil {
		close(l.waiting)
		l.waiting = nil
	}
}

// forget removes the files of all messages.
func (l *mails) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, m := range l.kept {
		m.content.forget()
	}
}

// wait returns what take finds, called under the lock again and again as messages come.
func (l *mails) wait(ctx context.Context, take func() (ok bool, err error)) error {
	for {
		l.mu.Lock()
		ok, err := take()
		if ok || err != nil {
			l.mu.Unlock()
			return err
		}
		if l.waiting == nil {
			l.waiting = make(chan struct{})
		}
		waiting, count := l.waiting, l.count
		l.mu.Unlock()
		select {
		case <-waiting:
		case <-ctx.Done():
			return fmt.Errorf("smtp mock: waited for a message: %d were accepted so far: %w", count, ctx.Err())
		}
	}
}

// Mail waits for a message and returns it: the first call that of the server's first message, and each further call that of the next one. A message that
// the server forgot in the meantime is an error, see [Options.Keep]; so is the end of ctx.
func (s *Server) Mail(ctx context.Context) (m *Mail, err error) {
	l := &s.mails
	err = l.wait(ctx, func() (bool, error) {
		if l.next >= l.count {
			return false, nil
		}
		l.next++
		i := l.next - 1 - (l.count - int64(len(l.kept)))
		if i < 0 {
			return false, fmt.Errorf("smtp mock: message %d was forgotten: there were %d, and Options.Keep holds the last %d", l.next, l.count, len(l.kept))
		}
		m = l.kept[i]
		return true, nil
	})
	return m, err
}

// WaitMails waits until the server has accepted n messages since its start, and returns those that it remembers; see [Options.Keep].
func (s *Server) WaitMails(ctx context.Context, n int) (all []*Mail, err error) {
	l := &s.mails
	err = l.wait(ctx, func() (bool, error) {
		if l.count < int64(n) {
			return false, nil
		}
		all = slices.Clone(l.kept)
		return true, nil
	})
	return all, err
}

// Mails returns the messages that the server accepted and remembers, in order.
func (s *Server) Mails() []*Mail {
	s.mails.mu.Lock()
	defer s.mails.mu.Unlock()
	return slices.Clone(s.mails.kept)
}

// Accepted returns how many messages the server has accepted since its start.
func (s *Server) Accepted() int64 {
	s.mails.mu.Lock()
	defer s.mails.mu.Unlock()
	return s.mails.count
}
