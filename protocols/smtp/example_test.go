package smtp_test

import (
	"fmt"
	"strings"

	"harness/protocols/smtp"
	"harness/protocols/wire"
)

func ExampleRules_ParseCommand() {
	line := wire.Line{Text: []byte(`RCPT TO:<"a b"@[192.0.2.1]> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@example.com`)}
	cmd, err := smtp.Rules{}.ParseCommand(line)
	if err != nil {
		fmt.Println(err)
		return
	}
	opts, err := smtp.Rules{}.RcptOptions(cmd.Params)
	fmt.Printf("%q at %s, notify of %s, original recipient %s, %v\n", cmd.Path.Local, cmd.Path.Domain, opts.Notify, opts.OriginalRecipient, err)

	_, err = smtp.Rules{}.ParseCommand(wire.Line{Text: []byte("MAIL FROM: <a@example.com>")})
	fmt.Println(err)
	// Output:
	// "a b" at [192.0.2.1], notify of SUCCESS,DELAY, original recipient rfc822;a+b@example.com, <nil>
	// syntax error at octet 10: expected no space behind the colon, got " " (RFC 5321 section 3.3)
}

func ExampleRules_ReadReply() {
	r := wire.NewReader(strings.NewReader("550-5.1.1 No such mailbox:\r\n550 5.1.1 bob@example.org\r\n"))
	reply, err := smtp.Rules{Enhanced: smtp.EnhancedAlways}.ReadReply(r)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(reply.Code, reply.Enhanced, reply.Enhanced.Meaning())
	fmt.Println(reply.Text())
	// Output:
	// 550 5.1.1 Bad destination mailbox address
	// No such mailbox:
	// bob@example.org
}
