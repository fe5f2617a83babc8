package imapclient_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"os"
	"time"

	"harness/clients/imapclient"
	"harness/internal/clienttest"
	"harness/protocols/imap"
)

// exampleServer serves one session of these lines and returns its address.
func exampleServer(text string) string { return clienttest.Example(clienttest.Script(text, nil)) }

func Example() {
	addr := exampleServer(`
	S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready
	C: a1 AUTHENTICATE PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=
	S: a1 OK [CAPABILITY IMAP4rev1 IDLE] in
	C: a2 SELECT INBOX
	S: * 2 EXISTS
	S: * OK [UIDVALIDITY 7] valid
	S: a2 OK [READ-WRITE] selected
	C: a3 UID SEARCH UNSEEN
	S: * SEARCH 10 12
	S: a3 OK found
	C: a4 UID FETCH 10,12 (FLAGS ENVELOPE)
	S: * 1 FETCH (UID 10 FLAGS () ENVELOPE (NIL "Lunch" NIL NIL NIL NIL NIL NIL NIL NIL))
	S: * 2 FETCH (UID 12 FLAGS (\Flagged) ENVELOPE (NIL "Dinner" NIL NIL NIL NIL NIL NIL NIL NIL))
	S: a4 OK fetched
	C: a5 LOGOUT
	S: * BYE bye
	S: a5 OK out`)
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()

	c, err := imapclient.Dial(ctx, addr, nil)
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	if err := c.Login(ctx, "alice", "wonderland"); err != nil {
		log.Fatal(err)
	}
	box, err := c.Select(ctx, "INBOX")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(box.Exists, "messages")
	uids, err := c.UIDSearch(ctx, imap.Key("UNSEEN"))
	if err != nil {
		log.Fatal(err)
	}
	items, err := imap.ParseFetchItems("(FLAGS ENVELOPE)")
	if err != nil {
		log.Fatal(err)
	}
	err = c.UIDFetch(ctx, imap.NumSet{Ranges: []imap.NumRange{{First: uids[0], Last: uids[0]}, {First: uids[1], Last: uids[1]}}}, items, func(f *imap.Fetch) error {
		fmt.Println(f.UID, f.Flags, f.Envelope.Subject)
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := c.Logout(ctx); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 2 messages
	// 10 [] Lunch
	// 12 [\Flagged] Dinner
}

// authenticated connects to a server whose clients are authenticated from the start.
func authenticated(ctx context.Context, text string) *imapclient.Client {
	c, err := imapclient.Dial(ctx, exampleServer("S: * PREAUTH [CAPABILITY IMAP4rev1 LITERAL+ IDLE] ready\n"+text), nil)
	if err != nil {
		log.Fatal(err)
	}
	return c
}

func ExampleClient_Idle() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c := authenticated(ctx, `
	C: a1 IDLE
	S: + idling
	S: * 4 EXISTS
	C: DONE
	S: a1 OK done`)
	defer c.Close()

	err := c.Idle(ctx, func(r imap.Response) error {
		if e, ok := r.(*imap.Exists); ok {
			fmt.Println("now there are", e.Count)
			return imapclient.ErrStop
		}
		return nil
	})
	fmt.Println(err)
	// Output:
	// now there are 4
	// <nil>
}

func ExampleClient_Pipeline() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c := authenticated(ctx, `
	C: a1 STATUS INBOX (MESSAGES)
	C: a2 STATUS Drafts (MESSAGES)
	S: * STATUS INBOX (MESSAGES 17)
	S: a1 OK done
	S: a2 NO [NONEXISTENT] no such mailbox`)
	defer c.Close()

	p := c.Pipeline()
	inbox := p.Status("INBOX", "MESSAGES")
	drafts := p.Status("Drafts", "MESSAGES")
	if err := p.Run(ctx); err != nil {
		log.Fatal(err)
	}
	if s, err := inbox.Get(); err == nil {
		fmt.Println(s.Items["MESSAGES"])
	}
	_, err := drafts.Get()
	fmt.Println(err != nil)
	// Output:
	// 17
	// true
}

func ExampleClient_FetchStream() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c := authenticated(ctx, `
	C: a1 SELECT INBOX
	S: a1 OK done
	C: a2 FETCH 1 BODY.PEEK[TEXT]
	S! * 1 FETCH (BODY[TEXT] {6}\r\nhello\n)\r\n
	S: a2 OK done`)
	defer c.Close()
	if _, err := c.Select(ctx, "INBOX"); err != nil {
		log.Fatal(err)
	}
	text, err := imap.Body("TEXT", true)
	if err != nil {
		log.Fatal(err)
	}
	err = c.FetchStream(ctx, imap.Nums(1), []imap.FetchItem{text}, nil, func(f *imap.Fetch, s *imap.Section, r io.Reader) error {
		fmt.Println(s.Name, "of", f.Number, "has", s.Streamed, "octets")
		_, err := io.Copy(os.Stdout, r)
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// BODY[TEXT] of 1 has 6 octets
	// hello
}

func ExampleClient_XAtom() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c := authenticated(ctx, `
	C: a1 XSNOOZE "a b" 5
	S: * XSNOOZED 5 minutes
	S: a1 OK done`)
	defer c.Close()

	args := imap.Rules{}.AppendMailbox(nil, "a b")
	r, err := c.XAtom(ctx, "XSNOOZE", string(args)+" 5")
	if err != nil {
		log.Fatal(err)
	}
	u := r.Untagged[0].(*imap.Unknown)
	fmt.Println(u.Name, u.Text)
	// Output: XSNOOZED 5 minutes
}
