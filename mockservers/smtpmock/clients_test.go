package smtpmock

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	netsmtp "net/smtp"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	gosmtp "github.com/emersion/go-smtp"

	"harness/protocols/smtp"
)

// In process, clients that are not ours: net/smtp's, and go-smtp's for SMTP and LMTP.

const sent = "Subject: test\r\n\r\n.first\r\nsecond\r\n"

func TestNetSMTP(t *testing.T) {
	s := New(t)
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	nc, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	nc.SetDeadline(time.Now().Add(10 * time.Second))
	c, err := netsmtp.NewClient(nc, "localhost")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, step := range []func() error{
		func() error { return c.Hello("client.example.org") },
		func() error { return c.StartTLS(cfg) },
		func() error { return c.Auth(netsmtp.PlainAuth("", "alice", "wonderland", "localhost")) },
		func() error { return c.Verify("alice@example.org") },
		func() error { return c.Mail("a@example.com") },
		func() error { return c.Rcpt("alice@example.org") },
		func() error {
			if err := c.Rcpt("nobody@example.org"); err == nil || !strings.Contains(err.Error(), "5.1.1") {
				return err
			}
			return nil
		},
		func() error {
			w, err := c.Data()
			if err != nil {
				return err
			}
			if _, err := io.WriteString(w, sent); err != nil {
				return err
			}
			return w.Close()
		},
		c.Reset, c.Noop, c.Quit,
	} {
		if err := step(); err != nil {
			t.Fatal(err)
		}
	}
	if m, data := next(t, s); data != sent || m.With != "UTF8SMTPSA" || m.User != "alice" || len(m.To) != 1 {
		t.Errorf("%q, %+v", data, m)
	}
}

// converseGoSMTP sends a message with options to three recipients, of whom the second is refused.
func converseGoSMTP(t *testing.T, c *gosmtp.Client) error {
	size := int64(len(sent))
	if err := c.Mail("a@example.com", &gosmtp.MailOptions{Size: size, Body: gosmtp.Body8BitMIME, UTF8: true, Return: gosmtp.DSNReturnFull, EnvelopeID: "x y"}); err != nil {
		return err
	}
	if err := c.Rcpt("jürgen@example.net", &gosmtp.RcptOptions{Notify: []gosmtp.DSNNotify{gosmtp.DSNNotifyDelayed, gosmtp.DSNNotifyFailure}, OriginalRecipientType: gosmtp.DSNAddressTypeRFC822, OriginalRecipient: "b+c@example.net"}); err != nil {
		return err
	}
	var refused *gosmtp.SMTPError
	if err := c.Rcpt("nobody@example.org", nil); !errors.As(err, &refused) || refused.Code != 550 || refused.EnhancedCode != (gosmtp.EnhancedCode{5, 1, 1}) {
		t.Errorf("%v", err)
	}
	return c.Rcpt("full@example.com", nil)
}

func checkGoSMTP(t *testing.T, s *Server, to int) {
	t.Helper()
	m, data := next(t, s)
	o := m.Options
	if data != sent || o.Size != int64(len(sent)) || o.Body != smtp.Body8BitMIME || !o.UTF8 || o.Return != smtp.ReturnFull || o.EnvelopeID != "x y" || len(m.To) != to {
		t.Fatalf("%q, %+v", data, m)
	}
	if r := m.To[0]; r.Path.Local != "jürgen" || r.Options.Notify != smtp.NotifyDelay|smtp.NotifyFailure || r.Options.OriginalRecipient != "RFC822;b+c@example.net" {
		t.Errorf("%+v", r)
	}
}

func TestGoSMTP(t *testing.T) {
	s := New(t)
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	c, err := gosmtp.DialStartTLS(s.Addr(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if err := c.Auth(sasl.NewPlainClient("", "alice", "wonderland")); err != nil {
		t.Fatal(err)
	}
	if err := converseGoSMTP(t, c); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, sent)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	checkGoSMTP(t, s, 2)
	if err := c.Quit(); err != nil {
		t.Error(err)
	}

	s = New(t, WithImplicitTLS())
	if cfg, err = s.ClientTLS(); err != nil {
		t.Fatal(err)
	}
	tc, err := tls.Dial("tcp", s.Addr(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	c = gosmtp.NewClient(tc)
	defer c.Close()
	if err := c.SendMail("a@example.com", []string{"b@example.net"}, strings.NewReader(sent)); err != nil {
		t.Fatal(err)
	}
	if m, data := next(t, s); data != sent || m.With != "ESMTPS" {
		t.Errorf("%q, %+v", data, m)
	}
}

func TestGoLMTP(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lmtp")
	s := New(t, WithFeatures("MODE=lmtp"), WithRules("reject at end to full@* 552 5.2.2 no room"), func(o *Options) { o.Network, o.Addr = "unix", path })
	nc, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	c := gosmtp.NewClientLMTP(nc)
	defer c.Close()
	if err := converseGoSMTP(t, c); err != nil {
		t.Fatal(err)
	}
	w, err := c.Data()
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, sent)
	var refused gosmtp.LMTPDataError
	if err := w.Close(); !errors.As(err, &refused) || len(refused) != 1 || refused["full@example.com"] == nil || refused["full@example.com"].Code != 552 {
		t.Errorf("%v", err)
	}
	checkGoSMTP(t, s, 1)
}
