package imapclient

import (
	"context"
	"slices"
	"strings"

	"harness/internal/client"
	"harness/protocols/imap"
)

// Capability asks for the capabilities (RFC 9051 section 6.1.1) and keeps them, until TLS or authentication begins.
func (c *Client) Capability(ctx context.Context) (imap.Capabilities, error) {
	r, err := answer(ctx, c, one[*imap.CapabilityData]("CAPABILITY", nil, nil), "RFC 9051 section 6.1.1")
	if err != nil {
		return nil, err
	}
	return slices.Clone(r.Capabilities), nil
}

// capabilities returns the known capabilities, and asks for them if they are not known.
func (c *Client) capabilities(ctx context.Context) (imap.Capabilities, error) {
	if c.capsDone {
		return c.caps, nil
	}
	return c.Capability(ctx)
}

// Noop does nothing, and has the server tell what is new (RFC 9051 section 6.1.2): see Options.Handler.
func (c *Client) Noop(ctx context.Context) error { return c.plain(ctx, "NOOP", nil) }

// Check asks for a checkpoint of the mailbox (RFC 3501 section 6.4.1).
func (c *Client) Check(ctx context.Context) error { return c.plain(ctx, "CHECK", nil) }

// Logout ends the session and closes the connection, whatever happens, also if ctx is done (RFC 9051 section 6.1.3).
func (c *Client) Logout(ctx context.Context) error {
	bye := false
	_, err := run(ctx, c, op[nothing]{cmd: &imap.Command{Name: "LOGOUT"}, take: func(_ *nothing, r imap.Response) (bool, error) {
		s, ok := r.(*imap.Status)
		ok = ok && s.Kind == "BYE"
		bye = bye || ok
		return ok, nil
	}})
	if err == nil && !bye {
		err = c.b.Wrap("LOGOUT", missing("BYE", "RFC 9051 section 6.1.3"))
	}
	return c.b.Quit("LOGOUT", err, c.Close())
}

// ID tells the server what the client is, and returns what the server is; nil for NIL, in both directions (RFC 2971 section 3.1).
func (c *Client) ID(ctx context.Context, fields []imap.IDField) ([]imap.IDField, error) {
	r, err := answer(ctx, c, one[*imap.IDData]("ID", &imap.IDArgs{Fields: fields}, nil), "RFC 2971 section 3.1")
	if err != nil {
		return nil, err
	}
	return r.Fields, nil
}

// Enable switches extensions on, and returns those that the server did (RFC 9051 section 6.3.1). After UTF8=ACCEPT and IMAP4rev2 names of mailboxes go in UTF-8 over the wire.
func (c *Client) Enable(ctx context.Context, capabilities ...string) (imap.Capabilities, error) {
	o := op[imap.Capabilities]{cmd: &imap.Command{Name: "ENABLE", Args: &imap.EnableArgs{Capabilities: capabilities}}, take: func(v *imap.Capabilities, r imap.Response) (bool, error) {
		e, ok := r.(*imap.EnabledData)
		if ok {
			*v = append(*v, e.Capabilities...)
		}
		return ok, nil
	}}
	return run(ctx, c, o)
}

// STARTTLS begins TLS (RFC 9051 section 6.2.1). The capabilities are forgotten. What the server sent in the clear behind its response is refused with a [*BufferedError].
func (c *Client) STARTTLS(ctx context.Context) error {
	if _, ok := c.c.TLS(); ok {
		return c.b.Wrap("STARTTLS", ErrTLSActive)
	}
	if err := c.plain(ctx, "STARTTLS", nil); err != nil {
		return err
	}
	return c.StartTLS(ctx)
}

// StartTLS makes a TLS handshake, without STARTTLS before it: for the raw level.
func (c *Client) StartTLS(ctx context.Context) error {
	if err := c.c.StartTLS(ctx, c.opts.Timeouts.Handshake, client.TLSConfig(c.opts.TLS, c.opts.Host)); err != nil {
		return c.fail("TLS", err)
	}
	c.forget()
	return nil
}

// Select selects a mailbox (RFC 9051 section 6.3.2). If the server refuses, none is selected.
func (c *Client) Select(ctx context.Context, mailbox string, params ...imap.Option) (*Mailbox, error) {
	return own(run(ctx, c, c.opening("SELECT", mailbox, params)))
}

