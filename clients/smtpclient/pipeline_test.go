package smtpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"harness/clients/smtpclient"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/smtp"
	"harness/protocols/wire"
)

const message = "Subject: x\r\n\r\nHello\r\n"

func send(t *testing.T, c *smtpclient.Client, to ...string) (*smtpclient.Result, error) {
	t.Helper()
	return c.SendMail(ctx, smtpclient.NewEnvelope("a@b", to...), strings.NewReader(message))
}

func TestSendMail(t *testing.T) {
	const content = "C: Subject: x\nC:\nC: Hello\nC: .\n"
	c := dial(t, nil, hello("PIPELINING")+`
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		C: RCPT TO:<e@f>
		C: DATA
		S: 250 ok
		S: 550 no
		S: 250 ok
		S: 354 go
		`+content+`S: 250 queued
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		C: DATA
		S: 250 ok
		S: 550 no
		S: 503 no recipients
		C: RSET
		S: 250 ok
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		C: DATA
		S: 250 ok
		S: 550 no
		S: 354 go all the same
		C: .
		S: 554 nobody gets it
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		C: DATA
		S: 550 not you
		S: 503 MAIL first
		S: 503 MAIL first
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		C: DATA
		S: 250 ok
		S: 250 ok
		S: 451 later
		C: RSET
		S: 250 ok
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		C: DATA
		S: 250 ok
		S: 250 ok
		S: 354 go
		`+content+`S: 552 too large
		C: QUIT
		S: 221 bye`)
	res, err := send(t, c, "c@d", "e@f")
	if err != nil || refused(res.Recipients[0].Err) != 550 || res.Recipients[1].Err != nil || res.Recipients[1].Content.Text() != "queued" || res.Mail.Code != 250 {
		t.Error(res, err)
	}
	if fmt.Sprint(res.Accepted()) != "[e@f]" || len(res.Refused()) != 1 || res.Refused()[0].Address != "c@d" {
		t.Error(res.Accepted(), res.Refused())
	}
	var all *smtpclient.RecipientsError
	if res, err = send(t, c, "c@d"); !errors.As(err, &all) || refused(err) != 550 || len(all.Refused) != 1 || !strings.Contains(err.Error(), "550 no") {
		t.Error(res, err)
	}
	if _, err = send(t, c, "c@d"); !errors.As(err, &all) {
		t.Error(err)
	}
	if res, err = send(t, c, "c@d"); refused(err) != 550 || !strings.Contains(err.Error(), "MAIL FROM:<a@b>: 550 not you") || refused(res.Recipients[0].Err) != 503 {
		t.Error(res, err)
	}
	if res, err = send(t, c, "c@d"); refused(err) != 451 || refused(res.Recipients[0].Err) != 451 || res.Recipients[0].Rcpt.Code != 250 {
		t.Error(res, err)
	}
	if res, err = send(t, c, "c@d"); refused(err) != 552 || res.Recipients[0].Content.Code != 552 {
		t.Error(res, err)
	}
	ok(t, c.Quit(ctx))

	// One at a time, and no further than it makes sense.
	c = dial(t, nil, hello()+`
		C: MAIL FROM:<a@b>
		S: 550 not you
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 550 no
		C: RCPT TO:<e@f>
		S: 450 later
		C: RSET
		S: 250 ok
		C: MAIL FROM:<a@b>
		S: 250 ok
		C: RCPT TO:<c@d>
		S: 250 ok
		C: RCPT TO:<e@f>
		S: 451 not now
		C: DATA
		S: 354 go
		`+content+"S: 250 queued")
	if res, err = send(t, c, "c@d"); refused(err) != 550 || refused(res.Recipients[0].Err) != 0 || !errors.Is(res.Recipients[0].Err, smtpclient.ErrNotSent) {
		t.Error(res, err)
	}
	if _, err = send(t, c, "c@d", "e@f"); !errors.As(err, &all) || len(all.Refused) != 2 || !strings.Contains(err.Error(), "450 later") {
		t.Error(err)
	}
	if res, err = send(t, c, "c@d", "e@f"); err != nil || !res.Recipients[1].Rcpt.Transient() {
		t.Error(res, err)
	}
	if _, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b"), strings.NewReader("")); err == nil || !strings.Contains(err.Error(), "no recipient") {
		t.Error(err)
	}
	if res, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c d"), strings.NewReader("")); err == nil || res.Recipients[0].Err == nil {
		t.Error(err)
	}
}

