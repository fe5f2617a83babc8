package pop3spec_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"harness/fixtures"
	"harness/mockservers/mailstore"
	"harness/mockservers/pop3mock"
	"harness/specs"
	"harness/specs/peers"
	"harness/specs/spectest"
)

//go:embed testdata/peers/poplib_session.py
var poplibSession []byte

// TestRealClients has clients that are not ours read the mock's mail: curl, mpop and Python's poplib.
func TestRealClients(t *testing.T) {
	clients := spectest.RealClients(t, "curl", "mpop", "python3")
	RegisterFailHandler(Fail)
	specs.Suite(t, "real POP3 clients", func() {
		describeCurl(clients["curl"])
		describeMpop(clients["mpop"])
		describePoplib(clients["python3"])
	})
}

// served is the mail as a session without UTF8 gets it.
func served() []fixtures.Mail {
	mails := fixtures.Mails()
	for i, m := range mails {
		if mailstore.NeedsUTF8(m.Data) {
			mails[i].Data = mailstore.Surrogate(m.Data)
		}
		if !bytes.HasSuffix(mails[i].Data, []byte("\r\n")) {
			mails[i].Data = append(slices.Clone(mails[i].Data), "\r\n"...)
		}
	}
	return mails
}

func run(ctx context.Context, c *peers.Client, srv *pop3mock.Server, cmd peers.Command) *peers.Result {
	return spectest.RunClient(ctx, GinkgoT(), c, srv.Server, cmd)
}

func said(ctx context.Context, srv *pop3mock.Server, sessions int) string {
	return spectest.Said(ctx, GinkgoT(), srv.Server, sessions)
}

func describeCurl(curl *peers.Client) {
	Describe("curl", Label("container"), func() {
		for name, faults := range spectest.Slow {
			It("retrieves every message as it is, "+name, func(ctx SpecContext) {
				srv := pop3mock.New(GinkgoT(), pop3mock.WithFaults(faults...))
				mails := served()
				if faults != nil {
					mails = mails[:30] // the largest message comes behind these
				}
				r := run(ctx, curl, srv, peers.Command{KeepFiles: true, Args: []string{"-sS", "-u", "alice:wonderland",
					fmt.Sprintf("pop3://%s/[1-%d]", srv.Addr(), len(mails)), "-o", "message#1"}})
				Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
				for i, m := range mails {
					got := r.Files[fmt.Sprintf("message%d", i+1)]
					Expect(bytes.Equal(got, m.Data)).To(BeTrue(), "%s: %d octets of %d", m.Name, len(got), len(m.Data))
				}
			}, SpecTimeout(2*spectest.ClientTime))
		}

		It("lists, and deletes at QUIT", func(ctx SpecContext) {
			srv := pop3mock.New(GinkgoT())
			mails := served()
			r := run(ctx, curl, srv, peers.Command{Args: []string{"-sS", "-u", "alice:wonderland", "pop3://" + srv.Addr() + "/"}})
			Expect(strings.Count(string(r.Stdout), "\n")).To(Equal(len(mails)))
			r = run(ctx, curl, srv, peers.Command{Args: []string{"-sS", "-u", "alice:wonderland", "-X", "DELE", "-I", "pop3://" + srv.Addr() + "/2"}})
			Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
			r = run(ctx, curl, srv, peers.Command{Args: []string{"-sS", "-u", "alice:wonderland", "-X", "UIDL", "pop3://" + srv.Addr() + "/"}})
			Expect(strings.Count(string(r.Stdout), "\n")).To(Equal(len(mails) - 1))
		}, SpecTimeout(2*spectest.ClientTime))

		for _, login := range []string{"AUTH=PLAIN", "AUTH=LOGIN", "AUTH=CRAM-MD5", "AUTH=+APOP"} {
			It("logs in over STLS with "+login, func(ctx SpecContext) {
				srv := pop3mock.New(GinkgoT())
				r := run(ctx, curl, srv, peers.Command{Args: []string{"-sS", "--ssl-reqd", "--cacert", "ca.pem", "--login-options", login,
					"-u", "alice:wonderland", "pop3://" + srv.Addr() + "/1"}})
				Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
				Expect(bytes.Equal(r.Stdout, served()[0].Data)).To(BeTrue())
				_, method, _ := strings.Cut(login, "=")
				verb := "AUTH " + method
				if method == "+APOP" {
					verb = "APOP alice"
				}
				Expect(said(ctx, srv, 1)).To(And(ContainSubstring("STLS\r\n"), ContainSubstring(verb)))
			}, SpecTimeout(2*spectest.ClientTime))
		}

		It("reads over implicit TLS", func(ctx SpecContext) {
			srv := pop3mock.New(GinkgoT(), pop3mock.WithImplicitTLS())
			r := run(ctx, curl, srv, peers.Command{Args: []string{"-sS", "--cacert", "ca.pem", "-u", "alice:wonderland", "pop3s://" + srv.Addr() + "/1"}})
			Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
			Expect(bytes.Equal(r.Stdout, served()[0].Data)).To(BeTrue())
		}, SpecTimeout(2*spectest.ClientTime))

		It("tells a wrong password, a missing message and a wrong certificate", func(ctx SpecContext) {
			srv := pop3mock.New(GinkgoT())
			for wanted, args := range map[int][]string{
				67: {"-u", "alice:wrong", "pop3://" + srv.Addr() + "/1"},
				8:  {"-u", "alice:wonderland", "pop3://" + srv.Addr() + "/9999"},
				60: {"--ssl-reqd", "-u", "alice:wonderland", "pop3://" + srv.Addr() + "/1"},
			} {
				r := run(ctx, curl, srv, peers.Command{Args: append([]string{"-sS"}, args...)})
				Expect(r.ExitCode).To(Equal(wanted), string(r.Stderr))
			}
			srv.TakeErrors() // the handshake that curl broke off
		}, SpecTimeout(2*spectest.ClientTime))
	})
}

