package smtpspec_test

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"harness/fixtures"
	"harness/mockservers/smtpmock"
	"harness/protocols/smtp"
	"harness/specs"
	"harness/specs/peers"
	"harness/specs/spectest"
)

//go:embed testdata/peers/smtplib_session.py
var smtplibSession []byte

// TestRealClients has clients that are not ours send mail to the mock: curl, msmtp, swaks and Python's smtplib.
func TestRealClients(t *testing.T) {
	clients := spectest.RealClients(t, "curl", "msmtp", "swaks", "python3")
	RegisterFailHandler(Fail)
	specs.Suite(t, "real SMTP clients", func() {
		describeCurl(clients["curl"])
		describeMsmtp(clients["msmtp"])
		describeSwaks(clients["swaks"])
		describeSmtplib(clients["python3"])
	})
}

// mails are messages of the corpus as they arrive: the last line has an end.
func mails(names ...string) []fixtures.Mail {
	all := fixtures.Mails()
	if len(names) > 0 {
		all = slices.DeleteFunc(all, func(m fixtures.Mail) bool { return !slices.Contains(names, m.Name) })
		Expect(all).To(HaveLen(len(names)))
	}
	for i, m := range all {
		if !bytes.HasSuffix(m.Data, []byte("\r\n")) {
			all[i].Data = append(slices.Clone(m.Data), "\r\n"...)
		}
	}
	return all
}

// few are messages for clients that send one at a time: dots, 8-bit content, long lines, no body, and a line without an end.
var few = []string{"01-plain", "15-utf8", "22-line-998", "25-dots", "26-empty-body", "29-no-final-crlf-dot", "31-megabyte", "33-all-octets"}

func run(ctx context.Context, c *peers.Client, srv *smtpmock.Server, cmd peers.Command) *peers.Result {
	GinkgoHelper()
	return spectest.RunClient(ctx, GinkgoT(), c, srv.Server, cmd)
}

func said(ctx context.Context, srv *smtpmock.Server) string {
	GinkgoHelper()
	return spectest.Said(ctx, GinkgoT(), srv.Server, 1)
}

// place returns host and port of a server.
func place(srv *smtpmock.Server) (host, port string) {
	GinkgoHelper()
	host, port, err := net.SplitHostPort(srv.Addr())
	Expect(err).NotTo(HaveOccurred())
	return host, port
}

// next waits for the next message.
func next(ctx context.Context, srv *smtpmock.Server) (*smtpmock.Mail, []byte) {
	GinkgoHelper()
	ctx, cancel := context.WithTimeout(ctx, spectest.ClientTime)
	defer cancel()
	m, err := srv.Mail(ctx)
	Expect(err).NotTo(HaveOccurred())
	data, err := m.Data()
	Expect(err).NotTo(HaveOccurred())
	return m, data
}

// arrives expects the next message to be this one.
func arrives(ctx context.Context, srv *smtpmock.Server, want fixtures.Mail) *smtpmock.Mail {
	GinkgoHelper()
	m, got := next(ctx, srv)
	Expect(bytes.Equal(got, want.Data)).To(BeTrue(), "%s: %d octets of %d: %.300q", want.Name, len(got), len(want.Data), got)
	return m
}

const (
	sender    = "carol@example.com"
	recipient = "dan@example.net"
)

