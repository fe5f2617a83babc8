package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"harness/clients/smtpclient"
	"harness/internal/tools/recording"
	"harness/protocols/smtp"
)

// The account of every session, a password that is not its own, and the account whose mailbox takes nothing.
const (
	user          = "alice"
	password      = "wonderland"
	wrongPassword = "looking-glass"
	full          = "dora"
)

const stepTimeout = 20 * time.Second

// volatiles find what changes from run to run and no rule of the protocol tells.
var volatiles = []recording.Volatile{
	{Kind: "date", Re: regexp.MustCompile(`^220 .* Exim [0-9.]+ (.+)$`)},
	{Kind: "token", Re: regexp.MustCompile(`^250 2\.0\.0 ([0-9a-f]{8}) Message accepted`)},                    // OpenSMTPD
	{Kind: "token", Re: regexp.MustCompile(`^250 2\.0\.0 <[^>]*> ([0-9A-Za-z+/]+(?::[A-Z]?[0-9]+)*) Saved$`)}, // Dovecot
}

// scenario is what a client does with a server in a session.
type scenario struct {
	name  string
	cites []string
	note  string
	// implicit has the session begin with TLS; submission is where users submit mail.
	implicit, submission, lmtp bool
	// wrong sessions hold no password but wrong ones, which are written down: redacted, they would be replayed with the right one.
	wrong bool
	// alone sessions leave the server changed.
	alone bool
	// lacking are the servers that do not offer what the scenario is about; only, if there are any, the ones that do.
	lacking, only []string
	// steps lead from the greeting to the end.
	steps []step
}

// offered says whether a server offers what the scenario is about.
func (sc scenario) offered(server string) bool {
	return !slices.Contains(sc.lacking, server) && (sc.only == nil || slices.Contains(sc.only, server))
}

// step is a part of what a client does. It fails if the server does not do what the scenario is about.
type step func(context.Context, *smtpclient.Client) error

// Addresses.
const (
	carol  = "carol@example.net"
	alice  = "alice@example.org"
	bob    = "bob@example.org"
	dora   = full + "@example.org"
	nobody = "nobody@example.org"
)

// Servers that do not offer something.
var (
	noChunking   = []string{"opensmtpd"}
	noUTF8       = []string{"opensmtpd"}
	noSubmission = []string{goSMTP}
	noDigest     = []string{"opensmtpd", goSMTP}
	noSCRAM      = []string{"exim", "opensmtpd", goSMTP}
	noShutdown   = []string{"opensmtpd", "postfix", goSMTP, goLMTP} // Postfix just goes, go-smtp and OpenSMTPD wait
	limited      = []string{"postfix"}                              // the others say something else, or go on for ever
)

// scenarios returns all of SMTP, or of LMTP. Leave has the server shut down.
func scenarios(lmtp bool, leave func(context.Context) error) []scenario {
	list := smtpScenarios()
	if lmtp {
		list = lmtpScenarios()
	}
	list = append(list, scenario{
		name: "shutdown", alone: true, cites: []string{"RFC 5321 section 3.8"}, note: "the server leaves in mid-session", lacking: noShutdown,
		steps: []step{ehlo, mail(carol, nil), rcpt(alice, nil), leaves(leave)},
	})
	for i := range list {
		list[i].lmtp = lmtp
		if list[i].note == "" {
			list[i].note = "alice and bob have mailboxes"
		}
	}
	return list
}

