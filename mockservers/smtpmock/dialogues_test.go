package smtpmock

import (
	"strings"
	"testing"

	"harness/internal/auth"
)

// TestDialogues are sessions, each with the features of the server, which are separated by spaces.
func TestDialogues(t *testing.T) {
	for name, c := range map[string]struct {
		features string
		script   string
	}{
		"a message": {script: `S: 220 mail.example.org ESMTP
			C: EHLO client.example.org
			R: 250-mail.example.org .*\|250-PIPELINING\|250-SIZE 67108864\|250-8BITMIME\|250-CHUNKING\|250-BINARYMIME\|250-ENHANCEDSTATUSCODES\|250-STARTTLS\|250-AUTH SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5\|250-DSN\|250-SMTPUTF8\|250-DELIVERBY\|250-MT-PRIORITY MIXER\|250-LIMITS RCPTMAX=1000\|250-VRFY\|250-EXPN\|250 HELP
			C: MAIL FROM:<a@example.com>
			S: 250 2.1.0
			C: RCPT TO:<alice@example.org>
			S: 250 2.1.5
			C: RCPT TO:<nobody@example.org>
			S: 550 5.1.1
			C: RCPT TO:<b@example.net>
			S: 250 2.1.5
			C: DATA
			S: 354 send
			C: Subject: one
			C:
			C: ..dot
			C: .
			S: 250 2.0.0 queued as
			C: QUIT
			S: 221 2.0.0`},
		"HELO": {script: `S: 220
			C: HELO client.example.org
			S= 250 mail.example.org
			C: MAIL FROM:<a@example.com> SIZE=5
			S: 555 5.5.4
			C: MAIL FROM:<>
			S: 250 2.1.0
			C: RSET
			S: 250 2.0.0`},
		"order": {script: `S: 220
			C: MAIL FROM:<a@example.com>
			S: 503 5.5.1
			C: RCPT TO:<a@example.com>
			S: 503
			C: DATA
			S: 503
			C: STARTTLS
			S: 503
			C: AUTH CRAM-MD5
			S: 503
			C: RSET
			S: 250
			C: NOOP
			S: 250
			C: VRFY alice
			S: 250 2.1.5 <alice@example.org>
			C: EXPN alice
			S: 250 2.1.5 <alice@example.org>
			C: HELP
			R: 214-2.0.0 .*
			C: EHLO client.example.org
			R: 250-.*
			C: RCPT TO:<b@example.net>
			S: 503
			C: MAIL FROM:<a@example.com>
			S: 250
			C: MAIL FROM:<a@example.com>
			S: 503
			C: DATA
			S: 503
			C: AUTH CRAM-MD5
			S: 503
			C: STARTTLS
			S: 503
			C: RCPT TO:<nobody@example.org>
			S: 550
			C: DATA
			S: 554 5.5.1
			C: RCPT TO:<b@example.net>
			S: 250
			C: EHLO client.example.org
			R: 250-.*
			C: RCPT TO:<b@example.net>
			S: 503`},
		"syntax": {script: `S: 220
			C: EHLO
			S: 501 5.5.4 syntax: EHLO
			C: EHLO bad_name
			S: 501
			C: EHLO [300.1.1.1]
			S: 501
			C: EHLO [IPv6:2001:db8::1]
			R: 250-.*
			c: NOOP\n
			S: 500
			C: FROB
			S: 500 5.5.1
			C: X-FROB
			S: 500
			C:
			S: 500
			C: SEND FROM:<a@example.com>
			S: 502 5.5.1
			C: TURN
			S: 502
			C: MAIL FROM: <a@example.com>
			S: 501
			C: MAIL FROM:a@example.com
			S: 501
			C: MAIL FROM:<a@example..com>
			S: 501
			C: mail from:<a@example.com> FROB=1
			S: 555
			C: MAIL FROM:<a@example.com> SIZE=x
			S: 501
			C: MAIL FROM:<a@example.com> SIZE=1 SIZE=1
			S: 501
			C: DATA now
			S: 501
			C: RSET now
			S: 501
			C: QUIT now
			S: 501
			C: NOOP now and then
			S: 501
			C: NOOP now
			S: 250
			C: VRFY
			S: 501
			C: Mail From:<a@example.com>   
			S: 250
			C: RCPT TO:<>
			S: 501
			C: RCPT TO:<@a.example,@b.example:"quo\"ted"@[192.0.2.1]>
			S: 250
			C: RCPT TO:<PostMaster>
			S: 250
			C: RCPT TO:<postMaster@Example.ORG>
			S: 250
			C: RCPT TO:<alice@[127.0.0.1]>
			S: 250
			C: RCPT TO:<bob@[127.0.0.1]>
			S: 550
			C: ` + strings.Repeat("x", 600) + `
			S: 500
			C: ` + strings.Repeat("x", 200<<10) + `
			S: 500
			c: NOOP \x00\r\n
			S: 50
			C: VRFY caf` + "\xe9" + `
			S: 501`},
		"sizes and limits": {features: "MAX-SIZE=100000 RCPTMAX=2 MAILMAX=4 RCPTDOMAINMAX=1", script: `S: 220
			C: EHLO c.example
			R: .*250-SIZE 100000\|.*250-LIMITS MAILMAX=4 RCPTMAX=2 RCPTDOMAINMAX=1\|.*
			C: MAIL FROM:<a@example.com> SIZE=100001
			S: 552 5.3.4
			C: MAIL FROM:<a@example.com> SIZE=99999999999999999999
			S: 552
			C: MAIL FROM:<a@example.com> SIZE=100000
			S: 250
			C: RCPT TO:<b@example.net>
			S: 250
			C: RCPT TO:<b@example.com>
			S: 452 4.5.3
			C: RCPT TO:<c@example.net>
			S: 250
			C: RCPT TO:<d@example.net>
			S: 452 4.5.3
			C: DATA
			S: 354
			c: ` + strings.Repeat(strings.Repeat("x", 998)+`\r\n`, 101) + `.\r\n
			S: 552 5.3.4
			C: MAIL FROM:<a@example.com>
			S: 250
			C: RCPT TO:<b@example.net>
			S: 250
			c: BDAT 100001\r\n` + strings.Repeat("x", 100001) + `
			S: 552
			c: BDAT 2 LAST\r\nxx
			S: 503
			C: RSET
			S: 250
			C: MAIL FROM:<a@example.com>
			S: 250
			C: RSET
			S: 250
			C: MAIL FROM:<a@example.com>
			S: 250
			C: RSET
			S: 250
			C: MAIL FROM:<a@example.com>
			S: 452 4.5.3`},
		"nothing but the core": {features: "-SIZE -8BITMIME -PIPELINING -CHUNKING -BINARYMIME -ENHANCEDSTATUSCODES -STARTTLS -SASL -DSN -SMTPUTF8 -DELIVERBY -MT-PRIORITY -REQUIRETLS -LIMITS -VRFY -EXPN -HELP", script: `S: 220
			C: EHLO c.example
			S= 250 mail.example.org greets you
			C: MAIL FROM:<a@example.com> BODY=8BITMIME
			S: 555 parameter
			C: MAIL FROM:<a@example.com>
			S= 250 sender ok
			C: RCPT TO:<b@example.net> NOTIFY=NEVER
			S: 555
			C: BDAT 5
			S: 502
			C: STARTTLS
			S: 502
			C: AUTH PLAIN
			S: 502
			C: HELP
			S: 502
			C: VRFY alice
			S: 252
			C: EXPN alice
			S: 252`},
		"a server of before ESMTP": {features: "-EHLO", script: `S: 220
			C: EHLO c.example
			S: 500
			C: HELO c.example
			S: 250`},
		"chunks": {script: `S: 220
			C: EHLO c.example
			R: 250-.*
			C: BDAT 5
			c: QUIT\n
			S: 503
			C: MAIL FROM:<a@example.com> BODY=BINARYMIME
			S: 250
			C: BDAT 6
			c: QUIT\r\n
			S: 503
			C: RSET
			S: 250
			C: MAIL FROM:<a@example.com> BODY=BINARYMIME
			S: 250
			C: RCPT TO:<b@example.net>
			S: 250
			C: DATA
			S: 503
			C: BDAT x
			S: 501
			c: BDAT 6\r\nQUIT\r\nBDAT 0\r\n
			S: 250 2.0.0 6 octets
			S: 250 2.0.0 0 octets
			C: DATA
			S: 503
			c: BDAT 4 LAST\r\n\x00\n.\n
			S: 250 2.0.0 queued
			c: BDAT 2 LAST\r\nxx
			S: 503
			C: MAIL FROM:<a@example.com>
			S: 250
			C: RCPT TO:<b@example.net>
			S: 250
			c: BDAT 2\r\nxx
			S: 250
			C: RSET
			S: 250
			C: MAIL FROM:<a@example.com>
			S: 250
			C: RCPT TO:<b@example.net>
			S: 250
			C: BDAT 0 LAST
			S: 250`},
		"pipelining": {script: `S: 220
			C: EHLO c.example
			R: 250-.*
			c: MAIL FROM:<a@example.com>\r\nRCPT TO:<nobody@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n
			S: 250
			S: 550
			S: 250
			S: 354
			c: x\r\n.\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<nobody@example.org>\r\nDATA\r\nRSET\r\nNOOP\r\nQUIT\r\n
			S: 250
			S: 250
			S: 550
			S: 554
			S: 250
			S: 250
			S: 221
			S: EOF`},
		"bare LF is kept": {script: `S: 220
			C: EHLO c.example
			R: 250-.*
			c: MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n
			S: 250
			S: 250
			S: 354
			c: x\n.\nMAIL FROM:<evil@example.com>\r\ny\n.\r\nz\r\n.\nw\r.\rv\r\n.\r\n
			S: 250
			C: NOOP
			S: 250`},
		"bare LF is refused": {features: "BARE-LF=reject", script: `S: 220
			C: EHLO c.example
			R: 250-.*
			c: MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n
			S: 250
			S: 250
			S: 354
			c: x\n.\ny\r\n.\r\n
			S: 554 5.6.0
			c: NOOP\n
			S: 500
			C: NOOP
			S: 250`},
		"bare LF ends": {features: "BARE-LF=lenient", script: `S: 220
			c: EHLO c.example\n
			R: 250-.*
			c: MAIL FROM:<a@example.com>\nRCPT TO:<b@example.net>\nDATA\n
			S: 250
			S: 250
			S: 354
			c: x\n.\nNOOP\n
			S: 250 2.0.0 queued
			S: 250 2.0.0 nothing`},
		"SMTPUTF8": {script: `S: 220
			C: EHLO bücher.example
			S: 501
			C: EHLO c.example
			R: 250-.*
			C: MAIL FROM:<jürgen@bücher.example>
			S: 550 5.6.7
			C: MAIL FROM:<a@example.com>
			S: 250
			C: RCPT TO:<jürgen@bücher.example>
			S: 553 5.6.7
			C: RSET
			S: 250
			C: MAIL FROM:<jürgen@bücher.example> SMTPUTF8=yes
			S: 501
			C: MAIL FROM:<jürgen@bücher.example> SMTPUTF8
			S: 250
			C: RCPT TO:<ünal@bücher.example> ORCPT=utf-8;ünal@bücher.example
			S: 250
			C: VRFY éve
			S: 252 2.6.8
			C: VRFY éve SMTPUTF8
			S: 250 2.1.5 <éve@example.org>
			C: EXPN people
			S: 252 2.6.8
			C: EXPN people SMTPUTF8
			R: 250-2.1.5 <alice@example.org>\|250-2.1.5 <éve@example.org>\|250 2.1.5 <x@example.net>
			C: VRFY people
			S: 252
			C: EXPN nobody
			S: 550 5.1.1
			C: VRFY nobody
			S: 550 5.1.1
			C: VRFY x@example.net
			S: 252`},
		"parameters": {script: `S: 220
			C: EHLO c.example
			R: 250-.*
			C: MAIL FROM:<a@example.com> RET=HDRS ENVID=a+20b BODY=8bitmime AUTH=<> SIZE=10
			S: 250
			C: RCPT TO:<b@example.net> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;B+2Bb@example.net
			S: 250
			C: RCPT TO:<b@example.net> NOTIFY=NEVER,DELAY
			S: 501 5.5.4
			C: RSET
			S: 250
			C: MAIL FROM:<a@example.com> BY=0;R
			S: 501
			C: MAIL FROM:<a@example.com> BY=-5;NT
			S: 250
			C: RSET
			S: 250
			C: MAIL FROM:<a@example.com> MT-PRIORITY=10
			S: 501
			C: MAIL FROM:<a@example.com> MT-PRIORITY=4
			S: 250 2.3.6 0
			C: RSET
			S: 250
			C: MAIL FROM:<a@example.com> MT-PRIORITY=-4
			S: 250 2.1.0
			C: RSET
			S: 250
			C: MAIL FROM:<a@example.com> REQUIRETLS
			S: 555
			C: MAIL FROM:<a@example.com> HOLDFOR=5
			S: 555`},
		"DELIVERBY with a minimum": {features: "DELIVERBY=60", script: `S: 220
			C: EHLO c.example
			R: .*250-DELIVERBY 60\|.*
			C: MAIL FROM:<a@example.com> BY=59;R
			S: 555
			C: MAIL FROM:<a@example.com> BY=59;N
			S: 250`},
		"submission": {features: "MODE=submission CLEARTEXT=all", script: `S: 220
			C: EHLO c.example
			R: .*250-AUTH [A-Z0-9 -]* PLAIN LOGIN\|.*250-FUTURERELEASE 2592000 [0-9TZ:-]*\|.*
			C: MAIL FROM:<a@example.com>
			S: 530 5.7.0
			C: AUTH PLAIN ` + auth.Encode([]byte("\x00alice\x00wonderland")) + `
			S: 235 2.7.0
			C: AUTH PLAIN
			S: 503
			C: MAIL FROM:<a@sales>
			S: 554 5.1.8
			C: MAIL FROM:<a@example.com> HOLDFOR=2592001
			S: 501 5.5.4
			C: MAIL FROM:<a@example.com> HOLDFOR=5 HOLDUNTIL=2030-01-01T00:00:00Z
			S: 501
			C: MAIL FROM:<a@example.com> HOLDFOR=50 BY=40;R
			S: 501 5.5.4
			C: MAIL FROM:<a@example.com> HOLDUNTIL=2099-01-01T00:00:00Z
			S: 501
			C: MAIL FROM:<a@example.com> HOLDFOR=40 BY=50;R MT-PRIORITY=4 AUTH=e+2Bf@example.com
			S: 250 2.1.0
			C: RCPT TO:<b@sales>
			S: 554 5.1.2
			C: RCPT TO:<b@example.net>
			S: 250
			C: RSET
			S: 250
			C: MAIL FROM:<>
			S: 250`},
		"AUTH": {script: `S: 220
			C: EHLO c.example
			R: 250-.*
			C: AUTH
			S: 501
			C: AUTH FROB
			S: 504 5.5.4
			C: AUTH PLAIN
			S: 538 5.7.11
			C: AUTH EXTERNAL
			S: 504 5.5.4
			C: AUTH CRAM-MD5 aaaa
			S: 501 5.7.0
			C: AUTH CRAM-MD5 aa=a
			S: 501 5.5.2
			C: AUTH CRAM-MD5
			S: 334
			C: *
			S: 501 5.7.0
			C: AUTH cram-md5
			S: 334
			C: !!!
			S: 501 5.5.2
			C: AUTH CRAM-MD5
			S: 334
			C: ` + strings.Repeat("x", 70<<10) + `
			S: 500 5.5.6
			C: AUTH SCRAM-SHA-1
			S= 334 
			C: *
			S: 501
			C: AUTH CRAM-MD5
			S: 334
			C: ` + auth.Encode([]byte("alice 00000000000000000000000000000000")) + `
			S: 535 5.7.8
			C: NOOP
			S: 250`},
		"LOGIN in the clear": {features: "CLEARTEXT=all AUTH=required", script: `S: 220
			C: EHLO c.example
			R: 250-.*
			C: MAIL FROM:<a@example.com>
			S: 530 5.7.0
			C: VRFY alice
			S: 530
			C: NOOP
			S: 250
			C: AUTH LOGIN
			S= 334 VXNlcm5hbWU6
			C: ` + auth.Encode([]byte("alice")) + `
			S= 334 UGFzc3dvcmQ6
			C: ` + auth.Encode([]byte("wonderland")) + `
			S: 235
			C: MAIL FROM:<a@example.com>
			S: 250`},
		"TLS required": {features: "TLS=required", script: `S: 220
			C: EHLO c.example
			R: 250-.*
			C: MAIL FROM:<a@example.com>
			S: 530 5.7.0
			C: AUTH CRAM-MD5
			S: 530 5.7.0
			C: RSET
			S: 530
			C: NOOP
			S: 250
			C: QUIT
			S: 221`},
		"relaying": {features: "RELAY=none", script: `S: 220
			C: EHLO c.example
			R: 250-.*
			C: MAIL FROM:<a@example.com>
			S: 250
			C: RCPT TO:<b@example.net>
			S: 550 5.7.1
			C: RCPT TO:<ALICE@localhost>
			S: 250`},
		"LMTP": {features: "MODE=lmtp", script: `S: 220 mail.example.org LMTP
			C: HELO c.example
			S: 500
			C: EHLO c.example
			S: 500
			C: LHLO c.example
			R: 250-.*
			C: MAIL FROM:<>
			S: 250
			C: RCPT TO:<nobody@example.org>
			S: 550
			C: DATA
			S: 503
			c: BDAT 3 LAST\r\nabc
			C: RSET
			S: 250 2.0.0 reset
			C: MAIL FROM:<>
			S: 250
			C: RCPT TO:<alice@example.org>
			S: 250
			C: RCPT TO:<full@example.net>
			S: 250
			C: RCPT TO:<alice@example.org>
			S: 250
			C: DATA
			S: 354
			C: x
			C: .
			S: 250 2.0.0 <alice@example.org> queued as
			S: 552 5.2.2 <full@example.net> no room
			S: 250 2.0.0 <alice@example.org> queued as
			C: MAIL FROM:<>
			S: 250
			C: RCPT TO:<full@example.net>
			S: 250
			C: RCPT TO:<alice@example.org>
			S: 250
			c: BDAT 2\r\nx\r
			S: 250
			c: BDAT 1 LAST\r\n\n
			S: 552
			S: 250
			C: NOOP
			S: 250`},
		"a greeting of 554": {features: "GREETING=554", script: `S: 554 mail.example.org
			C: EHLO c.example
			S: 503 5.5.1
			C: NOOP
			S: 503
			C: QUIT
			S: 221
			S: EOF`},
		"a greeting of 521": {features: "GREETING=521", script: `S: 521 mail.example.org does not accept mail
			C: EHLO c.example
			S: 521 5.3.2
			C: QUIT
			S: 221`},
		"a greeting of 421": {features: "GREETING=421", script: `S: 421 mail.example.org
			S: EOF`},
		"it leaves": {features: "LEAVES=1", script: `S: 220
			C: NOOP
			S: 250
			C: NOOP
			S: 421 4.3.2
			S: EOF`},
		"silence": {features: "IDLE=50ms", script: `S: 220
			S: 421 4.4.2
			S: EOF`},
		"silence in a message": {features: "IDLE=50ms", script: `S: 220
			c: HELO c.example\r\nMAIL FROM:<>\r\nRCPT TO:<a@example.com>\r\nDATA\r\n
			S: 250
			S: 250
			S: 250
			S: 354
			S: 421 4.4.2
			S: EOF`},
		"no domains": {features: "-DOMAINS RELAY=none", script: `S: 220
			C: HELO c.example
			S: 250
			C: MAIL FROM:<>
			S: 250
			C: RCPT TO:<alice@example.org>
			S: 550 5.7.1
			C: RCPT TO:<postmaster>
			S: 250
			C: RCPT TO:<alice@[127.0.0.1]>
			S: 250`},
		"HELP": {script: `S: 220
			C: HELP MAIL
			R: 214-2.0.0 MAIL FROM:<reverse-path> \[parameters\]\|214 2.0.0 .*
			C: HELP FROB
			S: 504 5.5.4`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := New(t, WithFeatures(strings.Fields(c.features)...), WithRules("reject at end to full@* 552 5.2.2 no room"), WithAccount(Account{Name: "alice", Password: "wonderland"}), WithAccount(Account{Name: "éve", Password: "x"}),
				func(o *Options) {
					o.Lists = []List{{Name: "people", Members: []string{"alice@example.org", "éve@example.org", "x@example.net"}}}
				})
			dial(t, s).Talk(c.script)
		})
	}
}
