package smtpmock

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/net/idna"

	"harness/mockservers/mailstore"
	"harness/protocols/smtp"
)

// local reports whether a recipient, or a member of the list that it is, may have an inbox here.
func (r Recipient) local() bool { return r.Account != "" || r.list != nil }

// delivery is an account that gets a message, and the reverse-path that it is told.
type delivery struct {
	account string
	from    smtp.Path
}

// deliveries are those of a message: each account gets it once.
func (s *Server) deliveries(m *Mail) (all []delivery) {
	add := func(account string, from smtp.Path) {
		if account != "" && !slices.ContainsFunc(all, func(d delivery) bool { return d.account == account }) {
			all = append(all, delivery{account, from})
		}
	}
	for _, r := range m.To {
		add(r.Account, m.From)
		if r.list == nil {
			continue
		}
		from := m.From
		if !r.list.owner.IsZero() && !from.IsNull() {
			from = smtp.Path{Mailbox: r.list.owner} // RFC 5321 section 3.9.2
		}
		for _, member := range r.list.members {
			if account, ok := s.account(member); ok && s.isLocal(member.Domain) {
				add(account, from)
			}
		}
	}
	return all
}

// deliver puts a message into the inboxes of its local recipients, once it has been held for as long as it is to be. If one of them cannot be reached, it is
// an error only if none can (RFC 5321 section 4.4).
func (s *Server) deliver(m *Mail, hold time.Duration) error {
	all := s.deliveries(m)
	if len(all) == 0 {
		return nil
	}
	data, err := m.Data()
	if err != nil {
		return err
	}
	if s.features.trace && !s.dev("return-path-kept") {
		data = withoutReturnPath(data)
	}
	if hold > 0 && !s.dev("futurerelease-not-held") {
		s.held.after(hold, func() { s.put(m, data, all) })
		return nil
	}
	return s.put(m, data, all)
}

// put is deliver for a message that is not held.
func (s *Server) put(m *Mail, data []byte, all []delivery) (err error) {
	failed := 0
	whole := make(map[smtp.Mailbox][]byte, 1) // by reverse-path
	for _, d := range all {
		from := d.from.Mailbox
		if s.dev("return-path-a-labels") {
			from.Domain, _ = idna.ToASCII(from.Domain)
		}
		if whole[from] == nil {
			returnPath := ""
			if s.features.trace && !s.dev("return-path-missing") {
				returnPath = "Return-Path: " + smtp.Path{Mailbox: from}.String() + "\r\n"
			}
			whole[from] = slices.Concat([]byte(returnPath), []byte(m.Trace), data)
		}
		if err = s.store.Deliver(d.account, mailstore.Delivery{Data: whole[from], Name: m.ID, Received: s.opts.Now()}); err != nil {
			failed++
		}
	}
	if failed == len(all) && failed == len(m.To) {
		return fmt.Errorf("message %s: %w", m.ID, err)
	}
	return nil
}

// held are messages that wait for their time of release (RFC 4865). The zero value is ready.
type held struct {
	mu     sync.Mutex
	timers map[*time.Timer]bool
	closed bool
	wg     sync.WaitGroup
}

// after has release called in a while, unless the server is closed before.
func (h *held) after(d time.Duration, release func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return
	}
	if h.timers == nil {
		h.timers = make(map[*time.Timer]bool)
	}
	h.wg.Add(1)
	var t *time.Timer
	t = time.AfterFunc(d, func() {
		defer h.wg.Done()
		h.mu.Lock()
		closed := h.closed
		delete(h.timers, t)
		h.mu.Unlock()
		if !closed {
			release()
		}
	})
	h.timers[t] = true
}

// close forgets what is held.
func (h *held) close() {
	h.mu.Lock()
	h.closed = true
	for t := range h.timers {
		if t.Stop() {
			h.wg.Done()
		}
	}
	h.mu.Unlock()
	h.wg.Wait()
}

// with is the protocol as Received has it (RFC 3848, RFC 6531 section 4.3).
func (p *session) with() string {
	lmtp := p.f.mode == modeLMTP
	if !p.esmtp {
		return "SMTP"
	}
	name := "ESMTP"
	switch {
	case p.tx.opts.UTF8 && lmtp:
		name = "UTF8LMTP"
	case p.tx.opts.UTF8:
		name = "UTF8SMTP"
	case lmtp:
		name = "LMTP"
	}
	if p.tls {
		name += "S"
	}
	if p.user != "" {
		name += "A"
	}
	return name
}

