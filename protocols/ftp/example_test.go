package ftp_test

import (
	"fmt"
	"strings"
	"time"

	"harness/protocols/ftp"
	"harness/protocols/wire"
)

func ExampleRules_ReadReply() {
	r := wire.NewReader(strings.NewReader("211-Features:\r\n REST STREAM\r\n MLST type*;size*;\r\n211 End\r\n"))
	reply, _ := ftp.Rules{}.ReadReply(r)
	features, _ := ftp.Rules{}.ParseFeatures(reply)
	fmt.Println(reply.Code, features.RestStream(), features.Params("MLST"))
	// Output: 211 true type*;size*;
}

func ExampleRules_ParsePASV() {
	reply := &ftp.Reply{Code: 227, Lines: []string{"Entering Passive Mode (192,0,2,1,195,80)"}}
	addr, _ := ftp.Rules{}.ParsePASV(reply)
	fmt.Println(addr)
	// Output: 192.0.2.1:50000
}

func ExampleParseList() {
	now := time.Date(2024, 11, 20, 12, 0, 0, 0, time.UTC)
	for _, line := range []string{
		"-rw-r--r--   1 alice    staff        1234 Nov 19 09:12 two words",
		"11-19-24  09:12AM       <DIR>          pub",
		"+i8388621.48594,m1732007520,r,s280,\tREADME",
	} {
		e, _ := ftp.ParseList(line, now)
		fmt.Println(e.Type, e.Size, e.Modify.Format(time.DateOnly), e.Name)
	}
	// Output:
	// file 1234 2024-11-19 two words
	// dir -1 2024-11-19 pub
	// file 280 2024-11-19 README
}
