package pop3client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"harness/clients/pop3client"
	"harness/internal/clienttest"
	"harness/protocols/pop3"
)

// exampleServer serves one session of these lines and returns its address.
func exampleServer(text string) string { return clienttest.Example(script(text)) }

func Example() {
	addr := exampleServer(`
	S: +OK ready
	C: CAPA
	S: +OK
	S: USER
	S: .
	C: USER alice
	S: +OK
	C: PASS secret
	S: +OK
	C: STAT
	S: +OK 1 16
	C: RETR 1
	S: +OK
	S: Subject: Hello
	S: .
	C: QUIT
	S: +OK bye`)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()

	c, err := pop3client.Dial(ctx, addr, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(ctx, "alice", "secret"); err != nil {
		log.Fatal(err)
	}
	stat, err := c.Stat(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(stat.Messages, "message,", stat.Octets, "octets")
	if _, err := c.RetrTo(ctx, 1, os.Stdout); err != nil {
		log.Fatal(err)
	}
	if err := c.Quit(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1 message, 16 octets
	// Subject: Hello
}

func ExampleClient_Pipeline() {
	addr := exampleServer(`
	S: +OK ready
	C: CAPA
	S: +OK
	S: PIPELINING
	S: .
	C: USER alice
	C: PASS secret
	C: RETR 1
	C: RETR 7
	S: +OK
	S: +OK
	S: +OK
	S: Subject: Hello
	S: .
	S: -ERR no such message`)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c, err := pop3client.Dial(ctx, addr, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	p := c.Pipeline()
	p.User("alice")
	p.Pass("secret")
	var mail strings.Builder
	first := p.Retr(1, &mail)
	seventh := p.Retr(7, io.Discard)
	if err := p.Run(ctx); err != nil {
		log.Fatal(err)
	}
	size, _ := first.Get()
	_, err = seventh.Get()
	var reply *pop3.Reply
	fmt.Println(size, "octets")
	fmt.Println(errors.As(err, &reply), reply)
	// Output:
	// 16 octets
	// true RETR 7: -ERR no such message
}

func ExampleClient_Raw() {
	addr := exampleServer(`
	S: +OK ready
	C: STAT and more
	S: -ERR [SYS/PERM] STAT takes no argument`)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c, err := pop3client.Dial(ctx, addr, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	reply, err := c.Raw(ctx, "STAT and more")
	fmt.Println(reply.Status, reply.Code.Is(pop3.CodeSys), err)
	// Output:
	// -ERR true <nil>
}