func describeCurl(curl *peers.Client) {
	url := func(srv *smtpmock.Server) string { return "smtp://" + srv.Addr() + "/client.example.net" }
	sendTo := func(ctx context.Context, srv *smtpmock.Server, url string, m fixtures.Mail, args ...string) *peers.Result {
		GinkgoHelper()
		return run(ctx, curl, srv, peers.Command{Stdin: m.Data, Args: slices.Concat([]string{"-sS", "--cacert", "ca.pem", "--mail-from", sender, "--mail-rcpt", recipient, "-T", "-", url}, args)})
	}
	send := func(ctx context.Context, srv *smtpmock.Server, m fixtures.Mail, args ...string) *peers.Result {
		GinkgoHelper()
		return sendTo(ctx, srv, url(srv), m, args...)
	}
	Describe("curl", Label("container"), func() {
		for name, faults := range spectest.Slow {
			It("sends every message as it is, "+name, func(ctx SpecContext) {
				srv := smtpmock.New(GinkgoT(), smtpmock.WithFaults(faults...))
				cmd := peers.Command{Args: []string{"-sS"}, Files: map[string][]byte{}}
				for i, m := range fixtures.Mails() {
					if i > 0 {
						cmd.Args = append(cmd.Args, "--next", "-sS")
					}
					cmd.Files[m.Name] = m.Data
					cmd.Args = append(cmd.Args, "--mail-from", sender, "--mail-rcpt", recipient, "--mail-rcpt", "alice@example.org", "-T", m.Name, url(srv))
				}
				r := run(ctx, curl, srv, cmd)
				Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
				for _, m := range mails() {
					got := arrives(ctx, srv, m)
					Expect(got.Recipients()).To(Equal([]string{recipient, "alice@example.org"}))
					Expect(got.Hello).To(Equal("client.example.net"))
				}
			}, SpecTimeout(2*spectest.ClientTime))
		}

		for _, login := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "OAUTHBEARER"} {
			It("authenticates after STARTTLS by "+login, func(ctx SpecContext) {
				srv := smtpmock.New(GinkgoT(), withToken, smtpmock.WithFeatures("MODE=submission", "TLS=required"))
				args := []string{"--ssl-reqd", "--login-options", "AUTH=" + login, "-u", "alice:wonderland"}
				if login == "OAUTHBEARER" {
					args = append(args, "-u", "alice:", "--oauth2-bearer", token)
				}
				r := send(ctx, srv, mails("01-plain")[0], args...)
				Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
				got := arrives(ctx, srv, mails("01-plain")[0])
				Expect(got.With).To(Equal("ESMTPSA"))
				Expect(got.User).To(Equal("alice"))
				Expect(said(ctx, srv)).To(And(ContainSubstring("STARTTLS\r\n"), ContainSubstring("AUTH "+login)))
			}, SpecTimeout(2*spectest.ClientTime))
		}

		It("begins with TLS", func(ctx SpecContext) {
			srv := smtpmock.New(GinkgoT(), smtpmock.WithImplicitTLS())
			r := sendTo(ctx, srv, "smtps://"+srv.Addr(), mails("25-dots")[0])
			Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
			Expect(arrives(ctx, srv, mails("25-dots")[0]).With).To(Equal("ESMTPS"))
		}, SpecTimeout(2*spectest.ClientTime))

		It("goes on without a recipient that is refused", func(ctx SpecContext) {
			srv := smtpmock.New(GinkgoT())
			r := send(ctx, srv, mails("01-plain")[0], "--mail-rcpt", "nobody@example.org", "--mail-rcpt", "alice@example.org", "--mail-rcpt-allowfails")
			Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
			Expect(arrives(ctx, srv, mails("01-plain")[0]).Recipients()).To(Equal([]string{recipient, "alice@example.org"}))
		}, SpecTimeout(2*spectest.ClientTime))

		It("asks for users and lists", func(ctx SpecContext) {
			srv := smtpmock.New(GinkgoT(), withList)
			for args, want := range map[string]string{
				"VRFY alice": "alice@example.org", "EXPN list": "dan@example.net", "HELP": "MAIL",
			} {
				r := run(ctx, curl, srv, peers.Command{Args: []string{"-sS", url(srv), "-X", args}})
				Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
				Expect(string(r.Stdout)).To(ContainSubstring(want))
			}
		}, SpecTimeout(2*spectest.ClientTime))

		It("tells what is refused", func(ctx SpecContext) {
			srv := smtpmock.New(GinkgoT(), smtpmock.WithFeatures("MAX-SIZE=65536"), smtpmock.WithRules("reject from evil@* 550 5.7.1 No"))
			for what, c := range map[string]struct {
				mail string
				args []string
				want []any
			}{
				"a wrong password":    {mail: "01-plain", args: []string{"--ssl-reqd", "-u", "alice:wrong"}, want: []any{67}},
				"an unknown user":     {mail: "01-plain", args: []string{"--mail-rcpt", "nobody@example.org"}, want: []any{55}},
				"a sender":            {mail: "01-plain", args: []string{"--mail-from", "evil@example.com"}, want: []any{55}},
				"a large message":     {mail: "31-megabyte", want: []any{55, 56, 8}},
				"a wrong certificate": {mail: "01-plain", args: []string{"--ssl-reqd", "--cacert", "/dev/null"}, want: []any{60, 77}},
			} {
				r := send(ctx, srv, mails(c.mail)[0], c.args...)
				Expect(r.ExitCode).To(BeElementOf(c.want...), "%s: %s", what, r.Stderr)
			}
			srv.TakeErrors() // the handshake that curl broke off
			Expect(srv.Accepted()).To(BeZero())
		}, SpecTimeout(2*spectest.ClientTime))
	})
}

const token = "looking-glass"

