package imapclient

import (
	"context"
	"fmt"
	"strings"

	"harness/protocols/imap"
)

// args prints the arguments of a command that protocols/imap does not know.
type args struct {
	rules imap.Rules
	b     []byte
}

func (c *Client) args() *args { return &args{rules: c.e.Rules} }

func (a *args) space() {
	if len(a.b) > 0 {
		a.b = append(a.b, ' ')
	}
}

func (a *args) mailbox(name string) *args {
	a.space()
	a.b = a.rules.AppendMailbox(a.b, name)
	return a
}

func (a *args) string(list ...string) *args {
	for _, s := range list {
		a.space()
		a.b = a.rules.AppendAString(a.b, s)
	}
	return a
}

// raw adds text as it stands.
func (a *args) raw(s string) *args {
	a.space()
	a.b = append(a.b, s...)
	return a
}

func (a *args) end() imap.Args { return &imap.UnknownArgs{Text: string(a.b)} }

// GetACL returns who has which rights on a mailbox (RFC 4314 section 3.3).
func (c *Client) GetACL(ctx context.Context, mailbox string) (*imap.ACLData, error) {
	return answer(ctx, c, one[*imap.ACLData]("GETACL", c.args().mailbox(mailbox).end(), nil), "RFC 4314 section 3.3")
}

// SetACL changes the rights of an identifier: to those given, or by those behind "+" or "-" (RFC 4314 section 3.1).
func (c *Client) SetACL(ctx context.Context, mailbox, identifier, rights string) error {
	return c.plain(ctx, "SETACL", c.args().mailbox(mailbox).string(identifier, rights).end())
}

// DeleteACL takes all rights of an identifier away (RFC 4314 section 3.2).
func (c *Client) DeleteACL(ctx context.Context, mailbox, identifier string) error {
	return c.plain(ctx, "DELETEACL", c.args().mailbox(mailbox).string(identifier).end())
}

// ListRights returns which rights an identifier can have (RFC 4314 section 3.4).
func (c *Client) ListRights(ctx context.Context, mailbox, identifier string) (*imap.ListRightsData, error) {
	return answer(ctx, c, one[*imap.ListRightsData]("LISTRIGHTS", c.args().mailbox(mailbox).string(identifier).end(), nil), "RFC 4314 section 3.4")
}

// MyRights returns the user's own rights on a mailbox (RFC 4314 section 3.5).
func (c *Client) MyRights(ctx context.Context, mailbox string) (*imap.MyRightsData, error) {
	return answer(ctx, c, one[*imap.MyRightsData]("MYRIGHTS", c.args().mailbox(mailbox).end(), nil), "RFC 4314 section 3.5")
}

// GetQuota returns the usage and the limits of a quota root (RFC 9208 section 4.1.1).
func (c *Client) GetQuota(ctx context.Context, root string) (*imap.QuotaData, error) {
	return answer(ctx, c, one[*imap.QuotaData]("GETQUOTA", c.args().string(root).end(), nil), "RFC 9208 section 4.1.1")
}

// SetQuota sets the limits of a quota root, and returns what they are then; nil if the server does not tell (RFC 9208 section 4.1.3).
func (c *Client) SetQuota(ctx context.Context, root string, limits ...imap.Quota) (*imap.QuotaData, error) {
	var list []string
	for _, l := range limits {
		list = append(list, fmt.Sprintf("%s %d", l.Resource, l.Limit))
	}
	return run(ctx, c, one[*imap.QuotaData]("SETQUOTA", c.args().string(root).raw("("+strings.Join(list, " ")+")").end(), nil))
}

// QuotaRoots are the quota roots of a mailbox, and their quotas.
type QuotaRoots struct {
	Roots  []string
	Quotas []*imap.QuotaData
}

// GetQuotaRoot returns the quota roots of a mailbox, and their quotas (RFC 9208 section 4.1.2).
func (c *Client) GetQuotaRoot(ctx context.Context, mailbox string) (QuotaRoots, error) {
	return run(ctx, c, op[QuotaRoots]{
		cmd: &imap.Command{Name: "GETQUOTAROOT", Args: c.args().mailbox(mailbox).end()},
		take: func(v *QuotaRoots, r imap.Response) (bool, error) {
			switch r := r.(type) {
			case *imap.QuotaRootData:
				v.Roots = r.Roots
				return true, nil
			case *imap.QuotaData:
				return true, gather(&v.Quotas, r, c.opts.Limits.List)
			}
			return false, nil
		},
	})
}

