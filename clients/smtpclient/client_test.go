package smtpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"harness/clients/smtpclient"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var ctx = context.Background()

func script(text string) clienttest.Serve { return clienttest.Script(text, nil) }

// named returns a copy of opts with the name that scripts know.
func named(opts *smtpclient.Options) *smtpclient.Options {
	var o smtpclient.Options
	if opts != nil {
		o = *opts
	}
	if o.Name == "" {
		o.Name = "me.example"
	}
	return &o
}

// dial connects to a server that plays text behind a greeting.
func dial(t testing.TB, opts *smtpclient.Options, text string) *smtpclient.Client {
	t.Helper()
	if first := strings.TrimSpace(text); !strings.HasPrefix(first, "S") && !strings.HasPrefix(first, "TLS") {
		text = "S: 220 mx.example ESMTP\n" + text
	}
	c, err := smtpclient.Dial(ctx, clienttest.Listen(t, "127.0.0.1:0", script(text)), named(opts))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// hello is a server's answer to EHLO with these extensions.
func hello(extensions ...string) string {
	lines := append([]string{"mx.example"}, extensions...)
	s := "C: EHLO me.example\n"
	for i, l := range lines {
		sep := "-"
		if i == len(lines)-1 {
			sep = " "
		}
		s += "S: 250" + sep + l + "\n"
	}
	return s
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refused returns the code of a refusal, 0 for another error or none.
func refused(err error) int {
	var r *smtp.Reply
	if errors.As(err, &r) {
		return r.Code
	}
	return 0
}

func TestSession(t *testing.T) {
	c := dial(t, nil, hello("SIZE 1000", "8BITMIME", "DSN", "HELP")+`
		C: NOOP
		S: 250 ok
		C: VRFY smith
		S: 250 Joe Smith <smith@example.com>
		C: VRFY "Joe Smith"
		S: 252 perhaps
		C: EXPN list
		S: 250-Ann <ann@example.com>
		S: 250 <bob@example.com>
		C: HELP
		S: 214-see
		S: 214 there
		C: HELP MAIL
		S: 504 no
		C: MAIL FROM:<a@example.com> SIZE=20 BODY=8BITMIME RET=HDRS ENVID=x+2By
		S: 250 ok
		C: RCPT TO:<b@example.com> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@example.com
		S: 250 ok
		C: RCPT TO:<c@example.com>
		S: 550 5.1.1 no
		C: DATA
		S: 354 go
		C: a: b
		C:
		C: ..dot
		C: .
		S: 250 2.0.0 queued
		C: MAIL FROM:<>
		S: 250 ok
		C: RSET
		S: 250 ok
		C: QUIT
		S: 221 bye`)
	ok(t, c.Noop(ctx))
	ok(t, c.Hello(ctx))
	r, err := c.Vrfy(ctx, "smith")
	ok(t, err)
	if users, err := (smtp.Rules{}).ParseUsers(r); err != nil || users[0].String() != "Joe Smith <smith@example.com>" {
		t.Error(users, err)
	}
	if r, err := c.Vrfy(ctx, "Joe Smith"); err != nil || r.Code != 252 {
		t.Error(r, err)
	}
	if users, err := c.Expn(ctx, "list"); err != nil || fmt.Sprint(users) != "[Ann <ann@example.com> bob@example.com]" {
		t.Error(users, err)
	}
	if lines, err := c.Help(ctx, ""); err != nil || fmt.Sprint(lines) != "[see there]" {
		t.Error(lines, err)
	}
	if _, err := c.Help(ctx, "MAIL"); refused(err) != 504 {
		t.Error(err)
	}
	_, err = c.Mail(ctx, "a@example.com", &smtp.MailOptions{Size: 20, Body: smtp.Body8BitMIME, Return: smtp.ReturnHeaders, EnvelopeID: "x+y"})
	ok(t, err)
	_, err = c.Rcpt(ctx, "b@example.com", &smtp.RcptOptions{Notify: smtp.NotifySuccess | smtp.NotifyDelay, OriginalRecipient: "rfc822;b@example.com"})
	ok(t, err)
	_, err = c.Rcpt(ctx, "c@example.com", nil)
	if refused(err) != 550 || !strings.HasSuffix(err.Error(), "RCPT TO:<c@example.com>: 550 5.1.1 no") || c.State() != smtp.Recipients {
		t.Error(err, c.State())
	}
	replies, err := c.Data(ctx, strings.NewReader("a: b\r\n\r\n.dot\r\n"))
	if err != nil || len(replies) != 1 || replies[0].Enhanced.String() != "2.0.0" {
		t.Error(replies, err)
	}
	_, err = c.Mail(ctx, "", nil)
	ok(t, err)
	ok(t, c.Rset(ctx))
	ok(t, c.Quit(ctx))
	if err := c.Noop(ctx); !errors.Is(err, smtpclient.ErrClosed) {
		t.Error(err)
	}
	if c.Greeting().Domain != "mx.example" || c.HasExtension("dsn") != true {
		t.Error(c.Greeting())
	}
}

func TestHello(t *testing.T) {
	c := dial(t, nil, `
		C: EHLO me.example
		S: 502 what?
		C: HELO me.example
		S: 250 mx.example hello
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: EHLO me.example
		S: 250 mx.example`)
	_, err := c.Mail(ctx, "a@b", nil)
	ok(t, err)
	if x, ok := c.Extensions(); !ok || x.Domain != "mx.example" || len(x.List) != 0 {
		t.Error(x)
	}
	_, err = c.Ehlo(ctx)
	ok(t, err)
	if c.State() != smtp.Idle {
		t.Error(c.State())
	}
	c = dial(t, nil, "C: EHLO me.example\nS: 550 not you")
	if err := c.Hello(ctx); refused(err) != 550 {
		t.Error(err)
	}
	for greeting, code := range map[string]int{"554 no SMTP here": 554, "521 host does not accept mail": 521, "421 later": 421} {
		_, err := smtpclient.Dial(ctx, clienttest.Listen(t, "127.0.0.1:0", script("S: "+greeting)), nil)
		if refused(err) != code || !strings.Contains(err.Error(), "greeting: ") {
			t.Error(err)
		}
	}
	if _, err := smtpclient.Dial(ctx, clienttest.Listen(t, "127.0.0.1:0", script("S: 250 hi")), nil); err == nil {
		t.Error("a greeting of 250")
	}
	// Without a name the client says its address (RFC 5321 section 4.1.4), or the host's name.
	name := make(chan string, 1)
	addr := clienttest.Listen(t, "127.0.0.1:0", func(ctx context.Context, s *conn.Conn) error {
		if err := clienttest.Write(ctx, s, "220 mx.example\r\n"); err != nil {
			return err
		}
		line, err := clienttest.ReadLine(ctx, s)
		name <- strings.TrimPrefix(line, "EHLO ")
		return errors.Join(err, clienttest.Write(ctx, s, "250 mx.example\r\n"))
	})
	c, err = smtpclient.Dial(ctx, addr, nil)
	ok(t, err)
	defer c.Close()
	ok(t, c.Hello(ctx))
	if n := <-name; (smtp.Rules{}).ParseDomain(n, true) != nil || n != "[127.0.0.1]" && !strings.Contains(n, ".") {
		t.Error(n)
	}
}

func TestStates(t *testing.T) {
	c := dial(t, nil, hello("CHUNKING")+"C: MAIL FROM:<a@b>\nS: 250 ok")
	ok(t, c.Hello(ctx))
	var state *smtpclient.StateError
	if _, err := c.Rcpt(ctx, "a@b", nil); !errors.As(err, &state) || state.State != smtp.Idle {
		t.Error(err)
	}
	if _, err := c.Data(ctx, strings.NewReader("")); !errors.As(err, &state) {
		t.Error(err)
	}
	if _, err := c.Bdat(ctx, nil, true); !errors.As(err, &state) {
		t.Error(err)
	}
	_, err := c.Mail(ctx, "a@b", nil)
	ok(t, err)
	if _, err := c.Mail(ctx, "a@b", nil); !errors.As(err, &state) {
		t.Error("MAIL in a transaction (RFC 5321 section 4.1.4)", err)
	}
	if err := c.Login(ctx, "a", "b"); err == nil {
		t.Error("AUTH in a transaction (RFC 4954 section 4)")
	}
	if err := c.STARTTLS(ctx); err == nil {
		t.Error("STARTTLS in a transaction")
	}
	c = dial(t, &smtpclient.Options{AnyState: true}, `
		C: RCPT TO:<a@b>
		S: 503 MAIL first
		C: MAIL FROM:<a@b> RET=FULL SMTPUTF8
		S: 555 what?
		C: DATA
		S: 503 no`)
	if _, err := c.Rcpt(ctx, "a@b", nil); refused(err) != 503 {
		t.Error(err)
	}
	if _, err := c.Mail(ctx, "a@b", &smtp.MailOptions{UTF8: true, Return: smtp.ReturnFull}); refused(err) != 555 {
		t.Error(err)
	}
	if _, err := c.Data(ctx, strings.NewReader("")); refused(err) != 503 {
		t.Error(err)
	}
}

func TestNotOffered(t *testing.T) {
	ten := 9
	now := time.Now()
	for extension, o := range map[string]smtp.MailOptions{
		"SIZE": {Size: 3}, "8BITMIME": {Body: smtp.Body8BitMIME}, "BINARYMIME": {Body: smtp.BodyBinaryMIME}, "AUTH": {Auth: &smtp.Mailbox{}}, "DSN": {Return: smtp.ReturnFull},
		"SMTPUTF8": {UTF8: true}, "DELIVERBY": {By: &smtp.By{In: time.Minute}}, "FUTURERELEASE": {HoldFor: time.Minute}, "MT-PRIORITY": {Priority: &ten},
	} {
		c := dial(t, nil, hello())
		_, err := c.Mail(ctx, "a@b", &o)
		var e *smtpclient.NotOfferedError
		if !errors.As(err, &e) || e.Extension != extension || e.Cite == "" {
			t.Errorf("%s: %v", extension, err)
		}
	}
	c := dial(t, nil, hello("BINARYMIME", "SIZE 100", "DELIVERBY 60", "FUTURERELEASE 60 2026-01-01T00:00:00Z", "REQUIRETLS", "LIMITS MAILMAX=1 RCPTMAX=1")+`
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RSET
		S: 250 ok`)
	for want, o := range map[string]smtp.MailOptions{
		"CHUNKING": {Body: smtp.BodyBinaryMIME}, "takes 100": {Size: 101}, "RFC 2852": {By: &smtp.By{In: time.Second}}, "HOLDFOR": {HoldFor: time.Hour}, "HOLDUNTIL": {HoldUntil: now.AddDate(50, 0, 0)},
	} {
		if _, err := c.Mail(ctx, "a@b", &o); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "not sent") {
			t.Errorf("%s: %v", want, err)
		}
	}
	if _, err := c.Mail(ctx, "a@b", &smtp.MailOptions{RequireTLS: true}); !errors.Is(err, smtpclient.ErrRequireTLS) {
		t.Error(err)
	}
	if _, err := c.Mail(ctx, "ü@b", nil); err == nil || !strings.Contains(err.Error(), "SMTPUTF8") {
		t.Error(err)
	}
	if res, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d", "e@f"), strings.NewReader("")); err == nil || !strings.Contains(err.Error(), "RFC 9422") || len(res.Refused()) != 2 {
		t.Error(err)
	}
	if err := c.STARTTLS(ctx); err == nil || !strings.Contains(err.Error(), "STARTTLS") {
		t.Error("TLS that is not offered: stripped?", err)
	}
	_, err := c.Mail(ctx, "a@b", nil)
	ok(t, err)
	if _, err := c.Rcpt(ctx, "ü@b", nil); err == nil || !strings.Contains(err.Error(), "RFC 6531") {
		t.Error(err)
	}
	ok(t, c.Rset(ctx))
	if _, err := c.Mail(ctx, "a@b", nil); err == nil || !strings.Contains(err.Error(), "1 transactions") {
		t.Error(err)
	}
}