// trace makes the Received field (RFC 5321 section 4.4), with the clauses for TLS (RFC 8314 section 4.3) and the priority (RFC 6710 section 4.1).
func (p *session) trace(m *Mail) string {
	b := make([]byte, 0, 256)
	b = append(b, "Received: from "...)
	// The domains of a message with SMTPUTF8 are U-labels (RFC 6531 section 3.7.3).
	domain := func(d string) string { return d }
	if m.Options.UTF8 && !p.dev("trace-a-labels") {
		domain = uLabels
	}
	b = append(b, domain(m.Hello)...)
	if p.client != "" {
		b = append(b, " ("...)
		b = append(b, p.literal()...)
		b = append(b, ')')
	}
	b = append(b, "\r\n\tby "...)
	b = append(b, domain(p.srv.opts.Hostname)...)
	b = append(b, " with "...)
	b = append(b, m.With...)
	b = append(b, " id "...)
	b = append(b, m.ID...)
	if len(m.To) == 1 {
		box := m.To[0].Path.Mailbox
		if box.Domain == "" {
			box.Domain = p.srv.primary()
		}
		box.Domain = domain(box.Domain)
		b = append(b, "\r\n\tfor <"...)
		b = append(b, box.String()...)
		b = append(b, '>')
	}
	if p.tls {
		state, _ := p.c.TLS()
		b = append(b, "\r\n\ttls "...)
		b = append(b, tlsSuite(state.CipherSuite)...)
	}
	if m.Options.Priority != nil {
		b = append(b, "\r\n\tPRIORITY "...)
		b = strconv.AppendInt(b, int64(*m.Options.Priority), 10)
	}
	b = append(b, ";\r\n\t"...)
	b = m.Received.AppendFormat(b, "Mon, 2 Jan 2006 15:04:05 -0700")
	b = append(b, '\r', '\n')
	return string(b)
}

// uLabels is a domain with U-labels in the place of A-labels.
func uLabels(domain string) string {
	if u, err := idna.Display.ToUnicode(domain); err == nil && strings.Contains(strings.ToLower(domain), "xn--") {
		return u
	}
	return domain
}

// header is what the server looks for in a message's header.
type header struct {
	received int  // fields
	noTLS    bool // TLS-Required: No (RFC 8689 section 3)
}

// scanHeader looks through the header of a message, or through its beginning.
func scanHeader(head []byte) (h header) {
	for len(head) > 0 {
		line, rest, _ := bytes.Cut(head, []byte("\n"))
		if line = bytes.TrimSuffix(line, []byte("\r")); len(line) == 0 {
			break
		}
		switch line[0] | 0x20 {
		case 'r':
			if hasField(line, "Received") {
				h.received++
			}
		case 't':
			if hasField(line, "TLS-Required") {
				_, value, _ := strings.Cut(string(line), ":")
				h.noTLS = strings.EqualFold(strings.TrimSpace(value), "no")
			}
		}
		head = rest
	}
	return h
}

// hasField reports whether a line begins the field of that name.
func hasField(line []byte, name string) bool {
	return len(line) > len(name) && line[len(name)] == ':' && strings.EqualFold(string(line[:len(name)]), name)
}

// withoutReturnPath returns a message without its Return-Path fields: a delivered message has one (RFC 5321 section 4.4).
func withoutReturnPath(data []byte) []byte {
	var out []byte // what is kept of what was seen, once something is left out
	kept := 0      // up to where data was copied
	for at := 0; at < len(data); {
		end := at + bytes.IndexByte(data[at:], '\n') + 1
		if end == at || end-at <= 2 {
			break
		}
		if hasField(data[at:end], "Return-Path") {
			for end < len(data) && (data[end] == ' ' || data[end] == '\t') {
				n := bytes.IndexByte(data[end:], '\n') + 1
				if n == 0 {
					n = len(data) - end
				}
				end += n
			}
			out = append(out, data[kept:at]...)
			kept = end
		}
		at = end
	}
	if kept == 0 {
		return data
	}
	return append(out, data[kept:]...)
}
