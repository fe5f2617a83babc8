package script_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"harness/internal/play"
	"harness/mockservers/script"
	"harness/transcript"
)

const session = `session: 1
protocol: pop3

S: +OK ready
C: STAT
S: +OK 2 320
C: QUIT
S: +OK bye
-- close S
`

// In a test, script.New(t, "testdata/stat.session") is all it takes: the clean-up reports what the client did otherwise. A program starts a server
// and asks for the reports itself.
func Example() {
	s, err := transcript.Parse("stat.session", []byte(session))
	if err != nil {
		fmt.Println(err)
		return
	}
	srv, err := script.Start(context.Background(), script.Options{}, s)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer srv.Close()

	c, err := net.Dial("tcp", srv.Addr())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.Close()
	r := bufio.NewReader(c)
	r.ReadString('\n')
	fmt.Fprint(c, "STAT\r\n")
	line, _ := r.ReadString('\n')
	fmt.Println(strings.TrimSpace(line))
	fmt.Fprint(c, "LIST\r\n") // the session has a QUIT here
	r.ReadString('\n')

	reports, err := srv.Wait(context.Background(), 1)
	if err != nil {
		fmt.Println(err)
		return
	}
	var m *play.Mismatch
	if errors.As(reports[0].Err(), &m) {
		fmt.Printf("%s: expected %q, received %q\n", m.Pos, m.Expected, m.Received)
	}
	// Output:
	// +OK 2 320
	// stat.session:7:1: expected "C: QUIT", received "LIST\r\n"
}
