package nntpclient_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"strings"
	"time"

	"harness/clients/nntpclient"
	"harness/internal/clienttest"
	"harness/protocols/nntp"
)

// exampleClient is connected to a server that speaks these lines.
func exampleClient(text string) (context.Context, *nntpclient.Client) {
	text = strings.ReplaceAll(text, `\t`, "\t")
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	context.AfterFunc(ctx, cancel)
	c, err := nntpclient.Dial(ctx, clienttest.Example(clienttest.Script(text, nil)), nil)
	if err != nil {
		log.Fatal(err)
	}
	return ctx, c
}

func Example() {
	ctx, c := exampleClient(`
	S: 200 ready
	C: GROUP misc.test
	S: 211 2 7 9 misc.test
	C: OVER 7-9
	S: 224 overview
	S: 7\tHello\ta@example.org\t1 Jan 2026 00:00:00 GMT\t<7@x>\t\t120\t1
	S: 9\tRe: Hello\tb@example.org\t2 Jan 2026 00:00:00 GMT\t<9@x>\t<7@x>\t140\t2
	S: .
	C: BODY 7
	S: 222 7 <7@x>
	S: ..with a dot
	S: .
	C: QUIT
	S: 205 bye`)
	defer c.Close()

	group, err := c.Group(ctx, "misc.test")
	if err != nil {
		log.Fatal(err)
	}
	err = c.Over(ctx, group.Range().String(), func(o *nntp.Overview) error {
		fmt.Printf("%d %s, in reply to %q\n", o.Number, o.Subject, o.References)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	if _, err := c.BodyTo(ctx, "7", os.Stdout); err != nil {
		log.Fatal(err)
	}
	if err := c.Quit(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 7 Hello, in reply to ""
	// 9 Re: Hello, in reply to "<7@x>"
	// .with a dot
}

// What the server refuses is an error that holds its response.
func ExampleClient_Post() {
	ctx, c := exampleClient(`
	S: 200 ready
	C: POST
	S: 340 go on
	C: From: a@example.org
	C: Newsgroups: misc.test
	C: Subject: Hello
	C:
	C: Hi!
	C: .
	S: 441 the group is moderated`)
	defer c.Close()

	_, err := c.Post(ctx, strings.NewReader("From: a@example.org\nNewsgroups: misc.test\nSubject: Hello\n\nHi!\n"))
	var refused *nntp.Response
	fmt.Println(errors.As(err, &refused), refused.Code, refused.Text)
	// Output:
	// true 441 the group is moderated
}

// Many commands go out at once; a refusal is the error of one of them.
func ExampleClient_Pipeline() {
	ctx, c := exampleClient(`
	S: 200 ready
	C: GROUP misc.test
	C: STAT 7
	C: STAT 8
	S: 211 2 7 9 misc.test
	S: 223 7 <7@x>
	S: 423 no such article`)
	defer c.Close()

	p := c.Pipeline()
	p.Group("misc.test")
	seven, eight := p.Stat("7"), p.Stat("8")
	if err := p.Run(ctx); err != nil {
		log.Fatal(err)
	}
	found, err := seven.Get()
	fmt.Println(found.MessageID, err)
	_, err = eight.Get()
	fmt.Println(err != nil)
	// Output:
	// <7@x> <nil>
	// true
}
