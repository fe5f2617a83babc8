package imap_test

import (
	"fmt"
	"io"
	"strings"

	"harness/protocols/imap"
	"harness/protocols/wire"
)

func ExampleDecoder_ReadCommand() {
	d := imap.NewDecoder(wire.NewReader(strings.NewReader("a1 UID FETCH 5:* (FLAGS BODY.PEEK[HEADER.FIELDS (Date)])\r\na2 FETCH 0 FLAGS\r\na3 APPEND Drafts {5}\r\nhello\r\n")))
	d.Append = func(_ *imap.Command, m *imap.AppendMessage, r io.Reader) error {
		text, err := io.ReadAll(r)
		fmt.Printf("a message of %d octets: %s\n", m.Size, text)
		return err
	}
	for {
		cmd, err := d.ReadCommand()
		if err == io.EOF {
			return
		}
		if err != nil {
			fmt.Println(cmd.Tag, err)
			continue
		}
		if f, ok := cmd.Args.(*imap.FetchArgs); ok {
			fmt.Println(cmd.FullName(), f.Set, f.Items[1].ResponseName())
		}
	}
	// Output:
	// UID FETCH 5:* BODY[HEADER.FIELDS (Date)]
	// a2 syntax error at octet 9: expected a number from 1 to 4294967295 or "*", got "0" (RFC 9051 section 9, sequence-set)
	// a message of 5 octets: hello
}

func ExampleDecoder_ReadResponse() {
	d := imap.NewDecoder(wire.NewReader(strings.NewReader("* 12 FETCH (UID 7 FLAGS (\\Seen) BODY[TEXT] {5}\r\nhello)\r\na1 OK [READ-WRITE] done\r\n")))
	for {
		r, err := d.ReadResponse()
		if err != nil {
			return
		}
		switch r := r.(type) {
		case *imap.Fetch:
			text, _ := r.Section("BODY[TEXT]")
			fmt.Println(r.Number, r.UID, r.Flags, text.Data)
		case *imap.Status:
			fmt.Println(r.Tag, r.Kind, r.Code.Name)
		}
	}
	// Output:
	// 12 7 [\Seen] hello
	// a1 OK READ-WRITE
}

func ExampleEncoder_Command() {
	var out strings.Builder
	w := wire.NewWriter(&out)
	e := imap.NewEncoder(w)
	e.Literals = imap.LiteralPlus
	keys, err := imap.ParseSearch(`unseen or from "smith" subject "a\"b"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	e.Command(&imap.Command{Tag: "a1", Name: "SEARCH", UID: true, Args: &imap.SearchArgs{Keys: keys}})
	e.Command(&imap.Command{Tag: "a2", Name: "SELECT", Args: &imap.SelectArgs{Mailbox: "Entwürfe"}})
	err = e.Command(&imap.Command{Tag: "a3", Name: "STORE", Args: &imap.StoreArgs{Set: imap.Nums(1, 2, 3), Flags: []string{"a b"}}})
	w.Flush()
	fmt.Print(strings.ReplaceAll(out.String(), "\r\n", "\n"))
	fmt.Println(err)
	// Output:
	// a1 UID SEARCH UNSEEN OR FROM smith SUBJECT "a\"b"
	// a2 SELECT Entw&APw-rfe
	// flag "a b": it is neither an atom nor an atom behind a backslash (RFC 9051 section 9, flag)
}