func TestSendMailBreaks(t *testing.T) {
	c := dial(t, nil, hello("PIPELINING")+"C: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nC: RCPT TO:<e@f>\nC: DATA\nS: 250 ok\nS: 250 ok\nclose")
	res, err := send(t, c, "c@d", "e@f")
	if err == nil || c.Noop(ctx) == nil || res.Mail == nil || res.Recipients[0].Rcpt == nil || res.Recipients[1].Rcpt != nil || res.Recipients[1].Err == nil || len(res.Accepted()) != 0 {
		t.Errorf("%+v, %v", res, err)
	}
	// The server says why it takes no more, and closes.
	addr := clienttest.Listen(t, "127.0.0.1:0", func(ctx context.Context, s *conn.Conn) error {
		say := func(text string) error { return clienttest.Write(ctx, s, text+"\r\n") }
		say("220 mx.example")
		for range 4 {
			line, err := clienttest.ReadLine(ctx, s)
			if err != nil {
				return err
			}
			if line == "DATA" {
				say("354 go")
			} else {
				say("250 mx.example")
			}
		}
		if _, err := clienttest.ReadLine(ctx, s); err != nil {
			return err
		}
		return say("421 the disk is full")
	})
	c, err = smtpclient.Dial(ctx, addr, nil)
	ok(t, err)
	defer c.Close()
	endless := strings.NewReader(strings.Repeat(strings.Repeat("x", 78)+"\r\n", 1<<18))
	if _, err := c.SendMail(ctx, smtpclient.NewEnvelope("a@b", "c@d"), endless); err == nil {
		t.Error("all of it was sent")
	} else {
		t.Log(err)
	}
}

func TestPipeline(t *testing.T) {
	c := dial(t, nil, hello("PIPELINING", "SMTPUTF8")+`
		C: RSET
		C: MAIL FROM:<a@b>
		C: RCPT TO:<c@d>
		C: RCPT TO:<e@f>
		C: DATA
		S: 250 ok
		S: 250 ok
		S: 550 no
		S: 250 ok
		S: 354 go
		C: Subject: x
		C:
		C: Hello
		C: .
		C: MAIL FROM:<g@h>
		C: VRFY smith SMTPUTF8
		S: 250 queued
		S: 250 ok
		S: 252 perhaps
		C: RSET
		C: QUIT
		S: 250 ok
		S: 221 bye`)
	p := c.Pipeline()
	rset := p.Rset()
	mail := p.Mail("a@b", nil)
	one, two := p.Rcpt("c@d", nil), p.Rcpt("e@f", nil)
	data := p.Data(strings.NewReader(message))
	next := p.Mail("g@h", nil)
	wrong := p.Data(strings.NewReader("")) // without a recipient
	vrfy := p.Vrfy("smith")
	bad := p.Rcpt("no mailbox", nil)
	not := p.Command(smtp.NewCommand("STARTTLS"))
	p.Rset()
	quit := p.Quit()
	if _, err := quit.Get(); !errors.Is(err, smtpclient.ErrNotAnswered) {
		t.Error(err)
	}
	ok(t, p.Run(ctx))
	for i, a := range []*smtpclient.Answer[*smtp.Reply]{rset, mail, two, next, vrfy, quit} {
		if r, err := a.Get(); err != nil || r == nil {
			t.Error(i, r, err)
		}
	}
	if _, err := one.Get(); refused(err) != 550 {
		t.Error(err)
	}
	if r, err := data.Get(); err != nil || len(r) != 1 || r[0].Text() != "queued" {
		t.Error(r, err)
	}
	var state *smtpclient.StateError
	if _, err := wrong.Get(); !errors.As(err, &state) {
		t.Error(err)
	}
	if _, err := bad.Get(); err == nil || !strings.Contains(err.Error(), "not sent") {
		t.Error(err)
	}
	if _, err := not.Get(); err == nil {
		t.Error("STARTTLS in a pipeline")
	}
	if err := p.Run(ctx); err == nil || !strings.Contains(err.Error(), "before") {
		t.Error(err)
	}
	if err := c.Noop(ctx); !errors.Is(err, smtpclient.ErrClosed) {
		t.Error(err)
	}
}

