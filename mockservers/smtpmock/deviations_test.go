package smtpmock

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"harness/internal/auth"
	"harness/internal/ca"
	"harness/internal/servertest"
	"harness/mockservers"
	"harness/mockservers/mailstore"
)

func TestDeviationsAreWellFormed(t *testing.T) {
	servertest.WellFormed(t, "smtp", Deviations())
	if _, err := NewServer(Options{Options: mockservers.Options{Deviations: []string{"greeting-miss"}}}); err == nil || !strings.Contains(err.Error(), "greeting-missing") {
		t.Errorf("a name that is nearly right: %v", err)
	}
}

// TestDeviationsAreAskedFor compares the names in the code with those in the table.
func TestDeviationsAreAskedFor(t *testing.T) { servertest.AskedFor(t).Check(t, deviations) }

// scenario is what clients say to a server, one after the other.
type scenario struct {
	name     string
	begins   []string // the beginnings of the deviations that most likely show here
	features string
	tls      bool // from the start
	cert     bool // the client has a certificate
	waits    bool
	clients  [][]string
}

// said puts lines together.
func said(lines ...string) string { return strings.Join(lines, "\r\n") + "\r\n" }

const (
	ehlo    = "EHLO c.example.org"
	mail    = "MAIL FROM:<Sender@example.com>"
	rcpt    = "RCPT TO:<alice@example.org>"
	rcpt2   = "RCPT TO:<Bob.B@example.net>"
	message = "Return-Path: <old@example.com>\r\nReceived: from x by y; Mon, 1 Jan 2024 00:00:00 +0000\r\nSubject: x\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\n\r\n..dot\r\n\tcaf\xe9\x01\r\n.\r\n"
)

func deal(lines ...string) string {
	return said(append([]string{ehlo, mail, rcpt, rcpt2}, lines...)...)
}

var login = "AUTH PLAIN " + auth.Encode([]byte("\x00alice\x00wonderland"))

