package transcript_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"harness/protocols/dialect"
	"harness/protocols/ftp"
	"harness/protocols/wire"
	"harness/transcript"
)

func ftpSession(t *testing.T, text string) *transcript.Session {
	t.Helper()
	s, err := transcript.Parse("test.session", []byte("session: 1\nprotocol: ftp\n\n"+text))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDataChannels(t *testing.T) {
	s := ftpSession(t, `S: 220 ready
C: AUTH TLS
S: 234 go
-- tls
C: PROT P
S: 200 ok
C: CCC
S: 200 ok
-- clear
C: PASV
S: 227 ({{127,0,0,1,195,80 pasv d1}})
-- open Cd1
C: RETR a.txt
S: 150 here
-- tls d1
Sd1: twelve octet
-- close Sd1
S: 226 sent
C: EPRT {{|1|127.0.0.1|50001| eprt d2}}
S: 200 ok
C: STOR b.txt
S: 150 go
-- open Sd2
-- tls d2
Cd2: abc{{none}}
C: ABOR
-- reset Sd2
S: 426 aborted
S: 226 ok
C: EPSV
S: 229 ({{|||50002| epsv d3}})
C: EPSV
S: 229 ({{|||50003| epsv d4}})
-- open Cd4
C: RETR c
S: 550 no
-- close Sd4
`)
	var got []string
	for _, c := range s.DataChannels(ftp.Dialect()) {
		got = append(got, fmt.Sprintf("%s @%d listener %c", c, c.Pos.Line, c.Listener))
	}
	want := []string{
		"d1: RETR a.txt, pasv, the client connects, TLS, 14 octets from the server, closed by the server @14 listener S",
		"d2: STOR b.txt (ended by 426), eprt, the server connects, TLS, 3 octets from the client, reset by the server @22 listener C",
		"d3: no transfer, epsv, never made @34 listener S",
		"d4: RETR c (refused by 550), epsv, the client connects, no octets, closed by the server @36 listener S",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, p := range transcript.Lint(s, ftp.Dialect()) {
		t.Error(p)
	}
}

func TestLintData(t *testing.T) {
	const hi = "S: 220 ready\n"
	const pasv = hi + "C: PASV\nS: 227 ({{127,0,0,1,195,80 pasv d1}})\n"
	for name, c := range map[string]struct{ text, want string }{
		"no transfer":    {pasv + "-- open Cd1\n-- close Cd1\nC: NOOP\nS: 200 ok\n", `test.session:6:1: warning: the data connection d1 belongs to no transfer`},
		"no connection":  {hi + "C: LIST\nS: 150 x\nS: 226 x\n", `test.session:7:1: warning: "LIST" is done by this reply, and no data connection was made for it`},
		"never used":     {pasv + "C: LIST\nS: 150 x\nS: 226 x\n", `test.session:9:1: warning: "LIST" is done by this reply, and no data connection d1 was made for it`},
		"refused":        {pasv + "C: LIST\nS: 425 x\n", ""},
		"no end":         {pasv + "-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\nS: 226 x\n", `test.session:8:1: warning: the data connection d1 does not end, which is how "LIST" tells its end: "-- close Sd1" is missing`},
		"mode block":     {hi + "C: MODE B\nS: 200 x\nC: PASV\nS: 227 ({{127,0,0,1,195,80 pasv d1}})\n-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\nS: 226 x\nC: NLST\nS: 125 x\nSd1: b\nS: 226 x\n", ""},
		"wrong way":      {pasv + "-- open Cd1\nC: LIST\nS: 150 x\nCd1: a\n-- close Cd1\nS: 226 x\n", `test.session:8:1: warning: the client says octets on the data connection d1, and "LIST" carries the other's`},
		"in the clear":   {hi + "C: PROT P\nS: 200 x\nC: PASV\nS: 227 ({{127,0,0,1,195,80 pasv d1}})\n-- open Cd1\nC: LIST\nS: 150 x\nSd1: a\n-- close Sd1\nS: 226 x\n", `test.session:10:1: warning: the data connection d1 is in the clear`},
		"over TLS":       {pasv + "-- open Cd1\nC: LIST\nS: 150 x\n-- tls d1\nSd1: a\n-- close Sd1\nS: 226 x\n", `test.session:8:1: warning: the data connection d1 is over TLS`},
		"empty":          {pasv + "-- open Cd1\nC: LIST\nS: 150 x\n-- close Sd1\nS: 226 x\n", ""},
		"no announce":    {hi + "C: LIST\nS: 150 x\n-- open Sd1\nSd1: a\n-- close Sd1\nS: 226 x\n", `test.session:7:1: warning: no line announces the data connection d1`},
		"no clear":       {hi + "C: AUTH TLS\nS: 234 x\n-- tls\nC: CCC\nS: 200 x\nC: NOOP\nS: 200 x\n", `test.session:9:1: fault: "-- clear" is missing after this line, which ends TLS`},
		"clear, no line": {hi + "C: AUTH TLS\nS: 234 x\n-- tls\n-- clear\n", `test.session:8:1: fault: TLS ends here, and no line before ends it`},
		"clear, no TLS":  {hi + "-- clear\n", `test.session:5:1: fault: TLS ends here, and there is none`},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range transcript.Lint(ftpSession(t, c.text), ftp.Dialect()) {
				got = append(got, p.String())
			}
			if c.want == "" && len(got) > 0 || c.want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], c.want)) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestTapData makes a session with data connections out of what a client, or a mock, shows: whatever it calls them.
func TestTapData(t *testing.T) {
	tap := transcript.NewTap(ftp.Dialect(), transcript.BuilderOptions{})
	defer tap.Close()
	now := time.Now()
	say := func(channel string, p dialect.Party, text string) { tap.Octets(now, channel, p, []byte(text)) }
	say("", dialect.Server, "220 ready\r\n")
	say("", dialect.Client, "PASV\r\n")
	say("", dialect.Server, "227 (127,0,0,1,1,1)\r\n")
	say("", dialect.Client, "EPSV\r\n")
	say("", dialect.Server, "229 (|||258|)\r\n")
	tap.Event(now, "data1", "open")
	say("", dialect.Client, "LIST\r\n")
	say("", dialect.Server, "150 x\r\n")
	say("data1", dialect.Server, "a\r\n")
	tap.Event(now, "data1", "eof")
	tap.Event(now, "data1", "close")
	say("", dialect.Server, "226 x\r\n")
	say("", dialect.Client, "PORT 127,0,0,1,1,3\r\n")
	say("", dialect.Server, "200 x\r\n")
	say("", dialect.Client, "STOR a\r\n")
	say("data2", dialect.Client, "b\r\n")
	tap.Event(now, "data2", "close")
	s, err := tap.Session()
	if err != nil {
		t.Fatal(err)
	}
	want := `S: 220 ready
C: PASV
S: 227 ({{127,0,0,1,1,1 pasv d1}})
C: EPSV
S: 229 ({{|||258| epsv d2}})
-- open Cd2
C: LIST
S: 150 x
Sd2: a
-- close Sd2
S: 226 x
C: PORT {{127,0,0,1,1,3 port d3}}
S: 200 x
C: STOR a
-- open Sd3
Cd3: b
-- close Cd3
`
	if _, text, _ := strings.Cut(string(s.Print()), "\n\n"); text != want {
		t.Errorf("%s", text)
	}
}

// TestBuilderHalfClose has the close of a data connection become a half-close when the other party goes on.
func TestBuilderHalfClose(t *testing.T) {
	for _, more := range []bool{false, true} {
		b := transcript.NewBuilder(ftp.Dialect(), transcript.BuilderOptions{})
		defer b.Close()
		who := func(p dialect.Party) transcript.Who { return transcript.Who{Party: p, Channel: "d1"} }
		say := func(p dialect.Party, s string) {
			if _, err := b.Say(who(p), dialect.Unit{Kind: dialect.Stream, Text: []byte(s), End: wire.None}); err != nil {
				t.Fatal(err)
			}
		}
		b.Event(transcript.Event{Kind: transcript.Open, Who: who(dialect.Client)})
		say(dialect.Client, "a\r\n")
		b.Event(transcript.Event{Kind: transcript.Close, Who: who(dialect.Client)})
		want := "-- open Cd1\nCd1: a\n-- close Cd1\n"
		if more {
			say(dialect.Server, "b\r\n")
			b.Event(transcript.Event{Kind: transcript.Close, Who: who(dialect.Server)})
			want = "-- open Cd1\nCd1: a\n-- half-close Cd1\nSd1: b\n-- close Sd1\n"
		}
		s, err := b.Session()
		if err != nil {
			t.Fatal(err)
		}
		if _, text, _ := strings.Cut(string(s.Print()), "\n\n"); text != want {
			t.Errorf("%s", text)
		}
	}
}
