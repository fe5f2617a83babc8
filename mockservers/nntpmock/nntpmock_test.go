package nntpmock

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"harness/fixtures"
	"harness/internal/auth"
	"harness/internal/ca"
	"harness/internal/servertest"
	"harness/mockservers"
	"harness/mockservers/newsstore"
	"harness/protocols/nntp"
	"harness/protocols/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

type peer = servertest.Peer

const limit = servertest.Wait

func dial(t testing.TB, s *Server) *peer {
	t.Helper()
	return servertest.Dial(t, "tcp", s.Addr())
}

// TestDialogues are sessions, each with the features of the server.
func TestDialogues(t *testing.T) {
	for name, c := range map[string]struct {
		features string
		script   string
	}{
		"reading": {script: `S: 200
			C: CAPABILITIES
			S: 101
			B: VERSION 2\|IMPLEMENTATION harness-nntpmock\|READER\|IHAVE\|STREAMING\|POST\|NEWNEWS\|HDR\|OVER MSGID\|LIST OVERVIEW.FMT HEADERS ACTIVE .*\|STARTTLS\|AUTHINFO USER SASL\|SASL .*\|COMPRESS DEFLATE\|
			C: group example.garden
			S= 211 8 1 8 example.garden
			C: STAT
			S= 223 1 <frost.01@example.org>
			C: NEXT
			S= 223 2 <frost-re-1.02@example.org>
			C: LAST
			S= 223 1 <frost.01@example.org>
			C: LAST
			S: 422
			C: ARTICLE 8
			S: 220 8
			B: Path: (?s:.*)\|Xref: news.example.org example.announce:2 example.garden:8\|\|In the hall, from ten.\|
			C: NEXT
			S: 421
			C: STAT 99
			S: 423
			C: STAT
			S: 223 8
			C: HEAD <frost.01@example.org>
			S= 221 0 <frost.01@example.org>
			B: Path: [^|]*\|From: (?s:.*)\|Xref: news.example.org example.garden:1\|
			C: STAT
			S: 223 8
			C: BODY <none@example.org>
			S: 430
			C: GROUP example.nowhere
			S: 411
			C: STAT
			S: 223 8
			C: LISTGROUP example.garden 2-3
			S: 211 8 1 8 example.garden
			B: 2\|3\|
			C: STAT
			S: 223 1
			C: LISTGROUP example.empty
			S: 211 0 1 0 example.empty
			B:
			C: STAT
			S: 420
			C: NEXT
			S: 420
			C: QUIT now
			S: 501
			C: QUIT
			S: 205
			S: EOF`},
		"nothing selected": {script: `S: 200
			C: STAT
			S: 412
			C: ARTICLE 1
			S: 412
			C: NEXT
			S: 412
			C: OVER 1-
			S: 412
			C: HDR Subject
			S: 412
			C: LISTGROUP
			S: 412
			C: XGTITLE
			S: 481`},
		"codes": {script: `S: 200
			C: XYZZY
			S: 500
			C: LIST XYZZY
			S: 501
			C: MODE XYZZY
			S: 501
			C: AUTHINFO XYZZY
			S: 501
			C: GROUP
			S: 501
			C: GROUP a b
			S: 501
			C: ARTICLE 1-2
			S: 501
			C: LIST ACTIVE a[b]
			S: 501
			C: LIST MOTD
			S: 503
			C: HDR :size 1-
			S: 503
			C: NEWGROUPS 20260230 000000
			S: 501
			C: LIST HEADERS WHAT
			S: 501
			C: MODE READER
			S: 200
			C: SLAVE
			S: 202`},
		"the lone dot": {script: `S: 200
			C: BODY <lone-dot.09@example.org>
			S: 222 0
			B: The next line is a dot.\|\.\|\.\.\|\.\.\.\|\.profile\|\.\|The last line is one as well.\|\.\|`},
		"overviews": {script: `S: 200
			C: LIST OVERVIEW.FMT
			S: 215
			B: Subject:\|From:\|Date:\|Message-ID:\|References:\|:bytes\|:lines\|Xref:full\|
			C: OVER <tabs-in-head.21@example.org>
			S: 224
			B: 0\ttabs in the subject\tDora Frey <dora@example.org>\t[^\t]*\t<tabs-in-head.21@example.org>\t\t\d+\t1\tXref: news.example.org example.test:3000246\|
			C: GROUP example.test
			S: 211
			C: XOVER 3000247
			S: 224
			B: 3000247\theaders that lie about sizes\t[^|]*\t1\tXref: [^|]*\|
			C: OVER 1-5
			S: 423
			C: XOVER 1-5
			S: 420
			C: OVER 9-3
			S: 423
			C: OVER
			S: 224
			B: 3000234\t[^|]*\|
			C: OVER <none@example.org>
			S: 430
			C: HDR Subject 3000234-3000235
			S: 225
			B: 3000234 a lone dot, and lines that begin with dots\|3000235 an empty body\|
			C: HDR :lines <empty-body.10@example.org>
			S: 225
			B: 0 0\|
			C: HDR X-None 3000234
			S: 225
			B: 3000234 \|
			C: XHDR subject <empty-body.10@example.org>
			S: 221
			B: <empty-body.10@example.org> an empty body\|
			C: XPAT Subject 1- *dots*
			S: 221
			B: 3000234 [^|]*\|
			C: XROVER 3000242
			S: 224
			B: 3000242 <ref.000[^|]*\|
			C: LIST HEADERS RANGE
			S: 215
			B: :\|:bytes\|:lines\|`},
		"lists": {script: `S: 200
			C: LIST
			S: 215
			B: example.announce 0000000003 0000000001 m\|(?s:.*)example.read-only 0000000000 0000000001 n\|(?s:.*)
			C: LIST ACTIVE *.words,*.kit*,!*chen
			S: 215
			B: example.words 00000000\d\d 0000000001 y\|
			C: LIST NEWSGROUPS example.kitchen
			S: 215
			B: example.kitchen\tKochen, backen und einmachen: Küche für alle\|
			C: LIST ACTIVE.TIMES example.garden
			S: 215
			B: example.garden 946771200 ada@example.org\|
			C: LIST COUNTS example.garden
			S: 215
			B: example.garden 8 1 8 y\|
			C: LIST DISTRIB.PATS
			S: 215
			B: 10:\*:world\|
			C: LIST DISTRIBUTIONS
			S: 215
			B: local\t[^|]*\|world\t[^|]*\|
			C: LIST MODERATORS
			S: 215
			B: \*:%s@moderators.example.org\|
			C: LIST SUBSCRIPTIONS *.test
			S: 215
			B: example.test\|
			C: XGTITLE *.garden
			S: 282
			B: example.garden\t[^|]*\|
			C: NEWGROUPS 20090101 000000 GMT
			S: 231
			B: example.read-only [^|]*\|
			C: NEWNEWS example.announce 20200101 000000 GMT
			S: 230
			B: (<[^>]+>\|){3}
			C: NEWNEWS * 20990101 000000 GMT
			S: 230
			B:
			C: DATE
			S: 111 20
			C: HELP
			S: 100
			B: (?s:.*)LISTGROUP \[group \[range\]\](?s:.*)`},
		"posting": {script: `S: 200
			C: POST
			S: 340
			C: From: a@example.org
			C: Newsgroups: example.garden,example.nowhere
			C: Subject: new
			C:
			C: ..dot
			C: .
			S: 240 posted <
			C: GROUP example.garden
			S: 211 9 1 9
			C: ARTICLE 9
			S: 220 9
			B: Path: news.example.org!.POSTED!not-for-mail\|Message-ID: <[^|]*\|Date: [^|]*\|Injection-Info: news.example.org\|From: a@example.org\|Newsgroups: [^|]*\|Subject: new\|Xref: news.example.org example.garden:9\|\|\.dot\|
			C: POST
			S: 340
			C: From: a@example.org
			C: Newsgroups: example.announce
			C: Subject: not approved
			C:
			C: .
			S: 441 example.announce is moderated
			C: POST
			S: 340
			C: From: a@example.org
			C: Newsgroups: example.read-only
			C: Subject: not here
			C:
			C: .
			S: 441 posting to example.read-only
			C: POST
			S: 340
			C: no header
			C: .
			S: 441
			C: POST
			S: 340
			C: From: a@example.org
			C: Newsgroups: example.garden
			C: Subject: twice
			C: Message-ID: <frost.01@example.org>
			C: Path: me
			C: Date: Mon, 01 Jan 2024 00:00:00 +0000
			C:
			C: .
			S: 441`},
		"no posting": {features: "-POST", script: `S: 201
			C: POST
			S: 440
			C: LIST ACTIVE example.garden
			S: 215
			B: example.garden 0000000008 0000000001 n\|`},
		"authentication": {features: "AUTH=post", script: `S: 200
			C: POST
			S: 480
			C: AUTHINFO PASS wonderland
			S: 482
			C: AUTHINFO USER alice
			S: 381
			C: AUTHINFO PASS wrong
			S: 481
			C: AUTHINFO USER bob
			S: 381
			C: AUTHINFO USER alice
			S: 381
			C: AUTHINFO PASS wonderland
			S: 281
			C: AUTHINFO USER alice
			S: 502
			C: STARTTLS
			S: 502
			C: CAPABILITIES
			S: 101
			B: VERSION 2\|[^|]*\|READER\|IHAVE\|STREAMING\|POST\|[^|]*\|[^|]*\|[^|]*\|LIST [^|]*\|SASL PLAIN[^|]*\|COMPRESS DEFLATE\||VERSION(?s:.*)POST(?s:.*)SASL(?s:.*)
			C: POST
			S: 340
			C: .
			S: 441`},
		"authentication for all": {features: "AUTH=required", script: `S: 200
			C: GROUP example.test
			S: 480
			C: CAPABILITIES
			S: 101
			B: VERSION 2\|IMPLEMENTATION [^|]*\|STARTTLS\|AUTHINFO [^|]*\|SASL [^|]*\|COMPRESS DEFLATE\|
			C: HEAD <frost.01@example.org>
			S: 480
			C: AUTHINFO SASL PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=
			S: 281
			C: GROUP example.test
			S: 211`},
		"SASL": {script: `S: 200
			C: AUTHINFO SASL NONE
			S: 503
			C: AUTHINFO SASL PLAIN ==
			S: 504
			C: AUTHINFO SASL PLAIN AGFsaWNlAHdyb25n
			S: 481
			C: AUTHINFO SASL PLAIN
			S= 383 =
			C: *
			S: 481
			C: AUTHINFO SASL CRAM-MD5 AAAA
			S: 482
			C: AUTHINFO SASL LOGIN
			S: 383
			C: YWxpY2U=
			S: 383
			C: !!
			S: 504`},
		"no passwords in the clear": {features: "-CLEARTEXT", script: `S: 200
			C: AUTHINFO USER alice
			S: 483
			C: AUTHINFO SASL PLAIN AGFsaWNlAHdvbmRlcmxhbmQ=
			S: 483`},
		"a peer's server": {features: "MODE=transit", script: `S: 200
			C: GROUP example.test
			S: 500
			C: CAPABILITIES
			S: 101
			B: VERSION 2\|IMPLEMENTATION [^|]*\|IHAVE\|STREAMING\|NEWNEWS\|LIST [^|]*\|(?s:.*)
			C: STAT <frost.01@example.org>
			S: 223 0
			C: STAT
			S: 412
			C: IHAVE <frost.01@example.org>
			S: 435
			C: CHECK <frost.01@example.org>
			S= 438 <frost.01@example.org>
			C: CHECK <new@example.org>
			S= 238 <new@example.org>
			C: MODE STREAM
			S: 203
			C: TAKETHIS <new@example.org>
			C: Path: far!away
			C: From: a@example.org
			C: Newsgroups: example.test
			C: Subject: s
			C: Date: Mon, 01 Jan 2024 00:00:00 +0000
			C: Message-ID: <new@example.org>
			C:
			C: .
			S= 239 <new@example.org>
			C: TAKETHIS <new@example.org>
			C: .
			S= 439 <new@example.org>
			C: HEAD <new@example.org>
			S: 221
			B: Path: news.example.org!far!away\|(?s:.*)Xref: news.example.org example.test:\d+\|
			C: IHAVE <other@example.org>
			S: 335
			C: Path: x
			C: .
			S: 437
			C: MODE READER
			S: 502
			S: EOF`},
		"a server that switches": {features: "MODE=switching", script: `S: 200
			C: CAPABILITIES
			S: 101
			B: VERSION 2\|IMPLEMENTATION [^|]*\|MODE-READER\|IHAVE\|(?s:.*)
			C: GROUP example.test
			S: 401 MODE-READER
			C: MODE READER
			S: 200
			C: CAPABILITIES
			S: 101
			B: VERSION 2\|IMPLEMENTATION [^|]*\|READER\|POST\|(?s:.*)
			C: GROUP example.test
			S: 211
			C: IHAVE <x@y>
			S: 500`},
		"before RFC 3977": {features: "-CAPABILITIES", script: `S: 200
			C: CAPABILITIES
			S: 500`},
		"numbers by message-id": {features: "BY-ID-NUMBER", script: `S: 200
			C: STAT <frost-re-1.02@example.org>
			S: 223 0
			C: GROUP example.garden
			S: 211
			C: STAT <frost-re-1.02@example.org>
			S: 223 2
			C: STAT <empty-body.10@example.org>
			S: 223 0
			C: STAT
			S: 223 1`},
		"an empty group in zeros": {features: "EMPTY-GROUP=zero", script: `S: 200
			C: GROUP example.empty
			S= 211 0 0 0 example.empty`},
		"an empty group with marks": {features: "EMPTY-GROUP=high", script: `S: 200
			C: GROUP example.empty
			S= 211 0 1 6 example.empty`},
		"less": {features: "-HDR -OVER-MSGID -COMPRESS -STARTTLS -OLD -NEWNEWS -LIST", script: `S: 200
			C: HDR Subject 1
			S: 500
			C: LIST HEADERS
			S: 501
			C: OVER <x@y>
			S: 503
			C: COMPRESS DEFLATE
			S: 500
			C: STARTTLS
			S: 500
			C: XOVER 1-
			S: 500
			C: NEWNEWS * 20200101 000000
			S: 500
			C: LIST ACTIVE
			S: 501`},
		"pipelined": {script: `S: 200
			C: GROUP example.garden
			C: STAT 2
			C: NEXT
			C: QUIT
			S: 211
			S: 223 2
			S: 223 3
			S: 205`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dial(t, New(t, WithFeatures(strings.Fields(c.features)...))).Talk(c.script)
		})
	}
}