// TestPipelinedMessages has the second message begin with the end of the first (RFC 2920 section 3.1).
func TestPipelinedMessages(t *testing.T) {
	const content = "C: Subject: x\nC:\nC: Hello\nC: .\n"
	c := dial(t, nil, hello("PIPELINING", "SIZE 100")+`
		C: MAIL FROM:<a@b> SIZE=21
		C: RCPT TO:<c@d>
		C: DATA
		S: 250 ok
		S: 250 ok
		S: 354 go
		`+content+`C: MAIL FROM:<a@b> SIZE=21
		C: RCPT TO:<e@f>
		C: DATA
		S: 250 queued
		S: 250 ok
		S: 550 no
		S: 503 nobody
		C: RSET
		C: MAIL FROM:<a@b> SIZE=21
		C: RCPT TO:<g@h>
		C: DATA
		S: 250 ok
		S: 250 ok
		S: 250 ok
		S: 354 go
		`+content+"S: 554 spam")
	p := c.Pipeline()
	var answers []*smtpclient.Answer[*smtpclient.Result]
	for _, to := range []string{"c@d", "e@f", "i@j", "g@h"} {
		text := message
		if to == "i@j" {
			text = strings.Repeat("x", 200) // too large, not sent
		}
		answers = append(answers, p.Message(smtpclient.NewEnvelope("a@b", to), strings.NewReader(text)))
	}
	ok(t, p.Run(ctx))
	var size *smtpclient.SizeError
	for i, want := range []int{0, 550, -1, 554} {
		res, err := answers[i].Get()
		switch want {
		case 0:
			if err != nil || res.Recipients[0].Content.Text() != "queued" {
				t.Error(res, err)
			}
		case -1:
			if !errors.As(err, &size) {
				t.Error(err)
			}
		default:
			if refused(err) != want {
				t.Error(i, err)
			}
		}
	}
}

