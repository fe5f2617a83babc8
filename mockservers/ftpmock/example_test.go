package ftpmock_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"strings"

	"harness/fixtures"
	"harness/internal/servertest"
	"harness/mockservers"
	"harness/mockservers/filestore"
	"harness/mockservers/ftpmock"
)

// client is a few lines of FTP, without any library.
type client struct {
	net.Conn
	r *bufio.Scanner
}

func login(addr, user, password string) *client {
	nc, err := net.Dial("tcp", addr)
	if err != nil {
		panic(err)
	}
	c := &client{nc, bufio.NewScanner(nc)}
	c.r.Scan() // the greeting
	c.say("USER " + user)
	c.say("PASS " + password)
	return c
}

// say sends a line and returns the reply, which has one line here.
func (c *client) say(line string) string {
	fmt.Fprintf(c, "%s\r\n", line)
	return c.reply()
}

func (c *client) reply() string {
	c.r.Scan()
	return c.r.Text()
}

// get makes a transfer from the server and prints what comes.
func (c *client) get(line string) {
	reply := c.say("EPSV")
	host, _, _ := net.SplitHostPort(c.RemoteAddr().String())
	port := strings.Trim(reply[strings.Index(reply, "("):], "(|)")
	data, err := net.Dial("tcp", net.JoinHostPort(host, port))
	if err != nil {
		panic(err)
	}
	defer data.Close()
	c.say(line)
	b, err := io.ReadAll(data)
	if err != nil {
		fmt.Println("the data connection broke")
	}
	fmt.Printf("%q\n", b)
	fmt.Println(c.reply())
}

var hello = fixtures.File{Path: "pub/hello.txt", Mode: 0o644, Data: []byte("Hi!\n")}

// In a test, t is the test's own *testing.T, whose end closes the server.
func ExampleNew() {
	t := &servertest.ExampleT{}
	defer t.End()

	srv := ftpmock.New(t, ftpmock.WithFiles(hello))
	c := login(srv.Addr(), "alice", "wonderland")
	defer c.Close()
	fmt.Println(c.say("CWD pub"))
	c.get("NLST")
	c.get("RETR hello.txt")
	// Output:
	// 250 Directory is now /pub
	// "hello.txt\r\n"
	// 226 Transfer complete
	// "Hi!\r\n"
	// 226 Transfer complete
}

// A server that breaks a rule, in a way that is told by its name.
func ExampleWithDeviations() {
	t := &servertest.ExampleT{}
	defer t.End()

	srv := ftpmock.New(t, ftpmock.WithFiles(hello), ftpmock.WithDeviations("pass-any"))
	c := login(srv.Addr(), "alice", "not the password")
	defer c.Close()
	fmt.Println(c.say("PWD"))
	// Output:
	// 257 "/" is the current directory
}

// Trouble on a data connection; the control connection is well.
func ExampleWithFaults() {
	t := &servertest.ExampleT{}
	defer t.End()

	fault, err := mockservers.ParseFault("reset on data at octet 2 at 2nd RETR")
	if err != nil {
		t.Fatalf("%v", err)
	}
	srv := ftpmock.New(t, ftpmock.WithFiles(hello), ftpmock.WithFaults(fault))
	c := login(srv.Addr(), "alice", "wonderland")
	defer c.Close()
	c.get("RETR pub/hello.txt")
	fmt.Println(c.say("EPSV")[:3], c.say("RETR pub/hello.txt")[:3])
	// Output:
	// "Hi!\r\n"
	// 226 Transfer complete
	// 229 150
}

// A program starts a server without a test. The tree can be shared with other servers, or be a real directory.
func ExampleStart() {
	tree, err := filestore.NewMemory(hello)
	if err != nil {
		fmt.Println(err)
		return
	}
	srv, err := ftpmock.Start(context.Background(), ftpmock.Options{
		Tree:     tree,
		Accounts: []ftpmock.Account{{Name: "carol", Password: "secret", Home: "/pub", Jail: true}},
		Features: []string{"READ-ONLY", "-ANONYMOUS"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()
	c := login(srv.Addr(), "carol", "secret")
	defer c.Close()
	fmt.Println(c.say("SIZE hello.txt"))
	fmt.Println(c.say("DELE hello.txt"))
	// Output:
	// 213 5
	// 550 hello.txt: Read-only
}
