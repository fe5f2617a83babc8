package nntpspec

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"harness/clients/nntpclient"
	"harness/fixtures"
	"harness/internal/auth"
	"harness/mockservers/nntpmock"
	"harness/protocols/nntp"
	"harness/specs"
	"harness/specs/peers"
	"harness/specs/spectest"
)

// TestClientWithRealServers has our client read the news of servers that are not ours, post to them, and feed them.
func TestClientWithRealServers(t *testing.T) {
	peers.Require(t)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute) // images may have to be built
	t.Cleanup(cancel)
	servers := map[string]*peers.Server{}
	for _, name := range peers.NNTPServers() {
		s, err := peers.StartNNTP(ctx, name, peers.NNTPOptions{})
		servers[name] = spectest.Running(ctx, t, s, err)
	}
	s, err := peers.StartNNTP(ctx, "inn2", peers.NNTPOptions{Groups: fixtures.Newsgroups()})
	empty := spectest.Running(ctx, t, s, err)
	RegisterFailHandler(Fail)
	specs.Suite(t, "our NNTP client with real servers", func() {
		for _, name := range peers.NNTPServers() {
			describeServer(servers[name])
		}
		describeFeed(empty)
	})
}

// dial connects to a server and logs in.
func dial(ctx context.Context, s *peers.Server, opts nntpclient.Options) *nntpclient.Client {
	GinkgoHelper()
	c := connect(ctx, s, opts)
	Expect(c.Login(ctx, "alice", s.Accounts["alice"])).To(Succeed())
	return c
}

func connect(ctx context.Context, s *peers.Server, opts nntpclient.Options) *nntpclient.Client {
	GinkgoHelper()
	addr := s.Addr(peers.PortNNTP)
	if opts.ImplicitTLS {
		addr = s.Addr(peers.PortNNTPS)
	}
	if opts.TLS == nil {
		opts.TLS = s.TLSConfig()
	}
	opts.Timeouts.Command = 30 * time.Second
	c, err := nntpclient.Dial(ctx, addr, &opts)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(c.Close)
	return c
}

// exact says whether a server has the articles of the fixtures to the octet. Cyrus was fed with them, writes Path and Xref anew, and makes X of what is
// not ASCII in headers.
func exact(s *peers.Server) bool { return s.Name == "inn2" }

// lacking are the articles that a server does not give by their message-ids: INN takes one for none (RFC 5536 section 3.1.3), and Cyrus has no mailboxes
// for control messages.
var lacking = map[string][]string{"inn2": {"20-message-id-odd"}, "cyrus": {"46-control-cancel", "47-control-newgroup"}}

// held are the articles that a server has.
func held(s *peers.Server) []fixtures.NewsArticle {
	return slices.DeleteFunc(fixtures.News(), func(a fixtures.NewsArticle) bool { return slices.Contains(lacking[s.Name], a.Name) })
}