func withToken(o *smtpmock.Options) {
	o.Accounts = []smtpmock.Account{{Name: "alice", Password: "wonderland", Token: token}}
}

func withList(o *smtpmock.Options) {
	o.Lists = []smtpmock.List{{Name: "list", Members: []string{"alice@example.org", recipient}}}
}

func describeMsmtp(msmtp *peers.Client) {
	send := func(ctx context.Context, srv *smtpmock.Server, m fixtures.Mail, args ...string) *peers.Result {
		GinkgoHelper()
		host, port := place(srv)
		own := []string{"--host=" + host, "--port=" + port, "--domain=client.example.net", "--from=" + sender, "--remove-bcc-headers=off", "--undisclosed-recipients=off", "--set-from-header=off", "--set-date-header=off", "--set-msgid-header=off"}
		return run(ctx, msmtp, srv, peers.Command{Stdin: m.Data, Args: append(own, args...)})
	}
	Describe("msmtp", Label("container"), func() {
		for _, lmtp := range []bool{false, true} {
			It(fmt.Sprintf("sends messages as they are, LMTP %v", lmtp), func(ctx SpecContext) {
				var options []smtpmock.Option
				protocol := "smtp"
				if lmtp {
					protocol, options = "lmtp", append(options, smtpmock.WithFeatures("MODE=lmtp"))
				}
				srv := smtpmock.New(GinkgoT(), options...)
				for _, m := range mails(few...) {
					r := send(ctx, srv, m, "--protocol="+protocol, recipient, "alice@example.org")
					Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
					Expect(arrives(ctx, srv, m).Recipients()).To(Equal([]string{recipient, "alice@example.org"}))
				}
			}, SpecTimeout(2*spectest.ClientTime))
		}
		for _, login := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256", "XOAUTH2", "OAUTHBEARER"} {
			It("authenticates after STARTTLS by "+login, func(ctx SpecContext) {
				srv := smtpmock.New(GinkgoT(), withToken, smtpmock.WithFeatures("MODE=submission", "TLS=required"))
				secret := "wonderland"
				if strings.Contains(login, "OAUTH") {
					secret = token
				}
				r := send(ctx, srv, mails("25-dots")[0], "--tls=on", "--tls-trust-file=ca.pem", "--auth="+strings.ToLower(login), "--user=alice", "--passwordeval=echo "+secret, "--dsn-notify=failure,delay", "--dsn-return=headers", recipient)
				Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
				got := arrives(ctx, srv, mails("25-dots")[0])
				Expect(got.With).To(Equal("ESMTPSA"))
				Expect(got.User).To(Equal("alice"))
				Expect(got.Options.Return).To(Equal(smtp.ReturnHeaders))
				Expect(got.To[0].Options.Notify).To(Equal(smtp.NotifyFailure | smtp.NotifyDelay))
				Expect(said(ctx, srv)).To(And(ContainSubstring("STARTTLS\r\n"), ContainSubstring("AUTH "+login)))
			}, SpecTimeout(2*spectest.ClientTime))
		}
		It("begins with TLS", func(ctx SpecContext) {
			srv := smtpmock.New(GinkgoT(), smtpmock.WithImplicitTLS())
			r := send(ctx, srv, mails("25-dots")[0], "--tls=on", "--tls-starttls=off", "--tls-trust-file=ca.pem", recipient)
			Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
			Expect(arrives(ctx, srv, mails("25-dots")[0]).With).To(Equal("ESMTPS"))
		}, SpecTimeout(2*spectest.ClientTime))
		It("tells what is refused", func(ctx SpecContext) {
			srv := smtpmock.New(GinkgoT(), smtpmock.WithFeatures("MAX-SIZE=65536"), smtpmock.WithRules("reject from evil@* 550 5.7.1 No"))
			for what, c := range map[string]struct {
				mail string
				args []string
				want int // one of sysexits.h
			}{
				"a wrong password":       {mail: "01-plain", args: []string{"--tls=on", "--tls-trust-file=ca.pem", "--auth=plain", "--user=alice", "--passwordeval=echo wrong", recipient}, want: 77},
				"one of two recipients":  {mail: "01-plain", args: []string{recipient, "nobody@example.org"}, want: 65},
				"a sender":               {mail: "01-plain", args: []string{"--from=evil@example.com", recipient}, want: 65},
				"a large message":        {mail: "31-megabyte", args: []string{recipient}, want: 69},
				"a certificate of no CA": {mail: "01-plain", args: []string{"--tls=on", recipient}, want: 69},
			} {
				r := send(ctx, srv, mails(c.mail)[0], c.args...)
				Expect(r.ExitCode).To(Equal(c.want), "%s: %s", what, r.Stderr)
			}
			srv.TakeErrors() // the handshake that msmtp broke off
			Expect(srv.Accepted()).To(BeZero())
		}, SpecTimeout(2*spectest.ClientTime))
	})
}

