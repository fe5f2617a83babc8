package nntpclient

import (
	"context"
	"errors"
	"io"
	"mime"
	"strings"
	"time"

	"golang.org/x/text/encoding/ianaindex"

	"harness/protocols/nntp"
	"harness/protocols/wire"
)

// Group selects a newsgroup (RFC 3977 section 6.1.1). Its first article becomes the current one.
func (c *Client) Group(ctx context.Context, name string) (nntp.Group, error) {
	return parsed(c, ctx, nntp.NewCommand("GROUP", name), nntp.CodeGroup, c.rules().ParseGroup)
}

// parsed sends a command whose response has its data in the initial line.
func parsed[T any](c *Client, ctx context.Context, cmd nntp.Command, code int, parse func(*nntp.Response) (T, error)) (T, error) {
	var zero T
	r, err := c.send(ctx, cmd, code)
	if err != nil {
		return zero, err
	}
	v, err := parse(r)
	if err != nil {
		return zero, c.fail(cmd.String(), err)
	}
	return v, nil
}

// ListGroup selects a newsgroup, "" for the current one, and gives f the numbers of the articles in a range of it, "" for all (RFC 3977 section 6.1.2).
// An error of f ends that, and is returned.
func (c *Client) ListGroup(ctx context.Context, name, articles string, f func(number int64) error) (nntp.Group, error) {
	if name == "" && articles != "" {
		return nntp.Group{}, c.b.Wrap("LISTGROUP", errors.New("not sent: a range needs the group's name before it (RFC 3977 section 6.1.2.1)"))
	}
	cmd := nntp.NewCommand("LISTGROUP", name, articles)
	r, err := c.send(ctx, cmd, nntp.CodeGroup)
	if err != nil {
		return nntp.Group{}, err
	}
	g, err := c.rules().ParseGroup(r)
	if err != nil {
		return g, c.fail(cmd.String(), err)
	}
	return g, c.lines(ctx, cmd.String(), func(line []byte) error {
		n, err := nntp.ParseNumber(line)
		if err != nil {
			return err
		}
		return f(n)
	})
}

// Stat finds out whether an article exists (RFC 3977 section 6.2.4). Which is "", a number or a message-id.
func (c *Client) Stat(ctx context.Context, which string) (nntp.Found, error) {
	return parsed(c, ctx, nntp.NewCommand("STAT", which), nntp.CodeStat, c.rules().ParseFound)
}

// Next goes to the next article of the group (RFC 3977 section 6.1.4).
func (c *Client) Next(ctx context.Context) (nntp.Found, error) {
	return parsed(c, ctx, nntp.NewCommand("NEXT"), nntp.CodeStat, c.rules().ParseFound)
}

// Last goes to the previous article of the group (RFC 3977 section 6.1.3).
func (c *Client) Last(ctx context.Context) (nntp.Found, error) {
	return parsed(c, ctx, nntp.NewCommand("LAST"), nntp.CodeStat, c.rules().ParseFound)
}

// Date returns the server's time (RFC 3977 section 7.1).
func (c *Client) Date(ctx context.Context) (time.Time, error) {
	return parsed(c, ctx, nntp.NewCommand("DATE"), nntp.CodeDate, func(r *nntp.Response) (time.Time, error) {
		word, _, _ := strings.Cut(r.Text, " ")
		return nntp.ParseDate(word)
	})
}

// Help returns the lines of the server's text for people.
func (c *Client) Help(ctx context.Context) ([]string, error) {
	return collect(c, ctx, nntp.NewCommand("HELP"), nntp.CodeHelp, text)
}

// Slave says that the client serves others (RFC 977 section 3.12): of old.
func (c *Client) Slave(ctx context.Context) error {
	_, err := c.send(ctx, nntp.NewCommand("SLAVE"), nntp.CodeSlaveNoted)
	return err
}

// NewGroups returns the groups that were created since t (RFC 3977 section 7.3).
func (c *Client) NewGroups(ctx context.Context, t time.Time) ([]nntp.Active, error) {
	return collect(c, ctx, nntp.NewCommand("NEWGROUPS", nntp.Since(t)...), nntp.CodeNewGroups, c.rules().ParseActive)
}

// NewNews gives f the message-ids of the articles that arrived since t in the groups that a wildmat matches (RFC 3977 section 7.4). An id may come twice.
func (c *Client) NewNews(ctx context.Context, wildmat string, t time.Time, f func(nntp.MessageID) error) error {
	_, err := c.list(ctx, nntp.NewCommand("NEWNEWS", append([]string{wildmat}, nntp.Since(t)...)...), nntp.CodeNewNews, func(line []byte) error {
		id := nntp.MessageID(line)
		if err := id.Check(); err != nil {
			return err
		}
		return f(id)
	})
	return err
}