func TestInjection(t *testing.T) {
	c := dial(t, nil, hello())
	ok(t, c.Hello(ctx))
	for _, bad := range []string{"a@b>\r\nRCPT TO:<c@d", "a@b> SIZE=1", "a\r@b", "a b@c", "", "a@b\n", "<a@b", "a@b,c@d", "a"} {
		c.SetState(smtp.Sender)
		if _, err := c.Rcpt(ctx, bad, nil); err == nil || !strings.Contains(err.Error(), "not sent") {
			t.Errorf("%q: %v", bad, err)
		}
		c.SetState(smtp.Idle)
		if bad == "" {
			continue // the null reverse-path
		}
		if _, err := c.Mail(ctx, bad, nil); err == nil || !strings.Contains(err.Error(), "not sent") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	for _, bad := range []string{"a\r\nQUIT", "a\x00"} {
		if _, err := c.Vrfy(ctx, bad); err == nil {
			t.Error(bad)
		}
		if _, err := c.Help(ctx, bad); err == nil {
			t.Error(bad)
		}
	}
	if _, err := c.Mail(ctx, "a@b", &smtp.MailOptions{Other: smtp.Params{{Name: "X", Value: "1\r\nQUIT"}}}); err == nil {
		t.Error("a parameter with CRLF")
	}
	for _, name := range []string{"a\r\nQUIT", "bücher.example"} {
		c = dial(t, &smtpclient.Options{Name: name}, "")
		if err := c.Hello(ctx); err == nil {
			t.Errorf("the name %q", name)
		}
	}
}

func TestLineEnds(t *testing.T) {
	const tx = "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"
	begin := func(c *smtpclient.Client) {
		t.Helper()
		_, err := c.Mail(ctx, "a@b", nil)
		ok(t, err)
		_, err = c.Rcpt(ctx, "c@d", nil)
		ok(t, err)
	}
	for text, problem := range map[string]string{"a\nb\r\n": "1 bare LFs", "a\rb\r\n": "1 bare CRs", "a\r\n.\n.\r\n": "bare LFs"} {
		c := dial(t, nil, hello()+tx)
		begin(c)
		if _, err := c.Data(ctx, strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), problem) || !strings.Contains(err.Error(), "RFC 5321") {
			t.Errorf("%q: %v", text, err)
		}
		if c.State() != smtp.Recipients {
			t.Error("DATA was sent")
		}
	}
	for ends, text := range map[wire.LineEnds]string{wire.LFToCRLF: "a\n.\n\nb", wire.AnyToCRLF: "a\r.\n\r\nb\r"} {
		c := dial(t, &smtpclient.Options{LineEnds: ends}, hello()+tx+"C: DATA\nS: 354 go\nC: a\nC: ..\nC:\nC: b\nC: .\nS: 250 ok")
		begin(c)
		_, err := c.Data(ctx, strings.NewReader(text))
		ok(t, err)
	}
	// Found out late, it breaks the connection: no final dot may follow.
	line := strings.Repeat("x", 998)
	c := dialUnended(t, hello()+tx+"C: DATA\nS: 354 go")
	begin(c)
	long := io.MultiReader(strings.NewReader(strings.Repeat(line+"\r\n", 70)+"y\r\n"), strings.NewReader("z\n."))
	_, err := c.Data(ctx, struct{ io.Reader }{long})
	var syntax *wire.SyntaxError
	if !errors.As(err, &syntax) && (err == nil || !strings.Contains(err.Error(), "bare LFs")) {
		t.Error(err)
	}
	defer c.Close()
	if err := c.Noop(ctx); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Error(err)
	}
}

