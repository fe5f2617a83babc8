package ftpclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"

	"harness/clients/ftpclient"
	"harness/internal/clienttest"
	"harness/protocols/ftp"
)

// exampleServer serves one session of these lines and returns its address.
func exampleServer(text string) string { return clienttest.Example(script(text)) }

func Example() {
	addr := exampleServer(`
	S: 220 ready
	C: USER anna
	S: 331 password, please
	C: PASS secret
	S: 230 in
	C: TYPE I
	S: 200 ok
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR hello.txt
	S: 150 here it comes
	D open
	D> Hello, world.\n
	D close
	S: 226 done
	C: QUIT
	S: 221 bye`)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()

	c, err := ftpclient.Dial(ctx, addr, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(ctx, "anna", "secret"); err != nil {
		log.Fatal(err)
	}
	if _, err := c.RetrTo(ctx, "hello.txt", os.Stdout, nil); err != nil {
		log.Fatal(err)
	}
	if err := c.Quit(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// Hello, world.
}

func ExampleClient_StorWriter() {
	addr := exampleServer(`
	S: 220 ready
	C: EPSV
	S: 229 ok ({epsv})
	C: STOR hello.txt
	S: 150 go
	D open
	D< one\r\ntwo\r\n
	D<EOF
	S: 552 that was too much`)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c, err := ftpclient.Dial(ctx, addr, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	w, err := c.StorWriter(ctx, "hello.txt", &ftpclient.TransferOptions{Type: ftp.ASCII, Text: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Fprintln(w, "one")
	fmt.Fprintln(w, "two")
	err = w.Close()
	var reply *ftp.Reply
	fmt.Println(errors.As(err, &reply), reply)
	// Output:
	// true STOR hello.txt: 552 that was too much
}

func ExampleClient_Walk() {
	addr := exampleServer(`
	S: 220 ready
	C: FEAT
	S: 211-
	S:  MLST type*;size*;
	S: 211 End
	C: EPSV
	S: 229 ok ({epsv})
	C: MLSD pub
	S: 150 go
	D open
	D> type=cdir; pub\r\ntype=dir; docs\r\ntype=file;size=5; a.txt\r\n
	D close
	S: 226 done
	C: EPSV
	S: 229 ok ({epsv})
	C: MLSD pub/docs
	S: 150 go
	D open
	D> type=file;size=7; b.txt\r\n
	D close
	S: 226 done`)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c, err := ftpclient.Dial(ctx, addr, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	err = c.Walk(ctx, "pub", func(path string, e ftp.Entry, err error) error {
		if err != nil {
			return err
		}
		fmt.Println(e.Type, path, e.Size)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// file pub/a.txt 5
	// dir pub/docs -1
	// file pub/docs/b.txt 7
}

func ExampleReader_Abort() {
	addr := exampleServer(`
	S: 220 ready
	C: TYPE I
	S: 200 ok
	C: EPSV
	S: 229 ok ({epsv})
	C: RETR large
	S: 150 go
	D open
	D> The beginning.
	C: \xff\xf4\xffABOR
	S: 426 aborted
	S: 226 the abort succeeded
	C: NOOP
	S: 200 ok`)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c, err := ftpclient.Dial(ctx, addr, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	r, err := c.Retr(ctx, "large", nil)
	if err != nil {
		log.Fatal(err)
	}
	var beginning strings.Builder
	io.CopyN(&beginning, r, 14)
	fmt.Println(beginning.String(), r.Abort(ctx), c.Noop(ctx))
	// Output:
	// The beginning. <nil> <nil>
}

func ExampleClient_Raw() {
	addr := exampleServer(`
	S: 220 ready
	C: noop and more
	S: 501 NOOP takes no argument`)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c, err := ftpclient.Dial(ctx, addr, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()

	reply, err := c.Raw(ctx, "noop and more")
	fmt.Println(reply.Code, reply.Permanent(), err)
	// Output:
	// 501 true <nil>
}
