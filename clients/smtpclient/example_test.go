package smtpclient_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"harness/clients/smtpclient"
	"harness/internal/clienttest"
	"harness/protocols/smtp"
)

// exampleClient is connected to a server that speaks these lines.
func exampleClient(opts *smtpclient.Options, text string) (context.Context, *smtpclient.Client) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	context.AfterFunc(ctx, cancel)
	c, err := smtpclient.Dial(ctx, clienttest.Example(clienttest.Script(text, nil)), opts)
	if err != nil {
		log.Fatal(err)
	}
	return ctx, c
}

func Example() {
	ctx, c := exampleClient(&smtpclient.Options{Name: "client.example.com"}, `
	S: 220 mail.example.org ESMTP
	C: EHLO client.example.com
	S: 250-mail.example.org
	S: 250-PIPELINING
	S: 250 SIZE 1000000
	C: MAIL FROM:<alice@example.com> SIZE=23
	C: RCPT TO:<bob@example.org>
	C: RCPT TO:<nobody@example.org>
	C: DATA
	S: 250 2.1.0 Ok
	S: 250 2.1.5 Ok
	S: 550 5.1.1 No such mailbox
	S: 354 Go on
	C: Subject: Hello
	C:
	C: Hi!
	C: .
	S: 250 2.0.0 Queued
	C: QUIT
	S: 221 2.0.0 Bye`)
	defer c.Close()

	env := smtpclient.NewEnvelope("alice@example.com", "bob@example.org", "nobody@example.org")
	res, err := c.SendMail(ctx, env, strings.NewReader("Subject: Hello\r\n\r\nHi!\r\n"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("accepted for", res.Accepted())
	for _, d := range res.Refused() {
		var reply *smtp.Reply
		errors.As(d.Err, &reply)
		fmt.Println(d.Address, "refused:", reply.Code, reply.Enhanced, reply.Enhanced.Meaning())
	}
	if err := c.Quit(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// accepted for [bob@example.org]
	// nobody@example.org refused: 550 5.1.1 Bad destination mailbox address
}

// In LMTP each recipient has a reply of its own to the content.
func ExampleClient_SendMail_lMTP() {
	ctx, c := exampleClient(&smtpclient.Options{LMTP: true, Name: "mx.example.com"}, `
	S: 220 store.example.com LMTP
	C: LHLO mx.example.com
	S: 250 store.example.com
	C: MAIL FROM:<>
	S: 250 Ok
	C: RCPT TO:<bob@example.com>
	S: 250 Ok
	C: RCPT TO:<carol@example.com>
	S: 250 Ok
	C: DATA
	S: 354 Go on
	C: Subject: Hello
	C:
	C: .
	S: 250 Delivered
	S: 452 Over quota`)
	defer c.Close()

	env := smtpclient.NewEnvelope("", "bob@example.com", "carol@example.com")
	res, err := c.SendMail(ctx, env, strings.NewReader("Subject: Hello\r\n\r\n"))
	if err != nil {
		log.Fatal(err)
	}
	for _, d := range res.Recipients {
		fmt.Println(d.Address, d.Content.Code, d.Content.Text(), d.Content.Transient())
	}
	// Output:
	// bob@example.com 250 Delivered false
	// carol@example.com 452 Over quota true
}

// What the server does not offer is not sent.
func ExampleClient_Mail() {
	ctx, c := exampleClient(&smtpclient.Options{Name: "client.example.com"}, `
	S: 220 mail.example.org ESMTP
	C: EHLO client.example.com
	S: 250 mail.example.org`)
	defer c.Close()

	_, err := c.Mail(ctx, "alice@example.com", &smtp.MailOptions{Return: smtp.ReturnHeaders})
	var missing *smtpclient.NotOfferedError
	fmt.Println(errors.As(err, &missing), missing)
	// Output:
	// true not sent: the parameter RET=HDRS needs the extension DSN, which the server does not offer (RFC 3461 section 4.3)
}

// Many messages go out in a pipeline, each beginning with the end of the one before.
func ExampleClient_Pipeline() {
	ctx, c := exampleClient(&smtpclient.Options{Name: "client.example.com"}, `
	S: 220 mail.example.org ESMTP
	C: EHLO client.example.com
	S: 250-mail.example.org
	S: 250 PIPELINING
	C: MAIL FROM:<alice@example.com>
	C: RCPT TO:<bob@example.org>
	C: DATA
	S: 250 Ok
	S: 250 Ok
	S: 354 Go on
	C: one
	C: .
	C: MAIL FROM:<alice@example.com>
	C: RCPT TO:<carol@example.org>
	C: DATA
	S: 250 Queued as 1
	S: 250 Ok
	S: 250 Ok
	S: 354 Go on
	C: two
	C: .
	S: 250 Queued as 2`)
	defer c.Close()

	p := c.Pipeline()
	one := p.Message(smtpclient.NewEnvelope("alice@example.com", "bob@example.org"), strings.NewReader("one\r\n"))
	two := p.Message(smtpclient.NewEnvelope("alice@example.com", "carol@example.org"), strings.NewReader("two\r\n"))
	if err := p.Run(ctx); err != nil {
		log.Fatal(err)
	}
	for _, a := range []*smtpclient.Answer[*smtpclient.Result]{one, two} {
		res, err := a.Get()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(res.Recipients[0].Content.Text())
	}
	// Output:
	// Queued as 1
	// Queued as 2
}

func ExampleClient_Raw() {
	ctx, c := exampleClient(nil, `
	S: 220 mail.example.org ESMTP
	C: MAIL FROM: alice
	S: 501 5.5.2 Syntax: MAIL FROM:<address>`)
	defer c.Close()

	reply, err := c.Raw(ctx, "MAIL FROM: alice")
	fmt.Println(reply.Code, reply.Enhanced, reply.Text(), err)
	// Output:
	// 501 5.5.2 Syntax: MAIL FROM:<address> <nil>
}