// dialUnended is dial for a client that does not end its content: the script is over with 354, and no final dot may follow.
func dialUnended(t *testing.T, text string) *smtpclient.Client {
	t.Helper()
	addr := clienttest.Listen(t, "127.0.0.1:0", func(ctx context.Context, s *conn.Conn) error {
		for _, l := range strings.Split("S: 220 mx.example\n"+text, "\n") {
			kind, rest := l[:2], strings.TrimPrefix(l[2:], " ")
			if kind == "S:" {
				if err := clienttest.Write(ctx, s, rest+"\r\n"); err != nil {
					return err
				}
			} else if got, err := clienttest.ReadLine(ctx, s); err != nil || got != rest {
				return fmt.Errorf("%s: %q, %w", l, got, err)
			}
		}
		var got []byte
		err := s.Do(ctx, clienttest.Wait, func() (err error) { got, err = io.ReadAll(s.R); return err })
		if strings.Contains(string(got), "\n.\r\n") {
			return errors.New("half a message was ended")
		}
		return err
	})
	c, err := smtpclient.Dial(ctx, addr, named(nil))
	ok(t, err)
	t.Cleanup(func() { c.Close() })
	return c
}

// failing fails behind what it holds.
type failing struct{ r io.Reader }

var errRead = errors.New("the disk is on fire")

