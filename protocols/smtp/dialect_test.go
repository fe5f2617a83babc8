package smtp

import (
	"testing"

	"harness/protocols/dialect"
	"harness/protocols/internal/dialecttest"
	"harness/protocols/wire"
)

const (
	dialogue = `S: 220-mail.example.org
S: 220 ready
C: EHLO post.example.com
S: 250-mail.example.org
S: 250 AUTH PLAIN LOGIN
C: AUTH LOGIN
S: 334 VXNlcm5hbWU6
C: YWxpY2U=
S: 334 UGFzc3dvcmQ6
C: c2VjcmV0
S: 235 2.7.0 welcome
C: MAIL FROM:<a@example.com>
C: RCPT TO:<b@example.org>
C: DATA
S: 250 ok
S: 250 ok
S: 354 go on
C: Subject: x
C:
C: ..
C: .
S: 250 2.0.0 Ok: queued as 4Xk7.
C: MAIL FROM:<a@example.com>
C: BDAT 7
C: abc
C: d
C: BDAT 0 LAST
S: 250 ok
S: 250 7 octets
S: 250 id=4Xk8
C: STARTTLS
S: 220 go on
C: EHLO post.example.com
S: 250 hi
C: QUIT
S: 221 bye
`
)

func TestDialogue(t *testing.T) {
	steps := dialecttest.Drive(t, Dialect(), dialogue)
	var got []string
	for _, s := range steps {
		got = append(got, s.String())
	}
	for i, want := range map[int]string{
		2: "C line EHLO [host:post.example.com]", 6: "S line 334 [sasl LOGIN:VXNlcm5hbWU6]", 7: "C line [sasl LOGIN!:YWxpY2U=]",
		// The 7 octets are "abc" CRLF "d" CR; the LF is a line of its own.
		24: "C octets abc\r\n", 25: "C octets d\r", 26: "C line ",
		9: "C line [sasl LOGIN!:c2VjcmV0]", 17: "C block line Subject: x", 20: "C block line .", 21: "S line 250 2.0.0 Ok: queued as [token:4Xk7].",
	} {
		if got[i] != want {
			t.Errorf("step %d: %q, want %q", i, got[i], want)
		}
	}
}

func TestChunks(t *testing.T) {
	dialecttest.Check(t, Dialect(), "S: 220 x\nC: BDAT 5\nC: abc\nC: BDAT 2 LAST\nC:\nS: 250 a\nS: 250 id=4Xk8\nC: BDAT x\nC: BDAT 0\nC: NOOP\n", `S line 220 x
C line BDAT 5
C octets abc`+"\r"+`
C line BDAT 2 LAST
C octets`+"\r"+`
S line 250 a
S line 250 id=[token:4Xk8]
C line BDAT x
C line BDAT 0
C line NOOP`)
}

func TestSecurity(t *testing.T) {
	dialecttest.Check(t, Dialect(), "S: 220 x\nC: STARTTLS\nS: 220 go\nC: AUTH plain AGEAYg==\nS: 235 ok\nC: QUIT\nS: 221 bye\n", `S line 220 x
C line STARTTLS
S line 220 go => tls
C line AUTH plain [sasl PLAIN!:AGEAYg==]
S line 235 ok
C line QUIT
S line 221 bye => ends`)
	// A refused STARTTLS starts nothing, an aborted exchange is over, an early response is a secret all the same.
	dialecttest.Check(t, Dialect(), "S: 220 x\nC: STARTTLS\nS: 454 no\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: *\nS: 501 ok\nC: NOOP\nS: 250 ok\nC: AUTH LOGIN\nC: YWxpY2U=\nC: NOOP\nS: 504 no\nS: 500 what\nS: 250 ok\nC: QUIT\nS: 221 bye", `S line 220 x
C line STARTTLS
S line 454 no
C line AUTH LOGIN
S line 334 [sasl LOGIN:VXNlcm5hbWU6]
C line *
S line 501 ok
C line NOOP
S line 250 ok
C line AUTH LOGIN
C line [sasl LOGIN!:YWxpY2U=]
C line NOOP
S line 504 no
S line 500 what
S line 250 ok
C line QUIT
S line 221 bye => ends`)
	dialecttest.Check(t, Dialect(), "S: 220 x\nC: AUTH SCRAM-SHA-1 biws\nS: 334 cj0x\nC: Yz1i\nS: 334 dj1y\nC:\nS: 235 ok\nS: 421 late", `S line 220 x
C line AUTH SCRAM-SHA-1 [sasl SCRAM-SHA-1!:biws]
S line 334 [sasl SCRAM-SHA-1:cj0x]
C line [sasl SCRAM-SHA-1!:Yz1i]
S line 334 [sasl SCRAM-SHA-1!:dj1y]
C line
S line 235 ok
S line 421 late => ends`)
}

