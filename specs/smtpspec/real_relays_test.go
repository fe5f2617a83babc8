package smtpspec_test

import (
	"bytes"
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"harness/clients/smtpclient"
	"harness/mockservers/smtpmock"
	"harness/specs"
	"harness/specs/peers"
	"harness/specs/spectest"
)

// relay is a real server that hands mail on to mocks.
type relay struct {
	server *peers.Server
	mocks  map[string]*smtpmock.Server // by domain
	habits
}

// habits are what a relay does to mail on its way.
type habits struct {
	// changes are the messages of the corpus that it changes, or does not hand on, each with what becomes of it.
	changes map[string]string
	// single has it use LMTP with one recipient at a time: OpenSMTPD takes replies for several that come at once for too much, and gives up.
	single bool
	// patient has it come again after minutes only, whatever it is told.
	patient bool
}

// The domains whose mail a relay hands on.
const (
	byClear = "clear.example.net"
	byTLS   = "tls.example.net"
	byLMTP  = "lmtp.example.net"
	byEarly = "early.example.net" // to a server without any extension
	byRules = "rules.example.net"
	byMixed = "mixed.example.net" // LMTP, with different results
	bySmall = "small.example.net" // of messages of at most 2000 octets
)

var known = map[string]habits{
	"postfix": {changes: map[string]string{
		"12-delivery-status": "no Return-Path", "37-trace": "no Return-Path", "41-mailing-list": "no Return-Path",
		"38-bcc": "no Bcc", "39-bcc-empty": "no Bcc",
		"23-line-5000": "lines broken after 998 octets",
		"36-addresses": "addresses written anew", "62-obsolete-syntax": "white space before colons gone, addresses written anew",
		"60-date-missing": "a Date", "61-no-message-id": "a Message-Id", "65-minimal": "a Message-Id",
	}},
	"exim": {changes: map[string]string{
		"12-delivery-status": "no Return-Path", "37-trace": "no Return-Path", "41-mailing-list": "no Return-Path",
		"23-line-5000": "comes back, for its lines are too long", "50-dates-zones": "comes back, for it has more than 30 Received", "27-header-only": "an empty line",
	}},
	"opensmtpd": {single: true, patient: true, changes: map[string]string{
		"18-utf8-headers": "needs SMTPUTF8, which is not offered", "19-raw-8bit-headers": "needs SMTPUTF8, which is not offered",
		"38-bcc": "no Bcc", "39-bcc-empty": "no Bcc",
		"60-date-missing": "a Date", "61-no-message-id": "a Message-ID", "65-minimal": "a Message-ID",
		"62-obsolete-syntax": "a Date and a Message-ID, for those there are not recognized, and a domain behind a group",
	}},
}

// TestRealRelays has Postfix, Exim and OpenSMTPD hand mail on to mocks, by SMTP and by LMTP.
func TestRealRelays(t *testing.T) {
	var relays []*relay
	for _, name := range peers.SMTPServers() {
		r := &relay{mocks: map[string]*smtpmock.Server{
			byClear: smtpmock.New(t, smtpmock.WithFeatures("-STARTTLS")),
			byTLS:   smtpmock.New(t, smtpmock.WithFeatures("TLS=required")),
			byLMTP:  smtpmock.New(t, smtpmock.WithFeatures("MODE=lmtp")),
			byEarly: smtpmock.New(t, smtpmock.WithFeatures("-EHLO")),
			byRules: smtpmock.New(t, smtpmock.WithRules("reject to bad@* 550 5.2.1 Mailbox disabled", "greylist to grey@*", "reject at end to late@* 554 5.6.0 Not that")),
			byMixed: smtpmock.New(t, smtpmock.WithFeatures("MODE=lmtp"), smtpmock.WithRules("reject at end to full@* 552 5.2.2 Full", "defer 1 times at end to busy@* 452 4.2.1 Busy")),
			bySmall: smtpmock.New(t, smtpmock.WithFeatures("MAX-SIZE=2000")),
		}, habits: known[name]}
		r.server = startRelay(t, name, r.mocks)
		relays = append(relays, r)
	}
	RegisterFailHandler(Fail)
	specs.Suite(t, "real SMTP relays", func() {
		for _, r := range relays {
			Describe(r.server.Name, Label("container"), func() { describeRelay(r) })
		}
	})
}

func startRelay(t *testing.T, name string, mocks map[string]*smtpmock.Server) *peers.Server {
	t.Helper()
	peers.Require(t)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // the image may have to be built
	defer cancel()
	var opts peers.SMTPOptions
	for domain, srv := range mocks {
		opts.Relays = append(opts.Relays, peers.Relay{Domain: domain, LMTP: domain == byLMTP || domain == byMixed, To: netip.MustParseAddrPort(srv.Addr())})
	}
	s, err := peers.StartSMTP(ctx, name, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(s.Logs())
		}
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	t.Log(s.Software)
	return s
}

// send hands a message to the relay, which has to take it for all recipients.
func (r *relay) send(ctx context.Context, data []byte, to ...string) {
	GinkgoHelper()
	c, err := smtpclient.Dial(ctx, r.server.Addr(peers.PortSMTP), &smtpclient.Options{Name: "client.example.net", AnyContent: true})
	Expect(err).NotTo(HaveOccurred())
	defer c.Close()
	res, err := c.SendMail(ctx, smtpclient.NewEnvelope("alice@example.org", to...), bytes.NewReader(data))
	Expect(err).NotTo(HaveOccurred())
	Expect(res.Refused()).To(BeEmpty())
	Expect(c.Quit(ctx)).To(Succeed())
}