func describeServer(s *peers.Server) {
	Describe(s.Software, Label("container"), func() {
		for name, opts := range map[string]nntpclient.Options{"in the clear": {}, "after STARTTLS": {RequireTLS: true}, "over TLS": {ImplicitTLS: true}, "compressed": {}} {
			It("gives each article as it is, "+name, func(ctx SpecContext) {
				c := connect(ctx, s, opts)
				if opts.RequireTLS {
					Expect(c.STARTTLS(ctx)).To(Succeed())
				}
				Expect(c.Login(ctx, "alice", s.Accounts["alice"])).To(Succeed())
				if name == "compressed" {
					Expect(c.Compress(ctx)).To(Succeed())
				}
				for _, a := range held(s) {
					_, want := nntp.SplitArticle(a.Data)
					read := c.BodyBytes
					if exact(s) {
						read, want = c.ArticleBytes, a.Data
					}
					got, err := read(ctx, a.ID)
					Expect(err).NotTo(HaveOccurred(), a.Name)
					Expect(bytes.Equal(got, want)).To(BeTrue(), "%s: %.300q, want %.300q", a.Name, got, want)
				}
				Expect(c.Quit(ctx)).To(Succeed())
			}, SpecTimeout(spectest.ClientTime))
		}

		It("walks through a group as its overview lists it", func(ctx SpecContext) {
			c := dial(ctx, s, nntpclient.Options{})
			g, err := c.Group(ctx, "example.kitchen")
			Expect(err).NotTo(HaveOccurred())
			var rows []*nntp.Overview
			Expect(c.Over(ctx, g.Range().String(), func(o *nntp.Overview) error {
				rows = append(rows, o.Clone())
				return nil
			})).To(Succeed())
			Expect(rows).To(HaveLen(int(g.Count)))
			var numbers []int64
			_, err = c.ListGroup(ctx, g.Name, "", func(n int64) error {
				numbers = append(numbers, n)
				return nil
			})
			Expect(err).NotTo(HaveOccurred())
			subjects := map[int64]string{}
			Expect(c.Hdr(ctx, "Subject", g.Range().String(), func(h nntp.Header) error {
				subjects[h.Number] = h.Content
				return nil
			})).To(Succeed())
			found, err := c.Stat(ctx, "")
			for i, row := range rows {
				Expect(err).NotTo(HaveOccurred())
				Expect(found.Number).To(Equal(row.Number))
				Expect(string(found.MessageID)).To(Equal(string(row.MessageID)))
				Expect(numbers[i]).To(Equal(row.Number))
				Expect(subjects[row.Number]).To(Equal(string(row.Subject)))
				found, err = c.Next(ctx)
			}
			var r *nntp.Response
			Expect(errors.As(err, &r)).To(BeTrue(), "%v", err)
			Expect(r.Code).To(Equal(nntp.CodeNoNext))
			Expect(c.Quit(ctx)).To(Succeed())
		}, SpecTimeout(spectest.ClientTime))

		It("answers pipelined commands in their order", func(ctx SpecContext) {
			c := dial(ctx, s, nntpclient.Options{})
			p := c.Pipeline()
			list := held(s)
			answers := make([]*nntpclient.Answer[nntp.Found], len(list))
			bodies := make([]bytes.Buffer, len(list))
			for i, a := range list {
				answers[i] = p.Body(a.ID, &bodies[i])
			}
			Expect(p.Run(ctx)).To(Succeed())
			for i, a := range list {
				_, err := answers[i].Get()
				Expect(err).NotTo(HaveOccurred(), a.Name)
				_, want := nntp.SplitArticle(a.Data)
				Expect(bytes.Equal(bodies[i].Bytes(), want)).To(BeTrue(), a.Name)
			}
			Expect(c.Quit(ctx)).To(Succeed())
		}, SpecTimeout(spectest.ClientTime))

		It("takes every mechanism that it offers and we have", func(ctx SpecContext) {
			c := connect(ctx, s, nntpclient.Options{ImplicitTLS: true})
			caps, err := c.Capabilities(ctx)
			Expect(err).NotTo(HaveOccurred())
			creds := nntpclient.Credentials{User: "alice", Password: s.Accounts["alice"]}
			tried := 0
			for _, mech := range append(caps.Args("SASL"), nntpclient.MethodUser) {
				switch mech {
				case auth.Plain, auth.Login, auth.CRAMMD5, auth.SCRAMSHA1, auth.SCRAMSHA256, nntpclient.MethodUser:
				default:
					continue
				}
				c := connect(ctx, s, nntpclient.Options{ImplicitTLS: true})
				Expect(c.LoginWith(ctx, creds, mech)).To(Succeed(), mech)
				_, err := c.Group(ctx, "example.garden")
				Expect(err).NotTo(HaveOccurred())
				Expect(c.Quit(ctx)).To(Succeed())
				tried++
			}
			Expect(tried).To(BeNumerically(">", 0))
		}, SpecTimeout(spectest.ClientTime))

		It("refuses a wrong password, and another authority's certificate is refused", func(ctx SpecContext) {
			c := connect(ctx, s, nntpclient.Options{})
			err := c.AuthUser(ctx, "alice", "wrong")
			var r *nntp.Response
			Expect(errors.As(err, &r)).To(BeTrue(), "%v", err)
			Expect(r.Code).To(Equal(nntp.CodeAuthFailed))

			_, err = nntpclient.Dial(ctx, s.Addr(peers.PortNNTPS), &nntpclient.Options{ImplicitTLS: true, TLS: &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}})
			var unknown x509.UnknownAuthorityError
			Expect(errors.As(err, &unknown)).To(BeTrue(), "%v", err)
		}, SpecTimeout(spectest.ClientTime))

		It("takes an article that is posted, dots and all", func(ctx SpecContext) {
			c := dial(ctx, s, nntpclient.Options{})
			const id, body = "<posted.by.us@example.org>", "one\r\n.\r\n..\r\n...three\r\nend\r\n"
			_, err := c.Post(ctx, strings.NewReader("From: alice@example.org\r\nNewsgroups: example.empty\r\nSubject: posted\r\nMessage-ID: "+id+"\r\n\r\n"+body))
			Expect(err).NotTo(HaveOccurred())
			Eventually(func() ([]byte, error) { return c.BodyBytes(ctx, id) }).WithContext(ctx).WithTimeout(20 * time.Second).Should(Equal([]byte(body)))
			Expect(c.Quit(ctx)).To(Succeed())
		}, SpecTimeout(spectest.ClientTime))
	})
}