func describeSwaks(swaks *peers.Client) {
	send := func(ctx context.Context, srv *smtpmock.Server, m fixtures.Mail, args ...string) *peers.Result {
		GinkgoHelper()
		host, port := place(srv)
		own := []string{"--server", host, "--port", port, "--helo", "client.example.net", "--from", sender, "--data", "@mail", "--no-data-fixup"}
		// Swaks then sends what follows DATA on the wire as it is, and an end of the last line.
		stuffed := bytes.ReplaceAll(m.Data, []byte("\r\n."), []byte("\r\n.."))
		if bytes.HasPrefix(stuffed, []byte(".")) {
			stuffed = append([]byte("."), stuffed...)
		}
		return run(ctx, swaks, srv, peers.Command{Files: map[string][]byte{"mail": append(stuffed, '.')}, Args: append(own, args...)})
	}
	Describe("swaks", Label("container"), func() {
		for name, c := range map[string]struct {
			options []smtpmock.Option
			args    []string
			with    string
		}{
			"in the clear":              {with: "ESMTP"},
			"by HELO":                   {args: []string{"--protocol", "SMTP"}, with: "SMTP"},
			"pipelined":                 {args: []string{"--pipeline"}, with: "ESMTP"},
			"after STARTTLS":            {args: []string{"--tls", "--tls-verify", "--tls-ca-path", "ca.pem"}, with: "ESMTPS"},
			"over TLS from the start":   {options: []smtpmock.Option{smtpmock.WithImplicitTLS()}, args: []string{"--tls-on-connect"}, with: "ESMTPS"},
			"by LMTP":                   {options: []smtpmock.Option{smtpmock.WithFeatures("MODE=lmtp")}, args: []string{"--protocol", "LMTP"}, with: "LMTP"},
			"authenticated by PLAIN":    {args: []string{"--tls", "--auth", "PLAIN", "--auth-user", "alice", "--auth-password", "wonderland"}, with: "ESMTPSA"},
			"authenticated by LOGIN":    {args: []string{"--tls", "--auth", "LOGIN", "--auth-user", "alice", "--auth-password", "wonderland"}, with: "ESMTPSA"},
			"authenticated by CRAM-MD5": {args: []string{"--auth", "CRAM-MD5", "--auth-user", "alice", "--auth-password", "wonderland"}, with: "ESMTPA"},
		} {
			It("sends a message as it is, "+name, func(ctx SpecContext) {
				srv := smtpmock.New(GinkgoT(), c.options...)
				for _, m := range mails("25-dots", "33-all-octets") {
					r := send(ctx, srv, m, slices.Concat([]string{"--to", recipient + ",nobody@example.org,alice@example.org"}, c.args)...)
					Expect(r.ExitCode).To(BeZero(), "%s%s", r.Stdout, r.Stderr)
					Expect(string(r.Stdout)).To(ContainSubstring("* 550 5.1.1 "))
					got := arrives(ctx, srv, m)
					Expect(got.With).To(Equal(c.with))
					Expect(got.Recipients()).To(Equal([]string{recipient, "alice@example.org"}))
				}
			}, SpecTimeout(2*spectest.ClientTime))
		}
		It("tells what is refused", func(ctx SpecContext) {
			srv := smtpmock.New(GinkgoT(), smtpmock.WithFeatures("MAX-SIZE=65536"), smtpmock.WithRules("reject from evil@* 550 5.7.1 No"))
			for what, c := range map[string]struct {
				mail string
				args []string
				want int
			}{
				"a wrong password":     {mail: "01-plain", args: []string{"--to", recipient, "--tls", "--auth", "PLAIN", "--auth-user", "alice", "--auth-password", "wrong"}, want: 28},
				"every recipient":      {mail: "01-plain", args: []string{"--to", "nobody@example.org"}, want: 24},
				"a sender":             {mail: "01-plain", args: []string{"--to", recipient, "--from", "evil@example.com"}, want: 23},
				"a large message":      {mail: "31-megabyte", args: []string{"--to", recipient}, want: 26},
				"an unknown authority": {mail: "01-plain", args: []string{"--to", recipient, "--tls", "--tls-verify"}, want: 29},
			} {
				r := send(ctx, srv, mails(c.mail)[0], c.args...)
				Expect(r.ExitCode).To(Equal(c.want), "%s: %s%s", what, r.Stdout, r.Stderr)
			}
			srv.TakeErrors() // the handshake that swaks broke off
			Expect(srv.Accepted()).To(BeZero())
		}, SpecTimeout(2*spectest.ClientTime))
	})
}