// original is a message without the trace that the relay put before it.
func original(data []byte) []byte {
	if !bytes.HasPrefix(data, []byte("Received:")) {
		return data
	}
	for {
		_, rest, ok := bytes.Cut(data, []byte("\r\n"))
		if !ok || len(rest) == 0 || rest[0] != ' ' && rest[0] != '\t' {
			return rest
		}
		data = rest
	}
}

// bounced waits for a message to the sender that has a text.
func (r *relay) bounced(ctx context.Context, text string) {
	GinkgoHelper()
	Eventually(func(g Gomega) {
		mails, err := r.server.Delivered(ctx, "alice")
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(string(bytes.Join(mails, nil))).To(ContainSubstring(text))
	}).WithContext(ctx).WithTimeout(spectest.ClientTime).WithPolling(100 * time.Millisecond).Should(Succeed())
}

func describeRelay(r *relay) {
	for domain, with := range map[string]string{byClear: "^(E|UTF8)SMTP$", byTLS: "^(E|UTF8)SMTPS$", byLMTP: "^(UTF8)?LMTPS?$"} {
		It("hands every message on as it is, to "+domain, func(ctx SpecContext) {
			to := []string{"x@" + domain, "y@" + domain}
			if domain == byLMTP && r.single {
				to = to[:1]
			}
			c, err := smtpclient.Dial(ctx, r.server.Addr(peers.PortSMTP), &smtpclient.Options{Name: "client.example.net", AnyContent: true})
			Expect(err).NotTo(HaveOccurred())
			defer c.Close()
			wanted := map[string]int{} // recipients, by content
			recipients := 0
			for _, m := range mails() {
				if r.changes[m.Name] == "" {
					_, err := c.SendMail(ctx, smtpclient.NewEnvelope("alice@example.org", to...), bytes.NewReader(m.Data))
					Expect(err).NotTo(HaveOccurred(), m.Name)
					wanted[string(m.Data)] = len(to)
					recipients += len(to)
				}
			}
			Expect(c.Quit(ctx)).To(Succeed())
			for recipients > 0 {
				m, data := next(ctx, r.mocks[domain])
				wanted[string(original(data))] -= len(m.To)
				Expect(wanted[string(original(data))]).To(BeNumerically(">=", 0), "%.900q", data)
				recipients -= len(m.To)
				Expect(m.With).To(MatchRegexp(with))
				Expect(m.From.Mailbox.String()).To(Equal("alice@example.org"))
			}
		}, SpecTimeout(3*spectest.ClientTime))
	}
	It("speaks to a server without extensions", func(ctx SpecContext) {
		r.send(ctx, mails("25-dots")[0].Data, "x@"+byEarly)
		m, data := next(ctx, r.mocks[byEarly])
		Expect(m.With).To(Equal("SMTP"))
		Expect(bytes.Equal(original(data), mails("25-dots")[0].Data)).To(BeTrue(), "%q", data)
	}, SpecTimeout(2*spectest.ClientTime))
	It("tells the sender what is refused", func(ctx SpecContext) {
		r.send(ctx, mails("01-plain")[0].Data, "good@"+byRules, "bad@"+byRules)
		m, _ := next(ctx, r.mocks[byRules])
		Expect(m.Recipients()).To(Equal([]string{"good@" + byRules}))
		r.bounced(ctx, "5.2.1")
		r.send(ctx, mails("01-plain")[0].Data, "late@"+byRules)
		r.bounced(ctx, "5.6.0")
	}, SpecTimeout(2*spectest.ClientTime))
	if !r.patient {
		It("comes again after 451", func(ctx SpecContext) {
			r.send(ctx, mails("01-plain")[0].Data, "grey@"+byRules)
			m, _ := next(ctx, r.mocks[byRules])
			Expect(m.Recipients()).To(Equal([]string{"grey@" + byRules}))
		}, SpecTimeout(2*spectest.ClientTime))
	}
	if !r.single {
		It("tells the results of LMTP apart", func(ctx SpecContext) {
			r.send(ctx, mails("01-plain")[0].Data, "good@"+byMixed, "full@"+byMixed, "busy@"+byMixed)
			m, _ := next(ctx, r.mocks[byMixed])
			Expect(m.Recipients()).To(Equal([]string{"good@" + byMixed}))
			r.bounced(ctx, "5.2.2")
			m, _ = next(ctx, r.mocks[byMixed])
			Expect(m.Recipients()).To(Equal([]string{"busy@" + byMixed}))
		}, SpecTimeout(2*spectest.ClientTime))
	}
	It("sends nothing that is larger than SIZE", func(ctx SpecContext) {
		large := "Subject: large\r\n\r\n" + strings.Repeat("0123456789\r\n", 200)
		r.send(ctx, []byte(large), "x@"+bySmall)
		r.bounced(ctx, "x@"+bySmall)
		Expect(r.mocks[bySmall].Accepted()).To(BeZero())
	}, SpecTimeout(2*spectest.ClientTime))
}