// TestCorpus compares every article with what the server was filled with.
func TestCorpus(t *testing.T) {
	p := dial(t, New(t))
	p.Hear()
	for _, a := range fixtures.News() {
		p.Say("ARTICLE " + a.ID + "\r\n")
		if got := p.Hear(); got != "220 0 "+a.ID {
			t.Fatal(got)
		}
		if got := p.Block(); got != string(a.Data) {
			t.Errorf("%s came as %q", a.Name, got)
		}
	}
}

// TestLimits sends lines that are too long.
func TestLimits(t *testing.T) {
	p := dial(t, New(t))
	p.Hear()
	p.Say("GROUP " + strings.Repeat("x", 600) + "\r\n")
	if got := p.Hear(); !strings.HasPrefix(got, "501") {
		t.Error(got)
	}
	p.Say("GROUP " + strings.Repeat("x", 200<<10) + "\r\nSTAT\r\n")
	if got := p.Hear(); !strings.HasPrefix(got, "501") {
		t.Error(got)
	}
	if got := p.Hear(); !strings.HasPrefix(got, "412") {
		t.Error(got)
	}
	p.Say("GROUP x\x00y\r\n")
	if got := p.Hear(); !strings.HasPrefix(got, "501") {
		t.Error(got)
	}
}

// TestTLS begins TLS, which forgets what was selected.
func TestTLS(t *testing.T) {
	srv := New(t, WithFeatures("-CLEARTEXT"))
	cfg, err := srv.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	p := dial(t, srv)
	p.Talk("S: 200\nC: GROUP example.test\nS: 211\nC: STARTTLS\nS: 382\n")
	if err := p.C.StartTLS(t.Context(), limit, cfg); err != nil {
		t.Fatal(err)
	}
	p.Talk("C: STAT\nS: 412\nC: STARTTLS\nS: 502\nC: AUTHINFO USER alice\nS: 381\nC: AUTHINFO PASS wonderland\nS: 281\n")
	p.Say("CAPABILITIES\r\n")
	p.Hear()
	if caps := p.Block(); strings.Contains(caps, "STARTTLS") || strings.Contains(caps, "AUTHINFO") {
		t.Error(caps)
	}
	p.Talk("C: QUIT\nS: 205\n")

	// Commands behind STARTTLS are not taken for protected ones.
	p = dial(t, srv)
	p.Hear()
	p.Say("STARTTLS\r\nGROUP example.test\r\n")
	p.Talk("S: 580\n")
	if got := p.Hear(); got != io.EOF.Error() {
		t.Error(got)
	}
}