func (f *failing) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err == io.EOF {
		err = errRead
	}
	return n, err
}

func TestContentFails(t *testing.T) {
	const tx = "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"
	c := dial(t, nil, hello("CHUNKING")+tx)
	_, err := c.Mail(ctx, "a@b", nil)
	ok(t, err)
	_, err = c.Rcpt(ctx, "c@d", nil)
	ok(t, err)
	if _, err := c.Data(ctx, &failing{strings.NewReader("abc")}); !errors.Is(err, errRead) || c.State() != smtp.Recipients {
		t.Error(err)
	}
	// Behind DATA it breaks the client; behind BDAT a RSET mends all.
	line := strings.Repeat("x", 998) + "\r\n"
	c = dialUnended(t, hello()+tx+"C: DATA\nS: 354 go")
	_, err = c.Mail(ctx, "a@b", nil)
	ok(t, err)
	_, err = c.Rcpt(ctx, "c@d", nil)
	ok(t, err)
	if _, err := c.Data(ctx, &failing{strings.NewReader(strings.Repeat(line, 100))}); !errors.Is(err, errRead) || c.Noop(ctx) == nil {
		t.Error(err)
	}
	c = dial(t, &smtpclient.Options{Chunking: true, Limits: smtpclient.Limits{Chunk: 50000}}, hello("CHUNKING", "8BITMIME")+"C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"+
		"C: BDAT 50000\n"+strings.Repeat("C: "+line[:998]+"\n", 50)+"S: 250 got it\nC: RSET\nS: 250 ok\nC: NOOP\nS: 250 ok")
	res, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d"), &failing{strings.NewReader(strings.Repeat(line, 100))})
	if !errors.Is(err, errRead) || !errors.Is(res.Recipients[0].Err, errRead) {
		t.Error(err, res)
	}
	ok(t, c.Noop(ctx))
}

