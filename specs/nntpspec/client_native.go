package nntpspec

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"harness/clients/nntpclient"
	"harness/internal/auth"
	"harness/protocols/nntp"
)

// NativeClient is the harness's own client, clients/nntpclient, as the client under test.
func NativeClient() Client { return nativeClient{} }

type nativeClient struct{}

func (nativeClient) Name() string { return "harness nntpclient" }

func (nativeClient) Connect(ctx context.Context, o ClientOptions) (ClientSession, error) {
	t := nntpclient.Timeouts{Connect: o.Timeout, Handshake: o.Timeout, Command: o.Timeout, Idle: o.Timeout}
	c, err := nntpclient.Dial(ctx, o.Addr, &nntpclient.Options{
		Timeouts: t, Limits: nntpclient.Limits{Article: o.ArticleLimit, List: o.ListLimit}, TLS: o.TLS, Host: o.Host, RequireTLS: o.RequireTLS,
		ImplicitTLS: o.Security == Implicit,
	})
	if err != nil {
		return nil, err
	}
	switch o.Security {
	case Upgrade:
		err = c.STARTTLS(ctx)
	case Opportunistic:
		var caps nntp.Capabilities
		var refused *nntp.Response
		if caps, err = c.Capabilities(ctx); errors.As(err, &refused) {
			err = nil
		}
		if caps.Has("STARTTLS") {
			err = c.STARTTLS(ctx)
		}
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return nativeSession{c}, nil
}

// nativeSession adapts what differs; the rest is the client's own.
type nativeSession struct{ *nntpclient.Client }

func (s nativeSession) Login(ctx context.Context, creds Credentials, methods ...string) error {
	return s.LoginWith(ctx, creds, methods...)
}

func (s nativeSession) Auth(ctx context.Context, mechanism string, creds Credentials) error {
	err := s.AuthMechanism(ctx, mechanism, creds)
	if errors.Is(err, auth.ErrMechanism) {
		return fmt.Errorf("%w: %w", errors.ErrUnsupported, err)
	}
	return err
}

func (s nativeSession) ListGroup(ctx context.Context, name, articles string) ([]int64, error) {
	var out []int64
	_, err := s.Client.ListGroup(ctx, name, articles, func(n int64) error { out = append(out, n); return nil })
	return out, err
}

func (s nativeSession) Article(ctx context.Context, which string) (Article, error) {
	return whole(which, func(which string, w io.Writer) (nntp.Found, error) { return s.ArticleTo(ctx, which, w) })
}

func (s nativeSession) Head(ctx context.Context, which string) (Article, error) {
	return whole(which, func(which string, w io.Writer) (nntp.Found, error) { return s.HeadTo(ctx, which, w) })
}

func (s nativeSession) Body(ctx context.Context, which string) (Article, error) {
	return whole(which, func(which string, w io.Writer) (nntp.Found, error) { return s.BodyTo(ctx, which, w) })
}

func whole(which string, retrieve func(which string, w io.Writer) (nntp.Found, error)) (a Article, err error) {
	var b bytes.Buffer
	a.Found, err = retrieve(which, &b)
	a.Data = b.Bytes()
	return a, err
}

func (s nativeSession) Over(ctx context.Context, which string) ([]*nntp.Overview, error) {
	var out []*nntp.Overview
	err := s.Client.Over(ctx, which, func(o *nntp.Overview) error { out = append(out, o.Clone()); return nil })
	return out, err
}

func (s nativeSession) Hdr(ctx context.Context, field, which string) ([]nntp.Header, error) {
	var out []nntp.Header
	err := s.Client.Hdr(ctx, field, which, func(h nntp.Header) error { out = append(out, h); return nil })
	return out, err
}

func (s nativeSession) Retrieve(ctx context.Context, which ...string) ([]Retrieved, error) {
	p := s.Pipeline()
	out := make([]Retrieved, len(which))
	data := make([]bytes.Buffer, len(which))
	answers := make([]*nntpclient.Answer[nntp.Found], len(which))
	for i, w := range which {
		answers[i] = p.Article(w, &data[i])
	}
	err := p.Run(ctx)
	for i, a := range answers {
		out[i].Found, out[i].Err = a.Get()
		out[i].Data = data[i].Bytes()
	}
	return out, err
}

func (s nativeSession) NewNews(ctx context.Context, wildmat string, since time.Time) ([]nntp.MessageID, error) {
	var out []nntp.MessageID
	err := s.Client.NewNews(ctx, wildmat, since, func(id nntp.MessageID) error { out = append(out, id); return nil })
	return out, err
}

func (s nativeSession) Post(ctx context.Context, article []byte) error {
	_, err := s.Client.Post(ctx, bytes.NewReader(article))
	return err
}

func (s nativeSession) IHave(ctx context.Context, id nntp.MessageID, article []byte) error {
	_, err := s.Client.IHave(ctx, id, bytes.NewReader(article))
	return err
}

func (s nativeSession) TakeThis(ctx context.Context, id nntp.MessageID, article []byte) error {
	return s.Client.TakeThis(ctx, id, bytes.NewReader(article))
}

// feedCodes are the responses that settle the outcomes of a feed.
var feedCodes = map[nntpclient.Outcome]int{
	nntpclient.Taken: nntp.CodeTaken, nntpclient.NotWanted: nntp.CodeHaveIt, nntpclient.Later: nntp.CodeTryLater, nntpclient.Rejected: nntp.CodeTakeRejected,
}

func (s nativeSession) Feed(ctx context.Context, offers ...Offer) ([]Outcome, error) {
	out := make([]Outcome, len(offers))
	at := map[nntp.MessageID]int{}
	var ids []nntp.MessageID
	for i, o := range offers {
		at[o.ID] = i
		ids = append(ids, o.ID)
	}
	open := func(id nntp.MessageID) (io.Reader, error) { return bytes.NewReader(offers[at[id]].Data), nil }
	err := s.Client.Feed(ctx, ids, open, func(id nntp.MessageID, o nntpclient.Outcome, err error) {
		out[at[id]] = Outcome{Code: feedCodes[o], Err: err}
	})
	return out, err
}
