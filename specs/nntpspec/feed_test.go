package nntpspec

import (
	"bytes"
	"io"
	"testing"

	"harness/clients/nntpclient"
	"harness/fixtures"
	"harness/mockservers/newsstore"
	"harness/mockservers/nntpmock"
	"harness/protocols/nntp"
)

// TestFeedBetweenMocks has our client stream everything from one server to another: what is wanted, what the other has already, and what it puts off.
func TestFeedBetweenMocks(t *testing.T) {
	target := newsstore.New(newsstore.Options{Host: "far.example.org"})
	for _, g := range fixtures.Newsgroups() {
		if err := target.AddGroup(newsstore.Group{Name: g.Name, Status: g.Status}); err != nil {
			t.Fatal(err)
		}
	}
	source := nntpmock.New(t)
	sink := nntpmock.New(t, nntpmock.WithOptions(nntpmock.Options{Store: target, Hostname: "far.example.org", Features: []string{"MODE=transit", "DEFER"}}))
	ctx := t.Context()
	from, err := nntpclient.Dial(ctx, source.Addr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close()
	to, err := nntpclient.Dial(ctx, sink.Addr(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	caps, err := to.Capabilities(ctx)
	if err != nil || !caps.Has("STREAMING") {
		t.Fatal(caps, err)
	}
	var ids []nntp.MessageID
	for _, a := range fixtures.News() {
		ids = append(ids, nntp.MessageID(a.ID))
	}
	feed := func() map[nntpclient.Outcome]int {
		got := map[nntpclient.Outcome]int{}
		err := to.Feed(ctx, ids, func(id nntp.MessageID) (io.Reader, error) { return from.Article(ctx, string(id)) }, func(id nntp.MessageID, o nntpclient.Outcome, err error) {
			if err != nil {
				t.Error(id, err)
			}
			got[o]++
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, want := range []nntpclient.Outcome{nntpclient.Later, nntpclient.Taken, nntpclient.NotWanted} {
		if got := feed(); got[want] != len(ids) {
			t.Errorf("of %d articles: %v, want all %v", len(ids), got, want)
		}
	}
	for _, a := range fixtures.News() {
		b := target.ByID(nntp.MessageID(a.ID))
		if b == nil {
			t.Fatalf("%s did not arrive", a.Name)
		}
		if _, was := nntp.SplitArticle(a.Data); !bytes.HasSuffix(b.Data, was) {
			t.Errorf("%s arrived with another body", a.Name)
		}
		if !bytes.HasPrefix(b.Data, []byte("Path: far.example.org!news.example.org!")) {
			t.Errorf("%s has the path of %.80q", a.Name, b.Data)
		}
	}
}