// mpoprc is a configuration that delivers to a Maildir and adds nothing.
func mpoprc(srv *pop3mock.Server, more ...string) []byte {
	host, port, _ := net.SplitHostPort(srv.Addr())
	return fmt.Appendf(nil, "account default\nhost %s\nport %s\nuser alice\npassword wonderland\ndelivery maildir Mail\nuidls_file uidls\nreceived_header off\n%s\n",
		host, port, strings.Join(more, "\n"))
}

func describeMpop(mpop *peers.Client) {
	for name, c := range map[string]struct {
		options []pop3mock.Option
		config  []string
		said    []string
	}{
		"in the clear, pipelined": {config: []string{"tls off", "auth user", "pipelining on", "keep off"}, said: []string{"USER alice\r\n", "RETR 1\r\nRETR 2\r\n", "DELE 65\r\n"}},
		"over STLS with SCRAM":    {config: []string{"tls on", "tls_starttls on", "tls_trust_file ca.pem", "auth scram-sha-256", "keep on"}, said: []string{"STLS\r\n", "AUTH SCRAM-SHA-256"}},
		"over implicit TLS":       {options: []pop3mock.Option{pop3mock.WithImplicitTLS()}, config: []string{"tls on", "tls_starttls off", "tls_trust_file ca.pem", "auth plain", "keep off"}, said: []string{"AUTH PLAIN", "DELE 1\r\n"}},
		"with CRAM-MD5":           {config: []string{"tls off", "auth cram-md5", "keep on"}, said: []string{"AUTH CRAM-MD5\r\n"}},
		"with APOP":               {config: []string{"tls off", "auth apop", "keep on"}, said: []string{"APOP alice "}},
	} {
		It("mpop delivers every message, "+name, Label("container"), func(ctx SpecContext) {
			srv := pop3mock.New(GinkgoT(), c.options...)
			// mpop wants private files and an existing Maildir.
			r := run(ctx, mpop, srv, peers.Command{KeepFiles: true, Args: []string{"--file=mpoprc"}, Files: map[string][]byte{
				"mpoprc": mpoprc(srv, c.config...), "Mail/new/.keep": nil, "Mail/cur/.keep": nil, "Mail/tmp/.keep": nil,
			}})
			Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
			got := map[string]int{}
			for path, data := range r.Files {
				if strings.HasPrefix(path, "Mail/new/") && !strings.HasSuffix(path, ".keep") {
					got[digest(data)]++
				}
			}
			for _, m := range served() {
				// A Maildir has the line ends of Unix.
				d := digest(bytes.ReplaceAll(m.Data, []byte("\r\n"), []byte("\n")))
				Expect(got[d]).To(BeNumerically(">", 0), m.Name)
				got[d]--
			}
			transcript := said(ctx, srv, 1)
			for _, s := range c.said {
				Expect(transcript).To(ContainSubstring(s))
			}
			box, ok := srv.Store().Maildrop("alice")
			Expect(ok).To(BeTrue())
			drop, err := box.Open(false)
			Expect(err).NotTo(HaveOccurred())
			defer drop.Close()
			left := len(served())
			if slices.Contains(c.config, "keep off") {
				left = 0
			}
			Expect(drop.Messages()).To(HaveLen(left))
		}, SpecTimeout(2*spectest.ClientTime))
	}
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func describePoplib(python *peers.Client) {
	for _, mode := range []string{"clear", "apop", "utf8", "stls", "implicit"} {
		It("poplib, "+mode, Label("container"), func(ctx SpecContext) {
			var options []pop3mock.Option
			if mode == "implicit" {
				options = append(options, pop3mock.WithImplicitTLS())
			}
			srv := pop3mock.New(GinkgoT(), options...)
			host, port, err := net.SplitHostPort(srv.Addr())
			Expect(err).NotTo(HaveOccurred())
			r := run(ctx, python, srv, peers.Command{Args: []string{"-", host, port, mode}, Stdin: poplibSession})
			Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
			var seen struct {
				Welcome, Wrong, List1, UIDL1, Noop, Quit string
				Capa, List, UIDL, Retr, Top              []string
				Stat, Deleted, Reset                     [2]int64
			}
			Expect(json.Unmarshal(r.Stdout, &seen)).To(Succeed())
			mails := served()
			if mode == "utf8" {
				for i, m := range fixtures.Mails() {
					if mailstore.NeedsUTF8(m.Data) {
						mails[i] = m
					}
				}
			}
			var sizes int64
			for i, m := range mails {
				Expect(seen.Retr[i]).To(Equal(digest(m.Data)), m.Name)
				if last := fixtures.Mails()[i].Data; !bytes.HasSuffix(last, []byte("\r\n")) {
					sizes -= 2 // the line end that the transmission adds
				}
				sizes += int64(len(m.Data))
			}
			n := int64(len(mails))
			Expect(seen.Stat[0]).To(Equal(n))
			Expect(seen.Stat[1]).To(BeNumerically("~", sizes, 4))
			Expect(seen.Reset).To(Equal(seen.Stat))
			Expect(seen.Deleted[0]).To(Equal(n - 1))
			Expect(seen.List).To(HaveLen(len(mails)))
			Expect(seen.UIDL).To(HaveLen(len(mails)))
			Expect(seen.List1).To(HavePrefix("+OK 1 "))
			Expect(seen.UIDL1).To(HavePrefix("+OK 1 "))
			Expect(seen.Welcome).To(HavePrefix("+OK"))
			Expect(seen.Wrong).To(ContainSubstring("-ERR"))
			Expect(seen.Capa).To(ContainElements("PIPELINING", "RESP-CODES", "TOP", "UIDL"))
			header, body, _ := strings.Cut(string(mails[0].Data), "\r\n\r\n")
			want := append(append(strings.Split(header, "\r\n"), ""), strings.SplitN(body, "\r\n", 3)[:2]...)
			Expect(seen.Top).To(Equal(want))
			Expect(seen.Noop).To(HavePrefix("+OK"))
			Expect(seen.Quit).To(HavePrefix("+OK"))
		}, SpecTimeout(2*spectest.ClientTime))
	}
}
