package nntpmock_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"harness/clients/nntpclient"
	"harness/internal/servertest"
	"harness/mockservers"
	"harness/mockservers/newsstore"
	"harness/mockservers/nntpmock"
)

// connect is our own client; any other one does as well.
func connect(addr string) (context.Context, *nntpclient.Client) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	context.AfterFunc(ctx, cancel)
	c, err := nntpclient.Dial(ctx, addr, nil)
	if err != nil {
		panic(err)
	}
	return ctx, c
}

// In a test, t is the test's own *testing.T, whose end closes the server.
func ExampleNew() {
	t := &servertest.ExampleT{}
	defer t.End()

	srv := nntpmock.New(t) // with the groups and articles of package fixtures
	ctx, c := connect(srv.Addr())
	defer c.Close()
	group, err := c.Group(ctx, "example.garden")
	fmt.Println(group.Name, group.Low, err)
	// Output:
	// example.garden 1 <nil>
}

// A server that breaks a rule, in a way that is told by its name.
func ExampleWithDeviations() {
	t := &servertest.ExampleT{}
	defer t.End()

	srv := nntpmock.New(t, nntpmock.WithDeviations("greeting-201"))
	_, c := connect(srv.Addr())
	defer c.Close()
	fmt.Println(c.PostingAllowed())
	// Output:
	// false
}

// Trouble on the connection, at the second ARTICLE.
func ExampleWithFaults() {
	t := &servertest.ExampleT{}
	defer t.End()

	fault, err := mockservers.ParseFault("close at 2nd ARTICLE")
	if err != nil {
		t.Fatalf("%v", err)
	}
	srv := nntpmock.New(t, nntpmock.WithFaults(fault))
	ctx, c := connect(srv.Addr())
	defer c.Close()
	_, err = c.Group(ctx, "example.garden")
	fmt.Println(err)
	for range 2 {
		_, err := c.ArticleBytes(ctx, "1")
		fmt.Println(err != nil)
	}
	// Output:
	// <nil>
	// false
	// true
}

// Several servers may share a store, and its owner adds articles while they run.
func ExampleWithStore() {
	t := &servertest.ExampleT{}
	defer t.End()

	store := newsstore.New(newsstore.Options{})
	if err := store.AddGroup(newsstore.Group{Name: "local.talk", Description: "Talk"}); err != nil {
		t.Fatalf("%v", err)
	}
	srv := nntpmock.New(t, nntpmock.WithStore(store), nntpmock.WithFeatures("AUTH=post"))
	ctx, c := connect(srv.Addr())
	defer c.Close()
	if err := c.Login(ctx, nntpmock.DefaultUser, nntpmock.DefaultPassword); err != nil {
		t.Fatalf("%v", err)
	}
	if _, err := c.Post(ctx, strings.NewReader("From: a@example.org\nNewsgroups: local.talk\nSubject: Hello\nMessage-ID: <1@example.org>\n\nHi!\n")); err != nil {
		t.Fatalf("%v", err)
	}
	fmt.Println(store.Seen("<1@example.org>"))
	// Output:
	// true
}