func TestLMTP(t *testing.T) {
	// One reply for each recipient that was accepted (RFC 2033 section 4.2), and only then the next command's.
	tr := Dialect().NewTracker()
	say := func(p dialect.Party, line string) []dialect.Event {
		return tr.Saw(p, dialect.Unit{Kind: tr.Next(p).Kind, Text: []byte(line), End: wire.CRLF})
	}
	for _, l := range []string{"S 220 x", "C LHLO a", "S 250 b", "C MAIL FROM:<>", "S 250 ok", "C RCPT TO:<a@b>", "S 250 ok", "C RCPT TO:<c@b>", "S 550 no",
		"C RCPT TO:<d@b>", "S 250 ok", "C DATA", "S 354 go", "C .", "C QUIT", "S 250 first", "S 250 second"} {
		if e := say(dialect.Party(l[0]), l[2:]); len(e) > 0 {
			t.Errorf("%s: %v", l, e)
		}
	}
	if e := say(dialect.Server, "221 bye"); len(e) != 1 || e[0].Kind != dialect.Ends {
		t.Errorf("at the end: %v", e)
	}
}

func TestPieces(t *testing.T) {
	tr := Dialect().NewTracker()
	for _, l := range []string{"S220 x", "CDATA", "S354 go"} {
		tr.Saw(dialect.Party(l[0]), dialect.Unit{Text: []byte(l[1:]), End: wire.CRLF})
	}
	tr.Saw(dialect.Client, dialect.Unit{Kind: dialect.BlockLine, Text: []byte("long"), End: wire.None})
	tr.Saw(dialect.Client, dialect.Unit{Kind: dialect.BlockLine, Text: []byte("."), End: wire.CRLF})
	if tr.Next(dialect.Client).Kind != dialect.BlockLine {
		t.Error("a dot at the end of a long line ended the block")
	}
	tr.Saw(dialect.Client, dialect.Unit{Kind: dialect.BlockLine, Text: []byte("."), End: wire.LF})
	if tr.Next(dialect.Client).Kind != dialect.BlockLine {
		t.Error("a dot with a bare LF ended the block")
	}
	tr.Saw(dialect.Client, dialect.Unit{Kind: dialect.BlockLine, Text: []byte("."), End: wire.CRLF})
	if tr.Next(dialect.Client).Kind != dialect.Line {
		t.Error("the block did not end")
	}
}

func TestCompare(t *testing.T) {
	const hi = "S: 220 hi\n"
	for _, c := range []struct {
		before    string
		party     dialect.Party
		want, got string
		like      dialect.Likeness
	}{
		{hi, 'C', "QUIT", "quit", dialect.Same},
		{hi, 'C', "QUIT", "QUIT now", dialect.Different},
		{hi, 'C', "RCPT TO:<Postmaster>", "rcpt to:<POSTMASTER>", dialect.Same},
		{hi, 'C', "RCPT TO:<Ada@x.org> NOTIFY=NEVER", "RCPT TO:<Ada@X.ORG> notify=NEVER", dialect.Same},
		{hi, 'C', "RCPT TO:<Ada@x.org>", "RCPT TO:<ada@x.org>", dialect.Different},
		{hi, 'C', "MAIL FROM:<> SIZE=1", "MAIL FROM:<> SIZE=2", dialect.Different},
		{hi, 'C', "AUTH PLAIN AGE=", "AUTH plain AGE=", dialect.Same},
		{hi, 'C', "AUTH PLAIN AGE=", "AUTH PLAIN age=", dialect.Different},
		{hi + "C: NOOP\n", 'S', "250 ok", "250 fine", dialect.Reworded},
		{hi + "C: NOOP\n", 'S', "250 ok", "250-ok", dialect.Different},
		{hi + "C: NOOP\n", 'S', "250 2.0.0 ok", "250 2.0.0 fine", dialect.Reworded},
		{hi + "C: NOOP\n", 'S', "250 2.0.0 ok", "250 2.1.0 ok", dialect.Different},
		{hi + "C: NOOP\n", 'S', "250", "250 ", dialect.Same},
		{hi + "C: NOOP\n", 'S', "250 ok", "500 ok", dialect.Different},
		{hi + "C: EHLO a\n", 'S', "250-mx.a", "250-mx.b", dialect.Reworded},
		{hi + "C: EHLO a\nS: 250-a\n", 'S', "250-AUTH PLAIN LOGIN", "250-auth login plain", dialect.Same},
		{hi + "C: EHLO a\nS: 250-a\n", 'S', "250-SIZE 1", "250-SIZE 2", dialect.Different},
		{hi + "C: AUTH LOGIN\n", 'S', "334 VXNlcm5hbWU6", "334 dXNlcm5hbWU6", dialect.Different},
		{hi + "C: DATA\nS: 354 go\n", 'C', "Hello", "hello", dialect.Different},
	} {
		dialecttest.Compare(t, Dialect(), c.before, c.party, c.want, c.got, c.like)
	}
}

func FuzzTracker(f *testing.F) {
	dialecttest.Fuzz(f, Dialect(), dialogue, "S: 220 x\nC: LHLO a\nS: 250 b\nC: RCPT TO:<a>\nC: RCPT TO:<b>\nC: BDAT 3 LAST\nC: x\nS: 250 a\nS: 250 b\nS: 250 c\nS: 421 x")
}