// List returns the groups that a wildmat matches, "" for all (LIST ACTIVE; RFC 3977 section 7.6.3).
func (c *Client) List(ctx context.Context, wildmat string) ([]nntp.Active, error) {
	return collect(c, ctx, nntp.NewCommand("LIST ACTIVE", wildmat), nntp.CodeList, c.rules().ParseActive)
}

// ListTimes returns when groups were created, and by whom (LIST ACTIVE.TIMES; RFC 3977 section 7.6.4).
func (c *Client) ListTimes(ctx context.Context, wildmat string) ([]nntp.Created, error) {
	return collect(c, ctx, nntp.NewCommand("LIST ACTIVE.TIMES", wildmat), nntp.CodeList, c.rules().ParseCreated)
}

// ListCounts returns groups with the number of their articles (LIST COUNTS; RFC 6048 section 2.2).
func (c *Client) ListCounts(ctx context.Context, wildmat string) ([]nntp.Count, error) {
	return collect(c, ctx, nntp.NewCommand("LIST COUNTS", wildmat), nntp.CodeList, c.rules().ParseCount)
}

// Descriptions returns the descriptions of the groups that a wildmat matches, "" for all (LIST NEWSGROUPS; RFC 3977 section 7.6.6). A server without it
// is asked by XGTITLE.
func (c *Client) Descriptions(ctx context.Context, wildmat string) ([]nntp.Description, error) {
	list, err := collect(c, ctx, nntp.NewCommand("LIST NEWSGROUPS", wildmat), nntp.CodeList, c.rules().ParseDescription)
	var refused *nntp.Response
	if errors.As(err, &refused) && (refused.Code == nntp.CodeUnknownCommand || refused.Code == nntp.CodeSyntax) {
		old, oerr := c.XGTitle(ctx, wildmat)
		if oerr == nil {
			return old, nil
		}
	}
	return list, err
}

// Description returns the description of one group, "" if it has none.
func (c *Client) Description(ctx context.Context, group string) (string, error) {
	list, err := c.Descriptions(ctx, group)
	for _, d := range list {
		if d.Name == group {
			return d.Text, err
		}
	}
	return "", err
}

// XGTitle is an old LIST NEWSGROUPS (RFC 2980 section 2.4).
func (c *Client) XGTitle(ctx context.Context, wildmat string) ([]nntp.Description, error) {
	return collect(c, ctx, nntp.NewCommand("XGTITLE", wildmat), nntp.CodeGroupTitles, c.rules().ParseDescription)
}

// ListDistribPats returns what Distribution header fits which groups (LIST DISTRIB.PATS; RFC 3977 section 7.6.5).
func (c *Client) ListDistribPats(ctx context.Context) ([]nntp.DistribPat, error) {
	return collect(c, ctx, nntp.NewCommand("LIST DISTRIB.PATS"), nntp.CodeList, c.rules().ParseDistribPat)
}

// ListDistributions returns distributions with their descriptions (RFC 6048 section 2.3).
func (c *Client) ListDistributions(ctx context.Context) ([]nntp.Description, error) {
	return collect(c, ctx, nntp.NewCommand("LIST DISTRIBUTIONS"), nntp.CodeList, c.rules().ParseDescription)
}

// ListModerators returns the submission addresses of moderated groups (RFC 6048 section 2.4). The first pattern that matches a group decides.
func (c *Client) ListModerators(ctx context.Context) ([]nntp.Moderator, error) {
	return collect(c, ctx, nntp.NewCommand("LIST MODERATORS"), nntp.CodeList, c.rules().ParseModerator)
}

// ListMotd returns the lines of the message of the day (RFC 6048 section 2.5).
func (c *Client) ListMotd(ctx context.Context) ([]string, error) {
	return collect(c, ctx, nntp.NewCommand("LIST MOTD"), nntp.CodeList, text)
}

// ListSubscriptions returns the groups for new readers (RFC 6048 section 2.6).
func (c *Client) ListSubscriptions(ctx context.Context, wildmat string) ([]string, error) {
	return collect(c, ctx, nntp.NewCommand("LIST SUBSCRIPTIONS", wildmat), nntp.CodeList, text)
}