func TestContentRefused(t *testing.T) {
	env := smtpclient.NewEnvelope("a@b", "c@d")
	long := strings.Repeat("x", 999) + "\r\n"
	c := dial(t, nil, hello("8BITMIME"))
	if _, err := c.SendMail(ctx, env, strings.NewReader("a: b\r\n\r\nü\r\n")); !errors.Is(err, smtpclient.ErrNotMIME) {
		t.Error(err)
	}
	var limit *wire.LimitError
	if _, err := c.SendMail(ctx, env, strings.NewReader(long)); !errors.As(err, &limit) || limit.Limit != 1000 {
		t.Error(err)
	}
	c = dial(t, &smtpclient.Options{AnyContent: true}, hello("8BITMIME")+"C: MAIL FROM:<a@b> BODY=8BITMIME\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: DATA\nS: 354 go\nC:\nC: ü\nC: "+long[:999]+"\nC: .\nS: 250 ok")
	_, err := c.SendMail(ctx, env, strings.NewReader("\r\nü\r\n"+long))
	ok(t, err)
}

// TestTooMany has recipients refused because they are too many: those are tried again, as long as it helps.
func TestTooMany(t *testing.T) {
	const data = "\nC: DATA\nS: 354 go\nC: x\nC: .\nS: 250 taken\n"
	env := smtpclient.NewEnvelope("a@b", "c@d", "e@d", "f@d", "g@d")
	c := dial(t, nil, hello()+"C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@d>\nS: 452 too many\nC: RCPT TO:<f@d>\nS: 552 too many\nC: RCPT TO:<g@d>\nS: 550 nobody"+data+
		"C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<e@d>\nS: 250 ok\nC: RCPT TO:<f@d>\nS: 452 too many"+data+
		"C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<f@d>\nS: 452 full\nC: RSET\nS: 250 ok")
	res, err := c.SendMail(ctx, env, strings.NewReader("x\r\n"))
	ok(t, err)
	if fmt.Sprint(res.Accepted()) != "[c@d e@d]" || refused(res.Recipients[2].Err) != 452 || refused(res.Recipients[3].Err) != 550 {
		t.Error(res)
	}
	c = dial(t, nil, hello()+"C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\nC: RCPT TO:<e@d>\nS: 452 too many"+data)
	res, err = c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d", "e@d"), io.MultiReader(strings.NewReader("x\r\n")))
	ok(t, err)
	if refused(res.Recipients[1].Err) != 452 {
		t.Error(res)
	}
}

func TestEightBit(t *testing.T) {
	c := dial(t, nil, hello())
	var e *smtpclient.NotOfferedError
	if _, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d"), strings.NewReader("a: b\r\n\r\nü\r\n")); !errors.As(err, &e) || e.Extension != "8BITMIME" {
		t.Error(err)
	}
	c = dial(t, nil, hello("8BITMIME"))
	if _, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d"), strings.NewReader("a: ü\r\n\r\n")); !errors.As(err, &e) || e.Extension != "SMTPUTF8" {
		t.Error(err)
	}
	c = dial(t, nil, hello("8BITMIME", "SMTPUTF8")+`
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok`)
	_, err := c.Mail(ctx, "a@b", nil)
	ok(t, err)
	_, err = c.Rcpt(ctx, "c@d", nil)
	ok(t, err)
	if _, err := c.Data(ctx, strings.NewReader("a: b\r\n\r\nü\r\n")); !errors.Is(err, smtpclient.ErrEightBit) {
		t.Error(err)
	}
	c = dial(t, nil, hello("8BITMIME", "SMTPUTF8", "SIZE 100", "PIPELINING")+`
		C: MAIL FROM:<\xc3\xbc@b> SIZE=12 BODY=8BITMIME SMTPUTF8
		C: RCPT TO:<c@d>
		C: DATA
		S: 250 ok
		S: 250 ok
		S: 354 go
		C: a: \xc3\xbc
		C:
		C: x
		C: .
		S: 250 ok`)
	_, err = c.SendMail(ctx, smtpclient.NewEnvelope("ü@b", "c@d"), strings.NewReader("a: ü\r\n\r\nx\r\n"))
	ok(t, err)
	var size *smtpclient.SizeError
	if _, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d"), strings.NewReader(strings.Repeat("x", 99))); !errors.As(err, &size) || size.Size != 101 || size.Limit != 100 {
		t.Error(err)
	}
	// VRFY and EXPN ask for UTF-8.
	c = dial(t, nil, hello("SMTPUTF8")+"C: VRFY \\xc3\\xbc SMTPUTF8\nS! 250 <\\xc3\\xbc@b>\\r\\n")
	r, err := c.Vrfy(ctx, "ü")
	ok(t, err)
	if notes, n := c.Forgiven(); n != 0 || r.Lines[0] != "<ü@b>" {
		t.Error(r, notes)
	}
}

