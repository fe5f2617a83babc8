package nntpclient

import (
	"bytes"
	"context"
	"errors"
	"io"

	"harness/internal/client"
	"harness/protocols/nntp"
	"harness/protocols/wire"
)

// Article is the stream of an article, of its head or its body: its octets as they are, dots unstuffed, lines with their CRLF. The context of the
// command that opened it governs its reads.
type Article struct {
	// Found says which article it is.
	nntp.Found
	// Response is the initial line before it.
	Response *nntp.Response

	c     *Client
	block *client.Block
}

// Article retrieves an article (RFC 3977 section 6.2.1). Which is "", a number or a message-id.
func (c *Client) Article(ctx context.Context, which string) (*Article, error) {
	return c.open(ctx, "ARTICLE", which, nntp.CodeArticle)
}

// Head retrieves an article's headers.
func (c *Client) Head(ctx context.Context, which string) (*Article, error) {
	return c.open(ctx, "HEAD", which, nntp.CodeHead)
}

// Body retrieves an article's body.
func (c *Client) Body(ctx context.Context, which string) (*Article, error) {
	return c.open(ctx, "BODY", which, nntp.CodeBody)
}

// ArticleTo retrieves an article into w and returns which it is. If w fails, the rest is read away as by Close.
func (c *Client) ArticleTo(ctx context.Context, which string, w io.Writer) (nntp.Found, error) {
	return copyTo(w)(c.Article(ctx, which))
}

// HeadTo retrieves an article's headers into w.
func (c *Client) HeadTo(ctx context.Context, which string, w io.Writer) (nntp.Found, error) {
	return copyTo(w)(c.Head(ctx, which))
}

// BodyTo retrieves an article's body into w.
func (c *Client) BodyTo(ctx context.Context, which string, w io.Writer) (nntp.Found, error) {
	return copyTo(w)(c.Body(ctx, which))
}

// ArticleBytes retrieves an article into memory. Limits.Article bounds it.
func (c *Client) ArticleBytes(ctx context.Context, which string) ([]byte, error) {
	return inMemory(c.Article(ctx, which))
}

// HeadBytes retrieves an article's headers into memory.
func (c *Client) HeadBytes(ctx context.Context, which string) ([]byte, error) {
	return inMemory(c.Head(ctx, which))
}

// BodyBytes retrieves an article's body into memory.
func (c *Client) BodyBytes(ctx context.Context, which string) ([]byte, error) {
	return inMemory(c.Body(ctx, which))
}

func copyTo(w io.Writer) func(*Article, error) (nntp.Found, error) {
	return func(a *Article, err error) (nntp.Found, error) {
		if err != nil {
			return nntp.Found{}, err
		}
		_, err = a.WriteTo(w)
		return a.Found, errors.Join(err, a.Close())
	}
}

func inMemory(a *Article, err error) ([]byte, error) {
	var b bytes.Buffer
	if _, err := copyTo(&b)(a, err); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (c *Client) open(ctx context.Context, verb, which string, code int) (*Article, error) {
	cmd := nntp.NewCommand(verb, which)
	r, err := c.send(ctx, cmd, code)
	if err != nil {
		return nil, err
	}
	a, err := c.article(ctx, r)
	if err != nil {
		return nil, c.fail(cmd.String(), err)
	}
	c.stream = a
	return a, nil
}

// article returns the stream that stands behind a response.
func (c *Client) article(ctx context.Context, r *nntp.Response) (*Article, error) {
	a := &Article{Response: r, c: c, block: c.b.Block(ctx, c.opts.Timeouts.Idle)}
	var err error
	if a.Found, err = c.rules().ParseFound(r); err != nil {
		return nil, err
	}
	a.block.Reader.Limit = c.opts.Limits.Article
	if !c.opts.Strict && bytes.HasSuffix(r.Raw, []byte("\n")) && !bytes.HasSuffix(r.Raw, []byte("\r\n")) {
		// Only a server that ends its responses with a bare LF may end an article so: else an article that holds LF "." LF could cut itself short and
		// have its rest taken for responses.
		a.block.Reader.Mode = wire.Lenient
	}
	a.block.End = a.end
	return a, nil
}

// end ends the stream with io.EOF or with an error, which breaks the client.
func (a *Article) end(err error) error {
	if a.c.stream == a {
		a.c.stream = nil
	}
	a.c.b.Begin(a.Response.Command)
	places, all := a.block.Reader.Forgiven()
	for _, f := range places {
		a.c.b.Forgave(&wire.SyntaxError{Offset: int(f.Offset), Got: "\n", Want: "CRLF: " + f.What, Cite: "RFC 3977 section 3.1.1"})
	}
	a.c.b.ForgaveMore(all - len(places))
	if err != io.EOF {
		err = a.c.fail(a.Response.Command, err)
	}
	return err
}

// Read implements io.Reader.
func (a *Article) Read(p []byte) (int, error) { return a.block.Read(p) }

// WriteTo implements io.WriterTo, without a copy in between. An error of w leaves the stream open.
func (a *Article) WriteTo(w io.Writer) (int64, error) { return a.block.WriteTo(w) }

// Close ends the stream. What was not read is read away if it is no more than Limits.Drain; if it is more, the connection is broken and
// Close says so. A second call does nothing.
func (a *Article) Close() error {
	if a.c.b.Closed() {
		return nil
	}
	return a.block.Close(a.c.opts.Limits.Drain)
}