// Examine selects a mailbox to read only (RFC 9051 section 6.3.3).
func (c *Client) Examine(ctx context.Context, mailbox string, params ...imap.Option) (*Mailbox, error) {
	return own(run(ctx, c, c.opening("EXAMINE", mailbox, params)))
}

// own returns a copy: the client goes on with its own.
func own(m *Mailbox, err error) (*Mailbox, error) {
	if err != nil {
		return nil, err
	}
	mine := *m
	return &mine, nil
}

func (c *Client) opening(name, mailbox string, params []imap.Option) op[*Mailbox] {
	cmd := &imap.Command{Name: name, Args: &imap.SelectArgs{Mailbox: mailbox, Params: params}}
	box := &Mailbox{Name: mailbox, ReadOnly: name == "EXAMINE"}
	return op[*Mailbox]{
		cmd: cmd,
		take: func(_ **Mailbox, r imap.Response) (bool, error) {
			if c.calls[0].cmd.Args != cmd.Args {
				return false, nil // it concerns the mailbox before
			}
			switch r := r.(type) {
			case *imap.Expunge, *imap.Vanished:
				return false, nil
			case *imap.ListData:
				box.List = r
				return true, nil
			case *imap.Status:
				if r.Code != nil && r.Code.Name == "CLOSED" { // what came before was of the other mailbox (RFC 9051 section 7.1)
					*box = Mailbox{Name: mailbox, ReadOnly: name == "EXAMINE"}
					return true, nil
				}
			}
			return box.note(r), nil
		},
		ended: func(v **Mailbox, s *imap.Status) {
			switch s.Kind {
			case "OK":
				box.note(s)
				*v, c.mailbox, c.state = box, box, imap.Selected
			case "NO":
				c.leave()
			}
		},
	}
}

// CloseMailbox removes the messages that are deleted, without telling which, and leaves the mailbox (CLOSE, RFC 9051 section 6.4.1).
func (c *Client) CloseMailbox(ctx context.Context) error { return c.leaving(ctx, "CLOSE") }

// Unselect leaves the mailbox as it is (RFC 9051 section 6.4.2).
func (c *Client) Unselect(ctx context.Context) error { return c.leaving(ctx, "UNSELECT") }

func (c *Client) leaving(ctx context.Context, name string) error {
	o := plain(name, nil)
	o.ended = func(_ *nothing, s *imap.Status) {
		if s.Kind == "OK" {
			c.leave()
		}
	}
	_, err := run(ctx, c, o)
	return err
}

// Create creates a mailbox (RFC 9051 section 6.3.4), with special uses such as "\Archive", if there are some (RFC 6154 section 3).
func (c *Client) Create(ctx context.Context, mailbox string, use ...string) error {
	return c.plain(ctx, "CREATE", &imap.CreateArgs{Mailbox: mailbox, Use: use})
}

// Delete deletes a mailbox (RFC 9051 section 6.3.5).
func (c *Client) Delete(ctx context.Context, mailbox string) error {
	return c.plain(ctx, "DELETE", &imap.MailboxArgs{Mailbox: mailbox})
}

// Rename renames a mailbox (RFC 9051 section 6.3.6).
func (c *Client) Rename(ctx context.Context, from, to string) error {
	return c.plain(ctx, "RENAME", &imap.RenameArgs{From: from, To: to})
}

// Subscribe subscribes to a mailbox (RFC 9051 section 6.3.7).
func (c *Client) Subscribe(ctx context.Context, mailbox string) error {
	return c.plain(ctx, "SUBSCRIBE", &imap.MailboxArgs{Mailbox: mailbox})
}

// Unsubscribe ends a subscription (RFC 9051 section 6.3.8).
func (c *Client) Unsubscribe(ctx context.Context, mailbox string) error {
	return c.plain(ctx, "UNSUBSCRIBE", &imap.MailboxArgs{Mailbox: mailbox})
}