func TestBDAT(t *testing.T) {
	const tx = "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 250 ok\n"
	begin := func(c *smtpclient.Client) {
		t.Helper()
		_, err := c.Mail(ctx, "a@b", nil)
		ok(t, err)
		_, err = c.Rcpt(ctx, "c@d", nil)
		ok(t, err)
	}
	c := dial(t, nil, hello("CHUNKING")+tx+`
		C: BDAT 5
		C: abc
		S: 250 5 octets
		C: BDAT 0 LAST
		S: 250 queued
		`+tx+`
		C: BDAT 3
		C: .
		S: 552 full
		C: RSET
		S: 250 ok
		`+tx+`
		C: BDAT 2 LAST
		C:
		S: 550 spam
		C: RSET
		S: 250 ok`)
	begin(c)
	if r, err := c.Bdat(ctx, []byte("abc\r\n"), false); err != nil || len(r) != 1 || c.State() != smtp.Chunks {
		t.Error(r, err)
	}
	if r, err := c.Bdat(ctx, nil, true); err != nil || r[0].Text() != "queued" || c.State() != smtp.Idle {
		t.Error(r, err, c.State())
	}
	begin(c)
	var state *smtpclient.StateError
	if _, err := c.Bdat(ctx, []byte(".\r\n"), false); refused(err) != 552 || c.State() != smtp.Chunks {
		t.Error(err, c.State())
	}
	if _, err := c.Data(ctx, strings.NewReader("")); !errors.As(err, &state) {
		t.Error("DATA behind BDAT (RFC 3030 section 2)", err)
	}
	ok(t, c.Rset(ctx))
	begin(c)
	if _, err := c.Chunks(ctx, strings.NewReader("\r\n")); refused(err) != 550 || !strings.Contains(err.Error(), "BDAT 2 LAST: 550") || c.State() != smtp.Chunks {
		t.Error(err, c.State())
	}
	if _, err := c.Bdat(ctx, []byte("x"), true); err == nil || !strings.Contains(err.Error(), "Rset") {
		t.Error("a chunk behind one that was refused", err)
	}
	ok(t, c.Rset(ctx))
}

// chunkServer reads chunks and answers them by codes.
func chunkServer(got *strings.Builder, codes ...int) clienttest.Serve {
	return func(ctx context.Context, s *conn.Conn) error {
		say := func(text string) error { return clienttest.Write(ctx, s, text+"\r\n") }
		if err := say("220 mx.example"); err != nil {
			return err
		}
		for {
			line, err := clienttest.ReadLine(ctx, s)
			if err != nil {
				return nil
			}
			cmd, err := smtp.Rules{}.ParseCommand(wire.Line{Text: []byte(line)})
			if err != nil {
				return err
			}
			switch cmd.Verb {
			case "EHLO":
				err = say("250-mx.example\r\n250-PIPELINING\r\n250-BINARYMIME\r\n250-8BITMIME\r\n250 CHUNKING")
			case "BDAT":
				n, last, cerr := cmd.Chunk()
				if cerr != nil {
					return cerr
				}
				fmt.Fprintf(got, "[%d %v]", n, last)
				if err := s.Do(ctx, clienttest.Wait, func() error { _, err := io.CopyN(got, s.R, n); return err }); err != nil {
					return err
				}
				code := 250
				if len(codes) > 0 {
					code, codes = codes[0], codes[1:]
				}
				err = say(fmt.Sprintf("%d chunk", code))
			default:
				fmt.Fprintf(got, "%s ", cmd.Verb)
				err = say("250 ok")
			}
			if err != nil {
				return err
			}
		}
	}
}

