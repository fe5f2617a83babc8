package pop3client_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"harness/clients/pop3client"
	"harness/internal/auth"
	"harness/internal/clienttest"
	"harness/internal/conn"
	"harness/protocols/dialect"
	"harness/protocols/pop3"
	"harness/protocols/wire"
)

var ctx = context.Background()

func is[T error](t *testing.T, err error) T {
	t.Helper()
	var e T
	if !errors.As(err, &e) {
		t.Fatalf("error %v, want a %T", err, e)
	}
	return e
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func eq[T any](t *testing.T, got, want T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

const login = `
	S: +OK ready
	C: USER fred
	S: +OK
	C: PASS se cret
	S: +OK
`

func loggedIn(t *testing.T, opts *pop3client.Options, text string) *pop3client.Client {
	t.Helper()
	c := dial(t, opts, login+text)
	ok(t, c.User(ctx, "fred"))
	ok(t, c.Pass(ctx, "se cret"))
	if c.State() != pop3.Transaction {
		t.Fatal(c.State())
	}
	return c
}

func TestSession(t *testing.T) {
	c := loggedIn(t, &pop3client.Options{Strict: true}, `
	C: STAT
	S: +OK 2 320
	C: LIST
	S: +OK
	S: 1 120
	S: 2 200
	S: .
	C: LIST 2
	S: +OK 2 200
	C: UIDL
	S: +OK
	S: .
	C: UIDL 2
	S: +OK 2 abc
	C: RETR 1
	S: +OK
	S: Subject: x
	S:
	S: ..dot
	S: ...
	S: .
	C: TOP 2 0
	S: +OK
	S: Subject: y
	S: .
	C: CAPA
	S: +OK
	S: PIPELINING
	S: .
	C: LANG
	S: +OK
	S: en English
	S: .
	C: LANG es
	S! +OK es Año\r\n
	C: NOOP
	S: +OK
	C: DELE 1
	S: +OK
	C: DELE 9
	S: -ERR [SYS/PERM] no such message
	C: RSET
	S: +OK
	C: QUIT
	S: +OK
	close`)
	stat, err := c.Stat(ctx)
	eq(t, stat, pop3.DropListing{Messages: 2, Octets: 320}, err)
	list, err := c.ListAll(ctx)
	eq(t, list, []pop3.ScanListing{{Number: 1, Octets: 120}, {Number: 2, Octets: 200}}, err)
	scan, err := c.List(ctx, 2)
	eq(t, scan, pop3.ScanListing{Number: 2, Octets: 200}, err)
	uids, err := c.UidlAll(ctx)
	eq(t, uids, []pop3.UniqueID{}, err)
	uid, err := c.Uidl(ctx, 2)
	eq(t, uid, pop3.UniqueID{Number: 2, ID: "abc"}, err)
	mail, err := c.RetrBytes(ctx, 1)
	eq(t, string(mail), "Subject: x\r\n\r\n.dot\r\n..\r\n", err)
	m, err := c.Top(ctx, 2, 0)
	ok(t, err)
	mail, err = io.ReadAll(m)
	eq(t, string(mail), "Subject: y\r\n", err)
	ok(t, m.Close())
	caps, err := c.Capa(ctx)
	eq(t, caps, pop3.Capabilities{{Tag: "PIPELINING"}}, err)
	langs, err := c.LangAll(ctx)
	eq(t, langs, []pop3.Language{{Tag: "en", Description: "English"}}, err)
	lang, err := c.Lang(ctx, "es")
	eq(t, lang, pop3.Language{Tag: "es", Description: "Año"}, err)
	ok(t, c.Noop(ctx))
	ok(t, c.Dele(ctx, 1))
	err = c.Dele(ctx, 9)
	reply := is[*pop3.Reply](t, err)
	if !reply.Code.Is(pop3.CodeSys) || reply.Text != "no such message" || reply.Command != "DELE 9" || err.Error() != "pop3 "+c.Addr()+": DELE 9: -ERR [SYS/PERM] no such message" {
		t.Error(err)
	}
	ok(t, c.Rset(ctx))
	ok(t, c.Quit(ctx))
	if c.State() != pop3.Update || c.Close() != nil {
		t.Error(c.State())
	}
	if err := c.Noop(ctx); !errors.Is(err, pop3client.ErrClosed) {
		t.Error(err)
	}
	if f, n := c.Forgiven(); n != 0 {
		t.Error(f)
	}
}

func TestOtherLogins(t *testing.T) {
	c := dial(t, nil, `
	S: +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>
	C: RPOP root
	S: -ERR no
	C: APOP mrose c4c9334bac560ecc979e58001b3e22fb
	S: +OK
	C: QUIT
	S: -ERR some deleted messages not removed`)
	is[*pop3.Reply](t, c.RPOP(ctx, "root"))
	if c.Greeting().Timestamp == "" || c.Greeting().Text != "POP3 server ready <1896.697170952@dbc.mtview.ca.us>" {
		t.Error(c.Greeting())
	}
	ok(t, c.APOP(ctx, "mrose", "tanstaaf"))
	is[*pop3.Reply](t, c.Quit(ctx))
	if c.State() != pop3.Update {
		t.Error(c.State())
	}

	c = dial(t, nil, "S: +OK no timestamp <here>")
	if err := c.APOP(ctx, "a", "b"); err == nil || !strings.Contains(err.Error(), "timestamp") {
		t.Error(err)
	}
}

func TestStatesAreChecked(t *testing.T) {
	c := dial(t, nil, `
	S: +OK
	C: QUIT
	S: +OK`)
	_, err := c.Stat(ctx)
	if e := is[*pop3client.StateError](t, err); e.State != pop3.Authorization || e.Valid != pop3.Transaction {
		t.Error(e)
	}
	ok(t, c.Quit(ctx))
	if c.State() != pop3.Ended {
		t.Error(c.State())
	}
	c = dial(t, &pop3client.Options{AnyState: true}, `
	S: +OK
	C: STAT
	S: -ERR not now`)
	_, err = c.Stat(ctx)
	is[*pop3.Reply](t, err)
	c = loggedIn(t, nil, "")
	is[*pop3client.StateError](t, c.User(ctx, "again"))
	is[*pop3client.StateError](t, c.STLS(ctx))
	is[*pop3client.StateError](t, c.UTF8(ctx))
}

func TestDeletedMessagesAreNotReferredTo(t *testing.T) {
	c := loggedIn(t, nil, `
	C: DELE 2
	S: -ERR no
	C: LIST 2
	S: +OK 2 10
	C: DELE 1
	S: +OK
	C: LIST 2
	S: +OK 2 10
	C: CAPA
	S: -ERR
	C: RSET
	S: +OK
	C: LIST 1
	S: +OK 1 10
	C: DELE 1
	S: +OK`)
	is[*pop3.Reply](t, c.Dele(ctx, 2))
	ok(t, second(c.List(ctx, 2)))
	ok(t, c.Dele(ctx, 1))
	for what, err := range map[string]error{
		"LIST": second(c.List(ctx, 1)), "UIDL": second(c.Uidl(ctx, 1)), "RETR": second(c.Retr(ctx, 1)), "TOP": second(c.Top(ctx, 1, 0)), "DELE": c.Dele(ctx, 1),
	} {
		if !errors.Is(err, pop3client.ErrDeleted) {
			t.Errorf("%s 1: %v", what, err)
		}
	}
	ok(t, second(c.List(ctx, 2)))
	p := c.Pipeline()
	p.Dele(2)
	p.Retr(2, io.Discard)
	if err := p.Run(ctx); !errors.Is(err, pop3client.ErrDeleted) {
		t.Error(err)
	}
	p = c.Pipeline()
	p.Rset()
	one := p.List(1)
	p.Dele(1)
	ok(t, p.Run(ctx))
	ok(t, second(one.Get()))
	if _, err := c.Retr(ctx, 1); !errors.Is(err, pop3client.ErrDeleted) {
		t.Error(err)
	}
	c = loggedIn(t, &pop3client.Options{AnyState: true}, `
	C: DELE 1
	S: +OK
	C: DELE 1
	S: -ERR it is marked`)
	ok(t, c.Dele(ctx, 1))
	is[*pop3.Reply](t, c.Dele(ctx, 1))
}

func TestShortArgumentsWithoutCAPA(t *testing.T) {
	long := strings.Repeat("a", pop3.MaxArgument+1)
	c := dial(t, nil, `
	S: +OK
	C: CAPA
	S: -ERR
	C: USER `+long[1:]+`
	S: +OK`)
	is[*pop3.Reply](t, second(c.Capa(ctx)))
	is[*wire.SyntaxError](t, c.User(ctx, long))
	ok(t, c.User(ctx, long[1:]))
	is[*wire.SyntaxError](t, c.Pass(ctx, long))
	c = dial(t, nil, `
	S: +OK
	C: USER `+long+`
	S: +OK`)
	ok(t, c.User(ctx, long)) // whether the server has CAPA is not known
}

func TestAPOPNameIsAQuery(t *testing.T) {
	// U+0221 is unassigned in Unicode 3.2: permitted in a query, prohibited in a stored string (RFC 6856 section 2.2).
	c := dial(t, nil, `
	S: +OK <a@b>
	C: CAPA
	S: +OK
	S: UTF8 USER
	S: .
	C: APOP aȡ `+pop3.APOPDigest("<a@b>", "secret")+`
	S: +OK`)
	ok(t, second(c.Capa(ctx)))
	if err := c.APOP(ctx, "alice", "\u0221"); !errors.Is(err, auth.ErrMalformed) {
		t.Error(err)
	}
	ok(t, c.APOP(ctx, "a\u0221", "secret"))
}

func TestNothingIsInjected(t *testing.T) {
	c := dial(t, &pop3client.Options{AnyState: true}, "S: +OK <a@b>")
	for what, err := range map[string]error{
		"user":     c.User(ctx, "x\r\nDELE 1"),
		"pass":     c.Pass(ctx, "x\nDELE 1"),
		"apop":     c.APOP(ctx, "x\r\nQUIT", "s"),
		"apop2":    c.APOP(ctx, "x y", "s"),
		"space":    c.User(ctx, "x y"),
		"rpop":     c.RPOP(ctx, "\x00"),
		"dele":     c.Dele(ctx, -1),
		"long":     c.Pass(ctx, strings.Repeat("p", 300)),
		"utf8":     c.User(ctx, "é"),
		"empty":    c.User(ctx, ""),
		"lang":     second(c.Lang(ctx, "en\r\nQUIT")),
		"mech":     c.Auth(ctx, evil{}),
		"pipeline": c.DeleAll(ctx, []int{1, 0}),
	} {
		if err == nil || what == "long" && strings.Contains(err.Error(), "ppp") {
			t.Errorf("%s: %v", what, err)
		}
	}
	// Nothing was sent, so nothing is broken: the server's script would fail.
}

func second[T any](_ T, err error) error { return err }

type evil struct{}

func (evil) Start() (string, []byte, error) { return "PLAIN\r\nDELE 1", nil, nil }
func (evil) Next([]byte) ([]byte, error)    { return nil, nil }

func TestGreetings(t *testing.T) {
	for greeting, check := range map[string]func(error){
		"S: -ERR [IN-USE] go away":             func(err error) { is[*pop3.Reply](t, err) },
		"S: 220 ready":                         func(err error) { is[*wire.SyntaxError](t, err) },
		"S: + ":                                func(err error) { is[*wire.SyntaxError](t, err) },
		"close":                                func(err error) { isEOF(t, err, io.EOF) },
		"S! +OK\nclose":                        func(err error) { isEOF(t, err, io.ErrUnexpectedEOF) },
		"S: +OK " + strings.Repeat("x", 70000): func(err error) { is[*wire.LimitError](t, err) },
	} {
		c, err := pop3client.Dial(ctx, listen(t, clienttest.Tolerant(script(greeting))), nil)
		if err == nil {
			c.Close()
			t.Errorf("%.40q: accepted", greeting)
			continue
		}
		e := is[*pop3client.Error](t, err)
		if e.Command != "greeting" || e.Addr == "" || strings.Count(err.Error(), "greeting") != 1 {
			t.Error(err)
		}
		check(err)
	}
	_, err := pop3client.Dial(ctx, listen(t, clienttest.Tolerant(script("S: +ok"))), &pop3client.Options{Strict: true})
	is[*wire.SyntaxError](t, err)
}

func isEOF(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%v, want %v", err, want)
	}
}

func TestConnect(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	addr := l.Addr().String()
	l.Close()
	_, err = pop3client.Dial(ctx, addr, nil)
	if !errors.Is(err, syscall.ECONNREFUSED) || !strings.Contains(err.Error(), addr) {
		t.Error(err)
	}
	// A server that doesn't greet.
	hold := make(chan struct{})
	addr = listen(t, func(context.Context, *conn.Conn) error { <-hold; return nil })
	_, err = pop3client.Dial(ctx, addr, &pop3client.Options{Timeouts: pop3client.Timeouts{Command: time.Millisecond}})
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	close(hold)
	cancelled, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := pop3client.Dial(cancelled, addr, nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestNewOnPipe(t *testing.T) {
	a, b := net.Pipe()
	go func() {
		s := conn.New(b, conn.Options{Local: dialect.Server})
		defer s.Close()
		script("S: +OK\nC: QUIT\nS: +OK")(ctx, s)
	}()
	c, err := pop3client.New(ctx, a, nil)
	ok(t, err)
	ok(t, c.Quit(ctx))
}

func TestLenient(t *testing.T) {
	text := login + `
	C: STAT
	S: +ok  2 320
	C: LIST
	S! +OK\n1  5\n.\n
	C: UIDL 1
	S: +OK 1 a b
	C: RETR 1
	S! +OK\na\n..b\n.\n
	C: RETR 1
	S! +OK\r\na\n.\nb\r\n.\r\n
	C: NOOP
	S: -BAD`
	c := loggedIn(t, nil, text[len(login):])
	stat, err := c.Stat(ctx)
	eq(t, stat, pop3.DropListing{Messages: 2, Octets: 320}, err)
	list, err := c.ListAll(ctx)
	eq(t, list, []pop3.ScanListing{{Number: 1, Octets: 5}}, err)
	uid, err := c.Uidl(ctx, 1)
	eq(t, uid, pop3.UniqueID{Number: 1, ID: "a"}, err)
	mail, err := c.RetrBytes(ctx, 1)
	eq(t, string(mail), "a\n.b\n", err)
	// A bare LF does not end a message of a server that speaks CRLF.
	mail, err = c.RetrBytes(ctx, 1)
	eq(t, string(mail), "a\n.\nb\r\n", err)
	is[*pop3.Reply](t, c.Noop(ctx))
	places, n := c.Forgiven()
	if n != len(places) || n < 7 {
		t.Error(places)
	}
	for _, p := range places {
		if p.Command == "" || !strings.Contains(p.String(), "RFC") {
			t.Error(p)
		}
	}
	c = dial(t, &pop3client.Options{Strict: true, AnyState: true}, "S: +OK\nC: STAT\nS: +ok 2 320\nclose")
	_, err = c.Stat(ctx)
	is[*wire.SyntaxError](t, err)
}

func TestBroken(t *testing.T) {
	for what, answer := range map[string]string{
		"garbage":   "S: * OK IMAP",
		"number":    "S: +OK two 320",
		"challenge": "S: + AAAA",
		"nul":       `S! +OK a\0b\r\n`,
		"close":     "close",
		"partial":   "S! +OK 2 3\nclose",
		"reset":     "reset",
	} {
		c := loggedIn(t, nil, "\tC: STAT\n"+answer)
		_, first := c.Stat(ctx)
		if first == nil {
			t.Errorf("%s: accepted", what)
			continue
		}
		is[*pop3client.Error](t, first)
		_, again := c.RetrBytes(ctx, 1)
		if again == nil || !strings.Contains(again.Error(), "broken") || !errors.Is(again, errors.Unwrap(first)) {
			t.Errorf("%s: %v, then %v", what, first, again)
		}
		if err := c.Quit(ctx); err == nil || c.Close() != nil {
			t.Errorf("%s: quit: %v", what, err)
		}
	}
}

func TestTimeoutAndCancel(t *testing.T) {
	c := loggedIn(t, &pop3client.Options{Timeouts: pop3client.Timeouts{Command: 50 * time.Millisecond}}, "C: STAT")
	_, err := c.Stat(ctx)
	if !errors.Is(err, os.ErrDeadlineExceeded) || !strings.Contains(err.Error(), "STAT: nothing for 50ms") {
		t.Error(err)
	}
	if err := c.Noop(ctx); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error("not broken:", err)
	}
	c = loggedIn(t, nil, "C: STAT")
	cancellable, cancel := context.WithCancel(ctx)
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := c.Stat(cancellable); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	// Quit on a context that is done closes all the same: the server's script sees the end.
	c = loggedIn(t, nil, "")
	if err := c.Quit(cancellable); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := c.Noop(ctx); !errors.Is(err, pop3client.ErrClosed) {
		t.Error(err)
	}
}

func TestStreams(t *testing.T) {
	long := strings.Repeat("S: 0123456789\n", 200)
	c := loggedIn(t, &pop3client.Options{Limits: pop3client.Limits{Drain: 3000}}, `
	C: RETR 1
	S: +OK
	`+long+`
	S: .
	C: RETR 2
	S: +OK
	S: x
	S: .
	C: NOOP
	S: +OK`)
	m, err := c.Retr(ctx, 1)
	ok(t, err)
	p := make([]byte, 4)
	_, err = io.ReadFull(m, p)
	eq(t, string(p), "0123", err)
	if err := c.Noop(ctx); !errors.Is(err, pop3client.ErrStreamOpen) {
		t.Error(err)
	}
	ok(t, m.Close()) // 2396 octets are left
	ok(t, m.Close())
	if n, err := m.Read(p); n != 0 || err != io.EOF {
		t.Error(n, err)
	}
	n, err := c.RetrTo(ctx, 2, failing{})
	if n != 0 || !errors.Is(err, errFailing) {
		t.Error(n, err)
	}
	ok(t, c.Noop(ctx))

	// More is left than may be read away.
	c = loggedIn(t, &pop3client.Options{Limits: pop3client.Limits{Drain: 1000}}, "C: RETR 1\nS: +OK\n"+long)
	m, err = c.Retr(ctx, 1)
	ok(t, err)
	if err := m.Close(); err == nil || !strings.Contains(err.Error(), "Limits.Drain") {
		t.Error(err)
	}
	if err := c.Noop(ctx); err == nil || !strings.Contains(err.Error(), "broken") {
		t.Error(err)
	}
	c.Close()

	// The message is too large, is cut off, or does not come.
	c = loggedIn(t, &pop3client.Options{Limits: pop3client.Limits{Message: 1000}}, "C: RETR 1\nS: +OK\n"+long+"S: .")
	_, err = c.RetrBytes(ctx, 1)
	is[*wire.LimitError](t, err)
	c.Close()
	c = loggedIn(t, nil, "C: RETR 1\nS: +OK\nS: x\nclose")
	_, err = c.RetrBytes(ctx, 1)
	isEOF(t, err, io.ErrUnexpectedEOF)
	c = loggedIn(t, &pop3client.Options{Timeouts: pop3client.Timeouts{Idle: 10 * time.Millisecond}}, "C: RETR 1\nS: +OK\nS: x")
	_, err = c.RetrBytes(ctx, 1)
	if !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	c.Close()
	c = loggedIn(t, nil, "C: RETR 1\nS: +OK\nS: x")
	m, err = c.Retr(ctx, 1)
	ok(t, err)
	if err := c.Quit(ctx); !errors.Is(err, pop3client.ErrStreamOpen) { // it closes, without QUIT
		t.Error(err)
	}
	ok(t, m.Close())
}

// TestIdle has a message that takes longer than Timeouts.Idle, but never pauses for so long.
func TestIdle(t *testing.T) {
	addr := listen(t, func(ctx context.Context, s *conn.Conn) error {
		if err := write(ctx, s, "+OK\r\n"); err != nil {
			return err
		}
		if _, err := readLine(ctx, s); err != nil {
			return err
		}
		if err := write(ctx, s, "+OK\r\n"); err != nil {
			return err
		}
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for range 30 {
			<-tick.C
			if err := write(ctx, s, "line\r\n"); err != nil {
				return err
			}
		}
		return write(ctx, s, ".\r\n")
	})
	c, err := pop3client.Dial(ctx, addr, &pop3client.Options{AnyState: true, Timeouts: pop3client.Timeouts{Idle: 300 * time.Millisecond}})
	ok(t, err)
	defer c.Close()
	data, err := c.RetrBytes(ctx, 1)
	eq(t, len(data), 30*6, err)
}

type failing struct{}

var errFailing = errors.New("failing")

func (failing) Write([]byte) (int, error) { return 0, errFailing }

func TestListingLimit(t *testing.T) {
	c := loggedIn(t, &pop3client.Options{Limits: pop3client.Limits{Listing: 20}}, "C: LIST\nS: +OK\nS: 1 1\nS: 2 2\nS: 3 3\nS: 4 4\nS: .")
	_, err := c.ListAll(ctx)
	is[*wire.LimitError](t, err)
	c.Close()
}

func TestTLS(t *testing.T) {
	_, trust := configs()
	opts := &pop3client.Options{TLS: trust, RequireTLS: true}
	addr := listen(t, script(`
	TLS
	S: +OK
	C: QUIT
	S: +OK`))
	c, err := pop3client.DialTLS(ctx, addr, opts)
	ok(t, err)
	if _, secure := c.TLS(); !secure {
		t.Error("no TLS")
	}
	if err := c.STLS(ctx); !errors.Is(err, pop3client.ErrTLSActive) {
		t.Error(err)
	}
	ok(t, c.Quit(ctx))

	c = dial(t, opts, `
	S: +OK
	C: CAPA
	S: +OK
	S: STLS
	S: USER
	S: .
	C: STLS
	S: +OK
	TLS
	C: CAPA
	S: +OK
	S: SASL PLAIN
	S: .
	C: AUTH PLAIN AGEAYg==
	S: +OK
	C: QUIT
	S: +OK`)
	if err := c.User(ctx, "a"); !errors.Is(err, pop3client.ErrNeedTLS) {
		t.Error(err)
	}
	if err := c.AuthMechanism(ctx, "PLAIN", pop3client.Credentials{User: "a", Password: "b"}); !errors.Is(err, pop3client.ErrNeedTLS) {
		t.Error(err)
	}
	err = c.Login(ctx, "a", "b")
	if !errors.Is(err, pop3client.ErrNoLogin) || !strings.Contains(err.Error(), "STLS") {
		t.Error(err)
	}
	ok(t, c.STLS(ctx))
	if caps, known := c.Capabilities(); known || caps != nil {
		t.Error("the capabilities outlive STLS:", caps)
	}
	ok(t, c.Login(ctx, "a", "b"))
	ok(t, c.Quit(ctx))
}

func TestTLSRefusals(t *testing.T) {
	_, trust := configs()
	// What stands behind the reply in the clear.
	c := dial(t, &pop3client.Options{TLS: trust}, "S: +OK\nC: STLS\n"+`S! +OK\r\n+OK injected\r\n`)
	err := c.STLS(ctx)
	if e := is[*conn.BufferedError](t, err); string(e.Data) != "+OK injected\r\n" {
		t.Error(e)
	}
	if err := c.User(ctx, "a"); err == nil {
		t.Error("goes on in the clear")
	}
	c.Close()
	// A server that nobody trusts, or with another name.
	for _, opts := range []*pop3client.Options{nil, {TLS: trust, Host: "example.org"}, {TLS: &tls.Config{RootCAs: trust.RootCAs, ServerName: "example.org"}}} {
		c, err := pop3client.Dial(ctx, listen(t, clienttest.Tolerant(script("S: +OK\nC: STLS\nS: +OK\nTLS"))), opts)
		ok(t, err)
		err = c.STLS(ctx)
		is[*tls.CertificateVerificationError](t, err)
		if err := c.Pass(ctx, "secret"); err == nil || !strings.Contains(err.Error(), "broken") {
			t.Error(err)
		}
		c.Close()
	}
	c = dial(t, &pop3client.Options{TLS: trust}, "S: +OK\nC: STLS\nS: -ERR no\nC: UTF8\nS: +OK")
	is[*pop3.Reply](t, c.STLS(ctx))
	ok(t, c.UTF8(ctx))
	if err := c.STLS(ctx); err == nil || !strings.Contains(err.Error(), "RFC 6856") {
		t.Error(err)
	}
}

func TestLogin(t *testing.T) {
	for _, c := range []struct {
		what, text string
		creds      pop3client.Credentials
		methods    []string
		err        error
	}{
		{what: "no CAPA", text: "S: +OK\nC: CAPA\nS: -ERR\nC: USER a\nS: +OK\nC: PASS b\nS: +OK"},
		{what: "USER", text: "S: +OK\nC: CAPA\nS: +OK\nS: USER\nS: .\nC: USER a\nS: +OK\nC: PASS b\nS: +OK"},
		{what: "no CAPA, APOP", text: "S: +OK <a@b>\nC: CAPA\nS: -ERR\nC: APOP a " + pop3.APOPDigest("<a@b>", "b") + "\nS: +OK"},
		{what: "APOP before PLAIN", text: "S: +OK <a@b>\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: USER\nS: .\nC: APOP a " + pop3.APOPDigest("<a@b>", "b") + "\nS: +OK"},
		{what: "PLAIN if told so", methods: []string{"PLAIN"}, text: "S: +OK <a@b>\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN AGEAYg==\nS: +OK"},
		{what: "CRAM-MD5 before APOP", text: "S: +OK <a@b>\nC: CAPA\nS: +OK\nS: SASL PLAIN CRAM-MD5\nS: .\nC: AUTH CRAM-MD5\nS: + PGE+\nC: YSA4N2M0YjFlMmUzMGUwMjJhODg4NDIzZWFjNmZjMTE0OQ==\nS: +OK"},
		{what: "USER if told so", methods: []string{"user"}, text: "S: +OK <a@b>\nC: CAPA\nS: +OK\nS: SASL PLAIN CRAM-MD5\nS: USER\nS: .\nC: USER a\nS: +OK\nC: PASS b\nS: +OK"},
		{what: "nothing offered", text: "S: +OK\nC: CAPA\nS: +OK\nS: TOP\nS: .", err: pop3client.ErrNoLogin},
		{what: "a token", creds: pop3client.Credentials{User: "a", Token: "t"}, text: "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN XOAUTH2\nS: .\nC: AUTH XOAUTH2 dXNlcj1hAWF1dGg9QmVhcmVyIHQBAQ==\nS: +OK"},
		{what: "EXTERNAL", methods: []string{"EXTERNAL"}, text: "S: +OK\nC: CAPA\nS: +OK\nS: SASL EXTERNAL\nS: .\nC: AUTH EXTERNAL =\nS: +OK"},
	} {
		if c.creds.User == "" {
			c.creds = pop3client.Credentials{User: "a", Password: "b"}
		}
		client := dial(t, nil, c.text)
		err := client.LoginWith(ctx, c.creds, c.methods...)
		if !errors.Is(err, c.err) || c.err == nil && client.State() != pop3.Transaction {
			t.Errorf("%s: %v, %v", c.what, err, client.State())
		}
		client.Close()
	}
	// A refusal is not followed by something weaker.
	c := dial(t, nil, "S: +OK <a@b>\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: USER\nS: .\nC: APOP a "+pop3.APOPDigest("<a@b>", "b")+"\nS: -ERR [AUTH] no")
	if e := is[*pop3.Reply](t, c.Login(ctx, "a", "b")); !e.Code.Is(pop3.CodeAuth) || strings.Contains(e.Error(), pop3.APOPDigest("<a@b>", "b")) {
		t.Error(e)
	}
}

// authServer runs AUTH with a mechanism of the mock's, whatever it is; "initial" says whether CAPA announced it.
func authServer(mech string) func(ctx context.Context, s *conn.Conn) error {
	return func(ctx context.Context, s *conn.Conn) error {
		write(ctx, s, "+OK\r\n")
		for {
			line, err := readLine(ctx, s)
			if err != nil {
				return nil
			}
			switch {
			case line == "CAPA":
				write(ctx, s, "+OK\r\nSASL "+mech+"\r\n.\r\n")
			case strings.HasPrefix(line, "AUTH "):
				words := strings.Fields(line)
				server, err := auth.NewServerOptions(words[1], auth.Accounts{"fred": {Password: "secret", Token: "token"}}, &auth.ServerOptions{External: "fred"})
				if err != nil {
					return err
				}
				var response []byte
				if len(words) > 2 {
					if response, err = auth.DecodeInitial(words[2]); err != nil {
						return err
					}
				}
				for {
					challenge, done, err := server.Next(response)
					if err != nil {
						write(ctx, s, "-ERR [AUTH] "+err.Error()+"\r\n")
						break
					}
					if done {
						write(ctx, s, "+OK "+server.User()+"\r\n")
						break
					}
					write(ctx, s, "+ "+auth.Encode(challenge)+"\r\n")
					line, err := readLine(ctx, s)
					if err != nil {
						return err
					}
					if response, err = auth.Decode(line); err != nil {
						return err
					}
				}
			default:
				write(ctx, s, "+OK\r\n")
			}
		}
	}
}

func TestAuth(t *testing.T) {
	for _, m := range auth.Mechanisms() {
		for _, announced := range []bool{true, false} {
			for _, good := range []bool{true, false} {
				c, err := pop3client.Dial(ctx, listen(t, authServer(m.Name)), nil)
				ok(t, err)
				if announced {
					_, err := c.Capa(ctx)
					ok(t, err)
				}
				creds := pop3client.Credentials{User: "fred", Password: "secret", Token: "token"}
				if !good {
					creds.Password, creds.Token, creds.Identity = "wrong", "wrong", "root"
				}
				err = c.AuthMechanism(ctx, m.Name, creds)
				if (err == nil) != (good || m.Name == auth.Anonymous) {
					t.Errorf("%s: announced %v, good %v: %v", m.Name, announced, good, err)
				}
				if err != nil {
					reply := is[*pop3.Reply](t, err)
					if !reply.Code.Is(pop3.CodeAuth) || reply.Command != "AUTH "+m.Name || c.State() != pop3.Authorization {
						t.Error(err)
					}
					if m.Token {
						is[*auth.OAuthError](t, err)
					}
					ok(t, c.User(ctx, "fred")) // the session goes on
				} else if c.State() != pop3.Transaction {
					t.Error(c.State())
				}
				c.Close()
			}
		}
	}
}

func TestAuthOddities(t *testing.T) {
	creds := pop3client.Credentials{User: "a", Password: "b"}
	// Success without the server's proof.
	c := dial(t, nil, "S: +OK\nC: CAPA\nS: +OK\nS: SASL EXTERNAL\nS: .\nC: AUTH CRAM-MD5\nS: +OK")
	c.Capa(ctx)
	ok(t, c.AuthMechanism(ctx, "CRAM-MD5", creds))
	c, err := pop3client.Dial(ctx, listen(t, clienttest.Tolerant(func(ctx context.Context, s *conn.Conn) error {
		write(ctx, s, "+OK\r\n")
		readLine(ctx, s)
		return write(ctx, s, "+OK welcome\r\n")
	})), nil)
	ok(t, err)
	if err := c.AuthMechanism(ctx, auth.SCRAMSHA256, creds); !errors.Is(err, auth.ErrUnproven) {
		t.Error(err)
	}
	if _, err := c.Stat(ctx); !errors.Is(err, auth.ErrUnproven) {
		t.Error(err)
	}
	c.Close()
	// A challenge that is no Base64 is cancelled.
	c = dial(t, nil, "S: +OK\nC: AUTH CRAM-MD5\nS: + =AAA\nC: *\nS: -ERR\nC: USER a\nS: +OK")
	if err := c.AuthMechanism(ctx, "CRAM-MD5", creds); err == nil {
		t.Error("accepted")
	} else {
		is[*wire.SyntaxError](t, err)
	}
	ok(t, c.User(ctx, "a"))
	// So is one that the mechanism does not take; and a server that takes the cancellation for a success is broken.
	c = dial(t, nil, "S: +OK\nC: AUTH CRAM-MD5\nS: + \nC: *\nS: +OK")
	if err := c.AuthMechanism(ctx, "CRAM-MD5", creds); !errors.Is(err, auth.ErrMalformed) || !strings.Contains(err.Error(), "cancellation") {
		t.Error(err)
	}
	// An initial response that is too long for the command goes behind the challenge.
	long := strings.Repeat("p", 200)
	c = dial(t, nil, "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: + \nC: "+auth.Encode([]byte("\x00a\x00"+long))+"\nS: +OK")
	ok(t, c.Login(ctx, "a", long))
	// Text where the challenge has to be empty.
	for _, strict := range []bool{false, true} {
		end := "C: AGEAYg==\nS: +OK"
		if strict {
			end = "C: *\nS: -ERR"
		}
		c = dial(t, &pop3client.Options{Strict: strict}, "S: +OK\nC: AUTH PLAIN\nS: + AAAA\n"+end)
		if err := c.AuthMechanism(ctx, "PLAIN", creds); (err != nil) != strict {
			t.Error(err)
		}
	}
}

func TestRaw(t *testing.T) {
	c := dial(t, &pop3client.Options{Timeouts: pop3client.Timeouts{Command: 200 * time.Millisecond}}, `
	S: +OK
	C: noop  x
	S: -ERR
	C: half a line, NUL`+"\x00"+`
	S: what?
	C: CAPA
	S: +OK
	S: ..x
	S: .
	C: QUIT
	S: +OK
	close`)
	reply, err := c.Raw(ctx, "noop  x")
	ok(t, err)
	if reply.Status != pop3.Err {
		t.Error(reply)
	}
	ok(t, c.Send(ctx, []byte("half a ")))
	ok(t, c.ExpectQuiet(ctx, time.Millisecond))
	if err := c.ExpectClose(ctx); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Error(err)
	}
	ok(t, c.SendLine(ctx, "line, NUL\x00", wire.CRLF))
	if err := c.ExpectClose(ctx); !errors.Is(err, conn.ErrNotQuiet) {
		t.Error(err)
	}
	if err := c.ExpectQuiet(ctx, time.Minute); !errors.Is(err, conn.ErrNotQuiet) {
		t.Error(err)
	}
	reply, err = c.ReadReply(ctx)
	is[*wire.SyntaxError](t, err)
	if string(reply.Raw) != "what?\r\n" {
		t.Errorf("%q", reply.Raw)
	}
	_, err = c.Raw(ctx, "CAPA")
	ok(t, err)
	block, err := c.ReadBlock(ctx)
	eq(t, string(block), ".x\r\n", err)
	ok(t, c.SendLine(ctx, "QUIT", wire.CRLF))
	l, err := c.ReadLine(ctx)
	eq(t, string(l.Text), "+OK", err)
	ok(t, c.ExpectClose(ctx))
	if _, err := c.ReadLine(ctx); !errors.Is(err, io.EOF) {
		t.Error(err)
	}
	c = dial(t, nil, "S: +OK\nC: x\nreset")
	ok(t, c.SendLine(ctx, "x", wire.CRLF))
	if err := c.ExpectClose(ctx); !errors.Is(err, syscall.ECONNRESET) {
		t.Error(err)
	}
	c.SetState(pop3.Transaction)
	if c.State() != pop3.Transaction || c.Conn() == nil {
		t.Error(c.State())
	}
}

func TestUTF8Arguments(t *testing.T) {
	c := dial(t, nil, "S: +OK\nC: CAPA\nS: +OK\nS: UTF8 USER\nS: USER\nS: .\nC: USER fréd\nS: +OK\nC: PASS é è\nS: +OK")
	ok(t, c.Login(ctx, "fréd", "é è"))
}

// octets is a tap that keeps what each side said.
type octets struct {
	mu  sync.Mutex
	log bytes.Buffer
}

func (o *octets) Octets(_ time.Time, _ string, from dialect.Party, data []byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.log.WriteByte(byte(from))
	o.log.Write(data)
}

func (o *octets) Event(_ time.Time, _ string, what string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.log.WriteString("-" + what + "\n")
}

func TestTap(t *testing.T) {
	tap := &octets{}
	c := dial(t, &pop3client.Options{Tap: tap}, "S: +OK\nC: QUIT\nS: +OK")
	ok(t, c.Quit(ctx))
	if got := tap.log.String(); got != "S+OK\r\nCQUIT\r\nS+OK\r\n-close\n" {
		t.Errorf("%q", got)
	}
}
