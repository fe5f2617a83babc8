package smtpmock

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/ca"
	"harness/internal/servertest"
	"harness/mockservers"
	"harness/mockservers/mailstore"
	"harness/protocols/smtp"
)

type peer = servertest.Peer

func dial(t testing.TB, s *Server) *peer {
	t.Helper()
	return servertest.Dial(t, "tcp", s.Addr())
}

func within(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// next returns the server's next message, and its content.
func next(t testing.TB, s *Server) (*Mail, string) {
	t.Helper()
	m, err := s.Mail(within(t))
	if err != nil {
		t.Fatal(err)
	}
	data, err := m.Data()
	if err != nil {
		t.Fatal(err)
	}
	return m, string(data)
}

func TestEnvelope(t *testing.T) {
	s := New(t)
	dial(t, s).Talk(`S: 220
		C: EHLO client.example.org
		R: 250-.*
		C: MAIL FROM:<@r.example:A.b@Example.COM> RET=FULL ENVID=x+20y BODY=8BITMIME AUTH=e@example.com BY=60;RT SIZE=3 MT-PRIORITY=-2
		S: 250
		C: RCPT TO:<@r.example:"a b"@example.net> NOTIFY=DELAY ORCPT=rfc822;a+20b@example.net
		S: 250
		C: DATA
		S: 354
		c: Subject: =?utf-8?q?x?=\r\nTLS-Required: No\r\n\r\nbody\r\n.\r\n
		S: 250`)
	m, data := next(t, s)
	if data != "Subject: =?utf-8?q?x?=\r\nTLS-Required: No\r\n\r\nbody\r\n" || m.Size() != int64(len(data)) {
		t.Errorf("%q, %d", data, m.Size())
	}
	o := m.Options
	if m.From.Mailbox != (smtp.Mailbox{Local: "A.b", Domain: "Example.COM"}) || o.Return != smtp.ReturnFull || o.EnvelopeID != "x y" || o.Body != smtp.Body8BitMIME ||
		o.Auth == nil || !o.Auth.IsZero() || o.By == nil || *o.By != (smtp.By{In: time.Minute, Trace: true}) || o.Size != 3 || o.Priority == nil || *o.Priority != -2 {
		t.Errorf("%+v", m)
	}
	if len(m.To) != 1 || m.To[0].Path.Local != "a b" || m.To[0].Options.Notify != smtp.NotifyDelay || m.To[0].Options.OriginalRecipient != "rfc822;a b@example.net" {
		t.Errorf("%+v", m.To)
	}
	if m.Number != 1 || m.Hello != "client.example.org" || m.With != "ESMTP" || m.Session != 1 || !m.NoTLSRequired || m.ID == "" || m.Recipients()[0] != `"a b"@example.net` {
		t.Errorf("%+v", m)
	}
	want := fmt.Sprintf("Received: from client.example.org ([127.0.0.1])\r\n\tby mail.example.org with ESMTP id %s\r\n\tfor <\"a b\"@example.net>\r\n\tPRIORITY -2;\r\n\t%s\r\n", m.ID, m.Received.Format("Mon, 2 Jan 2006 15:04:05 -0700"))
	if m.Trace != want {
		t.Errorf("%q, want %q", m.Trace, want)
	}
	h, err := m.Header()
	if err != nil || h.Get("Subject") != "=?utf-8?q?x?=" {
		t.Errorf("%v, %v", h, err)
	}
}

// TestDelivery has what comes for an account delivered to its inbox.
func TestDelivery(t *testing.T) {
	store := mailstore.New()
	inboxes := map[string]*mailstore.Inbox{}
	for _, name := range []string{"alice", "bob", "postmaster", "carol@other.example"} {
		in, err := store.Add(mailstore.Account{Name: name, Password: "x"})
		if err != nil {
			t.Fatal(err)
		}
		inboxes[name] = in
	}
	s := New(t, WithStore(store), func(o *Options) {
		o.Domains = []string{"example.org", "other.example"}
		o.Lists = []List{{Name: "all", Members: []string{"alice@example.org", "bob@example.org", "far@example.com"}}}
	})
	dial(t, s).Talk(`S: 220
		C: EHLO c.example
		R: 250-.*
		c: MAIL FROM:<s@example.com>\r\nRCPT TO:<alice@example.org>\r\nRCPT TO:<all@EXAMPLE.org>\r\nRCPT TO:<Postmaster>\r\nRCPT TO:<carol@other.example>\r\nRCPT TO:<x@example.com>\r\nRCPT TO:<dave@other.example>\r\nDATA\r\n
		S: 250
		S: 250
		S: 250
		S: 250
		S: 250
		S: 250
		S: 550
		S: 354
		c: Return-Path: <old@example.com>\r\n\tfolded\r\nSubject: x\r\nreturn-path: <older@example.com>\r\n\r\nReturn-Path: body\r\n.\r\n
		S: 250`)
	m, _ := next(t, s)
	want := "Return-Path: <s@example.com>\r\n" + m.Trace + "Subject: x\r\n\r\nReturn-Path: body\r\n"
	for name, in := range inboxes {
		got := in.Messages()
		if len(got) != 1 || string(got[0].Data) != want || got[0].Name != m.ID {
			t.Errorf("%s: %d messages, want one, %q", name, len(got), want)
		}
	}
	if len(m.To) != 5 || m.To[0].Account != "alice" || m.To[4].Account != "" {
		t.Errorf("%+v", m.To)
	}
}

// TestMailingList tells the members of a list the address of its owner as the reverse-path, and no other recipient.
func TestMailingList(t *testing.T) {
	store := mailstore.New()
	var boxes []*mailstore.Inbox
	for _, name := range []string{"alice", "bob"} {
		in, err := store.Add(mailstore.Account{Name: name, Password: "x"})
		if err != nil {
			t.Fatal(err)
		}
		boxes = append(boxes, in)
	}
	s := New(t, WithStore(store), func(o *Options) {
		o.Keep = -1
		o.Lists = []List{{Name: "talk", Members: []string{"bob@example.org"}, Owner: "talk-owner@example.org"}}
	})
	dial(t, s).Talk(`S: 220
		C: HELO c.example
		S: 250
		c: MAIL FROM:<s@example.com>\r\nRCPT TO:<talk@example.org>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n
		S: 250
		S: 250
		S: 250
		S: 354
		c: x\r\n.\r\n
		S: 250`)
	for i, from := range []string{"s@example.com", "talk-owner@example.org"} {
		if got := boxes[i].Messages(); len(got) != 1 || !strings.HasPrefix(string(got[0].Data), "Return-Path: <"+from+">\r\nReceived: ") || !strings.HasSuffix(string(got[0].Data), "\r\nx\r\n") {
			t.Errorf("%s: %d messages", from, len(got))
		}
	}
}

// TestFutureRelease holds a message for its recipients, not for the test.
func TestFutureRelease(t *testing.T) {
	s := New(t, WithFeatures("MODE=submission", "CLEARTEXT=all"))
	in, _ := s.Store().(*mailstore.Store).Inbox("alice")
	p := dial(t, s)
	p.Talk(`S: 220
		C: EHLO c.example
		R: 250-.*
		C: AUTH PLAIN ` + auth.Encode([]byte("\x00alice\x00wonderland")) + `
		S: 235`)
	for _, hold := range []string{"HOLDFOR=1", "HOLDFOR=1000", "HOLDUNTIL=2020-01-01T00:00:00Z"} {
		p.Talk(`c: MAIL FROM:<s@example.com> ` + hold + `\r\nRCPT TO:<alice@example.org>\r\nBDAT 3 LAST\r\nx\r\n
			S: 250
			S: 250
			S: 250`)
		if _, data := next(t, s); data != "x\r\n" {
			t.Errorf("%q", data)
		}
	}
	if n := len(in.Messages()); n != 1 {
		t.Errorf("%d messages are there at once", n)
	}
	deadline := time.Now().Add(10 * time.Second)
	for len(in.Messages()) < 2 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	if n := len(in.Messages()); n != 2 {
		t.Errorf("%d messages", n)
	}
}

// TestTLS has the session begin anew after the handshake.
func TestTLS(t *testing.T) {
	authority, err := ca.New()
	if err != nil {
		t.Fatal(err)
	}
	s := New(t, WithAuthority(authority), WithFeatures("AUTH=required"))
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	p := dial(t, s)
	p.Talk(`S: 220
		C: EHLO c.example
		R: .*250-STARTTLS\|.*
		c: STARTTLS\r\nNOOP\r\n
		S: 454 4.7.0
		S: 250
		C: STARTTLS now
		S: 501
		C: STARTTLS
		S: 220 2.0.0`)
	p.StartTLS(cfg)
	p.Talk(`C: MAIL FROM:<a@example.com>
		S: 530
		C: AUTH PLAIN =
		S: 503
		C: EHLO c.example
		R: .*250-AUTH [A-Z0-9 -]* PLAIN LOGIN\|.*\|250-REQUIRETLS\|.*
		C: STARTTLS
		S: 530
		C: AUTH PLAIN ` + auth.Encode([]byte("\x00alice\x00wonderland")) + `
		S: 235
		C: STARTTLS
		S: 503
		C: MAIL FROM:<a@example.com> REQUIRETLS MT-PRIORITY=3 AUTH=x@example.com
		S: 250
		C: RCPT TO:<b@example.net>
		S: 250
		C: DATA
		S: 354
		c: TLS-Required: No\r\n\r\n.\r\n
		S: 250`)
	m, _ := next(t, s)
	if m.With != "ESMTPSA" || m.User != "alice" || !m.Options.RequireTLS || m.NoTLSRequired || *m.Options.Priority != 3 || *m.Options.Auth != (smtp.Mailbox{Local: "x", Domain: "example.com"}) {
		t.Errorf("%+v", m)
	}
	if !strings.Contains(m.Trace, "\r\n\ttls TLS_") || !strings.Contains(m.Trace, "\r\n\tPRIORITY 3;") {
		t.Errorf("%q", m.Trace)
	}

	s = New(t, WithAuthority(authority), WithImplicitTLS())
	p = dial(t, s)
	p.StartTLS(cfg)
	p.Talk(`S: 220
		C: HELO c.example
		S: 250
		C: QUIT
		S: 221`)
	if got, want := s.URL(), "smtps://"+s.Addr(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestExternal authenticates by a client certificate.
func TestExternal(t *testing.T) {
	authority, err := ca.New()
	if err != nil {
		t.Fatal(err)
	}
	s := New(t, WithAuthority(authority), WithImplicitTLS())
	cfg := authority.ClientConfig("localhost")
	cert, err := authority.Client("alice")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Certificates = []tls.Certificate{cert}
	p := dial(t, s)
	p.StartTLS(cfg)
	p.Talk(`S: 220
		C: EHLO c.example
		R: .*250-AUTH [A-Z0-9 -]*EXTERNAL.*
		C: AUTH EXTERNAL =
		S: 235`)
}

// TestUnixSocket serves LMTP.
func TestUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lmtp")
	s := New(t, WithFeatures("MODE=lmtp"), func(o *Options) { o.Network, o.Addr = "unix", path })
	servertest.Dial(t, "unix", path).Talk(`S: 220
		C: LHLO c.example
		R: 250-.*
		c: MAIL FROM:<a@example.com>\r\nRCPT TO:<alice@example.org>\r\nDATA\r\n
		S: 250
		S: 250
		S: 354
		c: x\r\n.\r\n
		S: 250`)
	m, _ := next(t, s)
	if m.With != "LMTP" || !strings.HasPrefix(m.Trace, "Received: from c.example\r\n\tby mail.example.org with LMTP id ") {
		t.Errorf("%+v", m)
	}
	if got, want := s.URL(), "lmtp+unix://"+path; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// TestLargeContent passes through a file, or is not kept at all.
func TestLargeContent(t *testing.T) {
	line := strings.Repeat("x", 76) + "\r\n"
	n := 3 << 20 / len(line)
	send := func(t *testing.T, s *Server) {
		p := dial(t, s)
		p.Talk(`S: 220
			C: EHLO c.example
			R: 250-.*
			c: MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n
			S: 250
			S: 250
			S: 354`)
		for range n {
			p.Say(line)
		}
		p.Talk(`c: .\r\nQUIT\r\n
			S: 250
			S: 221`)
	}
	s := New(t, func(o *Options) { o.Keep = 4 << 20 })
	send(t, s)
	m, data := next(t, s)
	if data != strings.Repeat(line, n) {
		t.Errorf("%d octets", len(data))
	}
	name := m.content.file
	if _, err := os.Stat(name); err != nil {
		t.Error(err)
	}
	send(t, s) // the first one is forgotten
	second, _ := next(t, s)
	if _, err := m.Data(); !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), "gone") {
		t.Errorf("%v", err)
	}
	if all := s.Mails(); len(all) != 1 || all[0] != second || s.Accepted() != 2 {
		t.Errorf("%v, %d", all, s.Accepted())
	}
	s.Close()
	if _, err := os.Stat(second.content.file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s: %v", second.content.file, err)
	}

	s = New(t, func(o *Options) { o.Keep = -1 })
	send(t, s)
	m, err := s.Mail(within(t))
	if err != nil || m.Size() != int64(n*len(line)) {
		t.Errorf("%v, %v", m, err)
	}
	if _, err := m.Data(); err == nil {
		t.Error("the content was kept")
	}
}

// TestForgotten tells that a message was forgotten before it was asked for.
func TestForgotten(t *testing.T) {
	s := New(t, func(o *Options) { o.Keep = 1 })
	p := dial(t, s)
	p.Talk(`S: 220
		C: HELO c.example
		S: 250`)
	for range 3 {
		p.Talk(`c: MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n
			S: 250
			S: 250
			S: 354
			c: x\r\n.\r\n
			S: 250`)
	}
	all, err := s.WaitMails(within(t), 3)
	if err != nil || len(all) != 1 || all[0].Number != 3 {
		t.Fatalf("%v, %v", all, err)
	}
	for range 2 {
		if _, err := s.Mail(within(t)); err == nil || !strings.Contains(err.Error(), "forgotten") {
			t.Errorf("%v", err)
		}
	}
	if m, err := s.Mail(within(t)); err != nil || m.Number != 3 {
		t.Errorf("%v, %v", m, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Mail(ctx); !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "3 were accepted") {
		t.Errorf("%v", err)
	}
}

// TestHops refuses a message that seems to loop.
func TestHops(t *testing.T) {
	s := New(t, WithFeatures("HOPS=3"))
	p := dial(t, s)
	p.Talk(`S: 220
		C: HELO c.example
		S: 250`)
	for n, code := range []string{"250", "250", "250", "250", "554"} {
		p.Talk(`c: MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n
			S: 250
			S: 250
			S: 354`)
		p.Say(strings.Repeat("received: from x\r\n\tby y\r\n", n) + "\r\nReceived: no\r\n.\r\n")
		p.Talk("S: " + code)
	}
}

// TestShutdown tells the clients that the server leaves.
func TestShutdown(t *testing.T) {
	s := New(t)
	idle, inData := dial(t, s), dial(t, s)
	idle.Talk("S: 220")
	inData.Talk(`S: 220
		c: HELO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.com>\r\nDATA\r\nx\r\n
		S: 250
		S: 250
		S: 250
		S: 354`)
	begun := time.Now()
	done := make(chan error)
	go func() { done <- s.Close() }()
	for _, p := range []*peer{idle, inData} {
		p.Talk(`S: 421 4.3.2
			S: EOF`)
		p.C.Close()
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 2*farewell {
		t.Errorf("it took %v", took)
	}
}

// TestCorpus sends every message of the corpus by DATA and by BDAT, and compares it octet for octet.
func TestCorpus(t *testing.T) {
	s := New(t, func(o *Options) { o.Keep = 1 << 30 })
	p := dial(t, s)
	p.Talk(`S: 220
		C: EHLO c.example
		R: 250-.*`)
	for _, f := range fixtures.Mails() {
		for _, chunked := range []bool{false, true} {
			p.Talk(`c: MAIL FROM:<a@example.com> BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<b@example.net>\r\n
				S: 250
				S: 250`)
			want := f.Data
			if chunked {
				half := len(want) / 2
				p.Say(fmt.Sprintf("BDAT %d\r\n%sBDAT %d LAST\r\n%s", half, want[:half], len(want)-half, want[half:]))
				p.Talk("S: 250")
			} else {
				p.Talk(`C: DATA
					S: 354`)
				err := p.C.Do(t.Context(), servertest.Wait, func() error {
					b := p.C.W.Block()
					if _, err := b.Write(want); err != nil {
						return err
					}
					if err := b.Close(); err != nil {
						return err
					}
					return p.C.W.Flush()
				})
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.HasSuffix(want, []byte("\r\n")) {
					want = append(bytes.Clone(want), "\r\n"...)
				}
			}
			p.Talk("S: 250 2.0.0 queued")
			if _, got := next(t, s); got != string(want) {
				t.Errorf("%s: %d octets, want %d", f.Name, len(got), len(want))
			}
		}
	}
}

// TestLostConnection drops what has not come whole.
func TestLostConnection(t *testing.T) {
	s := New(t)
	p := dial(t, s)
	p.Talk(`S: 220
		c: HELO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.com>\r\nDATA\r\n
		S: 250
		S: 250
		S: 250
		S: 354`)
	p.Say(strings.Repeat(strings.Repeat("x", 1000)+"\r\n", 2000))
	p.C.Close()
	if _, err := s.WaitSessions(within(t), 1); err != nil {
		t.Fatal(err)
	}
	if n := s.Accepted(); n != 0 {
		t.Errorf("%d messages", n)
	}
}

// TestRuleFeature has rules among the features, as the command line has them.
func TestRuleFeature(t *testing.T) {
	s := New(t, WithFeatures("RULE=reject to a@* 550 5.2.1 no", "RULE=defer to b@*", "DOMAINS=x.example,y.example"))
	dial(t, s).Talk(`S: 220
		C: HELO c.example
		S: 250
		C: MAIL FROM:<>
		S: 250
		C: RCPT TO:<a@example.org>
		S= 550 5.2.1 no
		C: RCPT TO:<b@example.org>
		S: 451
		C: RCPT TO:<c@example.org>
		S: 250
		C: RCPT TO:<c@y.example>
		S: 550 5.1.1
		C: VRFY alice
		S= 250 2.1.5 <alice@x.example>`)
}

func TestOptions(t *testing.T) {
	for what, o := range map[string]Options{
		"an unknown feature":   {Features: []string{"FROB"}},
		"a mode":               {Features: []string{"MODE=frob"}},
		"a size":               {Features: []string{"MAX-SIZE=-5"}},
		"seconds":              {Features: []string{"DELIVERBY=x"}},
		"a policy":             {Features: []string{"MT-PRIORITY=a b"}},
		"a greeting":           {Features: []string{"GREETING=220"}},
		"an unknown deviation": {Options: mockservers.Options{Deviations: []string{"frob"}}},
		"a domain":             {Domains: []string{"a b"}},
		"a host":               {Hostname: "a_b"},
		"a greeting's text":    {Greeting: "a\r\nb"},
		"a member":             {Lists: []List{{Name: "x", Members: []string{"nobody"}}}},
		"an account":           {Accounts: []Account{{Name: ""}}},
		"a rule in a feature":  {Features: []string{"RULE=frob"}},
		"domains":              {Features: []string{"DOMAINS=a,"}},
		"a rule":               {Rules: []Rule{{Action: "frob"}}},
	} {
		if _, err := NewServer(o); err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	if len(Features()) < 30 {
		t.Errorf("%d features", len(Features()))
	}
}

// TestFaults has trouble where the faults say.
func TestFaults(t *testing.T) {
	for spec, script := range map[string]string{
		"close after 2nd RCPT": `S: 220
			c: HELO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nRCPT TO:<c@example.com>\r\n
			S: 250
			S: 250
			S: 250
			S: 250
			S: EOF`,
		"truncate 7 at MAIL": `S: 220
			c: HELO c.example\r\nMAIL FROM:<>\r\n
			S: 250
			S= 250 2.1 (none)
			S: EOF`,
		"close before DATA": `S: 220
			c: HELO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.com>\r\nDATA\r\n
			S: 250
			S: 250
			S: 250
			S: EOF`,
		"close at reply 1":   `S: EOF`,
		"octets at greeting": `S: 220 mail.example.org`,
		"coalesce 3": `c: HELO c.example\r\nMAIL FROM:<>\r\n
			S: 220
			S: 250
			S: 250`,
	} {
		t.Run(spec, func(t *testing.T) {
			f, err := mockservers.ParseFault(spec)
			if err != nil {
				t.Fatal(err)
			}
			dial(t, New(t, WithFaults(f))).Talk(script)
		})
	}
}