func scenarios() []scenario {
	content := func(data string) []string { return []string{deal("DATA"), data, said("QUIT")} }
	return []scenario{
		{name: "a message", clients: [][]string{content(message), {said("HELO c.example", "MAIL FROM:<>", "RCPT TO:<x@example.net>", "DATA"), message, said("NOOP", "RSET", "HELP", "VRFY alice", "VRFY nobody", "VRFY a@example.net", "EXPN all", "EXPN nobody", "QUIT", "NOOP")}}},
		{name: "commands", clients: [][]string{
			{said("NOOP", "RSET", "VRFY alice", "EXPN all", "HELP", "FROB", "X", mail, rcpt, "DATA", "helo c.example", "noop x", "RSET x", "DATA x", "TURN", "SEND FROM:<a@example.com>", "EHLO c.example", "mail from:<a@example.com>", mail, "rcpt to:<x@example.net>", "NOOP ", "QUIT")},
			{"QUIT\r\n"}, {"NOOP\n", "NOOP\r\n", "QUIT\r\n"},
			{said(ehlo, "MAIL from:<a@example.com>", "RCPT to:<a@example.com>", "RSET", "MAIL FROM:<caf\xe9@example.com>", "MAIL FROM:<caf\xc3\xa9@example.com>", "MAIL FROM:<caf\xc3\xa9@example.com> SMTPUTF8", "QUIT")},
			{said(ehlo, mail, "FROB", "NOOP", "QUIT")},
		}},
		{name: "resets", clients: [][]string{
			{deal("RSET", "DATA", mail, rcpt, "NOOP", "VRFY alice", "RCPT TO:<a@example.com>", "EXPN all", "RCPT TO:<a@example.com>", "HELP", "RCPT TO:<a@example.com>", ehlo, "DATA", "RCPT TO:<a@example.com>", mail, "AUTH PLAIN", rcpt, "MAIL FROM:<>", "DATA"), message, said("DATA", rcpt, "QUIT")},
			{deal("DATA"), message, said(mail, "RCPT TO:<only@example.com>", "DATA"), message, said("QUIT")},
			{deal("EHLO", rcpt, "QUIT")},
		}},
		{name: "recipients", clients: [][]string{
			{said(ehlo, "MAIL FROM:<>", "RCPT TO:<postmaster>", "RCPT TO:<POSTMASTER>", "RCPT TO:<PostMaster@example.org>", "RCPT TO:<@a.example,@b.example:alice@example.org>", "RCPT TO:<a@[192.0.2.1]>", `RCPT TO:<"alice"@example.org>`, "RCPT TO:<nobody@example.org>",
				"RCPT TO:<"+strings.Repeat("l", 64)+"@example.net>", "RCPT TO:<a@"+strings.Repeat("abcdefghi.", 20)+"example>", "RCPT TO:<"+strings.Repeat("l", 60)+"@"+strings.Repeat("abcdefghi.", 15)+"example>",
				"NOOP "+strings.Repeat("x", 500), "DATA"), message, said("QUIT")},
			{said(append([]string{ehlo, mail}, slices.Repeat([]string{"RCPT TO:<many@example.net>"}, 60)...)...), said("DATA"), message, "QUIT\r\n"},
		}},
		{name: "limits", features: "RCPTMAX=3 RELAY=none MAX-SIZE=65536", clients: [][]string{
			{said(ehlo, mail, rcpt, rcpt2, rcpt, rcpt, rcpt, "DATA"), message, said("MAIL FROM:<a@example.com> SIZE=70000", "RSET", mail, rcpt, "DATA"), strings.Repeat(strings.Repeat("x", 998)+"\r\n", 80) + ".\r\n", said("QUIT")},
		}},
		{name: "contents", clients: [][]string{
			content("x\n.\ny\r\n.\r\n"), content("x\r.\ry\r\n.\r\n"), content("x\r\n.\ny\r\n.\r\n"), content("x\n.\r\ny\r\n.\r\n"), content("x\n"), content("..a\r\n.b\r\n.\r\n"),
			content("Date: x\r\n\r\n" + strings.Repeat(strings.Repeat("x", 98)+"\r\n", 400) + ".\r\n"), content("Date: x\r\n\r\n" + strings.Repeat("x", 900) + "\r\n.\r\n"),
			content(strings.Repeat("Received: from x by y; z\r\n", 20) + "Date: x\r\n\r\n.\r\n"), content("Subject: x\r\n\r\n.\r\n"), content("Date: x\r\nResent-To: x\r\n\r\n.\r\n"),
			content("Date: x\r\nContent-Transfer-Encoding: binary\r\n\r\n.\r\n"),
			{said(ehlo, mail, rcpt2, "DATA"), "Date: x\r\nCc: alice@example.org\r\n\r\n.\r\n", "QUIT\r\n"},
			content("Date: x\r\nTo: " + strings.Repeat("a@b, ", 200) + "\r\n\r\n.\r\n"), content("Date: x\r\nReceived: whatever\r\n\r\n.\r\n"),
			{said(ehlo, "MAIL FROM:<> SIZE=4", rcpt, "DATA"), "Date: x\r\n\r\n.\r\n", "QUIT\r\n"},
		}},
		{name: "chunks", clients: [][]string{
			{deal() + "BDAT 6\r\nabcdefBDAT 6 LAST\r\nghij\r\n", said("BDAT 6") + "NOOP\r\n", said(mail, "BDAT 6") + "NOOP\r\n", said("RSET", mail, rcpt, "BDAT 4") + "abcd", said("RSET", mail, rcpt, "BDAT 2 LAST") + "xx", said("QUIT")},
			{said(ehlo, mail+" BODY=BINARYMIME", rcpt, "DATA"), "x\r\n.\r\n", said("RSET", "QUIT")},
		}},
		{name: "parameters", clients: [][]string{
			{said(ehlo, mail+" FROB=1", mail+" RET=NO", mail+" RET=FULL ENVID=x", rcpt+" NOTIFY=NO", rcpt+" NOTIFY=NEVER ORCPT=rfc822;a", "RSET", mail+" AUTH=a@example.com", "RSET", mail+" MT-PRIORITY=5", rcpt, "RCPT TO:<caf\xc3\xa9@example.com>", "DATA"), message, "QUIT\r\n"},
		}},
		{name: "SMTPUTF8", begins: []string{"smtputf8-", "dsn-utf8", "trace-a", "return-path-a"}, clients: [][]string{
			{said("EHLO xn--bcher-kva.example", "MAIL FROM:<x@bücher.example> SMTPUTF8", rcpt+" ORCPT=utf-8;jürgen@example.org", rcpt, "DATA"), message, "QUIT\r\n"},
		}},
		{name: "DELIVERBY", features: "DELIVERBY=60", clients: [][]string{{said(ehlo, mail+" BY=5;R", "QUIT")}}},
		{name: "LMTP", features: "MODE=lmtp", begins: []string{"lmtp-"}, clients: [][]string{
			{said(ehlo, "HELO x", "LHLO c.example", mail, "DATA", "BDAT 1 LAST") + "x" + said("RSET", mail, rcpt, rcpt, rcpt2, "RCPT TO:<refused@example.net>", "DATA"), message, said("QUIT")},
		}},
		{name: "submission", features: "MODE=submission CLEARTEXT=all", begins: []string{"submission-", "futurerelease-"}, clients: [][]string{
			{said(ehlo, mail, login, login, "MAIL FROM:<a@sales>", "RSET", mail+" HOLDFOR=99999999", "RSET", mail+" HOLDFOR=100", rcpt, "DATA"), message, said("MAIL FROM:<>", rcpt, "DATA"), "Subject: x\r\n\r\n.\r\n", said("QUIT")},
		}},
		{name: "AUTH", begins: []string{"auth-"}, clients: [][]string{
			{said(ehlo, "AUTH FROB", "AUTH CRAM-MD5 aaaa", "AUTH SCRAM-SHA-1", "*", "AUTH CRAM-MD5", "!", "AUTH CRAM-MD5", strings.Repeat("x", 70<<10), "AUTH CRAM-MD5", auth.Encode([]byte("alice 00000000000000000000000000000000")), "NOOP", "QUIT")},
		}},
		{name: "AUTH in TLS", begins: []string{"auth-"}, tls: true, clients: [][]string{
			{said(ehlo, mail, login, "RSET", login, login, mail+" REQUIRETLS MT-PRIORITY=2", rcpt, "DATA"), message, said("QUIT")},
			{said(ehlo, "AUTH PLAIN "+auth.Encode([]byte("alice\ue000\x00alice\x00wonderland")), "AUTH PLAIN", strings.Repeat("A", 600), "auth plain "+auth.Encode([]byte("alice\u00ad\x00alice\x00wonderland")), "QUIT")},
			{said(ehlo, "AUTH PLAIN", auth.Encode([]byte("\x00alice\x00wonderland")), "QUIT")},
		}},
		{name: "TLS", begins: []string{"trace-", "starttls-twice"}, tls: true, clients: [][]string{{deal("DATA"), message, said("STARTTLS", "QUIT")}}},
		{name: "a certificate", begins: []string{"certificate-", "close-"}, tls: true, cert: true, clients: [][]string{{said(ehlo, mail, "QUIT")}}},
		{name: "nobody's mail", features: "GREETING=521", begins: []string{"greeting-521"}, clients: [][]string{{said("NOOP", "QUIT")}}},
		{name: "no service", features: "GREETING=554", begins: []string{"greeting-554"}, clients: [][]string{{said("NOOP", "QUIT")}}},
		{name: "TLS required", features: "TLS=required", clients: [][]string{{said(ehlo, mail, "STARTTLS x", "QUIT")}}},
		{name: "it leaves", features: "LEAVES=1", begins: []string{"stays-"}, clients: [][]string{{said("NOOP", "NOOP", "NOOP")}}},
		{name: "VRFY of old", features: "-VRFY -EXPN", clients: [][]string{{said("VRFY alice", "EXPN alice", "QUIT")}}},
		{name: "STARTTLS", begins: []string{"starttls-", "tls-keeps"}, waits: true, clients: [][]string{{said(ehlo), said("STARTTLS"), "*", said(mail), said(ehlo)}, {said(ehlo), "STARTTLS\r\nNOOP\r\n", "*", said("NOOP")}}},
		{name: "silence", features: "IDLE=1s", begins: []string{"idle-", "shutdown-"}, waits: true, clients: [][]string{{""}}},
		{name: "nothing at a time", begins: []string{"replies-held"}, waits: true, clients: [][]string{{said(ehlo), said("NOOP"), said("QUIT"), ""}}},
	}
}