// ListHeaders returns the fields that Hdr can show, ":" for all headers (RFC 3977 section 8.6). Form is "MSGID", "RANGE", or "" for both.
func (c *Client) ListHeaders(ctx context.Context, form string) ([]string, error) {
	return collect(c, ctx, nntp.NewCommand("LIST HEADERS", form), nntp.CodeList, text)
}

// ListOverviewFormat returns what the rows of Over hold (LIST OVERVIEW.FMT; RFC 3977 section 8.4).
func (c *Client) ListOverviewFormat(ctx context.Context) (nntp.OverviewFormat, error) {
	lines, err := collect(c, ctx, nntp.NewCommand("LIST OVERVIEW.FMT"), nntp.CodeList, text)
	if err != nil {
		return nntp.OverviewFormat{}, err
	}
	f, err := c.rules().ParseOverviewFormat(lines)
	return f, c.b.Wrap("LIST OVERVIEW.FMT", err)
}

// Over gives f the overview of articles (RFC 3977 section 8.3): of a range, of a message-id, or, for "", of the current article. The row is valid until f
// returns; [nntp.Overview.Clone] keeps it. An error of f ends the giving, and is returned.
func (c *Client) Over(ctx context.Context, which string, f func(*nntp.Overview) error) error {
	return c.overview(ctx, nntp.NewCommand("OVER", which), f)
}

// XOver is an old Over, which takes no message-id (RFC 2980 section 2.8).
func (c *Client) XOver(ctx context.Context, articles string, f func(*nntp.Overview) error) error {
	return c.overview(ctx, nntp.NewCommand("XOVER", articles), f)
}

func (c *Client) overview(ctx context.Context, cmd nntp.Command, f func(*nntp.Overview) error) error {
	var row nntp.Overview
	rules := c.rules()
	_, err := c.list(ctx, cmd, nntp.CodeOverview, func(line []byte) error {
		if err := rules.ParseOverview(line, &row); err != nil {
			return err
		}
		return f(&row)
	})
	return err
}

// Hdr gives f the content of a header, or of metadata such as ":lines", of articles (RFC 3977 section 8.5): of a range, of a message-id, or, for "", of the
// current article.
func (c *Client) Hdr(ctx context.Context, field, which string, f func(nntp.Header) error) error {
	return c.headers(ctx, nntp.NewCommand("HDR", field, which), nntp.CodeHeaders, f)
}

// XHdr is an old Hdr (RFC 2980 section 2.6).
func (c *Client) XHdr(ctx context.Context, header, which string, f func(nntp.Header) error) error {
	return c.headers(ctx, nntp.NewCommand("XHDR", header, which), nntp.CodeHead, f)
}

// XPat is XHdr for the articles whose header a pattern matches (RFC 2980 sections 2.9 and 3.3; [nntp.Pattern]). The pattern may have single spaces
// between its words.
func (c *Client) XPat(ctx context.Context, header, which, pattern string, f func(nntp.Header) error) error {
	cmd := nntp.Command{Name: "XPAT", Args: append([]string{header, which}, strings.Split(pattern, " ")...)}
	return c.headers(ctx, cmd, nntp.CodeHead, f)
}

// XROver gives f the References of articles (RFC 2980 section 2.11).
func (c *Client) XROver(ctx context.Context, articles string, f func(nntp.Header) error) error {
	return c.headers(ctx, nntp.NewCommand("XROVER", articles), nntp.CodeOverview, f)
}

func (c *Client) headers(ctx context.Context, cmd nntp.Command, code int, f func(nntp.Header) error) error {
	rules := c.rules()
	if strings.HasPrefix(cmd.Name, "X") { // a message-id in place of the number is their way
		rules.Lenient = true
	}
	_, err := c.list(ctx, cmd, code, func(line []byte) error {
		h, err := rules.ParseHeader(line)
		if err != nil {
			return err
		}
		return f(h)
	})
	return err
}

// DecodeHeader decodes the encoded words of RFC 2047 in the content of a header. Of a charset that is not known, and where the words are broken, the content
// stays as it is.
func DecodeHeader(content string) string {
	d := mime.WordDecoder{CharsetReader: func(charset string, in io.Reader) (io.Reader, error) {
		e, err := ianaindex.MIME.Encoding(charset)
		if err != nil || e == nil {
			return nil, &wire.SyntaxError{Got: charset, Want: "a charset that is known", Cite: "RFC 2047 section 2"}
		}
		return e.NewDecoder().Reader(in), nil
	}}
	if out, err := d.DecodeHeader(content); err == nil {
		return out
	}
	return content
}
