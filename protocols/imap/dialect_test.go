package imap

import (
	"testing"

	"harness/protocols/dialect"
	"harness/protocols/internal/dialecttest"
	"harness/protocols/wire"
)

const dialogue = `S: * OK [CAPABILITY IMAP4rev1] hi {5}
C: a1 STARTTLS
S: a1 OK go
C: a2 LOGIN "al\"ice" pw
S: a2 NO no
C: a3 LOGIN {5}
S: + go
C: alice {3+}
C: abc
S: a3 OK in
C: a4 FETCH 1 (BODY[] UID)
S: * 1 FETCH (BODY[] {4}
S: x
S: abc)
S: a4 OK done
C: a5 IDLE
S: + idling
S: * 3 EXISTS
C: DONE
C: a6 NOOP
S: a5 OK idled
S: a6 OK noop
C: a7 AUTHENTICATE PLAIN
S: + 
C: AGFsaWNlAHB3
S: a7 OK in
C: a8 COMPRESS DEFLATE
S: a8 OK go
C: a9 LOGOUT
S: * BYE bye
S: a9 OK bye
`

func TestDialogue(t *testing.T) {
	steps := dialecttest.Drive(t, Dialect(), dialogue)
	var got []string
	for _, s := range steps {
		got = append(got, s.String())
	}
	want := []string{
		"S line * OK [CAPABILITY IMAP4rev1] hi {5}",
		"C line [tag:a1] STARTTLS",
		"S line [tag:a1] OK go => tls",
		`C line [tag:a2] LOGIN "[user quoted:al\"ice]" [password!:pw]`,
		"S line [tag:a2] NO no",
		"C line [tag:a3] LOGIN {5}",
		"S line + go",
		"C octets [user:alice]",
		"C line  {3+}",
		"C octets [password!:abc]",
		"C line ",
		"S line [tag:a3] OK in",
		"C line [tag:a4] FETCH 1 (BODY[] UID)",
		"S line * 1 FETCH (BODY[] {4}",
		"S octets x\r\n",
		"S octets a",
		"S line bc)",
		"S line [tag:a4] OK done",
		"C line [tag:a5] IDLE",
		"S line + idling",
		"S line * 3 EXISTS",
		"C line DONE",
		"C line [tag:a6] NOOP",
		"S line [tag:a5] OK idled",
		"S line [tag:a6] OK noop",
		"C line [tag:a7] AUTHENTICATE PLAIN",
		"S line + ",
		"C line [sasl PLAIN!:AGFsaWNlAHB3]",
		"S line [tag:a7] OK in",
		"C line [tag:a8] COMPRESS DEFLATE",
		"S line [tag:a8] OK go => compress deflate",
		"C line [tag:a9] LOGOUT",
		"S line * BYE bye",
		"S line [tag:a9] OK bye => ends",
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("step %d:\n got  %q\n want %q", i, got[i:], want[i:])
		}
	}
}

func TestRefusedLiteral(t *testing.T) {
	// The server says NO where it was to ask for the octets: the next line is a command.
	dialecttest.Check(t, Dialect(), "S: * OK hi\nC: a1 APPEND x {500}\nS: a1 NO too large\nC: a2 NOOP\nS: * BYE gone", `S line * OK hi
C line [tag:a1] APPEND x {500}
S line [tag:a1] NO too large
C line [tag:a2] NOOP
S line * BYE gone => ends`)
	// A literal of no octets is none.
	dialecttest.Check(t, Dialect(), "S: * OK hi\nC: a1 LOGIN {0}\nS: + go\nC:  secret\nS: a1 NO\nC: a2 NOOP", `S line * OK hi
C line [tag:a1] LOGIN {0}
S line + go
C line  [password!:secret]
S line [tag:a1] NO
C line [tag:a2] NOOP`)
	// The server may go on with another command while the literal is said.
	tr := Dialect().NewTracker()
	for _, l := range []string{"S* OK hi", "Ca1 NOOP", "Ca2 APPEND x {5+}", "Sa1 OK"} {
		tr.Saw(dialect.Party(l[0]), dialect.Unit{Text: []byte(l[1:]), End: wire.CRLF})
	}
	if s := tr.Next(dialect.Client); s != (dialect.Shape{Kind: dialect.Octets, N: 5}) {
		t.Errorf("%+v", s)
	}
}

