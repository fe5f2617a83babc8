package nntp

import (
	"testing"

	"harness/protocols/dialect"
	"harness/protocols/internal/dialecttest"
)

const dialogue = `S: 200 hi
C: CAPABILITIES
S: 101 here
S: VERSION 2
S: .
C: GROUP a.b
C: LISTGROUP
S: 211 1 1 1 a.b
S: 211 1 1 1 a.b
S: 1
S: .
C: POST
S: 340 go
C: Subject: x
C:
C: ..
C: .
S: 240 ok
C: TAKETHIS <1@x>
C: Subject: y
C:
C: .
C: CHECK <2@x>
S: 239 <1@x>
S: 438 <2@x>
C: AUTHINFO USER alice
S: 381 go
C: authinfo pass my secret
S: 281 ok
C: DATE
S: 111 20261123103000
C: ARTICLE <9@x>
S: 430 no
C: COMPRESS DEFLATE
S: 206 ok
C: QUIT
S: 205 bye
`

func TestDialogue(t *testing.T) {
	dialecttest.Check(t, Dialect(), dialogue, `S line 200 hi
C line CAPABILITIES
S line 101 here
S block line VERSION 2
S block line .
C line GROUP a.b
C line LISTGROUP
S line 211 1 1 1 a.b
S line 211 1 1 1 a.b
S block line 1
S block line .
C line POST
S line 340 go
C block line Subject: x
C block line
C block line ..
C block line .
S line 240 ok
C line TAKETHIS <1@x>
C block line Subject: y
C block line
C block line .
C line CHECK <2@x>
S line 239 <1@x>
S line 438 <2@x>
C line AUTHINFO USER [user:alice]
S line 381 go
C line authinfo pass [password!:my secret]
S line 281 ok
C line DATE
S line 111 [date:20261123103000]
C line ARTICLE <9@x>
S line 430 no
C line COMPRESS DEFLATE
S line 206 ok => compress deflate
C line QUIT
S line 205 bye => ends`)
}

func TestSecurity(t *testing.T) {
	dialecttest.Check(t, Dialect(), "S: 200 hi\nC: STARTTLS\nS: 382 go\nC: AUTHINFO SASL PLAIN AGE=\nS: 281 ok\nC: AUTHINFO SASL CRAM-MD5\nS: 383 PDE+\nC: YWJj\nS: 481 no\nC: AUTHINFO SASL LOGIN\nC: YWJj\nS: 503 no\nS: 500 what\nC: AUTHINFO SIMPLE\nS: 350 go\nC: alice a b\nS: 250 ok\nS: 400 idle", `S line 200 hi
C line STARTTLS
S line 382 go => tls
C line AUTHINFO SASL PLAIN [sasl PLAIN!:AGE=]
S line 281 ok
C line AUTHINFO SASL CRAM-MD5
S line 383 [sasl CRAM-MD5:PDE+]
C line [sasl CRAM-MD5!:YWJj]
S line 481 no
C line AUTHINFO SASL LOGIN
C line [sasl LOGIN!:YWJj]
S line 503 no
S line 500 what
C line AUTHINFO SIMPLE
S line 350 go
C line [user:alice] [password!:a b]
S line 250 ok
S line 400 idle => ends`)
	dialecttest.Check(t, Dialect(), "S: 502 go away", "S line 502 go away => ends")
	dialecttest.Check(t, Dialect(), "S: 200 hi\nC: STARTTLS\nS: 580 no\nC: COMPRESS LZ\nS: 503 no\nC: IHAVE <1@x>\nS: 435 no\nC: DATE", `S line 200 hi
C line STARTTLS
S line 580 no
C line COMPRESS LZ
S line 503 no
C line IHAVE <1@x>
S line 435 no
C line DATE`)
}

func TestCompare(t *testing.T) {
	const hi = "S: 200 hi\n"
	for _, c := range []struct {
		before    string
		party     dialect.Party
		want, got string
		like      dialect.Likeness
	}{
		{hi, 'C', "LIST ACTIVE a.*", "list  active\ta.*", dialect.Same},
		{hi, 'C', "GROUP a.b", "GROUP A.B", dialect.Different},
		{hi, 'C', "HDR Subject 1-2", "hdr SUBJECT 1-2", dialect.Same},
		{hi, 'C', "AUTHINFO PASS a b", "authinfo PASS a b", dialect.Same},
		{hi, 'C', "AUTHINFO PASS a b", "AUTHINFO PASS a  b", dialect.Different},
		{hi, 'C', "AUTHINFO USER a", "AUTHINFO USER A", dialect.Different},
		{hi, 'C', "AUTHINFO SASL PLAIN AGE=", "AUTHINFO sasl plain AGE=", dialect.Same},
		{hi + "C: GROUP a\n", 'S', "211 10 1 10 a", "211 010 1 10 a group", dialect.Reworded},
		{hi + "C: GROUP a\n", 'S', "211 10 1 10 a", "211 9 1 10 a", dialect.Different},
		{hi + "C: STAT 1\n", 'S', "223 1 <a@b> here", "223 1 <a@b>", dialect.Reworded},
		{hi + "C: STAT 1\n", 'S', "223 1 <a@b>", "223 1 <a@c>", dialect.Different},
		{hi + "C: STAT 1\n", 'S', "423 none", "430 none", dialect.Different},
		{hi + "C: QUIT\n", 'S', "205 bye", "205 good-bye", dialect.Reworded},
		{hi + "C: CAPABILITIES\nS: 101 x\n", 'S', "LIST ACTIVE NEWSGROUPS", "list newsgroups active", dialect.Same},
		{hi + "C: CAPABILITIES\nS: 101 x\n", 'S', "IMPLEMENTATION a", "IMPLEMENTATION b", dialect.Reworded},
		{hi + "C: CAPABILITIES\nS: 101 x\n", 'S', "READER", ".", dialect.Different},
		{hi + "C: LIST\nS: 215 x\n", 'S', "a 1 2 y", "A 1 2 y", dialect.Different},
		{hi + "C: HELP\nS: 100 x\n", 'S', "some help", "other help", dialect.Reworded},
	} {
		dialecttest.Compare(t, Dialect(), c.before, c.party, c.want, c.got, c.like)
	}
}

func FuzzTracker(f *testing.F) {
	dialecttest.Fuzz(f, Dialect(), dialogue, "S: 200 hi\nC: AUTHINFO SASL LOGIN\nC: YWJj\nS: 383 x\nC: x\nS: 281 y\nC: AUTHINFO SIMPLE\nS: 350 x\nC: a b")
}