func smtpScenarios() []scenario {
	list := []scenario{
		{name: "plain", cites: []string{"RFC 5321 section 3.3", "RFC 5321 section 4.5.2"}, steps: []step{ehlo, mail(carol, nil), rcpt(alice, nil), data("plain"), quit}},
		{name: "helo", cites: []string{"RFC 5321 section 3.2"}, steps: []step{helo, mail(carol, nil), rcpt(alice, nil), data("helo"), quit}},
		{
			name: "recipients", cites: []string{"RFC 5321 section 3.3", "RFC 5321 section 4.1.1.3"}, note: "one of three recipients is refused",
			steps: []step{ehlo, mail(carol, nil), rcpt(alice, nil), refused(rcpt(nobody, nil)), rcpt(bob, nil), data("recipients"), quit},
		},
		{
			name: "refused", cites: []string{"RFC 5321 section 3.6.2", "RFC 5321 section 4.1.4"}, note: "what the server does not take, and what it does not understand", steps: []step{
				ehlo, raw("RCPT TO:<" + alice + ">"), raw("DATA"), mail(carol, nil), refused(rcpt("somebody@example.com", nil)), refused(rcpt(nobody, nil)), raw("DATA"),
				rset, raw("MAIL FROM:<unfinished"), raw("RCPT"), raw("XYZZY"), raw("MAIL FROM:<" + carol + "> NOTHING=1"), quit,
			},
		},
		{name: "reset", cites: []string{"RFC 5321 section 4.1.1.5"}, steps: []step{ehlo, mail(carol, nil), rcpt(alice, nil), rset, mail("", nil), rcpt(bob, nil), data("reset"), noop, quit}},
		{name: "eight-bit", cites: []string{"RFC 6152 section 3"}, steps: []step{ehlo, mail(carol, &smtp.MailOptions{Body: smtp.Body8BitMIME}), rcpt(alice, nil), content("eight-bit", "Käse, weiß.\r\n"), quit}},
		{name: "pipelined", cites: []string{"RFC 2920 section 3.1"}, note: "two messages in groups; one recipient is refused", steps: []step{ehlo, pipelined(alice, nobody, bob), quit}},
		{
			name: "chunks", cites: []string{"RFC 3030 section 2"}, lacking: noChunking,
			steps: []step{ehlo, mail(carol, nil), rcpt(alice, nil), bdat("chunks-1"), mail(carol, nil), rcpt(bob, nil), bdat("chunks-2", "in the first chunk ", "and behind it\r\n.\r\n", ""), quit},
		},
		{
			name: "chunks-refused", cites: []string{"RFC 3030 section 2"}, lacking: noChunking,
			steps: []step{ehlo, mail(carol, nil), refused(rcpt(nobody, nil)), rawChunk("Subject: for nobody\r\n\r\n"), rset, noop, quit},
		},
		{
			name: "size", cites: []string{"RFC 1870 section 6.1"}, note: "a message is announced that is larger than the server takes", steps: []step{
				ehlo, raw("MAIL FROM:<" + carol + "> SIZE=99999999999"), rset, mail(carol, &smtp.MailOptions{Size: int64(len(letter("size", "")))}), rcpt(alice, nil), data("size"), quit,
			},
		},
		{
			name: "dsn", cites: []string{"RFC 3461 section 4"}, steps: []step{
				ehlo, mail(carol, &smtp.MailOptions{Return: smtp.ReturnHeaders, EnvelopeID: "dsn+1"}),
				rcpt(alice, &smtp.RcptOptions{Notify: smtp.NotifySuccess | smtp.NotifyFailure, OriginalRecipient: "rfc822;alice+1@example.net"}),
				tried(rcpt(bob, &smtp.RcptOptions{Notify: smtp.NotifyNever})), data("dsn"), quit,
			},
		},
		{
			name: "smtputf8", cites: []string{"RFC 6531 section 3.4"}, lacking: noUTF8, steps: []step{
				ehlo, mail("jürgen@example.net", &smtp.MailOptions{Body: smtp.Body8BitMIME, UTF8: true}), rcpt(alice, nil), content("Grüße", "Käse, weiß.\r\n"), quit,
			},
		},
		{
			name: "vrfy", cites: []string{"RFC 5321 section 3.5"}, note: "what the server tells, and what it does not",
			steps: []step{ehlo, vrfy("alice"), vrfy(alice), vrfy(nobody), vrfy("nobody"), expn("staff"), help, noop, quit},
		},
		{
			name: "starttls", cites: []string{"RFC 3207 section 4"},
			steps: []step{ehlo, startTLS, mail(carol, nil), rcpt(alice, nil), data("starttls"), raw("STARTTLS"), quit},
		},
		{
			name: "submission", submission: true, lacking: noSubmission, cites: []string{"RFC 6409 section 4.3", "RFC 4954 section 6"},
			steps: []step{ehlo, raw("MAIL FROM:<" + alice + ">"), raw("RCPT TO:<dan@example.com>"), rset, startTLS, login, mail(alice, nil), rcpt(bob, nil), data("submission"), quit},
		},
		{name: "submissions", implicit: true, cites: []string{"RFC 8314 section 3.3"}, steps: []step{ehlo, login, mail(alice, nil), rcpt(bob, nil), data("submissions"), quit}},
		{
			name: "wrong-password", wrong: true, cites: []string{"RFC 4954 section 4"}, note: "a wrong password, a mechanism that is none, and an exchange that is cancelled",
			steps: []step{ehlo, startTLS, refused(loginAs("PLAIN", wrongPassword)), refused(loginAs("LOGIN", wrongPassword)), raw("AUTH NOTHING"), raw("AUTH PLAIN"), raw("*"), noop, quit},
		},
		{
			name: "too-many-errors", only: limited, cites: []string{"RFC 5321 section 4.2.4"}, note: "the server has enough of it",
			steps: []step{ehlo, enough},
		},
	}
	for _, mech := range []string{"PLAIN", "LOGIN", "CRAM-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256"} {
		sc := scenario{
			name: "auth-" + strings.ToLower(mech), cites: []string{"RFC 4954 section 4"}, steps: []step{ehlo, startTLS, loginAs(mech, password), raw("AUTH " + mech), mail(alice, nil), rcpt(bob, nil), data("auth"), quit},
		}
		switch {
		case mech == "CRAM-MD5":
			sc.lacking = noDigest
		case strings.HasPrefix(mech, "SCRAM"):
			sc.lacking = noSCRAM
		}
		list = append(list, sc)
	}
	return list
}