func TestImplicitTLS(t *testing.T) {
	a, err := ca.New()
	if err != nil {
		t.Fatal(err)
	}
	srv := New(t, WithImplicitTLS(), WithAuthority(a), WithFeatures("MODE=switching"))
	cfg, err := srv.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	p := dial(t, srv)
	if err := p.C.StartTLS(t.Context(), limit, cfg); err != nil {
		t.Fatal(err)
	}
	// TLS from the start is no command behind which MODE READER may not be sent (RFC 3977 sections 3.4.2 and 5.3.2).
	p.Talk("S: 200\nC: CAPABILITIES\nS: 101\nB: .*\\|MODE-READER\\|.*\nC: MODE READER\nS: 200\nC: QUIT\nS: 205\n")
	if !strings.HasPrefix(srv.URL(), "nntps://") {
		t.Error(srv.URL())
	}
}

// TestCompress compresses, after which neither TLS nor authentication begins.
func TestCompress(t *testing.T) {
	p := dial(t, New(t))
	p.Talk("S: 200\nC: COMPRESS ZIP\nS: 503\nC: COMPRESS DEFLATE\nS: 206\n")
	if err := p.C.StartDeflate(); err != nil {
		t.Fatal(err)
	}
	p.Talk("C: COMPRESS DEFLATE\nS: 502\nC: STARTTLS\nS: 502\nC: AUTHINFO USER alice\nS: 502\nC: GROUP example.binaries\nS: 211\nC: OVER 1-\nS: 224\nB: (?s:.*)100000 octets(?s:.*)\nC: QUIT\nS: 205\n")
}