func describeSmtplib(python *peers.Client) {
	for mode, features := range map[string][]string{
		"clear": {"CLEARTEXT=all"}, "starttls": {"TLS=required"}, "implicit": nil, "lmtp": {"MODE=lmtp"}, "helo": {"-EHLO"},
	} {
		It("smtplib, "+mode, Label("container"), func(ctx SpecContext) {
			options := []smtpmock.Option{smtpmock.WithFeatures(append(features, "MAX-SIZE=2000000")...), smtpmock.WithRules("reject from evil@* 550 5.7.1 No"), withList}
			if mode == "implicit" {
				options = append(options, smtpmock.WithImplicitTLS())
			}
			srv := smtpmock.New(GinkgoT(), options...)
			host, port := place(srv)
			cmd := peers.Command{Stdin: smtplibSession, Args: []string{"-", host, port, mode}, Files: map[string][]byte{}}
			for _, m := range fixtures.Mails() {
				cmd.Args = append(cmd.Args, m.Name)
				cmd.Files[m.Name] = m.Data
			}
			r := run(ctx, python, srv, cmd)
			Expect(r.ExitCode).To(BeZero(), string(r.Stderr))
			var seen struct {
				Starttls, Login, Again, Vrfy, Unknown, Help, Noop, Rset, Quit int
				Extensions                                                    map[string]string
				Wrong, Expn, Sender, Large                                    string
				Some, None                                                    map[string]int
			}
			Expect(json.Unmarshal(r.Stdout, &seen)).To(Succeed())
			if mode != "helo" {
				Expect(seen.Extensions).To(And(HaveKeyWithValue("size", "2000000"), HaveKey("pipelining"), HaveKey("smtputf8"), HaveKey("auth")))
				Expect(seen.Wrong).To(HavePrefix("535 5.7.8"))
				Expect(seen.Login).To(Equal(smtp.CodeAuthenticated))
				Expect(seen.Again).To(Equal(smtp.CodeBadSequence))
			}
			Expect([]int{seen.Vrfy, seen.Unknown, seen.Noop, seen.Rset, seen.Quit}).To(Equal([]int{250, 550, 250, 250, 221}))
			Expect(seen.Expn).To(And(ContainSubstring("<alice@example.org>"), ContainSubstring("<"+recipient+">")))
			Expect(seen.Help).To(BeNumerically(">", 100))
			for _, m := range mails() {
				got := arrives(ctx, srv, m)
				Expect(got.From.Mailbox.String()).To(Equal(sender))
				if mode != "helo" {
					Expect(got.Options.Body).To(Equal(smtp.Body8BitMIME))
					Expect(got.Options.Size).To(BeNumerically("~", len(m.Data), 2))
				}
			}

			some, _ := next(ctx, srv)
			to := []string{recipient}
			if mode != "lmtp" {
				to = append(to, "alice@example.org")
			}
			Expect(some.Recipients()).To(Equal(to))
			Expect(seen.Some).To(Equal(map[string]int{"nobody@example.org": 550}))
			Expect(seen.None).To(Equal(map[string]int{"nobody@example.org": 550, "noone@example.org": 550}))
			Expect(seen.Sender).To(HavePrefix("550 5.7.1"))
			Expect(seen.Large).To(HavePrefix("552 5.3.4"))
			if mode != "helo" {
				international, data := next(ctx, srv)
				Expect(international.Options.UTF8).To(BeTrue())
				Expect(international.From.Mailbox.String()).To(Equal("jürgen@example.com"))
				Expect(string(data)).To(Equal("Subject: ü\r\n\r\nü\r\n"))
				reported, _ := next(ctx, srv)
				Expect(reported.Options.EnvelopeID).To(Equal("a+b"))
				Expect(reported.To[0].Options.Notify).To(Equal(smtp.NotifySuccess | smtp.NotifyDelay))
				Expect(reported.To[0].Options.OriginalRecipient).To(Equal("rfc822;d@example.net"))
			}
			Expect(srv.Accepted()).To(BeNumerically("==", len(srv.Mails())))
		}, SpecTimeout(2*spectest.ClientTime))
	}
}
