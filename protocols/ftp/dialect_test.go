package ftp

import (
	"testing"

	"harness/protocols/dialect"
	"harness/protocols/internal/dialecttest"
)

const dialogue = `S: 220-hi
S: 221 is not the end
S: 220 ready
C: AUTH TLS
S: 234 go
C: USER alice
S: 331 go
C: PASS my secret
S: 230 in
C: ACCT none
S: 202 no
C: PASV
S: 227 Entering Passive Mode (127,0,0,1,4,1)
C: LIST
S: 150 here
S: 226 sent
C: EPSV
S: 229 Entering Extended Passive Mode (|||6446|)
C: PORT 127,0,0,1,4,2
S: 200 ok
C: EPRT |2|::1|6446|
S: 200 ok
C: FEAT
S: 211-these
S:  UTF8
S: 211 end
C: QUIT
S: 221 bye
`

func TestDialogue(t *testing.T) {
	dialecttest.Check(t, Dialect(), dialogue, `S line 220-hi
S line 221 is not the end
S line 220 ready
C line AUTH TLS
S line 234 go => tls
C line USER [user:alice]
S line 331 go
C line PASS [password!:my secret]
S line 230 in
C line ACCT [secret!:none]
S line 202 no
C line PASV
S line 227 Entering Passive Mode ([pasv:127,0,0,1,4,1]) => announce pasv 127,0,0,1,4,1 at server
C line LIST
S line 150 here
S line 226 sent
C line EPSV
S line 229 Entering Extended Passive Mode ([epsv:|||6446|]) => announce epsv |||6446| at server
C line PORT [port:127,0,0,1,4,2] => announce port 127,0,0,1,4,2 at client
S line 200 ok
C line EPRT [eprt:|2|::1|6446|] => announce eprt |2|::1|6446| at client
S line 200 ok
C line FEAT
S line 211-these
S line  UTF8
S line 211 end
C line QUIT
S line 221 bye => ends`)
}

func TestAddresses(t *testing.T) {
	for _, c := range []struct{ dialogue, want string }{
		{"S: 220 x\nC: PASV\nS: 227 =127,0,0,1,4,1", "S line 227 =[pasv:127,0,0,1,4,1] => announce pasv 127,0,0,1,4,1 at server"},
		{"S: 220 x\nC: PASV\nS: 227 mode 5: 127,0,0,1,4,1", "S line 227 mode 5: [pasv:127,0,0,1,4,1] => announce pasv 127,0,0,1,4,1 at server"},
		{"S: 220 x\nC: PASV\nS: 227 (127,0,0,1,4,256)", "S line 227 (127,0,0,1,4,256)"},
		{"S: 220 x\nC: PASV\nS: 227 (127,0,0,1,4)", "S line 227 (127,0,0,1,4)"},
		{"S: 220 x\nC: PASV\nS: 500 (127,0,0,1,4,1)", "S line 500 (127,0,0,1,4,1)"},
		{"S: 220 x\nC: EPSV\nS: 229 (!!!6446!)", "S line 229 ([epsv:!!!6446!]) => announce epsv !!!6446! at server"},
		{"S: 220 x\nC: EPSV\nS: 229 (|||0|)", "S line 229 (|||0|)"},
		{"S: 220 x\nC: EPSV\nS: 229 (|||65536|)", "S line 229 (|||65536|)"},
		{"S: 220 x\nC: PORT 1,2,3,4,5", "C line PORT 1,2,3,4,5"},
		{"S: 220 x\nC: PORT 1,2,3,4,5,6,7", "C line PORT 1,2,3,4,5,6,7"},
		{"S: 220 x\nC: EPRT |3|::1|6446|", "C line EPRT |3|::1|6446|"},
	} {
		steps := dialecttest.Drive(t, Dialect(), c.dialogue)
		if got := steps[len(steps)-1].String(); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

func TestEnds(t *testing.T) {
	dialecttest.Check(t, Dialect(), "S: 220 x\nC: AUTH TLS\nS: 534 no\nC: RETR a\nS: 150 x\nC: \xff\xf4\xff\xf2ABOR\nS: 426 x\nS: 226 y\nC: AUTH GSSAPI\nS: 334 ADAT=abc\nS: 421 idle", `S line 220 x
C line AUTH TLS
S line 534 no
C line RETR a
S line 150 x
C line `+"\xff\xf4\xff\xf2"+`ABOR
S line 426 x
S line 226 y
C line AUTH GSSAPI
S line 334 ADAT=[secret!:abc]
S line 421 idle => ends`)
}

func TestCompare(t *testing.T) {
	const hi = "S: 220 hi\n"
	for _, c := range []struct {
		before    string
		party     dialect.Party
		want, got string
		like      dialect.Likeness
	}{
		{hi, 'C', "TYPE I", "type i", dialect.Same},
		{hi, 'C', "RETR a", "retr a", dialect.Same},
		{hi, 'C', "RETR a", "RETR A", dialect.Different},
		{hi, 'C', "PASS a", "PASS A", dialect.Different},
		{hi, 'C', "SITE CHMOD 644 a", "site chmod 644 a", dialect.Same},
		{hi, 'C', "SITE CHMOD 644 a", "SITE CHMOD 644 A", dialect.Different},
		{hi + "C: NOOP\n", 'S', "200 ok", "200 fine", dialect.Reworded},
		{hi + "C: NOOP\n", 'S', "200 ok", "200-ok", dialect.Different},
		{hi + "C: NOOP\n", 'S', "200 ok", "202 ok", dialect.Different},
		{hi + "C: PWD\n", 'S', `257 "/a" is it`, `257 "/a"`, dialect.Reworded},
		{hi + "C: PWD\n", 'S', `257 "/a" is it`, `257 "/b" is it`, dialect.Different},
		{hi + "C: SIZE a\n", 'S', "213 1", "213 2", dialect.Different},
		{hi + "C: STAT a\n", 'S', "213 one", "213 two", dialect.Reworded},
		{hi + "C: SYST\n", 'S', "215 UNIX Type: L8", "215 Unix", dialect.Reworded},
		{hi + "C: SYST\n", 'S', "215 UNIX", "215 TOPS20", dialect.Different},
		{hi + "C: PASV\n", 'S', "227 a (1,2,3,4,5,6)", "227 b 1,2,3,4,5,6", dialect.Reworded},
		{hi + "C: PASV\n", 'S', "227 (1,2,3,4,5,6)", "227 (1,2,3,4,5,7)", dialect.Different},
		{hi + "C: FEAT\nS: 211-x\n", 'S', " UTF8", " utf8", dialect.Same},
		{hi + "C: FEAT\nS: 211-x\n", 'S', " UTF8", " SIZE", dialect.Different},
		{hi + "C: FEAT\nS: 211-x\n", 'S', "211 end", "211 End.", dialect.Reworded},
		{hi + "C: FEAT\nS: 211-x\n", 'S', " UTF8", "211 end", dialect.Different},
		{hi + "C: HELP\nS: 214-x\n", 'S', "some help", "other help", dialect.Reworded},
	} {
		dialecttest.Compare(t, Dialect(), c.before, c.party, c.want, c.got, c.like)
	}
}

func FuzzTracker(f *testing.F) { dialecttest.Fuzz(f, Dialect(), dialogue) }