func lmtpScenarios() []scenario {
	return []scenario{
		{name: "plain", cites: []string{"RFC 2033 section 4"}, steps: []step{ehlo, mail(carol, nil), rcpt(alice, nil), data("plain"), quit}},
		{
			name: "recipients", cites: []string{"RFC 2033 section 4.2"}, note: "a reply for each recipient that was accepted",
			steps: []step{ehlo, mail(carol, nil), rcpt(alice, nil), refused(rcpt(nobody, nil)), rcpt(bob, nil), data("recipients"), quit},
		},
		{
			name: "mixed", cites: []string{"RFC 2033 section 4.2"}, note: "dora's mailbox is full; the others get the message",
			steps: []step{ehlo, mail(carol, nil), rcpt(alice, nil), rcpt(dora, nil), rcpt(bob, nil), data("mixed"), mail(carol, nil), rcpt(dora, nil), refused(data("full")), quit},
		},
		{name: "pipelined", cites: []string{"RFC 2920 section 3.1", "RFC 2033 section 4.2"}, note: "two messages in groups; one recipient is refused", steps: []step{ehlo, pipelined(alice, nobody, bob), quit}},
		{
			name: "chunks", cites: []string{"RFC 2033 section 4.3", "RFC 3030 section 2"}, note: "dora's mailbox is full; the others get the message",
			steps: []step{ehlo, mail(carol, nil), rcpt(alice, nil), rcpt(dora, nil), rcpt(bob, nil), bdat("chunks", "in the first chunk ", "and behind it\r\n.\r\n"), quit},
		},
		{
			name: "refused", cites: []string{"RFC 2033 section 4.1", "RFC 2033 section 4.2"}, note: "what the server does not take, and what it does not understand",
			steps: []step{raw("EHLO client.example.net"), ehlo, mail(carol, nil), refused(rcpt(nobody, nil)), raw("DATA"), rset, raw("RCPT TO:<" + alice + ">"), raw("XYZZY"), quit},
		},
		{name: "starttls", cites: []string{"RFC 3207 section 4"}, steps: []step{ehlo, startTLS, mail(carol, nil), rcpt(alice, nil), data("starttls"), quit}},
		{name: "reset", cites: []string{"RFC 5321 section 4.1.1.5"}, steps: []step{ehlo, mail(carol, nil), rcpt(alice, nil), rset, mail("", nil), rcpt(bob, nil), data("reset"), noop, vrfy("alice"), quit}},
	}
}