// GetAnnotation returns annotations of a mailbox, or of the server for "" (the command of a draft that some servers have). Entry and attribute are as they stand on the line, such as
// `"/comment"` and `"value.priv"`; so are the answers.
func (c *Client) GetAnnotation(ctx context.Context, mailbox, entry, attribute string) ([]*imap.Unknown, error) {
	return run(ctx, c, c.annotating("GETANNOTATION", c.args().mailbox(mailbox).raw(entry).raw(attribute)))
}

// SetAnnotation sets annotations of a mailbox. Entry and values are as they stand on the line, such as `"/comment"` and `("value.priv" "mine")`.
func (c *Client) SetAnnotation(ctx context.Context, mailbox, entry, values string) ([]*imap.Unknown, error) {
	return run(ctx, c, c.annotating("SETANNOTATION", c.args().mailbox(mailbox).raw(entry).raw(values)))
}

func (c *Client) annotating(name string, a *args) op[[]*imap.Unknown] {
	return op[[]*imap.Unknown]{cmd: &imap.Command{Name: name, Args: a.end()}, take: func(v *[]*imap.Unknown, r imap.Response) (bool, error) {
		u, ok := r.(*imap.Unknown)
		if !ok || u.Name != "ANNOTATION" {
			return false, nil
		}
		return true, gather(v, u, c.opts.Limits.List)
	}}
}

// Sort finds messages, and returns their numbers in an order (RFC 5256 section 3). Criteria are such as "REVERSE", "DATE" and "SUBJECT"; charset is that of the strings in the keys,
// and "" is UTF-8.
func (c *Client) Sort(ctx context.Context, criteria []string, charset string, keys ...imap.SearchKey) ([]uint32, error) {
	return c.sort(ctx, false, criteria, charset, keys)
}

// UIDSort is [Client.Sort] that returns UIDs.
func (c *Client) UIDSort(ctx context.Context, criteria []string, charset string, keys ...imap.SearchKey) ([]uint32, error) {
	return c.sort(ctx, true, criteria, charset, keys)
}

// keys adds a character set and search keys.
func (a *args) keys(charset string, keys []imap.SearchKey) (*args, error) {
	if charset == "" {
		charset = "UTF-8"
	}
	a.string(charset).space()
	var err error
	a.b, err = a.rules.AppendSearch(a.b, keys)
	return a, err
}

func (c *Client) sort(ctx context.Context, uid bool, criteria []string, charset string, keys []imap.SearchKey) ([]uint32, error) {
	a, err := c.args().raw("("+strings.Join(criteria, " ")+")").keys(charset, keys)
	if err != nil {
		return nil, c.b.Wrap("SORT", err)
	}
	r, err := answer(ctx, c, uidForm(uid, one[*imap.SortData]("SORT", a.end(), nil)), "RFC 5256 section 4")
	if err != nil {
		return nil, err
	}
	return r.Numbers, nil
}

func uidForm[T any](uid bool, o op[T]) op[T] {
	o.cmd.UID = uid
	return o
}

// Thread finds messages, and returns them in threads (RFC 5256 section 3). Algorithm is such as "REFERENCES"; charset is that of the strings in the keys, and "" is UTF-8.
func (c *Client) Thread(ctx context.Context, algorithm, charset string, keys ...imap.SearchKey) ([]imap.Thread, error) {
	return c.thread(ctx, false, algorithm, charset, keys)
}

// UIDThread is [Client.Thread] that returns UIDs.
func (c *Client) UIDThread(ctx context.Context, algorithm, charset string, keys ...imap.SearchKey) ([]imap.Thread, error) {
	return c.thread(ctx, true, algorithm, charset, keys)
}

func (c *Client) thread(ctx context.Context, uid bool, algorithm, charset string, keys []imap.SearchKey) ([]imap.Thread, error) {
	a, err := c.args().raw(algorithm).keys(charset, keys)
	if err != nil {
		return nil, c.b.Wrap("THREAD", err)
	}
	r, err := answer(ctx, c, uidForm(uid, one[*imap.ThreadData]("THREAD", a.end(), nil)), "RFC 5256 section 4")
	if err != nil {
		return nil, err
	}
	return r.Threads, nil
}
