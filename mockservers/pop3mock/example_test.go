package pop3mock_test

import (
	"bufio"
	"context"
	"fmt"
	"net"

	"harness/fixtures"
	"harness/internal/servertest"
	"harness/mockservers"
	"harness/mockservers/mailstore"
	"harness/mockservers/pop3mock"
)

// converse says lines to a server and prints what it answers, one line each. The greeting and what changes from run to run is left out.
func converse(addr string, lines ...string) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	r := bufio.NewScanner(c)
	r.Scan() // the greeting
	for _, l := range lines {
		fmt.Fprintf(c, "%s\r\n", l)
		r.Scan()
		fmt.Println(r.Text())
	}
}

// In a test, t is the test's own *testing.T, whose end closes the server.
func ExampleNew() {
	t := &servertest.ExampleT{}
	defer t.End()

	srv := pop3mock.New(t, pop3mock.WithMail(fixtures.Mail{Name: "hello", Data: []byte("Subject: hello\r\n\r\nHi!\r\n")}))
	converse(srv.Addr(), "USER alice", "PASS wonderland", "STAT", "QUIT")
	// Output:
	// +OK send PASS
	// +OK the maildrop has 1 messages
	// +OK 1 23
	// +OK harness POP3 mock signing off, 1 messages left
}

// A server that breaks a rule, in a way that is told by its name.
func ExampleWithDeviations() {
	t := &servertest.ExampleT{}
	defer t.End()

	srv := pop3mock.New(t, pop3mock.WithMail(), pop3mock.WithDeviations("stat-two-spaces"))
	converse(srv.Addr(), "USER alice", "PASS wonderland", "STAT")
	// Output:
	// +OK send PASS
	// +OK the maildrop has 0 messages
	// +OK 0  0
}

// A connection with trouble: the reply to the second NOOP stops in the middle.
func ExampleWithFaults() {
	t := &servertest.ExampleT{}
	defer t.End()

	fault, err := mockservers.ParseFault("truncate 5 at 2nd NOOP")
	if err != nil {
		t.Fatalf("%v", err)
	}
	srv := pop3mock.New(t, pop3mock.WithMail(), pop3mock.WithFaults(fault))
	converse(srv.Addr(), "USER alice", "PASS wonderland", "NOOP", "NOOP")
	// Output:
	// +OK send PASS
	// +OK the maildrop has 0 messages
	// +OK nothing done
	// +OK n
}

// A program starts a server without a test. The store can be shared with other mocks: what they deliver is served at the next login.
func ExampleStart() {
	store := mailstore.New()
	if _, err := store.Add(mailstore.Account{Name: "carol", Password: "secret"}); err != nil {
		fmt.Println(err)
		return
	}
	srv, err := pop3mock.Start(context.Background(), pop3mock.Options{Store: store})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	if err := store.Deliver("carol", mailstore.Delivery{Data: []byte("Subject: new\r\n\r\n")}); err != nil {
		fmt.Println(err)
		return
	}
	converse(srv.Addr(), "USER carol", "PASS secret", "STAT")
	// Output:
	// +OK send PASS
	// +OK the maildrop has 1 messages
	// +OK 1 16
}