// TestSASL logs in by every mechanism.
func TestSASL(t *testing.T) {
	srv := New(t, WithAccount(Account{Name: "alice", Password: "wonderland", Token: "t0ken"}))
	for _, m := range auth.Mechanisms() {
		if m.Name == auth.External || m.Name == auth.Anonymous {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			p := dial(t, srv)
			p.Hear()
			client, err := auth.NewClient(m.Name, auth.Credentials{User: "alice", Password: "wonderland", Token: "t0ken"})
			if err != nil {
				t.Fatal(err)
			}
			_, response, err := client.Start()
			if err != nil {
				t.Fatal(err)
			}
			line := "AUTHINFO SASL " + m.Name
			if response != nil {
				line += " " + encode(response)
			}
			p.Say(line + "\r\n")
			for {
				got := p.Hear()
				code, text, _ := strings.Cut(got, " ")
				if code == "281" {
					break
				}
				if code != "383" && code != "283" {
					t.Fatal(got)
				}
				challenge := []byte{}
				if text != "=" {
					if challenge, err = base64.StdEncoding.DecodeString(text); err != nil {
						t.Fatal(err)
					}
				}
				if response, err = client.Next(challenge); err != nil {
					t.Fatal(err)
				}
				if code == "283" {
					break
				}
				p.Say(encode(response) + "\r\n")
			}
			if err := client.Complete(); err != nil {
				t.Error(err)
			}
			p.Talk("C: GROUP example.test\nS: 211\n")
		})
	}
}

