package pop3spec_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"harness/clients/pop3client"
	"harness/fixtures"
	"harness/internal/auth"
	"harness/protocols/pop3"
	"harness/specs"
	"harness/specs/peers"
	"harness/specs/spectest"
)

// realMails are messages that every real server keeps to the octet: they end in CRLF, and begin with no dot (Dovecot and Courier don't
// stuff that one; baseline/dovecot.txt).
var realMails = []string{"01-plain", "03-alternative", "15-utf8", "23-line-5000", "26-empty-body", "31-megabyte", "49-from-lines"}

// TestClientWithRealServers has our client read the mail of servers that are not ours.
func TestClientWithRealServers(t *testing.T) {
	peers.Require(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var mails []fixtures.Mail
	var octets [][]byte
	for _, name := range realMails {
		m, err := fixtures.MailByName(name)
		if err != nil {
			t.Fatal(err)
		}
		mails, octets = append(mails, m), append(octets, m.Data)
	}
	servers := map[string]*peers.Server{}
	defer func() {
		for _, s := range servers {
			if err := s.Close(context.WithoutCancel(ctx)); err != nil {
				t.Error(err)
			}
		}
	}()
	for _, name := range peers.POP3Servers() {
		s, err := peers.StartPOP3(ctx, name, peers.POP3Options{Mail: map[string][][]byte{"alice": octets, "bob": octets[:3]}})
		if err != nil {
			t.Fatal(err)
		}
		servers[name] = s
		t.Log(s.Software)
	}
	RegisterFailHandler(Fail)
	specs.Suite(t, "our POP3 client with real servers", func() {
		for _, name := range peers.POP3Servers() {
			describeServer(servers[name], mails)
		}
	})
}

// dial connects to a server in the clear.
func dial(ctx context.Context, s *peers.Server, opts pop3client.Options) *pop3client.Client {
	GinkgoHelper()
	addr := s.Addr(peers.PortPOP3)
	if opts.ImplicitTLS {
		addr = s.Addr(peers.PortPOP3S)
	}
	if opts.TLS == nil {
		opts.TLS = s.TLSConfig()
	}
	// Courier answers a wrong password after more than 5 s, and Dovecot waits for a lock.
	opts.Timeouts.Command = 30 * time.Second
	c, err := pop3client.Dial(ctx, addr, &opts)
	Expect(err).NotTo(HaveOccurred())
	DeferCleanup(c.Close)
	return c
}

func describeServer(s *peers.Server, mails []fixtures.Mail) {
	password := s.Accounts["alice"]
	Describe(s.Software, Label("container"), func() {
		It("gives each message as it is, by every way in", func(ctx SpecContext) {
			for name, opts := range map[string]pop3client.Options{"clear": {}, "STLS": {RequireTLS: true}, "implicit TLS": {ImplicitTLS: true}} {
				c := dial(ctx, s, opts)
				if name == "STLS" {
					Expect(c.STLS(ctx)).To(Succeed())
				}
				Expect(c.Login(ctx, "alice", password)).To(Succeed(), name)
				stat, err := c.Stat(ctx)
				Expect(err).NotTo(HaveOccurred())
				Expect(stat.Messages).To(Equal(len(mails)))
				for i, m := range mails {
					got, err := c.RetrBytes(ctx, i+1)
					Expect(err).NotTo(HaveOccurred())
					Expect(bytes.Equal(got, m.Data)).To(BeTrue(), "%s: %s: %d octets of %d", name, m.Name, len(got), len(m.Data))
				}
				Expect(c.Quit(ctx)).To(Succeed())
			}
		}, SpecTimeout(spectest.ClientTime))

		It("answers pipelined commands in their order", func(ctx SpecContext) {
			c := dial(ctx, s, pop3client.Options{})
			Expect(c.Login(ctx, "alice", password)).To(Succeed())
			caps, err := c.Capa(ctx)
			Expect(err).NotTo(HaveOccurred())
			if !caps.Has(pop3.CapaPipelining) {
				Skip("PIPELINING is not offered")
			}
			got := make([]bytes.Buffer, len(mails))
			var numbers []int
			for i := range mails {
				numbers = append(numbers, i+1)
			}
			Expect(c.RetrAll(ctx, numbers, func(n int) (io.Writer, error) { return &got[n-1], nil })).To(Succeed())
			for i, m := range mails {
				Expect(bytes.Equal(got[i].Bytes(), m.Data)).To(BeTrue(), m.Name)
			}
			Expect(c.Quit(ctx)).To(Succeed())
		}, SpecTimeout(spectest.ClientTime))

		It("takes every mechanism that it offers and we have", func(ctx SpecContext) {
			c := dial(ctx, s, pop3client.Options{ImplicitTLS: true})
			caps, err := c.Capa(ctx)
			Expect(err).NotTo(HaveOccurred())
			c.Close()
			tried := 0
			for _, mech := range caps.SASL() {
				creds := pop3client.Credentials{User: "alice", Password: password}
				opts := pop3client.Options{ImplicitTLS: true}
				switch mech {
				case auth.Plain, auth.Login, auth.CRAMMD5, auth.SCRAMSHA1, auth.SCRAMSHA256:
				case auth.OAuthBearer, auth.XOAuth2:
					token, err := s.Token("alice")
					Expect(err).NotTo(HaveOccurred())
					creds = pop3client.Credentials{User: "alice", Token: token}
				case auth.External:
					cert, err := s.ClientCertificate("alice")
					Expect(err).NotTo(HaveOccurred())
					opts.TLS = s.TLSConfig()
					opts.TLS.Certificates = []tls.Certificate{cert}
				default:
					continue
				}
				c := dial(ctx, s, opts)
				Expect(c.AuthMechanism(ctx, mech, creds)).To(Succeed(), mech)
				_, err := c.Stat(ctx)
				Expect(err).NotTo(HaveOccurred())
				Expect(c.Quit(ctx)).To(Succeed())
				tried++
			}
			c = dial(ctx, s, pop3client.Options{})
			if c.Greeting().Timestamp != "" {
				Expect(c.APOP(ctx, "alice", password)).To(Succeed())
				tried++
			}
			Expect(c.Quit(ctx)).To(Succeed())
			if tried == 0 {
				Skip("neither APOP nor a mechanism is offered")
			}
		}, SpecTimeout(2*spectest.ClientTime))

		It("refuses a wrong password, and another authority's certificate is refused", func(ctx SpecContext) {
			c := dial(ctx, s, pop3client.Options{})
			err := c.User(ctx, "alice")
			if err == nil {
				err = c.Pass(ctx, "wrong")
			}
			var reply *pop3.Reply
			Expect(errors.As(err, &reply)).To(BeTrue(), "%v", err)
			Expect(reply.Status).To(Equal(pop3.Err))
			c.Close()

			_, err = pop3client.Dial(ctx, s.Addr(peers.PortPOP3S), &pop3client.Options{ImplicitTLS: true, TLS: &tls.Config{RootCAs: x509.NewCertPool(), ServerName: "localhost"}})
			var unknown x509.UnknownAuthorityError
			Expect(errors.As(err, &unknown)).To(BeTrue(), "%v", err)
		}, SpecTimeout(spectest.ClientTime))

		It("removes at QUIT what DELE marked, and nothing that RSET freed", func(ctx SpecContext) {
			c := dial(ctx, s, pop3client.Options{})
			Expect(c.Login(ctx, "bob", s.Accounts["bob"])).To(Succeed())
			Expect(c.DeleAll(ctx, []int{1, 2})).To(Succeed())
			Expect(c.Rset(ctx)).To(Succeed())
			Expect(c.Dele(ctx, 2)).To(Succeed())
			Expect(c.Quit(ctx)).To(Succeed())
			c = dial(ctx, s, pop3client.Options{})
			Expect(c.Login(ctx, "bob", s.Accounts["bob"])).To(Succeed())
			stat, err := c.Stat(ctx)
			Expect(err).NotTo(HaveOccurred())
			Expect(stat.Messages).To(Equal(2))
			got, err := c.RetrBytes(ctx, 2)
			Expect(err).NotTo(HaveOccurred())
			Expect(bytes.Equal(got, mails[2].Data)).To(BeTrue())
			Expect(c.Quit(ctx)).To(Succeed())
		}, SpecTimeout(spectest.ClientTime))

		// The last with this maildrop: Mailutils adds a field to the messages when it makes unique-ids.
		It("lists what STAT counts, and TOP is the beginning of RETR", func(ctx SpecContext) {
			c := dial(ctx, s, pop3client.Options{})
			Expect(c.Login(ctx, "alice", password)).To(Succeed())
			list, err := c.ListAll(ctx)
			Expect(err).NotTo(HaveOccurred())
			Expect(list).To(HaveLen(len(mails)))
			first, err := c.List(ctx, 1)
			Expect(err).NotTo(HaveOccurred())
			Expect(first).To(Equal(list[0]))
			top, err := c.Top(ctx, 1, 0)
			Expect(err).NotTo(HaveOccurred())
			header, err := io.ReadAll(top)
			Expect(err).NotTo(HaveOccurred())
			Expect(mails[0].Data).To(HavePrefix(string(bytes.TrimRight(header, "\r\n"))))
			ids, err := c.UidlAll(ctx)
			Expect(err).NotTo(HaveOccurred())
			Expect(ids).To(HaveLen(len(mails)))
			one, err := c.Uidl(ctx, 2)
			Expect(err).NotTo(HaveOccurred())
			Expect(one).To(Equal(ids[1]))
			Expect(c.Quit(ctx)).To(Succeed())
		}, SpecTimeout(spectest.ClientTime))
	})
}