func TestChunks(t *testing.T) {
	for _, c := range []struct {
		body  smtp.Body
		text  string
		codes []int
		want  string
		err   int
	}{
		{smtp.BodyBinaryMIME, "..\r\nab\nx", nil, "MAIL RCPT [4 false]..\r\n[4 true]ab\nx", 0},
		{smtp.BodyBinaryMIME, "..\r\na\x00\nxy", nil, "MAIL RCPT [4 false]..\r\n[4 false]a\x00\nx[1 true]y", 0},
		{"", ".\r\nab", nil, "MAIL RCPT [4 false].\r\na[3 true]b\r\n", 0},
		{"", "", nil, "MAIL RCPT [0 true]", 0},
		{"", "ab\r\n", []int{550}, "MAIL RCPT [4 true]ab\r\nRSET ", 550},
		// One chunk may be ahead of a refusal, no more.
		{"", "ab\r\ncd\r\nef\r\ngh\r\n", []int{452, 503}, "MAIL RCPT [4 false]ab\r\n[4 false]cd\r\nRSET ", 452},
		{"", "ab\r\ncd\r\n", []int{250, 550}, "MAIL RCPT [4 false]ab\r\n[4 true]cd\r\nRSET ", 550},
	} {
		var got strings.Builder
		cl, err := smtpclient.Dial(ctx, clienttest.Listen(t, "127.0.0.1:0", chunkServer(&got, c.codes...)), &smtpclient.Options{Chunking: true, Limits: smtpclient.Limits{Chunk: 4}})
		ok(t, err)
		env := smtpclient.NewEnvelope("a@b", "c@d")
		env.Options.Body = c.body
		_, err = cl.SendMail(ctx, env, strings.NewReader(c.text))
		if refused(err) != c.err || c.err == 0 && err != nil {
			t.Errorf("%q: %v", c.text, err)
		}
		if cl.State() != smtp.Idle {
			t.Error(cl.State())
		}
		ok(t, cl.Noop(ctx)) // the server has said all
		if s := strings.TrimSuffix(got.String(), "NOOP "); s != c.want {
			t.Errorf("%q: %q, want %q", c.text, s, c.want)
		}
		cl.Close()
	}
}

func TestLMTP(t *testing.T) {
	const lhlo = "S: 220 mx.example LMTP\nC: LHLO me.example\nS: 250-mx.example\nS: 250-PIPELINING\nS: 250-CHUNKING\nS: 250 ENHANCEDSTATUSCODES\n"
	o := &smtpclient.Options{LMTP: true}
	c := dial(t, o, lhlo+`
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		C: RCPT TO:<e@f>
		C: RCPT TO:<g@h>
		C: DATA
		S: 250 2.1.0 ok
		S: 250 2.1.5 ok
		S: 550 5.1.1 no
		S: 250 2.1.5 ok
		S: 354 go
		C: x
		C: .
		S: 452-4.2.2 full
		S: 452 4.2.2 really
		S: 250 2.0.0 delivered
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		C: DATA
		S: 250 2.1.0 ok
		S: 250 2.1.5 ok
		S: 354 go
		C: x
		C: .
		S: 550 5.7.1 spam
		C: QUIT
		S: 221 2.0.0 bye`)
	res, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d", "e@f", "g@h"), strings.NewReader("x\r\n"))
	ok(t, err)
	if r := res.Recipients; refused(r[0].Err) != 452 || refused(r[1].Err) != 550 || r[1].Content != nil || r[2].Err != nil || r[2].Content.Text() != "delivered" {
		t.Errorf("%+v", r)
	}
	if fmt.Sprint(res.Accepted()) != "[g@h]" || len(res.Refused()) != 2 || !strings.Contains(res.Recipients[0].Err.Error(), "lmtp ") || !strings.Contains(res.Recipients[0].Err.Error(), "DATA for <c@d>: 452") {
		t.Error(res.Accepted(), res.Recipients[0].Err)
	}
	_, err = c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d"), strings.NewReader("x\r\n"))
	var all *smtpclient.RecipientsError
	if refused(err) != 550 || !errors.As(err, &all) && err == nil {
		t.Error(err)
	}
	ok(t, c.Quit(ctx))

	// The connection ends between the replies: what came stands (RFC 2033 section 5).
	c = dial(t, o, lhlo+`
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		C: RCPT TO:<e@f>
		C: DATA
		S: 250 2.1.0 ok
		S: 250 2.1.5 ok
		S: 250 2.1.5 ok
		S: 354 go
		C: x
		C: .
		S: 250 2.0.0 delivered
		close`)
	res, err = c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d", "e@f"), strings.NewReader("x\r\n"))
	if !errors.Is(err, io.EOF) || res.Recipients[0].Err != nil || !errors.Is(res.Recipients[1].Err, io.EOF) {
		t.Error(err, res.Recipients)
	}

	// By verbs, and by BDAT.
	c = dial(t, o, lhlo+`
		C: MAIL FROM:<a@b>
		S: 250 2.1.0 ok
		C: RCPT TO:<c@d>
		S: 250 2.1.5 ok
		C: RCPT TO:<c@d>
		S: 250 2.1.5 ok
		C: BDAT 2 LAST
		C:
		S: 250 2.0.0 ok
		S: 250 2.0.0 ok
		C: NOOP
		S: 250 2.0.0 ok`)
	_, err = c.Mail(ctx, "a@b", nil)
	ok(t, err)
	for range 2 {
		_, err = c.Rcpt(ctx, "c@d", nil)
		ok(t, err)
	}
	if r, err := c.Chunks(ctx, strings.NewReader("\r\n")); err != nil || len(r) != 2 || r[1].Command != "BDAT for <c@d>" {
		t.Error(r, err)
	}
	ok(t, c.Noop(ctx))
	if _, err := smtpclient.Dial(ctx, "127.0.0.1:25", o); err == nil || !strings.Contains(err.Error(), "RFC 2033") {
		t.Error(err)
	}
}

