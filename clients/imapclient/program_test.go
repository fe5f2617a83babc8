package imapclient_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"harness/clients/imapclient"
)

// TestProgramServer is no test: it is the program that TestStart starts.
func TestProgramServer(t *testing.T) {
	if os.Getenv("IMAPCLIENT_TEST_PROGRAM") == "" {
		t.Skip("it is the program of TestStart")
	}
	fmt.Print("* PREAUTH hi\r\n")
	for in := bufio.NewScanner(os.Stdin); in.Scan(); {
		tag, verb, _ := strings.Cut(in.Text(), " ")
		switch verb {
		case "CHECK": // no answer
			continue
		case "LOGOUT":
			fmt.Print("* BYE bye\r\n")
		}
		fmt.Printf("%s OK done\r\n", tag)
		if verb == "LOGOUT" {
			break
		}
	}
	os.Exit(3)
}

func TestStart(t *testing.T) {
	t.Setenv("IMAPCLIENT_TEST_PROGRAM", "1")
	start := func() *imapclient.Client {
		c, err := imapclient.Start(ctx, &imapclient.Options{AnyState: true}, nil, os.Args[0], "-test.run=^TestProgramServer$")
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := start()
	if err := c.Noop(ctx); err != nil {
		t.Error(err)
	}
	if err := c.Logout(ctx); err != nil {
		t.Error(err)
	}
	c = start()
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	if err := c.Check(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	var e *imapclient.Error
	if _, err := imapclient.Start(ctx, nil, nil, "/no/such/program"); !errors.As(err, &e) || e.Command != "start" {
		t.Error(err)
	}
}
