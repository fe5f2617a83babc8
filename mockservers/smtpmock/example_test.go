package smtpmock_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"harness/clients/pop3client"
	"harness/clients/smtpclient"
	"harness/internal/servertest"
	"harness/mockservers"
	"harness/mockservers/mailstore"
	"harness/mockservers/pop3mock"
	"harness/mockservers/smtpmock"
)

// send is what the code under test does: it sends a message. Any client does as well as ours.
func send(ctx context.Context, srv *smtpmock.Server, opts *smtpclient.Options, to ...string) error {
	c, err := smtpclient.Dial(ctx, srv.Addr(), opts)
	if err != nil {
		return err
	}
	defer c.Close()
	res, err := c.SendMail(ctx, smtpclient.NewEnvelope("sender@example.com", to...), strings.NewReader("Subject: Hello\r\n\r\nHi!\r\n"))
	if err != nil {
		return err
	}
	for _, d := range res.Refused() {
		fmt.Println(d.Address, "was refused")
	}
	return c.Quit(ctx)
}

func within() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), 10*time.Second)
}

// In a test, t is the test's own *testing.T, whose end closes the server.
func ExampleNew() {
	t := &servertest.ExampleT{}
	defer t.End()
	ctx, cancel := within()
	defer cancel()

	srv := smtpmock.New(t)
	if err := send(ctx, srv, nil, "bob@example.net"); err != nil {
		t.Fatalf("%v", err)
	}
	m, err := srv.Mail(ctx)
	if err != nil {
		t.Fatalf("%v", err)
	}
	data, err := m.Data()
	fmt.Printf("%s to %v: %q, %v\n", m.From.Mailbox, m.Recipients(), data, err)
	// Output:
	// sender@example.com to [bob@example.net]: "Subject: Hello\r\n\r\nHi!\r\n", <nil>
}

// Rules answer by sender and recipient.
func ExampleWithRules() {
	t := &servertest.ExampleT{}
	defer t.End()
	ctx, cancel := within()
	defer cancel()

	srv := smtpmock.New(t, smtpmock.WithRules("reject to full@* 552 5.2.2 Mailbox full", "defer 1 times to slow@*"))
	fmt.Println(send(ctx, srv, nil, "bob@example.net", "full@example.net", "slow@example.net"))
	fmt.Println(send(ctx, srv, nil, "slow@example.net"))
	// Output:
	// full@example.net was refused
	// slow@example.net was refused
	// <nil>
	// <nil>
}

// A server of LMTP answers for each recipient behind the content.
func ExampleWithFeatures() {
	t := &servertest.ExampleT{}
	defer t.End()
	ctx, cancel := within()
	defer cancel()

	srv := smtpmock.New(t, smtpmock.WithFeatures("MODE=lmtp", "-PIPELINING"), smtpmock.WithRules("reject at end to carol@*"))
	fmt.Println(send(ctx, srv, &smtpclient.Options{LMTP: true}, "alice@example.org", "carol@example.net"))
	// Output:
	// carol@example.net was refused
	// <nil>
}

// What comes for an account can be read from the mock of POP3.
func ExampleWithStore() {
	t := &servertest.ExampleT{}
	defer t.End()
	ctx, cancel := within()
	defer cancel()

	store := mailstore.New()
	if _, err := store.Add(mailstore.Account{Name: "alice", Password: "wonderland"}); err != nil {
		t.Fatalf("%v", err)
	}
	srv := smtpmock.New(t, smtpmock.WithStore(store))
	pop3 := pop3mock.New(t, pop3mock.WithStore(store))
	if err := send(ctx, srv, nil, "alice@example.org"); err != nil {
		t.Fatalf("%v", err)
	}
	c, err := pop3client.Dial(ctx, pop3.Addr(), nil)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer c.Close()
	if err := errors.Join(c.User(ctx, "alice"), c.Pass(ctx, "wonderland")); err != nil {
		t.Fatalf("%v", err)
	}
	data, err := c.RetrBytes(ctx, 1)
	_, body, _ := strings.Cut(string(data), "\r\n\r\n")
	fmt.Printf("%v %q %v\n", strings.HasPrefix(string(data), "Return-Path: <sender@example.com>\r\nReceived: from "), body, err)
	// Output:
	// true "Hi!\r\n" <nil>
}

// A server that breaks a rule, in a way that is told by its name.
func ExampleWithDeviations() {
	t := &servertest.ExampleT{}
	defer t.End()
	ctx, cancel := within()
	defer cancel()

	srv := smtpmock.New(t, smtpmock.WithDeviations("greeting-221"))
	_, err := smtpclient.Dial(ctx, srv.Addr(), nil)
	fmt.Println(err != nil)
	// Output:
	// true
}

// Trouble on the connection, at the content.
func ExampleWithFaults() {
	t := &servertest.ExampleT{}
	defer t.End()
	ctx, cancel := within()
	defer cancel()

	fault, err := mockservers.ParseFault("reset before DATA")
	if err != nil {
		t.Fatalf("%v", err)
	}
	srv := smtpmock.New(t, smtpmock.WithFaults(fault))
	err = send(ctx, srv, nil, "bob@example.net")
	var e *smtpclient.Error
	fmt.Println(errors.As(err, &e), srv.Accepted())
	// Output:
	// true 0
}