func TestUnixSocket(t *testing.T) {
	dir, err := os.MkdirTemp("", "lmtp")
	ok(t, err)
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "s")
	l, err := net.Listen("unix", path)
	ok(t, err)
	defer l.Close()
	done := make(chan error, 1)
	go func() {
		nc, err := l.Accept()
		if err != nil {
			done <- err
			return
		}
		s := conn.New(nc, conn.Options{Local: dialect.Server})
		defer s.Close()
		done <- script("S: 220 mx.example\nC: LHLO me.example\nS: 250 mx.example\nC: QUIT\nS: 221 bye")(ctx, s)
	}()
	c, err := smtpclient.Dial(ctx, path, &smtpclient.Options{LMTP: true, Name: "me.example"})
	ok(t, err)
	ok(t, c.Hello(ctx))
	ok(t, c.Quit(ctx))
	ok(t, <-done)
	if c.Addr() != path {
		t.Error(c.Addr())
	}
}

func TestRaw(t *testing.T) {
	c := dial(t, nil, `
		C: FOO
		S: 500-what
		S: 500 ?
		C: BAR
		S: hello
		S! 250 a`)
	if r, err := c.Raw(ctx, "FOO"); err != nil || r.Code != 500 || len(r.Lines) != 2 {
		t.Error(r, err)
	}
	_, err := c.Raw(ctx, "BAR")
	var syntax *wire.SyntaxError
	if !errors.As(err, &syntax) {
		t.Error(err)
	}
	if err := c.ExpectQuiet(ctx, 20*time.Millisecond); !errors.Is(err, smtpclient.ErrNotQuiet) {
		t.Error(err)
	}
	if err := c.ExpectClose(ctx); !errors.Is(err, smtpclient.ErrNotQuiet) {
		t.Error(err)
	}
}

func TestTimeouts(t *testing.T) {
	addr := clienttest.Listen(t, "127.0.0.1:0", clienttest.Tolerant(script("C: x")))
	_, err := smtpclient.Dial(ctx, addr, &smtpclient.Options{Timeouts: smtpclient.Timeouts{Greeting: 30 * time.Millisecond}})
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	for name, o := range map[string]smtpclient.Timeouts{"command": {Command: 50 * time.Millisecond}, "data": {Data: 50 * time.Millisecond}, "final": {Final: 50 * time.Millisecond}} {
		text := hello() + "C: MAIL FROM:<a@b>\nS: 250 ok\n"
		if name != "command" {
			text += "C: RCPT TO:<c@d>\nS: 250 ok\n"
		}
		if name == "final" {
			text += "C: DATA\nS: 354 go\n"
		}
		c := dial(t, &smtpclient.Options{Timeouts: o}, strings.TrimSuffix(text, "\n")+"\nC: "+map[string]string{"command": "RCPT TO:<c@d>", "data": "DATA", "final": "."}[name])
		_, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d"), strings.NewReader(""))
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: %v", name, err)
		}
		c.Close()
	}
	c := dial(t, nil, hello()+"C: NOOP")
	ok(t, c.Hello(ctx))
	short, cancel := context.WithCancel(ctx)
	time.AfterFunc(20*time.Millisecond, cancel)
	if err := c.Noop(short); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