// play has a client do what the scenario says.
func (sc scenario) play(ctx context.Context, addr string, roots *x509.CertPool) error {
	c, err := smtpclient.Dial(ctx, addr, &smtpclient.Options{
		Name: "client.example.net", LMTP: sc.lmtp, ImplicitTLS: sc.implicit, TLS: &tls.Config{RootCAs: roots, ServerName: recording.ServerName, MinVersion: tls.VersionTLS12},
		Timeouts: smtpclient.Timeouts{
			Connect: stepTimeout, Handshake: stepTimeout, Greeting: stepTimeout, Command: stepTimeout, Data: stepTimeout, Idle: stepTimeout, Final: stepTimeout,
		},
	})
	if err != nil {
		return err
	}
	defer c.Close()
	for i, s := range sc.steps {
		if err := s(ctx, c); err != nil {
			return fmt.Errorf("step %d: %w", i+1, err)
		}
	}
	return nil
}

func ehlo(ctx context.Context, c *smtpclient.Client) error {
	_, err := c.Ehlo(ctx)
	return err
}

func helo(ctx context.Context, c *smtpclient.Client) error {
	_, err := c.Helo(ctx)
	return err
}

func startTLS(ctx context.Context, c *smtpclient.Client) error { return c.STARTTLS(ctx) }
func rset(ctx context.Context, c *smtpclient.Client) error     { return c.Rset(ctx) }
func noop(ctx context.Context, c *smtpclient.Client) error     { return c.Noop(ctx) }

func login(ctx context.Context, c *smtpclient.Client) error {
	return loginAs("PLAIN", password)(ctx, c)
}

func loginAs(mechanism, password string) step {
	return func(ctx context.Context, c *smtpclient.Client) error {
		return c.AuthMechanism(ctx, mechanism, smtpclient.Credentials{User: user, Password: password})
	}
}

func mail(from string, opts *smtp.MailOptions) step {
	return func(ctx context.Context, c *smtpclient.Client) error {
		_, err := c.Mail(ctx, from, opts)
		return err
	}
}

func rcpt(to string, opts *smtp.RcptOptions) step {
	return func(ctx context.Context, c *smtpclient.Client) error {
		_, err := c.Rcpt(ctx, to, opts)
		return err
	}
}

// letter is a message of ours, its date an old one, so that it is the same in every run.
func letter(subject, more string) string {
	return fmt.Sprintf("From: Carol <%s>\r\nTo: undisclosed-recipients:;\r\nSubject: %s\r\nMessage-ID: <%x@example.net>\r\nDate: Mon, 01 Jan 2024 12:00:00 +0000\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nThe first line.\r\n.\r\n..two dots\r\n%sThe last line.\r\n", carol, subject, subject, more)
}

func data(subject string) step { return content(subject, "") }

func content(subject, more string) step {
	return func(ctx context.Context, c *smtpclient.Client) error {
		_, err := c.Data(ctx, strings.NewReader(letter(subject, more)))
		return err
	}
}

// bdat sends a message in chunks: the letter, and those that are given.
func bdat(subject string, more ...string) step {
	return func(ctx context.Context, c *smtpclient.Client) error {
		chunks := append([]string{letter(subject, "")}, more...)
		for i, chunk := range chunks {
			if _, err := c.Bdat(ctx, []byte(chunk), i == len(chunks)-1); err != nil {
				return err
			}
		}
		return nil
	}
}