func TestPipelineBreaks(t *testing.T) {
	c := dial(t, nil, hello("PIPELINING")+"C: MAIL FROM:<a@b>\nC: RCPT TO:<c@d>\nC: NOOP\nS: 250 ok\nclose")
	p := c.Pipeline()
	mail, rcpt, noop := p.Mail("a@b", nil), p.Rcpt("c@d", nil), p.Noop()
	late := p.Message(smtpclient.NewEnvelope("a@b", "c@d"), strings.NewReader(""))
	if err := p.Run(ctx); !errors.Is(err, io.EOF) && err == nil {
		t.Error(err)
	}
	if r, err := mail.Get(); err != nil || r.Code != 250 {
		t.Error(err)
	}
	for _, err := range []error{second(rcpt.Get()), second(noop.Get()), second(late.Get())} {
		if err == nil || !strings.Contains(err.Error(), "closed") && !strings.Contains(err.Error(), "reset") {
			t.Error(err)
		}
	}
	if _, err := noop.Get(); !errors.Is(err, smtpclient.ErrNotAnswered) {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestAhead has many recipients: no more octets may be under way than the limit says.
func TestAhead(t *testing.T) {
	const n, ahead = 500, 300
	most := 0
	addr := clienttest.Listen(t, "127.0.0.1:0", func(ctx context.Context, s *conn.Conn) error {
		say := func(text string) error { return clienttest.Write(ctx, s, text+"\r\n") }
		say("220 mx.example")
		for {
			line, err := clienttest.ReadLine(ctx, s)
			if err != nil {
				return nil
			}
			most = max(most, s.R.Buffered()+len(line)+2)
			switch {
			case strings.HasPrefix(line, "EHLO"):
				err = say("250-mx.example\r\n250 PIPELINING")
			case line == "DATA":
				if err = say("354 go"); err != nil {
					return err
				}
				if err := s.Do(ctx, clienttest.Wait, func() error { _, err := s.R.Block().WriteTo(io.Discard); return err }); err != nil {
					return err
				}
				err = say("250 queued")
			default:
				err = say("250 ok")
			}
			if err != nil {
				return err
			}
		}
	})
	c, err := smtpclient.Dial(ctx, addr, &smtpclient.Options{Limits: smtpclient.Limits{Ahead: ahead}})
	ok(t, err)
	env := smtpclient.NewEnvelope("a@b")
	for i := range n {
		env.To = append(env.To, smtpclient.Recipient{Address: fmt.Sprintf("user%d@example.com", i)})
	}
	res, err := c.SendMail(ctx, env, strings.NewReader(message))
	if err != nil || len(res.Accepted()) != n {
		t.Error(err)
	}
	ok(t, c.Quit(ctx))
	if most > ahead+100 || most < ahead/3 {
		t.Errorf("%d octets under way", most)
	}
}

func TestSendMessage(t *testing.T) {
	for text, want := range map[string]string{
		"From: A <a@b>\r\nTo: c@d, \"E, F\" <e@f>\r\nCc: g@h\r\nBcc: i@j,\r\n k@l\r\n\r\nx\r\n":                   "a@b [c@d e@f g@h i@j k@l] From: A <a@b>\r\nTo: c@d, \"E, F\" <e@f>\r\nCc: g@h\r\n\r\nx\r\n",
		"From: a@b, c@d\r\nSender: s@t\r\nTo: e@f\r\n":                                                            "s@t [e@f] From: a@b, c@d\r\nSender: s@t\r\nTo: e@f\r\n",
		"from: \"a b\"@c\r\nto: Friends: d@e, f@g;\r\n\r\n":                                                       "\"a b\"@c [d@e f@g] from: \"a b\"@c\r\nto: Friends: d@e, f@g;\r\n\r\n",
		"Resent-Date: x\r\nResent-From: r@s\r\nResent-To: t@u\r\nResent-Bcc: v@w\r\nFrom: a@b\r\nTo: c@d\r\n\r\n": "r@s [t@u v@w] Resent-Date: x\r\nResent-From: r@s\r\nResent-To: t@u\r\nFrom: a@b\r\nTo: c@d\r\n\r\n",
		"From: a@b\r\nTo: undisclosed-recipients:;\r\nBcc: c@d\r\n\r\n":                                           "a@b [c@d] From: a@b\r\nTo: undisclosed-recipients:;\r\n\r\n",
		"From: a@b\r\n\r\n":                        "no recipient",
		"To: a@b\r\n\r\n":                          "no sender",
		"From: a@b\r\nTo: c d\r\n\r\n":             "the field to",
		"Resent-Date: x\r\nResent-Date: y\r\n\r\n": "more than once",
	} {
		var got strings.Builder
		c, err := smtpclient.Dial(ctx, clienttest.Listen(t, "127.0.0.1:0", recorder(&got)), nil)
		ok(t, err)
		if _, err := c.SendMessage(ctx, strings.NewReader(text), nil); err != nil {
			if !strings.Contains(err.Error(), want) || got.Len() > 0 {
				t.Errorf("%q: %v", text, err)
			}
		} else if got.String() != want {
			t.Errorf("%q: %q, want %q", text, got.String(), want)
		}
		c.Close()
	}
}

// recorder writes the messages that it is given.
func recorder(got *strings.Builder) clienttest.Serve {
	return func(ctx context.Context, s *conn.Conn) error {
		say := func(text string) error { return clienttest.Write(ctx, s, text+"\r\n") }
		say("220 mx.example")
		var to []string
		from := ""
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
			case "MAIL":
				from, to = cmd.Path.Mailbox.String(), nil
			case "RCPT":
				to = append(to, cmd.Path.Mailbox.String())
			case "DATA":
				if err := say("354 go"); err != nil {
					return err
				}
				fmt.Fprintf(got, "%s %v ", from, to)
				if err := s.Do(ctx, clienttest.Wait, func() error { _, err := s.R.Block().WriteTo(got); return err }); err != nil {
					return err
				}
			}
			if err := say("250 mx.example"); err != nil {
				return err
			}
		}
	}
}