// TestFeed streams all articles of one server to another.
func TestFeed(t *testing.T) {
	target := newsstore.New(newsstore.Options{Host: "far.example.org"})
	for _, g := range fixtures.Newsgroups() {
		if err := target.AddGroup(newsstore.Group{Name: g.Name, Status: g.Status}); err != nil {
			t.Fatal(err)
		}
	}
	from, to := dial(t, New(t)), dial(t, New(t, WithStore(target), WithFeatures("MODE=transit"), WithOptions(Options{Store: target, Hostname: "far.example.org", Features: []string{"MODE=transit"}})))
	from.Hear()
	to.Talk("S: 200\nC: MODE STREAM\nS: 203\n")
	from.Talk("C: NEWNEWS * 20200101 000000 GMT\nS: 230\n")
	ids := strings.Fields(from.Block())
	var checks strings.Builder
	for _, id := range ids {
		checks.WriteString("CHECK " + id + "\r\n")
	}
	to.Say(checks.String())
	for _, id := range ids {
		if got := to.Hear(); got != "238 "+id {
			t.Fatal(got)
		}
	}
	for _, id := range ids {
		from.Say("ARTICLE " + id + "\r\n")
		from.Hear()
		article := from.Block()
		var b bytes.Buffer
		w := wire.NewBlockWriter(&b)
		io.WriteString(w, article)
		w.Close()
		to.Say("TAKETHIS " + id + "\r\n" + b.String())
		if got := to.Hear(); got != "239 "+id {
			t.Fatal(got)
		}
	}
	for _, a := range fixtures.News() {
		b := target.ByID(nntp.MessageID(a.ID))
		if b == nil {
			t.Errorf("%s did not arrive", a.Name)
			continue
		}
		_, was := nntp.SplitArticle(a.Data)
		if _, is := nntp.SplitArticle(b.Data); !bytes.Equal(was, is) {
			t.Errorf("%s arrived with another body", a.Name)
		}
		if !bytes.HasPrefix(b.Data, []byte("Path: far.example.org!news.example.org!")) || !bytes.Contains(b.Data, []byte("\r\nXref: far.example.org ")) || bytes.Contains(b.Data, []byte("Xref: news.example.org")) {
			t.Errorf("%s arrived as %.200q", a.Name, b.Data)
		}
	}
}