// ending notes that the end of a connection was read, which under TLS means that no alert came before it.
type ending struct {
	net.Conn
	ended bool
}

func (e *ending) Read(p []byte) (int, error) {
	n, err := e.Conn.Read(p)
	e.ended = e.ended || errors.Is(err, io.EOF)
	return n, err
}

// converse plays a client, and returns what it heard. It says everything at once, unless the scenario waits: then it hears what there is behind each piece, and a
// piece that is "*" makes a TLS handshake.
func converse(t testing.TB, s *Server, cfg *tls.Config, sc scenario, pieces []string) string {
	nc, err := net.Dial("tcp", s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { nc.Close() }()
	nc.SetDeadline(time.Now().Add(10 * time.Second))
	below := &ending{Conn: nc}
	if sc.tls {
		nc = tls.Client(below, cfg)
	}
	if !sc.waits {
		go func() {
			io.WriteString(nc, strings.Join(pieces, ""))
			nc.(interface{ CloseWrite() error }).CloseWrite()
		}()
		out, err := io.ReadAll(nc)
		return fmt.Sprintf("%s (%v, %v)", out, errors.Is(err, os.ErrDeadlineExceeded), below.ended)
	}
	var out strings.Builder
	r := bufio.NewReader(nc)
	hear := func(replies int) {
		nc.SetReadDeadline(time.Now().Add(2 * time.Second))
		for replies > 0 {
			l, err := r.ReadString('\n')
			out.WriteString(l)
			if err != nil {
				fmt.Fprintf(&out, "closed: %v\n", !errors.Is(err, os.ErrDeadlineExceeded))
				return
			}
			if len(l) > 3 && l[3] != '-' {
				replies--
			}
		}
	}
	hear(1)
	for _, piece := range pieces {
		if piece != "*" {
			io.WriteString(nc, piece)
			begun := time.Now()
			hear(max(strings.Count(piece, "\n"), 1))
			fmt.Fprintf(&out, "late: %v\n", piece == "" && time.Since(begun) > time.Second/2)
			continue
		}
		tc := tls.Client(nc, cfg)
		nc.SetReadDeadline(time.Now().Add(2 * time.Second))
		if err := tc.Handshake(); err != nil {
			out.WriteString("no TLS\n")
			break
		}
		nc, r = tc, bufio.NewReader(tc)
		out.WriteString("TLS\n")
	}
	return out.String()
}

var (
	ids   = regexp.MustCompile(`(id|as) [0-9A-Z]{13}\b`)
	dates = regexp.MustCompile(`\w{3}, \d+ \w{3} 20\d\d \d\d:\d\d:\d\d [+-]\d{4}|20\d\d-\d\d-\d\dT\S+Z`)
	nonce = regexp.MustCompile(`334 [A-Za-z0-9+/=]{20,}`)
)

func run(t testing.TB, authority *ca.CA, sc scenario, deviation string) string {
	o := Options{Features: strings.Fields(sc.features), Lists: []List{{Name: "all", Members: []string{"alice@example.org", "x@example.net"}}}, Rules: []Rule{{Action: Reject, At: AtEnd, To: "refused@*"}}}
	o.Authority, o.ImplicitTLS = authority, sc.tls
	if deviation != "" {
		o.Deviations = []string{deviation}
	}
	s, err := Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	cfg, err := s.ClientTLS()
	if err != nil {
		t.Fatal(err)
	}
	if sc.cert {
		crt, err := authority.Client("alice")
		if err != nil {
			t.Fatal(err)
		}
		cfg.Certificates = []tls.Certificate{crt}
	}
	var out strings.Builder
	for i, pieces := range sc.clients {
		fmt.Fprintf(&out, "--- %d\n%s\n", i, converse(t, s, cfg, sc, pieces))
	}
	for _, m := range s.Mails() {
		data, err := m.Data()
		fmt.Fprintf(&out, "%v %v %v %v %s%q %v\n", m.From, m.Recipients(), m.With, m.Options.RequireTLS, m.Trace, data, err)
	}
	in, _ := s.Store().(*mailstore.Store).Inbox("alice")
	for _, m := range in.Messages() {
		fmt.Fprintf(&out, "%q\n", m.Data)
	}
	text := ids.ReplaceAllString(out.String(), "$1 ID")
	return nonce.ReplaceAllString(dates.ReplaceAllString(text, "DATE"), "334 NONCE")
}

// TestEachDeviationShows compares what clients hear of a server that deviates, and what it keeps, with what they hear of one that does not.
func TestEachDeviationShows(t *testing.T) {
	authority, err := ca.New()
	if err != nil {
		t.Fatal(err)
	}
	all := scenarios()
	base := make([]string, len(all))
	for i, sc := range all {
		base[i] = run(t, authority, sc, "")
		if again := run(t, authority, sc, ""); again != base[i] {
			t.Fatalf("scenario %q is not the same each time:\n%s\n%s", sc.name, base[i], again)
		}
	}
	for _, d := range Deviations() {
		t.Run(d.Name, func(t *testing.T) {
			t.Parallel()
			likely := func(i int) bool {
				return slices.ContainsFunc(all[i].begins, func(b string) bool { return strings.HasPrefix(d.Name, b) })
			}
			for _, first := range []bool{true, false} {
				for i, sc := range all {
					if likely(i) == first && run(t, authority, sc, d.Name) != base[i] {
						return
					}
				}
			}
			t.Errorf("nothing shows that the server deviates: %s", d.Summary)
		})
	}
}