// List lists mailboxes (RFC 9051 section 6.3.9): "*" in the pattern stands for anything, "%" for anything within one level of the hierarchy.
func (c *Client) List(ctx context.Context, reference, pattern string) ([]*imap.ListData, error) {
	l, err := c.ListWith(ctx, &imap.ListArgs{Reference: reference, Patterns: []string{pattern}})
	return l.Mailboxes, err
}

// Listing is the answer to an extended LIST.
type Listing struct {
	Mailboxes []*imap.ListData
	// Statuses are those that the return option STATUS asked for (RFC 9051 section 6.3.9.3).
	Statuses []*imap.StatusData
}

// ListWith is LIST with its options (RFC 9051 sections 6.3.9.1 to 6.3.9.3, RFC 5258).
func (c *Client) ListWith(ctx context.Context, args *imap.ListArgs) (Listing, error) {
	return run(ctx, c, c.listing("LIST", args))
}

// LSub lists subscriptions (RFC 3501 section 6.3.9).
func (c *Client) LSub(ctx context.Context, reference, pattern string) ([]*imap.ListData, error) {
	l, err := run(ctx, c, c.listing("LSUB", &imap.ListArgs{Reference: reference, Patterns: []string{pattern}}))
	return l.Mailboxes, err
}

func (c *Client) listing(name string, args *imap.ListArgs) op[Listing] {
	return op[Listing]{cmd: &imap.Command{Name: name, Args: args}, take: func(v *Listing, r imap.Response) (bool, error) {
		switch r := r.(type) {
		case *imap.ListData:
			if r.LSub == (name == "LSUB") {
				return true, gather(&v.Mailboxes, r, c.opts.Limits.List)
			}
		case *imap.StatusData:
			if args.Status != nil {
				return true, gather(&v.Statuses, r, c.opts.Limits.List)
			}
		}
		return false, nil
	}}
}

// Namespace returns where mailboxes have their names (RFC 9051 section 6.3.10).
func (c *Client) Namespace(ctx context.Context) (*imap.NamespaceData, error) {
	return answer(ctx, c, one[*imap.NamespaceData]("NAMESPACE", nil, nil), "RFC 9051 section 6.3.10")
}

// Status tells of a mailbox without selecting it (RFC 9051 section 6.3.11). Items are such as "MESSAGES" and "UIDNEXT".
func (c *Client) Status(ctx context.Context, mailbox string, items ...string) (*imap.StatusData, error) {
	return answer(ctx, c, status(mailbox, items), "RFC 9051 section 6.3.11")
}

func status(mailbox string, items []string) op[*imap.StatusData] {
	items = slices.Clone(items)
	for i := range items {
		items[i] = strings.ToUpper(items[i])
	}
	return one("STATUS", &imap.StatusArgs{Mailbox: mailbox, Items: items}, func(r *imap.StatusData) bool {
		return r.Mailbox == mailbox || strings.EqualFold(mailbox, "INBOX") && r.Mailbox == "INBOX"
	})
}

// Result is what a server said to a command that has no method of its own.
type Result struct {
	// Status is the tagged response.
	Status *imap.Status
	// Untagged are all untagged responses that came while the command was under way.
	Untagged []imap.Response
}

// Command runs any command; its tag is the client's. All untagged responses are taken for its answer.
func (c *Client) Command(ctx context.Context, cmd *imap.Command) (Result, error) {
	return run(ctx, c, c.anything(cmd))
}

func (c *Client) anything(cmd *imap.Command) op[Result] {
	return op[Result]{
		cmd: cmd,
		take: func(v *Result, r imap.Response) (bool, error) {
			return true, gather(&v.Untagged, r, c.opts.Limits.List)
		},
		ended: func(v *Result, s *imap.Status) { v.Status = s },
	}
}

// XAtom runs a command that the client has no method for: its name, and its arguments as they stand on the line. [imap.Rules.AppendAString] and [imap.Rules.AppendMailbox]
// write arguments; a literal stands as its length, the end of the line and its octets, and is sent in the form that the server takes.
func (c *Client) XAtom(ctx context.Context, name, args string) (Result, error) {
	cmd := &imap.Command{}
	cmd.Name, cmd.UID = strings.CutPrefix(strings.ToUpper(name), "UID ")
	if args != "" {
		cmd.Args = &imap.UnknownArgs{Text: args}
	}
	return c.Command(ctx, cmd)
}