func TestVolatile(t *testing.T) {
	dialecttest.Check(t, Dialect(), `S: * OK [UIDVALIDITY 123] x
S: * 1 FETCH (INTERNALDATE "01-Jan-2026 10:00:00 +0000" MODSEQ (17) BODY "UIDVALIDITY 5")
C: a1 APPEND x {1}
S: + go
C: y
S: a1 OK [APPENDUID 123 4] done
C: a2 AUTHENTICATE SCRAM-SHA-1 biws
S: + cj0x
C: Yz1i
S: + dj1y
C: *
S: a2 NO no`, `S line * OK [UIDVALIDITY [number:123]] x
S line * 1 FETCH (INTERNALDATE "[date:01-Jan-2026 10:00:00 +0000]" MODSEQ ([number:17]) BODY "UIDVALIDITY 5")
C line [tag:a1] APPEND x {1}
S line + go
C octets y
C line
S line [tag:a1] OK [APPENDUID [number:123] 4] done
C line [tag:a2] AUTHENTICATE SCRAM-SHA-1 [sasl SCRAM-SHA-1!:biws]
S line + [sasl SCRAM-SHA-1:cj0x]
C line [sasl SCRAM-SHA-1!:Yz1i]
S line + [sasl SCRAM-SHA-1!:dj1y]
C line *
S line [tag:a2] NO no`)
}

func TestCompare(t *testing.T) {
	const hi = "S: * OK hi\n"
	for _, c := range []struct {
		before    string
		party     dialect.Party
		want, got string
		like      dialect.Likeness
	}{
		{hi, 'C', "a1 SELECT INBOX", `a1 select "inbox"`, dialect.Same},
		{hi, 'C', "a1 SELECT Work", `a1 SELECT "Work"`, dialect.Same},
		{hi, 'C', "a1 SELECT Work", `a1 SELECT work`, dialect.Different},
		{hi, 'C', "a1 NOOP", `a2 NOOP`, dialect.Different},
		{hi, 'C', `a1 LOGIN alice "pw"`, `a1 LOGIN "alice" pw`, dialect.Same},
		{hi, 'C', `a1 LOGIN alice pw`, `a1 LOGIN alice PW`, dialect.Different},
		{hi, 'C', `a1 UID FETCH 1 (FLAGS)`, `a1 uid fetch 1 (flags)`, dialect.Same},
		{hi, 'C', `a1 STORE 1 +FLAGS (\Seen)`, `a1 STORE 1 +flags (\SEEN)`, dialect.Same},
		{hi, 'C', `a1 STORE 1 +FLAGS (\Seen)`, `a1 STORE 1 +FLAGS \Seen`, dialect.Different},
		{hi, 'C', `a1 AUTHENTICATE PLAIN AGE=`, `a1 authenticate plain AGE=`, dialect.Same},
		{hi, 'C', `a1 AUTHENTICATE PLAIN AGE=`, `a1 AUTHENTICATE PLAIN age=`, dialect.Different},
		{hi + "C: a1 IDLE\nS: + x\n", 'C', "DONE", "done", dialect.Same},
		{hi, 'S', "* OK hi", "* OK there", dialect.Reworded},
		{hi, 'S', "* OK hi", "* NO hi", dialect.Different},
		{hi, 'S', "* OK [UIDNEXT 3] x", "* ok [uidnext 3] y", dialect.Reworded},
		{hi, 'S', "* OK [UIDNEXT 3] x", "* OK [UIDNEXT 4] x", dialect.Different},
		{hi, 'S', "a1 OK x", "a2 OK x", dialect.Different},
		{hi, 'S', "* CAPABILITY IMAP4rev1 IDLE", "* capability idle IMAP4REV1", dialect.Same},
		{hi, 'S', `* FLAGS (\Seen \Deleted)`, `* FLAGS (\Deleted \Seen)`, dialect.Same},
		{hi, 'S', "* 3 EXISTS", "* 3 exists", dialect.Same},
		{hi, 'S', "* 3 EXISTS", "* 4 EXISTS", dialect.Different},
		{hi, 'S', `* LIST () "/" Work`, `* LIST () "/" "Work"`, dialect.Same},
		{hi, 'S', `* LIST () "/" Work`, `* LIST () "/" work`, dialect.Different},
		{hi, 'S', "+ go", "+ ok", dialect.Reworded},
		{hi + "C: a1 AUTHENTICATE CRAM-MD5\n", 'S', "+ PDE+", "+ PDI+", dialect.Different},
	} {
		dialecttest.Compare(t, Dialect(), c.before, c.party, c.want, c.got, c.like)
	}
}

func FuzzTracker(f *testing.F) {
	dialecttest.Fuzz(f, Dialect(), dialogue, "S: * OK\nC: a1 LOGIN {2} x\nC: a1 LOGIN \"a\\\nS: a1 BAD\nC: a LOGIN a b c d\nC: {99999999999999999999}\nS: * 1 FETCH {3}\nS: a1 OK")
}
