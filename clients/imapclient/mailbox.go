package imapclient

import (
	"slices"

	"harness/protocols/imap"
)

// Mailbox is what is known of the mailbox that is selected.
type Mailbox struct {
	Name string
	// ReadOnly is set by EXAMINE, and where the server says so (RFC 9051 section 7.1, READ-ONLY).
	ReadOnly bool
	// Exists is how many messages there are, Recent how many are recent (RFC 3501 section 2.3.2). Both follow what the server tells.
	Exists, Recent uint32
	// Unseen is the number of the first message without \Seen, as SELECT told it; 0 if it did not (RFC 3501 section 6.3.1).
	Unseen uint32
	// UIDNext and UIDValidity are 0 if they were not told; UIDNotSticky says that UIDs do not last (RFC 4315 section 3).
	UIDNext, UIDValidity uint32
	UIDNotSticky         bool
	// Flags are those that are defined, PermanentFlags those that can be changed for good; nil if they were not told: then all can (RFC 9051 section 7.1).
	Flags, PermanentFlags []string
	// HighestModSeq is 0 if the mailbox has no mod-sequences (RFC 7162 section 3.1.2).
	HighestModSeq uint64
	// List is the LIST response of IMAP4rev2's SELECT; nil if there was none (RFC 9051 section 6.3.2).
	List *imap.ListData
}

// note takes what a response says of the mailbox, and reports whether it says something.
func (m *Mailbox) note(r imap.Response) bool {
	switch r := r.(type) {
	case *imap.Exists:
		m.Exists = r.Count
	case *imap.Recent:
		m.Recent = r.Count
	case *imap.Expunge:
		m.Exists -= min(m.Exists, 1)
	case *imap.Vanished:
		if !r.Earlier {
			m.Exists -= uint32(min(uint64(m.Exists), r.UIDs.Count()))
		}
	case *imap.FlagsData:
		m.Flags = r.Flags
	case *imap.Status:
		return r.Code != nil && m.code(r.Code)
	default:
		return false
	}
	return true
}

func (m *Mailbox) code(c *imap.Code) bool {
	switch c.Name {
	case "READ-ONLY":
		m.ReadOnly = true
	case "READ-WRITE":
		m.ReadOnly = false
	case "UNSEEN":
		m.Unseen = uint32(c.Number)
	case "UIDNEXT":
		m.UIDNext = uint32(c.Number)
	case "UIDVALIDITY":
		m.UIDValidity = uint32(c.Number)
	case "UIDNOTSTICKY":
		m.UIDNotSticky = true
	case "PERMANENTFLAGS":
		m.PermanentFlags = c.Words
	case "HIGHESTMODSEQ":
		m.HighestModSeq = c.Number
	case "NOMODSEQ":
		m.HighestModSeq = 0
	default:
		return false
	}
	return true
}

// Mailbox returns what is known of the mailbox that is selected; ok is false if none is.
func (c *Client) Mailbox() (m Mailbox, ok bool) {
	if c.mailbox == nil {
		return m, false
	}
	m = *c.mailbox
	m.Flags, m.PermanentFlags = slices.Clone(m.Flags), slices.Clone(m.PermanentFlags)
	return m, true
}

// leave is that no mailbox is selected any more.
func (c *Client) leave() {
	c.mailbox = nil
	if c.state == imap.Selected {
		c.state = imap.Authenticated
	}
}