func idOf(name string) nntp.MessageID {
	GinkgoHelper()
	a, err := fixtures.NewsByName(name)
	Expect(err).NotTo(HaveOccurred())
	return nntp.MessageID(a.ID)
}

// describeFeed streams the news of the mock to INN, which has the groups and no article, and reads them there.
func describeFeed(s *peers.Server) {
	It("feeds "+s.Software+" from the mock, and the mock from it", Label("container"), func(ctx SpecContext) {
		open := func(addr string) *nntpclient.Client {
			GinkgoHelper()
			c, err := nntpclient.Dial(ctx, addr, nil)
			Expect(err).NotTo(HaveOccurred())
			DeferCleanup(c.Close)
			return c
		}
		var ids []nntp.MessageID
		for _, a := range fixtures.News() {
			ids = append(ids, nntp.MessageID(a.ID))
		}
		feed := func(from, to *nntpclient.Client, ids []nntp.MessageID) map[nntpclient.Outcome][]nntp.MessageID {
			GinkgoHelper()
			got := map[nntpclient.Outcome][]nntp.MessageID{}
			_, err := to.Capabilities(ctx)
			Expect(err).NotTo(HaveOccurred())
			Expect(to.Feed(ctx, ids, func(id nntp.MessageID) (io.Reader, error) { return from.Article(ctx, string(id)) }, func(id nntp.MessageID, o nntpclient.Outcome, err error) {
				Expect(err).NotTo(HaveOccurred(), string(id))
				got[o] = append(got[o], id)
			})).To(Succeed())
			return got
		}
		mock := nntpmock.New(GinkgoT())
		first := feed(open(mock.Addr()), open(s.Addr(peers.PortNNSP)), ids)
		Expect(first[nntpclient.NotWanted]).To(ConsistOf(idOf("20-message-id-odd")))
		Expect(first[nntpclient.Rejected]).To(ConsistOf(idOf("44-announce-fair"))) // it has expired
		Expect(first[nntpclient.Taken]).To(HaveLen(len(ids) - 2))
		again := feed(open(mock.Addr()), open(s.Addr(peers.PortNNSP)), first[nntpclient.Taken])
		Expect(again[nntpclient.NotWanted]).To(HaveLen(len(first[nntpclient.Taken])))
		Expect(feed(open(s.Addr(peers.PortNNTP)), open(mock.Addr()), first[nntpclient.Taken])[nntpclient.NotWanted]).To(HaveLen(len(first[nntpclient.Taken])))

		c := open(s.Addr(peers.PortNNTP))
		for _, id := range first[nntpclient.Taken] {
			got, err := c.BodyBytes(ctx, string(id))
			Expect(err).NotTo(HaveOccurred(), string(id))
			i := slices.IndexFunc(fixtures.News(), func(a fixtures.NewsArticle) bool { return a.ID == string(id) })
			_, want := nntp.SplitArticle(fixtures.News()[i].Data)
			Expect(bytes.Equal(got, want)).To(BeTrue(), string(id))
		}
	}, SpecTimeout(2*spectest.ClientTime))
}