// TestWhileReading has articles come and go in a group that a session reads.
func TestWhileReading(t *testing.T) {
	srv := New(t)
	p := dial(t, srv)
	p.Talk("S: 200\nC: GROUP example.kitchen\nS: 211\nC: STAT\nS= 223 101 <pumpkin.06@example.org>\n")
	srv.Store().Remove("<pumpkin.06@example.org>")
	srv.Store().Remove("<pumpkin-re-1.07@example.org>")
	p.Talk("C: STAT\nS: 420\nC: NEXT\nS: 223 103\nC: LAST\nS: 422\nC: STAT 101\nS: 423\nC: GROUP example.kitchen\nS: 211 10 103 112\n")
	if _, err := srv.Store().Add([]byte("From: a@b\r\nNewsgroups: example.kitchen\r\nSubject: s\r\nMessage-ID: <fresh@x>\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	p.Talk("C: STAT 113\nS= 223 113 <fresh@x>\n")
	srv.Store().RemoveGroup("example.kitchen")
	p.Talk("C: STAT\nS: 412\n")
}

// TestAtOnce has many sessions post and read.
func TestAtOnce(t *testing.T) {
	srv := New(t)
	var wg sync.WaitGroup
	for i := range 8 {
		p := dial(t, srv)
		wg.Go(func() {
			p.Hear()
			for j := range 20 {
				p.Say(fmt.Sprintf("POST\r\nFrom: a@b\r\nNewsgroups: example.test\r\nSubject: %d of %d\r\n\r\n.\r\n", j, i))
				if a, b := p.Hear(), p.Hear(); a[:3] != "340" || b[:3] != "240" {
					t.Error(a, b)
					return
				}
				p.Say("GROUP example.test\r\nOVER 1-\r\n")
				p.Hear()
				p.Hear()
				p.Block()
			}
		})
	}
	wg.Wait()
	if g, _ := srv.Store().Group("example.test"); g.High != 3000269+160 {
		t.Error(g)
	}
}

// TestFaults has trouble on the connection.
func TestFaults(t *testing.T) {
	for spec, want := range map[string]string{"close at 1st GROUP": io.EOF.Error(), "truncate 5 at GROUP": "211 8 (none)"} {
		f, err := mockservers.ParseFault(spec)
		if err != nil {
			t.Fatal(err)
		}
		p := dial(t, New(t, WithFaults(f)))
		p.Hear()
		p.Say("GROUP example.garden\r\n")
		if got := p.Hear(); got != want {
			t.Errorf("%s: %q, want %q", spec, got, want)
		}
	}
}

func TestAutologout(t *testing.T) {
	srv := New(t, WithFeatures("AUTOLOGOUT=50ms"))
	p := dial(t, srv)
	p.Hear()
	if got := p.Hear(); got != io.EOF.Error() {
		t.Error(got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	sessions, err := srv.WaitSessions(ctx, 1)
	if err != nil || !errors.Is(sessions[0].Err(), os.ErrDeadlineExceeded) {
		t.Error(err, sessions)
	}
}

func TestBadOptions(t *testing.T) {
	for name, o := range map[string]Options{
		"unknown feature":   {Features: []string{"FUZZ"}},
		"bad mode":          {Features: []string{"MODE=fuzz"}},
		"mode off":          {Features: []string{"-MODE"}},
		"bad list":          {Features: []string{"LIST=FUZZ"}},
		"bad mechanism":     {Features: []string{"SASL=FUZZ"}},
		"bad name":          {Features: []string{"IMPLEMENTATION=ü"}},
		"bad time":          {Features: []string{"AUTOLOGOUT=x"}},
		"flag with value":   {Features: []string{"POST=1"}},
		"no password":       {Accounts: []Account{{Name: "a"}}},
		"twice":             {Accounts: []Account{{Name: "a", Password: "b"}, {Name: "a", Password: "b"}}},
		"bad user":          {Accounts: []Account{{Name: "\x01", Password: "b"}}},
		"bad greeting":      {Greeting: "a\r\nb"},
		"bad pattern":       {DistribPats: []string{"x"}},
		"unknown deviation": {Options: mockservers.Options{Deviations: []string{"fuzz"}}},
	} {
		if s, err := NewServer(o); err == nil {
			t.Errorf("%s: %v", name, s)
		}
	}
	if len(Features()) < 15 {
		t.Error(Features())
	}
}
