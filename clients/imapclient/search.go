package imapclient

import (
	"context"
	"slices"

	"harness/protocols/imap"
	"harness/protocols/wire"
)

// Search finds messages, and returns their numbers as the server told them (RFC 9051 section 6.4.4). All keys have to fit; [imap.ParseSearch] makes keys of a text. Strings beyond
// ASCII go as UTF-8.
func (c *Client) Search(ctx context.Context, keys ...imap.SearchKey) ([]uint32, error) {
	return numbers(run(ctx, c, c.searching(false, &imap.SearchArgs{Keys: keys})))
}

// UIDSearch is [Client.Search] that returns UIDs.
func (c *Client) UIDSearch(ctx context.Context, keys ...imap.SearchKey) ([]uint32, error) {
	return numbers(run(ctx, c, c.searching(true, &imap.SearchArgs{Keys: keys})))
}

func numbers(f Found, err error) ([]uint32, error) { return f.Numbers, err }

// Found is what SEARCH found.
type Found struct {
	// Numbers are the messages, or their UIDs, from SEARCH and from ALL of ESEARCH.
	Numbers []uint32
	// Extended is the ESEARCH response; nil if there was none.
	Extended *imap.ESearchData
	// ModSeq is the highest mod-sequence of the messages; 0 if it was not told.
	ModSeq uint64
}

// SearchWith is SEARCH with its options, such as RETURN (RFC 9051 section 6.4.4).
func (c *Client) SearchWith(ctx context.Context, args *imap.SearchArgs) (Found, error) {
	return run(ctx, c, c.searching(false, args))
}

// UIDSearchWith is [Client.SearchWith] by UIDs.
func (c *Client) UIDSearchWith(ctx context.Context, args *imap.SearchArgs) (Found, error) {
	return run(ctx, c, c.searching(true, args))
}

func (c *Client) searching(uid bool, args *imap.SearchArgs) op[Found] {
	own := *args
	if own.Charset == "" && !c.e.Rules.UTF8 && slices.ContainsFunc(own.Keys, func(k imap.SearchKey) bool { return !k.ASCII() }) {
		own.Charset = "UTF-8"
	}
	cmd := &imap.Command{Name: "SEARCH", UID: uid, Args: &own}
	return op[Found]{cmd: cmd, take: func(v *Found, r imap.Response) (bool, error) {
		switch r := r.(type) {
		case *imap.SearchData:
			v.ModSeq = max(v.ModSeq, r.ModSeq)
			return true, c.found(v, r.Numbers)
		case *imap.ESearchData:
			k := c.find(r.Tag)
			if r.Tag != "" && (k == nil || k.cmd.Args != imap.Args(&own)) {
				return false, nil
			}
			v.Extended, v.ModSeq = r, max(v.ModSeq, r.ModSeq)
			if r.All.Count() > uint64(c.opts.Limits.List) {
				return true, &wire.LimitError{What: "list", Limit: int64(c.opts.Limits.List)}
			}
			return true, c.found(v, slices.Collect(r.All.All()))
		}
		return false, nil
	}}
}

func (c *Client) found(v *Found, more []uint32) error {
	if len(v.Numbers)+len(more) > c.opts.Limits.List {
		return &wire.LimitError{What: "list", Limit: int64(c.opts.Limits.List)}
	}
	if v.Numbers == nil {
		v.Numbers = more
		return nil
	}
	v.Numbers = append(v.Numbers, more...)
	return nil
}
