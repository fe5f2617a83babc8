package ftp

import (
	"net/netip"
	"strings"
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
C line LIST => LIST asked by server, pasv
S line 150 here => LIST begins by server, pasv
S line 226 sent => LIST ends with 226 by server, pasv
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
C line RETR a => RETR a asked by server
S line 150 x => RETR a begins by server
C line `+"\xff\xf4\xff\xf2"+`ABOR
S line 426 x => RETR a ends with 426 by server
S line 226 y
C line AUTH GSSAPI
S line 334 ADAT=[secret!:abc]
S line 421 idle => ends`)
}

// TestTransfers tells which data connection a transfer uses, whether that is over TLS, and where TLS ends.
func TestTransfers(t *testing.T) {
	for name, c := range map[string]struct{ dialogue, want string }{
		"protected":   {"S: 220 x\nC: AUTH TLS\nS: 234 x\nC: PROT P\nS: 200 x\nC: CCC\nS: 200 x\nC: EPSV\nS: 229 (|||1|)\nC: STOR a b", "C line STOR a b => STOR a b asked by client, epsv, TLS"},
		"clear again": {"S: 220 x\nC: AUTH TLS\nS: 234 x\nC: PROT P\nS: 200 x\nC: PROT C\nS: 200 x\nC: LIST", "C line LIST => LIST asked by server"},
		"refused":     {"S: 220 x\nC: PROT P\nS: 503 x\nC: LIST", "C line LIST => LIST asked by server"},
		"a new AUTH":  {"S: 220 x\nC: PROT P\nS: 200 x\nC: AUTH TLS\nS: 234 x\nC: LIST", "C line LIST => LIST asked by server"},
		"REIN":        {"S: 220 x\nC: PROT P\nS: 200 x\nC: MODE B\nS: 200 x\nC: REIN\nS: 220 x\nC: LIST", "C line LIST => LIST asked by server"},
		"CCC":         {"S: 220 x\nC: CCC\nS: 200 x", "S line 200 x => clear"},
		"no CCC":      {"S: 220 x\nC: CCC\nS: 534 x", "S line 534 x"},
		"used up":     {"S: 220 x\nC: PASV\nS: 227 (1,2,3,4,5,6)\nC: LIST\nS: 150 x\nS: 226 x\nC: LIST", "C line LIST => LIST asked by server"},
		"not used":    {"S: 220 x\nC: PASV\nS: 227 (1,2,3,4,5,6)\nC: LIST\nS: 550 x\nC: NLST", "C line NLST => NLST asked by server, pasv"},
		"stays":       {"S: 220 x\nC: MODE B\nS: 200 x\nC: PORT 1,2,3,4,5,6\nS: 200 x\nC: LIST\nS: 150 x\nS: 250 x\nC: APPE a", "C line APPE a => APPE a asked by client, port, stays open"},
		"PORT fails":  {"S: 220 x\nC: PORT 1,2,3,4,5,6\nS: 500 x\nC: LIST", "C line LIST => LIST asked by server"},
		"status":      {"S: 220 x\nC: RETR a\nS: 150 x\nC: STAT\nS: 213 x\nS: 226 x", "S line 226 x => RETR a ends with 226 by server"},
		"QUIT":        {"S: 220 x\nC: RETR a\nS: 150 x\nC: QUIT\nS: 226 x\nS: 221 x", "S line 221 x => ends"},
		"421":         {"S: 220 x\nC: RETR a\nS: 150 x\nS: 421 x", "S line 421 x => RETR a ends with 421 by server => ends"},
		"Telnet":      {"S: 220 x\nC: \xff\xf4 RETR a", "C line \xff\xf4 RETR a => RETR a asked by server"},
	} {
		steps := dialecttest.Drive(t, Dialect(), c.dialogue)
		if got := steps[len(steps)-1].String(); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

func TestAddressForms(t *testing.T) {
	d := Dialect().(dialect.DataDialect)
	for _, c := range []struct{ form, text, want, again string }{
		{"pasv", "127,0,0,1,195,80", "127.0.0.1:50000", "127,0,0,1,195,80"},
		{"port", "10, 0,0,1,0,21", "10.0.0.1:21", "10,0,0,1,0,21"},
		{"epsv", "!!!6446!", "invalid AddrPort", "!!!6446!"},
		{"eprt", "|2|::1|6446|", "[::1]:6446", "|2|::1|6446|"},
		{"eprt", "#1#10.0.0.1#6446#", "10.0.0.1:6446", "#1#10.0.0.1#6446#"},
		{"pasv", "127,0,0,1,195", "", ""}, {"pasv", "127,0,0,1,195,256", "", ""}, {"epsv", "|||0|", "", ""}, {"epsv", "||||", "", ""}, {"eprt", "|1|x|1|", "", ""}, {"x", "1", "", ""},
	} {
		a, err := d.ParseAddress(c.form, []byte(c.text))
		if (err == nil) != (c.want != "") || err == nil && a.String() != c.want && (a.Addr().IsValid() || a.Port() != 6446) {
			t.Errorf("%+v: %v, %v", c, a, err)
		}
		if err != nil {
			continue
		}
		if b, err := d.FormatAddress(c.form, []byte(c.text), a); string(b) != c.again || err != nil {
			t.Errorf("%+v: %s, %v", c, b, err)
		}
	}
	if b, err := d.FormatAddress("pasv", nil, netip.MustParseAddrPort("[::1]:5")); err == nil {
		t.Errorf("%s", b)
	}
}

func TestExplain(t *testing.T) {
	e := Dialect().NewTracker().(dialect.Explainer)
	line := func(s string) dialect.Unit { return dialect.Unit{Text: []byte(s)} }
	if got := e.Explain(dialect.Client, line("EPSV"), line("PASV")); !strings.Contains(got, "recorded with an extended passive data connection (EPSV)") {
		t.Error(got)
	}
	for _, c := range [][2]string{{"EPSV", "EPSV"}, {"EPSV", "LIST"}, {"LIST", "PASV"}} {
		if got := e.Explain(dialect.Client, line(c[0]), line(c[1])); got != "" {
			t.Error(c, got)
		}
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

// FuzzAddressForms reads what a peer announces: it never fails otherwise than by an error, and reads what is written here.
func FuzzAddressForms(f *testing.F) {
	for _, s := range []string{"127,0,0,1,195,80", "|||50001|", "|1|127.0.0.1|51211|", "|2|::1|51211|", ",,,,,", "||||", "1", "|||99999|"} {
		f.Add(s, uint16(50001))
	}
	d := Dialect().(dialect.DataDialect)
	f.Fuzz(func(t *testing.T, s string, port uint16) {
		for _, form := range []string{"pasv", "port", "epsv", "eprt"} {
			d.ParseAddress(form, []byte(s))
			for _, ip := range []string{"127.0.0.1", "::1"} {
				b, err := d.FormatAddress(form, nil, netip.AddrPortFrom(netip.MustParseAddr(ip), max(port, 1)))
				if err != nil {
					if form[0] == 'p' && ip == "::1" {
						continue
					}
					t.Fatal(err)
				}
				if got, err := d.ParseAddress(form, b); err != nil || got.Port() != max(port, 1) {
					t.Fatalf("%s %s: %v, %v", form, b, got, err)
				}
			}
		}
	})
}