// rawChunk sends a chunk to a server that has no recipient for it, and takes whatever reply it gives.
func rawChunk(chunk string) step {
	return func(ctx context.Context, c *smtpclient.Client) error {
		if err := c.Send(ctx, fmt.Appendf(nil, "BDAT %d LAST\r\n%s", len(chunk), chunk)); err != nil {
			return err
		}
		_, err := c.ReadReply(ctx)
		return err
	}
}

// pipelined sends two messages at once.
func pipelined(to ...string) step {
	return func(ctx context.Context, c *smtpclient.Client) error {
		p := c.Pipeline()
		first := p.Message(smtpclient.NewEnvelope(carol, to...), strings.NewReader(letter("pipelined-1", "")))
		second := p.Message(smtpclient.NewEnvelope(carol, to[0]), strings.NewReader(letter("pipelined-2", "")))
		if err := p.Run(ctx); err != nil {
			return err
		}
		res, err := first.Get()
		if err != nil || len(res.Refused()) != 1 {
			return fmt.Errorf("of the first message one recipient was to be refused: %w", err)
		}
		_, err = second.Get()
		return err
	}
}

func vrfy(about string) step {
	return tried(func(ctx context.Context, c *smtpclient.Client) error {
		_, err := c.Vrfy(ctx, about)
		return err
	})
}

func expn(list string) step {
	return tried(func(ctx context.Context, c *smtpclient.Client) error {
		_, err := c.Expn(ctx, list)
		return err
	})
}

var help = tried(func(ctx context.Context, c *smtpclient.Client) error {
	_, err := c.Help(ctx, "")
	return err
})

// refused is a step that the server refuses.
func refused(s step) step {
	return func(ctx context.Context, c *smtpclient.Client) error {
		err := s(ctx, c)
		if err == nil {
			return errors.New("the server did what it was expected to refuse")
		}
		if r := new(smtp.Reply); errors.As(err, &r) {
			return nil
		}
		return err
	}
}

// tried is a step that the server may refuse.
func tried(s step) step {
	return func(ctx context.Context, c *smtpclient.Client) error {
		err := s(ctx, c)
		if r := new(smtp.Reply); errors.As(err, &r) {
			return nil
		}
		return err
	}
}

// raw says a line as it is, and takes whatever reply the server gives.
func raw(line string) step {
	return func(ctx context.Context, c *smtpclient.Client) error {
		_, err := c.Raw(ctx, line)
		return err
	}
}

// errorLimit is how many errors Postfix puts up with, as its main.cf has it.
const errorLimit = 100

// enough says what the server does not know until it has enough of it.
func enough(ctx context.Context, c *smtpclient.Client) error {
	for range errorLimit {
		if _, err := c.Raw(ctx, "XYZZY"); err != nil {
			return err
		}
	}
	return left(ctx, c)
}

// leaves has the server shut down.
func leaves(leave func(context.Context) error) step {
	return func(ctx context.Context, c *smtpclient.Client) error {
		if err := leave(ctx); err != nil {
			return err
		}
		return left(ctx, c)
	}
}

// left waits for a server that ends the session to say so, unasked.
func left(ctx context.Context, c *smtpclient.Client) error {
	r, err := c.ReadReply(ctx)
	if err != nil {
		return err
	}
	if r.Code != smtp.CodeUnavailable {
		return fmt.Errorf("the server that leaves says: %w", r)
	}
	return c.ExpectClose(ctx)
}

// quit ends the session and lets the server close the connection: a client that closes it as well might be first.
func quit(ctx context.Context, c *smtpclient.Client) error {
	r, err := c.Raw(ctx, "QUIT")
	if err != nil {
		return err
	}
	if r.Code != smtp.CodeClosing {
		return fmt.Errorf("QUIT: %w", r)
	}
	if err := c.ExpectClose(ctx); err != nil {
		return fmt.Errorf("after QUIT: %w", err)
	}
	return nil
}
